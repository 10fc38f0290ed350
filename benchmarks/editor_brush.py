"""How long the editor's canvas takes from a pen's event until the stroke is painted.

    python -m benchmarks.editor_brush [--size 4096] [--busy 2]

Without a screen, with the raster engine; the time runs from the event's delivery until the canvas has been painted
and flushed. `measure_brush` is what other benchmarks call.
"""

from __future__ import annotations

import argparse
import json
import math
import multiprocessing
import os
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from PySide6.QtCore import QCoreApplication

    from gui.canvas import Canvas


def measure_brush(
    *,
    canvas: Canvas | None = None,
    side: int = 4096,
    viewport: tuple[int, int] = (1600, 1000),
    zoom: float | None = None,
    size: float = 200.0,
    pen: bool = True,
    strokes: int = 8,
    events: int = 120,
    rate: float | None = None,
) -> dict[str, Any]:
    """Milliseconds from event to paint, by percentile, for strokes across a side x side picture. "computing" is how
    much this thread itself took for each paint, whatever else the machine was doing.

    canvas: to paint on, with a picture in it; else one of its own, with a picture of that side, fills the viewport.
    zoom: device pixels per picture pixel, None to fit. size: of the brush, in picture pixels. pen: a tablet whose
    pressure changes the size, else a mouse. rate: events a second, whose time then runs from the moment they were due,
    whatever the window is busy with, and those that became due meanwhile are delivered together, as Qt's queue does
    (it paints when no input waits); None: one after the other. Needs no QApplication but uses one that is there.
    """
    from PySide6.QtCore import QPointF
    from PySide6.QtWidgets import QApplication

    application = QApplication.instance() or QApplication([])
    own = canvas is None
    if canvas is None:
        canvas = _new_canvas(side, viewport)
    canvas.settings.size = size
    if zoom is None:
        canvas.fit()
    else:
        canvas.set_zoom(zoom)
    application.processEvents()
    before = canvas.document.mask.copy()
    times: list[float] = []
    computing: list[float] = []
    commits: list[float] = []
    due = time.perf_counter()
    for stroke in range(strokes):
        coming = deque(enumerate(loop(canvas.width(), canvas.height(), stroke, events)))
        while coming:
            waiting: list[tuple[float, str]] = []  # since when, and what
            if rate is not None:
                _wait_for(application, due + 1 / rate)
            now, cpu = time.perf_counter(), time.thread_time()
            while coming and (not waiting or (rate is not None and due + 1 / rate <= now)):
                due = now if rate is None else due + 1 / rate
                index, place = coming.popleft()
                pressure = 0.6 + 0.4 * math.sin(index / 9)
                step = "press" if index == 0 else "release" if index == events - 1 else "move"
                send_pointer(application, canvas, step, QPointF(*place), pressure if pen else None)
                waiting.append((due, step))
            application.processEvents()
            painted = time.perf_counter()
            for since, step in waiting:
                (times if step != "release" else commits).append(1000 * (painted - since))
            computing.append(1000 * (time.thread_time() - cpu))
    undone = []
    for _ in range(strokes):
        start = time.perf_counter()
        canvas.document.undo()
        application.processEvents()
        undone.append(1000 * (time.perf_counter() - start))
    restored = np.array_equal(canvas.document.mask, before)
    if own:
        canvas.close()
        canvas.deleteLater()
        application.processEvents()
    return {
        "side": canvas.document.width,
        "zoom": round(canvas.zoom, 4),
        "brush": size,
        "pen": pen,
        "events": len(times),
        **percentiles(times),
        "computing": percentiles(computing),
        "release": percentiles(commits),
        "undo": percentiles(undone),
        "restored": restored,
    }


def _wait_for(application: QCoreApplication, due: float) -> None:
    """Lets the window live until an event is due."""
    while time.perf_counter() < due:
        application.processEvents()
        time.sleep(min(0.0005, max(0.0, due - time.perf_counter())))


def _new_canvas(side: int, viewport: tuple[int, int]) -> Canvas:
    from PIL import Image

    from ccnet.pictures import Picture
    from gui.canvas import Canvas
    from gui.document import Document

    picture = np.random.default_rng(0).integers(0, 256, (side, side, 3), np.uint8)
    canvas = Canvas(Document(Picture(Image.fromarray(picture))))
    canvas.resize(*viewport)
    canvas.show()
    return canvas


@contextmanager
def busy_cores(count: int, nice: int = 10) -> Iterator[None]:
    """Keeps `count` processes of lower priority computing meanwhile, as the engine does during a job."""
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_compute, args=(nice,), daemon=True) for _ in range(count)]
    for worker in workers:
        worker.start()
    try:
        time.sleep(1.0 if count else 0.0)
        yield
    finally:
        for worker in workers:
            worker.terminate()
            worker.join()


def _compute(nice: int) -> None:
    if hasattr(os, "nice"):
        os.nice(nice)
    matrix = np.random.default_rng(0).normal(size=(256, 256)).astype(np.float32)
    while True:
        matrix = np.tanh(matrix @ matrix)


def loop(width: int, height: int, stroke: int, events: int) -> Iterator[tuple[float, float]]:
    """A loop across the canvas, another one for every stroke; about a hundred pixels every ten events."""
    for index in range(events):
        angle = stroke + 2 * math.pi * 1.3 * index / events
        radius = (0.2 + 0.1 * (stroke % 3)) * min(width, height)
        yield width / 2 + radius * math.cos(angle), height / 2 + radius * math.sin(1.1 * angle)


def send_pointer(application: Any, canvas: Any, step: str, place: Any, pressure: float | None) -> None:
    """A "press", "move" or "release" at a place (QPointF) of the canvas. pressure: of a pen, None for a mouse."""
    from PySide6.QtCore import QEvent, QPointF, Qt
    from PySide6.QtGui import QMouseEvent, QPointingDevice, QTabletEvent

    button = Qt.MouseButton.NoButton if step == "move" else Qt.MouseButton.LeftButton
    buttons = Qt.MouseButton.NoButton if step == "release" else Qt.MouseButton.LeftButton
    everywhere = QPointF(canvas.mapToGlobal(place))
    if pressure is None:
        kind = {"press": QEvent.Type.MouseButtonPress, "move": QEvent.Type.MouseMove}
        event = QMouseEvent(
            kind.get(step, QEvent.Type.MouseButtonRelease),
            place,
            everywhere,
            button,
            buttons,
            Qt.KeyboardModifier.NoModifier,
        )
    else:
        kind = {"press": QEvent.Type.TabletPress, "move": QEvent.Type.TabletMove}
        event = QTabletEvent(
            kind.get(step, QEvent.Type.TabletRelease),
            QPointingDevice.primaryPointingDevice(),
            place,
            everywhere,
            pressure if step != "release" else 0.0,
            0.0,
            0.0,
            0.0,
            0.0,
            0.0,
            Qt.KeyboardModifier.NoModifier,
            button,
            buttons,
        )
    application.sendEvent(canvas, event)


def percentiles(times: Sequence[float]) -> dict[str, float]:
    """The median, the 95th, the 99th and the largest."""
    return {
        name: round(float(np.percentile(times, part)), 2)
        for name, part in (("p50", 50), ("p95", 95), ("p99", 99), ("worst", 100))
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=4096, help="the picture's side in pixels (default 4096)")
    parser.add_argument("--busy", type=int, default=0, help="computing processes beside it (default 0)")
    arguments = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with busy_cores(arguments.busy):
        for zoom in (None, 1.0, 4.0):
            for size in (40.0, 200.0, 600.0):
                print(json.dumps(measure_brush(side=arguments.size, zoom=zoom, size=size)), flush=True)


if __name__ == "__main__":
    main()
