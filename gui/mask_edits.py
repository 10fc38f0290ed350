"""Changes of the whole mask that can be undone: clear, invert, grow, shrink, feather, bring in another one."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QCoreApplication

from ccnet import shapes
from ccnet.masks import Bounds, Mask
from gui.document import Document


def clear_mask(document: Document) -> Bounds:
    """Nothing is repainted any more."""
    return _change(document, QCoreApplication.translate("MaskEdits", "Clear mask"), shapes.clear)


def fill_mask(document: Document) -> Bounds:
    """Everything is repainted."""
    name = QCoreApplication.translate("MaskEdits", "Mask everything")
    return _change(document, name, lambda array: shapes.rectangle(array, document.bounds))


def invert_mask(document: Document) -> Bounds:
    """What was kept is repainted, and the other way round; protected parts are left out."""

    def change(array: np.ndarray) -> Bounds:
        changed = shapes.invert(array)
        shapes.combine(array, document.protection, "subtract")
        return changed

    return _change(document, QCoreApplication.translate("MaskEdits", "Invert mask"), change)


def grow_mask(document: Document, pixels: int) -> Bounds:
    """Wider on every side, but not over protected parts."""

    def change(array: np.ndarray) -> Bounds:
        before = array.copy()
        changed = shapes.grow(array, pixels)
        _keep_protected(document, array, before, changed)
        return changed

    return _change(document, QCoreApplication.translate("MaskEdits", "Grow mask"), change)


def shrink_mask(document: Document, pixels: int) -> Bounds:
    """Narrower on every side."""
    name = QCoreApplication.translate("MaskEdits", "Shrink mask")
    return _change(document, name, lambda array: shapes.shrink(array, pixels))


def feather_mask(document: Document, pixels: int) -> Bounds:
    """A soft edge outwards, but not over protected parts."""

    def change(array: np.ndarray) -> Bounds:
        before = array.copy()
        changed = shapes.feather(array, pixels)
        _keep_protected(document, array, before, changed)
        return changed

    return _change(document, QCoreApplication.translate("MaskEdits", "Soften mask"), change)


def combine_mask(document: Document, mask: Mask, how: shapes.Combination, name: str) -> Bounds:
    """Brings in a mask of the picture's size, such as a garment's: see `ccnet.shapes.combine`. name: for the menu."""
    return _change(document, name, lambda array: shapes.combine(array, mask.alpha, how))


def _change(document: Document, name: str, change: Callable[[np.ndarray], Bounds]) -> Bounds:
    with document.edit_mask(name) as edit:
        bounds = change(edit.array)
        if bounds.width:
            edit.touch(bounds)
    return bounds


def _keep_protected(document: Document, array: np.ndarray, before: np.ndarray, changed: Bounds) -> None:
    """Takes a change back where the picture is protected and was not masked."""
    if changed.width:
        area = changed.slices
        shapes.combine(array[area], before[area], "replace", limit=255 - document.protection[area])
