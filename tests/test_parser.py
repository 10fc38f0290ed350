from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import cv2
import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from transformers import SegformerConfig, SegformerForSemanticSegmentation

from ccnet.formats import CheckpointError
from ccnet.garments import CLASSES
from ccnet.parser import (
    MULTIPLE,
    SHARPEN_FROM,
    WORKING_SIDE,
    SegformerParser,
    edge_aware,
    label_classes,
    load_parser_folder,
    resized,
    to_canvas,
)
from training.paperdoll import UNSEEN, make_doll

ATR: tuple[str, ...] = (
    "Background",
    "Hat",
    "Hair",
    "Sunglasses",
    "Upper-clothes",
    "Skirt",
    "Pants",
    "Dress",
    "Belt",
    "Left-shoe",
    "Right-shoe",
    "Face",
    "Left-leg",
    "Right-leg",
    "Left-arm",
    "Right-arm",
    "Bag",
    "Scarf",
)
TOPWEAR, HAIR = CLASSES.index("topwear"), CLASSES.index("hair")


class Reads(nn.Module):
    """Stands in for a network: red is topwear, blue hair, all else background; seen at a quarter of the sides."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(1))
        self.seen: list[Tensor] = []

    def forward(self, pixel_values: Tensor) -> SimpleNamespace:
        self.seen.append(pixel_values)
        small = nn.functional.avg_pool2d(pixel_values, 4)
        logits = torch.zeros(len(small), len(CLASSES), *small.shape[2:])
        logits[:, TOPWEAR], logits[:, HAIR] = 9 * small[:, 0], 9 * small[:, 2]
        return SimpleNamespace(logits=logits)


def tiny(**config: object) -> SegformerForSemanticSegmentation:
    torch.manual_seed(0)
    return SegformerForSemanticSegmentation(
        SegformerConfig(
            hidden_sizes=[8, 8, 16, 16],
            depths=[1, 1, 1, 1],
            num_attention_heads=[1, 1, 2, 2],
            decoder_hidden_size=16,
            **{"num_labels": len(CLASSES), **config},  # pyright: ignore[reportArgumentType]
        )
    )


def saved(folder: Path, **config: object) -> Path:
    model = tiny(**{"id2label": dict(enumerate(CLASSES)), **config})
    model.config.ccnet_resolution = 64
    model.half().save_pretrained(folder)
    return folder


def two_coloured(width: int, height: int) -> np.ndarray:
    """A black picture with a red block in its upper left and a blue one in its lower right."""
    picture = np.zeros((height, width, 3), np.uint8)
    picture[height // 8 : height // 2, width // 8 : width // 2] = (255, 0, 0)
    picture[height * 5 // 8 :, width * 5 // 8 :] = (0, 0, 255)
    return picture


class TestParser:
    @pytest.mark.parametrize("size", [(96, 64), (61, 97), (7, 300), (1500, 700)])
    def test_a_map_of_the_pictures_aspect(self, size: tuple[int, int]) -> None:
        found = SegformerParser(tiny(), name="tiny", resolution=64)(Image.new("RGB", size, "pink"))
        assert found.size == size
        assert found.parser == "tiny"
        assert max(found.soft.shape[1:]) == min(WORKING_SIDE, max(size))
        assert abs(found.soft.shape[2] / found.soft.shape[1] - size[0] / size[1]) < 0.02 * size[0] / size[1]
        assert np.abs(found.soft.sum(0, dtype=int) - 255).max() <= len(CLASSES) // 2

    @pytest.mark.parametrize("size", [(160, 160), (200, 90), (90, 200), (640, 330)])
    @pytest.mark.parametrize("flip", [False, True])
    def test_classes_lie_where_the_picture_has_them(self, size: tuple[int, int], flip: bool) -> None:
        picture = two_coloured(*size)
        found = SegformerParser(Reads(), resolution=160, flip=flip)(Image.fromarray(picture))
        for name, channel in (("topwear", 0), ("hair", 2)):
            truth, mask = picture[..., channel] > 0, found.mask(name).alpha > 0
            assert (truth & mask).sum() / (truth | mask).sum() > 0.9

    def test_same_picture_same_map(self) -> None:
        parser, image = SegformerParser(tiny(), resolution=64), Image.fromarray(two_coloured(80, 60))
        assert np.array_equal(parser(image).soft, parser(image).soft)

    def test_colours_are_normalised_as_the_network_was_trained(self) -> None:
        reads = Reads()
        SegformerParser(reads, resolution=32, mean=(0.5, 0.5, 0), std=(0.5, 0.25, 1))(Image.new("RGB", (9, 9), "white"))
        assert reads.seen[0][0, :, 0, 0].tolist() == [1.0, 2.0, 1.0]

    def test_flipping_is_the_mean_of_both_looks(self) -> None:
        picture = two_coloured(64, 64)
        plain, both = (SegformerParser(tiny(), resolution=64, flip=flip) for flip in (False, True))
        mirrored = plain(Image.fromarray(picture[:, ::-1])).soft[..., ::-1]
        mean = (plain(Image.fromarray(picture)).soft.astype(int) + mirrored) / 2
        assert np.abs(both(Image.fromarray(picture)).soft - mean).max() <= 1

    def test_looks_are_the_mean_of_several_sizes(self) -> None:
        picture = Image.fromarray(two_coloured(96, 64))
        one, larger, both = (
            SegformerParser(tiny(), resolution=side, looks=looks)(picture).soft
            for side, looks in ((64, (1,)), (96, (1,)), (64, (1, 1.5)))
        )
        assert both.shape == one.shape == larger.shape
        assert np.abs(both - (one.astype(int) + larger) / 2).mean() < 1

    def test_labels_of_one_class_are_summed(self) -> None:
        labels = ["background" if name == "hair" else name for name in CLASSES]
        image = Image.fromarray(two_coloured(64, 64))
        own = SegformerParser(Reads(), resolution=64)(image).soft.astype(int)
        summed = SegformerParser(Reads(), labels, resolution=64)(image).soft.astype(int)
        assert not summed[HAIR].any()
        assert np.abs(summed[0] - own[0] - own[HAIR]).max() <= 1

    def test_an_unknown_class_is_refused(self) -> None:
        with pytest.raises(ValueError, match='"shirt" is no class'):
            SegformerParser(Reads(), ["background", "shirt"])


class TestCanvas:
    @pytest.mark.parametrize("size", [(100, 50), (33, 1000), (1, 1)])
    def test_sides_are_multiples_and_borders_repeat(self, size: tuple[int, int]) -> None:
        picture = np.random.default_rng(0).integers(0, 256, (size[1], size[0], 3), np.uint8)
        canvas, (height, width) = to_canvas(picture, 96)
        assert max(height, width) == 96
        assert canvas.shape[0] % MULTIPLE == 0
        assert canvas.shape[1] % MULTIPLE == 0
        assert (canvas[height:] == canvas[height - 1]).all()
        assert (canvas[:, width:] == canvas[:, width - 1 : width]).all()


class TestEdgeAware:
    def test_it_follows_the_edges_of_a_drawing(self) -> None:
        doll = make_doll(UNSEEN + 12).render(512)
        exact = (doll.labels == np.arange(len(CLASSES))[:, None, None]).astype(np.float32)
        soft = np.stack([cv2.GaussianBlur(resized(plane, 128, 128), (0, 0), 0.6) for plane in exact])
        plain = np.stack([resized(plane, 512, 512) for plane in soft])
        sharp = edge_aware(soft, doll.image)

        def mean_iou(found: np.ndarray) -> float:
            there = [index for index, plane in enumerate(exact) if plane.any()]
            pairs = ((found.argmax(0) == index, exact[index] > 0) for index in there)
            return float(np.mean([(mine & truth).sum() / (mine | truth).sum() for mine, truth in pairs]))

        assert mean_iou(sharp) > mean_iou(plain) + 0.05
        assert np.allclose(sharp.sum(0), 1, atol=1e-4)
        assert sharp.min() >= 0
        assert not sharp[~exact.any(axis=(1, 2))].any()

    def test_a_map_of_the_pictures_size_is_only_resized(self) -> None:
        soft = np.random.default_rng(0).dirichlet(np.ones(3), (20, 30)).astype(np.float32).transpose(2, 0, 1)
        image = np.random.default_rng(1).integers(0, 256, (20, 30, 3), np.uint8)
        assert np.array_equal(edge_aware(soft, image), soft)
        assert SHARPEN_FROM > 1

    def test_a_flat_picture_is_smoothed_not_broken(self) -> None:
        soft = np.zeros((2, 8, 8), np.float32)
        soft[0, :, :4], soft[1, :, 4:] = 1, 1
        sharp = edge_aware(soft, np.full((32, 32, 3), 90, np.uint8))
        assert (sharp.argmax(0)[:, :14] == 0).all()
        assert (sharp.argmax(0)[:, 18:] == 1).all()


class TestLabels:
    def test_atr(self) -> None:
        found = dict(zip(ATR, label_classes(dict(enumerate(ATR))), strict=True))
        assert found["Background"] == "background"
        assert found["Upper-clothes"] == found["Dress"] == "topwear"
        assert found["Skirt"] == found["Pants"] == "bottomwear"
        assert found["Left-shoe"] == found["Right-shoe"] == "footwear"
        assert found["Scarf"] == "neckwear"
        assert {found[f"{side}-{limb}"] for side in ("Left", "Right") for limb in ("arm", "leg")} == {"body"}

    def test_names_decide_not_the_order(self) -> None:
        backwards = ATR[::-1]
        assert label_classes(dict(enumerate(backwards))) == label_classes(dict(enumerate(ATR)))[::-1]

    def test_our_own_and_fashionpedia(self) -> None:
        assert label_classes(dict(enumerate(CLASSES))) == CLASSES
        assert label_classes({i: f"LABEL_{i}" for i in range(len(CLASSES))}) == CLASSES
        names = {
            0: "Unlabelled",
            1: "shirt, blouse",
            2: "tights, stockings",
            3: "headband, head covering, hair accessory",
        }
        assert label_classes(names) == ("background", "topwear", "legwear", "headwear")

    def test_other_labels_are_refused(self) -> None:
        with pytest.raises(ValueError, match='"traffic light"'):
            label_classes({0: "Background", 1: "traffic light"})


class TestFolder:
    def test_round_trip_in_half_precision(self, tmp_path: Path) -> None:
        parser = load_parser_folder(saved(tmp_path / "mine"))
        assert (parser.name, parser.resolution) == ("mine", 64)
        image = Image.fromarray(two_coloured(64, 48))
        exact = SegformerParser(tiny().half().float(), resolution=64)
        assert np.abs(parser(image).soft.astype(int) - exact(image).soft).max() <= 1

    def test_a_checkpoint_for_photographs(self, tmp_path: Path) -> None:
        saved(tmp_path, num_labels=len(ATR), id2label=dict(enumerate(ATR)))
        config = json.loads((tmp_path / "config.json").read_text())
        del config["ccnet_resolution"]
        (tmp_path / "config.json").write_text(json.dumps(config))
        found = load_parser_folder(tmp_path, "clothes")(Image.new("RGB", (40, 40)))
        assert found.parser == "clothes"
        assert not found.soft[CLASSES.index("wings")].any()
        assert found.soft[TOPWEAR].any()

    def test_names_of_older_transformers_are_read(self, tmp_path: Path) -> None:
        weights = load_file(saved(tmp_path) / "model.safetensors")
        old = {name.replace("linear_projections", "linear_c"): tensor for name, tensor in weights.items()}
        save_file(old, tmp_path / "model.safetensors", metadata={"format": "pt"})
        assert load_parser_folder(tmp_path).name == tmp_path.name

    @pytest.mark.parametrize("missing", ["config.json", "model.safetensors"])
    def test_missing_files(self, tmp_path: Path, missing: str) -> None:
        (saved(tmp_path) / missing).unlink()
        with pytest.raises(CheckpointError, match=r"git checkout.*training\.masks"):
            load_parser_folder(tmp_path)

    def test_truncated_weights(self, tmp_path: Path) -> None:
        file = saved(tmp_path) / "model.safetensors"
        file.write_bytes(file.read_bytes()[:-100])
        with pytest.raises(CheckpointError, match=r"truncated.*git checkout"):
            load_parser_folder(tmp_path)

    def test_weights_that_do_not_fit(self, tmp_path: Path) -> None:
        file = saved(tmp_path) / "model.safetensors"
        weights = load_file(file)
        weights.pop(next(name for name in weights if "classifier" in name))
        save_file(weights, file, metadata={"format": "pt"})
        with pytest.raises(CheckpointError, match="do not fit its config"):
            load_parser_folder(tmp_path)

    @pytest.mark.parametrize(
        ("changed", "sentence"),
        [
            ({"model_type": "clip"}, "another network than a SegFormer"),
            ({"ccnet_resolution": "large"}, 'pictures of "large" pixels'),
            ({"id2label": {str(i): "car" for i in range(len(CLASSES))}}, 'label "car"'),
        ],
    )
    def test_a_config_that_says_something_else(self, tmp_path: Path, changed: dict[str, object], sentence: str) -> None:
        file = saved(tmp_path) / "config.json"
        file.write_text(json.dumps({**json.loads(file.read_text()), **changed}))
        with pytest.raises(CheckpointError, match=sentence):
            load_parser_folder(tmp_path)
