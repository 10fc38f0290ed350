from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest
import torch

from ccnet.memory import Cache, fingerprint, free, is_exhaustion
from ccnet.request import OutOfMemory


def numbers(count: int) -> torch.Tensor:
    return torch.zeros(count)


class TestCache:
    def test_what_is_there_is_not_made_again(self) -> None:
        cache, made = Cache(1000), []

        def make() -> torch.Tensor:
            made.append(None)
            return numbers(10)

        assert cache.get("a", make) is cache.get("a", make)
        assert len(made) == 1
        assert cache.size == 40
        cache.clear()
        cache.get("a", make)
        assert len(made) == 2

    def test_the_least_recently_used_makes_room(self) -> None:
        cache = Cache(100)
        for key in "ab":
            cache.get(key, lambda: numbers(10))
        cache.get("a", lambda: pytest.fail("a is there"))
        cache.get("c", lambda: numbers(10))
        assert cache.size == 80
        cache.get("a", lambda: pytest.fail("a was used after b"))
        assert cache.get("b", lambda: "again") == "again"

    def test_what_is_too_large_is_not_kept_and_costs_nothing_else(self) -> None:
        cache = Cache(100)
        cache.get("a", lambda: numbers(10))
        assert cache.get("large", lambda: numbers(26)).shape == (26,)
        assert cache.size == 40
        assert Cache(0).get("a", lambda: numbers(1)).shape == (1,)

    def test_tuples_and_arrays_count(self) -> None:
        cache = Cache(1000)
        cache.get("a", lambda: (numbers(10), (np.zeros(5), None), numbers(1)))
        assert cache.size == 84


def test_fingerprints_tell_contents_shapes_and_types_apart() -> None:
    a = np.arange(12, dtype=np.uint8)
    assert fingerprint(a) == fingerprint(a.copy())
    others = [a + 1, a.reshape(3, 4), a.astype(np.int8), a[:-1], a.reshape(4, 3).T]
    assert len({fingerprint(a), *map(fingerprint, others)}) == 6
    assert fingerprint(a, a) != fingerprint(a)
    grid = a.reshape(3, 4)
    assert fingerprint(grid[:, ::2]) == fingerprint(grid[:, ::2].copy())


def too_large() -> Any:
    return torch.empty(1 << 60, dtype=torch.uint8)


def huge_picture() -> Any:
    return cv2.resize(np.zeros((2, 2), np.uint8), (1 << 30, 1 << 30), interpolation=cv2.INTER_NEAREST)


class TestExhaustion:
    @pytest.mark.parametrize("act", [too_large, huge_picture])
    def test_real_ones_are_known(self, act: Any) -> None:
        with pytest.raises(Exception, match=r".") as caught:
            act()
        assert is_exhaustion(caught.value)

    @pytest.mark.parametrize(
        ("error", "expected"),
        [
            (MemoryError(), True),
            (torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20 GiB"), True),
            (RuntimeError("MPS backend out of memory (MPS allocated: 9 GB)"), True),
            (RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"), True),
            (RuntimeError("mat1 and mat2 shapes cannot be multiplied"), False),
            (ValueError("out of memory"), False),
            (OutOfMemory("not enough memory"), False),
            (KeyboardInterrupt(), False),
        ],
    )
    def test_by_their_words(self, error: BaseException, expected: bool) -> None:
        assert is_exhaustion(error) is expected


def test_freeing_on_a_processor_is_harmless() -> None:
    free(torch.device("cpu"))
