"""What lies over the picture: masks as a tint with an outline, protected parts as hatching, lines that show everywhere.

Masks are sampled at the screen's own resolution and only where something is repainted. Everything here paints in
device pixels of the viewport.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import cv2
import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF, QTransform

from ccnet.masks import Bounds
from gui.pyramid import Pyramid

PIXELS_FROM = 2.0
"""From this zoom on pixels are shown as squares, not blurred into each other."""

OUTLINE_REACH = 4
"""How far, in device pixels, an outline may lie outside of the mask it belongs to."""

_LARGEST_KEPT = 500
"""Device pixels: brush circles up to this radius are drawn once and kept."""

_STEEPNESS = 3
"""How much sharper an outline is than the mask's own edge; it runs where the mask is half."""

_HATCH = 9
"""Device pixels from one line of the hatching to the next, on a screen of ordinary density."""


@dataclass(frozen=True)
class MaskStyle:
    """tint: over the mask, its alpha at full strength. inner, outer: the outline's two lines, one light and one dark,
    so that it is seen on any art. between: 0..255, how strong the tint is between the diagonal lines of its hatching;
    the lines tell a tint from a garment of the same colour.
    """

    tint: QColor
    inner: QColor
    outer: QColor
    between: int = 255


MASK = MaskStyle(QColor(112, 66, 255, 125), QColor(255, 255, 255, 245), QColor(34, 12, 96, 235), between=190)
PROTECTION = MaskStyle(QColor(0, 150, 96, 85), QColor(190, 255, 222, 220), QColor(0, 74, 48, 220), between=0)
SUGGESTION = MaskStyle(QColor(255, 196, 40, 130), QColor(255, 250, 220, 245), QColor(110, 72, 0, 240))
REMOVAL = MaskStyle(QColor(255, 60, 60, 130), QColor(255, 232, 228, 245), QColor(120, 10, 10, 240))


class MaskOverlay:
    """A mask as it is drawn over the picture. array: uint8[H, W] at the picture's size, not copied."""

    def __init__(self, array: np.ndarray, style: MaskStyle) -> None:
        self._pyramid = Pyramid(array)
        self._blank = not array.any()
        self.style = style
        self.visible = True

    @property
    def array(self) -> np.ndarray:
        return self._pyramid.whole

    def update(self, bounds: Bounds) -> None:
        """The array was written inside `bounds`."""
        self._pyramid.update(bounds)
        self._blank = self._blank and not self.array[bounds.slices].any()

    def sample(self, rect: QRect, matrix: QTransform, zoom: float) -> np.ndarray:
        """uint8[rect.height, rect.width]: the mask where `rect` of the viewport lies. matrix: picture -> viewport."""
        pixels, factor = self._pyramid.level(zoom)
        # Qt counts from pixel corners, OpenCV from pixel centres.
        moved = QTransform.fromScale(factor, factor) * matrix * QTransform.fromTranslate(-rect.x(), -rect.y())
        rows = np.array([[moved.m11(), moved.m21(), moved.dx()], [moved.m12(), moved.m22(), moved.dy()]])
        rows[:, 2] += rows[:, :2].sum(axis=1) / 2 - 0.5
        way = cv2.INTER_NEAREST if zoom >= PIXELS_FROM else cv2.INTER_LINEAR
        return cv2.warpAffine(pixels, rows, (rect.width(), rect.height()), flags=way)

    def draw(self, painter: QPainter, rect: QRect, matrix: QTransform, zoom: float, ratio: float = 1.0) -> None:
        """Paints the part inside `rect`. ratio: the screen's device pixels per logical pixel."""
        if self._blank:
            return
        thick = min(max(1, math.floor(1.5 * ratio + 0.5)), OUTLINE_REACH - 1)
        padded = rect.adjusted(-OUTLINE_REACH, -OUTLINE_REACH, OUTLINE_REACH, OUTLINE_REACH)
        sampled = self.sample(padded, matrix, zoom)
        if not sampled.any():
            return
        tint = sampled
        if self.style.between < 255:
            tint = cv2.multiply(sampled, _hatching(padded, matrix, ratio, self.style.between), scale=1 / 255)
        shown = cv2.convertScaleAbs(tint, alpha=63 / 255)
        if int(sampled.min()) < 255:
            shown = cv2.max(shown, _outline(sampled, thick))
        style = self.style
        _draw_indexed(painter, rect, shown, _colours(style.tint.rgba(), style.inner.rgba(), style.outer.rgba()))


def draw_outline(painter: QPainter, points: Sequence[QPointF] | QPolygonF, ratio: float, *, closed: bool) -> None:
    """A dashed line that is seen on light and dark art: a lasso, a polygon, a box being drawn."""
    shape = QPolygonF(points)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for pen in _contrasting(ratio):
        painter.setPen(pen)
        if closed:
            painter.drawPolygon(shape)
        else:
            painter.drawPolyline(shape)


def draw_ring(painter: QPainter, centre: QPointF, radius: float, ratio: float, *, erases: bool) -> None:
    """The brush's circle, with a minus when it erases. A cross when the circle would be too small to be seen."""
    if radius > _LARGEST_KEPT:
        painter.save()
        painter.translate(centre)
        _paint_ring(painter, radius, ratio, erases)
        painter.restore()
        return
    # A circle takes longer to draw than the stroke around it, and is the same at every move.
    ring = _ring(round(2 * radius) / 2, ratio, erases)
    middle = (ring.width() - 1) / 2
    painter.drawImage(round(centre.x() - middle), round(centre.y() - middle), ring)


def draw_slider(painter: QPainter, x: float, height: float, ratio: float) -> None:
    """The line between before and after, with a grip in the middle."""
    middle, grip = QPointF(x, height / 2), 15 * ratio
    painter.setPen(QPen(QColor(0, 0, 0, 110), 4 * ratio))
    painter.drawLine(QPointF(x, 0), QPointF(x, height))
    painter.setPen(QPen(QColor(255, 255, 255, 240), 2 * ratio))
    painter.drawLine(QPointF(x, 0), QPointF(x, height))
    painter.setPen(QPen(QColor(0, 0, 0, 110), ratio))
    painter.setBrush(QColor(255, 255, 255, 240))
    painter.drawEllipse(middle, grip, grip)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(60, 60, 66))
    for side in (-1, 1):
        tip, back, half = 9 * ratio * side, 4 * ratio * side, 4.5 * ratio
        corners = [QPointF(tip, 0), QPointF(back, -half), QPointF(back, half)]
        painter.drawPolygon(QPolygonF([middle + corner for corner in corners]))


def draw_label(painter: QPainter, place: QPointF, text: str, ratio: float, *, align: float = 0.0) -> None:
    """A small dark tag with light text below `place`, which lies at a share `align` of its width (0: its left end)."""
    font = painter.font()
    font.setPixelSize(round(12 * ratio))
    painter.setFont(font)
    metrics = painter.fontMetrics()
    width, height = metrics.horizontalAdvance(text) + 18 * ratio, metrics.height() + 6 * ratio
    box = QRectF(place.x() - align * width, place.y(), width, height)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(20, 20, 24, 200))
    painter.drawRoundedRect(box, height / 2, height / 2)
    painter.setPen(QColor(255, 255, 255))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


@lru_cache(maxsize=4)
def _ring(radius: float, ratio: float, erases: bool) -> QImage:
    half = math.ceil(radius + 20 * ratio)
    image = QImage(2 * half + 1, 2 * half + 1, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(half + 0.5, half + 0.5)
    _paint_ring(painter, radius, ratio, erases)
    painter.end()
    return image


def _paint_ring(painter: QPainter, radius: float, ratio: float, erases: bool) -> None:
    """The circle around the origin."""
    light, dark = QColor(255, 255, 255, 230), QColor(0, 0, 0, 200)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    arm = 5 * ratio
    for colour, wider in ((dark, 0.8 * ratio), (light, 0.0)):
        painter.setPen(QPen(colour, ratio + 2 * wider))
        if radius >= 2.5 * ratio:
            painter.drawEllipse(QPointF(0, 0), radius, radius)
        else:
            for end in (QPointF(arm, 0), QPointF(0, arm)):
                painter.drawLine(-end, end * -0.4)
                painter.drawLine(end * 0.4, end)
        if erases:
            middle = QPointF(0, 0) if radius > 2 * arm else QPointF(radius + 2 * arm, radius + arm)
            painter.setPen(QPen(colour, 2 * ratio + 2 * wider))
            painter.drawLine(middle - QPointF(arm, 0), middle + QPointF(arm, 0))


def _contrasting(ratio: float) -> tuple[QPen, QPen]:
    """A dark line, and light dashes for over it."""
    dark = QPen(QColor(0, 0, 0, 210), 1.6 * ratio)
    light = QPen(QColor(255, 255, 255, 240), 1.6 * ratio)
    light.setDashPattern([4, 4])
    return dark, light


def _outline(sampled: np.ndarray, thick: int) -> np.ndarray:
    """uint8[H, W]: by strength 64..127 the line just outside of the mask, 128..255 the one just inside; else 0."""
    steep = cv2.addWeighted(sampled, _STEEPNESS, sampled, 0, 128 * (1 - _STEEPNESS))
    outside = cv2.subtract(cv2.dilate(steep, _disc(thick)), steep)
    inside = cv2.subtract(steep, cv2.erode(steep, _disc(thick)))
    return cv2.max(cv2.LUT(outside, _OUTSIDE), cv2.LUT(inside, _INSIDE))


@cache
def _disc(radius: int) -> np.ndarray:
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))


def _draw_indexed(painter: QPainter, rect: QRect, values: np.ndarray, colours: list[int]) -> None:
    """Paints values[OUTLINE_REACH:-OUTLINE_REACH, ...] at `rect` through a table of 256 colours."""
    height, width = values.shape
    image = QImage(values.data, width, height, values.strides[0], QImage.Format.Format_Indexed8)
    image.setColorTable(colours)
    painter.drawImage(rect.topLeft(), image, QRect(OUTLINE_REACH, OUTLINE_REACH, rect.width(), rect.height()))


@cache
def _colours(tint: int, inner: int, outer: int) -> list[int]:
    """A table for a tint (0..63) and the outline over it (from 64 on, see `_outline`). The inner line is mixed with the
    tint, which would have gaps around it else."""
    table = [_faded(tint, value / 63) for value in range(64)]
    table += [_faded(outer, value / 63) for value in range(64)]
    return table + [_over(_faded(inner, value / 127), tint) for value in range(128)]


def _faded(colour: int, part: float) -> int:
    return round((colour >> 24) * part) << 24 | colour & 0xFFFFFF


def _over(upper: int, lower: int) -> int:
    """One transparent colour on another, as one (Porter and Duff 1984)."""
    a, b = (upper >> 24) / 255, (lower >> 24) / 255
    alpha = a + b * (1 - a)
    result = round(255 * alpha) << 24
    for shift in (16, 8, 0):
        mixed = (upper >> shift & 255) * a + (lower >> shift & 255) * b * (1 - a)
        result |= round(mixed / alpha if alpha else 0) << shift
    return result


def _hatching(rect: QRect, matrix: QTransform, ratio: float, between: int) -> np.ndarray:
    """uint8[rect.height, rect.width]: diagonal lines that move with the picture."""
    step = max(3, round(_HATCH * ratio))
    lines = np.full((1, step), between, np.uint8)
    lines[0, : max(1, step // 3)] = 255
    shift = rect.x() + rect.y() - round(matrix.dx()) - round(matrix.dy())
    one = np.tile(lines, (1, (rect.width() + rect.height()) // step + 2))[0, shift % step :]
    # Every row is the one above it, one pixel further left.
    return np.lib.stride_tricks.as_strided(one, (rect.height(), rect.width()), (1, 1)).copy()


_VALUES = np.arange(256)
_OUTSIDE = np.where(_VALUES > 7, 64 + _VALUES // 4, 0).astype(np.uint8)
_INSIDE = np.where(_VALUES > 7, 128 + _VALUES // 2, 0).astype(np.uint8)
