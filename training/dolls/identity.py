"""Identity: everything of a doll that a change of outfit must leave alone, and its tags."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np

from training.dolls.background import BACKDROP_COLOURS, BACKDROPS
from training.dolls.figure import Figure, Pose
from training.dolls.hairstyles import STYLES
from training.dolls.ink import Camera, Colour
from training.dolls.outfit import Item
from training.dolls.palette import COLOURS, EYE_COLOURS, HAIR_COLOURS, SKINS

EXPRESSIONS = ("smile", "open mouth", "serious", "wink", "closed eyes", "surprised", "cat mouth", "expressionless")
BANGS = (
    "blunt bangs",
    "swept bangs",
    "parted bangs",
    "hair between eyes",
    "asymmetrical bangs",
    "choppy bangs",
    "hair over one eye",
)
HEADWEAR = (
    "hair bow",
    "hairband",
    "beret",
    "baseball cap",
    "witch hat",
    "straw hat",
    "crown",
    "headphones",
    "hair flower",
    "beanie",
    "maid headdress",
)
HATS = ("beret", "baseball cap", "witch hat", "straw hat", "beanie")  # no animal ears or top buns under these
EYEWEAR = ("glasses", "round eyewear", "sunglasses")
EARWEAR = ("earrings", "star earrings")
ANIMAL_EARS = ("cat ears", "fox ears", "rabbit ears")
TAILS = ("cat tail", "fox tail", "demon tail")
WINGS = ("angel wings", "demon wings", "fairy wings")
HELD = ("staff", "sword", "book", "umbrella", "bouquet", "teddy bear", "tray", "balloon", "lollipop")

_HEADROOM = {
    "witch hat": 0.68,
    "straw hat": 0.27,
    "beanie": 0.42,
    "beret": 0.34,
    "crown": 0.31,
    "baseball cap": 0.25,
    "hair bow": 0.28,
    "maid headdress": 0.21,
    "ponytail": 0.2,
    "hair bun": 0.34,
    "half updo": 0.25,
    "double bun": 0.19,
    "spiky hair": 0.28,
    "messy hair": 0.3,
    "rabbit ears": 0.58,
    "fox ears": 0.38,
    "cat ears": 0.27,
    "umbrella": 0.84,
}


@dataclass(frozen=True)
class Identity:
    """A character in a pose, in front of a background, seen by a camera; clothes are not part of it.

    `heads` 2.4..5.2 and `build` 0.88..1.1 shape the figure; `zoom` is the height of the whole figure as a part of the
    picture (above 1: cropped below), `shift` its middle's offset; `light` is the side the light comes from (-1 left).
    Kinds are tags; "" or None means none. `held_by`: the arm that holds `held` (0 left in the picture, 1 right).
    """

    heads: float = 4.0
    pose: Pose = field(default_factory=Pose)
    build: float = 1.0
    girl: bool = True
    skin: str = "fair skin"
    hair: str = "long hair"
    hair_colour: str = "brown"
    bangs: str = "blunt bangs"
    eye_colour: str = "blue"
    expression: str = "smile"
    headwear: Item | None = None
    eyewear: str = ""
    earwear: str = ""
    animal_ears: str = ""
    tail: str = ""
    wings: str = ""
    held: str = ""
    held_by: int = 1
    held_colour: str = "red"
    backdrop: str = "simple"
    backdrop_colours: tuple[str, str] = ("blue", "white")
    zoom: float = 0.86
    shift: float = 0.0
    line_width: float = 1.2
    light: Literal[-1, 1] = -1

    @cached_property
    def figure(self) -> Figure:
        return Figure(self.heads, self.pose, SKINS[self.skin], self.build)

    @cached_property
    def camera(self) -> Camera:
        scale = self.zoom / self.heads
        room = self._headroom
        if self.zoom > 1:  # down to the knees, at least
            scale = min(scale, 0.95 / (0.68 * self.heads + room))
            return Camera(scale, 0.5 + self.shift, 0.05 + room * scale)
        scale = min(scale, 0.935 / (self.heads + room))
        return Camera(scale, 0.5 + self.shift, 1 - 0.045 - self.heads * scale)

    @property
    def _headroom(self) -> float:
        """How far hair, hats, ears and props rise above the crown, in heads."""
        hat = _HEADROOM.get(self.headwear.kind, 0.0) if self.headwear is not None else 0.0
        return max(
            0.1, hat, _HEADROOM.get(self.hair, 0.0), _HEADROOM.get(self.animal_ears, 0.0), _HEADROOM.get(self.held, 0.0)
        )

    @property
    def cropped(self) -> bool:
        """Whether the picture ends above the feet."""
        return self.zoom > 1

    @property
    def hair_rgb(self) -> Colour:
        return HAIR_COLOURS[self.hair_colour]

    @property
    def eye_rgb(self) -> Colour:
        return EYE_COLOURS[self.eye_colour]

    @property
    def tags(self) -> list[str]:
        """Danbooru-like identity tags."""
        out = ["1girl" if self.girl else "1boy"]
        if self.heads < 3.1:
            out.append("chibi")
        out += [f"{self.hair_colour} hair", *STYLES[self.hair].tags(self.hair), self.bangs]
        if self.eyewear != "sunglasses" and self.expression != "closed eyes":
            out.append(f"{self.eye_colour} eyes")
        out += [self.expression, self.skin]
        if self.headwear is not None:
            out.append(self.headwear.tag)
        out += [kind for kind in (self.eyewear, self.earwear, self.animal_ears, self.tail, self.wings) if kind]
        if self.held:
            out.append(f"holding {self.held}")
        first, second = self.backdrop_colours
        match self.backdrop:
            case "simple":
                out += ["simple background", f"{first} background"]
            case "gradient":
                out += ["gradient background", f"{first} background"]
            case "window" | "hills":
                out.append({"window": "window", "hills": "outdoors"}[self.backdrop])
            case kind:
                out.append(f"{first} and {second} {kind} background")
        return [*out, "cowboy shot" if self.cropped else "full body"]


def _natural_pose(rng: np.random.Generator, holding: str, held_by: int) -> Pose:
    def around(mean: float, spread: float) -> float:
        return float(np.clip(rng.normal(mean, spread), mean - 2 * spread, mean + 2 * spread))

    def arm(kind: str) -> tuple[float, float]:
        mean = {
            "relaxed": (16, -12),
            "open": (34, 6),
            "hip": (48, -84),
            "wave": (62, 82),
            "out": (76, 6),
            "chest": (26, -148),
            "front": (22, -50),
            "hold": (26, -86),
            "hold out": (44, 46),
            "carry": (30, 30),
        }[kind]
        return around(mean[0], 6), around(mean[1], 8)

    both = rng.choice(
        ["relaxed", "open", "hip", "wave", "out", "chest", "front", "mixed"],
        p=[0.24, 0.14, 0.14, 0.08, 0.1, 0.06, 0.08, 0.16],
    )
    one = {"wave": ("wave", "relaxed"), "chest": ("chest", "relaxed"), "mixed": ("hip", "open")}.get(
        str(both), (str(both), str(both))
    )
    kinds = list(one) if rng.random() < 0.5 else list(one)[::-1]
    if holding:
        kinds[held_by] = {
            "book": "hold",
            "teddy bear": "hold",
            "tray": "hold out",
            "bouquet": "hold",
            "balloon": "hold out",
        }.get(holding, "carry")
        if kinds[1 - held_by] == "out":
            kinds[1 - held_by] = "relaxed"
    left, right = arm(kinds[0]), arm(kinds[1])
    spread = abs(around(4, 3))
    knees = (abs(around(0, 5)), 0.0) if rng.random() < 0.35 else (0.0, 0.0)
    if rng.random() < 0.5:
        knees = knees[1], knees[0]
    return Pose(
        (left[0], right[0]),
        (left[1], right[1]),
        (spread + knees[0] * 0.6, spread + knees[1] * 0.6),
        knees,
        around(0, 1.6),
        around(0, 4.0),
    )


def _sample_headwear(rng: np.random.Generator, girl: bool) -> Item | None:
    if rng.random() > 0.4:
        return None
    kinds = HEADWEAR if girl else ("baseball cap", "beanie", "headphones", "crown", "beret", "straw hat", "witch hat")
    kind = str(rng.choice(kinds))
    colour = {"straw hat": "beige", "crown": "yellow", "maid headdress": "white"}.get(kind) or str(
        rng.choice(list(COLOURS))
    )
    return Item(kind, colour)


def sample_identity(rng: np.random.Generator) -> Identity:
    """A random character, pose, background and framing; everything is drawn from `rng`."""

    def maybe(chance: float, kinds: tuple[str, ...]) -> str:
        return str(rng.choice(kinds)) if rng.random() < chance else ""

    girl = bool(rng.random() < 0.78)
    group = rng.random()
    heads = rng.uniform(2.4, 2.9) if group < 0.36 else rng.uniform(4.4, 5.2) if group < 0.7 else rng.uniform(2.9, 4.4)
    hair = str(rng.choice([name for name, style in STYLES.items() if (style.girl if girl else style.boy)]))
    style = STYLES[hair]
    headwear = _sample_headwear(rng, girl)
    animal_ears = maybe(0.14 if girl else 0.06, ANIMAL_EARS)
    crowded = (*HATS, "headphones", "crown") if animal_ears else HATS if style.high else ()
    if headwear is not None and headwear.kind in crowded:
        headwear = None
    tail = (
        {"cat ears": "cat tail", "fox ears": "fox tail"}.get(animal_ears, "")
        if rng.random() < 0.7
        else maybe(0.02, TAILS)
    )
    held = maybe(0.2, HELD)
    held_by = int(rng.integers(2))
    first, second = (str(c) for c in rng.choice(list(BACKDROP_COLOURS), 2, replace=False))
    cowboy = rng.random() < 0.32 and heads > 3.2
    expression = str(rng.choice(EXPRESSIONS, p=[0.34, 0.2, 0.12, 0.08, 0.05, 0.06, 0.07, 0.08]))
    bangs = str(rng.choice(style.bangs or BANGS))
    if expression == "wink" and bangs == "hair over one eye":  # would read as closed eyes
        expression = "smile"
    return Identity(
        heads=float(heads),
        pose=_natural_pose(rng, held, held_by),
        build=float(rng.uniform(0.9, 1.03) if girl else rng.uniform(0.98, 1.1)),
        girl=girl,
        skin=str(rng.choice(list(SKINS), p=[0.24, 0.26, 0.2, 0.12, 0.1, 0.08])),
        hair=hair,
        hair_colour=str(rng.choice(list(HAIR_COLOURS))),
        bangs=bangs,
        eye_colour=str(rng.choice(list(EYE_COLOURS))),
        expression=expression,
        headwear=headwear,
        eyewear=maybe(0.12, EYEWEAR),
        earwear=maybe(0.12, EARWEAR),
        animal_ears=animal_ears,
        tail=tail,
        wings=maybe(0.06, WINGS),
        held=held,
        held_by=held_by,
        held_colour=str(rng.choice(list(COLOURS))),
        backdrop=str(rng.choice(BACKDROPS, p=[0.34, 0.2, 0.12, 0.08, 0.08, 0.1, 0.08])),
        backdrop_colours=(first, second),
        zoom=float(rng.uniform(1.12, 1.36) if cowboy else rng.uniform(0.80, 0.90)),
        shift=float(np.clip(rng.normal(0, 0.025), -0.06, 0.06)),
        line_width=float(rng.uniform(1.0, 1.6)),
        light=-1 if rng.random() < 0.5 else 1,
    )
