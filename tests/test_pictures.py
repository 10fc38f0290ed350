"""Odd but valid pictures open properly; bad ones are refused in one sentence."""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image, ImageCms

from ccnet.pictures import Picture, PictureError, check_folder, open_mask, open_picture, save_png

SIZE = (96, 80)


def colourful(size: tuple[int, int] = SIZE) -> np.ndarray:
    """uint8[H, W, 3], every pixel different from its neighbours, the four corners told apart."""
    y, x = np.mgrid[: size[1], : size[0]]
    return np.stack([x * 255 // size[0], y * 255 // size[1], (x + y) % 256], axis=-1).astype(np.uint8)


def pixels(picture: Picture) -> np.ndarray:
    assert picture.rgb.mode == "RGB"
    return np.asarray(picture.rgb)


def test_plain_rgb_is_kept_bit_for_bit(tmp_path: Path) -> None:
    Image.fromarray(colourful()).save(tmp_path / "a.png")
    picture = open_picture(tmp_path / "a.png")
    assert np.array_equal(pixels(picture), colourful())
    assert picture.alpha is None
    assert picture.notices == ()
    assert picture.image is picture.rgb


@pytest.mark.parametrize("mode", ["L", "P", "1", "RGBA", "LA", "PA"])
def test_png_modes(tmp_path: Path, mode: str) -> None:
    image = Image.fromarray(colourful())
    image = image.convert("L").convert(mode) if mode == "LA" else image.convert(mode)
    if mode == "PA":
        image = image.convert("RGBA")
    image.save(tmp_path / "a.png")
    picture = open_picture(tmp_path / "a.png")
    assert np.array_equal(pixels(picture), np.asarray(image.convert("RGB")))
    assert picture.alpha is None, "opaque pictures have no transparency to keep"


@pytest.mark.parametrize("suffix", ["jpg", "webp", "avif", "gif", "bmp", "tif", "ppm", "jp2"])
def test_other_formats(tmp_path: Path, suffix: str) -> None:
    Image.fromarray(np.full((80, 96, 3), (40, 130, 220), np.uint8)).save(tmp_path / f"a.{suffix}")
    assert np.abs(pixels(open_picture(tmp_path / f"a.{suffix}")).astype(int) - (40, 130, 220)).max() <= 6


def test_photoshop_is_read_as_its_whole(tmp_path: Path) -> None:
    planes = colourful().transpose(2, 0, 1)
    header = b"8BPS" + struct.pack(">H6xHIIHH", 1, 3, SIZE[1], SIZE[0], 8, 3)
    (tmp_path / "a.psd").write_bytes(header + struct.pack(">IIIH", 0, 0, 0, 0) + planes.tobytes())
    picture = open_picture(tmp_path / "a.psd")
    assert np.array_equal(pixels(picture), colourful())
    assert picture.notices == ()


def test_sixteen_bit_grey_is_scaled(tmp_path: Path) -> None:
    grey = (np.linspace(0, 65535, 96 * 80).reshape(80, 96)).astype(np.uint16)
    Image.fromarray(grey).save(tmp_path / "a.png")
    found = pixels(open_picture(tmp_path / "a.png"))[..., 0]
    assert found.min() == 0
    assert found.max() == 255
    assert np.array_equal(found, grey >> 8)


@pytest.mark.parametrize("suffix", ["png", "tif"])
def test_sixteen_bit_colour_is_scaled(tmp_path: Path, suffix: str) -> None:
    deep = colourful().astype(np.uint16) * 257
    cv2.imwrite(str(tmp_path / f"a.{suffix}"), deep[..., ::-1])
    assert np.array_equal(pixels(open_picture(tmp_path / f"a.{suffix}")), colourful())


def test_sixteen_bit_colour_with_transparency(tmp_path: Path) -> None:
    deep = np.dstack([colourful()[..., ::-1], np.full((80, 96), 128, np.uint8)]).astype(np.uint16) * 257
    cv2.imwrite(str(tmp_path / "a.png"), deep)
    picture = open_picture(tmp_path / "a.png")
    assert np.array_equal(pixels(picture), colourful())
    assert picture.alpha is not None
    assert picture.alpha.getextrema() == (128, 128)


@pytest.mark.parametrize(("top", "dtype"), [(1.0, np.float32), (255.0, np.float32), (65535, np.int32)])
def test_deeper_grey_is_scaled(tmp_path: Path, top: float, dtype: type) -> None:
    Image.fromarray((np.linspace(0, top, 96 * 80).reshape(80, 96)).astype(dtype)).save(tmp_path / "a.tif")
    found = pixels(open_picture(tmp_path / "a.tif"))[..., 0].astype(int).ravel()
    assert np.abs(found - np.linspace(0, 255, found.size)).max() <= 1


def test_cmyk_and_its_notice(tmp_path: Path) -> None:
    flat = Image.new("RGB", SIZE, (200, 40, 90)).convert("CMYK")
    flat.save(tmp_path / "a.jpg", quality=95)
    picture = open_picture(tmp_path / "a.jpg")
    assert np.abs(pixels(picture).astype(int) - (200, 40, 90)).max() <= 4
    assert any("CMYK" in notice for notice in picture.notices)


def test_a_broken_print_profile_is_no_reason_to_refuse(tmp_path: Path) -> None:
    Image.new("RGB", SIZE, (200, 40, 90)).convert("CMYK").save(tmp_path / "a.tif", icc_profile=b"nonsense" * 30)
    assert np.abs(pixels(open_picture(tmp_path / "a.tif")).astype(int) - (200, 40, 90)).max() <= 1


def test_colour_profile_is_kept(tmp_path: Path) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    Image.fromarray(colourful()).save(tmp_path / "a.png", icc_profile=profile)
    assert open_picture(tmp_path / "a.png").icc_profile == profile


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("suffix", ["png", "tif"])
def test_exif_orientation_is_applied(tmp_path: Path, orientation: int, suffix: str) -> None:
    turns: dict[int, Callable[[np.ndarray], np.ndarray]] = {
        1: lambda a: a,
        2: lambda a: a[:, ::-1],
        3: lambda a: a[::-1, ::-1],
        4: lambda a: a[::-1],
        5: lambda a: a.transpose(1, 0, 2),
        6: lambda a: np.rot90(a, -1),
        7: lambda a: np.rot90(a, 2).transpose(1, 0, 2),
        8: lambda a: np.rot90(a, 1),
    }
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.fromarray(colourful()).save(tmp_path / f"a.{suffix}", exif=exif)
    picture = open_picture(tmp_path / f"a.{suffix}")
    assert np.array_equal(pixels(picture), turns[orientation](colourful()))
    if suffix == "png":  # Pillow turns a TIFF by itself and says nothing
        assert bool(picture.notices) == (orientation > 1)


@pytest.mark.parametrize("suffix", ["gif", "webp", "png", "tif"])
def test_animated_is_its_first_frame_and_says_so(tmp_path: Path, suffix: str) -> None:
    frames = [Image.new("RGB", SIZE, colour) for colour in ("red", "lime", "blue")]
    options: dict[str, Any] = {"lossless": True} if suffix == "webp" else {}
    frames[0].save(tmp_path / f"a.{suffix}", save_all=True, append_images=frames[1:], **options)
    picture = open_picture(tmp_path / f"a.{suffix}")
    assert (pixels(picture) == (255, 0, 0)).all()
    assert any("3 frames" in notice and "first" in notice for notice in picture.notices)


def transparent() -> np.ndarray:
    """uint8[H, W, 4]: colours everywhere, the left third invisible, the right third half visible."""
    alpha = np.full(colourful().shape[:2], 255, np.uint8)
    alpha[:, :32] = 0
    alpha[:, 64:] = 128
    return np.dstack([colourful(), alpha])


def test_transparency_and_the_colours_under_it_are_remembered(tmp_path: Path) -> None:
    Image.fromarray(transparent()).save(tmp_path / "a.png")
    picture = open_picture(tmp_path / "a.png")
    assert np.array_equal(pixels(picture), colourful())
    assert np.array_equal(np.asarray(picture.alpha), transparent()[..., 3])
    assert any("transparency is kept" in notice for notice in picture.notices)
    shown = np.asarray(picture.image)
    assert (shown[:, :32] == 255).all(), "what nobody sees is shown to the model as white"
    assert np.array_equal(shown[:, 32:64], colourful()[:, 32:64])


def test_transparency_is_put_back(tmp_path: Path) -> None:
    Image.fromarray(transparent()).save(tmp_path / "a.png")
    picture = open_picture(tmp_path / "a.png")
    drawn = np.asarray(picture.image).copy()
    drawn[20:40] = (1, 2, 3)
    layer = np.zeros((*drawn.shape[:2], 4), np.uint8)
    layer[20:40] = (1, 2, 3, 255)
    result = np.asarray(picture.finish(Image.fromarray(drawn), Image.fromarray(layer)))
    expected = transparent()
    expected[20:40, :, :3] = (1, 2, 3)
    assert np.array_equal(result, expected)
    garment = np.asarray(picture.finish_layer(Image.fromarray(layer)))
    assert np.array_equal(garment[20:40, :, 3], transparent()[20:40, :, 3])
    assert not garment[:20, :, 3].any()


@pytest.mark.parametrize("mode", ["P", "L", "1", "I;16"])
def test_one_transparent_colour(tmp_path: Path, mode: str) -> None:
    values = np.zeros((80, 96), np.uint16 if mode == "I;16" else np.uint8)
    values[:, :40] = 1
    image = Image.fromarray(values) if mode != "1" else Image.fromarray(values > 0)
    if mode == "P":
        image.putpalette([10, 20, 30, 40, 50, 60])
    image.save(tmp_path / "a.png", transparency=0)
    picture = open_picture(tmp_path / "a.png")
    assert picture.alpha is not None
    alpha = np.asarray(picture.alpha)
    assert (alpha[:, :40] == 255).all()
    assert (alpha[:, 40:] == 0).all()


@pytest.mark.parametrize("name", ["my hero.png", "主人公.png", "ヒロイン 一.png", "é'\"; $x.png"])
def test_names(tmp_path: Path, name: str) -> None:
    Image.fromarray(colourful()).save(tmp_path / name)
    assert open_picture(tmp_path / name).rgb.size == SIZE


def test_a_wrong_suffix_does_not_matter(tmp_path: Path) -> None:
    Image.fromarray(colourful()).save(tmp_path / "a.jpg", "PNG")
    assert np.array_equal(pixels(open_picture(tmp_path / "a.jpg")), colourful())


# --- masks


def disc(dtype: type = np.uint8) -> np.ndarray:
    y, x = np.mgrid[: SIZE[1], : SIZE[0]]
    return (((x - 48) ** 2 + (y - 40) ** 2 < 25**2) * 255).astype(dtype)


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "1", "P", "LA", "CMYK"])
def test_mask_modes(tmp_path: Path, mode: str) -> None:
    suffix = "tif" if mode == "CMYK" else "png"
    Image.fromarray(disc()).convert("RGB" if mode == "CMYK" else "L").convert(mode).save(tmp_path / f"m.{suffix}")
    mask, _ = open_mask(tmp_path / f"m.{suffix}")
    assert np.array_equal(mask.alpha, disc())


def test_mask_of_sixteen_bits(tmp_path: Path) -> None:
    Image.fromarray(disc(np.uint16) * 257).save(tmp_path / "m.png")
    assert np.array_equal(open_mask(tmp_path / "m.png")[0].alpha, disc())


def test_soft_mask_stays_soft(tmp_path: Path) -> None:
    soft = cv2.GaussianBlur(disc(), (0, 0), 4)
    Image.fromarray(soft).save(tmp_path / "m.png")
    alpha = open_mask(tmp_path / "m.png")[0].alpha
    inner = (soft > 8) & (soft < 247)
    assert np.array_equal(alpha[inner], soft[inner])


def test_jpeg_noise_is_no_mask(tmp_path: Path) -> None:
    Image.fromarray(disc()).save(tmp_path / "m.jpg", quality=92)
    alpha = open_mask(tmp_path / "m.jpg")[0].alpha
    assert not alpha[:, :10].any()
    assert alpha[40, 48] == 255


@pytest.mark.parametrize("beneath", [0, 255])
def test_white_painted_on_transparency(tmp_path: Path, beneath: int) -> None:
    rgba = np.full((*disc().shape, 4), beneath, np.uint8)
    rgba[disc() > 0, :3] = 255
    rgba[..., 3] = disc()
    Image.fromarray(rgba).save(tmp_path / "m.png")
    mask, notices = open_mask(tmp_path / "m.png")
    assert np.array_equal(mask.alpha, disc())
    assert notices == ()


@pytest.mark.parametrize("paint", [(0, 0, 0), (220, 30, 60)])
def test_other_paint_on_transparency(tmp_path: Path, paint: tuple[int, int, int]) -> None:
    rgba = np.dstack([np.full((*disc().shape, 3), paint, np.uint8), disc()])
    Image.fromarray(rgba).save(tmp_path / "m.png")
    mask, notices = open_mask(tmp_path / "m.png")
    assert np.array_equal(mask.alpha, disc())
    assert any("transparent ground" in notice for notice in notices)


def test_black_and_white_on_partly_transparent(tmp_path: Path) -> None:
    rgba = np.dstack([disc(), disc(), disc(), np.full(disc().shape, 255, np.uint8)])
    rgba[:5, :, 3] = 0
    Image.fromarray(rgba).save(tmp_path / "m.png")
    assert np.array_equal(open_mask(tmp_path / "m.png")[0].alpha, disc())


def test_a_mask_that_looks_inverted_is_mentioned(tmp_path: Path) -> None:
    Image.fromarray(255 - disc()).save(tmp_path / "m.png")
    assert any("invert" in notice for notice in open_mask(tmp_path / "m.png")[1])


# --- refusals


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def bomb(width: int, height: int) -> bytes:
    """A small PNG that claims to be huge."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(b"\0" * 100_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def refusal(path: Path, opener: Callable[[Path], object] = open_picture) -> str:
    with pytest.raises(PictureError) as caught:
        opener(path)
    sentence = str(caught.value)
    assert "\n" not in sentence
    assert sentence.endswith((".", "?"))
    assert str(path) in sentence
    return sentence


def test_missing_file_and_the_nearest_name(tmp_path: Path) -> None:
    assert "no file" in refusal(tmp_path / "hero.png")
    Image.fromarray(colourful()).save(tmp_path / "hero1.png")
    assert "hero1.png" in refusal(tmp_path / "hero.png")
    assert "no file" in refusal(tmp_path / "nowhere" / "hero.png")


def test_folder(tmp_path: Path) -> None:
    assert "folder" in refusal(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")
def test_a_pipe_does_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.png")
    assert "ordinary file" in refusal(tmp_path / "a.png")


def test_unreadable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Image.fromarray(colourful()).save(tmp_path / "a.png")

    def denied(self: Path, *args: object, **options: object) -> None:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "open", denied)
    assert "permission" in refusal(tmp_path / "a.png")


def test_empty_file(tmp_path: Path) -> None:
    (tmp_path / "a.png").touch()
    assert "empty" in refusal(tmp_path / "a.png")


@pytest.mark.parametrize("content", [b"hello, I am a text\n" * 30, b"%PDF-1.7 ...", b"%!PS-Adobe-3.0 EPSF-3.0\n" * 20])
def test_no_picture(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.png").write_bytes(content)
    assert "not a picture" in refusal(tmp_path / "a.png")


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp", "avif", "gif", "bmp", "tif", "jp2", "ppm"])
@pytest.mark.parametrize("kept", [12, 0.3, 0.5, 0.9])
def test_truncated(tmp_path: Path, suffix: str, kept: float) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (80, 96, 3), np.uint8)
    Image.fromarray(noise).save(tmp_path / f"a.{suffix}")
    whole = (tmp_path / f"a.{suffix}").read_bytes()
    (tmp_path / f"a.{suffix}").write_bytes(whole[: int(kept * len(whole) if kept < 1 else kept)])
    assert "damaged" in refusal(tmp_path / f"a.{suffix}")


def test_a_library_that_talks_is_kept_quiet(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (80, 96, 3), np.uint8)
    Image.fromarray(noise).save(tmp_path / "a.tif", compression="tiff_lzw")
    data = (tmp_path / "a.tif").read_bytes()
    (tmp_path / "a.tif").write_bytes(data[:8] + b"\xff" * 5000 + data[5008:])
    assert "damaged" in refusal(tmp_path / "a.tif")
    assert capfd.readouterr().err == ""
    os.write(2, b"still there")
    assert capfd.readouterr().err == "still there"


def test_flipped_bits(tmp_path: Path) -> None:
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (80, 96, 3), np.uint8)).save(tmp_path / "a.png")
    data = bytearray((tmp_path / "a.png").read_bytes())
    data[len(data) // 2] ^= 0xFF
    (tmp_path / "a.png").write_bytes(data)
    assert "damaged" in refusal(tmp_path / "a.png")


@pytest.mark.parametrize("size", [(63, 200), (200, 63), (1, 1)])
def test_too_small(tmp_path: Path, size: tuple[int, int]) -> None:
    Image.new("RGB", size).save(tmp_path / "a.png")
    sentence = refusal(tmp_path / "a.png")
    assert f"{size[0]} x {size[1]}" in sentence
    assert "64" in sentence


@pytest.mark.parametrize("size", [(10_001, 10_000), (40_000, 40_000), (2**31 - 1, 2**31 - 1)])
def test_decompression_bombs(tmp_path: Path, size: tuple[int, int]) -> None:
    (tmp_path / "a.png").write_bytes(bomb(*size))
    assert "too large" in refusal(tmp_path / "a.png")
    assert "too large" in refusal(tmp_path / "a.png", open_mask)


def test_a_bomb_in_the_text_is_refused(tmp_path: Path) -> None:
    Image.fromarray(colourful()).save(tmp_path / "a.png")
    data = (tmp_path / "a.png").read_bytes()
    text = chunk(b"zTXt", b"note\0\0" + zlib.compress(b"0" * 200_000_000, 9))
    (tmp_path / "a.png").write_bytes(data[:33] + text + data[33:])
    refusal(tmp_path / "a.png")


# --- saving


def test_saving_never_overwrites(tmp_path: Path) -> None:
    image = Image.fromarray(colourful())
    first = save_png(image, tmp_path / "new" / "a.png")
    second = save_png(image, tmp_path / "new" / "a.png")
    third = save_png(image, tmp_path / "new" / "a.png")
    assert [p.name for p in (first, second, third)] == ["a.png", "a (2).png", "a (3).png"]
    assert save_png(image, first, overwrite=True) == first
    assert sorted(p.name for p in (tmp_path / "new").iterdir()) == ["a (2).png", "a (3).png", "a.png"]


def test_saving_without_hard_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unsupported(*_: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(os, "link", unsupported)
    image = Image.fromarray(colourful())
    names = [save_png(image, tmp_path / "a.png").name for _ in range(2)]
    assert names == ["a.png", "a (2).png"]
    assert len(list(tmp_path.iterdir())) == 2


def test_saving_fails_in_one_sentence_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(PictureError, match="no space left"):
        save_png(Image.fromarray(colourful()), tmp_path / "a.png")
    assert list(tmp_path.iterdir()) == []


def test_folder_for_results_is_checked_and_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    check_folder(tmp_path)
    check_folder(tmp_path / "new" / "deeper")
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "file").touch()
    for folder in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(PictureError, match="is a file"):
            check_folder(folder)
    with pytest.raises(PictureError, match="too long"):
        check_folder(tmp_path / ("x" * 300))

    def denied(self: Path, *_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "mkdir", denied)
    with pytest.raises(PictureError, match="permission denied"):
        check_folder(tmp_path)
