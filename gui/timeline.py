"""When the window could be seen and the engine was ready, and how long events had to wait in between: for measuring.

Nothing is measured unless the environment variable CCNET_TIMELINE names a file; then a JSON object is added to it for
each of these, a line, with "time" in seconds of `time.monotonic`, which all processes of a machine share:

    {"event": "visible"}                                the window has been painted
    {"event": "engine", "pid": 123}                     the engine's process is there
    {"event": "ready", "longest_wait": 0.02, ...}       a model is loaded; for how many seconds the window could not be
                                                        used at the longest, since it was visible
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QWidget

from gui.engine_bridge import EngineBridge

VARIABLE = "CCNET_TIMELINE"

BEAT = 5
"""Milliseconds from one look at the clock to the next."""


def follow(window: QWidget, bridge: EngineBridge) -> None:
    """Writes the timeline, if it is asked for. To be called before the window is shown and the engine started."""
    if file := os.environ.get(VARIABLE):
        _Timeline(Path(file), window, bridge)


class _Timeline(QObject):
    def __init__(self, file: Path, window: QWidget, bridge: EngineBridge) -> None:
        super().__init__(window)
        self._file = file
        self._beat = QTimer(self, interval=BEAT, timerType=Qt.TimerType.PreciseTimer)
        self._beat.timeout.connect(self._tick)
        self._last = self._longest = 0.0
        window.installEventFilter(self)
        bridge.started.connect(lambda pid: self._write("engine", pid=pid))
        bridge.ready.connect(self._ready)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self._visible)  # when all of it has been painted and handed to the screen
        return False

    def _visible(self) -> None:
        self._write("visible")
        self._last = time.monotonic()
        self._beat.start()

    def _tick(self) -> None:
        now = time.monotonic()
        self._longest = max(self._longest, now - self._last - BEAT / 1000)
        self._last = now

    def _ready(self, model: str) -> None:
        self._tick()
        self._write("ready", model=model, longest_wait=self._longest)

    def _write(self, event: str, **values: Any) -> None:
        line = json.dumps({"event": event, "time": time.monotonic(), **values})
        with self._file.open("a", encoding="utf-8") as file:
            file.write(line + "\n")
