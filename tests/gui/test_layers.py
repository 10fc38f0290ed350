"""Layers over the original, which stays as it is wherever nothing covers it."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from ccnet.masks import Bounds, paste
from gui.layers import GarmentLayer, flatten, show

RNG = np.random.default_rng(5)
WHOLE = Bounds(0, 0, 90, 70)


def noise(height: int, width: int, channels: int) -> np.ndarray:
    return RNG.integers(0, 256, (height, width, channels), np.uint8)


def test_an_image_is_cropped_to_what_is_seen() -> None:
    rgba = np.zeros((70, 90, 4), np.uint8)
    rgba[20:30, 40:45] = 200
    layer = GarmentLayer.from_image(Image.fromarray(rgba), "dress")
    assert layer.bounds == Bounds(40, 20, 5, 10)
    assert not layer.rgba.flags.writeable
    np.testing.assert_array_equal(np.asarray(layer.full(90, 70)), rgba)


def test_an_empty_image_is_a_layer_that_changes_nothing() -> None:
    ground = noise(70, 90, 3)
    layer = GarmentLayer.from_image(Image.new("RGBA", (90, 70)), "nothing")
    np.testing.assert_array_equal(flatten(ground, [layer], WHOLE), ground)


def test_layers_lie_over_each_other_in_order() -> None:
    ground = noise(70, 90, 3)
    one, other = GarmentLayer("a", noise(30, 30, 4), 10, 10), GarmentLayer("b", noise(30, 30, 4), 20, 30)
    expected = ground
    for layer in (one, other):
        full = np.asarray(layer.full(90, 70))
        expected = paste(expected, full[..., :3], full[..., 3])
    np.testing.assert_array_equal(flatten(ground, [one, other], WHOLE), expected)
    assert not np.array_equal(flatten(ground, [other, one], WHOLE), expected)


def test_a_part_is_the_same_as_that_part_of_the_whole() -> None:
    ground, layers = noise(70, 90, 3), [GarmentLayer("a", noise(40, 50, 4), -5, 40), GarmentLayer("b", noise(9, 9, 4))]
    whole = flatten(ground, layers, WHOLE)
    for part in (Bounds(0, 0, 10, 10), Bounds(30, 50, 60, 20), Bounds(89, 69, 1, 1)):
        np.testing.assert_array_equal(flatten(ground, layers, part), whole[part.slices])


@pytest.mark.parametrize("values", [{"visible": False}, {"opacity": 0.0}])
def test_what_is_not_seen_changes_nothing(values: dict[str, float]) -> None:
    ground = noise(70, 90, 3)
    layer = GarmentLayer("a", noise(40, 50, 4), 3, 3, **values)  # pyright: ignore[reportArgumentType]
    np.testing.assert_array_equal(flatten(ground, [layer], WHOLE), ground)


def test_opacity_thins_a_layer() -> None:
    ground = np.zeros((70, 90, 3), np.uint8)
    layer = GarmentLayer("a", np.full((10, 10, 4), 255, np.uint8), opacity=0.5)
    assert flatten(ground, [layer], WHOLE)[5, 5].tolist() == [128, 128, 128]


def test_a_transparent_picture_keeps_its_transparency_and_its_hidden_colours() -> None:
    colours, alpha = noise(70, 90, 3), RNG.integers(0, 256, (70, 90), np.uint8)
    ground = noise(70, 90, 3)
    rgba = noise(20, 20, 4)
    rgba[..., 3] = np.where(RNG.integers(0, 2, (20, 20)), rgba[..., 3], 0)
    layer = GarmentLayer("a", rgba, 30, 30)
    shown = show(ground, colours, alpha, [layer], WHOLE)
    np.testing.assert_array_equal(shown[..., 3], alpha)
    clear = np.asarray(layer.full(90, 70))[..., 3] == 0
    np.testing.assert_array_equal(shown[clear, :3], colours[clear])
    np.testing.assert_array_equal(shown[~clear, :3], flatten(ground, [layer], WHOLE)[~clear])


def test_wrong_pixels_are_refused() -> None:
    with pytest.raises(ValueError, match="uint8"):
        GarmentLayer("a", np.zeros((4, 4, 3), np.uint8))
