"""The window's edges: menus, the bars of buttons, the title and the status bar."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QSize, Qt, QTimer
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QLabel, QMenu, QToolBar, QToolButton

from gui import actions, language
from gui.filing import samples
from gui.panels import Panels

if TYPE_CHECKING:
    from gui.window import Window

TOLD = 6000
"""Milliseconds for which the status bar says what was done."""


class Bars(QObject):
    """See the module. They live as long as the window; `retranslate` gives them the words of another language."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self.menus = {name: QMenu(window) for name in actions.SUBMENUS}
        self._groups: list[QActionGroup] = []
        self.buttons, self.tools = QToolBar(window), QToolBar(window)
        for bar, name in ((self.buttons, "bar"), (self.tools, "tools")):
            bar.setObjectName(name)
            bar.setMovable(False)
            bar.setFloatable(False)
            bar.setIconSize(QSize(20, 20))
            bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        window.addToolBar(Qt.ToolBarArea.TopToolBarArea, self.buttons)
        window.addToolBar(Qt.ToolBarArea.LeftToolBarArea, self.tools)
        self.tools.addActions(list(window.actions_.tools.values()))
        self.tools.addSeparator()
        self.tools.addAction(window.actions_["protect"])
        self.zoom = QToolButton(window)
        self.zoom.setAutoRaise(True)
        self.zoom.clicked.connect(window.canvas.fit)
        self.state, self.place, self.size = QLabel(window), QLabel(window), QLabel(window)
        for widget in (self.place, self.size, self.zoom, self.state):
            window.statusBar().addPermanentWidget(widget)
        window.document.title_changed.connect(self.show_title)
        window.document.modified_changed.connect(window.setWindowModified)
        window.document.picture_changed.connect(self.show_size)
        window.document.history_changed.connect(self.show_history)
        window.canvas.hover.connect(self._show_place)
        window.canvas.view_changed.connect(self.show_zoom)
        window.filing.recent_changed.connect(self.fill_recent)
        window.readiness.said.connect(self.state.setText)

    def take(self, panels: Panels) -> None:
        """Fills the upper bar, with the parts of it that are panels."""
        made = self._window.actions_
        self.buttons.clear()
        for name in ("open", "save", "undo", "redo"):
            self.buttons.addAction(made[name])
        self.buttons.addSeparator()
        self.buttons.addAction(made["find"])
        find = self.buttons.widgetForAction(made["find"])
        if isinstance(find, QToolButton):
            find.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.buttons.addAction(made["mask outfit"])
        self.buttons.addAction(made["clear"])
        self.buttons.addSeparator()
        self.buttons.addWidget(panels.options)
        self.buttons.addSeparator()
        self.buttons.addWidget(panels.compare)

    def retranslate(self) -> None:
        """All words anew."""
        window = self._window
        window.actions_.retranslate()
        window.actions_.fill(window.menuBar(), self.menus)
        titles = {
            "outfit": self.tr("Outfit"),
            "candidates": self.tr("Candidates"),
            "wardrobe": self.tr("Wardrobe"),
            "layers": self.tr("Layers"),
            "queue": self.tr("Queue"),
        }
        window.docks.fill(window.panels, titles)
        self.menus["panels"].clear()
        self.menus["panels"].addActions([window.docks[name].toggleViewAction() for name in titles])
        self.buttons.setWindowTitle(self.tr("Buttons"))
        self.tools.setWindowTitle(self.tr("Tools"))
        self.zoom.setToolTip(self.tr("Fit in window ({keys})").format(keys=actions.shown_keys("Ctrl+0")))
        self.zoom.setAccessibleName(self.tr("Zoom"))
        for label, name in ((self.state, self.tr("Engine")), (self.size, self.tr("Size of the picture"))):
            label.setAccessibleName(name)
            label.setToolTip(name)
        self.place.setAccessibleName(self.tr("Place under the pointer"))
        self.fill_choices()
        self.fill_recent()
        self.show_title()
        self.show_size()
        self.show_zoom()
        self.show_history()

    def fill_choices(self) -> None:
        """The menus of themes, languages and sample characters."""
        window = self._window
        themes = {"system": self.tr("As the desktop"), "light": self.tr("Light"), "dark": self.tr("Dark")}
        spoken = window.settings.language or language.desktop_language()
        self._groups = [
            actions.choices(self.menus["theme"], themes, window.settings.theme),
            actions.choices(self.menus["language"], language.LANGUAGES, spoken),
        ]
        self._groups[0].triggered.connect(self._choose_theme)
        self._groups[1].triggered.connect(self._choose_language)
        menu = self.menus["samples"]
        menu.clear()
        for file in samples():
            menu.addAction(file.stem.capitalize()).triggered.connect(
                lambda _checked=False, file=file: window.filing.open(file)
            )

    def fill_recent(self) -> None:
        """The menu of files that were opened or saved."""
        window, menu = self._window, self.menus["recent"]
        menu.clear()
        for file in window.settings.recent:
            action = menu.addAction(file.name.replace("&", "&&"))
            action.setToolTip(str(file))
            action.setStatusTip(str(file))
            action.triggered.connect(lambda _checked=False, file=file: window.filing.open(file))
        menu.setEnabled(bool(window.settings.recent))

    def tell(self, text: str) -> None:
        """Something was done: in the status bar, for a while."""
        self._window.statusBar().showMessage(text, TOLD)

    def show_title(self) -> None:
        """The document's name, and whether there is unsaved work."""
        title = self._window.document.title
        self._window.setWindowTitle(f"{title}[*] - CC_ControlNet" if title else "CC_ControlNet[*]")
        self._window.setWindowModified(self._window.document.modified)

    def show_size(self) -> None:
        """The picture's."""
        self.size.setText(f"{self._window.document.width} x {self._window.document.height}")

    def show_zoom(self) -> None:
        self.zoom.setText(f"{round(100 * self._window.canvas.zoom)} %")

    def show_history(self) -> None:
        """What can be undone and redone."""
        document, made = self._window.document, self._window.actions_
        undo, redo = document.undo_text, document.redo_text
        for name, text, possible in (("undo", undo, document.can_undo), ("redo", redo, document.can_redo)):
            words = actions.tr(actions.TEXTS[name].words)
            made[name].setText(f"{words}: {text}" if text else words)
            made[name].setEnabled(possible)
        made["export garment"].setEnabled(bool(document.layers))

    def _show_place(self, place: QPoint) -> None:
        self.place.setText(f"{place.x()}, {place.y()}" if place.x() >= 0 else "")

    def _choose_theme(self, action: QAction) -> None:
        self._window.set_theme(action.data())

    def _choose_language(self, action: QAction) -> None:
        # The menu that is open is made anew by it.
        QTimer.singleShot(0, partial(self._window.set_language, actions.data_of(action)))
