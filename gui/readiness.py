"""What the engine is at, in words, and which model it has ready."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QObject, Signal

from ccnet.engine_messages import WARM_UP
from gui import dressing_job
from gui.document import Document
from gui.engine_bridge import EngineBridge
from gui.sentences import translated

State = Literal["getting ready", "ready", "not ready", "again", "off"]


class Readiness(QObject):
    """Signals: `said(str)` what the engine is at, for the status bar; `model_said(str)` what the model is at, "" when
    it is ready; `notice(str)`, `problem(str)` sentences.
    """

    said = Signal(str)
    model_said = Signal(str)
    notice = Signal(str)
    problem = Signal(str)

    def __init__(self, document: Document, bridge: EngineBridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document, self._bridge = document, bridge
        self._wanted = ""
        self._state: State = "getting ready"
        self._loading = False
        self._complaint = ""  # about the model
        self._said: set[str] = set()
        document.outfit_changed.connect(self._follow)
        bridge.started.connect(self._on_started)
        bridge.died.connect(self._on_died)
        bridge.ready.connect(self._on_ready)
        bridge.began.connect(self._on_began)
        bridge.failed.connect(self._on_failed)

    @property
    def is_ready(self) -> bool:
        """Whether the model is loaded that the outfit is to be drawn with."""
        return self._state == "ready"

    @property
    def words(self) -> str:
        """What the engine is at."""
        return {
            "getting ready": self.tr("Getting ready ..."),
            "ready": self.tr("Ready"),
            "not ready": self.tr("Not ready"),
            "again": self.tr("The engine stopped and is being started again; what it was drawing is drawn again"),
            "off": self.tr("The engine is not running"),
        }[self._state]

    def start(self) -> None:
        """Starts the engine and has it load the outfit's model."""
        self._bridge.start()
        self._follow()

    def tell_again(self) -> None:
        """Emits everything, for widgets that are new."""
        self.said.emit(self.words)
        self.model_said.emit(self.tr("Being loaded ...") if self._loading else translated(self._complaint))

    def _follow(self) -> None:
        """Another model was chosen: it is loaded before it is needed."""
        outfit = self._document.outfit
        wanted = repr((outfit.model, outfit.vae, outfit.memory))
        if wanted == self._wanted:
            return
        self._wanted = wanted
        try:
            job = dressing_job.warm_up(outfit)
        except ValueError as error:
            self._become("not ready", str(error))
            return
        self._become("getting ready")
        self._bridge.submit(job)

    def _become(self, state: State, complaint: str = "", *, loading: bool = False) -> None:
        self._state, self._complaint, self._loading = state, complaint, loading
        self.tell_again()

    def _on_started(self, _pid: int) -> None:
        self._become("getting ready")

    def _on_began(self, id: str) -> None:
        if id == WARM_UP:
            self._become("getting ready", loading=True)

    def _on_ready(self, _model: str, _seconds: float, notices: tuple[str, ...]) -> None:
        self._become("ready")
        for sentence in notices:
            if sentence not in self._said:
                self._said.add(sentence)
                self.notice.emit(sentence)

    def _on_failed(self, id: str, sentence: str, _kind: str) -> None:
        if id == WARM_UP:
            self._become("not ready", sentence)
            self.problem.emit(sentence)

    def _on_died(self, sentence: str, again: bool) -> None:
        self._become("again" if again else "off")
        if not again:
            self.problem.emit(sentence)
