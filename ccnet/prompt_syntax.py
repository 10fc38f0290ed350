r"""A1111's prompt language -> values: weighted pieces of text, chunks that begin anew, LoRA tags.

    (red dress)           x 1.1; nested brackets multiply
    [hat]                 / 1.1
    (red dress:1.3)       x 1.3; x 0 and below are allowed as well
    \( \) \[ \] \\        the character itself, as in the tag "saber \(fate\)"
    BREAK                 what follows begins a new chunk of the text encoder
    <lora:name:0.8>       a LoRA at this scale; <lora:name:0.8:0.5> scales its text encoder's part by 0.8, its UNet's by
                          0.5, as do te=0.8 and unet=0.5. <lyco:...> means the same

Whatever else stands in a text is text, and no text is an error. A bracket that is never closed counts to the end, one
that was never opened is text, as in A1111. There are four deliberate differences, each so that a Danbooru tag stays
whole or a prompt means what it says: a backslash before any other character stays (\o/ is a tag), so does (:3),
BREAK works within brackets, and a weight never leaves [-10, 10]. Prompt editing ([from:to:0.5], [a|b]) is not known:
its words are read as any others in square brackets.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import NamedTuple

ROUND, SQUARE = 1.1, 1 / 1.1
"""What a bracket without a number multiplies by."""

HEAVIEST = 10.0
"""The largest weight, of either sign and at any depth of brackets. Artists write 0.5 to 2; the numbers of a prompt that
is weighted by more than this drown those of the whole chunk, and in float16 become infinite."""

NUMBER = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"

TOKEN = re.compile(
    rf"""
    \\[()\[\]\\]                        # an escaped character
    | :\s*(?P<weight>{NUMBER})\s*\)     # the end of a bracket with a number
    | [()\[\]]
    | [^\\()\[\]:]+
    | [\\:]
    """,
    re.VERBOSE,
)
BREAK = re.compile(r"\bBREAK\b")
LORA = re.compile(r"<(?:lora|lyco):([^<>]*)>", re.IGNORECASE)


class Piece(NamedTuple):
    """Some words of a prompt and how much they count, 1.0 being as they are; in [-10, 10]."""

    text: str
    weight: float = 1.0


class LoraTag(NamedTuple):
    """A LoRA that a prompt asks for, by its file's name without the ending."""

    name: str
    unet_scale: float
    text_scale: float


@dataclass(frozen=True)
class Prompt:
    """A text, understood.

    groups: the pieces between the BREAKs, in order; there is at least one group, but it may have no pieces. Neighbours
    differ in weight, no text is empty, and a text without any syntax is one piece of weight 1, unchanged.
    loras: in the order they stand, one for each tag. unreadable: the LoRA tags, as they were written, that name no LoRA
    or scale it by something else than numbers.
    """

    groups: tuple[tuple[Piece, ...], ...]
    loras: tuple[LoraTag, ...] = ()
    unreadable: tuple[str, ...] = ()

    def check(self) -> None:
        """Raises ValueError when there is a LoRA tag that cannot be followed."""
        for tag in self.unreadable:
            raise ValueError(
                f'The tag "{tag}" cannot be read: write it as <lora:name:0.8>, with a point in the number.'
            )


def parse(text: str) -> Prompt:
    """Never raises. LoRA tags are taken out, nothing being left in their place, before anything else is read."""
    loras, unreadable = [], []
    for tag in LORA.finditer(text):
        lora = _lora_tag(tag[1])
        if lora is None:
            unreadable.append(tag[0])
        else:
            loras.append(lora)
    return Prompt(_groups(LORA.sub("", text)), tuple(loras), tuple(unreadable))


def _groups(text: str) -> tuple[tuple[Piece, ...], ...]:
    tokens = list(TOKEN.finditer(text))
    numbers = _numbers(tokens)
    groups: list[list[Piece]] = [[]]
    # Each kind of bracket nests within itself, but "(a [b) c]" crosses: the two kinds are counted apart.
    rounds, squares = [1.0], [1.0]
    for i, token in enumerate(tokens):
        mark, literal = token[0], ""
        if mark == "(":
            rounds.append(_limited(rounds[-1] * numbers.get(i, ROUND)))
        elif mark == "[":
            squares.append(squares[-1] * SQUARE)
        elif mark == "]" and len(squares) > 1:
            squares.pop()
        elif _closes(mark) and len(rounds) > 1:
            if _is_a_face(tokens, i):
                _append(groups[-1], mark[:-1], rounds[-1] * squares[-1])
            rounds.pop()
        elif len(mark) == 2 and mark[0] == "\\":
            literal = mark[1]
        else:
            literal = mark
        before, *after = BREAK.split(literal)
        weight = rounds[-1] * squares[-1]
        _append(groups[-1], before.rstrip() if after else before, weight)
        for position, words in enumerate(after, 1):
            words = words.lstrip()
            groups.append([])
            _append(groups[-1], words.rstrip() if position < len(after) else words, weight)
    if len(groups) > 1 and not "".join(piece.text for piece in groups[-1]).strip():
        groups.pop()  # nothing follows the last BREAK
    return tuple(tuple(group) for group in groups)


def _numbers(tokens: list[re.Match[str]]) -> dict[int, float]:
    """Opening round brackets, by their place among the tokens, that end in a number -> that number."""
    numbers: dict[int, float] = {}
    opened: list[int] = []
    for i, token in enumerate(tokens):
        if token[0] == "(":
            opened.append(i)
        elif _closes(token[0]) and opened:
            start = opened.pop()
            if token["weight"] and not _is_a_face(tokens, i):
                numbers[start] = _limited(float(token["weight"]))
    return numbers


def _closes(mark: str) -> bool:
    return mark[-1] == ")" and mark[0] != "\\"


def _is_a_face(tokens: list[re.Match[str]], i: int) -> bool:
    """Whether the number before a closing bracket has no words to count for: (:3) is the tag ":3"."""
    return bool(tokens[i]["weight"]) and i > 0 and tokens[i - 1][0] == "("


def _limited(weight: float) -> float:
    return max(-HEAVIEST, min(HEAVIEST, weight))


def _append(group: list[Piece], text: str, weight: float) -> None:
    if not text:
        return
    if group and group[-1].weight == weight:
        group[-1] = Piece(group[-1].text + text, weight)
    else:
        group.append(Piece(text, weight))


def _lora_tag(content: str) -> LoraTag | None:
    name, *scales = (part.strip() for part in content.split(":"))
    if not name or len(scales) > 2:
        return None
    places = iter(("te", "unet"))
    given: dict[str, float] = {}
    for scale in scales:
        key, equals, value = (part.strip() for part in scale.rpartition("="))
        if not equals:
            key = next(places)
        if key not in ("te", "unet") or not re.fullmatch(NUMBER, value) or not math.isfinite(float(value)):
            return None
        given[key] = float(value)
    text_scale = given.get("te", 1.0)
    return LoraTag(name, given.get("unet", text_scale), text_scale)
