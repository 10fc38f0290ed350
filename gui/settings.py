"""What the editor remembers from one start to the next, in a small file in the user's configuration folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QSettings

from gui import theme
from gui.outfit import Outfit
from gui.theme import Theme

MOST_RECENT = 10
"""Files that are remembered."""

_GEOMETRY, _STATE = "window/geometry", "window/state"


class Settings:
    """Kept settings. What a file from a stranger or a newer program says wrongly is as if it were not there.

    file: where they are, None for the user's own.
    """

    def __init__(self, file: Path | None = None) -> None:
        if file is None:
            self._kept = QSettings(
                QSettings.Format.IniFormat, QSettings.Scope.UserScope, "CC_ControlNet", "CC_ControlNet"
            )
        else:
            self._kept = QSettings(str(file), QSettings.Format.IniFormat)

    @property
    def theme(self) -> Theme:
        name = self._text("theme")
        found: list[Theme] = [each for each in theme.THEMES if each == name]
        return found[0] if found else "system"

    @theme.setter
    def theme(self, name: Theme) -> None:
        self._kept.setValue("theme", name)

    @property
    def language(self) -> str:
        """A language of `gui.language.LANGUAGES`, "" for the desktop's."""
        return self._text("language")

    @language.setter
    def language(self, name: str) -> None:
        self._kept.setValue("language", name)

    @property
    def recent(self) -> list[Path]:
        """Files that were opened or saved, the latest first; some may be gone."""
        listed = self._json("recent")
        if not isinstance(listed, list):
            return []
        return [Path(each) for each in listed if isinstance(each, str)][:MOST_RECENT]

    def add_recent(self, file: Path) -> None:
        """Puts a file in front of the list."""
        file = file.absolute()
        others = [str(each) for each in self.recent if each != file]
        self._kept.setValue("recent", json.dumps([str(file), *others][:MOST_RECENT]))

    def clear_recent(self) -> None:
        self._kept.remove("recent")

    @property
    def folder(self) -> Path:
        """The folder that a file was last opened from or saved in; the user's own before there was any."""
        folder = Path(self._text("folder") or Path.home())
        return folder if folder.is_dir() else Path.home()

    @folder.setter
    def folder(self, folder: Path) -> None:
        self._kept.setValue("folder", str(folder.absolute()))

    @property
    def outfit(self) -> Outfit:
        """The panel's settings at the end of the last time, without pictures."""
        values = self._json("outfit")
        return Outfit.from_dict(values, {})[0] if isinstance(values, dict) else Outfit()

    @outfit.setter
    def outfit(self, outfit: Outfit) -> None:
        self._kept.setValue("outfit", json.dumps(outfit.to_dict()))

    @property
    def tools(self) -> dict[str, Any]:
        """The tools' settings by name."""
        values = self._json("tools")
        return values if isinstance(values, dict) else {}

    @tools.setter
    def tools(self, values: dict[str, Any]) -> None:
        self._kept.setValue("tools", json.dumps(values))

    @property
    def geometry(self) -> QByteArray:
        return self._bytes(_GEOMETRY)

    @property
    def state(self) -> QByteArray:
        return self._bytes(_STATE)

    def keep_window(self, geometry: QByteArray, state: QByteArray) -> None:
        """Where the window was and how its panels lay."""
        self._kept.setValue(_GEOMETRY, geometry)
        self._kept.setValue(_STATE, state)

    def forget_window(self) -> None:
        """The next window is where and as it was the first time."""
        self._kept.remove(_GEOMETRY)
        self._kept.remove(_STATE)

    def flush(self) -> None:
        """Writes what was changed at once."""
        self._kept.sync()

    def _text(self, key: str) -> str:
        value = self._kept.value(key, "")
        return value if isinstance(value, str) else ""

    def _bytes(self, key: str) -> QByteArray:
        value = self._kept.value(key)
        return value if isinstance(value, QByteArray) else QByteArray()

    def _json(self, key: str) -> Any:
        try:
            return json.loads(self._text(key) or "null")
        except ValueError:
            return None
