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
from ccnet.request import Candidate, Control, DressRequest, Progress

OWN, SECOND = "cc", "second"
"""The model's own ControlNet, and the same net once more under another name: what it costs is what is measured."""


class Drawn(NamedTuple):
    """What was made of one request. image: uint8[H, W, 3], the first; seconds and processor_seconds: from the request
    to the last picture; step_seconds: mean time from one step to the next, nan when there was one step only."""

    image: np.ndarray
    seconds: float
    processor_seconds: float
    step_seconds: float


class Ours:
    """`ccnet.pipeline.DressPipeline`, as the command line loads it, without previews."""

    name, compiled = "ours", False

    def __init__(self, folder: Path, device: str, dtype: str) -> None:
        self.pipeline = checkpoints.load_pipeline(folder, device=device, dtype=dtype)
        self.pipeline.preview_seconds = None
        self.pipeline.controlnets[SECOND] = self.pipeline.controlnets[OWN]

    def draw(self, request: DressRequest, again: bool = False) -> Drawn:
        """again: with what is kept of the request before this one, as when only the seed is another."""
        if not again:
            self.pipeline.cache.clear()

        def work(stepped: Callable[[], None]) -> np.ndarray:
            images = []
            for answer in self.pipeline(request):
                if isinstance(answer, Progress):
                    stepped()
                elif isinstance(answer, Candidate):
                    images.append(np.asarray(answer.image))
            return images[0]

        return _timed(work, self.pipeline.device, request.num_inference_steps)

    def latents(self, request: DressRequest) -> Tensor:
        """The last step's, float32 Tensor[B, 4, h, w]."""
        from ccnet.pipeline import prepare

        conditioning = self.pipeline.condition(request, prepare(request, self.pipeline.spec))
        return [step.x_t for step in self.pipeline.denoise(request, conditioning)][-1].float().cpu()


class Stock:
    """diffusers' `StableDiffusionControlNetInpaintPipeline` as it comes, progress bar and safety checker off; or as
    its documentation tells to make it fast: channels last, fused projections and compiled networks."""

    name = "stock"

    def __init__(self, folder: Path, device: str, dtype: str, tuned: bool = False) -> None:
        import transformers
        from diffusers.models.controlnets.controlnet import ControlNetModel
        from diffusers.pipelines.controlnet.pipeline_controlnet_inpaint import StableDiffusionControlNetInpaintPipeline
        from diffusers.utils import logging

        for library in (logging, transformers.utils.logging):
            library.set_verbosity_error()
            library.disable_progress_bar()
        kind = getattr(torch, dtype)
        self.controlnet: Any = ControlNetModel.from_pretrained(folder / "controlnet", dtype=kind, local_files_only=True)
        self.pipeline: Any = StableDiffusionControlNetInpaintPipeline.from_pretrained(
            folder,
            controlnet=self.controlnet,
            dtype=kind,
            safety_checker=None,
            feature_extractor=None,
            requires_safety_checker=False,
            local_files_only=True,
        ).to(device)
        self.pipeline.set_progress_bar_config(disable=True)
        self.scheduler_config = dict(self.pipeline.scheduler.config)
        self.compiled = tuned
        if tuned:
            self._tune("max-autotune" if device.startswith("cuda") else "default")

    def draw(self, request: DressRequest) -> Drawn:
        def work(stepped: Callable[[], None]) -> np.ndarray:
            def on_step(pipeline: Any, step: int, t: Any, tensors: dict[str, Any]) -> dict[str, Any]:
                stepped()
                return tensors

            answer = self._ask(request, output_type="pil", callback_on_step_end=on_step)
            return np.asarray(answer.images[0])

        return _timed(work, self.pipeline.device, request.num_inference_steps)

    def latents(self, request: DressRequest) -> Tensor:
        """The last step's, float32 Tensor[B, 4, h, w]."""
        return self._ask(request, output_type="latent").images.float().cpu()

    def _tune(self, mode: str) -> None:
        """mode: of torch.compile. max-autotune is for accelerators: on a CPU it searches for an hour."""
        pipeline = self.pipeline
        for net in (pipeline.unet, pipeline.vae, self.controlnet):
            net.to(memory_format=torch.channels_last)
        for net in (pipeline.unet, pipeline.vae):
            if hasattr(net, "fuse_qkv_projections"):
                net.fuse_qkv_projections()
        for net in (pipeline.unet, self.controlnet):
            net.compile(mode=mode, fullgraph=True)
        pipeline.vae.decode = torch.compile(pipeline.vae.decode, mode=mode, fullgraph=True)

    def _ask(self, request: DressRequest, **more: Any) -> Any:
        """The same wish in the words of diffusers' documentation."""
        from diffusers.models.controlnets.multicontrolnet import MultiControlNetModel

        from ccnet.schedulers import make_scheduler

        self.pipeline.scheduler = make_scheduler(request.scheduler, self.scheduler_config)
        picture, hole = np.asarray(request.image), request.mask.alpha[..., None] > 0
        controls, several = request.controls, len(request.controls) > 1
        self.pipeline.controlnet = (
            MultiControlNetModel([self.controlnet] * len(controls)) if several else self.controlnet
        )
        steering: dict[str, list[Any]] = {
            "control_image": [_hint(control, picture, hole) for control in controls],
            "controlnet_conditioning_scale": [float(control.scale) for control in controls],
            "control_guidance_start": [control.start for control in controls],
            "control_guidance_end": [control.end for control in controls],
        }
        generators = [torch.Generator("cpu").manual_seed(request.seed + i) for i in range(request.num_images)]
        return self.pipeline(
            prompt=request.garment.prompt,
            negative_prompt=request.negative_prompt,
            image=Image.fromarray(np.where(hole, np.uint8(128), picture)),
            mask_image=request.mask.to_image(),
            height=request.image.height,
            width=request.image.width,
            strength=1.0,
            num_inference_steps=request.num_inference_steps,
            guidance_scale=request.guidance_scale,
            num_images_per_prompt=request.num_images,
            generator=generators,
            **{name: values if several else values[0] for name, values in steering.items()},
            **more,
        )


def _hint(control: Control, picture: np.ndarray, hole: np.ndarray) -> Tensor:
    """RGB in [0, 1], with -1 where the mask is unless the control brings an image of its own: Tensor[1, 3, H, W]."""
    if control.image is None:
        hint = np.where(hole, np.float32(-1), picture.astype(np.float32) / 255)
    else:
        hint = np.asarray(control.image, np.float32) / 255
    return torch.from_numpy(hint.transpose(2, 0, 1)[None].copy())


@contextlib.contextmanager
def most_likely_latents() -> Iterator[None]:
    """Within it, stock too encodes a picture to its most likely latents: AutoencoderKL's are drawn at random there,
    from the same generator as the noise, and no two runs could be compared."""
    from diffusers.models.autoencoders.vae import DiagonalGaussianDistribution

    def mode(self: Any, generator: torch.Generator | None = None) -> Tensor:
        return self.mode()

    with mock.patch.object(DiagonalGaussianDistribution, "sample", mode):
        yield


def count_operations(work: Callable[[], Any]) -> float:
    """Floating point operations, a multiplication and an addition being two. Attention is counted by its products."""
    from torch.nn.attention import SDPBackend, sdpa_kernel
    from torch.utils.flop_counter import FlopCounterMode

    with sdpa_kernel(SDPBackend.MATH), FlopCounterMode(display=False) as counter:
        work()
    return float(counter.get_total_flops())


def matmul_rate(device: torch.device, dtype: torch.dtype, side: int = 2048, tries: int = 20) -> float:
    """Operations per second of a square multiplication, the best of some tries: as good as this machine gets."""
    a, b = (torch.randn(side, side).to(device, dtype) for _ in range(2))
    best = float("inf")
    for _ in range(tries):
        _wait(device)
        began = time.perf_counter()
        a @ b
        _wait(device)
        best = min(best, time.perf_counter() - began)
    return 2 * side**3 / best


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
