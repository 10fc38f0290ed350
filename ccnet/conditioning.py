"""What a request says, as the networks take it: everything that stays the same from step to step.

The picture's part of it - crop, masks, fill, hints - needs no network and is what training uses too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import torch
from torch import Tensor

from ccnet.annotators import ANNOTATORS, annotate, cut_out
from ccnet.lora import Lora
from ccnet.masks import Fit, Mask, denoise_mask, fit, paste_mask
from ccnet.request import DressRequest, Intent, ModelSpec
from ccnet.steering import Layer

NEUTRAL = 128
"""The grey that an emptied hole is filled with."""

CLOSING_RADIUS = 5
"""From how many pixels around a pixel of a hole its colour is taken: more than an outline is wide."""


def fill(image: np.ndarray, mask: Mask, intent: Intent) -> np.ndarray:
    """What is encoded to latents: uint8[H, W, 3] -> uint8[H, W, 3].

    "new": grey wherever the mask is above 0, so that old colours cannot bleed in. "recolour" and "fix": the picture as
    it is; with a strength below 1 its shapes shine through the noise. "remove": the hole closed from its rim, so
    that what is drawn goes on with what is there.
    """
    if intent == "new":
        return np.where(mask.alpha[..., None] > 0, np.uint8(NEUTRAL), image)
    return closed(image, mask) if intent == "remove" else image


def closed(image: np.ndarray, mask: Mask) -> np.ndarray:
    """The hole, wherever the mask is above 0, closed with the colours at its rim: uint8[H, W, 3] -> uint8[H, W, 3].

    Grey where there is no rim, in a picture that is all hole.
    """
    hole = mask.threshold().alpha
    if hole.all():
        return np.full_like(image, NEUTRAL)
    return cv2.inpaint(image, hole, CLOSING_RADIUS, cv2.INPAINT_TELEA)


def hint_from(image: np.ndarray | Tensor, hole: Mask | Tensor, value: float = -1.0) -> Tensor:
    """The hint of CC_ControlNet: float32 Tensor[B, 3, H, W], RGB in [0, 1], `value` wherever `hole` is above 0.

    image: uint8[H, W, 3], or a batch as a float Tensor[B, 3, H, W] in [0, 1]. hole: a Mask, or Tensor[B, 1, H, W].
    Every intent uses the same hint: ControlNets are trained with an empty hole, and what a recolour keeps of the old
    garment it keeps through the latents.
    """
    if isinstance(image, np.ndarray):
        image = channels_first(image) / 255
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


def annotated(kind: str, working: Working, cut_garment: bool, folder: Path | None, device: str) -> np.ndarray:
    """A hint of one of the kinds of `ccnet.annotators`, made from the canvas: uint8[H, W, 3].

    cut_garment: whether what it says of the old garment is left out. folder: where the annotators' weights lie. Raises
    ValueError when the annotator cannot be used, or finds nothing.
    """
    # At the size the model sees it, so that lines are as thick as the ones it was trained with.
    size = min(working.image.shape[:2])
    hint = annotate(kind, working.image, folder=folder, device=device, resolution=size)
    if not cut_garment:
        return hint
    return cut_out(hint, working.hole, grow=0, background=ANNOTATORS[kind].background)


class Words(NamedTuple):
    """The prompts as UNet and ControlNets read them: text Tensor[B, L, D] for their cross-attention, and added, what
    the family adds to the time embedding, by name, Tensor[B, ...]."""

    text: Tensor
    added: Mapping[str, Tensor] | None

    def repeated(self, n: int) -> Words:
        """Each prompt n times."""
        added = self.added
        if added is not None:
            added = {name: value.repeat_interleave(n, dim=0) for name, value in added.items()}
        return Words(self.text.repeat_interleave(n, dim=0), added)


@dataclass(frozen=True)
class Conditioning:
    """All that stays the same from step to step, computed once.

    x_0: Tensor[1, 4, h, w], the clean latents of the filled picture; zeros for an inpainting UNet that draws from pure
    noise and never looks at them. mask: Tensor[1, 1, h, w], 1 = repaint. words: the negative prompt's, where guidance
    is on, and the prompt's. masked: Tensor[1, 5, h, w], mask and encoded masked picture, for inpainting UNets, else
    None. layers: what steers the UNet. loras: those that must be merged while it draws, with their scales for the UNet
    and for the text encoders.
    """

    x_0: Tensor
    mask: Tensor
    words: Words
    masked: Tensor | None
    layers: tuple[Layer, ...]
    loras: tuple[tuple[Lora, float, float], ...] = ()

    @property
    def guided(self) -> bool:
        return self.words.text.shape[0] == 2


def channels_first(image: np.ndarray) -> Tensor:
    """uint8[H, W, 3] -> float32 Tensor[1, 3, H, W], still 0 to 255."""
    return torch.from_numpy(np.ascontiguousarray(image.transpose(2, 0, 1))).float()[None]


def to_signed(image: np.ndarray) -> Tensor:
    """uint8[H, W, 3] -> Tensor[1, 3, H, W] in [-1, 1]."""
    return channels_first(image) / 127.5 - 1
