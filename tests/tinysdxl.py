"""Small random networks with SDXL's architecture, and the other kinds of network that steer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from diffusers.models.adapter import T2IAdapter
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
from diffusers.models.controlnets.controlnet_union import ControlNetUnionModel
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from torch import nn
from transformers import CLIPTextConfig, CLIPTextModelWithProjection, CLIPTokenizer

from tests.tinymodel import HINT_CHANNELS

WIDTH_2, POOLED = 48, 24
"""Of the second text encoder's tokens, and of its summary; the first one's tokens are 32 wide."""


def tiny_sdxl_unet(in_channels: int = 4, seed: int = 0) -> UNet2DConditionModel:
    torch.manual_seed(seed)
    lists: Any = {"attention_head_dim": (2, 4, 4), "transformer_layers_per_block": (1, 1, 2)}  # declared as numbers
    return UNet2DConditionModel(
        in_channels=in_channels,
        block_out_channels=(16, 32, 32),
        layers_per_block=1,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
        cross_attention_dim=32 + WIDTH_2,
        norm_num_groups=8,
        use_linear_projection=True,
        addition_embed_type="text_time",
        addition_time_embed_dim=8,
        projection_class_embeddings_input_dim=POOLED + 6 * 8,
        **lists,
    ).eval()


def tiny_text_encoder_2(seed: int = 2) -> CLIPTextModelWithProjection:
    torch.manual_seed(seed)
    config = CLIPTextConfig(
        vocab_size=516,
        hidden_size=WIDTH_2,
        intermediate_size=64,
        num_hidden_layers=3,
        num_attention_heads=2,
        projection_dim=POOLED,
        hidden_act="gelu",
        bos_token_id=512,
        eos_token_id=513,
        pad_token_id=0,
    )
    return CLIPTextModelWithProjection(config).eval()


def tiny_tokenizer_2(folder: Path) -> CLIPTokenizer:
    """The one `tiny_tokenizer` wrote to `folder`, padding with "!" as SDXL's second one does."""
    files = (str(folder / name) for name in ("vocab.json", "merges.txt"))
    return CLIPTokenizer(*files, pad_token="!", model_max_length=77)


def tiny_kl_vae(seed: int = 0, force_upcast: bool = True) -> AutoencoderKL:
    torch.manual_seed(seed)
    blocks: dict[str, Any] = {  # declared as one of each
        "block_out_channels": (8, 8, 8, 8),
        "down_block_types": ("DownEncoderBlock2D",) * 4,
        "up_block_types": ("UpDecoderBlock2D",) * 4,
    }
    return AutoencoderKL(
        **blocks,
        layers_per_block=1,
        norm_num_groups=4,
        latent_channels=4,
        scaling_factor=0.13025,
        force_upcast=force_upcast,
    ).eval()


def tiny_union(unet: UNet2DConditionModel, seed: int = 3, kinds: int = 8) -> ControlNetUnionModel:
    """As if it had been trained; with 8 kinds of hint, as the ProMax version has, or 6."""
    torch.manual_seed(seed)
    names = ("block_out_channels", "layers_per_block", "down_block_types", "cross_attention_dim", "attention_head_dim")
    more = ("transformer_layers_per_block", "norm_num_groups", "use_linear_projection", "addition_embed_type")
    last = ("addition_time_embed_dim", "projection_class_embeddings_input_dim")
    config: Any = {name: unet.config[name] for name in (*names, *more, *last)}
    net = ControlNetUnionModel(
        **config,
        conditioning_embedding_out_channels=HINT_CHANNELS,
        num_control_type=kinds,
        num_trans_channel=16,
        num_trans_head=2,
        num_proj_channel=16,
    ).eval()
    zeros = (*net.controlnet_down_blocks, net.controlnet_mid_block, net.controlnet_cond_embedding.conv_out)
    for module in (*zeros, net.spatial_ch_projs):
        for parameter in module.parameters():
            nn.init.normal_(parameter, std=0.2)
    return net


def tiny_adapter(seed: int = 4, in_channels: int = 3) -> T2IAdapter:
    """For `tinymodel.tiny_unet`."""
    torch.manual_seed(seed)
    return T2IAdapter(in_channels, [16, 32], num_res_blocks=1, downscale_factor=8, adapter_type="full_adapter").eval()


def tiny_adapter_xl(seed: int = 4) -> T2IAdapter:
    """For `tiny_sdxl_unet`."""
    torch.manual_seed(seed)
    channels = [16, 32, 32, 32]
    return T2IAdapter(3, channels, num_res_blocks=1, downscale_factor=16, adapter_type="full_adapter_xl").eval()
