"""What steers the UNet by a hint: ControlNets, ControlNet Union and T2I-Adapters, used alike.

A `Layer` is one such network at work in a request. Its hint is encoded once; at every step in which it takes part it
says what is to be added to the UNet, and where it takes no part it is not run.
"""

from __future__ import annotations

import functools
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple

import torch
from diffusers.models.adapter import T2IAdapter
from diffusers.models.controlnets.controlnet_union import ControlNetUnionModel
from torch import Tensor

from ccnet.controlnet import (
    CC_ControlNet,
    Residuals,
    batch,
    compose,
    embed_conditions,
    embed_time,
    outputs,
    residual_weights,
)
from ccnet.request import Branches, Control, Weighting

SteeringNet = CC_ControlNet | ControlNetUnionModel | T2IAdapter

UNION_KINDS: Mapping[str, int] = MappingProxyType(
    {
        "pose": 0,
        "depth": 1,
        "soft edge": 2,
        "scribble": 2,
        "scribble hed": 2,
        "lineart": 3,
        "lineart anime": 3,
        "canny": 3,
        "segmentation": 5,
    }
)
"""A hint's kind -> the number that ControlNet Union knows it by."""

UNION_REPAINT = 7
"""Its number for a picture with a hole, which only the ProMax version knows."""

UNION_HOLE = 0.0
"""The hole is black: that is how it was trained."""


class Shown(NamedTuple):
    """What the networks are shown at one step.

    x_t: noisy latents Tensor[B, 4, h, w]. t: the timestep. text: Tensor[B, L, D]; added: what SDXL adds to the time
    embedding, by name, Tensor[B, ...]. guided: whether the first half of B is unprompted and the second prompted.
    """

    x_t: Tensor
    t: Tensor
    text: Tensor
    added: Mapping[str, Tensor] | None
    guided: bool

    def prompted(self) -> Shown:
        """The prompted half alone."""
        n = len(self.x_t) // 2
        added = None if self.added is None else {name: value[n:] for name, value in self.added.items()}
        return Shown(self.x_t[n:], self.t, self.text[n:], added, guided=False)


class Push(NamedTuple):
    """What is added to the UNet at one step: to its skip connections and middle block, and to what its down blocks
    answer, one Tensor[B, C_i, h_i, w_i] for each."""

    skips: Residuals | None = None
    blocks: tuple[Tensor, ...] = ()


def unet_arguments(pushes: Iterable[Push]) -> dict[str, Any]:
    """The sum of several layers' pushes, as keyword arguments of diffusers' UNet."""
    pushes = list(pushes)
    skips = compose(push.skips for push in pushes if push.skips is not None)
    blocks = [functools.reduce(torch.add, parts) for parts in _columns(pushes)]
    return {
        "down_block_additional_residuals": skips.down if skips else None,
        "mid_block_additional_residual": skips.mid if skips else None,
        "down_intrablock_additional_residuals": blocks or None,
    }


@dataclass(frozen=True)
class Layer(ABC):
    """One network at work, and its part in the request."""

    net: Any
    control: Control

    def acts_at(self, step: int, total: int) -> bool:
        """Whether it is run at a step (0-based) at all; outside its share of the steps or at scale 0 it is not."""
        control = self.control
        return control.scale > 0 and control.start <= step / total and (step + 1) / total <= control.end

    @abstractmethod
    def push(self, shown: Shown, branches: Branches, weighting: Weighting) -> Push:
        """What it adds to the UNet for this batch."""


@dataclass(frozen=True)
class ControlNetLayer(Layer):
    """A ControlNet. features: of its hint, Tensor[1, C, h, w]."""

    features: Tensor

    def push(self, shown: Shown, branches: Branches, weighting: Weighting) -> Push:
        # A net whose answers are pooled says nothing of places: it acts like a prompt, on the prompted half.
        pooled = bool(self.net.config["global_pool_conditions"])
        alone = shown.guided and (branches == "conditional" or pooled)
        # Unsteered, the first half needs no run of the ControlNet.
        residuals = self.residuals(shown.prompted() if alone else shown).scaled(self.control.scale)
        return Push(skips=_by_branch(residuals, "none" if pooled else weighting, shown.guided, alone))

    def residuals(self, shown: Shown) -> Residuals:
        """Unscaled."""
        return self.net.residuals(shown.x_t, shown.t, shown.text, self.features, shown.added)


@dataclass(frozen=True)
class UnionLayer(ControlNetLayer):
    """A ControlNet Union. kind: the number of its hint's kind."""

    kind: int

    def residuals(self, shown: Shown) -> Residuals:
        """As `ControlNetUnionModel.forward` with this one hint, which it would encode anew at every step."""
        net, n = self.net, len(shown.x_t)
        emb = embed_time(net, shown.x_t, shown.t)
        kinds = torch.zeros(n, net.config["num_control_type"], dtype=shown.text.dtype, device=shown.text.device)
        kinds[:, self.kind] = 1
        emb = emb + net.control_add_embedding(net.control_type_proj(kinds.flatten()).reshape(n, -1).to(emb.dtype))
        emb = embed_conditions(net, emb, shown.text, shown.added)
        x = net.conv_in(shown.x_t)
        hint = self.features.mean((2, 3)) + net.task_embedding[self.kind]
        summaries = torch.stack([hint.expand(n, -1), x.mean((2, 3))], dim=1)
        for layer in net.transformer_layes:  # misspelt by its makers
            summaries = layer(summaries)
        x = x + (self.features + net.spatial_ch_projs(summaries[:, 0])[..., None, None])
        residuals = outputs(net, x, emb, {"encoder_hidden_states": shown.text})
        return residuals.pooled() if net.config["global_pool_conditions"] else residuals


@dataclass(frozen=True)
class AdapterLayer(Layer):
    """A T2I-Adapter, which has said all it has to say once the hint is known.

    features: of its hint, times its scale, Tensor[1, C_i, h_i, w_i] for each down block of the UNet.
    """

    features: tuple[Tensor, ...]

    def push(self, shown: Shown, branches: Branches, weighting: Weighting) -> Push:
        """`weighting` is for ControlNets: an adapter has no outputs to weight by their depth."""
        n = len(shown.x_t)
        blocks = tuple(feature.expand(n, -1, -1, -1) for feature in self.features)
        if shown.guided and branches == "conditional":
            blocks = tuple(torch.cat([torch.zeros_like(b[: n // 2]), b[n // 2 :]]) for b in blocks)
        return Push(blocks=blocks)


def check(net: SteeringNet, control: Control) -> None:
    """Verifies that a net can follow a control. Raises ValueError, saying what the control lacks."""
    own = control.image is None and control.annotator is None
    if isinstance(net, T2IAdapter):
        if own:
            raise ValueError(
                f'The T2I-Adapter "{control.name}" cannot read a picture with a hole: name an annotator, or give it '
                "a control image."
            )
    elif isinstance(net, ControlNetUnionModel):
        if control.image is not None and control.annotator is None:
            raise ValueError(
                f'The ControlNet Union "{control.name}" must be told what its control image is: name its annotator.'
            )
        if _union_kind(control) >= net.config["num_control_type"]:
            raise ValueError(
                f'The ControlNet Union "{control.name}" cannot read a picture with a hole: use its ProMax version, or '
                "name an annotator."
            )


def encode_hint(net: SteeringNet, hint: Tensor) -> tuple[Tensor, ...]:
    """What a net makes of its hint, Tensor[1, 3, H, W], whatever the step and the noise."""
    if isinstance(net, T2IAdapter):
        if net.config["in_channels"] == 1:
            hint = hint.mean(1, keepdim=True)
        return tuple(net(hint))
    if isinstance(net, ControlNetUnionModel):
        return (net.controlnet_cond_embedding(hint),)
    return (net.encode_hint(hint),)


def activate(net: SteeringNet, control: Control, features: tuple[Tensor, ...]) -> Layer:
    """features: what `encode_hint` made."""
    if isinstance(net, T2IAdapter):
        return AdapterLayer(net, control, tuple(feature * control.scale for feature in features))
    if isinstance(net, ControlNetUnionModel):
        return UnionLayer(net, control, features[0], _union_kind(control))
    return ControlNetLayer(net, control, features[0])


def _union_kind(control: Control) -> int:
    return UNION_REPAINT if control.annotator is None else UNION_KINDS[control.annotator]


def _columns(pushes: Iterable[Push]) -> Iterable[tuple[Tensor, ...]]:
    """The pushes' blocks, those that belong to the same down block together."""
    return zip(*(push.blocks for push in pushes if push.blocks), strict=True)


def _by_branch(residuals: Residuals, weighting: Weighting, guided: bool, prompted_alone: bool) -> Residuals:
    """Residuals for the whole batch from those that were run: weights reach the prompted half alone."""
    if weighting == "none" and not prompted_alone:
        return residuals
    weights = residual_weights(weighting, residuals.heights)
    if prompted_alone:
        return batch(residuals.zeros(), residuals.scaled(weights))
    if not guided:
        return residuals.scaled(weights)
    unprompted, prompted = residuals.halves()
    return batch(unprompted, prompted.scaled(weights))
