"""Dressing: from the button to candidates, and from a candidate to a garment in the picture."""

from __future__ import annotations

import dataclasses
import random
import uuid
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, QRect, Signal
from PySide6.QtGui import QImage

from ccnet.engine_messages import JobCandidate
from ccnet.request import DressRequest
from gui import dressing_job
from gui.document import Document
from gui.engine_bridge import EngineBridge
from gui.finding import Finding
from gui.jobs import JobRole, JobsModel
from gui.layers import GarmentLayer
from gui.seed_field import ROLLED
from gui.shown import ShownPicture


class Dressing(QObject):
    """Signals: `missing(str)` what to do before there is anything to dress, "" when nothing is missing;
    `queued(str, int)` a job and how many candidates it will draw; `began(str)`, `advanced(str, int, int, QImage or
    None)`, `ended(str)` of a job; `idle(str)` nothing is drawn any more, and what to say; `previewed(QImage, QRect)`
    and `unpreviewed()`; `candidate(JobCandidate)`, `withheld(str, str)` a job and a sentence;
    `kept(GarmentLayer)`; `notice(str)`, `problem(str, str)` a sentence and its kind.
    """

    missing = Signal(str)
    queued = Signal(str, int)
    began = Signal(str)
    advanced = Signal(str, int, int, object)
    ended = Signal(str)
    idle = Signal(str)
    previewed = Signal(QImage, QRect)
    unpreviewed = Signal()
    candidate = Signal(object)
    withheld = Signal(str, str)
    kept = Signal(object)
    notice = Signal(str)
    problem = Signal(str, str)

    def __init__(
        self,
        document: Document,
        shown: ShownPicture,
        bridge: EngineBridge,
        jobs: JobsModel,
        finding: Finding,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document, self._shown, self._bridge, self._jobs = document, shown, bridge, jobs
        self._finding = finding
        self._drawing: dict[str, DressRequest] = {}  # what runs or waits
        self._running = ""
        self._kept: tuple[DressRequest, str] | None = None  # the wish of the last kept candidate, and its layer
        self._said: set[str] = set()
        document.outfit_changed.connect(self.check)
        document.picture_changed.connect(self._another_picture)
        bridge.began.connect(self._on_began)
        bridge.progress.connect(self._on_progress)
        bridge.preview.connect(self._on_preview)
        bridge.candidate.connect(self._on_candidate)
        bridge.withheld.connect(self._on_withheld)
        bridge.done.connect(self._on_done)
        bridge.cancelled.connect(self._on_cancelled)
        bridge.failed.connect(self._on_failed)
        bridge.died.connect(self._on_died)
        jobs.rowsInserted.connect(self._on_queued)

    @property
    def running(self) -> str:
        """The id of the job that is being drawn, "" for none."""
        return self._running

    # ---- for the window

    def check(self) -> None:
        """Says by `missing` what is missing."""
        outfit = self._document.outfit
        if not outfit.words and outfit.intent != "remove":
            self.missing.emit(self.tr("Say what to draw, or click on one of the outfits."))
        else:
            self.missing.emit("")

    def dress(self) -> None:
        """Draws the outfit; where nothing is masked, the clothes are found first."""
        outfit = self._document.outfit
        if not outfit.words and outfit.intent != "remove":
            self.problem.emit(self.tr("Say what to draw, or click on one of the outfits."), "user")
        elif dressing_job.allowed(self._document.mask, self._document.protection):
            self._submit()
        elif self._document.mask.any():
            text = self.tr('All that is masked is protected: choose "Protect nothing", or paint the protection away.')
            self.problem.emit(text, "user")
        elif outfit.intent == "remove":
            self.problem.emit(self.tr("Find the clothes and click on what is to go, or paint over it."), "user")
        else:
            self._finding.mask_outfit(then=self._submit)

    def cancel(self) -> None:
        """Gives up what is being drawn, and what is being looked for."""
        self._finding.cancel()
        if self._running:
            self._bridge.cancel(self._running)
        elif self._drawing:
            self._bridge.cancel(next(iter(self._drawing)))

    def keep(self, candidate: JobCandidate) -> GarmentLayer:
        """Puts a candidate into the picture as a garment; what else was to be drawn for the same wish is cancelled.

        Another candidate of the same wish takes the place of the one that was kept before.
        """
        document, wish = self._document, candidate.request
        if self._kept is not None and document.layers:
            other, layer_id = self._kept
            if document.layers[-1].id == layer_id and _same_wish(other, wish):
                document.remove_layer(layer_id)
        for id, request in list(self._drawing.items()):
            if _same_wish(request, wish):
                self._bridge.cancel(id)
        layer = document.accept(candidate.candidate, candidate.maker)
        self._kept = wish, layer.id
        self.kept.emit(layer)
        return layer

    def use_seed(self, seed: int) -> None:
        """The next run draws from this seed again."""
        outfit = dataclasses.replace(self._document.outfit, seed=seed, seed_locked=True)
        self._document.set_outfit(outfit, self.tr("Use seed"))

    # ---- inside

    def _submit(self) -> None:
        document = self._document
        if not document.outfit.seed_locked:
            rolled = dataclasses.replace(document.outfit, seed=random.randrange(ROLLED))
            document.set_outfit(rolled, self.tr("Roll seed"))
        outfit = document.outfit
        mask = dressing_job.allowed(document.mask, document.protection)
        try:
            job, notices = dressing_job.prepare(outfit, self._shown.rgb, mask, uuid.uuid4().hex[:12], self._finding.old)
        except ValueError as error:
            self.problem.emit(str(error), "user")
            return
        for sentence in notices:
            if sentence not in self._said:
                self._said.add(sentence)
                self.notice.emit(sentence)
        self._jobs.add(job, outfit.prompt or self.tr("Remove"))

    def _on_queued(self, _parent: Any, first: int, last: int) -> None:
        """Also when a failed job is tried again from the queue."""
        for row in range(first, last + 1):
            found = self._jobs.find(self._jobs.index(row).data(JobRole.ID))
            if found is not None and found.job is not None:
                self._drawing[found.id] = found.job.request
                self.queued.emit(found.id, found.job.request.num_images)

    def _on_began(self, id: str) -> None:
        if id in self._drawing:
            self._running = id
            self.began.emit(id)

    def _on_progress(self, id: str, step: int, total: int, image: QImage | None) -> None:
        if id in self._drawing:
            self.advanced.emit(id, step, total, image)

    def _on_preview(self, id: str, image: QImage, place: QRect) -> None:
        request = self._drawing.get(id)
        if request is not None and request.image is self._shown.rgb:
            self.previewed.emit(image, place)

    def _on_candidate(self, id: str, candidate: JobCandidate) -> None:
        if id in self._drawing:
            self.candidate.emit(candidate)

    def _on_withheld(self, id: str, _seed: int, sentence: str) -> None:
        if id in self._drawing:
            self.withheld.emit(id, sentence)

    def _on_done(self, id: str) -> None:
        self._end(id, "")

    def _on_cancelled(self, id: str) -> None:
        self._end(id, self.tr("Cancelled"))

    def _on_failed(self, id: str, sentence: str, kind: str) -> None:
        if id in self._drawing:
            self._end(id, "")
            self.problem.emit(sentence, kind)

    def _on_died(self, _sentence: str, _again: bool) -> None:
        self._running = ""
        self.unpreviewed.emit()

    def _end(self, id: str, words: str) -> None:
        if self._drawing.pop(id, None) is None:
            return
        if id == self._running:
            self._running = ""
        self.unpreviewed.emit()
        self.ended.emit(id)
        if not self._drawing:
            self.idle.emit(words)

    def _another_picture(self) -> None:
        """What was drawn for the picture of before has no place any more."""
        self._kept = None
        self._jobs.cancel_all()
        self.unpreviewed.emit()


def _same_wish(one: DressRequest, other: DressRequest) -> bool:
    """Whether two requests differ in nothing but their seeds and settings: the same garment for the same place."""
    return (
        one.garment == other.garment
        and one.intent == other.intent
        and one.image.size == other.image.size
        and np.array_equal(one.mask.alpha, other.mask.alpha)
    )
