"""The queue as it is shown: what runs, what waits and may be dragged to another place, what is done or failed."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui.fields import faint, glyph_button
from gui.glyphs import BAD, GOOD, paint_glyph, tint
from gui.jobs import JobRole, JobsModel, JobState

Index = QModelIndex | QPersistentModelIndex


class JobDelegate(QStyledItemDelegate):
    """A row: a sign for its state, its title, a few words about it, and a bar while it runs."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(160, 2 * option.fontMetrics.height() + 18)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        palette, metrics = option.palette, option.fontMetrics
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        state: JobState = index.data(JobRole.STATE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if selected:
            painter.fillRect(option.rect, palette.highlight())
        ink = palette.color(QPalette.ColorRole.HighlightedText if selected else QPalette.ColorRole.Text)
        weak = palette.color(QPalette.ColorRole.HighlightedText if selected else QPalette.ColorRole.PlaceholderText)
        signs = {
            JobState.RUNNING: ("hanger", ink),
            JobState.WAITING: ("picture", weak),
            JobState.DONE: ("check", ink if selected else tint(GOOD, palette)),
            JobState.FAILED: ("warning", ink if selected else tint(BAD, palette)),
        }
        area = option.rect.adjusted(8, 5, -8, -5)
        sign, colour = signs[state]
        paint_glyph(painter, sign, QRectF(area.left(), area.center().y() - 10, 20, 20), colour)
        words = area.adjusted(30, 0, 0, 0)
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
        painter.setPen(ink)
        title = metrics.elidedText(index.data(), Qt.TextElideMode.ElideRight, words.width())
        painter.drawText(words, left, title)
        painter.setPen(weak if state is not JobState.FAILED else colour)
        words.setTop(words.top() + metrics.height() + 2)
        status = index.data(JobRole.SENTENCE) or index.data(JobRole.STATUS)
        painter.drawText(words, left, metrics.elidedText(status, Qt.TextElideMode.ElideRight, words.width()))
        if state is JobState.RUNNING:
            track = QRect(words.left(), option.rect.bottom() - 4, words.width(), 3)
            painter.fillRect(track, palette.color(QPalette.ColorRole.Mid))
            share = index.data(JobRole.STEP) / max(index.data(JobRole.TOTAL), 1)
            track.setWidth(round(track.width() * share))
            painter.fillRect(track, ink if selected else palette.color(QPalette.ColorRole.Highlight))
        painter.restore()


class _View(QListView):
    """Keeps the keys that a list would take for its own."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        moves = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if event.key() == Qt.Key.Key_Delete or (moves and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down)):
            event.ignore()
        else:
            super().keyPressEvent(event)


class QueuePanel(QWidget):
    """A view of the jobs. opened: the id of the job that was double-clicked."""

    opened = Signal(str)

    def __init__(self, jobs: JobsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self.view = _View(self)
        self.view.setModel(jobs)
        self.view.setItemDelegate(JobDelegate(self.view))
        self.view.setAccessibleName(self.tr("Queue"))
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.view.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.view.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.view.setUniformItemSizes(True)
        self.view.doubleClicked.connect(lambda index: self.opened.emit(index.data(JobRole.ID)))
        self.says = faint(QLabel(self.tr("Nothing is being drawn. What you dress next waits here."), self))
        self.says.setAlignment(Qt.AlignmentFlag.AlignCenter)
        row = QHBoxLayout()
        row.setSpacing(2)
        self.buttons: dict[str, QToolButton] = {}
        for sign, title, keys, do in (
            ("up", self.tr("Earlier"), "Ctrl+Up", lambda: self.move_selected(-1)),
            ("down", self.tr("Later"), "Ctrl+Down", lambda: self.move_selected(1)),
            ("hanger", self.tr("Try again"), "", self.retry_selected),
            ("close", self.tr("Cancel this one, or take it off the list"), "Del", self.remove_selected),
            ("delete", self.tr("Clear what is finished"), "", jobs.clear_ended),
            ("stop", self.tr("Cancel everything"), "", jobs.cancel_all),
        ):
            button = glyph_button(self, sign, title, keys, do)
            if sign == "delete":
                row.addStretch(1)
            row.addWidget(button)
            self.buttons[sign] = button
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(6)
        column.addWidget(self.says)
        column.addWidget(self.view, 1)
        column.addLayout(row)
        for changed in (jobs.rowsInserted, jobs.rowsRemoved, jobs.rowsMoved, jobs.dataChanged, jobs.modelReset):
            changed.connect(self._show)
        self.view.selectionModel().currentChanged.connect(lambda *_: self._show())
        self._show()

    @property
    def selected_id(self) -> str:
        """The job that is selected, "" for none."""
        return self.view.currentIndex().data(JobRole.ID) or ""

    def move_selected(self, by: int) -> None:
        """The selected job so many places later, below 0: earlier; among those that wait."""
        row = self.view.currentIndex().row()
        if row >= 0:
            to = row + by if by < 0 else row + by + 1
            self._jobs.moveRows(QModelIndex(), row, 1, QModelIndex(), min(max(to, 0), self._jobs.rowCount()))

    def retry_selected(self) -> None:
        """A failed job once more."""
        self._jobs.retry(self.selected_id)

    def remove_selected(self) -> None:
        """Cancels the selected job, or takes it off the list."""
        self._jobs.remove(self.selected_id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        match event.key():
            case Qt.Key.Key_Delete:
                self.remove_selected()
            case Qt.Key.Key_Up if control:
                self.move_selected(-1)
            case Qt.Key.Key_Down if control:
                self.move_selected(1)
            case _:
                super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ApplicationPaletteChange:
            self.view.viewport().update()

    def _show(self, *_: object) -> None:
        count = self._jobs.rowCount()
        self.says.setVisible(not count)
        index = self.view.currentIndex()
        state = index.data(JobRole.STATE) if index.isValid() else None
        waits = [row for row in range(count) if self._jobs.index(row).data(JobRole.STATE) is JobState.WAITING]
        here = index.row() if state is JobState.WAITING else -1
        self.buttons["up"].setEnabled(here >= 0 and here != waits[0])
        self.buttons["down"].setEnabled(here >= 0 and here != waits[-1])
        self.buttons["hanger"].setEnabled(state is JobState.FAILED)
        self.buttons["close"].setEnabled(state is not None)
        self.buttons["stop"].setEnabled(self._jobs.unfinished > 0)
        self.buttons["delete"].setEnabled(count > self._jobs.unfinished)
