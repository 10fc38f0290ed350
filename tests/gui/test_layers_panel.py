"""The list of layers: it follows the document, and every change it makes can be undone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from guidocument import plain_layer, small_document
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication

from gui.document import Document
from gui.layers_model import THUMBNAIL, VISIBLE
from gui.layers_panel import LayersPanel, eye_area


@pytest.fixture
def document() -> Document:
    document = small_document()
    for name in ("cape", "dress", "hat"):
        document.add_layer(plain_layer(name))
    return document


@pytest.fixture
def panel(qapp: QApplication, document: Document) -> Iterator[LayersPanel]:
    widget = LayersPanel(document)
    widget.resize(300, 420)
    widget.show()
    qapp.processEvents()
    yield widget
    widget.close()


def rows(panel: LayersPanel) -> list[str]:
    return [panel.model.index(row).data() for row in range(panel.model.rowCount())]


def names(document: Document) -> list[str]:
    return [layer.name for layer in document.layers]


def test_mask_on_top_then_garments_then_the_original(panel: LayersPanel, document: Document) -> None:
    assert rows(panel) == ["Mask", "hat", "dress", "cape", "Original"]
    document.undo()
    assert rows(panel) == ["Mask", "dress", "cape", "Original"]


def test_moving_by_keys_and_by_dragging(panel: LayersPanel, document: Document) -> None:
    panel.select(document.layers[0].id)
    QTest.keyClick(panel.view, Qt.Key.Key_Up, Qt.KeyboardModifier.ControlModifier)
    assert names(document) == ["dress", "cape", "hat"]
    assert panel.selected_id == document.layers[1].id
    # Rows: mask, hat, cape, dress, original. "hat" is dropped before "original", then above the mask.
    assert panel.model.moveRows(QModelIndex(), 1, 1, QModelIndex(), 4)
    assert names(document) == ["hat", "dress", "cape"]
    assert panel.model.moveRows(QModelIndex(), 3, 1, QModelIndex(), 0)
    assert names(document) == ["dress", "cape", "hat"]
    assert not panel.model.moveRows(QModelIndex(), 0, 1, QModelIndex(), 3)
    document.undo()
    assert names(document) == ["hat", "dress", "cape"]


def test_the_eye_the_space_bar_and_the_mask(panel: LayersPanel, document: Document) -> None:
    masks: list[bool] = []
    panel.mask_toggled.connect(masks.append)
    for row in (0, 1):
        place = eye_area(panel.view.visualRect(panel.model.index(row))).center()
        QTest.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert masks == [False]
    assert [layer.visible for layer in document.layers] == [True, True, False]
    panel.select(document.layers[2].id)
    QTest.keyClick(panel.view, Qt.Key.Key_Space)
    assert document.layers[2].visible
    panel.set_mask_visible(True)
    assert masks == [False]
    assert panel.model.index(4).data(VISIBLE) is None


def test_opacity_is_the_selected_garments(panel: LayersPanel, document: Document) -> None:
    panel.select(document.layers[1].id)
    panel.opacity.slider.setValue(40)
    assert [layer.opacity for layer in document.layers] == [1, 0.4, 1]
    document.undo()
    assert panel.opacity.value == 100


def test_renaming(panel: LayersPanel, document: Document) -> None:
    assert panel.model.setData(panel.model.index(1), "  red hat ")
    assert document.layers[2].name == "red hat"
    assert not panel.model.setData(panel.model.index(1), "  ")
    assert not panel.model.setData(panel.model.index(0), "no")
    flags = [bool(panel.model.flags(panel.model.index(row)) & Qt.ItemFlag.ItemIsEditable) for row in range(5)]
    assert flags == [False, True, True, True, False]


def test_deleting_and_getting_back(panel: LayersPanel, document: Document) -> None:
    panel.select(document.layers[1].id)
    QTest.keyClick(panel.view, Qt.Key.Key_Delete)
    assert names(document) == ["cape", "hat"]
    document.undo()
    assert rows(panel) == ["Mask", "hat", "dress", "cape", "Original"]


def test_nothing_selected_nothing_happens(panel: LayersPanel, document: Document) -> None:
    panel.view.setCurrentIndex(panel.model.index(0))
    panel.delete_selected()
    panel.move_selected(1)
    assert len(document.layers) == 3
    assert not panel.opacity.isEnabled()
    assert panel.selected_id == ""


def test_thumbnails_follow_the_mask(panel: LayersPanel, document: Document) -> None:
    index = panel.model.index(0)
    before = index.data(THUMBNAIL)
    assert before.pixelColor(3, 3).red() == 0
    with document.edit_mask("paint") as edit:
        edit.array[:] = 255
        edit.touch(document.bounds)
    QTest.qWait(400)
    assert index.data(THUMBNAIL).pixelColor(3, 3).red() == 255
    assert panel.model.index(1).data(THUMBNAIL).hasAlphaChannel()


def test_every_button_has_a_name(panel: LayersPanel) -> None:
    assert all(button.accessibleName() for button in panel.findChildren(QAbstractButton) if button.isVisible())
