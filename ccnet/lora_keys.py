"""Which module of a UNet or of a CLIP text encoder each name in a LoRA file means.

Several spellings are about for one module (see `loranames`): kohya's and LyCORIS' with underscores, PEFT's and
diffusers' with dots, and both with the names of Stability's own (LDM) UNet, which kohya's trainer uses for SDXL
(lora_unet_middle_block_1_...). All are brought to one, here called flat: the module's path with underscores for dots.
Looked up among the modules that a net really has, it is unambiguous.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from ccnet.loranames import FOREIGN, UNET, place, split


class Place(NamedTuple):
    """What one key of a LoRA file is about."""

    net: str
    """One of `loranames`' UNET, TEXT_ENCODER, TEXT_ENCODER_2."""
    module: str
    """The flat name of the module, text encoders without their `text_model`."""
    part: str
    """Which tensor of the module's update this is: a slot's name, see `loranames`."""


_OLD_ATTENTION = {"to_out": "to_out.0"}
_OLD_TEXT_ATTENTION = {"to_q": "q_proj", "to_k": "k_proj", "to_v": "v_proj", "to_out": "out_proj"}
"""What diffusers' attention processors called the projections (`...attn1.processor.to_out_lora.up.weight`)."""

_LDM_RESNET = {
    ".norm1": ".in_layers.0",
    ".conv1": ".in_layers.2",
    ".time_emb_proj": ".emb_layers.1",
    ".norm2": ".out_layers.0",
    ".conv2": ".out_layers.3",
    ".conv_shortcut": ".skip_connection",
}


def parse(key: str) -> Place | None:
    """What a key of a LoRA file means, or None when it is none that a LoRA for SD1.5 or SDXL can have."""
    found = split(key)
    if found is None or found[1].algorithm in FOREIGN:
        return None
    net, path = place(found[0])
    if net is None:
        return None
    stem, dot, projection = path.rpartition(".")
    renamed = _OLD_ATTENTION if net == UNET else _OLD_TEXT_ATTENTION
    return Place(net, flat(f"{stem}{dot}{renamed.get(projection, projection)}"), found[1].name)


def flat(path: str) -> str:
    """A module's path with underscores for dots, without what only some spellings have."""
    return path.replace(".processor.", ".").replace(".", "_").removeprefix("text_model_")


def module_paths(net: Any) -> dict[str, str]:
    """Every name by which a LoRA file may mean a module of this net, flat -> the module's path.

    net: an nn.Module in diffusers' or transformers' layout. A UNet's modules have their LDM names as well, derived from
    how many blocks and layers it has.
    """
    paths: list[str] = [path for path, _ in net.named_modules() if path]
    names = {flat(path): path for path in paths}
    if hasattr(net, "down_blocks"):
        for ldm, stem in _ldm_stems(net).items():
            inner = _LDM_RESNET if ".resnets." in stem else {}
            for path in paths:
                if path == stem or path.startswith(f"{stem}."):
                    rest = path.removeprefix(stem)
                    names[flat(ldm + inner.get(rest, rest))] = path
    return names


def is_ldm(module: str) -> bool:
    """Whether a flat name is one of Stability's own UNet."""
    return module.startswith(("input_blocks_", "middle_block_", "output_blocks_", "time_embed_", "label_emb_", "out_"))


def _ldm_stems(unet: Any) -> dict[str, str]:
    """LDM's paths -> diffusers' for the blocks of a UNet; for blocks without attention some lead nowhere."""
    stems = {
        "time_embed.0": "time_embedding.linear_1",
        "time_embed.2": "time_embedding.linear_2",
        "label_emb.0.0": "add_embedding.linear_1",
        "label_emb.0.2": "add_embedding.linear_2",
        "input_blocks.0.0": "conv_in",
        "middle_block.0": "mid_block.resnets.0",
        "middle_block.1": "mid_block.attentions.0",
        "middle_block.2": "mid_block.resnets.1",
        "out.0": "conv_norm_out",
        "out.2": "conv_out",
    }
    number = 1
    for b, block in enumerate(unet.down_blocks):
        for layer in range(len(block.resnets)):
            stems[f"input_blocks.{number}.0"] = f"down_blocks.{b}.resnets.{layer}"
            stems[f"input_blocks.{number}.1"] = f"down_blocks.{b}.attentions.{layer}"
            number += 1
        if block.downsamplers:
            stems[f"input_blocks.{number}.0.op"] = f"down_blocks.{b}.downsamplers.0.conv"
            number += 1
    number = 0
    for b, block in enumerate(unet.up_blocks):
        for layer in range(len(block.resnets)):
            stems[f"output_blocks.{number}.0"] = f"up_blocks.{b}.resnets.{layer}"
            stems[f"output_blocks.{number}.1"] = f"up_blocks.{b}.attentions.{layer}"
            number += 1
        # The upsampler is the last layer's third module, or its second where there is no attention.
        place = 2 if hasattr(block, "attentions") else 1
        stems[f"output_blocks.{number - 1}.{place}.conv"] = f"up_blocks.{b}.upsamplers.0.conv"
    return stems
