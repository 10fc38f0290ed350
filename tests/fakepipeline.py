"""A pipeline without nets: it draws stripes whose colours come from the words, the seed and the input."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import numpy as np
from PIL import Image

from ccnet.masks import paste, paste_mask
from ccnet.request import Candidate, DressRequest, ModelSpec, Progress


class FakePipeline:
    device = "cpu"
    dtype = "torch.float32"
    preview_seconds: float | None = 1.0
    notices: tuple[str, ...] = ()

    def __init__(self, sha256: str = "ab" * 32) -> None:
        self.spec = ModelSpec("starter", resolution=256, sha256=sha256)
        self.requests: list[DressRequest] = []

    def __call__(self, request: DressRequest) -> Iterator[Progress | Candidate]:
        self.requests.append(request)
        for step in range(request.num_inference_steps):
            yield Progress(step + 1, request.num_inference_steps)
        image = np.asarray(request.image)
        alpha = paste_mask(request.mask, request.mask_grow, request.mask_feather).alpha
        for i in range(request.num_images):
            patch = self._draw(request, request.seed + i, image)
            layer = np.dstack([patch, alpha])
            result = Image.fromarray(paste(image, patch, alpha))
            yield Candidate(result, Image.fromarray(layer), request.seed + i, request)

    def _draw(self, request: DressRequest, seed: int, image: np.ndarray) -> np.ndarray:
        words = f"{request.garment.prompt}|{request.negative_prompt}|{seed}|{request.num_images}|{request.scheduler}"
        digest = hashlib.sha256(words.encode() + image.tobytes()).digest()
        stripes = np.frombuffer(digest, np.uint8)[:30].reshape(10, 3)
        return np.repeat(stripes[np.arange(image.shape[0]) // 4 % 10][:, None], image.shape[1], axis=1)
