"""Fast modes and control layers as front ends offer them."""

from __future__ import annotations

from pathlib import Path

import pytest

from ccnet import checkpoints, imports
from ccnet.families import FAMILIES
from ccnet.options import hastened, steering
from ccnet.request import Control
from tests.fulllayout import checkpoint, controlnet, write
from tests.modelfiles import write_lora

SPEC = FAMILIES["sd15"].spec("mine")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CCNET_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture(scope="module")
def singles(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("singles")
    return {
        "sd15": write(folder / "sd15.safetensors", checkpoint("sd15")),
        "inpaint": write(folder / "inpaint.safetensors", checkpoint("sd15", 9)),
        "net": write(folder / "inpaint net.safetensors", controlnet("sd15")),
    }


class TestFastModes:
    def test_settings_and_the_tag(self, tmp_path: Path) -> None:
        with pytest.raises(ValueError, match="needs the LoRA lcm-sd15: ccnet models download lcm-sd15"):
            hastened("lcm", tmp_path, SPEC, "a dress")
        imports.import_file(write_lora(tmp_path / "lcm-sd15.safetensors"))
        spec, prompt = hastened("lcm", tmp_path, SPEC, "a dress")
        assert (spec.scheduler, spec.num_inference_steps, spec.guidance_scale) == ("lcm", 6, 1.8)
        assert prompt == "a dress <lora:lcm-sd15:1>"
        assert hastened("lcm", tmp_path, SPEC, "a dress <lora:LCM-sd15:0.9>")[1] == "a dress <lora:LCM-sd15:0.9>"

    def test_refusals(self, tmp_path: Path) -> None:
        with pytest.raises(ValueError, match=r'no fast mode "hypr".*Did you mean "hyper"'):
            hastened("hypr", tmp_path, SPEC, "a dress")
        with pytest.raises(ValueError, match="use fewer steps"):
            hastened("hyper", checkpoints.SHIPPED["starter"], SPEC, "a dress")


class TestSteering:
    def test_the_layer_around_the_mask_is_always_there(self, singles: dict[str, Path]) -> None:
        bare = steering([], singles["sd15"], SPEC)
        assert bare[:2] == ((), {})
        assert "ccnet models download control-inpaint-sd15" in bare.notices[0]
        imports.import_file(singles["net"])
        controls, layers, notices = steering([], singles["sd15"], SPEC, own_scale=0.5)
        assert (controls, list(layers), notices) == ((Control(scale=0.5),), ["cc"], ())
        assert steering([], singles["sd15"], SPEC, own_scale=0).controls == ()

    def test_an_inpainting_base_needs_none(self, singles: dict[str, Path]) -> None:
        assert steering([], singles["inpaint"], SPEC) == ((), {}, ())

    def test_further_ones(self, singles: dict[str, Path]) -> None:
        controls, layers, _ = steering([f"canny={singles['net']}:0.5"], singles["sd15"], SPEC)
        assert controls == (Control("inpaint net", scale=0.5, annotator="canny"),)
        assert list(layers) == ["inpaint net"]
        controls, layers, _ = steering([f"inpaint={singles['net']}:0.7"], singles["sd15"], SPEC)
        assert controls == (Control("cc", scale=0.7),)
        assert layers["cc"].path == singles["net"]

    def test_an_annotator_without_its_weights(self, singles: dict[str, Path]) -> None:
        with pytest.raises(ValueError, match=r'"pose" needs the file body_pose_model.pth.*canny'):
            steering([f"pose={singles['net']}"], singles["sd15"], SPEC)
