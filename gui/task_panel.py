"""How something that is done with models is going, at the foot of their dialog."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from gui.glyphs import glyph
from gui.sentences import translated


class TaskPanel(QFrame):
    """How a task is going: a bar and a line, terms to accept, or what went wrong. agreed, cancelled: the buttons."""

    agreed = Signal()
    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._failed = False
        self.says = QLabel(self)
        self.says.setWordWrap(True)
        self.says.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.bar = QProgressBar(self)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(6)
        self.bar.setAccessibleName(self.tr("Progress"))
        self.agree = QPushButton(glyph("download"), self.tr("Accept and download"), self)
        self.agree.setAccessibleName(self.agree.text())
        self.agree.setToolTip(self.tr("Accepts the licence that is shown"))
        self.cancel = QPushButton(self.tr("Cancel"), self)
        self.cancel.setAccessibleName(self.cancel.text())
        self.cancel.setToolTip(self.tr("What came so far is kept for the next time"))
        self.agree.clicked.connect(self.agreed)
        self.cancel.clicked.connect(self.cancelled)
        row = QHBoxLayout()
        row.addWidget(self.bar, 1)
        row.addStretch(0)
        row.addWidget(self.agree)
        row.addWidget(self.cancel)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.says)
        column.addLayout(row)
        for part in (self.bar, self.agree, self.cancel):
            part.hide()

    def begin(self, text: str) -> None:
        """Something has begun."""
        self._failed = False
        self.says.setText(text)
        self.bar.setRange(0, 0)
        self.bar.show()
        self.cancel.show()
        self.agree.hide()

    def ask(self, terms: str, _size: int) -> None:
        """Shows the terms of a download and waits for an answer."""
        self.says.setText(terms)
        self.bar.hide()
        self.agree.show()
        self.cancel.show()
        self.agree.setFocus()

    def advance(self, done: int, total: int, text: str) -> None:
        """So much of a file is there: a bar of a thousand parts, because it counts in 32 bits."""
        self.bar.setRange(0, 1000)
        self.bar.setValue(round(1000 * done / max(total, 1)))
        self.says.setText(text)

    def say(self, text: str) -> None:
        self.says.setText(text)

    def complain(self, text: str) -> None:
        """What went wrong; it stays until something else is begun."""
        self._failed = True
        self.says.setText(translated(text))

    def finish(self, done: bool) -> None:
        """It is over."""
        for part in (self.bar, self.agree, self.cancel):
            part.hide()
        if not done and not self._failed:
            self.says.setText(self.tr("Cancelled. What came so far is kept for the next time."))
