"""How LoRA files spell what they change, and what all the names of one tell: which layers, by which algorithms, and for
which base (no torch).

A name is a layer and a slot: "lora_unet_mid_block_attentions_0_proj_in.lora_down.weight" by kohya's sd-scripts and by
LyCORIS, "unet.mid_block.attentions.0.proj_in.lora_A.weight" by PEFT; either may use LDM's or diffusers' layer names.

Spellings after kohya-ss/sd-scripts, KohakuBlueleaf/LyCORIS, huggingface/diffusers and comfyanonymous/ComfyUI.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

Base = Literal["sd15", "sdxl", "sd2", "refiner", "other"]

Shape = tuple[int, ...]

UNET, TEXT_ENCODER, TEXT_ENCODER_2 = "unet", "text_encoder", "text_encoder_2"

FOREIGN = frozenset({"OFT", "GLoRA"})
"""Algorithms that this program does not know how to merge."""


class Slot(NamedTuple):
    """Which tensor of a layer's update one is. algorithm: "" for those that several have."""

    algorithm: str
    name: str


def _slots(algorithm: str, *names: str) -> dict[str, Slot]:
    return {f".{name}": Slot(algorithm, name) for name in names}


def _pair(up: str, down: str) -> dict[str, Slot]:
    return {f"{up}.weight": Slot("lora", "up"), f"{down}.weight": Slot("lora", "down")}


_ENDINGS = {
    **_pair(".lora_up", ".lora_down"),
    **_pair(".lora_B", ".lora_A"),
    **_pair(".lora_B.default", ".lora_A.default"),
    **_pair(".lora.up", ".lora.down"),
    **_pair(".lora_linear_layer.up", ".lora_linear_layer.down"),
    **_pair("_lora.up", "_lora.down"),
    ".lora_mid.weight": Slot("tucker", "mid"),
    **_slots("tucker", "hada_t1", "hada_t2", "lokr_t2"),
    **_slots("loha", "hada_w1_a", "hada_w1_b", "hada_w2_a", "hada_w2_b"),
    **_slots("lokr", "lokr_w1", "lokr_w1_a", "lokr_w1_b", "lokr_w2", "lokr_w2_a", "lokr_w2_b"),
    **_slots("dora", "dora_scale"),
    **{
        f".lora_magnitude_vector{end}": Slot("dora", "magnitude")
        for end in ("", ".weight", ".default", ".default.weight")
    },
    **_slots("ia3", "on_input"),
    **_slots("full", "diff", "diff_b"),
    **_slots("norm", "w_norm", "b_norm"),
    **_slots("", "alpha", "weight"),
    **_slots("OFT", "oft_blocks", "oft_diag"),
    **_slots("GLoRA", *(f"{side}{number}.weight" for side in "ab" for number in "12m")),
}
"""How a name ends -> its slot."""

_LONGEST_FIRST = sorted(_ENDINGS, key=len, reverse=True)  # ".lora_up.weight" ends in ".weight" as well

_BEGINNINGS = {
    **dict.fromkeys(
        ("lora_unet_", "oft_unet_", "lycoris_", "unet.", "diffusion_model.", "model.diffusion_model."), UNET
    ),
    **dict.fromkeys(("lora_te_", "lora_te1_", "text_encoder."), TEXT_ENCODER),
    **dict.fromkeys(("text_encoders.clip_l.transformer.", "text_encoders.clip_l."), TEXT_ENCODER),
    **dict.fromkeys(("lora_te2_", "text_encoder_2."), TEXT_ENCODER_2),
    **dict.fromkeys(("text_encoders.clip_g.transformer.", "text_encoders.clip_g."), TEXT_ENCODER_2),
}
"""How a name begins -> the net its layer is in, of two that fit the longer one first."""

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
    """modules: layer as the file writes it -> slot -> shape."""

    modules: Mapping[str, Mapping[str, Shape]]
    algorithms: frozenset[str]
    layout: str

    def paths(self) -> Iterator[tuple[str, str, Mapping[str, Shape]]]:
        """(part, path, slots) of each layer; paths are underscored, "mid_block_attentions_0_proj_in"."""
        for module, slots in self.modules.items():
            net, path = place(module)
            yield net or UNET, path.replace(".", "_"), slots

    def parts(self) -> frozenset[str]:
        """Which of unet, text_encoder and text_encoder_2 are changed."""
        return frozenset(part for part, _, _ in self.paths())

    def base(self) -> Base | None:
        """What it was made for; None when the layers are common to SD1.5 and SDXL, "other" when they are neither's."""
        layers = list(self.paths())
        if not any((_UNET_PATH if part == UNET else _TEXT_PATH).match(path) for part, path, _ in layers):
            return "other"
        reads = {_width_in(slots) for part, path, slots in layers if part == UNET and _CROSS_ATTENTION.match(path)}
        texts = {_width_in(slots) for part, path, slots in layers if part != UNET and _TEXT_ATTENTION.match(path)}
        if 1024 in reads | texts:
            return "sd2"
        if 1280 in reads:
            return "refiner"
        paths = [path for part, path, _ in layers if part == UNET]
        numbered = any(module.startswith(("lora_te1_", "lora_te2_", "text_encoder_2.")) for module in self.modules)
        if 2048 in reads or numbered or any(map(_SDXL_PATH.match, paths)):
            return "sdxl"
        if 768 in reads or any(map(_SD15_PATH.match, paths)):
            return "sd15"
        for part, path, slots in layers:
            # Of convolutions alone the widths tell: the decoder of SD1.5 has one level more at its wide end.
            if part == UNET and (up := _UP_RESNET.match(path)) and (width := _width_out(slots)):
                if width == (640 if up["first"] else 320):
                    return "sdxl"
                if width == (1280 if up["first"] else 640):
                    return "sd15"
        # sd-scripts numbers the text encoders of every family but SD1's, and diffusers trains both of SDXL's.
        return "sd15" if any(part == TEXT_ENCODER for part, _, _ in layers) else None


def split(name: str) -> tuple[str, Slot] | None:
    """(the layer as the file writes it, the slot) of a name; None when it is none of a LoRA's."""
    ending = next((ending for ending in _LONGEST_FIRST if name.endswith(ending)), None)
    return None if ending in (None, name) else (name.removesuffix(ending), _ENDINGS[ending])


def place(layer: str) -> tuple[str | None, str]:
    """(the net, the path in it) of a layer as a file writes it. A name without a net's, as the first diffusers and PEFT
    on its own write them, is known by its path; the net is None where that tells nothing."""
    layer = layer.removeprefix("base_model.model.")
    for beginning, net in _BEGINNINGS.items():
        if layer.startswith(beginning):
            return net, layer.removeprefix(beginning)
    path = layer.replace(".", "_")
    return TEXT_ENCODER if _TEXT_PATH.match(path) else UNET if _UNET_PATH.match(path) else None, layer


def read_lora_names(shapes: Mapping[str, Shape]) -> LoraNames:
    """Sorts a file's tensors into layers; what is not a LoRA's is left out, so that no layers means no LoRA."""
    modules: dict[str, dict[str, Shape]] = {}
    algorithms, peft = set(), False
    for name, shape in shapes.items():
        found = split(name)
        if found is not None and found[1].algorithm:
            module, slot = found
            peft |= ".lora_A." in name or ".lora_B." in name
            algorithms.add(slot.algorithm)
            modules.setdefault(module, {})[slot.name] = shape
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
