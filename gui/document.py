"""The document: a picture that is never changed, the mask over it, the garments made for it, and how it is worked on.

The one place of the window's state. Widgets read it, call its methods, and follow its signals; every change that a
person would want back is an entry of its history. Rectangles are in picture pixels.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from PySide6.QtCore import QObject, QRect, Signal, SignalInstance

from ccnet.masks import Bounds, Mask
from ccnet.pictures import Picture
from ccnet.recipe import Maker
from ccnet.request import Candidate
from gui.edit import Edit
from gui.history import LIMIT, Change, Changes, Entry, History, Plane, ValueChange
from gui.layers import GarmentLayer, difference, flatten, own_bytes, show
from gui.outfit import LoraChoice, Outfit
from gui.state import DocumentState, Made, Source

__all__ = ["Document", "DocumentState", "Edit", "GarmentLayer", "LoraChoice", "Made", "Outfit", "Source"]


class Document(QObject):
    """See the module. One document lives as long as its window: `restore` puts another picture into it.

    Signals, each emitted after the change: `picture_changed()` another original (everything else changed, too);
    `image_changed(QRect)` the composite in that rectangle; `mask_changed(QRect)`, `protection_changed(QRect)`;
    `layers_changed()`; `outfit_changed()`; `made_changed()`; `history_changed()` what can be undone or redone;
    `modified_changed(bool)`; `title_changed()`.
    """

    picture_changed = Signal()
    image_changed = Signal(QRect)
    mask_changed = Signal(QRect)
    protection_changed = Signal(QRect)
    layers_changed = Signal()
    outfit_changed = Signal()
    made_changed = Signal()
    history_changed = Signal()
    modified_changed = Signal(bool)
    title_changed = Signal()

    def __init__(
        self, content: Picture | DocumentState, parent: QObject | None = None, *, history_limit: int = LIMIT
    ) -> None:
        super().__init__(parent)
        self._history = History(history_limit)
        self._edit: Edit | None = None
        self._together: list[Change] | None = None
        self._path: Path | None = None
        self._modified = False
        self._adopt(content if isinstance(content, DocumentState) else DocumentState.of(content))

    # ---- what there is

    @property
    def picture(self) -> Picture:
        """The original. Never changed."""
        return self._picture

    @property
    def source(self) -> Source | None:
        """The file the picture came from."""
        return self._source

    @property
    def width(self) -> int:
        return self._picture.rgb.width

    @property
    def height(self) -> int:
        return self._picture.rgb.height

    @property
    def bounds(self) -> Bounds:
        """The whole picture."""
        return Bounds(0, 0, self.width, self.height)

    @property
    def mask(self) -> np.ndarray:
        """uint8[H, W], 255 = repaint. To be written to only inside an `edit_mask`."""
        return self._mask.array

    @property
    def protection(self) -> np.ndarray:
        """uint8[H, W], 255 = never repaint. To be written to only inside an `edit_protection`."""
        return self._protection.array

    @property
    def layers(self) -> tuple[GarmentLayer, ...]:
        """The garments, bottom first."""
        return self._layers

    @property
    def outfit(self) -> Outfit:
        return self._outfit

    @property
    def made(self) -> tuple[Made, ...]:
        """What was accepted so far, oldest first; not undone."""
        return self._made

    @property
    def original(self) -> np.ndarray:
        """uint8[H, W, 3], read-only: the original as a model is shown it, transparency on white."""
        return self._ground

    @property
    def alpha(self) -> np.ndarray | None:
        """uint8[H, W], read-only: the picture's own transparency, None when it is opaque."""
        return self._alpha

    def layer(self, layer_id: str) -> GarmentLayer:
        """Raises KeyError when there is none."""
        return self._layers[self._index(layer_id)]

    def composite(self, bounds: Bounds | None = None) -> np.ndarray:
        """uint8[h, w, 3]: the original with its visible garments, transparency on white; of `bounds`, or all of it.

        What the next garment is drawn for. Where no visible garment has any opacity it is `original` bit for bit.
        """
        return flatten(self._ground, self._layers, bounds or self.bounds)

    def composite_rgba(self, bounds: Bounds | None = None) -> np.ndarray:
        """uint8[h, w, 4]: the same with the picture's own transparency, as it is shown and saved.

        Where no visible garment has any opacity it is the picture bit for bit, also under transparent pixels.
        """
        bounds = bounds or self.bounds
        shown = show(self._ground, self._colours, self._alpha, self._layers, bounds)
        if self._alpha is not None:
            return shown
        result = np.full((bounds.height, bounds.width, 4), 255, np.uint8)
        result[..., :3] = shown
        return result

    def image(self) -> Image.Image:
        """The composite as a Pillow image of mode RGB, for a request."""
        return Image.fromarray(self.composite())

    def mask_copy(self) -> Mask:
        """The mask as it is now, for a request. Falsy when it is empty."""
        return Mask(self.mask)

    def state(self, outworn: DocumentState | None = None) -> DocumentState:
        """A copy of everything that is saved, for another thread too. An unfinished stroke is in it as far as it is.

        outworn: a copy that nobody needs any more, whose memory is used again: new memory for a large canvas is slow
        to come by while somebody paints.
        """
        return DocumentState(
            self._picture,
            _copied(self.mask, outworn and outworn.mask),
            _copied(self.protection, outworn and outworn.protection),
            self._layers,
            self._outfit,
            self._made,
            self._source,
        )

    # ---- files

    @property
    def path(self) -> Path | None:
        """The project file, None when it was never saved as one."""
        return self._path

    @property
    def title(self) -> str:
        """A name for the window's title bar, "" when there is none."""
        if self._path is not None:
            return self._path.name
        return self._source.name if self._source is not None else ""

    @property
    def modified(self) -> bool:
        """Whether there is anything that the project file lacks."""
        return self._modified

    def restore(self, state: DocumentState, path: Path | None = None, *, modified: bool = False) -> None:
        """Puts other content into this document and forgets the history. path: the project file it was read from."""
        if self._edit is not None:
            self._edit.cancel()
        self._path = path
        self._adopt(state)
        if modified:
            self._history.mark_unsaved()
        everything = _rect(self.bounds)
        self.picture_changed.emit()
        self.layers_changed.emit()
        self.image_changed.emit(everything)
        self.mask_changed.emit(everything)
        self.protection_changed.emit(everything)
        self.outfit_changed.emit()
        self.made_changed.emit()
        self.title_changed.emit()
        self._history_moved()

    @property
    def revision(self) -> Entry:
        """Stands for what is there now, for `mark_saved` after a state was written while the work went on."""
        return self._history.top

    def mark_saved(self, path: Path | None = None, revision: Entry | None = None) -> None:
        """What is there now, or was there at `revision`, is in the project file. path: the file's new name."""
        self._history.mark_saved(revision)
        if path is not None and path != self._path:
            self._path = path
            self.title_changed.emit()
        self._history_moved()

    # ---- changes that can be undone

    def edit_mask(self, name: str) -> Edit:
        """Begins to paint on the mask. name: for the menu. A stroke that is still open is finished first.

        Use it as a context manager, or keep it from the press of a button to its release and call `commit`.
        """
        return self._begin(name, self._mask, self.mask_changed)

    def edit_protection(self, name: str) -> Edit:
        """Begins to paint on the protection, see `edit_mask`."""
        return self._begin(name, self._protection, self.protection_changed)

    @contextmanager
    def together(self, name: str) -> Iterator[None]:
        """What is changed inside is one entry of the history. name: for the menu. An open stroke is finished first."""
        if self._together is not None:
            yield  # part of a larger one
            return
        if self._edit is not None:
            self._edit.commit()
        changes = self._together = []
        try:
            yield
        finally:
            self._together = None
            if changes:
                self._push(name, changes[0] if len(changes) == 1 else Changes(tuple(changes)))

    def set_mask(self, mask: Mask | np.ndarray, name: str) -> None:
        """Replaces the whole mask. Raises ValueError when the size is another."""
        self._replace(self.edit_mask(name), mask)

    def set_protection(self, mask: Mask | np.ndarray, name: str) -> None:
        """Replaces the whole protection. Raises ValueError when the size is another."""
        self._replace(self.edit_protection(name), mask)

    def add_layer(self, layer: GarmentLayer, name: str = "") -> GarmentLayer:
        """Puts a garment on top. name: of the change, for the menu."""
        self._change_layers(name or self.tr("Add garment"), (*self._layers, layer))
        return layer

    def accept(self, candidate: Candidate, maker: Maker, name: str = "") -> GarmentLayer:
        """Keeps a candidate as a garment on top, with all it takes to make it again. name: of the layer."""
        layer = GarmentLayer.from_candidate(candidate, maker, name)
        when = datetime.now(UTC).isoformat(timespec="seconds")
        prompt = candidate.request.garment.prompt
        self._made = (*self._made, Made(when, prompt, candidate.seed, maker.model, layer.id))
        self.add_layer(layer, self.tr("Keep candidate"))
        self.made_changed.emit()
        return layer

    def remove_layer(self, layer_id: str) -> None:
        """Raises KeyError when there is none."""
        index = self._index(layer_id)
        self._change_layers(self.tr("Delete garment"), self._layers[:index] + self._layers[index + 1 :])

    def move_layer(self, layer_id: str, index: int) -> None:
        """To another place, 0 = at the bottom, right over the original. Raises KeyError when there is none."""
        layers = list(self._layers)
        layer = layers.pop(self._index(layer_id))
        layers.insert(max(0, min(index, len(layers))), layer)
        self._change_layers(self.tr("Move garment"), tuple(layers))

    def set_layer(
        self, layer_id: str, *, visible: bool | None = None, opacity: float | None = None, name: str | None = None
    ) -> None:
        """Changes how a garment is shown or called. Raises KeyError when there is none."""
        index = self._index(layer_id)
        layer = self._layers[index]
        wanted = {
            "visible": visible,
            "opacity": None if opacity is None else min(max(float(opacity), 0.0), 1.0),
            "name": name,
        }
        values: dict[str, Any] = {
            key: value for key, value in wanted.items() if value is not None and value != getattr(layer, key)
        }
        if not values:
            return
        titles = {
            "visible": self.tr("Show garment") if visible else self.tr("Hide garment"),
            "opacity": self.tr("Garment opacity"),
            "name": self.tr("Rename garment"),
        }
        # A slider that is being dragged is one change, two clicks on an eye are two.
        merge = "" if "visible" in values else f"layer {layer_id} {' '.join(values)}"
        layers = (*self._layers[:index], dataclasses.replace(layer, **values), *self._layers[index + 1 :])
        self._change_layers(titles[next(iter(values))], layers, merge)

    def set_outfit(self, outfit: Outfit, name: str = "") -> None:
        """Changes the panel's settings. Quick changes of the same setting, such as typing, are one entry."""
        before = self._outfit
        fields = before.differing(outfit)
        if not fields:
            return
        self._put_outfit(outfit)
        merge = f"outfit {' '.join(fields)}"
        self._push(name or self.tr("Change settings"), ValueChange(self._put_outfit, before, outfit), merge)

    # ---- undo

    def undo(self) -> None:
        """Takes the latest change back; an open stroke is finished first. Nothing happens when there is none."""
        if self._edit is not None:
            self._edit.commit()
        self._history.undo()
        self._history_moved()

    def redo(self) -> None:
        """Makes the change that was undone last again. Nothing happens when there is none."""
        if self._edit is not None:
            self._edit.commit()
        self._history.redo()
        self._history_moved()

    @property
    def can_undo(self) -> bool:
        return self._history.can_undo

    @property
    def can_redo(self) -> bool:
        return self._history.can_redo

    @property
    def undo_text(self) -> str:
        """The name of what `undo` would take back, "" for nothing."""
        return self._history.undo_name

    @property
    def redo_text(self) -> str:
        """The name of what `redo` would make again, "" for nothing."""
        return self._history.redo_name

    @property
    def history_bytes(self) -> int:
        """The memory the history keeps."""
        return self._history.bytes

    # ---- inside

    def _adopt(self, state: DocumentState) -> None:
        self._picture = state.picture
        self._source = state.source
        self._ground = _read_only(np.asarray(state.picture.image))
        self._colours = self._ground if state.picture.alpha is None else _read_only(np.asarray(state.picture.rgb))
        self._alpha = None if state.picture.alpha is None else _read_only(np.asarray(state.picture.alpha))
        for plane in (state.mask, state.protection):
            if plane.shape != self._ground.shape[:2]:
                raise ValueError(f"A mask of {plane.shape} does not fit a picture of {self._ground.shape[:2]}.")
        self._mask, self._protection = Plane(state.mask.copy()), Plane(state.protection.copy())
        self._layers, self._outfit, self._made = state.layers, state.outfit, state.made
        self._history.clear()

    def _begin(self, name: str, plane: Plane, changed: SignalInstance) -> Edit:
        if self._edit is not None:
            self._edit.commit()
        self._edit = Edit(name, plane, lambda bounds: changed.emit(_rect(bounds)), self._finished)
        return self._edit

    def _finished(self, edit: Edit, change: Change | None) -> None:
        if self._edit is edit:
            self._edit = None
        if change is not None:
            self._push(edit.name, change)

    def _replace(self, edit: Edit, mask: Mask | np.ndarray) -> None:
        alpha = mask.alpha if isinstance(mask, Mask) else mask
        with edit:
            if alpha.shape != edit.array.shape:
                raise ValueError(f"A mask of {alpha.shape} does not fit a picture of {edit.array.shape}.")
            edit.array[...] = alpha
            edit.touch(self.bounds)

    def _index(self, layer_id: str) -> int:
        for index, layer in enumerate(self._layers):
            if layer.id == layer_id:
                return index
        raise KeyError(layer_id)

    def _change_layers(self, name: str, layers: tuple[GarmentLayer, ...], merge: str = "") -> None:
        before = self._layers
        if layers == before:
            return
        self._put_layers(layers)
        self._push(name, ValueChange(self._put_layers, before, layers, own_bytes), merge)

    def _put_layers(self, layers: tuple[GarmentLayer, ...]) -> None:
        changed = difference(self._layers, layers)
        self._layers = layers
        self.layers_changed.emit()
        if changed is not None:
            self.image_changed.emit(_rect(changed))

    def _put_outfit(self, outfit: Outfit) -> None:
        self._outfit = outfit
        self.outfit_changed.emit()

    def _push(self, name: str, change: Change, merge: str = "") -> None:
        if self._together is not None:
            self._together.append(change)
            return
        self._history.push(name, change, merge)
        self._history_moved()

    def _history_moved(self) -> None:
        modified = not self._history.is_saved
        if modified != self._modified:
            self._modified = modified
            self.modified_changed.emit(modified)
        self.history_changed.emit()


def _rect(bounds: Bounds) -> QRect:
    return QRect(*bounds)


def _read_only(array: np.ndarray) -> np.ndarray:
    array.flags.writeable = False
    return array


def _copied(array: np.ndarray, into: np.ndarray | None) -> np.ndarray:
    """A copy, in the memory of another array of that shape if there is one."""
    if into is None or into.shape != array.shape:
        return array.copy()
    np.copyto(into, array)
    return into
