"""Legwear, footwear, neckwear and gloves."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from training.dolls.classes import FOOTWEAR, HANDWEAR, LEGWEAR, NECKWEAR, Z
from training.dolls.figure import SIDES, Figure
from training.dolls.ink import Colour, Layer, Points, Shape, closed_curve, ellipse, points, ribbon, tinted
from training.dolls.outfit import Item
from training.dolls.tailoring import Tailor, bow, limb_shade

Layers = list[tuple[Z, Layer]]
SOLE: Colour = (244, 244, 246)
CALF = ([0, 0.5, 0.68, 1], [0, 0, 0.016, 0])  # the bare leg's swell, see Figure

# --- legwear ----------------------------------------------------------------------------------------------------------


def _hose(t: Tailor, name: str, start: float, thick: float, *, band: float = 0.0, loose: float = 0.0) -> Layers:
    groups = []
    for leg, side in zip(t.figure.legs, SIDES, strict=True):
        at = np.linspace(start, 1.0, 12)
        extra = np.interp(at, *CALF) + thick + loose * np.clip((at - 0.7) / 0.3, 0, 1)
        outline = leg.outline(start, 1.0, extra)
        details = (
            [t.flat(leg.outline(start - 0.02, start + band, 0.06, 4), t.trim if t.second else t.deep, weight=0.5)]
            if band
            else []
        )
        shades = [limb_shade(leg, start, 1.0, extra, 0.25)]
        if start < 0.3:
            shades.append(leg.outline(start, max(start, 0.08) + 0.08, 0.05, 4))
        sock = t.piece(outline, shades=shades, details=details, origin=leg.joints[0], angle=leg.at(0.6)[2] - 90)
        groups.append([sock, t.flat(t.figure.foot(leg, side, 0.004), t.base)])
    return [(Z.LEGWEAR, Layer(name, groups))]


def socks(figure: Figure, item: Item) -> Layers:
    return _hose(Tailor(figure, item, LEGWEAR), "socks", 0.78, 0.012, band=0.06)


def kneehighs(figure: Figure, item: Item) -> Layers:
    return _hose(Tailor(figure, item, LEGWEAR), "kneehighs", 0.54, 0.008, band=0.05)


def thighhighs(figure: Figure, item: Item) -> Layers:
    return _hose(Tailor(figure, item, LEGWEAR), "thighhighs", 0.27, 0.006, band=0.05)


def pantyhose(figure: Figure, item: Item) -> Layers:
    return _hose(Tailor(figure, item, LEGWEAR), "pantyhose", 0.0, 0.004)


def loose_socks(figure: Figure, item: Item) -> Layers:
    t = Tailor(figure, item, LEGWEAR)
    groups = []
    for leg, side in zip(figure.legs, SIDES, strict=True):
        at = np.linspace(0.62, 1.0, 12)
        extra = np.interp(at, [0.62, 0.72, 0.9, 1.0], [0.012, 0.02, 0.07, 0.06]) * t.span(0.75, 1.1) + 0.008 * np.sin(
            np.linspace(0, 14, 12)
        )
        lines = [leg.axis(v, v + 0.02, 2)[0] + [[-0.2, -0.01], [0.16, 0.02]] for v in (0.74, 0.82, 0.90)]
        sock = t.piece(
            leg.outline(0.62, 1.0, extra),
            shades=[limb_shade(leg, 0.62, 1.0, extra)],
            lines=lines,
            origin=leg.joints[0],
            angle=leg.at(0.8)[2] - 90,
        )
        groups.append([t.flat(figure.foot(leg, side, 0.004), t.base), sock])
    return [(Z.LEGWEAR, Layer("loose socks", groups))]


# --- footwear ---------------------------------------------------------------------------------------------------------


def _soles(t: Tailor, height: float, fill: Colour) -> list[Shape]:
    """The sole's edge under each foot, clipped to nothing: painted first, the shoe covers its upper part."""
    f = t.figure
    out = []
    for leg, side in zip(f.legs, SIDES, strict=True):
        out.append(t.flat(f.foot(leg, side, 0.016) + [0, height], fill, weight=0.8))
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
    groups[0] = []
    for i, (leg, side) in enumerate(zip(figure.legs, SIDES, strict=True)):
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
                        ribbon(points([p + [-r * 0.38, -0.008], p + [r * 0.38, 0.008]]), t.span(0.007, 0.013)),
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


# --- neckwear ---------------------------------------------------------------------------------------------------------


def _throat(figure: Figure, y: float = 0.05) -> Points:
    return figure.leaned(points([[0.0, figure.shoulder_y + y]]))


def necktie(figure: Figure, item: Item) -> Layers:
    t = Tailor(figure, item, NECKWEAR)
    y, low, w = figure.shoulder_y + 0.03, figure.torso_y(0.56), t.span(0.055, 0.07)
    blade = figure.leaned(
        points([[-w * 0.5, y + 0.05], [w * 0.5, y + 0.05], [w * 1.15, low - 0.07], [0, low], [-w * 1.15, low - 0.07]])
    )
    knot = figure.leaned(
        points([[-w * 0.95, y - 0.02], [w * 0.95, y - 0.02], [w * 0.55, y + 0.07], [-w * 0.55, y + 0.07]])
    )
    shade = figure.leaned(points([[w * 0.25, y], [w * 2, y], [w * 2, low], [w * 0.25, low]]))
    tie = t.piece(blade, shades=[shade], angle=30 + figure.pose.lean, origin=figure.neck_base, weight=0.9)
    return [(Z.NECKWEAR, Layer("necktie", [[tie], [t.piece(knot, angle=30, origin=figure.neck_base, weight=0.8)]]))]


def ribbon_bow(figure: Figure, item: Item) -> Layers:
    t = Tailor(figure, item, NECKWEAR)
    *tails, left, right, knot = bow(_throat(figure, 0.07), t.span(0.14, 0.17), 2.4)
    groups = [
        [t.piece(p, origin=figure.neck_base) for p in tails],
        [
            t.piece(
                p,
                origin=figure.neck_base,
                shades=[
                    _throat(figure, 0.12)
                    + p * 0
                    + (p - p.mean(0)) * [0.7, 0.5]
                    + (p.mean(0) - _throat(figure, 0.12)) * [0.5, 1.0]
                ],
            )
            for p in (left, right)
        ],
        [t.piece(knot, origin=figure.neck_base)],
    ]
    return [(Z.NECKWEAR, Layer("neck ribbon", groups))]


def bow_tie(figure: Figure, item: Item) -> Layers:
    t = Tailor(figure, item, NECKWEAR)
    s = t.span(0.10, 0.12)
    c = _throat(figure, 0.04)
    wings = [points([[0, -0.2], [1.1, -0.55], [1.15, 0.55], [0, 0.2]]) * s * [k, 1] + c for k in SIDES]
    knot = points([[-0.25, -0.28], [0.25, -0.28], [0.25, 0.28], [-0.25, 0.28]]) * s + c
    return [
        (
            Z.NECKWEAR,
            Layer(
                "bow tie",
                [[t.piece(p, origin=c) for p in wings], [t.flat(knot, t.deep if t.second is None else t.second)]],
            ),
        )
    ]


def scarf(figure: Figure, item: Item) -> Layers:
    t = Tailor(figure, item, NECKWEAR)
    f = figure
    x, y = t.span(0.20, 0.22), f.shoulder_y
    wrap = f.leaned(
        closed_curve(
            [
                [-x, y - t.span(0.03, 0.09)],
                [0, y - t.span(0.0, 0.03)],
                [x, y - t.span(0.03, 0.09)],
                [x * 1.08, y + 0.05],
                [0, y + 0.15],
                [-x * 1.08, y + 0.05],
            ],
            5,
        )
    )
    low = f.torso_y(0.62)
    tail = f.leaned(points([[x * 0.15, y + 0.07], [x * 0.75, y + 0.05], [x * 0.95, low - 0.03], [x * 0.25, low]]))
    other = f.leaned(
        points([[x * 0.05, y + 0.07], [x * 0.5, y + 0.06], [x * 0.3, low - 0.20], [-x * 0.35, low - 0.22]])
    )
    end = t.trim if t.second else t.deep
    fringe = [
        t.flat(
            f.leaned(points([[-x * 2, low - 0.09], [x * 2, low - 0.09], [x * 2, low - 0.055], [-x * 2, low - 0.055]])),
            end,
            False,
        )
    ]
    fold = [
        f.leaned(points([[-x * 0.9, y + 0.02], [-x * 0.2, y + 0.08], [x * 0.5, y + 0.06]])),
        f.leaned(points([[-x, y - 0.03], [-x * 0.4, y + 0.03], [x * 0.2, y + 0.03]])),
    ]
    shade = f.leaned(
        closed_curve(
            [[-x * 0.6, y + 0.10], [x * 0.4, y + 0.07], [x * 1.2, y - 0.05], [x * 1.3, y + 0.2], [0, y + 0.25]], 4
        )
    )
    groups = [
        [t.piece(other, origin=f.neck_base, shades=[f.leaned(ellipse(x * 0.3, y + 0.12, x, 0.1))])],
        [t.piece(tail, origin=f.neck_base, details=fringe, shades=[f.leaned(ellipse(x * 0.5, y + 0.12, x, 0.09))])],
        [t.piece(wrap, origin=f.neck_base, shades=[shade], lines=fold)],
    ]
    return [(Z.NECKWEAR, Layer("scarf", groups))]


def choker(figure: Figure, item: Item) -> Layers:
    t = Tailor(figure, item, NECKWEAR)
    r, y = t.span(0.122, 0.13), figure.shoulder_y - t.span(-0.005, 0.055)
    band = figure.leaned(
        ribbon(
            points([[-r, y - 0.015], [-r * 0.5, y + 0.012], [0, y + 0.018], [r * 0.5, y + 0.012], [r, y - 0.015]]),
            t.span(0.026, 0.032),
        )
    )
    charm = ellipse(*figure.leaned(points([[0, y + 0.055]]))[0], 0.03, 0.036, steps=10)
    return [
        (
            Z.NECKWEAR,
            Layer(
                "choker",
                [
                    [t.flat(band, t.base, weight=0.7)],
                    [t.flat(charm, (236, 196, 92) if not t.second else t.second, weight=0.6)],
                ],
            ),
        )
    ]


# --- gloves -----------------------------------------------------------------------------------------------------------


def _gloves(t: Tailor, name: str, start: float, thick: float, cuff: bool) -> Layers:
    out = []
    for i, side in enumerate(SIDES):
        arm = t.figure.arms[i]
        forearm = t.piece(
            arm.outline(start, 1.0, thick),
            shades=[limb_shade(arm, start, 1.0, thick)],
            details=[t.flat(arm.outline(start - 0.02, start + 0.045, 0.06, 4), t.trim if cuff else t.deep, weight=0.6)],
        )
        hand = t.piece(t.figure.hand(arm, side, 0.006))
        out.append((Z.GLOVES, Layer(f"{name} {'left' if i == 0 else 'right'}", [[forearm, hand]])))
    return out


def gloves(figure: Figure, item: Item) -> Layers:
    return _gloves(Tailor(figure, item, HANDWEAR), "gloves", 0.88, 0.016, True)


def long_gloves(figure: Figure, item: Item) -> Layers:
    return _gloves(Tailor(figure, item, HANDWEAR), "long gloves", 0.44, 0.008, False)


LEGWEAR_KINDS = {
    "socks": socks,
    "kneehighs": kneehighs,
    "thighhighs": thighhighs,
    "pantyhose": pantyhose,
    "loose socks": loose_socks,
}
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
NECKWEAR_KINDS = {"necktie": necktie, "neck ribbon": ribbon_bow, "bow tie": bow_tie, "scarf": scarf, "choker": choker}
GLOVES_KINDS = {"gloves": gloves, "long gloves": long_gloves}
