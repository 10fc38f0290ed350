"""Sentences over the picture that a person should read but need not answer: one at a time, until it is closed."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.glyphs import BAD, DOUBTFUL
from gui.promise_badge import Finding
from gui.sentences import translated

MOST = 8
"""Sentences that wait; older ones are in the log."""


class NoticeBar(QWidget):
    """Hidden while there is nothing to read."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._waiting: list[tuple[str, bool]] = []
        self.finding = Finding(self)
        self.finding.pressed.connect(self.close_sentence)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 6, 6, 6)
        column.addWidget(self.finding)
        self.hide()

    @property
    def sentence(self) -> str:
        """What stands there, "" for nothing."""
        return self._waiting[0][0] if self._waiting else ""

    def say(self, sentence: str, *, bad: bool = False) -> None:
        """Shows a sentence, behind those that are not closed yet; what went wrong (`bad`) before the others."""
        if any(sentence == each for each, _ in self._waiting):
            return
        if bad:
            self._waiting.insert(0, (sentence, True))
        else:
            self._waiting.append((sentence, False))
        del self._waiting[MOST:]
        self._show()

    def close_sentence(self) -> None:
        """It was read; the next one appears."""
        del self._waiting[:1]
        self._show()

    def clear(self) -> None:
        self._waiting.clear()
        self._show()

    def _show(self) -> None:
        if self._waiting:
            sentence, bad = self._waiting[0]
            more = len(self._waiting) - 1
            button = self.tr("Next ({count} more)").format(count=more) if more else self.tr("Close")
            self.finding.say(BAD if bad else DOUBTFUL, "warning", translated(sentence), button)
        self.setVisible(bool(self._waiting))
