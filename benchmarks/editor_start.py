"""From the command until the window can be seen and until its engine is ready, in processes of their own."""

from __future__ import annotations

import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.editor_desk import PATIENCE, ROOT, fresh_home, wait_gone
from gui.timeline import VARIABLE


class Started(NamedTuple):
    """Seconds from the command: until the window was painted, until the engine was ready. wait: the longest time in
    between in which the window could not be used. orphan: whether the engine stayed when the window was ended."""

    visible: float
    ready: float
    wait: float
    orphan: bool


def measure_start(times: int) -> dict[str, Any]:
    """Starts `python main.py` in a home with nothing in it, again and again. In seconds."""
    started = [start() for _ in range(times)]
    values: dict[str, Any] = {"times": times, "orphans": sum(each.orphan for each in started)}
    for name in ("visible", "ready", "wait"):
        measured = [getattr(each, name) for each in started]
        values |= {
            f"{name}_s": statistics.median(measured),
            f"{name}_first_s": measured[0],
            f"{name}_worst_s": max(measured),
        }
    return values


def start() -> Started:
    """Starts it once, and ends it when its engine is ready. Raises ValueError when it does not come up."""
    events, orphan = start_until("ready")
    return Started(events["visible"]["time"], events["ready"]["time"], events["ready"]["longest_wait"], orphan)


def start_until(last: str) -> tuple[dict[str, dict[str, Any]], bool]:
    """Starts it, and ends it at an event of `gui.timeline`: what was written by then, with times in seconds since the
    command, and whether the engine stayed. Raises ValueError when it does not come so far."""
    with fresh_home() as home, tempfile.TemporaryDirectory() as folder:
        timeline, said = Path(folder) / "timeline.jsonl", Path(folder) / "said.txt"
        began = time.monotonic()
        with program([str(ROOT / "main.py")], said, {VARIABLE: str(timeline)}) as window:
            events: dict[str, dict[str, Any]] = {}
            while last not in events:
                events = read(timeline)
                if window.poll() is not None or time.monotonic() - began > PATIENCE:
                    raise ValueError(f"The window did not come up:\n{said.read_text(errors='replace')[-2000:]}")
                time.sleep(0.02)
        gone = wait_gone(home)
    return {name: event | {"time": event["time"] - began} for name, event in events.items()}, gone is None


def read(timeline: Path) -> dict[str, dict[str, Any]]:
    """What `gui.timeline` has written so far, by event."""
    if not timeline.exists():
        return {}
    whole = [line for line in timeline.read_text().splitlines(keepends=True) if line.endswith("\n")]
    return {event["event"]: event for event in map(json.loads, reversed(whole))}


@contextlib.contextmanager
def program(arguments: list[str], said: Path, environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A process of this Python's in this checkout, which is killed at the end. said: a file for all it prints."""
    inherited = dict(os.environ)
    inherited.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program is not compiled anew at every start
    with said.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=inherited | environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
        try:
            yield process
        finally:
            process.kill()
            process.wait()
