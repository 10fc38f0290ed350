"""A document's layers as a list model: the mask, the garments with the topmost first, the original."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QImage

from gui.candidate_model import to_qimage
from gui.document import Document, GarmentLayer

Index = QModelIndex | QPersistentModelIndex

MASK_ROW = 0
THUMB = 44
"""Pixels of a thumbnail's side."""

LAYER, VISIBLE, THUMBNAIL = (int(Qt.ItemDataRole.UserRole) + n for n in (1, 2, 3))
"""Roles: the `GarmentLayer`, None for mask and original; whether it is shown, None where that cannot be chosen; a
QImage."""

THUMB_DELAY = 250
"""Milliseconds after a stroke until the mask's thumbnail follows."""


class LayersModel(QAbstractListModel):
    """A document's layers, top first: the mask, the garments, the original.

    mask_toggled: the person shows or hides the mask, which is the canvas's business, not the document's.
    """

    mask_toggled = Signal(bool)

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._layers: tuple[GarmentLayer, ...] = tuple(reversed(document.layers))
        self._mask_visible = True
        self._thumbs: dict[int, tuple[Any, QImage]] = {}
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(THUMB_DELAY)
        self._later.timeout.connect(self._mask_painted)
        document.layers_changed.connect(self._follow)
        document.picture_changed.connect(self._renew)
        document.mask_changed.connect(self._later_again)

    @property
    def original_row(self) -> int:
        return len(self._layers) + 1

    def layer_at(self, row: int) -> GarmentLayer | None:
        """None for the mask, the original, and what is no row."""
        return self._layers[row - 1] if 0 < row <= len(self._layers) else None

    def row_of(self, layer_id: str) -> int:
        """-1 when there is none."""
        return next((row for row, layer in enumerate(self._layers, 1) if layer.id == layer_id), -1)

    def set_mask_visible(self, visible: bool) -> None:
        """The mask is shown now, or hidden, from elsewhere."""
        if visible != self._mask_visible:
            self._mask_visible = visible
            self._tell(MASK_ROW)

    def toggle(self, row: int) -> None:
        """Shows what is hidden, hides what is shown; the original always stays."""
        layer = self.layer_at(row)
        if layer is not None:
            self._document.set_layer(layer.id, visible=not layer.visible)
        elif row == MASK_ROW:
            self.set_mask_visible(not self._mask_visible)
            self.mask_toggled.emit(self._mask_visible)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._layers) + 2

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = index.row()
        layer = self.layer_at(row)
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.EditRole:
                return self._name(row)
            case Qt.ItemDataRole.ToolTipRole:
                return self._help(row)
            case Qt.ItemDataRole.AccessibleTextRole:
                shown = self.data(index, VISIBLE)
                words = self.tr("hidden") if shown is False else self.tr("shown")
                return f"{self._name(row)}, {words}"
        if role == LAYER:
            return layer
        if role == VISIBLE:
            return layer.visible if layer is not None else self._mask_visible if row == MASK_ROW else None
        return self._thumbnail(row) if role == THUMBNAIL else None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        layer = self.layer_at(index.row())
        name = str(value).strip()
        if role != Qt.ItemDataRole.EditRole or layer is None or not name:
            return False
        self._document.set_layer(layer.id, name=name)
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.ItemIsDropEnabled
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
        if self.layer_at(index.row()) is not None:
            flags |= Qt.ItemFlag.ItemIsEditable | Qt.ItemFlag.ItemIsDragEnabled
        return flags

    def supportedDropActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction

    def moveRows(
        self, sourceParent: Index, sourceRow: int, count: int, destinationParent: Index, destinationChild: int
    ) -> bool:
        """Moves a garment before a row; not past the mask or the original."""
        layer = self.layer_at(sourceRow)
        if layer is None or count != 1:
            return False
        to = min(max(destinationChild, 1), self.original_row)
        place = (to if to <= sourceRow else to - 1) - 1  # from the top
        if place == sourceRow - 1:
            return False
        self._document.move_layer(layer.id, len(self._layers) - 1 - place)
        return True

    def _name(self, row: int) -> str:
        layer = self.layer_at(row)
        if layer is not None:
            return layer.name
        return self.tr("Mask") if row == MASK_ROW else self.tr("Original")

    def _help(self, row: int) -> str:
        if row == MASK_ROW:
            return self.tr("Where the next outfit is drawn. A click on the eye hides it (Space).")
        if row == self.original_row:
            return self.tr("The picture as it was opened. Nothing changes it.")
        keys = self.tr("Space shows or hides, F2 renames, Del deletes, Ctrl+Up and Ctrl+Down move")
        return f"{self._name(row)}\n{keys}"

    def _thumbnail(self, row: int) -> QImage:
        layer = self.layer_at(row)
        if layer is not None:
            key, pixels = id(layer.rgba), layer.rgba
        elif row == MASK_ROW:
            key, pixels = -1, self._document.mask
        else:
            key, pixels = -2, self._document.original
        if key not in self._thumbs or self._thumbs[key][0] is not pixels:
            self._thumbs[key] = (pixels, _shrunk(pixels))
        return self._thumbs[key][1]

    def _follow(self) -> None:
        """The document's layers are others now. What is only changed keeps its row, so that an editor stays open."""
        layers = tuple(reversed(self._document.layers))
        if [layer.id for layer in layers] == [layer.id for layer in self._layers]:
            before, self._layers = self._layers, layers
            for row, (old, new) in enumerate(zip(before, layers, strict=True), 1):
                if old is not new:
                    self._tell(row)
            return
        self.beginResetModel()
        self._layers = layers
        held = {id(layer.rgba) for layer in layers} | {-1, -2}
        self._thumbs = {key: value for key, value in self._thumbs.items() if key in held}
        self.endResetModel()

    def _renew(self) -> None:
        self.beginResetModel()
        self._layers = tuple(reversed(self._document.layers))
        self._thumbs = {}
        self.endResetModel()

    def _later_again(self) -> None:
        self._later.start()

    def _mask_painted(self) -> None:
        self._thumbs.pop(-1, None)
        self._tell(MASK_ROW)

    def _tell(self, row: int) -> None:
        self.dataChanged.emit(self.index(row), self.index(row))


def _shrunk(pixels: np.ndarray, side: int = 2 * THUMB) -> QImage:
    """uint8[h, w], uint8[h, w, 3] or uint8[h, w, 4] -> a small image; most rows of a large one are never read."""
    height, width = pixels.shape[:2]
    stride = max(max(height, width) // (4 * side), 1)
    coarse = np.ascontiguousarray(pixels[::stride, ::stride])
    scale = min(side / max(coarse.shape[:2]), 1.0)
    size = (max(round(coarse.shape[1] * scale), 1), max(round(coarse.shape[0] * scale), 1))
    small = cv2.resize(coarse, size, interpolation=cv2.INTER_AREA)
    return to_qimage(cv2.cvtColor(small, cv2.COLOR_GRAY2RGB) if small.ndim == 2 else small)
