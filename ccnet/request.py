"""What is asked of the program and what it answers: plain values, no model library.

Everything that changes a pixel of the result is a field of `DressRequest` and nothing else is, so a request and a
model make the same picture again. Field names are diffusers'. Variants are made with `dataclasses.replace`.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, get_args

from PIL.Image import Image

from ccnet.formats import Family
from ccnet.masks import LATENT_FACTOR, Mask
from ccnet.prompt_syntax import parse

Intent = Literal["new", "recolour", "fix", "remove"]
Branches = Literal["both", "conditional"]
Weighting = Literal["none", "paper", "released", "diffusers"]

INTENTS: tuple[Intent, ...] = get_args(Intent)
"""What the repainting is for. `new`: the hole is emptied before encoding, so that no old colour bleeds in.
`recolour` and `fix`: the original pixels stay under the noise; with a strength below 1 they keep their shapes.
`remove`, for accessories and outer garments: the hole is closed with the colours around it, and what is underneath
(cloth, hair, background) is drawn."""

DEFAULT_STRENGTH: dict[Intent, float] = {"new": 1.0, "recolour": 0.6, "fix": 0.45, "remove": 0.65}
"""A sensible `strength` for each intent, for a front end to offer. A request itself always states its own."""

CONTROL_BRANCHES: tuple[Branches, ...] = get_args(Branches)
CONTROL_WEIGHTINGS: tuple[Weighting, ...] = get_args(Weighting)

FAMILY_NAMES: tuple[Family, ...] = get_args(Family)

SCHEDULERS = (
    "ddim",
    "euler",
    "euler a",
    "dpm++ 2m",
    "dpm++ 2m karras",
    "unipc",
    "euler sgm uniform",
    "lcm",
    "tcd",
)
"""The samplers by the names artists know; `ccnet.schedulers` turns them into diffusers' classes."""

DISTILLED_SCHEDULERS = ("lcm", "tcd")
"""Those of networks that were taught to need few steps: a strength below 1 does not make the steps fewer, it begins
them at less noise."""

ANNOTATORS = (
    "lineart",
    "lineart anime",
    "canny",
    "soft edge",
    "scribble",
    "scribble hed",
    "pose",
    "depth",
    "segmentation",
)
"""The kinds of control image that can be made from a picture; `ccnet.annotators` makes them."""

MIN_SIDE = 64
"""The smallest picture side, in pixels, that can be dressed."""

MAX_SEED = 2**63 - 1


@dataclass(frozen=True)
class Garment:
    """The outfit to draw: words, a picture of it (RGB), or both; `category` is a clothing class such as "dress"."""

    prompt: str = ""
    reference: Image | None = None
    category: str | None = None


@dataclass(frozen=True)
class Control:
    """The part that one ControlNet, ControlNet Union or T2I-Adapter has in a request.

    name: which of the pipeline's. scale: 0 (not run at all) to 10. start, end: the share of the steps in which it acts,
    0 to 1. image: the hint, RGB, as large as the character's picture, used as it is. annotator: what kind of hint it
    is, one of `ANNOTATORS`; with no image, one of that kind is made from the picture, and where
    `cut_garment` is set what it says of the old garment is left out. With neither the hint is this request's own, the
    character with a hole where the clothes are.
    """

    name: str = "cc"
    scale: float = 1.0
    start: float = 0.0
    end: float = 1.0
    image: Image | None = None
    annotator: str | None = None
    cut_garment: bool = True

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not self.name:
            raise ValueError("A control needs the name of a ControlNet.")
        if self.annotator is not None:
            known("annotator", self.annotator, ANNOTATORS)
        _number("The control's scale", self.scale, 0, 10)
        _number("The control's start", self.start, 0, 1)
        _number("The control's end", self.end, 0, 1)
        if self.start > self.end:
            raise ValueError(f"The control starts at {self.start:g}, after its end at {self.end:g}.")


@dataclass(frozen=True)
class DressRequest:
    """One wish: draw this outfit into this mask of this picture.

    image: RGB, at least 64 x 64 pixels. mask: as large as the image, 255 = repaint.
    garment, negative_prompt: in A1111's syntax, see `ccnet.prompt_syntax`; LoRA tags stand in the garment's prompt.
    strength: 1 = draw anew from pure noise, less = keep so much more of what is there (0 excluded).
    guidance_scale: classifier-free guidance, 1 (off) to 30.
    seed: candidate i draws all its noise from its own CPU generator seeded `seed + i`.
    control_branches: whether ControlNets steer both halves of guidance or only the prompted one.
    control_weighting: how the ControlNets' outputs on the prompted half are weighted by depth, see
    `ccnet.controlnet.residual_weights`.
    resolution: about the side, in pixels, of the square the model works on; None = the model's own.
    mask_grow: by how many pixels the model may draw past the mask (old outlines and shadows). mask_feather: over how
    many the result fades into the picture, outside the mask. Both are in pixels at the model's resolution.

    Raises ValueError, in words for the person who painted the mask, when anything cannot be.
    """

    image: Image
    mask: Mask
    garment: Garment = field(default_factory=Garment)
    negative_prompt: str = ""
    intent: Intent = "new"
    strength: float = 1.0
    guidance_scale: float = 3.0
    num_inference_steps: int = 20
    scheduler: str = "ddim"
    seed: int = 0
    num_images: int = 1
    controls: Sequence[Control] = field(default_factory=lambda: (Control(),))
    control_branches: Branches = "both"
    control_weighting: Weighting = "none"
    resolution: int | None = None
    mask_grow: int = 8
    mask_feather: int = 4

    def __post_init__(self) -> None:
        self._check_pictures()
        self._check_prompts()
        known("intent", self.intent, INTENTS)
        known("scheduler", self.scheduler, SCHEDULERS)
        known("choice of control branches", self.control_branches, CONTROL_BRANCHES)
        known("control weighting", self.control_weighting, CONTROL_WEIGHTINGS)
        _number("The strength", self.strength, 0, 1)
        _number("The guidance scale", self.guidance_scale, 1, 30)
        _integer("The number of steps", self.num_inference_steps, 1, 1000)
        _integer("The seed", self.seed, 0, MAX_SEED)
        _integer("The number of images", self.num_images, 1, 64)
        _integer("The mask's growth", self.mask_grow, 0, 128)
        _integer("The mask's feather", self.mask_feather, 0, 128)
        if self.resolution is not None:
            _integer("The resolution", self.resolution, 64, 4096)
        shortened = self.scheduler not in DISTILLED_SCHEDULERS
        if self.strength == 0 or (shortened and int(self.num_inference_steps * self.strength) < 1):
            raise ValueError(
                f"A strength of {self.strength:g} leaves none of {self.num_inference_steps} steps to run: raise one."
            )
        if self.seed + self.num_images - 1 > MAX_SEED:
            raise ValueError(f"The seed is too large for {self.num_images} images: at most {MAX_SEED} in all.")
        object.__setattr__(self, "controls", tuple(self.controls))
        for control in self.controls:
            if control.image is not None and control.image.size != self.image.size:
                raise ValueError(
                    f"The control image is {_size(control.image.size)} pixels but the picture is "
                    f"{_size(self.image.size)}: they must be the same size."
                )

    def _check_prompts(self) -> None:
        parse(self.garment.prompt).check()
        negative = parse(self.negative_prompt)
        negative.check()
        if negative.loras:
            raise ValueError(
                f"The LoRA {negative.loras[0].name} is asked for in the negative prompt: "
                "put its tag into the prompt, with a scale below 0 to turn it round."
            )

    def _check_pictures(self) -> None:
        if self.image.mode != "RGB":
            raise ValueError(f"The picture must be RGB, not {self.image.mode}: convert it first.")
        if min(self.image.size) < MIN_SIDE:
            raise ValueError(
                f"The picture is {_size(self.image.size)} pixels: it must be at least {MIN_SIDE} x {MIN_SIDE}."
            )
        if self.mask.size != self.image.size:
            raise ValueError(
                f"The mask is {_size(self.mask.size)} pixels but the picture is {_size(self.image.size)}: "
                "they must be the same size."
            )
        if not self.mask:
            raise ValueError("The mask is empty: paint over the outfit first.")
        if self.mask.alpha.min() > 0:
            raise ValueError("The mask covers the whole picture: leave out what must stay as it is.")


@dataclass(frozen=True)
class ModelSpec:
    """What a model says about itself (a folder in its ccnet.json): how it wants to be used.

    resolution: the side, in pixels, of the square it was trained on. multiple: every working side is a multiple of
    this. hole: the value, where the picture is to be repainted, of the hint that its own ControlNet reads.
    guidance_scale, num_inference_steps, scheduler: for a front end to offer. clip_skip: how many of the text encoder's
    last layers are left out, beyond those its family always leaves out. zero_negative: whether an empty negative prompt
    stands for no words at all (SDXL's force_zeros_for_empty_prompt). sha256: of the weights, "" when they came from no
    file.
    """

    name: str
    resolution: int = 512
    multiple: int = 64
    hole: float = -1.0
    guidance_scale: float = 7.0
    num_inference_steps: int = 20
    scheduler: str = "ddim"
    clip_skip: int = 0
    sha256: str = ""
    family: Family = "sd15"
    zero_negative: bool = False

    def __post_init__(self) -> None:
        known("family", self.family, FAMILY_NAMES)
        if not isinstance(self.zero_negative, bool):
            raise ValueError(f"The model's zero_negative must be true or false, not {self.zero_negative}.")
        _integer("The model's resolution", self.resolution, 64, 4096)
        _integer("The model's multiple", self.multiple, LATENT_FACTOR, self.resolution)
        if self.multiple % LATENT_FACTOR:
            raise ValueError(f"The model's multiple must be a multiple of {LATENT_FACTOR}, not {self.multiple}.")
        _number("The model's value for a hole", self.hole, -1, 1)
        _number("The model's guidance scale", self.guidance_scale, 1, 30)
        _integer("The model's number of steps", self.num_inference_steps, 1, 1000)
        known("scheduler", self.scheduler, SCHEDULERS)
        _integer("The model's clip skip", self.clip_skip, 0, 11)


class Progress(NamedTuple):
    """`step` of `total` is done. preview: RGB at the working size, a rough look at the first candidate, or None."""

    step: int
    total: int
    preview: Image | None = None


@dataclass(frozen=True)
class Candidate:
    """One answer, as large as the request's picture.

    image: RGB, pasted back; outside the paste mask it equals the request's image bit for bit. layer: RGBA, the new
    garment alone, its alpha the paste mask. seed: this candidate's own. request: what makes it again. notice: one
    sentence for the user where that is not what was asked for, else "". leak: how much of the old garment's palette is
    left in the mask, 0..1; None where nobody measured, as the pipeline itself knows no old garment
    (`ccnet.autodress.measured` does).
    """

    image: Image
    layer: Image
    seed: int
    request: DressRequest
    notice: str = ""
    leak: float | None = None


class OutOfMemory(ValueError):
    """A request that does not fit into the machine's memory, also not at a smaller size."""


class NumbersOverflowed(ValueError):
    """A picture that could not be drawn because the model's numbers grew past what they are computed in."""


def known(what: str, name: str, names: Iterable[str]) -> str:
    """`name` when it is one of `names`; else a ValueError that lists them and suggests the nearest."""
    names = list(names)
    if name in names:
        return name
    near = difflib.get_close_matches(str(name).lower(), names, n=1, cutoff=0.5)
    hint = f' Did you mean "{near[0]}"?' if near else ""
    raise ValueError(f'There is no {what} "{name}". Known: {", ".join(names)}.{hint}')


def _size(size: tuple[int, int]) -> str:
    return f"{size[0]} x {size[1]}"


def _number(what: str, value: float, low: float, high: float) -> None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not math.isfinite(value) or not low <= value <= high:
        raise ValueError(f"{what} must be a number from {low:g} to {high:g}, not {value}.")


def _integer(what: str, value: int, low: int, high: int) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise ValueError(f"{what} must be a whole number from {low} to {high}, not {value}.")
