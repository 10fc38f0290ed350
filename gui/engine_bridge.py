"""The engine as the window sees it: signals, in the window's own thread."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, QRect, Qt, Signal
from PySide6.QtGui import QImage

from ccnet.engine_client import COMMAND, Engine
from ccnet.engine_messages import (
    Answer,
    EngineDied,
    EngineStarted,
    Job,
    JobCancelled,
    JobCandidate,
    JobDone,
    JobFailed,
    JobFound,
    JobMask,
    JobProgress,
    JobStarted,
    JobWithheld,
    Ready,
)


class EngineBridge(QObject):
    """What `ccnet.engine_client.Engine` does and says. Jobs are those of `ccnet.engine_messages`.

    A job ends with one of `done`, `failed` and `cancelled`; `began` comes once more when it is done anew because the
    engine had died.
    """

    started = Signal(int)
    """The engine is there: the id of its process."""
    died = Signal(str, bool)
    """A sentence; whether it is started again by itself."""
    ready = Signal(str, float, tuple)
    """A model is loaded: its name, in how many seconds, and sentences about it to be read."""
    began = Signal(str)
    progress = Signal(str, int, int, object)
    """id, step, total, and a QImage of the preview or None."""
    preview = Signal(str, QImage, QRect)
    """id, the preview, and the part of the picture, in its pixels, that it is to be shown enlarged over."""
    candidate = Signal(str, object)
    """id, a `JobCandidate`."""
    withheld = Signal(str, int, str)
    """id, seed, and why the safety filter holds back this candidate."""
    found = Signal(str, object)
    """id, a `ccnet.autodress.FoundClothes`."""
    mask = Signal(str, object)
    """id, a `ccnet.masks.Mask`."""
    done = Signal(str)
    cancelled = Signal(str)
    failed = Signal(str, str, str)
    """id, a sentence, and "user", "memory" or "crash"."""

    _answered = Signal(object)

    def __init__(
        self, log: Path | None = None, parent: QObject | None = None, *, command: Sequence[str] = COMMAND
    ) -> None:
        """log, command: see `Engine`."""
        super().__init__(parent)
        self._engine = Engine(self._answered.emit, log=log, command=command)
        self._closed = False
        self._answered.connect(self._tell, Qt.ConnectionType.QueuedConnection)

    @property
    def pid(self) -> int | None:
        """Of the engine's process, while there is one."""
        return self._engine.pid

    def start(self) -> None:
        """Returns at once."""
        self._engine.start()

    def submit(self, job: Job) -> None:
        self._engine.submit(job)

    def cancel(self, id: str) -> None:
        self._engine.cancel(id)

    def drop(self, id: str) -> None:
        self._engine.drop(id)

    def reorder(self, ids: Iterable[str]) -> None:
        self._engine.reorder(ids)

    def close(self) -> None:
        """Ends the engine; no signal comes any more. To be called before the application ends."""
        self._closed = True
        self._engine.close()

    def _tell(self, answer: Answer) -> None:
        if self._closed:
            return
        match answer:
            case EngineStarted(pid):
                self.started.emit(pid)
            case EngineDied(_, sentence, restarting):
                self.died.emit(sentence, restarting)
            case Ready(model, seconds, notices):
                self.ready.emit(model, seconds, notices)
            case JobStarted(id):
                self.began.emit(id)
            case JobProgress():
                self._tell_progress(answer)
            case JobCandidate():
                self.candidate.emit(answer.id, answer)
            case JobWithheld(id, seed, sentence):
                self.withheld.emit(id, seed, sentence)
            case JobFound(id, found):
                self.found.emit(id, found)
            case JobMask(id, mask):
                self.mask.emit(id, mask)
            case JobDone(id):
                self.done.emit(id)
            case JobCancelled(id):
                self.cancelled.emit(id)
            case JobFailed(id, sentence, kind):
                self.failed.emit(id, sentence, kind)

    def _tell_progress(self, answer: JobProgress) -> None:
        image = None if answer.preview is None else _qimage(answer.preview)
        self.progress.emit(answer.id, answer.step, answer.total, image)
        if image is not None and answer.bounds is not None:
            self.preview.emit(answer.id, image, QRect(*answer.bounds))


def _qimage(pixels: np.ndarray) -> QImage:
    """uint8[h, w, 3] -> an image with pixels of its own."""
    height, width = pixels.shape[:2]
    return QImage(pixels.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888).copy()
