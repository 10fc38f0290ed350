"""Ink: curves, shapes and the rasteriser that paints them.

A drawing is a list of `Layer`s, back to front; a layer is a list of groups of `Shape`s. All coordinates are figure
units (the head is one unit high, y grows downwards), so a drawing is the same at every size. Within a group the
outlines of all shapes are painted before the fills: an arm made of three pieces has one outline.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

Points = NDArray[np.float64]  # [N, 2], figure units
Colour = tuple[int, int, int]  # RGB, 0..255
Tint = tuple[float, float, float]  # factors on RGB, 0..1 darkens; above 1 lightens

SHADE: Tint = (0.80, 0.75, 0.85)  # cel shadow: darker and a little cooler
LIGHT: Tint = (1.16, 1.15, 1.12)
SUBPIXEL_BITS = 4


@dataclass(frozen=True)
class Pattern:
    """A two-colour pattern in figure units: "striped", "checked", "dotted", "two-tone" (below `origin`)."""

    kind: str
    second: Colour
    period: float = 0.16
    angle: float = 0.0  # degrees; 0 = horizontal stripes
    origin: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True)
class Stroke:
    """An open line that tapers at its ends; `width` in pixels of a 256-pixel picture."""

    points: Points
    width: float = 1.2
    colour: Colour | None = None  # None: the shape's outline colour
    taper: bool = True


@dataclass(frozen=True)
class Shape:
    """A closed polygon with flat fill, cel shadow, lights, inner lines and an outline.

    `shades` and `lights` are polygons clipped to the shape; `lines` are clipped to it too. `label` is the class of
    `training.dolls.classes`; 0 leaves the label map alone. `outline` None means no outline.
    """

    points: Points
    fill: Colour
    label: int = 0
    outline: Colour | None = None
    weight: float = 1.0
    pattern: Pattern | None = None
    shades: Sequence[Points] = ()
    lights: Sequence[Points] = ()
    lines: Sequence[Stroke] = ()
    details: Sequence[Shape] = ()  # shapes clipped to this one (emblems, trims, pupils), painted after the shades
    shade: Tint = SHADE
    light: Tint = LIGHT


@dataclass
class Layer:
    """A named sheet of the drawing: groups are painted in order, outlines first within each."""

    name: str
    groups: list[list[Shape]] = field(default_factory=list)

    def add(self, *shapes: Shape) -> Layer:
        self.groups.append(list(shapes))
        return self


class Camera(NamedTuple):
    """picture = figure * scale + (x, y), where the picture is the unit square."""

    scale: float
    x: float
    y: float


# --- curves -----------------------------------------------------------------------------------------------------------


def points(values: ArrayLike) -> Points:
    return np.asarray(values, np.float64).reshape(-1, 2)


@cache
def _catmull_rom_basis(steps: int) -> NDArray[np.float64]:
    t = np.linspace(0, 1, steps, endpoint=False)[:, None]
    return 0.5 * np.concatenate(
        [-t + 2 * t**2 - t**3, 2 - 5 * t**2 + 3 * t**3, t + 4 * t**2 - 3 * t**3, t**3 - t**2], 1
    )


def closed_curve(control: ArrayLike, steps: int = 6) -> Points:
    """Smooth closed curve through the control points (Catmull-Rom), [N * steps, 2]."""
    p = points(control)
    quads = np.stack([np.roll(p, 1, 0), p, np.roll(p, -1, 0), np.roll(p, -2, 0)], 1)  # [N, 4, 2]
    return np.einsum("sk,nkd->nsd", _catmull_rom_basis(steps), quads).reshape(-1, 2)


def open_curve(control: ArrayLike, steps: int = 6) -> Points:
    """Smooth open curve through the control points (Catmull-Rom, ends repeated), [(N - 1) * steps + 1, 2]."""
    p = points(control)
    padded = np.concatenate([2 * p[:1] - p[1:2], p, 2 * p[-1:] - p[-2:-1]])
    quads = np.stack([padded[:-3], padded[1:-2], padded[2:-1], padded[3:]], 1)
    curve = np.einsum("sk,nkd->nsd", _catmull_rom_basis(steps), quads).reshape(-1, 2)
    return np.concatenate([curve, p[-1:]])


def ellipse(x: float, y: float, rx: float, ry: float, angle: float = 0.0, steps: int = 28) -> Points:
    a = np.linspace(0, 2 * np.pi, steps, endpoint=False)
    return rotated(np.stack([x + rx * np.cos(a), y + ry * np.sin(a)], 1), angle, (x, y))


def rotated(p: Points, degrees: float, centre: tuple[float, float] | Points = (0.0, 0.0)) -> Points:
    a = np.deg2rad(degrees)
    c = np.asarray(centre)
    return (p - c) @ np.array([[np.cos(a), np.sin(a)], [-np.sin(a), np.cos(a)]]) + c


def mirrored(p: Points, x: float = 0.0) -> Points:
    """Reflected at the vertical line `x`; the order is reversed so that the winding stays the same."""
    out = p[::-1].copy()
    out[:, 0] = 2 * x - out[:, 0]
    return out


def ribbon(centre: Points, widths: ArrayLike) -> Points:
    """Closed outline of a band along an open line; `widths` are half widths, one per point or one for all."""
    tangent = np.gradient(centre, axis=0)
    normal = np.stack([-tangent[:, 1], tangent[:, 0]], 1) / (np.linalg.norm(tangent, axis=1, keepdims=True) + 1e-9)
    w = np.broadcast_to(np.asarray(widths, np.float64), (len(centre),))[:, None]
    return np.concatenate([centre + normal * w, (centre - normal * w)[::-1]])


def tapered(centre: Points, width: float) -> Points:
    """A band that swells to `width` (half width) in the middle and ends in points: a lock of hair, an ink stroke."""
    return ribbon(centre, width * np.sin(np.linspace(0.06, np.pi - 0.06, len(centre))) ** 0.7)


# --- colours ----------------------------------------------------------------------------------------------------------


def tinted(colour: Colour, tint: Tint | float) -> Colour:
    factors = (tint, tint, tint) if isinstance(tint, float | int) else tint
    r, g, b = (min(255, max(0, round(c * f))) for c, f in zip(colour, factors, strict=True))
    return r, g, b


def mixed(a: Colour, b: Colour, amount: float) -> Colour:
    r, g, c = (round(x + (y - x) * amount) for x, y in zip(a, b, strict=True))
    return r, g, c


def outline_of(colour: Colour) -> Colour:
    """Coloured line art: a dark, slightly warm version of the fill."""
    return mixed(tinted(colour, 0.36), (44, 24, 34), 0.45)


class _Part(NamedTuple):
    outer: tuple[slice, slice]  # in the picture
    inner: tuple[slice, slice]  # in the window


# --- rasteriser -------------------------------------------------------------------------------------------------------


class Raster:
    """Paints layers on a background. `size` in pixels; everything is drawn enlarged and averaged down.

    `rgb`: uint8[S, S, 3], `labels`: uint8[S, S], where S = size * oversampling; `picture()` and `label_map()` give the
    finished [size, size] arrays.
    """

    def __init__(self, size: int, camera: Camera, line_width: float, background: NDArray[np.uint8] | Colour) -> None:
        self.size = size
        self.oversampling = 2 if size >= 160 else 4
        self.side = size * self.oversampling
        self.scale = camera.scale * self.side
        self.offset = np.array([camera.x, camera.y]) * self.side
        self.pixel = self.side / 256  # one pixel of a 256-pixel picture
        self.line_width = line_width
        self.labels = np.zeros((self.side, self.side), np.uint8)
        if isinstance(background, tuple):
            self.rgb = np.full((self.side, self.side, 3), background, np.uint8)
        else:
            self.rgb = cv2.resize(background, (self.side, self.side), interpolation=cv2.INTER_LINEAR).astype(np.uint8)

    def picture(self) -> NDArray[np.uint8]:
        return np.asarray(cv2.resize(self.rgb, (self.size, self.size), interpolation=cv2.INTER_AREA), np.uint8)

    def label_map(self) -> NDArray[np.uint8]:
        half = self.oversampling // 2
        return np.ascontiguousarray(self.labels[half :: self.oversampling, half :: self.oversampling])

    def paint(self, layers: Sequence[Layer]) -> None:
        for layer in layers:
            for group in layer.groups:
                for shape in group:
                    self._outline(shape)
                for shape in group:
                    self._fill(shape)

    def _fixed(self, p: Points) -> NDArray[np.int32]:
        return np.round((p * self.scale + self.offset) * (1 << SUBPIXEL_BITS)).astype(np.int32)

    def _outline(self, shape: Shape) -> None:
        if shape.outline is None:
            return
        pts = self._fixed(shape.points)
        thickness = max(1, round(2 * shape.weight * self.line_width * self.pixel))
        # weight from below: the silhouette is also painted a little down and right, so lines swell on the shadow side
        lowered = pts + np.int32(round(0.45 * shape.weight * self.line_width * self.pixel * (1 << SUBPIXEL_BITS)))
        for target, colour, kind in ((self.rgb, shape.outline, cv2.LINE_AA), (self.labels, shape.label, cv2.LINE_8)):
            if target is self.labels and shape.label == 0:
                continue
            cv2.polylines(target, [pts], True, colour, thickness, kind, SUBPIXEL_BITS)
            cv2.fillPoly(target, [lowered], colour, kind, SUBPIXEL_BITS)

    def _fill(self, shape: Shape) -> None:
        pts = self._fixed(shape.points)
        if shape.label:
            cv2.fillPoly(self.labels, [pts], shape.label, cv2.LINE_8, SUBPIXEL_BITS)
        plain = shape.pattern is None
        if plain:
            cv2.fillPoly(self.rgb, [pts], shape.fill, cv2.LINE_AA, SUBPIXEL_BITS)
            if not (shape.shades or shape.lights or shape.lines or shape.details):
                return
        window = self._window(pts)
        if window is None:
            return
        self._inside(shape, window, self._mask([pts], window), filled=plain)

    def _inside(self, shape: Shape, window: tuple[slice, slice], clip: NDArray[np.uint8], *, filled: bool) -> None:
        """Everything of a shape that is clipped to it. `window` is its bounding box, `clip` its coverage there."""
        roi = self.rgb[window]
        if shape.pattern is not None:
            _blend(roi, self._pattern(shape.fill, shape.pattern, window), clip)
        elif not filled:
            _blend(roi, np.asarray(shape.fill, np.uint8), clip)
        for polygons, tint in ((shape.shades, shape.shade), (shape.lights, shape.light)):
            if polygons:
                fixed = [self._fixed(p) for p in polygons]
                part = self._part(np.concatenate(fixed), window)
                if part is not None:
                    mask = _both(clip[part.inner], self._mask(fixed, part.outer))
                    _multiply(roi[part.inner], tint, mask)
        for detail in shape.details:
            pts = self._fixed(detail.points)
            thickness = 0 if detail.outline is None else max(1, round(2 * detail.weight * self.line_width * self.pixel))
            part = self._part(pts, window, thickness)
            if part is None:
                continue
            inside, shown = clip[part.inner], self._mask([pts], part.outer)
            if detail.outline is not None:
                ring = np.zeros_like(shown)
                cv2.polylines(ring, [pts - self._corner(part.outer)], True, 255, thickness, cv2.LINE_AA, SUBPIXEL_BITS)
                _blend(roi[part.inner], np.asarray(detail.outline, np.uint8), _both(inside, ring))
            self._inside(detail, part.outer, _both(inside, shown), filled=False)
        for line in shape.lines:
            colour = line.colour or shape.outline or outline_of(shape.fill)
            half = 0.5 * line.width * self.pixel / self.scale
            band = tapered(line.points, half) if line.taper else ribbon(line.points, half)
            pts = self._fixed(band)
            part = self._part(pts, window)  # a stroke touches few pixels of its shape: blend only those
            if part is not None:
                mask = _both(clip[part.inner], self._mask([pts], part.outer))
                _blend(roi[part.inner], np.asarray(colour, np.uint8), mask)

    def _window(self, pts: NDArray[np.int32]) -> tuple[slice, slice] | None:
        low = np.maximum((pts.min(0) >> SUBPIXEL_BITS) - 1, 0)
        high = np.minimum((pts.max(0) >> SUBPIXEL_BITS) + 3, self.side)
        if (high <= low).any():
            return None
        return slice(int(low[1]), int(high[1])), slice(int(low[0]), int(high[0]))

    def _part(self, pts: NDArray[np.int32], window: tuple[slice, slice], margin: int = 0) -> _Part | None:
        """The part of `window` that the points' bounding box covers, `margin` pixels larger on each side."""
        wide = np.array([[-margin], [margin]], np.int32) << SUBPIXEL_BITS
        box = self._window(np.concatenate([pts.min(0) + wide[0], pts.max(0) + wide[1]]).reshape(2, 2))
        if box is None:
            return None
        outer = tuple(slice(max(a.start, b.start), min(a.stop, b.stop)) for a, b in zip(box, window, strict=True))
        if any(s.stop <= s.start for s in outer):
            return None
        inner = tuple(slice(s.start - w.start, s.stop - w.start) for s, w in zip(outer, window, strict=True))
        return _Part((outer[0], outer[1]), (inner[0], inner[1]))

    @staticmethod
    def _corner(window: tuple[slice, slice]) -> NDArray[np.int32]:
        return np.array([window[1].start, window[0].start], np.int32) << SUBPIXEL_BITS

    def _mask(self, polygons: list[NDArray[np.int32]], window: tuple[slice, slice]) -> NDArray[np.uint8]:
        mask = np.zeros((window[0].stop - window[0].start, window[1].stop - window[1].start), np.uint8)
        corner = self._corner(window)
        for polygon in polygons:  # one by one: overlapping polygons in one call would cancel out
            cv2.fillPoly(mask, [polygon - corner], 255, cv2.LINE_AA, SUBPIXEL_BITS)
        return mask

    def _pattern(self, first: Colour, pattern: Pattern, window: tuple[slice, slice]) -> NDArray[np.uint8]:
        ys = (np.arange(window[0].start, window[0].stop, dtype=np.float32) - self.offset[1]) / self.scale
        xs = (np.arange(window[1].start, window[1].stop, dtype=np.float32) - self.offset[0]) / self.scale
        y, x = (ys - pattern.origin[1])[:, None], (xs - pattern.origin[0])[None, :]
        a = np.deg2rad(pattern.angle)
        cos, sin = float(np.cos(a)) / pattern.period, float(np.sin(a)) / pattern.period  # Python floats keep it float32
        v = y * cos - x * sin
        u = x * cos + y * sin if pattern.kind in ("checked", "dotted") else v
        colours = np.array([first, mixed(first, pattern.second, 0.5), pattern.second], np.uint8)
        match pattern.kind:
            case "striped":
                index = 2 * (v - np.floor(v) < 0.42).view(np.uint8)
            case "checked":
                index = (u - np.floor(u) < 0.45).view(np.uint8) + (v - np.floor(v) < 0.45).view(np.uint8)
            case "dotted":
                row = np.floor(v)
                u = u + 0.5 * (row - 2 * np.floor(0.5 * row))
                index = 2 * ((u - np.floor(u) - 0.5) ** 2 + (v - row - 0.5) ** 2 < 0.075).view(np.uint8)
            case "two-tone":
                index = 2 * (v > 0).view(np.uint8)
            case _:
                raise ValueError(f"unknown pattern {pattern.kind!r}")
        return colours.take(np.broadcast_to(index, (len(ys), len(xs))), 0)


def _both(a: NDArray[np.uint8], b: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.asarray(cv2.bitwise_and(a, b), np.uint8)


def _blend(roi: NDArray[np.uint8], colour: NDArray[np.uint8], mask: NDArray[np.uint8]) -> None:
    """roi = colour where mask is 255, in place. `colour` is [3] or [h, w, 3]."""
    m = mask.astype(np.uint16)
    m = (m + (m >> 7))[..., None]  # 0..256, so that the division is a shift
    roi[:] = (roi * (256 - m) + colour * m) >> 8


def _multiply(roi: NDArray[np.uint8], tint: Tint, mask: NDArray[np.uint8]) -> None:
    """roi *= tint where mask is 255, in place, saturating."""
    factor = 1 + (np.asarray(tint, np.float32) - 1) * (mask.astype(np.float32)[..., None] * np.float32(1 / 255))
    roi[:] = np.minimum(roi * factor, 255).astype(np.uint8)
