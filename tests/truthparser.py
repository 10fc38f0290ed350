"""A parser that is told the answers: paper dolls and what is where on them, pixel by pixel."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from PIL import Image

from ccnet.garments import CLASSES, GarmentMap
from training.paperdoll import UNSEEN, make_doll


class Scene(NamedTuple):
    """image: RGB. labels: uint8[H, W], indices into `CLASSES`."""

    image: Image.Image
    labels: np.ndarray

    def where(self, *names: str) -> np.ndarray:
        """bool[H, W]."""
        return np.isin(self.labels, [CLASSES.index(name) for name in names])

    def resized(self, size: int) -> Scene:
        """A square one at another size."""
        image = self.image.resize((size, size), Image.Resampling.LANCZOS)
        labels = Image.fromarray(self.labels).resize((size, size), Image.Resampling.NEAREST)
        return Scene(image, np.asarray(labels))


class TruthParser:
    """Knows the labels of the pictures it was told. side: the long side that it claims to see at most."""

    name = "truth"

    def __init__(self, *scenes: Scene, side: int = 1024) -> None:
        self._labels = {scene.image.tobytes(): scene.labels for scene in scenes}
        self._side = side

    def __call__(self, image: Image.Image) -> GarmentMap:
        labels = self._labels[image.convert("RGB").tobytes()]
        soft = np.stack([(labels == index).astype(np.uint8) * 255 for index in range(len(CLASSES))])
        step = -(-max(image.size) // self._side)
        return GarmentMap(np.ascontiguousarray(soft[:, ::step, ::step]), image.size, parser=self.name)


def doll(number: int = 0, size: int = 256) -> Scene:
    """A doll that no network was trained on."""
    made = make_doll(UNSEEN + number).render(size)
    return Scene(Image.fromarray(made.image), made.labels)


def side_by_side(*scenes: Scene) -> Scene:
    """One picture of several, of the same height."""
    image = np.hstack([np.asarray(scene.image) for scene in scenes])
    return Scene(Image.fromarray(image), np.hstack([scene.labels for scene in scenes]))
