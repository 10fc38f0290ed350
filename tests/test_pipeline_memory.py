"""What is kept from one request to the next, and what happens when memory runs out."""

from __future__ import annotations

import weakref
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from ccnet.pipeline import DressPipeline
from ccnet.request import Candidate, Control, Garment, OutOfMemory, Progress
from tests.drawing import SPEC, aligned_request, build, candidates, final_latents, lora_for, picture, rectangle

VARIATIONS: dict[str, dict[str, Any]] = {
    "as it was": {},
    "another seed": {"seed": 8},
    "another prompt": {"garment": Garment("blue sailor uniform")},
    "a weight": {"garment": Garment("(red:1.3) sailor uniform")},
    "another negative prompt": {"negative_prompt": "shoes"},
    "unguided": {"guidance_scale": 1.0},
    "another picture": {"image": picture(64, 64, 1)},
    "another mask": {"mask": rectangle(64, 64, 16, 8, 25, 40)},
    "a grown mask": {"mask_grow": 8},
    "another intent": {"intent": "fix", "strength": 0.5},
    "another size": {"resolution": 80},
    "another net": {"controls": (Control("second"),)},
    "a control image": {"controls": (Control(image=picture(64, 64, 3)),)},
    "canny": {"controls": (Control(annotator="canny"),)},
    "canny with the garment": {"controls": (Control(annotator="canny", cut_garment=False),)},
    "a LoRA": {"garment": Garment("red sailor uniform<lora:frills:1>")},
    "a LoRA of words": {"garment": Garment("red sailor uniform<lora:words:1>")},
    "less of a LoRA of words": {"garment": Garment("red sailor uniform<lora:words:0.5>")},
}


@pytest.fixture(scope="module", params=[4, 9], ids=["4 channels", "9 channels"])
def pipelines(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[DressPipeline, DressPipeline]:
    """One that keeps what it can, one that keeps nothing."""
    folder = tmp_path_factory.mktemp("tokenizer")
    made = [build(folder, request.param, cache_bytes=size) for size in (2**26, 0)]
    for pipeline in made:
        pipeline.find_lora = {"frills": lora_for(pipeline), "words": lora_for(pipeline, "te")}.__getitem__
    return made[0], made[1]


class TestCache:
    @pytest.mark.parametrize("name", VARIATIONS)
    def test_results_are_the_same_bit_for_bit(self, pipelines: tuple[DressPipeline, DressPipeline], name: str) -> None:
        keeping, forgetting = pipelines
        final_latents(keeping, aligned_request(num_inference_steps=2))
        request = aligned_request(num_inference_steps=2, **VARIATIONS[name])
        expected = final_latents(forgetting, request)
        for _ in range(2):
            assert torch.equal(final_latents(keeping, request), expected)
        assert keeping.cache.size > forgetting.cache.size == 0

    def test_what_the_model_says_of_itself_counts_too(self, pipelines: tuple[DressPipeline, DressPipeline]) -> None:
        results = []
        for pipeline in pipelines:
            for changes in ({}, {"clip_skip": 1}, {"hole": 0.5}, {}):
                pipeline.spec = replace(SPEC, **changes)
                results.append(final_latents(pipeline, aligned_request(num_inference_steps=2)).numpy().tobytes())
        assert results[:4] == results[4:]
        assert len(set(results)) == 3

    def test_a_new_seed_encodes_nothing_anew(self, tmp_path: Path) -> None:
        pipeline = build(tmp_path, 9)
        frills = lora_for(pipeline)
        pipeline.find_lora = lambda _: frills
        net: Any = pipeline.controlnets["cc"]
        calls: list[str] = []
        for part in (pipeline.vae.encoder, pipeline.text_encoders[0], net.controlnet_cond_embedding):
            part.register_forward_hook(lambda module, *_: calls.append(type(module).__name__))
        request = aligned_request()
        candidates(pipeline, request)
        assert sorted(calls) == ["CLIPTextModel", "ControlNetConditioningEmbedding", "EncoderTiny"]
        candidates(pipeline, replace(request, seed=100, num_inference_steps=3, scheduler="euler"))
        candidates(pipeline, replace(request, garment=Garment(request.garment.prompt + "<lora:frills:1>"), seed=3))
        assert len(calls) == 3

    def test_an_inpainting_unet_that_draws_from_noise_needs_the_emptied_picture_alone(self, tmp_path: Path) -> None:
        """Strength 1 has no use for the filled one."""
        calls: list[Any] = []
        pipeline = build(tmp_path, 9, cache_bytes=0)
        pipeline.vae.encoder.register_forward_hook(lambda *_: calls.append(None))
        candidates(pipeline, aligned_request())
        assert len(calls) == 1
        candidates(pipeline, aligned_request(strength=0.5))
        assert len(calls) == 3


class Exhausted:
    """A UNet for which latents of more than `room` pixels do not fit into memory."""

    def __init__(self, pipeline: DressPipeline, room: int, error: Exception) -> None:
        self.forward, self.room, self.error = pipeline.unet.forward, room, error
        self.refused: list[Any] = []
        self.still_there: list[bool] = []
        pipeline.unet.forward = self

    def __call__(self, x_t: torch.Tensor, *args: Any, **kwargs: Any) -> Any:
        self.still_there.append(any(ref() is not None for ref in self.refused))
        if x_t.shape[-1] * x_t.shape[-2] > self.room:
            self.refused.append(weakref.ref(x_t))
            raise type(self.error)(*self.error.args)  # one that nobody keeps, with all that hangs on it
        return self.forward(x_t, *args, **kwargs)


def no_room(*_: Any) -> Any:
    raise MemoryError


class TestMemory:
    @pytest.mark.parametrize(
        "error", [torch.OutOfMemoryError("CUDA out of memory"), MemoryError(), RuntimeError("not enough memory")]
    )
    def test_it_is_tried_once_more_at_a_smaller_size(self, tmp_path: Path, error: Exception) -> None:
        pipeline, request = build(tmp_path), aligned_request(mask_grow=4, resolution=96)
        expected = candidates(pipeline, replace(request, resolution=64))
        unet = Exhausted(pipeline, 8 * 8, error)
        answers = list(pipeline(request))
        assert [answer.step for answer in answers[:6] if isinstance(answer, Progress)] == [1, 2, 3, 4, 5, 6]
        for candidate, again in zip(answers[6:], expected, strict=True):
            assert isinstance(candidate, Candidate)
            assert candidate.image.tobytes() == again.image.tobytes()
            assert candidate.request == replace(request, resolution=64)
            assert candidate.notice == (
                "There was not enough memory to draw at about 96 x 96 pixels: this was drawn at about 64 x 64 pixels."
            )
            kept = np.asarray(candidate.layer)[..., 3] == 0
            assert np.array_equal(np.asarray(candidate.image)[kept], np.asarray(request.image)[kept])
        assert not any(unet.still_there), "what was computed in vain is given back first"

    def test_then_it_is_said(self, tmp_path: Path) -> None:
        pipeline = build(tmp_path)
        unet = Exhausted(pipeline, 10, torch.OutOfMemoryError("CUDA out of memory"))
        with pytest.raises(OutOfMemory, match="not enough memory to draw at about 64 x 64 pixels: use a smaller"):
            list(pipeline(aligned_request(resolution=96)))
        assert len(unet.refused) == 2

    def test_what_is_small_already_is_not_tried_again(self, tmp_path: Path) -> None:
        pipeline = build(tmp_path)
        unet = Exhausted(pipeline, 10, torch.OutOfMemoryError("CUDA out of memory"))
        with pytest.raises(OutOfMemory, match="64 x 64"):
            list(pipeline(aligned_request()))
        assert len(unet.refused) == 1

    def test_what_was_given_is_not_given_again(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        pipeline = build(tmp_path)
        answers: Any = pipeline(aligned_request())
        while not isinstance(next(answers), Candidate):
            pass
        monkeypatch.setattr(pipeline.vae, "decode", no_room)
        with pytest.raises(OutOfMemory):
            next(answers)

    def test_other_errors_are_themselves(self, tmp_path: Path) -> None:
        pipeline = build(tmp_path)
        unet = Exhausted(pipeline, 0, RuntimeError("mat1 and mat2 shapes cannot be multiplied"))
        with pytest.raises(RuntimeError, match="mat1"):
            list(pipeline(aligned_request()))
        assert len(unet.refused) == 1
