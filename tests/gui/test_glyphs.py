"""Glyphs: each draws something, in the palette's colour, and tints can be read in both themes."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QIcon, QImage, QPainter, QPalette
from PySide6.QtWidgets import QApplication

from gui import theme
from gui.glyphs import BAD, DOUBTFUL, GOOD, SHAPES, glyph, paint_glyph, tint


@pytest.mark.parametrize("name", SHAPES)
def test_each_draws_inside_its_square_in_the_colour_asked_for(qapp: QApplication, name: str) -> None:
    image = QImage(48, 48, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    paint_glyph(painter, name, QRectF(0, 0, 48, 48), QColor("#ff0000"))
    painter.end()
    inked = [(x, y) for x in range(48) for y in range(48) if image.pixelColor(x, y).alpha() > 100]
    assert 60 < len(inked) < 1400
    assert all(image.pixelColor(x, y).green() == 0 for x, y in inked)
    assert not any(x in (0, 47) or y in (0, 47) for x, y in inked)


def test_icons_follow_the_theme(qapp: QApplication) -> None:
    before = qapp.palette()
    icon = glyph("check")
    darkest: list[int] = []
    for dark in (False, True):
        qapp.setPalette(theme.palette(dark))
        image = icon.pixmap(QSize(32, 32)).toImage()
        inked = [image.pixelColor(x, y) for x in range(32) for y in range(32)]
        darkest.append(max(colour.lightness() for colour in inked if colour.alpha() > 200))
    qapp.setPalette(before)
    assert darkest[0] < 80 < darkest[1]
    assert not icon.pixmap(QSize(16, 16), QIcon.Mode.Disabled).isNull()


def test_an_unknown_name_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        glyph("nothing")


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("role", [QPalette.ColorRole.Base, QPalette.ColorRole.Window])
def test_tints_can_be_read_also_on_their_own_tinted_ground(
    qapp: QApplication, dark: bool, role: QPalette.ColorRole
) -> None:
    palette = theme.palette(dark)
    ground = palette.color(role)
    for hue in (*range(0, 360, 15), GOOD, DOUBTFUL, BAD):
        colour = tint(hue, palette, role)
        share = 0.13  # of the tint in a finding's ground
        mixed = QColor(
            *(round(share * a + (1 - share) * b) for a, b in zip(colour.getRgb()[:3], ground.getRgb()[:3], strict=True))  # pyright: ignore[reportIndexIssue, reportOptionalSubscript]
        )
        assert theme.contrast(colour, mixed) >= 4.5
