"""What the diffusion stages are trained on: noise, v, and the scaffold."""

from __future__ import annotations

import torch

from training import diffusion
from training.networks import make_scheduler


def latents(seed: int) -> torch.Tensor:
    return torch.randn(6, 4, 8, 8, generator=torch.Generator().manual_seed(seed))


def test_clean_latents_and_noise_come_back_out_of_v() -> None:
    scheduler, x0, eps = make_scheduler(), latents(0), latents(1)
    t = torch.tensor([0, 10, 200, 500, 900, 999])
    x_t, _, v = diffusion.noised_at(scheduler, x0, t, eps)
    alpha = scheduler.alphas_cumprod[t].sqrt()[:, None, None, None]
    sigma = (1 - scheduler.alphas_cumprod[t]).sqrt()[:, None, None, None]
    torch.testing.assert_close(alpha * x_t - sigma * v, x0)
    torch.testing.assert_close(sigma * x_t + alpha * v, eps)


def test_the_last_timestep_is_pure_noise() -> None:
    x_t, _, v = diffusion.noised_at(make_scheduler(), latents(0), torch.full((6,), 999), latents(1))
    torch.testing.assert_close(x_t, latents(1))
    torch.testing.assert_close(v, -latents(0))


def test_timesteps_reach_both_ends() -> None:
    torch.manual_seed(0)
    _, t, _ = diffusion.noised(make_scheduler(), torch.zeros(4000, 1, 1, 1))
    assert t.min() >= 0
    assert t.max() <= 999
    assert 0.08 < float((t < 200).float().mean()) < 0.2
    assert 0.08 < float((t > 800).float().mean()) < 0.2


def test_the_scaffold_tells_nothing_of_the_clothes() -> None:
    hole = torch.zeros(6, 1, 8, 8)
    hole[..., 2:5, 3:6] = 1
    a, b = latents(0), latents(0)
    b[..., 2:5, 3:6] += 1
    assert torch.equal(diffusion.scaffold(a, hole), diffusion.scaffold(b, hole))
    assert diffusion.scaffold(a, hole).shape[1] == diffusion.SCAFFOLD_CHANNELS
    assert torch.equal(diffusion.scaffold(a, hole)[:, 1:] * (1 - hole), a * (1 - hole))
