from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest
import torch
from PIL import Image
from segment_anything import SamPredictor
from tinysam import ColourDecoder, colour_sam, tiny_sam

from ccnet.masks import Bounds, Mask, Point
from ccnet.samviews import agreement
from ccnet.segmenter import CACHED, Segmenter

BLUE = (40, 60, 200)


def picture(width: int, height: int, *shapes: Bounds, colour: tuple[int, int, int] = BLUE) -> Image.Image:
    """White, with rectangles."""
    pixels = np.full((height, width, 3), 255, np.uint8)
    for shape in shapes:
        pixels[shape.slices] = colour
    return Image.fromarray(pixels)


def alpha(width: int, height: int, *shapes: Bounds) -> np.ndarray:
    mask = np.zeros((height, width), bool)
    for shape in shapes:
        mask[shape.slices] = True
    return mask


def blob(side: int, seed: int = 0) -> np.ndarray:
    """bool[side, side]: a garment with a frilled edge."""
    angle = np.linspace(0, 2 * np.pi, 720, endpoint=False)
    radius = side * (0.28 + 0.02 * np.sin(24 * angle + seed))
    around = np.stack([side / 2 + radius * np.cos(angle), side / 2 + radius * np.sin(angle)], axis=1)
    drawn = np.zeros((side, side), np.uint8)
    cv2.fillPoly(drawn, [np.rint(around).astype(np.int32)], 1)
    return drawn.astype(bool)


def painted(mask: np.ndarray) -> Image.Image:
    return Image.fromarray(np.where(mask[..., None], np.array(BLUE, np.uint8), np.uint8(255)))


def segmenter(image: Image.Image | None = None, side: int = 64, **options: Any) -> tuple[Segmenter, Any]:
    sam: Any = colour_sam(side)
    made = Segmenter(sam, "colours", **options)
    if image is not None:
        made.set_image(image)
    return made, sam


class TestLikeThePackage:
    """What comes out is what the package's own predictor answers."""

    @pytest.mark.parametrize("size", [(64, 64), (90, 64), (200, 310), (33, 20)])
    @pytest.mark.parametrize("prompt", ["click", "clicks", "box", "both"])
    def test_predictor(self, size: tuple[int, int], prompt: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("ccnet.segmenter.FRAME", 1)  # random weights know no garments
        monkeypatch.setattr("ccnet.samviews.SHARPEN_FROM", 1000)
        rng = np.random.default_rng(3)
        image = Image.fromarray(rng.integers(0, 255, (*size[::-1], 3), np.uint8)).resize(size)
        sam = tiny_sam()
        predictor = SamPredictor(sam)
        predictor.set_image(np.asarray(image))
        points = [Point(size[0] // 3, size[1] // 2), Point(size[0] // 2, size[1] // 4, add=False)]
        points = {"click": points[:1], "clicks": points, "box": [], "both": points[:1]}[prompt]
        box = Bounds(2, 3, size[0] // 2, size[1] // 2) if prompt in ("box", "both") else None
        wanted, *_ = predictor.predict(
            np.array([(p.x, p.y) for p in points]) if points else None,
            np.array([p.add for p in points]) if points else None,
            np.array(box.box) if box else None,
            multimask_output=prompt == "click",
            return_logits=True,
        )
        ours = Segmenter(sam, "tiny")
        ours.set_image(image)
        found = ours.mask_at(points, box).alpha > 0
        logits = np.asarray(wanted)
        same = [np.mean((each > 0) == found) for each in logits]  # among which a click chooses, other tests tell
        assert max(same) > 0.97
        answer = logits[int(np.argmax(same))]
        certain = np.abs(answer) > 0.1 * np.abs(answer).max()
        assert np.array_equal(found[certain], (answer > 0)[certain])

    def test_autocast_around_it_changes_nothing(self) -> None:
        image = painted(blob(96))
        with torch.autocast("cpu", dtype=torch.bfloat16):
            inside = Segmenter(tiny_sam(), "tiny")
            inside.set_image(image)
            one = inside._answers(inside._whole(), [Point(40, 40)], None, None)[0]
        outside = Segmenter(tiny_sam().to(torch.float32), "tiny")
        outside.set_image(image)
        assert np.array_equal(one, outside._answers(outside._whole(), [Point(40, 40)], None, None)[0])

    def test_weights_in_half_precision_compute_in_single(self) -> None:
        half = Segmenter(tiny_sam().half(), "tiny")
        half.set_image(painted(blob(96)))
        assert half._answers(half._whole(), [Point(40, 40)], None, None)[0].dtype == np.float32


class TestMaskAt:
    @pytest.mark.parametrize("size", [(64, 64), (320, 200), (200, 320), (40, 30), (4000, 3000)])
    def test_a_click_finds_what_is_there_at_the_pictures_own_size(self, size: tuple[int, int]) -> None:
        width, height = size
        shape = Bounds(width // 4, height // 4, width // 2, height // 3)
        made, _ = segmenter(picture(width, height, shape))
        mask = made.mask_at([Point(width // 2, height // 3)])
        assert mask.size == size
        assert set(np.unique(mask.alpha)) == {0, 255}
        cell = max(size) / made.grid
        found, wanted = mask.alpha > 0, alpha(width, height, shape)
        near = cv2.dilate(wanted.astype(np.uint8), np.ones((3, 3))) != cv2.erode(
            wanted.astype(np.uint8), np.ones((3, 3))
        )
        near = cv2.dilate(near.astype(np.uint8), np.ones((2 * int(cell) + 3,) * 2)) > 0
        assert np.array_equal(found[~near], wanted[~near])
        assert agreement(found, wanted) > 0.85

    def test_a_single_click_takes_the_answer_that_is_trusted_most(self) -> None:
        made, sam = segmenter(picture(128, 128, Bounds(40, 40, 40, 40)))
        decoder: ColourDecoder = sam.mask_decoder
        small = made.mask_at([Point(60, 60)])
        decoder.trust = [0.9, 0.1, 0.2, 0.95]  # the last is empty: it does not hold the click
        with pytest.raises(ValueError, match="background"):  # everything
            made.mask_at([Point(60, 60)])
        # Two points are clear: the answer for those is taken, whatever it is trusted with.
        assert made.mask_at([Point(60, 60), Point(10, 10, add=False)]) == small

    def test_all_prompts_reach_the_network_in_its_own_pixels(self) -> None:
        made, sam = segmenter(picture(128, 64, Bounds(32, 16, 40, 24)))
        rough = Mask(alpha(128, 64, Bounds(30, 16, 40, 30)))
        made.mask_at([Point(40, 20), Point(100, 60, add=False)], Bounds(30, 10, 300, 44), rough)
        points, boxes, masks = sam.prompt_encoder.last
        assert points[0].tolist() == [[[20, 10], [50, 30]]]
        assert points[1].tolist() == [[1, 0]]
        assert boxes.tolist() == [[15, 5, 64, 27]]  # cut at the picture's edge
        assert masks.shape == (1, 1, 32, 32)
        assert (masks[0, 0] > 0).sum() == pytest.approx(20 * 15 / 4, rel=0.2)
        assert masks.max() == pytest.approx(8, abs=1e-3)
        assert masks[0, 0, 16:].max() == pytest.approx(-8, abs=1e-3)  # below the picture

    def test_a_rough_mask_alone_brings_its_box(self) -> None:
        made, sam = segmenter(picture(128, 128, Bounds(32, 32, 64, 64)))
        made.mask_at(rough=Mask(alpha(128, 128, Bounds(30, 30, 60, 60))))
        assert sam.prompt_encoder.last[1].tolist() == [[15, 15, 45, 45]]

    def test_what_is_transparent_is_in_no_mask(self) -> None:
        image = picture(128, 128, Bounds(32, 32, 64, 64)).convert("RGBA")
        image.putalpha(Image.fromarray(np.where(alpha(128, 128, Bounds(0, 0, 60, 128)), 255, 0).astype(np.uint8)))
        made, _ = segmenter(image)
        mask = made.mask_at([Point(40, 40)])
        assert mask.alpha[:, 60:].max() == 0
        assert mask.alpha[40, 40] == 255
        with pytest.raises(ValueError, match="transparent at 80, 40"):
            made.mask_at([Point(80, 40)])

    @pytest.mark.parametrize("mode", ["L", "P", "RGBA", "LA", "1"])
    def test_pictures_of_any_mode(self, mode: str) -> None:
        made, _ = segmenter(picture(64, 64, Bounds(10, 10, 30, 30), colour=(0, 0, 0)).convert(mode))
        assert made.mask_at([Point(20, 20)]).bounds == (10, 10, 30, 30)


class TestOnce:
    def test_a_picture_is_encoded_once_by_its_content(self) -> None:
        image = picture(64, 64, Bounds(10, 10, 30, 30))
        made, sam = segmenter(image)
        made.set_image(image.copy())
        made.mask_at([Point(20, 20)])
        made.mask_at([Point(20, 20), Point(1, 1, add=False)], Bounds(0, 0, 50, 50))
        assert sam.image_encoder.looks == 1
        made.set_image(picture(64, 64, Bounds(11, 10, 30, 30)))
        assert sam.image_encoder.looks == 2
        made.set_image(image)
        assert sam.image_encoder.looks == 2
        assert made.mask_at([Point(20, 20)]).bounds.x == 10

    def test_the_same_bytes_in_another_shape_are_another_picture(self) -> None:
        made, sam = segmenter(picture(64, 32))
        made.set_image(picture(32, 64))
        assert sam.image_encoder.looks == 2

    def test_only_the_last_few_stay(self) -> None:
        made, sam = segmenter()
        for index in range(CACHED + 1):
            made.set_image(picture(64, 64, Bounds(index, 10, 30, 30)))
        assert len(made._seen) == CACHED
        made.set_image(picture(64, 64, Bounds(0, 10, 30, 30)))
        assert sam.image_encoder.looks == CACHED + 2


class TestRefused:
    @pytest.mark.parametrize(
        ("prompts", "message"),
        [
            ({}, "Nothing was clicked"),
            ({"points": [Point(20, 20, add=False)]}, "Nothing was marked as wanted"),
            ({"points": [Point(64, 20)]}, "point 64, 20 lies outside the picture, which is 64 x 48 pixels"),
            ({"points": [Point(20, 20), Point(-1, 5)]}, "point -1, 5 lies outside"),
            ({"box": Bounds(5, 5, 0, 10)}, "The box is 0 x 10 pixels"),
            ({"box": Bounds(5, 5, 10, -3)}, "The box is 10 x -3 pixels"),
            ({"box": Bounds(70, 5, 10, 10)}, "The box lies outside the picture"),
            ({"rough": Mask(np.zeros((48, 64), np.uint8))}, "rough mask is empty"),
            ({"rough": Mask(np.ones((64, 48), bool))}, "The mask is 48 x 64 pixels but the picture is 64 x 48"),
            ({"points": [Point(60, 40)]}, "That is the background: click on a garment"),
        ],
    )
    def test_in_words(self, prompts: dict[str, Any], message: str) -> None:
        made, _ = segmenter(picture(64, 48, Bounds(10, 10, 30, 30)))
        with pytest.raises(ValueError, match=message):
            made.mask_at(**prompts)

    def test_nothing_found(self) -> None:
        made, sam = segmenter(picture(64, 48, Bounds(10, 10, 30, 30)))
        sam.mask_decoder.trust = [0.1, 0.1, 0.1, 0.9]
        sam.mask_decoder.predict_masks = lambda *_: (-torch.ones(1, 4, 32, 32), torch.ones(1, 4))
        with pytest.raises(ValueError, match="Nothing was found at 20, 20"):
            made.mask_at([Point(20, 20)])
        with pytest.raises(ValueError, match="Nothing was found there"):
            made.mask_at(box=Bounds(1, 1, 20, 20))

    def test_a_mask_before_a_picture(self) -> None:
        with pytest.raises(RuntimeError, match="set_image"):
            segmenter()[0].mask_at([Point(1, 1)])

    def test_a_rough_mask_of_another_size(self) -> None:
        made, _ = segmenter(picture(64, 48))
        with pytest.raises(ValueError, match="must be the same size"):
            made.refine(Mask(np.ones((64, 48), bool)))


class TestRefine:
    @pytest.mark.parametrize("side", [256, 1024])
    def test_edges_become_those_of_the_picture(self, side: int) -> None:
        truth = blob(side)
        coarse = cv2.resize(truth.astype(np.uint8) * 255, (side // 16, side // 16), interpolation=cv2.INTER_AREA)
        rough = Mask(cv2.resize(coarse, (side, side)) > 100)
        made, sam = segmenter(painted(truth))
        refined = made.refine(rough)
        before, after = agreement(rough.alpha > 0, truth), agreement(refined.alpha > 0, truth)
        assert after > max(0.97, before + 0.01)
        assert 1 < sam.image_encoder.looks <= made.views + 1

    def test_as_close_as_it_may_look(self, monkeypatch: pytest.MonkeyPatch) -> None:
        truth = blob(1024)
        rough = Mask(cv2.dilate(truth.astype(np.uint8), np.ones((9, 9))) > 0)
        monkeypatch.setattr("ccnet.samviews.SHARPEN_FROM", 1000)  # which would find these edges at any distance
        found, looks = [], []
        for views in (1, 6, 60):
            made, sam = segmenter(painted(truth), views=views)
            found.append(agreement(made.refine(rough).alpha > 0, truth))
            looks.append(sam.image_encoder.looks)
            assert looks[-1] <= views + 1
        assert found == sorted(found)
        assert looks == sorted(set(looks))
        assert found[-1] > 0.97

    def test_what_is_far_from_the_edge_stays(self) -> None:
        # The whole blue rectangle has one colour, but only half of it is in the mask: a pattern, not an edge.
        made, _ = segmenter(picture(512, 512, Bounds(100, 100, 300, 300)))
        rough = alpha(512, 512, Bounds(100, 100, 260, 300))
        rough[180:184, 180:184] = False
        refined = made.refine(Mask(rough)).alpha > 0
        reach = 512 // 64
        assert not refined[:, 360 + reach + 1 :].any()
        assert refined[110:390, 110:350].mean() > 0.99

    def test_an_answer_that_does_not_agree_is_dropped(self) -> None:
        shape = alpha(128, 128, Bounds(30, 30, 60, 60))
        made, sam = segmenter(picture(128, 128, Bounds(30, 30, 60, 60)))
        sam.mask_decoder.predict_masks = lambda *_: (torch.ones(1, 4, 32, 32), torch.ones(1, 4))
        assert agreement(made.refine(Mask(alpha(128, 128, Bounds(30, 30, 60, 60)))).alpha > 0, shape) > 0.99
        # Its own edges still find those of the picture.
        assert agreement(made.refine(Mask(alpha(128, 128, Bounds(31, 31, 58, 59)))).alpha > 0, shape) > 0.98

    def test_every_piece_is_refined_and_does_not_touch_the_others(self) -> None:
        shoes = Bounds(40, 200, 60, 40), Bounds(160, 196, 64, 44)
        rough = alpha(256, 256, *(shoe.pad(3) for shoe in shoes))
        made, _ = segmenter(picture(256, 256, *shoes))
        refined = made.refine(Mask(rough)).alpha > 0
        assert agreement(refined, alpha(256, 256, *shoes)) > 0.95
        apart = alpha(256, 256, Bounds(20, 20, 100, 100), Bounds(120, 20, 80, 100))
        apart[:, 119:121] = False
        made.set_image(picture(256, 256, Bounds(20, 20, 99, 100)))
        both = made.refine(Mask(apart)).alpha > 0
        assert both[25:115, 130:190].all()

    def test_a_network_that_means_the_pair(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Both shoes are one thing to it; each is refined all the same."""
        shoes = Bounds(60, 100, 40, 40), Bounds(130, 100, 40, 40)
        truth = alpha(256, 256, *shoes)
        made, sam = segmenter(picture(256, 256, *shoes), views=1)
        seen = cv2.resize(truth.astype(np.float32), (32, 32), interpolation=cv2.INTER_AREA)
        answer = torch.from_numpy(seen - 0.5).expand(1, 4, 32, 32)
        monkeypatch.setattr("ccnet.segmenter.WHOLE", 0)
        sam.mask_decoder.predict_masks = lambda *_: (answer * 20, torch.ones(1, 4))
        rough = alpha(256, 256, Bounds(58, 98, 43, 43), Bounds(129, 99, 43, 40))
        assert agreement(made.refine(Mask(rough)).alpha > 0, truth) > agreement(rough, truth) + 0.03

    def test_an_empty_or_full_mask_stays_as_it_is(self) -> None:
        made, _ = segmenter(picture(64, 64, Bounds(10, 10, 30, 30)))
        for mask in (Mask(np.zeros((64, 64), bool)), Mask(np.ones((64, 64), bool))):
            assert made.refine(mask) == mask

    def test_nothing_transparent(self) -> None:
        image = picture(128, 128, Bounds(30, 30, 60, 60)).convert("RGBA")
        image.putalpha(Image.fromarray(np.where(alpha(128, 128, Bounds(0, 0, 60, 128)), 255, 0).astype(np.uint8)))
        made, _ = segmenter(image)
        refined = made.refine(Mask(alpha(128, 128, Bounds(28, 28, 60, 60))))
        assert refined.alpha[:, 60:].max() == 0

    def test_a_large_encoder_on_a_cpu_looks_less_often(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert Segmenter(tiny_sam(), "tiny").views == 24
        monkeypatch.setattr("ccnet.segmenter.LARGE", 10)
        assert Segmenter(tiny_sam(), "tiny").views == 4
