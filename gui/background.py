"""Threads that work beside the painting. No Qt."""

from __future__ import annotations

import contextlib
import os
import sys
import threading

NICENESS = 10

TURN = 0.0005
"""Seconds that a thread may keep the interpreter while another waits for it. Python's own five milliseconds are what a
paint would wait for as often as it asks for the interpreter again, which is a dozen times."""


def give_way() -> None:
    """Leaves the processor and the interpreter to the window's own thread. Called by the thread it is meant for.

    Only Linux gives each thread a niceness of its own.
    """
    sys.setswitchinterval(TURN)
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
