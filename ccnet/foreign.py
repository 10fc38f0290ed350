"""Models of other families and other kinds, told by the names of their tensors (no torch)."""

from __future__ import annotations

import re
from collections.abc import Iterable

BEFORE = (
    r"(?:model\.diffusion_model\.|diffusion_model\.|base_model\.model\.|transformer\.|model\.|net\.|params(?:_ema)?\.|"
    r"lora_unet_|lora_transformer_|lycoris_)?"
)
FOREIGN = (  # a name that begins so, after what may stand before it -> what it belongs to; the first one counts
    (r"distilled_guidance_layer\.", "a Chroma {}"),
    (r"single_stream_modulation", "a Flux.2 {}"),
    (r"txt_in[._]individual_token_refiner", "a HunyuanVideo {}"),
    (r"double_layers[._]\d|joint_transformer_blocks[._]\d", "an AuraFlow {}"),
    (r"(?:double_blocks|single_blocks|single_transformer_blocks)[._]\d", "a Flux {}"),
    (r"joint_blocks[._]\d|transformer_blocks[._]\d+[._]attn[._]add_[kq]_proj", "a Stable Diffusion 3 {}"),
    (r"transformer_blocks[._]\d+[._]img_mod", "a Qwen-Image {}"),
    (r"patchify_proj", "an LTX-Video {}"),
    (r"adaln_single[._]|t_block\.|y_embedder\.y_embedding", "a PixArt or Sana {}"),
    (r"mlp_t5\.", "a HunyuanDiT {}"),
    (r"cap_embedder\.", "a Lumina or Z-Image {}"),
    (r"llm_adapter[._]", "an Anima {}"),
    (r"double_stream_blocks[._]\d", "a HiDream {}"),
    (r"head\.modulation$|blocks[._]\d+[._](?:self|cross)_attn[._][qkvo]\.", "a Wan {}"),
    (r"clip_(?:txt_)?mapper\.|lora_prior_", "a Stable Cascade {}"),
    (r"input_blocks\.\d+\.\d+\.time_(?:stack|mix)", "a Stable Video Diffusion {}"),
    (r".*motion_modules[._]", "an AnimateDiff {}"),
    (r"encoder_hid_proj\.(?:weight|text_proj)", "a Kolors or Kandinsky {}"),
    (r"edm_mean$", "a Playground v2.5 {}"),
    (r"edm_vpred\.", "a CosXL {}"),
    (r"lora_te3_|text_encoder_3\.|text_encoders\.t5xxl\.", "a Stable Diffusion 3 or Flux {}"),
    (r"lora_controlnet$", "a Control-LoRA"),
    (r"lllite_", "a ControlNet-LLLite"),
    (r"control_to_base_for_conv_in\.", "a ControlNet-XS"),
    (r"brushnet_", "a BrushNet"),
    (r"id_encoder\.", "a PhotoMaker adapter"),
    (r"style_embedding$", "a T2I style adapter"),
    (r"(?:sam_)?mask_decoder\.", "a Segment Anything model"),
    (r"body\.\d+\.rdb1\.|1\.sub\.\d+\.|conv_first\.", "an upscaler"),
    (r"concept_embeds$", "a safety checker"),
    (r"shared\.weight$|encoder\.block\.\d+\.layer\.", "a T5 text encoder"),
    (r"layers\.\d+\.self_attn\.", "a language model"),
    (r".*[._](?:scale_weight|weight_scale|absmax|comfy_quant|quant_state\..+)$|scaled_fp8$", "a quantised model"),
    (r"(?:transformer_blocks|blocks|layers)[._]\d", "a diffusion transformer {}"),
)
NAME = re.compile(f"{BEFORE}(?:{'|'.join(f'(?P<n{i}>{names})' for i, (names, _) in enumerate(FOREIGN))})")


def foreign_kind(names: Iterable[str], noun: str) -> str | None:
    """What else than an SD1.5 or SDXL model a file with these tensors is, such as "a Flux checkpoint"; None when
    nothing speaks for that. noun: what to call it when it has the place of that in another family."""
    matches = filter(None, map(NAME.match, names))
    found = min((int(str(match.lastgroup)[1:]) for match in matches), default=None)
    return None if found is None else FOREIGN[found][1].format(noun)
