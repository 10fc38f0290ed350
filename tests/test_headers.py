from __future__ import annotations

import json
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ccnet.headers import CheckpointError, Header, TensorInfo, read_header
from tests.keynames import write_header

HEADER = Header(
    {"weight": TensorInfo("F16", (4, 3)), "empty": TensorInfo("F32", (0,)), "one": TensorInfo("I64", ())},
    {"format": "pt", "作者": "someone"},
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write_header(tmp_path / "模型 1.safetensors", HEADER)


def raw(file: Path, content: Any, size: int) -> Path:
    text = content if isinstance(content, bytes) else json.dumps(content).encode()
    file.write_bytes(len(text).to_bytes(8, "little") + text + bytes(size))
    return file


def entry(begin: Any, end: Any, shape: Any = (2,), dtype: Any = "F32") -> dict[str, Any]:
    return {"dtype": dtype, "shape": shape, "data_offsets": [begin, end]}


def test_it_tells_names_types_shapes_and_metadata(file: Path) -> None:
    assert read_header(file) == HEADER


def test_a_file_without_tensors_is_whole(tmp_path: Path) -> None:
    assert read_header(write_header(tmp_path / "none.safetensors", Header({}, {}))) == Header({}, {})


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_a_header_as_long_as_a_pickle_starts_is_no_pickle(tmp_path: Path, protocol: int) -> None:
    length = int.from_bytes(bytes([0x80, protocol]), "little")
    text = json.dumps({"a": entry(0, 8)}).encode().ljust(length)
    assert read_header(raw(tmp_path / "a.safetensors", text, 8)).tensors["a"] == TensorInfo("F32", (2,))


BROKEN = {
    "empty": (b"", "is empty: get it again"),
    "a few bytes": (b"abc", "is truncated: get it again"),
    "a web page": (b"<!DOCTYPE html><html>404</html>", "is no safetensors file"),
    "a pickle": (pickle.dumps({"a": 1}, protocol=4), "is a pickle that was renamed"),
    "a zip": (b"PK\x03\x04" + bytes(100), "is a pickle that was renamed"),
    "a pointer": (b"version https://git-lfs.github.com/spec/v1\n", "Git LFS"),
    "gguf": (b"GGUF\x03\x00\x00\x00" + bytes(100), "is a GGUF file, quantised for another program"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_safetensors_file_is_named(tmp_path: Path, name: str) -> None:
    content, words = BROKEN[name]
    (tmp_path / "x.safetensors").write_bytes(content)
    refused(tmp_path / "x.safetensors", words)


def test_a_missing_file(tmp_path: Path) -> None:
    refused(tmp_path / "gone.safetensors", r"cannot be read: No such file")


@pytest.mark.parametrize("keep", [9, 40, -1])
def test_a_truncated_file(file: Path, keep: int) -> None:
    content = file.read_bytes()[:keep]
    file.write_bytes(content)
    refused(file, "is truncated")


def test_a_tail(file: Path) -> None:
    file.write_bytes(file.read_bytes() + b"more")
    refused(file, "4 bytes follow its end")


SENSELESS = {
    "no JSON": (b'{"a": ', 0),
    "endless": (b'{"a":' * 100_000, 0),
    "a number": ({"a": 12}, 0),
    "no shape": ({"a": {"dtype": "F32", "data_offsets": [0, 8]}}, 8),
    "no type": ({"a": {"shape": [2], "data_offsets": [0, 8]}}, 8),
    "an unknown type": ({"a": entry(0, 8, dtype="F31")}, 8),
    "a type that is a list": ({"a": entry(0, 8, dtype=[])}, 8),
    "three offsets": ({"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8, 8]}}, 8),
    "too few bytes for its shape": ({"a": entry(0, 8, [3])}, 8),
    "overlapping": ({"a": entry(0, 8), "b": entry(4, 12)}, 12),
    "twice the same": ({"a": entry(0, 8), "b": entry(0, 8)}, 8),
    "a hole": ({"a": entry(0, 8), "b": entry(12, 20)}, 20),
    "before the start": ({"a": entry(-8, 0)}, 0),
    "backwards": ({"a": entry(0, 8), "b": entry(8, 0, [-2])}, 8),
    "fractions": ({"a": entry(0.0, 8.0)}, 8),
    "a negative shape": ({"a": entry(0, 8, [-1, -2])}, 8),
    "truth for a number": ({"a": entry(0, 4, [True])}, 4),
    "a shape that is no list": ({"a": entry(0, 8, 2)}, 8),
    "metadata that is no text": ({"__metadata__": {"a": 1}, "a": entry(0, 8)}, 8),
    "metadata that is no object": ({"__metadata__": ["a"], "a": entry(0, 8)}, 8),
}


@pytest.mark.parametrize("name", SENSELESS)
def test_a_header_without_sense_is_refused(tmp_path: Path, name: str) -> None:
    refused(raw(tmp_path / "x.safetensors", *SENSELESS[name]), "is damaged|is truncated")


def test_it_needs_no_torch(file: Path) -> None:
    code = "import sys; from pathlib import Path; import ccnet.formats as f; f.read_header(Path(sys.argv[1])); "
    code += "import ccnet.pickles; print([m for m in ('torch', 'safetensors', 'diffusers') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code, str(file)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def refused(file: Path, words: str) -> None:
    with pytest.raises(CheckpointError, match=words) as refusal:
        read_header(file)
    assert str(refusal.value).startswith(str(file))
    assert "\n" not in str(refusal.value)
