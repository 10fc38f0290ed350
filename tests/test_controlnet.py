from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers.models.controlnets.controlnet import ControlNetModel
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from torch import Tensor, nn

from ccnet.controlnet import CC_ControlNet, Residuals, batch, compose, residual_weights
from tests.tinymodel import HINT_CHANNELS, tiny_controlnet, tiny_unet
from tests.tinysdxl import POOLED, WIDTH_2, tiny_sdxl_unet


class Inputs:
    """One noisy batch of two, with everything a UNet and a ControlNet read."""

    def __init__(self) -> None:
        generator = torch.Generator().manual_seed(3)
        self.x_t = torch.randn(2, 4, 8, 8, generator=generator)
        self.t = torch.tensor(500)
        self.text = torch.randn(2, 77, 32, generator=generator)
        self.hint = torch.rand(2, 3, 64, 64, generator=generator)
        self.hint[..., 16:48, 16:48] = -1

    def residuals(self, net: CC_ControlNet) -> Residuals:
        return net.residuals(self.x_t, self.t, self.text, net.encode_hint(self.hint))

    def predict(self, unet: UNet2DConditionModel, steering: Residuals | None = None) -> Tensor:
        x_t = self.x_t
        if unet.config["in_channels"] == 9:
            x_t = torch.cat([x_t, torch.ones_like(x_t[:, :1]), x_t * 0.5], dim=1)
        return unet(
            x_t,
            self.t,
            encoder_hidden_states=self.text,
            down_block_additional_residuals=steering.down if steering else None,  # type: ignore[arg-type]
            mid_block_additional_residual=steering.mid if steering else None,
        ).sample


@pytest.fixture
def inputs() -> Inputs:
    return Inputs()


@torch.no_grad()
@pytest.mark.parametrize("channels", [4, 9])
def test_a_newborn_of_an_sdxl_unet_adds_exactly_nothing(inputs: Inputs, channels: int) -> None:
    unet = tiny_sdxl_unet(channels)
    net = tiny_controlnet(unet, seed=None)
    text = torch.randn(2, 77, 32 + WIDTH_2)
    added = {"text_embeds": torch.randn(2, POOLED), "time_ids": torch.full((2, 6), 64.0)}
    residuals = net.residuals(inputs.x_t, inputs.t, text, net.encode_hint(inputs.hint), added)
    assert all(not r.any() for r in (*residuals.down, residuals.mid))
    assert net.config["in_channels"] == 4
    locked = unet.add_embedding.state_dict()
    assert all(torch.equal(value, locked[key]) for key, value in net.add_embedding.state_dict().items())
    x_t = inputs.x_t if channels == 4 else torch.cat([inputs.x_t, torch.ones(2, 5, 8, 8)], dim=1)
    arguments: dict[str, Any] = {"encoder_hidden_states": text, "added_cond_kwargs": added}
    steered = unet(
        x_t,
        inputs.t,
        **arguments,
        down_block_additional_residuals=residuals.down,  # type: ignore[arg-type]
        mid_block_additional_residual=residuals.mid,
    ).sample
    assert torch.equal(steered, unet(x_t, inputs.t, **arguments).sample)


@pytest.mark.parametrize("channels", [4, 9])
class TestNewborn:
    def test_every_residual_is_zero_and_the_base_is_itself_bit_for_bit(self, inputs: Inputs, channels: int) -> None:
        unet = tiny_unet(channels)
        net = tiny_controlnet(unet, seed=None)
        residuals = inputs.residuals(net)
        assert all(not r.any() for r in (*residuals.down, residuals.mid))
        assert torch.equal(inputs.predict(unet, residuals), inputs.predict(unet))

    def test_it_is_a_copy_of_the_encoder(self, channels: int) -> None:
        unet = tiny_unet(channels)
        net = tiny_controlnet(unet, seed=None)
        assert net.config["in_channels"] == 4
        assert net.conv_in.weight.shape[1] == 4
        assert torch.equal(net.conv_in.weight, unet.conv_in.weight[:, :4])
        assert torch.equal(net.conv_in.bias, unet.conv_in.bias)  # type: ignore[arg-type]
        for name in ("down_blocks", "mid_block", "time_embedding"):
            copy, locked = getattr(net, name).state_dict(), getattr(unet, name).state_dict()
            assert all(torch.equal(copy[key], locked[key]) for key in locked)
            assert all(copy[key].data_ptr() != locked[key].data_ptr() for key in locked)


def zero_names(net: CC_ControlNet) -> set[str]:
    zeros = set(map(id, net.zero_convolutions()))
    return {f"{name}.{kind}" for name, m in net.named_modules() if id(m) in zeros for kind in ("weight", "bias")}


class TestTraining:
    def test_the_first_step_moves_only_the_zero_convolutions(self, inputs: Inputs) -> None:
        unet = tiny_unet().requires_grad_(False)
        net = tiny_controlnet(unet, seed=None).train()
        locked = {key: value.clone() for key, value in unet.state_dict().items()}
        before = {key: value.clone() for key, value in net.state_dict().items()}
        optimizer = torch.optim.AdamW(net.parameters(), lr=1e-3, weight_decay=0)
        self.step(inputs, unet, net, optimizer)
        moved = {key for key, value in net.state_dict().items() if not torch.equal(value, before[key])}
        assert moved == zero_names(net)
        assert len(list(net.zero_convolutions())) == len(inputs.residuals(net).down) + 1
        assert all(torch.equal(value, locked[key]) for key, value in unet.state_dict().items())

    def test_the_gradient_reaches_one_layer_of_zeros_at_a_time(self, inputs: Inputs) -> None:
        unet = tiny_unet().requires_grad_(False)
        net = tiny_controlnet(unet, seed=None).train()
        optimizer = torch.optim.AdamW(net.parameters(), lr=1e-3, weight_decay=0)
        last_hint = {"controlnet_cond_embedding.conv_out.weight", "controlnet_cond_embedding.conv_out.bias"}
        hint = {name for name, _ in net.named_parameters() if name.startswith("controlnet_cond_embedding")} - last_hint
        everything = {name for name, _ in net.named_parameters()}
        reached = [self.step(inputs, unet, net, optimizer) for _ in range(3)]
        assert reached[0] == zero_names(net)
        assert reached[1] == everything - hint
        assert reached[2] == everything

    def step(
        self, inputs: Inputs, unet: UNet2DConditionModel, net: CC_ControlNet, optimizer: torch.optim.Optimizer
    ) -> set[str]:
        """One optimiser step; answers with the names of the parameters that had a gradient."""
        optimizer.zero_grad()
        target = torch.randn(inputs.x_t.shape, generator=torch.Generator().manual_seed(0))
        nn.functional.mse_loss(inputs.predict(unet, inputs.residuals(net)), target).backward()
        reached = {name for name, p in net.named_parameters() if p.grad is not None and p.grad.any()}
        optimizer.step()
        return reached


class TestComposition:
    def test_several_nets_add_up(self, inputs: Inputs) -> None:
        unet = tiny_unet()
        first, second = (inputs.residuals(tiny_controlnet(unet, seed)) for seed in (1, 2))
        total = compose([first, second])
        assert total is not None
        for a, b, c in zip((*first.down, first.mid), (*second.down, second.mid), (*total.down, total.mid), strict=True):
            assert torch.equal(a + b, c)
        assert compose([]) is None
        assert compose([first]) is first

    def test_halves_and_batch_are_inverse(self, inputs: Inputs) -> None:
        residuals = inputs.residuals(tiny_controlnet(tiny_unet()))
        unprompted, prompted = residuals.halves()
        again = batch(unprompted, prompted)
        assert all(torch.equal(a, b) for a, b in zip(residuals.down, again.down, strict=True))
        assert torch.equal(residuals.mid, again.mid)
        assert torch.equal(unprompted.mid, residuals.mid[:1])
        assert not residuals.zeros().mid.any()

    def test_scales_are_one_number_or_one_for_each_output(self, inputs: Inputs) -> None:
        residuals = inputs.residuals(tiny_controlnet(tiny_unet()))
        assert residuals.scaled(1.0) is residuals
        assert torch.equal(residuals.scaled(0.5).down[1], residuals.down[1] * 0.5)
        weights = [float(i) for i in range(len(residuals.heights))]
        assert torch.equal(residuals.scaled(weights).mid, residuals.mid * weights[-1])
        assert torch.equal(residuals.scaled(weights).down[2], residuals.down[2] * 2)


class TestWeights:
    SD_HEIGHTS = (64, 64, 64, 32, 32, 32, 16, 16, 16, 8, 8, 8, 8)
    """Of Stable Diffusion's 12 + 1 outputs for a 512 x 512 picture."""

    def test_paper(self) -> None:
        weights = residual_weights("paper", self.SD_HEIGHTS)
        assert weights == [1, 1, 1, 2, 2, 2, 4, 4, 4, 8, 8, 8, 8]
        assert residual_weights("paper", [2 * h for h in self.SD_HEIGHTS]) == weights

    def test_released(self) -> None:
        weights = residual_weights("released", self.SD_HEIGHTS)
        assert weights == [0.825 ** (12 - i) for i in range(13)]

    def test_diffusers(self) -> None:
        weights = torch.tensor(residual_weights("diffusers", self.SD_HEIGHTS))
        torch.testing.assert_close(weights, torch.logspace(-1, 0, 13))

    def test_the_two_guess_modes_hardly_differ(self) -> None:
        released, diffusers = (residual_weights(scheme, self.SD_HEIGHTS) for scheme in ("released", "diffusers"))
        assert max(abs(a - b) / a for a, b in zip(released, diffusers, strict=True)) < 0.007

    def test_none_and_unknown(self) -> None:
        assert residual_weights("none", [8, 4, 4]) == [1, 1, 1]
        with pytest.raises(ValueError, match="paper, released and diffusers"):
            residual_weights("papr", [8, 4, 4])


class TestStandingInForDiffusers:
    @pytest.mark.parametrize("guess_mode", [False, True])
    @pytest.mark.parametrize("scale", [1.0, 0.7])
    @pytest.mark.parametrize("changes", [{}, {"global_pool_conditions": True}])
    def test_forward_is_the_stock_one(
        self, inputs: Inputs, guess_mode: bool, scale: float, changes: dict[str, Any]
    ) -> None:
        net = tiny_controlnet(tiny_unet())
        net.register_to_config(**changes)
        kwargs: dict[str, Any] = {
            "encoder_hidden_states": inputs.text,
            "controlnet_cond": inputs.hint,
            "conditioning_scale": scale,
            "guess_mode": guess_mode,
        }
        ours = net(inputs.x_t, inputs.t, **kwargs)
        stock: Any = ControlNetModel.forward(net, inputs.x_t, inputs.t, **kwargs)
        pairs = zip(ours.down_block_res_samples, stock.down_block_res_samples, strict=True)
        tolerance = 1e-6 if guess_mode else 0
        for a, b in (*pairs, (ours.mid_block_res_sample, stock.mid_block_res_sample)):
            torch.testing.assert_close(a, b, atol=tolerance, rtol=tolerance)

    def test_hint_features_spare_the_hint_encoder(self, inputs: Inputs) -> None:
        net = tiny_controlnet(tiny_unet())
        features = net.encode_hint(inputs.hint)
        down, mid = net(inputs.x_t, 500, inputs.text, inputs.hint, return_dict=False)
        down_f, mid_f = net(inputs.x_t, 500, inputs.text, hint_features=features, return_dict=False)
        assert all(torch.equal(a, b) for a, b in zip((*down, mid), (*down_f, mid_f), strict=True))
        with pytest.raises(ValueError, match="either"):
            net(inputs.x_t, 500, inputs.text)
        with pytest.raises(ValueError, match="either"):
            net(inputs.x_t, 500, inputs.text, inputs.hint, hint_features=features)

    def test_bgr_hints_are_turned(self, inputs: Inputs) -> None:
        net = tiny_controlnet(tiny_unet())
        features = net.encode_hint(inputs.hint.flip(1))
        net.register_to_config(controlnet_conditioning_channel_order="bgr")
        assert torch.equal(net.encode_hint(inputs.hint), features)

    def test_a_net_for_sdxl_adds_text_and_sizes(self, inputs: Inputs) -> None:
        torch.manual_seed(0)
        net = CC_ControlNet(
            block_out_channels=(16, 32),
            layers_per_block=1,
            down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"),
            cross_attention_dim=32,
            norm_num_groups=8,
            conditioning_embedding_out_channels=HINT_CHANNELS,
            addition_embed_type="text_time",
            addition_time_embed_dim=8,
            projection_class_embeddings_input_dim=32 + 6 * 8,
        )
        nn.init.normal_(net.controlnet_mid_block.weight)
        added = {"text_embeds": torch.randn(2, 32), "time_ids": torch.ones(2, 6)}
        call: tuple[Any, ...] = (inputs.x_t, inputs.t, inputs.text, inputs.hint)
        ours = net(*call, added_cond_kwargs=added)
        stock: Any = ControlNetModel.forward(net, *call, added_cond_kwargs=added)
        assert torch.equal(ours.mid_block_res_sample, stock.mid_block_res_sample)
        with pytest.raises(ValueError, match="SDXL"):
            net(*call)

    @pytest.mark.parametrize("channels", [4, 9])
    def test_it_is_saved_as_a_plain_controlnet(self, inputs: Inputs, tmp_path: Path, channels: int) -> None:
        net = tiny_controlnet(tiny_unet(channels))
        net.save_pretrained(tmp_path)
        config = json.loads((tmp_path / "config.json").read_text())
        assert config["_class_name"] == "ControlNetModel"
        assert config["in_channels"] == 4
        plain = ControlNetModel.from_pretrained(tmp_path)
        assert type(plain) is ControlNetModel
        again = CC_ControlNet.from_pretrained(tmp_path)
        assert type(again) is CC_ControlNet
        mid = inputs.residuals(net).mid
        assert torch.equal(inputs.residuals(again).mid, mid)
        assert torch.equal(plain(inputs.x_t, inputs.t, inputs.text, inputs.hint, return_dict=False)[1], mid)

    def test_it_attaches_to_another_base_of_its_family(self, inputs: Inputs) -> None:
        net, other = tiny_controlnet(tiny_unet(seed=0)), tiny_unet(seed=5)
        steered = inputs.predict(other, inputs.residuals(net))
        assert steered.isfinite().all()
        assert not torch.equal(steered, inputs.predict(other))
