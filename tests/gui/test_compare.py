"""How before and after are compared: the state, and the buttons that follow it."""

from __future__ import annotations

from PySide6.QtWidgets import QAbstractButton, QApplication

from gui.compare import MODES, Compare, CompareBar


def test_changes_are_said_once(qapp: QApplication) -> None:
    compare, changes = Compare(), []
    compare.changed.connect(lambda: changes.append((compare.mode, compare.split, compare.holding)))
    compare.set_mode("slider")
    compare.set_mode("slider")
    compare.set_split(7)
    compare.set_split(1)
    compare.hold(True)
    compare.hold(True)
    assert changes == [("slider", 0.5, False), ("slider", 1, False), ("slider", 1, True)]


def test_the_ways_come_round(qapp: QApplication) -> None:
    compare = Compare()
    seen = []
    for _ in range(len(MODES) + 1):
        seen.append(compare.mode)
        compare.next_mode()
    assert seen == ["off", "slider", "side", "off"]


def test_holding_counts_as_comparing(qapp: QApplication) -> None:
    compare = Compare()
    assert not compare.is_on
    compare.hold(True)
    assert compare.is_on
    compare.hold(False)
    assert not compare.is_on


def test_the_bar_and_the_state_follow_each_other(qapp: QApplication) -> None:
    compare = Compare()
    bar = CompareBar(compare)
    bar.buttons["side"].click()
    assert compare.mode == "side"
    compare.next_mode()
    assert bar.buttons["off"].isChecked()
    bar.hold.pressed.emit()
    assert compare.holding
    bar.hold.released.emit()
    assert not compare.holding
    assert all(button.accessibleName() and button.toolTip() for button in bar.findChildren(QAbstractButton))
