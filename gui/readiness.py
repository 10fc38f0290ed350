"""What the engine is at, in words, and which model it has ready."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from ccnet.engine_messages import WARM_UP
from gui import dressing_job
from gui.document import Document
from gui.engine_bridge import EngineBridge


class Readiness(QObject):
    """Signals: `said(str)` what the engine is at, for the status bar; `model_said(str)` what the model is at, "" when
    it is ready; `notice(str)`, `problem(str)` sentences; `recovered(str)` the engine died and is back at work.
    """

    said = Signal(str)
    model_said = Signal(str)
    notice = Signal(str)
    problem = Signal(str)

    def __init__(self, document: Document, bridge: EngineBridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document, self._bridge = document, bridge
        self._wanted = ""
        self._words, self._model_words = self.tr("Getting ready ..."), ""
        self._said: set[str] = set()
        self.is_ready = False
        document.outfit_changed.connect(self._follow)
        bridge.started.connect(self._on_started)
        bridge.died.connect(self._on_died)
        bridge.ready.connect(self._on_ready)
        bridge.began.connect(self._on_began)
        bridge.failed.connect(self._on_failed)

    @property
    def words(self) -> str:
        """What the engine is at."""
        return self._words

    def start(self) -> None:
        """Starts the engine and has it load the outfit's model."""
        self._bridge.start()
        self._follow()

    def tell_again(self) -> None:
        """Emits everything, for widgets that are new."""
        self.said.emit(self._words)
        self.model_said.emit(self._model_words)

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
            self._tell(model=str(error))
            return
        self.is_ready = False
        self._tell(self.tr("Getting ready ..."))
        self._bridge.submit(job)

    def _tell(self, words: str | None = None, model: str | None = None) -> None:
        if words is not None:
            self._words = words
            self.said.emit(words)
        if model is not None:
            self._model_words = model
            self.model_said.emit(model)

    def _on_started(self, _pid: int) -> None:
        self._tell(self.tr("Getting ready ..."))

    def _on_began(self, id: str) -> None:
        if id == WARM_UP:
            self._tell(model=self.tr("Being loaded ..."))

    def _on_ready(self, _model: str, seconds: float, notices: tuple[str, ...]) -> None:
        self.is_ready = True
        self._tell(self.tr("Ready ({seconds} s)").format(seconds=f"{seconds:.1f}"), "")
        for sentence in notices:
            if sentence not in self._said:
                self._said.add(sentence)
                self.notice.emit(sentence)

    def _on_failed(self, id: str, sentence: str, _kind: str) -> None:
        if id == WARM_UP:
            self._tell(self.tr("Not ready"), sentence)
            self.problem.emit(sentence)

    def _on_died(self, sentence: str, again: bool) -> None:
        self.is_ready = False
        if again:
            self._tell(self.tr("The engine stopped and is being started again; what it was drawing is drawn again"))
        else:
            self._tell(self.tr("The engine is not running"))
            self.problem.emit(sentence)
