"""The leak guard: what of the old garment a mask lets through, before drawing and after."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from PIL.Image import Image

from ccnet.masks import Mask

LEAK_THRESHOLD = 0.5


class LeakWarning(NamedTuple):
    """outside_pixels: pixels beside the mask that still belong to the old garment. grow: by how many pixels the mask
    must grow to hold them. notice: a sentence for the user."""

    outside_pixels: int
    grow: int
    notice: str


def check_before(image: Image, mask: Mask, old: Mask) -> LeakWarning | None:
    """None: nothing leaks."""
    outside = int(((old.alpha > 0) & (mask.alpha == 0)).sum())
    if not outside:
        return None
    return LeakWarning(outside, 0, f"{outside} pixels of the old garment are outside the mask.")


def check_after(original: Image, candidate: Image, mask: Mask, old: Mask) -> float:
    """The share, 0..1, of the old garment that is left inside the mask."""
    here = (mask.alpha > 0) & (old.alpha > 0)
    if not here.any():
        return 0.0
    difference = np.abs(np.asarray(original, np.int16)[here] - np.asarray(candidate, np.int16)[here]).max(-1)
    return float((difference < 8).mean())
