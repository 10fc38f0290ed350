"""`ccnet demo`: the sample characters in new outfits."""

from __future__ import annotations

import argparse
import time
import tomllib
from pathlib import Path
from typing import Any

from ccnet import clothes, pictures, recipe
from ccnet.autodress import find_clothes
from ccnet.formats import CheckpointError
from ccnet.garments import garment_picture
from ccnet.pictures import Picture, PictureError
from ccnet.request import DressRequest, Garment
from ccnet.runs import checked, generate, load, maker_of, notice, safety_filter, tiles
from ccnet.sheet import Tile, contact_sheet, mask_overlay

SAMPLES = Path(__file__).resolve().parents[1] / "assets" / "samples"

FOUND = "found.png"


def add_command(commands: argparse._SubParsersAction) -> None:
    add = commands.add_parser("demo", help="dress the sample characters").add_argument
    add("--model", default="starter", help="default: starter")
    add("--device", default="auto", help="default: auto")
    add("--out", type=Path, default=Path("demo"), metavar="DIR", help="default: demo")
    commands.choices["demo"].set_defaults(run=demo)


def demo(args: argparse.Namespace) -> None:
    """`ccnet demo`: the sample characters, each in two outfits."""
    began = time.monotonic()
    path, spec = checked(args)
    samples = _samples(SAMPLES)
    pictures.check_folder(args.out)
    opened = [
        (s, pictures.open_picture(SAMPLES / s["image"]), pictures.open_mask(SAMPLES / s["mask"])[0]) for s in samples
    ]

    pipeline = load(args)
    maker = maker_of(args, path, pipeline)
    withheld = safety_filter(path, pipeline)
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
            row = row or tiles(picture, request, [])
            candidates = generate(pipeline, request, withheld)
            if not candidates:
                continue
            (candidate,) = candidates
            # The demonstration's own files, the same every time, are the only ones that are ever replaced.
            file = args.out / f"{Path(sample['image']).stem}-{number}.png"
            recipe.write(candidate, file, picture=picture, maker=maker, overwrite=True)
            print(f"{file}  {outfit}")
            row.append(Tile(picture.finish(candidate.image, candidate.layer), outfit))
        rows.append(row)
    _show_what_is_found(args.out, [picture for _, picture, _ in opened], args.device)
    overview = args.out / "overview.png"
    pictures.save_png(
        contact_sheet(rows, "CC_ControlNet: a new outfit, every other pixel untouched"), overview, overwrite=True
    )
    print(f"Done in {time.monotonic() - began:.0f} seconds. Look at {overview}")


def _show_what_is_found(folder: Path, opened: list[Picture], device: str) -> None:
    """found.png: each sample, its garment map, and the mask that would be used were none given."""
    try:
        clothes.choose_parser(clothes.STARTER)
    except CheckpointError as error:
        notice(f"{FOUND} is left out. {error}")
        return
    parser = clothes.load_parser(clothes.STARTER, device)
    rows = []
    for picture in opened:
        found = find_clothes(picture.image, parser=parser)
        garments = Tile(garment_picture(found.map), ", ".join(found.slots))
        rows.append(
            [Tile(picture.image, "input"), garments, Tile(mask_overlay(picture.image, found.mask.mask), "mask")]
        )
    sheet = contact_sheet(rows, "Without a mask: the clothes that are found, and where an outfit is drawn")
    print(f"{pictures.save_png(sheet, folder / FOUND, overwrite=True)}  what is found without a mask")


def _samples(folder: Path) -> list[dict[str, Any]]:
    try:
        return tomllib.loads((folder / "samples.toml").read_text("utf-8"))["sample"]
    except FileNotFoundError as error:
        raise PictureError(
            "The sample characters are not here: run the demo from a checkout of the program."
        ) from error
