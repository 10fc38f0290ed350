"""An artist brings models of their own - single files, ControlNets, LoRAs - and uses them by name, without a network.

The nets have the real layout, narrow channels and random weights.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from conftest import ROOT, Run, character, coat, files
from PIL import Image

from tests.fulllayout import NARROW, checkpoint, controlnet, write
from tests.modelfiles import write_flux, write_lora

QUICK = ("--steps", "2", "--resolution", "64", "--seed", "3")
KEY = "lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn2_to_k"


class Workplace:
    """A folder with a character, its mask and files from elsewhere; the program in it can open no socket."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        character().save(folder / "hero.png")
        coat().save(folder / "mask.png")
        blocked = "import socket\n\ndef refuse(*_, **__):\n    raise AssertionError('A socket was opened.')\n\n"
        (folder / "blocked").mkdir()
        (folder / "blocked" / "sitecustomize.py").write_text(f"{blocked}socket.socket.connect = refuse\n")
        there = folder / "downloads"
        write(there / "My Anime v1.safetensors", checkpoint("sd15"), torch.float16)
        write(there / "Big Anime.safetensors", checkpoint("sdxl"), torch.float16)
        torch.save({"state_dict": checkpoint("sd15", seed=5)}, there / "old.ckpt")
        write(there / "control_v11p_sd15_canny.safetensors", controlnet("sd15"))
        context = NARROW["sd15"].unet.context
        lora = {f"{KEY}.lora_down.weight": torch.ones(2, context), f"{KEY}.lora_up.weight": torch.ones(32, 2)}
        write(there / "frills.safetensors", lora)
        write_lora(there / "big.safetensors", width=2048)
        write_flux(there / "flux.safetensors")

    def __call__(self, *options: str | Path) -> Run:
        done = subprocess.run(
            [sys.executable, "-m", "ccnet.cli", *map(str, options)],
            cwd=self.folder,
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join([str(self.folder / "blocked"), str(ROOT)]),
                "PYTHONIOENCODING": "utf-8",
                "CCNET_HOME": str(self.folder / "home"),
            },
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=300,
        )
        return Run(done.returncode, done.stdout, done.stderr)

    def dress(self, *options: str | Path, out: str, outfit: str = "red coat") -> Run:
        return self("dress", "hero.png", "--mask", "mask.png", "--outfit", outfit, *QUICK, "--out", out, *options)

    def pixels(self, out: str, name: str = "hero-dressed-1") -> np.ndarray:
        return np.asarray(Image.open(self.folder / out / f"{name}.png"))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Workplace:
    workplace = Workplace(tmp_path_factory.mktemp("own"))
    names = ("My Anime v1", "Big Anime", "control_v11p_sd15_canny", "frills", "big")
    run = workplace("models", "import", *(f"downloads/{name}.safetensors" for name in names))
    assert run.code == 0, run.err
    plain = workplace.dress("--model", "my anime v1", out="plain")
    assert plain.code == 0, plain.err
    assert "control-inpaint-sd15" in plain.err, "what would serve it better is said"
    return workplace


def only_the_coat_changed(place: Workplace, out: str) -> None:
    before, after = np.asarray(character()), place.pixels(out)
    garment = place.pixels(out, "hero-dressed-1-garment")
    assert np.array_equal(after[garment[..., 3] == 0], before[garment[..., 3] == 0])
    assert not np.array_equal(after, before)


def test_a_single_file_by_name(place: Workplace) -> None:
    only_the_coat_changed(place, "plain")
    listed = place("models").out
    assert "My Anime v1" in listed
    assert "SD1.5 checkpoint" in listed


def test_a_result_says_what_made_it_and_is_made_again(place: Workplace) -> None:
    run = place("redo", "plain/hero-dressed-1.png", "--out", "again")
    assert run.code == 0, run.err
    assert "Bit-identical" in run.out


def test_characters_are_kept_dressed_unless_asked_otherwise(place: Workplace) -> None:
    assert "Negative prompt: nsfw, nude" in Image.open(place.folder / "plain" / "hero-dressed-1.png").info["parameters"]


def test_a_pickle(place: Workplace) -> None:
    run = place.dress("--model", "downloads/old.ckpt", out="pickle")
    assert run.code == 0, run.err
    only_the_coat_changed(place, "pickle")


def test_an_sdxl_file(place: Workplace) -> None:
    run = place.dress("--model", "Big Anime", out="sdxl")
    assert run.code == 0, run.err
    only_the_coat_changed(place, "sdxl")


def test_a_lora_and_a_canny_layer_and_all_of_it_again(place: Workplace) -> None:
    given = ("--model", "My Anime v1", "--control", "canny:0.8:0-0.5")
    run = place.dress(*given, out="rich", outfit="red coat <lora:frills:0.7>")
    assert run.code == 0, run.err
    only_the_coat_changed(place, "rich")
    assert not np.array_equal(place.pixels("rich"), place.pixels("plain"))
    assert 'Lora hashes: "frills: ' in Image.open(place.folder / "rich" / "hero-dressed-1.png").info["parameters"]
    run = place("redo", "rich/hero-dressed-1.png", "--out", "rich again")
    assert run.code == 0, run.err
    assert "Bit-identical" in run.out
    (place.folder / "home" / "models" / "lora" / "frills").rename(place.folder / "hidden")
    run = place("redo", "rich/hero-dressed-1.png", "--out", "never")
    (place.folder / "hidden").rename(place.folder / "home" / "models" / "lora" / "frills")
    assert run.code == 1
    assert "The LoRA 'frills' is not among your models" in run.err
    assert not (place.folder / "never").exists()


@pytest.mark.parametrize(
    ("options", "outfit", "sentence"),
    [
        (["--model", "My Anime v1"], "coat <lora:big:1>", "big is a LoRA made for SDXL, but this model is SD1.5"),
        (["--model", "My Anime v1"], "coat <lora:frils:1>", 'Did you mean "frills"'),
        (["--model", "Big Anime", "--control", "canny"], "coat", "ccnet models download control-canny-noobai"),
        (
            ["--model", "Big Anime", "--control", "control_v11p_sd15_canny"],
            "coat",
            "ControlNet made for SD1.5, but",
        ),
        (["--model", "My Anime v1", "--control", "depth"], "coat", 'reads "depth"'),
        (["--model", "My Anime v1", "--fast", "hyper"], "coat", "ccnet models download hyper-sd15"),
        (["--model", "My Anime v1", "--vae", "downloads/frills.safetensors"], "coat", "name a VAE"),
        (["--model", "downloads/flux.safetensors"], "coat", "Flux"),
        (["--model", "downloads/frills.safetensors"], "coat", "is no checkpoint"),
        (["--model", "My Anime v1", "--memory", "less"], "coat", "full, offload"),
        (["--model", "starter", "--fast", "lcm"], "coat", "use fewer steps"),
    ],
)
def test_what_does_not_fit_is_refused_before_anything_is_loaded(
    place: Workplace, options: list[str], outfit: str, sentence: str
) -> None:
    before = files(place.folder)
    run = place.dress(*options, out="refused", outfit=outfit)
    assert run.code == 1
    assert run.err.startswith("ccnet: ")
    assert run.err.count("\n") == 1, run.err
    assert sentence in run.err
    assert files(place.folder) == before
