"""Smart click: point at a garment, or drag a box around it, and the engine masks it.

A click begins the mask anew, Shift adds what is under the pointer, Alt (or Ctrl) takes it away. Alt inside of what the
last click found corrects that click instead: it is asked for again without that place. While the pointer rests, what a
click would do is shown. The engine answers when it can; answers belong to questions in the order they were asked.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from PySide6.QtCore import QCoreApplication, QTimer
from PySide6.QtGui import QPainter

from ccnet.masks import Bounds, Mask, Point
from ccnet.shapes import Combination, combine
from gui.area_tools import box_between, corners_of
from gui.overlays import draw_outline
from gui.tools import CLICK_REACH, Host, Pointer, Tool

REST = 60
"""Milliseconds the pointer rests before the engine is asked what lies under it."""

PATIENCE = 3000
"""Milliseconds after which an unanswered question about the place under the pointer is given up."""

Way = Literal["replace", "add", "subtract"]


@dataclass(frozen=True, eq=False)
class Question:
    """What was clicked. way: what to do with the answer, and base: to which mask (None: to an empty one)."""

    points: tuple[Point, ...]
    box: Bounds | None
    way: Way
    base: np.ndarray | None

    def contains(self, answer: Mask | None, x: float, y: float) -> bool:
        """Whether (x, y) lies in what this click found."""
        if answer is None or self.way == "subtract":
            return False
        width, height = answer.size
        return 0 <= x < width and 0 <= y < height and answer.alpha[int(y), int(x)] > 127


class ClickTool(Tool):
    """See the module. `answer` and `answer_preview` take the engine's masks, `fail` the news that there is none."""

    name = "smart click"

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self._asked: deque[Question] = deque()
        self._last: Question | None = None
        self._answer: Mask | None = None
        self._from: Pointer | None = None
        self._to: Pointer | None = None
        self._pointer: Pointer | None = None
        self._shown_for: Pointer | None = None
        self._rest = _timer(REST, self._ask_preview)
        self._patience = _timer(PATIENCE, self._preview_lost)
        self._writing = False

    @property
    def is_busy(self) -> bool:
        return self._from is not None

    # ---- the pointer

    def press(self, pointer: Pointer) -> None:
        self._from = self._to = pointer

    def move(self, pointer: Pointer) -> None:
        self._to = pointer
        self.host.repaint_tool()

    def release(self, pointer: Pointer) -> None:
        start, self._from = self._from, None
        self.host.repaint_tool()
        if start is None:
            return
        question = self._question(start, pointer)
        if question.base is None and question.way != "replace" and question.way == self._way(pointer):
            question = replace(question, base=self._target().copy())
        self._asked.append(question)
        self.host.ask_click(question.points, question.box, preview=False)

    def hover(self, pointer: Pointer | None) -> None:
        self._pointer = pointer
        if pointer is None:
            self._rest.stop()
            self._show(None)
        else:
            self._rest.start()

    def cancel(self) -> None:
        self._from = None
        self.host.repaint_tool()
        super().cancel()

    def leave(self) -> None:
        super().leave()
        self._rest.stop()
        self._patience.stop()
        self._pointer = None
        self.forget()
        self._show(None)

    def paint_over(self, painter: QPainter) -> None:
        if self._from is not None and self._to is not None and not self._is_click(self._from, self._to):
            box = box_between(self._from, self._to._replace(shift=False))
            draw_outline(painter, corners_of(self.host, box), self.host.ratio, closed=True)

    # ---- the engine's answers

    def answer(self, mask: Mask) -> None:
        """The mask of the oldest click that has no answer yet."""
        if not self._asked:
            return
        question = self._asked.popleft()
        if mask.size != (self.host.document.width, self.host.document.height):
            return
        how: Combination = "subtract" if question.way == "subtract" else "add"
        base = question.base

        def change(array: np.ndarray) -> Bounds:
            array[...] = 0 if base is None else base
            combine(array, mask.alpha, how, limit=self.limit(how == "subtract"))
            return Bounds(0, 0, array.shape[1], array.shape[0])

        self._writing = True
        self.at_once(QCoreApplication.translate("Tools", "Smart click"), change)
        self._writing = False
        self._last, self._answer = question, mask
        self._show(None)

    def fail(self) -> None:
        """The oldest click without an answer will get none."""
        if self._asked:
            self._asked.popleft()

    def answer_preview(self, mask: Mask | None) -> None:
        """What lies under the pointer, or was a moment ago."""
        asked, self._shown_for = self._shown_for, None
        self._patience.stop()
        if asked is None or self._pointer is None or self._from is not None:
            return
        if mask is None or mask.size != (self.host.document.width, self.host.document.height):
            self._show(None)
        else:
            self._show(mask, removes=self._question(self._pointer, self._pointer).way == "subtract")
        if not asked.is_near(self._pointer, CLICK_REACH * self.host.ratio):
            self._rest.start()

    def forget(self) -> None:
        """The mask was changed by something else: the next click begins anew."""
        if not self._writing:
            self._last = self._answer = None

    # ---- inside

    def _question(self, start: Pointer, end: Pointer) -> Question:
        """What a press at `start` and a release at `end` ask for; the base is not filled in."""
        way, last = self._way(end), self._last
        if not self._is_click(start, end):
            return Question((), box_between(start, end._replace(shift=False)), way, None)
        if way == "subtract" and last is not None and last.contains(self._answer, start.x, start.y):
            return replace(last, points=(*last.points, Point(start.x, start.y, False)))
        return Question((Point(start.x, start.y),), None, way, None)

    def _way(self, pointer: Pointer) -> Way:
        if pointer.invert:
            return "subtract"
        return "add" if pointer.shift else "replace"

    def _target(self) -> np.ndarray:
        document = self.host.document
        return document.mask if self.host.settings.paints == "mask" else document.protection

    def _is_click(self, start: Pointer, end: Pointer) -> bool:
        return start.is_near(end, CLICK_REACH * self.host.ratio)

    def _ask_preview(self) -> None:
        pointer, document = self._pointer, self.host.document
        if pointer is None or self._from is not None or self._shown_for is not None:
            return
        if not (0 <= pointer.x < document.width and 0 <= pointer.y < document.height):
            self._show(None)
            return
        self._shown_for = pointer
        self._patience.start()
        question = self._question(pointer, pointer)
        self.host.ask_click(question.points, question.box, preview=True)

    def _preview_lost(self) -> None:
        self._shown_for = None

    def _show(self, mask: Mask | None, *, removes: bool = False) -> None:
        self.host.suggest(mask, removes=removes)


def _timer(milliseconds: int, then: Callable[[], None]) -> QTimer:
    timer = QTimer(singleShot=True, interval=milliseconds)
    timer.timeout.connect(then)
    return timer
