"""Legwear, neckwear and gloves."""

from __future__ import annotations

import numpy as np

from training.dolls.classes import HANDWEAR, LEGWEAR, NECKWEAR, Z
from training.dolls.emblems import bow, disc
from training.dolls.figure import SIDES, Figure
from training.dolls.ink import Colour, Layer, Points, closed_curve, ellipse, points, ribbon
from training.dolls.outfit import Item
from training.dolls.tailoring import Tailor, limb_shade

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
    c = _throat(figure, t.span(0.075, 0.04))
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
    r, y = t.span(0.122, 0.13), figure.shoulder_y - t.span(-0.035, 0.055)
    band = figure.leaned(
        ribbon(
            points([[-r, y - 0.015], [-r * 0.5, y + 0.012], [0, y + 0.018], [r * 0.5, y + 0.012], [r, y - 0.015]]),
            t.span(0.026, 0.032),
        )
    )
    charm = disc(figure.leaned(points([[0, y + 0.055]]))[0], 0.03, 0.036, steps=10)
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
NECKWEAR_KINDS = {"necktie": necktie, "neck ribbon": ribbon_bow, "bow tie": bow_tie, "scarf": scarf, "choker": choker}
GLOVES_KINDS = {"gloves": gloves, "long gloves": long_gloves}
