"""What is undone is exactly as it was, in little memory."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from ccnet.masks import Bounds
from gui.history import _PACKER, MERGE_SECONDS, TILE, History, Plane, ValueChange


class Clock:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Box:
    """A value that changes can be made to."""

    def __init__(self, history: History) -> None:
        self.value, self._history = "", history

    def put(self, value: str) -> None:
        self.value = value

    def change(self, value: str, merge: str = "") -> None:
        before, self.value = self.value, value
        self._history.push(f"to {value}", ValueChange(self.put, before, value, lambda kept, other: len(kept)), merge)


def paint(plane: Plane, history: History, rng: np.random.Generator) -> bool:
    """One random stroke of any kind, as an entry; False when it changed nothing."""
    height, width = plane.array.shape
    for _ in range(rng.integers(1, 4)):
        w, h = (int(rng.integers(1, side + 40)) for side in (width, height))
        bounds = Bounds(int(rng.integers(-40, width)), int(rng.integers(-40, height)), w, h)
        inside = plane.touch(bounds)
        part = plane.array[inside.slices]
        kind = rng.integers(4)
        if kind == 0:
            part[...] = rng.integers(0, 256)
        elif kind == 1:
            part[...] = rng.integers(0, 256, part.shape)
        elif kind == 2:
            part[...] = 255 - part
        elif part.size:
            cv2.circle(part, (part.shape[1] // 2, part.shape[0] // 2), 20, int(rng.integers(256)), -1)
    change = plane.commit(lambda bounds: None)
    if change is not None:
        history.push("stroke", change)
    return change is not None


@pytest.mark.parametrize("size", [(1, 1), (TILE, TILE), (2 * TILE + 1, 3 * TILE - 1), (37, 600)])
def test_random_strokes_come_back_exactly(size: tuple[int, int]) -> None:
    rng = np.random.default_rng(size[0])
    plane, history = Plane(rng.integers(0, 256, size, np.uint8)), History()
    states = [plane.array.copy()]
    for _ in range(40):
        if paint(plane, history, rng):
            states.append(plane.array.copy())
    position = len(states) - 1
    for _ in range(200):  # back and forth at random, and all the way in the end
        if rng.integers(2):
            position -= history.undo()
        else:
            position += history.redo()
        np.testing.assert_array_equal(plane.array, states[position])
    while history.undo():
        position -= 1
        np.testing.assert_array_equal(plane.array, states[position])
    assert position == 0
    while history.redo():
        position += 1
        np.testing.assert_array_equal(plane.array, states[position])
    assert position == len(states) - 1


def test_a_new_stroke_after_an_undo_goes_on_from_there() -> None:
    rng = np.random.default_rng(1)
    plane, history = Plane(np.zeros((300, 300), np.uint8)), History()
    while not (paint(plane, history, rng) and paint(plane, history, rng)):
        pass
    history.undo()
    before = plane.array.copy()
    while not paint(plane, history, rng):
        pass
    assert not history.can_redo
    history.undo()
    np.testing.assert_array_equal(plane.array, before)


def test_undo_tells_the_rectangle_that_changed() -> None:
    plane, told = Plane(np.zeros((300, 500), np.uint8)), []
    plane.array[130:140, 390:499] = 7
    plane.touch(Bounds(390, 130, 109, 10))
    change = plane.commit(told.append)
    assert change is not None
    change.undo()
    assert told == [Bounds(384, 128, 116, 128)]
    assert not plane.array.any()


def test_what_was_written_and_not_committed_can_be_dropped() -> None:
    plane = Plane(np.full((200, 200), 9, np.uint8))
    plane.array[50:60, 150:160] = 1
    plane.touch(Bounds(150, 50, 10, 10))
    assert plane.revert() == Bounds(128, 0, 72, 128)
    assert (plane.array == 9).all()
    assert plane.commit(lambda bounds: None) is None


def test_a_stroke_that_changes_nothing_is_no_entry() -> None:
    plane = Plane(np.full((200, 200), 255, np.uint8))
    plane.array[10:50, 10:50] = 255
    plane.touch(Bounds(10, 10, 40, 40))
    assert plane.commit(lambda bounds: None) is None


def test_large_strokes_take_little_memory() -> None:
    plane, history = Plane(np.zeros((4096, 4096), np.uint8)), History()
    for i in range(20):
        plane.array[:, :] = 255 * (i % 2 == 0)
        change = plane.commit(lambda bounds: None) if plane.touch(Bounds(0, 0, 4096, 4096)).width else None
        assert change is not None
        history.push("fill", change)
    _PACKER.submit(int).result()
    assert history.bytes < 20 * 4096**2 / 200


def test_the_oldest_entries_are_forgotten_and_the_rest_stays_exact() -> None:
    history = History(limit=100)
    box = Box(history)
    for i in range(60):
        box.change(f"{i:010d}")
        assert history.bytes <= 100
    undone = 0
    while history.undo():
        undone += 1
        assert box.value == f"{59 - undone:010d}"
    assert undone == 10


def test_an_entry_larger_than_the_limit_can_still_be_undone() -> None:
    history = History(limit=3)
    box = Box(history)
    box.change("long before")
    box.change("long after")
    history.undo()
    assert box.value == "long before"


def test_quick_changes_of_one_setting_are_one_entry() -> None:
    clock = Clock()
    history = History(clock=clock)
    box = Box(history)
    for text in ("a", "ab", "abc"):
        box.change(text, "typing")
        clock.now += MERGE_SECONDS / 2
    clock.now += MERGE_SECONDS
    box.change("abcd", "typing")
    box.change("x", "another")
    values = []
    while history.undo():
        values.append(box.value)
    assert values == ["abcd", "abc", ""]


def test_saved_is_the_state_that_was_saved_and_no_other() -> None:
    clock = Clock()
    history = History(clock=clock)
    box = Box(history)
    assert history.is_saved
    box.change("a", "typing")
    assert not history.is_saved
    history.mark_saved()
    box.change("b", "typing")  # quick, but what is on disk must stay reachable
    assert not history.is_saved
    history.undo()
    assert history.is_saved
    assert box.value == "a"
    history.undo()
    assert not history.is_saved
    box.change("c")  # what was saved can no longer be reached
    history.undo()
    assert not history.is_saved


def test_a_saved_state_that_was_forgotten_is_not_taken_for_another() -> None:
    history = History(limit=25)
    box = Box(history)
    for i in range(10):
        box.change(f"{i:010d}")
    while history.undo():
        assert not history.is_saved
    assert not history.is_saved


def test_names_are_those_of_what_would_happen() -> None:
    history = History()
    box = Box(history)
    assert (history.undo_name, history.redo_name) == ("", "")
    box.change("a")
    box.change("b")
    history.undo()
    assert (history.undo_name, history.redo_name) == ("to a", "to b")
    history.clear()
    assert not history.can_undo
    assert not history.can_redo
    assert not history.undo()
