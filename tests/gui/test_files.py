"""Opening whatever there is, and exporting what can be made again."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from projects import MAKER, PROFILE, assert_same, draw, noise, picture, state

from ccnet import recipe
from ccnet.pictures import PictureError
from ccnet.recipe import RecipeError
from gui.files import export_garment, export_png, open_file
from gui.layers import GarmentLayer
from gui.openraster import ProjectError, save
from gui.outfit import Outfit
from gui.state import DocumentState


def dressed(*, transparent: bool = False) -> tuple[DocumentState, GarmentLayer]:
    shown = DocumentState.of(picture(transparent=transparent))
    layer = GarmentLayer.from_candidate(draw(shown.picture.image), MAKER)
    return dataclasses.replace(shown, layers=(layer,)), layer


def test_a_picture_is_a_new_document_that_keeps_its_file(tmp_path: Path) -> None:
    path = tmp_path / "deep.png"
    Image.fromarray(noise(1, 80, 90).astype(np.uint16) * 257).save(path)
    opened = open_file(path, Outfit(prompt="lace"))
    assert opened.path is None
    assert opened.state.outfit.prompt == "lace"
    assert opened.state.source is not None
    assert (opened.state.source.name, opened.state.source.data) == ("deep.png", path.read_bytes())
    assert not opened.state.mask.any()


def test_a_project_may_be_saved_where_it_came_from_when_nothing_is_lost(tmp_path: Path) -> None:
    made, path = state(), tmp_path / "a.ora"
    save(made, path)
    opened = open_file(path)
    assert opened.path == path
    assert_same(opened.state, made)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 9 // 10])
    assert open_file(path).path is None


@pytest.mark.parametrize("transparent", [False, True])
def test_an_export_is_what_is_shown_and_its_recipe_makes_it_again(tmp_path: Path, transparent: bool) -> None:
    made, _ = dressed(transparent=transparent)
    request = draw(made.picture.image).request
    path, notices = export_png(made, tmp_path / "a.png")
    assert notices == ()
    with Image.open(path) as image:
        np.testing.assert_array_equal(np.asarray(image), np.asarray(made.render()))
        assert image.info["icc_profile"] == PROFILE
    read = recipe.read(path)
    assert (read.request, read.seed, read.maker) == (request, 7, MAKER)


@pytest.mark.parametrize("transparent", [False, True])
def test_opening_a_result_brings_its_document_back(tmp_path: Path, transparent: bool) -> None:
    made, _ = dressed(transparent=transparent)
    path, _ = export_png(made, tmp_path / "a.png")
    opened = open_file(path).state
    assert opened.picture.rgb.tobytes() == made.picture.rgb.tobytes()
    np.testing.assert_array_equal(np.asarray(opened.render()), np.asarray(made.render()))
    request = draw(made.picture.image).request
    np.testing.assert_array_equal(opened.mask, request.mask.alpha)
    assert (opened.outfit.prompt, opened.outfit.negative_prompt) == (request.garment.prompt, "hat")
    assert (opened.outfit.seed, opened.outfit.candidates, opened.outfit.model) == (6, 2, "starter")
    assert opened.outfit.controls == request.controls
    again, notices = export_png(opened, tmp_path / "b.png")
    assert notices == ()
    assert again.read_bytes() == path.read_bytes()


def test_a_garment_over_a_garment_can_be_made_again(tmp_path: Path) -> None:
    made, low = dressed()
    shown = made.render()
    high = GarmentLayer.from_candidate(draw(shown, seed=8, at=(60, 60)), MAKER)
    both = dataclasses.replace(made, layers=(low, high))
    path, notices = export_png(both, tmp_path / "a.png")
    assert notices == ()
    read = recipe.read(path)
    assert read.request.image.tobytes() == shown.tobytes()
    np.testing.assert_array_equal(np.asarray(read.result), np.asarray(both.render()))


def test_what_cannot_be_made_again_is_exported_with_a_notice(tmp_path: Path) -> None:
    made, layer = dressed()
    below = GarmentLayer("paint", noise(3, 30, 30, 4))
    for layers in ((below, layer), (dataclasses.replace(layer, opacity=0.5),), (layer, below)):
        changed = dataclasses.replace(made, layers=layers)
        path, notices = export_png(changed, tmp_path / "a.png")
        assert "without a recipe" in notices[0]
        with Image.open(path) as image:
            np.testing.assert_array_equal(np.asarray(image), np.asarray(changed.render()))
        with pytest.raises(RecipeError):
            recipe.read(path)


def test_a_picture_without_garments_is_exported_as_it_is(tmp_path: Path) -> None:
    made = DocumentState.of(picture(transparent=True))
    path, notices = export_png(made, tmp_path / "a.png")
    assert notices == ()
    with Image.open(path) as image:
        np.testing.assert_array_equal(np.asarray(image), np.asarray(made.render()))


@pytest.mark.parametrize("text", ["", "no JSON", "[]", "{}", '{"input_sha256": 3, "maker": {}}'])
def test_a_recipe_that_says_nonsense_is_none(tmp_path: Path, text: str) -> None:
    made, layer = dressed()
    _, notices = export_png(
        dataclasses.replace(made, layers=(dataclasses.replace(layer, recipe=text),)), tmp_path / "a.png"
    )
    assert "without a recipe" in notices[0]


def test_a_result_another_program_changed_opens_as_a_picture_with_a_notice(tmp_path: Path) -> None:
    made, _ = dressed()
    path, _ = export_png(made, tmp_path / "a.png")
    with Image.open(path) as image:
        image.load()
        info = PngInfo()
        info.add_itxt(recipe.TEXT, image.info[recipe.TEXT])
        image.save(path, pnginfo=info)
    opened = open_file(path)
    assert any("recipe" in notice for notice in opened.notices)
    assert opened.state.layers == ()


@pytest.mark.parametrize("transparent", [False, True])
def test_a_garment_alone_lies_on_a_transparent_ground(tmp_path: Path, transparent: bool) -> None:
    made, layer = dressed(transparent=transparent)
    path = export_garment(made, layer.id, tmp_path / "a.png")
    expected = made.picture.finish_layer(layer.full(150, 120))
    with Image.open(path) as image:
        np.testing.assert_array_equal(np.asarray(image), np.asarray(expected))
    half = dataclasses.replace(made, layers=(dataclasses.replace(layer, opacity=0.5),))
    with Image.open(export_garment(half, layer.id, tmp_path / "b.png")) as image:
        assert np.asarray(image)[..., 3].max() == np.rint(np.asarray(expected)[..., 3].max() / 2)
    with pytest.raises(KeyError):
        export_garment(made, "none", tmp_path / "c.png")


def test_files_that_cannot_be_opened_are_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(PictureError):
        open_file(tmp_path / "none.png")
    (tmp_path / "text.png").write_text("hello")
    with pytest.raises(PictureError):
        open_file(tmp_path / "text.png")
    with pytest.raises(ProjectError):
        open_file(tmp_path / "none.ora")
