from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image

from ccnet import annotators
from ccnet.annotators import ANNOTATORS, Annotator, annotate, cut_out, free_detectors, missing_weights
from ccnet.masks import Mask

SAMPLES = Path(__file__).resolve().parent.parent / "assets" / "samples"
WEIGHTLESS = [name for name, annotator in ANNOTATORS.items() if not annotator.weights]
WEIGHTED = [name for name in ANNOTATORS if name not in WEIGHTLESS]


def sample(name: str = "mimi") -> tuple[np.ndarray, Mask]:
    image = np.asarray(Image.open(SAMPLES / f"{name}.png").convert("RGB"))
    return image, Mask.from_image(Image.open(SAMPLES / f"{name}-mask.png"))


def drawing(width: int, height: int) -> np.ndarray:
    """A pale picture with one dark upright line, three pixels wide, at 60% of its width."""
    image = np.full((height, width, 3), (250, 235, 220), np.uint8)
    x = round(width * 0.6)
    image[:, x - 1 : x + 2] = (40, 20, 30)
    return image


class TestTable:
    def test_the_kinds(self) -> None:
        assert list(ANNOTATORS) == [annotator.name for annotator in ANNOTATORS.values()]
        assert set(ANNOTATORS) >= {"lineart", "lineart anime", "canny", "soft edge", "scribble", "pose", "depth"}
        assert WEIGHTLESS == ["lineart", "canny", "scribble"]

    def test_what_is_not_free_says_so_and_is_no_default(self) -> None:
        assert "non-commercial" in ANNOTATORS["pose"].notice
        assert not any(ANNOTATORS[name].notice for name in WEIGHTLESS)

    @pytest.mark.parametrize(("name", "nearest"), [("line art", "lineart"), ("Cany", "canny"), ("depht", "depth")])
    def test_an_unknown_kind_is_refused_with_the_nearest(self, name: str, nearest: str) -> None:
        with pytest.raises(ValueError, match=f'no annotator "{name}".*Did you mean "{nearest}"'):
            annotate(name, drawing(64, 64))

    @pytest.mark.parametrize("image", [np.zeros((9, 9)), np.zeros((9, 9, 4), np.uint8), np.zeros((9, 9), np.uint8)])
    def test_only_rgb_is_taken(self, image: np.ndarray) -> None:
        with pytest.raises(ValueError, match=r"uint8\[H, W, 3\]"):
            annotate("canny", image)

    @pytest.mark.parametrize("kind", WEIGHTED)
    def test_missing_weights_are_named(self, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("CCNET_HOME", str(tmp_path / "home"))
        file = ANNOTATORS[kind].weights[0]
        assert missing_weights(kind, None) == missing_weights(kind, tmp_path) == ANNOTATORS[kind].weights
        for folder, where in ((None, "no folder was named"), (tmp_path, str(tmp_path))):
            with pytest.raises(ValueError, match=f'"{kind}" needs the file {file}') as refusal:
                annotate(kind, drawing(64, 64), folder=folder)
            assert where in str(refusal.value)
            assert '"lineart" or "canny"' in str(refusal.value)
        (tmp_path / file).with_suffix(".safetensors").touch()
        assert missing_weights(kind, tmp_path) == ()


class TestWeightless:
    @pytest.mark.parametrize("kind", WEIGHTLESS)
    @pytest.mark.parametrize("size", [(64, 64), (512, 512), (333, 100), (515, 700), (1400, 900), (64, 1500)])
    def test_the_hint_is_as_large_as_the_picture_and_its_lines_lie_where_they_were(
        self, kind: str, size: tuple[int, int]
    ) -> None:
        image = drawing(*size)
        hint = annotate(kind, image)
        assert hint.shape == image.shape
        assert hint.dtype == np.uint8
        assert hint.flags.c_contiguous
        assert np.array_equal(hint[..., 0], hint[..., 1])
        assert np.array_equal(hint[..., 0], hint[..., 2])
        columns = hint[..., 0].mean(axis=0)
        centre = (columns * np.arange(size[0])).sum() / columns.sum()
        assert centre == pytest.approx(round(size[0] * 0.6), abs=1)
        assert columns.max() > 150  # white lines ...
        assert np.median(hint) == 0  # ... on black

    @pytest.mark.parametrize("kind", WEIGHTLESS)
    def test_a_flat_picture_has_no_lines(self, kind: str, recwarn: pytest.WarningsRecorder) -> None:
        hint = annotate(kind, np.full((100, 130, 3), 200, np.uint8))
        assert not hint.any()
        assert not [warning for warning in recwarn if issubclass(warning.category, RuntimeWarning)]

    @pytest.mark.parametrize("kind", ["canny", "scribble"])
    @pytest.mark.parametrize("scale", [0.35, 1, 2.6])
    def test_hard_lines_stay_hard_and_whole(self, kind: str, scale: float) -> None:
        image, _ = sample()
        hint = annotate(kind, cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))
        assert set(np.unique(hint)) == {0, 255}
        assert 0.01 < (hint > 0).mean() < 0.25

    @pytest.mark.parametrize("kind", WEIGHTLESS)
    @pytest.mark.parametrize("name", ["mimi", "ren", "sera"])
    def test_a_paper_dolls_outlines_are_found(self, kind: str, name: str) -> None:
        """The painter's outline of the garment runs where the garment's edge does: lines lie near the mask's rim."""
        image, mask = sample(name)
        hint = annotate(kind, image)[..., 0]
        garment = cv2.erode(mask.alpha, np.ones((3, 3), np.uint8)) > 0
        assert (hint[garment] > 128).mean() > 0.02
        assert (hint > 128).mean() < 0.15
        assert hint[:20, :60].max() < 64  # the sky, or the wall

    def test_the_working_size_can_be_given(self) -> None:
        image, _ = sample()
        assert annotate("lineart", image, resolution=256).shape == image.shape
        assert not np.array_equal(annotate("lineart", image, resolution=256), annotate("lineart", image))

    def test_a_strip_does_not_fill_the_memory(self) -> None:
        canvas, (height, width) = annotators._to_canvas(np.zeros((64, 8000, 3), np.uint8), ANNOTATORS["lineart"], 512)
        assert (height, width) == (16, 2048)
        assert canvas.shape == (64, 2048, 3)

    def test_almost_the_working_size_is_not_resampled(self) -> None:
        image = np.random.default_rng(0).integers(0, 256, (490, 500, 3), np.uint8)
        canvas, size = annotators._to_canvas(image, ANNOTATORS["lineart"], 512)
        assert size == (490, 500)
        assert canvas.shape == (512, 512, 3)
        assert np.array_equal(canvas[:490, :500], image)


def ellipse(width: int, height: int) -> Mask:
    alpha = np.zeros((height, width), np.uint8)
    cv2.ellipse(alpha, (width // 2, height // 2), (width // 5, height // 4), 0, 0, 360, 255, -1)
    return Mask(alpha)


class TestCutOut:
    hint = np.random.default_rng(0).integers(0, 256, (160, 200, 3), np.uint8)
    mask = ellipse(200, 160)

    @pytest.mark.parametrize("grow", [0, 1, 8, 20])
    @pytest.mark.parametrize("background", ["black", "smooth"])
    def test_inside_all_is_gone_and_far_outside_nothing_changes(self, grow: int, background: Any) -> None:
        before = self.hint.copy()
        result = cut_out(self.hint, self.mask, grow, background)
        assert np.array_equal(self.hint, before)
        assert result.dtype == np.uint8
        assert result.flags.c_contiguous
        gone = self.mask.grow(grow).alpha == 255
        ramp = max(2, grow // 2)
        far = self.mask.grow(grow + ramp + 1).alpha == 0
        assert np.array_equal(result[far], self.hint[far])
        if background == "black":
            assert not result[gone].any()
        else:
            assert np.abs(np.diff(result[80, 90:110].astype(int), axis=0)).max() <= 8

    def test_lines_end_softly(self) -> None:
        lines = np.full((160, 200, 3), 255, np.uint8)
        row = cut_out(lines, self.mask, 8)[80, :100, 0].astype(int)
        assert row[0] == 255
        assert row[-1] == 0
        assert (np.diff(row) <= 0).all()
        assert np.diff(row).min() >= -64

    def test_a_soft_or_faint_mask_counts_as_painted(self) -> None:
        faint = Mask((self.mask.alpha > 0).astype(np.uint8))
        assert np.array_equal(cut_out(self.hint, faint), cut_out(self.hint, self.mask))

    def test_a_pose_stays_because_the_body_does(self) -> None:
        assert ANNOTATORS["pose"].background == "keep"
        result = cut_out(self.hint, self.mask, 8, "keep")
        assert np.array_equal(result, self.hint)
        assert result is not self.hint

    @pytest.mark.parametrize("background", ["black", "smooth"])
    def test_an_empty_mask_changes_nothing(self, background: Any) -> None:
        nothing = Mask(np.zeros((160, 200), np.uint8))
        assert np.array_equal(cut_out(self.hint, nothing, 8, background), self.hint)

    def test_depth_forgets_the_outline_and_keeps_the_body(self) -> None:
        depth = np.full((160, 200, 3), 40, np.uint8)
        depth[self.mask.alpha > 0] = 200
        result = cut_out(depth, self.mask, 8, "smooth")[..., 0].astype(int)
        assert np.abs(np.diff(depth[..., 0].astype(int), axis=1)).max() == 160
        assert np.abs(np.diff(result, axis=1)).max() <= 12
        assert np.abs(np.diff(result, axis=0)).max() <= 12
        assert result[80, 100] > 130
        assert np.array_equal(result[0], depth[0, :, 0])

    def test_a_flat_surface_stays_flat(self) -> None:
        flat = np.full((160, 200, 3), 77, np.uint8)
        assert np.array_equal(cut_out(flat, self.mask, 8, "smooth"), flat)

    def test_a_mask_that_grows_over_everything(self) -> None:
        result = cut_out(self.hint, self.mask, 128, "smooth")
        assert result.shape == self.hint.shape
        assert 64 < result.mean() < 192

    def test_sizes_must_agree(self) -> None:
        with pytest.raises(ValueError, match=r"200 x 160 pixels but the control image is 100 x 80"):
            cut_out(self.hint[:80, :100], self.mask)


class TestCache:
    @pytest.fixture
    def loads(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[list[str]]:
        done: list[str] = []

        def load(name: str, files: Any, device: str) -> Callable[[np.ndarray], np.ndarray]:
            done.append(f"{name} {device}")
            return lambda canvas: np.full(canvas.shape[:2], 9, np.uint8)

        table = {name: Annotator(name, partial(load, name), ("w.pth",)) for name in ("a", "b", "c")}
        monkeypatch.setattr(annotators, "ANNOTATORS", table)
        (tmp_path / "w.pth").touch()
        free_detectors()
        yield done
        free_detectors()

    def test_a_detector_is_loaded_once_and_the_oldest_makes_room(self, loads: list[str], tmp_path: Path) -> None:
        image = drawing(64, 64)
        for kind in ("a", "a", "b", "a", "c", "a", "b"):
            assert annotate(kind, image, folder=tmp_path).max() == 9
        assert loads == ["a cpu", "b cpu", "c cpu", "b cpu"]
        annotate("b", image, folder=tmp_path, device="meta")
        assert loads[-1] == "b meta"

    def test_it_can_be_freed(self, loads: list[str], tmp_path: Path) -> None:
        annotate("a", drawing(64, 64), folder=tmp_path)
        free_detectors()
        annotate("a", drawing(64, 64), folder=tmp_path)
        assert loads == ["a cpu", "a cpu"]


def test_importing_is_cheap_and_what_controlnet_aux_does_is_contained() -> None:
    code = """
import os, sys, numpy as np
import ccnet.annotators as a
image = np.zeros((64, 64, 3), np.uint8)
a.annotate("canny", image)
assert not {"torch", "controlnet_aux", "timm"} & set(sys.modules)
os.environ.pop("KMP_DUPLICATE_LIB_OK", None)
a.annotate("lineart", image)
assert "controlnet_aux" in sys.modules
assert "KMP_DUPLICATE_LIB_OK" not in os.environ
import timm.models
names = timm.models.list_models("tiny_vit*")
assert names and all(timm.models.model_entrypoint(n).__module__ == "timm.models.tiny_vit" for n in names)
"""
    root = Path(__file__).resolve().parent.parent
    done = subprocess.run([sys.executable, "-W", "default", "-c", code], capture_output=True, text=True, cwd=root)
    assert done.returncode == 0, done.stderr
    assert "controlnet_aux" not in done.stderr
    assert "timm" not in done.stderr
