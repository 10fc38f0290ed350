"""The editor beside what it promises: how soon it is there, how it paints while the engine works, and what is lost when
something is killed.

    python -m benchmarks.editor                        everything, about a quarter of an hour
    python -m benchmarks.editor --only brush undo
    python -m benchmarks.editor --quick                whether it works, in a minute; its numbers mean nothing
    python -m benchmarks.editor --platform xcb         with real windows, on an Xvfb of its own where no X server is

The window is the real one, with the starter model, in a home of its own: nothing of the user's is read or changed.
"""

from __future__ import annotations

import gui as _gui  # noqa: F401  # isort: skip  # before NumPy, as in the program
import argparse
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.editor_desk import Desk, fresh_home, screen, wait_gone
from benchmarks.editor_engine import measure_cancel, measure_engine_kills
from benchmarks.editor_kills import measure_window_kills
from benchmarks.editor_painting import CASES, measure_painting, measure_undo
from benchmarks.editor_start import measure_start
from ccnet.engine_client import COMMAND
from ccnet.pictures import check_folder
from training.records import write_json

BUSY = 0.5
"""The load average from which numbers say more about what else runs than about the editor."""

USABLE = 0.1
"""Seconds: what answers within a tenth of one seems to answer at once."""


class Counts(NamedTuple):
    """How much is measured.

    starts: of the program. side: of the large canvas, pixels. strokes, events: of the brush, for each of `cases`.
    undo_strokes: painted, undone: of them, timed. cancels, engine_kills, window_kills: how often. within: seconds in
    which a window is killed. outfit: fields of `gui.outfit.Outfit` for the jobs that are cancelled and killed.
    """

    starts: int = 5
    side: int = 4096
    strokes: int = 8
    events: int = 120
    cases: Sequence[tuple[float | None, float]] = CASES
    undo_strokes: int = 200
    undone: int = 100
    cancels: int = 20
    engine_kills: int = 20
    window_kills: int = 20
    within: float = 8.0
    outfit: dict[str, Any] = {}  # noqa: RUF012


FULL = Counts()
QUICK = Counts(1, 1024, 1, 40, CASES[1:2], 6, 3, 2, 1, 1, 1.0, {"candidates": 1, "num_inference_steps": 4})


class Row(NamedTuple):
    """A line of the table. met: whether it is as wanted."""

    name: str
    wanted: str
    measured: str
    met: bool


# --- measuring --------------------------------------------------------------------------------------------------------


def measure(part: str, counts: Counts, command: Sequence[str] = COMMAND) -> dict[str, Any]:
    """One of `PARTS`. command: what starts an engine for the window in this process."""
    if part == "start":
        return measure_start(counts.starts)
    if part == "window":
        return measure_window_kills(counts.window_kills, counts.within)
    with fresh_home() as home:
        with Desk(command=command) as desk:
            values = _measure_in(desk, part, counts)
        if wait_gone(home) is None:
            values["orphans"] = values.get("orphans", 0) + 1
    return values


def _measure_in(desk: Desk, part: str, counts: Counts) -> dict[str, Any]:
    if part == "brush":
        return measure_painting(desk, counts.side, counts.strokes, counts.events, counts.cases)
    if part == "undo":
        return measure_undo(desk, counts.side, counts.undo_strokes, counts.undone, counts.events)
    if part == "cancel":
        return measure_cancel(desk, counts.cancels, **counts.outfit)
    return measure_engine_kills(desk, counts.engine_kills, **counts.outfit)


def _start_rows(values: dict[str, Any]) -> Iterator[Row]:
    for name, title, limit in (
        ("visible", "start to visible window", 0.8),
        ("ready", "start to engine ready", 8.0),
        ("wait", "longest wait for the window meanwhile", USABLE),
    ):
        median, first, worst = (values[f"{name}{key}_s"] for key in ("", "_first", "_worst"))
        measured = f"{median:.2f} s (first {first:.2f}, worst {worst:.2f})"
        yield Row(title, f"<= {limit:g} s", measured, median <= limit)
    yield _count_row("engines left by windows that were ended", values["orphans"], "of", values["times"], 0)


def _brush_rows(values: dict[str, Any]) -> Iterator[Row]:
    for name, limit in (("p95", 8.0), ("p99", 16.7)):
        measured = f"{values[f'{name}_ms']:.1f} ms ({values[f'computing_{name}_ms']:.1f} of them its own work)"
        title = f"brush on {values['side']} x {values['side']} during a job, event to paint, {name}"
        yield Row(title, f"<= {limit:g} ms", measured, values[f"{name}_ms"] <= limit)


def _undo_rows(values: dict[str, Any]) -> Iterator[Row]:
    worst, kept = values["worst_ms"], values["history_bytes"] / 1e6
    measured = f"{worst:.1f} ms at worst, {values['p50_ms']:.1f} usually"
    yield Row(f"undo of {values['undone']} strokes on that canvas, each", "<= 20 ms", measured, worst <= 20)
    yield Row(f"history of {values['strokes']} strokes", "<= 300 MB", f"{kept:.1f} MB", kept <= 300)
    yield _count_row("arrays not restored exactly", values["wrong_arrays"], "of", 2 * values["strokes"], 0)


def _cancel_rows(values: dict[str, Any]) -> Iterator[Row]:
    excess = values["worst_excess_ms"]
    measured = f"{values['worst_ms']:.0f} ms at worst of {values['times']}, a step is {values['step_ms']:.0f} ms"
    yield Row("cancel", "one step + 50 ms", measured, excess <= 50)


def _engine_rows(values: dict[str, Any]) -> Iterator[Row]:
    times = values["times"]
    yield _count_row("engine killed in a job: recovered", values["recovered"], "of", times, times)
    yield _count_row("same candidates as undisturbed", values["same"], "of", times, times)
    yield _count_row("no stroke lost", values["strokes_kept"], "of", times, times)
    yield _count_row("engines left over", values["orphans"], "in", times, 0)


def _window_rows(values: dict[str, Any]) -> Iterator[Row]:
    times = values["times"]
    yield _count_row("window killed: no older than the last autosave", values["recovered"], "of", times, times)
    yield _count_row("unreadable files", values["unreadable"], "in", times, 0)
    yield _count_row("engines left over", values["orphans"], "in", times, 0)


def _count_row(name: str, count: int, word: str, times: int, wanted: int) -> Row:
    return Row(name, str(wanted), f"{count} {word} {times}", count == wanted)


PARTS: dict[str, Callable[[dict[str, Any]], Iterator[Row]]] = {
    "start": _start_rows,
    "brush": _brush_rows,
    "undo": _undo_rows,
    "cancel": _cancel_rows,
    "engine": _engine_rows,
    "window": _window_rows,
}


# --- command ----------------------------------------------------------------------------------------------------------


def table(rows: Sequence[Row]) -> str:
    """The rows as a person wants them, in Markdown."""
    lines = [("", "wanted", "measured", ""), *((*row[:3], "met" if row.met else "MISSED") for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(4)]
    text = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in lines
    ]
    return "\n".join([text[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *text[1:]])


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.editor", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--only", nargs="+", choices=tuple(PARTS), metavar="PART", help=f"of {', '.join(PARTS)}")
    add("--quick", action="store_true", help="a little of everything, to see whether it works")
    add("--platform", choices=("offscreen", "xcb"), default="offscreen", help="default offscreen")
    add("--json", type=Path, default=Path("runs/editor.json"), help="default runs/editor.json")
    args = parser.parse_args(argv)
    try:
        return _run(args)
    except ValueError as error:
        print(f"benchmarks: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("benchmarks: Stopped.", file=sys.stderr)
        return 130


def _run(args: argparse.Namespace) -> int:
    check_folder(args.json.parent)
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    values: dict[str, Any] = {"load_average": load, "cores": os.cpu_count(), "platform": args.platform}
    values |= {"quick": args.quick, "parts": {}, "failed": {}}
    rows: list[Row] = []
    with screen(args.platform):
        for part in args.only or PARTS:
            print(f"Measuring: {part}", file=sys.stderr)
            try:
                measured = measure(part, QUICK if args.quick else FULL)
            except ValueError as error:
                values["failed"][part] = str(error)
                print(f"benchmarks: {part}: {error}", file=sys.stderr)
                continue
            values["parts"][part] = measured
            rows += PARTS[part](measured)
    values["rows"] = [row._asdict() for row in rows]
    write_json(args.json, values)
    print(table(rows))
    busy = load is not None and load > BUSY
    print(f"\nLoad average at the start {'unknown' if load is None else f'{load:.1f}'} on {os.cpu_count()} cores.")
    if busy:
        print("The machine was busy: the counts hold, the times say little about the editor.")
    if args.quick:
        print("This was a quick run: it shows that the measurements work, its numbers mean nothing.")
    print(f"The numbers are in {args.json}")
    return 1 if values["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
