"""Models as folders in diffusers' layout: which parts they have, whether these are whole and fit together (no torch).

model_index.json, unet/, vae/, text_encoder/, tokenizer/, scheduler/, SDXL also text_encoder_2/ and tokenizer_2/; beside
the standard controlnet/ (a plain ControlNetModel; without it the base draws alone) and ccnet.json (the fields of
ModelSpec), both optional. Weights are safetensors; a pickle is never opened. Only configs and headers are read.
"""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ccnet.families import FAMILIES
from ccnet.formats import FAMILY_WORDS, CheckpointError, Family, read_header
from ccnet.request import ModelSpec

INDEX = "model_index.json"


@dataclass(frozen=True)
class Part:
    """What a model's folder holds under one name, and which classes of it this program can use."""

    name: str
    config: str
    classes: tuple[str, ...] = ()
    stem: str | None = None  # of the weight file, for a part that has weights


UNET = Part("unet", "config.json", ("UNet2DConditionModel",), "diffusion_pytorch_model")
VAE = Part("vae", "config.json", ("AutoencoderTiny", "AutoencoderKL"), "diffusion_pytorch_model")
TEXT_ENCODERS = (
    Part("text_encoder", "config.json", ("CLIPTextModel",), "model"),
    Part("text_encoder_2", "config.json", ("CLIPTextModelWithProjection",), "model"),
)
TOKENIZERS = (Part("tokenizer", "tokenizer_config.json"), Part("tokenizer_2", "tokenizer_config.json"))
SCHEDULER = Part("scheduler", "scheduler_config.json")
CONTROLNET = Part("controlnet", "config.json", ("ControlNetModel", "CC_ControlNet"), "diffusion_pytorch_model")

PICKLES = (".bin", ".ckpt", ".pt", ".pth", ".pkl")

SD2_WIDTH = 1024
REFINER_WIDTH = 1280


def parts_of(folder: Path) -> tuple[Part, ...]:
    """The parts that a model's folder must have, and its ControlNet if it has one. Raises CheckpointError."""
    encoders = len(FAMILIES[family_of(folder)].text_encoders)
    parts = (UNET, VAE, *TEXT_ENCODERS[:encoders], *TOKENIZERS[:encoders], SCHEDULER)
    return (*parts, CONTROLNET) if (folder / CONTROLNET.name).is_dir() else parts


def family_of(folder: Path) -> Family:
    """The family of a model's folder, by its UNet's config. Raises CheckpointError for one that cannot be used."""
    index = read_json(folder / INDEX)
    name = index.get("_class_name")
    if isinstance(name, str) and UNET.name not in index and not (folder / UNET.name).is_dir():
        raise CheckpointError(f"{folder} is a {name}; CC_ControlNet works with SD1.5 and SDXL.")
    _check_there(folder / UNET.name)
    file = folder / UNET.name / UNET.config
    config = read_json(file)
    sized, width = config.get("addition_embed_type") == "text_time", config.get("cross_attention_dim")
    if width == (REFINER_WIDTH if sized else SD2_WIDTH):
        foreign = "the SDXL refiner" if sized else "SD2.x"
        raise CheckpointError(f"{file} belongs to {foreign}; CC_ControlNet works with SD1.5 and SDXL.")
    return "sdxl" if sized else "sd15"


def check_folder(folder: Path) -> None:
    """Verifies that a folder holds a model whose files are whole and fit together. Raises CheckpointError."""
    for part in parts_of(folder):
        _check_part(folder / part.name, part)
    _check_fit(folder)
    read_spec(folder)


def read_spec(folder: Path, **known: Any) -> ModelSpec:
    """What a model says of itself in its ccnet.json, then `known`, then its family's defaults; without a hash.

    Raises CheckpointError when the file is wrong.
    """
    family = family_of(folder)
    zero_negative = read_json(folder / INDEX).get("force_zeros_for_empty_prompt") is True
    file = folder / "ccnet.json"
    fields = {field.name for field in dataclasses.fields(ModelSpec)} - {"sha256"}
    content = read_json(file) if file.is_file() else {}
    if unknown := set(content) - fields:
        raise CheckpointError(f'{file}: "{min(unknown)}" is not one of {", ".join(sorted(fields))}.')
    if content.get("family", family) != family:
        raise CheckpointError(
            f"{file} speaks of {content['family']}, but the model is {FAMILY_WORDS[family]}: correct it."
        )
    try:
        own = {"name": folder.resolve().name, "zero_negative": zero_negative, **known, **content}
        return FAMILIES[family].spec(**own)
    except (ValueError, TypeError) as error:
        raise CheckpointError(f"{file}: {error}") from error


def weights_of(folder: Path) -> list[tuple[Part, Path]]:
    """Every weight file of a model's folder. Raises CheckpointError."""
    return [
        (part, file)
        for part in parts_of(folder)
        if part.stem is not None
        for file in weight_files(folder / part.name, part.stem)[1]
    ]


def weight_files(folder: Path, stem: str) -> tuple[str | None, list[Path]]:
    """(variant, files) of a part's weights: one file or its shards, plain or fp16. Raises CheckpointError."""
    for variant, ending in ((None, ""), ("fp16", ".fp16")):
        single = folder / f"{stem}{ending}.safetensors"
        if single.is_file():
            return variant, [single]
        index = folder / f"{stem}.safetensors.index{ending}.json"
        if index.is_file():
            shards = read_json(index).get("weight_map")
            if not isinstance(shards, dict) or not shards:
                raise CheckpointError(f"{index} lists no weight files: get the model again.")
            names = {Path(str(name)) for name in shards.values()}
            if any(name.name != str(name) for name in names):
                raise CheckpointError(f"{index} names files outside its folder: get the model from its maker.")
            return variant, [folder / name for name in sorted(names)]
    for file in sorted(folder.iterdir()):
        if file.suffix in PICKLES:
            raise CheckpointError(
                f"{file} is a pickle, which can run any code when it is opened: `ccnet models import` its model to "
                "convert it to safetensors."
            )
    raise CheckpointError(f"{folder / f'{stem}.safetensors'} is missing: get the model again.")


def read_json(file: Path) -> dict[str, Any]:
    """Raises CheckpointError when a file is missing or holds no JSON object."""
    if not file.is_file():
        raise CheckpointError(f"{file} is missing: get the model again, or name a folder in diffusers' layout.")
    try:
        content = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise CheckpointError(f"{file} is not valid JSON: get it again.") from error
    if not isinstance(content, dict):
        raise CheckpointError(f"{file} must hold a JSON object: get it again.")
    return content


def _check_there(folder: Path) -> None:
    if not folder.is_dir():
        raise CheckpointError(f"The model's folder {folder} is missing: get the model again or name another one.")


def _check_part(folder: Path, part: Part) -> None:
    _check_there(folder)
    if part in TOKENIZERS:
        return _check_tokenizer(folder)
    config = read_json(folder / part.config)
    name = config.get("_class_name", (config.get("architectures") or ["CLIPTextModel"])[0])
    if part.classes and name not in part.classes:
        usable = " or ".join(part.classes)
        raise CheckpointError(f"{folder / part.config} describes a {name}: only {usable} can be used.")
    if part is UNET and (channels := config.get("in_channels", 4)) not in (4, 9):
        raise CheckpointError(
            f"{folder / part.config}: a UNet with {channels} input channels cannot be used, only one with 4 or 9."
        )
    if part.stem is not None:
        for file in weight_files(folder, part.stem)[1]:
            read_header(file)
    return None


def _check_fit(folder: Path) -> None:
    """That text encoders and ControlNet belong to this UNet, as far as their configs tell."""
    unet = read_json(folder / UNET.name / UNET.config)
    encoders = [part for part in parts_of(folder) if part in TEXT_ENCODERS]
    widths: list[Any] = [read_json(folder / part.name / part.config).get("hidden_size") for part in encoders]
    reads = unet.get("cross_attention_dim")
    if not all(isinstance(width, int) for width in widths) or sum(widths) != reads:
        words = " and ".join(map(str, widths))
        noun, verb = ("text encoders", "write") if len(encoders) > 1 else ("text encoder", "writes")
        raise CheckpointError(
            f"The {noun} in {folder} {verb} {words} numbers a word but its UNet reads {reads}: "
            "they are not from one model."
        )
    file = folder / CONTROLNET.name / CONTROLNET.config
    if not file.is_file():
        return
    controlnet = read_json(file)
    for key in ("block_out_channels", "cross_attention_dim"):
        if controlnet.get(key) != unet.get(key):
            raise CheckpointError(f"{file} does not fit its UNet, their {key} differ: use one made for this model.")
    if controlnet.get("in_channels", 4) != 4 or controlnet.get("conditioning_channels", 3) != 3:
        raise CheckpointError(f"{file} describes a ControlNet that does not read RGB hints: it cannot be used.")


def _check_tokenizer(folder: Path) -> None:
    if (folder / "tokenizer.json").is_file():
        read_json(folder / "tokenizer.json")
        return
    read_json(folder / "vocab.json")
    if not (folder / "merges.txt").is_file():
        raise CheckpointError(f"{folder / 'merges.txt'} is missing: get the model again.")
