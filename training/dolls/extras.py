"""Extras of a character: tail, wings, and the prop it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from training.dolls.classes import OBJECTS, TAIL, WINGS, Z
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
    rotated,
    tinted,
)
from training.dolls.palette import COLOURS

if TYPE_CHECKING:
    from training.dolls.identity import Identity

_WOOD, _STEEL, _GOLD, _PAPER = (150, 100, 66), (206, 214, 226), (248, 204, 86), (250, 244, 232)


def _form(outline: ArrayLike, fill: Colour, label: int, weight: float = 1.0) -> Shape:
    return Shape(points(outline), fill, label, outline_of(fill), weight)


def extra_layers(figure: Figure, identity: Identity) -> list[tuple[Z, Layer]]:
    """Z.WINGS, Z.TAIL, Z.OBJECT (the prop) and Z.HAND (the bare hand around it; a glove belongs on top of that)."""
    out: list[tuple[Z, Layer]] = []
    if identity.wings:
        out.append((Z.WINGS, Layer("wings", [_wings(figure, identity.wings)])))
    if identity.tail:
        out.append((Z.TAIL, Layer("tail", [_tail(figure, identity)])))
    if identity.held:
        out.append((Z.OBJECT, Layer("held object", [_prop(figure, identity)])))
        out.append((Z.HAND, Layer("hand", [[figure.hand_shape(identity.held_by)]])))
    return out


def _wings(figure: Figure, kind: str) -> list[Shape]:
    x, y = figure.leaned(points([[0.0, figure.torso_y(0.25)]]))[0]
    size = 1.12 + 0.5 * figure.grown
    out: list[Shape] = []
    for s in SIDES:

        def place(p: ArrayLike, s: int = s) -> Points:
            return points(p) * [s * size, size] + [x, y]

        match kind:
            case "demon wings":
                fill = (98, 62, 104)
                wing = closed_curve([[0.05, 0.0], [0.45, -0.42], [0.95, -0.50]], 1)
                edge = open_curve([[0.05, 0.05], [0.40, -0.30], [0.92, -0.52]], 4)
                low = points(
                    [[0.98, -0.1], [0.88, 0.22], [0.76, -0.02], [0.58, 0.30], [0.48, 0.04], [0.26, 0.26], [0.05, 0.14]]
                )
                wing = np.concatenate([edge, low])
                out.append(_form(place(wing), fill, WINGS))
                for tip in ((0.88, 0.2), (0.58, 0.28)):
                    out.append(
                        Shape(
                            place(ribbon(open_curve([[0.5, -0.32], [(0.5 + tip[0]) / 2 + 0.06, -0.1], tip], 3), 0.008)),
                            outline_of(fill),
                            WINGS,
                        )
                    )
            case "fairy wings":
                for wing in (
                    [[0.04, 0.0], [0.35, -0.52], [0.85, -0.58], [0.80, -0.18], [0.35, 0.05]],
                    [[0.04, 0.06], [0.42, 0.08], [0.66, 0.34], [0.46, 0.5], [0.18, 0.3]],
                ):
                    curve = closed_curve(wing, 5)
                    out.append(_form(place(curve), (206, 238, 246), WINGS, 0.8))
                    middle = curve.mean(0)
                    out.append(Shape(place(middle + (curve - middle) * 0.62), (232, 250, 252), WINGS))
            case _:
                fill = (250, 250, 252)
                for k, (length, angle) in enumerate(((0.52, 38), (0.66, 20), (0.80, 2), (0.90, -16), (0.92, -34))):
                    feather = closed_curve(
                        [[0.0, -0.05], [length * 0.55, -0.12], [length, 0.0], [length * 0.55, 0.11], [0.0, 0.06]], 4
                    )
                    out.append(
                        _form(
                            place(rotated(feather, angle) + np.array([0.06, 0.02 - 0.05 * k])),
                            fill if k % 2 else (236, 240, 248),
                            WINGS,
                            0.9,
                        )
                    )
                out.append(
                    _form(
                        place(closed_curve([[0.05, 0.1], [0.1, -0.22], [0.42, -0.50], [0.52, -0.40], [0.36, -0.1]], 4)),
                        fill,
                        WINGS,
                        0.9,
                    )
                )
    return out


def _tail(figure: Figure, identity: Identity) -> list[Shape]:
    s = -identity.light
    x, y = figure.leaned(points([[s * 0.08, figure.torso_y(0.93)]]))[0]
    size = 0.8 + 0.35 * figure.grown
    match identity.tail:
        case "fox tail":
            fill = identity.hair_rgb
            line = open_curve(
                points([[0, 0], [0.40, 0.16], [0.66, -0.10], [0.70, -0.50]]) * [s * size, size] + [x, y], 5
            )
            widths = size * np.interp(
                np.linspace(0, 1, len(line)), [0, 0.25, 0.6, 0.85, 1], [0.05, 0.13, 0.20, 0.13, 0.01]
            )
            tip = len(line) * 2 // 3
            return [
                _form(ribbon(line, widths), fill, TAIL),
                Shape(ribbon(line[tip:], widths[tip:] * 0.96), mixed(fill, (255, 252, 248), 0.8), TAIL),
            ]
        case "demon tail":
            fill = (92, 58, 98)
            line = open_curve(
                points([[0, 0], [0.34, 0.25], [0.62, 0.06], [0.60, -0.30]]) * [s * size, size] + [x, y], 5
            )
            end = line[-1]
            spade = points([[0, -0.18], [0.11, 0.0], [0.0, -0.02], [-0.11, 0.0]]) * size + end
            return [_form(ribbon(line, 0.028 * size), fill, TAIL), _form(spade, fill, TAIL)]
        case _:
            fill = identity.hair_rgb
            line = open_curve(
                points([[0, 0], [0.36, 0.24], [0.62, 0.04], [0.58, -0.34], [0.74, -0.54]]) * [s * size, size] + [x, y],
                5,
            )
            return [_form(ribbon(line, np.append(np.full(len(line) - 1, 0.055), 0.03) * size), fill, TAIL)]


def _prop(figure: Figure, identity: Identity) -> list[Shape]:
    arm, side = figure.arms[identity.held_by], SIDES[identity.held_by]
    wrist, _, angle = arm.at(1.0)
    grip = rotated(points([[0.10, 0.0]]), angle)[0] + wrist
    colour = COLOURS[identity.held_colour]
    return _PROPS[identity.held](_Hold(figure, grip, side), colour)


class _Hold:
    """Where a prop is held: `at` moves points drawn about the grip (x outwards) onto the hand."""

    def __init__(self, figure: Figure, grip: Points, side: int) -> None:
        self.figure, self.grip, self.side = figure, grip, side

    def at(self, p: ArrayLike, tilt: float = 0.0) -> Points:
        return rotated(points(p), tilt) * [self.side, 1] + self.grip

    def down(self, most: float) -> float:
        """How far below the grip a long prop may reach: to the ground."""
        return min(most, self.figure.sole_y - float(self.grip[1]))


def _staff(h: _Hold, colour: Colour) -> list[Shape]:
    low, t = h.down(1.9), 4
    return [
        _form(h.at([[-0.028, -1.0], [0.028, -1.0], [0.028, low], [-0.028, low]], t), _WOOD, OBJECTS),
        _form(
            h.at(
                ribbon(
                    open_curve([[0.0, -0.98], [-0.15, -1.08], [-0.12, -1.30], [0.08, -1.34], [0.15, -1.2]], 4), 0.03
                ),
                t,
            ),
            _GOLD,
            OBJECTS,
        ),
        _form(h.at(ellipse(0.0, -1.16, 0.10, 0.10, 0, 18), t), colour, OBJECTS),
        Shape(h.at(ellipse(-0.03, -1.19, 0.035, 0.03, 0, 10), t), mixed(colour, (255, 255, 255), 0.75), OBJECTS),
    ]


def _sword(h: _Hold, colour: Colour) -> list[Shape]:
    t = 22
    return [
        _form(h.at([[-0.055, -0.14], [0.055, -0.14], [0.05, -1.15], [0.0, -1.30], [-0.05, -1.15]], t), _STEEL, OBJECTS),
        Shape(h.at([[0.0, -0.14], [0.055, -0.14], [0.05, -1.15], [0.0, -1.30]], t), tinted(_STEEL, SHADE), OBJECTS),
        _form(h.at([[-0.17, -0.16], [0.17, -0.16], [0.17, -0.09], [-0.17, -0.09]], t), _GOLD, OBJECTS),
        _form(h.at([[-0.03, -0.09], [0.03, -0.09], [0.03, 0.16], [-0.03, 0.16]], t), colour, OBJECTS),
        _form(h.at(ellipse(0, 0.19, 0.045, 0.045, 0, 10), t), _GOLD, OBJECTS),
    ]


def _book(h: _Hold, colour: Colour) -> list[Shape]:
    t = -8
    return [
        _form(h.at([[-0.20, -0.30], [0.21, -0.30], [0.21, 0.14], [-0.20, 0.14]], t), _PAPER, OBJECTS),
        _form(h.at([[-0.23, -0.32], [0.18, -0.32], [0.18, 0.12], [-0.23, 0.12]], t), colour, OBJECTS),
        Shape(h.at([[-0.23, -0.32], [-0.17, -0.32], [-0.17, 0.12], [-0.23, 0.12]], t), tinted(colour, SHADE), OBJECTS),
        Shape(h.at([[-0.10, -0.24], [0.11, -0.24], [0.11, -0.14], [-0.10, -0.14]], t), _GOLD, OBJECTS),
    ]


def _umbrella(h: _Hold, colour: Colour) -> list[Shape]:
    t, r = -6, 0.85
    top = -float(h.grip[1]) - 0.42  # above the head
    dome = open_curve([[-r, top + 0.42], [-0.68, top + 0.1], [0, top - 0.14], [0.68, top + 0.1], [r, top + 0.42]], 5)
    hem = np.concatenate(
        [
            open_curve([[b, top + 0.42], [(a + b) / 2, top + 0.36], [a, top + 0.42]], 3)
            for a, b in ((0.28, r), (-0.28, 0.28), (-r, -0.28))
        ]
    )
    panel = np.concatenate(
        [
            open_curve([[-0.28, top + 0.42], [-0.2, top + 0.1], [0, top - 0.14]], 4),
            open_curve([[0, top - 0.14], [0.2, top + 0.1], [0.28, top + 0.42]], 4),
            points([[0, top + 0.36]]),
        ]
    )
    return [
        _form(h.at([[-0.02, top], [0.02, top], [0.02, 0.22], [-0.02, 0.22]], t), _WOOD, OBJECTS),
        _form(
            h.at(ribbon(open_curve([[0, 0.2], [0.02, 0.32], [0.10, 0.32], [0.11, 0.24]], 4), 0.025), t), _WOOD, OBJECTS
        ),
        _form(h.at(np.concatenate([dome, hem]), t), colour, OBJECTS),
        Shape(h.at(panel, t), mixed(colour, (255, 255, 255), 0.28), OBJECTS),
        _form(h.at([[-0.015, top - 0.14], [0.015, top - 0.14], [0.0, top - 0.26]], t), _GOLD, OBJECTS),
    ]


def _bouquet(h: _Hold, colour: Colour) -> list[Shape]:
    out = [_form(h.at([[-0.21, -0.22], [0.21, -0.22], [0.05, 0.24], [-0.05, 0.24]]), _PAPER, OBJECTS)]
    out += [
        _form(h.at(ellipse(x, y, 0.11, 0.07, a, 10)), (104, 164, 96), OBJECTS, 0.8)
        for x, y, a in ((-0.22, -0.26, 30), (0.22, -0.26, -30))
    ]
    other = mixed(colour, (255, 255, 255), 0.55)
    for k, (x, y) in enumerate(((0, -0.42), (-0.15, -0.35), (0.15, -0.35), (-0.08, -0.25), (0.09, -0.25))):
        fill = colour if k % 2 == 0 else other
        out += [
            _form(h.at(ellipse(x, y, 0.095, 0.09, 0, 14)), fill, OBJECTS, 0.8),
            Shape(h.at(ellipse(x, y, 0.038, 0.035, 0, 8)), mixed(fill, (255, 226, 120), 0.7), OBJECTS),
        ]
    return [*out, _form(h.at([[-0.09, -0.02], [0.09, -0.02], [0.075, 0.05], [-0.075, 0.05]]), colour, OBJECTS, 0.7)]


def _teddy_bear(h: _Hold, colour: Colour) -> list[Shape]:
    fur = mixed(colour, (196, 148, 100), 0.6)
    pale = mixed(fur, (255, 246, 230), 0.6)
    ink = (58, 38, 36)
    parts = [ellipse(s * 0.17, 0.14, 0.09, 0.07, 0, 12) for s in SIDES] + [
        ellipse(s * 0.17, -0.06, 0.08, 0.06, 0, 12) for s in SIDES
    ]
    parts += [ellipse(s * 0.13, -0.44, 0.07, 0.07, 0, 12) for s in SIDES]
    parts += [ellipse(0, 0.03, 0.17, 0.19, 0, 18), ellipse(0, -0.28, 0.19, 0.17, 0, 18)]
    out = [_form(h.at(p), fur, OBJECTS, 0.9) for p in parts]
    out += [
        Shape(h.at(ellipse(0, -0.23, 0.085, 0.06, 0, 12)), pale, OBJECTS),
        Shape(h.at(ellipse(0, 0.06, 0.10, 0.11, 0, 12)), pale, OBJECTS),
    ]
    return [
        *out,
        *(
            Shape(h.at(ellipse(x, y, r, r, 0, 8)), ink, OBJECTS)
            for x, y, r in ((-0.08, -0.31, 0.024), (0.08, -0.31, 0.024), (0, -0.25, 0.026))
        ),
    ]


def _tray(h: _Hold, colour: Colour) -> list[Shape]:
    return [
        _form(h.at(ellipse(0.05, -0.05, 0.40, 0.075, 0, 22)), _STEEL, OBJECTS),
        _form(
            h.at(closed_curve([[-0.12, -0.24], [0.12, -0.24], [0.08, -0.08], [-0.08, -0.08]], 4)), colour, OBJECTS, 0.9
        ),
        Shape(h.at(ellipse(0.0, -0.23, 0.10, 0.028, 0, 12)), (128, 78, 52), OBJECTS),
        _form(
            h.at(ribbon(open_curve([[0.11, -0.2], [0.18, -0.19], [0.17, -0.12], [0.10, -0.12]], 3), 0.014)),
            colour,
            OBJECTS,
            0.7,
        ),
    ]


def _balloon(h: _Hold, colour: Colour) -> list[Shape]:
    string = open_curve([[0.0, 0.05], [0.04, -0.4], [-0.02, -0.75], [0.10, -1.02]], 4)
    form = closed_curve([[0.10, -1.02], [-0.14, -1.26], [-0.14, -1.50], [0.10, -1.64], [0.34, -1.50], [0.34, -1.26]], 5)
    return [
        Shape(h.at(ribbon(string, 0.010)), (110, 96, 104), OBJECTS),
        _form(h.at(form), colour, OBJECTS),
        Shape(h.at(ellipse(0.0, -1.47, 0.05, 0.08, 20, 10)), mixed(colour, (255, 255, 255), 0.7), OBJECTS),
    ]


def _lollipop(h: _Hold, colour: Colour) -> list[Shape]:
    a = np.linspace(0, 4 * np.pi, 26)
    swirl = np.stack([0.17 * a / a[-1] * np.cos(a), -0.52 + 0.17 * a / a[-1] * np.sin(a)], 1)
    return [
        _form(h.at([[-0.015, -0.36], [0.015, -0.36], [0.015, 0.14], [-0.015, 0.14]]), _PAPER, OBJECTS, 0.8),
        _form(h.at(ellipse(0, -0.52, 0.19, 0.19, 0, 22)), colour, OBJECTS),
        Shape(h.at(ribbon(swirl, 0.022)), mixed(colour, (255, 255, 255), 0.7), OBJECTS),
    ]


_PROPS = {
    "staff": _staff,
    "sword": _sword,
    "book": _book,
    "umbrella": _umbrella,
    "bouquet": _bouquet,
    "teddy bear": _teddy_bear,
    "tray": _tray,
    "balloon": _balloon,
    "lollipop": _lollipop,
}
