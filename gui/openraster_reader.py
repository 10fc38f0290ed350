"""Opening projects and other programs' OpenRaster files, also damaged, newer and hostile ones. See `gui.openraster`."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as xml

import numpy as np
from PIL import Image

from ccnet.masks import Bounds
from ccnet.pictures import MAX_PIXELS, Picture, PictureError, to_picture
from ccnet.request import MIN_SIDE
from gui.archive import Archive, ArchiveError
from gui.layers import GarmentLayer
from gui.outfit import Outfit
from gui.pngs import decode
from gui.state import DocumentState, Made, Source

FORMAT = 1
"""The version of what is written under ccnet/."""

NEEDS = 1
"""The oldest version whose program can open it without losing anything that matters. Raised rarely."""

DOCUMENT = "ccnet/document.json"
_LARGEST_TEXT = 1 << 26
_LARGEST_STACK = 1 << 20
_LARGEST_FILE = 1 << 30
_DEEPEST = 32
"""Groups within groups in another program's file, before it is taken for an attack."""


class ProjectError(ValueError):
    """A project that cannot be written or read, in one sentence for the person who named it."""


@dataclass(frozen=True, eq=False)
class Project:
    """An opened file. notices: sentences for the user.

    complete: whether saving it under its own name loses nothing: False when it is another program's, a newer one's, or
    when parts of it were lost.
    """

    state: DocumentState
    notices: tuple[str, ...] = ()
    complete: bool = True


def load(path: Path) -> Project:
    """The project in a file; of a damaged one what is left. Raises ProjectError."""
    try:
        with Archive(path) as archive:
            reader = _Reader(path, archive)
            state = reader.project() or reader.foreign()
            notices = tuple(reader.notices)
            if not archive.whole:
                notices = (f"'{path}' is cut off: what is left of it was opened; save it under another name.", *notices)
            return Project(state, notices, archive.whole and not reader.lossy)
    except ArchiveError as error:
        raise ProjectError(
            f"'{path}' is damaged or no project ({error}): use a copy of it, or open a picture."
        ) from error
    except FileNotFoundError as error:
        raise ProjectError(f"There is no file '{path}': check its name.") from error
    except OSError as error:
        raise ProjectError(f"'{path}' cannot be read ({(error.strerror or str(error)).lower()}).") from error


class _Reader:
    def __init__(self, path: Path, archive: Archive) -> None:
        self.path = path
        self.archive = archive
        self.notices: list[str] = []
        self.lossy = False

    def project(self) -> DocumentState | None:
        """What this program wrote, None when it wrote nothing that can be read."""
        if DOCUMENT not in self.archive.names:
            return None
        try:
            values = json.loads(self.archive.read(DOCUMENT, _LARGEST_TEXT))
            version, needs = values["format"], values["needs"]
            if not isinstance(version, int) or not isinstance(needs, int):
                raise TypeError
        except (ArchiveError, ValueError, KeyError, TypeError, RecursionError):
            self._lost("its settings and layers are damaged")
            return None
        if needs > FORMAT:
            raise ProjectError(
                f"'{self.path}' was saved by a newer version of this program (format {version}, this one reads "
                f"{FORMAT}): open it with that version."
            )
        if version > FORMAT:
            self._lost("it was saved by a newer version, whose additions were left out")
        picture = self._picture(values.get("picture"))
        shape = picture.rgb.height, picture.rgb.width
        return DocumentState(
            picture,
            self._mask(values.get("mask"), shape, "mask"),
            self._mask(values.get("protection"), shape, "protection"),
            self._layers(values.get("layers"), shape),
            self._outfit(values.get("outfit"), values.get("pictures")),
            self._made(values.get("made")),
            self._source(values.get("picture")),
        )

    def foreign(self) -> DocumentState:
        """Another program's layers, or what is left of ours, as one picture."""
        image = self._image("mergedimage.png")
        if image is None:
            image = self._stack_flattened()
        if image is None:
            raise ArchiveError("neither a picture nor layers in it")
        try:
            picture = to_picture(self.path, image)
        except PictureError as error:
            raise ProjectError(str(error)) from error
        if min(picture.rgb.size) < MIN_SIDE:
            raise ProjectError(f"'{self.path}' is too small: each side needs at least {MIN_SIDE} pixels.")
        if not self.lossy:
            self._lost("it is another program's, and its layers were flattened into one picture")
        return DocumentState.of(picture)

    # ---- parts of a project

    def _picture(self, values: Any) -> Picture:
        name = values.get("src") if isinstance(values, dict) else None
        image = self._image(name) if isinstance(name, str) else None
        if image is None:
            image = self._image("mergedimage.png")
            if image is None:
                raise ArchiveError("the picture in it is missing or damaged")
            self._lost("its original picture is damaged, and the picture with its garments was taken instead")
        if image.mode not in ("RGB", "RGBA") or min(image.size) < MIN_SIDE:
            raise ArchiveError("the picture in it is of an unknown kind")
        profile = image.info.get("icc_profile")
        alpha = image.getchannel("A") if image.mode == "RGBA" else None
        rgb = image.convert("RGB")
        rgb.info = {}
        return Picture(rgb, alpha, profile if isinstance(profile, bytes) else None)

    def _mask(self, name: Any, shape: tuple[int, int], what: str) -> np.ndarray:
        image = self._image(name) if isinstance(name, str) else None
        if image is None or image.mode != "L" or image.size != shape[::-1]:
            self._lost(f"its {what} is missing or damaged")
            return np.zeros(shape, np.uint8)
        return np.array(image)

    def _layers(self, values: Any, shape: tuple[int, int]) -> tuple[GarmentLayer, ...]:
        layers: list[GarmentLayer] = []
        for each in values if isinstance(values, list) else []:
            try:
                layer = self._layer(each)
                left, top, right, bottom = layer.bounds.box
                if left < 0 or top < 0 or right > shape[1] or bottom > shape[0] or layer.id in {x.id for x in layers}:
                    raise ValueError("outside")
                layers.append(layer)
            except (ArchiveError, ValueError, KeyError, TypeError, AttributeError):
                name = each.get("name") if isinstance(each, dict) else None
                self._lost(f"the garment {name!r:.60} is missing or damaged" if name else "a garment is damaged")
        return tuple(layers)

    def _layer(self, values: dict[str, Any]) -> GarmentLayer:
        identity, name, recipe = values["id"], values["name"], values["recipe"]
        if not all(isinstance(text, str) for text in (identity, name, recipe)) or not re.fullmatch(
            r"\w{1,40}", identity
        ):
            raise ValueError("no text")
        image = self._image(values["src"])
        if image is None or image.mode != "RGBA":
            raise ValueError("no pixels")
        attached = {}
        for part, place in values["attached"].items():
            attachment = self._image(place["src"])
            if attachment is None:
                self._lost(f"a part of the recipe of {name!r:.60} is missing")
                recipe, attached = "", {}
                break
            attached[part] = Bounds(int(place["x"]), int(place["y"]), *attachment.size), attachment
        opacity = float(values["opacity"])
        if not math.isfinite(opacity):
            raise ValueError("no opacity")
        rgba = np.array(image)
        rgba.flags.writeable = False
        return GarmentLayer(
            name,
            rgba,
            int(values["x"]),
            int(values["y"]),
            values["visible"] is True,
            min(max(opacity, 0.0), 1.0),
            recipe,
            attached,
            identity,
        )

    def _outfit(self, values: Any, pictures: Any) -> Outfit:
        found = {}
        for part, name in pictures.items() if isinstance(pictures, dict) else ():
            image = self._image(name) if isinstance(name, str) else None
            if image is None:
                self._lost(f"the picture for {part!r:.40} is missing or damaged")
            else:
                found[part] = image.convert("RGB")
        if not isinstance(values, dict):
            self._lost("its settings are missing")
            return Outfit()
        outfit, lost = Outfit.from_dict(values, found)
        if lost:
            self._lost(f"these settings were not understood: {', '.join(f'{name:.40}' for name in lost[:8])}")
        return outfit

    def _made(self, values: Any) -> tuple[Made, ...]:
        kinds = {"when": str, "prompt": str, "seed": int, "model": str, "layer": str}
        return tuple(
            Made(**{key: each[key] for key in kinds})
            for each in (values if isinstance(values, list) else [])
            if isinstance(each, dict) and all(isinstance(each.get(key), kind) for key, kind in kinds.items())
        )

    def _source(self, values: Any) -> Source | None:
        source = values.get("source") if isinstance(values, dict) else None
        if not isinstance(source, dict) or not isinstance(source.get("name"), str):
            return None
        try:
            data = self.archive.read(str(source.get("src")), _LARGEST_FILE)
        except ArchiveError:
            self._lost("the copy of the original file is missing")
            data = b""
        return Source(Path(source["name"].replace("\\", "/")).name, data)

    # ---- entries

    def _image(self, name: str) -> Image.Image | None:
        """A PNG, None when it is missing, damaged or too large."""
        try:
            return decode(self.archive.read(name, MAX_PIXELS * 4 + _LARGEST_STACK))
        except (ArchiveError, ValueError):
            return None

    def _lost(self, what: str) -> None:
        self.lossy = True
        self.notices.append(f"'{self.path}': {what}.")

    # ---- another program's layers

    def _stack_flattened(self) -> Image.Image | None:
        """The visible layers of stack.xml over each other, None when there are none that can be shown."""
        data = self.archive.read("stack.xml", _LARGEST_STACK)
        try:
            text = data.decode("utf-8-sig")
            if "<!DOCTYPE" in text or "<!ENTITY" in text:  # nothing honest needs them, and they can be bombs
                raise ValueError("entities")
            root = xml.fromstring(text.encode())
            width, height = int(root.attrib["w"]), int(root.attrib["h"])
        except (ValueError, KeyError, xml.ParseError) as error:
            raise ArchiveError("its list of layers cannot be read") from error
        if not (width > 0 and height > 0 and width * height <= MAX_PIXELS):
            raise ArchiveError(f"a picture of {width} x {height} pixels is too large")
        canvas = Image.new("RGBA", (width, height), (0, 0, 0, 0))
        shown = [self._paint(canvas, element) for element in _visible(root.find("stack"), 1.0, 0)]
        return canvas if any(shown) else None

    def _paint(self, canvas: Image.Image, element: tuple[xml.Element, float]) -> bool:
        layer, opacity = element
        image = self._image(layer.get("src", ""))
        if image is None:
            return False
        rgba = image.convert("RGBA")
        if opacity < 1:
            rgba.putalpha(rgba.getchannel("A").point([round(value * opacity) for value in range(256)]))
        try:
            at = int(layer.get("x", "0")), int(layer.get("y", "0"))
        except ValueError:
            at = 0, 0
        placed = Image.new("RGBA", canvas.size, (0, 0, 0, 0))
        placed.paste(rgba, at)
        canvas.alpha_composite(placed)
        return True


def _visible(stack: xml.Element | None, opacity: float, depth: int) -> list[tuple[xml.Element, float]]:
    """The layers of a group that are seen, the lowest first, each with its opacity in the whole."""
    found: list[tuple[xml.Element, float]] = []
    if stack is None or depth > _DEEPEST:
        return found
    for element in reversed(stack):
        if element.get("visibility", "visible") != "visible":
            continue
        try:
            own = opacity * min(max(float(element.get("opacity", "1")), 0.0), 1.0)
        except ValueError:
            own = opacity
        if element.tag == "stack":
            found += _visible(element, own, depth + 1)
        elif element.tag == "layer":
            found.append((element, own))
    return found
