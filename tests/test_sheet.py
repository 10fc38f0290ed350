"""Contact sheets show every picture whole, captions inside their cards."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from ccnet.masks import Mask
from ccnet.sheet import ACCENT, CAPTION_SIZE, LARGEST_TILE, Tile, _font, _wrap, contact_sheet, mask_overlay


def shows(sheet: Image.Image, colour: tuple[int, int, int]) -> int:
    return int((np.asarray(sheet) == colour).all(axis=-1).sum())


def test_every_picture_is_there_and_undistorted() -> None:
    rows = [
        [Tile(Image.new("RGB", (256, 256), "red"), "input"), Tile(Image.new("RGB", (256, 256), "lime"), "mask")],
        [Tile(Image.new("RGB", (128, 256), "blue"), "x")],
    ]
    sheet = contact_sheet(rows, "red sailor uniform")
    assert shows(sheet, (255, 0, 0)) == shows(sheet, (0, 255, 0)) == 256 * 256
    assert shows(sheet, (0, 0, 255)) == 128 * 256


@pytest.mark.parametrize("size", [(64, 64), (4000, 200), (100, 3000), (5000, 5000)])
def test_any_size_makes_a_sheet_of_sane_size(size: tuple[int, int]) -> None:
    tile = Tile(Image.new("RGB", size, "red"), "a caption that is rather long for a narrow picture like this one")
    sheet = contact_sheet([[tile, tile, tile]], "a title " * 200)
    assert sheet.width <= 3 * (LARGEST_TILE + 60) + 60
    assert sheet.height <= LARGEST_TILE + 250
    assert shows(sheet, (255, 0, 0)) > 0


def test_transparent_pictures_lie_on_checks() -> None:
    sheet = contact_sheet([[Tile(Image.new("RGBA", (256, 256), (255, 0, 0, 0)))]])
    assert shows(sheet, (255, 0, 0)) == 0
    assert shows(sheet, (230, 230, 230)) == 256 * 256 // 2


@pytest.mark.parametrize("text", ["red sailor uniform, " * 40, "x" * 900, "赤いセーラー服" * 50, "one", ""])
def test_wrapped_lines_fit(text: str) -> None:
    lines = _wrap(text, CAPTION_SIZE, 200, lines=2)
    font = _font(CAPTION_SIZE, text.isascii())
    assert len(lines) <= 2
    assert all(font.getlength(line) <= 200 for line in lines)
    if len(text) > 100:
        assert lines[-1].endswith("…")
    else:
        assert " ".join(lines) == text


def test_the_overlay_tints_the_mask_and_pales_the_rest() -> None:
    alpha = np.zeros((100, 100), np.uint8)
    alpha[30:70, 30:70] = 255
    overlay = np.asarray(mask_overlay(Image.new("RGB", (100, 100), (100, 100, 100)), Mask(alpha))).astype(int)
    assert np.abs(overlay[50, 50] - (np.array(ACCENT) + 100) / 2).max() <= 1
    assert (overlay[5, 5] > 100).all()
    assert np.abs(overlay[30, 50] - ACCENT).max() <= 20, "the outline"


def test_a_sheet_may_have_room_for_longer_captions() -> None:
    rows = [[Tile(Image.new("RGB", (256, 256)), "red and white striped sailor uniform, " * 9)]]
    assert contact_sheet(rows, caption_lines=5).height > contact_sheet(rows).height
