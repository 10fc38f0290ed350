"""Models to measure where there are none, as folders on disk: random weights, for speed needs no training.

    python -m benchmarks.models FOLDER       Stable Diffusion 1.5 at its full width, 2.9 GB, to be measured often

Their zero convolutions are drawn from N(0, 0.02): left at zero, the ControlNet would add nothing to compare.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
CONFIG = ROOT / "training" / "configs" / "starter-cpu.toml"
SD15 = ROOT / "ccnet" / "configs" / "sd15"


def write_random_model(folder: Path, seed: int = 0) -> Path:
    """The starter's architecture. Writes the folder and returns it. The same seed gives the same weights."""
    import torch
    from diffusers.utils import logging

    from ccnet.controlnet import CC_ControlNet
    from training.dolls.doll import make_doll
    from training.export import export_starter
    from training.networks import make_scheduler, make_text_encoder, make_unet, make_vae, train_tokenizer
    from training.starter import read_config

    logging.set_verbosity_error()
    torch.manual_seed(seed)
    config = read_config(CONFIG)
    captions = [", ".join(make_doll(seed).tags) for seed in range(200)]
    words = folder.with_name(f"{folder.name}-tokenizer")
    tokenizer = train_tokenizer(captions, words, config["text"]["vocabulary"])
    unet = make_unet(config["unet"], config["text"]["width"])
    hint_widths = tuple(config["control"]["hint_widths"])
    net = CC_ControlNet.from_unet(unet, conditioning_embedding_out_channels=hint_widths)
    _wake(net)
    text_encoder = make_text_encoder(config["text"], tokenizer)
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        export_starter(folder, make_vae(config["vae"]), words, text_encoder, unet, net, make_scheduler())
    return folder


def write_sd15(folder: Path, seed: int = 0) -> Path:
    """Stable Diffusion 1.5 at its full width with a ControlNet, in float16. Writes the folder and returns it."""
    import torch
    from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
    from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
    from transformers import CLIPTextConfig, CLIPTextModel

    from ccnet.clip_vocabulary import clip_tokenizer
    from ccnet.controlnet import CC_ControlNet
    from training.export import INDEX

    def config(part: str) -> dict[str, Any]:
        return json.loads((SD15 / f"{part}.json").read_text())

    def write(part: str, net: Any) -> None:
        net.half().save_pretrained(folder / part)

    torch.manual_seed(seed)
    unet: Any = UNet2DConditionModel.from_config(config("unet"))
    net = CC_ControlNet.from_unet(unet)
    _wake(net)
    write("controlnet", net)
    write("unet", unet)
    write("vae", AutoencoderKL.from_config(config("vae")))
    write("text_encoder", CLIPTextModel(CLIPTextConfig(**config("text_encoder"))))
    clip_tokenizer().save_pretrained(folder / "tokenizer")
    schedule = {"_class_name": "DDIMScheduler", **config("scheduler")}
    (folder / "scheduler").mkdir()
    (folder / "scheduler" / "scheduler_config.json").write_text(json.dumps(schedule))
    index = INDEX | {"vae": ["diffusers", "AutoencoderKL"]}
    (folder / "model_index.json").write_text(json.dumps(index))
    return folder


def _wake(net: Any) -> None:
    from torch import nn

    for module in (*net.zero_convolutions(), net.controlnet_cond_embedding.conv_out):
        for parameter in module.parameters():
            nn.init.normal_(parameter, std=0.02)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    write_sd15(parser.parse_args().folder)
