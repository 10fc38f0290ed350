"""The measure of what a mask's shape betrays."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from training.mask_truth import skirt_type, sleeve_type, true_hands
from training.paperdoll import UNSEEN, make_doll
from training.shapeleak import shape_leak

torch.set_num_threads(1)


def test_shapes_that_differ_are_told_apart_and_equal_ones_are_not() -> None:
    rng = np.random.default_rng(0)
    labels = ["tall" if tall else "low" for tall in rng.integers(0, 2, 200)]
    masks = []
    for label in labels:
        mask = np.zeros((64, 64), bool)
        x = int(rng.integers(4, 40))
        mask[8 if label == "tall" else 32 : 60, x : x + 16] = True
        masks.append(mask)
    accuracy, chance = shape_leak(masks, labels, rng)
    assert accuracy > 0.95 > chance
    blind, chance = shape_leak([np.ones((64, 64), bool)] * 200, labels, rng)
    assert blind <= chance + 0.1


def test_a_handful_of_masks_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 50"):
        shape_leak([np.ones((8, 8), bool)] * 3, ["a"] * 3, np.random.default_rng(0))


def test_types_and_hands_of_dolls() -> None:
    doll = make_doll(UNSEEN + 27)
    assert (sleeve_type(doll), skirt_type(doll)) == ("none", "long skirt")
    assert {sleeve_type(make_doll(UNSEEN + n)) for n in range(40)} == {"none", "short", "long"}
    kinds = {skirt_type(make_doll(UNSEEN + n)) for n in range(60)}
    assert kinds == {"short skirt", "long skirt", "shorts", "trousers"}
    hands = true_hands(doll, 128)
    assert hands.shape == (128, 128)
    assert 20 < hands.sum() < 600
