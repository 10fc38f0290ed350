"""Light and dark."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QLabel

from gui import theme

Role = QPalette.ColorRole
PAIRS = [
    (Role.WindowText, Role.Window),
    (Role.Text, Role.Base),
    (Role.Text, Role.AlternateBase),
    (Role.PlaceholderText, Role.Base),
    (Role.ButtonText, Role.Button),
    (Role.HighlightedText, Role.Highlight),
    (Role.Link, Role.Base),
    (Role.BrightText, Role.Window),
    (Role.ToolTipText, Role.ToolTipBase),
]


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_can_be_read(dark: bool, text: Role, ground: Role) -> None:
    colours = theme.palette(dark)
    assert theme.contrast(colours.color(text), colours.color(ground)) >= 4.5


def test_contrast_is_that_of_the_standard() -> None:
    assert theme.contrast(QColor("black"), QColor("white")) == pytest.approx(21)
    assert theme.contrast(QColor("#777777"), QColor("white")) == pytest.approx(4.48, abs=0.01)


def test_open_windows_follow(qapp: QApplication) -> None:
    label = QLabel("text")
    for name, dark in (("light", False), ("dark", True)):
        theme.apply(name)  # type: ignore[arg-type]
        qapp.processEvents()
        assert (label.palette().window().color().lightnessF() < 0.5) == dark
    theme.apply("light")
