from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, QRectF

from gui.canvas_view import LARGEST_ZOOM, SMALLEST_ZOOM, CanvasView

VIEW = CanvasView.fitted((2000, 1000), (800, 600))


def near(a: QPointF, b: QPointF, tolerance: float = 1.0) -> bool:
    return abs(a.x() - b.x()) <= tolerance and abs(a.y() - b.y()) <= tolerance


@pytest.mark.parametrize("picture", [(64, 64), (2000, 1000), (1000, 3000), (8192, 8192)])
@pytest.mark.parametrize("rotation", [0, 90, 30])
def test_a_fitted_picture_is_whole_and_in_the_middle(picture: tuple[int, int], rotation: float) -> None:
    view = CanvasView.fitted(picture, (800, 600)).turned(rotation).fit()
    box = view.matrix.mapRect(QRectF(0, 0, *picture))
    assert QRectF(0, 0, 800, 600).contains(box)
    assert near(box.center(), QPointF(400, 300))
    assert max(box.width() / 800, box.height() / 600) > 0.9


@pytest.mark.parametrize("view", [VIEW, VIEW.turned(30), VIEW.flipped(), VIEW.turned(-75).flipped()])
def test_the_point_under_the_pointer_stays_there(view: CanvasView) -> None:
    at = QPointF(300, 330)
    point = view.to_picture(at)
    for other in (view.zoomed(2.0, at), view.stepped(3, at), view.stepped(-2, at), view.turned(40, at)):
        assert near(other.to_viewport(point), at)


def test_there_and_back() -> None:
    view = VIEW.zoomed(0.37).turned(33).flipped()
    point = QPointF(123.4, 567.8)
    assert near(view.to_picture(view.to_viewport(point)), point, 1e-6)


def test_at_100_percent_pixels_lie_on_pixels() -> None:
    corner = VIEW.zoomed(1.0, QPointF(333.3, 17.7)).matrix.map(QPointF(0, 0))
    assert corner.x() == int(corner.x())
    assert corner.y() == int(corner.y())


def test_zoom_stays_in_range_and_its_steps_meet_100_percent() -> None:
    assert VIEW.zoomed(1e9).zoom == LARGEST_ZOOM
    assert VIEW.zoomed(0).zoom == SMALLEST_ZOOM
    zooms = [VIEW.zoomed(SMALLEST_ZOOM).stepped(steps).zoom for steps in range(30)]
    assert 1 in zooms
    assert zooms == sorted(zooms)
    assert VIEW.zoomed(1.0).stepped(1).stepped(-1).zoom == 1


def test_slow_panning_adds_up() -> None:
    view = VIEW.zoomed(1.0)
    for _ in range(40):
        view = view.panned(0.25, -0.25)
    assert near(view.matrix.map(QPointF(0, 0)), VIEW.zoomed(1.0).panned(10, -10).matrix.map(QPointF(0, 0)))


def test_the_picture_cannot_be_lost() -> None:
    far = VIEW.zoomed(8.0).panned(1e6, -1e6)
    assert far.visible().intersects(QRectF(0, 0, 2000, 1000))


def test_mirroring_happens_on_the_screen() -> None:
    for view in (VIEW, VIEW.turned(25)):
        point = view.to_picture(QPointF(300, 250))
        assert near(view.flipped().to_viewport(point), QPointF(500, 250))
        assert view.flipped().flipped() == view
    assert VIEW.turned(25).flipped().upright() == VIEW
