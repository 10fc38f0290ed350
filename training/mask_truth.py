"""What is known of a doll that masks are measured by: where its hands really are, and what sort of clothes it wears."""

from __future__ import annotations

import cv2
import numpy as np

from training.dolls.classes import BODY
from training.dolls.doll import Doll
from training.dolls.figure import SIDES
from training.dolls.wardrobe import SLEEVED_OUTERWEAR

SUBPIXEL_BITS = 8

SLEEVELESS = ("tank top", "sundress")
SHORT_SLEEVED = (
    *("t-shirt", "blouse", "sailor uniform", "polo shirt"),
    *("maid dress", "china dress", "overalls", "ball gown"),
)
SHORT_SKIRTS = (
    *("pleated skirt", "miniskirt", "frilled skirt", "pencil skirt", "suspender skirt"),
    *("sundress", "maid dress", "sailor dress", "gothic dress"),
)
LONG_SKIRTS = ("long skirt", "hakama", "china dress", "kimono", "robe", "ball gown")
SHORTS = ("shorts", "bloomers")


def true_hands(doll: Doll, size: int, labels: np.ndarray | None = None) -> np.ndarray:
    """bool[size, size]: the bare skin of both hands that can be seen. labels: the doll's own at this size, if drawn."""
    figure, camera = doll.identity.figure, doll.identity.camera
    shown = np.zeros((size, size), np.uint8)
    for arm, side in zip(figure.arms, SIDES, strict=True):
        outline = (figure.hand(arm, side) * camera.scale + (camera.x, camera.y)) * size - 0.5
        cv2.fillPoly(shown, [np.rint(outline * (1 << SUBPIXEL_BITS)).astype(np.int32)], 1, shift=SUBPIXEL_BITS)
    if labels is None:
        labels = doll.render(size).labels
    return (shown > 0) & (labels == BODY)


def sleeve_type(doll: Doll) -> str:
    """ "none", "short" or "long": the sleeves that can be seen, an outer garment's before those below it."""
    outfit = doll.outfit
    if outfit.outerwear is not None and outfit.outerwear.kind in SLEEVED_OUTERWEAR:
        return "long"
    item = outfit.dress or outfit.top
    assert item is not None
    return "none" if item.kind in SLEEVELESS else "short" if item.kind in SHORT_SLEEVED else "long"


def skirt_type(doll: Doll) -> str:
    """ "short skirt", "long skirt", "shorts" or "trousers"; a dress counts by its skirt."""
    item = doll.outfit.dress or doll.outfit.bottom
    assert item is not None
    for name, kinds in (("short skirt", SHORT_SKIRTS), ("long skirt", LONG_SKIRTS), ("shorts", SHORTS)):
        if item.kind in kinds:
            return name
    return "trousers"
