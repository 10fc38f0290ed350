"""What weights are called: the original layouts, diffusers' and transformers', and the way from one to the other.

The same networks are given away under several names: the UNet and the autoencoder of the original latent diffusion
code ("LDM": A1111's single files), ControlNets of the released code ("cldm"), OpenCLIP's text encoder, TAESD and
T2I-Adapters of their authors. Functions here take the tensors of one network and return them under the other names,
in the same order. Nothing is computed and nothing copied except where the layouts' shapes differ, so that going there
and back gives back every bit. All raise ValueError for a tensor that no such network has.

A table of names is derived from the blocks that the tensors themselves show. It names modules; whatever lies below a
named module is called the same in both layouts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from ccnet.formats import Family

Tensors = Mapping[str, Tensor]
Pair = tuple[str, str]  # a module's (original, diffusers or transformers) name

CONTROL_PREFIX = "control_model."
OWN_PREFIX = "controlnet_"  # in diffusers' layout, of what a ControlNet does not share with its base
TEXT_MODEL_PREFIX = "text_model."

RESNET = (
    ("in_layers.0", "norm1"),
    ("in_layers.2", "conv1"),
    ("emb_layers.1", "time_emb_proj"),
    ("out_layers.0", "norm2"),
    ("out_layers.3", "conv2"),
    ("skip_connection", "conv_shortcut"),
)
VAE_RESNET = (*((name, name) for name in ("norm1", "conv1", "norm2", "conv2")), ("nin_shortcut", "conv_shortcut"))
VAE_ATTENTION = (
    ("norm", "group_norm"),
    ("q", "to_q"),
    ("k", "to_k"),
    ("v", "to_v"),
    ("proj_out", "to_out.0"),
)
# What diffusers called the same four before 0.18; many VAE files still do.
OLD_VAE_ATTENTION = {"query": "to_q", "key": "to_k", "value": "to_v", "proj_attn": "to_out.0"}
OPEN_CLIP_LAYER = (
    ("ln_1", "layer_norm1"),
    ("ln_2", "layer_norm2"),
    ("attn", "self_attn"),
    ("mlp.c_fc", "mlp.fc1"),
    ("mlp.c_proj", "mlp.fc2"),
)


class Blocks(NamedTuple):
    """How a UNet's encoder is built: `levels` of `layers` residual blocks each, some of the levels with attention."""

    levels: int
    layers: int
    attending: frozenset[int]


def unet_to_diffusers(tensors: Tensors) -> dict[str, Tensor]:
    """A UNet of the original code, names as below `model.diffusion_model.` -> UNet2DConditionModel."""
    return _renamed(tensors, _unet_pairs(_ldm_blocks(tensors)))


def unet_to_ldm(tensors: Tensors) -> dict[str, Tensor]:
    """The inverse of `unet_to_diffusers`."""
    return _renamed(tensors, _swapped(_unet_pairs(_diffusers_blocks(tensors))))


def controlnet_to_diffusers(tensors: Tensors) -> dict[str, Tensor]:
    """A ControlNet of the released code, SD 1.5 or SDXL, -> ControlNetModel.

    Names are bare or below `control_model.`; beside the latter, whatever else a training checkpoint holds (the locked
    model, the autoencoder, the text encoder) is left out.
    """
    bare = below(tensors, CONTROL_PREFIX) or tensors
    hints = len(indices(bare, r"input_hint_block\.(\d+)\."))
    return _renamed(bare, _controlnet_pairs(_ldm_blocks(bare), hints))


def controlnet_to_cldm(tensors: Tensors) -> dict[str, Tensor]:
    """A ControlNetModel's tensors -> the names of the released code, below `control_model.` as in its own files:
    what ComfyUI and A1111 read."""
    hints = len(indices(tensors, r"controlnet_cond_embedding\.blocks\.(\d+)\.")) + 2
    bare = _renamed(tensors, _swapped(_controlnet_pairs(_diffusers_blocks(tensors), hints)))
    return {CONTROL_PREFIX + key: tensor for key, tensor in bare.items()}


def vae_to_diffusers(tensors: Tensors) -> dict[str, Tensor]:
    """An autoencoder of the original code, names as below `first_stage_model.` -> AutoencoderKL.

    Its attention is written with 1x1 convolutions there and with linear layers here; what only its training needed is
    left out.
    """
    kept = {key: t for key, t in tensors.items() if not key.startswith(("loss.", "model_ema."))}
    levels = len(indices(kept, r"encoder\.down\.(\d+)\."))
    layers = len(indices(kept, r"encoder\.down\.0\.block\.(\d+)\."))
    renamed = _renamed(kept, _vae_pairs(levels, layers))
    return {key: _linear(t) if _in_vae_attention(key) else t for key, t in renamed.items()}


def vae_to_ldm(tensors: Tensors) -> dict[str, Tensor]:
    """The inverse of `vae_to_diffusers`."""
    levels = len(indices(tensors, r"encoder\.down_blocks\.(\d+)\."))
    layers = len(indices(tensors, r"encoder\.down_blocks\.0\.resnets\.(\d+)\."))
    shaped = {key: t[:, :, None, None] if _in_vae_attention(key) else t for key, t in tensors.items()}
    return _renamed(shaped, _swapped(_vae_pairs(levels, layers)))


def vae_to_current(tensors: Tensors) -> dict[str, Tensor]:
    """An AutoencoderKL's tensors as any diffusers saved them -> as today's names and shapes them."""
    current = {}
    for key, tensor in tensors.items():
        *path, name, kind = key.split(".")
        if path[-2:-1] == ["attentions"]:
            key = ".".join([*path, OLD_VAE_ATTENTION.get(name, name), kind])
        current[key] = _linear(tensor) if _in_vae_attention(key) else tensor
    return current


def open_clip_to_transformers(tensors: Tensors) -> dict[str, Tensor]:
    """OpenCLIP's text encoder, names as below `conditioner.embedders.1.model.` -> CLIPTextModelWithProjection.

    There one matrix holds an attention's queries, keys and values, and the projection is transposed. The logit scale
    of its training is left out.
    """
    names = dict(_open_clip_pairs(tensors, r"transformer\.resblocks\.(\d+)\."))
    renamed = {}
    for key, tensor in tensors.items():
        module, _, last = key.rpartition(".")
        if key == "text_projection":
            renamed["text_projection.weight"] = tensor.T.contiguous()
        elif last in ("in_proj_weight", "in_proj_bias"):
            kind = last.removeprefix("in_proj_")
            for name, third in zip("qkv", tensor.chunk(3), strict=True):
                renamed[f"{_rename(module, names)}.{name}_proj.{kind}"] = third
        elif key != "logit_scale":
            renamed[_rename(key, names)] = tensor
    return renamed


def transformers_to_open_clip(tensors: Tensors) -> dict[str, Tensor]:
    """The inverse of `open_clip_to_transformers`."""
    names = dict(_swapped(_open_clip_pairs(tensors, r"text_model\.encoder\.layers\.(\d+)\.")))
    renamed = {}
    for key, tensor in tensors.items():
        module, _, kind = key.rpartition(".")
        if key == "text_projection.weight":
            renamed["text_projection"] = tensor.T.contiguous()
        elif module.endswith("q_proj"):
            attention = module.removesuffix(".q_proj")
            thirds = [tensors[f"{attention}.{name}_proj.{kind}"] for name in "qkv"]
            renamed[f"{_rename(attention, names)}.in_proj_{kind}"] = torch.cat(thirds)
        elif not module.endswith(("k_proj", "v_proj")):
            renamed[_rename(key, names)] = tensor
    return renamed


def flat_text_encoder(tensors: Tensors) -> dict[str, Tensor]:
    """A CLIP text encoder's tensors under any transformers' names -> CLIPTextModel's since 5.6, without `text_model.`.

    The numbers of the positions, which old files store, and the logit scale of the training are left out.
    """
    flat = {key.removeprefix(TEXT_MODEL_PREFIX): tensor for key, tensor in tensors.items()}
    return {key: tensor for key, tensor in flat.items() if key not in ("embeddings.position_ids", "logit_scale")}


def wrapped_text_encoder(tensors: Tensors) -> dict[str, Tensor]:
    """A CLIP text encoder's tensors -> below `text_model.`, which every other program reads: what is to be saved."""
    flat = flat_text_encoder(tensors)
    return {key if key.startswith("text_projection.") else TEXT_MODEL_PREFIX + key: t for key, t in flat.items()}


def tiny_vae_to_diffusers(tensors: Tensors) -> dict[str, Tensor]:
    """TAESD, its encoder's file, its decoder's or both in one, in its author's layout or diffusers' ->
    AutoencoderTiny.

    The author's decoder counts the clamp that it begins with as a layer, diffusers' does not.
    """
    half = "encoder" if "0.weight" in tensors else "decoder"
    renamed = {}
    for key, tensor in tensors.items():
        match = re.fullmatch(r"(?:(?:taesd_)?(encoder|decoder)\.)?(layers\.)?(\d+)\.(.+)", key)
        if match is None:
            raise _unknown(key)
        side, layered, index, rest = match.groups()
        side = side or half
        shift = 1 if side == "decoder" and not layered else 0
        renamed[f"{side}.layers.{int(index) - shift}.{rest}"] = tensor
    return renamed


def adapter_to_diffusers(tensors: Tensors) -> dict[str, Tensor]:
    """A T2I-Adapter in its authors' layout or diffusers' -> T2IAdapter.

    The full adapter's residual blocks are in one row there, and in four groups here.
    """
    if any(key.startswith("adapter.") for key in tensors):
        return dict(tensors)
    light = "conv_in.weight" not in tensors
    group = max(1, len(indices(tensors, r"body\.(\d+)\.")) // 4)
    renamed = {}
    for key, tensor in tensors.items():
        match = re.fullmatch(r"body\.(\d+)\.(.+)", key)
        if match is None:
            renamed[f"adapter.{key}"] = tensor
            continue
        index, rest = int(match[1]), match[2]
        if light:
            renamed[f"adapter.body.{index}.{rest.replace('body.', 'resnets.')}"] = tensor
        elif rest.startswith("in_conv."):
            renamed[f"adapter.body.{index // group}.{rest}"] = tensor
        else:
            renamed[f"adapter.body.{index // group}.resnets.{index % group}.{rest}"] = tensor
    return renamed


def transfer(control: Tensors, base_from: Tensors, base_to: Tensors) -> dict[str, Tensor]:
    """A ControlNet trained on one base, moved to another: W_control + (W_to - W_from) wherever it copies the base's
    encoder; its hint encoder and zero convolutions stay (tool_transfer_control.py of the released code).

    All three in diffusers' layout. The sum is taken in float32 and kept in the ControlNet's dtype; from a base to
    itself it is exactly the ControlNet. An inpainting base lends its first four input channels, the latents'.
    Raises ValueError when a base is not of the ControlNet's architecture.
    """
    moved = {}
    for key, weight in control.items():
        if key.startswith(OWN_PREFIX):
            moved[key] = weight
        else:
            offset = _counterpart(base_to, key, weight) - _counterpart(base_from, key, weight)
            moved[key] = (weight.float() + offset).to(weight.dtype)
    return moved


def add_base(difference: Tensors, base: Tensors) -> dict[str, Tensor]:
    """The ControlNet whose encoder is stored as its difference to `base`. Layout, dtype and errors as in `transfer`."""
    return {
        key: w if key.startswith(OWN_PREFIX) else (w.float() + _counterpart(base, key, w)).to(w.dtype)
        for key, w in difference.items()
    }


def control_metadata(family: Family, title: str, *, hole: float, base: str, base_sha256: str) -> dict[str, str]:
    """What an exported cldm safetensors says of itself: the fields of Stability AI's ModelSpec 1.0.1, and ours.

    title: the ControlNet's name. hole: the hint's value where the clothes are. base, base_sha256: the model it was
    trained on, its name and the hash of its weights.
    """
    architecture = {"sd15": "stable-diffusion-v1", "sdxl": "stable-diffusion-xl-v1-base"}[family]
    hint = f"RGB in [0, 1], {hole:g} in the hole"
    return {
        "format": "pt",
        "modelspec.sai_model_spec": "1.0.1",
        "modelspec.architecture": f"{architecture}/controlnet",
        "modelspec.implementation": "cldm",
        "modelspec.title": title,
        "modelspec.description": "A ControlNet that draws the described outfit where the hint has a hole.",
        "modelspec.usage_hint": f"The hint is the picture: {hint}.",
        "modelspec.preprocessor": "inpaint",
        "ccnet.hint": hint,
        "ccnet.hole": f"{hole:g}",
        "ccnet.base": base,
        "ccnet.base_sha256": base_sha256,
    }


def below(tensors: Tensors, prefix: str) -> dict[str, Tensor]:
    """The tensors whose names begin with `prefix`, without it."""
    return {key.removeprefix(prefix): tensor for key, tensor in tensors.items() if key.startswith(prefix)}


def indices(tensors: Tensors, pattern: str) -> set[int]:
    """The numbers in the one group of `pattern`, a regular expression, of all names that begin like it."""
    compiled = re.compile(pattern)
    return {int(match[1]) for match in map(compiled.match, tensors) if match}


def _counterpart(base: Tensors, key: str, weight: Tensor) -> Tensor:
    """The base's tensor that a ControlNet's is a trained copy of, in float32."""
    if key not in base:
        raise ValueError(f"The base has no {key}: it is not of the ControlNet's family.")
    tensor = base[key][:, : weight.shape[1]] if key == "conv_in.weight" else base[key]
    if tensor.shape != weight.shape:
        raise ValueError(f"The base's {key} has another shape: it is not of the ControlNet's family.")
    return tensor.float()


def _ldm_blocks(tensors: Tensors) -> Blocks:
    levels = len(indices(tensors, r"input_blocks\.(\d+)\.0\.op\.")) + 1
    stride = len(indices(tensors, r"input_blocks\.(\d+)\.")) // levels
    firsts = (f"input_blocks.{level * stride + 1}.1.norm.weight" for level in range(levels))
    return Blocks(levels, stride - 1, frozenset(level for level, key in enumerate(firsts) if key in tensors))


def _diffusers_blocks(tensors: Tensors) -> Blocks:
    levels = len(indices(tensors, r"down_blocks\.(\d+)\."))
    layers = len(indices(tensors, r"down_blocks\.0\.resnets\.(\d+)\."))
    return Blocks(levels, layers, frozenset(indices(tensors, r"down_blocks\.(\d+)\.attentions\.")))


def _encoder_pairs(blocks: Blocks) -> Iterator[Pair]:
    """What a UNet and its trainable copy have in common."""
    yield "input_blocks.0.0", "conv_in"
    for here, there in (("0", "linear_1"), ("2", "linear_2")):
        yield f"time_embed.{here}", f"time_embedding.{there}"
        yield f"label_emb.0.{here}", f"add_embedding.{there}"  # SDXL alone
    for level in range(blocks.levels):
        row = level * (blocks.layers + 1) + 1
        for layer in range(blocks.layers):
            yield from _inside(f"input_blocks.{row + layer}.0", f"down_blocks.{level}.resnets.{layer}", RESNET)
            if level in blocks.attending:
                yield f"input_blocks.{row + layer}.1", f"down_blocks.{level}.attentions.{layer}"
        yield f"input_blocks.{row + blocks.layers}.0.op", f"down_blocks.{level}.downsamplers.0.conv"
    yield from _inside("middle_block.0", "mid_block.resnets.0", RESNET)
    yield "middle_block.1", "mid_block.attentions.0"
    yield from _inside("middle_block.2", "mid_block.resnets.1", RESNET)


def _unet_pairs(blocks: Blocks) -> Iterator[Pair]:
    yield from _encoder_pairs(blocks)
    for up in range(blocks.levels):
        attends = blocks.levels - 1 - up in blocks.attending
        row = up * (blocks.layers + 1)
        for layer in range(blocks.layers + 1):
            yield from _inside(f"output_blocks.{row + layer}.0", f"up_blocks.{up}.resnets.{layer}", RESNET)
            if attends:
                yield f"output_blocks.{row + layer}.1", f"up_blocks.{up}.attentions.{layer}"
        upsampler = f"output_blocks.{row + blocks.layers}.{2 if attends else 1}.conv"
        yield upsampler, f"up_blocks.{up}.upsamplers.0.conv"
    yield "out.0", "conv_norm_out"
    yield "out.2", "conv_out"


def _controlnet_pairs(blocks: Blocks, hints: int) -> Iterator[Pair]:
    """hints: how many convolutions the hint encoder has; the original counts the activations between them as well."""
    yield from _encoder_pairs(blocks)
    names = ["conv_in", *(f"blocks.{i}" for i in range(hints - 2)), "conv_out"]
    for i, name in enumerate(names):
        yield f"input_hint_block.{2 * i}", f"controlnet_cond_embedding.{name}"
    for i in range(blocks.levels * (blocks.layers + 1)):
        yield f"zero_convs.{i}.0", f"controlnet_down_blocks.{i}"
    yield "middle_block_out.0", "controlnet_mid_block"


def _vae_pairs(levels: int, layers: int) -> Iterator[Pair]:
    for name in ("quant_conv", "post_quant_conv"):
        yield name, name
    for side in ("encoder", "decoder"):
        for here, there in (("conv_in", "conv_in"), ("norm_out", "conv_norm_out"), ("conv_out", "conv_out")):
            yield f"{side}.{here}", f"{side}.{there}"
        for i in (0, 1):
            yield from _inside(f"{side}.mid.block_{i + 1}", f"{side}.mid_block.resnets.{i}", VAE_RESNET)
        yield from _inside(f"{side}.mid.attn_1", f"{side}.mid_block.attentions.0", VAE_ATTENTION)
    for level in range(levels):
        here, there = f"encoder.down.{level}", f"encoder.down_blocks.{level}"
        for layer in range(layers):
            yield from _inside(f"{here}.block.{layer}", f"{there}.resnets.{layer}", VAE_RESNET)
        yield f"{here}.downsample.conv", f"{there}.downsamplers.0.conv"
        # The original numbers the decoder's levels by their size, diffusers in their order.
        here, there = f"decoder.up.{level}", f"decoder.up_blocks.{levels - 1 - level}"
        for layer in range(layers + 1):
            yield from _inside(f"{here}.block.{layer}", f"{there}.resnets.{layer}", VAE_RESNET)
        yield f"{here}.upsample.conv", f"{there}.upsamplers.0.conv"


def _open_clip_pairs(tensors: Tensors, layer: str) -> Iterator[Pair]:
    yield "token_embedding", "text_model.embeddings.token_embedding"
    yield "positional_embedding", "text_model.embeddings.position_embedding.weight"
    yield "ln_final", "text_model.final_layer_norm"
    yield "text_projection.weight", "text_projection.weight"  # some programs' way: as a layer, not transposed
    for i in indices(tensors, layer):
        yield from _inside(f"transformer.resblocks.{i}", f"text_model.encoder.layers.{i}", OPEN_CLIP_LAYER)


def _inside(here: str, there: str, pairs: Sequence[Pair]) -> Iterator[Pair]:
    return ((f"{here}.{a}", f"{there}.{b}") for a, b in pairs)


def _swapped(pairs: Iterable[Pair]) -> Iterator[Pair]:
    return ((there, here) for here, there in pairs)


def _renamed(tensors: Tensors, pairs: Iterable[Pair]) -> dict[str, Tensor]:
    names = dict(pairs)
    return {_rename(key, names): tensor for key, tensor in tensors.items()}


def _rename(key: str, names: Mapping[str, str]) -> str:
    """With the longest part of `key`, up to one of its dots, that has a name replaced by that."""
    module = key
    while module not in names:
        module, dot, _ = module.rpartition(".")
        if not dot:
            raise _unknown(key)
    return names[module] + key[len(module) :]


def _in_vae_attention(key: str) -> bool:
    return ".attentions." in key and key.endswith(".weight") and ".group_norm." not in key


def _linear(weight: Tensor) -> Tensor:
    return weight.flatten(1)


def _unknown(key: str) -> ValueError:
    return ValueError(f"No such network has a tensor {key}.")
