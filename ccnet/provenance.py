"""Which files had a part in a result, and how the same ones are found again.

What a recipe says is a stranger's word: names are compared with those of the user's own models and never become paths.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from ccnet import store
from ccnet.adapters import STEERING, VAES, Adapter
from ccnet.formats import ROLE_WORDS
from ccnet.recipe import Addition, Maker, RecipeError
from ccnet.request import DressRequest
from ccnet.store import Entry

_WORDS = {str(role): words for role, words in ROLE_WORDS.items()}


class Again(NamedTuple):
    """What `checkpoints.load_pipeline` is to be given. notices: what is not as it was, each a sentence."""

    controls: Mapping[str, Path]
    vae: Path | None
    notices: tuple[str, ...]


def additions(
    request: DressRequest, layers: Mapping[str, Adapter], vae: Adapter | None, loras: list[Adapter]
) -> tuple[Addition, ...]:
    """What a request used beside the model itself. layers: the control layers by their names, without the model's own.
    loras: those of the prompt. Reads whole files where they are not in the store. Raises CheckpointError."""
    used = {control.name for control in request.controls if control.scale > 0}
    found = [_addition(adapter, layer) for layer, adapter in layers.items() if layer in used]
    found += [_addition(adapter) for adapter in (*([vae] if vae else []), *loras)]
    text = f"{request.garment.prompt}\n{request.negative_prompt}"
    for entry in store.entries("embedding"):
        if re.search(rf"(?<![\w-]){re.escape(entry.name)}(?![\w-])", text, re.IGNORECASE):
            found.append(Addition(entry.role, entry.name, entry.files[0].sha256 if entry.files else ""))
    return tuple(found)


def find_model(maker: Maker) -> Path | None:
    """The model in the store that drew a result: the one with these weights, else the one of this name."""
    mine = store.entries("checkpoint")
    same = [e for e in mine if e.path.is_file() and any(file.sha256 == maker.sha256 for file in e.files)]
    named = [e for e in mine if e.name.casefold() == maker.model.casefold() and e.path.exists()]
    return next((entry.path for entry in (*same, *named)), None)


def find_again(maker: Maker) -> Again:
    """The additions of a result among the user's own: those with the same content, else those of the same name.

    Raises RecipeError when one is not there.
    """
    controls: dict[str, Path] = {}
    vae, notices = None, []
    for addition in maker.additions:
        entry, notice = _find(addition)
        notices += [notice] if notice else []
        if addition.role in STEERING:
            controls[addition.layer] = entry.path
        elif addition.role in VAES:
            vae = entry.path
    return Again(controls, vae, tuple(notices))


def _addition(adapter: Adapter, layer: str = "") -> Addition:
    return Addition(adapter.kind.role, adapter.name, adapter.sha256, layer)


def _find(addition: Addition) -> tuple[Entry, str]:
    """(entry, notice)."""
    words = _WORDS.get(addition.role)
    if words is None:
        raise RecipeError(f"The recipe asks for a {addition.role!r:.40}, which this version does not know.")
    mine = [entry for entry in store.entries(addition.role) if entry.path.exists()]
    same = [entry for entry in mine if any(file.sha256 == addition.sha256 for file in entry.files)]
    named = [entry for entry in mine if entry.name.casefold() == addition.name.casefold()]
    # Prompts call by name: there a file of the same content under another name is of no use.
    by_name = addition.role in ("lora", "embedding")
    entry = next((each for each in same if not by_name or each in named), None)
    if entry is not None:
        return entry, ""
    if named:
        return named[0], f"The {words} {addition.name!r} is not the one that was used then: its weights differ."
    if same:
        raise RecipeError(
            f"The {words} {addition.name!r} is called {same[0].name!r} among your models: import it by its old name."
        )
    raise RecipeError(
        f"The {words} {addition.name!r} is not among your models: `ccnet models import` or download it, then try again."
    )
