"""Curves: training histories as small pictures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

PANEL, MARGIN = (360, 240), 44
INK, GRID, LINE = (40, 42, 54), (226, 228, 234), (58, 104, 206)


def draw_curves(history: Sequence[dict[str, float]], path: Path, title: str = "") -> None:
    """One panel per metric against minutes, side by side, written to `path` (PNG)."""
    names = [key for row in history for key in row if key not in ("step", "minutes")]
    names = list(dict.fromkeys(names))
    if not names:
        return
    font = ImageFont.load_default(13)
    width, height = PANEL
    sheet = Image.new("RGB", (width * len(names), height), (255, 255, 255))
    pen = ImageDraw.Draw(sheet)
    for i, name in enumerate(names):
        rows = [(row["minutes"], row[name], row["step"]) for row in history if name in row]
        x, y = np.array([r[0] for r in rows]), np.array([r[1] for r in rows])
        steps = rows[-1][2]
        low, high = float(np.nanmin(y)), float(np.nanpercentile(y, 99) if len(y) > 20 else np.nanmax(y))
        if high - low < 1e-9:
            high = low + 1e-9
        left, top, right, bottom = i * width + MARGIN + 8, 28, (i + 1) * width - 12, height - 30
        pen.text((left, 6), f"{title} {name}: {y[-1]:.4g} at step {steps:.0f}", fill=INK, font=font)
        for k in range(5):
            at = bottom + (top - bottom) * k / 4
            pen.line([left, at, right, at], fill=GRID)
            pen.text((i * width + 2, at - 7), f"{low + (high - low) * k / 4:.3g}", fill=INK, font=font)
        span = max(float(x[-1]), 1e-9)
        pen.text((left, bottom + 8), "0", fill=INK, font=font)
        pen.text((right - 48, bottom + 8), f"{span:.1f} min", fill=INK, font=font)
        curve = [
            (left + (right - left) * a / span, bottom + (top - bottom) * min(1.0, max(0.0, (b - low) / (high - low))))
            for a, b in zip(x, y, strict=True)
        ]
        if len(curve) > 1:
            pen.line(curve, fill=LINE, width=2, joint="curve")
    temporary = path.with_suffix(".part")
    sheet.save(temporary, format="PNG")
    temporary.replace(path)
