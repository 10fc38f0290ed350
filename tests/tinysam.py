"""Segment Anything models for tests: the package's own at a tiny size, and one that sees colours alone."""

from __future__ import annotations

import functools
from typing import Any, cast

import torch
import torch.nn.functional as F
from segment_anything.modeling import ImageEncoderViT, MaskDecoder, PromptEncoder, Sam, TwoWayTransformer
from torch import Tensor, nn

GRID = 8


def tiny_sam(side: int = 64, seed: int = 0) -> Sam:
    """With random weights. Its position encodings are not zero, as they are when they are new."""
    torch.manual_seed(seed)
    grid = side // 16
    sam = Sam(
        ImageEncoderViT(
            img_size=side,
            embed_dim=32,
            depth=3,
            num_heads=2,
            out_chans=16,
            norm_layer=functools.partial(nn.LayerNorm, eps=1e-6),  # type: ignore[arg-type]
            use_rel_pos=True,
            window_size=3,
            global_attn_indexes=(1,),
        ),
        PromptEncoder(16, (grid, grid), (side, side), mask_in_chans=4),
        MaskDecoder(
            transformer_dim=16,
            transformer=TwoWayTransformer(depth=2, embedding_dim=16, num_heads=8, mlp_dim=24),
            iou_head_depth=3,
            iou_head_hidden_dim=16,
        ),
    )
    for weight in sam.parameters():
        if not weight.any():
            nn.init.normal_(weight, std=0.1)
    return sam.requires_grad_(False).eval()


class ColourEncoder(nn.Module):
    """Sees the mean colour of every cell of an answer."""

    def __init__(self, side: int) -> None:
        super().__init__()
        self.img_size = side
        self.looks = 0

    def forward(self, x: Tensor) -> Tensor:
        self.looks += 1
        return F.adaptive_avg_pool2d(x, 4 * GRID)


class ColourPrompts(nn.Module):
    """Passes prompts on as they are: the points with their labels, the corners of the box, and the rough mask."""

    mask_input_size = (4 * GRID, 4 * GRID)

    def forward(self, points: Any, boxes: Tensor | None, masks: Tensor | None) -> tuple[Any, Tensor | None]:
        self.last = points, boxes, masks
        return (points, boxes), masks

    def get_dense_pe(self) -> Tensor:
        return torch.zeros(1)


class ColourDecoder(nn.Module):
    """In the mask is what has the colour of most of the rough mask; without one, of the first point or of the box's
    middle, and inside the box. Answers to a single click are the same, everything, and nothing; `trust` is given."""

    def __init__(self, side: int) -> None:
        super().__init__()
        self.side = side
        self.trust = [0.5, 0.9, 0.6, 0.1]

    def predict_masks(self, embedding: Tensor, _: Tensor, prompts: Any, rough: Tensor | None) -> tuple[Tensor, Tensor]:
        points, boxes = prompts
        grid = embedding.shape[-1]
        per_cell = self.side / grid
        if points is not None:
            x, y = points[0][0, 0].tolist()
        else:
            assert boxes is not None
            left, top, right, bottom = boxes[0].tolist()
            x, y = (left + right) / 2, (top + bottom) / 2
        row, column = (min(grid - 1, int(value / per_cell)) for value in (y, x))
        seen = embedding[0]
        near = seen[:, row, column, None, None]
        if rough is not None and (rough > 0).any():
            near = seen[:, rough[0, 0] > 0].median(dim=1).values[:, None, None]
        far = seen.flatten(1)[:, (seen - near).abs().sum(0).argmax(), None, None]
        answer = (seen - far).abs().sum(0) - (seen - near).abs().sum(0)
        if boxes is not None and rough is None:
            centres = (torch.arange(grid) + 0.5) * per_cell
            left, top, right, bottom = boxes[0].tolist()
            inside = (centres >= left) & (centres <= right), (centres >= top) & (centres <= bottom)
            answer = torch.where(inside[1][:, None] & inside[0][None], answer, -1.0)
        nothing = torch.full_like(answer, -1.0)
        return torch.stack([answer, answer, -nothing, nothing])[None], torch.tensor([self.trust])


def colour_sam(side: int = 64) -> Sam:
    """Finds what has the colour of a point, in cells of `side` / 32 pixels."""
    encoder, prompts, decoder = ColourEncoder(side), ColourPrompts(), ColourDecoder(side)
    return Sam(*cast("tuple[Any, Any, Any]", (encoder, prompts, decoder)))
