"""The badge: the measured promise, and what the leak guard found."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from gui.glyphs import BAD, GOOD
from gui.promise_badge import PromiseBadge


@pytest.fixture
def badge(qapp: QApplication) -> Iterator[PromiseBadge]:
    widget = PromiseBadge()
    widget.show()
    yield widget
    widget.close()


def test_nothing_measured_nothing_said(badge: PromiseBadge) -> None:
    assert badge.promise.isHidden()
    assert badge.leak.isHidden()


def test_the_promise_kept_and_broken(badge: PromiseBadge) -> None:
    badge.show_promise(0)
    assert badge.promise.label.text() == "0 pixels changed outside the mask"
    assert badge.promise._hue == GOOD
    badge.show_promise(12)
    assert "12" in badge.promise.label.text()
    assert badge.promise._hue == BAD
    badge.clear()
    assert badge.promise.isHidden()


def test_a_leak_before_drawing_offers_to_grow(badge: PromiseBadge) -> None:
    grown: list[int] = []
    badge.grow_requested.connect(grown.append)
    badge.show_leak("The mask misses a part of the old outfit.", 6)
    badge.leak.button.click()
    assert grown == [6]
    badge.show_leak("The mask misses a part of the old outfit.", 0)
    assert badge.leak.button.isHidden()


def test_a_leak_after_drawing_offers_to_draw_again(badge: PromiseBadge) -> None:
    again: list[bool] = []
    badge.again_requested.connect(lambda: again.append(True))
    badge.show_leak("x", 6)
    badge.show_leftover(0.62)
    assert "62 %" in badge.leak.label.text()
    badge.leak.button.click()
    assert again == [True]
    badge.clear_leak()
    assert badge.leak.isHidden()
