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

from ccnet.arms import find_body, find_hands
from ccnet.body import Parts, find_trunk
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
"""What makes up a face, glasses and earrings included; also animal ears, so no measure is taken of ears."""

SKIN_CLASSES = ("face", "ears", "nose", "neck", "body")
"""Where skin shows."""

REACHES_BELOW = 0.06
"""A top that covers the trunk's axis this far below the crotch, as a share of the body's height, is a dress or coat."""


SPECK = 0.002
"""What covers a smaller share of a character is a parser's mistake, not a garment: the smallest on dolls have 0.004."""

SMALL_FACE = 0.06
"""What is smaller than this share of the largest face is no face of its own."""

LONE_FIGURE = 0.25
"""A figure without a face is a character of its own when it is at least this share of the largest."""


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

    def soft_mask(self, name: str, where: np.ndarray) -> Mask:
        """One class inside bool[h, w], at the picture's own size."""
        return self.enlarge(self.soft[_INDEX[name]] * where)

    def shrink(self, mask: Mask) -> np.ndarray:
        """A mask of the picture -> bool[h, w] at the working size."""
        return mask.resize((self.soft.shape[2], self.soft.shape[1])).alpha > 127

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
    """The characters of the picture, largest first; empty when there is none.

    What hangs together is one character, unless it holds several faces: then each pixel belongs to the nearest, along
    the figure. Loose pieces (a balloon, a strand of hair) belong to the character that is nearest to them.
    """
    figure = garments.labels > 0
    if not figure.any():
        return []
    faces = _faces(garments)
    count, pieces, stats, _ = cv2.connectedComponentsWithStats(figure.view(np.uint8))
    owners = np.zeros(figure.shape, np.int32)  # 0: nobody yet
    for number, face in enumerate(faces, start=1):
        owners[face] = number
    largest = int(stats[1:, cv2.CC_STAT_AREA].max())
    owned = len(faces)
    for k in range(1, count):
        piece = pieces == k
        inside = np.unique(owners[piece])
        inside = inside[inside > 0]
        if len(inside) == 1:
            owners[piece] = inside[0]
        elif len(inside) > 1:
            owners[piece] = _shared_out(piece, owners)[piece]
        elif stats[k, cv2.CC_STAT_AREA] > LONE_FIGURE * largest:  # seen from behind
            owned += 1
            owners[piece] = owned
    if not owned:
        owners[figure], owned = 1, 1
    loose = figure & (owners == 0)
    if loose.any():
        owners[loose] = _nearest(owners)[loose]
    found = []
    for number in range(1, owned + 1):
        mask = garments.enlarge((owners == number).astype(np.uint8) * 255)
        if mask:
            face = garments.enlarge(faces[number - 1].astype(np.uint8) * 255).bounds if number <= len(faces) else None
            found.append(Character(mask.bounds, mask, face))
    return sorted(found, key=lambda one: -int((one.mask.alpha > 0).sum()))


def parts_of(garments: GarmentMap, character: Mask | None = None) -> Parts:
    """What landmarks are found from, at the working size; only inside `character` (the picture's size) when given."""
    parts = Parts(
        face=garments.where("face", "eyes", "eyewear", "nose", "mouth"),
        eyes=garments.where("eyes", "eyewear"),
        skin=garments.where("body"),
        gloves=garments.where("handwear"),
        cloth=garments.where("topwear"),
        lower=garments.where("bottomwear", "legwear", "footwear"),
        over=garments.where("hair", "neckwear", "headwear"),
        held=garments.where("objects"),
    )
    return parts if character is None else parts.inside(garments.shrink(character))


def find_slots(garments: GarmentMap, character: Mask | None = None) -> dict[Slot, float]:
    """The slots that are there and their area in picture pixels; only inside `character` when given.

    A top that reaches clearly below the hips is a dress when nothing is worn below it, and else outerwear over a top
    and a bottom; a parser cannot tell those two tops apart, so both have its whole area. Specks do not count.
    """
    inside = None if character is None else garments.shrink(character)
    area = {name: _area(garments, inside, name) for names in SLOT_CLASSES.values() for name in names}
    figure = _area(garments, inside, *CLASSES[1:])
    area = {name: pixels if pixels > SPECK * figure else 0.0 for name, pixels in area.items()}
    found: dict[Slot, float] = {}
    top, bottom = area["topwear"], area["bottomwear"]
    long = top > 0 and _reaches_below(garments, character)
    if long and bottom < 0.12 * top:
        found["dress"] = top + bottom
    else:
        found["top"], found["bottom"] = top, bottom
        if long:
            found["outerwear"] = top
    for slot in ("legwear", "footwear", "headwear", "neckwear", "gloves"):
        found[slot] = area[SLOT_CLASSES[slot][0]]
    return {slot: found[slot] for slot in SLOTS if found.get(slot)}


def hands_of(garments: GarmentMap, character: Mask | None = None) -> Mask:
    """Bare hands, at the picture's own size: the parser's own when it can tell, else by rules."""
    if garments.hands is not None:
        hands = garments.enlarge(garments.hands)
        return hands if character is None else Mask(np.minimum(hands.alpha, character.alpha))
    found = np.zeros(garments.labels.shape, bool)
    everyone = [one.mask for one in characters(garments)] if character is None else [character]
    for mask in everyone:
        parts = parts_of(garments, mask if len(everyone) > 1 or character is not None else None)
        body = find_body(parts)
        if body is not None:
            found |= find_hands(parts, body)
    return garments.soft_mask("body", found)


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


def _area(garments: GarmentMap, inside: np.ndarray | None, *names: str) -> float:
    """Picture pixels where one of the classes is the likeliest."""
    there = garments.where(*names)
    return float((there if inside is None else there & inside).sum()) * garments.scale**2


def _reaches_below(garments: GarmentMap, character: Mask | None) -> bool:
    parts = parts_of(garments, character)
    body = find_trunk(parts)
    if body is None:
        return False
    low = int(body.crotch + REACHES_BELOW * body.height)
    left, right = (max(0, int(body.axis_x + side * body.hip_half)) for side in (-1, 1))
    return bool(parts.cloth[low:, left : right + 1].sum() > 0.1 * body.hip_half**2)


def _faces(garments: GarmentMap) -> list[np.ndarray]:
    """bool[h, w] for each face; a face that hair or glasses cut into pieces is one."""
    faces = garments.where("face", "eyes", "eyewear", "nose", "mouth")
    if not faces.any():
        return []
    _, _, stats, _ = cv2.connectedComponentsWithStats(faces.view(np.uint8))
    side = int(np.sqrt(stats[1:, cv2.CC_STAT_AREA].max()))
    gap = max(1, side // 6)
    joined = cv2.dilate(faces.view(np.uint8), cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * gap + 1, 2 * gap + 1)))
    count, labels = cv2.connectedComponents(joined)
    found = [faces & (labels == k) for k in range(1, count)]
    return [face for face in found if face.sum() > SMALL_FACE * side**2]


def _shared_out(piece: np.ndarray, owners: np.ndarray) -> np.ndarray:
    """int32[h, w]: each pixel's owner, spreading from the owned pixels through the piece, all at the same pace."""
    markers = np.where(piece, owners, 0).astype(np.int32)
    beyond = int(markers.max()) + 1
    markers[~piece] = beyond
    flat = np.zeros((*piece.shape, 3), np.uint8)
    spread = cv2.watershed(flat, markers.copy())
    spread[(spread <= 0) | (spread == beyond)] = 0
    missing = piece & (spread == 0)
    if missing.any():
        spread[missing] = _nearest(spread)[missing]
    return spread


def _nearest(owners: np.ndarray) -> np.ndarray:
    """int32[h, w]: the owner of the nearest owned pixel."""
    _, labels = cv2.distanceTransformWithLabels(
        (owners == 0).astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    table = np.zeros(int(labels.max()) + 1, np.int32)
    owned = owners > 0
    table[labels[owned]] = owners[owned]
    return table[labels]
