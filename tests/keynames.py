"""The names and full shapes of the tensors in the model files people have, as {name: shape}; nothing is allocated.

Checked in test_formats.py against the published numbers of tensors and parameters. `narrow` makes them small enough
to be filled, `header_of` and `write_header` make a safetensors header or a file of zeros from them.
"""

from __future__ import annotations

import itertools
import json
import math
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal, NamedTuple, get_args

from ccnet.headers import BITS, Header, TensorInfo

Shapes = dict[str, tuple[int, ...]]
Family = Literal["sd15", "sdxl"]


class Plan(NamedTuple):
    """multiples of 320 channels and transformer blocks for each level, in the middle; width of words and sizes."""

    multiples: tuple[int, ...]
    depths: tuple[int, ...]
    middle: int
    words: int
    sizes: int | None


PLANS: dict[Family, Plan] = {
    "sd15": Plan((1, 2, 4, 4), (1, 1, 1, 0), 1, 768, None),
    "sdxl": Plan((1, 2, 4), (0, 2, 10), 10, 2048, 2816),
}


def prefixed(prefix: str, shapes: Shapes) -> Shapes:
    return {prefix + name: shape for name, shape in shapes.items()}


def layer(name: str, *shape: int, bias: bool = True) -> Shapes:
    return {f"{name}.weight": shape, **({f"{name}.bias": shape[:1]} if bias else {})}


def ldm_encoder(family: Family, in_channels: int = 4) -> Shapes:
    """The half that a UNet and a ControlNet share: input_blocks, middle_block, embeddings."""
    plan = PLANS[family]
    shapes = {**layer("time_embed.0", 1280, 320), **layer("time_embed.2", 1280, 1280)}
    if plan.sizes:
        shapes |= {**layer("label_emb.0.0", 1280, plan.sizes), **layer("label_emb.0.2", 1280, 1280)}
    shapes |= layer("input_blocks.0.0", 320, in_channels, 3, 3)
    block, channels = 1, 320
    for level, (multiple, depth) in enumerate(zip(plan.multiples, plan.depths, strict=True)):
        for _ in range(2):
            shapes |= _resnet(f"input_blocks.{block}.0", 320 * multiple, channels)
            channels = 320 * multiple
            if depth:
                shapes |= _transformer(f"input_blocks.{block}.1", channels, depth, plan)
            block += 1
        if level < len(plan.multiples) - 1:
            shapes |= layer(f"input_blocks.{block}.0.op", channels, channels, 3, 3)
            block += 1
    shapes |= _resnet("middle_block.0", channels, channels)
    shapes |= _transformer("middle_block.1", channels, plan.middle, plan)
    return {**shapes, **_resnet("middle_block.2", channels, channels)}


def ldm_unet(family: Family, in_channels: int = 4) -> Shapes:
    plan = PLANS[family]
    shapes = ldm_encoder(family, in_channels)
    skips = [320]
    for level, multiple in enumerate(plan.multiples):
        skips += [320 * multiple] * (3 if level < len(plan.multiples) - 1 else 2)
    block, channels = 0, skips[-1]
    for level in reversed(range(len(plan.multiples))):
        for turn in range(3):
            shapes |= _resnet(f"output_blocks.{block}.0", 320 * plan.multiples[level], channels + skips.pop())
            channels, place = 320 * plan.multiples[level], 1
            if depth := plan.depths[level]:
                shapes |= _transformer(f"output_blocks.{block}.1", channels, depth, plan)
                place = 2
            if level and turn == 2:
                shapes |= layer(f"output_blocks.{block}.{place}.conv", channels, channels, 3, 3)
            block += 1
    return {**shapes, **layer("out.0", 320), **layer("out.2", 4, 320, 3, 3)}


def cldm(family: Family, hint_channels: int = 3, in_channels: int = 4) -> Shapes:
    """A ControlNet as its authors released it, without the prefix control_model."""
    shapes = ldm_encoder(family, in_channels)
    chain = (hint_channels, 16, 16, 32, 32, 96, 96, 256, 320)
    for i, (inputs, outputs) in enumerate(itertools.pairwise(chain)):
        shapes |= layer(f"input_hint_block.{2 * i}", outputs, inputs, 3, 3)
    channels = 320
    for block in sorted({int(name.split(".")[1]) for name in shapes if name.startswith("input_blocks.")}):
        channels = shapes.get(f"input_blocks.{block}.0.out_layers.3.weight", (channels,))[0]
        shapes |= layer(f"zero_convs.{block}.0", channels, channels, 1, 1)
    return {**shapes, **layer("middle_block_out.0", channels, channels, 1, 1)}


def ldm_vae(latents: int = 4) -> Shapes:
    shapes = {**layer("quant_conv", 2 * latents, 2 * latents, 1, 1), **layer("post_quant_conv", latents, latents, 1, 1)}
    widths = (128, 256, 512, 512)
    for half, inner, outer, blocks in (("encoder", 3, 2 * latents, 2), ("decoder", latents, 3, 3)):
        levels = list(enumerate(widths)) if half == "encoder" else list(enumerate(widths))[::-1]
        way, channels = ("down", 128) if half == "encoder" else ("up", 512)
        shapes |= layer(f"{half}.conv_in", channels, inner, 3, 3)
        for level, width in levels:
            for block in range(blocks):
                shapes |= _vae_resnet(f"{half}.{way}.{level}.block.{block}", width, channels)
                channels = width
            if way == "down" and level < 3:
                shapes |= layer(f"{half}.down.{level}.downsample.conv", channels, channels, 3, 3)
            if way == "up" and level > 0:
                shapes |= layer(f"{half}.up.{level}.upsample.conv", channels, channels, 3, 3)
        for block in ("block_1", "block_2"):
            shapes |= _vae_resnet(f"{half}.mid.{block}", 512, 512)
        shapes |= layer(f"{half}.mid.attn_1.norm", 512)
        for name in ("q", "k", "v", "proj_out"):
            shapes |= layer(f"{half}.mid.attn_1.{name}", 512, 512, 1, 1)
        shapes |= {**layer(f"{half}.norm_out", channels), **layer(f"{half}.conv_out", outer, channels, 3, 3)}
    return shapes


def clip_text(width: int = 768, layers: int = 12, projected: bool = False) -> Shapes:
    """A text encoder by transformers' names, with the prefix text_model. that older files have."""
    shapes: Shapes = {
        "text_model.embeddings.token_embedding.weight": (49408, width),
        "text_model.embeddings.position_embedding.weight": (77, width),
    }
    for i in range(layers):
        at = f"text_model.encoder.layers.{i}"
        for name in ("q_proj", "k_proj", "v_proj", "out_proj"):
            shapes |= layer(f"{at}.self_attn.{name}", width, width)
        shapes |= {**layer(f"{at}.mlp.fc1", 4 * width, width), **layer(f"{at}.mlp.fc2", width, 4 * width)}
        shapes |= {**layer(f"{at}.layer_norm1", width), **layer(f"{at}.layer_norm2", width)}
    shapes |= layer("text_model.final_layer_norm", width)
    return {**shapes, **(layer("text_projection", width, width, bias=False) if projected else {})}


def openclip_text(width: int = 1280, layers: int = 32) -> Shapes:
    shapes: Shapes = {
        "token_embedding.weight": (49408, width),
        "positional_embedding": (77, width),
        "text_projection": (width, width),
        "logit_scale": (),
        **layer("ln_final", width),
    }
    for i in range(layers):
        at = f"transformer.resblocks.{i}"
        shapes |= {f"{at}.attn.in_proj_weight": (3 * width, width), f"{at}.attn.in_proj_bias": (3 * width,)}
        shapes |= {**layer(f"{at}.attn.out_proj", width, width), **layer(f"{at}.ln_1", width)}
        shapes |= {**layer(f"{at}.mlp.c_fc", 4 * width, width), **layer(f"{at}.mlp.c_proj", width, 4 * width)}
        shapes |= layer(f"{at}.ln_2", width)
    return shapes


def checkpoint(family: Family, in_channels: int = 4) -> Shapes:
    """An A1111 single file."""
    shapes = prefixed("model.diffusion_model.", ldm_unet(family, in_channels))
    shapes |= prefixed("first_stage_model.", ldm_vae())
    if family == "sd15":
        return {**shapes, **prefixed("cond_stage_model.transformer.", clip_text())}
    shapes |= prefixed("conditioner.embedders.0.transformer.", clip_text())
    return {**shapes, **prefixed("conditioner.embedders.1.model.", openclip_text())}


RESNET = {
    "in_layers.0": "norm1",
    "in_layers.2": "conv1",
    "out_layers.0": "norm2",
    "out_layers.3": "conv2",
    "emb_layers.1": "time_emb_proj",
    "skip_connection": "conv_shortcut",
}
ENDS = {
    "time_embed.0": "time_embedding.linear_1",
    "time_embed.2": "time_embedding.linear_2",
    "label_emb.0.0": "add_embedding.linear_1",
    "label_emb.0.2": "add_embedding.linear_2",
    "input_blocks.0.0": "conv_in",
    "out.0": "conv_norm_out",
    "out.2": "conv_out",
    "middle_block_out.0": "controlnet_mid_block",
    "input_hint_block.0": "controlnet_cond_embedding.conv_in",
    "input_hint_block.14": "controlnet_cond_embedding.conv_out",
}


def to_diffusers(shapes: Shapes) -> Shapes:
    """A UNet or ControlNet by diffusers' names."""
    return {_diffusers_name(name): shape for name, shape in shapes.items()}


def union(family: Family = "sdxl", types: int = 6) -> Shapes:
    """ControlNet Union (6 kinds of control) or ProMax (8)."""
    shapes = {**to_diffusers(cldm(family)), "task_embedding": (types, 320)}
    shapes |= {**layer("control_add_embedding.linear_1", 1280, 256 * types), **layer("spatial_ch_projs", 320, 320)}
    return {**shapes, **layer("transformer_layes.0.attn.out_proj", 320, 320)}


def t2i_adapter(family: Family = "sd15", hint_channels: int = 3) -> Shapes:
    """By diffusers' names, four levels of two blocks."""
    shapes = layer("adapter.conv_in", 320, hint_channels * (64 if family == "sd15" else 256), 3, 3)
    for level, width in enumerate((320, 640, 1280, 1280)):
        for block in (0, 1):
            shapes |= layer(f"adapter.body.{level}.resnets.{block}.block1", width, width, 3, 3)
            shapes |= layer(f"adapter.body.{level}.resnets.{block}.block2", width, width, 1, 1)
    return shapes


def taesd(latents: int = 4) -> Shapes:
    """Encoder and decoder by diffusers' names."""
    shapes = layer("encoder.layers.0", 64, 3, 3, 3)
    for place in ("encoder.layers.2", "encoder.layers.6", "encoder.layers.10"):
        shapes |= layer(place, 64, 64, 3, 3, bias=False)
    for place in ("decoder.layers.6", "decoder.layers.11", "decoder.layers.16"):
        shapes |= layer(place, 64, 64, 3, 3, bias=False)
    for place in (1, 3, 4, 5, 7, 8, 9, 11, 12, 13):
        for conv in (0, 2, 4):
            shapes |= layer(f"encoder.layers.{place}.conv.{conv}", 64, 64, 3, 3)
    shapes |= {**layer("encoder.layers.14", latents, 64, 3, 3), **layer("decoder.layers.0", 64, latents, 3, 3)}
    for place in (2, 3, 4, 7, 8, 9, 12, 13, 14, 17):
        for conv in (0, 2, 4):
            shapes |= layer(f"decoder.layers.{place}.conv.{conv}", 64, 64, 3, 3)
    return {**shapes, **layer("decoder.layers.18", 3, 64, 3, 3)}


def ip_adapter(words: int = 768) -> Shapes:
    shapes = {**layer("image_proj.proj", 4 * words, 1024), **layer("image_proj.norm", words)}
    for i in (1, 3, 5):
        shapes |= layer(f"ip_adapter.{i}.to_k_ip", 320, words, bias=False)
        shapes |= layer(f"ip_adapter.{i}.to_v_ip", 320, words, bias=False)
    return shapes


Algorithm = Literal["lora", "tucker", "loha", "lokr", "dora", "ia3", "full"]
ALGORITHMS: tuple[Algorithm, ...] = get_args(Algorithm)


def lora(
    shapes: Shapes, prefix: str, algorithm: Algorithm = "lora", only: str = r"attn\d\.to_|self_attn\.|ff\."
) -> Shapes:
    """An adapter of rank 4 for the layers whose names match `only`, named as sd-scripts and LyCORIS name them.

    prefix: such as "lora_unet_"; one that ends in a dot asks for PEFT's names instead.
    """
    adapter: Shapes = {}
    for name, shape in shapes.items():
        if not name.endswith(".weight") or len(shape) < 2 or not re.search(only, name):
            continue
        module = name.removesuffix(".weight")
        if prefix.endswith("."):
            adapter |= {f"{prefix}{module}.lora_A.weight": (4, *shape[1:])}
            adapter |= {f"{prefix}{module}.lora_B.weight": (shape[0], 4, *(1 for _ in shape[2:]))}
            continue
        module = prefix + module.replace(".", "_")
        adapter |= {f"{module}.{slot}": size for slot, size in _slots(shape, algorithm).items()}
    return adapter


def narrow(shapes: Mapping[str, tuple[int, ...]], most: int = 32) -> Shapes:
    """The same names with no axis longer than `most`; widths that tell families apart are lost."""
    return {name: tuple(min(size, most) for size in shape) for name, shape in shapes.items()}


def header_of(shapes: Mapping[str, tuple[int, ...]], metadata: Mapping[str, str] | None = None) -> Header:
    return Header({name: TensorInfo("F16", shape) for name, shape in shapes.items()}, metadata or {})


def write_header(file: Path, header: Header) -> Path:
    """A whole safetensors file of zeros, written without torch; sparse, so that size costs nothing."""
    content: dict[str, object] = {"__metadata__": dict(header.metadata)} if header.metadata else {}
    position = 0
    for name, (dtype, shape) in header.tensors.items():
        end = position + math.prod(shape) * BITS[dtype] // 8
        content[name] = {"dtype": dtype, "shape": list(shape), "data_offsets": [position, end]}
        position = end
    text = json.dumps(content).encode()
    text += b" " * (-len(text) % 8)
    with file.open("wb") as stream:
        stream.write(len(text).to_bytes(8, "little") + text)
        stream.truncate(8 + len(text) + position)
    return file


def parameters(shapes: Iterable[tuple[int, ...]]) -> int:
    return sum(map(math.prod, shapes))


def _resnet(name: str, outputs: int, inputs: int) -> Shapes:
    shapes = {**layer(f"{name}.in_layers.0", inputs), **layer(f"{name}.in_layers.2", outputs, inputs, 3, 3)}
    shapes |= {**layer(f"{name}.emb_layers.1", outputs, 1280), **layer(f"{name}.out_layers.0", outputs)}
    shapes |= layer(f"{name}.out_layers.3", outputs, outputs, 3, 3)
    return {**shapes, **(layer(f"{name}.skip_connection", outputs, inputs, 1, 1) if outputs != inputs else {})}


def _vae_resnet(name: str, outputs: int, inputs: int) -> Shapes:
    shapes = {**layer(f"{name}.norm1", inputs), **layer(f"{name}.conv1", outputs, inputs, 3, 3)}
    shapes |= {**layer(f"{name}.norm2", outputs), **layer(f"{name}.conv2", outputs, outputs, 3, 3)}
    return {**shapes, **(layer(f"{name}.nin_shortcut", outputs, inputs, 1, 1) if outputs != inputs else {})}


def _transformer(name: str, width: int, depth: int, plan: Plan) -> Shapes:
    end = (1, 1) if plan.sizes is None else ()  # SD1.5 projects by convolutions, SDXL by plain layers
    shapes = {**layer(f"{name}.norm", width), **layer(f"{name}.proj_in", width, width, *end)}
    for i in range(depth):
        at = f"{name}.transformer_blocks.{i}"
        for attention, reads in (("attn1", width), ("attn2", plan.words)):
            shapes |= layer(f"{at}.{attention}.to_q", width, width, bias=False)
            shapes |= layer(f"{at}.{attention}.to_k", width, reads, bias=False)
            shapes |= layer(f"{at}.{attention}.to_v", width, reads, bias=False)
            shapes |= layer(f"{at}.{attention}.to_out.0", width, width)
        shapes |= {**layer(f"{at}.ff.net.0.proj", 8 * width, width), **layer(f"{at}.ff.net.2", width, 4 * width)}
        for norm in ("norm1", "norm2", "norm3"):
            shapes |= layer(f"{at}.{norm}", width)
    return {**shapes, **layer(f"{name}.proj_out", width, width, *end)}


def _diffusers_name(name: str) -> str:
    stem, _, leaf = name.rpartition(".")
    if stem in ENDS:
        return f"{ENDS[stem]}.{leaf}"
    root, number, *rest = stem.split(".")
    place = int(number)
    if root == "zero_convs":
        return f"controlnet_down_blocks.{place}.{leaf}"
    if root == "input_hint_block":
        return f"controlnet_cond_embedding.blocks.{place // 2 - 1}.{leaf}"
    if root == "middle_block":
        at = "mid_block.attentions.0" if place == 1 else f"mid_block.resnets.{place // 2}"
        inner = rest
    else:
        level, turn = divmod(place - 1 if root == "input_blocks" else place, 3)
        way, inner = ("down_blocks" if root == "input_blocks" else "up_blocks"), rest[1:]
        if inner in (["op"], ["conv"]):
            return f"{way}.{level}.{'downsamplers' if inner == ['op'] else 'upsamplers'}.0.conv.{leaf}"
        at = f"{way}.{level}.{'attentions' if rest[0] == '1' else 'resnets'}.{turn}"
    path = ".".join(inner)
    return f"{at}.{RESNET.get(path, path)}.{leaf}"


def _slots(shape: tuple[int, ...], algorithm: Algorithm, rank: int = 4) -> Shapes:
    outputs, inputs, kernel = shape[0], shape[1], shape[2:]
    unit = tuple(1 for _ in kernel)
    alpha: Shapes = {"alpha": ()}
    plain: Shapes = {"lora_up.weight": (outputs, rank, *unit), "lora_down.weight": (rank, inputs, *kernel), **alpha}
    if algorithm == "lora":
        return plain
    if algorithm == "dora":
        return {**plain, "dora_scale": (outputs, 1, *unit)}
    if algorithm == "ia3":
        return {"weight": (outputs, 1, *unit), "on_input": ()}
    if algorithm == "full":
        return {"diff": shape, "diff_b": (outputs,)}
    if algorithm == "tucker":
        narrow_down = {"lora_down.weight": (rank, inputs, *unit), "lora_mid.weight": (rank, rank, *kernel)}
        return {**plain, **narrow_down} if kernel else plain
    if algorithm == "loha":
        area = math.prod(kernel)
        pair: Shapes = {}
        for half in ("w1", "w2"):
            pair |= {f"hada_{half}_a": (outputs, rank), f"hada_{half}_b": (rank, inputs * area)}
        return {**pair, **alpha}
    left = 8  # the smaller factor of Kronecker's product
    return {
        "lokr_w1": (left, left),
        "lokr_w2_a": (outputs // left, rank),
        "lokr_w2_b": (rank, inputs // left * math.prod(kernel)),
        **alpha,
    }
