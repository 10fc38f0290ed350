"""A reader of OpenRaster files straight from the format's description, which knows nothing of this program."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

from PIL import Image


class Layer(NamedTuple):
    """A layer as any program sees it."""

    name: str
    image: Image.Image
    x: int
    y: int
    opacity: float
    visible: bool


class OpenRaster(NamedTuple):
    """layers: the lowest first. merged, thumbnail: as the file states them."""

    size: tuple[int, int]
    layers: list[Layer]
    merged: Image.Image
    thumbnail: Image.Image

    def flattened(self) -> Image.Image:
        """The visible layers over each other, by Pillow's arithmetic."""
        canvas = Image.new("RGBA", self.size)
        for layer in self.layers:
            if layer.visible:
                placed = Image.new("RGBA", self.size)
                placed.paste(layer.image.convert("RGBA"), (layer.x, layer.y))
                placed.putalpha(placed.getchannel("A").point([round(a * layer.opacity) for a in range(256)]))
                canvas.alpha_composite(placed)
        return canvas


def read(path: Path) -> OpenRaster:
    """Checks what the format demands on the way."""
    with zipfile.ZipFile(path) as archive:
        first = archive.infolist()[0]
        assert (first.filename, first.compress_type, first.header_offset) == ("mimetype", zipfile.ZIP_STORED, 0)
        assert archive.read(first) == b"image/openraster"
        root = ElementTree.fromstring(archive.read("stack.xml"))
        assert root.tag == "image"
        size = int(root.attrib["w"]), int(root.attrib["h"])

        def png(name: str) -> Image.Image:
            image = Image.open(BytesIO(archive.read(name)), formats=["PNG"])
            image.load()
            return image

        layers = []
        for element in reversed(root.findall("./stack/layer")):
            assert element.attrib["composite-op"] == "svg:src-over"
            assert element.attrib["src"].startswith("data/")
            place = int(element.attrib["x"]), int(element.attrib["y"])
            visible = element.attrib["visibility"] == "visible"
            image = png(element.attrib["src"])
            layers.append(Layer(element.attrib["name"], image, *place, float(element.attrib["opacity"]), visible))
        merged, thumbnail = png("mergedimage.png"), png("Thumbnails/thumbnail.png")
        assert merged.size == size
        assert max(thumbnail.size) <= 256
        return OpenRaster(size, layers, merged, thumbnail)
