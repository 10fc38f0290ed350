"""Before and after: a line that is drawn across the picture, both side by side, or the original while a key is held.

The overlay lies over the canvas, which goes on painting the picture as it is now ("after"); the overlay paints the
original over a part of it, with the canvas's own transform, so that it follows every zoom, turn and mirror.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Literal, get_args

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen, QTransform
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QToolButton, QWidget

from gui.glyphs import glyph, paint_glyph

Mode = Literal["off", "slider", "side"]
MODES: tuple[Mode, ...] = get_args(Mode)

REACH = 9
"""Pixels around the line in which it can be taken."""

COMPARE_KEYS, HOLD_KEYS = "C", "O"
"""What the window's actions are reached by: the next way to compare, and the original while it is held."""


class Compare(QObject):
    """How before and after are compared. split: where the line is, as a share of the view's width.

    changed: any of it. holding: the original is shown alone, for as long as a key is held.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._mode: Mode = "off"
        self._split = 0.5
        self._holding = False

    @property
    def mode(self) -> Mode:
        return self._mode

    @property
    def split(self) -> float:
        return self._split

    @property
    def holding(self) -> bool:
        return self._holding

    @property
    def is_on(self) -> bool:
        """Whether anything of the original is to be seen."""
        return self._holding or self._mode != "off"

    def set_mode(self, mode: Mode) -> None:
        if mode != self._mode:
            self._mode = mode
            self.changed.emit()

    def next_mode(self) -> None:
        """Off, slider, side by side, off."""
        self.set_mode(MODES[(MODES.index(self._mode) + 1) % len(MODES)])

    def set_split(self, split: float) -> None:
        split = min(max(split, 0.0), 1.0)
        if split != self._split:
            self._split = split
            self.changed.emit()

    def hold(self, held: bool) -> None:
        """The key for the original goes down or up."""
        if held != self._holding:
            self._holding = held
            self.changed.emit()


class CompareOverlay(QWidget):
    """Lies over a canvas and paints the original where `compare` wants it.

    transform: picture pixels -> the canvas's own pixels, as the canvas paints now. Pointer events away from the line go
    on to the canvas. The window calls `set_images` when either changes, and `update` when the canvas is moved.
    """

    def __init__(self, canvas: QWidget, compare: Compare, transform: Callable[[], QTransform]) -> None:
        super().__init__(canvas)
        self.compare = compare
        self._canvas, self._transform = canvas, transform
        self._before, self._after = QImage(), QImage()
        self._dragging = False
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setAccessibleName(self.tr("Before and after"))
        self.setAccessibleDescription(self.tr("The arrow keys move the line"))
        self.setGeometry(canvas.rect())
        canvas.installEventFilter(self)
        compare.changed.connect(self._show_or_hide)
        self._show_or_hide()

    def set_images(self, before: QImage, after: QImage | None = None) -> None:
        """The original, and what is compared with it, which only "side by side" paints. Both as large as the picture;
        they are shared, not copied."""
        self._before = before
        if after is not None:
            self._after = after
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.compare.holding:
            self._paint(painter, self._before, self._transform(), QRectF(self.rect()))
            self._label(painter, self.tr("Original"), QPointF(self.width() / 2, 12), centred=True)
        elif self.compare.mode == "slider":
            self._paint_slider(painter)
        elif self.compare.mode == "side":
            self._paint_sides(painter)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._on_line(event.position().toPoint()):
            self._dragging = True
            self.setFocus(Qt.FocusReason.MouseFocusReason)
        else:
            event.ignore()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragging:
            self.compare.set_split(event.position().x() / max(self.width(), 1))
            return
        if self._on_line(event.position().toPoint()):
            self.setCursor(Qt.CursorShape.SplitHCursor)
        else:
            self.unsetCursor()
        event.ignore()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._dragging:
            self._dragging = False
        else:
            event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -0.02, Qt.Key.Key_Right: 0.02}
        if self.compare.mode == "slider" and event.key() in steps:
            self.compare.set_split(self.compare.split + steps[Qt.Key(event.key())])
        else:
            event.ignore()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._canvas and event.type() == QEvent.Type.Resize:
            self.setGeometry(self._canvas.rect())
        return super().eventFilter(watched, event)

    def _show_or_hide(self) -> None:
        self.setVisible(self.compare.is_on)
        if self.compare.is_on:
            self.raise_()
        self.update()

    def _on_line(self, place: QPoint) -> bool:
        at = self.compare.split * self.width()
        return self.compare.mode == "slider" and not self.compare.holding and abs(place.x() - at) <= REACH

    def _paint_slider(self, painter: QPainter) -> None:
        at = round(self.compare.split * self.width())
        self._paint(painter, self._before, self._transform(), QRectF(0, 0, at, self.height()))
        outer, inner = QColor(Qt.GlobalColor.black), self.palette().color(QPalette.ColorRole.HighlightedText)
        outer.setAlphaF(0.35)
        painter.setPen(QPen(outer, 4))
        painter.drawLine(at, 0, at, self.height())
        painter.setPen(QPen(inner, 2))
        painter.drawLine(at, 0, at, self.height())
        knob = QRectF(at - 16, self.height() / 2 - 16, 32, 32)
        painter.setPen(QPen(inner, 2))
        painter.setBrush(self.palette().color(QPalette.ColorRole.Highlight))
        painter.drawEllipse(knob)
        paint_glyph(painter, "left", QRectF(knob.left() + 2, knob.top() + 8, 16, 16), inner)
        paint_glyph(painter, "right", QRectF(knob.right() - 18, knob.top() + 8, 16, 16), inner)
        if at > 90:
            self._label(painter, self.tr("Before"), QPointF(at - 10, 12), right=True)
        if self.width() - at > 90:
            self._label(painter, self.tr("After"), QPointF(at + 10, 12))

    def _paint_sides(self, painter: QPainter) -> None:
        """Each in its half, as the canvas shows the picture, the same place in the middle of both. A picture that is
        seen whole stays so."""
        half = self.width() / 2
        shown = self._transform().mapRect(QRectF(self._before.rect()))
        whole = shown.width() <= self.width()
        scale = min(1.0, 0.96 * half / max(shown.width(), 1.0)) if whole else 1.0
        centre = QPointF(self.width() / 2, self.height() / 2)
        painter.fillRect(self.rect(), self.palette().color(QPalette.ColorRole.Window))
        for image, left, title in ((self._before, 0.0, self.tr("Before")), (self._after, half, self.tr("After"))):
            moved = self._transform() * QTransform.fromTranslate(-centre.x(), -centre.y())
            moved *= QTransform.fromScale(scale, scale) * QTransform.fromTranslate(left + half / 2, centre.y())
            self._paint(painter, image, moved, QRectF(left, 0, half, self.height()))
            self._label(painter, title, QPointF(left + 12, 12))
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Mid), 2))
        painter.drawLine(QPointF(half, 0), QPointF(half, self.height()))

    def _paint(self, painter: QPainter, image: QImage, transform: QTransform, clip: QRectF) -> None:
        if image.isNull():
            return
        painter.save()
        painter.setClipRect(clip)
        painter.setTransform(transform, True)
        scale = (abs(transform.determinant())) ** 0.5
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, scale < 2)
        if image.hasAlphaChannel():
            painter.fillRect(image.rect(), self.palette().color(QPalette.ColorRole.Base))
        painter.drawImage(0, 0, image)
        painter.restore()

    def _label(
        self, painter: QPainter, text: str, place: QPointF, *, right: bool = False, centred: bool = False
    ) -> None:
        metrics = painter.fontMetrics()
        width, height = metrics.horizontalAdvance(text) + 18, metrics.height() + 8
        left = place.x() - (width if right else width / 2 if centred else 0)
        area = QRectF(left, place.y(), width, height)
        ground = self.palette().color(QPalette.ColorRole.Window)
        ground.setAlphaF(0.85)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(area, height / 2, height / 2)
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, text)


class CompareBar(QWidget):
    """Buttons for the ways to compare; the last one shows the original while it is pressed."""

    def __init__(self, compare: Compare, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.compare = compare
        self.buttons: dict[Mode, QToolButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        group = QButtonGroup(self)
        titles: dict[Mode, str] = {
            "off": self.tr("Result alone"),
            "slider": self.tr("Before and after, with a line between"),
            "side": self.tr("Before and after, side by side"),
        }
        for mode, title in titles.items():
            button = self._button(mode, f"{title} ({COMPARE_KEYS})", title)
            button.setCheckable(True)
            button.clicked.connect(partial(self._choose, mode))
            group.addButton(button)
            row.addWidget(button)
            self.buttons[mode] = button
        title = self.tr("Hold to see the original")
        self.hold = self._button("hold", f"{title} ({HOLD_KEYS})", title)
        self.hold.pressed.connect(lambda: compare.hold(True))
        self.hold.released.connect(lambda: compare.hold(False))
        row.addWidget(self.hold)
        compare.changed.connect(self._show)
        self._show()

    def _button(self, sign: str, text: str, name: str) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(glyph(sign))
        button.setIconSize(QSize(20, 20))
        button.setAutoRaise(True)
        button.setToolTip(text)
        button.setAccessibleName(name)
        return button

    def _choose(self, mode: Mode, _checked: bool = False) -> None:
        self.compare.set_mode(mode)

    def _show(self) -> None:
        self.buttons[self.compare.mode].setChecked(True)
