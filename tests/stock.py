"""diffusers' own pipelines, on the parts of one of ours and asked for the same."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from ccnet.conditioning import fill, hint_from
from ccnet.pipeline import DressPipeline
from ccnet.request import DressRequest
from ccnet.schedulers import make_scheduler

UNSAFE: dict[str, Any] = {"safety_checker": None, "feature_extractor": None, "requires_safety_checker": False}


def scheduler_of(pipeline: DressPipeline, request: DressRequest) -> Any:
    return make_scheduler(request.scheduler, pipeline.scheduler_config)


def sd15_parts(pipeline: DressPipeline, request: DressRequest) -> dict[str, Any]:
    (text_encoder,), (tokenizer,) = pipeline.text_encoders, pipeline.tokenizers
    return {
        "vae": pipeline.vae,
        "unet": pipeline.unet,
        "text_encoder": text_encoder,
        "tokenizer": tokenizer,
        "scheduler": scheduler_of(pipeline, request),
    }


def sdxl_parts(pipeline: DressPipeline, request: DressRequest) -> dict[str, Any]:
    (text_encoder, text_encoder_2), (tokenizer, tokenizer_2) = pipeline.text_encoders, pipeline.tokenizers
    return {
        "vae": pipeline.vae,
        "unet": pipeline.unet,
        "text_encoder": text_encoder,
        "text_encoder_2": text_encoder_2,
        "tokenizer": tokenizer,
        "tokenizer_2": tokenizer_2,
        "scheduler": scheduler_of(pipeline, request),
    }


def drawing(request: DressRequest) -> dict[str, Any]:
    """What every pipeline is called with."""
    return {
        "prompt": request.garment.prompt,
        "negative_prompt": request.negative_prompt,
        "height": request.image.height,
        "width": request.image.width,
        "num_inference_steps": request.num_inference_steps,
        "guidance_scale": request.guidance_scale,
        "num_images_per_prompt": request.num_images,
        "generator": [torch.Generator("cpu").manual_seed(request.seed + i) for i in range(request.num_images)],
        "output_type": "latent",
    }


def inpainting(request: DressRequest, hole: float = -1.0) -> dict[str, Any]:
    """What the ControlNet-inpainting pipelines are called with."""
    image = np.asarray(request.image)
    hints = [hint_from(image, request.mask, hole) for _ in request.controls]
    scales = [float(control.scale) for control in request.controls]
    single = len(hints) == 1
    return {
        **drawing(request),
        "image": Image.fromarray(fill(image, request.mask, request.intent)),
        "mask_image": request.mask.to_image(),
        "strength": request.strength,
        "control_image": hints[0] if single else hints,
        "controlnet_conditioning_scale": scales[0] if single else scales,
        "control_guidance_start": [control.start for control in request.controls],
        "control_guidance_end": [control.end for control in request.controls],
    }


def run(stock: Any, **arguments: Any) -> Tensor:
    """The last latents."""
    stock.set_progress_bar_config(disable=True)
    return stock(**arguments).images
