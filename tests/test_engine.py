from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from fakeengine import Heard, dress
from PIL import Image

from ccnet import checkpoints, clothes, recipe
from ccnet.autodress import FoundClothes
from ccnet.clothes import Choice
from ccnet.engine import Inbox, do
from ccnet.engine_client import Engine
from ccnet.engine_messages import (
    Answer,
    Cancel,
    ClickJob,
    Drawn,
    DressJob,
    EngineDied,
    FindJob,
    Job,
    JobCancelled,
    JobCandidate,
    JobDone,
    JobFailed,
    JobFound,
    JobMask,
    JobProgress,
    JobWithheld,
    Ready,
    WarmUp,
)
from ccnet.engine_work import Workshop
from ccnet.garments import GarmentMap
from ccnet.masks import Mask, Point
from ccnet.pictures import Picture
from ccnet.pipeline import DressPipeline
from ccnet.request import Candidate, DressRequest, Garment, OutOfMemory
from ccnet.safety import Verdict
from training.paperdoll import UNSEEN, make_doll

SIZE = 96
SIDE = 128
IMAGE = Image.fromarray(np.random.default_rng(2).integers(0, 256, (SIZE, SIZE, 3), np.uint8))


def click(id: str = "click") -> ClickJob:
    return ClickJob(id, IMAGE, (Point(1, 2),))


class Steps:
    """Work in three steps. between: called before each of them with its number."""

    def __init__(self, between: Callable[[int], None] = lambda step: None) -> None:
        self.between = between
        self.closed = False

    def __call__(self, job: Job) -> Generator[Answer | Drawn]:
        if isinstance(job, ClickJob | FindJob):
            yield JobMask(job.id, Mask(np.zeros((2, 2), np.uint8)))
            return
        try:
            for step in range(3):
                self.between(step)
                yield JobProgress(job.id, step, 2)
        finally:
            self.closed = True


def answers(job: Job, work: Any, inbox: Inbox | None = None) -> list[Answer | Drawn]:
    said: list[Answer | Drawn] = []
    do(job, work, inbox or Inbox(), said.append)
    return said


class TestOneJob:
    def test_it_ends_with_done(self) -> None:
        said = answers(dress("a"), Steps())
        assert [getattr(each, "step", None) for each in said] == [0, 1, 2, None]
        assert said[-1] == JobDone("a")

    def test_cancelling_closes_the_generator_at_the_next_step(self) -> None:
        inbox = Inbox()
        work = Steps(lambda step: inbox.put(Cancel("a")) if step == 1 else None)
        said = answers(dress("a"), work, inbox)
        assert work.closed
        assert len(said) == 2
        assert said[-1] == JobCancelled("a")

    def test_quick_jobs_are_done_between_steps(self) -> None:
        inbox = Inbox()
        work = Steps(lambda step: inbox.put(click()) if step == 1 else None)
        said = answers(dress("a"), work, inbox)
        assert [type(each).__name__ for each in said] == [
            "JobProgress",
            "JobProgress",
            "JobMask",
            "JobDone",
            "JobProgress",
            "JobDone",
        ]

    def test_a_quick_job_that_fails_harms_no_other(self) -> None:
        inbox = Inbox()
        steps = Steps()

        def work(job: Job) -> Generator[Answer | Drawn]:
            if isinstance(job, ClickJob):
                raise ValueError("Nothing is there: click elsewhere.")
            yield from steps(job)

        inbox.put(click())
        said = answers(dress("a"), work, inbox)
        assert JobFailed("click", "Nothing is there: click elsewhere.", "user") in said
        assert said[-1] == JobDone("a")

    def test_a_cancel_that_came_too_late_is_not_for_the_next_of_this_name(self) -> None:
        inbox = Inbox()
        inbox.put(Cancel("warm up"))
        inbox.put(WarmUp())
        assert answers(inbox.next(), Steps(), inbox)[-1] == JobDone("warm up")

    @pytest.mark.parametrize(
        ("error", "kind"),
        [
            (ValueError("The mask is empty: paint."), "user"),
            (OutOfMemory("There is not enough memory: draw less."), "memory"),
            (MemoryError(), "memory"),
            (RuntimeError("DefaultCPUAllocator: can't allocate memory"), "memory"),
            (RuntimeError("CUDA error: out of memory"), "memory"),
            (RuntimeError("shapes differ"), "crash"),
            (ZeroDivisionError("division by zero"), "crash"),
        ],
    )
    def test_what_goes_wrong_is_said_by_kind(self, error: Exception, kind: str) -> None:
        def work(job: Job) -> Generator[Answer | Drawn]:
            yield JobProgress(job.id, 0, 1)
            raise error

        last = answers(dress("a"), work)[-1]
        assert isinstance(last, JobFailed)
        assert last.kind == kind
        assert last.sentence.endswith(".")
        if isinstance(error, ValueError):
            assert last.sentence == str(error)

    def test_a_broken_device_ends_the_process(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def leave(code: int) -> None:
            raise SystemExit(code)

        def work(job: Job) -> Generator[Answer | Drawn]:
            raise RuntimeError("CUDA error: device-side assert triggered")
            yield

        monkeypatch.setattr(os, "_exit", leave)
        with pytest.raises(SystemExit):
            answers(dress("a"), work)


class TestInbox:
    def test_quick_jobs_go_first(self) -> None:
        inbox = Inbox()
        inbox.put(dress("a"))
        inbox.put(click())
        assert inbox.next().id == "click"
        assert inbox.next_quick() is None
        assert inbox.next().id == "a"


@pytest.fixture(scope="module")
def one_thread() -> Iterator[None]:
    """Here and in engines: sums of other parts differ in their last bits."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OMP_NUM_THREADS", "1")
        yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def workshop(one_thread: None) -> Workshop:
    return Workshop()


@pytest.fixture(scope="module")
def pipeline(one_thread: None) -> DressPipeline:
    return checkpoints.load_pipeline("starter")


def request(steps: int = 2, **values: Any) -> DressRequest:
    alpha = np.zeros((SIZE, SIZE), np.uint8)
    alpha[30:70, 25:60] = 255
    given = {"num_inference_steps": steps, "guidance_scale": 2.0, "seed": 3, "resolution": 128} | values
    return DressRequest(IMAGE, Mask(alpha), Garment("red dress"), **given)


def drawn_by(workshop: Workshop, job: DressJob) -> list[Drawn]:
    return [answer for answer in workshop(job) if isinstance(answer, Drawn)]


def candidate_of(pipeline: DressPipeline, request: DressRequest) -> Candidate:
    return next(answer for answer in pipeline(request) if isinstance(answer, Candidate))


class TestWorkshop:
    def test_it_draws_what_the_pipeline_draws(self, workshop: Workshop, pipeline: DressPipeline) -> None:
        wanted = candidate_of(pipeline, request())
        (drawn,) = drawn_by(workshop, DressJob(id="a", request=request()))
        given = JobCandidate(**vars(drawn), request=request())
        assert np.array_equal(given.image, np.asarray(wanted.image))
        assert np.array_equal(given.layer, np.asarray(wanted.layer))
        assert given.outside_changed == 0
        assert given.leak is None

    def test_what_is_left_of_the_old_garment_is_measured(self, workshop: Workshop) -> None:
        (drawn,) = drawn_by(workshop, DressJob(id="a", request=request(), old=request().mask))
        assert drawn.leak is not None
        assert 0 <= drawn.leak <= 1

    def test_a_click_between_steps_changes_no_pixel(
        self, workshop: Workshop, pipeline: DressPipeline, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        wanted = candidate_of(pipeline, request())
        monkeypatch.setattr(Workshop, "_click", lambda self, job: (torch.randn(9), Mask(np.zeros((2, 2), np.uint8)))[1])
        inbox = Inbox()
        inbox.put(click())
        said = answers(DressJob(id="a", request=request()), workshop, inbox)
        assert any(isinstance(each, JobMask) for each in said)
        (drawn,) = [each for each in said if isinstance(each, Drawn)]
        assert np.array_equal(drawn.patch, np.asarray(wanted.image)[drawn.bounds.slices])

    def test_cancelled_within_a_step_the_next_job_is_as_ever(self, one_thread: None, pipeline: DressPipeline) -> None:
        asked, patience = 0, 300

        def is_cancelled(id: str) -> bool:
            nonlocal asked
            asked += id == "a"
            return id == "a" and asked > patience

        workshop = Workshop(is_cancelled)
        said = list(workshop(DressJob(id="a", request=request(50))))
        assert asked == patience + 1
        assert not any(isinstance(each, Drawn) for each in said)
        (drawn,) = drawn_by(workshop, DressJob(id="b", request=request()))
        wanted = candidate_of(pipeline, request())
        assert np.array_equal(drawn.patch, np.asarray(wanted.image)[drawn.bounds.slices])

    def test_its_recipe_can_be_written_where_no_torch_is(self, workshop: Workshop, tmp_path: Path) -> None:
        (drawn,) = drawn_by(workshop, DressJob(id="a", request=request()))
        given = JobCandidate(**vars(drawn), request=request())
        file = recipe.write(given.candidate, tmp_path / "a.png", picture=Picture(IMAGE), maker=given.maker)
        made = recipe.read(file)
        assert made.request == replace(request(), image=made.request.image)
        assert made.maker == given.maker
        assert made.maker.sha256

    def test_previews_say_where_they_belong(self, workshop: Workshop) -> None:
        said = list(workshop(DressJob(id="a", request=request(3), preview_seconds=0)))
        steps = [each for each in said if isinstance(each, JobProgress)]
        assert [(each.step, each.total) for each in steps] == [(0, 3), (1, 3), (2, 3), (3, 3)]
        shown = steps[1]
        assert shown.preview is not None
        assert shown.bounds == (0, 0, SIZE, SIZE)
        assert shown.preview.shape[0] == shown.preview.shape[1]
        assert not any(
            each.preview is not None
            for each in workshop(DressJob(id="a", request=request(3), preview_seconds=None))
            if isinstance(each, JobProgress)
        )

    def test_the_model_is_loaded_once_and_again_when_asked_otherwise(
        self, workshop: Workshop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        loads: list[str] = []

        def load(name: str, **how: Any) -> DressPipeline:
            loads.append(how["dtype"])
            return pipeline_of(name, **how)

        pipeline_of = checkpoints.load_pipeline
        monkeypatch.setattr(checkpoints, "load_pipeline", load)
        mine = Workshop()
        assert [type(each) for each in mine(WarmUp())] == [Ready]
        drawn_by(mine, DressJob(id="a", request=request(1)))
        drawn_by(mine, DressJob(id="b", request=request(1), dtype="float32"))
        assert loads == ["auto", "float32"]

    def test_an_unknown_model_is_refused_in_words(self, workshop: Workshop) -> None:
        last = answers(WarmUp("nobodys"), workshop)[-1]
        assert isinstance(last, JobFailed)
        assert last.kind == "user"
        assert '"nobodys"' in last.sentence

    def test_what_the_safety_filter_holds_back_is_said(
        self, workshop: Workshop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def check(self: object, image: np.ndarray) -> Verdict:
            return Verdict(True, "This result was withheld because of a test.")

        monkeypatch.setattr("ccnet.safety.SafetyFilter.check", check)
        said = list(workshop(DressJob(id="a", request=request())))
        assert said[-1] == JobWithheld("a", 3, "This result was withheld because of a test.")
        assert not any(isinstance(each, Drawn) for each in said)


class TestFinding:
    """With a parser that knows the answer, and a segmenter that takes notes."""

    @pytest.fixture
    def seen(self, monkeypatch: pytest.MonkeyPatch) -> list[str]:
        seen: list[str] = []
        doll = make_doll(UNSEEN + 7).render(SIDE)

        class Parser:
            name = "truth"

            def __call__(self, image: Image.Image) -> GarmentMap:
                seen.append("parsed")
                return GarmentMap.from_labels(doll.labels, "truth")

        class Segmenter:
            name = "square"

            def set_image(self, image: Image.Image) -> None:
                seen.append("looked")

            def mask_at(self, points: Any, box: Any, rough: Any) -> Mask:
                seen.append(f"asked {len(points)}")
                return Mask(np.full((SIDE, SIDE), 255, np.uint8))

        for name, thing in {"parser": Parser, "segmenter": Segmenter}.items():
            monkeypatch.setattr(clothes, f"load_{name}", lambda wanted, thing=thing: thing())
            monkeypatch.setattr(
                clothes, f"choose_{name}", lambda wanted, name=name: Choice(name, Path(), (f"About the {name}.",))
            )
        return seen

    def find(self, workshop: Workshop, id: str, image: Image.Image, **values: Any) -> FoundClothes:
        (answer,) = workshop(FindJob(id, image, **values))
        assert isinstance(answer, JobFound)
        return answer.found

    def test_a_picture_is_parsed_once(self, seen: list[str]) -> None:
        workshop, image = Workshop(), Image.fromarray(make_doll(UNSEEN + 7).render(SIDE).image)
        everything = self.find(workshop, "a", image)
        slot = next(iter(everything.slots))
        one = self.find(workshop, "b", image, slots=(slot,))
        assert everything.mask.mask
        assert one.mask.mask
        assert one.mask.mask != everything.mask.mask
        assert seen.count("parsed") == 1
        self.find(workshop, "c", image.copy())
        assert seen.count("parsed") == 2

    def test_what_is_to_be_known_of_the_nets_is_said(self, seen: list[str]) -> None:
        image = Image.fromarray(make_doll(UNSEEN + 7).render(SIDE).image)
        found = self.find(Workshop(), "a", image)
        assert found.notices[:2] == ("About the parser.", "About the segmenter.")
        assert "About the segmenter." not in self.find(Workshop(), "a", image, segmenter="").notices

    def test_clicks_into_one_picture_look_at_it_once(self, seen: list[str]) -> None:
        workshop, image = Workshop(), Image.new("RGB", (SIDE, SIDE))
        for points in ((Point(1, 2),), (Point(1, 2), Point(3, 4))):
            (answer,) = workshop(ClickJob("a", image, points))
            assert isinstance(answer, JobMask)
        assert seen == ["looked", "asked 1", "asked 2"]


@pytest.mark.slow
def test_the_starter_in_a_process_of_its_own(pipeline: DressPipeline) -> None:
    """Ready, the pipeline's own candidate, the same again after a kill in the middle, cancelled between steps."""
    heard = Heard()
    engine = Engine(heard)
    with contextlib.closing(engine):
        engine.start()
        engine.submit(WarmUp())
        heard.wait(Ready)
        wanted = candidate_of(pipeline, request(8))
        engine.submit(DressJob(id="a", request=request(8)))
        heard.wait(JobProgress, id="a", step=2)
        assert engine.pid is not None
        os.kill(engine.pid, signal.SIGKILL)
        heard.wait(JobDone, id="a")
        heard.wait(EngineDied)
        given = heard.wait(JobCandidate, id="a")
        assert np.array_equal(given.image, np.asarray(wanted.image))
        assert np.array_equal(given.layer, np.asarray(wanted.layer))
        engine.submit(DressJob(id="b", request=request(1000)))
        heard.wait(JobProgress, id="b", step=3)
        engine.cancel("b")
        heard.wait(JobCancelled, id="b")
