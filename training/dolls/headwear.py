"""Headwear and animal ears, drawn for an upright head and moved onto the figure with `Figure.headed`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from training.dolls.classes import EARS, HEADWEAR, Z
from training.dolls.figure import SIDES, Figure
from training.dolls.ink import (
    SHADE,
    Colour,
    Layer,
    Points,
    Shape,
    closed_curve,
    ellipse,
    mixed,
    open_curve,
    outline_of,
    points,
    ribbon,
    tinted,
)
from training.dolls.palette import COLOURS

if TYPE_CHECKING:
    from training.dolls.identity import Identity


class _Milliner:
    def __init__(self, identity: Identity, colour: Colour, label: int) -> None:
        self.figure, self.light, self.label = identity.figure, identity.light, label
        self.colour, self.line, self.dark = colour, outline_of(colour), tinted(colour, SHADE)

    def shape(self, outline: ArrayLike, colour: Colour | None = None, weight: float = 1.0) -> Shape:
        fill = colour or self.colour
        return Shape(
            self.figure.headed(points(outline)),
            fill,
            self.label,
            self.line if colour is None else outline_of(fill),
            weight,
        )

    def flat(self, outline: ArrayLike, colour: Colour | None = None) -> Shape:
        return Shape(self.figure.headed(points(outline)), colour or self.dark, self.label)


def headwear_layers(figure: Figure, identity: Identity) -> list[tuple[Z, Layer]]:
    """Z.HEADWEAR (and Z.HAIR_BACK for parts behind the head); animal ears come with them."""
    out: list[tuple[Z, Layer]] = []
    if identity.animal_ears:
        out.append((Z.HEADWEAR, Layer("animal ears", [_animal_ears(identity)])))
    item = identity.headwear
    if item is not None:
        m = _Milliner(identity, COLOURS[item.colour], HEADWEAR)
        out.append((Z.HEADWEAR, Layer("headwear", [_KINDS[item.kind](m)])))
    return out


def _animal_ears(identity: Identity) -> list[Shape]:
    m = _Milliner(identity, identity.hair_rgb, EARS)
    inner = mixed((250, 190, 196), identity.hair_rgb, 0.15)
    out: list[Shape] = []
    for s in SIDES:
        match identity.animal_ears:
            case "rabbit ears":
                ear = closed_curve(
                    points([[0.10, 0.02], [0.10, -0.30], [0.20, -0.56], [0.30, -0.46], [0.30, -0.16], [0.26, 0.06]])
                    * [s, 1],
                    4,
                )
                hollow = closed_curve(
                    points([[0.16, -0.04], [0.155, -0.28], [0.21, -0.46], [0.255, -0.38], [0.25, -0.16], [0.22, -0.02]])
                    * [s, 1],
                    3,
                )
            case "fox ears":
                ear = points([[0.13, 0.02], [0.20, -0.20], [0.36, -0.36], [0.44, -0.14], [0.43, 0.16]]) * [s, 1]
                hollow = points([[0.21, 0.0], [0.25, -0.15], [0.345, -0.25], [0.39, -0.10], [0.385, 0.06]]) * [s, 1]
            case _:
                ear = points([[0.11, 0.0], [0.22, -0.18], [0.37, -0.25], [0.425, -0.08], [0.43, 0.15]]) * [s, 1]
                hollow = points([[0.20, 0.0], [0.27, -0.12], [0.355, -0.17], [0.39, -0.05], [0.385, 0.06]]) * [s, 1]
        out += [m.shape(ear), m.flat(hollow, inner if s == identity.light else tinted(inner, 0.9))]
    return out


def _bow_at(m: _Milliner, x: float, y: float, size: float, angle: float = 0.0) -> list[Shape]:
    c, s = np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))
    turn = np.array([[c, s], [-s, c]]) * size

    def place(p: ArrayLike) -> Points:
        return points(p) @ turn + [x, y]

    out: list[Shape] = []
    for side in SIDES:
        out.append(m.shape(place(points([[0.1, 0.1], [0.35, 0.85], [0.72, 0.62], [0.2, 0.0]]) * [side, 1])))
    for side in SIDES:
        loop = closed_curve(
            points([[0.08, 0.0], [0.5, -0.5], [1.0, -0.55], [1.08, 0.05], [0.95, 0.45], [0.45, 0.3]]) * [side, 1], 4
        )
        out += [
            m.shape(place(loop)),
            m.flat(place(points([[0.1, 0.05], [0.62, 0.05], [0.98, 0.38], [0.45, 0.27]]) * [side, 1])),
        ]
    return [*out, m.shape(place(closed_curve([[-0.2, -0.2], [0.2, -0.2], [0.22, 0.2], [-0.22, 0.2]], 3)))]


def _hair_bow(m: _Milliner) -> list[Shape]:
    return _bow_at(m, -m.light * 0.27, -0.04, 0.24, -m.light * 24)


def _band(low: float, thick: float) -> Points:
    x = np.array([-0.475, -0.43, -0.27, 0, 0.27, 0.43, 0.475])
    y = np.array([0.40, 0.15, -0.02, -0.085, -0.02, 0.15, 0.40]) + low
    upper = open_curve(np.stack([x, y], 1), 4)
    return np.concatenate([upper, (upper * [0.96, 1] + [0, thick])[::-1]])


def _hairband(m: _Milliner) -> list[Shape]:
    return [
        m.shape(_band(0.03, 0.085)),
        m.flat(points([[0.43, 0.2], [0.46, 0.4], [0.45, 0.45], [0.40, 0.26]]) * [-m.light, 1]),
    ]


def _beret(m: _Milliner) -> list[Shape]:
    s = [m.light, 1]
    top = closed_curve(
        points(
            [
                [-0.44, 0.20],
                [-0.56, 0.02],
                [-0.40, -0.18],
                [0.0, -0.26],
                [0.36, -0.17],
                [0.48, 0.04],
                [0.40, 0.17],
                [0.0, 0.08],
            ]
        )
        * s,
        5,
    )
    shade = closed_curve(
        points([[-0.54, 0.03], [-0.30, 0.02], [0.0, 0.02], [0.38, 0.08], [0.40, 0.15], [0.0, 0.07], [-0.43, 0.18]]) * s,
        3,
    )
    return [m.shape([[-0.02, -0.24], [0.03, -0.33], [0.06, -0.32], [0.04, -0.22]]), m.shape(top), m.flat(shade)]


def _baseball_cap(m: _Milliner) -> list[Shape]:
    dome = open_curve(
        [[-0.47, 0.24], [-0.46, 0.05], [-0.30, -0.16], [0, -0.22], [0.30, -0.16], [0.46, 0.05], [0.47, 0.24]], 4
    )
    brim = closed_curve(
        points([[-0.36, 0.20], [0.0, 0.13], [0.36, 0.20], [0.47, 0.33], [0.2, 0.31], [-0.2, 0.31], [-0.47, 0.33]]), 4
    )
    return [
        m.shape(np.concatenate([dome, points([[0.2, 0.18], [-0.2, 0.18]])])),
        m.flat(points([[0.46, 0.22], [0.44, 0.04], [0.28, -0.12], [0.32, 0.08], [0.34, 0.2]]) * [-m.light, 1]),
        m.flat(
            ribbon(open_curve([[0.12 * m.light, -0.2], [0.17 * m.light, -0.05], [0.16 * m.light, 0.15]], 3), 0.007),
            m.line,
        ),
        m.shape(brim),
        m.flat(closed_curve([[-0.44, 0.315], [-0.2, 0.26], [0.2, 0.26], [0.44, 0.315], [0.2, 0.30], [-0.2, 0.30]], 3)),
        m.shape(ellipse(0, -0.22, 0.035, 0.022, 0, 10), weight=0.7),
    ]


def _witch_hat(m: _Milliner) -> list[Shape]:
    s = [m.light, 1]
    cone = open_curve(
        points(
            [
                [-0.40, 0.06],
                [-0.30, -0.22],
                [-0.14, -0.50],
                [0.10, -0.66],
                [0.34, -0.62],
                [0.20, -0.52],
                [0.24, -0.28],
                [0.40, 0.06],
            ]
        )
        * s,
        4,
    )
    brim = ellipse(0, 0.10, 0.74, 0.17, 0, 28)
    band = np.concatenate(
        [
            open_curve([[-0.39, 0.02], [0, 0.10], [0.39, 0.02]], 4),
            open_curve([[0.355, -0.08], [0, 0.0], [-0.355, -0.08]], 4),
        ]
    )
    sash = mixed(m.colour, (250, 210, 110), 0.75)
    return [
        m.shape(brim),
        m.flat(closed_curve([[-0.7, 0.13], [-0.35, 0.16], [0.35, 0.16], [0.7, 0.13], [0.4, 0.245], [-0.4, 0.245]], 4)),
        m.shape(cone),
        m.flat(points([[-0.36, 0.03], [-0.28, -0.2], [-0.12, -0.48], [0.02, -0.6], [-0.10, -0.28], [-0.16, 0.07]]) * s),
        m.shape(band, sash, 0.7),
    ]


def _straw_hat(m: _Milliner) -> list[Shape]:
    dome = open_curve([[-0.42, 0.10], [-0.38, -0.14], [-0.2, -0.25], [0.2, -0.25], [0.38, -0.14], [0.42, 0.10]], 4)
    band = np.concatenate(
        [
            open_curve([[-0.42, 0.09], [0, 0.15], [0.42, 0.09]], 4),
            open_curve([[0.41, -0.01], [0, 0.04], [-0.41, -0.01]], 4),
        ]
    )
    ribbon_colour = (190, 62, 62) if sum(m.colour) > 380 else (236, 220, 180)
    return [
        m.shape(ellipse(0, 0.12, 0.72, 0.15, 0, 28)),
        m.flat(closed_curve([[-0.68, 0.14], [-0.35, 0.17], [0.35, 0.17], [0.68, 0.14], [0.4, 0.25], [-0.4, 0.25]], 4)),
        m.shape(np.concatenate([dome, points([[0, 0.15]])])),
        m.flat(points([[0.41, 0.08], [0.37, -0.13], [0.22, -0.22], [0.28, -0.05], [0.26, 0.1]]) * [-m.light, 1]),
        m.shape(band, ribbon_colour, 0.7),
    ]


def _crown(m: _Milliner) -> list[Shape]:
    zig = [[-0.22, 0.04], [-0.28, -0.20], [-0.14, -0.09], [0.0, -0.27], [0.14, -0.09], [0.28, -0.20], [0.22, 0.04]]
    base = open_curve([[0.22, 0.03], [0, 0.07], [-0.22, 0.03]], 3)
    gems = [
        m.shape(ellipse(x, y, 0.03, 0.03, 0, 8), (206, 58, 84), 0.5)
        for x, y in ((-0.28, -0.21), (0, -0.28), (0.28, -0.21))
    ]
    return [
        m.shape(np.concatenate([points(zig), base])),
        m.flat([[-0.22, 0.02], [0, 0.065], [0.22, 0.02], [0.225, -0.02], [0, 0.02], [-0.225, -0.02]]),
        *gems,
    ]


def _headphones(m: _Milliner) -> list[Shape]:
    band = _band(-0.05, 0.075)
    cups: list[Shape] = []
    for s in SIDES:
        cups += [
            m.shape(ellipse(s * 0.455, 0.55, 0.095, 0.15, 0, 18)),
            m.flat(ellipse(s * 0.47, 0.56, 0.05, 0.09, 0, 14), mixed(m.colour, (255, 255, 255), 0.45)),
        ]
    return [m.shape(band), *cups]


def _hair_flower(m: _Milliner) -> list[Shape]:
    x, y, r = -m.light * 0.36, 0.16, 0.105
    a = np.linspace(0, 2 * np.pi, 5, endpoint=False) - np.pi / 2
    leaf = [
        m.shape(
            closed_curve(
                [[x - 0.02, y + 0.08], [x + s * 0.16, y + 0.10], [x + s * 0.2, y + 0.2], [x + s * 0.05, y + 0.16]], 3
            ),
            (96, 160, 88),
            0.7,
        )
        for s in SIDES
    ]
    petals = [
        m.shape(ellipse(x + r * 0.85 * np.cos(t), y + r * 0.85 * np.sin(t), r * 0.72, r * 0.72, 0, 12), weight=0.8)
        for t in a
    ]
    return [*leaf, *petals, m.shape(ellipse(x, y, r * 0.42, r * 0.42, 0, 10), (252, 218, 96), 0.6)]


def _beanie(m: _Milliner) -> list[Shape]:
    dome = open_curve(
        [[-0.48, 0.16], [-0.45, -0.06], [-0.28, -0.22], [0, -0.27], [0.28, -0.22], [0.45, -0.06], [0.48, 0.16]], 4
    )
    cuff = np.concatenate(
        [
            open_curve([[-0.49, 0.24], [-0.49, 0.10], [0, 0.03], [0.49, 0.10], [0.49, 0.24]], 3),
            open_curve([[0.3, 0.21], [0, 0.185], [-0.3, 0.21]], 3),
        ]
    )
    ribs = [
        m.flat(ribbon(points([[x, 0.20 - 0.1 * (0.4 - abs(x))], [x * 0.99, 0.09 - 0.1 * (0.4 - abs(x))]]), 0.008))
        for x in (-0.36, -0.24, -0.12, 0, 0.12, 0.24, 0.36)
    ]
    return [
        m.shape(ellipse(0, -0.32, 0.10, 0.09, 0, 14), mixed(m.colour, (255, 255, 255), 0.6)),
        m.shape(dome),
        m.flat(points([[0.47, 0.14], [0.44, -0.05], [0.27, -0.19], [0.32, 0.0], [0.33, 0.14]]) * [-m.light, 1]),
        m.shape(cuff),
        *ribs,
    ]


def _maid_headdress(m: _Milliner) -> list[Shape]:
    n = 9
    a = np.linspace(np.pi * 1.12, np.pi * 1.88, n)
    frills = [m.shape(ellipse(0.44 * np.cos(t), 0.40 + 0.52 * np.sin(t), 0.085, 0.085, 0, 10), weight=0.8) for t in a]
    inner = open_curve(np.stack([0.44 * np.cos(a), 0.41 + 0.50 * np.sin(a)], 1), 2)
    return [*frills, m.shape(ribbon(inner, 0.042), weight=0.7)]


_KINDS = {
    "hair bow": _hair_bow,
    "hairband": _hairband,
    "beret": _beret,
    "baseball cap": _baseball_cap,
    "witch hat": _witch_hat,
    "straw hat": _straw_hat,
    "crown": _crown,
    "headphones": _headphones,
    "hair flower": _hair_flower,
    "beanie": _beanie,
    "maid headdress": _maid_headdress,
}
