from __future__ import annotations

import gzip
import importlib.util
from pathlib import Path
from typing import Any

import pytest

from ccnet import clip_vocabulary
from ccnet.clip_vocabulary import SDXL_SECOND_PAD, clip_tokenizer, find_vocabulary, read_vocabulary
from ccnet.formats import CheckpointError

TEXTS = [
    "a photo of a cat",
    "",
    "masterpiece, best quality, 1girl, solo, long_hair, (blue eyes:1.2), sailor collar & pleated skirt!!!",
    "  Don't  STOP\tthe\nmusic: it's we're I'll you've he'd I'm 'quoted' ",
    "v-neck, t-shirt, 2024 s/s, no. 5, 50% off, @home #tag $9.99",
    "初音ミク、セーラー服 한복 платье größe naïve façade",
    "👗✨ 🧵 kimono™ ½ ²",
    "supercalifragilisticexpialidocious antidisestablishmentarianism",
    "İstanbul ß ſ Å … — dash",
    "<|endoftext|> is a word here, and so is <|startoftext|>",
]


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    return clip_tokenizer()


@pytest.fixture(scope="module")
def reference() -> Any:
    """open_clip's own, without importing the whole package."""
    file = find_vocabulary().with_name("tokenizer.py")
    spec = importlib.util.spec_from_file_location("open_clip_tokenizer", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.SimpleTokenizer()


def test_openai_s_numbers(tokenizer: Any) -> None:
    assert len(tokenizer) == 49408
    assert (tokenizer.bos_token_id, tokenizer.eos_token_id, tokenizer.pad_token_id) == (49406, 49407, 49407)
    assert tokenizer.model_max_length == 77
    assert tokenizer("a photo of a cat").input_ids == [49406, 320, 1125, 539, 320, 2368, 49407]


@pytest.mark.parametrize("text", TEXTS)
def test_the_ids_are_open_clip_s(tokenizer: Any, reference: Any, text: str) -> None:
    wanted = reference.encode(text)
    for each in (tokenizer, clip_tokenizer(SDXL_SECOND_PAD)):
        assert each(text, add_special_tokens=False).input_ids == wanted


def test_padding(tokenizer: Any) -> None:
    def padded(tokenizer: Any) -> list[int]:
        return tokenizer("cat", padding="max_length", max_length=5).input_ids

    assert padded(tokenizer) == [49406, 2368, 49407, 49407, 49407]
    assert padded(clip_tokenizer(SDXL_SECOND_PAD)) == [49406, 2368, 49407, 0, 0]


def test_it_can_be_saved_and_loaded(tokenizer: Any, tmp_path: Path) -> None:
    from transformers import CLIPTokenizer

    second = clip_tokenizer(SDXL_SECOND_PAD)
    second.save_pretrained(str(tmp_path))
    loaded = CLIPTokenizer.from_pretrained(str(tmp_path), local_files_only=True)
    assert (loaded.pad_token_id, loaded.model_max_length) == (0, 77)
    assert loaded(TEXTS[2]).input_ids == tokenizer(TEXTS[2]).input_ids


def test_without_open_clip_one_sentence_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clip_vocabulary.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(CheckpointError, match="pip install open_clip_torch"):
        clip_tokenizer()


@pytest.mark.parametrize("damage", ["truncated", "no gzip", "short", "corrupt"])
def test_a_damaged_vocabulary_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: str) -> None:
    whole = find_vocabulary().read_bytes()
    content = {
        "truncated": whole[:1000],
        "no gzip": b"a b\n" * 50_000,
        "short": gzip.compress(b"#version\na b\n"),
        "corrupt": whole[:5000] + b"\xff" * 5000 + whole[10_000:],
    }[damage]
    file = tmp_path / clip_vocabulary.FILE
    file.write_bytes(content)
    monkeypatch.setattr(clip_vocabulary, "find_vocabulary", lambda: file)
    with pytest.raises(CheckpointError, match="damaged: install open_clip_torch again") as refusal:
        clip_tokenizer()
    assert str(file) in str(refusal.value)


def test_the_list_is_read_as_openai_reads_it() -> None:
    vocabulary, merges = read_vocabulary(find_vocabulary())
    assert (len(vocabulary), len(merges)) == (49408, 48894)
    assert merges[0] == ("i", "n")
    assert vocabulary["!"] == 0
    assert vocabulary["!</w>"] == 256
    assert vocabulary["in"] == 512
    assert list(vocabulary.values()) == list(range(49408))
