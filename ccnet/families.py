"""What differs between SD1.5 and SDXL, as one table; everything else is the same pipeline.

Importing this module loads no torch: a front end may read the defaults and the fast modes before there is a model.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from ccnet.formats import Family as FamilyName
from ccnet.request import ModelSpec

if TYPE_CHECKING:
    from torch import Tensor

    from ccnet.embeddings import Embedding
    from ccnet.prompts import Embedded

    Encode = Callable[[Sequence[str | None], Sequence[Any], Sequence[Any], int, Sequence[Embedding]], Embedded]
    Added = Callable[[Embedded, int, int], Mapping[str, Tensor] | None]


@dataclass(frozen=True)
class Family:
    """One kind of Stable Diffusion.

    text_encoders: their names, for LoRAs, in the order in which `encode` takes them. encode: (texts, tokenizers, text
    encoders, clip skip, embeddings) -> what the UNet reads; a text that is None stands for no words at all.
    added: (encoded texts, height, width of the canvas in pixels) -> what the UNet adds to its time embedding, for each
    text, or None. overflows: whether the autoencoder's numbers grow past what float16 can hold; one that was made over
    says so in its config ("force_upcast": false). rgb: a picture straight from latents, red, green and blue in [-1, 1]:
    four rows, one for each channel of the scaled latents, and a fifth to add. defaults: fields of a ModelSpec.
    """

    text_encoders: tuple[str, ...]
    encode: Encode
    added: Added
    overflows: bool
    rgb: tuple[tuple[float, float, float], ...]
    defaults: Mapping[str, Any]

    def spec(self, name: str, **known: Any) -> ModelSpec:
        """How a model of this family wants to be used, as far as it says nothing else itself."""
        return ModelSpec(**{**self.defaults, "name": name, **known})


class FastMode(NamedTuple):
    """Settings that draw in few steps, with the LoRA that makes it possible: its name in the catalogue by family.

    Nothing else is needed: the LoRA's tag in the prompt, and these three in the request.
    """

    scheduler: str
    num_inference_steps: int
    guidance_scale: float
    loras: Mapping[FamilyName, str]


def _encode_sd15(
    texts: Sequence[str | None],
    tokenizers: Sequence[Any],
    text_encoders: Sequence[Any],
    clip_skip: int,
    embeddings: Sequence[Embedding],
) -> Embedded:
    from ccnet.prompts import encode_sd15

    (tokenizer,), (text_encoder,) = tokenizers, text_encoders
    return encode_sd15([text or "" for text in texts], tokenizer, text_encoder, clip_skip, embeddings)


def _encode_sdxl(
    texts: Sequence[str | None],
    tokenizers: Sequence[Any],
    text_encoders: Sequence[Any],
    clip_skip: int,
    embeddings: Sequence[Embedding],
) -> Embedded:
    from ccnet.prompts import encode_sdxl

    (first, second), (encoder, encoder_2) = tokenizers, text_encoders
    return encode_sdxl(texts, (first, second), (encoder, encoder_2), clip_skip, embeddings)


def _nothing_added(_words: Embedded, _height: int, _width: int) -> None:
    return None


def _sizes_added(words: Embedded, height: int, width: int) -> dict[str, Tensor]:
    """SDXL's micro-conditioning (Podell et al., arXiv 2307.01952, section 2.2): text_embeds Tensor[B, P], and time_ids
    Tensor[B, 6]: original height and width, top and left of the crop, target height and width.

    The canvas stands for a whole picture of its own size, even where it is a crop of a larger one. That the picture was
    small would blur what is drawn, a corner other than (0, 0) would draw it cut off.
    """
    import torch

    assert words.pooled is not None
    sizes = torch.tensor([[height, width, 0, 0, height, width]], dtype=words.tokens.dtype, device=words.tokens.device)
    return {"text_embeds": words.pooled, "time_ids": sizes.expand(len(words.tokens), -1)}


FAMILIES: Mapping[FamilyName, Family] = MappingProxyType(
    {
        "sd15": Family(
            text_encoders=("text_encoder",),
            encode=_encode_sd15,
            added=_nothing_added,
            overflows=False,
            # Fitted by the makers of ComfyUI to what the autoencoder decodes (comfy/latent_formats.py).
            rgb=(
                (0.3512, 0.2297, 0.3227),
                (0.3250, 0.4974, 0.2350),
                (-0.2829, 0.1762, 0.2721),
                (-0.2120, -0.2616, -0.7177),
                (0.0, 0.0, 0.0),
            ),
            defaults=MappingProxyType(
                {
                    "family": "sd15",
                    "resolution": 512,
                    "guidance_scale": 7.0,
                    "num_inference_steps": 25,
                    "scheduler": "dpm++ 2m karras",
                }
            ),
        ),
        "sdxl": Family(
            text_encoders=("text_encoder", "text_encoder_2"),
            encode=_encode_sdxl,
            added=_sizes_added,
            overflows=True,
            rgb=(
                (0.3651, 0.4232, 0.4341),
                (-0.2533, -0.0042, 0.1068),
                (0.1076, 0.1111, -0.0362),
                (-0.3165, -0.2492, -0.2188),
                (0.1084, -0.0175, -0.0011),
            ),
            # SDXL was trained on sizes of about 1024 x 1024 pixels whose sides are multiples of 64 (appendix I of its
            # paper): that is what `ccnet.masks.fit` makes of these two numbers.
            defaults=MappingProxyType(
                {
                    "family": "sdxl",
                    "resolution": 1024,
                    "multiple": 64,
                    "guidance_scale": 6.0,
                    "num_inference_steps": 28,
                    "scheduler": "euler a",
                }
            ),
        ),
    }
)
"""The two families by the names that files and models go by."""

FAST_MODES: Mapping[str, FastMode] = MappingProxyType(
    {
        "hyper": FastMode("euler sgm uniform", 8, 3.5, {"sd15": "hyper-sd15", "sdxl": "hyper-sdxl"}),
        "lcm": FastMode("lcm", 6, 1.8, {"sd15": "lcm-sd15", "sdxl": "lcm-sdxl"}),
    }
)
"""For front ends to offer, the better one first: with Hyper-SD negative prompts still count, with LCM hardly."""
