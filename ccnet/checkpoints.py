"""The one door for models: a name, a folder or a file -> a pipeline, its parts loaded, checked and on their device.

A model is one that comes with the program, one of the user's store, a folder in diffusers' layout (see
`ccnet.modelfolder`) or a single file, safetensors or pickle, told by its keys. SD1.5 and SDXL, with UNets of 4 or 9
channels.

Knowing the models, finding and checking one need no torch and take milliseconds, so that a front end can refuse a
broken or foreign file before it loads anything; a pickle's first conversion alone takes torch. No socket is opened.
"""

from __future__ import annotations

import dataclasses
import hashlib
import math
import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ccnet import adapters, modelfolder, store
from ccnet.adapters import OWN_LAYER, STEERING, VAES, Adapter
from ccnet.catalogue import KnownModel
from ccnet.devices import DEVICES, DTYPES, LARGE, MEMORY, offload, pick_device, pick_dtype, quiet, use_threads
from ccnet.families import FAMILIES
from ccnet.formats import PART_WORDS, CheckpointError, FileKind, identify, read_header
from ccnet.modelfolder import CONTROLNET, PICKLES, UNET
from ccnet.prompt_syntax import parse
from ccnet.request import ModelSpec, known
from ccnet.store import Entry

if TYPE_CHECKING:
    import torch

    from ccnet.loading import Parts
    from ccnet.pipeline import DressPipeline

__all__ = [
    "DEVICES",
    "DTYPES",
    "SHIPPED",
    "CheckpointError",
    "check",
    "find_vae",
    "has_own_layer",
    "known_models",
    "layers",
    "load_pipeline",
    "loras",
    "read_spec",
    "resolve",
    "sees_around",
    "weights_sha256",
]

Controls = Sequence[str] | Mapping[str, str | Path]

SHIPPED = {"starter": Path(__file__).resolve().parent.parent / "assets" / "starter"}
"""The models that come with a checkout of this program."""


def known_models() -> tuple[str, ...]:
    """The names that `load_pipeline` understands on every machine."""
    return tuple(SHIPPED)


def resolve(name: str | Path) -> Path:
    """A model's name or path -> its folder or file. Raises CheckpointError for a name that is not known, listing those
    that are; whether there is a usable model, `check` tells."""
    path = Path(name).expanduser()
    if str(name) in SHIPPED:
        return SHIPPED[str(name)]
    if path.exists():
        return path
    if path.suffix in (".safetensors", *PICKLES) or path.name != str(name).removeprefix("checkpoint/"):
        raise CheckpointError(f"There is no model {path}: check the path.")
    mine = [entry.name for entry in store.entries("checkpoint")]
    if path.name.casefold() in (each.casefold() for each in mine):
        return store.find(path.name, "checkpoint").path
    try:
        known("model", path.name, [*SHIPPED, *mine])
    except ValueError as unknown:
        raise CheckpointError(f"{unknown} A folder in diffusers' layout or a single file works as well.") from None
    raise AssertionError(name)


def check(path: str | Path, vae: str | Path | None = None) -> None:
    """Verifies that a folder or file holds a model whose files are whole and fit together, without torch.

    vae: the name or path of one that is to be used instead of its own. Reads configs and the headers of the weight
    files only. Raises CheckpointError.
    """
    path = Path(path)
    if path.is_file():
        kind = _kind(path)
        lacking = [part for part in kind.missing if part != "vae" or vae is None]
        if lacking == ["vae"]:
            raise CheckpointError(f"{path} was pruned, it has no VAE of its own: name one with --vae.")
        if lacking:
            words = " and ".join(PART_WORDS[part] for part in lacking)
            raise CheckpointError(f"{path} was pruned, it lacks its {words}: get the whole checkpoint.")
    elif path.is_dir():
        modelfolder.check_folder(path)
    else:
        raise CheckpointError(f"The model {path} is missing: get the model again or name another one.")
    if vae is not None:
        find_vae(vae, read_spec(path))


def read_spec(path: Path) -> ModelSpec:
    """How a model wants to be used: what its ccnet.json says, then the catalogue, then its family; without a hash.

    Raises CheckpointError when the model says something that cannot be.
    """
    entry = _entry(path)
    about = adapters.known_of(entry)
    given: dict[str, Any] = {} if entry is None else {"name": entry.name}
    if about is not None:
        given["clip_skip"] = about.clip_skip
    if path.is_dir():
        return modelfolder.read_spec(path, **given)
    kind = _kind(path)
    assert kind.family is not None
    if _prediction(kind, about)[1]:
        given["scheduler"] = "euler"  # the usual ones for zero terminal SNR: their noise has no upper end
    # diffusers' default for SDXL, where no model_index.json says otherwise.
    given = {"name": path.stem, "zero_negative": kind.family == "sdxl"} | given
    return FAMILIES[kind.family].spec(**given)


def find_vae(vae: str | Path, spec: ModelSpec) -> Adapter:
    """A VAE, or a TAESD in its place, for a model. Raises CheckpointError when it is none, or of another family."""
    found = adapters.find(vae, VAES, spec.family)
    if found.kind.role == "tiny_vae" and len(found.kind.parts) == 1:
        raise CheckpointError(f"{vae} is half of a tiny autoencoder: name a file that holds both halves.")
    return found


def layers(path: Path, controls: Controls = ()) -> dict[str, Adapter]:
    """The control layers that a model is loaded with, beside a ControlNet of its own, by their names in requests.

    "cc" is the store's inpainting ControlNet of the model's family, unless the model has its own. controls: further
    ones, by name or path; a mapping says what they are called. Raises CheckpointError when one is missing, or was made
    for another family or a UNet of other widths.
    """
    family = read_spec(path).family
    if isinstance(controls, Mapping):
        found = {layer: adapters.find(name, STEERING, family) for layer, name in controls.items()}
    else:
        found = {adapter.name: adapter for adapter in (adapters.find(name, STEERING, family) for name in controls)}
    standard = None if has_own_layer(path) or OWN_LAYER in found else adapters.own_layer(family)
    if not found and standard is None:
        return {}
    built = _unet_build(path)
    for adapter in found.values():
        if misfit := adapter.misfit(*built):
            raise CheckpointError(f"{adapter.path} {misfit}.")
    return found if standard is None or standard.misfit(*built) else {OWN_LAYER: standard, **found}


def has_own_layer(path: Path) -> bool:
    """Whether a model brings a ControlNet, the layer "cc"."""
    return path.is_dir() and (path / CONTROLNET.name).is_dir()


def sees_around(path: Path) -> bool:
    """Whether a model's UNet is shown the picture around the mask, through 9 channels, and needs no "cc"."""
    if path.is_dir():
        return modelfolder.read_json(path / UNET.name / UNET.config).get("in_channels") == 9
    return _kind(path).in_channels == 9


def loras(path: Path, prompt: str) -> list[Adapter]:
    """The LoRAs that a prompt's tags ask of a model. Raises ValueError when one is missing, damaged or does not fit."""
    found = parse(prompt).loras
    if found and path in SHIPPED.values():
        raise CheckpointError(
            f'The LoRA "{found[0].name}" cannot be used, this model is of a make of its own: take its tag out of the '
            "prompt, or name another --model."
        )
    return adapters.loras_of(prompt, read_spec(path).family) if found else []


def load_pipeline(
    name_or_path: str | Path = "starter",
    *,
    controls: Controls = (),
    vae: str | Path | None = None,
    device: str = "auto",
    dtype: str = "auto",
    memory: str = "full",
) -> DressPipeline:
    """Loads a model, quietly, from local files alone.

    name_or_path: one of `known_models()`, a name in the store, a folder in diffusers' layout or a single file.
    controls: see `layers`. vae: by name or path, instead of the model's own.
    device: "auto" takes cuda, else mps, else cpu; or any name torch knows, such as "cuda:1".
    dtype: what the nets compute in, see `ccnet.devices.pick_dtype`. The starter is float32 on every CPU: bfloat16 would
    draw it 1.5 times as fast with AVX512-BF16, but crawls without.
    memory: "offload" keeps the nets in the machine's memory and only what computes on the device; it is slow, and cuts
    the autoencoder's work into tiles, which changes the last bits.
    On a CPU torch's own number of threads, one for each physical core, is kept unless the container may use fewer,
    and threads that wait for each other sleep (OMP_WAIT_POLICY, unless it is set): on a busy machine the spinning
    that is libgomp's default takes three times as long.

    Raises CheckpointError when anything cannot be loaded, ValueError for a device or dtype that is not there.
    """
    path = resolve(name_or_path)
    check(path, vae)
    known("choice of memory", memory, MEMORY)
    spec = read_spec(path)
    autoencoder = None if vae is None else find_vae(vae, spec)
    extra = layers(path, controls)
    with ThreadPoolExecutor(1) as hasher:
        # Hashing lets go of the interpreter, so it costs no time beside the slow imports.
        digest = hasher.submit(weights_sha256, path)
        os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # read once, when torch loads its threads
        place = pick_device(device)
        kind = pick_dtype(dtype, place, _is_large(path))
        use_threads(place)
        with quiet():
            parts = _load_parts(path, spec, kind, autoencoder)
            pipeline = _assemble(parts, spec, extra, place, kind, memory, shipped=path in SHIPPED.values())
        pipeline.spec = dataclasses.replace(spec, sha256=digest.result())
    return pipeline


def weights_sha256(path: Path) -> str:
    """One hash for a model's weights: a single file's own, as A1111 computes it; of a folder, of the names and contents
    of all weight files, in the order of their names. What is in the store is hashed as it was filed."""
    entry = _entry(path)
    filed = {} if entry is None else {file.path: file.sha256 for file in entry.files}

    def digest(file: Path) -> str:
        return filed.get(file) or store.sha256_of(file)

    if path.is_file():
        return digest(path)
    total = hashlib.sha256()
    for part, file in modelfolder.weights_of(path):
        total.update(f"{part.name}/{file.name} {digest(file)}\n".encode())
    return total.hexdigest()


def _load_parts(path: Path, spec: ModelSpec, dtype: torch.dtype, vae: Adapter | None) -> Parts:
    from ccnet import loading

    if path.is_dir():
        return loading.load_folder(path, spec, dtype, vae)
    kind = _kind(path)
    prediction, zero_snr = _prediction(kind, adapters.known_of(_entry(path)))
    file = adapters.safetensors(path)
    return loading.load_single(file, kind, dtype, prediction=prediction, zero_terminal_snr=zero_snr, vae=vae)


def _assemble(
    parts: Parts,
    spec: ModelSpec,
    extra: Mapping[str, Adapter],
    device: torch.device,
    dtype: torch.dtype,
    memory: str,
    shipped: bool,
) -> DressPipeline:
    """The pipeline, its nets on the device. A model that comes with the program takes nothing from the store."""
    import torch
    from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL

    from ccnet import loading
    from ccnet.controlnet import CC_ControlNet
    from ccnet.pipeline import DressPipeline, no_lora

    embeddings, notices = ((), ()) if shipped else loading.load_embeddings()
    nets: dict[str, Any] = {} if parts.controlnet is None else {OWN_LAYER: parts.controlnet}
    nets |= {name: loading.load_layer(adapter, spec.family, dtype, parts.unet) for name, adapter in extra.items()}

    def put(module: Any) -> Any:
        # The layout that convolutions are fastest in, by a fifth on a CPU; the results differ by rounding alone.
        layout = torch.contiguous_format if device.type == "mps" else torch.channels_last
        return module.to(torch.device("cpu") if stays(module) else device, memory_format=layout)

    def stays(module: Any) -> bool:
        # Others have weights outside of their layers, which travel with nothing.
        return memory == "offload" and not (module in nets.values() and not isinstance(module, CC_ControlNet))

    pipeline = DressPipeline(
        unet=put(parts.unet),
        vae=put(parts.vae),
        text_encoders=tuple(put(encoder) for encoder in parts.text_encoders),
        tokenizers=parts.tokenizers,
        controlnets={name: put(net) for name, net in nets.items()},
        scheduler_config=parts.scheduler_config,
        spec=spec,
        holes={name: adapter.hole for name, adapter in extra.items() if adapter.hole is not None},
        find_lora=no_lora if shipped else loading.Loras(spec.family),
        embeddings=embeddings,
        annotator_folder=adapters.annotator_folder(),
        preview_vae=None if shipped else _previews(spec, device),
        notices=notices,
        device=device,
        dtype=dtype,
    )
    if memory == "offload":
        if isinstance(pipeline.vae, AutoencoderKL):
            pipeline.vae.enable_tiling()
        travelling = (pipeline.unet, pipeline.vae, *pipeline.text_encoders, *pipeline.controlnets.values())
        offload([net for net in travelling if stays(net)], device)
    return pipeline


def _previews(spec: ModelSpec, device: torch.device) -> Any:
    import torch

    from ccnet.loading import load_preview_vae

    found: Any = load_preview_vae(spec.family, torch.float16 if device.type == "cuda" else torch.float32)
    return None if found is None else found.to(device)


def _kind(path: Path) -> FileKind:
    """What a single file is. Raises CheckpointError when it is no checkpoint."""
    kind = identify(read_header(adapters.safetensors(path)), path)
    if kind.role != "checkpoint":
        raise CheckpointError(f"{path} is no checkpoint but of another kind, {kind.describe()}: name a whole model.")
    return kind


def _unet_build(path: Path) -> tuple[tuple[int, ...], int | None]:
    """(widths, context) of a model's UNet, as in FileKind."""
    if not path.is_dir():
        kind = _kind(path)
        return kind.widths, kind.context
    config = modelfolder.read_json(path / UNET.name / UNET.config)
    widths, context = config.get("block_out_channels"), config.get("cross_attention_dim")
    return tuple(widths) if isinstance(widths, list) else (), context if isinstance(context, int) else None


def _prediction(kind: FileKind, about: KnownModel | None) -> tuple[str | None, bool]:
    """(prediction, zero terminal SNR) of a single file, by its keys, else by the catalogue."""
    told = None if about is None else about.prediction
    return kind.prediction or told, kind.zero_terminal_snr or (about is not None and about.zero_snr)


def _entry(path: Path) -> Entry | None:
    return None if path in SHIPPED.values() else adapters.locate(path).entry


def _is_large(path: Path) -> bool:
    """By the shapes of its UNet's weights."""
    if path in SHIPPED.values():
        return False
    files = [file for part, file in modelfolder.weights_of(path) if part is UNET] if path.is_dir() else [path]
    shapes = (info.shape for file in files for info in read_header(adapters.safetensors(file)).tensors.values())
    return sum(math.prod(shape) for shape in shapes) >= LARGE
