"""What the core says is said in the window's language, with the names and numbers it was said with."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from gui import language
from gui.sentences import PATTERNS, translated

ROOT = Path(__file__).resolve().parents[2]
PLACE = re.compile(r"\{\d\}")


@pytest.fixture
def japanese(qapp: QApplication) -> Iterator[None]:
    language.use("ja")
    yield
    language.use("en")


def literals() -> Iterator[str]:
    """Every text in the code, with {0} for what is filled in."""
    for folder in ("ccnet", "gui"):
        for file in (ROOT / folder).glob("*.py"):
            if file.name == "sentences.py":
                continue
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield node.value
                elif isinstance(node, ast.JoinedStr):
                    yield "".join(str(part.value) if isinstance(part, ast.Constant) else "{0}" for part in node.values)


def test_the_core_says_each_of_them() -> None:
    said = set(literals())
    # What is wrong with a file is often said apart from the file's name.
    said |= {f"{{0}} {text}" for text in said}
    # What the system says of a refusal, in lower case.
    system = {"no space left on device", "permission denied", "no such file or directory"}
    assert [each for each in PATTERNS if PLACE.sub("{0}", each) not in said | system] == []


def test_english_stays_as_it_is(qapp: QApplication) -> None:
    language.use("en")
    for pattern in PATTERNS:
        sentence = PLACE.sub("x7", pattern)
        assert translated(sentence) == sentence


def test_names_and_words_are_filled_in_again(japanese: None) -> None:
    assert translated("No legwear found; found: top, shoes.") == (
        "レッグウェアが見つかりません。見つかったもの：トップス、靴。"
    )
    said = translated(
        "'art/a, top.ora' could not be saved because there is no room left: free some, or save on another disk."
    )
    assert "art/a, top.ora" in said
    assert "空き容量がありません" in said
    assert "because" not in said
    assert "top" in translated("'top' is partly transparent: its transparency is kept.")
    assert "「{2}.ora」" in translated("'{2}.ora' is too small: each side needs at least 16 pixels.")


def test_what_is_not_known_stays_english(japanese: None) -> None:
    assert translated("Something new, there, nothing.") == "Something new, there, nothing."
    assert translated("") == ""
    assert translated("服が見つかりません。") == "服が見つかりません。"
