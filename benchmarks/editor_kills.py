"""Windows killed at random moments, and what comes back of what was made in them."""

from __future__ import annotations

import json
import random
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.editor_desk import PATIENCE, fresh_home, sample, wait_gone
from benchmarks.editor_start import program
from benchmarks.editor_victim import SIDE, fingerprint
from gui.openraster import ProjectError
from gui.recovery import find_recoverable


def measure_window_kills(times: int, within: float, seed: int = 0) -> dict[str, Any]:
    """Kills a window in which somebody works (`benchmarks.editor_victim`), at a random moment in the `within` seconds
    after its first autosave, again and again.

    recovered: how often exactly what was there after some change came back, and no older than the last autosave that
    was done. unreadable: how often the file could not be read or was incomplete. lost: nothing was offered. orphans:
    engines that stayed for more than half a minute. engine_gone_s: the longest that one took to end. changes_lost: the
    median number of events of the pen between what came back and the kill.
    """
    rng = random.Random(seed)
    rounds = [kill_a_window(rng.uniform(0, within)) for _ in range(times)]
    values: dict[str, Any] = {"times": times, "within_s": within}
    for name in ("recovered", "unreadable", "lost", "older", "orphans", "autosaves", "changes"):
        values[name] = sum(each[name] for each in rounds)
    values["engine_gone_s"] = max(each["engine_gone_s"] for each in rounds)
    values["changes_lost"] = statistics.median(each["changes_lost"] for each in rounds)
    return values


def kill_a_window(after: float) -> dict[str, float]:
    """One of them. after: seconds. Raises ValueError when the window does not come up."""
    with fresh_home() as home, tempfile.TemporaryDirectory() as folder:
        log, said = Path(folder) / "log.jsonl", Path(folder) / "said.txt"
        began = time.monotonic()
        with program(["-m", "benchmarks.editor_victim", str(log)], said, {}) as window:
            while not any("saved" in line for line in _lines(log)):
                if window.poll() is not None or time.monotonic() - began > PATIENCE:
                    raise ValueError(f"The window did not come up:\n{said.read_text(errors='replace')[-2000:]}")
                time.sleep(0.02)
            time.sleep(after)
            if window.poll() is not None:
                raise ValueError(f"The window ended by itself:\n{said.read_text(errors='replace')[-2000:]}")
            window.kill()
            window.wait()
        gone = wait_gone(home)
        return _judge(_lines(log), home / "recovery") | {"orphans": gone is None, "engine_gone_s": gone or 0.0}


def _lines(log: Path) -> list[dict[str, Any]]:
    if not log.exists():
        return []
    return [json.loads(line) for line in log.read_text().splitlines(keepends=True) if line.endswith("\n")]


def _judge(lines: list[dict[str, Any]], recovery: Path) -> dict[str, float]:
    """What came back, beside what the window said it had."""
    saves = [line["saved"] for line in lines if "saved" in line]
    changes = {line["state"]: line["changed"] for line in lines if "changed" in line}
    last = max(changes.values())
    values: dict[str, float] = {"autosaves": len(saves), "changes": last, "changes_lost": last}
    values |= dict.fromkeys(("recovered", "unreadable", "lost", "older"), 0)
    found = find_recoverable(recovery)
    if not found:
        left = list(recovery.glob("*/*.ora"))
        return values | {"unreadable" if left else "lost": 1}
    try:
        project = found[0].load()
    except ProjectError:
        return values | {"unreadable": 1}
    finally:
        for each in found:
            each.release()
    state = project.state
    number = changes.get(fingerprint(state))
    same_picture = np.array_equal(np.asarray(state.picture.rgb), sample(SIDE)[0])
    if number is None or project.notices or not same_picture:
        return values | {"unreadable": 1}
    values["changes_lost"] = last - number
    return values | ({"recovered": 1} if number >= max(saves) else {"older": 1})
