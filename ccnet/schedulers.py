"""The samplers by the names artists know, made from a model's own noise schedule."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import torch
from torch import Tensor

from ccnet.request import SCHEDULERS, known


class Scheduler(Protocol):
    """The part of diffusers' schedulers that the denoising loop uses. Latents are Tensor[B, C, h, w]."""

    init_noise_sigma: float | Tensor
    order: int
    timesteps: Tensor

    def set_timesteps(self, num_inference_steps: int, device: torch.device) -> None: ...
    def scale_model_input(self, sample: Tensor, timestep: Tensor) -> Tensor: ...
    def add_noise(self, original_samples: Tensor, noise: Tensor, timesteps: Tensor) -> Tensor: ...

    def step(self, model_output: Tensor, timestep: Tensor, sample: Tensor, **extra: Any) -> Any:
        """An object with `prev_sample` and, from some schedulers, `pred_original_sample`: the latents as they look
        from here, without noise."""


def make_scheduler(name: str, config: Mapping[str, Any]) -> Scheduler:
    """A fresh scheduler (they keep state, so each run needs its own).

    name: one of `ccnet.request.SCHEDULERS`. config: the model's scheduler_config.json; whatever in it describes the
    noise (betas, prediction type, zero terminal SNR, spacing) is kept. Raises ValueError for an unknown name.
    """
    known("scheduler", name, SCHEDULERS)
    scheduler = _class_of(name)
    # Latents are not pictures: clipping them to [-1, 1], DDIM's default, would be wrong for every latent model.
    settings = {"clip_sample": False, **config}
    if name.startswith("dpm++"):
        settings.update(algorithm_type="dpmsolver++", use_karras_sigmas=name.endswith("karras"))
    accepted = inspect.signature(scheduler.__init__).parameters
    return scheduler(**{key: value for key, value in settings.items() if key in accepted})


def timesteps_for(scheduler: Scheduler, num_inference_steps: int, strength: float, device: torch.device) -> Tensor:
    """The timesteps to run, Tensor[n] from noisy to clean: the last `strength` share of them.

    Tells the scheduler where it begins. Strength 1 starts from pure noise.
    """
    scheduler.set_timesteps(num_inference_steps, device=device)
    run = min(int(num_inference_steps * strength), num_inference_steps)
    begin = (num_inference_steps - run) * scheduler.order
    set_begin_index = getattr(scheduler, "set_begin_index", None)
    if set_begin_index is not None:  # DDIM has none: it knows where it is from the timestep alone
        set_begin_index(begin)
    return scheduler.timesteps[begin:]


def noise_source(scheduler: Scheduler, generators: Sequence[torch.Generator]) -> dict[str, Any]:
    """Keyword arguments for `step`: one generator for each latent, where the scheduler draws fresh noise."""
    takes_one = "generator" in inspect.signature(scheduler.step).parameters
    return {"generator": list(generators)} if takes_one else {}


def _class_of(name: str) -> type[Any]:
    """Imported one by one: diffusers' package of all schedulers takes its time."""
    if name == "ddim":
        from diffusers.schedulers.scheduling_ddim import DDIMScheduler

        return DDIMScheduler
    if name == "euler":
        from diffusers.schedulers.scheduling_euler_discrete import EulerDiscreteScheduler

        return EulerDiscreteScheduler
    if name == "euler a":
        from diffusers.schedulers.scheduling_euler_ancestral_discrete import EulerAncestralDiscreteScheduler

        return EulerAncestralDiscreteScheduler
    if name.startswith("dpm++"):
        from diffusers.schedulers.scheduling_dpmsolver_multistep import DPMSolverMultistepScheduler

        return DPMSolverMultistepScheduler
    from diffusers.schedulers.scheduling_unipc_multistep import UniPCMultistepScheduler

    return UniPCMultistepScheduler
