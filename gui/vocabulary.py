"""Tags to complete a prompt with: our own words for clothes, and any Danbooru table that the user added.

No Qt. A table has a heading of our own (tag, category, colour, aliases, starter) or is one of those that programs for
Danbooru tags share: tag, category as a number, count, aliases, without a heading or with one.
"""

from __future__ import annotations

import bisect
import csv
import functools
import re
import shutil
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from ccnet import store

OWN_TABLE = Path(__file__).resolve().parents[1] / "assets" / "tags.csv"

DANBOORU_CATEGORIES = {"0": "general", "1": "artist", "3": "copyright", "4": "character", "5": "meta"}

GARMENTS = (
    "top",
    "bottom",
    "dress",
    "outerwear",
    "legwear",
    "footwear",
    "headwear",
    "neckwear",
    "gloves",
    "uniform",
    "accessory",
)
DESCRIPTIONS = ("colour", "pattern", "material", "detail")
"""The categories of words that stand before a garment, as "red and white striped" does before "t-shirt"."""

LARGEST_TABLE = 200_000_000
"""Bytes of a table of tags; Danbooru's whole one has about 10 million."""

_SPLIT = re.compile(r"[,\n()\[\]<>]")
"""Where one tag of a prompt ends and the next begins."""

_GAP = "\x01"
_GAPS = str.maketrans(dict.fromkeys(" -(", _GAP))
"""What stands between words is one sign in the text that is searched, so that "t shirt" finds "t-shirt"."""

_JOINING = ("and", "with", "in", "on", "a", "the")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


class Tag(NamedTuple):
    """colour: "#rrggbb" of a colour's name, else "". uses: pictures that have it, 0 when not known. starter: whether
    the starter model was taught it."""

    name: str
    category: str = "general"
    colour: str = ""
    aliases: tuple[str, ...] = ()
    uses: int = 0
    starter: bool = False


class Match(NamedTuple):
    """A tag that fits what was typed. alias: the one that was typed, "" when it was the tag itself. kept: how many
    characters of the typed text stay in front of it."""

    tag: Tag
    alias: str = ""
    kept: int = 0


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """Tags, those to offer first in front. Made by `of`; searched without an index, ten megabytes take milliseconds."""

    tags: tuple[Tag, ...]
    _text: str
    _starts: tuple[int, ...]
    _own_end: int

    @classmethod
    def of(cls, own: Iterable[Tag], others: Iterable[Tag] = ()) -> Vocabulary:
        """Our own words first, with the counts and aliases that the others add to them; then the others, most used
        first."""
        known = {tag.name: tag for tag in own}
        more: dict[str, Tag] = {}
        for tag in others:
            before = known.get(tag.name)
            if before is not None:
                aliases = tuple(dict.fromkeys((*before.aliases, *tag.aliases)))
                known[tag.name] = before._replace(uses=max(before.uses, tag.uses), aliases=aliases)
            elif tag.name not in more or more[tag.name].uses < tag.uses:
                more[tag.name] = tag
        ranked = sorted(known.values(), key=lambda tag: -tag.uses)
        tags = (*ranked, *sorted(more.values(), key=lambda tag: -tag.uses))
        lines, starts, at = [], [], 0
        for tag in tags:
            line = "\n" + "\t".join((tag.name, *tag.aliases)).casefold().translate(_GAPS)
            lines.append(line)
            starts.append(at)
            at += len(line)
        return cls(tags, "".join(lines), tuple(starts), starts[len(ranked)] if len(ranked) < len(tags) else at)

    def find(self, typed: str, limit: int = 40, *, starter_first: bool = False) -> list[Match]:
        """The tags whose name, alias, or a word in either begins with the typed text, the best first.

        Where words for colour, pattern or material stand in front, as in "red and white str", what follows them is
        looked up as well, and they are kept.
        """
        text = typed.lstrip()
        lead = len(typed) - len(text)
        found = [match._replace(kept=lead) for match in self._beginning(text, limit, len(self._text))]
        for word in re.finditer(r"(?<=\s)\S", text):
            if len(found) >= limit or not self._describes(text[: word.start()]):
                break
            rest = text[word.start() :].rstrip()
            if len(rest) > 1:
                seen = {match.tag.name for match in found}
                new = self._beginning(rest, limit, self._own_end)
                found += [
                    match._replace(kept=lead + word.start())
                    for match in new
                    if match.tag.name not in seen and match.tag.category in (*GARMENTS, *DESCRIPTIONS)
                ]
        if starter_first:
            found.sort(key=lambda match: not match.tag.starter)
        return found[:limit]

    def colours(self) -> dict[str, str]:
        """The names of colours, and "#rrggbb" of each."""
        return {tag.name: tag.colour for tag in self.tags if tag.colour}

    def unknown_to_starter(self, prompt: str) -> tuple[str, ...]:
        """The words of a prompt that the starter model was never taught, in order, each once."""
        taught = self._starter_words
        words = _WORD.findall(re.sub(r"<[^<>]*>", " ", prompt).casefold())
        return tuple(dict.fromkeys(word for word in words if word not in taught and word not in _JOINING))

    @functools.cached_property
    def _starter_words(self) -> set[str]:
        names = (name for tag in self.tags if tag.starter for name in (tag.name, *tag.aliases))
        return {word for name in names for word in (*_WORD.findall(name.casefold()), name.casefold())}

    def _describes(self, text: str) -> bool:
        """Whether every word of a text may stand before a garment."""
        return all(word in self._describing or word in _JOINING for word in text.casefold().split())

    @functools.cached_property
    def _describing(self) -> set[str]:
        tags = (tag for tag in self.tags if tag.category in DESCRIPTIONS)
        return {word for tag in tags for name in (tag.name, *tag.aliases) for word in name.casefold().split()}

    def _beginning(self, typed: str, limit: int, end: int) -> list[Match]:
        """The tags before a place of the text: names that begin so, then aliases, then words inside."""
        text = typed.casefold().translate(_GAPS).rstrip(_GAP)
        if not text:
            return []
        found: dict[int, Match] = {}
        for mark in ("\n", "\t", _GAP):
            for at in _all(self._text, mark + text, end):
                row = bisect.bisect_right(self._starts, at) - 1
                if row not in found:
                    found[row] = Match(self.tags[row], self._alias_at(at))
                if len(found) >= limit:
                    return list(found.values())
        return list(found.values())

    def _alias_at(self, at: int) -> str:
        """The alias around a place in the text, "" where the name is."""
        line = self._text.rfind("\n", 0, at + 1)
        start = self._text.rfind("\t", line, at + 1)
        if start < 0:
            return ""
        tag = self.tags[bisect.bisect_right(self._starts, at) - 1]
        return tag.aliases[self._text.count("\t", line, start)]


def segment(text: str, cursor: int) -> int:
    """Where the tag begins in which the cursor stands."""
    ends = [match.end() for match in _SPLIT.finditer(text, 0, cursor)]
    return ends[-1] if ends else 0


def read_table(file: Path) -> list[Tag]:
    """The tags of a table. Raises ValueError in one sentence when it is none."""
    try:
        if file.stat().st_size > LARGEST_TABLE:
            raise ValueError(f"{file} is too large for a table of tags: choose a smaller one.")
        with file.open(encoding="utf-8-sig", newline="") as stream:
            tags = list(_rows(csv.reader(stream)))
    except OSError as error:
        raise ValueError(f"{file} cannot be read: {error.strerror or error}.") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise ValueError(f"{file} is no table of tags: it must be a CSV file in UTF-8.") from error
    if not tags:
        raise ValueError(f"{file} holds no tags: its rows must be tag, category, count, aliases.")
    return tags


def folder() -> Path:
    """Where the tables lie that the user added. Not created here."""
    return store.home() / "tags"


def add_table(file: Path) -> Path:
    """Copies a table into the user's folder after reading it; returns where. Raises ValueError."""
    read_table(file)
    target = folder() / f"{store.clean_name(file.stem)}.csv"
    temporary = target.with_name(f".{target.name}.{uuid.uuid4().hex}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, temporary)
        temporary.replace(target)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise ValueError(store.said(error, target)) from error
    return target


def load(tables: Sequence[Path] | None = None) -> tuple[Vocabulary, tuple[str, ...]]:
    """The program's own words with the user's tables, and a sentence for each of these that cannot be read."""
    others: list[Tag] = []
    problems: list[str] = []
    for file in sorted(folder().glob("*.csv")) if tables is None else tables:
        try:
            others += read_table(file)
        except ValueError as error:
            problems.append(str(error))
    return Vocabulary.of(read_table(OWN_TABLE), others), tuple(problems)


def escaped(name: str) -> str:
    """A tag as it is written in a prompt, where brackets would be weights."""
    return re.sub(r"([()\[\]])", r"\\\1", name)


def _all(text: str, part: str, end: int) -> Iterator[int]:
    at = text.find(part, 0, end)
    while at >= 0:
        yield at
        at = text.find(part, at + 1, end)


def _rows(rows: Iterator[list[str]]) -> Iterator[Tag]:
    heading = ["tag", "category", "count", "aliases"]
    for number, row in enumerate(rows):
        if number == 0 and row and row[0].strip().casefold() in ("tag", "name"):
            renamed = {"name": "tag", "type": "category", "postcount": "count", "post_count": "count"}
            heading = [renamed.get(title, title) for title in (cell.strip().casefold() for cell in row)]
            continue
        cells = dict(zip(heading, row, strict=False))
        name = _spaced(cells.get("tag", ""))
        if not name or len(row) < 2:
            continue
        kind = cells.get("category", "").strip()
        count = cells.get("count", "").strip()
        yield Tag(
            name,
            DANBOORU_CATEGORIES.get(kind, "general" if kind.isdigit() else kind or "general"),
            cells.get("colour", "").strip(),
            tuple(filter(None, map(_spaced, cells.get("aliases", "").replace(";", ",").split(",")))),
            int(count) if count.isdecimal() else 0,
            cells.get("starter", "").strip() == "yes",
        )


def _spaced(name: str) -> str:
    """A tag as people write it: spaces for underscores, except in faces such as >_< and o_o."""
    name = name.strip().replace("\t", " ").replace("\n", " ")
    return name if len(name) <= 3 or not any(map(str.isalnum, name)) else name.replace("_", " ")
