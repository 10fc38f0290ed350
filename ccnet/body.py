"""Where a clothed body is: its landmarks, found from what clothes do not change.

A face gives the measure (one head, chin to crown) and the axis; the lowest point of the figure gives its height in
heads, and that its proportions, from a chibi to a tall figure. Arms are fitted: of all ways to bend an arm of the right
length from a shoulder, the one that lies on skin and sleeves and ends where skin ends. So the landmarks of a character
are nearly the same whatever it wears, and a mask drawn from them does not tell. numpy and OpenCV only.

Coordinates are (x, y) in pixels of the arrays given; "left" means the left side of the picture.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import cv2
import numpy as np

WORKING_HEAD = 32.0
"""Pixels per head that arms are fitted at: enough for a wrist, little to look at."""

UPPER_ARM = 0.5
"""The share of an arm, shoulder to wrist, above the elbow."""

HAND_LENGTH = 0.195
"""Of a hand from the wrist, in heads; drawn heads are large, so this holds for chibis and tall figures alike."""

HAND_RADIUS = 0.105
"""Of the circle around the middle of a hand that holds its palm and thumb, in heads."""


ISLAND_AREA = 0.085
"""A piece of skin smaller than this is a hand and nothing more, in square heads (a bare hand has 0.03 to 0.05)."""


SPECK_AREA = 0.004
"""A piece of skin smaller than this is nothing, in square heads."""


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


def find_body(parts: Parts) -> Body | None:
    """The body in the parts of one character; None when there is neither a face nor a figure."""
    body = find_trunk(parts)
    return None if body is None else replace(body, arms=_arms(parts, body))


def find_trunk(parts: Parts) -> Body | None:
    """The same without looking for the arms, which takes most of the time; they hang where they usually do."""
    figure = parts.skin | parts.gloves | parts.cloth | parts.lower
    seen = figure | parts.face
    rows = np.flatnonzero(seen.any(axis=1))
    if not len(rows):
        return None
    bottom = float(rows[-1] + 1)
    cropped = bottom >= len(seen) - 1
    head, axis_x, chin = _head(parts, seen)
    # A sole is a little above the lowest pixel of a shoe; a cropped figure goes on by about a third.
    heads = (bottom - chin) / head + 1 - 0.05
    heads = min(max(heads * 1.28, 3.6), 7.0) if cropped else min(max(heads, 2.2), 9.0)
    body = _proportioned(head, axis_x, chin, heads, cropped, bool(parts.face.any()))
    return replace(body, feet=_feet(parts, body, figure), arms=(_hanging(body, -1), _hanging(body, 1)))


def find_hands(parts: Parts, body: Body) -> np.ndarray:
    """bool[h, w]: the bare hands.

    Of a bare arm what lies past the wrist, and whole islands of skin no larger than a hand: at the end of an arm, or
    wherever an arm can reach and they border on a sleeve or on something held.
    """
    head = body.head
    hands = np.zeros(parts.skin.shape, bool)
    ys, xs = np.mgrid[: hands.shape[0], : hands.shape[1]].astype(np.float32)
    islands = _islands(parts, body)
    for arm in body.arms:
        dx, dy = arm.direction
        x, y = arm.wrist.x + dx * HAND_LENGTH / 2 * head, arm.wrist.y + dy * HAND_LENGTH / 2 * head
        away = np.hypot(xs - x, ys - y)
        past = (xs - arm.wrist.x) * dx + (ys - arm.wrist.y) * dy
        near = parts.skin & (away < 2.2 * HAND_RADIUS * head) & (past > -0.2 * head)
        if not near.any():
            continue
        # A hand is measured back from its own fingertips: the wrist was only fitted.
        tip = min(float(past[near].max()), (HAND_LENGTH + 0.1) * head)
        near &= past > tip - 1.4 * HAND_LENGTH * head
        hands |= near
    for island in islands:
        hands |= island
    return hands


def _islands(parts: Parts, body: Body) -> list[np.ndarray]:
    """The pieces of skin, bool[h, w] each, that are hands by their size, place and neighbours."""
    area = body.head**2
    count, labels, stats, centres = cv2.connectedComponentsWithStats(parts.skin.view(np.uint8))
    sleeve = parts.cloth | parts.gloves | parts.held
    found = []
    for k in range(1, count):
        x, y = centres[k]
        at_feet = y > body.crotch + 0.4 * (body.knee - body.crotch)
        at_neck = y < body.shoulder + 0.1 * body.head and abs(x - body.axis_x) < body.shoulder_half
        small = SPECK_AREA * area < stats[k, cv2.CC_STAT_AREA] < ISLAND_AREA * area
        if not small or at_feet or at_neck:
            continue
        island = labels == k
        ring = cv2.dilate(island.view(np.uint8), np.ones((3, 3), np.uint8)).view(bool) & ~island
        end = min(np.hypot(arm.wrist.x - x, arm.wrist.y - y) for arm in body.arms) < 0.45 * body.head
        if (ring & sleeve).sum() > (0.04 if end else 0.1) * ring.sum() or (end and not (ring & parts.lower).any()):
            found.append(island)
    return found


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
        arms=(Arm(XY(0, 0), XY(0, 0), XY(0, 0), 0.0),) * 2,
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


def _hanging(body: Body, side: int) -> Arm:
    joints = _joints(body, side, np.array([14.0]), np.array([-10.0]), np.array([1.0]))
    shoulder, elbow, wrist = (XY(*p) for p in joints[:, 0].tolist())
    return Arm(shoulder, elbow, wrist, 0.0)


def _arms(parts: Parts, body: Body) -> tuple[Arm, Arm]:
    zoom = WORKING_HEAD / body.head
    size = (max(8, round(parts.face.shape[1] * zoom)), max(8, round(parts.face.shape[0] * zoom)))

    def small(part: np.ndarray) -> np.ndarray:
        return cv2.resize(part.astype(np.float32), size, interpolation=cv2.INTER_AREA if zoom < 1 else cv2.INTER_LINEAR)

    hand, cloth, lower, over = (
        small(part) for part in (parts.skin | parts.gloves, parts.cloth, parts.lower, parts.over | parts.held)
    )
    small_body = body.scaled(zoom)
    fields = _Fields.of(hand, cloth, lower, over, small_body)
    left, right = (_fitted(fields, _Sightings.of(hand, cloth, small_body, side), small_body, side) for side in (-1, 1))

    def back(arm: Arm) -> Arm:
        shoulder, elbow, wrist = (XY(p.x / zoom, p.y / zoom) for p in arm[:3])
        return Arm(shoulder, elbow, wrist, arm.fits)

    return back(left), back(right)


class _Fields(NamedTuple):
    """What an arm gains at each place: float32[h, w]. limb: along it. hand: at its end, and just past it loses."""

    limb: np.ndarray
    hand: np.ndarray

    @classmethod
    def of(cls, skin: np.ndarray, cloth: np.ndarray, lower: np.ndarray, over: np.ndarray, body: Body) -> _Fields:
        nothing = np.clip(1 - skin - cloth - lower - over, 0, 1)
        limb = skin + 0.8 * cloth + 0.5 * over + 0.1 * lower - 1.2 * nothing
        bare = skin.copy()
        bare[max(0, int(body.knee)) :] = 0
        width = 2 * max(1, round(HAND_RADIUS * body.head)) + 1
        return cls(limb, cv2.blur(bare, (width, width)))


class _Sightings(NamedTuple):
    """Places that an arm of one side must explain: float[n, 2] and how much each weighs, float[n]."""

    at: np.ndarray
    weight: np.ndarray

    @classmethod
    def of(cls, skin: np.ndarray, cloth: np.ndarray, body: Body, side: int) -> _Sightings:
        """Skin and sleeves beside the trunk, and small islands of skin anywhere above the knees: hands."""
        ys, xs = np.mgrid[: skin.shape[0], : skin.shape[1]]
        out = side * (xs - body.axis_x)
        trunk = np.interp(
            ys, (body.shoulder, body.waist, body.crotch), (0.95 * body.shoulder_half,) + (body.hip_half,) * 2
        )
        beside = (out > trunk) & (ys > body.shoulder - 0.3 * body.head)
        weight = np.zeros(skin.shape, np.float32)
        weight[beside & (skin > 0.5) & (ys < body.knee)] = 1
        weight[beside & (cloth > 0.5) & (ys < body.crotch)] = 0.35
        count, labels, stats, centres = cv2.connectedComponentsWithStats((skin > 0.5).astype(np.uint8))
        most = 0.09 * body.head**2
        for k in range(1, count):
            x, y = centres[k]
            hangs = body.shoulder + 0.12 * body.head < y < body.knee
            if hangs and 4 < stats[k, cv2.CC_STAT_AREA] < most and side * (x - body.axis_x) > -0.12 * body.head:
                weight[labels == k] = 2
        rows, columns = np.nonzero(weight)
        if len(rows) > 90:
            chosen = np.linspace(0, len(rows) - 1, 90).astype(int)
            rows, columns = rows[chosen], columns[chosen]
        return cls(np.stack([columns, rows], 1).astype(np.float64), weight[rows, columns].astype(np.float64))


def _fitted(fields: _Fields, sightings: _Sightings, body: Body, side: int) -> Arm:
    """The arm of one side (-1 left, 1 right): coarse search over both angles and the length, then a fine one."""
    grids = np.meshgrid(np.arange(-15, 176, 7.5), np.arange(-165, 166, 7.5), (0.9, 1.0, 1.1), indexing="ij")
    best = _best(fields, sightings, body, side, *(g.ravel() for g in grids))
    for step, reach in ((2.5, 5.0), (1.0, 2.0)):
        around = np.arange(-reach, reach + 0.1, step)
        grids = np.meshgrid(best[0] + around, best[1] + around, best[2] + np.array((-0.03, 0.0, 0.03)), indexing="ij")
        best = _best(fields, sightings, body, side, *(g.ravel() for g in grids))
    shoulder, elbow, wrist = (XY(*p) for p in _joints(body, side, *(np.array([v]) for v in best))[:, 0].tolist())
    return Arm(shoulder, elbow, wrist, _fits(fields, shoulder, elbow, wrist))


def _best(
    fields: _Fields,
    sightings: _Sightings,
    body: Body,
    side: int,
    raised: np.ndarray,
    bent: np.ndarray,
    length: np.ndarray,
) -> tuple[float, float, float]:
    best = int(np.argmax(_scores(fields, sightings, body, side, raised, bent, length)))
    return float(raised[best]), float(bent[best]), float(length[best])


def _joints(body: Body, side: int, raised: np.ndarray, bent: np.ndarray, length: np.ndarray) -> np.ndarray:
    """[3, n, 2]: shoulder, elbow and wrist for each arm. raised, bent: degrees; length: of the usual length."""
    reach = (body.crotch - body.shoulder) * length * 0.97
    a, b = np.deg2rad(raised), np.deg2rad(raised + bent)
    radius = 0.1 * body.head
    shoulder = np.array([body.axis_x + side * (body.shoulder_half * 0.93 - radius * 0.55), body.shoulder + radius])
    shoulder = np.broadcast_to(shoulder, (len(raised), 2))
    elbow = shoulder + (reach * UPPER_ARM)[:, None] * np.stack([side * np.sin(a), np.cos(a)], 1)
    wrist = elbow + (reach * (1 - UPPER_ARM))[:, None] * np.stack([side * np.sin(b), np.cos(b)], 1)
    return np.stack([shoulder, elbow, wrist])


def _scores(
    fields: _Fields,
    sightings: _Sightings,
    body: Body,
    side: int,
    raised: np.ndarray,
    bent: np.ndarray,
    length: np.ndarray,
) -> np.ndarray:
    """float[n]: how well each arm explains what is seen."""
    shoulder, elbow, wrist = _joints(body, side, raised, bent, length)
    upper, fore = elbow - shoulder, wrist - elbow
    score = np.zeros(len(raised))
    for start, along in ((shoulder, upper), (elbow, fore)):
        across = np.stack([-along[:, 1], along[:, 0]], 1)
        across *= 0.055 * body.head / np.maximum(np.linalg.norm(across, axis=1, keepdims=True), 1e-6)
        for t in (0.2, 0.4, 0.6, 0.8, 1.0):
            at = start + t * along
            for shift in (-1, 0, 1):
                score += _at(fields.limb, at + shift * across) / 30
    end = fore / np.maximum(np.linalg.norm(fore, axis=1, keepdims=True), 1e-6) * body.head
    score += 1.0 * _at(fields.hand, wrist + 0.5 * HAND_LENGTH * end)
    score -= 0.6 * _at(fields.hand, wrist + (HAND_LENGTH + HAND_RADIUS) * end)
    score += 2.2 * _explained(sightings, shoulder, elbow, wrist + 0.7 * HAND_LENGTH * end, 0.09 * body.head)
    # Of two arms that explain as much, the less contorted one.
    return score - 0.0006 * np.abs(bent) - 0.0003 * np.abs(raised - 15) - 0.3 * np.abs(length - 1)


def _explained(
    sightings: _Sightings, shoulder: np.ndarray, elbow: np.ndarray, end: np.ndarray, radius: float
) -> np.ndarray:
    """float[n]: the weighted share, 0..1, of the sightings that lie within about `radius` of each arm."""
    if not len(sightings.at):
        return np.zeros(len(elbow))
    near = np.full((len(elbow), len(sightings.at)), np.inf, np.float32)
    for start, stop in ((shoulder, elbow), (elbow, end)):
        along = stop - start
        to = sightings.at[None] - start[:, None]
        t = np.clip(np.einsum("nkc,nc->nk", to, along) / np.maximum((along**2).sum(1), 1e-6)[:, None], 0, 1)
        near = np.minimum(near, ((to - t[..., None] * along[:, None]) ** 2).sum(-1))
    weight = sightings.weight / sightings.weight.sum()
    return np.exp(-near / radius**2) @ weight


def _at(field: np.ndarray, points: np.ndarray) -> np.ndarray:
    x = np.clip(np.rint(points[:, 0]).astype(np.intp), 0, field.shape[1] - 1)
    y = np.clip(np.rint(points[:, 1]).astype(np.intp), 0, field.shape[0] - 1)
    return field[y, x]


def _fits(fields: _Fields, shoulder: XY, elbow: XY, wrist: XY) -> float:
    t = np.linspace(0.15, 1, 8)[:, None]
    upper = np.array(shoulder) + t * (np.array(elbow) - shoulder)
    fore = np.array(elbow) + t * (np.array(wrist) - elbow)
    return float((_at(fields.limb, np.concatenate([upper, fore])) > 0.5).mean())
