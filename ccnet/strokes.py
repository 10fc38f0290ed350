"""Brush strokes on a mask.

As in `ccnet.shapes`: they change a writable uint8[H, W] array in place and return the exact `Bounds` of the pixels
that changed, `NOTHING` when there are none. Coordinates are in pixels from the top left corner; the centre of the
first pixel is (0.5, 0.5), and a stroke may lie partly or wholly outside of the array. `erase` does the opposite of
painting. `limit`: uint8[H, W] of the same size, 255 = must not change, in between = changes less.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import cv2
import numpy as np

from ccnet.masks import Bounds
from ccnet.shapes import NOTHING, clip, multiply, union, write

_TILE = 256
_FRACTIONS = 4
"""Dabs are placed to a quarter of a pixel: finer is not seen, and coarser shows as steps along slanted edges."""

_SOFT = 16
"""Pixels: where a dab takes this long to fade, it is placed to a whole pixel, and nobody sees it. Large dabs take
longer to make than to lay; so fewer are made."""

_SMALL = 32
"""Pixels from the middle of a dab to its border: thousands up to this size are kept."""


class StrokePoint(NamedTuple):
    """One reading of the pen: where it is, in pixels, and how hard it presses (0..1)."""

    x: float
    y: float
    pressure: float = 1.0


@dataclass(frozen=True)
class Brush:
    """A round brush. `size`: diameter in pixels at full pressure. `hardness`: 0..1, how much of the radius is full
    before it fades. `opacity`: 0..1, how far one stroke goes, however often it crosses itself. `pressure_size` and
    `pressure_opacity`: what a tablet's pressure changes. `smooth`: curves through the points instead of corners.

    Raises ValueError when a number is out of its range.
    """

    size: float = 40.0
    hardness: float = 0.8
    opacity: float = 1.0
    pressure_size: bool = True
    pressure_opacity: bool = False
    smooth: bool = True

    def __post_init__(self) -> None:
        if not self.size > 0:
            raise ValueError(f"The brush size must be more than 0 pixels, not {self.size}.")
        for name in ("hardness", "opacity"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"The brush's {name} is between 0 and 1, not {getattr(self, name)}.")

    def radius(self, pressure: float) -> float:
        """In pixels. A light touch still draws a tenth of the size, and never less than a pixel."""
        part = 0.1 + 0.9 * min(max(pressure, 0.0), 1.0) if self.pressure_size else 1.0
        return max(0.5, self.size / 2 * part)

    def strength(self, pressure: float) -> int:
        """0..255: the value of a dab's centre."""
        part = min(max(pressure, 0.0), 1.0) if self.pressure_opacity else 1.0
        return round(255 * self.opacity * part)


class Stroke:
    """One stroke, drawn while the pen moves. The result depends on the points alone, not on how many come at a time.

    A pixel is covered by the strongest dab over it, and the coverage is laid over what was there before the stroke:
    crossing itself does not darken a stroke of low opacity.
    """

    def __init__(
        self, target: np.ndarray, brush: Brush, *, erase: bool = False, limit: np.ndarray | None = None
    ) -> None:
        self._target = target
        self._brush = brush
        self._erase = erase
        self._limit = limit
        # Pages of a large zeroed or empty array cost nothing until they are touched; `zeros_like` touches them all.
        self._coverage = np.zeros(target.shape, target.dtype)
        self._before = np.empty_like(target)
        self._kept = np.zeros((-(-target.shape[0] // _TILE), -(-target.shape[1] // _TILE)), bool)
        self._last: StrokePoint | None = None
        self._drawn_to: StrokePoint | None = None
        self._until_next = 0.0
        self.bounds = NOTHING

    def add(self, *points: StrokePoint) -> Bounds:
        """Draws on to these points. With smoothing the newest half segment waits for the point that follows it."""
        touched = NOTHING
        for point in points:
            if self._last is None or self._drawn_to is None:
                touched = union(touched, self._dab(point))
                self._until_next = _spacing(self._brush.radius(point.pressure))
                self._drawn_to = point
            elif self._brush.smooth:
                end = _between(self._last, point, 0.5)
                touched = union(touched, self._walk(_curve(self._drawn_to, self._last, end)))
                self._drawn_to = end
            else:
                touched = union(touched, self._walk([self._last, point]))
                self._drawn_to = point
            self._last = point
        return self._lay(touched)

    def finish(self) -> Bounds:
        """Draws what is left up to the last point. Nothing when there was no point."""
        if self._last is None or self._drawn_to is None:
            return NOTHING
        touched = self._walk([self._drawn_to, self._last])
        if (self._last.x, self._last.y) != (self._drawn_to.x, self._drawn_to.y) or not self._brush.smooth:
            touched = union(touched, self._dab(self._last))
        self._drawn_to = self._last
        return self._lay(touched)

    def _walk(self, path: Sequence[StrokePoint]) -> Bounds:
        """Dabs along a polyline at even distances, counted on from the dab before it."""
        touched = NOTHING
        for start, end in pairwise(path):
            length = math.hypot(end.x - start.x, end.y - start.y)
            position = self._until_next
            while position <= length:
                point = _between(start, end, position / length if length else 1.0)
                touched = union(touched, self._dab(point))
                position += _spacing(self._brush.radius(point.pressure))
            self._until_next = position - length
        return touched

    def _dab(self, point: StrokePoint) -> Bounds:
        """Covers one dab's pixels; the bounds that it touches."""
        strength = self._brush.strength(point.pressure)
        dab, x, y = _place(point.x, point.y, self._brush.radius(point.pressure), self._brush.hardness)
        bounds = clip(self._target, Bounds(x, y, dab.shape[1], dab.shape[0]))
        if not bounds.width or not strength:
            return NOTHING
        part = dab[Bounds(bounds.x - x, bounds.y - y, bounds.width, bounds.height).slices]
        if strength < 255:
            part = cv2.convertScaleAbs(part, alpha=strength / 255)
        covered = self._coverage[bounds.slices]
        np.maximum(covered, part, out=covered)
        return bounds

    def _lay(self, touched: Bounds) -> Bounds:
        """The coverage over what was there before the stroke, inside `touched`."""
        if not touched.width:
            return NOTHING
        self._keep(touched)
        area = touched.slices
        covered = self._coverage[area]
        if self._limit is not None:
            covered = multiply(covered, 255 - self._limit[area])
        free = 255 - covered
        before = self._before[area]
        new = multiply(before, free) if self._erase else 255 - multiply(255 - before, free)
        changed = write(self._target, touched, new)
        self.bounds = union(self.bounds, changed)
        return changed

    def _keep(self, touched: Bounds) -> None:
        """Remembers the target's tiles before their first change."""
        left, top, right, bottom = touched.box
        for row in range(top // _TILE, (bottom - 1) // _TILE + 1):
            for column in range(left // _TILE, (right - 1) // _TILE + 1):
                if not self._kept[row, column]:
                    tile = np.s_[row * _TILE : (row + 1) * _TILE, column * _TILE : (column + 1) * _TILE]
                    self._before[tile] = self._target[tile]
                    self._kept[row, column] = True


def stroke(
    target: np.ndarray,
    points: Iterable[StrokePoint],
    brush: Brush,
    *,
    erase: bool = False,
    limit: np.ndarray | None = None,
) -> Bounds:
    """A whole stroke at once, exactly as `Stroke` draws it bit by bit."""
    whole = Stroke(target, brush, erase=erase, limit=limit)
    return union(whole.add(*points), whole.finish())


def line(target: np.ndarray, start: StrokePoint, end: StrokePoint, brush: Brush, *, erase: bool = False) -> Bounds:
    """A straight stroke."""
    return stroke(target, (start, end), brush, erase=erase)


def stamp(target: np.ndarray, point: StrokePoint, brush: Brush, *, erase: bool = False) -> Bounds:
    """A single dab."""
    return stroke(target, (point,), brush, erase=erase)


def _disc(radius: float, hardness: float, x: int, y: int) -> np.ndarray:
    """uint8[n, n]: a dab whose centre lies x, y quarters of a pixel past the middle of the array."""
    half = math.ceil(radius + 1.5)
    if half <= _SMALL or not (x or y):
        reach = max(_SMALL, 1 << (half - 1).bit_length())
        distance = _kept_distances(reach, x, y)[reach - half : reach + half + 1, reach - half : reach + half + 1]
    else:
        distance = _distances(half, x, y)
    # A hard edge still takes one pixel to fade, or it would show stairs.
    inner = min(radius * hardness, radius - 0.5)
    slope = 255 / (radius + 0.5 - inner)
    dab = cv2.addWeighted(distance, -slope, distance, 0, slope * (radius + 0.5), dtype=cv2.CV_8U)
    if hardness < 1:
        dab = cv2.LUT(dab, _fading(hardness))
    dab.flags.writeable = False
    return dab


_small_disc = lru_cache(maxsize=4096)(_disc)
_large_disc = lru_cache(maxsize=96)(_disc)


@lru_cache(maxsize=8)
def _fading(hardness: float) -> np.ndarray:
    """uint8[256]: from a straight slope to how a brush of this hardness fades."""
    part = np.arange(256) / 255
    smooth = part * part * (3 - 2 * part)
    return np.rint(255 * (part * hardness + smooth * (1 - hardness))).astype(np.uint8)


def _distances(half: int, x: int, y: int) -> np.ndarray:
    """float32[2 half + 1, 2 half + 1]: pixels from the centre, which lies x, y quarters past the middle."""
    across = np.arange(-half, half + 1, dtype=np.float32) + 0.5
    square_x, square_y = (across - x / _FRACTIONS) ** 2, (across - y / _FRACTIONS) ** 2
    return cv2.sqrt(square_y[:, None] + square_x[None, :])


_kept_distances = lru_cache(maxsize=24)(_distances)


def _place(x: float, y: float, radius: float, hardness: float) -> tuple[np.ndarray, int, int]:
    """A dab around (x, y), and the pixel that its array begins at."""
    # Close sizes share a dab, or a tablet's pressure would make every one anew.
    quantum = max(1 / 8, 2 ** math.floor(math.log2(radius)) / 64)
    radius = round(radius / quantum) * quantum
    step = _FRACTIONS if radius * (1 - hardness) >= _SOFT else 1
    column, row = (step * math.floor(at * _FRACTIONS / step + 0.5) for at in (x, y))
    disc = _small_disc if radius < _SMALL - 2 else _large_disc
    dab = disc(radius, round(hardness, 3), column % _FRACTIONS, row % _FRACTIONS)
    half = dab.shape[0] // 2
    return dab, column // _FRACTIONS - half, row // _FRACTIONS - half


def _spacing(radius: float) -> float:
    """The distance between dabs: the dents they leave along the edge stay below a tenth of a pixel."""
    return max(0.25, min(math.sqrt(radius / 2), radius / 6))


def _between(a: StrokePoint, b: StrokePoint, part: float) -> StrokePoint:
    x, y, pressure = a
    return StrokePoint(x + (b.x - x) * part, y + (b.y - y) * part, pressure + (b.pressure - pressure) * part)


def _curve(start: StrokePoint, control: StrokePoint, end: StrokePoint) -> list[StrokePoint]:
    """A quadratic Bezier curve as a polyline that is never more than an eighth of a pixel away from it."""
    bend = math.hypot(start.x - 2 * control.x + end.x, start.y - 2 * control.y + end.y)
    count = min(max(1, math.ceil(math.sqrt(bend))), 64)
    return [
        _between(_between(start, control, part), _between(control, end, part), part)
        for part in (i / count for i in range(count + 1))
    ]
