from __future__ import annotations

from typing import Any

import pytest
import torch

from ccnet.request import DISTILLED_SCHEDULERS, SCHEDULERS
from ccnet.schedulers import clean_latents, make_scheduler, noise_source, timesteps_for
from tests.tinymodel import tiny_scheduler

CPU = torch.device("cpu")

CLASSES = {
    "ddim": "DDIMScheduler",
    "euler": "EulerDiscreteScheduler",
    "euler a": "EulerAncestralDiscreteScheduler",
    "dpm++ 2m": "DPMSolverMultistepScheduler",
    "dpm++ 2m karras": "DPMSolverMultistepScheduler",
    "unipc": "UniPCMultistepScheduler",
    "euler sgm uniform": "EulerDiscreteScheduler",
    "lcm": "LCMScheduler",
    "tcd": "TCDScheduler",
}

SD15 = {
    "_class_name": "PNDMScheduler",
    "_diffusers_version": "0.6.0",
    "beta_end": 0.012,
    "beta_schedule": "scaled_linear",
    "beta_start": 0.00085,
    "num_train_timesteps": 1000,
    "set_alpha_to_one": False,
    "skip_prk_steps": True,
    "steps_offset": 1,
    "clip_sample": False,
}


@pytest.mark.parametrize("name", SCHEDULERS)
class TestEveryName:
    def test_the_models_own_noise_is_kept(self, name: str, capfd: pytest.CaptureFixture[str]) -> None:
        scheduler: Any = make_scheduler(name, tiny_scheduler().config)
        assert type(scheduler).__name__ == CLASSES[name]
        assert scheduler.config.prediction_type == "v_prediction"
        assert scheduler.config.rescale_betas_zero_snr
        assert scheduler.config.timestep_spacing == "trailing"
        assert scheduler.config.beta_end == 0.012
        assert capfd.readouterr().err == ""

    @pytest.mark.parametrize("config", [dict(tiny_scheduler().config), SD15], ids=["zero snr", "sd 1.5"])
    @pytest.mark.parametrize("strength", [1.0, 0.5])
    def test_it_reaches_the_picture_that_the_net_believes_in(
        self, name: str, config: dict[str, Any], strength: float
    ) -> None:
        scheduler: Any = make_scheduler(name, config)
        timesteps = timesteps_for(scheduler, 20, strength, CPU)
        assert len(timesteps) == (20 if name in DISTILLED_SCHEDULERS else 20 * strength)
        assert (timesteps.diff() <= 0).all()
        generators = [torch.Generator().manual_seed(i) for i in range(2)]
        x_0 = torch.linspace(-1, 1, 2 * 4 * 8 * 8).reshape(2, 4, 8, 8)
        noise = torch.cat([torch.randn(1, 4, 8, 8, generator=g) for g in generators])
        x_t = noise * scheduler.init_noise_sigma
        if strength < 1:
            x_t = scheduler.add_noise(x_0, noise, timesteps[:1].repeat(2))
        alphas = make_scheduler("ddim", config).alphas_cumprod  # type: ignore[attr-defined]
        for t in timesteps:
            x = scheduler.scale_model_input(x_t, t)
            a = alphas[int(t.round())].clamp(min=2**-24)
            eps = (x - a.sqrt() * x_0) / (1 - a).sqrt()
            answer = a.sqrt() * eps - (1 - a).sqrt() * x_0 if config.get("prediction_type") == "v_prediction" else eps
            step = scheduler.step(answer, t, x_t, **noise_source(scheduler, generators))
            clean = clean_latents(scheduler, step, answer, t, x_t)
            assert (clean - x_0).abs().max() < 0.02
            x_t = step.prev_sample
        # SD 1.5's DDIM ends at its first noise level, not at none; some grids fall between whole timesteps.
        assert x_t.isfinite().all()
        assert (x_t - x_0).abs().mean() < 0.2


def test_sgm_uniform_spreads_the_steps_from_the_very_last_timestep() -> None:
    uniform, plain = (timesteps_for(make_scheduler(name, SD15), 8, 1.0, CPU) for name in ("euler sgm uniform", "euler"))
    assert uniform.tolist() == [999, 874, 749, 624, 499, 374, 249, 124]
    assert plain.tolist() != uniform.tolist()


@pytest.mark.parametrize("name", DISTILLED_SCHEDULERS)
class TestFewSteps:
    def test_the_timesteps_are_those_the_network_was_taught(self, name: str) -> None:
        assert timesteps_for(make_scheduler(name, SD15), 4, 1.0, CPU).tolist() == [999, 759, 499, 259]
        half = timesteps_for(make_scheduler(name, SD15), 4, 0.5, CPU)
        assert half.tolist() == [499, 379, 259, 139]
        assert not ((half + 1) % 20).any()

    @pytest.mark.parametrize("steps", [1, 4, 29, 50, 51, 58, 400, 1000])
    def test_any_number_of_steps_at_any_strength(self, name: str, steps: int) -> None:
        for percent in range(1, 101):
            timesteps = timesteps_for(make_scheduler(name, SD15), steps, percent / 100, CPU)
            assert len(timesteps) == min(steps, 10 * percent)
            assert (timesteps.diff() < 0).all()
            assert 0 <= timesteps[-1] <= timesteps[0] < 10 * percent


def test_dpm_and_karras() -> None:
    plain: Any = make_scheduler("dpm++ 2m", SD15)
    karras: Any = make_scheduler("dpm++ 2m karras", SD15)
    assert not plain.config.use_karras_sigmas
    assert karras.config.use_karras_sigmas
    assert plain.config.algorithm_type == "dpmsolver++"


def test_latents_are_never_clipped() -> None:
    config = {key: value for key, value in SD15.items() if key != "clip_sample"}
    scheduler: Any = make_scheduler("ddim", config)
    assert not scheduler.config.clip_sample


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(ValueError, match=r'no scheduler "dimm".*Did you mean "ddim"'):
        make_scheduler("dimm", SD15)


def test_only_drawing_schedulers_get_generators() -> None:
    generators = [torch.Generator()]
    assert noise_source(make_scheduler("euler a", SD15), generators) == {"generator": generators}
    assert noise_source(make_scheduler("unipc", SD15), generators) == {}
