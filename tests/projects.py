"""Documents with something of everything, for the tests of files."""

from __future__ import annotations

import dataclasses

import numpy as np
from PIL import Image, ImageCms

from ccnet.masks import Mask
from ccnet.pictures import Picture
from ccnet.recipe import Addition, Maker
from ccnet.request import Candidate, Control, DressRequest, Garment
from gui.layers import GarmentLayer
from gui.outfit import LoraChoice, Outfit
from gui.state import DocumentState, Made, Source

PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
MAKER = Maker("starter", True, "f" * 64, additions=(Addition("lora", "lace", "e" * 64),))


def noise(seed: int, *shape: int) -> np.ndarray:
    """uint8 of that shape."""
    return np.random.default_rng(seed).integers(0, 256, shape, np.uint8)


def picture(*, transparent: bool = False, width: int = 150, height: int = 120) -> Picture:
    """Noise with a colour profile."""
    alpha = Image.fromarray(noise(2, height, width)) if transparent else None
    return Picture(Image.fromarray(noise(1, height, width, 3)), alpha, PROFILE)


def draw(shown: Image.Image, seed: int = 7, at: tuple[int, int] = (40, 50)) -> Candidate:
    """A candidate for a picture, with a soft edge, a reference and a control image."""
    width, height = shown.size
    mask = np.zeros((height, width), np.uint8)
    mask[at[1] : at[1] + 40, at[0] : at[0] + 60] = 255
    garment = np.zeros((height, width, 4), np.uint8)
    garment[at[1] - 2 : at[1] + 42, at[0] - 2 : at[0] + 62, 3] = 100
    garment[mask > 0, 3] = 255
    garment[garment[..., 3] > 0, :3] = noise(seed, int((garment[..., 3] > 0).sum()), 3)
    ground = DocumentState.of(Picture(shown))
    layer = Image.fromarray(garment)
    result = ground.render([GarmentLayer.from_image(layer, "")])
    request = DressRequest(
        shown,
        Mask(mask),
        Garment("red dress <lora:lace:0.5>", Image.fromarray(noise(4, 30, 20, 3))),
        negative_prompt="hat",
        seed=seed - 1,
        num_images=2,
        controls=(Control(), Control("pose", 0.5, image=Image.fromarray(noise(5, height, width, 3)))),
    )
    return Candidate(result, layer, seed, request)


def state(*, transparent: bool = False) -> DocumentState:
    """A picture with three garments, masks, settings, and a line of history."""
    shown = picture(transparent=transparent)
    empty = DocumentState.of(shown, Source("my hero.tiff", b"II*\0 whatever it held"))
    kept = GarmentLayer.from_candidate(draw(shown.image), MAKER)
    drawn = GarmentLayer("裙子 <&\"' \x07 skirt", noise(8, 30, 40, 4), 100, 90, opacity=0.3)
    hidden = GarmentLayer("hidden", noise(9, 20, 20, 4), visible=False)
    outfit = Outfit(
        prompt="赤いドレス, lace",
        negative_prompt="hat",
        intent="recolour",
        reference=Image.fromarray(noise(10, 33, 44, 3)),
        category="dress",
        target="long skirt",
        hem="knee",
        flare=0.25,
        candidates=3,
        seed=12345,
        seed_locked=True,
        strength=0.75,
        controls=(Control("pose", 0.5, 0.1, 0.9, Image.fromarray(noise(11, 120, 150, 3)), "pose"),),
        loras=(LoraChoice("lace", -0.5),),
        resolution=512,
        model="my model",
        vae="sharp",
    )
    made = (Made("2026-10-01T10:00:00+00:00", "red dress", 7, "starter", kept.id),)
    return dataclasses.replace(
        empty,
        mask=noise(12, 120, 150),
        protection=noise(13, 120, 150),
        layers=(kept, drawn, hidden),
        outfit=outfit,
        made=made,
    )


def assert_same(one: DocumentState, other: DocumentState) -> None:
    """Every pixel and every word."""
    assert one.picture.rgb.tobytes() == other.picture.rgb.tobytes()
    assert (one.picture.alpha is None) == (other.picture.alpha is None)
    if one.picture.alpha is not None and other.picture.alpha is not None:
        assert one.picture.alpha.tobytes() == other.picture.alpha.tobytes()
    assert one.picture.icc_profile == other.picture.icc_profile
    np.testing.assert_array_equal(one.mask, other.mask)
    np.testing.assert_array_equal(one.protection, other.protection)
    assert len(one.layers) == len(other.layers)
    for layer, twin in zip(one.layers, other.layers, strict=True):
        for name in ("id", "name", "bounds", "visible", "opacity", "recipe"):
            assert getattr(layer, name) == getattr(twin, name)
        np.testing.assert_array_equal(layer.rgba, twin.rgba)
        assert layer.attached.keys() == twin.attached.keys()
        for part, (at, image) in layer.attached.items():
            assert at == twin.attached[part][0]
            assert image.tobytes() == twin.attached[part][1].tobytes()
    assert one.outfit == other.outfit
    assert one.made == other.made
    assert one.source == other.source
