"""How LoRA files name what they change, and which module of a UNet or of a CLIP text encoder each name means.

Several spellings are about for one module: kohya's and LyCORIS' with underscores (lora_unet_mid_block_...), PEFT's
and diffusers' with dots (unet.mid_block...), and both with the names of Stability's own (LDM) UNet, which kohya's
trainer uses for SDXL (lora_unet_middle_block_1_...). All are brought to one, here called flat: the module's path with
underscores for dots. Looked up among the modules that a net really has, it is unambiguous.

Spellings after kohya-ss/sd-scripts, KohakuBlueleaf/LyCORIS, huggingface/diffusers and comfyanonymous/ComfyUI.
"""

from __future__ import annotations

from typing import Any, NamedTuple

UNET, TEXT_ENCODER, TEXT_ENCODER_2 = "unet", "text_encoder", "text_encoder_2"


class Place(NamedTuple):
    """What one key of a LoRA file is about."""

    net: str
    """UNET, TEXT_ENCODER or TEXT_ENCODER_2."""
    module: str
    """The flat name of the module, text encoders without their `text_model`."""
    part: str
    """Which tensor of the module's update this is: one of the values of PARTS."""


_LYCORIS = (
    *("hada_w1_a", "hada_w1_b", "hada_w2_a", "hada_w2_b", "hada_t1", "hada_t2"),
    *("lokr_w1", "lokr_w1_a", "lokr_w1_b", "lokr_w2", "lokr_w2_a", "lokr_w2_b", "lokr_t2"),
    *("diff", "diff_b", "w_norm", "b_norm", "weight", "on_input", "alpha", "dora_scale"),
)
PARTS = {
    **{f".{part}": part for part in _LYCORIS},
    ".lora_up.weight": "up",
    ".lora_down.weight": "down",
    ".lora_mid.weight": "mid",
    ".lora_B.weight": "up",
    ".lora_A.weight": "down",
    ".lora_B.default.weight": "up",
    ".lora_A.default.weight": "down",
    ".lora.up.weight": "up",
    ".lora.down.weight": "down",
    ".lora_linear_layer.up.weight": "up",
    ".lora_linear_layer.down.weight": "down",
    "_lora.up.weight": "up",
    "_lora.down.weight": "down",
    ".lora_magnitude_vector": "magnitude",
    ".lora_magnitude_vector.weight": "magnitude",
}
"""How a key ends -> which part it holds."""

_ENDINGS = sorted(PARTS, key=len, reverse=True)  # ".lora_up.weight" ends in ".weight" as well

_BEGINNINGS = {
    "lora_unet_": UNET,
    "lycoris_": UNET,
    "lora_te_": TEXT_ENCODER,
    "lora_te1_": TEXT_ENCODER,
    "lora_te2_": TEXT_ENCODER_2,
    "unet.": UNET,
    "text_encoder.": TEXT_ENCODER,
    "text_encoder_2.": TEXT_ENCODER_2,
    "diffusion_model.": UNET,
    "model.diffusion_model.": UNET,
}
_BARE = {
    **dict.fromkeys(("down_blocks.", "mid_block.", "up_blocks.", "conv_in.", "conv_out.", "time_embedding."), UNET),
    "text_model.": TEXT_ENCODER,
}
"""Paths that are written without the net's name, by the first releases of diffusers and by PEFT on its own."""

_OLD_ATTENTION = {
    UNET: {"to_out": "to_out.0"},
    TEXT_ENCODER: {"to_q": "q_proj", "to_k": "k_proj", "to_v": "v_proj", "to_out": "out_proj"},
}
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
    ending = next((ending for ending in _ENDINGS if key.endswith(ending)), None)
    if ending is None:
        return None
    net, path = _split(key.removesuffix(ending).removeprefix("base_model.model."))
    if net is None:
        return None
    if ending.startswith("_lora."):
        stem, dot, projection = path.rpartition(".")
        renamed = _OLD_ATTENTION.get(net, _OLD_ATTENTION[TEXT_ENCODER])
        path = f"{stem}{dot}{renamed.get(projection, projection)}"
    return Place(net, flat(path), PARTS[ending])


def flat(path: str) -> str:
    """A module's path with underscores for dots, without what only some spellings have."""
    return path.replace(".processor.", ".").replace(".", "_").removeprefix("text_model_")


def _split(path: str) -> tuple[str | None, str]:
    """(the net, the module's path in it) of a key without its ending; no net where the key is none of ours."""
    for beginning, net in _BEGINNINGS.items():
        if path.startswith(beginning):
            return net, path.removeprefix(beginning)
    return next((net for beginning, net in _BARE.items() if path.startswith(beginning)), None), path


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
