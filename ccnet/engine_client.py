"""The engine as its owner sees it: a queue of jobs that outlives the process doing them. No torch, no Qt.

The queue lives here and the engine only ever has the job it is at, so that a killed engine costs nothing but time: it
is started again and the job done anew. What is done with the queue is done by one thread, in the order of the calls;
no call waits for the engine, and answers come from that thread.
"""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import threading
import traceback
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext, suppress
from dataclasses import replace
from pathlib import Path
from queue import SimpleQueue
from typing import Any, cast

from ccnet.engine_messages import (
    Answer,
    Cancel,
    ClickJob,
    Drawn,
    DressJob,
    EngineDied,
    EngineStarted,
    FindJob,
    Job,
    JobCancelled,
    JobCandidate,
    JobDone,
    JobFailed,
    JobStarted,
    JobWithheld,
    WarmUp,
)
from ccnet.engine_pipe import Receiver, Sender

DEATHS = 2
"""A job during which the engine died so many times is not tried again."""

STARTS = 3
"""After so many engines in a row that ended before they said a word, no more are started for the jobs that wait."""

PATIENCE = 3.0
"""Seconds that an engine has to end by itself before it is killed."""

LONGEST_LOG = 2_000_000
"""Bytes; a longer one is put aside when an engine starts, and the one put aside before it is gone."""

_ROOT = Path(__file__).resolve().parents[1]

# -P and the end of the path: neither a folder of the user's nor one of this program's hides a library.
COMMAND = (
    sys.executable,
    "-P",
    "-c",
    f"import sys; sys.path.append({str(_ROOT)!r}); from ccnet.engine import main; main()",
)


class Engine:
    """An engine process and the jobs for it.

    Drawing and loading are done one by one, in the order of the queue. Finding and clicking are quick: they go ahead
    of what waits and are done between the steps of what is being drawn; only while a model is loaded do they wait.
    """

    def __init__(
        self, on_answer: Callable[[Answer], None], *, log: Path | None = None, command: Sequence[str] = COMMAND
    ) -> None:
        """on_answer: gets all answers, in a thread of the engine's own, one after the other; it must not block, and
        what it raises is shown and ignored. log: a file that whatever the engine prints is added to; None leaves it on
        this program's standard error. command: what starts an engine."""
        self._on_answer = on_answer
        self._log = log
        self._command = tuple(command)
        self._calls: SimpleQueue[tuple[Callable[..., None], tuple[Any, ...]]] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)
        self._closed = False
        # Everything below belongs to the thread.
        self._child: _Child | None = None
        self._waiting: list[Job] = []
        self._at: list[Job] = []  # at most a slow one and a quick one
        self._cancelled: set[str] = set()
        self._deaths: Counter[str] = Counter()
        self._given: defaultdict[str, set[int]] = defaultdict(set)  # seeds that were answered, by job
        self._failed_starts = 0
        self._warm: WarmUp | None = None

    @property
    def pid(self) -> int | None:
        """Of the engine's process, while there is one."""
        child = self._child
        return None if child is None else child.process.pid

    def start(self) -> None:
        """Starts the process, without waiting for it. `EngineStarted` says that it is there."""
        self._thread.start()
        self._call(self._start)

    def submit(self, job: Job) -> None:
        """Adds a job at the end of the queue; its id must be its own. Loading goes to the front, in the place of what
        else was to be loaded. An engine that had given up is started again."""
        self._call(self._submit, job)

    def cancel(self, id: str) -> None:
        """Gives up a job, whether it waits or is being done; a drawing ends within one step. `JobCancelled` says so,
        unless it has ended before."""
        self._call(self._cancel, id)

    def drop(self, id: str) -> None:
        """Takes a job out of the queue, if it still waits; `JobCancelled` says so."""
        self._call(self._drop, id)

    def reorder(self, ids: Iterable[str]) -> None:
        """Puts the waiting jobs into this order; those that are not named stay behind them as they are."""
        self._call(self._reorder, tuple(ids))

    def close(self) -> None:
        """Ends the process and waits until it is gone, which it is at once or by a kill. No answers come any more."""
        if self._closed:
            return
        self._closed = True
        if not self._thread.is_alive():
            return
        self._call(self._close)
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def _call(self, what: Callable[..., None], *args: Any) -> None:
        self._calls.put((what, args))

    def _run(self) -> None:
        while True:
            what, args = self._calls.get()
            what(*args)
            if what == self._close:
                return

    def _say(self, answer: Answer) -> None:
        if self._closed:
            return
        try:
            self._on_answer(answer)
        except Exception:
            traceback.print_exc()

    def _start(self) -> None:
        if self._child is not None:  # for a job that came first
            return
        try:
            self._child = _Child(self._command, self._log, self._call, self._heard, self._ended)
        except OSError as error:
            self._child = None
            self._give_up(-1, f"The engine cannot be started ({error}): restart the program or the machine.")

    def _submit(self, job: Job) -> None:
        if isinstance(job, WarmUp):
            self._waiting = [job, *(other for other in self._waiting if not isinstance(other, WarmUp))]
        else:
            self._waiting.append(job)
        if self._child is None:
            self._failed_starts = 0
            self._start()
        else:
            self._next()

    def _cancel(self, id: str) -> None:
        self._drop(id)
        if any(job.id == id for job in self._at) and self._child is not None:
            self._cancelled.add(id)
            self._child.send(Cancel(id))

    def _drop(self, id: str) -> None:
        left = [job for job in self._waiting if job.id != id]
        if len(left) < len(self._waiting):
            self._waiting = left
            self._finish(JobCancelled(id))

    def _reorder(self, ids: tuple[str, ...]) -> None:
        places = {id: place for place, id in enumerate(ids)}
        self._waiting.sort(key=lambda job: places.get(job.id, len(places)))

    def _close(self) -> None:
        if self._child is not None:
            self._child.close()

    def _next(self) -> None:
        """Hands the engine what it can do now: the first quick job, the first slow one."""
        if self._child is None or not self._child.started or self._closed:
            return
        for quick in (True, False):
            if any(_is_quick(job) == quick for job in self._at):
                continue
            job = next((job for job in self._waiting if _is_quick(job) == quick), None)
            if job is not None:
                self._waiting.remove(job)
                self._at.append(job)
                self._say(JobStarted(job.id))
                self._child.send(job)

    def _heard(self, child: _Child, answer: Answer | Drawn) -> None:
        if child is not self._child:
            return
        if isinstance(answer, EngineStarted):
            child.started = True
            self._failed_starts = 0
            self._say(answer)
            self._next()
        elif isinstance(answer, JobDone | JobFailed | JobCancelled):
            job = next(job for job in self._at if job.id == answer.id)
            self._at.remove(job)
            if isinstance(job, WarmUp):
                self._warm = job if isinstance(answer, JobDone) else None
            self._finish(answer)
            self._next()
        elif isinstance(answer, Drawn | JobWithheld):
            # One that was drawn again after the engine died is the same again.
            if answer.seed not in self._given[answer.id]:
                self._given[answer.id].add(answer.seed)
                self._say(self._candidate(answer) if isinstance(answer, Drawn) else answer)
        else:
            self._say(answer)

    def _candidate(self, drawn: Drawn) -> JobCandidate:
        job = cast(DressJob, next(job for job in self._at if job.id == drawn.id))
        request = job.request
        if drawn.resolution != request.resolution:
            request = replace(request, resolution=drawn.resolution)
        return JobCandidate(**vars(drawn), request=request)

    def _finish(self, answer: JobDone | JobFailed | JobCancelled) -> None:
        """A job's last answer."""
        self._cancelled.discard(answer.id)
        self._deaths.pop(answer.id, None)
        self._given.pop(answer.id, None)
        self._say(answer)

    def _ended(self, child: _Child) -> None:
        if child is not self._child or self._closed:
            return
        code, started = child.process.returncode, child.started
        self._child = None
        lost, self._at = self._at, []
        if not started:
            self._failed_starts += 1
        if self._failed_starts >= STARTS:
            self._waiting = [*lost, *self._waiting]
            self._give_up(code, f"The engine cannot be started (exit code {code}): look into its log.")
            return
        self._say(EngineDied(code, f"The engine {_end(code)}. It is started again.", True))
        again = []
        for job in lost:
            self._deaths[job.id] += 1 if started else 0
            if job.id in self._cancelled:
                self._finish(JobCancelled(job.id))
            elif self._deaths[job.id] >= DEATHS:
                self._finish(JobFailed(job.id, _crashed(job, code), "crash"))
                if isinstance(job, WarmUp):
                    self._warm = None
            else:
                again.append(job)
        self._waiting = [*again, *self._waiting]
        if self._warm is not None and all(_is_quick(job) for job in self._waiting):
            self._waiting.append(self._warm)
        self._start()

    def _give_up(self, code: int, sentence: str) -> None:
        self._say(EngineDied(code, sentence, False))
        waiting, self._waiting = self._waiting, []
        for job in waiting:
            self._finish(JobFailed(job.id, sentence, "crash"))


class _Child:
    """One engine process; a thread writes what it is sent, another reads what it says."""

    def __init__(
        self,
        command: Sequence[str],
        log: Path | None,
        call: Callable[..., None],
        heard: Callable[[_Child, Answer | Drawn], None],
        ended: Callable[[_Child], None],
    ) -> None:
        """call: as `Engine._call`, to have `heard` and `ended` called in the engine's thread. Raises OSError."""
        self.started = False
        self._call, self._heard, self._ended = call, heard, ended
        self._messages: SimpleQueue[Job | Cancel | None] = SimpleQueue()
        with _opened(log) as errors:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                bufsize=0,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0)
                | getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0),
            )
        threading.Thread(target=self._write, name="engine writer", daemon=True).start()
        threading.Thread(target=self._read, name="engine reader", daemon=True).start()

    def send(self, message: Job | Cancel) -> None:
        """Returns at once."""
        self._messages.put(message)

    def close(self) -> None:
        """The process sees the end of its input and ends; otherwise it is killed."""
        self._messages.put(None)
        self._wait()

    def _write(self) -> None:
        stream = cast(io.RawIOBase, self.process.stdin)
        sender = Sender(stream)
        with suppress(OSError, ValueError), stream:  # it is gone, which the reader sees as well
            while (message := self._messages.get()) is not None:
                sender.send(message)

    def _read(self) -> None:
        stream = cast(io.RawIOBase, self.process.stdout)
        receiver = Receiver(stream)
        with suppress(EOFError, OSError), stream:
            while True:
                self._call(self._heard, self, receiver.receive())
        self._messages.put(None)
        self._wait()
        self._call(self._ended, self)

    def _wait(self) -> None:
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def _opened(log: Path | None) -> Any:
    """A context manager with the log, to be added to, or with None."""
    if log is None:
        return nullcontext()
    log.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileNotFoundError):
        if log.stat().st_size > LONGEST_LOG:
            os.replace(log, log.with_name(f"{log.name}.1"))
    return log.open("ab")


def _is_quick(job: Job) -> bool:
    return isinstance(job, FindJob | ClickJob)


def _end(code: int) -> str:
    """How a process ended, in words."""
    if code >= 0:
        return f"stopped with exit code {code}"
    with suppress(ValueError):
        return f"was stopped by {signal.Signals(-code).name}"
    return f"was stopped by signal {-code}"


def _crashed(job: Job, code: int) -> str:
    what = "loading this model" if isinstance(job, WarmUp) else "this job"
    advice = "if the machine's memory was full, use a smaller resolution or model or close other programs"
    return f"The engine was lost twice during {what}, it {_end(code)}: {advice}; else look into its log."
