"""Outer garments: worn open over everything else, their back part behind the body."""

from __future__ import annotations

import numpy as np

from training.dolls.classes import TOPWEAR, Z
from training.dolls.figure import SIDES, Figure
from training.dolls.ink import Colour, Layer, Points, Shape, closed_curve, mixed, points, ribbon, tinted
from training.dolls.outfit import Item
from training.dolls.panel import Panel
from training.dolls.tailoring import Tailor, ramp

Layers = list[tuple[Z, Layer]]
GOLD: Colour = (236, 196, 92)


def _fronts(
    t: Tailor, panel: Panel, gap: tuple[float, float, float], *, details: list[list[Shape]] | None = None
) -> list[Shape]:
    """The two fronts of an open garment: `gap` = half opening at the neck, waist and hem as parts of the half width."""
    f = t.figure
    v = np.linspace(0.0, 1.0, 10)
    out = []
    x = t.span(0.135, 0.16)
    for k, side in enumerate(SIDES):
        inner = panel.at(side * np.interp(v, [0, 0.5, 1], gap), v)
        outer = panel.at(float(side), v)
        neck = f.leaned(points([[side * x * 0.9, t.shoulder_line(x) - 0.012]]))
        outline = np.concatenate([neck, outer, inner[:0:-1]])
        shade = np.concatenate(
            [
                panel.at(side * np.interp(v, [0, 1], [0.72, 0.62]) if side > 0 else -0.98, v),
                panel.at(1.3 * side, v[::-1]),
            ]
        )
        shade = (
            shade
            if side > 0
            else np.concatenate([inner, panel.at(side * (np.interp(v, [0, 0.5, 1], gap) + 0.12), v)[::-1]])
        )
        origin = panel.at(0.0, 0.0)[0] if t.item.pattern != "two-tone" else panel.at(0.0, 0.6)[0]
        fold = panel.line([side * 0.95, side * 0.72, side * 0.66], [0.42, 0.52, 0.68])
        out.append(t.piece(outline, shades=[shade], details=details[k] if details else [], origin=origin, lines=[fold]))
    return out


def _lining(t: Tailor, outline: Points) -> Shape:
    return t.flat(outline, tinted(t.base, (0.62, 0.56, 0.66)), weight=1.0)


def _open(t: Tailor, name: str, back: list[Shape], front: list[list[Shape]], sleeves: list[list[Shape]]) -> Layers:
    return [
        (Z.OUTER_BACK, Layer(f"{name} back", [back])),
        (Z.OUTER, Layer(name, front)),
        (Z.OUTER_SLEEVES, Layer(f"{name} sleeves", sleeves)),
    ]


def _long_panel(t: Tailor, hem: float, flare: float, ease: float) -> Panel:
    """Shoulders to leg position `hem` in one panel."""
    top, low = t.torso(0.0, 0.62, ease), t.skirt(0.62, hem, flare, ease=ease, bell=0.7)
    v = np.linspace(0, 1, 10)
    edges = [np.concatenate([top.at(s, v)[:-1], low.at(s, v)]) for s in (-1.0, 1.0)]
    # equal steps of height, so that v is proportional to it
    even = []
    for e in edges:
        at = (e[:, 1] - e[0, 1]) / (e[-1, 1] - e[0, 1])
        u = np.linspace(0, 1, 16)
        even.append(np.stack([np.interp(u, at, e[:, 0]), np.interp(u, at, e[:, 1])], 1))
    return Panel(even[0], even[1], 0.03)


def coat(figure: Figure, item: Item) -> Layers:
    t = Tailor(figure, item, TOPWEAR)
    panel = _long_panel(t, 0.62, 0.14, 0.045)
    pocket = [
        [t.flat(panel.strip(side * 0.6, side * 0.95, 0.56, 0.61), t.trim if t.second else t.deep, weight=0.6)]
        for side in SIDES
    ]
    buttons = [[*pocket[0]], [*pocket[1], *t.buttons(panel, 3, GOLD, 0.58, 0.26, 0.48, 0.026)]]
    x, y = t.span(0.13, 0.155), figure.shoulder_y
    lapel = points(
        [
            [x * 0.9, t.shoulder_line(x) - 0.03],
            [x * 1.7, y + 0.0],
            [x * 2.05, y + 0.12],
            [x * 1.45, y + 0.14],
            [x * 0.95, y + t.span(0.26, 0.34)],
            [x * 0.62, y + 0.1],
        ]
    )
    lapels = [
        t.flat(figure.leaned(lapel * [k, 1]), t.trim if t.second else tinted(t.base, 0.86), weight=0.8) for k in SIDES
    ]
    front = [[*_fronts(t, panel, (0.42, 0.34, 0.42), details=buttons)], lapels]
    emblem = t.emblem("star", panel.at(-0.68, 0.26), 0.07)
    return _open(
        t,
        "coat",
        [_lining(t, panel.outline())],
        [*front, emblem],
        t.sleeves(0.99, ramp(0.05, 0.05), cuff=t.trim if t.second else t.deep, cuff_length=0.12),
    )


def jacket(figure: Figure, item: Item) -> Layers:
    t = Tailor(figure, item, TOPWEAR)
    panel = t.torso(0.0, 0.88, [0.045, 0.05, 0.055, 0.06, 0.065, 0.075, 0.085, 0.085, 0.06])
    hems = [
        [
            t.flat(panel.band(0.89, 1.1), t.trim, weight=0.5),
            t.flat(panel.strip(side * 0.30, side * 0.42, 0.0, 1.1), tinted(t.base, 0.8), False),
        ]
        for side in SIDES
    ]
    collar = []
    for k in SIDES:
        x, y = t.span(0.135, 0.16), figure.shoulder_y
        flap = points(
            [
                [x * 0.85, t.shoulder_line(x) - 0.05],
                [x * 1.45, t.shoulder_line(x) - 0.03],
                [x * 1.6, y + 0.05],
                [x * 1.0, y + 0.13],
                [x * 0.72, y + 0.06],
            ]
        )
        collar.append(t.flat(figure.leaned(flap * [k, 1]), t.trim, weight=0.8))
    emblem = t.emblem("star", panel.at(-0.66, 0.36), 0.075)
    sleeves = t.sleeves(
        0.98, [0.035] * 4 + [0.045, 0.05, 0.055, 0.055, 0.05, 0.05, 0.04, 0.025], cuff=t.trim, cuff_length=0.08
    )
    return _open(
        t,
        "jacket",
        [_lining(t, panel.outline())],
        [_fronts(t, panel, (0.40, 0.36, 0.42), details=hems), collar, emblem],
        sleeves,
    )


def cardigan(figure: Figure, item: Item) -> Layers:
    t = Tailor(figure, item, TOPWEAR)
    panel = _long_panel(t, 0.14, 0.04, 0.035)
    v = np.linspace(0, 1, 8)
    details = []
    for side in SIDES:
        border = np.concatenate(
            [
                panel.at(side * np.interp(v, [0, 0.5, 1], [0.40, 0.30, 0.36]), v),
                panel.at(side * np.interp(v, [0, 0.5, 1], [0.58, 0.46, 0.50]), v)[::-1],
            ]
        )
        parts = [
            t.flat(panel.band(0.92, 1.1), t.trim if t.second else t.deep, weight=0.5),
            t.flat(border, t.trim if t.second else t.deep, weight=0.4),
        ]
        if side > 0:
            parts += t.buttons(panel, 4, (250, 246, 236), 0.40, 0.34, 0.86, 0.02)
        details.append(parts)
    emblem = t.emblem("heart", panel.at(-0.70, 0.60), 0.075)
    sleeves = t.sleeves(1.0, ramp(0.03, 0.04), cuff=t.trim if t.second else t.deep, cuff_length=0.09)
    return _open(
        t,
        "cardigan",
        [_lining(t, panel.outline())],
        [_fronts(t, panel, (0.40, 0.30, 0.36), details=details), emblem],
        sleeves,
    )


def haori(figure: Figure, item: Item) -> Layers:
    t = Tailor(figure, item, TOPWEAR)
    panel = _long_panel(t, 0.34, 0.09, 0.04)
    v = np.linspace(0, 1, 8)
    bands = []
    for side in SIDES:
        border = np.concatenate(
            [
                panel.at(side * np.interp(v, [0, 0.5, 1], [0.38, 0.42, 0.50]), v),
                panel.at(side * np.interp(v, [0, 0.5, 1], [0.60, 0.60, 0.66]), v)[::-1],
            ]
        )
        bands.append([t.flat(border, t.trim, weight=0.6)])
    cord = t.flat(
        ribbon(
            panel.at(np.linspace(-0.44, 0.44, 7), 0.46)
            + np.stack([np.zeros(7), 0.03 * np.sin(np.linspace(0, np.pi, 7))], 1),
            0.014,
        ),
        t.trim,
        weight=0.5,
    )
    emblem = t.emblem("flower", panel.at(-0.80, 0.74), 0.07) + t.emblem("flower", panel.at(0.80, 0.74), 0.07)
    return _open(
        t,
        "haori",
        [_lining(t, panel.outline())],
        [_fronts(t, panel, (0.38, 0.42, 0.50), details=bands), [cord], emblem],
        t.wide_sleeves(0.94, t.span(0.2, 0.3), t.trim),
    )


def _mantle(t: Tailor, drop: float, scallops: int = 0) -> Shape:
    """A shoulder cape that covers the shoulders and the top of the arms."""
    f = t.figure
    x = t.span(0.13, 0.15)
    edge = []
    for side, arm in zip(SIDES, f.arms, strict=True):
        p, r, angle = arm.at(drop)
        n = np.array([np.sin(np.deg2rad(angle)), -np.cos(np.deg2rad(angle))])
        n = n if n @ np.array([side, -0.4]) > 0 else -n
        edge.append((arm.joints[0] + n * (r + 0.035), p + n * (r + 0.05), p - n * r * 0.6))
    (ls, lo, li), (rs, ro, ri) = edge
    y = f.torso_y(0.34)
    hem = f.leaned(points([[f.shoulder * 0.3, y], [-f.shoulder * 0.3, y]]))
    neck = f.leaned(
        points([[-x, t.shoulder_line(x) - 0.03], [0, t.shoulder_line(x) + 0.05], [x, t.shoulder_line(x) - 0.03]])
    )
    outline = np.concatenate([neck, [rs, ro, ri], hem, [li, lo, ls]])
    v = closed_curve(outline, 4)
    shade = np.concatenate(
        [[neck[2] + [0.1, 0.05], ri], hem[:1], [hem[0] + [0.5, 0.4]], points([ro, rs]) + points([[0.2, 0.0]])]
    )
    trim = t.flat(
        ribbon(closed_curve(np.concatenate([[rs, ro, ri], hem, [li, lo, ls]]), 4)[3:-12], 0.022), t.trim, False
    )
    return t.piece(
        v,
        shades=[shade],
        details=[trim],
        origin=f.neck_base if t.item.pattern != "two-tone" else f.neck_base + np.array([0, 0.2]),
    )


def _drape(t: Tailor, hem: float, flare: float, count: int = 6) -> tuple[Panel, Shape]:
    f = t.figure
    panel = t.skirt(0.0, hem, flare, ease=f.shoulder * 0.05, dip=0.03, bell=1.0)
    shades, lines = t.skirt_shades(panel, count, 0.15, 0.5)
    inner = mixed(t.base, (20, 10, 30), 0.35) if sum(t.base) > 210 else tinted(t.base, 0.7)
    origin = panel.at(0.0, 0.0)[0] if t.item.pattern != "two-tone" else panel.at(0.0, 0.7)[0]
    shape = t.piece(
        panel.outline(0.03, count),
        shades=shades,
        lines=lines,
        details=[
            t.flat(panel.band(0.93, 1.2), t.trim, False),
            t.flat(panel.strip(-0.42, 0.42, 0.0, 0.9), inner, False),
        ],
        origin=origin,
    )
    return panel, shape


def cape(figure: Figure, item: Item) -> Layers:
    t = Tailor(figure, item, TOPWEAR)
    _, back = _drape(t, 0.56, 0.30)
    clasp = t.flat(
        closed_curve([[-0.05, 0], [0, -0.05], [0.05, 0], [0, 0.05]], 4)
        + figure.leaned(points([[0, figure.shoulder_y + 0.03]])),
        GOLD,
        weight=0.7,
    )
    front = [[_mantle(t, 0.24)], [clasp], t.emblem("star", figure.leaned(points([[0, figure.torso_y(0.2)]])), 0.075)]
    return [(Z.OUTER_BACK, Layer("cape back", [[back]])), (Z.OUTER_SLEEVES, Layer("cape", front))]


def hooded_cloak(figure: Figure, item: Item) -> Layers:
    t = Tailor(figure, item, TOPWEAR)
    _, back = _drape(t, 0.95, 0.24)
    hood = figure.headed(
        closed_curve(
            [
                [0, -0.13],
                [0.36, -0.04],
                [0.56, 0.34],
                [0.55, 0.8],
                [0.34, 1.16],
                [-0.34, 1.16],
                [-0.55, 0.8],
                [-0.56, 0.34],
                [-0.36, -0.04],
            ],
            5,
        )
    )
    inner = figure.headed(
        closed_curve(
            [
                [0, -0.06],
                [0.31, 0.02],
                [0.48, 0.36],
                [0.47, 0.8],
                [0.28, 1.2],
                [-0.28, 1.2],
                [-0.47, 0.8],
                [-0.48, 0.36],
                [-0.31, 0.02],
            ],
            5,
        )
    )
    dark = tinted(t.base, (0.55, 0.5, 0.6))
    hood_shape = t.piece(
        hood,
        details=[t.flat(inner, dark)],
        origin=figure.neck_base,
        shades=[figure.headed(points([[0.3, -0.2], [0.8, -0.2], [0.8, 1.3], [0.42, 1.2], [0.5, 0.4]]))],
    )
    knot = t.flat(
        closed_curve([[-0.06, 0], [0, -0.045], [0.06, 0], [0, 0.045]], 4)
        + figure.leaned(points([[0, figure.shoulder_y + 0.04]])),
        GOLD,
        weight=0.7,
    )
    fronts = [[_mantle(t, 0.44)], [knot], t.emblem("moon", figure.leaned(points([[0, figure.torso_y(0.22)]])), 0.08)]
    return [
        (Z.OUTER_BACK, Layer("hooded cloak back", [[back], [hood_shape]])),
        (Z.OUTER_SLEEVES, Layer("hooded cloak", fronts)),
    ]


OUTERWEAR = {
    "coat": coat,
    "jacket": jacket,
    "cardigan": cardigan,
    "haori": haori,
    "cape": cape,
    "hooded cloak": hooded_cloak,
}
