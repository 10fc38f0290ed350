"""LoRAs of every kind are told by the names and sizes in their headers."""

from __future__ import annotations

import pytest

from tests import keynames as names
from tests.keynames import ALGORITHMS, Algorithm, Family, Shapes, lora, narrow
from tests.test_formats import FAMILIES, UNETS, kind_of, only

TEXT = {"lora_te": names.clip_text(), "lora_te1": names.clip_text(), "lora_te2": names.clip_text(1280, 32)}
CONVOLUTIONS = r"resnets.*conv|in_layers\.2|out_layers\.3|skip_connection|\.op\.|samplers"


class TestLoras:
    @pytest.mark.parametrize("algorithm", ALGORITHMS)
    @pytest.mark.parametrize("family", FAMILIES)
    @pytest.mark.parametrize("diffusers", [False, True])
    def test_kohya_and_lycoris(self, family: Family, diffusers: bool, algorithm: Algorithm) -> None:
        unet = names.to_diffusers(UNETS[family]) if diffusers else UNETS[family]
        layers = f"attn\\d\\.to_|{CONVOLUTIONS}"
        kind = kind_of(lora(unet, "lora_unet_", algorithm, layers))
        assert (kind.role, kind.family, kind.parts) == ("lora", family, {"unet"})
        assert kind.layout == ("kohya" if algorithm == "lora" else "lycoris")
        expected = {"tucker": {"lora", "tucker"}, "dora": {"lora", "dora"}}.get(algorithm, {algorithm})
        assert kind.algorithms == expected

    @pytest.mark.parametrize("algorithm", ALGORITHMS)
    @pytest.mark.parametrize("family", FAMILIES)
    @pytest.mark.parametrize("diffusers", [False, True])
    def test_cross_attention_alone_tells(self, family: Family, diffusers: bool, algorithm: Algorithm) -> None:
        unet = names.to_diffusers(UNETS[family]) if diffusers else UNETS[family]
        middle = lora(unet, "lora_unet_", algorithm, r"mid.*\.transformer_blocks\.0\.attn2\.to_[kv]")
        # A scale for each output (IA3) says nothing of what is read.
        assert kind_of(middle).family == (None if algorithm == "ia3" else family)

    @pytest.mark.parametrize("algorithm", ["lora", "tucker", "loha", "lokr", "full"])
    @pytest.mark.parametrize("family", FAMILIES)
    @pytest.mark.parametrize("diffusers", [False, True])
    def test_convolutions_alone(self, family: Family, diffusers: bool, algorithm: Algorithm) -> None:
        unet = names.to_diffusers(UNETS[family]) if diffusers else UNETS[family]
        assert kind_of(lora(unet, "lora_unet_", algorithm, CONVOLUTIONS)).family == family
        few = lora(unet, "lora_unet_", algorithm, r"up_blocks\.1\.resnets.*conv1|output_blocks\.[345]\.0\.in_layers\.2")
        assert kind_of(few).family == family

    @pytest.mark.parametrize("family", FAMILIES)
    def test_narrow_nets_are_known_by_their_names(self, family: Family) -> None:
        for unet in (UNETS[family], names.to_diffusers(UNETS[family])):
            assert kind_of(lora(narrow(unet), "lora_unet_")).family == family
            assert kind_of(lora(narrow(unet), "unet.")).family == family

    @pytest.mark.parametrize(
        ("prefixes", "family", "parts"),
        [
            (("lora_te",), "sd15", {"text_encoder"}),
            (("lora_te1",), "sdxl", {"text_encoder"}),
            (("lora_te2",), "sdxl", {"text_encoder_2"}),
            (("lora_te1", "lora_te2"), "sdxl", {"text_encoder", "text_encoder_2"}),
        ],
    )
    def test_text_encoders_alone(self, prefixes: tuple[str, ...], family: Family, parts: set[str]) -> None:
        shapes: Shapes = {}
        for prefix in prefixes:
            shapes |= lora(TEXT[prefix], f"{prefix}_")
        kind = kind_of(shapes)
        assert (kind.family, kind.parts) == (family, parts)

    @pytest.mark.parametrize("family", FAMILIES)
    @pytest.mark.parametrize("prefix", ["unet.", "base_model.model.unet.", ""])
    def test_peft(self, family: Family, prefix: str) -> None:
        unet = names.to_diffusers(UNETS[family])
        shapes = lora(unet, prefix) if prefix else {n[5:]: s for n, s in lora(unet, "unet.").items()}
        kind = kind_of(shapes)
        assert (kind.family, kind.layout, kind.parts, kind.algorithms) == (family, "peft", {"unet"}, {"lora"})
        both = {**shapes, **lora(TEXT["lora_te2"], "text_encoder_2."), **lora(TEXT["lora_te"], "text_encoder.")}
        assert kind_of(both).parts == {"unet", "text_encoder", "text_encoder_2"}

    def test_peft_dora(self) -> None:
        shapes = lora(names.to_diffusers(UNETS["sdxl"]), "unet.")
        shapes["unet.mid_block.attentions.0.transformer_blocks.0.attn1.to_q.lora_magnitude_vector"] = (1280,)
        assert kind_of(shapes).algorithms == {"lora", "dora"}

    @pytest.mark.parametrize("family", FAMILIES)
    def test_diffusers_before_peft(self, family: Family) -> None:
        shapes = {}
        for name, shape in lora(names.to_diffusers(UNETS[family]), "unet.").items():
            old = name.replace(".to_out.0", ".to_out").replace(".to_", ".processor.to_")
            shapes[old.replace(".lora_A.", "_lora.down.").replace(".lora_B.", "_lora.up.")] = shape
        kind = kind_of(only(shapes, "processor"))
        assert (kind.family, kind.layout, kind.algorithms) == (family, "diffusers", {"lora"})

    @pytest.mark.parametrize("family", FAMILIES)
    def test_comfy(self, family: Family) -> None:
        shapes = {n.replace("_A.", "_down.").replace("_B.", "_up."): s for n, s in lora(UNETS[family], "unet.").items()}
        kind = kind_of({f"diffusion_model.{name[5:]}": shape for name, shape in shapes.items()})
        assert (kind.family, kind.layout) == (family, "comfy")

    def test_what_both_families_have_is_told_by_metadata_alone(self) -> None:
        shared = lora(UNETS["sd15"], "lora_unet_", only=r"middle_block.*attn1")
        assert kind_of(shared).family is None
        assert kind_of(shared, {"ss_base_model_version": "sdxl_base_v1-0"}).family == "sdxl"
        assert kind_of(shared, {"modelspec.architecture": "stable-diffusion-v1/lora"}).family == "sd15"

    def test_it_is_described(self) -> None:
        shapes = lora(UNETS["sdxl"], "lora_unet_", "dora") | lora(TEXT["lora_te1"], "lora_te1_", "loha")
        assert kind_of(shapes).describe() == "SDXL LoRA (lycoris layout), dora, loha"
