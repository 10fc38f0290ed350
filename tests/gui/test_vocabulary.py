"""Tags: what is offered, in which order, and what a table may be."""

from __future__ import annotations

from pathlib import Path

import pytest

from gui import vocabulary
from gui.vocabulary import Tag, Vocabulary
from training.dolls.outfit import PATTERNS
from training.dolls.palette import COLOURS
from training.dolls.wardrobe import KINDS, SYNONYMS


@pytest.fixture(scope="module")
def own() -> Vocabulary:
    return Vocabulary.of(vocabulary.read_table(vocabulary.OWN_TABLE))


def names(found: list[vocabulary.Match]) -> list[str]:
    return [match.tag.name for match in found]


def test_the_own_table_has_hundreds_of_words_each_once(own: Vocabulary) -> None:
    tags = [tag.name for tag in own.tags]
    aliases = [alias for tag in own.tags for alias in tag.aliases]
    assert len(tags) >= 400
    assert len({*tags, *aliases}) == len(tags) + len(aliases)
    assert {tag.category for tag in own.tags} == {*vocabulary.GARMENTS, *vocabulary.DESCRIPTIONS, "quality"}


def test_every_word_of_the_starter_is_there_and_marked(own: Vocabulary) -> None:
    words = {kind for kinds in KINDS.values() for kind in kinds} | set(COLOURS) | set(PATTERNS)
    assert words <= {tag.name for tag in own.tags if tag.starter}
    other_words = {word for synonyms in SYNONYMS.values() for word in synonyms}
    assert other_words <= {name for tag in own.tags if tag.starter for name in (tag.name, *tag.aliases)}
    assert all(tag.colour for tag in own.tags if tag.category == "colour" and tag.name in COLOURS)


def test_names_come_before_aliases_and_aliases_before_words_inside(own: Vocabulary) -> None:
    found = own.find("sail")
    assert names(found)[:2] == ["sailor uniform", "sailor shirt"]
    assert "sailor dress" in names(found)
    assert own.find("tee")[0][:2] == (next(tag for tag in own.tags if tag.name == "t-shirt"), "tee")
    assert "pleated skirt" in names(own.find("ski"))
    assert names(own.find("T shirt"))[0] == "t-shirt"
    assert own.find("chinese dr")[0].alias == "chinese dress"
    assert own.find("button-d")[0].alias == "button-down shirt"


def test_colours_in_front_stay(own: Vocabulary) -> None:
    typed = " red and white str"
    match = next(match for match in own.find(typed) if match.tag.name == "striped")
    assert typed[: match.kept] == " red and white "
    assert own.find("dog on a sk") == []


def test_words_of_the_starter_first(own: Vocabulary) -> None:
    found = own.find("s", starter_first=True)
    assert [match.tag.starter for match in found] == sorted((m.tag.starter for m in found), reverse=True)


def test_unknown_words(own: Vocabulary) -> None:
    prompt = "(red and white striped t-shirt:1.2), cyberpunk dungarees, <lora:thing:1>"
    assert own.unknown_to_starter(prompt) == ("cyberpunk",)


def test_a_danbooru_table_adds_tags_counts_and_aliases(tmp_path: Path) -> None:
    file = tmp_path / "danbooru.csv"
    file.write_text(
        '1girl,0,600,"1girls,sole_female"\nsaber_(fate),4,50,\n>_<,0,9,\nmaid_dress,0,7,maidwear\n', "utf-8"
    )
    known, problems = vocabulary.load([file])
    assert problems == ()
    assert known.find("sole")[0].tag.name == "1girl"
    saber = known.find("sab")[0].tag
    assert (saber.name, saber.category, saber.uses) == ("saber (fate)", "character", 50)
    assert vocabulary.escaped(saber.name) == r"saber \(fate\)"
    assert known.find(">_")[0].tag.name == ">_<"
    maid = known.find("maidw")[0].tag
    assert (maid.name, maid.category, maid.uses, maid.starter) == ("maid dress", "dress", 7, True)


def test_a_table_with_a_heading(tmp_path: Path) -> None:
    file = tmp_path / "krita.csv"
    file.write_text("tag,type,count,aliases\nlong_hair,0,12,\n", "utf-8")
    assert vocabulary.read_table(file) == [Tag("long hair", uses=12)]


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"one column\nonly\n"])
def test_what_is_no_table_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "x.csv"
    file.write_bytes(content)
    with pytest.raises(ValueError, match="tags"):
        vocabulary.read_table(file)


def test_an_added_table_is_found_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CCNET_HOME", str(tmp_path / "home"))
    file = tmp_path / "mine.csv"
    file.write_text("glowing_cape,0,3,\n", "utf-8")
    vocabulary.add_table(file)
    assert names(vocabulary.load()[0].find("glowing")) == ["glowing cape"]


def test_a_hundred_thousand_rows() -> None:
    known = Vocabulary.of((), (Tag(f"tag {n} of many", uses=n) for n in range(100_000)))
    assert names(known.find("tag 9999"))[:2] == ["tag 99999 of many", "tag 99998 of many"]
    assert len(known.find("many", limit=10)) == 10


def test_where_a_tag_begins() -> None:
    text = "red dress, (blue sk"
    assert text[vocabulary.segment(text, len(text)) :] == "blue sk"
    assert vocabulary.segment("abc", 3) == 0
