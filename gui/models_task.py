"""Something that is done with models in a process of its own, as the window sees it."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QProcess, Signal

ROOT = Path(__file__).resolve().parents[1]
COMMAND = (sys.executable, "-m", "gui.models_process")


class Pace:
    """How fast bytes come, over the last seconds, and how long the rest takes."""

    WINDOW = 8.0
    """Seconds that are looked back on."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seen: list[tuple[float, int]] = []

    def at(self, done: int) -> None:
        """So many bytes have come in all; fewer than before: of another file."""
        now = self._clock()
        if self._seen and done < self._seen[-1][1]:
            self._seen = []
        self._seen.append((now, done))
        while len(self._seen) > 2 and now - self._seen[0][0] > self.WINDOW:
            del self._seen[0]

    @property
    def bytes_per_second(self) -> float | None:
        """None while nothing can be said."""
        if len(self._seen) < 2 or self._seen[-1][0] <= self._seen[0][0]:
            return None
        return (self._seen[-1][1] - self._seen[0][1]) / (self._seen[-1][0] - self._seen[0][0])

    def seconds_left(self, done: int, total: int) -> float | None:
        pace = self.bytes_per_second
        return None if not pace else (total - done) / pace


class ModelsTask(QObject):
    """One command of `gui.models_process` at a time.

    terms: what is asked before a download, to be answered by `agree` or `cancel`, and its bytes.
    progress: a file's name, bytes that are there, bytes in all. said: a line for the user. got: a model's name and
    role. problem: why it failed. finished: whether it was done; comes last, also after `cancel`.
    """

    terms = Signal(str, object)
    progress = Signal(str, object, object)
    said = Signal(str)
    got = Signal(str, str)
    problem = Signal(str)
    finished = Signal(bool)

    def __init__(self, parent: QObject | None = None, *, command: Sequence[str] = COMMAND) -> None:
        super().__init__(parent)
        self._command = tuple(command)
        self._running = self._cancelled = self._complained = False
        self._rest = b""
        self._process = QProcess(self)
        self._process.setWorkingDirectory(str(ROOT))
        self._process.readyReadStandardOutput.connect(self._read)
        self._process.finished.connect(self._ended)
        self._process.errorOccurred.connect(self._failed)

    @property
    def is_running(self) -> bool:
        return self._running

    def start(self, command: str, names: Sequence[str]) -> None:
        """Begins one of `gui.models_process.COMMANDS`. Only one can run."""
        assert not self._running
        self._running, self._cancelled, self._complained = True, False, False
        self._rest = b""
        self._process.start(self._command[0], [*self._command[1:], command, *names])

    def agree(self) -> None:
        """Accepts the terms."""
        self._process.write(b"yes\n")

    def cancel(self) -> None:
        """Gives it up. What came of a download is kept for the next time; an import leaves nothing behind."""
        if self._running:
            self._cancelled = True
            self._process.kill()

    def _read(self) -> None:
        *lines, self._rest = (self._rest + bytes(self._process.readAllStandardOutput().data())).split(b"\n")
        for line in lines:
            try:
                values = json.loads(line)
            except ValueError:
                continue  # a library that prints
            if isinstance(values, dict):
                self._tell(values)

    def _tell(self, values: dict[str, Any]) -> None:
        match values:
            case {"terms": text, "size": size}:
                self.terms.emit(text, size)
            case {"file": name, "done": done, "total": total}:
                self.progress.emit(name, done, total)
            case {"said": text}:
                self.said.emit(text)
            case {"model": name, "role": role}:
                self.got.emit(name, role)
            case {"problem": text}:
                self._complained = True
                self.problem.emit(text)

    def _failed(self, error: QProcess.ProcessError) -> None:
        """What could not even be started does not finish either."""
        if error == QProcess.ProcessError.FailedToStart:
            self._end(False, self._process.errorString())

    def _ended(self, code: int, status: QProcess.ExitStatus) -> None:
        self._read()
        said = bytes(self._process.readAllStandardError().data()).decode("utf-8", "replace").strip().splitlines()
        reason = said[-1] if said else self._process.errorString()
        self._end(status == QProcess.ExitStatus.NormalExit and code == 0, reason)

    def _end(self, done: bool, reason: str) -> None:
        self._running = False
        if not done and not self._cancelled and not self._complained:
            self.problem.emit(self.tr("The program's helper stopped: {reason}").format(reason=reason))
        self.finished.emit(done and not self._cancelled)
