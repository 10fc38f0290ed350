"""What the outfit panel holds: everything beside picture and mask that decides about a result."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from PIL.Image import Image

from ccnet.masks import Mask
from ccnet.request import Branches, Control, DressRequest, Garment, Intent, Weighting

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
        lost = [name for name in values if name not in _FIELDS]
        for name, value in values.items():
            if name in ("controls", "loras"):
                try:
                    known[name] = _parts(name, value, pictures)
                except (TypeError, ValueError, AttributeError):
                    lost.append(name)
            elif name in _FIELDS and name != "reference":
                if _alike(value, _FIELDS[name]):
                    known[name] = value
                else:
                    lost.append(name)
        return cls(reference=pictures.get("reference"), **known), tuple(lost)


_FIELDS = {field.name: field.default for field in dataclasses.fields(Outfit)}
_OPTIONAL: dict[str, tuple[type, ...]] = {"category": (str,), "flare": (float, int), "resolution": (int,)}
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


def _alike(value: Any, default: Any) -> bool:
    """Whether a value from a file is of the kind of a setting's default."""
    if default is None or isinstance(value, bool) or isinstance(default, bool):
        return isinstance(value, bool) == isinstance(default, bool) if default is not None else True
    if isinstance(default, float):
        return isinstance(value, int | float)
    return isinstance(value, type(default))


def _parts(name: str, values: Any, pictures: Mapping[str, Image]) -> tuple[Any, ...]:
    if name == "loras":
        return tuple(LoraChoice(str(each["name"]), float(each["scale"])) for each in values)
    return tuple(Control(image=pictures.get(f"control {i}"), **each) for i, each in enumerate(values))
