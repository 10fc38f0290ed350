"""The canvas: the document's picture with its mask, and the tools that work on it.

It keeps what is seen in one image (`gui.scene`), paints again only what has changed, and knows nothing of the window:
it reads the document, obeys slots and says by signals what was asked for. `gui.pointer_input` turns mice, pens, keys
and touch into calls of the tools.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPalette, QRegion, QResizeEvent
from PySide6.QtWidgets import QWidget

from ccnet.body import Body
from ccnet.masks import Bounds, Mask, Point
from ccnet.targets import ANY, Target
from gui.area_tools import FillTool, LassoTool, PolygonTool, RectangleTool, WandTool
from gui.brush_tools import BrushTool
from gui.canvas_view import CanvasView
from gui.chips import Chip, Chips
from gui.click_tool import ClickTool
from gui.compare import Compare
from gui.document import Document
from gui.document_scene import DocumentScene
from gui.overlays import MaskStyle, draw_label, draw_slider
from gui.pointer_input import PointerInput
from gui.target_tool import TargetTool
from gui.tools import PanTool, Tool, ToolName, ToolSettings


class Canvas(QWidget):
    """See the module. document: what is shown; compare: how before and after are compared, its own without one.

    Signals: `hover(QPoint)` the picture's pixel under the pointer, (-1, -1) outside; `tool_changed(str)`;
    `view_changed()` zoom, place, rotation or mirror; `click_requested(points, box)` a smart click: a tuple of
    `ccnet.masks.Point`, and a `Bounds` or None, to be answered with `answer_click` or `fail_click` in the order they
    come; `preview_requested(points, box)` the same for what only lies under the pointer, to be answered with
    `answer_preview`, one at a time; `chip_clicked(slot)`, `chip_hovered(slot, over)`; `target_changed(part, value)`
    a handle was pulled: "hem", "sleeves" or "flare", and its new value.
    """

    hover = Signal(QPoint)
    tool_changed = Signal(str)
    view_changed = Signal()
    click_requested = Signal(object, object)
    preview_requested = Signal(object, object)
    chip_clicked = Signal(str)
    chip_hovered = Signal(str, bool)
    target_changed = Signal(str, object)

    _input: PointerInput | None = None
    """None while the canvas is being made: Qt sends events before that is done."""

    def __init__(self, document: Document, parent: QWidget | None = None, *, compare: Compare | None = None) -> None:
        super().__init__(parent)
        self.document = document
        self.settings = ToolSettings(self)
        self.compare = compare or Compare(self)
        self._ratio = self.devicePixelRatioF()
        self._follows_fit = True
        self._ringed = QRect()
        self._shown = DocumentScene(document, self._viewport(), self)
        self._click_tool, self._target_tool = ClickTool(self), TargetTool(self)
        self.tools: dict[ToolName, Tool] = {
            "brush": BrushTool(self),
            "eraser": BrushTool(self, "eraser"),
            "lasso": LassoTool(self),
            "polygon": PolygonTool(self),
            "rectangle": RectangleTool(self),
            "fill": FillTool(self),
            "wand": WandTool(self),
            "smart click": self._click_tool,
            "target shape": self._target_tool,
            "pan": PanTool(self),
        }
        self._tool = self.tools["brush"]
        self._chips = Chips(self)
        self._chips.clicked.connect(self.chip_clicked)
        self._chips.hovered.connect(self.chip_hovered)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        self.grabGesture(Qt.GestureType.PinchGesture)
        self.setMinimumSize(64, 64)
        self._follow_palette()
        self._name()
        document.picture_changed.connect(self._take_picture)
        document.mask_changed.connect(self._click_tool.forget)
        document.history_changed.connect(self._history_changed)
        document.layers_changed.connect(self._layers_changed)
        self._shown.stale.connect(self._update)
        self.compare.changed.connect(self._compare_changed)
        self.settings.changed.connect(self._settings_changed)
        self._input = PointerInput(self)
        self._input.show_cursor()

    @property
    def is_in_use(self) -> bool:
        """Whether a button or pen is pressed on it."""
        return self._input is not None and self._input.is_pressed

    # ---- the view

    @property
    def view(self) -> CanvasView:
        """How the picture lies in the canvas."""
        return self._shown.scene.view

    @property
    def ratio(self) -> float:
        """Device pixels per logical pixel."""
        return self._ratio

    @property
    def zoom(self) -> float:
        """Device pixels per picture pixel: 1.0 is 100 %."""
        return self._shown.scene.view.zoom

    def set_view(self, view: CanvasView) -> None:
        """Shows the picture in another way. A picture that was fitted no longer follows the window's size."""
        self._follows_fit = False
        self._show(view)

    def fit(self) -> None:
        """The whole picture, also after the window was resized."""
        self._follows_fit = True
        self._show(self.view.fit())

    def zoom_in(self) -> None:
        self.set_view(self.view.stepped(1))

    def zoom_out(self) -> None:
        self.set_view(self.view.stepped(-1))

    def actual_size(self) -> None:
        """100 %: a picture pixel on a pixel of the screen."""
        self.set_view(self.view.zoomed(1.0))

    def set_zoom(self, zoom: float) -> None:
        """Around the middle. 1.0 is 100 %."""
        self.set_view(self.view.zoomed(zoom))

    def rotate_view(self, degrees: float) -> None:
        """Clockwise; the picture itself stays as it is."""
        follows = self._follows_fit
        self.set_view(self.view.turned(degrees))
        if follows:
            self.fit()

    def mirror_view(self) -> None:
        """Left and right are exchanged, or no longer; the picture itself stays as it is."""
        follows = self._follows_fit
        self.set_view(self.view.flipped())
        self._follows_fit = follows

    def reset_view(self) -> None:
        """Neither rotated nor mirrored, and whole."""
        self._show(self.view.upright())
        self.fit()

    def pan(self, dx: float, dy: float) -> None:
        """Moves the picture by device pixels."""
        self.set_view(self.view.panned(dx, dy))

    def to_viewport(self, x: float, y: float) -> QPointF:
        """A place in the picture, in device pixels of the canvas."""
        return self.view.to_viewport(QPointF(x, y))

    def sizeHint(self) -> QSize:
        return QSize(800, 700)

    # ---- tools

    @property
    def tool(self) -> Tool:
        """The tool in hand."""
        return self._tool

    def set_tool(self, name: ToolName) -> None:
        """Raises KeyError for an unknown name."""
        tool = self.tools[name]
        if tool is not self._tool:
            self._tool.leave()
            self._tool = tool
            self._point_again()
            self.repaint_tool()
            self.tool_changed.emit(name)

    def set_protecting(self, protecting: bool) -> None:
        """Whether the tools paint the protected parts instead of the mask."""
        self.settings.paints = "protection" if protecting else "mask"

    def repaint_tool(self) -> None:
        """What the tool paints over the picture has changed."""
        if not isinstance(self._tool, BrushTool):
            self.update()
            return
        old, self._ringed = self._ringed, QRect()
        inner = QRect()
        reach = self._tool.reach
        if reach is not None:
            centre, radius = reach[0] / self._ratio, reach[1] / self._ratio
            self._ringed = _square(centre, radius + 2)
            inner = _square(centre, 0.68 * (radius - 24))
        if self._ringed.width() < 200:
            self.update(old.united(self._ringed) if old.intersects(self._ringed) else self._ringed)
            if not old.intersects(self._ringed):
                self.update(old)
            return
        # Of a large circle only the band it lies in.
        self.update(old)
        self.update(QRegion(self._ringed) - QRegion(inner))

    # ---- what lies over the picture

    def set_chips(self, chips: Sequence[Chip]) -> None:
        """Buttons over the garments that were found; none takes them away."""
        self._chips.set_chips(chips)
        self._arrange_chips()

    @property
    def chips(self) -> Chips:
        return self._chips

    def raise_chips(self) -> None:
        """Shows the chips, but where they would lie over what is compared or tried on."""
        self._chips.set_raised(not self.compare.is_on and self._shown.scene.trial is None)

    def set_body(self, body: Body | None, target: Target = ANY) -> None:
        """Handles for the new outfit's shape, for the tool "target shape"; None takes them away."""
        self._target_tool.set_body(body, target)

    def set_mask_visible(self, visible: bool) -> None:
        self._shown.show_masks(mask=visible)

    @property
    def mask_visible(self) -> bool:
        return self._shown.mask_visible

    def set_protection_visible(self, visible: bool) -> None:
        self._shown.show_masks(protection=visible)

    def set_mask_style(self, style: MaskStyle) -> None:
        """Other colours for the mask."""
        self._shown.set_mask_style(style)

    def show_preview(self, preview: QImage, place: QRect) -> None:
        """What the engine is drawing, enlarged to `place` of the picture and seen through the mask."""
        self._shown.show_preview(preview, Bounds(place.x(), place.y(), place.width(), place.height()))

    def clear_preview(self) -> None:
        self._shown.show_preview(None, self.document.bounds)

    def try_on(self, garment: np.ndarray, bounds: Bounds) -> None:
        """Shows a candidate in place, without mask. garment: uint8[h, w, 4], its layer inside `bounds`."""
        self._shown.show_trial(garment, bounds)
        self.raise_chips()

    def take_off(self) -> None:
        """The candidate that was tried on is seen no more."""
        self._shown.show_trial(None, self.document.bounds)
        self.raise_chips()

    # ---- smart click

    def ask_click(self, points: tuple[Point, ...], box: Bounds | None, *, preview: bool) -> None:
        """For the tool: asks for the mask of what is pointed at."""
        (self.preview_requested if preview else self.click_requested).emit(points, box)

    def answer_click(self, mask: Mask) -> None:
        """The mask for the oldest `click_requested` without an answer: goes into the document's mask."""
        self._click_tool.answer(mask)

    def fail_click(self) -> None:
        """The oldest `click_requested` will get no mask."""
        self._click_tool.fail()

    def answer_preview(self, mask: Mask | None) -> None:
        """The mask for `preview_requested`, None when there is none."""
        self._click_tool.answer_preview(mask)

    def suggest(self, mask: Mask | None, *, removes: bool = False) -> None:
        """Shows a mask that is not there yet: what a click would add or take away."""
        self._shown.suggest(mask, removes=removes)

    def change_target(self, part: str, value: str | float) -> None:
        """For the tool: a handle was pulled."""
        self.target_changed.emit(part, value)

    # ---- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.devicePixelRatioF() != self._ratio or self._viewport() != self.view.viewport:
            self._resized()
        image = self._shown.scene.image()
        painter = QPainter(self)
        painter.scale(1 / self._ratio, 1 / self._ratio)
        painter.drawImage(0, 0, image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.compare.holding:
            self._label(painter, self.tr("Original"), 0.5)
        elif self.compare.mode != "off":
            self._paint_compare(painter)
        else:
            self._tool.paint_over(painter)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._resized()

    def changeEvent(self, event: QEvent) -> None:
        if self._input is None:
            pass
        elif event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange):
            self._follow_palette()
        elif event.type() == QEvent.Type.LanguageChange:
            self._name()
            self._chips.retranslate()
            self._arrange_chips()
        super().changeEvent(event)

    def event(self, event: QEvent) -> bool:
        return (self._input is not None and self._input.take(event)) or super().event(event)

    # ---- inside

    def _viewport(self) -> tuple[int, int]:
        return max(1, round(self.width() * self._ratio)), max(1, round(self.height() * self._ratio))

    def _resized(self) -> None:
        self._ratio = self._shown.scene.ratio = self.devicePixelRatioF()
        view = self.view.resized(self._viewport())
        self._show(view.fit() if self._follows_fit else view)

    def _show(self, view: CanvasView) -> None:
        if view != self.view:
            self._shown.scene.view = view
            self._arrange_chips()
            self._point_again()
            self.update()
            self.view_changed.emit()

    def _point_again(self) -> None:
        """What lies under the pointer, or what it would do, has changed without it."""
        if self._input is not None:
            self._input.show_cursor()
            self._input.hover_again()

    def _arrange_chips(self) -> None:
        place = {slot: self.to_viewport(*at) / self._ratio for slot, at in self._chips.places().items()}
        self._chips.arrange(place, self.rect())

    def _update(self, stale: QRect) -> None:
        """A part of the viewport, in device pixels, is to be painted."""
        ratio = self._ratio
        place = QRectF(stale.x() / ratio, stale.y() / ratio, stale.width() / ratio, stale.height() / ratio)
        self.update(place.toAlignedRect())

    def _take_picture(self) -> None:
        """Another picture is in the document."""
        document = self.document
        self._tool.abandon()
        self._tool.leave()
        for tool in self.tools.values():
            if isinstance(tool, BrushTool):
                tool.forget()
        self._shown.take_picture()
        self._target_tool.set_body(None)
        self.set_chips([])
        self._show(CanvasView.fitted((document.width, document.height), self._viewport()))
        self._follows_fit = True
        self._compare_changed()

    def _history_changed(self) -> None:
        """An undo closes the edit of whoever is painting."""
        self._tool.abandon()

    def _settings_changed(self) -> None:
        self._point_again()
        self.repaint_tool()

    def _compare_changed(self) -> None:
        self.raise_chips()
        self._shown.follow(self.compare)
        self._point_again()

    def _layers_changed(self) -> None:
        if self.compare.is_on:
            self._shown.follow(self.compare)

    def _paint_compare(self, painter: QPainter) -> None:
        width, height = self.view.viewport
        if self.compare.mode == "slider":
            x = round(width * self.compare.split)
            draw_slider(painter, x, height, self._ratio)
            places = x / 2 / width, (width + x) / 2 / width
        else:
            painter.fillRect(QRectF(width // 2 - self._ratio, 0, 2 * self._ratio, height), QColor(255, 255, 255, 200))
            places = 0.25, 0.75
        for text, place in zip((self.tr("Before"), self.tr("After")), places, strict=True):
            self._label(painter, text, place)

    def _label(self, painter: QPainter, text: str, place: float) -> None:
        """A tag at the upper edge, around a share of the canvas's width."""
        middle = QPointF(self.view.viewport[0] * place, 12 * self._ratio)
        draw_label(painter, middle, text, self._ratio, align=0.5)

    def _follow_palette(self) -> None:
        window = self.palette().color(QPalette.ColorRole.Window)
        is_light = window.lightness() > 127
        scene = self._shown.scene
        scene.workspace = window.darker(112) if is_light else window.darker(125)
        light, dark = (QColor(255, 255, 255), QColor(218, 218, 222)), (QColor(112, 112, 118), QColor(92, 92, 98))
        scene.checks = light if is_light else dark
        self._shown.repaint()

    def _name(self) -> None:
        self.setAccessibleName(self.tr("Canvas"))
        self.setAccessibleDescription(self.tr("The picture with the mask over what will be repainted"))


def _square(centre: QPointF, half: float) -> QRect:
    if half <= 0:
        return QRect()
    return QRectF(centre.x() - half, centre.y() - half, 2 * half, 2 * half).toAlignedRect()
