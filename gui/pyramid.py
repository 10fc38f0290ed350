"""An array beside its halves, quarters, eighths: a zoomed-out view is drawn from few pixels, without shimmering."""

from __future__ import annotations

import math
from typing import NamedTuple

import cv2
import numpy as np

from ccnet.masks import Bounds
from ccnet.shapes import NOTHING, clip

_SMALLEST = 128
"""Levels end when the longer side is at most this."""


class Level(NamedTuple):
    """One size of a pyramid. `array` is its pixels, `factor` how many of the whole's pixels one of them stands for."""

    array: np.ndarray
    factor: int


class Pyramid:
    """uint8[H, W] or uint8[H, W, C] at full size, which is kept and not copied, and at every half of it.

    Whoever writes to the array calls `update` with the rectangle that was written; only that is computed again.
    """

    def __init__(self, array: np.ndarray) -> None:
        self._levels = [array]
        while max(self._levels[-1].shape[:2]) > _SMALLEST:
            height, width = (-(-side // 2) for side in self._levels[-1].shape[:2])
            # Zeroed memory costs nothing until it is written.
            self._levels.append(np.zeros((height, width, *array.shape[2:]), np.uint8))
        if array.any():
            self.update(Bounds(0, 0, array.shape[1], array.shape[0]))

    def __len__(self) -> int:
        return len(self._levels)

    @property
    def whole(self) -> np.ndarray:
        """The array at full size."""
        return self._levels[0]

    def level(self, zoom: float) -> Level:
        """The smallest level that need not be enlarged at this zoom."""
        index = max(0, math.floor(math.log2(1 / zoom) + 1e-6)) if zoom < 1 else 0
        index = min(index, len(self._levels) - 1)
        return Level(self._levels[index], 2**index)

    def update(self, bounds: Bounds) -> None:
        """The full size was written inside `bounds`."""
        for parent, child in zip(self._levels, self._levels[1:], strict=False):
            bounds = clip(parent, bounds)
            if bounds == NOTHING:
                return
            left, top, right, bottom = bounds.box
            x, y = left // 2, top // 2
            width, height = -(-right // 2) - x, -(-bottom // 2) - y
            source = parent[2 * y : 2 * (y + height), 2 * x : 2 * (x + width)]
            missing_rows, missing_columns = 2 * height - source.shape[0], 2 * width - source.shape[1]
            if missing_rows or missing_columns:
                source = cv2.copyMakeBorder(source, 0, missing_rows, 0, missing_columns, cv2.BORDER_REPLICATE)
            child[y : y + height, x : x + width] = cv2.resize(source, (width, height), interpolation=cv2.INTER_AREA)
            bounds = Bounds(x, y, width, height)
