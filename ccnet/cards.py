"""Wardrobe cards: an outfit to put on any character, as a PNG that shows it and holds its words and settings.

A card is a picture of the outfit with one text chunk, `ccnet-card`: JSON. It can be shared like any picture. What
another person's card says is data: numbers and words that are checked, no file's name, and a model only as a remark.
"""

from __future__ import annotations

import json
import math
import os
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image
from PIL.PngImagePlugin import PngImageFile, PngInfo

from ccnet import store
from ccnet.request import INTENTS, Intent, known

FORMAT = 1
"""The version of what is written. Raised when an older program could no longer read it."""

TEXT = "ccnet-card"

SHIPPED = Path(__file__).resolve().parents[1] / "assets" / "wardrobe"
"""The cards that come with the program."""

THUMBNAIL = 384
"""Pixels of a card's longer side, at most."""

LONGEST = 4000
"""Characters of a text in a card."""

LARGEST = 16_000_000
"""Bytes of a card's file."""

SETTINGS: Mapping[str, type] = {
    "guidance_scale": float,
    "num_inference_steps": int,
    "strength": float,
    "scheduler": str,
    "resolution": int,
    "mask_grow": int,
    "mask_feather": int,
}
"""The fields of a request that a card may keep; they are meant for the card's model."""


class CardError(ValueError):
    """A file that is no card, in one sentence for the person who named it."""


@dataclass(frozen=True, eq=False)
class Card:
    """An outfit to put on any character.

    prompt, negative_prompt, intent, category: as in a request. target: the shape, see `ccnet.targets.parse_target`;
    handles: what was pulled away from it, by "sleeves", "hem", "legs" and "flare". model: which one the settings are
    for, "" for any. settings: some of `SETTINGS`. loras: names and scales. thumbnail: RGB.
    Raises CardError when a field is of another kind than that.
    """

    name: str
    thumbnail: Image.Image
    prompt: str = ""
    negative_prompt: str = ""
    intent: Intent = "new"
    category: str | None = None
    target: str = ""
    handles: Mapping[str, str | float] = field(default_factory=dict)
    model: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    loras: tuple[tuple[str, float], ...] = ()

    def __post_init__(self) -> None:
        for name in ("name", "prompt", "negative_prompt", "target", "model"):
            _text(name, getattr(self, name))
        if self.category is not None:
            _text("category", self.category)
        try:
            known("intent", self.intent, INTENTS)
        except ValueError as error:
            raise CardError(str(error)) from error
        for name, value in self.settings.items():
            if name not in SETTINGS or not _is(value, SETTINGS[name]):
                raise CardError(f"The card's setting {name} cannot be {value!r}.")
        for name, value in self.handles.items():
            if name not in ("sleeves", "hem", "legs", "flare") or not _is(value, float if name == "flare" else str):
                raise CardError(f"The card's handle {name} cannot be {value!r}.")
        for name, scale in self.loras:
            _text("LoRA", name)
            if not _is(scale, float):
                raise CardError(f"The card's LoRA {name} cannot have the scale {scale!r}.")

    def to_dict(self) -> dict[str, Any]:
        """Everything but the thumbnail, as JSON values."""
        values = {key: value for key, value in vars(self).items() if key != "thumbnail"}
        loras = [[name, scale] for name, scale in self.loras]
        return {
            "format": FORMAT,
            **values,
            "settings": dict(self.settings),
            "handles": dict(self.handles),
            "loras": loras,
        }


def from_dict(values: Any, thumbnail: Image.Image) -> Card:
    """What `to_dict` took apart. What this version does not know is left out. Raises CardError."""
    if not isinstance(values, dict) or not isinstance(values.get("format"), int):
        raise CardError("This is no card of the wardrobe.")
    if values["format"] > FORMAT:
        raise CardError("This card was made by a newer version of the program: update it to use the card.")
    taken = {key: values[key] for key in Card.__dataclass_fields__ if key in values}
    try:
        settings = {key: value for key, value in taken.pop("settings", {}).items() if key in SETTINGS}
        loras = tuple((name, float(scale)) for name, scale in taken.pop("loras", ()))
        return Card(thumbnail=thumbnail, settings=settings, loras=loras, **taken)
    except CardError:
        raise
    except (TypeError, ValueError, AttributeError) as error:
        raise CardError("This card is damaged: what it says of the outfit cannot be read.") from error


def read(source: Path | bytes) -> Card:
    """A card from its file, or from the file's bytes. Raises CardError."""
    where = f"'{source}'" if isinstance(source, Path) else "This picture"
    try:
        data = source
        if isinstance(source, Path):
            if source.stat().st_size > LARGEST:
                raise CardError(f"{where} is too large for a card.")
            data = source.read_bytes()
        assert isinstance(data, bytes)
        with Image.open(BytesIO(data), formats=("PNG",)) as image:
            assert isinstance(image, PngImageFile)
            image.load()  # text chunks may stand behind the pixels
            text = image.text.get(TEXT)
            thumbnail = image.convert("RGB")
    except CardError:
        raise
    except OSError as error:
        raise CardError(f"{where} cannot be read as a card: {error.strerror or 'it is no whole PNG'}.") from error
    except (ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise CardError(f"{where} cannot be read as a card: it is no whole PNG.") from error
    if text is None:
        raise CardError(f"{where} is no card of the wardrobe, only a picture.")
    try:
        values = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise CardError(f"{where} is a damaged card: what it says of the outfit cannot be read.") from error
    return from_dict(values, thumbnail)


def encode(card: Card) -> bytes:
    """A card as the bytes of its file."""
    thumbnail = card.thumbnail.convert("RGB")
    thumbnail.thumbnail((THUMBNAIL, THUMBNAIL), Image.Resampling.LANCZOS)
    info = PngInfo()
    info.add_itxt(TEXT, json.dumps(card.to_dict(), ensure_ascii=False))
    out = BytesIO()
    thumbnail.save(out, "PNG", pnginfo=info, optimize=True)
    return out.getvalue()


def write(card: Card, file: Path) -> Path:
    """Writes a card's file; it appears whole or not at all. Raises CardError."""
    temporary = file.with_name(f".{file.name}.{uuid.uuid4().hex}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(encode(card))
        os.replace(temporary, file)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise CardError(store.said(error, file)) from error
    return file


def folder() -> Path:
    """Where the user's cards lie. Not created here."""
    return store.home() / "wardrobe"


def save(card: Card) -> Path:
    """Files a card among the user's, under its name, with a number where that is taken. Raises CardError."""
    stem = store.clean_name(card.name)
    number = 1
    while (file := folder() / f"{stem if number == 1 else f'{stem} {number}'}.png").exists():
        number += 1
    return write(card, file)


def load(*folders: Path) -> tuple[list[tuple[Path, Card]], tuple[str, ...]]:
    """The cards in some folders by name, and a sentence for each file that is none."""
    found: list[tuple[Path, Card]] = []
    problems: list[str] = []
    for each in folders:
        for file in sorted(each.glob("*.png"), key=lambda file: file.name.casefold()):
            try:
                found.append((file, read(file)))
            except CardError as error:
                problems.append(str(error))
    return found, tuple(problems)


def _text(name: str, value: Any) -> None:
    if not isinstance(value, str) or len(value) > LONGEST:
        raise CardError(f"The card's {name} must be a text of at most {LONGEST} characters.")


def _is(value: Any, kind: type) -> bool:
    if isinstance(value, bool):
        return False
    if kind is float:
        return isinstance(value, int | float) and math.isfinite(value)
    return isinstance(value, kind)
