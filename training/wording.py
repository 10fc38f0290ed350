"""Wording: teach the text encoder what the words of an outfit bind to, before the UNet listens to it.

From the diffusion loss alone a small encoder takes very long to find out that in "red sailor uniform, white skirt" the
red belongs to the uniform. The dolls' outfits are known, so a probe asks for them directly: one learned query per slot
attends to the embeddings, as the UNet's cross-attention will, and reads off kind, colours and pattern.
"""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from training.data import outfit_caption
from training.dolls.doll import draw_outfit
from training.dolls.outfit import PATTERNS, SLOTS
from training.dolls.palette import COLOURS
from training.dolls.wardrobe import KINDS

NONE = 0  # the class of what the words do not mention
NAMES = (
    ("", *(kind for slot in SLOTS for kind in KINDS[slot])),
    ("", *COLOURS),
    ("", *PATTERNS),
    ("", *COLOURS),
)
"""Classes of the four questions about a slot: kind, colour, pattern, second colour."""


class Probe(nn.Module):
    """Embeddings Tensor[B, L, width] -> one Tensor[B, slots, classes] of logits for each question."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.queries = nn.Parameter(torch.randn(len(SLOTS), width) * 0.5)
        self.attention = nn.MultiheadAttention(width, heads, batch_first=True)
        self.answers = nn.ModuleList(nn.Linear(width, len(names)) for names in NAMES)

    def forward(self, embeddings: Tensor) -> list[Tensor]:
        queries = self.queries.expand(len(embeddings), -1, -1)
        read, _ = self.attention(queries, embeddings, embeddings, need_weights=False)
        return [answer(read) for answer in self.answers]


def draw_wording(rng: np.random.Generator) -> tuple[str, list[list[int]]]:
    """A caption of a random outfit (or of a part of it), and for each question the right class for every slot."""
    items = draw_outfit(rng).items
    kept = {slot: item for slot, item in items.items() if rng.random() > 0.15} or items
    text = outfit_caption([item.tag for item in kept.values()], rng, drop=0.0)
    right = [[NONE] * len(SLOTS) for _ in NAMES]
    for slot, item in kept.items():
        for names, row, value in zip(NAMES, right, (item.kind, item.colour, item.pattern, item.second), strict=True):
            row[SLOTS.index(slot)] = names.index(value)
    return text, right


def wording_loss(logits: list[Tensor], right: Tensor) -> tuple[Tensor, Tensor]:
    """(loss, share of slots read off wholly right). right: int64[B, questions, slots]."""
    rows = right.unbind(1)
    losses = [F.cross_entropy(x.float().flatten(0, 1), r.flatten()) for x, r in zip(logits, rows, strict=True)]
    hits = torch.stack([x.argmax(-1) == r for x, r in zip(logits, rows, strict=True)]).all(0)
    return torch.stack(losses).sum(), hits[rows[0] != NONE].float().mean()
