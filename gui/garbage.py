"""Python's collector of reference cycles, kept to the window's own thread.

Python collects in whichever thread makes an object too many, such as the one that hears the engine. Widgets in a cycle
would die there, while Qt may be painting them.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

EVERY = 200
"""Milliseconds."""


class Collector(QObject):
    """Collects in the thread it is made in, when that is idle, as often as Python itself would, until `end`.

    What there is when it is first idle, nearly all of it modules, is taken as kept for good and never looked through.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        self._frozen = False
        self._timer = QTimer(self, interval=EVERY)
        self._timer.timeout.connect(self._collect)
        self._timer.start()

    def end(self) -> None:
        """Python collects again as it always does."""
        self._timer.stop()
        gc.unfreeze()
        gc.enable()

    def _collect(self) -> None:
        if not self._frozen:
            gc.freeze()
            self._frozen = True
            return
        counts, thresholds = gc.get_count(), gc.get_threshold()
        due = [generation for generation in range(3) if counts[generation] > thresholds[generation] > 0]
        if due:
            gc.collect(due[-1])
