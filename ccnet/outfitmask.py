"""From a garment map and a target shape to the mask of what is repainted.

The mask is the old garment, grown past its outline and shadow, united with the room that the new one needs, minus what
is protected. There are two levels of protection. Strong (face, bare hands, things held, other characters, what the
user protects) is taken out last and holds always. Weak (hair, tail, wings, garments that stay) keeps the room out and
gives way only to the old garment's own pixels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np

from ccnet.arms import find_body, find_hands
from ccnet.garments import (
    FACE_CLASSES,
    SLOT_CLASSES,
    SLOTS,
    Character,
    GarmentMap,
    Slot,
    characters,
    find_slots,
    hands_of,
    parts_of,
)
from ccnet.masks import Mask
from ccnet.request import known
from ccnet.targets import ANY, Target, room

WHOLE_OUTFIT: tuple[Slot, ...] = (
    "top",
    "bottom",
    "dress",
    "outerwear",
    "legwear",
    "footwear",
    "neckwear",
    "gloves",
)
"""What a change of outfit changes when nothing else is said: everything but headwear, which belongs to the hair."""

REMOVABLE: tuple[Slot, ...] = ("outerwear", "headwear", "neckwear", "gloves")
"""What the intent `remove` may take off: accessories and outer garments. Something is worn below each of them."""

SLOT_NAMES: dict[Slot, str] = {
    "top": "top",
    "bottom": "bottom",
    "dress": "dress",
    "outerwear": "outerwear",
    "legwear": "legwear",
    "footwear": "shoes",
    "headwear": "headwear",
    "neckwear": "neckwear",
    "gloves": "gloves",
}
"""Slots in sentences for the user."""

Protection = Literal["strong", "weak", "none"]


@dataclass(frozen=True)
class MaskRules:
    """Every judgement behind a mask. Lengths are shares of the character's height.

    slots: what is replaced when no slots are named. grow: how far past the old garment, over its outline and shadow.
    close: gaps and bays narrower than twice this are filled, so that no edge follows the old garment. overrun: how far
    past the old garment's own pixels weak protection gives way (its outline in the hair). guard: how far around what is
    strongly protected the mask keeps away, except over the old garment's own pixels. speck: pieces of the mask
    smaller than this, squared, are dropped. protect_...: what happens to faces, bare hands, hair (tails and wings
    too), things held, and the garments that are not replaced. hull: the mask becomes its own convex hull first.
    """

    slots: tuple[Slot, ...] = WHOLE_OUTFIT
    grow: float = 0.012
    close: float = 0.02
    overrun: float = 0.002
    guard: float = 0.004
    speck: float = 0.01
    hull: bool = False
    protect_face: Protection = "strong"
    protect_hands: Protection = "strong"
    protect_hair: Protection = "weak"
    protect_held: Protection = "strong"
    protect_others: Protection = "weak"


@dataclass(frozen=True, eq=False)
class OutfitMask:
    """mask: what is repainted. old: the old garments' own pixels. protected_strong, protected_weak: what kept the mask
    out. notices: sentences for the user. All masks are hard and as large as the picture."""

    mask: Mask
    old: Mask
    protected_strong: Mask
    protected_weak: Mask
    notices: tuple[str, ...] = ()


def outfit_mask(
    garments: GarmentMap,
    *,
    slots: Sequence[Slot] | None = None,
    target: Target = ANY,
    rules: MaskRules = MaskRules(),
    character: Character | None = None,
    protect: Mask | None = None,
    old: Mask | None = None,
) -> OutfitMask:
    """The mask to repaint an outfit with.

    slots: what is replaced; None: all of `rules.slots` that is there. target: what the new outfit will cover.
    character: whose clothes; None: the largest character's. protect: more to keep out, strongly. old: the old
    garments' pixels where something has traced them more finely than the map (else they come from the map).

    Raises ValueError when there is no character, when it wears none of `slots`, and when nothing is left to repaint.
    """
    everyone = characters(garments)
    if not everyone:
        raise ValueError("No character was found in the picture: paint the mask by hand, or choose another parser.")
    notices: list[str] = []
    if character is None:
        character = everyone[0]
        if len(everyone) > 1:
            notices.append(f"{len(everyone)} characters were found; the largest is used.")
    chosen = _chosen(garments, character, slots, rules)
    if old is None:
        old = worn(garments, chosen, character)
    parts = parts_of(garments, character.mask if len(everyone) > 1 else None)
    body = find_body(parts)
    assert body is not None  # something is worn
    if not body.face:
        notices.append("No face was found: the room for the new outfit is a guess, look at the mask.")
    hands = hands_of(garments) if garments.hands is not None else garments.soft_mask("body", find_hands(parts, body))
    strong, weak = _protected(garments, chosen, hands, rules, character, everyone, protect)
    wanted = chosen if slots is not None else tuple(dict.fromkeys((*chosen, *rules.slots)))
    space = room(body, target, (garments.soft.shape[2], garments.soft.shape[1]), wanted).alpha > 0
    height = character.bounds.height
    grown = old.grow(max(2, round(rules.grow * height)))
    space |= garments.shrink(grown)
    space = _closed(space, rules.close * height / garments.scale)
    if rules.hull:
        space = _hull(space)
    inside = (garments.enlarge(space.astype(np.uint8) * 255).alpha > 0) | (grown.alpha > 0)
    yielding = old.grow(round(rules.overrun * height)).alpha > 0
    inside &= ~((weak.alpha > 0) & ~yielding)
    inside &= (strong.grow(round(rules.guard * height)).alpha == 0) | (old.alpha > 0)
    inside &= strong.alpha == 0
    mask = _without_specks(inside, old, round(rules.speck * height) ** 2)
    if not mask:
        raise ValueError("Nothing is left to repaint: everything that the mask would cover is protected.")
    return OutfitMask(mask, old, strong, weak, tuple(notices))


def removal_mask(
    garments: GarmentMap,
    slot: Slot,
    *,
    rules: MaskRules = MaskRules(),
    character: Character | None = None,
    protect: Mask | None = None,
) -> OutfitMask:
    """The mask to take one accessory or outer garment off: its own pixels, grown past outline and shadow, no room.

    Raises ValueError for slots that are not `REMOVABLE`, and as `outfit_mask` does.
    """
    if known("slot", slot, SLOTS) not in REMOVABLE:
        names = ", ".join(SLOT_NAMES[one] for one in REMOVABLE)
        raise ValueError(f"Only {names} can be removed: give the {SLOT_NAMES[slot]} a new look instead.")
    everyone = characters(garments)
    if not everyone:
        raise ValueError("No character was found in the picture: paint the mask by hand, or choose another parser.")
    character = character or everyone[0]
    chosen = _chosen(garments, character, (slot,), rules)
    if slot == "outerwear" and not find_slots(garments, character.mask).keys() & {"outerwear", "top"}:
        raise ValueError("No outerwear found over the dress: give the dress a new look instead.")
    old = worn(garments, chosen, character)
    hands = hands_of(garments, character.mask)
    strong, weak = _protected(garments, chosen, hands, rules, character, everyone, protect)
    grown = old.grow(max(2, round(rules.grow * character.bounds.height))).alpha > 0
    # Under a hat is hair, under gloves are hands: both must be drawn, so hair gives way to the outline as well.
    mask = Mask(grown & (strong.alpha == 0))
    return OutfitMask(mask, old, strong, weak)


def worn(garments: GarmentMap, slots: Sequence[Slot], character: Character) -> Mask:
    """The pixels of the garments in these slots on one character."""
    names = dict.fromkeys(name for slot in slots for name in SLOT_CLASSES[slot])
    return Mask(np.minimum(garments.mask(*names).alpha, character.mask.alpha)) if names else garments.mask()


def _chosen(
    garments: GarmentMap, character: Character, slots: Sequence[Slot] | None, rules: MaskRules
) -> tuple[Slot, ...]:
    found = find_slots(garments, character.mask)
    there = ", ".join(SLOT_NAMES[slot] for slot in found) or "nothing"
    if slots is None:
        chosen: tuple[Slot, ...] = tuple(slot for slot in rules.slots if slot in found)
        if not chosen:
            raise ValueError(f"No clothes were found on the character; found: {there}. Paint the mask by hand.")
        return chosen
    for slot in slots:
        known("slot", slot, SLOTS)
        same = found.keys() & {"top", "dress", "outerwear"} if slot in ("top", "dress", "outerwear") else {slot}
        if not found.keys() & same:
            raise ValueError(f"No {SLOT_NAMES[slot]} found; found: {there}.")
    if not slots:
        raise ValueError(f"No slots are chosen: choose from {there}.")
    return tuple(slots)


_COVERED: dict[Slot, tuple[str, ...]] = {
    "top": (),
    "bottom": ("legwear",),
    "dress": ("topwear", "bottomwear", "legwear"),
    "outerwear": ("topwear", "bottomwear", "legwear"),
    "legwear": (),
    "footwear": ("legwear",),
    "headwear": (),
    "neckwear": ("topwear",),
    "gloves": (),
}
"""Garments of other slots that a new one may be worn over, where it has room; they do not hold it back."""


def _protected(
    garments: GarmentMap,
    chosen: Sequence[Slot],
    hands: Mask,
    rules: MaskRules,
    character: Character,
    everyone: Sequence[Character],
    protect: Mask | None,
) -> tuple[Mask, Mask]:
    """(strong, weak), of everything around the clothes."""
    replaced = {name for slot in chosen for name in SLOT_CLASSES[slot]}
    covered = {name for slot in chosen for name in _COVERED[slot]}
    staying = {name for names in SLOT_CLASSES.values() for name in names} - replaced - covered
    levels: dict[Protection, list[np.ndarray]] = {"strong": [], "weak": [], "none": []}
    levels[rules.protect_face].append(garments.mask(*FACE_CLASSES).alpha)
    levels[rules.protect_hands].append(hands.alpha)
    levels[rules.protect_held].append(garments.mask("objects").alpha)
    levels[rules.protect_hair].append(garments.mask("hair", "tail", "wings").alpha)
    if staying:
        levels[rules.protect_others].append(garments.mask(*sorted(staying)).alpha)
    for other in everyone:
        if other is not character and not np.array_equal(other.mask.alpha, character.mask.alpha):
            levels["strong"].append(other.mask.alpha)
    if protect is not None:
        levels["strong"].append(protect.threshold().alpha)
    empty = np.zeros(garments.size[::-1], np.uint8)
    strong = np.maximum.reduce([empty, *levels["strong"]])
    weak = np.maximum.reduce([empty, *levels["weak"]])
    return Mask(strong), Mask(np.where(strong > 0, 0, weak).astype(np.uint8))


def _closed(inside: np.ndarray, radius: float) -> np.ndarray:
    """Gaps and bays narrower than twice the radius filled, and every hole."""
    pixels = round(radius)
    if pixels > 0:
        padded = np.pad(inside, pixels + 1)
        padded = Mask(padded).grow(pixels).alpha == 0
        inside = (Mask(padded).grow(pixels).alpha == 0)[pixels + 1 : -pixels - 1, pixels + 1 : -pixels - 1]
    outlines, _ = cv2.findContours(inside.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    filled = np.zeros(inside.shape, np.uint8)
    cv2.drawContours(filled, outlines, -1, 1, cv2.FILLED)
    return filled.astype(bool)


def _hull(inside: np.ndarray) -> np.ndarray:
    filled = np.zeros(inside.shape, np.uint8)
    found = cv2.findNonZero(inside.astype(np.uint8))
    if found is not None:
        cv2.fillConvexPoly(filled, cv2.convexHull(found), 1)
    return filled.astype(bool)


def _without_specks(inside: np.ndarray, old: Mask, area: int) -> Mask:
    """Without small loose pieces, unless they hold something of the old garment."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(inside.astype(np.uint8))
    pieces = labels.astype(np.intp)
    keep = stats[:, cv2.CC_STAT_AREA] >= area
    keep[np.unique(pieces[(old.alpha > 0) & inside])] = True
    keep[0] = False
    return Mask(keep[pieces]) if count > 1 else Mask(inside)
