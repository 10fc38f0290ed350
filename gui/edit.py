"""Painting, from the first dab to the last. No Qt."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType

from ccnet.masks import Bounds
from gui.history import Change, Plane


class Edit:
    """Painting on a plane of a document; one entry of its history. A context manager.

    Write to `array` (uint8[H, W]) and call `touch` with the rectangle that was written, as often as you like.
    changed: called with every rectangle that looks different. finished: called once, with the change if there is any.
    """

    def __init__(
        self,
        name: str,
        plane: Plane,
        changed: Callable[[Bounds], None],
        finished: Callable[[Edit, Change | None], None],
    ) -> None:
        self.name = name
        self.array = plane.array
        self._plane, self._changed, self._finished = plane, changed, finished
        self._open = True

    def touch(self, bounds: Bounds) -> None:
        """`bounds` was written: whoever shows it is told at once."""
        inside = self._plane.touch(bounds)
        if inside.width:
            self._changed(inside)

    def commit(self) -> None:
        """The edit is done. Nothing happens when nothing differs, or when it was closed before."""
        if self._open:
            self._open = False
            self._finished(self, self._plane.commit(self._changed))

    def cancel(self) -> None:
        """As if it had never begun."""
        if self._open:
            self._open = False
            bounds = self._plane.revert()
            if bounds.width:
                self._changed(bounds)
            self._finished(self, None)

    def __enter__(self) -> Edit:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self.commit()
        else:
            self.cancel()
