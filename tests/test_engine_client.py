from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import fakeengine
import numpy as np
import pytest
from fakeengine import Heard, dress, request
from fakepipeline import FakePipeline

from ccnet.engine_client import STARTS, Engine
from ccnet.engine_messages import (
    ClickJob,
    EngineDied,
    EngineStarted,
    FindJob,
    JobCancelled,
    JobCandidate,
    JobDone,
    JobFailed,
    JobFound,
    JobMask,
    JobProgress,
    JobStarted,
    JobWithheld,
    Ready,
    WarmUp,
)
from ccnet.masks import Point
from ccnet.request import Candidate


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("engine") / "logs" / "engine.log"


@pytest.fixture(scope="module")
def running(log: Path) -> Iterator[tuple[Engine, Heard]]:
    heard = Heard()
    engine = Engine(heard, log=log, command=fakeengine.COMMAND)
    engine.start()
    heard.wait(EngineStarted)
    yield engine, heard
    engine.close()


@pytest.fixture
def engine(running: tuple[Engine, Heard]) -> Engine:
    return running[0]


@pytest.fixture
def heard(running: tuple[Engine, Heard]) -> Heard:
    running[1].answers.clear()
    return running[1]


def expected(steps: int = 3) -> Candidate:
    """What the pipeline itself answers."""
    (candidate,) = [answer for answer in FakePipeline()(request(steps=steps)) if isinstance(answer, Candidate)]
    return candidate


def assert_same(given: JobCandidate, candidate: Candidate) -> None:
    assert np.array_equal(given.image, np.asarray(candidate.image))
    layer = np.asarray(candidate.layer)
    shown = layer[..., 3:] > 0
    assert np.array_equal(given.layer * shown, layer * shown)
    assert given.seed == candidate.seed


def order(heard: Heard, kind: type[JobStarted] | type[JobDone]) -> list[str]:
    return [answer.id for answer in heard.answers if isinstance(answer, kind)]


class TestJobs:
    def test_a_candidate_is_the_pipelines_own(self, engine: Engine, heard: Heard) -> None:
        job = dress("a")
        engine.submit(job)
        heard.wait(JobDone, id="a")
        given = heard.wait(JobCandidate, id="a")
        assert_same(given, expected())
        assert given.outside_changed == 0
        assert given.request is job.request
        assert given.candidate.request is job.request
        assert given.maker.shipped
        steps = [a.step for a in heard.of("a") if isinstance(a, JobProgress)]
        assert steps == [0, 1, 2, 3]

    def test_what_travels_is_only_what_changed(self, engine: Engine, heard: Heard) -> None:
        engine.submit(dress("small"))
        given = heard.wait(JobCandidate, id="small")
        assert given.patch.shape == (*given.bounds[:1:-1], 3)
        assert given.bounds.width * given.bounds.height < 96 * 80 / 3

    def test_finding_and_clicking(self, engine: Engine, heard: Heard) -> None:
        image = request().image
        engine.submit(FindJob("f", image, slots=("top",)))
        engine.submit(ClickJob("c", image, (Point(3, 4), Point(5, 6, False))))
        assert heard.wait(JobFound, id="f").found == (image.size, ("top",))
        mask = heard.wait(JobMask, id="c").mask
        assert mask.size == image.size
        assert np.argwhere(mask.alpha).tolist() == [[4, 3]]

    def test_loading_answers_ready(self, engine: Engine, heard: Heard, log: Path) -> None:
        engine.submit(WarmUp("starter"))
        assert heard.wait(Ready).notices == ("a sentence",)
        assert "printed while loading" in log.read_text()

    @pytest.mark.parametrize(("prompt", "kind"), [("unknown", "user"), ("huge", "memory"), ("buggy", "crash")])
    def test_a_failure_is_one_sentence(self, engine: Engine, heard: Heard, prompt: str, kind: str) -> None:
        engine.submit(dress(prompt, prompt))
        engine.submit(dress(f"after {prompt}"))
        failed = heard.wait(JobFailed, id=prompt)
        assert failed.kind == kind
        assert failed.sentence.endswith(".")
        heard.wait(JobDone, id=f"after {prompt}")
        assert heard.find(EngineDied) is None

    def test_what_is_withheld_is_said(self, engine: Engine, heard: Heard) -> None:
        engine.submit(dress("n", "naked"))
        heard.wait(JobDone, id="n")
        assert heard.wait(JobWithheld, id="n").seed == 7
        assert heard.find(JobCandidate, id="n") is None


class TestQueue:
    def test_in_the_order_it_was_given_until_that_is_changed(self, engine: Engine, heard: Heard) -> None:
        for id in ("q0", "q1", "q2", "q3"):
            engine.submit(dress(id, steps=5))
        engine.reorder(["q3", "q1"])
        engine.drop("q2")
        heard.wait(JobDone, id="q1")
        assert order(heard, JobStarted) == ["q0", "q3", "q1"]
        assert heard.find(JobCancelled, id="q2")
        assert len(heard.of("q2")) == 1

    def test_a_click_goes_ahead_of_what_waits_and_between_the_steps(self, engine: Engine, heard: Heard) -> None:
        engine.submit(dress("long", steps=40))
        engine.submit(dress("next"))
        heard.wait(JobProgress, id="long", step=1)
        engine.submit(ClickJob("quick", request().image, (Point(1, 1),)))
        heard.wait(JobDone, id="next")
        assert order(heard, JobDone) == ["quick", "long", "next"]
        assert_same(heard.wait(JobCandidate, id="long"), expected(steps=40))

    def test_cancel_ends_a_drawing_between_steps(self, engine: Engine, heard: Heard) -> None:
        engine.submit(dress("c", steps=1000))
        engine.submit(dress("d"))
        heard.wait(JobProgress, id="c", step=2)
        engine.cancel("c")
        heard.wait(JobDone, id="d")
        assert [type(a) for a in heard.of("c")][-1] is JobCancelled
        assert heard.find(JobCandidate, id="c") is None

    def test_cancelling_what_has_ended_does_nothing(self, engine: Engine, heard: Heard) -> None:
        engine.submit(dress("e"))
        heard.wait(JobDone, id="e")
        engine.cancel("e")
        engine.submit(dress("f"))
        heard.wait(JobDone, id="f")
        assert heard.find(JobCancelled) is None

    def test_loading_goes_first_and_only_the_last_one(self, engine: Engine, heard: Heard) -> None:
        engine.submit(dress("g", steps=10))
        engine.submit(dress("h"))
        engine.submit(WarmUp("old"))
        engine.submit(WarmUp("new"))
        heard.wait(JobDone, id="h")
        assert [a.model for a in heard.answers if isinstance(a, Ready)] == ["new"]
        assert order(heard, JobStarted) == ["g", "warm up", "h"]


@pytest.mark.skipif(not hasattr(os, "SCHED_IDLE"), reason="Linux alone lets a process do without its turn")
def test_it_gives_way_to_the_window(engine: Engine, heard: Heard) -> None:
    engine.submit(WarmUp("starter"))
    heard.wait(Ready)
    assert engine.pid is not None
    assert os.sched_getscheduler(engine.pid) == os.SCHED_IDLE


class TestDeath:
    def test_a_killed_engines_job_is_done_anew(self, engine: Engine, heard: Heard) -> None:
        engine.submit(WarmUp("starter"))
        engine.submit(dress("k", steps=20))
        engine.submit(dress("l"))
        heard.wait(JobProgress, id="k", step=3)
        before = engine.pid
        assert before is not None
        os.kill(before, signal.SIGKILL)
        heard.wait(JobDone, id="l")
        assert engine.pid != before
        died = heard.wait(EngineDied)
        assert died.restarting
        assert died.exit_code == -signal.SIGKILL
        assert_same(heard.wait(JobCandidate, id="k"), expected(steps=20))
        assert order(heard, JobDone) == ["warm up", "k", "l"]

    def test_what_was_loaded_is_loaded_again(self, engine: Engine, heard: Heard) -> None:
        engine.submit(WarmUp("starter"))
        heard.wait(Ready)
        heard.answers.clear()
        assert engine.pid is not None
        os.kill(engine.pid, signal.SIGKILL)
        assert heard.wait(Ready).model == "starter"

    def test_a_candidate_is_not_given_twice(self, engine: Engine, heard: Heard) -> None:
        def kill(answer: object) -> None:
            if isinstance(answer, JobCandidate) and heard.find(EngineDied) is None and engine.pid:
                os.kill(engine.pid, signal.SIGKILL)
            heard(answer)  # pyright: ignore[reportArgumentType]

        engine._on_answer = kill
        engine.submit(dress("m", images=4))
        heard.wait(JobDone, id="m")
        engine._on_answer = heard
        seeds = [a.seed for a in heard.answers if isinstance(a, JobCandidate)]
        assert seeds == [7, 8, 9, 10]
        assert sum(isinstance(a, JobStarted) for a in heard.of("m")) == 2

    def test_what_kills_it_twice_fails_and_the_queue_goes_on(self, engine: Engine, heard: Heard) -> None:
        engine.submit(dress("x", "deadly"))
        engine.submit(dress("y"))
        heard.wait(JobDone, id="y")
        failed = heard.wait(JobFailed, id="x")
        assert failed.kind == "crash"
        assert "memory" in failed.sentence
        assert sum(isinstance(a, EngineDied) for a in heard.answers) == 2

    def test_a_model_that_kills_it_is_not_loaded_for_ever(self, engine: Engine, heard: Heard) -> None:
        engine.submit(WarmUp("deadly"))
        engine.submit(dress("z"))
        heard.wait(JobDone, id="z")
        assert heard.wait(JobFailed, id="warm up").kind == "crash"

    def test_an_engine_that_cannot_start_is_given_up_in_words(self) -> None:
        heard = Heard()
        engine = Engine(heard, command=(sys.executable, "-c", "raise SystemExit(3)"))
        engine.start()
        engine.submit(dress("a"))
        failed = heard.wait(JobFailed, id="a")
        assert "log" in failed.sentence
        assert [a.restarting for a in heard.answers if isinstance(a, EngineDied)] == [True] * (STARTS - 1) + [False]
        engine._command = fakeengine.COMMAND
        engine.submit(dress("b"))
        heard.wait(JobDone, id="b")
        engine.close()

    def test_a_program_that_is_not_there_is_said(self) -> None:
        heard = Heard()
        engine = Engine(heard, command=("/no/such/program",))
        engine.start()
        engine.submit(dress("a"))
        assert not heard.wait(EngineDied).restarting
        heard.wait(JobFailed, id="a")
        engine.close()


class TestEnds:
    def test_two_engines_have_nothing_to_do_with_each_other(self, engine: Engine, heard: Heard) -> None:
        other_heard = Heard()
        other = Engine(other_heard, command=fakeengine.COMMAND)
        other.start()
        other.submit(dress("same", steps=20))
        engine.submit(dress("same", steps=20))
        other_heard.wait(JobProgress, id="same", step=1)
        assert other.pid is not None
        assert other.pid != engine.pid
        os.kill(other.pid, signal.SIGKILL)
        heard.wait(JobDone, id="same")
        other_heard.wait(JobDone, id="same")
        assert heard.find(EngineDied) is None
        other.close()

    def test_closing_ends_it_in_the_middle_of_a_job(self) -> None:
        heard = Heard()
        engine = Engine(heard, command=fakeengine.COMMAND)
        engine.start()
        engine.submit(dress("a", steps=1000))
        heard.wait(JobProgress, id="a", step=1)
        child = engine._child
        assert child is not None
        engine.close()
        assert child.process.poll() == 0
        assert heard.find(EngineDied) is None
        engine.close()

    def test_one_that_does_not_listen_is_killed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("ccnet.engine_client.PATIENCE", 0.1)
        heard = Heard()
        engine = Engine(heard, command=fakeengine.COMMAND)
        engine.start()
        heard.wait(EngineStarted)
        child = engine._child
        assert child is not None
        os.kill(child.process.pid, signal.SIGSTOP)
        engine.close()
        assert child.process.poll() == -signal.SIGKILL

    def test_it_goes_when_the_window_is_killed(self) -> None:
        script = (
            "import sys, threading; sys.path[:0] = sys.argv[1:]\n"
            "import fakeengine; from ccnet.engine_client import Engine; from ccnet.engine_messages import JobProgress\n"
            "def said(answer):\n"
            "    if isinstance(answer, JobProgress) and answer.step == 1: print('at work', flush=True)\n"
            "engine = Engine(said, command=fakeengine.COMMAND)\n"
            "engine.start(); engine.submit(fakeengine.dress('a', steps=1000)); threading.Event().wait()\n"
        )
        window = subprocess.Popen(
            [sys.executable, "-c", script, str(fakeengine.ROOT), str(fakeengine.ROOT / "tests")],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert window.stdout is not None
        assert window.stdout.readline() == b"at work\n"
        window.kill()
        # The engine writes to the same standard error, which ends with the last process that has it open.
        _, errors = window.communicate(timeout=30)
        assert b"Traceback" not in errors

    def test_the_window_is_spared_torch(self) -> None:
        script = (
            "import sys; import ccnet.engine_client, ccnet.autodress\n"
            "assert not {'torch', 'diffusers', 'transformers'} & set(sys.modules)"
        )
        subprocess.run([sys.executable, "-c", script], check=True, cwd=fakeengine.ROOT)
