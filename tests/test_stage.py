"""Training stages: boxed in time, resumable, annealed; and the curves they leave."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from PIL import Image
from torch import Tensor, nn

from training.curves import draw_curves
from training.stage import Machine, Metrics, Stage


def make_stage(folder: Path, minutes: float) -> Stage:
    torch.manual_seed(0)
    net = nn.Sequential(nn.Conv2d(1, 4, 3), nn.Conv2d(4, 1, 3))

    def step(machine: Machine) -> tuple[Tensor, Metrics]:
        x = torch.randn(4, 1, 8, 8)
        return (net(x).float() - 3).square().mean(), {}

    return Stage("toy", folder, minutes, {"net": net}, [(net.parameters(), 1e-2)], step)


def test_a_stage_ends_in_time_and_learns(tmp_path: Path) -> None:
    stage = make_stage(tmp_path, 0.03)
    stage.run()
    assert stage.progress == 1.0
    assert stage.history[-1]["loss"] < 9.0
    assert {path.name for path in tmp_path.iterdir()} == {"toy.png", "toy.pt", "toy.jsonl"}


def test_a_killed_stage_goes_on_where_it_was(tmp_path: Path) -> None:
    first = make_stage(tmp_path, 0.02)
    first.run()
    second = make_stage(tmp_path, 0.04)
    assert (second.steps, second.elapsed) == (first.steps, first.elapsed)
    for ours, theirs in zip(second.modules["net"].parameters(), first.modules["net"].parameters(), strict=True):
        assert torch.equal(ours, theirs)
    second.run()
    assert second.steps > first.steps


def test_a_finished_stage_is_not_run_again(tmp_path: Path) -> None:
    first = make_stage(tmp_path, 0.02)
    first.run()
    second = make_stage(tmp_path, 0.02)
    second.run()
    assert second.steps == first.steps


@pytest.mark.parametrize("rows", [1, 2, 40])
def test_curves_are_drawn_from_any_history(tmp_path: Path, rows: int) -> None:
    history = [
        {"step": float(i), "minutes": i / 60, "loss": 1.0 / (i + 1), **({"psnr": 20.0} if i % 2 else {})}
        for i in range(rows)
    ]
    draw_curves(history, tmp_path / "curve.png", title="toy")
    with Image.open(tmp_path / "curve.png") as picture:
        assert picture.height > 100
