from __future__ import annotations

import numpy as np
import pytest
from canvaskit import make_canvas
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPointF
from PySide6.QtWidgets import QApplication

from benchmarks.editor_brush import measure_brush, send_pointer
from gui.document import Document


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("pen", [True, False])
def test_the_measurement_counts_every_event_and_finds_the_mask_restored(pen: bool) -> None:
    measured = measure_brush(side=128, viewport=(200, 150), size=20, pen=pen, strokes=2, events=10)
    assert measured["events"] == 18
    assert measured["restored"]
    assert 0 < measured["p50"] <= measured["p95"] <= measured["worst"]
    assert set(measured["undo"]) == {"p50", "p95", "p99", "worst"}


class Posting:
    """Puts events into Qt's queue, as the window system does, instead of delivering them."""

    def sendEvent(self, receiver: QObject, event: QEvent) -> None:
        QCoreApplication.postEvent(receiver, event)


class Paints(QObject):
    """How much was masked whenever what it filters was painted."""

    def __init__(self, document: Document) -> None:
        super().__init__()
        self.masked: list[int] = []
        self._document = document

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.masked.append(int(np.count_nonzero(self._document.mask)))
        return False


@pytest.mark.usefixtures("qapp")
def test_events_that_wait_are_painted_together() -> None:
    """What the measurement assumes of Qt: painting waits for the input that came before."""
    canvas = make_canvas()
    paints = Paints(canvas.document)
    canvas.installEventFilter(paints)
    send_pointer(QApplication.instance(), canvas, "press", QPointF(20, 20), 0.5)
    QApplication.processEvents()
    paints.masked.clear()
    for step in range(1, 11):
        send_pointer(Posting(), canvas, "move", QPointF(20 + 10 * step, 20 + 5 * step), 0.5)
    QApplication.processEvents()
    QApplication.processEvents()
    assert paints.masked == [np.count_nonzero(canvas.document.mask)]
    canvas.removeEventFilter(paints)
    send_pointer(QApplication.instance(), canvas, "release", QPointF(120, 70), 0.5)
    canvas.close()
