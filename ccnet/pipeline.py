"""The one path from a request to candidates: fit, fill, hint, encode, denoise, decode, paste.

Notation in the loop: x_0 are clean latents, x_t noisy ones, t a timestep, eps the UNet's prediction (noise, v or
sample: the scheduler knows which). Latents are Tensor[B, 4, H/8, W/8], float32 whatever the nets compute in.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from diffusers.models.autoencoders.autoencoder_tiny import AutoencoderTiny
from diffusers.models.controlnets.controlnet_union import ControlNetUnionModel
from PIL import Image
from torch import Tensor

from ccnet import latents, steering
from ccnet.conditioning import (
    Conditioning,
    Words,
    Working,
    annotated,
    channels_first,
    hint_from,
    prepare,
    to_signed,
)
from ccnet.embeddings import Embedding
from ccnet.families import FAMILIES, Family
from ccnet.lora import Lora, MergedLoras
from ccnet.masks import latent_mask, paste
from ccnet.memory import Cache, fingerprint, free, is_exhaustion
from ccnet.previews import Previews, linear_preview
from ccnet.prompt_syntax import parse
from ccnet.request import MIN_SIDE, Candidate, Control, DressRequest, ModelSpec, OutOfMemory, Progress, known
from ccnet.schedulers import clean_latents, make_scheduler, noise_source, timesteps_for
from ccnet.steering import Layer, Shown, SteeringNet, unet_arguments

SHRINK = 3 / 4
"""A request that does not fit into memory is tried once more at this share of its resolution: half the memory."""

CACHE_BYTES = 64 * 2**20


class Step(NamedTuple):
    """After step `number` (from 1) of `total`: the latents x_t, and x_0, the clean ones as they look from there."""

    number: int
    total: int
    x_t: Tensor
    x_0: Tensor


def no_lora(name: str) -> Lora:
    """For a pipeline that was given no LoRAs. Raises ValueError."""
    raise ValueError(f'There is no LoRA called "{name}": take its tag out of the prompt.')


class DressPipeline:
    """Draws outfits. Its parts are plain diffusers and transformers modules, in eval mode, on `device`, in `dtype`.

    unet: UNet2DConditionModel with 4 input channels, or 9 (inpainting). vae: AutoencoderTiny or AutoencoderKL; where
    its family's overflow in float16 it is brought to float32. text_encoders, tokenizers: one, or SDXL's two.
    controlnets: ControlNets, ControlNet Unions and T2I-Adapters by the names that requests use. holes: for those of
    them that want another value than the spec's where the picture is to be repainted; a Union's is 0.
    scheduler_config: the model's scheduler_config.json. find_lora: from the name in a LoRA tag to the LoRA, the same
    object every time; raises ValueError. embeddings: those that prompts may call by name. annotator_folder: where the
    weights of the annotators lie.
    preview_vae: TAESD, for previews. Without one they are the tiny autoencoder's own where the model draws with one,
    else a rough guess that costs next to nothing. preview_seconds: at least so long lies between two of them; 0 shows
    every step, None shows none. They change no pixel of the result.
    notices: sentences about these parts that the user should read.
    cache_bytes: how much of encoded prompts, pictures and hints is kept from one request to the next, which changes no
    pixel either; call `cache.clear()` after changing weights in place.
    """

    def __init__(
        self,
        *,
        unet: Any,
        vae: Any,
        text_encoders: Sequence[Any],
        tokenizers: Sequence[Any],
        controlnets: Mapping[str, SteeringNet],
        scheduler_config: Mapping[str, Any],
        spec: ModelSpec,
        holes: Mapping[str, float] | None = None,
        find_lora: Callable[[str], Lora] = no_lora,
        embeddings: Sequence[Embedding] = (),
        annotator_folder: Path | None = None,
        preview_vae: Any = None,
        preview_seconds: float | None = 1.0,
        notices: Sequence[str] = (),
        cache_bytes: int = CACHE_BYTES,
        device: torch.device | str = "cpu",
        dtype: torch.dtype = torch.float32,
    ) -> None:
        self.unet = unet
        self.vae = vae
        self.text_encoders = tuple(text_encoders)
        self.tokenizers = tuple(tokenizers)
        self.controlnets = dict(controlnets)
        self.scheduler_config = dict(scheduler_config)
        self.spec = spec
        self.holes = dict(holes or {})
        self.find_lora = find_lora
        self.embeddings = tuple(embeddings)
        self.annotator_folder = annotator_folder
        self.preview_vae = preview_vae
        self.preview_seconds = preview_seconds
        self.notices = tuple(notices)
        self.cache = Cache(cache_bytes)
        self.device = torch.device(device)
        self.dtype = dtype
        names = self.family.text_encoders
        if not len(names) == len(self.text_encoders) == len(self.tokenizers):
            raise ValueError(f'The model "{spec.name}" must have {len(names)} text encoders, each with its tokenizer.')
        self._loras = MergedLoras({"unet": unet, **dict(zip(names, self.text_encoders, strict=True))})
        self._merged: tuple[tuple[Lora, float, float], ...] | None = ()
        if self.family.overflows and vae.dtype == torch.float16 and getattr(vae.config, "force_upcast", False):
            latents.to_float32(vae)

    @property
    def family(self) -> Family:
        return FAMILIES[self.spec.family]

    def __call__(self, request: DressRequest) -> Iterator[Progress | Candidate]:
        """Progress after every step, then the candidates, in the order of their seeds. Closing the generator cancels.

        When the memory does not suffice the crop is worked on once more at a smaller size, from the first step on, and
        the candidates say so. Raises ValueError when the request asks for something this model has not got,
        OutOfMemory when the smaller size does not fit either, NumbersOverflowed when there is no picture.
        """
        self._check(request)
        smaller, notice = self._smaller(request), ""
        while True:
            given = False
            try:
                for answer in self._draw(request, notice):
                    given = given or isinstance(answer, Candidate)
                    yield answer
                return
            except Exception as error:
                if not is_exhaustion(error):
                    raise
                if given or smaller is None:
                    raise OutOfMemory(
                        f"There is not enough memory to draw at about {self._size(request)}: use a smaller resolution, "
                        "draw fewer images at once, or close other programs."
                    ) from error
            # Out here, where the error no longer holds what was computed so far.
            self.cache.clear()
            free(self.device)
            notice = (
                f"There was not enough memory to draw at about {self._size(request)}: "
                f"this was drawn at about {self._size(smaller)}."
            )
            request, smaller = smaller, None

    @torch.inference_mode()
    def condition(self, request: DressRequest, working: Working) -> Conditioning:
        """Encodes the picture, the prompts and the hints of a request, its LoRAs merged."""
        tags = parse(request.garment.prompt).loras
        loras = tuple((self.find_lora(tag.name), tag.unet_scale, tag.text_scale) for tag in tags)
        self.use_loras(loras)
        mask = torch.from_numpy(latent_mask(working.hole))[None, None].to(self.device)
        masked = None
        if self.unet.config.in_channels == 9:
            # Emptied to the middle of [-1, 1] exactly, as inpainting UNets were trained, whatever the intent.
            hole = working.hole.alpha
            kept = to_signed(working.image) * (torch.from_numpy(hole.copy()) == 0)
            masked = torch.cat([mask, self._encode(kept, "emptied", working.image, hole)], dim=1)
        if masked is not None and request.strength == 1:
            x_0 = torch.zeros_like(masked[:, 1:])
        else:
            x_0 = self._encode(to_signed(working.filled), "filled", working.filled)
        return Conditioning(
            x_0=x_0,
            mask=mask,
            words=self._words(request, working, loras),
            masked=masked,
            layers=tuple(self._activate(control, working) for control in request.controls),
            loras=loras,
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
        words = conditioning.words.repeated(request.num_images)

        noise = torch.cat([torch.randn(x_0.shape, generator=g) for g in generators])
        noise = noise.to(self.device, memory_format=self._layout)
        x_t = noise * scheduler.init_noise_sigma
        if request.strength < 1:
            x_t = scheduler.add_noise(x_0.expand_as(noise), noise, timesteps[:1].repeat(len(noise)))
        for i, t in enumerate(timesteps):
            self.use_loras(conditioning.loras)  # a request that was begun since may have taken them out
            eps = self._predict(scheduler.scale_model_input(x_t, t), t, i, total, request, conditioning, words)
            answer = scheduler.step(eps, t, x_t, **fresh_noise)
            clean = clean_latents(scheduler, answer, eps, t, x_t)
            x_t = answer.prev_sample
            if conditioning.masked is None:
                # What is kept follows its own exactly noised path, and is clean at the end.
                known = x_0
                if i + 1 < total:
                    known = scheduler.add_noise(x_0.expand_as(noise), noise, timesteps[i + 1 : i + 2])
                x_t = (1 - mask) * known + mask * x_t
            yield Step(i + 1, total, x_t, clean)

    def use_loras(self, loras: Sequence[tuple[Lora, float, float]]) -> None:
        """Merges these LoRAs and no others, each with its scale for the UNet and its scale for the text encoders.

        Requests do so themselves; with none, the weights are the model's own again, to save or to export them. Raises
        ValueError for one that does not fit.
        """
        loras = tuple(loras)
        if loras != self._merged:
            self._merged = None  # not known, should this fail
            self._loras.set(loras)
            self._merged = loras

    def _draw(self, request: DressRequest, notice: str) -> Iterator[Progress | Candidate]:
        """The answers to a request, at its own size."""
        working = prepare(request, self.spec)
        conditioning = self.condition(request, working)
        x_t, previews = conditioning.x_0, Previews(self.preview_seconds, self._show)
        for step in self.denoise(request, conditioning):
            x_t = step.x_t
            # No preview after the last step, which the candidates follow.
            yield Progress(step.number, step.total, previews.of(step.x_0) if step.number < step.total else None)
        for i in range(request.num_images):
            canvas = latents.decode(self.vae, x_t[i : i + 1])
            yield self._candidate(request, working, canvas, request.seed + i, notice)

    @torch.inference_mode()
    def _predict(
        self,
        x_t: Tensor,
        t: Tensor,
        step: int,
        total: int,
        request: DressRequest,
        conditioning: Conditioning,
        words: Words,
    ) -> Tensor:
        """eps for all candidates, after guidance. x_t as the scheduler scaled it, words for each of its latents."""
        x_t = x_t.to(self.dtype)
        both = torch.cat([x_t, x_t]) if conditioning.guided else x_t
        shown = Shown(both, t, words.text, words.added, conditioning.guided)
        pushes = [
            layer.push(shown, request.control_branches, request.control_weighting)
            for layer in conditioning.layers
            if layer.acts_at(step, total)
        ]
        if conditioning.masked is not None:
            masked = conditioning.masked.to(self.dtype).expand(len(both), -1, -1, -1)
            both = torch.cat([both, masked], dim=1)
        eps = self.unet(
            both,
            t,
            encoder_hidden_states=words.text,
            added_cond_kwargs=words.added,
            **unet_arguments(pushes),
            return_dict=False,
        )[0].float()
        if not conditioning.guided:
            return eps
        eps_negative, eps_text = eps.chunk(2)
        return eps_negative + request.guidance_scale * (eps_text - eps_negative)

    def _words(self, request: DressRequest, working: Working, loras: Sequence[tuple[Lora, float, float]]) -> Words:
        negative = None if self.spec.zero_negative and not request.negative_prompt.strip() else request.negative_prompt
        texts = [negative, request.garment.prompt] if request.guidance_scale > 1 else [request.garment.prompt]
        key = (
            "words",
            # What a LoRA tag does to the texts, the LoRAs say.
            tuple(None if text is None else parse(text).groups for text in texts),
            tuple((lora, scale) for lora, _, scale in loras if lora.touches_text and scale != 0),
            self.spec.clip_skip,
            self.embeddings,
            self.text_encoders,
            self.tokenizers,
        )
        embedded = self.cache.get(
            key,
            lambda: self.family.encode(
                texts, self.tokenizers, self.text_encoders, self.spec.clip_skip, self.embeddings
            ),
        )
        added = self.family.added(embedded, *working.image.shape[:2])
        return Words(
            embedded.tokens.to(self.dtype),
            None if added is None else {name: value.to(self.dtype) for name, value in added.items()},
        )

    def _encode(self, image: Tensor, *key: Any) -> Tensor:
        """The latents of Tensor[1, 3, H, W] in [-1, 1]. key: what says which picture it is, arrays as they are."""
        kept = tuple(fingerprint(part) if isinstance(part, np.ndarray) else part for part in key)
        return self.cache.get(("latents", self.vae, kept), lambda: latents.encode(self.vae, image.to(self.device)))

    def _activate(self, control: Control, working: Working) -> Layer:
        net: Any = self.controlnets[control.name]
        hint, key = self._hint(control, working)
        hint = hint.to(self.device, net.dtype, memory_format=self._layout)
        features = self.cache.get(("hint", net, key), lambda: steering.encode_hint(net, hint))
        return steering.activate(net, control, features)

    def _hint(self, control: Control, working: Working) -> tuple[Tensor, Hashable]:
        """A control's hint, Tensor[1, 3, H, W], and what says which one it is."""
        canvas = fingerprint(working.image, working.hole.alpha)
        if control.image is not None:
            image = working.place.to_canvas(np.asarray(control.image.convert("RGB")))
        elif control.annotator is not None:
            kind, cut, folder = control.annotator, control.cut_garment, self.annotator_folder
            image = self.cache.get(
                ("annotated", kind, cut, folder, canvas),
                lambda: annotated(kind, working, cut, folder, str(self.device)),
            )
        else:
            union = isinstance(self.controlnets[control.name], ControlNetUnionModel)
            hole = self.holes.get(control.name, steering.UNION_HOLE if union else self.spec.hole)
            return hint_from(working.image, working.hole, hole), (canvas, hole)
        return channels_first(image) / 255, fingerprint(image)

    def _candidate(
        self, request: DressRequest, working: Working, canvas: np.ndarray, seed: int, notice: str
    ) -> Candidate:
        """Brings the model's answer back to the picture's size and pastes what the paste mask lets through."""
        rows, columns = working.place.bounds.slices
        original, alpha = np.asarray(request.image), working.alpha.alpha
        patch = working.place.from_canvas(canvas)
        result = original.copy()
        result[rows, columns] = paste(original[rows, columns], patch, alpha)
        layer = np.zeros((*original.shape[:2], 4), np.uint8)
        layer[rows, columns, :3] = np.where(alpha[..., None] > 0, patch, 0)
        layer[rows, columns, 3] = alpha
        return Candidate(Image.fromarray(result), Image.fromarray(layer), seed, request, notice)

    def _show(self, x_0: Tensor) -> np.ndarray:
        """A preview: latents Tensor[1, 4, h, w] -> uint8[H, W, 3]."""
        tiny = self.vae if isinstance(self.vae, AutoencoderTiny) else None
        vae = self.preview_vae or tiny
        return linear_preview(x_0, self.family.rgb) if vae is None else latents.decode(vae, x_0)

    @property
    def _layout(self) -> torch.memory_format:
        """How the UNet's convolutions lay out their numbers, and so what they are shown."""
        weight = self.unet.conv_in.weight
        return torch.contiguous_format if weight.is_contiguous() else torch.channels_last

    def _smaller(self, request: DressRequest) -> DressRequest | None:
        """The request at a smaller size, or None when there is none."""
        multiple = self.spec.multiple
        resolution = int((request.resolution or self.spec.resolution) * SHRINK) // multiple * multiple
        return replace(request, resolution=resolution) if resolution >= max(multiple, MIN_SIDE) else None

    def _size(self, request: DressRequest) -> str:
        resolution = request.resolution or self.spec.resolution
        return f"{resolution} x {resolution} pixels"

    def _check(self, request: DressRequest) -> None:
        if request.garment.reference is not None:
            raise ValueError(f'The model "{self.spec.name}" cannot take a garment\'s picture: describe it in words.')
        for control in request.controls:
            if not self.controlnets:
                raise ValueError(f'The model "{self.spec.name}" has no ControlNet: its folder lacks controlnet/.')
            known(f'ControlNet in the model "{self.spec.name}" called', control.name, self.controlnets)
            steering.check(self.controlnets[control.name], control)
