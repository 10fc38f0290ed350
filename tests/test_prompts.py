from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn
from transformers import CLIPTextModel, CLIPTokenizer

from ccnet.prompts import encode_prompts, plain_text, tokenize
from tests.tinymodel import tiny_text_encoder, tiny_tokenizer

BEGIN, END, PAD = 512, 513, 514


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> CLIPTokenizer:
    return tiny_tokenizer(tmp_path_factory.mktemp("tokenizer"))


@pytest.fixture(scope="module")
def text_encoder() -> CLIPTextModel:
    return tiny_text_encoder(layers=3)


def words(count: int) -> str:
    """Each word is one token of the tiny tokenizer."""
    return " ".join(chr(ord("a") + i % 26) for i in range(count))


class TestChunks:
    def test_the_tokenizers_own_marks_surround_and_pad(self, tokenizer: CLIPTokenizer) -> None:
        (chunk,) = tokenize("re", tokenizer, 77)
        assert len(chunk) == 77
        assert chunk[0] == BEGIN
        assert chunk.count(END) == 1
        end = chunk.index(END)
        assert set(chunk[end + 1 :]) == {PAD}

    def test_it_is_what_the_tokenizer_itself_does_up_to_75_tokens(self, tokenizer: CLIPTokenizer) -> None:
        for text in ("", "Red sailor uniform, white pleated skirt", "セーラー服", words(75)):
            padded = tokenizer(text, padding="max_length", max_length=77, truncation=True).input_ids
            assert tokenize(text, tokenizer, 77) == [padded]

    @pytest.mark.parametrize(("count", "chunks"), [(0, 1), (75, 1), (76, 2), (150, 2), (500, 7)])
    def test_a_long_prompt_is_cut_nowhere(self, tokenizer: CLIPTokenizer, count: int, chunks: int) -> None:
        made = tokenize(words(count), tokenizer, 77)
        assert len(made) == chunks
        kept = [token for chunk in made for token in chunk if token not in (BEGIN, END, PAD)]
        assert kept == tokenizer(words(count), add_special_tokens=False).input_ids

    def test_a_long_prompt_makes_no_noise(
        self, tokenizer: CLIPTokenizer, capfd: pytest.CaptureFixture[str], recwarn: pytest.WarningsRecorder
    ) -> None:
        tokenize(words(500), tokenizer, 77)
        assert capfd.readouterr() == ("", "")
        assert not recwarn.list


class TestPlainText:
    @pytest.mark.parametrize(
        "text",
        ["a <|endoftext|> b", "a <|ENDOFTEXT|> b", "a <|startoftext|><|pad|> b", "a <|end<|endoftext|>oftext|> b"],
    )
    def test_marks_in_the_users_text_are_dropped(self, text: str, tokenizer: CLIPTokenizer) -> None:
        assert "<|" not in plain_text(text, tokenizer.all_special_tokens)
        (chunk,) = tokenize(text, tokenizer, 77)
        assert chunk[0] == BEGIN
        assert chunk.count(BEGIN) == chunk.count(END) == 1
        assert PAD not in chunk[: chunk.index(END)]

    def test_other_tokenizers_marks_too_but_no_punctuation(self) -> None:
        assert plain_text("a </s> b!", ["</s>", "!"]).split() == ["a", "b!"]

    def test_ordinary_text_is_untouched(self) -> None:
        for text in ("1girl, <3, a|b, (red:1.2)", "", "<b>skirt</b>"):
            assert plain_text(text, ["<|endoftext|>"]) == text


class TestEmbeddings:
    def test_one_chunk_is_the_text_encoders_own_answer(
        self, tokenizer: CLIPTokenizer, text_encoder: CLIPTextModel
    ) -> None:
        ids = tokenizer(["red hat", ""], padding="max_length", max_length=77, return_tensors="pt").input_ids
        with torch.no_grad():
            expected = text_encoder(ids).last_hidden_state
        assert torch.equal(encode_prompts(["red hat", ""], tokenizer, text_encoder), expected)

    def test_all_texts_get_as_many_chunks_as_the_longest(
        self, tokenizer: CLIPTokenizer, text_encoder: CLIPTextModel
    ) -> None:
        both = encode_prompts(["hat", words(500)], tokenizer, text_encoder)
        assert both.shape == (2, 7 * 77, 32)
        alone = encode_prompts(["hat", ""], tokenizer, text_encoder)
        torch.testing.assert_close(both[0, :77], alone[0])
        torch.testing.assert_close(both[0, 77:154], alone[1])

    def test_the_last_word_of_500_matters(self, tokenizer: CLIPTokenizer, text_encoder: CLIPTextModel) -> None:
        first, second = encode_prompts([words(500) + " x", words(500) + " y"], tokenizer, text_encoder)
        assert not torch.equal(first, second)

    def test_a_text_encoder_with_fewer_positions_gets_shorter_chunks(self, tokenizer: CLIPTokenizer) -> None:
        small = tiny_text_encoder()
        small.config.max_position_embeddings = 40
        assert encode_prompts([words(39)], tokenizer, small).shape == (1, 80, 32)


class Wrapped(nn.Module):
    """As older transformers, and CLIPTextModelWithProjection, are built: the encoder one level down."""

    def __init__(self, flat: CLIPTextModel) -> None:
        super().__init__()
        self.text_model, self.config, self.device = flat, flat.config, flat.device

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        return self.text_model(*args, **kwargs)


class TestClipSkip:
    @pytest.mark.parametrize("skip", [1, 2])
    @pytest.mark.parametrize("wrapped", [False, True])
    def test_it_leaves_out_the_last_layers_but_not_the_norm(
        self, tokenizer: CLIPTokenizer, text_encoder: CLIPTextModel, skip: int, wrapped: bool
    ) -> None:
        ids = tokenizer(["red"], padding="max_length", max_length=77, return_tensors="pt").input_ids
        with torch.no_grad():
            hidden = text_encoder(ids, output_hidden_states=True).hidden_states
            assert hidden is not None
            expected = text_encoder.final_layer_norm(hidden[-(skip + 1)])
        model = Wrapped(text_encoder) if wrapped else text_encoder
        embeddings = encode_prompts(["red"], tokenizer, model, skip)
        assert torch.equal(embeddings, expected)
        assert not torch.equal(embeddings, encode_prompts(["red"], tokenizer, model))

    def test_more_layers_than_there_are_cannot_be_skipped(
        self, tokenizer: CLIPTokenizer, text_encoder: CLIPTextModel
    ) -> None:
        with pytest.raises(ValueError, match="3 layers: 3 of them"):
            encode_prompts(["red"], tokenizer, text_encoder, 3)

    def test_transformers_is_not_patched(self) -> None:
        assert not isinstance(getattr(CLIPTextModel, "text_model", None), property)
