"""Cases: dolls that no training has seen, to dress from outfit A in outfit B, and the true pictures to judge by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ccnet.masks import Mask
from training.dolls.doll import UNSEEN, Doll, draw_outfit, make_doll
from training.paperdoll import difference_mask

OTHERS = 15
"""How many other outfits, on the same character, a result must resemble less than the true one."""

MASK_GROW = 3
"""By how many pixels of a 256-pixel picture the mask reaches past all that differs: nobody paints to the pixel."""

SEED_STRIDE = 1_000_000
"""Unseen seeds set aside for each --seed, so that two of them share no doll."""


class Case(NamedTuple):
    """One doll to dress. seed: the doll's, at least `UNSEEN`; held_out: outfit B has a combination never trained on;
    size: side in pixels."""

    seed: int
    held_out: bool
    size: int


@dataclass(frozen=True)
class Scene:
    """What there is of a case before anything is drawn. before, truth: uint8[H, W, 3], the doll in outfits A and B,
    which are the same outside the mask. labels: the truth's label map. prompt: outfit B's tags."""

    before: NDArray[np.uint8]
    truth: NDArray[np.uint8]
    labels: NDArray[np.uint8]
    mask: Mask
    prompt: str

    @property
    def region(self) -> NDArray[np.bool_]:
        return self.mask.alpha > 0


def cases(count: int, seed: int, size: int, *, held_out: bool = False) -> list[Case]:
    """The cases of an evaluation; different seeds and the two groups share no doll."""
    first = UNSEEN + (2 * seed + held_out) * SEED_STRIDE
    return [Case(first + i, held_out, size) for i in range(count)]


def make_scene(case: Case) -> Scene:
    """The same case gives the same scene."""
    return _imagine(case)[0]


def make_others(case: Case) -> list[NDArray[np.uint8]]:
    """The character in `OTHERS` random outfits that can be told from outfit B: uint8[H, W, 3] each."""
    scene, doll, rng = _imagine(case)
    others: list[NDArray[np.uint8]] = []
    while len(others) < OTHERS:  # two outfits may differ only in shoes below the picture's edge
        image = doll.wearing(draw_outfit(rng)).render(case.size).image
        if not np.array_equal(image[scene.region], scene.truth[scene.region]):
            others.append(image)
    return others


def _imagine(case: Case) -> tuple[Scene, Doll, np.random.Generator]:
    doll = make_doll(case.seed)
    rng = np.random.default_rng((case.seed, case.held_out))
    before = doll.render(case.size)
    while True:
        outfit = draw_outfit(rng, held_out=case.held_out)
        truth = doll.wearing(outfit).render(case.size)
        if not np.array_equal(before.image, truth.image):
            break
    mask = Mask(difference_mask(before, truth)).grow(max(1, round(MASK_GROW * case.size / 256)))
    scene = Scene(before.image, truth.image, truth.labels, mask, ", ".join(outfit.tags))
    assert np.array_equal(scene.before[~scene.region], scene.truth[~scene.region])
    return scene, doll, rng
