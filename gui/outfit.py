"""What the outfit panel holds: everything beside picture and mask that decides about a result."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from PIL.Image import Image

from ccnet.devices import MEMORY
from ccnet.masks import Mask
from ccnet.request import (
    CONTROL_BRANCHES,
    CONTROL_WEIGHTINGS,
    INTENTS,
    MAX_SEED,
    SCHEDULERS,
    Branches,
    Control,
    DressRequest,
    Garment,
    Intent,
    Weighting,
)

STARTER = "starter"
"""The model that ships with the program."""


@dataclass(frozen=True)
class LoraChoice:
    """A LoRA by its name in the store, and how strongly it acts (below 0: turned round)."""

    name: str
    scale: float = 1.0


@dataclass(frozen=True)
class Outfit:
    """The panel's state. The fields that `DressRequest` has mean what they mean there.

    prompt: the words for the new garment. reference: a picture of it (RGB), or None. category: its clothing class.
    target: the new outfit's shape by name or in words, "" for any; sleeves, hem, legs, flare: handles that were pulled
    away from it, "" or None where they were not.
    candidates: how many are drawn at a time. seed_locked: whether `seed` stays for the next run.
    model, vae: names in the store or paths; vae "" is the model's own. memory: see `ccnet.devices.MEMORY`.
    """

    prompt: str = ""
    negative_prompt: str = ""
    intent: Intent = "new"
    reference: Image | None = None
    category: str | None = None
    target: str = ""
    sleeves: str = ""
    hem: str = ""
    legs: str = ""
    flare: float | None = None
    candidates: int = 4
    seed: int = 0
    seed_locked: bool = False
    num_inference_steps: int = 12
    guidance_scale: float = 2.0
    strength: float = 1.0
    scheduler: str = "ddim"
    controls: tuple[Control, ...] = (Control(),)
    control_branches: Branches = "both"
    control_weighting: Weighting = "none"
    loras: tuple[LoraChoice, ...] = ()
    resolution: int | None = None
    mask_grow: int = 8
    mask_feather: int = 4
    model: str = STARTER
    vae: str = ""
    memory: str = "full"

    @property
    def words(self) -> str:
        """The prompt with the chosen LoRAs' tags behind it, as `Garment.prompt` wants it."""
        return " ".join([self.prompt, *(f"<lora:{lora.name}:{lora.scale:g}>" for lora in self.loras)]).strip()

    def request(self, image: Image, mask: Mask) -> DressRequest:
        """The request for this outfit. image: RGB. Raises ValueError, in the user's words, when anything cannot be."""
        return DressRequest(
            image=image,
            mask=mask,
            garment=Garment(self.words, self.reference, self.category),
            num_images=self.candidates,
            **{name: getattr(self, name) for name in _SHARED},
        )

    def follow(self, request: DressRequest) -> Outfit:
        """This outfit with everything a request says; LoRA tags stay in the prompt."""
        return dataclasses.replace(
            self,
            prompt=request.garment.prompt,
            reference=request.garment.reference,
            category=request.garment.category,
            loras=(),
            candidates=request.num_images,
            **{name: getattr(request, name) for name in _SHARED},
        )

    def differing(self, other: Outfit) -> tuple[str, ...]:
        """The names of the settings in which two outfits differ."""
        pairs = ((name, getattr(self, name), getattr(other, name)) for name in _FIELDS)
        return tuple(name for name, mine, theirs in pairs if mine is not theirs and mine != theirs)

    def to_dict(self) -> dict[str, Any]:
        """Everything that is not a picture, as JSON values; `pictures` is the rest."""
        values = {
            field.name: getattr(self, field.name)
            for field in dataclasses.fields(self)
            if field.name not in ("reference", "controls", "loras")
        }
        values["controls"] = [
            {field.name: getattr(control, field.name) for field in dataclasses.fields(control) if field.name != "image"}
            for control in self.controls
        ]
        values["loras"] = [{"name": lora.name, "scale": lora.scale} for lora in self.loras]
        return values

    @property
    def pictures(self) -> dict[str, Image]:
        """The pictures in it by name: "reference", "control 0", ..."""
        named = {"reference": self.reference} | {f"control {i}": each.image for i, each in enumerate(self.controls)}
        return {name: image for name, image in named.items() if image is not None}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any], pictures: Mapping[str, Image]) -> tuple[Outfit, tuple[str, ...]]:
        """What `to_dict` and `pictures` took apart, and the names of the settings that were left at their defaults.

        Takes whatever a file from a stranger or a newer program says: what is unknown or of another kind is left out.
        """
        known: dict[str, Any] = {}
        lost: list[str] = []
        for name, value in values.items():
            if name in ("controls", "loras"):
                try:
                    known[name] = _parts(name, value, pictures)
                except (TypeError, ValueError, KeyError):
                    lost.append(name)
            elif name in _FIELDS and name != "reference" and _fits(name, value):
                known[name] = value
            else:
                lost.append(name)
        return cls(reference=pictures.get("reference"), **known), tuple(lost)


_FIELDS = {field.name: field.default for field in dataclasses.fields(Outfit)}
_CHOICES: dict[str, tuple[str, ...]] = {
    "intent": INTENTS,
    "scheduler": SCHEDULERS,
    "control_branches": CONTROL_BRANCHES,
    "control_weighting": CONTROL_WEIGHTINGS,
    "memory": MEMORY,
}
_RANGES: dict[str, tuple[float, float]] = {
    "flare": (0, 1),
    "candidates": (1, 64),
    "seed": (0, MAX_SEED),
    "num_inference_steps": (1, 1000),
    "guidance_scale": (1, 30),
    "strength": (0, 1),
    "resolution": (64, 4096),
    "mask_grow": (0, 128),
    "mask_feather": (0, 128),
}
_WHOLE = ("candidates", "seed", "num_inference_steps", "resolution", "mask_grow", "mask_feather")
_NONE = ("category", "flare", "resolution")
_SHARED = (
    "negative_prompt",
    "intent",
    "strength",
    "guidance_scale",
    "num_inference_steps",
    "scheduler",
    "seed",
    "controls",
    "control_branches",
    "control_weighting",
    "resolution",
    "mask_grow",
    "mask_feather",
)


def _fits(name: str, value: Any) -> bool:
    """Whether a value from a file is one that this setting can have."""
    if value is None:
        return name in _NONE
    if name in _RANGES:
        low, high = _RANGES[name]
        number = int if name in _WHOLE else (int, float)
        return isinstance(value, number) and not isinstance(value, bool) and low <= value <= high
    if name in _CHOICES:
        return value in _CHOICES[name]
    return isinstance(value, bool if name == "seed_locked" else str)


def _parts(name: str, values: Any, pictures: Mapping[str, Image]) -> tuple[Any, ...]:
    if name == "loras":
        return tuple(LoraChoice(str(each["name"]), float(each["scale"])) for each in values)
    return tuple(Control(image=pictures.get(f"control {i}"), **each) for i, each in enumerate(values))
