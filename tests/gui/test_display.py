"""A window is refused in words where there is no screen for it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from gui import display

MAIN = Path(__file__).parents[2] / "main.py"
linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux has desktops without a screen")


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


@linux
def test_without_a_screen_the_program_ends_with_a_sentence(bare: pytest.MonkeyPatch) -> None:
    done = subprocess.run([sys.executable, str(MAIN)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert done.stderr == f"There is no screen here: {display.INSTEAD}\n"


@linux
def test_a_screen_that_does_not_answer_or_a_library_that_lacks_is_named(bare: pytest.MonkeyPatch) -> None:
    bare.setenv("DISPLAY", ":9871")
    said = display.problem()
    assert said.startswith(("The screen :9871 does not answer", "Qt needs lib"))
    assert said.endswith((display.INSTEAD, display.PACKAGES))


def test_what_needs_no_x_server_is_not_asked_for_one(bare: pytest.MonkeyPatch) -> None:
    for name, value in (("QT_QPA_PLATFORM", "offscreen"), ("WAYLAND_DISPLAY", "wayland-0")):
        with bare.context() as patch:
            patch.setenv(name, value)
            assert display.problem() == ""


@linux
def test_a_plugin_says_which_library_it_lacks(tmp_path: Path) -> None:
    plugin = tmp_path / "libqxcb.so"
    plugin.write_bytes(b"no library")
    assert "libqxcb.so" in display.lacking_library(plugin)
