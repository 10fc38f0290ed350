"""Models as people have them - single files, folders, pickles, with what is added to them - become pipelines that draw.

Everything here has the real layout and narrow channels.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from diffusers.models.adapter import T2IAdapter
from PIL import Image
from safetensors.torch import load_file, save_file

from ccnet import imports, store
from ccnet.checkpoints import SHIPPED, check, find_vae, layers, load_pipeline, loras, read_spec, resolve, weights_sha256
from ccnet.export import export_controlnet
from ccnet.formats import CheckpointError, Family
from ccnet.loading import Loras, load_autoencoder
from ccnet.masks import Mask
from ccnet.pipeline import DressPipeline
from ccnet.request import Candidate, Control, DressRequest, Garment
from ccnet.singlefile import scheduler_config
from tests.fullfolder import write_folder
from tests.fulllayout import NARROW, checkpoint, controlnet, ldm_vae, t2i_adapter, write
from tests.modelfiles import write_flux, write_lora
from tests.offline import refuse_sockets
from tests.tinymodel import write_tiny_model

FAMILIES: tuple[Family, ...] = ("sd15", "sdxl")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    refuse_sockets(monkeypatch)
    monkeypatch.setenv("CCNET_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture(scope="module")
def singles(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Single files: "sd15", "sdxl", "inpaint" (SD1.5 with 9 channels), and ControlNets "net" and "net-xl"."""
    folder = tmp_path_factory.mktemp("singles")
    return {
        "sd15": write(folder / "sd15.safetensors", checkpoint("sd15")),
        "sdxl": write(folder / "sdxl.safetensors", checkpoint("sdxl")),
        "inpaint": write(folder / "inpaint.safetensors", checkpoint("sd15", 9)),
        "net": write(folder / "net.safetensors", controlnet("sd15")),
        "net-xl": write(folder / "net-xl.safetensors", controlnet("sdxl")),
    }


def request(*controls: Control, prompt: str = "a red hat", **changes: Any) -> DressRequest:
    alpha = np.zeros((64, 64), np.uint8)
    alpha[16:48, 16:48] = 255
    values: dict[str, Any] = {"num_inference_steps": 1, "scheduler": "ddim", "resolution": 64, "controls": controls}
    return DressRequest(Image.new("RGB", (64, 64), "red"), Mask(alpha), Garment(prompt), **{**values, **changes})


def drawn(pipeline: DressPipeline, request: DressRequest) -> np.ndarray:
    (candidate,) = (answer for answer in pipeline(request) if isinstance(answer, Candidate))
    return np.asarray(candidate.image)


class TestSingleFiles:
    @pytest.mark.parametrize("family", FAMILIES)
    def test_it_draws_what_the_same_model_as_a_folder_draws(
        self, tmp_path: Path, singles: dict[str, Path], family: Family
    ) -> None:
        folder = write_folder(tmp_path / "folder", family)
        (folder / "scheduler" / "scheduler_config.json").write_text(json.dumps(scheduler_config(family)))
        check(folder)
        check(singles[family])
        spec = read_spec(singles[family])
        assert (spec.name, spec.family, spec.resolution) == (family, family, 512 if family == "sd15" else 1024)
        assert replace(read_spec(folder), name=family, zero_negative=spec.zero_negative) == spec
        one, other = (load_pipeline(path, device="cpu") for path in (singles[family], folder))
        both = request(negative_prompt="a coat", guidance_scale=3.0)
        assert np.array_equal(drawn(one, both), drawn(other, both))

    def test_nine_channels(self, singles: dict[str, Path]) -> None:
        pipeline = load_pipeline(singles["inpaint"], device="cpu")
        assert pipeline.unet.config["in_channels"] == 9
        drawn(pipeline, request())

    def test_a_pickle(self, tmp_path: Path, singles: dict[str, Path], home: Path) -> None:
        torch.save({"state_dict": checkpoint("sd15")}, tmp_path / "old.ckpt")
        check(tmp_path / "old.ckpt")
        one, other = (load_pipeline(path, device="cpu") for path in (tmp_path / "old.ckpt", singles["sd15"]))
        assert np.array_equal(drawn(one, request()), drawn(other, request()))
        assert [file.suffix for file in (home / "cache").iterdir()] == [".safetensors"]

    def test_v_prediction_and_zero_terminal_snr_by_its_keys(self, tmp_path: Path, singles: dict[str, Path]) -> None:
        marks = {"v_pred": torch.zeros(0), "ztsnr": torch.zeros(0)}
        file = tmp_path / "vpred.safetensors"
        save_file({**load_file(singles["sd15"]), **marks}, file)
        assert read_spec(file).scheduler == "euler"
        config = load_pipeline(file, device="cpu").scheduler_config
        assert (config["prediction_type"], config["rescale_betas_zero_snr"]) == ("v_prediction", True)
        usual = load_pipeline(singles["sd15"], device="cpu").scheduler_config
        assert usual.get("prediction_type", "epsilon") == "epsilon"

    def test_the_hash_is_the_files_own(self, singles: dict[str, Path]) -> None:
        assert weights_sha256(singles["sd15"]) == store.sha256_of(singles["sd15"])
        assert load_pipeline(singles["sd15"], device="cpu").spec.sha256 == store.sha256_of(singles["sd15"])

    def test_a_name_in_the_store(self, singles: dict[str, Path]) -> None:
        entry = imports.import_file(singles["sd15"], "My Anime v1.1")
        assert resolve("my anime v1.1") == resolve("checkpoint/My Anime v1.1") == entry.path
        assert read_spec(entry.path).name == "My Anime v1.1"
        assert weights_sha256(entry.path) == store.sha256_of(singles["sd15"])
        with pytest.raises(CheckpointError, match=r'no model "My Anime v1".*starter, My Anime.*Did you mean "My Anime'):
            resolve("My Anime v1")

    def test_what_the_catalogue_says(self, singles: dict[str, Path]) -> None:
        from tests.test_adapters import catalogued

        catalogued("meinamix", singles["sd15"])
        assert read_spec(resolve("meinamix")).clip_skip == 1
        catalogued("noobai-xl-vpred", singles["sdxl"])
        config = load_pipeline("noobai-xl-vpred", device="cpu").scheduler_config
        assert (config["prediction_type"], config["rescale_betas_zero_snr"]) == ("v_prediction", True)


class TestRefusals:
    def test_what_is_no_model_of_these_families(self, tmp_path: Path, singles: dict[str, Path]) -> None:
        with pytest.raises(CheckpointError, match="Flux"):
            check(write_flux(tmp_path / "flux.safetensors"))
        with pytest.raises(CheckpointError, match=r"is no checkpoint.*SD1.5 ControlNet"):
            check(singles["net"])
        (tmp_path / "half.safetensors").write_bytes(singles["sd15"].read_bytes()[:100_000])
        with pytest.raises(CheckpointError, match="is truncated"):
            check(tmp_path / "half.safetensors")

    def test_a_pruned_file(self, tmp_path: Path, singles: dict[str, Path]) -> None:
        whole = load_file(singles["sd15"])
        bare = {key: tensor for key, tensor in whole.items() if not key.startswith("first_stage_model.")}
        file = write(tmp_path / "bare.safetensors", bare)
        with pytest.raises(CheckpointError, match="has no VAE of its own: name one with --vae"):
            check(file)
        vae = write(tmp_path / "vae.safetensors", ldm_vae(NARROW["sd15"].vae_widths, 1))
        check(file, vae)
        one, other = load_pipeline(file, vae=vae, device="cpu"), load_pipeline(singles["sd15"], device="cpu")
        assert np.array_equal(drawn(one, request()), drawn(other, request())), "it is the one that was cut off"
        words = {key: tensor for key, tensor in whole.items() if not key.startswith("cond_stage_model.")}
        with pytest.raises(CheckpointError, match="lacks its text encoder: get the whole checkpoint"):
            check(write(tmp_path / "wordless.safetensors", words))

    def test_a_vae_of_another_family(self, tmp_path: Path, singles: dict[str, Path]) -> None:
        vae = write(tmp_path / "sdxl_vae.safetensors", ldm_vae(NARROW["sdxl"].vae_widths, 1))
        with pytest.raises(CheckpointError, match=r"VAE made for SDXL, but this model is SD1.5"):
            check(singles["sd15"], vae)

    def test_everything_is_refused_without_torch(self, tmp_path: Path, singles: dict[str, Path]) -> None:
        imports.import_file(write_lora(tmp_path / "xl.safetensors", width=2048))
        code = """
import sys
from pathlib import Path
from ccnet.checkpoints import check, layers, loras
model, net, starter, narrow, wide, sketch = map(Path, sys.argv[1:])
check(model)
for ask in (
    lambda: layers(model, [str(net)]),
    lambda: loras(model, "a dress <lora:xl:1>"),
    lambda: check(net),
    lambda: layers(starter, [str(narrow)]),
    lambda: layers(starter, {"cc": str(net)}),
    lambda: layers(model, [str(wide)]),
    lambda: layers(model, [str(sketch)]),
    lambda: layers(starter, [str(sketch)]),
):
    try:
        ask()
    except ValueError as error:
        print("torch" in sys.modules, error)
"""
        wide = controlnet("sd15", shape=replace(NARROW["sd15"].unet, widths=(64, 64, 64, 64)))
        files = (
            write_tiny_model(tmp_path / "tiny"),
            singles["net"],
            write(tmp_path / "wide.safetensors", wide),
            write(tmp_path / "sketch.safetensors", t2i_adapter("light", width=64)),
        )
        done = subprocess.run(
            [sys.executable, "-c", code, str(singles["sd15"]), str(singles["net-xl"]), *map(str, files)],
            capture_output=True,
            text=True,
            check=True,
        )
        lines = done.stdout.splitlines()
        assert [line.partition(" ")[0] for line in lines] == ["False"] * 8
        assert "ControlNet made for SDXL, but this model is SD1.5" in lines[0]
        assert "LoRA made for SDXL, but this model is SD1.5" in lines[1]
        assert "net.safetensors does not fit this model's UNet, its levels have 32, 64, 64, 64 channels" in lines[3]
        assert "ControlNet made for SDXL, but this model is SD1.5" in lines[4]
        assert "wide.safetensors does not fit this model's UNet" in lines[5]
        assert all("sketch.safetensors does not fit this model's UNet" in line for line in lines[6:])


class TestLayers:
    def test_the_stores_inpainting_net_steers_a_base_without_one(self, singles: dict[str, Path]) -> None:
        from tests.test_adapters import catalogued

        assert layers(singles["sdxl"]) == {}
        catalogued("control-inpaint-noobai", singles["net-xl"])
        assert layers(singles["sdxl"])["cc"].name == "control-inpaint-noobai"
        pipeline = load_pipeline(singles["sdxl"], device="cpu")
        assert pipeline.holes == {"cc": 0.0}
        assert not np.array_equal(drawn(pipeline, request(Control())), drawn(pipeline, request()))

    def test_further_ones_by_their_names(self, tmp_path: Path, singles: dict[str, Path]) -> None:
        imports.import_file(singles["net"], "canny of mine")
        found = layers(singles["sd15"], {"canny": "canny of mine", "cc": singles["net"]})
        assert {name: adapter.name for name, adapter in found.items()} == {
            "canny": "canny of mine",
            "cc": "net",
        }
        pipeline = load_pipeline(singles["sd15"], controls=["canny of mine"], device="cpu")
        steered = drawn(pipeline, request(Control("canny of mine", annotator="canny", cut_garment=False)))
        assert steered.shape == (64, 64, 3)

    def test_t2i_adapters(self, tmp_path: Path, singles: dict[str, Path]) -> None:
        adapter = T2IAdapter(3, [32, 64, 64, 64], num_res_blocks=2, downscale_factor=8, adapter_type="full_adapter")
        file = write(tmp_path / "adapter.safetensors", adapter.state_dict())
        pipeline = load_pipeline(singles["sd15"], controls={"sketch": file}, device="cpu")
        net: Any = pipeline.controlnets["sketch"]
        assert isinstance(net, T2IAdapter)
        drawn(pipeline, request(Control("sketch", annotator="canny")))

    def test_a_net_for_a_base_of_another_width(self, tmp_path: Path, singles: dict[str, Path]) -> None:
        model = write_tiny_model(tmp_path / "tiny")
        with pytest.raises(CheckpointError, match=r"net.safetensors does not fit this model's UNet"):
            load_pipeline(model, controls=[str(singles["net"])], device="cpu")

    def test_the_stores_standard_is_left_out_where_it_does_not_fit(
        self, tmp_path: Path, singles: dict[str, Path]
    ) -> None:
        from tests.test_adapters import catalogued

        model = write_tiny_model(tmp_path / "tiny")
        shutil.rmtree(model / "controlnet")
        catalogued("control-inpaint-sd15", singles["net"])
        assert layers(model) == {}
        assert list(layers(singles["sd15"])) == ["cc"]

    @pytest.mark.skipif(not SHIPPED["starter"].exists(), reason="the starter model is not in this checkout")
    def test_the_starters_own_exported_to_one_file_loads(self, tmp_path: Path) -> None:
        exported = export_controlnet("starter", tmp_path, layout="cldm", dtype="float32").paths[0]
        pipeline = load_pipeline("starter", controls={"again": exported}, device="cpu")
        one, other = (pipeline.controlnets[name].state_dict() for name in ("cc", "again"))
        assert one.keys() == other.keys()
        assert all(torch.equal(one[key], other[key]) for key in one)
        small: dict[str, Any] = {"num_inference_steps": 2, "resolution": 64}
        assert np.array_equal(
            drawn(pipeline, request(Control("cc"), **small)), drawn(pipeline, request(Control("again"), **small))
        )

    def test_metadata_that_makes_no_sense(self, tmp_path: Path, singles: dict[str, Path]) -> None:
        file = tmp_path / "net.safetensors"
        for text in ("[]", "{"):
            save_file(controlnet("sd15"), file, metadata={"ccnet.config": text})
            with pytest.raises(CheckpointError, match=r"net.safetensors"):
                load_pipeline(singles["sd15"], controls=[str(file)], device="cpu")


class TestLoras:
    def test_the_same_object_until_the_file_changes(self, tmp_path: Path) -> None:
        entry = imports.import_file(write_lora(tmp_path / "frills.safetensors"))
        find = Loras("sd15")
        first = find("frills")
        assert find("Frills") is first
        write_lora(entry.path, seed=3)
        assert find("frills") is not first
        with pytest.raises(CheckpointError, match=r'"frils".*Did you mean "frills"'):
            find("frils")

    def test_a_tag_changes_the_picture_and_leaves_no_trace(self, tmp_path: Path, singles: dict[str, Path]) -> None:
        width, context = 32, NARROW["sd15"].unet.context
        name = "lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn2_to_k"
        tensors = {f"{name}.lora_down.weight": torch.randn(4, context), f"{name}.lora_up.weight": torch.randn(width, 4)}
        imports.import_file(write(tmp_path / "frills.safetensors", tensors))
        assert [adapter.name for adapter in loras(singles["sd15"], "a hat <lora:frills:1>")] == ["frills"]
        pipeline = load_pipeline(singles["sd15"], device="cpu")
        plain = drawn(pipeline, request())
        assert not np.array_equal(drawn(pipeline, request(prompt="a red hat <lora:frills:1>")), plain)
        assert np.array_equal(drawn(pipeline, request()), plain)

    def test_the_starter_takes_none(self) -> None:
        with pytest.raises(CheckpointError, match='The LoRA "frills" cannot be used'):
            loras(SHIPPED["starter"], "a hat <lora:frills:1>")


class TestEmbeddings:
    def test_the_stores_can_be_called_by_name(self, tmp_path: Path, singles: dict[str, Path]) -> None:
        save_file({"emb_params": torch.randn(2, 768)}, tmp_path / "easy.safetensors")
        imports.import_file(tmp_path / "easy.safetensors")
        pipeline = load_pipeline(singles["sd15"], device="cpu")
        assert ([each.name for each in pipeline.embeddings], pipeline.notices) == (["easy"], ())

    def test_those_that_cannot_be_used_are_told_and_stop_nothing(
        self, tmp_path: Path, singles: dict[str, Path]
    ) -> None:
        whole = {"clip_l": torch.randn(2, 768), "clip_g": torch.randn(2, 1280)}
        for name, tensors in {
            "big": whole,
            "endless": {"emb_params": torch.full((2, 768), torch.inf)},
            "gone": {"emb_params": torch.randn(2, 768)},
            "half": {"clip_g": whole["clip_g"]},
        }.items():
            save_file(tensors, tmp_path / f"{name}.safetensors")
            entry = imports.import_file(tmp_path / f"{name}.safetensors")
            if name == "gone":
                entry.path.unlink()
        pipeline = load_pipeline(singles["sd15"], device="cpu")
        assert [each.name for each in pipeline.embeddings] == ["big"]
        assert [re.sub(r"\(.*\)", "", notice) for notice in pipeline.notices] == [
            f'The embedding "{name}" was left out .' for name in ("endless", "gone", "half")
        ]
        for notice, words in zip(pipeline.notices, ("not finite", "gone.safetensors", "half of one"), strict=True):
            assert words in notice
            assert "\n" not in notice


class TestAutoencoders:
    def test_one_that_bears_float16_says_so(self, tmp_path: Path, singles: dict[str, Path]) -> None:
        tensors = ldm_vae(NARROW["sdxl"].vae_widths, 1)
        spec = read_spec(singles["sdxl"])
        for name, upcast in (("sdxl_vae", True), ("sdxl-vae-fp16-fix", False)):
            vae = find_vae(write(tmp_path / f"{name}.safetensors", tensors), spec)
            loaded: Any = load_autoencoder(vae, "sdxl", torch.float16)
            assert (loaded.config.force_upcast, loaded.dtype) == (upcast, torch.float16)


def test_offload_changes_nothing_but_where_the_weights_are(singles: dict[str, Path]) -> None:
    """The device is the CPU here; on the way there and back every layer is hooked all the same."""
    controls = {"cc": singles["net"]}
    full, offloaded = (
        load_pipeline(singles["sd15"], controls=controls, device="cpu", memory=memory) for memory in ("full", "offload")
    )
    assert np.array_equal(drawn(full, request(Control())), drawn(offloaded, request(Control())))
    assert offloaded.vae.use_tiling


def test_a_spec_of_a_folder_in_the_store_has_its_name_there(tmp_path: Path, singles: dict[str, Path]) -> None:
    folder = write_folder(tmp_path / "0123abc", "sd15")
    index = json.loads((folder / "model_index.json").read_text())
    (folder / "model_index.json").write_text(json.dumps({**index, "force_zeros_for_empty_prompt": True}))
    entry = imports.import_file(folder, "anime")
    spec = read_spec(resolve("anime"))
    assert (spec.name, spec.zero_negative) == ("anime", True)
    assert weights_sha256(entry.path) == weights_sha256(folder)
