"""Files: pictures and projects into the window, projects, pictures and garments out of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image
from PySide6.QtCore import QMimeData, QObject, Signal
from PySide6.QtGui import QGuiApplication, QImage

from ccnet.pictures import Picture
from gui.dialogs import Dialogs
from gui.document import Document
from gui.settings import Settings
from gui.state import DocumentState, Source

SAMPLES = Path(__file__).resolve().parent.parent / "assets" / "samples"
"""Characters that come with the program."""


def samples() -> list[Path]:
    """The sample characters, the first one is the window's first picture."""
    return [file for file in sorted(SAMPLES.glob("*.png")) if not file.stem.endswith("-mask")]


class Filing(QObject):
    """Signals: `told(str)` what was done, for the status bar; `notice(str)` sentences about an odd file;
    `recent_changed()`.

    What a person asked for by name and cannot be had is said in a dialog; what was there before stays.
    """

    told = Signal(str)
    notice = Signal(str)
    recent_changed = Signal()

    def __init__(self, document: Document, dialogs: Dialogs, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document, self.dialogs, self._settings = document, dialogs, settings

    # ---- into the window

    @property
    def is_worth_saving(self) -> bool:
        """Whether anything would be missed: more than words that were typed over a picture nobody painted on."""
        document = self._document
        if not document.modified:
            return False
        return document.path is not None or bool(document.layers) or bool(document.mask.any())

    def may_leave(self) -> bool:
        """Asks about unsaved work; False when the person wants to stay with it."""
        if not self.is_worth_saving:
            return True
        answer = self.dialogs.unsaved(self._document.title)
        return answer == "discard" or (answer == "save" and self.save())

    def choose(self) -> bool:
        """Asks for a file and opens it."""
        file = self.dialogs.open_file(self._settings.folder)
        return file is not None and self.open(file)

    def open(self, file: Path) -> bool:
        """Opens any picture, project or result; asks first when there is unsaved work."""
        from gui import files

        try:
            opened = files.open_file(file, self._document.outfit)
        except ValueError as error:
            self.dialogs.problem(str(error), self.tr("This file cannot be opened"))
            return False
        if not self.may_leave():
            return False
        self._document.restore(opened.state, opened.path)
        for sentence in opened.notices:
            self.notice.emit(sentence)
        if file.parent != SAMPLES:
            self._remember(file)
        self.told.emit(self.tr("Opened {name}").format(name=file.name))
        return True

    def take(self, data: QMimeData) -> bool:
        """A picture, or files, that were dropped or pasted; False when there is nothing of the kind."""
        files = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
        if files:
            return self.open(files[0])
        if not data.hasImage():
            return False
        image = data.imageData()
        if not isinstance(image, QImage) or image.isNull():
            return False
        return self.show_image(image)

    def can_take(self, data: QMimeData) -> bool:
        """Whether a drag holds something to open."""
        return data.hasImage() or any(url.isLocalFile() for url in data.urls())

    def show_image(self, image: QImage) -> bool:
        """Makes a picture from elsewhere the document; asks first when there is unsaved work."""
        picture = to_picture(image)
        if min(picture.rgb.size) < 64:
            sentence = self.tr("The picture is {width} x {height} pixels: it must be at least 64 x 64.")
            self.dialogs.problem(sentence.format(width=image.width(), height=image.height()))
            return False
        if not self.may_leave():
            return False
        source = Source(self.tr("Pasted picture"))
        self._document.restore(DocumentState.of(picture, source, self._document.outfit))
        self.told.emit(
            self.tr("Pasted a picture of {width} x {height} pixels").format(width=image.width(), height=image.height())
        )
        return True

    def paste(self) -> bool:
        """What is on the clipboard."""
        return self.take(QGuiApplication.clipboard().mimeData())

    # ---- out of it

    def save(self) -> bool:
        """Into the project's file; asks for one the first time."""
        path = self._document.path
        return self.save_as() if path is None else self._write(path)

    def save_as(self) -> bool:
        """Into another file."""
        path = self.dialogs.save_file(self.tr("Save"), self._suggested(".ora"), ".ora")
        return path is not None and self._write(path)

    def export(self) -> bool:
        """The picture as it is shown, with its recipe."""
        from gui import files

        path = self.dialogs.save_file(self.tr("Export PNG"), self._suggested(".png", "-dressed"), ".png")
        if path is None:
            return False
        try:
            written, notices = files.export_png(self._document.state(), path)
        except ValueError as error:
            self.dialogs.problem(str(error))
            return False
        for sentence in notices:
            self.notice.emit(sentence)
        return self._exported(written)

    def export_garment(self, layer_id: str) -> bool:
        """A garment on a transparent ground; the topmost one without an id."""
        from gui import files

        if not layer_id and self._document.layers:
            layer_id = self._document.layers[-1].id
        if not layer_id:
            self.dialogs.problem(self.tr("There is no garment yet: dress the character and keep a candidate."))
            return False
        path = self.dialogs.save_file(self.tr("Export garment"), self._suggested(".png", "-garment"), ".png")
        if path is None:
            return False
        try:
            return self._exported(files.export_garment(self._document.state(), layer_id, path))
        except ValueError as error:
            self.dialogs.problem(str(error))
            return False

    def export_psd(self) -> bool:
        """All layers, for other programs."""
        path = self.dialogs.save_file(self.tr("Export layers"), self._suggested(".psd"), ".psd")
        if path is None:
            return False
        from gui import photoshop

        try:
            photoshop.export_psd(self._document.state(), path)
        except ValueError as error:
            self.dialogs.problem(str(error))
            return False
        return self._exported(path)

    def copy(self) -> None:
        """The picture as it is shown, onto the clipboard."""
        from gui.candidate_model import to_qimage

        document = self._document
        pixels = document.composite() if document.alpha is None else document.composite_rgba()
        QGuiApplication.clipboard().setImage(to_qimage(pixels))
        self.told.emit(self.tr("Copied the picture"))

    def load_mask(self) -> bool:
        """A mask from a picture's file, white where to repaint."""
        from ccnet import pictures

        file = self.dialogs.open_mask(self._settings.folder)
        if file is None:
            return False
        try:
            mask, notices = pictures.open_mask(file)
            self._document.set_mask(mask, self.tr("Load mask"))
        except ValueError as error:
            self.dialogs.problem(str(error))
            return False
        for sentence in notices:
            self.notice.emit(sentence)
        return True

    def save_mask(self) -> bool:
        """The mask as a picture, white where to repaint."""
        from ccnet import pictures

        path = self.dialogs.save_file(self.tr("Save mask"), self._suggested(".png", "-mask"), ".png")
        if path is None:
            return False
        try:
            return self._exported(pictures.save_png(Image.fromarray(self._document.mask), path, overwrite=True))
        except ValueError as error:
            self.dialogs.problem(str(error))
            return False

    # ---- inside

    def _write(self, path: Path) -> bool:
        from gui import openraster

        try:
            openraster.save(self._document.state(), path)
        except ValueError as error:
            self.dialogs.problem(str(error), self.tr("The project could not be saved"))
            return False
        self._document.mark_saved(path)
        self._remember(path)
        self.told.emit(self.tr("Saved {name}").format(name=path.name))
        return True

    def _exported(self, path: Path) -> bool:
        self._settings.folder = path.parent
        self.told.emit(self.tr("Exported {name}").format(name=path.name))
        return True

    def _remember(self, file: Path) -> None:
        self._settings.add_recent(file)
        self._settings.folder = file.parent
        self.recent_changed.emit()

    def _suggested(self, ending: str, addition: str = "") -> Path:
        document = self._document
        folder = document.path.parent if document.path is not None else self._settings.folder
        stem = Path(document.title).stem or self.tr("Picture")
        return folder / f"{stem}{addition}{ending}"


def to_picture(image: QImage) -> Picture:
    """A picture from the clipboard or a drag."""
    transparent = image.hasAlphaChannel()
    rgba = image.convertToFormat(QImage.Format.Format_RGBA8888)
    height, width = rgba.height(), rgba.width()
    pixels = np.frombuffer(rgba.constBits(), np.uint8).reshape(height, rgba.bytesPerLine())[:, : 4 * width]
    pixels = pixels.reshape(height, width, 4).copy()
    alpha = pixels[..., 3]
    hidden = Image.fromarray(alpha.copy()) if transparent and alpha.min() < 255 else None
    return Picture(Image.fromarray(pixels[..., :3].copy()), hidden)
