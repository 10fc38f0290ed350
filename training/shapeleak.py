"""Whether masks betray what was worn: how well a small classifier reads the old garment's kind from the mask alone.

A mask that follows the old garment teaches a model to give its shape back, so accuracy should stay near chance.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import cv2
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

SIDE = 64
"""Masks are looked at in this size."""

EPOCHS = 14
BATCH = 64


def leak_view(mask: np.ndarray) -> np.ndarray:
    """A mask of any size, uint8[H, W] or bool, as the classifier sees it: uint8[SIDE, SIDE]."""
    alpha = mask.astype(np.uint8) * 255 if mask.dtype == np.bool_ else mask
    return cv2.resize(alpha, (SIDE, SIDE), interpolation=cv2.INTER_AREA)


def shape_leak(masks: Sequence[np.ndarray], labels: Sequence[str], rng: np.random.Generator) -> tuple[float, float]:
    """(accuracy, chance), both 0..1, on the fifth of the masks that the classifier has not seen.

    Chance is the share of the commonest label, what a classifier that sees nothing would reach. Raises ValueError for
    fewer than 50 masks.
    """
    if len(masks) < 50 or len(masks) != len(labels):
        raise ValueError(f"A leak is measured on at least 50 masks with a label each, not on {len(masks)}.")
    names = sorted(set(labels))
    x = torch.from_numpy(np.stack([leak_view(mask) for mask in masks]))[:, None].float() / 127.5 - 1
    y = torch.tensor([names.index(label) for label in labels])
    order = torch.from_numpy(rng.permutation(len(masks)))
    test, train = order[: len(order) // 5], order[len(order) // 5 :]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(int(rng.integers(2**31)))
        net = _trained(x[train], y[train], len(names))
    with torch.no_grad():
        said = torch.cat([net(part) for part in x[test].split(256)]).argmax(1)
    chance = Counter(y[test].tolist()).most_common(1)[0][1] / len(test)
    return float((said == y[test]).float().mean()), chance


def _trained(x: torch.Tensor, y: torch.Tensor, kinds: int) -> nn.Module:
    widths = (1, 16, 32, 64)
    layers: list[nn.Module] = []
    for a, b in pairwise(widths):
        layers += [nn.Conv2d(a, b, 3, 2, 1), nn.GroupNorm(4, b), nn.SiLU()]
    net = nn.Sequential(*layers, nn.Flatten(), nn.Dropout(0.3), nn.Linear(64 * (SIDE // 8) ** 2, kinds))
    batches = max(1, len(x) // BATCH)
    optimizer = torch.optim.AdamW(net.parameters(), lr=2e-3, weight_decay=0.02)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 2e-3, total_steps=EPOCHS * batches)
    for _ in range(EPOCHS):
        for chosen in torch.randperm(len(x))[: batches * BATCH].split(BATCH):
            batch = x[chosen]
            mirrored = torch.rand(len(batch)) < 0.5
            batch = torch.where(mirrored[:, None, None, None], batch.flip(-1), batch)
            loss = F.cross_entropy(net(batch), y[chosen])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    return net.eval()
