"""The models this program knows by name: assets/models.toml as checked values.

What each field means is said at the head of that file. Nothing here opens a socket or a file of weights.
"""

from __future__ import annotations

import dataclasses
import functools
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, Literal, NamedTuple, cast, get_args

from ccnet.formats import Family, Role
from ccnet.request import ANNOTATORS
from ccnet.request import known as one_of

TABLE = Path(__file__).resolve().parents[1] / "assets" / "models.toml"

Prediction = Literal["epsilon", "v_prediction"]

FAMILIES: tuple[Family, ...] = get_args(Family)
ROLES: tuple[str, ...] = (*get_args(Role), "annotator", "tagger", "detector")
"""What `formats.identify` tells; and the nets that look at a picture which it does not know: they come from this table
alone."""

UNCLEAR = ("other", "unknown")
"""Licences that say too little to recommend a model."""

_NAME = re.compile(r"[a-z0-9]+([-._][a-z0-9]+)*")
_HUB = re.compile(r"[\w.-]+/[\w.-]+", re.ASCII)
_COMMIT = re.compile(r"[0-9a-f]{40}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


class Wanted(NamedTuple):
    """A file to fetch: the first of `names` that the repository holds; one that is not required may be missing."""

    names: tuple[str, ...]
    required: bool = True


@dataclass(frozen=True)
class KnownModel:
    """One entry of the table. revision: a full commit or None. sha256: file name -> hash, of those that are known.
    family: None for what serves both. size: bytes, about."""

    name: str
    title: str
    hub: str
    files: tuple[Wanted, ...]
    licence: str
    size: int
    role: str
    revision: str | None = None
    sha256: Mapping[str, str] = field(default_factory=dict)
    family: Family | None = None
    clip_skip: int = 0
    prediction: Prediction | None = None
    zero_snr: bool = False
    hole: float | None = None
    kinds: tuple[str, ...] = ()
    gated: bool = False
    commercial: bool = True
    checked: bool = True
    recommended: bool = False
    note: str = ""

    def __post_init__(self) -> None:
        self._check_types()
        if not _NAME.fullmatch(self.name):
            raise ValueError("its name must be lower case letters, digits and single dashes or dots")
        if not _HUB.fullmatch(self.hub):
            raise ValueError(f'hub must be "owner/name", not "{self.hub}"')
        one_of("role", self.role, ROLES)
        if self.family is not None:
            one_of("family", self.family, FAMILIES)
        if self.prediction is not None:
            one_of("prediction", self.prediction, get_args(Prediction))
        if self.revision is not None and not _COMMIT.fullmatch(self.revision):
            raise ValueError("revision must be a whole commit, 40 hexadecimal digits")
        self._check_files()
        for kind in self.kinds:
            one_of("kind of control", kind, (*ANNOTATORS, "inpaint"))
        if self.size <= 0:
            raise ValueError("size must be more than 0 bytes")
        if not 0 <= self.clip_skip <= 11:
            raise ValueError("clip_skip must be from 0 to 11")
        if self.hole is not None and not -1 <= self.hole <= 1:
            raise ValueError("hole must be from -1 to 1")
        if self.recommended and (self.gated or not self.commercial or not self.checked or self.licence in UNCLEAR):
            raise ValueError("what is gated, non-commercial, unchecked or of unclear licence is not recommended")

    @property
    def page(self) -> str:
        """Where its licence can be read."""
        return f"https://huggingface.co/{self.hub}"

    @property
    def is_folder(self) -> bool:
        """Whether it is used as a folder of several files, not as one file."""
        return len(self.files) > 1

    def _check_types(self) -> None:
        for name in ("name", "title", "hub", "licence", "role", "note"):
            if not isinstance(getattr(self, name), str):
                raise TypeError(f"{name} must be text")
        for name in ("zero_snr", "gated", "commercial", "checked", "recommended"):
            if not isinstance(getattr(self, name), bool):
                raise TypeError(f"{name} must be true or false")
        for name in ("size", "clip_skip"):
            if type(getattr(self, name)) is not int:
                raise TypeError(f"{name} must be a whole number")
        if not isinstance(self.kinds, tuple):
            raise TypeError("kinds must be a list of names")
        if self.hole is not None and type(self.hole) not in (int, float):
            raise TypeError("hole must be a number")

    def _check_files(self) -> None:
        names = [name for wanted in self.files for name in wanted.names]
        if not names or not all(wanted.names for wanted in self.files):
            raise ValueError("it names no files")
        for name in names:
            path = PurePosixPath(name)
            if not name or path.is_absolute() or ".." in path.parts or "\\" in name or str(path) != name:
                raise ValueError(f'"{name}" is no path inside a repository')
        for name, digest in self.sha256.items():
            if name not in names:
                raise ValueError(f'sha256 is given for "{name}", which is not one of its files')
            if not isinstance(digest, str) or not _SHA256.fullmatch(digest):
                raise ValueError(f'sha256 of "{name}" must be 64 hexadecimal digits')


@functools.cache
def models() -> tuple[KnownModel, ...]:
    """All entries, in the table's order. Raises ValueError when the table is missing or wrong."""
    try:
        text = TABLE.read_text("utf-8")
    except OSError as error:
        raise ValueError(
            f"The table of models {TABLE} cannot be read: run ccnet from a checkout of the program."
        ) from error
    return parse(text, TABLE)


def known(name: str) -> KnownModel:
    """The model of this name; else a ValueError that lists the names and suggests the nearest."""
    by_name = {model.name: model for model in models()}
    return by_name[one_of("known model", name, by_name)]


def recommended(family: Family) -> tuple[KnownModel, ...]:
    """What to get for a family of models, the base first."""
    return tuple(model for model in models() if model.recommended and model.family in (family, None))


def parse(text: str, file: Path) -> tuple[KnownModel, ...]:
    """The entries of a table. Raises ValueError that names the file and the entry."""
    try:
        entries = tomllib.loads(text).get("model")
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{file} is not valid TOML: {error}.") from error
    if not isinstance(entries, list) or not entries or not all(isinstance(entry, dict) for entry in entries):
        raise ValueError(f"{file} lists no [[model]].")
    found: dict[str, KnownModel] = {}
    for number, entry in enumerate(entries, 1):
        title = f'model "{entry["name"]}"' if isinstance(entry.get("name"), str) else f"model number {number}"
        try:
            model = _model(entry)
        except (ValueError, TypeError) as error:
            raise ValueError(f"{file}: {title}: {error}") from error
        if model.name in found:
            raise ValueError(f"{file}: {title} is listed twice.")
        found[model.name] = model
    return tuple(found.values())


def diffusers_files(family: Family) -> tuple[Wanted, ...]:
    """The parts of a diffusers folder that are used, weights as safetensors, in half precision where there is a choice.

    A safety checker is taken along where the model brings one.
    """
    encoders = ("text_encoder", "text_encoder_2")[: 2 if family == "sdxl" else 1]
    tokenizers = ("tokenizer", "tokenizer_2")[: 2 if family == "sdxl" else 1]
    return (
        *_all("model_index.json", "scheduler/scheduler_config.json"),
        *(Wanted((f"{folder}/{name}",)) for folder in tokenizers for name in ("vocab.json", "merges.txt")),
        *(Wanted((f"{folder}/tokenizer_config.json",)) for folder in tokenizers),
        *(Wanted((f"{folder}/special_tokens_map.json",), required=False) for folder in tokenizers),
        *_all(*(f"{folder}/config.json" for folder in (*encoders, "vae", "unet"))),
        *(_weights(folder, "model") for folder in encoders),
        *(_weights(folder, "diffusion_pytorch_model") for folder in ("vae", "unet")),
        Wanted(("feature_extractor/preprocessor_config.json",), required=False),
        Wanted(("safety_checker/config.json",), required=False),
        _weights("safety_checker", "model")._replace(required=False),
    )


def _all(*names: str) -> Iterable[Wanted]:
    return (Wanted((name,)) for name in names)


def _weights(folder: str, stem: str) -> Wanted:
    return Wanted((f"{folder}/{stem}.fp16.safetensors", f"{folder}/{stem}.safetensors"))


def _model(entry: Mapping[str, Any]) -> KnownModel:
    values = dict(entry)
    layout, files = values.pop("layout", None), values.pop("files", None)
    if isinstance(kinds := values.get("kinds"), list):
        values["kinds"] = tuple(kinds)
    fields = {each.name: each.default is dataclasses.MISSING for each in dataclasses.fields(KnownModel)}
    if unknown := sorted(set(values) - set(fields)):
        raise ValueError(f'"{unknown[0]}" is not one of {", ".join(sorted({*fields, "layout"}))}')
    needed = {name for name, required in fields.items() if required} - {"files", "sha256"}
    if missing := sorted(needed - set(values)):
        raise ValueError(f"{missing[0]} is missing")
    if not isinstance(values.get("sha256", {}), dict):
        raise TypeError("sha256 must be a table of file names")
    if (layout is None) == (files is None):
        raise ValueError('it needs either files or layout = "diffusers"')
    return KnownModel(files=_layout(layout, values.get("family")) if files is None else _files(files), **values)


def _layout(layout: Any, family: Any) -> tuple[Wanted, ...]:
    if layout != "diffusers":
        raise ValueError('layout can only be "diffusers"')
    if family is None:
        raise ValueError("a diffusers folder needs a family")
    return diffusers_files(cast(Family, one_of("family", family, FAMILIES)))


def _files(files: Any) -> tuple[Wanted, ...]:
    rows = [[row] if isinstance(row, str) else row for row in files] if isinstance(files, list) else []
    if not rows or not all(isinstance(row, list) and row and all(isinstance(n, str) for n in row) for row in rows):
        raise TypeError("files must be a list of names, or of lists of names")
    return tuple(Wanted(tuple(row)) for row in rows)
