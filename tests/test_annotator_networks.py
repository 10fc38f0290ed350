"""Annotators that need networks: small ones under the true files' names and keys, with random weights."""

from __future__ import annotations

import importlib
import pickle
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from ccnet import annotators, store
from ccnet.annotators import ANNOTATORS, annotate, free_detectors, missing_weights
from tests.test_annotators import drawing, sample


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
