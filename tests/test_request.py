from __future__ import annotations

import subprocess
import sys
from dataclasses import FrozenInstanceError, replace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from ccnet import annotators
from ccnet.masks import Mask
from ccnet.request import (
    ANNOTATORS,
    DEFAULT_STRENGTH,
    INTENTS,
    SCHEDULERS,
    Control,
    DressRequest,
    Garment,
    ModelSpec,
    known,
)


def mask(width: int = 80, height: int = 72) -> Mask:
    alpha = np.zeros((height, width), np.uint8)
    alpha[20:40, 20:40] = 255
    return Mask(alpha)


def request(**changes: Any) -> DressRequest:
    return DressRequest(**{"image": Image.new("RGB", (80, 72)), "mask": mask(), **changes})


def test_the_core_imports_no_model_library() -> None:
    heavy = ("torch", "diffusers", "transformers")
    code = (
        "import sys, ccnet, ccnet.request, ccnet.masks, ccnet.checkpoints, ccnet.families\n"
        f"print(*[m for m in {heavy} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, ""), done.stderr


def test_a_request_is_a_value() -> None:
    first = request(garment=Garment("red"))
    assert first == request(garment=Garment("red"))
    assert replace(first, seed=5).seed == 5
    with pytest.raises(FrozenInstanceError):
        first.seed = 5  # type: ignore[misc]


def test_controls_may_be_a_list() -> None:
    assert request(controls=[Control("a"), Control("b")]).controls == (Control("a"), Control("b"))


def test_every_intent_has_a_strength_to_offer() -> None:
    assert set(DEFAULT_STRENGTH) == set(INTENTS)
    for intent, strength in DEFAULT_STRENGTH.items():
        assert request(intent=intent, strength=strength).strength == strength


def test_a_distilled_scheduler_runs_all_its_steps_at_any_strength() -> None:
    assert request(scheduler="tcd", num_inference_steps=4, strength=0.2).strength == 0.2


def test_the_kinds_of_hint_are_those_that_can_be_made() -> None:
    assert tuple(annotators.ANNOTATORS) == ANNOTATORS


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"mask": mask(64, 64)}, "mask is 64 x 64 pixels but the picture is 80 x 72"),
        ({"mask": Mask(np.zeros((72, 80), np.uint8))}, "mask is empty: paint over the outfit first"),
        ({"mask": Mask(np.full((72, 80), 255, np.uint8))}, "covers the whole picture"),
        ({"image": Image.new("RGB", (80, 63)), "mask": mask(80, 63)}, "80 x 63 pixels: it must be at least 64 x 64"),
        ({"image": Image.new("RGBA", (80, 72))}, "must be RGB, not RGBA"),
        ({"intent": "recolor"}, 'no intent "recolor".*Known: new, recolour, fix, remove.*Did you mean "recolour"'),
        ({"scheduler": "eular"}, 'no scheduler "eular".*ddim, euler, euler a.*Did you mean "euler"'),
        ({"scheduler": "xyz"}, r"lcm, tcd\.$"),
        ({"control_branches": "all"}, "both, conditional"),
        ({"control_weighting": "papr"}, 'Did you mean "paper"'),
        ({"strength": 1.2}, "strength must be a number from 0 to 1, not 1.2"),
        ({"strength": float("nan")}, "strength"),
        ({"strength": 0.04}, "none of 20 steps"),
        ({"strength": 0, "scheduler": "lcm"}, "none of 20 steps"),
        ({"guidance_scale": 0.5}, "guidance scale"),
        ({"num_inference_steps": 0}, "number of steps must be a whole number from 1 to 1000, not 0"),
        ({"num_inference_steps": 2.5}, "number of steps"),
        ({"num_inference_steps": True}, "number of steps"),
        ({"seed": -1}, "seed"),
        ({"seed": 2**63 - 1, "num_images": 2}, "seed is too large"),
        ({"num_images": 0}, "number of images"),
        ({"mask_grow": -1}, "growth"),
        ({"mask_feather": 1.5}, "feather"),
        ({"resolution": 32}, "resolution"),
        ({"garment": Garment("red <lora:frills:0,8>")}, 'tag "<lora:frills:0,8>" cannot be read'),
        ({"negative_prompt": "<lora::1>"}, 'tag "<lora::1>" cannot be read'),
        ({"negative_prompt": "hat <lora:frills:1>"}, "LoRA frills is asked for in the negative prompt"),
        ({"controls": [Control(image=Image.new("RGB", (64, 64)))]}, "control image is 64 x 64 .* picture is 80 x 72"),
    ],
)
def test_what_cannot_be_is_refused_in_words(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words) as refusal:
        request(**changes)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "name of a ControlNet"),
        ({"scale": -1}, "scale must be a number from 0 to 10"),
        ({"start": 0.6, "end": 0.5}, "starts at 0.6, after its end at 0.5"),
        ({"end": 1.5}, "end"),
        ({"annotator": "line art"}, 'no annotator "line art".*Did you mean "lineart"'),
    ],
)
def test_controls_are_checked_too(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Control(**changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"resolution": 8},
        {"multiple": 12},
        {"scheduler": "no"},
        {"hole": 3},
        {"family": "flux"},
        {"zero_negative": "no"},
    ],
)
def test_a_models_own_words_are_checked(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        ModelSpec(**{"name": "model", **changes})


def test_known_passes_what_is_known() -> None:
    assert [known("scheduler", name, SCHEDULERS) for name in SCHEDULERS] == list(SCHEDULERS)
