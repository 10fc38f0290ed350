"""Files that appear whole or not at all, whatever happens while they are written."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

PARTIAL = ".ccnet-"
"""How the names of files begin that are being written; the remains of a killed process are told by it."""


def write_atomically(path: Path, write: Callable[[BinaryIO], None]) -> None:
    """Calls `write` with a temporary file beside `path` and puts it in the place of `path` when it is safely on disk.

    A link is followed; an existing file's permissions are kept. Raises OSError, and whatever `write` raises; then
    `path` is as it was and nothing else is left behind.
    """
    target = path.resolve()
    temporary = target.parent / f"{PARTIAL}{secrets.token_hex(6)}.part"
    try:
        with temporary.open("xb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(OSError):  # a new file has none to keep
            shutil.copymode(target, temporary)
        os.replace(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)
    _sync_folder(target.parent)


def said(error: OSError) -> str:
    """The operating system's refusal to write, as the second half of a sentence with advice."""
    if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):
        return "there is no room left: free some, or save on another disk"
    if isinstance(error, PermissionError) or error.errno == errno.EROFS:
        return "writing there is not allowed: choose another folder"
    if isinstance(error, FileNotFoundError):
        return "the folder does not exist: choose another"
    return f"{(error.strerror or str(error)).lower()}: try again, or choose another folder"


def _sync_folder(folder: Path) -> None:
    """Makes the new name itself survive a power cut, where the system has a way to."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
