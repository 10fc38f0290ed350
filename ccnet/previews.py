"""A rough look at a drawing that is not finished."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import cv2
import numpy as np
import torch
from PIL import Image
from torch import Tensor

from ccnet.masks import LATENT_FACTOR


class Previews:
    """Shows the latents of a drawing now and then, changing nothing about it.

    seconds: at least so long lies between two previews and before the first one; 0 shows every step, None none.
    """

    def __init__(self, seconds: float | None, show: Callable[[Tensor], np.ndarray]) -> None:
        """show: latents Tensor[1, 4, h, w] -> uint8[H, W, 3]."""
        self._seconds = seconds
        self._show = show
        self._shown = time.monotonic()

    def of(self, x_0: Tensor) -> Image.Image | None:
        """Of the first of the latents Tensor[B, 4, h, w], if it is time for one."""
        if self._seconds is None or time.monotonic() - self._shown < self._seconds:
            return None
        preview = Image.fromarray(self._show(x_0[:1]))
        self._shown = time.monotonic()
        return preview


def linear_preview(x_0: Tensor, rgb: Sequence[Sequence[float]]) -> np.ndarray:
    """A picture by four multiplications a colour: latents Tensor[1, 4, h, w] -> uint8[8 h, 8 w, 3], blurred.

    rgb: see `ccnet.families.Family`.
    """
    *factors, bias = torch.tensor(rgb, dtype=torch.float32, device=x_0.device)
    picture = torch.einsum("chw,cr->hwr", x_0[0].float(), torch.stack(factors)) + bias
    small = ((picture.nan_to_num() + 1) * 127.5).round().clamp(0, 255).byte().cpu().numpy()
    height, width = small.shape[:2]
    return cv2.resize(small, (LATENT_FACTOR * width, LATENT_FACTOR * height), interpolation=cv2.INTER_LINEAR)
