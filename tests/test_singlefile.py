from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
from diffusers.models.controlnets.controlnet import ControlNetModel
from diffusers.models.controlnets.controlnet_union import ControlNetUnionModel
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from safetensors.torch import load_file
from torch import Tensor, nn

from ccnet.controlnet import CC_ControlNet
from ccnet.formats import CheckpointError, Family
from ccnet.layouts import (
    below,
    controlnet_to_diffusers,
    open_clip_to_transformers,
    unet_to_diffusers,
    vae_to_diffusers,
    wrapped_text_encoder,
)
from ccnet.request import SCHEDULERS
from ccnet.schedulers import make_scheduler
from ccnet.singlefile import (
    bundled_config,
    load_controlnet,
    load_t2i_adapter,
    load_text_encoder,
    load_text_encoder_2,
    load_tiny_vae,
    load_unet,
    load_vae,
    scheduler_config,
)
from tests.fullfolder import reference_parts, write_configs, write_folder
from tests.fulllayout import (
    NARROW,
    checkpoint,
    cldm_controlnet,
    controlnet,
    ldm_unet,
    shape_of,
    write,
)
from tests.offline import refuse_sockets

KINDS: tuple[tuple[Family, int], ...] = (("sd15", 4), ("sd15", 9), ("sdxl", 4))
LOADERS: Mapping[str, Callable[[Path, Family], Any]] = {
    "unet": load_unet,
    "vae": load_vae,
    "text_encoder": load_text_encoder,
    "text_encoder_2": lambda file, family: load_text_encoder_2(file),
}


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    refuse_sockets(monkeypatch)


@pytest.fixture(scope="module", params=KINDS, ids=lambda kind: f"{kind[0]}-{kind[1]}")
def kind(request: pytest.FixtureRequest) -> tuple[Family, int]:
    return request.param


@pytest.fixture(scope="module")
def single(kind: tuple[Family, int], tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, dict[str, Any]]]:
    """A checkpoint's file, and the networks that diffusers' own converters read from it."""
    folder = tmp_path_factory.mktemp("single")
    tensors = checkpoint(*kind)
    file = write(folder / "model 模型.safetensors", tensors)
    yield file, reference_parts(tensors, kind[0], write_configs(folder / "configs", *kind))
    file.unlink()


def same_weights(module: nn.Module, reference: nn.Module | Mapping[str, Tensor]) -> bool:
    wanted = reference.state_dict() if isinstance(reference, nn.Module) else reference
    weights = module.state_dict()
    return weights.keys() == wanted.keys() and all(torch.equal(weights[key], wanted[key]) for key in wanted)


class TestCheckpoint:
    def test_every_part_is_what_diffusers_reads(
        self, kind: tuple[Family, int], single: tuple[Path, dict[str, Any]]
    ) -> None:
        file, reference = single
        state = torch.get_rng_state()
        for part, wanted in reference.items():
            module = LOADERS[part](file, kind[0])
            assert type(module) is type(wanted)
            assert same_weights(module, wanted)
            assert not module.training
            assert not any(p.requires_grad or p.is_meta for p in (*module.parameters(), *module.buffers()))
        assert torch.equal(torch.get_rng_state(), state), "no weight was drawn at random first"

    def test_every_part_computes_what_diffusers_does(
        self, kind: tuple[Family, int], single: tuple[Path, dict[str, Any]]
    ) -> None:
        (family, channels), (file, reference) = kind, single
        torch.manual_seed(0)
        size = shape_of(family).unet
        x, t, text = torch.randn(2, channels, 8, 8), torch.tensor(500), torch.randn(2, 7, size.context)
        added = (
            {"text_embeds": torch.randn(2, size.labels - 1536), "time_ids": torch.rand(2, 6)} if size.labels else None
        )
        with torch.no_grad():
            ours, theirs = (
                net(x, t, text, added_cond_kwargs=added).sample for net in (load_unet(file, family), reference["unet"])
            )
            torch.testing.assert_close(ours, theirs)
            ids = torch.tensor([[49406, 320, 1125, 49407, 49407, 0]])
            for part in reference.keys() & {"text_encoder", "text_encoder_2"}:
                ours, theirs = (net(ids)[0] for net in (LOADERS[part](file, family), reference[part]))
                torch.testing.assert_close(ours, theirs)

    def test_a_change_of_the_weights_never_reaches_the_file(self, single: tuple[Path, dict[str, Any]]) -> None:
        file, _ = single
        before = file.read_bytes()
        vae = load_vae(file, "sd15")
        for parameter in vae.parameters():
            parameter.add_(1)
        assert file.read_bytes() == before

    @pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
    def test_precision(self, tmp_path: Path, dtype: torch.dtype) -> None:
        """Half a file's weights are widened exactly; a net can be kept in half precision."""
        tensors = checkpoint("sd15")
        file = write(tmp_path / "half.safetensors", tensors, dtype)
        stored = below(load_file(file), "model.diffusion_model.")
        assert next(iter(stored.values())).dtype == dtype
        widened = {key: t.float() for key, t in unet_to_diffusers(stored).items()}
        assert same_weights(load_unet(file, "sd15"), widened)
        assert load_unet(file, "sd15", dtype).dtype == dtype
        assert load_text_encoder(file, "sd15", dtype).dtype == dtype

    def test_configs_beyond_the_shapes(self, kind: tuple[Family, int], single: tuple[Path, dict[str, Any]]) -> None:
        (family, channels), (file, reference) = kind, single
        unet, vae = load_unet(file, family), load_vae(file, family)
        assert unet.config["in_channels"] == channels
        assert vae.config["scaling_factor"] == reference["vae"].config["scaling_factor"]
        assert load_text_encoder(file, family).config.hidden_act == "quick_gelu"
        if family == "sdxl":
            assert load_text_encoder_2(file).config.hidden_act == "gelu"

    @pytest.mark.parametrize(
        ("without", "load"),
        [
            ("first_stage_model.", lambda file: load_vae(file, "sd15")),
            ("cond_stage_model.", lambda file: load_text_encoder(file, "sd15")),
            ("model.diffusion_model.", lambda file: load_unet(file, "sd15")),
            ("none", load_text_encoder_2),
            ("none", lambda file: load_controlnet(file, "sd15")),
        ],
    )
    def test_a_part_that_is_not_in_it(self, tmp_path: Path, without: str, load: Callable[[Path], Any]) -> None:
        tensors = {key: t for key, t in checkpoint("sd15").items() if not key.startswith(without)}
        file = write(tmp_path / "pruned.safetensors", tensors)
        with pytest.raises(CheckpointError, match=r"is a checkpoint without an? "):
            load(file)

    @pytest.mark.parametrize("family", ["sd15", "sdxl"])
    def test_a_folder_of_the_same_has_the_same_weights(self, tmp_path: Path, family: Family) -> None:
        folder = write_folder(tmp_path / "model", family)
        file = write(tmp_path / "model.safetensors", checkpoint(family))
        unet = UNet2DConditionModel.from_pretrained(folder / "unet", local_files_only=True)
        assert same_weights(load_unet(file, family), unet)
        vae = AutoencoderKL.from_pretrained(folder / "vae", local_files_only=True)
        assert same_weights(load_vae(file, family), vae)


class TestPartsAlone:
    @pytest.fixture(scope="class")
    @classmethod
    def tensors(cls) -> dict[str, Tensor]:
        return checkpoint("sd15")

    @pytest.fixture(scope="class")
    @classmethod
    def sdxl(cls) -> dict[str, Tensor]:
        return checkpoint("sdxl")

    def test_unet(self, tmp_path: Path, tensors: dict[str, Tensor]) -> None:
        bare = below(tensors, "model.diffusion_model.")
        named = unet_to_diffusers(bare)
        for contents in (bare, named, {f"model.diffusion_model.{key}": t for key, t in bare.items()}):
            assert same_weights(load_unet(write(tmp_path / "unet.safetensors", contents), "sd15"), named)

    def test_vae(self, tmp_path: Path, tensors: dict[str, Tensor]) -> None:
        bare = below(tensors, "first_stage_model.")
        named = vae_to_diffusers(bare)
        old = {key.replace(".to_q.", ".query.").replace(".to_out.0.", ".proj_attn."): t for key, t in named.items()}
        trained = {**bare, "loss.logvar": torch.zeros(())}
        for contents in (bare, named, old, trained):
            vae = load_vae(write(tmp_path / "vae.safetensors", contents), "sdxl")
            assert same_weights(vae, named)
            assert vae.config["scaling_factor"] == 0.13025

    def test_text_encoder(self, tmp_path: Path, tensors: dict[str, Tensor]) -> None:
        wrapped = below(tensors, "cond_stage_model.transformer.")
        flat = below(wrapped, "text_model.")
        clip = {**wrapped, "logit_scale": torch.zeros(()), "visual_projection.weight": torch.zeros(2, 2)}
        clip |= {"text_projection.weight": torch.zeros(32, 32), "vision_model.pre_layrnorm.bias": torch.zeros(2)}
        wanted = {key: t for key, t in flat.items() if key != "embeddings.position_ids"}
        for contents in (wrapped, flat, clip):
            assert same_weights(load_text_encoder(write(tmp_path / "clip.safetensors", contents), "sd15"), wanted)
        old = {f"cond_stage_model.transformer.{key}": t for key, t in flat.items()}  # the first anime models' names
        assert same_weights(load_text_encoder(write(tmp_path / "old.safetensors", old), "sd15"), wanted)

    def test_second_text_encoder(self, tmp_path: Path, sdxl: dict[str, Tensor]) -> None:
        bare = below(sdxl, "conditioner.embedders.1.model.")
        named = open_clip_to_transformers(bare)
        layered = {key: t for key, t in bare.items() if key != "text_projection"}
        layered["text_projection.weight"] = bare["text_projection"].T.contiguous()
        for contents in (bare, named, layered):
            encoder = load_text_encoder_2(write(tmp_path / "clip_g.safetensors", contents))
            assert same_weights(encoder, named)
            assert encoder.config.projection_dim == 64

    def test_what_transformers_saves_is_read_back(self, tmp_path: Path, tensors: dict[str, Tensor]) -> None:
        encoder = load_text_encoder(write(tmp_path / "model.safetensors", tensors), "sd15")
        ecosystem = wrapped_text_encoder(encoder.state_dict())
        assert all(key.startswith("text_model.") for key in ecosystem)
        assert same_weights(load_text_encoder(write(tmp_path / "text.safetensors", ecosystem), "sd15"), encoder)


class TestControlNet:
    @pytest.mark.parametrize("family", ["sd15", "sdxl"])
    @pytest.mark.parametrize("hint_channels", [3, 4])
    def test_every_layout(self, tmp_path: Path, family: Family, hint_channels: int) -> None:
        tensors = controlnet(family, hint_channels)
        named = controlnet_to_diffusers(tensors)
        for contents in (tensors, below(tensors, "control_model."), named):
            net = load_controlnet(write(tmp_path / "control.safetensors", contents), family)
            assert isinstance(net, CC_ControlNet)
            assert same_weights(net, named)
            assert net.config["conditioning_channels"] == hint_channels
            assert not any(p.is_meta for p in net.parameters())

    @pytest.mark.parametrize("family", ["sd15", "sdxl"])
    def test_it_computes_what_a_copy_of_its_base_does(self, tmp_path: Path, family: Family) -> None:
        """The base is read by diffusers, and the ControlNet made from it: SDXL's cldm files it cannot read itself."""
        shape, tensors = NARROW[family].unet, checkpoint(family)
        folder = write_configs(tmp_path / "configs", family)
        copy = ControlNetModel.from_unet(reference_parts(tensors, family, folder)["unet"]).eval()
        control = cldm_controlnet(shape)
        control.update({key: t for key, t in ldm_unet(shape).items() if key in control})
        net = load_controlnet(write(tmp_path / "control.safetensors", control), family)
        own = {key: t for key, t in net.state_dict().items() if key.startswith("controlnet_")}
        copy.load_state_dict({**copy.state_dict(), **own})
        torch.manual_seed(0)
        x, text, hint = torch.randn(1, 4, 8, 8), torch.randn(1, 7, shape.context), torch.rand(1, 3, 64, 64)
        added = {"text_embeds": torch.randn(1, 64), "time_ids": torch.rand(1, 6)} if shape.labels else None
        with torch.no_grad():
            ours, theirs = (
                module(x, 300, text, hint, added_cond_kwargs=added, return_dict=False) for module in (net, copy)
            )
        for one, other in zip((*ours[0], ours[1]), (*theirs[0], theirs[1]), strict=True):
            torch.testing.assert_close(one, other)
            assert one.abs().max() > 0

    def test_diffusers_reads_sd15_the_same(self, tmp_path: Path) -> None:
        file = write(tmp_path / "control.safetensors", controlnet("sd15"))
        net = load_controlnet(file, "sd15")
        net.save_pretrained(tmp_path / "config")
        reference: Any = ControlNetModel.from_single_file(
            str(file), config=str(tmp_path / "config"), local_files_only=True
        )
        assert same_weights(net, reference)

    @pytest.mark.parametrize("types", [6, 8])
    def test_union(self, tmp_path: Path, types: int) -> None:
        torch.manual_seed(0)
        shape = NARROW["sdxl"].unet
        union = ControlNetUnionModel(
            block_out_channels=shape.widths,
            down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
            cross_attention_dim=shape.context,
            transformer_layers_per_block=(1, 2, 10),
            attention_head_dim=(1, 1, 1),
            use_linear_projection=True,
            addition_embed_type="text_time",
            addition_time_embed_dim=256,
            projection_class_embeddings_input_dim=shape.labels,
            conditioning_embedding_out_channels=(16, 32, 96, 256),
            num_control_type=types,
            num_trans_channel=32,
            num_proj_channel=32,
        )
        net = load_controlnet(write(tmp_path / "union.safetensors", union.state_dict()), "sdxl")
        assert isinstance(net, ControlNetUnionModel)
        assert same_weights(net, union)
        assert net.config["num_control_type"] == types

    def test_a_difference_needs_its_base(self, tmp_path: Path) -> None:
        base = load_unet(write(tmp_path / "unet.safetensors", ldm_unet(NARROW["sd15"].unet)), "sd15")
        named = controlnet_to_diffusers(controlnet("sd15"))
        file = write(tmp_path / "diff.safetensors", {**controlnet("sd15"), "difference": torch.zeros(())})
        with pytest.raises(CheckpointError, match=r"difference of a ControlNet .* to its base: load"):
            load_controlnet(file, "sd15")
        net = load_controlnet(file, "sd15", base=base).state_dict()
        key = "mid_block.resnets.0.conv1.weight"
        assert torch.equal(net[key], named[key] + base.state_dict()[key])
        assert torch.equal(net["controlnet_mid_block.weight"], named["controlnet_mid_block.weight"])


def drop(key: str) -> Callable[[dict[str, Tensor]], Any]:
    return lambda tensors: tensors.pop(key)


BROKEN: Mapping[str, tuple[Callable[[dict[str, Tensor]], Any], str]] = {
    "no conv": (drop("model.diffusion_model.input_blocks.0.0.weight"), "conv_in.weight"),
    "no bias": (drop("model.diffusion_model.output_blocks.5.1.norm.bias"), "up_blocks.1.attentions.2.norm.bias"),
    "no resnet": (drop("model.diffusion_model.input_blocks.4.0.in_layers.2.weight"), "conv1.weight"),
    "one too many": (
        lambda t: t.update({"model.diffusion_model.input_blocks.1.1.transformer_blocks.0.attn3.x": torch.ones(1)}),
        "attn3",
    ),
    "distilled": (
        lambda t: t.update({"model.diffusion_model.time_embed.cond_proj.weight": torch.ones(1)}),
        "cond_proj",
    ),
    "wrong shape": (
        lambda t: t.update({"model.diffusion_model.out.0.weight": torch.ones(3)}),
        r"conv_norm_out.weight is \(3,\) and should be \(32,\)",
    ),
    "flattened": (
        lambda t: t.update({"model.diffusion_model.input_blocks.0.0.weight": torch.ones(3)}),
        "cannot be used as a UNet of SD 1.5",
    ),
    "quantised": (
        lambda t: t.update({"model.diffusion_model.out.2.bias": torch.ones(4, dtype=torch.int8)}),
        "conv_out.bias is quantised to int8",
    ),
}


class TestRefusals:
    @pytest.mark.parametrize("name", BROKEN)
    def test_a_broken_unet(self, tmp_path: Path, name: str) -> None:
        act, words = BROKEN[name]
        tensors = checkpoint("sd15")
        act(tensors)
        file = write(tmp_path / "broken.safetensors", tensors)
        with pytest.raises(CheckpointError, match=words) as refusal:
            load_unet(file, "sd15")
        assert str(file) in str(refusal.value)
        assert "\n" not in str(refusal.value)
        assert isinstance(load_vae(file, "sd15"), AutoencoderKL)

    @pytest.mark.parametrize(("family", "other"), [("sd15", "sdxl"), ("sdxl", "sd15")])
    def test_the_wrong_family(self, tmp_path: Path, family: Family, other: Family) -> None:
        file = write(tmp_path / "model.safetensors", checkpoint(family))
        with pytest.raises(CheckpointError, match="cannot be used as a UNet of SD"):
            load_unet(file, other)
        control = write(tmp_path / "control.safetensors", controlnet(family))
        with pytest.raises(CheckpointError, match="cannot be used as a ControlNet of SD"):
            load_controlnet(control, other)

    @pytest.mark.parametrize(
        "load",
        [
            lambda file: load_unet(file, "sd15"),
            lambda file: load_vae(file, "sd15"),
            lambda file: load_text_encoder(file, "sd15"),
            load_text_encoder_2,
            lambda file: load_controlnet(file, "sdxl"),
            load_tiny_vae,
            load_t2i_adapter,
        ],
    )
    @pytest.mark.parametrize("contents", [{}, {"double_blocks.0.img_attn.qkv.weight": torch.ones(2, 2)}])
    def test_something_else_altogether(
        self, tmp_path: Path, load: Callable[[Path], Any], contents: dict[str, Tensor]
    ) -> None:
        file = write(tmp_path / "other.safetensors", contents)
        with pytest.raises(CheckpointError) as refusal:
            load(file)
        assert str(file) in str(refusal.value)
        assert "\n" not in str(refusal.value)

    @pytest.mark.parametrize("content", [b"", b"\x00" * 100, b"<!DOCTYPE html>" * 10])
    def test_no_safetensors_file(self, tmp_path: Path, content: bytes) -> None:
        file = tmp_path / "broken.safetensors"
        file.write_bytes(content)
        with pytest.raises(CheckpointError, match=r"broken\.safetensors"):
            load_unet(file, "sd15")

    def test_a_missing_file(self, tmp_path: Path) -> None:
        with pytest.raises(CheckpointError, match=r"gone\.safetensors"):
            load_unet(tmp_path / "gone.safetensors", "sd15")


class TestSchedulerConfig:
    @pytest.mark.parametrize("name", SCHEDULERS)
    @pytest.mark.parametrize("family", ["sd15", "sdxl"])
    def test_every_scheduler_is_made_from_it(self, name: str, family: Family) -> None:
        plain: Any = make_scheduler(name, scheduler_config(family))
        assert plain.config["prediction_type"] == "epsilon"
        # Stable Diffusion's own numbers.
        assert float(plain.alphas_cumprod[-1]) == pytest.approx(0.00466, abs=1e-5)
        noisy: Any = make_scheduler(name, scheduler_config(family, "v_prediction", zero_terminal_snr=True))
        assert noisy.config["prediction_type"] == "v_prediction"
        assert float(noisy.alphas_cumprod[-1]) < 1e-6
        noisy.set_timesteps(10)
        assert int(noisy.timesteps[0]) == 999

    def test_the_bundled_one_is_left_alone(self) -> None:
        scheduler_config("sdxl", "v_prediction", zero_terminal_snr=True)
        assert bundled_config("sdxl", "scheduler")["prediction_type"] == "epsilon"
