"""Bottoms: skirts, shorts and trousers."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from training.dolls.classes import BOTTOMWEAR, Z
from training.dolls.figure import SIDES, Figure
from training.dolls.ink import Colour, Layer, Points, Shape, mixed, points, ribbon, tinted
from training.dolls.outfit import Item
from training.dolls.panel import Panel
from training.dolls.tailoring import Tailor, limb_shade

Layers = list[tuple[Z, Layer]]
WAIST = 0.63  # torso position of waistbands


def skirt_shape(
    t: Tailor,
    panel: Panel,
    shades: list[Points],
    lines: list[Points],
    outline: Points | None = None,
    details: list[Shape] | None = None,
) -> Shape:
    origin = panel.at(0.0, 0.0)[0] if t.item.pattern != "two-tone" else panel.at(0.0, 0.68)[0]
    return t.piece(
        panel.outline() if outline is None else outline,
        shades=shades,
        lines=lines,
        details=details or [],
        origin=origin,
    )


def pleated_skirt(figure: Figure, item: Item) -> Layers:
    t = Tailor(figure, item, BOTTOMWEAR)
    panel = t.skirt(WAIST, 0.30, 0.11)
    shades, lines = t.pleats(panel, 8)
    emblem = t.emblem("star", panel.at(-0.5, 0.78), 0.08)
    skirt = skirt_shape(t, panel, shades, lines, panel.outline(0.028, 8, True), emblem)
    return [(Z.BOTTOM, Layer("pleated skirt", [[skirt], [t.waistband(WAIST, 0.07, t.deep)]]))]


def miniskirt(figure: Figure, item: Item) -> Layers:
    t = Tailor(figure, item, BOTTOMWEAR)
    panel = t.skirt(WAIST, 0.20, 0.05, dip=0.035)
    shades, lines = t.skirt_shades(panel, 2, 0.55, 0.5)
    hem = t.flat(panel.band(0.88, 1.2), t.trim, False)
    skirt = skirt_shape(t, panel, shades, lines, details=[hem, *t.emblem("heart", panel.at(0.5, 0.62), 0.075)])
    belt = t.waistband(WAIST, 0.085, tinted(t.base, 0.6))
    at = figure.leaned(points([[0.0, figure.torso_y(WAIST + 0.042)]]))[0]
    buckle = t.flat(
        points([[-0.05, -0.03], [0.05, -0.03], [0.05, 0.03], [-0.05, 0.03]]) + at, (236, 196, 92), weight=0.5
    )
    return [(Z.BOTTOM, Layer("miniskirt", [[skirt], [belt], [buckle]]))]


def long_skirt(figure: Figure, item: Item) -> Layers:
    t = Tailor(figure, item, BOTTOMWEAR)
    panel = t.skirt(WAIST, 0.88, 0.17, dip=0.06, bell=0.75)
    shades, lines = t.skirt_shades(panel, 5, 0.28, 0.5)
    skirt = skirt_shape(
        t, panel, shades, lines, panel.outline(0.018, 5), details=t.emblem("flower", panel.at(0.45, 0.8), 0.11)
    )
    return [(Z.BOTTOM, Layer("long skirt", [[skirt], [t.waistband(WAIST, 0.07, t.deep)]]))]


def frilled_skirt(figure: Figure, item: Item) -> Layers:
    t = Tailor(figure, item, BOTTOMWEAR)
    panel = t.skirt(WAIST, 0.42, 0.20, dip=0.06, bell=0.8)
    shades, lines = t.skirt_shades(panel, 6, 0.3, 0.4)
    frill = t.flat(
        panel.outline(0.035, 9, top=0.74, stop=1.0), t.trim, weight=0.8, shades=[panel.strip(0.6, 1.2, 0.7, 1.2)]
    )
    tier = panel.outline(0.03, 8, stop=0.8)
    skirt = skirt_shape(t, panel, shades, lines, tier, t.emblem("heart", panel.at(0.45, 0.55), 0.08))
    return [(Z.BOTTOM, Layer("frilled skirt", [[frill], [skirt], [t.waistband(WAIST, 0.07, t.trim)]]))]


def pencil_skirt(figure: Figure, item: Item) -> Layers:
    t = Tailor(figure, item, BOTTOMWEAR)
    panel = t.skirt(WAIST, 0.50, -0.01, dip=0.02, bell=0.2)
    v = np.linspace(0, 1, 7)
    slit = np.concatenate([panel.at([-0.42, -0.34], 1.1), panel.at(-0.40, 0.68)])
    shade = np.concatenate([panel.at(0.5, v), panel.at(1.2, v[::-1])])
    lines = [
        panel.line([-0.95, -0.5], [0.30, 0.34]),
        panel.line([0.95, 0.5], [0.36, 0.42]),
        panel.at(-0.38, np.linspace(0.66, 1.0, 3)),
    ]
    skirt = skirt_shape(t, panel, [shade, slit], lines, details=t.emblem("moon", panel.at(0.45, 0.75), 0.08))
    return [(Z.BOTTOM, Layer("pencil skirt", [[skirt], [t.waistband(WAIST, 0.05, t.deep)]]))]


def suspender_skirt(figure: Figure, item: Item) -> Layers:
    t = Tailor(figure, item, BOTTOMWEAR)
    panel = t.skirt(0.56, 0.34, 0.13, bell=0.7)
    shades, lines = t.skirt_shades(panel, 4, 0.35, 0.45)
    skirt = skirt_shape(
        t,
        panel,
        shades,
        lines,
        details=[t.flat(panel.band(0.86, 0.92), t.trim, False), *t.emblem("flower", panel.at(-0.45, 0.62), 0.08)],
    )
    return [
        (Z.BOTTOM, Layer("suspender skirt", [[skirt], [t.waistband(0.55, 0.12, t.deep)]])),
        (Z.DRESS, Layer("suspenders", [_straps(t)])),
    ]


def _straps(t: Tailor) -> list[Shape]:
    f = t.figure
    x = f.shoulder * 0.55
    top, low = t.shoulder_line(x) - 0.005, f.torso_y(0.57)
    straps = [
        ribbon(
            f.leaned(points([[k * x, top], [k * x * 0.92, (top + low) / 2], [k * f.waist * 0.6, low]])),
            t.span(0.032, 0.042),
        )
        for k in SIDES
    ]
    return [t.flat(p, t.deep, weight=0.7) for p in straps]


# --- legs apart -------------------------------------------------------------------------------------------------------


def trousers_layers(
    t: Tailor,
    name: str,
    stop: float,
    extra: ArrayLike,
    *,
    top: float = WAIST,
    details: list[list[Shape]] | None = None,
    front: list[Shape] | None = None,
    lines: list[list[Points]] | None = None,
    belt: Colour | None = None,
) -> Layers:
    """Trousers to leg position `stop`: the legs lie below the torso's skin, the seat above it."""
    f = t.figure
    extra = np.broadcast_to(np.asarray(extra, np.float64), (12,))
    legs, thighs = [], []
    for i, leg in enumerate(f.legs):
        origin = f.legs[i].joints[0] if t.item.pattern != "two-tone" else leg.at(stop * 0.55)[0]
        angle = leg.at(0.3)[2] - 90
        shades = [limb_shade(leg, 0.0, stop, extra, 0.25)]
        if i == 1:
            shades.append(f.legs[0].outline(0.0, min(0.3, stop), 0.03, 4))
        legs.append(
            t.piece(
                leg.outline(0.0, stop, extra),
                shades=shades,
                origin=origin,
                angle=angle,
                details=details[i] if details else [],
                lines=lines[i] if lines else [],
            )
        )
        to = min(0.28, stop * 0.6)
        width = np.interp(np.linspace(0, to, 12), np.linspace(0, stop, 12), extra) - 0.004
        thighs.append(t.piece(leg.outline(0.0, to, width), shades=shades, origin=origin, angle=angle, lined=False))
    seat = t.torso(top, 1.0, np.linspace(0.02, 0.02 + float(extra[0]), 9), 0.0)
    shade = np.concatenate([seat.at(0.62, [0, 1]), seat.at(1.2, [1, 0])])
    origin = t.figure.legs[0].joints[0] if t.item.pattern != "two-tone" else t.figure.legs[0].at(stop * 0.55)[0]
    hips = t.piece(seat.outline(), shades=[shade], origin=origin)
    crotch = f.crotch_y
    fly = t.piece(
        points([[-0.012, crotch - 0.1], [0.012, crotch - 0.1], [0.008, crotch + 0.04], [-0.008, crotch + 0.04]]),
        fill=t.deep,
        lined=False,
    )
    groups = [[hips, *thighs], [fly], [t.waistband(top, 0.065, belt or t.deep)]]
    if front:
        groups.append(front)
    return [(Z.TROUSERS, Layer(name, [legs])), (Z.BOTTOM, Layer(f"{name} seat", groups))]


def _pockets(t: Tailor) -> list[Shape]:
    f = t.figure
    return [
        t.flat(
            f.leaned(ribbon(points([[k * f.hip * 0.55, f.torso_y(0.74)], [k * f.hip * 0.94, f.torso_y(0.84)]]), 0.012)),
            t.deep,
            False,
        )
        for k in SIDES
    ]


def shorts(figure: Figure, item: Item) -> Layers:
    t = Tailor(figure, item, BOTTOMWEAR)
    hems = [
        [t.flat(leg.outline(0.23, 0.34, 0.09, 4), t.trim if t.second else t.deep, weight=0.5)] for leg in figure.legs
    ]
    emblem = t.emblem("star", figure.legs[1].at(0.13)[0] + [0.03, 0], 0.075)
    return trousers_layers(t, "shorts", 0.28, np.linspace(0.015, 0.05, 12), details=hems, front=[*_pockets(t), *emblem])


def trousers(figure: Figure, item: Item) -> Layers:
    t = Tailor(figure, item, BOTTOMWEAR)
    extra = np.interp(np.linspace(0, 1, 12), [0, 0.3, 1], [0.012, 0.02, 0.035])
    creases = [[leg.axis(0.2, 0.96, 6)[0]] for leg in figure.legs]
    return trousers_layers(
        t,
        "trousers",
        1.0,
        extra,
        lines=creases,
        front=[*_pockets(t), *t.emblem("star", figure.legs[1].at(0.14)[0], 0.07)],
        belt=tinted(t.base, 0.5),
    )


def hakama(figure: Figure, item: Item) -> Layers:
    t = Tailor(figure, item, BOTTOMWEAR)
    panel = t.skirt(0.52, 0.92, 0.15, dip=0.02, bell=0.9)
    shades, lines = t.pleats(panel, 6)
    split = np.concatenate([panel.at([-0.07, 0.07], 1.12), panel.at(0.0, 0.55)])
    skirt = skirt_shape(
        t,
        panel,
        [*shades, split],
        [*lines, panel.at(0.0, np.linspace(0.5, 1.02, 4))],
        panel.outline(-0.02, 2),
        t.emblem("moon", panel.at(0.5, 0.7), 0.10),
    )
    sash = t.waistband(0.50, 0.13, t.deep)
    at = figure.leaned(points([[0.0, figure.torso_y(0.57)]]))[0]
    knot = [
        t.flat(p + at, t.deep, weight=0.6)
        for p in (
            points([[-0.03, 0.0], [-0.08, 0.28], [-0.03, 0.29], [0.01, 0.0]]),
            points([[0.03, 0.0], [0.08, 0.24], [0.03, 0.26], [-0.01, 0.0]]),
            points([[-0.09, -0.035], [0.09, -0.035], [0.09, 0.035], [-0.09, 0.035]]),
        )
    ]
    return [(Z.BOTTOM, Layer("hakama", [[skirt], [sash], knot]))]


def cargo_pants(figure: Figure, item: Item) -> Layers:
    t = Tailor(figure, item, BOTTOMWEAR)
    extra = np.interp(np.linspace(0, 1, 12), [0, 0.3, 0.85, 0.93, 1], [0.015, 0.045, 0.07, 0.06, 0.02])
    pockets = []
    for i, leg in enumerate(figure.legs):
        at, r, _ = leg.at(0.42)
        box = points([[-0.10, -0.11], [0.10, -0.11], [0.10, 0.11], [-0.10, 0.11]]) * t.span(0.8, 1.2)
        out = at + points([[SIDES[i] * r * 0.75, 0.0]])
        flap = points([[-0.12, -0.13], [0.12, -0.13], [0.12, -0.04], [-0.12, -0.04]]) * t.span(0.8, 1.2)
        pockets.append(
            [
                t.flat(box + out, tinted(t.base, 0.9), weight=0.7),
                t.flat(flap + out, t.trim if t.second else t.deep, weight=0.7),
                t.flat(leg.outline(0.93, 1.02, 0.08, 4), t.deep, weight=0.5),
            ]
        )
    return trousers_layers(
        t,
        "cargo pants",
        1.0,
        extra,
        details=pockets,
        front=[*_pockets(t), *t.emblem("moon", figure.legs[1].at(0.12)[0], 0.07)],
    )


def jeans(figure: Figure, item: Item) -> Layers:
    t = Tailor(figure, item, BOTTOMWEAR)
    pale = mixed(t.base, (255, 255, 255), 0.55) if sum(t.base) < 600 else tinted(t.base, 0.8)
    stitch: Colour = (240, 176, 84)
    details, front = [], _pockets(t)
    for i, leg in enumerate(figure.legs):
        axis, r = leg.axis(0.05, 0.88, 8)
        seam = axis + np.stack([SIDES[i] * r * 0.72, np.zeros(8)], 1)
        details.append(
            [
                t.flat(ribbon(seam, 0.009), stitch, False),
                t.flat(leg.outline(0.87, 1.02, 0.08, 4), t.second or pale, weight=0.6),
            ]
        )
    front += t.emblem("heart", figure.legs[1].at(0.14)[0], 0.07)
    return trousers_layers(
        t,
        "jeans",
        0.97,
        np.interp(np.linspace(0, 1, 12), [0, 0.86, 0.88, 1], [0.012, 0.012, 0.03, 0.035]),
        details=details,
        front=front,
    )


def bloomers(figure: Figure, item: Item) -> Layers:
    t = Tailor(figure, item, BOTTOMWEAR)
    puff = 0.012 + 0.10 * np.sin(np.linspace(0.05, np.pi, 12)) ** 0.9
    frills = [[t.flat(leg.outline(0.39, 0.46, 0.08, 4), t.trim, weight=0.6)] for leg in figure.legs]
    return trousers_layers(
        t,
        "bloomers",
        0.44,
        puff,
        details=frills,
        front=t.emblem("heart", figure.legs[1].at(0.16)[0], 0.08),
        belt=t.trim,
    )


def leggings(figure: Figure, item: Item) -> Layers:
    t = Tailor(figure, item, BOTTOMWEAR)
    extra = np.interp(np.linspace(0, 1, 12), [0, 0.5, 0.68, 1], [0.006, 0.006, 0.022, 0.006])
    stripes = []
    for i, leg in enumerate(figure.legs):
        axis, r = leg.axis(0.02, 0.92, 8)
        stripes.append([t.flat(ribbon(axis + np.stack([SIDES[i] * r * 0.7, np.zeros(8)], 1), 0.022), t.trim, False)])
    return trousers_layers(
        t, "leggings", 0.90, extra, details=stripes, front=t.emblem("star", figure.legs[1].at(0.14)[0], 0.07)
    )


BOTTOMS = {
    "pleated skirt": pleated_skirt,
    "miniskirt": miniskirt,
    "long skirt": long_skirt,
    "frilled skirt": frilled_skirt,
    "pencil skirt": pencil_skirt,
    "suspender skirt": suspender_skirt,
    "shorts": shorts,
    "trousers": trousers,
    "hakama": hakama,
    "cargo pants": cargo_pants,
    "jeans": jeans,
    "bloomers": bloomers,
    "leggings": leggings,
}
