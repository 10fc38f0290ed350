"""A slider with its number, a section that folds, buttons that flow."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from gui.fields import CalmCombo, CalmSlider, CalmSpin, FlowLayout, Fold, NumberField


def test_slider_and_box_follow_each_other_and_a_shown_value_is_not_said(qapp: QApplication) -> None:
    field = NumberField("Guidance", 1, 20, 0.5, 1)
    said: list[float] = []
    field.changed.connect(said.append)
    field.set_value(7.5)
    assert said == []
    field.slider.setValue(field.slider.value() + 1)
    field.box.setValue(3)
    assert said == [8, 3]
    assert field.slider.value() == 4
    assert field.value == 3


def test_a_value_between_two_steps_is_kept(qapp: QApplication) -> None:
    field = NumberField("Strength", 0.05, 1, 0.05, 2)
    field.set_value(0.47)
    assert field.value == 0.47


@pytest.mark.parametrize("kind", [CalmSlider, CalmSpin, CalmCombo])
def test_the_wheel_scrolls_the_panel_not_the_value(qapp: QApplication, kind: type[QWidget]) -> None:
    widget = kind()
    if isinstance(widget, CalmCombo):
        widget.addItems(["a", "b"])
    down = QPoint(0, -120)
    event = QWheelEvent(
        QPointF(2, 2),
        QPointF(2, 2),
        down,
        down,
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)
    assert not event.isAccepted()


def test_a_fold_opens_and_closes(qapp: QApplication) -> None:
    content = QLabel("inside")
    fold = Fold("More", content)
    states: list[bool] = []
    fold.toggled.connect(states.append)
    assert content.isHidden()
    fold.head.click()
    assert not content.isHidden()
    fold.set_open(True)
    fold.head.click()
    assert states == [True, False]


def test_what_has_no_room_goes_into_the_next_line(qapp: QApplication) -> None:
    box = QWidget()
    flow = FlowLayout(box, spacing=5)
    parts = [QLabel(box) for _ in range(3)]
    for part in parts:
        part.setFixedSize(QSize(40, 20))
        flow.addWidget(part)
    assert (flow.heightForWidth(200), flow.heightForWidth(90), flow.heightForWidth(40)) == (20, 45, 70)
    flow.setGeometry(QRect(0, 0, 90, 45))
    assert [part.pos().toTuple() for part in parts] == [(0, 0), (45, 0), (0, 25)]
    assert flow.takeAt(0) is not None
    assert flow.count() == 2
    assert flow.itemAt(9) is None
