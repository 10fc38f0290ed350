"""Weights in pickles (.ckpt, .pt, .pth, .bin), converted to safetensors once and never run.

A pickle is a program. Torch's weights-only reader knows the few steps that rebuild tensors and refuses every other;
what it gives is written to a cache as safetensors, and the pickle is not opened again.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import pickletools
import re
import tempfile
import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ccnet.headers import CheckpointError, read_header

if TYPE_CHECKING:
    from torch import Tensor

PICKLE_PROTOCOLS = (b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")

ZIP_START = b"PK\x03\x04"

PICKLES_IN_A_ROW = 4
"""In files of torch before 1.6: a magic number, a version, the machine and the contents."""

LONGEST_NAME = 100
"""In letters, of what a stranger's file may write into a sentence."""

MOST_GROWTH = 4
"""How many times a pickle's size its tensors may be: past what weights shared by two layers explain, it is a bomb."""


def is_pickle(file: Path) -> bool:
    """Whether a file is a pickle by its content: a bare one, an old torch.save (a row of them) or a new one (a zip).

    Raises CheckpointError when it cannot be read.
    """
    try:
        with file.open("rb") as stream:
            start = stream.read(512)
    except OSError as error:
        raise CheckpointError(f"{file} cannot be read: {error.strerror}.") from error
    if start.startswith(ZIP_START):
        # torch.save writes data.pkl first; a truncated zip has no list of its contents to ask.
        return b"data.pkl" in start or any(name.endswith("data.pkl") for name in _zip_names(file))
    # In a safetensors file these bytes are the header's length, and a brace follows it.
    return start.startswith(PICKLE_PROTOCOLS) and start[8:9] != b"{"


def safetensors_of(file: Path, cache: Path) -> Path:
    """The same weights as a safetensors file: the file itself when it is one, else its conversion.

    A pickle becomes `cache`/<sha256 of the pickle>.safetensors: every tensor under its name (those of nested
    dictionaries joined by dots), same number type, same bits; `state_dict` and an embedding's `string_to_param` are
    unwrapped, the latter to the name emb_params. Raises CheckpointError when the file is broken, holds no tensors, or
    asks for anything but rebuilding them; then nothing of it has run and nothing was written.
    """
    if not is_pickle(file):
        read_header(file)
        return file
    try:
        with file.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise CheckpointError(f"{file} cannot be read: {error.strerror}.") from error
    target = cache / f"{digest}.safetensors"
    with contextlib.suppress(CheckpointError):  # missing or damaged: made (again)
        read_header(target)
        return target
    _write(_tensors(file), target, file)
    return target


def _tensors(file: Path) -> dict[str, Tensor]:
    content = _unpickled(file)
    if isinstance(content, dict):
        if isinstance(content.get("state_dict"), dict):
            content = content["state_dict"]
        learned = content.get("string_to_param")
        if isinstance(learned, dict) and len(learned) == 1:
            content = {"emb_params": next(iter(learned.values()))}
    found = dict(_flat(content))
    if not found:
        raise CheckpointError(f"{file} holds no named tensors: it is no model's weights.")
    if sum(tensor.numel() * tensor.element_size() for tensor in found.values()) > MOST_GROWTH * file.stat().st_size:
        raise CheckpointError(f"{file} is damaged, its tensors are larger than the file: get it again.")
    seen: set[int] = set()
    for name, tensor in found.items():
        # Safetensors wants each tensor whole and for itself: a view is copied, as is what another already stands for.
        storage = tensor.untyped_storage().data_ptr()
        found[name] = tensor.detach().contiguous() if storage not in seen else tensor.detach().clone().contiguous()
        seen.add(storage)
    return found


def _flat(content: Any) -> Iterator[tuple[str, Tensor]]:
    """(name, tensor) of all plain tensors in nested dictionaries; each dictionary once, so that a ring ends."""
    import torch

    pending, opened = [("", content)], set()
    while pending:
        prefix, branch = pending.pop()
        if not isinstance(branch, dict) or id(branch) in opened:
            continue
        opened.add(id(branch))
        for key, value in branch.items():
            name = f"{prefix}{key}"
            if not isinstance(value, torch.Tensor):
                pending.append((f"{name}.", value))
            elif value.layout is torch.strided and value.device.type == "cpu" and name != "__metadata__":
                yield name, value


def _unpickled(file: Path) -> Any:
    """What the pickle holds. Raises CheckpointError when torch's weights-only reader refuses it."""
    import torch

    zipped = zipfile.is_zipfile(file)
    try:
        with warnings.catch_warnings(), torch.serialization.safe_globals(_harmless()):
            warnings.simplefilter("ignore")
            if zipped and _is_compressed(file):
                raise CheckpointError(f"{file} was packed again after torch wrote it: get the original file.")
            return torch.load(file, map_location="cpu", weights_only=True, mmap=zipped)
    except CheckpointError:
        raise
    except Exception as error:  # a broken pickle can raise anything
        raise CheckpointError(f"{file} {_what_is_wrong(file, str(error))}") from error


def _what_is_wrong(file: Path, message: str) -> str:
    """The end of the sentence about a pickle that torch refused with `message`."""
    named = re.search(r"(?:Unsupported global: GLOBAL|unsupported GLOBAL) (\S+)", message)
    if asks_for := named[1] if named else _foreign_global(file) if "Unsupported operand" in message else None:
        shown = "".join(letter if letter.isprintable() else "?" for letter in asks_for[:LONGEST_NAME])
        return f"is a pickle that asks for {shown}, which can run any code: get the model as a safetensors file."
    if "TorchScript" in message:
        return "is a TorchScript program, not weights: get the model as a safetensors file."
    if any(sign in message for sign in ("Unsupported operand", "Invalid magic number", "Trying to", "Can only")):
        return "is a pickle that cannot be opened safely: get the model as a safetensors file."
    return "is truncated or damaged: get it again."


def _foreign_global(file: Path) -> str | None:
    """The first name that is not torch's in a pickle of protocol 4 or 5, which torch's reader stops short of."""
    texts: list[str] = []
    with contextlib.suppress(ValueError, zipfile.BadZipFile), _pickled(file) as stream:
        for _ in range(PICKLES_IN_A_ROW):
            for opcode, argument, _ in pickletools.genops(stream):
                if isinstance(argument, str):
                    texts.append(argument)
                name = ".".join(texts[-2:])
                if opcode.name == "STACK_GLOBAL" and not name.startswith(("torch.", "collections.")):
                    return name
    return None


@contextlib.contextmanager
def _pickled(file: Path) -> Iterator[Any]:
    """The stream of opcodes, wherever it lies."""
    with contextlib.ExitStack() as stack:
        if not zipfile.is_zipfile(file):
            yield stack.enter_context(file.open("rb"))
            return
        archive = stack.enter_context(zipfile.ZipFile(file))
        yield stack.enter_context(archive.open(next(n for n in archive.namelist() if n.endswith("data.pkl"))))


def _zip_names(file: Path) -> list[str]:
    try:
        with zipfile.ZipFile(file) as archive:
            return archive.namelist()
    except (OSError, zipfile.BadZipFile):
        return []


def _is_compressed(file: Path) -> bool:
    """Torch stores without compressing, so that tensors can be mapped where they lie."""
    with zipfile.ZipFile(file) as archive:
        return any(entry.compress_type != zipfile.ZIP_STORED for entry in archive.infolist())


def _harmless() -> list[Any]:
    """What training programs leave beside the weights and torch does not know: NumPy's numbers, and the name of
    Lightning's checkpoint callback, for which an empty class stands in."""
    import _codecs

    import numpy as np

    scalar = np.float64(0).__reduce__()[0]
    callback = type("ModelCheckpoint", (), {})
    return [
        (scalar, "numpy.core.multiarray.scalar"),
        (scalar, "numpy._core.multiarray.scalar"),
        (np.dtype, "numpy.dtype"),
        np.dtypes.Float64DType,
        np.dtypes.Float32DType,
        np.dtypes.Int64DType,
        (_codecs.encode, "_codecs.encode"),
        (callback, "pytorch_lightning.callbacks.model_checkpoint.ModelCheckpoint"),
    ]


def _write(tensors: dict[str, Tensor], target: Path, source: Path) -> None:
    """Writes beside the target first, so that a conversion cut short is never taken for a whole one."""
    from safetensors import SafetensorError
    from safetensors.torch import save_file

    part = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, part = tempfile.mkstemp(".part", target.stem, target.parent)
        os.close(handle)
        save_file(tensors, part, metadata={"format": "pt"})
        os.replace(part, target)
    except (OSError, SafetensorError, ValueError, KeyError, TypeError, RuntimeError) as error:
        if part is not None:
            Path(part).unlink(missing_ok=True)
        reason = error.strerror if isinstance(error, OSError) else str(error).partition("\n")[0]
        raise CheckpointError(f"{source} cannot be converted to {target}: {reason}.") from error
