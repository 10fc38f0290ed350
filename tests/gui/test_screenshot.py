"""Pictures of the window, and which arguments are the editor's."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import main

ROOT = Path(__file__).resolve().parents[2]


def screenshot(home: Path, *options: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "CCNET_HOME": str(home), "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, str(ROOT / "main.py"), "--screenshot", str(home / "shot.png"), *options]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, cwd=home)


def test_a_state_of_the_window_is_drawn(tmp_path: Path) -> None:
    run = screenshot(tmp_path, "--story", "mask", "--theme", "light", "--language", "ja", "--size", "1100x700")
    assert run.returncode == 0, run.stderr
    with Image.open(tmp_path / "shot.png") as image:
        assert image.size == (1100, 700)
        panel = image.convert("L").crop((800, 400, 1100, 700))
        assert np.median(np.asarray(panel)) > 200  # light


@pytest.mark.parametrize(("options", "word"), [(("--story", "none"), "Known"), (("--size", "big"), "size")])
def test_wrong_options_are_refused_in_words(tmp_path: Path, options: tuple[str, str], word: str) -> None:
    run = screenshot(tmp_path, *options)
    assert run.returncode == 2
    assert word in run.stderr
    assert "Traceback" not in run.stderr


def test_which_arguments_are_the_editors(tmp_path: Path) -> None:
    (tmp_path / "hero.png").write_bytes(b"")
    assert main._is_for_editor(str(tmp_path / "hero.png"))
    assert main._is_for_editor("--theme=dark")
    assert not main._is_for_editor("dress")
    assert not main._is_for_editor("--help")
