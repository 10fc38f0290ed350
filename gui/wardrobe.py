"""The wardrobe: outfits as cards to drag onto any character, those that come with the program and the user's own."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from PySide6.QtCore import (
    QAbstractListModel,
    QByteArray,
    QCoreApplication,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    QSortFilterProxyModel,
    Qt,
    QUrl,
    Signal,
)
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage, QPainter, QPainterPath, QPalette, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QMessageBox,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ccnet import cards
from ccnet.cards import SETTINGS, Card, CardError
from gui.candidate_model import to_qimage
from gui.document import Document
from gui.fields import glyph_button
from gui.outfit import LoraChoice, Outfit

Index = QModelIndex | QPersistentModelIndex

MIME = "application/x-ccnet-card"
"""What is dragged: the bytes of a card's file."""

WIDTH, HEIGHT = 92, 158
"""Pixels of a card in the list, its name included."""

PATH, CARD, THUMBNAIL, OWN = (int(Qt.ItemDataRole.UserRole) + n for n in (1, 2, 3, 4))
"""Roles: the card's file, the `Card`, a QImage, whether it is the user's own."""

_HANDLES = ("sleeves", "hem", "legs", "flare")


def card_of(outfit: Outfit, name: str, thumbnail: Image.Image) -> Card:
    """A card of an outfit. thumbnail: RGB. Raises CardError."""
    settings = {key: getattr(outfit, key) for key in SETTINGS}
    return Card(
        name,
        thumbnail,
        prompt=outfit.prompt,
        negative_prompt=outfit.negative_prompt,
        intent=outfit.intent,
        category=outfit.category,
        target=outfit.target,
        handles={key: value for key in _HANDLES if (value := getattr(outfit, key)) not in ("", None)},
        model=outfit.model,
        settings={key: value for key, value in settings.items() if value is not None},
        loras=tuple((lora.name, lora.scale) for lora in outfit.loras),
    )


def wearing(outfit: Outfit, card: Card) -> Outfit:
    """An outfit with what a card says; its settings and LoRAs only where the model is the one they are meant for."""
    values: dict[str, Any] = {
        "prompt": card.prompt,
        "intent": card.intent,
        "category": card.category,
        "target": card.target,
        **{key: card.handles.get(key, None if key == "flare" else "") for key in _HANDLES},
    }
    if card.negative_prompt:
        values["negative_prompt"] = card.negative_prompt
    if card.model == outfit.model:
        values |= dict(card.settings)
        values["loras"] = tuple(LoraChoice(name, scale) for name, scale in card.loras)
    else:
        from ccnet.request import DEFAULT_STRENGTH

        values["strength"] = DEFAULT_STRENGTH[card.intent]
    return dataclasses.replace(outfit, **values)


def mime_of(card: Card, file: Path | None = None) -> QMimeData:
    """What a drag of a card carries: the card, its words, and its file for other programs."""
    data = QMimeData()
    data.setData(MIME, QByteArray(cards.encode(card)))
    data.setText(card.prompt)
    if file is not None:
        data.setUrls([QUrl.fromLocalFile(str(file))])
    return data


def card_from_mime(data: QMimeData) -> Card | None:
    """The card in a drag or a paste, also when it is a card's file; None when there is none."""
    try:
        if data.hasFormat(MIME):
            return cards.read(bytes(data.data(MIME).data()))
        files = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
        if len(files) == 1 and files[0].suffix.lower() == ".png":
            return cards.read(files[0])
    except CardError:
        pass
    return None


def shown_name(card: Card) -> str:
    """A card's name; in the user's language for those that come with the program."""
    return {
        "Maid": QCoreApplication.translate("Cards", "Maid"),
        "School uniform": QCoreApplication.translate("Cards", "School uniform"),
        "Hoodie and shorts": QCoreApplication.translate("Cards", "Hoodie and shorts"),
        "Kimono": QCoreApplication.translate("Cards", "Kimono"),
        "Gothic dress": QCoreApplication.translate("Cards", "Gothic dress"),
        "China dress": QCoreApplication.translate("Cards", "China dress"),
        "Ball gown": QCoreApplication.translate("Cards", "Ball gown"),
        "Autumn coat": QCoreApplication.translate("Cards", "Autumn coat"),
        "Officer": QCoreApplication.translate("Cards", "Officer"),
        "Wizard": QCoreApplication.translate("Cards", "Wizard"),
        "Summer dress": QCoreApplication.translate("Cards", "Summer dress"),
        "Track suit": QCoreApplication.translate("Cards", "Track suit"),
    }.get(card.name, card.name)


class WardrobeModel(QAbstractListModel):
    """The cards: the user's own first, then those that come with the program."""

    problem = Signal(str)

    def __init__(self, folders: Sequence[Path] | None = None, parent: QObject | None = None) -> None:
        """folders: the user's first. They are read by `refresh`."""
        super().__init__(parent)
        self._folders = folders
        self._rows: list[tuple[Path, Card]] = []
        self._images: dict[Path, QImage] = {}

    def refresh(self) -> None:
        """Reads the folders again; a sentence for each file that is no card."""
        self.beginResetModel()
        self._rows, problems = cards.load(*self._places())
        self._images = {}
        self.endResetModel()
        for sentence in problems:
            self.problem.emit(sentence)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        file, card = self._rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.EditRole | Qt.ItemDataRole.AccessibleTextRole:
                return shown_name(card)
            case Qt.ItemDataRole.ToolTipRole:
                keys = self.tr("Double-click or Enter puts it on; or drag it onto the picture")
                return f"{shown_name(card)}\n{card.prompt}\n{keys}"
        if role == THUMBNAIL:
            if file not in self._images:
                self._images[file] = to_qimage(np.asarray(card.thumbnail))
            return self._images[file]
        return {PATH: file, CARD: card, OWN: file.parent == self._places()[0]}.get(role)

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Another name for a card of the user's."""
        file, card = self._rows[index.row()]
        name = str(value).strip()
        if role != Qt.ItemDataRole.EditRole or not name or name == card.name or not index.data(OWN):
            return False
        try:
            renamed = cards.write(dataclasses.replace(card, name=name), file)
        except CardError as error:
            self.problem.emit(str(error))
            return False
        self._rows[index.row()] = (renamed, dataclasses.replace(card, name=name))
        self.dataChanged.emit(index, index)
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsDragEnabled
        return flags | Qt.ItemFlag.ItemIsEditable if index.data(OWN) else flags

    def mimeTypes(self) -> list[str]:
        return [MIME, "text/uri-list", "text/plain"]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        index = indexes[0]
        return mime_of(index.data(CARD), index.data(PATH))

    def supportedDragActions(self) -> Qt.DropAction:
        return Qt.DropAction.CopyAction

    def row_of(self, file: Path) -> int:
        """-1 when there is no such card."""
        return next((row for row, (each, _) in enumerate(self._rows) if each == file), -1)

    def _places(self) -> Sequence[Path]:
        return self._folders if self._folders is not None else (cards.folder(), cards.SHIPPED)


class _Search(QSortFilterProxyModel):
    """Cards whose name or words hold every word that is looked for."""

    words: tuple[str, ...] = ()

    def look_for(self, text: str) -> None:
        self.words = tuple(text.casefold().split())
        self.invalidate()

    def filterAcceptsRow(self, source_row: int, source_parent: Index) -> bool:
        index = self.sourceModel().index(source_row, 0, source_parent)
        card: Card = index.data(CARD)
        text = f"{card.name} {shown_name(card)} {card.prompt}".casefold()
        return all(word in text for word in self.words)


class CardDelegate(QStyledItemDelegate):
    """A card: its picture, its name below it."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(WIDTH, HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        palette = option.palette
        lively = bool(option.state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver))
        area = option.rect.adjusted(4, 4, -4, -4)
        picture = area.adjusted(0, 0, 0, -2 * option.fontMetrics.height() - 4)
        shape = QPainterPath()
        shape.addRoundedRect(QRectF(picture), 8, 8)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setClipPath(shape)
        painter.fillPath(shape, palette.color(QPalette.ColorRole.AlternateBase))
        image: QImage = index.data(THUMBNAIL)
        size = image.size().scaled(picture.size(), Qt.AspectRatioMode.KeepAspectRatioByExpanding)
        left = picture.center().x() - size.width() // 2
        painter.drawImage(QRect(left, picture.top(), size.width(), size.height()), image)
        painter.setClipping(False)
        edge = palette.color(QPalette.ColorRole.Highlight if lively else QPalette.ColorRole.Mid)
        painter.setPen(QPen(edge, 2.5 if lively else 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(shape)
        painter.setPen(palette.color(QPalette.ColorRole.Text))
        words = QRect(area.left(), picture.bottom() + 4, area.width(), 2 * option.fontMetrics.height())
        centre = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
        painter.drawText(words, centre | Qt.TextFlag.TextWordWrap, index.data())
        painter.restore()

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        height = editor.sizeHint().height()
        editor.setGeometry(option.rect.adjusted(2, option.rect.height() - height - 4, -2, -4))


class WardrobePanel(QWidget):
    """Bound to a document's outfit: a card that is chosen is put on, "Save" makes a card of it.

    chosen: the card that was put on. problem: a sentence for the user. picture: what a new card shows (RGB), None when
    there is nothing to show. The cards are read by `model.refresh`.
    """

    chosen = Signal(object)
    problem = Signal(str)

    def __init__(
        self,
        document: Document,
        picture: Callable[[], Image.Image | None] = lambda: None,
        parent: QWidget | None = None,
        *,
        folders: Sequence[Path] | None = None,
    ) -> None:
        super().__init__(parent)
        self._document, self._picture = document, picture
        self.setAcceptDrops(True)
        self.model = WardrobeModel(folders, self)
        self.model.problem.connect(self.problem)
        self.filtered = _Search(self)
        self.filtered.setSourceModel(self.model)
        self.search = QLineEdit(self)
        self.search.setPlaceholderText(self.tr("Search the wardrobe"))
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName(self.tr("Search the wardrobe"))
        self.search.setToolTip(self.tr("Shows the cards whose name or words hold this"))
        self.search.textChanged.connect(self.filtered.look_for)
        self.view = QListView(self)
        self.view.setModel(self.filtered)
        self.view.setItemDelegate(CardDelegate(self.view))
        self.view.setViewMode(QListView.ViewMode.IconMode)
        self.view.setResizeMode(QListView.ResizeMode.Adjust)
        self.view.setMovement(QListView.Movement.Static)
        self.view.setDragEnabled(True)
        self.view.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.view.setMouseTracking(True)
        self.view.setUniformItemSizes(True)
        self.view.setAccessibleName(self.tr("Wardrobe"))
        self.view.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.view.activated.connect(self.put_on)
        row = QHBoxLayout()
        row.setSpacing(2)
        self.buttons: dict[str, QToolButton] = {}
        for sign, title, keys, do in (
            ("hanger", self.tr("Put on"), "Enter", self.put_on_selected),
            ("save", self.tr("Save this outfit as a card"), "", self.save_card),
            ("import", self.tr("Import cards"), "", self._choose_files),
            ("delete", self.tr("Delete card"), "", self.delete_selected),
        ):
            button = glyph_button(self, sign, title, keys, do)
            if sign == "delete":
                row.addStretch(1)
            row.addWidget(button)
            self.buttons[sign] = button
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(6)
        column.addWidget(self.search)
        column.addWidget(self.view, 1)
        column.addLayout(row)
        self.view.selectionModel().currentChanged.connect(lambda *_: self._show())
        self.model.modelReset.connect(self._show)

    @property
    def selected(self) -> Card | None:
        """The card that is selected."""
        return self.view.currentIndex().data(CARD)

    def put_on(self, index: Index) -> None:
        """Puts on the card of a row."""
        card = index.data(CARD)
        if isinstance(card, Card):
            self.wear(card)

    def put_on_selected(self) -> None:
        """Puts on the card that is selected."""
        self.put_on(self.view.currentIndex())

    def wear(self, card: Card) -> None:
        """Puts what a card says into the document's outfit: to be called with what was dropped onto the picture."""
        self._document.set_outfit(wearing(self._document.outfit, card), self.tr("Choose outfit"))
        self.chosen.emit(card)

    def save_card(self, name: str = "") -> Path | None:
        """Files the document's outfit as a card and lets the person name it; None, with a sentence by `problem`, when
        that cannot be."""
        outfit = self._document.outfit
        asked = bool(name)
        name = name or outfit.prompt.partition(",")[0].strip()[:40] or self.tr("Outfit")
        picture = self._picture() or Image.fromarray(np.ascontiguousarray(self._document.composite()))
        try:
            file = cards.save(card_of(outfit, name, picture))
        except (CardError, ValueError) as error:
            self.problem.emit(str(error))
            return None
        self.model.refresh()
        index = self.filtered.mapFromSource(self.model.index(self.model.row_of(file)))
        self.view.setCurrentIndex(index)
        if not asked and index.isValid() and self.isVisible():
            self.view.edit(index)
        return file

    def import_files(self, files: Sequence[Path]) -> int:
        """Copies cards into the user's folder; returns how many. A sentence by `problem` for each that is none."""
        done = 0
        for file in files:
            try:
                cards.save(cards.read(file))
                done += 1
            except ValueError as error:
                self.problem.emit(str(error))
        if done:
            self.model.refresh()
        return done

    def delete_selected(self, *, ask: bool = True) -> None:
        """Deletes the selected card, if it is the user's own."""
        index = self.view.currentIndex()
        if not index.isValid() or not index.data(OWN):
            return
        question = self.tr('Delete the card "{name}"? This cannot be undone.').format(name=index.data())
        if ask and QMessageBox.question(self, self.tr("Delete card"), question) != QMessageBox.StandardButton.Yes:
            return
        try:
            index.data(PATH).unlink(missing_ok=True)
        except OSError as error:
            self.problem.emit(self.tr("The card cannot be deleted: {reason}.").format(reason=error.strerror))
        self.model.refresh()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """A card's file from elsewhere."""
        if not event.mimeData().hasFormat(MIME) and card_from_mime(event.mimeData()) is not None:
            event.acceptProposedAction()
        else:
            event.ignore()

    def dropEvent(self, event: QDropEvent) -> None:
        files = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if self.import_files(files):
            event.acceptProposedAction()

    def _choose_files(self) -> None:
        title, kinds = self.tr("Import cards"), self.tr("Cards (*.png)")
        names, _ = QFileDialog.getOpenFileNames(self, title, "", kinds)
        self.import_files([Path(name) for name in names])

    def _show(self) -> None:
        index = self.view.currentIndex()
        self.buttons["hanger"].setEnabled(index.isValid())
        self.buttons["delete"].setEnabled(index.isValid() and bool(index.data(OWN)))
