"""How before and after are compared: by a line across the picture, side by side, or while a key is held.

The canvas paints it; this is the state it follows, and the buttons.
"""

from __future__ import annotations

from functools import partial
from typing import Literal, get_args

from PySide6.QtCore import QObject, QSize, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QToolButton, QWidget

from gui.glyphs import glyph

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
