"""Tailoring: the pieces all clothes are cut from - bodices, sleeves, skirts, trouser legs, trims and emblems.

Surfaces are addressed by two numbers: `Panel.at(s, v)` with s = -1 (left edge) .. 1 (right edge) and v = 0 (top)
.. 1 (hem), so trims, folds, buttons and emblems follow the pose by themselves. Light comes from the upper left.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from training.dolls.classes import NECKWEAR
from training.dolls.emblems import EMBLEMS
from training.dolls.figure import SIDES, Figure, Limb
from training.dolls.ink import (
    Colour,
    Pattern,
    Points,
    Shape,
    Stroke,
    ellipse,
    mixed,
    open_curve,
    outline_of,
    points,
    ribbon,
    tinted,
)
from training.dolls.outfit import Item
from training.dolls.palette import COLOURS
from training.dolls.panel import Panel

# Trims of plain garments follow from the garment's colour alone, so that a caption determines the picture.
CONTRAST = {
    "white": "navy",
    "cream": "brown",
    "beige": "brown",
    "brown": "cream",
    "olive": "cream",
    "crimson": "cream",
    "purple": "lavender",
}
ACCENT = {
    "red": "navy",
    "crimson": "beige",
    "orange": "brown",
    "pink": "purple",
    "brown": "orange",
    "purple": "yellow",
    "grey": "navy",
}


def span(figure: Figure, chibi: float, tall: float) -> float:
    """A measure between its value for the smallest chibi and the tallest figure."""
    return chibi + (tall - chibi) * figure.grown


def ink_of(colour: Colour) -> Colour:
    """Colour of folds and seams: dark on light cloth, lighter than the cloth on very dark cloth."""
    return mixed(colour, (150, 150, 180), 0.42) if sum(colour) < 210 else mixed(outline_of(colour), colour, 0.22)


def ramp(a: float, b: float, count: int = 12) -> NDArray[np.float64]:
    return np.linspace(a, b, count)


class Tailor:
    """Cuts one item for one figure: holds its colours, pattern and label."""

    def __init__(self, figure: Figure, item: Item, label: int) -> None:
        self.figure, self.item, self.label = figure, item, label
        self.base = COLOURS[item.colour]
        self.second = COLOURS[item.second] if item.second else None
        self.trim = self.second or COLOURS[CONTRAST.get(item.colour, "white")]
        self.accent = self.second or COLOURS[ACCENT.get(item.colour, "red")]
        self.deep = tinted(self.base, 0.72) if sum(self.base) > 210 else mixed(self.base, (150, 150, 170), 0.3)
        self.ink = ink_of(self.base)
        self.period = span(figure, 0.17, 0.28) * (0.6 if label == NECKWEAR else 1.0)

    def span(self, chibi: float, tall: float) -> float:
        return span(self.figure, chibi, tall)

    # --- pieces -------------------------------------------------------------------------------------------------------

    def piece(
        self,
        outline: Points,
        *,
        fill: Colour | None = None,
        shades: Sequence[Points] = (),
        lights: Sequence[Points] = (),
        lines: Sequence[Points] = (),
        details: Sequence[Shape] = (),
        origin: ArrayLike = (0.0, 0.0),
        angle: float = 0.0,
        weight: float = 1.0,
        lined: bool = True,
        width: float = 1.1,
    ) -> Shape:
        """A piece of the item: in its colour and pattern, or flat in `fill`."""
        pattern = None
        if fill is None and self.second and self.item.pattern in ("striped", "checked", "dotted", "two-tone"):
            o = np.asarray(origin, np.float64).reshape(2)
            pattern = Pattern(self.item.pattern, self.second, self.period, angle, (float(o[0]), float(o[1])))
        colour = fill or self.base
        ink = self.ink if fill is None else ink_of(fill)
        strokes = [Stroke(p, width, ink) for p in lines]
        return Shape(
            outline,
            colour,
            self.label,
            outline_of(colour) if lined else None,
            weight,
            pattern,
            shades,
            lights,
            strokes,
            details,
        )

    def flat(
        self, outline: Points, fill: Colour, lined: bool = True, weight: float = 0.6, shades: Sequence[Points] = ()
    ) -> Shape:
        """A small piece or detail in one colour."""
        return Shape(outline, fill, self.label, outline_of(fill) if lined else None, weight, shades=shades)

    # --- torso --------------------------------------------------------------------------------------------------------

    def torso(self, start: float, stop: float, ease: ArrayLike = 0.02, dip: float = 0.025) -> Panel:
        """The torso's front between two torso positions, `ease` wider on each side."""
        f = self.figure
        t = np.linspace(start, stop, 9)
        w = f.torso_half(t) + np.broadcast_to(np.asarray(ease, np.float64), (9,))
        y = np.array([f.torso_y(v) for v in t])
        return Panel(f.leaned(np.stack([-w, y], 1)), f.leaned(np.stack([w, y], 1)), dip)

    def neck(self, opening: float = 1.0, depth: float = 0.05, pointed: bool = False) -> Points:
        """Neckline from right to left: `opening` times the neck's width, `depth` deep in the middle, not leaned."""
        x = self.span(0.135, 0.155) * opening
        side = np.linspace(1, -1, 3 if pointed else 11)
        y = (
            self.shoulder_line(x) + depth * (1 - np.abs(side))
            if pointed
            else self.shoulder_line(x) + depth * np.sqrt(1 - side**2)
        )
        return np.stack([x * side, y], 1)

    def shoulder_line(self, x: float) -> float:
        """Height of the top of the shoulder at `x` from the axis."""
        f = self.figure
        near, rise = self.span(0.115, 0.125), self.span(0.02, 0.07)
        return float(np.interp(x, [near, f.shoulder * 0.9], [f.shoulder_y - rise, f.shoulder_y + 0.03])) - 0.014

    def bodice(
        self, panel: Panel, opening: float = 1.0, depth: float = 0.05, pointed: bool = False, sleeveless: bool = False
    ) -> Points:
        """Outline of a garment's upper body: neckline, shoulders, and the sides and hem of `panel` (a torso from 0)."""
        f = self.figure
        neck = self.neck(opening, depth, pointed)
        sides = np.linspace(0.0, 1.0, 10)
        right, left = panel.at(1.0, sides), panel.at(-1.0, sides[::-1])
        if sleeveless:
            tip = f.shoulder * 0.80
            hole = [[tip, self.shoulder_line(tip)], [tip * 0.95, f.torso_y(0.12)], [f.shoulder * 0.84, f.torso_y(0.24)]]
            right = np.concatenate([f.leaned(points(hole)), right[4:]])
            left = np.concatenate([left[:-4], f.leaned(points(hole) * [-1, 1])[::-1]])
        hem = panel.at(np.linspace(1, -1, 9), 1.0)[1:-1]
        return np.concatenate([f.leaned(neck)[::-1], right, hem, left])

    def collar_band(self, height: float, opening: float = 1.0, depth: float = 0.05, sink: float = 0.03) -> Points:
        """A band around the neckline, rising `height` up the neck (a turtleneck) and sinking a little below it."""
        f = self.figure
        low = self.neck(opening * 1.06, depth) + points([[0.0, sink]])
        high = self.neck(opening * 0.98, depth * 0.8)[::-1] - points([[0.0, height]])
        return f.leaned(np.concatenate([low, high]))

    def lapels(self, size: float, drop: float, opening: float = 1.0) -> list[Points]:
        """The two flaps of a shirt collar, meeting at the middle of the neck and pointing down and outwards."""
        f = self.figure
        x = self.span(0.125, 0.15) * opening
        y = self.shoulder_line(x)
        meet = y + drop
        flap = [
            [x * 0.92, y - size * 0.5],
            [x * 1.25, y + size * 0.2],
            [x * 0.85, meet + size],
            [0.0, meet],
            [x * 0.45, y + drop * 0.5],
        ]
        right = points(flap)
        return [f.leaned(right * [-1, 1]), f.leaned(right)]

    def torso_shades(self, panel: Panel, depth: float = 0.05) -> list[Points]:
        """Shadow of the chin under the neckline and of the form along the right side."""
        f = self.figure
        chin = f.leaned(ellipse(0.03, f.shoulder_y + depth * 0.6, self.span(0.19, 0.16), self.span(0.05, 0.07)))
        v = np.linspace(0.0, 1.0, 9)
        inner = np.interp(v, [0, 0.18, 0.42, 0.7, 1], [0.86, 0.62, 0.55, 0.72, 0.66])
        side = np.concatenate([panel.at(inner, v), panel.at(1.2, v[::-1])])
        return [chin, side]

    def folds(self, panel: Panel) -> list[Points]:
        """A few tapered folds where a loose top bends at the waist."""
        return [
            panel.line([-0.92, -0.62, -0.40], [0.62, 0.67, 0.78]),
            panel.line([0.95, 0.66, 0.48], [0.52, 0.60, 0.74]),
            panel.line([0.90, 0.70], [0.74, 0.86]),
        ]

    def buttons(
        self,
        panel: Panel,
        count: int,
        colour: Colour,
        s: float = 0.0,
        v0: float = 0.22,
        v1: float = 0.9,
        r: float = 0.018,
    ) -> list[Shape]:
        r = r * self.span(0.9, 1.35)
        centres = panel.at(s, np.linspace(v0, v1, count))
        return [self.flat(ellipse(float(x), float(y), r, r, steps=8), colour, False) for x, y in centres]

    # --- sleeves ------------------------------------------------------------------------------------------------------

    def sleeve(
        self,
        i: int,
        stop: float,
        extra: ArrayLike,
        *,
        cuff: Colour | None = None,
        cuff_length: float = 0.08,
        fill: Colour | None = None,
    ) -> list[Shape]:
        """A sleeve to `stop` along arm `i`, `extra` wider than the arm, with an optional cuff."""
        f = self.figure
        arm = f.arms[i]
        extra = np.broadcast_to(np.asarray(extra, np.float64), (12,))
        outline = arm.outline(0.0, stop, extra)
        _, r, angle = arm.at(min(0.5, stop * 0.5))
        details = []
        if cuff is not None:
            details.append(self.flat(arm.outline(stop - cuff_length, stop + 0.02, extra[-1] + 0.05, 4), cuff))
        lines = [] if stop < 0.45 else [self._elbow(arm, r)]
        shade = limb_shade(arm, 0.0, stop, extra)
        origin = arm.joints[0] if self.item.pattern != "two-tone" else arm.at(stop * 0.62)[0]
        main = self.piece(
            outline, fill=fill, shades=[shade], lines=lines, details=details, origin=origin, angle=angle - 90
        )
        return [main]

    def _elbow(self, arm: Limb, r: float) -> Points:
        at, _, angle = arm.at(0.5)
        n = np.array([-np.sin(np.deg2rad(angle)), np.cos(np.deg2rad(angle))])
        d = np.array([np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))])
        return open_curve([at + n * r * 1.1, at + n * r * 0.3 + d * 0.02, at - n * r * 0.4 - d * 0.01], 4)

    def sleeves(
        self,
        stop: float,
        extra: ArrayLike,
        *,
        cuff: Colour | None = None,
        cuff_length: float = 0.08,
        fill: Colour | None = None,
    ) -> list[list[Shape]]:
        """Both sleeves, one group each."""
        return [self.sleeve(i, stop, extra, cuff=cuff, cuff_length=cuff_length, fill=fill) for i in (0, 1)]

    def wide_sleeves(self, stop: float = 0.92, flare: float = 0.2, trim: Colour | None = None) -> list[list[Shape]]:
        """Hanging kimono sleeves: they widen towards the wrist, more on the side that gravity pulls."""
        groups = []
        for arm in self.figure.arms:
            axis, r = arm.axis(0.0, stop, 10)
            tangent = np.gradient(axis, axis=0)
            n = np.stack([-tangent[:, 1], tangent[:, 0]], 1) / np.linalg.norm(tangent, axis=1, keepdims=True)
            grow = 0.03 + flare * np.linspace(0, 1, 10) ** 0.8
            pull = np.clip(n[:, 1], -1, 1)
            a = axis + n * (r + grow * (0.55 + 0.65 * pull))[:, None]
            b = axis - n * (r + grow * (0.55 - 0.65 * pull))[:, None]
            outline = np.concatenate([a, b[::-1], arm.outline(0.0, 0.3, 0.03)[-7:]])
            end = np.stack([a[-1], b[-1]])
            details = []
            if trim is not None:
                details.append(self.flat(ribbon(end, 0.045), trim))
            dark = np.concatenate([axis[2:] + n[2:] * (r[2:] * 0.6)[:, None], (a + n * 0.1)[:1:-1]])
            if n[5].sum() < 0:
                dark = np.concatenate([axis[2:] - n[2:] * (r[2:] * 0.6)[:, None], (b - n * 0.1)[:1:-1]])
            angle = arm.at(0.5)[2] - 90
            origin = arm.joints[0] if self.item.pattern != "two-tone" else arm.at(stop * 0.6)[0]
            groups.append([self.piece(outline, shades=[dark], details=details, origin=origin, angle=angle)])
        return groups

    # --- skirts and legs ----------------------------------------------------------------------------------------------

    def leg_y(self, t: float) -> float:
        """Height at leg position t: 0 = crotch, 1 = ankle."""
        f = self.figure
        return f.crotch_y + t * (float(f.legs[0].joints[2, 1]) - f.crotch_y)

    def skirt(
        self, top: float, hem: float, flare: float, *, ease: float = 0.02, dip: float = 0.05, bell: float = 0.4
    ) -> Panel:
        """A skirt from torso position `top` to leg position `hem`; it spreads with the legs. `bell`: hip fullness."""
        f = self.figure
        y = self.leg_y(hem)
        grow = flare * self.span(1.0, 1.7)
        edges = []
        for leg, side in zip(f.legs, SIDES, strict=True):
            p, r, _ = leg.at(min(1.0, hem))
            reach = max(f.hip + grow, side * float(p[0]) + r + grow * 0.45 + 0.015)
            waist = f.leaned(points([[side * (float(f.torso_half(top)) + ease), f.torso_y(top)]]))[0]
            mid = 0.5 * (f.torso_y(top) + y) if hem < 0.15 else f.torso_y(0.94)
            part = (mid - f.torso_y(top)) / max(0.05, y - f.torso_y(top))
            wide = f.hip + ease + 0.012 + (reach - f.hip) * part * bell
            knot = [
                waist,
                np.array([side * wide + 0.5 * (waist[0] - side * abs(waist[0])), mid]),
                np.array([side * reach, y]),
            ]
            curve = open_curve(knot, 8)
            edges.append(curve)
        return Panel(edges[0], edges[1], dip)

    def skirt_shades(
        self, panel: Panel, count: int, apex: float = 0.35, width: float = 0.34
    ) -> tuple[list[Points], list[Points]]:
        """Cel shadows and fold lines of a skirt that falls in `count` soft folds."""
        shades, lines = [], []
        for k in range(count):
            s = -0.78 + 1.66 * k / max(1, count - 1)
            top = apex + 0.18 * (k % 2)
            tip = panel.at(s * 0.9, top)
            shades.append(np.concatenate([tip, panel.at(s + width / count, 1.08), panel.at(s - 0.02, 1.08)]))
            lines.append(panel.line([s * 0.9, s - 0.01, s - 0.02], [top, (1 + top) / 2, 1.02]))
        v = np.linspace(0, 1, 9)
        shades.append(np.concatenate([panel.at(np.interp(v, [0, 1], [0.78, 0.86]), v), panel.at(1.2, v[::-1])]))
        return shades, lines

    def pleats(self, panel: Panel, count: int) -> tuple[list[Points], list[Points]]:
        """Cel shadows and lines of sharp pleats from top to hem."""
        shades, lines = [], []
        for k in range(1, count):
            s = 1 - 2 * k / count
            lines.append(panel.at(s, np.linspace(0.02, 1.05, 6)))
            shades.append(
                np.concatenate([panel.at(s * 0.98, 0.1), panel.at(s + 0.62 / count, 1.08), panel.at(s, 1.08)])
            )
        v = np.linspace(0, 1, 6)
        shades.append(np.concatenate([panel.at(0.84, v), panel.at(1.2, v[::-1])]))
        return shades, lines

    def waistband(self, top: float, height: float, fill: Colour, ease: float = 0.026) -> Shape:
        panel = self.torso(top, top + height, ease, 0.012)
        return self.flat(panel.outline(), fill, weight=0.8)

    # --- emblems ------------------------------------------------------------------------------------------------------

    def emblem(self, shape: str, centre: ArrayLike, size: float) -> list[Shape]:
        """The item's emblem when its pattern asks for one; the shape belongs to the kind of garment."""
        if self.item.pattern != "emblem" or self.second is None:
            return []
        size = size * self.span(1.05, 1.6)
        return [self.flat(EMBLEMS[shape]() * size + np.asarray(centre, np.float64).reshape(2), self.second)]


def limb_shade(limb: Limb, start: float, stop: float, extra: ArrayLike = 0.0, cut: float = 0.3) -> Points:
    """The shadow side of a limb: the part beyond `cut` half widths from the axis, on the side away from the light."""
    axis, r = limb.axis(start, stop, 12)
    tangent = np.gradient(axis, axis=0)
    n = np.stack([-tangent[:, 1], tangent[:, 0]], 1) / (np.linalg.norm(tangent, axis=1, keepdims=True) + 1e-9)
    if n.mean(0) @ np.array([0.8, 0.6]) < 0:
        n = -n
    w = (r + np.broadcast_to(np.asarray(extra, np.float64), (12,)))[:, None]
    return np.concatenate([axis + n * w * cut, (axis + n * (w + 0.1))[::-1]])
