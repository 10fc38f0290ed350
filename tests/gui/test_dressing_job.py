"""From settings to jobs, without loading anything."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ccnet.masks import Mask
from ccnet.request import Control
from gui import dressing_job
from gui.outfit import LoraChoice, Outfit


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CCNET_HOME", str(tmp_path))


def mask() -> Mask:
    alpha = np.zeros((80, 96), np.uint8)
    alpha[20:40, 30:50] = 255
    return Mask(alpha)


def test_everything_of_the_panel_is_in_the_job() -> None:
    image = Image.new("RGB", (96, 80), "white")
    outfit = Outfit(prompt="red dress", seed=5, candidates=3, num_inference_steps=7, strength=0.5, intent="recolour")
    job, notices = dressing_job.prepare(outfit, image, mask(), "a", mask())
    assert notices == ()
    assert (job.id, job.model, job.vae, job.memory) == ("a", "starter", None, "full")
    assert job.request.image is image
    assert (job.request.seed, job.request.num_images, job.request.num_inference_steps) == (5, 3, 7)
    assert (job.request.intent, job.request.strength) == ("recolour", 0.5)
    assert job.request.controls == (Control(),)
    assert job.old is not None
    assert dressing_job.warm_up(outfit).model == "starter"


def test_what_cannot_be_is_said_before_anything_is_loaded() -> None:
    image = Image.new("RGB", (96, 80), "white")
    for changes, word in (
        ({"model": "no such model"}, "no such model"),
        ({"loras": (LoraChoice("lace"),)}, "lace"),
        ({"controls": (Control(), Control("posing", annotator="pose"))}, "posing"),
    ):
        outfit = dataclasses.replace(Outfit(prompt="red dress"), **changes)
        with pytest.raises(ValueError, match=word):
            dressing_job.prepare(outfit, image, mask(), "a")
    with pytest.raises(ValueError, match="paint"):
        dressing_job.prepare(Outfit(prompt="dress"), image, Mask(np.zeros((80, 96), np.uint8)), "a")


def test_what_is_protected_is_not_drawn() -> None:
    protection = np.zeros((80, 96), np.uint8)
    protection[20:30] = 255
    allowed = dressing_job.allowed(mask().alpha, protection)
    assert allowed.bounds == (30, 30, 20, 10)
    assert not dressing_job.allowed(mask().alpha, np.full((80, 96), 255, np.uint8))


def test_the_shape_is_the_chosen_one_with_what_was_pulled() -> None:
    assert dressing_job.target_of(Outfit(prompt="long skirt")).hem == "ankle"
    assert dressing_job.target_of(Outfit(prompt="long skirt", target="miniskirt")).hem == "thigh"
    pulled = dressing_job.target_of(Outfit(prompt="long skirt", hem="knee", sleeves="short", flare=0.0))
    assert (pulled.hem, pulled.sleeves, pulled.flare) == ("knee", "short", 0.0)


def test_no_model_library_is_imported() -> None:
    code = "import sys, gui.window, gui.files, gui.safekeeping; sys.exit('torch' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], check=False, cwd=Path(__file__).resolve().parents[2])
    assert run.returncode == 0
