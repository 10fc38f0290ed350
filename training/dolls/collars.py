"""Collars that several garments share."""

from __future__ import annotations

import numpy as np

from training.dolls.figure import SIDES
from training.dolls.ink import Colour, Shape, points, ribbon, tinted
from training.dolls.panel import Panel
from training.dolls.tailoring import Tailor


def sailor_collar(t: Tailor, fill: Colour, stripe: Colour, drop: float = 0.26) -> list[Shape]:
    """The two flaps of a sailor collar, with a stripe along their edges."""
    f = t.figure
    x, y = t.span(0.125, 0.15), f.shoulder_y
    out = f.shoulder * 0.84
    flap = points(
        [
            [0.0, y + drop],
            [x * 0.95, y - 0.05],
            [out * 0.75, y - 0.02],
            [out, y + 0.035],
            [out * 0.94, y + 0.13],
            [out * 0.55, y + 0.17],
        ]
    )
    edge = points([[out * 0.97, y + 0.02], [out * 0.84, y + 0.115], [out * 0.52, y + 0.14], [0.03, y + drop - 0.035]])
    return [
        Shape(
            f.leaned(flap * [k, 1]),
            fill,
            t.label,
            tinted(fill, 0.4),
            0.8,
            details=[t.flat(f.leaned(ribbon(edge * [k, 1], 0.011)), stripe, False)],
        )
        for k in SIDES
    ]


def crossed_collar(t: Tailor, panel: Panel, fill: Colour, stop: float = 0.62, width: float = 0.05) -> list[Shape]:
    """The crossed neckband of Japanese clothes, the wearer's left over right."""
    f = t.figure
    x = t.span(0.135, 0.16)
    y = t.shoulder_line(x)
    end = panel.at([-0.42, 0.42], stop)
    under = np.stack([f.leaned(points([[-x, y - 0.01]]))[0], end[1]])
    over = np.stack([f.leaned(points([[x, y - 0.01]]))[0], end[0]])
    return [t.flat(ribbon(np.linspace(a[0], a[1], 5), width), fill, weight=0.7) for a in (under, over)]
