"""The starter Segment Anything model: the package's prompt encoder and mask decoder on a small SegFormer encoder.

Segment Anything's own encoder, a plain ViT, takes days to learn what this one learns in an hour; the encoder is
exchanged as MobileSAM does (arXiv 2306.14289), everything after it is the package's. Torch is needed.
"""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from segment_anything.modeling import MaskDecoder, PromptEncoder, Sam, TwoWayTransformer
from torch import Tensor, nn
from transformers import SegformerConfig
from transformers.models.segformer.modeling_segformer import SegformerModel

PIXEL_MEAN = (127.5, 127.5, 127.5)
PIXEL_STD = (127.5, 127.5, 127.5)
MASK_CHANNELS = 16  # inside the prompt encoder, of a rough mask


class SegformerImageEncoder(nn.Module):
    """Pictures Tensor[B, 3, S, S] in [-1, 1] -> embedding Tensor[B, width, S / stride, S / stride].

    `img_size` is S, as `Sam` and its predictor expect. The four levels of a SegFormer are brought to one size, finer
    ones without loss (their pixels are stacked), and mixed.
    """

    def __init__(self, config: SegformerConfig, img_size: int, stride: int, width: int) -> None:
        super().__init__()
        self.img_size = img_size
        self.grid = img_size // stride
        self.segformer = SegformerModel(config)
        channels, side = 0, img_size
        for size, level_stride in zip(config.hidden_sizes, config.strides, strict=True):
            side //= level_stride
            channels += size * max(1, side // self.grid) ** 2
        self.neck = nn.Sequential(
            nn.Conv2d(channels, width, 1, bias=False),
            nn.GroupNorm(1, width),
            nn.GELU(),
            nn.Conv2d(width, width, 3, padding=1, bias=False),
            nn.GroupNorm(1, width),
        )

    def forward(self, x: Tensor) -> Tensor:
        levels = self.segformer(x, output_hidden_states=True).hidden_states
        return self.neck(torch.cat([self._to_grid(level) for level in levels], dim=1))

    def _to_grid(self, level: Tensor) -> Tensor:
        side = level.shape[-1]
        if side >= self.grid:
            return F.pixel_unshuffle(level, side // self.grid)
        return F.interpolate(level, size=(self.grid, self.grid), mode="bilinear", align_corners=False)


def build_starter_sam(config: dict[str, Any]) -> Sam:
    """A `Sam` with random weights by the config.json of its folder.

    img_size, stride: pixels of the square it reads, and pixels per embedding along one side. width, heads, depth, mlp:
    of the mask decoder. segformer: the encoder, as keywords of `SegformerConfig`.
    """
    width, grid = config["width"], config["img_size"] // config["stride"]
    encoder = SegformerImageEncoder(SegformerConfig(**config["segformer"]), config["img_size"], config["stride"], width)
    transformer = TwoWayTransformer(
        depth=config["depth"], embedding_dim=width, mlp_dim=config["mlp"], num_heads=config["heads"]
    )
    sam = Sam(
        image_encoder=encoder,  # type: ignore[arg-type]  # anything that has img_size will do
        prompt_encoder=PromptEncoder(
            embed_dim=width,
            image_embedding_size=(grid, grid),
            input_image_size=(config["img_size"], config["img_size"]),
            mask_in_chans=MASK_CHANNELS,
        ),
        mask_decoder=MaskDecoder(
            num_multimask_outputs=3,
            transformer=transformer,
            transformer_dim=width,
            iou_head_depth=3,
            iou_head_hidden_dim=width,
        ),
        pixel_mean=list(PIXEL_MEAN),
        pixel_std=list(PIXEL_STD),
    )
    return sam.eval()
