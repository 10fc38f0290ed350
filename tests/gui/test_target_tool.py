from __future__ import annotations

import numpy as np
import pytest
from canvaskit import Hand, make_canvas, press_key
from PySide6.QtCore import Qt

from ccnet.body import XY, Arm, Body
from ccnet.targets import HEMS, Target
from gui.canvas import Canvas
from gui.target_tool import SLEEVE_ENDS, Handles, TargetTool, along, share_along

pytestmark = pytest.mark.usefixtures("qapp")

BODY = Body(
    head=25,
    axis_x=100,
    chin=35,
    shoulder=42,
    waist=65,
    crotch=82,
    knee=105,
    ankle=130,
    sole=137,
    shoulder_half=14,
    waist_half=9,
    hip_half=12,
    feet=(92, 108),
    arms=(
        Arm(XY(86, 44), XY(76, 62), XY(72, 82), 1.0),
        Arm(XY(114, 44), XY(124, 62), XY(128, 82), 1.0),
    ),
    cropped=False,
    face=True,
)


@pytest.mark.parametrize("target", [Target(), Target(hem="knee", sleeves="short", flare=0.3), Target(hem="ankle")])
def test_a_handle_that_stays_where_it_is_changes_nothing_that_was_set(target: Target) -> None:
    handles = Handles(BODY, target)
    for part, place in handles.places().items():
        pulled = handles.pulled(part, *place)
        if target.hem != "any":
            assert pulled.hem == target.hem
        if target.sleeves != "any":
            assert pulled.sleeves == target.sleeves
        assert pulled.flare == pytest.approx(target.flare, abs=0.01)


def test_hems_go_from_top_to_bottom_and_each_can_be_reached() -> None:
    handles = Handles(BODY, Target())
    heights = handles.hem_heights()
    assert list(heights) == list(HEMS[1:])
    assert list(heights.values()) == sorted(heights.values())
    for hem, y in heights.items():
        assert handles.pulled("hem", 20, y).hem == hem


def test_sleeves_follow_the_arm() -> None:
    handles = Handles(BODY, Target())
    for side, part in enumerate(("left sleeve", "right sleeve")):
        for sleeves, share in SLEEVE_ENDS.items():
            place = along(BODY.arms[side], share)
            assert handles.pulled(part, *place).sleeves == sleeves  # pyright: ignore[reportArgumentType]
            assert share_along(BODY.arms[side], *place) == pytest.approx(share, abs=0.03)


def test_flare_is_the_distance_to_either_side() -> None:
    handles = Handles(BODY, Target(hem="knee"))
    assert handles.pulled("flare", 100, 105).flare == 0
    assert handles.pulled("flare", 500, 105).flare == 1
    assert handles.pulled("flare", 118, 105).flare == handles.pulled("flare", 82, 105).flare
    assert "flare" not in Handles(BODY, Target(hem="waist")).places()


def test_dragging_and_keys_are_told(qapp: object) -> None:
    canvas: Canvas = make_canvas()
    canvas.set_tool("target shape")
    told: list[tuple[str, object]] = []
    canvas.target_changed.connect(lambda part, value: told.append((part, value)))
    Hand(canvas).click(100, 105)
    assert not told
    canvas.set_body(BODY, Target(hem="knee"))
    Hand(canvas).drag((100, 105), (100, 120), (100, 131))
    assert told == [("hem", "ankle")]
    tool = canvas.tool
    assert isinstance(tool, TargetTool)
    assert tool.handles is not None
    assert tool.handles.target.hem == "ankle"
    assert press_key(canvas, Qt.Key.Key_Up)
    assert told[-1] == ("hem", "knee")
    assert press_key(canvas, Qt.Key.Key_Tab)
    assert press_key(canvas, Qt.Key.Key_Down)
    assert told[-1][0] == "sleeves"
    assert np.isfinite(canvas.to_viewport(*tool.handles.places()["flare"]).x())
    canvas.grab()
