from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from ccnet.masks import Bounds, Mask
from ccnet.shapes import (
    NOTHING,
    Combination,
    clear,
    combine,
    feather,
    flood,
    grow,
    invert,
    polygon,
    rectangle,
    shrink,
    wand,
)


def empty(width: int = 120, height: int = 90) -> np.ndarray:
    return np.zeros((height, width), np.uint8)


def noise(seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (90, 120), np.uint8)


def changed(before: np.ndarray, after: np.ndarray) -> Bounds:
    rows, columns = np.nonzero(before != after)
    if not rows.size:
        return NOTHING
    x, y = int(columns.min()), int(rows.min())
    return Bounds(x, y, int(columns.max()) - x + 1, int(rows.max()) - y + 1)


STAR = [(60.0, 5.0), (85.0, 80.0), (20.0, 30.0), (100.0, 30.0), (35.0, 80.0)]
PICTURE = np.zeros((90, 120, 3), np.uint8)
PICTURE[20:50, 30:80] = (200, 40, 60)
PICTURE[60:80, 30:80] = (205, 45, 55)

CHANGES: list[Callable[[np.ndarray], Bounds]] = [
    lambda m: rectangle(m, Bounds(10, 20, 30, 15)),
    lambda m: rectangle(m, Bounds(-10, -20, 30, 25), erase=True),
    lambda m: polygon(m, STAR),
    lambda m: polygon(m, STAR, erase=True),
    lambda m: flood(m, 60, 45),
    lambda m: flood(m, 35, 45, erase=True),
    lambda m: wand(m, PICTURE, 50, 30),
    lambda m: combine(m, noise(4), "add"),
    lambda m: combine(m, noise(4), "subtract"),
    lambda m: combine(m, noise(4), "replace"),
    lambda m: combine(m, noise(4), "intersect"),
    clear,
    invert,
    lambda m: grow(m, 4),
    lambda m: shrink(m, 3),
    lambda m: feather(m, 5),
]


@pytest.mark.parametrize("change", CHANGES)
def test_the_bounds_returned_are_those_of_what_changed(change: Callable[[np.ndarray], Bounds]) -> None:
    for ground in (empty(), np.full((90, 120), 255, np.uint8), _ring(), noise()):
        mask = ground.copy()
        assert change(mask) == changed(ground, mask)


def _ring() -> np.ndarray:
    mask = empty()
    mask[20:70, 30:90] = 255
    mask[30:60, 40:80] = 0
    return mask


class TestShapes:
    def test_a_rectangle_is_cut_off_at_the_border(self) -> None:
        mask = empty()
        assert rectangle(mask, Bounds(110, -5, 40, 20)) == Bounds(110, 0, 10, 15)
        assert mask.sum() == 255 * 10 * 15
        assert rectangle(mask, Bounds(200, 200, 5, 5)) == NOTHING

    def test_a_polygon_on_pixel_borders_is_exact(self) -> None:
        mask = empty()
        polygon(mask, [(10, 20), (40, 20), (40, 50), (10, 50)])
        assert (mask[21:49, 11:39] == 255).all()
        assert abs(mask.sum() / 255 - 900) < 40

    def test_an_outline_that_crosses_itself_has_no_holes(self) -> None:
        mask = empty()
        polygon(mask, STAR)
        assert mask[45, 60] == 255  # the star's middle, which even-odd filling leaves open

    def test_a_polygon_may_lie_outside(self) -> None:
        mask = empty()
        polygon(mask, [(-500, -500), (900, -500), (900, 900), (-500, 900)])
        assert (mask == 255).all()
        assert polygon(mask, [(300, 300), (400, 300), (400, 400)]) == NOTHING
        assert polygon(mask, [(3, 3), (4, 5)]) == NOTHING

    def test_erasing_is_painting_on_the_negative(self) -> None:
        ground = noise()
        painted, erased = ground.copy(), 255 - ground
        assert polygon(painted, STAR) == polygon(erased, STAR, erase=True)
        assert np.array_equal(painted, 255 - erased)

    def test_a_limit_is_never_crossed(self) -> None:
        limit = empty()
        limit[40:] = 255
        mask = noise()
        before = mask.copy()
        rectangle(mask, Bounds(0, 0, 120, 90), limit=limit)
        polygon(mask, STAR, erase=True, limit=limit)
        combine(mask, noise(5), "replace", limit=limit)
        assert np.array_equal(mask[40:], before[40:])
        assert np.array_equal(mask[:40], noise(5)[:40])


class TestFlood:
    def test_it_fills_up_to_the_outline(self) -> None:
        mask = _ring()
        assert flood(mask, 60, 45) == Bounds(40, 30, 40, 30)
        assert (mask[20:70, 30:90] == 255).all()
        assert not mask[:20].any()

    def test_no_seam_is_left_along_a_soft_outline(self) -> None:
        soft = Mask(_ring()).feather(2).alpha.copy()
        flood(soft, 60, 45)
        assert (soft[20:70, 30:90] == 255).all()

    def test_erasing_takes_a_patch_with_its_soft_edge_and_nothing_else(self) -> None:
        mask = empty()
        mask[20:40, 20:40] = 255
        mask[60:80, 80:100] = 255
        soft = Mask(mask).feather(4).alpha.copy()
        flood(soft, 30, 30, erase=True)
        assert not soft[:50].any()
        assert (soft[60:80, 80:100] == 255).all()

    def test_nothing_to_do(self) -> None:
        mask = _ring()
        assert flood(mask, 35, 25) == NOTHING
        assert flood(mask, 5, 5, erase=True) == NOTHING
        assert flood(mask, -1, 5) == flood(mask, 120, 5) == NOTHING


class TestWand:
    def test_what_hangs_together_with_the_point(self) -> None:
        mask = empty()
        assert wand(mask, PICTURE, 50, 30, grow_by=0) == Bounds(30, 20, 50, 30)
        assert mask.sum() == 255 * 50 * 30

    def test_everywhere(self) -> None:
        mask = empty()
        assert wand(mask, PICTURE, 50, 30, contiguous=False, grow_by=0) == Bounds(30, 20, 50, 60)
        assert not mask[50:60].any()

    def test_tolerance_is_the_largest_difference_allowed(self) -> None:
        mask = empty()
        wand(mask, PICTURE, 50, 30, contiguous=False, tolerance=4, grow_by=0)
        assert not mask[60:].any()
        wand(mask, PICTURE, 50, 30, contiguous=False, tolerance=5, grow_by=0)
        assert mask[70, 50] == 255

    def test_it_reaches_under_the_line(self) -> None:
        mask = empty()
        assert wand(mask, PICTURE, 50, 30, grow_by=2) == Bounds(28, 18, 54, 34)

    def test_outside(self) -> None:
        assert wand(empty(), PICTURE, -3, 10) == NOTHING


class TestWholeMasks:
    @pytest.mark.parametrize(
        ("how", "expected"),
        [
            ("add", lambda a, b: a | b),
            ("subtract", lambda a, b: a & ~b),
            ("intersect", lambda a, b: a & b),
            ("replace", lambda a, b: b),
        ],
    )
    def test_hard_masks_combine_as_sets(
        self, how: Combination, expected: Callable[[np.ndarray, np.ndarray], np.ndarray]
    ) -> None:
        a, b = noise(1) > 127, noise(2) > 127
        mask = a.astype(np.uint8) * 255
        combine(mask, b.astype(np.uint8) * 255, how)
        assert np.array_equal(mask > 0, expected(a, b))

    def test_sizes_must_agree(self) -> None:
        with pytest.raises(ValueError, match="size"):
            combine(empty(), empty(50, 50))

    def test_grow_and_feather_are_those_of_the_whole_mask(self) -> None:
        ring = _ring()
        ring[0:5, 110:] = 255
        for pixels in (1, 6, 30):
            grown, soft = ring.copy(), ring.copy()
            grow(grown, pixels)
            feather(soft, pixels)
            assert np.array_equal(grown, Mask(ring).grow(pixels).alpha)
            assert np.array_equal(soft, Mask(ring).feather(pixels).alpha)

    def test_shrink_is_growth_of_what_is_kept(self) -> None:
        ring = _ring()
        for pixels in (1, 4, 9):
            mask = ring.copy()
            shrink(mask, pixels)
            assert np.array_equal(mask, 255 - Mask(255 - ring).grow(pixels).alpha)

    def test_the_border_does_not_eat_into_the_mask(self) -> None:
        mask = np.full((90, 120), 255, np.uint8)
        assert shrink(mask, 10) == NOTHING

    def test_inverting_twice_is_nothing(self) -> None:
        mask = noise()
        assert invert(mask) == Bounds(0, 0, 120, 90)
        invert(mask)
        assert np.array_equal(mask, noise())
