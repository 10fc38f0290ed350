"""Figure: proportions, pose and skeleton of a doll, and its bare parts (skin and base layer).

Everything else hangs on the figure: garments ask it for the torso's edge and the limbs' axes, the head is drawn at its
head centre. Units: the head (chin to crown) is one unit high, x = 0 is the body's axis, y = 0 the crown, y grows down.
"left" means the left side of the picture.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from training.dolls.classes import BODY, NECK
from training.dolls.ink import (
    Camera,
    Colour,
    Points,
    Shape,
    Stroke,
    closed_curve,
    ellipse,
    mixed,
    open_curve,
    outline_of,
    points,
    rotated,
    tinted,
)

SIDES = (-1, 1)  # left and right in the picture


@dataclass(frozen=True)
class Pose:
    """Continuous pose, angles in degrees, (left, right) in the picture.

    Arms: `arm_raise` from hanging (0) outwards (90 = level); `arm_bend` turns the forearm further up and outwards when
    positive, across the body when negative. Legs: `leg_spread` outwards, `leg_knee` bends inwards.
    """

    arm_raise: tuple[float, float] = (14.0, 14.0)
    arm_bend: tuple[float, float] = (-12.0, -12.0)
    leg_spread: tuple[float, float] = (4.0, 4.0)
    leg_knee: tuple[float, float] = (0.0, 0.0)
    lean: float = 0.0
    head_tilt: float = 0.0


def _unfolded(side: Points, axis: Points, width: Points) -> Points:
    """One edge of a bent limb without the loop it makes inside a sharp bend (a loop would be filled as a hole)."""
    gap = np.linalg.norm(side[:, None] - axis[None], axis=2).min(1)
    good = np.flatnonzero(gap > 0.9 * width[:, 0])
    if len(good) in (0, len(side)):
        return side
    at = np.arange(len(side))
    return np.stack([np.interp(at, good, side[good, k]) for k in (0, 1)], 1)


@dataclass(frozen=True)
class Limb:
    """A bent limb: a smooth axis through three joints and its half widths."""

    joints: Points  # [3, 2]: shoulder/hip, elbow/knee, wrist/ankle
    radii: tuple[float, float, float]

    @cached_property
    def _axis(self) -> tuple[Points, NDArray[np.float64]]:
        a, b, c = self.joints
        t = np.linspace(0, 1, 9)[:, None]
        upper, lower = a + (b - a) * t, b + (c - b) * t
        axis = np.concatenate([upper[:-1], lower])
        s = np.linspace(0, 1, 5)[:, None]
        axis[6:11] = (1 - s) ** 2 * axis[6] + 2 * s * (1 - s) * b + s**2 * axis[10]  # round the elbow
        r0, r1, r2 = self.radii
        radii = np.concatenate([np.linspace(r0, r1, 9)[:-1], np.linspace(r1, r2, 9)])
        return axis, radii

    def axis(self, start: float = 0.0, stop: float = 1.0, count: int = 12) -> tuple[Points, NDArray[np.float64]]:
        """Points on the axis and half widths there, from `start` to `stop` (0 = shoulder/hip, 1 = wrist/ankle)."""
        axis, radii = self._axis
        at = np.linspace(start, stop, count) * (len(axis) - 1)
        whole = np.arange(len(axis))
        return np.stack([np.interp(at, whole, axis[:, k]) for k in (0, 1)], 1), np.interp(at, whole, radii)

    def outline(self, start: float = 0.0, stop: float = 1.0, extra: ArrayLike = 0.0, count: int = 12) -> Points:
        """Closed outline of the limb from `start` to `stop`, `extra` wider on each side (one value or one each)."""
        axis, radii = self.axis(start, stop, count)
        tangent = np.gradient(axis, axis=0)
        normal = np.stack([-tangent[:, 1], tangent[:, 0]], 1) / (np.linalg.norm(tangent, axis=1, keepdims=True) + 1e-9)
        w = (radii + np.broadcast_to(np.asarray(extra, np.float64), (count,)))[:, None]
        sides = [_unfolded(axis + normal * w, axis, w), _unfolded(axis - normal * w, axis, w)[::-1]]
        if start == 0.0:  # a rounded shoulder
            turn = np.linspace(0, np.pi, 9)[1:-1, None]
            sides.append(
                axis[:1] - w[0] * (np.cos(turn) * normal[:1] + np.sin(turn) * tangent[:1] / np.linalg.norm(tangent[0]))
            )
        return np.concatenate(sides)

    def at(self, t: float) -> tuple[Points, float, float]:
        """Point [2] on the axis, half width, and direction in degrees (90 = downwards) at `t`."""
        axis, radii = self.axis(max(0.0, t - 0.04), min(1.0, t + 0.04), 3)
        d = axis[2] - axis[0]
        return axis[1], float(radii[1]), float(np.degrees(np.arctan2(d[1], d[0])))


@dataclass(frozen=True)
class Figure:
    """A posed body. `heads`: height in heads (2.4 chibi .. 5.2 tall); `build`: width factor; `skin`: base colour."""

    heads: float
    pose: Pose
    skin: Colour
    build: float = 1.0
    line: Colour | None = None

    @property
    def grown(self) -> float:
        """0 for the smallest chibi, 1 for the tallest figure."""
        return (self.heads - 2.4) / 2.8

    def _between(self, chibi: float, tall: float) -> float:
        return chibi + (tall - chibi) * self.grown

    @property
    def skin_line(self) -> Colour:
        return self.line or mixed(tinted(self.skin, 0.5), (92, 40, 40), 0.45)

    # heights
    @property
    def shoulder_y(self) -> float:
        return 1.0 + self._between(0.035, 0.20)

    @property
    def crotch_y(self) -> float:
        return self.shoulder_y + (self.heads - self.shoulder_y) * self._between(0.50, 0.425)

    @property
    def waist_y(self) -> float:
        return self.torso_y(0.60)

    @property
    def sole_y(self) -> float:
        return self.heads

    def torso_y(self, t: float) -> float:
        """Height at torso position t: 0 = shoulder line, 0.6 = waist, 1 = crotch."""
        return self.shoulder_y + (self.crotch_y - self.shoulder_y) * t

    # half widths
    @property
    def shoulder(self) -> float:
        return self._between(0.265, 0.47) * self.build

    @property
    def waist(self) -> float:
        return self._between(0.235, 0.275) * self.build

    @property
    def hip(self) -> float:
        return self._between(0.275, 0.385) * self.build

    def torso_half(self, t: ArrayLike) -> NDArray[np.float64]:
        """Half width of the torso at positions t in [0, 1] (see `torso_y`)."""
        chest = self.shoulder * 0.86
        return np.interp(
            np.asarray(t, np.float64),
            [0.0, 0.12, 0.32, 0.60, 0.85, 1.0],
            [self.shoulder * 0.90, self.shoulder * 0.93, chest, self.waist, self.hip * 0.97, self.hip],
        )

    def torso_outline(self, start: float, stop: float, extra: ArrayLike = 0.0, count: int = 10) -> Points:
        """Closed outline of the torso between two positions; `extra` widens each side (one value or one per point)."""
        t = np.linspace(start, stop, count)
        w = self.torso_half(t) + np.broadcast_to(np.asarray(extra, np.float64), (count,))
        y = np.array([self.torso_y(v) for v in t])
        right = np.stack([w, y], 1)
        left = np.stack([-w, y], 1)[::-1]
        return self.leaned(np.concatenate([right, left]))

    def leaned(self, p: Points) -> Points:
        """Torso points moved with the body's lean (about the hips)."""
        return rotated(p, self.pose.lean, (0.0, self.crotch_y))

    @property
    def neck_base(self) -> Points:
        return self.leaned(points([[0.0, self.shoulder_y]]))[0]

    @property
    def head_centre(self) -> Points:
        """Centre of the head ball; the head's own drawing is done about (0, 0.5) and moved by `headed`."""
        return self.leaned(points([[0.0, 0.5]]))[0]

    def headed(self, p: Points) -> Points:
        """Points drawn for an upright head (crown y = 0, chin y = 1, axis x = 0) moved onto the figure."""
        matrix, offset = self._head_frame
        return p @ matrix + offset

    @cached_property
    def _head_frame(self) -> tuple[NDArray[np.float64], Points]:
        origin, x, y = self.leaned(rotated(points([[0, 0], [1, 0], [0, 1]]), self.pose.head_tilt, (0.0, 0.95)))
        return np.stack([x - origin, y - origin]), origin

    @cached_property
    def arms(self) -> tuple[Limb, Limb]:
        left, right = (self._arm(i, side) for i, side in enumerate(SIDES))
        return left, right

    @cached_property
    def legs(self) -> tuple[Limb, Limb]:
        left, right = (self._leg(i, side) for i, side in enumerate(SIDES))
        return left, right

    def _arm(self, i: int, side: int) -> Limb:
        r0, r1, r2 = (self._between(a, b) for a, b in ((0.088, 0.108), (0.078, 0.088), (0.066, 0.066)))
        length = (self.crotch_y - self.shoulder_y) * self._between(0.90, 1.03)
        upper, fore = length * 0.5, length * 0.5
        shoulder = self.leaned(points([[side * (self.shoulder * 0.93 - r0 * 0.55), self.shoulder_y + r0 * 1.0]]))[0]
        a = np.deg2rad(self.pose.arm_raise[i])
        b = np.deg2rad(self.pose.arm_raise[i] + self.pose.arm_bend[i])
        elbow = shoulder + upper * np.array([side * np.sin(a), np.cos(a)])
        wrist = elbow + fore * np.array([side * np.sin(b), np.cos(b)])
        return Limb(np.stack([shoulder, elbow, wrist]), (r0 * self.build, r1 * self.build, r2))

    def _leg(self, i: int, side: int) -> Limb:
        r0 = self.hip * 0.49
        r1, r2 = self._between(0.112, 0.132) * self.build, self._between(0.085, 0.082)
        ankle_y = self.sole_y - self._between(0.085, 0.10)
        length = ankle_y - self.crotch_y
        hip = np.array([side * self.hip * 0.50, self.crotch_y - 0.02])
        a = np.deg2rad(self.pose.leg_spread[i])
        b = np.deg2rad(self.pose.leg_spread[i] - self.pose.leg_knee[i])
        knee = hip + 0.48 * length * np.array([side * np.sin(a), 1.0])
        ankle = knee + 0.52 * length * np.array([side * np.sin(b), 1.0])
        return Limb(np.stack([hip, knee, ankle]), (r0, r1, r2))

    # --- bare parts ---------------------------------------------------------------------------------------------------

    def skin_shape(self, outline: Points, label: int = BODY, **more: object) -> Shape:
        return Shape(outline, self.skin, label, self.skin_line, **more)  # type: ignore[arg-type]

    def leg_shapes(self) -> list[Shape]:
        out = []
        for leg, side in zip(self.legs, SIDES, strict=True):
            knee = leg.joints[1] + points([[-side * 0.035, 0.0], [side * 0.005, 0.012], [side * 0.04, -0.002]])
            lines = (Stroke(knee, 0.7),) if self.heads > 3 else ()
            out.append(
                self.skin_shape(leg.outline(0.0, 1.0, self._calf()), shades=(self._leg_shadow(leg),), lines=lines)
            )
            foot = self.foot(leg, side)
            out.append(self.skin_shape(foot))
        return out

    def _calf(self) -> NDArray[np.float64]:
        return np.interp(np.linspace(0, 1, 12), [0, 0.5, 0.68, 1], [0, 0, 0.016, 0])

    def _leg_shadow(self, leg: Limb) -> Points:
        """The cast shadow at the top of the thigh."""
        return leg.outline(0.0, 0.16, 0.05, 4)

    def foot(self, leg: Limb, side: int, grow: float = 0.0) -> Points:
        """Outline of a foot seen from the front, toes a little outwards."""
        x, y = leg.joints[2]
        w, sole = self._between(0.115, 0.105) + grow, self.sole_y + grow
        return closed_curve(
            [
                [x - 0.085 - grow, y - 0.03],
                [x + 0.085 + grow, y - 0.03],
                [x + w + side * 0.03, sole - 0.03],
                [x + side * 0.045, sole + 0.012],
                [x - w + side * 0.03, sole - 0.03],
            ],
            5,
        )

    def torso_shapes(self, base: Colour = (236, 234, 238)) -> list[Shape]:
        """Neck, torso skin and the plain base layer: a camisole and shorts; a doll is never drawn without them."""
        neck_r = self._between(0.115, 0.125)
        neck = self.leaned(
            points(
                [
                    [-neck_r, 0.86],
                    [neck_r, 0.86],
                    [neck_r * 1.05, self.shoulder_y + 0.02],
                    [-neck_r * 1.05, self.shoulder_y + 0.02],
                ]
            )
        )
        y, low = self.shoulder_y, self.torso_y(0.3)
        slope = [
            [neck_r, y - self._between(0.03, 0.08)],
            [neck_r * 1.25, y - self._between(0.01, 0.025)],
            [self.shoulder * 0.62, y + 0.006],
        ]
        right = points([*slope, [self.shoulder * 0.86, y + self._between(0.02, 0.03)], [self.shoulder * 0.86, low]])
        trapezius = self.leaned(np.concatenate([right, (right * [-1, 1])[::-1]]))
        chin_shadow = self.headed(closed_curve([[-0.2, 0.9], [0.2, 0.9], [0.13, 1.07], [-0.13, 1.07]], 5))
        body = self.torso_outline(0.02, 1.0)
        cloth = self.torso_outline(0.26, 1.0, -0.004)
        line = outline_of(base)
        return [
            self.skin_shape(body),
            Shape(neck, self.skin, NECK, self.skin_line, shades=(chin_shadow,)),
            self.skin_shape(trapezius),
            Shape(self.torso_outline(0.05, 0.3, -0.02), self.skin, BODY, lines=self._collar_bones()),
            Shape(cloth, base, BODY, line, 0.7),
        ]

    def _collar_bones(self) -> list[Stroke]:
        y = self.torso_y(0.06)
        bones = (points([[side * 0.05, y + 0.03], [side * self.shoulder * 0.5, y]]) for side in SIDES)
        return [Stroke(self.leaned(b), 0.7) for b in bones]

    def base_shorts(self, base: Colour = (236, 234, 238)) -> list[Shape]:
        return [Shape(leg.outline(0.0, 0.2, 0.012, 5), base, BODY, outline_of(base), 0.7) for leg in self.legs]

    def arm_shapes(self, i: int) -> list[Shape]:
        """One bare arm with its hand (0 left, 1 right)."""
        arm, side = self.arms[i], SIDES[i]
        r = arm.radii[0]
        x, y = arm.joints[0]
        elbow_x, elbow_y = arm.at(0.5)[0]
        root = rotated(ellipse(x - side * r * 0.62, y - r * 0.02, r * 0.66, r * 0.86), self.pose.lean, (x, y))
        return [
            self.skin_shape(arm.outline(0.0, 1.0, count=17)),
            self.skin_shape(ellipse(elbow_x, elbow_y, arm.radii[1], arm.radii[1], 0, 14)),  # rounds a bent elbow
            self.hand_shape(i),
            Shape(root, self.skin, BODY),  # no line between shoulder and chest
        ]

    def hand_shape(self, i: int) -> Shape:
        """The bare hand (0 left, 1 right) with its fingers drawn; painted again by whatever holds something."""
        arm, side = self.arms[i], SIDES[i]
        wrist, _, angle = arm.at(1.0)
        fingers = np.array([[[0.10, y - 0.004], [0.185, y]] for y in (-0.028, 0.012)]) * self._hand_size
        if side > 0:
            fingers = fingers * [1, -1]
        lines = [Stroke(rotated(points(f * [1, -1]), angle) + wrist, 0.7) for f in fingers]
        return self.skin_shape(self.hand(arm, side), lines=lines)

    @property
    def _hand_size(self) -> float:
        return self._between(1.0, 1.02)

    def hand(self, arm: Limb, side: int, grow: float = 0.0) -> Points:
        """A mitten hand with a thumb, at the end of the forearm."""
        wrist, _, angle = arm.at(1.0)
        shape = _HAND * self._hand_size
        shape = shape + np.sign(shape) * grow
        if side > 0:
            shape = shape * [1, -1]
        inward = shape * [1, -1]  # thumb towards the body
        return rotated(closed_curve(inward, 4), angle) + wrist


_HAND = np.array(
    [
        [-0.03, -0.052],
        [0.05, -0.073],
        [0.13, -0.066],
        [0.19, -0.03],
        [0.192, 0.012],
        [0.15, 0.046],
        [0.105, 0.056],
        [0.125, 0.094],
        [0.098, 0.112],
        [0.045, 0.088],
        [-0.03, 0.052],
    ]
)


def camera_for(figure: Figure, height: float = 0.88, x: float = 0.5, top: float = 0.075) -> Camera:
    """The whole figure in the picture: `height` = part of the picture from crown to sole, `top` = the crown's place."""
    scale = height / figure.heads
    return Camera(scale, x, top)


__all__ = ["SIDES", "Figure", "Limb", "Pose", "camera_for", "open_curve"]
