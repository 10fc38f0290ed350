"""Where the arms of a body are, and its hands.

Arms are fitted, both together: of all ways to bend two arms of the right length from their shoulders, the ones that lie
on skin and sleeves, end where skin ends, and between them pass by everything that can only be an arm. numpy and OpenCV
only; pixels as in `ccnet.body`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import cv2
import numpy as np

from ccnet.body import XY, Arm, Body, Parts, arm_joints, find_trunk

WORKING_HEAD = 32.0
"""Pixels per head that arms are fitted at: enough for a wrist, little to look at."""

HAND_LENGTH = 0.195
"""Of a hand from the wrist, in heads; drawn heads are large, so this holds for chibis and tall figures alike."""

LONGEST_HAND = HAND_LENGTH + 0.12
"""Further than this past a fitted wrist no fingertips are believed, in heads."""

HAND_RADIUS = 0.105
"""Of the circle around the middle of a hand that holds its palm and thumb, in heads."""

ISLAND_AREA = 0.11
"""A piece of skin smaller than this is a hand and nothing more, in square heads (a bare hand has 0.03 to 0.05)."""

FOREARM = 0.45
"""An island of skin longer than this shows more than a hand, in heads."""

SPECK_AREA = 0.004
"""A piece of skin smaller than this is nothing, in square heads."""

ARM_RADIUS = 0.09
"""Within this distance of an arm's axis, in heads, what is seen is explained by the arm."""

SIGHTINGS = 110
"""How many places are kept that arms must explain."""

EXPLAINING = 4.4
"""What two arms gain by explaining all of them; lying on skin and sleeves gains each about 1."""

SHORTLIST = 60
"""How many ways of each arm are tried with those of the other."""


def find_body(parts: Parts) -> Body | None:
    """The body in the parts of one character; None when there is neither a face nor a figure."""
    body = find_trunk(parts)
    return None if body is None else replace(body, arms=find_arms(parts, body))


def find_hands(parts: Parts, body: Body) -> np.ndarray:
    """bool[h, w]: the bare hands.

    Of a bare arm what lies past the wrist, and whole islands of skin no larger than a hand: at the end of an arm, or
    wherever an arm can reach and they border on a sleeve or on something held.
    """
    head = body.head
    hands = np.zeros_like(parts.skin)
    xs, ys = np.meshgrid(np.arange(hands.shape[1]), np.arange(hands.shape[0]))
    for arm in body.arms:
        dx, dy = arm.direction
        x, y = arm.wrist.x + dx * HAND_LENGTH / 2 * head, arm.wrist.y + dy * HAND_LENGTH / 2 * head
        away = np.hypot(xs - x, ys - y)
        past = (xs - arm.wrist.x) * dx + (ys - arm.wrist.y) * dy
        palm = away < 1.3 * HAND_RADIUS * head
        near = parts.skin & (away < 2.4 * HAND_RADIUS * head) & (past > -0.2 * head)
        if not near.any() or (palm & parts.gloves).sum() > (palm & parts.skin).sum():
            continue
        _, pieces = cv2.connectedComponents(near.view(np.uint8))
        near = pieces == pieces[np.unravel_index(int(np.argmin(np.where(near, away, np.inf))), near.shape)]
        # A hand is measured back from its own fingertips: the wrist was only fitted. Where skin goes on past them (a
        # hand on a bare leg) nothing can be measured.
        tip = min(float(past[near].max()) / head, LONGEST_HAND)
        root = tip - 1.5 * HAND_LENGTH if tip < LONGEST_HAND else -0.12
        hands |= near & (past > root * head)
        hands |= parts.skin & palm
    for island in _islands(parts, body):
        # A short bare forearm is an island too: of that, what was found above is enough.
        _, _, width, height = cv2.boundingRect(island.view(np.uint8))
        if np.hypot(width, height) < FOREARM * head or not (island & hands).any():
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


# --- fitting ----------------------------------------------------------------------------------------------------------


def find_arms(parts: Parts, body: Body) -> tuple[Arm, Arm]:
    """The left and the right arm."""
    zoom = WORKING_HEAD / body.head
    size = (max(8, round(parts.face.shape[1] * zoom)), max(8, round(parts.face.shape[0] * zoom)))

    def small(part: np.ndarray) -> np.ndarray:
        return cv2.resize(part.astype(np.float32), size, interpolation=cv2.INTER_AREA if zoom < 1 else cv2.INTER_LINEAR)

    hand, cloth, lower, over = (
        small(part) for part in (parts.skin | parts.gloves, parts.cloth, parts.lower, parts.over | parts.held)
    )
    little = body.scaled(zoom)
    fields = _Fields.of(hand, cloth, lower, over, little)
    seen = _Sightings.of(hand, cloth, little)
    grid = np.meshgrid(np.arange(-15, 176, 7.5), np.arange(-165, 166, 7.5), (0.9, 1.0, 1.1), indexing="ij")
    every = _Poses(*(values.ravel() for values in grid))
    left, right = (_Judged.of(fields, seen, little, side, every) for side in (-1, 1))
    left, right = _best_pair(left, right, seen)
    for step, reach, stretch in ((2.5, 5.0, 0.04), (1.0, 2.0, 0.02)):
        left, right = (
            _best_pair(_Judged.of(fields, seen, little, -1, left.poses.around(step, reach, stretch)), right, seen)[0],
            _best_pair(left, _Judged.of(fields, seen, little, 1, right.poses.around(step, reach, stretch)), seen)[1],
        )

    def arm(side: int, found: _Judged) -> Arm:
        joints = arm_joints(little, side, *found.poses)[:, 0]
        shoulder, elbow, wrist = (XY(*p) for p in (joints / zoom).tolist())
        return Arm(shoulder, elbow, wrist, _fits(fields, joints))

    return arm(-1, left), arm(1, right)


class _Poses(NamedTuple):
    """n ways to bend an arm: float[n] each, see `arm_joints`."""

    raised: np.ndarray
    bent: np.ndarray
    length: np.ndarray

    def take(self, chosen: np.ndarray) -> _Poses:
        return _Poses(*(values[chosen] for values in self))

    def around(self, step: float, reach: float, stretch: float) -> _Poses:
        """All near the first, `step` degrees apart and up to `reach` away."""
        near = np.arange(-reach, reach + 0.1, step)
        lengths = self.length[0] + np.array((-stretch, 0.0, stretch))
        grid = np.meshgrid(self.raised[0] + near, self.bent[0] + near, lengths, indexing="ij")
        return _Poses(*(values.ravel() for values in grid))


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
    """Places that the arms must explain between them: float[k, 2], and how much each weighs, summing to 1."""

    at: np.ndarray
    weight: np.ndarray

    @classmethod
    def of(cls, skin: np.ndarray, cloth: np.ndarray, body: Body) -> _Sightings:
        """Skin and sleeves beside the trunk, and small islands of skin anywhere above the knees: hands."""
        ys, xs = np.mgrid[: skin.shape[0], : skin.shape[1]]
        halves = (0.95 * body.shoulder_half, body.hip_half, body.hip_half)
        trunk = np.interp(ys, (body.shoulder, body.waist, body.crotch), halves)
        beside = (np.abs(xs - body.axis_x) > trunk) & (ys > body.shoulder - 0.3 * body.head)
        weight = np.zeros(skin.shape, np.float32)
        weight[beside & (skin > 0.5) & (ys < body.knee)] = 1
        weight[beside & (cloth > 0.5) & (ys < body.crotch)] = 0.35
        count, labels, stats, centres = cv2.connectedComponentsWithStats((skin > 0.5).astype(np.uint8))
        for k in range(1, count):
            hangs = body.shoulder + 0.12 * body.head < centres[k, 1] < body.knee
            if hangs and 4 < stats[k, cv2.CC_STAT_AREA] < ISLAND_AREA * body.head**2:
                weight[labels == k] = 2
        rows, columns = np.nonzero(weight)
        if len(rows) > SIGHTINGS:
            chosen = np.linspace(0, len(rows) - 1, SIGHTINGS).astype(int)
            rows, columns = rows[chosen], columns[chosen]
        weights = weight[rows, columns]
        return cls(np.stack([columns, rows], 1).astype(np.float32), weights / max(float(weights.sum()), 1.0))


class _Judged(NamedTuple):
    """n ways to bend one arm. score: float[n], what each gains by itself. near: float32[n, k], 0..1, how well it
    explains each sighting."""

    poses: _Poses
    score: np.ndarray
    near: np.ndarray

    def take(self, chosen: np.ndarray) -> _Judged:
        return _Judged(self.poses.take(chosen), self.score[chosen], self.near[chosen])

    @classmethod
    def of(cls, fields: _Fields, seen: _Sightings, body: Body, side: int, poses: _Poses) -> _Judged:
        shoulder, elbow, wrist = arm_joints(body, side, *poses)
        fore = wrist - elbow
        score = np.zeros(len(elbow))
        for start, along in ((shoulder, elbow - shoulder), (elbow, fore)):
            across = np.stack([-along[:, 1], along[:, 0]], 1)
            across *= 0.055 * body.head / np.maximum(np.linalg.norm(across, axis=1, keepdims=True), 1e-6)
            for t in (0.2, 0.4, 0.6, 0.8, 1.0):
                for shift in (-1, 0, 1):
                    score += _at(fields.limb, start + t * along + shift * across) / 30
        end = fore / np.maximum(np.linalg.norm(fore, axis=1, keepdims=True), 1e-6) * body.head
        score += 1.0 * _at(fields.hand, wrist + 0.5 * HAND_LENGTH * end)
        score -= 0.6 * _at(fields.hand, wrist + (HAND_LENGTH + HAND_RADIUS) * end)
        # Of two arms that explain as much, the less contorted one.
        score -= 0.0006 * np.abs(poses.bent) + 0.0003 * np.abs(poses.raised - 15) + 0.3 * np.abs(poses.length - 1)
        away = np.full((len(elbow), len(seen.at)), np.inf, np.float32)
        for start, stop in ((shoulder, elbow), (elbow, wrist + 0.7 * HAND_LENGTH * end)):
            np.minimum(away, _squared_distance(seen.at, start.astype(np.float32), stop.astype(np.float32)), out=away)
        return cls(poses, score, np.exp(-away / (ARM_RADIUS * body.head) ** 2))


def _squared_distance(at: np.ndarray, start: np.ndarray, stop: np.ndarray) -> np.ndarray:
    """float32[n, k]: from k places to n straight lines from start to stop."""
    along = stop - start
    length = np.maximum((along**2).sum(1), 1e-6)[:, None]
    x, y = at[None, :, 0] - start[:, 0:1], at[None, :, 1] - start[:, 1:2]
    t = np.clip((x * along[:, 0:1] + y * along[:, 1:2]) / length, 0, 1)
    return (x - t * along[:, 0:1]) ** 2 + (y - t * along[:, 1:2]) ** 2


def _best_pair(left: _Judged, right: _Judged, seen: _Sightings) -> tuple[_Judged, _Judged]:
    """The two arms, one way each, that gain and explain most together."""
    left, right = _shortlist(left, right, seen), _shortlist(right, left, seen)
    both = np.maximum(left.near[:, None], right.near[None]) @ seen.weight
    total = left.score[:, None] + right.score[None] + EXPLAINING * both
    i, j = np.unravel_index(int(np.argmax(total)), total.shape)
    return left.take(np.array([i])), right.take(np.array([j]))


def _shortlist(one: _Judged, other: _Judged, seen: _Sightings) -> _Judged:
    """The most promising ways of one arm: by itself, and where the other arm at its best leaves things unexplained."""
    best = int(np.argmax(other.score + EXPLAINING / 2 * other.near @ seen.weight))
    left_over = seen.weight * (1 - other.near[best])
    chosen = [
        np.argsort(one.score + EXPLAINING * share * one.near @ weight)[-SHORTLIST:]
        for share, weight in ((0.5, seen.weight), (1.0, left_over))
    ]
    return one.take(np.unique(np.concatenate(chosen)))


def _at(field: np.ndarray, points: np.ndarray) -> np.ndarray:
    x = np.clip(np.rint(points[:, 0]).astype(np.intp), 0, field.shape[1] - 1)
    y = np.clip(np.rint(points[:, 1]).astype(np.intp), 0, field.shape[0] - 1)
    return field[y, x]


def _fits(fields: _Fields, joints: np.ndarray) -> float:
    t = np.linspace(0.15, 1, 8)[:, None]
    shoulder, elbow, wrist = joints
    along = np.concatenate([shoulder + t * (elbow - shoulder), elbow + t * (wrist - elbow)])
    return float((_at(fields.limb, along) > 0.5).mean())
