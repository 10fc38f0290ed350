"""Finding the clothes, with a parser that knows the answers: who is meant, what joins the mask, what is refused."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image
from truthparser import Scene, TruthParser, doll, side_by_side

from ccnet import autodress, leaks
from ccnet.autodress import FoundClothes, find_clothes, measured
from ccnet.garments import Slot
from ccnet.leaks import LeakWarning
from ccnet.masks import Bounds, Mask, Point
from ccnet.outfitmask import REMOVABLE
from ccnet.request import DEFAULT_STRENGTH, Candidate, DressRequest
from ccnet.targets import parse_target

CLOTHES = ("topwear", "bottomwear", "legwear", "footwear", "neckwear", "handwear")

DOLL = doll(4)
"""Wears a top, a bottom, stockings, shoes, something around the neck and on the head; no gloves."""


class Clicker:
    """A segmenter that answers every click and box with a square, and refines by growing one pixel."""

    name = "clicker"
    device = SimpleNamespace(type="cpu")

    def __init__(self) -> None:
        self.asked: list[tuple[tuple[Point, ...], Bounds | None]] = []
        self.size = (0, 0)
        self.refined = 0

    def set_image(self, image: Image.Image) -> None:
        self.size = image.size

    def mask_at(self, points: Sequence[Point] = (), box: Bounds | None = None, rough: Mask | None = None) -> Mask:
        self.asked.append((tuple(points), box))
        alpha = np.zeros(self.size[::-1], np.uint8)
        for point in points:
            if point.add:
                alpha[square(point.x, point.y)] = 255
        if box is not None:
            alpha[box.slices] = 255
        return Mask(alpha)

    def refine(self, mask: Mask) -> Mask:
        self.refined += 1
        return mask.grow(1)


def square(x: float, y: float) -> tuple[slice, slice]:
    return slice(int(y) - 4, int(y) + 5), slice(int(x) - 4, int(x) + 5)


def find(scene: Scene = DOLL, **options: Any) -> FoundClothes:
    return find_clothes(scene.image, parser=TruthParser(scene), **options)


def inside(mask: Mask, where: np.ndarray) -> float:
    """The share of these pixels that the mask holds."""
    return float((mask.alpha[where] > 0).mean())


def middle(scene: Scene, *names: str) -> tuple[int, int]:
    """(x, y) of a pixel well inside these classes."""
    import cv2

    distance = cv2.distanceTransform(scene.where(*names).astype(np.uint8), cv2.DIST_L2, 3)
    y, x = np.unravel_index(distance.argmax(), distance.shape)
    return int(x), int(y)


@pytest.mark.parametrize("number", range(6))
def test_the_outfit_is_masked_and_the_face_is_not(number: int) -> None:
    scene = doll(number)
    found = find(scene)
    assert inside(found.mask.mask, scene.where(*CLOTHES)) > 0.99
    assert inside(found.mask.mask, scene.where("face", "eyes", "nose", "mouth", "objects")) < 0.01
    assert found.number == 1
    assert found.map.parser == "truth"


def test_one_slot_alone() -> None:
    found = find(slots=("footwear",))
    assert inside(found.mask.mask, DOLL.where("footwear")) > 0.99
    assert inside(found.mask.mask, DOLL.where("topwear", "neckwear")) == 0
    assert np.array_equal(found.mask.old.alpha > 0, DOLL.where("footwear"))


def test_a_target_is_given_room() -> None:
    short, long = (find(slots=("bottom",), target=parse_target(text)) for text in ("miniskirt", "long skirt"))
    assert (long.mask.mask.alpha > 0).sum() > 1.3 * (short.mask.mask.alpha > 0).sum()


@pytest.mark.parametrize("intent", ["recolour", "fix"])
def test_what_keeps_its_shape_gets_no_room(intent: str) -> None:
    found, roomy = find(slots=("top",), intent=intent), find(slots=("top",))
    old = DOLL.where("topwear")
    assert inside(found.mask.mask, old) > 0.99
    assert (found.mask.mask.alpha > 0).sum() < (roomy.mask.mask.alpha > 0).sum()
    assert not (found.mask.mask.alpha > 0)[~Mask(old).grow(12).alpha.astype(bool)].any()


def test_a_hat_is_taken_off() -> None:
    found = find(slots=("headwear",), intent="remove")
    assert inside(found.mask.mask, DOLL.where("headwear")) > 0.99
    assert inside(found.mask.mask, DOLL.where(*CLOTHES)) < 0.01


@pytest.mark.parametrize("slot", ["top", "bottom", "dress", "legwear", "footwear"])
def test_nobody_is_undressed(slot: Slot) -> None:
    with pytest.raises(ValueError, match="Only accessories and outer garments can be removed"):
        find(slots=("headwear", slot), intent="remove")


def test_removing_needs_something_to_remove() -> None:
    with pytest.raises(ValueError, match="Name what is to be removed"):
        find(intent="remove")
    x, y = middle(DOLL, "neckwear")
    assert find(intent="remove", segmenter=Clicker(), clicks=[Point(x, y)]).mask.mask


@pytest.mark.parametrize("name", ["topwear", "bottomwear", "legwear"])
def test_nobody_is_undressed_by_pointing_either(name: str) -> None:
    class Sees(Clicker):
        def mask_at(self, *_: Any, **__: Any) -> Mask:
            return Mask(DOLL.where(name))

    with pytest.raises(ValueError, match="cannot be removed: name the outfit"):
        find(intent="remove", segmenter=Sees(), clicks=[Point(3, 3)])
    with pytest.raises(ValueError, match="cannot be removed: name the outfit"):
        find(intent="remove", words={"topwear": "shirt", "bottomwear": "skirt", "legwear": "socks"}[name])


def test_under_a_dress_there_is_nothing_known() -> None:
    with pytest.raises(ValueError, match="No outerwear found; found: dress"):
        find(doll(0), intent="remove", slots=("outerwear",))


def test_what_is_underneath_is_drawn_dressed() -> None:
    assert autodress.underneath(("headwear", "neckwear")) == "hair, shirt collar"
    assert autodress.underneath(()) == "clothes"
    assert set(autodress.UNDERNEATH) == set(REMOVABLE)
    assert autodress.default_strength("remove", ("outerwear",)) == 1
    assert autodress.default_strength("remove", ("headwear",)) == DEFAULT_STRENGTH["remove"]


# --- who is meant

PAIR = side_by_side(doll(1), DOLL)


def test_the_largest_of_several_is_taken_and_said() -> None:
    found = find(PAIR)
    assert len(found.characters) == 2
    assert found.number == 1
    areas = [(each.mask.alpha > 0).sum() for each in found.characters]
    assert areas == sorted(areas, reverse=True)
    assert any("2 characters were found and the largest was taken" in notice for notice in found.notices)
    assert not any("characters" in notice for notice in find().notices)


@pytest.mark.parametrize("left", [True, False])
def test_a_point_chooses(left: bool) -> None:
    x, y = middle(doll(1) if left else DOLL, "topwear")
    found = find(PAIR, point=(x + (0 if left else 256), y))
    columns = np.flatnonzero((found.mask.mask.alpha > 0).any(axis=0))
    assert columns.max() < 256 if left else columns.min() >= 256
    assert not any("characters" in notice for notice in found.notices)
    again = find(PAIR, character=found.number)
    assert again.mask.mask == found.mask.mask


# --- what is pointed at


def test_clicks_alone_are_all_that_is_masked() -> None:
    x, y = middle(DOLL, "topwear")
    found = find(segmenter=Clicker(), clicks=[Point(x, y)])
    where = np.zeros((256, 256), bool)
    where[square(x, y)] = True
    assert inside(found.mask.mask, where) == 1
    assert not (found.mask.mask.alpha > 0)[~Mask(where).grow(8).alpha.astype(bool)].any()
    assert np.array_equal(found.mask.old.alpha > 0, where)


def test_clicks_and_boxes_join_slots() -> None:
    x, y = middle(DOLL, "hair")
    box = Bounds(*(middle(DOLL, "headwear")), 6, 5)
    clicker = Clicker()
    found = find(slots=("footwear",), segmenter=clicker, clicks=[Point(x, y)], boxes=[box])
    assert clicker.asked == [((Point(x, y),), box)]
    for where in (square(x, y), box.slices):
        assert (found.mask.mask.alpha[where] == 255).all(), "wanted, though hair is protected otherwise"
    assert inside(found.mask.mask, DOLL.where("footwear")) > 0.99


def test_several_boxes_are_asked_for_one_by_one() -> None:
    clicker = Clicker()
    boxes = [Bounds(100, 100, 10, 10), Bounds(130, 150, 10, 10)]
    found = find(segmenter=clicker, boxes=boxes)
    assert [box for _, box in clicker.asked] == boxes
    assert all((found.mask.mask.alpha[box.slices] == 255).all() for box in boxes)


def test_a_click_may_take_away() -> None:
    x, y = middle(DOLL, "topwear")
    found = find(segmenter=Clicker(), clicks=[Point(x, y, add=False)])
    assert not found.mask.mask.alpha[square(x, y)].any()
    assert inside(found.mask.mask, DOLL.where("topwear")) > 0.8
    assert not found.mask.old.alpha[square(x, y)].any()


def test_words_are_found_among_what_the_parser_knows() -> None:
    found = find(words="hat")
    assert np.array_equal(found.mask.old.alpha > 0, DOLL.where("headwear"))
    with pytest.raises(ValueError, match="detector"):
        find(words="umbilical frobnicator")


def test_words_are_those_of_the_character_that_is_meant() -> None:
    found = find(PAIR, words="top", point=tuple(middle(doll(1), "topwear")))
    assert not found.mask.old.alpha[:, 256:].any()


def test_a_user_protects() -> None:
    alpha = np.zeros((256, 256), np.uint8)
    x, y = middle(DOLL, "topwear")
    alpha[square(x, y)] = 255
    assert not find(protect=Mask(alpha)).mask.mask.alpha[square(x, y)].any()


# --- edges and leaks


def test_edges_are_refined_where_the_parser_cannot_see_every_pixel() -> None:
    clicker: Any = Clicker()
    found = find_clothes(DOLL.image, parser=TruthParser(DOLL, side=128), segmenter=clicker)
    assert clicker.refined == 1
    assert (found.mask.old.alpha > 0).sum() > DOLL.where(*CLOTHES).sum()
    find(segmenter=clicker)
    assert clicker.refined == 1, "it saw every pixel"


def test_a_leak_is_cured_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(autodress, "check_before", lambda *_: LeakWarning(50, 6, "The old hem shows."))
    plain, cured = find(cure_leaks=False), find()
    assert (plain.grown, cured.grown) == (0, 6)
    assert plain.leak is not None
    for found in (plain, cured):
        assert "The old hem shows." in found.notices
    more = (cured.mask.mask.alpha > 0) & (plain.mask.mask.alpha == 0)
    assert more.any()
    assert not more[DOLL.where("face", "eyes", "hair")].any()


def test_what_is_left_of_the_old_garment_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    found = find()
    request = DressRequest(DOLL.image, found.mask.mask)
    layer = Image.new("RGBA", DOLL.image.size)
    same = Candidate(DOLL.image, layer, 3, request, "It was drawn smaller.")
    for share, warned in ((leaks.LEAK_THRESHOLD, False), (0.99, True)):
        monkeypatch.setattr(autodress, "check_after", lambda *_, share=share: share)
        told = measured(same, found.mask.old)
        assert told.leak == share
        assert told.notice.startswith("It was drawn smaller.")
        assert ("99%" in told.notice) is warned
    assert measured(replace(same, request=replace(request, intent="fix")), found.mask.old).leak is None


# --- refusals


def nobody() -> Scene:
    return Scene(Image.new("RGB", (96, 80), "white"), np.zeros((80, 96), np.uint8))


def bare() -> Scene:
    """Hair and a face; nothing on."""
    labels = np.where(np.isin(DOLL.labels, (1, 3, 4, 8, 9)), DOLL.labels, 0).astype(np.uint8)
    return Scene(DOLL.image, labels)


REFUSALS: dict[str, tuple[Scene, dict[str, Any], str]] = {
    "nobody": (nobody(), {}, "No character was found"),
    "nothing on": (bare(), {}, "No clothes were found"),
    "slot": (DOLL, {"slots": ("gloves",)}, "No gloves found; found: top, bottom, .*shoes"),
    "character": (DOLL, {"character": 2}, "no character 2 in the picture: there is one"),
    "character of two": (PAIR, {"character": 0}, "no character 0 in the picture: there are 2"),
    "point outside": (DOLL, {"point": (256, 3)}, "256, 3 lies outside the picture, which is 256 x 256"),
    "point on the background": (DOLL, {"point": (1, 1)}, "only background at 1, 1"),
    "click outside": (DOLL, {"clicks": [Point(3, 300)], "segmenter": Clicker()}, "lies outside the picture"),
    "empty box": (DOLL, {"boxes": [Bounds(3, 4, 0, 9)], "segmenter": Clicker()}, r"has no size \(0 x 9\)"),
    "box outside": (DOLL, {"boxes": [Bounds(300, 4, 9, 9)], "segmenter": Clicker()}, "box at 300, 4 lies outside"),
    "no segmenter": (DOLL, {"clicks": [Point(3, 3)]}, "need a segmenter"),
    "all protected": (DOLL, {"protect": Mask(np.full((256, 256), 255, np.uint8))}, "is left"),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_refusals(case: str) -> None:
    scene, options, sentence = REFUSALS[case]
    with pytest.raises(ValueError, match=sentence) as refusal:
        find(scene, **options)
    assert "\n" not in str(refusal.value)


def test_a_wholly_transparent_picture() -> None:
    image = DOLL.image.convert("RGBA")
    image.putalpha(0)
    with pytest.raises(ValueError, match="wholly transparent"):
        find_clothes(image, parser=TruthParser(DOLL))


def test_what_is_transparent_lies_on_white() -> None:
    image, alpha = DOLL.image.copy(), Image.fromarray((DOLL.labels > 0).astype(np.uint8) * 255)
    shown = Image.new("RGB", image.size, "white")
    shown.paste(image, mask=alpha)
    image.putalpha(alpha)
    found = find_clothes(image, parser=TruthParser(Scene(shown, DOLL.labels)))
    assert found.mask.mask == find().mask.mask


def test_no_torch_is_needed() -> None:
    code = "import sys, ccnet.autodress; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
