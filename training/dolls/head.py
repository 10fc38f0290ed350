"""Head: face, ears, eyes, brows, nose, mouth, earwear and eyewear.

Drawn for an upright head (crown y = 0, chin y = 1, axis x = 0) and moved onto the figure with `Figure.headed`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from training.dolls.classes import EARS, EARWEAR, EYES, EYEWEAR, FACE, MOUTH, NOSE, Z
from training.dolls.figure import SIDES, Figure
from training.dolls.hair import fringe_shadow
from training.dolls.ink import (
    Colour,
    Layer,
    Points,
    Shape,
    closed_curve,
    ellipse,
    mixed,
    open_curve,
    points,
    ribbon,
    tapered,
    tinted,
)
from training.dolls.palette import COLOURS

if TYPE_CHECKING:
    from training.dolls.identity import Identity

_FACE_TALL = points(
    [[0, 0.04], [0.22, 0.07], [0.36, 0.22], [0.40, 0.44], [0.385, 0.63], [0.325, 0.80], [0.18, 0.935], [0.06, 0.995]]
)
_FACE_CHIBI = points(
    [[0, 0.04], [0.23, 0.07], [0.38, 0.22], [0.425, 0.46], [0.425, 0.67], [0.36, 0.83], [0.20, 0.94], [0.07, 0.98]]
)
_EYE = points(
    [[-1.0, 0.05], [-0.8, -0.72], [0, -1.0], [0.75, -0.85], [1.02, -0.15], [0.72, 0.72], [0, 0.98], [-0.68, 0.75]]
)
_LASH = points([[-1.08, 0.06], [-0.78, -0.74], [0.0, -1.02], [0.74, -0.86], [1.08, -0.22], [1.34, -0.40]])
_LASH_WIDTH = np.array([0.04, 0.15, 0.20, 0.23, 0.2, 0.02])


class _Pen:
    """Places head drawings on a figure; widths are in pixels of a 256-pixel picture, kept readable on small heads."""

    def __init__(self, identity: Identity) -> None:
        self.figure = identity.figure
        self.pixel = identity.line_width / 1.2 / 256 / identity.camera.scale

    def fill(self, outline: Points, colour: Colour, label: int) -> Shape:
        return Shape(self.figure.headed(outline), colour, label)

    def line(self, control: ArrayLike, width: float, colour: Colour, label: int, steps: int = 4) -> Shape:
        band = tapered(open_curve(control, steps), 0.5 * width * self.pixel)
        return Shape(self.figure.headed(band), colour, label)


def face_outline(figure: Figure) -> Points:
    """Closed outline of the bare head."""
    half = _FACE_CHIBI + (_FACE_TALL - _FACE_CHIBI) * min(1.0, figure.grown * 1.3)
    return closed_curve(np.concatenate([half, half[:0:-1] * [-1, 1]]), 4)


def head_layers(figure: Figure, identity: Identity) -> list[tuple[Z, Layer]]:
    """The head without hair: Z.HEAD (ears, face), Z.FACE (features), Z.EYEWEAR."""
    pen = _Pen(identity)
    head = Layer("head")
    ears = [
        Shape(
            figure.headed(ellipse(side * 0.405, 0.63, 0.055, 0.10, side * 12, 16)), figure.skin, EARS, figure.skin_line
        )
        for side in SIDES
    ]
    head.add(*ears)
    cheek = closed_curve([[0.34, 0.45], [0.46, 0.5], [0.42, 0.85], [0.1, 1.04], [0.2, 0.93], [0.33, 0.76]], 3) * [
        -identity.light,
        1,
    ]
    shades = (figure.headed(fringe_shadow(identity)), figure.headed(cheek))
    head.add(
        Shape(
            figure.headed(face_outline(figure)),
            figure.skin,
            FACE,
            figure.skin_line,
            1.1,
            shades=shades,
            shade=(0.90, 0.82, 0.84),
        )
    )
    out = [(Z.HEAD, head), (Z.FACE, Layer("face", [_features(pen, identity)]))]
    if identity.earwear:
        # in front of the side locks: what is named in the caption is to be seen
        out.append((Z.EYEWEAR, Layer("earwear", [_earwear(pen, identity)])))
    if identity.eyewear:
        out.append((Z.EYEWEAR, Layer("eyewear", [_eyewear(pen, identity)])))
    return out


def eye_frame(identity: Identity) -> tuple[float, float, float, float]:
    """Eye centre (x, y) and half sizes (w, h) of the right eye in the picture; the left is its mirror image."""
    g = min(1.0, identity.figure.grown * 1.2)
    height = (0.160 - 0.002 * g) * (1.0 if identity.girl else 0.86)
    return 0.205 - 0.013 * g, 0.655 - 0.028 * g, 0.120 + 0.010 * g, height


def _features(pen: _Pen, identity: Identity) -> list[Shape]:
    figure = pen.figure
    dark = mixed(tinted(identity.hair_rgb, 0.32), (38, 24, 40), 0.55)
    flushed = mixed(figure.skin, (246, 112, 112), 0.30)
    x, y, w, h = eye_frame(identity)
    shapes: list[Shape] = []
    for side in SIDES if identity.girl else ():
        shapes.append(pen.fill(ellipse(side * (x + 0.075), y + h + 0.035, 0.075, 0.032, 0, 12), flushed, FACE))
    shut = {"closed eyes": SIDES, "wink": (identity.light,)}.get(identity.expression, ())
    for side in SIDES:
        frame = np.array([side * w, h]), np.array([side * x, y])
        shapes += _shut_eye(pen, frame, dark, identity) if side in shut else _open_eye(pen, frame, dark, side, identity)
        shapes.append(_brow(pen, side, identity))
    nose = mixed(tinted(figure.skin, 0.7), (150, 60, 50), 0.35)
    shapes.append(
        pen.line([[0.008, y + h + 0.005], [-0.012, y + h + 0.032], [0.008, y + h + 0.038]], 1.5, nose, NOSE, 3)
    )
    return shapes + _mouth(pen, y + h + 0.105, identity)


def _open_eye(pen: _Pen, frame: tuple[Points, Points], dark: Colour, side: int, identity: Identity) -> list[Shape]:
    size, centre = frame
    wide = 1.08 if identity.expression == "surprised" else 1.0
    size = size * [1.0, wide if identity.expression != "serious" else 0.88]
    w, h = abs(size[0]), size[1]
    cx, cy = centre[0] - side * 0.06 * w, centre[1] + 0.02 * h
    iris = identity.eye_rgb
    rx, ry = (0.76, 0.92) if wide == 1.0 else (0.62, 0.76)
    rim, deep, glow = tinted(iris, 0.52), tinted(iris, 0.66), mixed(iris, (255, 255, 255), 0.42)
    a = np.linspace(np.pi * 0.98, np.pi * 2.02, 12)
    upper = np.stack([cx + rx * w * 0.9 * np.cos(a), cy - 0.02 * h + ry * h * 0.92 * np.sin(a)], 1)
    lash = ribbon(
        open_curve(_LASH, 3) * size + centre,
        np.interp(np.linspace(0, 5, 16), np.arange(6), _LASH_WIDTH) * w * (0.9 if identity.girl else 0.7),
    )
    return [
        pen.fill(closed_curve(_EYE, 4) * size + centre, (255, 254, 254), EYES),
        pen.fill(ellipse(cx, cy, rx * w, ry * h, 0, 22), rim, EYES),
        pen.fill(ellipse(cx, cy + 0.03 * h, rx * w * 0.86, ry * h * 0.88, 0, 20), iris, EYES),
        pen.fill(upper, deep, EYES),
        pen.fill(ellipse(cx, cy + 0.47 * h, rx * w * 0.58, 0.24 * h, 0, 14), glow, EYES),
        pen.fill(ellipse(cx, cy + 0.02 * h, 0.27 * w, 0.36 * h, 0, 14), tinted(iris, 0.26), EYES),
        pen.fill(
            ellipse(cx + identity.light * 0.26 * w, cy - 0.36 * h, 0.26 * w, 0.25 * h, 0, 14), (255, 255, 255), EYES
        ),
        pen.fill(
            ellipse(cx - identity.light * 0.30 * w, cy + 0.40 * h, 0.13 * w, 0.12 * h, 0, 8), (255, 255, 255), EYES
        ),
        pen.fill(lash, dark, EYES),
        pen.line(
            [centre + size * [-0.1, 1.05], centre + size * [0.5, 0.95], centre + size * [0.86, 0.6]], 1.1, dark, EYES, 3
        ),
        pen.line(
            [centre + size * [-0.6, -1.13], centre + size * [0.1, -1.34], centre + size * [0.86, -1.13]],
            0.8,
            pen.figure.skin_line,
            FACE,
            3,
        ),
    ]


def _shut_eye(pen: _Pen, frame: tuple[Points, Points], dark: Colour, identity: Identity) -> list[Shape]:
    size, centre = frame
    bow = -0.5 if identity.expression == "wink" else 0.45
    curve = open_curve(
        points([[-1.0, 0.2], [-0.45, 0.2 + 0.75 * bow], [0.2, 0.2 + 0.9 * bow], [0.85, 0.2 + 0.2 * bow], [1.2, 0.02]]),
        4,
    )
    return [pen.fill(tapered(curve * size + centre, 0.16 * abs(size[0])), dark, EYES)]


def _brow(pen: _Pen, side: int, identity: Identity) -> Shape:
    x, y, w, h = eye_frame(identity)
    inner, outer, lift = {
        "serious": (0.05, -0.01, 0.0),
        "surprised": (0.0, 0.02, -0.04),
        "closed eyes": (-0.01, 0.02, 0.0),
        "expressionless": (0.01, 0.01, 0.0),
    }.get(identity.expression, (0.0, 0.02, -0.015))
    top = y - h - 0.075 + lift
    control = points([[x - w * 0.75, top + inner], [x + w * 0.1, top - 0.028], [x + w * 1.05, top + outer]]) * [side, 1]
    colour = mixed(tinted(identity.hair_rgb, 0.55), (60, 36, 46), 0.45)
    return pen.line(control, 1.5 if identity.girl else 2.0, colour, FACE, 4)


def _mouth(pen: _Pen, y: float, identity: Identity) -> list[Shape]:
    ink = mixed(tinted(pen.figure.skin, 0.45), (130, 36, 40), 0.5)
    match identity.expression:
        case "smile" | "wink" | "closed eyes":
            return [
                pen.line(
                    [[-0.075, y - 0.012], [-0.03, y + 0.016], [0.03, y + 0.016], [0.075, y - 0.012]], 1.5, ink, MOUTH
                )
            ]
        case "serious":
            return [pen.line([[-0.05, y + 0.012], [0, y + 0.002], [0.05, y + 0.012]], 1.5, ink, MOUTH)]
        case "expressionless":
            return [pen.line([[-0.04, y], [0, y + 0.002], [0.04, y]], 1.4, ink, MOUTH)]
        case "cat mouth":
            control = [[-0.085, y - 0.014], [-0.05, y + 0.018], [0.0, y - 0.008], [0.05, y + 0.018], [0.085, y - 0.014]]
            return [pen.line(control, 1.5, ink, MOUTH)]
        case "surprised":
            return [pen.fill(ellipse(0, y + 0.008, 0.034, 0.042, 0, 12), (150, 52, 56), MOUTH)]
        case _:
            mouth = closed_curve(
                [
                    [-0.09, y - 0.022],
                    [0, y - 0.01],
                    [0.09, y - 0.022],
                    [0.058, y + 0.05],
                    [0, y + 0.075],
                    [-0.058, y + 0.05],
                ],
                4,
            )
            tongue = ellipse(0, y + 0.048, 0.042, 0.024, 0, 10)
            edge = Shape(pen.figure.headed(mouth), (168, 54, 60), MOUTH, ink, 0.6)
            return [edge, pen.fill(tongue, (240, 128, 128), MOUTH)]


def _earwear(pen: _Pen, identity: Identity) -> list[Shape]:
    gold = (250, 206, 84)
    out: list[Shape] = []
    for side in SIDES:
        x, y = side * 0.42, 0.79
        if identity.earwear == "star earrings":
            a = np.linspace(0, 2 * np.pi, 10, endpoint=False) - np.pi / 2
            r = np.where(np.arange(10) % 2 == 0, 0.075, 0.034)
            form = np.stack([x + r * np.cos(a), y + r * np.sin(a)], 1)
        else:
            form = ellipse(x, y, 0.034, 0.05, 0, 12)
        out.append(Shape(pen.figure.headed(form), gold, EARWEAR, (120, 76, 28), 0.7))
    return out


def _eyewear(pen: _Pen, identity: Identity) -> list[Shape]:
    x, y, w, h = eye_frame(identity)
    frame = tinted(COLOURS["black"], 0.9) if identity.eyewear != "round eyewear" else (150, 96, 40)
    width = 0.9 * pen.pixel
    out: list[Shape] = []
    for side in SIDES:
        match identity.eyewear:
            case "round eyewear":
                lens = ellipse(side * x, y + 0.02, w * 1.32, w * 1.32, 0, 24)
            case "sunglasses":
                lens = closed_curve(
                    points([[-1.25, -0.5], [0, -0.62], [1.3, -0.55], [1.15, 0.35], [0.2, 0.75], [-0.95, 0.4]])
                    * [side * w, h]
                    + [side * x, y],
                    5,
                )
            case _:
                lens = closed_curve(
                    points([[-1.15, -0.35], [0, -0.4], [1.3, -0.35], [1.3, 0.65], [0, 0.95], [-1.1, 0.7]])
                    * [side * w, h]
                    + [side * x, y + 0.03],
                    4,
                )
        lens = pen.figure.headed(lens)
        if identity.eyewear == "sunglasses":
            out.append(Shape(lens, (66, 58, 76), EYEWEAR, frame, 0.8))
            glint = points([[-0.7, -0.3], [-0.3, -0.4], [-0.75, 0.25], [-0.9, 0.1]]) * [w, h] + [side * x, y]
            out.append(pen.fill(glint, (142, 132, 160), EYEWEAR))
        else:
            ring = ribbon(np.concatenate([lens, lens[:1]]), width)
            out.append(Shape(ring, frame, EYEWEAR))
        out.append(pen.line([[side * (x + 1.25 * w), y - 0.02], [side * 0.41, y - 0.03]], 1.6, frame, EYEWEAR, 2))
    out.append(pen.line([[-(x - w * 1.1), y], [0, y - 0.02], [x - w * 1.1, y]], 1.8, frame, EYEWEAR, 3))
    return out
