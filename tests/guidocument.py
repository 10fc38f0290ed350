"""Documents and candidates for the editor's tests."""

from __future__ import annotations

import numpy as np
from PIL import Image

from ccnet.engine_messages import JobCandidate
from ccnet.masks import Bounds, Mask
from ccnet.pictures import Picture
from ccnet.recipe import Maker
from ccnet.request import DressRequest, Garment
from gui.document import Document, GarmentLayer


def small_document(width: int = 96, height: int = 80) -> Document:
    """A plain picture that nothing was done to."""
    return Document(Picture(Image.new("RGB", (width, height), (90, 120, 200))))


def plain_layer(name: str, colour: tuple[int, int, int] = (200, 30, 30)) -> GarmentLayer:
    """A square of one colour."""
    rgba = np.full((20, 16, 4), 255, np.uint8)
    rgba[..., :3] = colour
    return GarmentLayer(name, rgba, 10, 12)


def drawn_candidate(
    job: str = "a", seed: int = 1, *, outside_changed: int = 0, leak: float | None = None
) -> JobCandidate:
    """A candidate whose garment is a square of one colour that depends on the seed."""
    image = Image.new("RGB", (96, 80), (90, 120, 200))
    alpha = np.zeros((80, 96), np.uint8)
    bounds = Bounds(30, 20, 24, 32)
    alpha[bounds.slices] = 255
    garment = np.full((bounds.height, bounds.width, 4), 255, np.uint8)
    garment[..., :3] = (40 * seed % 256, 60, 90)
    return JobCandidate(
        id=job,
        seed=seed,
        notice="",
        bounds=bounds,
        patch=garment[..., :3].copy(),
        garment=garment,
        resolution=None,
        maker=Maker("starter", True, ""),
        outside_changed=outside_changed,
        leak=leak,
        request=DressRequest(image, Mask(alpha), Garment("red cape"), seed=seed),
    )
