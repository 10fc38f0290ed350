"""Everything needed to make a result again, inside the result's own PNG.

A PNG made here carries

- a text chunk `ccnet`: JSON with every field of the request, the names of the model and of what was added to it, the
  hashes of their weights, and the versions that made it;
- private chunks `ccPX`, each a name, a zero byte and a PNG: the mask, and the original pixels wherever the result
  differs from them. Everything else of the input stands in the result itself, bit for bit;
- a text chunk `parameters`, for the programs that show how a picture was made.

A recipe is data from a stranger. It is taken apart into numbers and words that `DressRequest` checks, names no file,
and never chooses code: the model is one that ships with the program, or one whose folder the user names.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from ccnet import pictures
from ccnet.masks import Bounds, Mask
from ccnet.pictures import Picture
from ccnet.request import Candidate, Control, DressRequest, Garment

FORMAT = 3
"""The version of what is written. Raised when an older program could no longer make the same pixels of it."""

READ = (1, 2, 3)
"""The versions that are understood. The first knew neither annotators nor anything that is added to a model, the second
not how a mask was found nor what was left of the old garment."""

TEXT = "ccnet"
CHUNK = b"ccPX"
"""Ancillary, private, and not to be copied by a program that changes the picture (the case of the letters says so)."""

_LIBRARIES = ("cc-controlnet", "torch", "diffusers", "transformers", "numpy", "opencv-python-headless", "pillow")


class RecipeError(ValueError):
    """A PNG that cannot be made again, in one sentence for the person who named it."""


@dataclass(frozen=True)
class Addition:
    """A file that was added to a model: its role ("controlnet", "t2i_adapter", "lora", "vae", "tiny_vae",
    "embedding"), its name, never a path, and the hash of its content. layer: what a control of the request calls it."""

    role: str
    name: str
    sha256: str
    layer: str = ""


@dataclass(frozen=True)
class Maker:
    """What drew a result.

    model: the name of a model that ships with the program, or else of its folder, file or entry in the store, never a
    path. shipped: which of the two. sha256: of the model's weights. device, dtype: where and in what it ran.
    versions: of the libraries. additions: what else had a part in it. memory: see `ccnet.devices.MEMORY`.
    """

    model: str
    shipped: bool
    sha256: str
    device: str = "cpu"
    dtype: str = "float32"
    versions: Mapping[str, str] = dataclasses.field(default_factory=lambda: installed_versions())
    additions: tuple[Addition, ...] = ()
    memory: str = "full"


@dataclass(frozen=True)
class Finding:
    """How a mask was found. For people: the mask itself is in the recipe, and nothing is found again to make a result
    again.

    parser, segmenter: their names, "" for none, and the hashes of their weights. slots: which were masked, empty for
    all. target: the shape that room was made for, in words. words, points (x, y, and 1 or 0 for added or taken away),
    boxes (x, y, width, height): what was pointed out beside that. character: its number, 1 being the largest. rules:
    the values of `ccnet.outfitmask.MaskRules` by name. grown: by how many pixels the mask was grown because some of the
    old garment lay just outside.
    """

    parser: str = ""
    parser_sha256: str = ""
    segmenter: str = ""
    segmenter_sha256: str = ""
    slots: tuple[str, ...] = ()
    target: str = ""
    words: str = ""
    points: tuple[tuple[float, float, int], ...] = ()
    boxes: tuple[tuple[int, int, int, int], ...] = ()
    character: int = 1
    rules: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    grown: int = 0


@dataclass(frozen=True)
class Recipe:
    """A result taken apart. `request` answers with the candidate again whose seed is `seed`.

    The request is the whole one, not the candidate alone: how many candidates run as one batch changes the last bits.
    picture: the input. result: what was saved, RGB or RGBA. finding: how the mask was found, None when it was given.
    leak: see `ccnet.request.Candidate`.
    """

    request: DressRequest
    seed: int
    maker: Maker
    picture: Picture
    result: Image.Image
    finding: Finding | None = None
    leak: float | None = None


def installed_versions() -> dict[str, str]:
    """The versions of this program and of the libraries that decide about pixels, without importing them."""
    from importlib import metadata  # it takes longer to import than the rest of this module

    versions = {"python": platform.python_version()}
    for library in _LIBRARIES:
        try:
            versions[library] = metadata.version(library)
        except metadata.PackageNotFoundError:
            continue
    return versions


def write(
    candidate: Candidate,
    path: Path,
    *,
    picture: Picture,
    maker: Maker,
    finding: Finding | None = None,
    overwrite: bool = False,
) -> Path:
    """Saves a candidate for `picture` with its recipe; returns where, see `pictures.save_png`.

    finding: how the request's mask was found, None when it was given. Raises PictureError.
    """
    result = picture.finish(candidate.image, candidate.layer)
    differs = np.any(np.asarray(result)[..., :3] != np.asarray(picture.rgb), axis=-1)
    outside = np.asarray(candidate.layer.getchannel("A")) == 0
    attached = _attachments(candidate.request, picture, differs)
    values = to_dict(candidate.request, maker) | {
        "seed": candidate.seed,
        "input_sha256": _fingerprint(picture),
        "changed_outside": int(np.count_nonzero(differs & outside)),
        "leak": candidate.leak,
        "finding": None if finding is None else dataclasses.asdict(finding),
        "attached": {name: [at.x, at.y] for name, (at, _) in attached.items()},
    }
    info = PngInfo()
    info.add_itxt("parameters", _parameters(candidate, maker))
    info.add_itxt(TEXT, json.dumps(values, ensure_ascii=False))
    for name, (_, image) in attached.items():
        info.add(CHUNK, name.encode() + b"\0" + _png(image))
    return pictures.save_png(result, path, info=info, icc_profile=picture.icc_profile, overwrite=overwrite)


def read(path: Path) -> Recipe:
    """The recipe in a PNG. Raises PictureError when it cannot be opened, RecipeError when it cannot be made again."""
    image, _ = pictures.load(path)
    text = image.info.get(TEXT)
    if not isinstance(text, str):
        raise RecipeError(
            f"'{path}' carries no recipe: only a PNG made by ccnet, and not saved again by another program, has one."
        )
    shown = pictures.to_picture(path, image)
    try:
        values = json.loads(text)
        version = values["format"]
        if version not in READ:
            raise RecipeError(
                f"The recipe in '{path}' has format {version!r:.20} but this version reads at most format {FORMAT}: "
                "use the version of ccnet that made it."
            )
        attached = _detach(image, values["attached"])
        picture = dataclasses.replace(shown, rgb=_restore(shown.rgb, attached.get("original")), notices=())
        request = from_dict(values, picture.image, attached)
        seed, maker, fingerprint = values["seed"], _maker(values["maker"]), values["input_sha256"]
        finding, leak = _finding(values.get("finding")), _share(values.get("leak"))
        if seed not in range(request.seed, request.seed + request.num_images):
            raise ValueError("no candidate has this seed")
    except RecipeError:
        raise
    except Exception as error:  # whatever a stranger's bytes lead to, it is one thing to the user
        raise RecipeError(f"The recipe in '{path}' is damaged: use the file as ccnet saved it.") from error
    if fingerprint != _fingerprint(picture):
        raise RecipeError(
            f"'{path}' was changed after ccnet made it, so its input is lost: use the file as ccnet saved it."
        )
    result = shown.rgb.copy()
    if shown.alpha is not None:
        result.putalpha(shown.alpha)
    return Recipe(request, seed, maker, picture, result, finding, leak)


def to_dict(request: DressRequest, maker: Maker) -> dict[str, Any]:
    """Everything in a request and about its maker that is not a picture, as JSON values."""
    plain = {
        field.name: getattr(request, field.name)
        for field in dataclasses.fields(request)
        if field.name not in ("image", "mask", "garment", "controls")
    }
    plain["garment"] = {"prompt": request.garment.prompt, "category": request.garment.category}
    plain["controls"] = [
        {field.name: getattr(control, field.name) for field in dataclasses.fields(control) if field.name != "image"}
        for control in request.controls
    ]
    return {"format": FORMAT, "request": plain, "maker": dataclasses.asdict(maker)}


def from_dict(
    values: Mapping[str, Any], image: Image.Image, attached: Mapping[str, tuple[Bounds, Image.Image]]
) -> DressRequest:
    """The request `to_dict` took apart. image: RGB, the input. attached: the recipe's pictures by name.

    Raises ValueError, TypeError or KeyError when the values make no request.
    """
    plain = dict(values["request"])
    garment, controls = plain.pop("garment"), plain.pop("controls")
    words = (garment["prompt"], garment["category"] or "", plain["negative_prompt"])
    if not all(isinstance(word, str) for word in words):
        raise TypeError("a prompt must be text")
    at, crop = attached["mask"]
    alpha = np.zeros((image.height, image.width), np.uint8)
    alpha[at.slices] = np.asarray(crop.convert("L"))
    return DressRequest(
        image=image,
        mask=Mask(alpha),
        garment=Garment(reference=_attached(attached, "reference"), **garment),
        controls=tuple(Control(image=_attached(attached, f"control {i}"), **c) for i, c in enumerate(controls)),
        **plain,
    )


def _maker(values: Mapping[str, Any]) -> Maker:
    maker = Maker(**values)
    listed: Any = maker.additions
    additions = tuple(Addition(**each) for each in listed)
    names = [maker.model, maker.sha256, maker.device, maker.dtype, maker.memory]
    if not all(isinstance(v, str) for v in (*names, *(v for each in additions for v in vars(each).values()))):
        raise TypeError("a name must be text")
    versions = dict(maker.versions)
    return dataclasses.replace(maker, shipped=maker.shipped is True, versions=versions, additions=additions)


def _finding(values: Any) -> Finding | None:
    if values is None:
        return None
    found = Finding(**values)
    points = tuple((_number(x), _number(y), int(add)) for x, y, add in found.points)
    boxes = tuple((int(x), int(y), int(width), int(height)) for x, y, width, height in found.boxes)
    rules = {name: tuple(value) if isinstance(value, list) else value for name, value in found.rules.items()}
    words = (found.parser, found.parser_sha256, found.segmenter, found.segmenter_sha256, found.target, found.words)
    parts = (part for value in rules.values() for part in (value if isinstance(value, tuple) else (value,)))
    if not all(isinstance(word, str) for word in (*words, *found.slots, *rules)):
        raise TypeError("a name must be text")
    if not all(part is None or isinstance(part, str | int | float) for part in parts):
        raise TypeError("a rule must be a word or a number")
    return dataclasses.replace(
        found,
        slots=tuple(found.slots),
        points=points,
        boxes=boxes,
        character=int(found.character),
        rules=rules,
        grown=int(found.grown),
    )


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise TypeError("that is no number")
    return value


def _share(value: Any) -> float | None:
    if value is not None and not 0 <= _number(value) <= 1:
        raise ValueError("a share is from 0 to 1")
    return value


def _attachments(request: DressRequest, picture: Picture, differs: np.ndarray) -> dict[str, tuple[Bounds, Image.Image]]:
    """What the result does not show: name -> where it lies, and its pixels.

    `original` is RGBA; its alpha marks the pixels that are to be put back, the others are blank to keep it small.
    """
    bounds = request.mask.bounds
    attached = {"mask": (bounds, request.mask.crop(bounds).to_image())}
    if differs.any():
        at = Bounds(*cv2.boundingRect(differs.astype(np.uint8)))
        lost = differs[at.slices]
        original = np.zeros((*lost.shape, 4), np.uint8)
        original[lost, :3] = np.asarray(picture.rgb)[at.slices][lost]
        original[lost, 3] = 255
        attached["original"] = at, Image.fromarray(original)
    others = {f"control {i}": control.image for i, control in enumerate(request.controls)}
    for name, image in ({"reference": request.garment.reference} | others).items():
        if image is not None:
            attached[name] = Bounds(0, 0, image.width, image.height), image
    return attached


def _detach(image: Image.Image, places: Mapping[str, Any]) -> dict[str, tuple[Bounds, Image.Image]]:
    """The pictures in a PNG's private chunks, by name, decoded. None may be larger than the largest that is opened."""
    found = {}
    for kind, data, *_ in getattr(image, "private_chunks", []):
        if kind != CHUNK:
            continue
        name, _, png = data.partition(b"\0")
        with Image.open(BytesIO(png), formats=["PNG"]) as part:
            x, y = places[name.decode()]
            inside = 0 <= x <= x + part.width <= image.width and 0 <= y <= y + part.height <= image.height
            if (not inside and name != b"reference") or part.width * part.height > pictures.MAX_PIXELS:
                raise ValueError("an attached picture lies outside")
            part.load()
            found[name.decode()] = Bounds(x, y, part.width, part.height), part
    return found


def _attached(attached: Mapping[str, tuple[Bounds, Image.Image]], name: str) -> Image.Image | None:
    return attached[name][1].convert("RGB") if name in attached else None


def _restore(rgb: Image.Image, original: tuple[Bounds, Image.Image] | None) -> Image.Image:
    if original is None:
        return rgb
    at, pixels = original
    restored = rgb.copy()
    restored.paste(pixels.convert("RGB"), (at.x, at.y), pixels.getchannel("A"))
    return restored


def _fingerprint(picture: Picture) -> str:
    """sha256 of an input's size, colours and transparency."""
    digest = hashlib.sha256(repr(picture.rgb.size).encode())
    digest.update(picture.rgb.tobytes())
    if picture.alpha is not None:
        digest.update(picture.alpha.tobytes())
    return digest.hexdigest()


def _png(image: Image.Image) -> bytes:
    buffer = BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def _parameters(candidate: Candidate, maker: Maker) -> str:
    """The words A1111 and its relatives write beside a picture."""
    request = candidate.request
    facts = {
        "Steps": request.num_inference_steps,
        "Sampler": request.scheduler,
        "CFG scale": f"{request.guidance_scale:g}",
        "Seed": candidate.seed,
        "Size": f"{request.image.width}x{request.image.height}",
        "Model hash": maker.sha256[:10],
        "Model": maker.model,
        "Denoising strength": f"{request.strength:g}",
        **_hashes(maker),
        "Version": f"CC_ControlNet {maker.versions.get('cc-controlnet', '')}".strip(),
    }
    negative = [f"Negative prompt: {request.negative_prompt}"] if request.negative_prompt else []
    return "\n".join([request.garment.prompt, *negative, ", ".join(f"{k}: {v}" for k, v in facts.items())])


def _hashes(maker: Maker) -> dict[str, str]:
    """What was added, in A1111's words."""
    found = {"VAE": "".join(each.name for each in maker.additions if each.role in ("vae", "tiny_vae"))}
    for title, role in (("Lora hashes", "lora"), ("TI hashes", "embedding")):
        listed = ", ".join(f"{each.name}: {each.sha256[:10]}" for each in maker.additions if each.role == role)
        found[title] = f'"{listed}"' if listed else ""
    return {title: text for title, text in found.items() if text}
