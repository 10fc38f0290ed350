from __future__ import annotations

import numpy as np
import pytest
from canvaskit import alike, pixels
from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from ccnet.masks import Bounds
from gui.canvas_view import CanvasView
from gui.overlays import MASK, PROTECTION, MaskOverlay
from gui.scene import PictureImage, Scene

pytestmark = pytest.mark.usefixtures("qapp")
SIZE = 300, 220


def noise(channels: int = 3, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (SIZE[1], SIZE[0], channels), np.uint8)


def blobs() -> np.ndarray:
    mask = np.zeros(SIZE[::-1], np.uint8)
    mask[40:90, 60:200] = 255
    mask[120:125, 10:290] = 130
    return mask


def make_scene(zoom: float = 0.7, rotation: float = 0.0, viewport: tuple[int, int] = (260, 200)) -> Scene:
    view = CanvasView.fitted(SIZE, viewport).zoomed(zoom).turned(rotation)
    scene = Scene(view, PictureImage(noise()))
    scene.masks = [MaskOverlay(blobs(), MASK), MaskOverlay(np.flipud(blobs()).copy(), PROTECTION)]
    return scene


def painted(scene: Scene) -> np.ndarray:
    return pixels(scene.image())


def anew(scene: Scene) -> np.ndarray:
    scene.mark()
    return painted(scene)


@pytest.mark.parametrize(("zoom", "rotation"), [(0.3, 0), (0.7, 0), (1.0, 0), (3.0, 0), (0.8, 33), (0.4, 90)])
def test_painting_what_changed_is_as_painting_everything(zoom: float, rotation: float) -> None:
    scene = make_scene(zoom, rotation)
    painted(scene)
    random = np.random.default_rng(2)
    for _ in range(6):
        bounds = Bounds(int(random.integers(0, 280)), int(random.integers(0, 200)), 20, 20)
        scene.masks[0].array[bounds.slices] = random.integers(0, 2) * 255
        scene.masks[0].update(bounds)
        scene.picture.write(bounds, random.integers(0, 256, (20, 20, 3), np.uint8))
        scene.mark_picture(bounds)
    partly = painted(scene)
    assert alike(partly, anew(scene), 30 if rotation % 90 else 4)  # noise, turned, is the hardest there is


@pytest.mark.parametrize("moved", [(5, 0), (-7, 3), (0, -40), (31, 28), (400, 0)])
def test_panning_is_as_painting_everything(moved: tuple[int, int]) -> None:
    scene = make_scene(2.0)
    painted(scene)
    scene.view = scene.view.panned(*moved)
    scrolled = painted(scene)
    assert np.array_equal(scrolled, anew(scene))


def test_nothing_stale_nothing_painted(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = make_scene()
    painted(scene)
    calls: list[QRect] = []
    monkeypatch.setattr(scene, "_paint", lambda _painter, rect, _pane: calls.append(rect))
    painted(scene)
    assert not calls
    marked = scene.mark_picture(Bounds(100, 100, 10, 10))
    painted(scene)
    assert calls == [marked]
    assert marked.width() < 40


def test_at_100_percent_the_picture_is_itself() -> None:
    scene = make_scene(1.0, viewport=(400, 300))
    scene.masks = []
    corner = scene.view.matrix.map(QPointF(0, 0))
    x, y = int(corner.x()), int(corner.y())
    assert np.array_equal(painted(scene)[y : y + SIZE[1], x : x + SIZE[0]], noise())


def test_a_mask_tints_and_is_outlined_on_both_sides() -> None:
    scene = make_scene(1.0, viewport=(400, 300))
    scene.picture = PictureImage(np.full((SIZE[1], SIZE[0], 3), 128, np.uint8))
    with_mask = anew(scene).astype(int)
    scene.masks = []
    bare = anew(scene).astype(int)
    corner = scene.view.matrix.map(QPointF(0, 0))
    at = lambda x, y: (int(corner.y()) + y, int(corner.x()) + x)  # noqa: E731
    assert (with_mask[at(130, 65)] != bare[at(130, 65)]).any()
    assert (with_mask[at(130, 20)] == bare[at(130, 20)]).all()
    assert with_mask[at(130, 40)].min() > 200  # just inside: light
    assert with_mask[at(130, 39)].sum() < 250  # just outside: dark


def test_transparency_shows_checks_and_no_dark_rim() -> None:
    rgba = noise(4)
    rgba[..., 3] = 0
    rgba[:, 150:, 3] = 255
    scene = make_scene(1.0, viewport=(400, 300))
    scene.masks = []
    scene.picture = PictureImage(rgba)
    scene.checks = QColor(250, 250, 250), QColor(200, 200, 200)
    corner = scene.view.matrix.map(QPointF(0, 0))
    x, y = int(corner.x()), int(corner.y())
    seen = anew(scene)[y : y + SIZE[1], x : x + SIZE[0]]
    assert set(np.unique(seen[:, :150])) == {200, 250}
    assert np.array_equal(seen[:, 150:], rgba[:, 150:, :3])


def test_compare_shows_the_other_picture_beside() -> None:
    scene = make_scene(1.0, viewport=(400, 300))
    scene.before = PictureImage(np.zeros((SIZE[1], SIZE[0], 3), np.uint8))
    scene.compare = "slider"
    scene.split = 0.5
    seen = anew(scene)
    assert not seen[100:200, 60:200].any()
    scene.compare = "off"
    scene.masks = []
    assert np.array_equal(seen[:, 200:], anew(scene)[:, 200:])
    scene.compare = "side"
    seen = anew(scene)
    assert (seen[150, 100] == 0).all()
    assert (seen[140:160, 290:310] > 0).any()
    scene.compare, scene.show_before = "off", True
    assert not anew(scene)[100:200, 100:300].any()


def test_a_trial_lies_over_the_picture_alone() -> None:
    scene = make_scene(1.0, viewport=(400, 300))
    scene.masks = []
    bare = anew(scene)
    red = np.zeros((30, 40, 4), np.uint8)
    red[:, :20] = (255, 0, 0, 255)
    scene.trial = PictureImage(red, 50, 60)
    seen = anew(scene)
    corner = scene.view.matrix.map(QPointF(50, 60))
    x, y = int(corner.x()), int(corner.y())
    assert (seen[y : y + 30, x : x + 20] == (255, 0, 0)).all()
    seen[y : y + 30, x : x + 20] = bare[y : y + 30, x : x + 20]
    assert np.array_equal(seen, bare)


def test_the_preview_is_seen_inside_the_mask_alone() -> None:
    scene = make_scene(1.0, viewport=(400, 300))
    for mask in scene.masks:
        mask.visible = False
    bare = anew(scene)
    preview = QImage(8, 8, QImage.Format.Format_RGB32)
    preview.fill(QColor(0, 255, 0))
    scene.preview = preview, Bounds(50, 30, 100, 100)
    seen = anew(scene)
    corner = scene.view.matrix.map(QPointF(0, 0))
    x, y = int(corner.x()), int(corner.y())
    assert (seen[y + 60, x + 100] == (0, 255, 0)).all()
    assert np.array_equal(seen[: y + 38], bare[: y + 38])
    assert np.array_equal(seen[y + 60, x + 152 :], bare[y + 60, x + 152 :])


def test_a_high_density_screen_has_thicker_outlines() -> None:
    scene = make_scene(1.0, viewport=(400, 300))
    scene.masks = scene.masks[:1]
    plain = anew(scene)
    scene.ratio = 2.0
    assert (anew(scene) != plain).any()
    QApplication.processEvents()
