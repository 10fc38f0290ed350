"""Somebody at the editor's real window: clicks, strokes and keys as Qt delivers them, and patience."""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

# CCNET_TEST_PLATFORM=xcb runs the same stories on a real screen, such as Xvfb's.
os.environ["QT_QPA_PLATFORM"] = os.environ.get("CCNET_TEST_PLATFORM") or os.environ.get("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from truthparser import doll

from ccnet.pictures import Picture
from gui import app, language, theme
from gui.dialogs import Answer, Dialogs
from gui.garbage import Collector
from gui.outfit import Outfit
from gui.settings import Settings
from gui.state import DocumentState, Source
from gui.window import Window

PATIENCE = 120.0
"""Seconds until something that never comes is given up."""

QUICK: dict[str, Any] = {"num_inference_steps": 2, "resolution": 256, "candidates": 2}
"""Settings with which the starter is done in a moment."""

NO_KEYS = Qt.KeyboardModifier.NoModifier


class Answers(Dialogs):
    """Dialogs that answer by themselves. said: what was told; file: what is chosen; unsaved_answer: to the question."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.said: list[str] = []
        self.asked: list[str] = []
        self.shown: list[Any] = []
        self.file: Path | None = None
        self.unsaved_answer: Answer = "cancel"

    def unsaved(self, title: str) -> Answer:
        self.asked.append(title)
        return self.unsaved_answer

    def open_file(self, folder: Path) -> Path | None:
        return self.file

    def open_mask(self, folder: Path) -> Path | None:
        return self.file

    def save_file(self, title: str, suggested: Path, kind: str) -> Path | None:
        return self.file

    def problem(self, sentence: str, title: str = "") -> None:
        self.said.append(sentence)

    def memory(self, sentence: str, advice: Sequence[str]) -> None:
        self.said.append(f"{sentence} {' '.join(advice)}")

    def show_dialog(self, dialog: Any, *, keep: bool = False) -> None:
        self.shown.append(dialog)
        dialog.show()


class Artist:
    """A window with a home of its own. home: settings and unsaved work. command: its engine."""

    def __init__(self, home: Path, command: Sequence[str]) -> None:
        self.collector = Collector(app.make_app())
        self.settings = Settings(home / "settings.ini")
        theme.apply("dark")
        language.use("en")
        self.window = Window(picture(), self.settings, command=command, recovery=home / "recovery")
        self.answers = Answers(self.window)
        self.window.dialogs = self.window.filing.dialogs = self.answers
        self.window.resize(1280, 800)
        self.window.show()
        self.window.activateWindow()  # keys are for the active window; without a window manager nobody else says which
        QTest.qWaitForWindowActive(self.window)
        self.until(lambda: self.window.keeper is not None)

    # ---- what there is

    @property
    def document(self) -> Any:
        return self.window.document

    @property
    def candidates(self) -> list[Any]:
        return self.window.panels.candidates.candidates()

    def fresh(self, number: int = 4, **outfit: Any) -> None:
        """A doll that nothing was done to; settings of `Outfit` beside `QUICK`."""
        if self.window.jobs.unfinished:
            self.window.jobs.cancel_all()
            self.until(lambda: not self.window.jobs.unfinished)
        self.window.jobs.clear_ended()
        self.window.compare.set_mode("off")
        self.window.canvas.set_tool("brush")
        self.document.restore(picture(number, **outfit))
        self.window.panels.candidates.clear()
        self.answers.said.clear()
        self.answers.asked.clear()
        self.window.notices.clear()
        self.settle()

    # ---- what is done

    def settle(self, seconds: float = 0.05) -> None:
        """Lets the window live for a moment."""
        QTest.qWait(round(1000 * seconds))

    def until(self, condition: Callable[[], Any], seconds: float = PATIENCE) -> Any:
        """Lets the window live until something is so; returns it."""
        end = time.monotonic() + seconds
        while not (result := condition()):
            assert time.monotonic() < end, "it never came"
            QTest.qWait(10)
        return result

    def do(self, name: str) -> None:
        """An action, as a menu triggers it."""
        self.window.actions_[name].trigger()
        QApplication.processEvents()

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = NO_KEYS, widget: QWidget | None = None) -> None:
        """A key for the canvas, or another widget."""
        if not self.window.isActiveWindow():
            self.window.activateWindow()
            QTest.qWaitForWindowActive(self.window)
        QTest.keyClick(widget or self.window.canvas, key, modifiers)

    def press(self, button: QWidget) -> None:
        """A click on a button."""
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def at(self, x: float, y: float) -> QPoint:
        """Where a place of the picture lies in the canvas."""
        canvas = self.window.canvas
        return (canvas.to_viewport(x, y) / canvas.ratio).toPoint()

    def click(self, x: float, y: float, modifiers: Qt.KeyboardModifier = NO_KEYS) -> None:
        """A click into the picture."""
        QTest.mouseClick(self.window.canvas, Qt.MouseButton.LeftButton, modifiers, self.at(x, y))

    def stroke(self, *places: tuple[float, float], modifiers: Qt.KeyboardModifier = NO_KEYS) -> None:
        """From place to place with the button held."""
        canvas, left = self.window.canvas, Qt.MouseButton.LeftButton
        QTest.mousePress(canvas, left, modifiers, self.at(*places[0]))
        for before, after in itertools.pairwise(places):
            for step in range(1, 9):
                part = QPointF(*before) + (QPointF(*after) - QPointF(*before)) * (step / 8)
                QTest.mouseMove(canvas, self.at(part.x(), part.y()))
        QTest.mouseRelease(canvas, left, modifiers, self.at(*places[-1]))

    def chips(self) -> list[QPushButton]:
        """The outfits to try with one click."""
        box = self.window.panels.outfit.chip_box
        return [button for button in box.findChildren(QPushButton) if button.isVisible()]

    def dress(self) -> str:
        """Presses "Dress" and waits until it is in the queue; returns the job's id."""
        while (popup := QApplication.activePopupWidget()) is not None:
            popup.close()  # offered tags; a person's click closes them, too
        queued: list[str] = []
        connection = self.window.dressing.queued.connect(lambda id, count: queued.append(id))
        self.press(self.window.panels.outfit.bar.dress)
        self.until(lambda: queued or self.window.notices.sentence)
        self.window.dressing.disconnect(connection)
        assert queued, self.window.notices.sentence
        return queued[0]

    def wait_for_candidates(self, count: int = 2) -> None:
        """Until so many are there and nothing is drawn any more."""
        self.until(lambda: len(self.candidates) >= count and not self.window.jobs.unfinished)

    def leave(self) -> None:
        """Closes the window without saving."""
        self.answers.unsaved_answer = "discard"
        self.window.jobs.cancel_all()
        self.window.close()
        self.window.deleteLater()
        QApplication.processEvents()
        self.collector.end()


def picture(number: int = 4, **outfit: Any) -> DocumentState:
    """A doll, with quick settings."""
    scene = doll(number)
    return DocumentState.of(Picture(scene.image), Source(f"doll-{number}.png"), Outfit(**(QUICK | outfit)))
