from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks import benchmark
from benchmarks.benchmark import Case, compare, main, make_request, measure_alone, peak_memory_mb, table
from benchmarks.models import write_random_model
from ccnet import checkpoints
from ccnet.masks import latent_mask
from ccnet.request import ModelSpec
from tests.tinymodel import write_tiny_model


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_model(tmp_path_factory.mktemp("model") / "tiny")


def test_the_request_is_made_of_whole_latent_cells() -> None:
    request = make_request(ModelSpec("any", resolution=128))
    cells = latent_mask(request.mask)
    assert 0.05 < cells.mean() < 0.9
    np.testing.assert_array_equal(cells.repeat(8, 0).repeat(8, 1) * 255, request.mask.alpha)
    assert request.image.size == (128, 128)


def test_ours_beside_stock(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    # A process of their own costs the imports again; what it runs is called here instead.
    monkeypatch.setattr(benchmark, "_in_own_process", measure_alone)
    file = tmp_path / "runs" / "benchmark.json"
    assert main(["--model", str(folder), "--rounds", "2", "--steps", "3", "--json", str(file)]) == 0
    values = json.loads(file.read_text())
    assert values["latents_max_difference"] < 1e-4
    assert values["image_max_difference"] <= 1
    assert values["ours_changed_outside_pixels"] == 0
    assert values["stock_changed_outside_pixels"] > 0
    for key in ("image", "step", "processor"):
        assert values[f"stock_{key}_ms"] > 0
        assert values[f"{key}_ratio_low"] <= values[f"{key}_ratio"] <= values[f"{key}_ratio_high"]
    assert (values["rounds"], values["steps"], values["dtype"]) == (2, 3, "float32")
    assert values["ours_other_seed_ms"] > 0
    assert 0 < values["ours_tflop"] < values["stock_tflop"]  # what is the same in every step is computed once
    assert "one picture, ms" in capsys.readouterr().out


def test_both_are_asked_for_the_same(folder: Path) -> None:
    """Several pictures at once, two ControlNets, both ending at half."""
    from benchmarks.contestants import Ours, Stock, count_operations

    ours, stock = Ours(folder, "cpu", "float32"), Stock(folder, "cpu", "float32")
    case = Case(steps=4, images=2, controls=2, control_end=0.5)
    request = make_request(ours.pipeline.spec, case)
    assert compare(ours, stock, request)["latents_max_difference"] < 1e-4
    all_along = make_request(ours.pipeline.spec, case._replace(control_end=1.0))
    assert count_operations(lambda: ours.draw(request)) < count_operations(lambda: ours.draw(all_along))


def test_the_table_leaves_out_what_was_not_measured() -> None:
    numbers = ("image_ms", "step_ms", "processor_ms", "first_image_ms", "load_seconds", "peak_mb")
    values: dict[str, Any] = {f"{who}_{key}": 1.0 for who in ("ours", "stock") for key in numbers}
    for key in ("image", "step", "processor"):
        values |= {f"{key}_ratio": 1.0, f"{key}_ratio_low": 1.0, f"{key}_ratio_high": 1.0}
    values |= {"ours_other_seed_ms": 1.0, "stock_changed_outside_pixels": 9, "ours_changed_outside_pixels": 0}
    values |= {"latents_max_difference": 1e-6, "image_max_difference": 0, "image_psnr_db": 100.0}
    assert "peak memory" in table(values)
    assert "device memory" not in table(values)


def test_a_random_model_is_a_whole_model(tmp_path: Path) -> None:
    folder = write_random_model(tmp_path / "random")
    checkpoints.check(folder)
    pipeline = checkpoints.load_pipeline(folder, device="cpu")
    assert all(p.abs().max() > 0 for m in pipeline.controlnets["cc"].zero_convolutions() for p in m.parameters())


def test_peak_memory_is_known() -> None:
    assert math.isnan(peak_memory_mb()) or 10 < peak_memory_mb() < 1e6


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["--rounds", "0"], "--rounds must be at least 1"),
        (["--steps", "0"], "--steps must be at least 1"),
        (["--size", "100"], "--size must be a multiple of 64"),
        (["--control-end", "2"], "--control-end must be from 0 to 1"),
        (["--dtype", "int8"], "There is no number format 'int8'"),
        (["--model", "startre"], "starter"),
    ],
)
def test_what_cannot_be_is_refused(argv: list[str], said: str, tmp_path: Path, capsys: Any) -> None:
    assert main([*argv, "--json", str(tmp_path / "numbers.json")]) == 1
    assert said in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
