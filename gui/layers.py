"""Garment layers and how they lie over the original: plain arrays, no Qt."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from PIL import Image

from ccnet.masks import Bounds, paste
from ccnet.recipe import Maker, to_dict
from ccnet.request import Candidate
from gui.history import clip

_STRIP = 256
"""Rows that are blended at a time, so that a large picture needs little memory on the way."""


@dataclass(frozen=True, eq=False)
class GarmentLayer:
    """A garment over the picture. Never changed: variants are made with `dataclasses.replace`.

    rgba: uint8[h, w, 4], read-only, cropped to what is not transparent; `x`, `y` is where its top left pixel lies in
    the picture. visible, opacity (0..1): how it is shown. recipe: JSON as `ccnet.recipe.to_dict` writes it, with the
    candidate's "seed" and "input_sha256", the hash of the picture it was drawn for; "" when it is not known.
    attached: the pictures of the recipe by name, as `ccnet.recipe.from_dict` wants them: "mask", "reference", ...
    """

    name: str
    rgba: np.ndarray
    x: int = 0
    y: int = 0
    visible: bool = True
    opacity: float = 1.0
    recipe: str = ""
    attached: Mapping[str, tuple[Bounds, Image.Image]] = field(default_factory=dict)
    id: str = field(default_factory=lambda: uuid.uuid4().hex[:12])

    def __post_init__(self) -> None:
        if self.rgba.dtype != np.uint8 or self.rgba.ndim != 3 or self.rgba.shape[2] != 4:
            raise ValueError(f"A layer is uint8[H, W, 4], not {self.rgba.dtype}{list(self.rgba.shape)}.")
        if self.rgba.flags.writeable:
            rgba = self.rgba.copy()
            rgba.flags.writeable = False
            object.__setattr__(self, "rgba", rgba)

    @classmethod
    def from_image(cls, image: Image.Image, name: str, **values: object) -> GarmentLayer:
        """From an RGBA image as large as the picture; an empty one becomes a single transparent pixel."""
        box = image.getbbox(alpha_only=True) or (0, 0, 1, 1)
        crop = np.array(image.crop(box))
        crop.flags.writeable = False
        return cls(name, crop, box[0], box[1], **values)  # pyright: ignore[reportArgumentType]

    @classmethod
    def from_candidate(cls, candidate: Candidate, maker: Maker, name: str = "") -> GarmentLayer:
        """An accepted candidate, named after its prompt unless `name` is given."""
        request = candidate.request
        values = to_dict(request, maker) | {"seed": candidate.seed, "input_sha256": fingerprint(request.image)}
        bounds = request.mask.bounds
        attached = {"mask": (bounds, request.mask.crop(bounds).to_image())}
        others = {f"control {i}": control.image for i, control in enumerate(request.controls)}
        for part, image in ({"reference": request.garment.reference} | others).items():
            if image is not None:
                attached[part] = Bounds(0, 0, image.width, image.height), image
        text = json.dumps(values, ensure_ascii=False)
        return cls.from_image(
            candidate.layer, name or request.garment.prompt or request.intent, recipe=text, attached=attached
        )

    @property
    def bounds(self) -> Bounds:
        """Where it lies in the picture."""
        return Bounds(self.x, self.y, self.rgba.shape[1], self.rgba.shape[0])

    def full(self, width: int, height: int) -> Image.Image:
        """RGBA, as large as the picture, transparent around the layer; the opacity is not applied."""
        image = Image.new("RGBA", (width, height), (0, 0, 0, 0))
        image.paste(Image.fromarray(self.rgba), (self.x, self.y))
        return image


def flatten(ground: np.ndarray, layers: Sequence[GarmentLayer], bounds: Bounds) -> np.ndarray:
    """The visible layers in order over `ground`: uint8[H, W, 3] -> uint8[bounds.height, bounds.width, 3].

    Where no visible layer has any opacity the result is `ground` bit for bit.
    """
    result = ground[bounds.slices].copy()
    for layer in layers:
        alpha = seen(layer, bounds)
        if alpha is None:
            continue
        common, effective = alpha
        rows, columns = Bounds(common.x - bounds.x, common.y - bounds.y, common.width, common.height).slices
        colours = layer.rgba[Bounds(common.x - layer.x, common.y - layer.y, common.width, common.height).slices]
        for top in range(0, common.height, _STRIP):
            strip = slice(top, top + _STRIP)
            if effective[strip].any():
                target = result[rows, columns][strip]
                target[...] = paste(target, colours[strip, :, :3], effective[strip])
    return result


def show(
    ground: np.ndarray,
    colours: np.ndarray,
    alpha: np.ndarray | None,
    layers: Sequence[GarmentLayer],
    bounds: Bounds,
) -> np.ndarray:
    """The visible layers over a picture as it is shown and saved: uint8[bounds.height, bounds.width, 3 or 4].

    ground, colours: uint8[H, W, 3], the picture on white and as it is stored. alpha: uint8[H, W], its transparency,
    which the result keeps; None for an opaque picture, whose result has three channels. Where no visible layer has
    any opacity the result is the picture bit for bit, also under transparent pixels.
    """
    flat = flatten(ground, layers, bounds)
    if alpha is None:
        return flat
    untouched = np.ones(flat.shape[:2], bool)
    for layer in layers:
        part = seen(layer, bounds)
        if part is not None:
            common, opacity = part
            inside = Bounds(common.x - bounds.x, common.y - bounds.y, common.width, common.height)
            untouched[inside.slices] &= opacity == 0
    flat[untouched] = colours[bounds.slices][untouched]
    return np.dstack([flat, alpha[bounds.slices]])


def seen(layer: GarmentLayer, bounds: Bounds) -> tuple[Bounds, np.ndarray] | None:
    """The part of `bounds` a layer covers, and its opacity there (uint8); None when nothing of it is seen."""
    if not layer.visible or layer.opacity <= 0:
        return None
    shifted = Bounds(layer.x - bounds.x, layer.y - bounds.y, *layer.bounds[2:])
    common = clip(shifted, bounds.width, bounds.height)
    if not common.width:
        return None
    common = Bounds(common.x + bounds.x, common.y + bounds.y, common.width, common.height)
    alpha = layer.rgba[Bounds(common.x - layer.x, common.y - layer.y, common.width, common.height).slices][..., 3]
    opacity = round(layer.opacity * 255)
    return common, alpha if opacity == 255 else ((alpha.astype(np.uint16) * opacity + 127) // 255).astype(np.uint8)


def fingerprint(image: Image.Image) -> str:
    """sha256 of a picture's size, mode and pixels."""
    digest = hashlib.sha256(repr((image.mode, image.size)).encode())
    digest.update(image.tobytes())
    return digest.hexdigest()


def own_bytes(kept: Sequence[GarmentLayer], other: Sequence[GarmentLayer]) -> int:
    """The bytes of the pixels that only the first layers have."""
    held = {id(layer.rgba) for layer in other}
    return sum(layer.rgba.nbytes for layer in kept if id(layer.rgba) not in held)


def difference(before: Sequence[GarmentLayer], after: Sequence[GarmentLayer]) -> Bounds | None:
    """The rectangle in which two stacks of layers can look different, None when they look the same."""

    def same(one: GarmentLayer, other: GarmentLayer) -> bool:
        return one.rgba is other.rgba and one.bounds == other.bounds and one.opacity == other.opacity

    old, new = ([layer for layer in layers if layer.visible and layer.opacity > 0] for layers in (before, after))
    while old and new and same(old[0], new[0]):
        old, new = old[1:], new[1:]
    while old and new and same(old[-1], new[-1]):
        old, new = old[:-1], new[:-1]
    boxes = [layer.bounds.box for layer in (*old, *new)]
    if not boxes:
        return None
    left, top = min(box[0] for box in boxes), min(box[1] for box in boxes)
    return Bounds(left, top, max(box[2] for box in boxes) - left, max(box[3] for box in boxes) - top)
