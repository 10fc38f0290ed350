"""Finding the clothes: what the engine sees in the picture becomes chips, protected outlines, handles and a mask.

What was found belongs to the picture as it looked then. The mask and the protection stay the user's: a garment that is
chosen or left joins or leaves the mask, and what was painted by hand beside it stays.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from ccnet.body import Body
from ccnet.engine_messages import ClickJob, FindJob
from ccnet.garments import SLOT_CLASSES, Slot
from ccnet.leaks import check_before
from ccnet.masks import Bounds, Mask, Point
from ccnet.outfitmask import WHOLE_OUTFIT
from ccnet.targets import Target, body_of
from gui.chips import Chip
from gui.document import Document
from gui.dressing_job import target_of
from gui.engine_bridge import EngineBridge
from gui.outfit import STARTER
from gui.shown import ShownPicture

MASKED = 0.5
"""A garment counts as masked when at least this share of it is."""

if TYPE_CHECKING:
    from ccnet.autodress import FoundClothes

CHARACTER = "character "
"""What the chips' names begin with by which another character is chosen; its number follows."""

REST = 400
"""Milliseconds after a change of mask or target until what depends on it follows."""

SAMPLE_NAMES = ("mimi.png", "ren.png", "sera.png")
"""Pictures that the starter knows how to look at."""

LARGEST_GUARDED = 6_000_000
"""Pixels of a picture up to which the leak guard looks at a mask that is painted by hand."""


class Finding(QObject):
    """Signals: `chips_changed(list)` of `gui.chips.Chip`; `body_changed(Body or None, Target)`; `busy_changed(bool)`;
    `notice(str)`, `problem(str)` sentences; `leak_changed(str, int)` what of the old garment shows beside the mask and
    by how many pixels the mask should grow, "" for nothing; `clicked(Mask)`, `click_failed()`, `previewed(Mask or
    None)` answers for the canvas.
    """

    chips_changed = Signal(list)
    body_changed = Signal(object, object)
    busy_changed = Signal(bool)
    notice = Signal(str)
    problem = Signal(str)
    leak_changed = Signal(str, int)
    clicked = Signal(object)
    click_failed = Signal()
    previewed = Signal(object)

    def __init__(
        self, document: Document, shown: ShownPicture, bridge: EngineBridge, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document, self._shown, self._bridge = document, shown, bridge
        self._numbers = itertools.count(1)
        self._waiting: dict[str, Callable[[Any], None]] = {}  # by the id of a job that finds
        self._clicks: set[str] = set()
        self._look = ""  # the id of the job about what lies under the pointer
        self._found: FoundClothes | None = None
        self._pieces: dict[Slot, np.ndarray] = {}  # where each garment is, uint8[H, W]
        self._body: Body | None = None
        self._character: int | None = None  # 1 is the largest
        self._target: Target | None = None
        self._mask: np.ndarray | None = None  # what of the mask came from here
        self._protection: np.ndarray | None = None
        self._said: set[str] = set()
        self._rest = QTimer(self, singleShot=True, interval=REST)
        self._rest.timeout.connect(self._follow)
        shown.changed.connect(self._picture_changed)
        document.picture_changed.connect(self.forget)
        document.mask_changed.connect(self._touched)
        document.outfit_changed.connect(self._touched)
        bridge.found.connect(self._on_found)
        bridge.mask.connect(self._on_mask)
        bridge.failed.connect(self._on_failed)
        bridge.cancelled.connect(self._on_cancelled)

    # ---- what is known

    @property
    def old(self) -> Mask | None:
        """Where the clothes are that the mask is for, None while that is not known."""
        if self._found is None or not self._pieces:
            return None
        pieces = [self._pieces[slot] for slot in self.chosen]
        return Mask(np.maximum.reduce(pieces)) if pieces else None

    @property
    def slots(self) -> tuple[Slot, ...]:
        """The garments that were found."""
        return tuple(self._pieces)

    @property
    def chosen(self) -> tuple[Slot, ...]:
        """Those of them that are masked."""
        mask = self._document.mask
        return tuple(slot for slot, piece in self._pieces.items() if _share(mask, piece) >= MASKED)

    @property
    def is_busy(self) -> bool:
        return bool(self._waiting)

    # ---- for the window

    def find(self) -> None:
        """Looks for garments: chips appear over them, and what is to be kept is outlined."""
        self._submit(None, self._show_found)

    def mask_outfit(self, then: Callable[[], None] | None = None) -> None:
        """Masks the whole outfit. then: called when it is done."""

        def take(found: Any) -> None:
            title = self.tr("Mask outfit")
            with self._document.together(title):
                self._show_found(found)
                self._set_mask(found.mask.mask.alpha, title)
            if then is not None:
                then()

        self._submit(None, take)

    def toggle(self, slot: str) -> None:
        """A chip was clicked: its garment joins the mask, or leaves it; or another character is meant."""
        if slot.startswith(CHARACTER):
            self._character = int(slot.removeprefix(CHARACTER))
            self.find()
            return
        if slot not in self._pieces:
            return
        name, wanted = cast(Slot, slot), list(self.chosen)
        if name in wanted:
            wanted.remove(name)
        else:
            wanted.append(name)
        if not wanted:
            self._set_mask(None, self.tr("Leave garment out"))
            return
        title = self.tr("Mask garment") if name in wanted else self.tr("Leave garment out")
        self._submit(tuple(wanted), lambda found: self._take_mask(found, title))

    def click(self, points: tuple[Point, ...], box: Bounds | None) -> None:
        """A smart click; answered by `clicked` or `click_failed`, in order."""
        self._forget_look()
        id = self._name("click")
        self._clicks.add(id)
        self._bridge.submit(ClickJob(id, self._shown.rgb, points, box))

    def look(self, points: tuple[Point, ...], box: Bounds | None) -> None:
        """What lies under the pointer; answered by `previewed`."""
        self._forget_look()
        self._look = self._name("look")
        self._bridge.submit(ClickJob(self._look, self._shown.rgb, points, box))

    def cancel(self) -> None:
        """Gives up whatever is being looked for."""
        for id in list(self._waiting):
            self._bridge.cancel(id)

    def forget(self) -> None:
        """Another picture: nothing is known of it."""
        self.cancel()
        self._found = self._body = self._target = self._mask = self._protection = self._character = None
        self._pieces = {}
        self.chips_changed.emit([])
        self.body_changed.emit(None, Target())
        self.leak_changed.emit("", 0)

    def tell_again(self) -> None:
        """Emits everything that is known, for widgets that are new."""
        self._tell_chips()
        self._tell_body()

    # ---- asking

    def _submit(self, slots: Sequence[Slot] | None, then: Callable[[Any], None]) -> None:
        outfit = self._document.outfit
        for id in list(self._waiting):  # what was asked before is of no interest any more
            self._bridge.cancel(id)
        id = self._name("find")
        self._waiting[id] = then
        intent = "new" if outfit.intent == "remove" and slots is None else outfit.intent
        added = self._added_protection()
        protect = Mask(added) if added.any() else None
        if len(self._waiting) == 1:
            self.busy_changed.emit(True)
        self._target = target_of(outfit)
        character = self._character
        job = FindJob(id, self._shown.whole, slots, self._target, intent, protect=protect, character=character)
        self._bridge.submit(job)

    def _name(self, kind: str) -> str:
        return f"{kind} {id(self):x} {next(self._numbers)}"

    def _forget_look(self) -> None:
        if self._look:
            look, self._look = self._look, ""
            self._bridge.cancel(look)

    # ---- answers

    def _on_found(self, id: str, found: Any) -> None:
        then = self._end(id)
        if then is not None and found.map.size == (self._document.width, self._document.height):
            then(found)
            for sentence in self._sentences(found):
                if sentence not in self._said:
                    self._said.add(sentence)
                    self.notice.emit(sentence)

    def _sentences(self, found: Any) -> list[str]:
        """What the person should know, in the window's words where it has some; what was cured is not worth any."""
        sentences = []
        source = self._document.source
        if found.map.parser == STARTER and (source is None or source.name not in SAMPLE_NAMES):
            sentences.append(
                self.tr("The starter's eyes know paper dolls only: get a parser for anime under Dress > Models.")
            )
        leak = "" if found.leak is None else found.leak.notice
        known = (leak, "ccnet models", "characters were found")
        return sentences + [each for each in found.notices if not any(part and part in each for part in known)]

    def _on_mask(self, id: str, mask: Mask) -> None:
        if id in self._clicks:
            self._clicks.discard(id)
            self.clicked.emit(mask)
        elif id == self._look:
            self._look = ""
            self.previewed.emit(mask)

    def _on_failed(self, id: str, sentence: str, kind: str = "user") -> None:
        if id in self._clicks:
            self._clicks.discard(id)
            self.click_failed.emit()
            self.problem.emit(sentence)
        elif id == self._look:
            self._look = ""
            self.previewed.emit(None)
        elif self._end(id) is not None:
            self.problem.emit(sentence)

    def _on_cancelled(self, id: str) -> None:
        if id in self._clicks:
            self._clicks.discard(id)
            self.click_failed.emit()
        self._end(id)

    def _end(self, id: str) -> Callable[[Any], None] | None:
        then = self._waiting.pop(id, None)
        if then is not None and not self._waiting:
            self.busy_changed.emit(False)
        return then

    def _show_found(self, found: Any) -> None:
        """Chips, protected outlines and handles for what was found."""
        self._found = found
        size = self._document.mask.shape
        self._pieces = {}
        for slot in found.slots:
            piece = np.minimum(found.map.mask(*SLOT_CLASSES[slot]).alpha, found.chosen.mask.alpha)
            if piece.shape == size and piece.any():
                self._pieces[slot] = piece
        try:
            self._body = body_of(found.map, found.chosen)
        except ValueError:
            self._body = None
        self._take_protection(found)
        self._tell_chips()
        self._tell_body()

    def _take_protection(self, found: Any) -> None:
        kept = np.maximum(found.mask.protected_strong.alpha, found.mask.protected_weak.alpha)
        kept = np.where(found.mask.mask.alpha > 127, 0, kept).astype(np.uint8)
        document = self._document
        added, before = self._added_protection(), self._protection
        wanted = np.maximum(kept, added)
        if before is not None:  # what the user took away stays away
            wanted = np.where((before > 127) & (document.protection <= 127), 0, wanted).astype(np.uint8)
        self._protection = kept
        if not np.array_equal(wanted, document.protection):
            document.set_protection(wanted, self.tr("Protect face, hair and hands"))

    def _added_protection(self) -> np.ndarray:
        """What the user protects beyond what was found: uint8[H, W]."""
        protection, before = self._document.protection, self._protection
        if before is None or before.shape != protection.shape:
            return protection.copy()
        return np.where(before > 127, 0, protection).astype(np.uint8)

    def _take_mask(self, found: Any, title: str) -> None:
        with self._document.together(title):
            self._take_protection(found)
            self._set_mask(found.mask.mask.alpha, title)

    def _set_mask(self, alpha: np.ndarray | None, title: str) -> None:
        """Exchanges what of the mask came from here for `alpha`; what was painted by hand stays."""
        document, before = self._document, self._mask
        mask = document.mask.copy()
        if before is not None and before.shape == mask.shape:
            mask[before > 127] = 0
        elif alpha is None:
            for piece in self._pieces.values():
                mask[piece > 127] = 0
        if alpha is not None:
            np.maximum(mask, alpha, out=mask)
        self._mask = alpha
        document.set_mask(mask, title)
        self._tell_chips()

    # ---- what follows

    def _picture_changed(self) -> None:
        """A garment was put on or taken off: what was found is not what is worn now. The body stays."""
        self._found, self._mask = None, None
        self._pieces = {}
        self.chips_changed.emit([])
        self.leak_changed.emit("", 0)

    def _touched(self) -> None:
        if self._found is not None:
            self._rest.start()

    def _follow(self) -> None:
        """The mask or the wanted shape has changed: chips, handles and the room for the new shape follow."""
        if self._found is None:
            return
        self._tell_chips()
        target = target_of(self._document.outfit)
        if target != self._target:
            self._target = target
            self._tell_body()
            chosen = self.chosen
            if self._mask is not None and chosen and self._document.mask.any():
                whole = set(chosen) >= set(self._pieces) & set(WHOLE_OUTFIT)
                self._submit(None if whole else chosen, lambda found: self._take_mask(found, self.tr("Fit mask")))
                return
        self._guard()

    def _guard(self) -> None:
        old = self.old
        document = self._document
        if old is None or not document.mask.any() or document.width * document.height > LARGEST_GUARDED:
            self.leak_changed.emit("", 0)
            return
        leak = check_before(self._shown.rgb, document.mask_copy(), old, Mask(document.protection))
        if leak is None:
            self.leak_changed.emit("", 0)
        else:
            words = self.tr("%n pixel(s) of the old outfit show beside the mask", "", leak.outside_pixels)
            self.leak_changed.emit(words, leak.grow)

    def _tell_chips(self) -> None:
        chosen = self.chosen
        chips = []
        for slot, piece in self._pieces.items():
            rows, columns = np.nonzero(piece > 127)
            if len(rows):
                middle = len(rows) // 2
                chips.append(Chip(slot, float(np.median(columns)), float(rows[middle]), slot in chosen))
        found = self._found
        if found is not None and len(found.characters) > 1:
            for number, character in enumerate(found.characters, 1):
                x, y, width, _ = character.bounds
                text = self.tr("Character {number}").format(number=number)
                chips.append(Chip(f"{CHARACTER}{number}", x + width / 2, y, character is found.chosen, text))
        self.chips_changed.emit(chips)

    def _tell_body(self) -> None:
        self.body_changed.emit(self._body, target_of(self._document.outfit))


def _share(mask: np.ndarray, piece: np.ndarray) -> float:
    """The share of a piece that is masked."""
    there = piece > 127
    return float((mask[there] > 127).mean()) if there.any() else 0.0
