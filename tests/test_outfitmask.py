"""Masks from exact garment maps: what is in, what is kept out, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ccnet.garments import CLASSES, FACE_CLASSES, GarmentMap, characters
from ccnet.masks import Mask
from ccnet.outfitmask import MaskRules, OutfitMask, outfit_mask, removal_mask
from ccnet.targets import body_of, parse_target
from training.mask_truth import true_hands
from training.paperdoll import OUTFIT, UNSEEN, Item, make_doll

NUMBERS = (0, 3, 9, 11, 15, 22, 26, 30)


def doll_map(number: int, size: int = 256) -> GarmentMap:
    return GarmentMap.from_labels(make_doll(UNSEEN + number).render(size).labels, "truth")


def is_in(mask: Mask) -> np.ndarray:
    return mask.alpha > 0


@pytest.mark.parametrize("number", NUMBERS)
def test_the_old_outfit_is_in_and_the_face_is_out(number: int) -> None:
    garments = doll_map(number)
    mask = is_in(outfit_mask(garments).mask)
    old = np.isin(garments.labels, OUTFIT)
    assert (mask & old).sum() >= 0.995 * old.sum()
    assert not (mask & garments.where(*FACE_CLASSES, "objects")).any()
    assert mask.mean() < 0.45


def test_hands_and_held_things_stay_out() -> None:
    kept = total = 0
    for number in NUMBERS:
        doll = make_doll(UNSEEN + number)
        hands = true_hands(doll, 256)
        mask = is_in(outfit_mask(doll_map(number)).mask)
        kept, total = kept + int((hands & ~mask).sum()), total + int(hands.sum())
    assert kept >= 0.98 * total


def test_hair_gives_way_to_the_old_garment_only() -> None:
    garments = doll_map(4)
    result = outfit_mask(garments)
    hair = garments.where("hair")
    assert (is_in(result.mask) & hair).sum() < 0.03 * hair.sum()
    free = outfit_mask(garments, rules=MaskRules(protect_hair="none"))
    assert (is_in(free.mask) & hair).sum() > (is_in(result.mask) & hair).sum()


def test_masks_of_one_character_in_different_clothes_look_alike() -> None:
    doll = make_doll(UNSEEN + 27)
    outfits = (
        replace(doll.outfit, top=Item("tank top", "red"), bottom=Item("shorts", "blue"), legwear=None, gloves=None),
        replace(doll.outfit, top=Item("sweater", "red"), bottom=Item("long skirt", "blue"), gloves=None),
    )
    first, second = (
        is_in(outfit_mask(GarmentMap.from_labels(doll.wearing(outfit).render(256).labels)).mask) for outfit in outfits
    )
    assert (first & second).sum() > 0.93 * (first | second).sum()


def test_the_mask_grows_with_the_target() -> None:
    garments = doll_map(9)
    body = body_of(garments)

    def mask(target: str) -> np.ndarray:
        return is_in(outfit_mask(garments, slots=["top"], target=parse_target(target)).mask)

    arm = body.arms[0]
    row, column = round(arm.elbow.y), round(arm.elbow.x)
    assert not mask("sleeveless")[row, column]
    assert mask("long sleeves")[row, column]


def test_a_skirt_over_stockings_reaches_the_ankles_but_keeps_the_top() -> None:
    garments = doll_map(14)
    result = outfit_mask(garments, slots=["bottom"], target=parse_target("long skirt"))
    rows = np.flatnonzero(is_in(result.mask).any(axis=1))
    body = body_of(garments)
    assert rows[-1] >= body.ankle - 0.2 * body.head
    top = garments.where("topwear")
    assert (is_in(result.mask) & top).sum() < 0.1 * top.sum()


def test_size_is_the_pictures_also_when_the_map_is_smaller() -> None:
    labels = make_doll(UNSEEN + 9).render(256).labels
    large = make_doll(UNSEEN + 9).render(1024).labels
    garments = replace(GarmentMap.from_labels(labels), size=(1024, 1024))
    result = outfit_mask(garments)
    assert result.mask.size == (1024, 1024)
    old = np.isin(large, OUTFIT)
    assert (is_in(result.mask) & old).sum() >= 0.995 * old.sum()
    face = np.isin(large, [CLASSES.index(name) for name in FACE_CLASSES])
    assert (is_in(result.mask) & face).sum() <= 0.01 * face.sum()


def test_slots_that_are_not_there_are_named() -> None:
    with pytest.raises(ValueError, match=r"No gloves found; found: top, bottom, .*shoes"):
        outfit_mask(doll_map(4), slots=["gloves"])
    with pytest.raises(ValueError, match="slot"):
        outfit_mask(doll_map(4), slots=["hat"])  # pyright: ignore[reportArgumentType]


def test_nobody_and_no_clothes_are_refused() -> None:
    with pytest.raises(ValueError, match="No character"):
        outfit_mask(GarmentMap.from_labels(np.zeros((64, 64), np.uint8)))
    labels = doll_map(9).labels.copy()
    labels[np.isin(labels, OUTFIT)] = CLASSES.index("body")
    with pytest.raises(ValueError, match="No clothes"):
        outfit_mask(GarmentMap.from_labels(labels))


def test_the_users_protection_always_holds() -> None:
    garments = doll_map(9)
    protect = np.zeros((256, 256), bool)
    protect[100:140] = True
    result = outfit_mask(garments, protect=Mask(protect))
    assert not is_in(result.mask)[protect].any()
    with pytest.raises(ValueError, match="Nothing is left"):
        outfit_mask(garments, protect=Mask(np.ones((256, 256), bool)))


def test_another_character_is_left_alone() -> None:
    left, right = (make_doll(UNSEEN + n).render(256).labels for n in (0, 9))
    garments = GarmentMap.from_labels(np.concatenate([left, right], axis=1))
    everyone = characters(garments)
    for one, other in (everyone, everyone[::-1]):
        result = outfit_mask(garments, character=one)
        assert not (is_in(result.mask) & is_in(other.mask)).any()
    assert "largest" in " ".join(outfit_mask(garments).notices)


def test_a_traced_garment_replaces_the_maps() -> None:
    garments = doll_map(9)
    traced = outfit_mask(garments).old.grow(6)
    assert (is_in(outfit_mask(garments, old=traced).old) == is_in(traced)).all()


def test_removing_needs_no_room() -> None:
    garments = doll_map(9)
    neck: OutfitMask = removal_mask(garments, "neckwear")
    near = is_in(garments.mask("neckwear").grow(8))
    assert is_in(neck.mask).any()
    assert not (is_in(neck.mask) & ~near).any()
    with pytest.raises(ValueError, match="can be removed"):
        removal_mask(garments, "bottom")
