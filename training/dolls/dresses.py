"""Dresses and other one-piece garments."""

from __future__ import annotations

import numpy as np

from training.dolls.bottoms import skirt_shape, trousers_layers
from training.dolls.classes import BOTTOMWEAR, TOPWEAR, Z
from training.dolls.collars import crossed_collar, sailor_collar
from training.dolls.emblems import bow, disc
from training.dolls.figure import SIDES, Figure
from training.dolls.ink import Colour, Layer, Points, Shape, mixed, points, ribbon, tinted
from training.dolls.outfit import Item
from training.dolls.panel import Panel
from training.dolls.tailoring import Tailor, ramp
from training.dolls.tops import SHIRT, over_sleeves, t_shirt

Layers = list[tuple[Z, Layer]]
WAIST = 0.58


def one_piece(
    name: str,
    groups: list[list[Shape]],
    sleeves: list[list[Shape]] | None = None,
    front: list[list[Shape]] | None = None,
) -> Layers:
    out = [(Z.DRESS, Layer(name, groups))]
    if sleeves:
        out.append((Z.SLEEVES, Layer(f"{name} sleeves", sleeves)))
    if front:
        out.append((Z.NECKWEAR, Layer(f"{name} trims", front)))
    return out


def _bodice(t: Tailor, panel: Panel, outline: Points, **more: object) -> Shape:
    """The upper part of a dress; a two-tone dress has the second colour in its skirt only."""
    origin = (
        panel.at(0.0, 0.0)[0]
        if t.item.pattern != "two-tone"
        else t.figure.leaned(points([[0.0, t.figure.torso_y(WAIST)]]))[0]
    )
    return t.piece(outline, shades=t.torso_shades(panel), origin=origin, angle=t.figure.pose.lean, **more)  # type: ignore[arg-type]


def sundress(figure: Figure, item: Item) -> Layers:
    t = Tailor(figure, item, TOPWEAR)
    panel = t.torso(0.0, WAIST + 0.02, 0.014)
    skirt = t.skirt(WAIST, 0.48, 0.17, bell=0.7)
    shades, lines = t.skirt_shades(skirt, 5, 0.3, 0.42)
    low = skirt_shape(
        t,
        skirt,
        shades,
        lines,
        skirt.outline(0.02, 6),
        [t.flat(skirt.band(0.90, 1.2), t.trim, False), *t.emblem("flower", skirt.at(0.45, 0.68), 0.09)],
    )
    x, y = figure.shoulder * 0.56, figure.torso_y(0.22)
    chest = t.torso(0.24, WAIST + 0.02, 0.014, 0.01)
    top = t.piece(
        np.concatenate(
            [
                figure.leaned(
                    points([[-x * 1.1, y], [-x * 0.5, y + 0.015], [0, y + 0.05], [x * 0.5, y + 0.015], [x * 1.1, y]])
                ),
                chest.outline()[9:],
            ]
        ),
        shades=t.torso_shades(panel)[1:],
        origin=panel.at(0, 0)[0],
    )
    straps = [
        t.flat(
            figure.leaned(
                ribbon(points([[k * x, t.shoulder_line(x)], [k * x * 0.98, y + 0.03]]), t.span(0.022, 0.028))
            ),
            t.trim,
            weight=0.6,
        )
        for k in SIDES
    ]
    sash = t.waistband(WAIST - 0.04, 0.07, t.trim, 0.02)
    knot = [
        t.flat(p, t.trim, weight=0.6)
        for p in bow(figure.leaned(points([[figure.waist * 0.55, figure.torso_y(WAIST)]])), t.span(0.09, 0.11), 2.0)
    ]
    return one_piece("sundress", [[low], straps, [top], [sash], knot])


def maid_dress(figure: Figure, item: Item) -> Layers:
    t = Tailor(figure, item, TOPWEAR)
    apron: Colour = (250, 250, 252) if sum(t.base) < 640 else (120, 96, 120)
    if t.second:
        apron = t.second
    panel = t.torso(0.0, WAIST + 0.02, 0.018)
    skirt = t.skirt(WAIST, 0.46, 0.23, bell=0.85)
    shades, lines = t.skirt_shades(skirt, 6, 0.25, 0.36)
    plain = Tailor(
        figure,
        Item(
            item.kind,
            item.colour,
            item.pattern if item.pattern == "emblem" else "plain",
            item.second if item.pattern == "emblem" else "",
        ),
        TOPWEAR,
    )
    cloth = t if item.pattern in ("striped", "checked", "dotted", "two-tone") else plain
    hem = cloth.flat(skirt.band(0.93, 1.2), apron, False)
    low = skirt_shape(cloth, skirt, shades, lines, skirt.outline(0.03, 8), [hem])
    s = np.linspace(0.58, -0.58, 21)
    v = 0.30 + 0.48 * np.sqrt(np.clip(1 - (s / 0.6) ** 2, 0, 1))
    edge = skirt.at(s, v)
    edge[:, 1] += 0.022 * np.abs(np.sin(np.linspace(0, 6 * np.pi, 21)))
    front = t.flat(
        np.concatenate([skirt.at([-0.55, 0.55], 0.0), edge]),
        apron,
        weight=0.8,
        shades=[skirt.strip(0.28, 0.8, 0.0, 1.0)],
    )
    bib = t.flat(panel.strip(-0.46, 0.46, 0.36, 1.02), apron, weight=0.8)
    top = _bodice(cloth, panel, t.bodice(panel, 1.0, 0.04))
    frills = []
    for k in SIDES:
        n = 11
        a = np.linspace(0, 1, n)
        x = figure.shoulder * (0.62 - 0.16 * a)
        y = t.shoulder_line(figure.shoulder * 0.62) + (figure.torso_y(0.42) - figure.shoulder_y) * a
        outer = np.stack(
            [x + t.span(0.07, 0.10) + 0.018 * np.abs(np.sin(np.linspace(0, 4 * np.pi, n))) - 0.05 * a, y], 1
        )
        frills.append(
            t.flat(figure.leaned(np.concatenate([np.stack([x - 0.03, y], 1), outer[::-1]]) * [k, 1]), apron, weight=0.7)
        )
    collar = [t.flat(p, apron, weight=0.7) for p in t.lapels(0.06, 0.045)]
    knot = [
        t.flat(p, t.deep if t.second is None else t.base, weight=0.6)
        for p in bow(figure.leaned(points([[0, figure.shoulder_y + 0.07]])), t.span(0.075, 0.09))
    ]
    sash = t.waistband(WAIST - 0.03, 0.06, apron, 0.022)
    puff = 0.015 + 0.075 * np.sin(np.linspace(0.4, np.pi - 0.1, 12)) ** 0.8
    emblem = t.emblem("heart", skirt.at(0, 0.5), 0.09)
    return one_piece(
        "maid dress",
        [[low], [front], [top], [bib], [sash], frills, collar, knot, emblem],
        cloth.sleeves(0.38, puff, cuff=apron, cuff_length=0.06),
    )


def china_dress(figure: Figure, item: Item) -> Layers:
    t = Tailor(figure, item, TOPWEAR)
    panel = t.torso(0.0, WAIST + 0.02, 0.012)
    skirt = t.skirt(WAIST, 0.66, -0.015, ease=0.012, dip=0.03, bell=0.1)
    v = np.linspace(0, 1, 7)
    shade = np.concatenate([skirt.at(0.55, v), skirt.at(1.2, v[::-1])])
    slit = np.concatenate([skirt.at(1.02, [0.35, 1.1]), skirt.at(0.74, 1.1)])
    hem = [
        t.flat(skirt.band(0.94, 1.2), t.trim, False),
        t.flat(
            np.concatenate([skirt.at([0.70], 1.1), skirt.at(0.98, 0.33), skirt.at(1.1, 0.3), skirt.at(0.80, 1.1)]),
            t.trim,
            False,
        ),
    ]
    low = skirt_shape(
        t,
        skirt,
        [shade, slit],
        [skirt.line([-0.9, -0.3], [0.22, 0.30])],
        details=[*hem, *t.emblem("flower", skirt.at(-0.4, 0.5), 0.10)],
    )
    x = t.span(0.13, 0.15)
    y = figure.shoulder_y
    flap = figure.leaned(
        points(
            [
                [0.0, y + 0.02],
                [x * 0.6, y + 0.11],
                [figure.shoulder * 0.6, y + 0.15],
                [figure.shoulder * 0.9, figure.torso_y(0.28)],
            ]
        )
    )
    top = _bodice(
        t,
        panel,
        t.bodice(panel, 0.95, 0.03),
        details=[t.flat(ribbon(flap, 0.016), t.trim, False), *t.buttons(panel, 1, t.trim, 0.32, 0.24, 0.24, 0.028)],
    )
    collar = t.flat(t.collar_band(t.span(0.02, 0.07), 0.95, 0.045, 0.02), t.trim, weight=0.9)
    seam = Shape(np.concatenate([panel.at([-0.9, 0.9], 0.93), panel.at([0.9, -0.9], 1.03)]), t.base, 0)
    groups = [[low, top], [collar]]
    if item.pattern in ("plain", "emblem"):
        groups.insert(1, [seam])
    return one_piece("china dress", groups, t.sleeves(0.17, ramp(0.02, 0.03), cuff=t.trim, cuff_length=0.04))


def kimono(figure: Figure, item: Item) -> Layers:
    t = Tailor(figure, item, TOPWEAR)
    panel = t.torso(0.0, WAIST + 0.05, 0.03)
    skirt = t.skirt(WAIST, 0.93, 0.035, ease=0.03, dip=0.02, bell=0.6)
    v = np.linspace(0, 1, 7)
    shade = np.concatenate([skirt.at(0.6, v), skirt.at(1.2, v[::-1])])
    fold = skirt.at(np.interp(v, [0, 1], [-0.2, -0.42]), v)
    overlap = np.concatenate([fold, skirt.at(-0.2, v[::-1])])
    low = skirt_shape(
        t,
        skirt,
        [shade, overlap],
        [fold, skirt.line([0.6, 0.5], [0.1, 0.9])],
        details=[
            t.flat(ribbon(fold, 0.016), t.trim, False),
            *t.emblem("flower", skirt.at(0.5, 0.72), 0.12),
            *t.emblem("flower", skirt.at(0.15, 0.9), 0.07),
        ],
    )
    top = _bodice(t, panel, t.bodice(panel, 1.2, 0.2, True))
    obi = t.waistband(0.42, 0.30, t.accent if t.second is None else t.second, 0.035)
    cord = t.waistband(0.55, 0.035, tinted(t.trim, 0.95) if t.second is None else t.base, 0.04)
    return one_piece(
        "kimono",
        [[low], [top], *[[c] for c in crossed_collar(t, panel, t.trim, 0.75, 0.045)], [obi], [cord]],
        t.wide_sleeves(0.92, t.span(0.18, 0.28), t.trim),
    )


def sailor_dress(figure: Figure, item: Item) -> Layers:
    t = Tailor(figure, item, TOPWEAR)
    panel = t.torso(0.0, 0.74, 0.02)
    skirt = t.skirt(0.72, 0.34, 0.12, bell=0.7)
    shades, lines = t.pleats(skirt, 8)
    low = skirt_shape(
        t,
        skirt,
        shades,
        lines,
        skirt.outline(0.025, 8, True),
        [t.flat(skirt.band(0.82, 0.88), t.trim, False), *t.emblem("star", skirt.at(0.5, 0.5), 0.07)],
    )
    top = _bodice(t, panel, t.bodice(panel, 1.1, 0.24, True), details=t.buttons(panel, 3, t.trim, v0=0.58))
    y = figure.shoulder_y
    scarf = [
        t.flat(p, t.accent, weight=0.7) for p in bow(figure.leaned(points([[0, y + 0.27]])), t.span(0.11, 0.13), 1.6)
    ]
    stripe = t.base if sum(t.trim) > 500 else SHIRT
    sleeves = t.sleeves(0.96, ramp(0.022, 0.03), cuff=t.trim, cuff_length=0.12)
    return over_sleeves(one_piece("sailor dress", [[low], [top]], sleeves), sailor_collar(t, t.trim, stripe), scarf)


def gothic_dress(figure: Figure, item: Item) -> Layers:
    t = Tailor(figure, item, TOPWEAR)
    lace = t.second or (
        mixed(t.base, (255, 255, 255), 0.78) if sum(t.base) < 520 else tinted(t.base, (0.52, 0.46, 0.58))
    )
    panel = t.torso(0.0, WAIST + 0.02, 0.016)
    skirt = t.skirt(WAIST, 0.56, 0.30, dip=0.07, bell=0.95)
    shades, lines = t.skirt_shades(skirt, 6, 0.25, 0.4)
    frill = t.flat(skirt.outline(0.035, 10, top=0.8), lace, weight=0.8, shades=[skirt.strip(0.6, 1.2, 0.7, 1.2)])
    low = skirt_shape(
        t, skirt, shades, lines, skirt.outline(0.045, 6, stop=0.86), t.emblem("moon", skirt.at(0.5, 0.58), 0.11)
    )
    v = np.linspace(0.0, 0.92, 6)
    split = t.flat(
        np.concatenate([skirt.at(-0.06 - 0.26 * v, v), skirt.at((0.06 + 0.26 * v)[::-1], v[::-1])]),
        lace,
        weight=0.7,
        shades=[skirt.strip(0.1, 0.5, 0, 1)],
    )
    lacing = [panel.at([-0.16, 0.16], v0) for v0 in (0.5, 0.66, 0.82)]
    corset = t.flat(panel.strip(-0.26, 0.26, 0.40, 1.02), lace, weight=0.7)
    top = _bodice(t, panel, t.bodice(panel, 1.0, 0.03))
    laces = [t.flat(ribbon(p, 0.012), t.deep if t.second is None else t.base, False) for p in lacing]
    collar = t.flat(t.collar_band(t.span(0.0, 0.06), 1.02, 0.05, 0.05), lace, weight=0.8)
    brooch = t.flat(
        disc(figure.leaned(points([[0, figure.shoulder_y + 0.05]]))[0], 0.045, 0.05, steps=12), t.accent, weight=0.7
    )
    knots = []
    for k in SIDES:
        knots.append([t.flat(p, lace, weight=0.6) for p in bow(skirt.at(k * 0.62, 0.80), t.span(0.07, 0.10))])
    bell = np.interp(np.linspace(0, 1, 12), [0, 0.1, 0.3, 0.42, 0.8, 1], [0.03, 0.07, 0.05, 0.012, 0.03, 0.12])
    return one_piece(
        "gothic dress",
        [[frill], [low], [split], [top], [corset], laces, [collar], [brooch], *knots],
        t.sleeves(0.94, bell, cuff=lace, cuff_length=0.10),
    )


def overalls(figure: Figure, item: Item) -> Layers:
    t = Tailor(figure, item, BOTTOMWEAR)
    shirt = t_shirt(figure, Item("t-shirt", "white" if sum(t.base) < 640 else "navy"))
    cuffs = [
        [t.flat(leg.outline(0.88, 1.02, 0.08, 4), mixed(t.base, (255, 255, 255), 0.4), weight=0.6)]
        for leg in figure.legs
    ]
    legs = trousers_layers(
        t, "overalls", 0.98, np.interp(np.linspace(0, 1, 12), [0, 0.4, 1], [0.02, 0.035, 0.05]), top=0.56, details=cuffs
    )
    bib_panel = t.torso(0.24, 0.62, np.linspace(-0.10, 0.012, 9) * t.span(0.8, 1.3), 0.0)
    pocket = t.flat(bib_panel.strip(-0.42, 0.42, 0.36, 0.8), tinted(t.base, 0.86), weight=0.6)
    bib = t.piece(
        bib_panel.outline(),
        shades=[bib_panel.strip(0.62, 1.2)],
        details=[pocket] if item.pattern != "emblem" else t.emblem("star", bib_panel.at(0, 0.55), 0.11),
        origin=bib_panel.at(0, 0)[0],
    )
    x = figure.shoulder * 0.56
    straps = [
        t.flat(
            ribbon(
                np.stack(
                    [figure.leaned(points([[k * x, t.shoulder_line(x) - 0.005]]))[0], bib_panel.at(k * 0.72, 0.12)[0]]
                ),
                t.span(0.034, 0.044),
            ),
            t.base,
            weight=0.8,
        )
        for k in SIDES
    ]
    studs = [
        t.flat(disc(bib_panel.at(k * 0.72, 0.16)[0], 0.026, 0.026, steps=8), (236, 196, 92), weight=0.5) for k in SIDES
    ]
    return [*shirt, *legs, (Z.DRESS, Layer("overalls bib", [straps, [bib], studs]))]


def robe(figure: Figure, item: Item) -> Layers:
    t = Tailor(figure, item, TOPWEAR)
    panel = t.torso(0.0, WAIST + 0.05, 0.04)
    skirt = t.skirt(WAIST, 0.97, 0.17, ease=0.05, dip=0.04, bell=0.9)
    shades, lines = t.skirt_shades(skirt, 4, 0.2, 0.45)
    stole = [
        t.flat(skirt.strip(-0.26, -0.1, 0.0, 1.2), t.trim, weight=0.6),
        t.flat(skirt.strip(0.1, 0.26, 0.0, 1.2), t.trim, weight=0.6),
    ]
    low = skirt_shape(
        t,
        skirt,
        shades,
        lines,
        details=[
            t.flat(skirt.band(0.93, 1.2), t.trim, weight=0.5),
            *stole,
            *t.emblem("moon", skirt.at(0.62, 0.78), 0.10),
        ],
    )
    yoke = []
    for k in SIDES:
        x = t.span(0.135, 0.16)
        top_edge = figure.leaned(
            points([[k * x * 0.75, t.shoulder_line(x) + 0.01], [k * x * 1.45, t.shoulder_line(x * 1.45)]])
        )
        low_edge = panel.at([k * 0.32, k * 0.12], 1.0)
        yoke.append(t.flat(np.concatenate([top_edge, low_edge]), t.trim, weight=0.6))
    top = _bodice(t, panel, t.bodice(panel, 1.05, 0.06), details=yoke)
    rope = t.waistband(WAIST - 0.03, 0.055, (214, 170, 84), 0.045)
    tails = [
        t.flat(ribbon(skirt.at([-0.05 + k * 0.04] * 2, [0.0, 0.30]), 0.016), (214, 170, 84), weight=0.6) for k in (0, 2)
    ]
    return one_piece("robe", [[low], [top], tails, [rope]], t.wide_sleeves(0.95, t.span(0.13, 0.2), t.trim))


def ball_gown(figure: Figure, item: Item) -> Layers:
    t = Tailor(figure, item, TOPWEAR)
    pale = t.second or (mixed(t.base, (255, 255, 255), 0.6) if sum(t.base) < 620 else tinted(t.base, (0.93, 0.84, 0.9)))
    panel = t.torso(0.0, WAIST + 0.02, 0.012)
    skirt = t.skirt(WAIST, 1.02, 0.42, dip=0.05, bell=1.15)
    shades, lines = t.skirt_shades(skirt, 6, 0.2, 0.5)
    under = t.flat(skirt.outline(0.03, 9), pale, weight=0.9, shades=[skirt.strip(0.7, 1.2)])
    over = skirt_shape(
        t, skirt, shades, lines, skirt.outline(0.09, 4, stop=0.80), t.emblem("flower", skirt.at(0.45, 0.5), 0.13)
    )
    chest = t.torso(0.16, WAIST + 0.02, 0.014, 0.03)
    top = t.piece(
        chest.outline(),
        shades=t.torso_shades(panel)[1:],
        origin=panel.at(0, 0)[0] if item.pattern != "two-tone" else skirt.at(0, 0.3)[0],
        details=t.buttons(chest, 3, pale, v0=0.4, v1=0.85, r=0.022),
    )
    frill = chest.at(np.linspace(-1.08, 1.08, 17), 0.16)
    frill[:, 1] += 0.03 * np.abs(np.sin(np.linspace(0, 5 * np.pi, 17)))
    yoke = t.flat(np.concatenate([frill, chest.at(np.linspace(1.08, -1.08, 5), -0.02)]), pale, weight=0.8)
    knots = [[t.flat(p, pale, weight=0.6) for p in bow(skirt.at(s, 0.78), t.span(0.08, 0.11))] for s in (-0.5, 0.5)]
    puff = 0.03 + 0.085 * np.sin(np.linspace(0.5, np.pi - 0.1, 12)) ** 0.8
    return one_piece(
        "ball gown", [[under], [over], [top], [yoke], *knots], t.sleeves(0.30, puff, cuff=pale, cuff_length=0.055)
    )


DRESSES = {
    "sundress": sundress,
    "maid dress": maid_dress,
    "china dress": china_dress,
    "kimono": kimono,
    "sailor dress": sailor_dress,
    "gothic dress": gothic_dress,
    "overalls": overalls,
    "robe": robe,
    "ball gown": ball_gown,
}
