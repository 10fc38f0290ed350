"""The editor's real window in this process, with its engine and nothing of the user's, and what is heard from both."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

import cv2
import numpy as np
import psutil
from PIL import Image

from ccnet.engine_client import COMMAND
from gui.state import DocumentState

PATIENCE = 300.0
"""Seconds until something that never comes is given up; a busy machine needs many to start an engine."""

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "assets" / "samples" / "mimi.png"


class Heard(NamedTuple):
    """A signal of the engine's bridge. id: of the job, "" for none. time: of `time.perf_counter`."""

    name: str
    id: str
    time: float
    value: Any


class Desk:
    """A window that was shown. A context manager that closes it and ends its engine.

    window, canvas, document, bridge, dressing: its parts. heard: what the engine said, in order.
    """

    def __init__(self, width: int = 1600, height: int = 1000, command: Sequence[str] = COMMAND) -> None:
        """width, height: of the window, in logical pixels. command: what starts an engine. Everything is kept in the
        program's home, see `fresh_home`."""
        from PySide6.QtCore import QTimer, qInstallMessageHandler

        from ccnet import pictures, store
        from gui.app import make_app
        from gui.garbage import Collector
        from gui.settings import Settings
        from gui.window import Window

        qInstallMessageHandler(_say)
        self.application = make_app()
        self._collector = Collector()
        home = store.home()
        state = DocumentState.of(pictures.open_picture(SAMPLE))
        self.window = Window(state, Settings(home / "settings.ini"), command=command, recovery=home / "recovery")
        self.canvas, self.document = self.window.canvas, self.window.document
        self.bridge, self.dressing = self.window.bridge, self.window.dressing
        self.heard: list[Heard] = []
        self._listen()
        self._beat = QTimer(interval=2)  # what waits for events looks at its condition that often
        self._beat.start()
        self.window.resize(width, height)
        self.window.show()
        self.until(lambda: self.window.keeper is not None, "the window to start")

    def __enter__(self) -> Desk:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        from PySide6.QtCore import QEvent, qInstallMessageHandler

        self._beat.stop()
        self.document.mark_saved()  # nobody is asked about unsaved work
        self.window.close()
        self.application.processEvents()
        self.window.deleteLater()
        self.application.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        self._collector.end()
        qInstallMessageHandler(None)

    # ---- working

    def show(self, pixels: np.ndarray, mask: np.ndarray | None = None, **outfit: Any) -> None:
        """Puts another picture (uint8[H, W, 3]) into the window. outfit: fields of `gui.outfit.Outfit`."""
        from ccnet.pictures import Picture
        from gui.outfit import Outfit

        state = DocumentState.of(Picture(Image.fromarray(pixels)), outfit=Outfit(**outfit))
        self.document.restore(state)
        if mask is not None:
            self.document.set_mask(mask, "Mask")
        self.application.processEvents()

    def dress(self) -> str:
        """Presses "Dress"; returns the job's id."""
        queued: list[str] = []
        connection = self.dressing.queued.connect(lambda id, count: queued.append(id))
        self.dressing.dress()
        self.dressing.disconnect(connection)
        if not queued:
            raise ValueError("The window did not begin to dress: is the starter model there?")
        return queued[0]

    # ---- waiting

    def find(self, name: str, id: str = "", since: int = 0) -> Heard | None:
        """The first of what was heard under a name, of a job, from a place in `heard`."""
        return next((each for each in self.heard[since:] if each.name == name and id in ("", each.id)), None)

    def wait(self, name: str, id: str = "", since: int = 0) -> Heard:
        """The same, when it comes. Raises ValueError when it does not, or when the job has failed."""
        self.until(lambda: self.find(name, id, since) or self.find("failed", id, since), f"'{name}' of the engine")
        found = self.find(name, id, since)
        if found is None:
            failed = self.find("failed", id, since)
            raise ValueError(f"The engine failed: {failed.value if failed else ''}")
        return found

    def until(self, condition: Callable[[], Any], what: str = "something", seconds: float = PATIENCE) -> None:
        """Lets the window live until a condition holds. Raises ValueError when it never does."""
        from PySide6.QtCore import QEventLoop

        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                raise ValueError(f"Waited {seconds:.0f} seconds for {what} in vain.")
            self.application.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)

    def rest(self, seconds: float) -> None:
        """Lets the window live for so long."""
        end = time.monotonic() + seconds
        self.until(lambda: time.monotonic() >= end)

    def steps(self, id: str) -> list[float]:
        """Seconds of each step of a job that has been heard of; the first is not among them, in it all is prepared."""
        times = [each.time for each in self.heard if each.name == "progress" and each.id == id]
        return np.diff(times)[1:].tolist()

    # ---- inside

    def _listen(self) -> None:
        bridge = self.bridge

        def hear(name: str, id: str, value: Any = None) -> None:
            self.heard.append(Heard(name, id, time.perf_counter(), value))

        bridge.started.connect(lambda pid: hear("started", "", pid))
        bridge.died.connect(lambda sentence, again: hear("died", "", sentence))
        bridge.ready.connect(lambda model, seconds, notices: hear("ready", "", seconds))
        bridge.began.connect(lambda id: hear("began", id))
        bridge.progress.connect(lambda id, step, total, image: hear("progress", id, (step, total)))
        bridge.candidate.connect(lambda id, candidate: hear("candidate", id, candidate))
        bridge.done.connect(lambda id: hear("done", id))
        bridge.cancelled.connect(lambda id: hear("cancelled", id))
        bridge.failed.connect(lambda id, sentence, kind: hear("failed", id, sentence))


def _say(kind: Any, context: Any, message: str) -> None:
    """Qt's messages, without the one that it has for every window that appears nowhere."""
    if "propagateSizeHints" not in message:
        print(message, file=sys.stderr)


# --- surroundings -----------------------------------------------------------------------------------------------------


@contextmanager
def screen(platform: str) -> Iterator[None]:
    """Windows appear on a platform of Qt's: "offscreen" nowhere, "xcb" on the X server that there is, or on an Xvfb
    that is started for them. Raises ValueError when there is neither."""
    os.environ["QT_QPA_PLATFORM"] = platform
    if platform != "xcb" or os.environ.get("DISPLAY"):
        yield
        return
    if shutil.which("Xvfb") is None:
        raise ValueError("There is no X server and no Xvfb: install the package xvfb, or leave out --platform.")
    reader, writer = os.pipe()
    command = ["Xvfb", "-displayfd", str(writer), "-screen", "0", "2560x1440x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[writer], stderr=subprocess.DEVNULL)
    os.close(writer)
    try:
        with os.fdopen(reader) as told:
            number = told.readline().strip()
        if not number:
            raise ValueError("Xvfb did not start: try it by hand, or leave out --platform.")
        os.environ["DISPLAY"] = f":{number}"
        yield
    finally:
        os.environ.pop("DISPLAY", None)
        server.terminate()
        server.wait()


@contextmanager
def fresh_home() -> Iterator[Path]:
    """A home of the program's with nothing in it, for this process and those that it starts."""
    names = ("CCNET_HOME", "XDG_CONFIG_HOME")
    before = {name: os.environ.get(name) for name in names}
    with tempfile.TemporaryDirectory(prefix="ccnet-benchmark-", ignore_cleanup_errors=True) as folder:
        for name in names:
            os.environ[name] = str(Path(folder) / name.lower())
        try:
            yield Path(os.environ["CCNET_HOME"])
        finally:
            for name, value in before.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value


def engines(home: Path) -> list[psutil.Process]:
    """The engines of windows with this home that are alive, whoever their parents are by now."""
    found = []
    for process in psutil.process_iter():
        try:
            if (
                any("ccnet.engine" in part for part in process.cmdline())
                and process.environ().get("CCNET_HOME") == str(home)
                and process.status() != psutil.STATUS_ZOMBIE
            ):
                found.append(process)
        except (psutil.Error, OSError):  # of somebody else, or just gone
            continue
    return found


def wait_gone(home: Path, seconds: float = 30.0) -> float | None:
    """Seconds until no engine of this home is left; None, and they are killed, when some stay."""
    began = time.monotonic()
    while left := engines(home):
        if time.monotonic() - began > seconds:
            for process in left:
                process.kill()
            return None
        time.sleep(0.02)
    return time.monotonic() - began


# --- what is worked on ------------------------------------------------------------------------------------------------


def sample(side: int | None = None) -> tuple[np.ndarray, np.ndarray]:
    """A sample character and the mask of its clothes, enlarged to a square: uint8[side, side, 3], uint8[side, side]."""
    picture = np.asarray(Image.open(SAMPLE).convert("RGB"))
    mask = np.asarray(Image.open(SAMPLE.with_name(f"{SAMPLE.stem}-mask.png")).convert("L"))
    if side is None:
        return picture, mask
    sizes = {"dsize": (side, side), "interpolation": cv2.INTER_LINEAR}
    return cv2.resize(picture, **sizes), cv2.resize(mask, **sizes)


def digest(*arrays: np.ndarray) -> str:
    """Tells pixels apart."""
    hashed = hashlib.blake2b(digest_size=12)
    for array in arrays:
        hashed.update(str(array.shape).encode())
        hashed.update(np.ascontiguousarray(array).data)
    return hashed.hexdigest()
