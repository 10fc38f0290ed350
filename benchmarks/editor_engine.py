"""The engine under an artist's hands: how soon it stops when it is told to, and what a kill costs."""

from __future__ import annotations

import os
import random
import signal
import statistics
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from benchmarks.editor_desk import engines, sample
from benchmarks.editor_painting import OUTFIT, Painting, send
from ccnet import store

if TYPE_CHECKING:
    from benchmarks.editor_desk import Desk
    from ccnet.engine_messages import JobCandidate

PACE = 0.01
"""Seconds from one event of a pen to the next."""

ATTEMPTS = 10
"""So many jobs are begun at most for each one that is to be caught in the middle."""


class Whole(NamedTuple):
    """An undisturbed job. seconds: from its begin to its end. step: its median step in seconds, longest: the longest;
    the first is not among them, in it all is prepared."""

    id: str
    seconds: float
    step: float
    longest: float


def measure_cancel(desk: Desk, times: int, seed: int = 0, **outfit: Any) -> dict[str, Any]:
    """Milliseconds from "Cancel" until the window hears that it is done, at random moments of a job, and by how much
    they exceed the median step of the job. outfit: beside `OUTFIT`, fields of `gui.outfit.Outfit`."""
    rng = random.Random(seed)
    desk.show(*sample(), **OUTFIT | outfit)
    whole = _whole_job(desk)
    took: list[float] = []
    excess: list[float] = []
    for _ in range(ATTEMPTS * times):
        if len(took) == times:
            break
        id = desk.dress()
        desk.wait("began", id)
        desk.rest(rng.uniform(0, whole.seconds))
        began = time.perf_counter()
        desk.dressing.cancel()
        desk.until(lambda id=id: desk.find("cancelled", id) or desk.find("done", id), "the job to be cancelled")
        cancelled = desk.find("cancelled", id)
        if cancelled is not None:  # else it had just ended
            took.append(1000 * (cancelled.time - began))
            excess.append(took[-1] - 1000 * statistics.median(desk.steps(id) or [whole.step]))
    if not took:
        raise ValueError("Every job had ended before it could be cancelled.")
    return {
        "times": len(took),
        "step_ms": 1000 * whole.step,
        "longest_step_ms": 1000 * whole.longest,
        "median_ms": statistics.median(took),
        "worst_ms": max(took),
        "worst_excess_ms": max(excess),
    }


def measure_engine_kills(desk: Desk, times: int, seed: int = 0, **outfit: Any) -> dict[str, Any]:
    """Kills the engine at a random step of a job, while somebody paints, again and again.

    recovered: how often the job was done after all. same: how often every candidate equalled that of an undisturbed
    run, array by array. strokes_kept: how often the mask is what the same strokes make without any of this.
    orphans: engines that were there beside the window's own. median_s, worst_s: from the kill to the end of the job.
    outfit: beside `OUTFIT`, fields of `gui.outfit.Outfit`.
    """
    rng = random.Random(seed)
    picture, mask = sample()
    desk.show(picture, mask, **OUTFIT | outfit)
    whole = _whole_job(desk)
    wanted, home = _candidates(desk, whole.id), store.home()
    values: dict[str, Any] = {"times": 0, "recovered": 0, "same": 0, "strokes_kept": 0, "orphans": 0}
    seconds: list[float] = []
    for _ in range(ATTEMPTS * times):
        if values["times"] == times:
            break
        desk.document.set_mask(mask, "Mask")
        painting = Painting(desk)
        id, since = desk.dress(), len(desk.heard)
        step = rng.randrange(desk.document.outfit.num_inference_steps)
        _paint_until(desk, painting, lambda id=id, step=step: _has_come(desk, id, step))
        desk.rest(rng.uniform(0, whole.step))
        pid = desk.bridge.pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        killed = time.perf_counter()
        _paint_until(desk, painting, lambda since=since: desk.find("died", "", since))
        caught = desk.find("done", id) is None  # else it had just ended
        _paint_until(desk, painting, lambda id=id: desk.find("done", id) or desk.find("failed", id))
        if painting.made[-1].step != "release":
            painting.stroke()
        if not caught:
            continue
        seconds.append(time.perf_counter() - killed)
        values["times"] += 1
        values["recovered"] += desk.find("done", id) is not None
        values["same"] += _equal(wanted, _candidates(desk, id))
        values["strokes_kept"] += _replayed_alike(desk, painting, mask)
        values["orphans"] += len([process for process in engines(home) if process.pid != desk.bridge.pid])
    return values | {"median_s": statistics.median(seconds), "worst_s": max(seconds)}


def _whole_job(desk: Desk) -> Whole:
    desk.wait("ready")
    desk.wait("done", desk.dress())  # the first is slower: caches are filled
    id = desk.dress()
    done = desk.wait("done", id)
    began, steps = desk.wait("began", id), desk.steps(id)
    return Whole(id, done.time - began.time, statistics.median(steps), max(steps))


def _candidates(desk: Desk, id: str) -> dict[int, JobCandidate]:
    """By seed."""
    return {each.value.seed: each.value for each in desk.heard if each.name == "candidate" and each.id == id}


def _equal(wanted: dict[int, JobCandidate], given: dict[int, JobCandidate]) -> bool:
    return wanted.keys() == given.keys() and all(
        one.bounds == given[seed].bounds
        and np.array_equal(one.patch, given[seed].patch)
        and np.array_equal(one.garment, given[seed].garment)
        for seed, one in wanted.items()
    )


def _has_come(desk: Desk, id: str, step: int) -> bool:
    """Whether a job is at this step or past it."""
    return any(each.name == "progress" and each.id == id and each.value[0] >= step for each in desk.heard)


def _paint_until(desk: Desk, painting: Painting, condition: Callable[[], Any]) -> None:
    """Paints at a hand's pace until something has happened."""
    following = time.monotonic()

    def paint_and_look() -> bool:
        nonlocal following
        if time.monotonic() >= following:
            painting.paint()
            following = time.monotonic() + PACE
        return bool(condition())

    desk.until(paint_and_look, "the engine, while somebody painted,")


def _replayed_alike(desk: Desk, painting: Painting, mask: np.ndarray) -> bool:
    """Whether the same strokes make the same mask when nothing else happens."""
    painted = desk.document.mask.copy()
    desk.document.set_mask(mask, "Mask")
    for dab in painting.made:
        send(desk.application, desk.canvas, dab)
    desk.canvas.fit()
    return np.array_equal(painted, desk.document.mask)
