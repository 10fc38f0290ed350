"""The editor's window: it joins the document, the canvas, the panels and the engine, and does nothing by itself."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QPaintEvent,
)
from PySide6.QtWidgets import QMainWindow, QVBoxLayout, QWidget

from ccnet import store
from ccnet.body import Body
from ccnet.engine_client import COMMAND
from ccnet.engine_messages import JobCandidate
from ccnet.leaks import LEAK_THRESHOLD
from ccnet.targets import Target
from gui import language, mask_edits, theme
from gui.actions import Actions
from gui.bars import Bars
from gui.canvas import Canvas
from gui.commands import Commands
from gui.compare import Compare
from gui.dialogs import Dialogs
from gui.document import Document
from gui.dressing import Dressing
from gui.engine_bridge import EngineBridge
from gui.filing import Filing
from gui.finding import Finding
from gui.jobs import JobsModel
from gui.notice_bar import NoticeBar
from gui.panels import Docks, Panels
from gui.readiness import Readiness
from gui.settings import Settings
from gui.shown import ShownPicture
from gui.state import DocumentState

SAVED_TOOLS = ("size", "hardness", "opacity", "pressure_size", "pressure_opacity", "tolerance", "contiguous")


class Window(QMainWindow):
    """One window with one document and one engine, which is started after the first paint.

    state: what it opens with. command: what starts an engine. recovery: the folder of all windows' unsaved work.
    """

    def __init__(
        self,
        state: DocumentState,
        settings: Settings,
        *,
        path: Path | None = None,
        command: Sequence[str] = COMMAND,
        recovery: Path | None = None,
    ) -> None:
        super().__init__()
        self.settings = settings
        self.document = Document(state, self)
        self.document.restore(state, path)
        self.dialogs = Dialogs(self)
        self.bridge = EngineBridge(engine_log(), self, command=command)
        self.jobs = JobsModel(self.bridge, self)
        self.shown = ShownPicture(self.document, self)
        self.finding = Finding(self.document, self.shown, self.bridge, self)
        self.dressing = Dressing(self.document, self.shown, self.bridge, self.jobs, self.finding, self)
        self.filing = Filing(self.document, self.dialogs, settings, self)
        self.readiness = Readiness(self.document, self.bridge, self)
        self.keeper: Any = None  # a gui.safekeeping.Safekeeping, once the window is painted
        self._recovery = recovery
        self._words: Any = None  # the vocabulary with the user's own tables
        self._painted = False
        self._candidate: JobCandidate | None = None

        self.compare = Compare(self)
        self.canvas = Canvas(self.document, self, compare=self.compare)
        for name, value in settings.tools.items():
            if name in SAVED_TOOLS and isinstance(value, int | float):
                setattr(self.canvas.settings, name, value)
        self.notices = NoticeBar(self)
        middle = QWidget(self)
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.notices)
        column.addWidget(self.canvas, 1)
        self.setCentralWidget(middle)
        self.actions_ = Actions(self)
        self.docks = Docks(self)
        self.bars = Bars(self)
        self.panels = self._make_panels()
        self._connect()
        self.commands = Commands(self)
        self._retranslate()
        self.setAcceptDrops(True)
        self.resize(1280, 800)
        with contextlib.suppress(TypeError):
            self.restoreGeometry(settings.geometry)
            self.restoreState(settings.state)

    # ---- life

    def start(self) -> None:
        """What can wait until the window is seen: the engine, autosave, cards, the user's own tags and models."""
        if self.keeper is not None:
            return
        from gui.safekeeping import Safekeeping

        self.readiness.start()
        self.keeper = Safekeeping(self, self._recovery)
        # One after the other, so that the window answers in between.
        panels = self.panels
        for step in (panels.wardrobe.model.refresh, self._load_words, panels.outfit.picker.refresh, self.keeper.offer):
            QTimer.singleShot(0, step)

    def _load_words(self) -> None:
        """The user's own tables of tags."""
        from gui import vocabulary

        self._words, problems = vocabulary.load()
        self.panels.outfit.set_words(self._words)
        for sentence in problems:
            self.notices.say(sentence)

    def set_theme(self, name: theme.Theme) -> None:
        """Another theme, for now and the next time."""
        theme.apply(name)
        self.settings.theme = name
        self.bars.fill_choices()

    def set_language(self, name: str) -> None:
        """Another language, for now and the next time."""
        language.use(name)
        self.settings.language = name
        old, self.panels = self.panels, self._make_panels()
        self.panels.candidates.take_over(old.candidates)
        self.panels.outfit.picker.refresh()
        self.panels.wardrobe.model.refresh()
        selected = old.layers.selected_id
        self.commands.forget_words()
        self._retranslate()
        old.discard()
        self.panels.layers.select(selected)
        self.panels.layers.set_mask_visible(self.canvas.mask_visible)
        if self._candidate is not None:
            self._show_badge(self._candidate)

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.filing.may_leave():
            event.ignore()
            return
        self.settings.outfit = self.document.outfit
        self.settings.tools = {name: getattr(self.canvas.settings, name) for name in SAVED_TOOLS}
        self.settings.keep_window(self.saveGeometry(), self.saveState())
        self.settings.flush()
        self.bridge.close()
        if self.keeper is not None:
            self.keeper.close()
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            QTimer.singleShot(0, self.start)

    # ---- what is dropped

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        from gui import wardrobe

        data = event.mimeData()
        if data.hasFormat(wardrobe.MIME) or self.filing.can_take(data):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        from gui import wardrobe

        event.acceptProposedAction()
        data = event.mimeData()
        card = wardrobe.card_from_mime(data)
        if card is not None:
            self.panels.wardrobe.wear(card)
        else:
            # The other program waits for the end of the drop, which a question must not hold up.
            files = [url for url in data.urls() if url.isLocalFile()]
            image = None if files else data.imageData()
            if files:
                QTimer.singleShot(0, partial(self.filing.open, Path(files[0].toLocalFile())))
            elif image is not None:
                QTimer.singleShot(0, partial(self.filing.show_image, image))

    # ---- making it

    def _make_panels(self) -> Panels:
        panels = Panels(self.document, self.canvas, self.jobs, self._words, self)
        self.bars.take(panels)
        self._connect_panels(panels)
        panels.options.set_tool(self.canvas.tool.name)
        return panels

    def _connect_panels(self, panels: Panels) -> None:
        """The connections of widgets that another language replaces: to bound methods, which end with them."""
        outfit, strip, layers = panels.outfit, panels.candidates, panels.layers
        dressing, finding = self.dressing, self.finding
        outfit.prompt.textChanged.connect(self._typed)
        outfit.dress_requested.connect(dressing.dress)
        outfit.cancel_requested.connect(dressing.cancel)
        outfit.models_requested.connect(self._show_models)
        outfit.advanced.models_requested.connect(self._show_models)
        outfit.grow_requested.connect(self._grow)
        outfit.problem.connect(self._problem)
        outfit.table_added.connect(self._table_added)
        strip.tried_on.connect(self._try_on)
        strip.kept.connect(dressing.keep)
        strip.seed_wanted.connect(dressing.use_seed)
        layers.mask_toggled.connect(self.show_mask)
        layers.export_requested.connect(self.filing.export_garment)
        layers.again_requested.connect(self._wear_layer)
        panels.wardrobe.problem.connect(self._problem)
        dressing.missing.connect(outfit.bar.set_ready)
        dressing.queued.connect(strip.await_candidates)
        dressing.advanced.connect(strip.set_progress)
        dressing.ended.connect(strip.finish)
        dressing.idle.connect(outfit.bar.finish)
        finding.leak_changed.connect(outfit.badge.show_leak)
        self.readiness.model_said.connect(outfit.picker.say)
        self.canvas.tool_changed.connect(panels.options.set_tool)

    def _connect(self) -> None:
        document, canvas, finding, dressing = self.document, self.canvas, self.finding, self.dressing
        document.picture_changed.connect(self._another_picture)
        document.mask_changed.connect(self._mask_changed)
        document.protection_changed.connect(self._protection_changed)
        canvas.tool_changed.connect(self._tool_changed)
        canvas.click_requested.connect(finding.click)
        canvas.preview_requested.connect(finding.look)
        canvas.chip_clicked.connect(finding.toggle)
        canvas.target_changed.connect(self._pull)
        canvas.settings.changed.connect(self._show_painting)
        finding.chips_changed.connect(canvas.set_chips)
        finding.body_changed.connect(self._show_body)
        finding.busy_changed.connect(self._show_busy)
        finding.clicked.connect(canvas.answer_click)
        finding.click_failed.connect(canvas.fail_click)
        finding.previewed.connect(canvas.answer_preview)
        finding.notice.connect(self.notices.say)
        finding.problem.connect(self._problem)
        dressing.queued.connect(self._show_queued)
        dressing.began.connect(self._show_began)
        dressing.advanced.connect(self._show_progress)
        dressing.previewed.connect(canvas.show_preview)
        dressing.unpreviewed.connect(canvas.clear_preview)
        dressing.candidate.connect(self._add_candidate)
        dressing.withheld.connect(self._withheld)
        dressing.kept.connect(self._kept)
        dressing.notice.connect(self.notices.say)
        dressing.problem.connect(self._job_problem)
        self.readiness.notice.connect(self.notices.say)
        self.readiness.problem.connect(self._problem)
        self.filing.told.connect(self.tell)
        self.filing.notice.connect(self.notices.say)

    def _retranslate(self) -> None:
        """All words of the window itself, and everything that is shown, anew."""
        self.bars.retranslate()
        self.readiness.tell_again()
        self.finding.tell_again()
        self.dressing.check()
        if self.dressing.running:
            self._show_began(self.dressing.running)

    # ---- what is shown

    def _tool_changed(self, name: str) -> None:
        self.actions_.tools[name].setChecked(True)

    def _show_painting(self) -> None:
        self.actions_["protect"].setChecked(self.canvas.settings.paints == "protection")

    def tell(self, text: str) -> None:
        """Something was done: in the status bar, for a while."""
        self.bars.tell(text)

    def show_mask(self, visible: bool) -> None:
        """Shows the mask over the picture, or hides it."""
        self.canvas.set_mask_visible(visible)
        self.panels.layers.set_mask_visible(visible)
        self.actions_["show mask"].setChecked(visible)

    def _mask_changed(self) -> None:
        self._take_off()
        if not self.canvas.mask_visible:
            self.show_mask(True)
            self._show_protection(True)

    def _protection_changed(self) -> None:
        self._take_off()
        self._show_protection(True)

    def find_clothes(self) -> None:
        """Looks for them; the chips are to be seen then."""
        self._take_off()
        self.finding.find()

    def _take_off(self) -> None:
        """What is tried on hides the mask: off with it, where that is what matters now."""
        if self.panels.candidates.current() is not None:
            self.panels.candidates.stop_trying()

    def _show_protection(self, visible: bool) -> None:
        self.canvas.set_protection_visible(visible)
        self.actions_["show protection"].setChecked(visible)

    def _show_body(self, body: Body | None, target: Target) -> None:
        self.canvas.set_body(body, target)

    def _show_busy(self, busy: bool) -> None:
        bar = self.panels.outfit.bar
        if self.dressing.running:
            return
        if busy:
            bar.begin(self.tr("Looking for the clothes ..."))
        else:
            bar.finish()

    def _show_queued(self, _id: str, _count: int) -> None:
        self._take_off()
        if not self.dressing.running:
            self.panels.outfit.bar.begin("" if self.readiness.is_ready else self.tr("Loading the model"))

    def _show_began(self, _id: str) -> None:
        bar = self.panels.outfit.bar
        bar.set_waiting(max(self.jobs.unfinished - 1, 0))
        bar.begin("" if self.readiness.is_ready else self.tr("Loading the model"))

    def _show_progress(self, _id: str, step: int, total: int, _image: object) -> None:
        bar = self.panels.outfit.bar
        bar.set_waiting(max(self.jobs.unfinished - 1, 0))
        bar.set_progress(step, total)

    # ---- candidates

    def _add_candidate(self, candidate: JobCandidate) -> None:
        strip = self.panels.candidates
        first = all(other.id != candidate.id for other in strip.candidates())
        strip.add(candidate)
        # Not another one each time that the artist has taken it off, and never under the brush.
        if first and strip.current() is None and not self.canvas.is_in_use:
            strip.try_on(candidate)

    def _try_on(self, candidate: JobCandidate | None) -> None:
        self._candidate = candidate
        if candidate is None:
            self.canvas.take_off()
            return
        self.canvas.clear_preview()
        self.canvas.try_on(candidate.garment, candidate.bounds)
        self._show_badge(candidate)

    def _show_badge(self, candidate: JobCandidate) -> None:
        badge = self.panels.outfit.badge
        badge.show_promise(candidate.outside_changed)
        if candidate.leak is not None and candidate.leak > LEAK_THRESHOLD:
            badge.show_leftover(candidate.leak)
        else:
            badge.clear_leak()

    def _kept(self, layer: Any) -> None:
        self.panels.candidates.stop_trying()
        self.panels.layers.select(layer.id)
        # Or they would lie over what was kept; they are back when they change.
        self.show_mask(False)
        self._show_protection(False)
        self.tell(self.tr("Kept as a garment; the original is untouched"))

    def _withheld(self, job: str, sentence: str) -> None:
        self.panels.candidates.withhold(job)
        self.notices.say(sentence)

    # ---- what is asked for

    def _grow(self, pixels: int) -> None:
        mask_edits.grow_mask(self.document, pixels)

    def _pull(self, part: str, value: object) -> None:
        import dataclasses

        values: dict[str, Any] = {part: value}
        self.document.set_outfit(dataclasses.replace(self.document.outfit, **values), self.tr("Pull shape"))

    def _wear_layer(self, layer_id: str) -> None:
        from gui import files

        document = self.document
        try:
            outfit = files.outfit_of(document.layer(layer_id), document.outfit, document.image())
        except ValueError as error:
            self._problem(str(error))
        else:
            document.set_outfit(outfit, self.tr("Use garment's settings"))

    def _typed(self) -> None:
        """The button need not wait until the words are taken over: it does that itself."""
        if self.panels.outfit.prompt.toPlainText().strip():
            self.panels.outfit.bar.set_ready("")

    def _show_models(self) -> None:
        self.commands.show_models()

    def _another_picture(self) -> None:
        self.notices.clear()
        self.panels.outfit.badge.clear()
        self.panels.candidates.clear()

    def _table_added(self, file: str) -> None:
        self._words = self.panels.outfit.prompt.words
        self.tell(self.tr("Tags from {name} are completed now").format(name=Path(file).name))

    def _problem(self, sentence: str) -> None:
        self.notices.say(sentence, bad=True)

    def _job_problem(self, sentence: str, kind: str) -> None:
        if kind != "memory":
            self._problem(sentence)
            return
        advice = [
            self.tr("Choose a smaller working size under Advanced."),
            self.tr("Draw one candidate at a time."),
            self.tr("Close other programs."),
        ]
        self.dialogs.memory(sentence, advice)


def engine_log() -> Path:
    """Where the engine writes what goes wrong."""
    return store.home() / "logs" / "engine.log"
