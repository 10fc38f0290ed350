"""`ccnet dress` and `ccnet redo`: a new outfit, and a result again from its own recipe."""

from __future__ import annotations

import argparse
import random
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

from ccnet import autodress, checkpoints, mask_command, options, pictures, provenance, recipe
from ccnet.devices import MEMORY
from ccnet.families import FAST_MODES
from ccnet.masks import Mask
from ccnet.pictures import Picture
from ccnet.recipe import Maker, RecipeError
from ccnet.request import (
    ANNOTATORS,
    CONTROL_WEIGHTINGS,
    INTENTS,
    SCHEDULERS,
    DressRequest,
    Garment,
    known,
)
from ccnet.runs import checked, generate, load, maker_of, next_number, notice, safety_filter, short, tiles
from ccnet.safety import with_dressed_negative
from ccnet.sheet import contact_sheet


def add_commands(commands: argparse._SubParsersAction) -> None:
    words = "draw an outfit onto a character"
    add = commands.add_parser("dress", help=words, description=f"{words.capitalize()}.").add_argument
    add("picture", type=Path, help="the character: PNG, JPEG, WebP, ...")
    add("--mask", type=Path, help="a picture of the same size, white where to repaint (default: the clothes are found)")
    add("--outfit", help='what to draw, such as "red sailor uniform, white pleated skirt"')
    add("--negative", help="what not to draw (default: words that keep characters dressed; none for the starter)")
    add("--intent", default="new", help=f"{', '.join(INTENTS)} (default: new); remove is for --slots that hide others")
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
    mask_command.add_options(commands.choices["dress"])
    commands.choices["dress"].set_defaults(run=dress, misused=commands.choices["dress"].error)

    add = commands.add_parser("redo", help="make a result's pixels again, from its PNG alone").add_argument
    add("picture", type=Path, help="a PNG that ccnet made")
    add("--model", help="the model's folder or file, if it is not one from `ccnet models`")
    add("--device", help="auto, cpu, cuda, mps (default: as it was made)")
    add("--out", type=Path, metavar="DIR", help="where the copy goes (default: beside the result)")
    commands.choices["redo"].set_defaults(run=redo)


def dress(args: argparse.Namespace) -> None:
    """`ccnet dress`: one picture, one mask, given or found, one outfit; some candidates."""
    if args.outfit is None and args.intent != "remove":
        args.misused("the following arguments are required: --outfit")
    path, spec = checked(args)
    known("intent", args.intent, INTENTS)
    outfit = autodress.underneath(args.slots) if args.outfit is None else args.outfit
    picture = pictures.open_picture(args.picture)
    mask, notices = (None, ()) if args.mask is None else pictures.open_mask(args.mask)
    if mask is not None and (given := mask_command.finding_options(args)):
        raise ValueError(f"A mask was given, so nothing is looked for: leave out --mask or {given[0]}.")
    spec, prompt = options.hastened(args.fast, path, spec, outfit) if args.fast else (spec, outfit)
    controls, layers, lacking = options.steering(args.control, path, spec, args.control_scale)
    shipped = args.model in checkpoints.known_models()
    wanted = {
        "strength": autodress.default_strength(args.intent, args.slots) if args.strength is None else args.strength,
        "guidance_scale": spec.guidance_scale if args.guidance is None else args.guidance,
        "num_inference_steps": spec.num_inference_steps if args.steps is None else args.steps,
        "scheduler": args.scheduler or spec.scheduler,
        "seed": random.randrange(2**31) if args.seed is None else args.seed,
        # The starter has never heard of these words.
        "negative_prompt": args.negative if args.negative is not None else "" if shipped else with_dressed_negative(""),
    }
    request = DressRequest(
        picture.image,
        _anywhere(picture) if mask is None else mask,
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
    wish = None if mask is not None else mask_command.wished(args, picture, args.intent, outfit)
    notice(*picture.notices, *notices, *lacking)
    found = None
    if wish is not None:
        found = mask_command.find(picture, wish)
        request = replace(request, mask=found.clothes.mask.mask)

    pipeline = load(args, {name: adapter.path for name, adapter in layers.items()}, args.vae)
    vae = None if args.vae is None else checkpoints.find_vae(args.vae, spec)
    maker = maker_of(args, path, pipeline, provenance.additions(request, layers, vae, loras))
    old = None if found is None else found.clothes.mask.old
    candidates = generate(pipeline, request, safety_filter(path, pipeline), old)
    if not candidates:
        return
    stem = short(f"{args.picture.stem}-dressed")
    number = next_number(args.out, stem)
    finding = None if found is None else found.finding
    for i, candidate in enumerate(candidates, number):
        file = recipe.write(candidate, args.out / f"{stem}-{i}.png", picture=picture, maker=maker, finding=finding)
        garment = pictures.save_png(
            picture.finish_layer(candidate.layer),
            args.out / f"{stem}-{i}-garment.png",
            icc_profile=picture.icc_profile,
        )
        print(f"{file}  (seed {candidate.seed}; the garment alone: {garment.name})")
    if found is not None:
        used = pictures.save_png(request.mask.to_image(), args.out / f"{stem}-{number}-mask.png")
        print(f"{used}  (the mask that was found: {', '.join(found.clothes.slots) or 'what was pointed at'})")
    sheet = contact_sheet([tiles(picture, request, candidates)], outfit)
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
    path, _ = checked(args)
    again = provenance.find_again(made.maker)
    layers = checkpoints.layers(path, again.controls)
    checkpoints.loras(path, made.request.garment.prompt)
    out = args.out or args.picture.parent
    pictures.check_folder(out)
    notice(*again.notices)

    pipeline = load(args, {name: adapter.path for name, adapter in layers.items()}, again.vae)
    maker = maker_of(args, path, pipeline, made.maker.additions)
    if maker.sha256 != made.maker.sha256:
        notice(f"The weights of {made.maker.model!r} are not the ones that made '{args.picture}'.")
    candidates = generate(pipeline, made.request, safety_filter(path, pipeline))
    candidate = next((c for c in candidates if c.seed == made.seed), None)
    if candidate is None:  # withheld, which was said
        return
    result = made.picture.finish(candidate.image, candidate.layer)
    if np.array_equal(np.asarray(result), np.asarray(made.result)):  # else what was measured is another picture's
        candidate = replace(candidate, leak=made.leak)
    stem = short(f"{args.picture.stem}-redo")
    file = out / f"{stem}-{next_number(out, stem)}.png"
    print(recipe.write(candidate, file, picture=made.picture, maker=maker, finding=made.finding))
    print(_compared(made, maker, result))


def _anywhere(picture: Picture) -> Mask:
    """A mask that stands in for one that is still to be found."""
    alpha = np.full((picture.rgb.height, picture.rgb.width), 255, np.uint8)
    alpha[0] = 0
    return Mask(alpha)


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
