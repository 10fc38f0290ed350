"""Where and in what numbers the nets compute. Importing this loads no torch."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ccnet.request import known

if TYPE_CHECKING:
    import torch
    from torch import nn

DEVICES = ("auto", "cuda", "mps", "cpu")
DTYPES = ("auto", "float32", "float16", "bfloat16")
MEMORY = ("full", "offload")
"""Whether the nets stay on the device, or each layer goes there only for as long as it computes."""

LARGE = 300_000_000
"""How many weights a UNet has that is worth halving on a CPU: the real ones have 860 million and more."""


def check_names(device: str, dtype: str, memory: str) -> None:
    """Refuses, without torch, what no machine has. Raises ValueError."""
    known("device", device.partition(":")[0], DEVICES)
    known("dtype", dtype, DTYPES)
    known("choice of memory", memory, MEMORY)


def pick_device(device: str) -> torch.device:
    """`device` as torch's own; "auto" takes cuda, else mps, else cpu. Raises ValueError when it is not there."""
    import torch

    if device == "auto":
        if torch.cuda.is_available():
            return torch.device("cuda")
        return torch.device("mps" if torch.backends.mps.is_available() else "cpu")
    try:
        chosen = torch.device(device)
        torch.empty(1, device=chosen)
    except (RuntimeError, AssertionError) as error:
        raise ValueError(f'The device "{device}" is not there: use auto, cuda, mps or cpu.') from error
    return chosen


def pick_dtype(dtype: str, device: torch.device, large: bool) -> torch.dtype:
    """`dtype` as torch's own.

    "auto" is float16 on cuda (nearer to float32 than bfloat16 is). On a CPU it is bfloat16 for a large model where the
    processor multiplies in it, which takes half the memory, else float32: a small model gains little, and without such
    a processor bfloat16 crawls. Everywhere else it is float32. Raises ValueError for an unknown name.
    """
    import torch

    known("dtype", dtype, DTYPES)
    if dtype != "auto":
        return getattr(torch, dtype)
    if device.type == "cuda":
        return torch.float16
    return torch.bfloat16 if device.type == "cpu" and large and _multiplies_bfloat16() else torch.float32


def use_threads(device: torch.device) -> None:
    """On a CPU: torch's own number of threads, one for each physical core, unless the container may use fewer."""
    import torch

    if device.type == "cpu":
        torch.set_num_threads(min(torch.get_num_threads(), _cpu_quota()))


def offload(nets: Sequence[nn.Module], device: torch.device) -> None:
    """Lets nets that are on the CPU compute on `device`, layer by layer: each goes there and back in its turn.

    The memory that is needed on the device is that of what is computed and of the largest layer alone. To be called
    once, when everything else about the nets is done; their weights may be replaced afterwards.
    """
    import torch
    from diffusers.hooks.group_offloading import apply_group_offloading

    for net in nets:
        apply_group_offloading(net, onload_device=device, offload_device=torch.device("cpu"), offload_type="leaf_level")


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """No bars and no tables of weights while loading; what is wrong is raised."""
    from diffusers.utils import logging as diffusers_logging
    from transformers.utils import logging as transformers_logging

    libraries: tuple[Any, ...] = (diffusers_logging, transformers_logging)
    before = [(library, library.get_verbosity(), library.is_progress_bar_enabled()) for library in libraries]
    for library in libraries:
        library.set_verbosity(library.CRITICAL)
        library.disable_progress_bar()
    try:
        yield
    finally:
        for library, verbosity, bars in before:
            library.set_verbosity(verbosity)
            if bars:
                library.enable_progress_bar()


def _multiplies_bfloat16() -> bool:
    """Whether this CPU has AMX or AVX512-BF16."""
    import torch

    names = ("_is_amx_tile_supported", "_is_avx512_bf16_supported")
    return any(bool(getattr(torch.cpu, name, bool)()) for name in names)


def _cpu_quota() -> int:
    """How many cores' worth of time this process may use: a container's share, which torch does not look at."""
    cores = os.cpu_count() or 1
    with contextlib.suppress(OSError, ValueError):
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text().split()
        cores = min(cores, max(1, round(int(quota) / int(period))))
    return cores
