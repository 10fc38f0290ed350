"""An artist is tired of painting masks: the program finds the clothes, and shows what it found."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from conftest import Program, character, files
from PIL import Image
from truthparser import Scene, doll, side_by_side

from ccnet import autodress, clothes, recipe

FACE = ("face", "eyes", "nose", "mouth")
OUTFIT = ("topwear", "bottomwear", "legwear", "footwear", "neckwear")


class Kept(NamedTuple):
    """old: which share of the old garments the mask holds. face: which share of the face it leaves alone."""

    old: float
    face: float


def kept(scene: Scene, mask: np.ndarray, garments: Sequence[str] = OUTFIT) -> Kept:
    return Kept(float((mask[scene.where(*garments)] > 0).mean()), float((mask[scene.where(*FACE)] == 0).mean()))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a character, two of them in one picture, and one on a transparent ground."""
    folder = tmp_path_factory.mktemp("characters")
    doll(4).image.save(folder / "hero.png")
    side_by_side(doll(1), doll(4)).image.save(folder / "pair.png")
    sprite = doll(4).image.copy()
    sprite.putalpha(Image.fromarray((doll(4).labels > 0).astype(np.uint8) * 255))
    sprite.save(folder / "sprite.png")
    Image.new("RGB", (200, 200), "lightblue").save(folder / "sky.png")
    return folder


def test_a_mask_a_map_and_an_overlay(folder: Path, ccnet: Program) -> None:
    run = ccnet("mask", "hero.png", "--out", "masks", cwd=folder)
    assert run.code == 0, run.err
    assert files(folder / "masks") == ["hero-mask-1-map.png", "hero-mask-1-overlay.png", "hero-mask-1.png"]
    assert "Look at" in run.out
    assert "paper dolls only" in run.err
    share = kept(doll(4), np.asarray(Image.open(folder / "masks" / "hero-mask-1.png")))
    assert share.old > 0.97
    assert share.face > 0.97


@pytest.mark.parametrize("size", [256, 640])
def test_unseen_dolls(size: int) -> None:
    parser = clothes.load_parser("starter", "cpu")
    shares = []
    for number in range(8):
        scene = doll(number, size)
        found = autodress.find_clothes(scene.image, parser=parser)
        shares.append(kept(scene, found.mask.mask.alpha))
    assert np.mean([share.old for share in shares]) > 0.98
    assert np.mean([share.face for share in shares]) > 0.98


def test_dressed_without_a_mask_and_again_from_the_png(
    folder: Path, tmp_path: Path, model: Path, ccnet: Program
) -> None:
    options = ("--outfit", "blue dress, long skirt", "--model", model, "--seed", "3", "--out", tmp_path)
    run = ccnet("dress", "hero.png", *options, cwd=folder)
    assert run.code == 0, run.err
    assert files(tmp_path) == [
        "hero-dressed-1-garment.png",
        "hero-dressed-1-mask.png",
        "hero-dressed-1-sheet.png",
        "hero-dressed-1.png",
    ]
    before, mask = np.asarray(doll(4).image), np.asarray(Image.open(tmp_path / "hero-dressed-1-mask.png"))
    result = np.asarray(Image.open(tmp_path / "hero-dressed-1.png"))
    garment = np.asarray(Image.open(tmp_path / "hero-dressed-1-garment.png"))
    outside = garment[..., 3] == 0
    assert np.array_equal(result[outside], before[outside])
    assert (garment[mask == 255, 3] == 255).all()
    made = recipe.read(tmp_path / "hero-dressed-1.png")
    assert np.array_equal(made.request.mask.alpha, mask)
    assert made.finding is not None
    assert (made.finding.parser, len(made.finding.parser_sha256)) == ("starter", 64)
    assert made.leak is not None
    run = ccnet("redo", "hero-dressed-1.png", "--model", model, cwd=tmp_path)
    assert "Bit-identical" in run.out, run.err


def test_one_of_two(folder: Path, tmp_path: Path, ccnet: Program) -> None:
    run = ccnet("mask", "pair.png", "--out", tmp_path, cwd=folder)
    assert run.code == 0, run.err
    assert "2 characters were found" in run.err
    x, y = np.argwhere(doll(1).where("topwear")).mean(axis=0)[::-1].astype(int)
    run = ccnet("mask", "pair.png", "--out", tmp_path, "--point", f"{x},{y}", cwd=folder)
    assert run.code == 0, run.err
    mask = np.asarray(Image.open(tmp_path / "pair-mask-2.png"))
    assert mask[:, :256].any()
    assert not mask[:, 256:].any()


def test_a_transparent_sprite(folder: Path, tmp_path: Path, ccnet: Program) -> None:
    run = ccnet("mask", "sprite.png", "--out", tmp_path, cwd=folder)
    assert run.code == 0, run.err
    assert kept(doll(4), np.asarray(Image.open(tmp_path / "sprite-mask-1.png"))).old > 0.95


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["sky.png"], "No character was found"),
        (["hero.png", "--slots", "gloves"], "No gloves found; found: top"),
        (["hero.png", "--point", "2,2"], "only background"),
        (["hero.png", "--point", "900,2"], "outside the picture"),
        (["hero.png", "--box", "50,50,0,0"], "has no size"),
        (["hero.png", "--parser", "nobody"], "nobody"),
    ],
)
def test_what_cannot_be_found(folder: Path, tmp_path: Path, ccnet: Program, options: list[str], sentence: str) -> None:
    run = ccnet("mask", *options, "--out", tmp_path / "none", cwd=folder)
    assert run.code == 1
    assert run.out == ""
    assert sentence in run.err.splitlines()[-1]
    assert "Traceback" not in run.err
    assert not (tmp_path / "none").exists()


def test_a_scribble_is_no_reason_to_crash(tmp_path: Path, ccnet: Program) -> None:
    character().save(tmp_path / "scribble.png")
    run = ccnet("mask", "scribble.png", cwd=tmp_path)
    assert run.code in (0, 1)
    assert "Traceback" not in run.err
