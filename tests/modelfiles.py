"""Tiny files of weights with true names, made without torch."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file


def write_tensors(file: Path, shapes: dict[str, tuple[int, ...]], seed: int = 0) -> Path:
    rng = np.random.default_rng(seed)
    file.parent.mkdir(parents=True, exist_ok=True)
    save_file({name: rng.standard_normal(shape, np.float32) for name, shape in shapes.items()}, file)
    return file


def write_lora(file: Path, seed: int = 0, width: int = 768, rank: int = 4) -> Path:
    """One in kohya's layout, for SD1.5 or (width 2048) SDXL."""
    block = "input_blocks_4_1" if width == 2048 else "down_blocks_0_attentions_0"
    name = f"lora_unet_{block}_transformer_blocks_0_attn2_to_k"
    shapes = {f"{name}.lora_down.weight": (rank, width), f"{name}.lora_up.weight": (320, rank), f"{name}.alpha": ()}
    return write_tensors(file, shapes, seed)


def write_flux(file: Path) -> Path:
    return write_tensors(file, {"double_blocks.0.img_attn.qkv.weight": (6, 2), "img_in.weight": (2, 64)})


def write_unet(folder: Path, seed: int = 0) -> Path:
    """The part of a diffusers folder that tells its family, with its config."""
    attention = "down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k.weight"
    shapes: dict[str, tuple[int, ...]] = {
        "conv_in.weight": (8, 4, 3, 3),
        "conv_out.weight": (4, 8, 3, 3),
        attention: (8, 32),
        "down_blocks.0.resnets.1.conv1.weight": (8, 8, 3, 3),
        "mid_block.attentions.0.proj_in.weight": (8, 8),
    }
    write_tensors(folder / "diffusion_pytorch_model.safetensors", shapes, seed)
    (folder / "config.json").write_text(json.dumps({"_class_name": "UNet2DConditionModel"}))
    return folder


def write_folder(folder: Path, seed: int = 0) -> Path:
    """A model in diffusers' layout, as far as it is looked at without loading it."""
    write_unet(folder / "unet", seed)
    for name in ("scheduler", "tokenizer"):
        (folder / name).mkdir()
        (folder / name / f"{name}_config.json").write_text("{}")
    (folder / "tokenizer" / "merges.txt").write_text("a b\n")
    parts = {name: ["diffusers", name] for name in ("unet", "scheduler", "tokenizer")}
    (folder / "model_index.json").write_text(json.dumps({"_class_name": "StableDiffusionPipeline", **parts}))
    return folder
