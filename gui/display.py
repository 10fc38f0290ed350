"""Whether a window can be opened here at all. Asked before Qt is, which would end the process without a sentence."""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

from PySide6.QtCore import QLibraryInfo

PACKAGES = (
    "libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-render-util0 libxcb-shape0 libxcb-xinerama0"
    " libxcb-xkb1 libxkbcommon-x11-0"
)
"""What Qt's window system plugin for X11 loads, by the names of Debian's and Ubuntu's packages."""

INSTEAD = "run the editor on a desktop, or draw its window into a picture with --screenshot FILE."


def problem() -> str:
    """A sentence with what is missing and what to do, "" when nothing is."""
    platform = os.environ.get("QT_QPA_PLATFORM", "")
    if not sys.platform.startswith("linux") or (platform and platform.partition(":")[0] != "xcb"):
        return ""
    if not platform and os.environ.get("WAYLAND_DISPLAY"):
        return ""
    if not os.environ.get("DISPLAY"):
        return f"There is no screen here: {INSTEAD}"
    plugin = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath)) / "platforms" / "libqxcb.so"
    if not plugin.exists():  # not PySide6's own Qt: who packed it knows what it needs
        return ""
    lacking = lacking_library(plugin)
    if lacking:
        return f"Qt needs {lacking}, which is not installed: on Debian and Ubuntu, apt install {PACKAGES}"
    if not _answers():
        return f"The screen {os.environ['DISPLAY']} does not answer: {INSTEAD}"
    return ""


def lacking_library(plugin: Path) -> str:
    """The first library that a plugin asks for in vain, "" when it can be loaded."""
    try:
        ctypes.CDLL(str(plugin))
    except OSError as error:
        return str(error).partition(":")[0]
    return ""


def _answers() -> bool:
    """Whether the X server of this session takes a connection."""
    xcb = ctypes.CDLL("libxcb.so.1")
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))
    try:
        return not xcb.xcb_connection_has_error(connection)
    finally:
        xcb.xcb_disconnect(connection)
