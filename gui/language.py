"""The window's languages: English in the code, the others in Qt Linguist's files, exchanged while the program runs."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

LANGUAGES = {"en": "English", "zh_CN": "简体中文", "ja": "日本語"}
"""By the names of their files: what speakers call them."""

FOLDER = Path(__file__).resolve().parent.parent / "assets" / "translations"
"""Compiled by `pyside6-lrelease` from gui/translations."""

_installed: list[QTranslator] = []


def desktop_language() -> str:
    """The first of the desktop's languages that the window speaks."""
    for name in QLocale.system().uiLanguages():
        locale = QLocale(name)
        # Traditional characters are another way of writing: those who read them read English rather.
        if locale.script() == QLocale.Script.TraditionalHanScript:
            continue
        found = next((each for each in LANGUAGES if QLocale(each).language() == locale.language()), None)
        if found:
            return found
    return "en"


def use(name: str) -> str:
    """Puts the running application into a language, "" or an unknown one: the desktop's; returns which it is.

    Windows that are open get a `LanguageChange` event.
    """
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    chosen = name if name in LANGUAGES else desktop_language()
    for translator in _installed:
        app.removeTranslator(translator)
    _installed.clear()
    qt = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
    for file in (qt / f"qtbase_{chosen}.qm", FOLDER / f"{chosen}.qm"):
        translator = QTranslator(app)
        if translator.load(str(file)):
            app.installTranslator(translator)
            _installed.append(translator)
    QLocale.setDefault(QLocale(chosen))
    return chosen
