"""Every word of the window in every language."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QCoreApplication, QTranslator
from PySide6.QtWidgets import QApplication

from gui import language

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT / "gui" / "translations"
OTHERS = [name for name in language.LANGUAGES if name != "en"]


def messages(file: Path) -> Iterator[tuple[str, str, list[str], bool]]:
    """(context, source, translations, finished)."""
    for context in ElementTree.parse(file).getroot().iter("context"):
        for message in context.iter("message"):
            translation = message.find("translation")
            assert translation is not None
            forms = [form.text or "" for form in translation.iter("numerusform")] or [translation.text or ""]
            name, source = context.findtext("name") or "", message.findtext("source") or ""
            yield name, source, forms, translation.get("type") is None


@pytest.fixture(scope="module")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> set[tuple[str, str]]:
    """Everything that the code wants translated, as Qt's own tool finds it."""
    tool = shutil.which("pyside6-lupdate", path=str(Path(sys.executable).parent))
    if tool is None:
        pytest.skip("pyside6-lupdate is not installed")
    file = tmp_path_factory.mktemp("words") / "all.ts"
    sources = sorted(str(each) for each in (ROOT / "gui").glob("*.py"))
    subprocess.run([tool, *sources, "-ts", str(file)], check=True, capture_output=True, timeout=60)
    return {(context, source) for context, source, _, _ in messages(file)}


@pytest.mark.parametrize("name", OTHERS)
def test_nothing_is_missing_or_unfinished(name: str, extracted: set[tuple[str, str]]) -> None:
    there = list(messages(SOURCES / f"{name}.ts"))
    assert {(context, source) for context, source, _, _ in there} == extracted
    for context, source, forms, finished in there:
        assert finished, (context, source)
        assert all(form.strip() or not source.strip() for form in forms), (context, source)


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_filled_in_is_the_same(name: str) -> None:
    for context, source, forms, _ in messages(SOURCES / f"{name}.ts"):
        for form in forms:
            assert sorted(re.findall(r"\{\w+\}|%n", source)) == sorted(re.findall(r"\{\w+\}|%n", form)), context
            assert source.endswith("...") == form.endswith("..."), source
            assert source.count("&") == form.count("&"), source


@pytest.mark.parametrize("name", list(language.LANGUAGES))
def test_what_is_compiled_is_what_was_written(name: str, qapp: QApplication) -> None:
    translator = QTranslator()
    assert translator.load(str(language.FOLDER / f"{name}.qm"))
    for context, source, forms, _ in messages(SOURCES / f"{name}.ts"):
        count = 7 if "%n" in source else -1
        assert translator.translate(context, source, "", count) == forms[-1]


def test_menus_have_no_letter_twice(qapp: QApplication) -> None:
    from gui.actions import MENUS, SUBMENUS, TEXTS, tr

    for name in language.LANGUAGES:
        language.use(name)
        for words, entries in MENUS.values():
            shown = [tr(SUBMENUS[e[1:]]) if e[1:] in SUBMENUS else tr(TEXTS[e].words) for e in entries if words_of(e)]
            letters = [found[1].lower() for text in shown if (found := re.search("&(.)", text))]
            assert len(set(letters)) == len(letters) == len(shown), (name, words, shown)
    language.use("en")


def words_of(entry: str) -> bool:
    """Whether a menu's entry has words of its own."""
    return entry not in ("-", ">tools")


def test_counted_things_are_said_as_people_say_them(qapp: QApplication) -> None:
    language.use("en")
    source = "%n pixel(s) changed outside the mask"
    assert QCoreApplication.translate("PromiseBadge", source, None, 1) == "1 pixel changed outside the mask"
    assert QCoreApplication.translate("PromiseBadge", source, None, 2) == "2 pixels changed outside the mask"
    language.use("ja")
    assert QCoreApplication.translate("DressBar", "Dress") == "着せ替え"
    language.use("en")
    assert QCoreApplication.translate("DressBar", "Dress") == "Dress"
