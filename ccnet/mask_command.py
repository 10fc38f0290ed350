"""`ccnet mask`: finds the clothes in a picture and writes their mask; and the options that `ccnet dress` shares."""

from __future__ import annotations

import argparse
import dataclasses
import re
from pathlib import Path
from typing import NamedTuple

from PIL import Image

from ccnet import autodress, clothes, pictures, store
from ccnet.autodress import FoundClothes
from ccnet.clothes import Choice
from ccnet.formats import CheckpointError
from ccnet.garments import SLOTS, Slot, garment_picture
from ccnet.masks import Bounds, Point
from ccnet.outfitmask import SLOT_NAMES, MaskRules
from ccnet.pictures import Picture
from ccnet.recipe import Finding
from ccnet.request import Intent, known
from ccnet.runs import next_number, notice, short
from ccnet.sheet import mask_overlay
from ccnet.targets import ANY, TARGETS, Target, parse_target

NONE = "none"
"""The segmenter's name that stands for working without one."""

FINE_SIDE = 1024
"""The long side, in pixels, up to which a parser sees a picture at its own size."""

_SHAPES = ", ".join(TARGETS)


class Wish(NamedTuple):
    """What the options say is to be found. picks: a pixel on the character that is meant; clicks, boxes: for
    the segmenter. Empty slots stand for all."""

    slots: tuple[Slot, ...]
    target: Target
    intent: Intent
    words: str
    character: int | None
    picks: tuple[Point, ...]
    clicks: tuple[Point, ...]
    boxes: tuple[Bounds, ...]
    parser: str
    segmenter: str | None
    device: str

    @property
    def pointed(self) -> bool:
        """Whether anything is pointed out beside slots."""
        return bool(self.words or self.boxes or any(click.add for click in self.clicks))


class Found(NamedTuple):
    """What was found, and how, for the recipe."""

    clothes: FoundClothes
    finding: Finding


def add_command(commands: argparse._SubParsersAction) -> None:
    words = "find a character's clothes and write their mask"
    add = commands.add_parser("mask", help=words, description=f"{words.capitalize()}.").add_argument
    add("picture", type=Path, help="the character: PNG, JPEG, WebP, ...")
    add_options(commands.choices["mask"])
    add("--device", default="auto", help="auto, cpu, cuda, mps (default: auto)")
    add("--out", type=Path, default=Path("masks"), metavar="DIR", help="where masks go (default: masks)")
    commands.choices["mask"].set_defaults(run=mask)


def add_options(parser: argparse.ArgumentParser) -> None:
    """What is to be found, and with what."""
    add = parser.add_argument_group("finding the clothes").add_argument
    add("--slots", type=_slots, default=(), help=f"which, with commas: {', '.join(SLOTS)} (default: all)")
    add("--target", metavar="SHAPE", help='make room for such a garment: "long skirt", "trousers", "sleeveless", ...')
    add("--words", default="", help='find this by name: "ribbon", "cape"; alone it is all that is masked')
    add(
        "--point",
        type=_point,
        nargs="+",
        action="extend",
        default=[],
        metavar="X,Y",
        help="a pixel on the character that is meant. With a + behind it, 120,300+, what is found there is masked as "
        "well, or nothing else when there are no slots; with a -, 120,300-, it is left out",
    )
    add("--box", type=_box, nargs="+", action="extend", default=[], metavar="X,Y,W,H", help="mask what is in a box")
    add("--character", type=int, metavar="N", help="of several characters, the N-th largest (default: 1)")
    add("--parser", default=clothes.AUTO, metavar="NAME", help="what finds clothes (default: the best installed)")
    add(
        "--segmenter",
        default=clothes.AUTO,
        metavar="NAME",
        help="what finds edges and what is pointed at, or none (default: the best installed)",
    )


def mask(args: argparse.Namespace) -> None:
    """`ccnet mask`: the mask, the garment map in colours, and both over the picture."""
    picture = pictures.open_picture(args.picture)
    wish = wished(args, picture)
    pictures.check_folder(args.out)
    notice(*picture.notices)
    found = find(picture, wish)
    stem = short(f"{args.picture.stem}-mask")
    name = f"{stem}-{next_number(args.out, stem)}"
    result = found.clothes.mask.mask
    file = pictures.save_png(result.to_image(), args.out / f"{name}.png")
    share = (result.alpha > 0).mean()
    worn = ", ".join(found.clothes.slots) or "no slots"
    print(f"{file}  ({share:.0%} of the picture; found: {worn})")
    coloured = pictures.save_png(garment_picture(found.clothes.map), args.out / f"{name}-map.png")
    print(f"{coloured}  (what was found, one colour each)")
    shown = mask_overlay(picture.finish(picture.image, Image.new("RGBA", picture.rgb.size)), result)
    print(f"Look at {pictures.save_png(shown, args.out / f'{name}-overlay.png')}")


def wished(args: argparse.Namespace, picture: Picture, intent: Intent = "new", outfit: str = "") -> Wish:
    """What the options say, checked as far as it can be without loading anything. outfit: words that the new garment's
    shape is read from unless one is given. Raises ValueError."""
    clicks = tuple(point for point, role in args.point if role)
    picks = tuple(point for point, role in args.point if not role)
    if len(picks) > 1:
        raise ValueError("One point chooses a character: put + or - behind those that are to be masked or left out.")
    autodress.check_given(_whole(picture), (*picks, *clicks), args.box)
    target = parse_target(args.target or outfit)
    if args.target and target == ANY and args.target.strip().lower() != ANY.name:
        raise ValueError(f'No shape of clothes is known by the words "{args.target}": use some of {_SHAPES}.')
    notice(*clothes.choose_parser(args.parser).notices)
    wish = Wish(
        slots=args.slots,
        target=target,
        intent=intent,
        words=args.words,
        character=args.character,
        picks=picks,
        clicks=clicks,
        boxes=tuple(args.box),
        parser=args.parser,
        segmenter=None,
        device=args.device,
    )
    if intent == "remove":
        autodress.check_removable(wish.slots, wish.pointed)
    return wish._replace(segmenter=_segmenter(args.segmenter, wish, picture))


def find(picture: Picture, wish: Wish) -> Found:
    """Loads what finds clothes, and finds them; says what the user should know. Raises ValueError, CheckpointError."""
    parser = clothes.load_parser(wish.parser, wish.device)
    segmenter = None if wish.segmenter is None else clothes.load_segmenter(wish.segmenter, wish.device)
    rules = MaskRules()
    found = autodress.find_clothes(
        _whole(picture),
        parser=parser,
        segmenter=segmenter,
        slots=wish.slots or None,
        target=wish.target,
        intent=wish.intent,
        rules=rules,
        character=wish.character,
        point=wish.picks[0][:2] if wish.picks else None,
        clicks=wish.clicks,
        boxes=wish.boxes,
        words=wish.words,
        # Without one, words are looked up among what the parser knows.
        detector=clothes.load_detector(wish.device) if wish.words else None,
    )
    notice(*found.notices)
    used = None
    if segmenter is not None:
        used = clothes.choose_segmenter(wish.segmenter or "", largest=segmenter.device.type != "cpu")
        notice(*used.notices)
    return Found(found, _finding(wish, found, rules, clothes.choose_parser(wish.parser), used))


def finding_options(args: argparse.Namespace) -> list[str]:
    """Those of the options that say what is to be found and were given."""
    given = {
        "--slots": args.slots,
        "--target": args.target,
        "--words": args.words,
        "--point": args.point,
        "--box": args.box,
        "--character": args.character,
    }
    return [name for name, value in given.items() if value not in ((), [], "", None)]


def _finding(wish: Wish, found: FoundClothes, rules: MaskRules, parser: Choice, segmenter: Choice | None) -> Finding:
    return Finding(
        parser=parser.name,
        parser_sha256=clothes.weights_sha256(parser),
        segmenter="" if segmenter is None else segmenter.name,
        segmenter_sha256="" if segmenter is None else clothes.weights_sha256(segmenter),
        slots=wish.slots,
        target=wish.target.name,
        words=wish.words,
        points=tuple((point.x, point.y, int(point.add)) for point in wish.clicks),
        boxes=wish.boxes,
        character=found.number,
        rules=dataclasses.asdict(rules),
        grown=found.grown,
    )


def _segmenter(name: str, wish: Wish, picture: Picture) -> str | None:
    """The segmenter, where one is needed: to find what is pointed at, or where the parser cannot see every pixel."""
    needed = bool(wish.clicks or wish.boxes or (wish.words and store.entries("detector")))
    finer = max(picture.rgb.size) >= FINE_SIDE * autodress.REFINE_FROM
    if name == NONE:
        if needed:
            raise ValueError("Clicks, boxes and words need a segmenter: leave out --segmenter none.")
        return None
    if not needed and not finer and name == clothes.AUTO:
        return None
    try:
        clothes.choose_segmenter(name)
    except CheckpointError as error:
        if needed or name != clothes.AUTO:
            raise
        notice(f"The mask's edges are as coarse as the parser sees them. {error}")
        return None
    return name


def _whole(picture: Picture) -> Image.Image:
    """The picture with its transparency."""
    if picture.alpha is None:
        return picture.rgb
    image = picture.rgb.copy()
    image.putalpha(picture.alpha)
    return image


def _slots(text: str) -> tuple[Slot, ...]:
    called = {name: slot for slot, name in SLOT_NAMES.items()}
    names = [name.strip().lower() for name in text.split(",") if name.strip()]
    try:
        slots = {called.get(name) or known("slot", name, SLOTS) for name in names}
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return tuple(slot for slot in SLOTS if slot in slots)


def _point(text: str) -> tuple[Point, str]:
    """(point, "+" or "-" for the segmenter, "" for the character that is meant)."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?),(\d+(?:\.\d+)?)([+-]?)", text.replace(" ", ""))
    if match is None:
        raise argparse.ArgumentTypeError(f'"{text}" is no point: give x,y in pixels from the top left, such as 120,300')
    return Point(float(match[1]), float(match[2]), match[3] != "-"), match[3]


def _box(text: str) -> Bounds:
    match = re.fullmatch(r"(-?\d+),(-?\d+),(-?\d+),(-?\d+)", text.replace(" ", ""))
    if match is None:
        raise argparse.ArgumentTypeError(f'"{text}" is no box: give x,y,width,height in pixels, such as 80,40,200,120')
    return Bounds(*(int(part) for part in match.groups()))
