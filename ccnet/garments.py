"""What a character wears, pixel by pixel: the clothing classes, the slots an artist thinks in, and the garment map.

A garment map comes from a parser (`ccnet.parser`) and holds one soft map per class. The classes are the nineteen of
anime parsers, in their order, between "background" and "body" (bare skin of trunk, arms, hands and legs). Dresses and
coats have no class of their own: they are "topwear", and `find_slots` tells them apart by how far they reach. Nothing
here knows about models; numpy and OpenCV only.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal, get_args

import cv2
import numpy as np

from ccnet.masks import Bounds, Mask

if TYPE_CHECKING:
    from PIL.Image import Image

CLASSES: tuple[str, ...] = (
    "background",
    "hair",
    "headwear",
    "face",
    "eyes",
    "eyewear",
    "ears",
    "earwear",
    "nose",
    "mouth",
    "neck",
    "neckwear",
    "topwear",
    "handwear",
    "bottomwear",
    "legwear",
    "footwear",
    "tail",
    "wings",
    "objects",
    "body",
)
"""The classes of a garment map, in the order of its first axis."""

Slot = Literal["top", "bottom", "dress", "outerwear", "legwear", "footwear", "headwear", "neckwear", "gloves"]

SLOTS: tuple[Slot, ...] = get_args(Slot)
"""What an artist calls the parts of an outfit."""

SLOT_CLASSES: dict[Slot, tuple[str, ...]] = {
    "top": ("topwear",),
    "bottom": ("bottomwear",),
    "dress": ("topwear", "bottomwear"),
    "outerwear": ("topwear",),
    "legwear": ("legwear",),
    "footwear": ("footwear",),
    "headwear": ("headwear",),
    "neckwear": ("neckwear",),
    "gloves": ("handwear",),
}
"""The classes whose pixels belong to a slot."""

FACE_CLASSES = ("face", "eyes", "eyewear", "ears", "earwear", "nose", "mouth")
"""What makes up a face, glasses and earrings included."""

SKIN_CLASSES = ("face", "ears", "nose", "neck", "body")
"""Where skin shows."""


@dataclass(frozen=True, eq=False)
class GarmentMap:
    """What a parser saw in a picture.

    soft: uint8[21, h, w], how likely each class of `CLASSES` is at each pixel, 0..255; h x w is the parser's working
    size (the picture's aspect, long side at most 1024). size: (width, height) of the picture. hands: uint8[h, w], how
    likely a bare hand is, or None when the parser cannot tell (`hands_of` then goes by rules). parser: its name.
    Raises ValueError when `soft` or `hands` has another shape or type.
    """

    soft: np.ndarray
    size: tuple[int, int]
    hands: np.ndarray | None = None
    parser: str = ""

    def __post_init__(self) -> None:
        soft, hands = self.soft, self.hands
        if soft.dtype != np.uint8 or soft.ndim != 3 or len(soft) != len(CLASSES) or 0 in soft.shape:
            raise ValueError(f"A garment map is uint8[{len(CLASSES)}, h, w], not {soft.dtype}{list(soft.shape)}.")
        if hands is not None and (hands.dtype != np.uint8 or hands.shape != soft.shape[1:]):
            raise ValueError(f"The hands of a garment map are uint8{list(soft.shape[1:])}, not {list(hands.shape)}.")

    @classmethod
    def from_labels(cls, labels: np.ndarray, parser: str = "") -> GarmentMap:
        """From exact labels uint8[H, W] (indices into `CLASSES`) at the picture's own size."""
        soft = (labels[None] == np.arange(len(CLASSES), dtype=labels.dtype)[:, None, None]).astype(np.uint8) * 255
        return cls(soft, (labels.shape[1], labels.shape[0]), parser=parser)

    @cached_property
    def labels(self) -> np.ndarray:
        """uint8[h, w]: the likeliest class of each pixel."""
        return self.soft.argmax(axis=0).astype(np.uint8)

    def where(self, *names: str) -> np.ndarray:
        """bool[h, w] at the working size: where one of these classes is the likeliest. KeyError for an unknown name."""
        return np.isin(self.labels, [_INDEX[name] for name in names])

    def mask(self, *names: str) -> Mask:
        """Hard, at the picture's own size: the summed soft maps of these classes, enlarged smoothly and cut at half."""
        total = self.soft[[_INDEX[name] for name in names]].sum(axis=0, dtype=np.uint16)
        return self.enlarge(np.minimum(total, 255).astype(np.uint8))

    def coverage(self, name: str) -> float:
        """The share (0..1) of the picture where this class is the likeliest."""
        return float((self.labels == _INDEX[name]).mean())

    def enlarge(self, soft: np.ndarray) -> Mask:
        """uint8[h, w] at the working size -> a hard mask at the picture's own size."""
        return Mask(cv2.resize(soft, self.size, interpolation=cv2.INTER_LINEAR) > 127)

    @property
    def scale(self) -> float:
        """Picture pixels per working pixel."""
        return self.size[1] / self.soft.shape[1]


_INDEX = {name: index for index, name in enumerate(CLASSES)}


@dataclass(frozen=True, eq=False)
class Character:
    """One character of a picture, in picture pixels. mask: everything of it, what it holds included."""

    bounds: Bounds
    mask: Mask
    face: Bounds | None


def characters(garments: GarmentMap) -> list[Character]:
    """The characters of the picture, largest first; empty when there is none."""
    figure = garments.mask(*CLASSES[1:])
    if not figure:
        return []
    face = garments.mask(*FACE_CLASSES).bounds
    return [Character(figure.bounds, figure, face if face.width else None)]


def find_slots(garments: GarmentMap, character: Mask | None = None) -> dict[Slot, float]:
    """The slots that are there and their area in picture pixels; only inside `character` when given."""
    found: dict[Slot, float] = {}
    for slot in SLOTS:
        area = _area(garments.mask(*SLOT_CLASSES[slot]), character)
        if area and slot not in ("dress", "outerwear"):
            found[slot] = area
    return found


def hands_of(garments: GarmentMap) -> Mask:
    """Bare hands, at the picture's own size: the parser's own when it can tell, else by rules."""
    if garments.hands is not None:
        return garments.enlarge(garments.hands)
    return Mask(np.zeros(garments.size[::-1], np.uint8))


def skin_of(garments: GarmentMap) -> Mask:
    """Where skin shows, at the picture's own size."""
    return garments.mask(*SKIN_CLASSES)


def garment_picture(garments: GarmentMap) -> Image:
    """The map as a coloured picture at its own size, one colour per class, the background black."""
    from PIL import Image as pillow

    picture = CLASS_COLOURS[garments.labels]
    return pillow.fromarray(cv2.resize(picture, garments.size, interpolation=cv2.INTER_NEAREST))


def overlay(image: Image, shown: GarmentMap | Mask, strength: float = 0.5) -> Image:
    """`image` with a mask in red or a map in its colours laid over it; RGB, same size."""
    from PIL import Image as pillow

    base = np.asarray(image.convert("RGB")).astype(np.float32)
    if isinstance(shown, Mask):
        colour = np.array((230, 40, 60), np.float32)
        alpha = shown.alpha.astype(np.float32) / 255
    else:
        colour = np.asarray(garment_picture(shown)).astype(np.float32)
        alpha = (~np.asarray(shown.mask("background").alpha, bool)).astype(np.float32)
    weight = (alpha * strength)[..., None]
    return pillow.fromarray(np.rint(base * (1 - weight) + colour * weight).astype(np.uint8))


def _palette() -> np.ndarray:
    """uint8[21, 3]: hues spread evenly by the golden angle, the background black."""
    hues = np.arange(len(CLASSES)) * 0.381966 % 1 * 179
    hsv = [(hue, 110 + 40 * (index % 3), 235 - 25 * (index % 2)) for index, hue in enumerate(hues)]
    colours = cv2.cvtColor(np.array([hsv], np.uint8), cv2.COLOR_HSV2RGB)[0]
    colours[0] = 0
    return colours


CLASS_COLOURS = _palette()
"""uint8[21, 3]: the colour of each class in `garment_picture`."""


def _area(mask: Mask, character: Mask | None) -> float:
    inside = mask.alpha > 0
    if character is not None:
        inside = inside & (character.alpha > 0)
    return float(inside.sum())
