"""CLIP's tokenizer, from the vocabulary that the installed `open_clip` package brings along.

OpenAI's list of merges, 49,408 tokens: 256 bytes, the same ending a word, 48,894 merges and two marks. Both text
encoders of SDXL and the one of SD 1.5 read it; only what they are padded with differs.
"""

from __future__ import annotations

import gzip
import importlib.util
import zlib
from pathlib import Path

from transformers import CLIPTokenizer

from ccnet.formats import CheckpointError

BEGIN, END = "<|startoftext|>", "<|endoftext|>"
SDXL_SECOND_PAD = "!"
"""What SDXL's second text encoder is padded with, token 0; every other one is padded with END."""

FILE = "bpe_simple_vocab_16e6.txt.gz"
TOKENS = 49408
LENGTH = 77


def clip_tokenizer(pad_token: str = END) -> CLIPTokenizer:
    """Gives a text the ids that OpenAI's own tokenizer does, but repairs nothing first: HTML entities, broken
    encodings and curly quotes are taken as they are.

    Marks in the text, such as <|endoftext|> or the "!" that pads, are words like any other: only the tokenizer itself
    writes its marks.

    Raises CheckpointError when open_clip is not installed or its vocabulary is damaged.
    """
    file = find_vocabulary()
    try:
        vocabulary, merges = read_vocabulary(file)
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise CheckpointError(f"{file} is damaged: install open_clip_torch again.") from error
    return CLIPTokenizer(
        vocabulary,
        merges,  # type: ignore[arg-type] - declared there as lines, read as pairs
        pad_token=pad_token,
        model_max_length=LENGTH,
        split_special_tokens=True,
    )


def find_vocabulary() -> Path:
    """The vocabulary's file. open_clip itself, which takes long to import, is only looked up."""
    spec = importlib.util.find_spec("open_clip")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        if (file := Path(folder) / FILE).is_file():
            return file
    raise CheckpointError("CLIP's vocabulary is missing, it comes with a package: pip install open_clip_torch.")


def read_vocabulary(file: Path) -> tuple[dict[str, int], list[tuple[str, str]]]:
    """(token -> id, merges by rank) of OpenAI's list: a first line of no meaning, then two symbols a line.

    Raises ValueError when the list is too short, OSError, EOFError or zlib.error when the file is no whole gzip.
    """
    letters = byte_letters()
    count = TOKENS - 2 * len(letters) - 2
    with gzip.open(file, "rt", encoding="utf-8") as stream:
        lines = stream.read().split("\n")[1 : count + 1]
    merges = [(first, second) for first, second in (line.split() for line in lines)]
    if len(merges) != count:
        raise ValueError(f"{len(merges)} merges instead of {count}.")
    tokens = [*letters, *(f"{letter}</w>" for letter in letters), *map("".join, merges), BEGIN, END]
    return {token: i for i, token in enumerate(tokens)}, merges


def byte_letters() -> list[str]:
    """A printable letter for each of the 256 bytes, in the order of their ids: those that are printable in Latin-1
    stand for themselves, the others for the letters from 256 on."""
    printable = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    return [chr(code) for code in (*printable, *range(256, 512 - len(printable)))]
