"""Work survives whatever happens to its window, and windows leave each other alone."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from projects import MAKER, assert_same, draw, picture, state
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QApplication

from gui.document import Document
from gui.openraster import ProjectError
from gui.recovery import Autosave, RecoveryFolder, find_recoverable
from gui.state import DocumentState

CRASHES = """
import dataclasses, os, random, signal, sys, time
from pathlib import Path
import numpy as np
from PIL import Image
from ccnet.pictures import Picture
from gui.recovery import RecoveryFolder
from gui.state import DocumentState

root, times = Path(sys.argv[1]), int(sys.argv[2])
rng = np.random.default_rng(0)
state = DocumentState.of(Picture(Image.fromarray(rng.integers(0, 256, (96, 96, 3), np.uint8))))
for i in range(times):
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        folder = RecoveryFolder(root / str(i))
        number = 0
        while True:
            number += 1
            mask = np.full((96, 96), number % 256, np.uint8)
            outfit = dataclasses.replace(state.outfit, seed=number)
            folder.save(dataclasses.replace(state, mask=mask, outfit=outfit), title=str(number))
            os.write(writer, number.to_bytes(4, "big"))
    os.close(writer)
    os.read(reader, 4)
    time.sleep(random.Random(i).random() * 0.1)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    rest = b""
    while part := os.read(reader, 1 << 20):
        rest += part
    os.close(reader)
    print(int.from_bytes(rest[-4:], "big") or 1, flush=True)
"""


@pytest.fixture
def autosave(qapp: QApplication, tmp_path: Path) -> Iterator[tuple[Document, Autosave]]:
    document = Document(picture())
    keeper = Autosave(document, RecoveryFolder(tmp_path))
    yield document, keeper
    keeper.close()


def wait_for(spy: QSignalSpy, count: int = 1) -> None:
    """Until a signal was heard that often. QSignalSpy.wait would hold up the thread that it waits for."""
    end = time.monotonic() + 30
    while spy.count() < count:
        assert time.monotonic() < end
        time.sleep(0.002)
        QApplication.processEvents()
    QApplication.processEvents()


def leave(folder: RecoveryFolder) -> None:
    """As if the window's process were gone: the system lets go of the lock and nothing is tidied up."""
    folder._lock.release()


def test_the_work_of_a_window_that_is_gone_comes_back_exactly(tmp_path: Path) -> None:
    made = state(transparent=True)
    folder = RecoveryFolder(tmp_path)
    folder.save(made, title="hero.ora", path=Path("/art/hero.ora"))
    leave(folder)
    (found,) = find_recoverable(tmp_path)
    assert (found.title, found.path) == ("hero.ora", Path("/art/hero.ora"))
    assert found.thumbnail.startswith(b"\x89PNG")
    project = found.load()
    assert project.notices == ()
    assert_same(project.state, made)
    assert find_recoverable(tmp_path) == []  # held by whoever was asked first
    found.release()
    (again,) = find_recoverable(tmp_path)
    again.discard()
    assert find_recoverable(tmp_path) == []
    assert os.listdir(tmp_path) == ["lock"]


def test_the_latest_save_is_what_comes_back(tmp_path: Path) -> None:
    folder = RecoveryFolder(tmp_path)
    for made in (state(), DocumentState.of(picture())):
        folder.save(made)
    leave(folder)
    assert_same(find_recoverable(tmp_path)[0].load().state, made)


def test_living_windows_are_left_alone(tmp_path: Path) -> None:
    one, other = RecoveryFolder(tmp_path), RecoveryFolder(tmp_path)
    one.save(state())
    other.save(state())
    assert find_recoverable(tmp_path) == []
    leave(one)
    assert len(find_recoverable(tmp_path)) == 1
    other.close()
    assert not other.work.exists()


def test_a_window_that_ends_as_it_should_leaves_nothing(tmp_path: Path) -> None:
    folder = RecoveryFolder(tmp_path)
    folder.save(state())
    folder.close()
    assert find_recoverable(tmp_path) == []
    assert os.listdir(tmp_path) == ["lock"]


def test_saved_work_is_no_longer_offered(tmp_path: Path) -> None:
    folder = RecoveryFolder(tmp_path)
    folder.save(state())
    folder.clear()
    leave(folder)
    assert find_recoverable(tmp_path) == []


def test_work_that_cannot_be_read_is_neither_offered_nor_deleted(tmp_path: Path) -> None:
    folder = RecoveryFolder(tmp_path)
    folder.work.write_bytes(b"not ours")
    leave(folder)
    assert find_recoverable(tmp_path) == []
    assert folder.work.read_bytes() == b"not ours"


def test_without_a_folder_there_is_nothing_to_recover(tmp_path: Path) -> None:
    assert find_recoverable(tmp_path / "none") == []


def test_what_a_killed_save_left_is_tidied_up(tmp_path: Path) -> None:
    folder = RecoveryFolder(tmp_path)
    folder.save(state())
    (folder.work.parent / ".ccnet-0123.part").write_bytes(b"half")
    leave(folder)
    (found,) = find_recoverable(tmp_path)
    assert not list(found.folder.glob(".ccnet-*"))
    assert found.load().complete


def test_on_a_full_disk_the_work_of_the_last_time_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made, folder = state(), RecoveryFolder(tmp_path)
    folder.save(made)

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(ProjectError, match="no room left"):
            folder.save(DocumentState.of(picture()))
    leave(folder)
    assert_same(find_recoverable(tmp_path)[0].load().state, made)


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ProjectError, match="cannot be kept"):
        RecoveryFolder(tmp_path / "file")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_killed_at_random_moments_the_latest_finished_save_is_there(tmp_path: Path) -> None:
    times = 20
    run = subprocess.run(
        [sys.executable, "-c", CRASHES, str(tmp_path), str(times)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    finished = [int(line) for line in run.stdout.split()]
    assert len(finished) == times
    for i, number in enumerate(finished):
        (found,) = find_recoverable(tmp_path / str(i))
        project = found.load()
        assert project.notices == ()
        assert project.state.outfit.seed in (number, number + 1)
        assert found.title == str(project.state.outfit.seed)
        assert (project.state.mask == project.state.outfit.seed % 256).all()
        found.discard()
    assert len(set(finished)) > 1


def test_every_minute_what_has_changed_is_saved(autosave: tuple[Document, Autosave], tmp_path: Path) -> None:
    document, keeper = autosave
    saved = QSignalSpy(keeper.saved)
    keeper._timer.timeout.emit()
    keeper.wait()
    assert not list(tmp_path.rglob("*.ora"))
    document.set_mask(np.full((120, 150), 255, np.uint8), "All")
    keeper._timer.timeout.emit()
    wait_for(saved)
    assert len(list(tmp_path.rglob("*.ora"))) == 1
    keeper._timer.timeout.emit()  # nothing new since
    keeper.wait()
    QApplication.processEvents()
    assert saved.count() == 1


def test_a_kept_candidate_is_saved_at_once(autosave: tuple[Document, Autosave], tmp_path: Path) -> None:
    document, keeper = autosave
    saved = QSignalSpy(keeper.saved)
    document.accept(draw(document.image()), MAKER)
    document.accept(draw(document.image(), seed=9), MAKER)  # while the first is still being written
    wait_for(saved, 2)
    leave(keeper._folder)
    (found,) = find_recoverable(tmp_path)
    assert_same(found.load().state, document.state())
    found.release()


def test_a_saved_document_has_nothing_to_recover(autosave: tuple[Document, Autosave], tmp_path: Path) -> None:
    document, keeper = autosave
    saved = QSignalSpy(keeper.saved)
    document.set_mask(np.full((120, 150), 255, np.uint8), "All")
    keeper.autosave()
    document.mark_saved(tmp_path / "a.ora")
    wait_for(saved)
    keeper.wait()
    assert not list(tmp_path.rglob("*.ora"))


def test_trouble_is_told_once_until_it_works_again(
    autosave: tuple[Document, Autosave], monkeypatch: pytest.MonkeyPatch
) -> None:
    document, keeper = autosave
    failed, saved, finished = QSignalSpy(keeper.failed), QSignalSpy(keeper.saved), QSignalSpy(keeper._finished)

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    document.set_mask(np.full((120, 150), 255, np.uint8), "All")
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        for count in (1, 2):
            keeper._timer.timeout.emit()
            wait_for(finished, count)
    assert failed.count() == 1
    assert "no room left" in failed.at(0)[0]
    keeper._timer.timeout.emit()  # tried again without a further change
    wait_for(saved)


def test_recovered_work_is_kept_by_the_window_that_took_it(qapp: QApplication, tmp_path: Path) -> None:
    made, gone = state(), RecoveryFolder(tmp_path)
    gone.save(made, title="hero", path=tmp_path / "hero.ora")
    leave(gone)
    document = Document(picture())
    keeper = Autosave(document, RecoveryFolder(tmp_path))
    saved = QSignalSpy(keeper.saved)
    (found,) = find_recoverable(tmp_path)
    document.restore(found.load().state, found.path, modified=True)
    keeper.autosave()
    wait_for(saved)
    found.discard()
    assert_same(document.state(), made)
    leave(keeper._folder)
    (again,) = find_recoverable(tmp_path)
    assert_same(again.load().state, made)
    assert again.path == tmp_path / "hero.ora"
    again.release()
    keeper.close()
