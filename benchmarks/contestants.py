"""The two that are measured: our pipeline and diffusers' own, each loaded by itself from the same folder of weights."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from ccnet import checkpoints
from ccnet.request import Candidate, DressRequest, Progress


class Drawn(NamedTuple):
    """One picture made. image: uint8[H, W, 3]; seconds and processor_seconds: from the request to the picture;
    step_seconds: mean time from one step to the next, nan when there was one step only."""

    image: np.ndarray
    seconds: float
    processor_seconds: float
    step_seconds: float


class Ours:
    """`ccnet.pipeline.DressPipeline`, as the command line loads it, without previews."""

    name = "ours"

    def __init__(self, folder: Path, device: str, dtype: str) -> None:
        self.pipeline = checkpoints.load_pipeline(folder, device=device, dtype=dtype)
        self.pipeline.preview_seconds = None

    def draw(self, request: DressRequest) -> Drawn:
        def work(stepped: Callable[[], None]) -> np.ndarray:
            for answer in self.pipeline(request):
                if isinstance(answer, Progress):
                    stepped()
                elif isinstance(answer, Candidate):
                    return np.asarray(answer.image)
            raise AssertionError("no candidate")

        return _timed(work, self.pipeline.device, request.num_inference_steps)

    def latents(self, request: DressRequest) -> Tensor:
        """The last step's, float32 Tensor[1, 4, h, w]."""
        from ccnet.pipeline import prepare

        conditioning = self.pipeline.condition(request, prepare(request, self.pipeline.spec))
        return [step.x_t for step in self.pipeline.denoise(request, conditioning)][-1].float().cpu()


class Stock:
    """diffusers' `StableDiffusionControlNetInpaintPipeline` as it comes, progress bar and safety checker off."""

    name = "stock"

    def __init__(self, folder: Path, device: str, dtype: str) -> None:
        import transformers
        from diffusers.models.controlnets.controlnet import ControlNetModel
        from diffusers.pipelines.controlnet.pipeline_controlnet_inpaint import StableDiffusionControlNetInpaintPipeline
        from diffusers.utils import logging

        for library in (logging, transformers.utils.logging):
            library.set_verbosity_error()
            library.disable_progress_bar()
        kind = getattr(torch, dtype)
        controlnet = ControlNetModel.from_pretrained(folder / "controlnet", dtype=kind, local_files_only=True)
        self.pipeline: Any = StableDiffusionControlNetInpaintPipeline.from_pretrained(
            folder,
            controlnet=controlnet,
            dtype=kind,
            safety_checker=None,
            feature_extractor=None,
            requires_safety_checker=False,
            local_files_only=True,
        ).to(device)
        self.pipeline.set_progress_bar_config(disable=True)
        self.scheduler_config = dict(self.pipeline.scheduler.config)

    def draw(self, request: DressRequest) -> Drawn:
        def work(stepped: Callable[[], None]) -> np.ndarray:
            def on_step(pipeline: Any, step: int, t: Any, tensors: dict[str, Any]) -> dict[str, Any]:
                stepped()
                return tensors

            answer = self._ask(request, output_type="pil", callback_on_step_end=on_step)
            return np.asarray(answer.images[0])

        return _timed(work, self.pipeline.device, request.num_inference_steps)

    def latents(self, request: DressRequest) -> Tensor:
        """The last step's, float32 Tensor[1, 4, h, w]."""
        return self._ask(request, output_type="latent").images.float().cpu()

    def _ask(self, request: DressRequest, **more: Any) -> Any:
        """The same wish in the words of diffusers' documentation: the hint is RGB with -1 where the mask is."""
        from ccnet.schedulers import make_scheduler

        self.pipeline.scheduler = make_scheduler(request.scheduler, self.scheduler_config)
        picture, hole = np.asarray(request.image), request.mask.alpha[..., None] > 0
        hint = np.where(hole, np.float32(-1), picture.astype(np.float32) / 255)
        (control,) = request.controls
        return self.pipeline(
            prompt=request.garment.prompt,
            negative_prompt=request.negative_prompt,
            image=Image.fromarray(np.where(hole, np.uint8(128), picture)),
            mask_image=request.mask.to_image(),
            control_image=torch.from_numpy(hint.transpose(2, 0, 1)[None].copy()),
            height=request.image.height,
            width=request.image.width,
            strength=1.0,
            num_inference_steps=request.num_inference_steps,
            guidance_scale=request.guidance_scale,
            generator=torch.Generator("cpu").manual_seed(request.seed),
            controlnet_conditioning_scale=float(control.scale),
            **more,
        )


@contextlib.contextmanager
def most_likely_latents() -> Iterator[None]:
    """Within it, stock too encodes a picture to its most likely latents: AutoencoderKL's are drawn at random there,
    from the same generator as the noise, and no two runs could be compared."""
    from diffusers.models.autoencoders.vae import DiagonalGaussianDistribution

    def mode(self: Any, generator: torch.Generator | None = None) -> Tensor:
        return self.mode()

    with mock.patch.object(DiagonalGaussianDistribution, "sample", mode):
        yield


def _timed(work: Callable[[Callable[[], None]], np.ndarray], device: torch.device, steps: int) -> Drawn:
    stamps: list[float] = []

    def stepped() -> None:
        if len(stamps) in (0, steps - 1):  # between these an accelerator may run behind, as it does in use
            _wait(device)
        stamps.append(time.perf_counter())

    _wait(device)
    began, processor_began = time.perf_counter(), time.process_time()
    image = work(stepped)
    _wait(device)
    ended, processor_ended = time.perf_counter(), time.process_time()
    step_seconds = (stamps[-1] - stamps[0]) / (steps - 1) if steps > 1 else float("nan")
    return Drawn(image, ended - began, processor_ended - processor_began, step_seconds)


def _wait(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)
