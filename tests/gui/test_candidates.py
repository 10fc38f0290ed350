"""The strip of candidates: places are made, filled and given up; trying on, keeping and dropping."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import numpy as np
import pytest
from guidocument import drawn_candidate
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from gui import candidate_model
from gui.candidate_model import ITEM, CandidateModel
from gui.candidates import CandidateStrip


@pytest.fixture
def strip(qapp: QApplication) -> Iterator[CandidateStrip]:
    widget = CandidateStrip()
    widget.resize(700, 160)
    widget.show()
    widget.view.setFocus()
    qapp.processEvents()
    yield widget
    widget.close()


def hover(strip: CandidateStrip, place: QPoint) -> None:
    """The pointer comes there, whatever other windows of other tests lie over it."""
    viewport, button = strip.view.viewport(), Qt.MouseButton.NoButton
    at, everywhere, keys = QPointF(place), QPointF(viewport.mapToGlobal(place)), Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(viewport, QMouseEvent(QEvent.Type.MouseMove, at, everywhere, button, button, keys))


def test_places_are_filled_by_their_own_job(strip: CandidateStrip) -> None:
    strip.await_candidates("a", 2)
    strip.await_candidates("b", 1)
    strip.set_progress("a", 3, 12, QImage(4, 4, QImage.Format.Format_RGB888))
    later, first = drawn_candidate("b", 7), drawn_candidate("a", 1)
    strip.add(later)
    strip.add(first)
    tiles = strip.model.tiles
    assert [tile.candidate for tile in tiles] == [first, None, later]
    assert tiles[1].share == 0.25
    strip.finish("a")
    assert strip.candidates() == [first, later]
    strip.finish("b")
    assert len(strip.model.tiles) == 2


def test_a_withheld_candidate_gives_up_its_place(strip: CandidateStrip) -> None:
    strip.await_candidates("a", 3)
    strip.withhold("a")
    assert len(strip.model.tiles) == 2


def test_keys_step_keep_and_drop(strip: CandidateStrip) -> None:
    shown: list[object] = []
    kept: list[object] = []
    dropped: list[object] = []
    strip.tried_on.connect(shown.append)
    strip.kept.connect(kept.append)
    strip.discarded.connect(dropped.append)
    three = [drawn_candidate("a", seed) for seed in (1, 2, 3)]
    strip.await_candidates("a", 4)
    for each in three:
        strip.add(each)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_3):
        QTest.keyClick(strip.view, key)
    assert shown == [three[0], three[1], three[0], three[2], three[2]][:4]
    QTest.keyClick(strip.view, Qt.Key.Key_Return)
    assert kept == [three[2]]
    QTest.keyClick(strip.view, Qt.Key.Key_1)
    QTest.keyClick(strip.view, Qt.Key.Key_Delete)
    assert dropped == [three[0]]
    assert strip.current() is three[1]
    QTest.keyClick(strip.view, Qt.Key.Key_Escape)
    assert shown[-1] is None
    assert strip.current() is None


def test_candidates_of_runs_before_stay_without_their_numbers(strip: CandidateStrip) -> None:
    strip.await_candidates("a", 2)
    for seed in (1, 2):
        strip.add(drawn_candidate("a", seed))
    strip.await_candidates("b", 1)
    strip.await_candidates("c", 1)  # the same run: something is still awaited
    new = [drawn_candidate("b", 3), drawn_candidate("c", 4)]
    for each in new:
        strip.add(each)
    assert [tile.number for tile in strip.model.tiles] == [0, 0, 1, 2]
    assert "Earlier" in strip.model.index(0).data(Qt.ItemDataRole.ToolTipRole)
    QTest.keyClick(strip.view, Qt.Key.Key_2)
    assert strip.current() is new[1]
    strip.stop_trying()
    strip.step(1)
    assert strip.current() is new[0]
    strip.step(-1)
    assert strip.candidates()[1] is strip.current()  # the earlier ones can still be tried on


def test_the_oldest_go_when_memory_is_short() -> None:
    shared = drawn_candidate("a", 1)
    model = CandidateModel(limit=4 * 96 * 80 + 8000)  # the picture, which they share, and one candidate but not two
    for number in range(3):
        model.await_more("a", 1)
        model.add(dataclasses.replace(shared, seed=number))
    assert [tile.number for tile in model.tiles] == [0, 1]


def test_hovering_tries_on_and_leaving_goes_back(strip: CandidateStrip, qapp: QApplication) -> None:
    shown: list[object] = []
    strip.tried_on.connect(shown.append)
    two = [drawn_candidate("a", seed) for seed in (1, 2)]
    for each in two:
        strip.add(each)
    qapp.processEvents()
    place = strip.view.visualRect(strip.model.index(1)).center()
    hover(strip, QPoint(2, 2))
    hover(strip, place)
    assert shown[-1] is two[1]
    QApplication.sendEvent(strip.view, QEvent(QEvent.Type.Leave))
    assert shown[-1] is None


def test_a_click_keeps(strip: CandidateStrip, qapp: QApplication) -> None:
    kept: list[object] = []
    strip.kept.connect(kept.append)
    one = drawn_candidate()
    strip.add(one)
    qapp.processEvents()
    place = strip.view.visualRect(strip.model.index(0)).center()
    QTest.mouseClick(strip.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert kept == [one]


def test_clearing_shows_the_picture_again(strip: CandidateStrip) -> None:
    strip.add(drawn_candidate())
    strip.step(1)
    strip.clear()
    assert strip.current() is None
    strip.step(1)
    strip.keep_current()
    strip.discard_current()


def test_doubtful_candidates_are_marked_and_say_why(strip: CandidateStrip) -> None:
    for candidate in (drawn_candidate(), drawn_candidate(outside_changed=3), drawn_candidate(leak=0.8)):
        strip.add(candidate)
    doubts = [strip.model.index(row).data(ITEM).doubt for row in range(3)]
    assert doubts == ["", "changed", "leak"]
    assert "80 %" in strip.model.index(2).data(Qt.ItemDataRole.AccessibleTextRole)


def test_the_thumbnail_shows_the_garment(qapp: QApplication) -> None:
    image = candidate_model.thumbnail(drawn_candidate(seed=2), 64)
    assert max(image.width(), image.height()) == 64
    assert image.pixelColor(image.width() // 2, image.height() // 2).red() == 80
    assert image.pixelColor(1, 1).blue() == 200


def test_pixels_become_an_image_with_its_own_memory() -> None:
    pixels = np.zeros((3, 5, 4), np.uint8)
    pixels[1, 2] = (1, 2, 3, 255)
    image = candidate_model.to_qimage(pixels)
    pixels[:] = 9
    assert image.pixelColor(2, 1).getRgb() == (1, 2, 3, 255)
