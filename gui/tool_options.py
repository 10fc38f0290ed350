"""What the tool in hand is set to: size, hardness and opacity of a brush, tolerance of the wand; else what it does."""

from __future__ import annotations

import math

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QStackedWidget, QToolButton, QWidget

from gui.fields import CalmSlider, CalmSpin, faint
from gui.glyphs import glyph
from gui.tools import SIZES, TOOL_TEXTS, ToolName, ToolSettings

_STEPS = 200
"""Places of the size's slider, which goes by factors."""


class ToolOptions(QStackedWidget):
    """Bound to a canvas's tool settings. `set_tool` says which tool is in hand."""

    def __init__(self, settings: ToolSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.size_slider = CalmSlider(Qt.Orientation.Horizontal, self)
        self.size_slider.setRange(0, _STEPS)
        self.size_slider.setMinimumWidth(60)
        self.size_slider.setMaximumWidth(150)
        self.size_box = self._spin(round(SIZES[0]), round(SIZES[1]), " px")
        self.hardness = self._spin(0, 100, " %")
        self.opacity = self._spin(1, 100, " %")
        self.pressure_size = self._toggle("pressure-size", self.tr("A pen's pressure changes the size"))
        self.pressure_opacity = self._toggle("pressure-opacity", self.tr("A pen's pressure changes the opacity"))
        self.tolerance = self._spin(0, 255, "")
        self.contiguous = self._toggle("contiguous", self.tr("Only what hangs together with the place clicked on"))
        self.hint = faint(QLabel(self))
        self.hint.setWordWrap(False)
        self.hint.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._brush = self._page(
            (self.tr("Size"), (self.size_slider, self.size_box), self.tr("The brush's size ([ and ])")),
            (self.tr("Hardness"), (self.hardness,), self.tr("How sharp the brush's edge is ({ and })")),
            (self.tr("Opacity"), (self.opacity,), self.tr("How strongly the brush paints (1 to 9, and 0)")),
            ("", (self.pressure_size, self.pressure_opacity), ""),
        )
        self._wand = self._page(
            (self.tr("Tolerance"), (self.tolerance,), self.tr("How much colours may differ")),
            ("", (self.contiguous,), ""),
        )
        self._other = self._page(("", (self.hint,), ""), stretch=False)
        self.size_slider.valueChanged.connect(self._slid)
        self.size_box.valueChanged.connect(self._set_size)
        self.hardness.valueChanged.connect(self._set_hardness)
        self.opacity.valueChanged.connect(self._set_opacity)
        self.tolerance.valueChanged.connect(self._set_tolerance)
        self.pressure_size.toggled.connect(self._set_pressure_size)
        self.pressure_opacity.toggled.connect(self._set_pressure_opacity)
        self.contiguous.toggled.connect(self._set_contiguous)
        settings.changed.connect(self.show_settings)
        self.show_settings()

    def set_tool(self, name: ToolName) -> None:
        """The tool that is in hand now."""
        pages = {"brush": self._brush, "eraser": self._brush, "wand": self._wand}
        self.hint.setText(TOOL_TEXTS[name].shown_hint)
        self.hint.setToolTip(TOOL_TEXTS[name].shown_hint)
        self.setCurrentWidget(pages.get(name, self._other))

    def show_settings(self) -> None:
        """Shows what the tools are set to."""
        settings = self._settings
        for part, value in (
            (self.size_slider, _place(settings.size)),
            (self.size_box, round(settings.size)),
            (self.hardness, round(100 * settings.hardness)),
            (self.opacity, round(100 * settings.opacity)),
            (self.tolerance, settings.tolerance),
        ):
            part.blockSignals(True)
            part.setValue(value)
            part.blockSignals(False)
        self.pressure_size.setChecked(settings.pressure_size)
        self.pressure_opacity.setChecked(settings.pressure_opacity)
        self.contiguous.setChecked(settings.contiguous)

    def _page(self, *groups: tuple[str, tuple[QWidget, ...], str], stretch: bool = True) -> QWidget:
        page = QWidget(self)
        row = QHBoxLayout(page)
        row.setContentsMargins(6, 0, 6, 0)
        row.setSpacing(6)
        for title, parts, help_text in groups:
            if title:
                label = QLabel(title, page)
                label.setBuddy(parts[-1])
                label.setToolTip(help_text)
                row.addWidget(label)
            for part in parts:
                if title:
                    part.setToolTip(help_text)
                    part.setAccessibleName(title)
                row.addWidget(part, 0 if stretch else 1)
        if stretch:
            row.addStretch(1)
        self.addWidget(page)
        return page

    def _spin(self, low: int, high: int, suffix: str) -> CalmSpin:
        box = CalmSpin(self)
        box.setRange(low, high)
        box.setSuffix(suffix)
        box.setKeyboardTracking(False)
        return box

    def _toggle(self, sign: str, title: str) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(glyph(sign))
        button.setIconSize(QSize(18, 18))
        button.setCheckable(True)
        button.setAutoRaise(True)
        button.setToolTip(title)
        button.setAccessibleName(title)
        return button

    def _slid(self, place: int) -> None:
        self._settings.size = round(SIZES[0] * (SIZES[1] / SIZES[0]) ** (place / _STEPS))

    def _set_size(self, size: int) -> None:
        self._settings.size = size

    def _set_hardness(self, percent: int) -> None:
        self._settings.hardness = percent / 100

    def _set_opacity(self, percent: int) -> None:
        self._settings.opacity = percent / 100

    def _set_tolerance(self, tolerance: int) -> None:
        self._settings.tolerance = tolerance

    def _set_pressure_size(self, on: bool) -> None:
        self._settings.pressure_size = on

    def _set_pressure_opacity(self, on: bool) -> None:
        self._settings.pressure_opacity = on

    def _set_contiguous(self, on: bool) -> None:
        self._settings.contiguous = on


def _place(size: float) -> int:
    """Where the slider stands for a size."""
    return round(_STEPS * math.log(size / SIZES[0]) / math.log(SIZES[1] / SIZES[0]))
