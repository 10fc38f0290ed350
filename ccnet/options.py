"""What a front end offers beside a request's fields: fast modes, and control layers in an artist's words (no torch).

Everything is refused here that can be known to be missing or wrong before a model is loaded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from ccnet import adapters, checkpoints, store
from ccnet.adapters import INPAINT, OWN_LAYER, Adapter
from ccnet.annotators import missing_weights
from ccnet.families import FAST_MODES
from ccnet.formats import FAMILY_WORDS
from ccnet.prompt_syntax import parse
from ccnet.request import Control, ModelSpec, known


class Steering(NamedTuple):
    """controls: of the request. layers: what is loaded beside the model's own. notices: what the user should know."""

    controls: tuple[Control, ...]
    layers: Mapping[str, Adapter]
    notices: tuple[str, ...] = ()


def hastened(name: str, path: Path, spec: ModelSpec, prompt: str) -> tuple[ModelSpec, str]:
    """A model's spec with the settings of a fast mode, and the prompt with its LoRA's tag.

    Raises ValueError for an unknown mode, a model that has none, and a LoRA that is not there.
    """
    mode = FAST_MODES[known("fast mode", name, FAST_MODES)]
    lora = mode.loras[spec.family]
    if path in checkpoints.SHIPPED.values():
        raise ValueError(f'A fast mode is for models of SD1.5 and SDXL, not for "{spec.name}": use fewer steps.')
    if not any(entry.name == lora for entry in store.entries("lora")):
        raise ValueError(f'The fast mode "{name}" needs the LoRA {lora}: ccnet models download {lora}.')
    tagged = any(tag.name.casefold() == lora for tag in parse(prompt).loras)
    faster = replace(
        spec,
        scheduler=mode.scheduler,
        num_inference_steps=mode.num_inference_steps,
        guidance_scale=mode.guidance_scale,
    )
    return faster, prompt if tagged else f"{prompt} <lora:{lora}:1>"


def steering(wishes: Sequence[str], path: Path, spec: ModelSpec, own_scale: float = 1.0) -> Steering:
    """The control layers for a model.

    wishes: as `adapters.choose` reads them. own_scale: of the layer that reads the character around the mask, which
    is always used where there is one, unless a wish is for it; 0 for none. Raises ValueError.
    """
    chosen = [adapters.choose(text, spec.family) for text in wishes]
    for control, _ in chosen:
        _check_annotator(control)
    controls = tuple(control for control, _ in chosen)
    layers = checkpoints.layers(path, {control.name: adapter.path for control, adapter in chosen})
    if not own_scale or any(control.name == OWN_LAYER for control in controls):
        return Steering(controls, layers)
    if checkpoints.has_own_layer(path) or OWN_LAYER in layers:
        return Steering((Control(scale=own_scale), *controls), layers)
    if checkpoints.sees_around(path):
        return Steering(controls, layers)
    names = " or ".join(adapters.to_download(INPAINT, spec.family))
    notice = (
        f"No inpainting ControlNet for {FAMILY_WORDS[spec.family]} is among your models, so that what is drawn hardly "
        f"knows what surrounds it: ccnet models download {names}."
    )
    return Steering(controls, layers, (notice,))


def _check_annotator(control: Control) -> None:
    if control.annotator and (missing := missing_weights(control.annotator, adapters.annotator_folder())):
        raise ValueError(
            f'"{control.annotator}" needs the file {missing[0]}: `ccnet models list` shows the annotator that has it, '
            "canny, scribble and lineart need none."
        )
