"""Training data: masks with room for every outfit, captions that say what is drawn, seeds below the unseen ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from training.data import DollSet, caption, changed, draw_mask, outfit_caption, render_character, render_dolls
from training.dolls.doll import UNSEEN


@pytest.fixture(scope="module")
def dolls(tmp_path_factory: pytest.TempPathFactory) -> DollSet:
    folder = tmp_path_factory.mktemp("dolls")
    render_dolls(folder, characters=3, outfits=2, size=64, workers=1)
    return DollSet(folder)


def test_a_set_holds_what_was_rendered(dolls: DollSet) -> None:
    pictures, mask, captions = render_character(1, 2, 64)
    assert len(dolls) == 6
    assert np.array_equal(dolls.image(3), pictures[1])
    assert np.array_equal(dolls.mask(2) > 0, mask)
    assert np.array_equal(dolls.mask(3) > 0, mask)
    assert dolls.captions[3].outfit == captions[1].outfit


def test_outside_the_mask_all_outfits_look_alike() -> None:
    pictures, mask, _ = render_character(7, 3, 128)
    assert 0 < mask.mean() < 1
    assert not changed(pictures)[~mask].any()


def test_unseen_seeds_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="below"):
        render_dolls(tmp_path, characters=10, outfits=2, size=64, seed=UNSEEN - 5)


def test_drawn_masks_are_hard_and_mostly_cover_the_exact_one(dolls: DollSet) -> None:
    rng = np.random.default_rng(0)
    exact = dolls.mask(0)
    for _ in range(60):
        drawn = draw_mask(exact, rng)
        assert drawn.dtype == np.uint8
        assert set(np.unique(drawn)) <= {0, 255}
        assert (drawn[exact > 0] > 0).mean() > 0.98


def test_captions(dolls: DollSet) -> None:
    rng = np.random.default_rng(0)
    tags = dolls.captions[0]
    texts = [caption(tags, rng, empty=0.5, identity=0.5) for _ in range(200)]
    assert 60 < texts.count("") < 140
    assert any(tag in text for text in texts for tag in tags.identity)
    whole = outfit_caption(tags.outfit, rng, drop=0.0)
    assert len(whole.split(", ")) == len(tags.outfit)
    assert all(tag.split()[0] in whole for tag in tags.outfit)
