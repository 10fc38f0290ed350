"""About the program: what it is and what it is made of, its keys, its log."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from importlib import metadata
from pathlib import Path

from PySide6.QtGui import QFontDatabase, QGuiApplication, QIcon
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QPlainTextEdit,
    QScrollArea,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from gui import log
from gui.fields import heading

LICENCE = Path(__file__).resolve().parent.parent / "LICENSE"

PARTS = (
    *("PySide6-Essentials", "torch", "diffusers", "transformers", "accelerate", "safetensors", "numpy", "scipy"),
    *("opencv-python-headless", "Pillow", "huggingface_hub", "controlnet-aux", "segment-anything", "timm"),
    *("open_clip_torch", "psd-tools", "lz4", "filelock", "tqdm"),
)
"""What the program is built on."""

UNSAID = {"segment-anything": "Apache-2.0"}
"""Licences of what does not say its own where it is installed."""

Closes = QDialogButtonBox.StandardButton.Close


class AboutDialog(QDialog):
    """What the program is, and under which licences it and its parts come."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("About CC_ControlNet"))
        self.resize(640, 560)
        text = QTextBrowser(self)
        text.setOpenExternalLinks(True)
        text.setAccessibleName(self.windowTitle())
        text.setHtml(self._html())
        buttons = plain_buttons(self)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(text)
        column.addWidget(buttons)

    def _html(self) -> str:
        about = self.tr(
            "Swaps the outfit of an anime or cartoon character and leaves every other pixel alone. CC_ControlNet "
            "(Character Customization ControlNet) reads the character with a hole where the clothes are, so that a "
            "Stable Diffusion model draws the outfit you describe into it."
        )
        rows = "".join(
            f"<tr><td>{escape(name)}</td><td>&nbsp;{escape(version)}&nbsp;</td><td>{escape(licence)}</td></tr>"
            for name, version, licence in parts()
        )
        models = self.tr("Models that you download have licences of their own; they are shown before the download.")
        try:
            licence = LICENCE.read_text("utf-8")
        except OSError:
            licence = ""
        licensed, built = self.tr("Licence"), self.tr("Built on")
        return (
            f"<h2>CC_ControlNet {escape(_version())}</h2><p>{about}</p><p>{licensed}: Apache-2.0</p>"
            f"<h3>{built}</h3><table>{rows}</table><p>{models}</p><hr>"
            f'<pre style="white-space: pre-wrap">{escape(licence)}</pre>'
        )


class KeysDialog(QDialog):
    """The keys of everything that has one, by menu."""

    def __init__(self, table: Sequence[tuple[str, Sequence[tuple[str, str]]]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keys"))
        self.resize(640, 600)
        content = QWidget(self)
        columns = QGridLayout(content)
        columns.setHorizontalSpacing(28)
        heights = [0, 0]
        for title, rows in table:
            column = heights.index(min(heights))
            columns.addWidget(self._group(title, rows), heights[column], column)
            heights[column] += 1
        columns.setRowStretch(max(heights), 1)
        area = QScrollArea(self)
        area.setWidget(content)
        area.setWidgetResizable(True)
        buttons = plain_buttons(self)
        buttons.rejected.connect(self.reject)
        whole = QVBoxLayout(self)
        whole.addWidget(area)
        whole.addWidget(buttons)

    def _group(self, title: str, rows: Sequence[tuple[str, str]]) -> QWidget:
        group = QWidget(self)
        grid = QGridLayout(group)
        grid.setContentsMargins(0, 0, 0, 8)
        grid.addWidget(heading(title, group), 0, 0, 1, 2)
        for number, (words, keys) in enumerate(rows, 1):
            grid.addWidget(QLabel(words, group), number, 0)
            grid.addWidget(QLabel(f"<b>{escape(keys)}</b>", group), number, 1)
        grid.setColumnStretch(0, 1)
        grid.setRowStretch(len(rows) + 1, 1)
        return group


class LogDialog(QDialog):
    """The window's and the engine's log, to be read and copied."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Log"))
        self.resize(760, 520)
        self.text = QPlainTextEdit(log.text(), self)
        self.text.setReadOnly(True)
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setAccessibleName(self.windowTitle())
        bar = self.text.verticalScrollBar()
        bar.setValue(bar.maximum())
        buttons = plain_buttons(self)
        self.copy_button = buttons.addButton(self.tr("Copy"), QDialogButtonBox.ButtonRole.ActionRole)
        self.copy_button.clicked.connect(self.copy)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(self.text)
        column.addWidget(buttons)

    def copy(self) -> None:
        """All of it, onto the clipboard."""
        QGuiApplication.clipboard().setText(self.text.toPlainText())


def plain_buttons(dialog: QDialog) -> QDialogButtonBox:
    """A button that closes, without the icon that desktops have for it: it is dark on dark in some."""
    buttons = QDialogButtonBox(Closes, dialog)
    for button in buttons.buttons():
        button.setIcon(QIcon())
    return buttons


def parts() -> list[tuple[str, str, str]]:
    """(name, version, licence) of what the program is built on, as far as it is installed."""
    found = []
    for name in PARTS:
        try:
            about = metadata.metadata(name)
        except metadata.PackageNotFoundError:
            continue
        found.append((name, about["Version"] or "", UNSAID.get(name) or _licence(about)))
    return found


def _licence(about: metadata.PackageMetadata) -> str:
    if "License-Expression" in about:
        return about["License-Expression"]
    classified = [
        each.rpartition("::")[2].strip()
        for each in about.get_all("Classifier") or []
        if each.startswith("License ::") and each.count("::") > 1
    ]
    if classified:
        return ", ".join(classified)
    words = (about.get_all("License") or [""])[0]
    return words.strip().partition("\n")[0][:60]


def _version() -> str:
    try:
        return metadata.version("cc-controlnet")
    except metadata.PackageNotFoundError:
        return ""
