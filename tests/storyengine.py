"""The real engine, but that it knows by itself what is where on some paper dolls; others it looks at."""

from __future__ import annotations

import sys
from pathlib import Path

import cv2
import numpy as np
from truthparser import Scene, TruthParser, doll

from ccnet import autodress
from ccnet.autodress import FoundClothes
from ccnet.engine_messages import ClickJob, FindJob
from ccnet.engine_work import Workshop
from ccnet.masks import Mask

ROOT = Path(__file__).resolve().parents[1]
COMMAND = (
    sys.executable,
    "-c",
    f"import sys; sys.path[:0] = {[str(ROOT), str(ROOT / 'tests')]}; import storyengine; "
    "from ccnet.engine import main; main(storyengine.SeeingWorkshop())",
)
NUMBERS = (4, 7)
"""The dolls that it knows."""

SIZE = 256


class SeeingWorkshop(Workshop):
    """Draws as the real one does; on the dolls that it knows it finds what their own labels say."""

    def __init__(self) -> None:
        super().__init__()
        self._scenes = [doll(number, SIZE) for number in NUMBERS]

    def _find(self, job: FindJob) -> FoundClothes:
        if self._scene_of(job) is None:
            return super()._find(job)
        parser = TruthParser(*self._scenes)
        return autodress.find_clothes(
            job.image,
            parser=parser,
            slots=job.slots,
            target=job.target,
            intent=job.intent,
            rules=job.rules,
            protect=job.protect,
        )

    def _scene_of(self, job: FindJob | ClickJob) -> Scene | None:
        pixels = job.image.tobytes()
        return next((scene for scene in self._scenes if scene.image.tobytes() == pixels), None)

    def _click(self, job: ClickJob) -> Mask:
        """The piece of one class that was clicked on, or all of it that lies in the box."""
        scene = self._scene_of(job)
        if scene is None:
            return super()._click(job)
        labels = scene.labels
        result = np.zeros(labels.shape, np.uint8)
        for x, y, add in job.points:
            _, pieces = cv2.connectedComponents((labels == labels[int(y), int(x)]).astype(np.uint8))
            result[pieces == pieces[int(y), int(x)]] = 255 if add else 0
        if job.box is not None:
            result[job.box.slices] = np.where(labels[job.box.slices] > 0, 255, 0)
        return Mask(result)
