"""Garment maps: classes and slots, several characters, hands, pictures of a map."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from ccnet.garments import (
    CLASSES,
    SLOT_CLASSES,
    SLOTS,
    GarmentMap,
    characters,
    find_slots,
    garment_picture,
    hands_of,
    overlay,
    skin_of,
)
from ccnet.masks import Mask
from training.mask_truth import true_hands
from training.paperdoll import UNSEEN, make_doll


def doll_map(number: int) -> GarmentMap:
    return GarmentMap.from_labels(make_doll(UNSEEN + number).render(256).labels, "truth")


def test_every_slot_has_known_classes() -> None:
    assert set(SLOT_CLASSES) == set(SLOTS)
    assert all(name in CLASSES for names in SLOT_CLASSES.values() for name in names)
    assert len(CLASSES) == 21


@pytest.mark.parametrize("soft", [np.zeros((20, 4, 4), np.uint8), np.zeros((21, 4, 4)), np.zeros((21, 4), np.uint8)])
def test_a_map_of_another_shape_is_refused(soft: np.ndarray) -> None:
    with pytest.raises(ValueError, match="uint8"):
        GarmentMap(soft, (4, 4))


def test_hands_must_fit_the_map() -> None:
    with pytest.raises(ValueError, match="hands"):
        GarmentMap(np.zeros((21, 4, 4), np.uint8), (4, 4), hands=np.zeros((5, 4), np.uint8))


def test_a_mask_has_the_pictures_size_and_smooth_edges() -> None:
    soft = np.zeros((21, 8, 8), np.uint8)
    soft[0] = 255
    soft[0, 2:6, 2:6], soft[CLASSES.index("topwear"), 2:6, 2:6] = 0, 255
    garments = GarmentMap(soft, (64, 64))
    mask = garments.mask("topwear")
    assert mask.size == (64, 64)
    assert mask.bounds.box == (16, 16, 48, 48)
    assert not mask.alpha[16, 16]  # rounded, not blocky
    assert garments.coverage("topwear") == 16 / 64


def test_classes_that_share_a_pixel_add_up() -> None:
    soft = np.zeros((21, 4, 4), np.uint8)
    soft[CLASSES.index("topwear")] = soft[CLASSES.index("bottomwear")] = 100
    garments = GarmentMap(soft, (4, 4))
    assert not garments.mask("topwear")
    assert garments.mask("topwear", "bottomwear").alpha.all()


def test_slots_are_those_that_are_worn() -> None:
    for number in (9, 21, 27, 30):
        doll = make_doll(UNSEEN + number)
        found = find_slots(doll_map(number))
        worn = doll.outfit.items
        assert ("dress" in found) == ("dress" in worn and worn["dress"].kind != "overalls")
        assert ("gloves" in found) == ("gloves" in worn)
        assert ("footwear" in found) == ("footwear" in worn)
        assert all(area > 0 for area in found.values())


def test_a_coat_over_trousers_is_outerwear() -> None:
    assert "outerwear" in find_slots(doll_map(29))
    assert "outerwear" not in find_slots(doll_map(27))


def test_an_empty_map_has_nobody_and_nothing() -> None:
    garments = GarmentMap.from_labels(np.zeros((32, 32), np.uint8))
    assert characters(garments) == []
    assert find_slots(garments) == {}
    assert not hands_of(garments)


def test_two_dolls_side_by_side_are_two_characters() -> None:
    left, right = (make_doll(UNSEEN + n).render(256).labels for n in (0, 9))
    found = characters(GarmentMap.from_labels(np.concatenate([left, right], axis=1)))
    assert len(found) == 2
    assert sorted(one.bounds.x < 256 for one in found) == [False, True]
    areas = [int((one.mask.alpha > 0).sum()) for one in found]
    assert areas == sorted(areas, reverse=True)
    assert not (found[0].mask.alpha & found[1].mask.alpha).any()
    assert all(one.face is not None for one in found)


def test_touching_characters_are_told_apart_by_their_faces() -> None:
    left, right = (make_doll(UNSEEN + n).render(256).labels for n in (2, 9))
    labels = np.concatenate([left[:, 60:190], right[:, 20:200]], axis=1)
    row = labels[200:206]
    row[row == 0] = CLASSES.index("bottomwear")  # a bridge between the two
    found = characters(GarmentMap.from_labels(labels))
    assert len(found) == 2
    assert sum(int((one.mask.alpha > 0).sum()) for one in found) == int((labels > 0).sum())


def test_everything_of_a_single_character_is_its_own() -> None:
    labels = make_doll(UNSEEN + 1).render(256).labels
    found = characters(GarmentMap.from_labels(labels))
    assert len(found) == 1
    assert np.array_equal(found[0].mask.alpha > 0, labels > 0)


def test_hands_are_found_on_bare_and_on_covered_arms() -> None:
    for number in (9, 20, 22, 27):
        doll = make_doll(UNSEEN + number)
        truth = true_hands(doll, 256)
        found = hands_of(doll_map(number)).alpha > 0
        assert (found & truth).sum() >= 0.97 * truth.sum()
        assert found.sum() < 2.2 * truth.sum()


def test_a_parser_that_sees_hands_is_believed() -> None:
    garments = doll_map(9)
    hands = np.zeros(garments.labels.shape, np.uint8)
    hands[10:20, 10:20] = 255
    seen = GarmentMap(garments.soft, garments.size, hands=hands)
    assert np.array_equal(hands_of(seen).alpha, hands)


def test_hands_are_skin() -> None:
    garments = doll_map(0)
    assert not (hands_of(garments).alpha & ~skin_of(garments).alpha).any()


def test_pictures_of_a_map() -> None:
    garments = doll_map(3)
    picture = garment_picture(garments)
    assert picture.size == garments.size
    assert len({colour for _, colour in picture.getcolors(1 << 16) or []}) == len(np.unique(garments.labels))
    shown = np.asarray(overlay(Image.new("RGB", garments.size, "white"), garments))
    assert (shown[garments.labels == 0] == 255).all()
    mask = Mask(garments.labels == CLASSES.index("topwear"))
    shown = np.asarray(overlay(Image.new("RGB", garments.size, "white"), mask))
    assert (shown != 255).any(axis=-1).tolist() == (mask.alpha > 0).tolist()
