"""What the pointer does on the canvas: the common ground of all tools, their settings, and the list of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

import numpy as np
from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter

from ccnet.masks import Bounds, Mask, Point
from ccnet.shapes import clip
from ccnet.strokes import Brush

if TYPE_CHECKING:
    from gui.document import Document, Edit

ToolName = Literal[
    "brush", "eraser", "lasso", "polygon", "rectangle", "fill", "wand", "smart click", "target shape", "pan"
]

SIZES = 1.0, 2000.0
"""The smallest and the largest brush, in picture pixels."""

CLICK_REACH = 4.0
"""Logical pixels: a press and a release no further apart are a click, not a drag."""


class Pointer(NamedTuple):
    """Where the pointer is and what is held. x, y: in the picture, between pixels. place: in the viewport, in device
    pixels. pressure: 0..1, of a tablet; None of a mouse. shift, invert (Ctrl or Alt): keys. eraser: the other end of
    the pen.
    """

    x: float
    y: float
    place: QPointF
    pressure: float | None = None
    shift: bool = False
    invert: bool = False
    eraser: bool = False

    def is_near(self, other: Pointer, reach: float) -> bool:
        """Whether two places are at most `reach` device pixels apart."""
        apart = self.place - other.place
        return abs(apart.x()) <= reach and abs(apart.y()) <= reach


class ToolSettings(QObject):
    """What all tools are set to. `changed` is emitted after any change.

    size: picture pixels at full pressure. hardness, opacity: 0..1. pressure_size, pressure_opacity: what a tablet's
    pressure changes. smooth: strokes are curves. tolerance (0..255), contiguous: of the magic wand. paints: what the
    tools change, the mask or the protected parts. keep_protected: painting the mask leaves protected parts alone.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._size, self._hardness, self._opacity = 40.0, 0.85, 1.0
        self._pressure_size, self._pressure_opacity, self._smooth = True, False, True
        self._tolerance, self._contiguous = 24, True
        self._paints: Literal["mask", "protection"] = "mask"
        self._keep_protected = True

    def brush(self, mouse: bool) -> Brush:
        """The brush as it is set. mouse: there is no pressure to follow."""
        return Brush(
            self._size,
            self._hardness,
            self._opacity,
            self._pressure_size and not mouse,
            self._pressure_opacity and not mouse,
            self._smooth,
        )

    @property
    def size(self) -> float:
        return self._size

    @size.setter
    def size(self, size: float) -> None:
        self._set("_size", min(max(float(size), SIZES[0]), SIZES[1]))

    @property
    def hardness(self) -> float:
        return self._hardness

    @hardness.setter
    def hardness(self, hardness: float) -> None:
        self._set("_hardness", min(max(float(hardness), 0.0), 1.0))

    @property
    def opacity(self) -> float:
        return self._opacity

    @opacity.setter
    def opacity(self, opacity: float) -> None:
        self._set("_opacity", min(max(float(opacity), 0.01), 1.0))

    @property
    def pressure_size(self) -> bool:
        return self._pressure_size

    @pressure_size.setter
    def pressure_size(self, on: bool) -> None:
        self._set("_pressure_size", bool(on))

    @property
    def pressure_opacity(self) -> bool:
        return self._pressure_opacity

    @pressure_opacity.setter
    def pressure_opacity(self, on: bool) -> None:
        self._set("_pressure_opacity", bool(on))

    @property
    def smooth(self) -> bool:
        return self._smooth

    @smooth.setter
    def smooth(self, on: bool) -> None:
        self._set("_smooth", bool(on))

    @property
    def tolerance(self) -> int:
        return self._tolerance

    @tolerance.setter
    def tolerance(self, tolerance: int) -> None:
        self._set("_tolerance", min(max(int(tolerance), 0), 255))

    @property
    def contiguous(self) -> bool:
        return self._contiguous

    @contiguous.setter
    def contiguous(self, on: bool) -> None:
        self._set("_contiguous", bool(on))

    @property
    def paints(self) -> Literal["mask", "protection"]:
        return self._paints

    @paints.setter
    def paints(self, what: Literal["mask", "protection"]) -> None:
        self._set("_paints", what)

    @property
    def keep_protected(self) -> bool:
        return self._keep_protected

    @keep_protected.setter
    def keep_protected(self, on: bool) -> None:
        self._set("_keep_protected", bool(on))

    def grow_brush(self, steps: int) -> None:
        """The next larger size, or with `steps` < 0 the next smaller."""
        size = self._size
        for _ in range(abs(steps)):
            change = max(1.0, size * 0.12)
            size = round(size + change if steps > 0 else size - change)
        self.size = size

    def _set(self, name: str, value: object) -> None:
        if getattr(self, name) != value:
            setattr(self, name, value)
            self.changed.emit()


class Host(Protocol):
    """What tools may do to the canvas they work on."""

    settings: ToolSettings

    @property
    def document(self) -> Document: ...

    @property
    def ratio(self) -> float:
        """Device pixels per logical pixel."""
        ...

    @property
    def zoom(self) -> float:
        """Device pixels per picture pixel."""
        ...

    def to_viewport(self, x: float, y: float) -> QPointF:
        """A place in the picture, in device pixels of the viewport."""
        ...

    def pan(self, dx: float, dy: float) -> None:
        """Moves the picture by device pixels."""
        ...

    def repaint_tool(self) -> None:
        """What the tool paints over the picture has changed."""
        ...

    def ask_click(self, points: tuple[Point, ...], box: Bounds | None, *, preview: bool) -> None:
        """Asks for the mask of what is pointed at."""
        ...

    def suggest(self, mask: Mask | None, *, removes: bool = False) -> None:
        """Shows a mask that is not there yet, or none."""
        ...

    def change_target(self, part: str, value: str | float) -> None:
        """The new outfit's shape was pulled: "hem", "sleeves" or "flare"."""
        ...


class Tool:
    """One thing to do with the pointer. Tools live as long as their canvas; `leave` puts them away.

    A tool that paints calls `begin` and then writes through `paint`; only `finish` makes it an entry of the history.
    """

    name: ToolName
    cursor: Qt.CursorShape | None = Qt.CursorShape.CrossCursor
    """None: the brush's own circle."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self._edit: Edit | None = None

    @property
    def is_busy(self) -> bool:
        """Whether something is begun that should not be interrupted."""
        return self._edit is not None

    def press(self, pointer: Pointer) -> None:
        """The button, or the pen, goes down."""

    def move(self, pointer: Pointer) -> None:
        """Moved with the button held."""

    def release(self, pointer: Pointer) -> None:
        """The button goes up."""

    def hover(self, pointer: Pointer | None) -> None:
        """Moved without a button, or (None) left the canvas."""

    def double_click(self, pointer: Pointer) -> None:
        """The second press of a double click, instead of `press`."""
        self.press(pointer)

    def key(self, event: QKeyEvent) -> bool:
        """A key that the tool may use; whether it did."""
        return False

    def cancel(self) -> None:
        """As if the pointer had never gone down."""
        if self._edit is not None:
            edit, self._edit = self._edit, None
            edit.cancel()

    def abandon(self) -> None:
        """Somebody else has closed the edit: an undo in the middle of a stroke."""
        self._edit = None

    def leave(self) -> None:
        """Another tool takes over: what is begun is dropped."""
        self.cancel()

    def paint_over(self, painter: QPainter) -> None:
        """Paints over the picture, in device pixels."""

    # ---- for tools that paint

    def begin(self, name: str) -> None:
        """Opens an edit of whatever the tools are set to paint on."""
        document = self.host.document
        edit = document.edit_mask if self.host.settings.paints == "mask" else document.edit_protection
        self._edit = edit(name)

    def limit(self, erase: bool) -> np.ndarray | None:
        """What must not be painted over, for the functions of `ccnet.strokes` and `ccnet.shapes`."""
        settings = self.host.settings
        if erase or settings.paints != "mask" or not settings.keep_protected:
            return None
        return self.host.document.protection

    def paint(self, change: Callable[[np.ndarray], Bounds]) -> None:
        """Lets `change` write to the open edit's array and shows what it wrote."""
        if self._edit is not None:
            bounds = clip(self._edit.array, change(self._edit.array))
            if bounds.width:
                self._edit.touch(bounds)

    def finish(self) -> None:
        """Closes the edit: an entry of the history, unless nothing differs."""
        if self._edit is not None:
            edit, self._edit = self._edit, None
            edit.commit()

    def at_once(self, name: str, change: Callable[[np.ndarray], Bounds]) -> None:
        """A whole edit."""
        self.begin(name)
        self.paint(change)
        self.finish()


class PanTool(Tool):
    """Moves the picture in its window."""

    name = "pan"
    cursor = Qt.CursorShape.OpenHandCursor

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self._from: QPointF | None = None

    def press(self, pointer: Pointer) -> None:
        self._from = pointer.place

    def move(self, pointer: Pointer) -> None:
        if self._from is not None:
            moved, self._from = pointer.place - self._from, pointer.place
            self.host.pan(moved.x(), moved.y())

    def release(self, pointer: Pointer) -> None:
        self._from = None


@dataclass(frozen=True)
class ToolText:
    """How a tool is offered: its words in English (translated in the context "Tools"), its key, its icon's name."""

    title: str
    hint: str
    key: str
    icon: str

    @property
    def shown_title(self) -> str:
        """In the user's language."""
        return QCoreApplication.translate("Tools", self.title)

    @property
    def shown_hint(self) -> str:
        """In the user's language."""
        return QCoreApplication.translate("Tools", self.hint)

    @property
    def tooltip(self) -> str:
        """Title, key and hint, for a button."""
        return f"<b>{self.shown_title}</b> ({self.key})<br>{self.shown_hint}"


def _text(title: object, hint: object, key: str, icon: str) -> ToolText:
    # PySide's stub gives QT_TRANSLATE_NOOP's result no type.
    return ToolText(str(title), str(hint), key, icon)


TOOL_TEXTS: dict[ToolName, ToolText] = {
    "brush": _text(
        QT_TRANSLATE_NOOP("Tools", "Brush"),
        QT_TRANSLATE_NOOP(
            "Tools", "Paint over the outfit. Ctrl erases, Shift draws a straight line, [ ] changes the size."
        ),
        "B",
        "brush",
    ),
    "eraser": _text(
        QT_TRANSLATE_NOOP("Tools", "Eraser"),
        QT_TRANSLATE_NOOP("Tools", "Take away from the mask. Hold Ctrl to paint."),
        "E",
        "eraser",
    ),
    "lasso": _text(
        QT_TRANSLATE_NOOP("Tools", "Lasso"),
        QT_TRANSLATE_NOOP("Tools", "Draw around an area to mask it. Hold Ctrl to take it away."),
        "L",
        "lasso",
    ),
    "polygon": _text(
        QT_TRANSLATE_NOOP("Tools", "Polygon"),
        QT_TRANSLATE_NOOP("Tools", "Click from corner to corner; Enter closes, Backspace takes a corner back."),
        "P",
        "polygon",
    ),
    "rectangle": _text(
        QT_TRANSLATE_NOOP("Tools", "Rectangle"),
        QT_TRANSLATE_NOOP("Tools", "Drag over an area to mask it. Hold Ctrl to take it away, Shift for a square."),
        "R",
        "rectangle",
    ),
    "fill": _text(
        QT_TRANSLATE_NOOP("Tools", "Fill"),
        QT_TRANSLATE_NOOP("Tools", "Click inside an outline you painted to fill it. Hold Ctrl to remove a patch."),
        "G",
        "fill",
    ),
    "wand": _text(
        QT_TRANSLATE_NOOP("Tools", "Magic wand"),
        QT_TRANSLATE_NOOP("Tools", "Click on a colour to mask it. Hold Ctrl to take it away."),
        "W",
        "wand",
    ),
    "smart click": _text(
        QT_TRANSLATE_NOOP("Tools", "Smart click"),
        QT_TRANSLATE_NOOP("Tools", "Click on a garment, or drag a box around it. Shift adds, Alt takes away."),
        "S",
        "smart-click",
    ),
    "target shape": _text(
        QT_TRANSLATE_NOOP("Tools", "Target shape"),
        QT_TRANSLATE_NOOP("Tools", "Drag hem, sleeves and flare to where the new outfit shall end."),
        "T",
        "target-shape",
    ),
    "pan": _text(
        QT_TRANSLATE_NOOP("Tools", "Move view"),
        QT_TRANSLATE_NOOP("Tools", "Drag the picture. With any tool: hold Space, or the middle button."),
        "H",
        "pan",
    ),
}
"""Every tool, in the order of the toolbar."""
