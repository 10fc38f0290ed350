"""An artist's work in the editor: layers, files that other programs open, nothing lost, in three languages."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import fakeengine
import numpy as np
import openrasterfile
import pytest
from artist import Artist
from PIL import Image
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication, QImage
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QListView,
    QMenuBar,
    QPlainTextEdit,
    QScrollBar,
    QToolBar,
    QWidget,
)
from truthparser import doll

from ccnet import recipe
from gui import theme, wardrobe
from gui.recovery import find_recoverable

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with pytest.MonkeyPatch.context() as patch:
        home = tmp_path_factory.mktemp("home")
        patch.setenv("CCNET_HOME", str(home))
        yield home


@pytest.fixture(scope="module")
def artist(home: Path) -> Iterator[Artist]:
    artist = Artist(home, fakeengine.COMMAND)
    yield artist
    artist.leave()


def masked(artist: Artist, prompt: str = "red dress") -> None:
    """A doll with a mask and words."""
    artist.fresh(prompt=prompt)
    mask = np.zeros((256, 256), np.uint8)
    mask[120:200, 90:170] = 255
    artist.document.set_mask(mask, "mask")


def dressed(artist: Artist, prompt: str = "red dress") -> None:
    """The same with a garment kept."""
    masked(artist, prompt)
    artist.dress()
    artist.wait_for_candidates()
    artist.do("keep")


def test_layers(artist: Artist) -> None:
    dressed(artist)
    document, panel = artist.document, artist.window.panels.layers
    original = document.original.copy()
    first = document.composite()
    artist.window.panels.outfit.prompt.setPlainText("blue dress")
    artist.document.set_mask(np.roll(document.mask, 20, 0), "mask")
    artist.dress()
    artist.wait_for_candidates()
    artist.do("keep")
    both = document.composite()
    assert [layer.name for layer in document.layers] == ["red dress", "blue dress"]
    assert panel.selected_id == document.layers[1].id
    document.set_layer(panel.selected_id, visible=False)
    assert np.array_equal(document.composite(), first)
    artist.do("undo")
    assert np.array_equal(document.composite(), both)
    panel.move_selected(-1)
    assert [layer.name for layer in document.layers] == ["blue dress", "red dress"]
    panel.opacity.box.setValue(50)
    assert document.layers[0].opacity == 0.5
    panel.delete_selected()
    assert [layer.name for layer in document.layers] == ["red dress"]
    assert np.array_equal(document.original, original)
    artist.do("undo")
    artist.do("undo")
    artist.do("undo")
    assert np.array_equal(document.composite(), both)


def test_save_open_in_another_program_and_export(artist: Artist, tmp_path: Path) -> None:
    dressed(artist)
    document = artist.document
    assert artist.window.isWindowModified()
    artist.answers.file = tmp_path / "hero.ora"
    artist.do("save")
    assert not artist.window.isWindowModified()
    assert "hero.ora" in artist.window.windowTitle()
    seen = openrasterfile.read(tmp_path / "hero.ora")
    assert [layer.name for layer in seen.layers] == ["Original", "red dress"]
    shown = document.composite()
    assert np.array_equal(np.asarray(seen.merged.convert("RGB")), shown)

    for name, file in (("export", "result.png"), ("export garment", "garment.png"), ("export psd", "layers.psd")):
        artist.answers.file = tmp_path / file
        artist.do(name)
        assert (tmp_path / file).exists(), artist.answers.said
    assert np.array_equal(np.asarray(Image.open(tmp_path / "result.png").convert("RGB")), shown)
    assert recipe.read(tmp_path / "result.png").request.garment.prompt == "red dress"
    garment = np.asarray(Image.open(tmp_path / "garment.png"))
    assert garment.shape == (256, 256, 4)
    assert not garment[0, 0, 3]
    assert Image.open(tmp_path / "layers.psd").size == (256, 256)

    mask = document.mask.copy()
    artist.fresh(7)
    assert artist.window.filing.open(tmp_path / "hero.ora")
    assert np.array_equal(document.mask, mask)
    assert [layer.name for layer in document.layers] == ["red dress"]
    assert np.array_equal(document.composite(), shown)
    artist.fresh(7)
    assert artist.window.filing.open(tmp_path / "result.png")  # a result brings back how it was made
    assert document.outfit.prompt == "red dress"
    assert np.array_equal(document.mask, mask)
    assert artist.settings.recent[0] == tmp_path / "result.png"


def test_another_picture_asks_for_the_work(artist: Artist, tmp_path: Path) -> None:
    doll(7).image.save(tmp_path / "other.png")
    artist.answers.file = tmp_path / "other.png"
    artist.fresh(prompt="typed and nothing else")
    artist.do("open")
    assert not artist.answers.asked
    assert artist.document.title == "other.png"

    masked(artist)
    before = artist.document.mask.copy()
    artist.answers.unsaved_answer = "cancel"
    artist.do("open")
    assert artist.answers.asked
    assert np.array_equal(artist.document.mask, before)
    artist.answers.unsaved_answer = "discard"
    artist.do("open")
    assert not artist.document.mask.any()

    masked(artist)
    artist.answers.unsaved_answer = "cancel"
    assert not artist.window.close()
    assert artist.window.isVisible()


def test_drop_and_paste(artist: Artist, tmp_path: Path) -> None:
    artist.fresh()
    doll(7).image.resize((300, 200)).save(tmp_path / "dropped picture.png")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "dropped picture.png"))])
    none = Qt.KeyboardModifier.NoModifier
    drop = QDropEvent(QPointF(400, 300), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, none)
    artist.window.dropEvent(drop)
    artist.until(lambda: artist.document.title == "dropped picture.png")
    assert (artist.document.width, artist.document.height) == (300, 200)

    image = QImage(120, 90, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.darkCyan)
    QGuiApplication.clipboard().setImage(image)
    artist.do("paste")
    assert (artist.document.width, artist.document.height) == (120, 90)
    card = artist.window.panels.wardrobe.model.index(0).data(wardrobe.CARD)
    dragged = wardrobe.mime_of(card)
    drop = QDropEvent(QPointF(400, 300), Qt.DropAction.CopyAction, dragged, Qt.MouseButton.LeftButton, none)
    artist.window.dropEvent(drop)
    assert artist.document.outfit.prompt == card.prompt
    assert artist.document.width == 120


@pytest.mark.parametrize("content", [b"", b"no picture", b"PK\x03\x04 no project"])
def test_bad_files_are_refused_in_words(artist: Artist, tmp_path: Path, content: bytes) -> None:
    masked(artist)
    before = artist.document.mask.copy()
    for name in ("broken.png", "broken.ora"):
        artist.answers.said.clear()
        (tmp_path / name).write_bytes(content)
        assert not artist.window.filing.open(tmp_path / name)
        assert artist.answers.said
        assert "Traceback" not in artist.answers.said[0]
    assert not artist.window.filing.open(tmp_path / "missing.png")
    assert np.array_equal(artist.document.mask, before)


def test_what_goes_wrong_is_said(artist: Artist) -> None:
    masked(artist, "huge")
    artist.dress()
    artist.until(lambda: artist.answers.said)
    assert "smaller working size" in artist.answers.said[0]
    masked(artist, "unknown")
    artist.dress()
    artist.until(lambda: artist.window.notices.sentence)
    assert "choose another" in artist.window.notices.sentence
    artist.window.notices.close_sentence()
    assert not artist.window.notices.isVisible()
    masked(artist, "deadly")  # it kills every engine
    artist.dress()
    artist.until(lambda: "lost twice" in artist.window.notices.sentence)
    masked(artist)
    artist.dress()
    artist.wait_for_candidates()


def test_unsaved_work_comes_back(artist: Artist, home: Path) -> None:
    dressed(artist)
    autosave = artist.window.keeper.autosave
    artist.until(lambda: list((home / "recovery").glob("*/work.ora")))  # saved by itself after what was kept
    artist.stroke((20, 20), (60, 20))
    artist.until(lambda: not autosave._running)
    autosave.autosave()
    artist.until(lambda: not autosave._running)
    assert find_recoverable(home / "recovery") == []  # this window lives
    shown, mask = artist.document.composite(), artist.document.mask.copy()

    script = (
        "import sys, os; sys.path[:0] = sys.argv[1:3]\n"
        "from pathlib import Path\nfrom gui import openraster\nfrom gui.recovery import RecoveryFolder\n"
        "state = openraster.load(Path(sys.argv[3])).state\n"
        "RecoveryFolder(Path(sys.argv[4])).save(state, title='lost picture')\nos.kill(os.getpid(), 9)\n"
    )
    work = next((home / "recovery").glob("*/work.ora"))
    arguments = [str(ROOT), str(ROOT / "tests"), str(work), str(home / "recovery")]
    subprocess.run([sys.executable, "-c", script, *arguments], check=False, timeout=60)

    artist.fresh(7)
    artist.do("recover")
    dialog = artist.answers.shown[-1]
    assert dialog.list.count() == 1
    assert "lost picture" in dialog.list.item(0).text()
    assert not dialog.list.item(0).icon().isNull()
    artist.press(dialog.restore_button)
    assert np.array_equal(artist.document.composite(), shown)
    assert np.array_equal(artist.document.mask, mask)
    assert artist.document.modified
    assert find_recoverable(home / "recovery") == []


@pytest.mark.parametrize(("name", "word"), [("zh_CN", "换装"), ("ja", "着せ替え"), ("en", "Dress")])
def test_language_switch(artist: Artist, name: str, word: str) -> None:
    dressed(artist)
    candidates = artist.candidates
    artist.window.set_language(name)
    artist.settle()
    assert artist.window.panels.outfit.bar.dress.text() == word
    assert artist.candidates == candidates
    assert artist.settings.language == name
    assert [layer.name for layer in artist.document.layers] == ["red dress"]
    artist.stroke((20, 20), (60, 20))
    artist.window.panels.outfit.prompt.setPlainText("green coat")
    artist.dress()
    artist.wait_for_candidates()
    artist.do("keep")
    assert len(artist.document.layers) == 2


def test_every_control_has_a_name(artist: Artist) -> None:
    artist.fresh()
    artist.window.panels.outfit.fold.set_open(True)
    artist.settle()
    kinds = (QAbstractButton, QAbstractSpinBox, QAbstractSlider, QComboBox, QLineEdit, QPlainTextEdit, QListView)
    nameless = [
        control
        for kind in kinds
        for control in artist.window.findChildren(kind)
        if control.isVisible() and not control.objectName().startswith("qt_") and not named(control)
    ]
    assert not nameless
    artist.window.panels.outfit.fold.set_open(False)


def named(control: QWidget) -> bool:
    """Whether a screen reader has a word for a control: its own or its button's; parts of others need none."""
    if isinstance(control, QScrollBar) or isinstance(
        control.parent(), QAbstractSpinBox | QComboBox | QMenuBar | QToolBar
    ):
        return True
    text = control.text() if isinstance(control, QAbstractButton) else ""
    return bool(control.accessibleName() or text)


def test_themes(artist: Artist) -> None:
    for name in theme.THEMES:
        artist.window.set_theme(name)
        artist.settle()
        assert artist.settings.theme == name
    artist.window.set_theme("dark")
    assert artist.window.palette().window().color().lightness() < 100


def test_help(artist: Artist) -> None:
    for name in ("about", "keys", "log", "models"):
        artist.do(name)
        dialog = artist.answers.shown[-1]
        assert dialog.isVisible()
        if name == "log":
            artist.press(dialog.copy_button)
            assert "CC_ControlNet" in QGuiApplication.clipboard().text()
        dialog.close()


@pytest.mark.skipif(sys.platform == "win32", reason="kills as POSIX knows them")
def test_no_engine_outlives_a_killed_window(tmp_path: Path) -> None:
    timeline = tmp_path / "timeline"
    environment = os.environ | {
        "CCNET_HOME": str(tmp_path / "home"),
        "CCNET_TIMELINE": str(timeline),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
    }
    program = subprocess.Popen([sys.executable, str(ROOT / "main.py")], env=environment, stderr=subprocess.DEVNULL)
    try:
        engine = wait_for_engine(timeline)
    finally:
        program.send_signal(signal.SIGKILL)
        program.wait()
    end = time.monotonic() + 20
    while is_alive(engine):
        assert time.monotonic() < end, "the engine lives on"
        time.sleep(0.05)


def wait_for_engine(timeline: Path) -> int:
    """The id of the engine's process, once it is there."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if timeline.exists():
            for line in timeline.read_text().splitlines():
                if (event := json.loads(line))["event"] == "engine":
                    return event["pid"]
        time.sleep(0.05)
    raise AssertionError("no engine")


def is_alive(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False
    return "State:\tZ" not in status
