"""The parser's training: batches of labelled dolls, its loss, and how well garments are found."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from training.dolls.classes import CLASSES, OUTFIT
from training.labelled import Labelled
from training.stage import Metrics

DICE = 0.5  # of the loss, beside cross entropy
PRESENT = 0.0005  # of the picture, from where on a garment counts as worn


def wearers(dolls: Labelled) -> list[NDArray[np.intp]]:
    """For each garment that any of the dolls to learn from wears, in the order of `OUTFIT`, the numbers of those."""
    worn = np.stack([np.bincount(picture.ravel(), minlength=len(CLASSES)) for picture in dolls.labels[: dolls.trained]])
    found = [np.flatnonzero(worn[:, c] > PRESENT * dolls.labels[0].size) for c in OUTFIT]
    return [numbers for numbers in found if len(numbers)]


def chosen(dolls: Labelled, wearing: Sequence[NDArray[np.intp]], rng: np.random.Generator, size: int) -> list[int]:
    """Numbers of dolls to learn from: one half any, the other by a garment, rare ones as often as common ones.

    wearing: what `wearers` found.
    """
    any_doll = rng.integers(0, dolls.trained, size)
    garment = rng.integers(0, len(wearing), size)
    return [int(rng.choice(wearing[g]) if rng.random() < 0.5 else n) for n, g in zip(any_doll, garment, strict=True)]


def batch(
    dolls: Labelled, wearing: Sequence[NDArray[np.intp]], rng: np.random.Generator, size: int, shrink: int = 1
) -> tuple[Tensor, Tensor]:
    """`chosen` dolls, mirrored, moved and scaled a little: uint8[N, H, W, 3], uint8[N, H, W], each side / `shrink`."""
    images, labels = [], []
    for n in chosen(dolls, wearing, rng, size):
        image, label = moved(dolls.images[n], dolls.labels[n], rng, shrink)
        images.append(image)
        labels.append(label)
    return torch.from_numpy(np.stack(images)), torch.from_numpy(np.stack(labels))


def moved(
    image: NDArray[np.uint8],
    labels: NDArray[np.uint8],
    rng: np.random.Generator,
    shrink: int = 1,
    zoom: tuple[float, float] = (0.75, 1.25),
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """One doll as another artist might have framed and coloured it; of those hardly scaled, half not at all."""
    side = image.shape[0] // shrink
    scaled = zoom[0] > 1 or rng.random() < 0.5
    factor = float(rng.uniform(*zoom)) if scaled else 1.0
    scale, reach = factor / shrink, side * (0.08 + 0.35 * max(0.0, factor - 1))
    mirror = -1.0 if rng.random() < 0.5 else 1.0
    middle, shift = image.shape[0] / 2, rng.uniform(-reach, reach, 2) if scaled else np.zeros(2)
    matrix = np.array(
        [
            [mirror * scale, 0, side / 2 - mirror * scale * (middle - 0.5) - 0.5 + shift[0]],
            [0, scale, side / 2 - scale * (middle - 0.5) - 0.5 + shift[1]],
        ]
    )
    # Thinner than its pixels: averaged as a scanner would, not picked.
    source = cv2.resize(image, (side, side), interpolation=cv2.INTER_AREA) if shrink > 1 else image
    to_source = matrix.copy()
    to_source[:, :2] *= shrink
    to_source[:, 2] = matrix[:, 2] + matrix[:, :2].sum(1) * (shrink - 1) / 2
    warped = cv2.warpAffine(source, to_source, (side, side), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    classes = cv2.warpAffine(labels, matrix, (side, side), flags=cv2.INTER_NEAREST, borderMode=cv2.BORDER_REPLICATE)
    if rng.random() < 0.5:
        gain, bias = rng.uniform(0.85, 1.15), rng.uniform(-15, 15)
        warped = np.clip(warped * gain + bias, 0, 255)
    return np.asarray(warped, np.uint8), np.asarray(classes, np.uint8)


def corners(labels: Tensor, rng: np.random.Generator, side: int) -> list[tuple[int, int]]:
    """(row, column), even numbers, of a square of each uint8[N, H, W] with a random place of a garment in its middle;
    rare garments are chosen as often as common ones."""
    found = []
    for picture in labels.numpy():
        worn = np.intersect1d(picture, OUTFIT)
        ys, xs = np.nonzero(picture == rng.choice(worn) if len(worn) else picture >= 0)
        i = int(rng.integers(len(ys)))
        place = np.array([ys[i], xs[i]]) - side // 2
        row, column = (place.clip(0, np.array(picture.shape) - side) // 2 * 2).tolist()
        found.append((row, column))
    return found


def cut(planes: Tensor, places: list[tuple[int, int]], side: int, stride: int = 1) -> Tensor:
    """The squares of Tensor[N, ..., H, W] at `corners`, counted in pixels of which `stride` are a cell of `planes`."""
    size = side // stride
    rows_columns = [(row // stride, column // stride) for row, column in places]
    return torch.stack([p[..., y : y + size, x : x + size] for p, (y, x) in zip(planes, rows_columns, strict=True)])


def to_input(images: Tensor) -> Tensor:
    """uint8[N, H, W, 3] -> float32[N, 3, H, W] in [-1, 1]."""
    return (images.permute(0, 3, 1, 2).float() / 127.5 - 1).contiguous(memory_format=torch.channels_last)


def loss(logits: Tensor, labels: Tensor) -> tuple[Tensor, Metrics]:
    """Cross entropy and soft dice of float[N, C, h, w] against uint8[N, H, W], H a multiple of h.

    A logit answers for a block of pixels, and is held against the share of each class in it.
    """
    factor = labels.shape[-1] // logits.shape[-1]
    shares = F.one_hot(labels.long(), logits.shape[1]).permute(0, 3, 1, 2).float()
    shares = F.avg_pool2d(shares, factor) if factor > 1 else shares
    log = logits.log_softmax(1)
    weights = 1 + 2 * shares[:, list(OUTFIT)].sum(1)  # clothes are what it is for
    entropy = -((shares * log).sum(1) * weights).mean()
    chances = log.exp()
    together = (chances * shares).sum((0, 2, 3))
    dice = 1 - (2 * together + 1) / ((chances + shares).sum((0, 2, 3)) + 1)
    present = shares.amax((0, 2, 3)) > 0
    return entropy + DICE * dice[present].mean(), {
        "entropy": float(entropy.detach()),
        "dice": float(dice.detach()[present].mean()),
    }


@torch.no_grad()
def scores(model: nn.Module, dolls: Labelled, numbers: range) -> Metrics:
    """Intersection over union of the garments, over all these dolls together: mean of the classes, and the worst."""
    model.eval()
    device = next(model.parameters()).device
    both, either = np.zeros(len(CLASSES)), np.zeros(len(CLASSES))
    for first in range(0, len(numbers), 16):
        chosen = list(numbers[first : first + 16])
        truth = dolls.labels[chosen]
        logits = model(to_input(torch.from_numpy(dolls.images[chosen]).to(device))).logits
        up = F.interpolate(logits, size=truth.shape[1:], mode="bilinear", align_corners=False)
        found = up.argmax(1).cpu().numpy()
        for c in OUTFIT:
            both[c] += np.count_nonzero((found == c) & (truth == c))
            either[c] += np.count_nonzero((found == c) | (truth == c))
    model.train()
    ious = {CLASSES[c]: float(both[c] / max(1.0, either[c])) for c in OUTFIT}
    return {"iou": float(np.mean(list(ious.values()))), "worst": min(ious.values())} | ious
