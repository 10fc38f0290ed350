"""What the names in a LoRA file tell: which layers it changes, by which algorithms, and for which base (no torch).

A name is a layer and a slot: "lora_unet_mid_block_attentions_0_proj_in.lora_down.weight" by kohya's sd-scripts and by
LyCORIS, "unet.mid_block.attentions.0.proj_in.lora_A.weight" by PEFT; either may use LDM's or diffusers' layer names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

Base = Literal["sd15", "sdxl", "sd2", "refiner", "other"]

Shape = tuple[int, ...]

_NAME = re.compile(
    r"(?P<module>.+?)(?:\.|_(?=lora\.))(?:"
    r"(?P<lora>lora(?:_|\.|_linear_layer\.)(?:up|down|A|B)(?:\.default)?\.weight)|"
    r"(?P<tucker>lora_mid\.weight|hada_t[12]|lokr_t[12])|"
    r"(?P<loha>hada_w[12]_[ab])|"
    r"(?P<lokr>lokr_w[12](?:_[ab])?)|"
    r"(?P<dora>dora_scale|lora_magnitude_vector(?:\.default)?(?:\.weight)?)|"
    r"(?P<ia3>on_input)|"
    r"(?P<full>diff(?:_b)?)|"
    r"(?P<norm>[wb]_norm)|"
    r"(?P<OFT>oft_(?:blocks|diag))|"
    r"(?P<GLoRA>[ab][12m]\.weight)"
    r")$"
)

_COMPONENT = re.compile(
    r"(?:base_model\.model\.)?(?:"
    r"(?P<text_encoder_2>lora_te2_|text_encoder_2\.|text_encoders\.clip_g\.(?:transformer\.)?)|"
    r"(?P<text_encoder>lora_te1?_|text_encoder\.|text_encoders\.clip_l\.(?:transformer\.)?)|"
    r"(?P<unet>lora_unet_|oft_unet_|unet\.|lycoris_|(?:model\.)?diffusion_model\.)|)"
)

_UNET_PATH = re.compile(
    r"(?:down|up|mid|input|output|middle)_blocks?_|conv_(?:in|out|norm_out)|time_embed|add_embedding|label_emb|out_\d"
)
_TEXT_PATH = re.compile(r"text_model_|encoder_layers_|text_projection")
_SD15_PATH = re.compile(
    r"down_blocks_(?:0_attentions|3_)|up_blocks_(?:3_|2_attentions)|"
    r"input_blocks_(?:[12]_1_|9_|1[01]_)|output_blocks_(?:9_|1[01]_|[678]_1_)"
)
_SDXL_PATH = re.compile(
    r"up_blocks_0_attentions|output_blocks_[012]_1_(?:transformer|proj|norm)|add_embedding|label_emb|"
    r".*transformer_blocks_[1-9]"
)
_CROSS_ATTENTION = re.compile(r".*attn2_(?:processor_)?to_[kv]$")
_TEXT_ATTENTION = re.compile(r".*self_attn_[qkv]_proj$")
_UP_RESNET = re.compile(
    r"(?P<first>up_blocks_1_resnets_\d+_conv|output_blocks_[345]_0_(?:in_layers_2|out_layers_3|skip))|"
    r"up_blocks_2_resnets_\d+_conv|output_blocks_[678]_0_(?:in_layers_2|out_layers_3|skip)"
)


class LoraNames(NamedTuple):
    """modules: layer as the file writes it -> slot -> shape; the slots of plain LoRA are all called up and down."""

    modules: Mapping[str, Mapping[str, Shape]]
    algorithms: frozenset[str]
    layout: str

    def paths(self) -> Iterator[tuple[str, str, Mapping[str, Shape]]]:
        """(part, path, slots) of each layer; paths are underscored, "mid_block_attentions_0_proj_in"."""
        for module, slots in self.modules.items():
            match = _COMPONENT.match(module)
            assert match is not None  # it matches the empty string
            path = module[match.end() :].replace(".", "_")
            yield match.lastgroup or ("text_encoder" if _TEXT_PATH.match(path) else "unet"), path, slots

    def parts(self) -> frozenset[str]:
        """Which of unet, text_encoder and text_encoder_2 are changed."""
        return frozenset(part for part, _, _ in self.paths())

    def base(self) -> Base | None:
        """What it was made for; None when the layers are common to SD1.5 and SDXL, "other" when they are neither's."""
        layers = list(self.paths())
        if not any((_UNET_PATH if part == "unet" else _TEXT_PATH).match(path) for part, path, _ in layers):
            return "other"
        reads = {_width_in(slots) for part, path, slots in layers if part == "unet" and _CROSS_ATTENTION.match(path)}
        texts = {_width_in(slots) for part, path, slots in layers if part != "unet" and _TEXT_ATTENTION.match(path)}
        if 1024 in reads | texts:
            return "sd2"
        if 1280 in reads:
            return "refiner"
        paths = [path for part, path, _ in layers if part == "unet"]
        numbered = any(module.startswith(("lora_te1_", "lora_te2_", "text_encoder_2.")) for module in self.modules)
        if 2048 in reads or numbered or any(map(_SDXL_PATH.match, paths)):
            return "sdxl"
        if 768 in reads or any(map(_SD15_PATH.match, paths)):
            return "sd15"
        for part, path, slots in layers:
            # Of convolutions alone the widths tell: the decoder of SD1.5 has one level more at its wide end.
            if part == "unet" and (up := _UP_RESNET.match(path)) and (width := _width_out(slots)):
                if width == (640 if up["first"] else 320):
                    return "sdxl"
                if width == (1280 if up["first"] else 640):
                    return "sd15"
        # sd-scripts numbers the text encoders of every family but SD1's, and diffusers trains both of SDXL's.
        return "sd15" if any(part == "text_encoder" for part, _, _ in layers) else None


def read_lora_names(shapes: Mapping[str, Shape]) -> LoraNames:
    """Sorts a file's tensors into layers; what is not a LoRA's is left out, so that no layers means no LoRA."""
    modules: dict[str, dict[str, Shape]] = {}
    algorithms, peft = set(), False
    for name, shape in shapes.items():
        if match := _NAME.match(name):
            algorithm = str(match.lastgroup)
            slot = match[algorithm].removesuffix(".weight")
            if algorithm == "lora":
                peft |= slot.startswith(("lora_A", "lora_B"))
                slot = "up" if "up" in slot or "B" in slot else "down"
            algorithms.add(algorithm)
            modules.setdefault(match["module"], {})[slot] = shape
    return LoraNames(modules, frozenset(algorithms), _layout(next(iter(modules), ""), algorithms, peft))


def _layout(module: str, algorithms: set[str], peft: bool) -> str:
    if module.startswith(("diffusion_model.", "text_encoders.")):
        return "comfy"
    if module.startswith(("lora_", "lycoris_", "oft_")):
        return "kohya" if algorithms == {"lora"} else "lycoris"
    return "peft" if peft else "diffusers"


def _width_in(slots: Mapping[str, Shape]) -> int | None:
    for slot in ("down", "hada_w1_b", "diff"):
        if slot in slots:
            return _size(slots[slot], 1)
    left, right = (slots.get(f"lokr_w{i}") or slots.get(f"lokr_w{i}_b") or () for i in (1, 2))
    return (_size(left, 1) or 0) * (_size(right, 1) or 0) or None


def _width_out(slots: Mapping[str, Shape]) -> int | None:
    for slot in ("up", "diff"):
        if slot in slots:
            return _size(slots[slot], 0)
    if "hada_w1_a" in slots:
        return _size(slots["hada_w1_a"], 1 if "hada_t1" in slots else 0)
    left = slots.get("lokr_w1") or slots.get("lokr_w1_a") or ()
    right, axis = slots.get("lokr_w2") or (), 0
    if not right:
        right, axis = slots.get("lokr_w2_a") or (), 1 if "lokr_t2" in slots else 0
    return (_size(left, 0) or 0) * (_size(right, axis) or 0) or None


def _size(shape: Shape, axis: int) -> int | None:
    return shape[axis] if len(shape) > axis else None
