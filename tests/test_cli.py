"""The command line: what it writes, and that it refuses in one sentence before any model is loaded."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fakepipeline import FakePipeline
from PIL import Image
from test_pictures import bomb, colourful, disc, transparent
from truthparser import Scene, TruthParser

from ccnet import checkpoints, cli, clothes, demo_command
from ccnet.clothes import Choice
from ccnet.garments import CLASSES
from ccnet.request import Candidate, DressRequest, ModelSpec
from ccnet.safety import SafetyFilter, Verdict, with_dressed_negative

SPEC = ModelSpec("starter", resolution=256, guidance_scale=2.5, num_inference_steps=9, scheduler="euler")


@pytest.fixture
def pipeline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakePipeline:
    """A starter model without nets stands in for the real one."""
    fake = FakePipeline()

    def resolve(name: str) -> Path:
        if name not in ("starter", "mine"):
            raise checkpoints.CheckpointError(f'There is no model "{name}": known are starter.')
        return Path(name)

    monkeypatch.setattr(checkpoints, "resolve", resolve)
    monkeypatch.setattr(checkpoints, "check", lambda path, vae=None: None)
    monkeypatch.setattr(checkpoints, "read_spec", lambda path: SPEC)
    monkeypatch.setattr(checkpoints, "has_own_layer", lambda path: True)
    monkeypatch.setattr(checkpoints, "load_pipeline", lambda *_, **__: fake)
    monkeypatch.setattr(checkpoints, "SHIPPED", {"starter": Path("starter")})
    monkeypatch.setenv("CCNET_HOME", str(tmp_path / "home"))
    return fake


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with a character and its mask."""
    monkeypatch.chdir(tmp_path)
    Image.fromarray(colourful()).save("hero.png")
    Image.fromarray(disc()).save("mask.png")
    return tmp_path


def dress(*options: str, picture: str = "hero.png", mask: str = "mask.png") -> int:
    return cli.main(["dress", picture, "--mask", mask, "--outfit", "red sailor uniform", *options])


def files(folder: Path) -> list[str]:
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


def test_dress_writes_results_garments_and_a_sheet(
    folder: Path, pipeline: FakePipeline, capsys: pytest.CaptureFixture[str]
) -> None:
    assert dress("--candidates", "2", "--seed", "5") == 0
    assert files(folder / "dressed") == [
        "hero-dressed-1-garment.png",
        "hero-dressed-1-sheet.png",
        "hero-dressed-1.png",
        "hero-dressed-2-garment.png",
        "hero-dressed-2.png",
    ]
    out = capsys.readouterr().out
    assert "seed 5" in out
    assert "seed 6" in out
    assert f"Look at {Path('dressed', 'hero-dressed-1-sheet.png')}" in out

    result = np.asarray(Image.open("dressed/hero-dressed-1.png"))
    garment = np.asarray(Image.open("dressed/hero-dressed-1-garment.png"))
    assert result.shape == colourful().shape
    assert garment.shape == (*colourful().shape[:2], 4)
    outside = garment[..., 3] == 0
    assert np.array_equal(result[outside], colourful()[outside])
    assert np.array_equal(result[disc() == 255], garment[disc() == 255][:, :3])


def test_everything_said_reaches_the_request(folder: Path, pipeline: FakePipeline) -> None:
    assert (
        dress(
            *("--negative", "hat", "--intent", "recolour", "--candidates", "3", "--seed", "8", "--steps", "7"),
            *("--guidance", "4.5", "--strength", "0.8", "--scheduler", "unipc", "--resolution", "128", "--grow", "9"),
            *("--feather", "2", "--control-scale", "0.5", "--control-weighting", "paper"),
        )
        == 0
    )
    (request,) = pipeline.requests
    assert request.garment.prompt == "red sailor uniform"
    assert (request.negative_prompt, request.intent, request.num_images, request.seed) == ("hat", "recolour", 3, 8)
    assert (request.num_inference_steps, request.guidance_scale, request.strength) == (7, 4.5, 0.8)
    assert (request.scheduler, request.resolution, request.mask_grow, request.mask_feather) == ("unipc", 128, 9, 2)
    assert [c.scale for c in request.controls] == [0.5]
    assert request.control_weighting == "paper"


def test_what_is_not_said_is_the_models_own_or_the_requests(folder: Path, pipeline: FakePipeline) -> None:
    assert dress() == 0
    assert dress("--intent", "fix", "--control-scale", "0") == 0
    new, fix = pipeline.requests
    assert (new.num_inference_steps, new.guidance_scale, new.scheduler) == (9, 2.5, "euler")
    assert new.strength == 1
    assert fix.strength < 0.6
    assert fix.controls == ()
    assert new.seed != fix.seed, "another run is another try"
    fields = DressRequest.__dataclass_fields__
    for name in ("negative_prompt", "intent", "num_images", "mask_grow", "mask_feather", "control_weighting"):
        assert getattr(new, name) == fields[name].default, name


def test_nothing_is_ever_overwritten(folder: Path, pipeline: FakePipeline) -> None:
    assert dress("--candidates", "2") == 0
    before = {name: (folder / name).read_bytes() for name in files(folder)}
    (folder / "dressed" / "hero-dressed-7-sheet.png").touch()
    assert dress() == 0
    assert {name: (folder / name).read_bytes() for name in before} == before
    assert "dressed/hero-dressed-8.png" in [name.replace(os.sep, "/") for name in files(folder)]


@pytest.mark.parametrize("name", ["my hero.png", "主人公 ヒロイン.png", "a.b.c.png", "日" * 80 + ".png", "é[1]*.png"])
def test_odd_names(folder: Path, pipeline: FakePipeline, name: str) -> None:
    (folder / "hero.png").rename(folder / name)
    assert dress("--out", "新しい folder/deep", picture=name) == 0
    assert len(files(folder / "新しい folder" / "deep")) == 3


def test_transparency_is_in_the_result(
    folder: Path, pipeline: FakePipeline, capsys: pytest.CaptureFixture[str]
) -> None:
    Image.fromarray(transparent()).save("hero.png")
    assert dress() == 0
    assert "transparency is kept" in capsys.readouterr().err
    result = np.asarray(Image.open("dressed/hero-dressed-1.png"))
    assert np.array_equal(result[..., 3], transparent()[..., 3])
    garment = np.asarray(Image.open("dressed/hero-dressed-1-garment.png"))
    outside = (disc() == 0) & (garment[..., 3] == 0) & (np.arange(96) < 20)
    assert outside.any()
    assert np.array_equal(result[outside], transparent()[outside])


def test_first_frame_is_announced(folder: Path, pipeline: FakePipeline, capsys: pytest.CaptureFixture[str]) -> None:
    frames = [Image.new("RGB", (96, 80), colour) for colour in ("red", "blue")]
    frames[0].save("hero.gif", save_all=True, append_images=frames[1:])
    assert dress(picture="hero.gif") == 0
    assert "2 frames: the first is used" in capsys.readouterr().err


def test_what_the_model_has_to_say_is_said_once(
    folder: Path, pipeline: FakePipeline, capsys: pytest.CaptureFixture[str]
) -> None:
    pipeline.notices = ('The embedding "easy" was left out (it is empty).',)
    assert dress("--candidates", "2") == 0
    assert capsys.readouterr().err.count('Note: The embedding "easy" was left out (it is empty).\n') == 1


def test_redo_makes_the_same_pixels(folder: Path, pipeline: FakePipeline, capsys: pytest.CaptureFixture[str]) -> None:
    assert dress("--candidates", "2", "--seed", "3", "--out", "there") == 0
    for name in ("hero.png", "mask.png"):
        (folder / name).unlink()
    assert cli.main(["redo", "there/hero-dressed-2.png"]) == 0
    assert "Bit-identical" in capsys.readouterr().out
    first, again = Path("there/hero-dressed-2.png"), Path("there/hero-dressed-2-redo-1.png")
    assert first.read_bytes() == again.read_bytes()


def test_redo_says_what_differs(
    folder: Path, pipeline: FakePipeline, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert dress() == 0

    def faulty(*_: Any) -> np.ndarray:
        return np.zeros((80, 96, 3), np.uint8)

    monkeypatch.setattr(FakePipeline, "_draw", faulty)
    pipeline.spec = ModelSpec("starter", sha256="cd" * 32)
    assert cli.main(["redo", "dressed/hero-dressed-1.png", "--out", "again"]) == 0
    said = capsys.readouterr()
    assert "Not bit-identical" in said.out
    assert "weights" in said.err
    assert files(folder / "again") == ["hero-dressed-1-redo-1.png"]


def test_redo_never_takes_a_model_from_the_recipe(
    folder: Path, pipeline: FakePipeline, capsys: pytest.CaptureFixture[str]
) -> None:
    from test_recipe import rewritten

    assert dress() == 0
    path = rewritten(folder / "dressed" / "hero-dressed-1.png", maker__model="../elsewhere\x1b[31m")
    assert cli.main(["redo", str(path)]) == 1
    sentence = capsys.readouterr().err.splitlines()[-1]
    assert "--model" in sentence
    assert "\x1b" not in sentence
    rewritten(path, maker__model="starter", maker__shipped=False)
    assert cli.main(["redo", str(path)]) == 1
    assert cli.main(["redo", str(path), "--model", "starter"]) == 0


def test_demo(
    folder: Path, pipeline: FakePipeline, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    samples = "".join(
        f'[[sample]]\nimage = "{n}.png"\nmask = "{n}-mask.png"\noutfits = ["red coat", "blue dress"]\nseed = 4\n'
        for n in ("aoi", "ren", "yuki")
    )
    (folder / "samples.toml").write_text(samples)
    for name in ("aoi", "ren", "yuki"):
        Image.fromarray(colourful()).save(f"{name}.png")
        Image.fromarray(disc()).save(f"{name}-mask.png")
    monkeypatch.setattr(demo_command, "SAMPLES", folder)
    scene = Scene(Image.fromarray(colourful()), disc() // 255 * CLASSES.index("topwear"))
    monkeypatch.setattr(clothes, "choose_parser", lambda name: Choice(name, folder))
    monkeypatch.setattr(clothes, "load_parser", lambda *_: TruthParser(scene))
    for _ in range(2):
        assert cli.main(["demo"]) == 0
        assert f"Look at {Path('demo', 'overview.png')}" in capsys.readouterr().out
    results = [f"{name}-{i}.png" for name in ("aoi", "ren", "yuki") for i in (1, 2)]
    assert files(folder / "demo") == sorted([*results, "found.png", "overview.png"])
    assert [r.seed for r in pipeline.requests] == [4] * 12
    assert Image.open("demo/overview.png").width > 4 * 256


def test_a_demo_without_the_parser(
    folder: Path, pipeline: FakePipeline, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "samples.toml").write_text('[[sample]]\nimage = "hero.png"\nmask = "mask.png"\noutfits = ["red coat"]\n')
    monkeypatch.setattr(demo_command, "SAMPLES", folder)
    monkeypatch.setattr(clothes, "FOLDERS", {"parser": folder / "none"})
    assert cli.main(["demo"]) == 0
    assert files(folder / "demo") == ["hero-1.png", "overview.png"]
    assert re.search(r"found.png is left out. .*starter clothes parser is not in", capsys.readouterr().err)


def test_models(pipeline: FakePipeline, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["models"]) == 0
    out = capsys.readouterr().out
    assert "starter" in out
    assert "meinamix" in out
    assert cli.main(["models", "remove", "nothing"]) == 1
    assert "nothing" in capsys.readouterr().err


class Prude:
    """Withholds one seed."""

    def check(self, image: np.ndarray) -> Verdict:
        self.seen = getattr(self, "seen", 0) + 1
        return Verdict(self.seen == 1, "This result was withheld because the tests want it." if self.seen == 1 else "")


def test_a_result_that_is_withheld_is_said_and_not_written(
    folder: Path, pipeline: FakePipeline, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(SafetyFilter, "load", lambda *_: Prude())
    assert dress("--candidates", "2", "--seed", "5") == 0
    said = capsys.readouterr()
    assert "Note: Seed 5: This result was withheld because" in said.err
    assert "seed 6" in said.out
    assert files(folder / "dressed") == [
        "hero-dressed-1-garment.png",
        "hero-dressed-1-sheet.png",
        "hero-dressed-1.png",
    ]
    assert dress("--out", "none") == 0
    assert not (folder / "none").exists()
    settings = folder / "home" / "settings.toml"
    settings.parent.mkdir(exist_ok=True)
    settings.write_text("[safety]\nenabled = false\n")
    assert dress("--out", "all") == 0
    assert len(files(folder / "all")) == 3


def test_what_was_not_done_as_asked_is_said(
    folder: Path, pipeline: FakePipeline, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    draw = FakePipeline.__call__

    def noticing(self: FakePipeline, request: DressRequest) -> Iterator[Any]:
        for answer in draw(self, request):
            yield replace(answer, notice="It was drawn smaller.") if isinstance(answer, Candidate) else answer

    monkeypatch.setattr(FakePipeline, "__call__", noticing)
    assert dress("--candidates", "2") == 0
    assert capsys.readouterr().err.count("Note: It was drawn smaller.") == 1


def test_a_model_of_ones_own_keeps_characters_dressed(folder: Path, pipeline: FakePipeline) -> None:
    (folder / "mine").mkdir()
    assert dress("--model", "mine") == 0
    assert dress("--model", "mine", "--negative", "") == 0
    assert [request.negative_prompt for request in pipeline.requests] == [with_dressed_negative(""), ""]


def test_stopping(
    folder: Path, pipeline: FakePipeline, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stopped(*_: Any) -> Iterator[None]:
        raise KeyboardInterrupt

    monkeypatch.setattr(FakePipeline, "__call__", stopped)
    assert dress() == 130
    assert not (folder / "dressed").exists()
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize("error", [MemoryError(), RuntimeError("CUDA out of memory. Tried to allocate 20 GiB")])
def test_out_of_memory(
    folder: Path,
    pipeline: FakePipeline,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: Exception,
) -> None:
    def exhausted(*_: Any) -> Iterator[None]:
        raise error

    monkeypatch.setattr(FakePipeline, "__call__", exhausted)
    assert dress() == 1
    assert "--resolution" in capsys.readouterr().err


def test_other_errors_are_not_hidden(folder: Path, pipeline: FakePipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> Iterator[None]:
        raise RuntimeError("a mistake of ours")

    monkeypatch.setattr(FakePipeline, "__call__", broken)
    with pytest.raises(RuntimeError, match="mistake"):
        dress()


@pytest.mark.parametrize("options", [[], ["dress"], ["dress", "hero.png"], ["dres"], ["dress", "--steps", "many"]])
def test_wrong_options(options: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(options)
    assert caught.value.code == 2


# --- refusals: one sentence, nothing loaded, nothing written


def truncated(folder: Path) -> None:
    data = (folder / "hero.png").read_bytes()
    (folder / "hero.png").write_bytes(data[: len(data) // 2])


def nothing(folder: Path) -> None:
    pass


def image(name: str, pixels: np.ndarray) -> Callable[[Path], None]:
    return lambda folder: Image.fromarray(pixels).save(folder / name)


def content(name: str, data: bytes) -> Callable[[Path], object]:
    return lambda folder: (folder / name).write_bytes(data)


REFUSALS = {
    "missing picture": (lambda f: (f / "hero.png").unlink(), [], "no file 'hero.png'"),
    "missing mask": (lambda f: (f / "mask.png").unlink(), [], "no file 'mask.png'"),
    "empty file": (content("hero.png", b""), [], "empty"),
    "empty mask file": (content("mask.png", b""), [], "empty"),
    "truncated": (truncated, [], "damaged or cut off"),
    "no picture": (content("hero.png", b"hello " * 99), [], "not a picture"),
    "folder for a picture": (lambda f: ((f / "hero.png").unlink(), (f / "hero.png").mkdir()), [], "is a folder"),
    "small picture": (image("hero.png", colourful((63, 64))), [], "63 x 64"),
    "bomb": (content("hero.png", bomb(50_000, 50_000)), [], "too large"),
    "bomb for a mask": (content("mask.png", bomb(50_000, 50_000)), [], "too large"),
    "mask of another size": (image("mask.png", np.full((40, 50), 255, np.uint8)), [], "50 x 40 .*96 x 80"),
    "empty mask": (image("mask.png", np.zeros((80, 96), np.uint8)), [], "mask is empty"),
    "white mask": (image("mask.png", np.full((80, 96), 255, np.uint8)), [], "whole picture"),
    "scheduler": (nothing, ["--scheduler", "eular"], r"eular.*(ddim.*euler.*unipc).*[Dd]id you mean .euler."),
    "model": (nothing, ["--model", "startr"], "startr.*starter"),
    "intent": (nothing, ["--intent", "recolor"], "recolor.*new.*[Dd]id you mean .recolour."),
    "device": (nothing, ["--device", "gpu"], "gpu.*cuda"),
    "weighting": (nothing, ["--control-weighting", "papr"], "papr.*paper"),
    "steps": (nothing, ["--steps", "0"], "steps.*1 to 1000"),
    "candidates": (nothing, ["--candidates", "0"], "images.*1 to"),
    "guidance": (nothing, ["--guidance", "nan"], "guidance"),
    "strength": (nothing, ["--strength", "1.5"], "strength.*0 to 1"),
    "seed": (nothing, ["--seed", "-1"], "seed"),
    "out is a file": (nothing, ["--out", "hero.png"], "is a file"),
    "out below a file": (nothing, ["--out", "mask.png/x"], "is a file"),
    "out has a long name": (nothing, ["--out", "x" * 300], "too long"),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_refusals(
    folder: Path,
    pipeline: FakePipeline,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    case: str,
) -> None:
    prepare, options, sentence = REFUSALS[case]
    prepare(folder)
    before = files(folder)

    def loaded(*_: Any, **__: Any) -> None:
        raise AssertionError("a model was loaded")

    monkeypatch.setattr(checkpoints, "load_pipeline", loaded)
    assert dress(*options) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("ccnet: ")
    assert said.err.count("\n") == 1
    assert re.search(sentence, said.err), said.err
    assert files(folder) == before
    assert not (folder / "dressed").exists()


@pytest.mark.parametrize("options", [["dress", "hero.png", "--mask", "no.png", "--outfit", "x"], ["redo", "hero.png"]])
def test_a_refusal_never_waits_for_torch(folder: Path, options: list[str]) -> None:
    program = (
        "import sys; from ccnet import cli; code = cli.main(sys.argv[1:]);"
        "print(code, [m for m in ('torch', 'diffusers', 'transformers') if m in sys.modules])"
    )
    root = str(Path(cli.__file__).parents[1])
    done = subprocess.run(
        [sys.executable, "-c", program, *options],
        env={**os.environ, "PYTHONPATH": root},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.strip() == "1 []"


def test_main_with_arguments_is_the_command_line() -> None:
    script = Path(cli.__file__).parents[1] / "main.py"
    done = subprocess.run([sys.executable, str(script), "--help"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0
    assert done.stdout.startswith("usage: main.py")  # the editor first
    assert "usage: ccnet" in done.stdout
    done = subprocess.run([sys.executable, str(script), "redo", "no.png"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "no file" in done.stderr


def test_the_recipe_knows_its_maker(folder: Path, pipeline: FakePipeline) -> None:
    assert dress() == 0
    values = json.loads(Image.open("dressed/hero-dressed-1.png").info["ccnet"])
    assert values["maker"]["model"] == "starter"
    assert values["maker"]["shipped"] is True
    assert values["maker"]["sha256"] == "ab" * 32
    assert values["maker"]["device"] == "cpu"
    assert values["maker"]["dtype"] == "float32"
    assert "torch" in values["maker"]["versions"]
