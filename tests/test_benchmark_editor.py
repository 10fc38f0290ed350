"""That the editor's measurements measure, and judge rightly. Their numbers are of no interest here."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import fakeengine
import numpy as np
import pytest
from PIL import Image

from benchmarks import editor, editor_start
from benchmarks.editor import PARTS, QUICK, main, measure, table
from benchmarks.editor_desk import digest, engines, fresh_home, sample
from benchmarks.editor_kills import _judge, kill_a_window
from benchmarks.editor_start import Started, measure_start, read, start_until
from benchmarks.editor_victim import SIDE, fingerprint
from ccnet.pictures import Picture
from gui.recovery import RecoveryFolder
from gui.state import DocumentState

FEW = QUICK._replace(side=512, events=20, undo_strokes=3, undone=2)


@pytest.fixture(autouse=True)
def offscreen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")


def in_a_window(part: str) -> dict[str, Any]:
    return measure(part, FEW, fakeengine.COMMAND)


@pytest.mark.slow
def test_painting_while_the_engine_works() -> None:
    values = in_a_window("brush")
    assert values["restored"]
    assert values["events"] == FEW.events - 1
    assert 0 < values["computing_p95_ms"] <= values["p99_ms"] <= values["worst_ms"]
    assert len(list(PARTS["brush"](values))) == 2


@pytest.mark.slow
def test_undo_restores_every_array() -> None:
    values = in_a_window("undo")
    assert values["wrong_arrays"] == 0
    assert values["history_bytes"] > 0
    assert values["worst_ms"] >= values["p50_ms"] > 0
    assert [row.name for row in PARTS["undo"](values)][1] == "history of 3 strokes"


@pytest.mark.slow
def test_cancelled_jobs_are_timed() -> None:
    values = in_a_window("cancel")
    assert values["times"] == FEW.cancels
    assert values["step_ms"] >= 1000 * fakeengine.STEP
    assert values["worst_excess_ms"] <= values["worst_ms"]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="kills with a signal")
def test_a_killed_engine_costs_nothing() -> None:
    values = in_a_window("engine")
    assert [values[name] for name in ("times", "recovered", "same", "strokes_kept", "orphans")] == [1, 1, 1, 1, 0]
    assert all(row.met for row in PARTS["engine"](values))


@pytest.mark.slow
def test_the_program_starts_and_leaves_no_engine() -> None:
    events, orphan = start_until("engine")
    assert 0 < events["visible"]["time"] < events["engine"]["time"]
    assert not orphan


def test_starts_are_judged_by_their_median(monkeypatch: pytest.MonkeyPatch) -> None:
    started = iter([Started(3.0, 20.0, 0.2, False), Started(0.5, 6.0, 0.01, False), Started(0.6, 7.0, 0.02, True)])
    monkeypatch.setattr(editor_start, "start", lambda: next(started))
    rows = list(PARTS["start"](measure_start(3)))
    assert rows[0].measured == "0.60 s (first 3.00, worst 3.00)"
    assert [row.met for row in rows] == [True, True, True, False]


@pytest.mark.slow
def test_a_killed_window_leaves_its_work() -> None:
    values = kill_a_window(0.3)
    assert values["recovered"] == 1
    assert values["autosaves"] >= 1
    assert not values["orphans"]


def test_what_is_older_than_the_last_autosave_is_told(tmp_path: Path) -> None:
    picture, mask = sample(SIDE)
    state = DocumentState(Picture(Image.fromarray(picture)), mask, np.zeros_like(mask))
    folder = RecoveryFolder(tmp_path)
    folder.save(state)
    folder._lock.release()
    lines = [{"changed": 1, "state": fingerprint(state)}, {"saved": 1}, {"changed": 2, "state": "another"}]
    judged = _judge(lines, tmp_path)
    assert (judged["recovered"], judged["changes_lost"]) == (1, 1)
    assert _judge([*lines, {"saved": 2}], tmp_path)["older"] == 1
    assert _judge([{"changed": 1, "state": "never seen"}, {"saved": 1}], tmp_path)["unreadable"] == 1
    folder.work.write_bytes(b"broken")
    assert _judge(lines, tmp_path)["unreadable"] == 1
    folder.work.unlink()
    assert _judge(lines, tmp_path)["lost"] == 1


def test_a_timeline_is_read_while_it_is_written(tmp_path: Path) -> None:
    file = tmp_path / "timeline.jsonl"
    assert read(file) == {}
    file.write_text('{"event": "visible", "time": 1.5}\n{"event": "rea')
    assert read(file) == {"visible": {"event": "visible", "time": 1.5}}


def test_a_digest_tells_pixels_and_shapes_apart() -> None:
    one = np.arange(12, dtype=np.uint8)
    assert digest(one) == digest(one.copy())
    assert len({digest(one), digest(one.reshape(3, 4)), digest(one[::-1]), digest(one, one)}) == 4


def test_no_engine_belongs_to_a_fresh_home() -> None:
    with fresh_home() as home:
        assert engines(home) == []


def test_the_table_says_what_was_missed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    kills = {"times": 20, "recovered": 20, "unreadable": 0, "orphans": 1}

    def measured(part: str, counts: editor.Counts) -> dict[str, Any]:
        assert counts is QUICK
        if part == "cancel":
            raise ValueError("The engine never answered.")
        return kills

    monkeypatch.setattr(editor, "measure", measured)
    file = tmp_path / "runs" / "editor.json"
    assert main(["--quick", "--only", "window", "cancel", "--json", str(file)]) == 1
    values = json.loads(file.read_text())
    assert values["parts"] == {"window": kills}
    assert values["failed"] == {"cancel": "The engine never answered."}
    assert [row["met"] for row in values["rows"]] == [True, True, False]
    said = capsys.readouterr()
    assert "The engine never answered." in said.err
    assert "20 of 20" in said.out
    assert "MISSED" in said.out
    assert "Load average" in said.out


def test_the_table_is_markdown() -> None:
    rows = list(PARTS["cancel"]({"worst_excess_ms": 51.0, "worst_ms": 251.0, "times": 3, "step_ms": 200.0}))
    lines = table(rows).splitlines()
    assert len({len(line) for line in lines}) == 1
    assert [line.count("|") for line in lines] == [5] * 3
    assert "MISSED" in lines[2]
