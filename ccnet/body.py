"""Where a clothed body is: its landmarks, found from what clothes do not change.

A face gives the measure (one head, chin to crown) and the axis; the lowest point of the figure gives its height in
heads, and that its proportions, from a chibi to a tall figure. So the landmarks of a character are nearly the same
whatever it wears, and a mask drawn from them does not tell. Arms are looked for by `ccnet.arms`; here they hang.
numpy and OpenCV only.

Coordinates are (x, y) in pixels of the arrays given; "left" means the left side of the picture.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import cv2
import numpy as np

UPPER_ARM = 0.5
"""The share of an arm, shoulder to wrist, above the elbow."""


class Parts(NamedTuple):
    """What a body is found from: bool[h, w] each.

    face: the face with its features. eyes: those alone. skin: bare skin of trunk and limbs. gloves: on hands and arms.
    cloth: what else may lie on an arm (tops). lower: what lies on legs and feet, skirts included. over: what may hide
    an arm (hair, neckwear). held: things held.
    """

    face: np.ndarray
    eyes: np.ndarray
    skin: np.ndarray
    gloves: np.ndarray
    cloth: np.ndarray
    lower: np.ndarray
    over: np.ndarray
    held: np.ndarray

    def inside(self, region: np.ndarray) -> Parts:
        """The same inside a region, bool[h, w]."""
        return Parts(*(part & region for part in self))


class XY(NamedTuple):
    """A point in pixels."""

    x: float
    y: float


class Arm(NamedTuple):
    """A bent arm. fits: 0..1, how much of it lies on skin or sleeves; low when the arm is hidden."""

    shoulder: XY
    elbow: XY
    wrist: XY
    fits: float

    @property
    def direction(self) -> XY:
        """Of the forearm, one pixel long."""
        dx, dy = self.wrist.x - self.elbow.x, self.wrist.y - self.elbow.y
        length = max(float(np.hypot(dx, dy)), 1e-6)
        return XY(dx / length, dy / length)


NO_ARM = Arm(XY(0, 0), XY(0, 0), XY(0, 0), 0.0)


@dataclass(frozen=True)
class Body:
    """Landmarks in pixels. head: the height of the head, chin to crown, the measure of everything else.

    axis_x: where the trunk's axis is. chin, shoulder, waist, crotch, knee, ankle, sole: heights (y). shoulder_half,
    waist_half, hip_half: half widths of the bare trunk. feet: x of the left and the right foot. arms: left, right.
    cropped: whether the picture ends above the feet (then what lies below its edge is a guess). face: whether a face
    was seen; without one everything is a guess from the figure's outline.
    """

    head: float
    axis_x: float
    chin: float
    shoulder: float
    waist: float
    crotch: float
    knee: float
    ankle: float
    sole: float
    shoulder_half: float
    waist_half: float
    hip_half: float
    feet: tuple[float, float]
    arms: tuple[Arm, Arm]
    cropped: bool
    face: bool

    @property
    def height(self) -> float:
        """Crown to sole."""
        return self.sole - self.chin + self.head

    def scaled(self, factor: float) -> Body:
        """The same body in a picture `factor` times as large."""

        def xy(p: XY) -> XY:
            return XY(p.x * factor, p.y * factor)

        lengths = {
            name: getattr(self, name) * factor
            for name in (
                *("head", "axis_x", "chin", "shoulder", "waist", "crotch", "knee", "ankle", "sole"),
                *("shoulder_half", "waist_half", "hip_half"),
            )
        }
        arms = tuple(a._replace(shoulder=xy(a.shoulder), elbow=xy(a.elbow), wrist=xy(a.wrist)) for a in self.arms)
        return replace(self, **lengths, feet=(self.feet[0] * factor, self.feet[1] * factor), arms=(arms[0], arms[1]))


def find_trunk(parts: Parts) -> Body | None:
    """The body in the parts of one character, its arms hanging; None when there is neither a face nor a figure."""
    figure = parts.skin | parts.gloves | parts.cloth | parts.lower
    seen = figure | parts.face
    rows = np.flatnonzero(seen.any(axis=1))
    if not len(rows):
        return None
    bottom = float(rows[-1] + 1)
    cropped = bottom >= len(seen) - 1
    head, axis_x, chin = _head(parts, seen)
    # A sole is a little above the lowest pixel of a shoe; a cropped one goes on, by a little more than a head.
    heads = (bottom - chin) / head + 1 - 0.05
    heads = min(heads + 1.25, 7.5) if cropped else min(max(heads, 2.2), 9.0)
    body = _proportioned(head, axis_x, chin, heads, cropped, bool(parts.face.any()))
    return replace(body, feet=_feet(parts, body, figure), arms=(_hanging(body, -1), _hanging(body, 1)))


# --- trunk and legs ---------------------------------------------------------------------------------------------------


def _head(parts: Parts, seen: np.ndarray) -> tuple[float, float, float]:
    """(height of the head, x of the axis, y of the chin)."""
    if not parts.face.any():  # seen from behind, or headless: a figure of five heads under its own top
        ys, xs = np.nonzero(seen)
        top, bottom = float(ys.min()), float(ys.max() + 1)
        head = (bottom - top) / 4
        return head, float(np.median(xs)), top + 0.1 * head
    left, top, width, height = cv2.boundingRect(parts.face.view(np.uint8))
    chin, middle = top + height, left + width / 2
    estimates = [width / 0.72]
    if parts.eyes.any():
        x, y, w, h = cv2.boundingRect(parts.eyes.view(np.uint8))
        estimates += [(chin - (y + h / 2)) / 0.36, w / 0.66]
        if w > 0.45 * width:  # both eyes
            middle = (middle + x + w / 2) / 2
    return float(np.mean(estimates)) / 1.03, middle, float(chin)


def _proportioned(head: float, x: float, chin: float, heads: float, cropped: bool, face: bool) -> Body:
    """A body `heads` heads tall. Proportions run from a chibi's (2.4 heads) to a tall figure's (5.2) and on."""
    grown = min((heads - 2.4) / 2.8, 1.5)

    def between(chibi: float, tall: float) -> float:
        return chibi + (tall - chibi) * grown

    def y(heads_below_crown: float) -> float:
        return chin + (heads_below_crown - 1) * head

    shoulder = 1 + between(0.035, 0.20)
    crotch = shoulder + (heads - shoulder) * between(0.50, 0.425)
    ankle = heads - between(0.085, 0.10)
    return Body(
        head=head,
        axis_x=x,
        chin=chin,
        shoulder=y(shoulder),
        waist=y(shoulder + 0.6 * (crotch - shoulder)),
        crotch=y(crotch),
        knee=y(crotch + 0.48 * (ankle - crotch)),
        ankle=y(ankle),
        sole=y(heads),
        shoulder_half=between(0.265, 0.47) * head,
        waist_half=between(0.235, 0.275) * head,
        hip_half=between(0.275, 0.385) * head,
        feet=(x - between(0.14, 0.25) * head, x + between(0.14, 0.25) * head),
        arms=(NO_ARM, NO_ARM),
        cropped=cropped,
        face=face,
    )


def _feet(parts: Parts, body: Body, figure: np.ndarray) -> tuple[float, float]:
    """x of the feet: the ends of what stands on the ground, when it can be seen."""
    if body.cropped:
        return body.feet
    low = slice(max(0, int(body.sole - 0.14 * body.head)), None)
    xs = np.flatnonzero((figure[low] & ~parts.held[low]).any(axis=0))
    if not len(xs):
        return body.feet
    inset = 0.13 * body.head
    left, right = float(xs[0]) + inset, float(xs[-1] + 1) - inset
    # No legs are as far apart as a ball gown is wide.
    reach = 0.75 * body.head
    return max(left, body.axis_x - reach), min(right, body.axis_x + reach)


# --- arms -------------------------------------------------------------------------------------------------------------


def arm_joints(body: Body, side: int, raised: np.ndarray, bent: np.ndarray, length: np.ndarray) -> np.ndarray:
    """[3, n, 2]: shoulder, elbow and wrist of n arms of one side (-1 left, 1 right).

    raised: of the upper arm, in degrees outwards from hanging. bent: of the forearm, in degrees further up. length: in
    the usual length for this body.
    """
    reach = (body.crotch - body.shoulder) * length * 0.97
    a, b = np.deg2rad(raised), np.deg2rad(raised + bent)
    radius = 0.1 * body.head
    shoulder = np.array([body.axis_x + side * (body.shoulder_half * 0.93 - radius * 0.55), body.shoulder + radius])
    shoulder = np.broadcast_to(shoulder, (len(raised), 2))
    elbow = shoulder + (reach * UPPER_ARM)[:, None] * np.stack([side * np.sin(a), np.cos(a)], 1)
    wrist = elbow + (reach * (1 - UPPER_ARM))[:, None] * np.stack([side * np.sin(b), np.cos(b)], 1)
    return np.stack([shoulder, elbow, wrist])


def _hanging(body: Body, side: int) -> Arm:
    joints = arm_joints(body, side, np.array([14.0]), np.array([-10.0]), np.array([1.0]))
    shoulder, elbow, wrist = (XY(*p) for p in joints[:, 0].tolist())
    return Arm(shoulder, elbow, wrist, 0.0)
