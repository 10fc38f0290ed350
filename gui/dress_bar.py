"""The foot of the outfit panel: the button that dresses, the one that cancels, and how far the drawing is."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QSize, Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from gui.fields import faint
from gui.glyphs import glyph

DRESS_KEYS, CANCEL_KEYS = "Ctrl+Return", "Esc"
"""What the window's actions for the two buttons are reached by."""


class TimeLeft:
    """Guesses how many seconds a job still takes, from its latest steps. Steps may be said late or not at all."""

    REMEMBERED = 6
    """Steps that the guess is made from: an engine that slows down is noticed."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seen: list[tuple[float, int]] = []

    def begin(self) -> None:
        self._seen = []

    def at(self, step: int, total: int) -> float | None:
        """Seconds left, None while nothing can be said."""
        if self._seen and step < self._seen[-1][1]:  # the job began anew
            self._seen = []
        if not self._seen or step > self._seen[-1][1]:
            self._seen.append((self._clock(), step))
            del self._seen[: -self.REMEMBERED]
        (first, early), (last, late) = self._seen[0], self._seen[-1]
        if late == early:
            return None
        return max((total - late) * (last - first) / (late - early) - (self._clock() - last), 0.0)


def duration(seconds: float) -> str:
    """A length of time in words: 8 s, 1 min 20 s, 2 h 5 min."""
    whole = max(round(seconds), 1)
    if whole < 60:
        return QCoreApplication.translate("Duration", "{seconds} s").format(seconds=whole)
    if whole < 3600:
        text = QCoreApplication.translate("Duration", "{minutes} min {seconds} s")
        return text.format(minutes=whole // 60, seconds=whole % 60)
    text = QCoreApplication.translate("Duration", "{hours} h {minutes} min")
    return text.format(hours=whole // 3600, minutes=whole % 3600 // 60)


class DressBar(QWidget):
    """dress_requested, cancel_requested: the buttons. While a job runs, "Dress" adds another one to the queue."""

    dress_requested = Signal()
    cancel_requested = Signal()

    def __init__(self, parent: QWidget | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(parent)
        self._left = TimeLeft(clock)
        self._waiting = 0
        self._running = False
        self._problem = ""
        self.dress = QPushButton(self.tr("Dress"), self)
        self.dress.setIcon(glyph("hanger", QPalette.ColorRole.HighlightedText))
        self.dress.setIconSize(QSize(22, 22))
        self.dress.setMinimumHeight(42)
        self.dress.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.dress.setObjectName("dress")
        self.dress.setStyleSheet(
            "#dress { background: palette(highlight); color: palette(highlighted-text); border: none;"
            " border-radius: 8px; font-weight: bold; font-size: 15px; padding: 0 12px; }"
            "#dress:hover { border: 2px solid palette(highlighted-text); }"
            "#dress:focus { border: 2px solid palette(window-text); }"
            "#dress:disabled { background: palette(button); color: palette(placeholder-text);"
            " border: 1px solid palette(mid); }"
        )
        self.dress.setAccessibleName(self.tr("Dress"))
        self.dress.clicked.connect(self.dress_requested)
        self.cancel = QPushButton(self.tr("Cancel"), self)
        self.cancel.setIcon(glyph("stop"))
        self.cancel.setMinimumHeight(42)
        self.cancel.setAccessibleName(self.tr("Cancel"))
        self.cancel.setToolTip(self.tr("Stop drawing after this step ({keys})").format(keys=CANCEL_KEYS))
        self.cancel.clicked.connect(self._cancel)
        self.bar = QProgressBar(self)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(6)
        self.bar.setAccessibleName(self.tr("Progress of the drawing"))
        self.says = faint(QLabel(self))
        self.says.setAlignment(Qt.AlignmentFlag.AlignTop)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.dress, 1)
        row.addWidget(self.cancel)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(5)
        column.addLayout(row)
        column.addWidget(self.bar)
        column.addWidget(self.says)
        self.set_ready("")
        self.finish()

    def set_ready(self, problem: str) -> None:
        """Whether there is something to dress. problem: what to do first, "" when nothing is missing."""
        self._problem = problem
        self.dress.setEnabled(not problem)
        keys = self.tr("Draw the outfit into the mask ({keys})").format(keys=DRESS_KEYS)
        self.dress.setToolTip(problem or keys)
        self.dress.setAccessibleDescription(problem)
        if not self._running:
            self._say(problem)

    def begin(self, text: str = "") -> None:
        """A job has begun; no step is done yet. text: what it is at, "Loading the model" for one."""
        self._left.begin()
        self._running = True
        self.bar.setRange(0, 0)
        self.cancel.setEnabled(True)
        for part in (self.cancel, self.bar, self.says):
            part.show()
        self.says.setText(text or self.tr("Preparing"))

    def set_progress(self, step: int, total: int) -> None:
        """So many steps of the job are done."""
        if not self._running:
            self.begin()
        self.bar.setRange(0, total)
        self.bar.setValue(step)
        words = [self.tr("Step {step} of {total}").format(step=step, total=total)]
        left = self._left.at(step, total)
        if left is not None:
            words.append(self.tr("{time} left").format(time=duration(left)))
        self._tell(words)

    def set_waiting(self, count: int) -> None:
        """How many jobs wait behind this one."""
        self._waiting = count

    def finish(self, text: str = "") -> None:
        """No job runs. text: what is to be said of it, such as that it was cancelled; else what to do first."""
        self._running = False
        self.cancel.hide()
        self.bar.hide()
        self._say(text or self._problem)

    def _say(self, text: str) -> None:
        self.says.setText(text)
        self.says.setVisible(bool(text))

    def _tell(self, words: list[str]) -> None:
        if self._waiting:
            words.append(self.tr("%n waiting", "", self._waiting))
        self.says.setText(" · ".join(words))

    def _cancel(self) -> None:
        self.cancel.setEnabled(False)
        self.says.setText(self.tr("Stopping after this step"))
        self.cancel_requested.emit()
