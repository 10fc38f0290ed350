from __future__ import annotations

import random

import pytest
import torch

from ccnet import catalogue
from ccnet.families import FAMILIES, FAST_MODES
from ccnet.masks import fit
from ccnet.prompts import Embedded
from ccnet.request import FAMILY_NAMES, SCHEDULERS
from tests.drawing import rectangle


def test_every_family_of_a_spec_is_there_and_has_sensible_defaults() -> None:
    assert tuple(FAMILIES) == FAMILY_NAMES
    for name, family in FAMILIES.items():
        spec = family.spec("some")
        assert (spec.name, spec.family) == ("some", name)
        assert family.spec("some", resolution=768).resolution == 768
        assert len(family.rgb) == 5
    assert FAMILIES["sd15"].spec("some").resolution == 512
    assert FAMILIES["sdxl"].spec("some").resolution == 1024


def test_sdxl_is_shown_sizes_that_it_was_trained_on() -> None:
    """About 1024 x 1024 pixels, sides that are multiples of 64, wherever the picture can be cut so."""
    spec = FAMILIES["sdxl"].spec("some")
    rng = random.Random(0)
    for _ in range(300):
        width, height = rng.randrange(300, 4000), rng.randrange(300, 4000)
        w, h = rng.randrange(20, width), rng.randrange(20, height)
        mask = rectangle(width, height, rng.randrange(width - w), rng.randrange(height - h), w, h)
        place = fit(mask, (width, height), spec.resolution, spec.multiple, grow=8)
        assert place.width % 64 == place.height % 64 == 0
        assert 0.88 < place.width * place.height / 1024**2 < 1.13
        assert max(place.width, place.height) <= 2048 or width / height > 4 or height / width > 4


def test_sdxl_adds_the_summary_and_the_canvas_as_a_whole_picture_of_its_own_size() -> None:
    words = Embedded(torch.zeros(2, 77, 80), torch.rand(2, 24))
    added = FAMILIES["sdxl"].added(words, 832, 1216)
    assert added is not None
    assert added["text_embeds"] is words.pooled
    assert added["time_ids"].tolist() == [[832, 1216, 0, 0, 832, 1216]] * 2
    assert FAMILIES["sd15"].added(words, 512, 512) is None


@pytest.mark.parametrize("name", FAST_MODES)
def test_a_fast_mode_names_a_lora_of_the_catalogue_for_each_family(name: str) -> None:
    mode = FAST_MODES[name]
    assert mode.scheduler in SCHEDULERS
    assert mode.num_inference_steps <= 8
    assert set(mode.loras) == set(FAMILIES)
    for family, lora in mode.loras.items():
        model = catalogue.known(lora)
        assert (model.role, model.family) == ("lora", family)
