"""The panels around the picture. They are made anew for another language; what they show is the document's."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget

from gui.candidates import CandidateStrip
from gui.canvas import Canvas
from gui.compare import CompareBar
from gui.document import Document
from gui.jobs import JobsModel
from gui.layers_panel import LayersPanel
from gui.outfit_panel import OutfitPanel
from gui.queue_panel import QueuePanel
from gui.tool_options import ToolOptions
from gui.vocabulary import Vocabulary
from gui.wardrobe import WardrobePanel

Area = Qt.DockWidgetArea


class Panels:
    """The widgets of one language."""

    def __init__(
        self, document: Document, canvas: Canvas, jobs: JobsModel, words: Vocabulary | None, parent: QWidget
    ) -> None:
        self.outfit = OutfitPanel(document, words, parent)
        self.candidates = CandidateStrip(parent)
        self.wardrobe = WardrobePanel(document, lambda: None, parent)
        self.layers = LayersPanel(document, parent)
        self.queue = QueuePanel(jobs, parent)
        self.options = ToolOptions(canvas.settings, parent)
        self.compare = CompareBar(canvas.compare, parent)

    @property
    def docked(self) -> dict[str, QWidget]:
        """Those that lie in docks, by the docks' names."""
        return {
            "outfit": self.outfit,
            "candidates": self.candidates,
            "wardrobe": self.wardrobe,
            "layers": self.layers,
            "queue": self.queue,
        }

    def discard(self) -> None:
        """These are not needed any more."""
        for widget in (*self.docked.values(), self.options, self.compare):
            widget.hide()
            widget.setParent(None)
            widget.deleteLater()


class Docks:
    """The places of the panels in the window; how large they are and which are closed is kept."""

    def __init__(self, window: QMainWindow) -> None:
        self._window = window
        self._docks = {name: QDockWidget(window) for name in ("outfit", "candidates", "wardrobe", "layers", "queue")}
        for name, dock in self._docks.items():
            dock.setObjectName(name)
            dock.setFeatures(QDockWidget.DockWidgetFeature.DockWidgetClosable)
            dock.setTitleBarWidget(QWidget(dock))  # none: tabs and what is in the panels say which is which
        window.setDockOptions(QMainWindow.DockOption.AllowTabbedDocks | QMainWindow.DockOption.AnimatedDocks)
        window.setTabPosition(Area.AllDockWidgetAreas, window.tabPosition(Area.TopDockWidgetArea).North)
        window.setCorner(Qt.Corner.BottomLeftCorner, Area.LeftDockWidgetArea)
        window.setCorner(Qt.Corner.BottomRightCorner, Area.RightDockWidgetArea)
        self.reset()

    def __getitem__(self, name: str) -> QDockWidget:
        return self._docks[name]

    def reset(self) -> None:
        """Every panel in its first place."""
        window, docks = self._window, self._docks
        for dock in docks.values():
            dock.setFloating(False)
            dock.show()
        window.addDockWidget(Area.RightDockWidgetArea, docks["outfit"])
        window.addDockWidget(Area.BottomDockWidgetArea, docks["candidates"])
        window.addDockWidget(Area.LeftDockWidgetArea, docks["wardrobe"])
        for name in ("layers", "queue"):
            window.tabifyDockWidget(docks["wardrobe"], docks[name])
        docks["wardrobe"].raise_()
        window.resizeDocks([docks["wardrobe"], docks["outfit"]], [240, 340], Qt.Orientation.Horizontal)
        window.resizeDocks([docks["candidates"]], [156], Qt.Orientation.Vertical)

    def fill(self, panels: Panels, titles: dict[str, str]) -> None:
        """Puts panels into the docks. titles: by name, in the user's language."""
        for name, widget in panels.docked.items():
            self._docks[name].setWidget(widget)
            self._docks[name].setWindowTitle(titles[name])
