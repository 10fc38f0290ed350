"""What the window and its engine say to each other: jobs one way, answers the other. Plain values, no torch.

Every job ends with exactly one of `JobDone`, `JobFailed` and `JobCancelled`. What else is said of it comes before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
from PIL import Image

from ccnet.garments import Slot
from ccnet.masks import Bounds, Mask, Point
from ccnet.outfitmask import MaskRules
from ccnet.recipe import Maker
from ccnet.request import Candidate, DressRequest, Intent
from ccnet.targets import ANY, Target

FailureKind = Literal["user", "memory", "crash"]
"""Whether the person asked for what cannot be, the memory did not suffice, or the program is at fault."""

WARM_UP = "warm up"


@dataclass(frozen=True)
class Loading:
    """What a pipeline is loaded with, see `ccnet.checkpoints.load_pipeline`: a model by name or path, control layers
    by their names in requests (`ccnet.options.steering` finds them), another VAE, and where and how it computes."""

    model: str = "starter"
    controls: Mapping[str, str | Path] = field(default_factory=dict)
    vae: str | None = None
    device: str = "auto"
    dtype: str = "auto"
    memory: str = "full"


@dataclass(frozen=True)
class WarmUp(Loading):
    """Loads a model before it is needed; answered by `Ready`. A newer one takes the place of one that still waits."""

    id: str = WARM_UP


@dataclass(frozen=True, eq=False, kw_only=True)
class DressJob(Loading):
    """Draws an outfit. old: where the old garment is, if that is known, to measure what is left of it.
    preview_seconds: at least so long lies between two previews, None for none."""

    id: str
    request: DressRequest
    old: Mask | None = None
    preview_seconds: float | None = 1.0


@dataclass(frozen=True, eq=False)
class FindJob:
    """Finds the clothes in a picture; answered by `JobFound`.

    image: give the same object with every job about it, and it is sent and parsed once. slots: which parts of the
    outfit are to be masked, None for all. The rest is as in `ccnet.autodress.find_clothes`.
    parser, segmenter: names or paths for `ccnet.clothes`; segmenter "" for none.
    """

    id: str
    image: Image.Image
    slots: Sequence[Slot] | None = None
    target: Target = ANY
    intent: Intent = "new"
    rules: MaskRules | None = None
    protect: Mask | None = None
    character: int | None = None
    point: tuple[float, float] | None = None
    clicks: Sequence[Point] = ()
    boxes: Sequence[Bounds] = ()
    words: str = ""
    parser: str = "auto"
    segmenter: str = "auto"


@dataclass(frozen=True, eq=False)
class ClickJob:
    """Masks what is pointed at; answered by `JobMask`.

    image: RGB; give the same object with every click into it, and it is sent and looked at once. rough: a mask to begin
    from. segmenter: a name or path for `ccnet.clothes.load_segmenter`.
    """

    id: str
    image: Image.Image
    points: Sequence[Point] = ()
    box: Bounds | None = None
    rough: Mask | None = None
    segmenter: str = "auto"


@dataclass(frozen=True)
class Cancel:
    """To the engine: give up the job it is at."""

    id: str


SlowJob = DressJob | WarmUp
QuickJob = FindJob | ClickJob
Job = SlowJob | QuickJob


@dataclass(frozen=True)
class EngineStarted:
    """The engine's process is there; nothing is loaded yet."""

    pid: int


@dataclass(frozen=True)
class EngineDied:
    """The engine's process ended without being asked to. sentence: for the user. restarting: whether it is started
    again, the jobs it was at first; else the waiting jobs fail and the next one starts it."""

    exit_code: int
    sentence: str
    restarting: bool


@dataclass(frozen=True)
class Ready:
    """A model is loaded. seconds: how long it took. notices: sentences about it that the user should read."""

    model: str
    seconds: float
    notices: tuple[str, ...] = ()


@dataclass(frozen=True)
class JobStarted:
    """The engine is at this job now; said again when it begins anew because the engine had died."""

    id: str


@dataclass(frozen=True, eq=False)
class JobProgress:
    """`step` of `total` is done, 0 when the model is loaded. preview: uint8[h, w, 3], a rough look at the first
    candidate, to be shown enlarged to `bounds` of the picture; both or neither are there."""

    id: str
    step: int
    total: int
    preview: np.ndarray | None = None
    bounds: Bounds | None = None


@dataclass(frozen=True, eq=False)
class Drawn:
    """A candidate as it travels: only the part of the picture that it changes.

    bounds: that part. patch: uint8[h, w, 3], the result there. garment: uint8[h, w, 4], the garment layer there; both
    are empty outside. seed, notice: see `ccnet.request.Candidate`. resolution: of the request that was drawn at last,
    a smaller one where memory ran out. maker: for `ccnet.recipe.write`.
    outside_changed: how many pixels differ from the picture where the layer is empty, counted, not assumed.
    leak: the share (0..1) of the old garment's palette that is left in the mask, None when it was not measured.
    """

    id: str
    seed: int
    notice: str
    bounds: Bounds
    patch: np.ndarray
    garment: np.ndarray
    resolution: int | None
    maker: Maker
    outside_changed: int
    leak: float | None


@dataclass(frozen=True, eq=False)
class JobCandidate(Drawn):
    """A candidate. request: the one that makes it again."""

    request: DressRequest

    @property
    def image(self) -> np.ndarray:
        """uint8[H, W, 3]: the whole result, made anew at every call."""
        image = np.array(self.request.image)
        image[self.bounds.slices] = self.patch
        return image

    @property
    def layer(self) -> np.ndarray:
        """uint8[H, W, 4]: the whole garment layer, made anew at every call."""
        width, height = self.request.image.size
        layer = np.zeros((height, width, 4), np.uint8)
        layer[self.bounds.slices] = self.garment
        return layer

    @property
    def candidate(self) -> Candidate:
        """As the pipeline gave it, for `ccnet.recipe.write`."""
        image, layer = Image.fromarray(self.image), Image.fromarray(self.layer)
        return Candidate(image, layer, self.seed, self.request, self.notice, self.leak)


@dataclass(frozen=True)
class JobWithheld:
    """The safety filter holds back the candidate of this seed. sentence: says so, and why."""

    id: str
    seed: int
    sentence: str


@dataclass(frozen=True, eq=False)
class JobFound:
    """found: a `ccnet.autodress.FoundClothes`, which knows too much of parsers to be named here."""

    id: str
    found: Any


@dataclass(frozen=True, eq=False)
class JobMask:
    """mask: as large as the picture."""

    id: str
    mask: Mask


@dataclass(frozen=True)
class JobDone:
    """The job is finished."""

    id: str


@dataclass(frozen=True)
class JobCancelled:
    """The job was given up because the user wished so."""

    id: str


@dataclass(frozen=True)
class JobFailed:
    """sentence: what is wrong and what to do, for the user."""

    id: str
    sentence: str
    kind: FailureKind


Answer = (
    EngineStarted
    | EngineDied
    | Ready
    | JobStarted
    | JobProgress
    | JobCandidate
    | JobWithheld
    | JobFound
    | JobMask
    | JobDone
    | JobCancelled
    | JobFailed
)
