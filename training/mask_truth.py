"""What is known of a doll that masks are measured by: where its hands really are, and what sort of clothes it wears."""

from __future__ import annotations

import cv2
import numpy as np

from training.dolls.classes import BODY
from training.dolls.doll import Doll
from training.dolls.figure import SIDES

SUBPIXEL_BITS = 8


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
