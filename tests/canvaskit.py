"""What the canvas's tests share: a small document, a canvas of a known size, and a hand to move the pointer with."""

from __future__ import annotations

import numpy as np
from PIL import Image
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPointingDevice, QTabletEvent
from PySide6.QtWidgets import QApplication

from ccnet.pictures import Picture
from gui.canvas import Canvas
from gui.document import Document

SHIFT, CTRL, ALT, NONE = (
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.NoModifier,
)


def make_document(width: int = 200, height: int = 150, *, transparent: bool = False) -> Document:
    """Coloured noise; transparent: its left half is not there."""
    rgb = np.random.default_rng(5).integers(0, 256, (height, width, 3), np.uint8)
    alpha = None
    if transparent:
        alpha = np.full((height, width), 255, np.uint8)
        alpha[:, : width // 2] = 0
    return Document(Picture(Image.fromarray(rgb), None if alpha is None else Image.fromarray(alpha)))


def make_canvas(document: Document | None = None, width: int = 400, height: int = 300) -> Canvas:
    """Shown, and painted once."""
    canvas = Canvas(document or make_document())
    canvas.resize(width, height)
    canvas.show()
    QApplication.processEvents()
    return canvas


def pixels(image: QImage) -> np.ndarray:
    """uint8[H, W, 3], red first."""
    rgb = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(rgb.constBits(), np.uint8).reshape(rgb.height(), rgb.bytesPerLine())
    return rows[:, : 3 * rgb.width()].reshape(rgb.height(), rgb.width(), 3).copy()


def alike(a: np.ndarray, b: np.ndarray, tolerance: int = 4) -> bool:
    """Whether two pictures differ by no more than Qt's rounding, which depends on where a painted piece begins."""
    return int(np.abs(a.astype(int) - b).max(initial=0)) <= tolerance


class Hand:
    """Moves a mouse, or a pen, to places given in picture pixels."""

    def __init__(self, canvas: Canvas, *, pen: bool = False, eraser: bool = False) -> None:
        self.canvas, self.pen, self.eraser = canvas, pen, eraser

    def press(self, x: float, y: float, held: Qt.KeyboardModifier = NONE, *, pressure: float = 1.0) -> None:
        self._send("press", x, y, held, pressure)

    def move(self, x: float, y: float, held: Qt.KeyboardModifier = NONE, *, pressure: float = 1.0) -> None:
        self._send("move", x, y, held, pressure)

    def release(self, x: float, y: float, held: Qt.KeyboardModifier = NONE) -> None:
        self._send("release", x, y, held, 0.0)

    def hover(self, x: float, y: float, held: Qt.KeyboardModifier = NONE) -> None:
        self._send("hover", x, y, held, 0.0)

    def click(self, x: float, y: float, held: Qt.KeyboardModifier = NONE) -> None:
        self.press(x, y, held)
        self.release(x, y, held)

    def drag(self, *places: tuple[float, float], held: Qt.KeyboardModifier = NONE) -> None:
        self.press(*places[0], held)
        for place in places[1:]:
            self.move(*place, held)
        self.release(*places[-1], held)

    def double_click(self, x: float, y: float) -> None:
        self.click(x, y)
        self._send("double", x, y, NONE, 1.0)
        self.release(x, y)

    def _send(self, step: str, x: float, y: float, held: Qt.KeyboardModifier, pressure: float) -> None:
        place = self.canvas.to_viewport(x, y) / self.canvas.ratio
        everywhere = QPointF(self.canvas.mapToGlobal(place))
        button = Qt.MouseButton.NoButton if step in ("move", "hover") else Qt.MouseButton.LeftButton
        buttons = Qt.MouseButton.NoButton if step in ("release", "hover") else Qt.MouseButton.LeftButton
        if not self.pen:
            kind = {
                "press": QEvent.Type.MouseButtonPress,
                "double": QEvent.Type.MouseButtonDblClick,
                "release": QEvent.Type.MouseButtonRelease,
            }.get(step, QEvent.Type.MouseMove)
            QApplication.sendEvent(self.canvas, QMouseEvent(kind, place, everywhere, button, buttons, held))
            return
        kind = {"press": QEvent.Type.TabletPress, "release": QEvent.Type.TabletRelease}
        tip = QPointingDevice.PointerType.Eraser if self.eraser else QPointingDevice.PointerType.Pen
        device = QPointingDevice(
            "pen",
            1,
            QPointingDevice.DeviceType.Stylus,
            tip,
            QPointingDevice.Capability.Pressure,
            1,
            1,
        )
        event = QTabletEvent(
            kind.get(step, QEvent.Type.TabletMove),
            device,
            place,
            everywhere,
            pressure,
            *(0.0, 0.0, 0.0, 0.0, 0.0),
            held,
            button,
            buttons,
        )
        QApplication.sendEvent(self.canvas, event)


def press_key(canvas: Canvas, key: Qt.Key, held: Qt.KeyboardModifier = NONE, *, down: bool = True) -> bool:
    """One key going down or up; whether the canvas used it."""
    kind = QEvent.Type.KeyPress if down else QEvent.Type.KeyRelease
    event = QKeyEvent(kind, key, held)
    event.ignore()
    QApplication.sendEvent(canvas, event)
    return event.isAccepted()
