"""The dialog for models: what it lists, what can be pressed when, and how a task is shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from modelfiles import write_lora
from PySide6.QtCore import QUrl
from PySide6.QtWidgets import QAbstractButton, QApplication, QTreeWidget

from ccnet import catalogue
from ccnet.imports import import_file
from gui import models_dialog
from gui.models_dialog import NAME, ModelsDialog
from gui.models_task import ModelsTask


class Task(ModelsTask):
    """Remembers what was begun."""

    def __init__(self) -> None:
        super().__init__()
        self.begun: list[tuple[str, list[str]]] = []
        self.running = self.agreed = False

    @property
    def is_running(self) -> bool:
        return self.running

    def start(self, command: str, names: Sequence[str]) -> None:
        self.begun.append((command, list(names)))
        self.running = True

    def agree(self) -> None:
        self.agreed = True

    def end(self, done: bool) -> None:
        self.running = False
        self.finished.emit(done)


@pytest.fixture
def dialog(qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelsDialog]:
    monkeypatch.setenv("CCNET_HOME", str(tmp_path / "home"))
    import_file(write_lora(tmp_path / "frills.safetensors"))
    window = ModelsDialog(task=Task())
    window.show()
    yield window
    window.close()


def task_of(dialog: ModelsDialog) -> Task:
    assert isinstance(dialog.task, Task)
    return dialog.task


def choose(table: QTreeWidget, name: str) -> None:
    table.clearSelection()
    for row in range(table.topLevelItemCount()):
        item = table.topLevelItem(row)
        if item is not None and item.data(0, NAME) == name:
            item.setSelected(True)


def shown(table: QTreeWidget) -> list[str]:
    items = [table.topLevelItem(row) for row in range(table.topLevelItemCount())]
    return [item.data(0, NAME) for item in items if item is not None and not item.isHidden()]


def test_it_lists_what_is_there_and_what_could_be(dialog: ModelsDialog) -> None:
    assert shown(dialog.own) == ["starter", "lora/frills"]
    assert set(shown(dialog.known)) == {model.name for model in catalogue.models() if model.recommended}
    dialog.recommended.setChecked(False)
    assert len(shown(dialog.known)) == len(catalogue.models())
    dialog.show_known("lora")
    assert {catalogue.known(name).role for name in shown(dialog.known)} == {"lora"}
    dialog.family.setCurrentIndex(dialog.family.findData("sdxl"))
    assert {catalogue.known(name).family for name in shown(dialog.known)} == {"sdxl"}
    dialog.search.setText("no such words")
    assert shown(dialog.known) == []


def test_what_comes_with_the_program_is_not_removed(dialog: ModelsDialog) -> None:
    choose(dialog.own, "starter")
    assert dialog.use_button.isEnabled()
    assert not dialog.remove_button.isEnabled()
    choose(dialog.own, "lora/frills")
    assert not dialog.use_button.isEnabled()
    dialog.remove(["lora/frills"], ask=False)
    assert task_of(dialog).begun == [("remove", ["lora/frills"])]
    assert not dialog.verify_button.isEnabled()
    task_of(dialog).end(True)
    choose(dialog.own, "lora/frills")
    assert dialog.verify_button.isEnabled()


def test_a_model_is_chosen(dialog: ModelsDialog) -> None:
    names: list[str] = []
    dialog.chosen.connect(names.append)
    choose(dialog.own, "starter")
    dialog.use_button.click()
    assert names == ["starter"]


def test_a_download_asks_goes_on_and_ends(dialog: ModelsDialog) -> None:
    changes: list[bool] = []
    dialog.changed.connect(lambda: changes.append(True))
    dialog.tabs.setCurrentIndex(1)
    choose(dialog.known, shown(dialog.known)[0])
    dialog.get_button.click()
    task = task_of(dialog)
    assert task.begun[0][0] == "download"
    task.terms.emit("licence openrail", 7_000_000_000)
    assert dialog.bottom.agree.isVisible()
    assert "openrail" in dialog.bottom.says.text()
    dialog.bottom.agree.click()
    assert task.agreed
    task.progress.emit("unet.safetensors", 3_000_000_000, 7_000_000_000)
    assert dialog.bottom.bar.value() == 429
    task.problem.emit("The hub cannot be reached.")
    task.end(False)
    assert dialog.bottom.says.text() == "The hub cannot be reached."
    assert not dialog.bottom.cancel.isVisible()
    assert changes == [True]


def test_only_one_thing_at_a_time(dialog: ModelsDialog) -> None:
    dialog.verify(["lora/frills"])
    dialog.verify(["lora/frills"])
    assert len(task_of(dialog).begun) == 1


def test_dropped_files_that_are_weights(tmp_path: Path) -> None:
    urls = [QUrl.fromLocalFile(str(tmp_path / name)) for name in ("a.safetensors", "b.png", "c.CKPT")]
    assert [file.name for file in models_dialog._files([*urls, QUrl("https://x/y.ckpt")])] == [
        "a.safetensors",
        "c.CKPT",
    ]


def test_every_button_has_a_name(dialog: ModelsDialog) -> None:
    dialog.bottom.ask("terms", 1)
    buttons = [each for each in dialog.findChildren(QAbstractButton) if each.isVisible()]
    assert all(each.accessibleName() or each.text() for each in buttons)
