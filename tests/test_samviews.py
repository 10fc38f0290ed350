from __future__ import annotations

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from ccnet.masks import Bounds
from ccnet.samviews import (
    CERTAIN,
    Window,
    agreement,
    cell_colours,
    depths,
    enlarged,
    frame_share,
    rim,
    rough_logits,
    snapped,
    tiles,
)


def linear(logits: np.ndarray, window: Window) -> tuple[Bounds, np.ndarray]:
    """Of a picture without edges."""
    picture = np.full((window.bounds.height, window.bounds.width, 3), 200, np.uint8)
    return enlarged(logits, window, picture, cell_colours(picture, window, len(logits)))


class TestEnlarged:
    @pytest.mark.parametrize("size", [(256, 256), (512, 512), (300, 200), (200, 300), (100, 7), (1024, 683)])
    def test_as_torch_enlarges_the_whole(self, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
        """Directly from the grid to the picture: what SAM does, without the step between."""
        monkeypatch.setattr("ccnet.samviews.SHARPEN_FROM", 1000)
        rng = np.random.default_rng(0)
        logits = F.avg_pool2d(torch.from_numpy(rng.standard_normal((1, 1, 36, 36), np.float32)), 5, 1).numpy()[0, 0]
        window = Window.of(Bounds(0, 0, *size), 128)
        part, inside = linear(logits, window)
        found = np.zeros(size[::-1], bool)
        found[part.slices] = inside
        full = F.interpolate(torch.from_numpy(logits)[None, None], (128, 128), mode="bilinear")
        full = full[..., : window.height, : window.width]
        full = F.interpolate(full, size[::-1], mode="bilinear")[0, 0].numpy()
        certain = np.abs(full) > 0.1
        assert np.array_equal(found[certain], (full > 0)[certain])
        assert np.mean(found == (full > 0)) > 0.97

    def test_only_where_something_is(self) -> None:
        logits = np.full((32, 32), -4, np.float32)
        logits[4:8, 10:12] = 4
        window = Window.of(Bounds(100, 50, 3200, 3200), 128)
        part, inside = linear(logits, window)
        assert inside.shape == (part.height, part.width)
        assert part.clamp(4000, 4000) == part
        assert part.width <= 800
        assert part.height <= 1000
        assert inside.sum() == pytest.approx(400 * 200, rel=0.06)  # its corners are round
        assert linear(np.full((32, 32), -1, np.float32), window)[1].size == 0

    @pytest.mark.parametrize("size", [(1, 1), (3, 500), (500, 3), (31, 33)])
    def test_everything_is_everything(self, size: tuple[int, int]) -> None:
        part, inside = linear(np.ones((16, 16), np.float32), Window.of(Bounds(5, 6, *size), 64))
        assert part == (5, 6, *size)
        assert inside.all()


class TestAlongEdges:
    @pytest.mark.parametrize("size", [(1024, 1024), (1000, 617)])
    def test_an_answer_ends_where_the_picture_does(self, size: tuple[int, int]) -> None:
        width, height = size
        y, x = np.mgrid[:height, :width]
        angle, radius = np.arctan2(y - height / 2, x - width / 2), np.hypot(y - height / 2, x - width / 2)
        truth = radius < height * (0.3 + 0.02 * np.sin(15 * angle))
        picture = np.where(truth[..., None], (180, 40, 60), (230, 220, 200)).astype(np.uint8)
        window = Window.of(Bounds(0, 0, *size), 256)
        logits = rough_logits(truth.astype(np.uint8) * 255, window, 64)
        noise = np.random.default_rng(0).normal(0, 2, logits.shape)
        found = []
        for shown in (np.full_like(picture, 200), picture):
            part, inside = enlarged((logits + noise).astype(np.float32), window, shown, cell_colours(shown, window, 64))
            found.append(np.zeros(truth.shape, bool))
            found[-1][part.slices] = inside
        blind, seeing = (agreement(each, truth) for each in found)
        assert seeing > 0.995
        assert seeing > blind + 0.02

    def test_a_pattern_inside_is_no_edge(self) -> None:
        picture = np.full((512, 512, 3), 240, np.uint8)
        picture[100:400, 100:400] = (200, 30, 30)
        picture[100:400:12, 100:400] = (250, 250, 250)
        truth = np.zeros((512, 512), bool)
        truth[100:400, 100:400] = True
        window = Window.of(Bounds(0, 0, 512, 512), 256)
        logits = rough_logits(truth.astype(np.uint8) * 255, window, 64)
        part, inside = enlarged(logits, window, picture, cell_colours(picture, window, 64))
        found = np.zeros_like(truth)
        found[part.slices] = inside
        assert found[116:384, 116:384].all()
        assert agreement(found, truth) > 0.97

    def test_a_mask_that_is_some_pixels_off(self) -> None:
        rng = np.random.default_rng(0)
        truth = np.zeros((400, 300), bool)
        truth[50:350, 60:240] = True
        picture = np.where(truth[..., None], (90, 60, 180), (240, 220, 210)) + rng.normal(0, 2, (400, 300, 1))
        rough = np.zeros_like(truth)
        rough[53:347, 57:242] = True
        found = snapped(rough, picture.astype(np.uint8))
        assert agreement(found, truth) > 0.99 > agreement(rough, truth)
        assert snapped(truth, np.full((400, 300, 3), 128, np.uint8))[54:346, 64:236].all()
        assert not snapped(np.zeros_like(truth), picture.astype(np.uint8)).any()

    def test_cell_colours(self) -> None:
        picture = np.zeros((60, 40, 3), np.uint8)
        picture[:, 20:] = (255, 0, 51)
        cells = cell_colours(picture, Window.of(Bounds(7, 7, 40, 60), 64), 16)
        assert cells.shape == (16, 16, 3)
        assert cells[3, 1].tolist() == [0, 0, 0]
        assert cells[3, 8] == pytest.approx([1, 0, 0.2])
        assert cells[15, 15] == pytest.approx([1, 0, 0.2])  # past the picture it goes on


class TestRoughLogits:
    def test_coverage_becomes_certainty(self) -> None:
        window = Window.of(Bounds(0, 0, 128, 64), 64)
        rough = np.zeros((64, 128), np.uint8)
        rough[:32, :60] = 255
        logits = rough_logits(rough, window, 16)
        assert logits.shape == (16, 16)
        assert logits.dtype == np.float32
        assert logits[:4, :7] == pytest.approx(CERTAIN, abs=1e-3)
        assert logits[:4, 7] == pytest.approx(0, abs=0.05)  # half covered
        assert logits[4:].max() == pytest.approx(-CERTAIN, abs=1e-3)
        assert logits[:, 8:].max() == pytest.approx(-CERTAIN, abs=1e-3)

    def test_there_and_back(self) -> None:
        rough = np.zeros((300, 200), np.uint8)
        rough[40:200, 30:170] = 255
        window = Window.of(Bounds(0, 0, 200, 300), 256)
        part, inside = linear(rough_logits(rough, window, 64), window)
        back = np.zeros((300, 200), bool)
        back[part.slices] = inside
        assert agreement(back, rough > 0) > 0.97


class TestShapes:
    def test_agreement(self) -> None:
        one, other = np.zeros((2, 10, 10), bool)
        assert agreement(one, other) == 1
        one[:4] = other[2:6] = True
        assert agreement(one, other) == pytest.approx(20 / 60)

    def test_frame_share(self) -> None:
        mask = np.zeros((10, 20), bool)
        mask[1:-1, 1:-1] = True
        assert frame_share(mask) == 0
        mask[0] = True
        assert frame_share(mask) == pytest.approx(20 / 56)
        assert frame_share(np.ones((1, 5), bool)) == 1

    def test_rim(self) -> None:
        piece = np.zeros((40, 40), bool)
        piece[10:30, 10:30] = True
        near = rim(piece, 3)
        assert near[20].tolist() == [6 < x < 13 or 26 < x < 33 for x in range(40)]

    def test_depths_lie_inside_and_apart(self) -> None:
        piece = np.zeros((100, 100), bool)
        piece[20:40, :] = True
        points = depths(piece, 3)
        assert len(points) == 3
        assert all(piece[y, x] for x, y in points)
        assert np.ptp(points[:, 0]) > 15
        thin = np.zeros((9, 9), bool)
        thin[4, 4] = True
        assert depths(thin, 3).tolist() == [[4, 4]]


class TestTiles:
    @pytest.mark.parametrize("most", [4, 9, 30])
    def test_they_hold_the_whole_edge_once(self, most: int) -> None:
        piece = np.zeros((700, 900), bool)
        piece[100:650, 200:800] = True
        edge = rim(piece, 2)
        found = list(tiles(edge, 64, most))
        assert 0 < len(found) <= most
        used = np.zeros(edge.shape, int)
        for tile, part in found:
            assert tile.x <= part.x
            assert tile.y <= part.y
            assert tile.box[2] >= part.box[2]
            assert tile.box[3] >= part.box[3]
            assert tile.box[2] <= 900
            assert tile.box[3] <= 700
            used[part.slices] += 1
        assert used.max() == 1
        assert used[edge].min() == 1

    def test_smaller_ones_when_there_may_be_more(self) -> None:
        edge = rim(np.tri(800, dtype=bool), 2)
        few, many = (next(tiles(edge, 64, most))[0].width for most in (8, 40))
        assert many < few

    def test_none_where_they_would_be_as_large_as_everything(self) -> None:
        assert not list(tiles(np.ones((100, 100), bool), 90, 9))
        assert not list(tiles(np.ones((100, 100), bool), 10, 1))
        assert not list(tiles(np.zeros((100, 100), bool), 10, 9))
