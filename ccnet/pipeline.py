"""The one path from a request to candidates: fit, fill, hint, encode, denoise, decode, paste.

Notation in the loop: x_0 are clean latents, x_t noisy ones, t a timestep, eps the UNet's prediction (noise, v or
sample: the scheduler knows which). Latents are Tensor[B, 4, H/8, W/8], float32 whatever the nets compute in.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import torch
from diffusers.models.autoencoders.autoencoder_tiny import AutoencoderTiny
from PIL import Image
from torch import Tensor

from ccnet.controlnet import CC_ControlNet, Residuals, batch, compose, residual_weights
from ccnet.masks import Fit, Mask, denoise_mask, fit, latent_mask, paste, paste_mask
from ccnet.prompts import encode_prompts
from ccnet.request import Candidate, Control, DressRequest, Intent, ModelSpec, Progress, Weighting, known
from ccnet.schedulers import make_scheduler, noise_source, timesteps_for

NEUTRAL = 128
"""The grey that an emptied hole is filled with."""


def fill(image: np.ndarray, mask: Mask, intent: Intent) -> np.ndarray:
    """What is encoded to latents: uint8[H, W, 3] -> uint8[H, W, 3].

    "new": grey wherever the mask is above 0, so that old colours cannot bleed in. "recolour" and "fix": the picture as
    it is; with a strength below 1 its shapes shine through the noise.
    """
    if intent != "new":
        return image
    return np.where(mask.alpha[..., None] > 0, np.uint8(NEUTRAL), image)


def hint_from(image: np.ndarray | Tensor, hole: Mask | Tensor, value: float = -1.0) -> Tensor:
    """The hint of CC_ControlNet: float32 Tensor[B, 3, H, W], RGB in [0, 1], `value` wherever `hole` is above 0.

    image: uint8[H, W, 3], or a batch as a float Tensor[B, 3, H, W] in [0, 1]. hole: a Mask, or Tensor[B, 1, H, W].
    Every intent uses the same hint: ControlNets are trained with an empty hole, and what a recolour keeps of the old
    garment it keeps through the latents.
    """
    if isinstance(image, np.ndarray):
        image = _channels_first(image) / 255
    if isinstance(hole, Mask):
        hole = torch.from_numpy(hole.alpha.copy())[None, None]
    return torch.where(hole.to(image.device) > 0, torch.as_tensor(value, dtype=torch.float32), image.float())


class Working(NamedTuple):
    """A request at the size the model works at.

    place: which crop of the picture, and where it lies on the canvas. image: the canvas, uint8[H, W, 3]; filled: the
    same, filled by intent. hole: the canvas's denoise mask, hard. alpha: the crop's paste mask, soft, in the picture's
    own pixels.
    """

    place: Fit
    image: np.ndarray
    filled: np.ndarray
    hole: Mask
    alpha: Mask


def prepare(request: DressRequest, spec: ModelSpec) -> Working:
    """Crop, scale, masks and fill: everything about a request that needs no net."""
    resolution = request.resolution or spec.resolution
    place = fit(request.mask, request.image.size, resolution, spec.multiple, request.mask_grow)
    grow, feather = place.pixels(request.mask_grow), place.pixels(request.mask_feather)
    image = place.to_canvas(np.asarray(request.image))
    mask = request.mask.crop(place.bounds)
    hole = place.mask_to_canvas(denoise_mask(mask, grow))
    alpha = paste_mask(mask, grow, feather)
    return Working(place, image, fill(image, hole, request.intent), hole, alpha)


@dataclass(frozen=True)
class ActiveControl:
    """One ControlNet at work: its net, its part in the request, its hint's features Tensor[1, C, h, w]."""

    net: CC_ControlNet
    control: Control
    features: Tensor

    def acts_at(self, step: int, total: int) -> bool:
        """Whether it is run at a step (0-based) at all; outside its share of the steps or at scale 0 it is not."""
        control = self.control
        return control.scale > 0 and control.start <= step / total and (step + 1) / total <= control.end


@dataclass(frozen=True)
class Conditioning:
    """All that stays the same from step to step, computed once.

    x_0: Tensor[1, 4, h, w], the clean latents of the filled picture. mask: Tensor[1, 1, h, w], 1 = repaint.
    text: Tensor[1 or 2, L, D], the negative prompt's embedding, where guidance is on, and the prompt's.
    masked: Tensor[1, 5, h, w], mask and encoded masked picture, for inpainting UNets, else None.
    """

    x_0: Tensor
    mask: Tensor
    text: Tensor
    masked: Tensor | None
    controls: tuple[ActiveControl, ...]

    @property
    def guided(self) -> bool:
        return self.text.shape[0] == 2


class Step(NamedTuple):
    """After step `number` (from 1) of `total`: the latents x_t, and x_0, the clean ones as they look from there."""

    number: int
    total: int
    x_t: Tensor
    x_0: Tensor


class DressPipeline:
    """Draws outfits. Its parts are plain diffusers and transformers modules, in eval mode, on `device`, in `dtype`.

    unet: UNet2DConditionModel with 4 input channels, or 9 (inpainting). vae: AutoencoderTiny or AutoencoderKL.
    controlnets: by the names that requests use. scheduler_config: the model's scheduler_config.json.
    preview_seconds: at least so long between two previews; None = never. It changes no pixel of the result.
    """

    def __init__(
        self,
        *,
        unet: Any,
        vae: Any,
        text_encoder: Any,
        tokenizer: Any,
        controlnets: Mapping[str, CC_ControlNet],
        scheduler_config: Mapping[str, Any],
        spec: ModelSpec,
        device: torch.device | str = "cpu",
        dtype: torch.dtype = torch.float32,
        preview_seconds: float | None = 1.0,
    ) -> None:
        self.unet = unet
        self.vae = vae
        self.text_encoder = text_encoder
        self.tokenizer = tokenizer
        self.controlnets = dict(controlnets)
        self.scheduler_config = dict(scheduler_config)
        self.spec = spec
        self.device = torch.device(device)
        self.dtype = dtype
        self.preview_seconds = preview_seconds

    def __call__(self, request: DressRequest) -> Iterator[Progress | Candidate]:
        """Progress after every step, then the candidates, in the order of their seeds. Closing the generator cancels.

        Raises ValueError when the request asks for something this model has not got.
        """
        self._check(request)
        working = prepare(request, self.spec)
        conditioning = self.condition(request, working)
        latents, shown = conditioning.x_0, time.monotonic()
        for step in self.denoise(request, conditioning):
            latents, preview = step.x_t, None
            if self._wants_preview(step, shown):
                preview, shown = Image.fromarray(self.decode(step.x_0[:1])), time.monotonic()
            yield Progress(step.number, step.total, preview)
        for i in range(request.num_images):
            yield self._candidate(request, working, self.decode(latents[i : i + 1]), request.seed + i)

    @torch.inference_mode()
    def condition(self, request: DressRequest, working: Working) -> Conditioning:
        """Encodes the picture, the prompts and the hints of a request."""
        mask = torch.from_numpy(latent_mask(working.hole))[None, None].to(self.device)
        masked = None
        if self.unet.config.in_channels == 9:
            # Emptied to the middle of [-1, 1] exactly, as inpainting UNets were trained, whatever the intent.
            kept = _to_signed(working.image) * (torch.from_numpy(working.hole.alpha.copy()) == 0)
            masked = torch.cat([mask, self.encode(kept)], dim=1)
        guided = request.guidance_scale > 1
        texts = [request.negative_prompt, request.garment.prompt] if guided else [request.garment.prompt]
        return Conditioning(
            x_0=self.encode(_to_signed(working.filled)),
            mask=mask,
            text=encode_prompts(texts, self.tokenizer, self.text_encoder, self.spec.clip_skip),
            masked=masked,
            controls=tuple(self._activate(control, request, working) for control in request.controls),
        )

    def denoise(self, request: DressRequest, conditioning: Conditioning) -> Iterator[Step]:
        """All candidates' latents after every step, the last ones being the result.

        Candidate i draws all its noise from a CPU generator of its own, seeded seed + i.
        """
        scheduler = make_scheduler(request.scheduler, self.scheduler_config)
        timesteps = timesteps_for(scheduler, request.num_inference_steps, request.strength, self.device)
        generators = [torch.Generator("cpu").manual_seed(request.seed + i) for i in range(request.num_images)]
        fresh_noise = noise_source(scheduler, generators)
        x_0, mask, total = conditioning.x_0, conditioning.mask, len(timesteps)

        noise = torch.cat([torch.randn(x_0.shape, generator=g) for g in generators]).to(self.device)
        x_t = noise * scheduler.init_noise_sigma
        if request.strength < 1:
            x_t = scheduler.add_noise(x_0.expand_as(noise), noise, timesteps[:1].repeat(len(noise)))
        for i, t in enumerate(timesteps):
            eps = self._predict(scheduler.scale_model_input(x_t, t), t, i, total, request, conditioning)
            answer = scheduler.step(eps, t, x_t, **fresh_noise)
            x_t = answer.prev_sample
            if conditioning.masked is None:
                # What is kept follows its own exactly noised path, and is clean at the end.
                known = x_0
                if i + 1 < total:
                    known = scheduler.add_noise(x_0.expand_as(noise), noise, timesteps[i + 1 : i + 2])
                x_t = (1 - mask) * known + mask * x_t
            yield Step(i + 1, total, x_t, getattr(answer, "pred_original_sample", x_t))

    @torch.inference_mode()
    def encode(self, image: Tensor) -> Tensor:
        """Tensor[B, 3, H, W] in [-1, 1] -> float32 latents Tensor[B, 4, H/8, W/8], scaled as the UNet wants them.

        Never sampled: the most likely latents, so that one seed is one picture.
        """
        encoded = self.vae.encode(image.to(self.device, self.vae.dtype))
        latents = encoded.latents if hasattr(encoded, "latents") else encoded.latent_dist.mode()
        scale, shift = self._latent_scale
        return (latents.float() - shift) * scale

    @torch.inference_mode()
    def decode(self, latents: Tensor) -> np.ndarray:
        """One picture: Tensor[1, 4, h, w] scaled latents -> uint8[H, W, 3]."""
        scale, shift = self._latent_scale
        picture = self.vae.decode((latents / scale + shift).to(self.vae.dtype)).sample[0].float()
        return ((picture + 1) * 127.5).round().clamp(0, 255).byte().permute(1, 2, 0).cpu().numpy()

    @property
    def _latent_scale(self) -> tuple[float, float]:
        """(scale, shift) between the autoencoder's latents and the UNet's, as diffusers' pipelines apply them."""
        config = self.vae.config
        return config.scaling_factor, getattr(config, "shift_factor", None) or 0.0

    @torch.inference_mode()
    def _predict(
        self, x_t: Tensor, t: Tensor, step: int, total: int, request: DressRequest, conditioning: Conditioning
    ) -> Tensor:
        """eps for all candidates, after guidance. x_t as the scheduler scaled it."""
        n = x_t.shape[0]
        x_t = x_t.to(self.dtype)
        text = conditioning.text.repeat_interleave(n, dim=0)
        both = torch.cat([x_t, x_t]) if conditioning.guided else x_t
        prompted_alone = conditioning.guided and request.control_branches == "conditional"

        outputs = []
        for active in conditioning.controls:
            if not active.acts_at(step, total):
                continue
            # The prompted half is the second one; unsteered, the first half needs no run of the ControlNet.
            x_c, text_c = (x_t, text[n:]) if prompted_alone else (both, text)
            residuals = active.net.residuals(x_c, t, text_c, active.features).scaled(active.control.scale)
            outputs.append(_by_branch(residuals, request.control_weighting, conditioning.guided, prompted_alone))
        steering = compose(outputs)

        masked = conditioning.masked
        if masked is not None:
            both = torch.cat([both, masked.to(self.dtype).expand(len(both), -1, -1, -1)], dim=1)
        eps = self.unet(
            both,
            t,
            encoder_hidden_states=text,
            down_block_additional_residuals=steering.down if steering else None,
            mid_block_additional_residual=steering.mid if steering else None,
            return_dict=False,
        )[0].float()
        if not conditioning.guided:
            return eps
        eps_negative, eps_text = eps.chunk(2)
        return eps_negative + request.guidance_scale * (eps_text - eps_negative)

    def _activate(self, control: Control, request: DressRequest, working: Working) -> ActiveControl:
        if control.image is None:
            hint = hint_from(working.image, working.hole, self.spec.hole)
        else:
            hint = _channels_first(working.place.to_canvas(np.asarray(control.image.convert("RGB")))) / 255
        net = self.controlnets[control.name]
        return ActiveControl(net, control, net.encode_hint(hint.to(self.device, net.dtype)))

    def _candidate(self, request: DressRequest, working: Working, canvas: np.ndarray, seed: int) -> Candidate:
        """Brings the model's answer back to the picture's size and pastes what the paste mask lets through."""
        rows, columns = working.place.bounds.slices
        original, alpha = np.asarray(request.image), working.alpha.alpha
        patch = working.place.from_canvas(canvas)
        result = original.copy()
        result[rows, columns] = paste(original[rows, columns], patch, alpha)
        layer = np.zeros((*original.shape[:2], 4), np.uint8)
        layer[rows, columns, :3] = np.where(alpha[..., None] > 0, patch, 0)
        layer[rows, columns, 3] = alpha
        return Candidate(Image.fromarray(result), Image.fromarray(layer), seed, request)

    def _wants_preview(self, step: Step, shown: float) -> bool:
        """Not after the last step, which the candidates follow, and only where decoding costs next to nothing."""
        if self.preview_seconds is None or step.number == step.total or not isinstance(self.vae, AutoencoderTiny):
            return False
        return time.monotonic() - shown >= self.preview_seconds

    def _check(self, request: DressRequest) -> None:
        if request.garment.reference is not None:
            raise ValueError(f'The model "{self.spec.name}" cannot take a garment\'s picture: describe it in words.')
        for control in request.controls:
            if not self.controlnets:
                raise ValueError(f'The model "{self.spec.name}" has no ControlNet: its folder lacks controlnet/.')
            known(f'ControlNet in the model "{self.spec.name}" called', control.name, self.controlnets)


def _by_branch(residuals: Residuals, weighting: Weighting, guided: bool, prompted_alone: bool) -> Residuals:
    """Residuals for the whole batch from those that were run: weights reach the prompted half alone."""
    if weighting == "none" and not prompted_alone:
        return residuals
    weights = residual_weights(weighting, residuals.heights)
    if prompted_alone:
        return batch(residuals.zeros(), residuals.scaled(weights))
    if not guided:
        return residuals.scaled(weights)
    unprompted, prompted = residuals.halves()
    return batch(unprompted, prompted.scaled(weights))


def _channels_first(image: np.ndarray) -> Tensor:
    """uint8[H, W, 3] -> float32 Tensor[1, 3, H, W], still 0 to 255."""
    return torch.from_numpy(np.ascontiguousarray(image.transpose(2, 0, 1))).float()[None]


def _to_signed(image: np.ndarray) -> Tensor:
    """uint8[H, W, 3] -> Tensor[1, 3, H, W] in [-1, 1]."""
    return _channels_first(image) / 127.5 - 1
