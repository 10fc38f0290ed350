"""Parts that several panels are built of: a slider with its number, a section that folds, buttons that flow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QPalette, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLayoutItem,
    QSizePolicy,
    QSlider,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui.glyphs import glyph


class _Calm:
    """A widget that the wheel leaves alone until it has the focus, so that scrolling a panel changes nothing."""

    def wheelEvent(self: Any, event: QWheelEvent) -> None:
        if self.hasFocus():
            cast(Any, super()).wheelEvent(event)
        else:
            event.ignore()


class CalmSlider(_Calm, QSlider):
    """A slider that the wheel leaves alone until it has the focus."""


class CalmCombo(_Calm, QComboBox):
    """A list to choose from that the wheel leaves alone until it has the focus; it is as narrow as it must be."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(6)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)


class CalmSpin(_Calm, QSpinBox):
    """A whole number that the wheel leaves alone until it has the focus."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)


class CalmDoubleSpin(_Calm, QDoubleSpinBox):
    """A number that the wheel leaves alone until it has the focus."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)


def glyph_button(parent: QWidget, sign: str, title: str, keys: str, do: Callable[[], Any]) -> QToolButton:
    """A flat button with a glyph; its tooltip is `title`, and `keys` when it has a shortcut."""
    button = QToolButton(parent)
    button.setIcon(glyph(sign))
    button.setIconSize(QSize(18, 18))
    button.setAutoRaise(True)
    button.setAccessibleName(title)
    button.setToolTip(f"{title} ({keys})" if keys else title)
    button.clicked.connect(lambda: do())
    return button


class NumberField(QWidget):
    """A number as a slider and a box. changed: its new value, when a person changed it."""

    changed = Signal(float)

    def __init__(
        self,
        title: str,
        low: float,
        high: float,
        step: float,
        decimals: int = 0,
        parent: QWidget | None = None,
        *,
        label_width: int = 96,
    ) -> None:
        super().__init__(parent)
        self._step, self._low = step, low
        self._label = QLabel(title, self)
        self.slider = CalmSlider(Qt.Orientation.Horizontal, self)
        self.slider.setRange(0, round((high - low) / step))
        self.slider.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.box = CalmDoubleSpin(self)
        self.box.setRange(low, high)
        self.box.setDecimals(decimals)
        self.box.setSingleStep(step)
        self.box.setKeyboardTracking(False)
        self.box.setFixedWidth(self.box.fontMetrics().horizontalAdvance("0000.00") + 34)
        self._label.setBuddy(self.box)
        for part in (self.slider, self.box):
            part.setAccessibleName(title)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._label)
        row.addWidget(self.slider, 1)
        row.addWidget(self.box)
        self._label.setFixedWidth(label_width)
        self._label.setWordWrap(True)
        self.slider.valueChanged.connect(self._slid)
        self.box.valueChanged.connect(self._typed)

    @property
    def value(self) -> float:
        return self.box.value()

    def set_value(self, value: float) -> None:
        """Shows a value; nothing is said of it."""
        for part in (self.slider, self.box):
            part.blockSignals(True)
        self.box.setValue(value)
        self.slider.setValue(round((value - self._low) / self._step))
        for part in (self.slider, self.box):
            part.blockSignals(False)

    def set_help(self, text: str) -> None:
        """The tooltip of all its parts."""
        for part in (self._label, self.slider, self.box):
            part.setToolTip(text)
            part.setAccessibleDescription(text)

    def _slid(self, place: int) -> None:
        value = self._low + place * self._step
        self.box.blockSignals(True)
        self.box.setValue(value)
        self.box.blockSignals(False)
        self.changed.emit(self.box.value())

    def _typed(self, value: float) -> None:
        self.slider.blockSignals(True)
        self.slider.setValue(round((value - self._low) / self._step))
        self.slider.blockSignals(False)
        self.changed.emit(value)


class Fold(QWidget):
    """A section under a heading that opens and closes. toggled: whether it is open."""

    toggled = Signal(bool)

    def __init__(self, title: str, content: QWidget, parent: QWidget | None = None, *, is_open: bool = False) -> None:
        super().__init__(parent)
        self.content = content
        self.head = QToolButton(self)
        self.head.setText(title)
        self.head.setAccessibleName(title)
        self.head.setAutoRaise(True)
        self.head.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.head.setIconSize(QSize(14, 14))
        self.head.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        font = self.head.font()
        font.setBold(True)
        self.head.setFont(font)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.head)
        column.addWidget(content)
        self.is_open = is_open
        self.head.clicked.connect(lambda: self.set_open(not self.is_open))
        self._turn()

    def set_open(self, is_open: bool) -> None:
        if is_open != self.is_open:
            self.is_open = is_open
            self._turn()
            self.toggled.emit(is_open)

    def set_title(self, title: str) -> None:
        self.head.setText(title)
        self.head.setAccessibleName(title)

    def _turn(self) -> None:
        self.head.setIcon(glyph("down" if self.is_open else "right"))
        self.head.setAccessibleDescription(self.tr("open") if self.is_open else self.tr("closed"))
        self.content.setVisible(self.is_open)


class FlowLayout(QLayout):
    """Side by side while there is room, then in the next line."""

    def __init__(self, parent: QWidget | None = None, spacing: int = 6) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(spacing)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:  # pyright: ignore[reportIncompatibleMethodOverride]
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:  # pyright: ignore[reportIncompatibleMethodOverride]
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._arrange(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._arrange(rect, move=True)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        size = QSize()
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        return size

    def _arrange(self, rect: QRect, *, move: bool) -> int:
        x, y, line = rect.x(), rect.y(), 0
        for item in self._items:
            hint = item.sizeHint().boundedTo(QSize(max(rect.width(), 1), 10_000))
            if x > rect.x() and x + hint.width() > rect.right() + 1:
                x, y, line = rect.x(), y + line + self.spacing(), 0
            if move:
                item.setGeometry(QRect(QPoint(x, y), hint))
            x, line = x + hint.width() + self.spacing(), max(line, hint.height())
        return y + line - rect.y()


def heading(text: str, parent: QWidget | None = None) -> QLabel:
    """A label over a part of a panel."""
    label = QLabel(text, parent)
    font = label.font()
    font.setBold(True)
    label.setFont(font)
    return label


def faint(label: QLabel) -> QLabel:
    """The label in the palette's weaker colour, wrapped: for remarks."""
    label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    label.setWordWrap(True)
    return label
