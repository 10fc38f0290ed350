"""Segment Anything: a picture is looked at once, then clicks, boxes and rough masks become masks in milliseconds.

Any `Sam` of the package segment-anything will do, whatever its size and its image encoder. The slow half, the image
encoder, runs once for a picture; its answer is remembered by the picture's content. Masks have the picture's own size,
and only the part of an answer that is not empty is ever enlarged, along the picture's own edges. In a large picture
one number of an answer covers many pixels: `refine` looks again, at parts of it, so that frills and ribbons are whole.

Everything is computed in float32, whatever autocast stands around it.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import cv2
import numpy as np
import torch
from PIL import Image as pillow
from torch import Tensor

from ccnet.masks import Bounds, Mask, Point
from ccnet.samviews import (
    Window,
    agreement,
    cell_colours,
    depths,
    enlarged,
    frame_share,
    rim,
    rough_logits,
    snapped,
    tiles,
)

if TYPE_CHECKING:
    from PIL.Image import Image
    from segment_anything.modeling import Sam

__all__ = ["Bounds", "Mask", "Point", "Segmenter"]

CACHED = 4
"""How many pictures stay remembered: some megabytes each."""

FRAME = 0.6
"""A click's answer that takes more of the picture's frame than this is its background, not a garment."""

AGREEMENT = 0.75
"""A refined part is taken when its intersection over union with the rough mask is at least this."""

REACH = 1 / 64
"""How far, in the picture's longest side, refining may move an edge."""

FINE = 4.0
"""Refining looks closer where one number of the network's covers more pixels than this along one side."""

WHOLE = 0.75
"""A part of the picture that is longer than this times the picture is looked at as a whole: that is remembered."""

VIEWS, VIEWS_SLOW = 24, 4
"""How many parts of a picture `refine` looks at, at most; the second for a large encoder on a CPU, where each takes
seconds."""

LARGE = 50_000_000
"""How many weights such an encoder has."""

PIECES = 8
"""How many separate pieces of a mask are refined, the largest first; the rest stay as they are."""

PRESSES = 3
"""How many points inside a rough mask go with it."""


class View(NamedTuple):
    """A part of the picture as the network saw it. embedding: float32[1, C, h, w], what the image encoder answered.
    cells: float32[grid, grid, 3], the mean colours of what each number of an answer covers, 0..1."""

    window: Window
    embedding: Tensor
    cells: np.ndarray


class Segmenter:
    """One Segment Anything model, and the picture it is looking at.

    sam: on the CPU or on a device, where it stays. name: for people and recipes. views: how many parts of a picture
    `refine` may look at; by default what takes about a second with a small encoder or on a GPU, and far fewer with a
    large one on a CPU.
    """

    def __init__(self, sam: Sam, name: str, views: int | None = None) -> None:
        self.name = name
        self._sam: Any = sam.float().eval().requires_grad_(False)
        self.device = torch.device(sam.device)
        large = sum(weight.numel() for weight in sam.image_encoder.parameters()) > LARGE
        self.views = views or (VIEWS_SLOW if large and self.device.type == "cpu" else VIEWS)
        self._image: Image | None = None
        self._pixels = np.zeros((0, 0, 3), np.uint8)
        self._hidden: np.ndarray | None = None
        self._key = b""
        self._seen: OrderedDict[bytes, View] = OrderedDict()

    @property
    def side(self) -> int:
        """Of the square that the image encoder reads, in pixels."""
        return self._sam.image_encoder.img_size

    @property
    def grid(self) -> int:
        """How many numbers an answer has along one side."""
        return self._sam.prompt_encoder.mask_input_size[0]

    def set_image(self, image: Image) -> None:
        """The picture that the next masks are of, in any mode; what is transparent lies on white and is in no mask.

        The image encoder runs here, unless it saw a picture of this content lately.
        """
        alpha = image.convert("RGBA").getchannel("A") if image.has_transparency_data else None
        rgb = image.convert("RGB")
        if alpha is not None:
            ground = pillow.new("RGB", image.size, "white")
            ground.paste(rgb, mask=alpha)
            rgb = ground
        self._image, self._pixels = rgb, np.asarray(rgb)
        self._hidden = None if alpha is None else np.asarray(alpha) == 0
        size = repr(rgb.size).encode()
        self._key = hashlib.blake2b(self._pixels.tobytes(), digest_size=32, salt=size[:16]).digest()
        self._whole()

    def mask_at(self, points: Sequence[Point] = (), box: Bounds | None = None, rough: Mask | None = None) -> Mask:
        """What lies at the points, inside the box, or about where the rough mask is: a hard mask of the picture's size.

        points: pixels of the picture, to be taken or left out. box: around what is wanted; what of it reaches past the
        picture is cut off. rough: of the picture's size, the answer to earlier clicks or a mask painted by hand.
        A single click is ambiguous (a button, a shirt, a person): of the network's three answers to it the one is taken
        that it trusts most, of those that hold the clicked pixel if any does.

        Raises ValueError for a point outside the picture or on what is transparent, an empty box or rough mask, prompts
        that only take away, a click on the background, and when nothing was found.
        """
        image = self._picture()
        self._check_points(points, image)
        if box is not None:
            box = _inside(box, image)
        if rough is not None:
            self._check_rough(rough, image)
            box = rough.bounds if box is None and not points else box
        elif box is None and not any(point.add for point in points):
            what = "marked as wanted" if points else "clicked"
            raise ValueError(f"Nothing was {what}: click on a garment, or draw a box around it.")
        view = self._whole()
        logits, trust = self._answers(view, points, box, None if rough is None else rough.alpha)
        answer = logits[0]
        if len(points) == 1 and box is None and rough is None:
            answer = logits[1 + _most_trusted(logits[1:], trust[1:], view.window.to_square(_xy(points))[0], self.side)]
        part, inside = self._enlarged(answer, view)
        mask = np.zeros((image.height, image.width), bool)
        mask[part.slices] = inside
        if self._hidden is not None:
            mask &= ~self._hidden
        if not mask.any():
            where = f"at {points[0].x:.0f}, {points[0].y:.0f}" if points else "there"
            raise ValueError(f"Nothing was found {where}: click on the middle of a garment, or draw a box around it.")
        if box is None and rough is None and frame_share(mask) > FRAME:
            raise ValueError("That is the background: click on a garment, or draw a box around it.")
        return Mask(mask)

    def refine(self, mask: Mask) -> Mask:
        """A rough mask with the picture's own edges: its rim is decided anew, what is well inside or outside stays.

        mask: of the picture's size. Each of its pieces is looked at in a part of the picture around it; where that is
        too coarse, in as many smaller parts along its edge as `views` allows. An answer that does not agree with the
        rough mask is dropped; there its own edges are moved to the picture's, where these are near.
        Raises ValueError when the sizes differ.
        """
        image = self._picture()
        self._check_size(mask, image)
        hard = mask.alpha >= 128
        _, labels, stats, _ = cv2.connectedComponentsWithStats(hard.view(np.uint8), connectivity=8)
        order = [label for label in np.argsort(-stats[:, cv2.CC_STAT_AREA]).tolist() if label][:PIECES]
        reach = max(2, round(max(image.size) * REACH))
        result = mask.alpha.copy()
        for label in order:
            around = self._around(Bounds(*stats[label, : cv2.CC_STAT_AREA].tolist()), image)
            own = labels[around.slices]
            piece = own == label
            refined = self._look_closer(own > 0, piece, around, reach, max(1, self.views // len(order)))
            changed = (refined != piece) & (piece | (own == 0))
            result[around.slices][changed] = np.where(refined[changed], 255, 0)
        if self._hidden is not None:
            result[self._hidden] = 0
        return Mask(result)

    def _look_closer(self, hard: np.ndarray, piece: np.ndarray, around: Bounds, reach: int, views: int) -> np.ndarray:
        """bool[h, w] piece of a mask inside `around` -> the same with the picture's edges. hard: all of the mask."""
        may_change = rim(piece, reach)
        closer: list[tuple[Bounds, Bounds]] = []
        if views > 1 and Window.of(around, self.side).cell(self.grid) > FINE:
            closer = list(tiles(rim(piece, 1), round(FINE * self.grid), views))
        if not closer:
            return np.where(may_change, self._second_opinion(hard, piece, around), piece)
        refined = piece.copy()
        for tile, used in closer:
            there = Bounds(around.x + tile.x, around.y + tile.y, tile.width, tile.height)
            opinion = self._second_opinion(hard[tile.slices], piece[tile.slices], there)
            within = Bounds(used.x - tile.x, used.y - tile.y, used.width, used.height)
            refined[used.slices] = np.where(may_change[used.slices], opinion[within.slices], piece[used.slices])
        return refined

    def _second_opinion(self, hard: np.ndarray, piece: np.ndarray, bounds: Bounds) -> np.ndarray:
        """What the network finds at bool[h, w] `piece` of `bounds`: that of its answers which agrees best, or when none
        does, `piece` with its edges on those of the picture. hard: the whole mask there."""
        if piece.all() or not piece.any():
            return piece
        view = self._view(bounds)
        box = Bounds(*cv2.boundingRect(piece.astype(np.uint8)))
        inside = depths(piece, PRESSES) + np.array([bounds.x, bounds.y])
        box = Bounds(box.x + bounds.x, box.y + bounds.y, box.width, box.height)
        rough = piece.astype(np.uint8) * 255
        logits, _ = self._answers(view, [Point(x, y) for x, y in inside.tolist()], box, rough)
        # A network may take a pair of shoes for one thing: then both are right.
        meant = [rough_logits(each.astype(np.uint8) * 255, view.window, self.grid) > 0 for each in (piece, hard)]
        best = max(logits, key=lambda answer: max(agreement(answer > 0, each) for each in meant))
        part, found = self._enlarged(best, view)
        opinion = np.zeros_like(piece)
        opinion[part.y - bounds.y :, part.x - bounds.x :][: part.height, : part.width] = found
        if max(agreement(opinion, piece), agreement(opinion, hard)) >= AGREEMENT:
            return opinion
        opinion = snapped(piece, self._pixels[bounds.slices])
        return opinion if agreement(opinion, piece) >= AGREEMENT else piece

    def _around(self, bounds: Bounds, image: Image) -> Bounds:
        """The part of the picture in which to look at a piece: some room on every side, and about square."""
        longest = max(bounds.width, bounds.height)
        side = max(longest + longest // 2, self.side // 2)
        if side > WHOLE * max(image.size):
            return Bounds(0, 0, *image.size)
        return bounds.grow_to(side, side).clamp(*image.size)

    def _answers(
        self, view: View, points: Sequence[Point], box: Bounds | None, rough: np.ndarray | None
    ) -> tuple[np.ndarray, np.ndarray]:
        """All answers, float32[N, grid, grid], the first for clear prompts, the rest for a single click; and how much
        the network trusts each, float32[N], about 0 to 1.

        rough: uint8[h, w] of the view's bounds.
        """
        at = wanted = corners = shown = None
        if points:
            at = torch.from_numpy(view.window.to_square(_xy(points)))[None].to(self.device)
            wanted = torch.tensor([[int(point.add) for point in points]], device=self.device)
        if box is not None:
            left, top, right, bottom = box.box
            corners = torch.from_numpy(view.window.to_square(np.array([[left, top], [right, bottom]])).reshape(1, 4))
            corners = corners.to(self.device)
        if rough is not None:
            shown = torch.from_numpy(rough_logits(rough, view.window, self.grid))[None, None].to(self.device)
        encoder, decoder = self._sam.prompt_encoder, self._sam.mask_decoder
        with torch.inference_mode(), torch.autocast(self.device.type, enabled=False):
            sparse, dense = encoder(None if at is None else (at, wanted), corners, shown)
            logits, trust = decoder.predict_masks(view.embedding, encoder.get_dense_pe(), sparse, dense)
        return logits[0].cpu().numpy(), trust[0].cpu().numpy()

    def _enlarged(self, answer: np.ndarray, view: View) -> tuple[Bounds, np.ndarray]:
        return enlarged(answer, view.window, self._pixels[view.window.bounds.slices], view.cells)

    def _whole(self) -> View:
        """The whole picture, which is remembered."""
        if self._key not in self._seen:
            self._seen[self._key] = self._view(Bounds(0, 0, *self._picture().size))
            while len(self._seen) > CACHED:
                self._seen.popitem(last=False)
        self._seen.move_to_end(self._key)
        return self._seen[self._key]

    def _view(self, bounds: Bounds) -> View:
        """A part of the picture, through the image encoder."""
        image = self._picture()
        if self._key in self._seen and bounds == (0, 0, *image.size):
            return self._seen[self._key]
        window = Window.of(bounds, self.side)
        scaled = image.resize((window.width, window.height), pillow.Resampling.BILINEAR, box=bounds.box)
        pixels = torch.from_numpy(np.array(scaled)).permute(2, 0, 1)[None].to(self.device)
        with torch.inference_mode(), torch.autocast(self.device.type, enabled=False):
            embedding = self._sam.image_encoder(self._sam.preprocess(pixels.float()))
        return View(window, embedding, cell_colours(self._pixels[bounds.slices], window, self.grid))

    def _picture(self) -> Image:
        if self._image is None:
            raise RuntimeError("set_image comes before a mask is asked for.")
        return self._image

    def _check_points(self, points: Sequence[Point], image: Image) -> None:
        for x, y, _ in points:
            if not (0 <= x < image.width and 0 <= y < image.height):
                raise ValueError(
                    f"The point {x:.0f}, {y:.0f} lies outside the picture, which is {image.width} x {image.height} "
                    "pixels: click inside it."
                )
        for x, y, add in points:
            if add and self._hidden is not None and self._hidden[int(y), int(x)]:
                raise ValueError(f"The picture is transparent at {x:.0f}, {y:.0f}: click on a garment.")

    def _check_rough(self, rough: Mask, image: Image) -> None:
        self._check_size(rough, image)
        if not rough:
            raise ValueError("The rough mask is empty: paint over the garment first, or click on it.")

    def _check_size(self, mask: Mask, image: Image) -> None:
        if mask.size != image.size:
            raise ValueError(
                f"The mask is {mask.size[0]} x {mask.size[1]} pixels but the picture is {image.width} x "
                f"{image.height}: they must be the same size."
            )


def _inside(box: Bounds, image: Image) -> Bounds:
    if box.width <= 0 or box.height <= 0:
        raise ValueError(f"The box is {box.width} x {box.height} pixels: draw one around a garment.")
    left, top, right, bottom = box.box
    left, top, right, bottom = max(left, 0), max(top, 0), min(right, image.width), min(bottom, image.height)
    if right <= left or bottom <= top:
        raise ValueError(
            f"The box lies outside the picture, which is {image.width} x {image.height} pixels: draw one inside it."
        )
    return Bounds(left, top, right - left, bottom - top)


def _xy(points: Sequence[Point]) -> np.ndarray:
    return np.array([(point.x, point.y) for point in points], np.float64)


def _most_trusted(logits: np.ndarray, trust: np.ndarray, clicked: np.ndarray, side: int) -> int:
    """The answer that the network trusts most, of those that hold the clicked point, (x, y) in the square, if any."""
    column, row = ((clicked + 0.5) * logits.shape[-1] / side).astype(int).clip(0, logits.shape[-1] - 1)
    near = (slice(max(0, row - 1), row + 2), slice(max(0, column - 1), column + 2))  # thin things fall between cells
    holds = [bool((answer[near] > 0).any()) for answer in logits]
    return max(range(len(logits)), key=lambda index: (holds[index], trust[index]))
