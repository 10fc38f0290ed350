"""What the engine can do, job by job: load a model, draw, find clothes, mask what is pointed at.

One model, one parser and one segmenter are kept loaded; asking for another lets go of the one before. Model libraries
are imported when the first job needs them.
"""

from __future__ import annotations

import time
from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import cv2
import numpy as np

from ccnet import adapters, checkpoints, provenance, store
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
from ccnet.masks import Bounds, Fit, fit
from ccnet.recipe import Maker
from ccnet.request import Candidate, DressRequest, ModelSpec, OutOfMemory, Progress
from ccnet.safety import SafetyFilter, safety_enabled

if TYPE_CHECKING:
    from PIL.Image import Image

    from ccnet.parser import Parser
    from ccnet.pipeline import DressPipeline
    from ccnet.segmenter import Segmenter


class Loaded(NamedTuple):
    """A model, what it was loaded with, and what tells whether its results may be shown."""

    pipeline: DressPipeline
    path: Path
    layers: dict[str, Adapter]
    vae: Adapter | None
    safety: SafetyFilter


class Workshop:
    """Does jobs: see `ccnet.engine.Work`."""

    def __init__(self) -> None:
        self._loading: Loading | None = None
        self._loaded: Loaded | None = None
        self._parser: tuple[str, Parser] | None = None
        self._segmenter: tuple[str, Segmenter] | None = None
        self._shown: Image | None = None  # what the segmenter looks at

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
        safety = SafetyFilter()
        if safety_enabled(store.home()):
            folder = path if path.is_dir() else None
            safety = SafetyFilter.load(folder, adapters.tagger_folder(), str(pipeline.device))
        self._loaded = Loaded(pipeline, path, checkpoints.layers(path, job.controls), vae, safety)
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
            for answer in pipeline(request):
                if isinstance(answer, Progress):
                    yield _progress(job.id, answer, place)
                    continue
                verdict = loaded.safety.check(np.asarray(answer.image))
                if verdict.withheld:
                    yield JobWithheld(job.id, answer.seed, verdict.reason)
                else:
                    yield drawn(job, answer, maker)
        except OutOfMemory:
            pipeline.cache.clear()
            raise

    def _find(self, job: FindJob) -> Any:
        from ccnet import autodress, clothes

        if self._parser is None or self._parser[0] != job.parser:
            self._parser = None
            self._parser = job.parser, clothes.load_parser(job.parser)
        segmenter = self._load_segmenter(job.segmenter) if job.segmenter else None
        self._shown = None
        return autodress.find_clothes(
            job.image, parser=self._parser[1], segmenter=segmenter, slots=job.slots, **job.options
        )

    def _click(self, job: ClickJob) -> Any:
        segmenter = self._load_segmenter(job.segmenter)
        if self._shown is not job.image:
            segmenter.set_image(job.image)
            self._shown = job.image
        return segmenter.mask_at(job.points, job.box, job.rough)

    def _load_segmenter(self, name: str) -> Segmenter:
        from ccnet import clothes

        if self._segmenter is None or self._segmenter[0] != name:
            self._segmenter = self._shown = None
            self._segmenter = name, clothes.load_segmenter(name)
        return self._segmenter[1]


def drawn(job: DressJob, candidate: Candidate, maker: Maker) -> Drawn:
    """A candidate cut down to what it changes, what it changes outside of its layer counted, what is left of the old
    garment measured."""
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
        leak=_leak(job, candidate),
    )


def _leak(job: DressJob, candidate: Candidate) -> float | None:
    if candidate.leak is not None or job.old is None or not job.old:
        return candidate.leak
    from ccnet.leaks import check_after

    return check_after(job.request.image, candidate.image, job.request.mask, job.old)


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
