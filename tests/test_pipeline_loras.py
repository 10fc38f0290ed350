"""LoRA tags in a prompt."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ccnet.pipeline import DressPipeline
from ccnet.request import Candidate, DressRequest, Garment
from tests.drawing import aligned_request, build, build_sdxl, candidates, lora_for


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> DressPipeline:
    pipeline = build(tmp_path_factory.mktemp("tokenizer"))
    other = build_sdxl(tmp_path_factory.mktemp("sdxl"))
    found = {"frills": lora_for(pipeline), "words": lora_for(pipeline, "te"), "other": lora_for(other)}
    pipeline.find_lora = found.__getitem__
    return pipeline


def asking(tags: str) -> DressRequest:
    return aligned_request(num_images=1, garment=Garment(f"red{tags}"))


def drawn(pipeline: DressPipeline, tags: str = "") -> bytes:
    (candidate,) = candidates(pipeline, asking(tags))
    return candidate.image.tobytes()


def test_a_tag_changes_the_picture_and_leaves_nothing_behind(pipeline: DressPipeline) -> None:
    pipeline.use_loras(())
    before = dict(pipeline.unet.named_parameters())
    plain = drawn(pipeline)
    results = {plain, *(drawn(pipeline, tags) for tags in ("<lora:frills:1>", "<lora:frills:0.5>"))}
    assert len(results) == 3
    assert drawn(pipeline, "<lora:words:2>") not in results
    assert drawn(pipeline) == plain
    assert all(parameter is before[name] for name, parameter in pipeline.unet.named_parameters())


def test_its_two_scales_are_for_the_two_networks(pipeline: DressPipeline) -> None:
    plain = drawn(pipeline)
    assert drawn(pipeline, "<lora:words:0:1>") == plain
    assert drawn(pipeline, "<lora:frills:1:0>") == plain
    assert drawn(pipeline, "<lora:frills:0:1>") == drawn(pipeline, "<lora:frills:1>")


def test_a_cancelled_request_leaves_nothing_behind(pipeline: DressPipeline) -> None:
    plain = drawn(pipeline)
    answers: Any = pipeline(asking("<lora:frills:1><lora:words:1>"))
    next(answers)
    answers.close()
    assert drawn(pipeline) == plain


def test_requests_by_turns_do_not_disturb_each_other(pipeline: DressPipeline) -> None:
    alone = [drawn(pipeline), drawn(pipeline, "<lora:frills:1>")]
    running: list[Any] = [pipeline(asking(tags)) for tags in ("", "<lora:frills:1>")]
    done: list[Any] = [None, None]
    while None in done:
        for i, answers in enumerate(running):
            answer = next(answers)
            if isinstance(answer, Candidate):
                done[i] = answer.image.tobytes()
    assert done == alone


def test_one_that_does_not_fit_is_refused_and_changes_nothing(pipeline: DressPipeline) -> None:
    plain, frilled = drawn(pipeline), drawn(pipeline, "<lora:frills:1>")
    with pytest.raises(ValueError, match="does not fit this model"):
        drawn(pipeline, "<lora:other:1>")
    assert drawn(pipeline) == plain
    assert drawn(pipeline, "<lora:frills:1>") == frilled


def test_the_models_own_weights_can_be_had_back(pipeline: DressPipeline) -> None:
    pipeline.use_loras(())
    before = dict(pipeline.unet.named_parameters())
    drawn(pipeline, "<lora:frills:1>")
    assert any(parameter is not before[name] for name, parameter in pipeline.unet.named_parameters())
    pipeline.use_loras(())
    assert all(parameter is before[name] for name, parameter in pipeline.unet.named_parameters())


def test_without_loras_a_tag_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match='no LoRA called "frills": take its tag out'):
        next(build(tmp_path)(asking("<lora:frills:1>")))
