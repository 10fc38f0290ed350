"""Every action has words, a place in a menu, and keys of its own."""

from __future__ import annotations

from collections import Counter

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication, QMainWindow, QMenu, QMenuBar

from gui.actions import MENUS, SUBMENUS, TEXTS, Actions, plain_words
from gui.compare import HOLD_KEYS
from gui.glyphs import SHAPES
from gui.tools import TOOL_TEXTS


def test_no_keys_are_used_twice() -> None:
    keys = [each for text in TEXTS.values() for each in text.keys] + [text.key for text in TOOL_TEXTS.values()]
    panels = [*(f"Ctrl+{n}" for n in range(1, 5)), *(f"Alt+{n}" for n in range(1, 4)), "Alt+R", "Alt+L"]
    canvas = [HOLD_KEYS, "[", "]", "{", "}", *map(str, range(10)), "Space"]
    counted = Counter(QKeySequence(each).toString() for each in [*keys, *panels, *canvas])
    assert [each for each, count in counted.items() if count > 1] == []
    assert "" not in counted


def test_every_action_is_in_a_menu_once() -> None:
    listed = Counter(entry for _, entries in MENUS.values() for entry in entries if entry in TEXTS)
    assert listed == Counter(list(TEXTS))
    assert {e[1:] for _, entries in MENUS.values() for e in entries if e.startswith(">")} == {*SUBMENUS, "tools"}


def test_every_drawing_is_there() -> None:
    signs = {text.sign for text in TEXTS.values() if text.sign} | {text.icon for text in TOOL_TEXTS.values()}
    assert signs <= set(SHAPES)


def test_tooltips_show_the_keys(qapp: QApplication) -> None:
    window = QMainWindow()
    made = Actions(window)
    for name, text in TEXTS.items():
        if text.keys:
            assert QKeySequence(text.keys[0]).toString(QKeySequence.SequenceFormat.NativeText) in made[name].toolTip()
        assert "&" not in made[name].iconText()
    menus = {name: QMenu(window) for name in SUBMENUS}
    bar = QMenuBar(window)
    made.fill(bar, menus)
    made.fill(bar, menus)
    assert len(bar.actions()) == len(MENUS)
    table = dict(made.table())
    assert ("Save", "Ctrl+S") in table["File"]
    window.deleteLater()


def test_plain_words() -> None:
    assert plain_words("&Open ...") == "Open"
    assert plain_words("開く(&O)...") == "開く"
    assert plain_words("S&often mask") == "Soften mask"
