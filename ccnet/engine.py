"""The engine: the process that owns torch and the device, draws outfits, finds clothes and answers clicks.

It is started by `ccnet.engine_client`, which keeps the queue: this side has at most one slow job (drawing, loading)
and one quick one (finding, clicking) at a time. Drawing is a generator; between its steps the engine looks whether it
was cancelled and does the quick job that waits. Nothing that the user made lives here alone, so when the other side is
gone, by its own will or by a kill, the process ends at once.

Jobs come in on standard input and answers go out on standard output, see `ccnet.engine_pipe`; whatever libraries
print goes to standard error, the log.
"""

from __future__ import annotations

import contextlib
import faulthandler
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Generator
from pathlib import Path
from typing import NoReturn

from ccnet.engine_messages import (
    Answer,
    Cancel,
    ClickJob,
    Drawn,
    DressJob,
    EngineStarted,
    FailureKind,
    FindJob,
    Job,
    JobCancelled,
    JobDone,
    JobFailed,
    QuickJob,
    SlowJob,
)
from ccnet.engine_pipe import Receiver, Sender
from ccnet.request import OutOfMemory

Work = Callable[[Job], Generator[Answer | Drawn]]
"""Does a job: yields its answers as they come, without the last one; raises what went wrong."""

NICENESS = 5
OOM_SCORE = 500
"""How much rather than others (-1000 to 1000) Linux should kill this process when memory runs out: before the window,
which holds the artist's work."""

CRASHED = 70


class Inbox:
    """What the other side wants, filled by a thread of its own: at most a few jobs, and what is to be cancelled."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._slow: list[SlowJob] = []
        self._quick: list[QuickJob] = []
        self._cancelled: set[str] = set()

    def put(self, message: Job | Cancel) -> None:
        with self._changed:
            if isinstance(message, Cancel):
                self._cancelled.add(message.id)
                return
            self._cancelled.discard(message.id)  # meant for an earlier one, which had just ended
            if isinstance(message, FindJob | ClickJob):
                self._quick.append(message)
            else:
                self._slow.append(message)
            self._changed.notify()

    def next(self) -> Job:
        """Waits for a job; a quick one goes first."""
        with self._changed:
            self._changed.wait_for(lambda: self._quick or self._slow)
            return self._quick.pop(0) if self._quick else self._slow.pop(0)

    def next_quick(self) -> QuickJob | None:
        with self._changed:
            return self._quick.pop(0) if self._quick else None

    def is_cancelled(self, id: str) -> bool:
        with self._changed:
            return id in self._cancelled


def serve(
    work: Work,
    inbox: Inbox,
    receiver: Receiver,
    send: Callable[[Answer | Drawn], None],
    leave: Callable[[int], object],
) -> None:
    """Answers jobs until the other side is gone.

    leave: ends the process with an exit code. It is called from another thread, whatever this one is doing.
    """

    def listen() -> None:
        code = 0
        try:
            while True:
                inbox.put(receiver.receive())
        except (EOFError, OSError):
            pass
        except BaseException:
            traceback.print_exc()
            code = CRASHED
        leave(code)

    threading.Thread(target=listen, name="listener", daemon=True).start()
    while True:
        do(inbox.next(), work, inbox, send)


def do(job: Job, work: Work, inbox: Inbox, send: Callable[[Answer | Drawn], None]) -> None:
    """One job, to its last answer. Quick jobs are done between the answers of a slow one."""
    last: Answer = JobDone(job.id)
    try:
        with contextlib.closing(work(job)) as answers:
            for answer in answers:
                if inbox.is_cancelled(job.id):
                    break
                send(answer)
                if not isinstance(job, FindJob | ClickJob):
                    while (quick := inbox.next_quick()) is not None:
                        do(quick, work, inbox, send)
                if inbox.is_cancelled(job.id):
                    break
    except Exception as error:
        last = JobFailed(job.id, *_explained(job, error))
    if inbox.is_cancelled(job.id) and not isinstance(last, JobFailed):
        last = JobCancelled(job.id)
    send(last)


def main(work: Work | None = None) -> NoReturn:
    """The process. work: what does the jobs, by default everything this program can."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in the window's terminal is the window's to understand
    faulthandler.enable()
    jobs, answers = os.fdopen(os.dup(0), "rb", buffering=0), os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    with open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    _give_way()
    sender, inbox = Sender(answers), Inbox()
    with contextlib.suppress(OSError):
        sender.send(EngineStarted(os.getpid()))
        serve(work or _everything(inbox), inbox, Receiver(jobs), sender.send, os._exit)
    os._exit(0)  # nobody listens any more


def _everything(inbox: Inbox) -> Work:
    from ccnet.engine_work import Workshop

    return Workshop(inbox.is_cancelled)


def _give_way() -> None:
    """Leaves the processor to the window when both want it, and the window alive when memory runs out."""
    with contextlib.suppress(OSError):
        if hasattr(os, "SCHED_IDLE"):
            # A window that wakes for a pen's event is let in at once. To one that is merely nicer Linux lets a process
            # finish its turn, which takes milliseconds, as often as a paint waits for one of Qt's threads.
            os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
        elif hasattr(os, "nice"):
            os.nice(NICENESS)
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(str(OOM_SCORE))


def _explained(job: Job, error: Exception) -> tuple[str, FailureKind]:
    """(sentence, kind) for what went wrong. Where the device itself is broken, the process ends to begin anew."""
    traceback.print_exception(error)
    sys.stderr.flush()
    if isinstance(error, OutOfMemory):
        return str(error), "memory"
    if _is_exhaustion(error):
        doing = "draw this" if isinstance(job, DressJob) else "do this"
        return (
            f"There is not enough memory to {doing}: close other programs, use a smaller resolution or model, or "
            "let the model lie in the machine's memory (offload).",
            "memory",
        )
    if isinstance(error, ValueError):
        return str(error), "user"
    if isinstance(error, RuntimeError) and any(word in str(error) for word in ("CUDA error", "HIP error")):
        os._exit(CRASHED)  # whatever is asked of a device after this fails as well
    return f"Something went wrong in the engine, {type(error).__name__} ({error}): the log tells more.", "crash"


def _is_exhaustion(error: Exception) -> bool:
    if "torch" not in sys.modules:
        return isinstance(error, MemoryError)
    from ccnet.memory import is_exhaustion

    return is_exhaustion(error)
