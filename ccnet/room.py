"""The room that clothes take up on a body: outlines drawn from its landmarks.

Heights are places on the body, widths are in heads (the measure of `ccnet.body`). Everything is drawn a little wider
than the widest usual garment of its kind, never along the old one.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

from ccnet.body import Arm, Body
from ccnet.masks import Mask

SUBPIXEL_BITS = 4

GOWN_SPREAD = 0.74
"""How far the hem of a ball gown is outside the hips of a tall figure, in heads."""

TALL_SHOULDER = 0.47
"""Half width of a tall figure's shoulders in heads; what spreads, spreads less on a narrower one."""


class Shape(NamedTuple):
    """What is to be covered. Lengths that are 0 leave their part out.

    trunk: down to here, 0 = shoulders, 1 = crotch. sleeve: along the arms, 1 = wrist. ease: of the sleeves beyond the
    arm, in heads. hang: how far wide sleeves hang at the wrist, in heads. skirt: the hem, 0 = crotch, 1 = ankle, above
    1 to the ground; negative = no skirt. flare: 0..1. trousers: like skirt. cape: a cape's hem, like skirt. between:
    fill the space between hanging arms and the trunk. seat, neck, hood, hat, feet, train: whether they are covered.
    """

    trunk: float = 0.0
    sleeve: float = 0.0
    ease: float = 0.06
    hang: float = 0.0
    skirt: float = -1.0
    flare: float = 0.0
    trousers: float = -1.0
    seat: bool = False
    cape: float = -1.0
    between: bool = False
    neck: bool = False
    hood: bool = False
    hat: bool = False
    feet: bool = False
    train: bool = False


def draw_room(body: Body, shape: Shape, size: tuple[int, int]) -> Mask:
    """A hard mask of size (width, height) with the shape's outlines filled."""
    canvas = np.zeros(size[::-1], np.uint8)

    def fill(outline: np.ndarray) -> None:
        cv2.fillPoly(canvas, [_fixed(outline)], 255, shift=SUBPIXEL_BITS)

    if shape.trunk > 0:
        fill(_trunk(body, shape.trunk))
    for side, arm in zip((-1, 1), body.arms, strict=True):
        if shape.sleeve > 0:
            for outline in _sleeve(body, arm, shape.sleeve, shape.ease, shape.hang):
                fill(outline)
        if shape.between:
            fill(_between(body, arm, side))
        if shape.trousers >= 0:
            fill(_leg(body, side, shape.trousers))
        if shape.feet:
            fill(_foot(body, side))
    if shape.seat:
        fill(_seat(body))
    if shape.skirt >= 0:
        fill(_skirt(body, shape.skirt, shape.flare))
    if shape.cape >= 0:
        fill(_cape(body, shape.cape, shape.flare))
    if shape.train:
        half = body.hip_half + 1.3 * _spread(body)
        fill(_box(body.axis_x - half, body.ankle - 0.2 * body.head, body.axis_x + half, body.sole + 0.15 * body.head))
    if shape.neck:
        fill(_neck(body))
    if shape.hood:
        fill(_hood(body))
    if shape.hat:
        fill(_hat(body))
    return Mask(canvas)


def _fixed(outline: np.ndarray) -> np.ndarray:
    return np.rint((outline - 0.5) * (1 << SUBPIXEL_BITS)).astype(np.int32)


def _box(left: float, top: float, right: float, bottom: float) -> np.ndarray:
    return np.array([[left, top], [right, top], [right, bottom], [left, bottom]])


def _mirrored(body: Body, profile: list[tuple[float, float]]) -> np.ndarray:
    """An outline from (half width, y), top to bottom, the same on both sides of the axis."""
    right = [(body.axis_x + half, y) for half, y in profile]
    left = [(body.axis_x - half, y) for half, y in reversed(profile)]
    return np.array(right + left)


def _trunk(body: Body, stop: float) -> np.ndarray:
    h = body.head
    y = body.shoulder + stop * (body.crotch - body.shoulder)
    ends = float(
        np.interp(y, (body.shoulder, body.waist, body.crotch), (body.shoulder_half, body.waist_half, body.hip_half))
    )
    return _mirrored(
        body,
        [
            (0.17 * h, body.shoulder - 0.12 * h),
            (0.95 * body.shoulder_half + 0.03 * h, body.shoulder - 0.05 * h),
            (body.shoulder_half + 0.1 * h, body.shoulder + 0.1 * h),
            (max(body.waist_half, 0.85 * body.shoulder_half) + 0.1 * h, min(body.waist, y)),
            (ends + 0.12 * h, y),
        ],
    )


def _sleeve(body: Body, arm: Arm, stop: float, ease: float, hang: float) -> list[np.ndarray]:
    """The outline of a sleeve and a round shoulder. It widens towards the wrist by `hang`, most where it hangs."""
    h = body.head
    joints = np.array([arm.shoulder, arm.elbow, arm.wrist], np.float64)
    # Past the wrist: cuffs reach over the root of the hand.
    joints[2] += np.array(arm.direction) * 0.05 * h
    t = np.linspace(0, stop, 13)
    axis = np.stack([np.interp(t, (0, 0.5, 1), joints[:, k]) for k in (0, 1)], 1)
    along = np.gradient(axis, axis=0)
    along /= np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-6)
    across = np.stack([-along[:, 1], along[:, 0]], 1)
    width = (np.interp(t, (0, 0.5, 1), (0.115, 0.095, 0.075)) + ease) * h
    grow = hang * h * t**0.8
    # As cloth hangs: more below the arm than above, evenly on both sides of one that hangs itself.
    pull = across[:, 1]
    one = axis + across * (width + grow * (0.5 + 0.6 * pull))[:, None]
    other = axis - across * (width + grow * (0.5 - 0.6 * pull))[:, None]
    round_ = np.linspace(0, 2 * np.pi, 17)[:-1, None]
    shoulder = joints[0] + (0.12 * h + ease * h) * np.concatenate([np.cos(round_), np.sin(round_)], 1)
    elbow = joints[1] + (0.1 * h + ease * h) * np.concatenate([np.cos(round_), np.sin(round_)], 1)
    return [np.concatenate([one, other[::-1]]), shoulder] + ([elbow] if stop > 0.5 else [])


def _between(body: Body, arm: Arm, side: int) -> np.ndarray:
    """Between an arm that hangs or rests on the hip and the trunk; only inside the bend of a raised one."""
    joints = [arm.shoulder, arm.elbow, arm.wrist]
    if arm.wrist.y > body.shoulder + 0.35 * (body.crotch - body.shoulder):
        y = min(arm.wrist.y, body.crotch + 0.3 * body.head)
        joints += [
            (body.axis_x + side * 0.5 * body.hip_half, y),
            (body.axis_x + side * 0.5 * body.waist_half, body.shoulder),
        ]
    return np.array(joints, np.float64)


def _leg_y(body: Body, t: float) -> float:
    """Height at leg position t: 0 = crotch, 1 = ankle, 1.2 = on the ground."""
    return float(np.interp(t, (0, 1, 1.2), (body.crotch, body.ankle, body.sole)))


def _foot_x(body: Body, side: int) -> float:
    return body.feet[0] if side < 0 else body.feet[1]


def _leg(body: Body, side: int, stop: float) -> np.ndarray:
    h = body.head
    hip, foot = body.axis_x + side * 0.5 * body.hip_half, _foot_x(body, side)
    y = _leg_y(body, stop)
    x = float(np.interp(y, (body.crotch, body.ankle), (hip, foot)))
    low = 0.2 * h
    return np.array(
        [
            [hip - 0.6 * body.hip_half - 0.02 * h, body.crotch - 0.2 * h],
            [hip + 0.6 * body.hip_half + 0.02 * h, body.crotch - 0.2 * h],
            [x + low, y],
            [x - low, y],
        ]
    )


def _foot(body: Body, side: int) -> np.ndarray:
    h, x = body.head, _foot_x(body, side)
    return np.array(
        [
            [x - 0.17 * h, body.ankle - 0.25 * h],
            [x + 0.17 * h, body.ankle - 0.25 * h],
            [x + 0.25 * h, body.sole - 0.05 * h],
            [x + 0.2 * h, body.sole + 0.07 * h],
            [x - 0.2 * h, body.sole + 0.07 * h],
            [x - 0.25 * h, body.sole - 0.05 * h],
        ]
    )


def _seat(body: Body) -> np.ndarray:
    h = body.head
    return _mirrored(
        body,
        [
            (body.waist_half + 0.06 * h, body.waist - 0.1 * h),
            (body.hip_half + 0.09 * h, 0.3 * body.waist + 0.7 * body.crotch),
            (body.hip_half + 0.09 * h, body.crotch + 0.1 * h),
        ],
    )


def _spread(body: Body) -> float:
    return GOWN_SPREAD * body.shoulder_half / TALL_SHOULDER


def _skirt(body: Body, hem: float, flare: float) -> np.ndarray:
    """From the waist to the hem; legs that stand apart spread it as well."""
    h, y = body.head, _leg_y(body, hem)
    edges = []
    for side in (-1, 1):
        foot = side * (_foot_x(body, side) - body.axis_x)
        leg = float(np.interp(y, (body.crotch, body.ankle), (0.5 * body.hip_half, foot))) + 0.14 * h
        half = max(body.hip_half + flare * _spread(body), leg + 0.4 * flare * _spread(body)) + 0.05 * h
        hip = body.hip_half + 0.1 * h + 0.35 * (half - body.hip_half)
        profile = [
            (body.waist_half + 0.06 * h, body.waist - 0.1 * h),
            (hip, min(body.crotch, 0.5 * (body.waist + y))),
            (half, y),
            (0.6 * half, y + 0.07 * h),
        ]
        edges.append([(body.axis_x + side * x, at) for x, at in profile])
    return np.array(edges[1] + edges[0][::-1])


def _cape(body: Body, hem: float, flare: float) -> np.ndarray:
    h, y = body.head, _leg_y(body, hem)
    half = body.hip_half + max(flare, 0.5) * _spread(body) + 0.08 * h
    return _mirrored(
        body,
        [
            (0.2 * h, body.shoulder - 0.15 * h),
            (body.shoulder_half + 0.1 * h, body.shoulder),
            (max(body.shoulder_half + 0.2 * h, 0.6 * half), body.waist),
            (half, y),
            (0.6 * half, y + 0.07 * h),
        ],
    )


def _neck(body: Body) -> np.ndarray:
    h = body.head
    return _mirrored(
        body,
        [
            (0.26 * h, body.chin - 0.12 * h),
            (0.32 * h, body.shoulder),
            (0.26 * h, body.shoulder + 0.2 * h),
        ],
    )


def _ellipse(x: float, y: float, across: float, down: float) -> np.ndarray:
    angle = np.linspace(0, 2 * np.pi, 33)[:-1]
    return np.stack([x + across * np.cos(angle), y + down * np.sin(angle)], 1)


def _hood(body: Body) -> np.ndarray:
    return _ellipse(body.axis_x, body.chin - 0.45 * body.head, 0.66 * body.head, 0.75 * body.head)


def _hat(body: Body) -> np.ndarray:
    return _ellipse(body.axis_x, body.chin - 0.95 * body.head, 0.7 * body.head, 0.5 * body.head)
