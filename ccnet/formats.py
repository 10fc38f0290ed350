"""What kind of model a file is, told by the names and shapes of its tensors, never by its extension (no torch).

Names are judged before widths: where a net has attention, where not, and which embeddings it adds tell SD1.5 from SDXL
at any width, so that small nets with true names are known as well; widths tell the families that cannot be used.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, NamedTuple, NoReturn

from ccnet.foreign import foreign_kind
from ccnet.headers import CheckpointError, Header, TensorInfo, read_header
from ccnet.loranames import FOREIGN, LoraNames, read_lora_names

__all__ = ["CheckpointError", "Family", "FileKind", "Header", "Role", "TensorInfo", "identify", "read_header"]

Family = Literal["sd15", "sdxl"]
Role = Literal[
    "checkpoint",
    "unet",
    "vae",
    "tiny_vae",
    "controlnet",
    "t2i_adapter",
    "lora",
    "embedding",
    "ip_adapter",
    "text_encoder",
    "segmenter",
    "parser",
]

ROLE_WORDS: dict[Role, str] = {
    "checkpoint": "checkpoint",
    "unet": "UNet",
    "vae": "VAE",
    "tiny_vae": "TAESD preview VAE",
    "controlnet": "ControlNet",
    "t2i_adapter": "T2I-Adapter",
    "lora": "LoRA",
    "embedding": "textual inversion embedding",
    "ip_adapter": "IP-Adapter",
    "text_encoder": "text encoder",
    "segmenter": "segmenter",
    "parser": "clothes parser",
}
LOOKING: frozenset[Role] = frozenset({"segmenter", "parser"})
"""What looks at a finished picture and draws nothing: it has no family."""

FAMILY_WORDS: dict[Family | None, str] = {"sd15": "SD1.5", "sdxl": "SDXL", None: "SD1.5 or SDXL"}
PART_WORDS = {
    "unet": "UNet",
    "vae": "VAE",
    "text_encoder": "text encoder",
    "text_encoder_2": "second text encoder",
    "encoder": "encoder",
    "decoder": "decoder",
}

WHOLE: dict[Family, tuple[str, ...]] = {
    "sd15": ("unet", "vae", "text_encoder"),
    "sdxl": ("unet", "vae", "text_encoder", "text_encoder_2"),
}
"""The parts that a checkpoint needs before it draws."""


@dataclass(frozen=True)
class FileKind:
    """What a file is.

    family: None when the file alone does not tell (an SD1.5 and an SDXL VAE have the same names and shapes).
    layout: whose names the tensors have. "ldm" (A1111 single files) or "diffusers" for checkpoints, UNets and VAEs;
    "cldm" or "diffusers" for ControlNets; "original" or "diffusers" for T2I-Adapters and TAESD; "kohya", "lycoris"
    (kohya's names, more than plain LoRA), "peft", "diffusers" or "comfy" for LoRAs; "a1111", "kohya" or "diffusers"
    for embeddings; "diffusers" or "openclip" for text encoders; "original" or "transformers" for segmenters (Segment
    Anything); "transformers" (SegFormer) or "l2d" (the anime SAM) for parsers.
    parts: of a checkpoint or LoRA, which of unet, vae, text_encoder, text_encoder_2 are inside; of a TAESD encoder,
    decoder; of an embedding or text encoder, for which text encoder it is.
    in_channels: of a UNet (4, or 9 to inpaint) or ControlNet. hint_channels: of the picture that a ControlNet or
    T2I-Adapter reads. widths: how many channels each of its levels has, from the first to the last, those of a
    T2I-Adapter without repetitions; () when the names do not tell. context: how many numbers it reads for each word.
    prediction: "v_prediction" when the file says so, else None. zero_terminal_snr: whether it says so.
    control_types: how many kinds of control a ControlNet Union tells apart (6, or 8 for ProMax), 0 for a plain one.
    adds_base: the weights are a difference to which those of a base model must be added.
    algorithms: of a LoRA; among lora, tucker, loha, lokr, dora, ia3, full, norm.
    """

    role: Role
    family: Family | None
    layout: str
    parts: frozenset[str] = frozenset()
    in_channels: int | None = None
    hint_channels: int | None = None
    widths: tuple[int, ...] = ()
    context: int | None = None
    prediction: Literal["v_prediction"] | None = None
    zero_terminal_snr: bool = False
    control_types: int = 0
    adds_base: bool = False
    algorithms: frozenset[str] = frozenset()

    @property
    def union(self) -> bool:
        return self.control_types > 0

    @property
    def noun(self) -> str:
        """Its family and role for people, such as "SDXL LoRA"."""
        return ROLE_WORDS[self.role] if self.role in LOOKING else f"{FAMILY_WORDS[self.family]} {ROLE_WORDS[self.role]}"

    @property
    def missing(self) -> tuple[str, ...]:
        """The parts a checkpoint lacks; nothing for other roles."""
        if self.role != "checkpoint" or self.family is None:
            return ()
        return tuple(part for part in WHOLE[self.family] if part not in self.parts)

    def describe(self) -> str:
        """One line for people, such as "SDXL checkpoint (A1111 single file), v-prediction"."""
        kind = f"{self.noun}{' Union' if self.union else ''}"
        layout = "A1111 single file" if self.role == "checkpoint" else f"{self.layout} layout"
        notes = [
            f"{self.in_channels} channels, for inpainting" if self.in_channels == 9 else "",
            f"{self.control_types} kinds of control" if self.union else "",
            f"{self.hint_channels}-channel hint" if self.hint_channels not in (None, 3) else "",
            "v-prediction" if self.prediction else "",
            "zero terminal SNR" if self.zero_terminal_snr else "",
            "a difference to its base model" if self.adds_base else "",
            ", ".join(sorted(self.algorithms - {"lora"})),
            f"without {' and '.join(PART_WORDS[part] for part in self.missing)}" if self.missing else "",
            f"{PART_WORDS[min(self.parts)]} only" if self.role == "tiny_vae" and len(self.parts) == 1 else "",
        ]
        return ", ".join([f"{kind} ({layout})", *filter(None, notes)])


def identify(header: Header, file: Path) -> FileKind:
    """Decides what a file is by the names and shapes in its header; `file` names it in sentences.

    Metadata may add that a net predicts v; of the family it is asked, as is a VAE's or TAESD's own file name, only when
    the tensors cannot tell. Raises CheckpointError, saying what the file is, when CC_ControlNet cannot use it.
    """
    contents = _Contents({name: info.shape for name, info in header.tensors.items()}, header.metadata, file)
    if not contents.shapes:
        raise CheckpointError(f"{file} holds no tensors: get it again.")
    if kind := _segmenter(contents) or _parser(contents):
        return kind
    lora = read_lora_names(contents.shapes)
    noun = "LoRA" if lora.modules else "ControlNet" if contents.starts("controlnet_") else "checkpoint"
    if what := foreign_kind(contents.shapes, noun):
        contents.refuse(what)
    if kind := _ip_adapter(contents):
        return kind
    if lora.modules:
        return _lora(contents, lora)
    for recognise in (_controlnet, _t2i_adapter, _checkpoint, _unet, _vae, _tiny_vae, _embedding, _text_encoder):
        if kind := recognise(contents):
            return kind
    raise CheckpointError(f"{file} is no model that CC_ControlNet knows: it works with SD1.5 and SDXL.")


class _Contents(NamedTuple):
    shapes: Mapping[str, tuple[int, ...]]
    metadata: Mapping[str, str]
    file: Path

    def size(self, name: str, axis: int) -> int | None:
        """A tensor's size along one axis; None when there is no such tensor or axis."""
        shape = self.shapes.get(name, ())
        return shape[axis] if len(shape) > axis else None

    def sizes(self, pattern: str) -> tuple[int, ...]:
        """The first axes of the tensors whose names a pattern matches, in the order of its one number."""
        found = ((re.fullmatch(pattern, name), shape) for name, shape in self.shapes.items() if shape)
        return tuple(size for _, size in sorted((int(match[1]), shape[0]) for match, shape in found if match))

    def has(self, *names: str) -> bool:
        return all(name in self.shapes for name in names)

    def starts(self, prefix: str, ending: str = "") -> bool:
        return any(name.startswith(prefix) and name.endswith(ending) for name in self.shapes)

    def said_family(self) -> Family | None:
        """By the metadata that sd-scripts and the modelspec standard write."""
        said = [self.metadata.get(key, "") for key in ("modelspec.architecture", "ss_base_model_version")]
        if any(text.startswith(("stable-diffusion-xl", "sdxl")) for text in said):
            return "sdxl"
        return "sd15" if any(text.startswith(("stable-diffusion-v1", "sd_v1", "sd_1")) for text in said) else None

    def refuse(self, what: str) -> NoReturn:
        raise CheckpointError(f"{self.file} is {what}; CC_ControlNet works with SD1.5 and SDXL.")


def _segmenter(contents: _Contents) -> FileKind | None:
    """Segment Anything; not SAM-HQ, MobileSAM or SAM 2, which are nets of their own."""
    if contents.starts("mask_decoder.hf_") or contents.starts("mask_decoder.hq_"):
        return None
    for layout, first in (
        ("original", "image_encoder.patch_embed.proj.weight"),
        ("transformers", "vision_encoder.patch_embed.projection.weight"),
    ):
        if contents.has(first, "mask_decoder.iou_token.weight", "prompt_encoder.no_mask_embed.weight"):
            return FileKind("segmenter", None, layout)
    return None


def _parser(contents: _Contents) -> FileKind | None:
    """The anime SAM of nineteen classes, or a SegFormer, which is taken for one that knows clothes."""
    if any(
        re.match(r"(module\.|model\.)?img_adapter\.sam_img_encoder\.patch_embed\.", name) for name in contents.shapes
    ):
        return FileKind("parser", None, "l2d")
    if contents.has("decode_head.classifier.weight") and contents.starts("segformer."):
        return FileKind("parser", None, "transformers")
    return None


class _UNetNames(NamedTuple):
    """Where a UNet or ControlNet tells what it is: SD1.5 has attention from its first level on, SDXL from its second;
    SDXL alone embeds sizes; and both have two residual blocks a level and attention in the middle. halving: a pattern
    of what stands at the end of every level but the last, whose width is that of the middle."""

    conv_in: str
    conv_out: str
    reads: tuple[str, str]
    size_embedding: str
    shared: tuple[str, ...]
    halving: str
    middle: str
    middle_reads: str


_LDM = _UNetNames(
    "input_blocks.0.0.weight",
    "out.2.weight",
    (
        "input_blocks.1.1.transformer_blocks.0.attn2.to_k.weight",
        "input_blocks.4.1.transformer_blocks.0.attn2.to_k.weight",
    ),
    "label_emb.0.0.weight",
    ("input_blocks.3.0.op.weight", "middle_block.1.proj_in.weight"),
    r"input_blocks\.(\d+)\.0\.op\.weight",
    "middle_block.0.in_layers.2.weight",
    "middle_block.1.transformer_blocks.0.attn2.to_k.weight",
)
_DIFFUSERS = _UNetNames(
    "conv_in.weight",
    "conv_out.weight",
    (
        "down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k.weight",
        "down_blocks.1.attentions.0.transformer_blocks.0.attn2.to_k.weight",
    ),
    "add_embedding.linear_1.weight",
    ("down_blocks.0.resnets.1.conv1.weight", "mid_block.attentions.0.proj_in.weight"),
    r"down_blocks\.(\d+)\.downsamplers\.0\.conv\.weight",
    "mid_block.resnets.0.conv1.weight",
    "mid_block.attentions.0.transformer_blocks.0.attn2.to_k.weight",
)


def _unet_family(contents: _Contents, names: _UNetNames, prefix: str, noun: str) -> Family:
    widths = {contents.size(prefix + name, 1) for name in names.reads}
    sized = contents.has(prefix + names.size_embedding)
    if 1024 in widths:
        contents.refuse(f"an SD2.x {noun}")
    if sized and 1280 in widths:
        contents.refuse("the SDXL refiner")
    return "sdxl" if sized else "sd15"


def _build(contents: _Contents, names: _UNetNames, prefix: str) -> tuple[tuple[int, ...], int | None]:
    """(widths, context) of a UNet or ControlNet."""
    last = contents.size(prefix + names.middle, 0)
    widths = [] if last is None else [*contents.sizes(re.escape(prefix) + names.halving), last]
    return tuple(widths), contents.size(prefix + names.middle_reads, 1)


def _any_unet(contents: _Contents, names: _UNetNames, prefix: str, noun: str) -> FileKind | None:
    """What a UNet that can be used is, as if it were alone; None when there is none in the file."""
    if not contents.has(prefix + names.conv_in, prefix + names.conv_out):
        return None
    if not any(contents.has(prefix + name) for name in names.reads):
        return None  # one that reads no words
    family = _unet_family(contents, names, prefix, noun)
    if not contents.has(*(prefix + name for name in names.shared)):
        contents.refuse(f"a cut-down {FAMILY_WORDS[family]} {noun} (such as SSD-1B, Vega or KOALA)")
    channels = contents.size(prefix + names.conv_in, 1)
    if channels not in (4, 9):
        contents.refuse(f"a {noun} whose UNet has {channels} input channels instead of 4 or 9")
    widths, context = _build(contents, names, prefix)
    layout = "ldm" if names is _LDM else "diffusers"
    kind = FileKind("unet", family, layout, in_channels=channels, widths=widths, context=context)
    return _with_prediction(kind, contents)


def _checkpoint(contents: _Contents) -> FileKind | None:
    found = _any_unet(contents, _LDM, "model.diffusion_model.", "checkpoint")
    if not found:
        return None
    words = "token_embedding.weight"
    signs = {"vae": ("first_stage_model.", "decoder.conv_in.weight"), "text_encoder": ("cond_stage_model.", words)}
    if found.family == "sdxl":
        signs["text_encoder"] = "conditioner.embedders.0.", words
        signs["text_encoder_2"] = "conditioner.embedders.1.", words
    parts = {part for part, sign in signs.items() if contents.starts(*sign)} | {"unet"}
    return replace(found, role="checkpoint", parts=frozenset(parts))


def _unet(contents: _Contents) -> FileKind | None:
    return _any_unet(contents, _LDM, "", "UNet") or _any_unet(contents, _DIFFUSERS, "", "UNet")


def _with_prediction(kind: FileKind, contents: _Contents) -> FileKind:
    """ComfyUI's keys `v_pred` and `ztsnr`, or what the modelspec standard calls "v"."""
    said = {contents.metadata.get(f"modelspec.{key}") for key in ("prediction_type", "predict_key")}
    speaks_v = contents.has("v_pred") or "v" in said
    return replace(kind, prediction="v_prediction" if speaks_v else None, zero_terminal_snr=contents.has("ztsnr"))


def _controlnet(contents: _Contents) -> FileKind | None:
    for prefix in ("", "control_model."):
        for layout, names, first in (
            ("cldm", _LDM, "input_hint_block.0.weight"),
            ("diffusers", _DIFFUSERS, "controlnet_cond_embedding.conv_in.weight"),
        ):
            if contents.has(prefix + first, prefix + names.conv_in):
                widths, context = _build(contents, names, prefix)
                return FileKind(
                    "controlnet",
                    _unet_family(contents, names, prefix, "ControlNet"),
                    layout,
                    in_channels=contents.size(prefix + names.conv_in, 1),
                    hint_channels=contents.size(prefix + first, 1),
                    widths=widths,
                    context=context,
                    control_types=contents.size(prefix + "task_embedding", 0) or 0,
                    adds_base=contents.has("difference"),
                )
    return None


def _t2i_adapter(contents: _Contents) -> FileKind | None:
    for prefix in ("adapter.", ""):
        full, light = (f"{prefix}{name}.weight" for name in ("conv_in", "body.0.in_conv"))
        for layout, block in (("diffusers", "body.0.resnets.0"), ("original", "body.0"), ("original", "body.0.body.0")):
            if contents.has(f"{prefix}{block}.block1.weight") and (contents.has(full) or contents.has(light)):
                # Its picture is folded to an eighth (SD1.5) or a sixteenth (SDXL), each fold's pixels as channels.
                folded = contents.size(full, 1) or contents.size(light, 1)
                if folded not in (64, 192, 256, 768):
                    contents.refuse("a T2I-Adapter that reads neither gray nor RGB pictures")
                family, fold = ("sd15", 64) if folded < 256 else ("sdxl", 256)
                body = re.escape(f"{prefix}body.") + r"(\d+)\."
                # The light one's blocks are narrower than what they answer.
                widths = contents.sizes(body + r"out_conv\.weight") or contents.sizes(
                    body + r"(?:resnets\.0\.)?block1\.weight"
                )
                widths = tuple(dict.fromkeys(widths))
                return FileKind("t2i_adapter", family, layout, hint_channels=folded // fold, widths=widths)
    return None


def _vae(contents: _Contents) -> FileKind | None:
    for prefix in ("", "first_stage_model.", "vae."):
        for layout, middle in (("ldm", "mid.block_1"), ("diffusers", "mid_block.resnets.0")):
            if contents.has(prefix + "encoder.conv_in.weight", f"{prefix}decoder.{middle}.conv1.weight"):
                channels = contents.size(prefix + "decoder.conv_in.weight", 1)
                if channels != 4:
                    contents.refuse(f"a VAE with {channels} latent channels, such as Flux's")
                named = "sdxl" if "sdxl" in contents.file.name.lower() else None
                return FileKind("vae", contents.said_family() or named, layout)
    return None


def _tiny_vae(contents: _Contents) -> FileKind | None:
    found = _tiny_parts(contents)
    if not found:
        return None
    layout, parts, channels = found
    if channels != 4:
        contents.refuse(f"a TAESD with {channels} latent channels, such as Flux's")
    # TAESD and TAESDXL have the same names and shapes; the hub's folders are called after them.
    named = [part.lower() for part in reversed(contents.file.parts) if "taesd" in part.lower()]
    family: Family | None = ("sdxl" if "taesdxl" in named[0] else "sd15") if named else None
    return FileKind("tiny_vae", contents.said_family() or family, layout, parts)


def _tiny_parts(contents: _Contents) -> tuple[str, frozenset[str], int | None] | None:
    """(layout, parts, latent channels). In the original files a half starts at 0 (encoder) or 1 (decoder: a clamp)."""
    if contents.has("encoder.layers.0.weight", "decoder.layers.0.weight"):
        return "diffusers", frozenset({"encoder", "decoder"}), contents.size("decoder.layers.0.weight", 1)
    parts, channels = set(), None
    for prefix in ("", "encoder.", "taesd_encoder."):
        if contents.has(f"{prefix}0.weight", f"{prefix}1.conv.0.weight"):
            parts, channels = {"encoder"}, contents.size(f"{prefix}14.weight", 0)
    for prefix in ("", "decoder.", "taesd_decoder."):
        if contents.has(f"{prefix}1.weight", f"{prefix}3.conv.0.weight"):
            parts, channels = {*parts, "decoder"}, contents.size(f"{prefix}1.weight", 1)
    return ("original", frozenset(parts), channels) if parts else None


def _ip_adapter(contents: _Contents) -> FileKind | None:
    if not (contents.starts("image_proj.") and contents.starts("ip_adapter.")):
        return None
    widths = {contents.size(name, 1) for name in contents.shapes if name.endswith("to_k_ip.weight")}
    if 1024 in widths:
        contents.refuse("an SD2.x IP-Adapter")
    family: Family | None = "sd15" if 768 in widths else "sdxl" if 2048 in widths else None
    return FileKind("ip_adapter", family, "original")


def _lora(contents: _Contents, lora: LoraNames) -> FileKind:
    if strange := lora.algorithms & FOREIGN:
        contents.refuse(f"an adapter of the kind {min(strange)}, not a LoRA")
    base = lora.base()
    if base == "sd2":
        contents.refuse("an SD2.x LoRA")
    if base == "refiner":
        contents.refuse("a LoRA for the SDXL refiner")
    if base == "other":
        contents.refuse("a LoRA for another kind of model")
    return FileKind("lora", base or contents.said_family(), lora.layout, lora.parts(), algorithms=lora.algorithms)


def _embedding(contents: _Contents) -> FileKind | None:
    first, second = frozenset({"text_encoder"}), frozenset({"text_encoder", "text_encoder_2"})
    if contents.has("t5xxl"):
        contents.refuse("a Stable Diffusion 3 or Flux embedding")
    for layout, names in (("kohya", ("clip_l", "clip_g")), ("diffusers", ("text_encoders_0", "text_encoders_1"))):
        if contents.has(*names):
            return FileKind("embedding", "sdxl", layout, second)
    name, shape = next(iter(contents.shapes.items()))
    a1111 = name in ("emb_params", "*") or name.startswith("string_to_param")
    if len(contents.shapes) > 1 or len(shape) not in (1, 2) or not (a1111 or shape[-1] in (768, 1024, 1280)):
        return None
    if shape[-1] == 1024:
        contents.refuse("an SD2.x embedding")
    layout = "a1111" if a1111 else "diffusers"
    if shape[-1] == 1280:
        return FileKind("embedding", "sdxl", layout, second - first)
    return FileKind("embedding", "sd15" if shape[-1] == 768 else contents.said_family(), layout, first)


def _text_encoder(contents: _Contents) -> FileKind | None:
    if not any("encoder.layers.0.self_attn." in name or ".resblocks.0.attn." in name for name in contents.shapes):
        return None
    tables = [name for name in contents.shapes if name.endswith("token_embedding.weight")]
    widths = {contents.size(name, 1) for name in tables}
    if not tables:
        return None
    if 1024 in widths:
        contents.refuse("an SD2.x text encoder")
    layout = "diffusers" if tables[0].endswith("embeddings.token_embedding.weight") else "openclip"
    # CLIP-L is SD1.5's text encoder and the first of SDXL's; OpenCLIP's bigG is the second of SDXL's.
    parts = frozenset("text_encoder_2" if width == 1280 else "text_encoder" for width in widths)
    return FileKind("text_encoder", "sdxl" if 1280 in widths else None, layout, parts)
