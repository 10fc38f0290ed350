"""LoRA files of every kind: parsed, checked against a model, merged into its weights and taken out exactly.

A merged weight is W + sum(scale_i * D_i), always from the weight W that was there first and in float32, so that neither
the order nor the history of what was merged matters. How files name modules, `lora_keys` tells; what the differences
D_i are, `lora_updates`.
"""

from __future__ import annotations

import contextlib
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from ccnet.lora_keys import flat, is_ldm, module_paths, parse
from ccnet.lora_updates import DECOMPOSABLE, KINDS, Kind, Update, difference, fits, product_shape
from ccnet.loranames import TEXT_ENCODER_2, UNET

_FAMILIES = {768: "SD1.5", 1024: "SD2", 2048: "SDXL"}
"""How many numbers a UNet reads for each word -> the family that does."""


@dataclass(frozen=True, eq=False)
class Lora:
    """A LoRA file of any kind, parsed."""

    name: str
    updates: Mapping[str, Update]
    """By net, module and parameter: "unet.mid_block_resnets_0_conv1.weight"."""

    @property
    def kinds(self) -> frozenset[str]:
        """What it consists of: values of `lora_updates.KINDS`, and "DoRA"."""
        found: set[str] = {update.kind for update in self.updates.values()}
        if any("dora_scale" in update.tensors for update in self.updates.values()):
            found.add("DoRA")
        return frozenset(found)

    @property
    def touches_text(self) -> bool:
        """Whether it changes a text encoder, so that prompts have to be encoded anew."""
        return any(update.net != UNET for update in self.updates.values())


def read_lora(tensors: Mapping[str, Tensor], name: str, metadata: Mapping[str, str] | None = None) -> Lora:
    """Parses a LoRA file of any kind.

    tensors: its tensors by their keys, of any float dtype. name: what messages call the file. metadata: that of a
    safetensors file; diffusers keeps PEFT's alphas there.
    Raises ValueError for a key that no LoRA for SD1.5 or SDXL has, an update that is not whole, numbers that are not
    finite, and a file with nothing in it.
    """
    modules: dict[tuple[str, str], dict[str, Tensor]] = {}
    keys: dict[tuple[str, str], str] = {}
    for key, tensor in tensors.items():
        place = parse(key)
        # "weight" is a part of IA3 alone; without its "on_input" the key is one of a whole net.
        if place is None or (place.part == "weight" and f"{key.removesuffix('weight')}on_input" not in tensors):
            raise ValueError(f'{name} has the key "{key}", as no LoRA for SD1.5 or SDXL has: get one made for those.')
        if not torch.isfinite(tensor.float()).all():
            raise ValueError(f'{name} is damaged, "{key}" holds numbers that are not finite: get it again.')
        parts = modules.setdefault((place.net, place.module), {})
        if place.part in parts:
            raise ValueError(f'{name} is damaged, it holds "{key}" twice: get it again.')
        parts[place.part] = tensor
        keys.setdefault((place.net, place.module), key)
    if not modules:
        raise ValueError(f"{name} holds no weights: get it again.")
    config = _adapter_config(metadata or {}, name)
    updates = {
        f"{update.net}.{update.module}.{update.parameter}": update
        for place, parts in modules.items()
        for update in _updates(*place, parts, keys[place], name, config)
    }
    return Lora(name, updates)


def check_fits(lora: Lora, nets: Mapping[str, nn.Module]) -> None:
    """Verifies, touching nothing, that a LoRA can be merged into these nets, named as for `MergedLoras`.

    Raises ValueError when it was made for another family or has a weight that does not fit.
    """
    _targets(lora, nets)


class MergedLoras:
    """The LoRAs that are merged into the weights of a model at present.

    A module whose weight changes is given a new parameter; the one it had is kept aside and put back as it was. So what
    shares the old one goes on unchanged, and what was merged is taken out to the bit. The nets may be moved to another
    device in between; hooks that hold on to parameters (group offloading) must be put on afterwards.
    """

    def __init__(self, nets: Mapping[str, nn.Module]) -> None:
        """nets: "unet", "text_encoder" and, for SDXL, "text_encoder_2", in diffusers' and transformers' layout."""
        self._nets = dict(nets)
        self._known: dict[Lora, list[_Target]] = {}
        self._merged: dict[_Slot, _Merged] = {}

    @torch.inference_mode(False)  # what is made in inference mode can hardly be moved outside of it
    @torch.no_grad()
    def set(self, loras: Sequence[tuple[Lora, float, float]]) -> None:
        """Merges these LoRAs and no others: each with its scale for the UNet and its scale for the text encoders.

        Only weights that have other LoRAs or other scales than before are computed; at scale 0 a LoRA is left out. They
        have the net's dtype, device and memory format.
        Raises ValueError for a LoRA that does not fit or a scale that is not finite, no weight touched. After any other
        error, such as out of memory, nothing is merged.
        """
        for lora, *scales in loras:
            if not all(math.isfinite(scale) for scale in scales):
                raise ValueError(f"The scale of {lora.name} must be a finite number.")
        known = {lora: self._known.get(lora) or _targets(lora, self._nets) for lora, _, _ in loras}
        wanted: dict[_Slot, list[tuple[_Target, float]]] = {}
        for lora, unet_scale, text_scale in loras:
            for target in known[lora]:
                scale = unet_scale if target.update.net == UNET else text_scale
                if scale != 0:
                    wanted.setdefault(target.slot, []).append((target, scale))
        try:
            for slot in [slot for slot in self._merged if slot not in wanted]:
                self._restore(slot)
            for slot, changes in wanted.items():
                self._merge(slot, changes)
        except BaseException:
            for slot in list(self._merged):
                self._restore(slot)
            raise
        self._known = known

    def _merge(self, slot: _Slot, changes: list[tuple[_Target, float]]) -> None:
        before = self._merged.get(slot)
        if before is not None and before.changes == changes:
            return
        original = slot.parameter() if before is None else _like(before.original, slot.parameter())
        weight = original.detach().float()
        total = weight.clone()
        for target, scale in changes:
            total[target.part].add_(difference(target.update, weight[target.part]), alpha=scale)
        merged = torch.empty_like(original.detach()).copy_(total)
        self._merged[slot] = _Merged(original, changes)
        slot.put(nn.Parameter(merged, requires_grad=original.requires_grad))

    def _restore(self, slot: _Slot) -> None:
        slot.put(_like(self._merged[slot].original, slot.parameter()))
        del self._merged[slot]


class _Slot(NamedTuple):
    """A parameter's place in a net."""

    module: nn.Module
    name: str

    def parameter(self) -> nn.Parameter:
        return getattr(self.module, self.name)

    def put(self, parameter: nn.Parameter) -> None:
        setattr(self.module, self.name, parameter)


class _Merged(NamedTuple):
    original: nn.Parameter
    changes: list[tuple[_Target, float]]


@dataclass(frozen=True, eq=False)
class _Target:
    """An update and the parameter that it changes, or the part of it."""

    slot: _Slot
    update: Update
    part: Any = ...


def _like(parameter: nn.Parameter, other: nn.Parameter) -> nn.Parameter:
    """The parameter itself, or a copy where another has gone, in device or dtype, since it was put aside."""
    if (parameter.device, parameter.dtype) == (other.device, other.dtype):
        return parameter
    return nn.Parameter(parameter.to(other.device, other.dtype), requires_grad=parameter.requires_grad)


def _updates(
    net: str, module: str, parts: dict[str, Tensor], key: str, name: str, config: Mapping[str, Any]
) -> Iterator[Update]:
    """One module's parts in a file -> the updates of its weight and of its bias."""
    tensors = dict(parts)
    alpha = _number(tensors.pop("alpha", None), name, key)
    biases: tuple[tuple[str, Kind], ...] = (("diff_b", "full"), ("b_norm", "norm"))
    for part, kind in biases:
        if part in tensors:
            yield Update(net, module, "bias", kind, {"diff": tensors.pop(part)}, None, key)
            if not tensors:
                return
    dora = {"dora_scale": tensors.pop("dora_scale")} if "dora_scale" in tensors else {}
    if "magnitude" in tensors:
        dora = {"dora_scale": tensors.pop("magnitude").flatten()}
    kind = KINDS.get(frozenset(tensors))
    if kind is None or (dora and kind not in DECOMPOSABLE):
        nearest = max(KINDS, key=lambda parts: len(parts & tensors.keys()))
        missing = sorted(nearest - tensors.keys())
        problem = f'"{missing[0]}" is missing' if missing else "too much is there"
        raise ValueError(f'{name} is truncated or damaged, beside "{key}" {problem}: get it again.')
    if kind == "IA3":
        axis = "inputs" if _number(tensors["on_input"], name, key) else "outputs"
        tensors = {axis: tensors["weight"]}
    elif kind in ("full", "norm"):
        tensors = {"diff": next(iter(tensors.values()))}
    elif kind == "LoRA" and alpha is None:
        alpha = _declared_alpha(config, net, module, tensors["down"].shape[:1].numel(), name)
    yield Update(net, module, "weight", kind, tensors | dora, alpha, key)


def _number(tensor: Tensor | None, name: str, key: str) -> float | None:
    if tensor is None:
        return None
    if tensor.numel() != 1:
        raise ValueError(f'{name} is damaged, a number of "{key}" is a list: get it again.')
    return float(tensor)


def _adapter_config(metadata: Mapping[str, str], name: str) -> Mapping[str, Any]:
    """The configuration of PEFT's adapters as diffusers writes it into a file: "unet.lora_alpha" and so on."""
    try:
        config = json.loads(metadata.get("lora_adapter_metadata", "{}"))
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{name} is damaged, its metadata makes no sense: get it again.") from error
    return config if isinstance(config, dict) else {}


def _declared_alpha(config: Mapping[str, Any], net: str, module: str, rank: int, name: str) -> float | None:
    """The alpha of a module of this rank after PEFT's configuration, if it has one for the net.

    PEFT's patterns are regular expressions; a stranger's are not run, they are taken for the paths they mostly are.
    """
    alpha = config.get(f"{net}.lora_alpha")
    patterns = config.get(f"{net}.alpha_pattern")
    for path, special in patterns.items() if isinstance(patterns, dict) else ():
        if f"_{module}".endswith(f"_{flat(path)}"):
            alpha = special
            break
    if alpha is None:
        return None
    if not isinstance(alpha, int | float) or not abs(alpha) < 1e6:
        raise ValueError(f"{name} is damaged, the alpha in its metadata makes no sense: get it again.")
    return alpha * math.sqrt(rank) if config.get(f"{net}.use_rslora") else alpha


def _targets(lora: Lora, nets: Mapping[str, nn.Module]) -> list[_Target]:
    """Where each update of a LoRA belongs. Raises ValueError when one belongs nowhere, or does not fit."""
    paths = {name: module_paths(nets[name]) for name in {update.net for update in lora.updates.values()} & nets.keys()}
    targets: dict[_Slot, _Target] = {}
    # Some files have everything twice, by LDM's names and by diffusers': it is meant once.
    for update in sorted(lora.updates.values(), key=lambda update: is_ldm(update.module)):
        if update.net not in nets:
            raise _misfit(lora, nets, f'it changes a {update.net} (see "{update.key}")')
        path = paths[update.net].get(update.module)
        if path is None:
            raise _misfit(lora, nets, f'"{update.key}" is for a layer that is not there')
        slot = _Slot(nets[update.net].get_submodule(path), update.parameter)
        if not isinstance(getattr(slot.module, slot.name, None), nn.Parameter):
            raise _misfit(lora, nets, f'"{update.key}" is for a {update.parameter} that is not there')
        if slot not in targets:
            targets[slot] = _Target(slot, update, _part_that_fits(update, slot, path, lora, nets))
    return list(targets.values())


def _part_that_fits(update: Update, slot: _Slot, path: str, lora: Lora, nets: Mapping[str, nn.Module]) -> Any:
    """An index of what an update changes of a parameter: all, or the first channels."""
    shape = slot.parameter().shape
    try:
        if fits(update, shape):
            return ...
        # An inpainting UNet reads the mask and the masked picture behind the 4 channels that all others read.
        if path == "conv_in" and shape[1] == 9 and fits(update, torch.Size((shape[0], 4, *shape[2:]))):
            return (slice(None), slice(4))
    except (RuntimeError, IndexError) as error:
        problem = f'the tensors of "{update.key}" do not fit together'
        raise ValueError(f"{lora.name} is damaged, {problem}: get it again.") from error
    raise _misfit(lora, nets, f'"{update.key}" is for a {update.parameter} of another shape than {tuple(shape)}')


def _misfit(lora: Lora, nets: Mapping[str, nn.Module], problem: str) -> ValueError:
    wanted = _FAMILIES.get(_word_width(nets), "this model")
    made = _made_for(lora)
    kind = f"is a LoRA for {made} and " if made not in (None, wanted) else ""
    return ValueError(f"{lora.name} {kind}does not fit this model, {problem}: use a LoRA made for {wanted}.")


def _word_width(nets: Mapping[str, nn.Module]) -> int:
    """How many numbers the UNet reads for each word; 0 without one."""
    modules = nets[UNET].named_modules() if UNET in nets else ()
    readers = (module for path, module in modules if path.endswith("attn2.to_k"))
    return next((reader.in_features for reader in readers if isinstance(reader, nn.Linear)), 0)


def _made_for(lora: Lora) -> str | None:
    """The family a LoRA is for, as far as it shows."""
    if any(update.net == TEXT_ENCODER_2 for update in lora.updates.values()):
        return "SDXL"
    for update in lora.updates.values():
        if update.module.endswith("attn2_to_k") and update.kind != "IA3":
            with contextlib.suppress(RuntimeError, IndexError):
                if family := _FAMILIES.get(product_shape(update)[1]):
                    return family
    return None
