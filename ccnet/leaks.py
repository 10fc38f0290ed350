"""The leak guard: what of the old garment a mask lets through, before drawing and after.

Before: its outline, its shadow or its colour just outside the mask would tell the model what was there. After: how much
of its palette came back. Both go by colour alone, in CIE Lab. numpy and OpenCV only.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from PIL.Image import Image

from ccnet.masks import Mask

LEAK_THRESHOLD = 0.5
"""The share of the old palette from which on a result is doubtful. Of paper dolls in another outfit of random colours
99 in 100 stay below it (the median is 0.1); the same picture again has 1."""

REACH = 0.03
"""How far from the old garment its outline and shadow are looked for, as a share of its height."""

TOLERANCE = 14.0
"""Colours less different than this (CIE76) are one colour: shading and compression stay below, other cloth is above."""

NOTICEABLE = 0.02
"""Fewer pixels than this share of the garment's rim are not worth a warning."""

BINS = (12, 16, 16)
"""Of the palette's histogram: lightness, green to red, blue to yellow."""


class LeakWarning(NamedTuple):
    """outside_pixels: pixels beside the mask that look like the old garment. grow: by how many pixels the mask must
    grow to hold them. notice: a sentence for the user."""

    outside_pixels: int
    grow: int
    notice: str


def check_before(image: Image, mask: Mask, old: Mask, keep: Mask | None = None) -> LeakWarning | None:
    """What of the old garment shows just outside the mask; None when nothing does.

    image: RGB. mask, old: of the same size; old: the garment's own pixels. keep: what is protected on purpose and never
    counts, such as hair in front of a garment.
    """
    if not old:
        return None
    reach = max(3, round(REACH * old.bounds.height))
    window = old.bounds.pad(3 * reach)
    left, top = max(window.x, 0), max(window.y, 0)
    here = np.s_[top : window.y + window.height, left : window.x + window.width]
    garment, inside = old.alpha[here] > 0, mask.alpha[here] > 0
    kept = np.zeros_like(garment) if keep is None else keep.alpha[here] > 0
    colours = _lab(np.asarray(image)[here])
    away = cv2.distanceTransform((~garment).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    beside = ~inside & ~kept & (away <= reach)
    if not beside.any():
        return None
    around = ~garment & ~kept & ~inside & (away > reach) & (away <= 3 * reach)
    rim = garment & (cv2.erode(garment.astype(np.uint8), np.ones((5, 5), np.uint8)) == 0)
    # Its own pixels leak whatever their colour; others when they look like its cloth or rim, not like what is around.
    leaking = beside & (garment | _like(colours, beside, garment, rim, around))
    leaking = _joined(leaking, inside | garment)
    count = int(leaking.sum())
    if count <= NOTICEABLE * max(int(rim.sum()), 50):
        return None
    out = cv2.distanceTransform((~inside).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    grow = int(np.ceil(np.percentile(out[leaking], 99)))
    plural = "" if grow == 1 else "s"
    notice = f"The old garment shows beside the mask ({count} pixels): grow the mask by {grow} pixel{plural}."
    return LeakWarning(count, grow, notice)


def check_after(original: Image, candidate: Image, mask: Mask, old: Mask) -> float:
    """How much of the old garment's palette is left where it was, 0..1: 1 for the unchanged picture, near 0 for another
    outfit in other colours. Pictures: RGB, of one size with the masks. 0 when the mask holds nothing of the garment."""
    here = (mask.alpha > 127) & (old.alpha > 127)
    if not here.any():
        return 0.0
    before, after = (_palette(_lab(np.asarray(picture))[here]) for picture in (original, candidate))
    return float(np.minimum(before, after).sum())


def _lab(rgb: np.ndarray) -> np.ndarray:
    """uint8[H, W, 3] RGB -> float32[H, W, 3] CIE Lab, L 0..100."""
    return cv2.cvtColor(rgb.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)


def _palette(colours: np.ndarray) -> np.ndarray:
    """float[BINS], summing to 1: a smooth histogram of Lab colours [n, 3]."""
    ranges = ((0.0, 100.01), (-100.0, 100.0), (-110.0, 100.0))
    counts, _ = np.histogramdd(np.clip(colours, [r[0] for r in ranges], [r[1] for r in ranges]), BINS, ranges)
    for axis in range(3):  # so that a colour on the edge between two bins is in both
        padded = np.pad(counts, [(1, 1) if k == axis else (0, 0) for k in range(3)], mode="edge")
        parts = [np.take(padded, np.arange(k, k + counts.shape[axis]), axis) for k in range(3)]
        counts = 0.25 * parts[0] + 0.5 * parts[1] + 0.25 * parts[2]
    return counts / counts.sum()


def _like(
    colours: np.ndarray, where: np.ndarray, garment: np.ndarray, rim: np.ndarray, around: np.ndarray
) -> np.ndarray:
    """bool[H, W]: where a colour is nearer to the garment's than to those of the surroundings."""
    out = np.zeros(where.shape, bool)
    asked = colours[where]
    own = np.minimum(_nearest(asked, _main_colours(colours[garment])), _nearest(asked, _main_colours(colours[rim])))
    other = _nearest(asked, _main_colours(colours[around])) if around.any() else np.full(len(asked), np.inf)
    out[where] = (own < TOLERANCE) & (own < 0.7 * other)
    return out


def _main_colours(colours: np.ndarray, most: int = 8) -> np.ndarray:
    """float32[k, 3]: the commonest colours of [n, 3], each at least 2 % of it (or the commonest of all)."""
    steps = np.rint(colours / 8).astype(np.int32)
    _, index, counts = np.unique(steps, axis=0, return_inverse=True, return_counts=True)
    order = np.argsort(counts)[::-1][:most]
    order = order[counts[order] >= 0.02 * len(colours)] if (counts >= 0.02 * len(colours)).any() else order[:1]
    return np.stack([colours[index.reshape(-1) == k].mean(axis=0) for k in order]).astype(np.float32)


def _nearest(colours: np.ndarray, palette: np.ndarray) -> np.ndarray:
    """float[n]: how different each colour is from the nearest of a palette."""
    return np.sqrt(((colours[:, None] - palette[None]) ** 2).sum(-1)).min(axis=1)


def _joined(wanted: np.ndarray, to: np.ndarray) -> np.ndarray:
    """The pieces of `wanted` that touch `to`."""
    _, pieces = cv2.connectedComponents(wanted.astype(np.uint8), connectivity=8)
    near = cv2.dilate(to.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    touching = np.zeros(int(pieces.max()) + 1, bool)
    touching[np.unique(pieces[near & wanted])] = True
    touching[0] = False
    return touching[pieces]
