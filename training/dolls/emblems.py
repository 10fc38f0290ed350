"""Emblems and bows: small outlines about the origin, size 1."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from training.dolls.ink import Points, closed_curve, ellipse, points


def star() -> Points:
    a = np.deg2rad(np.arange(10) * 36 - 90)
    r = np.where(np.arange(10) % 2, 0.45, 1.0)
    return np.stack([r * np.cos(a), r * np.sin(a)], 1)


def heart() -> Points:
    t = np.linspace(0, 2 * np.pi, 22, endpoint=False)
    x = np.sin(t) ** 3
    y = -(13 * np.cos(t) - 5 * np.cos(2 * t) - 2 * np.cos(3 * t) - np.cos(4 * t)) / 15
    return np.stack([x, y], 1)


def flower() -> Points:
    t = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    r = 0.66 + 0.38 * np.cos(5 * t)
    return np.stack([r * np.sin(t), -r * np.cos(t)], 1)


def moon() -> Points:
    a = np.deg2rad(np.linspace(-130, 130, 16))
    b = np.deg2rad(np.linspace(112, -112, 12))
    return np.concatenate(
        [np.stack([-np.cos(a), np.sin(a)], 1), np.stack([0.38 - 0.83 * np.cos(b), 0.83 * np.sin(b)], 1)]
    )


EMBLEMS: dict[str, Callable[[], Points]] = {"star": star, "heart": heart, "flower": flower, "moon": moon}


def disc(centre: ArrayLike, rx: float, ry: float, angle: float = 0.0, steps: int = 12) -> Points:
    """An ellipse about a point [2]."""
    x, y = np.asarray(centre, np.float64)
    return ellipse(float(x), float(y), rx, ry, angle, steps)


def bow(centre: ArrayLike, size: float, tails: float = 0.0) -> list[Points]:
    """Outlines of a bow: tails (if any), left loop, right loop, knot."""
    c = np.asarray(centre, np.float64).reshape(2)
    loop = closed_curve([[0.0, -0.1], [0.7, -0.55], [1.0, -0.4], [1.02, 0.35], [0.75, 0.5], [0.0, 0.12]], 4)
    knot = closed_curve([[-0.2, -0.22], [0.2, -0.22], [0.22, 0.22], [-0.22, 0.22]], 4)
    out = []
    if tails:
        tail = points([[0.0, 0.0], [0.22, 0.05], [0.62, tails], [0.38, tails * 0.93], [0.16, tails * 1.04]])
        out += [tail * [-1, 1], tail]
    return [p * size + c for p in (*out, loop * [-1, 1], loop, knot)]
