"""Tools that change a whole area at a time: lasso, polygon, rectangle, fill, magic wand. Ctrl or Alt takes away."""

from __future__ import annotations

import math

from PySide6.QtCore import QCoreApplication, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QPainter

from ccnet.masks import Bounds
from ccnet.shapes import flood, polygon, rectangle, wand
from gui.overlays import draw_outline
from gui.tools import CLICK_REACH, Host, Pointer, Tool


class LassoTool(Tool):
    """A closed outline drawn by hand."""

    name = "lasso"

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self._points: list[Pointer] = []

    @property
    def is_busy(self) -> bool:
        return bool(self._points)

    def press(self, pointer: Pointer) -> None:
        self._points = [pointer]

    def move(self, pointer: Pointer) -> None:
        if self._points:
            self._points.append(pointer)
            self.host.repaint_tool()

    def release(self, pointer: Pointer) -> None:
        points, self._points = self._points, []
        self.host.repaint_tool()
        if len(points) > 2:
            erase = pointer.invert
            outline = [(point.x, point.y) for point in points]
            name = QCoreApplication.translate("Tools", "Lasso")
            self.at_once(name, lambda array: polygon(array, outline, erase=erase, limit=self.limit(erase)))

    def cancel(self) -> None:
        self._points = []
        self.host.repaint_tool()
        super().cancel()

    def key(self, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_Escape and self._points:
            self.cancel()
            return True
        return False

    def paint_over(self, painter: QPainter) -> None:
        if len(self._points) > 1:
            draw_outline(painter, [point.place for point in self._points], self.host.ratio, closed=False)


class PolygonTool(Tool):
    """A closed outline from corner to corner. A double click, Enter, or a click on the first corner closes it."""

    name = "polygon"

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self._corners: list[tuple[float, float]] = []
        self._pointer: Pointer | None = None
        self._erases = False

    @property
    def is_busy(self) -> bool:
        return bool(self._corners)

    def press(self, pointer: Pointer) -> None:
        self._erases = pointer.invert
        if len(self._corners) > 2 and self._is_on_first(pointer):
            self._close()
            return
        self._corners.append((pointer.x, pointer.y))
        self.hover(pointer)

    def move(self, pointer: Pointer) -> None:
        self.hover(pointer)

    def hover(self, pointer: Pointer | None) -> None:
        self._pointer = pointer
        if self._corners:
            self.host.repaint_tool()

    def double_click(self, pointer: Pointer) -> None:
        self._close()

    def key(self, event: QKeyEvent) -> bool:
        if not self._corners:
            return False
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._close()
        elif event.key() == Qt.Key.Key_Backspace:
            self._corners.pop()
            self.host.repaint_tool()
        elif event.key() == Qt.Key.Key_Escape:
            self.cancel()
        else:
            return False
        return True

    def cancel(self) -> None:
        self._corners = []
        self.host.repaint_tool()
        super().cancel()

    def paint_over(self, painter: QPainter) -> None:
        places = [self.host.to_viewport(*corner) for corner in self._corners]
        if not places:
            return
        tail = [] if self._pointer is None else [self._pointer.place]
        ready = self._pointer is not None and len(places) > 2 and self._is_on_first(self._pointer)
        draw_outline(painter, places if ready else places + tail, self.host.ratio, closed=ready)
        radius = (5 if ready else 3.5) * self.host.ratio
        painter.setPen(Qt.GlobalColor.black)
        painter.setBrush(Qt.GlobalColor.white)
        for place in places[:1] if ready else places:
            painter.drawEllipse(place, radius, radius)

    def _is_on_first(self, pointer: Pointer) -> bool:
        apart = self.host.to_viewport(*self._corners[0]) - pointer.place
        return math.hypot(apart.x(), apart.y()) <= 2 * CLICK_REACH * self.host.ratio

    def _close(self) -> None:
        corners, self._corners = self._corners, []
        self.host.repaint_tool()
        if len(corners) > 2:
            erase = self._erases
            name = QCoreApplication.translate("Tools", "Polygon")
            self.at_once(name, lambda array: polygon(array, corners, erase=erase, limit=self.limit(erase)))


class RectangleTool(Tool):
    """Whole pixels between two corners; Shift makes it square."""

    name = "rectangle"

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self._from: Pointer | None = None
        self._to: Pointer | None = None

    @property
    def is_busy(self) -> bool:
        return self._from is not None

    def press(self, pointer: Pointer) -> None:
        self._from = self._to = pointer

    def move(self, pointer: Pointer) -> None:
        if self._from is not None:
            self._to = pointer
            self.host.repaint_tool()

    def release(self, pointer: Pointer) -> None:
        self.move(pointer)
        bounds, erase = self._bounds(), pointer.invert
        self.cancel()
        if bounds.width and bounds.height:
            name = QCoreApplication.translate("Tools", "Rectangle")
            self.at_once(name, lambda array: rectangle(array, bounds, erase=erase, limit=self.limit(erase)))

    def cancel(self) -> None:
        self._from = self._to = None
        self.host.repaint_tool()
        super().cancel()

    def key(self, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_Escape and self._from is not None:
            self.cancel()
            return True
        return False

    def paint_over(self, painter: QPainter) -> None:
        bounds = self._bounds()
        if bounds.width and bounds.height:
            draw_outline(painter, corners_of(self.host, bounds), self.host.ratio, closed=True)

    def _bounds(self) -> Bounds:
        if self._from is None or self._to is None or self._from.is_near(self._to, 1):
            return Bounds(0, 0, 0, 0)
        return box_between(self._from, self._to)


class FillTool(Tool):
    """A bucket: fills the area around a click up to what is painted, or removes the painted patch there."""

    name = "fill"

    def press(self, pointer: Pointer) -> None:
        x, y, erase = pointer.x, pointer.y, pointer.invert
        name = QCoreApplication.translate("Tools", "Fill")
        self.at_once(name, lambda array: flood(array, x, y, erase=erase, limit=self.limit(erase)))


class WandTool(Tool):
    """Masks the colour under a click."""

    name = "wand"

    def press(self, pointer: Pointer) -> None:
        settings, erase = self.host.settings, pointer.invert
        picture = self.host.document.composite()
        name = QCoreApplication.translate("Tools", "Magic wand")
        self.at_once(
            name,
            lambda array: wand(
                array,
                picture,
                pointer.x,
                pointer.y,
                tolerance=settings.tolerance,
                contiguous=settings.contiguous,
                erase=erase,
                limit=self.limit(erase),
            ),
        )


def box_between(a: Pointer, b: Pointer) -> Bounds:
    """The whole pixels that two corners enclose, a square when Shift is held at the second."""
    x, y = b.x, b.y
    if b.shift:
        side = max(abs(x - a.x), abs(y - a.y))
        x, y = a.x + math.copysign(side, x - a.x), a.y + math.copysign(side, y - a.y)
    left, top = math.floor(min(a.x, x)), math.floor(min(a.y, y))
    return Bounds(left, top, math.ceil(max(a.x, x)) - left, math.ceil(max(a.y, y)) - top)


def corners_of(host: Host, bounds: Bounds) -> list[QPointF]:
    """The corners of a rectangle in the picture, in the viewport, in the order they are drawn."""
    left, top, right, bottom = bounds.box
    return [host.to_viewport(*corner) for corner in ((left, top), (right, top), (right, bottom), (left, bottom))]
