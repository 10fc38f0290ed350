"""What is added to a base - ControlNets, T2I-Adapters, a VAE, LoRAs - found by name or path, and told by its keys.

Whatever does not belong to the base's family is refused here, before anything is loaded: nothing needs torch but the
first look into a pickle, which is converted into the program's own folder.
"""

from __future__ import annotations

import contextlib
import functools
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from ccnet import catalogue, store
from ccnet.catalogue import KnownModel
from ccnet.formats import FAMILY_WORDS, ROLE_WORDS, CheckpointError, Family, FileKind, Role, identify, read_header
from ccnet.modelfolder import CONTROLNET, PICKLES, VAE, read_json, weight_files
from ccnet.pickles import safetensors_of
from ccnet.prompt_syntax import parse
from ccnet.request import ANNOTATORS, Control
from ccnet.store import Entry

STEERING: tuple[Role, ...] = ("controlnet", "t2i_adapter")
VAES: tuple[Role, ...] = ("vae", "tiny_vae")

INPAINT = "inpaint"
"""Beside the kinds of annotators: the hint that is the character with a hole where the clothes are."""

OWN_LAYER = "cc"
"""The name of the layer that reads that hint."""

KIND_WORDS = {
    "lineart anime": r"lineart anime|anime lineart",
    "lineart": r"lineart|line art",
    "canny": r"canny",
    "scribble hed": r"scribble hed",
    "scribble": r"scribble",
    "soft edge": r"soft ?edge|hed|pidi",
    "pose": r"(open|dw)?pose",
    "depth": r"depth",
    "segmentation": r"seg",
    INPAINT: r"inpaint",
}
"""What a ControlNet's name says it reads, the first that is found in it."""

UNION_KINDS = tuple(ANNOTATORS)
PROMAX = 8
"""How many kinds of control the Union knows that can also read a picture with a hole."""

FP16_FIX = "235745af8d86bf4a4c1b5b4f529868b37019a10f7c0b2e79ad0abca3a22bc6e1"
"""The sha256 of SDXL's autoencoder as it was made over for float16, which goes by many names."""

_FP16_FIX_NAME = re.compile(r"fp16[\W_]*fix|fix[\W_]*fp16", re.IGNORECASE)

_WISH = re.compile(r"(?P<what>.+?)(:(?P<scale>\d*\.?\d+))?(:(?P<start>\d*\.?\d+)-(?P<end>\d*\.?\d+))?")


class Located(NamedTuple):
    """name: for people. path: a file or a folder. entry: its record, when it is in the store."""

    name: str
    path: Path
    entry: Entry | None


@dataclass(frozen=True)
class Adapter:
    """One file that is added to a base. file: safetensors. known: what the catalogue says of it."""

    name: str
    path: Path
    file: Path
    kind: FileKind
    known: KnownModel | None = None
    recorded: str = ""

    @property
    def sha256(self) -> str:
        """Of the file: as it was filed, or read now. Raises CheckpointError."""
        if self.recorded:
            return self.recorded
        try:
            return store.sha256_of(self.file)
        except OSError as error:
            raise CheckpointError(store.said(error, self.file)) from error

    @property
    def hole(self) -> float | None:
        """The value of a hole in the hint of an inpainting ControlNet, by the catalogue or its own metadata."""
        if self.known is not None and self.known.hole is not None:
            return self.known.hole
        try:
            return float(read_header(self.file).metadata["ccnet.hole"])
        except (KeyError, ValueError):
            return None

    @property
    def bears_float16(self) -> bool:
        """Whether a VAE is known to compute in float16 without overflowing, which no tensor tells: by its
        folder's config, its name or its hash. Raises CheckpointError."""
        if (config := self.path / VAE.config).is_file():
            return read_json(config).get("force_upcast") is False
        named = _FP16_FIX_NAME.search(f"{self.name} {self.path.name}")
        return named is not None or self.sha256 == FP16_FIX

    def misfit(self, widths: Sequence[int], context: int | None) -> str:
        """Why a control layer cannot be used with a UNet, as the end of a sentence about it; "" when it can.

        widths, context: of the UNet, as in FileKind; what neither header nor config tells is not compared.
        """
        kind, wanted = self.kind, tuple(widths)
        if kind.role == "t2i_adapter":
            wanted = tuple(dict.fromkeys(wanted))
        elif kind.hint_channels != 3:
            return "does not read RGB hints: it cannot be used"
        if wanted and kind.widths and kind.widths != wanted:
            ours, theirs = (", ".join(map(str, each)) for each in (kind.widths, wanted))
            return f"does not fit this model's UNet, its levels have {ours} channels instead of {theirs}: name another"
        if context is not None and kind.context not in (None, context):
            return (
                f"does not fit this model's UNet, it reads {kind.context} numbers a word, not {context}: name another"
            )
        return ""

    @property
    def kinds(self) -> tuple[str, ...]:
        """Which hints it reads, as far as the catalogue or its name tells: kinds of annotators and `INPAINT`."""
        if self.kind.union:
            return (*UNION_KINDS, INPAINT) if self.kind.control_types >= PROMAX else UNION_KINDS
        if self.known is not None and self.known.kinds:
            return self.known.kinds
        if self.hole is not None:
            return (INPAINT,)
        words = re.sub(r"[\W_]+", " ", self.name.lower())
        return next(((kind,) for kind, pattern in KIND_WORDS.items() if re.search(rf"\b({pattern})", words)), ())


class Layer(NamedTuple):
    """A part in a request for one adapter."""

    control: Control
    adapter: Adapter


def locate(name: str | Path) -> Located:
    """What a person named, a path or a name in the store. Raises CheckpointError when it is not there."""
    path = Path(name).expanduser()
    if path.exists():
        entry = next((entry for entry in store.entries() if entry.path == path.absolute()), None)
        known_as = path.resolve().name if path.is_dir() else path.stem
        return Located(entry.name if entry else known_as, path, entry)
    if path.suffix in (".safetensors", *PICKLES) or path.parent.as_posix() not in (".", *ROLE_WORDS):
        raise CheckpointError(f"There is no file or folder {path}: check the path.")
    entry = store.find(str(name))
    return Located(entry.name, entry.path, entry)


def known_of(entry: Entry | None) -> KnownModel | None:
    """What the catalogue says of a model that was downloaded by its name there."""
    models = catalogue.models() if entry is not None else ()
    return next((m for m in models if entry and (m.name, f"hub:{m.hub}") == (entry.name, entry.source)), None)


def safetensors(file: Path) -> Path:
    """A file as safetensors; a pickle becomes one in the program's own folder. Raises CheckpointError."""
    try:
        state = file.stat()
    except OSError as error:
        raise CheckpointError(store.said(error, file)) from error
    return _safetensors(file, state.st_mtime_ns, state.st_size, store.home() / "cache")


@functools.lru_cache(maxsize=64)
def _safetensors(file: Path, _changed: int, _size: int, cache: Path) -> Path:
    return safetensors_of(file, cache)


def find(name: str | Path, roles: Collection[Role], family: Family) -> Adapter:
    """An adapter by name or path. Raises CheckpointError when it is missing, damaged, of another role or family."""
    return _fitting(locate(name), roles, family)


def installed(roles: Collection[Role], family: Family) -> list[Adapter]:
    """The store's adapters of a family: those that the catalogue recommends first, Unions last. What is damaged is
    left out."""
    found = []
    for entry in store.entries():
        if entry.role in roles and entry.family in (family, None):
            with contextlib.suppress(CheckpointError):
                found.append(_fitting(Located(entry.name, entry.path, entry), roles, family))
    return sorted(found, key=lambda each: (each.kind.union, not (each.known and each.known.recommended)))


def loras_of(prompt: str, family: Family) -> list[Adapter]:
    """The LoRAs that a prompt's tags ask for, each once. Raises CheckpointError for one that cannot be used."""
    return [find_lora(name, family) for name in dict.fromkeys(tag.name for tag in parse(prompt).loras)]


def find_lora(name: str, family: Family) -> Adapter:
    """The LoRA of a tag, from the store alone: a prompt opens no other file. Raises CheckpointError."""
    entry = store.find(name.rpartition("/")[2], "lora")
    return _fitting(Located(entry.name, entry.path, entry), ("lora",), family)


def own_layer(family: Family) -> Adapter | None:
    """The installed ControlNet that reads a character with a hole, for bases that have none of their own."""
    return next((each for each in installed(("controlnet",), family) if INPAINT in each.kinds), None)


def choose(text: str, family: Family) -> Layer:
    """A layer as a person writes it: KIND, NAME or KIND=NAME, then :SCALE, then :START-END.

    KIND: one of `ccnet.request.ANNOTATORS` (with - or _ for a space, if one likes), or "inpaint". NAME: of a
    ControlNet or T2I-Adapter in the store, or its path. Raises ValueError.
    """
    wish = _WISH.fullmatch(text)
    if wish is None:
        raise ValueError(f'"{text}" is no control: write KIND, such as canny, or KIND=NAME, then :SCALE:START-END.')
    kind, is_both, name = wish["what"].partition("=")
    if not is_both or Path(wish["what"]).expanduser().exists():
        kind, name = "", wish["what"]
    asked = _kind(kind or name)
    if kind and asked is None:
        raise ValueError(f'"{kind}" is no kind of control. Known: {", ".join((INPAINT, *ANNOTATORS))}.')
    adapter = find(name, STEERING, family) if kind or asked is None else _serving(asked, family)
    if asked is None:
        if not adapter.kinds or adapter.kind.union:
            raise ValueError(f'What "{name}" is to read is not known: write KIND={name}, such as canny={name}.')
        asked = adapter.kinds[0]
    control = Control(
        name=OWN_LAYER if asked == INPAINT else adapter.name,
        annotator=None if asked == INPAINT else asked,
        scale=float(wish["scale"] or 1),
        start=float(wish["start"] or 0),
        end=float(wish["end"] or 1),
    )
    return Layer(control, adapter)


def annotator_folder() -> Path | None:
    """Where the annotators' weights lie: the snapshot that all downloaded ones share, else `annotators` in the
    program's own folder."""
    for entry in store.entries("annotator"):
        return entry.path if entry.path.is_dir() else entry.path.parent
    own = store.home() / "annotators"
    return own if own.is_dir() else None


def tagger_folder() -> Path | None:
    """Where the tagger lies that rates results: one that was downloaded, else `tagger` in the program's own folder."""
    for entry in store.entries("tagger"):
        return entry.path
    own = store.home() / "tagger"
    return own if own.is_dir() else None


def _serving(kind: str, family: Family) -> Adapter:
    for adapter in installed(STEERING, family):
        if kind in adapter.kinds:
            return adapter
    names = list(to_download(kind, family))
    get = f"ccnet models download {names[0]}" if names else f'import one, or write "{kind}=FILE"'
    raise CheckpointError(f'None of your ControlNets for {FAMILY_WORDS[family]} reads "{kind}": {get}.')


def to_download(kind: str, family: Family) -> Iterator[str]:
    """The catalogue's ControlNets of a family that read a kind."""
    return (model.name for model in catalogue.models() if model.family == family and kind in model.kinds)


def _kind(text: str) -> str | None:
    words = re.sub(r"[-_ ]+", " ", text.strip().lower())
    words = {"openpose": "pose", "softedge": "soft edge", "inpainting": INPAINT}.get(words, words)
    return words if words in (*ANNOTATORS, INPAINT) else None


def _fitting(located: Located, roles: Collection[Role], family: Family) -> Adapter:
    adapter = _read(located)
    kind, name = adapter.kind, adapter.name if located.entry else adapter.path
    if kind.role not in roles:
        wanted = " or ".join(ROLE_WORDS[role] for role in roles)
        raise CheckpointError(f"{name} is of another kind, {kind.describe()}: name a {wanted}.")
    if kind.family not in (family, None):
        raise CheckpointError(
            f"{name} is a {ROLE_WORDS[kind.role]} made for {FAMILY_WORDS[kind.family]}, but this model is "
            f"{FAMILY_WORDS[family]}: name one made for {FAMILY_WORDS[family]}."
        )
    return adapter


def _read(located: Located) -> Adapter:
    name, path, entry = located
    if path.is_dir():
        assert CONTROLNET.stem is not None
        files = weight_files(path, CONTROLNET.stem)[1]
        if len(files) > 1:
            raise CheckpointError(f"{path} holds weights in several files: name a single file instead.")
        file = files[0]
    else:
        file = safetensors(path)
    kind = identify(read_header(file), path)
    recorded = ""
    if entry is not None:
        recorded = next((each.sha256 for each in entry.files if each.path == file), "")
        if kind.family is None and entry.family in catalogue.FAMILIES:
            kind = replace(kind, family=entry.family)
    return Adapter(name, path, file, kind, known_of(entry), recorded)
