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
"""The share of the old palette from which on a result is doubtful. Paper dolls in another outfit, often with a colour
in common, stay below 0.3 in 19 cases of 20 and at 0.1 in the middle; a picture that is only blurred has 0.8."""

REACH = 0.03
"""How far from the old garment its outline and shadow are looked for, as a share of its height."""

TOLERANCE = 14.0
"""Colours less different than this (CIE76) are one colour: shading and compression stay below, other cloth is above."""

NOTICEABLE = 0.02
"""Fewer pixels than this share of the garment's rim are not worth a warning."""

MAIN_COLOUR = 0.03
"""Colours with a smaller share of a garment are not of its palette."""

NEARBY = 0.02
"""An old colour has come back where it is this near to where it was, as a share of the garment's height."""

WORKING_SIDE = 512
"""Palettes are compared at this size, in pixels of the garment's longer side, at most."""


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
    by = "1 pixel" if grow == 1 else f"{grow} pixels"
    notice = f"The old garment shows beside the mask ({count} pixels): grow the mask by {by}."
    return LeakWarning(count, grow, notice)


def check_after(original: Image, candidate: Image, mask: Mask, old: Mask) -> float:
    """How much of the old garment's palette is left where it was, 0..1: 1 for the unchanged picture, near 0 for another
    outfit in other colours. Pictures: RGB, of one size with the masks. 0 when the mask holds nothing of the garment."""
    bounds = old.bounds
    here = ((mask.alpha > 127) & (old.alpha > 127))[bounds.slices]
    if not here.any():
        return 0.0
    scale = min(1.0, WORKING_SIDE / max(here.shape))
    size = (max(1, round(bounds.width * scale)), max(1, round(bounds.height * scale)))
    here = cv2.resize(here.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0
    before, after = (
        _lab(cv2.resize(np.asarray(picture)[bounds.slices], size, interpolation=cv2.INTER_AREA))[here]
        for picture in (original, candidate)
    )
    if not len(before):
        return 0.0
    palette = _main_colours(before, 12, MAIN_COLOUR)
    was, now = _matched(before, palette), _matched(after, palette)
    reach = max(1, round(NEARBY * size[1]))
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    left = 0
    for k in range(len(palette)):
        place = np.zeros(here.shape, np.uint8)
        place[here] = was == k
        near = cv2.dilate(place, disc)[here] > 0
        left += min(int(((now == k) & near).sum()), int((was == k).sum()))
    return left / max(int((was >= 0).sum()), 1)


def _lab(rgb: np.ndarray) -> np.ndarray:
    """uint8[H, W, 3] RGB -> float32[H, W, 3] CIE Lab, L 0..100."""
    return cv2.cvtColor(rgb.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)


def _matched(colours: np.ndarray, palette: np.ndarray) -> np.ndarray:
    """int[n]: which colour of a palette each is, -1 for none."""
    away = ((colours[:, None] - palette[None]) ** 2).sum(-1)
    return np.where(away.min(axis=1) < TOLERANCE**2, away.argmin(axis=1), -1)


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


def _main_colours(colours: np.ndarray, most: int = 8, least: float = 0.02) -> np.ndarray:
    """float32[k, 3]: the commonest colours of [n, 3], each at least this share of it (or the commonest of all)."""
    steps = np.rint(colours / 8).astype(np.intp) + 32  # 0..63 each: L is 0..100, a and b are -128..127
    codes = (steps[:, 0] * 64 + steps[:, 1]) * 64 + steps[:, 2]
    counts = np.bincount(codes)  # a sort would take most of the time that a large picture takes
    there = np.flatnonzero(counts)
    order = there[np.argsort(counts[there])[::-1][:most]]
    order = order[: max(1, int((counts[order] >= least * len(colours)).sum()))]
    return np.stack([colours[codes == code].mean(axis=0) for code in order]).astype(np.float32)


def _nearest(colours: np.ndarray, palette: np.ndarray) -> np.ndarray:
    """float[n]: how different each colour is from the nearest of a palette."""
    return np.sqrt(((colours[:, None] - palette[None]) ** 2).sum(-1)).min(axis=1)


def _joined(wanted: np.ndarray, to: np.ndarray) -> np.ndarray:
    """The pieces of `wanted` that touch `to`."""
    _, labels = cv2.connectedComponents(wanted.astype(np.uint8), connectivity=8)
    pieces = labels.astype(np.intp)
    near = cv2.dilate(to.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    touching = np.zeros(int(pieces.max()) + 1, bool)
    touching[np.unique(pieces[near & wanted])] = True
    touching[0] = False
    return touching[pieces]
