"""What a safetensors file says of itself: the names, number types and shapes of its tensors, none of them read.

No torch, and a fraction of a second whatever the file's size, so that a broken file is refused before anything loads.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

BITS = {
    **dict.fromkeys(("BOOL", "U8", "I8", "F8_E4M3", "F8_E5M2", "F8_E8M0", "F8_E4M3FNUZ", "F8_E5M2FNUZ"), 8),
    **dict.fromkeys(("U16", "I16", "F16", "BF16"), 16),
    **dict.fromkeys(("U32", "I32", "F32"), 32),
    **dict.fromkeys(("U64", "I64", "F64", "C64"), 64),
    **{"F4": 4, "F6_E2M3": 6, "F6_E3M2": 6},
}
"""How large one number of each of the format's types is."""

LONGEST_HEADER = 100_000_000
"""In bytes, by the format's own rule."""

PICKLE_STARTS = (b"PK", b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")


class CheckpointError(ValueError):
    """A model that cannot be used, in one sentence that names the file and says what to do."""


class TensorInfo(NamedTuple):
    """dtype: safetensors' name of the number type, such as "F16"."""

    dtype: str
    shape: tuple[int, ...]


class Header(NamedTuple):
    tensors: Mapping[str, TensorInfo]
    metadata: Mapping[str, str]


def read_header(file: Path) -> Header:
    """Reads a safetensors file's header and verifies that the file is whole.

    Whole means: as long as its header says, every tensor as many bytes as its type and shape need, no two sharing a
    byte and no byte left over. Raises CheckpointError for anything else.
    """
    try:
        size = file.stat().st_size
        with file.open("rb") as stream:
            start = stream.read(8)
            length = int.from_bytes(start, "little")
            header = stream.read(length) if length <= size else b""
    except OSError as error:
        raise CheckpointError(f"{file} cannot be read: {error.strerror}.") from error
    if size == 0:
        raise CheckpointError(f"{file} is empty: get it again.")
    if length > LONGEST_HEADER or not header.startswith(b"{"):  # a whole header starts with a brace
        raise CheckpointError(f"{file} {_what_else(start, length, size)}")
    try:
        content = json.loads(header)
        end = max((t["data_offsets"][1] for name, t in content.items() if name != "__metadata__"), default=0)
        needed = 8 + length + int(end)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError) as error:
        raise _senseless(file) from error
    if size < needed:
        raise CheckpointError(f"{file} is truncated, {size:,} of its {needed:,} bytes are there: get it again.")
    if size > needed:
        raise CheckpointError(f"{file} is damaged, {size - needed:,} bytes follow its end: get it again.")
    try:
        return _checked(content)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _senseless(file) from error


def _what_else(start: bytes, length: int, size: int) -> str:
    """The end of the sentence about a file that does not start as a whole safetensors file does."""
    if start[:2] in PICKLE_STARTS:
        return "is a pickle that was renamed: get the real safetensors file."
    if start == b"version ":
        return "is a Git LFS pointer, not the weights: run `git lfs pull`."
    if start[:4] == b"GGUF":
        return "is a GGUF file, quantised for another program: get the model as a safetensors file."
    if 8 + length > size and length <= LONGEST_HEADER:
        return "is truncated: get it again."
    return "is no safetensors file: get it again."


def _senseless(file: Path) -> CheckpointError:
    return CheckpointError(f"{file} is damaged, its header makes no sense: get it again.")


def _checked(content: dict[str, Any]) -> Header:
    """Raises ValueError, KeyError, TypeError or AttributeError when an entry is not what the format asks for."""
    metadata = content.pop("__metadata__", None) or {}
    if not all(isinstance(text, str) for text in metadata.values()):
        raise ValueError("metadata must be text")
    position = 0
    for entry in sorted(content.values(), key=lambda entry: entry["data_offsets"]):
        begin, end = entry["data_offsets"]
        if not all(type(n) is int and n >= 0 for n in (begin, end, *entry["shape"])):
            raise ValueError("offsets and shapes must be whole numbers")
        if begin != position or math.prod(entry["shape"]) * BITS[entry["dtype"]] != 8 * (end - begin):
            raise ValueError("a tensor lies over another, or not in its place")
        position = end
    return Header({name: TensorInfo(t["dtype"], tuple(t["shape"])) for name, t in content.items()}, metadata)
