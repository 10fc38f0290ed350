"""Hair: back mass, tails and braids, side locks, bangs with a highlight band.

Drawn for an upright head (crown y = 0, chin y = 1) and moved onto the figure with `Figure.headed`; what hangs follows
the head's tilt, which reads as movement.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from training.dolls.classes import Z
from training.dolls.figure import SIDES, Figure
from training.dolls.hairstyles import STYLES, Style
from training.dolls.ink import (
    Layer,
    Points,
    Shape,
    closed_curve,
    ellipse,
    open_curve,
    points,
    tinted,
)
from training.dolls.tresses import Comb, gathered, half_of, lock

if TYPE_CHECKING:
    from training.dolls.identity import Identity

# The lower edge of the bangs from the left temple to the right one: tip, notch, tip, ... tip (odd number of points).
# fmt: off
_FRINGES: dict[str, list[list[float]]] = {
    "blunt bangs": [
        [-0.405, 0.57], [-0.315, 0.455], [-0.26, 0.50], [-0.19, 0.462], [-0.125, 0.505], [-0.045, 0.465],
        [0.03, 0.508], [0.10, 0.465], [0.17, 0.503], [0.235, 0.46], [0.28, 0.495], [0.32, 0.45], [0.405, 0.57],
    ],
    "swept bangs": [
        [-0.41, 0.60], [-0.31, 0.36], [-0.335, 0.50], [-0.17, 0.33], [-0.20, 0.50], [0.02, 0.31], [0.01, 0.47],
        [0.22, 0.26], [0.41, 0.62],
    ],
    "parted bangs": [
        [-0.42, 0.66], [-0.33, 0.47], [-0.30, 0.56], [-0.17, 0.34], [-0.155, 0.44], [0.0, 0.14], [0.155, 0.44],
        [0.17, 0.34], [0.30, 0.56], [0.33, 0.47], [0.42, 0.66],
    ],
    "hair between eyes": [
        [-0.41, 0.60], [-0.33, 0.42], [-0.27, 0.52], [-0.14, 0.36], [-0.12, 0.49], [-0.06, 0.38], [0.02, 0.68],
        [0.08, 0.37], [0.17, 0.52], [0.21, 0.38], [0.31, 0.53], [0.35, 0.44], [0.41, 0.60],
    ],
    "asymmetrical bangs": [
        [-0.41, 0.66], [-0.34, 0.44], [-0.30, 0.56], [-0.20, 0.40], [-0.13, 0.54], [0.0, 0.34], [0.06, 0.46],
        [0.17, 0.22], [0.30, 0.44], [0.33, 0.38], [0.41, 0.58],
    ],
    "choppy bangs": [
        [-0.43, 0.56], [-0.35, 0.38], [-0.34, 0.50], [-0.25, 0.32], [-0.20, 0.48], [-0.12, 0.32],
        [-0.03, 0.53], [0.04, 0.33], [0.14, 0.50], [0.19, 0.33], [0.29, 0.52], [0.34, 0.37], [0.43, 0.56],
    ],
    "hair over one eye": [
        [-0.41, 0.60], [-0.33, 0.38], [-0.30, 0.50], [-0.16, 0.26], [-0.06, 0.40], [0.0, 0.22], [0.10, 0.66],
        [0.17, 0.62], [0.25, 0.80], [0.32, 0.62], [0.41, 0.72],
    ],
}
# fmt: on
_FRINGE_POINTS = {name: points(value) for name, value in _FRINGES.items()}
_CAP = points(
    [
        [-0.445, 0.50],
        [-0.465, 0.34],
        [-0.42, 0.13],
        [-0.27, -0.03],
        [0.0, -0.085],
        [0.27, -0.03],
        [0.42, 0.13],
        [0.465, 0.34],
        [0.445, 0.50],
    ]
)
_CROWN_LINE = open_curve(_CAP, 4)


def strands(knots: Points, fatness: float = 0.56, steps: int = 4) -> Points:
    """An edge of strands through alternating notches and tips: each half strand bulges, then narrows to its tip. [N, 2]

    Which of two neighbours is the tip is told by y: it is the lower one.
    """
    p, q = knots[:-1], knots[1:]
    down = (q[:, 1] > p[:, 1])[:, None]
    notch, tip = np.where(down, p, q), np.where(down, q, p)
    control = np.stack(
        [notch[:, 0] + 0.2 * (tip[:, 0] - notch[:, 0]), notch[:, 1] + fatness * (tip[:, 1] - notch[:, 1])], 1
    )
    t = np.linspace(0, 1, steps, endpoint=False)[None, :, None]
    curve = (1 - t) ** 2 * p[:, None] + 2 * t * (1 - t) * control[:, None] + t**2 * q[:, None]
    return np.concatenate([curve.reshape(-1, 2), knots[-1:]])


def _fringe_knots(identity: Identity) -> Points:
    knots = _FRINGE_POINTS[identity.bangs]
    knots = knots * [1.0, 1.0 + 0.07 * max(0.0, 1 - 1.2 * identity.figure.grown)]  # chibi eyes sit lower
    return knots if identity.light < 0 else knots[::-1] * [-1, 1]


def fringe_shadow(identity: Identity) -> Points:
    """The shadow the bangs cast on the face: their outline, lowered."""
    edge = strands(_fringe_knots(identity), steps=3) + np.array([-0.018 * identity.light, 0.045])
    return np.concatenate([points([[-0.5, 0.7], [-0.5, 0.0], [0.5, 0.0], [0.5, 0.7]]), edge[::-1]])


def hair_layers(figure: Figure, identity: Identity) -> list[tuple[Z, Layer]]:
    """Z.HAIR_BACK (back mass, tails) and Z.HAIR_FRONT (side locks, bangs, buns)."""
    comb, style = Comb(identity), STYLES[identity.hair]
    back, front = Layer("back hair"), Layer("front hair")
    tails_back, tails_front, top = gathered(comb, style)
    if tails_back:
        back.groups.append(tails_back)
    back.groups.append(_back(comb, style))
    if tails_front:
        front.groups.append(tails_front)
    if style.locks is not None:
        front.groups.append(_locks(comb, style))
    if style.ends == "curly":
        front.groups.append(_curls(comb, min(1.25, comb.y(style.length))))
    front.groups += _bangs(comb, style)
    if top:
        front.groups.append(top)
    return [(Z.HAIR_BACK, back), (Z.HAIR_FRONT, front)]


def _back(comb: Comb, style: Style) -> list[Shape]:
    bottom = comb.y(style.length)
    cheek, end = style.width
    end *= 1.0 if style.length < 1 else 1.06 - 0.06 * comb.figure.grown
    outline = _cloud(cheek, bottom) if style.ends == "curly" else _mass(comb, style, cheek, end, bottom)
    inner = closed_curve(
        [
            [-0.3, 0.5],
            [0.3, 0.5],
            [end * 0.78, min(bottom, 1.25)],
            [0, min(bottom - 0.05, 1.6)],
            [-end * 0.78, min(bottom, 1.25)],
        ],
        4,
    )
    group = [comb.shape(outline, back=True), comb.flat(inner, tinted(comb.dark, 0.93))]
    if bottom > 1.3 and style.ends != "curly":
        for x in (-0.72, -0.4, 0.4, 0.72):
            group.append(
                comb.stroke(
                    [[x * cheek, 0.9], [x * (cheek + end) / 2, (0.9 + bottom) / 2], [x * end * 1.02, bottom - 0.12]],
                    1.0,
                )
            )
    return group


def _mass(comb: Comb, style: Style, cheek: float, end: float, bottom: float) -> Points:
    middle = (0.6 + bottom) / 2
    side = [[0.0, -0.075], [0.27, -0.02], [0.43, 0.16], [cheek, 0.45], [cheek + 0.012, 0.72]]
    if bottom > 1.2:
        side.append([(cheek + end) / 2 + 0.01, middle])
    if style.ends == "wavy":
        turns = np.linspace(0.75, bottom - 0.1, max(4, round((bottom - 0.7) / 0.17)))
        grow = np.linspace(cheek, end, len(turns))
        side = side[:4] + [[g + 0.035 * (-1) ** k, t] for k, (g, t) in enumerate(zip(grow, turns, strict=True))]
    side.append([end, bottom - 0.10])
    right = open_curve(side, 4)
    match style.ends:
        case "blunt":
            knots = np.array(
                [[end, bottom - 0.10], [end * 0.93, bottom], [end * 0.5, bottom + 0.008], [0.0, bottom + 0.012]]
            )
            edge = np.concatenate([knots, (knots * [-1, 1])[-2::-1]])
        case "spiky":
            x = np.array([1.0, 1.22, 0.78, 0.84, 0.5, 0.42, 0.16, 0.0]) * end
            y = bottom + np.array([-0.10, 0.02, -0.06, 0.06, -0.03, 0.07, -0.02, 0.05])
            half = np.stack([x, y], 1)
            flick = points([[cheek + 0.01, 0.80], [end * 1.30, min(0.98, bottom - 0.14)], [end * 1.0, bottom - 0.10]])
            right = np.concatenate([right[:-4], flick[:2]])
            edge = strands(np.concatenate([half, (half * [-1, 1])[-2::-1]]), 0.7, 3)
        case _:
            x = np.array([1.0, 0.88, 0.72, 0.52, 0.36, 0.16, 0.0]) * end
            y = bottom + np.array([-0.10, 0.02, -0.07, 0.05, -0.05, 0.07, -0.02])
            half = np.stack([x, y], 1)
            edge = strands(np.concatenate([half, (half * [-1, 1])[-2::-1]]), 0.62, 3)
    left = (right * [-1, 1])[::-1]
    return np.concatenate([right[:-1], edge, left[1:]])


def _cloud(width: float, bottom: float) -> Points:
    """A cloud of curls around the head."""
    n = 15
    cy, ry = (bottom - 0.1) / 2, (bottom + 0.1) / 2
    a = np.linspace(0, 2 * np.pi, n * 6, endpoint=False) - 0.5 * np.pi
    bump = 1 + 0.075 * np.abs(np.sin(n * a / 2))
    return np.stack([width * 1.0 * bump * np.cos(a), cy + ry * bump * np.sin(a)], 1)


def _locks(comb: Comb, style: Style) -> list[Shape]:
    assert style.locks is not None
    end = comb.y(style.locks)
    out: list[Shape] = []
    wave = 0.03 if style.ends == "wavy" else 0.0
    for side in SIDES:
        mid = (0.5 + end) / 2
        x_end = 0.34 if end < 1.1 else 0.30 + 0.05 * comb.figure.grown
        width = 0.072 if style.ends != "blunt" else 0.085
        path = points(
            [[0.415, 0.55], [0.43 + wave, mid + 0.02], [x_end + 0.045 - wave, (mid + end) / 2 + 0.05], [x_end, end]]
        ) * [side, 1]
        form = lock([[side * 0.385, 0.16]], path, width)
        if style.ends == "blunt" and style.length > 2:  # the hime cut's straight cheek locks
            form = points([[0.30, 0.30], [0.465, 0.30], [0.475, end], [0.335, end + 0.01]]) * [side, 1]
        if end > 1.15:
            second = lock(
                [[side * 0.41, 0.3]],
                points([[0.445, 0.7], [0.44 + wave, mid + 0.1], [x_end + 0.12, end - 0.2]]) * [side, 1],
                width * 0.75,
            )
            out.append(comb.shape(second, weight=0.9))
        out.append(comb.shape(form, weight=0.9))
        if side != comb.identity.light:
            out.append(comb.flat(half_of(form), comb.dark))
        else:
            out.append(comb.stroke(np.concatenate([points([[side * 0.40, 0.40]]), path[:-1]]), 0.9))
    return out


def _bangs(comb: Comb, style: Style) -> list[list[Shape]]:
    knots = _fringe_knots(comb.identity)
    light = comb.identity.light
    cap = _CROWN_LINE
    if "spikes" in style.extra or style.ends == "spiky":
        cap = _spiked(cap, 0.17 if "spikes" in style.extra else 0.028)
    elif style.ends == "curly":
        cap = _curled(cap)
    outline = np.concatenate([cap, strands(knots)[::-1]])
    shapes = [comb.shape(outline)]
    root = np.array([0.02 * light, -0.02])
    # cel shadow: slivers that rise from the notches on the far side, and the far temple
    tips, notches = knots[0::2], knots[1::2]
    for a, n, b in zip(tips[:-1], notches, tips[1:], strict=True):
        far = b if light < 0 else a
        top = n + (root - n) * 0.30
        if n[1] < far[1] - 0.05:
            sliver = np.stack([n, n + (far - n) * [0.55, 0.72], n + (far - n) * [0.75, 0.35], top])
            shapes.append(comb.flat(sliver, comb.dark))
    side = -light
    temple = points([[0.462, 0.34], [0.43, 0.14], [0.36, 0.16], [0.385, 0.33], [0.41, 0.50], [0.44, 0.5]]) * [side, 1]
    shapes.append(comb.flat(temple, comb.dark))
    for n in notches:
        if abs(n[0]) < 0.36:
            shapes.append(comb.stroke([n, n + (root - n) * [0.10, 0.35], n + (root - n) * [0.38, 0.66]], 0.9))
    shapes += _ring(comb)
    return [shapes]


def _spiked(cap: Points, amount: float) -> Points:
    """The crown line with spikes that lean away from the middle; `amount` is their height."""
    n = 9 if amount > 0.05 else 8
    k = np.linspace(0.06, 0.94, n)
    whole = np.linspace(0, 1, len(cap))
    foot, tip = (np.stack([np.interp(at, whole, cap[:, d]) for d in (0, 1)], 1) for at in (np.linspace(0, 1, n + 1), k))
    away = tip - [0.0, 0.62]
    away /= np.linalg.norm(away, axis=1, keepdims=True)
    tip = (
        tip
        + away * (amount * (0.62 + 0.3 * np.sin(np.pi * k) + 0.2 * (-1) ** np.arange(n)))[:, None]
        + [0.35 * amount, 0.0]
    )
    t = np.linspace(0, 1, 4, endpoint=False)[:, None]
    out: list[Points] = []
    for a, b, c in zip(foot[:-1], tip, foot[1:], strict=True):
        bulge = away[np.flatnonzero((tip == b).all(1))[0]] * amount * 0.2
        for p, q in ((a, b), (b, c)):
            middle = (p + q) / 2 + bulge
            out.append((1 - t) ** 2 * p + 2 * t * (1 - t) * middle + t**2 * q)
    return np.concatenate([*out, foot[-1:]])


def _curled(cap: Points) -> Points:
    """The crown line in bulges."""
    t = np.linspace(0, 1, 6 * 9 + 1)
    line = np.stack([np.interp(t, np.linspace(0, 1, len(cap)), cap[:, k]) for k in (0, 1)], 1)
    away = line - [0.0, 0.45]
    return line + away * (0.03 + 0.085 * np.abs(np.sin(9 * np.pi * t)))[:, None]


def _curls(comb: Comb, bottom: float) -> list[Shape]:
    """Curls beside the face."""
    out: list[Shape] = []
    for side in SIDES:
        for k, y in enumerate(np.linspace(bottom - 0.12, 0.52, 4)):
            x, r = side * (0.455 + 0.02 * (k % 2)), 0.095
            out.append(comb.shape(ellipse(x, y, r, r * 1.05, 0, 14), weight=0.9))
            out.append(
                comb.stroke([[x - r * 0.5, y + r * 0.2], [x, y - r * 0.5], [x + r * 0.5, y], [x, y + r * 0.4]], 1.0)
            )
    return out


_RING_X = np.linspace(-0.33, 0.33, 15)
_RING_TOP = np.stack([_RING_X, 0.11 + 0.9 * (_RING_X**2) + 0.012 * (np.arange(15) % 2)], 1)
_RING_LOW = np.stack([_RING_X, 0.175 + 0.62 * (_RING_X**2) + 0.03 * (np.arange(15) % 2)], 1)


def _ring(comb: Comb) -> list[Shape]:
    """The crown highlight: a zigzag band, brightest on the side of the light."""
    parts = (slice(0, 9), slice(10, 13)) if comb.identity.light < 0 else (slice(2, 5), slice(6, 15))
    return [comb.flat(np.concatenate([_RING_TOP[s], _RING_LOW[s][::-1]]), comb.shine) for s in parts]
