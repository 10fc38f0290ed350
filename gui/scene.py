"""The picture as the canvas shows it, kept in one image of the viewport's size; only what is stale is painted again."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import cv2
import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPen, QPolygon, QTransform

from ccnet.masks import Bounds
from gui.canvas_view import CanvasView
from gui.compare import Mode
from gui.overlays import OUTLINE_REACH, PIXELS_FROM, MaskOverlay
from gui.pyramid import Pyramid


class PictureImage:
    """Pixels for the screen at every size. rgba: uint8[H, W, 3] or, not premultiplied, uint8[H, W, 4].

    `x`, `y`: the picture's pixel that the first one lies on.
    """

    def __init__(self, rgba: np.ndarray, x: int = 0, y: int = 0) -> None:
        self.x, self.y = x, y
        self.opaque = rgba.shape[2] == 3
        self._pyramid = Pyramid(_premultiplied(rgba))

    @property
    def bounds(self) -> Bounds:
        height, width = self._pyramid.whole.shape[:2]
        return Bounds(self.x, self.y, width, height)

    def write(self, bounds: Bounds, rgba: np.ndarray) -> None:
        """New pixels for the rectangle `bounds` of the picture."""
        inner = Bounds(bounds.x - self.x, bounds.y - self.y, bounds.width, bounds.height)
        self._pyramid.whole[inner.slices] = _premultiplied(rgba)
        self._pyramid.update(inner)

    def draw(self, painter: QPainter, matrix: QTransform, zoom: float) -> None:
        """matrix: picture -> viewport. The painter's clip says what is needed."""
        pixels, factor = self._pyramid.level(zoom)
        height, width = pixels.shape[:2]
        kind = QImage.Format.Format_RGB32 if self.opaque else QImage.Format.Format_ARGB32_Premultiplied
        image = QImage(pixels.data, width, height, pixels.strides[0], kind)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, zoom < PIXELS_FROM and zoom != 1)
        painter.setTransform(QTransform(factor, 0, 0, factor, self.x, self.y) * matrix)
        painter.drawImage(QPoint(0, 0), image)
        painter.restore()


class Pane(NamedTuple):
    """A part of the viewport. before: it shows the picture that the other pane is compared with."""

    clip: QRect
    matrix: QTransform
    before: bool

    @property
    def zoom(self) -> float:
        return abs(self.matrix.determinant()) ** 0.5


class Scene:
    """Everything under the tools, in device pixels. Set `view` and the parts freely, and `mark` what that changed."""

    def __init__(self, view: CanvasView, picture: PictureImage) -> None:
        self._view = view
        self.picture = picture
        self.before: PictureImage | None = None
        """What `compare` and `show_before` show; the picture itself without it."""
        self.show_before = False
        self.trial: PictureImage | None = None
        """A garment tried on."""
        self.preview: tuple[QImage, Bounds] | None = None
        """What the engine is drawing, and where; seen inside the mask alone."""
        self.masks: list[MaskOverlay] = []
        """Bottom first; the first is the one the preview is seen through."""
        self.compare: Mode = "off"
        self.split = 0.5
        """The slider's place, as a part of the viewport's width."""
        self.workspace = QColor(60, 60, 64)
        self.checks = QColor(255, 255, 255), QColor(214, 214, 218)
        self.ratio = 1.0
        self._image = _blank(view.viewport)
        self._stale = [self._image.rect()]

    @property
    def view(self) -> CanvasView:
        return self._view

    @view.setter
    def view(self, view: CanvasView) -> None:
        old, self._view = self._view, view
        if view.viewport != old.viewport:
            self._image = _blank(view.viewport)
        if replace(view, centre=old.centre) == old and self.compare == "off":
            before, after = old.matrix, view.matrix
            self._scroll(round(after.dx() - before.dx()), round(after.dy() - before.dy()))
        else:
            self.mark()

    @property
    def rect(self) -> QRect:
        """The viewport."""
        return self._image.rect()

    def mark(self, rect: QRect | None = None) -> None:
        """`rect` of the viewport, or all of it, must be painted again."""
        marked = self.rect if rect is None else rect.intersected(self.rect)
        apart = []
        for other in self._stale:
            if marked.intersects(other):
                marked = marked.united(other)
            else:
                apart.append(other)
        if not marked.isEmpty():
            self._stale = [*apart, marked]

    def mark_picture(self, bounds: Bounds) -> QRect:
        """Marks what shows the picture's pixels inside `bounds`; returns it."""
        marked = QRect()
        for pane in self.panes():
            mapped = pane.matrix.mapRect(QRectF(*bounds)).toAlignedRect()
            reach = OUTLINE_REACH + 1
            marked = marked.united(mapped.adjusted(-reach, -reach, reach, reach).intersected(pane.clip))
        self.mark(marked)
        return marked

    def image(self) -> QImage:
        """The viewport as it is now. Not to be changed."""
        if self._stale:
            painter = QPainter(self._image)
            for rect in self._stale:
                for pane in self.panes():
                    part = rect.intersected(pane.clip)
                    if not part.isEmpty():
                        painter.setClipRect(part)
                        self._paint(painter, part, pane)
            painter.end()
            self._stale = []
        return self._image

    def panes(self) -> list[Pane]:
        """What the viewport is divided into."""
        width, height = self._view.viewport
        if self.compare == "slider":
            split = round(width * self.split)
            matrix = self._view.matrix
            return [
                Pane(QRect(0, 0, split, height), matrix, True),
                Pane(QRect(split, 0, width - split, height), matrix, False),
            ]
        if self.compare == "side":
            half = width // 2
            view = replace(self._view, viewport=(half, height))
            if self._view.visible().contains(QRectF(0, 0, *self._view.picture)) and view.fit().zoom < view.zoom:
                view = view.fit()  # a picture that was seen whole stays so
            matrix = view.matrix
            return [
                Pane(QRect(0, 0, half, height), matrix, True),
                Pane(QRect(half, 0, width - half, height), matrix * QTransform.fromTranslate(half, 0), False),
            ]
        return [Pane(self.rect, self._view.matrix, self.show_before)]

    def _paint(self, painter: QPainter, rect: QRect, pane: Pane) -> None:
        painter.fillRect(rect, self.workspace)
        corner = pane.matrix.map(QPointF(0, 0))
        whole = QRectF(0, 0, *self._view.picture)
        if not self.picture.opaque:
            self._paint_checks(painter, pane.matrix.mapToPolygon(whole.toRect()), corner)
        zoom = pane.zoom
        if pane.before:
            (self.before or self.picture).draw(painter, pane.matrix, zoom)
        else:
            self.picture.draw(painter, pane.matrix, zoom)
            if self.trial is not None:
                self.trial.draw(painter, pane.matrix, zoom)
            if self.preview is not None:
                self._paint_preview(painter, rect, pane)
        if self.compare == "off" and not pane.before:
            for mask in self.masks:
                if mask.visible:
                    mask.draw(painter, rect, pane.matrix, zoom, self.ratio)
        painter.setPen(QPen(QColor(0, 0, 0, 90), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolygon(pane.matrix.map(whole.adjusted(-1 / zoom, -1 / zoom, 0, 0)))

    def _paint_checks(self, painter: QPainter, shape: QPolygon, corner: QPointF) -> None:
        side = max(4, round(8 * self.ratio))
        tile = QImage(2 * side, 2 * side, QImage.Format.Format_RGB32)
        tile.fill(self.checks[0])
        inner = QPainter(tile)
        inner.fillRect(side, 0, side, side, self.checks[1])
        inner.fillRect(0, side, side, side, self.checks[1])
        inner.end()
        painter.setBrushOrigin(corner)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QBrush(tile))
        painter.drawPolygon(shape)

    def _paint_preview(self, painter: QPainter, rect: QRect, pane: Pane) -> None:
        """The preview, seen through the mask."""
        if self.preview is None or not self.masks:
            return
        preview, bounds = self.preview
        through = self.masks[0].sample(rect, pane.matrix, pane.zoom)
        if not through.any():
            return
        piece = QImage(rect.size(), QImage.Format.Format_ARGB32_Premultiplied)
        piece.fill(0)
        inner = QPainter(piece)
        inner.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        inner.setTransform(pane.matrix * QTransform.fromTranslate(-rect.x(), -rect.y()))
        inner.drawImage(QRectF(*bounds), preview, QRectF(preview.rect()))
        inner.resetTransform()
        inner.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationIn)
        height, width = through.shape
        inner.drawImage(0, 0, QImage(through.data, width, height, through.strides[0], QImage.Format.Format_Alpha8))
        inner.end()
        painter.drawImage(rect.topLeft(), piece)

    def _scroll(self, dx: int, dy: int) -> None:
        """What is painted already moves; only the strips that come into sight are painted."""
        width, height = self._view.viewport
        if self._stale or abs(dx) >= width or abs(dy) >= height:
            self.mark()
            return
        rect = self.rect
        kept = rect.translated(dx, dy).intersected(rect)
        moved = self._image.copy(kept.translated(-dx, -dy))
        painter = QPainter(self._image)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
        painter.drawImage(kept.topLeft(), moved)
        painter.end()
        beside = QRect(rect.left() if dx > 0 else kept.right() + 1, rect.top(), abs(dx), height)
        above = QRect(rect.left(), rect.top() if dy > 0 else kept.bottom() + 1, width, abs(dy))
        self._stale = [strip for strip in (beside, above) if not strip.isEmpty()]


def _blank(viewport: tuple[int, int]) -> QImage:
    return QImage(max(1, viewport[0]), max(1, viewport[1]), QImage.Format.Format_RGB32)


def _premultiplied(rgba: np.ndarray) -> np.ndarray:
    """As Qt's 32-bit formats lie in memory: uint8[H, W, 4] in the order blue, green, red, alpha."""
    if rgba.shape[2] == 3:
        return cv2.cvtColor(rgba, cv2.COLOR_RGB2BGRA)
    pixels = cv2.cvtColor(rgba, cv2.COLOR_RGBA2BGRA)
    if rgba.shape[0] and int(rgba[..., 3].min()) < 255:
        alpha = np.ascontiguousarray(pixels[..., 3])
        for channel in range(3):
            pixels[..., channel] = cv2.multiply(np.ascontiguousarray(pixels[..., channel]), alpha, scale=1 / 255)
    return pixels
