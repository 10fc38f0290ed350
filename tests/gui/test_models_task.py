"""Looking after models in a process: what it says, that it asks, that it can be stopped."""

from __future__ import annotations

import io
import json
import queue
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hubserver import Hub, Repository, serving, use_only_localhost
from modelfiles import write_lora
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QApplication

from ccnet import catalogue, store
from gui import models_process
from gui.models_task import ModelsTask, Pace

TABLE = """
[[model]]
name = "frills"
title = "more frills"
hub = "maker/frills"
files = ["frills.safetensors"]
licence = "openrail"
size = 10_000
family = "sd15"
role = "lora"
"""

ASKS = """
import sys
print('{"terms": "licence x", "size": 5}', flush=True)
if sys.stdin.readline().strip() == "yes":
    print("a library prints")
    print('{"file": "a", "done": 3000000000, "total": 6000000000}')
    print('{"model": "frills", "role": "lora"}', flush=True)
else:
    sys.exit(1)
"""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CCNET_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def ended(task: ModelsTask, seconds: float = 60) -> bool:
    """Waits for a task's end; whether it was done."""
    spy = QSignalSpy(task.finished)
    assert spy.wait(round(1000 * seconds))
    return bool(spy.at(0)[0])


def test_a_file_is_imported_by_a_real_process(qapp: QApplication, tmp_path: Path) -> None:
    task = ModelsTask()
    got: list[tuple[str, str]] = []
    task.got.connect(lambda name, role: got.append((name, role)))
    task.start("import", [str(write_lora(tmp_path / "frills.safetensors"))])
    assert task.is_running
    assert ended(task)
    assert got == [("frills", "lora")]
    assert [entry.name for entry in store.entries("lora")] == ["frills"]


def test_what_goes_wrong_is_one_sentence(qapp: QApplication, tmp_path: Path) -> None:
    task = ModelsTask()
    problems: list[str] = []
    task.problem.connect(problems.append)
    task.start("import", [str(tmp_path / "missing.safetensors")])
    assert not ended(task)
    assert len(problems) == 1
    assert "missing.safetensors" in problems[0]


def test_terms_are_asked_and_large_numbers_arrive(qapp: QApplication) -> None:
    task = ModelsTask(command=(sys.executable, "-c", ASKS))
    terms: list[tuple[str, int]] = []
    progress: list[tuple[str, int, int]] = []
    got: list[str] = []
    task.terms.connect(lambda text, size: (terms.append((text, size)), task.agree()))
    task.progress.connect(lambda *values: progress.append(values))
    task.got.connect(lambda name, _: got.append(name))
    task.start("download", ["frills"])
    assert ended(task)
    assert terms == [("licence x", 5)]
    assert progress == [("a", 3_000_000_000, 6_000_000_000)]
    assert got == ["frills"]


def test_cancelling_ends_it_without_a_complaint(qapp: QApplication) -> None:
    task = ModelsTask(command=(sys.executable, "-c", ASKS))
    problems: list[str] = []
    task.problem.connect(problems.append)
    task.terms.connect(lambda *_: task.cancel())
    task.start("download", ["frills"])
    assert not ended(task)
    assert problems == []
    assert not task.is_running


@pytest.mark.parametrize("command", [("/no/such/program",), (sys.executable, "-c", "import nothing_of_this_name")])
def test_a_process_that_dies_is_explained(qapp: QApplication, command: tuple[str, ...]) -> None:
    task = ModelsTask(command=command)
    problems: list[str] = []
    done: list[bool] = []
    task.problem.connect(problems.append)
    task.finished.connect(done.append)
    task.start("verify", [])
    if not done:
        ended(task)
    assert done == [False]
    assert len(problems) == 1


def test_it_ends_when_the_window_is_gone(qapp: QApplication) -> None:
    import subprocess

    root = Path(models_process.__file__).parents[1]
    command = [sys.executable, "-m", "gui.models_process", "download", "meinamix"]
    process = subprocess.Popen(
        command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    assert process.stdin is not None
    process.stdin.close()
    assert process.wait(60) in (1, 130)


class TestDownload:
    @pytest.fixture
    def hub(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
        content = write_lora(tmp_path / "hub" / "a.safetensors").read_bytes()
        monkeypatch.setattr(catalogue, "models", lambda: catalogue.parse(TABLE, Path("models.toml")))
        with serving({"maker/frills": Repository({"frills.safetensors": content})}) as hub:
            use_only_localhost(monkeypatch, tmp_path / "cache", hub.url)
            yield hub

    def run(self, answer: str, monkeypatch: pytest.MonkeyPatch) -> tuple[int, list[dict[str, Any]]]:
        answers: queue.Queue[str] = queue.Queue()
        answers.put(answer)
        monkeypatch.setattr(models_process, "_listen", lambda: answers)
        out = io.StringIO()
        monkeypatch.setattr(sys, "stdout", out)
        code = models_process.main(["download", "frills"])
        return code, [json.loads(line) for line in out.getvalue().splitlines()]

    def test_after_yes_it_is_there(self, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
        code, lines = self.run("yes", monkeypatch)
        assert code == 0
        assert "openrail" in lines[0]["terms"]
        assert any(line.get("file") == "frills.safetensors" for line in lines)
        assert lines[-1] == {"model": "frills", "role": "lora"}

    def test_after_no_it_is_not(self, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
        code, lines = self.run("no", monkeypatch)
        assert code == 1
        assert "licences" in lines[-1]["problem"]
        assert store.entries() == []


def test_the_pace_of_a_download() -> None:
    now = [0.0]
    pace = Pace(lambda: now[0])
    assert pace.bytes_per_second is None
    for second in range(30):
        now[0] = second
        pace.at(1000 * second)
    assert pace.bytes_per_second == pytest.approx(1000)
    assert pace.seconds_left(29_000, 39_000) == pytest.approx(10)
    pace.at(5)
    assert pace.bytes_per_second is None
