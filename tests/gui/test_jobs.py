from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, cast

import pytest
from fakeengine import dress
from PySide6.QtCore import QModelIndex, QObject, Qt, Signal
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication

from ccnet.engine_messages import Job
from gui.engine_bridge import EngineBridge
from gui.jobs import JobRole, JobsModel, JobState

NOWHERE = QModelIndex()


class FakeBridge(QObject):
    """Takes notes, and says what the test wants."""

    began = Signal(str)
    progress = Signal(str, int, int, object)
    done = Signal(str)
    failed = Signal(str, str, str)
    cancelled = Signal(str)
    died = Signal(str, bool)

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[str, Any]] = []

    def submit(self, job: Job) -> None:
        self.asked.append(("submit", job.id))

    def cancel(self, id: str) -> None:
        self.asked.append(("cancel", id))

    def reorder(self, ids: Iterable[str]) -> None:
        self.asked.append(("reorder", list(ids)))


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def bridge(qapp: QApplication) -> FakeBridge:
    return FakeBridge()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def jobs(bridge: FakeBridge, clock: Clock) -> JobsModel:
    model = JobsModel(cast(EngineBridge, bridge), clock=clock)
    # Ends the test when the model breaks a promise of its kind.
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal, model)
    for id in "abcd":
        model.add(dress(id, steps=10), f"title {id}")
    bridge.asked.clear()
    return model


def ids(model: JobsModel) -> str:
    return "".join(get(model, row, JobRole.ID) for row in range(model.rowCount()))


def get(model: JobsModel, row: int, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
    return model.data(model.index(row), role)


def states(model: JobsModel) -> list[str]:
    return [get(model, row, JobRole.STATE).value for row in range(model.rowCount())]


class TestStates:
    def test_a_job_waits_runs_and_is_done(self, jobs: JobsModel, bridge: FakeBridge) -> None:
        assert states(jobs) == ["waiting"] * 4
        bridge.began.emit("a")
        bridge.progress.emit("a", 3, 10, None)
        assert states(jobs)[0] == "running"
        assert (get(jobs, 0, JobRole.STEP), get(jobs, 0, JobRole.TOTAL)) == (3, 10)
        assert "3" in get(jobs, 0, JobRole.STATUS)
        bridge.done.emit("a")
        assert states(jobs) == ["done", "waiting", "waiting", "waiting"]
        assert jobs.unfinished == 3

    def test_a_failed_one_keeps_its_sentence_and_can_be_tried_again(self, jobs: JobsModel, bridge: FakeBridge) -> None:
        bridge.began.emit("a")
        bridge.failed.emit("a", "Paint over the outfit first.", "user")
        assert get(jobs, 0, JobRole.SENTENCE) == get(jobs, 0, Qt.ItemDataRole.ToolTipRole)
        jobs.retry("a")
        assert ids(jobs) == "bcda"
        assert states(jobs)[-1] == "waiting"
        assert bridge.asked == [("submit", "a")]

    def test_one_that_failed_while_it_waited_is_not_among_the_waiting(
        self, jobs: JobsModel, bridge: FakeBridge
    ) -> None:
        bridge.failed.emit("c", "The engine cannot be started.", "crash")
        assert ids(jobs) == "cabd"
        assert states(jobs) == ["failed", "waiting", "waiting", "waiting"]

    def test_a_lost_engine_puts_its_job_back(self, jobs: JobsModel, bridge: FakeBridge) -> None:
        bridge.began.emit("a")
        bridge.progress.emit("a", 5, 10, None)
        bridge.died.emit("It died.", True)
        assert states(jobs)[0] == "waiting"
        assert get(jobs, 0, JobRole.STEP) == 0
        bridge.began.emit("a")
        assert states(jobs)[0] == "running"
        assert ids(jobs) == "abcd"

    def test_other_jobs_are_none_of_its_rows(self, jobs: JobsModel, bridge: FakeBridge) -> None:
        for say in (bridge.began, bridge.done, bridge.cancelled):
            say.emit("warm up")
        bridge.progress.emit("x", 1, 2, None)
        bridge.failed.emit("x", "No.", "user")
        assert states(jobs) == ["waiting"] * 4


class TestRemoving:
    def test_what_has_not_ended_is_cancelled_and_then_leaves(self, jobs: JobsModel, bridge: FakeBridge) -> None:
        bridge.began.emit("a")
        jobs.remove("a")
        jobs.remove("c")
        assert bridge.asked == [("cancel", "a"), ("cancel", "c")]
        assert ids(jobs) == "abcd"
        bridge.cancelled.emit("c")
        bridge.cancelled.emit("a")
        assert ids(jobs) == "bd"

    def test_what_has_ended_leaves_at_once(self, jobs: JobsModel, bridge: FakeBridge) -> None:
        bridge.done.emit("a")
        bridge.failed.emit("b", "No.", "user")
        jobs.remove("a")
        assert ids(jobs) == "bcd"
        jobs.clear_ended()
        assert ids(jobs) == "cd"
        assert not bridge.asked

    def test_all_are_cancelled_from_the_end(self, jobs: JobsModel, bridge: FakeBridge) -> None:
        bridge.done.emit("a")
        bridge.began.emit("b")
        jobs.cancel_all()
        assert bridge.asked == [("cancel", id) for id in "dcb"]


class TestMoving:
    @pytest.mark.parametrize(
        ("row", "count", "to", "order"),
        [(3, 1, 0, "dabc"), (0, 1, 4, "bcda"), (0, 2, 3, "cabd"), (2, 2, 1, "acdb")],
    )
    def test_waiting_rows_move_and_the_engine_is_told(
        self, jobs: JobsModel, bridge: FakeBridge, row: int, count: int, to: int, order: str
    ) -> None:
        assert jobs.moveRows(NOWHERE, row, count, NOWHERE, to)
        assert ids(jobs) == order
        assert bridge.asked == [("reorder", list(order))]

    def test_not_before_what_runs(self, jobs: JobsModel, bridge: FakeBridge) -> None:
        bridge.began.emit("a")
        assert jobs.moveRows(NOWHERE, 3, 1, NOWHERE, 0)
        assert ids(jobs) == "adbc"
        assert bridge.asked == [("reorder", ["d", "b", "c"])]

    @pytest.mark.parametrize(("row", "count", "to"), [(0, 1, 3), (0, 2, 4), (3, 2, 0), (2, 1, 2), (2, 1, 3), (1, 0, 3)])
    def test_what_cannot_be_moved_stays(
        self, jobs: JobsModel, bridge: FakeBridge, row: int, count: int, to: int
    ) -> None:
        bridge.began.emit("a")
        assert not jobs.moveRows(NOWHERE, row, count, NOWHERE, to)
        assert ids(jobs) == "abcd"
        assert not bridge.asked

    def test_only_waiting_rows_can_be_dragged(self, jobs: JobsModel, bridge: FakeBridge) -> None:
        bridge.began.emit("a")
        dragged = [bool(jobs.flags(jobs.index(row)) & Qt.ItemFlag.ItemIsDragEnabled) for row in range(4)]
        assert dragged == [False, True, True, True]

    def test_one_that_began_while_it_was_moved_back_stands_where_it_runs(
        self, jobs: JobsModel, bridge: FakeBridge
    ) -> None:
        jobs.moveRows(NOWHERE, 0, 1, NOWHERE, 4)
        bridge.began.emit("a")
        assert ids(jobs) == "abcd"
        assert states(jobs)[0] == JobState.RUNNING.value


class TestTimeLeft:
    def test_nothing_is_said_while_nothing_is_known(self, jobs: JobsModel, bridge: FakeBridge) -> None:
        assert jobs.seconds_left("a") is None
        bridge.began.emit("a")
        bridge.progress.emit("a", 0, 10, None)
        assert jobs.total_seconds_left() is None

    def test_the_running_one_goes_by_its_own_steps(self, jobs: JobsModel, bridge: FakeBridge, clock: Clock) -> None:
        bridge.began.emit("a")
        for step in (0, 1, 2):
            bridge.progress.emit("a", step, 10, None)
            clock.now += 3
        assert jobs.seconds_left("a") == pytest.approx(8 * 3 - 3)

    def test_the_waiting_ones_by_those_before_them(self, jobs: JobsModel, bridge: FakeBridge, clock: Clock) -> None:
        bridge.began.emit("a")
        clock.now += 50  # loading is no part of it
        bridge.progress.emit("a", 0, 10, None)
        clock.now += 20
        bridge.done.emit("a")
        assert jobs.seconds_left("a") == 0
        assert jobs.seconds_left("b") == pytest.approx(20)
        assert jobs.total_seconds_left() == pytest.approx(60)
        assert "20" in get(jobs, 1, JobRole.STATUS)

    def test_more_images_take_longer_and_another_size_is_not_known(
        self, jobs: JobsModel, bridge: FakeBridge, clock: Clock
    ) -> None:
        jobs.add(dress("e", steps=10, images=3), "three")
        larger = dress("f")
        jobs.add(replace(larger, request=replace(larger.request, resolution=512)), "larger")
        bridge.began.emit("a")
        bridge.progress.emit("a", 0, 10, None)
        clock.now += 20
        bridge.done.emit("a")
        assert jobs.seconds_left("e") == pytest.approx(60 + 60)
        assert jobs.seconds_left("f") is None
