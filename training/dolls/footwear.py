"""Footwear: shoes lie under trousers, boots over them."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from training.dolls.classes import FOOTWEAR, Z
from training.dolls.figure import SIDES, Figure
from training.dolls.ink import Colour, Layer, Points, Shape, closed_curve, ellipse, points, ribbon, tinted
from training.dolls.outfit import Item
from training.dolls.tailoring import Tailor, limb_shade

Layers = list[tuple[Z, Layer]]
SOLE: Colour = (244, 244, 246)
CALF = ([0, 0.5, 0.68, 1], [0, 0, 0.016, 0])  # the bare leg's swell, see Figure


def _soles(t: Tailor, height: float, fill: Colour) -> list[Shape]:
    """The sole's edge under each foot, clipped to nothing: painted first, the shoe covers its upper part."""
    f = t.figure
    out = []
    for leg, side in zip(f.legs, SIDES, strict=True):
        out.append(t.flat(f.foot(leg, side, 0.016) + np.array([0, height]), fill, weight=0.8))
    return out


def _low_shoe(
    t: Tailor,
    name: str,
    *,
    sole: Colour,
    sole_height: float = 0.02,
    opening: float = 0.0,
    details: list[list[Shape]],
    grow: float = 0.012,
) -> Layers:
    """A shoe over the foot; above `opening` (part of the foot's height) the foot stays visible."""
    f = t.figure
    groups: list[list[Shape]] = [_soles(t, sole_height, sole)]
    for i, (leg, side) in enumerate(zip(f.legs, SIDES, strict=True)):
        outline = f.foot(leg, side, grow)
        if opening:
            x, y = leg.joints[2]
            rim = y - 0.03 + opening * (f.sole_y - y + 0.03)
            inside = (outline[:, 1] < rim) & (np.abs(outline[:, 0] - x) < 0.2)
            outline = outline.copy()
            dip = 0.035 * np.cos(np.clip((outline[:, 0] - x) / 0.1, -1, 1) * np.pi / 2)
            outline[:, 1] = np.where(inside, rim + dip, outline[:, 1])
        x, y = leg.joints[2]
        shade = points([[x + 0.03, y - 0.1], [x + 0.3, y - 0.1], [x + 0.3, f.sole_y + 0.1], [x + 0.05, f.sole_y + 0.1]])
        groups.append([t.piece(outline, shades=[shade], details=details[i])])
    return [(Z.FOOTWEAR, Layer(name, groups))]


def _foot_box(t: Tailor, i: int, x0: float, x1: float, y0: float, y1: float) -> Points:
    """A box on foot `i`; y: 0 = ankle, 1 = sole."""
    x, y = t.figure.legs[i].joints[2]
    y, h = y - 0.03, t.figure.sole_y - y + 0.03
    x = x + SIDES[i] * 0.015
    return points([[x + x0, y + y0 * h], [x + x1, y + y0 * h], [x + x1, y + y1 * h], [x + x0, y + y1 * h]])


def loafers(figure: Figure, item: Item) -> Layers:
    t = Tailor(figure, item, FOOTWEAR)
    details = [[t.flat(_foot_box(t, i, -0.2, 0.2, 0.44, 0.62), t.deep, weight=0.5)] for i in (0, 1)]
    return _low_shoe(t, "loafers", sole=tinted(t.base, 0.5), opening=0.34, details=details)


def sneakers(figure: Figure, item: Item) -> Layers:
    t = Tailor(figure, item, FOOTWEAR)
    details = []
    for i in (0, 1):
        cap = t.flat(_foot_box(t, i, -0.2, 0.2, 0.80, 1.3), SOLE if sum(t.base) < 640 else (196, 200, 212), weight=0.5)
        laces = [
            t.flat(_foot_box(t, i, -0.045, 0.045, v, v + 0.10), SOLE if sum(t.base) < 640 else (120, 130, 160), False)
            for v in (0.22, 0.44, 0.64)
        ]
        details.append([cap, *laces])
    return _low_shoe(t, "sneakers", sole=SOLE, sole_height=0.03, details=details, grow=0.022)


def mary_janes(figure: Figure, item: Item) -> Layers:
    t = Tailor(figure, item, FOOTWEAR)
    out = _low_shoe(t, "mary janes", sole=tinted(t.base, 0.5), opening=0.58, details=[[], []])
    straps = []
    for i, leg in enumerate(figure.legs):
        x, y = leg.joints[2]
        h = figure.sole_y - y + 0.03
        straps.append(
            t.flat(
                ribbon(
                    points(
                        [[x - 0.10, y - 0.03 + 0.46 * h], [x, y - 0.03 + 0.36 * h], [x + 0.10, y - 0.03 + 0.46 * h]]
                    ),
                    0.024,
                ),
                t.base,
                weight=0.8,
            )
        )
        straps.append(
            t.flat(ellipse(x + SIDES[i] * 0.07, y - 0.03 + 0.42 * h, 0.02, 0.02, steps=8), (236, 196, 92), False)
        )
    out[0][1].add(*straps)
    return out


def sandals(figure: Figure, item: Item) -> Layers:
    t = Tailor(figure, item, FOOTWEAR)
    groups: list[list[Shape]] = [[], []]
    for leg, side in zip(figure.legs, SIDES, strict=True):
        x, y = leg.joints[2]
        foot = figure.foot(leg, side, 0.012)
        low = foot[foot[:, 1] > y + 0.72 * (figure.sole_y - y)]
        c = low.mean(0)
        groups[0].append(
            t.flat(
                closed_curve(
                    [
                        [c[0] - 0.14, c[1] - 0.005],
                        [c[0] + 0.14, c[1] - 0.005],
                        [c[0] + 0.13, c[1] + 0.045],
                        [c[0] - 0.13, c[1] + 0.045],
                    ],
                    4,
                ),
                tinted(t.base, 0.75),
                weight=0.9,
            )
        )
        h = figure.sole_y - y + 0.03
        for a, b in ((-1, 1), (1, -1)):
            groups[1].append(
                t.flat(
                    ribbon(
                        points(
                            [[x + a * 0.10, y - 0.03 + 0.30 * h], [x + b * 0.11 + side * 0.02, y - 0.03 + 0.86 * h]]
                        ),
                        0.022,
                    ),
                    t.base,
                    weight=0.7,
                )
            )
        groups[1].append(t.flat(leg.outline(0.955, 1.0, 0.014, 3), t.base, weight=0.7))
    return [(Z.FOOTWEAR, Layer("sandals", groups))]


def _boot(
    t: Tailor,
    name: str,
    start: float,
    thick: ArrayLike,
    *,
    cuff: Colour | None = None,
    cuff_length: float = 0.05,
    laces: bool = False,
    toe: bool = False,
) -> Layers:
    f = t.figure
    groups: list[list[Shape]] = [_soles(t, 0.02, tinted(t.base, 0.5))]
    for leg, side in zip(f.legs, SIDES, strict=True):
        at = np.linspace(start, 1.0, 12)
        extra = np.interp(at, *CALF) + np.broadcast_to(np.asarray(thick, np.float64), (12,))
        details = []
        if cuff is not None:
            details.append(t.flat(leg.outline(start - 0.03, start + cuff_length, 0.09, 4), cuff, weight=0.7))
        if laces:
            for v in np.linspace(start + 0.11, 0.97, 3):
                p, r, _ = leg.at(float(v))
                details.append(
                    t.flat(
                        ribbon(p + points([[-r * 0.38, -0.008], [r * 0.38, 0.008]]), t.span(0.007, 0.013)),
                        t.trim,
                        False,
                    )
                )
        shaft = t.piece(
            leg.outline(start, 1.0, extra), shades=[limb_shade(leg, start, 1.0, extra, 0.25)], details=details
        )
        x, y = leg.joints[2]
        shade = points([[x + 0.03, y - 0.1], [x + 0.3, y - 0.1], [x + 0.3, f.sole_y + 0.1], [x + 0.05, f.sole_y + 0.1]])
        foot = t.piece(
            f.foot(leg, side, 0.018),
            shades=[shade],
            details=[t.flat(ellipse(x + side * 0.03, f.sole_y, 0.12, 0.07), t.trim, weight=0.5)] if toe else [],
        )
        groups.append([foot, shaft])
    return [(Z.BOOTS, Layer(name, groups))]


def boots(figure: Figure, item: Item) -> Layers:
    t = Tailor(figure, item, FOOTWEAR)
    return _boot(t, "boots", 0.76, 0.026, cuff=t.deep, laces=True)


def knee_boots(figure: Figure, item: Item) -> Layers:
    t = Tailor(figure, item, FOOTWEAR)
    return _boot(t, "knee boots", 0.52, np.linspace(0.034, 0.022, 12), cuff=t.trim, cuff_length=0.06)


def thigh_boots(figure: Figure, item: Item) -> Layers:
    t = Tailor(figure, item, FOOTWEAR)
    return _boot(t, "thigh boots", 0.30, np.linspace(0.022, 0.018, 12), cuff=t.deep, cuff_length=0.045)


def rain_boots(figure: Figure, item: Item) -> Layers:
    t = Tailor(figure, item, FOOTWEAR)
    return _boot(t, "rain boots", 0.62, np.linspace(0.06, 0.045, 12), cuff=t.deep, cuff_length=0.06, toe=True)


FOOTWEAR_KINDS = {
    "loafers": loafers,
    "sneakers": sneakers,
    "mary janes": mary_janes,
    "sandals": sandals,
    "boots": boots,
    "knee boots": knee_boots,
    "thigh boots": thigh_boots,
    "rain boots": rain_boots,
}
