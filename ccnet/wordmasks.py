"""Words -> boxes -> masks: "ribbon", "lace collar" found in a picture by Grounding DINO, outlined by Segment Anything.

Without a detector the words that name a part every parser knows ("skirt", "hat", "shoes") are looked up in the garment
map.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
import torch
from PIL.Image import Image
from transformers import GroundingDinoForObjectDetection, GroundingDinoProcessor

from ccnet.devices import quiet
from ccnet.formats import CheckpointError, read_header
from ccnet.garments import CLASSES, SLOT_CLASSES, GarmentMap, find_slots
from ccnet.masks import Bounds, Mask
from ccnet.modelfolder import read_json

THRESHOLD = 0.3
"""How certain (0..1) a detector must be of a box."""

WORD_THRESHOLD = 0.25
"""How certain it must be that a word belongs to the box."""

MODEL_NAME = "grounding-dino-tiny"
"""What to download, by the catalogue's name."""

VOCABULARIES = ("tokenizer.json", "vocab.txt")
"""The files, any of which tells a detector its words."""

_OUTFIT = ("neckwear", "topwear", "handwear", "bottomwear", "legwear", "footwear")

_SAID = {
    (
        "neckwear",
    ): "ribbon, bow, bowtie, tie, necktie, scarf, choker, collar, necklace, pendant, kerchief, cravat, brooch",
    (
        "headwear",
    ): "hat, cap, beret, helmet, crown, tiara, headband, hairband, hairclip, hairpin, veil, bonnet, headdress, "
    "hair ribbon, hair bow, hair ornament, hair flower",
    (
        "topwear",
    ): "shirt, t-shirt, blouse, sweater, hoodie, hood, cardigan, vest, jacket, blazer, coat, cape, cloak, robe, "
    "kimono, sleeve, apron, bodice, armor, armour, corset, tunic, turtleneck",
    ("topwear", "bottomwear"): "gown, sundress, uniform, one-piece",
    ("bottomwear",): "skirt, miniskirt, trouser, pant, short, jean, legging, hakama, culotte, belt",
    ("legwear",): "sock, stocking, tight, thighhigh, kneehigh, pantyhose, garter",
    ("footwear",): "shoe, boot, sneaker, sandal, heel, loafer, slipper",
    ("handwear",): "glove, mitten, gauntlet",
    ("eyewear",): "glasses, sunglasses, spectacles, goggles, eyepatch",
    ("earwear",): "earring, headphone",
    ("objects",): "object, held object, prop, bag, sword, weapon, umbrella, parasol, staff, wand, toy, book, cup",
    ("body",): "skin, arm, leg, hand",
    ("eyes",): "eye",
    ("ears",): "ear, animal ear, cat ear",
    ("wings",): "wing",
    _OUTFIT: "outfit, clothes, clothing",
}

WORDS: dict[str, tuple[str, ...]] = {
    **{name: (name,) for name in CLASSES[1:]},
    **dict(SLOT_CLASSES),
    **{word: classes for classes, words in _SAID.items() for word in words.split(", ")},
}
"""What a garment map knows by an artist's words, in the singular, beside the names of classes and slots."""


class Box(NamedTuple):
    """Where a detector saw what a word names. score: how certain it is, 0..1."""

    bounds: Bounds
    word: str
    score: float


class Detector(Protocol):
    """Anything that finds what words name. name: for people and recipes."""

    name: str

    def __call__(self, image: Image, words: Sequence[str], threshold: float = THRESHOLD) -> list[Box]:
        """The boxes, inside the picture, that it is at least this certain of, surest first."""
        ...


class Outliner(Protocol):
    """What of `ccnet.segmenter.Segmenter` is needed here."""

    def set_image(self, image: Image) -> None: ...

    def mask_at(self, *, box: Bounds) -> Mask: ...


class GroundingDino:
    """Grounding DINO as a detector. It reads English."""

    def __init__(
        self, model: GroundingDinoForObjectDetection, processor: GroundingDinoProcessor, name: str = MODEL_NAME
    ) -> None:
        self.name = name
        self._model: Any = model.eval().requires_grad_(False)
        self._processor: Any = processor

    @torch.inference_mode()
    def __call__(self, image: Image, words: Sequence[str], threshold: float = THRESHOLD) -> list[Box]:
        """See `Detector`. Raises ValueError when the words are more than it can read at once."""
        inputs = self._processor(images=image.convert("RGB"), text=list(words), return_tensors="pt")
        if inputs["input_ids"].shape[1] > self._model.config.max_text_len:
            raise ValueError(f"{len(words)} words are too many to look for at once: use fewer.")
        outputs = self._model(**inputs.to(self._model.device))
        found = self._processor.post_process_grounded_object_detection(
            outputs, inputs["input_ids"], threshold, WORD_THRESHOLD, [(image.height, image.width)]
        )[0]
        boxes = []
        # Without any box there is still one empty text.
        for score, corners, text in zip(found["scores"], found["boxes"], found["text_labels"], strict=False):
            bounds = _inside(corners.tolist(), image.size)
            # The text is put together from the tokens that the box is about: "red ribbon", or just "ribbon".
            word = next((word for word in words if text and (word in text or text in word)), None)
            if bounds is not None and word is not None:
                boxes.append(Box(bounds, word, float(score)))
        return sorted(boxes, key=lambda box: -box.score)


def words_mask(
    image: Image,
    words: str | Iterable[str],
    detector: Detector | None,
    segmenter: Outliner | None,
    *,
    garments: GarmentMap | None = None,
    threshold: float = THRESHOLD,
) -> Mask:
    """What the words name, as one hard mask of the picture's size.

    words: English, "ribbon, lace collar" or one by one. detector, segmenter: find and outline it. garments: where
    words are looked up when one of the two is missing. threshold: for the detector.

    Raises ValueError for no words, a word that nothing was found for, and one that only a detector could find.
    """
    wanted = split_words(words)
    if detector is None or segmenter is None:
        return _from_map(wanted, garments)
    boxes = detector(image, wanted, threshold)
    segmenter.set_image(image)
    mask, found = np.zeros((image.height, image.width), bool), set[str]()
    for box in boxes:
        try:
            mask |= segmenter.mask_at(box=box.bounds).alpha > 127
        except ValueError:  # nothing to outline in this box
            continue
        found.add(box.word)
    if missing := [word for word in wanted if word not in found]:
        have = f"; found: {', '.join(sorted(found))}" if found else ""
        raise ValueError(f'No "{missing[0]}" was found{have}: use another word, or click on it instead.')
    return Mask(mask)


def split_words(words: str | Iterable[str]) -> list[str]:
    """Cut at commas, semicolons, full stops and lines; in lower case, each once. Raises ValueError when nothing is
    left."""
    text = words if isinstance(words, str) else ",".join(words)
    parts = (" ".join(part.lower().split()) for part in re.split(r"[,;.\n、。，]", text))
    if not (wanted := list(dict.fromkeys(part for part in parts if part))):
        raise ValueError('There are no words to look for: name what is to be found, such as "ribbon".')
    return wanted


def classes_of(word: str) -> tuple[str, ...]:
    """The classes of a garment map that an artist's word names: as a whole, else by its last word, so that a
    "long red skirt" is a skirt; empty when it names none."""
    words = re.split(r"[\s_]+", word.strip().lower())
    for said in (" ".join(words), words[-1]):
        for form in (said, said.removesuffix("s"), said.removesuffix("es")):
            if form in WORDS:
                return WORDS[form]
    return ()


def load_detector(folder: Path, name: str | None = None, *, device: str = "cpu") -> GroundingDino:
    """Grounding DINO from a folder in transformers' layout; name: by default the folder's. Raises CheckpointError."""
    config = read_json(folder / "config.json")
    if config.get("model_type") != "grounding-dino":
        raise CheckpointError(f"{folder} holds another network than Grounding DINO: get {MODEL_NAME}.")
    read_header(folder / "model.safetensors")
    if not any((folder / name).is_file() for name in VOCABULARIES):  # an empty one would be made up
        raise CheckpointError(f"{folder / VOCABULARIES[0]} is missing: get the detector again.")
    network: Any = GroundingDinoForObjectDetection
    reader: Any = GroundingDinoProcessor
    try:
        with quiet():
            model, report = network.from_pretrained(
                str(folder), dtype=torch.float32, use_safetensors=True, local_files_only=True, output_loading_info=True
            )
            processor = reader.from_pretrained(str(folder), local_files_only=True)
    except Exception as error:  # tokenizers raises plain Exceptions
        reason = str(error).strip().partition("\n")[0].removesuffix(".")
        raise CheckpointError(f"The detector in {folder} cannot be loaded ({reason}): get it again.") from error
    if unfit := (*report["missing_keys"], *report["mismatched_keys"]):
        raise CheckpointError(f"The detector in {folder} is not whole (see {unfit[0]}): get it again.")
    return GroundingDino(model.to(device), processor, name or folder.name)


def _from_map(words: Sequence[str], garments: GarmentMap | None) -> Mask:
    unknown = [word for word in words if not classes_of(word)]
    if unknown or garments is None:
        raise ValueError(
            f'Finding "{(unknown or words)[0]}" by its name needs a detector and a segmenter: '
            f"ccnet models download {MODEL_NAME}, or name a part such as skirt, hat or shoes."
        )
    masks = {word: garments.mask(*classes_of(word)) for word in words}
    if missing := [word for word, mask in masks.items() if not mask]:
        slots = ", ".join(find_slots(garments))
        raise ValueError(f'No "{missing[0]}" was found; found: {slots or "no clothes"}.')
    return Mask(np.maximum.reduce([mask.alpha for mask in masks.values()]))


def _inside(corners: Sequence[float], size: tuple[int, int]) -> Bounds | None:
    """(left, top, right, bottom) as whole pixels of the picture; None when nothing of it is inside."""
    left, top = (max(0, int(np.floor(value))) for value in corners[:2])
    right, bottom = (min(limit, int(np.ceil(value))) for limit, value in zip(size, corners[2:], strict=True))
    return Bounds(left, top, right - left, bottom - top) if right > left and bottom > top else None
