"""Doll: an identity in an outfit, drawn; the same identity in any other outfit is its exact counterfactual."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from training.dolls.background import background
from training.dolls.classes import OUTFIT, Z
from training.dolls.extras import extra_layers
from training.dolls.figure import Figure, Pose
from training.dolls.hair import hair_layers
from training.dolls.head import head_layers
from training.dolls.headwear import headwear_layers
from training.dolls.identity import Identity, sample_identity
from training.dolls.ink import Camera, Colour, Layer, Raster
from training.dolls.outfit import Item, Outfit
from training.dolls.palette import SKINS
from training.dolls.wardrobe import KINDS, outfit_layers, sample_outfit

UNSEEN = 500_000_000  # training never uses a seed from here on
NEUTRAL_GROUND: Colour = (238, 238, 242)


class Drawing(NamedTuple):
    """`image`: uint8[H, W, 3] RGB; `labels`: uint8[H, W], indices of `training.dolls.classes.CLASSES`."""

    image: NDArray[np.uint8]
    labels: NDArray[np.uint8]

    @property
    def outfit_mask(self) -> NDArray[np.bool_]:
        return np.isin(self.labels, OUTFIT)


@dataclass(frozen=True)
class Doll:
    identity: Identity
    outfit: Outfit

    def wearing(self, outfit: Outfit) -> Doll:
        """The same character, pose and background in another outfit."""
        return replace(self, outfit=outfit)

    @property
    def tags(self) -> list[str]:
        return self.identity.tags + self.outfit.tags

    @cached_property
    def layers(self) -> list[Layer]:
        """All layers, back to front."""
        who, figure = self.identity, self.identity.figure
        clothes = outfit_layers(figure, self.outfit)
        if who.held:  # the hand is redrawn over what it holds, and so is its glove
            holding = ("left", "right")[who.held_by]
            clothes += [(Z.HAND, layer) for z, layer in clothes if z is Z.GLOVES and layer.name.endswith(holding)]
        sheets = [
            (Z.LEGS, Layer("body/legs").add(*figure.leg_shapes()).add(*figure.base_shorts())),
            (Z.TORSO, Layer("body/torso").add(*figure.torso_shapes())),
            (Z.ARMS, Layer("body/arms").add(*figure.arm_shapes(0)).add(*figure.arm_shapes(1))),
            *head_layers(figure, who),
            *hair_layers(figure, who),
            *headwear_layers(figure, who),
            *extra_layers(figure, who),
            *clothes,
        ]
        return [layer for _, layer in sorted(sheets, key=lambda sheet: sheet[0])]

    def render(self, size: int = 256) -> Drawing:
        """The finished picture and its label map. `size`: side in pixels, 64..1024."""
        raster = Raster(size, self.identity.camera, self.identity.line_width, background(self.identity))
        raster.paint(self.layers)
        return Drawing(raster.picture(), raster.label_map())

    def rgba_layers(self, size: int = 256) -> list[tuple[str, NDArray[np.uint8]]]:
        """Each layer alone, (name, uint8[size, size, 4] RGBA with straight alpha), back to front, background first."""
        ground = Raster(size, self.identity.camera, self.identity.line_width, background(self.identity)).picture()
        opaque = np.full((size, size, 1), 255, np.uint8)
        out = [("background", np.concatenate([ground, opaque], 2))]
        for layer in self.layers:
            out.append((layer.name, _cut_out([layer], size, self.identity.camera, self.identity.line_width)))
        return out


def _cut_out(layers: list[Layer], size: int, camera: Camera, line_width: float) -> NDArray[np.uint8]:
    """Layers on nothing, by the difference of a drawing on white and one on black (exact matting)."""
    on = []
    for ground in ((255, 255, 255), (0, 0, 0)):
        raster = Raster(size, camera, line_width, ground)
        raster.paint(layers)
        on.append(raster.picture().astype(np.float32))
    alpha = np.clip(255 - (on[0] - on[1]).max(2, keepdims=True), 0, 255)
    colour = np.clip(on[1] * 255 / np.maximum(alpha, 1), 0, 255)
    return np.round(np.concatenate([colour, alpha], 2)).astype(np.uint8)


def draw_garment(item: Item, slot: str, size: int = 256, heads: float = 4.2) -> NDArray[np.uint8]:
    """One garment alone, laid flat on a neutral ground, filling the picture: uint8[size, size, 3]."""
    pose = Pose(arm_raise=(26.0, 26.0), arm_bend=(-4.0, -4.0), leg_spread=(5.0, 5.0))
    figure = Figure(heads, pose, SKINS["fair skin"])
    layers = [layer for _, layer in sorted(KINDS[slot][item.kind](figure, item), key=lambda sheet: sheet[0])]
    found = np.concatenate([shape.points for layer in layers for group in layer.groups for shape in group])
    low, high = found.min(0), found.max(0)
    scale = min(0.84 / float((high - low).max()), 0.9)
    middle = (low + high) / 2
    camera = Camera(scale, 0.5 - scale * float(middle[0]), 0.5 - scale * float(middle[1]))
    raster = Raster(size, camera, 1.3, NEUTRAL_GROUND)
    raster.paint(layers)
    return raster.picture()


# --- sampling ---------------------------------------------------------------------------------------------------------


def is_held_out(item: Item, slot: str) -> bool:
    """One in twenty combinations of kind, colour and pattern of the main garments never appears in training."""
    if slot not in ("top", "bottom", "dress", "outerwear"):
        return False
    return zlib.crc32(f"{item.kind}|{item.colour}|{item.pattern}".encode()) % 20 == 0


def has_held_out(outfit: Outfit) -> bool:
    return any(is_held_out(item, slot) for slot, item in outfit.items.items())


def draw_outfit(rng: np.random.Generator, *, held_out: bool = False) -> Outfit:
    """A random outfit: without held-out combinations, or (`held_out`) with at least one."""
    while True:
        outfit = sample_outfit(rng)
        if has_held_out(outfit) == held_out:
            return outfit


def make_doll(seed: int, *, held_out: bool = False) -> Doll:
    """The doll of a seed. `held_out`: its outfit contains a combination that training never sees."""
    rng = np.random.default_rng(seed)
    return Doll(sample_identity(rng), draw_outfit(rng, held_out=held_out))
