"""Documents for the editor's tests."""

from __future__ import annotations

from PIL import Image

from ccnet.pictures import Picture
from gui.document import Document


def small_document(width: int = 96, height: int = 80) -> Document:
    """A plain picture that nothing was done to."""
    return Document(Picture(Image.new("RGB", (width, height), (90, 120, 200))))
