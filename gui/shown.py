"""The document's picture as one object for as long as it looks the same: the engine looks at each object only once."""

from __future__ import annotations

from PIL import Image
from PySide6.QtCore import QObject, Signal

from gui.document import Document


class ShownPicture(QObject):
    """The document's composite for requests, made when it is asked for. changed: it looks different now."""

    changed = Signal()

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._rgb: Image.Image | None = None
        self._whole: Image.Image | None = None
        document.picture_changed.connect(self._forget)
        document.image_changed.connect(self._forget)

    @property
    def rgb(self) -> Image.Image:
        """Mode RGB, transparency on white: what is drawn for."""
        if self._rgb is None:
            self._rgb = self._document.image()
        return self._rgb

    @property
    def whole(self) -> Image.Image:
        """With its transparency, where it has any: what clothes are found in."""
        if self._document.alpha is None:
            return self.rgb
        if self._whole is None:
            self._whole = Image.fromarray(self._document.composite_rgba())
        return self._whole

    def _forget(self) -> None:
        self._rgb = self._whole = None
        self.changed.emit()
