"""The button that dresses, the one that cancels, and the time that is left."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from gui.dress_bar import DressBar, TimeLeft, duration


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_the_time_left_is_guessed_from_the_latest_steps() -> None:
    clock = Clock()
    left, guess = TimeLeft(clock), None
    assert left.at(0, 100) is None
    for step in range(1, 11):
        clock.now += 2
        guess = left.at(step, 100)
    assert guess == pytest.approx(180)
    for step in range(11, 21):  # the machine is busy now
        clock.now += 4
        guess = left.at(step, 100)
    assert guess == pytest.approx(320)
    clock.now += 1
    assert left.at(20, 100) == pytest.approx(319)
    assert left.at(0, 100) is None  # it began anew


def test_durations_in_words(qapp: QApplication) -> None:
    assert [duration(seconds) for seconds in (0.2, 59, 80, 7500)] == ["1 s", "59 s", "1 min 20 s", "2 h 5 min"]


def test_from_start_to_end(qapp: QApplication) -> None:
    clock = Clock()
    bar = DressBar(clock=clock)
    asked: list[str] = []
    bar.dress_requested.connect(lambda: asked.append("dress"))
    bar.cancel_requested.connect(lambda: asked.append("cancel"))
    assert bar.cancel.isHidden()
    bar.dress.click()
    bar.begin()
    bar.set_progress(1, 12)
    clock.now = 3
    bar.set_waiting(2)
    bar.set_progress(2, 12)
    assert (bar.bar.value(), bar.bar.maximum()) == (2, 12)
    assert "30 s" in bar.says.text()
    assert "2" in bar.says.text()
    assert bar.dress.isEnabled()
    bar.cancel.click()
    assert not bar.cancel.isEnabled()
    bar.finish("Cancelled")
    assert asked == ["dress", "cancel"]
    assert bar.cancel.isHidden()
    assert bar.says.text() == "Cancelled"
    bar.begin()
    assert bar.cancel.isEnabled()


def test_what_is_missing_is_said_on_the_button(qapp: QApplication) -> None:
    bar = DressBar()
    bar.set_ready("Paint over the outfit first.")
    assert not bar.dress.isEnabled()
    assert bar.says.text() == bar.dress.toolTip() == "Paint over the outfit first."
    bar.begin("Looking for the clothes ...")
    assert bar.says.text() == "Looking for the clothes ..."
    bar.finish()
    assert bar.says.text() == "Paint over the outfit first."
    bar.set_ready("")
    assert bar.dress.isEnabled()
    assert "Ctrl+Return" in bar.dress.toolTip()
