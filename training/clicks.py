"""The starter Segment Anything's training: simulated clicks and boxes on labelled dolls, its loss, and its scores.

An object is everything of one class in a picture: a click on one shoe means both. Losses as in Segment Anything
(Kirillov et al. 2023, appendix A): focal and dice 20 to 1, the best of three masks for one prompt, the mean squared
error of the predicted intersection over union.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from segment_anything.modeling import Sam
from torch import Tensor

from ccnet.masks import Bounds, Mask
from ccnet.samviews import Window, rough_logits
from training.dolls.classes import BODY, HAIR, HEADWEAR, OBJECTS, OUTFIT
from training.labelled import Labelled
from training.parsing import moved, to_input
from training.stage import Metrics

SMALLEST = 0.002  # of the picture: what is smaller than this nobody clicks
GARMENTS = (*OUTFIT, HEADWEAR)
OTHERS = (HAIR, BODY, OBJECTS)
FOCAL, DICE, IOU = 20.0, 1.0, 1.0
BOX_JITTER = 0.1  # of a side, at most 20 pixels, as in Segment Anything
ROUGH = 0.25  # of the prompts come with a rough mask
ZOOMED = 0.3  # of the pictures are a part of one: masks are refined part by part


class Prompts(NamedTuple):
    """images: uint8[B, S, S, 3]. Each has N / B prompts, in their order. truth: float32[N, S, S], 0 or 1.
    click: float32[N, 2], (x, y), whole pixels inside the truth. boxes: float32[N, 4], (left, top, right, bottom)."""

    images: Tensor
    truth: Tensor
    click: Tensor
    boxes: Tensor

    def to(self, device: torch.device | str) -> Prompts:
        return Prompts(*(part.to(device) for part in self))


def batch(dolls: Labelled, rng: np.random.Generator, pictures: int, prompts: int) -> Prompts:
    """Random dolls, and `prompts` objects of each, garments more often than others."""
    images, rows = [], []
    while len(images) < pictures:
        n = int(rng.integers(0, dolls.trained))
        zoom = (1.25, 3.5) if rng.random() < ZOOMED else (0.75, 1.25)
        image, labels = moved(dolls.images[n], dolls.labels[n], rng, zoom=zoom)
        found = [c for c in (*GARMENTS, *GARMENTS, *OTHERS) if np.mean(labels == c) > SMALLEST]
        if not found:
            continue
        for c in rng.choice(found, prompts):
            truth = labels == c
            rows.append((truth, click_in(truth, rng), box_around(truth, rng)))
        images.append(image)
    truth, click, box = zip(*rows, strict=True)
    return Prompts(
        torch.from_numpy(np.stack(images)),
        torch.from_numpy(np.stack(truth)).float(),
        torch.from_numpy(np.stack(click)).float(),
        torch.from_numpy(np.stack(box)).float(),
    )


def click_in(truth: NDArray[np.bool_], rng: np.random.Generator | None = None) -> NDArray[np.float64]:
    """Where a person would click on bool[H, W]: (x, y), well inside; without `rng`, farthest from its edge."""
    padded = np.pad(truth.astype(np.uint8), 1)
    inside = cv2.distanceTransform(padded, cv2.DIST_L2, 3)[1:-1, 1:-1]
    if rng is None:
        y, x = np.unravel_index(int(inside.argmax()), inside.shape)
    else:
        ys, xs = np.nonzero(inside >= min(2.0, float(inside.max())))
        i = int(rng.integers(len(xs)))
        x, y = xs[i], ys[i]
    return np.array([x, y], np.float64)  # whole pixels: the prompt encoder adds the half


def box_around(truth: NDArray[np.bool_], rng: np.random.Generator | None = None) -> NDArray[np.float64]:
    """(left, top, right, bottom) around bool[H, W]; with `rng`, as loosely as a person would draw it."""
    bounds: Bounds = Mask(truth).bounds
    box = np.array(bounds.box, np.float64)
    if rng is not None:
        reach = np.minimum(BOX_JITTER * np.array([bounds.width, bounds.height] * 2), 20)
        box += rng.normal(0, 1, 4).clip(-1, 1) * reach
    return box.clip(0, truth.shape[0])


def embed(sam: Sam, prompts: Prompts) -> Tensor:
    """The embedding of each picture: float[B, channels, grid, grid]."""
    return sam.image_encoder(to_input(prompts.images))


def decode(
    sam: Sam, embedding: Tensor, points: tuple[Tensor, Tensor] | None, boxes: Tensor | None, rough: Tensor | None
) -> tuple[Tensor, Tensor]:
    """All four masks of each prompt, `FineMaskDecoder`'s: logits float[N, 4, S / 2, S / 2], qualities float[N, 4]."""
    sparse, dense = sam.prompt_encoder(points, boxes, rough)
    return sam.mask_decoder.predict_masks(embedding, sam.prompt_encoder.get_dense_pe(), sparse, dense)


def loss(sam: Sam, prompts: Prompts, rng: np.random.Generator) -> tuple[Tensor, Metrics]:
    """A click, a box, both, or a click that corrects the answer to the first; some with a rough mask beside them."""
    embedding = embed(sam, prompts)
    truth = F.interpolate(prompts.truth[:, None], scale_factor=0.5, mode="area")[:, 0]
    kind = rng.random()
    points = (prompts.click[:, None], _ones(prompts))
    rough = _roughened(truth, rng) if rng.random() < ROUGH else None
    if kind < 0.45 or rough is not None:
        boxes = prompts.boxes if rough is not None and kind > 0.3 else None
        logits, quality = decode(sam, embedding, points, boxes, rough)
        return _loss(logits, quality, truth, single=boxes is None and rough is None)
    if kind < 0.85:
        logits, quality = decode(sam, embedding, None, prompts.boxes, None)
        return _loss(logits, quality, truth, single=False)
    with torch.no_grad():
        before, _ = decode(sam, embedding, points, None, None)
    points, rough = _corrected(points, before[:, 0], truth, rng), before[:, :1].float()
    logits, quality = decode(sam, embedding, points, None, rough)
    return _loss(logits, quality, truth, single=False)


def _loss(logits: Tensor, quality: Tensor, truth: Tensor, *, single: bool) -> tuple[Tensor, Metrics]:
    logits, truth = logits.float(), truth[:, None].expand_as(logits)
    entropy = F.binary_cross_entropy_with_logits(logits, truth, reduction="none")
    chance = logits.sigmoid()
    off = (chance - truth).abs()
    focal = (entropy * off * off).mean((2, 3))
    together = (chance * truth).sum((2, 3))
    dice = 1 - (2 * together + 1) / (chance.sum((2, 3)) + truth.sum((2, 3)) + 1)
    each = FOCAL * focal + DICE * dice
    with torch.no_grad():
        found, true = logits > 0, truth > 0.5
        overlap = (found & true).sum((2, 3)) / (found | true).sum((2, 3)).clamp(min=1)
    # The mask for several prompts learns from one as well: it is what a correction begins with.
    of_masks = each[:, 0].mean() + (each[:, 1:].min(1).values.mean() if single else 0)
    of_quality = F.mse_loss(quality.float(), overlap)
    asked = overlap[:, 1:].gather(1, quality[:, 1:].argmax(1, keepdim=True)) if single else overlap[:, :1]
    return of_masks + IOU * of_quality, {"asked_iou": float(asked.mean())}


def _roughened(truth: Tensor, rng: np.random.Generator) -> Tensor:
    """A rough mask, as logits float32[N, 1, grid, grid]: the truth eaten away or swollen."""
    grid = truth.shape[-1]
    window = Window.of(Bounds(0, 0, grid, grid), grid)
    out = []
    for mask in truth.cpu().numpy():
        size = 2 * int(rng.integers(0, 5)) + 1
        change = cv2.dilate if rng.random() < 0.5 else cv2.erode
        rough = np.rint(255 * change(mask, np.ones((size, size), np.uint8))).astype(np.uint8)
        out.append(rough_logits(rough, window, grid))
    return torch.from_numpy(np.stack(out))[:, None].to(truth.device)


def _corrected(
    points: tuple[Tensor, Tensor], logits: Tensor, truth: Tensor, rng: np.random.Generator
) -> tuple[Tensor, Tensor]:
    """The points and one more each, where the answer so far is wrong."""
    where, what = [], []
    on_cpu = (logits > 0).cpu().numpy(), (truth > 0.5).cpu().numpy(), points[0][:, 0].cpu().numpy()
    for found, true, click in zip(*on_cpu, strict=True):
        wrong = found ^ true
        place = 2 * click_in(wrong, rng) if wrong.any() else click
        x, y = (place / 2).astype(int)
        where.append(place)
        what.append(float(true[y, x]))
    place, sign = torch.from_numpy(np.stack(where)).float().to(truth.device), torch.tensor(what).to(truth.device)
    return torch.cat([points[0], place[:, None]], dim=1), torch.cat([points[1], sign[:, None]], dim=1)


def _ones(prompts: Prompts) -> Tensor:
    """The labels of clicks that mean "this"."""
    return torch.ones(len(prompts.click), 1, device=prompts.click.device)


@torch.no_grad()
def scores(sam: Sam, dolls: Labelled, numbers: range) -> Metrics:
    """Mean intersection over union of the garments, each asked for by one click in its middle, and by its box."""
    sam.eval()
    device = next(sam.parameters()).device
    by_click, by_box = [], []
    for n in numbers:
        labels = dolls.labels[n]
        truths = [labels == c for c in OUTFIT if np.mean(labels == c) > SMALLEST]
        if not truths:
            continue
        prompts = Prompts(
            torch.from_numpy(dolls.images[n][None].copy()),
            torch.from_numpy(np.stack(truths)).float(),
            torch.from_numpy(np.stack([click_in(t) for t in truths])).float(),
            torch.from_numpy(np.stack([box_around(t) for t in truths])).float(),
        ).to(device)
        embedding = embed(sam, prompts)
        logits, quality = decode(sam, embedding, (prompts.click[:, None], _ones(prompts)), None, None)
        best = logits[torch.arange(len(truths), device=device), 1 + quality[:, 1:].argmax(1)]
        by_click += _overlaps(best, prompts.truth)
        by_box += _overlaps(decode(sam, embedding, None, prompts.boxes, None)[0][:, 0], prompts.truth)
    sam.train()
    return {"click_iou": float(np.mean(by_click)), "box_iou": float(np.mean(by_box))}


def _overlaps(logits: Tensor, truth: Tensor) -> list[float]:
    found = F.interpolate(logits[:, None], size=truth.shape[1:], mode="bilinear", align_corners=False)[:, 0] > 0
    true = truth > 0.5
    return ((found & true).sum((1, 2)) / (found | true).sum((1, 2)).clamp(min=1)).tolist()
