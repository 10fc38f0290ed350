"""Small line drawings for the panels' buttons, our own, in the colour of the palette's text."""

from __future__ import annotations

import functools

from PySide6.QtCore import QByteArray, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QIconEngine, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from gui.theme import contrast

SHAPES = {
    "new": '<path d="M9 3c.8 2 5.2 2 6 0l1 4-1.5 3L19 20.5H5L9.5 10 8 7z"/><path d="M9.5 10h5"/>',
    "recolour": '<path d="M12 3c4 4.8 6 7.5 6 11a6 6 0 0 1-12 0c0-3.5 2-6.2 6-11z"/><path d="M9 14.5a3 3 0 0 0 3 3"/>',
    "fix": '<path d="M4 20l1-4.5L15.5 5a2.4 2.4 0 0 1 3.5 3.5L8.5 19z"/><path d="M13.5 7l3.5 3.5"/>'
    '<path d="M19 15v4M17 17h4"/>',
    "remove": '<path d="M5 13.5L13 5.5a2 2 0 0 1 2.8 0l3.2 3.2a2 2 0 0 1 0 2.8L11.5 19H8.5L5 16a1.8 1.8 0 0 1'
    ' 0-2.5z"/><path d="M9.5 9l6 6"/><path d="M12 19h8"/>',
    "dice": '<rect x="4" y="4" width="16" height="16" rx="3.5"/><g fill="ink" stroke="none"><circle cx="8.5" cy="8.5"'
    ' r="1.5"/><circle cx="15.5" cy="15.5" r="1.5"/><circle cx="12" cy="12" r="1.5"/><circle cx="15.5" cy="8.5"'
    ' r="1.5"/><circle cx="8.5" cy="15.5" r="1.5"/></g>',
    "locked": '<rect x="5" y="11" width="14" height="9.5" rx="2"/><path d="M8 11V8a4 4 0 0 1 8 0v3"/>',
    "unlocked": '<rect x="5" y="11" width="14" height="9.5" rx="2"/><path d="M8 11V8a4 4 0 0 1 7.7-1.5"/>',
    "eye": '<path d="M2.5 12c2.4-4.3 5.7-6.5 9.5-6.5s7.1 2.2 9.5 6.5c-2.4 4.3-5.7 6.5-9.5 6.5S4.9 16.3 2.5 12z"/>'
    '<circle cx="12" cy="12" r="3"/>',
    "hidden": '<path d="M4 14c2.2 2.6 4.9 4 8 4s5.8-1.4 8-4"/><path d="M6 16l-1.5 2M18 16l1.5 2M12 18v2.5"/>',
    "delete": '<path d="M4.5 7h15M9.5 7V4.5h5V7M6.5 7l1 13h9l1-13M10 10.5v6M14 10.5v6"/>',
    "add": '<path d="M12 5v14M5 12h14"/>',
    "close": '<path d="M6 6l12 12M18 6L6 18"/>',
    "check": '<path d="M4.5 12.5l5 5 10-11"/>',
    "promise": '<path d="M12 3l7.5 2.5v6c0 4.5-3 7.8-7.5 9.5-4.5-1.7-7.5-5-7.5-9.5v-6z"/>'
    '<path d="M8.5 12l2.5 2.5 4.5-5"/>',
    "warning": '<path d="M12 4l9 16H3z"/><path d="M12 10v4.5M12 17v.5"/>',
    "up": '<path d="M6 14.5l6-6 6 6"/>',
    "down": '<path d="M6 9.5l6 6 6-6"/>',
    "right": '<path d="M9.5 6l6 6-6 6"/>',
    "left": '<path d="M14.5 6l-6 6 6 6"/>',
    "download": '<path d="M12 4v11M7 10.5l5 5 5-5M4.5 20h15"/>',
    "import": '<path d="M4 7.5V18a2 2 0 0 0 2 2h12a2 2 0 0 0 2-2V9a2 2 0 0 0-2-2h-6.5l-2-2.5H6a2 2 0 0 0-2 2z"/>'
    '<path d="M12 10.5v6M9 13.5l3 3 3-3"/>',
    "models": '<path d="M12 3.5l8 4.2v8.6l-8 4.2-8-4.2V7.7z"/><path d="M4 7.7l8 4.3 8-4.3M12 12v8.5"/>',
    "hanger": '<path d="M12 8.5V8a2.2 2.2 0 1 0-2.2-2.2"/>'
    '<path d="M12 8.5l9 6.5c1 .8.5 2.5-1 2.5H4c-1.5 0-2-1.7-1-2.5z"/>',
    "picture": '<rect x="3.5" y="4.5" width="17" height="15" rx="2"/><circle cx="8.5" cy="9.5" r="1.6"/>'
    '<path d="M4 17l5-4.5 3.5 3 3-2.5 4.5 4"/>',
    "mask": '<path d="M4 12a8 8 0 0 1 16 0 8 8 0 0 1-16 0z" stroke-dasharray="3 2.6"/>'
    '<path d="M9 12a3 3 0 0 1 6 0 3 3 0 0 1-6 0z" fill="ink" fill-opacity="0.35"/>',
    "slider": '<rect x="3.5" y="5" width="17" height="14" rx="2"/><path d="M12 3v18M8.5 10l-2 2 2 2M15.5 10l2 2-2 2"/>',
    "side": '<rect x="3" y="5" width="8" height="14" rx="2"/><rect x="13" y="5" width="8" height="14" rx="2"/>',
    "hold": '<path d="M8 12V6.5a1.5 1.5 0 0 1 3 0V11V5a1.5 1.5 0 0 1 3 0v6V6.5a1.5 1.5 0 0 1 3 0V14c0 4-2 6.5-5 6.5'
    '-2.5 0-4-1-5.2-3L5 14.5a1.5 1.5 0 0 1 2.5-1.5z"/>',
    "off": '<circle cx="12" cy="12" r="8"/><path d="M6.5 17.5l11-11"/>',
    "stop": '<rect x="6.5" y="6.5" width="11" height="11" rx="2"/>',
    "open": '<path d="M3.5 18.5V6.5a1.5 1.5 0 0 1 1.5-1.5h4.5l2 2.5H18a1.5 1.5 0 0 1 1.5 1.5v1.5"/>'
    '<path d="M3.5 18.5l2.6-8h15.4l-2.6 8z"/>',
    "paste": '<rect x="5" y="5" width="14" height="16" rx="2"/><rect x="9" y="3" width="6" height="4" rx="1.2"/>'
    '<path d="M9 12h6M9 16h4"/>',
    "copy": '<rect x="8.5" y="8.5" width="12" height="12" rx="2"/>'
    '<path d="M15.5 5.5v-.5a2 2 0 0 0-2-2H5a2 2 0 0 0-2 2v8.5a2 2 0 0 0 2 2h.5"/>',
    "export": '<path d="M12 14.5V4M8 7.5L12 3.5l4 4M5 12.5V18a2 2 0 0 0 2 2h10a2 2 0 0 0 2-2v-5.5"/>',
    "undo": '<path d="M8.5 5L4 9.5 8.5 14"/><path d="M4.5 9.5H14a5.5 5.5 0 0 1 0 11h-3"/>',
    "redo": '<path d="M15.5 5L20 9.5 15.5 14"/><path d="M19.5 9.5H10a5.5 5.5 0 0 0 0 11h3"/>',
    "find": '<path d="M9 4c.7 1.4 3.3 1.4 4 0l4 1.8-1.2 4-1.8-.4v2"/><path d="M9 4L5 5.8l1.2 4L8 9.4V18h3"/>'
    '<circle cx="15.5" cy="15.5" r="3.6"/><path d="M18.2 18.2l3 3"/>',
    "protect": '<path d="M12 3l7.5 2.5v6c0 4.5-3 7.8-7.5 9.5-4.5-1.7-7.5-5-7.5-9.5v-6z"/><path d="M12 8v8M8 12h8"/>',
    "zoom-in": '<circle cx="10.5" cy="10.5" r="6.5"/><path d="M15.5 15.5L21 21M10.5 7.8v5.4M7.8 10.5h5.4"/>',
    "zoom-out": '<circle cx="10.5" cy="10.5" r="6.5"/><path d="M15.5 15.5L21 21M7.8 10.5h5.4"/>',
    "fit": '<path d="M4 9V5a1 1 0 0 1 1-1h4M15 4h4a1 1 0 0 1 1 1v4M20 15v4a1 1 0 0 1-1 1h-4M9 20H5a1 1 0 0 1-1-1v-4"/>'
    '<rect x="8.5" y="8" width="7" height="8" rx="1"/>',
    "brush": '<path d="M20.5 3.5c-4 1.5-8.5 5.5-10.5 9.3l2.2 2.2c3.8-2 7-6.5 8.3-11.5z"/>'
    '<path d="M9.7 13.3c-2.5-.3-4 1.2-4.2 3.2-.1 1.5-.8 2.6-2 3.2 3.5 1.3 8.3.6 8.5-4.2"/>',
    "eraser": '<path d="M4.5 14.5l9-9.5a2 2 0 0 1 2.9 0l3.6 3.6a2 2 0 0 1 0 2.8L12 19.5H8.5l-4-3.6a1 1 0 0 1 0-1.4z"/>'
    '<path d="M9.5 9.5l6 6M12 19.5h8"/>',
    "lasso": '<path d="M7.5 15.5C4.7 14.5 3 12.7 3 10.5 3 6.9 7 4.5 12 4.5s9 2.4 9 6-4 6-9 6c-1.1 0-2.1-.1-3-.3"/>'
    '<circle cx="7.5" cy="17" r="2"/><path d="M7 19c-.3 1-1 1.7-2 2"/>',
    "polygon": '<path d="M12 3.5L20.5 10l-3.3 10H6.8L3.5 10z" stroke-dasharray="3.2 2.4"/>'
    '<g fill="ink" stroke="none"><circle cx="12" cy="3.5" r="1.7"/><circle cx="20.3" cy="10" r="1.7"/>'
    '<circle cx="17.2" cy="20" r="1.7"/><circle cx="6.8" cy="20" r="1.7"/><circle cx="3.7" cy="10" r="1.7"/></g>',
    "rectangle": '<rect x="4" y="5.5" width="16" height="13" rx="1" stroke-dasharray="3.2 2.6"/>',
    "fill": '<path d="M10 4l8 8-6.5 6.5a2 2 0 0 1-2.8 0l-5-5a2 2 0 0 1 0-2.8z"/><path d="M8 2l3 3M3.5 12h14"/>'
    '<path d="M20 15.5c1 1.4 1.5 2.3 1.5 3.1a1.5 1.5 0 0 1-3 0c0-.8.5-1.7 1.5-3.1z" fill="ink"/>',
    "wand": '<path d="M4 20L14.5 9.5"/><path d="M17 3v4M15 5h4M20 10v3M18.5 11.5h3M10.5 3.5v3M9 5h3"/>',
    "smart-click": '<path d="M9.5 9.5l10.5 4-4.6 1.9-1.9 4.6z"/>'
    '<path d="M9.5 3.5v2.5M3.5 9.5H6M5.2 5.2L7 7M13.8 5.2L12 7M5.2 13.8L7 12"/>',
    "target-shape": '<path d="M9 3.5c.8 1.8 5.2 1.8 6 0"/>'
    '<path d="M9 3.5L7.5 9l2 1L5 19.5M15 3.5L16.5 9l-2 1L19 19.5"/>'
    '<path d="M5 19.5c4 1.6 10 1.6 14 0" stroke-dasharray="2.6 2.2"/>'
    '<g fill="ink" stroke="none"><circle cx="5" cy="19.5" r="2"/><circle cx="19" cy="19.5" r="2"/></g>',
    "pan": '<path d="M12 3v18M3 12h18M12 3L9.5 5.5M12 3l2.5 2.5M12 21l-2.5-2.5M12 21l2.5-2.5M3 12l2.5-2.5M3 12l2.5 2.5'
    'M21 12l-2.5-2.5M21 12l-2.5 2.5"/>',
    "queue": '<path d="M4 6.5h16M4 12h16M4 17.5h10"/>',
    "layers": '<path d="M12 4l8.5 4.5L12 13 3.5 8.5z"/><path d="M3.5 12.5L12 17l8.5-4.5M3.5 16.5L12 21l8.5-4.5"/>',
    "pressure-size": '<circle cx="6" cy="16" r="2"/><circle cx="15.5" cy="12" r="5.5"/>',
    "pressure-opacity": '<circle cx="12" cy="12" r="7.5"/>'
    '<path d="M12 4.5a7.5 7.5 0 0 1 0 15z" fill="ink" fill-opacity="0.55"/>',
    "contiguous": '<rect x="3.5" y="8.5" width="7" height="7" rx="1.5"/>'
    '<rect x="13.5" y="8.5" width="7" height="7" rx="1.5"/>'
    '<path d="M10.5 12h3"/>',
    "save": '<path d="M5 4.5h11l3.5 3.5V19.5H5z"/><path d="M8.5 4.5V9h6V4.5M8.5 19.5v-6h7.5v6"/>',
}
"""By name: what stands inside an SVG of 24 x 24; "ink" is the colour."""


class GlyphEngine(QIconEngine):
    """Draws a glyph at any size in the palette's colour of the moment, so that a change of theme needs no new icons."""

    def __init__(self, name: str, role: QPalette.ColorRole) -> None:
        super().__init__()
        self.name, self.role = name, role

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        group = QPalette.ColorGroup.Disabled if mode == QIcon.Mode.Disabled else QPalette.ColorGroup.Active
        paint_glyph(painter, self.name, QRectF(rect), QApplication.palette().color(group, self.role))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        pixmap = QPixmap(size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, QRect(QPointF(0, 0).toPoint(), size), mode, state)
        painter.end()
        return pixmap

    def clone(self) -> QIconEngine:
        return GlyphEngine(self.name, self.role)


def glyph(name: str, role: QPalette.ColorRole = QPalette.ColorRole.ButtonText) -> QIcon:
    """The drawing of a name as an icon. role: the palette's colour it is drawn in. Raises KeyError."""
    assert SHAPES[name]
    return QIcon(GlyphEngine(name, role))


def paint_glyph(painter: QPainter, name: str, area: QRectF, colour: QColor) -> None:
    """Draws a glyph into a square in the middle of an area."""
    side = min(area.width(), area.height())
    square = QRectF(area.center().x() - side / 2, area.center().y() - side / 2, side, side)
    ink = colour.name()
    shapes = SHAPES[name].replace("ink", ink)
    text = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" '
        f'stroke="{ink}" stroke-width="1.7" stroke-linecap="round" stroke-linejoin="round">{shapes}</svg>'
    )
    painter.save()
    painter.setOpacity(painter.opacity() * colour.alphaF())
    QSvgRenderer(QByteArray(text.encode())).render(painter, square)
    painter.restore()


def tint(hue: float, palette: QPalette, role: QPalette.ColorRole = QPalette.ColorRole.Base) -> QColor:
    """A colour of this hue (degrees) that can be read as text on the palette's ground of a role."""
    return QColor(_readable(hue % 360, palette.color(role).rgb()))


@functools.lru_cache(maxsize=512)
def _readable(hue: float, ground: int) -> int:
    """The most vivid lightness of a hue whose contrast suffices, with room for a tinted ground."""
    below = QColor(ground)
    dark = below.lightnessF() < 0.5
    lightness = 0.6 if dark else 0.4
    colour = QColor.fromHslF(hue / 360, 0.75, lightness)
    while contrast(colour, below) < READABLE and 0.02 < lightness < 0.98:
        lightness += 0.01 if dark else -0.01
        colour = QColor.fromHslF(hue / 360, 0.75, lightness)
    return colour.rgb()


READABLE = 5.6
"""The contrast of a tinted text with its ground: above the 4.5 that are asked for, as the ground may be tinted too."""

GOOD, DOUBTFUL, BAD = 140, 38, 4
"""Hues for what is as it should be, what wants a look, and what went wrong."""
