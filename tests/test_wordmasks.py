from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from transformers import (
    BertConfig,
    BertTokenizer,
    GroundingDinoConfig,
    GroundingDinoForObjectDetection,
    GroundingDinoImageProcessor,
    GroundingDinoProcessor,
    SwinConfig,
)

from ccnet.formats import CheckpointError
from ccnet.garments import CLASSES, SLOTS, GarmentMap
from ccnet.masks import Bounds, Mask
from ccnet.wordmasks import WORDS, Box, GroundingDino, classes_of, load_detector, split_words, words_mask

IMAGE = Image.new("RGB", (40, 30), "pink")


class Finds:
    """Stands in for a detector: the boxes it was given, for the words that are asked for."""

    name = "stub"

    def __init__(self, **boxes: Bounds) -> None:
        self.boxes = boxes
        self.asked: list[tuple[Sequence[str], float]] = []

    def __call__(self, image: Image.Image, words: Sequence[str], threshold: float = 0.3) -> list[Box]:
        self.asked.append((words, threshold))
        return [Box(bounds, word, 0.9) for word, bounds in self.boxes.items() if word in words]


class Fills:
    """Stands in for a segmenter: the box without its rim; nothing in a box of two pixels or less."""

    def __init__(self) -> None:
        self.image: Image.Image | None = None

    def set_image(self, image: Image.Image) -> None:
        self.image = image

    def mask_at(self, *, box: Bounds) -> Mask:
        if min(box.width, box.height) <= 2:
            raise ValueError("Nothing was found there.")
        assert self.image is not None
        alpha = np.zeros((self.image.height, self.image.width), np.uint8)
        alpha[box.pad(-1).slices] = 255
        return Mask(alpha)


def worn(**places: tuple[slice, slice]) -> GarmentMap:
    labels = np.zeros((30, 40), np.uint8)
    for name, place in places.items():
        labels[place] = CLASSES.index(name)
    return GarmentMap.from_labels(labels)


def tiny(folder: Path) -> tuple[GroundingDinoForObjectDetection, GroundingDinoProcessor]:
    torch.manual_seed(0)
    swin = SwinConfig(
        image_size=64,
        window_size=4,
        embed_dim=8,
        depths=[1, 1, 1, 1],
        num_heads=[1, 1, 2, 2],
        **{"out_features": ["stage2", "stage3", "stage4"]},  # pyright: ignore[reportArgumentType]
    )
    bert = BertConfig(hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16, vocab_size=40)
    model = GroundingDinoForObjectDetection(
        GroundingDinoConfig(
            backbone_config=swin,
            text_config=bert,
            d_model=32,
            encoder_layers=1,
            decoder_layers=2,
            encoder_attention_heads=2,
            decoder_attention_heads=2,
            encoder_ffn_dim=16,
            decoder_ffn_dim=16,
            num_queries=6,
            encoder_n_points=2,
            decoder_n_points=2,
            max_text_len=24,
        )
    )
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", ".", "ribbon", "lace", "collar", "red"]
    (folder / "vocab.txt").write_text("\n".join(words))
    tokenizer = BertTokenizer.from_pretrained(str(folder))
    images = GroundingDinoImageProcessor(size={"shortest_edge": 64, "longest_edge": 96})
    return model, GroundingDinoProcessor(images, tokenizer)


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    folder = tmp_path / "dino"
    for part in tiny(tmp_path):
        part.save_pretrained(folder)
    return folder


class TestWords:
    @pytest.mark.parametrize(
        "words", ["Ribbon, lace  collar.", ["ribbon", "lace collar"], "ribbon;Lace collar\nribbon"]
    )
    def test_they_are_cut_apart(self, words: str | list[str]) -> None:
        assert split_words(words) == ["ribbon", "lace collar"]

    @pytest.mark.parametrize("words", ["", " , ;", []])
    def test_none_are_refused(self, words: str | list[str]) -> None:
        with pytest.raises(ValueError, match="no words to look for"):
            split_words(words)

    @pytest.mark.parametrize(
        ("word", "classes"),
        [
            ("ribbon", ("neckwear",)),
            ("hair ribbon", ("headwear",)),
            ("Long Red Skirt", ("bottomwear",)),
            ("shoes", ("footwear",)),
            ("dresses", ("topwear", "bottomwear")),
            ("glasses", ("eyewear",)),
            ("long_skirt", ("bottomwear",)),
            ("lace", ()),
        ],
    )
    def test_what_a_map_knows(self, word: str, classes: tuple[str, ...]) -> None:
        assert classes_of(word) == classes

    def test_every_slot_and_class_has_its_own_name(self) -> None:
        assert all(classes_of(slot) for slot in SLOTS)
        assert all(classes_of(name) for name in CLASSES[1:])
        assert {name for classes in WORDS.values() for name in classes} <= set(CLASSES[1:])


class TestWithDetector:
    def test_the_outlines_in_all_boxes(self) -> None:
        detector, segmenter = Finds(ribbon=Bounds(2, 3, 8, 6), hat=Bounds(20, 10, 10, 10)), Fills()
        mask = words_mask(IMAGE, "ribbon, hat", detector, segmenter, threshold=0.4)
        assert segmenter.image is IMAGE
        assert detector.asked == [(["ribbon", "hat"], 0.4)]
        assert mask.size == IMAGE.size
        assert mask.bounds == Bounds(3, 4, 26, 15)
        assert int((mask.alpha > 0).sum()) == 6 * 4 + 8 * 8

    def test_a_word_that_is_not_there(self) -> None:
        with pytest.raises(ValueError, match='No "cape" was found; found: ribbon'):
            words_mask(IMAGE, "ribbon, cape", Finds(ribbon=Bounds(2, 3, 8, 6)), Fills())

    def test_a_box_with_nothing_in_it(self) -> None:
        with pytest.raises(ValueError, match='No "ribbon" was found:'):
            words_mask(IMAGE, "ribbon", Finds(ribbon=Bounds(2, 3, 2, 2)), Fills())


class TestWithoutDetector:
    garments = worn(neckwear=np.s_[5:9, 10:20], footwear=np.s_[25:, :])

    @pytest.mark.parametrize(("detector", "segmenter"), [(None, None), (None, Fills()), (Finds(), None)])
    def test_the_maps_own_parts(self, detector: Finds | None, segmenter: Fills | None) -> None:
        mask = words_mask(IMAGE, "red ribbon", detector, segmenter, garments=self.garments)
        assert mask.bounds == Bounds(10, 5, 10, 4)
        both = words_mask(IMAGE, ["ribbon", "shoes"], detector, segmenter, garments=self.garments)
        assert both == self.garments.mask("neckwear", "footwear")

    def test_a_word_of_no_part_says_what_to_download(self) -> None:
        with pytest.raises(ValueError, match=r'"lace".*ccnet models download grounding-dino-tiny'):
            words_mask(IMAGE, "ribbon, lace", None, None, garments=self.garments)

    def test_without_a_map_nothing_can_be_looked_up(self) -> None:
        with pytest.raises(ValueError, match=r'"ribbon".*ccnet models download grounding-dino-tiny'):
            words_mask(IMAGE, "ribbon", None, None)

    def test_a_part_that_is_not_worn(self) -> None:
        with pytest.raises(ValueError, match=r'No "hat" was found; found: .*footwear'):
            words_mask(IMAGE, "hat", None, None, garments=self.garments)
        with pytest.raises(ValueError, match='No "hat" was found; found: no clothes'):
            words_mask(IMAGE, "hat", None, None, garments=worn())


class TestGroundingDino:
    def test_boxes_inside_the_picture_surest_first(self, saved: Path) -> None:
        detector = load_detector(saved)
        boxes = detector(IMAGE, ["ribbon", "red lace"], 0.0)
        assert detector.name == "dino"
        assert boxes
        assert [box.score for box in boxes] == sorted((box.score for box in boxes), reverse=True)
        for box in boxes:
            left, top, right, bottom = box.bounds.box
            assert 0 <= left < right <= IMAGE.width
            assert 0 <= top < bottom <= IMAGE.height
            assert box.word in ("ribbon", "red lace")

    def test_the_same_as_before_it_was_saved(self, saved: Path, tmp_path: Path) -> None:
        words = ["ribbon", "collar"]
        found, wanted = load_detector(saved)(IMAGE, words, 0.0), GroundingDino(*tiny(tmp_path))(IMAGE, words, 0.0)
        assert [box.bounds for box in found] == [box.bounds for box in wanted]

    def test_nothing_certain_enough(self, saved: Path) -> None:
        assert load_detector(saved)(IMAGE, ["ribbon"], 1.0) == []

    def test_too_many_words(self, saved: Path) -> None:
        with pytest.raises(ValueError, match="too many to look for at once"):
            load_detector(saved)(IMAGE, ["red lace collar ribbon"] * 8)

    def test_a_truncated_file(self, saved: Path) -> None:
        file = saved / "model.safetensors"
        file.write_bytes(file.read_bytes()[:-100])
        with pytest.raises(CheckpointError, match="truncated"):
            load_detector(saved)

    def test_another_network(self, saved: Path) -> None:
        (saved / "config.json").write_text('{"model_type": "clip"}')
        with pytest.raises(CheckpointError, match="another network than Grounding DINO"):
            load_detector(saved)

    def test_a_missing_tokenizer(self, saved: Path) -> None:
        for file in saved.iterdir():
            if "token" in file.name or "vocab" in file.name:
                file.unlink()
        with pytest.raises(CheckpointError, match="is missing: get the detector again"):
            load_detector(saved)
