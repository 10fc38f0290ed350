"""Words -> prompt embeddings, without diffusers' 77-token cut and its broken clip skip.

A prompt of any length becomes chunks of as many tokens as the text encoder reads at once (75 for CLIP), each between
the tokenizer's own begin and end tokens, encoded side by side and joined along the tokens. BREAK ends a chunk early,
and so does an embedding that would not fit into what is left of one. A chunk is full after 75 tokens, even amid a
phrase: A1111 would then move up to 20 tokens since the last comma into the next one, which changes what a chunk says
of the phrases around it.

A1111's weights multiply a token's numbers after encoding; the chunk is then scaled so that its mean is what it was, for
each of SDXL's text encoders by itself. A prompt without weights is not touched. What differs between the families is in
`encode_sd15` and `encode_sdxl`.
"""

from __future__ import annotations

import contextlib
import functools
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from ccnet.embeddings import Embedding, insert
from ccnet.prompt_syntax import Piece, parse

LIKE_A_SPECIAL_TOKEN = re.compile(r"<\|[^<>|]*\|>")


def plain_text(text: str, special_tokens: Sequence[str] = ()) -> str:
    """The text without anything that the tokenizer would take for its own marks, such as <|endoftext|>."""
    # One-letter specials are left: SDXL pads with "!", which is also an exclamation mark.
    marks = [LIKE_A_SPECIAL_TOKEN, *(re.compile(re.escape(token)) for token in special_tokens if len(token) > 1)]
    before = None
    while before != text:  # removing one mark may join the halves of another
        before = text
        for mark in marks:
            text = mark.sub(" ", text)
    return text


class Embedded(NamedTuple):
    """Prompts as the UNet reads them: tokens Tensor[B, chunks * length, D] for its cross-attention, and pooled
    Tensor[B, P], a summary of each prompt, or None where the family has none."""

    tokens: Tensor
    pooled: Tensor | None


@dataclass(frozen=True)
class Chunk:
    """What a text encoder reads at once: `length` token ids and their weights, begin, end and padding included.

    vectors: the position of each token that stands for a vector of an embedding -> that vector Tensor[D].
    """

    ids: list[int]
    weights: list[float]
    vectors: dict[int, Tensor]


class Reader(NamedTuple):
    """One of a model's text encoders, with its tokenizer and its name in files of embeddings."""

    part: str
    tokenizer: Any
    text_encoder: Any


@torch.inference_mode()
def encode_sd15(
    texts: Sequence[str], tokenizer: Any, text_encoder: Any, clip_skip: int = 0, embeddings: Sequence[Embedding] = ()
) -> Embedded:
    """Texts in A1111's syntax, their LoRA tags left out -> tokens in the text encoder's dtype, on its device.

    All texts are padded with empty chunks to as many chunks as the longest has, so that the positive and the negative
    prompt fit together. clip_skip: how many of the text encoder's last layers are left out (the final normalisation
    always applies). embeddings: those that a text may call by name. Raises ValueError when the text encoder has not
    that many layers, or when a text names an embedding of another family.
    """
    reader = Reader("clip_l", tokenizer, text_encoder)
    (rows,) = _rows(texts, (reader,), embeddings)
    output = _run(reader, rows)
    if clip_skip == 0:
        hidden = output.last_hidden_state
    else:
        final_layer_norm: nn.Module = _text_model(text_encoder).final_layer_norm
        hidden = final_layer_norm(_without_last(output, clip_skip))
    return Embedded(_joined(_weighted(hidden, rows), len(texts)), None)


@torch.inference_mode()
def encode_sdxl(
    texts: Sequence[str | None],
    tokenizers: tuple[Any, Any],
    text_encoders: tuple[Any, Any],
    clip_skip: int = 0,
    embeddings: Sequence[Embedding] = (),
) -> Embedded:
    """As `encode_sd15`, with both of SDXL's text encoders, joined along D, and the second one's pooled projection of
    each text's first chunk, which no weight changes.

    A text that is None stands for no prompt at all: zeros, which SDXL's base takes for an empty negative prompt (its
    config's force_zeros_for_empty_prompt); "" is encoded. clip_skip counts beyond SDXL's own, which reads both
    encoders' last layer but one, without the final normalisation: A1111's "clip skip 2" is 0 here. Unlike in
    diffusers it holds for the negative prompt as well.
    """
    parts = ("clip_l", "clip_g")
    readers = [Reader(*reader) for reader in zip(parts, tokenizers, text_encoders, strict=True)]
    rows = _rows([text or "" for text in texts], readers, embeddings)
    outputs = [_run(reader, own) for reader, own in zip(readers, rows, strict=True)]
    both = [
        _joined(_weighted(_without_last(output, clip_skip + 1), own), len(texts))
        for output, own in zip(outputs, rows, strict=True)
    ]
    summaries = _joined(outputs[1].text_embeds[:, None], len(texts))
    tokens, pooled = torch.cat(both, dim=-1), summaries[:, 0].clone()
    absent = [i for i, text in enumerate(texts) if text is None]
    tokens[absent], pooled[absent] = 0, 0
    return Embedded(tokens, pooled)


def tokenize(
    text: str, tokenizer: Any, length: int, named: Callable[[str], Iterable[str | Tensor]] | None = None
) -> list[Chunk]:
    """At least one chunk of `length` tokens, each: begin, up to length - 2 tokens of the text, end, padding.

    No token of the text is lost. named: words -> words and, where they name an embedding, its vectors Tensor[n, D]; one
    that fits a chunk is never cut in two.
    """
    room = length - 2
    chunks: list[list[_Token]] = []
    for group in parse(text).groups:
        begun: list[_Token] = []
        for run in _runs(group, tokenizer, named):
            if len(begun) + len(run) > room >= len(run):
                chunks.append(begun)
                begun = []
            begun = begun + run
            while len(begun) > room:
                chunks.append(begun[:room])
                begun = begun[room:]
        chunks.append(begun)
    return [_chunk(tokens, tokenizer, length) for tokens in chunks]


class _Token(NamedTuple):
    id: int
    weight: float
    vector: Tensor | None = None


def _runs(
    group: Sequence[Piece], tokenizer: Any, named: Callable[[str], Iterable[str | Tensor]] | None
) -> Iterator[list[_Token]]:
    """The tokens of the pieces, in lists that want to stay together."""
    for piece in group:
        text = plain_text(piece.text, tokenizer.all_special_tokens)
        for part in named(text) if named else [text]:
            if isinstance(part, Tensor):
                # What the id stands for is overwritten; it must only not be taken for the end of the text.
                yield [_Token(tokenizer.bos_token_id, piece.weight, vector) for vector in part]
            else:
                ids = tokenizer(part, add_special_tokens=False, truncation=False, verbose=False).input_ids
                yield from ([_Token(id_, piece.weight)] for id_ in ids)


def _chunk(tokens: Sequence[_Token], tokenizer: Any, length: int) -> Chunk:
    padding = length - 2 - len(tokens)
    return Chunk(
        [
            tokenizer.bos_token_id,
            *(token.id for token in tokens),
            tokenizer.eos_token_id,
            *[tokenizer.pad_token_id] * padding,
        ],
        [1.0, *(token.weight for token in tokens), *[1.0] * (1 + padding)],
        {i: token.vector for i, token in enumerate(tokens, 1) if token.vector is not None},
    )


def _rows(texts: Sequence[str], readers: Sequence[Reader], embeddings: Sequence[Embedding]) -> list[list[Chunk]]:
    """For each reader the chunks of all texts, one text after the other, every one having equally many."""
    widths = {reader.part: reader.text_encoder.config.hidden_size for reader in readers}
    length = min(
        min(reader.tokenizer.model_max_length, reader.text_encoder.config.max_position_embeddings) for reader in readers
    )
    chunked: list[list[list[Chunk]]] = []
    for reader in readers:
        named = functools.partial(insert, embeddings=embeddings, part=reader.part, widths=widths)
        chunked.append([tokenize(text, reader.tokenizer, length, named) for text in texts])
    longest = max(len(chunks) for of_reader in chunked for chunks in of_reader)
    rows: list[list[Chunk]] = []
    for reader, of_reader in zip(readers, chunked, strict=True):
        empty = _chunk([], reader.tokenizer, length)
        rows.append([chunk for chunks in of_reader for chunk in chunks + [empty] * (longest - len(chunks))])
    return rows


def _run(reader: Reader, rows: Sequence[Chunk]) -> Any:
    """The text encoder's output with all its hidden states."""
    ids = torch.tensor([chunk.ids for chunk in rows], device=reader.text_encoder.device)
    with _replaced_vectors(reader.text_encoder, rows):
        return reader.text_encoder(ids, output_hidden_states=True)


@contextlib.contextmanager
def _replaced_vectors(text_encoder: Any, rows: Sequence[Chunk]) -> Iterator[None]:
    """While it lasts, the text encoder's word table gives an embedding's vectors where the rows have some."""
    places = [(row, column) for row, chunk in enumerate(rows) for column in chunk.vectors]
    if not places:
        yield
        return
    vectors = torch.stack([rows[row].vectors[column].float() for row, column in places])
    row_of, column_of = zip(*places, strict=True)

    def replace(_module: nn.Module, _ids: Any, looked_up: Tensor) -> Tensor:
        result = looked_up.clone()
        result[list(row_of), list(column_of)] = vectors.to(looked_up)
        return result

    # transformers' CLIP takes no vectors in the place of ids.
    handle = _text_model(text_encoder).embeddings.token_embedding.register_forward_hook(replace)
    try:
        yield
    finally:
        handle.remove()


def _text_model(text_encoder: Any) -> Any:
    """transformers >= 5.6 is flat; CLIPTextModelWithProjection and older releases wrap the encoder in `text_model`."""
    return getattr(text_encoder, "text_model", text_encoder)


def _without_last(output: Any, skipped: int) -> Tensor:
    layers = len(output.hidden_states) - 1
    if skipped >= layers:
        raise ValueError(f"The text encoder has {layers} layers: {skipped} of them cannot be skipped.")
    return output.hidden_states[-(skipped + 1)]


def _weighted(hidden: Tensor, rows: Sequence[Chunk]) -> Tensor:
    """Tensor[rows, length, D] times the weights, each row's mean restored; rows without weights stay as they are."""
    touched = [i for i, chunk in enumerate(rows) if any(weight != 1 for weight in chunk.weights)]
    if not touched:
        return hidden
    before = hidden[touched].float()
    weights = torch.tensor([rows[i].weights for i in touched], device=hidden.device)
    after = before * weights[..., None]
    growth = (after.mean((1, 2)) / before.mean((1, 2))).nan_to_num(nan=1.0)
    # While the tokens' own means have one sign, growth is an average of the weights. Where they cancel out it could be
    # anything (A1111 has its "No norm" for that), and is kept to what the weights can account for.
    lightest = weights.amin(1).clamp(min=1 / weights.shape[1])
    growth = growth.clamp(lightest, weights.amax(1))
    result = hidden.clone()
    result[touched] = (after / growth[:, None, None]).to(hidden.dtype)
    return result


def _joined(hidden: Tensor, texts: int) -> Tensor:
    """Tensor[rows, length, D] -> Tensor[texts, chunks * length, D]."""
    return hidden.reshape(texts, -1, hidden.shape[-1])
