"""The characters that `make demo` dresses: three dolls made to please, generous masks, two new outfits each.

    python -m training.samples              writes assets/samples: NAME.png, NAME-mask.png and samples.toml

They come from no seed, so no training has seen them; none of their outfits has a held-out combination.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from ccnet.masks import Mask
from ccnet.pictures import check_folder, save_png
from training.dolls.classes import EYES, FACE, MOUTH, NOSE
from training.dolls.doll import Doll
from training.dolls.figure import Pose
from training.dolls.identity import Identity
from training.dolls.outfit import Item, Outfit
from training.paperdoll import difference_mask
from training.records import write_text

FOLDER = Path(__file__).resolve().parents[1] / "assets" / "samples"
SIZE = 512

BRUSH = 0.024
"""Radius of the brush the masks look painted with, as a part of the picture's side."""


@dataclass(frozen=True)
class Sample:
    """A character, what it wears, what it is to wear, and the seed that draws that."""

    name: str
    doll: Doll
    outfits: tuple[Outfit, Outfit]
    seed: int = 0


MIMI = Sample(
    "mimi",
    Doll(
        Identity(
            heads=2.5,
            pose=Pose((58, 24), (66, -20), (5, 5), (0, 0), 0.8, -5),
            skin="pale skin",
            hair="twintails",
            hair_colour="pink",
            bangs="parted bangs",
            eye_colour="purple",
            expression="open mouth",
            headwear=Item("hair bow", "white"),
            backdrop="hills",
            backdrop_colours=("blue", "green"),
            zoom=0.84,
        ),
        Outfit(
            top=Item("sailor uniform", "white", "two-tone", "navy"),
            bottom=Item("pleated skirt", "navy"),
            legwear=Item("kneehighs", "white"),
            footwear=Item("loafers", "brown"),
        ),
    ),
    (
        Outfit(
            dress=Item("maid dress", "black"),
            legwear=Item("thighhighs", "white"),
            footwear=Item("mary janes", "red"),
        ),
        Outfit(
            top=Item("hoodie", "yellow"),
            bottom=Item("shorts", "blue"),
            legwear=Item("socks", "white"),
            footwear=Item("sneakers", "red"),
        ),
    ),
    seed=2,
)

REN = Sample(
    "ren",
    Doll(
        Identity(
            heads=3.7,
            pose=Pose((50, 16), (-104, -12), (6, 6), (0, 0), 0, 3),
            build=1.03,
            girl=False,
            skin="tan skin",
            hair="messy hair",
            hair_colour="blonde",
            bangs="choppy bangs",
            eye_colour="aqua",
            expression="smile",
            backdrop="circles",
            backdrop_colours=("aqua", "white"),
            zoom=0.84,
            light=1,
        ),
        Outfit(
            top=Item("t-shirt", "white"),
            bottom=Item("jeans", "blue"),
            outerwear=Item("jacket", "red"),
            footwear=Item("sneakers", "white"),
        ),
    ),
    (
        Outfit(
            top=Item("kimono top", "teal"),
            bottom=Item("hakama", "navy"),
            footwear=Item("sandals", "brown"),
        ),
        Outfit(
            top=Item("military jacket", "black"),
            bottom=Item("trousers", "white"),
            footwear=Item("knee boots", "brown"),
        ),
    ),
    seed=2,
)

SERA = Sample(
    "sera",
    Doll(
        Identity(
            heads=4.9,
            pose=Pose((50, 36), (-102, 8), (4, 4), (4, 0), -0.5, 4),
            skin="fair skin",
            hair="ponytail",
            hair_colour="black",
            bangs="swept bangs",
            eye_colour="green",
            expression="smile",
            headwear=Item("hair flower", "crimson"),
            earwear="earrings",
            backdrop="gradient",
            backdrop_colours=("purple", "pink"),
            zoom=0.86,
        ),
        Outfit(
            top=Item("frilled blouse", "white"),
            bottom=Item("long skirt", "purple"),
            footwear=Item("boots", "brown"),
        ),
    ),
    (
        Outfit(dress=Item("china dress", "red"), footwear=Item("mary janes", "black")),
        Outfit(
            top=Item("turtleneck", "cream"),
            bottom=Item("pleated skirt", "green", "checked", "navy"),
            outerwear=Item("coat", "beige"),
            legwear=Item("pantyhose", "black"),
            footwear=Item("loafers", "brown"),
        ),
    ),
    seed=1,
)

SAMPLES = (MIMI, REN, SERA)


def painted_mask(sample: Sample, size: int = SIZE) -> Mask:
    """As somebody would paint it: over the clothes, with room for the new ones, rounded, the face left out."""
    drawing = sample.doll.render(size)
    room = np.any([difference_mask(drawing, sample.doll.wearing(o).render(size)) for o in sample.outfits], 0)
    radius = round(BRUSH * size)
    grown = Mask(room).grow(radius)
    # Blurring and cutting at the middle rounds every corner and closes gaps that no brush would leave.
    soft = cv2.GaussianBlur(grown.alpha, (0, 0), radius * 0.8, borderType=cv2.BORDER_CONSTANT)
    keep = Mask(np.isin(drawing.labels, (FACE, EYES, NOSE, MOUTH))).grow(max(1, radius // 6))
    painted = (soft > 127) & (keep.alpha == 0)
    return Mask(cv2.medianBlur(painted.astype(np.uint8) * 255, radius // 2 * 2 + 1))


def write_samples(folder: Path = FOLDER, size: int = SIZE) -> None:
    """All samples, each file whole or not at all. Raises ValueError when the folder cannot be written."""
    check_folder(folder)
    tables = []
    for sample in SAMPLES:
        image, mask = f"{sample.name}.png", f"{sample.name}-mask.png"
        save_png(Image.fromarray(sample.doll.render(size).image), folder / image, overwrite=True)
        save_png(painted_mask(sample, size).to_image(), folder / mask, overwrite=True)
        outfits = [", ".join(outfit.tags) for outfit in sample.outfits]
        # JSON's strings and lists are TOML's too.
        values = {"image": image, "mask": mask, "outfits": outfits, "seed": sample.seed}
        tables.append("[[sample]]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in values.items()))
    write_text(folder / "samples.toml", "# Written by `python -m training.samples`.\n\n" + "\n".join(tables))


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m training.samples", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, default=FOLDER, help="default assets/samples")
    try:
        args = parser.parse_args(argv)
        write_samples(args.out)
    except ValueError as error:
        print(f"samples: {error}", file=sys.stderr)
        return 1
    print(f"{len(SAMPLES)} samples are in {args.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
