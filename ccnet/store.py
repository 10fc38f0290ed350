"""The user's own models: a folder of folders, one for each model, with a record beside the weights.

    <home>/models/<role>/<name>/entry.json     what it is, where it came from, the hash of every file
    <home>/models/<role>/<name>/<name>.safetensors, or the parts of a diffusers folder

What is being written lies in a hidden folder beside the roles and appears by one rename, weights and record together:
a process that is killed at any moment leaves nothing that looks like a model, and two that write at once cannot mix.
Its remains are swept away by the next import or removal; a lock tells them from what is still being written.

A downloaded model has a record only, which names its files in the hub's cache.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import re
import shutil
import sys
import unicodedata
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from ccnet.formats import CheckpointError
from ccnet.request import known

FORMAT = 1
"""The version of a record. Raised when an older program could no longer read it."""

RECORD = "entry.json"
LONGEST_NAME = 120
"""Of a model, in bytes: file systems allow 255, and an ending and a number come after it."""

_PARTIAL = ".partial-"
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]+')
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(?=\.|$)", re.IGNORECASE)
"""Names that Windows keeps for itself."""


@dataclass(frozen=True)
class StoredFile:
    """path: absolute. sha256: of its content when it was filed. size: bytes."""

    path: Path
    sha256: str
    size: int


@dataclass(frozen=True)
class Entry:
    """A model that is there.

    role, family, layout, details: what `formats.identify` told of it (details: the rest of its FileKind).
    path: what to load, a file or a folder. original: the name it came under. what: the same for people, in a line.
    source: "file", or "hub:owner/name". commit: of the hub's repository.
    added: when, ISO 8601 in UTC. borrowed: its files were in the hub's cache before, so that they outlive the entry.
    """

    name: str
    role: str
    family: str | None
    layout: str
    path: Path
    files: tuple[StoredFile, ...]
    original: str
    what: str = ""
    source: str = "file"
    licence: str = ""
    commit: str = ""
    added: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))
    borrowed: bool = False
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def size(self) -> int:
        return sum(file.size for file in self.files)

    @property
    def again(self) -> str:
        """What to do when its files are not there any more, in a word."""
        return "import" if self.source == "file" else "download"


def home() -> Path:
    """The program's folder for what belongs to the user: $CCNET_HOME, else where the platform keeps such data."""
    if named := os.environ.get("CCNET_HOME"):
        return Path(named).expanduser().absolute()
    try:
        if sys.platform == "win32":
            base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
        elif sys.platform == "darwin":
            base = Path.home() / "Library" / "Application Support"
        else:
            base = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    except RuntimeError as error:
        raise ValueError("There is no home folder: set CCNET_HOME to a folder for models.") from error
    return base.absolute() / "ccnet"


def root() -> Path:
    """The folder of models. Not created here."""
    return home() / "models"


def entries(role: str | None = None) -> list[Entry]:
    """All models, or those of a role, by name. What has no readable record is left out."""
    found = []
    for folder in folders(role):
        with contextlib.suppress(CheckpointError):
            found.append(read(folder))
    return sorted(found, key=lambda entry: (entry.name.casefold(), entry.role))


def find(name: str, role: str | None = None) -> Entry:
    """The model of a name; capitals do not matter, and "lora/name" tells models of one name apart.

    Raises CheckpointError when there is none, more than one, or when its record is damaged or its files are gone.
    """
    entry = read(_folder(name, role))
    for file in entry.files:
        if not file.path.is_file():
            raise CheckpointError(f"{file.path} of the model {entry.name} is gone: {entry.again} the model again.")
    return entry


def put(entry: Entry) -> None:
    """Files the record of a model whose weights lie elsewhere, over an older one of the same model.

    Raises CheckpointError when another model has that name, or the record cannot be written.
    """
    refuse_other(entry.name, entry.role, entry.source)
    folder = root() / entry.role / entry.name
    try:
        if (folder / RECORD).is_file():
            write(folder, entry)
            return
        with partial() as unfinished:
            write(unfinished, entry)
            folder.parent.mkdir(parents=True, exist_ok=True)
            os.rename(unfinished, folder)
    except OSError as error:
        raise CheckpointError(said(error, folder)) from error


def refuse_other(name: str, role: str, source: str) -> None:
    """Raises CheckpointError when the name belongs to a model from somewhere else."""
    for other in entries():
        if other.name.casefold() == name.casefold() and (other.role, other.source) != (role, source):
            raise CheckpointError(
                f"A model of your own is called {other.name}: remove it, or import it again under another name."
            )


def verify(name: str) -> Entry:
    """Reads every file of a model again. Raises CheckpointError naming the first that is not as it was filed."""
    entry = find(name)
    for file in entry.files:
        try:
            digest = sha256_of(file.path)
        except OSError as error:
            raise CheckpointError(said(error, file.path)) from error
        if digest != file.sha256:
            raise CheckpointError(
                f"{file.path} of the model {entry.name} is damaged, it is not what was filed: "
                f"{entry.again} the model again."
            )
    return entry


def remove(name: str) -> Entry | None:
    """Takes a model out of the store and returns its entry, None when its record was damaged. Raises CheckpointError.

    The files of a downloaded model, which lie in the hub's cache, stay: see `ccnet.downloads.discard`.
    """
    folder = _folder(name, None)
    entry = None
    with contextlib.suppress(CheckpointError):
        entry = read(folder)
    gone = root() / f"{_PARTIAL}{uuid.uuid4().hex}"
    try:
        os.rename(folder, gone)
    except OSError as error:
        raise CheckpointError(said(error, folder)) from error
    sweep()
    return entry


def sweep() -> None:
    """Deletes what was removed, and what killed imports left behind; what a running one writes is locked, and stays."""
    for left in {path.with_suffix("") for path in root().glob(f"{_PARTIAL}*")}:
        lock = left.with_suffix(".lock")
        with contextlib.suppress(Timeout, OSError, NotImplementedError):
            with FileLock(lock).acquire(timeout=0):
                shutil.rmtree(left, ignore_errors=True)
            lock.unlink(missing_ok=True)


def clean_name(name: str) -> str:
    """A name that every file system and a prompt's <lora:name:1> can hold. Raises CheckpointError if none is left."""
    text = _FORBIDDEN.sub("-", unicodedata.normalize("NFC", name))
    text = re.sub(r"\s+", " ", text).strip(" .-")
    text = text.encode("utf-8", "ignore")[:LONGEST_NAME].decode("utf-8", "ignore").rstrip(" .-")
    if not text:
        raise CheckpointError(f"{name!r} leaves no name for a model: give one with letters or digits.")
    device = _DEVICES.match(text)
    return f"{device[0]}_{text[device.end() :]}" if device else text


def folders(role: str | None = None) -> Iterator[Path]:
    """The folder of every model that has a record, or of those of a role."""
    return (record.parent for record in root().glob(f"{role or '[!.]*'}/*/{RECORD}"))


def read(folder: Path) -> Entry:
    """The record in a model's folder. Raises CheckpointError."""
    file = folder / RECORD
    try:
        values = json.loads(file.read_text("utf-8"))
        if values.pop("format") != FORMAT:
            raise CheckpointError(f"{file} was written by another version of ccnet: get the model {folder.name} again.")
        files = tuple(
            StoredFile(folder / str(each["path"]), str(each["sha256"]), int(each["size"]))
            for each in values.pop("files")
        )
        return Entry(name=folder.name, role=folder.parent.name, path=folder / values.pop("path"), files=files, **values)
    except CheckpointError:
        raise
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise CheckpointError(f"{file} is damaged: remove the model {folder.name} and get it again.") from error


def write(folder: Path, entry: Entry) -> None:
    """Writes a model's record. Paths inside the folder are written relative to it, so that it can be renamed."""

    def shown(path: Path) -> str:
        return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else str(path)

    values = {
        "format": FORMAT,
        **{key: value for key, value in vars(entry).items() if key not in ("name", "role", "path", "files")},
        "details": dict(entry.details),
        "path": shown(entry.path),
        "files": [{"path": shown(f.path), "sha256": f.sha256, "size": f.size} for f in entry.files],
    }
    temporary = folder / f".{RECORD}.{uuid.uuid4().hex}"
    temporary.write_text(json.dumps(values, indent=1), "utf-8")
    os.replace(temporary, folder / RECORD)


@contextlib.contextmanager
def partial() -> Iterator[Path]:
    """A hidden, locked folder to write into; deleted afterwards, unless it was renamed."""
    root().mkdir(parents=True, exist_ok=True)
    folder = root() / f"{_PARTIAL}{uuid.uuid4().hex}"
    lock = folder.with_suffix(".lock")
    try:
        with contextlib.ExitStack() as held:
            with contextlib.suppress(NotImplementedError):  # a file system without locks: there nothing is swept
                held.enter_context(FileLock(lock).acquire())
            folder.mkdir()
            try:
                yield folder
            finally:
                shutil.rmtree(folder, ignore_errors=True)
    finally:
        with contextlib.suppress(OSError):
            lock.unlink(missing_ok=True)


def sha256_of(file: Path) -> str:
    """The hash of a file's content, in hexadecimal. Raises OSError."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def said(error: OSError, about: Path) -> str:
    """What an operating system's refusal means to the person who asked, in a sentence."""
    file = error.filename or about
    if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):
        return f"There is no room for {about} in {root()}: free some, or set CCNET_HOME to a folder on another disk."
    if isinstance(error, PermissionError) or error.errno == errno.EROFS:
        return f"{file} may not be read or written: change its permissions, or set CCNET_HOME to a folder of yours."
    if isinstance(error, FileNotFoundError):
        return f"{file} disappeared while it was needed: check the disk and try again."
    return f"{file} cannot be used: {error.strerror or error}."


def _folder(name: str, role: str | None) -> Path:
    prefix, _, rest = name.rpartition("/")
    wanted = [folder for folder in folders(role or prefix or None) if folder.name.casefold() == rest.casefold()]
    wanted = [folder for folder in wanted if folder.name == rest] or wanted
    if len(wanted) > 1:
        choices = " or ".join(sorted(f"{folder.parent.name}/{folder.name}" for folder in wanted))
        raise CheckpointError(f'More than one model is called "{rest}": write {choices}.')
    if wanted:
        return wanted[0]
    names = sorted({folder.name for folder in folders(role)})
    if not names:
        raise CheckpointError(f'There is no model "{name}": none was imported or downloaded yet.')
    try:
        known(f"{role or 'model'} of yours", name, names)
    except ValueError as unknown:
        raise CheckpointError(str(unknown)) from None
    raise AssertionError(name)
