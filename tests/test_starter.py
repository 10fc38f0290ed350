"""The starter model's training, in miniature: from nothing to a folder that dresses."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ccnet.checkpoints import load_pipeline
from ccnet.masks import Mask
from ccnet.request import Candidate, DressRequest, Garment
from training.starter import Starter, read_config

CONFIGS = Path(__file__).parents[1] / "training" / "configs"
SECONDS = 1 / 60

TINY = {
    "data": {"characters": 12, "outfits": 2, "size": 64},
    "vae": {
        "encoder_width": 8,
        "decoder_width": 8,
        "encoder_blocks": [0, 1, 1, 1],
        "decoder_blocks": [1, 1, 1, 0],
        "batch": 2,
        "crop": 32,
        "rate": 1e-3,
        "minutes": SECONDS,
    },
    "decoder": {"batch": 2, "crop": 32, "rate": 1e-3, "noise": 0.1, "minutes": SECONDS},
    "text": {"vocabulary": 600, "width": 32, "layers": 1, "heads": 2, "batch": 2, "rate": 1e-3, "minutes": SECONDS},
    "unet": {
        "widths": [16, 32],
        "heads": [1, 2],
        "layers": 1,
        "scaffold": 0.5,
        "batch": 2,
        "rate": 1e-3,
        "minutes": SECONDS,
    },
    "hint": {"batch": 2, "rate": 1e-3, "minutes": SECONDS},
    "control": {"hint_widths": [16, 16, 16, 16], "batch": 2, "rate": 1e-3, "zero_rate": 1e-3, "minutes": SECONDS},
}


@pytest.mark.parametrize("name", ["starter-cpu.toml", "starter-gpu.toml"])
def test_configs_are_complete(name: str) -> None:
    config = read_config(CONFIGS / name)
    for table, keys in TINY.items():
        assert set(config[table]) == set(keys), table


def test_a_config_with_a_stray_table_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_text("[vea]\nminutes = 3\n")
    with pytest.raises(ValueError, match="expected the tables"):
        read_config(tmp_path / "x.toml")


@pytest.mark.slow
def test_every_stage_runs_and_the_result_dresses(tmp_path: Path) -> None:
    starter = Starter(TINY, tmp_path / "work")
    starter.render()
    starter.train_vae()
    starter.encode()
    starter.train_decoder()
    starter.train_text()
    starter.train_unet()
    starter.train_hint()
    starter.train_control()
    starter.export(tmp_path / "model")
    assert "control_gain" in starter.history("control")[-1]
    assert (tmp_path / "model" / "tokenizer" / "vocab.json").exists()  # for tools that read nothing newer

    pipeline = load_pipeline(str(tmp_path / "model"))
    alpha = np.zeros((64, 64), np.uint8)
    alpha[20:50, 20:44] = 255
    request = DressRequest(
        Image.new("RGB", (64, 64), "white"), Mask(alpha), Garment("red skirt"), num_inference_steps=2
    )
    candidates = [answer for answer in pipeline(request) if isinstance(answer, Candidate)]
    assert [candidate.image.size for candidate in candidates] == [(64, 64)]
