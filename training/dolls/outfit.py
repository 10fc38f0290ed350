"""Outfit: what a doll wears, by slot, and its tags."""

from __future__ import annotations

from dataclasses import dataclass, fields

SLOTS = ("top", "bottom", "dress", "outerwear", "legwear", "footwear", "neckwear", "gloves")
PATTERNS = ("plain", "striped", "checked", "dotted", "two-tone", "emblem")


@dataclass(frozen=True)
class Item:
    """One garment: kind and colour names are tags; `second` is the pattern's colour ("" when plain)."""

    kind: str
    colour: str
    pattern: str = "plain"
    second: str = ""

    @property
    def tag(self) -> str:
        """Danbooru-like tag that names everything that is drawn, e.g. "red and white striped t-shirt"."""
        match self.pattern:
            case "plain":
                return f"{self.colour} {self.kind}"
            case "emblem":
                return f"{self.colour} {self.kind} with {self.second} emblem"
            case _:
                return f"{self.colour} and {self.second} {self.pattern} {self.kind}"


@dataclass(frozen=True)
class Outfit:
    """Either `dress`, or `top` and `bottom`; the rest is optional."""

    top: Item | None = None
    bottom: Item | None = None
    dress: Item | None = None
    outerwear: Item | None = None
    legwear: Item | None = None
    footwear: Item | None = None
    neckwear: Item | None = None
    gloves: Item | None = None

    def __post_init__(self) -> None:
        if self.dress is None and (self.top is None or self.bottom is None):
            raise ValueError("an outfit needs a dress, or a top and a bottom")

    @property
    def items(self) -> dict[str, Item]:
        """The garments worn, by slot, in the order tags are written."""
        worn = {f.name: getattr(self, f.name) for f in fields(self)}
        return {slot: item for slot, item in worn.items() if item is not None}

    @property
    def tags(self) -> list[str]:
        return [item.tag for item in self.items.values()]
