"""Measures of a picture against the true one: PSNR, SSIM, colour difference, nearest of several. numpy and OpenCV only.

Pictures are uint8[H, W, 3] RGB, regions bool[H, W]. Everything is measured inside a region, since what lies outside the
mask is pasted back and would flatter every number.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

PSNR_CEILING = 100.0
"""In dB, what identical pictures score: their PSNR is infinite, which no mean and no JSON can hold."""

SSIM_WINDOW = 11
SSIM_SIGMA = 1.5
SSIM_C1, SSIM_C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2

# sRGB (IEC 61966-2-1) to CIE XYZ, and the white of D65 for the 2 degree observer.
_TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
_WHITE = _TO_XYZ.sum(1)


def masked_mse(image: NDArray[np.uint8], truth: NDArray[np.uint8], region: NDArray[np.bool_]) -> float:
    """Mean squared error over the region's pixels and channels, 0 to 255 squared.

    Raises ValueError when the region is empty.
    """
    if not region.any():
        raise ValueError("the region is empty: there is nothing to measure")
    error = image[region].astype(np.float64) - truth[region]
    return float(np.mean(error * error))


def masked_psnr(image: NDArray[np.uint8], truth: NDArray[np.uint8], region: NDArray[np.bool_]) -> float:
    """Peak signal-to-noise ratio over the region, in dB, at most `PSNR_CEILING`."""
    mse = masked_mse(image, truth, region)
    return min(PSNR_CEILING, 10 * float(np.log10(255**2 / mse))) if mse > 0 else PSNR_CEILING


def ssim_map(image: NDArray[np.uint8], truth: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Structural similarity at every pixel, mean over channels: float64[H, W], -1 to 1.

    Wang et al. 2004: Gaussian window 11 x 11 with sigma 1.5, K1 = 0.01, K2 = 0.03, population variances (what
    scikit-image computes with gaussian_weights=True, use_sample_covariance=False).
    """

    def blurred(a: NDArray[np.float64]) -> NDArray[np.float64]:
        # The half-sample reflection that scipy.ndimage, and so scikit-image, continue a picture with.
        window = (SSIM_WINDOW, SSIM_WINDOW)
        return np.asarray(cv2.GaussianBlur(a, window, SSIM_SIGMA, borderType=cv2.BORDER_REFLECT), np.float64)

    x, y = image.astype(np.float64), truth.astype(np.float64)
    mean_x, mean_y = blurred(x), blurred(y)
    var_x, var_y = blurred(x * x) - mean_x**2, blurred(y * y) - mean_y**2
    covariance = blurred(x * y) - mean_x * mean_y
    likeness = (2 * mean_x * mean_y + SSIM_C1) * (2 * covariance + SSIM_C2)
    return (likeness / ((mean_x**2 + mean_y**2 + SSIM_C1) * (var_x + var_y + SSIM_C2))).mean(-1)


def masked_ssim(image: NDArray[np.uint8], truth: NDArray[np.uint8], region: NDArray[np.bool_]) -> float:
    """Mean of `ssim_map` over the region. Windows at its border see pixels outside: give it pasted pictures."""
    return float(ssim_map(image, truth)[region].mean())


def lab(rgb: ArrayLike) -> NDArray[np.float64]:
    """sRGB [..., 3], 0 to 255, to CIE L*a*b* (D65) [..., 3]: L 0 to 100, a and b about -110 to 110."""
    v = np.asarray(rgb, np.float64) / 255
    linear = np.where(v <= 0.04045, v / 12.92, ((v + 0.055) / 1.055) ** 2.4)
    t = linear @ _TO_XYZ.T / _WHITE
    f = np.where(t > (6 / 29) ** 3, np.cbrt(t), t / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.stack([116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])], -1)


def delta_e_2000(first: ArrayLike, second: ArrayLike) -> NDArray[np.float64]:
    """CIEDE2000 between L*a*b* colours [..., 3]: [...]; about 1 is just noticeable, 10 clearly another colour.

    Sharma, Wu and Dalal 2005, "The CIEDE2000 color-difference formula", with kL = kC = kH = 1; names as there.
    """
    l1, a1, b1 = np.moveaxis(np.asarray(first, np.float64), -1, 0)
    l2, a2, b2 = np.moveaxis(np.asarray(second, np.float64), -1, 0)
    c_mean = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2
    g = 0.5 * (1 - np.sqrt(c_mean**7 / (c_mean**7 + 25.0**7)))
    a1, a2 = (1 + g) * a1, (1 + g) * a2
    c1, c2 = np.hypot(a1, b1), np.hypot(a2, b2)
    h1, h2 = np.degrees(np.arctan2(b1, a1)) % 360, np.degrees(np.arctan2(b2, a2)) % 360

    grey = c1 * c2 == 0
    turn = np.where(grey, 0, (h2 - h1 + 180) % 360 - 180)
    turn = np.where(~grey & (h2 - h1 == 180), 180, turn)  # an exact half turn keeps its sign
    d_l, d_c, d_h = l2 - l1, c2 - c1, 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn) / 2)

    l_mean, c_mean, total = (l1 + l2) / 2, (c1 + c2) / 2, h1 + h2
    wrapped = np.where(total < 360, total + 360, total - 360)
    h_mean = np.where(grey, total, np.where(np.abs(h1 - h2) <= 180, total, wrapped) / 2)
    t = (
        1
        - 0.17 * np.cos(np.radians(h_mean - 30))
        + 0.24 * np.cos(np.radians(2 * h_mean))
        + 0.32 * np.cos(np.radians(3 * h_mean + 6))
        - 0.20 * np.cos(np.radians(4 * h_mean - 63))
    )
    s_l = 1 + 0.015 * (l_mean - 50) ** 2 / np.sqrt(20 + (l_mean - 50) ** 2)
    s_c, s_h = 1 + 0.045 * c_mean, 1 + 0.015 * c_mean * t
    d_theta = 30 * np.exp(-(((h_mean - 275) / 25) ** 2))
    r_t = -np.sin(np.radians(2 * d_theta)) * 2 * np.sqrt(c_mean**7 / (c_mean**7 + 25.0**7))
    x_l, x_c, x_h = d_l / s_l, d_c / s_c, d_h / s_h
    return np.sqrt(np.maximum(x_l**2 + x_c**2 + x_h**2 + r_t * x_c * x_h, 0))


def region_colour_errors(
    image: NDArray[np.uint8],
    truth: NDArray[np.uint8],
    labels: NDArray[np.uint8],
    classes: Sequence[int],
    smallest: int,
) -> list[float]:
    """CIEDE2000 between the mean L*a*b* colours of both pictures, one for each class with `smallest` pixels or more.

    labels: uint8[H, W], the truth's label map.
    """
    regions = [labels == c for c in classes]
    regions = [region for region in regions if np.count_nonzero(region) >= smallest]
    return [float(delta_e_2000(lab(image[r]).mean(0), lab(truth[r]).mean(0))) for r in regions]


def nearest(image: NDArray[np.uint8], others: Sequence[NDArray[np.uint8]], region: NDArray[np.bool_]) -> int:
    """The index of the picture with the smallest mean squared error inside the region."""
    return int(np.argmin([masked_mse(image, other, region) for other in others]))
