from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers.models.controlnets.controlnet_union import ControlNetUnionModel
from torch import Tensor

from ccnet.annotators import ANNOTATORS
from ccnet.conditioning import prepare
from ccnet.pipeline import DressPipeline
from ccnet.request import Control
from ccnet.steering import (
    UNION_KINDS,
    AdapterLayer,
    Push,
    Shown,
    UnionLayer,
    activate,
    check,
    encode_hint,
    unet_arguments,
)
from tests.drawing import aligned_request, build, build_sdxl, final_latents, picture
from tests.tinymodel import tiny_controlnet, tiny_unet
from tests.tinysdxl import POOLED, WIDTH_2, tiny_adapter, tiny_adapter_xl, tiny_sdxl_unet, tiny_union

LINES = Control("net", 0.7, annotator="canny")


def shown(batch: int = 4, guided: bool = True) -> Shown:
    generator = torch.Generator().manual_seed(3)
    return Shown(
        torch.randn(batch, 4, 8, 8, generator=generator),
        torch.tensor(500),
        torch.randn(batch, 77, 32 + WIDTH_2, generator=generator),
        {"text_embeds": torch.randn(batch, POOLED, generator=generator), "time_ids": torch.full((batch, 6), 64.0)},
        guided,
    )


def hint() -> Tensor:
    return torch.rand(1, 3, 64, 64, generator=torch.Generator().manual_seed(4))


def tensors(push: Push) -> list[Tensor]:
    skips = push.skips
    return [*push.blocks, *(() if skips is None else (*skips.down, skips.mid))]


NETS = {
    "ControlNet": lambda: tiny_controlnet(tiny_sdxl_unet(), 1),
    "Union": lambda: tiny_union(tiny_sdxl_unet()),
    "T2I-Adapter": tiny_adapter_xl,
}


@pytest.mark.parametrize("name", NETS)
class TestAlike:
    """Whatever kind of network steers."""

    @torch.no_grad()
    def test_scale_0_is_nothing_and_the_rest_is_proportional(self, name: str) -> None:
        net = NETS[name]()
        features = encode_hint(net, hint())
        pushes = [
            activate(net, replace(LINES, scale=scale), features).push(shown(), "both", "none") for scale in (0.5, 1.0)
        ]
        for half, whole in zip(*map(tensors, pushes), strict=True):
            assert whole.any()
            torch.testing.assert_close(half * 2, whole)

    @torch.no_grad()
    def test_the_prompted_half_alone(self, name: str) -> None:
        net = NETS[name]()
        layer = activate(net, LINES, encode_hint(net, hint()))
        both, alone = (layer.push(shown(), branches, "none") for branches in ("both", "conditional"))
        for all_, half in zip(tensors(both), tensors(alone), strict=True):
            assert not half[:2].any()
            torch.testing.assert_close(half[2:], all_[2:])

    def test_it_takes_part_within_its_share_of_the_steps(self, name: str) -> None:
        net = NETS[name]()
        layer = activate(net, replace(LINES, start=0.25, end=0.75), encode_hint(net, hint()))
        assert [layer.acts_at(step, 8) for step in range(8)] == [False] * 2 + [True] * 4 + [False] * 2
        asleep = activate(net, replace(LINES, scale=0), encode_hint(net, hint()))
        assert not any(asleep.acts_at(step, 8) for step in range(8))

    def test_what_it_sees_is_encoded_once_and_steps_without_it_cost_nothing(self, name: str, tmp_path: Path) -> None:
        pipeline = build_sdxl(tmp_path)
        net: Any = NETS[name]()
        pipeline.controlnets["net"] = net
        encoder = net.adapter if name == "T2I-Adapter" else net.controlnet_cond_embedding
        copy = None if name == "T2I-Adapter" else net.mid_block
        calls: list[str] = []
        encoder.register_forward_hook(lambda *_: calls.append("hint"))
        if copy is not None:
            copy.register_forward_hook(lambda *_: calls.append("net"))
        request = aligned_request(controls=(replace(LINES, end=0.5),), num_inference_steps=6)
        steered = final_latents(pipeline, request)
        assert calls == ["hint"] + ["net"] * (3 if copy is not None else 0)
        assert (steered - final_latents(pipeline, replace(request, controls=()))).abs().max() > 1e-3


class TestUnion:
    @torch.no_grad()
    @pytest.mark.parametrize("kind", ["pose", "depth", "soft edge", "lineart", "segmentation", None])
    @pytest.mark.parametrize("pooled", [False, True])
    def test_its_answers_are_the_stock_ones(self, kind: str | None, pooled: bool) -> None:
        net = tiny_union(tiny_sdxl_unet())
        net.register_to_config(global_pool_conditions=pooled)
        layer = activate(net, Control(annotator=kind), encode_hint(net, hint()))
        assert isinstance(layer, UnionLayer)
        batch = shown()
        number = 7 if kind is None else UNION_KINDS[kind]
        types = torch.zeros(4, 8)
        types[:, number] = 1
        stock: Any = ControlNetUnionModel.forward(
            net,
            batch.x_t,
            batch.t,
            batch.text,
            controlnet_cond=[hint().expand(4, -1, -1, -1)],
            control_type=types,
            control_type_idx=[number],
            added_cond_kwargs=dict(batch.added or {}),
        )
        ours = layer.residuals(batch)
        for a, b in zip(ours.down, stock.down_block_res_samples, strict=True):
            torch.testing.assert_close(a, b, atol=1e-5, rtol=1e-5)
        torch.testing.assert_close(ours.mid, stock.mid_block_res_sample, atol=1e-5, rtol=1e-5)

    def test_every_kind_of_hint_has_its_number(self) -> None:
        assert set(UNION_KINDS) == set(ANNOTATORS)

    def test_the_hole_is_black(self, tmp_path: Path) -> None:
        pipeline = build_sdxl(tmp_path)
        pipeline.controlnets["union"] = tiny_union(pipeline.unet)
        request = aligned_request(controls=(Control("union"),))
        hints = holes(pipeline, request)
        assert hints == [0.0]


def holes(pipeline: DressPipeline, request: Any) -> list[float]:
    """What the hints of a request hold in the hole."""
    working = prepare(request, pipeline.spec)
    inside = torch.from_numpy(working.hole.alpha > 0)
    found = []
    for control in request.controls:
        made, _ = pipeline._hint(control, working)
        values = made[0][:, inside].unique()
        assert len(values) == 1
        found.append(float(values))
    return found


def test_each_net_has_the_hole_it_was_trained_with(tmp_path: Path) -> None:
    pipeline = build(tmp_path, holes={"second": 0.5})
    assert holes(pipeline, aligned_request(controls=(Control("cc"), Control("second")))) == [-1, 0.5]


class TestAdapter:
    def test_an_adapter_for_grey_hints_gets_grey_ones(self) -> None:
        net = tiny_adapter(in_channels=1)
        grey = hint()[:, :1].expand(-1, 3, -1, -1)
        for a, b in zip(encode_hint(net, grey), net(grey[:, :1]), strict=True):
            torch.testing.assert_close(a, b)

    def test_beside_a_controlnet(self, tmp_path: Path) -> None:
        """The UNet is given both, each in its own place."""
        pipeline = build(tmp_path, nets=1)
        adapter = pipeline.controlnets["lines"] = tiny_adapter()
        control = Control("lines", 0.5, image=picture(64, 64, 3))
        request = aligned_request(controls=(Control("cc"), control, replace(control, scale=0.25)))
        seen: dict[str, Any] = {}
        forward = pipeline.unet.forward

        def spy(*args: Any, **kwargs: Any) -> Any:
            seen.update({name: list(value) for name, value in kwargs.items() if name.startswith("down_")})
            return forward(*args, **kwargs)

        pipeline.unet.forward = spy
        working = prepare(request, pipeline.spec)
        list(pipeline.denoise(request, pipeline.condition(request, working)))
        image, _ = pipeline._hint(control, working)
        with torch.no_grad():
            for given, feature in zip(seen["down_intrablock_additional_residuals"], adapter(image), strict=True):
                torch.testing.assert_close(given, 0.75 * feature.expand(4, -1, -1, -1))
        assert len(seen["down_block_additional_residuals"]) == len(pipeline.controlnets["cc"].controlnet_down_blocks)


def test_without_layers_nothing_is_added() -> None:
    assert set(unet_arguments([]).values()) == {None}


class TestRefused:
    def test_an_adapter_that_is_to_read_a_hole(self) -> None:
        with pytest.raises(ValueError, match='T2I-Adapter "cc" cannot read a picture with a hole: name an annotator'):
            check(tiny_adapter(), Control())
        check(tiny_adapter(), Control(annotator="canny"))
        check(tiny_adapter(), Control(image=picture(64, 64)))

    def test_a_union_that_cannot_know_what_it_sees(self) -> None:
        union = tiny_union(tiny_sdxl_unet())
        with pytest.raises(ValueError, match="must be told what its control image is: name its annotator"):
            check(union, Control(image=picture(64, 64)))
        for control in (Control(), Control(annotator="pose"), Control(annotator="pose", image=picture(64, 64))):
            check(union, control)

    def test_a_union_that_never_learned_to_repaint(self, tmp_path: Path) -> None:
        pipeline = build_sdxl(tmp_path)
        pipeline.controlnets["union"] = tiny_union(pipeline.unet, kinds=6)
        with pytest.raises(ValueError, match="ProMax"):
            next(pipeline(aligned_request(controls=(Control("union"),))))
        check(pipeline.controlnets["union"], Control(annotator="segmentation"))

    def test_a_controlnet_takes_anything(self) -> None:
        net = tiny_controlnet(tiny_unet())
        for control in (Control(), Control(annotator="pose"), Control(image=picture(64, 64))):
            check(net, control)


def test_an_adapters_features_are_scaled_once() -> None:
    net = tiny_adapter_xl()
    layer = activate(net, LINES, encode_hint(net, hint()))
    assert isinstance(layer, AdapterLayer)
    blocks = layer.push(shown(), "both", "none").blocks
    assert [block.data_ptr() for block in blocks] == [feature.data_ptr() for feature in layer.features]
