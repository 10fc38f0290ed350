"""The user's own models: what is filed can be found, checked and removed, and nothing half-written is ever there."""

from __future__ import annotations

import dataclasses
import errno
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock
from modelfiles import write_lora

from ccnet import store
from ccnet.formats import CheckpointError
from ccnet.imports import import_file
from ccnet.store import Entry, StoredFile, clean_name, entries, find, put, remove, sha256_of, sweep, verify


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CCNET_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def lora(tmp_path: Path) -> Path:
    return write_lora(tmp_path / "files" / "Frills v1.safetensors")


def downloaded(tmp_path: Path, name: str = "meinamix") -> Entry:
    file = write_lora(tmp_path / "hub" / "snapshots" / "c0ffee" / "weights.safetensors", seed=9)
    files = (StoredFile(file, sha256_of(file), file.stat().st_size),)
    return Entry(name, "lora", "sd15", "", file, files, file.name, source="hub:maker/model", commit="c0ffee")


class TestHome:
    def test_it_can_be_chosen(self, home: Path) -> None:
        assert store.home() == home
        assert store.root() == home / "models"

    @pytest.mark.parametrize(
        ("platform", "variables", "expected"),
        [
            ("linux", {}, ".local/share/ccnet"),
            ("linux", {"XDG_DATA_HOME": "{home}/data"}, "data/ccnet"),
            ("darwin", {}, "Library/Application Support/ccnet"),
            ("win32", {}, "AppData/Local/ccnet"),
            ("win32", {"LOCALAPPDATA": "{home}/local"}, "local/ccnet"),
        ],
    )
    def test_else_it_is_where_the_platform_keeps_data(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, platform: str, variables: dict[str, str], expected: str
    ) -> None:
        for name in ("CCNET_HOME", "XDG_DATA_HOME", "LOCALAPPDATA"):
            monkeypatch.delenv(name, raising=False)
        for name, value in variables.items():
            monkeypatch.setenv(name, value.format(home=tmp_path))
        monkeypatch.setattr(Path, "home", lambda: tmp_path)
        monkeypatch.setattr(sys, "platform", platform)
        assert store.home() == tmp_path / expected

    def test_without_any(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def nowhere() -> Path:
            raise RuntimeError("Could not determine home directory.")

        monkeypatch.delenv("CCNET_HOME")
        monkeypatch.delenv("XDG_DATA_HOME", raising=False)
        monkeypatch.setattr(Path, "home", nowhere)
        with pytest.raises(ValueError, match="set CCNET_HOME"):
            store.home()

    def test_looking_creates_nothing(self, home: Path) -> None:
        assert entries() == []
        sweep()
        with pytest.raises(CheckpointError, match='no model "x": none was imported'):
            find("x")
        assert not home.exists()


class TestFinding:
    def test_by_name_role_and_any_capitals(self, lora: Path) -> None:
        entry = import_file(lora)
        for name in ("Frills v1", "frills V1", "lora/Frills v1"):
            assert find(name) == entry
        assert find("frills v1", role="lora") == entry
        assert entries("lora") == [entry]
        assert entries("vae") == []

    def test_what_is_not_there(self, lora: Path) -> None:
        import_file(lora)
        with pytest.raises(CheckpointError, match=r'no model of yours "frils v1".*Did you mean "Frills v1"'):
            find("frils v1")
        with pytest.raises(CheckpointError, match='no model "Frills v1": none'):
            find("Frills v1", role="vae")
        with pytest.raises(CheckpointError, match='no model of yours "vae/Frills v1"'):
            find("vae/Frills v1")

    def test_two_of_one_name_are_told_apart_by_role(self, lora: Path) -> None:
        folder = import_file(lora).path.parent
        twin = folder.parent.parent / "vae" / folder.name
        shutil.copytree(folder, twin)
        with pytest.raises(CheckpointError, match=r"More than one .* write lora/Frills v1 or vae/Frills v1"):
            find("Frills v1")
        assert find("vae/Frills v1").path.parent == twin
        assert find("Frills v1", role="lora").path.parent == folder

    def test_files_that_are_gone(self, lora: Path, tmp_path: Path) -> None:
        entry = import_file(lora)
        entry.path.unlink()
        with pytest.raises(
            CheckpointError, match=f"{entry.path} of the model Frills v1 is gone: import the model again"
        ):
            find("Frills v1")
        put(other := downloaded(tmp_path))
        other.path.unlink()
        with pytest.raises(CheckpointError, match="is gone: download the model again"):
            find("meinamix")

    @pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff", b"{}", b'{"format": 1}', b"[" * 100_000])
    def test_a_damaged_record_is_not_listed_but_can_be_removed(self, lora: Path, content: bytes) -> None:
        folder = import_file(lora).path.parent
        (folder / store.RECORD).write_bytes(content)
        assert entries() == []
        with pytest.raises(CheckpointError, match=r"entry.json is damaged: remove the model Frills v1"):
            find("Frills v1")
        assert remove("Frills v1") is None
        assert not folder.exists()

    def test_a_record_of_a_later_version(self, lora: Path) -> None:
        record = import_file(lora).path.parent / store.RECORD
        record.write_text(json.dumps({**json.loads(record.read_text()), "format": 2}))
        with pytest.raises(CheckpointError, match="another version of ccnet"):
            find("Frills v1")

    def test_the_folder_can_be_moved(self, lora: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        import_file(lora)
        monkeypatch.setenv("CCNET_HOME", str(home.rename(home.with_name("elsewhere"))))
        assert verify("Frills v1").path.is_file()


class TestVerify:
    def test_a_whole_one(self, lora: Path) -> None:
        assert verify(import_file(lora).name).size == lora.stat().st_size

    def test_one_bit(self, lora: Path) -> None:
        path = import_file(lora).path
        content = bytearray(path.read_bytes())
        content[-1] ^= 1
        path.write_bytes(content)
        with pytest.raises(CheckpointError, match=r"Frills v1.safetensors .* is damaged, .*: import the model again"):
            verify("Frills v1")


class TestPut:
    def test_a_record_of_files_elsewhere(self, tmp_path: Path) -> None:
        put(entry := downloaded(tmp_path))
        assert find("meinamix") == entry
        assert verify("meinamix").commit == "c0ffee"

    def test_again(self, tmp_path: Path) -> None:
        put(entry := downloaded(tmp_path))
        put(dataclasses.replace(entry, commit="cafe"))
        assert [e.commit for e in entries()] == ["cafe"]

    def test_not_over_a_model_of_ones_own(self, lora: Path, tmp_path: Path) -> None:
        import_file(lora, "MeinaMix")
        with pytest.raises(CheckpointError, match="A model of your own is called MeinaMix"):
            put(downloaded(tmp_path))

    def test_removing_leaves_its_files(self, tmp_path: Path) -> None:
        put(entry := downloaded(tmp_path))
        assert remove("meinamix") == entry
        assert entries() == []
        assert entry.path.is_file()


class TestRemove:
    def test_it_is_gone(self, lora: Path, home: Path) -> None:
        entry = import_file(lora)
        assert remove("frills v1") == entry
        assert entries() == []
        assert [p for p in home.rglob("*") if p.is_file()] == []
        assert lora.is_file(), "the original is the user's"

    def test_what_may_not_be_removed(self, lora: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        import_file(lora)

        def denied(source: Path, target: Path) -> None:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(source))

        monkeypatch.setattr(os, "rename", denied)
        with pytest.raises(CheckpointError, match="may not be read or written: change its permissions"):
            remove("Frills v1")
        assert len(entries()) == 1


class TestSweep:
    def test_what_killed_processes_left_is_deleted(self, home: Path, lora: Path) -> None:
        left = home / "models" / ".partial-123"
        left.mkdir(parents=True)
        shutil.copy(lora, left)
        left.with_suffix(".lock").touch()
        shutil.copytree(left, home / "models" / ".partial-456")
        assert entries() == []
        sweep()
        assert list((home / "models").iterdir()) == []

    def test_what_is_being_written_stays(self, home: Path) -> None:
        with store.partial() as folder:
            code = "from ccnet import store; store.sweep()"
            subprocess.run([sys.executable, "-c", code], check=True)
            assert folder.is_dir()
        assert list((home / "models").iterdir()) == []

    def test_a_file_system_without_locks(self, home: Path, lora: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def none(*args: object, **options: object) -> None:
            raise NotImplementedError("use SoftFileLock instead")

        monkeypatch.setattr(FileLock, "acquire", none)
        (home / "models" / ".partial-123").mkdir(parents=True)
        sweep()
        assert import_file(lora).path.is_file()


NAMES: dict[str, str] = {
    "plain": "plain",
    "  Frills   v1.5 ": "Frills v1.5",
    "a/b\\c": "a-b-c",
    'what? "this": <that>|*': "what- -this- -that",
    "..": "",
    "///": "",
    "": "",
    "--name": "name",
    "CON": "CON_",
    "nul.v2": "nul_.v2",
    "console": "console",
    "模型 ドレス": "模型 ドレス",
    "e\u0301": "\u00e9",
    "line\nbreak\x00": "line-break",
    "bad\udcff": "bad",
}


@pytest.mark.parametrize("name", NAMES)
def test_names_suit_every_file_system_and_prompt(name: str) -> None:
    if not NAMES[name]:
        with pytest.raises(CheckpointError, match="leaves no name"):
            clean_name(name)
    else:
        assert clean_name(name) == NAMES[name]
        assert clean_name(clean_name(name)) == NAMES[name]


@pytest.mark.parametrize("letter", ["a", "模"])
def test_long_names_are_cut_between_letters(letter: str) -> None:
    assert len(clean_name(letter * 500).encode()) <= store.LONGEST_NAME
    assert set(clean_name(letter * 500)) == {letter}


SAID: dict[str, tuple[Callable[[], OSError], str]] = {
    "full": (lambda: OSError(errno.ENOSPC, "No space left on device"), "There is no room for .*set CCNET_HOME"),
    "read only": (lambda: OSError(errno.EROFS, "Read-only file system", "x"), "x may not be read or written"),
    "denied": (lambda: PermissionError(errno.EACCES, "Permission denied", "x"), "x may not be read or written"),
    "gone": (lambda: FileNotFoundError(errno.ENOENT, "No such file", "x"), "x disappeared"),
    "else": (lambda: OSError(errno.EIO, "Input/output error", "x"), "x cannot be used: Input/output error"),
}


@pytest.mark.parametrize("name", SAID)
def test_what_the_system_refuses_is_one_sentence(name: str) -> None:
    error, words = SAID[name]
    sentence = store.said(error(), Path("about"))
    assert sentence.endswith(".")
    with pytest.raises(CheckpointError, match=words):
        raise CheckpointError(sentence)
