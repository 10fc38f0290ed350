"""A request's last latents are those of diffusers' own pipelines: SDXL."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from ccnet.masks import Mask
from ccnet.pipeline import DressPipeline
from ccnet.request import Control, DressRequest
from ccnet.singlefile import scheduler_config
from tests import stock
from tests.drawing import aligned_request, build_sdxl, final_latents, picture
from tests.tinymodel import tiny_controlnet
from tests.tinysdxl import tiny_adapter_xl, tiny_union

ONE = (Control("cc", 0.8),)
TWO = (Control("cc", 0.8), Control("second", 1.0, start=0.2, end=0.7))


@pytest.fixture(scope="module", params=[4, 9], ids=["4 channels", "9 channels"])
def pipeline(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> DressPipeline:
    made = build_sdxl(tmp_path_factory.mktemp("tokenizer"), request.param)
    made.controlnets["second"] = tiny_controlnet(made.unet, 2)
    return made


def stock_latents(pipeline: DressPipeline, request: DressRequest, **arguments: Any) -> Tensor:
    from diffusers.models.controlnets.multicontrolnet import MultiControlNetModel
    from diffusers.pipelines.controlnet.pipeline_controlnet_inpaint_sd_xl import (
        StableDiffusionXLControlNetInpaintPipeline,
    )

    nets: list[Any] = [pipeline.controlnets[control.name] for control in request.controls]
    theirs = StableDiffusionXLControlNetInpaintPipeline(
        **stock.sdxl_parts(pipeline, request),
        controlnet=nets[0] if len(nets) == 1 else MultiControlNetModel(nets),
        add_watermarker=False,
    )
    return stock.run(theirs, **{**stock.inpainting(request), **arguments})


def assert_same(ours: Tensor, theirs: Tensor) -> None:
    torch.testing.assert_close(ours, theirs, atol=1e-4, rtol=0)


class TestControlNet:
    @pytest.mark.parametrize("controls", [ONE, TWO], ids=["one net", "two nets"])
    @pytest.mark.parametrize(
        "changes",
        [{}, {"strength": 0.5}, {"guidance_scale": 1.0}, {"scheduler": "euler a"}],
        ids=["new", "half strength", "unguided", "euler a"],
    )
    def test_final_latents_are_the_stock_pipelines(
        self, pipeline: DressPipeline, controls: tuple[Control, ...], changes: dict[str, Any]
    ) -> None:
        request = aligned_request(controls=controls, **changes)
        assert_same(final_latents(pipeline, request), stock_latents(pipeline, request))

    def test_guess_mode(self, pipeline: DressPipeline) -> None:
        request = aligned_request(controls=TWO, control_branches="conditional", control_weighting="diffusers")
        assert_same(final_latents(pipeline, request), stock_latents(pipeline, request, guess_mode=True))

    @pytest.mark.parametrize("scheduler", ["ddim", "euler", "euler a", "dpm++ 2m karras", "unipc"])
    def test_v_prediction_down_to_pure_noise(self, tmp_path: Path, scheduler: str) -> None:
        config = scheduler_config("sdxl", "v_prediction", zero_terminal_snr=True)
        pipeline = build_sdxl(tmp_path, scheduler_config=config)
        request = aligned_request(controls=ONE, scheduler=scheduler)
        assert_same(final_latents(pipeline, request), stock_latents(pipeline, request))

    def test_no_negative_prompt_is_no_words_where_the_model_says_so(self, pipeline: DressPipeline) -> None:
        request = aligned_request(controls=ONE, negative_prompt="")
        encoded = final_latents(pipeline, request)
        assert_same(encoded, stock_latents(pipeline, request))
        spec = pipeline.spec
        try:
            pipeline.spec = type(spec)(**{**vars(spec), "zero_negative": True})
            zeros = final_latents(pipeline, request)
        finally:
            pipeline.spec = spec
        assert_same(zeros, stock_latents(pipeline, request, negative_prompt=None))
        assert (zeros - encoded).abs().max() > 1e-3


@pytest.mark.parametrize(
    "changes",
    [{}, {"strength": 0.5}, {"guidance_scale": 1.0}, {"controls": (Control("union", 0.6, 0.2, 0.7),)}],
    ids=["new", "half strength", "unguided", "a share of the steps"],
)
def test_union_repaints(tmp_path: Path, changes: dict[str, Any]) -> None:
    from diffusers.pipelines.controlnet.pipeline_controlnet_union_inpaint_sd_xl import (
        StableDiffusionXLControlNetUnionInpaintPipeline,
    )

    pipeline = build_sdxl(tmp_path)
    pipeline.controlnets["union"] = union = tiny_union(pipeline.unet)
    request = aligned_request(**{"controls": (Control("union", 0.6),), **changes})
    theirs = StableDiffusionXLControlNetUnionInpaintPipeline(
        **stock.sdxl_parts(pipeline, request), controlnet=union, add_watermarker=False
    )
    expected = stock.run(theirs, **stock.inpainting(request, hole=0.0), control_mode=[7])
    assert_same(final_latents(pipeline, request), expected)


@pytest.mark.parametrize("changes", [{}, {"guidance_scale": 1.0}], ids=["guided", "unguided"])
def test_t2i_adapter(tmp_path: Path, changes: dict[str, Any]) -> None:
    from diffusers.pipelines.t2i_adapter.pipeline_stable_diffusion_xl_adapter import StableDiffusionXLAdapterPipeline

    adapter, hint = tiny_adapter_xl(), picture(64, 64, 3)
    pipeline = build_sdxl(tmp_path, controlnets={"lines": adapter})
    alpha = np.full((64, 64), 255, np.uint8)
    alpha[0, 0] = 0  # all latents are drawn anew, as from words to pictures
    request = aligned_request(mask=Mask(alpha), controls=(Control("lines", 0.7, image=hint),), **changes)
    theirs = StableDiffusionXLAdapterPipeline(**stock.sdxl_parts(pipeline, request), adapter=adapter)
    expected = stock.run(theirs, **stock.drawing(request), image=hint, adapter_conditioning_scale=0.7)
    assert_same(final_latents(pipeline, request), expected)
