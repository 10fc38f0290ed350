from __future__ import annotations

import cv2
import numpy as np
import pytest
from PIL import Image

from ccnet.masks import (
    Bounds,
    Fit,
    Mask,
    denoise_mask,
    fit,
    latent_mask,
    paste,
    paste_mask,
)


def rectangle(width: int, height: int, x: int, y: int, w: int, h: int) -> Mask:
    alpha = np.zeros((height, width), np.uint8)
    alpha[y : y + h, x : x + w] = 255
    return Mask(alpha)


class TestBounds:
    def test_box_and_slices(self) -> None:
        bounds = Bounds(3, 5, 10, 20)
        assert bounds.box == (3, 5, 13, 25)
        assert np.zeros((40, 40))[bounds.slices].shape == (20, 10)

    def test_pad(self) -> None:
        assert Bounds(3, 5, 10, 20).pad(2) == Bounds(1, 3, 14, 24)

    @pytest.mark.parametrize(
        ("bounds", "clamped"),
        [
            (Bounds(-5, 2, 10, 10), Bounds(0, 2, 10, 10)),
            (Bounds(95, 95, 10, 10), Bounds(90, 90, 10, 10)),
            (Bounds(-50, 20, 300, 10), Bounds(0, 20, 100, 10)),
        ],
    )
    def test_clamp_moves_before_it_shrinks(self, bounds: Bounds, clamped: Bounds) -> None:
        assert bounds.clamp(100, 100) == clamped

    def test_grow_to_keeps_the_centre_and_never_shrinks(self) -> None:
        assert Bounds(10, 10, 4, 50).grow_to(10, 20) == Bounds(7, 10, 10, 50)


class TestMask:
    def test_truth_size_and_bounds(self) -> None:
        assert not Mask(np.zeros((4, 6), np.uint8))
        assert Mask(np.zeros((4, 6), np.uint8)).bounds == Bounds(0, 0, 0, 0)
        mask = rectangle(60, 40, 7, 9, 11, 13)
        assert mask
        assert mask.size == (60, 40)
        assert mask.bounds == Bounds(7, 9, 11, 13)
        faint = np.zeros((40, 60), np.uint8)
        faint[3, 5] = 1
        assert Mask(faint).bounds == Bounds(5, 3, 1, 1)

    @pytest.mark.parametrize("alpha", [np.zeros((4, 4, 3), np.uint8), np.zeros((4, 4)), np.zeros((0, 4), np.uint8)])
    def test_anything_but_uint8_hw_is_refused(self, alpha: np.ndarray) -> None:
        with pytest.raises(ValueError, match="uint8"):
            Mask(alpha)

    def test_it_cannot_change(self) -> None:
        alpha = np.zeros((4, 4), np.uint8)
        mask = Mask(alpha)
        alpha[:] = 255
        assert not mask
        with pytest.raises(ValueError, match="read-only"):
            mask.alpha[0, 0] = 1

    def test_equality_is_of_pixels(self) -> None:
        assert rectangle(8, 8, 1, 1, 2, 2) == rectangle(8, 8, 1, 1, 2, 2)
        assert hash(rectangle(8, 8, 1, 1, 2, 2)) == hash(rectangle(8, 8, 1, 1, 2, 2))
        assert rectangle(8, 8, 1, 1, 2, 2) != rectangle(8, 8, 1, 1, 2, 3)

    def test_images_and_back(self) -> None:
        alpha = np.arange(256, dtype=np.uint8).reshape(16, 16)
        assert Mask.from_image(Mask(alpha).to_image()) == Mask(alpha)
        assert Mask.from_image(Image.new("1", (4, 4), 1)) == Mask(np.full((4, 4), 255, np.uint8))
        painted = Image.new("RGBA", (2, 1), (255, 255, 255, 255))
        painted.putpixel((1, 0), (255, 255, 255, 0))
        assert Mask.from_image(painted).alpha.tolist() == [[255, 0]]

    def test_grow_is_a_disc(self) -> None:
        grown = rectangle(41, 41, 20, 20, 1, 1).grow(10).alpha
        y, x = np.mgrid[:41, :41]
        assert np.array_equal(grown > 0, (x - 20) ** 2 + (y - 20) ** 2 <= 100)

    def test_grow_of_a_soft_mask_keeps_its_edge(self) -> None:
        soft = rectangle(80, 80, 30, 30, 20, 20).feather(5)
        grown = soft.grow(12)
        assert grown.alpha[40, 50 + 12 - 1] == 255
        assert set(np.unique(grown.alpha)) == set(np.unique(soft.alpha))
        assert grown.bounds == soft.bounds.pad(12)

    def test_feather_ramps_outwards_only(self) -> None:
        mask = rectangle(60, 60, 20, 20, 20, 20)
        feathered = mask.feather(4).alpha
        assert (feathered[mask.alpha == 255] == 255).all()
        assert feathered[30, 39:46].tolist() == [255, 204, 153, 102, 51, 0, 0]

    def test_feather_keeps_what_is_painted_soft(self) -> None:
        alpha = np.zeros((20, 20), np.uint8)
        alpha[5:15, 5:15] = 90
        assert Mask(alpha).feather(3) == Mask(alpha)
        alpha[10, 10] = 255
        feathered = Mask(alpha).feather(3).alpha
        assert (feathered >= alpha).all()
        assert feathered[10, 11] == 191

    def test_snap_undoes_jpeg(self) -> None:
        mask = rectangle(64, 64, 13, 17, 30, 30)
        coded = cv2.imencode(".jpg", mask.alpha)[1]
        decoded = cv2.imdecode(coded, cv2.IMREAD_GRAYSCALE)
        assert decoded is not None
        read = Mask(decoded)
        assert read != mask
        assert read.snap(40).threshold(128) == mask
        assert Mask(np.array([[0, 8, 9, 246, 247, 255]], np.uint8)).snap().alpha.tolist() == [[0, 0, 9, 246, 255, 255]]

    def test_crop_resize_threshold(self) -> None:
        mask = rectangle(60, 40, 10, 10, 20, 20)
        assert mask.crop(Bounds(10, 10, 20, 20)) == Mask(np.full((20, 20), 255, np.uint8))
        assert mask.resize((30, 20)).bounds == Bounds(5, 5, 10, 10)
        assert mask.resize(mask.size) is mask
        assert mask.feather(4).threshold(255) == mask


class TestTwoMasks:
    @pytest.mark.parametrize("grow", [0, 1, 8, 20])
    @pytest.mark.parametrize("feather", [0, 4, 50])
    def test_the_paste_mask_lies_inside_the_denoise_mask(self, grow: int, feather: int) -> None:
        mask = rectangle(120, 120, 40, 40, 30, 40).feather(3)
        inner, outer = paste_mask(mask, grow, feather), denoise_mask(mask, grow)
        assert set(np.unique(outer.alpha)) == {0, 255}
        assert (inner.alpha[mask.alpha == 255] == 255).all()
        assert (inner.alpha >= mask.alpha).all()
        assert (outer.alpha[inner.alpha > 0] == 255).all()
        if grow > 1:
            ring = outer.alpha.astype(int) - cv2.erode(outer.alpha, np.ones((3, 3), np.uint8))
            assert not inner.alpha[ring > 0].any()

    def test_latent_mask_takes_every_touched_block(self) -> None:
        alpha = np.zeros((32, 48), np.uint8)
        alpha[8, 15] = 1
        latents = latent_mask(Mask(alpha))
        assert latents.shape == (4, 6)
        assert latents.dtype == np.float32
        assert np.argwhere(latents).tolist() == [[1, 1]]
        assert set(np.unique(latents)) == {0.0, 1.0}

    def test_latent_mask_wants_whole_blocks(self) -> None:
        with pytest.raises(ValueError, match="45 x 32"):
            latent_mask(Mask(np.zeros((32, 45), np.uint8)))


class TestFit:
    def test_a_picture_of_the_models_size_is_itself(self) -> None:
        assert fit(rectangle(256, 256, 90, 90, 50, 50), (256, 256), 256, 64) == Fit(
            Bounds(0, 0, 256, 256), 256, 256, 1.0
        )

    @pytest.mark.parametrize("size", [(200, 256), (256, 100), (64, 64), (255, 255)])
    def test_a_small_picture_is_worked_on_whole(self, size: tuple[int, int]) -> None:
        place = fit(rectangle(*size, 10, 10, 5, 5), size, 256, 64)
        assert place.bounds == Bounds(0, 0, *size)
        assert place.scale >= 1

    def test_almost_the_models_size_is_padded_instead_of_resampled(self) -> None:
        place = fit(rectangle(255, 250, 90, 90, 50, 50), (255, 250), 256, 64)
        assert (place.width, place.height, place.scale) == (256, 256, 1.0)
        assert place.content == Bounds(0, 3, 255, 250)

    def test_a_small_mask_in_a_painting_is_worked_on_at_its_own_scale(self) -> None:
        place = fit(rectangle(4000, 3000, 2000, 1500, 60, 60), (4000, 3000), 512, 64)
        assert place == Fit(Bounds(2030 - 256, 1530 - 256, 512, 512), 512, 512, 1.0)

    def test_a_large_mask_gets_a_quarter_of_context(self) -> None:
        mask = rectangle(4000, 3000, 1000, 1000, 1200, 1200)
        place = fit(mask, (4000, 3000), 512, 64)
        assert place.bounds == Bounds(700, 700, 1800, 1800)
        assert place.scale == pytest.approx(512 / 1800)

    def test_a_strong_growth_still_ends_inside_the_crop(self) -> None:
        mask = rectangle(4000, 3000, 1000, 1000, 900, 900)
        assert fit(mask, (4000, 3000), 256, 64, 8) == fit(mask, (4000, 3000), 256, 64)
        place = fit(mask, (4000, 3000), 256, 64, 48)
        grown = mask.bounds.pad(place.pixels(48))
        assert grown.clamp(4000, 3000) == grown
        assert place.bounds.x < grown.x
        assert place.bounds.box[2] > grown.box[2]

    def test_at_the_border_the_crop_is_moved_into_the_picture(self) -> None:
        place = fit(rectangle(1000, 1000, 0, 950, 50, 50), (1000, 1000), 256, 64)
        assert place.bounds == Bounds(0, 744, 256, 256)

    @pytest.mark.parametrize("seed", range(60))
    def test_always(self, seed: int) -> None:
        rng = np.random.default_rng(seed)
        width, height = (int(n) for n in rng.integers(64, 2500, 2))
        w, h = int(rng.integers(1, width)), int(rng.integers(1, height))
        mask = rectangle(width, height, int(rng.integers(0, width - w + 1)), int(rng.integers(0, height - h + 1)), w, h)
        resolution, multiple = [(256, 64), (512, 64), (512, 8), (64, 16)][seed % 4]
        place = fit(mask, (width, height), resolution, multiple)
        x0, y0, x1, y1 = place.bounds.box
        mx0, my0, mx1, my1 = mask.bounds.box
        assert 0 <= x0 <= mx0 < mx1 <= x1 <= width
        assert 0 <= y0 <= my0 < my1 <= y1 <= height
        assert place.width % multiple == place.height % multiple == 0
        assert place.width >= multiple <= place.height
        aspect = max(place.bounds.width / place.bounds.height, place.bounds.height / place.bounds.width)
        if aspect < 2:
            assert 0.5 <= place.width * place.height / resolution**2 <= 1.6
        content = place.content
        assert content.clamp(place.width, place.height) == content
        assert content.width == pytest.approx(place.bounds.width * place.scale, abs=0.51)
        assert content.height == pytest.approx(place.bounds.height * place.scale, abs=0.51)
        image = np.zeros((height, width, 3), np.uint8)
        canvas = place.to_canvas(image)
        assert canvas.shape == (place.height, place.width, 3)
        assert place.from_canvas(canvas).shape == (place.bounds.height, place.bounds.width, 3)

    def test_an_empty_mask_is_refused(self) -> None:
        with pytest.raises(ValueError, match="mask is empty: paint over the outfit"):
            fit(Mask(np.zeros((9, 9), np.uint8)), (9, 9), 256, 64)

    def test_scale_one_changes_no_pixel(self) -> None:
        image = np.random.default_rng(0).integers(0, 256, (250, 255, 3), np.uint8)
        place = fit(rectangle(255, 250, 90, 90, 50, 50), (255, 250), 256, 64)
        canvas = place.to_canvas(image)
        assert np.array_equal(place.from_canvas(canvas), image)
        assert np.array_equal(canvas[0, :255], image[0])

    @pytest.mark.parametrize("size", [(100, 100), (900, 900)])
    def test_no_touched_pixel_is_lost_on_the_canvas(self, size: tuple[int, int]) -> None:
        mask = rectangle(*size, size[0] // 2, size[1] // 3, 1, 1)
        whole = rectangle(*size, 20, 20, size[0] - 40, size[1] - 40)
        place = fit(whole, size, 256, 64)
        assert place.scale != 1
        hole = place.mask_to_canvas(mask.crop(place.bounds))
        assert hole
        assert set(np.unique(hole.alpha)) == {0, 255}
        x = (size[0] // 2 + 0.5 - place.bounds.x) * place.scale + place.content.x
        y = (size[1] // 3 + 0.5 - place.bounds.y) * place.scale + place.content.y
        assert hole.alpha[int(y), int(x)] == 255

    def test_lengths_are_in_working_pixels(self) -> None:
        assert Fit(Bounds(0, 0, 2000, 2000), 500, 500, 0.25).pixels(8) == 32


class TestPaste:
    def test_nothing_changes_where_alpha_is_zero_and_all_where_it_is_full(self) -> None:
        rng = np.random.default_rng(0)
        image, patch = (rng.integers(0, 256, (37, 53, 3), np.uint8) for _ in range(2))
        alpha = rng.choice(np.array([0, 1, 77, 128, 254, 255], np.uint8), (37, 53))
        result = paste(image, patch, alpha)
        assert np.array_equal(result[alpha == 0], image[alpha == 0])
        assert np.array_equal(result[alpha == 255], patch[alpha == 255])
        low, high = np.minimum(image, patch), np.maximum(image, patch)
        assert ((low <= result) & (result <= high)).all()

    def test_it_is_the_nearest_mixture(self) -> None:
        values = np.arange(256, dtype=np.uint8)
        image, patch = (np.stack([grid] * 3, -1) for grid in np.meshgrid(values, values))
        for alpha in (1, 100, 200):
            exact = (patch * (alpha / 255) + image * (1 - alpha / 255))[..., 0]
            result = paste(image, patch, np.full((256, 256), alpha, np.uint8))[..., 0]
            assert np.abs(result - exact).max() <= 0.5 + 1e-9

    def test_sizes_must_agree(self) -> None:
        with pytest.raises(ValueError, match="Sizes differ"):
            paste(np.zeros((4, 4, 3), np.uint8), np.zeros((4, 5, 3), np.uint8), np.zeros((4, 4), np.uint8))
