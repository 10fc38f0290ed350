"""Target shapes: what prompt words ask for, and the room that takes on a body."""

from __future__ import annotations

import numpy as np
import pytest

from ccnet.body import Body
from ccnet.garments import GarmentMap
from ccnet.targets import ANY, TARGETS, Target, body_of, parse_target, room
from training.paperdoll import UNSEEN, make_doll

SIZE = (256, 256)


@pytest.fixture(scope="module")
def body() -> Body:
    """A tall figure with its arms held away from it."""
    return body_of(GarmentMap.from_labels(make_doll(UNSEEN + 27).render(256).labels))


def lowest(mask: np.ndarray) -> int:
    return int(np.flatnonzero(mask.any(axis=1))[-1])


@pytest.mark.parametrize(
    ("words", "sleeves", "hem", "legs"),
    [
        ("white blouse, long skirt", "any", "ankle", "skirt"),
        ("long_skirt", "any", "ankle", "skirt"),
        ("tank top, shorts", "none", "thigh", "trousers"),
        ("Black Jacket, blue jeans", "long", "ankle", "trousers"),
        ("t-shirt and a (miniskirt:1.2)", "short", "thigh", "skirt"),
        ("red dress", "any", "any", "skirt"),
        ("kimono", "wide", "ankle", "skirt"),
        ("dress shirt", "long", "any", "any"),
        ("tank top, jacket", "long", "any", "any"),
        ("bikini", "none", "waist", "none"),
    ],
)
def test_words_are_read(words: str, sleeves: str, hem: str, legs: str) -> None:
    target = parse_target(words)
    assert (target.sleeves, target.hem, target.legs) == (sleeves, hem, legs)


def test_extras_are_read() -> None:
    assert parse_target("cape").cape
    assert not parse_target("cape").hood
    assert parse_target("hooded cloak").hood
    assert parse_target("wedding dress, train").train
    assert not parse_target("escape, seascape").cape


def test_a_text_without_clothes_leaves_everything_open() -> None:
    assert parse_target("1girl, blue sky") == ANY
    assert parse_target("") == ANY


def test_every_name_reads_as_itself() -> None:
    assert len(set(TARGETS)) == len(TARGETS)
    for name in TARGETS:
        assert parse_target(name).name == name


def test_bad_targets_are_refused() -> None:
    with pytest.raises(ValueError, match="flare"):
        Target(flare=2)
    with pytest.raises(ValueError, match="sleeves"):
        Target(sleeves="huge")  # pyright: ignore[reportArgumentType]


def test_a_long_skirt_reaches_the_ankles_and_a_miniskirt_does_not(body: Body) -> None:
    long = room(body, parse_target("long skirt"), SIZE, ["bottom"]).alpha > 0
    short = room(body, parse_target("miniskirt"), SIZE, ["bottom"]).alpha > 0
    assert lowest(long) >= body.ankle - 1
    assert body.crotch < lowest(short) < body.knee
    assert not long[: int(body.waist - 0.15 * body.head)].any()


def test_sleeves_reach_as_far_as_they_are_long(body: Body) -> None:
    def covers(target: str, point: tuple[float, float]) -> bool:
        x, y = (round(value) for value in point)
        return bool(room(body, parse_target(target), SIZE, ["top"]).alpha[y, x])

    for arm in body.arms:
        assert not covers("sleeveless", arm.elbow)
        assert not covers("short sleeves", arm.wrist)
        for target in ("long sleeves", "wide sleeves", "any"):
            assert covers(target, arm.elbow)
            assert covers(target, arm.wrist)


def test_wide_sleeves_and_capes_need_more_room(body: Body) -> None:
    def area(target: str) -> int:
        return int((room(body, parse_target(target), SIZE, ["top"]).alpha > 0).sum())

    assert area("sleeveless") < area("short sleeves") < area("long sleeves") < area("wide sleeves")
    cape = room(body, parse_target("cape, sleeveless"), SIZE, ["outerwear"]).alpha > 0
    across = np.flatnonzero(cape[round(body.waist)])
    assert across[-1] - across[0] > 2 * body.shoulder_half


def test_a_gown_spreads_further_than_a_pencil_skirt(body: Body) -> None:
    def width(target: str) -> int:
        row = room(body, parse_target(target), SIZE, ["bottom"]).alpha[round(body.knee) - 4]
        return int(np.ptp(np.flatnonzero(row)))

    assert width("pencil skirt") < width("long skirt") < width("ball gown")


def test_any_has_room_for_every_named_sleeve_and_for_long_skirts(body: Body) -> None:
    anything = room(body, ANY, SIZE).alpha > 0
    for name in ("sleeveless", "long sleeves", "miniskirt", "long skirt", "trousers", "shorts"):
        needed = room(body, parse_target(name), SIZE, ["top", "bottom"]).alpha > 0
        assert (needed & ~anything).sum() < 0.02 * needed.sum()


def test_each_slot_has_its_own_room(body: Body) -> None:
    feet = room(body, ANY, SIZE, ["footwear"]).alpha > 0
    neck = room(body, ANY, SIZE, ["neckwear"]).alpha > 0
    assert np.flatnonzero(feet.any(axis=1))[0] > body.knee
    assert lowest(neck) < body.waist
    assert not room(body, ANY, SIZE, ["gloves"])


def test_no_figure_has_no_body() -> None:
    with pytest.raises(ValueError, match="No character"):
        body_of(GarmentMap.from_labels(np.zeros((32, 32), np.uint8)))
