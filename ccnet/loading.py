"""Files and folders that were checked -> networks in memory, on the CPU, without gradients, in one dtype.

Nothing is fetched, no weight is left random, no pickle is opened. Raises CheckpointError where config and weights do
not fit together after all.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import torch
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
from diffusers.models.autoencoders.autoencoder_tiny import AutoencoderTiny
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from safetensors.torch import load_file
from transformers import CLIPTextModel, CLIPTextModelWithProjection, CLIPTokenizer

from ccnet import adapters, store
from ccnet.adapters import Adapter
from ccnet.clip_vocabulary import END, SDXL_SECOND_PAD, clip_tokenizer
from ccnet.controlnet import CC_ControlNet
from ccnet.embeddings import Embedding, read_embedding
from ccnet.formats import CheckpointError, Family, FileKind, read_header
from ccnet.lora import Lora, read_lora
from ccnet.modelfolder import (
    CONTROLNET,
    SCHEDULER,
    TEXT_ENCODERS,
    TOKENIZERS,
    UNET,
    VAE,
    Part,
    parts_of,
    read_json,
    weight_files,
)
from ccnet.request import ModelSpec
from ccnet.schedulers import make_scheduler
from ccnet.singlefile import (
    load_controlnet,
    load_t2i_adapter,
    load_text_encoder,
    load_text_encoder_2,
    load_tiny_vae,
    load_unet,
    load_vae,
    scheduler_config,
)
from ccnet.steering import SteeringNet

TEXT_CLASSES = (CLIPTextModel, CLIPTextModelWithProjection)


class Parts(NamedTuple):
    """A base, ready to be put together. controlnet: its own, if it has one. Modules by diffusers and transformers."""

    unet: UNet2DConditionModel
    vae: AutoencoderKL | AutoencoderTiny
    text_encoders: tuple[Any, ...]
    tokenizers: tuple[CLIPTokenizer, ...]
    scheduler_config: Mapping[str, Any]
    controlnet: CC_ControlNet | None = None


def load_folder(folder: Path, spec: ModelSpec, dtype: torch.dtype, vae: Adapter | None = None) -> Parts:
    """From a folder in diffusers' layout. vae: used instead of its own."""
    parts = parts_of(folder)
    encoders = [(part, net) for part, net in zip(TEXT_ENCODERS, TEXT_CLASSES, strict=True) if part in parts]
    return Parts(
        unet=_pretrained(UNet2DConditionModel, folder, UNET, dtype),
        vae=_folders_vae(folder, dtype) if vae is None else load_autoencoder(vae, spec.family, dtype),
        text_encoders=tuple(_pretrained(net, folder, part, dtype) for part, net in encoders),
        tokenizers=tuple(_tokenizer(folder / part.name) for part in TOKENIZERS if part in parts),
        scheduler_config=_schedule(folder / SCHEDULER.name / SCHEDULER.config, spec),
        controlnet=_pretrained(CC_ControlNet, folder, CONTROLNET, dtype) if CONTROLNET in parts else None,
    )


def load_single(
    file: Path,
    kind: FileKind,
    dtype: torch.dtype,
    *,
    prediction: str | None = None,
    zero_terminal_snr: bool = False,
    vae: Adapter | None = None,
) -> Parts:
    """From a checkpoint's safetensors file. vae: used instead of its own."""
    family = kind.family
    assert family is not None  # a checkpoint's names tell it
    encoders: list[Any] = [load_text_encoder(file, family, dtype)]
    if family == "sdxl":
        encoders.append(load_text_encoder_2(file, dtype))
    return Parts(
        unet=load_unet(file, family, dtype),
        vae=load_vae(file, family, dtype) if vae is None else load_autoencoder(vae, family, dtype),
        text_encoders=tuple(encoders),
        tokenizers=tuple(clip_tokenizer(pad) for pad in (END, SDXL_SECOND_PAD)[: len(encoders)]),
        scheduler_config=scheduler_config(family, prediction, zero_terminal_snr),
    )


def load_autoencoder(adapter: Adapter, family: Family, dtype: torch.dtype) -> AutoencoderKL | AutoencoderTiny:
    """A VAE or TAESD in a file of its own."""
    if adapter.kind.role == "tiny_vae":
        return load_tiny_vae(adapter.file, dtype=dtype)
    vae = load_vae(adapter.file, family, dtype)
    if dtype == torch.float16 and adapter.bears_float16:
        vae.register_to_config(force_upcast=False)
    return vae


def load_layer(adapter: Adapter, family: Family, dtype: torch.dtype, unet: UNet2DConditionModel) -> SteeringNet:
    """A ControlNet, ControlNet Union or T2I-Adapter that fits this UNet."""
    if adapter.kind.role == "t2i_adapter":
        return load_t2i_adapter(adapter.file, dtype)
    return load_controlnet(adapter.file, family, dtype, unet if adapter.kind.adds_base else None)


def load_preview_vae(family: Family, dtype: torch.dtype) -> AutoencoderTiny | None:
    """The installed TAESD of a family."""
    for adapter in adapters.installed(("tiny_vae",), family):
        if adapter.kind.family == family and len(adapter.kind.parts) == 2:
            return load_tiny_vae(adapter.file, dtype=dtype)
    return None


def load_embeddings() -> tuple[tuple[Embedding, ...], tuple[str, ...]]:
    """All of the store, of both families: a prompt that names one of the other is told so. And a sentence about each
    that is damaged or cannot be used: prompts can do without it."""
    found, notices = [], []
    for entry in store.entries("embedding"):
        try:
            found.append(read_embedding(load_file(adapters.safetensors(entry.path)), entry.name))
        except ValueError as error:
            notices.append(f'The embedding "{entry.name}" was left out ({str(error).removesuffix(".")}).')
    return tuple(found), tuple(notices)


class Loras:
    """From the name in a tag to the LoRA: the same object as long as its file is the same."""

    def __init__(self, family: Family) -> None:
        self._family: Family = family
        self._read: dict[str, tuple[tuple[str, int, int], Lora]] = {}

    def __call__(self, name: str) -> Lora:
        """Raises CheckpointError for a name that is not known, and a LoRA that is damaged or of another family."""
        adapter = adapters.find_lora(name, self._family)
        state = adapter.file.stat()
        version = (str(adapter.file), state.st_mtime_ns, state.st_size)
        if adapter.name not in self._read or self._read[adapter.name][0] != version:
            try:
                metadata = read_header(adapter.file).metadata
                lora = read_lora(load_file(adapter.file), str(adapter.path), metadata)
            except CheckpointError:
                raise
            except ValueError as error:
                raise CheckpointError(str(error)) from error
            self._read[adapter.name] = version, lora
        return self._read[adapter.name][1]


def _pretrained(net: Any, model: Path, part: Part, dtype: torch.dtype) -> Any:
    """`from_pretrained` that never falls back to a pickle and never leaves a weight random."""
    assert part.stem is not None
    folder = model / part.name
    variant, _ = weight_files(folder, part.stem)
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
    return module.requires_grad_(False).eval()


def _folders_vae(folder: Path, dtype: torch.dtype) -> AutoencoderKL | AutoencoderTiny:
    tiny = read_json(folder / VAE.name / VAE.config)["_class_name"] == "AutoencoderTiny"
    return _pretrained(AutoencoderTiny if tiny else AutoencoderKL, folder, VAE, dtype)


def _tokenizer(folder: Path) -> CLIPTokenizer:
    try:
        tokenizer = CLIPTokenizer.from_pretrained(str(folder), local_files_only=True)
    except Exception as error:  # the library behind it raises plain Exceptions
        raise CheckpointError(f"{folder} cannot be loaded, its files are damaged: get the model again.") from error
    # Marks in a prompt, such as <|endoftext|>, are words like any other.
    tokenizer.split_special_tokens = True
    return tokenizer


def _schedule(file: Path, spec: ModelSpec) -> dict[str, Any]:
    config = read_json(file)
    try:
        make_scheduler(spec.scheduler, config)
    except (ValueError, TypeError, NotImplementedError, RuntimeError) as error:
        raise CheckpointError(f"{file} does not describe a noise schedule: get the model again ({error}).") from error
    return config
