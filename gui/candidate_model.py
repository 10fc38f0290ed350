"""The candidates that were drawn for a picture, and the places of those that are still awaited, as a model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QImage

from ccnet.engine_messages import JobCandidate
from ccnet.leaks import LEAK_THRESHOLD
from ccnet.masks import Bounds

TILE = 128
"""Pixels of a tile's side."""

ITEM = int(Qt.ItemDataRole.UserRole) + 1

LIMIT = 400_000_000
"""The bytes of candidates that are kept from one run to the next; the oldest go first."""


@dataclass
class Tile:
    """A place in the strip. number: in the latest run, 0 for those of runs before. candidate: None while it is being
    drawn. thumbnail: of the candidate, or a preview. share: how much of it is drawn, 0..1."""

    job: str
    number: int
    candidate: JobCandidate | None = None
    thumbnail: QImage | None = None
    share: float = 0.0

    @property
    def doubt(self) -> str:
        """What is wrong with it: "changed" outside the mask, "leak" of the old colours, or ""."""
        if self.candidate is None:
            return ""
        if self.candidate.outside_changed:
            return "changed"
        return "leak" if (self.candidate.leak or 0) > LEAK_THRESHOLD else ""


class CandidateModel(QAbstractListModel):
    """Candidates in the order they were drawn, behind them the places of those that are still awaited.

    A run is what is drawn until nothing is awaited any more. The candidates of runs before stay, up to `limit` bytes.
    """

    def __init__(self, parent: QObject | None = None, limit: int = LIMIT) -> None:
        super().__init__(parent)
        self.tiles: list[Tile] = []
        self._limit = limit

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.tiles)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        tile = self.tiles[index.row()]
        if role == ITEM:
            return tile
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._words(tile)
        return None

    def await_more(self, job: str, count: int) -> None:
        """Makes places for the candidates of a job, the first of a run or another one."""
        if count <= 0:
            return
        if all(tile.candidate is not None for tile in self.tiles):
            self._begin_run()
        last = max((tile.number for tile in self.tiles), default=0)
        self.beginInsertRows(QModelIndex(), len(self.tiles), len(self.tiles) + count - 1)
        self.tiles += [Tile(job, last + 1 + n) for n in range(count)]
        self.endInsertRows()

    def row_of(self, number: int) -> int:
        """Where the candidate with this number is, -1 for nowhere."""
        return next((row for row, tile in enumerate(self.tiles) if tile.number == number and tile.candidate), -1)

    def advance(self, job: str, share: float, preview: QImage | None) -> None:
        """A job has come so far, and its first candidate looks about like this."""
        rows = [row for row, tile in enumerate(self.tiles) if tile.job == job and tile.candidate is None]
        for row in rows:
            self.tiles[row].share = share
        if rows:
            if preview is not None:
                self.tiles[rows[0]].thumbnail = preview
            self.dataChanged.emit(self.index(rows[0]), self.index(rows[-1]))

    def add(self, candidate: JobCandidate) -> int:
        """Puts a candidate into the first place that awaits one of its job, else at the end; returns the row."""
        rows = [row for row, tile in enumerate(self.tiles) if tile.job == candidate.id and tile.candidate is None]
        if not rows:
            self.await_more(candidate.id, 1)
        row = rows[0] if rows else len(self.tiles) - 1
        tile = self.tiles[row]
        tile.candidate, tile.thumbnail = candidate, thumbnail(candidate)
        self.dataChanged.emit(self.index(row), self.index(row))
        return row

    def stop_awaiting(self, job: str, count: int | None = None) -> None:
        """Nothing more comes of a job, or `count` candidates fewer: their places go, from the end."""
        rows = [row for row, tile in enumerate(self.tiles) if tile.job == job and tile.candidate is None]
        for row in reversed(rows if count is None else rows[-count:]):
            self.remove(row)

    def remove(self, row: int) -> None:
        self.beginRemoveRows(QModelIndex(), row, row)
        del self.tiles[row]
        self.endRemoveRows()

    def clear(self) -> None:
        self.beginResetModel()
        self.tiles = []
        self.endResetModel()

    def _begin_run(self) -> None:
        """What is there loses its number; the oldest go when they take too much memory."""
        while self.tiles and _size(self.tiles) > self._limit:
            self.remove(0)
        for tile in self.tiles:
            tile.number = 0
        if self.tiles:
            self.dataChanged.emit(self.index(0), self.index(len(self.tiles) - 1))

    def _words(self, tile: Tile) -> str:
        if tile.candidate is None:
            return self.tr("Being drawn, {share} %").format(share=round(100 * tile.share))
        first = self.tr("Candidate {number}, seed {seed}") if tile.number else self.tr("Earlier candidate, seed {seed}")
        words = [first.format(number=tile.number, seed=tile.candidate.seed)]
        if tile.doubt == "changed":
            words.append(self.tr("%n pixel(s) changed outside the mask", "", tile.candidate.outside_changed))
        elif tile.doubt == "leak":
            share = round(100 * (tile.candidate.leak or 0))
            words.append(self.tr("{share} % of the old outfit's colours are still there").format(share=share))
        if tile.candidate.notice:
            words.append(tile.candidate.notice)
        words.append(self.tr("Click or Enter keeps it, Del drops it, the arrow keys step through"))
        return "\n".join(words)


def _size(tiles: Sequence[Tile]) -> int:
    """The bytes that candidates keep: their own, and the pictures they were drawn for, which they share."""
    kept = [tile.candidate for tile in tiles if tile.candidate is not None]
    pictures = {id(image): 4 * image.width * image.height for image in (each.request.image for each in kept)}
    return sum(each.patch.nbytes + each.garment.nbytes for each in kept) + sum(pictures.values())


def thumbnail(candidate: JobCandidate, side: int = 2 * TILE) -> QImage:
    """The dressed part of a candidate with some of the picture around it, at most so many pixels wide or high."""
    image, inner = candidate.request.image, candidate.bounds
    around = inner.pad(max(inner.width, inner.height) // 8)
    square = around.grow_to(around.height, around.width).clamp(*image.size)
    pixels = np.array(image.crop(square.box))
    pixels[Bounds(inner.x - square.x, inner.y - square.y, inner.width, inner.height).slices] = candidate.patch
    return to_qimage(pixels).scaled(
        QSize(side, side), Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    )


def to_qimage(pixels: np.ndarray) -> QImage:
    """uint8[h, w, 3] or uint8[h, w, 4] -> an image with its own memory."""
    height, width, channels = pixels.shape
    kind = QImage.Format.Format_RGB888 if channels == 3 else QImage.Format.Format_RGBA8888
    data = np.ascontiguousarray(pixels)
    return QImage(data.data, width, height, channels * width, kind).copy()
