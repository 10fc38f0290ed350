"""What a document holds, as one immutable value: what project files and the recovery folder are made of. No Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from PIL import Image

from ccnet.masks import Bounds
from ccnet.pictures import Picture
from gui.layers import GarmentLayer, show
from gui.outfit import Outfit


@dataclass(frozen=True)
class Source:
    """The file the picture came from. name: without folders. data: its bytes, so that nothing of it is ever lost."""

    name: str
    data: bytes = b""


@dataclass(frozen=True)
class Made:
    """A line of the document's history of results.

    when: ISO 8601 in UTC. layer: the id of the layer it became.
    """

    when: str
    prompt: str
    seed: int
    model: str
    layer: str = ""


@dataclass(frozen=True, eq=False)
class DocumentState:
    """Everything a document holds that is saved.

    mask, protection: uint8[H, W]. layers: bottom first. made: oldest first. source: the picture's file, None when it
    came from elsewhere.
    """

    picture: Picture
    mask: np.ndarray
    protection: np.ndarray
    layers: tuple[GarmentLayer, ...] = ()
    outfit: Outfit = field(default_factory=Outfit)
    made: tuple[Made, ...] = ()
    source: Source | None = None

    @classmethod
    def of(cls, picture: Picture, source: Source | None = None, outfit: Outfit | None = None) -> DocumentState:
        """A picture that nothing was done to."""
        width, height = picture.rgb.size
        empty = np.zeros((height, width), np.uint8)
        return cls(picture, empty, empty.copy(), outfit=outfit or Outfit(), source=source)

    def render(self, layers: Sequence[GarmentLayer] | None = None) -> Image.Image:
        """The picture with its visible garments (or with these): RGB, or RGBA when the picture is transparent."""
        picture = self.picture
        ground = np.asarray(picture.image)
        height, width = ground.shape[:2]
        colours = ground if picture.alpha is None else np.asarray(picture.rgb)
        alpha = None if picture.alpha is None else np.asarray(picture.alpha)
        chosen = self.layers if layers is None else layers
        return Image.fromarray(show(ground, colours, alpha, chosen, Bounds(0, 0, width, height)))
