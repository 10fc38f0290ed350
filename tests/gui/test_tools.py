from __future__ import annotations

import numpy as np
import pytest
from canvaskit import ALT, CTRL, SHIFT, Hand, make_canvas, make_document, press_key
from PySide6.QtCore import Qt

from ccnet.masks import Bounds, Mask, Point
from gui import tools
from gui.canvas import Canvas
from gui.click_tool import ClickTool
from gui.tools import TOOL_TEXTS, ToolName, ToolSettings

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture
def canvas() -> Canvas:
    return make_canvas()


@pytest.fixture
def hand(canvas: Canvas) -> Hand:
    return Hand(canvas)


def block(x: int, y: int, width: int, height: int) -> np.ndarray:
    mask = np.zeros((150, 200), np.uint8)
    mask[y : y + height, x : x + width] = 255
    return mask


class TestSettings:
    def test_values_stay_in_range_and_changes_are_told(self) -> None:
        settings = ToolSettings()
        told: list[None] = []
        settings.changed.connect(lambda: told.append(None))
        settings.size = 1e9
        assert settings.size == tools.SIZES[1]
        settings.size = -4
        assert settings.size == tools.SIZES[0]
        settings.hardness, settings.opacity, settings.tolerance = 7, -1, 999
        assert (settings.hardness, settings.opacity, settings.tolerance) == (1, 0.01, 255)
        assert len(told) == 5
        settings.hardness = 1
        assert len(told) == 5

    def test_size_steps_lead_up_and_down_through_the_whole_range(self) -> None:
        settings = ToolSettings()
        settings.size = 1
        sizes = [settings.size]
        while settings.size < tools.SIZES[1]:
            settings.grow_brush(1)
            sizes.append(settings.size)
        assert sizes == sorted(set(sizes))
        while settings.size > tools.SIZES[0]:
            before = settings.size
            settings.grow_brush(-1)
            assert settings.size < before

    def test_every_tool_has_words_a_key_of_its_own_and_an_icon(self, canvas: Canvas) -> None:
        assert set(TOOL_TEXTS) == set(canvas.tools)
        keys = [text.key for text in TOOL_TEXTS.values()]
        assert len(set(keys)) == len(keys)
        for text in TOOL_TEXTS.values():
            assert text.title
            assert text.key in text.tooltip
            assert text.icon


class TestBrush:
    def test_a_stroke_is_one_entry_of_the_history(self, canvas: Canvas, hand: Hand) -> None:
        document = canvas.document
        hand.drag((40, 40), (80, 60), (120, 40))
        assert document.mask[40, 40] == 255
        assert document.undo_text
        painted = document.mask.copy()
        document.undo()
        assert not document.mask.any()
        document.redo()
        assert np.array_equal(document.mask, painted)

    def test_it_shows_while_it_is_drawn(self, canvas: Canvas, hand: Hand) -> None:
        hand.press(40, 40)
        assert canvas.document.mask[40, 40] == 255
        assert canvas.tool.is_busy
        hand.release(40, 40)
        assert not canvas.tool.is_busy

    @pytest.mark.parametrize("held", [CTRL, ALT])
    def test_a_held_key_erases(self, canvas: Canvas, hand: Hand, held: Qt.KeyboardModifier) -> None:
        canvas.document.set_mask(block(0, 0, 200, 150), "all")
        hand.drag((40, 40), (90, 40), held=held)
        assert canvas.document.mask[40, 60] == 0
        canvas.set_tool("eraser")
        hand.drag((40, 40), (90, 40), held=held)
        assert canvas.document.mask[40, 60] == 255

    def test_the_eraser_and_the_other_end_of_the_pen(self, canvas: Canvas, hand: Hand) -> None:
        canvas.document.set_mask(block(0, 0, 200, 150), "all")
        canvas.set_tool("eraser")
        hand.click(40, 40)
        assert canvas.document.mask[40, 40] == 0
        canvas.set_tool("brush")
        Hand(canvas, pen=True, eraser=True).click(100, 100)
        assert canvas.document.mask[100, 100] == 0

    def test_pressure_counts_for_pens_alone(self, canvas: Canvas, hand: Hand) -> None:
        canvas.settings.size = 60
        pen = Hand(canvas, pen=True)
        pen.press(60, 75, pressure=0.2)
        pen.release(60, 75)
        faint = np.count_nonzero(canvas.document.mask)
        canvas.document.undo()
        hand.click(60, 75)
        assert np.count_nonzero(canvas.document.mask) > 4 * faint > 0

    def test_shift_draws_on_from_the_last_stroke(self, canvas: Canvas, hand: Hand) -> None:
        hand.click(20, 20)
        hand.click(160, 20, SHIFT)
        assert (canvas.document.mask[20, 20:160] == 255).all()

    def test_a_stroke_may_begin_and_end_outside(self, canvas: Canvas, hand: Hand) -> None:
        hand.drag((-30, 60), (100, 60), (230, 60))
        assert (canvas.document.mask[60] == 255).all()

    def test_undo_in_the_middle_of_a_stroke(self, canvas: Canvas, hand: Hand) -> None:
        hand.press(40, 40)
        hand.move(80, 40)
        canvas.document.undo()
        assert not canvas.document.mask.any()
        hand.move(120, 40)
        hand.release(120, 40)
        assert not canvas.document.mask.any()
        hand.click(40, 100)
        assert canvas.document.mask[100, 40] == 255

    def test_another_tool_drops_what_is_begun(self, canvas: Canvas, hand: Hand) -> None:
        hand.press(40, 40)
        canvas.set_tool("lasso")
        assert not canvas.document.mask.any()
        assert not canvas.document.can_undo

    def test_protected_parts_are_kept_unless_asked(self, canvas: Canvas, hand: Hand) -> None:
        canvas.document.set_protection(block(0, 0, 100, 150), "hair")
        hand.drag((20, 60), (180, 60))
        assert not canvas.document.mask[:, :100].any()
        assert canvas.document.mask[60, 150] == 255
        canvas.settings.keep_protected = False
        hand.drag((20, 60), (180, 60))
        assert canvas.document.mask[60, 50] == 255

    def test_protecting_paints_the_protection(self, canvas: Canvas, hand: Hand) -> None:
        canvas.set_protecting(True)
        hand.drag((40, 40), (90, 40))
        assert canvas.document.protection[40, 60] == 255
        assert not canvas.document.mask.any()
        hand.drag((40, 40), (90, 40), held=CTRL)
        assert canvas.document.protection[40, 60] == 0
        canvas.document.undo()
        assert canvas.document.protection[40, 60] == 255


class TestAreas:
    def test_lasso(self, canvas: Canvas, hand: Hand) -> None:
        canvas.set_tool("lasso")
        hand.drag((40, 40), (140, 40), (140, 110), (40, 110))
        assert (canvas.document.mask[45:105, 45:135] == 255).all()
        hand.drag((60, 60), (120, 60), (120, 90), (60, 90), held=CTRL)
        assert not canvas.document.mask[65:85, 65:115].any()
        canvas.document.undo()
        assert (canvas.document.mask[45:105, 45:135] == 255).all()

    def test_polygon_by_enter_by_the_first_corner_and_by_double_click(self, canvas: Canvas, hand: Hand) -> None:
        canvas.set_tool("polygon")
        corners = [(40, 40), (140, 40), (140, 110)]
        for corner in corners:
            hand.click(*corner)
        assert not canvas.document.mask.any()
        assert press_key(canvas, Qt.Key.Key_Return)
        by_enter = canvas.document.mask.copy()
        assert by_enter[60, 120] == 255
        canvas.document.undo()
        for corner in [*corners, corners[0]]:
            hand.click(*corner)
        assert np.array_equal(canvas.document.mask, by_enter)
        canvas.document.undo()
        for corner in corners[:2]:
            hand.click(*corner)
        hand.double_click(*corners[2])
        assert np.array_equal(canvas.document.mask, by_enter)

    def test_corners_are_taken_back_and_given_up(self, canvas: Canvas, hand: Hand) -> None:
        canvas.set_tool("polygon")
        for corner in ((40, 40), (140, 40), (190, 140), (140, 110)):
            hand.click(*corner)
        press_key(canvas, Qt.Key.Key_Backspace)
        assert press_key(canvas, Qt.Key.Key_Escape)
        assert not press_key(canvas, Qt.Key.Key_Return)
        assert not canvas.document.can_undo

    def test_rectangle_and_square(self, canvas: Canvas, hand: Hand) -> None:
        canvas.set_tool("rectangle")
        hand.drag((20.5, 30.5), (80.5, 60.5))
        assert Mask(canvas.document.mask).bounds == Bounds(20, 30, 61, 31)
        canvas.document.undo()
        hand.drag((20.5, 30.5), (80.5, 60.5), held=SHIFT)
        assert Mask(canvas.document.mask).bounds == Bounds(20, 30, 61, 61)
        canvas.document.undo()
        hand.click(50, 50)
        assert not canvas.document.can_undo

    def test_fill(self, canvas: Canvas, hand: Hand) -> None:
        ring = block(40, 40, 60, 60)
        ring[50:90, 50:90] = 0
        canvas.document.set_mask(ring, "ring")
        canvas.set_tool("fill")
        hand.click(70, 70)
        assert np.array_equal(canvas.document.mask, block(40, 40, 60, 60))
        hand.click(70, 70, CTRL)
        assert not canvas.document.mask.any()

    def test_wand_follows_the_picture_as_it_is_seen(self) -> None:
        document = make_document(transparent=True)
        canvas = make_canvas(document)
        canvas.set_tool("wand")
        canvas.settings.tolerance = 0
        Hand(canvas).click(50, 50)
        assert (document.mask[:, :100] == 255).all()  # what is transparent lies on white
        assert not document.mask[:, 102:].any()


class TestSmartClick:
    @pytest.fixture
    def asked(self, canvas: Canvas) -> list[tuple[tuple[Point, ...], Bounds | None]]:
        canvas.set_tool("smart click")
        asked: list[tuple[tuple[Point, ...], Bounds | None]] = []
        canvas.click_requested.connect(lambda points, box: asked.append((points, box)))
        return asked

    def test_a_click_asks_and_its_answer_becomes_the_mask(self, canvas: Canvas, hand: Hand, asked: list) -> None:
        canvas.document.set_mask(block(0, 0, 20, 20), "old")
        hand.click(70.5, 60.5)
        ((points, box),) = asked
        assert [(round(x, 3), round(y, 3), add) for x, y, add in points] == [(70.5, 60.5, True)]
        assert box is None
        canvas.answer_click(Mask(block(60, 50, 30, 30)))
        assert np.array_equal(canvas.document.mask, block(60, 50, 30, 30))
        canvas.document.undo()
        assert np.array_equal(canvas.document.mask, block(0, 0, 20, 20))

    def test_shift_adds_and_alt_removes(self, canvas: Canvas, hand: Hand, asked: list) -> None:
        canvas.document.set_mask(block(0, 0, 20, 20), "old")
        hand.click(70, 60, SHIFT)
        canvas.answer_click(Mask(block(60, 50, 30, 30)))
        both = block(60, 50, 30, 30) | block(0, 0, 20, 20)
        assert np.array_equal(canvas.document.mask, both)
        hand.click(5, 5, ALT)
        assert asked[-1][0][0].add
        canvas.answer_click(Mask(block(0, 0, 20, 20)))
        assert np.array_equal(canvas.document.mask, block(60, 50, 30, 30))

    def test_alt_inside_of_the_last_answer_corrects_it(self, canvas: Canvas, hand: Hand, asked: list) -> None:
        canvas.document.set_mask(block(0, 0, 20, 20), "old")
        hand.click(70, 60, SHIFT)
        canvas.answer_click(Mask(block(60, 50, 60, 30)))
        hand.click(110, 60, ALT)
        points, _ = asked[-1]
        assert [point.add for point in points] == [True, False]
        canvas.answer_click(Mask(block(60, 50, 30, 30)))
        assert np.array_equal(canvas.document.mask, block(60, 50, 30, 30) | block(0, 0, 20, 20))

    def test_painting_in_between_begins_anew(self, canvas: Canvas, hand: Hand, asked: list) -> None:
        hand.click(70, 60)
        canvas.answer_click(Mask(block(60, 50, 60, 30)))
        canvas.document.set_mask(block(60, 50, 70, 30), "grown")
        hand.click(110, 60, ALT)
        assert [point.add for point in asked[-1][0]] == [True]

    def test_a_drag_is_a_box(self, canvas: Canvas, hand: Hand, asked: list) -> None:
        hand.drag((30.5, 40.5), (60.5, 70.5), (90.5, 100.5))
        ((points, box),) = asked
        assert points == ()
        assert box is not None
        assert abs(box.x - 30) <= 1
        assert abs(box.width - 61) <= 1

    def test_answers_belong_to_the_clicks_in_their_order(self, canvas: Canvas, hand: Hand, asked: list) -> None:
        hand.click(10, 10, SHIFT)
        hand.click(70, 60, SHIFT)
        hand.click(150, 100, SHIFT)
        assert len(asked) == 3
        canvas.answer_click(Mask(block(0, 0, 20, 20)))
        canvas.fail_click()
        canvas.answer_click(Mask(block(140, 90, 20, 20)))
        assert canvas.document.mask[100, 150] == 255
        assert not canvas.document.mask[60, 70]
        canvas.answer_click(Mask(block(60, 50, 30, 30)))
        assert not canvas.document.mask[60, 70]  # nobody asked

    def test_the_preview_is_shown_and_put_away(self, canvas: Canvas, hand: Hand) -> None:
        canvas.set_tool("smart click")
        asked: list[tuple[Point, ...]] = []
        canvas.preview_requested.connect(lambda points, _box: asked.append(points))
        tool = canvas.tool
        assert isinstance(tool, ClickTool)
        hand.hover(70, 60)
        tool._ask_preview()
        tool._ask_preview()
        assert len(asked) == 1  # one at a time
        canvas.answer_preview(Mask(block(60, 50, 30, 30)))
        assert canvas._shown._suggestion is not None
        assert not canvas.document.mask.any()
        hand.hover(-40, 60)
        tool._ask_preview()
        assert canvas._shown._suggestion is None

    def test_protected_parts_are_left_out(self, canvas: Canvas, hand: Hand, asked: list) -> None:
        canvas.document.set_protection(block(60, 50, 10, 30), "hand")
        hand.click(80, 60)
        canvas.answer_click(Mask(block(60, 50, 30, 30)))
        assert np.array_equal(canvas.document.mask, block(70, 50, 20, 30))
        assert len(asked) == 1


def test_panning(canvas: Canvas) -> None:
    canvas.set_zoom(4.0)
    canvas.set_tool("pan")
    before = canvas.to_viewport(0, 0)
    Hand(canvas).drag((100, 75), (105, 78))
    moved = canvas.to_viewport(0, 0) - before
    assert moved.x() == pytest.approx(20, abs=1)
    assert moved.y() == pytest.approx(12, abs=1)
    assert not canvas.document.can_undo


@pytest.mark.parametrize("name", list(TOOL_TEXTS))
def test_every_tool_bears_everything(canvas: Canvas, name: ToolName) -> None:
    canvas.set_tool(name)
    hand = Hand(canvas)
    hand.move(5, 5)
    hand.release(5, 5)
    hand.drag((20, 20), (20, 20))
    hand.double_click(300, -40)
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Backspace, Qt.Key.Key_Tab, Qt.Key.Key_Down):
        press_key(canvas, key)
    hand.press(50, 50)
    canvas.grab()
    canvas.set_tool("brush" if name != "brush" else "pan")
    hand.release(50, 50)
    assert not canvas.tool.is_busy
