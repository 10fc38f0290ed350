"""A newcomer types `make demo` and sees characters in new outfits."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from conftest import SAMPLES, STARTER, Program, files
from PIL import Image

from ccnet import checkpoints, recipe
from ccnet.masks import fit, paste_mask

pytestmark = pytest.mark.skipif(
    not (STARTER / "model_index.json").exists() or not (SAMPLES / "samples.toml").exists(),
    reason="the starter model and its samples are not in this checkout",
)


def test_three_characters_in_two_outfits_each(tmp_path: Path, ccnet: Program) -> None:
    run = ccnet("demo", cwd=tmp_path)
    assert run.code == 0, run.err
    assert Path("demo", "overview.png").as_posix() in run.out.replace("\\", "/")
    spec = checkpoints.read_spec(STARTER)
    results = [name for name in files(tmp_path / "demo") if name not in ("overview.png", "found.png")]
    assert len(results) == 6
    for name in results:
        made = recipe.read(tmp_path / "demo" / name)
        differs = np.any(np.asarray(made.result)[..., :3] != np.asarray(made.picture.rgb), axis=-1)
        asked = made.request
        place = fit(asked.mask, asked.image.size, spec.resolution, spec.multiple, asked.mask_grow)
        pasted = paste_mask(asked.mask, place.pixels(asked.mask_grow), place.pixels(asked.mask_feather)).alpha > 0
        assert differs[pasted].mean() > 0.3
        assert not differs[~pasted].any()
    with Image.open(tmp_path / "demo" / "overview.png") as overview:
        assert overview.width > overview.height
    with Image.open(tmp_path / "demo" / "found.png") as found:
        assert found.height > found.width, "three characters, each with its garment map and its mask"


def test_a_demo_picture_is_made_again(tmp_path: Path, ccnet: Program) -> None:
    sample = next(iter(sorted(SAMPLES.glob("*-mask.png"))))
    picture = sample.with_name(sample.name.replace("-mask", ""))
    run = ccnet("dress", picture, "--mask", sample, "--outfit", "red dress", "--out", ".", cwd=tmp_path)
    assert run.code == 0, run.err
    run = ccnet("redo", f"{picture.stem}-dressed-1.png", cwd=tmp_path)
    assert "Bit-identical" in run.out
