"""TAESD and T2I-Adapters out of single files, against what their authors' code computes from the same tensors."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers.models.adapter import T2IAdapter
from diffusers.models.autoencoders.autoencoder_tiny import AutoencoderTiny
from torch import Tensor, nn

from ccnet.formats import CheckpointError
from ccnet.singlefile import load_t2i_adapter, load_tiny_vae
from tests.fulllayout import t2i_adapter, taesd_decoder, taesd_encoder, write
from tests.offline import refuse_sockets


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    refuse_sockets(monkeypatch)


def same_weights(module: nn.Module, other: nn.Module) -> bool:
    weights, wanted = module.state_dict(), other.state_dict()
    return weights.keys() == wanted.keys() and all(torch.equal(weights[key], wanted[key]) for key in wanted)


class TestTinyAutoencoder:
    def test_both_halves_and_the_whole(self, tmp_path: Path) -> None:
        encoder, decoder = taesd_encoder(), taesd_decoder()
        halves = [write(tmp_path / f"{i}.safetensors", half) for i, half in enumerate((encoder, decoder))]
        vae = load_tiny_vae(*halves)
        assert isinstance(vae, AutoencoderTiny)
        whole = {f"taesd_encoder.{key}": t for key, t in encoder.items()}
        whole |= {f"taesd_decoder.{key}": t for key, t in decoder.items()}
        for other in (
            load_tiny_vae(*reversed(halves)),
            load_tiny_vae(write(tmp_path / "whole.safetensors", whole)),
            load_tiny_vae(write(tmp_path / "diffusers.safetensors", vae.state_dict())),
        ):
            assert same_weights(other, vae)
        latents = torch.randn(1, 4, 4, 4)
        picture = torch.rand(1, 3, 32, 32)
        with torch.no_grad():
            decoded: Any = vae.decode(latents)
            encoded: Any = vae.encode(picture * 2 - 1)
            torch.testing.assert_close(decoded.sample, authors_decoder(decoder)(latents) * 2 - 1)
            torch.testing.assert_close(encoded.latents, authors_encoder(encoder)(picture))

    @pytest.mark.parametrize(("half", "other"), [(taesd_encoder, "decoder"), (taesd_decoder, "encoder")])
    def test_half_of_one(self, tmp_path: Path, half: Callable[[], dict[str, Tensor]], other: str) -> None:
        file = write(tmp_path / "half.safetensors", half())
        with pytest.raises(CheckpointError, match=f"{other} is in another file: give both"):
            load_tiny_vae(file)

    def test_another_family_s_latents(self, tmp_path: Path) -> None:
        encoder = taesd_encoder()
        encoder.conv("14", 8, 16)
        files = [write(tmp_path / f"{i}.safetensors", half) for i, half in enumerate((encoder, taesd_decoder()))]
        with pytest.raises(CheckpointError, match="16 channels, not 4"):
            load_tiny_vae(*files)


class TestT2IAdapter:
    @pytest.mark.parametrize("kind", ["full", "full_xl", "light"])
    @pytest.mark.parametrize("hint_channels", [1, 3])
    def test_its_authors_layout(self, tmp_path: Path, kind: str, hint_channels: int) -> None:
        tensors = t2i_adapter(kind, hint_channels=hint_channels)
        adapter = load_t2i_adapter(write(tmp_path / "adapter.safetensors", tensors))
        assert isinstance(adapter, T2IAdapter)
        assert adapter.config["in_channels"] == hint_channels
        assert len(adapter.state_dict()) == len(tensors)
        picture = torch.rand(1, hint_channels, 64, 64)
        with torch.no_grad():
            for ours, theirs in zip(adapter(picture), authors_adapter(tensors, kind, picture), strict=True):
                torch.testing.assert_close(ours, theirs)
        again = load_t2i_adapter(write(tmp_path / "diffusers.safetensors", adapter.state_dict()))
        assert same_weights(again, adapter)
        assert again.config["adapter_type"] == adapter.config["adapter_type"]


class Block(nn.Module):
    """The residual block of both."""

    def __init__(self, tensors: Mapping[str, Tensor], names: tuple[str, ...]) -> None:
        super().__init__()
        self.convs = [convolution(tensors, name) for name in names]

    def forward(self, x: Tensor) -> Tensor:
        h = x
        for conv in self.convs[:-1]:
            h = conv(h).relu()
        return x + self.convs[-1](h)


def convolution(tensors: Mapping[str, Tensor], name: str, stride: int = 1) -> nn.Conv2d:
    weight, bias = tensors[f"{name}.weight"], tensors.get(f"{name}.bias")
    c_out, c_in, kernel, _ = weight.shape
    conv = nn.Conv2d(c_in, c_out, kernel, stride=stride, padding=kernel // 2, bias=bias is not None)
    conv.load_state_dict({"weight": weight} if bias is None else {"weight": weight, "bias": bias})
    return conv


def tiny_block(tensors: Mapping[str, Tensor], index: int) -> nn.Sequential:
    return nn.Sequential(Block(tensors, tuple(f"{index}.conv.{i}" for i in (0, 2, 4))), nn.ReLU())


def authors_encoder(tensors: Mapping[str, Tensor]) -> nn.Module:
    """Tensor[B, 3, H, W] in [0, 1] -> latents."""
    layers: list[nn.Module] = [convolution(tensors, "0"), tiny_block(tensors, 1)]
    for step in (2, 6, 10):
        layers += [convolution(tensors, str(step), stride=2), *(tiny_block(tensors, step + i) for i in (1, 2, 3))]
    return nn.Sequential(*layers, convolution(tensors, "14"))


def authors_decoder(tensors: Mapping[str, Tensor]) -> Callable[[Tensor], Tensor]:
    """Latents -> Tensor[B, 3, H, W] in [0, 1]."""
    layers: list[nn.Module] = [convolution(tensors, "1"), nn.ReLU()]
    for step in (3, 8, 13):
        layers += [tiny_block(tensors, step + i) for i in range(3)]
        layers += [nn.Upsample(scale_factor=2), convolution(tensors, str(step + 4))]
    net = nn.Sequential(*layers, tiny_block(tensors, 18), convolution(tensors, "19"))
    return lambda latents: net((latents / 3).tanh() * 3)


def authors_adapter(tensors: Mapping[str, Tensor], kind: str, x: Tensor) -> Iterator[Tensor]:
    """The features of each level. kind: as in `tests.fulllayout.t2i_adapter`; x: the picture, Tensor[B, C, H, W]."""
    x = nn.functional.pixel_unshuffle(x, 16 if kind == "full_xl" else 8)
    if kind != "light":
        x = convolution(tensors, "conv_in")(x)
    for level in range(4):
        if level == 2 or (level and kind != "full_xl"):
            x = nn.functional.avg_pool2d(x, 2, ceil_mode=True)
        if kind == "light":
            x = convolution(tensors, f"body.{level}.in_conv")(x)
            for i in range(4):
                x = Block(tensors, tuple(f"body.{level}.body.{i}.block{n}" for n in (1, 2)))(x)
            x = convolution(tensors, f"body.{level}.out_conv")(x)
        else:
            for i in (2 * level, 2 * level + 1):
                if f"body.{i}.in_conv.weight" in tensors:
                    x = convolution(tensors, f"body.{i}.in_conv")(x)
                x = Block(tensors, (f"body.{i}.block1", f"body.{i}.block2"))(x)
        yield x
