"""How messages travel between the window and its engine: pickled, over a pipe between two processes of one program.

A message is a frame: the length of its pickle and of each of its arrays, then these. Arrays are written from where
they lie and read to where they stay. A picture (Pillow's) is sent once and then named, as long as it is among the last
few. Both ends let other threads run while bytes move. What is read is unpickled: never connect this to a stranger.
"""

from __future__ import annotations

import io
import pickle
import struct
from typing import Any

import numpy as np
from PIL import Image

KEPT = 4
"""How many pictures both ends remember, the oldest giving way."""

_COUNTS = struct.Struct("<QI")
_LENGTH = struct.Struct("<Q")
_MODES = ("L", "RGB", "RGBA")


class Sender:
    """Writes messages into a pipe. A picture must not be changed in place once it was sent."""

    def __init__(self, stream: io.RawIOBase) -> None:
        """stream: unbuffered."""
        self._stream = stream
        self._pictures: dict[int, Image.Image] = {}  # by the number they were sent under
        self._sent = 0

    def send(self, message: Any) -> None:
        """Returns when everything is in the pipe. Raises OSError or ValueError when the other end is gone."""
        buffers: list[pickle.PickleBuffer] = []
        body = io.BytesIO()
        _Pickler(self, body, protocol=5, buffer_callback=buffers.append).dump(message)
        arrays = [buffer.raw() for buffer in buffers]
        head = _COUNTS.pack(body.tell(), len(arrays)) + b"".join(_LENGTH.pack(array.nbytes) for array in arrays)
        for part in (memoryview(head), body.getbuffer(), *arrays):
            while part.nbytes:
                part = part[self._stream.write(part) or 0 :]

    def picture(self, image: Image.Image) -> tuple[int, np.ndarray | None] | None:
        """(number, pixels where they are not known yet) to send in a picture's place; None for an unusual mode."""
        if image.mode not in _MODES:
            return None
        for number, known in self._pictures.items():
            if known is image:
                return number, None
        self._sent += 1
        self._pictures[self._sent] = image
        _forget(self._pictures)
        return self._sent, np.asarray(image)


class Receiver:
    """Reads what a `Sender` wrote."""

    def __init__(self, stream: io.RawIOBase) -> None:
        """stream: unbuffered."""
        self._stream = stream
        self._pictures: dict[int, Image.Image] = {}

    def receive(self) -> Any:
        """The next message; waits for it. Raises EOFError when the other end is gone."""
        length, count = _COUNTS.unpack(self._read(_COUNTS.size))
        lengths = [_LENGTH.unpack(self._read(_LENGTH.size))[0] for _ in range(count)]
        body = self._read(length)
        buffers = [self._read(size) for size in lengths]
        return _Unpickler(self, io.BytesIO(body), buffers=buffers).load()

    def picture(self, number: int, pixels: np.ndarray | None) -> Image.Image:
        """The picture that was sent under this number."""
        if pixels is not None:
            self._pictures[number] = Image.fromarray(pixels)
            _forget(self._pictures)
        return self._pictures[number]

    def _read(self, size: int) -> bytearray:
        data = bytearray(size)
        view, got = memoryview(data), 0
        while got < size:
            read = self._stream.readinto(view[got:])
            if not read:
                raise EOFError
            got += read
        return data


class _Pickler(pickle.Pickler):
    def __init__(self, sender: Sender, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._sender = sender

    def persistent_id(self, obj: Any) -> Any:
        return self._sender.picture(obj) if isinstance(obj, Image.Image) else None


class _Unpickler(pickle.Unpickler):
    def __init__(self, receiver: Receiver, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._receiver = receiver

    def persistent_load(self, pid: Any) -> Image.Image:
        return self._receiver.picture(*pid)


def _forget(pictures: dict[int, Image.Image]) -> None:
    while len(pictures) > KEPT:
        del pictures[next(iter(pictures))]
