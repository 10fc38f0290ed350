"""From the panel's settings to a job for the engine, refused in words before anything is loaded. No Qt, no torch."""

from __future__ import annotations

import dataclasses
from typing import Any, NamedTuple

import numpy as np
from PIL.Image import Image

from ccnet import adapters, checkpoints
from ccnet.adapters import INPAINT, OWN_LAYER
from ccnet.engine_messages import DressJob, WarmUp
from ccnet.formats import FAMILY_WORDS
from ccnet.masks import Mask
from ccnet.targets import Target, parse_target
from gui.outfit import Outfit


class Prepared(NamedTuple):
    """A job, and sentences about it that the user should read."""

    job: DressJob
    notices: tuple[str, ...] = ()


def prepare(outfit: Outfit, image: Image, mask: Mask, id: str, old: Mask | None = None) -> Prepared:
    """The job that draws an outfit. image: RGB, the picture as it is shown. mask: what may be repainted. old: where the
    old garment is, if that is known. Raises ValueError, in the user's words, when anything cannot be."""
    values, kept, notices = _loading(outfit)
    request = dataclasses.replace(outfit, controls=kept).request(image, mask)
    checkpoints.loras(checkpoints.resolve(outfit.model), request.garment.prompt)
    return Prepared(DressJob(id=id, request=request, old=old, **values), notices)


def warm_up(outfit: Outfit) -> WarmUp:
    """The job that loads a model before it is needed. Raises ValueError when it cannot be."""
    return WarmUp(**_loading(outfit)[0])


def allowed(mask: np.ndarray, protection: np.ndarray) -> Mask:
    """The mask (uint8[H, W]) without what is protected."""
    return Mask(np.minimum(mask, 255 - protection))


def target_of(outfit: Outfit) -> Target:
    """The shape that the new outfit is to have: the chosen one, else what the prompt speaks of, with the handles that
    were pulled."""
    target = parse_target(outfit.target or outfit.prompt)
    pulled: dict[str, Any] = {name: getattr(outfit, name) for name in ("sleeves", "hem", "legs", "flare")}
    return dataclasses.replace(target, **{name: value for name, value in pulled.items() if value not in ("", None)})


def _loading(outfit: Outfit) -> tuple[dict[str, Any], tuple[Any, ...], tuple[str, ...]]:
    """What a model is loaded with, the control layers of the request, and notices."""
    path = checkpoints.resolve(outfit.model)
    vae = outfit.vae or None
    checkpoints.check(path, vae)
    spec = checkpoints.read_spec(path)
    extra = [control.name for control in outfit.controls if control.name != OWN_LAYER]
    layers = checkpoints.layers(path, {name: name for name in extra})
    controls, notices = outfit.controls, ()
    if not (checkpoints.has_own_layer(path) or OWN_LAYER in layers):
        controls = tuple(control for control in controls if control.name != OWN_LAYER)
        if len(controls) < len(outfit.controls) and not checkpoints.sees_around(path):
            names = " or ".join(adapters.to_download(INPAINT, spec.family))
            notices = (
                f"No inpainting ControlNet for {FAMILY_WORDS[spec.family]} is among your models, so that what is drawn "
                f"hardly knows what surrounds it: get {names} in the models window.",
            )
    loaded = {name: layers[name].path for name in extra}
    return {"model": outfit.model, "controls": loaded, "vae": vae, "memory": outfit.memory}, controls, notices
