"""The dialog for models: the user's own, and those the program knows, to download; import by button or by dropping."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QLocale, QSize, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMessageBox,
    QPushButton,
    QTabWidget,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ccnet import catalogue, checkpoints, models_command, store
from ccnet.catalogue import KnownModel
from ccnet.formats import FAMILY_WORDS
from ccnet.store import Entry
from gui.dress_bar import duration
from gui.fields import faint
from gui.glyphs import glyph
from gui.models_task import ModelsTask, Pace
from gui.task_panel import TaskPanel

NAME = int(Qt.ItemDataRole.UserRole) + 1
WEIGHTS = ("*.safetensors", "*.ckpt", "*.pt", "*.pth", "*.bin")


def size_text(count: int) -> str:
    """Bytes as people say them."""
    return QLocale().formattedDataSize(count, 1, QLocale.DataSizeFormat.DataSizeSIFormat)


class ModelsDialog(QDialog):
    """chosen: a checkpoint's name, to draw with. changed: there are other models now than before.

    What runs goes on while the dialog is closed.
    """

    chosen = Signal(str)
    changed = Signal()

    def __init__(self, parent: QWidget | None = None, *, task: ModelsTask | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Models"))
        self.setAcceptDrops(True)
        self.resize(860, 560)
        self.task = task if task is not None else ModelsTask(self)
        self._pace = Pace()
        self.tabs = QTabWidget(self)
        self.tabs.setAccessibleName(self.tr("Models"))
        self.tabs.addTab(self._own_page(), self.tr("Yours"))
        self.tabs.addTab(self._known_page(), self.tr("Get more"))
        self.bottom = TaskPanel(self)
        close = QPushButton(self.tr("Close"), self)
        close.clicked.connect(self.close)
        foot = QHBoxLayout()
        foot.addWidget(self.bottom, 1)
        foot.addWidget(close, 0, Qt.AlignmentFlag.AlignBottom)
        column = QVBoxLayout(self)
        column.addWidget(self.tabs, 1)
        column.addLayout(foot)
        self.bottom.agreed.connect(self._agree)
        self.bottom.cancelled.connect(self.task.cancel)
        self.task.terms.connect(self.bottom.ask)
        self.task.progress.connect(self._progress)
        self.task.said.connect(self.bottom.say)
        self.task.problem.connect(self.bottom.complain)
        self.task.finished.connect(self._finished)
        self.refresh()

    # ---- what can be done

    def refresh(self) -> None:
        """Looks again at which models there are."""
        entries = store.entries()
        self._fill_own(entries)
        self._fill_known(entries)
        self._show_buttons()

    def show_known(self, role: str = "") -> None:
        """Turns to what can be downloaded, of a role such as "lora"."""
        self.tabs.setCurrentIndex(1)
        self.kind.setCurrentIndex(max(self.kind.findData(role), 0))
        if not any(model.recommended and role in ("", model.role) for model in catalogue.models()):
            self.recommended.setChecked(False)

    def download(self, names: Sequence[str]) -> None:
        """Fetches known models; their licences are asked about first."""
        self._start("download", names, self.tr("Asking what there is to download"))

    def import_files(self, files: Sequence[Path]) -> None:
        """Copies files of weights, or folders, into the user's models."""
        self._start("import", [str(file.absolute()) for file in files], self.tr("Importing"))

    def verify(self, names: Sequence[str]) -> None:
        """Reads every byte of some models again."""
        self._start("verify", names, self.tr("Reading every byte again"))

    def remove(self, names: Sequence[str], *, ask: bool = True) -> None:
        """Deletes models of the user's."""
        shown = ", ".join(name.rpartition("/")[2] for name in names)
        question = self.tr("Remove {names}? The files are deleted.").format(names=shown)
        if ask and QMessageBox.question(self, self.tr("Remove"), question) != QMessageBox.StandardButton.Yes:
            return
        self._start("remove", names, self.tr("Removing"))

    # ---- the pages

    def _own_page(self) -> QWidget:
        page = QWidget(self)
        self.own = self._table((self.tr("Name"), self.tr("What"), self.tr("Size"), self.tr("Licence")))
        self.own.setAccessibleName(self.tr("Your models"))
        self.own.itemSelectionChanged.connect(self._show_buttons)
        self.own.itemDoubleClicked.connect(lambda *_: self._use())
        self.use_button = self._button(
            "hanger", self.tr("Draw with it"), self._use, self.tr("Makes it the panel's model")
        )
        self.file_button = self._button(
            "import", self.tr("Import files ..."), self._choose_files, self.tr("Or drop them anywhere in this window")
        )
        self.folder_button = self._button(
            "import", self.tr("Import a folder ..."), self._choose_folder, self.tr("A model in diffusers' layout")
        )
        self.verify_button = self._button(
            "check", self.tr("Verify"), lambda: self.verify(self._selected()), self.tr("Reads every byte again")
        )
        self.remove_button = self._button(
            "delete", self.tr("Remove"), lambda: self.remove(self._selected()), self.tr("Deletes it from your models")
        )
        row = QHBoxLayout()
        for button in (self.use_button, self.file_button, self.folder_button):
            row.addWidget(button)
        row.addStretch(1)
        for button in (self.verify_button, self.remove_button):
            row.addWidget(button)
        column = QVBoxLayout(page)
        column.addWidget(self.own, 1)
        column.addLayout(row)
        return page

    def _known_page(self) -> QWidget:
        page = QWidget(self)
        self.search = QLineEdit(page)
        self.search.setPlaceholderText(self.tr("Search"))
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName(self.tr("Search the models"))
        self.family = QComboBox(page)
        self.family.setAccessibleName(self.tr("For which kind of model"))
        self.family.addItem(self.tr("All families"), "")
        for family in catalogue.FAMILIES:
            self.family.addItem(FAMILY_WORDS[family], family)
        self.kind = QComboBox(page)
        self.kind.setAccessibleName(self.tr("What it is"))
        self.kind.addItem(self.tr("Everything"), "")
        for role, words in self._roles().items():
            self.kind.addItem(words, role)
        self.recommended = QCheckBox(self.tr("Recommended"), page)
        self.recommended.setToolTip(self.tr("Free to use, checked, and good for anime"))
        self.recommended.setChecked(True)
        row = QHBoxLayout()
        row.addWidget(self.search, 1)
        for part in (self.family, self.kind, self.recommended):
            row.addWidget(part)
        titles = (self.tr("Name"), self.tr("What"), self.tr("For"), self.tr("Size"), self.tr("Licence"))
        self.known = self._table(titles)
        self.known.setAccessibleName(self.tr("Models to download"))
        self.note = faint(QLabel(page))
        self.note.setMinimumHeight(2 * self.note.fontMetrics().height())
        self.page_button = self._button("picture", self.tr("Its page"), self._open_page, self.tr("In the browser"))
        self.get_button = self._button(
            "download",
            self.tr("Download"),
            lambda: self.download(self._wanted()),
            self.tr("Shows the licence first"),
        )
        foot = QHBoxLayout()
        foot.addWidget(self.note, 1)
        foot.addWidget(self.page_button)
        foot.addWidget(self.get_button)
        column = QVBoxLayout(page)
        column.addLayout(row)
        column.addWidget(self.known, 1)
        column.addLayout(foot)
        self.search.textChanged.connect(self._filter)
        self.family.currentIndexChanged.connect(self._filter)
        self.kind.currentIndexChanged.connect(self._filter)
        self.recommended.toggled.connect(self._filter)
        self.known.itemSelectionChanged.connect(self._show_buttons)
        return page

    def _table(self, titles: Sequence[str]) -> QTreeWidget:
        table = QTreeWidget(self)
        table.setHeaderLabels(list(titles))
        table.setRootIsDecorated(False)
        table.setUniformRowHeights(True)
        table.setStyleSheet("QTreeView::item { padding: 3px 2px; }")
        table.setAlternatingRowColors(True)
        table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        table.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        table.header().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        table.header().setStretchLastSection(False)
        return table

    def _button(self, sign: str, title: str, do: Callable[[], None], help_text: str) -> QPushButton:
        button = QPushButton(glyph(sign), title, self)
        button.setIconSize(QSize(18, 18))
        button.setAccessibleName(title)
        button.setToolTip(help_text)
        button.setAutoDefault(False)
        button.clicked.connect(lambda _checked=False: do())
        return button

    def _fill_own(self, entries: Sequence[Entry]) -> None:
        self.own.clear()
        for name in checkpoints.known_models():
            item = QTreeWidgetItem([name, self.tr("comes with the program"), "", ""])
            item.setData(0, NAME, name)
            self.own.addTopLevelItem(item)
        for entry in entries:
            item = QTreeWidgetItem([entry.name, entry.what, size_text(entry.size), entry.licence])
            item.setData(0, NAME, f"{entry.role}/{entry.name}")
            item.setTextAlignment(2, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            item.setToolTip(1, entry.what)
            self.own.addTopLevelItem(item)

    def _fill_known(self, entries: Sequence[Entry]) -> None:
        wanted = set(self._wanted())
        self.known.clear()
        for model in catalogue.models():
            there = models_command.downloaded(model, entries) is not None
            title = self.tr("{title} (you have it)").format(title=model.title) if there else model.title
            family = self.tr("any") if model.family is None else FAMILY_WORDS[model.family]
            cells = [model.name, title, family, size_text(model.size), self._licence(model)]
            item = QTreeWidgetItem(cells)
            item.setData(0, NAME, model.name)
            item.setTextAlignment(3, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            item.setToolTip(1, model.note)
            if there:
                item.setIcon(0, glyph("check"))
            self.known.addTopLevelItem(item)
            item.setSelected(model.name in wanted)
        self._filter()

    def _filter(self) -> None:
        words = self.search.text().casefold().split()
        for row in range(self.known.topLevelItemCount()):
            item = self.known.topLevelItem(row)
            assert item is not None
            model = catalogue.known(item.data(0, NAME))
            text = f"{model.name} {model.title} {model.note} {model.role}".casefold()
            fits = all(word in text for word in words)
            fits &= self.family.currentData() in ("", model.family) or model.family is None
            fits &= self.kind.currentData() in ("", model.role)
            fits &= model.recommended or not self.recommended.isChecked()
            item.setHidden(not fits)
            if not fits:
                item.setSelected(False)

    def _show_buttons(self) -> None:
        free = not self.task.is_running
        own, wanted = self._selected(), self._wanted()
        mine = [name for name in own if "/" in name]
        drawing = [name for name in own if "/" not in name or name.startswith("checkpoint/")]
        self.use_button.setEnabled(len(own) == 1 and len(drawing) == 1)
        self.verify_button.setEnabled(free and bool(own))
        self.remove_button.setEnabled(free and bool(own) and mine == own)
        self.file_button.setEnabled(free)
        self.folder_button.setEnabled(free)
        self.get_button.setEnabled(free and bool(wanted))
        self.page_button.setEnabled(len(wanted) == 1)
        models = [catalogue.known(name) for name in wanted]
        if len(models) == 1:
            self.note.setText(models[0].note)
        else:
            size = size_text(sum(model.size for model in models))
            text = self.tr("%n model(s), {size} in all", "", len(models)).format(size=size)
            self.note.setText(text if models else self.tr("Choose what to download."))

    def _selected(self) -> list[str]:
        return [item.data(0, NAME) for item in self.own.selectedItems()]

    def _wanted(self) -> list[str]:
        return [item.data(0, NAME) for item in self.known.selectedItems()]

    def _use(self) -> None:
        names = self._selected()
        if self.use_button.isEnabled() and names:
            self.chosen.emit(names[0].removeprefix("checkpoint/"))

    def _open_page(self) -> None:
        for name in self._wanted()[:1]:
            QDesktopServices.openUrl(QUrl(catalogue.known(name).page))

    def _choose_files(self) -> None:
        kinds = self.tr("Weights ({patterns})").format(patterns=" ".join(WEIGHTS))
        names, _ = QFileDialog.getOpenFileNames(self, self.tr("Import files"), "", kinds)
        if names:
            self.import_files([Path(name) for name in names])

    def _choose_folder(self) -> None:
        if name := QFileDialog.getExistingDirectory(self, self.tr("Import a folder")):
            self.import_files([Path(name)])

    # ---- how it goes

    def _start(self, command: str, names: Sequence[str], text: str) -> None:
        if names and not self.task.is_running:
            self._pace = Pace()
            self.bottom.begin(text)
            self.task.start(command, names)
            self._show_buttons()

    def _agree(self) -> None:
        self.bottom.begin(self.tr("Connecting"))
        self.task.agree()

    def _progress(self, file: str, done: int, total: int) -> None:
        self._pace.at(done)
        words = [file, self.tr("{done} of {total}").format(done=size_text(done), total=size_text(total))]
        if (pace := self._pace.bytes_per_second) is not None:
            words.append(self.tr("{size} a second").format(size=size_text(round(pace))))
        if (left := self._pace.seconds_left(done, total)) is not None:
            words.append(self.tr("{time} left").format(time=duration(left)))
        self.bottom.advance(done, total, " · ".join(words))

    def _finished(self, done: bool) -> None:
        self.bottom.finish(done)
        self.refresh()
        self.changed.emit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _files(event.mimeData().urls()) and not self.task.is_running:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.import_files(_files(event.mimeData().urls()))

    def _roles(self) -> dict[str, str]:
        return {
            "checkpoint": self.tr("Models that draw"),
            "controlnet": self.tr("Control layers"),
            "t2i_adapter": self.tr("Control layers (T2I-Adapters)"),
            "lora": self.tr("LoRAs"),
            "embedding": self.tr("Embeddings"),
            "vae": self.tr("Autoencoders"),
            "tiny_vae": self.tr("Previews"),
            "annotator": self.tr("Control images"),
            "segmenter": self.tr("Smart click"),
            "parser": self.tr("Find clothes"),
            "detector": self.tr("Find by words"),
            "tagger": self.tr("Ratings"),
        }

    def _licence(self, model: KnownModel) -> str:
        marks = []
        if not model.commercial:
            marks.append(self.tr("not commercial"))
        if model.gated:
            marks.append(self.tr("account needed"))
        return ", ".join([model.licence, *marks])


def _files(urls: Sequence[QUrl]) -> list[Path]:
    """Files of weights, and folders, among what is dropped."""
    files = [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
    return [file for file in files if file.is_dir() or f"*{file.suffix.lower()}" in WEIGHTS]
