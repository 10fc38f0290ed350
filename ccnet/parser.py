"""Picture -> garment map: SegFormer networks, the small one that is shipped and those trained on photographs.

A network sees the whole picture at its own resolution; what it says is brought to the map's working size along the
picture's own edges. Networks speak of different classes ("Upper-clothes", "Left-shoe"); their labels' names decide
which of `ccnet.garments.CLASSES` each is counted as.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import cv2
import numpy as np
import torch
from PIL.Image import Image
from safetensors import SafetensorError
from torch import nn
from transformers import SegformerConfig, SegformerForSemanticSegmentation

from ccnet.edge_segformer import EdgeSegformer
from ccnet.formats import CheckpointError, read_header
from ccnet.garments import CLASSES, GarmentMap
from ccnet.modelfolder import read_json

WORKING_SIDE = 1024
"""The long side, in pixels, of the largest map: finer edges are the segmenter's."""

RESOLUTION = 512
"""The long side, in pixels, that a network sees when its config does not say."""

MULTIPLE = 32
"""Sides of what a SegFormer sees are multiples of this: its deepest level is that much smaller."""

RADIUS = 1
SMOOTHNESS = 1e-5
"""Of the guided filter: the window's reach in pixels of the network's size, and the variance of colours (0..1) below
which a window counts as one flat colour."""

SHARPEN_FROM = 1.2
"""How many times larger the picture must be than what the network saw, for its edges to be followed. Below that the
network's own edges are the better ones."""

LOOKS = (1, 9 / 8)
"""The sizes at which the starter sees a picture, in shares of its own, and mirrored. On unseen paper dolls of 256
pixels the mean IoU of the garments is 0.941 at one look, 0.946 with a mirrored one, 0.948 with both at both sizes.
Larger sizes are no better."""

IMAGENET = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
"""(mean, std) of the colours of the photographs that most encoders were trained on."""

CONFIG = "config.json"

AGAIN = "get it again (the starter: with git checkout, or train it: python -m training.masks)"
"""What to do about a parser that is broken, as the end of a sentence."""

PRESENT = 0.02
"""A class that is nowhere likelier than this is left out of the sharpening."""

Labels = Sequence[str]
"""For each output of a network the class of `CLASSES` that it counts as."""

_ALIKE = {
    # ATR's eighteen, as segformer_b2_clothes and most human parsers have them.
    "sunglasses": "eyewear",
    "upper clothes": "topwear",
    "skirt": "bottomwear",
    "pants": "bottomwear",
    "dress": "topwear",
    "belt": "bottomwear",
    "left shoe": "footwear",
    "right shoe": "footwear",
    "hat": "headwear",
    "left leg": "body",
    "right leg": "body",
    "left arm": "body",
    "right arm": "body",
    "bag": "objects",
    "scarf": "neckwear",
    # LIP's, where they differ.
    "glove": "handwear",
    "coat": "topwear",
    "socks": "legwear",
    "jumpsuits": "topwear",
    # Fashionpedia's garments. It has no class for skin, hair or face: they are background to such a network.
    "unlabelled": "background",
    "shirt blouse": "topwear",
    "top t shirt sweatshirt": "topwear",
    "sweater": "topwear",
    "cardigan": "topwear",
    "jacket": "topwear",
    "vest": "topwear",
    "shorts": "bottomwear",
    "jumpsuit": "topwear",
    "cape": "topwear",
    "glasses": "eyewear",
    "headband head covering hair accessory": "headwear",
    "tie": "neckwear",
    "watch": "objects",
    "leg warmer": "legwear",
    "tights stockings": "legwear",
    "sock": "legwear",
    "shoe": "footwear",
    "bag wallet": "objects",
    "umbrella": "objects",
    "bow": "neckwear",
    "ribbon": "neckwear",
    **dict.fromkeys(("hood", "collar", "lapel", "epaulette", "sleeve", "pocket", "neckline", "buckle"), "topwear"),
    **dict.fromkeys(("zipper", "applique", "bead", "flower", "fringe", "rivet", "ruffle", "sequin"), "topwear"),
    "tassel": "topwear",
}
"""What other data sets call their classes, in lower case and without punctuation. The parts of garments at the end
lie on a top more often than on anything else."""


class Parser(Protocol):
    """Anything that finds the clothes in a picture. name: for people and recipes."""

    name: str

    def __call__(self, image: Image) -> GarmentMap:
        """Of an RGB picture of any size; the map's long side is the picture's, at most `WORKING_SIDE`."""
        ...


class SegformerParser:
    """A SegFormer with a table from its labels to the classes of a garment map.

    model: answers `model(pixel_values=...)` with `.logits` of any size, one channel per label.
    labels: see `Labels`. resolution: the long side in pixels that it sees. mean, std: of RGB in 0..1, as it was
    trained. flip: looks at the mirrored picture as well and takes the mean, in twice the time. looks: takes the mean of
    what it sees at several sizes, in shares of `resolution`, the first of them 1.
    Raises ValueError for a label that is no class.
    """

    def __init__(
        self,
        model: nn.Module,
        labels: Labels = CLASSES,
        name: str = "segformer",
        resolution: int = RESOLUTION,
        *,
        mean: Sequence[float] = (0.5, 0.5, 0.5),
        std: Sequence[float] = (0.5, 0.5, 0.5),
        flip: bool = False,
        looks: Sequence[float] = (1,),
    ) -> None:
        self.name = name
        self.resolution = resolution
        self.flip = flip
        self.looks = looks
        self._model = model.eval().requires_grad_(False)
        self._into = _table(labels)
        self._mean, self._std = np.asarray(mean, np.float32), np.asarray(std, np.float32)

    def __call__(self, image: Image) -> GarmentMap:
        """Of an RGB picture of any size. Pictures of other modes are turned into RGB, transparency is ignored."""
        picture = np.asarray(image.convert("RGB"))
        seen = [self._look(picture, round(share * self.resolution)) for share in self.looks]
        height, width = seen[0].shape[1:]
        soft = np.mean([[resized(plane, width, height) for plane in each] for each in seen], axis=0)
        working = at_side(picture, min(WORKING_SIDE, max(image.size)))
        return GarmentMap(as_bytes(edge_aware(soft, working)), image.size, parser=self.name)

    def _look(self, picture: np.ndarray, resolution: int) -> np.ndarray:
        """uint8[H, W, 3] -> float32[21, h, w], the likelihood of each class, the long side of h and w `resolution`."""
        canvas, (height, width) = to_canvas(picture, resolution)
        return self._seen(canvas)[:, :height, :width]

    @torch.inference_mode()
    def _seen(self, canvas: np.ndarray) -> np.ndarray:
        """uint8[h, w, 3] -> float32[21, h, w], the likelihood of each class."""
        values = (canvas.astype(np.float32) / 255 - self._mean) / self._std
        device = next(self._model.parameters()).device
        pixels = torch.from_numpy(np.ascontiguousarray(values.transpose(2, 0, 1)))[None].to(device)
        logits = self._model(pixel_values=pixels).logits
        if self.flip:
            # After the mirror, left and right labels have changed places: each is counted before the mean is taken.
            mirrored = self._counted(self._model(pixel_values=pixels.flip(-1)).logits, canvas.shape[:2]).flip(-1)
            return ((self._counted(logits, canvas.shape[:2]) + mirrored) / 2).cpu().numpy()
        return self._counted(logits, canvas.shape[:2]).cpu().numpy()

    def _counted(self, logits: torch.Tensor, size: tuple[int, ...]) -> torch.Tensor:
        """[1, labels, any size] -> [21, h, w]: the labels' likelihoods at full size, summed into classes."""
        likely = nn.functional.interpolate(logits.float(), size, mode="bilinear", align_corners=False).softmax(1)[0]
        if torch.equal(self._into, torch.arange(len(CLASSES))):
            return likely
        return likely.new_zeros(len(CLASSES), *size).index_add_(0, self._into.to(likely.device), likely)


def to_canvas(picture: np.ndarray, resolution: int) -> tuple[np.ndarray, tuple[int, int]]:
    """What a SegFormer sees of uint8[H, W, 3]: the long side resized to `resolution`, the right and lower borders
    repeated until both sides are multiples of `MULTIPLE`; and the (height, width) that the picture takes of it.

    Training prepares its pictures with this, too.
    """
    sized = at_side(picture, resolution)
    height, width = sized.shape[:2]
    canvas = cv2.copyMakeBorder(sized, 0, -height % MULTIPLE, 0, -width % MULTIPLE, cv2.BORDER_REPLICATE)
    return canvas, (height, width)


def edge_aware(soft: np.ndarray, image: np.ndarray) -> np.ndarray:
    """Soft maps at a network's size, brought to the picture's and made to follow its edges.

    soft: float32[C, h, w], 0..1, of the same aspect. image: uint8[H, W, 3] RGB. Returns float32[C, H, W], 0..1,
    summing to 1 as `soft` does.

    A guided filter (He, Sun and Tang 2013), its linear models of colour -> likelihood fitted at the small size and
    evaluated at the large one: flat colours keep their class up to the outline. On 1024-pixel paper dolls whose exact
    labels went through a network's output for 384 pixels, the mean IoU of the garments rises from 0.919 to 0.943 (the
    worst from 0.56 to 0.65), with a network's noise on top from 0.851 to 0.865; JPEG halves the gain. Wider windows
    lose ribbons and straps. Where the picture is hardly larger than the maps these are only resized.
    """
    (height, width), (h, w) = image.shape[:2], soft.shape[1:]
    if max(height / h, width / w) < SHARPEN_FROM:
        return np.stack([resized(likely, width, height) for likely in soft])
    low = resized(image, w, h).astype(np.float32).transpose(2, 0, 1) / 255
    high = image.astype(np.float32).transpose(2, 0, 1) / 255
    mean = _box(low)
    spread = np.stack([_box(low * channel) for channel in low]) - mean * mean[:, None]
    spread = np.moveaxis(spread, (0, 1), (-2, -1)) + SMOOTHNESS * np.eye(3, dtype=np.float32)
    inverse = np.moveaxis(np.linalg.inv(spread), (-2, -1), (0, 1))
    sharp = np.zeros((len(soft), height, width), np.float32)
    for likely, target in zip(soft, sharp, strict=True):
        if likely.max() < PRESENT:
            continue
        level = _box(likely[None])
        slope = (inverse * (_box(low * likely) - mean * level)).sum(axis=1)
        offset = level - (slope * mean).sum(axis=0)
        model = _box(np.concatenate((slope, offset)))
        target += resized(model[3], width, height)
        for channel, steepness in zip(high, model[:3], strict=True):
            target += channel * resized(steepness, width, height)
    np.clip(sharp, 0, 1, out=sharp)
    sharp /= np.maximum(sharp.sum(axis=0), 1e-6)
    return sharp


def label_classes(names: Mapping[int, str]) -> tuple[str, ...]:
    """For each output of a network, by its `id2label`, the class of `CLASSES` that it counts as.

    Raises ValueError for a name that is no known data set's.
    """
    if len(names) == len(CLASSES) and all(name == f"LABEL_{index}" for index, name in names.items()):
        return CLASSES  # unnamed, as a config is that was made in code
    classes = []
    for index in range(len(names)):
        words = re.sub(r"[^a-z]+", " ", names[index].lower()).strip()
        found = words if words in CLASSES else _ALIKE.get(words)
        if found is None:
            raise ValueError(f'its label "{names[index]}" is no piece of clothing that is known')
        classes.append(found)
    return tuple(classes)


def load_parser_folder(folder: Path, name: str | None = None, *, device: str = "cpu") -> SegformerParser:
    """A parser from a folder in transformers' layout: config.json, model.safetensors and, if it is there,
    preprocessor_config.json.

    name: by default the folder's. device: torch's. Weights of any precision are computed with in float32. The config's
    `ccnet_resolution` is the long side in pixels that the network sees. Raises CheckpointError when a file is missing,
    broken or of another network, or a label is no known class.
    """
    config, weights = read_config(folder), folder / "model.safetensors"
    resolution = config.get("ccnet_resolution", RESOLUTION)
    if not isinstance(resolution, int) or not MULTIPLE <= resolution <= 4096:
        raise CheckpointError(f'{folder / CONFIG} asks for pictures of "{resolution}" pixels: {AGAIN}.')
    if not weights.is_file():
        raise CheckpointError(f"The parser's weights {weights} are missing: {AGAIN}.")
    try:
        read_header(weights)
    except CheckpointError as error:
        raise CheckpointError(f"{str(error).removesuffix('.')}; {AGAIN}.") from error
    try:
        settings: Any = SegformerConfig.from_dict(config)
        labels = label_classes({int(index): name for index, name in (settings.id2label or {}).items()})
        own = config.get("architectures") == [EdgeSegformer.__name__]
        network: Any = EdgeSegformer if own else SegformerForSemanticSegmentation
        model, report = network.from_pretrained(
            str(folder), dtype=torch.float32, use_safetensors=True, local_files_only=True, output_loading_info=True
        )
    except (OSError, ValueError, RuntimeError, KeyError, TypeError, SafetensorError) as error:
        reason = str(error).strip().partition("\n")[0].removesuffix(".")
        raise CheckpointError(f"The parser in {folder} cannot be loaded ({reason}): {AGAIN}.") from error
    if unfit := (*report["missing_keys"], *report["mismatched_keys"]):
        raise CheckpointError(
            f"The parser in {folder} cannot be loaded, its weights do not fit its config (see {unfit[0]}): {AGAIN}."
        )
    mean, std = _colours(folder, "ccnet_resolution" in config)
    return SegformerParser(
        model.to(device),
        labels,
        name or folder.name,
        resolution,
        mean=mean,
        std=std,
        flip=own,
        looks=LOOKS if own else (1,),
    )


def read_config(folder: Path) -> dict[str, Any]:
    """The config.json of a SegFormer. Raises CheckpointError when it is missing, broken or another network's."""
    try:
        config = read_json(folder / CONFIG)
    except CheckpointError as error:
        raise CheckpointError(f"The parser in {folder} has no readable {CONFIG}: {AGAIN}.") from error
    if config.get("model_type") != "segformer":
        raise CheckpointError(f"{folder} holds another network than a SegFormer: name a parser's folder.")
    return config


def as_bytes(soft: np.ndarray) -> np.ndarray:
    """float32, 0..1 -> uint8, 0..255."""
    return np.rint(soft * 255).astype(np.uint8)


def resized(plane: np.ndarray, width: int, height: int) -> np.ndarray:
    """[h, w] or [h, w, 3] at another size: averaged when it shrinks, linear when it grows."""
    if plane.shape[:2] == (height, width):
        return plane
    shrinks = height < plane.shape[0] or width < plane.shape[1]
    return cv2.resize(plane, (width, height), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)


def at_side(picture: np.ndarray, side: int) -> np.ndarray:
    """uint8[H, W, 3] with `side` pixels on its long side."""
    height, width = picture.shape[:2]
    scale = side / max(height, width)
    return resized(picture, max(1, round(width * scale)), max(1, round(height * scale)))


def _box(planes: np.ndarray) -> np.ndarray:
    """float32[n, h, w] -> the same, each averaged over the filter's window."""
    size = (2 * RADIUS + 1, 2 * RADIUS + 1)
    return np.stack([cv2.blur(plane, size, borderType=cv2.BORDER_REFLECT) for plane in planes])


def _colours(folder: Path, own: bool) -> tuple[Sequence[float], Sequence[float]]:
    """(mean, std) of the colours that a network was shown: as its preprocessor says, else those of our own training
    or of ImageNet."""
    file = folder / "preprocessor_config.json"
    config = read_json(file) if file.is_file() else {}
    mean, std = ((0.5,) * 3, (0.5,) * 3) if own else IMAGENET
    return config.get("image_mean", mean), config.get("image_std", std)


def _table(labels: Labels) -> torch.Tensor:
    """int64[labels]: the index of the class that each label counts as."""
    if unknown := [label for label in labels if label not in CLASSES]:
        raise ValueError(f'"{unknown[0]}" is no class of a garment map.')
    return torch.tensor([CLASSES.index(label) for label in labels])
