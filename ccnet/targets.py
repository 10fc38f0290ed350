"""What the new outfit will cover: target shapes read from prompt words, and the room they need on a body.

A mask that follows the old garment can only ever give its shape back, so the room is drawn from the body's landmarks
and from what is asked for. Where nothing is asked for there is room for every usual outfit.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal, get_args

from ccnet.arms import find_body
from ccnet.body import Body
from ccnet.garments import SLOTS, Character, GarmentMap, Slot, parts_of
from ccnet.masks import Mask
from ccnet.request import known
from ccnet.room import Shape, draw_room

Sleeves = Literal["any", "none", "short", "long", "wide"]
Hem = Literal["any", "crop", "waist", "thigh", "knee", "ankle"]
Legs = Literal["any", "none", "trousers", "skirt"]

SLEEVES: tuple[Sleeves, ...] = get_args(Sleeves)
HEMS: tuple[Hem, ...] = get_args(Hem)
LEGS: tuple[Legs, ...] = get_args(Legs)
"""All three from little to much, after "any"."""

USUAL_FLARE = 0.55
"""How far skirts spread when nothing is said: wider than all but gowns."""


@dataclass(frozen=True)
class Target:
    """The shape of an outfit. "any" leaves a question open: then there is room for every usual answer.

    sleeves: how much of the arms is covered. hem: where the outfit ends. flare: how far a skirt or a cape spreads, 0
    (narrow) to 1 (ball gown). legs: what is on them; "none" leaves them bare. cape, hood, train: extras that reach past
    the body. Raises ValueError for an unknown name and for a flare outside 0..1.
    """

    name: str = "any"
    sleeves: Sleeves = "any"
    hem: Hem = "any"
    flare: float = USUAL_FLARE
    legs: Legs = "any"
    cape: bool = False
    hood: bool = False
    train: bool = False

    def __post_init__(self) -> None:
        known("kind of sleeves", self.sleeves, SLEEVES)
        known("hem", self.hem, HEMS)
        known("covering of the legs", self.legs, LEGS)
        if not 0 <= self.flare <= 1:
            raise ValueError(f"A flare must be from 0 to 1, not {self.flare:g}.")


ANY = Target()
"""Nothing is known: room for every usual outfit."""


def _target(
    words: str, sleeves: Sleeves = "any", legs: Legs = "any", hem: Hem = "any", flare: float = -1.0, **extras: bool
) -> tuple[str, Target]:
    name = words.split("|")[0]
    return words, Target(name, sleeves, hem, flare if flare >= 0 else USUAL_FLARE, legs, **extras)


_WORDS = (
    # sleeves
    _target("sleeveless|no sleeves|tank top|camisole|halterneck|strapless|tube top|bare shoulders|vest", "none"),
    _target("short sleeves|short sleeve|short-sleeved|t-shirt|tee|tee shirt|polo shirt|puffy short sleeves", "short"),
    _target(
        "long sleeves|long sleeve|long-sleeved|sweater|pullover|jumper|turtleneck|cardigan|jacket|blazer|dress shirt"
        "|sweatshirt|hoodie|hooded sweatshirt|suit|tuxedo|military uniform|armor|armour|detached sleeves",
        "long",
    ),
    _target("wide sleeves|kimono top|haori|bell sleeves|juliet sleeves", "wide"),
    # legs
    _target("long skirt|maxi skirt|ankle-length skirt", "any", "skirt", "ankle", 0.45),
    _target("miniskirt|short skirt|microskirt|mini skirt", "any", "skirt", "thigh", 0.3),
    _target("pencil skirt|tight skirt", "any", "skirt", "knee", 0.05),
    _target("frilled skirt|flared skirt|layered skirt|tutu", "any", "skirt", "knee", 0.6),
    _target("pleated skirt|suspender skirt|medium skirt|plaid skirt", "any", "skirt", "knee", 0.4),
    _target("skirt", "any", "skirt", "any", USUAL_FLARE),
    _target("trousers|pants|jeans|leggings|sweatpants|slacks|overalls|dungarees", "any", "trousers", "ankle", 0.0),
    _target("hakama|wide trousers|wide-leg pants|bell-bottoms|harem pants", "any", "skirt", "ankle", 0.2),
    _target(
        "shorts|hot pants|short shorts|bloomers|buruma|bike shorts|pumpkin shorts", "any", "trousers", "thigh", 0.0
    ),
    _target("capri pants|knee breeches", "any", "trousers", "knee", 0.0),
    # one-pieces
    _target("long dress|evening gown|maxi dress|floor-length dress|nun|habit", "any", "skirt", "ankle", 0.5),
    _target("ball gown|ballgown|gown|princess dress|wedding dress|hoop skirt|crinoline", "any", "skirt", "ankle", 1.0),
    _target("short dress|minidress|mini dress", "any", "skirt", "thigh", 0.4),
    _target("sundress|summer dress", "none", "skirt", "knee", 0.5),
    _target("china dress|cheongsam|qipao", "any", "skirt", "ankle", 0.2),
    _target("kimono|yukata|furisode", "wide", "skirt", "ankle", 0.2),
    _target("robe|bathrobe|wizard robe|hanfu|hanbok", "wide", "skirt", "ankle", 0.5),
    _target("maid dress|maid outfit|maid|sailor dress|gothic dress|gothic lolita dress", "any", "skirt", "knee", 0.6),
    _target("dress|one-piece dress", "any", "skirt", "any", USUAL_FLARE),
    _target("swimsuit|one-piece swimsuit|bikini|leotard|bodysuit|school swimsuit", "none", "none", "waist", 0.0),
    # over everything
    _target("coat|long coat|overcoat|trench coat|lab coat", "long", "any", "knee", 0.4),
    _target("cape|mantle|poncho|capelet", cape=True),
    _target("hooded cloak|cloak", hem="ankle", cape=True, hood=True),
    _target("hood up|hood", hood=True),
    _target("train|trailing dress|dress with a train", "any", "skirt", "ankle", 1.0, train=True),
)

_BY_WORD = {word: target for words, target in _WORDS for word in words.split("|")}

TARGETS: tuple[str, ...] = ("any", *(target.name for _, target in _WORDS))
"""The names to choose from; `parse_target` reads each of them."""

_PATTERN = re.compile(
    r"(?<![\w-])(" + "|".join(re.escape(word) for word in sorted(_BY_WORD, key=len, reverse=True)) + r")(?![\w-])"
)


def parse_target(text: str) -> Target:
    """The target shape that words ask for: a prompt, tags ("long_skirt, cape"), or one of `TARGETS`.

    Where words differ ("tank top, jacket") there is room for the larger. What no word speaks of stays "any"; a text
    without any known word is `ANY`.
    """
    found = [_BY_WORD[word] for word in _PATTERN.findall(text.lower().replace("_", " "))]
    if not found:
        return ANY
    sleeves: list[Sleeves] = [one.sleeves for one in found]
    legs: list[Legs] = [one.legs for one in found]
    hems: list[Hem] = ["any", *(one.hem for one in found if one.hem != "any")]
    names = dict.fromkeys(one.name for one in found)
    return Target(
        ", ".join(names),
        max(sleeves, key=SLEEVES.index),
        max(hems, key=HEMS.index),
        max((one.flare for one in found if one.legs != "any" or one.hem != "any"), default=USUAL_FLARE),
        max(legs, key=LEGS.index),
        any(one.cape for one in found),
        any(one.hood for one in found),
        any(one.train for one in found),
    )


def body_of(garments: GarmentMap, character: Character | None = None) -> Body:
    """The body's landmarks in picture pixels. Raises ValueError when there is no figure."""
    body = find_body(parts_of(garments, None if character is None else character.mask))
    if body is None:
        raise ValueError("No character was found in the picture: paint the mask by hand, or click on the character.")
    return body.scaled(garments.scale)


def room(body: Body, target: Target, size: tuple[int, int], slots: Collection[Slot] = SLOTS) -> Mask:
    """Where such an outfit would be on this body, in a picture of size (width, height): a hard mask.

    slots: the parts of the outfit to make room for. Headwear and gloves have the room of what they are worn on.
    """
    return draw_room(body, _shape(body, target, slots), size)


_SLEEVE: dict[Sleeves, float] = {"any": 1.0, "none": 0.0, "short": 0.5, "long": 1.0, "wide": 1.0}
_HEM: dict[Hem, float] = {"any": 1.05, "crop": 0.0, "waist": 0.0, "thigh": 0.32, "knee": 0.6, "ankle": 1.05}
_TRUNK: dict[Hem, float] = {"crop": 0.5, "waist": 0.75}

WIDE_SLEEVE = 0.27
"""How far wide sleeves hang at the wrist, in heads of a tall figure."""


def _shape(body: Body, target: Target, slots: Collection[Slot]) -> Shape:
    """The judgements behind a target, as lengths."""
    wanted = set(slots)
    upper = bool(wanted & {"top", "dress", "outerwear"})
    lower = bool(wanted & {"bottom", "dress"})
    coat = "outerwear" in wanted and target.hem in ("any", "knee", "ankle")
    hem = _HEM[target.hem]
    shape = Shape(
        neck=upper or "neckwear" in wanted,
        hat="headwear" in wanted,
        feet="footwear" in wanted,
        trousers=1.0 if wanted & {"legwear"} else -1.0,
        train=target.train and (upper or lower),
        seat=lower or coat,
    )
    if upper:
        open_ended = target.sleeves in ("any", "wide")
        shape = shape._replace(
            trunk=_TRUNK.get(target.hem, 1.0),
            sleeve=_SLEEVE[target.sleeves],
            ease=0.1 if target.sleeves in ("any", "wide", "short") else 0.06,
            hang=WIDE_SLEEVE * body.shoulder_half / (0.47 * body.head) if open_ended else 0.0,
            between=open_ended,
            hood=target.hood,
            cape=max(hem, 0.65) if target.cape else -1.0,
            flare=target.flare,
        )
    if (lower and target.legs in ("any", "skirt")) or coat:
        shape = shape._replace(skirt=hem, flare=target.flare)
    elif lower:
        shape = shape._replace(trousers=max(shape.trousers, hem if target.legs == "trousers" else 0.0))
    return shape
