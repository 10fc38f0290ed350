"""Batches: dolls as tensors, and what is computed on them while training."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import torch
import torch.nn.functional as F
from diffusers.models.autoencoders.autoencoder_tiny import AutoencoderTiny
from torch import Tensor
from transformers import CLIPTextModel, CLIPTokenizer

from training.data import DollSet, draw_mask
from training.stage import Metrics

Window = tuple[int, int, int]  # picture, top, left


def to_tensor(pictures: np.ndarray) -> Tensor:
    """uint8[B, H, W, 3] -> float32[B, 3, H, W] in [0, 1], channels last in memory."""
    return torch.from_numpy(np.ascontiguousarray(pictures)).permute(0, 3, 1, 2).float() / 255


def pictures(dolls: DollSet, numbers: Sequence[int] | range) -> Tensor:
    return to_tensor(np.stack([dolls.image(n) for n in numbers]))


def windows(dolls: DollSet, rng: np.random.Generator, count: int, side: int) -> list[Window]:
    """Random windows (picture, top, left), aligned to latent cells; most lie about the clothes, where the detail is."""
    out = []
    for number in rng.integers(0, dolls.trained, count):
        top, left = rng.integers(0, dolls.size - side + 1, 2)
        found = np.argwhere(dolls.mask(int(number))[::8, ::8])
        if len(found) and rng.random() < 0.75:
            centre = 8 * found[rng.integers(len(found))] + rng.integers(-side // 4, side // 4 + 1, 2)
            top, left = np.clip(centre - side // 2, 0, dolls.size - side)
        out.append((int(number), int(top) // 8 * 8, int(left) // 8 * 8))
    return out


def crops(dolls: DollSet, windows: list[Window], side: int) -> Tensor:
    return to_tensor(np.stack([dolls.image(n)[y : y + side, x : x + side] for n, y, x in windows]))


def hints(dolls: DollSet, numbers: np.ndarray, masks: np.ndarray) -> tuple[Tensor, Tensor]:
    """Hints float32[B, 3, H, W], -1 in the hole; loss weights [B, 1, h, w], 1 in the hole's cells, 0.15 outside."""
    hint = to_tensor(np.stack([dolls.image(n) for n in numbers]))
    hole = torch.from_numpy(masks > 0)[:, None]
    cells = F.max_pool2d(hole.float(), 8)
    return hint.masked_fill(hole, -1.0), 0.15 + 0.85 * cells


def cells(dolls: DollSet, numbers: np.ndarray, rng: np.random.Generator) -> Tensor:
    """Random masks in latent cells, float32[B, 1, h, w] of 0 and 1; drawn at a quarter of the size, which is enough."""
    masks = [draw_mask(dolls.mask(int(n))[::4, ::4], rng) > 0 for n in numbers]
    return F.max_pool2d(torch.from_numpy(np.stack(masks)).float()[:, None], 2)


def encoded(vae: AutoencoderTiny, dolls: DollSet, numbers: range, batch: int = 16) -> Iterator[Tensor]:
    """Latents float32[B, 4, H / 8, W / 8] on the CPU, batch by batch."""
    for i in range(0, len(numbers), batch):
        with torch.no_grad(), torch.autocast(vae.device.type, torch.bfloat16):
            yield vae.encoder(2 * pictures(dolls, numbers[i : i + batch]).to(vae.device) - 1).float().cpu()


def tokens(tokenizer: CLIPTokenizer, texts: list[str]) -> Tensor:
    return tokenizer(texts, padding="max_length", max_length=77, truncation=True, return_tensors="pt").input_ids


def embed(text: CLIPTextModel, tokenizer: CLIPTokenizer, texts: list[str]) -> Tensor:
    return text(tokens(tokenizer, texts).to(text.device)).last_hidden_state


def reconstruction_loss(made: Tensor, wanted: Tensor) -> Tensor:
    """Squared error of pixels and of their finite differences, and a little absolute error.

    Absolute errors alone ask for the median, and thin lines are never the median of their neighbourhood.
    """
    difference = (made.float() + 1) / 2 - wanted  # the decoder's range is [-1, 1]
    edges = difference.diff(dim=2).square().mean() + difference.diff(dim=3).square().mean()
    return 10 * difference.square().mean() + 5 * edges + 0.5 * difference.abs().mean()


def unseen_pictures(dolls: DollSet, count: int = 16) -> tuple[Tensor, Tensor]:
    """Validation pictures and where their clothes are, bool[B, 1, H, W]."""
    numbers = range(max(dolls.trained, len(dolls) - count), len(dolls))
    return pictures(dolls, numbers), torch.from_numpy(np.stack([dolls.mask(n) for n in numbers]) > 0)[:, None]


def psnr(vae: AutoencoderTiny, pictures: Tensor, masks: Tensor) -> Metrics:
    """Reconstruction quality over whole pictures and within the masks, decibels, mean over pictures."""
    pictures, masks = pictures.to(vae.device), masks.to(vae.device)
    made = (vae.decoder(vae.encoder(2 * pictures - 1)).float().clamp(-1, 1) + 1) / 2
    error = (made - pictures).square().mean(1, keepdim=True)
    whole, masked = error.mean((1, 2, 3)), (error * masks).sum((1, 2, 3)) / masks.sum((1, 2, 3)).clamp(min=1)
    return {"psnr_db": float(-10 * whole.log10().mean()), "masked_psnr_db": float(-10 * masked.log10().mean())}
