from __future__ import annotations

import numpy as np
import pytest

from training.metrics import (
    PSNR_CEILING,
    delta_e_2000,
    lab,
    masked_mse,
    masked_psnr,
    masked_ssim,
    nearest,
    region_colour_errors,
    ssim_map,
)

# Sharma, Wu and Dalal 2005, table 1: two L*a*b* colours and their CIEDE2000 difference.
SHARMA = [
    ((50.0000, 2.6772, -79.7751), (50.0000, 0.0000, -82.7485), 2.0425),
    ((50.0000, 3.1571, -77.2803), (50.0000, 0.0000, -82.7485), 2.8615),
    ((50.0000, 2.8361, -74.0200), (50.0000, 0.0000, -82.7485), 3.4412),
    ((50.0000, -1.3802, -84.2814), (50.0000, 0.0000, -82.7485), 1.0000),
    ((50.0000, -1.1848, -84.8006), (50.0000, 0.0000, -82.7485), 1.0000),
    ((50.0000, -0.9009, -85.5211), (50.0000, 0.0000, -82.7485), 1.0000),
    ((50.0000, 0.0000, 0.0000), (50.0000, -1.0000, 2.0000), 2.3669),
    ((50.0000, -1.0000, 2.0000), (50.0000, 0.0000, 0.0000), 2.3669),
    ((50.0000, 2.4900, -0.0010), (50.0000, -2.4900, 0.0009), 7.1792),
    ((50.0000, 2.4900, -0.0010), (50.0000, -2.4900, 0.0010), 7.1792),
    ((50.0000, 2.4900, -0.0010), (50.0000, -2.4900, 0.0011), 7.2195),
    ((50.0000, 2.4900, -0.0010), (50.0000, -2.4900, 0.0012), 7.2195),
    ((50.0000, -0.0010, 2.4900), (50.0000, 0.0009, -2.4900), 4.8045),
    ((50.0000, -0.0010, 2.4900), (50.0000, 0.0010, -2.4900), 4.8045),
    ((50.0000, -0.0010, 2.4900), (50.0000, 0.0011, -2.4900), 4.7461),
    ((50.0000, 2.5000, 0.0000), (50.0000, 0.0000, -2.5000), 4.3065),
    ((50.0000, 2.5000, 0.0000), (73.0000, 25.0000, -18.0000), 27.1492),
    ((50.0000, 2.5000, 0.0000), (61.0000, -5.0000, 29.0000), 22.8977),
    ((50.0000, 2.5000, 0.0000), (56.0000, -27.0000, -3.0000), 31.9030),
    ((50.0000, 2.5000, 0.0000), (58.0000, 24.0000, 15.0000), 19.4535),
    ((50.0000, 2.5000, 0.0000), (50.0000, 3.1736, 0.5854), 1.0000),
    ((50.0000, 2.5000, 0.0000), (50.0000, 3.2972, 0.0000), 1.0000),
    ((50.0000, 2.5000, 0.0000), (50.0000, 1.8634, 0.5757), 1.0000),
    ((50.0000, 2.5000, 0.0000), (50.0000, 3.2592, 0.3350), 1.0000),
    ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ((63.0109, -31.0961, -5.8663), (62.8187, -29.7946, -4.0864), 1.2630),
    ((61.2901, 3.7196, -5.3901), (61.4292, 2.2480, -4.9620), 1.8731),
    ((35.0831, -44.1164, 3.7933), (35.0232, -40.0716, 1.5901), 1.8645),
    ((22.7233, 20.0904, -46.6940), (23.0331, 14.9730, -42.5619), 2.0373),
    ((36.4612, 47.8580, 18.3852), (36.2715, 50.5065, 21.2231), 1.4146),
    ((90.8027, -2.0831, 1.4410), (91.1528, -1.6435, 0.0447), 1.4441),
    ((90.9257, -0.5406, -0.9208), (88.6381, -0.8985, -0.7239), 1.5381),
    ((6.7747, -0.2908, -2.4247), (5.8714, -0.0985, -2.2286), 0.6377),
    ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
]


@pytest.fixture
def pictures() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 256, (24, 31, 3)).astype(np.uint8)
    return np.clip(truth + rng.normal(0, 20, truth.shape), 0, 255).astype(np.uint8), truth


@pytest.mark.parametrize(("first", "second", "wanted"), SHARMA)
def test_colour_difference_is_sharmas(first: tuple[float, ...], second: tuple[float, ...], wanted: float) -> None:
    assert float(delta_e_2000(first, second)) == pytest.approx(wanted, abs=5e-5)
    assert float(delta_e_2000(second, first)) == pytest.approx(wanted, abs=5e-5)


def test_colour_differences_of_many_colours_at_once() -> None:
    first, second, wanted = (np.array(column) for column in zip(*SHARMA, strict=True))
    np.testing.assert_allclose(delta_e_2000(first, second), wanted, atol=5e-5)


@pytest.mark.parametrize(
    ("rgb", "wanted"),
    [
        ((255, 255, 255), (100, 0, 0)),
        ((0, 0, 0), (0, 0, 0)),
        ((255, 0, 0), (53.241, 80.093, 67.203)),
        ((0, 255, 0), (87.735, -86.183, 83.179)),
        ((0, 0, 255), (32.297, 79.188, -107.860)),
        ((128, 128, 128), (53.585, 0, 0)),
    ],
)
def test_lab_of_known_colours(rgb: tuple[int, ...], wanted: tuple[float, ...]) -> None:
    np.testing.assert_allclose(lab(rgb), wanted, atol=0.02)


def test_psnr_counts_the_region_alone(pictures: tuple[np.ndarray, np.ndarray]) -> None:
    _, truth = pictures
    image = np.where(truth > 100, truth - 16, truth + 16).astype(np.uint8)
    region = np.zeros(truth.shape[:2], bool)
    region[4:9, 5:20] = True
    image[~region] = 0
    assert masked_mse(image, truth, region) == 256
    assert masked_psnr(image, truth, region) == pytest.approx(20 * np.log10(255 / 16))
    assert masked_psnr(truth, truth, region) == PSNR_CEILING


def test_an_empty_region_cannot_be_measured(pictures: tuple[np.ndarray, np.ndarray]) -> None:
    with pytest.raises(ValueError, match="empty"):
        masked_psnr(*pictures, np.zeros((24, 31), bool))


def test_ssim_is_what_its_definition_says(pictures: tuple[np.ndarray, np.ndarray]) -> None:
    image, truth = pictures
    offsets = np.arange(11) - 5
    window = np.exp(-(offsets**2) / (2 * 1.5**2))
    window = np.outer(window, window) / window.sum() ** 2
    y, x = 12, 15  # far enough from the border that the window fits

    def at_pixel(channel: int) -> float:
        a, b = (p[y - 5 : y + 6, x - 5 : x + 6, channel].astype(float) for p in (image, truth))
        mean_a, mean_b = (window * a).sum(), (window * b).sum()
        var_a, var_b = (window * (a - mean_a) ** 2).sum(), (window * (b - mean_b) ** 2).sum()
        both = (window * (a - mean_a) * (b - mean_b)).sum()
        c1, c2 = 2.55**2, 7.65**2
        return (2 * mean_a * mean_b + c1) * (2 * both + c2) / ((mean_a**2 + mean_b**2 + c1) * (var_a + var_b + c2))

    assert ssim_map(image, truth)[y, x] == pytest.approx(np.mean([at_pixel(c) for c in range(3)]), abs=1e-9)


def test_ssim_of_the_same_and_of_another_picture(pictures: tuple[np.ndarray, np.ndarray]) -> None:
    image, truth = pictures
    region = np.ones(truth.shape[:2], bool)
    assert masked_ssim(truth, truth, region) == pytest.approx(1)
    assert 0.5 < masked_ssim(image, truth, region) < 1
    assert masked_ssim(255 - truth, truth, region) < 0


def test_colour_errors_go_by_region() -> None:
    truth = np.zeros((10, 20, 3), np.uint8)
    truth[:, :10], truth[:, 10:] = (200, 40, 40), (40, 40, 200)
    image = truth.copy()
    image[:, 10:] = (40, 200, 40)
    labels = np.zeros((10, 20), np.uint8)
    labels[:, :10], labels[:, 10:], labels[0, 0] = 12, 14, 16
    same, other = region_colour_errors(image, truth, labels, (12, 14, 16), smallest=2)
    assert same == 0
    assert other == pytest.approx(float(delta_e_2000(lab((40, 200, 40)), lab((40, 40, 200)))))


def test_the_nearest_picture_inside_the_region(pictures: tuple[np.ndarray, np.ndarray]) -> None:
    image, truth = pictures
    region = np.zeros(truth.shape[:2], bool)
    region[:12] = True
    decoy = image.copy()
    decoy[:12] = 255 - decoy[:12]
    assert nearest(image, [decoy, truth, 255 - truth], region) == 1
    assert nearest(image, [decoy, truth, 255 - truth], ~region) == 0
