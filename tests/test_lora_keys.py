import subprocess
import sys
from typing import Any

import pytest

from ccnet.lora_keys import flat, is_ldm, module_paths, parse

TO_Q = "down_blocks_0_attentions_0_transformer_blocks_0_attn1_to_q"
TO_OUT = "down_blocks_0_attentions_0_transformer_blocks_0_attn1_to_out_0"
STEM = "down_blocks.0.attentions.0.transformer_blocks.0.attn1"
LAYER = "text_model.encoder.layers.3"
SECOND_TO_Q = "encoder_layers_3_self_attn_q_proj"

SDXL_BLOCKS = {
    "input_blocks_0_0": "conv_in",
    "input_blocks_1_0_in_layers_2": "down_blocks.0.resnets.0.conv1",
    "input_blocks_2_0_emb_layers_1": "down_blocks.0.resnets.1.time_emb_proj",
    "input_blocks_3_0_op": "down_blocks.0.downsamplers.0.conv",
    "input_blocks_4_0_skip_connection": "down_blocks.1.resnets.0.conv_shortcut",
    "input_blocks_4_1_transformer_blocks_0_attn1_to_q": "down_blocks.1.attentions.0.transformer_blocks.0.attn1.to_q",
    "input_blocks_5_1_proj_in": "down_blocks.1.attentions.1.proj_in",
    "input_blocks_6_0_op": "down_blocks.1.downsamplers.0.conv",
    "input_blocks_8_1_transformer_blocks_9_norm1": "down_blocks.2.attentions.1.transformer_blocks.9.norm1",
    "middle_block_0_in_layers_0": "mid_block.resnets.0.norm1",
    "middle_block_1_proj_out": "mid_block.attentions.0.proj_out",
    "middle_block_2_out_layers_3": "mid_block.resnets.1.conv2",
    "output_blocks_0_1_proj_in": "up_blocks.0.attentions.0.proj_in",
    "output_blocks_2_2_conv": "up_blocks.0.upsamplers.0.conv",
    "output_blocks_5_1_transformer_blocks_1_ff_net_2": "up_blocks.1.attentions.2.transformer_blocks.1.ff.net.2",
    "output_blocks_5_2_conv": "up_blocks.1.upsamplers.0.conv",
    "output_blocks_8_0_out_layers_0": "up_blocks.2.resnets.2.norm2",
    "time_embed_2": "time_embedding.linear_2",
    "label_emb_0_0": "add_embedding.linear_1",
    "out_0": "conv_norm_out",
    "out_2": "conv_out",
}
"""Names that LoRAs for SDXL have, and what they mean in diffusers' UNet."""


@pytest.mark.parametrize(
    ("key", "place"),
    [
        (f"lora_unet_{TO_Q}.lora_up.weight", ("unet", TO_Q, "up")),
        (f"lora_unet_{TO_Q}.alpha", ("unet", TO_Q, "alpha")),
        (f"lora_unet_{TO_Q}.hada_w1_a", ("unet", TO_Q, "hada_w1_a")),
        (f"lora_unet_{TO_Q}.weight", ("unet", TO_Q, "weight")),
        (f"lycoris_{TO_Q}.lokr_w2_b", ("unet", TO_Q, "lokr_w2_b")),
        (f"unet.{STEM}.to_q.lora_A.weight", ("unet", TO_Q, "down")),
        (f"unet.{STEM}.to_q.lora_B.default.weight", ("unet", TO_Q, "up")),
        (f"unet.{STEM}.to_q.lora.down.weight", ("unet", TO_Q, "down")),
        (f"unet.{STEM}.processor.to_q_lora.up.weight", ("unet", TO_Q, "up")),
        (f"{STEM}.processor.to_out_lora.up.weight", ("unet", TO_OUT, "up")),
        (f"unet.{STEM}.to_out.0.lora_magnitude_vector", ("unet", TO_OUT, "magnitude")),
        (f"base_model.model.{STEM}.to_q.lora_A.weight", ("unet", TO_Q, "down")),
        ("diffusion_model.middle_block.1.proj_in.lora_up.weight", ("unet", "middle_block_1_proj_in", "up")),
        ("lora_te_text_model_encoder_layers_3_mlp_fc1.diff", ("text_encoder", "encoder_layers_3_mlp_fc1", "diff")),
        ("lora_te1_text_model_encoder_layers_3_mlp_fc1.alpha", ("text_encoder", "encoder_layers_3_mlp_fc1", "alpha")),
        ("lora_te2_text_projection.lora_down.weight", ("text_encoder_2", "text_projection", "down")),
        (
            f"text_encoder.{LAYER}.mlp.fc1.lora_linear_layer.up.weight",
            ("text_encoder", "encoder_layers_3_mlp_fc1", "up"),
        ),
        (f"text_encoder_2.{LAYER}.mlp.fc1.lora_A.weight", ("text_encoder_2", "encoder_layers_3_mlp_fc1", "down")),
        (
            f"text_encoder.{LAYER}.self_attn.to_out_lora.up.weight",
            ("text_encoder", "encoder_layers_3_self_attn_out_proj", "up"),
        ),
        (
            f"text_encoders.clip_l.transformer.{LAYER}.mlp.fc1.lora_B.weight",
            ("text_encoder", "encoder_layers_3_mlp_fc1", "up"),
        ),
        (f"text_encoders.clip_g.{LAYER}.mlp.fc1.lora_up.weight", ("text_encoder_2", "encoder_layers_3_mlp_fc1", "up")),
        (f"unet.{STEM}.to_out.0.lora_magnitude_vector.default.weight", ("unet", TO_OUT, "magnitude")),
        (f"text_encoder_2.{LAYER}.self_attn.to_q_lora.down.weight", ("text_encoder_2", SECOND_TO_Q, "down")),
        (f"lora_unet_{TO_Q}.oft_blocks", None),
        (f"lora_unet_{TO_Q}.a1.weight", None),
        (f"{LAYER}.self_attn.q_proj.lora_A.weight", ("text_encoder", "encoder_layers_3_self_attn_q_proj", "down")),
        (f"lora_unet_{TO_Q}.lora_up.bias", None),
        ("transformer.single_transformer_blocks.0.attn.to_q.lora_A.weight", None),
        ("lora_te3_encoder_block_0_layer_0_SelfAttention_q.lora_up.weight", None),
        ("model.safetensors", None),
    ],
)
def test_every_spelling_of_a_key_means_one_place(key: str, place: tuple[str, str, str] | None) -> None:
    assert parse(key) == place


def test_what_is_known_of_names_needs_no_torch() -> None:
    check = "import sys, ccnet.lora_keys; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0


def test_a_unet_has_its_makers_names_and_diffusers() -> None:
    from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel

    layers: Any = (1, 2, 10)  # declared as one number
    unet = UNet2DConditionModel(
        block_out_channels=(4, 8, 8),
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
        transformer_layers_per_block=layers,
        attention_head_dim=4,
        cross_attention_dim=4,
        norm_num_groups=4,
        use_linear_projection=True,
        addition_embed_type="text_time",
        addition_time_embed_dim=4,
        projection_class_embeddings_input_dim=8,
    )
    paths = {path for path, _ in unet.named_modules() if path}
    names = module_paths(unet)
    for ldm, path in SDXL_BLOCKS.items():
        assert path in paths
        assert names[ldm] == names[flat(path)] == path
        assert is_ldm(ldm)
        assert not is_ldm(flat(path))
    assert len({flat(path) for path in paths}) == len(paths), "flat names are unambiguous"

    # What kohya's trainer makes LoRAs of by default: the linear layers inside the transformers.
    leaves = {
        path for path, module in unet.named_modules() if ".attentions." in path and hasattr(module, "in_features")
    }
    assert len(leaves) == 722
    assert leaves == {path for name, path in names.items() if is_ldm(name)} & leaves
