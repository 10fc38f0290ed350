"""Pictures of the window for documents and tests: `python main.py --screenshot FILE [--story NAME] ...`.

The window is the real one with the real engine, on a screen that need not be there.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gui.window import Window

PATIENCE = 180.0
"""Seconds that a story waits for the engine."""


def run(args: argparse.Namespace) -> int:
    """Draws a story into a PNG; returns the exit code. args: of `gui.app.parser`."""
    if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    if args.story not in STORIES:
        print(f'There is no story "{args.story}". Known: {", ".join(STORIES)}.', file=sys.stderr)
        return 2
    try:
        width, height = (int(side) for side in args.size.split("x"))
    except ValueError:
        print(f'"{args.size}" is no size: give width x height, such as 1280x800.', file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        window = open_window(args, Path(folder))
        window.setMinimumSize(width, height)  # a screen may be smaller
        window.resize(width, height)
        window.show()
        STORIES[args.story](window)
        wait(0.3)
        image = window.grab().toImage()
        window.document.mark_saved()
        window.close()
    args.screenshot.parent.mkdir(parents=True, exist_ok=True)
    if not image.save(str(args.screenshot)):
        print(f"'{args.screenshot}' cannot be written: choose another folder.", file=sys.stderr)
        return 1
    print(args.screenshot)
    return 0


def open_window(args: argparse.Namespace, folder: Path) -> Window:
    """A window with settings and unsaved work of its own, in `folder`."""
    from gui import app, language, theme
    from gui.garbage import Collector
    from gui.settings import Settings
    from gui.window import Window

    Collector(app.make_app())
    settings = Settings(folder / "settings.ini")
    settings.theme = args.theme or "dark"
    settings.language = args.language or "en"
    theme.apply(settings.theme)
    language.use(settings.language)
    state, path, problem, _ = app.first_document(args.file, settings)
    if problem:
        print(problem, file=sys.stderr)
    return Window(state, settings, path=path, recovery=folder / "recovery")


def wait(seconds: float, until: Callable[[], object] | None = None) -> None:
    """Lets the window live for so long, or until something is so. Raises TimeoutError when it never is."""
    from PySide6.QtWidgets import QApplication

    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if until is not None and until():
            return
        QApplication.processEvents()
        time.sleep(0.01)
    if until is not None:
        raise TimeoutError("The engine did not answer: look into its log.")


def _first(window: Window) -> None:
    wait(PATIENCE, lambda: window.readiness.is_ready)


def _masked(window: Window) -> None:
    """The whole outfit."""
    window.finding.mask_outfit()
    wait(PATIENCE, lambda: window.document.mask.any())


def _find(window: Window) -> None:
    window.finding.find()
    wait(PATIENCE, lambda: window.finding.slots)
    for slot in window.finding.slots[:2]:
        window.finding.toggle(slot)
        wait(PATIENCE, lambda slot=slot: slot in window.finding.chosen)
    wait(PATIENCE, lambda: not window.finding.is_busy)


def _dress(window: Window) -> None:
    panel = window.panels.outfit
    panel.try_on(panel.first_chips()[0].prompt)
    window.dressing.dress()
    wait(PATIENCE, lambda: window.jobs.unfinished)


def _drawing(window: Window) -> None:
    seen: list[object] = []
    window.dressing.previewed.connect(lambda *each: seen.append(each))
    _dress(window)
    wait(PATIENCE, lambda: len(seen) > 2)


def _candidates(window: Window) -> None:
    _dress(window)
    wait(PATIENCE, lambda: len(window.panels.candidates.candidates()) == window.document.outfit.candidates)


def _compare(window: Window) -> None:
    _candidates(window)
    window.panels.candidates.keep_current()
    window.compare.set_mode("slider")


def _layers(window: Window) -> None:
    _candidates(window)
    window.panels.candidates.keep_current()
    window.docks["layers"].raise_()


def _queue(window: Window) -> None:
    _dress(window)
    for _ in range(2):
        window.dressing.dress()
    window.docks["queue"].raise_()
    seen: list[object] = []
    window.dressing.advanced.connect(lambda *each: seen.append(each))
    wait(PATIENCE, lambda: len(seen) > 2)


def _advanced(window: Window) -> None:
    window.panels.outfit.fold.set_open(True)
    _first(window)


STORIES: dict[str, Callable[[Window], None]] = {
    "first": _first,
    "mask": _masked,
    "find": _find,
    "drawing": _drawing,
    "candidates": _candidates,
    "compare": _compare,
    "layers": _layers,
    "queue": _queue,
    "advanced": _advanced,
}
"""What a picture can show, by name."""
