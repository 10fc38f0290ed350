"""The outfit panel: what is to be drawn, in words and shapes, by which model, and the button that draws it.

Bound to a document: it shows `document.outfit` and changes it through `set_outfit` alone, so that everything here can
be undone. It knows no engine: the window tells it how a job is going.
"""

from __future__ import annotations

import contextlib
import dataclasses
import threading
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from PySide6.QtCore import QCoreApplication, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QFormLayout,
    QFrame,
    QGridLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ccnet.request import DEFAULT_STRENGTH, Intent
from ccnet.targets import TARGETS
from gui import vocabulary
from gui.advanced_panel import AdvancedPanel
from gui.completion import PromptEdit
from gui.document import Document
from gui.dress_bar import DressBar
from gui.fields import CalmCombo, CalmSpin, FlowLayout, Fold, faint, heading
from gui.glyphs import glyph
from gui.model_picker import ModelPicker, for_model
from gui.outfit import STARTER
from gui.promise_badge import PromiseBadge
from gui.seed_field import SeedField
from gui.vocabulary import Vocabulary

MOST_CANDIDATES = 16
NARROWEST = 300
"""Pixels that the panel needs at least."""


class Chip(NamedTuple):
    """An outfit to try with one click."""

    title: str
    prompt: str


class OutfitPanel(QWidget):
    """dress_requested, cancel_requested: the buttons at the foot; the text boxes are committed before.
    models_requested: the person wants other models. grow_requested: by how many pixels the mask should grow.
    table_added: a table of tags was dropped in and is in use now. problem: a sentence for the user.
    """

    dress_requested = Signal()
    cancel_requested = Signal()
    models_requested = Signal()
    grow_requested = Signal(int)
    table_added = Signal(str)
    problem = Signal(str)
    _tables_read = Signal(object, tuple, str)

    def __init__(self, document: Document, words: Vocabulary | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        if words is None:
            words = Vocabulary.of(vocabulary.read_table(vocabulary.OWN_TABLE))
        self.setMinimumWidth(NARROWEST)
        self.picker = ModelPicker(self)
        self.picker.chosen.connect(self.choose_model)
        self.picker.manage_requested.connect(self.models_requested)
        self.prompt = PromptEdit(words, self, lines=4)
        self.negative = PromptEdit(words, self, lines=2)
        self.badge = PromiseBadge(self)
        self.badge.grow_requested.connect(self.grow_requested)
        self.badge.again_requested.connect(self._again)
        self.bar = DressBar(self)
        self.bar.dress_requested.connect(self._dress)
        self.bar.cancel_requested.connect(self.cancel_requested)
        self.advanced = AdvancedPanel(document, self)
        self.advanced.models_requested.connect(self.models_requested)

        content = QWidget(self)
        column = QVBoxLayout(content)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(8)
        column.addLayout(self._intent_buttons())
        column.addLayout(self._prompt_part())
        column.addLayout(self._choices_part())
        self.avoid = Fold(self.tr("Not in the picture"), self.negative, self)
        self.fold = Fold(self.tr("Advanced"), self.advanced, self)
        column.addWidget(self.avoid)
        column.addWidget(self.fold)
        column.addStretch(1)
        self.area = QScrollArea(self)
        self.area.setWidget(content)
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        foot = QVBoxLayout()
        foot.setContentsMargins(12, 8, 12, 12)
        foot.setSpacing(8)
        foot.addWidget(self.badge)
        foot.addWidget(self.bar)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.area, 1)
        line = QFrame(self)
        line.setFrameShape(QFrame.Shape.HLine)
        line.setFrameShadow(QFrame.Shadow.Sunken)
        whole.addWidget(line)
        whole.addLayout(foot)

        for box, name in ((self.prompt, "prompt"), (self.negative, "negative_prompt")):
            box.committed.connect(lambda text, name=name: self._set(**{name: text}))
            box.table_dropped.connect(self.add_table)
        self._tables_read.connect(self._use_tables, Qt.ConnectionType.QueuedConnection)
        self.set_chips(self.first_chips())
        self._fill_targets()
        document.outfit_changed.connect(self.show_outfit)
        self.show_outfit()

    # ---- for the window

    def commit(self) -> None:
        """Takes over what stands in the text boxes: to be called before a request is made."""
        self.prompt.commit()
        self.negative.commit()

    def roll_seed(self) -> None:
        """Another seed for the next run, unless the seed is locked."""
        if not self._document.outfit.seed_locked:
            self.seed.roll()

    def choose_model(self, name: str) -> None:
        """Another model with the settings it wants; a sentence by `problem` when it cannot be used."""
        try:
            outfit = for_model(self._document.outfit, name)
        except ValueError as error:
            self.picker.set_model(self._document.outfit.model)
            self.problem.emit(str(error))
        else:
            self._document.set_outfit(outfit, self.tr("Choose model"))

    def set_words(self, words: Vocabulary) -> None:
        """Other tags to complete with."""
        self.prompt.words = self.negative.words = words
        self._show_unknown()

    def load_tables(self) -> None:
        """Completes with the user's own tables, too, as soon as they are read, which takes a second for a large one."""
        if any(vocabulary.folder().glob("*.csv")):
            self._read_tables("")

    def add_table(self, file: str) -> None:
        """Takes a table of tags into use, for good; a sentence by `problem` when it is none."""
        self._read_tables(file)

    def _read_tables(self, added: str) -> None:
        def read() -> None:
            words, problems = None, ()
            try:
                if added:
                    vocabulary.add_table(Path(added))
                words, problems = vocabulary.load()
            except ValueError as error:
                problems = (str(error),)
            with contextlib.suppress(RuntimeError):  # the window was closed meanwhile
                self._tables_read.emit(words, problems, added)

        threading.Thread(target=read, daemon=True).start()

    def _use_tables(self, words: Vocabulary | None, problems: tuple[str, ...], added: str) -> None:
        for sentence in problems:
            self.problem.emit(sentence)
        if words is not None:
            self.set_words(words)
            if added:
                self.table_added.emit(added)

    def set_chips(self, chips: Sequence[Chip]) -> None:
        """The outfits to try with one click."""
        while (item := self.chips.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        for number, chip in enumerate(chips, 1):
            button = QPushButton(chip.title, self)
            button.setIcon(glyph("hanger"))
            button.setAccessibleName(self.tr("Try: {outfit}").format(outfit=chip.title))
            button.setToolTip(f"{chip.prompt} (Alt+{number})")
            button.setShortcut(f"Alt+{number}")
            button.setStyleSheet(
                "QPushButton { border-radius: 11px; padding: 3px 10px; border: 1px solid palette(mid);"
                " background: palette(button); } QPushButton:hover { border-color: palette(highlight); }"
                " QPushButton:focus { border-color: palette(highlight); }"
            )
            button.clicked.connect(lambda _checked=False, prompt=chip.prompt: self.try_on(prompt))
            self.chips.addWidget(button)
        self.chip_box.setVisible(bool(chips))

    def first_chips(self) -> list[Chip]:
        """Three outfits that the starter draws well."""
        return [
            Chip(self.tr("Maid"), "black maid dress, white thighhighs, black mary janes"),
            Chip(self.tr("School"), "navy sailor uniform, grey pleated skirt, black kneehighs, brown loafers"),
            Chip(self.tr("Kimono"), "red kimono, white socks, brown sandals"),
        ]

    def try_on(self, prompt: str) -> None:
        """Puts the words of an outfit into the box, for a new garment."""
        self._set(self.tr("Choose outfit"), prompt=prompt, intent="new", strength=DEFAULT_STRENGTH["new"], target="")
        self.bar.dress.setFocus()

    def _fill_targets(self) -> None:
        self.target.clear()
        self.target.addItem(self.tr("Any shape"), "")
        for name in TARGETS:
            if name != "any":
                self.target.addItem(target_name(name), name)
        self._show_target()

    # ---- the document's outfit

    def show_outfit(self) -> None:
        """Shows the document's outfit."""
        outfit = self._document.outfit
        self.prompt.set_text(outfit.prompt)
        self.negative.set_text(outfit.negative_prompt)
        if outfit.negative_prompt and not self.avoid.is_open:
            self.avoid.set_title(self.tr("Not in the picture ({count})").format(count=_tags(outfit.negative_prompt)))
        else:
            self.avoid.set_title(self.tr("Not in the picture"))
        self._intents[outfit.intent].setChecked(True)
        self.intent_says.setText(self._intent_texts()[outfit.intent][1])
        self._show_target()
        self.candidates.blockSignals(True)
        self.candidates.setValue(outfit.candidates)
        self.candidates.blockSignals(False)
        self.seed.set_seed(outfit.seed, outfit.seed_locked)
        self.picker.set_model(outfit.model)
        for box in (self.prompt, self.negative):
            box.starter_first = outfit.model == STARTER
        self.target.setEnabled(outfit.intent == "new")
        self.prompt.setPlaceholderText(self._placeholder(outfit.intent))
        self._show_unknown()

    def _show_target(self) -> None:
        name = self._document.outfit.target
        index = self.target.findData(name)
        if index < 0:
            self.target.addItem(name, name)
            index = self.target.count() - 1
        self.target.setCurrentIndex(index)

    def _show_unknown(self) -> None:
        """The starter knows few words: which of the prompt's it does not."""
        outfit = self._document.outfit
        unknown = self.prompt.words.unknown_to_starter(outfit.prompt) if outfit.model == STARTER else ()
        shown = ", ".join(unknown[:4]) + (" ..." if len(unknown) > 4 else "")
        self.unknown.setText(self.tr("The starter model does not know: {words}").format(words=shown))
        self.unknown.setVisible(bool(unknown))

    def _set(self, change: str = "", **values: Any) -> None:
        self._document.set_outfit(dataclasses.replace(self._document.outfit, **values), change)

    def _dress(self) -> None:
        self.commit()
        self.dress_requested.emit()

    def _again(self) -> None:
        self.seed.roll()
        self._dress()

    # ---- how it is laid out

    def _intent_texts(self) -> dict[Intent, tuple[str, str]]:
        return {
            "new": (self.tr("New outfit"), self.tr("Draws another outfit; nothing of the old one stays.")),
            "recolour": (self.tr("Recolour"), self.tr("Keeps the garment's shape and folds, changes its colours.")),
            "fix": (self.tr("Fix detail"), self.tr("Keeps the garment and redraws what went wrong.")),
            "remove": (self.tr("Remove"), self.tr("Takes away an accessory or a coat and draws what is under it.")),
        }

    def _placeholder(self, intent: Intent) -> str:
        return {
            "new": self.tr("red sailor uniform, white pleated skirt"),
            "recolour": self.tr("blue dress"),
            "fix": self.tr("what should be there: white collar, gold buttons"),
            "remove": self.tr("what is under it: white shirt"),
        }[intent]

    def _intent_buttons(self) -> QGridLayout:
        self._intents: dict[Intent, QToolButton] = {}
        group = QButtonGroup(self)
        grid = QGridLayout()
        grid.setSpacing(6)
        for number, (intent, (title, text)) in enumerate(self._intent_texts().items()):
            button = QToolButton(self)
            button.setText(title)
            button.setIcon(glyph(intent))
            button.setIconSize(QSize(22, 22))
            button.setCheckable(True)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            button.setMinimumHeight(38)
            button.setAccessibleName(title)
            button.setAccessibleDescription(text)
            button.setToolTip(f"{text} (Ctrl+{number + 1})")
            button.setShortcut(f"Ctrl+{number + 1}")
            button.setStyleSheet(
                "QToolButton { border: 1px solid palette(mid); border-radius: 8px; background: palette(button); }"
                "QToolButton:hover, QToolButton:focus { border-color: palette(highlight); }"
                "QToolButton:checked { border: 2px solid palette(highlight); font-weight: bold;"
                " background: palette(base); }"
            )
            button.clicked.connect(partial(self._choose_intent, intent))
            group.addButton(button)
            grid.addWidget(button, number // 2, number % 2)
            self._intents[intent] = button
        self.intent_says = faint(QLabel(self))
        grid.addWidget(self.intent_says, 2, 0, 1, 2)
        return grid

    def _choose_intent(self, intent: Intent, _checked: bool = False) -> None:
        self._set(self.tr("Choose intent"), intent=intent, strength=DEFAULT_STRENGTH[intent])

    def _prompt_part(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(5)
        title = heading(self.tr("Outfit"), self)
        title.setBuddy(self.prompt)
        self.prompt.setAccessibleName(self.tr("Outfit in words"))
        self.prompt.setToolTip(
            self.tr(
                "Garments and colours, with commas between them. Ctrl+Space offers tags, Ctrl+Up and Ctrl+Down weigh "
                "the tag under the cursor. Drop a table of Danbooru tags (CSV) here to complete with it."
            )
        )
        self.negative.setAccessibleName(self.tr("What must not be in the picture"))
        self.negative.setToolTip(self.tr("What must not be drawn, with commas between"))
        self.negative.setPlaceholderText(self.tr("what must not be drawn"))
        self.unknown = faint(QLabel(self))
        self.unknown.hide()
        self.chip_box = QWidget(self)
        self.chips = FlowLayout(self.chip_box)
        policy = self.chip_box.sizePolicy()
        policy.setHeightForWidth(True)
        self.chip_box.setSizePolicy(policy)
        column.addWidget(title)
        column.addWidget(self.prompt)
        column.addWidget(self.unknown)
        column.addWidget(self.chip_box)
        return column

    def _choices_part(self) -> QFormLayout:
        self.target = CalmCombo(self)
        self.target.setAccessibleName(self.tr("Shape of the outfit"))
        self.target.setToolTip(
            self.tr("The outline of the new outfit: the mask gets room for it, handles on the picture pull it")
        )
        self.target.activated.connect(
            lambda index: self._set(
                self.tr("Choose shape"),
                target=self.target.itemData(index),
                sleeves="",
                hem="",
                legs="",
                flare=None,
            )
        )
        self.candidates = CalmSpin(self)
        self.candidates.setRange(1, MOST_CANDIDATES)
        self.candidates.setFixedWidth(72)
        self.candidates.setAccessibleName(self.tr("Candidates"))
        self.candidates.setToolTip(self.tr("How many are drawn, to choose from"))
        self.candidates.valueChanged.connect(lambda count: self._set(candidates=count))
        self.seed = SeedField(self)
        self.seed.changed.connect(lambda seed, locked: self._set(seed=seed, seed_locked=locked))
        form = QFormLayout()
        form.setHorizontalSpacing(10)
        form.setVerticalSpacing(6)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        form.addRow(self.tr("Shape"), self.target)
        form.addRow(self.tr("Candidates"), self.candidates)
        form.addRow(self.tr("Seed"), self.seed)
        form.addRow(self.tr("Model"), self.picker)
        return form


def target_name(name: str) -> str:
    """A shape of `ccnet.targets.TARGETS` in the user's language; other words as they are."""
    return {
        "sleeveless": QCoreApplication.translate("Shapes", "Sleeveless"),
        "short sleeves": QCoreApplication.translate("Shapes", "Short sleeves"),
        "long sleeves": QCoreApplication.translate("Shapes", "Long sleeves"),
        "wide sleeves": QCoreApplication.translate("Shapes", "Wide sleeves"),
        "long skirt": QCoreApplication.translate("Shapes", "Long skirt"),
        "miniskirt": QCoreApplication.translate("Shapes", "Miniskirt"),
        "pencil skirt": QCoreApplication.translate("Shapes", "Pencil skirt"),
        "frilled skirt": QCoreApplication.translate("Shapes", "Frilled skirt"),
        "pleated skirt": QCoreApplication.translate("Shapes", "Pleated skirt"),
        "skirt": QCoreApplication.translate("Shapes", "Skirt"),
        "trousers": QCoreApplication.translate("Shapes", "Trousers"),
        "hakama": QCoreApplication.translate("Shapes", "Hakama"),
        "shorts": QCoreApplication.translate("Shapes", "Shorts"),
        "capri pants": QCoreApplication.translate("Shapes", "Capri pants"),
        "long dress": QCoreApplication.translate("Shapes", "Long dress"),
        "ball gown": QCoreApplication.translate("Shapes", "Ball gown"),
        "short dress": QCoreApplication.translate("Shapes", "Short dress"),
        "sundress": QCoreApplication.translate("Shapes", "Sundress"),
        "china dress": QCoreApplication.translate("Shapes", "China dress"),
        "kimono": QCoreApplication.translate("Shapes", "Kimono"),
        "robe": QCoreApplication.translate("Shapes", "Robe"),
        "maid dress": QCoreApplication.translate("Shapes", "Maid dress"),
        "dress": QCoreApplication.translate("Shapes", "Dress"),
        "swimsuit": QCoreApplication.translate("Shapes", "Swimsuit"),
        "coat": QCoreApplication.translate("Shapes", "Coat"),
        "cape": QCoreApplication.translate("Shapes", "Cape"),
        "hooded cloak": QCoreApplication.translate("Shapes", "Hooded cloak"),
        "hood": QCoreApplication.translate("Shapes", "Hood"),
        "train": QCoreApplication.translate("Shapes", "Train"),
    }.get(name, name)


def _tags(prompt: str) -> int:
    return len([tag for tag in prompt.split(",") if tag.strip()])
