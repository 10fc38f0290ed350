from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ccnet.masks import Bounds
from ccnet.shapes import NOTHING, union
from ccnet.strokes import Brush, Stroke, StrokePoint, line, stamp, stroke

P = StrokePoint


def empty(width: int = 120, height: int = 90) -> np.ndarray:
    return np.zeros((height, width), np.uint8)


def changed(before: np.ndarray, after: np.ndarray) -> Bounds:
    rows, columns = np.nonzero(before != after)
    if not rows.size:
        return NOTHING
    x, y = int(columns.min()), int(rows.min())
    return Bounds(x, y, int(columns.max()) - x + 1, int(rows.max()) - y + 1)


def scribble(count: int = 40, seed: int = 3) -> list[StrokePoint]:
    random = np.random.default_rng(seed)
    walk = np.cumsum(random.normal(0, 9, (count, 2)), axis=0) + np.array((60, 45))
    return [P(float(x), float(y), float(p)) for (x, y), p in zip(walk, random.uniform(0, 1, count), strict=True)]


BRUSHES = [
    Brush(size=1),
    Brush(size=7.3, hardness=1),
    Brush(size=24, hardness=0, opacity=0.6, pressure_opacity=True),
    Brush(size=60, hardness=0.5, smooth=False),
]


class TestBrush:
    @pytest.mark.parametrize("values", [{"size": 0}, {"size": -3}, {"hardness": 1.1}, {"opacity": -0.1}])
    def test_numbers_out_of_range_are_refused(self, values: dict[str, float]) -> None:
        with pytest.raises(ValueError, match="brush"):
            Brush(**values)  # pyright: ignore[reportArgumentType]

    def test_pressure(self) -> None:
        brush = Brush(size=100, pressure_size=True, pressure_opacity=True)
        assert brush.radius(1) == 50
        assert brush.radius(0.5) < brush.radius(0.9)
        assert brush.radius(0) >= 0.5
        assert brush.strength(0.5) == 128
        mouse = Brush(size=100, pressure_size=False)
        assert mouse.radius(0.2) == 50
        assert mouse.strength(0.2) == 255


class TestStamp:
    def test_a_dab_is_round_full_in_the_middle_and_at_its_place(self) -> None:
        mask = empty()
        bounds = stamp(mask, P(60, 40), Brush(size=20, hardness=1))
        assert mask[40, 60] == 255
        assert np.array_equal(mask[30:50, 50:70], mask[30:50, 50:70].T)
        assert np.array_equal(mask[30:50, 50:70], mask[30:50, 50:70][::-1, ::-1])
        assert abs(mask.sum() / 255 - np.pi * 100) < 5
        assert abs(bounds.width - 20) <= 1
        assert abs(bounds.x + bounds.width / 2 - 60) <= 0.5

    def test_places_between_pixels_are_kept(self) -> None:
        centres = []
        for x in (60.0, 60.25, 60.5, 60.75, 61.0):
            mask = empty()
            stamp(mask, P(x, 40), Brush(size=9, hardness=1))
            centres.append(float((mask.sum(axis=0) * (np.arange(120) + 0.5)).sum() / mask.sum()))
        assert np.allclose(centres, (60, 60.25, 60.5, 60.75, 61), atol=0.02)

    def test_hardness_and_opacity(self) -> None:
        hard, soft, faint = empty(), empty(), empty()
        stamp(hard, P(60, 40), Brush(size=40, hardness=1))
        stamp(soft, P(60, 40), Brush(size=40, hardness=0))
        stamp(faint, P(60, 40), Brush(size=40, hardness=1, opacity=0.25))
        assert soft[40, 75] < hard[40, 75]
        assert (np.diff(soft[40, 60:].astype(int)) <= 0).all()
        assert faint.max() == 64


class TestStroke:
    @pytest.mark.parametrize("brush", BRUSHES)
    @pytest.mark.parametrize("erase", [False, True])
    def test_at_once_or_in_pieces_it_is_the_same(self, brush: Brush, erase: bool) -> None:
        ground = np.full((90, 120), 255 if erase else 40, np.uint8)
        at_once, one_by_one, in_groups = ground.copy(), ground.copy(), ground.copy()
        points = scribble()
        whole = stroke(at_once, points, brush, erase=erase)
        pen = Stroke(one_by_one, brush, erase=erase)
        for point in points:
            pen.add(point)
        pen.finish()
        other = Stroke(in_groups, brush, erase=erase)
        for start in range(0, len(points), 7):
            other.add(*points[start : start + 7])
        other.finish()
        assert np.array_equal(at_once, one_by_one)
        assert np.array_equal(at_once, in_groups)
        assert whole == pen.bounds == other.bounds == changed(ground, at_once)

    @pytest.mark.parametrize("brush", BRUSHES)
    def test_every_step_returns_the_exact_bounds(self, brush: Brush) -> None:
        mask = empty()
        mask[20:60, 30:90] = 200
        pen = Stroke(mask, brush)
        for point in scribble(15):
            before = mask.copy()
            assert pen.add(point) == changed(before, mask)
        before = mask.copy()
        assert pen.finish() == changed(before, mask)
        before = mask.copy()
        assert pen.finish() == NOTHING
        assert np.array_equal(before, mask)

    @pytest.mark.parametrize("brush", BRUSHES)
    def test_erasing_is_painting_on_the_negative(self, brush: Brush) -> None:
        ground = np.random.default_rng(1).integers(0, 256, (90, 120), np.uint8)
        painted, erased = ground.copy(), 255 - ground
        assert stroke(painted, scribble(), brush) == stroke(erased, scribble(), brush, erase=True)
        assert np.array_equal(painted, 255 - erased)

    def test_erasing_what_was_painted_leaves_nothing_of_its_core(self) -> None:
        mask = empty()
        hard = Brush(size=20, hardness=1, pressure_size=False)
        stroke(mask, scribble(), hard)
        stroke(mask, scribble(), replace(hard, size=24), erase=True)
        assert not mask.any()

    def test_crossing_itself_does_not_darken_a_stroke(self) -> None:
        mask = empty()
        back_and_forth = [P(20, 40), P(100, 40)] * 5
        stroke(mask, back_and_forth, Brush(size=20, hardness=1, opacity=0.5))
        assert mask.max() == 128
        stroke(mask, back_and_forth, Brush(size=20, hardness=1, opacity=0.5))
        assert mask.max() == 192  # a second stroke does

    @pytest.mark.parametrize("size", [1.5, 4, 31])
    def test_a_fast_stroke_has_no_gaps(self, size: float) -> None:
        mask = np.zeros((200, 900), np.uint8)
        stroke(mask, [P(10, 20), P(450, 180), P(890, 30)], Brush(size=size, hardness=1))
        middle = mask[:, 20:880].max(axis=0)
        assert middle.min() > 150

    def test_edges_of_a_large_brush_are_even(self) -> None:
        mask = np.zeros((300, 900), np.uint8)
        line(mask, P(100, 150), P(800, 150), Brush(size=200, hardness=1))
        thickness = mask[:, 200:700].sum(axis=0) / 255
        assert thickness.max() - thickness.min() < 0.25

    def test_a_straight_line_drawn_through_a_point_on_it_is_the_same_line(self) -> None:
        direct, by_point = empty(), empty()
        brush = Brush(size=12, hardness=0.5)
        line(direct, P(10.5, 45), P(110.5, 45), brush)
        stroke(by_point, [P(10.5, 45), P(40, 45), P(62.5, 45), P(110.5, 45)], brush)
        assert np.abs(direct.astype(int) - by_point).max() <= 12

    def test_smoothing_rounds_a_corner_and_keeps_the_ends(self) -> None:
        corner = [P(20, 70), P(60, 20), P(100, 70)]
        round_, sharp = empty(), empty()
        stroke(round_, corner, Brush(size=4, hardness=1))
        stroke(sharp, corner, Brush(size=4, hardness=1, smooth=False))
        assert sharp[20, 60] == 255
        assert round_[20, 60] == 0
        for mask in (round_, sharp):
            assert mask[70, 20] == 255
            assert mask[70, 100] == 255

    def test_pressure_makes_it_thick_and_strong(self) -> None:
        mask = empty()
        brush = Brush(size=40, hardness=1, pressure_opacity=True)
        line(mask, P(20, 45, 0.1), P(100, 45, 1), brush)
        assert mask[:, 30].astype(bool).sum() < mask[:, 90].astype(bool).sum()
        assert mask[45, 25] < mask[45, 60] < mask[45, 99]

    @pytest.mark.parametrize(
        "points",
        [
            [P(-50, 20), P(-90, 60)],
            [P(500, 500)],
            [P(-400, -400), P(-300, -500), P(10, -200)],
        ],
    )
    def test_outside_of_the_canvas_nothing_happens(self, points: list[StrokePoint]) -> None:
        mask = empty()
        assert stroke(mask, points, Brush(size=30)) == NOTHING
        assert not mask.any()

    def test_a_stroke_across_the_border_is_cut_off_there(self) -> None:
        large, small = np.zeros((290, 320), np.uint8), empty()
        points = [P(-60, -20), P(40, 50), P(180, 70)]
        stroke(large, [P(p.x + 100, p.y + 100) for p in points], Brush(size=30))
        bounds = stroke(small, points, Brush(size=30))
        assert np.array_equal(small, large[100:190, 100:220])
        assert bounds == changed(empty(), small)

    def test_a_limit_is_never_crossed(self) -> None:
        limit = empty()
        limit[30:60, 50:80] = 255
        limit[:, 90:] = 128
        mask = empty()
        line(free := empty(), P(10, 45), P(110, 45), Brush(size=30, hardness=1))
        stroke(mask, [P(10, 45), P(110, 45)], Brush(size=30, hardness=1), limit=limit)
        assert not mask[30:60, 50:80].any()
        assert mask[45, 100] == 127
        assert np.array_equal(mask[limit == 0], free[limit == 0])

    def test_no_points_no_change(self) -> None:
        mask = empty()
        assert stroke(mask, [], Brush()) == NOTHING
        pen = Stroke(mask, Brush())
        assert pen.add() == NOTHING
        assert pen.finish() == NOTHING

    def test_it_works_in_large_arrays_across_tiles(self) -> None:
        mask = np.full((1100, 1100), 10, np.uint8)
        before = mask.copy()
        bounds = stroke(mask, [P(100, 100), P(1000, 990)], Brush(size=90, opacity=0.5, hardness=0))
        assert bounds == changed(before, mask)
        assert mask[545, 550] > 100
        outside = np.ones(mask.shape, bool)
        outside[bounds.slices] = False
        assert (mask[outside] == 10).all()

    def test_bounds_unite(self) -> None:
        assert union(NOTHING, Bounds(3, 4, 5, 6)) == union(Bounds(3, 4, 5, 6), NOTHING) == Bounds(3, 4, 5, 6)
        assert union(Bounds(0, 0, 2, 2), Bounds(8, 9, 1, 1)) == Bounds(0, 0, 9, 10)
