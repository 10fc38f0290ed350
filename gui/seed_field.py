"""The seed: a number, a lock that keeps it, a die that rolls another one."""

from __future__ import annotations

import random

from PySide6.QtCore import QRegularExpression, QSize, Signal
from PySide6.QtGui import QRegularExpressionValidator
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QToolButton, QWidget

from ccnet.request import MAX_SEED
from gui.glyphs import glyph

ROLLED = 2**31
"""Seeds that are rolled are below this: short enough to be read out, and what other programs use."""


class SeedField(QWidget):
    """changed: the seed and whether it is locked, when a person changed either."""

    changed = Signal(object, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._seed = 0
        self.box = QLineEdit(self)
        self.box.setValidator(QRegularExpressionValidator(QRegularExpression(r"\d{1,19}"), self.box))
        self.box.setAccessibleName(self.tr("Seed"))
        self.box.setToolTip(self.tr("The same seed and settings draw the same outfit again"))
        self.box.setMinimumWidth(60)
        self.dice = QToolButton(self)
        self.dice.setIcon(glyph("dice"))
        self.dice.setAccessibleName(self.tr("Roll another seed"))
        self.dice.setToolTip(self.tr("Roll another seed (Alt+R)"))
        self.dice.setShortcut("Alt+R")
        self.lock = QToolButton(self)
        self.lock.setCheckable(True)
        self.lock.setAccessibleName(self.tr("Keep the seed"))
        self.lock.setShortcut("Alt+L")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.box, 1)
        for button in (self.dice, self.lock):
            button.setIconSize(QSize(18, 18))
            button.setAutoRaise(True)
            row.addWidget(button)
        self.set_seed(0, False)
        self.box.editingFinished.connect(self._typed)
        self.dice.clicked.connect(self.roll)
        self.lock.toggled.connect(self._locked)

    @property
    def seed(self) -> int:
        return self._seed

    def set_seed(self, seed: int, locked: bool) -> None:
        """Shows a seed; nothing is said of it."""
        self._seed = seed
        if not self.box.hasFocus() or self.box.text() != str(seed):
            self.box.setText(str(seed))
        self.lock.blockSignals(True)
        self.lock.setChecked(locked)
        self.lock.blockSignals(False)
        self.lock.setIcon(glyph("locked" if locked else "unlocked"))
        says = self.tr("The seed stays (Alt+L)") if locked else self.tr("A new seed for every run (Alt+L)")
        self.lock.setToolTip(says)

    def roll(self) -> None:
        """Another seed, by chance."""
        self.set_seed(random.randrange(ROLLED), self.lock.isChecked())
        self.changed.emit(self._seed, self.lock.isChecked())

    def _typed(self) -> None:
        seed = min(int(self.box.text() or 0), MAX_SEED)
        if seed != self._seed:
            self.set_seed(seed, True)  # who types a seed means it
            self.changed.emit(seed, True)

    def _locked(self, locked: bool) -> None:
        self.set_seed(self._seed, locked)
        self.changed.emit(self._seed, locked)
