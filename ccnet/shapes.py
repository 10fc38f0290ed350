"""Areas of a mask: filled shapes, bucket, magic wand, grow and shrink.

Every function changes a writable uint8[H, W] array in place and returns the exact `Bounds` of the pixels it changed,
`NOTHING` when there are none. Coordinates are in pixels from the top left corner; the centre of the first pixel is
(0.5, 0.5), and everything may lie partly or wholly outside of the array. `erase` does the opposite of painting.
`limit`: uint8[H, W] of the same size, 255 = must not change, in between = changes less.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Literal

import cv2
import numpy as np

from ccnet.masks import Bounds, Mask

NOTHING = Bounds(0, 0, 0, 0)
"""What is returned when no pixel changed."""

Combination = Literal["add", "subtract", "replace", "intersect"]

_HALF = 128
"""From this value on a pixel counts as masked where a decision must be made."""

_FINER = 4
"""Finer pixels per pixel along one side, to draw smooth edges with."""

_TILE = 256
"""Rows that are drawn at a time, so that a large shape needs little memory."""

_SEAM = 3
"""How far, in pixels, a bucket reaches into the soft edge of what surrounds it."""


def rectangle(target: np.ndarray, bounds: Bounds, *, erase: bool = False, limit: np.ndarray | None = None) -> Bounds:
    """Fills whole pixels."""
    inside = clip(target, bounds)
    if not inside.width:
        return NOTHING
    return _lay_shape(target, inside, np.full((inside.height, inside.width), 255, np.uint8), erase, limit)


def polygon(
    target: np.ndarray,
    points: Sequence[tuple[float, float]],
    *,
    erase: bool = False,
    limit: np.ndarray | None = None,
) -> Bounds:
    """Fills the closed outline through `points` with smooth edges, as a lasso means it: an outline that crosses
    itself leaves no holes. Fewer than three points are nothing.
    """
    if len(points) < 3:
        return NOTHING
    outline = np.asarray(points, np.float64)
    left, top = np.floor(outline.min(axis=0)).astype(int) - 1
    right, bottom = np.ceil(outline.max(axis=0)).astype(int) + 1
    inside = clip(target, Bounds(int(left), int(top), int(right - left), int(bottom - top)))
    if not inside.width:
        return NOTHING
    shape = _filled(outline - (inside.x, inside.y), inside.width, inside.height)
    _close_holes(shape)
    return _lay_shape(target, inside, shape, erase, limit)


def flood(target: np.ndarray, x: float, y: float, *, erase: bool = False, limit: np.ndarray | None = None) -> Bounds:
    """Fills the empty area around a point up to the painted pixels, as a bucket does; `erase` removes the painted
    area there with its soft edge. Nothing outside of the array, nor where there is nothing to fill or to remove.
    """
    column, row = math.floor(x), math.floor(y)
    height, width = target.shape
    if not (0 <= column < width and 0 <= row < height):
        return NOTHING
    open_area = (target > 0 if erase else target < _HALF).astype(np.uint8)
    if not open_area[row, column]:
        return NOTHING
    found = _component(open_area, column, row)
    bounds = clip(target, found.bounds.pad(_SEAM))
    shape = found.alpha[bounds.slices].copy()
    if not erase:
        # Up to the middle of a soft line only would leave a pale seam along it.
        disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * _SEAM + 1, 2 * _SEAM + 1))
        near = cv2.dilate(shape, disc)
        closed = cv2.morphologyEx(np.maximum(shape, target[bounds.slices]), cv2.MORPH_CLOSE, disc)
        shape = np.where(near > 0, closed, shape)
    return _lay_shape(target, bounds, shape, erase, limit)


def wand(
    target: np.ndarray,
    picture: np.ndarray,
    x: float,
    y: float,
    *,
    tolerance: int = 24,
    contiguous: bool = True,
    grow_by: int = 1,
    erase: bool = False,
    limit: np.ndarray | None = None,
) -> Bounds:
    """Masks the pixels that have the colour of the one at (x, y).

    picture: uint8[H, W, 3] of the target's size. tolerance: 0..255, the largest difference in any channel.
    contiguous: only what hangs together with the point. grow_by: pixels more on every side, to reach under the soft
    edge of the drawn line.
    """
    column, row = math.floor(x), math.floor(y)
    height, width = target.shape
    if not (0 <= column < width and 0 <= row < height):
        return NOTHING
    colour = picture[row, column].astype(np.int16)
    low, high = np.clip(colour - tolerance, 0, 255), np.clip(colour + tolerance, 0, 255)
    alike = cv2.inRange(picture, low.astype(np.uint8), high.astype(np.uint8))
    found = _component(alike, column, row) if contiguous else Mask(alike)
    bounds = clip(target, found.bounds.pad(grow_by + 1))
    return _lay_shape(target, bounds, found.crop(bounds).grow(grow_by).alpha, erase, limit)


def combine(
    target: np.ndarray, alpha: np.ndarray, how: Combination = "add", *, limit: np.ndarray | None = None
) -> Bounds:
    """Brings another mask into this one. alpha: uint8[H, W] of the same size.

    "add" and "subtract" change only pixels where alpha is above 0, "intersect" and "replace" the others as well.
    Raises ValueError when the sizes differ.
    """
    if alpha.shape != target.shape:
        raise ValueError(f"The masks differ in size: {alpha.shape[::-1]} and {target.shape[::-1]}.")
    if how in ("add", "subtract"):
        bounds = Bounds(*cv2.boundingRect(alpha))
        return _lay_shape(target, bounds, alpha[bounds.slices], how == "subtract", limit) if bounds.width else NOTHING
    new = alpha if how == "replace" else np.minimum(target, alpha)
    if limit is not None:
        new = multiply(target, limit) + multiply(new, 255 - limit)
    return write(target, _whole(target), new)


def clear(target: np.ndarray) -> Bounds:
    """To 0 everywhere."""
    bounds = Bounds(*cv2.boundingRect(target))
    target[bounds.slices] = 0
    return bounds if bounds.width else NOTHING


def invert(target: np.ndarray) -> Bounds:
    """What was kept is repainted and the other way round. Changes every pixel."""
    np.subtract(255, target, out=target)
    return _whole(target)


def grow(target: np.ndarray, pixels: int) -> Bounds:
    """Wider by `pixels` on every side, as `Mask.grow` does it."""
    return _within(target, pixels + 1, lambda mask: mask.grow(pixels).alpha)


def shrink(target: np.ndarray, pixels: int) -> Bounds:
    """Narrower by `pixels` on every side. The picture's border does not eat into a mask that reaches it."""
    return _within(target, 1, lambda mask: 255 - Mask(255 - mask.alpha).grow(pixels).alpha)


def feather(target: np.ndarray, pixels: int) -> Bounds:
    """A soft edge of `pixels` outwards, as `Mask.feather` does it."""
    return _within(target, pixels + 1, lambda mask: mask.feather(pixels).alpha)


def union(a: Bounds, b: Bounds) -> Bounds:
    """The smallest rectangle around both; an empty one counts for nothing."""
    if not a.width or not a.height:
        return b
    if not b.width or not b.height:
        return a
    left, top = min(a.x, b.x), min(a.y, b.y)
    right, bottom = max(a.x + a.width, b.x + b.width), max(a.y + a.height, b.y + b.height)
    return Bounds(left, top, right - left, bottom - top)


def clip(target: np.ndarray, bounds: Bounds) -> Bounds:
    """The part of `bounds` inside the array, `NOTHING` when there is none."""
    height, width = target.shape[:2]
    left, top = max(bounds.x, 0), max(bounds.y, 0)
    right, bottom = min(bounds.x + bounds.width, width), min(bounds.y + bounds.height, height)
    return Bounds(left, top, right - left, bottom - top) if right > left and bottom > top else NOTHING


def multiply(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """uint8 x uint8 as parts of 255, rounded."""
    return cv2.multiply(a, b, scale=1 / 255)


def write(target: np.ndarray, bounds: Bounds, new: np.ndarray) -> Bounds:
    """Puts `new` at `bounds`, which lie inside the target; the exact bounds of what that changed."""
    old = target[bounds.slices]
    x, y, width, height = cv2.boundingRect(cv2.bitwise_xor(old, new))
    if not width:
        return NOTHING
    changed = Bounds(x, y, width, height).slices
    old[changed] = new[changed]
    return Bounds(bounds.x + x, bounds.y + y, width, height)


def _lay_shape(target: np.ndarray, bounds: Bounds, shape: np.ndarray, erase: bool, limit: np.ndarray | None) -> Bounds:
    """Lays uint8[bounds.height, bounds.width] coverage over the target, or takes it away."""
    if limit is not None:
        shape = multiply(shape, 255 - limit[bounds.slices])
    old = target[bounds.slices]
    return write(target, bounds, multiply(old, 255 - shape) if erase else 255 - multiply(255 - old, 255 - shape))


def _filled(outline: np.ndarray, width: int, height: int) -> np.ndarray:
    """float[n, 2] -> uint8[height, width]: how much of each pixel lies inside.

    OpenCV's own smooth edges lie almost a pixel outside of the outline: it is drawn hard on finer pixels instead.
    """
    shape = np.empty((height, width), np.uint8)
    for top in range(0, height, _TILE):
        rows = min(_TILE, height - top)
        fine = np.zeros((rows * _FINER, width * _FINER), np.uint8)
        corners = np.rint((outline - (0, top)) * _FINER - 0.5).astype(np.int32)
        cv2.fillPoly(fine, [corners], 255)
        shape[top : top + rows] = cv2.resize(fine, (width, rows), interpolation=cv2.INTER_AREA)
    return shape


def _close_holes(shape: np.ndarray) -> None:
    """Fills in place what the outline of a shape surrounds, and the soft edges of the holes it had."""
    touched = (shape > 0).astype(np.uint8)
    contours, _ = cv2.findContours(touched, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    whole = cv2.drawContours(np.zeros_like(shape), contours, -1, 1, cv2.FILLED)
    holes = whole - touched
    if holes.any():
        inner = cv2.erode(whole, np.ones((3, 3), np.uint8), borderValue=1)
        shape[np.logical_and(inner, cv2.dilate(holes, np.ones((5, 5), np.uint8)))] = 255


def _whole(target: np.ndarray) -> Bounds:
    return Bounds(0, 0, target.shape[1], target.shape[0])


def _component(open_area: np.ndarray, column: int, row: int) -> Mask:
    """What hangs together with a pixel: uint8[H, W] -> 255 on the pixels of the same value around (column, row)."""
    height, width = open_area.shape
    found = np.zeros((height + 2, width + 2), np.uint8)
    cv2.floodFill(open_area, found, (column, row), 0, 0, 0, 4 | cv2.FLOODFILL_MASK_ONLY | 255 << 8)
    return Mask(found[1:-1, 1:-1])


def _within(target: np.ndarray, reach: int, change: Callable[[Mask], np.ndarray]) -> Bounds:
    """Applies `change` to the part of the target it can reach: the mask's bounds and `reach` pixels around."""
    painted = Bounds(*cv2.boundingRect(target))
    if not painted.width:
        return NOTHING
    bounds = clip(target, painted.pad(max(reach, 1)))
    return write(target, bounds, change(Mask(target[bounds.slices])))
