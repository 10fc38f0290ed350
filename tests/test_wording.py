"""Wording: what the probe asks the text encoder."""

from __future__ import annotations

import numpy as np
import torch

from training.dolls.outfit import SLOTS
from training.wording import NAMES, NONE, Probe, draw_wording, wording_loss


def test_the_right_answers_are_in_the_caption() -> None:
    rng = np.random.default_rng(0)
    for _ in range(50):
        text, right = draw_wording(rng)
        assert len(right) == len(NAMES)
        colours = [NAMES[1][i] for i in right[1] if i != NONE]
        assert colours
        assert all(colour in text for colour in colours)
        assert len(text.split(", ")) == len(colours)


def test_a_right_probe_has_no_loss() -> None:
    _, right = draw_wording(np.random.default_rng(1))
    answers = torch.tensor([right])
    certain = [
        20.0 * torch.nn.functional.one_hot(a, len(names)).float()
        for a, names in zip(answers.unbind(1), NAMES, strict=True)
    ]
    loss, understood = wording_loss(certain, answers)
    assert float(loss) < 1e-3
    assert float(understood) == 1.0


def test_the_probe_answers_every_question_for_every_slot() -> None:
    answers = Probe(width=16, heads=2)(torch.randn(3, 77, 16))
    assert [tuple(a.shape) for a in answers] == [(3, len(SLOTS), len(names)) for names in NAMES]
