from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection, CLIPTokenizer

from ccnet.embeddings import Embedding
from ccnet.prompts import Chunk, encode_sd15, encode_sdxl, plain_text, tokenize
from tests.tinymodel import tiny_text_encoder, tiny_tokenizer

BEGIN, END, PAD = 512, 513, 514
WIDTH, WIDTH_2 = 32, 48


@pytest.fixture(scope="module")
def vocabulary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tokenizer")
    tiny_tokenizer(folder)
    return folder


@pytest.fixture(scope="module")
def tokenizer(vocabulary: Path) -> CLIPTokenizer:
    return CLIPTokenizer.from_pretrained(str(vocabulary))


@pytest.fixture(scope="module")
def tokenizer_2(vocabulary: Path) -> CLIPTokenizer:
    """Pads with "!", whose id is 0, as SDXL's second one does."""
    files = (str(vocabulary / name) for name in ("vocab.json", "merges.txt"))
    return CLIPTokenizer(*files, pad_token="!", model_max_length=77)


@pytest.fixture(scope="module")
def text_encoder() -> CLIPTextModel:
    return tiny_text_encoder(layers=3)


@pytest.fixture(scope="module")
def leaning(text_encoder: CLIPTextModel) -> CLIPTextModel:
    """As real ones are: the numbers of every token have a mean below 0."""
    encoder = copy.deepcopy(text_encoder)
    nn.init.normal_(encoder.final_layer_norm.bias, mean=-0.5, std=0.1)
    return encoder


@pytest.fixture(scope="module")
def text_encoder_2() -> CLIPTextModelWithProjection:
    torch.manual_seed(2)
    config = CLIPTextConfig(
        vocab_size=516,
        hidden_size=WIDTH_2,
        intermediate_size=64,
        num_hidden_layers=4,
        num_attention_heads=2,
        projection_dim=24,
        hidden_act="gelu",
        bos_token_id=BEGIN,
        eos_token_id=END,
        pad_token_id=0,
    )
    return CLIPTextModelWithProjection(config).eval()


def embedding(name: str, count: int, *widths: int) -> Embedding:
    generator = torch.Generator().manual_seed(count)
    made = [torch.randn(count, width, generator=generator) for width in widths]
    return Embedding(name, dict(zip(("clip_l", "clip_g"), made, strict=False)))


def tokens_of(texts: list[str], *args: Any) -> Tensor:
    return encode_sd15(texts, *args).tokens


def kept(chunks: list[Chunk]) -> list[int]:
    """All token ids but those of begin, end and padding."""
    return [token for chunk in chunks for token in chunk.ids if token not in (BEGIN, END, PAD)]


def words(count: int) -> str:
    """Each word is one token of the tiny tokenizer."""
    return " ".join(chr(ord("a") + i % 26) for i in range(count))


class TestChunks:
    def test_the_tokenizers_own_marks_surround_and_pad(self, tokenizer: CLIPTokenizer) -> None:
        (chunk,) = tokenize("(re:1.2)", tokenizer, 77)
        assert len(chunk.ids) == len(chunk.weights) == 77
        assert chunk.ids[0] == BEGIN
        assert chunk.ids.count(END) == 1
        end = chunk.ids.index(END)
        assert set(chunk.ids[end + 1 :]) == {PAD}
        assert [i for i, weight in enumerate(chunk.weights) if weight != 1] == [*range(1, end)]

    def test_it_is_what_the_tokenizer_itself_does_up_to_75_tokens(self, tokenizer: CLIPTokenizer) -> None:
        for text in ("", "Red sailor uniform, white pleated skirt", "セーラー服", words(75)):
            padded = tokenizer(text, padding="max_length", max_length=77, truncation=True).input_ids
            (chunk,) = tokenize(text, tokenizer, 77)
            assert chunk.ids == padded

    @pytest.mark.parametrize(("count", "chunks"), [(0, 1), (75, 1), (76, 2), (150, 2), (500, 7)])
    def test_a_long_prompt_is_cut_nowhere(self, tokenizer: CLIPTokenizer, count: int, chunks: int) -> None:
        made = tokenize(words(count), tokenizer, 77)
        assert len(made) == chunks
        assert kept(made) == tokenizer(words(count), add_special_tokens=False).input_ids

    def test_a_long_weighted_one_neither(self, tokenizer: CLIPTokenizer) -> None:
        plain, weighted = (tokenize(text, tokenizer, 77) for text in (words(300), f"({words(300)}:1.2)"))
        assert [chunk.ids for chunk in weighted] == [chunk.ids for chunk in plain]
        assert sum(weight == 1.2 for chunk in weighted for weight in chunk.weights) == 300

    @pytest.mark.parametrize(
        ("text", "chunks"),
        [
            ("a BREAK b", ["a", "b"]),
            (f"{words(75)} BREAK b", [words(75), "b"]),
            (f"{words(76)} BREAK b", [words(75), "x", "b"]),
            ("BREAK a BREAK BREAK b BREAK", ["", "a", "", "b"]),
            ("(a BREAK b:1.5)", ["a", "b"]),
        ],
    )
    def test_break_begins_a_new_one(self, tokenizer: CLIPTokenizer, text: str, chunks: list[str]) -> None:
        expected = [tokenizer(chunk, add_special_tokens=False).input_ids for chunk in chunks]
        assert [kept([chunk]) for chunk in tokenize(text, tokenizer, 77)] == expected

    def test_a_long_prompt_makes_no_noise(
        self, tokenizer: CLIPTokenizer, capfd: pytest.CaptureFixture[str], recwarn: pytest.WarningsRecorder
    ) -> None:
        tokenize(words(500), tokenizer, 77)
        assert capfd.readouterr() == ("", "")
        assert not recwarn.list


class TestPlainText:
    @pytest.mark.parametrize(
        "text",
        [
            "a <|endoftext|> b",
            "a <|ENDOFTEXT|> b",
            "a <|startoftext|><|pad|> b",
            "a <|end<|endoftext|>oftext|> b",
            "a <|end()oftext|> b",
        ],
    )
    def test_marks_in_the_users_text_are_dropped(self, text: str, tokenizer: CLIPTokenizer) -> None:
        assert "<|" not in plain_text(text.replace("()", ""), tokenizer.all_special_tokens)
        (chunk,) = tokenize(text, tokenizer, 77)
        assert chunk.ids[0] == BEGIN
        assert chunk.ids.count(BEGIN) == chunk.ids.count(END) == 1
        assert PAD not in chunk.ids[: chunk.ids.index(END)]

    def test_other_tokenizers_marks_too_but_no_punctuation(self) -> None:
        assert plain_text("a </s> b!", ["</s>", "!"]).split() == ["a", "b!"]

    def test_ordinary_text_is_untouched(self) -> None:
        for text in ("1girl, <3, a|b, (red:1.2)", "", "<b>skirt</b>"):
            assert plain_text(text, ["<|endoftext|>"]) == text


class TestEncoding:
    def test_one_chunk_is_the_text_encoders_own_answer(
        self, tokenizer: CLIPTokenizer, text_encoder: CLIPTextModel
    ) -> None:
        ids = tokenizer(["red hat", ""], padding="max_length", max_length=77, return_tensors="pt").input_ids
        with torch.no_grad():
            expected = text_encoder(ids).last_hidden_state
        assert torch.equal(tokens_of(["red hat", ""], tokenizer, text_encoder), expected)

    def test_all_texts_get_as_many_chunks_as_the_longest(
        self, tokenizer: CLIPTokenizer, text_encoder: CLIPTextModel
    ) -> None:
        both = tokens_of(["hat", words(500)], tokenizer, text_encoder)
        assert both.shape == (2, 7 * 77, 32)
        alone = tokens_of(["hat", ""], tokenizer, text_encoder)
        torch.testing.assert_close(both[0, :77], alone[0])
        torch.testing.assert_close(both[0, 77:154], alone[1])

    def test_the_last_word_of_500_matters(self, tokenizer: CLIPTokenizer, text_encoder: CLIPTextModel) -> None:
        first, second = tokens_of([words(500) + " x", words(500) + " y"], tokenizer, text_encoder)
        assert not torch.equal(first, second)

    def test_a_text_encoder_with_fewer_positions_gets_shorter_chunks(self, tokenizer: CLIPTokenizer) -> None:
        small = tiny_text_encoder()
        small.config.max_position_embeddings = 40
        assert tokens_of([words(39)], tokenizer, small).shape == (1, 80, 32)


class TestWeights:
    @pytest.mark.parametrize(
        "text", ["(red:1) hat", "([red]) hat", "((red:0.5):2) hat", "<lora:x:0.7>red <lyco:y:1>hat"]
    )
    def test_without_weight_it_is_the_plain_text_bit_for_bit(
        self, tokenizer: CLIPTokenizer, text_encoder: CLIPTextModel, text: str
    ) -> None:
        plain = tokens_of(["red hat"], tokenizer, text_encoder)
        assert torch.equal(tokens_of([text], tokenizer, text_encoder), plain)

    def test_an_escaped_bracket_is_a_bracket(self, tokenizer: CLIPTokenizer, text_encoder: CLIPTextModel) -> None:
        ids = tokenizer(["saber (fate)"], padding="max_length", max_length=77, return_tensors="pt").input_ids
        with torch.no_grad():
            expected = text_encoder(ids).last_hidden_state
        assert torch.equal(tokens_of([r"saber \(fate\)"], tokenizer, text_encoder), expected)

    @pytest.mark.parametrize("weight", [1.5, 0.3, 0, -0.5])
    def test_they_multiply_the_tokens_and_the_mean_is_restored(
        self, tokenizer: CLIPTokenizer, leaning: CLIPTextModel, weight: float
    ) -> None:
        (plain,) = tokens_of(["a b c"], tokenizer, leaning)
        (found,) = tokens_of([f"a (b:{weight}) c"], tokenizer, leaning)
        expected = plain.clone()
        expected[2] *= weight
        expected *= plain.mean() / expected.mean()
        torch.testing.assert_close(found, expected)
        torch.testing.assert_close(found.mean(), plain.mean())
        assert not torch.equal(found, plain)

    def test_each_chunk_keeps_its_own_mean_and_others_are_not_touched(
        self, tokenizer: CLIPTokenizer, leaning: CLIPTextModel
    ) -> None:
        plain = tokens_of(["a BREAK b c BREAK d", "e"], tokenizer, leaning)
        found = tokens_of(["a BREAK (b:1.4) c BREAK d", "e"], tokenizer, leaning)
        assert torch.equal(found[1], plain[1])
        same = (found[0] == plain[0]).all(dim=-1)
        assert same[:77].all()
        assert not same[77:154].any()
        assert same[154:].all()
        torch.testing.assert_close(found[0, 77:154].mean(), plain[0, 77:154].mean())

    @pytest.mark.parametrize(("weight", "least", "most"), [(1.5, 1 / 1.5, 1), (0.5, 1, 1 / 0.5), (-2, 1, 77)])
    def test_a_mean_that_means_nothing_moves_no_token_further_than_the_weights(
        self, tokenizer: CLIPTokenizer, text_encoder: CLIPTextModel, weight: float, least: float, most: float
    ) -> None:
        (plain,) = tokens_of(["a b c"], tokenizer, text_encoder)
        assert plain.mean().abs() < 1e-6  # a newborn final normalisation centres every token
        (found,) = tokens_of([f"a (b:{weight}) c"], tokenizer, text_encoder)
        scale = (found[1] / plain[1]).mean()
        assert least - 1e-3 <= scale <= most + 1e-3

    def test_a_mean_of_zero_makes_no_numbers_that_are_none(self, tokenizer: CLIPTokenizer) -> None:
        silent = tiny_text_encoder()
        for parameter in silent.final_layer_norm.parameters():
            nn.init.zeros_(parameter)
        assert not tokens_of(["(a:1.5) b"], tokenizer, silent).any()

    def test_the_text_encoders_dtype_is_kept(self, tokenizer: CLIPTokenizer) -> None:
        half = tiny_text_encoder().bfloat16()
        assert tokens_of(["(a:1.5) b"], tokenizer, half).dtype == torch.bfloat16


class TestNamedEmbeddings:
    def test_they_are_what_a_word_table_with_their_vectors_would_give(
        self, tokenizer: CLIPTokenizer, text_encoder: CLIPTextModel
    ) -> None:
        frills = embedding("big frills", 2, WIDTH)
        taught = tiny_text_encoder(layers=3)
        with torch.no_grad():
            ids = tokenizer("x y", add_special_tokens=False).input_ids
            taught.embeddings.token_embedding.weight[ids] = frills.vectors["clip_l"]
        full = "a " * 74
        expected = tokens_of(["a (x y:1.3), x y b", "", f"{full} BREAK x y"], tokenizer, taught)
        texts = ["a (Big  frills:1.3), big frills b", "", f"{full} big frills"]
        assert torch.equal(encode_sd15(texts, tokenizer, text_encoder, embeddings=[frills]).tokens, expected)

    def test_the_text_encoder_stays_as_it_was(self, tokenizer: CLIPTokenizer) -> None:
        encoder = tiny_text_encoder()
        before = {key: value.clone() for key, value in encoder.state_dict().items()}
        plain = tokens_of(["red frills"], tokenizer, encoder)
        named = encode_sd15(["red frills"], tokenizer, encoder, embeddings=[embedding("frills", 2, WIDTH)]).tokens
        assert not torch.equal(named, plain)
        assert torch.equal(tokens_of(["red frills"], tokenizer, encoder), plain)
        assert all(torch.equal(value, before[key]) for key, value in encoder.state_dict().items())

    def test_nor_does_a_failure_leave_anything_behind(self, tokenizer: CLIPTokenizer) -> None:
        encoder = tiny_text_encoder()
        plain = tokens_of(["frills"], tokenizer, encoder)
        broken = encoder.encoder.register_forward_pre_hook(_fail)
        with pytest.raises(RuntimeError, match="no memory"):
            encode_sd15(["frills"], tokenizer, encoder, embeddings=[embedding("frills", 2, WIDTH)])
        broken.remove()
        assert torch.equal(tokens_of(["frills"], tokenizer, encoder), plain)

    @pytest.mark.parametrize(
        ("before", "vectors", "expected"),
        [
            (0, 75, [75]),
            (73, 2, [2]),
            (74, 2, [0, 2]),
            (10, 75, [0, 75]),
            (0, 200, [75, 75, 50]),
            (10, 76, [65, 11]),
        ],
    )
    def test_one_that_fits_a_chunk_is_not_cut_and_none_is_lost(
        self, tokenizer: CLIPTokenizer, before: int, vectors: int, expected: list[int]
    ) -> None:
        made = torch.arange(float(vectors))[:, None]
        chunks = tokenize(f"{words(before)} + b", tokenizer, 77, lambda text: _split(text, made))
        spread = [list(chunk.vectors.items()) for chunk in chunks]
        assert [len(found) for found in spread if found or len(spread) > 1][: len(expected)] == expected
        assert [int(vector) for found in spread for _, vector in found] == [*range(vectors)]
        assert all(len(chunk.ids) == 77 and END not in chunk.ids[: max(chunk.vectors, default=0)] for chunk in chunks)

    def test_one_of_another_family_is_refused(self, tokenizer: CLIPTokenizer, text_encoder: CLIPTextModel) -> None:
        for wrong in (embedding("frills", 1, 768), embedding("frills", 1, WIDTH, WIDTH_2)):
            encode_sd15(["red hat"], tokenizer, text_encoder, embeddings=[wrong])
            with pytest.raises(ValueError, match=r'"frills" has vectors .* but this model reads 32'):
                encode_sd15(["red frills"], tokenizer, text_encoder, embeddings=[wrong])


def _fail(*_: Any) -> None:
    raise RuntimeError("no memory")


def _split(text: str, vectors: Tensor) -> list[str | Tensor]:
    before, after = text.split("+")
    return [before, vectors, after]


class TestSdxl:
    @pytest.fixture
    def both(
        self,
        tokenizer: CLIPTokenizer,
        tokenizer_2: CLIPTokenizer,
        text_encoder: CLIPTextModel,
        text_encoder_2: CLIPTextModelWithProjection,
    ) -> tuple[tuple[Any, Any], tuple[Any, Any]]:
        return (tokenizer, tokenizer_2), (text_encoder, text_encoder_2)

    @pytest.mark.parametrize("text", ["red sailor uniform, white skirt", words(75), "セーラー服", ""])
    def test_it_is_what_diffusers_makes_of_a_short_prompt(self, both: Any, text: str) -> None:
        from diffusers.pipelines.stable_diffusion_xl.pipeline_stable_diffusion_xl import StableDiffusionXLPipeline

        (tokenizer, tokenizer_2), (text_encoder, text_encoder_2) = both
        nothing: Any = None
        reference = StableDiffusionXLPipeline(
            nothing, text_encoder, text_encoder_2, tokenizer, tokenizer_2, nothing, nothing, add_watermarker=False
        )
        with torch.no_grad():
            expected: Any = reference.encode_prompt(text, negative_prompt="bad hands", device=torch.device("cpu"))
        found = encode_sdxl(["bad hands", text], *both)
        assert found.pooled is not None
        torch.testing.assert_close(found.tokens, torch.cat([expected[1], expected[0]]), atol=1e-6, rtol=0)
        torch.testing.assert_close(found.pooled, torch.cat([expected[3], expected[2]]), atol=1e-6, rtol=0)

    def test_a_long_prompt_is_summed_up_by_its_first_chunk(self, both: Any) -> None:
        long, short = encode_sdxl([words(500), "hat"], *both), encode_sdxl([words(75), "hat"], *both)
        assert long.pooled is not None
        assert short.pooled is not None
        assert long.tokens.shape == (2, 7 * 77, WIDTH + WIDTH_2)
        torch.testing.assert_close(long.tokens[:, :77], short.tokens)
        torch.testing.assert_close(long.pooled, short.pooled)

    def test_weights_reach_both_encoders_but_not_the_summary(self, both: Any) -> None:
        tokenizers, text_encoders = copy.deepcopy(both)
        for encoder in text_encoders:
            nn.init.ones_(getattr(encoder, "text_model", encoder).embeddings.position_embedding.weight)
        plain, weighted = (encode_sdxl([text], tokenizers, text_encoders) for text in ("a b", "(a:1.5) b"))
        for part in (slice(0, WIDTH), slice(WIDTH, None)):
            expected = plain.tokens[0, :, part].clone()
            mean = expected.mean()
            expected[1] *= 1.5
            torch.testing.assert_close(weighted.tokens[0, :, part], expected * (mean / expected.mean()))
        assert plain.pooled is not None
        assert weighted.pooled is not None
        assert torch.equal(weighted.pooled, plain.pooled)

    def test_no_prompt_is_zeros_and_an_empty_one_is_not(self, both: Any) -> None:
        absent, empty = encode_sdxl([None, "red"], *both), encode_sdxl(["", "red"], *both)
        assert absent.pooled is not None
        assert empty.pooled is not None
        assert not absent.tokens[0].any()
        assert not absent.pooled[0].any()
        assert empty.tokens[0].any()
        assert empty.pooled[0].any()
        assert torch.equal(absent.tokens[1], empty.tokens[1])
        assert torch.equal(absent.pooled[1], empty.pooled[1])

    def test_clip_skip_counts_from_the_last_layer_but_one(self, both: Any) -> None:
        tokenizers, text_encoders = both
        expected: list[Tensor] = []
        for tokenizer, text_encoder in zip(tokenizers, text_encoders, strict=True):
            ids = tokenizer(["red"], padding="max_length", max_length=77, return_tensors="pt").input_ids
            with torch.no_grad():
                expected.append(text_encoder(ids, output_hidden_states=True).hidden_states[-3])
        assert torch.equal(encode_sdxl(["red"], *both, clip_skip=1).tokens, torch.cat(expected, dim=-1))
        with pytest.raises(ValueError, match="3 layers: 3 of them"):
            encode_sdxl(["red"], *both, clip_skip=2)

    def test_embeddings_reach_both_encoders(self, both: Any) -> None:
        tokenizers, text_encoders = both
        frills = embedding("frills", 2, WIDTH, WIDTH_2)
        taught = copy.deepcopy(text_encoders)
        ids = tokenizers[0]("x y", add_special_tokens=False).input_ids
        with torch.no_grad():
            taught[0].embeddings.token_embedding.weight[ids] = frills.vectors["clip_l"]
            taught[1].text_model.embeddings.token_embedding.weight[ids] = frills.vectors["clip_g"]
        expected = encode_sdxl(["a x y b"], tokenizers, taught)
        found = encode_sdxl(["a frills b"], *both, embeddings=[frills])
        assert found.pooled is not None
        assert expected.pooled is not None
        assert torch.equal(found.tokens, expected.tokens)
        assert torch.equal(found.pooled, expected.pooled)

    def test_one_for_sd15_is_refused(self, both: Any) -> None:
        with pytest.raises(ValueError, match="vectors 32 wide but this model reads 32 and 48"):
            encode_sdxl(["frills"], *both, embeddings=[embedding("frills", 2, WIDTH)])


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
        embeddings = tokens_of(["red"], tokenizer, model, skip)
        assert torch.equal(embeddings, expected)
        assert not torch.equal(embeddings, tokens_of(["red"], tokenizer, model))

    def test_more_layers_than_there_are_cannot_be_skipped(
        self, tokenizer: CLIPTokenizer, text_encoder: CLIPTextModel
    ) -> None:
        with pytest.raises(ValueError, match="3 layers: 3 of them"):
            tokens_of(["red"], tokenizer, text_encoder, 3)

    def test_transformers_is_not_patched(self) -> None:
        assert not isinstance(getattr(CLIPTextModel, "text_model", None), property)
