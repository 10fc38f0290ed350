"""The prompt box: what is offered, what is taken, what is committed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from gui import completion, theme, vocabulary
from gui.completion import PromptEdit
from gui.vocabulary import Vocabulary


@pytest.fixture
def edit(qapp: QApplication) -> Iterator[PromptEdit]:
    box = PromptEdit(Vocabulary.of(vocabulary.read_table(vocabulary.OWN_TABLE)))
    box.show()
    box.setFocus()
    qapp.processEvents()
    yield box
    box.close()


def test_typing_offers_and_enter_takes(edit: PromptEdit) -> None:
    QTest.keyClicks(edit, "red and white str")
    assert any(match.tag.name == "striped" for match in edit.offers())
    QTest.keyClicks(edit, "iped t-sh")
    assert edit.offers()[0].tag.name == "t-shirt"
    popup = QApplication.activePopupWidget()
    QTest.keyClick(popup or edit, Qt.Key.Key_Return)
    assert edit.toPlainText() == "red and white striped t-shirt, "
    assert edit.offers() == []


def test_an_alias_becomes_its_tag(edit: PromptEdit) -> None:
    edit.set_text("blue skirt,muffl")
    edit.moveCursor(edit.textCursor().MoveOperation.End)
    edit.offer()
    edit.take(edit.offers()[0])
    assert edit.toPlainText() == "blue skirt, scarf, "
    edit.undo()
    assert edit.toPlainText() == "blue skirt,muffl"


def test_inside_brackets_no_comma_is_added(edit: PromptEdit) -> None:
    edit.set_text("(red hood)")
    cursor = edit.textCursor()
    cursor.setPosition(len("(red hood"))
    edit.setTextCursor(cursor)
    edit.offer()
    edit.take(next(match for match in edit.offers() if match.tag.name == "hoodie"))
    assert edit.toPlainText() == "(red hoodie)"


def test_text_is_committed_once(edit: PromptEdit) -> None:
    said: list[str] = []
    edit.committed.connect(said.append)
    edit.set_text("known")
    edit.commit()
    QTest.keyClicks(edit, "x")
    edit.commit()
    edit.commit()
    assert said == ["xknown"]


def test_weights(edit: PromptEdit) -> None:
    assert completion.weighted("red dress", 0.05) == "(red dress:1.05)"
    assert completion.weighted("(red dress:1.05)", -0.05) == "red dress"
    edit.set_text("blue skirt, red dress, hat")
    cursor = edit.textCursor()
    cursor.setPosition(15)
    edit.setTextCursor(cursor)
    QTest.keyClick(edit, Qt.Key.Key_Up, Qt.KeyboardModifier.ControlModifier)
    assert edit.toPlainText() == "blue skirt, (red dress:1.05), hat"


def test_a_dropped_table_is_announced(edit: PromptEdit) -> None:
    files: list[str] = []
    edit.table_dropped.connect(files.append)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile("/somewhere/danbooru.csv")])
    edit.insertFromMimeData(data)
    assert [Path(file).name for file in files] == ["danbooru.csv"]
    assert edit.toPlainText() == ""


def test_colours_are_readable_in_both_themes(qapp: QApplication) -> None:
    for dark in (False, True):
        palette = theme.palette(dark)
        for category in completion.HUES:
            colour = completion.category_colour(category, palette)
            assert theme.contrast(colour, palette.color(QPalette.ColorRole.Base)) >= 4.5


def test_counts_are_short() -> None:
    assert [completion.shortened(n) for n in (950, 1200, 34_000, 1_500_000)] == ["950", "1.2k", "34k", "1.5M"]
