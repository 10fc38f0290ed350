"""The command line: dress a character, make a result again, show the demonstration, look after models.

Everything that can be refused is refused before torch is imported, so that a typing mistake costs no waiting. Exit
codes: 0 done, 1 refused with one sentence on stderr, 2 a wrong option, 130 stopped with Ctrl-C.
"""

from __future__ import annotations

import argparse
import io
import random
import re
import sys
import time
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image
from tqdm import tqdm

from ccnet import adapters, checkpoints, models_command, options, pictures, provenance, recipe, store
from ccnet.devices import MEMORY, check_names
from ccnet.families import FAST_MODES
from ccnet.pictures import Picture, PictureError
from ccnet.recipe import Addition, Maker, RecipeError
from ccnet.request import (
    ANNOTATORS,
    CONTROL_WEIGHTINGS,
    DEFAULT_STRENGTH,
    INTENTS,
    SCHEDULERS,
    Candidate,
    DressRequest,
    Garment,
    ModelSpec,
    Progress,
    known,
)
from ccnet.safety import SafetyFilter, safety_enabled, with_dressed_negative
from ccnet.sheet import Tile, contact_sheet, mask_overlay

if TYPE_CHECKING:
    from ccnet.pipeline import DressPipeline

SAMPLES = Path(__file__).resolve().parents[1] / "assets" / "samples"
LONGEST_STEM = 150
"""Of a result's name, in bytes: file systems allow 255 and a number and a word come after it."""

EXAMPLE = 'ccnet dress hero.png --mask mask.png --outfit "red sailor uniform, white pleated skirt"'


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code; wrong options exit as argparse does."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a file's name may hold what the terminal cannot show
            stream.reconfigure(errors="backslashreplace")
    args = _parser().parse_args(argv)
    try:
        args.run(args)
    except ValueError as error:
        print(f"ccnet: {error}", file=sys.stderr)
        return 1
    except (MemoryError, RuntimeError) as error:
        if not isinstance(error, MemoryError) and "memory" not in str(error):
            raise
        print("ccnet: Out of memory: use a smaller --resolution or fewer --candidates.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("ccnet: Stopped.", file=sys.stderr)
        return 130
    return 0


def show_help() -> None:
    """Prints what commands there are."""
    _parser().print_help()


def dress(args: argparse.Namespace) -> None:
    """`ccnet dress`: one picture, one mask, one outfit; some candidates."""
    path, spec = _checked(args)
    known("intent", args.intent, INTENTS)
    picture = pictures.open_picture(args.picture)
    mask, notices = pictures.open_mask(args.mask)
    spec, prompt = options.hastened(args.fast, path, spec, args.outfit) if args.fast else (spec, args.outfit)
    controls, layers, lacking = options.steering(args.control, path, spec, args.control_scale)
    shipped = args.model in checkpoints.known_models()
    wanted = {
        "strength": DEFAULT_STRENGTH[args.intent] if args.strength is None else args.strength,
        "guidance_scale": spec.guidance_scale if args.guidance is None else args.guidance,
        "num_inference_steps": spec.num_inference_steps if args.steps is None else args.steps,
        "scheduler": args.scheduler or spec.scheduler,
        "seed": random.randrange(2**31) if args.seed is None else args.seed,
        # The starter has never heard of these words.
        "negative_prompt": args.negative if args.negative is not None else "" if shipped else with_dressed_negative(""),
    }
    request = DressRequest(
        picture.image,
        mask,
        Garment(prompt),
        intent=args.intent,
        num_images=args.candidates,
        controls=controls,
        control_weighting=args.control_weighting,
        resolution=args.resolution,
        mask_grow=args.grow,
        mask_feather=args.feather,
        **wanted,
    )
    loras = checkpoints.loras(path, prompt)
    pictures.check_folder(args.out)
    _notice(*picture.notices, *notices, *lacking)

    pipeline = _load(args, {name: adapter.path for name, adapter in layers.items()}, args.vae)
    vae = None if args.vae is None else checkpoints.find_vae(args.vae, spec)
    maker = _maker(args, path, pipeline, provenance.additions(request, layers, vae, loras))
    candidates = _generate(pipeline, request, _filter(path, pipeline))
    if not candidates:
        return
    stem = _short(f"{args.picture.stem}-dressed")
    number = _next_number(args.out, stem)
    for i, candidate in enumerate(candidates, number):
        file = recipe.write(candidate, args.out / f"{stem}-{i}.png", picture=picture, maker=maker)
        garment = pictures.save_png(
            picture.finish_layer(candidate.layer),
            args.out / f"{stem}-{i}-garment.png",
            icc_profile=picture.icc_profile,
        )
        print(f"{file}  (seed {candidate.seed}; the garment alone: {garment.name})")
    sheet = contact_sheet([_row(picture, request, candidates)], args.outfit)
    print(f"Look at {pictures.save_png(sheet, args.out / f'{stem}-{number}-sheet.png')}")


def redo(args: argparse.Namespace) -> None:
    """`ccnet redo`: the same pixels again, from the result's own recipe."""
    made = recipe.read(args.picture)
    if args.model is None:
        if made.maker.shipped and made.maker.model in checkpoints.known_models():
            args.model = made.maker.model
        elif (found := None if made.maker.shipped else provenance.find_model(made.maker)) is not None:
            args.model = str(found)
        else:
            raise RecipeError(
                f"'{args.picture}' was made with your own model {made.maker.model!r}: name its folder or file with "
                "--model."
            )
    # What ran on the processor runs there again; another machine may not have the other's accelerator.
    on_cpu = made.maker.device == "cpu"
    args.device = args.device or ("cpu" if on_cpu else "auto")
    args.dtype = made.maker.dtype if on_cpu and args.device == "cpu" else "auto"
    args.memory = made.maker.memory
    path, _ = _checked(args)
    again = provenance.find_again(made.maker)
    layers = checkpoints.layers(path, again.controls)
    checkpoints.loras(path, made.request.garment.prompt)
    out = args.out or args.picture.parent
    pictures.check_folder(out)
    _notice(*again.notices)

    pipeline = _load(args, {name: adapter.path for name, adapter in layers.items()}, again.vae)
    maker = _maker(args, path, pipeline, made.maker.additions)
    if maker.sha256 != made.maker.sha256:
        _notice(f"The weights of {made.maker.model!r} are not the ones that made '{args.picture}'.")
    candidates = _generate(pipeline, made.request, _filter(path, pipeline))
    candidate = next((c for c in candidates if c.seed == made.seed), None)
    if candidate is None:  # withheld, which was said
        return
    stem = _short(f"{args.picture.stem}-redo")
    file = recipe.write(candidate, out / f"{stem}-{_next_number(out, stem)}.png", picture=made.picture, maker=maker)
    print(file)
    print(_compared(made, maker, made.picture.finish(candidate.image, candidate.layer)))


def demo(args: argparse.Namespace) -> None:
    """`ccnet demo`: the sample characters, each in two outfits."""
    began = time.monotonic()
    path, spec = _checked(args)
    samples = _samples(SAMPLES)
    pictures.check_folder(args.out)
    opened = [
        (s, pictures.open_picture(SAMPLES / s["image"]), pictures.open_mask(SAMPLES / s["mask"])[0]) for s in samples
    ]

    pipeline = _load(args)
    maker = _maker(args, path, pipeline)
    withheld = _filter(path, pipeline)
    rows: list[list[Tile]] = []
    for sample, picture, mask in opened:
        row: list[Tile] = []
        for number, outfit in enumerate(sample["outfits"], 1):
            request = DressRequest(
                picture.image,
                mask,
                Garment(outfit),
                guidance_scale=spec.guidance_scale,
                num_inference_steps=spec.num_inference_steps,
                scheduler=spec.scheduler,
                seed=sample.get("seed", 0),
            )
            row = row or _row(picture, request, [])
            candidates = _generate(pipeline, request, withheld)
            if not candidates:
                continue
            (candidate,) = candidates
            # The demonstration's own files, the same every time, are the only ones that are ever replaced.
            file = args.out / f"{Path(sample['image']).stem}-{number}.png"
            recipe.write(candidate, file, picture=picture, maker=maker, overwrite=True)
            print(f"{file}  {outfit}")
            row.append(Tile(picture.finish(candidate.image, candidate.layer), outfit))
        rows.append(row)
    overview = args.out / "overview.png"
    pictures.save_png(
        contact_sheet(rows, "CC_ControlNet: a new outfit, every other pixel untouched"), overview, overwrite=True
    )
    print(f"Done in {time.monotonic() - began:.0f} seconds. Look at {overview}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="ccnet",
        description="Swap the outfit of an anime or cartoon character and leave every other pixel alone.",
        epilog=f"example: {EXAMPLE}",
    )
    commands = parser.add_subparsers(required=True, metavar="command")

    add = commands.add_parser(
        "dress", help="draw an outfit into a mask", description="Draw an outfit into a mask."
    ).add_argument
    add("picture", type=Path, help="the character: PNG, JPEG, WebP, ...")
    add("--mask", type=Path, required=True, help="a picture of the same size, white where to repaint")
    add("--outfit", required=True, help='what to draw, such as "red sailor uniform, white pleated skirt"')
    add("--negative", help="what not to draw (default: words that keep characters dressed; none for the starter)")
    add("--intent", default="new", help=f"{', '.join(INTENTS)} (default: new)")
    add("--candidates", type=int, default=1, metavar="N", help="how many to draw (default: 1)")
    add("--seed", type=int, help="the same seed draws the same picture (default: a new one every time)")
    add("--steps", type=int, help="more are finer and slower (default: the model's own)")
    add("--guidance", type=float, help="how strictly to follow the words (default: the model's own)")
    add("--strength", type=float, help="below 1, keep so much of what is there (default: by intent)")
    add("--scheduler", help=f"{', '.join(SCHEDULERS)} (default: the model's own)")
    add("--resolution", type=int, help="about how many pixels square to work at (default: the model's own)")
    add("--grow", type=int, default=8, help="redraw up to so many working pixels past the mask (default: 8)")
    add("--feather", type=int, default=4, help="fade out over so many working pixels (default: 4)")
    add("--control-scale", type=float, default=1.0, help="how strongly the character steers, 0: not (default: 1)")
    add("--control-weighting", default="none", help=f"{', '.join(CONTROL_WEIGHTINGS)} (default: none)")
    add(
        "--control",
        action="append",
        default=[],
        metavar="KIND[=NAME][:SCALE[:START-END]]",
        help=f"steer by a control image made from the character, its garment cut out: {', '.join(ANNOTATORS)}. An "
        "installed ControlNet that reads the kind is taken, or that of NAME, a name or a file. inpaint=NAME replaces "
        "the one that reads the character around the mask. By default SCALE is 1 and the steps are all, 0-1. An "
        "example: canny:0.6:0-0.5. May be given several times",
    )
    add("--model", default="starter", help="a name from `ccnet models`, a folder or a file (default: starter)")
    add("--vae", metavar="NAME", help="a VAE, by name or path, instead of the model's own")
    add("--fast", metavar="MODE", help=f"{' or '.join(FAST_MODES)}: a few steps, with that LoRA from your models")
    add("--device", default="auto", help="auto, cpu, cuda, mps (default: auto)")
    add("--dtype", default="auto", help="float32, float16, bfloat16 (default: what suits device and model)")
    add("--memory", default="full", help=f"{' or '.join(MEMORY)}, which is slow and needs little (default: full)")
    add("--out", type=Path, default=Path("dressed"), metavar="DIR", help="where results go (default: dressed)")
    commands.choices["dress"].set_defaults(run=dress)

    add = commands.add_parser("redo", help="make a result's pixels again, from its PNG alone").add_argument
    add("picture", type=Path, help="a PNG that ccnet made")
    add("--model", help="the model's folder or file, if it is not one from `ccnet models`")
    add("--device", help="auto, cpu, cuda, mps (default: as it was made)")
    add("--out", type=Path, metavar="DIR", help="where the copy goes (default: beside the result)")
    commands.choices["redo"].set_defaults(run=redo)

    add = commands.add_parser("demo", help="dress the sample characters").add_argument
    add("--model", default="starter", help="default: starter")
    add("--device", default="auto", help="default: auto")
    add("--out", type=Path, default=Path("demo"), metavar="DIR", help="default: demo")
    commands.choices["demo"].set_defaults(run=demo)

    models_command.add_commands(commands.add_parser("models", help="your models: list, get, import, give away"))
    return parser


def _checked(args: argparse.Namespace) -> tuple[Path, ModelSpec]:
    """Refuses whatever can be known to be wrong without loading anything; the model's place, and what it says."""
    values = {"dtype": "auto", "memory": "full", **vars(args)}
    check_names(args.device, values["dtype"], values["memory"])
    path = checkpoints.resolve(args.model)
    checkpoints.check(path, values.get("vae"))
    return path, checkpoints.read_spec(path)


def _load(
    args: argparse.Namespace, controls: Mapping[str, Path] | None = None, vae: str | Path | None = None
) -> DressPipeline:
    print(f"Loading the model '{args.model}' ...", file=sys.stderr)
    values = {"dtype": "auto", "memory": "full", **vars(args)}
    pipeline = checkpoints.load_pipeline(
        args.model,
        controls=controls or {},
        vae=vae,
        device=args.device,
        dtype=values["dtype"],
        memory=values["memory"],
    )
    pipeline.preview_seconds = None  # nobody looks
    _notice(*pipeline.notices)
    return pipeline


def _filter(path: Path, pipeline: DressPipeline) -> SafetyFilter:
    """What can tell here whether a result may be shown, unless the user's own settings say that nothing should."""
    if not safety_enabled(store.home()):
        return SafetyFilter()
    return SafetyFilter.load(path if path.is_dir() else None, adapters.tagger_folder(), str(pipeline.device))


def _maker(
    args: argparse.Namespace, path: Path, pipeline: DressPipeline, additions: tuple[Addition, ...] = ()
) -> Maker:
    shipped = args.model in checkpoints.known_models()
    return Maker(
        model=args.model if shipped else adapters.locate(path.resolve()).name,
        shipped=shipped,
        sha256=pipeline.spec.sha256,
        device=str(pipeline.device).partition(":")[0],
        dtype=str(pipeline.dtype).removeprefix("torch."),
        additions=additions,
        memory=getattr(args, "memory", "full"),
    )


def _generate(pipeline: DressPipeline, request: DressRequest, safety: SafetyFilter) -> list[Candidate]:
    """The candidates that may be shown. Of the others, and of what is not as it was asked for, a sentence is said."""
    candidates: list[Candidate] = []
    # Shown in a terminal only: in a log every step would be a line.
    with tqdm(desc="Drawing", unit="step", leave=False, disable=None) as bar:
        for answer in pipeline(request):
            if isinstance(answer, Progress):
                bar.total = answer.total
                bar.update(answer.step - bar.n)
            else:
                candidates.append(answer)
    _notice(*dict.fromkeys(candidate.notice for candidate in candidates if candidate.notice))
    verdicts = [safety.check(np.asarray(candidate.image)) for candidate in candidates]
    for candidate, verdict in zip(candidates, verdicts, strict=True):
        if verdict.withheld:
            _notice(f"Seed {candidate.seed}: {verdict.reason}")
    return [candidate for candidate, verdict in zip(candidates, verdicts, strict=True) if not verdict.withheld]


def _row(picture: Picture, request: DressRequest, candidates: Sequence[Candidate]) -> list[Tile]:
    shown = picture.finish(picture.image, Image.new("RGBA", picture.rgb.size))
    drawn = [Tile(picture.finish(c.image, c.layer), f"seed {c.seed}") for c in candidates]
    return [Tile(shown, "input"), Tile(mask_overlay(shown, request.mask), "mask"), *drawn]


def _compared(made: recipe.Recipe, maker: Maker, result: Image.Image) -> str:
    before, after = np.asarray(made.result).astype(int), np.asarray(result).astype(int)
    differs = np.any(before != after, axis=-1)
    if not differs.any():
        return "Bit-identical: every pixel is the same."
    changed = [
        f"{library} {version} then, {maker.versions.get(library, 'none')} now"
        for library, version in made.maker.versions.items()
        if version != maker.versions.get(library)
    ]
    reason = f" ({'; '.join(changed)})" if changed else ""
    return (
        f"Not bit-identical: {np.count_nonzero(differs)} of {differs.size} pixels differ, "
        f"by {np.abs(before - after).max()} of 255 at most{reason}."
    )


def _samples(folder: Path) -> list[dict[str, Any]]:
    try:
        return tomllib.loads((folder / "samples.toml").read_text("utf-8"))["sample"]
    except FileNotFoundError as error:
        raise PictureError(
            "The sample characters are not here: run the demo from a checkout of the program."
        ) from error


def _next_number(folder: Path, stem: str) -> int:
    """One past the highest number any result of this name has in the folder."""
    pattern = re.compile(re.escape(stem) + r"-(\d{1,9})\b")
    try:
        found = [pattern.match(path.name) for path in folder.iterdir()]
    except OSError:
        found = []
    return 1 + max((int(match[1]) for match in found if match), default=0)


def _short(stem: str) -> str:
    return stem.encode("utf-8", "surrogateescape")[:LONGEST_STEM].decode("utf-8", "ignore")


def _notice(*sentences: str) -> None:
    for sentence in sentences:
        print(f"Note: {sentence}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
