from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL

from ccnet.latents import decode, encode
from ccnet.request import NumbersOverflowed
from tests.tinymodel import tiny_vae
from tests.tinysdxl import tiny_kl_vae


def fragile_vae() -> AutoencoderKL:
    """Its first convolutions' answers are too large for float16, and brought back to size by the norms behind them."""
    vae = tiny_kl_vae()
    with torch.no_grad():
        for convolution in (vae.encoder.conv_in, vae.decoder.conv_in):
            convolution.weight.mul_(2e5)
    assert max(float(p.detach().abs().max()) for p in vae.parameters()) < 65504
    return vae


def some_picture() -> torch.Tensor:
    return torch.rand(1, 3, 32, 32, generator=torch.Generator().manual_seed(0)) * 2 - 1


def some_latents() -> torch.Tensor:
    return torch.randn(1, 4, 4, 4, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("make", [tiny_vae, tiny_kl_vae])
def test_latents_are_scaled_and_pictures_are_bytes(make: Any) -> None:
    vae = make()
    latents = encode(vae, some_picture())
    assert (latents.shape, latents.dtype) == ((1, 4, 4, 4), torch.float32)
    assert torch.equal(latents, encode(vae, some_picture()))
    picture = decode(vae, latents)
    assert (picture.shape, picture.dtype) == ((32, 32, 3), np.uint8)


class TestFloat16:
    def test_what_overflows_is_computed_in_float32(self) -> None:
        half: Any = fragile_vae().half()
        with torch.no_grad():
            assert not half.decode(some_latents().half()).sample.isfinite().all()
            assert not half.encode(some_picture().half()).latent_dist.mode().isfinite().all()
        exact = fragile_vae().half().float()
        before = {name: value.clone() for name, value in half.state_dict().items()}
        assert np.array_equal(decode(half, some_latents()), decode(exact, some_latents()))
        assert torch.equal(encode(half, some_picture()), encode(exact, some_picture()))
        assert half.dtype == torch.float16
        assert all(torch.equal(value, before[name]) for name, value in half.state_dict().items())
        assert not any(parameter.is_inference() for parameter in half.parameters())

    def test_what_fits_is_computed_as_it_is(self, monkeypatch: pytest.MonkeyPatch) -> None:
        half = tiny_kl_vae().half()
        monkeypatch.setattr(half, "to", lambda *_: pytest.fail("there is no need"))
        assert decode(half, some_latents()).any()


class TestNoPicture:
    def test_latents_that_are_no_numbers_are_refused(self) -> None:
        latents = some_latents()
        latents[0, 0, 0, 0] = float("nan")
        with pytest.raises(NumbersOverflowed, match="bfloat16 or float32"):
            decode(tiny_vae(), latents)

    def test_an_autoencoder_that_never_answers_in_numbers_is_refused(self) -> None:
        vae: Any = tiny_kl_vae()
        with torch.no_grad():
            vae.decoder.conv_out.bias.fill_(float("inf"))
        with pytest.raises(NumbersOverflowed, match="get the model again"):
            decode(vae, some_latents())
