"""Measure a model against paper dolls it has never seen, whose every other outfit is known exactly.

    python -m training.evaluate --count 256 --seed 0 --json evaluation.json --sheet evaluation.png
    python -m training.evaluate --parts mask --count 64 --json masks.json --sheet masks.png

Each doll is dressed from outfit A in outfit B and compared with the true B, inside the mask alone. A second group of
dolls wears combinations of garment, colour and pattern that are held out of all training. Two ablations on part of the
first group, with an empty prompt and without the ControlNet, tell whether either is listened to.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import replace
from functools import partial
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from tqdm import tqdm

from ccnet import checkpoints
from ccnet.masks import paste_mask
from ccnet.pictures import check_folder, save_png
from ccnet.request import Candidate, Control, DressRequest, Garment, ModelSpec, Progress
from ccnet.sheet import Tile, contact_sheet, mask_overlay
from training.cases import SEED_STRIDE, Case, Scene, cases, make_others, make_scene
from training.dolls.classes import OUTFIT
from training.metrics import masked_psnr, masked_ssim, nearest, region_colour_errors
from training.records import write_json, write_json_lines

SMALLEST_REGION = 60
"""Pixels of a 256-pixel picture below which a garment's mean colour is not compared."""

ROWS = 3  # of the sheet, for the best, the median and the worst cases each


class Pipeline(Protocol):
    """What is measured: `ccnet.pipeline.DressPipeline`, or anything that answers like it."""

    spec: ModelSpec

    def __call__(self, request: DressRequest) -> Iterator[Progress | Candidate]: ...


class Run(NamedTuple):
    """A case dressed once. result: uint8[H, W, 3]; outside_changed: pixels changed where the paste mask is 0."""

    case: Case
    result: NDArray[np.uint8]
    seconds: float
    outside_changed: int


class Score(NamedTuple):
    """A result against the truth, in the mask. colour_errors: CIEDE2000 per garment region; hit: the true outfit is the
    nearest of 16."""

    psnr_db: float
    ssim: float
    colour_errors: list[float]
    hit: bool


# --- dressing and scoring ---------------------------------------------------------------------------------------------


def make_request(case: Case, scene: Scene, spec: ModelSpec) -> DressRequest:
    return DressRequest(
        Image.fromarray(scene.before),
        scene.mask,
        Garment(scene.prompt),
        guidance_scale=spec.guidance_scale,
        num_inference_steps=spec.num_inference_steps,
        scheduler=spec.scheduler,
        seed=case.seed,
    )


def dress(pipeline: Pipeline, case: Case, change: Callable[[DressRequest], DressRequest] | None = None) -> Run:
    """Dresses one doll. `change`: makes another request of the usual one."""
    request = make_request(case, make_scene(case), pipeline.spec)
    if change is not None:
        request = change(request)
    began = time.perf_counter()
    with closing(pipeline(request)) as answers:  # type: ignore[type-var]
        candidate = next(answer for answer in answers if isinstance(answer, Candidate))
    seconds = time.perf_counter() - began
    result, original = np.asarray(candidate.image), np.asarray(request.image)
    # A doll has the model's own size, so that the masks' pixels are the picture's.
    pasted = paste_mask(request.mask, request.mask_grow, request.mask_feather).alpha > 0
    return Run(case, result, seconds, int(np.count_nonzero((result != original).any(-1) & ~pasted)))


def score(case: Case, results: Sequence[NDArray[np.uint8]]) -> list[Score]:
    """Results of one case, uint8[H, W, 3] each, against its true picture."""
    cv2.setNumThreads(1)
    scene = make_scene(case)
    candidates = [scene.truth, *make_others(case)]
    smallest = round(SMALLEST_REGION * (case.size / 256) ** 2)
    return [
        Score(
            masked_psnr(result, scene.truth, scene.region),
            masked_ssim(result, scene.truth, scene.region),
            region_colour_errors(result, scene.truth, scene.labels, OUTFIT, smallest),
            nearest(result, candidates, scene.region) == 0,
        )
        for result in results
    ]


def score_all(runs: Sequence[Run], workers: int = 0) -> list[Score]:
    """In the order of the runs. Drawing the other outfits takes most of the time: it is done once for each case, and
    `workers` processes share it."""
    results: dict[Case, list[NDArray[np.uint8]]] = {}
    for run in runs:
        results.setdefault(run.case, []).append(run.result)
    bar = partial(tqdm, total=len(results), desc="Scoring", unit="doll", disable=None)
    if workers < 2:
        scores = list(bar(map(score, results.keys(), results.values())))
    else:
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
            scores = list(bar(pool.map(score, results.keys(), results.values(), chunksize=4)))
    left = {case: iter(its_scores) for case, its_scores in zip(results, scores, strict=True)}
    return [next(left[run.case]) for run in runs]


class Scored(NamedTuple):
    runs: list[Run]
    scores: list[Score]

    def mean(self, field: str) -> float:
        return statistics.fmean(getattr(s, field) for s in self.scores)

    @property
    def colour_median(self) -> float | None:
        errors = [error for s in self.scores for error in s.colour_errors]
        return statistics.median(errors) if errors else None


def evaluate(
    pipeline: Pipeline,
    count: int,
    seed: int,
    *,
    held_out: int | None = None,
    ablated: int | None = None,
    controls: Sequence[Control] = (Control(),),
    workers: int = 0,
) -> tuple[dict[str, Any], Scored]:
    """(the JSON's values, the first group).

    count: dolls in the first group. held_out: dolls in held-out combinations, by default half as many. ablated: dolls
    of the first group that are dressed again with an empty prompt and again without the ControlNet, by default a
    quarter, at least 32. Raises ValueError for a count below 1.
    """
    if count < 1:
        raise ValueError(f"The count must be at least 1, not {count}.")
    held_out = max(1, count // 2) if held_out is None else held_out
    ablated = min(count, max(32, count // 4) if ablated is None else ablated)
    size = min(max(pipeline.spec.resolution, 64), 1024)
    plain: Callable[[DressRequest], DressRequest] = partial(_changed, controls=tuple(controls))
    seen = cases(count, seed, size)
    jobs = [(case, plain) for case in seen]
    jobs += [(case, plain) for case in cases(held_out, seed, size, held_out=True)]
    jobs += [(case, partial(_changed, controls=tuple(controls), garment=Garment(""))) for case in seen[:ablated]]
    jobs += [(case, partial(_changed, controls=())) for case in seen[:ablated]]
    runs = [dress(pipeline, *job) for job in tqdm(jobs, desc="Dressing", unit="picture", disable=None)]
    scores = score_all(runs, workers)

    ends = np.cumsum([0, count, held_out, ablated, ablated])
    parts = [Scored(runs[a:b], scores[a:b]) for a, b in pairwise(ends)]
    return _report(seed, size, *parts), parts[0]


def _changed(request: DressRequest, **fields: Any) -> DressRequest:
    return replace(request, **fields)


def _report(seed: int, size: int, seen: Scored, unseen: Scored, empty: Scored, alone: Scored) -> dict[str, Any]:
    """The numbers, all measured inside the mask, where lower is better for colours and higher for everything else.

    outside_changed_pixels: over all pictures made. masked_psnr_db, masked_ssim: means over pictures.
    colour_delta_e00_median: over all garment regions of all pictures. outfit_top1: how often the true outfit is the
    nearest of 16. heldout_...: the same of the second group. ..._empty_prompt, ..._no_control: the same of the first
    `ablated_count` dolls, without the prompt and with the base alone, its known latents kept. control_gain_db: what
    the ControlNet adds to the PSNR of those dolls. seconds_per_image: median, after loading.
    """
    paired = seen.scores[: len(alone.scores)]
    gains = [s.psnr_db - a.psnr_db for s, a in zip(paired, alone.scores, strict=True)]
    everything = [*seen.runs, *unseen.runs, *empty.runs, *alone.runs]
    values: dict[str, Any] = {
        "count": len(seen.runs),
        "seed": seed,
        "size": size,
        "outside_changed_pixels": sum(run.outside_changed for run in everything),
        "outside_checked_pictures": len(everything),
        "masked_psnr_db": seen.mean("psnr_db"),
        "masked_ssim": seen.mean("ssim"),
        "colour_delta_e00_median": seen.colour_median,
        "outfit_top1": seen.mean("hit"),
        "heldout_count": len(unseen.runs),
    }
    if unseen.runs:
        values |= {
            "heldout_masked_psnr_db": unseen.mean("psnr_db"),
            "heldout_masked_ssim": unseen.mean("ssim"),
            "heldout_colour_delta_e00_median": unseen.colour_median,
            "heldout_outfit_top1": unseen.mean("hit"),
        }
    values["ablated_count"] = len(alone.runs)
    if alone.runs:
        values |= {
            "outfit_top1_empty_prompt": empty.mean("hit"),
            "masked_psnr_db_empty_prompt": empty.mean("psnr_db"),
            "masked_psnr_db_no_control": alone.mean("psnr_db"),
            "outfit_top1_no_control": alone.mean("hit"),
            "control_gain_db": statistics.fmean(gains),
        }
    values["seconds_per_image"] = statistics.median(run.seconds for run in seen.runs)
    return {key: round(value, 5) if isinstance(value, float) else value for key, value in values.items()}


# --- what is written --------------------------------------------------------------------------------------------------


def draw_sheet(scored: Scored, title: str) -> Image.Image:
    """The best, median and worst cases by PSNR: input, mask, result, truth."""
    order = sorted(range(len(scored.scores)), key=lambda i: -scored.scores[i].psnr_db)
    rows = min(ROWS, -(-len(order) // 3))
    middle = (len(order) - rows) // 2
    named = dict.fromkeys(order[-rows:], "worst") | dict.fromkeys(order[middle : middle + rows], "median")
    named |= dict.fromkeys(order[:rows], "best")
    sheet: list[list[Tile]] = []
    for i in sorted(named, key=order.index):
        run, (psnr, ssim, _, hit) = scored.runs[i], scored.scores[i]
        scene = make_scene(run.case)
        before, result, truth = (_shown(p) for p in (scene.before, run.result, scene.truth))
        overlay = mask_overlay(Image.fromarray(scene.before), scene.mask)
        place = order.index(i) + 1
        sheet.append(
            [
                Tile(before, f"{named[i]}: number {place} of {len(order)} (doll {run.case.seed})"),
                Tile(
                    _shown(np.asarray(overlay)),
                    f"{psnr:.1f} dB, SSIM {ssim:.2f}, {'recognised' if hit else 'mistaken'}",
                ),
                Tile(result, scene.prompt),
                Tile(truth, "the truth"),
            ]
        )
    return contact_sheet(sheet, title, caption_lines=5)


def _shown(picture: NDArray[np.uint8]) -> Image.Image:
    return Image.fromarray(picture).resize((384, 384), Image.Resampling.LANCZOS)


def write_cases(scored: Scored, folder: Path) -> None:
    """Every case of the group as pictures, with metadata.jsonl in the columns of datasets/README.md and its scores."""
    rows = []
    for number, (run, scores) in enumerate(zip(scored.runs, scored.scores, strict=True)):
        scene = make_scene(run.case)
        pictures = {
            "file_name": ("input", Image.fromarray(scene.before)),
            "mask_file_name": ("mask", scene.mask.to_image()),
            "target_file_name": ("truth", Image.fromarray(scene.truth)),
            "result_file_name": ("result", Image.fromarray(run.result)),
        }
        row: dict[str, Any] = {}
        for column, (what, picture) in pictures.items():
            row[column] = save_png(picture, folder / f"{number:04d}-{what}.png", overwrite=True).name
        rows.append(row | {"text": scene.prompt, "seed": run.case.seed} | scores._asdict())
    write_json_lines(folder / "metadata.jsonl", rows)


# --- command ----------------------------------------------------------------------------------------------------------


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m training.evaluate", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add(
        "--parts",
        choices=("dress", "mask"),
        default="dress",
        help="dress: into true masks (default); mask: how well clothes are found, and the whole chain without a mask",
    )
    add("--count", type=int, default=256, help="dolls in the first group (default 256)")
    add("--seed", type=int, default=0, help="another seed measures on other dolls (default 0)")
    add("--json", type=Path, required=True, help="where the numbers go")
    add("--model", default="starter", help="a model's name or folder (default starter)")
    add("--sheet", type=Path, help="where the best, median and worst cases go, as one PNG")
    add("--out", type=Path, help="a folder for the pictures of every case")
    add("--held-out", type=int, help="dolls in held-out combinations (default: half of count)")
    add("--ablated", type=int, help="dolls dressed again with no prompt and with no ControlNet (default: a quarter)")
    add("--steps", type=int, help="default: the model's own")
    add("--guidance", type=float, help="default: the model's own")
    add("--scheduler", help="default: the model's own")
    add("--control-scale", type=float, default=1.0)
    add("--parser", default="starter", help="of --parts mask: a parser's name or path (default starter)")
    add("--segmenter", default="starter", help="of --parts mask: a segmenter's name or path (default starter)")
    add("--dressed", type=int, help="of --parts mask: dolls dressed without a mask (default: as many as count)")
    add("--leaked", type=int, default=600, help="of --parts mask: masks for the classifier (default 600; 0: none)")
    add("--device", default="auto")
    args = parser.parse_args(argv)
    try:
        (_run_masks if args.parts == "mask" else _run)(args)
    except ValueError as error:
        print(f"evaluate: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("evaluate: Stopped.", file=sys.stderr)
        return 130
    return 0


def _run(args: argparse.Namespace) -> None:
    for name in ("count", "seed", "held_out", "ablated"):
        lowest = 1 if name == "count" else 0
        value = getattr(args, name)
        if value is not None and value < lowest:
            raise ValueError(f"--{name.replace('_', '-')} must be at least {lowest}, not {value}.")
    if max(args.count, args.held_out or 0) > SEED_STRIDE:
        raise ValueError(f"There are {SEED_STRIDE} dolls for each seed: ask for fewer.")
    wanted = {"guidance_scale": args.guidance, "num_inference_steps": args.steps, "scheduler": args.scheduler}
    wanted = {key: value for key, value in wanted.items() if value is not None}
    folder = checkpoints.resolve(args.model)
    checkpoints.check(folder)
    replace(checkpoints.read_spec(folder), **wanted)  # refuses what cannot be before anything is loaded
    control = Control(scale=args.control_scale)
    for parent in {path.parent for path in (args.json, args.sheet) if path} | ({args.out} if args.out else set()):
        check_folder(parent)

    pipeline = checkpoints.load_pipeline(args.model, device=args.device)
    pipeline.spec = replace(pipeline.spec, **wanted)
    pipeline.preview_seconds = None  # nobody looks
    total = args.count + (args.count // 2 if args.held_out is None else args.held_out)
    workers = min(os.cpu_count() or 1, 16) if total >= 32 else 0
    values, scored = evaluate(
        pipeline,
        args.count,
        args.seed,
        held_out=args.held_out,
        ablated=args.ablated,
        controls=(control,),
        workers=workers,
    )
    spec = pipeline.spec
    values |= {
        "model": spec.name,
        "sha256": spec.sha256,
        "scheduler": spec.scheduler,
        "num_inference_steps": spec.num_inference_steps,
        "guidance_scale": spec.guidance_scale,
        "control_scale": control.scale,
        "device": str(pipeline.device),
        "dtype": str(pipeline.dtype).removeprefix("torch."),
    }
    write_json(args.json, values)
    for key, value in values.items():
        print(f"{key:32} {value}")
    if args.sheet:
        title = f"{spec.name}: {values['masked_psnr_db']:.1f} dB, {100 * values['outfit_top1']:.0f} % recognised"
        print(f"Look at {save_png(draw_sheet(scored, title), args.sheet, overwrite=True)}")
    if args.out:
        write_cases(scored, args.out)


def _run_masks(args: argparse.Namespace) -> None:
    from ccnet import clothes
    from training.evaluate_masks import evaluate_masks

    if not 1 <= args.count <= SEED_STRIDE:
        raise ValueError(f"--count must be from 1 to {SEED_STRIDE}, not {args.count}.")
    for name in ("dressed", "leaked"):
        value = getattr(args, name)
        if value is not None and not 0 <= value <= SEED_STRIDE:
            raise ValueError(f"--{name} must be from 0 to {SEED_STRIDE}, not {value}.")
    for path in (args.json, args.sheet):
        if path:
            check_folder(path.parent)
    parser = clothes.load_parser(args.parser, args.device)
    segmenter = clothes.load_segmenter(args.segmenter, args.device)
    pipeline = checkpoints.load_pipeline(args.model, device=args.device)
    pipeline.preview_seconds = None  # nobody looks
    values, sheet = evaluate_masks(
        parser, segmenter, pipeline, args.count, args.seed, leaked=args.leaked, dressed=args.dressed
    )
    write_json(args.json, values)
    for key, value in values.items():
        print(f"{key:32} {value}")
    if args.sheet:
        print(f"Look at {save_png(sheet, args.sheet, overwrite=True)}")


if __name__ == "__main__":
    sys.exit(main())
