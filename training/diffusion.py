"""Diffusion on latents: noise, what is to be predicted, and the scaffold that the UNet stands on in training alone."""

from __future__ import annotations

import numpy as np
import torch
from diffusers.schedulers.scheduling_ddim import DDIMScheduler
from torch import Tensor
from transformers import CLIPTokenizer

from training import batches
from training.data import DollSet, draw_mask

SCAFFOLD_CHANNELS = 5
VALIDATION_BATCH = 48


def noised(scheduler: DDIMScheduler, x0: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """(x_t, t, v) of clean latents; t is logit-normal, a little wider than the usual one.

    Drawn towards noise (mean 0.4, deviation 1) words were learned sooner, but hardly 4 % of the draws lay below
    t = 200, where outlines get sharp, and clothes stayed blurred.
    """
    t = (1000 * torch.sigmoid(1.2 * torch.randn(len(x0)))).long().clamp(0, 999).to(x0.device)
    return noised_at(scheduler, x0, t, torch.randn_like(x0))


def noised_at(scheduler: DDIMScheduler, x0: Tensor, t: Tensor, eps: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """x_t = alpha x_0 + sigma eps and v = alpha eps - sigma x_0 (Salimans and Ho, arXiv 2202.00512)."""
    alpha_bar = scheduler.alphas_cumprod.to(x0.device)[t][:, None, None, None]
    alpha, sigma = alpha_bar.sqrt(), (1 - alpha_bar).sqrt()
    return alpha * x0 + sigma * eps, t, alpha * eps - sigma * x0


def scaffold(x0: Tensor, hole: Tensor) -> Tensor:
    """What an inpainting UNet sees beside x_t: the hole [B, 1, h, w] and the clean latents around it; [B, 5, h, w]."""
    return torch.cat([hole, x0 * (1 - hole)], 1)


def validation(
    dolls: DollSet, latents: np.ndarray, tokenizer: CLIPTokenizer, scheduler: DDIMScheduler
) -> dict[str, Tensor]:
    """A fixed batch of pictures, masks, noises and timesteps that no stage trains on."""
    rng, noise = np.random.default_rng(1), torch.Generator().manual_seed(1)
    numbers = np.arange(max(dolls.trained, len(dolls) - VALIDATION_BATCH), len(dolls))
    x0 = torch.from_numpy(latents[numbers].astype(np.float32))
    t = torch.linspace(80, 999, len(numbers)).long()
    x_t, t, target = noised_at(scheduler, x0, t, torch.randn(x0.shape, generator=noise))
    hint, weight = batches.hints(dolls, numbers, np.stack([draw_mask(dolls.mask(int(n)), rng) for n in numbers]))
    tokens = batches.tokens(tokenizer, [", ".join(dolls.captions[n].outfit) for n in numbers])
    nothing = batches.tokens(tokenizer, [""] * len(numbers))
    return {
        "x0": x0,
        "x_t": x_t,
        "t": t,
        "target": target,
        "hint": hint,
        "weight": weight,
        "tokens": tokens,
        "nothing": nothing,
    }
