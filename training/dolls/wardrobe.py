"""Wardrobe: every garment a doll can wear, how an outfit is put on, and how outfits are drawn at random."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from training.dolls.accessories import GLOVES_KINDS, LEGWEAR_KINDS, NECKWEAR_KINDS
from training.dolls.bottoms import BOTTOMS
from training.dolls.classes import BOTTOMWEAR, Z
from training.dolls.dresses import DRESSES
from training.dolls.figure import Figure
from training.dolls.footwear import FOOTWEAR_KINDS
from training.dolls.ink import Layer, Points, Shape
from training.dolls.outerwear import OUTERWEAR
from training.dolls.outfit import Item, Outfit
from training.dolls.palette import COLOURS
from training.dolls.tops import TOPS

Draw = Callable[[Figure, Item], list[tuple[Z, Layer]]]

KINDS: dict[str, dict[str, Draw]] = {
    "top": TOPS,
    "bottom": BOTTOMS,
    "dress": DRESSES,
    "outerwear": OUTERWEAR,
    "legwear": LEGWEAR_KINDS,
    "footwear": FOOTWEAR_KINDS,
    "neckwear": NECKWEAR_KINDS,
    "gloves": GLOVES_KINDS,
}

SYNONYMS: dict[str, tuple[str, ...]] = {
    "t-shirt": ("tee", "tee shirt"),
    "collared shirt": ("dress shirt", "button-up shirt"),
    "sweater": ("pullover", "jumper"),
    "turtleneck": ("turtleneck sweater",),
    "hoodie": ("hooded sweatshirt",),
    "sailor uniform": ("serafuku", "school uniform"),
    "track jacket": ("sports jacket",),
    "sweater vest": ("vest over a shirt",),
    "raglan shirt": ("raglan sleeves", "baseball shirt"),
    "military jacket": ("military uniform",),
    "miniskirt": ("short skirt",),
    "long skirt": ("maxi skirt",),
    "suspender skirt": ("skirt with suspenders",),
    "trousers": ("pants",),
    "hakama": ("hakama skirt", "wide trousers"),
    "cargo pants": ("cargo trousers",),
    "jeans": ("denim pants",),
    "bloomers": ("pumpkin shorts",),
    "maid dress": ("maid outfit",),
    "china dress": ("cheongsam", "qipao"),
    "gothic dress": ("gothic lolita dress",),
    "overalls": ("dungarees",),
    "robe": ("wizard robe",),
    "ball gown": ("gown", "princess dress"),
    "coat": ("long coat", "overcoat"),
    "jacket": ("open jacket",),
    "cape": ("mantle",),
    "hooded cloak": ("cloak",),
    "kneehighs": ("knee-high socks", "knee socks"),
    "thighhighs": ("thigh highs", "thigh-high socks"),
    "pantyhose": ("tights",),
    "sneakers": ("trainers",),
    "mary janes": ("strapped shoes",),
    "knee boots": ("knee-high boots",),
    "thigh boots": ("thigh-high boots",),
    "rain boots": ("rubber boots",),
    "neck ribbon": ("ribbon",),
    "bow tie": ("bowtie",),
    "long gloves": ("elbow gloves",),
}

PATTERNED: dict[str, tuple[str, ...]] = {  # patterns a slot's garments may have, besides plain
    "top": ("striped", "checked", "dotted", "two-tone", "emblem"),
    "bottom": ("striped", "checked", "dotted", "two-tone", "emblem"),
    "dress": ("striped", "checked", "dotted", "two-tone", "emblem"),
    "outerwear": ("striped", "checked", "dotted", "two-tone", "emblem"),
    "legwear": ("striped",),
    "neckwear": ("striped", "checked", "dotted"),
}
UNPATTERNED = ("choker", "bow tie")  # too small for one
SLEEVED_OUTERWEAR = ("coat", "jacket", "cardigan", "haori")
HIDDEN_NECK = (
    "turtleneck",
    "hoodie",
    "sailor uniform",
    "kimono top",
    "frilled blouse",
    "china dress",
    "kimono",
    "sailor dress",
    "gothic dress",
    "maid dress",
    "ball gown",
    "robe",
)


def outfit_layers(figure: Figure, outfit: Outfit) -> list[tuple[Z, Layer]]:
    """Everything the outfit puts on the figure, in no order (sort stably by Z). No skin, no base layer."""
    layers: list[tuple[Z, Layer]] = []
    covered = outfit.outerwear is not None and outfit.outerwear.kind in SLEEVED_OUTERWEAR
    for slot, item in outfit.items.items():
        parts = KINDS[slot][item.kind](figure, item)
        if covered and slot in ("top", "dress"):  # the outer garment's sleeves hide them
            parts = [(z, layer) for z, layer in parts if z != Z.SLEEVES]
        if slot == "bottom" and outfit.top is not None and any(z == Z.TOP for z, _ in layers):
            parts = [(z, _shaded(layer, _hem_shadow(figure))) for z, layer in parts]
        layers += parts
    return layers


def _hem_shadow(figure: Figure) -> Points:
    """Where an untucked top casts its shadow on the bottom."""
    return figure.torso_outline(0.4, 0.99, 0.2, 4)


def _shaded(layer: Layer, shadow: Points) -> Layer:
    def cast(shape: Shape) -> Shape:
        return (
            replace(shape, shades=(*shape.shades, shadow)) if shape.label == BOTTOMWEAR and len(shape.shades) else shape
        )

    return Layer(layer.name, [[cast(shape) for shape in group] for group in layer.groups])


# --- random outfits ---------------------------------------------------------------------------------------------------


def contrasting(rng: np.random.Generator, colour: str) -> str:
    """A second colour that differs clearly from the first."""
    here = np.array(COLOURS[colour], np.float64)
    others = [name for name, rgb in COLOURS.items() if np.abs(here - rgb) @ (0.30, 0.50, 0.20) > 52]
    return str(rng.choice(others))


def sample_item(rng: np.random.Generator, slot: str) -> Item:
    kind = str(rng.choice(list(KINDS[slot])))
    colour = str(rng.choice(list(COLOURS)))
    patterns = PATTERNED.get(slot, ())
    plain = not patterns or kind in UNPATTERNED or rng.random() < (0.7 if len(patterns) == 1 else 0.5)
    if plain:
        return Item(kind, colour)
    return Item(kind, colour, str(rng.choice(patterns)), contrasting(rng, colour))


def sample_outfit(rng: np.random.Generator) -> Outfit:
    """A random outfit: a top and a bottom, or a dress, and whatever else is worn with it."""
    worn: dict[str, Item] = {}
    for slot in ("top", "bottom") if rng.random() < 0.65 else ("dress",):
        worn[slot] = sample_item(rng, slot)
    for slot, chance in (
        ("outerwear", 0.20),
        ("legwear", 0.60),
        ("footwear", 0.95),
        ("neckwear", 0.45),
        ("gloves", 0.12),
    ):
        if rng.random() < chance:
            worn[slot] = sample_item(rng, slot)
    if "neckwear" in worn and (worn.get("top") or worn["dress"]).kind in HIDDEN_NECK:
        del worn["neckwear"]
    return Outfit(**worn)
