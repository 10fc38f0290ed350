"""The list of layers: the mask, the garments with the topmost first, and the original, which is never touched."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui.document import Document, GarmentLayer
from gui.fields import NumberField, glyph_button
from gui.glyphs import paint_glyph
from gui.layers_model import LAYER, THUMB, THUMBNAIL, VISIBLE, Index, LayersModel


class LayerDelegate(QStyledItemDelegate):
    """A row: an eye to click, a thumbnail, the name, and the opacity where it is not whole."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(160, THUMB + 10)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        palette = option.palette
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if selected:
            painter.fillRect(option.rect, palette.highlight())
        ink = palette.color(QPalette.ColorRole.HighlightedText if selected else QPalette.ColorRole.Text)
        shown = index.data(VISIBLE)
        weak = palette.color(QPalette.ColorRole.HighlightedText if selected else QPalette.ColorRole.PlaceholderText)
        sign = "locked" if shown is None else "eye" if shown else "hidden"
        paint_glyph(painter, sign, QRectF(eye_area(option.rect)).adjusted(4, 4, -4, -4), ink if shown else weak)

        thumb = QRect(option.rect.left() + 36, option.rect.top() + 5, THUMB, THUMB)
        self._paint_thumbnail(painter, thumb, index, palette)
        painter.setPen(ink if shown is not False else weak)
        text = option.rect.adjusted(36 + THUMB + 10, 0, -8, 0)
        layer = index.data(LAYER)
        if isinstance(layer, GarmentLayer) and layer.opacity < 1:
            share = f"{round(100 * layer.opacity)} %"
            painter.drawText(text, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, share)
            text.setRight(text.right() - option.fontMetrics.horizontalAdvance(share) - 8)
        name = option.fontMetrics.elidedText(index.data(), Qt.TextElideMode.ElideRight, text.width())
        painter.drawText(text, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)
        painter.restore()

    def editorEvent(self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: Index) -> bool:
        """A click on the eye."""
        inside = isinstance(event, QMouseEvent) and eye_area(option.rect).contains(event.position().toPoint())
        if inside and isinstance(model, LayersModel):
            if event.type() == QEvent.Type.MouseButtonPress:
                model.toggle(index.row())
            return True
        return super().editorEvent(event, model, option, index)

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        area = option.rect.adjusted(36 + THUMB + 6, 8, -6, -8)
        editor.setGeometry(area)
        if isinstance(editor, QLineEdit):
            editor.setAccessibleName(self.tr("Name of the garment"))

    def _paint_thumbnail(self, painter: QPainter, area: QRect, index: Index, palette: QPalette) -> None:
        painter.fillRect(area, palette.color(QPalette.ColorRole.Base))
        square = THUMB // 4
        for column in range(4):
            for row in range(4):
                if (column + row) % 2:
                    corner = QRect(area.left() + column * square, area.top() + row * square, square, square)
                    painter.fillRect(corner, palette.color(QPalette.ColorRole.AlternateBase))
        image: QImage = index.data(THUMBNAIL)
        size = image.size().scaled(area.size(), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRect(
            area.left() + (area.width() - size.width()) // 2,
            area.top() + (area.height() - size.height()) // 2,
            size.width(),
            size.height(),
        )
        if index.data(VISIBLE) is False:
            painter.setOpacity(0.35)
        painter.drawImage(place, image)
        painter.setOpacity(1)
        painter.setPen(palette.color(QPalette.ColorRole.Mid))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(area)


class _View(QListView):
    """Keeps the keys that a list would take for its own."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Delete, Qt.Key.Key_Backspace) or (
            event.modifiers() & Qt.KeyboardModifier.ControlModifier and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down)
        ):
            event.ignore()
        else:
            super().keyPressEvent(event)


class LayersPanel(QWidget):
    """Bound to a document.

    selected: the id of the garment that is selected, "" for none. mask_toggled: the mask is to be shown or hidden.
    export_requested, again_requested: the garment's id; it is to be saved alone, or its settings to be used again.
    """

    selected = Signal(str)
    mask_toggled = Signal(bool)
    export_requested = Signal(str)
    again_requested = Signal(str)

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._selected = ""
        self.model = LayersModel(document, self)
        self.view = _View(self)
        self.view.setModel(self.model)
        self.view.setItemDelegate(LayerDelegate(self.view))
        self.view.setAccessibleName(self.tr("Layers"))
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.view.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.view.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.view.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        self.view.setUniformItemSizes(True)
        self.opacity = NumberField(self.tr("Opacity"), 0, 100, 1, 0, self, label_width=64)
        self.opacity.box.setSuffix(self.tr(" %"))
        self.opacity.set_help(self.tr("How much of the selected garment is seen"))
        self.opacity.changed.connect(self._set_opacity)
        self.buttons: dict[str, QToolButton] = {}
        row = QHBoxLayout()
        row.setSpacing(2)
        for sign, title, keys, do in (
            ("up", self.tr("Move up"), "Ctrl+Up", lambda: self.move_selected(1)),
            ("down", self.tr("Move down"), "Ctrl+Down", lambda: self.move_selected(-1)),
            ("hanger", self.tr("Use this garment's words and settings again"), "", self._again),
            ("save", self.tr("Save this garment alone"), "", self._export),
            ("delete", self.tr("Delete garment"), "Del", self.delete_selected),
        ):
            button = glyph_button(self, sign, title, keys, do)
            if sign == "delete":
                row.addStretch(1)
            row.addWidget(button)
            self.buttons[sign] = button
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(6)
        column.addWidget(self.view, 1)
        column.addWidget(self.opacity)
        column.addLayout(row)
        self.view.selectionModel().currentChanged.connect(lambda now, _: self._choose(now.row()))
        self.model.modelReset.connect(self._restore)
        self.model.dataChanged.connect(lambda *_: self._show_selected())
        self.model.mask_toggled.connect(self.mask_toggled)
        self._show_selected()

    @property
    def selected_id(self) -> str:
        """The garment that is selected, "" for none."""
        return self._selected

    def select(self, layer_id: str) -> None:
        """Selects a garment; nothing happens when there is none of this id."""
        row = self.model.row_of(layer_id)
        if row >= 0:
            self.view.setCurrentIndex(self.model.index(row))

    def set_mask_visible(self, visible: bool) -> None:
        """The mask is shown now, or hidden."""
        self.model.set_mask_visible(visible)

    def move_selected(self, by: int) -> None:
        """The selected garment so many places up, below 0: down."""
        ids = [layer.id for layer in self._document.layers]
        if self._selected in ids:
            place = min(max(ids.index(self._selected) + by, 0), len(ids) - 1)
            if place != ids.index(self._selected):
                self._document.move_layer(self._selected, place)

    def delete_selected(self) -> None:
        """Takes the selected garment away; undo brings it back."""
        if self._selected:
            self._document.remove_layer(self._selected)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        match event.key():
            case Qt.Key.Key_Space:
                self.model.toggle(self.view.currentIndex().row())
            case Qt.Key.Key_Delete | Qt.Key.Key_Backspace:
                self.delete_selected()
            case Qt.Key.Key_Up if control:
                self.move_selected(1)
            case Qt.Key.Key_Down if control:
                self.move_selected(-1)
            case _:
                super().keyPressEvent(event)

    def _choose(self, row: int) -> None:
        layer = self.model.layer_at(row)
        chosen = layer.id if layer is not None else ""
        if chosen != self._selected:
            self._selected = chosen
            self.selected.emit(chosen)
        self._show_selected()

    def _restore(self) -> None:
        """After the list was filled anew: the same garment is selected, or the one that came on top."""
        row = self.model.row_of(self._selected)
        if row < 0 and self._document.layers:
            row = 1
        self.view.setCurrentIndex(self.model.index(row) if row >= 0 else QModelIndex())
        self._choose(row)

    def _show_selected(self) -> None:
        layer = self.model.layer_at(self.model.row_of(self._selected)) if self._selected else None
        for part in (self.opacity, *self.buttons.values()):
            part.setEnabled(layer is not None)
        if layer is not None:
            self.opacity.set_value(round(100 * layer.opacity))
            self.buttons["hanger"].setEnabled(bool(layer.recipe))
            place = [each.id for each in self._document.layers].index(layer.id)
            self.buttons["up"].setEnabled(place < len(self._document.layers) - 1)
            self.buttons["down"].setEnabled(place > 0)

    def _set_opacity(self, share: float) -> None:
        if self._selected:
            self._document.set_layer(self._selected, opacity=share / 100)

    def _again(self) -> None:
        self.again_requested.emit(self._selected)

    def _export(self) -> None:
        self.export_requested.emit(self._selected)


def eye_area(row: QRect) -> QRect:
    """Where the eye of a row is clicked."""
    return QRect(row.left() + 2, row.top() + (row.height() - 32) // 2, 32, 32)
