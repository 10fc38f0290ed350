"""The one door for weights: a name or a folder -> a pipeline whose parts are loaded, checked and on their device.

A model is a folder in diffusers' layout: model_index.json, unet/, vae/, text_encoder/, tokenizer/, scheduler/, and
beside the standard controlnet/ (a plain ControlNetModel; without it the base draws alone) and ccnet.json (the fields
of ModelSpec), both optional. Weights are safetensors; a pickle is never opened.

Knowing the models, finding and checking one need no torch and take milliseconds, so that a front end can refuse a
broken file before it loads anything.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ccnet.request import ModelSpec, known

if TYPE_CHECKING:
    import torch

    from ccnet.pipeline import DressPipeline

SHIPPED = {"starter": Path(__file__).resolve().parent.parent / "assets" / "starter"}
"""The models that come with a checkout of this program."""

DEVICES = ("auto", "cuda", "mps", "cpu")
DTYPES = ("auto", "float32", "float16", "bfloat16")


class CheckpointError(ValueError):
    """A model that cannot be used, in one sentence that names the file and says what to do."""


@dataclass(frozen=True)
class Part:
    """What a model's folder holds under one name, and which classes of it this program can use."""

    name: str
    config: str
    classes: tuple[str, ...] = ()
    stem: str | None = None  # of the weight file, for a part that has weights


PARTS = (
    Part("unet", "config.json", ("UNet2DConditionModel",), "diffusion_pytorch_model"),
    Part("vae", "config.json", ("AutoencoderTiny", "AutoencoderKL"), "diffusion_pytorch_model"),
    Part("text_encoder", "config.json", ("CLIPTextModel",), "model"),
    Part("tokenizer", "tokenizer_config.json"),
    Part("scheduler", "scheduler_config.json"),
)
CONTROLNET = Part("controlnet", "config.json", ("ControlNetModel", "CC_ControlNet"), "diffusion_pytorch_model")

PICKLES = (".bin", ".ckpt", ".pt", ".pth", ".pkl")


def known_models() -> tuple[str, ...]:
    """The names that `load_pipeline` understands beside folders."""
    return tuple(SHIPPED)


def resolve(name: str | Path) -> Path:
    """A model's name or folder -> its folder. Raises CheckpointError for a name that is not known, listing those that
    are; whether the folder holds a usable model, `check` tells."""
    path = Path(name).expanduser()
    if str(name) in SHIPPED:
        return SHIPPED[str(name)]
    if path.exists():
        return path
    if path.name != str(name) or path.suffix:
        raise CheckpointError(f"There is no model folder {path}: check the path.")
    try:
        known("model", str(name), SHIPPED)
    except ValueError as unknown:
        raise CheckpointError(f"{unknown} A folder in diffusers' layout works as well.") from None
    raise AssertionError(name)


def check(path: str | Path) -> None:
    """Verifies that a folder holds a model whose files are whole and fit together, without torch.

    Reads configs and the headers of the weight files only. Raises CheckpointError.
    """
    folder = Path(path)
    if folder.is_file():
        if folder.suffix in PICKLES:
            raise CheckpointError(f"{folder} is a pickle, which can run any code: a model must be safetensors.")
        raise CheckpointError(f"{folder} is a single file: name a folder in diffusers' layout instead.")
    if not folder.is_dir():
        raise CheckpointError(f"The model folder {folder} is missing: get the model again or name another one.")
    _read_json(folder / "model_index.json")
    for part in _parts_of(folder):
        _check_part(folder / part.name, part)
    _check_family(folder)
    read_spec(folder)


def read_spec(folder: Path) -> ModelSpec:
    """What a model says of itself in its ccnet.json, defaults for the rest; the hash of its weights is left out.

    Raises CheckpointError when the file is wrong.
    """
    file = folder / "ccnet.json"
    fields = {field.name for field in dataclasses.fields(ModelSpec)} - {"sha256"}
    content = _read_json(file) if file.is_file() else {}
    if unknown := set(content) - fields:
        raise CheckpointError(f'{file}: "{min(unknown)}" is not one of {", ".join(sorted(fields))}.')
    try:
        return ModelSpec(**{"name": folder.resolve().name, **content})
    except (ValueError, TypeError) as error:
        raise CheckpointError(f"{file}: {error}") from error


def load_pipeline(name_or_path: str | Path = "starter", *, device: str = "auto", dtype: str = "auto") -> DressPipeline:
    """Loads a model, quietly, from local files alone.

    name_or_path: one of `known_models()` or a folder in diffusers' layout.
    device: "auto" takes cuda, else mps, else cpu; or any name torch knows, such as "cuda:1".
    dtype: what the nets compute in. "auto" is float16 on cuda (nearer to float32 than bfloat16 is), else float32:
    bfloat16 draws the starter 1.5 times as fast on a CPU with AVX512-BF16, but crawls on one without.
    On a CPU torch's own number of threads, one for each physical core, is kept unless the container may use fewer,
    and threads that wait for each other sleep (OMP_WAIT_POLICY, unless it is set): on a busy machine the spinning
    that is libgomp's default takes three times as long.

    Raises CheckpointError when the model cannot be loaded, ValueError for a device or dtype that is not there.
    """
    folder = resolve(name_or_path)
    check(folder)
    spec = read_spec(folder)
    with ThreadPoolExecutor(1) as hasher:
        # Hashing lets go of the interpreter, so it costs no time beside the slow imports.
        digest = hasher.submit(weights_sha256, folder)
        os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # read once, when torch loads its threads
        import torch

        place = _pick_device(device)
        kind = _pick_dtype(dtype, place)
        if place.type == "cpu":
            torch.set_num_threads(min(torch.get_num_threads(), _cpu_quota()))
        with _quiet():
            pipeline = _load_parts(folder, spec, place, kind)
        pipeline.spec = dataclasses.replace(spec, sha256=digest.result())
    return pipeline


def weights_sha256(folder: Path) -> str:
    """One hash for all weight files of a model: of their names and contents, in the order of their names."""
    total = hashlib.sha256()
    for part in _parts_of(folder):
        if part.stem is not None:
            for file in _weight_files(folder / part.name, part.stem)[1]:
                with file.open("rb") as stream:
                    content = hashlib.file_digest(stream, "sha256").hexdigest()
                total.update(f"{part.name}/{file.name} {content}\n".encode())
    return total.hexdigest()


def _load_parts(folder: Path, spec: ModelSpec, device: torch.device, dtype: torch.dtype) -> DressPipeline:
    import torch
    from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
    from diffusers.models.autoencoders.autoencoder_tiny import AutoencoderTiny
    from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
    from transformers import CLIPTextModel, CLIPTokenizer

    from ccnet.controlnet import CC_ControlNet
    from ccnet.pipeline import DressPipeline

    def load(net: Any, part: Part) -> Any:
        module = _load_net(net, folder / part.name, part, dtype).requires_grad_(False).eval().to(device)
        # The layout that convolutions are fastest in, by a fifth on a CPU; the results differ by rounding alone.
        return module if device.type == "mps" else module.to(memory_format=torch.channels_last)

    unet, vae, text_encoder, tokenizer, scheduler = PARTS
    tiny = _read_json(folder / vae.name / vae.config)["_class_name"] == "AutoencoderTiny"
    has_control = (folder / CONTROLNET.name).is_dir()
    return DressPipeline(
        unet=load(UNet2DConditionModel, unet),
        vae=load(AutoencoderTiny if tiny else AutoencoderKL, vae),
        text_encoders=(load(CLIPTextModel, text_encoder),),
        tokenizers=(_load_tokenizer(CLIPTokenizer, folder / tokenizer.name),),
        controlnets={"cc": load(CC_ControlNet, CONTROLNET)} if has_control else {},
        scheduler_config=_load_scheduler_config(folder / scheduler.name / scheduler.config, spec),
        spec=spec,
        device=device,
        dtype=dtype,
    )


def _load_net(net: Any, folder: Path, part: Part, dtype: torch.dtype) -> Any:
    """`from_pretrained` that never falls back to a pickle and never leaves a weight random."""
    assert part.stem is not None
    variant, _ = _weight_files(folder, part.stem)
    try:
        module, report = net.from_pretrained(
            str(folder),
            dtype=dtype,
            variant=variant,
            use_safetensors=True,
            local_files_only=True,
            output_loading_info=True,
        )
    except (OSError, ValueError, RuntimeError, KeyError, TypeError) as error:
        reason = str(error).strip().partition("\n")[0]
        raise CheckpointError(f"{folder} cannot be loaded: config and weights do not fit ({reason}).") from error
    if report["missing_keys"] or report.get("mismatched_keys"):
        key = next(iter(report["missing_keys"] or report["mismatched_keys"]))
        raise CheckpointError(f"{folder} cannot be loaded: its weights do not fit its {part.config} (see {key}).")
    return module


def _load_tokenizer(tokenizer: Any, folder: Path) -> Any:
    try:
        return tokenizer.from_pretrained(str(folder), local_files_only=True)
    except Exception as error:  # the library behind it raises plain Exceptions
        raise CheckpointError(f"{folder} cannot be loaded, its files are damaged: get the model again.") from error


def _load_scheduler_config(file: Path, spec: ModelSpec) -> dict[str, Any]:
    from ccnet.schedulers import make_scheduler

    config = _read_json(file)
    try:
        make_scheduler(spec.scheduler, config)
    except (ValueError, TypeError, NotImplementedError, RuntimeError) as error:
        raise CheckpointError(f"{file} does not describe a noise schedule: get the model again ({error}).") from error
    return config


def _parts_of(folder: Path) -> tuple[Part, ...]:
    return (*PARTS, CONTROLNET) if (folder / CONTROLNET.name).is_dir() else PARTS


def _check_part(folder: Path, part: Part) -> None:
    if not folder.is_dir():
        raise CheckpointError(f"The model's folder {folder} is missing: get the model again or name another one.")
    if part.name == "tokenizer":
        return _check_tokenizer(folder)
    config = _read_json(folder / part.config)
    name = config.get("_class_name", (config.get("architectures") or ["CLIPTextModel"])[0])
    if part.classes and name not in part.classes:
        usable = " or ".join(part.classes)
        raise CheckpointError(f"{folder / part.config} describes a {name}: only {usable} can be used.")
    if part.name == "unet":
        _check_unet(folder / part.config, config)
    if part.stem is not None:
        for file in _weight_files(folder, part.stem)[1]:
            check_safetensors(file)
    return None


def _check_unet(file: Path, config: dict[str, Any]) -> None:
    channels = config.get("in_channels", 4)
    if channels not in (4, 9):
        raise CheckpointError(f"{file}: a UNet with {channels} input channels cannot be used, only one with 4 or 9.")
    if config.get("addition_embed_type") is not None:
        raise CheckpointError(f"{file} belongs to SDXL, which cannot be used yet: name a model of the SD 1.5 family.")


def _check_family(folder: Path) -> None:
    """That text encoder and ControlNet belong to this UNet, as far as their configs tell."""
    unet, text_encoder = (_read_json(folder / name / "config.json") for name in ("unet", "text_encoder"))
    width, reads = text_encoder.get("hidden_size"), unet.get("cross_attention_dim")
    if width != reads:
        raise CheckpointError(
            f"The text encoder in {folder} writes {width} numbers a word but its UNet reads {reads}: "
            "they are not from one model."
        )
    file = folder / CONTROLNET.name / CONTROLNET.config
    if not file.is_file():
        return
    controlnet = _read_json(file)
    for key in ("block_out_channels", "cross_attention_dim"):
        if controlnet.get(key) != unet.get(key):
            raise CheckpointError(f"{file} does not fit its UNet, their {key} differ: use one made for this model.")
    if controlnet.get("in_channels", 4) != 4 or controlnet.get("conditioning_channels", 3) != 3:
        raise CheckpointError(f"{file} describes a ControlNet that does not read RGB hints: it cannot be used.")


def _check_tokenizer(folder: Path) -> None:
    if (folder / "tokenizer.json").is_file():
        _read_json(folder / "tokenizer.json")
        return
    _read_json(folder / "vocab.json")
    if not (folder / "merges.txt").is_file():
        raise CheckpointError(f"{folder / 'merges.txt'} is missing: get the model again.")


def _weight_files(folder: Path, stem: str) -> tuple[str | None, list[Path]]:
    """(variant, files) of a part's weights: one file or its shards, plain or fp16."""
    for variant, ending in ((None, ""), ("fp16", ".fp16")):
        single = folder / f"{stem}{ending}.safetensors"
        if single.is_file():
            return variant, [single]
        index = folder / f"{stem}.safetensors.index{ending}.json"
        if index.is_file():
            shards = _read_json(index).get("weight_map")
            if not isinstance(shards, dict) or not shards:
                raise CheckpointError(f"{index} lists no weight files: get the model again.")
            names = {Path(str(name)) for name in shards.values()}
            if any(name.name != str(name) for name in names):
                raise CheckpointError(f"{index} names files outside its folder: get the model from its maker.")
            return variant, [folder / name for name in sorted(names)]
    wanted = folder / f"{stem}.safetensors"
    for file in sorted(folder.iterdir()):
        if file.suffix in PICKLES:
            raise CheckpointError(
                f"{file} is a pickle, which can run any code when it is opened: convert it to {wanted.name} first."
            )
    raise CheckpointError(f"{wanted} is missing: get the model again.")


def check_safetensors(file: Path) -> None:
    """Verifies that a file is safetensors and whole, by its header alone. Raises CheckpointError."""
    try:
        size = file.stat().st_size
        with file.open("rb") as stream:
            start = stream.read(8)
            length = int.from_bytes(start, "little")
            header = stream.read(length) if length <= size else b""
    except OSError as error:
        raise CheckpointError(f"{file} cannot be read: {error.strerror}.") from error
    if size == 0:
        raise CheckpointError(f"{file} is empty: get it again.")
    if start[:2] in (b"PK", b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05"):
        raise CheckpointError(f"{file} is a pickle that was renamed: get the real safetensors file.")
    if start == b"version ":
        raise CheckpointError(f"{file} is a Git LFS pointer, not the weights: run `git lfs pull`.")
    if length > 100_000_000 or not header.startswith(b"{"):
        # A whole header starts with a brace; the limit is the format's own.
        cut_short = 8 + length > size and length <= 100_000_000
        problem = "is truncated" if cut_short else "is no safetensors file"
        raise CheckpointError(f"{file} {problem}: get it again.")
    try:
        tensors = json.loads(header)
        end = max((t["data_offsets"][1] for name, t in tensors.items() if name != "__metadata__"), default=0)
        needed = 8 + length + int(end)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError) as error:
        raise CheckpointError(f"{file} is damaged, its header makes no sense: get it again.") from error
    if size < needed:
        raise CheckpointError(f"{file} is truncated, {size:,} of its {needed:,} bytes are there: get it again.")
    if size > needed:
        raise CheckpointError(f"{file} is damaged, {size - needed:,} bytes follow its end: get it again.")


def _read_json(file: Path) -> dict[str, Any]:
    if not file.is_file():
        raise CheckpointError(f"{file} is missing: get the model again, or name a folder in diffusers' layout.")
    try:
        content = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise CheckpointError(f"{file} is not valid JSON: get it again.") from error
    if not isinstance(content, dict):
        raise CheckpointError(f"{file} must hold a JSON object: get it again.")
    return content


def _pick_device(device: str) -> torch.device:
    import torch

    if device == "auto":
        if torch.cuda.is_available():
            return torch.device("cuda")
        return torch.device("mps" if torch.backends.mps.is_available() else "cpu")
    try:
        chosen = torch.device(device)
        torch.empty(1, device=chosen)
    except (RuntimeError, AssertionError) as error:
        raise ValueError(f'The device "{device}" is not there: use auto, cuda, mps or cpu.') from error
    return chosen


def _pick_dtype(dtype: str, device: torch.device) -> torch.dtype:
    import torch

    known("dtype", dtype, DTYPES)
    if dtype == "auto":
        return torch.float16 if device.type == "cuda" else torch.float32
    return getattr(torch, dtype)


def _cpu_quota() -> int:
    """How many cores' worth of time this process may use: a container's share, which torch does not look at."""
    cores = os.cpu_count() or 1
    with contextlib.suppress(OSError, ValueError):
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text().split()
        cores = min(cores, max(1, round(int(quota) / int(period))))
    return cores


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """No bars and no tables of weights while loading; what is wrong is raised."""
    from diffusers.utils import logging as diffusers_logging
    from transformers.utils import logging as transformers_logging

    libraries: tuple[Any, ...] = (diffusers_logging, transformers_logging)
    before = [(library, library.get_verbosity(), library.is_progress_bar_enabled()) for library in libraries]
    for library in libraries:
        library.set_verbosity(library.CRITICAL)
        library.disable_progress_bar()
    try:
        yield
    finally:
        for library, verbosity, bars in before:
            library.set_verbosity(verbosity)
            if bars:
                library.enable_progress_bar()
