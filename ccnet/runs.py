"""What the commands that draw have in common: checking, loading, drawing, naming files, speaking to the user."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image
from tqdm import tqdm

from ccnet import adapters, checkpoints, store
from ccnet.autodress import measured
from ccnet.devices import check_names
from ccnet.masks import Mask
from ccnet.pictures import Picture
from ccnet.recipe import Addition, Maker
from ccnet.request import Candidate, DressRequest, ModelSpec, Progress
from ccnet.safety import SafetyFilter, safety_enabled
from ccnet.sheet import Tile, mask_overlay

if TYPE_CHECKING:
    from ccnet.pipeline import DressPipeline

LONGEST_STEM = 150
"""Of a result's name, in bytes: file systems allow 255 and a number and a word come after it."""


def checked(args: argparse.Namespace) -> tuple[Path, ModelSpec]:
    """Refuses whatever can be known to be wrong without loading anything; the model's place, and what it says."""
    values = {"dtype": "auto", "memory": "full", **vars(args)}
    check_names(args.device, values["dtype"], values["memory"])
    path = checkpoints.resolve(args.model)
    checkpoints.check(path, values.get("vae"))
    return path, checkpoints.read_spec(path)


def load(
    args: argparse.Namespace, controls: Mapping[str, Path] | None = None, vae: str | Path | None = None
) -> DressPipeline:
    """The model that the options name, and what it has to say, said."""
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
    notice(*pipeline.notices)
    return pipeline


def safety_filter(path: Path, pipeline: DressPipeline) -> SafetyFilter:
    """What can tell here whether a result may be shown, unless the user's own settings say that nothing should."""
    if not safety_enabled(store.home()):
        return SafetyFilter()
    return SafetyFilter.load(path if path.is_dir() else None, adapters.tagger_folder(), str(pipeline.device))


def maker_of(
    args: argparse.Namespace, path: Path, pipeline: DressPipeline, additions: tuple[Addition, ...] = ()
) -> Maker:
    """What a recipe says of the model and of what was added to it."""
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


def generate(
    pipeline: DressPipeline, request: DressRequest, safety: SafetyFilter, old: Mask | None = None
) -> list[Candidate]:
    """The candidates that may be shown. Of the others, and of what is not as it was asked for, a sentence is said.

    old: where the old garment is, if that is known, to measure what is left of it.
    """
    candidates: list[Candidate] = []
    # Shown in a terminal only: in a log every step would be a line.
    with tqdm(desc="Drawing", unit="step", leave=False, disable=None) as bar:
        for answer in pipeline(request):
            if isinstance(answer, Progress):
                bar.total = answer.total
                bar.update(answer.step - bar.n)
            else:
                candidates.append(answer if old is None else measured(answer, old))
    notice(*dict.fromkeys(candidate.notice for candidate in candidates if candidate.notice))
    verdicts = [safety.check(np.asarray(candidate.image)) for candidate in candidates]
    for candidate, verdict in zip(candidates, verdicts, strict=True):
        if verdict.withheld:
            notice(f"Seed {candidate.seed}: {verdict.reason}")
    return [candidate for candidate, verdict in zip(candidates, verdicts, strict=True) if not verdict.withheld]


def tiles(picture: Picture, request: DressRequest, candidates: Sequence[Candidate]) -> list[Tile]:
    """A row of a contact sheet: the input, its mask, and what was drawn."""
    shown = picture.finish(picture.image, Image.new("RGBA", picture.rgb.size))
    drawn = [Tile(picture.finish(c.image, c.layer), f"seed {c.seed}") for c in candidates]
    return [Tile(shown, "input"), Tile(mask_overlay(shown, request.mask), "mask"), *drawn]


def next_number(folder: Path, stem: str) -> int:
    """One past the highest number any result of this name has in the folder."""
    pattern = re.compile(re.escape(stem) + r"-(\d{1,9})\b")
    try:
        found = [pattern.match(path.name) for path in folder.iterdir()]
    except OSError:
        found = []
    return 1 + max((int(match[1]) for match in found if match), default=0)


def short(stem: str) -> str:
    """A file's name without its ending, cut so that something can be put behind it."""
    return stem.encode("utf-8", "surrogateescape")[:LONGEST_STEM].decode("utf-8", "ignore")


def notice(*sentences: str) -> None:
    """Says what the user should know and need not act on."""
    for sentence in sentences:
        print(f"Note: {sentence}", file=sys.stderr)
