"""Textual inversion: a few learned word vectors per text encoder, put where a prompt says their name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

SD15 = {"clip_l": 768}
SDXL = {"clip_l": 768, "clip_g": 1280}
"""A family's text encoders by the names that SDXL's files use, and how wide the vectors of their words are."""

SD2_WIDTH = 1024


@dataclass(frozen=True, eq=False)
class Embedding:
    """vectors: Tensor[n, D] for each text encoder of its family ("clip_l", "clip_g"), the same n for all.

    Raises ValueError when these are not such vectors.
    """

    name: str
    vectors: Mapping[str, Tensor]

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise ValueError("An embedding needs a name to be called by.")
        for vectors in self.vectors.values():
            if vectors.ndim != 2 or not vectors.numel() or not vectors.is_floating_point():
                raise ValueError(f'The embedding "{self.name}" does not hold vectors of words: get it again.')
            if not torch.isfinite(vectors).all():
                raise ValueError(f'The embedding "{self.name}" holds numbers that are not finite: it is damaged.')
        counts = {len(vectors) for vectors in self.vectors.values()}
        if len(counts) != 1:
            raise ValueError(
                f'The embedding "{self.name}" has more vectors for one text encoder than for the other: get it again.'
            )

    @property
    def family(self) -> Literal["sd15", "sdxl"]:
        return "sdxl" if "clip_g" in self.vectors else "sd15"

    @property
    def widths(self) -> dict[str, int]:
        """The vectors' width for each text encoder."""
        return {part: vectors.shape[1] for part, vectors in self.vectors.items()}


def read_embedding(tensors: Mapping[str, Tensor], name: str) -> Embedding:
    """A file's tensors -> the embedding that prompts call `name`, its vectors as they are, in the file's dtype.

    Understood are SDXL's files (clip_l and clip_g), A1111's (string_to_param, flattened to "string_to_param.*", or
    "*"), emb_params, and those of diffusers, whose one tensor is called by the word it stands for; a tensor of one
    dimension is one vector. Raises ValueError, saying what the file is, for anything but SD1.5's and SDXL's.
    """
    if "clip_g" in tensors and "clip_l" in tensors:
        found = Embedding(name, {part: _vectors(tensors[part]) for part in SDXL})
    else:
        found = Embedding(name, {"clip_l": _vectors(_only(tensors, name))})
    if found.widths in (SD15, SDXL):
        return found
    widths = list(found.widths.values())
    if widths == [SD2_WIDTH]:
        raise ValueError(f'The embedding "{name}" was made for Stable Diffusion 2: use one for SD1.5 or SDXL.')
    if widths == [SDXL["clip_g"]]:
        raise ValueError(
            f'The embedding "{name}" is half of one for SDXL: a file with both clip_l and clip_g is needed.'
        )
    raise ValueError(f'The embedding "{name}" has vectors {_as_text(widths)} wide, as neither SD1.5 nor SDXL has.')


def insert(text: str, embeddings: Sequence[Embedding], part: str, widths: Mapping[str, int]) -> Iterator[str | Tensor]:
    """The text in order, every embedding's name replaced by its vectors Tensor[n, D] for the text encoder `part`.

    A name counts where it stands as words of its own, in upper or lower case; of two that begin at the same place, the
    longer one. widths: how wide the vectors of each of the model's text encoders are. Raises ValueError when an
    embedding that is named is for another family.
    """
    ordered = sorted(embeddings, key=lambda embedding: len(embedding.name), reverse=True)
    end = 0
    if ordered:
        for match in re.finditer("|".join(f"({_words(embedding.name)})" for embedding in ordered), text, re.IGNORECASE):
            assert match.lastindex is not None
            embedding = ordered[match.lastindex - 1]
            if embedding.widths != widths:
                raise ValueError(
                    f'The embedding "{embedding.name}" has vectors {_as_text(embedding.widths.values())} wide but this '
                    f"model reads {_as_text(widths.values())}: leave it out, or use one made for this model's family."
                )
            yield text[end : match.start()]
            yield embedding.vectors[part]
            end = match.end()
    yield text[end:]


def _words(name: str) -> str:
    """A pattern that finds a name between other words. A hyphen joins words, as in most embeddings' names."""
    words = name.split()
    before = r"(?<![\w-])" if re.match(r"\w", words[0]) else ""
    after = r"(?![\w-])" if re.search(r"\w\Z", words[-1]) else ""
    return before + r"\s+".join(map(re.escape, words)) + after


def _only(tensors: Mapping[str, Tensor], name: str) -> Tensor:
    keys = [key for key in tensors if key in ("emb_params", "*") or key.startswith("string_to_param")] or list(tensors)
    if len(keys) != 1:
        raise ValueError(f'"{name}" is no embedding: it holds {len(keys)} tensors where an embedding has one.')
    return tensors[keys[0]]


def _vectors(tensor: Tensor) -> Tensor:
    return tensor[None] if tensor.ndim == 1 else tensor


def _as_text(widths: Iterable[int]) -> str:
    return " and ".join(map(str, widths))
