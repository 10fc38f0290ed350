from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from ccnet.annotators import annotate
from ccnet.conditioning import Words, annotated, fill, hint_from, prepare
from ccnet.request import DressRequest
from tests.drawing import SPEC, aligned_request, picture, rectangle


class TestPreparation:
    def test_fill_by_intent(self) -> None:
        image, mask = np.asarray(picture(8, 8)), rectangle(8, 8, 2, 2, 3, 3)
        new = fill(image, mask, "new")
        assert (new[2:5, 2:5] == 128).all()
        assert np.array_equal(new[mask.alpha == 0], image[mask.alpha == 0])
        assert fill(image, mask, "recolour") is image
        assert fill(image, mask, "fix") is image

    def test_a_hole_where_something_was_removed_goes_on_with_what_is_around_it(self) -> None:
        image = np.full((40, 40, 3), (200, 120, 40), np.uint8)
        mask = rectangle(40, 40, 10, 10, 20, 20)
        worn = np.where(mask.alpha[..., None] > 0, np.uint8(0), image)
        removed = fill(worn, mask, "remove")
        assert np.abs(removed.astype(int) - image).max() <= 4
        noisy = np.asarray(picture(40, 40))
        assert np.array_equal(fill(noisy, mask, "remove")[mask.alpha == 0], noisy[mask.alpha == 0])
        assert (fill(noisy, rectangle(40, 40, 0, 0, 40, 40), "remove") == 128).all()

    def test_hint_is_rgb_with_minus_one_in_the_hole(self) -> None:
        image, mask = np.asarray(picture(8, 8)), rectangle(8, 8, 2, 2, 3, 3)
        hint = hint_from(image, mask)
        assert hint.shape == (1, 3, 8, 8)
        assert hint.dtype == torch.float32
        assert (hint[..., 2:5, 2:5] == -1).all()
        outside = torch.from_numpy(mask.alpha == 0)
        expected = torch.from_numpy(image.astype(np.float32) / 255).permute(2, 0, 1)
        assert torch.equal(hint[0][:, outside], expected[:, outside])
        assert (hint_from(image, mask, 0.0)[..., 2:5, 2:5] == 0).all()

    def test_hint_of_a_batch_equals_the_hints_of_its_pictures(self) -> None:
        images, mask = [np.asarray(picture(8, 8, seed)) for seed in range(2)], rectangle(8, 8, 2, 2, 3, 3)
        batch = torch.stack([torch.from_numpy(image.astype(np.float32) / 255).permute(2, 0, 1) for image in images])
        holes = torch.from_numpy(mask.alpha.copy())[None, None].expand(2, 1, 8, 8)
        hints = torch.cat([hint_from(image, mask) for image in images])
        assert torch.equal(hint_from(batch, holes), hints)

    def test_a_picture_at_the_models_size_is_not_resampled(self) -> None:
        working = prepare(aligned_request(), SPEC)
        assert np.array_equal(working.image, np.asarray(aligned_request().image))
        assert working.hole == aligned_request().mask

    def test_the_request_may_set_the_resolution(self) -> None:
        request = DressRequest(picture(300, 300), rectangle(300, 300, 20, 20, 250, 250), resolution=128)
        assert prepare(request, SPEC).image.shape == (128, 128, 3)


class TestMadeHints:
    """Of a picture that is worked on at its own size."""

    def test_it_is_the_annotators_answer_at_the_size_the_model_sees(self) -> None:
        working = prepare(aligned_request(), SPEC)
        hint = annotated("canny", working, False, None, "cpu")
        assert np.array_equal(hint, annotate("canny", working.image, resolution=64))
        assert hint.shape == (64, 64, 3)

    def test_the_old_garment_is_left_out_where_it_is_wished(self) -> None:
        working = prepare(aligned_request(), SPEC)
        whole, cut = (annotated("canny", working, wish, None, "cpu") for wish in (False, True))
        hole = working.hole.alpha > 0
        assert whole[hole].any()
        assert not cut[hole].any()
        far = working.hole.feather(4).alpha == 0
        assert np.array_equal(whole[far], cut[far])

    def test_weights_that_are_not_there_are_asked_for(self, tmp_path: Path) -> None:
        with pytest.raises(ValueError, match=r"ControlNetHED.pth, which is not in"):
            annotated("soft edge", prepare(aligned_request(), SPEC), True, tmp_path, "cpu")


def test_words_are_repeated_one_prompt_after_the_other() -> None:
    text, sizes = torch.arange(2.0).reshape(2, 1, 1), torch.arange(12.0).reshape(2, 6)
    words = Words(text, {"time_ids": sizes}).repeated(3)
    assert words.text.flatten().tolist() == [0, 0, 0, 1, 1, 1]
    assert words.added is not None
    assert torch.equal(words.added["time_ids"], sizes[[0, 0, 0, 1, 1, 1]])
    assert Words(text, None).repeated(2).added is None
