"""Words -> prompt embeddings, without diffusers' 77-token cut and its broken clip skip.

A prompt of any length becomes chunks of as many tokens as the text encoder reads at once (75 for CLIP), each between
the tokenizer's own begin and end tokens, encoded side by side and joined along the tokens.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

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


def tokenize(text: str, tokenizer: Any, length: int) -> list[list[int]]:
    """At least one chunk of `length` token ids, each: begin, up to length - 2 tokens of the text, end, padding.

    The last chunk alone is padded. No token of the text is lost.
    """
    ids = tokenizer(
        plain_text(text, tokenizer.all_special_tokens), add_special_tokens=False, truncation=False, verbose=False
    ).input_ids
    room = length - 2
    return [_chunk(ids[start : start + room], tokenizer, length) for start in range(0, max(len(ids), 1), room)]


@torch.inference_mode()
def encode_prompts(texts: Sequence[str], tokenizer: Any, text_encoder: Any, clip_skip: int = 0) -> Tensor:
    """Tensor[len(texts), chunks * length, D] in the text encoder's dtype, on its device.

    All texts are padded with empty chunks to as many chunks as the longest has, so that the positive and the negative
    prompt fit together. clip_skip: how many of the text encoder's last layers are left out (the final normalisation
    always applies). Raises ValueError when it has not that many.
    """
    length = min(tokenizer.model_max_length, text_encoder.config.max_position_embeddings)
    chunked = [tokenize(text, tokenizer, length) for text in texts]
    longest = max(len(chunks) for chunks in chunked)
    empty = _chunk([], tokenizer, length)
    rows = [chunk for chunks in chunked for chunk in chunks + [empty] * (longest - len(chunks))]
    hidden = _last_hidden_state(text_encoder, torch.tensor(rows, device=text_encoder.device), clip_skip)
    return hidden.reshape(len(texts), longest * length, -1)


def _chunk(ids: Sequence[int], tokenizer: Any, length: int) -> list[int]:
    padding = [tokenizer.pad_token_id] * (length - 2 - len(ids))
    return [tokenizer.bos_token_id, *ids, tokenizer.eos_token_id, *padding]


def _last_hidden_state(text_encoder: Any, ids: Tensor, clip_skip: int) -> Tensor:
    if clip_skip == 0:
        return text_encoder(ids).last_hidden_state
    output = text_encoder(ids, output_hidden_states=True)
    layers = len(output.hidden_states) - 1
    if clip_skip >= layers:
        raise ValueError(f"The text encoder has {layers} layers: {clip_skip} of them cannot be skipped.")
    # transformers >= 5.6 is flat; CLIPTextModelWithProjection and older releases wrap the encoder in `text_model`.
    final_layer_norm: nn.Module = getattr(text_encoder, "text_model", text_encoder).final_layer_norm
    return final_layer_norm(output.hidden_states[-(clip_skip + 1)])
