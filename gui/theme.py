"""Light and dark: two palettes for Qt's Fusion style, exchanged while the program runs.

Widgets ask their palette for colours, so nothing else has to know which theme is on. Text has a contrast of at least
4.5 to 1 on its ground (WCAG 2.1, 1.4.3); `contrast` measures it.
"""

from __future__ import annotations

from typing import Literal, get_args

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

Theme = Literal["system", "light", "dark"]

THEMES: tuple[Theme, ...] = get_args(Theme)

Role = QPalette.ColorRole

LIGHT = {
    Role.Window: "#f4f2f5",
    Role.WindowText: "#221f26",
    Role.Base: "#ffffff",
    Role.AlternateBase: "#f0edf2",
    Role.Text: "#221f26",
    Role.PlaceholderText: "#6d6674",
    Role.Button: "#eae6ee",
    Role.ButtonText: "#221f26",
    Role.BrightText: "#b3261e",
    Role.Highlight: "#7a3fb8",
    Role.HighlightedText: "#ffffff",
    Role.Link: "#6a2fa8",
    Role.LinkVisited: "#54476a",
    Role.ToolTipBase: "#2b2631",
    Role.ToolTipText: "#f4f0f8",
    Role.Light: "#ffffff",
    Role.Midlight: "#e2dde6",
    Role.Mid: "#c3bcca",
    Role.Dark: "#9a92a3",
    Role.Shadow: "#6f6878",
    Role.Accent: "#7a3fb8",
}

DARK = {
    Role.Window: "#242128",
    Role.WindowText: "#ece8f0",
    Role.Base: "#1b191e",
    Role.AlternateBase: "#28252c",
    Role.Text: "#ece8f0",
    Role.PlaceholderText: "#9d95a6",
    Role.Button: "#332f39",
    Role.ButtonText: "#ece8f0",
    Role.BrightText: "#ff8a80",
    Role.Highlight: "#8f58cf",
    Role.HighlightedText: "#ffffff",
    Role.Link: "#c8a4f2",
    Role.LinkVisited: "#b0a2c4",
    Role.ToolTipBase: "#ece8f0",
    Role.ToolTipText: "#1b191e",
    Role.Light: "#4a4452",
    Role.Midlight: "#3c3743",
    Role.Mid: "#4f4858",
    Role.Dark: "#141217",
    Role.Shadow: "#0c0b0e",
    Role.Accent: "#b48af0",
}

FADED = 0.55
"""How much of a disabled control's text is left."""


def palette(dark: bool) -> QPalette:
    """The palette of a theme."""
    colours, made = DARK if dark else LIGHT, QPalette()
    for role, colour in colours.items():
        made.setColor(role, QColor(colour))
    for role, ground in ((Role.WindowText, Role.Window), (Role.Text, Role.Base), (Role.ButtonText, Role.Button)):
        faded = _mixed(QColor(colours[role]), QColor(colours[ground]), FADED)
        made.setColor(QPalette.ColorGroup.Disabled, role, faded)
    made.setColor(QPalette.ColorGroup.Disabled, Role.HighlightedText, QColor(colours[Role.PlaceholderText]))
    made.setColor(QPalette.ColorGroup.Disabled, Role.Highlight, QColor(colours[Role.Mid]))
    return made


def is_dark(theme: Theme) -> bool:
    """Whether a theme is dark; "system" is as the desktop is."""
    if theme == "system":
        return QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
    return theme == "dark"


def apply(theme: Theme) -> None:
    """Puts the running application into a theme. Windows that are open follow at once."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    if app.style().name() != "fusion":
        app.setStyle("fusion")
    app.setPalette(palette(is_dark(theme)))
    for widget in app.allWidgets():  # style sheets keep the colours of the palette that they were set under
        if sheet := widget.styleSheet():
            widget.setStyleSheet(sheet)


def contrast(first: QColor, second: QColor) -> float:
    """The contrast ratio of two colours, 1 to 21: WCAG 2.1, "contrast ratio" and "relative luminance"."""
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: QColor) -> float:
    def linear(value: float) -> float:
        return value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4

    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF())


def _mixed(first: QColor, second: QColor, share: float) -> QColor:
    def between(a: float, b: float) -> float:
        return a * share + b * (1 - share)

    return QColor.fromRgbF(
        between(first.redF(), second.redF()),
        between(first.greenF(), second.greenF()),
        between(first.blueF(), second.blueF()),
    )
