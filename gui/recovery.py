"""Nothing made here is lost: what a window holds is written beside the user's files, and offered after a crash.

    <home>/recovery/lock                 held for the moment in which a folder is made or looked at
    <home>/recovery/<window>/lock        held as long as its window lives; the system lets go of it however that ends
    <home>/recovery/<window>/work.ora    the work: a project like any other, with ccnet/recovery.json in it

The work is replaced whole or not at all, so that at any moment the latest one that was finished is there. Folders of
windows that ended as they should are removed.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout
from PySide6.QtCore import QObject, QTimer, Signal

from ccnet import store
from gui import openraster
from gui.archive import Archive
from gui.atomic import PARTIAL, said
from gui.background import give_way
from gui.document import Document
from gui.openraster import THUMBNAIL, PngCache, Project, ProjectError
from gui.state import DocumentState

INTERVAL = 60_000
"""Milliseconds between two autosaves of a document that is being worked on."""

LOCK = "lock"
WORK = "work.ora"
ABOUT = "ccnet/recovery.json"
_LARGEST = 1 << 20
_PATIENCE = 10.0
"""Seconds to wait for another window that is just looking at the folder."""


def root() -> Path:
    """The folder of all windows' work. Not created here."""
    return store.home() / "recovery"


class RecoveryFolder:
    """One window's place for its work. May be used from any thread, one call at a time.

    folder: of all windows. Raises ProjectError when it cannot be made.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._root = folder or root()
        self._folder = self._root / uuid.uuid4().hex[:12]
        self._lock = _lock(self._folder)
        self._cache = PngCache()
        try:
            with _looking(self._root):
                self._folder.mkdir()
                self._lock.acquire()
        except (OSError, Timeout, NotImplementedError) as error:
            reason = (
                said(error)
                if isinstance(error, OSError)
                else "it cannot be locked: set CCNET_HOME to a folder on a local disk"
            )
            raise ProjectError(f"Unsaved work cannot be kept in '{self._root}' because {reason}.") from error

    @property
    def work(self) -> Path:
        """The file that holds the work, if there is any."""
        return self._folder / WORK

    def save(self, state: DocumentState, *, title: str = "", path: Path | None = None) -> None:
        """Puts the work into the folder. title: the window's, path: the project's file, both for the offer.

        Raises ProjectError, in a sentence; then the work of the last time is still there.
        """
        about = {
            "title": title,
            "path": None if path is None else str(path.absolute()),
            "when": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        try:
            self._folder.mkdir(parents=True, exist_ok=True)  # somebody may have tidied up
            openraster.save(state, self.work, cache=self._cache, extra={ABOUT: json.dumps(about).encode()})
        except ProjectError as error:
            raise ProjectError(f"Unsaved work could not be kept: {error}") from error
        except OSError as error:
            raise ProjectError(f"Unsaved work cannot be kept in '{self._folder}' because {said(error)}.") from error

    def clear(self) -> None:
        """There is no unsaved work any more."""
        with contextlib.suppress(OSError):
            self.work.unlink(missing_ok=True)

    def close(self) -> None:
        """The window ends as it should: removes the folder."""
        _remove(self._folder, self._lock)


@dataclass(frozen=True, eq=False)
class Recovered:
    """Work whose window is gone. Held, so that no other window offers it, until it is discarded or released.

    when: of the last autosave, ISO 8601 in UTC. title: the window's. path: the project's file, None when it had none.
    thumbnail: a PNG of at most 256 x 256 pixels, b"" when it is lost.
    """

    folder: Path
    title: str
    path: Path | None
    when: str
    thumbnail: bytes
    _held: FileLock

    def load(self) -> Project:
        """Exactly what was there. Raises ProjectError."""
        return openraster.load(self.folder / WORK)

    def discard(self) -> None:
        """Removes it: because nobody wants it, or because another window has put it into its own folder."""
        _remove(self.folder, self._held)

    def release(self) -> None:
        """Leaves it for another time."""
        self._held.release()


def find_recoverable(folder: Path | None = None) -> list[Recovered]:
    """The work of windows that did not end as they should, the latest first. Tidies up what holds no work.

    Work that cannot be read stays where it is, untouched, for somebody who knows how.
    """
    parent = folder or root()
    found = []
    with contextlib.suppress(OSError, Timeout), _looking(parent):
        for each in sorted(parent.iterdir()):
            if each.is_dir() and (recovered := _recover(each)) is not None:
                found.append(recovered)
    return sorted(found, key=lambda recovered: recovered.when, reverse=True)


def _recover(folder: Path) -> Recovered | None:
    lock = _lock(folder)
    try:
        lock.acquire(timeout=0)
    except (Timeout, OSError, NotImplementedError):  # its window lives, or it is not ours to touch
        return None
    work = folder / WORK
    if not work.exists():
        _remove(folder, lock)
        return None
    try:
        with Archive(work) as archive:
            about = json.loads(archive.read(ABOUT, _LARGEST))
            thumbnail = archive.read(THUMBNAIL, _LARGEST) if THUMBNAIL in archive.names else b""
        path = None if about["path"] is None else Path(about["path"])
        title, when = str(about["title"]), str(about["when"])
    except (OSError, ValueError, KeyError, TypeError):
        lock.release()
        return None
    for partial in folder.glob(f"{PARTIAL}*"):
        partial.unlink(missing_ok=True)
    return Recovered(folder, title, path, when, thumbnail, lock)


class Autosave(QObject):
    """Keeps a document's work in its window's recovery folder, in another thread.

    Signals: `saved()`; `failed(str)` with a sentence, the first time only until it works again.
    """

    saved = Signal()
    failed = Signal(str)
    _finished = Signal(str)

    def __init__(
        self, document: Document, folder: RecoveryFolder, parent: QObject | None = None, *, interval: int = INTERVAL
    ) -> None:
        super().__init__(parent)
        self._document, self._folder = document, folder
        self._thread = ThreadPoolExecutor(1, "autosave", initializer=give_way)
        self._running = self._again = self._broken = self._dirty = self._closed = False
        self._state: DocumentState | None = None
        self._timer = QTimer(self, interval=interval)
        self._timer.timeout.connect(self._tick)
        self._timer.start()
        self._finished.connect(self._after)
        document.history_changed.connect(self._touched)
        document.made_changed.connect(self.autosave)
        document.modified_changed.connect(self._modified)

    def autosave(self) -> None:
        """Saves what is there now, soon; at once when nothing is being saved. Returns immediately."""
        if self._running:
            self._again = True
            return
        if self._closed or not self._document.modified:
            return
        self._running, self._again, self._dirty = True, False, False
        self._state = self._document.state(self._state)  # nothing reads the last one any more
        self._thread.submit(self._save, self._state, self._document.title, self._document.path)

    def wait(self) -> None:
        """Until what is being saved is on disk."""
        self._thread.submit(int).result()

    def close(self) -> None:
        """The window ends as it should: stops, and removes the folder."""
        self._timer.stop()
        self._closed = True
        self._thread.shutdown(wait=True)
        self._folder.close()

    def _tick(self) -> None:
        if self._dirty:
            self.autosave()

    def _touched(self) -> None:
        self._dirty = True

    def _modified(self, modified: bool) -> None:
        if not modified and not self._closed:
            self._again = False
            self._thread.submit(self._folder.clear)

    def _save(self, state: DocumentState, title: str, path: Path | None) -> None:
        sentence = ""
        try:
            self._folder.save(state, title=title, path=path)
        except Exception as error:  # whatever it is, the window must learn of it
            sentence = str(error)
        self._finished.emit(sentence)

    def _after(self, sentence: str) -> None:
        self._running = False
        if not sentence:
            self._broken = False
            self.saved.emit()
        else:
            self._dirty = True
            if not self._broken:
                self._broken = True
                self.failed.emit(sentence)
        if self._again:
            self.autosave()


def _lock(folder: Path) -> FileLock:
    return FileLock(folder / LOCK, thread_local=False)


@contextlib.contextmanager
def _looking(folder: Path) -> Iterator[None]:
    """While one window looks at the folder of all, no other makes or removes anything in it."""
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / LOCK, timeout=_PATIENCE, thread_local=False):
        yield


def _remove(folder: Path, lock: FileLock) -> None:
    """The work first, so that what is left when this is cut short is no longer offered; then the rest."""
    with contextlib.suppress(OSError):
        (folder / WORK).unlink(missing_ok=True)
    lock.release()
    shutil.rmtree(folder, ignore_errors=True)
