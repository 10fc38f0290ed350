"""Paper dolls: procedural anime characters whose every outfit is known exactly. A contact sheet or a whole data set.

    python -m training.paperdoll --count 64 --seed 0 --sheet sheet.png
    python -m training.paperdoll --count 500 --seed 0 --out datasets/dolls

Doll number i is that of seed + i, the same on every machine. `datasets/README.md` describes the set. Training never
uses a seed of 500 000 000 or above: dolls from there on are unseen. With neither --sheet nor --out the sheet goes to
paperdolls.png.
"""

from __future__ import annotations

import argparse
import math
import os
import secrets
import shutil
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from tqdm import tqdm

from ccnet.pictures import PictureError, check_folder, save_png
from training.dolls.classes import CLASSES, OUTFIT
from training.dolls.doll import (
    UNSEEN,
    Doll,
    Drawing,
    draw_garment,
    draw_outfit,
    has_held_out,
    is_held_out,
    make_doll,
)
from training.dolls.outfit import Item, Outfit
from training.records import write_json_lines

__all__ = [
    "CLASSES",
    "OUTFIT",
    "UNSEEN",
    "Doll",
    "Drawing",
    "Item",
    "Outfit",
    "contact_sheet",
    "difference_mask",
    "draw_garment",
    "draw_outfit",
    "has_held_out",
    "is_held_out",
    "label_picture",
    "make_doll",
    "write_set",
]

SIZES = (64, 1024)
TILE = 256  # of the sheet, in pixels, at most
SHEET_SIDE = 16_384  # tiles shrink so that no sheet is wider
PARALLEL_FROM = 64  # dolls; starting more processes pays from here on

FOLDERS = ("images", "masks", "labels", "targets", "garments")

LABEL_COLOURS = (
    (24, 24, 30), (226, 139, 60), (255, 214, 92), (255, 219, 196), (92, 160, 255), (120, 92, 200), (240, 178, 150),
    (255, 242, 170), (214, 140, 118), (214, 72, 84), (246, 200, 172), (255, 110, 170), (72, 196, 132), (40, 132, 140),
    (64, 104, 214), (150, 216, 226), (150, 86, 62), (188, 130, 84), (206, 196, 240), (168, 168, 60), (222, 184, 160),
)  # fmt: skip
"""The palette of label pictures, one colour for each of `CLASSES`."""


# --- what the set is made of ------------------------------------------------------------------------------------------


def difference_mask(first: Drawing, second: Drawing) -> NDArray[np.bool_]:
    """The clothes of both and wherever the two pictures of one character differ: bool[H, W].

    Outside it they are the same bit for bit, and its shape does not say which outfit is worn.
    """
    return first.outfit_mask | second.outfit_mask | (first.image != second.image).any(-1)


def label_picture(labels: NDArray[np.uint8]) -> Image.Image:
    """A palette picture whose pixel values are the class indices: exact to read, and something to look at."""
    picture = Image.fromarray(labels).convert("P")
    picture.putpalette([value for colour in LABEL_COLOURS for value in colour])
    return picture


def write_doll(folder: Path, number: int, seed: int, size: int, held_out: bool) -> dict[str, Any]:
    """One row of a set: writes its pictures below `folder` and returns its metadata."""
    cv2.setNumThreads(1)
    doll = make_doll(seed, held_out=held_out)
    rng = np.random.default_rng((seed, 1))
    other = doll.wearing(draw_outfit(rng, held_out=held_out))
    drawing, target = doll.render(size), other.render(size)
    slot = "dress" if doll.outfit.dress is not None else "top"
    garment = doll.outfit.items[slot]
    pictures = {
        "images": Image.fromarray(drawing.image),
        "masks": Image.fromarray(difference_mask(drawing, target).astype(np.uint8) * np.uint8(255)),
        "labels": label_picture(drawing.labels),
        "targets": Image.fromarray(target.image),
        "garments": Image.fromarray(draw_garment(garment, slot, size)),
    }
    paths = {kind: f"{kind}/{number:06d}.png" for kind in FOLDERS}
    for kind, picture in pictures.items():
        picture.save(folder / paths[kind])
    text = ", ".join(doll.outfit.tags)
    (folder / f"images/{number:06d}.txt").write_text(text + "\n", encoding="utf-8")
    return {
        "file_name": paths["images"],
        "mask_file_name": paths["masks"],
        "labels_file_name": paths["labels"],
        "target_file_name": paths["targets"],
        "garment_file_name": paths["garments"],
        "text": text,
        "target_text": ", ".join(other.outfit.tags),
        "garment_text": garment.tag,
        "slot": slot,
        "identity": ", ".join(doll.identity.tags),
        "seed": seed,
        "held_out": held_out,
    }


def write_set(
    folder: Path, count: int, seed: int, size: int = 256, *, held_out: bool = False, workers: int = 0
) -> None:
    """A set of `count` dolls in the format of datasets/README.md; complete, or not there at all.

    Raises ValueError when `folder` holds something already or cannot be written.
    """
    _check(count, seed, size)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ValueError(f"'{folder}' is there already and not empty: name a new folder with --out.")
    part = folder.absolute().with_name(f".{folder.absolute().name}-{secrets.token_hex(6)}.part")
    try:
        for kind in FOLDERS:
            (part / kind).mkdir(parents=True)
        numbers, seeds = range(count), range(seed, seed + count)
        work = partial(write_doll, part, size=size, held_out=held_out)
        bar = partial(tqdm, total=count, desc="Drawing", unit="doll", disable=None)
        if workers < 2 or count < PARALLEL_FROM:
            rows = [work(*pair) for pair in bar(zip(numbers, seeds, strict=True))]
        else:
            with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
                rows = list(bar(pool.map(work, numbers, seeds, chunksize=16)))
        write_json_lines(part / "metadata.jsonl", rows)
        if folder.exists():
            folder.rmdir()
        part.rename(folder)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ValueError(
            f"The set could not be written to '{folder}' ({reason}): make room or name another."
        ) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)


# --- the sheet --------------------------------------------------------------------------------------------------------


def contact_sheet(count: int, seed: int, size: int = 256, *, held_out: bool = False) -> Image.Image:
    """Dolls side by side, RGB; each drawn at `size` pixels and shown at 256 at most."""
    _check(count, seed, size)
    columns = max(1, round(math.sqrt(count * 1.25)))
    tile = max(16, min(size, TILE, SHEET_SIDE // columns))
    sheet = np.full((-(-count // columns) * tile, columns * tile, 3), 255, np.uint8)
    for i, picture in enumerate(_pictures(range(seed, seed + count), size, held_out)):
        row, column = divmod(i, columns)
        place = np.s_[row * tile : (row + 1) * tile, column * tile : (column + 1) * tile]
        sheet[place] = cv2.resize(picture, (tile, tile), interpolation=cv2.INTER_AREA)
    return Image.fromarray(sheet)


def _pictures(seeds: Sequence[int], size: int, held_out: bool) -> Iterable[NDArray[np.uint8]]:
    for seed in tqdm(seeds, desc="Drawing the sheet", unit="doll", disable=None):
        yield make_doll(seed, held_out=held_out).render(size).image


def _check(count: int, seed: int, size: int) -> None:
    if count < 1:
        raise ValueError(f"The count must be at least 1, not {count}.")
    if seed < 0:
        raise ValueError(f"The seed must not be negative, as {seed} is.")
    if not SIZES[0] <= size <= SIZES[1]:
        raise ValueError(f"The size must be from {SIZES[0]} to {SIZES[1]} pixels, not {size}.")


# --- command ----------------------------------------------------------------------------------------------------------


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m training.paperdoll", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--count", type=int, default=64, help="how many dolls (default 64)")
    add("--seed", type=int, default=0, help="of the first doll (default 0)")
    add("--size", type=int, default=256, help="side of a picture in pixels, 64 to 1024 (default 256)")
    add("--sheet", type=Path, help="where the contact sheet goes, a PNG")
    add("--out", type=Path, help="a new folder for the set: pictures, masks, captions, metadata.jsonl")
    add("--held-out", action="store_true", help="only dolls in combinations that training never sees")
    args = parser.parse_args(argv)
    try:
        _check(args.count, args.seed, args.size)
        sheet = args.sheet or (None if args.out else Path("paperdolls.png"))
        for parent in (args.out and args.out.parent, sheet and sheet.parent):
            if parent:
                check_folder(parent)
        if sheet and sheet.is_dir():
            raise PictureError(f"'{sheet}' is a folder: name a PNG file with --sheet.")
        if args.out:
            workers = os.cpu_count() or 1
            write_set(args.out, args.count, args.seed, args.size, held_out=args.held_out, workers=workers)
            print(f"{args.count} dolls are in {args.out}")
        if sheet:
            picture = contact_sheet(args.count, args.seed, args.size, held_out=args.held_out)
            print(f"Look at {save_png(picture, sheet, overwrite=True)}")
    except ValueError as error:
        print(f"paperdoll: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("paperdoll: Stopped.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
