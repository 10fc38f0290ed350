"""The child process that looks after models for the editor: `python -m gui.models_process COMMAND NAME...`.

It runs the functions of `ccnet models`, so that nothing large is loaded, and no pickle opened, in the window's process.
What it has to say is a line of JSON each on its standard output:

    {"terms": TEXT, "size": BYTES}                  before a download; it goes on after the line "yes" on its input
    {"file": NAME, "done": BYTES, "total": BYTES}   while it downloads
    {"said": TEXT}                                  what the command prints
    {"model": NAME, "role": ROLE}                   a model that is there now
    {"problem": TEXT}                               why it failed, for the user

It ends when its input does: the window is gone then. What came of a download by that time is kept.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import queue
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TextIO

from ccnet import catalogue, models_command, store

COMMANDS = ("download", "import", "verify", "remove")

PAUSE = 0.1
"""Seconds between two lines about a file that is being downloaded."""


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command; 0 when it was done, 1 when not."""
    command, *names = sys.argv[1:] if argv is None else argv
    out = sys.stdout
    answers = _listen()
    before = {(entry.role, entry.name) for entry in store.entries()}
    try:
        if command == "download":
            _download(names, out, answers)
        else:
            _run(command, names, out)
    except (ValueError, OSError, MemoryError) as error:
        _say(out, problem=str(error) or "There is not enough memory.")
        return 1
    for entry in store.entries():
        if (entry.role, entry.name) not in before:
            _say(out, model=entry.name, role=entry.role)
    return 0


def _run(command: str, names: Sequence[str], out: TextIO) -> None:
    with contextlib.redirect_stdout(_Lines(out)):
        if command == "import":
            models_command.import_files(argparse.Namespace(files=[Path(name) for name in names], name=None))
        elif command == "verify":
            models_command.verify(argparse.Namespace(names=list(names)))
        elif command == "remove":
            models_command.remove(argparse.Namespace(names=list(names)))
        else:
            raise ValueError(f"There is no command {command}.")


def _download(names: Sequence[str], out: TextIO, answers: queue.Queue[str]) -> None:
    entries = store.entries()
    models = [catalogue.known(name) for name in names]
    plans = [models_command.planned(model, entries) for model in models]
    _say(out, terms="\n\n".join(map(models_command.terms, plans)), size=sum(plan.size for plan in plans))
    if answers.get() != "yes":
        raise ValueError("Nothing was downloaded: the licences were not accepted.")
    last = 0.0
    for plan in plans:
        for answer in models_command.obtain(plan, models_command.downloaded(plan.model, entries)):
            if isinstance(answer, store.Entry):
                _say(out, said=f"{answer.name} is there.")
            elif answer.done == answer.total or time.monotonic() - last > PAUSE:
                last = time.monotonic()
                _say(out, file=answer.file, done=answer.done, total=answer.total)


def _listen() -> queue.Queue[str]:
    """The lines of the standard input; the process ends with it."""
    lines: queue.Queue[str] = queue.Queue()

    def read() -> None:
        for line in sys.stdin:
            lines.put(line.strip())
        os._exit(130)

    threading.Thread(target=read, daemon=True).start()
    return lines


def _say(out: TextIO, **values: Any) -> None:
    out.write(json.dumps(values) + "\n")
    out.flush()


class _Lines(io.TextIOBase):
    """Says what is printed, line by line."""

    def __init__(self, out: TextIO) -> None:
        super().__init__()
        self._out, self._rest = out, ""

    def write(self, text: str) -> int:
        *lines, self._rest = (self._rest + text).split("\n")
        for line in lines:
            _say(self._out, said=line)
        return len(text)


if __name__ == "__main__":
    sys.exit(main())
