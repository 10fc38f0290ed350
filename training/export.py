"""Export: the starter model's parts as a diffusers folder, fp16, written beside the old one and then swapped in."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from diffusers.models.autoencoders.autoencoder_tiny import AutoencoderTiny
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from diffusers.schedulers.scheduling_ddim import DDIMScheduler
from safetensors.torch import save_file
from segment_anything.modeling import Sam
from torch import nn
from transformers import CLIPTextModel

from ccnet.controlnet import CC_ControlNet
from ccnet.edge_segformer import EdgeSegformer
from ccnet.export import save_text_encoder

SPEC = {
    "name": "starter",
    "resolution": 256,
    "multiple": 64,
    "hole": -1.0,
    "guidance_scale": 2.0,
    "num_inference_steps": 12,
    "scheduler": "ddim",
}
INDEX = {
    "_class_name": "StableDiffusionPipeline",
    "vae": ["diffusers", "AutoencoderTiny"],
    "text_encoder": ["transformers", "CLIPTextModel"],
    "tokenizer": ["transformers", "CLIPTokenizer"],
    "unet": ["diffusers", "UNet2DConditionModel"],
    "scheduler": ["diffusers", "DDIMScheduler"],
    "safety_checker": [None, None],
    "feature_extractor": [None, None],
    "image_encoder": [None, None],
    "requires_safety_checker": False,
}


def export_starter(
    out: Path,
    vae: AutoencoderTiny,
    tokenizer: Path,
    text: CLIPTextModel,
    unet: UNet2DConditionModel,
    control: CC_ControlNet,
    scheduler: DDIMScheduler,
) -> None:
    """Write all parts to `out`; an older model there is replaced only when the new one is complete.

    tokenizer: the folder of its files, vocab.json and merges.txt among them.
    """
    with _replaced(out) as part:
        modules: dict[str, nn.Module] = {"vae": vae, "unet": unet, "controlnet": control}
        for name, module in modules.items():
            module.to(torch.float16).save_pretrained(part / name, safe_serialization=True)  # type: ignore[operator]
        save_text_encoder(text.half(), part / "text_encoder")
        shutil.copytree(tokenizer, part / "tokenizer")
        scheduler.save_pretrained(part / "scheduler")
        (part / "model_index.json").write_text(json.dumps(INDEX, indent=2) + "\n")
        (part / "ccnet.json").write_text(json.dumps(SPEC, indent=2) + "\n")


def export_parser(model: EdgeSegformer, out: Path, resolution: int) -> None:
    """Writes the starter parser to `out`, fp16; `resolution`: the side in pixels it was trained on."""
    with _replaced(out) as part:
        model.config.ccnet_resolution = resolution
        model.half().save_pretrained(part)


def export_sam(sam: Sam, config: dict[str, Any], out: Path) -> None:
    """Writes the starter Segment Anything to `out`, fp16, in `ccnet.sam_starter`'s layout."""
    with _replaced(out) as part:
        save_file(
            {name: value.half().contiguous() for name, value in sam.state_dict().items()}, part / "model.safetensors"
        )
        (part / "config.json").write_text(json.dumps(config, indent=2) + "\n")


@contextmanager
def _replaced(out: Path) -> Iterator[Path]:
    """A new folder to write to, which takes the place of `out` when it is complete."""
    part = out.with_name(out.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    yield part
    shutil.rmtree(out, ignore_errors=True)
    part.rename(out)
    size = sum(f.stat().st_size for f in out.rglob("*") if f.is_file())
    print(f"{out}: {size / 1e6:.1f} MB")
