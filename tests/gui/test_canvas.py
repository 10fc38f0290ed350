from __future__ import annotations

import numpy as np
import pytest
from canvaskit import CTRL, SHIFT, Hand, alike, make_canvas, make_document, pixels, press_key
from PIL import Image
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QImage, QKeyEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from ccnet.masks import Bounds, Mask
from ccnet.pictures import Picture
from gui.canvas import Canvas
from gui.chips import Chip
from gui.document import Document, DocumentState
from gui.layers import GarmentLayer
from gui.tools import ToolName

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture
def canvas() -> Canvas:
    return make_canvas()


def seen(canvas: Canvas) -> np.ndarray:
    return pixels(canvas.grab().toImage())


def wheel(canvas: Canvas, at: QPointF, turns: int, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    event = QWheelEvent(
        at,
        QPointF(canvas.mapToGlobal(at)),
        QPoint(),
        QPoint(0, turns),
        Qt.MouseButton.NoButton,
        held,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(canvas, event)


class TestView:
    def test_the_wheel_zooms_to_the_pointer(self, canvas: Canvas) -> None:
        at = QPointF(150, 120)
        point = canvas.view.to_picture(at)
        wheel(canvas, at, 480)
        assert canvas.zoom > 1.5
        there = canvas.to_viewport(point.x(), point.y())
        assert abs(there.x() - 150) <= 1
        assert abs(there.y() - 120) <= 1
        wheel(canvas, at, -4800)
        assert canvas.zoom < 1

    def test_fit_follows_the_window_until_somebody_zooms(self, canvas: Canvas) -> None:
        canvas.resize(800, 600)
        QApplication.processEvents()
        fitted = canvas.zoom
        assert fitted > 3
        canvas.set_zoom(2.0)
        canvas.resize(500, 400)
        QApplication.processEvents()
        assert canvas.zoom == 2.0
        canvas.fit()
        canvas.resize(800, 600)
        QApplication.processEvents()
        assert canvas.zoom == fitted

    def test_the_views_of_the_menu(self, canvas: Canvas) -> None:
        told: list[None] = []
        canvas.view_changed.connect(lambda: told.append(None))
        canvas.actual_size()
        assert canvas.zoom == 1.0
        canvas.zoom_in()
        assert canvas.zoom > 1.0
        canvas.zoom_out()
        assert canvas.zoom == 1.0
        canvas.rotate_view(15)
        canvas.mirror_view()
        assert canvas.view.mirrored
        assert canvas.view.rotation == 345
        canvas.reset_view()
        assert not canvas.view.mirrored
        assert canvas.view.rotation == 0
        assert told

    def test_space_and_the_middle_button_pan_with_any_tool(self, canvas: Canvas) -> None:
        canvas.set_zoom(4.0)
        before = canvas.view.centre
        assert press_key(canvas, Qt.Key.Key_Space)
        Hand(canvas).drag((100, 75), (110, 80))
        press_key(canvas, Qt.Key.Key_Space, down=False)
        assert canvas.view.centre != before
        assert not canvas.document.can_undo
        Hand(canvas).click(100, 75)
        assert canvas.document.can_undo

    @pytest.mark.parametrize("rotation", [0.0, 30.0, 90.0])
    @pytest.mark.parametrize("mirrored", [False, True])
    def test_strokes_fall_where_the_pointer_is(self, canvas: Canvas, rotation: float, mirrored: bool) -> None:
        canvas.rotate_view(rotation)
        if mirrored:
            canvas.mirror_view()
        canvas.settings.size = 12
        Hand(canvas).click(50, 40)
        bounds = Mask(canvas.document.mask).bounds
        assert abs(bounds.x + bounds.width / 2 - 50) <= 1
        assert abs(bounds.y + bounds.height / 2 - 40) <= 1

    def test_hover_tells_the_pixel_and_leaving(self, canvas: Canvas) -> None:
        told: list[QPoint] = []
        canvas.hover.connect(told.append)
        Hand(canvas).hover(50.5, 40.5)
        Hand(canvas).hover(-20, 40)
        QApplication.sendEvent(canvas, QEvent(QEvent.Type.Leave))
        assert abs(told[0].x() - 50) <= 1
        assert told[1:] == [QPoint(-1, -1)] * 2


class TestPainting:
    @pytest.mark.parametrize("tool", ["brush", "lasso", "pan"])
    def test_what_is_shown_after_strokes_is_what_would_be_painted_anew(self, canvas: Canvas, tool: ToolName) -> None:
        hand = Hand(canvas)
        canvas.settings.size = 17
        seen(canvas)
        hand.drag((20, 30), (90, 70), (180, 20))
        canvas.set_zoom(1.6)
        seen(canvas)
        hand.drag((100, 30), (60, 100), held=CTRL)
        canvas.document.undo()
        canvas.pan(13, -9)
        canvas.set_tool(tool)
        QApplication.sendEvent(canvas, QEvent(QEvent.Type.Leave))
        partly = seen(canvas)
        canvas._shown.repaint()
        assert alike(partly, seen(canvas))

    def test_a_stroke_repaints_only_around_it(self, canvas: Canvas, monkeypatch: pytest.MonkeyPatch) -> None:
        painted: list[QRect] = []
        seen(canvas)
        hand = Hand(canvas)
        canvas.settings.size = 8
        hand.press(60, 60)
        QApplication.processEvents()
        monkeypatch.setattr(canvas._shown.scene, "_paint", lambda _painter, rect, _pane: painted.append(rect))
        hand.move(64, 62)
        canvas._shown.scene.image()
        assert painted
        assert all(rect.width() < 60 and rect.height() < 60 for rect in painted)

    def test_layers_are_shown_and_the_original_while_a_key_is_held(self, canvas: Canvas) -> None:
        bare = seen(canvas)
        red = np.zeros((150, 200, 4), np.uint8)
        red[50:100, 60:120] = (255, 0, 0, 255)
        canvas.document.add_layer(GarmentLayer.from_image(Image.fromarray(red), "red"))
        dressed = seen(canvas)
        place = canvas.to_viewport(90, 75).toPoint()
        assert (dressed[place.y(), place.x()] == (255, 0, 0)).all()
        assert press_key(canvas, Qt.Key.Key_O)
        assert alike(seen(canvas)[60:], bare[60:])
        press_key(canvas, Qt.Key.Key_O, down=False)
        assert alike(seen(canvas), dressed)

    def test_another_picture(self, canvas: Canvas) -> None:
        Hand(canvas).click(60, 60)
        canvas.set_chips([Chip("top", 50, 50)])
        other = make_document(90, 400, transparent=True)
        canvas.document.restore(DocumentState.of(other.picture))
        QApplication.processEvents()
        assert canvas.view.picture == (90, 400)
        assert not canvas.chips.buttons
        fresh = make_canvas(Document(other.picture))
        QApplication.sendEvent(canvas, QEvent(QEvent.Type.Leave))
        assert alike(seen(canvas), seen(fresh))

    @pytest.mark.parametrize("size", [(1, 1), (64, 64), (3, 2000)])
    def test_odd_sizes(self, size: tuple[int, int]) -> None:
        canvas = make_canvas(Document(Picture(Image.new("RGB", size, "red"))))
        Hand(canvas).click(0.5, 0.5)
        assert canvas.document.mask[0, 0] == 255
        for _ in range(30):
            canvas.zoom_in()
        seen(canvas)
        for _ in range(60):
            canvas.zoom_out()
        seen(canvas)

    def test_trying_on_and_taking_off(self, canvas: Canvas) -> None:
        canvas.document.set_mask(np.full((150, 200), 255, np.uint8), "all")
        before = seen(canvas)
        green = np.zeros((40, 50, 4), np.uint8)
        green[...] = (0, 255, 0, 255)
        canvas.set_chips([Chip("top", 100, 40)])
        canvas.try_on(green, Bounds(60, 50, 50, 40))
        assert canvas.chips.buttons["top"].isHidden()
        place = canvas.to_viewport(80, 70).toPoint()
        assert (seen(canvas)[place.y(), place.x()] == (0, 255, 0)).all()
        canvas.take_off()
        assert not canvas.chips.buttons["top"].isHidden()
        canvas.set_chips([])
        assert alike(seen(canvas), before)

    def test_a_preview_comes_and_goes(self, canvas: Canvas) -> None:
        mask = np.zeros((150, 200), np.uint8)
        mask[40:100, 40:100] = 255
        canvas.document.set_mask(mask, "block")
        before = seen(canvas)
        preview = QImage(8, 8, QImage.Format.Format_RGB888)
        preview.fill(QColor(0, 0, 255))
        canvas.show_preview(preview, QRect(0, 0, 200, 150))
        place = canvas.to_viewport(70, 70).toPoint()
        assert (seen(canvas)[place.y(), place.x()] == (0, 0, 255)).all()
        canvas.clear_preview()
        assert alike(seen(canvas), before)

    def test_the_next_preview_comes_band_by_band_and_is_whole_in_the_end(self) -> None:
        canvas = make_canvas(width=900, height=700)
        canvas.document.set_mask(np.full((150, 200), 255, np.uint8), "all")
        preview = QImage(8, 8, QImage.Format.Format_RGB888)
        for colour in (QColor(0, 0, 255), QColor(0, 255, 0)):
            preview.fill(colour)
            canvas.show_preview(preview, QRect(0, 0, 200, 150))
            begun = seen(canvas)
        QTest.qWait(100)
        ended = seen(canvas)
        assert not alike(begun, ended)
        canvas.clear_preview()
        canvas.show_preview(preview, QRect(0, 0, 200, 150))
        assert alike(seen(canvas), ended)

    def test_hiding_the_mask(self, canvas: Canvas) -> None:
        bare = seen(canvas)
        canvas.document.set_mask(np.full((150, 200), 255, np.uint8), "all")
        assert not alike(seen(canvas), bare)
        canvas.set_mask_visible(False)
        assert alike(seen(canvas), bare)


class TestKeys:
    def test_brackets_and_digits(self, canvas: Canvas) -> None:
        size, hardness = canvas.settings.size, canvas.settings.hardness
        assert press_key(canvas, Qt.Key.Key_BracketRight)
        assert canvas.settings.size > size
        press_key(canvas, Qt.Key.Key_BracketLeft)
        press_key(canvas, Qt.Key.Key_BracketLeft)
        assert canvas.settings.size < size
        press_key(canvas, Qt.Key.Key_BracketLeft, SHIFT)
        assert canvas.settings.hardness < hardness
        press_key(canvas, Qt.Key.Key_3)
        assert canvas.settings.opacity == 0.3
        press_key(canvas, Qt.Key.Key_0)
        assert canvas.settings.opacity == 1.0
        assert not press_key(canvas, Qt.Key.Key_3, CTRL)

    def test_keys_in_use_win_over_the_windows_shortcuts(self, canvas: Canvas) -> None:
        def wins(key: Qt.Key) -> bool:
            event = QKeyEvent(QEvent.Type.ShortcutOverride, key, Qt.KeyboardModifier.NoModifier)
            event.ignore()
            QApplication.sendEvent(canvas, event)
            return event.isAccepted()

        assert wins(Qt.Key.Key_Space)
        assert not wins(Qt.Key.Key_Escape)
        canvas.set_tool("polygon")
        Hand(canvas).click(50, 50)
        assert wins(Qt.Key.Key_Escape)
        assert not wins(Qt.Key.Key_B)


class TestChips:
    def test_a_click_is_told_and_the_state_is_the_windows(self, canvas: Canvas) -> None:
        told: list[str] = []
        canvas.chip_clicked.connect(told.append)
        canvas.set_chips([Chip("top", 100, 40), Chip("footwear", 100, 120, on=True)])
        button = canvas.chips.buttons["top"]
        assert not button.isChecked()
        assert canvas.chips.buttons["footwear"].isChecked()
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        assert told == ["top"]
        assert not button.isChecked()
        canvas.set_chips([Chip("top", 100, 40, on=True)])
        assert canvas.chips.buttons["top"] is button
        assert button.isChecked()
        assert set(canvas.chips.buttons) == {"top"}

    def test_they_have_names_and_lie_over_their_garments_without_covering_each_other(self, canvas: Canvas) -> None:
        slots = ["top", "bottom", "dress", "legwear", "footwear"]
        canvas.set_chips([Chip(slot, 100, 70) for slot in slots])
        boxes = [button.geometry() for button in canvas.chips.buttons.values()]
        assert all(button.accessibleName() and button.toolTip() for button in canvas.chips.buttons.values())
        for index, box in enumerate(boxes):
            assert not any(box.intersects(other) for other in boxes[index + 1 :])
        canvas.set_chips([Chip("top", 20, 20)])
        first = canvas.chips.buttons["top"].geometry().center()
        canvas.set_zoom(3.0)
        canvas.pan(50, 0)
        assert canvas.chips.buttons["top"].geometry().center() != first

    def test_they_step_back_while_a_stroke_is_drawn(self, canvas: Canvas) -> None:
        canvas.set_chips([Chip("top", 100, 70)])
        hand = Hand(canvas)
        hand.press(30, 30)
        assert not canvas.chips.buttons["top"].isVisible()
        hand.release(30, 30)
        assert canvas.chips.buttons["top"].isVisible()


class TestCompare:
    def test_the_slider_is_dragged(self, canvas: Canvas) -> None:
        canvas.compare.set_mode("slider")
        hand = Hand(canvas)
        middle = canvas.view.to_picture(QPointF(200, 150))
        target = canvas.view.to_picture(QPointF(100, 150))
        hand.drag((middle.x(), middle.y()), (target.x(), target.y()))
        assert canvas.compare.split == pytest.approx(0.25, abs=0.01)
        assert not canvas.document.can_undo

    @pytest.mark.parametrize("mode", ["slider", "side"])
    def test_comparing_paints_nothing_on_the_mask(self, canvas: Canvas, mode: str) -> None:
        canvas.compare.set_mode(mode)  # pyright: ignore[reportArgumentType]
        Hand(canvas).drag((20, 20), (60, 60))
        seen(canvas)
        assert not canvas.document.mask.any()
        canvas.compare.set_mode("off")
        Hand(canvas).drag((20, 20), (60, 60))
        assert canvas.document.mask.any()


class TestPinch:
    def test_two_fingers_zoom_around_their_middle(self, canvas: Canvas) -> None:
        pinch = FakePinch(QPointF(canvas.mapToGlobal(QPoint(150, 120))), 1.5)
        point = canvas.view.to_picture(QPointF(150, 120))
        zoom = canvas.zoom
        hand = Hand(canvas)
        hand.press(20, 20)
        canvas._input.pinch(pinch)  # pyright: ignore[reportOptionalMemberAccess, reportArgumentType]
        hand.release(20, 20)
        assert canvas.zoom == pytest.approx(1.5 * zoom)
        there = canvas.to_viewport(point.x(), point.y())
        assert abs(there.x() - 150) <= 1
        assert abs(there.y() - 120) <= 1
        assert not canvas.document.can_undo


class FakePinch:
    """A pinch gesture, which tests cannot make."""

    def __init__(self, centre: QPointF, scale: float) -> None:
        self._centre, self._scale = centre, scale

    def centerPoint(self) -> QPointF:
        return self._centre

    def lastCenterPoint(self) -> QPointF:
        return self._centre

    def scaleFactor(self) -> float:
        return self._scale
