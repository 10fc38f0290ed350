from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ccnet import checkpoints
from ccnet.masks import paste, paste_mask
from ccnet.request import Candidate, DressRequest, ModelSpec, Progress
from training.cases import OTHERS, Case, cases, make_others, make_scene
from training.dolls.doll import UNSEEN
from training.evaluate import draw_sheet, dress, evaluate, main, score, score_all
from training.metrics import PSNR_CEILING

SIZE = 64


class Painter:
    """A pipeline that knows the answers. "truth": paints it; "input": changes nothing; "listener": paints the truth
    with a prompt, grey without, and something in between without control; "careless": also changes a corner."""

    device, dtype, preview_seconds = "cpu", "float32", 1.0

    def __init__(self, manner: str, known: list[Case]) -> None:
        self.manner = manner
        self.spec = ModelSpec("painter", resolution=SIZE, sha256="ab" * 32)
        self.scenes = {(s := make_scene(case)).before.tobytes(): s for case in known}

    def __call__(self, request: DressRequest) -> Iterator[Progress | Candidate]:
        before = np.asarray(request.image)
        scene = self.scenes[before.tobytes()]
        answer = before if self.manner == "input" else scene.truth
        if self.manner == "listener" and not request.garment.prompt:
            answer = np.full_like(before, 128)
        elif self.manner == "listener" and not request.controls:
            answer = scene.truth // 2 + 64
        alpha = paste_mask(request.mask, request.mask_grow, request.mask_feather).alpha
        result = paste(before, answer, alpha)
        if self.manner == "careless":
            result[0, :2] = 255 - result[0, :2]
        yield Progress(1, 1)
        yield Candidate(Image.fromarray(result), Image.fromarray(np.dstack([answer, alpha])), request.seed, request)


@pytest.fixture(scope="module")
def known() -> list[Case]:
    return [*cases(3, 0, SIZE), *cases(1, 0, SIZE, held_out=True)]


@pytest.fixture
def few_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawing them is what takes the time."""
    monkeypatch.setattr("training.cases.OTHERS", 2)


def test_cases_are_unseen_and_shared_by_no_two_groups_or_seeds() -> None:
    groups = [cases(256, seed, SIZE, held_out=held_out) for seed in range(3) for held_out in (False, True)]
    seeds = [case.seed for group in groups for case in group]
    assert min(seeds) >= UNSEEN
    assert len(set(seeds)) == len(seeds)


def test_a_scene_is_the_same_again_and_differs_only_in_its_mask(known: list[Case]) -> None:
    for case in known:
        scene, again = make_scene(case), make_scene(case)
        assert scene.prompt == again.prompt
        np.testing.assert_array_equal(scene.truth, again.truth)
        np.testing.assert_array_equal(scene.before[~scene.region], scene.truth[~scene.region])
        assert (scene.before != scene.truth).any()
        assert 0 < scene.region.mean() < 0.9


def test_the_other_outfits_are_other_outfits_on_the_same_character(known: list[Case]) -> None:
    scene, others = make_scene(known[0]), make_others(known[0])
    assert len(others) == OTHERS
    for other in others:
        assert (other[scene.region] != scene.truth[scene.region]).any()
        assert (other != scene.truth).any(-1).mean() < 0.6  # background, hair and face are kept


def test_the_truth_scores_best(known: list[Case]) -> None:
    for case in (known[0], known[-1]):
        (best,) = score(case, [make_scene(case).truth])
        assert best.psnr_db == PSNR_CEILING
        assert best.ssim == pytest.approx(1)
        assert best.hit
        assert best.colour_errors
        assert max(best.colour_errors) == 0


@pytest.mark.usefixtures("few_others")
def test_a_perfect_pipeline_gets_perfect_numbers(known: list[Case]) -> None:
    values, scored = evaluate(Painter("truth", known), 3, 0, held_out=1, ablated=1)
    assert values["masked_psnr_db"] == values["heldout_masked_psnr_db"] == PSNR_CEILING
    assert values["masked_ssim"] == pytest.approx(1)
    assert values["outfit_top1"] == values["heldout_outfit_top1"] == 1
    assert values["colour_delta_e00_median"] == 0
    assert values["outside_changed_pixels"] == 0
    assert (values["count"], values["seed"], values["heldout_count"], values["ablated_count"]) == (3, 0, 1, 1)
    assert values["seconds_per_image"] > 0
    assert len(scored.runs) == 3


@pytest.mark.usefixtures("few_others")
def test_a_pipeline_that_does_nothing_gets_poor_numbers(known: list[Case]) -> None:
    values, _ = evaluate(Painter("input", known), 3, 0, held_out=1, ablated=0)
    assert values["masked_psnr_db"] < 20
    assert values["masked_ssim"] < 0.9
    assert values["outfit_top1"] < 1
    assert values["colour_delta_e00_median"] > 5
    assert "masked_psnr_db_no_control" not in values


@pytest.mark.usefixtures("few_others")
def test_the_ablations_leave_out_what_they_say(known: list[Case]) -> None:
    values, _ = evaluate(Painter("listener", known), 3, 0, held_out=1, ablated=3)
    assert values["masked_psnr_db"] == PSNR_CEILING
    assert values["masked_psnr_db_empty_prompt"] < values["masked_psnr_db_no_control"] < 30
    assert values["control_gain_db"] == pytest.approx(PSNR_CEILING - values["masked_psnr_db_no_control"], abs=1e-4)


def test_pixels_changed_outside_are_counted(known: list[Case]) -> None:
    assert dress(Painter("careless", known), known[0]).outside_changed == 2
    assert dress(Painter("truth", known), known[0]).outside_changed == 0


def test_workers_score_as_one_process_does(known: list[Case]) -> None:
    runs = [dress(Painter(manner, known), case) for manner in ("input", "truth") for case in (known[0], known[-1])]
    scores = score_all(runs, workers=2)
    assert scores == score_all(runs)
    assert [s.psnr_db == PSNR_CEILING for s in scores] == [False, False, True, True]


@pytest.mark.usefixtures("few_others")
def test_the_sheet_shows_best_median_and_worst(known: list[Case]) -> None:
    _, scored = evaluate(Painter("input", known), 3, 0, held_out=0, ablated=0)
    sheet = draw_sheet(scored, "painter")
    assert sheet.width > 4 * 384
    assert sheet.height > 3 * 384


@pytest.mark.usefixtures("few_others")
def test_the_command_writes_what_it_says(
    known: list[Case], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    painter = Painter("truth", known)
    monkeypatch.setattr(checkpoints, "resolve", lambda name: tmp_path)
    monkeypatch.setattr(checkpoints, "check", lambda folder: None)
    monkeypatch.setattr(checkpoints, "read_spec", lambda folder: painter.spec)
    monkeypatch.setattr(checkpoints, "load_pipeline", lambda name, device: painter)
    paths = [str(tmp_path / name) for name in ("new/numbers.json", "sheet.png", "cases")]
    argv = ["--count", "2", "--held-out", "1", "--ablated", "1", "--steps", "7"]
    assert main([*argv, "--json", paths[0], "--sheet", paths[1], "--out", paths[2]]) == 0

    values = json.loads(Path(paths[0]).read_text())
    assert values["outfit_top1"] == 1
    assert values["num_inference_steps"] == 7
    assert values["model"] == "painter"
    Image.open(paths[1]).verify()
    rows = [json.loads(line) for line in (tmp_path / "cases" / "metadata.jsonl").read_text().splitlines()]
    assert len(rows) == 2
    for row in rows:
        for column in ("file_name", "mask_file_name", "target_file_name", "result_file_name"):
            assert Image.open(tmp_path / "cases" / row[column]).size == (SIZE, SIZE)
    assert "outside_changed_pixels" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["--count", "0"], "--count must be at least 1"),
        (["--ablated", "-1"], "--ablated must be at least 0"),
        (["--model", "startre"], "starter"),
        (["--parts", "mask", "--leaked", "-1"], "--leaked must be from 0"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(
    argv: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--json", str(tmp_path / "numbers.json"), *argv]) == 1
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_how_well_clothes_are_found_is_written_down(tmp_path: Path) -> None:
    file = tmp_path / "masks.json"
    given = ["--parts", "mask", "--count", "1", "--dressed", "0", "--leaked", "0", "--json", str(file)]
    assert main([*given, "--sheet", str(tmp_path / "masks.png")]) == 0
    values = json.loads(file.read_text())
    for name in ("garment_iou_mean", "mask_recall_old_garment", "protected_kept", "sam_box_iou"):
        for size in ("", "_1024"):
            assert 0.3 < values[name + size] <= 1, name + size
    assert Image.open(tmp_path / "masks.png").size[0] > 256
