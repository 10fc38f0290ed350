"""Painting on a large canvas: from event to paint while the engine draws, and taking strokes back."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from benchmarks.editor_brush import loop, measure_brush, percentiles, send_pointer
from benchmarks.editor_desk import digest, sample

if TYPE_CHECKING:
    from benchmarks.editor_desk import Desk
    from gui.canvas import Canvas
    from gui.canvas_view import CanvasView

CASES = tuple((zoom, size) for zoom in (None, 1.0, 4.0) for size in (40.0, 200.0, 600.0))
"""Zooms (None: the whole picture) and brushes (picture pixels)."""

RATE = 125.0
"""Events a second, as mice and pens send them."""

OUTFIT: dict[str, Any] = {"prompt": "black maid dress, red mary janes", "seed": 7, "seed_locked": True}


class Dab(NamedTuple):
    """An event of a pen. step: "press", "move" or "release". x, y: in logical pixels of the canvas, which shows its
    picture by `view`: it may be moved or resized between two of them."""

    step: str
    x: float
    y: float
    pressure: float
    view: CanvasView


class Painting:
    """Strokes across a canvas, an event at a time, one after the other for as long as they are asked for."""

    def __init__(self, desk: Desk, events: int = 60) -> None:
        """events: of each stroke."""
        self._application, self._canvas = desk.application, desk.canvas
        self._events = events
        self._coming = self._dabs()
        self.made: list[Dab] = []
        """What was painted so far."""

    def paint(self) -> None:
        """The next event."""
        self.made.append(next(self._coming))
        send(self._application, self._canvas, self.made[-1])

    def stroke(self) -> None:
        """All events of a stroke, or what is left of one."""
        self.paint()
        while self.made[-1].step != "release":
            self.paint()

    def _dabs(self) -> Iterator[Dab]:
        number = 0
        while True:
            places = loop(self._canvas.width(), self._canvas.height(), number, self._events)
            for index, (x, y) in enumerate(places):
                step = "press" if index == 0 else "release" if index == self._events - 1 else "move"
                yield Dab(step, x, y, 0.6 + 0.4 * math.sin(index / 9), self._canvas.view)
            number += 1


def send(application: Any, canvas: Canvas, dab: Dab) -> None:
    """Paints one event where it was painted before."""
    from PySide6.QtCore import QPointF

    if canvas.view != dab.view:
        canvas.set_view(dab.view)
    send_pointer(application, canvas, dab.step, QPointF(dab.x, dab.y), dab.pressure)


def measure_painting(
    desk: Desk, side: int, strokes: int, events: int, cases: Sequence[tuple[float | None, float]] = CASES
) -> dict[str, Any]:
    """Milliseconds from event to paint on a side x side picture while the window draws an outfit and shows previews of
    it: the slowest percentiles of all cases, and each of them.

    strokes, events: of each case. cases: zoom (None: the whole picture) and brush (picture pixels).
    """
    picture, mask = sample(side)
    # So many steps that no job ends meanwhile: a finished candidate would be tried on and hide the mask.
    desk.show(picture, mask, **OUTFIT, num_inference_steps=1000)
    id = desk.dress()
    desk.until(lambda: len(desk.steps(id)) > 1, "the first steps")
    before = len(desk.steps(id))
    pen = {"canvas": desk.canvas, "strokes": strokes, "events": events, "rate": RATE}
    measured = [measure_brush(zoom=zoom, size=size, **pen) for zoom, size in cases]
    steps = len(desk.steps(id)) - before
    if desk.find("done", id):
        raise ValueError("The job ended before the strokes did: fewer strokes, please.")
    desk.dressing.cancel()
    desk.wait("cancelled", id)
    desk.canvas.fit()
    return {
        "side": side,
        **{f"{name}_ms": max(each[name] for each in measured) for name in ("p95", "p99", "worst")},
        **{f"computing_{name}_ms": max(each["computing"][name] for each in measured) for name in ("p95", "p99")},
        "events": sum(each["events"] for each in measured),
        "steps_meanwhile": steps,
        "restored": all(each["restored"] for each in measured),
        "cases": measured,
    }


def measure_undo(
    desk: Desk, side: int, strokes: int, undone: int, events: int = 120, size: float = 200.0
) -> dict[str, Any]:
    """Milliseconds of taking back, until that is painted, each of the last `undone` strokes on a side x side picture;
    the bytes the history needs for all strokes; and how many arrays were not restored exactly when all of them were
    undone and done again, of twice as many. events, size: of each stroke, and its brush in picture pixels.
    """
    picture, _ = sample(side)
    desk.show(picture, **OUTFIT)
    document, canvas = desk.document, desk.canvas
    canvas.settings.size = size
    painting = Painting(desk, events)
    states = [digest(document.mask)]
    for number in range(strokes):
        # In turns: over what is painted already another stroke would change nothing, and leave nothing to undo.
        canvas.set_tool("eraser" if number % 2 else "brush")
        painting.stroke()
        desk.application.processEvents()
        states.append(digest(document.mask))
        if states[-1] == states[-2]:
            raise ValueError(f"Stroke {number + 1} changed nothing, so that there would be nothing to undo.")
    canvas.set_tool("brush")
    desk.rest(1.0)  # until what was painted is packed
    kept = document.history_bytes
    times: list[float] = []
    computing: list[float] = []
    wrong = 0
    for number in reversed(range(strokes)):
        began, cpu = time.perf_counter(), time.thread_time()
        document.undo()
        desk.application.processEvents()
        times.append(1000 * (time.perf_counter() - began))
        computing.append(1000 * (time.thread_time() - cpu))
        wrong += digest(document.mask) != states[number]
    for number in range(1, strokes + 1):
        document.redo()
        wrong += digest(document.mask) != states[number]
    return {
        "side": side,
        "strokes": strokes,
        "undone": undone,
        **{f"{name}_ms": value for name, value in percentiles(times[:undone]).items()},
        "computing_worst_ms": max(computing[:undone]),
        "history_bytes": kept,
        "wrong_arrays": wrong,
    }
