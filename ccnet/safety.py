"""Safe by default: what a result is checked with before it is shown, and the words that keep characters dressed.

A checkpoint's own safety checker is used where it brings one, a WD tagger's rating where one is installed. A result
that is held back is said to be so in one sentence; no picture is ever blackened in silence. Only the settings file of
the person at the machine turns this off: `safety_enabled` reads that file and nothing else.

Importing this module loads no torch.
"""

from __future__ import annotations

import csv
import json
import logging
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from torch import nn

DRESSED_NEGATIVE = "nsfw, nude, topless, bottomless, nipples, genitals"
"""A front end's default negative prompt. It stands in the request, where it can be seen and edited."""

RATING_LIMIT = 0.5
"""A result is held back when its probabilities of being questionable and explicit add up to more than this."""

RATINGS = ("general", "sensitive", "questionable", "explicit")
RATING_CATEGORY = "9"  # in TAGGER_TAGS

TAGGER_CONFIG, TAGGER_WEIGHTS, TAGGER_TAGS = TAGGER_FILES = ("config.json", "model.safetensors", "selected_tags.csv")

SETTINGS = "settings.toml"

NOT_FOR_A_CONFIG = {"pretrained", "pretrained_cfg", "pretrained_cfg_overlay", "checkpoint_path", "cache_dir"}
"""Arguments of timm's that make it fetch or open other files: a tagger's config has no business naming them."""


def with_dressed_negative(negative: str) -> str:
    """The negative prompt, with those words of `DRESSED_NEGATIVE` added at its end that it does not have yet.

    A word counts as there when it stands between commas, in any case, with or without brackets and a weight. Done
    twice it changes nothing more.
    """
    there = {_plain(word) for word in re.split(r"[,\n]", negative)}
    added = [word for word in DRESSED_NEGATIVE.split(", ") if word not in there]
    start = negative.rstrip(", \t\r\n")
    if not added or not start:
        return ", ".join(added) if added else negative
    return ", ".join([start, *added])


def safety_enabled(home: Path) -> bool:
    """Whether results are checked: yes, unless `home`/settings.toml says `[safety] enabled = false`.

    home: the folder of the person at the machine; nothing that can come from elsewhere (a recipe, a model's card, a
    manifest, a request) has a part in this. Raises ValueError when the file is there but makes no sense.
    """
    file = home / SETTINGS
    try:
        settings = tomllib.loads(file.read_text("utf-8-sig"))
    except FileNotFoundError:
        return True
    except (OSError, ValueError) as error:
        raise ValueError(f"{file} cannot be read ({error}): correct or remove it.") from error
    safety = settings.get("safety", {})
    enabled = safety.get("enabled", True) if isinstance(safety, dict) else None
    if not isinstance(enabled, bool):
        raise ValueError(f'{file}: under [safety], "enabled" must be true or false.')
    return enabled


class Verdict(NamedTuple):
    """withheld: whether the result must not be shown. reason: one sentence for the user, "" when it may be."""

    withheld: bool
    reason: str = ""


class Rating(NamedTuple):
    """How likely a picture is each of Danbooru's ratings, 0 to 1; they need not add up to 1."""

    general: float
    sensitive: float
    questionable: float
    explicit: float


class SafetyChecker:
    """diffusers' StableDiffusionSafetyChecker, as a checkpoint folder brings it."""

    def __init__(self, folder: Path, device: str = "cpu") -> None:
        """folder: a checkpoint in diffusers' layout with safety_checker/ and feature_extractor/.

        Raises ValueError when a file is missing or damaged, and when any weight is missing: a checker that is partly
        random would let through and hold back at random.
        """
        import torch
        from diffusers.pipelines.stable_diffusion.safety_checker import StableDiffusionSafetyChecker
        from transformers import CLIPImageProcessor

        part = folder / "safety_checker"
        for file in (
            part / "config.json",
            part / "model.safetensors",
            folder / "feature_extractor" / "preprocessor_config.json",
        ):
            if not file.is_file():
                raise ValueError(f"{file} is missing: get the model's safety checker again, whole and as safetensors.")
        try:
            loaded: Any = StableDiffusionSafetyChecker.from_pretrained(
                str(part),
                dtype=torch.float32,
                use_safetensors=True,
                local_files_only=True,
                output_loading_info=True,
                # Reported like a missing one, instead of raising a page of text.
                ignore_mismatched_sizes=True,
            )
            self._processor: Any = CLIPImageProcessor.from_pretrained(
                str(folder / "feature_extractor"), local_files_only=True
            )
        except Exception as error:  # damage shows in whatever the readers stumble over
            raise ValueError(f"The safety checker in {part} cannot be loaded: get it again.") from error
        model, info = loaded
        lacking = sorted({*info["missing_keys"], *(entry[0] for entry in info["mismatched_keys"])})
        if lacking:
            raise ValueError(
                f"The safety checker in {part} lacks {len(lacking)} of its weights ({lacking[0]}): get it again."
            )
        self._model: Any = model.eval().to(device)
        self._device = device
        # It warns of a black picture, which is what this program does not do.
        logging.getLogger(StableDiffusionSafetyChecker.__module__).setLevel(logging.ERROR)

    def flags(self, image: np.ndarray) -> bool:
        """Whether uint8[H, W, 3] is taken for not safe for work."""
        pixels = self._processor(images=Image.fromarray(image), return_tensors="pt").pixel_values
        blackened = np.zeros((1, 1, 1, 3), np.float32)  # what it may paint over
        _, flags = self._model(images=blackened, clip_input=pixels.to(self._device))
        return bool(flags[0])


class Tagger:
    """A WD tagger (SmilingWolf's, version 3): `TAGGER_FILES` in one folder.

    Preparation as in its author's own code: the picture centred on a white square, resized, and its channels in the
    order blue, green, red.
    """

    def __init__(self, folder: Path, device: str = "cpu") -> None:
        """Raises ValueError when a file is missing, damaged or does not fit the others."""
        config = _read_config(folder / TAGGER_CONFIG)
        self._rows = _rating_rows(folder / TAGGER_TAGS, config["num_classes"])
        normal = config["pretrained_cfg"]
        self._side = int(normal["input_size"][-1])
        self._mean = np.asarray(normal["mean"], np.float32)
        self._std = np.asarray(normal["std"], np.float32)
        self._model = _tagger_network(folder, config).to(device)
        self._device = device

    def rate(self, image: np.ndarray) -> Rating:
        """uint8[H, W, 3] RGB -> its rating."""
        import torch

        pixels = torch.from_numpy(self.prepare(image)).to(self._device)
        with torch.inference_mode():
            probabilities = self._model(pixels).sigmoid()[0, list(self._rows)]
        return Rating(*probabilities.tolist())

    def prepare(self, image: np.ndarray) -> np.ndarray:
        """uint8[H, W, 3] RGB -> float32[1, 3, side, side] BGR, as the network reads it."""
        height, width = image.shape[:2]
        longest = max(height, width)
        square = Image.new("RGB", (longest, longest), "white")
        square.paste(Image.fromarray(image), ((longest - width) // 2, (longest - height) // 2))
        square = square.resize((self._side, self._side), Image.Resampling.BICUBIC)
        values = (np.asarray(square, np.float32) / 255 - self._mean) / self._std
        return np.ascontiguousarray(values[..., ::-1].transpose(2, 0, 1)[None])


@dataclass(frozen=True)
class SafetyFilter:
    """Everything at hand that can tell whether a result may be shown; with nothing at hand everything may."""

    checker: SafetyChecker | None = None
    tagger: Tagger | None = None

    @classmethod
    def load(cls, model: Path | None, tagger: Path | None, device: str = "cpu") -> SafetyFilter:
        """model: a checkpoint's folder, whose safety checker is used if it has one. tagger: a WD tagger's folder.

        Raises ValueError when one is there and cannot be used.
        """
        has_checker = model is not None and (model / "safety_checker").is_dir()
        return cls(
            SafetyChecker(model, device) if model is not None and has_checker else None,
            Tagger(tagger, device) if tagger is not None else None,
        )

    def __bool__(self) -> bool:
        return self.checker is not None or self.tagger is not None

    def check(self, image: np.ndarray) -> Verdict:
        """uint8[H, W, 3] RGB, a whole result -> whether it may be shown."""
        found = []
        if self.checker is not None and self.checker.flags(image):
            found.append("the checkpoint's safety checker takes it for not safe for work")
        if self.tagger is not None:
            rating = self.tagger.rate(image)
            if rating.questionable + rating.explicit > RATING_LIMIT:
                likelier = max(("questionable", rating.questionable), ("explicit", rating.explicit), key=lambda r: r[1])
                found.append(f"the tagger rates it {likelier[0]} ({likelier[1]:.0%})")
        if not found:
            return Verdict(False)
        return Verdict(
            True, f"This result was withheld because {' and '.join(found)}: try another seed or other words."
        )


def _plain(word: str) -> str:
    """A prompt's word without brackets and weight: "((Nude:1.2))" is "nude"."""
    return re.sub(r":\s*[\d.]+\s*$", "", word.strip().strip("()[]{} ")).strip().lower()


def _read_config(file: Path) -> dict[str, Any]:
    """A timm config, checked as far as it is used. Raises ValueError."""
    try:
        config = json.loads(file.read_text("utf-8"))
        side = config["pretrained_cfg"]["input_size"][-1]
        sound = (
            isinstance(config["architecture"], str)
            and isinstance(config["num_classes"], int)
            and not NOT_FOR_A_CONFIG & set(config.get("model_args", {}))
            and 32 <= side <= 4096
            and all(len([float(value) for value in config["pretrained_cfg"][name]]) == 3 for name in ("mean", "std"))
        )
    except FileNotFoundError:
        raise ValueError(f"{file} is missing: get the tagger again.") from None
    except (OSError, ValueError, TypeError, LookupError, RecursionError) as error:
        raise ValueError(f"{file} describes no tagger: get it again.") from error
    if not sound:
        raise ValueError(f"{file} describes no tagger: get it again.")
    return config


def _rating_rows(file: Path, classes: int) -> tuple[int, ...]:
    """Which outputs are the ratings, in the order of `RATINGS`. Raises ValueError."""
    try:
        with file.open(encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines))
        found = {row["name"]: number for number, row in enumerate(rows) if row["category"] == RATING_CATEGORY}
    except FileNotFoundError:
        raise ValueError(f"{file} is missing: get the tagger again.") from None
    except (OSError, ValueError, LookupError, csv.Error) as error:
        raise ValueError(f"{file} is no list of tags: get it again.") from error
    if len(rows) != classes or set(found) != set(RATINGS):
        raise ValueError(f"{file} does not fit its tagger ({len(rows)} tags, {classes} outputs): get both again.")
    return tuple(found[name] for name in RATINGS)


def _tagger_network(folder: Path, config: dict[str, Any]) -> nn.Module:
    """Raises ValueError."""
    import timm
    from safetensors.torch import load_file

    file = folder / TAGGER_WEIGHTS
    if not file.is_file():
        raise ValueError(f"{file} is missing: get the tagger again.")
    try:
        if not timm.is_model(config["architecture"]):  # such as "hf-hub:...", which would be fetched
            raise ValueError(config["architecture"])
        arguments = {"num_classes": config["num_classes"], **config.get("model_args", {})}
        network = timm.create_model(config["architecture"], pretrained=False, **arguments)
        network.load_state_dict(load_file(file))
    except Exception as error:  # an unknown architecture or argument, a damaged or foreign file
        raise ValueError(f"{file} is not the tagger that its config.json describes: get both again.") from error
    return network.eval().requires_grad_(False)
