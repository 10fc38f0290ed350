"""The starter parser's network: a SegFormer whose answer is drawn again, pixel by pixel, along the picture's edges.

A SegFormer answers for blocks of pixels. On paper dolls of 256 pixels nine in ten of its errors lay within two pixels
of an edge, and of the places where a garment meets the background two in five were off by a pixel. Torch is needed.
"""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from transformers import SegformerConfig, SegformerForSemanticSegmentation
from transformers.modeling_outputs import SemanticSegmenterOutput

EDGE_CHANNELS = 32


class EdgeSegformer(SegformerForSemanticSegmentation):
    """A SegFormer and three convolutions at the picture's size, which see the picture and the SegFormer's answer.

    They add to the answer, and at first add nothing. The weights of the SegFormer alone have their usual names.
    """

    def __init__(self, config: SegformerConfig) -> None:
        super().__init__(config)
        labels = self.decode_head.classifier.out_channels
        self.edges = nn.Sequential(
            nn.Conv2d(config.num_channels + labels, EDGE_CHANNELS, 3, padding=1),
            nn.GELU(),
            nn.Conv2d(EDGE_CHANNELS, EDGE_CHANNELS, 3, padding=1),
            nn.GELU(),
            nn.Conv2d(EDGE_CHANNELS, labels, 3, padding=1),
        )
        last: Any = self.edges[-1]
        nn.init.zeros_(last.weight)
        nn.init.zeros_(last.bias)

    def coarse(self, pixel_values: Tensor) -> Tensor:
        """The SegFormer's own logits Tensor[B, labels, H / s, W / s], s the first of the config's `strides`."""
        levels = self.segformer(pixel_values, output_hidden_states=True).hidden_states
        return self.decode_head(levels)

    def forward(self, pixel_values: Tensor) -> SemanticSegmenterOutput:  # type: ignore[override]
        """Logits Tensor[B, labels, H, W] of pictures Tensor[B, 3, H, W], the sides multiples of 32."""
        coarse = self.coarse(pixel_values)
        logits = F.interpolate(coarse, size=pixel_values.shape[-2:], mode="bilinear", align_corners=False)
        drawn: Any = logits + self.edges(torch.cat([pixel_values.to(logits.dtype), logits.softmax(1)], dim=1))
        return SemanticSegmenterOutput(logits=drawn)
