"""The kinds of updates that LoRA files are made of, and what each adds to a weight.

An update's difference D is computed in float32. With alpha and rank r as the file has them, alpha = r if it has none:

- LoRA and LoCon: D = alpha/r * up @ down, convolutions flattened (Hu et al. 2021, arXiv:2106.09685)
- CP: the same through a small core, D[o, i, ...] = alpha/r * sum over m, n of mid[m, n, ...] up[o, m] down[n, i]
- LoHa: D = alpha/r * (w1_a @ w1_b) * (w2_a @ w2_b), either half through a core as well (arXiv:2108.06098)
- LoKr: D = alpha/r * w1 (x) w2, Kronecker's product; either factor whole or itself a product, and alpha counts only
  when one of them is (arXiv:2212.10650)
- full and norm: D is what the file holds
- IA3: D = W * w, along the inputs or along the outputs (arXiv:2205.05638)
- DoRA, on top of the first four: D = m * (W + D') / |W + D'| - W, a norm for each output or each input
  (arXiv:2402.09353)

As in LyCORIS (Yeh et al. 2023, arXiv:2309.14859, KohakuBlueleaf/LyCORIS) and, for DoRA, PEFT. Where programs differ on
DoRA: the norm is that of W + D' for outputs too (ComfyUI takes W's, see Comfy-Org/ComfyUI#15458), and a scale leads
from W to W + D (LyCORIS scales m / |W + D'| alone, which keeps D' at scale 0).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

Kind = Literal["LoRA", "CP", "LoHa", "LoKr", "full", "norm", "IA3"]

_LOHA = frozenset({"hada_w1_a", "hada_w1_b", "hada_w2_a", "hada_w2_b"})
_LOKR_1 = (frozenset({"lokr_w1"}), frozenset({"lokr_w1_a", "lokr_w1_b"}))
_LOKR_2 = (frozenset({"lokr_w2"}), frozenset({"lokr_w2_a", "lokr_w2_b"}))
KINDS: Mapping[frozenset[str], Kind] = {
    frozenset({"up", "down"}): "LoRA",
    frozenset({"up", "down", "mid"}): "CP",
    _LOHA: "LoHa",
    _LOHA | {"hada_t1", "hada_t2"}: "LoHa",
    **{w1 | w2: "LoKr" for w1 in _LOKR_1 for w2 in (*_LOKR_2, _LOKR_2[1] | {"lokr_t2"})},
    frozenset({"diff"}): "full",
    frozenset({"w_norm"}): "norm",
    frozenset({"weight", "on_input"}): "IA3",
}
"""The parts (slots, see `loranames`) that the update of a weight consists of -> what it is."""

DECOMPOSABLE = ("LoRA", "CP", "LoHa", "LoKr")
"""The kinds that DoRA can be on top of."""


@dataclass(frozen=True, eq=False)
class Update:
    """How a LoRA changes one weight or bias."""

    net: str
    """One of `loranames`' UNET, TEXT_ENCODER, TEXT_ENCODER_2."""
    module: str
    """The module's flat name, see `lora_keys`."""
    parameter: Literal["weight", "bias"]
    kind: Kind
    tensors: Mapping[str, Tensor]
    """By part, in the file's dtype. Those that are the difference are "diff", IA3's factors "inputs" or "outputs";
    "dora_scale" where there is DoRA."""
    alpha: float | None
    key: str
    """One of its keys in the file, for messages."""


def difference(update: Update, weight: Tensor) -> Tensor:
    """What an update at scale 1 adds to a weight: float32, of the weight's shape and on its device.

    weight: float32, as it was before anything was merged; IA3 and DoRA depend on it.
    Raises RuntimeError for shapes that do not fit; `fits` tells beforehand.
    """
    if update.kind == "IA3":
        ((axis, factors),) = update.tensors.items()
        return weight * _along(factors.to(weight), 1 if axis == "inputs" else 0, weight.dim())
    delta = _product(update, weight.device).reshape(weight.shape)
    if "dora_scale" not in update.tensors:
        return delta
    axis = _dora_axis(update.tensors["dora_scale"], weight.shape)
    changed = weight + delta
    norm = torch.linalg.vector_norm(changed, dim=[d for d in range(weight.dim()) if d != axis], keepdim=True)
    magnitude = _along(update.tensors["dora_scale"].to(weight), axis or 0, weight.dim())
    return changed * (magnitude / (norm + torch.finfo(torch.float32).eps)) - weight


def fits(update: Update, shape: torch.Size) -> bool:
    """Whether a weight of this shape can be changed by an update. Computes nothing.

    A linear layer and a 1x1 convolution can take each other's. Raises RuntimeError when the update's own tensors do not
    fit together.
    """
    if update.kind == "IA3":
        ((axis, factors),) = update.tensors.items()
        return len(shape) > 1 and factors.numel() == shape[1 if axis == "inputs" else 0]
    made = product_shape(update)
    same = _without_ones(made) == _without_ones(shape) or tuple(made) == (shape[0], math.prod(shape[1:]))
    return same and ("dora_scale" not in update.tensors or _dora_axis(update.tensors["dora_scale"], shape) is not None)


def product_shape(update: Update) -> torch.Size:
    """The shape of what an update adds, as its own tensors shape it: linear or convolution. Not for IA3.

    Raises RuntimeError when they do not fit together.
    """
    return _product(update, torch.device("meta")).shape


def _product(update: Update, device: torch.device) -> Tensor:
    t = {part: tensor.to(device, torch.float32) for part, tensor in update.tensors.items()}
    factor: Tensor | None = None  # one whose first dimension is the rank
    match update.kind:
        case "LoRA":
            up, factor = t["up"], t["down"]
            delta = (up.flatten(1) @ factor.flatten(1)).reshape(len(up), *factor.shape[1:])
        case "CP":
            factor = t["down"]
            delta = _rebuilt(t["up"].flatten(1).T, factor.flatten(1), t["mid"])
        case "LoHa":
            factor = t["hada_w1_b"]
            one, other = (_rebuilt(t[f"hada_w{n}_a"], t[f"hada_w{n}_b"], t.get(f"hada_t{n}")) for n in (1, 2))
            delta = one * other
        case "LoKr":
            factor = t.get("lokr_w2_b", t.get("lokr_w1_b"))
            w1 = t["lokr_w1"] if "lokr_w1" in t else _rebuilt(t["lokr_w1_a"], t["lokr_w1_b"])
            w2 = t["lokr_w2"] if "lokr_w2" in t else _rebuilt(t["lokr_w2_a"], t["lokr_w2_b"], t.get("lokr_t2"))
            delta = torch.kron(w1.reshape(*w1.shape, *[1] * (w2.dim() - w1.dim())), w2.contiguous())
        case _:
            delta = t["diff"]
    if update.alpha is None or factor is None:
        return delta
    return delta * (update.alpha / len(factor))


def _rebuilt(a: Tensor, b: Tensor, core: Tensor | None = None) -> Tensor:
    """a[O, r] @ b[r, I]; with a core[r, r, ...] the Tucker product of a[r, O] and b[r, I], [O, I, ...]."""
    return a @ b if core is None else torch.einsum("mn...,mo,ni->oi...", core, a, b)


def _along(vector: Tensor, axis: int, dims: int) -> Tensor:
    """A vector of any shape, laid along one of `dims` dimensions."""
    return vector.reshape([-1 if dim == axis else 1 for dim in range(dims)])


def _dora_axis(scale: Tensor, shape: torch.Size) -> int | None:
    """Which dimension of a weight DoRA's magnitudes belong to, 0 for outputs or 1 for inputs; None if to neither.

    LyCORIS writes [1, I, ...] or, with wd_on_output, [O, 1, ...]; PEFT [O], whatever the weight.
    """
    if tuple(scale.shape[:1]) == (shape[0],) and scale.numel() == shape[0]:
        return 0
    if tuple(scale.shape[:2]) == (1, shape[1]) and scale.numel() == shape[1]:
        return 1
    return None


def _without_ones(shape: torch.Size) -> tuple[int, ...]:
    """A weight's shape without the size of a kernel that covers one pixel."""
    return tuple(shape[:2]) if math.prod(shape[2:]) == 1 else tuple(shape)
