"""The samplers by the names artists know, made from a model's own noise schedule."""

from __future__ import annotations

import inspect
import math
from collections.abc import Mapping, Sequence
from typing import Any, Protocol, cast

import torch
from torch import Tensor

from ccnet.request import SCHEDULERS, known


class Scheduler(Protocol):
    """The part of diffusers' schedulers that the denoising loop uses. Latents are Tensor[B, C, h, w]."""

    config: Any
    init_noise_sigma: float | Tensor
    order: int
    timesteps: Tensor

    def set_timesteps(self, num_inference_steps: int, device: torch.device, **extra: Any) -> None: ...
    def scale_model_input(self, sample: Tensor, timestep: Tensor) -> Tensor: ...
    def add_noise(self, original_samples: Tensor, noise: Tensor, timesteps: Tensor) -> Tensor: ...

    def step(self, model_output: Tensor, timestep: Tensor, sample: Tensor, **extra: Any) -> Any:
        """An object with `prev_sample`."""


def make_scheduler(name: str, config: Mapping[str, Any]) -> Scheduler:
    """A fresh scheduler (they keep state, so each run needs its own).

    name: one of `ccnet.request.SCHEDULERS`. config: the model's scheduler_config.json; whatever in it describes the
    noise (betas, prediction type, zero terminal SNR) is kept, and so is its spacing of the steps, except by the names
    that say another one. Raises ValueError for an unknown name.
    """
    known("scheduler", name, SCHEDULERS)
    scheduler = _class_of(name)
    # Latents are not pictures: clipping them to [-1, 1], DDIM's default, would be wrong for every latent model.
    settings = {"clip_sample": False, **config}
    if name.startswith("dpm++"):
        settings.update(algorithm_type="dpmsolver++", use_karras_sigmas=name.endswith("karras"))
    if name.endswith("sgm uniform"):
        settings.update(timestep_spacing="trailing")
    accepted = inspect.signature(scheduler.__init__).parameters
    return scheduler(**{key: value for key, value in settings.items() if key in accepted})


def timesteps_for(scheduler: Scheduler, num_inference_steps: int, strength: float, device: torch.device) -> Tensor:
    """The timesteps to run, Tensor[n] from noisy to clean: the last `strength` share of them.

    Tells the scheduler where it begins. Strength 1 starts from pure noise. LCM and TCD take all their steps from the
    last `strength` share of the timesteps that their networks were taught.
    """
    if "original_inference_steps" in scheduler.config:
        trained = scheduler.config.num_train_timesteps
        # A little more, for 0.58 * 50 is less than 29 to a computer, and the table would be a step too short.
        strength = min(max(strength, 1 / trained) + 1e-9, 1.0)
        steps = min(num_inference_steps, int(trained * strength))
        # The networks were taught every 20th timestep, enough for 50 steps; for more of them the table is made finer.
        needed = min(trained, max(scheduler.config.original_inference_steps, math.ceil(steps / strength)))
        cast("Any", scheduler).register_to_config(original_inference_steps=trained // (trained // needed))
        scheduler.set_timesteps(steps, device=device, strength=strength)
        begin = 0
    else:
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


def clean_latents(scheduler: Scheduler, answer: Any, eps: Tensor, t: Tensor, x_t: Tensor) -> Tensor:
    """x_0, Tensor[B, C, h, w]: the latents without noise, as they look from the step that was just made.

    answer: what `step` gave for the network's prediction `eps` at `t` of `x_t`.
    """
    for name in ("pred_original_sample", "denoised"):  # DDIM's and Euler's, LCM's
        found = getattr(answer, name, None)
        if found is not None:
            return found
    history = getattr(scheduler, "model_outputs", None)
    if history is not None:  # DPM++ and UniPC keep their predictions, as x_0
        return history[-1]
    alpha = cast("Any", scheduler).alphas_cumprod[t].to(x_t)
    if scheduler.config.prediction_type == "v_prediction":
        return alpha.sqrt() * x_t - (1 - alpha).sqrt() * eps
    return (x_t - (1 - alpha).sqrt() * eps) / alpha.sqrt()


def _class_of(name: str) -> type[Any]:
    """Imported one by one: diffusers' package of all schedulers takes its time."""
    if name == "ddim":
        from diffusers.schedulers.scheduling_ddim import DDIMScheduler

        return DDIMScheduler
    if name in ("euler", "euler sgm uniform"):
        from diffusers.schedulers.scheduling_euler_discrete import EulerDiscreteScheduler

        return EulerDiscreteScheduler
    if name == "euler a":
        from diffusers.schedulers.scheduling_euler_ancestral_discrete import EulerAncestralDiscreteScheduler

        return EulerAncestralDiscreteScheduler
    if name.startswith("dpm++"):
        from diffusers.schedulers.scheduling_dpmsolver_multistep import DPMSolverMultistepScheduler

        return DPMSolverMultistepScheduler
    if name == "lcm":
        from diffusers.schedulers.scheduling_lcm import LCMScheduler

        return LCMScheduler
    if name == "tcd":
        from diffusers.schedulers.scheduling_tcd import TCDScheduler

        return TCDScheduler
    from diffusers.schedulers.scheduling_unipc_multistep import UniPCMultistepScheduler

    return UniPCMultistepScheduler
