"""What the window's actions do: each is connected here to the part that does it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from gui import mask_edits
from gui.tools import ToolName

if TYPE_CHECKING:
    from gui.models_dialog import ModelsDialog
    from gui.window import Window

STEP = 4
"""Pixels by which the menu grows, shrinks and softens the mask."""


class Commands(QObject):
    """Connects the actions of a window, and does what takes more than one of its parts."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self._models: ModelsDialog | None = None
        canvas = window.canvas
        for name, do in (self._files() | self._edits() | self._dressing() | self._views()).items():
            window.actions_[name].triggered.connect(lambda _checked=False, do=do: do())
        toggles: dict[str, Callable[[bool], Any]] = {
            "protect": canvas.set_protecting,
            "show mask": window.show_mask,
            "show protection": canvas.set_protection_visible,
            "full screen": lambda on: window.showFullScreen() if on else window.showNormal(),
        }
        for name, switch in toggles.items():
            window.actions_[name].triggered.connect(switch)
        for name in ("show mask", "show protection"):
            window.actions_[name].setChecked(True)
        for name, action in window.actions_.tools.items():
            action.triggered.connect(partial(self._take_tool, cast(ToolName, name)))
        window.actions_.tools[canvas.tool.name].setChecked(True)

    def _take_tool(self, name: ToolName, _checked: bool = False) -> None:
        self._window.canvas.set_tool(name)

    def _files(self) -> dict[str, Callable[[], Any]]:
        window, filing = self._window, self._window.filing
        return {
            "open": filing.choose,
            "paste": self.paste,
            "copy": filing.copy,
            "save": filing.save,
            "save as": filing.save_as,
            "export": filing.export,
            "export garment": lambda: filing.export_garment(window.panels.layers.selected_id),
            "export psd": filing.export_psd,
            "import mask": filing.load_mask,
            "export mask": filing.save_mask,
            "recover": lambda: window.keeper is not None and window.keeper.offer(asked=True),
            "quit": window.close,
        }

    def _edits(self) -> dict[str, Callable[[], Any]]:
        window, document = self._window, self._window.document
        return {
            "undo": document.undo,
            "redo": document.redo,
            "find": window.find_clothes,
            "mask outfit": window.finding.mask_outfit,
            "clear": lambda: mask_edits.clear_mask(document),
            "everything": lambda: mask_edits.fill_mask(document),
            "invert": lambda: mask_edits.invert_mask(document),
            "grow": lambda: mask_edits.grow_mask(document, STEP),
            "shrink": lambda: mask_edits.shrink_mask(document, STEP),
            "soften": lambda: mask_edits.feather_mask(document, STEP),
            "clear protection": self.unprotect,
        }

    def _dressing(self) -> dict[str, Callable[[], Any]]:
        window = self._window
        return {
            "dress": lambda: window.panels.outfit.bar.dress.click(),
            "cancel": self.escape,
            "next": lambda: window.panels.candidates.step(1),
            "previous": lambda: window.panels.candidates.step(-1),
            "keep": lambda: window.panels.candidates.keep_current(),
            "drop": lambda: window.panels.candidates.discard_current(),
            "forget": lambda: window.panels.candidates.clear(),
            "models": self.show_models,
        }

    def _views(self) -> dict[str, Callable[[], Any]]:
        window, canvas = self._window, self._window.canvas
        return {
            "zoom in": canvas.zoom_in,
            "zoom out": canvas.zoom_out,
            "fit": canvas.fit,
            "actual size": canvas.actual_size,
            "turn left": lambda: canvas.rotate_view(-15),
            "turn right": lambda: canvas.rotate_view(15),
            "mirror": canvas.mirror_view,
            "reset view": canvas.reset_view,
            "compare": window.compare.next_mode,
            "reset panels": window.docks.reset,
            "keys": self._show_keys,
            "log": self._show_log,
            "about": self._show_about,
        }

    def unprotect(self) -> None:
        """Nothing is protected any more."""
        document = self._window.document
        with document.edit_protection(self.tr("Protect nothing")) as edit:
            edit.array[...] = 0
            edit.touch(document.bounds)

    def escape(self) -> None:
        """Gives up what runs; without that, what is tried on; without that, what the tool has begun."""
        window = self._window
        if window.dressing.running or window.finding.is_busy or window.jobs.unfinished:
            window.dressing.cancel()
        elif window.panels.candidates.current() is not None:
            window.panels.candidates.stop_trying()
        else:
            window.canvas.tool.cancel()

    def paste(self) -> None:
        """An outfit, a picture or a file from the clipboard."""
        from gui import wardrobe

        card = wardrobe.card_from_mime(QGuiApplication.clipboard().mimeData())
        if card is not None:
            self._window.panels.wardrobe.wear(card)
        elif not self._window.filing.paste():
            self._window.tell(self.tr("There is no picture on the clipboard"))

    def show_models(self) -> None:
        """The dialog for models: one, whose downloads go on while it is closed."""
        from gui.models_dialog import ModelsDialog

        if self._models is None:
            self._models = ModelsDialog(self._window)
            self._models.chosen.connect(self._choose_model)
            self._models.changed.connect(self._models_changed)
        self._window.dialogs.show_dialog(self._models, keep=True)

    def forget_words(self) -> None:
        """Another language: dialogs are made anew. One that is at work keeps its words until it is done."""
        if self._models is not None and not self._models.task.is_running:
            self._models.close()
            self._models.deleteLater()
            self._models = None

    def _choose_model(self, name: str) -> None:
        self._window.panels.outfit.choose_model(name)

    def _models_changed(self) -> None:
        self._window.panels.outfit.picker.refresh()

    def _show_keys(self) -> None:
        from gui.help_dialogs import KeysDialog

        self._window.dialogs.show_dialog(KeysDialog(self._window.actions_.table(), self._window))

    def _show_log(self) -> None:
        from gui.help_dialogs import LogDialog

        self._window.dialogs.show_dialog(LogDialog(self._window))

    def _show_about(self) -> None:
        from gui.help_dialogs import AboutDialog

        self._window.dialogs.show_dialog(AboutDialog(self._window))
