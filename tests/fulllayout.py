"""Checkpoints as they are found in the wild, made of random numbers: every name as the original code calls it, every
block of the real architecture, but narrow channels, so that a whole SD 1.5 is 25 MB and SDXL 50 MB.

The names are spelt out here once more, after the constructors of the original code (ldm's and sgm's UNetModel, ldm's
Encoder and Decoder, cldm's ControlNet, OpenCLIP, TAESD, T2I-Adapter), not taken from `ccnet.layouts`: the tests
compare the two. `tests.fullfolder` makes the same checkpoint a folder in diffusers' layout.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor

from ccnet.formats import Family

VOCABULARY, LENGTH = 49408, 77


@dataclass(frozen=True)
class UNetShape:
    """What UNetModel of the original code is built from. widths: by level; depths: transformer blocks by level, 0 for
    none; middle: those of the middle block; labels: how many numbers SDXL's size conditioning has, 0 for SD 1.5."""

    widths: tuple[int, ...]
    depths: tuple[int, ...]
    middle: int
    context: int
    in_channels: int = 4
    labels: int = 0
    linear: bool = False
    layers: int = 2


@dataclass(frozen=True)
class TextShape:
    width: int
    layers: int

    @property
    def inner(self) -> int:
        return 4 * self.width


@dataclass(frozen=True)
class Shape:
    unet: UNetShape
    vae_widths: tuple[int, ...]
    text: TextShape
    text_2: TextShape | None = None


REAL: Mapping[Family, Shape] = {
    "sd15": Shape(
        UNetShape((320, 640, 1280, 1280), (1, 1, 1, 0), middle=1, context=768),
        (128, 256, 512, 512),
        TextShape(768, 12),
    ),
    "sdxl": Shape(
        UNetShape((320, 640, 1280), (0, 2, 10), middle=10, context=2048, labels=1280 + 6 * 256, linear=True),
        (128, 256, 512, 512),
        TextShape(768, 12),
        TextShape(1280, 32),
    ),
}
NARROW: Mapping[Family, Shape] = {
    "sd15": Shape(replace(REAL["sd15"].unet, widths=(32, 64, 64, 64), context=32), (32, 32, 64, 64), TextShape(32, 12)),
    "sdxl": Shape(
        replace(REAL["sdxl"].unet, widths=(32, 64, 64), context=32 + 64, labels=64 + 6 * 256),
        (32, 32, 64, 64),
        TextShape(32, 12),
        TextShape(64, 32),
    ),
}


class Drawn(dict[str, Tensor]):
    """Tensors by name, filled with random numbers of a size that keeps a network's values near 1."""

    def __init__(self, seed: int, device: str = "cpu") -> None:
        self.device = device
        self.generator = torch.Generator().manual_seed(seed)

    def tensor(self, name: str, *shape: int, scale: float = 1.0, offset: float = 0.0) -> None:
        if self.device == "meta":
            self[name] = torch.empty(shape, device="meta")
        else:
            self[name] = torch.randn(shape, generator=self.generator) * scale + offset

    def conv(self, name: str, c_in: int, c_out: int, kernel: int = 3, *, bias: bool = True) -> None:
        self.tensor(f"{name}.weight", c_out, c_in, kernel, kernel, scale=1 / math.sqrt(c_in * kernel**2))
        if bias:
            self.tensor(f"{name}.bias", c_out, scale=0.1)

    def linear(self, name: str, c_in: int, c_out: int, *, bias: bool = True) -> None:
        self.tensor(f"{name}.weight", c_out, c_in, scale=1 / math.sqrt(c_in))
        if bias:
            self.tensor(f"{name}.bias", c_out, scale=0.1)

    def norm(self, name: str, channels: int) -> None:
        self.tensor(f"{name}.weight", channels, scale=0.1, offset=1.0)
        self.tensor(f"{name}.bias", channels, scale=0.1)


def below(prefix: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {prefix + name: tensor for name, tensor in tensors.items()}


def ldm_unet(shape: UNetShape, seed: int = 0, device: str = "cpu") -> Drawn:
    """Names as they stand below `model.diffusion_model.`"""
    net = Drawn(seed, device)
    skips = _ldm_encoder(net, shape)
    channels = shape.widths[-1]
    row = 0
    for level in reversed(range(len(shape.widths))):
        for layer in range(shape.layers + 1):
            name, width = f"output_blocks.{row}", shape.widths[level]
            _resblock(net, f"{name}.0", channels + skips.pop(), width, shape)
            last = 1
            if shape.depths[level]:
                _transformer(net, f"{name}.1", width, shape.depths[level], shape)
                last = 2
            if level and layer == shape.layers:
                net.conv(f"{name}.{last}.conv", width, width)
            channels, row = width, row + 1
    net.norm("out.0", channels)
    net.conv("out.2", channels, 4)
    return net


def cldm_controlnet(shape: UNetShape, hint_channels: int = 3, seed: int = 1, device: str = "cpu") -> Drawn:
    """Bare names, as they stand below `control_model.`; the zero convolutions as if it had been trained."""
    net = Drawn(seed, device)
    skips = _ldm_encoder(net, replace(shape, in_channels=4))
    for i, (c_in, c_out) in enumerate(
        [(hint_channels, 16), (16, 16), (16, 32), (32, 32), (32, 96), (96, 96), (96, 256), (256, shape.widths[0])]
    ):
        net.conv(f"input_hint_block.{2 * i}", c_in, c_out)
    for i, channels in enumerate(skips):
        net.conv(f"zero_convs.{i}.0", channels, channels, kernel=1)
    net.conv("middle_block_out.0", shape.widths[-1], shape.widths[-1], kernel=1)
    return net


def ldm_vae(widths: tuple[int, ...], seed: int = 2, device: str = "cpu") -> Drawn:
    """Names as they stand below `first_stage_model.`"""
    net = Drawn(seed, device)
    top = widths[-1]
    net.conv("encoder.conv_in", 3, widths[0])
    channels = widths[0]
    for level, width in enumerate(widths):
        for layer in range(2):
            _vae_resblock(net, f"encoder.down.{level}.block.{layer}", channels, width)
            channels = width
        if level < len(widths) - 1:
            net.conv(f"encoder.down.{level}.downsample.conv", width, width)
    _vae_middle(net, "encoder", top)
    net.norm("encoder.norm_out", top)
    net.conv("encoder.conv_out", top, 8)
    net.conv("decoder.conv_in", 4, top)
    _vae_middle(net, "decoder", top)
    for level in reversed(range(len(widths))):
        for layer in range(3):
            _vae_resblock(net, f"decoder.up.{level}.block.{layer}", channels, widths[level])
            channels = widths[level]
        if level:
            net.conv(f"decoder.up.{level}.upsample.conv", channels, channels)
    net.norm("decoder.norm_out", channels)
    net.conv("decoder.conv_out", channels, 3)
    net.conv("quant_conv", 8, 8, kernel=1)
    net.conv("post_quant_conv", 4, 4, kernel=1)
    return net


def clip_text(shape: TextShape, seed: int = 3, device: str = "cpu") -> Drawn:
    """transformers' names before 5.6, as they stand below `cond_stage_model.transformer.`, without the positions'
    numbers."""
    net = Drawn(seed, device)
    net.tensor("text_model.embeddings.token_embedding.weight", VOCABULARY, shape.width)
    net.tensor("text_model.embeddings.position_embedding.weight", LENGTH, shape.width, scale=0.1)
    for i in range(shape.layers):
        layer = f"text_model.encoder.layers.{i}"
        for name in ("k_proj", "v_proj", "q_proj", "out_proj"):
            net.linear(f"{layer}.self_attn.{name}", shape.width, shape.width)
        net.norm(f"{layer}.layer_norm1", shape.width)
        net.linear(f"{layer}.mlp.fc1", shape.width, shape.inner)
        net.linear(f"{layer}.mlp.fc2", shape.inner, shape.width)
        net.norm(f"{layer}.layer_norm2", shape.width)
    net.norm("text_model.final_layer_norm", shape.width)
    return net


def open_clip_text(shape: TextShape, seed: int = 4, device: str = "cpu") -> Drawn:
    """Names as they stand below `conditioner.embedders.1.model.`, without the logit scale."""
    net, width = Drawn(seed, device), shape.width
    net.tensor("positional_embedding", LENGTH, width, scale=0.1)
    net.tensor("text_projection", width, width, scale=1 / math.sqrt(width))
    for i in range(shape.layers):
        block = f"transformer.resblocks.{i}"
        net.norm(f"{block}.ln_1", width)
        net.tensor(f"{block}.attn.in_proj_weight", 3 * width, width, scale=1 / math.sqrt(width))
        net.tensor(f"{block}.attn.in_proj_bias", 3 * width, scale=0.1)
        net.linear(f"{block}.attn.out_proj", width, width)
        net.norm(f"{block}.ln_2", width)
        net.linear(f"{block}.mlp.c_fc", width, shape.inner)
        net.linear(f"{block}.mlp.c_proj", shape.inner, width)
    net.tensor("token_embedding.weight", VOCABULARY, width)
    net.norm("ln_final", width)
    return net


def taesd_encoder(width: int = 8, seed: int = 5) -> Drawn:
    """taesd_encoder.safetensors"""
    net = Drawn(seed)
    net.conv("0", 3, width)
    _tiny_block(net, "1", width)
    for step in (2, 6, 10):
        net.conv(f"{step}", width, width, bias=False)
        for i in range(3):
            _tiny_block(net, f"{step + 1 + i}", width)
    net.conv("14", width, 4)
    return net


def taesd_decoder(width: int = 8, seed: int = 6) -> Drawn:
    """taesd_decoder.safetensors; 0 is a clamp, 2 an activation, 6, 11 and 16 are upsamplers."""
    net = Drawn(seed)
    net.conv("1", 4, width)
    for step in (3, 8, 13):
        for i in range(3):
            _tiny_block(net, f"{step + i}", width)
        net.conv(f"{step + 4}", width, width, bias=False)
    _tiny_block(net, "18", width)
    net.conv("19", width, 3)
    return net


def t2i_adapter(kind: str = "full", width: int = 16, hint_channels: int = 3, seed: int = 7) -> Drawn:
    """kind: "full" (two residual blocks a level), "full_xl" or "light" (four)."""
    net = Drawn(seed)
    squeezed = hint_channels * (16 if kind == "full_xl" else 8) ** 2
    widths = (width, 2 * width, 4 * width, 4 * width)
    if kind == "light":
        channels = squeezed
        for level, width in enumerate(widths):
            inner = width // 4
            net.conv(f"body.{level}.in_conv", channels, inner, kernel=1)
            for i in range(4):
                net.conv(f"body.{level}.body.{i}.block1", inner, inner)
                net.conv(f"body.{level}.body.{i}.block2", inner, inner)
            net.conv(f"body.{level}.out_conv", inner, width, kernel=1)
            channels = width
        return net
    channels = widths[0]
    for level, width in enumerate(widths):
        for i in range(2):
            block = f"body.{2 * level + i}"
            if channels != width:
                net.conv(f"{block}.in_conv", channels, width, kernel=1)
            net.conv(f"{block}.block1", width, width)
            net.conv(f"{block}.block2", width, width, kernel=1)
            channels = width
    net.conv("conv_in", squeezed, widths[0])
    return net


def shape_of(family: Family, in_channels: int = 4) -> Shape:
    """Of the narrow networks."""
    shape = NARROW[family]
    return replace(shape, unet=replace(shape.unet, in_channels=in_channels))


def checkpoint(family: Family, in_channels: int = 4, seed: int = 0) -> dict[str, Tensor]:
    """A whole single file's tensors, with what else such files carry: noise schedules, positions, averages' counts."""
    shape = shape_of(family, in_channels)
    tensors = below("model.diffusion_model.", ldm_unet(shape.unet, seed))
    tensors |= below("first_stage_model.", ldm_vae(shape.vae_widths, seed + 1))
    text = clip_text(shape.text, seed + 2)
    positions = {"text_model.embeddings.position_ids": torch.arange(LENGTH)[None]}
    if shape.text_2 is None:
        tensors |= below("cond_stage_model.transformer.", positions | text)
        tensors |= {"alphas_cumprod": torch.linspace(0.999, 0.005, 1000), "betas": torch.linspace(0.001, 0.012, 1000)}
        return tensors | {"model_ema.decay": torch.tensor(0.9999), "model_ema.num_updates": torch.tensor(1)}
    tensors |= below("conditioner.embedders.0.transformer.", positions | text)
    tensors |= below("conditioner.embedders.1.model.", open_clip_text(shape.text_2, seed + 3))
    return tensors | {
        "conditioner.embedders.1.model.logit_scale": torch.tensor(4.6),
        "denoiser.sigmas": torch.linspace(0.03, 14.6, 1000),
    }


def controlnet(
    family: Family, hint_channels: int = 3, seed: int = 10, shape: UNetShape | None = None
) -> dict[str, Tensor]:
    """A ControlNet's single file in the layout of the released code. shape: another than that of its family here."""
    return below("control_model.", cldm_controlnet(shape or NARROW[family].unet, hint_channels, seed))


def write(file: Path, tensors: Mapping[str, Tensor], dtype: torch.dtype | None = None) -> Path:
    """Writes a safetensors file and returns its path. dtype: that of the weights, their own if None."""
    file.parent.mkdir(parents=True, exist_ok=True)
    stored = {key: t.to(dtype) if dtype and t.is_floating_point() else t for key, t in tensors.items()}
    save_file(stored, file, metadata={"format": "pt"})
    return file


def _ldm_encoder(net: Drawn, shape: UNetShape) -> list[int]:
    """Returns the widths of all skip connections."""
    first, hidden = shape.widths[0], 4 * shape.widths[0]
    net.linear("time_embed.0", first, hidden)
    net.linear("time_embed.2", hidden, hidden)
    if shape.labels:
        net.linear("label_emb.0.0", shape.labels, hidden)
        net.linear("label_emb.0.2", hidden, hidden)
    net.conv("input_blocks.0.0", shape.in_channels, first)
    skips = [first]
    for level, width in enumerate(shape.widths):
        for _ in range(shape.layers):
            name = f"input_blocks.{len(skips)}"
            _resblock(net, f"{name}.0", skips[-1], width, shape)
            if shape.depths[level]:
                _transformer(net, f"{name}.1", width, shape.depths[level], shape)
            skips.append(width)
        if level < len(shape.widths) - 1:
            net.conv(f"input_blocks.{len(skips)}.0.op", width, width)
            skips.append(width)
    last = shape.widths[-1]
    _resblock(net, "middle_block.0", last, last, shape)
    _transformer(net, "middle_block.1", last, shape.middle, shape)
    _resblock(net, "middle_block.2", last, last, shape)
    return skips


def _resblock(net: Drawn, name: str, c_in: int, c_out: int, shape: UNetShape) -> None:
    net.norm(f"{name}.in_layers.0", c_in)
    net.conv(f"{name}.in_layers.2", c_in, c_out)
    net.linear(f"{name}.emb_layers.1", 4 * shape.widths[0], c_out)
    net.norm(f"{name}.out_layers.0", c_out)
    net.conv(f"{name}.out_layers.3", c_out, c_out)
    if c_in != c_out:
        net.conv(f"{name}.skip_connection", c_in, c_out, kernel=1)


def _transformer(net: Drawn, name: str, width: int, depth: int, shape: UNetShape) -> None:
    def project(part: str) -> None:
        net.linear(part, width, width) if shape.linear else net.conv(part, width, width, kernel=1)

    net.norm(f"{name}.norm", width)
    project(f"{name}.proj_in")
    for i in range(depth):
        block = f"{name}.transformer_blocks.{i}"
        for attention, source in (("attn1", width), ("attn2", shape.context)):
            net.linear(f"{block}.{attention}.to_q", width, width, bias=False)
            net.linear(f"{block}.{attention}.to_k", source, width, bias=False)
            net.linear(f"{block}.{attention}.to_v", source, width, bias=False)
            net.linear(f"{block}.{attention}.to_out.0", width, width)
        net.linear(f"{block}.ff.net.0.proj", width, 8 * width)
        net.linear(f"{block}.ff.net.2", 4 * width, width)
        for norm in ("norm1", "norm2", "norm3"):
            net.norm(f"{block}.{norm}", width)
    project(f"{name}.proj_out")


def _vae_resblock(net: Drawn, name: str, c_in: int, c_out: int) -> None:
    net.norm(f"{name}.norm1", c_in)
    net.conv(f"{name}.conv1", c_in, c_out)
    net.norm(f"{name}.norm2", c_out)
    net.conv(f"{name}.conv2", c_out, c_out)
    if c_in != c_out:
        net.conv(f"{name}.nin_shortcut", c_in, c_out, kernel=1)


def _vae_middle(net: Drawn, side: str, width: int) -> None:
    _vae_resblock(net, f"{side}.mid.block_1", width, width)
    net.norm(f"{side}.mid.attn_1.norm", width)
    for part in ("q", "k", "v", "proj_out"):
        net.conv(f"{side}.mid.attn_1.{part}", width, width, kernel=1)
    _vae_resblock(net, f"{side}.mid.block_2", width, width)


def _tiny_block(net: Drawn, name: str, width: int) -> None:
    for i in (0, 2, 4):
        net.conv(f"{name}.conv.{i}", width, width)
