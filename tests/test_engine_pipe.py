from __future__ import annotations

import os
import threading
from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image

from ccnet.engine_pipe import KEPT, Receiver, Sender
from ccnet.masks import Mask


class Pipe:
    """Both ends. Sending is done in a thread, as a pipe holds little."""

    def __init__(self) -> None:
        read, write = os.pipe()
        self.source, self.sink = os.fdopen(read, "rb", buffering=0), os.fdopen(write, "wb", buffering=0)
        self.sender, self.receiver = Sender(self.sink), Receiver(self.source)

    def through(self, message: object) -> object:
        thread = threading.Thread(target=self.sender.send, args=(message,))
        thread.start()
        received = self.receiver.receive()
        thread.join()
        return received

    def written(self, message: object) -> int:
        """How many bytes it takes, at most what a pipe holds."""
        self.sender.send(message)
        return len(self.source.read(10**6))


@pytest.fixture
def pipe() -> Iterator[Pipe]:
    pipe = Pipe()
    yield pipe
    pipe.sink.close()
    pipe.source.close()


def noise(*shape: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, shape, np.uint8)


def test_arrays_larger_than_the_pipe_arrive_whole(pipe: Pipe) -> None:
    sent = {"a": noise(700, 500, 3), "b": Mask(noise(300, 400)), "c": noise(50, 60)[::2, ::3], "d": ("word", None)}
    got = pipe.through(sent)
    assert isinstance(got, dict)
    assert np.array_equal(got["a"], sent["a"])
    assert got["b"] == sent["b"]
    assert np.array_equal(got["c"], sent["c"])
    assert got["d"] == ("word", None)


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "P"])
def test_pictures_keep_their_pixels(pipe: Pipe, mode: str) -> None:
    image = Image.fromarray(noise(40, 30, 3)).convert(mode)
    got = pipe.through([image])
    assert isinstance(got, list)
    assert (got[0].mode, got[0].size, got[0].tobytes()) == (mode, image.size, image.tobytes())


def test_a_picture_is_sent_once(pipe: Pipe) -> None:
    image = Image.fromarray(noise(60, 60, 3))
    assert pipe.written((image, image)) > 60 * 60 * 3
    assert pipe.written((image, "again")) < 200


def test_it_is_the_same_object_again(pipe: Pipe) -> None:
    image = Image.fromarray(noise(20, 20, 3))
    first, again = pipe.through((image, image)), pipe.through((image,))
    assert isinstance(first, tuple)
    assert isinstance(again, tuple)
    assert first[0] is first[1] is again[0]


def test_old_pictures_give_way_and_are_sent_again(pipe: Pipe) -> None:
    images = [Image.fromarray(np.full((4, 4, 3), i, np.uint8)) for i in range(2 * KEPT)]
    for image in (*images, *images, images[-1]):
        got = pipe.through(image)
        assert isinstance(got, Image.Image)
        assert got.tobytes() == image.tobytes()


def test_the_other_end_being_gone_is_said(pipe: Pipe) -> None:
    pipe.sink.close()
    with pytest.raises(EOFError):
        pipe.receiver.receive()


def test_half_a_message_is_the_end(pipe: Pipe) -> None:
    pipe.sink.write(b"\x05\0\0")
    pipe.sink.close()
    with pytest.raises(EOFError):
        pipe.receiver.receive()
