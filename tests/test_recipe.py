"""A result's PNG holds all that is needed to make it again, and nothing in it can do harm."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fakepipeline import FakePipeline
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from ccnet import recipe
from ccnet.masks import Mask
from ccnet.pictures import Picture
from ccnet.recipe import Addition, Finding, Maker, RecipeError
from ccnet.request import Candidate, Control, DressRequest, Garment

MAKER = Maker("starter", shipped=True, sha256="ab" * 32)


def noise(channels: int = 3, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (80, 96, channels), np.uint8)


def opened(transparent: bool = False) -> Picture:
    if not transparent:
        return Picture(Image.fromarray(noise()))
    alpha = np.full((80, 96), 255, np.uint8)
    alpha[:, :30] = 0
    alpha[:, 30:50] = 90
    return Picture(Image.fromarray(noise()), Image.fromarray(alpha))


def soft_mask() -> Mask:
    alpha = np.zeros((80, 96), np.uint8)
    alpha[20:60, 20:70] = 255
    alpha[18:20, 20:70] = 100
    return Mask(alpha)


def asked(picture: Picture, **changes: Any) -> DressRequest:
    fields: dict[str, Any] = {
        "image": picture.image,
        "mask": soft_mask(),
        "garment": Garment("red sailor uniform, 赤い服 <'\">", category="dress"),
        "negative_prompt": "hat",
        "intent": "recolour",
        "strength": 0.7,
        "guidance_scale": 3.3,
        "num_inference_steps": 7,
        "scheduler": "euler a",
        "seed": 2**40,
        "num_images": 3,
        "controls": (Control(scale=0.1 + 0.2, start=0.1, end=0.9),),
        "control_branches": "conditional",
        "control_weighting": "paper",
        "resolution": 128,
        "mask_grow": 9,
        "mask_feather": 3,
    }
    return DressRequest(**(fields | changes))


def saved(path: Path, picture: Picture, number: int = 0, **changes: Any) -> tuple[Path, Candidate]:
    answers = [a for a in FakePipeline()(asked(picture, **changes)) if isinstance(a, Candidate)]
    return recipe.write(answers[number], path, picture=picture, maker=MAKER), answers[number]


def same(a: DressRequest, b: DressRequest) -> None:
    """Every field equal, pictures by their pixels."""
    assert np.array_equal(np.asarray(a.image), np.asarray(b.image))
    assert a.mask == b.mask
    assert replace(a, image=b.image, mask=b.mask, garment=Garment(), controls=()) == replace(
        b, garment=Garment(), controls=()
    )
    assert (a.garment.prompt, a.garment.category) == (b.garment.prompt, b.garment.category)
    assert [replace(c, image=None) for c in a.controls] == [replace(c, image=None) for c in b.controls]


@pytest.mark.parametrize("transparent", [False, True])
@pytest.mark.parametrize("number", [0, 2])
def test_the_request_comes_back_whole(tmp_path: Path, transparent: bool, number: int) -> None:
    picture = replace(opened(transparent), icc_profile=None)
    path, candidate = saved(tmp_path / "a.png", picture, number)
    found = recipe.read(path)
    same(found.request, candidate.request)
    assert found.seed == candidate.seed == 2**40 + number
    assert found.maker == MAKER
    assert np.array_equal(np.asarray(found.picture.rgb), noise()), "also the colours under transparent pixels"


@pytest.mark.parametrize("transparent", [False, True])
def test_redoing_makes_the_same_file_again(tmp_path: Path, transparent: bool) -> None:
    path, _ = saved(tmp_path / "a.png", opened(transparent), 1)
    found = recipe.read(path)
    answers = FakePipeline()(found.request)
    again = next(a for a in answers if isinstance(a, Candidate) and a.seed == found.seed)
    second = recipe.write(again, tmp_path / "b.png", picture=found.picture, maker=found.maker)
    assert second.read_bytes() == path.read_bytes()
    assert np.array_equal(np.asarray(found.result), np.asarray(Image.open(path)))


def test_an_unchanged_result(tmp_path: Path) -> None:
    picture = opened()
    request = asked(picture)
    layer = Image.new("RGBA", picture.rgb.size)
    path = recipe.write(
        Candidate(picture.image, layer, request.seed, request), tmp_path / "a.png", picture=picture, maker=MAKER
    )
    same(recipe.read(path).request, request)


def test_attached_pictures_come_back(tmp_path: Path) -> None:
    picture = opened()
    garment = Garment("coat", reference=Image.fromarray(noise(seed=5)[:40]))
    controls = (Control(), Control("pose", image=Image.fromarray(noise(seed=6))))
    path, _ = saved(tmp_path / "a.png", picture, garment=garment, controls=controls)
    found = recipe.read(path).request
    assert found.garment.reference is not None
    assert np.array_equal(np.asarray(found.garment.reference), noise(seed=5)[:40])
    assert found.controls[0].image is None
    assert found.controls[1].image is not None
    assert np.array_equal(np.asarray(found.controls[1].image), noise(seed=6))


def test_the_promise_is_written_down(tmp_path: Path) -> None:
    path, _ = saved(tmp_path / "a.png", opened())
    assert json.loads(Image.open(path).info["ccnet"])["changed_outside"] == 0
    request = asked(opened())
    spoilt = Image.fromarray(noise(seed=9))
    layer = Image.fromarray(np.dstack([noise(seed=9), soft_mask().alpha]))
    path = recipe.write(
        Candidate(spoilt, layer, request.seed, request), tmp_path / "b.png", picture=opened(), maker=MAKER
    )
    assert json.loads(Image.open(path).info["ccnet"])["changed_outside"] > 1000


def test_only_what_was_lost_is_attached(tmp_path: Path) -> None:
    picture = Picture(Image.fromarray(np.random.default_rng(0).integers(0, 256, (512, 512, 3), np.uint8)))
    alpha = np.zeros((512, 512), np.uint8)
    alpha[100:164, 100:164] = 255
    path, _ = saved(tmp_path / "a.png", picture, mask=Mask(alpha))
    plain = tmp_path / "plain.png"
    Image.open(path).save(plain)
    assert path.stat().st_size < plain.stat().st_size + 5 * 64 * 64 + 4096


def test_other_programs_can_read_how_it_was_made(tmp_path: Path) -> None:
    path, _ = saved(tmp_path / "a.png", opened())
    words, negative, facts = Image.open(path).info["parameters"].split("\n")
    assert words.startswith("red sailor uniform")
    assert negative == "Negative prompt: hat"
    assert facts.startswith(
        "Steps: 7, Sampler: euler a, CFG scale: 3.3, Seed: 1099511627776, Size: 96x80, Model hash: ab"
    )


def test_the_colour_profile_survives(tmp_path: Path) -> None:
    from PIL import ImageCms

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    path, _ = saved(tmp_path / "a.png", replace(opened(), icc_profile=profile))
    assert recipe.read(path).picture.icc_profile == profile


def test_no_path_is_written(tmp_path: Path) -> None:
    path, _ = saved(tmp_path / "a.png", opened())
    assert str(tmp_path).encode() not in path.read_bytes()


# --- refusals


def rewritten(path: Path, **changes: Any) -> Path:
    """The same PNG with other values in its recipe; a value of None leaves one out."""
    image = Image.open(path)
    image.load()
    values = json.loads(image.info["ccnet"])
    for name, value in changes.items():
        place = values
        *parents, last = name.split("__")
        for parent in parents:
            place = place[parent]
        if value is None:
            del place[last]
        else:
            place[last] = value
    info = PngInfo()
    info.add_itxt("ccnet", json.dumps(values))
    for kind, data, *_ in getattr(image, "private_chunks", []):
        info.add(kind, data)
    image.save(path, pnginfo=info)
    return path


def refusal(path: Path) -> str:
    with pytest.raises(RecipeError) as caught:
        recipe.read(path)
    sentence = str(caught.value)
    assert "\n" not in sentence
    assert sentence.endswith(".")
    return sentence


def test_rewriting_alone_does_no_harm(tmp_path: Path) -> None:
    path, candidate = saved(tmp_path / "a.png", opened())
    same(recipe.read(rewritten(path)).request, candidate.request)


def test_a_png_without_a_recipe(tmp_path: Path) -> None:
    Image.fromarray(noise()).save(tmp_path / "a.png")
    assert "no recipe" in refusal(tmp_path / "a.png")
    Image.fromarray(noise()).save(tmp_path / "a.jpg")
    assert "no recipe" in refusal(tmp_path / "a.jpg")


def test_a_recipe_of_another_format(tmp_path: Path) -> None:
    path, _ = saved(tmp_path / "a.png", opened())
    assert "format 4" in refusal(rewritten(path, format=4))


def test_a_recipe_of_the_first_format(tmp_path: Path) -> None:
    path, candidate = saved(tmp_path / "a.png", opened())
    old = [{"name": "cc", "scale": 0.1 + 0.2, "start": 0.1, "end": 0.9}]
    changes: dict[str, Any] = {"maker__additions": None, "maker__memory": None, "request__controls": old}
    found = recipe.read(rewritten(path, format=1, finding=None, leak=None, **changes))
    same(found.request, candidate.request)
    assert found.maker == MAKER


def test_a_recipe_of_the_second_format(tmp_path: Path) -> None:
    path, candidate = saved(tmp_path / "a.png", opened())
    found = recipe.read(rewritten(path, format=2, finding=None, leak=None))
    same(found.request, candidate.request)
    assert (found.finding, found.leak) == (None, None)


FINDING = Finding(
    parser="starter",
    parser_sha256="cd" * 32,
    segmenter="starter",
    segmenter_sha256="ef" * 32,
    slots=("top", "bottom"),
    target="long skirt, 長い",
    words="ribbon",
    points=((10.5, 20, 1), (3, 4, 0)),
    boxes=((1, 2, 30, 40),),
    character=2,
    rules={"grow": 0.01, "protect_hands": True, "slots": ("top", "bottom"), "hull": None},
    grown=3,
)


def test_how_the_mask_was_found_comes_back(tmp_path: Path) -> None:
    picture = opened()
    answers = FakePipeline()(asked(picture))
    candidate = replace(next(a for a in answers if isinstance(a, Candidate)), leak=0.125)
    path = recipe.write(candidate, tmp_path / "a.png", picture=picture, maker=MAKER, finding=FINDING)
    found = recipe.read(path)
    assert found.finding == FINDING
    assert found.leak == 0.125


def test_what_was_added_comes_back(tmp_path: Path) -> None:
    additions = (
        Addition("controlnet", "canny of mine", "cd" * 32, "canny of mine"),
        Addition("lora", "frills, 飾り", "ef" * 32),
        Addition("vae", "sharp", "01" * 32),
    )
    maker = replace(MAKER, additions=additions, memory="offload")
    picture = opened()
    controls = (Control(), Control("canny of mine", annotator="canny", cut_garment=False))
    answers = FakePipeline()(asked(picture, controls=controls))
    candidate = next(answer for answer in answers if isinstance(answer, Candidate))
    path = recipe.write(candidate, tmp_path / "a.png", picture=picture, maker=maker)
    found = recipe.read(path)
    assert found.maker == maker
    same(found.request, candidate.request)
    facts = Image.open(path).info["parameters"]
    assert 'VAE: sharp, Lora hashes: "frills, 飾り: efefefefef", Version' in facts


@pytest.mark.parametrize(
    "changes",
    [
        {"request__seed": "1"},
        {"request__seed": 5},
        {"request__num_images": 10**9},
        {"request__num_inference_steps": 10**9},
        {"request__resolution": 10**6},
        {"request__scheduler": "os.system"},
        {"request__intent": ["new"]},
        {"request__garment": {"prompt": {"a": 1}, "category": None}},
        {"request__garment": {"prompt": "x", "category": None, "reference": "elsewhere.png"}},
        {"request__negative_prompt": 3},
        {"request__controls": [{"name": 3}]},
        {"request__controls": [{"name": "cc", "image": "elsewhere.png"}]},
        {"request__image": "elsewhere.png"},
        {"request__unheard_of": 1},
        {"request": None},
        {"maker": None},
        {"maker__model": 7},
        {"maker__command": "x"},
        {"maker__additions": [{"role": "lora", "name": 3, "sha256": ""}]},
        {"maker__additions": [{"role": "lora", "name": "x", "sha256": "", "path": "/etc"}]},
        {"maker__memory": 1},
        {"finding": 3},
        {"finding": {"command": "x"}},
        {"finding": {"parser": 7}},
        {"finding": {"slots": [1]}},
        {"finding": {"points": [[1, 2]]}},
        {"finding": {"points": [["a", 2, 1]]}},
        {"finding": {"boxes": [[1, 2, 3, "w"]]}},
        {"finding": {"rules": {"grow": {"a": 1}}}},
        {"finding": {"grown": []}},
        {"leak": "much"},
        {"leak": 1.5},
        {"attached": None},
        {"attached": {"mask": [0, 0]}},
        {"attached__mask": [90, 70]},
        {"attached__mask": [-1, 0]},
        {"attached__original": ["a", 0]},
        {"format": None},
    ],
)
def test_a_damaged_recipe(tmp_path: Path, changes: dict[str, Any]) -> None:
    path, _ = saved(tmp_path / "a.png", opened())
    assert "damaged" in refusal(rewritten(path, **changes))


@pytest.mark.parametrize("text", ["", "{", "[]", "3", '{"format": 1}', "[" * 100_000])
def test_a_recipe_that_is_none(tmp_path: Path, text: str) -> None:
    info = PngInfo()
    info.add_itxt("ccnet", text)
    Image.fromarray(noise()).save(tmp_path / "a.png", pnginfo=info)
    assert "damaged" in refusal(tmp_path / "a.png")


def test_lost_chunks(tmp_path: Path) -> None:
    path, _ = saved(tmp_path / "a.png", opened())
    image = Image.open(path)
    info = PngInfo()
    info.add_itxt("ccnet", image.info["ccnet"])
    image.save(path, pnginfo=info)
    assert "damaged" in refusal(path)


def test_pixels_changed_since(tmp_path: Path) -> None:
    path, _ = saved(tmp_path / "a.png", opened())
    image = Image.open(path)
    image.load()
    info = PngInfo()
    info.add_itxt("ccnet", image.info["ccnet"])
    for kind, data, *_ in getattr(image, "private_chunks", []):
        info.add(kind, data)
    image.putpixel((0, 0), (0, 0, 0))
    image.save(path, pnginfo=info)
    assert "changed after" in refusal(path)


def test_an_attached_bomb(tmp_path: Path) -> None:
    from test_pictures import bomb

    path, _ = saved(tmp_path / "a.png", opened())
    image = Image.open(path)
    info = PngInfo()
    info.add_itxt("ccnet", image.info["ccnet"])
    info.add(b"ccPX", b"mask\0" + bomb(60_000, 60_000))
    image.save(path, pnginfo=info)
    assert "damaged" in refusal(path)
