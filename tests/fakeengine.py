"""An engine without nets, in a process of its own (`COMMAND`): what it does is told by the prompt."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from fakepipeline import FakePipeline
from PIL import Image

from ccnet.engine_messages import (
    Answer,
    ClickJob,
    Drawn,
    DressJob,
    Job,
    JobFound,
    JobMask,
    JobProgress,
    JobWithheld,
    Ready,
    WarmUp,
)
from ccnet.engine_work import drawn
from ccnet.masks import Mask
from ccnet.recipe import Maker
from ccnet.request import DressRequest, Garment, Progress

ROOT = Path(__file__).resolve().parents[1]
COMMAND = (
    sys.executable,
    "-c",
    f"import sys; sys.path[:0] = {[str(ROOT), str(ROOT / 'tests')]}; import fakeengine; from ccnet.engine import main; "
    "main(fakeengine.work)",
)
STEP = 0.02
"""Seconds."""

T = TypeVar("T")


def request(prompt: str = "red dress", *, steps: int = 3, seed: int = 7, images: int = 1) -> DressRequest:
    pixels = np.random.default_rng(1).integers(0, 256, (96, 80, 3), np.uint8)
    alpha = np.zeros((96, 80), np.uint8)
    alpha[30:60, 20:50] = 255
    return DressRequest(
        Image.fromarray(pixels), Mask(alpha), Garment(prompt), num_inference_steps=steps, seed=seed, num_images=images
    )


def dress(id: str, prompt: str = "red dress", *, steps: int = 3, images: int = 1) -> DressJob:
    return DressJob(id=id, request=request(prompt, steps=steps, images=images))


class Heard:
    """Collects answers, and waits for them."""

    def __init__(self) -> None:
        self.answers: list[Answer] = []

    def __call__(self, answer: Answer) -> None:
        self.answers.append(answer)

    def of(self, id: str) -> list[Answer]:
        return [answer for answer in self.answers if getattr(answer, "id", None) == id]

    def find(self, kind: type[T], **values: object) -> T | None:
        """The first answer of a kind with these values, if it came."""
        return next(
            (a for a in self.answers if isinstance(a, kind) and all(getattr(a, k) == v for k, v in values.items())),
            None,
        )

    def wait(self, kind: type[T], **values: object) -> T:
        self.until(lambda: self.find(kind, **values) is not None, f"{kind.__name__} {values}")
        found = self.find(kind, **values)
        assert found is not None
        return found

    def until(self, condition: Callable[[], Any], what: str = "") -> None:
        end = time.monotonic() + 60
        while not condition():
            assert time.monotonic() < end, f"{what} never came, but {self.answers}"
            time.sleep(0.005)


def work(job: Job) -> Generator[Answer | Drawn]:
    if isinstance(job, WarmUp):
        if job.model == "deadly":
            os.kill(os.getpid(), signal.SIGKILL)
        print("printed while loading")
        yield Ready(job.model, 0.1, ("a sentence",))
    elif isinstance(job, DressJob):
        yield from draw(job)
    elif isinstance(job, ClickJob):
        alpha = np.zeros(job.image.size[::-1], np.uint8)
        for x, y, add in job.points:
            alpha[int(y), int(x)] = 255 * add
        yield JobMask(job.id, Mask(alpha))
    else:
        yield JobFound(job.id, (job.image.size, job.slots))


def draw(job: DressJob) -> Generator[Answer | Drawn]:
    prompt = job.request.garment.prompt
    yield JobProgress(job.id, 0, job.request.num_inference_steps)
    for answer in FakePipeline()(job.request):
        time.sleep(STEP)
        if isinstance(answer, Progress):
            match prompt:
                case "deadly":
                    os.kill(os.getpid(), signal.SIGKILL)
                case "unknown":
                    raise ValueError("No such thing: choose another.")
                case "huge":
                    raise MemoryError
                case "buggy":
                    raise TypeError("not a number")
            yield JobProgress(job.id, answer.step, answer.total, np.zeros((8, 8, 3), np.uint8), job.request.mask.bounds)
        elif prompt == "naked":
            yield JobWithheld(job.id, answer.seed, "This result was withheld.")
        else:
            yield drawn(job, answer, Maker("starter", True, "ab" * 32))
