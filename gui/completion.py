"""The prompt box: tags are offered while one is typed, in the colour of their kind, with how often they are used."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QCoreApplication,
    QEvent,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDropEvent,
    QFocusEvent,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPalette,
    QTextCursor,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCompleter,
    QListView,
    QPlainTextEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from gui import vocabulary
from gui.glyphs import tint
from gui.vocabulary import Match, Vocabulary

MATCH = int(Qt.ItemDataRole.UserRole) + 1

SHORTEST = 2
"""Characters that must stand before anything is offered unasked."""

WEIGHT_STEP = 0.05

HUES = {
    "top": 212,
    "bottom": 256,
    "dress": 322,
    "outerwear": 28,
    "legwear": 176,
    "footwear": 88,
    "headwear": 44,
    "neckwear": 350,
    "gloves": 130,
    "uniform": 232,
    "accessory": 290,
    "colour": 12,
    "pattern": 158,
    "material": 68,
    "detail": 196,
    "general": 208,
    "artist": 0,
    "copyright": 300,
    "character": 120,
    "meta": 36,
}
"""Degrees on the colour wheel; the lightness is taken from the window's palette."""

_WEIGHTED = re.compile(r"\((?P<text>.*):(?P<weight>[+-]?\d*\.?\d+)\)", re.DOTALL)


def category_colour(category: str, palette: QPalette) -> QColor:
    """The colour of a kind of tag, readable on the palette's base."""
    hue = HUES.get(category)
    return palette.color(QPalette.ColorRole.Text) if hue is None else tint(hue, palette)


def category_name(category: str) -> str:
    """A kind of tag in the user's language."""
    return {
        "top": QCoreApplication.translate("Tags", "top"),
        "bottom": QCoreApplication.translate("Tags", "skirt or trousers"),
        "dress": QCoreApplication.translate("Tags", "dress"),
        "outerwear": QCoreApplication.translate("Tags", "outerwear"),
        "legwear": QCoreApplication.translate("Tags", "legwear"),
        "footwear": QCoreApplication.translate("Tags", "footwear"),
        "headwear": QCoreApplication.translate("Tags", "headwear"),
        "neckwear": QCoreApplication.translate("Tags", "neckwear"),
        "gloves": QCoreApplication.translate("Tags", "gloves"),
        "uniform": QCoreApplication.translate("Tags", "whole outfit"),
        "accessory": QCoreApplication.translate("Tags", "accessory"),
        "colour": QCoreApplication.translate("Tags", "colour"),
        "pattern": QCoreApplication.translate("Tags", "pattern"),
        "material": QCoreApplication.translate("Tags", "material"),
        "detail": QCoreApplication.translate("Tags", "detail"),
        "quality": QCoreApplication.translate("Tags", "picture"),
        "artist": QCoreApplication.translate("Tags", "artist"),
        "copyright": QCoreApplication.translate("Tags", "series"),
        "character": QCoreApplication.translate("Tags", "character"),
        "meta": QCoreApplication.translate("Tags", "picture"),
    }.get(category, QCoreApplication.translate("Tags", "tag"))


class MatchModel(QAbstractListModel):
    """What is offered now."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.matches: list[Match] = []

    def set_matches(self, matches: list[Match]) -> None:
        self.beginResetModel()
        self.matches = matches
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.matches)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        match = self.matches[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return match.tag.name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{match.tag.name}, {category_name(match.tag.category)}"
        return match if role == MATCH else None


class MatchDelegate(QStyledItemDelegate):
    """A row: a swatch or a mark, the tag in its kind's colour, the alias that was typed, its kind or count."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        height = option.fontMetrics.height() + 8
        return QSize(8 * height, height)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        match: Match = index.data(MATCH)
        palette, metrics = option.palette, option.fontMetrics
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if selected:
            painter.fillRect(option.rect, palette.highlight())
        text = palette.color(QPalette.ColorRole.HighlightedText if selected else QPalette.ColorRole.Text)
        faint = QColor(text)
        faint.setAlphaF(0.85 if selected else 0.7)
        area = option.rect.adjusted(8, 0, -8, 0)
        self._paint_mark(painter, match, area, text if selected else category_colour(match.tag.category, palette))
        area.setLeft(area.left() + 18)

        count = match.tag.uses
        right = f"{shortened(count)}" if count else category_name(match.tag.category)
        painter.setPen(faint)
        painter.drawText(area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, right)
        area.setRight(area.right() - metrics.horizontalAdvance(right) - 10)
        painter.setPen(text if selected else category_colour(match.tag.category, palette))
        self._paint_words(painter, match, area, metrics, faint)
        painter.restore()

    def _paint_mark(self, painter: QPainter, match: Match, area: QRect, colour: QColor) -> None:
        """A swatch of a colour; a dot for what the starter knows, a ring for what it does not."""
        middle = area.center().y()
        painter.setPen(colour)
        if match.tag.colour:
            painter.setBrush(QColor(match.tag.colour))
            painter.drawRoundedRect(QRect(area.left(), middle - 5, 11, 11), 3, 3)
        elif match.tag.starter:
            painter.setBrush(colour)
            painter.drawEllipse(QRect(area.left() + 2, middle - 2, 6, 6))

    def _paint_words(self, painter: QPainter, match: Match, area: QRect, metrics: QFontMetrics, faint: QColor) -> None:
        alignment = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        name = metrics.elidedText(match.tag.name, Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area, alignment, name)
        if match.alias:
            area.setLeft(area.left() + metrics.horizontalAdvance(name + " "))
            painter.setPen(faint)
            alias = f"← {match.alias}"
            painter.drawText(area, alignment, metrics.elidedText(alias, Qt.TextElideMode.ElideRight, area.width()))


class PromptEdit(QPlainTextEdit):
    """A box for a prompt. Enter or Tab takes the offered tag, Ctrl+Space asks for offers, Ctrl+Up and Ctrl+Down change
    the weight of the tag under the cursor or of the selection; a table of tags can be dropped in.

    committed: the text, when typing paused or the box was left. table_dropped: a file's path.
    """

    committed = Signal(str)
    table_dropped = Signal(str)

    PAUSE = 500
    """Milliseconds without a key after which the text counts as said."""

    def __init__(self, words: Vocabulary, parent: QWidget | None = None, *, lines: int = 4) -> None:
        super().__init__(parent)
        self.words = words
        self.starter_first = True
        self._said = ""
        self._filling = False
        self._offers = MatchModel(self)
        self._completer = QCompleter(self._offers, self)
        self._completer.setWidget(self)
        self._completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._completer.setMaxVisibleItems(10)
        self._popup = QListView()
        self._completer.setPopup(self._popup)  # sets a delegate of its own, so that ours comes after it
        self._popup.setItemDelegate(MatchDelegate(self._popup))
        self._popup.setUniformItemSizes(True)
        self._popup.setAccessibleName(self.tr("Offered tags"))
        self._popup.installEventFilter(self)
        self._completer.activated[QModelIndex].connect(self._take)  # pyright: ignore[reportIndexIssue]
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(self.PAUSE)
        self._pause.timeout.connect(self.commit)
        self.setTabChangesFocus(True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        margins = 2 * (self.frameWidth() + int(self.document().documentMargin()))
        self.setFixedHeight(lines * self.fontMetrics().lineSpacing() + margins)
        self.textChanged.connect(self._typed)

    def set_text(self, text: str) -> None:
        """Shows a text that is known already: nothing is offered or committed. The cursor stays, where it can."""
        self._said = text
        if text == self.toPlainText():
            return
        self._pause.stop()
        at = self.textCursor().position()
        self._filling = True
        self.setPlainText(text)
        self._filling = False
        cursor = self.textCursor()
        cursor.setPosition(min(at, len(text)))
        self.setTextCursor(cursor)

    def commit(self) -> None:
        """Says the text now, if it is not said yet."""
        self._pause.stop()
        text = self.toPlainText()
        if text != self._said:
            self._said = text
            self.committed.emit(text)

    def offers(self) -> list[Match]:
        """What is on offer, the best first; empty when nothing is shown."""
        return self._offers.matches if self._popup.isVisible() else []

    def offer(self, shortest: int = SHORTEST) -> None:
        """Offers what fits the tag under the cursor, from so many characters on."""
        text, at = self.toPlainText(), self.textCursor().position()
        typed = text[vocabulary.segment(text, at) : at]
        matches = []
        if len(typed.strip()) >= shortest:
            matches = self.words.find(typed, starter_first=self.starter_first)
        whole = len(matches) == 1 and matches[0].tag.name == typed[matches[0].kept :]
        if not matches or whole:
            self._popup.hide()
            return
        self._offers.set_matches(matches)
        area = self.cursorRect()
        area.setWidth(min(max(320, self.width() - 20), 460))
        self._completer.complete(area.translated(0, 4))
        self._popup.setCurrentIndex(self._completer.completionModel().index(0, 0))

    def take(self, match: Match) -> None:
        """Puts a tag in place of what was typed of it, with a comma after it; one step for undo."""
        text, at = self.toPlainText(), self.textCursor().position()
        start = vocabulary.segment(text, at) + match.kept
        end = at
        while end < len(text) and (text[end].isalnum() or text[end] in "-_"):
            end += 1
        closing = text[end : end + 1]
        lead = " " if start and text[start - 1] in "," else ""
        tail = "" if closing in (",", ")", "]", ":") and closing else ", "
        cursor = self.textCursor()
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        self._filling = True
        cursor.insertText(lead + vocabulary.escaped(match.tag.name) + tail)
        self._filling = False
        self.setTextCursor(cursor)
        self._popup.hide()
        self._pause.start()

    def change_weight(self, by: float) -> None:
        """Makes the selection, or the tag under the cursor, count more or less: (tag:1.05)."""
        cursor = self.textCursor()
        text = self.toPlainText()
        if cursor.hasSelection():
            start, end = cursor.selectionStart(), cursor.selectionEnd()
        else:
            start, end = _tag_around(text, cursor.position())
        while start < end and text[start].isspace():
            start += 1
        while end > start and text[end - 1].isspace():
            end -= 1
        if start == end:
            return
        changed = weighted(text[start:end], by)
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        self._filling = True
        cursor.insertText(changed)
        self._filling = False
        cursor.setPosition(start)
        cursor.setPosition(start + len(changed), QTextCursor.MoveMode.KeepAnchor)
        self.setTextCursor(cursor)
        self._pause.start()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if self._popup.isVisible() and key in (
            Qt.Key.Key_Return,
            Qt.Key.Key_Enter,
            Qt.Key.Key_Tab,
            Qt.Key.Key_Escape,
            Qt.Key.Key_Backtab,
        ):
            if control:
                self._popup.hide()
            event.ignore()  # the completer's
        elif control and key == Qt.Key.Key_Space:
            self.offer(1)
        elif control and key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.change_weight(WEIGHT_STEP if key == Qt.Key.Key_Up else -WEIGHT_STEP)
        elif control and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.commit()
            event.ignore()  # the window's: dress
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A click on a button beside the offered tags closes them and is a click on the button."""
        if watched is self._popup and isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonPress:
            place = event.globalPosition()
            if not self._popup.rect().contains(self._popup.mapFromGlobal(place.toPoint())):
                self._popup.hide()
                if isinstance(under := QApplication.widgetAt(place.toPoint()), QAbstractButton):
                    under.click()  # Qt would lose the release
                return True
        return super().eventFilter(watched, event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.commit()
        super().focusOutEvent(event)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return bool(_tables(source)) or super().canInsertFromMimeData(source)

    def insertFromMimeData(self, source: QMimeData) -> None:
        for file in (tables := _tables(source)):
            self.table_dropped.emit(str(file))
        if not tables:
            self.insertPlainText(source.text())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files that are no tables, pictures above all, are for the window."""
        if event.mimeData().hasUrls() and not _tables(event.mimeData()):
            event.ignore()
        else:
            super().dragEnterEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        if event.mimeData().hasUrls() and not _tables(event.mimeData()):
            event.ignore()
        else:
            super().dropEvent(event)

    def _typed(self) -> None:
        if self._filling:
            return
        self._pause.start()
        if self.hasFocus() or QApplication.focusWidget() is None:
            self.offer()

    def _take(self, index: QModelIndex) -> None:
        match = index.data(MATCH)
        if isinstance(match, Match):
            self.take(match)


def shortened(count: int) -> str:
    """A number as narrow as it may be: 950, 1.2k, 34k, 1.5M."""
    for unit, scale in (("M", 1_000_000), ("k", 1_000)):
        if count >= scale:
            return f"{count / scale:.1f}{unit}" if count < 10 * scale else f"{count // scale}{unit}"
    return str(count)


def weighted(text: str, by: float) -> str:
    """A piece of a prompt that counts so much more; without brackets when its weight is 1."""
    found = _WEIGHTED.fullmatch(text)
    inner, weight = (found["text"], float(found["weight"])) if found else (text, 1.0)
    weight = round(min(max(weight + by, 0.0), 2.0), 2)
    return inner if weight == 1 else f"({inner}:{weight:g})"


def _tag_around(text: str, at: int) -> tuple[int, int]:
    """The span of the tag between the commas around a place."""
    start = max(text.rfind(",", 0, at), text.rfind("\n", 0, at)) + 1
    ends = [end for end in (text.find(",", at), text.find("\n", at)) if end >= 0]
    return start, min(ends, default=len(text))


def _tables(data: QMimeData) -> list[Path]:
    files = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    return [file for file in files if file.suffix.lower() == ".csv"]
