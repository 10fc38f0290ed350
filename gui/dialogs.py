"""What the window asks and tells: questions, file choosers, and sentences about what went wrong."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QDialog, QFileDialog, QMessageBox, QWidget

from gui.sentences import translated

Answer = Literal["save", "discard", "cancel"]


class Dialogs(QObject):
    """The dialogs of one window. Tests put others in their place."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window

    def unsaved(self, title: str) -> Answer:
        """What to do with unsaved work. title: the document's, "" for none."""
        box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(self.tr("Unsaved work"))
        name = title or self.tr("this picture")
        box.setText(self.tr('Save what you did with "{name}"?').format(name=name))
        box.setInformativeText(self.tr("Otherwise its mask, garments and settings are lost."))
        buttons = QMessageBox.StandardButton
        box.setStandardButtons(buttons.Save | buttons.Discard | buttons.Cancel)
        box.setDefaultButton(buttons.Save)
        _without_icons(box)
        answers: dict[int, Answer] = {buttons.Save: "save", buttons.Discard: "discard"}
        return answers.get(box.exec(), "cancel")

    def open_file(self, folder: Path) -> Path | None:
        """A picture, project or result to open."""
        patterns = "*.ora *.png *.jpg *.jpeg *.webp *.avif *.gif *.bmp *.tif *.tiff *.psd *.jp2 *.ppm"
        kinds = ";;".join(
            (
                self.tr("Pictures and projects ({patterns})").format(patterns=patterns),
                self.tr("Projects ({patterns})").format(patterns="*.ora"),
                self.tr("All files ({patterns})").format(patterns="*"),
            )
        )
        name, _ = QFileDialog.getOpenFileName(self._window, self.tr("Open"), str(folder), kinds)
        return Path(name) if name else None

    def open_mask(self, folder: Path) -> Path | None:
        """A picture that says where to repaint."""
        kinds = self.tr("Pictures ({patterns})").format(patterns="*.png *.webp *.bmp *.tif *.tiff *.jpg *.jpeg")
        name, _ = QFileDialog.getOpenFileName(self._window, self.tr("Load mask"), str(folder), kinds)
        return Path(name) if name else None

    def save_file(self, title: str, suggested: Path, kind: str) -> Path | None:
        """Where to write. kind: an ending such as ".ora", which the answer has."""
        kinds = self.tr("{ending} files ({patterns})").format(ending=kind[1:].upper(), patterns=f"*{kind}")
        name, _ = QFileDialog.getSaveFileName(self._window, title, str(suggested), kinds)
        if not name:
            return None
        path = Path(name)
        return path if path.suffix.lower() == kind else path.with_name(path.name + kind)

    def problem(self, sentence: str, title: str = "") -> None:
        """Something cannot be done: says so and returns at once; what was there stays."""
        self._tell(QMessageBox.Icon.Warning, title or self.tr("That does not work"), sentence)

    def memory(self, sentence: str, advice: Sequence[str]) -> None:
        """The memory did not suffice. advice: what can be done about it, best first."""
        text = "".join(f"<li>{each}</li>" for each in advice)
        self._tell(QMessageBox.Icon.Warning, self.tr("Too little memory"), sentence, f"<ul>{text}</ul>")

    def show_dialog(self, dialog: QDialog, *, keep: bool = False) -> None:
        """Opens a dialog beside the window, which stays usable. keep: it is there, unseen, after it was closed."""
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, not keep)
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()

    def _tell(self, icon: QMessageBox.Icon, title: str, sentence: str, more: str = "") -> None:
        box = QMessageBox(icon, title, translated(sentence), QMessageBox.StandardButton.Ok, self._window)
        _without_icons(box)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        if more:
            box.setTextFormat(Qt.TextFormat.RichText)
            box.setInformativeText(more)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()


def _without_icons(box: QMessageBox) -> None:
    """Its buttons without the desktop's icons, which are dark on a dark theme."""
    for button in box.buttons():
        button.setIcon(QIcon())
