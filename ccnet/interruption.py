"""Stopping a network in the middle of a step: between two of its modules. Torch is needed.

A step of a large model on a processor takes longer than anybody waits for "Cancel".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from torch import nn
from torch.nn.modules.module import register_module_forward_pre_hook


class Interrupted(Exception):
    """What was being computed is not wanted any more."""


@contextmanager
def interruptible(unwanted: Callable[[], bool]) -> Iterator[None]:
    """Inside, whichever module is called next raises `Interrupted` as soon as `unwanted` says so.

    It is asked several hundred times a step, in all threads that call modules.
    """

    def look(_module: nn.Module, _arguments: Any) -> None:
        if unwanted():
            raise Interrupted

    handle = register_module_forward_pre_hook(look)
    try:
        yield
    finally:
        handle.remove()
