"""Which model draws: a list of those that are there, what it is at, and a way to more of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication, QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from ccnet import checkpoints, store
from ccnet.formats import FAMILY_WORDS
from ccnet.request import DEFAULT_STRENGTH, ModelSpec
from ccnet.safety import with_dressed_negative
from gui.fields import CalmCombo, faint
from gui.glyphs import glyph
from gui.outfit import STARTER, Outfit


class Choice(NamedTuple):
    """A model to choose: its name as `checkpoints.resolve` takes it, and a line about it."""

    name: str
    about: str


def choices() -> list[Choice]:
    """The models that are there: those that come with the program, then the user's own by name."""
    shipped = QCoreApplication.translate("Models", "paper dolls only")
    found = [Choice(name, shipped) for name in checkpoints.known_models()]
    for entry in store.entries("checkpoint"):
        family = FAMILY_WORDS.get(entry.family, "") if entry.family in FAMILY_WORDS else ""
        found.append(Choice(entry.name, family))
    return found


def spec_of(name: str) -> ModelSpec:
    """How a model wants to be used. Raises CheckpointError."""
    return checkpoints.read_spec(checkpoints.resolve(name))


def for_model(outfit: Outfit, name: str) -> Outfit:
    """The outfit for another model: with the settings that one wants, its own control layer and no LoRAs of another.

    The negative prompt that the program proposes comes and goes with it; one that was written stays.
    Raises CheckpointError when the model is not there or damaged.
    """
    spec = spec_of(name)
    proposed = with_dressed_negative("")
    negative = outfit.negative_prompt
    if negative in ("", proposed):
        negative = "" if name in checkpoints.known_models() else proposed
    return dataclasses.replace(
        outfit,
        model=name,
        negative_prompt=negative,
        guidance_scale=spec.guidance_scale,
        num_inference_steps=spec.num_inference_steps,
        scheduler=spec.scheduler,
        strength=DEFAULT_STRENGTH[outfit.intent],
        controls=Outfit().controls,
        loras=(),
        vae="",
        resolution=None,
    )


class ModelPicker(QWidget):
    """chosen: a model's name, when a person chose it. manage_requested: the person wants more models."""

    chosen = Signal(str)
    manage_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.list = CalmCombo(self)
        self.list.setAccessibleName(self.tr("Model"))
        self.list.setToolTip(self.tr("The model that draws the outfit"))
        self.more = QToolButton(self)
        self.more.setIcon(glyph("models"))
        self.more.setIconSize(QSize(18, 18))
        self.more.setAutoRaise(True)
        self.more.setAccessibleName(self.tr("More models"))
        self.more.setToolTip(self.tr("Download, import and look after models (Ctrl+M)"))
        self.more.clicked.connect(self.manage_requested)
        self.says = faint(QLabel(self))
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.list, 1)
        row.addWidget(self.more)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(row)
        column.addWidget(self.says)
        self.says.hide()
        self.refresh([Choice(STARTER, "")])
        self.list.activated.connect(self._activated)

    def refresh(self, models: Sequence[Choice] | None = None) -> None:
        """Looks again at which models there are; the chosen one stays chosen."""
        current = self.list.currentData()
        self.list.clear()
        for choice in choices() if models is None else models:
            self._add(choice)
        if current:
            self.set_model(current)

    def set_model(self, name: str) -> None:
        """Shows a model as chosen, also one that is a path or is missing."""
        index = self.list.findData(name)
        if index < 0:
            self._add(Choice(name, ""))
            index = self.list.count() - 1
        self.list.setCurrentIndex(index)

    def say(self, text: str) -> None:
        """What the model is at: being loaded, ready, or why it cannot be used; "" for nothing."""
        self.says.setText(text)
        self.says.setVisible(bool(text))

    def _add(self, choice: Choice) -> None:
        shown = Path(choice.name).name if "/" in choice.name or "\\" in choice.name else choice.name
        self.list.addItem(f"{shown} · {choice.about}" if choice.about else shown, choice.name)
        self.list.setItemData(self.list.count() - 1, choice.name, Qt.ItemDataRole.ToolTipRole)

    def _activated(self, index: int) -> None:
        self.chosen.emit(self.list.itemData(index))
