"""`ccnet mask`, and `ccnet dress` without a mask: what they write, what they say, what they refuse."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fakepipeline import FakePipeline
from PIL import Image
from test_autodress import Clicker, inside, middle
from test_cli import files, pipeline  # noqa: F401
from truthparser import Scene, TruthParser, doll, side_by_side

from ccnet import cli, clothes, recipe, store
from ccnet.clothes import Choice
from ccnet.formats import CheckpointError

DOLL = doll(4)
CLOTHES = ("topwear", "bottomwear", "legwear", "footwear", "neckwear")


class Door:
    """Stands in for `ccnet.clothes`: a parser that knows the answers and a segmenter that clicks squares."""

    def __init__(self, scene: Scene, folder: Path) -> None:
        self.scene = scene
        self.loaded: list[str] = []
        self.clicker = Clicker()
        self.weights = folder / "weights.safetensors"
        self.weights.write_bytes(b"weights")

    def choose(self, name: str | Path, **_: Any) -> Choice:
        if name not in ("auto", "starter"):
            raise CheckpointError(f'There is no parser "{name}": known are starter.')
        return Choice("starter", self.weights, ("The starter is used.",) if name == "auto" else ())

    def load_parser(self, *_: Any) -> TruthParser:
        self.loaded.append("parser")
        return TruthParser(self.scene)

    def load_segmenter(self, *_: Any) -> Clicker:
        self.loaded.append("segmenter")
        return self.clicker


@pytest.fixture
def door(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Door:
    """The working folder, with a character in it."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    door = Door(DOLL, elsewhere)
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    monkeypatch.setenv("CCNET_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(clothes, "choose_parser", door.choose)
    monkeypatch.setattr(clothes, "choose_segmenter", door.choose)
    monkeypatch.setattr(clothes, "load_parser", door.load_parser)
    monkeypatch.setattr(clothes, "load_segmenter", door.load_segmenter)
    DOLL.image.save("hero.png")
    return door


def masked(name: str = "hero-mask-1.png", folder: str = "masks") -> np.ndarray:
    image = Image.open(Path(folder, name))
    assert image.mode == "L"
    return np.asarray(image)


def test_it_writes_the_mask_a_map_and_an_overlay(door: Door, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["mask", "hero.png"]) == 0
    said = capsys.readouterr()
    assert files(Path("masks")) == ["hero-mask-1-map.png", "hero-mask-1-overlay.png", "hero-mask-1.png"]
    assert f"Look at {Path('masks', 'hero-mask-1-overlay.png')}" in said.out
    assert "found: top, bottom, legwear, footwear, headwear, neckwear" in said.out
    assert said.err.count("Note: The starter is used.") == 1
    assert (masked()[DOLL.where(*CLOTHES)] == 255).mean() > 0.99
    for name in ("hero-mask-1-map.png", "hero-mask-1-overlay.png"):
        assert Image.open(Path("masks", name)).size == DOLL.image.size
    assert door.loaded == ["parser"], "at this size the parser sees every pixel, and nothing was pointed at"


def test_a_mask_is_never_overwritten(door: Door) -> None:
    for _ in range(2):
        assert cli.main(["mask", "hero.png", "--out", "新しい"]) == 0
    assert [name for name in files(Path("新しい")) if re.search(r"\d\.png", name)] == [
        "hero-mask-1.png",
        "hero-mask-2.png",
    ]


def test_slots_target_words(door: Door) -> None:
    assert cli.main(["mask", "hero.png", "--slots", "shoes, bottom", "--target", "long skirt"]) == 0
    assert cli.main(["mask", "hero.png", "--slots", "bottom", "--target", "miniskirt"]) == 0
    assert cli.main(["mask", "hero.png", "--words", "hat"]) == 0
    long, short, hat = (masked(f"hero-mask-{i}.png") > 0 for i in (1, 2, 3))
    assert (long[DOLL.where("footwear")]).mean() > 0.99
    assert long.sum() > 1.3 * short.sum()
    assert hat[DOLL.where("headwear")].all()
    assert not hat[DOLL.where("topwear")].any()


def test_points_and_boxes(door: Door) -> None:
    (x, y), (u, v) = middle(DOLL, "hair"), middle(DOLL, "topwear")
    assert cli.main(["mask", "hero.png", "--point", f"{x},{y}+", f"{u}, {v}-", "--box", f"{u},{v},7,9"]) == 0
    ((points, box),) = door.clicker.asked
    assert [(point.x, point.y, point.add) for point in points] == [(x, y, True), (u, v, False)]
    assert box == (u, v, 7, 9)
    assert masked()[y, x] == 255


def test_a_plain_point_chooses_the_character(door: Door, capsys: pytest.CaptureFixture[str]) -> None:
    pair = side_by_side(doll(1), DOLL)
    door.scene = pair
    pair.image.save("pair.png")
    x, y = middle(DOLL, "topwear")
    assert cli.main(["mask", "pair.png"]) == 0
    assert "2 characters were found and the largest was taken" in capsys.readouterr().err
    assert cli.main(["mask", "pair.png", "--point", f"{x + 256},{y}"]) == 0
    assert cli.main(["mask", "pair.png", "--character", "2"]) == 0
    assert "characters were found" not in capsys.readouterr().err
    largest, pointed, second = (masked(f"pair-mask-{i}.png") for i in (1, 2, 3))
    assert not pointed[:, :256].any()
    assert any(np.array_equal(pointed, other) for other in (largest, second))
    assert not np.array_equal(largest, second)


def test_a_large_picture_is_refined(door: Door) -> None:
    door.scene = DOLL.resized(1408)
    door.scene.image.save("large.png")
    assert cli.main(["mask", "large.png", "--slots", "top"]) == 0
    assert door.clicker.refined == 1
    assert cli.main(["mask", "large.png", "--slots", "top", "--segmenter", "none"]) == 0
    assert door.clicker.refined == 1


def test_without_a_segmenter_a_large_picture_is_masked_all_the_same(
    door: Door, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def missing(*_: Any, **__: Any) -> Choice:
        raise CheckpointError("The starter segmenter is not there: get it.")

    monkeypatch.setattr(clothes, "choose_segmenter", missing)
    door.scene = DOLL.resized(1408)
    door.scene.image.save("large.png")
    assert cli.main(["mask", "large.png"]) == 0
    assert "edges are as coarse as the parser sees them. The starter segmenter is not there" in capsys.readouterr().err
    assert cli.main(["mask", "large.png", "--box", "600,600,50,50"]) == 1


# --- dress


def dress(*options: str) -> int:
    return cli.main(["dress", "hero.png", "--outfit", "red sailor dress, long skirt", "--seed", "5", *options])


def test_dress_finds_the_clothes(
    door: Door,
    pipeline: FakePipeline,  # noqa: F811
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert dress("--candidates", "2") == 0
    assert files(Path("dressed")) == [
        "hero-dressed-1-garment.png",
        "hero-dressed-1-mask.png",
        "hero-dressed-1-sheet.png",
        "hero-dressed-1.png",
        "hero-dressed-2-garment.png",
        "hero-dressed-2.png",
    ]
    assert "hero-dressed-1-mask.png" in capsys.readouterr().out
    (request,) = pipeline.requests
    assert np.array_equal(masked("hero-dressed-1-mask.png", "dressed"), request.mask.alpha)
    assert inside(request.mask, DOLL.where(*CLOTHES)) > 0.99
    assert inside(request.mask, DOLL.where("face", "eyes")) < 0.01


def test_the_outfit_says_how_much_room_there_is(
    door: Door,
    pipeline: FakePipeline,  # noqa: F811
) -> None:
    assert dress("--slots", "bottom") == 0
    assert dress("--slots", "bottom", "--target", "miniskirt") == 0
    wide, narrow = ((request.mask.alpha > 0).sum() for request in pipeline.requests)
    assert wide > 1.3 * narrow


def test_how_the_mask_was_found_is_in_the_recipe(
    door: Door,
    pipeline: FakePipeline,  # noqa: F811
) -> None:
    x, y = middle(DOLL, "hair")
    assert dress("--slots", "top,bottom", "--point", f"{x},{y}+", "--words", "hat") == 0
    made = recipe.read(Path("dressed/hero-dressed-1.png"))
    finding = made.finding
    assert finding is not None
    assert (finding.parser, finding.segmenter) == ("starter", "starter")
    assert finding.parser_sha256 == store.sha256_of(door.weights) == finding.segmenter_sha256
    assert finding.slots == ("top", "bottom")
    assert "long skirt" in finding.target
    assert (finding.words, finding.points, finding.character) == ("hat", ((x, y, 1),), 1)
    assert finding.rules["protect_face"] == "strong"
    assert made.leak is not None
    assert made.request.mask == pipeline.requests[0].mask
    text = Image.open("dressed/hero-dressed-1.png").info["ccnet"]
    assert json.loads(text)["format"] == 3
    assert str(door.weights.parent) not in text


def test_redo_needs_no_parser(
    door: Door,
    pipeline: FakePipeline,  # noqa: F811
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert dress() == 0
    door.loaded.clear()
    assert cli.main(["redo", "dressed/hero-dressed-1.png"]) == 0
    assert "Bit-identical" in capsys.readouterr().out
    first, again = Path("dressed/hero-dressed-1.png"), Path("dressed/hero-dressed-1-redo-1.png")
    assert first.read_bytes() == again.read_bytes()
    assert door.loaded == []


def test_a_hat_comes_off_without_words(
    door: Door,
    pipeline: FakePipeline,  # noqa: F811
) -> None:
    assert cli.main(["dress", "hero.png", "--intent", "remove", "--slots", "headwear"]) == 0
    (request,) = pipeline.requests
    assert (request.intent, request.garment.prompt) == ("remove", "hair")
    assert 0.5 < request.strength < 1
    assert inside(request.mask, DOLL.where("headwear")) > 0.99


def test_an_outfit_is_needed_otherwise(
    door: Door,
    pipeline: FakePipeline,  # noqa: F811
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(["dress", "hero.png"])
    assert caught.value.code == 2
    assert "--outfit" in capsys.readouterr().err


# --- refusals: one sentence, nothing loaded, nothing written

REFUSALS: dict[str, tuple[list[str], str]] = {
    "no picture": (["mask", "her.png"], "no file 'her.png': did you mean 'hero.png'"),
    "parser": (["mask", "hero.png", "--parser", "startr"], 'no parser "startr"'),
    "point outside": (["mask", "hero.png", "--point", "300,5"], "300, 5 lies outside the picture"),
    "click outside": (["mask", "hero.png", "--point", "5,256+"], "5, 256 lies outside the picture"),
    "two characters": (["mask", "hero.png", "--point", "5,5", "6,6"], "One point chooses"),
    "empty box": (["mask", "hero.png", "--box", "5,5,0,9"], "has no size"),
    "target": (["mask", "hero.png", "--target", "longish"], 'by the words "longish".*long skirt'),
    "transparent": (["mask", "clear.png"], "wholly transparent"),
    "no segmenter": (["mask", "hero.png", "--segmenter", "none", "--box", "5,5,9,9"], "need a segmenter"),
    "out": (["mask", "hero.png", "--out", "hero.png"], "is a file"),
    "undressing": (["dress", "hero.png", "--intent", "remove", "--slots", "top"], "not the top: name the outfit"),
    "removing nothing": (["dress", "hero.png", "--intent", "remove"], "Name what is to be removed"),
    "mask and slots": (
        ["dress", "hero.png", "--outfit", "x", "--mask", "hero.png", "--slots", "top"],
        "A mask was given.*--mask or --slots",
    ),
    "steps": (["dress", "hero.png", "--outfit", "x", "--steps", "0"], "steps.*1 to 1000"),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_refusals(
    door: Door,
    pipeline: FakePipeline,  # noqa: F811
    capsys: pytest.CaptureFixture[str],
    case: str,
) -> None:
    options, sentence = REFUSALS[case]
    Image.new("RGBA", (96, 80)).save("clear.png")
    before = files(Path())
    assert cli.main(options) == 1
    said = capsys.readouterr()
    refusal = said.err.splitlines()[-1]
    assert said.out == ""
    assert refusal.startswith("ccnet: ")
    assert re.search(sentence, refusal), refusal
    assert files(Path()) == before
    assert door.loaded == []


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--slots", "tops"], 'no slot "tops".*Did you mean "top"'),
        (["--point", "12"], "is no point"),
        (["--box", "1,2,3"], "is no box"),
    ],
)
def test_wrong_options(door: Door, capsys: pytest.CaptureFixture[str], options: list[str], sentence: str) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(["mask", "hero.png", *options])
    assert caught.value.code == 2
    assert re.search(sentence, capsys.readouterr().err)


def test_what_is_refused_after_looking_is_one_sentence_too(door: Door, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["mask", "hero.png", "--slots", "gloves"]) == 1
    assert "No gloves found; found: top" in capsys.readouterr().err
    assert cli.main(["mask", "hero.png", "--point", "1,1"]) == 1
    assert "only background at 1, 1" in capsys.readouterr().err
    assert not Path("masks").exists()
