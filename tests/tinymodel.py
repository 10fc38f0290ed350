"""A model folder in diffusers' layout with small random nets: what the tests of the core run on."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from diffusers.models.autoencoders.autoencoder_tiny import AutoencoderTiny
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from diffusers.schedulers.scheduling_ddim import DDIMScheduler
from torch import nn
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

from ccnet.controlnet import CC_ControlNet

HINT_CHANNELS = (8, 8, 16, 16)


def tiny_unet(in_channels: int = 4, seed: int = 0) -> UNet2DConditionModel:
    torch.manual_seed(seed)
    return UNet2DConditionModel(
        in_channels=in_channels,
        block_out_channels=(16, 32),
        layers_per_block=1,
        down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"),
        up_block_types=("UpBlock2D", "CrossAttnUpBlock2D"),
        cross_attention_dim=32,
        attention_head_dim=8,
        norm_num_groups=8,
    ).eval()


def tiny_controlnet(unet: UNet2DConditionModel, seed: int | None = 0) -> CC_ControlNet:
    """Newborn when `seed` is None, else with zero convolutions as if it had been trained."""
    torch.manual_seed(seed or 0)
    net = CC_ControlNet.from_unet(unet, conditioning_embedding_out_channels=HINT_CHANNELS).eval()
    if seed is not None:
        for module in (*net.zero_convolutions(), net.controlnet_cond_embedding.conv_out):
            for parameter in module.parameters():
                nn.init.normal_(parameter, std=0.2)
    return net


def tiny_vae(seed: int = 0) -> AutoencoderTiny:
    torch.manual_seed(seed)
    channels, blocks = (8, 8, 8, 8), (1, 1, 1, 1)
    return AutoencoderTiny(
        encoder_block_out_channels=channels,
        decoder_block_out_channels=channels,
        num_encoder_blocks=blocks,
        num_decoder_blocks=blocks,
        scaling_factor=0.7,
    ).eval()


def tiny_text_encoder(layers: int = 2, seed: int = 0) -> CLIPTextModel:
    torch.manual_seed(seed)
    config = CLIPTextConfig(
        vocab_size=516,
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=layers,
        num_attention_heads=2,
        max_position_embeddings=77,
        bos_token_id=512,
        eos_token_id=513,
        pad_token_id=514,
    )
    return CLIPTextModel(config).eval()


def tiny_tokenizer(folder: Path) -> CLIPTokenizer:
    """Letters, letters that end a word, and the special tokens; one merge, so that "re" is one token."""
    letters = [chr(c) for c in _byte_letters()]
    words = [*letters, *(f"{letter}</w>" for letter in letters)]
    words += ["<|startoftext|>", "<|endoftext|>", "<|pad|>", "re"]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vocab.json").write_text(json.dumps({word: i for i, word in enumerate(words)}), "utf-8")
    (folder / "merges.txt").write_text("#version: 0.2\nr e\n", "utf-8")
    tokenizer = CLIPTokenizer(
        str(folder / "vocab.json"), str(folder / "merges.txt"), pad_token="<|pad|>", model_max_length=77
    )
    tokenizer.save_pretrained(str(folder))
    return tokenizer


def tiny_scheduler() -> DDIMScheduler:
    return DDIMScheduler(
        beta_schedule="scaled_linear",
        beta_start=0.00085,
        beta_end=0.012,
        clip_sample=False,
        set_alpha_to_one=True,
        prediction_type="v_prediction",
        rescale_betas_zero_snr=True,
        timestep_spacing="trailing",
    )


def write_tiny_model(folder: Path, in_channels: int = 4) -> Path:
    """Writes the whole folder and returns it."""
    unet = tiny_unet(in_channels)
    unet.save_pretrained(folder / "unet")
    tiny_vae().save_pretrained(folder / "vae")
    tiny_text_encoder().save_pretrained(folder / "text_encoder")
    tiny_tokenizer(folder / "tokenizer")
    tiny_scheduler().save_pretrained(folder / "scheduler")
    tiny_controlnet(unet, seed=1).save_pretrained(folder / "controlnet")
    index = {
        "_class_name": "StableDiffusionPipeline",
        "unet": ["diffusers", "UNet2DConditionModel"],
        "vae": ["diffusers", "AutoencoderTiny"],
        "text_encoder": ["transformers", "CLIPTextModel"],
        "tokenizer": ["transformers", "CLIPTokenizer"],
        "scheduler": ["diffusers", "DDIMScheduler"],
    }
    (folder / "model_index.json").write_text(json.dumps(index))
    spec = {"name": "tiny", "resolution": 64, "multiple": 16, "num_inference_steps": 3}
    (folder / "ccnet.json").write_text(json.dumps(spec))
    return folder


def _byte_letters() -> list[int]:
    """The 256 printable code points that byte-level BPE writes bytes as (OpenAI's table)."""
    printable = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    return printable + [256 + n for n in range(256 - len(printable))]
