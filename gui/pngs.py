"""PNGs in memory: what project files are made of."""

from __future__ import annotations

import warnings
import weakref
from collections.abc import Callable
from io import BytesIO
from typing import Any

import cv2
import numpy as np
from PIL import Image

from ccnet.pictures import MAX_PIXELS


class PngCache:
    """The PNG of every object that was written and still exists: what never changes is packed only once."""

    def __init__(self) -> None:
        self._kept: dict[int, tuple[weakref.ref[Any], bytes]] = {}
        self._latest: tuple[tuple[object, ...], tuple[bytes, ...]] = (), ()

    def get(self, owner: object, make: Callable[[], bytes]) -> bytes:
        """The bytes for `owner`, an object that never changes; `make` makes them the first time."""
        key = id(owner)
        kept = self._kept.get(key)
        if kept is not None and kept[0]() is owner:
            return kept[1]
        data = make()
        self._kept[key] = weakref.ref(owner, lambda _: self._kept.pop(key, None)), data
        return data

    def latest(self, owners: tuple[object, ...], make: Callable[[], tuple[bytes, ...]]) -> tuple[bytes, ...]:
        """The same for what is made from several objects together; only the last such is kept."""
        kept, data = self._latest
        if len(kept) != len(owners) or any(one is not other for one, other in zip(kept, owners, strict=True)):
            data = make()
            self._latest = owners, data
        return data


def encode(pixels: np.ndarray, icc_profile: bytes | None = None) -> bytes:
    """uint8[H, W], [H, W, 3] or [H, W, 4] (RGB) -> PNG, packed quickly rather than tightly."""
    if icc_profile:
        buffer = BytesIO()
        Image.fromarray(pixels).save(buffer, "PNG", compress_level=1, icc_profile=icc_profile)
        return buffer.getvalue()
    if pixels.ndim == 3:
        pixels = cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR if pixels.shape[2] == 3 else cv2.COLOR_RGBA2BGRA)
    # OpenCV takes half the time Pillow takes, but knows no colour profiles.
    done, data = cv2.imencode(".png", np.ascontiguousarray(pixels), [cv2.IMWRITE_PNG_COMPRESSION, 1])
    assert done
    return data.tobytes()


def decode(png: bytes) -> Image.Image:
    """Any PNG from a stranger, as it is stored. Raises ValueError when it is damaged or too large."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow's own words on large files; the limit is ours
        try:
            image = Image.open(BytesIO(png), formats=["PNG"])
            if image.width * image.height > MAX_PIXELS:
                raise ValueError("too large")
            image.load()
        except Exception as error:  # Pillow's readers answer damage with whatever it made them stumble over
            raise ValueError("no sound PNG") from error
    return image
