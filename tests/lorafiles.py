"""Random updates of every kind that LoRA files hold, as files spell them, each with a merge of it by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
from torch import Tensor, nn

LINEAR = "down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k"
SQUARE = "down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_q"
CONV = "down_blocks.1.resnets.0.conv1"
POINT = "down_blocks.0.attentions.0.proj_in"
NORM = "down_blocks.0.resnets.0.norm1"
"""Some layers of `tinymodel.tiny_unet`."""

Nets = Mapping[str, nn.Module]
Made = tuple[dict[str, Tensor], Callable[[Tensor], Tensor]]
"""(the parts of an update by how their keys end, the weight -> what is added to it)"""


def kohya(path: str, parts: Mapping[str, Tensor], net: str = "unet") -> dict[str, Tensor]:
    return {f"lora_{net}_{path.replace('.', '_')}{part}": tensor for part, tensor in parts.items()}


def weight_of(nets: Nets, path: str, net: str = "unet") -> nn.Parameter:
    return nets[net].get_parameter(f"{path}.weight")


def parameters(nets: Nets) -> dict[str, nn.Parameter]:
    return {f"{name}.{path}": value for name, net in nets.items() for path, value in net.named_parameters()}


def assert_as_before(nets: Nets, before: Mapping[str, nn.Parameter], bits: Mapping[str, Tensor]) -> None:
    for path, parameter in parameters(nets).items():
        assert parameter is before[path]
        assert torch.equal(parameter, bits[path])


def some(*shape: int) -> Tensor:
    return torch.randn(shape) * 0.3


def lora(weight: Tensor, rank: int = 3, alpha: float | None = 1.5) -> Made:
    kernel = [1] * (weight.dim() - 2)
    up, down = some(len(weight), rank, *kernel), some(rank, *weight.shape[1:])
    scale = 1 if alpha is None else alpha / rank
    parts = {".lora_up.weight": up, ".lora_down.weight": down}
    if alpha is not None:
        parts[".alpha"] = torch.tensor(alpha)
    return parts, lambda _: scale * torch.einsum("or,r...->o...", up.flatten(1), down)


def lora_without_alpha(weight: Tensor) -> Made:
    return lora(weight, alpha=None)


def cp(weight: Tensor) -> Made:
    up, mid, down = some(len(weight), 3, 1, 1), some(3, 3, *weight.shape[2:]), some(3, weight.shape[1], 1, 1)
    parts = {".lora_up.weight": up, ".lora_mid.weight": mid, ".lora_down.weight": down, ".alpha": torch.tensor(2.0)}

    def by_hand(weight: Tensor) -> Tensor:
        """The three convolutions in a row, shown every input channel's single pixel."""
        size = weight.shape[-1]
        pixels = torch.zeros(weight.shape[1], weight.shape[1], 2 * size - 1, 2 * size - 1)
        pixels[:, :, size - 1, size - 1] = torch.eye(weight.shape[1])
        seen = nn.functional.conv2d(nn.functional.conv2d(nn.functional.conv2d(pixels, down), mid), up)
        return 2 / 3 * seen.transpose(0, 1).flip(2, 3)

    return parts, by_hand


def loha(weight: Tensor) -> Made:
    a, c = some(len(weight), 3), some(len(weight), 3)
    b, d = some(3, weight[0].numel()), some(3, weight[0].numel())
    parts = {".hada_w1_a": a, ".hada_w1_b": b, ".hada_w2_a": c, ".hada_w2_b": d, ".alpha": torch.tensor(4.0)}
    return parts, lambda weight: 4 / 3 * (torch.mm(a, b) * torch.mm(c, d)).reshape(weight.shape)


def loha_tucker(weight: Tensor) -> Made:
    outputs, inputs, *kernel = weight.shape
    a, b, c, d = some(3, outputs), some(3, inputs), some(3, outputs), some(3, inputs)
    s, t = some(3, 3, *kernel), some(3, 3, *kernel)
    parts = {".hada_w1_a": a, ".hada_w1_b": b, ".hada_w2_a": c, ".hada_w2_b": d, ".hada_t1": s, ".hada_t2": t}
    half = "mnkl,mo,ni->oikl"
    return parts, lambda _: torch.einsum(half, s, a, b) * torch.einsum(half, t, c, d)


def kron(w1: Tensor, w2: Tensor) -> Tensor:
    blocks = torch.einsum("ac,bd...->abcd...", w1, w2)
    return blocks.reshape(w1.shape[0] * w2.shape[0], w1.shape[1] * w2.shape[1], *w2.shape[2:])


def lokr(weight: Tensor) -> Made:
    w1, w2 = some(2, 4), some(weight.shape[0] // 2, weight.shape[1] // 4, *weight.shape[2:])
    # Neither factor is in two, so that alpha says nothing.
    return {".lokr_w1": w1, ".lokr_w2": w2, ".alpha": torch.tensor(64.0)}, lambda _: kron(w1, w2)


def lokr_in_two(weight: Tensor) -> Made:
    outputs, inputs, *kernel = weight.shape
    w1, a, b = some(2, 4), some(outputs // 2, 3), some(3, weight[0].numel() // 4)
    parts = {".lokr_w1": w1, ".lokr_w2_a": a, ".lokr_w2_b": b, ".alpha": torch.tensor(1.5)}
    return parts, lambda _: kron(w1, (a @ b).reshape(outputs // 2, inputs // 4, *kernel)) / 2


def lokr_in_four(weight: Tensor) -> Made:
    parts, _ = lokr_in_two(weight)
    del parts[".lokr_w1"]
    a, b = some(2, 3), some(3, 4)
    w2 = (parts[".lokr_w2_a"] @ parts[".lokr_w2_b"]).reshape(
        weight.shape[0] // 2, weight.shape[1] // 4, *weight.shape[2:]
    )
    return {**parts, ".lokr_w1_a": a, ".lokr_w1_b": b}, lambda _: kron(a @ b, w2) / 2


def lokr_tucker(weight: Tensor) -> Made:
    outputs, inputs, *kernel = weight.shape
    w1, t, a, b = some(2, 4), some(3, 3, *kernel), some(3, outputs // 2), some(3, inputs // 4)
    parts = {".lokr_w1": w1, ".lokr_t2": t, ".lokr_w2_a": a, ".lokr_w2_b": b, ".alpha": torch.tensor(6.0)}
    return parts, lambda _: 2 * kron(w1, torch.einsum("mnkl,mo,ni->oikl", t, a, b))


def full(weight: Tensor) -> Made:
    diff = some(*weight.shape)
    return {".diff": diff}, lambda _: diff


def ia3_on_outputs(weight: Tensor) -> Made:
    factors = some(*((len(weight),) if weight.dim() == 2 else (1, len(weight), 1, 1)))
    rows = factors.reshape(-1, *[1] * (weight.dim() - 1))
    return {".weight": factors, ".on_input": torch.tensor(0)}, lambda weight: weight * rows


def ia3_on_inputs(weight: Tensor) -> Made:
    factors = some(*((weight.shape[1],) if weight.dim() == 2 else (1, weight.shape[1], 1, 1)))
    columns = factors.reshape(1, -1, *[1] * (weight.dim() - 2))
    return {".weight": factors, ".on_input": torch.tensor(1)}, lambda weight: weight * columns


def dora(make: Callable[[Tensor], Made], *, outputs: bool) -> Callable[[Tensor], Made]:
    def decomposed(weight: Tensor) -> Made:
        parts, delta = make(weight)
        dims = tuple(range(1, weight.dim())) if outputs else (0, *range(2, weight.dim()))
        magnitude = weight.square().sum(dims, keepdim=True).sqrt() * 1.1

        def by_hand(weight: Tensor) -> Tensor:
            direction = weight + delta(weight)
            return magnitude * direction / direction.square().sum(dims, keepdim=True).sqrt() - weight

        return {**parts, ".dora_scale": magnitude}, by_hand

    decomposed.__name__ = f"dora_{make.__name__}_{'outputs' if outputs else 'inputs'}"
    return decomposed
