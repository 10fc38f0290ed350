"""Files of Segment Anything -> networks: Meta's .pth, and Hugging Face's safetensors of the same nets.

A file is told by its tensors' names and shapes, which say how large the net is as well: vit_b, vit_l, vit_h, or any
other size. That it is whole and holds this net and no other is verified by its header alone, before a tensor is read.
Everything that no shape tells (the heads of the mask decoder, how pictures are normalised) is the same in all of them.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

import torch
from safetensors import SafetensorError, safe_open
from segment_anything.modeling import ImageEncoderViT, MaskDecoder, PromptEncoder, Sam, TwoWayTransformer
from torch import Tensor, nn

from ccnet import store
from ccnet.headers import CheckpointError, Header, read_header
from ccnet.pickles import safetensors_of

DECODER_HEADS = 8
HYPERNETWORK_LAYERS = 3
PIXEL_MEAN = (123.675, 116.28, 103.53)
PIXEL_STD = (58.395, 57.12, 57.375)

Shapes = Mapping[str, tuple[int, ...]]

POSITIONS = "prompt_encoder.pe_layer.positional_encoding_gaussian_matrix"

_RENAMED = (  # Hugging Face's name -> Meta's; the first that fits
    (r"shared_image_embedding\.positional_embedding", POSITIONS),
    (r"prompt_encoder\.shared_embedding\.positional_embedding", POSITIONS),
    (r"vision_encoder\.patch_embed\.projection\.", "image_encoder.patch_embed.proj."),
    (r"vision_encoder\.layers\.(\d+)\.layer_norm(\d)\.", r"image_encoder.blocks.\1.norm\2."),
    (r"vision_encoder\.layers\.(\d+)\.", r"image_encoder.blocks.\1."),
    (r"vision_encoder\.neck\.conv1\.", "image_encoder.neck.0."),
    (r"vision_encoder\.neck\.layer_norm1\.", "image_encoder.neck.1."),
    (r"vision_encoder\.neck\.conv2\.", "image_encoder.neck.2."),
    (r"vision_encoder\.neck\.layer_norm2\.", "image_encoder.neck.3."),
    (r"vision_encoder\.", "image_encoder."),
    (r"prompt_encoder\.point_embed\.", "prompt_encoder.point_embeddings."),
    (r"prompt_encoder\.mask_embed\.conv1\.", "prompt_encoder.mask_downscaling.0."),
    (r"prompt_encoder\.mask_embed\.layer_norm1\.", "prompt_encoder.mask_downscaling.1."),
    (r"prompt_encoder\.mask_embed\.conv2\.", "prompt_encoder.mask_downscaling.3."),
    (r"prompt_encoder\.mask_embed\.layer_norm2\.", "prompt_encoder.mask_downscaling.4."),
    (r"prompt_encoder\.mask_embed\.conv3\.", "prompt_encoder.mask_downscaling.6."),
    (r"mask_decoder\.transformer\.layers\.(\d+)\.layer_norm(\d)\.", r"mask_decoder.transformer.layers.\1.norm\2."),
    (r"mask_decoder\.transformer\.layer_norm_final_attn\.", "mask_decoder.transformer.norm_final_attn."),
    (r"mask_decoder\.upscale_conv1\.", "mask_decoder.output_upscaling.0."),
    (r"mask_decoder\.upscale_layer_norm\.", "mask_decoder.output_upscaling.1."),
    (r"mask_decoder\.upscale_conv2\.", "mask_decoder.output_upscaling.3."),
)
_PERCEPTRON = re.compile(
    r"(mask_decoder\.(?:output_hypernetworks_mlps\.\d+|iou_prediction_head))\.(proj_in|proj_out|layers\.(\d+))(\..+)"
)


class SamShape(NamedTuple):
    """How large a Segment Anything model is, as its tensors tell.

    side, patch: of the square it reads and of a piece of it, in pixels. width, depth, heads, mlp: of the image
    encoder. window: pieces along one side of what a block looks at, 0 when all look at everything; blocks in
    `everywhere` do. embedding: channels of what the image encoder answers. mask_channels: inside the prompt encoder.
    decoder_depth, decoder_mlp, narrowing: of the two-way transformer. answers: without the one for clear prompts.
    trust_depth, trust_width: of what predicts each answer's quality.
    """

    side: int
    patch: int
    width: int
    depth: int
    heads: int
    mlp: int
    window: int
    everywhere: tuple[int, ...]
    qkv_bias: bool
    embedding: int
    mask_channels: int
    decoder_depth: int
    decoder_mlp: int
    narrowing: int
    answers: int
    trust_depth: int
    trust_width: int


def load_sam(file: Path) -> Sam:
    """A file of Segment Anything, safetensors or a pickle, in Meta's names or Hugging Face's -> the net in float32 on
    the CPU, ready to use.

    A pickle is converted into the program's own folder, and never run. Raises CheckpointError, before anything large is
    read, for a file that is truncated, holds another net, or lacks a tensor.
    """
    weights = safetensors_of(file, store.home() / "cache")
    header = read_header(weights)
    names = original_names(header, file)
    shapes = {name: header.tensors[stored].shape for name, stored in names.items()}
    sam = _built(shapes, file)
    if quantised := next((n for n, s in names.items() if header.tensors[s].dtype not in ("F16", "BF16", "F32")), None):
        raise CheckpointError(f"{file} is quantised, {quantised} is no floating-point tensor: get the original file.")
    sam.load_state_dict(_read(weights, names), assign=True)
    return sam.requires_grad_(False).eval()


def load_starter_sam(folder: Path) -> Sam:
    """The small SAM that comes with the program, or one that was trained like it: config.json and model.safetensors ->
    the net in float32 on the CPU, ready to use. Raises CheckpointError when the folder holds no whole one."""
    from ccnet.sam_starter import build_starter_sam  # imports transformers, which the other files do not need

    config, file = folder / "config.json", folder / "model.safetensors"
    header = read_header(file)
    shapes = {name: tensor.shape for name, tensor in header.tensors.items()}
    try:
        sam = build_starter_sam(json.loads(config.read_text("utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AssertionError, RuntimeError, ZeroDivisionError) as error:
        raise CheckpointError(
            f"{config} describes no starter SAM ({error}): get it again with git checkout."
        ) from error
    _check(sam, shapes, file)
    sam.load_state_dict(_read(file, {name: name for name in shapes}))
    return sam.requires_grad_(False).eval()


def original_names(header: Header, file: Path) -> dict[str, str]:
    """The name of every tensor in the package segment-anything -> its name in the file.

    Raises CheckpointError when the file holds no Segment Anything model, or one of another make.
    """
    if what := _other_make(header.tensors):
        raise CheckpointError(f"{file} is {what}, which cannot be used: get a SAM, such as sam_vit_b.")
    names: dict[str, str] = {}
    hugging_face = "vision_encoder.patch_embed.projection.weight" in header.tensors
    depth = _depth(header.tensors, r"mask_decoder\.iou_prediction_head\.layers\.(\d+)\.")
    for name in header.tensors:
        names[_renamed(name, depth) if hugging_face else name] = name
    if not {"image_encoder.patch_embed.proj.weight", "mask_decoder.iou_token.weight", POSITIONS} <= names.keys():
        raise CheckpointError(f"{file} is no Segment Anything model: name a SAM, such as sam_vit_b.")
    return names


def build(shape: SamShape) -> Sam:
    """A net of that size, its weights on torch's meta device: without memory, to be filled."""
    grid = shape.side // shape.patch
    with torch.device("meta"):
        sam = Sam(
            ImageEncoderViT(
                img_size=shape.side,
                patch_size=shape.patch,
                embed_dim=shape.width,
                depth=shape.depth,
                num_heads=shape.heads,
                mlp_ratio=shape.mlp / shape.width,
                out_chans=shape.embedding,
                qkv_bias=shape.qkv_bias,
                norm_layer=functools.partial(nn.LayerNorm, eps=1e-6),  # type: ignore[arg-type]
                use_rel_pos=True,
                window_size=shape.window,
                global_attn_indexes=shape.everywhere,
            ),
            PromptEncoder(shape.embedding, (grid, grid), (shape.side, shape.side), shape.mask_channels),
            MaskDecoder(
                transformer_dim=shape.embedding,
                transformer=TwoWayTransformer(
                    depth=shape.decoder_depth,
                    embedding_dim=shape.embedding,
                    num_heads=DECODER_HEADS,
                    mlp_dim=shape.decoder_mlp,
                    attention_downsample_rate=shape.narrowing,
                ),
                num_multimask_outputs=shape.answers,
                iou_head_depth=shape.trust_depth,
                iou_head_hidden_dim=shape.trust_width,
            ),
        )
    # These are in no file.
    for name, values in (("pixel_mean", PIXEL_MEAN), ("pixel_std", PIXEL_STD)):
        sam.register_buffer(name, torch.tensor(values).view(-1, 1, 1), persistent=False)
    return sam


def _shape_of(shapes: Shapes, file: Path) -> SamShape:
    """Raises CheckpointError when the tensors that tell are missing or make no sense."""
    vit, decoder = "image_encoder.blocks.", "mask_decoder.transformer.layers."
    try:
        width, _, patch, _ = shapes["image_encoder.patch_embed.proj.weight"]
        grid = shapes["image_encoder.pos_embed"][1]
        depth = _depth(shapes, re.escape(vit) + r"(\d+)\.")
        # Twice the pieces along one side of what a block looks at, less one.
        reaches = [(shapes[f"{vit}{i}.attn.rel_pos_h"][0] + 1) // 2 for i in range(depth)]
        embedding = shapes["image_encoder.neck.0.weight"][0]
        inner = shapes[f"{decoder}0.cross_attn_token_to_image.q_proj.weight"][0]
        return SamShape(
            side=grid * patch,
            patch=patch,
            width=width,
            depth=depth,
            heads=width // shapes[f"{vit}0.attn.rel_pos_h"][1],
            mlp=shapes[f"{vit}0.mlp.lin1.weight"][0],
            window=min((reach for reach in reaches if reach != grid), default=0),
            everywhere=tuple(i for i, reach in enumerate(reaches) if reach == grid),
            qkv_bias=f"{vit}0.attn.qkv.bias" in shapes,
            embedding=embedding,
            mask_channels=shapes["prompt_encoder.mask_downscaling.3.weight"][0],
            decoder_depth=_depth(shapes, re.escape(decoder) + r"(\d+)\."),
            decoder_mlp=shapes[f"{decoder}0.mlp.lin1.weight"][0],
            narrowing=embedding // inner,
            answers=shapes["mask_decoder.mask_tokens.weight"][0] - 1,
            trust_depth=_depth(shapes, r"mask_decoder\.iou_prediction_head\.layers\.(\d+)\."),
            trust_width=shapes["mask_decoder.iou_prediction_head.layers.0.weight"][0],
        )
    except KeyError as missing:
        raise CheckpointError(f"{file} is no whole Segment Anything model, it lacks {missing}: get it again.") from None
    except (ValueError, IndexError, ZeroDivisionError) as error:
        raise CheckpointError(f"{file} is no Segment Anything model that is known: get sam_vit_b.") from error


def _built(shapes: Shapes, file: Path) -> Sam:
    """The empty net that tensors of these shapes fill. Raises CheckpointError when they fill none."""
    shape = _shape_of(shapes, file)
    try:
        sam = build(shape)
    except (AssertionError, RuntimeError, ValueError, ZeroDivisionError) as error:
        raise CheckpointError(f"{file} is no Segment Anything model that is known: get sam_vit_b.") from error
    _check(sam, shapes, file)
    return sam


def _check(sam: Sam, shapes: Shapes, file: Path) -> None:
    """Refuses tensors that do not fill a net exactly."""
    wanted = {name: tuple(tensor.shape) for name, tensor in sam.state_dict().items()}
    for name, right in wanted.items():
        if name not in shapes:
            raise CheckpointError(f"{file} is no whole Segment Anything model, it lacks {name}: get it again.")
        if shapes[name] != right:
            raise CheckpointError(f"{file} is damaged, {name} is {shapes[name]} and should be {right}: get it again.")
    if extra := sorted(shapes.keys() - wanted.keys()):
        raise CheckpointError(f"{file} is another kind of SAM, none known has a tensor {extra[0]}: get sam_vit_b.")


def _read(weights: Path, names: Mapping[str, str]) -> dict[str, Tensor]:
    """name -> tensor in float32. names: name -> its name in the file."""
    try:
        with safe_open(weights, framework="pt") as opened:
            return {name: opened.get_tensor(stored).float() for name, stored in names.items()}
    except (SafetensorError, OSError) as error:
        raise CheckpointError(f"{weights} cannot be read, get it again ({error}).") from error


def _renamed(name: str, depth: int) -> str:
    """Hugging Face's name of a tensor -> Meta's. depth: how many inner layers the quality's predictor has."""
    if layer := _PERCEPTRON.fullmatch(name):
        place, which, inner, rest = layer.groups()
        last = depth + 1 if place.endswith("iou_prediction_head") else HYPERNETWORK_LAYERS - 1
        number = {"proj_in": 0, "proj_out": last}.get(which)
        return f"{place}.layers.{int(inner) + 1 if number is None else number}{rest}"
    for pattern, ours in _RENAMED:
        changed, count = re.subn(f"^{pattern}", ours, name)
        if count:
            return changed
    return name


def _depth(names: Iterable[str], pattern: str) -> int:
    """How many numbers stand where a pattern has its group."""
    return len({match[1] for match in (re.match(pattern, name) for name in names) if match})


def _other_make(names: Iterable[str]) -> str | None:
    """What is built of the same parts and is not this net, in words; None for this net and what has nothing of it."""
    for name in names:
        if re.match(r"mask_decoder\.(hf_|hq_|compress_vit_feat|embedding_encoder)", name):
            return "a SAM-HQ"
        if re.match(r"image_encoder\.layers\.\d+\.blocks\.", name):
            return "a MobileSAM"
        if re.match(r"(sam_mask_decoder|image_encoder\.trunk|vision_encoder\.backbone|memory_encoder)\.", name):
            return "a SAM 2"
    return None
