"""Picture -> control image: line art, canny, soft edge, scribble, pose, depth, segmentation.

The networks are controlnet-aux's, and Segment Anything's own package; this module brings a picture to the size they
work at, takes their weights from a folder of the user's and never from the network, and brings the answer back to
the picture's size. Importing it loads neither torch nor controlnet-aux: the kinds can be listed at once.
"""

from __future__ import annotations

import colorsys
import contextlib
import importlib
import os
import sys
import threading
import warnings
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

import cv2
import numpy as np

from ccnet import store
from ccnet.masks import SNAP_SCALE, Mask, denoise_mask, paste
from ccnet.pickles import safetensors_of
from ccnet.request import known

if TYPE_CHECKING:
    from torch import nn

Background = Literal["black", "smooth", "keep"]
"""What is left of a hint where `cut_out` empties it: black between white lines; a surface that runs in smoothly from
the rim; or all of it, because the hint speaks of the body and not of the clothes."""

Texture = Literal["soft", "hard", "flat"]
"""What a hint is made of, which decides how it may be resized: shades, black and white only, or areas of one colour
that must not mix."""

Detect = Callable[[np.ndarray], np.ndarray]
"""uint8[H, W, 3] RGB, H and W multiples of the annotator's `multiple` -> uint8[H, W] or uint8[H, W, 3]."""

MAX_ASPECT = 4
"""A picture longer than this times its short side is worked on smaller, so that a strip cannot fill the memory."""

CACHED = 2
"""How many detectors with weights stay loaded."""

PREFIXES = ("", "module.", "model.", "model.module.")
"""What may stand before every name in a weight file: nothing, or what its training program wrapped the network in."""

LINE_SIGMA = 3.0  # in pixels of a picture whose short side is 512, where anime outlines are 2 to 4 wide
LINE_LEVELS = (12, 136)  # below: the ghosts of flat shading. Above: white, as the line art ControlNets were shown
CANNY_SIGMA = 0.8
CANNY_THRESHOLDS = (60, 140)  # flat colours without grain: pale skin on white is found, soft shading is not
SCRIBBLE_LEVEL = 112
SCRIBBLE_SPECK = 24
SCRIBBLE_PEN = 5


@dataclass(frozen=True)
class Annotator:
    """One kind of control image.

    weights: the files it needs, by name; none for the kinds that work at once. notice: what its licence forbids, to
    be shown wherever it is offered; "" when nothing special. resolution: the picture's short side in pixels when it
    is worked on; smaller pictures are enlarged to that only if `enlarge`. background: for `cut_out`. load: from the
    weight files and a device to the function that does the work.
    """

    name: str
    load: Callable[[Sequence[Path], str], Detect] = field(repr=False)
    weights: tuple[str, ...] = ()
    notice: str = ""
    resolution: int = 512
    enlarge: bool = True
    multiple: int = 64
    texture: Texture = "soft"
    background: Background = "black"


def annotate(
    kind: str,
    image: np.ndarray,
    *,
    folder: Path | None = None,
    device: str = "cpu",
    resolution: int | None = None,
) -> np.ndarray:
    """uint8[H, W, 3] RGB picture -> uint8[H, W, 3] RGB control image of the same size.

    kind: a key of `ANNOTATORS`. folder: where the weight files lie, under their own names or as .safetensors; kinds
    without weights need none, and Segment Anything is taken from the store as well. resolution: the short side in
    pixels at which the picture is worked on, None = the kind's own. Lines are as thick as they come out there, so a
    hint for a crop is best made from the crop at the size the model will see it.

    Raises ValueError for an unknown kind, for missing, damaged or foreign weights, and when nothing was found where
    an empty hint would quietly control nothing.
    """
    annotator = ANNOTATORS[known("annotator", kind, ANNOTATORS)]
    if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] != 3:
        raise ValueError(f"A picture is uint8[H, W, 3], not {image.dtype}{list(image.shape)}.")
    canvas, (height, width) = _to_canvas(image, annotator, resolution or annotator.resolution)
    if not annotator.weights:
        hint = annotator.load((), device)(canvas)
    else:
        with _LOCK:  # MiDaS keeps its activations in a global
            hint = _detector(annotator, folder, device)(canvas)
    if hint.ndim == 2:
        hint = cv2.cvtColor(hint, cv2.COLOR_GRAY2RGB)
    return _to_size(hint[:height, :width], image.shape[1], image.shape[0], annotator.texture)


def cut_out(hint: np.ndarray, mask: Mask, grow: int = 8, background: Background = "black") -> np.ndarray:
    """The hint without what lies under the mask, so that a new garment is not forced into the old one's shape.

    hint: uint8[H, W, 3]; mask: as large, what will be repainted. All is gone up to `grow` pixels past the mask; from
    there lines fade in over half as many (at least 2) instead of ending in hard corners. background: see
    `Background`, and an annotator's own. Returns uint8[H, W, 3]. Raises ValueError when the sizes differ.
    """
    if mask.size != (hint.shape[1], hint.shape[0]):
        raise ValueError(
            f"The mask is {mask.size[0]} x {mask.size[1]} pixels but the control image is "
            f"{hint.shape[1]} x {hint.shape[0]}: they must be the same size."
        )
    if background == "keep" or not mask:
        return hint.copy()
    hole = denoise_mask(mask, grow).feather(max(2, grow // 2))
    if background == "black":
        return paste(hint, np.zeros_like(hint), hole.alpha)
    return paste(hint, _without_outline(hint, hole.alpha > 0), hole.alpha)


def missing_weights(kind: str, folder: Path | None) -> tuple[str, ...]:
    """The names of the files that `kind` needs and `folder` lacks. Raises ValueError for an unknown kind."""
    annotator = ANNOTATORS[known("annotator", kind, ANNOTATORS)]
    return tuple(name for name in annotator.weights if _find(folder, name) is None)


def free_detectors() -> None:
    """Forgets every loaded network, so that its memory can be used otherwise."""
    with _LOCK:
        _loaded.clear()


def _to_canvas(image: np.ndarray, annotator: Annotator, resolution: int) -> tuple[np.ndarray, tuple[int, int]]:
    """The picture at its working size, its border repeated up to the multiple that the network wants, and the
    (height, width) that the picture takes of it.

    On such a canvas controlnet-aux's own resizing, which would bend the picture to multiples of 64, changes nothing.
    """
    height, width = image.shape[:2]
    scale = min(resolution / min(height, width), MAX_ASPECT * resolution / max(height, width))
    if (scale > 1 and not annotator.enlarge) or 1 / SNAP_SCALE < scale < SNAP_SCALE:
        scale = 1.0
    h, w = max(1, round(height * scale)), max(1, round(width * scale))
    if scale != 1:
        image = cv2.resize(image, (w, h), interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    bottom, right = -h % annotator.multiple, -w % annotator.multiple
    return cv2.copyMakeBorder(image, 0, bottom, 0, right, cv2.BORDER_REPLICATE), (h, w)


def _to_size(hint: np.ndarray, width: int, height: int, texture: Texture) -> np.ndarray:
    if hint.shape[:2] == (height, width):
        return np.ascontiguousarray(hint)
    if texture == "flat":
        return cv2.resize(hint, (width, height), interpolation=cv2.INTER_NEAREST_EXACT)
    scale = height / hint.shape[0]
    if texture == "soft":
        return cv2.resize(hint, (width, height), interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    resized = cv2.resize(hint, (width, height), interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    # A line one pixel wide covers `scale` of a larger pixel: it must not vanish.
    return np.where(resized >= 127 * min(1.0, scale), 255, 0).astype(np.uint8)


def _without_outline(surface: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """A depth map, uint8[H, W, 3], whose shape inside bool[H, W] is forgotten.

    From the rim inwards it runs on smoothly, so that no outline is left; deep inside it keeps about the distance it
    had, because there the body is, whatever it wears.
    """
    distance = cv2.distanceTransform(inside.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    reach = float(np.clip(distance.max(), 1, max(1, min(inside.shape) / 2)))
    core = np.minimum(distance / reach, 1)[..., None]
    core = core * core * (3 - 2 * core)
    values = surface.astype(np.float32)
    box = (2 * round(reach / 2) + 1,) * 2
    body = cv2.blur(cv2.blur(values, box), box)
    filled = _smooth_fill(values, (~inside).astype(np.float32)) * (1 - core) + body * core
    return np.clip(np.rint(filled), 0, 255).astype(np.uint8)


def _smooth_fill(values: np.ndarray, given: np.ndarray) -> np.ndarray:
    """float32[H, W, C], where float32[H, W] `given` is 0 replaced by a smooth surface through the rest.

    Push-pull: averages of what is known at ever coarser scales, then filled in from coarse to fine (Gortler,
    Grzeszczuk, Szeliski and Cohen, "The Lumigraph", 1996, section 3.4).
    """
    height, width = given.shape
    if min(height, width) < 2 or given.min() >= 1:
        share = given[..., None]
        total = share.sum()
        mean = (values * share).sum((0, 1)) / total if total > 0 else values.mean((0, 1))
        return values * share + mean * (1 - share)
    weight = cv2.pyrDown(given)
    coarse = cv2.pyrDown(values * given[..., None]) / np.maximum(weight, 1e-6)[..., None]
    coarse = _smooth_fill(coarse, np.minimum(2 * weight, 1))
    share = given[..., None]
    return values * share + cv2.pyrUp(coarse, dstsize=(width, height)) * (1 - share)


def _load_lineart(_: Sequence[Path], device: str) -> Detect:
    """Dark lines on lighter ground, white on black: the difference to a blurred copy, its contrast stretched."""
    detector = _controlnet_aux("lineart_standard").LineartStandardDetector()

    def detect(canvas: np.ndarray) -> np.ndarray:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # the median of no lines at all
            lines = detector(
                canvas, guassian_sigma=LINE_SIGMA, detect_resolution=min(canvas.shape[:2]), output_type="np"
            )
        low, high = LINE_LEVELS
        return np.clip((lines[..., 0].astype(np.float32) - low) * (255 / (high - low)), 0, 255).astype(np.uint8)

    return detect


def _load_canny(_: Sequence[Path], device: str) -> Detect:
    # OpenCV itself, as controlnet-aux calls it: that way it needs no torch.
    def detect(canvas: np.ndarray) -> np.ndarray:
        return cv2.Canny(cv2.GaussianBlur(canvas, (0, 0), CANNY_SIGMA), *CANNY_THRESHOLDS)

    return detect


def _load_scribble(_: Sequence[Path], device: str) -> Detect:
    """The line art's main lines, drawn with a thick round pen."""
    lineart = _load_lineart((), device)
    pen = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (SCRIBBLE_PEN, SCRIBBLE_PEN))

    def detect(canvas: np.ndarray) -> np.ndarray:
        lines = (lineart(canvas) >= SCRIBBLE_LEVEL).astype(np.uint8)
        _, labels, stats, _ = cv2.connectedComponentsWithStats(lines, connectivity=8)
        kept = stats[:, cv2.CC_STAT_AREA] >= SCRIBBLE_SPECK
        kept[0] = False  # the ground
        drawn = cv2.dilate(kept[np.asarray(labels, np.intp)].astype(np.uint8) * 255, pen)
        return np.where(cv2.GaussianBlur(drawn, (0, 0), 1.5) >= 128, 255, 0).astype(np.uint8)

    return detect


def _load_lineart_anime(weights: Sequence[Path], device: str) -> Detect:
    module = _controlnet_aux("lineart_anime")
    norm_layer = importlib.import_module("torch.nn").InstanceNorm2d
    network = module.UnetGenerator(3, 1, 8, 64, norm_layer=norm_layer, use_dropout=False)
    return _at_size(module.LineartAnimeDetector(_filled(network, weights[0], device)))


def _load_hed(weights: Sequence[Path], device: str) -> Detect:
    module = _controlnet_aux("hed")
    return _at_size(module.HEDdetector(_filled(module.ControlNetHED_Apache2(), weights[0], device)))


def _load_hed_scribble(weights: Sequence[Path], device: str) -> Detect:
    module = _controlnet_aux("hed")
    network = _filled(module.ControlNetHED_Apache2(), weights[0], device)
    return _at_size(module.HEDdetector(network), scribble=True)


def _load_pose(weights: Sequence[Path], device: str) -> Detect:
    module = _controlnet_aux("open_pose")
    body = object.__new__(module.Body)  # its __init__ would open the file by itself, and on the GPU it was saved on
    # The file leaves out the module that each layer lies in.
    body.model = _filled(module.body.bodypose_model(), weights[0], device, lambda name: name.partition(".")[2])
    detector = _at_size(module.OpenposeDetector(body))

    def detect(canvas: np.ndarray) -> np.ndarray:
        hint = detector(canvas)
        if not hint.any():
            raise ValueError("No pose was found in the picture: use another control, such as lineart or canny.")
        return hint

    return detect


def _load_depth(weights: Sequence[Path], device: str) -> Detect:
    module = _controlnet_aux("midas")
    build = importlib.import_module("controlnet_aux.midas.midas.dpt_depth").DPTDepthModel
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # timm has renamed the backbone since
        network = build(path=None, backbone="vitb_rn50_384", non_negative=True)
    return _at_size(module.MidasDetector(_filled(network, weights[0], device)))


def _load_segmentation(weights: Sequence[Path], device: str) -> Detect:
    # controlnet-aux's own detector moves itself to the GPU, paints at random and stumbles when nothing is found.
    package: Any = importlib.import_module("segment_anything")
    network = _filled(package.sam_model_registry["vit_b"](checkpoint=None), weights[0], device)
    generator = package.SamAutomaticMaskGenerator(network)

    def detect(canvas: np.ndarray) -> np.ndarray:
        found = sorted(generator.generate(canvas), key=lambda region: -region["area"])
        if not found:
            raise ValueError("No regions were found in the picture: use another control, such as lineart or canny.")
        hint = np.zeros_like(canvas)
        for number, region in enumerate(found):  # the small ones over the large ones they lie in
            hint[region["segmentation"]] = _colour(number)
        return hint

    return detect


def _colour(number: int) -> tuple[int, ...]:
    """The same colour for the same number, far from its neighbours': hues a golden section apart."""
    rgb = colorsys.hsv_to_rgb(number * 0.618034 % 1, 0.8 - 0.15 * (number % 3), 1 - 0.2 * (number // 3 % 3))
    return tuple(round(255 * value) for value in rgb)


def _at_size(detector: Any, **options: Any) -> Detect:
    """A controlnet-aux detector that works at the canvas's own size."""

    def detect(canvas: np.ndarray) -> np.ndarray:
        side = min(canvas.shape[:2])
        return np.asarray(detector(canvas, detect_resolution=side, image_resolution=side, output_type="np", **options))

    return detect


_LOCK = threading.RLock()
_loaded: OrderedDict[tuple[str, tuple[Path, ...], str], Detect] = OrderedDict()


def _detector(annotator: Annotator, folder: Path | None, device: str) -> Detect:
    """Loaded, or as it was loaded before; the least recently used one makes room."""
    files = [_needed(annotator, folder, name) for name in annotator.weights]
    key = (annotator.name, tuple(file.absolute() for file in files), device)
    if key not in _loaded:
        while len(_loaded) >= CACHED:  # before loading, so that never more than CACHED are in memory
            _loaded.popitem(last=False)
        _loaded[key] = annotator.load(files, device)
    _loaded.move_to_end(key)
    return _loaded[key]


def _needed(annotator: Annotator, folder: Path | None, name: str) -> Path:
    if (file := _find(folder, name)) is not None:
        return file
    free = [f'"{other.name}"' for other in ANNOTATORS.values() if not other.weights]
    where = f"is not in {folder}: put it there" if folder else "no folder was named for: name the one it lies in"
    raise ValueError(
        f'"{annotator.name}" needs the file {name}, which {where}, or use {" or ".join(free)}, which need no file.'
    )


def _find(folder: Path | None, name: str) -> Path | None:
    candidates = [folder / name, (folder / name).with_suffix(".safetensors")] if folder is not None else []
    # Segment Anything is found in the store as well: it serves clicks there, under the name it came with.
    candidates += [entry.path for entry in store.entries("segmenter") if entry.original == name]
    return next((file for file in candidates if file.is_file()), None)


def _filled(network: nn.Module, file: Path, device: str, name_in_file: Callable[[str], str] = str) -> nn.Module:
    """The network with every weight taken from the file, ready to be used. Raises ValueError: a network that is only
    partly filled would draw noise."""
    from safetensors.torch import load_file

    weights = load_file(safetensors_of(file, store.home() / "cache"))
    state = network.state_dict()
    first = name_in_file(next(iter(state)))
    prefix = next((prefix for prefix in PREFIXES if prefix + first in weights), "")
    renamed = {name: weights.get(prefix + name_in_file(name)) for name in state}
    for name, own in state.items():
        tensor = renamed[name]
        if tensor is None or tensor.shape != own.shape:
            raise ValueError(
                f"{file} holds other weights than its name says ({name} "
                f"{'is missing' if tensor is None else 'has another shape'}): get it again."
            )
    network.load_state_dict(renamed)
    return network.float().eval().requires_grad_(False).to(device)


def _controlnet_aux(name: str) -> Any:
    """The module controlnet_aux.`name`.

    Importing any part of controlnet-aux imports all of it: seconds, a dozen warnings, an environment variable for
    every later child process, and Tiny ViTs of its own under the names of timm's. Only the seconds are left.
    """
    if "controlnet_aux" not in sys.modules:
        with warnings.catch_warnings(), _environment_kept("KMP_DUPLICATE_LIB_OK"), _timm_registry_kept():
            warnings.simplefilter("ignore")
            importlib.import_module("controlnet_aux")
    return importlib.import_module(f"controlnet_aux.{name}")


@contextlib.contextmanager
def _environment_kept(name: str) -> Iterator[None]:
    before = os.environ.get(name)
    try:
        yield
    finally:
        if before is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = before


@contextlib.contextmanager
def _timm_registry_kept() -> Iterator[None]:
    models: Any = importlib.import_module("timm.models")
    before = {name: models.model_entrypoint(name) for name in models.list_models()}
    try:
        yield
    finally:
        for name, entrypoint in before.items():
            if models.model_entrypoint(name) is not entrypoint:
                models.register_model(entrypoint)


HED = "ControlNetHED.pth"
OPENPOSE_NOTICE = "OpenPose is licensed by Carnegie Mellon University for non-commercial use only."

ANNOTATORS: Mapping[str, Annotator] = MappingProxyType(
    {
        annotator.name: annotator
        for annotator in (
            Annotator("lineart", _load_lineart),
            Annotator("lineart anime", _load_lineart_anime, ("netG.pth",), multiple=256),
            Annotator("canny", _load_canny, enlarge=False, texture="hard"),
            Annotator("soft edge", _load_hed, (HED,)),
            Annotator("scribble", _load_scribble, texture="hard"),
            Annotator("scribble hed", _load_hed_scribble, (HED,), texture="hard"),
            Annotator("pose", _load_pose, ("body_pose_model.pth",), OPENPOSE_NOTICE, background="keep"),
            Annotator("depth", _load_depth, ("dpt_hybrid-midas-501f0c75.pt",), background="smooth"),
            Annotator(
                "segmentation",
                _load_segmentation,
                ("sam_vit_b_01ec64.pth",),
                resolution=1024,
                enlarge=False,
                texture="flat",
            ),
        )
    }
)
"""Every kind by the name artists know it by, the offline default first."""
