"""How a picture lies in its window: zoom, place, rotation, mirror. Plain values and matrices, no widget.

Zoom counts *device* pixels per picture pixel, so that 1 is 100 % on every screen. All coordinates of the viewport are
device pixels as well; the canvas converts from Qt's logical ones at its door.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QTransform

SMALLEST_ZOOM, LARGEST_ZOOM = 0.01, 64.0

ZOOM_STEPS = (
    0.02,
    0.03,
    0.05,
    0.07,
    0.1,
    0.15,
    0.2,
    0.25,
    1 / 3,
    0.5,
    2 / 3,
    1,
    1.5,
    2,
    3,
    4,
    6,
    8,
    12,
    16,
    24,
    32,
    64,
)
"""Where the zoom buttons stop."""

MARGIN = 24
"""Device pixels that stay free around a picture that is fitted."""


@dataclass(frozen=True)
class CanvasView:
    """What part of a picture is seen, and how. Methods return new views.

    picture: (width, height) in picture pixels. viewport: (width, height) in device pixels. centre: the point of the
    picture in the middle of the viewport. rotation: degrees clockwise. mirrored: left and right are exchanged, for the
    eye alone.
    """

    picture: tuple[int, int]
    viewport: tuple[int, int]
    centre: tuple[float, float]
    zoom: float = 1.0
    rotation: float = 0.0
    mirrored: bool = False

    @classmethod
    def fitted(cls, picture: tuple[int, int], viewport: tuple[int, int]) -> CanvasView:
        """The whole picture in the middle, as large as the viewport allows."""
        return cls(picture, viewport, (picture[0] / 2, picture[1] / 2)).fit()

    @cached_property
    def matrix(self) -> QTransform:
        """Picture -> viewport. The picture's corner falls on a whole pixel, so that 100 % is sharp."""
        turned = self._turned()
        middle = turned.map(QPointF(*self.centre))
        x, y = self.viewport[0] / 2 - middle.x(), self.viewport[1] / 2 - middle.y()
        return turned * QTransform.fromTranslate(round(x), round(y))

    @cached_property
    def inverse(self) -> QTransform:
        """Viewport -> picture."""
        return self.matrix.inverted()[0]

    @property
    def is_upright(self) -> bool:
        """Whether picture pixels lie parallel to the screen's."""
        return self.rotation % 90 == 0

    def to_picture(self, point: QPointF) -> QPointF:
        """From the viewport to the picture, between pixels."""
        return self.inverse.map(point)

    def to_viewport(self, point: QPointF) -> QPointF:
        """From the picture to the viewport."""
        return self.matrix.map(point)

    def visible(self) -> QRectF:
        """What the viewport shows, in picture pixels; it may reach past the picture."""
        return self.inverse.mapRect(QRectF(0, 0, *self.viewport))

    def resized(self, viewport: tuple[int, int]) -> CanvasView:
        """Another viewport around the same centre."""
        return replace(self, viewport=viewport)

    def fit(self) -> CanvasView:
        """The whole picture in the middle."""
        box = replace(self, zoom=1.0)._turned().mapRect(QRectF(0, 0, *self.picture))
        room = [max(side - 2 * min(MARGIN, side // 16), 1) for side in self.viewport]
        zoom = min(room[0] / box.width(), room[1] / box.height())
        middle = self.picture[0] / 2, self.picture[1] / 2
        return replace(self, zoom=_in_range(zoom), centre=middle)

    def zoomed(self, zoom: float, at: QPointF | None = None) -> CanvasView:
        """To another zoom; the picture's point under `at` (the middle without it) stays where it is."""
        zoom = _in_range(zoom)
        if at is None:
            return replace(self, zoom=zoom)
        return replace(self, zoom=zoom)._with_at(self.to_picture(at), at)

    def stepped(self, steps: int, at: QPointF | None = None) -> CanvasView:
        """To the next fixed zoom: `steps` > 0 closer, < 0 further away."""
        zoom = self.zoom
        for _ in range(abs(steps)):
            if steps > 0:
                zoom = next((step for step in ZOOM_STEPS if step > zoom * 1.001), LARGEST_ZOOM)
            else:
                zoom = next((step for step in reversed(ZOOM_STEPS) if step < zoom * 0.999), SMALLEST_ZOOM)
        return self.zoomed(zoom, at)

    def panned(self, dx: float, dy: float) -> CanvasView:
        """Moves the picture by viewport pixels. Its nearest point never leaves the middle."""
        middle = QPointF(self.viewport[0] / 2 - dx, self.viewport[1] / 2 - dy)
        return self._centred(self._exact_to_picture(middle))

    def turned(self, degrees: float, at: QPointF | None = None) -> CanvasView:
        """Rotated clockwise by `degrees` more, around `at` or the middle of the viewport."""
        view = replace(self, rotation=(self.rotation + degrees) % 360)
        return view if at is None else view._with_at(self.to_picture(at), at)

    def flipped(self) -> CanvasView:
        """Mirrored around the middle of the viewport, or no longer."""
        return replace(self, mirrored=not self.mirrored, rotation=-self.rotation % 360)

    def upright(self) -> CanvasView:
        """Neither rotated nor mirrored."""
        return replace(self, rotation=0.0, mirrored=False)

    def _turned(self) -> QTransform:
        """Zoom, mirror and rotation around the picture's corner."""
        turn = QTransform()
        turn.rotate(self.rotation)
        return QTransform.fromScale(-self.zoom if self.mirrored else self.zoom, self.zoom) * turn

    def _exact_to_picture(self, point: QPointF) -> QPointF:
        """Without the rounding to whole pixels, which would add up in a slow drag."""
        offset = QPointF(point.x() - self.viewport[0] / 2, point.y() - self.viewport[1] / 2)
        return self._turned().inverted()[0].map(offset) + QPointF(*self.centre)

    def _with_at(self, point: QPointF, at: QPointF) -> CanvasView:
        """So that the picture's `point` lies at `at`."""
        offset = QPointF(at.x() - self.viewport[0] / 2, at.y() - self.viewport[1] / 2)
        return self._centred(point - self._turned().inverted()[0].map(offset))

    def _centred(self, point: QPointF) -> CanvasView:
        x = min(max(point.x(), 0.0), float(self.picture[0]))
        y = min(max(point.y(), 0.0), float(self.picture[1]))
        return replace(self, centre=(x, y))


def _in_range(zoom: float) -> float:
    if not math.isfinite(zoom):
        return 1.0
    return min(max(zoom, SMALLEST_ZOOM), LARGEST_ZOOM)
