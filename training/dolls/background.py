"""Backgrounds: flat, gradient and simple scenes in pastel colours, with a soft shadow on the ground."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from training.dolls.ink import Colour, mixed

if TYPE_CHECKING:
    from training.dolls.identity import Identity

BACKDROPS = ("simple", "gradient", "circles", "striped", "window", "hills", "dotted")
BACKDROP_COLOURS: dict[str, Colour] = {
    "white": (246, 246, 248),
    "grey": (212, 214, 222),
    "pink": (252, 220, 230),
    "blue": (206, 224, 246),
    "aqua": (206, 238, 240),
    "green": (214, 238, 216),
    "yellow": (252, 242, 206),
    "purple": (226, 216, 244),
    "orange": (253, 226, 204),
    "beige": (240, 230, 216),
}
_SIDE = 128  # drawn small; the rasteriser enlarges it, which also softens it behind the crisp character


def background(identity: Identity) -> NDArray[np.uint8]:
    """uint8[S, S, 3] RGB, the whole picture behind the character."""
    first, second = (BACKDROP_COLOURS[name] for name in identity.backdrop_colours)
    second = mixed(first, second, 0.85)
    out = np.full((_SIDE, _SIDE, 3), first, np.uint8)
    match identity.backdrop:
        case "gradient":
            t = np.linspace(0, 1, _SIDE, dtype=np.float32)[:, None, None]
            ends = np.asarray(first, np.float32), np.asarray(second, np.float32)
            out[:] = (ends[0] * (1 - t) + ends[1] * t + 0.5).astype(np.uint8)
        case "circles":
            for x, y, r in ((24, 30, 20), (100, 22, 14), (112, 84, 24), (16, 98, 15), (64, 60, 30)):
                cv2.circle(out, (x * 16, y * 16), r * 16, second, -1, cv2.LINE_AA, 4)
        case "striped":
            for x in range(-_SIDE, _SIDE, 22):
                stripe = np.array([[x, 0], [x + 11, 0], [x + 11 + _SIDE, _SIDE], [x + _SIDE, _SIDE]], np.int32)
                cv2.fillPoly(out, [stripe], second, cv2.LINE_AA)
        case "dotted":
            for row in range(9):
                for column in range(9):
                    cv2.circle(
                        out, ((column * 16 + 8 * (row % 2)) * 16, row * 16 * 16), 3 * 16, second, -1, cv2.LINE_AA, 4
                    )
        case "window":
            x = 70 if identity.light > 0 else 14
            cv2.rectangle(out, (x - 3, 9), (x + 47, 79), mixed(first, (255, 255, 255), 0.75), -1)
            cv2.rectangle(out, (x, 12), (x + 44, 76), (206, 230, 248), -1)
            cv2.rectangle(out, (x, 56), (x + 44, 76), (200, 228, 196), -1)
            cv2.rectangle(out, (x + 21, 12), (x + 23, 76), mixed(first, (255, 255, 255), 0.75), -1)
            cv2.rectangle(out, (x, 40), (x + 44, 42), mixed(first, (255, 255, 255), 0.75), -1)
            cv2.rectangle(out, (0, 108), (_SIDE, _SIDE), mixed(first, (196, 160, 130), 0.35), -1)
        case "hills":
            t = np.linspace(0, 1, _SIDE, dtype=np.float32)[:, None, None]
            sky = np.asarray((190, 222, 250), np.float32) * (1 - t) + np.asarray((244, 248, 250), np.float32) * t
            out[:] = sky.astype(np.uint8)
            for x, y, r in ((26, 26, 8), (36, 24, 10), (46, 27, 7), (96, 40, 7), (105, 38, 9), (113, 41, 6)):
                cv2.circle(out, (x, y), r, (252, 253, 255), -1, cv2.LINE_AA)
            cv2.ellipse(out, (20, 122), (80, 36), 0, 0, 360, (186, 222, 178), -1, cv2.LINE_AA)
            cv2.ellipse(out, (116, 126), (86, 34), 0, 0, 360, (168, 210, 162), -1, cv2.LINE_AA)
        case _:
            pass
    return _grounded(out, identity)


def _grounded(picture: NDArray[np.uint8], identity: Identity) -> NDArray[np.uint8]:
    """`picture` with a shadow under the feet."""
    camera, figure = identity.camera, identity.figure
    x, y = camera.x * _SIDE, (camera.y + camera.scale * (figure.sole_y - 0.02)) * _SIDE
    if y > _SIDE + 4:
        return picture
    shadow = np.zeros((_SIDE, _SIDE), np.uint8)
    axes = (round(camera.scale * figure.hip * 1.9 * _SIDE * 16), round(camera.scale * 0.075 * _SIDE * 16))
    cv2.ellipse(shadow, (round(x * 16), round(y * 16)), axes, 0, 0, 360, 46, -1, cv2.LINE_AA, 4)
    return (picture.astype(np.uint16) * (255 - shadow[..., None].astype(np.uint16)) // 255).astype(np.uint8)
