from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file
from tinysam import tiny_sam
from transformers import SegformerConfig, SegformerForSemanticSegmentation

from ccnet import clothes, imports, store
from ccnet.animesam import AnimeSam, AnimeSamParser, Layout
from ccnet.clothes import choose_parser, choose_segmenter, known_parsers, known_segmenters, load_parser, load_segmenter
from ccnet.formats import CheckpointError
from ccnet.garments import CLASSES
from ccnet.masks import Bounds
from ccnet.sam_starter import build_starter_sam
from ccnet.store import Entry

SEGFORMER = {
    "hidden_sizes": [8, 8, 16, 16],
    "depths": [1, 1, 1, 1],
    "num_attention_heads": [1, 1, 2, 2],
    "strides": [2, 2, 2, 2],
    "decoder_hidden_size": 16,
}
STARTER_SAM: dict[str, Any] = {
    "img_size": 64,
    "stride": 8,
    "width": 32,
    "depth": 1,
    "heads": 2,
    "mlp": 32,
    "segformer": SEGFORMER,
}
ANIME = Layout(32, 2, 2, 16, 4, 2, (1,), 2.0, 32, 1, 32, 16, 19)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty store, and no starters."""
    monkeypatch.setenv("CCNET_HOME", str(tmp_path / "home"))
    folders = {"parser": tmp_path / "assets" / "parser", "segmenter": tmp_path / "assets" / "sam"}
    monkeypatch.setattr(clothes, "FOLDERS", folders)
    return tmp_path / "home"


def write_segformer(folder: Path, names: tuple[str, ...] = CLASSES) -> Path:
    torch.manual_seed(0)
    named = dict(enumerate(names))
    config = SegformerConfig(**SEGFORMER, id2label=named, label2id={name: i for i, name in named.items()})
    SegformerForSemanticSegmentation(config).save_pretrained(folder)
    return folder


def write_sam(folder: Path, config: dict[str, Any] = STARTER_SAM) -> Path:
    folder.mkdir(parents=True)
    torch.manual_seed(0)
    sam = build_starter_sam(config)
    state = {name: tensor.half().contiguous() for name, tensor in sam.state_dict().items()}
    save_file(state, folder / "model.safetensors")
    (folder / "config.json").write_text(json.dumps(config))
    return folder


def write_anime(file: Path) -> Path:
    torch.manual_seed(0)
    torch.save({"state_dict": AnimeSam(ANIME).state_dict()}, file)
    return file


def write_meta(file: Path, side: int = 64) -> Path:
    torch.save(tiny_sam(side).state_dict(), file)
    return file


@pytest.fixture
def starters() -> None:
    write_segformer(clothes.FOLDERS["parser"])
    write_sam(clothes.FOLDERS["segmenter"])


def picture() -> Image.Image:
    rng = np.random.default_rng(0)
    return Image.fromarray(rng.integers(0, 255, (80, 60, 3), np.uint8))


class TestParser:
    @pytest.mark.usefixtures("starters")
    def test_the_starter_until_an_anime_parser_is_there(self, tmp_path: Path) -> None:
        choice = choose_parser()
        assert choice.name == "starter"
        assert choice.notices == (
            "No anime parser is installed, so the starter parser is used, which knows paper dolls only: "
            "`ccnet models download parser-anime` gets one.",
        )
        assert choose_parser("starter").notices == ()
        parser = load_parser(device="cpu")
        assert parser.name == "starter"
        assert parser(picture()).soft.shape == (21, 80, 60)
        imports.import_file(write_anime(tmp_path / "checkpoint-18000.pt"))
        choice = choose_parser()
        assert (choice.name, choice.notices) == ("checkpoint-18000", ())
        anime = load_parser(device="cpu")
        assert isinstance(anime, AnimeSamParser)
        assert anime(picture()).soft.shape == (21, 80, 60)

    @pytest.mark.usefixtures("starters")
    def test_one_for_photographs_by_name_alone(self, tmp_path: Path) -> None:
        imports.import_file(write_segformer(tmp_path / "segformer-clothes", ("Background", "Upper-clothes", "Skirt")))
        assert store.find("segformer-clothes").role == "parser"
        assert choose_parser().name == "starter"
        assert known_parsers() == ("starter", "segformer-clothes")
        parser = load_parser("Segformer-Clothes", "cpu")
        assert parser.name == "segformer-clothes"
        assert parser(picture()).size == (60, 80)

    def test_one_for_photographs_where_there_is_nothing_else(self, tmp_path: Path) -> None:
        imports.import_file(write_segformer(tmp_path / "photos"))
        choice = choose_parser()
        assert choice.name == "photos"
        assert "made for photographs: `ccnet models download parser-anime`" in choice.notices[0]

    def test_missing_weights_say_how_to_get_them(self) -> None:
        for name in ("auto", "starter"):
            with pytest.raises(CheckpointError, match=r"starter clothes parser is not in .*: get it again with git"):
                load_parser(name)
        (clothes.FOLDERS["parser"]).mkdir(parents=True)
        (clothes.FOLDERS["parser"] / "config.json").write_text("{}")
        with pytest.raises(CheckpointError, match="starter clothes parser is not in"):
            choose_parser()

    def test_paths(self, tmp_path: Path) -> None:
        folder = write_segformer(tmp_path / "own")
        assert choose_parser(folder).name == load_parser(folder, "cpu").name == "own"
        assert load_parser(str(write_anime(tmp_path / "anime.pt")), "cpu").name == "anime"


class TestSegmenter:
    @pytest.mark.usefixtures("starters")
    def test_the_starter_until_a_real_one_is_there(self, tmp_path: Path) -> None:
        choice = choose_segmenter()
        assert choice.name == "starter"
        assert "knows paper dolls only: `ccnet models download sam-vit-b` gets one." in choice.notices[0]
        segmenter = load_segmenter(device="cpu")
        assert (segmenter.name, segmenter.side, segmenter.grid) == ("starter", 64, 32)
        segmenter.set_image(picture())
        imports.import_file(write_meta(tmp_path / "sam_small.pth"))
        imports.import_file(write_meta(tmp_path / "sam_large.pth", 128))
        assert (choose_segmenter().name, choose_segmenter(largest=True).name) == ("sam_small", "sam_large")
        assert choose_segmenter().notices == ()
        assert load_segmenter(device="cpu").side == 64
        assert load_segmenter("sam_large", "cpu").side == 128
        assert known_segmenters() == ("starter", "sam_large", "sam_small")

    @pytest.mark.usefixtures("starters")
    def test_the_starters_weights_arrive(self) -> None:
        torch.manual_seed(0)
        wanted = build_starter_sam(STARTER_SAM).state_dict()
        found = load_segmenter("starter", "cpu")._sam.state_dict()
        assert found.keys() == wanted.keys()
        assert all(torch.equal(found[name], wanted[name].half().float()) for name in wanted)

    def test_paths(self, tmp_path: Path) -> None:
        assert load_segmenter(write_meta(tmp_path / "my.pth"), "cpu").name == "my"
        assert load_segmenter(write_sam(tmp_path / "trained"), "cpu").name == "trained"
        folder = tmp_path / "sam-vit-tiny"
        folder.mkdir()
        save_file(tiny_sam().state_dict(), folder / "model.safetensors")
        (folder / "config.json").write_text(json.dumps({"model_type": "sam"}))
        segmenter = load_segmenter(folder, "cpu")
        assert segmenter.name == "sam-vit-tiny"
        segmenter.set_image(picture())
        segmenter.mask_at(box=Bounds(5, 5, 40, 60))

    def test_missing_weights_say_how_to_get_them(self) -> None:
        with pytest.raises(CheckpointError, match=r"starter segmenter is not in .*`ccnet models download sam-vit-b`"):
            load_segmenter()

    @pytest.mark.parametrize("damage", ["truncated", "another size", "no config", "senseless config"])
    def test_a_broken_starter(self, damage: str) -> None:
        folder = write_sam(clothes.FOLDERS["segmenter"])
        file, config = folder / "model.safetensors", folder / "config.json"
        if damage == "truncated":
            file.write_bytes(file.read_bytes()[:-10])
        elif damage == "another size":
            config.write_text(json.dumps({**STARTER_SAM, "mlp": 64}))
        elif damage == "no config":
            config.write_text("[]")
        else:
            config.write_text(json.dumps({**STARTER_SAM, "heads": 7}))
        with pytest.raises(CheckpointError):
            load_segmenter("starter", "cpu")

    def test_a_model_whose_files_are_gone_is_passed_over(self, tmp_path: Path) -> None:
        write_sam(clothes.FOLDERS["segmenter"])
        entry = imports.import_file(write_meta(tmp_path / "gone.pth"))
        entry.path.unlink()
        assert choose_segmenter().name == "starter"
        with pytest.raises(CheckpointError, match="is gone"):
            choose_segmenter("gone")

    def test_a_downloaded_one(self, tmp_path: Path) -> None:
        file = write_meta(tmp_path / "sam_vit_b_01ec64.pth")
        stored = store.StoredFile(file, store.sha256_of(file), file.stat().st_size)
        store.put(Entry("sam-vit-b", "segmenter", None, "", file, (stored,), file.name, source="hub:x/y"))
        assert choose_segmenter().name == "sam-vit-b"
        assert load_segmenter(file, "cpu").name == "sam-vit-b"


class TestRefused:
    @pytest.mark.parametrize("choose", [choose_parser, choose_segmenter])
    def test_names_and_paths(self, choose: Any, tmp_path: Path) -> None:
        with pytest.raises(CheckpointError, match=r'no .* "starte".*Did you mean "starter"'):
            choose("starte")
        with pytest.raises(CheckpointError, match="There is no file or folder"):
            choose(tmp_path / "nothing.safetensors")
        with pytest.raises(CheckpointError, match=r"has no config\.json"):
            choose(tmp_path)

    def test_a_known_one_that_was_not_downloaded(self) -> None:
        with pytest.raises(
            CheckpointError, match="sam-vit-h is not among your models: `ccnet models download sam-vit-h`"
        ):
            load_segmenter("sam-vit-h")
        with pytest.raises(CheckpointError, match="`ccnet models download parser-clothes`"):
            load_parser("parser-clothes")

    def test_another_kind_of_model(self, tmp_path: Path) -> None:
        folder = write_segformer(tmp_path / "own")
        with pytest.raises(CheckpointError, match=r"is of another kind, clothes parser .*: name a segmenter"):
            choose_segmenter(folder)
        with pytest.raises(CheckpointError, match=r"name its folder, with its config\.json"):
            choose_parser(folder / "model.safetensors")
        save_file(tiny_sam().state_dict(), tmp_path / "sam.safetensors")
        with pytest.raises(CheckpointError, match=r"is of another kind, segmenter .*: name a clothes parser"):
            choose_parser(tmp_path / "sam.safetensors")
        with pytest.raises(CheckpointError, match="is another network than the anime SAM"):
            load_parser(write_meta(tmp_path / "sam.pth"), "cpu")
        with pytest.raises(CheckpointError, match="is no Segment Anything model"):
            load_segmenter(write_anime(tmp_path / "anime.pt"), "cpu")

    def test_a_device_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(ValueError, match='The device "cuda:77" is not there'):
            load_segmenter(write_meta(tmp_path / "my.pth"), "cuda:77")


def test_choosing_loads_no_torch() -> None:
    code = (
        "import sys; from ccnet import clothes; clothes.known_parsers(); clothes.known_segmenters()\n"
        "for choose in (clothes.choose_parser, clothes.choose_segmenter):\n"
        "    try: choose()\n"
        "    except ValueError: pass\n"
        "print('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


def test_the_hash_is_that_of_the_weights(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "model.safetensors").write_bytes(b"weights")
    expected = hashlib.sha256(b"weights").hexdigest()
    assert clothes.weights_sha256(clothes.Choice("x", tmp_path)) == expected
    assert clothes.weights_sha256(clothes.Choice("x", tmp_path / "model.safetensors")) == expected
