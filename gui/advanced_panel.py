"""The settings that most people never need: steps, guidance, strength, sampler, control layers, LoRAs, mask edges."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import (
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ccnet import adapters, checkpoints, store
from ccnet.adapters import INPAINT, OWN_LAYER
from ccnet.request import SCHEDULERS, Control
from gui.document import Document
from gui.fields import CalmCombo, CalmDoubleSpin, NumberField, heading
from gui.glyphs import glyph
from gui.model_picker import spec_of
from gui.outfit import LoraChoice

RESOLUTIONS = (256, 384, 512, 640, 768, 896, 1024, 1280, 1536)


def kind_name(kind: str) -> str:
    """A kind of control image in the user's language."""
    return {
        "lineart": QCoreApplication.translate("Controls", "line art"),
        "lineart anime": QCoreApplication.translate("Controls", "anime line art"),
        "canny": QCoreApplication.translate("Controls", "edges (canny)"),
        "soft edge": QCoreApplication.translate("Controls", "soft edges"),
        "scribble": QCoreApplication.translate("Controls", "scribble"),
        "scribble hed": QCoreApplication.translate("Controls", "scribble (HED)"),
        "pose": QCoreApplication.translate("Controls", "pose"),
        "depth": QCoreApplication.translate("Controls", "depth"),
        "segmentation": QCoreApplication.translate("Controls", "segmentation"),
        INPAINT: QCoreApplication.translate("Controls", "character around the mask"),
    }.get(kind, kind)


def possible_controls(model: str) -> list[Control]:
    """The control layers that can be added to a model. Raises CheckpointError when the model cannot be read."""
    if model in checkpoints.known_models():
        return []
    installed = adapters.installed(adapters.STEERING, spec_of(model).family)
    return [
        Control(name=adapter.name, annotator=kind) for adapter in installed for kind in adapter.kinds if kind != INPAINT
    ]


def possible_loras(model: str) -> list[str]:
    """The LoRAs that can be added to a model, by name. Raises CheckpointError when the model cannot be read."""
    if model in checkpoints.known_models():
        return []
    family = spec_of(model).family
    return [entry.name for entry in store.entries("lora") if entry.family in (family, None)]


class Row(QFrame):
    """A control layer or a LoRA: its name, how strongly it acts, a button that takes it away. changed: either."""

    changed = Signal(object)
    removed = Signal()

    def __init__(self, title: str, value: Control | LoraChoice, lowest: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.value: Any = value
        self.setFrameShape(QFrame.Shape.StyledPanel)
        name = QLabel(title, self)
        name.setWordWrap(True)
        self.remove = QToolButton(self)
        self.remove.setIcon(glyph("close"))
        self.remove.setAutoRaise(True)
        self.remove.setAccessibleName(self.tr("Take away {name}").format(name=title))
        self.remove.setToolTip(self.remove.accessibleName())
        self.remove.clicked.connect(self.removed)
        self.scale = NumberField(self.tr("Strength"), lowest, 2.0, 0.05, 2, self)
        self.scale.set_value(value.scale)
        self.scale.changed.connect(lambda scale: self._change(scale=round(scale, 2)))
        head = QHBoxLayout()
        head.addWidget(name, 1)
        head.addWidget(self.remove)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 4, 6, 6)
        column.setSpacing(3)
        column.addLayout(head)
        column.addWidget(self.scale)
        if isinstance(value, Control):
            column.addLayout(self._span(value))
            self.remove.setVisible(value.name != OWN_LAYER)

    def _span(self, control: Control) -> QHBoxLayout:
        """Between which shares of the steps the layer acts."""
        self.start, self.end = CalmDoubleSpin(self), CalmDoubleSpin(self)
        row = QHBoxLayout()
        parts = ((self.start, self.tr("From"), control.start), (self.end, self.tr("to"), control.end))
        for box, title, share in parts:
            box.setRange(0, 100)
            box.setDecimals(0)
            box.setSuffix(self.tr(" %"))
            box.setValue(100 * share)
            box.setKeyboardTracking(False)
            box.setAccessibleName(self.tr("{word} this share of the steps").format(word=title))
            box.setToolTip(self.tr("The share of the steps in which this layer acts"))
            label = QLabel(title, self)
            label.setBuddy(box)
            row.addWidget(label)
            row.addWidget(box, 1)
        self.start.valueChanged.connect(lambda _: self._spanned(self.start))
        self.end.valueChanged.connect(lambda _: self._spanned(self.end))
        return row

    def _spanned(self, moved: CalmDoubleSpin) -> None:
        start, end = self.start.value() / 100, self.end.value() / 100
        if start > end:  # the one that was moved pushes the other
            start = end = moved.value() / 100
            for box in (self.start, self.end):
                box.blockSignals(True)
                box.setValue(100 * start)
                box.blockSignals(False)
        self._change(start=start, end=end)

    def _change(self, **values: float) -> None:
        self.value = dataclasses.replace(self.value, **values)
        self.changed.emit(self.value)


class AdvancedPanel(QWidget):
    """Bound to a document's outfit. models_requested: the person wants control layers or LoRAs that are not there."""

    models_requested = Signal()

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        column = QVBoxLayout(self)
        column.setContentsMargins(2, 0, 2, 4)
        column.setSpacing(6)
        self.steps = self._number("num_inference_steps", self.tr("Steps"), 1, 100, 1, 0)
        self.steps.set_help(self.tr("More steps draw finer and take longer"))
        self.guidance = self._number("guidance_scale", self.tr("Guidance"), 1, 20, 0.5, 1)
        self.guidance.set_help(self.tr("How closely the words are followed; too much burns the colours"))
        self.strength = self._number("strength", self.tr("Change"), 0.05, 1, 0.05, 2)
        self.strength.set_help(self.tr("1 draws anew; less keeps more of what is there"))
        self.grow = self._number("mask_grow", self.tr("Grow mask"), 0, 64, 1, 0)
        self.grow.set_help(self.tr("By how many pixels may be drawn past the mask: old outlines and shadows"))
        self.feather = self._number("mask_feather", self.tr("Soft edge"), 0, 64, 1, 0)
        self.feather.set_help(self.tr("Over how many pixels the outfit fades into the picture"))
        self.numbers = (self.steps, self.guidance, self.strength, self.grow, self.feather)
        for field in self.numbers:
            column.addWidget(field)

        self.scheduler = CalmCombo(self)
        self.scheduler.addItems(list(SCHEDULERS))
        self.scheduler.setAccessibleName(self.tr("Sampler"))
        self.scheduler.setToolTip(self.tr("How the steps are taken; every model names the one it likes"))
        self.scheduler.textActivated.connect(lambda name: self._set(scheduler=name))
        self.resolution = CalmCombo(self)
        self.resolution.addItem(self.tr("The model's own"), None)
        for side in RESOLUTIONS:
            self.resolution.addItem(self.tr("about {side} x {side} pixels").format(side=side), side)
        self.resolution.setAccessibleName(self.tr("Working size"))
        self.resolution.setToolTip(self.tr("The size the outfit is drawn at; smaller is faster and needs less memory"))
        self.resolution.activated.connect(lambda index: self._set(resolution=self.resolution.itemData(index)))
        form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.DontWrapRows)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        form.addRow(self.tr("Sampler"), self.scheduler)
        form.addRow(self.tr("Working size"), self.resolution)
        column.addLayout(form)

        self.controls, self.add_control = self._section(column, self.tr("Control layers"), self._offer_controls)
        self.add_control.setToolTip(self.tr("Keep the pose, the lines or the depth of the picture"))
        self.loras, self.add_lora = self._section(column, self.tr("LoRAs"), self._offer_loras)
        self.add_lora.setToolTip(self.tr("Small additions to a model: a style, a character, one kind of clothes"))
        self._shown: tuple[Any, ...] = ()
        document.outfit_changed.connect(self.show_outfit)
        self.show_outfit()

    def show_outfit(self) -> None:
        """Shows the document's outfit."""
        outfit = self._document.outfit
        for field, name in zip(self.numbers, _NUMBERS, strict=True):
            field.set_value(getattr(outfit, name))
        self.scheduler.setCurrentText(outfit.scheduler)
        index = self.resolution.findData(outfit.resolution)
        if index < 0:
            self.resolution.addItem(self.tr("about {side} x {side} pixels").format(side=outfit.resolution))
            index = self.resolution.count() - 1
            self.resolution.setItemData(index, outfit.resolution)
        self.resolution.setCurrentIndex(index)
        if (outfit.controls, outfit.loras) != self._shown:
            self._show_rows(outfit.controls, outfit.loras)

    def _show_rows(self, controls: Sequence[Control], loras: Sequence[LoraChoice]) -> None:
        self._shown = (tuple(controls), tuple(loras))
        for layout in (self.controls, self.loras):
            while (item := layout.takeAt(0)) is not None:
                if (widget := item.widget()) is not None:
                    widget.hide()
                    widget.deleteLater()
        for index, control in enumerate(controls):
            title = kind_name(INPAINT if control.annotator is None else control.annotator)
            shown = title if control.name == OWN_LAYER else f"{title} · {control.name}"
            self.controls.addWidget(self._row(shown, control, 0.0, "controls", index))
        for index, lora in enumerate(loras):
            self.loras.addWidget(self._row(lora.name, lora, -2.0, "loras", index))

    def _row(self, title: str, value: Control | LoraChoice, lowest: float, field: str, index: int) -> Row:
        row = Row(title, value, lowest, self)

        def change(new: Any) -> None:
            values = list(getattr(self._document.outfit, field))
            values[index] = new
            self._shown = (tuple(values), self._shown[1]) if field == "controls" else (self._shown[0], tuple(values))
            self._set(**{field: tuple(values)})

        def remove() -> None:
            values = list(getattr(self._document.outfit, field))
            del values[index]
            self._set(**{field: tuple(values)})

        row.changed.connect(change)
        row.removed.connect(remove)
        return row

    def _offer_controls(self, menu: QMenu) -> None:
        self._offer(
            menu,
            lambda: [(f"{kind_name(each.annotator or '')} · {each.name}", each) for each in self._free_controls()],
            lambda control: self._set(controls=(*self._document.outfit.controls, control)),
            self.tr("No control layers for this model are there yet"),
        )

    def _offer_loras(self, menu: QMenu) -> None:
        used = {lora.name for lora in self._document.outfit.loras}
        self._offer(
            menu,
            lambda: [(name, name) for name in possible_loras(self._document.outfit.model) if name not in used],
            lambda name: self._set(loras=(*self._document.outfit.loras, LoraChoice(name))),
            self.tr("No LoRAs for this model are there yet"),
        )

    def _free_controls(self) -> list[Control]:
        used = {control.name for control in self._document.outfit.controls}
        return [control for control in possible_controls(self._document.outfit.model) if control.name not in used]

    def _offer(
        self,
        menu: QMenu,
        find: Callable[[], list[tuple[str, Any]]],
        add: Callable[[Any], None],
        nothing: str,
    ) -> None:
        menu.clear()
        try:
            found = find()
        except ValueError as error:
            found, nothing = [], str(error)
        for title, value in found:
            menu.addAction(title).triggered.connect(lambda _checked=False, value=value: add(value))
        if not found:
            menu.addAction(nothing).setEnabled(False)
        menu.addSeparator()
        menu.addAction(self.tr("Get more ...")).triggered.connect(lambda _checked=False: self.models_requested.emit())

    def _section(
        self, column: QVBoxLayout, title: str, fill: Callable[[QMenu], None]
    ) -> tuple[QVBoxLayout, QPushButton]:
        """A heading with a button that offers more, and a place for rows below it."""
        head = QHBoxLayout()
        head.addWidget(heading(title, self), 1)
        button = QPushButton(glyph("add"), self.tr("Add"), self)
        button.setFlat(True)
        button.setAccessibleName(self.tr("Add to: {section}").format(section=title))
        menu = QMenu(button)
        menu.aboutToShow.connect(lambda: fill(menu))
        button.setMenu(menu)
        head.addWidget(button)
        rows = QVBoxLayout()
        rows.setSpacing(4)
        column.addLayout(head)
        column.addLayout(rows)
        return rows, button

    def _number(self, name: str, title: str, low: float, high: float, step: float, decimals: int) -> NumberField:
        field = NumberField(title, low, high, step, decimals, self)
        whole = decimals == 0
        field.changed.connect(lambda value: self._set(**{name: round(value) if whole else round(value, decimals)}))
        return field

    def _set(self, **values: Any) -> None:
        self._document.set_outfit(dataclasses.replace(self._document.outfit, **values))


_NUMBERS = ("num_inference_steps", "guidance_scale", "strength", "mask_grow", "mask_feather")
"""The fields of an outfit that have a slider, in the order of `AdvancedPanel.numbers`."""
