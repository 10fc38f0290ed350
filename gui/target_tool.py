"""Target shape: handles on the figure for the new outfit's hem, sleeves and flare, pulled to where they shall end."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

import numpy as np
from PySide6.QtCore import QCoreApplication, QPointF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPen, QPolygonF

from ccnet.body import Arm, Body
from ccnet.targets import ANY, HEMS, SLEEVES, Hem, Sleeves, Target
from gui.overlays import draw_label
from gui.tools import Host, Pointer, Tool

Part = Literal["hem", "left sleeve", "right sleeve", "flare"]

_T = TypeVar("_T")

REACH = 14.0
"""Logical pixels around a handle in which it can be taken."""

WIDEST = 1.6
"""How far the widest flare reaches past the hips, in half widths of the shoulders."""

SLEEVE_ENDS: dict[Sleeves, float] = {"none": 0.0, "short": 0.42, "long": 1.0}
"""Where sleeves end, as a share of the way from the shoulder to the wrist."""

HANDLE, LINE = QColor(255, 176, 32), QColor(255, 176, 32, 210)


@dataclass(frozen=True)
class Handles:
    """Where the handles of a target lie on a body, in picture pixels, and what target a pull on one of them makes."""

    body: Body
    target: Target

    def hem_heights(self) -> dict[Hem, float]:
        """The height (y) of every hem."""
        body = self.body
        return {
            "crop": body.shoulder + 0.72 * (body.waist - body.shoulder),
            "waist": body.waist + 0.55 * (body.crotch - body.waist),
            "thigh": body.crotch + 0.4 * (body.knee - body.crotch),
            "knee": body.knee,
            "ankle": body.ankle,
        }

    @property
    def hem_y(self) -> float:
        """An open question lies at the knee, where it can be seen and pulled either way."""
        return self.hem_heights()["knee" if self.target.hem == "any" else self.target.hem]

    @property
    def half_width(self) -> float:
        """Of the hem, with its flare."""
        return self.body.hip_half + self.target.flare * WIDEST * self.body.shoulder_half

    def places(self) -> dict[Part, tuple[float, float]]:
        """Where every handle is."""
        left, right = (along(arm, self._sleeve_end) for arm in self.body.arms)
        places: dict[Part, tuple[float, float]] = {
            "hem": (self.body.axis_x, self.hem_y),
            "left sleeve": left,
            "right sleeve": right,
        }
        if self.target.hem not in ("crop", "waist"):
            places["flare"] = (self.body.axis_x + self.half_width, self.hem_y)
        return places

    def pulled(self, part: Part, x: float, y: float) -> Target:
        """The target that has this handle nearest to (x, y)."""
        if part == "hem":
            heights = self.hem_heights()
            return replace(self.target, hem=min(heights, key=lambda hem: abs(heights[hem] - y)))
        if part == "flare":
            reach = (abs(x - self.body.axis_x) - self.body.hip_half) / (WIDEST * self.body.shoulder_half)
            return replace(self.target, flare=round(min(max(reach, 0.0), 1.0), 2))
        arm = self.body.arms[0 if part == "left sleeve" else 1]
        there = share_along(arm, x, y)
        return replace(self.target, sleeves=min(SLEEVE_ENDS, key=lambda name: abs(SLEEVE_ENDS[name] - there)))

    def stepped(self, part: Part, steps: int) -> Target:
        """The target with this part longer (`steps` > 0) or shorter by so many of its choices."""
        if part == "hem":
            return replace(self.target, hem=_next(HEMS, self.target.hem, steps))
        if part == "flare":
            return replace(self.target, flare=round(min(max(self.target.flare + 0.1 * steps, 0.0), 1.0), 2))
        return replace(self.target, sleeves=_next(SLEEVES, self.target.sleeves, steps))

    @property
    def _sleeve_end(self) -> float:
        return SLEEVE_ENDS.get(self.target.sleeves, 1.0)


def along(arm: Arm, share: float) -> tuple[float, float]:
    """The point at a share of the way from the shoulder over the elbow to the wrist."""
    upper, lower = _lengths(arm)
    way = share * (upper + lower)
    if way <= upper and upper > 0:
        start, end, part = arm.shoulder, arm.elbow, way / upper
    else:
        start, end, part = arm.elbow, arm.wrist, (way - upper) / max(lower, 1e-6)
    return start.x + (end.x - start.x) * part, start.y + (end.y - start.y) * part


def _lengths(arm: Arm) -> tuple[float, float]:
    """Of the upper arm and the forearm."""
    return math.dist(arm.shoulder, arm.elbow), math.dist(arm.elbow, arm.wrist)


def share_along(arm: Arm, x: float, y: float) -> float:
    """The share of the way along the arm that is nearest to (x, y)."""
    shares = np.linspace(0, 1, 41)
    distances = [math.dist(along(arm, float(share)), (x, y)) for share in shares]
    return float(shares[int(np.argmin(distances))])


class TargetTool(Tool):
    """Handles to drag; Tab goes from one to the next, the arrow keys pull it. Shown while there is a body."""

    name = "target shape"
    cursor = Qt.CursorShape.ArrowCursor

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self._handles: Handles | None = None
        self._held: Part | None = None
        self._under: Part | None = None
        self._chosen: Part | None = None

    @property
    def is_busy(self) -> bool:
        return self._held is not None

    @property
    def handles(self) -> Handles | None:
        return self._handles

    def set_body(self, body: Body | None, target: Target = ANY) -> None:
        """The figure in the picture and the shape that is wanted on it; None takes the handles away."""
        if self._held is None:
            self._handles = None if body is None else Handles(body, target)
            self.host.repaint_tool()

    def press(self, pointer: Pointer) -> None:
        self._held = self._chosen = self._nearest(pointer)
        self.host.repaint_tool()

    def move(self, pointer: Pointer) -> None:
        if self._held is not None and self._handles is not None:
            self._become(self._held, self._handles.pulled(self._held, pointer.x, pointer.y))

    def release(self, pointer: Pointer) -> None:
        self._held = None
        self.host.repaint_tool()

    def hover(self, pointer: Pointer | None) -> None:
        under = None if pointer is None else self._nearest(pointer)
        if under != self._under:
            self._under = under
            self.host.repaint_tool()

    def cancel(self) -> None:
        self._held = None
        super().cancel()

    def key(self, event: QKeyEvent) -> bool:
        if self._handles is None:
            return False
        parts = list(self._handles.places())
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_Left: -1}
        if event.key() == Qt.Key.Key_Tab:
            after = parts.index(self._chosen) + 1 if self._chosen in parts else 0
            self._chosen = parts[after] if after < len(parts) else None
            self.host.repaint_tool()
            return self._chosen is not None
        step = steps.get(Qt.Key(event.key()))
        if step is None or self._chosen is None:
            return False
        self._become(self._chosen, self._handles.stepped(self._chosen, step))
        return True

    def paint_over(self, painter: QPainter) -> None:
        if self._handles is None:
            return
        ratio, view = self.host.ratio, self.host.to_viewport
        handles = self._handles
        for line in self._lines(handles):
            shape = QPolygonF([view(*point) for point in line])
            for colour, width in ((QColor(40, 24, 0, 150), 4.5), (LINE, 2.0)):
                pen = QPen(colour, width * ratio)
                pen.setCapStyle(Qt.PenCapStyle.RoundCap)
                painter.setPen(pen)
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawPolyline(shape)
        for part, place in handles.places().items():
            active = part in (self._held, self._under, self._chosen)
            radius = (9 if active else 7) * ratio
            painter.setPen(QPen(QColor(40, 24, 0, 230), 2 * ratio))
            painter.setBrush(HANDLE if self._is_set(part) else QColor(255, 255, 255))
            painter.drawEllipse(view(*place), radius, radius)

        named = self._held or self._under or self._chosen
        if named is not None and named in handles.places():
            above = view(*handles.places()[named]) - QPointF(0, 38 * ratio)
            draw_label(painter, above, self._words(named), ratio, align=0.5)

    def _lines(self, handles: Handles) -> list[list[tuple[float, float]]]:
        """The hem's curve, and the sleeves' ends across the arms."""
        body, y, half = handles.body, handles.hem_y, handles.half_width
        sag = 0.08 * body.head
        curve = [
            (body.axis_x + half * math.sin(angle), y + sag * math.cos(angle))
            for angle in np.linspace(-math.pi / 2, math.pi / 2, 24)
        ]
        lines = [curve]
        for arm, part in zip(body.arms, ("left sleeve", "right sleeve"), strict=True):
            x, y = handles.places()[part]
            before = along(arm, max(share_along(arm, x, y) - 0.1, 0.0))
            if before == (x, y):
                before = arm.elbow[:2]
            dx, dy = x - before[0], y - before[1]
            length = max(math.hypot(dx, dy), 1e-6)
            reach = 0.16 * body.head / length
            lines.append([(x - dy * reach, y + dx * reach), (x + dy * reach, y - dx * reach)])
        return lines

    def _nearest(self, pointer: Pointer) -> Part | None:
        if self._handles is None:
            return None
        apart: dict[Part, float] = {}
        for part, place in self._handles.places().items():
            delta = self.host.to_viewport(*place) - pointer.place
            apart[part] = math.hypot(delta.x(), delta.y())
        nearest = min(apart, key=lambda part: apart[part])
        return nearest if apart[nearest] <= REACH * self.host.ratio else None

    def _become(self, part: Part, target: Target) -> None:
        if self._handles is None or target == self._handles.target:
            return
        self._handles = replace(self._handles, target=target)
        self.host.repaint_tool()
        field = "sleeves" if part.endswith("sleeve") else part
        self.host.change_target(field, getattr(target, field))

    def _is_set(self, part: Part) -> bool:
        """Whether the question is answered; an open one has a hollow handle."""
        if self._handles is None:
            return False
        target = self._handles.target
        return target.hem != "any" if part in ("hem", "flare") else target.sleeves != "any"

    def _words(self, part: Part) -> str:
        if self._handles is None:
            return ""
        target, translate = self._handles.target, QCoreApplication.translate
        if part == "flare":
            return translate("Tools", "Flare {percent} %").format(percent=round(100 * target.flare))
        hems = {
            "any": translate("Tools", "Hem: open"),
            "crop": translate("Tools", "Hem: cropped"),
            "waist": translate("Tools", "Hem: waist"),
            "thigh": translate("Tools", "Hem: thigh"),
            "knee": translate("Tools", "Hem: knee"),
            "ankle": translate("Tools", "Hem: ankle"),
        }
        sleeves = {
            "any": translate("Tools", "Sleeves: open"),
            "none": translate("Tools", "No sleeves"),
            "short": translate("Tools", "Short sleeves"),
            "long": translate("Tools", "Long sleeves"),
            "wide": translate("Tools", "Wide sleeves"),
        }
        return hems[target.hem] if part == "hem" else sleeves[target.sleeves]


def _next(names: tuple[_T, ...], name: _T, steps: int) -> _T:
    return names[min(max(names.index(name) + steps, 1), len(names) - 1)]
