"""The editor as a program: `run` opens a window and returns when it is closed."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from gui import display, language, theme

if TYPE_CHECKING:
    from gui.state import DocumentState
    from gui.window import Window


def parser() -> argparse.ArgumentParser:
    """What `python main.py` understands when it opens the editor."""
    options = argparse.ArgumentParser("main.py", description="Opens the editor.")
    options.add_argument("file", nargs="?", type=Path, help="a picture, a project (.ora) or a result to open")
    options.add_argument("--theme", choices=theme.THEMES, help="instead of the one that was chosen")
    options.add_argument("--language", choices=tuple(language.LANGUAGES), help="instead of the one that was chosen")
    options.add_argument("--screenshot", type=Path, metavar="FILE", help="draw the window into a PNG and end")
    options.add_argument("--story", default="first", help="what the screenshot shows (see gui/screenshot.py)")
    options.add_argument("--size", default="1280x800", help="of the screenshot, in pixels")
    return options


def run(argv: Sequence[str]) -> int:
    """Runs the editor with command line options, without the program's name; returns the exit code."""
    args = parser().parse_args(list(argv))
    if args.screenshot is not None:
        from gui import screenshot

        return screenshot.run(args)
    problem = display.problem()
    if problem:
        print(problem, file=sys.stderr)
        return 1
    app = make_app()

    from gui.garbage import Collector

    Collector(app)

    from gui import log, timeline
    from gui.settings import Settings
    from gui.window import Window

    settings = Settings()
    theme.apply(args.theme or settings.theme)
    language.use(args.language or settings.language)
    state, path, problem, notices = first_document(args.file, settings)
    window = Window(state, settings, path=path)
    log.begin(lambda sentence: _tell(window, sentence))
    for sentence in notices:
        window.notices.say(sentence)
    if problem:
        QTimer.singleShot(0, lambda: window.dialogs.problem(problem))
    app.styleHints().colorSchemeChanged.connect(lambda _: theme.apply(settings.theme))
    _end_by_signals(app, window)
    timeline.follow(window, window.bridge)
    window.show()
    return app.exec()


def make_app() -> QApplication:
    """The application, with its name and icon."""
    app = QApplication.instance() or QApplication(["CC_ControlNet"])
    assert isinstance(app, QApplication)
    app.setApplicationName("CC_ControlNet")
    app.setApplicationDisplayName("CC_ControlNet")
    app.setDesktopFileName("ccnet")
    app.setWindowIcon(app_icon())
    return app


def app_icon() -> QIcon:
    return QIcon(str(Path(__file__).resolve().parent.parent / "assets" / "icons" / "ccnet.svg"))


def first_document(file: Path | None, settings: object) -> tuple[DocumentState, Path | None, str, tuple[str, ...]]:
    """(content, project file, what was wrong with `file`, notices): `file`, else the first sample character."""
    from gui import files
    from gui.filing import samples
    from gui.settings import Settings

    assert isinstance(settings, Settings)
    outfit, problem = settings.outfit, ""
    if file is not None:
        try:
            opened = files.open_file(file, outfit)
            settings.add_recent(file)
            return opened.state, opened.path, "", opened.notices
        except ValueError as error:
            problem = str(error)
    opened = files.open_file(samples()[0], outfit)
    return opened.state, None, problem, ()


def _tell(window: Window, sentence: str) -> None:
    # It may come from any thread.
    QTimer.singleShot(0, window, lambda: window.notices.say(sentence, bad=True))


def _end_by_signals(app: QApplication, window: Window) -> None:
    """Ctrl+C in the terminal and the session's end close the program as they should, the work is kept for recovery."""

    def end(_signal: int, _frame: object) -> None:
        window.bridge.close()
        app.exit(128 + _signal)

    signal.signal(signal.SIGINT, end)
    if hasattr(signal, "SIGTERM"):
        signal.signal(signal.SIGTERM, end)
    # Python's handlers run only when Python does.
    timer = QTimer(app, interval=500)
    timer.timeout.connect(lambda: None)
    timer.start()


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
