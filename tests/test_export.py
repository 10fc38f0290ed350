from __future__ import annotations

import errno
import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import torch
from accelerate import init_empty_weights
from diffusers.models.controlnets.controlnet import ControlNetModel
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

from ccnet import export, imports
from ccnet.checkpoints import SHIPPED
from ccnet.controlnet import CC_ControlNet
from ccnet.export import differences, export_controlnet, save_text_encoder, transfer_controlnet
from ccnet.formats import CheckpointError, Family, identify, read_header
from ccnet.layouts import controlnet_to_diffusers, unet_to_diffusers
from ccnet.singlefile import bundled_config, load_controlnet, load_text_encoder
from tests.fulllayout import NARROW, below, controlnet, ldm_unet, shape_of, write
from tests.modelfiles import write_lora
from tests.offline import refuse_sockets
from tests.tinymodel import tiny_controlnet, tiny_text_encoder, tiny_unet, write_tiny_model

FAMILIES: tuple[Family, ...] = ("sd15", "sdxl")
WEIGHTS = "diffusion_pytorch_model.safetensors"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    refuse_sockets(monkeypatch)
    monkeypatch.setenv("CCNET_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "given away"


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model whose nets have two levels of one block each."""
    folder = write_tiny_model(tmp_path_factory.mktemp("models") / "tiny")
    spec = json.loads((folder / "ccnet.json").read_text())
    (folder / "ccnet.json").write_text(json.dumps({**spec, "name": "my tiny", "hole": -0.5}))
    return folder


def same(one: Mapping[str, Tensor], other: Mapping[str, Tensor]) -> bool:
    """Equal names, shapes, types and bits."""
    return one.keys() == other.keys() and all(
        t.dtype == other[key].dtype and torch.equal(t, other[key]) for key, t in one.items()
    )


def said(file: Path) -> Mapping[str, str]:
    return read_header(file).metadata


def sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def left(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


class TestRoundTrip:
    @pytest.mark.parametrize("family", FAMILIES)
    @pytest.mark.parametrize("hint_channels", [3, 4])
    def test_one_file_and_a_folder_and_back(
        self, family: Family, hint_channels: int, tmp_path: Path, out: Path
    ) -> None:
        tensors = controlnet(family, hint_channels)
        original = write(tmp_path / "mine.safetensors", tensors)
        single, folder = export_controlnet(original, out, dtype="float32").paths
        assert (single, folder) == (out / "mine.safetensors", out / "mine")
        assert left(out) == ["mine", "mine.safetensors", "mine/config.json", f"mine/{WEIGHTS}"]
        assert same(load_file(single), tensors)
        assert same(load_file(folder / WEIGHTS), controlnet_to_diffusers(tensors))

        kind = identify(read_header(single), single)
        assert (kind.role, kind.family, kind.layout, kind.hint_channels) == (
            "controlnet",
            family,
            "cldm",
            hint_channels,
        )
        plain = ControlNetModel.from_pretrained(folder, local_files_only=True)
        assert type(plain) is ControlNetModel
        for net in (plain, load_controlnet(single, family)):
            assert isinstance(net, nn.Module)
            assert same(net.state_dict(), controlnet_to_diffusers(tensors))
        assert {"_class_name": "ControlNetModel"}.items() <= json.loads((folder / "config.json").read_text()).items()

        (again,) = export_controlnet(folder, out / "again", layout="cldm", dtype="float32").paths
        assert same(load_file(again), tensors)
        assert said(again) == said(single)

    def test_half_precision_unless_asked(self, tmp_path: Path, out: Path) -> None:
        tensors = controlnet("sd15")
        single, folder = export_controlnet(write(tmp_path / "a.safetensors", tensors), out).paths
        assert same(load_file(single), {key: t.half() for key, t in tensors.items()})
        modes = {file.stat().st_mode for file in (single, folder / WEIGHTS, folder / "config.json")}
        assert len(modes) == 1, "others may read the weights as they may any new file"
        assert all(t.dtype == torch.float16 for t in load_file(folder / WEIGHTS).values())

    def test_narrow_nets_with_fewer_blocks(self, tiny: Path, out: Path) -> None:
        stored = load_file(tiny / "controlnet" / WEIGHTS)
        single, folder = export_controlnet(tiny, out, dtype="float32").paths
        assert same(controlnet_to_diffusers(load_file(single)), stored)
        net = ControlNetModel.from_pretrained(folder, local_files_only=True)
        assert same(net.state_dict(), stored)
        assert net.config["norm_num_groups"] == 8
        x, t, text, hint = torch.randn(1, 4, 8, 8), torch.tensor(9), torch.randn(1, 5, 32), torch.randn(1, 3, 64, 64)
        with torch.no_grad():
            before = tiny_controlnet(tiny_unet(), seed=1)(x, t, text, hint, return_dict=False)
            after = net(x, t, text, hint, return_dict=False)
        torch.testing.assert_close(after, before)

    def test_a_shorter_hint_encoder(self, tmp_path: Path, out: Path) -> None:
        torch.manual_seed(0)
        net = CC_ControlNet.from_unet(tiny_unet(), conditioning_embedding_out_channels=(8, 16))
        net.save_pretrained(tmp_path / "short")
        (single,) = export_controlnet(tmp_path / "short", out, layout="cldm", dtype="float32").paths
        written = load_file(single)
        assert written["control_model.input_hint_block.6.weight"].shape[:2] == (16, 16)
        assert same(controlnet_to_diffusers(written), net.state_dict())

    def test_the_starter(self, out: Path) -> None:
        exported = export_controlnet("starter", out)
        single, folder = exported.paths
        stored = load_file(SHIPPED["starter"] / "controlnet" / WEIGHTS)
        assert same(controlnet_to_diffusers(load_file(single)), stored)
        assert same(load_file(folder / WEIGHTS), stored)
        assert said(single)["ccnet.base"] == "starter"
        assert "ComfyUI and A1111" in exported.note

    def test_a_network_given_with_what_it_was_trained_with(self, tmp_path: Path, out: Path) -> None:
        tensors = controlnet("sd15")
        training = tensors | below("model.diffusion_model.", ldm_unet(NARROW["sd15"].unet))
        (single,) = export_controlnet(
            write(tmp_path / "epoch=9.safetensors", training), out, layout="cldm", dtype="float32"
        ).paths
        assert same(load_file(single), tensors)


class TestSources:
    def test_a_name_in_the_store(self, tmp_path: Path, out: Path) -> None:
        file = write(tmp_path / "ribbons.safetensors", controlnet("sd15"))
        imports.import_file(file)
        for name in ("ribbons", "controlnet/ribbons"):
            (single,) = export_controlnet(name, out / name, layout="cldm", dtype="float32").paths
            assert single.name == "ribbons.safetensors"
            assert same(load_file(single), load_file(file))

    def test_a_pickle(self, tmp_path: Path, out: Path) -> None:
        tensors = controlnet("sd15")
        torch.save({"state_dict": tensors}, tmp_path / "old.ckpt")
        (single,) = export_controlnet(tmp_path / "old.ckpt", out, layout="cldm", dtype="float32").paths
        assert same(load_file(single), tensors)

    def test_shards_and_half_precision(self, tiny: Path, tmp_path: Path, out: Path) -> None:
        net = tiny_controlnet(tiny_unet(), seed=1).half()
        net.save_pretrained(tmp_path / "shards", max_shard_size="100KB", variant="fp16")
        assert not (tmp_path / "shards" / WEIGHTS).exists()
        (folder,) = export_controlnet(tmp_path / "shards", out, layout="diffusers").paths
        assert same(load_file(folder / WEIGHTS), net.state_dict())


class TestMetadata:
    def test_what_a_model_says_of_itself(self, tiny: Path, out: Path) -> None:
        single, folder = export_controlnet(tiny, out).paths
        assert single.name == "my tiny.safetensors"
        for file, layout in ((single, "cldm"), (folder / WEIGHTS, "diffusers")):
            metadata = said(file)
            assert metadata["format"] == "pt"
            assert metadata["modelspec.title"] == "my tiny"
            assert metadata["modelspec.implementation"] == layout
            assert metadata["ccnet.hint"] == "RGB in [0, 1], -0.5 in the hole"
            assert float(metadata["ccnet.hole"]) == -0.5
            assert metadata["ccnet.base"] == "my tiny"
            assert metadata["ccnet.base_sha256"] == sha256(tiny / "unet" / WEIGHTS)

    def test_it_survives_another_export(self, tiny: Path, out: Path) -> None:
        (folder,) = export_controlnet(tiny, out, layout="diffusers").paths
        (single,) = export_controlnet(folder, out, layout="cldm").paths
        assert said(single) == {**said(folder / WEIGHTS), "modelspec.implementation": "cldm"}

    def test_a_net_of_its_own_making_says_so(self, tiny: Path, out: Path) -> None:
        exported = export_controlnet(tiny, out)
        metadata = said(exported.paths[0])
        assert metadata["modelspec.architecture"] == "custom/controlnet"
        differing = json.loads(metadata["ccnet.config"])
        assert differing["norm_num_groups"] == 8
        assert differing["layers_per_block"] == 1
        assert "norm_num_groups" in exported.note
        assert not export_controlnet(tiny, out, layout="diffusers").note

    @pytest.mark.parametrize("family", FAMILIES)
    def test_the_real_architecture_is_known(self, family: Family) -> None:
        with init_empty_weights():
            net = CC_ControlNet(**{**bundled_config(family, "controlnet"), "conditioning_channels": 4})
        assert differences(net.config, family) == {}
        assert differences({**net.config, "norm_num_groups": 16}, family) == {"norm_num_groups": 16}

    def test_of_a_strangers_file_nothing_is_claimed_and_nothing_lost(self, tmp_path: Path, out: Path) -> None:
        metadata = {"modelspec.author": "somebody", "modelspec.hash_sha256": "0xab", "sshs_model_hash": "cd"}
        save_file(controlnet("sdxl"), tmp_path / "canny.safetensors", {**metadata, "ccnet.hole": "middle"})
        (single,) = export_controlnet(tmp_path / "canny.safetensors", out, layout="cldm").paths
        kept = said(single)
        assert kept["modelspec.author"] == "somebody"
        assert kept["modelspec.title"] == "canny"
        assert not any("hash" in key or "base" in key for key in kept)
        assert not {"ccnet.hint", "ccnet.hole", "modelspec.usage_hint", "modelspec.description"} & kept.keys()


class TestNames:
    @pytest.mark.parametrize(
        ("name", "written"),
        [
            ("cc_shuffle_v2", "cc-v2"),
            ("Shuffle", "controlnet"),
            ("my instant_ID net", "my-net"),
            ("shufshufflefle", "shuf-fle"),
            ("模型", "模型"),
        ],
    )
    def test_no_word_that_switches_other_programs(self, name: str, written: str, tmp_path: Path, out: Path) -> None:
        tiny_controlnet(tiny_unet()).save_pretrained(tmp_path / name)
        paths = export_controlnet(tmp_path / name, out).paths
        assert paths == (out / f"{written}.safetensors", out / written)

    def test_nothing_is_overwritten(self, tiny: Path, out: Path) -> None:
        first = export_controlnet(tiny, out).paths
        before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
        second, third = export_controlnet(tiny, out).paths, export_controlnet(tiny, out).paths
        assert second == (out / "my tiny (2).safetensors", out / "my tiny (2)")
        assert [path.name for path in third] == ["my tiny (3).safetensors", "my tiny (3)"]
        assert all(path.read_bytes() == content for path, content in before.items())
        assert all(path.exists() for path in (*first, *second, *third))

    def test_a_disk_without_links(self, tiny: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(*args: Any) -> None:
            raise OSError(errno.EPERM, "no links")

        monkeypatch.setattr(os, "link", refuse)
        for number in ("", " (2)"):
            assert export_controlnet(tiny, out, layout="cldm").paths == (out / f"my tiny{number}.safetensors",)


@pytest.fixture
def full_disk() -> Iterator[None]:
    """No file may grow past a few pages, whoever writes it."""
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


class TestFailures:
    @pytest.mark.parametrize("layout", ["cldm", "diffusers"])
    @pytest.mark.usefixtures("full_disk")
    def test_a_full_disk_leaves_nothing(self, layout: export.Layout, tiny: Path, out: Path) -> None:
        with pytest.raises(ValueError, match=r"could not be written .*: make room or name another --out"):
            export_controlnet(tiny, out, layout=layout)
        assert left(out) == []

    def test_a_folder_that_cannot_be(self, tiny: Path, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        for out in (tmp_path / "file", tmp_path / "file" / "below"):
            with pytest.raises(ValueError, match="could not be written"):
                export_controlnet(tiny, out)

    def test_what_stops_half_way_leaves_nothing(self, tiny: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        calls = []

        def stop(*args: Any) -> None:
            if calls:
                raise KeyboardInterrupt
            calls.append(save_file(*args))

        monkeypatch.setattr(export, "save_file", stop)
        with pytest.raises(KeyboardInterrupt):
            export_controlnet(tiny, out)
        assert left(out) == []

    @pytest.mark.parametrize(
        ("key", "value"), [("controlnet_conditioning_channel_order", "bgr"), ("global_pool_conditions", True)]
    )
    def test_what_the_single_file_cannot_say(self, key: str, value: Any, tmp_path: Path, out: Path) -> None:
        net = tiny_controlnet(tiny_unet())
        net.register_to_config(**{key: value})
        net.save_pretrained(tmp_path / "odd")
        with pytest.raises(ValueError, match=r"unusual way .* use --layout diffusers"):
            export_controlnet(tmp_path / "odd", out)
        assert left(out) == []
        (folder,) = export_controlnet(tmp_path / "odd", out, layout="diffusers").paths
        assert json.loads((folder / "config.json").read_text())[key] == value

    def test_weights_the_single_file_has_no_name_for(self, tmp_path: Path, out: Path) -> None:
        net = CC_ControlNet(**{**tiny_controlnet(tiny_unet()).config, "num_class_embeds": 3})
        net.save_pretrained(tmp_path / "classes")
        with pytest.raises(ValueError, match=r"classes cannot be written in cldm layout.*class_embedding"):
            export_controlnet(tmp_path / "classes", out)

    def test_numbers_too_large_or_none(self, tmp_path: Path, out: Path) -> None:
        net = tiny_controlnet(tiny_unet())
        bias = net.controlnet_mid_block.bias
        assert isinstance(bias, Tensor)
        for value, reason in ((1e6, "too large for float16 .*mid_block.bias.* needs float32"), (float("nan"), "wrong")):
            nn.init.constant_(bias, value)
            net.save_pretrained(tmp_path / "big")
            with pytest.raises(ValueError, match=reason):
                export_controlnet(tmp_path / "big", out)
        assert not out.exists()

    def test_what_is_not_there(self, tiny: Path, tmp_path: Path, out: Path) -> None:
        for name in ("nothing.safetensors", str(tmp_path / "nothing"), "../nothing"):
            with pytest.raises(ValueError, match=r"There is no file or folder .*nothing"):
                export_controlnet(name, out)
        with pytest.raises(ValueError, match='There is no model "nothing"'):
            export_controlnet("nothing", out)
        with pytest.raises(ValueError, match=r"unet holds a UNet2DConditionModel, not a ControlNet"):
            export_controlnet(tiny / "unet", out)
        with pytest.raises(ValueError, match=r"config.json is missing"):
            export_controlnet(tmp_path, out)

    def test_a_model_without_one(self, tmp_path: Path, out: Path) -> None:
        (tmp_path / "base" / "unet").mkdir(parents=True)
        with pytest.raises(ValueError, match="has no ControlNet of its own"):
            export_controlnet(tmp_path / "base", out)

    def test_another_kind_of_file(self, tmp_path: Path, out: Path) -> None:
        lora = write_lora(tmp_path / "lora.safetensors")
        with pytest.raises(CheckpointError, match=r"lora.safetensors is no ControlNet.*SD1.5 LoRA"):
            export_controlnet(lora, out)
        union = {**controlnet("sdxl"), "control_model.task_embedding": torch.zeros(6, 32)}
        with pytest.raises(CheckpointError, match="is a ControlNet Union"):
            export_controlnet(write(tmp_path / "union.safetensors", union), out)
        difference = {**controlnet("sd15"), "difference": torch.zeros(0)}
        with pytest.raises(CheckpointError, match="only the difference"):
            export_controlnet(write(tmp_path / "difference.safetensors", difference), out)

    @pytest.mark.parametrize(
        ("damage", "sentence"),
        [
            (lambda f: (f / "config.json").write_text("{"), "is not valid JSON"),
            (lambda f: (f / "config.json").write_text("[]"), "must hold a JSON object"),
            (lambda f: (f / "config.json").write_text('{"_class_name": "ControlNetModel"}'), "weights do not fit"),
            (lambda f: os.truncate(f / WEIGHTS, 5000), "is truncated"),
            (lambda f: (f / WEIGHTS).unlink(), r"diffusion_pytorch_model.safetensors is missing"),
        ],
    )
    def test_a_damaged_folder(self, damage: Callable[[Path], Any], sentence: str, tmp_path: Path, out: Path) -> None:
        tiny_controlnet(tiny_unet()).save_pretrained(tmp_path / "net")
        damage(tmp_path / "net")
        with pytest.raises(CheckpointError, match=sentence) as refused:
            export_controlnet(tmp_path / "net", out)
        assert "\n" not in str(refused.value)


@pytest.fixture(scope="module")
def bases() -> list[dict[str, Tensor]]:
    """Two UNets of one shape, under the names of the original code."""
    return [ldm_unet(shape_of("sd15").unet, seed) for seed in (20, 21)]


class TestTransfer:
    @pytest.mark.parametrize("dtype", [torch.float32, torch.float16])
    def test_it_is_the_sum_computed_by_hand(
        self, dtype: torch.dtype, bases: list[dict[str, Tensor]], tmp_path: Path, out: Path
    ) -> None:
        control = write(tmp_path / "cn.safetensors", controlnet("sd15"), dtype)
        old = write(tmp_path / "old.safetensors", below("model.diffusion_model.", bases[0]))
        (tmp_path / "new" / "unet").mkdir(parents=True)
        new = write(tmp_path / "new" / "unet" / WEIGHTS, unet_to_diffusers(bases[1]))

        path = transfer_controlnet(control, old, tmp_path / "new", out / "moved.safetensors")
        assert path == out / "moved.safetensors"
        moved, before = load_file(path), load_file(control)
        assert moved.keys() == before.keys()
        changed = 0
        for key, weight in before.items():
            name = key.removeprefix("control_model.")
            wanted = weight
            if name in bases[0]:
                wanted = (weight.float() + (bases[1][name] - bases[0][name])).to(dtype)
                changed += not torch.equal(wanted, weight)
            assert torch.equal(moved[key], wanted), key
        assert changed > 200

        metadata = said(path)
        assert (metadata["ccnet.base"], metadata["ccnet.base_sha256"]) == ("new", sha256(new))
        assert metadata["modelspec.merged_from"] == "cn, old, new"
        again = transfer_controlnet(path, tmp_path / "new", tmp_path / "new", out / "moved.safetensors")
        assert again == out / "moved (2).safetensors"
        assert same(load_file(again), moved)

    def test_narrow_nets(self, tiny: Path, tmp_path: Path, out: Path) -> None:
        other = tiny_unet(seed=5)
        other.save_pretrained(tmp_path / "other")
        path = transfer_controlnet(tiny, tiny, tmp_path / "other", out / "moved.safetensors")
        moved, old = controlnet_to_diffusers(load_file(path)), tiny_unet().state_dict()
        key = "mid_block.resnets.0.conv1.weight"
        # Trained in nothing but its zero convolutions, it is the new base's copy.
        torch.testing.assert_close(moved[key], other.state_dict()[key])
        assert not torch.allclose(moved[key], old[key])

    def test_of_another_family_or_kind(self, bases: list[dict[str, Tensor]], tmp_path: Path, out: Path) -> None:
        control = write(tmp_path / "cn.safetensors", controlnet("sd15"))
        good = write(tmp_path / "good.safetensors", bases[0])
        large = write(tmp_path / "large.safetensors", ldm_unet(shape_of("sdxl").unet))
        wide = UNet2DConditionModel(**{**tiny_unet().config, "cross_attention_dim": 48})
        wide.save_pretrained(tmp_path / "wide")
        target = out / "x.safetensors"
        for bad, reason in (
            (large, "large.safetensors is no base for .*cn.safetensors, which belongs to SD1.5.*SDXL UNet"),
            (tmp_path / "wide", "wide is no base for .*its UNet is built in another way"),
            (control, "cn.safetensors is no base for .*SD1.5 ControlNet"),
        ):
            for pair in ((good, bad), (bad, good)):
                with pytest.raises(CheckpointError, match=reason):
                    transfer_controlnet(control, *pair, target)
        with pytest.raises(CheckpointError, match="is no ControlNet"):
            transfer_controlnet(good, good, good, target)
        with pytest.raises(ValueError, match=r"ends in .safetensors"):
            transfer_controlnet(control, good, good, out / "moved.ckpt")
        assert not out.exists()


class TestTextEncoder:
    def test_others_names_and_every_reader(self, tmp_path: Path) -> None:
        encoder = tiny_text_encoder().half()
        save_text_encoder(encoder, tmp_path / "text_encoder")
        stored = load_file(tmp_path / "text_encoder" / "model.safetensors")
        assert all(key.startswith("text_model.") for key in stored)
        assert said(tmp_path / "text_encoder" / "model.safetensors") == {"format": "pt"}
        config = json.loads((tmp_path / "text_encoder" / "config.json").read_text())
        assert (config["architectures"], config["dtype"]) == (["CLIPTextModel"], "float16")
        loaded = read_whole(CLIPTextModel, tmp_path / "text_encoder")
        assert same(loaded.half().state_dict(), encoder.state_dict())
        single = load_text_encoder(tmp_path / "text_encoder" / "model.safetensors", "sd15", torch.float16)
        assert same(single.state_dict(), encoder.state_dict())
        # What was loaded from either spelling is written in the one.
        encoder.save_pretrained(tmp_path / "flat")
        for folder in ("text_encoder", "flat"):
            save_text_encoder(read_whole(CLIPTextModel, tmp_path / folder).half(), tmp_path / "again")
            assert same(load_file(tmp_path / "again" / "model.safetensors"), stored)

    def test_a_projection_stands_outside(self, tmp_path: Path) -> None:
        config = CLIPTextConfig(**{**tiny_text_encoder().config.to_dict(), "projection_dim": 24})
        encoder = CLIPTextModelWithProjection(config)
        save_text_encoder(encoder, tmp_path / "text_encoder_2")
        stored = load_file(tmp_path / "text_encoder_2" / "model.safetensors")
        assert {key for key in stored if not key.startswith("text_model.")} == {"text_projection.weight"}
        loaded = read_whole(CLIPTextModelWithProjection, tmp_path / "text_encoder_2")
        assert same(loaded.state_dict(), encoder.state_dict())


def read_whole(net: Any, folder: Path) -> Any:
    """With no key missing and none left over."""
    module, report = net.from_pretrained(folder, local_files_only=True, output_loading_info=True)
    assert not any(report[kind] for kind in ("missing_keys", "unexpected_keys", "mismatched_keys"))
    return module
