"""The strip of candidates: hover to try one on in the picture, click to keep it, arrow keys to step through."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QPainter, QPainterPath, QPalette, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLabel,
    QListView,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from ccnet.engine_messages import JobCandidate
from gui.candidate_model import ITEM, TILE, CandidateModel, Tile
from gui.fields import faint
from gui.glyphs import BAD, DOUBTFUL, paint_glyph, tint

GAP = 6
"""Pixels between two tiles."""


class TileDelegate(QStyledItemDelegate):
    """Draws a tile: the part of the picture that is dressed, its number, a sign when it wants a look."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(TILE + GAP, TILE + GAP)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        tile: Tile = index.data(ITEM)
        palette = option.palette
        area = QRectF(option.rect).adjusted(GAP / 2 + 1, GAP / 2 + 1, -GAP / 2 - 1, -GAP / 2 - 1)
        shape = QPainterPath()
        shape.addRoundedRect(area, 8, 8)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setClipPath(shape)
        painter.fillPath(shape, palette.color(QPalette.ColorRole.AlternateBase))
        if tile.thumbnail is not None:
            painter.setOpacity(_opacity(tile))
            painter.drawImage(_fitted(tile.thumbnail.size(), area), tile.thumbnail)
            painter.setOpacity(1.0)
        painter.setClipping(False)
        if tile.candidate is None:
            self._paint_waiting(painter, tile, area, palette)
        else:
            self._paint_marks(painter, tile, area, palette)
        current = bool(option.state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver))
        edge = palette.color(QPalette.ColorRole.Highlight if current else QPalette.ColorRole.Mid)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(edge, 2.5 if current else 1))
        painter.drawPath(shape)
        painter.restore()

    def _paint_waiting(self, painter: QPainter, tile: Tile, area: QRectF, palette: QPalette) -> None:
        """A ring that closes as the drawing goes on."""
        ring = QRectF(area.center().x() - 15, area.center().y() - 15, 30, 30)
        ground = palette.color(QPalette.ColorRole.Text)
        ground.setAlphaF(0.2)
        painter.setPen(QPen(ground, 4))
        painter.drawEllipse(ring)
        pen = QPen(palette.color(QPalette.ColorRole.Highlight), 4)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawArc(ring, 90 * 16, round(-360 * 16 * tile.share))

    def _paint_marks(self, painter: QPainter, tile: Tile, area: QRectF, palette: QPalette) -> None:
        ground = QColor(palette.color(QPalette.ColorRole.Window))
        ground.setAlphaF(0.82)
        painter.setBrush(ground)
        if tile.number:
            spot = QRectF(area.left() + 6, area.top() + 6, 20, 20)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawEllipse(spot)
            painter.setPen(palette.color(QPalette.ColorRole.WindowText))
            painter.drawText(spot, Qt.AlignmentFlag.AlignCenter, str(tile.number))
        if tile.doubt:
            sign = QRectF(area.right() - 28, area.top() + 5, 23, 23)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawEllipse(sign)
            hue = BAD if tile.doubt == "changed" else DOUBTFUL
            colour = tint(hue, palette, QPalette.ColorRole.Window)
            paint_glyph(painter, "warning", sign.adjusted(4, 3, -4, -5), colour)


class _View(QListView):
    """The list itself; left: the pointer went away. pressed_key: what it does not handle."""

    left = Signal()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.left.emit()


class CandidateStrip(QWidget):
    """The strip and what is done with it.

    tried_on: the candidate to show in the picture, None for the picture as it is. kept, discarded: a candidate.
    seed_wanted: its seed is to be used again.
    """

    tried_on = Signal(object)
    kept = Signal(object)
    discarded = Signal(object)
    seed_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None, *, model: CandidateModel | None = None) -> None:
        """model: what is shown, of its own by default; one that outlives the strip, for a window that is made anew."""
        super().__init__(parent)
        self.model = CandidateModel(self) if model is None else model
        self.view = _View(self)
        self.view.setModel(self.model)
        self.view.setItemDelegate(TileDelegate(self.view))
        self.view.setFlow(QListView.Flow.LeftToRight)
        self.view.setWrapping(False)
        self.view.setMouseTracking(True)
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.view.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.view.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setFrameShape(QListView.Shape.NoFrame)
        self.view.viewport().setBackgroundRole(QPalette.ColorRole.Window)
        self.view.setAccessibleName(self.tr("Candidates"))
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.view.setFixedHeight(TILE + GAP + 16)
        self.view.installEventFilter(self)
        self.says = faint(QLabel(self.tr("Candidates appear here. Hover to try one on, click to keep it."), self))
        self.says.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 2, 4, 2)
        column.setSpacing(0)
        column.addWidget(self.says)
        column.addWidget(self.view)
        self._shown: JobCandidate | None = None
        self.view.entered.connect(lambda index: self._try(index.row()))
        self.view.left.connect(lambda: self._try(self.view.currentIndex().row()))
        self.view.clicked.connect(lambda index: self._keep(index.row()))
        self.view.customContextMenuRequested.connect(self._menu)
        for changed in (self.model.rowsInserted, self.model.rowsRemoved, self.model.modelReset):
            changed.connect(self._counted)
        self._counted()

    # ---- for the window

    def await_candidates(self, job: str, count: int) -> None:
        """A job was started that will draw so many."""
        self.model.await_more(job, count)
        awaited = [row for row, tile in enumerate(self.model.tiles) if tile.candidate is None]
        for row in awaited[-1:] + awaited[:1]:  # all of them, if there is room; else the next
            self.view.scrollTo(self.model.index(row))

    def set_progress(self, job: str, step: int, total: int, preview: QImage | None = None) -> None:
        """How far a job is; preview: of its first candidate."""
        self.model.advance(job, step / max(total, 1), preview)

    def add(self, candidate: JobCandidate) -> None:
        """A candidate is there."""
        row = self.model.add(candidate)
        self.view.scrollTo(self.model.index(row))

    def withhold(self, job: str) -> None:
        """One candidate fewer comes of a job."""
        self.model.stop_awaiting(job, 1)

    def finish(self, job: str) -> None:
        """Nothing more comes of a job."""
        self.model.stop_awaiting(job)

    def clear(self) -> None:
        """Takes all candidates away, and shows the picture as it is."""
        self.model.clear()
        self._show(None)

    def take_over(self, other: CandidateStrip) -> None:
        """Shows what another strip shows, which is not needed any more."""
        self.model.beginResetModel()
        self.model.tiles = list(other.model.tiles)
        self.model.endResetModel()
        self._shown = other.current()
        if self._shown is not None:
            self.view.setCurrentIndex(self.model.index(self._row(self._shown)))

    def candidates(self) -> list[JobCandidate]:
        """Those that are there, in order."""
        return [tile.candidate for tile in self.model.tiles if tile.candidate is not None]

    def current(self) -> JobCandidate | None:
        """The one that is tried on."""
        return self._shown

    def step(self, by: int) -> None:
        """Tries on the next candidate or the one before, round and round; those being drawn are passed over."""
        rows = [row for row, tile in enumerate(self.model.tiles) if tile.candidate is not None]
        if not rows:
            return
        here = next((row for row in rows if self.model.tiles[row].candidate is self._shown), None)
        if here is None:
            latest = [row for row in rows if self.model.tiles[row].number] or rows
            row = latest[0] if by > 0 else latest[-1]
        else:
            row = rows[(rows.index(here) + by) % len(rows)]
        self.try_on(self._candidate(row))

    def try_on(self, candidate: JobCandidate | None) -> None:
        """Shows a candidate in the picture, or none."""
        self.view.setCurrentIndex(self.model.index(self._row(candidate)))
        self._show(candidate)

    def keep_current(self) -> None:
        """Keeps the candidate that is tried on, if any."""
        self._keep(self._row(self._shown))

    def discard_current(self) -> None:
        """Drops the candidate that is tried on, if any, and tries on its neighbour."""
        self._discard(self._row(self._shown))

    def stop_trying(self) -> None:
        """Shows the picture as it is."""
        self.try_on(None)

    # ---- inside

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.view and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._pressed(Qt.Key(event.key()))
        return super().eventFilter(watched, event)

    def _pressed(self, key: Qt.Key) -> bool:
        actions = {
            Qt.Key.Key_Right: lambda: self.step(1),
            Qt.Key.Key_Down: lambda: self.step(1),
            Qt.Key.Key_Left: lambda: self.step(-1),
            Qt.Key.Key_Up: lambda: self.step(-1),
            Qt.Key.Key_Return: self.keep_current,
            Qt.Key.Key_Enter: self.keep_current,
            Qt.Key.Key_Delete: self.discard_current,
        }
        if self._shown is not None:  # otherwise the window's: cancel
            actions[Qt.Key.Key_Escape] = self.stop_trying
        number = key.value - Qt.Key.Key_1.value
        if 0 <= number < 9 and self.model.row_of(number + 1) >= 0:
            self.try_on(self._candidate(self.model.row_of(number + 1)))
            return True
        if key not in actions:
            return False
        actions[key]()
        return True

    def _candidate(self, row: int) -> JobCandidate | None:
        return self.model.tiles[row].candidate if 0 <= row < len(self.model.tiles) else None

    def _row(self, candidate: JobCandidate | None) -> int:
        if candidate is None:
            return -1
        return next((row for row, tile in enumerate(self.model.tiles) if tile.candidate is candidate), -1)

    def _try(self, row: int) -> None:
        self._show(self._candidate(row))

    def _show(self, candidate: JobCandidate | None) -> None:
        if candidate is not self._shown:
            self._shown = candidate
            self.tried_on.emit(candidate)

    def _keep(self, row: int) -> None:
        candidate = self._candidate(row)
        if candidate is not None:
            self.kept.emit(candidate)

    def _discard(self, row: int) -> None:
        candidate = self._candidate(row)
        if candidate is None:
            return
        self.model.remove(row)
        self.discarded.emit(candidate)
        neighbour = min(row, len(self.model.tiles) - 1)
        self.view.setCurrentIndex(self.model.index(neighbour) if neighbour >= 0 else QModelIndex())
        self._try(neighbour)

    def _menu(self, place: QPoint) -> None:
        row = self.view.indexAt(place).row()
        candidate = self._candidate(row)
        if candidate is None:
            return
        menu = QMenu(self)
        menu.addAction(self.tr("Keep")).triggered.connect(lambda: self._keep(row))
        menu.addAction(self.tr("Use this seed again")).triggered.connect(lambda: self.seed_wanted.emit(candidate.seed))
        menu.addAction(self.tr("Drop")).triggered.connect(lambda: self._discard(row))
        menu.exec(self.view.viewport().mapToGlobal(place))

    def _counted(self) -> None:
        some = bool(self.model.tiles)
        self.view.setVisible(some)
        self.says.setVisible(not some)
        if not some:
            self._show(None)


def _opacity(tile: Tile) -> float:
    """What is awaited, and what is of runs before, is fainter."""
    if tile.candidate is None:
        return 0.55
    return 1.0 if tile.number else 0.75


def _fitted(size: QSize, area: QRectF) -> QRect:
    """A size scaled so that it covers an area, around the same centre."""
    scale = max(area.width() / max(size.width(), 1), area.height() / max(size.height(), 1))
    width, height = round(size.width() * scale), round(size.height() * scale)
    return QRect(
        round(area.center().x() - width / 2), round(area.center().y() - height / 2), max(width, 1), max(height, 1)
    )
