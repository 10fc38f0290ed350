"""Memory: what is worth keeping from one request to the next, and what to do when there is too little of it."""

from __future__ import annotations

import gc
import hashlib
import re
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

import numpy as np
import torch
from torch import Tensor

T = TypeVar("T")

_EXHAUSTED = re.compile(
    # torch's and OpenCV's words on a CPU, torch's on accelerators, cuBLAS's
    r"not enough memory|can't allocate memory|failed to allocate|insufficient memory|out of memory|alloc_failed",
    re.IGNORECASE,
)


class Cache:
    """Values worth keeping, the least recently used of which make room for new ones.

    A value is a Tensor, an array, or a tuple of those, and is never changed by those who get it. A key says everything
    that the value depends on; what it refers to is kept alive with it.
    """

    def __init__(self, limit: int) -> None:
        """limit: how many bytes all values may have together; 0 keeps nothing."""
        self.limit = limit
        self._values: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()

    @property
    def size(self) -> int:
        """The bytes of all values that are kept."""
        return sum(size for _, size in self._values.values())

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """The value of `key`, made if it is not there. One that is larger than the limit is not kept."""
        if key in self._values:
            self._values.move_to_end(key)
            return self._values[key][0]
        value = make()
        size = _bytes(value)
        if size <= self.limit:
            self._values[key] = value, size
            while self.size > self.limit:
                self._values.popitem(last=False)
        return value

    def clear(self) -> None:
        """Forgets everything: after the weights of a network were changed in place, or to free memory."""
        self._values.clear()


def fingerprint(*arrays: np.ndarray) -> bytes:
    """Stands for the shapes, types and contents of arrays in a key."""
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(f"{array.dtype}{array.shape}".encode())
        digest.update(np.ascontiguousarray(array).data)
    return digest.digest()


def is_exhaustion(error: BaseException) -> bool:
    """Whether an error says that memory has run out, on whatever device."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    return isinstance(error, Exception) and not isinstance(error, ValueError) and bool(_EXHAUSTED.search(str(error)))


def free(device: torch.device) -> None:
    """Gives back what is no longer used on the device."""
    gc.collect()
    if device.type in ("cuda", "mps"):
        getattr(torch, device.type).empty_cache()


def _bytes(value: Any) -> int:
    if isinstance(value, tuple):
        return sum(_bytes(part) for part in value)
    if isinstance(value, Tensor | np.ndarray):
        return value.nbytes
    return 0
