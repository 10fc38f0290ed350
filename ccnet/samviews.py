"""Between a picture and the square that Segment Anything looks at: where parts lie, rough masks in, answers out.

numpy and OpenCV only. A `Window` is a part of the picture, scaled so that its longest side is the square's and put into
the square's top left corner, as SAM was trained. SAM's answers are logits on a coarse grid over that square, above 0
where it is in the mask; they are enlarged only where that is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import cv2
import numpy as np

from ccnet.masks import Bounds

CERTAIN = 8.0
"""The logit that a rough mask is shown with where it is sure; SAM's own answers are of this size."""

BAND = 128
"""Rows of the picture that are enlarged at once: a large picture must not become floats as a whole."""

OVERLAP = 6
"""A tile is larger than what is taken of it by this part of its side, on every side."""


class Window(NamedTuple):
    """bounds: the part of the picture. width, height: its size in the square, whose side is `side`."""

    bounds: Bounds
    width: int
    height: int
    side: int

    @classmethod
    def of(cls, bounds: Bounds, side: int) -> Window:
        """The part of a picture, scaled until its longest side is `side`."""
        scale = side / max(bounds.width, bounds.height)
        width, height = (max(1, int(length * scale + 0.5)) for length in (bounds.width, bounds.height))
        return cls(bounds, width, height, side)

    def to_square(self, points: np.ndarray) -> np.ndarray:
        """Points of the picture, [N, 2] as (x, y), in pixels of the square: float32[N, 2]."""
        scales = self.width / self.bounds.width, self.height / self.bounds.height
        return ((points - (self.bounds.x, self.bounds.y)) * scales).astype(np.float32)

    def cell(self, grid: int) -> float:
        """How many pixels of the picture one number of an answer covers along one side."""
        return max(self.bounds.width, self.bounds.height) / grid


def rough_logits(rough: np.ndarray, window: Window, grid: int) -> np.ndarray:
    """A rough mask as SAM is shown it: uint8[h, w] of the window's bounds -> logits float32[grid, grid].

    By how much of a cell is covered, from -`CERTAIN` to `CERTAIN`. Whoever trains a SAM shows it masks in this way.
    """
    shrinks = window.width < rough.shape[1]
    scaled = cv2.resize(
        rough, (window.width, window.height), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    )
    square = np.zeros((window.side, window.side), np.float32)
    square[: window.height, : window.width] = scaled
    covered = cv2.resize(square, (grid, grid), interpolation=cv2.INTER_AREA) / 255
    least = 1 / (1 + np.exp(CERTAIN))
    covered = np.clip(covered, least, 1 - least)
    return np.log(covered / (1 - covered)).astype(np.float32)


def enlarged(logits: np.ndarray, window: Window) -> tuple[Bounds, np.ndarray]:
    """An answer, float32[grid, grid], at the picture's size: the bounds that hold all of it, and bool[h, w] inside.

    0 x 0 bounds when there is nothing in it. Linear between the centres of the grid's cells.
    """
    per_pixel = len(logits) / window.side
    seen = logits[: _up(window.height * per_pixel), : _up(window.width * per_pixel)]
    found = cv2.boundingRect((seen > 0).astype(np.uint8))
    if not found[2]:
        return Bounds(window.bounds.x, window.bounds.y, 0, 0), np.zeros((0, 0), bool)
    part = Bounds(*found).pad(1)  # between a cell above 0 and one below, the mask ends somewhere
    x, y, width, height = window.bounds
    columns = _pixels(part.x, part.width, width, window.width * per_pixel)
    rows = _pixels(part.y, part.height, height, window.height * per_pixel)
    bounds = Bounds(x + columns[0], y + rows[0], len(columns), len(rows))
    inside = np.empty((len(rows), len(columns)), bool)
    left, right, across = _between(columns, window.width * per_pixel / width, seen.shape[1])
    top, bottom, down = _between(rows, window.height * per_pixel / height, seen.shape[0])
    for start in range(0, len(rows), BAND):
        band = slice(start, start + BAND)
        lines = seen[top[band]] * (1 - down[band, None]) + seen[bottom[band]] * down[band, None]
        inside[band] = lines[:, left] * (1 - across) + lines[:, right] * across > 0
    return bounds, inside


def agreement(one: np.ndarray, other: np.ndarray) -> float:
    """Intersection over union of two bool[...] of one shape; 1 when both are empty."""
    union = np.count_nonzero(one | other)
    return np.count_nonzero(one & other) / union if union else 1.0


def frame_share(mask: np.ndarray) -> float:
    """How much of a picture's outermost pixels a mask covers, 0 to 1. mask: bool or uint8[H, W]."""
    frame = np.concatenate([mask[0], mask[-1], mask[1:-1, 0], mask[1:-1, -1]])
    return np.count_nonzero(frame) / len(frame)


def rim(piece: np.ndarray, reach: float) -> np.ndarray:
    """bool[h, w]: all pixels within `reach` of the edge of bool[h, w] `piece`, on either side of it."""
    inner, outer = (
        cv2.distanceTransform(side.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5) for side in (piece, ~piece)
    )
    return np.maximum(inner, outer) <= reach


def depths(piece: np.ndarray, count: int) -> np.ndarray:
    """Up to `count` points deep inside bool[h, w] `piece`, far from its edge and each other: int[N, 2] as (x, y)."""
    # Zeros around: the edge of the window counts as an edge.
    free = cv2.copyMakeBorder(piece.astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT)
    found: list[tuple[int, int]] = []
    for _ in range(count):
        distance = cv2.distanceTransform(free, cv2.DIST_L2, cv2.DIST_MASK_3)
        _, deepest, _, (x, y) = cv2.minMaxLoc(distance)
        if deepest <= 0:
            break
        found.append((x - 1, y - 1))
        cv2.circle(free, (x, y), max(1, int(deepest)), 0, cv2.FILLED)
    return np.array(found, np.int64).reshape(-1, 2)


def tiles(edge: np.ndarray, side: int, most: int) -> Iterator[tuple[Bounds, Bounds]]:
    """Parts that together hold all of bool[h, w] `edge`: (what to look at, what of it to use), at most `most`.

    The parts are as small as `most` allows, and at least `side` pixels. None when that needs parts nearly as large as
    everything.
    """
    height, width = edge.shape
    rows, columns = np.nonzero(edge)
    while len(rows) and side < 0.7 * max(height, width):
        margin = side // OVERLAP
        step = side - 2 * margin
        cells = np.unique(np.stack([rows // step, columns // step]), axis=1).T
        if len(cells) <= most:
            for row, column in cells.tolist():
                x, y = column * step, row * step
                used = Bounds(x, y, min(step, width - x), min(step, height - y))
                yield Bounds(x, y, step, step).pad(margin).clamp(width, height), used
            return
        side = _up(side * 1.25)


def _up(value: float) -> int:
    return int(np.ceil(value - 1e-6))


def _pixels(first: int, cells: int, length: int, grid: float) -> np.ndarray:
    """Which of `length` pixels have their centres in some cells, where all pixels lie on `grid` cells."""
    start = max(0, int(first * length / grid))
    return np.arange(start, max(start + 1, min(length, _up((first + cells) * length / grid))))


def _between(pixels: np.ndarray, scale: float, cells: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """For pixels' centres: the cells before and behind them, and how far from the one to the other they are, 0 to 1."""
    position = np.clip((pixels + 0.5) * scale - 0.5, 0, cells - 1).astype(np.float32)
    before = position.astype(np.intp)
    return before, np.minimum(before + 1, cells - 1), position - before
