"""What is remembered, and what a damaged or strange file of settings does: nothing."""

from __future__ import annotations

from pathlib import Path

from gui.outfit import Outfit
from gui.settings import MOST_RECENT, Settings


def test_what_is_kept_is_there_the_next_time(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "settings.ini")
    settings.theme, settings.language, settings.folder = "dark", "ja", tmp_path
    settings.outfit = Outfit(prompt="赤いドレス, 100 % silk", seed=2**62)
    settings.tools = {"size": 12.5, "pressure_size": False}
    settings.flush()
    again = Settings(tmp_path / "settings.ini")
    assert (again.theme, again.language, again.folder) == ("dark", "ja", tmp_path)
    assert again.outfit == Outfit(prompt="赤いドレス, 100 % silk", seed=2**62)
    assert again.tools == {"size": 12.5, "pressure_size": False}


def test_recent_files_are_few_and_the_latest_is_first(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "settings.ini")
    for number in range(MOST_RECENT + 3):
        settings.add_recent(tmp_path / f"{number}, ä & 中.png")
    settings.add_recent(tmp_path / "5, ä & 中.png")
    recent = Settings(tmp_path / "settings.ini").recent
    assert len(recent) == MOST_RECENT
    assert [file.name[0] for file in recent[:2]] == ["5", "1"]
    settings.clear_recent()
    assert settings.recent == []


def test_strange_settings_are_as_if_they_were_not_there(tmp_path: Path) -> None:
    text = '[General]\ntheme=pink\nlanguage=@Invalid()\nrecent={\noutfit="[1, 2]"\ntools=7\nfolder=/nowhere/at/all\n'
    (tmp_path / "settings.ini").write_text(text)
    settings = Settings(tmp_path / "settings.ini")
    assert settings.theme == "system"
    assert settings.language == ""
    assert settings.recent == []
    assert settings.outfit == Outfit()
    assert settings.tools == {}
    assert settings.folder == Path.home()
    assert settings.geometry.isEmpty()
