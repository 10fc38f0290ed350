"""Landmarks of a clothed body, against dolls whose skeleton is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ccnet.arms import find_body
from ccnet.body import Body, find_trunk
from ccnet.garments import GarmentMap, parts_of
from training.dolls.doll import Doll
from training.paperdoll import UNSEEN, Item, make_doll


def body_of(doll: Doll) -> Body:
    body = find_body(parts_of(GarmentMap.from_labels(doll.render(256).labels)))
    assert body is not None
    return body


def place(doll: Doll, points: np.ndarray) -> np.ndarray:
    camera = doll.identity.camera
    return (points * camera.scale + (camera.x, camera.y)) * 256


@pytest.mark.parametrize("number", [0, 9, 13, 16, 19, 27])
def test_landmarks_lie_where_the_skeleton_is(number: int) -> None:
    doll = make_doll(UNSEEN + number)
    figure, body = doll.identity.figure, body_of(doll)
    head = doll.identity.camera.scale * 256
    assert abs(body.head / head - 1) < 0.2
    heights = place(doll, np.array([[0, y] for y in (1.0, figure.shoulder_y, figure.crotch_y, figure.sole_y)]))[:, 1]
    found = (body.chin, body.shoulder, body.crotch, body.sole)
    assert np.abs(np.array(found) - heights).max() < 0.3 * head


@pytest.mark.parametrize("number", [0, 3, 9, 11, 16, 22, 27])
def test_arms_end_where_the_wrists_are(number: int) -> None:
    doll = make_doll(UNSEEN + number)
    body = body_of(doll)
    for arm, limb in zip(body.arms, doll.identity.figure.arms, strict=True):
        wrist = place(doll, limb.joints)[2]
        assert np.hypot(*(np.array(arm.wrist) - wrist)) < 0.15 * body.head
        assert arm.fits > 0.7


def test_a_body_is_the_same_in_other_clothes() -> None:
    doll = make_doll(UNSEEN + 27)  # a sleeveless top and a long skirt
    short = Item("shorts", "red")
    other = doll.wearing(replace(doll.outfit, top=Item("hoodie", "blue"), bottom=short))
    one, two = body_of(doll), body_of(other)
    assert abs(one.head - two.head) < 0.02 * one.head
    assert abs(one.crotch - two.crotch) < 0.1 * one.head
    for a, b in zip(one.arms, two.arms, strict=True):
        assert np.hypot(a.wrist.x - b.wrist.x, a.wrist.y - b.wrist.y) < 0.15 * one.head


def test_a_larger_picture_has_the_same_body_enlarged() -> None:
    body = body_of(make_doll(UNSEEN + 9))
    twice = body.scaled(2)
    assert twice.height == pytest.approx(2 * body.height)
    assert twice.arms[0].wrist == pytest.approx((2 * body.arms[0].wrist.x, 2 * body.arms[0].wrist.y))
    assert twice.arms[0].fits == body.arms[0].fits


def test_a_cropped_figure_says_so() -> None:
    assert body_of(make_doll(UNSEEN + 17)).cropped
    assert not body_of(make_doll(UNSEEN + 16)).cropped


def test_a_figure_without_a_face_has_a_body() -> None:
    labels = make_doll(UNSEEN + 16).render(256).labels.copy()
    labels[labels < 11] = 0
    body = find_trunk(parts_of(GarmentMap.from_labels(labels)))
    assert body is not None
    assert not body.face


def test_nothing_has_no_body() -> None:
    assert find_trunk(parts_of(GarmentMap.from_labels(np.zeros((32, 32), np.uint8)))) is None
