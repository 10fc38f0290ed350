"""Reference cycles die in the window's thread, whichever thread made them."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from gui.garbage import EVERY, Collector


class Cycle:
    """Says which thread it died in."""

    def __init__(self, died_in: list[int]) -> None:
        self.itself, self.died_in = self, died_in

    def __del__(self) -> None:
        self.died_in.append(threading.get_ident())


@pytest.fixture
def collector(qapp: QApplication) -> Iterator[Collector]:
    collector = Collector()
    QTest.qWait(2 * EVERY)  # what was there is kept for good
    yield collector
    collector.end()
    gc.disable()  # as tests/gui/conftest.py has it
    gc.freeze()


def test_cycles_of_another_thread_die_in_the_windows(collector: Collector) -> None:
    died_in: list[int] = []

    def work() -> None:
        kept = []
        for _ in range(50_000):
            Cycle(died_in)
            kept.append([])

    worker = threading.Thread(target=work)
    worker.start()
    worker.join()
    assert died_in == []
    for _ in range(20):
        QTest.qWait(EVERY)
        if len(died_in) == 50_000:
            break
    assert len(died_in) == 50_000
    assert set(died_in) == {threading.get_ident()}


def test_python_collects_by_itself_again_afterwards(qapp: QApplication) -> None:
    gc.unfreeze()
    collector = Collector()
    assert not gc.isenabled()
    collector.end()
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0
    gc.disable()
    gc.freeze()
