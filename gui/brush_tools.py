"""Brush and eraser."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QPointF
from PySide6.QtGui import QPainter

from ccnet.strokes import Stroke, StrokePoint
from gui.overlays import draw_ring
from gui.tools import Host, Pointer, Tool, ToolName


class BrushTool(Tool):
    """Paints with a round brush, or erases; Ctrl, Alt or the pen's other end does the opposite.

    Shift begins with a straight line from where the last stroke ended.
    """

    cursor = None

    def __init__(self, host: Host, name: ToolName = "brush") -> None:
        super().__init__(host)
        self.name = name
        self._stroke: Stroke | None = None
        self._pointer: Pointer | None = None
        self._erases = False
        self._ended: StrokePoint | None = None

    def press(self, pointer: Pointer) -> None:
        self._erases = self._would_erase(pointer)
        point = _point(pointer)
        erase, paint = QCoreApplication.translate("Tools", "Erase"), QCoreApplication.translate("Tools", "Paint")
        self.begin(erase if self._erases else paint)
        if self._edit is None:
            return
        brush = self.host.settings.brush(mouse=pointer.pressure is None)
        stroke = Stroke(self._edit.array, brush, erase=self._erases, limit=self.limit(self._erases))
        self._stroke = stroke
        if pointer.shift and self._ended is not None:
            from_last = self._ended._replace(pressure=point.pressure)
            self.paint(lambda _: stroke.add(from_last, point))
        else:
            self.paint(lambda _: stroke.add(point))
        self._point_at(pointer)

    def move(self, pointer: Pointer) -> None:
        if self._stroke is not None:
            stroke, point = self._stroke, _point(pointer)
            self.paint(lambda _: stroke.add(point))
        self._point_at(pointer)

    def release(self, pointer: Pointer) -> None:
        if self._stroke is not None:
            stroke, self._stroke = self._stroke, None
            self.paint(lambda _: stroke.finish())
            self._ended = _point(pointer)
        self.finish()
        self._point_at(pointer)

    def hover(self, pointer: Pointer | None) -> None:
        if pointer is not None:
            self._erases = self._would_erase(pointer)
        self._point_at(pointer)

    def cancel(self) -> None:
        self._stroke = None
        super().cancel()

    def abandon(self) -> None:
        self._stroke = None
        super().abandon()

    def leave(self) -> None:
        super().leave()
        self._pointer = None

    def forget(self) -> None:
        """There is another picture: no line leads on from the last stroke."""
        self._ended = None

    def paint_over(self, painter: QPainter) -> None:
        if self._pointer is not None:
            radius = self.host.settings.size * self.host.zoom / 2
            draw_ring(painter, self._pointer.place, radius, self.host.ratio, erases=self._erases)

    @property
    def reach(self) -> tuple[QPointF, float] | None:
        """The circle that `paint_over` paints: its centre and, with all that belongs to it, its radius."""
        if self._pointer is None:
            return None
        extra = 20 if self._erases else 4
        return self._pointer.place, self.host.settings.size * self.host.zoom / 2 + extra * self.host.ratio

    def _would_erase(self, pointer: Pointer) -> bool:
        return (self.name == "eraser" or pointer.eraser) != pointer.invert

    def _point_at(self, pointer: Pointer | None) -> None:
        self._pointer = pointer
        self.host.repaint_tool()


def _point(pointer: Pointer) -> StrokePoint:
    return StrokePoint(pointer.x, pointer.y, 1.0 if pointer.pressure is None else pointer.pressure)
