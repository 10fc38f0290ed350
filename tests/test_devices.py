"""What the nets compute on and in."""

from __future__ import annotations

import pytest
import torch

from ccnet import devices
from ccnet.devices import check_names, offload, pick_device, pick_dtype
from tests.tinymodel import tiny_unet

CPU, CUDA, MPS = torch.device("cpu"), torch.device("cuda"), torch.device("mps")


@pytest.mark.parametrize(
    ("device", "large", "multiplies", "expected"),
    [
        (CUDA, True, False, torch.float16),
        (CUDA, False, False, torch.float16),
        (MPS, True, True, torch.float32),
        (CPU, True, True, torch.bfloat16),
        (CPU, True, False, torch.float32),
        (CPU, False, True, torch.float32),
    ],
)
def test_a_dtype_by_itself(
    monkeypatch: pytest.MonkeyPatch, device: torch.device, large: bool, multiplies: bool, expected: torch.dtype
) -> None:
    monkeypatch.setattr(devices, "_multiplies_bfloat16", lambda: multiplies)
    assert pick_dtype("auto", device, large) == expected
    assert pick_dtype("bfloat16", device, large) == torch.bfloat16


def test_asking_the_processor_answers() -> None:
    assert devices._multiplies_bfloat16() in (True, False)


@pytest.mark.parametrize("names", [("gpu", "auto", "full"), ("cpu", "fp8", "full"), ("cpu", "auto", "none")])
def test_unknown_names(names: tuple[str, str, str]) -> None:
    with pytest.raises(ValueError, match="Known"):
        check_names(*names)
    check_names("cuda:1", "float16", "offload")


def test_a_device_that_is_there() -> None:
    assert pick_device("cpu") == CPU
    assert pick_device("auto").type in ("cpu", "cuda", "mps")


def test_offloaded_nets_answer_alike_also_after_their_weights_were_replaced() -> None:
    one, other = tiny_unet(), tiny_unet()
    offload([other], CPU)
    inputs = (torch.randn(1, 4, 8, 8), 5, torch.randn(1, 7, 32))
    with torch.no_grad():
        assert torch.equal(one(*inputs).sample, other(*inputs).sample)
        for net in (one, other):
            net.conv_in.weight = torch.nn.Parameter(net.conv_in.weight * 2)
        assert torch.equal(one(*inputs).sample, other(*inputs).sample)
