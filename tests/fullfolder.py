"""The checkpoints of `tests.fulllayout` as diffusers sees them: its configs for the narrow networks, what its own
converters read from a single file, and whole model folders."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from diffusers.loaders.single_file_utils import (
    convert_ldm_unet_checkpoint,
    convert_ldm_vae_checkpoint,
    create_diffusers_clip_model_from_ldm,
)
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from torch import Tensor
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

from ccnet.clip_vocabulary import SDXL_SECOND_PAD, clip_tokenizer
from ccnet.formats import Family
from tests.fulllayout import LENGTH, VOCABULARY, TextShape, checkpoint, shape_of


def configs(family: Family, in_channels: int = 4) -> dict[str, dict[str, Any]]:
    """diffusers' config of each part of the narrow checkpoint, written by hand: what its own loaders are given."""
    shape = shape_of(family, in_channels)
    unet: dict[str, Any] = {
        "_class_name": "UNet2DConditionModel",
        "in_channels": in_channels,
        "block_out_channels": shape.unet.widths,
        "cross_attention_dim": shape.unet.context,
        "down_block_types": ["CrossAttnDownBlock2D"] * 3 + ["DownBlock2D"],
        "up_block_types": ["UpBlock2D"] + ["CrossAttnUpBlock2D"] * 3,
        "attention_head_dim": 8,
    }
    if family == "sdxl":
        unet |= {
            "down_block_types": ["DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"],
            "up_block_types": ["CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"],
            "attention_head_dim": [1, 1, 1],
            "transformer_layers_per_block": [1, 2, 10],
            "use_linear_projection": True,
            "addition_embed_type": "text_time",
            "addition_time_embed_dim": 256,
            "projection_class_embeddings_input_dim": shape.unet.labels,
        }
    parts: dict[str, dict[str, Any]] = {
        "unet": unet,
        "vae": {
            "_class_name": "AutoencoderKL",
            "block_out_channels": shape.vae_widths,
            "down_block_types": ["DownEncoderBlock2D"] * 4,
            "up_block_types": ["UpDecoderBlock2D"] * 4,
            "layers_per_block": 2,
            "latent_channels": 4,
            "scaling_factor": 0.13025 if family == "sdxl" else 0.18215,
        },
        "text_encoder": _text_config(shape.text, "quick_gelu"),
        "scheduler": {
            "_class_name": "EulerDiscreteScheduler" if family == "sdxl" else "PNDMScheduler",
            "beta_start": 0.00085,
            "beta_end": 0.012,
            "beta_schedule": "scaled_linear",
            "steps_offset": 1,
        },
    }
    if shape.text_2 is not None:
        parts["text_encoder_2"] = _text_config(shape.text_2, "gelu")
    return parts


def write_configs(folder: Path, family: Family, in_channels: int = 4) -> Path:
    """The configs alone, as `from_single_file(config=folder)` of diffusers wants them."""
    for part, config in configs(family, in_channels).items():
        name = "scheduler_config.json" if part == "scheduler" else "config.json"
        (folder / part).mkdir(parents=True, exist_ok=True)
        (folder / part / name).write_text(json.dumps(config))
    xl, two = ("XL", ["transformers", "CLIPTextModelWithProjection"]) if family == "sdxl" else ("", None)
    index = {
        "_class_name": f"StableDiffusion{xl}Pipeline",
        "unet": ["diffusers", "UNet2DConditionModel"],
        "vae": ["diffusers", "AutoencoderKL"],
        "text_encoder": ["transformers", "CLIPTextModel"],
        "tokenizer": ["transformers", "CLIPTokenizer"],
        "scheduler": ["diffusers", configs(family)["scheduler"]["_class_name"]],
    }
    if two:
        index |= {"text_encoder_2": two, "tokenizer_2": ["transformers", "CLIPTokenizer"]}
    (folder / "model_index.json").write_text(json.dumps(index))
    return folder


def reference_parts(tensors: Mapping[str, Tensor], family: Family, config_folder: Path) -> dict[str, Any]:
    """A checkpoint's networks by diffusers' own converters. config_folder: from `write_configs`."""

    def read(part: str) -> dict[str, Any]:
        return json.loads((config_folder / part / "config.json").read_text())

    unet: Any = UNet2DConditionModel.from_config(read("unet"))
    unet.load_state_dict(convert_ldm_unet_checkpoint(dict(tensors), unet.config))
    vae: Any = AutoencoderKL.from_config(read("vae"))
    vae.load_state_dict(convert_ldm_vae_checkpoint(dict(tensors), vae.config))
    parts: dict[str, Any] = {"unet": unet, "vae": vae}
    encoders = {"text_encoder": CLIPTextModel, "text_encoder_2": CLIPTextModelWithProjection}
    for part, net in encoders.items():
        if (config_folder / part).is_dir():
            parts[part] = create_diffusers_clip_model_from_ldm(
                net, dict(tensors), subfolder=part, config=str(config_folder), local_files_only=True
            )
    return {part: module.eval().requires_grad_(False) for part, module in parts.items()}


def write_folder(folder: Path, family: Family, in_channels: int = 4, seed: int = 0) -> Path:
    """`checkpoint` with the same arguments as a whole model folder in diffusers' layout, with CLIP's own tokenizers."""
    write_configs(folder, family, in_channels)
    for part, module in reference_parts(checkpoint(family, in_channels, seed), family, folder).items():
        module.save_pretrained(folder / part)
    clip_tokenizer().save_pretrained(str(folder / "tokenizer"))
    if family == "sdxl":
        clip_tokenizer(SDXL_SECOND_PAD).save_pretrained(str(folder / "tokenizer_2"))
    return folder


def _text_config(shape: TextShape, activation: str) -> dict[str, Any]:
    config = CLIPTextConfig(
        vocab_size=VOCABULARY,
        hidden_size=shape.width,
        intermediate_size=shape.inner,
        projection_dim=shape.width,
        num_hidden_layers=shape.layers,
        num_attention_heads=1,
        max_position_embeddings=LENGTH,
        hidden_act=activation,
    )
    return config.to_dict()
