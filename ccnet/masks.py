"""Where to repaint: masks, the crop that is worked on, and the paste that leaves every other pixel alone.

One meaning everywhere: a mask is uint8[H, W], 255 = repaint, 0 = keep, in between = blend. Pixels are counted
from the top left corner. Nothing here knows about models; numpy and OpenCV only.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np

if TYPE_CHECKING:
    from PIL.Image import Image

LATENT_FACTOR = 8
"""Picture pixels per latent pixel along one side, in every Stable Diffusion autoencoder."""

SNAP_SCALE = 1.15
"""A crop that would be enlarged by less than this is worked on at its own size: padding beats resampling."""


class Bounds(NamedTuple):
    """A rectangle in pixels: `x, y` is its top left corner (inclusive). Methods return new rectangles."""

    x: int
    y: int
    width: int
    height: int

    @property
    def box(self) -> tuple[int, int, int, int]:
        """(left, top, right, bottom), right and bottom exclusive, as Pillow's `crop` wants it."""
        return self.x, self.y, self.x + self.width, self.y + self.height

    @property
    def slices(self) -> tuple[slice, slice]:
        """(rows, columns), to index an array [H, W, ...]."""
        return slice(self.y, self.y + self.height), slice(self.x, self.x + self.width)

    def pad(self, pixels: int) -> Bounds:
        """This rectangle with `pixels` more on every side."""
        return Bounds(self.x - pixels, self.y - pixels, self.width + 2 * pixels, self.height + 2 * pixels)

    def clamp(self, width: int, height: int) -> Bounds:
        """Moved, and only if it is larger than the picture also shrunk, so that it lies in a width x height picture."""
        w, h = min(self.width, width), min(self.height, height)
        return Bounds(min(max(self.x, 0), width - w), min(max(self.y, 0), height - h), w, h)

    def grow_to(self, width: int, height: int) -> Bounds:
        """At least `width` x `height`, around the same centre."""
        w, h = max(self.width, width), max(self.height, height)
        return Bounds(self.x - (w - self.width) // 2, self.y - (h - self.height) // 2, w, h)


class Point(NamedTuple):
    """A click on a pixel of the picture: what lies there is wanted or, when not `add`, is not."""

    x: float
    y: float
    add: bool = True


@dataclass(frozen=True, eq=False)
class Mask:
    """A picture of what to repaint. `alpha`: uint8[H, W] (bool is accepted), 255 = repaint. Kept read-only.

    Raises ValueError when `alpha` has another shape or type.
    """

    alpha: np.ndarray

    def __post_init__(self) -> None:
        alpha = np.asarray(self.alpha)
        if alpha.dtype == np.bool_:
            alpha = alpha.astype(np.uint8) * 255
        if alpha.dtype != np.uint8 or alpha.ndim != 2 or 0 in alpha.shape:
            raise ValueError(f"A mask is uint8[H, W], not {alpha.dtype}{list(alpha.shape)}.")
        if alpha.flags.writeable:
            alpha = alpha.copy()
            alpha.flags.writeable = False
        object.__setattr__(self, "alpha", alpha)

    @classmethod
    def from_image(cls, image: Image) -> Mask:
        """From any Pillow image by its brightness; what is transparent counts as black. Values are kept as they are."""
        if "A" in image.getbands() or "transparency" in image.info:
            from PIL import Image as pillow

            image = image.convert("RGBA")
            image = pillow.alpha_composite(pillow.new("RGBA", image.size, (0, 0, 0, 255)), image)
        return cls(np.asarray(image.convert("L")))

    def to_image(self) -> Image:
        """A Pillow image of mode L."""
        from PIL import Image as pillow

        return pillow.fromarray(self.alpha)

    def __bool__(self) -> bool:
        return bool(self.alpha.any())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Mask) and np.array_equal(self.alpha, other.alpha)

    def __hash__(self) -> int:
        return hash((self.alpha.shape, self.alpha.tobytes()))

    @property
    def size(self) -> tuple[int, int]:
        """(width, height), Pillow's order."""
        return self.alpha.shape[1], self.alpha.shape[0]

    @property
    def bounds(self) -> Bounds:
        """The smallest rectangle that holds every pixel above 0; 0 x 0 when the mask is empty."""
        return Bounds(*cv2.boundingRect(self.alpha))

    def crop(self, bounds: Bounds) -> Mask:
        """The part inside `bounds`, which must lie inside the mask."""
        return Mask(self.alpha[bounds.slices])

    def resize(self, size: tuple[int, int]) -> Mask:
        """To (width, height): averaged when it shrinks, linear when it grows."""
        if size == self.size:
            return self
        shrinks = size[0] < self.size[0] or size[1] < self.size[1]
        return Mask(cv2.resize(self.alpha, size, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR))

    def threshold(self, level: int = 1) -> Mask:
        """Hard: 255 where alpha >= `level`, else 0."""
        return Mask(self.alpha >= level)

    def snap(self, tolerance: int = 8) -> Mask:
        """Values within `tolerance` of black or white become black or white: what JPEG does to a mask, undone."""
        alpha = np.where(self.alpha <= tolerance, 0, self.alpha)
        return Mask(np.where(alpha >= 255 - tolerance, 255, alpha).astype(np.uint8))

    def grow(self, pixels: int) -> Mask:
        """Dilated by a disc of radius `pixels`. A hard mask exactly; a soft one keeps its soft edge."""
        if pixels <= 0 or not self:
            return self
        if self._is_hard():
            grown = np.zeros(self.alpha.shape, bool)
            here = self.bounds.pad(pixels).clamp(*self.size).slices
            grown[here] = _distance_to(self.alpha[here] > 0) <= pixels
            return Mask(grown)
        alpha = self.alpha
        while pixels > 0:  # a dilation by large discs costs their area, several small ones almost nothing
            radius = min(pixels, 8)
            disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
            alpha = cv2.dilate(alpha, disc)
            pixels -= radius
        return Mask(alpha)

    def feather(self, pixels: int) -> Mask:
        """A linear ramp outwards: what is 255 stays 255 and falls to 0 just past `pixels` away. Never inwards.

        What the user painted soft is kept where it is stronger than the ramp.
        """
        core = self.alpha == 255
        if pixels <= 0 or not core.any():
            return self
        ramp = 255 * (1 - _distance_to(core) / (pixels + 1))
        return Mask(np.maximum(self.alpha, np.clip(np.rint(ramp), 0, 255).astype(np.uint8)))

    def _is_hard(self) -> bool:
        return bool(((self.alpha == 0) | (self.alpha == 255)).all())


class Fit(NamedTuple):
    """How a part of the picture is brought to the model's size and back.

    `bounds` is the crop, in picture pixels. It is scaled by `scale` (working pixels per picture pixel, the same in
    both directions) and lies centred on a canvas of `width` x `height` working pixels; what is left of the canvas
    repeats the crop's border.
    """

    bounds: Bounds
    width: int
    height: int
    scale: float

    @property
    def content(self) -> Bounds:
        """Where the crop lies on the canvas, in working pixels."""
        w = min(self.width, max(1, round(self.bounds.width * self.scale)))
        h = min(self.height, max(1, round(self.bounds.height * self.scale)))
        return Bounds((self.width - w) // 2, (self.height - h) // 2, w, h)

    def pixels(self, working: float) -> int:
        """A length in working pixels, such as a feather, in picture pixels."""
        return round(working / self.scale)

    def to_canvas(self, image: np.ndarray) -> np.ndarray:
        """uint8[H, W, 3] picture -> uint8[height, width, 3] canvas. Identical pixels when `scale` is 1."""
        content = self.content
        crop = _resize(image[self.bounds.slices], content.width, content.height)
        return self._pad(crop, cv2.BORDER_REPLICATE)

    def mask_to_canvas(self, mask: Mask) -> Mask:
        """The crop's mask -> a hard mask on the canvas: 255 wherever the mask covers any part of a working pixel."""
        size = self.content.width, self.content.height
        touched = mask.threshold().alpha.astype(np.float32)
        touched = cv2.resize(touched, size, interpolation=_interpolation(self.scale, hard=True))
        return Mask(self._pad((touched > 1e-6).astype(np.uint8) * 255, cv2.BORDER_CONSTANT))

    def from_canvas(self, canvas: np.ndarray) -> np.ndarray:
        """uint8[height, width, 3] canvas -> uint8[bounds.height, bounds.width, 3], back at the picture's own size."""
        return _resize(canvas[self.content.slices], self.bounds.width, self.bounds.height)

    def _pad(self, crop: np.ndarray, border: int) -> np.ndarray:
        left, top, right, bottom = self.content.box
        return cv2.copyMakeBorder(crop, top, self.height - bottom, left, self.width - right, border)


def fit(mask: Mask, image_size: tuple[int, int], resolution: int, multiple: int, grow: int = 0) -> Fit:
    """Chooses the crop to work on and the size to work at.

    A picture whose longest side is at most `resolution` is worked on whole. In a larger one the crop is the mask's
    bounds with a quarter of their longest side (at least 32 pixels) of context around, never smaller than
    `resolution` square, its short side at least three quarters of the long one, as far as the picture reaches. The
    canvas has about `resolution` squared pixels and sides that are multiples of `multiple`.

    image_size: (width, height) of the picture. grow: by how many working pixels the mask will be grown; a large one
    gets more context, so that it ends inside the crop. Raises ValueError when the mask is empty.
    """
    if not mask:
        raise ValueError("The mask is empty: paint over the outfit first.")
    width, height = image_size
    if max(width, height) <= resolution:
        crop = Bounds(0, 0, width, height)
    else:
        crop = mask.bounds
        longest = max(crop.width, crop.height)
        # With p pixels around, a pixel is resolution / (longest + 2 p) working pixels; p of them must hold `grow`.
        margin = min(grow + LATENT_FACTOR, resolution / 4)
        crop = crop.pad(round(max(longest / 4, 32, margin * longest / (resolution - 2 * margin))))
        side = max(resolution, round(max(crop.width, crop.height) * 3 / 4))
        crop = crop.grow_to(side, side).clamp(width, height)
    w, h = _canvas_size(crop, resolution, multiple)
    # Use the whole canvas for the picture where the picture reaches that far.
    crop = crop.grow_to(min(width, round(crop.height * w / h)), min(height, round(crop.width * h / w)))
    crop = crop.clamp(width, height)
    scale = min(w / crop.width, h / crop.height)
    return Fit(crop, w, h, 1.0 if 1.0 < scale < SNAP_SCALE else scale)


def _canvas_size(crop: Bounds, resolution: int, multiple: int) -> tuple[int, int]:
    """(width, height) of the canvas for a crop: little padding first, then an area near resolution squared."""
    aspect = crop.width / crop.height
    ideal_w, ideal_h = resolution * math.sqrt(aspect) / multiple, resolution / math.sqrt(aspect) / multiple

    def misfit(size: tuple[int, int]) -> float:
        w, h = size
        return abs(math.log(w / h / aspect)) + abs(math.log(w * h / (ideal_w * ideal_h))) / 2

    widths, heights = ((max(1, math.floor(ideal)), math.floor(ideal) + 1) for ideal in (ideal_w, ideal_h))
    w, h = min(product(widths, heights), key=misfit)
    return w * multiple, h * multiple


def denoise_mask(mask: Mask, grow: int) -> Mask:
    """What the model may redraw: hard, everything the user touched and `grow` pixels more (old outline and shadow)."""
    return mask.threshold().grow(grow)


def paste_mask(mask: Mask, grow: int, feather: int) -> Mask:
    """What is taken from the model's answer: the user's mask, then `feather` pixels of ramp outwards.

    The ramp is kept shorter than `grow`, so that it has ended before the edge of `denoise_mask(mask, grow)`.
    """
    return mask.feather(min(feather, grow - 1))


def latent_mask(mask: Mask, factor: int = LATENT_FACTOR) -> np.ndarray:
    """float32[H / factor, W / factor], 1 where any pixel of a factor x factor block is repainted, else 0.

    Raises ValueError when a side is no multiple of `factor`.
    """
    height, width = mask.alpha.shape
    if height % factor or width % factor:
        raise ValueError(f"{width} x {height} pixels cannot be cut into blocks of {factor} x {factor}.")
    blocks = mask.alpha.reshape(height // factor, factor, width // factor, factor)
    return (blocks.max(axis=(1, 3)) > 0).astype(np.float32)


def paste(image: np.ndarray, patch: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    """`patch` over `image`: uint8[H, W, 3], uint8[H, W, 3], uint8[H, W] -> uint8[H, W, 3].

    Where alpha is 0 the result is `image` bit for bit, where it is 255 it is `patch` bit for bit.
    """
    if image.shape != patch.shape or image.shape[:2] != alpha.shape:
        raise ValueError(f"Sizes differ: picture {image.shape}, patch {patch.shape}, mask {alpha.shape}.")
    a = alpha[..., None].astype(np.uint32)
    return ((patch * a + image * (255 - a) + 127) // 255).astype(np.uint8)


def _distance_to(inside: np.ndarray) -> np.ndarray:
    """bool[H, W] -> float32[H, W]: how many pixels away the nearest True is."""
    return cv2.distanceTransform((~inside).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)


def _interpolation(scale: float, *, hard: bool = False) -> int:
    if scale < 1:
        return cv2.INTER_AREA
    return cv2.INTER_NEAREST if hard else cv2.INTER_LANCZOS4


def _resize(image: np.ndarray, width: int, height: int) -> np.ndarray:
    if image.shape[:2] == (height, width):
        return image
    return cv2.resize(image, (width, height), interpolation=_interpolation(width / image.shape[1]))
