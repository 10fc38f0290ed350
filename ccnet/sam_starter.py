"""The starter Segment Anything model: the package's prompt encoder and mask decoder behind the parser's network.

Segment Anything's own encoder, a plain ViT, takes days to learn what this one knows already; the encoder is exchanged
as MobileSAM does (arXiv 2306.14289). From one vector for eight by eight pixels no edge is drawn, so the decoder is
shown fine features as well, as Segment Anything 2's is (Ravi et al. 2024, section 4): among them what the parser thinks
of every pixel. Torch is needed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
import torch.nn.functional as F
from segment_anything.modeling import MaskDecoder, PromptEncoder, Sam, TwoWayTransformer
from segment_anything.modeling.mask_decoder import MLP
from torch import Tensor, nn
from transformers import SegformerConfig, SegformerForSemanticSegmentation

PIXEL_MEAN = (127.5, 127.5, 127.5)
PIXEL_STD = (127.5, 127.5, 127.5)
MASK_CHANNELS = 16  # inside the prompt encoder, of a rough mask
LEARNED = 16
"""Fine features beside the parser's opinions."""
ODDS = 8.0
"""The largest log-odds of an opinion: what is surer than this is not told apart."""
STACKED = 4
"""How many numbers of an answer lie along one side of one embedding."""


class FineImageEncoder(nn.Module):
    """Pictures Tensor[B, 3, S, S] in [-1, 1] -> Tensor[B, width + fine * STACKED^2, S / stride, S / stride].

    The first `width` channels are what Segment Anything's encoder answers, the rest are the fine features, their pixels
    stacked. `img_size` is S, as `Sam` and its predictor expect. The four levels of the parser's encoder are brought to
    one size, finer ones without loss, and mixed.
    """

    def __init__(self, config: SegformerConfig, img_size: int, stride: int, width: int) -> None:
        super().__init__()
        self.img_size = img_size
        self.grid = img_size // stride
        parser = SegformerForSemanticSegmentation(config)
        self.segformer, self.head, self.classifier = parser.segformer, parser.decode_head, parser.decode_head.classifier
        self.head.classifier = nn.Identity()  # type: ignore[assignment]  # the head ends with what it feeds
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
        self.learned = nn.Sequential(nn.Conv2d(config.decoder_hidden_size, LEARNED, 1), nn.GELU())
        self.fine_channels = self.classifier.out_channels + LEARNED

    def forward(self, x: Tensor) -> Tensor:
        levels = self.segformer(x, output_hidden_states=True).hidden_states
        features = self.head(levels)
        embedding = self.neck(torch.cat([self._to_grid(level) for level in levels], dim=1))
        opinions = log_odds(self.classifier(features)) / ODDS
        fine = torch.cat([opinions.to(embedding.dtype), self.learned(features)], dim=1)
        return torch.cat([embedding, F.pixel_unshuffle(fine, STACKED)], dim=1)

    def parser_parts(self) -> tuple[nn.Module, ...]:
        """What is the parser's, whose weights `take_parser` reads."""
        return self.segformer, self.head, self.classifier

    def take_parser(self, weights: Mapping[str, Tensor]) -> None:
        """The weights of a SegFormer with a head, by their usual names; more than those may be there."""
        prefixes = "segformer.", "decode_head.", "decode_head.classifier."
        for part, prefix in zip(self.parser_parts(), prefixes, strict=True):
            part.load_state_dict({name: weights[prefix + name] for name in part.state_dict()})

    def _to_grid(self, level: Tensor) -> Tensor:
        side = level.shape[-1]
        if side >= self.grid:
            return F.pixel_unshuffle(level, side // self.grid)
        return F.interpolate(level, size=(self.grid, self.grid), mode="bilinear", align_corners=False)


def log_odds(logits: Tensor) -> Tensor:
    """Logits Tensor[B, C, ...] of one class among many -> float32, for each class the log-odds that it is this one,
    within +-ODDS. Above 0 where it is likelier than all others together."""
    log = logits.float().log_softmax(1)
    return (log - torch.log(-torch.expm1(log.clamp(max=-1e-6)))).clamp(-ODDS, ODDS)


class FineMaskDecoder(MaskDecoder):
    """The package's decoder, whose masks are made of the encoder's fine features as well as of its own.

    Its own are left at half the size: what they add is where, not where exactly.
    """

    def __init__(self, width: int, transformer: nn.Module, fine: int) -> None:
        super().__init__(
            num_multimask_outputs=3,
            transformer=transformer,
            transformer_dim=width,
            iou_head_depth=3,
            iou_head_hidden_dim=width,
        )
        self.own = width // 4
        self.output_upscaling = nn.Sequential(*list(self.output_upscaling)[:3])
        self.output_hypernetworks_mlps = nn.ModuleList(
            MLP(width, width, self.own + fine, 3) for _ in range(self.num_mask_tokens)
        )

    def predict_masks(
        self,
        image_embeddings: Tensor,
        image_pe: Tensor,
        sparse_prompt_embeddings: Tensor,
        dense_prompt_embeddings: Tensor,
    ) -> tuple[Tensor, Tensor]:
        """All four masks of each of N prompts: logits Tensor[N, 4, h, w], predicted qualities Tensor[N, 4].

        image_embeddings: the encoder's answer for B pictures; the first N / B prompts are of the first one, and so on.
        The first mask is the one for several prompts, the other three are for one.
        """
        count, pictures = len(sparse_prompt_embeddings), len(image_embeddings)
        own = torch.cat([self.iou_token.weight, self.mask_tokens.weight])
        tokens = torch.cat([own.expand(count, -1, -1), sparse_prompt_embeddings], dim=1)
        coarse = image_embeddings[:, : self.transformer_dim]
        fine = F.pixel_shuffle(image_embeddings[:, self.transformer_dim :], STACKED)
        src = coarse.repeat_interleave(count // pictures, dim=0) + dense_prompt_embeddings
        hidden, mixed = self.transformer(src, image_pe.expand(count, -1, -1, -1), tokens)
        upscaled = self.output_upscaling(mixed.transpose(1, 2).reshape(src.shape))
        masks = hidden[:, 1 : 1 + self.num_mask_tokens]
        weights = torch.stack([mlp(masks[:, i]) for i, mlp in enumerate(self.output_hypernetworks_mlps)], dim=1)
        where = torch.einsum("nkc,nchw->nkhw", weights[..., : self.own], upscaled)
        where = F.interpolate(where, scale_factor=2, mode="bilinear", align_corners=False)
        of_pictures = weights[..., self.own :].unflatten(0, (pictures, -1))
        what = torch.einsum("bpkc,bchw->bpkhw", of_pictures, fine).flatten(0, 1)
        return where + what, self.iou_prediction_head(hidden[:, 0])


def build_starter_sam(config: dict[str, Any]) -> Sam:
    """A `Sam` with random weights by the config.json of its folder.

    img_size, stride: pixels of the square it reads, and pixels per embedding along one side. width, heads, depth, mlp:
    of the mask decoder. segformer: the encoder, as keywords of `SegformerConfig`. Raises ValueError when its first
    level has not `STACKED` numbers along one side of an embedding.
    """
    if config["segformer"]["strides"][0] * STACKED != config["stride"]:
        raise ValueError(f"its stride is not {STACKED} times the encoder's first")
    width, grid = config["width"], config["img_size"] // config["stride"]
    encoder = FineImageEncoder(SegformerConfig(**config["segformer"]), config["img_size"], config["stride"], width)
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
        mask_decoder=FineMaskDecoder(width, transformer, encoder.fine_channels),
        pixel_mean=list(PIXEL_MEAN),
        pixel_std=list(PIXEL_STD),
    )
    return sam.eval()
