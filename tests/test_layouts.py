from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from accelerate import init_empty_weights
from diffusers.loaders.single_file_utils import (
    convert_controlnet_checkpoint,
    convert_ldm_unet_checkpoint,
    convert_ldm_vae_checkpoint,
    convert_open_clip_checkpoint,
)
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
from diffusers.models.controlnets.controlnet_union import ControlNetUnionModel
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor, nn
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

from ccnet.controlnet import CC_ControlNet
from ccnet.formats import Family
from ccnet.layouts import (
    add_base,
    below,
    control_metadata,
    controlnet_to_cldm,
    controlnet_to_diffusers,
    flat_text_encoder,
    open_clip_to_transformers,
    transfer,
    transformers_to_open_clip,
    unet_to_diffusers,
    unet_to_ldm,
    vae_to_current,
    vae_to_diffusers,
    vae_to_ldm,
    wrapped_text_encoder,
)
from ccnet.singlefile import bundled_config
from tests.fullfolder import configs
from tests.fulllayout import (
    NARROW,
    REAL,
    cldm_controlnet,
    clip_text,
    controlnet,
    ldm_unet,
    ldm_vae,
    open_clip_text,
    shape_of,
)

FAMILIES: tuple[Family, ...] = ("sd15", "sdxl")


def same(one: Mapping[str, Tensor], other: Mapping[str, Tensor]) -> bool:
    """Equal names, shapes, types and bits."""
    return one.keys() == other.keys() and all(
        t.dtype == other[key].dtype and torch.equal(t, other[key]) for key, t in one.items()
    )


def shapes(tensors: Mapping[str, Tensor]) -> dict[str, tuple[int, ...]]:
    return {key: tuple(tensor.shape) for key, tensor in tensors.items()}


def numbers(tensors: Mapping[str, Tensor]) -> int:
    return sum(tensor.numel() for tensor in tensors.values())


def empty(make: Callable[[], nn.Module]) -> dict[str, Tensor]:
    with init_empty_weights():
        return make().state_dict()


def text_module(net: Any, config: Mapping[str, Any]) -> dict[str, Tensor]:
    return wrapped_text_encoder(empty(lambda: net(CLIPTextConfig(**config))))


class TestTheRealArchitectures:
    """At full size, on the meta device: what the tests call a checkpoint, what the configs build and what the names
    are turned into is one and the same, and as large as the published networks."""

    @pytest.mark.parametrize(
        ("family", "channels", "parameters"),
        [("sd15", 4, 859_520_964), ("sd15", 9, 859_535_364), ("sdxl", 4, 2_567_463_684)],
    )
    def test_unet(self, family: Family, channels: int, parameters: int) -> None:
        tensors = ldm_unet(replace(REAL[family].unet, in_channels=channels), device="meta")
        assert numbers(tensors) == parameters
        config = {**bundled_config(family, "unet"), "in_channels": channels}
        assert shapes(unet_to_diffusers(tensors)) == shapes(empty(lambda: UNet2DConditionModel(**config)))

    @pytest.mark.parametrize(
        ("family", "count", "parameters"), [("sd15", 340, 361_279_120), ("sdxl", 844, 1_251_014_160)]
    )
    def test_controlnet(self, family: Family, count: int, parameters: int) -> None:
        tensors = cldm_controlnet(REAL[family].unet, device="meta")
        assert (len(tensors), numbers(tensors)) == (count, parameters)
        config = bundled_config(family, "controlnet")
        assert shapes(controlnet_to_diffusers(tensors)) == shapes(empty(lambda: CC_ControlNet(**config)))

    def test_union(self) -> None:
        net = empty(lambda: ControlNetUnionModel(**bundled_config("sdxl", "union")))
        plain = controlnet_to_diffusers(cldm_controlnet(REAL["sdxl"].unet, device="meta"))
        assert shapes(plain).items() < shapes(net).items()

    @pytest.mark.parametrize("family", FAMILIES)
    def test_vae(self, family: Family) -> None:
        tensors = ldm_vae(REAL[family].vae_widths, device="meta")
        assert numbers(tensors) == 83_653_863
        config = bundled_config(family, "vae")
        assert shapes(vae_to_diffusers(tensors)) == shapes(empty(lambda: AutoencoderKL(**config)))

    @pytest.mark.parametrize("family", FAMILIES)
    def test_text_encoder(self, family: Family) -> None:
        tensors = clip_text(REAL[family].text, device="meta")
        assert numbers(tensors) == 123_060_480
        assert shapes(tensors) == shapes(text_module(CLIPTextModel, bundled_config(family, "text_encoder")))

    def test_second_text_encoder(self) -> None:
        shape = REAL["sdxl"].text_2
        assert shape is not None
        tensors = open_clip_text(shape, device="meta")
        assert numbers(tensors) == 694_659_840
        config = bundled_config("sdxl", "text_encoder_2")
        net = text_module(CLIPTextModelWithProjection, config)
        assert shapes(open_clip_to_transformers(tensors)) == shapes(net)


class TestUNet:
    @pytest.mark.parametrize(("family", "channels"), [("sd15", 4), ("sd15", 9), ("sdxl", 4)])
    def test_diffusers_reads_the_same_and_the_way_back_is_exact(self, family: Family, channels: int) -> None:
        tensors = ldm_unet(shape_of(family, channels).unet)
        named = unet_to_diffusers(tensors)
        config = {"layers_per_block": 2, "num_class_embeds": None, **configs(family, channels)["unet"]}
        prefixed = {f"model.diffusion_model.{key}": t for key, t in tensors.items()}
        assert same(named, convert_ldm_unet_checkpoint(prefixed, config))
        back = unet_to_ldm(named)
        assert same(back, tensors)
        assert list(back) == list(tensors)

    def test_nothing_is_copied(self) -> None:
        tensors = ldm_unet(NARROW["sd15"].unet)
        assert {id(t) for t in unet_to_diffusers(tensors).values()} == {id(t) for t in tensors.values()}

    @pytest.mark.parametrize("key", ["out.1.weight", "input_blocks.99.0.op.bias", "denoiser.sigmas"])
    def test_a_tensor_it_cannot_have_is_refused_by_name(self, key: str) -> None:
        tensors = {**ldm_unet(NARROW["sd15"].unet), key: torch.zeros(1)}
        with pytest.raises(ValueError, match="No such network has a tensor"):
            unet_to_diffusers(tensors)


class TestControlNet:
    @pytest.mark.parametrize("family", FAMILIES)
    @pytest.mark.parametrize("hint_channels", [3, 4, 7])
    def test_the_way_back_is_exact(self, family: Family, hint_channels: int) -> None:
        tensors = controlnet(family, hint_channels)
        named = controlnet_to_diffusers(tensors)
        assert named["controlnet_cond_embedding.conv_in.weight"].shape[1] == hint_channels
        back = controlnet_to_cldm(named)
        assert same(back, tensors)
        assert list(back) == list(tensors)

    def test_diffusers_reads_the_same(self) -> None:
        tensors = controlnet("sd15")
        reference = convert_controlnet_checkpoint(dict(tensors), {"layers_per_block": 2})
        assert same(controlnet_to_diffusers(tensors), reference)

    def test_sdxl_shares_the_encoder_of_its_base(self) -> None:
        """diffusers cannot read SDXL's cldm files; it can read the UNet, whose encoder has the same names."""
        shape = NARROW["sdxl"].unet
        unet = ldm_unet(shape)
        control = cldm_controlnet(shape)
        control.update({key: t for key, t in unet.items() if key in control})
        prefixed = {f"model.diffusion_model.{key}": t for key, t in unet.items()}
        config = {"layers_per_block": 2, **configs("sdxl")["unet"]}
        reference = convert_ldm_unet_checkpoint(prefixed, config)
        named = controlnet_to_diffusers(control)
        shared = {key for key in named if not key.startswith("controlnet_")}
        assert shared == {key for key in reference if not key.startswith(("up_blocks.", "conv_norm_out.", "conv_out."))}
        assert all(torch.equal(named[key], reference[key]) for key in shared)
        assert {"add_embedding.linear_1.weight", "add_embedding.linear_2.bias"} < shared
        assert named["controlnet_down_blocks.8.weight"] is control["zero_convs.8.0.weight"]
        assert named["controlnet_mid_block.bias"] is control["middle_block_out.0.bias"]
        assert named["controlnet_cond_embedding.blocks.5.weight"] is control["input_hint_block.12.weight"]
        assert named["controlnet_cond_embedding.conv_out.bias"] is control["input_hint_block.14.bias"]

    def test_bare_names_and_training_checkpoints(self) -> None:
        tensors = controlnet("sd15")
        named = controlnet_to_diffusers(tensors)
        assert same(controlnet_to_diffusers(below(tensors, "control_model.")), named)
        training = {**tensors, "model.diffusion_model.out.0.weight": torch.ones(1), "logvar": torch.ones(1)}
        assert same(controlnet_to_diffusers(training), named)


class TestAutoencoder:
    def test_diffusers_reads_the_same_and_the_way_back_is_exact(self) -> None:
        tensors = ldm_vae(NARROW["sd15"].vae_widths)
        named = vae_to_diffusers(tensors)
        config = {"down_block_types": [""] * 4, "up_block_types": [""] * 4}
        reference = convert_ldm_vae_checkpoint({f"first_stage_model.{key}": t for key, t in tensors.items()}, config)
        assert same(named, reference)
        assert named["encoder.mid_block.attentions.0.to_q.weight"].ndim == 2
        back = vae_to_ldm(named)
        assert same(back, tensors)
        assert list(back) == list(tensors)

    def test_what_its_training_left_is_dropped(self) -> None:
        tensors = ldm_vae(NARROW["sd15"].vae_widths)
        extra = {"loss.logvar": torch.zeros(()), "model_ema.decay": torch.zeros(())}
        assert same(vae_to_diffusers(tensors | extra), vae_to_diffusers(tensors))

    def test_old_names_and_shapes(self) -> None:
        named = vae_to_diffusers(ldm_vae(NARROW["sd15"].vae_widths))
        old = {}
        for key, tensor in named.items():
            attends = ".attentions." in key and ".group_norm." not in key
            for new, before in (("to_q", "query"), ("to_k", "key"), ("to_v", "value"), ("to_out.0", "proj_attn")):
                key = key.replace(f".{new}.", f".{before}.")
            old[key] = tensor[:, :, None, None] if attends and key.endswith(".weight") else tensor
        assert "decoder.mid_block.attentions.0.proj_attn.weight" in old
        assert same(vae_to_current(old), named)
        assert same(vae_to_current(named), named)


class TestTextEncoders:
    def test_open_clip_as_diffusers_reads_it_and_back(self) -> None:
        shape = NARROW["sdxl"].text_2
        assert shape is not None
        tensors = open_clip_text(shape)
        named = open_clip_to_transformers({**tensors, "logit_scale": torch.tensor(4.6)})
        prefixed = {f"model.{key}": t for key, t in tensors.items()}
        assert same(named, convert_open_clip_checkpoint(None, prefixed, prefix="model."))
        assert same(transformers_to_open_clip(named), tensors)

    def test_flat_and_wrapped(self) -> None:
        wrapped = clip_text(NARROW["sd15"].text)
        positions = {"text_model.embeddings.position_ids": torch.arange(77)[None]}
        flat = flat_text_encoder(wrapped | positions)
        assert "final_layer_norm.weight" in flat
        assert same(flat_text_encoder(flat), flat)
        assert same(wrapped_text_encoder(flat), wrapped)
        assert same(wrapped_text_encoder(wrapped), wrapped)

    def test_a_projection_stands_outside(self) -> None:
        shape = NARROW["sdxl"].text_2
        assert shape is not None
        named = open_clip_to_transformers(open_clip_text(shape))
        assert "text_projection.weight" in flat_text_encoder(named)
        assert same(wrapped_text_encoder(flat_text_encoder(named)), named)


@pytest.fixture(scope="module")
def control() -> dict[str, Tensor]:
    return controlnet_to_diffusers(controlnet("sd15"))


@pytest.fixture(scope="module")
def bases() -> list[dict[str, Tensor]]:
    return [unet_to_diffusers(ldm_unet(shape_of("sd15").unet, seed)) for seed in (20, 21)]


class TestTransfer:
    def test_to_the_same_base_changes_nothing(self, control: dict[str, Tensor], bases: list[dict[str, Tensor]]) -> None:
        assert same(transfer(control, bases[0], bases[0]), control)

    def test_the_encoder_moves_with_its_base(self, control: dict[str, Tensor], bases: list[dict[str, Tensor]]) -> None:
        moved = transfer(control, *bases)
        for key, weight in moved.items():
            if key.startswith("controlnet_"):
                assert torch.equal(weight, control[key])
            else:
                torch.testing.assert_close(weight, control[key] + bases[1][key] - bases[0][key])
        assert not torch.equal(moved["mid_block.resnets.0.conv1.weight"], control["mid_block.resnets.0.conv1.weight"])

    def test_half_precision_is_kept(self, control: dict[str, Tensor], bases: list[dict[str, Tensor]]) -> None:
        halved = {key: t.half() for key, t in control.items()}
        assert all(t.dtype == torch.float16 for t in transfer(halved, *bases).values())

    def test_an_inpainting_base_lends_its_latents_channels(
        self, control: dict[str, Tensor], bases: list[dict[str, Tensor]]
    ) -> None:
        wide = {**bases[1], "conv_in.weight": torch.cat([bases[1]["conv_in.weight"], torch.ones(32, 5, 3, 3)], 1)}
        assert same(transfer(control, bases[0], wide), transfer(control, *bases))

    def test_a_base_of_another_family_is_refused(
        self, control: dict[str, Tensor], bases: list[dict[str, Tensor]]
    ) -> None:
        other = unet_to_diffusers(ldm_unet(shape_of("sdxl").unet))
        with pytest.raises(ValueError, match="not of the ControlNet's family"):
            transfer(control, bases[0], other)

    def test_a_difference_and_its_base_are_the_whole(
        self, control: dict[str, Tensor], bases: list[dict[str, Tensor]]
    ) -> None:
        newborn = {key: t if key.startswith("controlnet_") else torch.zeros_like(t) for key, t in control.items()}
        whole = add_base(newborn, bases[0])
        assert all(
            torch.equal(t, (control if key.startswith("controlnet_") else bases[0])[key]) for key, t in whole.items()
        )


class TestMetadata:
    @pytest.mark.parametrize(
        ("family", "architecture"),
        [("sd15", "stable-diffusion-v1/controlnet"), ("sdxl", "stable-diffusion-xl-v1-base/controlnet")],
    )
    def test_a_file_says_what_it_is(self, tmp_path: Path, family: Family, architecture: str) -> None:
        metadata = control_metadata(family, "mine", hole=-1.0, base="anime", base_sha256="ab" * 32)
        save_file({"a": torch.zeros(1)}, tmp_path / "c.safetensors", metadata=metadata)
        with safe_open(tmp_path / "c.safetensors", framework="pt") as opened:
            said = opened.metadata()
        assert said["format"] == "pt"
        assert said["modelspec.architecture"] == architecture
        assert said["modelspec.title"] == "mine"
        assert "-1 in the hole" in said["modelspec.usage_hint"]
        assert float(said["ccnet.hole"]) == -1.0
        assert (said["ccnet.base"], said["ccnet.base_sha256"]) == ("anime", "ab" * 32)
        assert {f"modelspec.{must}" for must in ("sai_model_spec", "architecture", "implementation", "title")} <= set(
            said
        )
