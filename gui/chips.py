"""Garment chips: a button over each garment that was found, to mask it with one click."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QCoreApplication, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QEnterEvent, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from gui.overlays import MASK

GAP = 4
"""Pixels between two chips."""


@dataclass(frozen=True)
class Chip:
    """A garment. slot: its name in `ccnet.garments`, or any other key. x, y: its middle, in picture pixels. on: whether
    it is masked. text: what the chip says; "" for the slot's own name.
    """

    slot: str
    x: float
    y: float
    on: bool = False
    text: str = ""


def slot_text(slot: str) -> str:
    """A slot's name in the user's language."""
    translate = QCoreApplication.translate
    names = {
        "top": translate("Chips", "Top"),
        "bottom": translate("Chips", "Skirt / trousers"),
        "dress": translate("Chips", "Dress"),
        "outerwear": translate("Chips", "Jacket / coat"),
        "legwear": translate("Chips", "Legwear"),
        "footwear": translate("Chips", "Shoes"),
        "headwear": translate("Chips", "Headwear"),
        "neckwear": translate("Chips", "Neckwear"),
        "gloves": translate("Chips", "Gloves"),
    }
    return names.get(slot, slot)


class ChipButton(QAbstractButton):
    """One chip: a pill with a tick when its garment is masked."""

    hovered = Signal(bool)

    def __init__(self, chip: Chip, parent: QWidget) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        # Not by a click: the canvas keeps the keys.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.show_chip(chip)

    def show_chip(self, chip: Chip) -> None:
        """Text, tooltip and state of a chip."""
        text = chip.text or slot_text(chip.slot)
        self.setText(text)
        self.setChecked(chip.on)
        take, leave = self.tr("Mask this garment: {name}"), self.tr("Take this garment out of the mask: {name}")
        self.setToolTip((leave if chip.on else take).format(name=text))
        self.setAccessibleName(text)
        self.resize(self.sizeHint())
        self.update()

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self.font())
        height = metrics.height() + 10
        return QSize(metrics.horizontalAdvance(self.text()) + height + 14, height)

    def enterEvent(self, event: QEnterEvent) -> None:
        self.hovered.emit(True)
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: object) -> None:
        self.hovered.emit(False)
        super().leaveEvent(event)  # pyright: ignore[reportArgumentType]
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        on, over = self.isChecked(), self.underMouse()
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        half = box.height() / 2
        tint = QColor(MASK.tint)
        tint.setAlpha(245)
        painter.setBrush(tint if on else QColor(28, 28, 34, 235 if over else 205))
        edge = QColor(255, 255, 255, 255 if over or self.hasFocus() else 150)
        painter.setPen(QPen(edge, 2.0 if self.hasFocus() else 1.2))
        painter.drawRoundedRect(box, half, half)
        middle, arm = QPointF(box.left() + half + 1, box.center().y()), half * 0.42
        painter.setPen(QPen(QColor(255, 255, 255), 1.8, c=Qt.PenCapStyle.RoundCap))
        if on:
            low = middle + QPointF(-arm * 0.2, arm * 0.75)
            painter.drawLine(middle + QPointF(-arm, 0), low)
            painter.drawLine(low, middle + QPointF(arm, -arm * 0.8))
        else:
            painter.drawLine(middle - QPointF(arm, 0), middle + QPointF(arm, 0))
            painter.drawLine(middle - QPointF(0, arm), middle + QPointF(0, arm))
        text = box.adjusted(box.height(), 0, -half * 0.6, 0)
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.text())


class Chips(QWidget):
    """The chips over a canvas. It has no size of its own: its buttons are the canvas's children."""

    clicked = Signal(str)
    """The slot of a chip that was clicked."""
    hovered = Signal(str, bool)
    """A slot, and whether the pointer has come over its chip."""

    def __init__(self, canvas: QWidget) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._buttons: dict[str, ChipButton] = {}
        self._chips: dict[str, Chip] = {}
        self._raised = True
        self._seen: set[str] = set()
        self.hide()

    @property
    def buttons(self) -> Mapping[str, ChipButton]:
        """By slot."""
        return self._buttons

    def set_chips(self, chips: Sequence[Chip]) -> None:
        """Shows these, in this order for the Tab key; none takes all away. `arrange` puts them in place."""
        wanted = {chip.slot: chip for chip in chips}
        for slot in [slot for slot in self._buttons if slot not in wanted]:
            button = self._buttons.pop(slot)
            button.hide()
            button.deleteLater()
        for slot, chip in wanted.items():
            if slot in self._buttons:
                self._buttons[slot].show_chip(chip)
                continue
            button = ChipButton(chip, self._canvas)
            button.clicked.connect(partial(self._click, slot))
            button.hovered.connect(partial(self.hovered.emit, slot))
            self._buttons[slot] = button
        self._chips = wanted

    def arrange(self, place: dict[str, QPointF], area: QRect) -> None:
        """Puts every chip as near to its place (in the canvas) as the others and `area` allow."""
        taken: list[QRect] = []
        self._seen = set()
        for slot in sorted(self._buttons, key=lambda each: place[each].y()):
            button = self._buttons[slot]
            box = QRect(0, 0, button.width(), button.height())
            box.moveCenter(place[slot].toPoint())
            seen = area.adjusted(-40, -40, 40, 40).contains(box.center())
            box.moveLeft(min(max(box.left(), area.left() + GAP), area.right() - GAP - box.width()))
            box.moveTop(min(max(box.top(), area.top() + GAP), area.bottom() - GAP - box.height()))
            while any(box.intersects(other) for other in taken):
                lowest = max(other.bottom() for other in taken if box.intersects(other))
                box.moveTop(lowest + GAP)
            if seen:
                taken.append(box)
                self._seen.add(slot)
            button.move(box.topLeft())
            button.setVisible(seen and self._raised)

    def places(self) -> dict[str, tuple[float, float]]:
        """The middle of every garment, in picture pixels."""
        return {slot: (chip.x, chip.y) for slot, chip in self._chips.items()}

    def set_raised(self, raised: bool) -> None:
        """Whether chips are to be seen; not while a stroke is drawn."""
        if raised != self._raised:
            self._raised = raised
            for slot, button in self._buttons.items():
                button.setVisible(raised and slot in self._seen)

    def retranslate(self) -> None:
        """The language has changed."""
        for slot, button in self._buttons.items():
            button.show_chip(self._chips[slot])

    def _click(self, slot: str) -> None:
        # The one who answers the signal says what is masked.
        self._buttons[slot].setChecked(self._chips[slot].on)
        self.clicked.emit(slot)
