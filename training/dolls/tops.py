"""Tops: everything worn on the upper body over the base layer and with a bottom."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from training.dolls.classes import TOPWEAR, Z
from training.dolls.collars import crossed_collar, sailor_collar
from training.dolls.emblems import bow, disc
from training.dolls.figure import SIDES, Figure
from training.dolls.ink import Colour, Layer, Points, Shape, closed_curve, ellipse, mixed, points, ribbon, tinted
from training.dolls.outfit import Item
from training.dolls.panel import Panel
from training.dolls.tailoring import Tailor, ramp

Layers = list[tuple[Z, Layer]]
SHIRT: Colour = (246, 246, 250)  # the shirt under a vest or overalls
BRASS: Colour = (236, 196, 92)


def worn(
    name: str, z: Z, groups: list[list[Shape]], sleeves: list[list[Shape]] | None = None, sleeve_z: Z = Z.SLEEVES
) -> Layers:
    """The layers of a garment: its body and its sleeves."""
    out = [(z, Layer(name, groups))]
    if sleeves:
        out.append((sleeve_z, Layer(f"{name} sleeves", sleeves)))
    return out


def over_sleeves(layers: Layers, *groups: list[Shape]) -> Layers:
    """Adds collars that fall over the shoulders, in front of the sleeves' seams."""
    layers[-1][1].groups.extend(groups)
    return layers


def _body(t: Tailor, panel: Panel, outline: Points, depth: float = 0.05, **more: object) -> Shape:
    origin = panel.at(0.0, 0.0)[0] if t.item.pattern != "two-tone" else panel.at(0.0, 0.52)[0]
    more.setdefault("lines", t.folds(panel))
    return t.piece(outline, shades=t.torso_shades(panel, depth), origin=origin, angle=t.figure.pose.lean, **more)  # type: ignore[arg-type]


def _placket(t: Tailor, panel: Panel, stop: float = 1.02, start: float = 0.1, width: float = 0.12) -> Shape:
    return t.flat(panel.strip(-width, width, start, stop), tinted(t.base, 1.04), weight=0.4)


def t_shirt(figure: Figure, item: Item) -> Layers:
    t = Tailor(figure, item, TOPWEAR)
    panel = t.torso(0.0, 0.86, 0.03)
    outline = t.bodice(panel, 1.12, 0.07)
    band = t.flat(t.collar_band(-0.005, 1.12, 0.07, 0.022), t.trim if item.pattern != "plain" else t.deep, weight=0.5)
    body = _body(t, panel, outline, 0.07, details=t.emblem("star", panel.at(0, 0.42), 0.12))
    return worn("t-shirt", Z.TOP, [[body], [band]], t.sleeves(0.34, ramp(0.02, 0.045)))


def collared_shirt(figure: Figure, item: Item) -> Layers:
    t = Tailor(figure, item, TOPWEAR)
    panel = t.torso(0.0, 0.80, 0.02)
    details = [_placket(t, panel), *t.buttons(panel, 5, t.deep), *t.emblem("star", panel.at(0.5, 0.36), 0.07)]
    body = _body(t, panel, t.bodice(panel, 1.0, 0.06, True), details=details)
    collar = [
        t.flat(p, mixed(t.base, (255, 255, 255), 0.35) if item.pattern == "plain" else t.trim, weight=0.7)
        for p in t.lapels(0.075, 0.05)
    ]
    return worn(
        "collared shirt", Z.TUCKED, [[body], collar], t.sleeves(0.95, ramp(0.018, 0.024), cuff=tinted(t.base, 0.93))
    )


def blouse(figure: Figure, item: Item) -> Layers:
    t = Tailor(figure, item, TOPWEAR)
    panel = t.torso(0.0, 0.80, 0.02)
    body = _body(
        t,
        panel,
        t.bodice(panel, 1.0, 0.05),
        details=[*t.buttons(panel, 3, t.accent, v0=0.4), *t.emblem("flower", panel.at(0.5, 0.42), 0.08)],
    )
    x, y = t.span(0.125, 0.15), figure.shoulder_y
    round_collar = points(
        closed_curve(
            [[0.0, y + 0.0], [x, y - 0.05], [x * 1.75, y + 0.01], [x * 1.6, y + 0.10], [x * 0.7, y + 0.115]], 5
        )
    )
    collar = [t.flat(figure.leaned(round_collar * [k, 1]), t.trim, weight=0.7) for k in (-1, 1)]
    knot = [
        t.flat(p, t.accent, weight=0.6) for p in bow(figure.leaned(points([[0, y + 0.07]])), t.span(0.085, 0.10), 1.3)
    ]
    puff = 0.015 + 0.075 * np.sin(np.linspace(0.35, np.pi - 0.1, 12)) ** 0.8
    return worn("blouse", Z.TUCKED, [[body], collar, knot], t.sleeves(0.40, puff, cuff=t.trim, cuff_length=0.055))


def _knit(t: Tailor, panel: Panel, outline: Points, emblem: str, depth: float = 0.05) -> Shape:
    hem = t.flat(panel.band(0.90, 1.1), t.deep if t.second is None else t.second, weight=0.5)
    return _body(t, panel, outline, depth, details=[hem, *t.emblem(emblem, panel.at(0, 0.46), 0.12)])


def sweater(figure: Figure, item: Item) -> Layers:
    t = Tailor(figure, item, TOPWEAR)
    panel = t.torso(0.0, 0.92, [0.045, 0.05, 0.055, 0.06, 0.07, 0.075, 0.08, 0.075, 0.05], 0.03)
    body = _knit(t, panel, t.bodice(panel, 1.15, 0.06), "heart", 0.07)
    collar = t.flat(t.collar_band(0.0, 1.15, 0.06, 0.04), t.second or t.deep, weight=0.7)
    cuff = t.second or t.deep
    return worn(
        "sweater",
        Z.TOP,
        [[body], [collar]],
        t.sleeves(0.99, [0.035] * 5 + [0.04, 0.045, 0.05, 0.055, 0.055, 0.045, 0.03], cuff=cuff, cuff_length=0.1),
    )


def turtleneck(figure: Figure, item: Item) -> Layers:
    t = Tailor(figure, item, TOPWEAR)
    panel = t.torso(0.0, 0.84, 0.012)
    ribs = (
        [panel.at(s, np.linspace(0.14, 0.98, 4)) for s in (-0.6, -0.3, 0.0, 0.3, 0.6)]
        if item.pattern == "plain"
        else []
    )
    body = _body(
        t, panel, t.bodice(panel, 0.95, 0.03), details=t.emblem("moon", panel.at(0, 0.40), 0.11), lines=ribs, width=0.7
    )
    collar = t.flat(t.collar_band(t.span(0.02, 0.07), 0.95, 0.045, 0.02), t.second or tinted(t.base, 0.9), weight=0.9)
    return worn(
        "turtleneck",
        Z.TUCKED,
        [[body], [collar]],
        t.sleeves(0.98, ramp(0.01, 0.014), cuff=t.second or tinted(t.base, 0.9), cuff_length=0.06),
    )


def hoodie(figure: Figure, item: Item) -> Layers:
    t = Tailor(figure, item, TOPWEAR)
    panel = t.torso(0.0, 0.97, [0.05, 0.06, 0.065, 0.07, 0.085, 0.095, 0.10, 0.09, 0.05], 0.03)
    pocket = t.flat(
        np.concatenate([panel.at([-0.3, 0.3, 0.55], 0.62), panel.at([0.55, -0.55], 0.86), panel.at(-0.55, 0.74)]),
        tinted(t.base, 0.9),
        weight=0.7,
    )
    hem = t.flat(panel.band(0.91, 1.1), t.deep, weight=0.5)
    details = [hem, *([] if t.item.pattern == "emblem" else [pocket]), *t.emblem("star", panel.at(0, 0.48), 0.14)]
    body = _body(t, panel, t.bodice(panel, 1.2, 0.08), 0.08, details=details)
    x, y = t.span(0.14, 0.17), figure.shoulder_y
    hood = closed_curve(
        [
            [0.0, y + 0.16],
            [x * 0.75, y + 0.06],
            [x * 0.85, y - t.span(0.07, 0.14)],
            [x * 1.75, y - t.span(0.05, 0.10)],
            [x * 1.75, y + 0.07],
            [x * 0.8, y + 0.2],
        ],
        5,
    )
    hoods = [
        t.piece(
            figure.leaned(hood * [k, 1]),
            shades=[figure.leaned(ellipse(k * x * 0.9, y + 0.0, x * 0.45, 0.10))],
            weight=0.9,
        )
        for k in (-1, 1)
    ]
    cords = [
        t.flat(
            figure.leaned(
                ribbon(points([[k * x * 0.45, y + 0.17], [k * x * 0.5, y + 0.26], [k * x * 0.42, y + 0.36]]), 0.017)
            ),
            t.trim,
            weight=0.4,
        )
        for k in (-1, 1)
    ]
    sleeves = t.sleeves(0.99, [0.04] * 5 + [0.05, 0.055, 0.06, 0.065, 0.065, 0.05, 0.03], cuff=t.deep, cuff_length=0.09)
    return worn("hoodie", Z.TOP, [[body], hoods, cords], sleeves)


def tank_top(figure: Figure, item: Item) -> Layers:
    t = Tailor(figure, item, TOPWEAR)
    panel = t.torso(0.0, 0.84, 0.016)
    outline = t.bodice(panel, 1.25, t.span(0.13, 0.18), sleeveless=True)
    body = _body(
        t,
        panel,
        outline,
        0.0,
        details=[t.flat(panel.band(0.95, 1.1), t.trim, False), *t.emblem("heart", panel.at(0, 0.52), 0.11)],
    )
    return worn("tank top", Z.TOP, [[body]])


def sailor_uniform(figure: Figure, item: Item) -> Layers:
    t = Tailor(figure, item, TOPWEAR)
    panel = t.torso(0.0, 0.80, [0.02] * 6 + [0.03, 0.04, 0.045])
    stripe = SHIRT if sum(t.trim) < 500 else t.accent
    body = _body(
        t,
        panel,
        t.bodice(panel, 1.1, 0.22, True),
        details=[t.flat(panel.band(0.93, 1.2), t.trim, False), *t.emblem("moon", panel.at(0.5, 0.62), 0.07)],
    )
    y = figure.shoulder_y
    scarf = [
        t.flat(p, t.accent, weight=0.7) for p in bow(figure.leaned(points([[0, y + 0.26]])), t.span(0.12, 0.14), 2.0)
    ]
    sleeves = t.sleeves(0.42, ramp(0.02, 0.05), cuff=t.trim, cuff_length=0.09)
    return over_sleeves(worn("sailor uniform", Z.TOP, [[body]], sleeves), sailor_collar(t, t.trim, stripe), scarf)


def polo_shirt(figure: Figure, item: Item) -> Layers:
    t = Tailor(figure, item, TOPWEAR)
    panel = t.torso(0.0, 0.86, 0.025)
    details = [
        _placket(t, panel, 0.42, 0.05, 0.14),
        *t.buttons(panel, 2, t.trim, v0=0.25, v1=0.36),
        *t.emblem("flower", panel.at(0.48, 0.32), 0.075),
    ]
    body = _body(t, panel, t.bodice(panel, 1.0, 0.07, True), details=details)
    collar = [t.flat(p, t.trim, weight=0.8) for p in t.lapels(0.09, 0.06, 1.05)]
    return worn(
        "polo shirt", Z.TOP, [[body], collar], t.sleeves(0.36, ramp(0.02, 0.03), cuff=t.trim, cuff_length=0.045)
    )


def track_jacket(figure: Figure, item: Item) -> Layers:
    t = Tailor(figure, item, TOPWEAR)
    panel = t.torso(0.0, 0.94, [0.035, 0.04, 0.045, 0.05, 0.06, 0.065, 0.07, 0.06, 0.04])
    details = [
        t.flat(panel.band(0.92, 1.1), t.deep, weight=0.5),
        t.flat(panel.strip(-0.045, 0.045, 0, 1.02), t.trim, False),
        *t.emblem("star", panel.at(0.5, 0.34), 0.08),
    ]
    body = _body(t, panel, t.bodice(panel, 1.0, 0.04), details=details)
    collar = t.flat(t.collar_band(t.span(0.0, 0.05), 1.05, 0.05, 0.035), t.trim, weight=0.9)
    sleeves = t.sleeves(0.98, ramp(0.03, 0.03), cuff=t.deep, cuff_length=0.07)
    for i, group in enumerate(sleeves):  # stripes along the outer side of the sleeves
        axis, r = figure.arms[i].axis(0.02, 0.92, 12)
        normal = np.gradient(axis, axis=0)[:, ::-1] * [1, -1] * SIDES[i]
        axis = axis + normal / np.linalg.norm(normal, axis=1, keepdims=True) * (r * 0.45)[:, None]
        stripe = t.flat(ribbon(axis, 0.024), t.trim, False)
        shape = group[0]
        group[0] = replace(shape, details=(stripe, *shape.details))
    return worn("track jacket", Z.TOP, [[body], [collar]], sleeves)


def sweater_vest(figure: Figure, item: Item) -> Layers:
    t = Tailor(figure, item, TOPWEAR)
    shirt = Tailor(figure, Item("collared shirt", "white"), TOPWEAR)
    under = shirt.torso(0.0, 0.5, 0.012)
    inner = shirt.piece(shirt.bodice(under, 1.0, 0.05), shades=shirt.torso_shades(under)[:1])
    panel = t.torso(0.0, 0.86, 0.035)
    neck_trim = t.flat(figure.leaned(ribbon(t.neck(1.35, t.span(0.24, 0.30), True), 0.028)), t.trim, False)
    body = _body(
        t,
        panel,
        t.bodice(panel, 1.35, t.span(0.24, 0.30), True, True),
        details=[
            neck_trim,
            t.flat(panel.band(0.92, 1.1), t.trim, weight=0.5),
            *t.emblem("heart", panel.at(0, 0.62), 0.10),
        ],
    )
    collar = [shirt.flat(p, SHIRT, weight=0.7) for p in shirt.lapels(0.075, 0.05)]
    return worn(
        "sweater vest", Z.TOP, [[inner], [body], collar], shirt.sleeves(0.95, ramp(0.02, 0.03), cuff=(226, 228, 238))
    )


def frilled_blouse(figure: Figure, item: Item) -> Layers:
    t = Tailor(figure, item, TOPWEAR)
    panel = t.torso(0.0, 0.80, 0.02)
    frill = (
        t.trim
        if t.second
        else mixed(t.base, (255, 255, 255), 0.55)
        if sum(t.base) < 680
        else tinted(t.base, (0.90, 0.90, 0.95))
    )
    body = _body(t, panel, t.bodice(panel, 0.95, 0.03), details=t.emblem("flower", panel.at(0.6, 0.5), 0.07))
    jabot = []
    for k, v in enumerate((0.62, 0.44, 0.26)):  # lowest tier first
        w = 0.40 - 0.06 * k
        edge = panel.at(np.linspace(w, -w, 13), v)
        edge[:, 1] += 0.035 * np.abs(np.sin(np.linspace(0, 4 * np.pi, 13)))
        jabot.append(t.flat(np.concatenate([panel.at([-w * 0.5, w * 0.5], v - 0.22), edge]), frill, weight=0.6))
    collar = t.flat(t.collar_band(t.span(0.0, 0.06), 1.0, 0.04, 0.03), frill, weight=0.8)
    gem = t.flat(
        disc(figure.leaned(points([[0, figure.shoulder_y + 0.03]]))[0], 0.04, 0.045, steps=12), t.accent, weight=0.6
    )
    bell = np.interp(np.linspace(0, 1, 12), [0, 0.25, 0.7, 0.86, 0.9, 1], [0.02, 0.03, 0.06, 0.05, 0.015, 0.075])
    return worn(
        "frilled blouse",
        Z.TUCKED,
        [[body], *[[j] for j in jabot], [collar], [gem]],
        t.sleeves(0.97, bell, cuff=frill, cuff_length=0.10),
    )


def kimono_top(figure: Figure, item: Item) -> Layers:
    t = Tailor(figure, item, TOPWEAR)
    panel = t.torso(0.0, 0.82, 0.03)
    body = _body(
        t, panel, t.bodice(panel, 1.2, 0.24, True), 0.1, details=t.emblem("flower", panel.at(0.55, 0.42), 0.09)
    )
    return worn(
        "kimono top",
        Z.TUCKED,
        [[body], *[[s] for s in crossed_collar(t, panel, t.trim)]],
        t.wide_sleeves(0.92, t.span(0.15, 0.22), t.trim),
    )


def raglan_shirt(figure: Figure, item: Item) -> Layers:
    t = Tailor(figure, item, TOPWEAR)
    panel = t.torso(0.0, 0.88, 0.03)
    body = _body(t, panel, t.bodice(panel, 1.12, 0.07), 0.07, details=t.emblem("moon", panel.at(0, 0.44), 0.13))
    band = t.flat(t.collar_band(-0.005, 1.12, 0.07, 0.022), t.trim, weight=0.5)
    seams = []
    for k in SIDES:
        x = t.span(0.135, 0.155) * 1.12
        wedge = points(
            [
                [x, t.shoulder_line(x)],
                [figure.shoulder * 1.02, t.shoulder_line(figure.shoulder)],
                [figure.shoulder * 0.98, figure.torso_y(0.26)],
            ]
        )
        seams.append(t.flat(figure.leaned(wedge * [k, 1]), t.trim, False))
    return worn("raglan shirt", Z.TOP, [[body], seams, [band]], t.sleeves(0.70, ramp(0.022, 0.03), fill=t.trim))


def military_jacket(figure: Figure, item: Item) -> Layers:
    t = Tailor(figure, item, TOPWEAR)
    panel = t.torso(0.0, 1.02, [0.025] * 5 + [0.025, 0.04, 0.06, 0.08])
    belt = t.flat(panel.band(0.56, 0.66), tinted(t.base, 0.55), weight=0.5)
    bars = [t.flat(ribbon(panel.at([-0.42, 0.42], v), 0.014), BRASS, False) for v in (0.2, 0.31, 0.42)]
    details = [
        *bars,
        *t.buttons(panel, 3, BRASS, -0.42, 0.2, 0.42, 0.026),
        *t.buttons(panel, 3, BRASS, 0.42, 0.2, 0.42, 0.026),
        belt,
        *t.emblem("star", panel.at(0.0, 0.61), 0.06),
    ]
    body = _body(
        t, panel, t.bodice(panel, 1.0, 0.03), details=details, lines=[panel.at(0.0, np.linspace(0.08, 1.0, 3))]
    )
    collar = t.flat(t.collar_band(t.span(0.0, 0.06), 1.0, 0.04, 0.03), t.trim, weight=0.9)
    pads = []
    for k in SIDES:
        at = figure.leaned(points([[k * figure.shoulder * 0.86, figure.shoulder_y + 0.03]]))[0]
        pads.append(
            t.flat(
                ellipse(
                    float(at[0]), float(at[1]), t.span(0.085, 0.13), t.span(0.035, 0.05), k * 14 + figure.pose.lean
                ),
                BRASS,
                weight=0.7,
            )
        )
    sleeves = t.sleeves(0.96, ramp(0.025, 0.03), cuff=t.trim, cuff_length=0.13)
    return over_sleeves(worn("military jacket", Z.TOP, [[body], [collar]], sleeves), pads)


TOPS = {
    "t-shirt": t_shirt,
    "collared shirt": collared_shirt,
    "blouse": blouse,
    "sweater": sweater,
    "turtleneck": turtleneck,
    "hoodie": hoodie,
    "tank top": tank_top,
    "sailor uniform": sailor_uniform,
    "polo shirt": polo_shirt,
    "track jacket": track_jacket,
    "sweater vest": sweater_vest,
    "frilled blouse": frilled_blouse,
    "kimono top": kimono_top,
    "raglan shirt": raglan_shirt,
    "military jacket": military_jacket,
}
