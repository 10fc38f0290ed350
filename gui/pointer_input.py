"""Mice, pens, wheels, touch and keys on the canvas, turned into calls of its tools and changes of its view."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import (
    QInputDevice,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPointingDevice,
    QTabletEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QGestureEvent, QPinchGesture

from gui.compare import REACH as SLIDER_REACH
from gui.tools import PanTool, Pointer, Tool

if TYPE_CHECKING:
    from gui.canvas import Canvas

NOTCH = 120
"""What a wheel reports for one notch."""

ZOOM_PER_NOTCH = 2**0.25

ORIGINAL_KEY = Qt.Key.Key_O
"""Held, it shows the original."""

OUTSIDE = QPoint(-1, -1)

_TEMPORARY = {Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Shift, Qt.Key.Key_Meta}


class PointerInput:
    """See the module. `take` gets every event of the canvas and says whether it was used."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._pan = PanTool(canvas)
        self._active: Tool | None = None
        self._with_pen = False
        self._space = False
        self._slides = False
        self._last: Pointer | None = None
        self._double = False

    def take(self, event: QEvent) -> bool:
        """Whether the event was for a tool or for the view."""
        kind = event.type()
        if isinstance(event, QTabletEvent):
            self._tablet(event)
        elif isinstance(event, QWheelEvent):
            self._wheel(event)
        elif isinstance(event, QNativeGestureEvent):
            return self._native_gesture(event)
        elif isinstance(event, QGestureEvent):
            return self._gesture(event)
        elif isinstance(event, QMouseEvent):
            return self._mouse(event)
        elif isinstance(event, QKeyEvent):
            used = self._key(event)
            if used:
                event.accept()
            return used
        elif kind == QEvent.Type.Leave:
            self._leave()
        elif kind == QEvent.Type.FocusOut:
            self._space = False
            self._canvas.compare.hold(False)
            self.show_cursor()
        else:
            return False
        return kind not in (QEvent.Type.Leave, QEvent.Type.FocusOut)

    @property
    def is_pressed(self) -> bool:
        """Whether a tool is at work."""
        return self._active is not None

    def hover_again(self) -> None:
        """The pointer lies on another place of the picture, though it did not move."""
        if self._last is not None and self._active is None:
            place, last = self._last.place, self._last
            point = self._canvas.view.to_picture(place)
            self._last = last._replace(x=point.x(), y=point.y())
            self._canvas.tool.hover(self._last)

    def show_cursor(self) -> None:
        """The cursor for what a press would do now."""
        canvas = self._canvas
        if isinstance(self._active, PanTool):
            canvas.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif self._space or canvas.compare.mode != "off":
            canvas.setCursor(Qt.CursorShape.OpenHandCursor)
        else:
            shape = canvas.tool.cursor
            canvas.setCursor(Qt.CursorShape.BlankCursor if shape is None else shape)

    # ---- mouse and pen

    def _mouse(self, event: QMouseEvent) -> bool:
        kind, place = event.type(), event.position()
        pointer = self._pointer(place, event.modifiers())
        if kind in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick):
            if event.button() not in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
                return False
            pans = event.button() == Qt.MouseButton.MiddleButton
            self._press(pointer, pans=pans, double=kind == QEvent.Type.MouseButtonDblClick)
        elif kind == QEvent.Type.MouseMove:
            self._move(pointer)
        elif kind == QEvent.Type.MouseButtonRelease:
            if event.button() not in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
                return False
            self._release(pointer)
        return True

    def _tablet(self, event: QTabletEvent) -> None:
        kind = event.type()
        eraser = event.pointerType() == QPointingDevice.PointerType.Eraser
        pointer = self._pointer(event.position(), event.modifiers(), pressure=event.pressure(), eraser=eraser)
        if kind == QEvent.Type.TabletPress:
            pans = event.button() == Qt.MouseButton.MiddleButton
            if pans or event.button() == Qt.MouseButton.LeftButton:
                self._press(pointer, pans=pans)
        elif kind == QEvent.Type.TabletMove:
            self._move(pointer)
        elif kind == QEvent.Type.TabletRelease:
            # The pen leaves with no pressure: its last touch is what the stroke ends with.
            pressure = None if self._last is None else self._last.pressure
            self._release(pointer._replace(pressure=pressure))
        # Or Qt sends the same again as a mouse.
        event.accept()

    def _press(self, pointer: Pointer, *, pans: bool, double: bool = False) -> None:
        canvas = self._canvas
        if self._active is not None:
            return
        canvas.setFocus(Qt.FocusReason.MouseFocusReason)
        self._last = pointer
        if self._is_on_slider(pointer) and not pans:
            self._slides = True
            return
        tool = self._pan if pans or self._space or canvas.compare.mode != "off" else canvas.tool
        self._active = tool
        if not isinstance(tool, PanTool):
            canvas.chips.set_raised(False)
        if double:
            tool.double_click(pointer)
        else:
            tool.press(pointer)
        self.show_cursor()

    def _move(self, pointer: Pointer) -> None:
        canvas = self._canvas
        self._last = pointer
        self._report(pointer)
        if self._slides:
            canvas.compare.set_split(pointer.place.x() / canvas.view.viewport[0])
        elif self._active is not None:
            self._active.move(pointer)
        elif self._is_on_slider(pointer):
            canvas.setCursor(Qt.CursorShape.SplitHCursor)
        else:
            if canvas.compare.mode != "off":
                self.show_cursor()
            canvas.tool.hover(pointer)

    def _release(self, pointer: Pointer) -> None:
        self._slides = False
        tool, self._active = self._active, None
        if tool is not None:
            tool.release(pointer)
            self._canvas.raise_chips()
        self.show_cursor()
        self.hover_again()

    def _leave(self) -> None:
        if self._active is None:
            self._last = None
            self._canvas.tool.hover(None)
        self._canvas.hover.emit(OUTSIDE)

    def _is_on_slider(self, pointer: Pointer) -> bool:
        canvas = self._canvas
        if canvas.compare.mode != "slider" or canvas.compare.holding:
            return False
        line = canvas.compare.split * canvas.view.viewport[0]
        return abs(pointer.place.x() - line) <= SLIDER_REACH * canvas.ratio

    def _pointer(
        self,
        position: QPointF,
        modifiers: Qt.KeyboardModifier,
        *,
        pressure: float | None = None,
        eraser: bool = False,
    ) -> Pointer:
        place = position * self._canvas.ratio
        point = self._canvas.view.to_picture(place)
        held = self._held(modifiers)
        return Pointer(point.x(), point.y(), place, pressure, *held, eraser)

    @staticmethod
    def _held(modifiers: Qt.KeyboardModifier) -> tuple[bool, bool]:
        """Whether Shift, and whether Ctrl or Alt, is held."""
        inverting = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
        return bool(modifiers & Qt.KeyboardModifier.ShiftModifier), bool(modifiers & inverting)

    def _report(self, pointer: Pointer) -> None:
        x, y = math.floor(pointer.x), math.floor(pointer.y)
        document = self._canvas.document
        inside = 0 <= x < document.width and 0 <= y < document.height
        self._canvas.hover.emit(QPoint(x, y) if inside else OUTSIDE)

    # ---- wheel and touch

    def _wheel(self, event: QWheelEvent) -> None:
        canvas = self._canvas
        fingers = event.pixelDelta()
        is_pad = event.device() is not None and event.device().type() == QInputDevice.DeviceType.TouchPad
        zooms = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        turns = event.angleDelta()
        if is_pad and not zooms and not fingers.isNull():
            canvas.pan(fingers.x() * canvas.ratio, fingers.y() * canvas.ratio)
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            # Some platforms turn the wheel sideways by themselves while Shift is held.
            canvas.pan((turns.x() or turns.y()) * canvas.ratio, 0)
        else:
            steps = (turns.y() or turns.x()) / NOTCH
            at = event.position() * canvas.ratio
            canvas.set_view(canvas.view.zoomed(canvas.zoom * ZOOM_PER_NOTCH**steps, at))
        event.accept()

    def _native_gesture(self, event: QNativeGestureEvent) -> bool:
        canvas, at = self._canvas, event.position() * self._canvas.ratio
        if event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
            canvas.set_view(canvas.view.zoomed(canvas.zoom * (1 + event.value()), at))
        elif event.gestureType() == Qt.NativeGestureType.RotateNativeGesture:
            canvas.set_view(canvas.view.turned(-event.value(), at))
        elif event.gestureType() == Qt.NativeGestureType.SmartZoomNativeGesture:
            canvas.fit()
        else:
            return False
        return True

    def pinch(self, pinch: QPinchGesture) -> None:
        """Two fingers: zooms around their middle and moves with it."""
        canvas = self._canvas
        if self._active is not None:
            # The first of the fingers has begun to paint.
            self._active.cancel()
            self._active = None
        centre = pinch.centerPoint()
        at = canvas.mapFromGlobal(centre) * canvas.ratio
        moved = (centre - pinch.lastCenterPoint()) * canvas.ratio
        view = canvas.view.zoomed(canvas.zoom * pinch.scaleFactor(), at)
        canvas.set_view(view if moved.isNull() else view.panned(moved.x(), moved.y()))

    def _gesture(self, event: QGestureEvent) -> bool:
        gesture = event.gesture(Qt.GestureType.PinchGesture)
        if gesture is None:
            return False
        self.pinch(cast(QPinchGesture, gesture))
        event.accept(gesture)
        return True

    # ---- keys

    def _key(self, event: QKeyEvent) -> bool:
        pressed = event.type() in (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride)
        if event.type() == QEvent.Type.ShortcutOverride:
            return self._is_ours(event)
        if event.key() in _TEMPORARY:
            if self._last is not None and self._active is None:
                # While the key goes down the event does not count it as held, and while it goes up it still does.
                shift, invert = self._last.shift, self._last.invert
                if event.key() == Qt.Key.Key_Shift:
                    shift = pressed
                elif event.key() in (Qt.Key.Key_Control, Qt.Key.Key_Alt):
                    invert = pressed
                self._last = self._last._replace(shift=shift, invert=invert)
                self._canvas.tool.hover(self._last)
            return False
        if event.key() == Qt.Key.Key_Space:
            if not event.isAutoRepeat():
                self._space = pressed
                self.show_cursor()
            return True
        if event.key() == ORIGINAL_KEY and not event.modifiers():
            if not event.isAutoRepeat():
                self._canvas.compare.hold(pressed)
            return True
        return pressed and (self._canvas.tool.key(event) or self._setting_key(event))

    def _setting_key(self, event: QKeyEvent) -> bool:
        """[ and ] for the size, { and } for the hardness, digits for the opacity."""
        settings, key = self._canvas.settings, event.key()
        if event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier):
            return False
        if key in (Qt.Key.Key_BracketLeft, Qt.Key.Key_BracketRight):
            steps = 1 if key == Qt.Key.Key_BracketRight else -1
            if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                settings.hardness += 0.1 * steps
            else:
                settings.grow_brush(steps)
        elif key in (Qt.Key.Key_BraceLeft, Qt.Key.Key_BraceRight):
            settings.hardness += 0.1 if key == Qt.Key.Key_BraceRight else -0.1
        elif Qt.Key.Key_0 <= key <= Qt.Key.Key_9 and not event.modifiers():
            settings.opacity = (key - Qt.Key.Key_0) / 10 or 1.0
        else:
            return False
        return True

    def _is_ours(self, event: QKeyEvent) -> bool:
        """Whether a key is for the canvas although the window has a shortcut for it."""
        if event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier):
            return False
        if event.key() in (Qt.Key.Key_Space, ORIGINAL_KEY):
            return True
        steers = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape, Qt.Key.Key_Backspace)
        if self._canvas.tool.is_busy and event.key() in steers:
            return True
        return event.key() in (
            *(Qt.Key.Key_BracketLeft, Qt.Key.Key_BracketRight),
            *(Qt.Key.Key_BraceLeft, Qt.Key.Key_BraceRight),
        )
