"""The leak guard before and after drawing."""

from __future__ import annotations

import cv2
import numpy as np
from PIL import Image

from ccnet.leaks import LEAK_THRESHOLD, check_after, check_before
from ccnet.masks import Mask

SIZE = 128


def scene(cloth: tuple[int, int, int] = (200, 40, 60)) -> tuple[Image.Image, Mask]:
    """A garment with a dark outline and a shadow below it, on a plain ground; the mask holds its cloth alone."""
    picture = np.full((SIZE, SIZE, 3), (220, 230, 240), np.uint8)
    cv2.ellipse(picture, (64, 100), (34, 6), 0, 0, 360, (150, 60, 80), -1)
    cv2.rectangle(picture, (40, 40), (88, 96), (60, 20, 30), -1)
    cv2.rectangle(picture, (43, 43), (85, 93), cloth, -1)
    cloth_only = np.zeros((SIZE, SIZE), bool)
    cloth_only[43:94, 43:86] = True
    return Image.fromarray(picture), Mask(cloth_only)


def test_a_mask_past_the_outline_does_not_leak() -> None:
    image, old = scene()
    assert check_before(image, old.grow(14), old.grow(3)) is None


def test_an_outline_beside_the_mask_is_told_with_its_cure() -> None:
    image, cloth = scene()
    old = cloth.grow(3)
    warning = check_before(image, cloth, old)
    assert warning is not None
    assert warning.outside_pixels > 100
    assert 3 <= warning.grow <= 14
    assert str(warning.grow) in warning.notice
    again = check_before(image, cloth.grow(warning.grow), old)
    assert again is None or again.outside_pixels < warning.outside_pixels / 10


def test_what_is_kept_on_purpose_never_counts() -> None:
    image, cloth = scene()
    everything = Mask(np.ones((SIZE, SIZE), bool))
    assert check_before(image, cloth, cloth.grow(3), keep=everything) is None


def test_no_garment_leaks_nothing() -> None:
    image, cloth = scene()
    nothing = Mask(np.zeros((SIZE, SIZE), bool))
    assert check_before(image, cloth, nothing) is None
    assert check_after(image, image, cloth, nothing) == 0


def test_the_palette_that_is_left_runs_from_none_to_all() -> None:
    image, old = scene()
    other, _ = scene((40, 160, 90))
    mask = old.grow(10)
    half = image.copy()
    half.paste(other.crop((0, 0, 64, SIZE)), (0, 0))
    assert check_after(image, image, mask, old) > 0.99
    assert check_after(image, other, mask, old) < 0.05 < LEAK_THRESHOLD
    assert 0.4 < check_after(image, half, mask, old) < 0.6


def test_noise_is_not_another_garment() -> None:
    image, old = scene()
    noise = np.random.default_rng(0).normal(0, 3, (SIZE, SIZE, 3))
    noisy = Image.fromarray(np.clip(np.asarray(image) + noise, 0, 255).astype(np.uint8))
    assert check_after(image, noisy, old.grow(8), old) > 0.9
