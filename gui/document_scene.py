"""A document on the screen: its picture, mask and protected parts as a scene that follows every change of theirs."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QObject, QRect, QTimer, Signal
from PySide6.QtGui import QColor, QImage

from ccnet.masks import Bounds, Mask
from gui.canvas_view import CanvasView
from gui.compare import Compare
from gui.document import Document
from gui.overlays import MASK, PROTECTION, REMOVAL, SUGGESTION, MaskOverlay, MaskStyle
from gui.scene import PictureImage, Scene

_AT_ONCE = 200_000
"""Device pixels of a preview that are painted before the window looks for input again: about three milliseconds."""

_UNTINTED = QColor(0, 0, 0, 0)
"""Over what the engine is drawing the mask is an outline alone."""


class DocumentScene(QObject):
    """What of a document is seen, beside what is only shown for a while: a preview, a garment tried on, a suggestion.

    `stale(QRect)`: that part of the viewport, in device pixels, will be painted anew by `scene.image()`.
    """

    stale = Signal(QRect)

    def __init__(self, document: Document, viewport: tuple[int, int], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        view = CanvasView.fitted((document.width, document.height), viewport)
        self.scene = Scene(view, PictureImage(self._pixels(document.bounds)))
        self._style = MASK
        self._mask = MaskOverlay(document.mask, MASK)
        self._protection = MaskOverlay(document.protection, PROTECTION)
        self._suggestion: MaskOverlay | None = None
        self._suggested = Bounds(0, 0, 0, 0)
        self._coming: list[Bounds] = []
        self._next = QTimer(self, interval=0)
        self._next.timeout.connect(self._show_next)
        self._arrange()
        document.image_changed.connect(self._image_changed)
        document.mask_changed.connect(self._mask_changed)
        document.protection_changed.connect(self._protection_changed)

    def take_picture(self) -> None:
        """Another picture is in the document."""
        document, scene = self._document, self.scene
        self._mask = MaskOverlay(document.mask, self._style)
        self._protection = MaskOverlay(document.protection, PROTECTION)
        self._suggestion = None
        scene.picture = PictureImage(self._pixels(document.bounds))
        scene.before = scene.trial = scene.preview = None
        self._arrange()

    def repaint(self) -> None:
        """Everything is to be painted anew."""
        self.scene.mark()
        self.stale.emit(self.scene.rect)

    @property
    def mask_visible(self) -> bool:
        return self._mask.visible

    def show_masks(self, *, mask: bool | None = None, protection: bool | None = None) -> None:
        """Whether they are to be seen; None leaves one as it is."""
        self._mask.visible = self._mask.visible if mask is None else mask
        self._protection.visible = self._protection.visible if protection is None else protection
        self.repaint()

    def set_mask_style(self, style: MaskStyle) -> None:
        """Other colours for the mask."""
        self._style = style
        self._arrange()

    def show_preview(self, preview: QImage | None, bounds: Bounds) -> None:
        """What the engine is drawing, enlarged to `bounds` and seen through the mask; None takes it away."""
        before = self.scene.preview
        if preview is None:
            self.scene.preview = None
        else:
            self.scene.preview = preview.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied), bounds
        if preview is not None and before is not None and before[1] == bounds:
            # The next of many: it comes from top to bottom, and whoever is painting does not notice.
            bands = self._bands(bounds)
            first = [band for band in self._coming if band in bands]  # they still wait for the one before
            self._coming = first + [band for band in bands if band not in first]
            self._next.start()
        else:
            self._arrange()

    def show_trial(self, garment: np.ndarray | None, bounds: Bounds) -> None:
        """A garment over the picture, without mask: uint8[h, w, 4] inside `bounds`; None takes it off."""
        self.scene.trial = None if garment is None else PictureImage(garment, bounds.x, bounds.y)
        self._arrange()

    def suggest(self, mask: Mask | None, *, removes: bool = False) -> None:
        """A mask that is not there yet, or none."""
        if mask is None and self._suggestion is None:
            return
        before = self._suggested
        self._suggestion = None if mask is None else MaskOverlay(mask.alpha, REMOVAL if removes else SUGGESTION)
        self._suggested = Bounds(0, 0, 0, 0) if mask is None else mask.bounds
        self.scene.masks = self._overlays()
        for bounds in (before, self._suggested):
            self._mark(bounds)

    def follow(self, compare: Compare) -> None:
        """Shows before and after as `compare` says."""
        document, scene = self._document, self.scene
        if not compare.is_on or not document.layers:
            scene.before = None
        elif scene.before is None:
            original = document.original
            if document.alpha is not None:
                original = np.dstack([np.asarray(document.picture.rgb), document.alpha])
            scene.before = PictureImage(original)
        scene.show_before = compare.holding
        scene.compare = "off" if compare.holding else compare.mode
        scene.split = compare.split
        self.repaint()

    def _bands(self, bounds: Bounds) -> list[Bounds]:
        """The part of `bounds` that is in sight, cut into what is painted at once."""
        seen = self.scene.view.visible().toAlignedRect().intersected(QRect(*bounds))
        if seen.isEmpty():
            return []
        count = math.ceil(seen.width() * seen.height() * self.scene.view.zoom**2 / _AT_ONCE)
        height = -(-seen.height() // count)
        return [
            Bounds(seen.x(), y, seen.width(), min(height, seen.y() + seen.height() - y))
            for y in range(seen.y(), seen.y() + seen.height(), height)
        ]

    def _show_next(self) -> None:
        if self._coming:
            self._mark(self._coming.pop(0))
        else:
            self._next.stop()

    def _pixels(self, bounds: Bounds) -> np.ndarray:
        """The composite as `PictureImage` takes it."""
        document = self._document
        return document.composite(bounds) if document.alpha is None else document.composite_rgba(bounds)

    def _overlays(self) -> list[MaskOverlay]:
        suggested = [] if self._suggestion is None else [self._suggestion]
        return suggested if self.scene.trial is not None else [self._mask, self._protection, *suggested]

    def _arrange(self) -> None:
        """Which masks are seen, and how, for what else is shown."""
        plain = self.scene.preview is None
        self._mask.style = self._style if plain else replace(self._style, tint=_UNTINTED)
        self.scene.masks = self._overlays()
        self.repaint()

    def _image_changed(self, rect: QRect) -> None:
        bounds = _bounds(rect)
        self.scene.picture.write(bounds, self._pixels(bounds))
        self._mark(bounds)

    def _mask_changed(self, rect: QRect) -> None:
        bounds = _bounds(rect)
        self._mask.update(bounds)
        self._mark(bounds)

    def _protection_changed(self, rect: QRect) -> None:
        bounds = _bounds(rect)
        self._protection.update(bounds)
        self._mark(bounds)

    def _mark(self, bounds: Bounds) -> None:
        """The picture, or what lies over it, has changed there."""
        if bounds.width:
            self.stale.emit(self.scene.mark_picture(bounds))


def _bounds(rect: QRect) -> Bounds:
    return Bounds(rect.x(), rect.y(), rect.width(), rect.height())
