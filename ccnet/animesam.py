"""The anime parser l2d SAM: Segment Anything in high quality, with nineteen heads instead of a prompt.

`24yearsold/l2d_sam_iter2` (See-through, arXiv 2602.03749) is SAM-HQ's ViT-H, fine-tuned on the layers of Live2D models.
Its network is put together here from `segment_anything.modeling` under the names that its checkpoint uses; widths and
depths are read from the tensors, so that a smaller network of the same make is loaded as well.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
import torch
from PIL.Image import Image
from safetensors.torch import load_file
from segment_anything.modeling import ImageEncoderViT, MaskDecoder, PromptEncoder, TwoWayTransformer
from segment_anything.modeling.common import LayerNorm2d
from segment_anything.modeling.mask_decoder import MLP
from torch import Tensor, nn

from ccnet import store
from ccnet.formats import CheckpointError
from ccnet.garments import CLASSES, GarmentMap
from ccnet.parser import WORKING_SIDE, as_bytes, at_side
from ccnet.pickles import safetensors_of

ANIME_CLASSES = CLASSES[1:-1]
"""The nineteen classes of the network's outputs, in their order."""

DETAILS = ("eyes", "eyewear", "earwear", "nose", "mouth")
"""Classes that lie on another one. The network gives such pixels to both; they are the detail's."""

LIMBS = ("handwear", "legwear", "footwear")
"""Classes that hold bare arms and legs too: the network was never told apart what a sleeve's end and a hand are."""

MEAN, STD = (123.675, 116.28, 103.53), (58.395, 57.12, 57.375)
"""Of the colours, 0..255."""

MASK_TOKEN = 1
"""Which of Segment Anything's four mask tokens the heads read."""

MASK_TOKENS = 4
HEADS = 8  # of the decoder's attention
PROMPT_MASK_CHANNELS = 16
PREFIXES = ("module.", "model.")

SKIN_TOLERANCE = 14.0
"""How far in a and b of OpenCV's 8-bit Lab a colour may be from the face's to be skin: a blush and a cool shadow lie
nearer, most cloth farther."""

SKIN_LIGHTNESS = (0.55, 1.15)
"""How dark and how light skin may be, as shares of the face's lightness."""

FRAME = 0.15
"""Skin-coloured ground: a spot that takes more of the picture's rim than this is no body."""


class Layout(NamedTuple):
    """What the tensors' shapes tell of the network. grid: embeddings along one side; window: of local attention."""

    width: int
    depth: int
    heads: int
    patch: int
    grid: int
    window: int
    everywhere: tuple[int, ...]
    mlp_ratio: float
    channels: int
    decoder_depth: int
    decoder_mlp: int
    iou_hidden: int
    classes: int

    @property
    def side(self) -> int:
        """Of the square that the network reads, in pixels."""
        return self.grid * self.patch


VIT_H = Layout(1280, 32, 16, 16, 64, 14, (7, 15, 23, 31), 4.0, 256, 2, 2048, 256, 19)
"""The published checkpoint's."""


class _Encoder(nn.Module):
    """Pictures [B, 3, S, S] -> embeddings [B, channels, grid, grid] and, as [B, width, grid, grid], what stood after
    the first block that attends everywhere: early enough for thin lines to be in it."""

    def __init__(self, layout: Layout) -> None:
        super().__init__()
        norm: Any = partial(nn.LayerNorm, eps=1e-6)
        self.sam_img_encoder = ImageEncoderViT(
            img_size=layout.side,
            patch_size=layout.patch,
            embed_dim=layout.width,
            depth=layout.depth,
            num_heads=layout.heads,
            mlp_ratio=layout.mlp_ratio,
            out_chans=layout.channels,
            norm_layer=norm,
            use_rel_pos=True,
            window_size=layout.window,
            global_attn_indexes=layout.everywhere,
        )

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        encoder: Any = self.sam_img_encoder
        x = encoder.patch_embed(pictures) + encoder.pos_embed
        early = None
        for block in encoder.blocks:
            x = block(x)
            if early is None and block.window_size == 0:
                early = x
        assert early is not None
        return encoder.neck(x.permute(0, 3, 1, 2)), early.permute(0, 3, 1, 2)


class _Prompt(nn.Module):
    """Nothing is asked: only the positions and the embedding of "no mask" are used."""

    def __init__(self, layout: Layout) -> None:
        super().__init__()
        self.sam_prompt_encoder = PromptEncoder(
            embed_dim=layout.channels,
            image_embedding_size=(layout.grid, layout.grid),
            input_image_size=(layout.side, layout.side),
            mask_in_chans=PROMPT_MASK_CHANNELS,
        )


class _Heads(nn.Module):
    """Segment Anything's mask decoder in high quality, with two small networks for each class in place of those for
    each mask token: one weighs its own upscaled features, one the high-quality features."""

    def __init__(self, layout: Layout) -> None:
        super().__init__()
        wide, middle, narrow = layout.channels, layout.channels // 4, layout.channels // 8
        decoder: Any = MaskDecoder(
            transformer_dim=wide,
            transformer=TwoWayTransformer(
                depth=layout.decoder_depth, embedding_dim=wide, mlp_dim=layout.decoder_mlp, num_heads=HEADS
            ),
            num_multimask_outputs=MASK_TOKENS - 1,
            iou_head_hidden_dim=layout.iou_hidden,
        )
        del decoder.output_hypernetworks_mlps
        decoder.hf_token = nn.Embedding(1, wide)
        decoder.compress_vit_feat = nn.Sequential(
            nn.ConvTranspose2d(layout.width, wide, 2, 2),
            LayerNorm2d(wide),
            nn.GELU(),
            nn.ConvTranspose2d(wide, narrow, 2, 2),
        )
        decoder.embedding_encoder = nn.Sequential(
            nn.ConvTranspose2d(wide, middle, 2, 2),
            LayerNorm2d(middle),
            nn.GELU(),
            nn.ConvTranspose2d(middle, narrow, 2, 2),
        )
        decoder.embedding_maskfeature = nn.Sequential(
            nn.Conv2d(narrow, middle, 3, 1, 1),
            LayerNorm2d(middle),
            nn.GELU(),
            nn.Conv2d(middle, narrow, 3, 1, 1),
        )
        self.sam_mask_decoder = decoder
        self.output_hypernetworks_mlps = nn.ModuleList(MLP(wide, wide, narrow, 3) for _ in range(layout.classes))
        self.hf_mlps = nn.ModuleList(MLP(wide, wide, narrow, 3) for _ in range(layout.classes))

    def forward(self, embeddings: Tensor, early: Tensor, prompt: Any) -> Tensor:
        decoder: Any = self.sam_mask_decoder
        batch = len(embeddings)
        tokens = torch.cat((decoder.iou_token.weight, decoder.mask_tokens.weight, decoder.hf_token.weight))
        _, nothing = prompt(points=None, boxes=None, masks=None)
        answers, source = decoder.transformer(
            embeddings + nothing, prompt.get_dense_pe().expand(batch, -1, -1, -1), tokens.expand(batch, -1, -1)
        )
        plain = decoder.output_upscaling(source.transpose(1, 2).reshape(embeddings.shape))
        fine = decoder.embedding_maskfeature(plain)
        fine = fine + decoder.embedding_encoder(embeddings) + decoder.compress_vit_feat(early)
        mask_token, fine_token = answers[:, 1 + MASK_TOKEN], answers[:, 1 + MASK_TOKENS]
        weigh = torch.stack([head(mask_token) for head in self.output_hypernetworks_mlps], dim=1)
        weigh_fine = torch.stack([head(fine_token) for head in self.hf_mlps], dim=1)
        return (weigh @ plain.flatten(2) + weigh_fine @ fine.flatten(2)).unflatten(2, plain.shape[2:])


class AnimeSam(nn.Module):
    """Pictures [B, 3, S, S], normalised by `MEAN` and `STD` -> logits [B, classes, S/4, S/4], above 0 = the class is
    there. Classes overlap. Its tensors have the names of the published checkpoint."""

    def __init__(self, layout: Layout = VIT_H) -> None:
        super().__init__()
        self.layout = layout
        self.img_adapter = _Encoder(layout)
        self.prompt_adapter = _Prompt(layout)
        self.mask_adapter = _Heads(layout)

    def forward(self, pictures: Tensor) -> Tensor:
        return self.mask_adapter(*self.img_adapter(pictures), self.prompt_adapter.sam_prompt_encoder)


class AnimeSamParser:
    """The anime SAM as a parser (`ccnet.parser.Parser`)."""

    def __init__(self, model: AnimeSam, name: str = "anime sam") -> None:
        self.name = name
        self._model = model.eval().requires_grad_(False)
        self._mean, self._std = (torch.tensor(values).view(3, 1, 1) for values in (MEAN, STD))

    def __call__(self, image: Image) -> GarmentMap:
        """Of an RGB picture of any size. Pictures of other modes are turned into RGB, transparency is ignored."""
        picture = np.asarray(image.convert("RGB"))
        working = at_side(picture, min(WORKING_SIDE, max(image.size)))
        chances = torch.from_numpy(self.logits(picture, working.shape[:2])).sigmoid_().numpy()
        return GarmentMap(as_bytes(to_soft(chances, working)), image.size, parser=self.name)

    @torch.inference_mode()
    def logits(self, picture: np.ndarray, size: tuple[int, ...]) -> np.ndarray:
        """uint8[H, W, 3] -> float32[19, *size], size = (height, width) of the picture's aspect."""
        side, device = self._model.layout.side, next(self._model.parameters()).device
        pixels = torch.from_numpy(np.ascontiguousarray(picture.transpose(2, 0, 1))).float()[None]
        scale = side / max(picture.shape[:2])
        height, width = (max(1, int(length * scale + 0.5)) for length in picture.shape[:2])
        pixels = nn.functional.interpolate(pixels, (height, width), mode="bilinear", antialias=True)
        left, top = (side - width) // 2, (side - height) // 2
        # Centred and black, unlike Segment Anything's own: it was trained so.
        pixels = nn.functional.pad(pixels, (left, side - width - left, top, side - height - top))
        answer = self._model(((pixels - self._mean) / self._std).to(device)).float()
        answer = nn.functional.interpolate(answer, (side, side), mode="bilinear")
        answer = answer[..., top : top + height, left : left + width]
        return nn.functional.interpolate(answer, size, mode="bilinear")[0].cpu().numpy()


def to_soft(chances: np.ndarray, picture: np.ndarray) -> np.ndarray:
    """Independent, overlapping likelihoods -> the shares of a garment map, which sum to 1.

    chances: float32[19, h, w], 0..1, in the order of `ANIME_CLASSES`. picture: uint8[h, w, 3] RGB. Returns
    float32[21, h, w].

    Details (`DETAILS`) take their part first. Of what they leave, the other classes take as much as is likely to belong
    to any of them, divided as their likelihoods are; what belongs to none is background. "body" is no output of the
    network: skin, by the face's own colour, is taken out of `LIMBS`, and out of the background where it touches the
    figure.
    """
    details = np.isin(ANIME_CLASSES, DETAILS)
    shares = np.zeros((len(CLASSES), *chances.shape[1:]), np.float32)
    left = np.ones(chances.shape[1:], np.float32)
    for chosen in (details, ~details):
        group = chances[chosen]
        none = (1 - group).prod(axis=0)
        shares[1:-1][chosen] = group * (left * (1 - none) / np.maximum(group.sum(axis=0), 1e-6))
        left = left * none
    shares[0] = left
    skin = _bare_skin(shares, picture)
    for name in ("background", *LIMBS):
        index = CLASSES.index(name)
        shares[-1] += np.where(skin, shares[index], 0)
        shares[index] = np.where(skin, 0, shares[index])
    return shares


def load_anime_sam(file: Path, name: str | None = None, *, device: str = "cpu") -> AnimeSamParser:
    """The parser from its checkpoint: a .pt (converted once, never run) or the same as .safetensors. name: by default
    the file's. device: torch's.

    Raises CheckpointError when it cannot be read or is another network.
    """
    tensors = _stripped(load_file(safetensors_of(file, store.home() / "cache")))
    try:
        layout = read_layout({name: tuple(tensor.shape) for name, tensor in tensors.items()})
        with torch.device("meta"):
            model = AnimeSam(layout)
    except (KeyError, ValueError, IndexError, AssertionError, ZeroDivisionError) as error:
        raise _other(file) from error
    wanted = {name: tensor.shape for name, tensor in model.state_dict().items()}
    if layout.classes != len(ANIME_CLASSES):
        raise CheckpointError(
            f"{file} tells {layout.classes} classes apart, not {len(ANIME_CLASSES)}: get l2d_sam_iter2."
        )
    if unfit := [name for name, shape in wanted.items() if name not in tensors or tensors[name].shape != shape]:
        raise CheckpointError(f"{file} is no whole anime SAM, {unfit[0]} is missing or misshapen: get it again.")
    model.load_state_dict({name: tensors[name].float() for name in wanted}, assign=True)
    return AnimeSamParser(model.to(device), name or file.stem)


def read_layout(shapes: Mapping[str, tuple[int, ...]]) -> Layout:
    """From the names and shapes of a checkpoint's tensors. Raises KeyError, ValueError or IndexError when it is
    another network's."""
    encoder, heads = "img_adapter.sam_img_encoder", "mask_adapter"
    decoder = f"{heads}.sam_mask_decoder"
    width, _, patch, _ = shapes[f"{encoder}.patch_embed.proj.weight"]
    grid = shapes[f"{encoder}.pos_embed"][1]
    depth = _count(shapes, rf"{encoder}\.blocks\.(\d+)\.")
    reach = [(shapes[f"{encoder}.blocks.{i}.attn.rel_pos_h"][0] + 1) // 2 for i in range(depth)]
    return Layout(
        width=width,
        depth=depth,
        heads=width // shapes[f"{encoder}.blocks.0.attn.rel_pos_h"][1],
        patch=patch,
        grid=grid,
        window=min(reach),
        everywhere=tuple(i for i, length in enumerate(reach) if length == grid),
        mlp_ratio=shapes[f"{encoder}.blocks.0.mlp.lin1.weight"][0] / width,
        channels=shapes[f"{encoder}.neck.0.weight"][0],
        decoder_depth=_count(shapes, rf"{decoder}\.transformer\.layers\.(\d+)\."),
        decoder_mlp=shapes[f"{decoder}.transformer.layers.0.mlp.lin1.weight"][0],
        iou_hidden=shapes[f"{decoder}.iou_prediction_head.layers.0.weight"][0],
        classes=_count(shapes, rf"{heads}\.hf_mlps\.(\d+)\."),
    )


def _bare_skin(shares: np.ndarray, picture: np.ndarray) -> np.ndarray:
    """bool[h, w]: where limbs and what touches the figure have the colour of the face; nowhere without a face."""
    labels = shares.argmax(axis=0)
    face = labels == CLASSES.index("face")
    if not face.any():
        return face
    lab = cv2.cvtColor(picture, cv2.COLOR_RGB2LAB).astype(np.float32)
    light, red, yellow = np.median(lab[face], axis=0)
    low, high = SKIN_LIGHTNESS
    alike = np.hypot(lab[..., 1] - red, lab[..., 2] - yellow) <= SKIN_TOLERANCE
    alike &= (lab[..., 0] >= low * light) & (lab[..., 0] <= high * light)
    limbs = alike & np.isin(labels, [CLASSES.index(name) for name in LIMBS])
    return limbs | _touching(alike & (labels == 0), labels != 0)


def _touching(spots: np.ndarray, figure: np.ndarray) -> np.ndarray:
    """Those connected parts of bool[h, w] `spots` that touch the figure and are no ground."""
    _, parts = cv2.connectedComponents(spots.astype(np.uint8), connectivity=4)
    parts = np.asarray(parts, np.intp)
    near = cv2.dilate(figure.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    rim = np.concatenate((parts[0], parts[-1], parts[1:-1, 0], parts[1:-1, -1]))
    kept = np.zeros(parts.max() + 1, bool)
    kept[np.unique(parts[near])] = True
    kept &= np.bincount(rim, minlength=len(kept)) <= FRAME * len(rim)
    kept[0] = False
    return kept[parts]


def _count(names: Mapping[str, Any], pattern: str) -> int:
    """One more than the largest number that the pattern finds."""
    return 1 + max(int(found[1]) for name in names if (found := re.match(pattern, name)))


def _stripped(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Without what a training program put before every name."""
    for prefix in PREFIXES:
        if all(name.startswith(prefix) for name in tensors):
            return _stripped({name.removeprefix(prefix): tensor for name, tensor in tensors.items()})
    return dict(tensors)


def _other(file: Path) -> CheckpointError:
    return CheckpointError(f"{file} is another network than the anime SAM: get checkpoint-18000.pt of l2d_sam_iter2.")
