"""One safetensors file -> the networks in it: A1111's single files, ControlNets, autoencoders, text encoders, adapters.

Which file holds what, `ccnet.formats` tells; here its tensors become modules of diffusers and transformers. What a
file cannot say (activations, scaling factors, how attention is cut into heads) stands in the configs below
`configs/`; widths, depths and channels are read from the tensors' shapes. No tensor is left out silently and no
weight left random; no socket is opened.

All functions take a whole safetensors file and the dtype to compute in, return the network on the CPU, ready to draw
(`eval`, without gradients), and raise CheckpointError for a file that does not hold what is asked for. Weights that
have the dtype already are not copied.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import torch
from accelerate import init_empty_weights
from diffusers.models.adapter import T2IAdapter
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
from diffusers.models.autoencoders.autoencoder_tiny import AutoencoderTiny
from diffusers.models.controlnets.controlnet_union import ControlNetUnionModel
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from safetensors import SafetensorError, safe_open
from torch import Tensor, nn
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

from ccnet.controlnet import CC_ControlNet
from ccnet.formats import CheckpointError, Family, read_header
from ccnet.layouts import (
    CONTROL_PREFIX,
    TEXT_MODEL_PREFIX,
    adapter_to_diffusers,
    add_base,
    controlnet_to_diffusers,
    flat_text_encoder,
    indices,
    open_clip_to_transformers,
    tiny_vae_to_diffusers,
    unet_to_diffusers,
    vae_to_current,
    vae_to_diffusers,
    wrapped_text_encoder,
)

CONFIGS = Path(__file__).with_name("configs")

UNET_PREFIX = "model.diffusion_model."
VAE_PREFIX = "first_stage_model."
TEXT_ENCODER_PREFIXES = ("cond_stage_model.transformer.", "conditioner.embedders.0.transformer.")
TEXT_ENCODER_2_PREFIX = "conditioner.embedders.1.model."
CHECKPOINT_PREFIXES = (UNET_PREFIX, VAE_PREFIX, "cond_stage_model.", "conditioner.")
# A whole CLIP, as its makers give it away, has more than its text encoder.
OTHER_PARTS_OF_CLIP = ("vision_model.", "visual_projection.", "visual.")

SDXL_HEAD = 64  # SDXL's attention heads and CLIP's are as wide in every net; SD 1.5 has 8 heads of any width
LATENT_CHANNELS = 4
DIFFERENCE = "difference"  # a mark beside the tensors, not a weight

NAMES: Mapping[Family, str] = {"sd15": "SD 1.5", "sdxl": "SDXL"}

Module = TypeVar("Module", bound=nn.Module)


def bundled_config(family: Family, part: str) -> dict[str, Any]:
    """What the real network of a family looks like: the arguments of its class in diffusers or transformers.

    part: "unet", "vae", "text_encoder", "scheduler", "controlnet"; for "sdxl" "text_encoder_2" and "union" as well.
    """
    return json.loads((CONFIGS / family / f"{part}.json").read_text("utf-8"))


def scheduler_config(family: Family, prediction: str | None = None, zero_terminal_snr: bool = False) -> dict[str, Any]:
    """The noise schedule that a checkpoint was trained with, as a scheduler_config.json has it.

    prediction: "v_prediction", or None for the usual "epsilon". With zero terminal SNR the last step is pure noise:
    it must be among the steps taken, hence "trailing".
    """
    config = bundled_config(family, "scheduler")
    if prediction is not None:
        config["prediction_type"] = prediction
    if zero_terminal_snr:
        config.update(rescale_betas_zero_snr=True, timestep_spacing="trailing")
    return config


def load_unet(file: Path, family: Family, dtype: torch.dtype = torch.float32) -> UNet2DConditionModel:
    """From a checkpoint, or a file of the UNet alone in the original layout or diffusers'; 4 or 9 input channels."""
    what = f"a UNet of {NAMES[family]}"
    tensors = _read(file, what, UNET_PREFIX)
    with _blaming(file, what):
        if "conv_in.weight" not in tensors:
            tensors = unet_to_diffusers(tensors)
        config = _encoder_config(bundled_config(family, "unet"), family, tensors)
        config["out_channels"] = tensors["conv_out.weight"].shape[0]
        up = {"CrossAttnDownBlock2D": "CrossAttnUpBlock2D", "DownBlock2D": "UpBlock2D"}
        config["up_block_types"] = [up[down] for down in reversed(config["down_block_types"])]
        with init_empty_weights():
            unet = UNet2DConditionModel(**config)
        return _filled(unet, tensors, dtype)


def load_controlnet(
    file: Path, family: Family, dtype: torch.dtype = torch.float32, base: UNet2DConditionModel | None = None
) -> CC_ControlNet | ControlNetUnionModel:
    """From a file in the layout of the released code or diffusers'; hints of any number of channels.

    base: the UNet that it is to steer, needed for a file that holds the difference to its base alone.
    """
    what = f"a ControlNet of {NAMES[family]}"
    tensors = _read(file, what, CONTROL_PREFIX)
    with _blaming(file, what):
        is_difference = DIFFERENCE in read_header(file).tensors
        tensors.pop(DIFFERENCE, None)
        if "controlnet_cond_embedding.conv_in.weight" not in tensors:
            tensors = controlnet_to_diffusers(tensors)
        if is_difference:
            if base is None:
                raise CheckpointError(f"{file} is the difference of {what} to its base: load the base first.")
            tensors = add_base(tensors, base.state_dict())
        if "task_embedding" in tensors:
            config = _union_config(_control_config(bundled_config("sdxl", "union"), family, tensors), tensors)
            with init_empty_weights():
                union = ControlNetUnionModel(**config)
            return _filled(union, tensors, dtype)
        config = _control_config(bundled_config(family, "controlnet"), family, tensors)
        said = json.loads(read_header(file).metadata.get("ccnet.config", "{}"))
        if not isinstance(said, dict):
            raise CheckpointError(f"{file} is damaged, what it says of its build makes no sense: get it again.")
        # How attention is cut into heads and channels into groups, where it is not as in the family's own nets.
        config.update({key: said[key] for key in config.keys() & said.keys()})
        with init_empty_weights():
            net = CC_ControlNet(**config)
        return _filled(net, tensors, dtype)


def load_vae(file: Path, family: Family, dtype: torch.dtype = torch.float32) -> AutoencoderKL:
    """From a checkpoint, or a file of the autoencoder alone in the original layout or any of diffusers'.

    The families' autoencoders look alike and differ in what their latents mean: `family` cannot be checked.
    """
    what = f"an autoencoder of {NAMES[family]}"
    tensors = _read(file, what, VAE_PREFIX)
    with _blaming(file, what):
        current = indices(tensors, r"encoder\.down_blocks\.(\d+)\.")
        tensors = vae_to_current(tensors) if current else vae_to_diffusers(tensors)
        levels = len(indices(tensors, r"encoder\.down_blocks\.(\d+)\."))
        config = {
            **bundled_config(family, "vae"),
            "block_out_channels": [
                tensors[f"encoder.down_blocks.{i}.resnets.0.conv1.weight"].shape[0] for i in range(levels)
            ],
            "down_block_types": ["DownEncoderBlock2D"] * levels,
            "up_block_types": ["UpDecoderBlock2D"] * levels,
            "layers_per_block": len(indices(tensors, r"encoder\.down_blocks\.0\.resnets\.(\d+)\.")),
        }
        with init_empty_weights():
            vae = AutoencoderKL(**config)
        return _filled(vae, tensors, dtype)


def load_text_encoder(file: Path, family: Family, dtype: torch.dtype = torch.float32) -> CLIPTextModel:
    """CLIP ViT-L's text encoder, of SD 1.5 and the first of SDXL: from a checkpoint, or a file of CLIP alone under any
    of transformers' names."""
    what = f"a text encoder of {NAMES[family]}"
    tensors = _read(file, what, *TEXT_ENCODER_PREFIXES)
    with _blaming(file, what):
        flat = flat_text_encoder(tensors)
        flat.pop("text_projection.weight", None)  # of no use to SD, and stored by some
        flat.pop("text_projection", None)
        config = _text_config(bundled_config(family, "text_encoder"), flat)
        with init_empty_weights():
            encoder = CLIPTextModel(CLIPTextConfig(**config))
        return _filled(encoder, _named_like(encoder, flat), dtype)


def load_text_encoder_2(file: Path, dtype: torch.dtype = torch.float32) -> CLIPTextModelWithProjection:
    """OpenCLIP ViT-bigG's text encoder, the second of SDXL: from a checkpoint, or a file of it alone in OpenCLIP's
    layout or transformers'."""
    what = "a second text encoder of SDXL"
    tensors = _read(file, what, TEXT_ENCODER_2_PREFIX)
    with _blaming(file, what):
        if "positional_embedding" in tensors:
            tensors = open_clip_to_transformers(tensors)
        flat = flat_text_encoder(tensors)
        config = _text_config(bundled_config("sdxl", "text_encoder_2"), flat)
        config["projection_dim"] = flat["text_projection.weight"].shape[0]
        with init_empty_weights():
            encoder = CLIPTextModelWithProjection(CLIPTextConfig(**config))
        return _filled(encoder, _named_like(encoder, flat), dtype)


def load_tiny_vae(*files: Path, dtype: torch.dtype = torch.float32) -> AutoencoderTiny:
    """TAESD from one file of both halves, or from its encoder's file and its decoder's, in either order."""
    what = "a tiny autoencoder"
    tensors: dict[str, Tensor] = {}
    for file in files:
        with _blaming(file, what):
            tensors.update(tiny_vae_to_diffusers(_read(file, what)))
    with _blaming(files[0], what):
        for half in ("encoder", "decoder"):
            if not any(key.startswith(f"{half}.") for key in tensors):
                raise CheckpointError(f"{files[0]} is half of {what}, its {half} is in another file: give both.")
        latents = tensors["encoder.layers.14.weight"].shape[0]
        if latents != LATENT_CHANNELS:
            raise ValueError(f"Its latents have {latents} channels, not {LATENT_CHANNELS} as those of SD 1.5 and SDXL.")
        widths = (tensors["encoder.layers.0.weight"].shape[0],) * 4
        with init_empty_weights():
            vae = AutoencoderTiny(encoder_block_out_channels=widths, decoder_block_out_channels=widths)
        return _filled(vae, tensors, dtype)


def load_t2i_adapter(file: Path, dtype: torch.dtype = torch.float32) -> T2IAdapter:
    """A full or light adapter of SD 1.5 or a full one of SDXL, in its authors' layout or diffusers'."""
    what = "a T2I-Adapter"
    tensors = _read(file, what)
    with _blaming(file, what):
        tensors = adapter_to_diffusers(tensors)
        with init_empty_weights():
            adapter = T2IAdapter(**_adapter_config(tensors))
        return _filled(adapter, tensors, dtype)


def _read(file: Path, what: str, *prefixes: str) -> dict[str, Tensor]:
    """One network's tensors: those below the first of `prefixes` that occurs; else all, if it is no checkpoint."""
    keys = read_header(file).tensors
    prefix = next((p for p in prefixes if any(key.startswith(p) for key in keys)), "")
    if not prefix and any(key.startswith(CHECKPOINT_PREFIXES) for key in keys):
        raise CheckpointError(f"{file} is a checkpoint without {what}: name a file that has one.")
    try:
        with safe_open(file, framework="pt") as opened:
            return {key.removeprefix(prefix): opened.get_tensor(key) for key in keys if key.startswith(prefix)}
    except (SafetensorError, OSError) as error:
        raise CheckpointError(f"{file} cannot be read, get it again ({error}).") from error


@contextlib.contextmanager
def _blaming(file: Path, what: str) -> Iterator[None]:
    """Whatever does not fit inside becomes one sentence about `file`."""
    try:
        yield
    except CheckpointError:
        raise
    except KeyError as error:
        raise CheckpointError(f"{file} cannot be used as {what}: it lacks {error.args[0]}, get it again.") from error
    except (ValueError, RuntimeError, IndexError, TypeError) as error:
        reason = str(error).strip().partition("\n")[0]
        raise CheckpointError(f"{file} cannot be used as {what}, name another one: {reason}") from error


def _filled(module: Module, tensors: Mapping[str, Tensor], dtype: torch.dtype) -> Module:
    """`module`, empty so far, with exactly these weights."""
    wanted = module.state_dict()
    for key, tensor in tensors.items():
        if key not in wanted:
            raise ValueError(f"No such network has a tensor {key}.")
        if tensor.shape != wanted[key].shape:
            raise ValueError(f"{key} is {tuple(tensor.shape)} and should be {tuple(wanted[key].shape)}.")
        if not tensor.is_floating_point():
            raise ValueError(f"{key} is quantised to {str(tensor.dtype).removeprefix('torch.')}.")
    if missing := wanted.keys() - tensors.keys():
        raise KeyError(min(missing))
    module.load_state_dict({key: tensor.to(dtype) for key, tensor in tensors.items()}, assign=True)
    return module.requires_grad_(False).eval()


def _encoder_config(config: dict[str, Any], family: Family, tensors: Mapping[str, Tensor]) -> dict[str, Any]:
    """`config` of a UNet or ControlNet with what its tensors' shapes say."""
    levels = range(len(indices(tensors, r"down_blocks\.(\d+)\.")))
    widths = [tensors[f"down_blocks.{i}.resnets.0.conv1.weight"].shape[0] for i in levels]
    depths = [_depth(tensors, rf"down_blocks\.{i}") for i in levels]
    middle = "mid_block.attentions.0"
    config = {
        **config,
        "in_channels": tensors["conv_in.weight"].shape[1],
        "block_out_channels": widths,
        "layers_per_block": len(indices(tensors, r"down_blocks\.0\.resnets\.(\d+)\.")),
        "down_block_types": ["CrossAttnDownBlock2D" if depth else "DownBlock2D" for depth in depths],
        # The last one is the middle block's as well.
        "transformer_layers_per_block": [*(depth or 1 for depth in depths[:-1]), _depth(tensors, "mid_block")],
        "cross_attention_dim": tensors[f"{middle}.transformer_blocks.0.attn2.to_k.weight"].shape[1],
        "use_linear_projection": tensors[f"{middle}.proj_in.weight"].ndim == 2,
    }
    if family == "sdxl":
        # diffusers' name for the number of heads, not their width.
        config["attention_head_dim"] = [max(1, width // SDXL_HEAD) for width in widths]
        config["projection_class_embeddings_input_dim"] = tensors["add_embedding.linear_1.weight"].shape[1]
    return config


def _depth(tensors: Mapping[str, Tensor], block: str) -> int:
    """How many transformer blocks one attention of a block has."""
    return len(indices(tensors, block + r"\.attentions\.0\.transformer_blocks\.(\d+)\."))


def _control_config(config: dict[str, Any], family: Family, tensors: Mapping[str, Tensor]) -> dict[str, Any]:
    hint = "controlnet_cond_embedding"
    first = tensors[f"{hint}.conv_in.weight"]
    steps = len(indices(tensors, hint + r"\.blocks\.(\d+)\."))
    return {
        **_encoder_config(config, family, tensors),
        "conditioning_channels": first.shape[1],
        "conditioning_embedding_out_channels": [
            first.shape[0],
            *(tensors[f"{hint}.blocks.{i}.weight"].shape[0] for i in range(1, steps, 2)),
        ],
    }


def _union_config(config: dict[str, Any], tensors: Mapping[str, Tensor]) -> dict[str, Any]:
    types, width = tensors["task_embedding"].shape
    return {
        **config,
        "num_control_type": types,
        "num_trans_channel": width,
        "num_trans_layer": len(indices(tensors, r"transformer_layes\.(\d+)\.")),  # misspelt in the file itself
        "num_proj_channel": tensors["spatial_ch_projs.weight"].shape[0],
    }


def _text_config(config: dict[str, Any], flat: Mapping[str, Tensor]) -> dict[str, Any]:
    vocabulary, width = flat["embeddings.token_embedding.weight"].shape
    return {
        **config,
        "vocab_size": vocabulary,
        "hidden_size": width,
        "num_attention_heads": max(1, width // SDXL_HEAD),
        "max_position_embeddings": flat["embeddings.position_embedding.weight"].shape[0],
        "intermediate_size": flat["encoder.layers.0.mlp.fc1.weight"].shape[0],
        "num_hidden_layers": len(indices(flat, r"encoder\.layers\.(\d+)\.")),
    }


def _named_like(encoder: nn.Module, flat: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """A text encoder's tensors under the names that this transformers gives them: some classes are wrapped."""
    tensors = {key: tensor for key, tensor in flat.items() if not key.startswith(OTHER_PARTS_OF_CLIP)}
    wrapped = any(key.startswith(TEXT_MODEL_PREFIX) for key in encoder.state_dict())
    return wrapped_text_encoder(tensors) if wrapped else tensors


def _adapter_config(tensors: Mapping[str, Tensor]) -> dict[str, Any]:
    levels = len(indices(tensors, r"adapter\.body\.(\d+)\."))
    blocks = len(indices(tensors, r"adapter\.body\.0\.resnets\.(\d+)\."))
    light = "adapter.conv_in.weight" not in tensors
    squeezed = tensors["adapter.body.0.in_conv.weight" if light else "adapter.conv_in.weight"].shape[1]
    if light:
        # Its last level is as wide as the one before, which diffusers takes for granted.
        widths = [tensors[f"adapter.body.{i}.out_conv.weight"].shape[0] for i in range(levels - 1)]
    else:
        widths = [tensors[f"adapter.body.{i}.resnets.0.block1.weight"].shape[0] for i in range(levels)]
    # The picture's channels times the square of how far it is shrunk: 1 or 3 channels, 8 or (SDXL) 16 times.
    sdxl = squeezed in (1 * 16**2, 3 * 16**2)
    shrink = 16 if sdxl else 8
    return {
        "in_channels": squeezed // shrink**2,
        "channels": widths,
        "num_res_blocks": blocks,
        "downscale_factor": shrink,
        "adapter_type": "light_adapter" if light else "full_adapter_xl" if sdxl else "full_adapter",
    }
