from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from training.paperdoll import difference_mask, has_held_out
from training.samples import SAMPLES, Sample, main, painted_mask, write_samples


@pytest.mark.parametrize("sample", SAMPLES, ids=[sample.name for sample in SAMPLES])
def test_a_mask_has_room_for_every_outfit_and_leaves_the_face(sample: Sample) -> None:
    mask = painted_mask(sample, 256)
    assert set(np.unique(mask.alpha)) == {0, 255}
    assert 0.1 < (mask.alpha > 0).mean() < 0.4
    before = sample.doll.render(256)
    for outfit in sample.outfits:
        needed = difference_mask(before, sample.doll.wearing(outfit).render(256))
        assert (mask.alpha[needed] == 255).mean() > 0.97
    assert (mask.alpha[before.labels == 4] == 0).all()  # eyes


def test_no_outfit_is_one_that_training_never_sees() -> None:
    assert not any(has_held_out(outfit) for sample in SAMPLES for outfit in (sample.doll.outfit, *sample.outfits))


def test_what_is_written_can_be_read(tmp_path: Path) -> None:
    write_samples(tmp_path, 128)
    samples = tomllib.loads((tmp_path / "samples.toml").read_text("utf-8"))["sample"]
    assert len(samples) == 3
    for sample in samples:
        image, mask = Image.open(tmp_path / sample["image"]), Image.open(tmp_path / sample["mask"])
        assert (image.mode, mask.mode) == ("RGB", "L")
        assert image.size == mask.size == (128, 128)
        assert len(sample["outfits"]) == 2
        assert all(isinstance(outfit, str) for outfit in sample["outfits"])
        assert isinstance(sample["seed"], int)


def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").touch()
    assert main(["--out", str(tmp_path / "file")]) == 1
    assert "is a file" in capsys.readouterr().err
