"""Everything the window can be told to do: words, keys and drawings, the menus, and the bars of buttons."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QObject
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar

from gui.compare import COMPARE_KEYS, HOLD_KEYS
from gui.dress_bar import CANCEL_KEYS, DRESS_KEYS
from gui.glyphs import glyph
from gui.tools import TOOL_TEXTS

CONTEXT = "Actions"


class ActionText(NamedTuple):
    """How an action is offered. words: in English, "&" before the letter that a menu is read by. keys: shortcuts, the
    first is the one that is told. sign: its drawing's name. hint: for the tooltip. checkable: it is on or off."""

    words: str
    keys: Sequence[str] = ()
    sign: str = ""
    hint: str = ""
    checkable: bool = False


def _text(words: object, *keys: str, sign: str = "", hint: object = "", checkable: bool = False) -> ActionText:
    # PySide's stub gives QT_TRANSLATE_NOOP's result no type.
    return ActionText(str(words), keys, sign, str(hint), checkable)


TEXTS: dict[str, ActionText] = {
    "open": _text(QT_TRANSLATE_NOOP("Actions", "&Open ..."), "Ctrl+O", sign="open"),
    "paste": _text(
        QT_TRANSLATE_NOOP("Actions", "&Paste"),
        "Ctrl+V",
        sign="paste",
        hint=QT_TRANSLATE_NOOP("Actions", "A picture, a file or an outfit from the clipboard"),
    ),
    "copy": _text(QT_TRANSLATE_NOOP("Actions", "&Copy picture"), "Ctrl+C", sign="copy"),
    "save": _text(
        QT_TRANSLATE_NOOP("Actions", "&Save"),
        "Ctrl+S",
        sign="save",
        hint=QT_TRANSLATE_NOOP("Actions", "As an OpenRaster project, which Krita and GIMP open"),
    ),
    "save as": _text(QT_TRANSLATE_NOOP("Actions", "Save &as ..."), "Ctrl+Shift+S"),
    "export": _text(
        QT_TRANSLATE_NOOP("Actions", "&Export PNG ..."),
        "Ctrl+E",
        sign="export",
        hint=QT_TRANSLATE_NOOP("Actions", "The picture as it is shown, with its recipe"),
    ),
    "export garment": _text(QT_TRANSLATE_NOOP("Actions", "Export &garment alone ..."), "Ctrl+Shift+E"),
    "export psd": _text(QT_TRANSLATE_NOOP("Actions", "Export &layers as PSD ...")),
    "recover": _text(QT_TRANSLATE_NOOP("Actions", "Reco&ver unsaved work ...")),
    "quit": _text(QT_TRANSLATE_NOOP("Actions", "&Quit"), "Ctrl+Q"),
    "undo": _text(QT_TRANSLATE_NOOP("Actions", "&Undo"), "Ctrl+Z", sign="undo"),
    "redo": _text(QT_TRANSLATE_NOOP("Actions", "&Redo"), "Ctrl+Shift+Z", "Ctrl+Y", sign="redo"),
    "find": _text(
        QT_TRANSLATE_NOOP("Actions", "&Find clothes"),
        "F",
        sign="find",
        hint=QT_TRANSLATE_NOOP("Actions", "Puts a button over each garment; a click on it masks the garment"),
    ),
    "mask outfit": _text(
        QT_TRANSLATE_NOOP("Actions", "Mask the &whole outfit"),
        "Shift+F",
        sign="mask",
        hint=QT_TRANSLATE_NOOP("Actions", "Finds all clothes and masks them"),
    ),
    "clear": _text(QT_TRANSLATE_NOOP("Actions", "&Clear mask"), "Ctrl+D", sign="off"),
    "everything": _text(QT_TRANSLATE_NOOP("Actions", "Mask &everything"), "Ctrl+A"),
    "invert": _text(QT_TRANSLATE_NOOP("Actions", "&Invert mask"), "Ctrl+I"),
    "grow": _text(QT_TRANSLATE_NOOP("Actions", "&Grow mask"), "Ctrl+G"),
    "shrink": _text(QT_TRANSLATE_NOOP("Actions", "&Shrink mask"), "Ctrl+Shift+G"),
    "soften": _text(QT_TRANSLATE_NOOP("Actions", "S&often mask"), "Ctrl+F"),
    "import mask": _text(QT_TRANSLATE_NOOP("Actions", "&Load mask ...")),
    "export mask": _text(QT_TRANSLATE_NOOP("Actions", "Sa&ve mask ...")),
    "protect": _text(
        QT_TRANSLATE_NOOP("Actions", "Paint what is &protected"),
        "X",
        sign="protect",
        hint=QT_TRANSLATE_NOOP("Actions", "The tools paint what must stay, instead of the mask"),
        checkable=True,
    ),
    "clear protection": _text(QT_TRANSLATE_NOOP("Actions", "Protect &nothing")),
    "dress": _text(QT_TRANSLATE_NOOP("Actions", "&Dress"), DRESS_KEYS, "Ctrl+Enter", sign="hanger"),
    "cancel": _text(QT_TRANSLATE_NOOP("Actions", "&Cancel drawing"), CANCEL_KEYS, sign="stop"),
    "next": _text(QT_TRANSLATE_NOOP("Actions", "&Next candidate"), "PgDown"),
    "previous": _text(QT_TRANSLATE_NOOP("Actions", "&Previous candidate"), "PgUp"),
    "keep": _text(QT_TRANSLATE_NOOP("Actions", "&Keep candidate"), "K", sign="check"),
    "drop": _text(QT_TRANSLATE_NOOP("Actions", "D&rop candidate"), "D"),
    "forget": _text(QT_TRANSLATE_NOOP("Actions", "C&lear candidates")),
    "models": _text(QT_TRANSLATE_NOOP("Actions", "&Models ..."), "Ctrl+M", sign="models"),
    "zoom in": _text(QT_TRANSLATE_NOOP("Actions", "Zoom &in"), "Ctrl++", "Ctrl+=", sign="zoom-in"),
    "zoom out": _text(QT_TRANSLATE_NOOP("Actions", "Zoom &out"), "Ctrl+-", sign="zoom-out"),
    "fit": _text(QT_TRANSLATE_NOOP("Actions", "&Fit in window"), "Ctrl+0", sign="fit"),
    "actual size": _text(QT_TRANSLATE_NOOP("Actions", "&Actual pixels"), "Ctrl+Shift+0"),
    "turn left": _text(QT_TRANSLATE_NOOP("Actions", "Turn view &left"), ","),
    "turn right": _text(QT_TRANSLATE_NOOP("Actions", "Turn view &right"), "."),
    "mirror": _text(QT_TRANSLATE_NOOP("Actions", "&Mirror view"), "M"),
    "reset view": _text(QT_TRANSLATE_NOOP("Actions", "R&eset view"), "Home"),
    "show mask": _text(QT_TRANSLATE_NOOP("Actions", "Show mas&k"), "V", checkable=True),
    "show protection": _text(QT_TRANSLATE_NOOP("Actions", "Show what is protecte&d"), "Shift+V", checkable=True),
    "compare": _text(QT_TRANSLATE_NOOP("Actions", "&Compare with the original"), COMPARE_KEYS, sign="slider"),
    "reset panels": _text(QT_TRANSLATE_NOOP("Actions", "Reset pa&nels")),
    "full screen": _text(QT_TRANSLATE_NOOP("Actions", "F&ull screen"), "F11", checkable=True),
    "keys": _text(QT_TRANSLATE_NOOP("Actions", "&Keys"), "F1"),
    "log": _text(QT_TRANSLATE_NOOP("Actions", "&Log ...")),
    "about": _text(QT_TRANSLATE_NOOP("Actions", "&About CC_ControlNet")),
}
"""Every action but the tools, by name."""

MENUS: dict[str, tuple[str, tuple[str, ...]]] = {
    "file": (
        str(QT_TRANSLATE_NOOP("Actions", "&File")),
        (
            *("open", ">recent", ">samples", "-", "save", "save as", "-"),
            *("export", "export garment", "export psd", "-", "recover", "-", "quit"),
        ),
    ),
    "edit": (
        str(QT_TRANSLATE_NOOP("Actions", "&Edit")),
        ("undo", "redo", "-", "paste", "copy", "-", ">theme", ">language"),
    ),
    "mask": (
        str(QT_TRANSLATE_NOOP("Actions", "&Mask")),
        (
            *("find", "mask outfit", "-", "clear", "everything", "invert", "-", "grow", "shrink", "soften", "-"),
            *("import mask", "export mask", "-", "protect", "clear protection"),
        ),
    ),
    "dress": (
        str(QT_TRANSLATE_NOOP("Actions", "&Dress")),
        ("dress", "cancel", "-", "next", "previous", "keep", "drop", "forget", "-", "models"),
    ),
    "tools": (str(QT_TRANSLATE_NOOP("Actions", "&Tools")), (">tools",)),
    "view": (
        str(QT_TRANSLATE_NOOP("Actions", "&View")),
        (
            *("zoom in", "zoom out", "fit", "actual size", "-", "turn left", "turn right", "mirror", "reset view", "-"),
            *("show mask", "show protection", "compare", "-", ">panels", "reset panels", "full screen"),
        ),
    ),
    "help": (str(QT_TRANSLATE_NOOP("Actions", "&Help")), ("keys", "log", "-", "about")),
}
"""The menus in order: "-" a line, ">name" a menu that the window fills."""

SUBMENUS: dict[str, str] = {
    "recent": str(QT_TRANSLATE_NOOP("Actions", "Open &recent")),
    "samples": str(QT_TRANSLATE_NOOP("Actions", "Sa&mple characters")),
    "theme": str(QT_TRANSLATE_NOOP("Actions", "&Theme")),
    "language": str(QT_TRANSLATE_NOOP("Actions", "&Language")),
    "panels": str(QT_TRANSLATE_NOOP("Actions", "&Panels")),
}


class Actions(QObject):
    """The actions by name, and one for each tool. They live as long as the window; `retranslate` gives them the words
    of another language."""

    def __init__(self, window: QObject) -> None:
        super().__init__(window)
        self._actions = {name: QAction(window) for name in TEXTS}
        self.tools: dict[str, QAction] = {name: QAction(window) for name in TOOL_TEXTS}
        group = QActionGroup(self)
        for name, text in TOOL_TEXTS.items():
            action = self.tools[name]
            action.setCheckable(True)
            action.setIcon(glyph(text.icon))
            action.setShortcut(QKeySequence(text.key))
            action.setData(name)
            group.addAction(action)
        for name, text in TEXTS.items():
            action = self._actions[name]
            action.setObjectName(name)
            action.setCheckable(text.checkable)
            action.setShortcuts([QKeySequence(keys) for keys in text.keys])
            if text.sign:
                action.setIcon(glyph(text.sign))
        self._actions["quit"].setMenuRole(QAction.MenuRole.QuitRole)
        self._actions["about"].setMenuRole(QAction.MenuRole.AboutRole)
        self.retranslate()

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._actions)

    def retranslate(self) -> None:
        """All words anew."""
        for name, text in TEXTS.items():
            action, words = self._actions[name], tr(text.words)
            action.setText(words)
            plain = plain_words(words)
            action.setIconText(plain)
            keys = f" ({shown_keys(text.keys[0])})" if text.keys else ""
            action.setToolTip(f"<b>{plain}</b>{keys}<br>{tr(text.hint)}" if text.hint else f"{plain}{keys}")
            action.setStatusTip(tr(text.hint) if text.hint else "")
        for name, text in TOOL_TEXTS.items():
            action = self.tools[name]
            action.setText(text.shown_title)
            action.setToolTip(text.tooltip)
            action.setStatusTip(text.shown_hint)

    def fill(self, bar: QMenuBar, submenus: Mapping[str, QMenu]) -> None:
        """Fills the menu bar anew. submenus: those that the window fills, by name."""
        bar.clear()
        for words, entries in MENUS.values():
            menu = bar.addMenu(tr(words))
            menu.setToolTipsVisible(False)
            for entry in entries:
                if entry == "-":
                    menu.addSeparator()
                elif entry == ">tools":
                    menu.addActions(list(self.tools.values()))
                elif entry.startswith(">"):
                    submenu = submenus[entry[1:]]
                    submenu.setTitle(tr(SUBMENUS[entry[1:]]))
                    menu.addMenu(submenu)
                else:
                    menu.addAction(self._actions[entry])

    def table(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """For the list of keys: every menu with the words and keys of what has a key."""
        result = []
        for words, entries in MENUS.values():
            rows = [
                (plain_words(tr(TEXTS[entry].words)), shown_keys(TEXTS[entry].keys[0]))
                for entry in entries
                if entry in TEXTS and TEXTS[entry].keys
            ]
            if ">tools" in entries:
                rows = [(text.shown_title, text.key) for text in TOOL_TEXTS.values()]
            if rows:
                result.append((plain_words(tr(words)), rows))
        canvas = [
            (tr(str(QT_TRANSLATE_NOOP("Actions", "See the original while held"))), HOLD_KEYS),
            (tr(str(QT_TRANSLATE_NOOP("Actions", "Move the picture while held"))), shown_keys("Space")),
            (tr(str(QT_TRANSLATE_NOOP("Actions", "Smaller and larger brush"))), "[ ]"),
            (tr(str(QT_TRANSLATE_NOOP("Actions", "Softer and harder brush"))), "{ }"),
            (tr(str(QT_TRANSLATE_NOOP("Actions", "Opacity of the brush"))), "1 ... 9, 0"),
        ]
        return [*result, (tr(str(QT_TRANSLATE_NOOP("Actions", "On the picture"))), canvas)]


def tr(words: str) -> str:
    """In the user's language."""
    return QCoreApplication.translate(CONTEXT, words)


def plain_words(words: str) -> str:
    """A menu's words without the mark for its letter, and without the dots of what opens a window."""
    words = words.replace("&", "").removesuffix("...").strip()
    # Chinese and Japanese menus put the letter behind the words: "ファイル(F)".
    return words[:-3].strip() if len(words) > 3 and words[-1] == ")" and words[-3] == "(" else words


def shown_keys(keys: str) -> str:
    """Keys as the platform writes them."""
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)


def choices(menu: QMenu, entries: Mapping[str, str], chosen: str) -> QActionGroup:
    """Fills a menu with choices of which one is on, by the text of each; their data is the key."""
    menu.clear()
    group = QActionGroup(menu)
    for key, words in entries.items():
        action = menu.addAction(words)
        action.setCheckable(True)
        action.setChecked(key == chosen)
        action.setData(key)
        group.addAction(action)
    return group


def data_of(action: Any) -> str:
    """What `choices` filed an action under."""
    return str(action.data())
