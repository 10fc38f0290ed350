"""Pictures to latents and back, by an autoencoder that may not bear float16.

Latents are float32 Tensor[B, 4, h, w], scaled as the UNet wants them. Autoencoders are AutoencoderKL or
AutoencoderTiny, computing in whatever dtype they have.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ccnet.request import NumbersOverflowed


@torch.inference_mode()
def encode(vae: Any, image: Tensor) -> Tensor:
    """Tensor[B, 3, H, W] in [-1, 1] -> latents Tensor[B, 4, H/8, W/8].

    Never sampled: the most likely latents, so that one seed is one picture. Raises NumbersOverflowed.
    """

    def run() -> Tensor:
        encoded = vae.encode(image.to(vae.dtype))
        return (encoded.latents if hasattr(encoded, "latents") else encoded.latent_dist.mode()).float()

    scale, shift = _scale(vae)
    return (_finite(vae, run) - shift) * scale


@torch.inference_mode()
def decode(vae: Any, latents: Tensor) -> np.ndarray:
    """One picture: latents Tensor[1, 4, h, w] -> uint8[8 h, 8 w, 3]. Raises NumbersOverflowed for latents that are not
    finite and for an answer that is not: never a black picture."""
    scale, shift = _scale(vae)
    if not latents.isfinite().all():
        raise NumbersOverflowed(
            "The model's numbers grew past what they are computed in, so that there is no picture: "
            "use it in bfloat16 or float32 instead of float16."
        )

    def run() -> Tensor:
        return vae.decode((latents / scale + shift).to(vae.dtype)).sample[0].float()

    picture = _finite(vae, run)
    return ((picture + 1) * 127.5).round().clamp(0, 255).byte().permute(1, 2, 0).cpu().numpy()


def to_float32(vae: Any) -> None:
    """From here on the autoencoder computes in float32."""
    with torch.inference_mode(False):  # what is made in inference mode can hardly be used outside of it
        vae.to(torch.float32)


def _finite(vae: Any, run: Callable[[], Tensor]) -> Tensor:
    """What `run` answers, once more in float32 if the numbers overflow in the autoencoder's own dtype."""
    answer = run()
    if answer.isfinite().all():
        return answer
    if vae.dtype != torch.float32:
        with _in_float32(vae):
            answer = run()
    if not answer.isfinite().all():
        raise NumbersOverflowed("The model's autoencoder makes no picture of its latents: get the model again.")
    return answer


@contextlib.contextmanager
def _in_float32(vae: Any) -> Iterator[None]:
    """For one picture only, so that every request is computed alike, whatever came before it."""
    dtype = vae.dtype
    to_float32(vae)
    try:
        yield
    finally:
        with torch.inference_mode(False):
            vae.to(dtype)  # exact: every one of these numbers was there before


def _scale(vae: Any) -> tuple[float, float]:
    """(scale, shift) between the autoencoder's latents and the UNet's, as diffusers' pipelines apply them."""
    return vae.config.scaling_factor, getattr(vae.config, "shift_factor", None) or 0.0
