"""What the engine can do, job by job: load a model, draw, find clothes, mask what is pointed at.

One model, one parser and one segmenter are kept loaded; asking for another lets go of the one before. Model libraries
are imported when the first job needs them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np

from ccnet import adapters, autodress, checkpoints, clothes, provenance
from ccnet.adapters import Adapter
from ccnet.engine_messages import (
    Answer,
    ClickJob,
    Drawn,
    DressJob,
    FindJob,
    Job,
    JobFound,
    JobMask,
    JobProgress,
    JobWithheld,
    Loading,
    Ready,
    WarmUp,
)
from ccnet.formats import CheckpointError
from ccnet.masks import Bounds, Fit, Mask, fit
from ccnet.recipe import Maker
from ccnet.request import Candidate, DressRequest, ModelSpec, OutOfMemory, Progress
from ccnet.runs import safety_filter
from ccnet.safety import SafetyFilter

if TYPE_CHECKING:
    from PIL.Image import Image

    from ccnet.autodress import FoundClothes
    from ccnet.garments import GarmentMap
    from ccnet.parser import Parser
    from ccnet.pipeline import DressPipeline
    from ccnet.segmenter import Segmenter
    from ccnet.wordmasks import Detector


class Loaded(NamedTuple):
    """A model, what it was loaded with, and what tells whether its results may be shown."""

    pipeline: DressPipeline
    path: Path
    layers: dict[str, Adapter]
    vae: Adapter | None
    safety: SafetyFilter


class Seeing:
    """A parser that has one picture before it and looks at it once."""

    def __init__(self, parser: Parser, image: Image) -> None:
        self.name = parser.name
        self.image = image
        self._parser = parser
        self._map: GarmentMap | None = None

    def __call__(self, image: Image) -> GarmentMap:
        if self._map is None:
            self._map = self._parser(image)
        return self._map


class Workshop:
    """Does jobs: see `ccnet.engine.Work`.

    is_cancelled: whether the job with an id is not wanted any more; a drawing then ends in the middle of a step.
    """

    def __init__(self, is_cancelled: Callable[[str], bool] = lambda id: False) -> None:
        self._is_cancelled = is_cancelled
        self._loading: Loading | None = None
        self._loaded: Loaded | None = None
        self._parser: tuple[str, Parser] | None = None
        self._segmenter: tuple[str, Segmenter] | None = None
        self._shown: Image | None = None  # what the segmenter looks at
        self._seen: Seeing | None = None
        self._detector: Detector | None = None

    def __call__(self, job: Job) -> Generator[Answer | Drawn]:
        if isinstance(job, WarmUp):
            began = time.monotonic()
            pipeline = self._load(job).pipeline
            yield Ready(job.model, time.monotonic() - began, pipeline.notices)
        elif isinstance(job, DressJob):
            yield from self._dress(job)
        elif isinstance(job, FindJob):
            yield JobFound(job.id, self._find(job))
        else:
            yield JobMask(job.id, self._click(job))

    def _load(self, job: Loading) -> Loaded:
        """The model, as it is asked for. Raises CheckpointError, ValueError."""
        wanted = Loading(job.model, dict(job.controls), job.vae, job.device, job.dtype, job.memory)
        if self._loaded is not None and self._loading == wanted:
            return self._loaded
        self._loaded = self._loading = None  # two would not fit into memory
        pipeline = checkpoints.load_pipeline(
            job.model, controls=job.controls, vae=job.vae, device=job.device, dtype=job.dtype, memory=job.memory
        )
        path = checkpoints.resolve(job.model)
        vae = None if job.vae is None else checkpoints.find_vae(job.vae, pipeline.spec)
        layers = checkpoints.layers(path, job.controls)
        self._loaded = Loaded(pipeline, path, layers, vae, safety_filter(path, pipeline))
        self._loading = wanted
        return self._loaded

    def _dress(self, job: DressJob) -> Generator[Answer | Drawn]:
        loaded = self._load(job)
        request, pipeline = job.request, loaded.pipeline
        yield JobProgress(job.id, 0, request.num_inference_steps)
        maker = _maker(job, loaded)
        pipeline.preview_seconds = job.preview_seconds
        place = _place(request, pipeline.spec)
        try:
            answers = pipeline(request)
            while (answer := self._next(job, answers)) is not None:
                if isinstance(answer, Progress):
                    yield _progress(job.id, answer, place)
                    continue
                verdict = loaded.safety.check(np.asarray(answer.image))
                if verdict.withheld:
                    yield JobWithheld(job.id, answer.seed, verdict.reason)
                else:
                    yield drawn(job, answer if job.old is None else autodress.measured(answer, job.old), maker)
        except OutOfMemory:
            pipeline.cache.clear()
            raise

    def _next(self, job: DressJob, answers: Iterator[Progress | Candidate]) -> Progress | Candidate | None:
        """None at the end, and when the job was cancelled."""
        from ccnet.interruption import Interrupted, interruptible

        with suppress(Interrupted), interruptible(lambda: self._is_cancelled(job.id)):
            return next(answers, None)
        return None

    def _find(self, job: FindJob) -> FoundClothes:
        segmenter, notices = self._segmenter_for(job)
        self._shown = None
        found = autodress.find_clothes(
            job.image,
            parser=self._parser_for(job),
            segmenter=segmenter,
            slots=job.slots,
            target=job.target,
            intent=job.intent,
            rules=job.rules,
            protect=job.protect,
            character=job.character,
            point=job.point,
            clicks=job.clicks,
            boxes=job.boxes,
            words=job.words,
            detector=self._detector_for(job),
        )
        return replace(found, notices=(*clothes.choose_parser(job.parser).notices, *notices, *found.notices))

    def _parser_for(self, job: FindJob) -> Seeing:
        """The parser, which does not look twice at one picture."""
        if self._parser is None or self._parser[0] != job.parser:
            self._parser = self._seen = None
            self._parser = job.parser, clothes.load_parser(job.parser)
        parser = self._parser[1]
        if self._seen is None or self._seen.image is not job.image:
            self._seen = Seeing(parser, job.image)
        return self._seen

    def _segmenter_for(self, job: FindJob) -> tuple[Segmenter | None, tuple[str, ...]]:
        """(segmenter, notices). Without one the edges are as coarse as the parser sees them."""
        if not job.segmenter:
            return None, ()
        try:
            notices = clothes.choose_segmenter(job.segmenter).notices
        except CheckpointError as error:
            if job.segmenter != clothes.AUTO:
                raise
            return None, (str(error),)
        return self._load_segmenter(job.segmenter), notices

    def _detector_for(self, job: FindJob) -> Detector | None:
        """What finds words, where one is installed."""
        if job.words and self._detector is None:
            self._detector = clothes.load_detector()
        return self._detector if job.words else None

    def _click(self, job: ClickJob) -> Mask:
        segmenter = self._load_segmenter(job.segmenter)
        if self._shown is not job.image:
            segmenter.set_image(job.image)
            self._shown = job.image
        return segmenter.mask_at(job.points, job.box, job.rough)

    def _load_segmenter(self, name: str) -> Segmenter:
        if self._segmenter is None or self._segmenter[0] != name:
            self._segmenter = self._shown = None
            self._segmenter = name, clothes.load_segmenter(name)
        return self._segmenter[1]


def drawn(job: DressJob, candidate: Candidate, maker: Maker) -> Drawn:
    """A candidate cut down to what it changes, what it changes outside of its layer counted."""
    original, image = np.asarray(job.request.image), np.asarray(candidate.image)
    layer = np.asarray(candidate.layer)
    differs, inside = np.any(original != image, axis=-1), layer[..., 3] > 0
    bounds = Bounds(*cv2.boundingRect((differs | inside).astype(np.uint8)))
    return Drawn(
        id=job.id,
        seed=candidate.seed,
        notice=candidate.notice,
        bounds=bounds,
        patch=np.ascontiguousarray(image[bounds.slices]),
        garment=np.ascontiguousarray(layer[bounds.slices]),
        resolution=candidate.request.resolution,
        maker=maker,
        outside_changed=int(np.count_nonzero(differs & ~inside)),
        leak=candidate.leak,
    )


def _maker(job: DressJob, loaded: Loaded) -> Maker:
    """What a recipe says of the model and of everything that was added to it."""
    shipped = job.model in checkpoints.known_models()
    pipeline = loaded.pipeline
    loras = checkpoints.loras(loaded.path, job.request.garment.prompt)
    return Maker(
        model=job.model if shipped else adapters.locate(loaded.path.resolve()).name,
        shipped=shipped,
        sha256=pipeline.spec.sha256,
        device=str(pipeline.device).partition(":")[0],
        dtype=str(pipeline.dtype).removeprefix("torch."),
        additions=provenance.additions(job.request, loaded.layers, loaded.vae, loras),
        memory=job.memory,
    )


def _place(request: DressRequest, spec: ModelSpec) -> Fit:
    """Where in the picture the pipeline works, as `ccnet.conditioning.prepare` chooses it."""
    resolution = request.resolution or spec.resolution
    return fit(request.mask, request.image.size, resolution, spec.multiple, request.mask_grow)


def _progress(id: str, progress: Progress, place: Fit) -> JobProgress:
    preview = progress.preview
    if preview is None or preview.size != (place.width, place.height):  # drawn smaller, because memory ran out
        return JobProgress(id, progress.step, progress.total)
    shown = np.ascontiguousarray(np.asarray(preview)[place.content.slices])
    return JobProgress(id, progress.step, progress.total, shown, place.bounds)
