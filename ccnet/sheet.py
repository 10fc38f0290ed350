"""Contact sheets: the picture, what was masked and what came of it, side by side, to be looked at."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from ccnet.masks import Mask

GROUND = (246, 244, 241)
CARD = (255, 255, 255)
INK = (38, 36, 42)
SOFT_INK = (120, 116, 124)
ACCENT = (236, 64, 122)

MARGIN = 28
GAP = 18
FRAME = 10
TITLE_SIZE = 24
CAPTION_SIZE = 15
SMALLEST_TILE = 256
LARGEST_TILE = 448

# The font inside Pillow has Latin letters only; these stand on most desktops and have the rest of the world's.
_WIDE_FONTS = (
    "NotoSansCJK-Regular.ttc",
    "NotoSansJP-Regular.ttf",
    "YuGothM.ttc",
    "msyh.ttc",
    "malgun.ttf",
    "PingFang.ttc",
    "Hiragino Sans GB.ttc",
    "Arial Unicode.ttf",
    "DroidSansFallback.ttf",
    "wqy-zenhei.ttc",
)


class Tile(NamedTuple):
    """One picture on a sheet, any size and mode, and some words beneath it."""

    image: Image.Image
    caption: str = ""


def contact_sheet(rows: Sequence[Sequence[Tile]], title: str = "", caption_lines: int = 2) -> Image.Image:
    """Rows of captioned pictures on one RGB sheet, each scaled to fit a common tile without being distorted.

    A caption longer than `caption_lines` lines ends in an ellipsis.
    """
    pictures = [tile.image for row in rows for tile in row]
    longest = max(max(image.size) for image in pictures)
    side = min(max(longest, SMALLEST_TILE), LARGEST_TILE)
    shown = [[(_fit(tile.image, side), tile.caption) for tile in row] for row in rows]
    width = max(image.width for row in shown for image, _ in row)
    captions = [[_wrap(caption, CAPTION_SIZE, width, lines=caption_lines) for _, caption in row] for row in shown]
    heights = [max(image.height for image, _ in row) for row in shown]
    lines = [max(len(caption) for caption in row) for row in captions]

    columns = max(len(row) for row in rows)
    sheet_width = 2 * MARGIN + columns * (width + 2 * FRAME) + (columns - 1) * GAP
    headline = _wrap(title, TITLE_SIZE, sheet_width - 2 * MARGIN, lines=2)
    head = len(headline) * _leading(TITLE_SIZE) + (GAP if headline else 0)
    card_heights = [
        h + 2 * FRAME + n * _leading(CAPTION_SIZE) + (FRAME if n else 0) for h, n in zip(heights, lines, strict=True)
    ]
    sheet_height = 2 * MARGIN + head + sum(card_heights) + (len(rows) - 1) * GAP

    sheet = Image.new("RGB", (sheet_width, sheet_height), GROUND)
    draw = ImageDraw.Draw(sheet)
    _write(draw, headline, (MARGIN, MARGIN), TITLE_SIZE, INK)
    y = MARGIN + head
    for row, row_captions, height, card_height in zip(shown, captions, heights, card_heights, strict=True):
        x = MARGIN
        for (image, _), caption in zip(row, row_captions, strict=True):
            card = (x, y, x + width + 2 * FRAME - 1, y + card_height - 1)
            draw.rounded_rectangle(card, radius=8, fill=CARD, outline=(228, 224, 220))
            at = (x + FRAME + (width - image.width) // 2, y + FRAME + (height - image.height) // 2)
            sheet.paste(_on_checks(image), at)
            _write(draw, caption, (x + FRAME, y + FRAME + height + FRAME), CAPTION_SIZE, SOFT_INK)
            x += width + 2 * FRAME + GAP
        y += card_height + GAP
    return sheet


def mask_overlay(image: Image.Image, mask: Mask) -> Image.Image:
    """RGB: the picture, paled, with the masked part tinted and outlined. image: RGB or RGBA, as large as the mask."""
    pixels = np.asarray(_on_checks(image)).astype(np.float32)
    paled = 0.65 * pixels + 0.35 * 255
    amount = mask.alpha[..., None].astype(np.float32) / 255
    tinted = 0.5 * pixels + 0.5 * np.asarray(ACCENT, np.float32)
    overlay = np.rint(paled * (1 - amount) + tinted * amount).astype(np.uint8)
    outlines, _ = cv2.findContours(mask.threshold(128).alpha, cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    cv2.drawContours(overlay, outlines, -1, ACCENT, max(1, round(max(mask.size) / 300)), cv2.LINE_AA)
    return Image.fromarray(overlay)


def _fit(image: Image.Image, side: int) -> Image.Image:
    scale = side / max(image.size)
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image if size == image.size else image.resize(size, Image.Resampling.LANCZOS)


def _on_checks(image: Image.Image) -> Image.Image:
    """RGB: a transparent picture on the grey checks every paint program shows."""
    if "A" not in image.getbands():
        return image.convert("RGB")
    y, x = np.mgrid[: image.height, : image.width] // 8
    checks = np.where((x + y) % 2, 255, 230).astype(np.uint8)
    ground = Image.fromarray(checks).convert("RGBA")
    return Image.alpha_composite(ground, image.convert("RGBA")).convert("RGB")


def _write(
    draw: ImageDraw.ImageDraw, lines: Sequence[str], at: tuple[int, int], size: int, fill: tuple[int, int, int]
) -> None:
    for number, line in enumerate(lines):
        draw.text((at[0], at[1] + number * _leading(size)), line, font=_font(size, line.isascii()), fill=fill)


def _wrap(text: str, size: int, width: int, lines: int) -> list[str]:
    """The text in at most `lines` lines of `width` pixels; what is left over is an ellipsis."""
    text = " ".join(text.split())
    font = _font(size, text.isascii())
    wrapped: list[str] = []
    while text and len(wrapped) < lines:
        end = len(text)
        if font.getlength(text) > width:
            last = len(wrapped) == lines - 1
            low, high = 1, min(end, 400)
            while low < high:  # the longest start that fits
                middle = (low + high + 1) // 2
                fits = font.getlength(text[:middle] + ("…" if last else "")) <= width
                low, high = (middle, high) if fits else (low, middle - 1)
            space = text.rfind(" ", 0, low + 1)
            end = space if space > low // 2 else low
            if last:
                return [*wrapped, text[:end].rstrip(" ,") + "…"]
        wrapped.append(text[:end])
        text = text[end:].lstrip()
    return wrapped


def _leading(size: int) -> int:
    return round(size * 1.4)


@functools.cache
def _font(size: int, ascii_only: bool) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    for name in () if ascii_only else _WIDE_FONTS:
        try:
            return ImageFont.truetype(name, size)
        except OSError:
            continue
    return ImageFont.load_default(size)
