"""Projects as OpenRaster files, which Krita, GIMP and MyPaint open; what they do not know lies beside what they do.

    mimetype, stack.xml                      as the format wants them
    data/original.png, data/<id>.png ...     the picture and the garments, for every program
    ccnet/document.json                      our version, settings, recipes, the history of what was made
    ccnet/mask.png, ccnet/protection.png     uint8[H, W]
    ccnet/<id>-exact.png                     a garment whose own opacity other programs must not see, see below
    ccnet/<id>-<part>.png, ccnet/<part>.png  pictures that belong to a recipe or to the settings
    ccnet/source/<name>                      the picture's file, byte for byte, with all the depth and metadata it has
    mergedimage.png, Thumbnails/thumbnail.png

Over a picture with transparency other programs need garments that are seen no more than the picture is, and we the
garments as they are, so that both are kept. What is needed most stands first: of a file whose end is missing, whatever
arrived whole is opened.
"""

from __future__ import annotations

import dataclasses
import json
import re
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO
from xml.etree import ElementTree as xml

import cv2
import numpy as np
from PIL import Image

from ccnet.pictures import Picture
from gui.atomic import said, write_atomically
from gui.layers import GarmentLayer
from gui.openraster_reader import DOCUMENT, FORMAT, NEEDS, Project, ProjectError, load
from gui.pngs import PngCache, encode
from gui.state import DocumentState

__all__ = ["FORMAT", "SUFFIX", "THUMBNAIL", "PngCache", "Project", "ProjectError", "load", "save"]

MIMETYPE = b"image/openraster"
SUFFIX = ".ora"
THUMBNAIL = "Thumbnails/thumbnail.png"
_THUMBNAIL = 256
"""The longest side of a thumbnail, in pixels."""

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no way to say."""


def save(
    state: DocumentState, path: Path, *, cache: PngCache | None = None, extra: Mapping[str, bytes] | None = None
) -> None:
    """Writes a project, whole or not at all. May run in another thread.

    cache: makes saving the same document again much faster. extra: further entries. Raises ProjectError.
    """
    entries = _entries(state, cache or PngCache()) | dict(extra or {})

    def write(file: BinaryIO) -> None:
        with zipfile.ZipFile(file, "w") as archive:
            for name, data in entries.items():
                packed = name.endswith((".xml", ".json"))
                archive.writestr(name, data, zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED)

    try:
        write_atomically(path, write)
    except OSError as error:
        raise ProjectError(f"'{path}' could not be saved because {said(error)}.") from error


def _entries(state: DocumentState, cache: PngCache) -> dict[str, bytes]:
    """Every entry of the file in its order."""
    picture = state.picture
    width, height = picture.rgb.size
    pngs = {"data/original.png": cache.get(picture, lambda: encode(stored(picture), picture.icc_profile))}
    described = []
    for layer in state.layers:
        values, shown = _describe(layer, picture, cache)
        pngs |= shown
        described.append(values)
    more: dict[str, bytes] = {}
    settings = {}
    for name, image in state.outfit.pictures.items():
        settings[name] = entry = f"ccnet/{_plain(name)}.png"
        more[entry] = cache.get(image, lambda image=image: encode(np.asarray(image)))
    source = None
    if state.source is not None:
        source = {"name": state.source.name, "src": f"ccnet/source/{_plain(state.source.name)}"}
        more[source["src"]] = state.source.data
    document = {
        "format": FORMAT,
        "needs": NEEDS,
        "size": [width, height],
        "picture": {"src": "data/original.png", "transparent": picture.alpha is not None, "source": source},
        "mask": "ccnet/mask.png",
        "protection": "ccnet/protection.png",
        "layers": described,
        "outfit": state.outfit.to_dict(),
        "pictures": settings,
        "made": [dataclasses.asdict(line) for line in state.made],
    }
    merged, thumbnail = cache.latest((picture, *state.layers), lambda: _merged(state, cache))
    return {
        "mimetype": MIMETYPE,
        "stack.xml": _stack(width, height, described),
        DOCUMENT: json.dumps(document, ensure_ascii=False).encode(),
        "ccnet/mask.png": encode(state.mask),
        "ccnet/protection.png": encode(state.protection),
        **pngs,
        **more,
        "mergedimage.png": merged,
        THUMBNAIL: thumbnail,
    }


def _merged(state: DocumentState, cache: PngCache) -> tuple[bytes, bytes]:
    """The PNGs of the picture with its visible garments, as it is and at most 256 pixels wide and high."""
    picture = state.picture
    if any(layer.visible and layer.opacity > 0 for layer in state.layers):
        pixels = np.asarray(state.render())
        png = encode(pixels, picture.icc_profile)
    else:
        pixels = stored(picture)
        png = cache.get(picture, lambda: encode(pixels, picture.icc_profile))
    height, width = pixels.shape[:2]
    scale = min(1.0, _THUMBNAIL / max(width, height))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return png, encode(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA))


def stored(picture: Picture) -> np.ndarray:
    """uint8[H, W, 3 or 4]: a picture's colours as they are stored, with its transparency if it has one."""
    colours = np.asarray(picture.rgb)
    return colours if picture.alpha is None else np.dstack([colours, np.asarray(picture.alpha)])


def _describe(layer: GarmentLayer, picture: Picture, cache: PngCache) -> tuple[dict[str, Any], dict[str, bytes]]:
    """A layer as JSON values, and its PNGs by entry."""
    shown = f"data/{_plain(layer.id)}.png"
    exact = f"ccnet/{_plain(layer.id)}-exact.png" if picture.alpha is not None else shown
    pngs = {exact: cache.get(layer.rgba, lambda: encode(layer.rgba))}
    if picture.alpha is not None:
        pngs[shown] = encode(as_seen(layer, picture))
    attached = {}
    for name, (at, image) in layer.attached.items():
        src = f"ccnet/{_plain(layer.id)}-{_plain(name)}.png"
        pngs[src] = cache.get(image, lambda image=image: encode(np.asarray(image)))
        attached[name] = {"src": src, "x": at.x, "y": at.y}
    values = {
        "id": layer.id,
        "name": layer.name,
        "shown": shown,
        "src": exact,
        "x": layer.x,
        "y": layer.y,
        "visible": layer.visible,
        "opacity": layer.opacity,
        "recipe": layer.recipe,
        "attached": attached,
    }
    return values, pngs


def as_seen(layer: GarmentLayer, picture: Picture) -> np.ndarray:
    """uint8[h, w, 4]: a layer's pixels, seen no more than the picture is, for programs that know nothing of it."""
    crop = dataclasses.replace(picture, rgb=picture.rgb.crop(layer.bounds.box))
    if picture.alpha is not None:
        crop = dataclasses.replace(crop, alpha=picture.alpha.crop(layer.bounds.box))
    return np.asarray(crop.finish_layer(Image.fromarray(layer.rgba)))


def _stack(width: int, height: int, layers: Sequence[Mapping[str, Any]]) -> bytes:
    """stack.xml: the topmost layer first."""
    image = xml.Element("image", version="0.0.5", w=str(width), h=str(height))
    stack = xml.SubElement(image, "stack")
    original = {"name": "Original", "shown": "data/original.png", "x": 0, "y": 0, "visible": True, "opacity": 1.0}
    for layer in [*reversed(layers), original]:
        xml.SubElement(
            stack,
            "layer",
            {
                "name": _FORBIDDEN.sub("", layer["name"]),
                "src": layer["shown"],
                "x": str(layer["x"]),
                "y": str(layer["y"]),
                "opacity": f"{layer['opacity']:.6g}",
                "visibility": "visible" if layer["visible"] else "hidden",
                "composite-op": "svg:src-over",
            },
        )
    return xml.tostring(image, encoding="UTF-8", xml_declaration=True)


def _plain(name: str) -> str:
    """A name that is safe inside an archive, whoever unpacks it."""
    return re.sub(r"\.{2,}|[^\w.-]+", "-", name.strip()).lstrip(".-") or "picture"
