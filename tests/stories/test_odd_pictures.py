"""Whatever an artist's tools write, it is dressed properly; also what an artist writes, however long."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from conftest import character, coat
from PIL import Image

from ccnet import checkpoints, cli
from ccnet.request import INTENTS, SCHEDULERS


@pytest.fixture(scope="module")
def loaded(model: Path) -> object:
    return checkpoints.load_pipeline(model, device="cpu")


@pytest.fixture
def folder(tmp_path: Path, loaded: object, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder; the model is loaded once for all of these."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(checkpoints, "load_pipeline", lambda *_, **__: loaded)
    coat().save("mask.png")
    return tmp_path


def dress(model: Path, picture: str, *options: str, outfit: str = "blue coat", mask: str = "mask.png") -> np.ndarray:
    """The first result's pixels, after making sure that the program was content."""
    options = ("--model", str(model), "--seed", "1", "--out", "out", *options)
    assert cli.main(["dress", picture, "--mask", mask, "--outfit", outfit, *options]) == 0
    results = sorted(Path("out").glob("*-dressed-*[0-9].png"), key=lambda path: path.stat().st_mtime_ns)
    return np.asarray(Image.open(results[-1]))


def sixteen(grey: bool) -> Callable[[Path], object]:
    def save(path: Path) -> None:
        pixels = np.asarray(character().convert("L") if grey else character())[..., ::-1].astype(np.uint16) * 257
        cv2.imwrite(str(path), pixels[:, ::-1] if grey else pixels)

    return save


def rotated(path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    character().transpose(Image.Transpose.ROTATE_90).save(path, exif=exif)


def animated(path: Path) -> None:
    options = {"save_all": True, "append_images": [Image.new("RGB", character().size)], "lossless": True}
    character().save(path, "WEBP", **options)  # pyright: ignore[reportArgumentType]


def cmyk(path: Path) -> None:
    character().convert("CMYK").save(path, "TIFF")


RGB = np.asarray(character())
GREY = np.asarray(character().convert("L").convert("RGB"))

ODD = {
    "grey": (lambda path: character().convert("L").save(path), GREY, ""),
    "palette": (
        lambda path: character().quantize(64).save(path),
        np.asarray(character().quantize(64).convert("RGB")),
        "",
    ),
    "1-bit": (
        lambda path: character().convert("1").save(path),
        np.asarray(character().convert("1").convert("RGB")),
        "",
    ),
    "16-bit grey": (sixteen(grey=True), GREY, ""),
    "16-bit colour": (sixteen(grey=False), RGB, ""),
    "CMYK": (cmyk, np.asarray(character().convert("CMYK").convert("RGB")), "sRGB"),
    "rotated": (rotated, RGB, "upright"),
    "animated": (animated, RGB, "first"),
}


@pytest.mark.parametrize("kind", ODD)
def test_odd_pictures(folder: Path, model: Path, capsys: pytest.CaptureFixture[str], kind: str) -> None:
    save, expected, notice = ODD[kind]
    save(folder / "odd.png")
    result = dress(model, "odd.png")
    garment = np.asarray(Image.open("out/odd-dressed-1-garment.png"))
    outside = garment[..., 3] == 0
    assert np.array_equal(result[outside], expected[outside])
    assert not np.array_equal(result[~outside], expected[~outside])
    said = capsys.readouterr().err
    assert notice in said
    assert ("Note:" in said) == bool(notice)


def test_a_sprite_stays_transparent_and_can_be_redone(
    folder: Path, model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    alpha = np.full(RGB.shape[:2], 255, np.uint8)
    alpha[:, :35] = 0
    alpha[:, 35:50] = 77
    Image.fromarray(np.dstack([RGB, alpha])).save("sprite.png")
    result = dress(model, "sprite.png")
    assert np.array_equal(result[..., 3], alpha)
    outside = (np.asarray(coat()) == 0) & (np.arange(RGB.shape[1]) < 20)
    assert np.array_equal(result[outside][:, :3], RGB[outside]), "also the colours nobody sees"
    assert cli.main(["redo", "out/sprite-dressed-1.png", "--model", str(model)]) == 0
    assert "Bit-identical" in capsys.readouterr().out


def test_a_small_mask_in_a_large_picture(folder: Path, model: Path) -> None:
    large = Image.fromarray(np.random.default_rng(0).integers(0, 256, (700, 900, 3), np.uint8))
    large.save("large.png")
    mask = np.zeros((700, 900), np.uint8)
    mask[600:640, 800:850] = 255
    Image.fromarray(mask).save("small.png")
    result = dress(model, "large.png", mask="small.png")
    differs = np.any(result != np.asarray(large), axis=-1)
    y, x = np.nonzero(differs)
    assert differs[600:640, 800:850].mean() > 0.9
    assert y.min() > 560
    assert y.max() < 680
    assert x.min() > 760
    assert x.max() < 890


def test_masks_from_other_programs(folder: Path, model: Path) -> None:
    character().save("hero.png")
    expected = dress(model, "hero.png")
    rgba = Image.new("RGBA", coat().size, (255, 255, 255, 0))
    rgba.putalpha(coat())
    rgba.save("painted.png")
    coat().convert("1").save("bits.png")
    coat().convert("RGB").save("colour.png")
    for mask in ("painted.png", "bits.png", "colour.png"):
        assert np.array_equal(dress(model, "hero.png", mask=mask), expected), mask


def test_the_last_of_five_hundred_words_counts(folder: Path, model: Path) -> None:
    character().save("hero.png")
    words = " ".join(f"{colour}{n}" for n in range(125) for colour in ("red", "blue", "lace", "silk"))
    first = dress(model, "hero.png", outfit=words)
    assert np.array_equal(first, dress(model, "hero.png", outfit=words))
    assert not np.array_equal(first, dress(model, "hero.png", outfit=words.removesuffix("silk124") + "hat"))


def test_every_scheduler_and_intent(folder: Path, model: Path) -> None:
    character().save("hero.png")
    results = {dress(model, "hero.png", "--scheduler", name).tobytes() for name in SCHEDULERS}
    assert len(results) > 3
    for intent in INTENTS:
        dress(model, "hero.png", "--intent", intent, "--steps", "4")
