"""What is added to a base: found by name, told by its keys, refused when it belongs to another family."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from ccnet import adapters, catalogue, imports, store
from ccnet.adapters import choose, find, find_lora, installed, locate, loras_of, own_layer
from ccnet.formats import CheckpointError
from tests.fulllayout import NARROW, controlnet, ldm_vae, t2i_adapter, write
from tests.modelfiles import write_flux, write_lora
from tests.offline import refuse_sockets


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    refuse_sockets(monkeypatch)
    monkeypatch.setenv("CCNET_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture(scope="module")
def net(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ControlNet of SD1.5."""
    return write(tmp_path_factory.mktemp("nets") / "net.safetensors", controlnet("sd15"))


@pytest.fixture(scope="module")
def net_xl(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("nets") / "net-xl.safetensors", controlnet("sdxl"))


def catalogued(name: str, file: Path) -> None:
    """As if a model of the catalogue had been downloaded."""
    record = imports.import_file(file, name).path.with_name(store.RECORD)
    source = f"hub:{catalogue.known(name).hub}"
    record.write_text(json.dumps({**json.loads(record.read_text()), "source": source}))


def test_a_path_or_a_name(net: Path) -> None:
    assert locate(net) == ("net", net, None)
    entry = imports.import_file(net, "my net")
    assert locate("MY NET")[:2] == ("my net", entry.path)
    assert locate("controlnet/my net").path == locate(entry.path).path == entry.path
    assert locate(entry.path).entry == store.find("my net")
    found = find("my net", adapters.STEERING, "sd15")
    assert found.sha256 == store.sha256_of(net) == find(net, adapters.STEERING, "sd15").sha256


@pytest.mark.parametrize("name", ["gone.safetensors", "there/gone", "gone.ckpt"])
def test_a_path_that_is_not_there(name: str) -> None:
    with pytest.raises(CheckpointError, match="There is no file or folder"):
        locate(name)


def test_a_name_that_is_not_there_suggests_the_nearest(net: Path) -> None:
    imports.import_file(net, "my-net")
    with pytest.raises(CheckpointError, match=r'"my-nte".*Did you mean "my-net"'):
        locate("my-nte")


def test_what_is_of_another_family_or_kind(tmp_path: Path, net: Path, net_xl: Path) -> None:
    with pytest.raises(CheckpointError, match=r"net-xl.safetensors is a ControlNet made for SDXL, but this.*SD1.5"):
        find(net_xl, adapters.STEERING, "sd15")
    with pytest.raises(CheckpointError, match=r"is of another kind, SD1.5 ControlNet.*name a VAE"):
        find(net, adapters.VAES, "sd15")
    with pytest.raises(CheckpointError, match="Flux"):
        find(write_flux(tmp_path / "flux.safetensors"), adapters.VAES, "sd15")


class TestFits:
    def test_a_net_of_the_bases_widths(self, net: Path) -> None:
        found = find(net, adapters.STEERING, "sd15")
        assert found.misfit((32, 64, 64, 64), 32) == found.misfit((), None) == ""
        assert "have 32, 64, 64, 64 channels instead of 320, 640" in found.misfit((320, 640, 1280, 1280), 32)
        assert "reads 32 numbers a word, not 768" in found.misfit((32, 64, 64, 64), 768)

    def test_a_hint_that_is_no_picture(self, tmp_path: Path) -> None:
        file = write(tmp_path / "latent.safetensors", controlnet("sd15", hint_channels=4))
        assert "RGB hints" in find(file, adapters.STEERING, "sd15").misfit((32, 64, 64, 64), 32)

    @pytest.mark.parametrize("kind", ["full", "light", "full_xl"])
    def test_a_t2i_adapter(self, tmp_path: Path, kind: str) -> None:
        file = write(tmp_path / "sketch.safetensors", t2i_adapter(kind, width=32))
        found = find(file, adapters.STEERING, "sdxl" if kind == "full_xl" else "sd15")
        assert found.misfit((32, 64, 128, 128), 32) == found.misfit((32, 64, 128), 32) == ""
        assert "channels instead of 320" in found.misfit((320, 640, 1280, 1280), 768)


class TestFloat16:
    def vae(self, file: Path) -> adapters.Adapter:
        return find(write(file, ldm_vae(NARROW["sdxl"].vae_widths, 1)), adapters.VAES, "sdxl")

    @pytest.mark.parametrize(
        ("name", "expected"),
        [
            ("sdxl_vae", False),
            ("sdxl_vae.fp16", False),
            ("sdxl-vae-fp16-fix", True),
            ("sdxl_vae_fp16_fix", True),
            ("fixFP16ErrorsSDXLLowerMemoryUse_v10", True),
        ],
    )
    def test_a_vae_that_bears_it_is_known_by_its_name(self, tmp_path: Path, name: str, expected: bool) -> None:
        assert self.vae(tmp_path / f"{name}.safetensors").bears_float16 == expected

    def test_and_by_its_hash(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        vae = self.vae(tmp_path / "sdxl_vae.safetensors")
        monkeypatch.setattr(adapters, "FP16_FIX", store.sha256_of(vae.path))
        assert vae.bears_float16

    def test_the_catalogues_is_known_whatever_its_file_is_called(self, tmp_path: Path) -> None:
        vae = self.vae(tmp_path / "sdxl_vae.safetensors")
        catalogued("sdxl-vae-fp16-fix", vae.path)
        assert find("sdxl-vae-fp16-fix", adapters.VAES, "sdxl").bears_float16

    @pytest.mark.parametrize(
        ("config", "expected"), [({"force_upcast": False}, True), ({"force_upcast": True}, False), ({}, False)]
    )
    def test_a_folder_says_so_itself(self, tmp_path: Path, config: dict[str, bool], expected: bool) -> None:
        folder = tmp_path / "sdxl-vae-fp16-fix"
        write(folder / "diffusion_pytorch_model.safetensors", ldm_vae(NARROW["sdxl"].vae_widths, 1))
        (folder / "config.json").write_text(json.dumps(config))
        assert find(folder, adapters.VAES, "sdxl").bears_float16 == expected


def test_it_needs_no_torch(net: Path, net_xl: Path) -> None:
    code = (
        "import sys; from ccnet import adapters; adapters.find(sys.argv[1], adapters.STEERING, 'sd15')\n"
        "try: adapters.find(sys.argv[2], adapters.STEERING, 'sd15')\n"
        "except ValueError: print('torch' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(net), str(net_xl)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"


class TestLoras:
    def test_tags_are_found_in_the_store_alone(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        imports.import_file(write_lora(tmp_path / "frills.safetensors"))
        (found,) = loras_of("a dress <lora:Frills:0.8> <lora:frills:1>", "sd15")[:1]
        assert found.name == "frills"
        monkeypatch.chdir(tmp_path)
        (tmp_path / "lora").mkdir()
        write_lora(tmp_path / "lora" / "other.safetensors", seed=2)
        for name in ("other", "other.safetensors", "lora/other.safetensors", str(tmp_path / "frills.safetensors")):
            with pytest.raises(CheckpointError, match="There is no"):
                find_lora(name, "sd15")

    def test_of_another_family(self, tmp_path: Path) -> None:
        imports.import_file(write_lora(tmp_path / "xl.safetensors", width=2048))
        with pytest.raises(CheckpointError, match=r"xl is a LoRA made for SDXL, but this model is SD1.5"):
            loras_of("a dress <lora:xl:1>", "sd15")
        assert loras_of("a dress <lora:xl:1>", "sdxl")

    def test_a_prompt_without_tags_asks_for_nothing(self) -> None:
        assert loras_of("a dress", "sd15") == []


class TestControls:
    def test_a_kind_alone(self, net: Path) -> None:
        imports.import_file(net, "control_v11p_sd15_canny")
        control, adapter = choose("canny", "sd15")
        assert (control.name, control.annotator, control.scale, control.start, control.end) == (
            adapter.name,
            "canny",
            1,
            0,
            1,
        )
        control, _ = choose("canny:0.6:0.1-0.75", "sd15")
        assert (control.scale, control.start, control.end) == (0.6, 0.1, 0.75)

    def test_a_name_alone(self, net: Path) -> None:
        imports.import_file(net, "control_v11p_sd15s2_lineart_anime")
        assert choose("control_v11p_sd15s2_lineart_anime:.5", "sd15").control.annotator == "lineart anime"
        assert choose("lineart-anime", "sd15").control.annotator == "lineart anime"

    def test_both(self, net: Path) -> None:
        control, adapter = choose(f"pose={net}:0.5", "sd15")
        assert (control.annotator, control.name, adapter.path, control.scale) == ("pose", "net", net, 0.5)

    def test_inpaint_is_the_layer_with_the_hole(self, net: Path) -> None:
        control, adapter = choose(f"inpaint={net}", "sd15")
        assert (control.name, control.annotator, adapter.path) == ("cc", None, net)

    def test_a_union_reads_every_kind_and_comes_last(self, tmp_path: Path, net_xl: Path) -> None:
        tensors = {**controlnet("sdxl"), "control_model.task_embedding": torch.zeros(8, 32)}
        imports.import_file(write(tmp_path / "union.safetensors", tensors), "a union")
        assert choose("pose", "sdxl").adapter.name == "a union"
        imports.import_file(net_xl, "openpose xl")
        assert choose("pose", "sdxl").adapter.name == "openpose xl"
        with pytest.raises(ValueError, match=r"What \"a union\" is to read.*canny=a union"):
            choose("a union", "sdxl")

    def test_refusals(self, net: Path) -> None:
        with pytest.raises(
            CheckpointError, match=r'None of your ControlNets for SD1.5 reads "pose": .*control-openpose-sd15'
        ):
            choose("pose", "sd15")
        with pytest.raises(CheckpointError, match='reads "segmentation": import one'):
            choose("segmentation", "sd15")
        with pytest.raises(ValueError, match=r'"cany" is no kind of control. Known: inpaint, lineart'):
            choose(f"cany={net}", "sd15")
        with pytest.raises(ValueError, match=r"after its end"):
            choose(f"canny={net}:1:0.8-0.2", "sd15")
        with pytest.raises(ValueError, match="is to read is not known"):
            choose(str(net), "sd15")


class TestOwnLayer:
    def test_the_catalogues_inpainting_net(self, net: Path) -> None:
        assert own_layer("sd15") is None
        imports.import_file(net, "canny of mine")
        assert own_layer("sd15") is None
        store.remove("canny of mine")
        catalogued("control-inpaint-sd15", net)
        found = own_layer("sd15")
        assert found is not None
        assert (found.name, found.hole, found.kinds) == ("control-inpaint-sd15", -1.0, ("inpaint",))
        assert own_layer("sdxl") is None

    def test_one_that_says_so_itself(self, tmp_path: Path) -> None:
        save_file(controlnet("sd15"), tmp_path / "trained.safetensors", metadata={"ccnet.hole": "-0.5"})
        imports.import_file(tmp_path / "trained.safetensors")
        found = own_layer("sd15")
        assert found is not None
        assert found.hole == -0.5

    def test_a_damaged_one_is_not_taken(self, net: Path) -> None:
        entry = imports.import_file(net, "inpaint")
        entry.path.write_bytes(b"")
        assert own_layer("sd15") is None
        assert installed(adapters.STEERING, "sd15") == []


def test_annotators_lie_together(tmp_path: Path, home: Path) -> None:
    assert adapters.annotator_folder() is None
    (home / "annotators").mkdir(parents=True)
    assert adapters.annotator_folder() == home / "annotators"
    (tmp_path / "snapshot").mkdir()
    file = tmp_path / "snapshot" / "netG.pth"
    store.put(store.Entry("annotator-x", "annotator", None, "", file, (), "netG.pth", source="hub:a/b"))
    assert adapters.annotator_folder() == tmp_path / "snapshot"


def test_the_tagger_that_was_downloaded_comes_first(tmp_path: Path, home: Path) -> None:
    assert adapters.tagger_folder() is None
    (home / "tagger").mkdir(parents=True)
    assert adapters.tagger_folder() == home / "tagger"
    store.put(store.Entry("tagger-x", "tagger", None, "", tmp_path / "snapshot", (), "tagger-x", source="hub:a/b"))
    assert adapters.tagger_folder() == tmp_path / "snapshot"
    store.remove("tagger-x")
    assert adapters.tagger_folder() == home / "tagger"
