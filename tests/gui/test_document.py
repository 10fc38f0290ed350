"""The document: the original stays, everything else can be taken back, and widgets are told what to paint."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QRect

from ccnet.masks import Bounds, Mask
from ccnet.pictures import Picture
from ccnet.recipe import Maker
from ccnet.request import Candidate, DressRequest, Garment
from gui.document import Document, DocumentState, GarmentLayer, Outfit, Source

pytestmark = pytest.mark.usefixtures("qapp")
RNG = np.random.default_rng(3)
PLACE = Bounds(20, 30, 40, 50)


class Told:
    """What a document's signals said, in order."""

    def __init__(self, document: Document) -> None:
        self.heard: list[tuple[str, Any]] = []
        for name in (
            "picture",
            "image",
            "mask",
            "protection",
            "layers",
            "outfit",
            "made",
            "history",
            "modified",
            "title",
        ):
            getattr(document, f"{name}_changed").connect(self._listener(name))

    def _listener(self, name: str) -> Callable[..., None]:
        return lambda *values: self.heard.append((name, values[0] if values else None))

    def of(self, name: str) -> list[Any]:
        return [value for kind, value in self.heard if kind == name]


def picture(*, transparent: bool = False, width: int = 200, height: int = 160) -> Picture:
    rgb = Image.fromarray(RNG.integers(0, 256, (height, width, 3), np.uint8))
    alpha = Image.fromarray(RNG.integers(0, 256, (height, width), np.uint8)) if transparent else None
    return Picture(rgb, alpha)


def garment(name: str = "dress", at: Bounds = PLACE) -> GarmentLayer:
    return GarmentLayer(name, RNG.integers(0, 256, (at.height, at.width, 4), np.uint8), at.x, at.y)


def candidate(shown: Picture, seed: int = 4) -> Candidate:
    width, height = shown.rgb.size
    mask = np.zeros((height, width), np.uint8)
    mask[40:90, 50:120] = 255
    layer = np.zeros((height, width, 4), np.uint8)
    layer[40:90, 50:120] = (200, 20, 60, 255)
    result = np.array(shown.image)
    result[40:90, 50:120] = (200, 20, 60)
    request = DressRequest(shown.image, Mask(mask), Garment("red dress"), seed=3, num_images=2)
    return Candidate(Image.fromarray(result), Image.fromarray(layer), seed, request)


def everything(document: Document) -> tuple[Any, ...]:
    return document.mask.tobytes(), document.protection.tobytes(), document.layers, document.outfit


@pytest.mark.parametrize("transparent", [False, True])
def test_without_garments_it_is_the_picture_bit_for_bit(transparent: bool) -> None:
    shown = picture(transparent=transparent)
    document = Document(shown)
    np.testing.assert_array_equal(document.composite(), np.asarray(shown.image))
    rgba = document.composite_rgba()
    np.testing.assert_array_equal(rgba[..., :3], np.asarray(shown.rgb))
    assert (rgba[..., 3] == (255 if shown.alpha is None else np.asarray(shown.alpha))).all()


@pytest.mark.parametrize("transparent", [False, True])
def test_where_no_garment_is_seen_the_picture_stays_bit_for_bit(transparent: bool) -> None:
    shown = picture(transparent=transparent)
    document = Document(shown)
    layer = document.add_layer(garment())
    document.add_layer(dataclasses.replace(garment("hidden", Bounds(100, 100, 50, 50)), visible=False))
    outside = np.asarray(layer.full(200, 160))[..., 3] == 0
    np.testing.assert_array_equal(document.composite()[outside], np.asarray(shown.image)[outside])
    np.testing.assert_array_equal(document.composite_rgba()[outside, :3], np.asarray(shown.rgb)[outside])
    assert not np.array_equal(document.composite(), np.asarray(shown.image))
    part = Bounds(10, 20, 60, 33)
    np.testing.assert_array_equal(document.composite(part), document.composite()[part.slices])
    np.testing.assert_array_equal(document.composite_rgba(part), document.composite_rgba()[part.slices])
    np.testing.assert_array_equal(document.state().render().convert("RGBA"), document.composite_rgba())


def test_the_original_is_never_changed() -> None:
    shown = picture()
    before = shown.rgb.tobytes()
    document = Document(shown)
    document.accept(candidate(shown), Maker("starter", True, ""))
    document.composite()[...] = 0
    assert document.picture.rgb.tobytes() == before
    with pytest.raises(ValueError, match="read-only"):
        document.original[...] = 0


def test_a_stroke_is_seen_at_once_and_is_one_entry() -> None:
    document = Document(picture())
    told = Told(document)
    edit = document.edit_mask("Brush")
    for x in (10, 30):
        edit.array[20:30, x : x + 10] = 255
        edit.touch(Bounds(x, 20, 10, 10))
    assert told.of("mask") == [QRect(10, 20, 10, 10), QRect(30, 20, 10, 10)]
    assert not document.can_undo
    edit.commit()
    assert (document.undo_text, document.modified) == ("Brush", True)
    document.undo()
    assert not document.mask.any()
    assert told.of("mask")[-1].contains(QRect(10, 20, 30, 10))
    assert told.of("modified") == [True, False]
    document.redo()
    assert document.mask.sum() == 255 * 200


def test_a_stroke_that_fails_or_is_cancelled_leaves_nothing() -> None:
    document = Document(picture())
    edit = document.edit_mask("Brush")
    edit.array[5:50, 5:50] = 255
    edit.touch(Bounds(5, 5, 45, 45))
    edit.cancel()
    with contextlib.suppress(KeyError), document.edit_mask("Lasso") as edit:
        edit.array[5:50, 5:50] = 255
        edit.touch(Bounds(5, 5, 45, 45))
        raise KeyError
    assert not document.mask.any()
    assert not document.can_undo
    edit.commit()  # closed already
    assert not document.can_undo


def test_undo_in_the_middle_of_a_stroke_takes_that_stroke_back() -> None:
    document = Document(picture())
    edit = document.edit_mask("Brush")
    edit.array[5:50, 5:50] = 255
    edit.touch(Bounds(5, 5, 45, 45))
    document.undo()
    assert not document.mask.any()
    edit.commit()
    assert not document.mask.any()
    document.redo()
    assert document.mask.any()


def test_a_stroke_begun_during_another_finishes_it() -> None:
    document = Document(picture())
    one = document.edit_mask("One")
    one.array[0, 0] = 1
    one.touch(Bounds(0, 0, 1, 1))
    document.edit_protection("Two").cancel()
    assert document.undo_text == "One"


def test_whole_masks_can_be_set_and_taken_back() -> None:
    document = Document(picture())
    alpha = RNG.integers(0, 256, (160, 200), np.uint8)
    document.set_mask(Mask(alpha), "Find clothes")
    document.set_protection(255 - alpha, "Protect")
    np.testing.assert_array_equal(document.mask_copy().alpha, alpha)
    np.testing.assert_array_equal(document.protection, 255 - alpha)
    document.undo()
    document.undo()
    assert not document.mask.any()
    assert not document.protection.any()
    with pytest.raises(ValueError, match="does not fit"):
        document.set_mask(alpha[1:], "Find clothes")


def test_changes_made_together_are_taken_back_together() -> None:
    document = Document(picture())
    stroke = document.edit_mask("Brush")
    stroke.array[0, 0] = 1
    stroke.touch(Bounds(0, 0, 1, 1))
    begun = everything(document)
    with document.together("Mask outfit"):
        document.set_protection(np.full((160, 200), 255, np.uint8), "Protect")
        with document.together("Mask"):
            document.set_mask(np.full((160, 200), 9, np.uint8), "Mask")
    after = everything(document)
    assert document.undo_text == "Mask outfit"
    document.undo()
    assert everything(document) == begun
    assert document.undo_text == "Brush"
    document.redo()
    assert everything(document) == after
    with document.together("Nothing"):
        pass
    assert document.undo_text == "Mask outfit"


def test_layer_changes_tell_where_the_picture_changed() -> None:
    document = Document(picture())
    told = Told(document)
    low, high = document.add_layer(garment("low")), document.add_layer(garment("high", Bounds(100, 90, 30, 20)))
    assert told.of("image") == [QRect(20, 30, 40, 50), QRect(100, 90, 30, 20)]
    document.set_layer(low.id, name="skirt")
    assert len(told.of("image")) == 2
    document.set_layer(low.id, opacity=0.5)
    document.move_layer(low.id, 1)
    document.remove_layer(high.id)
    assert told.of("image")[2:] == [QRect(20, 30, 40, 50), QRect(20, 30, 110, 80), QRect(100, 90, 30, 20)]
    assert [layer.name for layer in document.layers] == ["skirt"]
    with pytest.raises(KeyError):
        document.remove_layer(high.id)


def test_the_told_rectangles_hold_every_pixel_that_changed() -> None:
    document = Document(picture())
    dirty = np.zeros((160, 200), bool)

    def note(rect: QRect) -> None:
        dirty[rect.top() : rect.bottom() + 1, rect.left() : rect.right() + 1] = True

    document.image_changed.connect(note)
    layers = [
        document.add_layer(garment(str(i), Bounds(int(RNG.integers(150)), int(RNG.integers(110)), 50, 50)))
        for i in range(4)
    ]
    moves: list[Callable[[GarmentLayer], None]] = [
        lambda layer: document.set_layer(layer.id, visible=not document.layer(layer.id).visible),
        lambda layer: document.set_layer(layer.id, opacity=float(RNG.random())),
        lambda layer: document.move_layer(layer.id, int(RNG.integers(4))),
        lambda layer: document.undo(),
        lambda layer: document.redo(),
    ]
    for _ in range(80):
        before = document.composite()
        dirty[...] = False
        alive = [layer for layer in layers if layer.id in {each.id for each in document.layers}]
        moves[RNG.integers(len(moves)) if alive else 4]((alive or layers)[0])
        changed = np.any(document.composite() != before, axis=-1)
        assert not (changed & ~dirty).any()


def test_a_dragged_slider_is_one_entry_and_two_clicks_are_two() -> None:
    document = Document(picture())
    layer = document.add_layer(garment())
    for opacity in (0.9, 0.7, 0.4):
        document.set_layer(layer.id, opacity=opacity)
    document.set_layer(layer.id, visible=False)
    document.set_layer(layer.id, visible=True)
    document.set_layer(layer.id, visible=True)
    texts = []
    while document.can_undo:
        texts.append(document.undo_text)
        document.undo()
    assert texts == ["Show garment", "Hide garment", "Garment opacity", "Add garment"]


def test_typing_is_one_entry_until_another_setting_changes() -> None:
    document = Document(picture())
    for prompt in ("r", "re", "red"):
        document.set_outfit(dataclasses.replace(document.outfit, prompt=prompt))
    document.set_outfit(dataclasses.replace(document.outfit, seed=9))
    document.set_outfit(document.outfit)
    document.undo()
    assert (document.outfit.prompt, document.outfit.seed) == ("red", 0)
    document.undo()
    assert document.outfit == Outfit()
    assert not document.can_undo


def test_a_kept_candidate_is_a_layer_that_knows_how_it_was_made() -> None:
    shown = picture()
    document = Document(shown)
    told = Told(document)
    drawn = candidate(shown)
    layer = document.accept(drawn, Maker("starter", True, "abc"))
    np.testing.assert_array_equal(document.composite(), np.asarray(drawn.image))
    assert layer.bounds == Bounds(50, 40, 70, 50)
    assert layer.name == "red dress"
    assert '"seed": 4' in layer.recipe
    made = document.made[-1]
    assert (made.prompt, made.seed, made.model, made.layer) == ("red dress", 4, "starter", layer.id)
    assert len(told.of("made")) == 1
    document.undo()
    assert document.layers == ()
    assert len(document.made) == 1


def test_random_work_is_taken_back_exactly() -> None:
    rng = np.random.default_rng(11)
    document = Document(picture())
    states = [everything(document)]
    for i in range(60):
        kind = rng.integers(5)
        if kind == 0:
            with document.edit_mask("Brush") as edit:
                edit.array[: rng.integers(160), : rng.integers(200)] ^= np.uint8(rng.integers(1, 256))
                edit.touch(document.bounds)
        elif kind == 1:
            document.set_protection(rng.integers(0, 256, (160, 200), np.uint8), "Protect")
        elif kind == 2:
            document.add_layer(garment(str(i)))
        elif kind == 3 and document.layers:
            document.set_layer(document.layers[0].id, visible=not document.layers[0].visible)
        else:
            document.set_outfit(dataclasses.replace(document.outfit, prompt=str(i), seed=i), f"{i}")
        if everything(document) != states[-1]:
            states.append(everything(document))
    while document.can_undo:
        document.undo()
        assert everything(document) in states
    assert everything(document) == states[0]
    while document.can_redo:
        document.redo()
        assert everything(document) in states
    assert everything(document) == states[-1]


def test_another_picture_takes_the_place_of_the_first() -> None:
    document = Document(picture())
    document.add_layer(garment())
    document.set_mask(np.full((160, 200), 255, np.uint8), "All")
    told = Told(document)
    other = DocumentState.of(picture(width=90, height=70), Source("hero.png", b"data"))
    document.restore(other)
    assert [name for name, _ in told.heard[:2]] == ["picture", "layers"]
    assert told.of("image") == told.of("mask") == told.of("protection") == [QRect(0, 0, 90, 70)]
    assert (document.width, document.height, document.title) == (90, 70, "hero.png")
    assert document.layers == ()
    assert not document.mask.any()
    assert not document.can_undo
    assert told.of("modified") == [False]
    document.restore(other, Path("hero.ora"), modified=True)
    assert (document.modified, document.title) == (True, "hero.ora")


def test_a_state_is_a_copy() -> None:
    document = Document(picture())
    state = document.state()
    document.set_mask(np.full((160, 200), 255, np.uint8), "All")
    assert not state.mask.any()
    document.restore(state)
    document.set_mask(np.full((160, 200), 255, np.uint8), "All")
    assert not state.mask.any()


def test_saving_makes_it_unmodified_until_the_next_change() -> None:
    document = Document(picture())
    told = Told(document)
    document.set_mask(np.full((160, 200), 255, np.uint8), "All")
    document.mark_saved(Path("x.ora"))
    assert (document.modified, document.title, document.path) == (False, "x.ora", Path("x.ora"))
    document.undo()
    assert document.modified
    document.redo()
    assert told.of("modified") == [True, False, True, False]


def test_what_was_done_while_a_file_was_written_is_not_taken_for_saved() -> None:
    document = Document(picture())
    document.set_outfit(Outfit(prompt="a"))
    revision = document.revision
    document.set_outfit(Outfit(prompt="ab"))
    document.mark_saved(Path("x.ora"), revision)
    assert document.modified
    document.set_mask(np.full((160, 200), 255, np.uint8), "All")
    revision = document.revision
    document.undo()
    document.mark_saved(revision=revision)
    assert document.modified
    document.redo()
    assert not document.modified


def test_a_layer_that_only_the_history_holds_counts_as_its_memory() -> None:
    document = Document(picture())
    layer = document.add_layer(garment())
    assert document.history_bytes == 0
    document.remove_layer(layer.id)
    assert document.history_bytes == layer.rgba.nbytes
    document.undo()
    assert document.history_bytes == 0
    document.undo()
    assert document.history_bytes == layer.rgba.nbytes


def test_masks_of_another_size_are_refused() -> None:
    state = DocumentState.of(picture())
    with pytest.raises(ValueError, match="does not fit"):
        Document(dataclasses.replace(state, mask=np.zeros((3, 3), np.uint8)))


def test_the_memory_of_an_outworn_copy_is_used_again() -> None:
    document = Document(picture())
    first = document.state()
    document.set_mask(np.full_like(document.mask, 7), "Mask")
    again = document.state(first)
    assert again.mask is first.mask
    assert (again.mask == 7).all()
    assert again.mask is not document.mask
