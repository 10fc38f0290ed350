"""Giving ControlNets away: to other programs, and to other base models; and text encoders as others read them.

A ControlNet is written as a folder that any diffusers loads as a plain ControlNetModel, and as one safetensors file in
the layout of the released code ("cldm"), which ComfyUI and A1111 read. What the weights cannot say (what the hint
looks like, which base they were trained on) stands in the metadata of both.

A file appears under its name when it is complete, and never replaces one that is there: like a picture, it takes the
next free name.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import secrets
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args

import torch
from accelerate import init_empty_weights
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor
from transformers import CLIPTextModel, CLIPTextModelWithProjection

from ccnet import layouts, store
from ccnet.adapters import locate, safetensors
from ccnet.checkpoints import SHIPPED, read_spec
from ccnet.controlnet import CC_ControlNet
from ccnet.formats import FAMILY_WORDS, CheckpointError, Family, FileKind, Header, identify, read_header
from ccnet.modelfolder import CONTROLNET, read_json, weight_files
from ccnet.request import known
from ccnet.singlefile import bundled_config, load_controlnet, load_unet

Layout = Literal["both", "cldm", "diffusers"]
Precision = Literal["float16", "float32"]

STEM = "diffusion_pytorch_model"
"""Of every weight file that diffusers writes."""

SWITCHES = re.compile(r"[ _-]*(shuffle|instant_id)[ _-]*", re.IGNORECASE)
"""Words in a file's name that make A1111 (and "shuffle" ComfyUI, too) run a ControlNet in another way."""

HINT_FIELDS = ("modelspec.description", "modelspec.usage_hint", "modelspec.preprocessor", "ccnet.hint", "ccnet.hole")
"""What is said only of a ControlNet whose hint is known."""

HALVES = {"F16": torch.float16, "BF16": torch.bfloat16}
"""By safetensors' names."""


class Exported(NamedTuple):
    """paths: what was written. note: what its receiver should know, a sentence or nothing."""

    paths: tuple[Path, ...]
    note: str = ""


@dataclass(frozen=True)
class Source:
    """A ControlNet and what is known of it.

    net: on the CPU, in the number type that it is stored in. name: for files. metadata: what its file says.
    hole: the hint's value where the clothes are, None if unknown. base, base_sha256: what it was trained on, "" if
    unknown.
    """

    net: CC_ControlNet
    family: Family
    name: str
    path: Path
    metadata: Mapping[str, str]
    hole: float | None
    base: str
    base_sha256: str


def export_controlnet(
    model: str | Path, out: Path, *, layout: Layout = "both", dtype: Precision = "float16"
) -> Exported:
    """Writes a ControlNet into the folder `out`: <name>.safetensors (cldm), <name>/ (diffusers), or both.

    model: the name of a model that comes with the program or is in the store, or a path: of a folder in diffusers'
    layout that has a controlnet/, of a ControlNet's folder, or of its single file. dtype: of the weights written.

    Raises ValueError in one sentence when there is no such ControlNet, when the layout or the number type cannot hold
    it, or when it cannot be written; then nothing was written.
    """
    known("layout", layout, get_args(Layout))
    known("dtype", dtype, get_args(Precision))
    source = _source(model)
    tensors = _converted(source, getattr(torch, dtype))
    unusual = differences(source.net.config, source.family)
    with _written(out) as publish:
        if layout != "diffusers":
            publish.file(f"{source.name}.safetensors", _cldm(source, tensors), _metadata(source, "cldm"))
        if layout != "cldm":
            publish.folder(source.name, source.net.to_json_string(), tensors, _metadata(source, "diffusers"))
    if not unusual or layout == "diffusers":
        return Exported(publish.paths)
    words = FAMILY_WORDS[source.family]
    differing = ", ".join(sorted(unusual))
    return Exported(
        publish.paths,
        f"{source.name} is not built like the ControlNets of {words} (see {differing}): ComfyUI and A1111, which know "
        "no others, cannot use it.",
    )


def transfer_controlnet(controlnet: str | Path, old_base: str | Path, new_base: str | Path, out: Path) -> Path:
    """Moves a ControlNet from the base that it was trained on to another, and writes it in cldm layout to `out`.

    What it copies of its base moves as the base does, W + (W_new - W_old), in float32; its hint encoder and its zero
    convolutions stay, and so does the number type. Names and paths as in `export_controlnet`; a base is a model folder
    in diffusers' layout, a UNet's folder, or a single file. Returns where it was written: `out`, or the next free name.

    Raises ValueError in one sentence when a base is not of the ControlNet's family, and as `export_controlnet` does.
    """
    if out.suffix != ".safetensors":
        raise ValueError(f"'{out}' cannot be written: give it a name that ends in .safetensors.")
    source = _source(controlnet)
    tensors = _converted(source, None)
    (old_name, old_path), (new_name, new_path) = _locate(old_base), _locate(new_base)
    old, new = (_base_weights(path, source, tensors) for path in (old_path, new_path))
    moved = replace(
        source,
        metadata={**source.metadata, "modelspec.merged_from": f"{source.name}, {old_name}, {new_name}"},
        base=new_name,
        base_sha256=_sha256(_base_files(new_path)),
    )
    weights = _checked(layouts.transfer(tensors, old, new), source)
    with _written(out.parent) as publish:
        publish.file(out.name, _cldm(moved, weights), _metadata(moved, "cldm"))
    return publish.paths[0]


def save_text_encoder(module: CLIPTextModel | CLIPTextModelWithProjection, folder: Path) -> None:
    """`save_pretrained` with the names that other programs and older transformers read, below `text_model.`

    A transformers since 5.6 would leave that out, and reads both.
    """
    tensors = layouts.wrapped_text_encoder(module.state_dict())
    module.save_pretrained(folder, state_dict=tensors, save_original_format=False)


def _source(model: str | Path) -> Source:
    name, path = _locate(model)
    if path.is_file():
        net, header, kind = _read_file(path)
    else:
        folder = path / CONTROLNET.name
        if not folder.is_dir():
            if (path / "unet").is_dir():
                raise CheckpointError(f"{path} has no ControlNet of its own, no controlnet/: name a model that has.")
            folder = path
        net, header, kind = _read_folder(folder)
    assert kind.family is not None  # a ControlNet's names tell it
    said = header.metadata
    hole, base, base_sha256 = _number(said.get("ccnet.hole")), said.get("ccnet.base"), said.get("ccnet.base_sha256")
    if (path / CONTROLNET.name).is_dir():
        spec = read_spec(path)
        name, hole, base, base_sha256 = spec.name, spec.hole, spec.name, _sha256(_weights(path / "unet"))
    name = store.clean_name(SWITCHES.sub("-", name).strip(" _-.") or CONTROLNET.name)
    return Source(net, kind.family, name, path, said, hole, base or "", base_sha256 or "")


def _locate(model: str | Path) -> tuple[str, Path]:
    """(name, file or folder) of what a person named. Raises CheckpointError when it is not there."""
    if str(model) in SHIPPED:
        return str(model), SHIPPED[str(model)]
    found = locate(model)
    return found.name, found.path


def _read_file(file: Path) -> tuple[CC_ControlNet, Header, FileKind]:
    weights = safetensors(file)
    header = read_header(weights)
    kind = identify(header, file)
    _check_kind(kind, file)
    assert kind.family is not None
    net = load_controlnet(weights, kind.family, _stored(header))
    assert isinstance(net, CC_ControlNet)
    return net, header, kind


def _read_folder(folder: Path) -> tuple[CC_ControlNet, Header, FileKind]:
    """As it is stored. Raises CheckpointError when the folder holds no ControlNet, or not all of it."""
    config = read_json(folder / CONTROLNET.config)
    if (name := config.get("_class_name")) not in CONTROLNET.classes:
        raise CheckpointError(f"{folder} holds a {name or 'nameless net'}, not a ControlNet: name one that does.")
    headers = [read_header(file) for file in _weights(folder)]
    header = Header({key: t for each in headers for key, t in each.tensors.items()}, headers[0].metadata)
    kind = identify(header, folder)
    _check_kind(kind, folder)
    try:
        with init_empty_weights():
            net = CC_ControlNet(**{key: value for key, value in config.items() if not key.startswith("_")})
        net.load_state_dict(_read_tensors(folder), assign=True)
    except (ValueError, TypeError, RuntimeError) as error:
        # What torch says of weights that do not fit has a line for each of them; the second names the first.
        reason = [line.strip() for line in str(error).splitlines()][:2][-1].rstrip(".:")
        raise CheckpointError(f"{folder} cannot be read: its weights do not fit its config.json ({reason}).") from error
    return net.requires_grad_(False), header, kind


def _check_kind(kind: FileKind, path: Path) -> None:
    if kind.role != "controlnet":
        raise CheckpointError(f"{path} is no ControlNet but of another kind, {kind.describe()}: name a ControlNet.")
    if kind.union:
        raise CheckpointError(f"{path} is a ControlNet Union, which has one layout only: give it away as it is.")
    if kind.adds_base:
        raise CheckpointError(
            f"{path} is only the difference of a ControlNet to its base, which fits every base: give it away as it is."
        )


def _base_weights(path: Path, source: Source, control: layouts.Tensors) -> dict[str, Tensor]:
    """A base's UNet under diffusers' names. Raises CheckpointError when it is not of the ControlNet's family."""
    misfit = f"{path} is no base for {source.path}, which belongs to {FAMILY_WORDS[source.family]}: "
    if path.is_file():
        weights = safetensors(path)
        header = read_header(weights)
        kind = identify(header, path)
        if kind.role not in ("checkpoint", "unet") or kind.family != source.family:
            raise CheckpointError(f"{misfit}it is of another kind, {kind.describe()}.")
        tensors = load_unet(weights, source.family, _stored(header)).state_dict()
    else:
        tensors = _read_tensors(_unet_folder(path))
    try:
        # Names and shapes alone: this takes no time.
        shapes = {key: tensor.to("meta") for key, tensor in tensors.items()}
        layouts.transfer({key: tensor.to("meta") for key, tensor in control.items()}, shapes, shapes)
    except ValueError as error:
        raise CheckpointError(f"{misfit}its UNet is built in another way.") from error
    return tensors


def _base_files(path: Path) -> list[Path]:
    return [path] if path.is_file() else _weights(_unet_folder(path))


def _weights(folder: Path) -> list[Path]:
    return weight_files(folder, STEM)[1]


def _unet_folder(path: Path) -> Path:
    return path / "unet" if (path / "unet").is_dir() else path


def _stored(header: Header) -> torch.dtype:
    """A type that loses nothing of a file's weights: their own where they agree. What only counts is not asked."""
    types = {HALVES.get(tensor.dtype, torch.float32) for tensor in header.tensors.values() if "F" in tensor.dtype}
    return types.pop() if len(types) == 1 else torch.float32


def _read_tensors(folder: Path) -> dict[str, Tensor]:
    tensors: dict[str, Tensor] = {}
    for file in _weights(folder):
        read_header(file)
        try:
            with safe_open(file, framework="pt") as opened:
                tensors |= {key: opened.get_tensor(key) for key in opened.keys()}  # noqa: SIM118 - no mapping
        except (SafetensorError, OSError) as error:
            raise CheckpointError(f"{file} cannot be read, get it again ({error}).") from error
    return tensors


def _sha256(files: list[Path]) -> str:
    """One hash of the contents in a row, so that of one file it is the file's."""
    digest = hashlib.sha256()
    try:
        for file in files:
            with file.open("rb") as stream:
                while chunk := stream.read(1 << 22):
                    digest.update(chunk)
    except OSError as error:
        raise CheckpointError(store.said(error, files[0])) from error
    return digest.hexdigest()


def _number(text: str | None) -> float | None:
    try:
        return None if text is None else float(text)
    except ValueError:
        return None


def _converted(source: Source, dtype: torch.dtype | None) -> dict[str, Tensor]:
    """Its weights as `dtype`, or as they are stored."""
    tensors = {key: tensor.contiguous() for key, tensor in source.net.state_dict().items()}
    _checked(tensors, source)
    return tensors if dtype is None else _checked({key: tensor.to(dtype) for key, tensor in tensors.items()}, source)


def _checked(tensors: dict[str, Tensor], source: Source) -> dict[str, Tensor]:
    """`tensors`. Raises ValueError when one is not finite: what was too large for half precision, or broken before."""
    for key, tensor in tensors.items():
        if not torch.isfinite(tensor).all():
            whole = torch.isfinite(source.net.state_dict()[key]).all()
            if whole:
                raise ValueError(f"{source.path} has weights too large for float16 (see {key}): it needs float32.")
            raise ValueError(f"{source.path} has weights that are no numbers (see {key}): its training went wrong.")
    return tensors


def _cldm(source: Source, tensors: layouts.Tensors) -> dict[str, Tensor]:
    """Raises ValueError for what such a file cannot say, and its reader would compute in another way."""
    config = source.net.config
    if config["controlnet_conditioning_channel_order"] != "rgb" or config["global_pool_conditions"]:
        raise ValueError(
            f"{source.path} reads its hint in an unusual way (BGR, or pooled), which the cldm layout cannot say: "
            "use --layout diffusers."
        )
    try:
        return layouts.controlnet_to_cldm(tensors)
    except ValueError as error:
        raise ValueError(f"{source.path} cannot be written in cldm layout, use --layout diffusers: {error}") from error


def differences(config: Mapping[str, Any], family: Family) -> dict[str, Any]:
    """Where a ControlNet is built in another way than its family's, as entries of its config in diffusers; the
    channels of its hint do not count, every program reads them from the weights."""
    config = dict(config)
    config["attention_head_dim"] = config["num_attention_heads"] or config["attention_head_dim"]  # as diffusers does
    real = bundled_config(family, CONTROLNET.name)
    keys = real.keys() - {"conditioning_channels"}
    return {key: config[key] for key in sorted(keys) if _collapsed(config[key]) != _collapsed(real[key])}


def _collapsed(value: Any) -> Any:
    """One number for all levels may be written as one or as a list."""
    if not isinstance(value, list | tuple):
        return value
    return value[0] if len(set(value)) == 1 else tuple(value)


def _metadata(source: Source, implementation: str) -> dict[str, str]:
    """Of a file of `source`: what its own file said (its author, its licence), and what is known here.

    A net that is not built as its family's are says so: its architecture is "custom", and `ccnet.config` has what
    differs, as JSON with diffusers' names.
    """
    made = layouts.control_metadata(
        source.family,
        source.metadata.get("modelspec.title") or source.name,
        hole=source.hole or 0.0,
        base=source.base,
        base_sha256=source.base_sha256,
    )
    made["modelspec.implementation"] = implementation
    if source.hole is None:
        made = {key: text for key, text in made.items() if key not in HINT_FIELDS}
    if unusual := differences(source.net.config, source.family):
        made["modelspec.architecture"] = "custom/controlnet"
        made["ccnet.config"] = json.dumps(unusual)
    # Hashes of other files' weights stay behind.
    ours = ("ccnet.", "modelspec.hash", "sshs_")
    said = {key: text for key, text in source.metadata.items() if not key.startswith(ours)}
    return said | {key: text for key, text in made.items() if text}


class _Publisher:
    """Writes into a hidden folder beside the targets; `finish` gives everything its name."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self.hidden = out / f".ccnet-{secrets.token_hex(6)}.part"
        self.names: list[str] = []
        self.paths: tuple[Path, ...] = ()

    def file(self, name: str, tensors: dict[str, Tensor], metadata: dict[str, str]) -> None:
        _write(self.hidden / name, tensors, metadata)
        self.names.append(name)

    def folder(self, name: str, config: str, tensors: dict[str, Tensor], metadata: dict[str, str]) -> None:
        (self.hidden / name).mkdir()
        (self.hidden / name / CONTROLNET.config).write_text(config, "utf-8")
        _write(self.hidden / name / f"{STEM}.safetensors", tensors, metadata)
        self.names.append(name)

    def finish(self) -> None:
        self.paths = tuple(_publish(self.hidden / name, self.out / name) for name in self.names)


@contextlib.contextmanager
def _written(out: Path) -> Iterator[_Publisher]:
    """What is written inside appears in `out` at the end, or not at all."""
    publisher = _Publisher(out)
    try:
        out.mkdir(parents=True, exist_ok=True)
        publisher.hidden.mkdir()
        try:
            yield publisher
            publisher.finish()
        finally:
            shutil.rmtree(publisher.hidden, ignore_errors=True)
    except (OSError, SafetensorError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        raise ValueError(f"'{out}' could not be written ({reason}): make room or name another --out.") from error


def _write(file: Path, tensors: dict[str, Tensor], metadata: dict[str, str]) -> None:
    file.touch()
    mode = file.stat().st_mode
    save_file(tensors, file, metadata)
    file.chmod(mode)  # as every new file here has it: safetensors' own may be read by nobody else


def _publish(temporary: Path, path: Path) -> Path:
    stem, suffix = (path.name, "") if temporary.is_dir() else (path.stem, path.suffix)
    target, number = path, 1
    while True:
        if not target.exists():
            # A rename would replace a file that somebody else put there just now; a link, where there are links, fails.
            try:
                os.rename(temporary, target) if temporary.is_dir() else os.link(temporary, target)
                return target
            except OSError:
                if not target.exists():
                    os.replace(temporary, target)
                    return target
        number += 1
        target = path.with_name(f"{stem} ({number}){suffix}")
