"""A model to measure where there is none: the starter's architecture with random weights, as a folder on disk."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path

CONFIG = Path(__file__).resolve().parents[1] / "training" / "configs" / "starter-cpu.toml"


def write_random_model(folder: Path, seed: int = 0) -> Path:
    """Writes the folder and returns it. The same seed gives the same weights.

    Its zero convolutions are drawn from N(0, 0.02): left at zero, the ControlNet would add nothing to compare.
    """
    import torch
    from diffusers.utils import logging
    from torch import nn

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
    for module in (*net.zero_convolutions(), net.controlnet_cond_embedding.conv_out):
        for parameter in module.parameters():
            nn.init.normal_(parameter, std=0.02)
    text_encoder = make_text_encoder(config["text"], tokenizer)
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        export_starter(folder, make_vae(config["vae"]), words, text_encoder, unet, net, make_scheduler())
    return folder
