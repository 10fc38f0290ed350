from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest
import torch
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from torch import Tensor, nn
from transformers import CLIPTextConfig, CLIPTextModelWithProjection

from ccnet.lora import Lora, MergedLoras, check_fits, read_lora
from ccnet.lora_updates import difference
from tests.lorafiles import (
    CONV,
    LINEAR,
    POINT,
    SQUARE,
    Made,
    Nets,
    assert_as_before,
    cp,
    dora,
    full,
    ia3_on_inputs,
    ia3_on_outputs,
    kohya,
    loha,
    loha_tucker,
    lokr,
    lokr_in_two,
    lora,
    parameters,
    some,
    weight_of,
)
from tests.tinymodel import tiny_text_encoder, tiny_unet


@pytest.fixture(autouse=True)
def _seed() -> None:
    torch.manual_seed(11)


@pytest.fixture
def nets() -> Nets:
    return {"unet": tiny_unet(), "text_encoder": tiny_text_encoder()}


@pytest.fixture
def sdxl() -> Nets:
    """SDXL's blocks, narrow: linear projections, two text encoders, one with `text_model` and one without."""
    torch.manual_seed(0)
    layers: Any = (1, 1, 2)  # declared as one number
    unet = UNet2DConditionModel(
        block_out_channels=(8, 16, 16),
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
        transformer_layers_per_block=layers,
        attention_head_dim=8,
        cross_attention_dim=48,
        norm_num_groups=8,
        use_linear_projection=True,
        addition_embed_type="text_time",
        addition_time_embed_dim=8,
        projection_class_embeddings_input_dim=64,
    )
    config = CLIPTextConfig(
        vocab_size=516,
        hidden_size=16,
        intermediate_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        projection_dim=16,
    )
    return {"unet": unet, "text_encoder": tiny_text_encoder(), "text_encoder_2": CLIPTextModelWithProjection(config)}


def some_lora(nets: Nets, path: str = LINEAR, name: str = "some.safetensors") -> Lora:
    return read_lora(kohya(path, lora(weight_of(nets, path))[0]), name)


def trained_by_kohya(nets: Nets) -> dict[str, Tensor]:
    """Every layer of the transformers and convolution of the UNet, and all of the text encoder's layers."""
    tensors: dict[str, Tensor] = {}
    for path, module in nets["unet"].named_modules():
        if isinstance(module, nn.Linear | nn.Conv2d) and re.search(r"attentions|resnets|samplers", path):
            tensors |= kohya(path, lora(module.weight)[0])
    for path, module in nets["text_encoder"].named_modules():
        if isinstance(module, nn.Linear):
            tensors |= kohya(f"text_model.{path}", lora(module.weight)[0], "te")
    return tensors


def test_a_kohya_file_draws_what_diffusers_draws(nets: Nets) -> None:
    from diffusers.pipelines.stable_diffusion.pipeline_stable_diffusion import StableDiffusionPipeline

    parts: dict[str, Any] = {"unet": tiny_unet(), "text_encoder": tiny_text_encoder()}
    absent: Any = dict.fromkeys(("vae", "tokenizer", "scheduler", "safety_checker", "feature_extractor"))
    pipeline = StableDiffusionPipeline(**parts, **absent, requires_safety_checker=False)
    tensors = trained_by_kohya(nets)
    pipeline.load_lora_weights(dict(tensors))
    merged = MergedLoras(nets)

    def draw(unet: nn.Module, text_encoder: nn.Module) -> tuple[Tensor, Tensor]:
        with torch.no_grad():
            words = text_encoder(torch.arange(9)[None]).last_hidden_state
            return words, unet(x, torch.tensor([500]), words).sample

    x = some(1, 4, 16, 16)
    base = draw(**nets)
    merged.set([(read_lora(tensors, "kohya.safetensors"), 1.0, 1.0)])
    for ours, theirs, plain in zip(draw(**nets), draw(**parts), base, strict=True):
        assert (ours - plain).abs().max() > 1e-2
        torch.testing.assert_close(ours, theirs, atol=1e-4, rtol=1e-4)
    merged.set([])
    assert all(torch.equal(*pair) for pair in zip(draw(**nets), base, strict=True))


class TestNames:
    @pytest.mark.parametrize(
        "spell",
        [
            f"unet.{SQUARE}.lora_{{}}.weight",
            f"unet.{SQUARE}.lora.{{}}.weight",
            f"unet.{SQUARE.replace('to_q', 'processor.to_q')}_lora.{{}}.weight",
            f"{SQUARE.replace('to_q', 'processor.to_q')}_lora.{{}}.weight",
            "diffusion_model.input_blocks.1.1.transformer_blocks.0.attn1.to_q.lora_{}.weight",
        ],
    )
    def test_every_spelling_is_merged_alike(self, nets: Nets, spell: str) -> None:
        parts, delta = lora(weight_of(nets, SQUARE), alpha=None)
        tensors = {spell.format(part): parts[f".lora_{part}.weight"] for part in ("up", "down")}
        expected = weight_of(nets, SQUARE) + delta(weight_of(nets, SQUARE))
        MergedLoras(nets).set([(read_lora(tensors, "a.safetensors"), 1.0, 0.0)])
        torch.testing.assert_close(weight_of(nets, SQUARE), expected, atol=1e-5, rtol=0)

    def test_text_encoders_with_and_without_text_model(self, sdxl: Nets) -> None:
        layer = "encoder.layers.1.self_attn.q_proj"
        places = (("te1", "text_encoder", ""), ("te2", "text_encoder_2", "text_model."))
        tensors, expected = {}, {}
        for prefix, net, wrapper in places:
            weight = weight_of(sdxl, wrapper + layer, net)
            parts, delta = lora(weight)
            tensors |= kohya(f"text_model.{layer}", parts, prefix)
            expected[net] = weight + 0.4 * delta(weight)
        both = read_lora(tensors, "a.safetensors")
        assert both.touches_text
        MergedLoras(sdxl).set([(both, 0.0, 0.4)])
        for _, net, wrapper in places:
            torch.testing.assert_close(weight_of(sdxl, wrapper + layer, net), expected[net], atol=1e-5, rtol=0)

    def test_sdxl_by_its_makers_names(self, sdxl: Nets) -> None:
        ldm = "output_blocks_0_1_transformer_blocks_1_attn2_to_v"
        path = "up_blocks.0.attentions.0.transformer_blocks.1.attn2.to_v"
        parts, delta = loha(weight_of(sdxl, path))
        expected = weight_of(sdxl, path) + delta(weight_of(sdxl, path))
        # A file that has everything by both names means it once.
        for names in ((ldm,), (ldm, path)):
            tensors = {key: tensor for name in names for key, tensor in kohya(name, parts).items()}
            merged = MergedLoras(sdxl)
            merged.set([(read_lora(tensors, "a.safetensors"), 1.0, 0.0)])
            torch.testing.assert_close(weight_of(sdxl, path), expected, atol=1e-5, rtol=0)
            merged.set([])

    def test_linear_layers_and_1x1_convolutions_take_each_others(self, nets: Nets, sdxl: Nets) -> None:
        linear = "mid_block.attentions.0.proj_in"
        for model, path in ((nets, POINT), (sdxl, linear)):
            weight = weight_of(model, path)
            other = weight.flatten(1) if weight.dim() == 4 else weight[:, :, None, None]
            for make in (lora, loha, full, dora(lora, outputs=True), dora(lora, outputs=False)):
                parts, delta = make(other.detach())
                expected = (other + delta(other.detach())).reshape(weight.shape)
                merged = MergedLoras(model)
                merged.set([(read_lora(kohya(path, parts), "a.safetensors"), 1.0, 0.0)])
                torch.testing.assert_close(weight_of(model, path), expected, atol=1e-5, rtol=0)
                merged.set([])

    def test_an_inpainting_unet_takes_what_was_made_for_four_channels(self) -> None:
        nets = {"unet": tiny_unet(in_channels=9)}
        base = weight_of(nets, "conv_in").detach().clone()
        parts, delta = dora(lora, outputs=False)(base[:, :4])
        MergedLoras(nets).set([(read_lora(kohya("conv_in", parts), "a.safetensors"), 1.0, 0.0)])
        merged = weight_of(nets, "conv_in")
        assert torch.equal(merged[:, 4:], base[:, 4:])
        torch.testing.assert_close(merged[:, :4], base[:, :4] + delta(base[:, :4]), atol=1e-5, rtol=0)


class TestMerging:
    def test_scale_0_and_none_are_the_base_bit_for_bit(self, nets: Nets) -> None:
        before = parameters(nets)
        bits = {name: parameter.detach().clone() for name, parameter in before.items()}
        everything = read_lora(trained_by_kohya(nets), "a.safetensors")
        merged = MergedLoras(nets)
        for scales in ((0.0, 0.0), (1.0, 0.5), (0.0, 0.0), (0.3, 0.0)):
            merged.set([(everything, *scales)])
            if not any(scales):
                assert_as_before(nets, before, bits)
        merged.set([])
        assert_as_before(nets, before, bits)

    def test_several_are_added_to_the_base_in_any_order(self, nets: Nets) -> None:
        base = weight_of(nets, SQUARE).detach().clone()
        made = [make(base) for make in (lora, dora(loha, outputs=True), ia3_on_inputs)]
        loras = [read_lora(kohya(SQUARE, parts), f"{n}.safetensors") for n, (parts, _) in enumerate(made)]
        expected = base + 0.5 * made[0][1](base) + made[1][1](base) - 0.3 * made[2][1](base)
        scaled = list(zip(loras, (0.5, 1.0, -0.3), (0.0, 0.0, 0.0), strict=True))
        merged = MergedLoras(nets)
        for order in (scaled, scaled[::-1]):
            merged.set(order)
            torch.testing.assert_close(weight_of(nets, SQUARE).detach(), expected, atol=1e-5, rtol=0)
        merged.set([scaled[0], scaled[0]])
        torch.testing.assert_close(weight_of(nets, SQUARE).detach(), base + made[0][1](base), atol=1e-5, rtol=0)

    def test_only_what_differs_is_computed(self, nets: Nets, monkeypatch: pytest.MonkeyPatch) -> None:
        computed: list[str] = []

        def counted(update: Any, weight: Tensor) -> Tensor:
            computed.append(update.module)
            return difference(update, weight)

        monkeypatch.setattr("ccnet.lora.difference", counted)
        here, there = some_lora(nets, LINEAR), some_lora(nets, CONV)
        merged = MergedLoras(nets)
        merged.set([(here, 1.0, 1.0), (there, 1.0, 1.0)])
        assert len(computed) == 2
        merged.set([(here, 1.0, 0.2), (there, 1.0, 1.0)])
        merged.set([(there, 1.0, 1.0), (here, 1.0, 0.0)])
        assert len(computed) == 2
        merged.set([(here, 1.0, 1.0), (there, 0.5, 1.0)])
        merged.set([(here, 1.0, 1.0)])
        assert computed[2:] == [CONV.replace(".", "_")]

    @pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
    def test_half_precision(self, dtype: torch.dtype) -> None:
        """Computed in float32 whatever the file and the net have, and rounded once."""
        for file, net in ((dtype, torch.float32), (dtype, dtype), (torch.float32, dtype)):
            unet: Any = tiny_unet()
            nets: Nets = {"unet": unet.to(dtype=net)}
            weight = weight_of(nets, LINEAR)
            base = weight.detach().float()
            up, down = some(len(weight), 2).to(file), some(2, weight.shape[1]).to(file)
            tensors = kohya(LINEAR, {".lora_up.weight": up, ".lora_down.weight": down})
            merged = MergedLoras(nets)
            merged.set([(read_lora(tensors, "half.safetensors"), 0.8, 0.0)])
            result = weight_of(nets, LINEAR)
            assert result.dtype == net
            expected = (base + 0.8 * (up.float() @ down.float())).to(net)
            torch.testing.assert_close(result.detach(), expected, atol=1e-6, rtol=1e-2 if net != torch.float32 else 0)
            merged.set([])
            assert weight_of(nets, LINEAR) is weight

    def test_layout_and_gradients_are_kept(self, nets: Nets) -> None:
        unet: Any = nets["unet"]
        unet.to(memory_format=torch.channels_last).requires_grad_(False)
        strides = weight_of(nets, CONV).stride()
        MergedLoras(nets).set([(some_lora(nets, CONV), 1.0, 1.0)])
        assert weight_of(nets, CONV).stride() == strides
        assert not weight_of(nets, CONV).requires_grad

    def test_what_shares_a_weight_goes_on_unchanged(self, nets: Nets) -> None:
        other = nn.Linear(32, 16, bias=False)
        other.weight = weight_of(nets, LINEAR)
        bits = other.weight.detach().clone()
        merged = MergedLoras(nets)
        merged.set([(some_lora(nets), 1.0, 1.0)])
        assert not torch.equal(weight_of(nets, LINEAR), bits)
        assert torch.equal(other.weight, bits)
        merged.set([])
        assert weight_of(nets, LINEAR) is other.weight

    def test_a_net_that_has_moved_is_followed(self, nets: Nets) -> None:
        # Another dtype stands for another device, which the tests do not have.
        base = weight_of(nets, LINEAR).detach().clone()
        one = some_lora(nets)
        merged = MergedLoras(nets)
        merged.set([(one, 1.0, 1.0)])
        nets["unet"].to(dtype=torch.float64)
        with torch.inference_mode():
            merged.set([(one, 0.5, 1.0)])
        assert not weight_of(nets, LINEAR).is_inference()
        assert weight_of(nets, LINEAR).dtype == torch.float64
        merged.set([])
        assert torch.equal(weight_of(nets, LINEAR), base.double())

    def test_an_error_on_the_way_takes_everything_out(self, nets: Nets, monkeypatch: pytest.MonkeyPatch) -> None:
        before = parameters(nets)
        bits = {name: parameter.detach().clone() for name, parameter in before.items()}
        calls: list[int] = []

        def fails_late(update: Any, weight: Tensor) -> Tensor:
            calls.append(1)
            if len(calls) > 3:
                raise torch.OutOfMemoryError("no more")
            return difference(update, weight)

        monkeypatch.setattr("ccnet.lora.difference", fails_late)
        merged = MergedLoras(nets)
        with pytest.raises(torch.OutOfMemoryError):
            merged.set([(read_lora(trained_by_kohya(nets), "a.safetensors"), 1.0, 1.0)])
        assert_as_before(nets, before, bits)


class TestRefusals:
    def refused(self, nets: Nets, tensors: Mapping[str, Tensor], *said: str) -> None:
        """In one sentence that names the file, with no weight touched and what was merged still merged."""
        merged = MergedLoras(nets)
        merged.set([(some_lora(nets, SQUARE), 1.0, 1.0)])
        before = parameters(nets)
        bits = {name: parameter.detach().clone() for name, parameter in before.items()}

        def merge() -> None:
            one = read_lora(tensors, "mine.safetensors")
            with pytest.raises(ValueError, match=re.escape("mine.safetensors")):
                check_fits(one, nets)
            merged.set([(some_lora(nets), 1.0, 1.0), (one, 1.0, 1.0)])

        with pytest.raises(ValueError, match=re.escape("mine.safetensors")) as refusal:
            merge()
        message = str(refusal.value)
        assert message.endswith(".")
        assert "\n" not in message
        for words in said:
            assert words in message
        assert_as_before(nets, before, bits)

    def test_another_family(self, nets: Nets, sdxl: Nets) -> None:
        good = kohya(LINEAR, lora(weight_of(nets, LINEAR))[0])
        for name, width, family in (("input_blocks_4_1", 2048, "SDXL"), ("down_blocks_0_attentions_0", 1024, "SD2")):
            words = f"{name}_transformer_blocks_0_attn2_to_k"
            wide = {".lora_up.weight": some(16, 3), ".lora_down.weight": some(3, width)}
            self.refused(nets, {**good, **kohya(words, wide)}, f"is a LoRA for {family}", words)
        te2 = kohya("text_model.encoder.layers.0.mlp.fc1", lora(some(32, 16))[0], "te2")
        self.refused(nets, {**good, **te2}, "is a LoRA for SDXL", "text_encoder_2")
        with pytest.raises(ValueError, match=r"mine\.safetensors does not fit this model"):
            check_fits(read_lora(good, "mine.safetensors"), sdxl)

    def test_the_name_of_the_model_s_family(self) -> None:
        class Words(nn.Module):
            def __init__(self, width: int) -> None:
                super().__init__()
                self.attn2 = nn.ModuleDict({"to_k": nn.Linear(width, 4, bias=False)})

        tensors = kohya("attn2.to_k", {".lora_up.weight": some(4, 3), ".lora_down.weight": some(3, 768)})
        one = read_lora(tensors, "mine.safetensors")
        check_fits(one, {"unet": Words(768)})
        with pytest.raises(ValueError, match=r"mine\.safetensors is a LoRA for SD1\.5 .* use a LoRA made for SDXL\."):
            check_fits(one, {"unet": Words(2048)})

    def test_layers_that_are_not_there(self, nets: Nets) -> None:
        good = kohya(LINEAR, lora(weight_of(nets, LINEAR))[0])
        nowhere = kohya("double_blocks_0_img_attn_qkv", lora(some(16, 16))[0])
        self.refused(nets, nowhere, "lora_unet_double_blocks_0_img_attn_qkv.lora_up.weight")
        self.refused(nets, {**good, **nowhere}, "lora_unet_double_blocks_0_img_attn_qkv.lora_up.weight")
        self.refused(nets, kohya(LINEAR, {".diff_b": some(16)}), "bias")
        self.refused(nets, kohya("mid_block", full(some(4, 4))[0]), "lora_unet_mid_block.diff")

    def test_keys_that_no_lora_has(self, nets: Nets) -> None:
        good = kohya(LINEAR, lora(weight_of(nets, LINEAR))[0])
        for key in ("transformer.blocks.0.lora_A.weight", "unet.conv_in.weight", f"lora_unet_{LINEAR}.oft_blocks", "x"):
            self.refused(nets, {**good, key: some(4), "y": some(4)}, f'the key "{key}"')
        self.refused(nets, {}, "holds no weights")

    @pytest.mark.parametrize(
        ("make", "lost"),
        [
            (lora, ".lora_up.weight"),
            (lora, ".lora_down.weight"),
            (cp, ".lora_down.weight"),
            (loha, ".hada_w2_a"),
            (loha_tucker, ".hada_t1"),
            (lokr_in_two, ".lokr_w2_b"),
            (lokr, ".lokr_w1"),
            (ia3_on_inputs, ".weight"),
        ],
    )
    def test_half_an_update(self, nets: Nets, make: Callable[[Tensor], Made], lost: str) -> None:
        parts = make(weight_of(nets, CONV).detach())[0]
        del parts[lost]
        self.refused(nets, kohya(CONV, parts), "is truncated or damaged", "is missing")

    def test_shapes_that_do_not_fit(self, nets: Nets) -> None:
        weight = weight_of(nets, CONV).detach()
        for make in (lora, cp, loha, lokr_in_two, full, ia3_on_outputs, dora(lora, outputs=True)):
            self.refused(nets, kohya(CONV, make(some(16, 16, 3, 3))[0]), f"another shape than {tuple(weight.shape)}")
        # As many numbers, but the other way round.
        self.refused(nets, kohya(LINEAR, lora(some(32, 16))[0]), "another shape than (16, 32)")
        parts = lora(weight)[0]
        self.refused(nets, kohya(CONV, {**parts, ".dora_scale": some(7)}), "another shape")
        self.refused(nets, kohya(CONV, {**parts, ".lora_up.weight": some(32, 5, 1, 1)}), "do not fit together")
        self.refused(nets, kohya(CONV, {**parts, ".lora_down.weight": some(1)[0]}), "do not fit together")
        self.refused(nets, kohya(CONV, {**parts, ".alpha": some(2)}), "is damaged")

    def test_parts_that_do_not_belong_together(self, nets: Nets) -> None:
        weight = weight_of(nets, CONV).detach()
        parts = lora(weight)[0]
        self.refused(nets, kohya(CONV, {**parts, ".diff": weight}), "too much is there")
        self.refused(nets, kohya(CONV, {".diff": weight, ".dora_scale": some(32, 1, 1, 1)}), "too much is there")
        self.refused(nets, {**kohya(CONV, parts), f"unet.{CONV}.lora_B.weight": some(32, 3, 1, 1)}, "twice")
        self.refused(nets, kohya(CONV, {".alpha": torch.tensor(1.0)}), "is missing")

    def test_numbers_that_are_none(self, nets: Nets) -> None:
        parts = lora(weight_of(nets, LINEAR))[0]
        for nothing in (torch.nan, torch.inf):
            down = parts[".lora_down.weight"].clone().half()
            down[1, 2] = nothing
            self.refused(nets, kohya(LINEAR, {**parts, ".lora_down.weight": down}), "not finite")
            with pytest.raises(ValueError, match=r"some\.safetensors must be a finite number"):
                MergedLoras(nets).set([(some_lora(nets), nothing, 0.0)])

    def test_metadata_that_makes_no_sense(self, nets: Nets) -> None:
        tensors = kohya(LINEAR, lora(weight_of(nets, LINEAR))[0])
        del tensors[f"lora_unet_{LINEAR.replace('.', '_')}.alpha"]
        for config in ("{", '{"unet.lora_alpha": NaN}', '{"unet.lora_alpha": "6"}', '{"unet.lora_alpha": 1e999}'):
            with pytest.raises(ValueError, match=r"mine\.safetensors is damaged"):
                read_lora(tensors, "mine.safetensors", {"lora_adapter_metadata": config})
        assert read_lora(tensors, "mine.safetensors", {"lora_adapter_metadata": "[]", "ss_network_dim": "4"}).updates
