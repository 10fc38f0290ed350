from __future__ import annotations

import json
import os
import pickle
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file

from ccnet.checkpoints import (
    SHIPPED,
    CheckpointError,
    check,
    known_models,
    load_pipeline,
    read_spec,
    resolve,
    weights_sha256,
)
from ccnet.controlnet import CC_ControlNet
from ccnet.latents import decode, encode
from ccnet.masks import Mask
from ccnet.request import Candidate, DressRequest, Garment
from tests.tinymodel import tiny_controlnet, tiny_unet, write_tiny_model


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty store."""
    monkeypatch.setenv("CCNET_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_model(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture
def folder(written: Path, tmp_path: Path) -> Path:
    """A copy to break."""
    return Path(shutil.copytree(written, tmp_path / "my model 模型"))


UNET = "unet/diffusion_pytorch_model.safetensors"


def request() -> DressRequest:
    alpha = np.zeros((64, 64), np.uint8)
    alpha[16:48, 16:48] = 255
    return DressRequest(Image.new("RGB", (64, 64), "red"), Mask(alpha), Garment("hat"), num_inference_steps=1)


class TestNames:
    def test_the_starter_is_known(self) -> None:
        assert known_models() == ("starter",)
        assert resolve("starter") == SHIPPED["starter"]
        assert SHIPPED["starter"].parts[-2:] == ("assets", "starter")

    def test_a_folder_is_its_own_name(self, written: Path) -> None:
        assert resolve(written) == written
        assert resolve(str(written)) == written

    @pytest.mark.parametrize("name", ["startr", "Starter"])
    def test_an_unknown_name_is_refused_with_the_nearest(self, name: str) -> None:
        with pytest.raises(CheckpointError, match=r'no model ".tart.*r".*Known: starter.*Did you mean "starter"'):
            resolve(name)

    @pytest.mark.parametrize("name", ["models/nothing", "./nothing", "nothing.safetensors"])
    def test_a_path_that_is_not_there_is_refused_as_a_path(self, name: str) -> None:
        with pytest.raises(CheckpointError, match="There is no model "):
            resolve(name)


def break_file(name: str, content: bytes) -> Callable[[Path], Path]:
    def act(folder: Path) -> Path:
        (folder / name).write_bytes(content)
        return folder / name

    return act


def edit_json(name: str, **changes: Any) -> Callable[[Path], Path]:
    def act(folder: Path) -> Path:
        content = json.loads((folder / name).read_text())
        (folder / name).write_text(json.dumps({**content, **changes}))
        return folder / name

    return act


def remove(*names: str) -> Callable[[Path], Path]:
    def act(folder: Path) -> Path:
        for name in names:
            path = folder / name
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        return folder / names[-1]

    return act


def truncate(name: str, keep: int) -> Callable[[Path], Path]:
    def act(folder: Path) -> Path:
        os.truncate(folder / name, keep)
        return folder / name

    return act


def turn_into_pickle(name: str, kept: str) -> Callable[[Path], Path]:
    """The weights as a pickle that would tell on us if it were ever opened."""

    def act(folder: Path) -> Path:
        (folder / name).unlink()
        (folder / kept).write_bytes(pickle.dumps(Bomb(str(folder / "opened"))))
        return folder / kept

    return act


class Bomb:
    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return open, (self.path, "w")


BROKEN = {
    "no index": (remove("model_index.json"), "is missing"),
    "index is no JSON": (break_file("model_index.json", b"{"), "not valid JSON"),
    "index is a list": (break_file("model_index.json", b"[]"), "must hold a JSON object"),
    "binary config": (break_file("unet/config.json", b"\xff\xfe\x00"), "not valid JSON"),
    "endless config": (break_file("unet/config.json", b"[" * 100_000), "not valid JSON"),
    "no unet": (remove("unet"), "folder .*unet is missing"),
    "no config": (remove("vae/config.json"), "is missing"),
    "no weights": (remove(UNET), "is missing: get the model again"),
    "no vocabulary": (remove("tokenizer/tokenizer.json", "tokenizer/vocab.json"), "vocab.json is missing"),
    "no merges": (remove("tokenizer/tokenizer.json", "tokenizer/merges.txt"), "merges.txt is missing"),
    "no scheduler": (remove("scheduler/scheduler_config.json"), "is missing"),
    "wrong class": (edit_json("unet/config.json", _class_name="FluxTransformer"), "describes a FluxTransformer: only"),
    "wrong vae": (edit_json("vae/config.json", _class_name="VQModel"), "AutoencoderTiny or AutoencoderKL"),
    "wrong text encoder": (edit_json("text_encoder/config.json", architectures=["T5"]), "describes a T5"),
    "seven channels": (edit_json("unet/config.json", in_channels=7), "7 input channels"),
    "half an sdxl": (edit_json("unet/config.json", addition_embed_type="text_time"), "text_encoder_2 is missing"),
    "sd2": (edit_json("unet/config.json", cross_attention_dim=1024), "belongs to SD2.x; CC_ControlNet works with"),
    "another family in the spec": (edit_json("ccnet.json", family="sdxl"), "speaks of sdxl, but the model is SD1.5"),
    "another text encoder": (edit_json("text_encoder/config.json", hidden_size=768), "not from one model"),
    "another controlnet": (edit_json("controlnet/config.json", block_out_channels=[8, 8]), "does not fit its UNet"),
    "a latent hint": (edit_json("controlnet/config.json", conditioning_channels=4), "RGB hints"),
    "empty weights": (break_file(UNET, b""), "is empty"),
    "truncated weights": (truncate(UNET, 100_000), r"is truncated, 100,000 of its 8\d\d,\d\d\d bytes"),
    "truncated header": (truncate(UNET, 1000), "is truncated"),
    "garbage": (break_file(UNET, os.urandom(4096).replace(b"\x00", b"\x01")), "no safetensors file"),
    "a web page": (break_file(UNET, b"<!DOCTYPE html><html>404</html>"), "no safetensors file"),
    "a few bytes": (break_file(UNET, b"abc"), "no safetensors file|truncated"),
    "an lfs pointer": (break_file(UNET, b"version https://git-lfs.github.com/spec/v1\n"), "Git LFS"),
    "senseless header": (break_file(UNET, (9).to_bytes(8, "little") + b'{"a": 12}'), "header makes no sense"),
    "a tail": (lambda folder: append(folder / UNET, b"more"), "4 bytes follow its end"),
    "renamed pickle": (break_file(UNET, pickle.dumps({"a": 1}, protocol=4)), "pickle that was renamed"),
    "pickle .bin": (turn_into_pickle(UNET, "unet/diffusion_pytorch_model.bin"), "is a pickle.*convert it"),
    "pickle .ckpt": (turn_into_pickle(UNET, "unet/model.ckpt"), "is a pickle"),
    "pickle .pt": (turn_into_pickle("text_encoder/model.safetensors", "text_encoder/model.pt"), "is a pickle"),
    "unknown spec field": (edit_json("ccnet.json", colour="red"), '"colour" is not one of'),
    "spec without sense": (edit_json("ccnet.json", resolution="big"), "resolution must be a whole number"),
    "spec with a bad scheduler": (edit_json("ccnet.json", scheduler="eular"), 'Did you mean "euler"'),
}


def append(file: Path, content: bytes) -> Path:
    file.write_bytes(file.read_bytes() + content)
    return file


class TestCheck:
    def test_a_whole_model_passes_and_says_what_it_is(self, written: Path) -> None:
        check(written)
        spec = read_spec(written)
        assert (spec.name, spec.resolution, spec.multiple, spec.hole) == ("tiny", 64, 16, -1.0)
        assert spec.sha256 == ""

    @pytest.mark.parametrize("name", BROKEN)
    def test_a_broken_model_is_refused_in_one_sentence_that_names_the_file(self, folder: Path, name: str) -> None:
        act, words = BROKEN[name]
        file = act(folder)
        with pytest.raises(CheckpointError, match=words) as refusal:
            check(folder)
        sentence = str(refusal.value)
        assert str(file) in sentence or str(folder) in sentence
        assert "\n" not in sentence
        with pytest.raises(CheckpointError):
            load_pipeline(folder)
        assert not (folder / "opened").exists()

    def test_a_missing_folder(self, tmp_path: Path) -> None:
        with pytest.raises(CheckpointError, match=r"gone is missing: get the model again"):
            check(tmp_path / "gone")

    def test_flux_is_named(self, folder: Path) -> None:
        remove("unet")(folder)
        (folder / "model_index.json").write_text('{"_class_name": "FluxPipeline"}')
        with pytest.raises(CheckpointError, match=r"is a FluxPipeline; CC_ControlNet works with SD1.5 and SDXL"):
            check(folder)

    def test_a_spec_is_optional(self, folder: Path) -> None:
        (folder / "ccnet.json").unlink()
        check(folder)
        assert read_spec(folder).name == folder.name
        assert read_spec(folder).resolution == 512
        assert read_spec(folder).scheduler == "dpm++ 2m karras", "its family's"

    def test_it_needs_no_torch_and_no_time(self, written: Path) -> None:
        code = (
            "import sys, time; from ccnet.checkpoints import check; start = time.process_time(); check(sys.argv[1]); "
            "print('torch' in sys.modules, time.process_time() - start < 0.5)"
        )
        done = subprocess.run([sys.executable, "-c", code, str(written)], capture_output=True, text=True, check=True)
        assert done.stdout.split() == ["False", "True"]

    def test_shards_are_all_checked(self, folder: Path) -> None:
        unet = folder / "unet"
        weights = load_file(unet / "diffusion_pytorch_model.safetensors")
        names = sorted(weights)
        halves = {
            f"diffusion_pytorch_model-0000{i}-of-00002.safetensors": {key: weights[key] for key in keys}
            for i, keys in enumerate((names[::2], names[1::2]), start=1)
        }
        for name, half in halves.items():
            save_file(half, unet / name)
        (unet / "diffusion_pytorch_model.safetensors").unlink()
        index = {"metadata": {}, "weight_map": {key: name for name, half in halves.items() for key in half}}
        (unet / "diffusion_pytorch_model.safetensors.index.json").write_text(json.dumps(index))
        check(folder)
        assert torch.equal(load_pipeline(folder).unet.state_dict()[names[1]], weights[names[1]])
        (unet / max(halves)).unlink()
        with pytest.raises(CheckpointError, match=r"00002-of-00002.safetensors cannot be read"):
            check(folder)
        index["weight_map"][names[0]] = "../vae/diffusion_pytorch_model.safetensors"
        (unet / "diffusion_pytorch_model.safetensors.index.json").write_text(json.dumps(index))
        with pytest.raises(CheckpointError, match="outside its folder"):
            check(folder)


class TestLoad:
    @pytest.mark.parametrize("channels", [4, 9])
    def test_it_dresses(self, tmp_path: Path, channels: int) -> None:
        pipeline = load_pipeline(write_tiny_model(tmp_path / "tiny", channels), device="cpu")
        assert isinstance(pipeline.controlnets["cc"], CC_ControlNet)
        assert isinstance(list(pipeline(request()))[-1], Candidate)
        for net in (pipeline.unet, pipeline.vae, pipeline.text_encoders[0], pipeline.controlnets["cc"]):
            assert not net.training
            assert all(p.dtype == torch.float32 and not p.requires_grad for p in net.parameters())

    def test_it_is_quiet(self, written: Path) -> None:
        code = "import sys; from ccnet import load_pipeline; load_pipeline(sys.argv[1], device='cpu')"
        done = subprocess.run([sys.executable, "-c", code, str(written)], capture_output=True, text=True, check=True)
        assert (done.stdout, done.stderr) == ("", "")

    def test_the_weights_are_the_files(self, written: Path) -> None:
        pipeline = load_pipeline(written, device="cpu")
        stored = load_file(written / UNET)
        loaded = pipeline.unet.state_dict()
        assert all(torch.equal(loaded[key], stored[key]) for key in stored)
        assert pipeline.spec.sha256 == weights_sha256(written)

    def test_the_hash_is_of_the_weights(self, written: Path, folder: Path) -> None:
        assert weights_sha256(folder) == weights_sha256(written)
        (folder / "ccnet.json").unlink()
        assert weights_sha256(folder) == weights_sha256(written)
        content = bytearray((folder / UNET).read_bytes())
        content[-1] ^= 1
        (folder / UNET).write_bytes(content)
        assert weights_sha256(folder) != weights_sha256(written)

    def test_half_precision_files_compute_in_float32_on_a_cpu(self, folder: Path) -> None:
        halved = {key: value.half() for key, value in load_file(folder / UNET).items()}
        (folder / UNET).unlink()
        save_file(halved, folder / UNET.replace(".safetensors", ".fp16.safetensors"), metadata={"format": "pt"})
        pipeline = load_pipeline(folder, device="cpu")
        loaded = pipeline.unet.state_dict()
        assert all(torch.equal(loaded[key], value.float()) for key, value in halved.items())

    def test_bfloat16(self, written: Path) -> None:
        pipeline = load_pipeline(written, device="cpu", dtype="bfloat16")
        assert pipeline.unet.dtype == pipeline.vae.dtype == pipeline.dtype == torch.bfloat16
        assert isinstance(list(pipeline(request()))[-1], Candidate)

    def test_an_old_text_encoder_loads_whole(self, written: Path, folder: Path) -> None:
        file = folder / "text_encoder/model.safetensors"
        wrapped = {f"text_model.{key}": value for key, value in load_file(file).items()}
        wrapped["text_model.embeddings.position_ids"] = torch.arange(77)[None]
        save_file(wrapped, file, metadata={"format": "pt"})
        old, new = (load_pipeline(path, device="cpu").text_encoders[0].state_dict() for path in (folder, written))
        assert all(torch.equal(old[key], new[key]) for key in new)

    def test_without_a_controlnet_the_base_is_alone(self, folder: Path) -> None:
        shutil.rmtree(folder / "controlnet")
        assert load_pipeline(folder, device="cpu").controlnets == {}

    def test_a_full_autoencoder_encodes_the_most_likely_latents(self, folder: Path) -> None:
        from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL

        torch.manual_seed(0)
        shutil.rmtree(folder / "vae")
        shape: dict[str, Any] = {
            "block_out_channels": (8, 8, 8, 8),
            "down_block_types": ("DownEncoderBlock2D",) * 4,
            "up_block_types": ("UpDecoderBlock2D",) * 4,
        }
        AutoencoderKL(**shape, norm_num_groups=4, layers_per_block=1, latent_channels=4).save_pretrained(folder / "vae")
        pipeline = load_pipeline(folder, device="cpu")
        image = torch.rand(1, 3, 64, 64) * 2 - 1
        with torch.no_grad():
            mode = pipeline.vae.encode(image).latent_dist.mode()
        assert torch.equal(encode(pipeline.vae, image), mode * 0.18215)
        pipeline.vae.register_to_config(shift_factor=0.1)
        latents = encode(pipeline.vae, image)
        torch.testing.assert_close(latents, (mode - 0.1) * 0.18215)
        picture = decode(pipeline.vae, latents)
        with torch.no_grad():
            decoded = ((pipeline.vae.decode(mode).sample[0] + 1) * 127.5).clamp(0, 255).permute(1, 2, 0).numpy()
        assert np.abs(picture - decoded).max() < 0.51
        assert isinstance(list(pipeline(request()))[-1], Candidate)

    @pytest.mark.parametrize("missing", ["missing", "shape"])
    def test_weights_that_do_not_fit_are_never_left_random(self, folder: Path, missing: str) -> None:
        for name, key in (("text_encoder/model", "final_layer_norm.weight"), (UNET[:-12], "conv_in.weight")):
            file = folder / f"{name}.safetensors"
            whole = file.read_bytes()
            weights = load_file(file)
            if missing == "missing":
                del weights[key]
            else:
                weights[key] = weights[key][..., :1].contiguous()
            save_file(weights, file, metadata={"format": "pt"})
            check(folder)
            with pytest.raises(CheckpointError, match="cannot be loaded") as refusal:
                load_pipeline(folder, device="cpu")
            assert "\n" not in str(refusal.value)
            file.write_bytes(whole)

    def test_a_tokenizer_that_makes_no_sense(self, folder: Path) -> None:
        (folder / "tokenizer/tokenizer.json").write_text("{}")
        with pytest.raises(CheckpointError, match="tokenizer cannot be loaded"):
            load_pipeline(folder, device="cpu")

    def test_a_schedule_that_makes_no_sense(self, folder: Path) -> None:
        edit_json("scheduler/scheduler_config.json", beta_schedule="wavy")(folder)
        with pytest.raises(CheckpointError, match="noise schedule"):
            load_pipeline(folder, device="cpu")

    @pytest.mark.parametrize("device", ["tpu9", "cuda:99"])
    def test_a_device_that_is_not_there(self, written: Path, device: str) -> None:
        with pytest.raises(ValueError, match=f'"{device}" is not there'):
            load_pipeline(written, device=device)

    def test_an_unknown_dtype(self, written: Path) -> None:
        with pytest.raises(ValueError, match="float16, bfloat16"):
            load_pipeline(written, device="cpu", dtype="fp8")

    def test_a_net_saved_here_loads_here(self, folder: Path) -> None:
        shutil.rmtree(folder / "controlnet")
        tiny_controlnet(tiny_unet(), seed=4).save_pretrained(folder / "controlnet")
        check(folder)
        assert load_pipeline(folder, device="cpu").controlnets["cc"].config["in_channels"] == 4
