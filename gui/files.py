"""From files to documents and from documents to pictures: what "Open" understands and what "Export" writes."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from ccnet import pictures, recipe
from ccnet.masks import Bounds
from ccnet.pictures import Picture
from ccnet.recipe import Addition, Maker, RecipeError
from ccnet.request import Candidate
from gui import openraster
from gui.layers import GarmentLayer, fingerprint
from gui.outfit import Outfit
from gui.state import DocumentState, Source

LARGEST_SOURCE = 1 << 28
"""A picture's file is kept beside the document as long as it is no larger than this, in bytes."""


@dataclass(frozen=True, eq=False)
class Opened:
    """What a file held. path: where "Save" may write without asking, None for nowhere. notices: sentences."""

    state: DocumentState
    path: Path | None = None
    notices: tuple[str, ...] = ()


def open_file(path: Path, outfit: Outfit | None = None) -> Opened:
    """A project, a result with its recipe, or any picture. outfit: the settings a plain picture begins with.

    Raises PictureError or ProjectError, both ValueErrors.
    """
    if path.suffix.lower() == openraster.SUFFIX:
        project = openraster.load(path)
        return Opened(project.state, path if project.complete else None, project.notices)
    if _has_recipe(path):
        try:
            return Opened(of_result(path))
        except RecipeError as error:
            opened = _open_picture(path, outfit)
            return dataclasses.replace(opened, notices=(str(error), *opened.notices))
    return _open_picture(path, outfit)


def of_result(path: Path) -> DocumentState:
    """The document a result PNG was made from: its original, mask and settings, and what was drawn as a garment.

    Raises PictureError and RecipeError.
    """
    made = recipe.read(path)
    request, picture = made.request, made.picture
    colours = np.asarray(made.result.convert("RGB"))
    differs = np.any(colours != np.asarray(picture.rgb), axis=-1)
    layer = Image.fromarray(np.dstack([colours, differs.astype(np.uint8) * 255]))
    candidate = Candidate(Image.fromarray(colours), layer, made.seed, request)
    vae = "".join(each.name for each in made.maker.additions if each.role == "vae")
    outfit = dataclasses.replace(
        Outfit().follow(request), model=made.maker.model, vae=vae, memory=made.maker.memory, seed_locked=True
    )
    return dataclasses.replace(
        DocumentState.of(picture, Source(path.name), outfit),
        mask=request.mask.alpha,
        layers=(GarmentLayer.from_candidate(candidate, made.maker),),
    )


def outfit_of(layer: GarmentLayer, outfit: Outfit, image: Image.Image) -> Outfit:
    """An outfit with the words and settings that a garment was drawn with. image: RGB, of the document's size.

    Raises RecipeError.
    """
    try:
        values = json.loads(layer.recipe)
        request = recipe.from_dict(values, image, dict(layer.attached))
        return dataclasses.replace(
            outfit.follow(request), seed=int(values["seed"]), model=str(values["maker"]["model"])
        )
    except (ValueError, TypeError, KeyError, AttributeError) as error:  # a project file can say anything
        raise RecipeError(f'It is not known how "{layer.name}" was drawn.') from error


def export_png(state: DocumentState, path: Path, *, overwrite: bool = True) -> tuple[Path, tuple[str, ...]]:
    """Writes the picture as it is shown, with the recipe of the topmost visible garment where that makes it again.

    Returns where (under the next free name when `path` is taken and not to be overwritten), and notices. Raises
    PictureError.
    """
    seen = [layer for layer in state.layers if layer.visible and layer.opacity > 0]
    found = _candidate(state, seen) if seen else None
    if found is not None:
        candidate, below, maker = found
        return recipe.write(candidate, path, picture=below, maker=maker, overwrite=overwrite), ()
    written = pictures.save_png(state.render(), path, icc_profile=state.picture.icc_profile, overwrite=overwrite)
    notice = "The picture was saved without a recipe: its topmost garment was not drawn for what lies beneath it now."
    return written, (notice,) if seen else ()


def export_garment(state: DocumentState, layer_id: str, path: Path, *, overwrite: bool = True) -> Path:
    """Writes one garment on a transparent ground, as large as the picture. Raises PictureError, KeyError."""
    layer = next((each for each in state.layers if each.id == layer_id), None)
    if layer is None:
        raise KeyError(layer_id)
    image = state.picture.finish_layer(layer.full(*state.picture.rgb.size))
    if layer.opacity < 1:
        opacity = [round(value * layer.opacity) for value in range(256)]
        image.putalpha(image.getchannel("A").point(opacity))
    return pictures.save_png(image, path, icc_profile=state.picture.icc_profile, overwrite=overwrite)


def _open_picture(path: Path, outfit: Outfit | None) -> Opened:
    picture = pictures.open_picture(path)
    data = path.read_bytes() if path.stat().st_size <= LARGEST_SOURCE else b""
    return Opened(DocumentState.of(picture, Source(path.name, data), outfit), None, picture.notices)


def _has_recipe(path: Path) -> bool:
    try:
        with Image.open(path, formats=["PNG"]) as image:
            return recipe.TEXT in image.info
    except Exception:  # whatever it is, opening it will tell in words
        return False


def _candidate(state: DocumentState, seen: list[GarmentLayer]) -> tuple[Candidate, Picture, Maker] | None:
    """The topmost garment as the candidate it was, what it was drawn for, and what drew it; None when it is unknown."""
    top, beneath = seen[-1], seen[:-1]
    if not top.recipe or top.opacity < 1:
        return None
    try:
        values = json.loads(top.recipe)
        below = state.picture
        if beneath:
            below = dataclasses.replace(below, rgb=state.render(beneath).convert("RGB"))
        if fingerprint(below.image) != values["input_sha256"]:
            return None
        request = recipe.from_dict(values, below.image, _inside(top, below))
        maker = Maker(**values["maker"])
        listed: Any = maker.additions
        maker = dataclasses.replace(maker, additions=tuple(Addition(**each) for each in listed))
        seed = values["seed"]
    except (ValueError, TypeError, KeyError, AttributeError):  # a project file can say anything
        return None
    width, height = below.rgb.size
    layer = top.full(width, height)
    whole = dataclasses.replace(state, picture=Picture(below.image), layers=(top,))
    return Candidate(whole.render(), layer, seed, request), below, maker


def _inside(layer: GarmentLayer, picture: Picture) -> dict[str, tuple[Bounds, Image.Image]]:
    """A recipe's pictures. Raises ValueError when the mask lies outside the picture."""
    at = layer.attached["mask"][0]
    width, height = picture.rgb.size
    if at.clamp(width, height) != at:
        raise ValueError("outside")
    return dict(layer.attached)
