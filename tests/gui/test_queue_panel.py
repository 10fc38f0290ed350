"""The queue's view, over the real model and an engine that does nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from guidocument import drawn_candidate
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from ccnet.engine_messages import DressJob
from gui.jobs import JobsModel
from gui.queue_panel import QueuePanel


class Bridge(QObject):
    """Remembers what it was told."""

    began = Signal(str)
    progress = Signal(str, int, int, object)
    done = Signal(str)
    cancelled = Signal(str)
    failed = Signal(str, str, str)
    died = Signal(str, bool)

    def __init__(self) -> None:
        super().__init__()
        self.told: list[tuple[str, Any]] = []

    def submit(self, job: DressJob) -> None:
        self.told.append(("submit", job.id))

    def cancel(self, id: str) -> None:
        self.told.append(("cancel", id))
        self.cancelled.emit(id)

    def reorder(self, ids: Any) -> None:
        self.told.append(("reorder", list(ids)))


@pytest.fixture
def bridge() -> Bridge:
    return Bridge()


@pytest.fixture
def panel(qapp: QApplication, bridge: Bridge) -> Iterator[QueuePanel]:
    jobs = JobsModel(bridge)  # pyright: ignore[reportArgumentType]
    request = drawn_candidate().request
    widget = QueuePanel(jobs)
    widget.resize(300, 400)
    widget.show()
    for id in "abc":
        jobs.add(DressJob(id=id, request=request), f"job {id}")
    bridge.began.emit("a")
    bridge.progress.emit("a", 3, 12, None)
    qapp.processEvents()
    yield widget
    widget.close()


def order(panel: QueuePanel) -> list[str]:
    return [panel._jobs.index(row).data() for row in range(panel._jobs.rowCount())]


def choose(panel: QueuePanel, row: int) -> None:
    panel.view.setCurrentIndex(panel._jobs.index(row))


def test_jobs_that_wait_change_places(panel: QueuePanel, bridge: Bridge) -> None:
    choose(panel, 2)
    QTest.keyClick(panel.view, Qt.Key.Key_Up, Qt.KeyboardModifier.ControlModifier)
    assert order(panel) == ["job a", "job c", "job b"]
    assert bridge.told[-1] == ("reorder", ["c", "b"])
    assert panel.selected_id == "c"
    assert not panel.buttons["up"].isEnabled()
    panel.move_selected(-1)
    assert order(panel) == ["job a", "job c", "job b"]
    panel.move_selected(1)
    assert order(panel) == ["job a", "job b", "job c"]


def test_what_runs_is_cancelled_what_ended_is_taken_away(panel: QueuePanel, bridge: Bridge) -> None:
    choose(panel, 0)
    QTest.keyClick(panel.view, Qt.Key.Key_Delete)
    assert bridge.told[-1] == ("cancel", "a")
    assert order(panel) == ["job b", "job c"]
    bridge.began.emit("b")
    bridge.failed.emit("b", "Too little memory.", "memory")
    choose(panel, 0)
    assert panel.buttons["hanger"].isEnabled()
    panel.retry_selected()
    assert order(panel) == ["job c", "job b"]
    assert bridge.told[-1] == ("submit", "b")


def test_clearing(panel: QueuePanel, bridge: Bridge) -> None:
    bridge.done.emit("a")
    assert panel.buttons["delete"].isEnabled()
    panel.buttons["delete"].click()
    assert order(panel) == ["job b", "job c"]
    panel.buttons["stop"].click()
    assert order(panel) == []
    assert not panel.says.isHidden()
