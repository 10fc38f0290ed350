"""From a picture to the mask of its outfit: parser, characters, rules, clicks, and a guard against leaks.

Order: the parser sees the whole picture; one character is chosen; the rules of `ccnet.outfitmask` make a mask of it;
what was pointed out joins it; its edges are refined where the picture is finer than the parser's sight; and where the
old garment still shows beside the mask, the mask grows. Nothing here loads a model or needs torch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from ccnet.garments import FACE_CLASSES, Character, GarmentMap, Slot, characters, find_slots, hands_of
from ccnet.leaks import LEAK_THRESHOLD, LeakWarning, check_after, check_before
from ccnet.masks import Bounds, Mask, Point
from ccnet.outfitmask import REMOVABLE, SLOT_NAMES, MaskRules, OutfitMask, outfit_mask, removal_mask, worn
from ccnet.request import DEFAULT_STRENGTH, Candidate, Intent
from ccnet.targets import ANY, Target

if TYPE_CHECKING:
    from ccnet.parser import Parser
    from ccnet.segmenter import Segmenter
    from ccnet.wordmasks import Detector

REFINE_FROM = 1.25
"""Picture pixels per pixel of the garment map from which on a segmenter looks at the edges anew."""


MOST = 0.5
"""The share of a garment from which on taking it away means taking the garment off."""

CLOTHES = "clothes"
UNDERNEATH: dict[Slot, str] = {
    "headwear": "hair",
    "neckwear": "shirt collar",
    "gloves": "hands",
    "outerwear": "shirt",
}
"""What is drawn under something that is taken off when nobody says what is there."""


@dataclass(frozen=True, eq=False)
class FoundClothes:
    """What was found in a picture, and the mask that came of it.

    map: what the parser saw. characters: everybody, largest first; chosen: whose clothes are meant. slots: what the
    chosen one wears, and on how many pixels. mask: what to repaint and why, its clicks, refinement and growth included.
    leak: where the old garment showed beside the mask, None when it did not. grown: by how many pixels the mask was
    grown because of it. notices: sentences for the user.
    """

    map: GarmentMap
    characters: tuple[Character, ...]
    chosen: Character
    slots: dict[Slot, float]
    mask: OutfitMask
    leak: LeakWarning | None = None
    grown: int = 0
    notices: tuple[str, ...] = ()

    @property
    def number(self) -> int:
        """Of the chosen character, 1 being the largest."""
        return 1 + next(i for i, each in enumerate(self.characters) if each is self.chosen)


def find_clothes(
    image: Image.Image,
    *,
    parser: Parser,
    segmenter: Segmenter | None = None,
    slots: Sequence[Slot] | None = None,
    target: Target = ANY,
    intent: Intent = "new",
    rules: MaskRules | None = None,
    protect: Mask | None = None,
    character: int | None = None,
    point: tuple[float, float] | None = None,
    clicks: Sequence[Point] = (),
    boxes: Sequence[Bounds] = (),
    words: str = "",
    detector: Detector | None = None,
    cure_leaks: bool = True,
) -> FoundClothes:
    """Finds the clothes of one character and makes the mask of them.

    image: any mode; what is transparent lies on white. slots: which parts of the outfit, None for all. target: the
    shape that room is made for. intent: only a new garment is given room, the others keep to the old one's shape.
    rules: see `ccnet.outfitmask.MaskRules`. protect: what the user wants left alone, of the picture's size.
    character (1 is the largest) or point (a pixel on it): whose clothes are meant, by default the largest one's.
    clicks, boxes: what the segmenter is to find, in pixels of the picture; words: what is to be found by its name, with
    a detector or else among what the parser knows. With slots these are added to them, without they are all that is
    masked; clicks that only take away are taken from the mask.
    cure_leaks: whether the mask grows where the old garment shows beside it.

    Raises ValueError, in words for the person who asked, when there is nobody, nothing on, nothing there of what was
    asked for, or a point or box that cannot be.
    """
    check_given(image, (*([] if point is None else [point]), *clicks), boxes)
    rgb = _on_white(image)
    if (clicks or boxes) and segmenter is None:
        raise ValueError("Clicks and boxes need a segmenter: name one, or leave them out.")
    if intent == "remove":
        check_removable(slots, bool(words or clicks or boxes))
    garments = parser(rgb)
    everybody = tuple(characters(garments))
    chosen, notices = _choose(everybody, character, point)
    pointed, taken = _clicked(rgb, segmenter, clicks, boxes)
    if words:
        named = _named(rgb, words, garments, chosen if len(everybody) > 1 else None, detector, segmenter)
        pointed = named if pointed is None else _union(pointed, named)
    if intent == "remove":
        _check_dressed(garments, chosen, slots or (), pointed)
    alone = pointed is not None and slots is None
    rules = rules or MaskRules()
    if alone:
        outfit = _around(garments, chosen, protect)
    elif intent == "remove":
        outfit = _removed(garments, slots or (), rules, chosen, protect)
    else:
        outfit = outfit_mask(garments, slots=slots, target=target, rules=rules, character=chosen, protect=protect)

    old = outfit.old if pointed is None else _union(outfit.old, pointed)
    if segmenter is not None and garments.scale >= REFINE_FROM:
        segmenter.set_image(rgb)
        old = segmenter.refine(old)
    roomy = intent == "new" and not alone
    if roomy and old is not outfit.old:
        outfit = outfit_mask(
            garments, slots=slots, target=target, rules=rules, character=chosen, protect=protect, old=old
        )
    kept = _kept(outfit, old, pointed, yields=alone or intent == "remove")
    mask = outfit.mask
    if not roomy or pointed is not None:
        close = _without(old.grow(max(2, round(rules.grow * chosen.bounds.height))), kept)
        mask = _union(mask, close) if roomy else close
    if taken is not None:
        mask, old, kept = _without(mask, taken), _without(old, taken), _union(kept, taken)
    leak = check_before(rgb, mask, old, kept)
    grown = leak.grow if leak is not None and cure_leaks else 0
    if grown:
        mask = _union(mask, _without(mask.grow(grown), kept))
    if not mask:
        raise ValueError("Nothing is left of the mask: protect less of the picture, or point at something else.")
    notices += (*outfit.notices, *(() if leak is None else (leak.notice,)))
    final = replace(outfit, mask=mask, old=old, notices=notices)
    wearing = find_slots(garments, chosen.mask)
    return FoundClothes(garments, everybody, chosen, wearing, final, leak, grown, notices)


def check_removable(slots: Sequence[Slot] | None, pointed: bool = False) -> None:
    """Refuses to take off what leaves a character unclothed. pointed: whether something was pointed out beside slots.

    Raises ValueError.
    """
    names = ", ".join(REMOVABLE)
    if not slots and not pointed:
        raise ValueError(f"Name what is to be removed, one or more of: {names}.")
    worn: list[Slot] = [slot for slot in slots or () if slot not in REMOVABLE]
    if worn:
        raise ValueError(
            f"Only accessories and outer garments can be removed ({names}), not the {SLOT_NAMES[worn[0]]}: "
            "name the outfit to put on instead."
        )


def underneath(slots: Sequence[Slot]) -> str:
    """A prompt for the intent `remove`, where nobody says what is under these slots: nobody is left unclothed."""
    return ", ".join(dict.fromkeys(UNDERNEATH.get(slot, CLOTHES) for slot in slots)) or CLOTHES


def default_strength(intent: Intent, slots: Sequence[Slot] = ()) -> float:
    """A sensible strength. What is under an outer garment is drawn from the words alone: the skin around it would
    otherwise run into the hole."""
    return 1.0 if intent == "remove" and "outerwear" in slots else DEFAULT_STRENGTH[intent]


def measured(candidate: Candidate, old: Mask) -> Candidate:
    """The candidate with the share of the old garment's palette that is left in its mask, and a warning when that is
    much. old: where the old garment was. A detail fix is meant to keep its colours and is left as it is."""
    request = candidate.request
    if request.intent == "fix" or not old:
        return candidate
    leak = check_after(request.image, candidate.image, request.mask, old)
    if leak <= LEAK_THRESHOLD:
        return replace(candidate, leak=leak)
    warning = (
        f"Seed {candidate.seed}: {leak:.0%} of what was drawn has the old garment's colours: try another seed, or "
        "grow the mask."
    )
    return replace(candidate, leak=leak, notice=f"{candidate.notice} {warning}".strip())


def check_given(image: Image.Image, points: Sequence[Sequence[float]] = (), boxes: Sequence[Bounds] = ()) -> None:
    """Refuses, before anything is loaded, a wholly transparent picture, points (x, y, ...) and boxes outside of it, and
    empty boxes. Raises ValueError."""
    if image.has_transparency_data and image.convert("RGBA").getchannel("A").getextrema() == (0, 0):
        raise ValueError("The picture is wholly transparent: there is nobody in it to dress.")
    width, height = image.size
    for x, y, *_ in points:
        if not (0 <= x < width and 0 <= y < height):
            raise ValueError(f"The point {x:g}, {y:g} lies outside the picture, which is {width} x {height} pixels.")
    for x, y, w, h in boxes:
        if w <= 0 or h <= 0:
            raise ValueError(f"The box at {x}, {y} has no size ({w} x {h}): draw it around a garment.")
        if x >= width or y >= height or x + w <= 0 or y + h <= 0:
            raise ValueError(f"The box at {x}, {y} lies outside the picture, which is {width} x {height} pixels.")


def _on_white(image: Image.Image) -> Image.Image:
    if not image.has_transparency_data:
        return image.convert("RGB")
    ground = Image.new("RGB", image.size, "white")
    ground.paste(image.convert("RGB"), mask=image.convert("RGBA").getchannel("A"))
    return ground


def _choose(
    everybody: Sequence[Character], number: int | None, point: tuple[float, float] | None
) -> tuple[Character, tuple[str, ...]]:
    """(character, notices)."""
    count = len(everybody)
    if not count:
        raise ValueError("No character was found in the picture: paint a mask by hand, or use another parser.")
    if number is not None:
        if not 1 <= number <= count:
            there = "there is one" if count == 1 else f"there are {count}, 1 being the largest"
            raise ValueError(f"There is no character {number} in the picture: {there}.")
        return everybody[number - 1], ()
    if point is not None:
        x, y = (int(value) for value in point)
        found = next((each for each in everybody if each.mask.alpha[y, x]), None)
        if found is None:
            raise ValueError(f"There is only background at {point[0]:g}, {point[1]:g}: point at a character.")
        return found, ()
    if count == 1:
        return everybody[0], ()
    return everybody[0], (
        f"{count} characters were found and the largest was taken: choose another by a point on it or by its number, "
        "1 being the largest.",
    )


def _clicked(
    image: Image.Image, segmenter: Segmenter | None, clicks: Sequence[Point], boxes: Sequence[Bounds]
) -> tuple[Mask | None, Mask | None]:
    """(what is pointed at, what is taken away), None for nothing."""
    if segmenter is None or not (clicks or boxes):
        return None, None
    segmenter.set_image(image)
    wanted = any(click.add for click in clicks)
    if not wanted and not boxes:
        return None, _union(*(segmenter.mask_at([click._replace(add=True)]) for click in clicks))
    if len(boxes) == 1:
        return segmenter.mask_at(clicks, boxes[0]), None
    unwanted = [click for click in clicks if not click.add]
    found = [segmenter.mask_at(unwanted, box) for box in boxes]
    return _union(*found, *([segmenter.mask_at(clicks)] if wanted else [])), None


def _named(
    image: Image.Image,
    words: str,
    garments: GarmentMap,
    character: Character | None,
    detector: Detector | None,
    segmenter: Segmenter | None,
) -> Mask:
    """What words name; only on the character when given."""
    from ccnet.wordmasks import words_mask

    found = words_mask(image, words, detector, segmenter, garments=garments)
    if character is None:
        return found
    mine = Mask(np.minimum(found.alpha, character.mask.alpha))
    if not mine:
        raise ValueError(f'No "{words}" was found on this character: choose another one, or other words.')
    return mine


def _around(garments: GarmentMap, character: Character, protect: Mask | None) -> OutfitMask:
    """Nothing yet, and what is around a thing that is pointed at: hair and other clothes give way to its outline, the
    face and hands do not."""
    nothing = Mask(np.zeros(garments.size[::-1], np.uint8))
    strong = _union(garments.mask(*FACE_CLASSES), hands_of(garments, character.mask))
    return OutfitMask(nothing, nothing, strong if protect is None else _union(strong, protect), nothing)


def _removed(
    garments: GarmentMap, slots: Sequence[Slot], rules: MaskRules, character: Character, protect: Mask | None
) -> OutfitMask:
    parts = [removal_mask(garments, slot, rules=rules, character=character, protect=protect) for slot in slots]
    return OutfitMask(
        mask=_union(*(part.mask for part in parts)),
        old=_union(*(part.old for part in parts)),
        protected_strong=_union(*(part.protected_strong for part in parts)),
        protected_weak=_union(*(part.protected_weak for part in parts)),
        notices=tuple(dict.fromkeys(notice for part in parts for notice in part.notices)),
    )


def _kept(outfit: OutfitMask, old: Mask, pointed: Mask | None, yields: bool) -> Mask:
    """What the mask may not grow over. What was pointed at is wanted, whatever it is. Hair and the like give way to
    the old garment's own pixels, and when they `yield` to its outline as well; faces and hands never do."""
    kept = outfit.protected_strong
    if not yields:
        kept = _union(kept, _without(outfit.protected_weak, old))
    return kept if pointed is None else _without(kept, pointed)


def _check_dressed(garments: GarmentMap, character: Character, slots: Sequence[Slot], pointed: Mask | None) -> None:
    """Refuses to take off the only thing that covers a part of the body. Raises ValueError."""
    wearing = find_slots(garments, character.mask)
    if "outerwear" in slots and not {"outerwear", "top"} & set(wearing):
        found = ", ".join(SLOT_NAMES[slot] for slot in wearing) or "nothing"
        raise ValueError(f"No outerwear found; found: {found}.")
    if pointed is None:
        return
    for slot in ("top", "bottom", "legwear"):
        garment = worn(garments, (slot,), character).alpha > 0
        below = slot == "top" and "outerwear" in wearing
        if garment.any() and not below and (pointed.alpha[garment] > 127).mean() > MOST:
            raise ValueError(
                f"What was pointed at is the {SLOT_NAMES[slot]}, which cannot be removed: name the outfit to put on "
                "instead."
            )


def _union(first: Mask, *others: Mask) -> Mask:
    alpha = first.alpha
    for other in others:
        alpha = np.maximum(alpha, other.alpha)
    return Mask(alpha)


def _without(mask: Mask, taken: Mask) -> Mask:
    return Mask(np.where(taken.alpha > 127, 0, mask.alpha).astype(np.uint8))
