"""Training data for the starter model: dolls rendered once into memory-mapped files, masks and captions drawn per step.

Each character is rendered in several outfits. A picture's mask is where any two of its character's pictures differ, so
the mask has room for every one of the outfits and does not say which of them was worn.
"""

from __future__ import annotations

import json
import os
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from training.dolls.doll import UNSEEN, Doll, draw_outfit
from training.dolls.identity import sample_identity
from training.dolls.wardrobe import SYNONYMS

RENDER_CHUNK = 50
MAX_VALIDATION = 256
MIN_DIFFERENCE = 6  # of 255: anything above is a visible change


@dataclass(frozen=True)
class Captions:
    """Tags of one picture."""

    outfit: list[str]
    identity: list[str]


def render_character(seed: int, outfits: int, size: int) -> tuple[NDArray[np.uint8], NDArray[np.bool_], list[Captions]]:
    """One character in several outfits: pictures uint8[K, H, W, 3], their common mask bool[H, W], captions."""
    rng = np.random.default_rng(seed)
    doll = Doll(sample_identity(rng), draw_outfit(rng))
    dolls = [doll, *(doll.wearing(draw_outfit(rng)) for _ in range(outfits - 1))]
    drawings = [d.render(size) for d in dolls]
    pictures = np.stack([d.image for d in drawings])
    mask = np.any([d.outfit_mask for d in drawings], 0) | changed(pictures)
    return pictures, mask, [Captions(d.outfit.tags, d.identity.tags) for d in dolls]


def changed(pictures: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Where any two of the pictures [K, H, W, 3] differ visibly: bool[H, W]."""
    return (pictures.max(0).astype(np.int16) - pictures.min(0)).max(-1) > MIN_DIFFERENCE


def _render_chunk(
    folder: str, first: int, count: int, outfits: int, size: int, seed: int
) -> list[list[tuple[list[str], list[str]]]]:
    cv2.setNumThreads(1)
    images = np.lib.format.open_memmap(Path(folder) / "images.npy", mode="r+")
    masks = np.lib.format.open_memmap(Path(folder) / "masks.npy", mode="r+")
    captions = []
    for i in range(first, first + count):
        pictures, mask, tags = render_character(seed + i, outfits, size)
        images[i], masks[i] = pictures, np.packbits(mask, axis=-1)
        captions.append([(t.outfit, t.identity) for t in tags])
    return captions


def render_dolls(
    folder: Path, characters: int, outfits: int, size: int, seed: int = 0, workers: int | None = None
) -> None:
    """Render `characters` x `outfits` pictures into `folder` (images.npy, masks.npy, captions.json); done once.

    Raises ValueError when the seeds would reach the unseen ones.
    """
    if seed + characters > UNSEEN:
        raise ValueError(f"training seeds must stay below {UNSEEN}; {seed} + {characters} does not")
    if (folder / "captions.json").exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    shape = (characters, outfits, size, size, 3)
    np.lib.format.open_memmap(folder / "images.npy", mode="w+", dtype=np.uint8, shape=shape)
    np.lib.format.open_memmap(folder / "masks.npy", mode="w+", dtype=np.uint8, shape=(characters, size, size // 8))
    starts = range(0, characters, RENDER_CHUNK)
    with ProcessPoolExecutor(workers or os.cpu_count(), mp_context=get_context("spawn")) as pool:
        jobs = [
            pool.submit(_render_chunk, str(folder), s, min(RENDER_CHUNK, characters - s), outfits, size, seed)
            for s in starts
        ]
        captions = [row for job in tqdm(jobs, desc="rendering dolls", unit_scale=RENDER_CHUNK) for row in job.result()]
    temporary = folder / "captions.json.part"
    temporary.write_text(json.dumps(captions))
    temporary.replace(folder / "captions.json")


class DollSet:
    """The rendered dolls of a folder, indexed by picture number n = character * outfits + outfit."""

    def __init__(self, folder: Path) -> None:
        self.images: NDArray[np.uint8] = np.load(folder / "images.npy", mmap_mode="r")
        self.masks: NDArray[np.uint8] = np.load(folder / "masks.npy", mmap_mode="r")
        rows = json.loads((folder / "captions.json").read_text())
        self.captions = [Captions(*caption) for row in rows for caption in row]
        self.outfits, self.size = self.images.shape[1], self.images.shape[2]

    def __len__(self) -> int:
        return len(self.captions)

    @property
    def trained(self) -> int:
        """Pictures from this number on are kept for validation."""
        return len(self) - min(MAX_VALIDATION, len(self) // 4)

    def image(self, n: int) -> NDArray[np.uint8]:
        return self.images[n // self.outfits, n % self.outfits]

    def mask(self, n: int) -> NDArray[np.uint8]:
        """0/255 uint8[H, W]: where this character's pictures differ from one another."""
        return np.unpackbits(self.masks[n // self.outfits], axis=-1) * np.uint8(255)


# --- per step ---------------------------------------------------------------------------------------------------------


def outfit_caption(tags: list[str], rng: np.random.Generator, drop: float = 0.08) -> str:
    """The outfit's tags in random order, some replaced by synonyms, some left out."""
    chosen = [tag for tag in tags if rng.random() > drop] or tags
    order = rng.permutation(len(chosen))
    return ", ".join(_synonym(chosen[i], rng) for i in order)


def caption(captions: Captions, rng: np.random.Generator, *, empty: float, identity: float) -> str:
    """ "" with probability `empty`; otherwise the outfit, with some identity tags with probability `identity`."""
    if rng.random() < empty:
        return ""
    text = outfit_caption(captions.outfit, rng)
    if rng.random() < identity:
        kept = [tag for tag in captions.identity if rng.random() < 0.6]
        text = ", ".join([*kept, text])
    return text


def _synonym(tag: str, rng: np.random.Generator) -> str:
    for kind, others in SYNONYMS.items():
        if others and kind in tag and rng.random() < 0.25:
            return tag.replace(kind, others[int(rng.integers(len(others)))])
    return tag


def draw_mask(mask: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """A plausible hand-painted or automatic mask around an exact one: 0/255 uint8[H, W].

    Mostly the exact mask grown by a random, uneven amount; sometimes its convex hull or bounding box, brush strokes
    over it, or the whole picture (the proportions follow the CC recipe: no shape may speak for the old garment).
    """
    side = mask.shape[0]
    kind = rng.random()
    if kind < 0.04:
        return np.full_like(mask, 255)
    if kind < 0.20:
        found = cv2.findNonZero(mask)
        if found is not None:
            base = np.zeros_like(mask)
            if kind < 0.12:
                cv2.fillConvexPoly(base, cv2.convexHull(found), 255)
            else:
                x, y, w, h = cv2.boundingRect(found)
                base[y : y + h, x : x + w] = 255
            return base
    distance = cv2.distanceTransform(255 - mask, cv2.DIST_L2, 3)
    reach = side * rng.uniform(0.008, 0.05)
    wobble = rng.uniform(0.0, 0.8) * reach
    noise = cv2.resize(rng.standard_normal((6, 6)).astype(np.float32), (side, side), interpolation=cv2.INTER_CUBIC)
    out = (distance <= np.maximum(reach + wobble * noise, 1.5)).astype(np.uint8) * np.uint8(255)
    if kind > 0.85:
        for _ in range(int(rng.integers(1, 4))):
            p = rng.integers(0, side, (int(rng.integers(2, 5)), 2), dtype=np.int32)
            cv2.polylines(out, [p], False, 255, int(side * rng.uniform(0.03, 0.12)))
    return out
