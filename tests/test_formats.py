from __future__ import annotations

import contextlib
import dataclasses
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from ccnet.formats import CheckpointError, FileKind, identify, read_header
from tests import keynames as names
from tests.keynames import ALGORITHMS, Family, Shapes, header_of, lora, narrow, prefixed

FILE = Path("models/x.safetensors")

FAMILIES: tuple[Family, ...] = ("sd15", "sdxl")


def kind_of(shapes: Shapes, metadata: Mapping[str, str] | None = None, file: Path = FILE) -> FileKind:
    return identify(header_of(shapes, metadata), file)


def without(shapes: Shapes, pattern: str) -> Shapes:
    return {name: shape for name, shape in shapes.items() if not re.search(pattern, name)}


def only(shapes: Shapes, pattern: str) -> Shapes:
    return {name: shape for name, shape in shapes.items() if re.search(pattern, name)}


UNETS = {family: names.ldm_unet(family) for family in FAMILIES}
CONTROLNETS = {family: names.cldm(family) for family in FAMILIES}
BUILDS = {"sd15": ((320, 640, 1280, 1280), 768), "sdxl": ((320, 640, 1280), 2048)}


class TestKeyNames:
    """That the names the other tests rest on are those of the released models, by their published sizes."""

    @pytest.mark.parametrize(("family", "count", "total"), [("sd15", 686, 859_520_964), ("sdxl", 1680, 2_567_463_684)])
    def test_unet(self, family: Family, count: int, total: int) -> None:
        assert (len(UNETS[family]), names.parameters(UNETS[family].values())) == (count, total)
        assert len(names.to_diffusers(UNETS[family])) == count

    @pytest.mark.parametrize(("family", "count", "total"), [("sd15", 340, 361_279_120), ("sdxl", 844, 1_251_014_160)])
    def test_controlnet(self, family: Family, count: int, total: int) -> None:
        assert (len(CONTROLNETS[family]), names.parameters(CONTROLNETS[family].values())) == (count, total)

    def test_vae_and_text_encoders(self) -> None:
        sizes = [names.parameters(shapes.values()) for shapes in (names.ldm_vae(), names.clip_text())]
        assert sizes == [83_653_863, 123_060_480]
        assert names.parameters(names.openclip_text().values()) == 694_659_840 + 1  # and logit_scale


class TestLooking:
    """Nets that look at pictures and have no family. All of Segment Anything is in tests/test_samfiles.py."""

    def test_segformer(self) -> None:
        shapes: Shapes = {
            "segformer.encoder.patch_embeddings.0.proj.weight": (64, 3, 7, 7),
            "decode_head.classifier.weight": (18, 768, 1, 1),
        }
        kind = kind_of(shapes)
        assert (kind.role, kind.family, kind.layout) == ("parser", None, "transformers")
        assert kind.describe() == "clothes parser (transformers layout)"


class TestCheckpoints:
    @pytest.mark.parametrize("small", [False, True])
    @pytest.mark.parametrize("channels", [4, 9])
    @pytest.mark.parametrize("family", FAMILIES)
    def test_a_single_file(self, family: Family, channels: int, small: bool) -> None:
        shapes = names.checkpoint(family, channels)
        kind = kind_of(narrow(shapes) if small else shapes)
        assert (kind.role, kind.family, kind.layout, kind.in_channels) == ("checkpoint", family, "ldm", channels)
        assert (kind.prediction, kind.zero_terminal_snr, kind.missing) == (None, False, ())
        assert small or (kind.widths, kind.context) == BUILDS[family]

    @pytest.mark.parametrize(
        ("family", "pattern", "missing", "words"),
        [
            ("sd15", "^first_stage", ("vae",), "without VAE"),
            ("sd15", "^(first_stage|cond_stage)", ("vae", "text_encoder"), "without VAE and text encoder"),
            ("sdxl", r"^conditioner\.embedders\.1", ("text_encoder_2",), "without second text encoder"),
            ("sdxl", "^first_stage", ("vae",), "without VAE"),
        ],
    )
    def test_pruned(self, family: Family, pattern: str, missing: tuple[str, ...], words: str) -> None:
        kind = kind_of(without(names.checkpoint(family), pattern))
        assert kind.missing == missing
        assert kind.parts == {"unet", "vae", "text_encoder", "text_encoder_2"} - set(missing) - (
            {"text_encoder_2"} if family == "sd15" else set()
        )
        assert kind.describe().endswith(words)

    def test_an_old_text_encoder_without_text_model(self) -> None:
        shapes = {name.replace("text_model.", ""): shape for name, shape in names.checkpoint("sd15").items()}
        assert kind_of(shapes).missing == ()

    def test_v_prediction(self) -> None:
        kind = kind_of({**names.checkpoint("sdxl"), "v_pred": (), "ztsnr": (0,)})
        assert (kind.prediction, kind.zero_terminal_snr) == ("v_prediction", True)
        assert kind.describe() == "SDXL checkpoint (A1111 single file), v-prediction, zero terminal SNR"

    @pytest.mark.parametrize("key", ["modelspec.prediction_type", "modelspec.predict_key"])
    def test_v_prediction_by_metadata(self, key: str) -> None:
        assert kind_of(names.checkpoint("sdxl"), {key: "v"}).prediction == "v_prediction"
        assert kind_of(names.checkpoint("sdxl"), {key: "epsilon"}).prediction is None

    def test_it_is_described(self) -> None:
        assert kind_of(names.checkpoint("sd15")).describe() == "SD1.5 checkpoint (A1111 single file)"
        kind = kind_of(names.checkpoint("sd15", 9))
        assert kind.describe() == "SD1.5 checkpoint (A1111 single file), 9 channels, for inpainting"


class TestParts:
    @pytest.mark.parametrize("small", [False, True])
    @pytest.mark.parametrize("channels", [4, 9])
    @pytest.mark.parametrize("family", FAMILIES)
    def test_a_unet(self, family: Family, channels: int, small: bool) -> None:
        ldm = names.ldm_unet(family, channels)
        for layout, shapes in (("ldm", ldm), ("diffusers", names.to_diffusers(ldm))):
            kind = kind_of(narrow(shapes) if small else shapes)
            assert (kind.role, kind.family, kind.layout, kind.in_channels) == ("unet", family, layout, channels)
            assert small or (kind.widths, kind.context) == BUILDS[family]

    @pytest.mark.parametrize("prefix", ["", "first_stage_model."])
    def test_a_vae_fits_both_families(self, prefix: str) -> None:
        kind = kind_of(prefixed(prefix, names.ldm_vae()))
        assert (kind.role, kind.family, kind.layout) == ("vae", None, "ldm")
        assert kind.describe() == "SD1.5 or SDXL VAE (ldm layout)"

    def test_a_vae_by_diffusers_names(self) -> None:
        renamed = {
            name.replace(".mid.block_1.", ".mid_block.resnets.0."): shape for name, shape in names.ldm_vae().items()
        }
        assert kind_of(renamed).layout == "diffusers"

    def test_what_else_tells_a_vaes_family(self) -> None:
        assert kind_of(names.ldm_vae(), file=Path("sdxl_vae.safetensors")).family == "sdxl"
        said = {"modelspec.architecture": "stable-diffusion-v1"}
        assert kind_of(names.ldm_vae(), said, Path("sdxl_vae.safetensors")).family == "sd15"

    @pytest.mark.parametrize(
        ("file", "family"),
        [
            ("x.safetensors", None),
            ("taesd_decoder.safetensors", "sd15"),
            ("taesdxl.safetensors", "sdxl"),
            ("taesd/taesdxl/diffusion_pytorch_model.safetensors", "sdxl"),
            ("taesdxl/taesd/diffusion_pytorch_model.safetensors", "sd15"),
            ("models--madebyollin--taesdxl/snapshots/ab12/diffusion_pytorch_model.safetensors", "sdxl"),
        ],
    )
    def test_a_taesds_family_is_in_its_name_alone(self, file: str, family: Family | None) -> None:
        kind = kind_of(names.taesd(), file=Path(file))
        assert (kind.role, kind.family, kind.layout) == ("tiny_vae", family, "diffusers")
        assert kind.parts == {"encoder", "decoder"}

    def test_taesd_as_its_author_released_it(self) -> None:
        def original(half: str, shift: int) -> Shapes:
            found = {}
            for name, shape in names.taesd().items():
                if match := re.match(rf"{half}\.layers\.(\d+)\.(.*)", name):
                    found[f"{int(match[1]) + shift}.{match[2]}"] = shape
            return found

        encoder, decoder = original("encoder", 0), original("decoder", 1)
        assert kind_of(encoder).parts == {"encoder"}
        assert kind_of(decoder).parts == {"decoder"}
        assert kind_of(decoder).describe() == "SD1.5 or SDXL TAESD preview VAE (original layout), decoder only"
        for prefix in ("", "taesd_"):
            both = {**prefixed(f"{prefix}encoder.", encoder), **prefixed(f"{prefix}decoder.", decoder)}
            assert kind_of(both).parts == {"encoder", "decoder"}

    @pytest.mark.parametrize("flat", [False, True])
    def test_a_text_encoder(self, flat: bool) -> None:
        for shapes, family, part in (
            (names.clip_text(), None, "text_encoder"),
            (names.clip_text(1280, 32, projected=True), "sdxl", "text_encoder_2"),
        ):
            kind = kind_of({name.removeprefix("text_model.") if flat else name: shapes[name] for name in shapes})
            assert (kind.role, kind.family, kind.layout) == ("text_encoder", family, "diffusers")
            assert kind.parts == {part}

    def test_an_openclip_text_encoder(self) -> None:
        kind = kind_of(names.openclip_text())
        assert (kind.role, kind.family, kind.layout, *kind.parts) == (
            "text_encoder",
            "sdxl",
            "openclip",
            "text_encoder_2",
        )


class TestControl:
    @pytest.mark.parametrize("small", [False, True])
    @pytest.mark.parametrize("family", FAMILIES)
    @pytest.mark.parametrize("hint_channels", [3, 4, 7])
    def test_a_controlnet(self, family: Family, hint_channels: int, small: bool) -> None:
        plain = names.cldm(family, hint_channels)
        for layout, shapes in (
            ("cldm", plain),
            ("cldm", prefixed("control_model.", plain)),
            ("diffusers", names.to_diffusers(plain)),
        ):
            kind = kind_of(narrow(shapes) if small else shapes)
            assert (kind.role, kind.family, kind.layout) == ("controlnet", family, layout)
            assert (kind.in_channels, kind.hint_channels) == (4, hint_channels)
            assert small or (kind.widths, kind.context) == BUILDS[family]
            assert (kind.union, kind.adds_base) == (False, False)

    def test_one_with_its_whole_base_model(self) -> None:
        shapes = {**prefixed("control_model.", names.cldm("sd15")), **names.checkpoint("sd15")}
        assert kind_of(shapes).role == "controlnet"

    def test_a_small_sdxl_controlnet_without_attention(self) -> None:
        shapes = without(names.to_diffusers(names.cldm("sdxl")), r"attentions")
        assert (kind_of(shapes).role, kind_of(shapes).family) == ("controlnet", "sdxl")

    @pytest.mark.parametrize("types", [6, 8])
    def test_union_and_promax(self, types: int) -> None:
        kind = kind_of(names.union(types=types))
        assert (kind.union, kind.control_types, kind.family) == (True, types, "sdxl")
        assert kind.describe() == f"SDXL ControlNet Union (diffusers layout), {types} kinds of control"

    def test_a_difference(self) -> None:
        kind = kind_of({**prefixed("control_model.", names.cldm("sd15")), "difference": ()})
        assert kind.adds_base
        assert kind.describe() == "SD1.5 ControlNet (cldm layout), a difference to its base model"

    @pytest.mark.parametrize("hint_channels", [1, 3])
    @pytest.mark.parametrize("family", FAMILIES)
    def test_a_t2i_adapter(self, family: Family, hint_channels: int) -> None:
        diffusers = names.t2i_adapter(family, hint_channels)
        original = {
            re.sub(r"body\.(\d)\.resnets\.(\d)", lambda m: f"body.{2 * int(m[1]) + int(m[2])}", name)[8:]: shape
            for name, shape in diffusers.items()
        }
        for layout, shapes in (
            ("diffusers", diffusers),
            ("original", original),
            ("original", prefixed("adapter.", original)),
        ):
            kind = kind_of(shapes)
            assert (kind.role, kind.family, kind.layout) == ("t2i_adapter", family, layout)
            assert (kind.hint_channels, kind.widths) == (hint_channels, (320, 640, 1280))

    def test_a_light_t2i_adapter(self) -> None:
        for layout, block in (("diffusers", "adapter.body.0.resnets.0"), ("original", "body.0.body.0")):
            light = {f"{block.split('.0.')[0]}.0.in_conv.weight": (80, 192, 1, 1), f"{block}.block1.weight": (80,) * 2}
            light |= {name.replace(".0.", ".1.", 1): shape for name, shape in light.items()}
            level = block.split(".0")[0]
            light |= {f"{level}.0.out_conv.weight": (320, 80, 1, 1), f"{level}.1.out_conv.weight": (640, 160, 1, 1)}
            kind = kind_of(light)
            assert (kind.family, kind.layout, kind.widths) == ("sd15", layout, (320, 640))

    @pytest.mark.parametrize(("words", "family"), [(768, "sd15"), (2048, "sdxl"), (32, None)])
    def test_an_ip_adapter(self, words: int, family: Family | None) -> None:
        kind = kind_of(names.ip_adapter(words))
        assert (kind.role, kind.family) == ("ip_adapter", family)


class TestEmbeddings:
    @pytest.mark.parametrize(
        ("shapes", "family", "layout", "parts"),
        [
            ({"emb_params": (8, 768)}, "sd15", "a1111", {"text_encoder"}),
            ({"*": (1, 768)}, "sd15", "a1111", {"text_encoder"}),
            ({"string_to_param.*": (1, 768)}, "sd15", "a1111", {"text_encoder"}),
            ({"emb_params": (8, 1280)}, "sdxl", "a1111", {"text_encoder_2"}),
            ({"emb_params": (8, 32)}, None, "a1111", {"text_encoder"}),
            ({"<a-hat>": (768,)}, "sd15", "diffusers", {"text_encoder"}),
            ({"v1.0-hat": (4, 768)}, "sd15", "diffusers", {"text_encoder"}),
            ({"<a-hat>": (4, 1280)}, "sdxl", "diffusers", {"text_encoder_2"}),
            ({"clip_l": (4, 768), "clip_g": (4, 1280)}, "sdxl", "kohya", {"text_encoder", "text_encoder_2"}),
            (
                {"text_encoders_0": (2, 768), "text_encoders_1": (2, 1280)},
                "sdxl",
                "diffusers",
                {"text_encoder", "text_encoder_2"},
            ),
        ],
    )
    def test_textual_inversion(self, shapes: Shapes, family: Family | None, layout: str, parts: set[str]) -> None:
        kind = kind_of(shapes)
        assert (kind.role, kind.family, kind.layout, kind.parts) == ("embedding", family, layout, parts)


def flux(prefix: str = "") -> Shapes:
    shapes = names.layer(f"{prefix}double_blocks.0.img_attn.qkv", 64, 64) | names.layer(f"{prefix}img_in", 64, 64)
    return {**shapes, f"{prefix}double_blocks.0.img_attn.norm.key_norm.scale": (128,)}


def keys(*given: str) -> Shapes:
    return dict.fromkeys(given, (64, 64))


def sd2(shapes: Shapes) -> Shapes:
    return {
        name: tuple(1024 if "attn2.to_" in name and size == 768 else size for size in shape)
        for name, shape in shapes.items()
    }


REFUSED: dict[str, tuple[Shapes, str]] = {
    "flux": (flux("model.diffusion_model."), "is a Flux checkpoint"),
    "bare flux": (flux(), "is a Flux checkpoint"),
    "diffusers flux": (keys("transformer_blocks.0.attn.to_q.weight", "single_transformer_blocks.0.x"), "is a Flux ch"),
    "chroma": ({**flux(), **keys("distilled_guidance_layer.in_proj.bias")}, "is a Chroma checkpoint"),
    "fp8 flux": ({**flux(), **keys("double_blocks.0.img_attn.qkv.scale_weight", "scaled_fp8")}, "is a Flux"),
    "sd3": (keys("model.diffusion_model.joint_blocks.0.context_block.attn.qkv.weight"), "Stable Diffusion 3 check"),
    "diffusers sd3": (keys("transformer_blocks.0.attn.add_q_proj.weight"), "is a Stable Diffusion 3 checkpoint"),
    "pixart": (keys("transformer_blocks.0.scale_shift_table", "adaln_single.linear.weight"), "is a PixArt"),
    "hunyuan": (keys("mlp_t5.0.weight", "blocks.0.attn1.Wqkv.weight"), "is a HunyuanDiT checkpoint"),
    "auraflow": (keys("model.double_layers.0.attn.w1q.weight"), "is an AuraFlow checkpoint"),
    "lumina": (keys("model.diffusion_model.cap_embedder.0.weight", "layers.0.adaLN_modulation.1.weight"), "Lumina"),
    "qwen": (keys("transformer_blocks.0.img_mod.1.weight"), "is a Qwen-Image checkpoint"),
    "wan": (keys("blocks.0.self_attn.q.weight", "head.modulation"), "is a Wan checkpoint"),
    "anima": (keys("net.llm_adapter.blocks.0.norm.weight", "net.blocks.0.self_attn.q_proj.weight"), "an Anima check"),
    "another transformer": (keys("blocks.0.attn.qkv_x.weight"), "is a diffusion transformer checkpoint"),
    "cascade": (keys("clip_txt_mapper.weight", "down_blocks.0.0.channelwise.0.weight"), "is a Stable Cascade"),
    "sd2": (sd2(names.checkpoint("sd15")), r"is an SD2\.x checkpoint"),
    "sd2 unet": (sd2(names.to_diffusers(UNETS["sd15"])), r"is an SD2\.x UNet"),
    "sd2 controlnet": (sd2(names.cldm("sd15")), r"is an SD2\.x ControlNet"),
    "sd2 lora": (lora(sd2(UNETS["sd15"]), "lora_unet_"), r"is an SD2\.x LoRA"),
    "sd2 text lora": (lora(names.clip_text(1024, 23), "lora_te_"), r"is an SD2\.x LoRA"),
    "sd2 embedding": ({"emb_params": (4, 1024)}, r"is an SD2\.x embedding"),
    "sd2 text encoder": (names.openclip_text(1024, 24), r"is an SD2\.x text encoder"),
    "sd2 ip-adapter": (names.ip_adapter(1024), r"is an SD2\.x IP-Adapter"),
    "refiner": (
        {n: tuple(1280 if s == 2048 else s for s in shape) for n, shape in names.checkpoint("sdxl").items()},
        "is the SDXL refiner",
    ),
    "playground": (
        {**names.checkpoint("sdxl"), "edm_mean": (4,), "edm_std": (4,)},
        r"is a Playground v2\.5 checkpoint",
    ),
    "cosxl": ({**names.checkpoint("sdxl"), "edm_vpred.sigma_max": ()}, "is a CosXL checkpoint"),
    "svd": (
        {**names.checkpoint("sd15"), **keys("model.diffusion_model.input_blocks.1.1.time_stack.0.norm1.weight")},
        "is a Stable Video Diffusion checkpoint",
    ),
    "kolors": ({**names.to_diffusers(UNETS["sdxl"]), **keys("encoder_hid_proj.weight")}, "is a Kolors"),
    "animatediff": (keys("down_blocks.0.motion_modules.0.temporal_transformer.norm.weight"), "is an AnimateDiff"),
    "eight channels": (names.checkpoint("sd15", 8), "whose UNet has 8 input channels instead of 4 or 9"),
    "distilled": (without(names.checkpoint("sdxl"), r"middle_block\.1"), "is a cut-down SDXL checkpoint"),
    "sixteen latents": (names.ldm_vae(16), "is a VAE with 16 latent channels"),
    "taef1": (names.taesd(16), "is a TAESD with 16 latent channels"),
    "control-lora": ({**names.cldm("sdxl"), "lora_controlnet": ()}, "is a Control-LoRA"),
    "lllite": (keys("lllite_unet_input_blocks_4_1_transformer_blocks_0_attn1_to_q.down.0.weight"), "ControlNet-LLLite"),
    "controlnet-xs": (keys("control_to_base_for_conv_in.weight"), "is a ControlNet-XS"),
    "flux controlnet": ({**flux(), **keys("controlnet_blocks.0.weight")}, "is a Flux ControlNet"),
    "flux lora": (keys("lora_unet_double_blocks_0_img_attn_qkv.lora_down.weight"), "is a Flux LoRA"),
    "flux peft lora": (keys("transformer.single_transformer_blocks.0.attn.to_q.lora_A.weight"), "is a Flux LoRA"),
    "sd3 lora": (keys("lora_unet_joint_blocks_0_x_block_attn_qkv.lora_down.weight"), "is a Stable Diffusion 3 LoRA"),
    "t5 lora": (keys("lora_te3_encoder_block_0_layer_0_SelfAttention_q.lora_down.weight"), "3 or Flux LoRA"),
    "wan lora": (keys("diffusion_model.blocks.0.cross_attn.k.lora_A.weight"), "is a Wan LoRA"),
    "cascade lora": (keys("lora_prior_unet_down_blocks_0_1_attention_attn_out_proj.lora_down.weight"), "Cascade LoRA"),
    "refiner lora": (
        {"lora_unet_middle_block_1_transformer_blocks_0_attn2_to_k.lora_down.weight": (4, 1280)},
        "is a LoRA for the SDXL refiner",
    ),
    "another lora": (keys("encoder.layer.0.attention.query.lora_A.weight"), "is a LoRA for another kind of model"),
    "oft": (keys("lora_unet_mid_block_attentions_0_proj_in.oft_blocks"), "is an adapter of the kind OFT"),
    "glora": (keys("lora_unet_mid_block_attentions_0_proj_in.a1.weight"), "is an adapter of the kind GLoRA"),
    "sd3 embedding": ({"clip_l": (1, 768), "clip_g": (1, 1280), "t5xxl": (1, 4096)}, "Stable Diffusion 3 or Flux emb"),
    "photomaker": (keys("id_encoder.visual_projection_2.weight"), "is a PhotoMaker adapter"),
    "style adapter": (keys("style_embedding", "transformer_layes.0.attn.in_proj_weight"), "is a T2I style adapter"),
    "another adapter": (
        {"conv_in.weight": (320, 100, 3, 3), "body.0.block1.weight": (320, 320, 3, 3)},
        "T2I-Adapter that reads neither gray nor RGB",
    ),
    "sam": (keys("image_encoder.blocks.0.attn.qkv.weight", "mask_decoder.iou_token.weight"), "is a Segment Anything"),
    "sam-hq": (
        keys(
            "image_encoder.patch_embed.proj.weight",
            "prompt_encoder.no_mask_embed.weight",
            "mask_decoder.iou_token.weight",
            "mask_decoder.hf_token.weight",
        ),
        "is a Segment Anything",
    ),
    "upscaler": (keys("params_ema.conv_first.weight", "params_ema.body.0.rdb1.conv1.weight"), "is an upscaler"),
    "old upscaler": (keys("model.0.weight", "model.1.sub.0.RDB1.conv1.0.weight"), "is an upscaler"),
    "safety checker": (keys("concept_embeds", "vision_model.encoder.layers.0.x"), "is a safety checker"),
    "t5": (keys("shared.weight", "encoder.block.0.layer.0.SelfAttention.q.weight"), "is a T5 text encoder"),
    "llm": (keys("model.layers.0.self_attn.q_proj.weight"), "is a language model"),
    "quantised": (
        {**names.checkpoint("sdxl"), **keys("model.diffusion_model.middle_block.1.proj_in.weight.absmax")},
        "is a quantised model",
    ),
    "clip vision": (keys("vision_model.encoder.layers.0.self_attn.q_proj.weight"), "is no model that CC_Contr"),
    "a classifier": (keys("layer1.0.conv1.weight", "fc.weight"), "is no model that CC_ControlNet knows"),
    "one tensor": (keys("something"), "is no model that CC_ControlNet knows"),
    "nothing": ({}, "holds no tensors"),
}


class TestRefused:
    @pytest.mark.parametrize("name", REFUSED)
    def test_in_one_sentence_that_names_file_and_kind(self, name: str) -> None:
        shapes, words = REFUSED[name]
        with pytest.raises(CheckpointError, match=words) as refusal:
            kind_of(shapes)
        sentence = str(refusal.value)
        assert sentence.startswith(f"{FILE} ")
        assert "\n" not in sentence
        assert sentence.endswith(".")

    def test_the_sentence(self) -> None:
        with pytest.raises(CheckpointError) as refusal:
            kind_of(flux())
        assert str(refusal.value) == f"{FILE} is a Flux checkpoint; CC_ControlNet works with SD1.5 and SDXL."

    @pytest.mark.parametrize("shape", [(), (5,), (0, 0, 0, 0)])
    def test_tensors_of_any_shape_are_no_crash(self, shape: tuple[int, ...]) -> None:
        """Right names with senseless shapes are either known by their names or refused."""
        every = [names.checkpoint("sdxl"), names.to_diffusers(UNETS["sd15"]), names.union(), names.t2i_adapter()]
        every += [names.taesd(), names.ldm_vae(), names.ip_adapter(), names.clip_text(), names.cldm("sdxl")]
        every += [lora(UNETS["sdxl"], "lora_unet_", algorithm) for algorithm in ALGORITHMS]
        every += [{"emb_params": ()}, {"clip_l": (), "clip_g": ()}, {"a": ()}]
        for shapes in every:
            with contextlib.suppress(CheckpointError):
                kind_of(dict.fromkeys(shapes, shape)).describe()


def test_of_a_real_file(tmp_path: Path) -> None:
    header = header_of(narrow(names.checkpoint("sdxl")), {"modelspec.title": "a model"})
    file = names.write_header(tmp_path / "模型 1.safetensors", header)
    assert read_header(file) == header
    assert identify(read_header(file), file).describe() == "SDXL checkpoint (A1111 single file)"


def test_a_kind_is_a_value() -> None:
    kind = kind_of(names.checkpoint("sdxl"))
    assert hash(kind) == hash(dataclasses.replace(kind))
