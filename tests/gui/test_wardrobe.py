"""The wardrobe: cards are put on, saved, found, dragged, renamed and deleted."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from guidocument import small_document
from PIL import Image
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtWidgets import QApplication

from ccnet import cards
from ccnet.cards import Card
from ccnet.request import DEFAULT_STRENGTH
from gui.outfit import LoraChoice, Outfit
from gui.wardrobe import CARD, MIME, OWN, WardrobePanel, card_from_mime, card_of, mime_of, wearing

THUMBNAIL = Image.new("RGB", (30, 40), (200, 10, 10))

DRESSED = Outfit(
    prompt="red cape",
    negative_prompt="hat",
    intent="fix",
    target="cape",
    hem="knee",
    flare=0.7,
    seed=7,
    candidates=2,
    num_inference_steps=9,
    strength=0.4,
    loras=(LoraChoice("ink", 0.5),),
)


@pytest.fixture
def panel(qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[WardrobePanel]:
    monkeypatch.setenv("CCNET_HOME", str(tmp_path))
    widget = WardrobePanel(small_document())
    widget.model.refresh()
    yield widget
    widget.close()


def test_a_card_carries_an_outfit_but_not_its_seed() -> None:
    there = wearing(Outfit(seed=1, candidates=5), card_of(DRESSED, "Cape", THUMBNAIL))
    assert there == dataclasses.replace(DRESSED, seed=1, candidates=5)


def test_settings_are_for_their_own_model() -> None:
    there = wearing(Outfit(model="other", num_inference_steps=30), card_of(DRESSED, "Cape", THUMBNAIL))
    assert (there.prompt, there.num_inference_steps, there.loras) == ("red cape", 30, ())
    assert there.strength == DEFAULT_STRENGTH["fix"]


def test_a_card_without_a_negative_prompt_leaves_the_one_that_is_there() -> None:
    assert wearing(DRESSED, Card("x", THUMBNAIL, "blue coat")).negative_prompt == "hat"


def test_drags_carry_the_card_and_its_file(tmp_path: Path) -> None:
    card = card_of(DRESSED, "Cape", THUMBNAIL)
    found = card_from_mime(mime_of(card))
    assert found is not None
    assert found.to_dict() == card.to_dict()
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(cards.write(card, tmp_path / "c.png")))])
    assert card_from_mime(data) is not None
    THUMBNAIL.save(tmp_path / "plain.png")
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "plain.png"))])
    assert card_from_mime(data) is None


def test_choosing_puts_on_and_can_be_undone(panel: WardrobePanel) -> None:
    worn: list[Card] = []
    panel.chosen.connect(worn.append)
    panel.search.setText("maid black")
    assert panel.filtered.rowCount() == 1
    panel.view.activated.emit(panel.filtered.index(0, 0))
    assert panel._document.outfit.prompt.startswith("black maid dress")
    assert [card.name for card in worn] == ["Maid"]
    panel._document.undo()
    assert panel._document.outfit == Outfit()


def test_saving_finding_renaming_deleting(panel: WardrobePanel) -> None:
    shipped = panel.model.rowCount()
    panel._document.set_outfit(DRESSED)
    file = panel.save_card()
    assert file is not None
    assert panel.model.rowCount() == shipped + 1
    index = panel.view.currentIndex()
    assert (index.data(), index.data(OWN)) == ("red cape", True)
    source = panel.filtered.mapToSource(index)
    assert panel.model.setData(source, "My cape")
    assert cards.read(file).name == "My cape"
    panel.delete_selected(ask=False)
    assert not file.exists()
    assert panel.model.rowCount() == shipped


def test_what_comes_with_the_program_stays(panel: WardrobePanel) -> None:
    index = panel.filtered.index(0, 0)
    panel.view.setCurrentIndex(index)
    panel.delete_selected(ask=False)
    assert not panel.model.setData(panel.filtered.mapToSource(index), "other")
    assert index.data(CARD) is not None
    assert not panel.buttons["delete"].isEnabled()


def test_importing_says_what_is_no_card(panel: WardrobePanel, tmp_path: Path) -> None:
    said: list[str] = []
    panel.problem.connect(said.append)
    THUMBNAIL.save(tmp_path / "plain.png")
    good = cards.write(card_of(DRESSED, "Cape", THUMBNAIL), tmp_path / "good.png")
    assert panel.import_files([tmp_path / "plain.png", good]) == 1
    assert len(said) == 1


def test_the_list_drags_cards(panel: WardrobePanel) -> None:
    data = panel.filtered.mimeData([panel.filtered.index(0, 0)])
    assert data.hasFormat(MIME)
    assert data.hasUrls()
