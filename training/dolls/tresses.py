"""Tresses: what hair is gathered into - tails, braids, drills and buns - and the comb that draws hair."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from training.dolls.classes import HAIR
from training.dolls.figure import SIDES
from training.dolls.hairstyles import Style
from training.dolls.ink import (
    Colour,
    Points,
    Shape,
    Tint,
    closed_curve,
    ellipse,
    mixed,
    open_curve,
    outline_of,
    points,
    ribbon,
    tapered,
    tinted,
)

if TYPE_CHECKING:
    from training.dolls.identity import Identity

_SHADE: Tint = (0.78, 0.74, 0.86)


class Comb:
    """Draws hair: its colours, and the heights on the figure that ends of hair hang to."""

    def __init__(self, identity: Identity) -> None:
        self.identity = identity
        self.figure = figure = identity.figure
        self.fill: Colour = identity.hair_rgb
        self.line: Colour = outline_of(self.fill)
        self.dark: Colour = tinted(self.fill, _SHADE)
        self.strand: Colour = mixed(self.fill, self.line, 0.45)
        self.shine: Colour = mixed(self.fill, (255, 255, 255), 0.30 if sum(self.fill) < 330 else 0.5)
        self.heights = [
            0.98,
            figure.shoulder_y + 0.10,
            figure.torso_y(0.62),
            figure.torso_y(1.08),
            figure.crotch_y + 0.5 * (figure.sole_y - figure.crotch_y),
        ]
        self.pixel = identity.line_width / 1.2 / 256 / identity.camera.scale

    def y(self, length: float) -> float:
        """Height of an end, see `Style.length`."""
        if length < 0:
            return self.heights[0] + length
        return float(np.interp(length, range(5), self.heights))

    def shape(self, outline: Points, *, back: bool = False, weight: float = 1.0) -> Shape:
        fill = mixed(self.fill, self.dark, 0.45) if back else self.fill
        return Shape(self.figure.headed(outline), fill, HAIR, self.line, weight)

    def stroke(self, control: ArrayLike, width: float = 1.0, colour: Colour | None = None) -> Shape:
        band = tapered(open_curve(control, 4), 0.5 * width * self.pixel)
        return Shape(self.figure.headed(band), colour or self.strand, HAIR)

    def flat(self, outline: Points, colour: Colour) -> Shape:
        return Shape(self.figure.headed(outline), colour, HAIR)


def lock(root: ArrayLike, path: ArrayLike, width: float, steps: int = 4) -> Points:
    """A lock of hair: a band that keeps its width, then narrows to a point."""
    line = open_curve(np.concatenate([points(root), points(path)]), steps)
    t = np.linspace(0, 1, len(line))
    return ribbon(line, width * np.interp(t, [0, 0.25, 0.6, 0.85, 1], [0.75, 1.0, 0.9, 0.5, 0.03]))


def half_of(band: Points) -> Points:
    """One half of a ribbon, between its middle line and one edge."""
    n = len(band) // 2
    first, second = band[:n], band[n : 2 * n][::-1]
    return np.concatenate([second, ((first + second) / 2)[::-1]])


def _tail(comb: Comb, path: ArrayLike, width: float) -> list[Shape]:
    """A bunch of hair along `path` with a split end."""
    line = open_curve(path, 5)
    t = np.linspace(0, 1, len(line))
    w = width * np.interp(t, [0, 0.12, 0.4, 0.75, 1], [0.42, 0.8, 1.0, 0.8, 0.04])
    body = ribbon(line, w)
    keep = max(3, int(len(line) * 0.9))
    d = line[keep - 1] - line[max(0, keep - 4)]
    normal = np.array([-d[1], d[0]]) / (np.linalg.norm(d) + 1e-9)
    split = ribbon(
        line[:keep] + normal * width * 0.55 * t[:keep, None] ** 2,
        w[:keep] * np.interp(t[:keep], [0, 0.6, 0.9], [0.5, 0.75, 0.03]),
    )
    out = [comb.shape(split), comb.shape(body)]
    side = -comb.identity.light
    half = half_of(body) if normal[0] * side < 0 else half_of(ribbon(line[::-1], w[::-1]))
    out.append(comb.flat(half, comb.dark))
    out.append(comb.stroke(line[2:-3:4], 1.0))
    shine = line[int(len(line) * 0.20) : int(len(line) * 0.48)]
    out.append(comb.flat(tapered(shine, width * 0.22), comb.shine))
    return out


def _tie(comb: Comb, x: float, y: float, r: float = 0.05) -> Shape:
    colour = tinted(comb.identity.eye_rgb, 0.9)
    return Shape(comb.figure.headed(ellipse(x, y, r, r * 0.8, 0, 12)), colour, HAIR, outline_of(colour), 0.8)


def _braid(comb: Comb, path: ArrayLike, width: float) -> list[Shape]:
    line = open_curve(path, 6)
    along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    length = float(along[-1])
    even = np.linspace(0, length, 48)
    line = np.stack([np.interp(even, along, line[:, k]) for k in (0, 1)], 1)
    count = max(4, round(length / (width * 1.25)))
    at = np.linspace(0, len(line) - 8, count).astype(int)
    out: list[Shape] = []
    tuft = lock(
        [line[at[-1]]], [line[at[-1]] + (line[-1] - line[-4]) * 0.8 + [0, 0.05], line[-1] + [0, 0.12]], width * 0.75, 3
    )
    out.append(comb.shape(tuft))
    for k in at[::-1]:
        p, w = line[k], width * (1.0 - 0.25 * k / len(line))
        d = line[min(k + 1, len(line) - 1)] - line[max(k - 1, 0)]
        angle = float(np.degrees(np.arctan2(d[1], d[0]))) - 90
        heart = closed_curve(
            points(
                [
                    [0, -0.55],
                    [0.75, -0.75],
                    [1.05, -0.1],
                    [0.6, 0.55],
                    [0, 0.95],
                    [-0.6, 0.55],
                    [-1.05, -0.1],
                    [-0.75, -0.75],
                ]
            )
            * w,
            2,
        )
        c, s = np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))
        turn: NDArray[np.float64] = np.array([[c, s], [-s, c]])
        out.append(Shape(comb.figure.headed(heart @ turn + p), comb.fill, HAIR, comb.line, 0.8))
        dark = points([[0, 0.95], [0, -0.2], [0.95, -0.45], [1.0, 0.0], [0.55, 0.55]]) * [-w * comb.identity.light, w]
        out.append(comb.flat(dark @ turn + p, comb.dark))
    x, y = line[at[-1]]
    out.append(_tie(comb, float(x), float(y) + width * 0.9, width * 0.62))
    return out


def _drill(comb: Comb, x: float, y: float, length: float, width: float, side: int) -> list[Shape]:
    out: list[Shape] = []
    n = 5
    for k in range(n)[::-1]:
        w = width * (1.0 - 0.16 * k)
        top = y + length * k / n
        step = length / n
        cx = x + side * 0.02 * k
        ring = closed_curve(
            [
                [cx - w, top + 0.1 * step],
                [cx, top - 0.25 * step],
                [cx + w, top + 0.1 * step],
                [cx + w * 0.85, top + 0.95 * step],
                [cx + side * w * 0.1, top + 1.45 * step],
                [cx - w * 0.85, top + 0.9 * step],
            ],
            3,
        )
        out.append(Shape(comb.figure.headed(ring), comb.fill, HAIR, comb.line, 0.8))
        out.append(
            comb.flat(
                points(
                    [
                        [cx - w * 0.8, top + 0.75 * step],
                        [cx, top + 1.0 * step],
                        [cx + w * 0.85, top + 0.75 * step],
                        [cx + side * w * 0.1, top + 1.4 * step],
                    ]
                ),
                comb.dark,
            )
        )
    return out


def _bun(comb: Comb, x: float, y: float, r: float) -> list[Shape]:
    light = comb.identity.light
    return [
        comb.shape(ellipse(x, y, r, r * 0.94, 0, 20)),
        comb.flat(
            closed_curve(
                [
                    [x - light * r * 0.92, y - r * 0.1],
                    [x - light * r * 0.4, y + r * 0.5],
                    [x + light * r * 0.4, y + r * 0.75],
                    [x - light * r * 0.3, y + r * 0.92],
                ],
                3,
            ),
            comb.dark,
        ),
        comb.stroke(
            [
                [x - r * 0.6, y + r * 0.1],
                [x - r * 0.2, y - r * 0.45],
                [x + r * 0.45, y - r * 0.25],
                [x + r * 0.4, y + r * 0.3],
                [x, y + r * 0.35],
            ],
            1.1,
        ),
        comb.flat(ellipse(x + light * r * 0.35, y - r * 0.5, r * 0.26, r * 0.14, light * 25, 10), comb.shine),
    ]


def gathered(comb: Comb, style: Style) -> tuple[list[Shape], list[Shape], list[Shape]]:
    """(behind the body, in front of the clothes, on top of the bangs)."""
    back: list[Shape] = []
    front: list[Shape] = []
    top: list[Shape] = []
    long, light = comb.y(2.7), comb.identity.light
    for extra in style.extra:
        match extra:
            case "twintails":
                for s in SIDES:
                    back += _tail(
                        comb,
                        points([[0.40, 0.10], [0.66, 0.12], [0.76, 0.52], [0.68, (0.55 + long) / 2], [0.80, long]])
                        * [s, 1],
                        0.17,
                    )
                    top.append(_tie(comb, s * 0.43, 0.11, 0.06))
            case "short twintails":
                for s in SIDES:
                    back += _tail(comb, points([[0.38, 0.30], [0.58, 0.30], [0.68, 0.58], [0.78, 0.92]]) * [s, 1], 0.14)
                    top.append(_tie(comb, s * 0.455, 0.31, 0.05))
            case "low twintails":
                for s in SIDES:
                    front += _tail(
                        comb,
                        points([[0.37, 0.86], [0.42, 1.05], [0.36, (1.0 + comb.y(2.1)) / 2], [0.44, comb.y(2.1)]])
                        * [s, 1],
                        0.105,
                    )
                    front.append(_tie(comb, s * 0.38, 0.95, 0.05))
            case "ponytail":
                back += _tail(
                    comb,
                    points(
                        [[0.0, 0.0], [0.30, -0.16], [0.62, 0.1], [0.60, (0.3 + comb.y(2.0)) / 2], [0.76, comb.y(2.0)]]
                    )
                    * [-light, 1],
                    0.19,
                )
                top.append(_tie(comb, -light * 0.14, -0.075, 0.07))
            case "side ponytail":
                back += _tail(
                    comb,
                    points(
                        [[0.36, 0.12], [0.64, 0.10], [0.76, 0.5], [0.64, (0.5 + comb.y(2.2)) / 2], [0.78, comb.y(2.2)]]
                    )
                    * [-light, 1],
                    0.19,
                )
                top.append(_tie(comb, -light * 0.43, 0.12, 0.065))
            case "low ponytail":
                front += _tail(
                    comb,
                    points([[0.30, 0.92], [0.36, 1.12], [0.34, (1.0 + comb.y(1.7)) / 2], [0.26, comb.y(1.7)]])
                    * [-light, 1],
                    0.095,
                )
                front.append(_tie(comb, -light * 0.33, 1.0, 0.05))
            case "single braid":
                front += _braid(
                    comb,
                    points([[0.30, 0.92], [0.36, 1.15], [0.30, comb.y(1.5)], [0.26, comb.y(2.0)]]) * [-light, 1],
                    0.085,
                )
            case "twin braids":
                for s in SIDES:
                    front += _braid(
                        comb,
                        points([[0.38, 0.86], [0.42, 1.1], [0.38, comb.y(1.5)], [0.34, comb.y(1.9)]]) * [s, 1],
                        0.08,
                    )
            case "twin drills":
                for s in SIDES:
                    front += _drill(comb, s * 0.44, 0.72, comb.y(1.7) - 0.72, 0.125, s)
            case "hair bun":
                back += _bun(comb, -light * 0.05, -0.14, 0.19)
            case "double bun":
                for s in SIDES:
                    top += _bun(comb, s * 0.37, -0.03, 0.155)
            case "half updo":
                back += _bun(comb, -light * 0.02, -0.10, 0.14)
            case "ahoge":
                front.append(
                    comb.shape(
                        tapered(
                            open_curve(
                                [[0.0, 0.0], [light * 0.05, -0.20], [light * 0.22, -0.27], [light * 0.30, -0.17]], 4
                            ),
                            0.035,
                        ),
                        weight=0.9,
                    )
                )
            case "two side up":
                for s in SIDES:
                    top += _tail(comb, points([[0.36, 0.06], [0.52, 0.0], [0.60, 0.22], [0.56, 0.62]]) * [s, 1], 0.09)
                    top.append(_tie(comb, s * 0.39, 0.06, 0.045))
            case _:
                pass
    return back, front, top
