"""The offer of unsaved work: a list with pictures and times, to restore, to leave for later or to delete."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QDateTime, QLocale, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gui.glyphs import glyph
from gui.recovery import Recovered

ROLE = int(Qt.ItemDataRole.UserRole)
THUMBNAIL = 96


class RecoveryDialog(QDialog):
    """wanted: the `Recovered` that the person wants back. The others are kept for another time."""

    wanted = Signal(object)

    def __init__(self, found: Sequence[Recovered], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Unsaved work"))
        self.resize(520, 420)
        says = QLabel(self.tr("The program ended before this work was saved. What do you want back?"), self)
        says.setWordWrap(True)
        self.list = QListWidget(self)
        self.list.setIconSize(QSize(THUMBNAIL, THUMBNAIL))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.list.setAccessibleName(self.windowTitle())
        for recovered in found:
            self._add(recovered)
        self.list.setCurrentRow(0)
        self.list.itemDoubleClicked.connect(lambda _: self._restore())
        self.restore_button = QPushButton(glyph("undo"), self.tr("Restore"), self)
        self.restore_button.setDefault(True)
        self.restore_button.clicked.connect(self._restore)
        self.discard_button = QPushButton(glyph("delete"), self.tr("Delete"), self)
        self.discard_button.setToolTip(self.tr("Deletes the selected work for good"))
        self.discard_button.clicked.connect(self._discard)
        self.later_button = QPushButton(self.tr("Later"), self)
        self.later_button.setToolTip(self.tr("Keeps it for the next start, or for File > Recover unsaved work"))
        self.later_button.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.addWidget(self.discard_button)
        row.addStretch(1)
        row.addWidget(self.later_button)
        row.addWidget(self.restore_button)
        column = QVBoxLayout(self)
        column.addWidget(says)
        column.addWidget(self.list, 1)
        column.addLayout(row)
        self.finished.connect(self._release)

    def _add(self, recovered: Recovered) -> None:
        title = recovered.title or self.tr("Untitled")
        path = "" if recovered.path is None else f"\n{recovered.path}"
        item = QListWidgetItem(f"{title}\n{shown_time(recovered.when)}{path}")
        item.setToolTip(path.strip())
        pixmap = QPixmap()
        if recovered.thumbnail and pixmap.loadFromData(recovered.thumbnail):
            side = Qt.AspectRatioMode.KeepAspectRatio
            item.setIcon(QIcon(pixmap.scaled(THUMBNAIL, THUMBNAIL, side, Qt.TransformationMode.SmoothTransformation)))
        item.setData(ROLE, recovered)
        self.list.addItem(item)

    def _taken(self) -> Recovered | None:
        """The selected work, taken off the list."""
        item = self.list.takeItem(self.list.currentRow())
        return None if item is None else item.data(ROLE)

    def _restore(self) -> None:
        recovered = self._taken()
        if recovered is not None:
            self.accept()
            self.wanted.emit(recovered)

    def _discard(self) -> None:
        recovered = self._taken()
        if recovered is not None:
            recovered.discard()
        if not self.list.count():
            self.reject()

    def _release(self) -> None:
        for row in range(self.list.count()):
            self.list.item(row).data(ROLE).release()
        self.list.clear()


def shown_time(when: str) -> str:
    """A time (ISO 8601) in the user's own time and way of writing it; unknown ones as they are."""
    try:
        seconds = datetime.fromisoformat(when).timestamp()
    except ValueError:
        return when
    moment = QDateTime.fromSecsSinceEpoch(round(seconds))
    return QLocale().toString(moment, QLocale.FormatType.ShortFormat)
