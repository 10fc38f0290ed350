"""Known models from the hub into its cache, through `huggingface_hub`: resumed after a cut, checked after each file.

`plan` asks the hub what there is, `fetch` transfers it, `discard` deletes it again; the caller shows the licence in
between. The library answers for addresses, accounts, proxies and the cache; the transfer itself is done here, because
`hf_hub_download` (2.4) throws away what came when it is interrupted, and a model is some gigabytes. For the same
reason xet, the hub's other way to send a file, is not used: the plain one can be resumed, and its hash is a sha256.

What is not yet whole is called <hash>.ccnet.incomplete and lies beside the cache's own files; it gets a name that
programs look for after its hash was found right.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import re
import shutil
import time
import uuid
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import httpx2
from huggingface_hub import HfApi, constants, get_session, hf_hub_url
from huggingface_hub.errors import (
    GatedRepoError,
    HfHubHTTPError,
    OfflineModeIsEnabled,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from huggingface_hub.file_download import repo_folder_name
from huggingface_hub.utils import WeakFileLock, build_hf_headers, hf_raise_for_status

from ccnet.catalogue import KnownModel
from ccnet.store import StoredFile

ATTEMPTS = 5
"""How often a transfer is taken up again without a byte more, before it is given up."""

PAUSE = 1.0
"""Seconds before the first of them; each further pause is twice as long."""

_TRANSIENT = (408, 425, 429, 500, 502, 503, 504)
_CHUNK = 1 << 20


class DownloadError(ValueError):
    """A download that cannot be, in one sentence that says what to do."""


class RemoteFile(NamedTuple):
    """A file as the hub describes it. digest: its sha256 where the hub keeps it in LFS, else git's hash of it."""

    name: str
    size: int
    digest: str
    lfs: bool


@dataclass(frozen=True)
class Plan:
    """What a download would fetch. commit: the one its revision stands for now. licence: as the hub names it now."""

    model: KnownModel
    commit: str
    files: tuple[RemoteFile, ...]
    licence: str
    endpoint: str | None = None

    @property
    def size(self) -> int:
        return sum(file.size for file in self.files)


class Transfer(NamedTuple):
    """`done` of `total` bytes of a file are there."""

    file: str
    done: int
    total: int


@dataclass(frozen=True)
class Fetched:
    """A download that is whole. path: what to load, a file or a folder. borrowed: every file was there before."""

    path: Path
    files: tuple[StoredFile, ...]
    borrowed: bool


def plan(model: KnownModel, *, revision: str | None = None, endpoint: str | None = None) -> Plan:
    """Asks the hub for a model's files. Opens a connection, transfers no weights.

    revision: a commit to use where the table names none. endpoint: of another hub, by default the library's.
    Raises DownloadError.
    """
    try:
        info = HfApi(endpoint=endpoint).model_info(
            model.hub,
            revision=model.revision or revision,
            files_metadata=True,
            timeout=constants.HF_HUB_DOWNLOAD_TIMEOUT,
        )
        found = {file.rfilename: _remote(file) for file in info.siblings or ()}
        commit = _hexadecimal(info.sha, 40)
    except (httpx2.HTTPError, OSError) as error:
        raise DownloadError(_said(error, model)) from error
    except (httpx2.InvalidURL, ValueError, KeyError, TypeError, AttributeError) as error:
        raise DownloadError(
            f"{endpoint or constants.ENDPOINT} does not answer as a hub does: "
            "check the network, its proxy, and HF_ENDPOINT if it is set."
        ) from error
    files = tuple(_chosen(model, found))
    return Plan(model, commit, files, _licence(info), endpoint)


def fetch(
    what: Plan, *, sha256: Mapping[str, str] | None = None, cache: Path | None = None
) -> Generator[Transfer | Fetched, None, None]:
    """Transfers what is not there yet, then answers with where it is. Closing the generator stops it; what came so
    far is kept for the next time.

    sha256: hashes of files from an earlier download, that hold beside those in the table. cache: the folder to fill,
    by default the library's.
    Every file, also one that was there, is read and its hash compared before it is used; a wrong one is deleted.
    Raises DownloadError.
    """
    folder = Path(cache or constants.HF_HUB_CACHE).absolute()
    repository = folder / repo_folder_name(repo_id=what.model.hub, repo_type="model")
    expected = {**(sha256 or {}), **what.model.sha256}
    for file in what.files:
        if file.lfs and expected.get(file.name, file.digest) != file.digest:
            raise DownloadError(_another(file, what))
    stored, borrowed = [], True
    try:
        _check_room(what, repository)
        for file in what.files:
            with _locked(file, repository, what):
                found = _found(file, repository, what)
                if found is None:
                    borrowed = False
                    found = yield from _download(file, repository, what)
            if expected.get(file.name, found.sha256) != found.sha256:
                raise DownloadError(_another(file, what))
            stored.append(found)
            yield Transfer(file.name, file.size, file.size)
    except (httpx2.HTTPError, OSError) as error:
        raise DownloadError(_said(error, what.model, repository)) from error
    snapshot = repository / "snapshots" / what.commit
    path = snapshot if what.model.is_folder else snapshot / what.files[0].name
    yield Fetched(path, tuple(stored), borrowed)


def discard(files: tuple[StoredFile, ...]) -> int:
    """Deletes downloaded files from the cache, as far as nothing else in it needs them; returns the bytes freed.

    Raises DownloadError when one cannot be deleted.
    """
    freed = 0
    for file in files:
        try:
            content = file.path.resolve()
            snapshots = next((up for up in file.path.parents if up.name == "snapshots"), file.path.parent)
            file.path.unlink(missing_ok=True)
            if not any(link.resolve() == content for link in snapshots.rglob("*") if link.is_symlink()):
                content.unlink(missing_ok=True)
                freed += file.size
            for folder in file.path.parents:
                if folder == snapshots or not folder.is_dir() or any(folder.iterdir()):
                    break
                folder.rmdir()
        except OSError as error:
            raise DownloadError(f"{file.path} cannot be deleted: {error.strerror or error}.") from error
    return freed


def _remote(file: Any) -> RemoteFile:
    if file.lfs is not None:
        return RemoteFile(file.rfilename, int(file.lfs.size), _hexadecimal(file.lfs.sha256, 64), True)
    return RemoteFile(file.rfilename, int(file.size), _hexadecimal(file.blob_id, 40), False)


def _hexadecimal(text: Any, digits: int) -> str:
    """Hashes become names of files, so that a hub's word is not enough."""
    if not isinstance(text, str) or not re.fullmatch(rf"[0-9a-f]{{{digits}}}", text):
        raise ValueError(f"{text!r} is no hash")
    return text


def _chosen(model: KnownModel, found: Mapping[str, RemoteFile]) -> Iterator[RemoteFile]:
    for wanted in model.files:
        name = next((name for name in wanted.names if name in found), None)
        if name is not None:
            yield found[name]
        elif wanted.required:
            raise DownloadError(
                f"The hub's {model.hub} holds no {' or '.join(wanted.names)}: "
                f"look at {model.page}, and import the file you find there."
            )


def _licence(info: Any) -> str:
    """What the hub names as the licence; "other" has its real name beside it."""
    card = info.card_data.to_dict() if info.card_data is not None else {}
    named = card.get("license_name") if card.get("license") == "other" else card.get("license")
    return str(named or card.get("license") or "")


def _check_room(what: Plan, repository: Path) -> None:
    missing = sum(
        file.size - _size(_partial(file, repository))
        for file in what.files
        if not _pointer(file, repository, what).exists() and not _blob(file, repository).exists()
    )
    folder = next(folder for folder in (repository, *repository.parents) if folder.exists())
    if shutil.disk_usage(folder).free < missing:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _pointer(file: RemoteFile, repository: Path, what: Plan) -> Path:
    return repository / "snapshots" / what.commit / file.name


def _blob(file: RemoteFile, repository: Path) -> Path:
    return repository / "blobs" / file.digest


def _partial(file: RemoteFile, repository: Path) -> Path:
    return repository / "blobs" / f"{file.digest}.ccnet.incomplete"


@contextlib.contextmanager
def _locked(file: RemoteFile, repository: Path, what: Plan) -> Iterator[None]:
    """Holds the library's own lock on a file: other programs fetch the same one into the same cache."""
    lock = repository.parent / ".locks" / repository.name / f"{file.digest}.lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as held:
        try:
            held.enter_context(WeakFileLock(lock, timeout=1))
        except TimeoutError as error:
            raise DownloadError(
                f"Another program is downloading {file.name} of {what.model.hub} just now: wait for it, and try again."
            ) from error
        yield


def _found(file: RemoteFile, repository: Path, what: Plan) -> StoredFile | None:
    """The file when the cache holds it under its name or its hash. One with another content is deleted."""
    pointer, blob = _pointer(file, repository, what), _blob(file, repository)
    for place in (pointer, blob):
        if not place.is_file():
            continue
        sha256 = _checked(place, file)
        if sha256 is None:
            place.resolve().unlink(missing_ok=True)
            place.unlink(missing_ok=True)
            continue
        if place == blob:
            _point(pointer, blob)
        return StoredFile(pointer, sha256, file.size)
    return None


def _download(file: RemoteFile, repository: Path, what: Plan) -> Generator[Transfer, None, StoredFile]:
    """Transfers a file and, when its content is right, gives it its names; else deletes it."""
    pointer, blob, partial = _pointer(file, repository, what), _blob(file, repository), _partial(file, repository)
    blob.parent.mkdir(parents=True, exist_ok=True)
    partial.touch()
    url = hf_hub_url(what.model.hub, file.name, revision=what.commit, endpoint=what.endpoint)
    for done in _transfer(url, partial, file.size):
        yield Transfer(file.name, done, file.size)
    sha256 = _checked(partial, file)
    if sha256 is None:
        partial.unlink()
        raise DownloadError(
            f"{file.name} of {what.model.hub} arrived damaged and was deleted: download {what.model.name} again."
        )
    os.replace(partial, blob)
    _point(pointer, blob)
    return StoredFile(pointer, sha256, file.size)


def _transfer(url: str, partial: Path, size: int) -> Iterator[int]:
    """Appends to a file until it has its size, taking up the connection again when it breaks; yields its size."""
    best, idle = _size(partial), 0
    while (start := _size(partial)) < size:
        yield start
        broken: Exception = httpx2.RemoteProtocolError("the answer ends early, as if it were whole")
        try:
            yield from _stream(url, partial, start, size)
        except httpx2.TransportError as error:
            broken = error
        except HfHubHTTPError as error:
            if error.response.status_code not in _TRANSIENT:
                raise
            broken = error
        idle = 0 if _size(partial) > best else idle + 1
        best = max(best, _size(partial))
        if idle >= ATTEMPTS:
            raise broken
        if idle:
            time.sleep(PAUSE * 2 ** (idle - 1))


def _stream(url: str, partial: Path, start: int, size: int) -> Iterator[int]:
    """One request for the bytes from `start` on. Stops at the first byte too many: the hash will be wrong then."""
    headers = {**build_hf_headers(), "Accept-Encoding": "identity"}
    if start:
        headers["Range"] = f"bytes={start}-"
    timeout = constants.HF_HUB_DOWNLOAD_TIMEOUT
    # The client leaves the account's token out when the hub sends it on to another host.
    with get_session().stream("GET", url, headers=headers, timeout=timeout, follow_redirects=True) as response:
        if response.status_code == httpx2.codes.RANGE_NOT_SATISFIABLE:
            os.truncate(partial, 0)
            return
        hf_raise_for_status(response)
        resumed = response.headers.get("Content-Range", "").startswith(f"bytes {start}-")
        done = start if start and resumed else 0
        with partial.open("ab" if done else "wb") as writing:
            for chunk in response.iter_bytes():
                done += writing.write(chunk)
                yield done
                if done > size:
                    return


def _point(pointer: Path, blob: Path) -> None:
    """Gives a file of the cache its name in the commit, as the cache is laid out: a link, or else the file itself."""
    pointer.parent.mkdir(parents=True, exist_ok=True)
    link = pointer.with_name(f".{pointer.name}.{uuid.uuid4().hex}")
    try:
        os.symlink(os.path.relpath(blob, pointer.parent), link)
    except OSError:
        link = blob
    os.replace(link, pointer)


def _checked(path: Path, file: RemoteFile) -> str | None:
    """The sha256 of a file whose content is what the hub said, else None."""
    if path.stat().st_size != file.size:
        return None
    sha256 = hashlib.sha256()
    git = hashlib.sha1(b"blob %d\0" % file.size, usedforsecurity=False)
    with path.open("rb") as reading:
        while chunk := reading.read(_CHUNK):
            sha256.update(chunk)
            if not file.lfs:
                git.update(chunk)
    digest = sha256.hexdigest()
    return digest if file.digest == (digest if file.lfs else git.hexdigest()) else None


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _another(file: RemoteFile, what: Plan) -> str:
    return (
        f"{file.name} of {what.model.hub} is not the file this program knows under that name: it is not used, "
        f"look at {what.model.page} for what has changed."
    )


def _said(error: Exception, model: KnownModel, repository: Path | None = None) -> str:
    """What a failure means to the person who asked for the model."""
    status = error.response.status_code if isinstance(error, HfHubHTTPError) else None
    if isinstance(error, OfflineModeIsEnabled):
        return f"Downloads are switched off by HF_HUB_OFFLINE: unset it to download {model.name}."
    if isinstance(error, GatedRepoError) or (status in (401, 403) and model.gated):
        return (
            f"{model.hub} is given only to those who agreed to its licence: accept it at {model.page}, "
            f"log in with `hf auth login`, and download {model.name} again."
        )
    if isinstance(error, RevisionNotFoundError):
        return f"The hub's {model.hub} no longer has the version of {model.name} that was asked for: see {model.page}."
    if isinstance(error, RepositoryNotFoundError):
        return f"The hub has no {model.hub}, or does not show it to you: see whether {model.page} is there."
    if status == 404:
        return f"The hub's {model.hub} no longer holds all files of {model.name}: see {model.page}."
    if status in (401, 403):
        return (
            f"The hub does not let you have {model.hub}: log in anew with `hf auth login`, "
            f"and see at {model.page} whether it is open to you."
        )
    if status == 429:
        return f"The hub wants fewer requests just now: wait some minutes, and download {model.name} again."
    if status is not None:
        return f"The hub answered with error {status}: try again later, what came so far is kept."
    if isinstance(error, httpx2.TimeoutException):
        return f"The hub does not answer: check the network and download {model.name} again, what came so far is kept."
    if isinstance(error, httpx2.ConnectError | httpx2.ProxyError):
        return f"The hub cannot be reached: check the network, and download {model.name} again."
    if isinstance(error, httpx2.HTTPError):
        return f"The connection keeps breaking: download {model.name} again later, what came so far is kept."
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):
        return (
            f"There is no room for {model.name} in {repository}: free some, or set HF_HOME to a folder on another disk."
        )
    if isinstance(error, PermissionError) or (isinstance(error, OSError) and error.errno == errno.EROFS):
        return f"{error.filename or repository} may not be written: change its permissions, or set HF_HOME."
    return f"{model.name} cannot be downloaded to {repository}: {getattr(error, 'strerror', None) or error}."
