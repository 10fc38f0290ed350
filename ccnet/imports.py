"""Files from anywhere into the user's own folder of models: told apart by their keys, copied, hashed, filed.

A copy, not a link: what is edited or deleted elsewhere afterwards stays whole here. A pickle becomes safetensors.
"""

from __future__ import annotations

import dataclasses
import errno
import hashlib
import json
import os
import shutil
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

from ccnet import store
from ccnet.formats import (
    LOOKING,
    PART_WORDS,
    CheckpointError,
    FileKind,
    Header,
    identify,
    read_header,
)
from ccnet.pickles import safetensors_of
from ccnet.store import Entry, StoredFile

CHUNK = 1 << 22

_KEPT = (".json", ".txt", ".safetensors")
"""What is copied of a folder: neither pictures nor code."""

_PICKLES = (".bin", ".ckpt", ".pt", ".pth")


def import_file(source: str | Path, name: str | None = None, *, reserved: Collection[str] = ()) -> Entry:
    """Copies a file of weights, or a folder in diffusers' layout, into the store.

    name: by default the file's own, with a number where that is taken. reserved: names that are not given away.
    What is in the store already is not copied twice: the entry that is there is returned.

    Raises CheckpointError in one sentence; then nothing was filed.
    """
    source = Path(source).expanduser()
    try:
        if not source.exists():
            raise CheckpointError(f"There is no file or folder {source}: check the path.")
        if not source.is_dir() and not source.is_file():
            raise CheckpointError(f"{source} is neither a file nor a folder: it cannot be imported.")
        wanted = store.clean_name(name or (source.resolve().name if source.is_dir() else source.stem))
        if name is not None:
            _refuse_taken(wanted, reserved)
        store.sweep()
        with store.partial() as folder:
            kind, files = _copy_folder(source, folder) if source.is_dir() else _copy_single(source, folder)
            if (twin := _twin(kind, files)) is not None:
                return twin
            for free in [wanted] if name is not None else _free_names(wanted, reserved):
                entry = _publish(folder, free, kind, files, source)
                if entry is not None:
                    return entry
            raise CheckpointError(_taken(wanted))  # another process was faster
    except OSError as error:
        raise CheckpointError(store.said(error, source)) from error


def _publish(folder: Path, name: str, kind: FileKind, files: tuple[StoredFile, ...], source: Path) -> Entry | None:
    """Gives a finished folder its name; None when that is taken."""
    path, what = (
        folder,
        f"{kind.noun} (folder)" if kind.role in LOOKING else f"{kind.noun} (folder in diffusers' layout)",
    )
    if not source.is_dir():
        path, what = folder / f"{name}.safetensors", kind.describe()
        os.replace(next(folder.glob("*.safetensors")), path)
        files = (dataclasses.replace(files[0], path=path),)
    details = {
        key: sorted(value) if isinstance(value, frozenset) else value
        for key, value in vars(kind).items()
        if key not in ("role", "family", "layout")
    }
    entry = Entry(
        name, kind.role, kind.family, kind.layout, path, files, original=source.name, what=what, details=details
    )
    target = store.root() / kind.role / name
    target.parent.mkdir(exist_ok=True)
    store.write(folder, entry)
    try:
        os.rename(folder, target)
    except OSError:
        if not target.exists():
            raise
        return None
    return store.read(target)


def _copy_single(source: Path, folder: Path) -> tuple[FileKind, tuple[StoredFile, ...]]:
    weights = safetensors_of(source, folder)
    header = read_header(weights)
    kind = identify(header, source)
    if weights != source:
        return kind, (_stored(weights),)
    file = _copy(source, folder / "weights.safetensors")
    if read_header(file.path) != header:
        raise CheckpointError(_changed(source))
    return kind, (file,)


def _copy_folder(source: Path, folder: Path) -> tuple[FileKind, tuple[StoredFile, ...]]:
    """A whole model (model_index.json and its parts) or a single net (config.json and its weights)."""
    index = source / "model_index.json"
    parts = _parts_of(index) if index.is_file() else []
    if parts:
        wanted = [index, source / "ccnet.json", *(file for part in parts for file in sorted((source / part).iterdir()))]
        telling = source / "unet"
    elif (source / "config.json").is_file():
        wanted = sorted(source.iterdir())
        telling = source
    else:
        raise CheckpointError(
            f"{source} is no folder in diffusers' layout, it has no model_index.json: name one that is, or a file."
        )
    wanted = list(_worth_copying([file for file in wanted if file.is_file()]))
    told_by = [file for file in wanted if file.parent == telling]
    if not any(file.suffix in _PICKLES for file in told_by):
        _kind_of(told_by, telling)  # refused before gigabytes are copied
    files = []
    for file in wanted:
        target = folder / file.relative_to(source)
        target.parent.mkdir(exist_ok=True)
        files.append(_copy_part(file, target))
    copies = [file.path for file in files if file.path.parent == folder / telling.relative_to(source)]
    kind = _kind_of(copies, telling)
    if parts:
        kind = dataclasses.replace(kind, role="checkpoint", parts=frozenset(parts) & frozenset(PART_WORDS))
    return kind, tuple(files)


def _kind_of(files: Sequence[Path], telling: Path) -> FileKind:
    """What the weights among the files are, shards taken together. telling: the user's folder, for sentences."""
    weights = [file for file in files if file.suffix == ".safetensors"]
    if not weights:
        raise CheckpointError(f"{telling} holds no weights: get the model again.")
    tensors = {key: tensor for file in weights for key, tensor in read_header(file).tensors.items()}
    return identify(Header(tensors, {}), telling)


def _parts_of(index: Path) -> list[str]:
    """The folders that a model_index.json names, and a controlnet/ beside them."""
    try:
        values: Any = json.loads(index.read_text("utf-8"))
    except (ValueError, RecursionError) as error:
        raise CheckpointError(f"{index} is not valid JSON: get it again.") from error
    named = [name for name, value in values.items() if isinstance(value, list)] if isinstance(values, dict) else []
    if any(Path(name).name != name or name.startswith(".") for name in named):
        raise CheckpointError(f"{index} names folders outside its own: get the model from its maker.")
    parts = [name for name in dict.fromkeys([*named, "controlnet"]) if (index.parent / name).is_dir()]
    if "unet" not in parts:
        raise CheckpointError(f"{index} describes no Stable Diffusion model, it has no unet/: name the folder of one.")
    return parts


def _worth_copying(files: list[Path]) -> Iterator[Path]:
    """A pickle only where its folder holds no safetensors."""
    safe = {file.parent for file in files if file.suffix == ".safetensors"}
    for file in files:
        if file.suffix in _KEPT or (file.suffix in _PICKLES and file.parent not in safe):
            yield file


def _copy_part(file: Path, target: Path) -> StoredFile:
    if file.suffix in _PICKLES and (converted := safetensors_of(file, target.parent)) != file:
        stem = target.stem.replace("pytorch_model", "model", 1) if target.stem.startswith("pytorch") else target.stem
        os.replace(converted, target.with_name(f"{stem}.safetensors"))
        return _stored(target.with_name(f"{stem}.safetensors"))
    if file.suffix == ".safetensors":
        read_header(file)
    return _copy(file, target)


def _stored(file: Path) -> StoredFile:
    return StoredFile(file, store.sha256_of(file), file.stat().st_size)


def _copy(source: Path, target: Path) -> StoredFile:
    """Copies and hashes in one pass. Raises CheckpointError when the source changes meanwhile."""
    digest, size = hashlib.sha256(), 0
    with source.open("rb") as reading:
        before = os.fstat(reading.fileno())
        if shutil.disk_usage(target.parent).free < before.st_size:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        with target.open("xb") as writing:
            while size <= before.st_size and (chunk := reading.read(CHUNK)):
                digest.update(chunk)
                size += writing.write(chunk)
    after = source.stat()
    if (size, after.st_size, after.st_mtime_ns) != (before.st_size, before.st_size, before.st_mtime_ns):
        raise CheckpointError(_changed(source))
    return StoredFile(target, digest.hexdigest(), size)


def _changed(source: Path) -> str:
    return f"{source} changed while it was copied: wait until it is finished and import it again."


def _twin(kind: FileKind, files: tuple[StoredFile, ...]) -> Entry | None:
    """The entry with the same content, if it is all there."""
    wanted = sorted(file.sha256 for file in files)
    for entry in store.entries(kind.role):
        same = sorted(file.sha256 for file in entry.files) == wanted
        if same and all(file.path.is_file() for file in entry.files):
            return entry
    return None


def _free_names(wanted: str, reserved: Collection[str]) -> Iterator[str]:
    taken = _taken_names(reserved)
    number = 1
    while True:
        name = wanted if number == 1 else f"{wanted}-{number}"
        if name.casefold() not in taken:
            yield name
        number += 1


def _refuse_taken(name: str, reserved: Collection[str]) -> None:
    if name.casefold() in {other.casefold() for other in reserved}:
        raise CheckpointError(f'"{name}" is the name of a known model: give another one.')
    if name.casefold() in _taken_names():
        raise CheckpointError(_taken(name))


def _taken(name: str) -> str:
    return f'There is already a model "{name}": remove it first, or give another name.'


def _taken_names(reserved: Collection[str] = ()) -> set[str]:
    return {folder.name.casefold() for folder in store.folders()} | {name.casefold() for name in reserved}
