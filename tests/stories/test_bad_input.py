"""Something is wrong with what the artist gave: one sentence within three seconds, and nothing is written."""

from __future__ import annotations

import os
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Program, character, coat, files


def cut(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 2 // 3])


def pickled(path: Path) -> None:
    path.unlink()
    path.with_suffix(".bin").write_bytes(pickle.dumps({"weight": [1, 2, 3]}))


def disguised(path: Path) -> None:
    path.write_bytes(pickle.dumps({"weight": [1, 2, 3]}))


UNET = "models/unet/diffusion_pytorch_model.safetensors"
PICTURES = {
    "missing": ("hero.png", Path.unlink, "no file 'hero.png'"),
    "truncated": ("hero.png", cut, "'hero.png' is damaged or cut off"),
    "empty": ("hero.png", lambda p: p.write_bytes(b""), "'hero.png' is empty"),
    "text": ("hero.png", lambda p: p.write_text("hello"), "'hero.png' is not a picture"),
    "small": ("hero.png", lambda p: character((150, 150)).resize((63, 90)).save(p), "63 x 90"),
    "mask missing": ("mask.png", Path.unlink, "no file 'mask.png'"),
    "mask of another size": ("mask.png", lambda p: coat((150, 150)).save(p), "150 x 150"),
    "empty mask": ("mask.png", lambda p: coat().point(lambda _: 0).save(p), "mask is empty"),
    "white mask": ("mask.png", lambda p: coat().point(lambda _: 255).save(p), "whole picture"),
    "truncated weights": (UNET, cut, "truncated"),
    "empty weights": (UNET, lambda p: p.write_bytes(b""), "empty"),
    "missing weights": (UNET, Path.unlink, "missing"),
    "pickled weights": (UNET, pickled, "pickle"),
    "disguised pickle": (UNET, disguised, "pickle"),
    "broken config": ("models/unet/config.json", cut, "JSON"),
    "missing part": ("models/vae", shutil.rmtree, "vae"),
}
OPTIONS = {
    "scheduler": (["--scheduler", "ddmi"], "ddim"),
    "model": (["--model", "startr"], "starter"),
    "model folder": (["--model", "there/is/none"], "there/is/none"),
    "intent": (["--intent", "recolor"], "recolour"),
    "output": (["--out", "hero.png/results"], "is a file"),
}


@pytest.fixture
def folder(tmp_path: Path, model: Path) -> Path:
    character().save(tmp_path / "hero.png")
    coat().save(tmp_path / "mask.png")
    shutil.copytree(model, tmp_path / "models")
    return tmp_path


def assert_refused(ccnet: Program, folder: Path, sentence: str, *options: str) -> None:
    before = files(folder)
    given = ("hero.png", "--mask", "mask.png", "--outfit", "red coat", "--model", "models", *options)
    run = ccnet("dress", *given, cwd=folder)
    assert run.code == 1
    assert run.out == ""
    assert run.err.startswith("ccnet: ")
    assert run.err.count("\n") == 1, run.err
    assert sentence in run.err
    assert files(folder) == before


@pytest.mark.parametrize("case", PICTURES)
def test_bad_files(ccnet: Program, folder: Path, case: str) -> None:
    name, spoil, sentence = PICTURES[case]
    spoiler: Callable[[Path], object] = spoil
    spoiler(folder / name)
    assert_refused(ccnet, folder, sentence)


@pytest.mark.parametrize("case", OPTIONS)
def test_bad_options(ccnet: Program, folder: Path, case: str) -> None:
    options, sentence = OPTIONS[case]
    assert_refused(ccnet, folder, sentence, *options)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="everything may be written here")
def test_a_folder_that_cannot_be_written(ccnet: Program, folder: Path) -> None:
    (folder / "locked").mkdir(mode=0o500)
    assert_refused(ccnet, folder, "locked", "--out", "locked/results")
