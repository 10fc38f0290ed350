"""A small pipeline, what the tests ask of it, and what it answers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

from ccnet.conditioning import prepare
from ccnet.lora import Lora, read_lora
from ccnet.masks import Mask
from ccnet.pipeline import DressPipeline
from ccnet.request import Candidate, DressRequest, Garment, ModelSpec
from ccnet.singlefile import scheduler_config
from tests.lorafiles import kohya, lora
from tests.tinymodel import tiny_controlnet, tiny_scheduler, tiny_text_encoder, tiny_tokenizer, tiny_unet, tiny_vae
from tests.tinysdxl import tiny_sdxl_unet, tiny_text_encoder_2, tiny_tokenizer_2

SPEC = ModelSpec("tiny", resolution=64, multiple=16)


def build(folder: Path, in_channels: int = 4, nets: int = 2, **changes: Any) -> DressPipeline:
    """SD1.5, its tokenizer written to `folder`."""
    unet = tiny_unet(in_channels)
    parts: dict[str, Any] = {
        "unet": unet,
        "vae": tiny_vae(),
        "text_encoders": [tiny_text_encoder()],
        "tokenizers": [tiny_tokenizer(folder)],
        "controlnets": {
            name: tiny_controlnet(unet, seed) for seed, name in enumerate(("cc", "second")[:nets], start=1)
        },
        "scheduler_config": tiny_scheduler().config,
        "spec": SPEC,
        "preview_seconds": None,
    }
    return DressPipeline(**{**parts, **changes})


def build_sdxl(folder: Path, in_channels: int = 4, **changes: Any) -> DressPipeline:
    """SDXL, its tokenizers written to `folder`."""
    unet = tiny_sdxl_unet(in_channels)
    parts: dict[str, Any] = {
        "unet": unet,
        "vae": tiny_vae(),
        "text_encoders": [tiny_text_encoder(), tiny_text_encoder_2()],
        "tokenizers": [tiny_tokenizer(folder), tiny_tokenizer_2(folder)],
        "controlnets": {"cc": tiny_controlnet(unet, 1)},
        "scheduler_config": scheduler_config("sdxl"),
        "spec": replace(SPEC, family="sdxl"),
        "preview_seconds": None,
    }
    return DressPipeline(**{**parts, **changes})


def picture(width: int, height: int, seed: int = 0) -> Image.Image:
    return Image.fromarray(np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8))


def rectangle(width: int, height: int, x: int, y: int, w: int, h: int) -> Mask:
    alpha = np.zeros((height, width), np.uint8)
    alpha[y : y + h, x : x + w] = 255
    return Mask(alpha)


def aligned_request(**changes: Any) -> DressRequest:
    request = DressRequest(
        picture(64, 64),
        rectangle(64, 64, 16, 8, 24, 40),
        Garment("red sailor uniform"),
        negative_prompt="hat",
        guidance_scale=4.0,
        num_inference_steps=6,
        seed=7,
        num_images=2,
        mask_grow=0,
        mask_feather=0,
    )
    return replace(request, **changes)


def final_latents(pipeline: DressPipeline, request: DressRequest) -> torch.Tensor:
    working = prepare(request, pipeline.spec)
    return list(pipeline.denoise(request, pipeline.condition(request, working)))[-1].x_t


def candidates(pipeline: DressPipeline, request: DressRequest) -> list[Candidate]:
    return [answer for answer in pipeline(request) if isinstance(answer, Candidate)]


def lora_for(pipeline: DressPipeline, net: str = "unet") -> Lora:
    """Changes much of one network."""
    torch.manual_seed(5)
    module = {"unet": pipeline.unet, "te": pipeline.text_encoders[0]}[net]
    tensors: dict[str, Tensor] = {}
    for path, layer in module.named_modules():
        if isinstance(layer, nn.Linear) and "time_emb" not in path:
            name = f"text_model.{path}" if net == "te" else path
            tensors |= kohya(name, lora(layer.weight)[0], net) if "attn" in path else {}
    return read_lora(tensors, f"{net}.safetensors")
