"""Wardrobe cards: what is written is read again, and a stranger's file can do no harm."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from ccnet import cards
from ccnet.cards import Card, CardError


def card(name: str = "Cape", **values: object) -> Card:
    return Card(name, Image.new("RGB", (600, 300), (9, 8, 7)), **values)  # pyright: ignore[reportArgumentType]


FULL = {
    "prompt": "red cape, 裙子",
    "negative_prompt": "hat",
    "intent": "recolour",
    "category": "outerwear",
    "target": "cape",
    "handles": {"hem": "knee", "flare": 0.8},
    "model": "starter",
    "settings": {"guidance_scale": 2.5, "num_inference_steps": 9, "scheduler": "ddim", "strength": 0.6},
    "loras": (("ink", 0.7),),
}


def png(text: str | None) -> bytes:
    info, out = PngInfo(), BytesIO()
    if text is not None:
        info.add_itxt(cards.TEXT, text)
    Image.new("RGB", (4, 4)).save(out, "PNG", pnginfo=info)
    return out.getvalue()


def test_a_card_comes_back_as_it_was(tmp_path: Path) -> None:
    before = card(**FULL)
    after = cards.read(cards.write(before, tmp_path / "x" / "cape.png"))
    assert after.to_dict() == before.to_dict()
    assert after.thumbnail.size == (384, 192)
    assert [file.name for file in (tmp_path / "x").iterdir()] == ["cape.png"]


def test_names_that_are_taken_get_a_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CCNET_HOME", str(tmp_path))
    assert [cards.save(card("a/b")).name for _ in range(2)] == ["a-b.png", "a-b 2.png"]


def test_what_is_unknown_is_left_out() -> None:
    values = card(**FULL).to_dict() | {"colour": "new", "settings": {"device": "cuda", "mask_grow": 3}}
    read = cards.from_dict(values, Image.new("RGB", (2, 2)))
    assert read.settings == {"mask_grow": 3}


@pytest.mark.parametrize(
    "change",
    [
        {"prompt": 5},
        {"prompt": "x" * 5000},
        {"intent": "destroy"},
        {"settings": {"strength": "much"}},
        {"settings": {"strength": float("nan")}},
        {"settings": {"num_inference_steps": True}},
        {"settings": 5},
        {"handles": {"path": "/"}},
        {"loras": [["a"]]},
        {"loras": [[1, 2]]},
        {"format": "1"},
        {"format": 99},
    ],
)
def test_values_that_cannot_be_are_refused(change: dict[str, object]) -> None:
    with pytest.raises(CardError):
        cards.from_dict(card().to_dict() | change, Image.new("RGB", (2, 2)))


@pytest.mark.parametrize(
    "data", [b"", b"no picture", png(None), png("{"), png("[1]"), png("[" * 100_000), png(json.dumps({}))]
)
def test_files_that_are_no_cards_are_refused(data: bytes, tmp_path: Path) -> None:
    file = tmp_path / "x.png"
    file.write_bytes(data)
    for source in (data, file):
        with pytest.raises(CardError):
            cards.read(source)
    found, problems = cards.load(tmp_path)
    assert (found, len(problems)) == ([], 1)


def test_a_card_that_is_cut_off_is_refused() -> None:
    data = cards.encode(card())
    for length in (20, len(data) // 2, len(data) - 30):
        with pytest.raises(CardError):
            cards.read(data[:length])


def test_a_dozen_cards_come_with_the_program() -> None:
    found, problems = cards.load(cards.SHIPPED)
    assert len(found) == 12
    assert problems == ()
    assert all(each.prompt and each.model == "" for _, each in found)
