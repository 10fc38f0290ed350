"""What went wrong and what was said, in a file that the user can look into and copy; the engine has its own."""

from __future__ import annotations

import logging
import os
import platform
import sys
import threading
from collections.abc import Callable
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

import PySide6
from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

from ccnet import store

LOGGER = logging.getLogger("ccnet.editor")

LARGEST = 500_000
"""Bytes of the window's log; the one before it is kept as well."""

TAIL = 60_000
"""Characters of each log that are shown."""


def folder() -> Path:
    return store.home() / "logs"


def editor_log() -> Path:
    return folder() / "editor.log"


def engine_log() -> Path:
    return folder() / "engine.log"


def begin(told: Callable[[str], None] | None = None) -> None:
    """From now on whatever nobody caught, and what Qt complains of, goes into the log. told: gets a sentence when
    something was not caught; the program goes on."""
    LOGGER.setLevel(logging.INFO)
    LOGGER.propagate = False
    try:
        folder().mkdir(parents=True, exist_ok=True)
        handler: logging.Handler = RotatingFileHandler(
            editor_log(), maxBytes=LARGEST, backupCount=1, encoding="utf-8", delay=True
        )
    except OSError:  # a disk that is full or read-only must not keep the window from opening
        handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    LOGGER.handlers[:] = [handler]

    def uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        LOGGER.error("not caught", exc_info=(kind, error, trace))
        sys.__excepthook__(kind, error, trace)
        if told is not None:
            told(f"{kind.__name__}: {error}")

    def from_thread(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            uncaught(args.exc_type, args.exc_value, args.exc_traceback)

    def from_qt(kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
        level = {QtMsgType.QtDebugMsg: logging.DEBUG, QtMsgType.QtInfoMsg: logging.INFO}.get(kind, logging.WARNING)
        LOGGER.log(level, "Qt: %s", message)

    sys.excepthook = uncaught
    threading.excepthook = from_thread
    qInstallMessageHandler(from_qt)
    LOGGER.info("started, process %d", os.getpid())


def text() -> str:
    """Both logs' ends, with what machine and versions they speak of."""
    parts = [
        f"CC_ControlNet on {platform.platform()}, Python {platform.python_version()}, PySide6 {PySide6.__version__}"
    ]
    for title, file in (("window", editor_log()), ("engine", engine_log())):
        try:
            content = file.read_text("utf-8", "replace")[-TAIL:]
        except OSError:
            content = ""
        parts.append(f"---- {title}: {file}\n{content or '(empty)'}")
    return "\n\n".join(parts)
