"""The panel's settings: into a request, into a file, and back."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import numpy as np
import pytest
from PIL import Image
from projects import draw, noise, state

from ccnet.masks import Mask
from gui.outfit import LoraChoice, Outfit


def test_a_request_says_what_the_panel_says() -> None:
    outfit = state().outfit
    mask = np.zeros((120, 150), np.uint8)
    mask[10:50, 10:50] = 255
    request = outfit.request(Image.fromarray(noise(1, 120, 150, 3)), Mask(mask))
    assert request.garment.prompt == "赤いドレス, lace <lora:lace:-0.5>"
    assert request.garment.reference == outfit.reference
    assert (request.num_images, request.seed, request.strength) == (3, 12345, 0.75)
    assert request.controls == outfit.controls


def test_a_request_that_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="mask is empty"):
        Outfit().request(Image.new("RGB", (80, 80)), Mask(np.zeros((80, 80), np.uint8)))


def test_following_a_request_asks_for_the_same_again() -> None:
    request = draw(Image.fromarray(noise(1, 120, 150, 3))).request
    followed = Outfit(loras=(LoraChoice("other"),)).follow(request)
    assert followed.request(request.image, request.mask) == request


def test_settings_come_back_from_json() -> None:
    outfit = state().outfit
    values = json.loads(json.dumps(outfit.to_dict()))
    assert Outfit.from_dict(values, outfit.pictures) == (outfit, ())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("prompt", None),
        ("prompt", 3),
        ("intent", "destroy"),
        ("scheduler", "fastest"),
        ("seed", -1),
        ("seed", 1.5),
        ("seed", True),
        ("seed_locked", 1),
        ("candidates", 10**9),
        ("strength", float("nan")),
        ("guidance_scale", "3"),
        ("flare", 7),
        ("controls", [{"name": 3}]),
        ("controls", 5),
        ("loras", [{"name": "a", "scale": "x"}]),
        ("loras", [3]),
        ("sparkle", 1),
    ],
)
def test_what_a_file_says_wrongly_is_left_at_its_default(name: str, value: Any) -> None:
    outfit, lost = Outfit.from_dict({"seed": 5, "model": "mine", name: value} if name != "seed" else {name: value}, {})
    assert lost == (name,)
    assert outfit == (Outfit() if name == "seed" else Outfit(seed=5, model="mine"))


def test_differing_names_the_settings() -> None:
    outfit = state().outfit
    assert outfit.differing(outfit) == ()
    assert outfit.differing(dataclasses.replace(outfit, seed=1, prompt="x")) == ("prompt", "seed")
