"""Undo and redo: what changed, in as few bytes as it takes, and exactly back again. No Qt.

A painted plane (the mask, the protection) is compared with its last committed state in squares of 128 pixels. Only the
squares that differ are kept, as the exclusive or of before and after, compressed: the same bytes lead back and forth,
and a square of which only a corner was painted costs next to nothing. Everything else a document holds is immutable,
so that its changes are kept as two references.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import reduce
from typing import Any, NamedTuple, Protocol

import lz4.block
import numpy as np

from ccnet.masks import Bounds
from ccnet.shapes import NOTHING, union
from gui.background import give_way

TILE = 128
"""The side of a square, in pixels. At the right and lower border of a picture squares are cut off."""

LIMIT = 300_000_000
"""The bytes a history holds before it forgets its oldest entries."""

MERGE_SECONDS = 2.0
"""Changes of the same setting that follow each other faster than this, such as typed letters, are one entry."""


class Change(Protocol):
    """One thing that can be taken back."""

    def undo(self) -> None: ...

    def redo(self) -> None: ...

    def weight(self, undone: bool) -> int:
        """The bytes that only this change keeps alive, while it is done or while it is undone."""
        ...


_PACKER = ThreadPoolExecutor(1, "history", initializer=give_way)
"""Compresses beside the painting, so that lifting the brush costs no more than moving it."""


class Run(NamedTuple):
    """How squares that lie beside each other changed: the exclusive or of before and after, inside `bounds`."""

    bounds: Bounds
    difference: np.ndarray


class Plane:
    """A uint8[H, W] array that is painted on, beside its last committed state.

    `array` may be written to at any time by whoever then calls `touch` with the rectangle that was written.
    """

    def __init__(self, array: np.ndarray) -> None:
        self.array = np.ascontiguousarray(array)
        self._committed = self.array.copy()
        self._touched: set[tuple[int, int]] = set()

    def touch(self, bounds: Bounds) -> Bounds:
        """Notes that `bounds` was written; returns its part inside the picture, 0 x 0 when there is none."""
        inside = clip(bounds, self.array.shape[1], self.array.shape[0])
        if inside.width:
            rows = range(inside.y // TILE, (inside.y + inside.height - 1) // TILE + 1)
            columns = range(inside.x // TILE, (inside.x + inside.width - 1) // TILE + 1)
            self._touched.update((row, column) for row in rows for column in columns)
        return inside

    def commit(self, changed: Callable[[Bounds], None]) -> TileChange | None:
        """Everything that was written since the last commit, None when nothing differs.

        changed: called with the rectangle that changed whenever the change is undone or redone.
        """
        runs = []
        for bounds in self._runs([at for at in sorted(self._touched) if self._differs(at)]):
            now, before = self.array[bounds.slices], self._committed[bounds.slices]
            runs.append(Run(bounds, now ^ before))
            before[...] = now
        self._touched.clear()
        if not runs:
            return None
        return TileChange(self, runs, changed)

    def revert(self) -> Bounds:
        """Takes back what was written since the last commit; returns the rectangle it lay in."""
        runs = self._runs(sorted(self._touched))
        for bounds in runs:
            self.array[bounds.slices] = self._committed[bounds.slices]
        self._touched.clear()
        return reduce(union, runs, NOTHING)

    def apply(self, runs: Sequence[Run]) -> Bounds:
        """Turns the squares into their other state; returns the rectangle they lie in."""
        for bounds, difference in runs:
            now = self.array[bounds.slices]
            now ^= difference
            self._committed[bounds.slices] = now
        return reduce(union, (run.bounds for run in runs), NOTHING)

    def _differs(self, at: tuple[int, int]) -> bool:
        tile = self._around(*at, *at).slices
        return bool((self.array[tile] != self._committed[tile]).any())

    def _runs(self, tiles: Sequence[tuple[int, int]]) -> list[Bounds]:
        """Squares (row, column), sorted, as rectangles of those that lie beside each other."""
        ends: list[tuple[int, int, int]] = []
        for row, column in tiles:
            if ends and ends[-1][0] == row and ends[-1][2] == column - 1:
                ends[-1] = row, ends[-1][1], column
            else:
                ends.append((row, column, column))
        return [self._around(row, first, row, last) for row, first, last in ends]

    def _around(self, top: int, left: int, bottom: int, right: int) -> Bounds:
        """The pixels from one square to another, both included."""
        height, width = self.array.shape
        x, y = left * TILE, top * TILE
        return Bounds(x, y, min((right + 1) * TILE, width) - x, min((bottom + 1) * TILE, height) - y)


class TileChange:
    """Painting: every square that changed. Packed by LZ4, which is several times as fast as zlib both ways and makes it
    hardly larger."""

    def __init__(self, plane: Plane, runs: Sequence[Run], changed: Callable[[Bounds], None]) -> None:
        self._plane, self._changed = plane, changed
        self._places = tuple(run.bounds for run in runs)
        data = b"".join(run.difference.tobytes() for run in runs)
        self._unpacked = len(data)
        # The other thread gets bytes alone. Had it the last hold on a document, Qt's objects would die in it.
        self._data = _PACKER.submit(lz4.block.compress, data)

    def undo(self) -> None:
        pixels = np.frombuffer(lz4.block.decompress(self._data.result()), np.uint8)
        runs, start = [], 0
        for bounds in self._places:
            end = start + bounds.width * bounds.height
            runs.append(Run(bounds, pixels[start:end].reshape(bounds.height, bounds.width)))
            start = end
        self._changed(self._plane.apply(runs))

    def redo(self) -> None:
        self.undo()

    def weight(self, undone: bool) -> int:
        return len(self._data.result()) if self._data.done() else self._unpacked


@dataclass(frozen=True)
class ValueChange:
    """An immutable value put in the place of another by `put`. cost: the bytes of the first that the second lacks."""

    put: Callable[[Any], None]
    before: Any
    after: Any
    cost: Callable[[Any, Any], int] = lambda kept, other: 0

    def undo(self) -> None:
        self.put(self.before)

    def redo(self) -> None:
        self.put(self.after)

    def weight(self, undone: bool) -> int:
        return self.cost(self.after, self.before) if undone else self.cost(self.before, self.after)


@dataclass(frozen=True)
class Changes:
    """Several, in the order they were made, that are taken back together."""

    parts: tuple[Change, ...]

    def undo(self) -> None:
        for part in reversed(self.parts):
            part.undo()

    def redo(self) -> None:
        for part in self.parts:
            part.redo()

    def weight(self, undone: bool) -> int:
        return sum(part.weight(undone) for part in self.parts)


@dataclass(frozen=True, eq=False)
class Entry:
    """What one undo takes back. name: for the menu ("Undo Brush stroke"). merge: see `History.push`."""

    name: str
    change: Change
    merge: str = ""
    when: float = 0.0


class History:
    """Entries done and undone, the oldest forgotten when they take more than `limit` bytes. clock: in seconds."""

    def __init__(self, limit: int = LIMIT, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = limit
        self._clock = clock
        self._done: list[Entry] = []
        self._undone: list[Entry] = []
        self._start = Entry("", ValueChange(lambda _: None, None, None))
        self._saved: Entry | None = self._start

    def push(self, name: str, change: Change, merge: str = "") -> None:
        """Adds a change that has just been made; what was undone can no longer be redone.

        merge: changes with the same non-empty word that follow each other quickly become one entry.
        """
        self._undone.clear()
        now = self._clock()
        last = self._done[-1] if self._done else None
        if (
            last is not None
            and merge
            and last.merge == merge
            and now - last.when < MERGE_SECONDS
            and last is not self._saved
            and isinstance(change, ValueChange)
            and isinstance(last.change, ValueChange)
        ):
            change = ValueChange(change.put, last.change.before, change.after, change.cost)
            self._done.pop()
        self._done.append(Entry(name, change, merge, now))
        self._forget()

    def undo(self) -> bool:
        """Takes the latest entry back; False when there is none."""
        if not self._done:
            return False
        entry = self._done.pop()
        entry.change.undo()
        self._undone.append(entry)
        return True

    def redo(self) -> bool:
        """Makes the entry that was undone last again; False when there is none."""
        if not self._undone:
            return False
        entry = self._undone.pop()
        entry.change.redo()
        self._done.append(entry)
        return True

    def clear(self) -> None:
        """Forgets everything; the present state counts as saved."""
        self._done.clear()
        self._undone.clear()
        self._saved = self._start

    def mark_saved(self, top: Entry | None = None) -> None:
        """The present state is the one on disk, or the one in which `top` was the latest entry."""
        self._saved = top or self.top

    def mark_unsaved(self) -> None:
        """No state that can be reached is on disk."""
        self._saved = None

    @property
    def is_saved(self) -> bool:
        return self._saved is self.top

    @property
    def undo_name(self) -> str:
        """The name of what `undo` would take back, "" for nothing."""
        return self._done[-1].name if self._done else ""

    @property
    def redo_name(self) -> str:
        """The name of what `redo` would make again, "" for nothing."""
        return self._undone[-1].name if self._undone else ""

    @property
    def can_undo(self) -> bool:
        return bool(self._done)

    @property
    def can_redo(self) -> bool:
        return bool(self._undone)

    @property
    def bytes(self) -> int:
        """How much memory only this history keeps, without its bookkeeping."""
        done = sum(entry.change.weight(undone=False) for entry in self._done)
        return done + sum(entry.change.weight(undone=True) for entry in self._undone)

    @property
    def top(self) -> Entry:
        """The latest entry that is done; an empty one when there is none. Stands for the present state."""
        return self._done[-1] if self._done else self._start

    def _forget(self) -> None:
        excess = self.bytes - self._limit
        while excess > 0 and len(self._done) > 1:
            oldest = self._done.pop(0)
            if self._saved is self._start:
                self._saved = None
            if self._saved is oldest:
                self._saved = self._start
            excess -= oldest.change.weight(undone=False)


def clip(bounds: Bounds, width: int, height: int) -> Bounds:
    """The part of `bounds` inside a width x height picture, 0 x 0 at the origin when there is none."""
    left, top = max(bounds.x, 0), max(bounds.y, 0)
    right, bottom = min(bounds.x + bounds.width, width), min(bounds.y + bounds.height, height)
    return Bounds(left, top, right - left, bottom - top) if right > left and bottom > top else Bounds(0, 0, 0, 0)
