"""CC_ControlNet: a trainable copy of a locked UNet's encoder, joined to it by zero convolutions.

"Adding Conditional Control to Text-to-Image Diffusion Models" (Zhang, Rao, Agrawala, arXiv 2302.05543), in the layout
of the released code, which diffusers shares. Where the paper's text and its code differ, this follows the code: the
hint encoder is eight 3x3 convolutions with SiLU down to 1/8 (the paper's four 4x4 ones would end at 1/16), its last
one is the paper's first zero convolution, and the hint enters once, after the copy's first convolution.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import torch
from diffusers.models.controlnets.controlnet import ControlNetModel, ControlNetOutput
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from torch import Tensor, nn

LATENT_CHANNELS = 4


class Residuals(NamedTuple):
    """What a ControlNet adds to the locked UNet. down: one Tensor[B, C_i, h_i, w_i] for each skip connection, shallow
    to deep; mid: Tensor[B, C, h, w] for the middle block."""

    down: tuple[Tensor, ...]
    mid: Tensor

    def __add__(self, other: object) -> Residuals:
        """Several networks compose by plain addition, as in section 3.4 of the paper; no weights are needed."""
        if not isinstance(other, Residuals):
            return NotImplemented
        return Residuals(tuple(a + b for a, b in zip(self.down, other.down, strict=True)), self.mid + other.mid)

    @property
    def heights(self) -> list[int]:
        """Of every output in pixels, down then mid."""
        return [r.shape[-2] for r in (*self.down, self.mid)]

    def scaled(self, scale: float | Sequence[float]) -> Residuals:
        """Times one number, or times one number for each output (down, then mid)."""
        if isinstance(scale, int | float):
            if scale == 1:
                return self
            scale = [scale] * (len(self.down) + 1)
        *down, mid = scale
        return Residuals(tuple(r * w for r, w in zip(self.down, down, strict=True)), self.mid * mid)

    def halves(self) -> tuple[Residuals, Residuals]:
        """A guided batch's (unprompted, prompted) halves."""
        first, second = zip(*(r.chunk(2) for r in (*self.down, self.mid)), strict=True)
        return Residuals(first[:-1], first[-1]), Residuals(second[:-1], second[-1])

    def zeros(self) -> Residuals:
        """As large, all 0."""
        return Residuals(tuple(torch.zeros_like(r) for r in self.down), torch.zeros_like(self.mid))

    def pooled(self) -> Residuals:
        """Each output's mean, Tensor[B, C_i, 1, 1]."""
        return Residuals(tuple(r.mean((2, 3), keepdim=True) for r in self.down), self.mid.mean((2, 3), keepdim=True))


def batch(first: Residuals, second: Residuals) -> Residuals:
    """One batch of `first` and `second`: the inverse of `Residuals.halves`."""
    down = tuple(torch.cat(pair) for pair in zip(first.down, second.down, strict=True))
    return Residuals(down, torch.cat([first.mid, second.mid]))


def residual_weights(scheme: str, heights: Sequence[int]) -> list[float]:
    """Weights by depth for the prompted half of classifier-free guidance.

    heights: of every output in pixels, from the shallowest down block to the middle block; n of them.
    "paper": w_i = 64 / h_i (section 3.4, "CFG resolution weighting"), h_i being the height the output would have for
    the paper's 64 x 64 latents: 1 at the top, 8 at the deepest level of SD. "released": 0.825 ** (n - 1 - i), the
    guess mode of the released code (its 12 is n - 1 for SD). "diffusers": n numbers from 0.1 to 1, evenly spaced in
    their logarithm. "none": 1. Raises ValueError for another scheme.
    """
    n = len(heights)
    if scheme == "paper":
        return [heights[0] / h for h in heights]
    if scheme == "released":
        return [0.825 ** (n - 1 - i) for i in range(n)]
    if scheme == "diffusers":
        return [10 ** (i / (n - 1) - 1) for i in range(n)]
    if scheme == "none":
        return [1.0] * n
    raise ValueError(f'There is no control weighting "{scheme}": none, paper, released and diffusers are known.')


class CC_ControlNet(ControlNetModel):
    """Reads the character with a hole where the clothes are and steers a locked UNet to draw an outfit into it.

    Hint: Tensor[B, 3, H, W], RGB in [0, 1] and the model's hole value (-1) in the hole; 8 times as large as the
    latents. A ControlNetModel in every way: it works in diffusers' pipelines, and `save_pretrained` writes a folder
    that any diffusers loads as a plain ControlNetModel.
    """

    @classmethod
    def from_unet(  # type: ignore[override] - diffusers leaves the class of its result open
        cls,
        unet: UNet2DConditionModel,
        controlnet_conditioning_channel_order: str = "rgb",
        conditioning_embedding_out_channels: tuple[int, ...] | None = (16, 32, 96, 256),
        load_weights_from_unet: bool = True,
        conditioning_channels: int = 3,
    ) -> CC_ControlNet:
        """A newborn: the encoder and middle block are copies of `unet`'s, every zero convolution is 0.

        An inpainting UNet (9 input channels: latents, mask, masked latents) is copied without the last five: a
        ControlNet is shown the noisy latents alone.
        """
        net = super().from_unet(
            unet,
            controlnet_conditioning_channel_order,
            conditioning_embedding_out_channels,
            load_weights_from_unet,
            conditioning_channels,
        )
        if net.config["in_channels"] != LATENT_CHANNELS:
            wide = net.conv_in
            net.conv_in = nn.Conv2d(LATENT_CHANNELS, wide.out_channels, kernel_size=3, padding=1)
            net.conv_in.load_state_dict({"weight": wide.weight[:, :LATENT_CHANNELS], "bias": wide.bias})
            net.register_to_config(in_channels=LATENT_CHANNELS)
        return net

    def zero_convolutions(self) -> Iterator[nn.Module]:
        """The output zero convolutions: the only weights that the first training step can move."""
        yield from self.controlnet_down_blocks
        yield self.controlnet_mid_block

    def encode_hint(self, hint: Tensor) -> Tensor:
        """Tensor[B, 3, H, W] -> features Tensor[B, C, H/8, W/8], which depend on neither the step nor the noise."""
        if self.config["controlnet_conditioning_channel_order"] == "bgr":
            hint = hint.flip(1)
        return self.controlnet_cond_embedding(hint)

    def forward(
        self,
        sample: Tensor,
        timestep: Tensor | float | int,
        encoder_hidden_states: Tensor,
        controlnet_cond: Tensor | None = None,
        conditioning_scale: float = 1.0,
        class_labels: Tensor | None = None,
        timestep_cond: Tensor | None = None,
        attention_mask: Tensor | None = None,
        added_cond_kwargs: dict[str, Tensor] | None = None,
        cross_attention_kwargs: dict[str, Any] | None = None,
        guess_mode: bool = False,
        return_dict: bool = True,
        *,
        hint_features: Tensor | None = None,
    ) -> ControlNetOutput | tuple[tuple[Tensor, ...], Tensor]:
        """diffusers' signature, so that its pipelines can call it; ours call `residuals`.

        hint_features: what `encode_hint` made of the hint, instead of `controlnet_cond`. Raises ValueError when both
        or neither are given.
        """
        if (controlnet_cond is None) == (hint_features is None):
            raise ValueError("Give either the hint (controlnet_cond) or its features (hint_features).")
        if hint_features is None:
            assert controlnet_cond is not None
            hint_features = self.encode_hint(controlnet_cond)
        emb = embed_time(self, sample, timestep, timestep_cond)
        emb = embed_conditions(self, emb, encoder_hidden_states, added_cond_kwargs, class_labels)
        if attention_mask is not None:
            attention_mask = ((1 - attention_mask.to(sample.dtype)) * -10000.0).unsqueeze(1)
        attention = {
            "encoder_hidden_states": encoder_hidden_states,
            "attention_mask": attention_mask,
            "cross_attention_kwargs": cross_attention_kwargs,
        }

        # The hint enters once, after the copy's first convolution.
        residuals = outputs(self, self.conv_in(sample) + hint_features, emb, attention)
        pooled = self.config["global_pool_conditions"]
        if guess_mode and not pooled:
            residuals = residuals.scaled(residual_weights("diffusers", residuals.heights))
        residuals = residuals.scaled(conditioning_scale)
        if pooled:
            residuals = residuals.pooled()
        if not return_dict:
            return residuals.down, residuals.mid
        return ControlNetOutput(
            down_block_res_samples=residuals.down,  # type: ignore[arg-type] - declared there as one tensor
            mid_block_res_sample=residuals.mid,
        )

    def residuals(
        self, x_t: Tensor, t: Tensor, text: Tensor, hint_features: Tensor, added: Mapping[str, Tensor] | None = None
    ) -> Residuals:
        """x_t: Tensor[B, 4, h, w] noisy latents as the UNet is given them, t: the timestep, text: Tensor[B, L, D]
        prompt embeddings, hint_features: Tensor[B or 1, C, h, w], added: SDXL's text_embeds and time_ids. Unscaled."""
        down, mid = self(x_t, t, text, hint_features=hint_features, added_cond_kwargs=added, return_dict=False)
        return Residuals(down, mid)

    def to_json_string(self) -> str:
        """The config as JSON, under the name that every diffusers knows."""
        config = json.loads(super().to_json_string())
        config["_class_name"] = ControlNetModel.__name__
        return json.dumps(config, indent=2, sort_keys=True) + "\n"


def compose(residuals: Iterable[Residuals]) -> Residuals | None:
    """The sum of several networks' outputs; None when there are none, which leaves the base as it is."""
    total: Residuals | None = None
    for each in residuals:
        total = each if total is None else total + each
    return total


def embed_time(net: Any, x_t: Tensor, t: Tensor | float | int, condition: Tensor | None = None) -> Tensor:
    """The time embedding of a ControlNet of any kind, Tensor[B, E]."""
    steps = torch.as_tensor(t, device=x_t.device).reshape(-1).expand(x_t.shape[0])
    return net.time_embedding(net.time_proj(steps).to(x_t.dtype), condition)


def embed_conditions(
    net: Any, emb: Tensor, text: Tensor, added: Mapping[str, Tensor] | None, class_labels: Tensor | None = None
) -> Tensor:
    """What some bases add to the time embedding: a class, the pooled text, or SDXL's text and sizes."""
    if net.class_embedding is not None:
        if class_labels is None:
            raise ValueError("This ControlNet is conditioned on a class: class_labels are needed.")
        if net.config["class_embed_type"] == "timestep":
            class_labels = net.time_proj(class_labels)
        emb = emb + net.class_embedding(class_labels).to(net.dtype)
    if net.config["addition_embed_type"] == "text":
        emb = emb + net.add_embedding(text)
    elif net.config["addition_embed_type"] == "text_time":
        if added is None or not {"text_embeds", "time_ids"} <= added.keys():
            raise ValueError("This ControlNet belongs to SDXL: text_embeds and time_ids are needed.")
        pooled = added["text_embeds"]
        sizes = net.add_time_proj(added["time_ids"].flatten()).reshape(pooled.shape[0], -1)
        emb = emb + net.add_embedding(torch.cat([pooled, sizes], dim=-1).to(emb.dtype))
    return emb


def outputs(net: Any, x: Tensor, emb: Tensor, attention: dict[str, Any]) -> Residuals:
    """The copied encoder and middle block of a ControlNet of any kind, from behind its first convolution on: what
    leaves through a zero convolution for each skip connection and the middle."""
    skips = [x]
    for block in net.down_blocks:
        x, more = block(x, emb, **_if_attending(block, attention))
        skips.extend(more)
    x = net.mid_block(x, emb, **_if_attending(net.mid_block, attention))
    down = tuple(zero(skip) for zero, skip in zip(net.controlnet_down_blocks, skips, strict=True))
    return Residuals(down, net.controlnet_mid_block(x))


def _if_attending(block: nn.Module, attention: dict[str, Any]) -> dict[str, Any]:
    return attention if getattr(block, "has_cross_attention", False) else {}
