"""The outfit panel: it shows the document's outfit, changes it so that it can be undone, and says what is wanted."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from guidocument import small_document
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from ccnet.request import DEFAULT_STRENGTH, INTENTS, Control
from gui.advanced_panel import Row
from gui.model_picker import for_model
from gui.outfit import LoraChoice, Outfit
from gui.outfit_panel import OutfitPanel


@pytest.fixture
def panel(qapp: QApplication) -> Iterator[OutfitPanel]:
    widget = OutfitPanel(small_document())
    widget.resize(320, 900)
    widget.show()
    qapp.processEvents()
    yield widget
    widget.close()


def until(holds: Callable[[], bool]) -> None:
    """Waits, and lets other threads work meanwhile, which Qt's own waiting in tests does not."""
    for _ in range(1000):
        if holds():
            return
        QTest.qWait(1)
        time.sleep(0.01)
    raise AssertionError("It does not happen.")


def outfit(panel: OutfitPanel) -> Outfit:
    return panel._document.outfit


def test_it_shows_what_the_document_holds_and_says_nothing_of_it(panel: OutfitPanel) -> None:
    document = panel._document
    shown = Outfit(
        prompt="red cape",
        negative_prompt="hat",
        intent="recolour",
        target="long skirt",
        candidates=3,
        seed=12345678901,
        seed_locked=True,
        num_inference_steps=17,
        guidance_scale=5.5,
        strength=0.55,
        scheduler="euler a",
        controls=(Control(scale=0.5), Control(name="lines", annotator="lineart", start=0.2, end=0.8)),
        loras=(LoraChoice("ink", 0.7),),
        resolution=900,
        mask_grow=3,
        mask_feather=9,
    )
    document.set_outfit(shown)
    undo = document.undo_text
    panel.commit()
    assert document.outfit == shown
    assert document.undo_text == undo
    assert panel.prompt.toPlainText() == "red cape"
    assert panel.target.currentData() == "long skirt"
    assert panel.seed.box.text() == "12345678901"
    assert panel.advanced.steps.value == 17
    assert panel.advanced.resolution.currentData() == 900
    assert not panel.target.isEnabled()


def test_each_intent_brings_its_strength_and_can_be_undone(panel: OutfitPanel) -> None:
    for intent in INTENTS:
        panel._intents[intent].click()
        assert (outfit(panel).intent, outfit(panel).strength) == (intent, DEFAULT_STRENGTH[intent])
    panel._document.undo()
    assert outfit(panel).intent == "new"
    assert panel._intents["new"].isChecked()


def test_typing_reaches_the_document_before_a_job_is_asked_for(panel: OutfitPanel) -> None:
    prompts: list[str] = []
    panel.dress_requested.connect(lambda: prompts.append(outfit(panel).prompt))
    panel.prompt.setFocus()
    QTest.keyClicks(panel.prompt, "blue zzz")
    panel.bar.dress.click()
    assert prompts == ["blue zzz"]


def test_a_chip_is_a_new_outfit(panel: OutfitPanel) -> None:
    panel._intents["fix"].click()
    panel.chips.itemAt(0).widget().click()  # pyright: ignore[reportOptionalMemberAccess, reportAttributeAccessIssue]
    assert outfit(panel).prompt == panel.first_chips()[0].prompt
    assert outfit(panel).intent == "new"
    for chip in panel.first_chips():
        assert panel.prompt.words.unknown_to_starter(chip.prompt) == ()


def test_sliders_lists_and_boxes_change_the_outfit(panel: OutfitPanel) -> None:
    panel.advanced.steps.slider.setValue(panel.advanced.steps.slider.value() + 3)
    panel.advanced.guidance.box.setValue(4.5)
    panel.candidates.setValue(7)
    panel.advanced.scheduler.textActivated.emit("unipc")
    panel.seed.lock.click()
    now = outfit(panel)
    assert (now.num_inference_steps, now.guidance_scale, now.candidates) == (15, 4.5, 7)
    assert (now.scheduler, now.seed_locked) == ("unipc", True)


def test_the_rows_of_control_layers_and_loras(panel: OutfitPanel) -> None:
    lines = Control(name="lines", annotator="lineart")
    panel._document.set_outfit(
        dataclasses.replace(outfit(panel), controls=(Control(), lines), loras=(LoraChoice("a"),))
    )
    row = panel.advanced.controls.itemAt(1).widget()  # pyright: ignore[reportOptionalMemberAccess]
    assert isinstance(row, Row)
    row.scale.box.setValue(0.4)
    row.start.setValue(30)
    row.end.setValue(20)
    assert outfit(panel).controls == (Control(), dataclasses.replace(lines, scale=0.4, start=0.2, end=0.2))
    row.remove.click()
    assert outfit(panel).controls == (Control(),)
    assert outfit(panel).loras == (LoraChoice("a"),)


def test_a_locked_seed_is_not_rolled(panel: OutfitPanel) -> None:
    panel._document.set_outfit(dataclasses.replace(outfit(panel), seed=5, seed_locked=True))
    panel.roll_seed()
    assert outfit(panel).seed == 5
    panel._document.set_outfit(dataclasses.replace(outfit(panel), seed_locked=False))
    panel.roll_seed()
    assert outfit(panel).seed != 5


def test_who_types_a_seed_means_it(panel: OutfitPanel) -> None:
    panel.seed.box.setFocus()
    panel.seed.box.selectAll()
    QTest.keyClicks(panel.seed.box, "9999999999999999999")
    QTest.keyClick(panel.seed.box, Qt.Key.Key_Return)
    assert (outfit(panel).seed, outfit(panel).seed_locked) == (2**63 - 1, True)


def test_a_model_that_is_missing_is_said_and_not_chosen(panel: OutfitPanel) -> None:
    said: list[str] = []
    panel.problem.connect(said.append)
    panel.choose_model("nowhere")
    assert len(said) == 1
    assert "nowhere" in said[0]
    assert outfit(panel).model == "starter"
    assert panel.picker.list.currentData() == "starter"


def test_a_model_brings_its_settings() -> None:
    before = Outfit(model="other", num_inference_steps=40, loras=(LoraChoice("x"),), negative_prompt="mine")
    after = for_model(before, "starter")
    assert (after.num_inference_steps, after.guidance_scale, after.scheduler) == (12, 2.0, "ddim")
    assert (after.loras, after.negative_prompt) == ((), "mine")


def test_words_the_starter_lacks_are_named(panel: OutfitPanel) -> None:
    panel._document.set_outfit(dataclasses.replace(outfit(panel), prompt="red cyberpunk skirt"))
    assert not panel.unknown.isHidden()
    assert "cyberpunk" in panel.unknown.text()
    panel._document.set_outfit(dataclasses.replace(outfit(panel), prompt="red skirt"))
    assert panel.unknown.isHidden()


def test_a_table_of_tags_is_taken_into_use(panel: OutfitPanel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CCNET_HOME", str(tmp_path / "home"))
    said: list[str] = []
    panel.problem.connect(said.append)
    panel.add_table(str(tmp_path / "missing.csv"))
    until(lambda: len(said) == 1)
    table = tmp_path / "mine.csv"
    table.write_text("glowing_cape,0,3,\n", "utf-8")
    panel.table_added.connect(said.append)
    panel.add_table(str(table))
    until(lambda: said[-1] == str(table))
    assert panel.negative.words.find("glow")[0].tag.name == "glowing cape"


def test_every_control_has_a_name_and_a_tooltip(panel: OutfitPanel) -> None:
    panel._document.set_outfit(dataclasses.replace(outfit(panel), loras=(LoraChoice("a"),)))
    controls: list[QWidget] = [
        *panel.findChildren(QAbstractButton),
        *(field.slider for field in panel.advanced.numbers),
        panel.target,
        panel.candidates,
        panel.seed.box,
        panel.picker.list,
        panel.prompt,
        panel.negative,
    ]
    inner = ("qt_spinbox", "qt_")
    nameless = [each for each in controls if not each.accessibleName() and not each.objectName().startswith(inner)]
    assert [each for each in nameless if each.isVisible()] == []


def test_the_panel_fits_its_narrowest_width(panel: OutfitPanel, qapp: QApplication) -> None:
    panel.fold.set_open(True)
    panel._document.set_outfit(
        dataclasses.replace(
            outfit(panel), controls=(Control(), Control(name="lines of a long name", annotator="canny"))
        )
    )
    panel.resize(300, 700)
    qapp.processEvents()
    content = panel.area.widget()
    assert content is not None
    assert content.width() <= 300
    assert content.minimumSizeHint().width() <= 300
