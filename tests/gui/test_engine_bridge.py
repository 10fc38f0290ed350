from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from typing import Any

import fakeengine
import numpy as np
import pytest
from fakeengine import dress, request
from PySide6.QtCore import QDeadlineTimer, QEventLoop, QRect, QThread, SignalInstance
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from ccnet.engine_messages import ClickJob, FindJob, JobCandidate, WarmUp
from ccnet.masks import Mask, Point
from gui.engine_bridge import EngineBridge

SIGNALS = (
    *("started", "died", "ready", "began", "progress", "preview", "candidate", "withheld", "found", "mask"),
    *("done", "cancelled", "failed"),
)


class Said:
    """What the signals of a bridge said, in their order: (name, values)."""

    def __init__(self, app: QApplication, bridge: EngineBridge) -> None:
        self.app = app
        self.calls: list[tuple[str, tuple[Any, ...]]] = []
        self.threads: set[QThread] = set()
        for name in SIGNALS:
            signal: SignalInstance = getattr(bridge, name)
            signal.connect(self._listener(name))

    def _listener(self, name: str) -> Callable[..., None]:
        def listen(*values: Any) -> None:
            self.calls.append((name, values))
            self.threads.add(QThread.currentThread())

        return listen

    def of(self, name: str) -> list[tuple[Any, ...]]:
        return [values for called, values in self.calls if called == name]

    def wait(self, name: str, *begin: Any) -> tuple[Any, ...]:
        """The first call of a signal whose values begin so."""
        deadline = QDeadlineTimer(60_000)
        while True:
            for values in self.of(name):
                if values[: len(begin)] == begin:
                    return values
            assert not deadline.hasExpired(), f"{name}{begin} never came, but {self.calls}"
            self.app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)


@pytest.fixture(scope="module")
def bridge(qapp: QApplication) -> Iterator[EngineBridge]:
    bridge = EngineBridge(command=fakeengine.COMMAND)
    bridge.start()
    yield bridge
    bridge.close()


@pytest.fixture
def said(qapp: QApplication, bridge: EngineBridge) -> Said:
    return Said(qapp, bridge)


def test_a_drawing_from_its_beginning_to_its_end(qapp: QApplication, bridge: EngineBridge, said: Said) -> None:
    bridge.submit(dress("a"))
    said.wait("done", "a")
    names = [name for name, _ in said.calls if name != "started"]
    assert names == ["began", "progress", *["progress", "preview"] * 3, "candidate", "done"]
    assert said.of("progress")[0] == ("a", 0, 3, None)
    _, step, total, image = said.of("progress")[1]
    assert (step, total) == (1, 3)
    assert isinstance(image, QImage)
    assert image.size().toTuple() == (8, 8)
    assert said.of("preview")[0][2] == QRect(20, 30, 30, 30)
    (_, candidate) = said.of("candidate")[0]
    assert isinstance(candidate, JobCandidate)
    assert candidate.image.shape == (96, 80, 3)
    assert said.threads == {qapp.thread()}


def test_loading_finding_and_clicking(bridge: EngineBridge, said: Said) -> None:
    bridge.submit(WarmUp("starter"))
    bridge.submit(FindJob("f", request().image))
    bridge.submit(ClickJob("c", request().image, (Point(2, 3),)))
    assert said.wait("ready", "starter")[2] == ("a sentence",)
    said.wait("found", "f")
    mask = said.wait("mask", "c")[1]
    assert isinstance(mask, Mask)
    assert np.argwhere(mask.alpha).tolist() == [[3, 2]]


def test_failures_and_what_is_withheld(bridge: EngineBridge, said: Said) -> None:
    bridge.submit(dress("u", "unknown"))
    bridge.submit(dress("n", "naked"))
    assert said.wait("failed", "u")[1:] == ("No such thing: choose another.", "user")
    assert said.wait("withheld", "n") == ("n", 7, "This result was withheld.")
    said.wait("done", "n")


def test_the_queue_and_cancelling(bridge: EngineBridge, said: Said) -> None:
    for id in ("q0", "q1", "q2", "q3"):
        bridge.submit(dress(id, steps=200 if id == "q0" else 2))
    bridge.reorder(["q3"])
    bridge.drop("q1")
    bridge.cancel("q0")
    said.wait("done", "q2")
    assert {values[0] for values in said.of("cancelled")} == {"q0", "q1"}
    assert [values[0] for values in said.of("done")] == ["q3", "q2"]


def test_a_killed_engine_is_said_and_comes_back(bridge: EngineBridge, said: Said) -> None:
    bridge.submit(dress("k", steps=20))
    said.wait("progress", "k", 2)
    assert bridge.pid is not None
    os.kill(bridge.pid, signal.SIGKILL)
    said.wait("done", "k")
    assert said.of("died")[0][1] is True
    assert said.of("started") == [(bridge.pid,)]
    assert said.of("began") == [("k",), ("k",)]


def test_nothing_is_said_after_it_was_closed(qapp: QApplication) -> None:
    bridge = EngineBridge(command=fakeengine.COMMAND)
    said = Said(qapp, bridge)
    bridge.start()
    bridge.submit(dress("a", steps=1000))
    said.wait("progress", "a", 1)
    bridge.close()
    before = len(said.calls)
    qapp.processEvents()
    assert len(said.calls) == before
    assert not said.of("died")
