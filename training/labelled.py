"""Labelled dolls: pictures with their exact class of every pixel, rendered once into memory-mapped files."""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from training.dolls.doll import UNSEEN, make_doll

CHUNK = 64  # dolls a worker draws at a time
VALIDATION = 192  # dolls kept from training, at most


class Labelled(NamedTuple):
    """images: uint8[N, H, W, 3] RGB; labels: uint8[N, H, W], indices of `ccnet.garments.CLASSES`; both in files."""

    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]

    @property
    def trained(self) -> int:
        """Dolls from this number on are kept for validation."""
        return len(self.images) - min(VALIDATION, len(self.images) // 4)


def render_labelled(folder: Path, dolls: int, size: int, seed: int = 0, workers: int | None = None) -> None:
    """Draws dolls `seed` to `seed + dolls` into `folder`; done once, and from the start after a kill.

    Raises ValueError when the seeds would reach the unseen ones.
    """
    if seed + dolls > UNSEEN:
        raise ValueError(f"Training seeds must stay below {UNSEEN}; {seed} + {dolls} does not.")
    done = folder / "labels.npy"
    if done.exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / "labels.part.npy"
    np.lib.format.open_memmap(folder / "images.npy", mode="w+", dtype=np.uint8, shape=(dolls, size, size, 3))
    np.lib.format.open_memmap(part, mode="w+", dtype=np.uint8, shape=(dolls, size, size))
    starts = range(0, dolls, CHUNK)
    with ProcessPoolExecutor(workers or os.cpu_count(), mp_context=get_context("spawn")) as pool:
        work = partial(_render_chunk, folder, part, dolls=dolls, size=size, seed=seed)
        for _ in tqdm(pool.map(work, starts), total=len(starts), desc="rendering dolls", unit_scale=CHUNK):
            pass
    part.rename(done)


def _render_chunk(folder: Path, part: Path, first: int, dolls: int, size: int, seed: int) -> None:
    cv2.setNumThreads(1)
    images = np.lib.format.open_memmap(folder / "images.npy", mode="r+")
    labels = np.lib.format.open_memmap(part, mode="r+")
    for i in range(first, min(first + CHUNK, dolls)):
        images[i], labels[i] = make_doll(seed + i).render(size)


def open_labelled(folder: Path) -> Labelled:
    """The dolls that `render_labelled` drew."""
    return Labelled(np.load(folder / "images.npy", mmap_mode="r"), np.load(folder / "labels.npy", mmap_mode="r"))
