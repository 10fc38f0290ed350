"""Measure how well clothes are found on dolls that no training has seen: parser, mask, clicks, and the whole chain.

Called by `python -m training.evaluate --parts mask`.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from tqdm import tqdm

from ccnet.autodress import find_clothes
from ccnet.garments import FACE_CLASSES, GarmentMap, garment_picture, overlay
from ccnet.masks import Bounds, Mask, Point
from ccnet.parser import Parser
from ccnet.request import DressRequest
from ccnet.segmenter import Segmenter
from ccnet.sheet import Tile, contact_sheet
from ccnet.targets import parse_target
from training.cases import Case, cases, make_scene
from training.clicks import SMALLEST, box_around, click_in
from training.dolls.classes import CLASSES, OBJECTS, OUTFIT
from training.dolls.doll import Doll, Drawing, make_doll
from training.evaluate import Pipeline, dress, score
from training.mask_truth import skirt_type, sleeve_type, true_hands
from training.shapeleak import shape_leak

SIZES = (256, 1024)
"""Sides of the pictures, in pixels."""

SHOWN = 8  # dolls on the sheet


class Seen(NamedTuple):
    """A doll and what was found on it."""

    doll: Doll
    drawing: Drawing
    garments: GarmentMap
    mask: Mask
    seconds: float


@dataclass
class Counts:
    """Pixels, summed over dolls. both, either: per class, of truth and answer."""

    both: NDArray[np.int64] = field(default_factory=lambda: np.zeros(len(CLASSES), np.int64))
    either: NDArray[np.int64] = field(default_factory=lambda: np.zeros(len(CLASSES), np.int64))
    old: int = 0
    old_inside: int = 0
    protected: int = 0
    protected_outside: int = 0
    masked: int = 0
    pixels: int = 0

    def add(self, seen: Seen) -> None:
        truth, inside = seen.drawing.labels, seen.mask.alpha > 0
        found = _labels(seen.garments)
        for c in OUTFIT:
            self.both[c] += np.count_nonzero((found == c) & (truth == c))
            self.either[c] += np.count_nonzero((found == c) | (truth == c))
        old, protected = seen.drawing.outfit_mask, protected_truth(seen.doll, seen.drawing)
        self.old += int(old.sum())
        self.old_inside += int((old & inside).sum())
        self.protected += int(protected.sum())
        self.protected_outside += int((protected & ~inside).sum())
        self.masked += int(inside.sum())
        self.pixels += inside.size

    def report(self) -> dict[str, float]:
        """garment_iou_...: intersection over union of the classes of an outfit, over all dolls together."""
        ious = {CLASSES[c]: float(self.both[c] / max(1, self.either[c])) for c in OUTFIT}
        return {
            "garment_iou_mean": statistics.fmean(ious.values()),
            "garment_iou_worst_class": min(ious.values()),
            **{f"garment_iou_{name}": iou for name, iou in ious.items()},
            "mask_recall_old_garment": self.old_inside / max(1, self.old),
            "protected_kept": self.protected_outside / max(1, self.protected),
            "mask_share_of_picture": self.masked / max(1, self.pixels),
        }


def protected_truth(doll: Doll, drawing: Drawing) -> NDArray[np.bool_]:
    """bool[H, W]: the doll's face, its bare hands, and what it holds."""
    face = np.isin(drawing.labels, [CLASSES.index(name) for name in FACE_CLASSES])
    return face | true_hands(doll, drawing.labels.shape[0], drawing.labels) | (drawing.labels == OBJECTS)


def look(parser: Parser, case: Case, size: int) -> Seen:
    """One doll, its clothes found as `ccnet dress` would find them when nothing is said about the new outfit."""
    doll = make_doll(case.seed)
    drawing = doll.render(size)
    image = Image.fromarray(drawing.image)
    began = time.perf_counter()
    garments = parser(image)
    seconds = time.perf_counter() - began
    try:
        mask = find_clothes(image, parser=_Remembered(parser.name, garments)).mask.mask
    except ValueError:  # nobody, or nothing on: an empty mask scores as it deserves
        mask = Mask(np.zeros(drawing.labels.shape, np.uint8))
    return Seen(doll, drawing, garments, mask, seconds)


def click_scores(segmenter: Segmenter, drawing: Drawing) -> Iterator[tuple[float, float, float]]:
    """(intersection over union by one click in the middle, by the box, seconds a click took) of each garment."""
    segmenter.set_image(Image.fromarray(drawing.image))
    for c in OUTFIT:
        truth = drawing.labels == c
        if truth.mean() <= SMALLEST:
            continue
        x, y = click_in(truth)
        left, top, right, bottom = (int(v) for v in box_around(truth))
        began = time.perf_counter()
        by_click = _answer(segmenter, [Point(int(x), int(y))], None, truth)
        seconds = time.perf_counter() - began
        yield by_click, _answer(segmenter, [], Bounds(left, top, right - left, bottom - top), truth), seconds


def evaluate_masks(
    parser: Parser,
    segmenter: Segmenter,
    pipeline: Pipeline | None,
    count: int,
    seed: int,
    *,
    large: int | None = None,
    leaked: int = 600,
    dressed: int | None = None,
) -> tuple[dict[str, Any], Image.Image]:
    """(the JSON's values, a contact sheet).

    count: dolls at 256 pixels; large: of them, at 1024 (default: a quarter). leaked: dolls whose masks the classifier
    learns from and is asked about. dressed: dolls that are dressed with the mask found and again with the true one
    (default: as many as `count`; 0 or no pipeline: none). Names without a size are of 256 pixels, those that end in
    _1024 of 1024. Seconds are medians.
    """
    large = max(1, count // 4) if large is None else min(large, count)
    values: dict[str, Any] = {"count": count, "seed": seed, "parser": parser.name, "segmenter": segmenter.name}
    shown: list[Seen] = []
    for size, many in zip(SIZES, (count, large), strict=True):
        counts, parse_seconds, clicks = Counts(), [], []
        for case in tqdm(cases(many, seed, size), desc=f"Finding clothes, {size} px", unit="doll", disable=None):
            seen = look(parser, case, size)
            counts.add(seen)
            parse_seconds.append(seen.seconds)
            clicks += click_scores(segmenter, seen.drawing)
            if size == SIZES[0] and len(shown) < SHOWN:
                shown.append(seen)
        by_click, by_box, seconds = zip(*clicks, strict=True)
        report = counts.report() | {
            "sam_one_click_iou": statistics.fmean(by_click),
            "sam_box_iou": statistics.fmean(by_box),
            "parse_seconds": statistics.median(parse_seconds),
            "click_seconds": statistics.median(seconds),
        }
        values |= {name if size == SIZES[0] else f"{name}_{size}": value for name, value in report.items()}
    if leaked:
        values |= leak_scores(parser, leaked, seed)
    if pipeline is not None and dressed != 0:
        values |= chain_scores(pipeline, parser, count if dressed is None else dressed, seed)
    rounded = {key: round(value, 5) if isinstance(value, float) else value for key, value in values.items()}
    return rounded, _sheet(shown)


def leak_scores(parser: Parser, count: int, seed: int) -> dict[str, float]:
    """How well a small classifier reads the old sleeves and the old skirt off the mask, beside always guessing the
    commonest; the worse of the two counts."""
    masks, sleeves, skirts = [], [], []
    for case in tqdm(cases(count, seed + 1, SIZES[0]), desc="Masks for the classifier", unit="doll", disable=None):
        seen = look(parser, case, SIZES[0])
        masks.append(seen.mask.resize((64, 64)).alpha)
        sleeves.append(sleeve_type(seen.doll))
        skirts.append(skirt_type(seen.doll))
    rng = np.random.default_rng(seed)
    of_sleeves, of_skirts = (shape_leak(masks, labels, rng) for labels in (sleeves, skirts))
    worse = max(of_sleeves, of_skirts, key=lambda pair: pair[0] - pair[1])
    return {
        "shape_leak_accuracy": worse[0],
        "shape_leak_chance": worse[1],
        "shape_leak_sleeves": of_sleeves[0] - of_sleeves[1],
        "shape_leak_skirts": of_skirts[0] - of_skirts[1],
    }


def chain_scores(pipeline: Pipeline, parser: Parser, count: int, seed: int) -> dict[str, float]:
    """outfit_top1 when the mask is found, its target read from the prompt, and when it is the true one; judged over the
    true mask both times."""
    size = min(max(pipeline.spec.resolution, 64), 1024)
    hits: dict[str, list[bool]] = {"autodress_outfit_top1": [], "true_mask_outfit_top1": []}
    for case in tqdm(cases(count, seed, size), desc="Dressing", unit="doll", disable=None):
        scene = make_scene(case)
        image = Image.fromarray(scene.before)
        found = find_clothes(image, parser=parser, target=parse_target(scene.prompt)).mask.mask

        def with_found(request: DressRequest, mask: Mask = found) -> DressRequest:
            return replace(request, mask=mask)

        runs = dress(pipeline, case, with_found), dress(pipeline, case)
        for name, answer in zip(hits, score(case, [run.result for run in runs]), strict=True):
            hits[name].append(answer.hit)
    return {name: statistics.fmean(values) for name, values in hits.items()} | {"dressed": count}


class _Remembered:
    """A parser that has looked already."""

    def __init__(self, name: str, garments: GarmentMap) -> None:
        self.name, self._garments = name, garments

    def __call__(self, image: Image.Image) -> GarmentMap:
        return self._garments


def _labels(garments: GarmentMap) -> NDArray[np.uint8]:
    """The class of every pixel of the picture."""
    labels, (width, height) = garments.labels, garments.size
    if labels.shape == (height, width):
        return labels
    return np.asarray(Image.fromarray(labels).resize((width, height), Image.Resampling.NEAREST))


def _answer(segmenter: Segmenter, points: Sequence[Point], box: Bounds | None, truth: NDArray[np.bool_]) -> float:
    try:
        found = segmenter.mask_at(points, box).alpha > 127
    except ValueError:  # nothing was found there
        return 0.0
    return float((found & truth).sum() / max(1, (found | truth).sum()))


def _sheet(shown: Sequence[Seen]) -> Image.Image:
    rows = []
    for seen in shown:
        image = Image.fromarray(seen.drawing.image)
        truth = GarmentMap.from_labels(seen.drawing.labels)
        rows.append(
            [
                Tile(image, ", ".join(seen.doll.outfit.tags)),
                Tile(garment_picture(truth), "true garments"),
                Tile(garment_picture(seen.garments), "found"),
                Tile(overlay(image, seen.mask), "mask"),
            ]
        )
    return contact_sheet(rows, "Clothes found on unseen dolls")
