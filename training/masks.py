"""Train the starter parser and the starter Segment Anything: which garment is where, and what a click means.

    python -m training.masks --config training/configs/masks-cpu.toml --work .cache/masks

Stages run in order; each is boxed in time, resumes where it was killed and is skipped when its time is up. `--stage`
runs one alone, `--minutes` gives it another time box (a longer one continues a finished stage). The parser comes first,
in three stages: its network, its edges behind it, then both together. Segment Anything sees with that network.
"""

from __future__ import annotations

import argparse
import json
import sys
import tomllib
from collections.abc import Callable
from copy import deepcopy
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file
from segment_anything.modeling import Sam
from torch import Tensor, nn
from transformers import SegformerConfig

from ccnet.edge_segformer import Edges, EdgeSegformer
from ccnet.garments import CLASSES
from ccnet.sam_starter import FineImageEncoder, build_starter_sam
from training import clicks, parsing
from training.export import export_parser, export_sam
from training.labelled import Labelled, open_labelled, render_labelled
from training.stage import Machine, Metrics, Stage

STAGES = ("data", "parser", "edges", "whole", "sam", "export")
BOXED = ("parser", "edges", "whole", "sam")  # those with a time box


class Masks:
    """One training run: `folder` holds everything it makes, `config` is a parsed TOML of training/configs.

    `start`: a folder with an exported parser/ and sam/ to go on from, instead of from nothing; a stage's own checkpoint
    comes first.
    """

    def __init__(self, config: dict[str, Any], folder: Path, seed: int = 0, start: Path | None = None) -> None:
        self.config, self.folder, self.seed, self.start = config, folder, seed, start

    def render(self) -> None:
        render_labelled(self.folder / "dolls", **self.config["data"])

    @property
    def dolls(self) -> Labelled:
        return open_labelled(self.folder / "dolls")

    @cached_property
    def wearers(self) -> list[NDArray[np.intp]]:
        return parsing.wearers(self.dolls)

    def parser(self) -> EdgeSegformer:
        """With random weights, or those of the parser to go on from."""
        torch.manual_seed(self.seed)
        names = dict(enumerate(CLASSES))
        model = EdgeSegformer(
            SegformerConfig(
                **self.config["parser"]["segformer"],
                id2label=names,
                label2id={name: i for i, name in names.items()},
            )
        )
        if self.start is not None:
            # The library's own loader: it stores a SegFormer under other names than the module's.
            begun = EdgeSegformer.from_pretrained(self.start / "parser", dtype=torch.float32)
            model.load_state_dict(begun.state_dict())
        return model

    def sam(self) -> Sam:
        """With random weights, or those of the Segment Anything to go on from."""
        torch.manual_seed(self.seed)
        sam = build_starter_sam(self.sam_config)
        if self.start is not None:
            sam.load_state_dict(load_file(self.start / "sam" / "model.safetensors"))
        return sam

    @property
    def sam_config(self) -> dict[str, Any]:
        settings = self.config["sam"]
        return {key: settings[key] for key in ("stride", "width", "depth", "heads", "mlp")} | {
            "img_size": self.config["data"]["size"],
            "segformer": self.config["parser"]["segformer"] | {"num_labels": len(CLASSES)},
        }

    def _rng(self, stage: str) -> np.random.Generator:
        """A stage's own random numbers; a resumed stage goes on with new ones."""
        log = self.folder / f"{stage}.jsonl"
        done = len(log.read_text().splitlines()) if log.exists() else 0
        return np.random.default_rng((self.seed, STAGES.index(stage), done))

    def train_parser(self) -> None:
        dolls, model, rng, settings = self.dolls, self.parser(), self._rng("parser"), self.config["parser"]
        unseen = range(dolls.trained, len(dolls.images), 2)

        def step(machine: Machine) -> tuple[Tensor, Metrics]:
            # Small pictures teach the same for a quarter of the time, until details are what is left to learn.
            small = stage.progress < settings["small"]
            batch = settings["batch"] * (2 if small else 1)
            images, labels = parsing.batch(dolls, self.wearers, rng, batch, 2 if small else 1)
            logits = model.coarse(parsing.to_input(images).to(machine.device))
            return parsing.loss(logits.float(), labels.to(machine.device))

        def evaluate(machine: Machine) -> Metrics:
            return parsing.scores(cast(Any, stage.average["parser"]), dolls, unseen)

        stage = self._stage("parser", model, step, evaluate)
        stage.run()

    def train_edges(self) -> None:
        """Only the parser's convolutions along the edges: they need the finished answers of the rest."""
        dolls, rng, settings = self.dolls, self._rng("edges"), self.config["edges"]
        model = self.trained_parser().requires_grad_(False).eval()
        model.edges.requires_grad_(True)
        shown = deepcopy(model)
        unseen = range(dolls.trained, len(dolls.images), 2)

        def step(machine: Machine) -> tuple[Tensor, Metrics]:
            images, labels = parsing.batch(dolls, self.wearers, rng, settings["batch"])
            pixels = parsing.to_input(images).to(machine.device)
            with torch.no_grad():
                seen = model.seen(pixels)
            return self._edges_loss(model.edges, pixels, seen, labels, rng)

        def evaluate(machine: Machine) -> Metrics:
            return parsing.scores(shown, dolls, unseen)

        stage = self._stage("edges", model.edges, step, evaluate, muon=False)
        for whole in cast(list[nn.Module], [model, shown]):
            whole.to(stage.machine.device)
        shown.edges = cast(Edges, stage.average["edges"])
        stage.run()

    def train_whole(self) -> None:
        """The parser and its edges together: the edges show what the rest gets wrong, not only where it is coarse."""
        dolls, rng, settings = self.dolls, self._rng("whole"), self.config["whole"]
        model = self.trained_parser()
        unseen = range(dolls.trained, len(dolls.images), 2)

        def step(machine: Machine) -> tuple[Tensor, Metrics]:
            images, labels = parsing.batch(dolls, self.wearers, rng, settings["batch"])
            pixels = parsing.to_input(images).to(machine.device)
            seen = model.seen(pixels)
            fine, metrics = self._edges_loss(model.edges, pixels, seen, labels, rng)
            coarse, coarse_metrics = parsing.loss(seen[0].float(), labels.to(machine.device))
            return fine + coarse, metrics | {f"coarse {key}": value for key, value in coarse_metrics.items()}

        def evaluate(machine: Machine) -> Metrics:
            return parsing.scores(cast(Any, stage.average["whole"]), dolls, unseen)

        stage = self._stage("whole", model, step, evaluate)
        stage.run()

    def _edges_loss(
        self, edges: Edges, pixels: Tensor, seen: tuple[Tensor, Tensor], labels: Tensor, rng: np.random.Generator
    ) -> tuple[Tensor, Metrics]:
        """Of squares of the pictures: most of one is easy, only around clothes is there something to learn.

        pixels: float[N, 3, H, W] on the device; seen: what `EdgeSegformer.seen` says of them; labels: uint8[N, H, W].
        """
        side, stride = self.config["edges"]["side"], self.config["parser"]["segformer"]["strides"][0]
        at = parsing.corners(labels, rng, side)
        parts = parsing.cut(pixels, at, side), *(parsing.cut(level, at, side, stride) for level in seen)
        logits = edges(*(part.contiguous(memory_format=torch.channels_last) for part in parts))
        return parsing.loss(logits.float(), parsing.cut(labels, at, side).to(pixels.device))

    def trained_parser(self) -> EdgeSegformer:
        """With what was trained in this folder so far, else random weights or those to go on from."""
        model = self.parser()
        for name, part in (("parser", model), ("edges", model.edges), ("whole", model)):
            if (self.folder / f"{name}.pt").exists():
                part.load_state_dict(self._averaged(name))
        return model

    def train_sam(self) -> None:
        dolls, sam, rng, settings = self.dolls, self.sam(), self._rng("sam"), self.config["sam"]
        encoder = cast(FineImageEncoder, sam.image_encoder)
        if self.start is None:
            encoder.take_parser(self.trained_parser().state_dict())
        # The parser tells garments apart already: only what clicks mean is left to learn.
        for part in encoder.parser_parts():
            part.requires_grad_(False)
        unseen = range(dolls.trained, len(dolls.images), 3)

        def step(machine: Machine) -> tuple[Tensor, Metrics]:
            batch = clicks.batch(dolls, rng, settings["batch"], settings["prompts"])
            return clicks.loss(sam, batch.to(machine.device), rng)

        def evaluate(machine: Machine) -> Metrics:
            return clicks.scores(cast(Sam, stage.average["sam"]), dolls, unseen)

        stage = self._stage("sam", sam, step, evaluate)
        stage.run()

    def _stage(
        self,
        name: str,
        module: nn.Module,
        step: Callable[[Machine], tuple[Tensor, Metrics]],
        evaluate: Callable[[Machine], Metrics],
        *,
        muon: bool = True,
    ) -> Stage:
        """As the config has it under `name`; what of the module is frozen stays as it is."""
        settings = self.config[name]
        learning = [parameter for parameter in module.parameters() if parameter.requires_grad]
        return Stage(
            name,
            self.folder,
            settings["minutes"],
            {name: module},
            [(learning, settings["rate"])],
            step,
            evaluate=evaluate,
            evaluate_every=300.0,
            muon=muon,
        )

    def _averaged(self, stage: str) -> dict[str, Tensor]:
        """The averaged weights a finished (or interrupted) stage left."""
        return torch.load(self.folder / f"{stage}.pt", map_location="cpu", weights_only=True)["average"][stage]

    def export(self) -> None:
        """Writes assets/parser and assets/sam, those that are trained."""
        assets = Path("assets")
        if any((self.folder / f"{name}.pt").exists() for name in ("parser", "edges", "whole")):
            export_parser(self.trained_parser(), assets / "parser", self.config["data"]["size"])
        if (self.folder / "sam.pt").exists():
            sam = self.sam()
            sam.load_state_dict(self._averaged("sam"))
            export_sam(sam, self.sam_config, assets / "sam")


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m training.masks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--config", type=Path, default=Path("training/configs/masks-cpu.toml"))
    parser.add_argument("--work", type=Path, default=Path(".cache/masks"), help="where checkpoints and curves go")
    parser.add_argument("--start", type=Path, help="exported weights to go on from, such as assets")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--stage", choices=STAGES, help="this one alone")
    parser.add_argument("--minutes", type=float, help="the time box of --stage, instead of the config's")
    args = parser.parse_args(argv)
    try:
        config = tomllib.loads(args.config.read_text())
        if args.minutes is not None:
            if args.stage not in BOXED:
                raise ValueError(f"--minutes needs --stage {', '.join(BOXED)}: the others take as long as they take.")
            config[args.stage]["minutes"] = args.minutes
        run = Masks(config, args.work, args.seed, args.start)
        work = {
            "data": run.render,
            "parser": run.train_parser,
            "edges": run.train_edges,
            "whole": run.train_whole,
            "sam": run.train_sam,
            "export": run.export,
        }
        for stage in (args.stage,) if args.stage else STAGES:
            work[stage]()
    except (ValueError, OSError) as error:
        print(f"masks: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("masks: Stopped; the same command goes on.", file=sys.stderr)
        return 130
    print(json.dumps({"work": str(args.work)}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
