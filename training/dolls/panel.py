"""Panels: cloth stretched between two edges, addressed by (s, v) so that everything on it follows the pose."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from training.dolls.ink import Points, open_curve


@dataclass(frozen=True)
class Panel:
    """Cloth between a left and a right edge; `dip`: how far the hem's middle hangs below its ends."""

    left: Points
    right: Points
    dip: float = 0.0

    @cached_property
    def _edges(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        edges = np.concatenate([(self.left + self.right) / 2, (self.right - self.left) / 2], 1)
        return edges, np.diff(edges, axis=0)

    def at(self, s: ArrayLike, v: ArrayLike) -> Points:
        """Points at s in [-1, 1] across and v in [0, 1] down; scalars and arrays broadcast, result [N, 2].

        Places beyond the edges are extrapolated.
        """
        s, v = np.atleast_1d(np.asarray(s, np.float64)), np.atleast_1d(np.asarray(v, np.float64))
        edges, steps = self._edges
        place = v * len(steps)
        index = np.clip(place.astype(np.intp), 0, len(steps) - 1)
        at = edges[index] + steps[index] * (place - index)[:, None]  # [N, 4]: middle and half width
        out = at[:, :2] + at[:, 2:] * s[:, None]
        out[:, 1] += self.dip * v * (1 - s * s)
        return out

    def outline(
        self, wave: float = 0.0, waves: int = 0, sharp: bool = False, top: float = 0.0, stop: float = 1.0
    ) -> Points:
        """Closed outline of the panel from v = `top` to `stop`; its hem goes up and down `waves` times by `wave`."""
        n = max(13, waves * 4 + 1)
        s = np.linspace(1, -1, n)
        hem = self.at(s, stop)
        if waves:
            phase = (np.linspace(0, waves, n)) % 1.0
            hem[:, 1] += wave * (phase if sharp else np.abs(np.sin(np.pi * np.linspace(0, waves, n))))
        sides = np.linspace(top, stop, 9)
        return np.concatenate(
            [self.at(np.linspace(-1, 1, 9), top), self.at(1.0, sides)[1:-1], hem, self.at(-1.0, sides[::-1])[1:-1]]
        )

    def band(self, v0: float, v1: float, wave: float = 0.0, waves: int = 0) -> Points:
        """A strip of the panel across its whole width, a little wider than it so that its ends are clipped cleanly."""
        n = max(13, waves * 4 + 1)
        s = np.linspace(-1.06, 1.06, n)
        low = self.at(s[::-1], v1)
        if waves:
            low[:, 1] += wave * np.abs(np.sin(np.pi * np.linspace(0, waves, n)))
        return np.concatenate([self.at(s, v0), low])

    def strip(self, s0: float, s1: float, v0: float = 0.0, v1: float = 1.0) -> Points:
        """A vertical strip between two s."""
        v = np.linspace(v0, v1, 9)
        return np.concatenate([self.at(s0, v), self.at(s1, v[::-1])])

    def line(self, s: ArrayLike, v: ArrayLike) -> Points:
        """An open line through the given places of the panel."""
        return open_curve(self.at(s, v), 4)
