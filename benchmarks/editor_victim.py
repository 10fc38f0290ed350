"""A window that is worked in without a pause until somebody kills it: `python -m benchmarks.editor_victim LOG`.

A pen paints, an outfit is drawn again and again and its candidates are kept, and as soon as one autosave is done the
next begins. The log is a file of JSON lines, each written before anything else can happen:

    {"changed": 12, "state": "4f0c..."}    what there was to save after the 12th change (see `fingerprint`)
    {"saved": 10}                          the autosave that began after the 10th change is done
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.editor_desk import Desk, digest, sample
from benchmarks.editor_painting import OUTFIT, Painting
from gui.state import DocumentState

SIDE = 1024
BRUSH = 30.0
OUTFIT_HERE = OUTFIT | {"candidates": 1, "num_inference_steps": 4}


def fingerprint(state: DocumentState) -> str:
    """Tells apart what was made: the mask, the protection and the garments."""
    layers = [array for layer in state.layers for array in (layer.rgba, np.array(layer.bounds))]
    return digest(state.mask, state.protection, *layers)


class Victim:
    """Works in a window, and says in a log what it does."""

    def __init__(self, desk: Desk, log: Path) -> None:
        from PySide6.QtCore import QTimer

        self._desk = desk
        self._log = os.open(log, os.O_CREAT | os.O_WRONLY | os.O_APPEND)
        self._changes = self._being_saved = 0
        picture, mask = sample(SIDE)
        desk.show(picture, mask, **OUTFIT_HERE)
        desk.canvas.settings.size = BRUSH
        self._painting = Painting(desk)
        autosave = desk.window.keeper.autosave
        assert autosave is not None
        self._autosave = autosave
        self._change()
        autosave.saved.connect(self._saved)
        autosave.failed.connect(self._failed)
        self._save()
        desk.bridge.candidate.connect(self._keep)
        desk.bridge.done.connect(lambda id: desk.dress())
        desk.bridge.cancelled.connect(lambda id: desk.dress())  # by keeping its candidate before it had ended
        desk.dress()
        self._timer = QTimer(interval=5)
        self._timer.timeout.connect(self._paint)
        self._timer.start()

    def _paint(self) -> None:
        self._painting.paint()
        self._change()

    def _keep(self, id: str, candidate: Any) -> None:
        for layer in self._desk.document.layers[2:]:  # they are not to grow without end
            self._desk.document.remove_layer(layer.id)
        self._desk.dressing.keep(candidate)
        self._change()

    def _save(self) -> None:
        self._being_saved = self._changes
        self._autosave.autosave()

    def _saved(self) -> None:
        self._write({"saved": self._being_saved})
        self._save()

    def _failed(self, sentence: str) -> None:
        self._write({"failed": sentence})

    def _change(self) -> None:
        self._changes += 1
        self._write({"changed": self._changes, "state": fingerprint(self._desk.document.state())})

    def _write(self, values: dict[str, Any]) -> None:
        os.write(self._log, (json.dumps(values) + "\n").encode())


def main() -> None:
    with Desk(1280, 800) as desk:
        _working = Victim(desk, Path(sys.argv[1]))
        desk.application.exec()


if __name__ == "__main__":
    main()
