"""An artist has a character, a mask and an idea; gets pictures to choose from, and any of them again next year."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from conftest import Program, Run, character, coat, files
from PIL import Image

OUTFIT = "red sailor uniform, white pleated skirt"


class Workplace:
    """A folder with a character, its mask, and what one run of the program made of them."""

    def __init__(self, folder: Path, model: Path, ccnet: Program) -> None:
        self.folder = folder
        character().save(folder / "my hero 主人公.png")
        coat().save(folder / "mask.png")
        options = ("--outfit", OUTFIT, "--candidates", "3", "--seed", "7", "--model", model, "--out", "results")
        self.run: Run = ccnet("dress", "my hero 主人公.png", "--mask", "mask.png", *options, cwd=folder)

    def pixels(self, name: str) -> np.ndarray:
        return np.asarray(Image.open(self.folder / "results" / f"my hero 主人公-dressed-{name}.png"))


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory, model: Path, ccnet: Program) -> Workplace:
    return Workplace(tmp_path_factory.mktemp("workplace"), model, ccnet)


def test_it_writes_the_pictures_and_says_where(workplace: Workplace) -> None:
    assert workplace.run.code == 0, workplace.run.err
    expected = [f"my hero 主人公-dressed-{n}{kind}.png" for n in (1, 2, 3) for kind in ("", "-garment")]
    assert files(workplace.folder / "results") == sorted([*expected, "my hero 主人公-dressed-1-sheet.png"])
    assert "my hero 主人公-dressed-1-sheet.png" in workplace.run.out
    assert "Traceback" not in workplace.run.err
    assert "Warning" not in workplace.run.err


@pytest.mark.parametrize("number", [1, 2, 3])
def test_every_other_pixel_is_left_alone(workplace: Workplace, number: int) -> None:
    result, garment = workplace.pixels(f"{number}"), workplace.pixels(f"{number}-garment")
    before, mask = np.asarray(character()), np.asarray(coat())
    outside = garment[..., 3] == 0
    assert outside.mean() > 0.5
    assert np.array_equal(result[outside], before[outside])
    assert (garment[mask == 255, 3] == 255).all()
    assert np.array_equal(result[mask == 255], garment[mask == 255][:, :3])
    assert not np.array_equal(result[mask == 255], before[mask == 255])


def test_each_candidate_is_another(workplace: Workplace) -> None:
    assert len({workplace.pixels(f"{n}").tobytes() for n in (1, 2, 3)}) == 3


def test_a_result_is_made_again_from_its_png_alone(
    workplace: Workplace, tmp_path: Path, model: Path, ccnet: Program
) -> None:
    (tmp_path / "sent by mail.png").write_bytes(
        (workplace.folder / "results" / "my hero 主人公-dressed-2.png").read_bytes()
    )
    run = ccnet("redo", "sent by mail.png", "--model", model, cwd=tmp_path)
    assert run.code == 0, run.err
    assert "Bit-identical" in run.out
    assert np.array_equal(np.asarray(Image.open(tmp_path / "sent by mail-redo-1.png")), workplace.pixels("2"))


def test_a_model_of_ones_own_is_asked_for(workplace: Workplace, ccnet: Program) -> None:
    run = ccnet("redo", "results/my hero 主人公-dressed-1.png", cwd=workplace.folder)
    assert run.code == 1
    assert "'tiny'" in run.err
    assert "--model" in run.err
