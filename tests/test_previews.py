from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from ccnet.families import FAMILIES
from ccnet.previews import Previews, linear_preview


def show(x_0: Tensor) -> np.ndarray:
    assert x_0.shape[0] == 1
    return np.zeros((8, 8, 3), np.uint8)


def test_never_now_and_then_or_always(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    never, sometimes, always = (Previews(seconds, show) for seconds in (None, 1.0, 0))
    shown = []
    for time in (0.5, 1.2, 1.8, 2.3):
        now[0] = time
        shown.append([previews.of(torch.zeros(2, 4, 1, 1)) is not None for previews in (never, sometimes, always)])
    assert shown == [[False, False, True], [False, True, True], [False, False, True], [False, True, True]]


@pytest.mark.parametrize("family", FAMILIES)
def test_a_preview_by_multiplication(family: str) -> None:
    rgb = FAMILIES[family].rgb  # type: ignore[index]
    latents = torch.randn(1, 4, 6, 5, generator=torch.Generator().manual_seed(0))
    preview = linear_preview(latents, rgb)
    assert (preview.shape, preview.dtype) == ((48, 40, 3), np.uint8)
    by_hand = latents[0].permute(1, 2, 0).numpy() @ np.array(rgb[:4]) + np.array(rgb[4])
    by_hand = np.clip(np.rint((by_hand + 1) * 127.5), 0, 255)
    # In the middle between four latent pixels lies their mean.
    means = (by_hand[:-1, :-1] + by_hand[1:, :-1] + by_hand[:-1, 1:] + by_hand[1:, 1:]) / 4
    found = preview[8:41:8, 8:33:8].astype(float)
    assert np.abs(found - means).max() < 24


def test_what_is_no_number_yet_does_not_stop_a_preview() -> None:
    preview = linear_preview(torch.full((1, 4, 2, 2), float("nan")), FAMILIES["sd15"].rgb)
    assert (preview == 128).all()
