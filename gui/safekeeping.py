"""Unsaved work: it is kept while the window lives, and what other windows left behind is offered."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from gui.openraster import ProjectError
from gui.recovery import Autosave, Recovered, RecoveryFolder, find_recoverable

if TYPE_CHECKING:
    from gui.window import Window


class Safekeeping(QObject):
    """The autosave of a window. root: the folder of all windows' unsaved work."""

    def __init__(self, window: Window, root: Path | None = None) -> None:
        super().__init__(window)
        self._window, self._root = window, root
        self._saving: Autosave | None = None
        self._folder: RecoveryFolder | None = None
        try:
            self._folder = RecoveryFolder(root)
            self._saving = Autosave(window.document, self._folder, self)
        except ProjectError as error:
            window.notices.say(str(error), bad=True)
        else:
            self._saving.failed.connect(self._failed)

    @property
    def autosave(self) -> Autosave | None:
        return self._saving

    def offer(self, *, asked: bool = False) -> None:
        """Offers what windows left behind that did not end as they should. asked: also says that there is nothing."""
        found = find_recoverable(self._root)
        if found:
            from gui.recovery_dialog import RecoveryDialog

            dialog = RecoveryDialog(found, self._window)
            dialog.wanted.connect(self.restore)
            self._window.dialogs.show_dialog(dialog)
        elif asked:
            self._window.tell(self.tr("There is no unsaved work of other times"))

    def restore(self, recovered: Recovered) -> bool:
        """Puts work into the window; it is removed from where it was when this window keeps it."""
        window = self._window
        try:
            project = recovered.load()
        except ValueError as error:
            recovered.release()
            window.dialogs.problem(str(error))
            return False
        if not window.filing.may_leave():
            recovered.release()
            return False
        window.document.restore(project.state, recovered.path, modified=True)
        for sentence in project.notices:
            window.notices.say(sentence)
        if self._saving is not None and self._folder is not None:
            self._saving.wait()  # an autosave of what was there before
            try:
                self._folder.save(window.document.state(), title=window.document.title, path=recovered.path)
            except ProjectError as error:
                recovered.release()
                window.notices.say(str(error), bad=True)
            else:
                recovered.discard()
        return True

    def close(self) -> None:
        """The window ends as it should."""
        if self._saving is not None:
            self._saving.close()

    def _failed(self, sentence: str) -> None:
        self._window.notices.say(sentence, bad=True)
