"""Keeps torchvision importable beside a torch of another build.

A CUDA build of torchvision beside a CPU torch, which is what two package indexes easily make of one installation,
cannot load its compiled half; its Python half then fails too, at the first operator it describes, and takes
transformers and diffusers with it. Nothing here needs the compiled operators (non-maximum suppression, RoI pooling):
declared without a kernel they raise torchvision's own clear error if they are called, and all else works.

torch calls `declare_operators` at the end of its own import (entry point "torch.backends" in pyproject.toml), so that
it does not matter who imports what first.
"""

from __future__ import annotations

import contextlib
from importlib.util import find_spec
from pathlib import Path
from typing import Any

SCHEMAS = (
    "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
)
"""Of the operators that torchvision describes whether or not its compiled half is there."""

_kept: list[Any] = []
"""Libraries of operators vanish with the object that declared them."""


def declare_operators() -> None:
    """Declares the operators when, and only when, an installed torchvision cannot load its own."""
    import torch
    import torch.library

    spec = find_spec("torchvision")
    if spec is None or spec.origin is None or _kept:
        return
    compiled = sorted(Path(spec.origin).parent.glob("_C*.*"))
    with contextlib.suppress(OSError, IndexError):
        torch.ops.load_library(compiled[0])
        return
    library = torch.library.Library("torchvision", "DEF")
    for schema in SCHEMAS:
        library.define(schema)
    _kept.append(library)
