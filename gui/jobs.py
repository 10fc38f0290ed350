"""The queue of drawings as a list model: what is done, what runs and what waits, in this order.

Rows that wait can be moved among themselves, by `moveRows` as a list view's own drag and drop calls it. What was
cancelled leaves the list; what failed stays, with a sentence, and can be tried again.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
)

from ccnet.engine_messages import DressJob
from gui.dress_bar import TimeLeft, duration
from gui.engine_bridge import EngineBridge
from gui.sentences import translated

Index = QModelIndex | QPersistentModelIndex

TICK = 1000
"""Milliseconds from one look at the clock to the next while something runs."""


class JobState(Enum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class JobRole(IntEnum):
    """Of the model's data. SECONDS: float or None, how long until this job is done. STATUS: a few words for the user.
    SENTENCE: what is wrong with a failed job, else ""."""

    ID = Qt.ItemDataRole.UserRole + 1
    STATE = Qt.ItemDataRole.UserRole + 2
    STEP = Qt.ItemDataRole.UserRole + 3
    TOTAL = Qt.ItemDataRole.UserRole + 4
    SECONDS = Qt.ItemDataRole.UserRole + 5
    STATUS = Qt.ItemDataRole.UserRole + 6
    SENTENCE = Qt.ItemDataRole.UserRole + 7


@dataclass(eq=False)
class Row:
    """One job. job: kept for as long as it may be wanted again."""

    id: str
    title: str
    job: DressJob | None
    state: JobState = JobState.WAITING
    step: int = 0
    total: int = 0
    sentence: str = ""


class JobsModel(QAbstractListModel):
    """The drawings that went through it to an engine; loading, finding and clicking are no rows."""

    def __init__(
        self, bridge: EngineBridge, parent: QObject | None = None, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """clock: seconds."""
        super().__init__(parent)
        self._bridge = bridge
        self._clock = clock
        self._rows: list[Row] = []
        self._left = TimeLeft(clock)
        self._began = 0.0  # when the running job was loaded
        self._pace: dict[tuple[str, int | None], float] = {}  # seconds per step and image, by model and resolution
        self._timer = QTimer(self, interval=TICK)
        self._timer.timeout.connect(self._tick)
        bridge.began.connect(self._on_began)
        bridge.progress.connect(self._on_progress)
        bridge.done.connect(self._on_done)
        bridge.failed.connect(self._on_failed)
        bridge.cancelled.connect(self._on_cancelled)
        bridge.died.connect(self._on_died)

    def add(self, job: DressJob, title: str) -> None:
        """Adds a job at the end of the queue. title: what the list calls it, such as its prompt."""
        self._insert(Row(job.id, title, job, total=job.request.num_inference_steps))
        self._bridge.submit(job)

    def retry(self, id: str) -> None:
        """A failed job once more, at the end of the queue."""
        row = self.find(id)
        if row is not None and row.state is JobState.FAILED and row.job is not None:
            self._remove(row)
            self.add(row.job, row.title)

    def remove(self, id: str) -> None:
        """Drops a job that waits, cancels one that runs, takes one that has ended off the list."""
        row = self.find(id)
        if row is None:
            return
        if row.state in (JobState.WAITING, JobState.RUNNING):
            self._bridge.cancel(id)
        else:
            self._remove(row)

    def cancel_all(self) -> None:
        """Cancels whatever runs or waits, the last one first so that none begins."""
        for row in reversed(self._rows):
            if row.state in (JobState.WAITING, JobState.RUNNING):
                self._bridge.cancel(row.id)

    def clear_ended(self) -> None:
        """Takes what is done or failed off the list."""
        for row in [row for row in self._rows if row.state in (JobState.DONE, JobState.FAILED)]:
            self._remove(row)

    def find(self, id: str) -> Row | None:
        return next((row for row in self._rows if row.id == id), None)

    @property
    def unfinished(self) -> int:
        """How many jobs run or wait."""
        return sum(row.state in (JobState.WAITING, JobState.RUNNING) for row in self._rows)

    def seconds_left(self, id: str) -> float | None:
        """Until this job is done, those before it included; 0 for one that has ended, None while nothing can be
        said."""
        total = 0.0
        for row in self._rows:
            own = self._own_seconds(row)
            if own is None:
                return None
            total += own
            if row.id == id:
                return 0.0 if row.state in (JobState.DONE, JobState.FAILED) else total
        return None

    def total_seconds_left(self) -> float | None:
        """Until the whole queue is done."""
        return self.seconds_left(self._rows[-1].id) if self._rows else 0.0

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        row = self._rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.EditRole:
                return row.title
            case Qt.ItemDataRole.ToolTipRole:
                return translated(row.sentence) or row.title
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{row.title}, {self._status(row)}"
            case JobRole.ID:
                return row.id
            case JobRole.STATE:
                return row.state
            case JobRole.STEP:
                return row.step
            case JobRole.TOTAL:
                return row.total
            case JobRole.SECONDS:
                return self.seconds_left(row.id)
            case JobRole.STATUS:
                return self._status(row)
            case JobRole.SENTENCE:
                return translated(row.sentence)
        return None

    def roleNames(self) -> dict[int, Any]:
        own = {int(role): role.name.lower().encode() for role in JobRole}
        return {int(Qt.ItemDataRole.DisplayRole): b"display", **own}

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.ItemIsDropEnabled
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
        waits = self._rows[index.row()].state is JobState.WAITING
        return flags | Qt.ItemFlag.ItemIsDragEnabled if waits else flags

    def supportedDropActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction

    def moveRows(
        self, sourceParent: Index, sourceRow: int, count: int, destinationParent: Index, destinationChild: int
    ) -> bool:
        """Moves rows that wait before `destinationChild`, though not before what does not wait."""
        if sourceParent.isValid() or destinationParent.isValid() or count < 1:
            return False
        moved = self._rows[sourceRow : sourceRow + count]
        if len(moved) < count or any(row.state is not JobState.WAITING for row in moved):
            return False
        to = min(max(destinationChild, self._first_waiting()), len(self._rows))
        if not self._move(sourceRow, count, to):
            return False
        self._bridge.reorder(row.id for row in self._rows if row.state is JobState.WAITING)
        return True

    def _status(self, row: Row) -> str:
        if row.state is JobState.DONE:
            return self.tr("Done")
        if row.state is JobState.FAILED:
            return self.tr("Failed")
        seconds = self.seconds_left(row.id)
        if row.state is JobState.WAITING:
            if seconds is None:
                return self.tr("Waiting")
            return self.tr("Waiting, done in about {time}").format(time=duration(seconds))
        if not row.step:
            return self.tr("Starting")
        step = self.tr("Step {step} of {total}").format(step=row.step, total=row.total)
        if seconds is None:
            return step
        return self.tr("{step}, {time} left").format(step=step, time=duration(seconds))

    def _own_seconds(self, row: Row) -> float | None:
        if row.state in (JobState.DONE, JobState.FAILED):
            return 0.0
        if row.state is JobState.RUNNING:
            left = self._left.at(row.step, row.total)
            if left is not None:
                return left
        pace = self._pace.get(_kind(row))
        return None if pace is None else pace * _size(row)

    def _on_began(self, id: str) -> None:
        row = self.find(id)
        if row is None:
            return
        # One that was moved back a moment ago may have begun before the engine heard of it.
        first = self._first_waiting()
        if (at := self._rows.index(row)) > first:
            self._move(at, 1, first)
        row.state, row.step = JobState.RUNNING, 0
        self._left.begin()
        self._began = self._clock()
        self._timer.start()
        self._changed(row)

    def _on_progress(self, id: str, step: int, total: int) -> None:
        row = self.find(id)
        if row is None:
            return
        if not step:
            self._began = self._clock()
        row.step, row.total = step, total
        self._left.at(step, total)
        self._changed(row)

    def _on_done(self, id: str) -> None:
        row = self.find(id)
        if row is None:
            return
        self._pace[_kind(row)] = (self._clock() - self._began) / _size(row)
        row.job = None
        self._end(row, JobState.DONE)

    def _on_failed(self, id: str, sentence: str) -> None:
        row = self.find(id)
        if row is not None:
            row.sentence = sentence
            self._end(row, JobState.FAILED)

    def _on_cancelled(self, id: str) -> None:
        row = self.find(id)
        if row is not None:
            self._remove(row)

    def _on_died(self) -> None:
        for row in self._rows:
            if row.state is JobState.RUNNING:
                row.state, row.step = JobState.WAITING, 0
                self._changed(row)

    def _end(self, row: Row, state: JobState) -> None:
        first = self._first_waiting()
        if (at := self._rows.index(row)) > first:
            self._move(at, 1, first)
        row.state = state
        self._changed(row)
        self._tick()

    def _tick(self) -> None:
        """What is left of the time has changed."""
        if not any(row.state is JobState.RUNNING for row in self._rows):
            self._timer.stop()
        for row in self._rows:
            if row.state in (JobState.WAITING, JobState.RUNNING):
                self._changed(row)

    def _first_waiting(self) -> int:
        return next((i for i, row in enumerate(self._rows) if row.state is JobState.WAITING), len(self._rows))

    def _insert(self, row: Row) -> None:
        at = len(self._rows)
        self.beginInsertRows(QModelIndex(), at, at)
        self._rows.append(row)
        self.endInsertRows()

    def _remove(self, row: Row) -> None:
        at = self._rows.index(row)
        self.beginRemoveRows(QModelIndex(), at, at)
        del self._rows[at]
        self.endRemoveRows()

    def _move(self, at: int, count: int, to: int) -> bool:
        """Rows to before the row `to`; False when they would stay where they are."""
        if not self.beginMoveRows(QModelIndex(), at, at + count - 1, QModelIndex(), to):
            return False
        moved = self._rows[at : at + count]
        rest = self._rows[:at] + self._rows[at + count :]
        place = to if to <= at else to - count
        self._rows = rest[:place] + moved + rest[place:]
        self.endMoveRows()
        return True

    def _changed(self, row: Row) -> None:
        index = self.index(self._rows.index(row))
        self.dataChanged.emit(index, index)


def _kind(row: Row) -> tuple[str, int | None]:
    """Jobs of one kind take as long for each step and image."""
    return ("", None) if row.job is None else (row.job.model, row.job.request.resolution)


def _size(row: Row) -> int:
    """Steps times images."""
    return 1 if row.job is None else row.job.request.num_inference_steps * row.job.request.num_images
