from __future__ import annotations

import numpy as np
import pytest

from ccnet.masks import Bounds
from gui.pyramid import Pyramid


@pytest.mark.parametrize("shape", [(64, 64), (600, 801), (513, 300, 4), (1, 900)])
def test_parts_brought_up_to_date_are_as_if_made_anew(shape: tuple[int, ...]) -> None:
    random = np.random.default_rng(0)
    array = random.integers(0, 256, shape, np.uint8)
    pyramid = Pyramid(array)
    for _ in range(20):
        x, y = int(random.integers(-20, shape[1])), int(random.integers(-20, shape[0]))
        bounds = Bounds(x, y, int(random.integers(1, 90)), int(random.integers(1, 90)))
        part = array[max(y, 0) : y + bounds.height, max(x, 0) : x + bounds.width]
        if part.size:
            part[...] = random.integers(0, 256, part.shape, np.uint8)
        pyramid.update(bounds)
    fresh = Pyramid(array.copy())
    for zoom in (1.0, 0.5, 0.25, 0.1, 0.01):
        assert np.array_equal(pyramid.level(zoom).array, fresh.level(zoom).array)


def test_the_array_is_not_copied() -> None:
    array = np.zeros((300, 300), np.uint8)
    pyramid = Pyramid(array)
    assert pyramid.whole is array
    array[10:20, 10:20] = 255
    pyramid.update(Bounds(10, 10, 10, 10))
    assert pyramid.level(0.5).array[6, 6] == 255


@pytest.mark.parametrize(
    ("zoom", "factor"), [(4.0, 1), (1.0, 1), (0.51, 1), (0.5, 2), (0.3, 2), (0.25, 4), (0.001, 16)]
)
def test_no_level_is_enlarged_that_need_not_be(zoom: float, factor: int) -> None:
    level = Pyramid(np.full((2000, 1500), 7, np.uint8)).level(zoom)
    assert level.factor == factor
    assert level.array.shape == (-(-2000 // factor), -(-1500 // factor))
    assert (level.array == 7).all()
