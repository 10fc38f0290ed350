from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from canvaskit import make_document

from ccnet.masks import Bounds, Mask
from gui.document import Document
from gui.mask_edits import clear_mask, combine_mask, feather_mask, fill_mask, grow_mask, invert_mask, shrink_mask

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture
def document() -> Document:
    document = make_document()
    mask, hands = np.zeros((150, 200), np.uint8), np.zeros((150, 200), np.uint8)
    mask[40:90, 60:120] = 255
    hands[60:70, 120:140] = 255
    document.set_mask(mask, "block")
    document.set_protection(hands, "hands")
    return document


@pytest.mark.parametrize(
    "change",
    [
        clear_mask,
        fill_mask,
        invert_mask,
        lambda document: grow_mask(document, 5),
        lambda document: shrink_mask(document, 5),
        lambda document: feather_mask(document, 5),
        lambda document: combine_mask(document, Mask(np.full((150, 200), 255, np.uint8)), "subtract", "x"),
    ],
)
def test_every_change_is_told_and_can_be_undone(document: Document, change: Callable[[Document], Bounds]) -> None:
    before = document.mask.copy()
    told: list[object] = []
    document.mask_changed.connect(told.append)
    bounds = change(document)
    assert bounds.width
    assert told
    assert (document.mask != before).any()
    document.undo()
    assert np.array_equal(document.mask, before)


@pytest.mark.parametrize("change", [invert_mask, lambda d: grow_mask(d, 9), lambda d: feather_mask(d, 9)])
def test_nothing_spreads_over_protected_parts(document: Document, change: Callable[[Document], Bounds]) -> None:
    change(document)
    assert not document.mask[60:70, 120:140].any()
    assert document.mask[95, 90] or document.mask[20, 20]


def test_what_was_painted_over_a_protected_part_stays_there(document: Document) -> None:
    painted = document.mask.copy()
    painted[60:70, 120:130] = 255
    document.set_mask(painted, "over the hand")
    grow_mask(document, 3)
    assert (document.mask[60:70, 120:130] == 255).all()
    assert not document.mask[60:70, 134:140].any()


def test_growing_nothing_is_no_entry_of_the_history() -> None:
    document = make_document()
    assert grow_mask(document, 5).width == 0
    assert not document.can_undo
