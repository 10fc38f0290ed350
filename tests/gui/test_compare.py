"""Before and after: what is painted where, and which pointer events reach the canvas."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent, QTransform
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from gui.compare import Compare, CompareBar, CompareOverlay


class Canvas(QWidget):
    """Counts the presses that reach it."""

    presses = 0

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.presses += 1


@pytest.fixture
def overlay(qapp: QApplication) -> Iterator[CompareOverlay]:
    canvas = Canvas()
    canvas.resize(200, 100)
    before, after = QImage(200, 100, QImage.Format.Format_RGB32), QImage(200, 100, QImage.Format.Format_RGB32)
    before.fill(QColor("red"))
    after.fill(QColor("blue"))
    layer = CompareOverlay(canvas, Compare(), QTransform)
    layer.set_images(before, after)
    canvas.show()
    qapp.processEvents()
    yield layer
    canvas.close()


def canvas_of(overlay: CompareOverlay) -> Canvas:
    canvas = overlay.parentWidget()
    assert isinstance(canvas, Canvas)
    return canvas


def colour(overlay: CompareOverlay, x: int, y: int = 70) -> str:
    return canvas_of(overlay).grab().toImage().pixelColor(x, y).name()


def test_off_shows_nothing(overlay: CompareOverlay) -> None:
    assert overlay.isHidden()


def test_the_slider_shows_the_original_on_its_left_alone(overlay: CompareOverlay) -> None:
    overlay.compare.set_mode("slider")
    overlay.compare.set_split(0.25)
    assert colour(overlay, 30) == "#ff0000"
    assert colour(overlay, 150) != "#ff0000"
    overlay.compare.set_split(0.9)
    assert colour(overlay, 150) == "#ff0000"


def test_side_by_side_shows_both(overlay: CompareOverlay) -> None:
    overlay.compare.set_mode("side")
    assert (colour(overlay, 50, 50), colour(overlay, 150, 50)) == ("#ff0000", "#0000ff")


def test_holding_shows_the_original_until_it_is_let_go(overlay: CompareOverlay) -> None:
    overlay.compare.hold(True)
    assert colour(overlay, 190) == "#ff0000"
    overlay.compare.hold(False)
    assert overlay.isHidden()


def test_the_line_is_dragged_and_everything_else_reaches_the_canvas(overlay: CompareOverlay) -> None:
    canvas = canvas_of(overlay)
    overlay.compare.set_mode("slider")
    QTest.mouseClick(overlay, Qt.MouseButton.LeftButton, pos=QPoint(20, 50))
    assert canvas.presses == 1
    QTest.mousePress(overlay, Qt.MouseButton.LeftButton, pos=QPoint(100, 50))
    QTest.mouseMove(overlay, QPoint(150, 50))
    QTest.mouseRelease(overlay, Qt.MouseButton.LeftButton, pos=QPoint(150, 50))
    assert canvas.presses == 1
    assert overlay.compare.split == pytest.approx(0.75)
    QTest.keyClick(overlay, Qt.Key.Key_Left)
    assert overlay.compare.split == pytest.approx(0.73)


def test_it_grows_with_the_canvas(overlay: CompareOverlay, qapp: QApplication) -> None:
    canvas = canvas_of(overlay)
    canvas.resize(320, 240)
    qapp.processEvents()
    assert overlay.size() == canvas.size()


def test_the_bar_and_the_model_follow_each_other(qapp: QApplication) -> None:
    compare = Compare()
    bar = CompareBar(compare)
    bar.buttons["side"].click()
    assert compare.mode == "side"
    compare.next_mode()
    assert compare.mode == "off"
    assert bar.buttons["off"].isChecked()
    bar.hold.pressed.emit()
    assert compare.holding
    assert compare.is_on
    bar.hold.released.emit()
    assert not compare.is_on
