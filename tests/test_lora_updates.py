from __future__ import annotations

import json
from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from ccnet.lora import MergedLoras, check_fits, read_lora
from tests.lorafiles import (
    CONV,
    LINEAR,
    NORM,
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
    lokr_in_four,
    lokr_in_two,
    lokr_tucker,
    lora,
    lora_without_alpha,
    parameters,
    some,
    weight_of,
)
from tests.tinymodel import tiny_unet

EVERYWHERE = (
    *(lora, lora_without_alpha, loha, lokr, lokr_in_two, lokr_in_four, full, ia3_on_outputs, ia3_on_inputs),
    *(dora(make, outputs=outputs) for make in (lora, loha, lokr_in_two) for outputs in (False, True)),
)
CONVOLUTIONS = (cp, loha_tucker, lokr_tucker, dora(cp, outputs=True))
CASES = [
    *((make, path) for make in EVERYWHERE for path in (LINEAR, SQUARE, CONV, POINT)),
    *((make, path) for make in CONVOLUTIONS for path in (CONV, POINT)),
]


@pytest.fixture(autouse=True)
def _seed() -> None:
    torch.manual_seed(11)


@pytest.fixture
def nets() -> Nets:
    return {"unet": tiny_unet()}


@pytest.mark.parametrize(("make", "path"), CASES, ids=[f"{make.__name__}-{path}" for make, path in CASES])
def test_each_equals_a_merge_by_hand_and_comes_out_exactly(
    nets: Nets, make: Callable[[Tensor], Made], path: str
) -> None:
    before = parameters(nets)
    bits = {name: parameter.detach().clone() for name, parameter in before.items()}
    base = bits[f"unet.{path}.weight"]
    parts, delta = make(base)
    one = read_lora(kohya(path, parts), "a.safetensors")
    check_fits(one, nets)
    merged = MergedLoras(nets)
    for scale in (0.7, 1.0, -0.5):
        merged.set([(one, scale, 0.0)])
        weight = weight_of(nets, path)
        torch.testing.assert_close(weight.detach(), base + scale * delta(base), atol=1e-5, rtol=0)
        assert (weight - base).abs().max() > 1e-3
    merged.set([])
    assert_as_before(nets, before, bits)


def test_norms_and_biases(nets: Nets) -> None:
    w, b, diff_b = some(16), some(16), some(32)
    tensors = {
        **kohya(NORM, {".w_norm": w, ".b_norm": b}),
        **kohya(CONV, {**lora(weight_of(nets, CONV))[0], ".diff_b": diff_b}),
    }
    places = [f"{NORM}.weight", f"{NORM}.bias", f"{CONV}.bias"]
    added = [nets["unet"].get_parameter(place) + 0.5 * diff for place, diff in zip(places, (w, b, diff_b), strict=True)]
    read = read_lora(tensors, "a.safetensors")
    MergedLoras(nets).set([(read, 0.5, 0.0)])
    for place, expected in zip(places, added, strict=True):
        torch.testing.assert_close(nets["unet"].get_parameter(place), expected, atol=1e-6, rtol=0)
    assert read.kinds == {"norm", "full", "LoRA"}
    assert not read.touches_text


def test_kinds_are_named(nets: Nets) -> None:
    weight = weight_of(nets, CONV)
    for make, kinds in (
        (lora, {"LoRA"}),
        (cp, {"CP"}),
        (loha_tucker, {"LoHa"}),
        (lokr_in_four, {"LoKr"}),
        (full, {"full"}),
        (ia3_on_inputs, {"IA3"}),
        (dora(loha, outputs=True), {"LoHa", "DoRA"}),
    ):
        assert read_lora(kohya(CONV, make(weight)[0]), "a.safetensors").kinds == kinds


def test_peft_and_its_dora_draw_the_same() -> None:
    """Against PEFT itself: dotted names, alpha in the metadata, magnitudes for outputs."""
    from peft import LoraConfig, get_peft_model_state_dict

    unet, theirs = tiny_unet(), tiny_unet()
    theirs.add_adapter(
        LoraConfig(
            r=3,
            lora_alpha=6,
            alpha_pattern={SQUARE: 1.5},
            target_modules=["to_q", "to_out.0", "conv1", "proj_in"],
            use_dora=True,
        )
    )
    with torch.no_grad():
        for name, parameter in theirs.named_parameters():
            if "lora_B" in name:
                parameter.copy_(some(*parameter.shape))
            elif "magnitude" in name:
                parameter.mul_(1 + some(1).squeeze())
    tensors = {f"unet.{key}": value for key, value in get_peft_model_state_dict(theirs).items()}
    config = {"unet.r": 3, "unet.lora_alpha": 6, "unet.alpha_pattern": {SQUARE: 1.5}, "unet.use_dora": True}
    one = read_lora(tensors, "peft.safetensors", {"lora_adapter_metadata": json.dumps(config)})
    assert one.kinds == {"LoRA", "DoRA"}
    x, words, time = some(1, 4, 16, 16), some(1, 7, 32), torch.tensor([500])
    with torch.no_grad():
        base = unet(x, time, words).sample
        MergedLoras({"unet": unet}).set([(one, 1.0, 1.0)])
        ours, expected = unet(x, time, words).sample, theirs(x, time, words).sample
    assert (ours - base).abs().max() > 1e-2
    torch.testing.assert_close(ours, expected, atol=1e-4, rtol=0)


def test_rank_stabilised_alpha(nets: Nets) -> None:
    parts, delta = lora(weight_of(nets, LINEAR), rank=4, alpha=None)
    tensors = {f"unet.{LINEAR}{part}": tensor for part, tensor in parts.items()}
    config = {"lora_adapter_metadata": json.dumps({"unet.lora_alpha": 6, "unet.use_rslora": True})}
    expected = weight_of(nets, LINEAR) + 6 / 4**0.5 * delta(weight_of(nets, LINEAR))
    MergedLoras(nets).set([(read_lora(tensors, "a.safetensors", config), 1.0, 1.0)])
    torch.testing.assert_close(weight_of(nets, LINEAR), expected, atol=1e-5, rtol=0)
