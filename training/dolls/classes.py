"""The label map: See-through's 19 anime classes, in their order, plus bare skin.

See-through (arXiv 2602.03749) has no class for bare arms, hands, legs or the base layer; they are `BODY` here, so that
garment classes hold garments only.
"""

from __future__ import annotations

from enum import IntEnum

from ccnet.garments import CLASSES as CLASSES

(BACKGROUND, HAIR, HEADWEAR, FACE, EYES, EYEWEAR, EARS, EARWEAR, NOSE, MOUTH, NECK, NECKWEAR, TOPWEAR, HANDWEAR) = (
    range(14)
)
(BOTTOMWEAR, LEGWEAR, FOOTWEAR, TAIL, WINGS, OBJECTS, BODY) = range(14, 21)

OUTFIT = (NECKWEAR, TOPWEAR, HANDWEAR, BOTTOMWEAR, LEGWEAR, FOOTWEAR)  # what a change of outfit may change


class Z(IntEnum):
    """Painting order, back to front; layers of equal Z keep their order."""

    WINGS = 0
    TAIL = 1
    HAIR_BACK = 2
    OUTER_BACK = 3
    LEGS = 4
    LEGWEAR = 5
    FOOTWEAR = 6
    TROUSERS = 7
    BOOTS = 8
    TORSO = 9
    TUCKED = 10  # tops worn inside a bottom
    BOTTOM = 11
    TOP = 12
    DRESS = 13
    NECKWEAR = 14
    OUTER = 15
    ARMS = 16
    SLEEVES = 17
    OUTER_SLEEVES = 18
    GLOVES = 19
    HEAD = 20
    FACE = 21
    HAIR_FRONT = 22
    EYEWEAR = 23
    HEADWEAR = 24
    OBJECT = 25
    HAND = 26
