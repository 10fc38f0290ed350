"""Ours beside diffusers' StableDiffusionControlNetInpaintPipeline: the same weights, seed, steps and number format.

    python -m benchmarks                     the starter model, or its architecture with random weights
    python -m benchmarks --model sd15 --steps 2 --control-end 0.5
    python -m benchmarks --model FOLDER --rounds 9 --json result.json

Both run in one process, in turns (stock, ours, ours, stock), so that whatever else the machine does hits both alike.
Memory and loading are measured in a process of their own for each.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from PIL import Image
from tqdm import tqdm

from benchmarks.models import write_random_model, write_sd15
from ccnet import checkpoints
from ccnet.masks import Mask
from ccnet.pictures import check_folder
from ccnet.request import Control, DressRequest, Garment, ModelSpec
from training.dolls.doll import UNSEEN, draw_outfit, make_doll
from training.records import write_json

if TYPE_CHECKING:
    from benchmarks.contestants import Drawn, Ours, Stock

RANDOM, SD15 = "random", "sd15"
WARM_UPS = 2
MEMORY_STEPS = 2  # the peak is reached in the first step
RESAMPLES = 2000


class Case(NamedTuple):
    """What is asked for; None: as the model wants it.

    size: of the square picture, pixels. images: drawn at once. controls: ControlNets at work, 1 or 2. control_end: the
    share of the steps after which none of them acts.
    """

    steps: int | None = None
    size: int | None = None
    images: int = 1
    controls: int = 1
    control_end: float = 1.0


USUAL = Case()


def make_request(spec: ModelSpec, case: Case = USUAL) -> DressRequest:
    """An unseen doll in a mask of whole latent cells, with grow and feather off: nothing is scaled, so that all that
    is left to differ is how the pictures are made. The second ControlNet is shown the whole doll."""
    size = case.size or min(max(spec.resolution, 64), 1024)
    drawing = make_doll(UNSEEN).render(size)
    cells = drawing.outfit_mask.reshape(size // 8, 8, size // 8, 8).any(axis=(1, 3))
    image = Image.fromarray(drawing.image)
    controls = (Control(end=case.control_end), Control("second", image=image, end=case.control_end))
    return DressRequest(
        image,
        Mask(cells.repeat(8, axis=0).repeat(8, axis=1)),
        Garment(", ".join(draw_outfit(np.random.default_rng(0)).tags)),
        guidance_scale=max(spec.guidance_scale, 1.5),  # without guidance half of the work would be missing
        num_inference_steps=case.steps or spec.num_inference_steps,
        num_images=case.images,
        scheduler=spec.scheduler,
        controls=controls[: case.controls],
        resolution=size,
        mask_grow=0,
        mask_feather=0,
    )


# --- measuring --------------------------------------------------------------------------------------------------------


def compare(ours: Ours, stock: Stock, request: DressRequest) -> dict[str, float]:
    """How far the two answers are apart. Raises ArithmeticError when the latents are not what latents look like."""
    from benchmarks.contestants import most_likely_latents

    with most_likely_latents():
        our_latents, stock_latents = ours.latents(request), stock.latents(request)
        our_image, stock_image = ours.draw(request).image, stock.draw(request).image
    for latents in (our_latents, stock_latents):
        if not latents.isfinite().all() or not 0.1 < latents.std() < 10:
            raise ArithmeticError(f"latents with a deviation of {latents.std():g}: nothing could be told from these")
    inside = request.mask.alpha > 0
    difference = our_image[inside].astype(int) - stock_image[inside]
    mse = float(np.mean(difference**2))
    original = np.asarray(request.image)
    return {
        "latents_max_difference": float((our_latents - stock_latents).abs().max()),
        "image_max_difference": int(np.abs(difference).max()),
        "image_psnr_db": 10 * float(np.log10(255**2 / mse)) if mse else 100.0,
        "ours_changed_outside_pixels": int((our_image != original).any(-1)[~inside].sum()),
        "stock_changed_outside_pixels": int((stock_image != original).any(-1)[~inside].sum()),
    }


def race(ours: Ours, stock: Stock, request: DressRequest, rounds: int) -> dict[str, Any]:
    """Times of both and their ratios, stock by ours, over `rounds` rounds of two pictures each with fresh noise; and
    ours once more with only the seed changed."""
    order: list[Ours | Stock] = [stock, ours, ours, stock]
    first = {one.name: one.draw(request).seconds for one in (stock, ours)}
    for _ in range(WARM_UPS - 1):
        for one in (stock, ours):
            one.draw(request)
    drawn: dict[str, list[list[Drawn]]] = {"stock": [], "ours": []}
    again: list[float] = []
    for i in tqdm(range(rounds), desc="Racing", unit="round", disable=None):
        fresh = replace(request, seed=i + 1)
        answers = [(one.name, one.draw(fresh)) for one in order]
        for name, results in drawn.items():
            results.append([answer for who, answer in answers if who == name])
        again.append(ours.draw(replace(request, seed=rounds + i + 1), again=True).seconds)

    values: dict[str, Any] = {"rounds": rounds, "steps": request.num_inference_steps}
    for field, key in (("seconds", "image"), ("step_seconds", "step"), ("processor_seconds", "processor")):
        means = {
            name: [statistics.fmean(getattr(d, field) for d in pair) for pair in results]
            for name, results in drawn.items()
        }
        for name, seconds in means.items():
            values[f"{name}_{key}_ms"] = 1000 * statistics.median(seconds)
        ratios = [s / o for s, o in zip(means["stock"], means["ours"], strict=True)]
        low, high = _interval(ratios)
        values |= {f"{key}_ratio": statistics.median(ratios), f"{key}_ratio_low": low, f"{key}_ratio_high": high}
    values["ours_other_seed_ms"] = 1000 * statistics.median(again)
    return values | {f"{name}_first_image_ms": 1000 * seconds for name, seconds in first.items()}


def utilisation(ours: Ours, stock: Stock, request: DressRequest, values: Mapping[str, Any]) -> dict[str, float]:
    """Operations counted in a picture, beside what the same machine does in one large multiplication.

    values: of `race`. The utilisation is model FLOPs by time by that rate, 0 to 1.
    """
    from benchmarks.contestants import count_operations, matmul_rate

    rate = matmul_rate(ours.pipeline.device, ours.pipeline.dtype)
    counted: dict[str, float] = {"matmul_tflops": rate / 1e12}
    for one in (stock, ours):
        if one.compiled:  # nothing can be counted inside: it computes what it did before
            continue
        operations = count_operations(lambda one=one: one.draw(request))
        seconds = values[f"{one.name}_image_ms"] / 1000
        counted |= {f"{one.name}_tflop": operations / 1e12, f"{one.name}_utilisation": operations / seconds / rate}
    return counted


def _interval(ratios: Sequence[float]) -> tuple[float, float]:
    """The 95 % bootstrap interval of the median."""
    rng = np.random.default_rng(0)
    medians = np.median(rng.choice(np.asarray(ratios), (RESAMPLES, len(ratios))), axis=1)
    low, high = np.percentile(medians, (2.5, 97.5))
    return float(low), float(high)


def measure_alone(name: str, folder: Path, device: str, dtype: str, case: Case) -> dict[str, float]:
    """Loading time and peak memory of one contestant: run it in a fresh process."""
    began = time.perf_counter()
    from benchmarks.contestants import Ours, Stock

    contestant = (Ours if name == "ours" else Stock)(folder, device, dtype)
    loaded = time.perf_counter() - began
    contestant.draw(make_request(checkpoints.read_spec(folder), case._replace(steps=MEMORY_STEPS)))
    values = {f"{name}_load_seconds": loaded, f"{name}_peak_mb": peak_memory_mb()}
    if device.startswith("cuda"):
        import torch

        values[f"{name}_peak_device_mb"] = torch.cuda.max_memory_allocated() / 2**20
    return values


def peak_memory_mb() -> float:
    """The most memory this process has held, in MiB; nan where the system does not say."""
    try:
        # Not ru_maxrss where it can be helped: on Linux a child's begins at what its parent held when it was started.
        lines = Path("/proc/self/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024
    except (OSError, StopIteration):
        pass
    try:
        import resource
    except ImportError:
        return float("nan")
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


def _in_own_process(name: str, folder: Path, device: str, dtype: str, case: Case) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks", "--alone", name, "--model", str(folder.resolve())]
    command += ["--device", device, "--dtype", dtype, "--images", str(case.images), "--controls", str(case.controls)]
    command += ["--size", str(case.size)] if case.size else []
    root = Path(__file__).resolve().parents[1]
    done = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


# --- command ----------------------------------------------------------------------------------------------------------


def run(folder: Path, rounds: int, case: Case, device: str, dtype: str, tuned: bool = False) -> dict[str, Any]:
    """Everything, as the JSON's values. tuned: whether stock is made as fast as its documentation tells to."""
    values: dict[str, Any] = {"load_average": os.getloadavg()[0] if hasattr(os, "getloadavg") else None}
    for name in ("stock", "ours"):
        values |= _in_own_process(name, folder, device, dtype, case)

    import torch

    from benchmarks.contestants import Ours, Stock

    ours, stock = Ours(folder, device, dtype), Stock(folder, device, dtype, tuned)
    request = make_request(ours.pipeline.spec, case)
    values |= race(ours, stock, request, rounds)
    values |= utilisation(ours, stock, request, values)
    values |= compare(ours, stock, request)
    return values | {
        "tuned": tuned,
        "size": request.image.width,
        "images": case.images,
        "controls": case.controls,
        "control_end": case.control_end,
        "scheduler": request.scheduler,
        "device": device,
        "dtype": dtype,
        "threads": torch.get_num_threads(),
        "torch": torch.__version__,
    }


def table(values: dict[str, Any]) -> str:
    """The numbers as a person wants them."""
    lines = [f"{'':24}{'stock':>10}{'ours':>10}   stock / ours"]
    rows = (
        ("one picture, ms", "image_ms", "image"),
        ("one step, ms", "step_ms", "step"),
        ("processor time, ms", "processor_ms", "processor"),
        ("first picture, ms", "first_image_ms", None),
        ("loading, s", "load_seconds", None),
        ("peak memory, MiB", "peak_mb", None),
        ("device memory, MiB", "peak_device_mb", None),
    )
    for title, key, ratio in rows:
        stock, ours = values.get(f"stock_{key}"), values.get(f"ours_{key}")
        if stock is None or ours is None:
            continue
        line = f"{title:24}{stock:10.1f}{ours:10.1f}   {values[f'{ratio}_ratio'] if ratio else stock / ours:.2f}"
        if ratio:
            line += f"  (95 %: {values[f'{ratio}_ratio_low']:.2f} to {values[f'{ratio}_ratio_high']:.2f})"
        lines.append(line)
    lines.append(f"{'another seed, ms':24}{'':10}{values['ours_other_seed_ms']:10.1f}")
    if "stock_utilisation" in values:
        used = [100 * values[f"{name}_utilisation"] for name in ("stock", "ours")]
        lines.append(
            f"{'FLOP utilisation, %':24}{used[0]:10.1f}{used[1]:10.1f}   "
            f"of the {values['matmul_tflops']:.2f} TFLOP/s of a large multiplication"
        )
    outside = "changed outside the mask"
    lines += [
        f"{outside:24}{values['stock_changed_outside_pixels']:10}{values['ours_changed_outside_pixels']:10}   pixels",
        f"Final latents differ by {values['latents_max_difference']:.1e} at most, the pictures in the mask by "
        f"{values['image_max_difference']} of 255 at most ({values['image_psnr_db']:.0f} dB).",
    ]
    return "\n".join(lines)


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--model", help=f'a name, a folder, "{RANDOM}" or "{SD15}" (default: starter, or random when it is not here)')
    add("--rounds", type=int, default=5, help="each draws two pictures with either (default 5)")
    add("--steps", type=int, help="default: the model's own")
    add("--size", type=int, help="of the picture, in pixels (default: the model's own)")
    add("--images", type=int, default=1, help="drawn at once (default 1)")
    add("--controls", type=int, choices=(1, 2), default=1, help="ControlNets at work (default 1)")
    add("--control-end", type=float, default=1.0, help="the share of the steps they act in (default 1)")
    add("--tuned", action="store_true", help="against a stock that is channels last, fused and compiled")
    add("--device", default="cpu", help="cpu or cuda (default cpu)")
    add("--dtype", default="float32", help="float32, float16 or bfloat16, for both (default float32)")
    add("--json", type=Path, default=Path("runs/benchmark.json"), help="default runs/benchmark.json")
    add("--alone", choices=("ours", "stock"), help=argparse.SUPPRESS)
    args = parser.parse_args(argv)
    try:
        _run(args)
    except ValueError as error:
        print(f"benchmarks: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("benchmarks: Stopped.", file=sys.stderr)
        return 130
    return 0


def _run(args: argparse.Namespace) -> None:
    for name, value in (("rounds", args.rounds), ("steps", args.steps), ("images", args.images)):
        if value is not None and value < 1:
            raise ValueError(f"--{name} must be at least 1, not {value}.")
    if args.size is not None and (args.size < 64 or args.size > 1024 or args.size % 64):
        raise ValueError(f"--size must be a multiple of 64 up to 1024, not {args.size}.")
    if not 0 <= args.control_end <= 1:
        raise ValueError(f"--control-end must be from 0 to 1, not {args.control_end:g}.")
    if args.dtype not in ("float32", "float16", "bfloat16"):
        raise ValueError(f"There is no number format '{args.dtype}': float32, float16 or bfloat16.")
    case = Case(args.steps, args.size, args.images, args.controls, args.control_end)
    if args.alone:
        print(json.dumps(measure_alone(args.alone, Path(args.model), args.device, args.dtype, case)))
        return
    check_folder(args.json.parent)
    with tempfile.TemporaryDirectory() as temporary:
        folder, name = _find(args.model, Path(temporary))
        checkpoints.check(folder)
        values = {"model": name} | run(folder, args.rounds, case, args.device, args.dtype, args.tuned)
    write_json(args.json, {key: value if value == value else None for key, value in values.items()})
    print(table(values))
    print(f"The numbers are in {args.json}")


def _find(model: str | None, temporary: Path) -> tuple[Path, str]:
    """The folder of a model and what to call it; one of random weights is made first."""
    if model is None and not checkpoints.resolve("starter").exists():
        model = RANDOM
    if model == RANDOM:
        return write_random_model(temporary / RANDOM), RANDOM
    if model == SD15:
        return write_sd15(temporary / SD15), SD15
    return checkpoints.resolve(model or "starter"), model or "starter"
