"""The badge that says what was measured: no pixel outside the mask has changed, and whether the old outfit shows."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from gui.glyphs import BAD, DOUBTFUL, GOOD, paint_glyph, tint


class Finding(QFrame):
    """One sentence with its sign on a tinted ground, and a button when something can be done about it."""

    pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hue, self._sign = GOOD, "promise"
        self.label = QLabel(self)
        self.label.setWordWrap(True)
        self.button = QPushButton(self)
        self.button.clicked.connect(self.pressed)
        row = QHBoxLayout(self)
        row.setContentsMargins(34, 6, 8, 6)
        row.addWidget(self.label, 1)
        row.addWidget(self.button)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.hide()

    def say(self, hue: int, sign: str, text: str, button: str = "", help_text: str = "") -> None:
        """Shows a sentence; without a text the finding is hidden."""
        self._hue, self._sign = hue, sign
        self.label.setText(text)
        self.setAccessibleName(text)
        self.setToolTip(help_text)
        self.button.setText(button)
        self.button.setAccessibleName(button)
        self.button.setToolTip(help_text)
        self.button.setVisible(bool(button))
        self.setVisible(bool(text))
        self._colour_text()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        colour = tint(self._hue, self.palette(), QPalette.ColorRole.Window)
        ground = QColor(colour)
        ground.setAlphaF(0.13)
        edge = QColor(colour)
        edge.setAlphaF(0.45)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(edge)
        painter.setBrush(ground)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        paint_glyph(painter, self._sign, QRectF(9, self.height() / 2 - 9, 18, 18), colour)
        painter.end()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ApplicationPaletteChange:
            self._colour_text()

    def _colour_text(self) -> None:
        palette = self.label.palette()
        palette.setColor(QPalette.ColorRole.WindowText, tint(self._hue, self.palette(), QPalette.ColorRole.Window))
        self.label.setPalette(palette)


class PromiseBadge(QWidget):
    """grow_requested: by how many pixels the mask should grow, so that it takes in what shows of the old outfit.
    again_requested: draw again, the old colours are still there."""

    grow_requested = Signal(int)
    again_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grow = 0
        self.promise, self.leak = Finding(self), Finding(self)
        self.leak.pressed.connect(self._act)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.promise)
        column.addWidget(self.leak)

    def show_promise(self, outside_changed: int) -> None:
        """How many pixels differ from the picture outside the mask, as they were counted."""
        if outside_changed == 0:
            self.promise.say(
                GOOD,
                "promise",
                self.tr("0 pixels changed outside the mask"),
                help_text=self.tr("Counted, pixel by pixel, in the candidate that is shown."),
            )
        else:
            self.promise.say(
                BAD,
                "warning",
                self.tr("%n pixel(s) changed outside the mask", "", outside_changed),
                help_text=self.tr("This must never happen. Keep the original, and report it with the log."),
            )

    def show_leak(self, notice: str, grow: int) -> None:
        """What the leak guard found before drawing: its sentence, and by how many pixels the mask should grow."""
        self._grow = grow
        self.leak.say(
            DOUBTFUL,
            "warning",
            notice,
            self.tr("Grow") if grow > 0 else "",
            self.tr("Grow the mask by {count} pixels, so that it takes in what shows.").format(count=grow),
        )

    def show_leftover(self, share: float) -> None:
        """What the leak guard found after drawing: the share (0..1) of the old colours that is left in the mask."""
        self._grow = 0
        text = self.tr("{share} % of the old outfit's colours are still there").format(share=round(100 * share))
        self.leak.say(DOUBTFUL, "warning", text, self.tr("Draw again"), self.tr("Draw again with another seed."))

    def clear_leak(self) -> None:
        self.leak.say(DOUBTFUL, "warning", "")

    def clear(self) -> None:
        """Nothing is drawn, nothing is measured."""
        self.promise.say(GOOD, "promise", "")
        self.clear_leak()

    def _act(self) -> None:
        if self._grow > 0:
            self.grow_requested.emit(self._grow)
        else:
            self.again_requested.emit()
