from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from ccnet.conditioning import prepare
from ccnet.controlnet import CC_ControlNet
from ccnet.pipeline import DressPipeline
from ccnet.request import (
    SCHEDULERS,
    Candidate,
    Control,
    DressRequest,
    Garment,
    NumbersOverflowed,
    Progress,
)
from tests.drawing import SPEC, aligned_request, build, build_sdxl, candidates, final_latents, picture, rectangle
from tests.tinymodel import tiny_controlnet, tiny_scheduler, tiny_text_encoder, tiny_vae
from tests.tinysdxl import tiny_kl_vae


@pytest.fixture(scope="module", params=[4, 9], ids=["4 channels", "9 channels"])
def pipeline(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> DressPipeline:
    return build(tmp_path_factory.mktemp("tokenizer"), request.param)


@pytest.fixture(scope="module")
def pipeline4(tmp_path_factory: pytest.TempPathFactory) -> DressPipeline:
    return build(tmp_path_factory.mktemp("tokenizer"))


def psnr(a: Image.Image, b: Image.Image) -> float:
    difference = np.asarray(a).astype(float) - np.asarray(b).astype(float)
    return float(10 * np.log10(255**2 / max(float((difference**2).mean()), 1e-12)))


class TestControl:
    def test_the_hint_matters_and_the_prompt_matters(self, pipeline4: DressPipeline) -> None:
        request = aligned_request()
        base = final_latents(pipeline4, request)
        assert (base - final_latents(pipeline4, replace(request, controls=()))).abs().max() > 1e-2
        assert (base - final_latents(pipeline4, replace(request, garment=Garment("blue")))).abs().max() > 1e-4

    @pytest.mark.parametrize("asleep", [Control(scale=0), Control(start=0.95, end=1.0)])
    def test_a_net_that_has_no_part_is_not_run(
        self, pipeline4: DressPipeline, asleep: Control, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        without = final_latents(pipeline4, aligned_request(controls=()))
        monkeypatch.setattr(CC_ControlNet, "residuals", None)
        assert torch.equal(final_latents(pipeline4, aligned_request(controls=(asleep,))), without)

    def test_the_hint_is_encoded_once(self, pipeline4: DressPipeline) -> None:
        calls = []
        net: Any = pipeline4.controlnets["cc"]
        hook = net.controlnet_cond_embedding.register_forward_hook(lambda *_: calls.append(None))
        pipeline4.cache.clear()
        final_latents(pipeline4, aligned_request())
        hook.remove()
        assert len(calls) == 1

    def test_a_newborn_net_leaves_the_base_as_it_is(self, pipeline4: DressPipeline) -> None:
        newborn = tiny_controlnet(pipeline4.unet, seed=None)
        pipeline4.controlnets["newborn"] = newborn
        steered = final_latents(pipeline4, aligned_request(controls=(Control("newborn"),)))
        assert torch.equal(steered, final_latents(pipeline4, aligned_request(controls=())))

    @pytest.mark.parametrize("branches", ["both", "conditional"])
    @pytest.mark.parametrize("weighting", ["paper", "released", "diffusers"])
    def test_weights_reach_the_prompted_half_alone(
        self, pipeline4: DressPipeline, branches: Any, weighting: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        request = aligned_request(control_branches=branches, control_weighting=weighting, num_inference_steps=1)
        seen: dict[str, Any] = {}
        unet_forward, net = pipeline4.unet.forward, pipeline4.controlnets["cc"]
        residuals_of = net.residuals

        def spy_unet(*args: Any, **kwargs: Any) -> Any:
            seen["steering"] = (*kwargs["down_block_additional_residuals"], kwargs["mid_block_additional_residual"])
            return unet_forward(*args, **kwargs)

        def spy_net(*args: Any) -> Any:
            seen["plain"] = residuals_of(*args)
            return seen["plain"]

        monkeypatch.setattr(pipeline4.unet, "forward", spy_unet)
        monkeypatch.setattr(net, "residuals", spy_net)
        final_latents(pipeline4, request)
        plain = (*seen["plain"].down, seen["plain"].mid)
        n = len(plain)
        for i, (used, given) in enumerate(zip(seen["steering"], plain, strict=True)):
            weight = {
                "paper": 8 / given.shape[-2],
                "released": 0.825 ** (n - 1 - i),
                "diffusers": 10 ** (i / (n - 1) - 1),
            }[weighting]
            unprompted, prompted = used.chunk(2)
            given_prompted = given if branches == "conditional" else given.chunk(2)[1]
            torch.testing.assert_close(prompted, given_prompted * weight)
            if branches == "conditional":
                assert not unprompted.any()
            else:
                assert torch.equal(unprompted, given.chunk(2)[0])

    def test_a_control_image_of_its_own(self, pipeline4: DressPipeline) -> None:
        with_image = aligned_request(controls=(Control(image=picture(64, 64, seed=3)),))
        assert not torch.equal(final_latents(pipeline4, with_image), final_latents(pipeline4, aligned_request()))


class TestOneSeedOnePicture:
    def test_alone_or_in_a_batch(self, pipeline: DressPipeline) -> None:
        together = candidates(pipeline, aligned_request(num_images=4))
        for i, candidate in enumerate(together):
            assert candidate.seed == 7 + i
            (alone,) = candidates(pipeline, aligned_request(num_images=1, seed=7 + i))
            assert psnr(candidate.image, alone.image) >= 45

    @pytest.mark.parametrize("scheduler", ["ddim", "euler a"])
    def test_the_same_batch_again_is_bit_identical(self, pipeline4: DressPipeline, scheduler: str) -> None:
        request = aligned_request(num_images=2, scheduler=scheduler)
        for first, second in zip(candidates(pipeline4, request), candidates(pipeline4, request), strict=True):
            assert first.image.tobytes() == second.image.tobytes()
            assert first.layer.tobytes() == second.layer.tobytes()

    def test_seeds_differ(self, pipeline4: DressPipeline) -> None:
        first, second = candidates(pipeline4, aligned_request(num_images=2))
        assert first.image.tobytes() != second.image.tobytes()

    def test_the_global_generator_is_neither_used_nor_moved(self, pipeline4: DressPipeline) -> None:
        torch.manual_seed(1)
        state = torch.get_rng_state()
        candidates(pipeline4, aligned_request(scheduler="euler a"))
        assert torch.equal(torch.get_rng_state(), state)


class TestKnownLatents:
    def test_they_follow_their_exactly_noised_path(self, pipeline4: DressPipeline) -> None:
        request = aligned_request(num_images=1)
        conditioning = pipeline4.condition(request, prepare(request, SPEC))
        scheduler: Any = tiny_scheduler()
        scheduler.set_timesteps(request.num_inference_steps)
        noise = torch.randn(conditioning.x_0.shape, generator=torch.Generator().manual_seed(request.seed))
        kept = (conditioning.mask == 0).expand_as(noise)
        steps = list(pipeline4.denoise(request, conditioning))
        assert [step.number for step in steps] == [1, 2, 3, 4, 5, 6]
        for step, t in zip(steps, scheduler.timesteps[1:], strict=False):
            noised = scheduler.add_noise(conditioning.x_0, noise, t[None])
            torch.testing.assert_close(step.x_t[kept], noised[kept], atol=1e-6, rtol=0)
        assert torch.equal(steps[-1].x_t[kept], conditioning.x_0[kept])


SIZES = [(64, 64), (67, 131), (200, 90), (333, 257), (64, 400)]


class TestUntouchedPixels:
    @pytest.mark.parametrize("size", SIZES, ids=str)
    @pytest.mark.parametrize("soft", [False, True], ids=["hard", "soft"])
    def test_outside_the_paste_mask_every_pixel_is_the_inputs(
        self, pipeline4: DressPipeline, size: tuple[int, int], soft: bool
    ) -> None:
        width, height = size
        mask = rectangle(width, height, width // 3, height // 4, width // 4 + 1, height // 3)
        if soft:
            mask = mask.feather(9)
        request = DressRequest(picture(width, height), mask, Garment("red"), num_inference_steps=1)
        (candidate,) = candidates(pipeline4, request)
        original, result = np.asarray(request.image), np.asarray(candidate.image)
        layer = np.asarray(candidate.layer)
        assert candidate.image.size == candidate.layer.size == size
        assert candidate.image.mode == "RGB"
        assert candidate.layer.mode == "RGBA"
        outside = layer[..., 3] == 0
        assert outside.any()
        assert np.array_equal(result[outside], original[outside])
        assert not layer[outside].any()
        inside = mask.alpha == 255
        assert (layer[..., 3][inside] == 255).all()
        assert np.array_equal(result[inside], layer[..., :3][inside])
        assert (result[inside] != original[inside]).any()

    def test_the_layer_over_the_original_is_the_result(self, pipeline4: DressPipeline) -> None:
        request = aligned_request(mask_grow=8, mask_feather=4, num_images=1)
        (candidate,) = candidates(pipeline4, request)
        over = request.image.convert("RGBA")
        over.alpha_composite(candidate.layer)
        difference = np.asarray(over.convert("RGB")).astype(int) - np.asarray(candidate.image)
        assert np.abs(difference).max() <= 1

    def test_a_mask_at_the_border(self, pipeline4: DressPipeline) -> None:
        mask = rectangle(200, 200, 150, 120, 50, 80)
        request = DressRequest(picture(200, 200), mask, num_inference_steps=1)
        (candidate,) = candidates(pipeline4, request)
        kept = np.asarray(candidate.layer)[..., 3] == 0
        assert np.array_equal(np.asarray(candidate.image)[kept], np.asarray(request.image)[kept])


class TestAnswers:
    def test_progress_then_candidates(self, pipeline4: DressPipeline) -> None:
        answers = list(pipeline4(aligned_request()))
        assert [answer.step for answer in answers if isinstance(answer, Progress)] == [1, 2, 3, 4, 5, 6]
        assert all(isinstance(answer, Candidate) for answer in answers[6:])
        assert len(answers) == 8

    def test_closing_the_generator_cancels(self, pipeline4: DressPipeline) -> None:
        calls = []
        hook = pipeline4.unet.register_forward_hook(lambda *_: calls.append(None))
        answers = pipeline4(aligned_request())
        for _ in range(2):
            next(answers)
        answers.close()  # type: ignore[attr-defined]
        hook.remove()
        assert len(calls) == 2
        with pytest.raises(StopIteration):
            next(answers)

    def test_gradients_work_between_two_answers(self, pipeline4: DressPipeline) -> None:
        answers = pipeline4(aligned_request())
        next(answers)
        x = torch.ones(2, requires_grad=True)
        (x * x).sum().backward()
        assert not torch.is_inference_mode_enabled()

    def test_an_unknown_controlnet_is_named(self, pipeline4: DressPipeline) -> None:
        with pytest.raises(ValueError, match=r'"sceond".*Known: cc, second.*Did you mean "second"'):
            next(pipeline4(aligned_request(controls=(Control("sceond"),))))

    def test_a_model_without_any_controlnet_says_so(self, tmp_path: Path) -> None:
        pipeline = build(tmp_path, nets=0)
        with pytest.raises(ValueError, match="no ControlNet"):
            next(pipeline(aligned_request()))
        assert len(candidates(pipeline, aligned_request(controls=()))) == 2

    def test_a_garment_picture_is_refused_in_words(self, pipeline4: DressPipeline) -> None:
        with pytest.raises(ValueError, match="describe it in words"):
            next(pipeline4(aligned_request(garment=Garment(reference=picture(64, 64)))))

    def test_as_many_text_encoders_as_the_family_has(self, tmp_path: Path) -> None:
        with pytest.raises(ValueError, match="must have 2 text encoders"):
            build_sdxl(tmp_path, text_encoders=[tiny_text_encoder()])


class TestPreviews:
    def answers(self, pipeline: DressPipeline) -> list[Progress]:
        return [answer for answer in pipeline(aligned_request()) if isinstance(answer, Progress)]

    @pytest.mark.parametrize("vae", [tiny_vae, tiny_kl_vae], ids=["tiny", "full"])
    def test_every_step_can_carry_one_of_the_working_size(self, tmp_path: Path, vae: Any) -> None:
        answers = self.answers(build(tmp_path, vae=vae(), preview_seconds=0))
        assert [answer.preview.size if answer.preview else None for answer in answers] == [(64, 64)] * 5 + [None]

    @pytest.mark.parametrize("scheduler", SCHEDULERS)
    @pytest.mark.parametrize("more", [{}, {"preview_vae": tiny_vae(seed=3)}], ids=["multiplied", "TAESD"])
    def test_they_change_no_pixel(self, tmp_path: Path, scheduler: str, more: dict[str, Any]) -> None:
        request = aligned_request(scheduler=scheduler, num_images=1)
        (plain,) = candidates(build(tmp_path, vae=tiny_kl_vae()), request)
        (shown,) = candidates(build(tmp_path, vae=tiny_kl_vae(), preview_seconds=0, **more), request)
        assert shown.image.tobytes() == plain.image.tobytes()

    def test_taesd_is_preferred(self, tmp_path: Path) -> None:
        taesd, calls = tiny_vae(seed=3), []
        taesd.decoder.register_forward_hook(lambda *_: calls.append(None))
        self.answers(build(tmp_path, preview_vae=taesd, preview_seconds=0))
        assert len(calls) == 5

    def test_none_before_their_time(self, tmp_path: Path) -> None:
        assert not any(answer.preview for answer in self.answers(build(tmp_path, preview_seconds=3600)))


class TestFloat16:
    """The pipeline's own part in it; see tests/test_latents.py."""

    def test_sdxls_autoencoder_computes_in_float32_unless_it_says_it_need_not(self, tmp_path: Path) -> None:
        for make, vae, expected in (
            (build_sdxl, tiny_kl_vae(), torch.float32),
            (build_sdxl, tiny_kl_vae(force_upcast=False), torch.float16),
            (build_sdxl, tiny_vae(), torch.float16),
            (build, tiny_kl_vae(), torch.float16),
        ):
            assert make(tmp_path, vae=vae.half(), dtype=torch.float16).vae.dtype == expected
        assert build_sdxl(tmp_path, vae=tiny_kl_vae().bfloat16()).vae.dtype == torch.bfloat16

    def test_a_unet_whose_numbers_overflow_is_reported(self, tmp_path: Path) -> None:
        pipeline = build(tmp_path)
        with torch.no_grad():
            pipeline.unet.conv_out.bias.fill_(float("nan"))
        with pytest.raises(NumbersOverflowed, match="bfloat16 or float32"):
            candidates(pipeline, aligned_request())
