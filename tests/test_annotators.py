from __future__ import annotations

import importlib
import pickle
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image

from ccnet import annotators, store
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


@pytest.fixture(scope="module")
def aux() -> Callable[[str], Any]:
    """controlnet-aux, imported once."""
    return annotators._controlnet_aux


class Bomb:
    def __init__(self, path: Path) -> None:
        self.path = str(path)

    def __reduce__(self) -> tuple[Any, ...]:
        return open, (self.path, "w")


class TestNetworks:
    """Small networks under the true files' names and keys; random weights."""

    @pytest.fixture(autouse=True)
    def home(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
        """An empty store; no network is loaded yet."""
        free_detectors()
        monkeypatch.setenv("CCNET_HOME", str(tmp_path / "home"))
        yield tmp_path / "home"
        free_detectors()

    @pytest.fixture
    def narrow_hed(self, aux: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch) -> Any:
        module, block = aux("hed"), aux("hed").DoubleConvBlock
        monkeypatch.setattr(
            module,
            "DoubleConvBlock",
            lambda input_channel, output_channel, layer_number: block(
                input_channel if input_channel == 3 else input_channel // 16, output_channel // 16, layer_number
            ),
        )
        return module

    @pytest.fixture
    def hed_folder(self, narrow_hed: Any, tmp_path: Path) -> Path:
        import torch

        torch.manual_seed(0)
        torch.save(narrow_hed.ControlNetHED_Apache2().state_dict(), tmp_path / annotators.HED)
        return tmp_path

    @pytest.mark.parametrize("scribble", [False, True])
    def test_soft_edges_are_controlnet_auxs_own(self, narrow_hed: Any, hed_folder: Path, scribble: bool) -> None:
        image = sample()[0][:128, 100:292]
        kind = "scribble hed" if scribble else "soft edge"
        reference = narrow_hed.HEDdetector.from_pretrained(str(hed_folder))
        expected = reference(image, detect_resolution=128, image_resolution=128, output_type="np", scribble=scribble)
        assert np.array_equal(annotate(kind, image, folder=hed_folder, resolution=128), expected)
        assert expected.any()

    def test_a_picture_of_any_size_comes_back_at_its_size(self, hed_folder: Path) -> None:
        image = sample()[0][:205, :150]
        for resolution in (64, 150, 192):
            assert annotate("soft edge", image, folder=hed_folder, resolution=resolution).shape == image.shape

    def test_safetensors_and_wrapped_files_are_read_alike(self, hed_folder: Path, tmp_path: Path) -> None:
        import torch
        from safetensors.torch import save_file

        image = drawing(64, 64)
        file = hed_folder / annotators.HED
        expected = annotate("soft edge", image, folder=hed_folder, resolution=64)
        state = torch.load(file, weights_only=True)
        wrapped = {f"module.{name}": tensor for name, tensor in state.items()}
        for content in ({"state_dict": wrapped, "epoch": 3}, {"model": state, "optimizer": {}}, {"model": wrapped}):
            torch.save(content, file)
            free_detectors()
            assert np.array_equal(annotate("soft edge", image, folder=hed_folder, resolution=64), expected)
        file.unlink()
        save_file(state, file.with_suffix(".safetensors"))
        free_detectors()
        assert np.array_equal(annotate("soft edge", image, folder=hed_folder, resolution=64), expected)

    def test_a_pickle_is_converted_once(self, hed_folder: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        import torch

        image = drawing(64, 64)
        expected = annotate("soft edge", image, folder=hed_folder, resolution=64)
        digest = store.sha256_of(hed_folder / annotators.HED)
        assert [file.name for file in (home / "cache").iterdir()] == [f"{digest}.safetensors"]
        free_detectors()
        monkeypatch.setattr(torch, "load", None)
        assert np.array_equal(annotate("soft edge", image, folder=hed_folder, resolution=64), expected)

    @pytest.mark.parametrize("spoil", ["missing", "narrow", "empty", "cut", "list", "page", "bomb"])
    def test_other_files_are_refused(self, hed_folder: Path, tmp_path: Path, spoil: str) -> None:
        import torch

        file = hed_folder / annotators.HED
        state = torch.load(file, weights_only=True)
        key = "block3.projection.weight"
        broken = {"empty": "is empty", "cut": "truncated", "page": "no safetensors file", "bomb": "can run any code"}
        words = broken.get(spoil, "")
        if spoil == "missing":
            torch.save({name: tensor for name, tensor in state.items() if name != key}, file)
            words = f"{key} is missing"
        elif spoil == "narrow":
            torch.save({**state, key: state[key][:, :1]}, file)
            words = f"{key} has another shape"
        elif spoil == "list":
            torch.save([1, 2], file)
            words = "holds no named tensors"
        elif spoil == "bomb":
            file.write_bytes(pickle.dumps(Bomb(tmp_path / "opened"), protocol=2))
        else:
            file.write_bytes({"empty": b"", "cut": file.read_bytes()[:5000], "page": b"<!DOCTYPE html>"}[spoil])
        with pytest.raises(ValueError, match=words) as refusal:
            annotate("soft edge", drawing(64, 64), folder=hed_folder)
        assert str(file) in str(refusal.value)
        assert "\n" not in str(refusal.value)
        assert not (tmp_path / "opened").exists()

    def test_anime_line_art_is_controlnet_auxs_own(
        self, aux: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        import torch

        module, generator = aux("lineart_anime"), aux("lineart_anime").UnetGenerator
        assert "model.model.1.model.1.weight" in generator(3, 1, 8, 2).state_dict()
        build = generator.__init__
        monkeypatch.setattr(
            generator,
            "__init__",
            lambda self, inputs, outputs, downs, _, **options: build(self, 3, 1, downs, 4, **options),
        )
        torch.manual_seed(0)
        network = module.UnetGenerator(3, 1, 8, 64, norm_layer=torch.nn.InstanceNorm2d)
        torch.save({f"module.{name}": tensor for name, tensor in network.state_dict().items()}, tmp_path / "netG.pth")
        image = sample()[0][:256, :256]
        reference = module.LineartAnimeDetector.from_pretrained(str(tmp_path))
        expected = reference(image, detect_resolution=256, image_resolution=256, output_type="np")
        assert np.array_equal(annotate("lineart anime", image, folder=tmp_path, resolution=256), expected)
        assert annotate("lineart anime", image[:200, :130], folder=tmp_path, resolution=130).shape == (200, 130, 3)

    @pytest.fixture
    def pose_folder(self, aux: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
        import torch

        model = importlib.import_module("controlnet_aux.open_pose.model")
        make_layers, kept = model.make_layers, {3: 3, 38: 38, 19: 19, 185: 65}

        def narrow(block: dict[str, list[int]], no_relu: list[str]) -> Any:
            channels = {
                name: value if "pool" in name else [kept.get(c, c // 16) for c in value[:2]] + value[2:]
                for name, value in block.items()
            }
            return make_layers(channels, no_relu)

        monkeypatch.setattr(model, "make_layers", narrow)
        torch.manual_seed(0)
        state = aux("open_pose").body.bodypose_model().state_dict()
        state = {name.partition(".")[2]: tensor for name, tensor in state.items()}
        assert {"conv1_1.weight", "conv5_5_CPM_L1.bias", "Mconv7_stage6_L2.weight"} < set(state)
        torch.save(state, tmp_path / "body_pose_model.pth")
        return tmp_path

    def test_poses_are_controlnet_auxs_own(self, aux: Callable[[str], Any], pose_folder: Path) -> None:
        image = sample()[0][:128, 100:292]
        reference = aux("open_pose").OpenposeDetector(aux("open_pose").Body(str(pose_folder / "body_pose_model.pth")))
        expected = reference(image, detect_resolution=128, image_resolution=128, output_type="np")
        assert np.array_equal(annotate("pose", image, folder=pose_folder, resolution=128), expected)
        assert expected.any()

    def test_a_picture_without_a_person_is_said_to_be_so(self, pose_folder: Path) -> None:
        import torch

        file = pose_folder / "body_pose_model.pth"
        torch.save({name: tensor * 0 for name, tensor in torch.load(file, weights_only=True).items()}, file)
        with pytest.raises(ValueError, match="No pose was found"):
            annotate("pose", drawing(100, 130), folder=pose_folder, resolution=64)

    def test_a_pose_is_drawn_where_the_person_is(
        self, aux: Callable[[str], Any], pose_folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        module = aux("open_pose")

        def poses(self: Any, canvas: np.ndarray, *include: bool) -> list[Any]:
            # As in the true detector, in shares of the canvas: 512 wide, of which the picture takes 384.
            assert canvas.shape == (512, 448, 3)
            body = module.body
            points: list[Any] = [None] * 18
            points[1] = body.Keypoint(x=0.5 * 400 / 448, y=0.5 * 500 / 512)
            points[2] = body.Keypoint(x=0.2 * 400 / 448, y=0.5 * 500 / 512)
            return [module.PoseResult(body.BodyResult(points, 1.0, 2), None, None, None)]

        monkeypatch.setattr(module.OpenposeDetector, "detect_poses", poses)
        hint = annotate("pose", drawing(800, 1000), folder=pose_folder, resolution=400)
        y, x = np.nonzero(hint.max(axis=2) > 64)
        assert hint.shape == (1000, 800, 3)
        assert (x.min(), x.max()) == (pytest.approx(160, abs=14), pytest.approx(400, abs=14))
        assert y.mean() == pytest.approx(500, abs=4)

    def test_the_depth_networks_layout_is_that_of_the_public_file(self) -> None:
        import torch

        build = importlib.import_module("controlnet_aux.midas.midas.dpt_depth").DPTDepthModel
        with torch.device("meta"), warnings.catch_warnings(action="ignore"):
            state = build(path=None, backbone="vitb_rn50_384", non_negative=True).state_dict()
        shapes = {name: tuple(tensor.shape) for name, tensor in state.items()}
        assert shapes["pretrained.model.pos_embed"] == (1, 577, 768)
        assert shapes["pretrained.model.patch_embed.backbone.stem.conv.weight"] == (64, 3, 7, 7)
        assert shapes["pretrained.model.patch_embed.backbone.stages.2.blocks.8.conv3.weight"] == (1024, 256, 1, 1)
        assert shapes["pretrained.model.blocks.11.attn.qkv.weight"] == (2304, 768)
        assert shapes["pretrained.model.head.weight"] == (1000, 768)
        assert shapes["pretrained.act_postprocess4.0.project.0.weight"] == (768, 1536)
        assert shapes["scratch.refinenet1.out_conv.weight"] == (256, 256, 1, 1)
        assert shapes["scratch.output_conv.4.weight"] == (1, 32, 1, 1)

    def test_depth(self, aux: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        import torch

        class Bright(torch.nn.Module):
            """Takes bright for near."""

            def __init__(self, path: None, backbone: str, non_negative: bool) -> None:
                super().__init__()
                self.gain = torch.nn.Parameter(torch.zeros(1))

            def forward(self, x: Any) -> Any:
                return x.mean(1) * self.gain

        module = importlib.import_module("controlnet_aux.midas.midas.dpt_depth")
        monkeypatch.setattr(module, "DPTDepthModel", Bright)
        torch.save({"gain": torch.ones(1)}, tmp_path / ANNOTATORS["depth"].weights[0])
        hint = annotate("depth", drawing(700, 900), folder=tmp_path, resolution=128)
        assert hint.shape == (900, 700, 3)
        assert hint[450, 50, 0] > 250
        assert hint[450, 420, 0] < 128

    @pytest.fixture
    def sam_folder(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
        import torch
        from segment_anything import sam_model_registry
        from segment_anything.modeling import ImageEncoderViT, MaskDecoder, PromptEncoder, Sam, TwoWayTransformer

        def tiny(checkpoint: None) -> Sam:
            return Sam(
                ImageEncoderViT(img_size=64, embed_dim=16, depth=1, num_heads=2, out_chans=16, use_rel_pos=True),
                PromptEncoder(16, (4, 4), (64, 64), mask_in_chans=4),
                MaskDecoder(
                    transformer_dim=16,
                    transformer=TwoWayTransformer(depth=1, embedding_dim=16, num_heads=2, mlp_dim=16),
                    iou_head_depth=1,
                    iou_head_hidden_dim=16,
                ),
            )

        monkeypatch.setitem(sam_model_registry, "vit_b", tiny)
        torch.manual_seed(0)
        state = tiny(None).state_dict()
        assert "image_encoder.blocks.0.attn.rel_pos_h" in state
        torch.save(state, tmp_path / "sam_vit_b_01ec64.pth")
        return tmp_path

    def test_a_picture_without_regions_is_said_to_be_so(self, sam_folder: Path) -> None:
        with pytest.raises(ValueError, match="No regions were found"):
            annotate("segmentation", drawing(64, 64), folder=sam_folder)

    def test_every_region_has_its_own_colour_and_small_ones_lie_on_top(
        self, sam_folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        import segment_anything

        def regions(canvas: np.ndarray) -> list[dict[str, Any]]:
            small, large = (np.zeros(canvas.shape[:2], bool) for _ in range(2))
            small[20:40, 20:40] = large[10:120, 10:150] = True
            return [{"segmentation": part, "area": int(part.sum())} for part in (small, large)]

        monkeypatch.setattr(
            segment_anything, "SamAutomaticMaskGenerator", lambda network: SimpleNamespace(generate=regions)
        )
        image = drawing(190, 130)
        hint = annotate("segmentation", image, folder=sam_folder)
        assert np.array_equal(hint, annotate("segmentation", image, folder=sam_folder))
        assert hint.shape == image.shape
        ground, large, small = (tuple(hint[y, x].tolist()) for y, x in ((0, 0), (100, 100), (30, 30)))
        assert ground == (0, 0, 0)
        assert len({ground, large, small}) == len(np.unique(hint.reshape(-1, 3), axis=0)) == 3

    def test_segment_anything_is_found_in_the_store_as_well(
        self, sam_folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        from ccnet.imports import import_file

        monkeypatch.setenv("CCNET_HOME", str(tmp_path / "home"))
        (file,) = ANNOTATORS["segmentation"].weights
        assert missing_weights("segmentation", None) == (file,)
        import_file(sam_folder / file, "my-sam")
        (sam_folder / file).unlink()
        assert missing_weights("segmentation", None) == ()
        for folder in (None, tmp_path):
            with pytest.raises(ValueError, match="No regions were found"):
                annotate("segmentation", drawing(64, 64), folder=folder)

    def test_colours_differ(self) -> None:
        colours = np.array([annotators._colour(number) for number in range(40)])
        assert len(np.unique(colours, axis=0)) == 40
        assert (colours.max(axis=1) > 100).all()


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
