"""Reading a ZIP file that a stranger may have made, or that is only half there.

Entries are read into memory, never unpacked to disk, and none may be larger than its reader expects.
"""

from __future__ import annotations

import contextlib
import os
import struct
import zipfile
import zlib
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

MOST_ENTRIES = 4096
"""An honest project has a few for each layer."""

_LARGEST_UNFOLDED = 1 << 26
_MOST_UNFOLDING = 100
"""Entries beyond both, in bytes and in bytes for each packed one, are made to fill memory: pictures pack less."""

_HEADER = struct.Struct("<4s5H3I2H")
_SIGNATURE = b"PK\x03\x04"


class ArchiveError(ValueError):
    """What is wrong with an archive or an entry, in a few words to be put into a sentence."""


class Archive:
    """The entries of a ZIP file by name. A context manager. Raises ArchiveError when there is no telling them.

    whole: False when the end of the file is missing, so that what was found is what could be saved.
    """

    def __init__(self, path: Path) -> None:
        self.whole = True
        self._found: dict[str, _Salvaged] = {}
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, struct.error) as error:
            self._zip = None
            self.whole = False
            self._found = _salvage(path)
            if not self._found:
                raise ArchiveError("no ZIP file, or too little of one") from error
        self.names = frozenset(self._zip.namelist() if self._zip else self._found)
        if len(self.names) > MOST_ENTRIES:
            self.close()
            raise ArchiveError(f"more than {MOST_ENTRIES} entries")

    def read(self, name: str, limit: int) -> bytes:
        """The bytes of an entry. Raises ArchiveError when it is missing, damaged or larger than `limit`."""
        if name not in self.names:
            raise ArchiveError(f"{name} is missing")
        if self._zip is None:
            return self._found[name].unpack(name, limit)
        try:
            entry = self._zip.getinfo(name)
            bomb = entry.file_size > _LARGEST_UNFOLDED and entry.file_size > _MOST_UNFOLDING * entry.compress_size
            if entry.file_size > limit or bomb:
                raise ArchiveError(f"{name} is too large")
            # However much the packed bytes unfold to, zipfile stops at the size that was just checked.
            with self._zip.open(entry) as file:
                return file.read(limit + 1)
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError) as error:
            raise ArchiveError(f"{name} is damaged") from error

    def close(self) -> None:
        """Reads nothing more."""
        if self._zip is not None:
            self._zip.close()

    def __enter__(self) -> Archive:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _Salvaged(NamedTuple):
    method: int
    crc: int
    size: int
    packed: bytes

    def unpack(self, name: str, limit: int) -> bytes:
        if self.size > limit:
            raise ArchiveError(f"{name} is too large")
        try:
            content = self.packed
            if self.method == zipfile.ZIP_DEFLATED:
                content = zlib.decompressobj(-15).decompress(content, limit + 1)
        except zlib.error as error:
            raise ArchiveError(f"{name} is damaged") from error
        if len(content) != self.size or zlib.crc32(content) != self.crc:
            raise ArchiveError(f"{name} is damaged")
        return content


def _salvage(path: Path) -> dict[str, _Salvaged]:
    """The whole entries at the front of a ZIP file whose end is missing: those that state their size."""
    found: dict[str, _Salvaged] = {}
    with path.open("rb") as file:
        while len(found) < MOST_ENTRIES and len(header := file.read(_HEADER.size)) == _HEADER.size:
            signature, _, flags, method, _, _, crc, packed, size, name_length, extra_length = _HEADER.unpack(header)
            known = method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
            if signature != _SIGNATURE or not known or flags & 0b1001:  # encrypted, or the size only said behind it
                break
            name = file.read(name_length)
            file.seek(extra_length, os.SEEK_CUR)
            data = file.read(packed)
            if len(data) < packed:
                break
            with contextlib.suppress(UnicodeDecodeError):
                found[name.decode("utf-8")] = _Salvaged(method, crc, size, data)
    return found
