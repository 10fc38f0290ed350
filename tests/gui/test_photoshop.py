"""Layered PSD files, as two programs that know nothing of this one read them."""

from __future__ import annotations

import dataclasses
import errno
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from projects import PROFILE, state
from psd_tools import PSDImage

from gui.openraster import ProjectError, as_seen, stored
from gui.photoshop import export_psd


@pytest.mark.parametrize("transparent", [False, True])
def test_photoshops_layers_are_ours(tmp_path: Path, transparent: bool) -> None:
    made, path = state(transparent=transparent), tmp_path / "a.psd"
    export_psd(made, path)
    psd = PSDImage.open(path)
    assert psd.size == made.picture.rgb.size
    layers = list(psd)
    assert [layer.name for layer in layers] == ["Original", *(layer.name for layer in made.layers)]
    original = layers[0].topil(apply_icc=False)
    np.testing.assert_array_equal(
        np.asarray(original), np.asarray(Image.fromarray(stored(made.picture)).convert("RGBA"))
    )
    for mine, theirs in zip(made.layers, layers[1:], strict=True):
        assert theirs.bbox == mine.bounds.box
        assert (theirs.visible, theirs.opacity) == (mine.visible, round(mine.opacity * 255))
        assert not theirs.has_mask()
        np.testing.assert_array_equal(np.asarray(theirs.topil(apply_icc=False)), as_seen(mine, made.picture))


@pytest.mark.parametrize("transparent", [False, True])
def test_the_merged_picture_is_what_the_window_shows(tmp_path: Path, transparent: bool) -> None:
    made, path = state(transparent=transparent), tmp_path / "a.psd"
    export_psd(made, path)
    expected = made.render().convert("RGBA")
    on_white = Image.alpha_composite(Image.new("RGBA", expected.size, "white"), expected)
    with Image.open(path, formats=["PSD"]) as image:
        assert image.info["icc_profile"] == PROFILE
        np.testing.assert_array_equal(np.asarray(image)[..., :3], np.asarray(on_white)[..., :3])
        np.testing.assert_array_equal(np.asarray(image)[..., 3], np.asarray(expected)[..., 3])
    merged = PSDImage.open(path).topil(apply_icc=False)
    assert merged is not None
    opaque = np.asarray(expected)[..., 3] > 250
    assert (
        abs(np.asarray(merged)[opaque].astype(int) - np.asarray(expected)[opaque]).max() <= 4
    )  # white taken off again


def test_the_layers_over_each_other_are_the_merged_picture(tmp_path: Path) -> None:
    made, path = state(), tmp_path / "a.psd"
    export_psd(made, path)
    flattened = np.asarray(PSDImage.open(path).composite(force=True, apply_icc=False).convert("RGB"))
    assert abs(flattened.astype(int) - np.asarray(made.render())).max() <= 1  # two ways of rounding


def test_long_names_are_cut(tmp_path: Path) -> None:
    made, path = state(), tmp_path / "a.psd"
    export_psd(dataclasses.replace(made, layers=(dataclasses.replace(made.layers[1], name="長" * 900),)), path)
    assert list(PSDImage.open(path))[1].name == "長" * 250


def test_when_there_is_no_room_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ProjectError, match="no room left"):
        export_psd(state(), tmp_path / "a.psd")
    assert not os.listdir(tmp_path)
