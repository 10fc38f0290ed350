"""The door to what finds clothes: which parsers and segmenters there are, which one is meant, and loading it.

A parser tells the garments of a character apart by itself; a segmenter outlines what is pointed at. One of each comes
with the program and knows paper dolls; those for real art are downloaded or imported (`ccnet models`). Nothing here
opens a socket. Importing this loads no torch; what is loaded is imported then.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ccnet import catalogue, store
from ccnet.formats import ROLE_WORDS, CheckpointError, Role, identify, read_header
from ccnet.modelfolder import PICKLES, read_json
from ccnet.request import known
from ccnet.store import Entry

if TYPE_CHECKING:
    from ccnet.parser import Parser
    from ccnet.segmenter import Segmenter
    from ccnet.wordmasks import Detector

ASSETS = Path(__file__).resolve().parents[1] / "assets"

AUTO = "auto"
"""The name that stands for the best that is there."""

STARTER = "starter"
"""The name of the ones that come with the program."""

FOLDERS: dict[Role, Path] = {"parser": ASSETS / "parser", "segmenter": ASSETS / "sam"}
"""Where those are: config.json and model.safetensors."""

CONFIG, WEIGHTS = "config.json", "model.safetensors"


class Choice(NamedTuple):
    """What will be loaded. path: a folder or a file. notices: sentences for the user about the choice."""

    name: str
    path: Path
    notices: tuple[str, ...] = ()


def known_parsers() -> tuple[str, ...]:
    """The names that `load_parser` understands, beside "auto" and paths: the starter and the user's own."""
    return STARTER, *(entry.name for entry in store.entries("parser"))


def known_segmenters() -> tuple[str, ...]:
    """The names that `load_segmenter` understands, beside "auto" and paths: the starter and the user's own."""
    return STARTER, *(entry.name for entry in store.entries("segmenter"))


def choose_parser(name: str | Path = AUTO) -> Choice:
    """Which parser a name, a path or "auto" means, without loading it.

    "auto": an anime parser of the user's; else the starter; a parser for photographs only where even that is missing.
    Raises CheckpointError when it is not there, ValueError for a name that is not known.
    """
    if name != AUTO:
        return _named(name, "parser")
    mine = _installed("parser")
    # A single file is the anime SAM, a folder a SegFormer: those that are given away know photographs.
    if anime := [entry for entry in mine if entry.path.is_file()]:
        return Choice(anime[0].name, anime[0].path)
    if _has_starter("parser"):
        return _starter("parser", (_only_dolls("anime parser", "parser"),))
    if mine:
        notice = f"No anime parser is installed, so {mine[0].name} is used, which was made for photographs: "
        return Choice(mine[0].name, mine[0].path, (notice + _get("parser"),))
    raise _missing_starter("parser")


def choose_segmenter(name: str | Path = AUTO, *, largest: bool = False) -> Choice:
    """Which segmenter a name, a path or "auto" means, without loading it.

    "auto": the smallest of the user's own, or with `largest`, for machines with a GPU, the largest; else the starter.
    Raises CheckpointError when it is not there, ValueError for a name that is not known.
    """
    if name != AUTO:
        return _named(name, "segmenter")
    if mine := sorted(_installed("segmenter"), key=lambda entry: entry.size):
        best = mine[-1 if largest else 0]
        return Choice(best.name, best.path)
    return _starter("segmenter", (_only_dolls("Segment Anything model", "segmenter"),))


def load_parser(name: str | Path = AUTO, device: str = "auto") -> Parser:
    """A parser by name or path, ready to use; see `choose_parser`, which also has what to tell the user.

    device: as in `ccnet.checkpoints.load_pipeline`. Raises CheckpointError when it is missing, damaged or another net,
    ValueError for a name or device that is not known.
    """
    choice = choose_parser(name)
    from ccnet.devices import pick_device, quiet

    place = str(pick_device(device))
    if choice.path.is_dir():
        from ccnet.parser import load_parser_folder

        with quiet():
            return load_parser_folder(choice.path, choice.name, device=place)
    from ccnet.animesam import load_anime_sam

    return load_anime_sam(choice.path, choice.name, device=place)


def load_segmenter(name: str | Path = AUTO, device: str = "auto") -> Segmenter:
    """A segmenter by name or path, ready for a picture; see `choose_segmenter`, which also has what to tell the user.

    device: as in `ccnet.checkpoints.load_pipeline`. Raises CheckpointError when it is missing, damaged or another net,
    ValueError for a name or device that is not known.
    """
    if name != AUTO:
        choose_segmenter(name)  # refused before torch is imported
    from ccnet.devices import pick_device

    place = pick_device(device)
    choice = choose_segmenter(name, largest=place.type != "cpu")
    from ccnet.samfiles import load_sam, load_starter_sam
    from ccnet.segmenter import Segmenter

    if not choice.path.is_dir():
        sam = load_sam(choice.path)
    elif "segformer" in read_json(choice.path / CONFIG):
        sam = load_starter_sam(choice.path)
    else:
        sam = load_sam(_weights(choice.path))
    return Segmenter(sam.to(place), choice.name)


def load_detector(device: str = "auto") -> Detector | None:
    """What finds words in pictures, the first of the user's own; None where there is none.

    Raises CheckpointError when it is damaged, ValueError for a device that is not known.
    """
    mine = _installed("detector")
    if not mine:
        return None
    from ccnet.devices import pick_device
    from ccnet.wordmasks import load_detector as load

    return load(mine[0].path, mine[0].name, device=str(pick_device(device)))


def weights_sha256(choice: Choice) -> str:
    """The hash of the weights that were chosen. What is in the store is hashed as it was filed."""
    file = _weights(choice.path) if choice.path.is_dir() else choice.path
    entries = [*store.entries("parser"), *store.entries("segmenter")]
    filed = {each.path: each.sha256 for entry in entries for each in entry.files}
    return filed.get(file) or store.sha256_of(file)


def _named(name: str | Path, role: Role) -> Choice:
    path = Path(name).expanduser()
    if str(name) == STARTER:
        return _starter(role)
    if path.exists():
        entry = next((each for each in store.entries(role) if each.path == path.absolute()), None)
        _check_path(path, role)
        return Choice(entry.name if entry else path.resolve().name if path.is_dir() else path.stem, path)
    if path.suffix in (".safetensors", *PICKLES) or path.parent.as_posix() not in (".", role):
        raise CheckpointError(f"There is no file or folder {path}: check the path.")
    names = known_parsers() if role == "parser" else known_segmenters()
    if path.name.casefold() in (each.casefold() for each in names):
        entry = store.find(path.name, role)
        return Choice(entry.name, entry.path)
    if any(model.role == role and model.name == path.name for model in catalogue.models()):
        raise CheckpointError(f"{path.name} is not among your models: `ccnet models download {path.name}` gets it.")
    try:
        known(ROLE_WORDS[role], path.name, names)
    except ValueError as unknown:
        raise CheckpointError(f"{unknown} The path of one works as well.") from None
    raise AssertionError(name)


def _check_path(path: Path, role: Role) -> None:
    """Refuses what is another kind of model, by its header alone. A pickle's kind is known once it is converted."""
    file = path
    if path.is_dir():
        if not (path / CONFIG).is_file():
            raise CheckpointError(f"{path} has no {CONFIG}: name the folder of a {ROLE_WORDS[role]}.")
        file = _weights(path)
        if role == "segmenter" and "segformer" in read_json(path / CONFIG):
            return  # built like our starter
    if file.suffix not in PICKLES:
        kind = identify(read_header(file), file)
        if kind.role != role:
            raise CheckpointError(f"{path} is of another kind, {kind.describe()}: name a {ROLE_WORDS[role]}.")
        if kind.layout == "transformers" and role == "parser" and not path.is_dir():
            raise CheckpointError(f"{path} does not say what it tells apart: name its folder, with its {CONFIG}.")


def _weights(folder: Path) -> Path:
    """The one file of weights in a folder."""
    found = [file for ending in (".safetensors", *PICKLES) for file in sorted(folder.glob(f"*{ending}"))]
    if not found:
        raise CheckpointError(f"{folder} holds no weights: get the model again.")
    return next((file for file in found if file.name == WEIGHTS), found[0])


def _installed(role: str) -> list[Entry]:
    """The user's models of a role whose files are all there, in the catalogue's order, imported ones last."""
    order = [model.name for model in catalogue.models()]
    whole = [entry for entry in store.entries(role) if all(file.path.is_file() for file in entry.files)]
    return sorted(whole, key=lambda entry: order.index(entry.name) if entry.name in order else len(order))


def _has_starter(role: Role) -> bool:
    return all((FOLDERS[role] / name).is_file() for name in (CONFIG, WEIGHTS))


def _starter(role: Role, notices: tuple[str, ...] = ()) -> Choice:
    if not _has_starter(role):
        raise _missing_starter(role)
    return Choice(STARTER, FOLDERS[role], notices)


def _missing_starter(role: Role) -> CheckpointError:
    return CheckpointError(
        f"The starter {ROLE_WORDS[role]} is not in {FOLDERS[role]}: get it again with git checkout, train it with "
        f"python -m training.masks, or use one for real art: {_get(role)}"
    )


def _only_dolls(what: str, role: Role) -> str:
    return f"No {what} is installed, so the starter {role} is used, which knows paper dolls only: {_get(role)}"


def _get(role: Role) -> str:
    """How to come by a better one, as the end of a sentence."""
    name = next(model.name for model in catalogue.models() if model.role == role)
    return f"`ccnet models download {name}` gets one."
