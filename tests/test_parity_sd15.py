"""A request's last latents are those of diffusers' own pipelines: SD1.5."""

from __future__ import annotations

import copy
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from ccnet.lora import Lora, read_lora
from ccnet.masks import Mask
from ccnet.pipeline import DressPipeline
from ccnet.request import Control, DressRequest, Garment
from tests import stock
from tests.drawing import SPEC, aligned_request, build, final_latents, picture
from tests.test_lora import trained_by_kohya
from tests.tinymodel import tiny_text_encoder, tiny_tokenizer
from tests.tinysdxl import tiny_adapter

ONE = (Control("cc", 0.8),)
TWO = (Control("cc", 0.8), Control("second", 1.0, start=0.2, end=0.7))


@pytest.fixture(scope="module", params=[4, 9], ids=["4 channels", "9 channels"])
def pipeline(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> DressPipeline:
    return build(tmp_path_factory.mktemp("tokenizer"), request.param)


@pytest.fixture(scope="module")
def pipeline4(tmp_path_factory: pytest.TempPathFactory) -> DressPipeline:
    return build(tmp_path_factory.mktemp("tokenizer"))


def stock_pipeline(pipeline: DressPipeline, request: DressRequest, **parts: Any) -> Any:
    from diffusers.models.controlnets.multicontrolnet import MultiControlNetModel
    from diffusers.pipelines.controlnet.pipeline_controlnet_inpaint import StableDiffusionControlNetInpaintPipeline

    nets: list[Any] = [pipeline.controlnets[control.name] for control in request.controls]
    controlnet: Any = nets[0] if len(nets) == 1 else MultiControlNetModel(nets)
    return StableDiffusionControlNetInpaintPipeline(
        **{**stock.sd15_parts(pipeline, request), **stock.UNSAFE, "controlnet": controlnet, **parts}
    )


def stock_latents(pipeline: DressPipeline, request: DressRequest, **arguments: Any) -> Tensor:
    """The same wish, as diffusers' own pipeline understands it."""
    return stock.run(stock_pipeline(pipeline, request), **{**stock.inpainting(request), **arguments})


def assert_same(ours: Tensor, theirs: Tensor) -> None:
    torch.testing.assert_close(ours, theirs, atol=1e-4, rtol=0)


class TestFidelityToDiffusers:
    @pytest.mark.parametrize("controls", [ONE, TWO], ids=["one net", "two nets"])
    @pytest.mark.parametrize(
        "changes",
        [{}, {"strength": 0.5}, {"guidance_scale": 1.0}, {"intent": "recolour", "strength": 0.7}],
        ids=["new", "half strength", "unguided", "recolour"],
    )
    def test_final_latents_are_the_stock_pipelines(
        self, pipeline: DressPipeline, controls: tuple[Control, ...], changes: dict[str, Any]
    ) -> None:
        request = aligned_request(controls=controls, **changes)
        assert_same(final_latents(pipeline, request), stock_latents(pipeline, request))

    @pytest.mark.parametrize("scheduler", ["euler", "euler a", "dpm++ 2m", "dpm++ 2m karras", "unipc"])
    def test_with_every_scheduler(self, pipeline4: DressPipeline, scheduler: str) -> None:
        request = aligned_request(controls=ONE, scheduler=scheduler, strength=0.7)
        assert_same(final_latents(pipeline4, request), stock_latents(pipeline4, request))

    @pytest.mark.parametrize("scheduler", ["euler sgm uniform", "lcm", "tcd"])
    def test_in_few_steps(self, pipeline4: DressPipeline, scheduler: str) -> None:
        request = aligned_request(controls=ONE, scheduler=scheduler, num_inference_steps=4, guidance_scale=1.8)
        # TCD's gamma, which the pipelines would set to 0.
        theirs = stock_latents(pipeline4, request, **({"eta": 0.3} if scheduler == "tcd" else {}))
        assert_same(final_latents(pipeline4, request), theirs)

    @pytest.mark.parametrize(
        "control", [Control("cc", start=0.3), Control("cc", end=0.5), Control("cc", 0.5, 0.2, 0.9)]
    )
    def test_within_a_share_of_the_steps(self, pipeline: DressPipeline, control: Control) -> None:
        request = aligned_request(controls=(control,))
        assert_same(final_latents(pipeline, request), stock_latents(pipeline, request))

    def test_conditional_control_weighted_as_diffusers_is_its_guess_mode(self, pipeline: DressPipeline) -> None:
        request = aligned_request(controls=TWO, control_branches="conditional", control_weighting="diffusers")
        assert_same(final_latents(pipeline, request), stock_latents(pipeline, request, guess_mode=True))

    def test_a_pooled_net_acts_on_the_prompted_half(self, tmp_path: Path) -> None:
        pipeline = build(tmp_path, nets=1)
        pipeline.controlnets["cc"].register_to_config(global_pool_conditions=True)
        for weighting in ("none", "paper"):
            request = aligned_request(controls=ONE, control_weighting=weighting)
            assert_same(final_latents(pipeline, request), stock_latents(pipeline, request))


def test_clip_skip_2(tmp_path: Path) -> None:
    """diffusers' own clip_skip fails with this transformers: it is given what the last but one layer says."""
    encoder, tokenizer = tiny_text_encoder(layers=3), tiny_tokenizer(tmp_path)
    spec = replace(SPEC, clip_skip=1)  # artists count from 1
    pipeline = build(tmp_path, nets=1, text_encoders=[encoder], tokenizers=[tokenizer], spec=spec)
    request = aligned_request(controls=ONE)

    def embedded(text: str) -> Tensor:
        ids = tokenizer(text, padding="max_length", max_length=77, return_tensors="pt").input_ids
        with torch.no_grad():
            return encoder.final_layer_norm(encoder(ids, output_hidden_states=True).hidden_states[-2])

    theirs = stock_latents(
        pipeline,
        request,
        prompt=None,
        negative_prompt=None,
        prompt_embeds=embedded(request.garment.prompt),
        negative_prompt_embeds=embedded(request.negative_prompt),
    )
    ours = final_latents(pipeline, request)
    assert_same(ours, theirs)
    pipeline.spec = SPEC
    assert (final_latents(pipeline, request) - ours).abs().max() > 1e-3


def test_kohya_lora(tmp_path: Path) -> None:
    torch.manual_seed(11)
    loras: dict[str, Lora] = {}
    pipeline = build(tmp_path, find_lora=loras.__getitem__)
    nets = {"unet": pipeline.unet, "text_encoder": pipeline.text_encoders[0]}
    tensors = trained_by_kohya(nets)
    loras["frills"] = read_lora(tensors, "frills.safetensors")
    request = aligned_request(controls=ONE)
    theirs = stock_pipeline(pipeline, request, **{name: copy.deepcopy(net) for name, net in nets.items()})
    theirs.load_lora_weights(dict(tensors), adapter_name="frills")
    theirs.set_adapters(["frills"], [0.8])
    asked = replace(request, garment=Garment(f"{request.garment.prompt}<lora:frills:0.8>"))
    ours = final_latents(pipeline, asked)
    assert_same(ours, stock.run(theirs, **stock.inpainting(request)))
    plain = final_latents(pipeline, request)
    assert (plain - ours).abs().max() > 1e-2
    assert_same(plain, stock_latents(pipeline, request))


class TestAdapters:
    """Against diffusers' pipeline from words to pictures: what lies in the last pixel that is kept shares its latents
    with the mask, so that all of them are drawn anew."""

    @staticmethod
    def request(*controls: Control, **changes: Any) -> DressRequest:
        alpha = np.full((64, 64), 255, np.uint8)
        alpha[0, 0] = 0
        return aligned_request(mask=Mask(alpha), controls=controls, **changes)

    @pytest.mark.parametrize("changes", [{}, {"guidance_scale": 1.0}], ids=["guided", "unguided"])
    @pytest.mark.parametrize("count", [1, 2])
    def test_final_latents_are_the_stock_pipelines(self, tmp_path: Path, count: int, changes: dict[str, Any]) -> None:
        from diffusers.models.adapter import MultiAdapter
        from diffusers.pipelines.t2i_adapter.pipeline_stable_diffusion_adapter import StableDiffusionAdapterPipeline

        adapters = [tiny_adapter(seed) for seed in range(count)]
        hints, scales = [picture(64, 64, seed) for seed in (3, 4)[:count]], [0.7, 1.0][:count]
        pipeline = build(tmp_path, controlnets={f"{i}": adapter for i, adapter in enumerate(adapters)})
        layers = [Control(f"{i}", scales[i], image=hint) for i, hint in enumerate(hints)]
        request = self.request(*layers, **changes)
        one = count == 1
        theirs = StableDiffusionAdapterPipeline(
            **stock.sd15_parts(pipeline, request),
            **stock.UNSAFE,
            adapter=adapters[0] if one else MultiAdapter(adapters),
        )
        expected = stock.run(
            theirs,
            **stock.drawing(request),
            image=hints[0] if one else hints,
            adapter_conditioning_scale=scales[0] if one else scales,
        )
        assert_same(final_latents(pipeline, request), expected)
