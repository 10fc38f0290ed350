"""The stories run the real program on a small random model, so that they need no download and little time."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from PIL import Image, ImageDraw
from tinymodel import write_tiny_model

ROOT = Path(__file__).resolve().parents[2]
STARTER = ROOT / "assets" / "starter"
SAMPLES = ROOT / "assets" / "samples"


class Run(NamedTuple):
    """How a run of the program ended."""

    code: int
    out: str
    err: str


Program = Callable[..., Run]


@pytest.fixture(scope="session")
def ccnet() -> Program:
    """Runs the command line in a process of its own: ccnet("dress", ..., cwd=folder)."""

    def run(*options: str | Path, cwd: Path) -> Run:
        done = subprocess.run(
            [sys.executable, "-m", "ccnet.cli", *map(str, options)],
            cwd=cwd,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=300,
        )
        return Run(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model's folder with every part, small and untrained."""
    return write_tiny_model(tmp_path_factory.mktemp("models") / "tiny")


def character(size: tuple[int, int] = (120, 150)) -> Image.Image:
    """RGB: somebody in a red coat, on a ground where every pixel differs from its neighbours."""
    y, x = np.mgrid[: size[1], : size[0]]
    ground = np.stack([x * 2 % 256, y * 2 % 256, (x * 7 + y * 5) % 256], axis=-1).astype(np.uint8)
    image = Image.fromarray(ground)
    draw = ImageDraw.Draw(image)
    draw.ellipse((40, 10, 80, 50), fill=(250, 220, 200), outline=(40, 30, 30), width=2)
    draw.polygon([(45, 50), (75, 50), (90, 130), (30, 130)], fill=(200, 30, 40), outline=(40, 30, 30))
    return image


def coat(size: tuple[int, int] = (120, 150)) -> Image.Image:
    """L: the mask of the coat."""
    mask = Image.new("L", size)
    ImageDraw.Draw(mask).polygon([(43, 50), (77, 50), (92, 132), (28, 132)], fill=255)
    return mask


def files(folder: Path) -> list[str]:
    """Everything below a folder, also hidden."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))
