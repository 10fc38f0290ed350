from __future__ import annotations

import json
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from training.dolls.hairstyles import STYLES
from training.dolls.identity import sample_identity
from training.dolls.outfit import PATTERNS
from training.dolls.palette import COLOURS, EYE_COLOURS, HAIR_COLOURS, SKINS
from training.dolls.wardrobe import KINDS, PATTERNED, SYNONYMS, sample_item
from training.paperdoll import (
    CLASSES,
    LABEL_COLOURS,
    OUTFIT,
    UNSEEN,
    Doll,
    Item,
    Outfit,
    contact_sheet,
    difference_mask,
    draw_garment,
    draw_outfit,
    has_held_out,
    is_held_out,
    label_picture,
    main,
    make_doll,
    write_set,
)

SEEDS = (0, 7, 123_456, UNSEEN, UNSEEN + 31)
LABEL_OF_SLOT = {
    "top": "topwear",
    "bottom": "bottomwear",
    "dress": "topwear",
    "outerwear": "topwear",
    "legwear": "legwear",
    "footwear": "footwear",
    "neckwear": "neckwear",
    "gloves": "handwear",
}


class TestDoll:
    @pytest.mark.parametrize("seed", SEEDS)
    def test_a_seed_is_a_doll(self, seed: int) -> None:
        first, again = make_doll(seed), make_doll(seed)
        assert first == again
        assert first.tags == again.tags
        for a, b in zip(first.render(96), again.render(96), strict=True):
            np.testing.assert_array_equal(a, b)

    def test_seeds_differ(self) -> None:
        pictures = {make_doll(seed).render(64).image.tobytes() for seed in range(12)}
        assert len(pictures) == 12

    @pytest.mark.parametrize("size", [64, 100, 256, 1024])
    def test_any_size(self, size: int) -> None:
        image, labels = make_doll(3).render(size)
        assert image.shape == (size, size, 3)
        assert labels.shape == (size, size)
        assert image.dtype == labels.dtype == np.uint8

    def test_sizes_show_the_same_doll(self) -> None:
        small, large = make_doll(11).render(128), make_doll(11).render(512)
        shrunk = large.image.reshape(128, 4, 128, 4, 3).mean((1, 3))
        assert np.abs(shrunk - small.image).mean() < 6
        assert (large.labels[2::4, 2::4] == small.labels).mean() > 0.95

    @pytest.mark.parametrize("seed", SEEDS)
    def test_labels_are_classes_and_everything_important_is_there(self, seed: int) -> None:
        doll = make_doll(seed)
        labels = doll.render(128).labels
        assert labels.max() < len(CLASSES)
        found = {CLASSES[label] for label in np.unique(labels)}
        assert {"background", "hair", "face"} <= found
        assert found & {"topwear", "bottomwear"}
        assert ("objects" in found) == bool(doll.identity.held)

    @pytest.mark.parametrize("seed", SEEDS)
    def test_another_outfit_changes_nothing_outside_the_mask(self, seed: int) -> None:
        doll = make_doll(seed)
        other = doll.wearing(draw_outfit(np.random.default_rng(seed)))
        assert other.identity is doll.identity
        before, after = doll.render(128), other.render(128)
        mask = difference_mask(before, after)
        np.testing.assert_array_equal(before.image[~mask], after.image[~mask])
        assert 0 < mask.mean() < 0.8
        # What differs is clothes, or body that one of the outfits shows or shades: hardly ever anything else.
        clothes = before.outfit_mask | after.outfit_mask
        grown = Image.fromarray(clothes).resize((32, 32)).resize((128, 128))
        strays = mask & ~clothes & ~np.asarray(grown)
        assert strays.mean() < 0.02

    def test_changing_back_gives_the_same_picture(self) -> None:
        doll = make_doll(5)
        back = doll.wearing(draw_outfit(np.random.default_rng(1))).wearing(doll.outfit)
        np.testing.assert_array_equal(back.render(128).image, doll.render(128).image)

    def test_the_layers_stacked_are_the_picture(self) -> None:
        doll = make_doll(2)
        layers = doll.rgba_layers(160)
        assert layers[0][0] == "background"
        stack = Image.fromarray(layers[0][1])
        for _, layer in layers[1:]:
            stack.alpha_composite(Image.fromarray(layer))
        difference = np.abs(np.asarray(stack.convert("RGB")).astype(int) - doll.render(160).image)
        assert difference.mean() < 1

    def test_a_doll_is_never_unclothed(self) -> None:
        names = [layer.name for layer in make_doll(1).layers]
        assert {"body/torso", "body/legs"} <= set(names)
        sparse = Outfit(top=Item("tank top", "white"), bottom=Item("shorts", "white"))
        figure = make_doll(1).identity.figure
        assert figure.base_shorts()  # drawn under everything
        assert Doll(make_doll(1).identity, sparse).render(64).outfit_mask.any()

    def test_an_outfit_covers_the_body(self) -> None:
        with pytest.raises(ValueError, match="a dress, or a top and a bottom"):
            Outfit(top=Item("t-shirt", "red"))


class TestVariety:
    def test_there_is_as_much_of_everything_as_was_promised(self) -> None:
        assert len(STYLES) >= 20
        assert len(HAIR_COLOURS) >= 12
        assert len(SKINS) >= 6
        assert len(EYE_COLOURS) >= 8
        assert len(COLOURS) >= 20
        assert len(PATTERNS) >= 6
        least = {"top": 12, "bottom": 10, "dress": 6, "outerwear": 4, "legwear": 2, "footwear": 2, "neckwear": 2}
        assert {slot: len(KINDS[slot]) >= number for slot, number in least.items()} == dict.fromkeys(least, True)

    def test_chibis_and_tall_ones(self) -> None:
        heads = [sample_identity(np.random.default_rng(seed)).heads for seed in range(200)]
        assert min(heads) < 2.6
        assert max(heads) > 4.9

    @pytest.mark.parametrize(("slot", "kind"), [(slot, kind) for slot in KINDS for kind in KINDS[slot]])
    def test_every_garment_can_be_worn_and_laid_flat(self, slot: str, kind: str) -> None:
        item = sample_item(np.random.default_rng(0), slot)
        item = Item(kind, item.colour) if item.second == "" else Item(kind, item.colour, item.pattern, item.second)
        outfit = {"top": Item("t-shirt", "white"), "bottom": Item("shorts", "black")}
        if slot == "dress":
            outfit = {}
        identity = next(i for i in (sample_identity(np.random.default_rng(s)) for s in range(99)) if not i.cropped)
        labels = Doll(identity, Outfit(**{**outfit, slot: item})).render(128).labels
        assert (labels == CLASSES.index(LABEL_OF_SLOT[slot])).sum() > 5
        flat = draw_garment(item, slot, 64)
        assert flat.shape == (64, 64, 3)
        assert (flat != flat[0, 0]).any(-1).mean() > 0.02

    def test_synonyms_are_of_kinds_that_exist(self) -> None:
        kinds = {kind for slot in KINDS.values() for kind in slot}
        assert set(SYNONYMS) <= kinds

    def test_tags_name_all_that_is_worn(self) -> None:
        assert Item("skirt", "red").tag == "red skirt"
        assert Item("skirt", "red", "striped", "white").tag == "red and white striped skirt"
        assert Item("hoodie", "blue", "emblem", "yellow").tag == "blue hoodie with yellow emblem"
        doll = make_doll(4)
        assert doll.tags == doll.identity.tags + doll.outfit.tags
        assert doll.outfit.tags == [item.tag for item in doll.outfit.items.values()]


class TestHeldOut:
    def test_about_one_combination_in_twenty(self) -> None:
        everything = [
            (Item(kind, colour, pattern), slot)
            for slot in ("top", "bottom", "dress", "outerwear")
            for kind, colour, pattern in product(KINDS[slot], COLOURS, ("plain", *PATTERNED[slot]))
        ]
        share = np.mean([is_held_out(item, slot) for item, slot in everything])
        assert 0.04 < share <= 0.055

    def test_training_never_sees_one_and_the_held_out_dolls_always_wear_one(self) -> None:
        assert not any(has_held_out(make_doll(seed).outfit) for seed in range(300))
        assert all(has_held_out(make_doll(seed, held_out=True).outfit) for seed in range(100))
        rng = np.random.default_rng(0)
        assert not any(has_held_out(draw_outfit(rng)) for _ in range(300))

    def test_each_part_of_a_held_out_combination_is_seen(self) -> None:
        parts = {"kind": set(), "colour": set(), "pattern": set()}
        rng = np.random.default_rng(0)
        for _ in range(1500):
            for slot, item in draw_outfit(rng).items.items():
                parts["kind"].add((slot, item.kind))
                parts["colour"].add(item.colour)
                parts["pattern"].add(item.pattern)
        assert parts["kind"] == {(slot, kind) for slot in KINDS for kind in KINDS[slot]}
        assert parts["colour"] == set(COLOURS)
        assert parts["pattern"] == set(PATTERNS)


class TestCommand:
    def test_a_set_is_what_its_readme_says(self, tmp_path: Path) -> None:
        out = tmp_path / "my dolls"
        assert main(["--count", "2", "--seed", "40", "--size", "64", "--out", str(out)]) == 0
        assert [path.name for path in tmp_path.iterdir()] == ["my dolls"]
        rows = [json.loads(line) for line in (out / "metadata.jsonl").read_text().splitlines()]
        assert [row["seed"] for row in rows] == [40, 41]
        for row in rows:
            doll = make_doll(row["seed"])
            columns = ("file_name", "mask_file_name", "labels_file_name", "target_file_name", "garment_file_name")
            image, mask, labels, target, garment = (Image.open(out / row[column]) for column in columns)
            drawing = doll.render(64)
            np.testing.assert_array_equal(np.asarray(image), drawing.image)
            np.testing.assert_array_equal(np.asarray(labels), drawing.labels)
            assert labels.mode == "P"
            assert set(np.unique(np.asarray(mask))) == {0, 255}
            hole = np.asarray(mask) > 0
            np.testing.assert_array_equal(np.asarray(image)[~hole], np.asarray(target)[~hole])
            assert hole[drawing.outfit_mask].all()
            assert garment.size == target.size == (64, 64)
            assert row["text"] == ", ".join(doll.outfit.tags)
            assert row["identity"] == ", ".join(doll.identity.tags)
            assert row["garment_text"] in row["text"]
            assert not row["held_out"]
            assert (out / row["file_name"]).with_suffix(".txt").read_text().strip() == row["text"]

    def test_a_set_of_held_out_combinations(self, tmp_path: Path) -> None:
        write_set(tmp_path / "set", 1, 0, 64, held_out=True)
        row = json.loads((tmp_path / "set" / "metadata.jsonl").read_text())
        assert row["held_out"]
        assert row["text"] == ", ".join(make_doll(0, held_out=True).outfit.tags)

    def test_the_same_seed_writes_the_same_set(self, tmp_path: Path) -> None:
        for name in ("a", "b"):
            write_set(tmp_path / name, 1, 9, 64)
        files = sorted(path.relative_to(tmp_path / "a") for path in (tmp_path / "a").rglob("*.*"))
        assert len(files) == 7
        for file in files:
            assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()

    def test_a_sheet(self, tmp_path: Path) -> None:
        sheet = tmp_path / "new" / "sheet.png"
        assert main(["--count", "5", "--size", "64", "--sheet", str(sheet)]) == 0
        with Image.open(sheet) as picture:
            assert picture.size == (2 * 64, 3 * 64)
        first = np.asarray(contact_sheet(5, 0, 64))[:64, :64]
        np.testing.assert_array_equal(first, make_doll(0).render(64).image)

    def test_without_a_wish_it_draws_a_sheet(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        assert main(["--count", "1", "--size", "64"]) == 0
        assert [path.name for path in tmp_path.iterdir()] == ["paperdolls.png"]

    @pytest.mark.parametrize(
        ("argv", "said"),
        [
            (["--count", "0"], "The count must be at least 1, not 0."),
            (["--size", "63"], "The size must be from 64 to 1024 pixels, not 63."),
            (["--size", "1025"], "The size must be from 64 to 1024 pixels, not 1025."),
            (["--seed", "-1"], "The seed must not be negative"),
            (["--out", "full"], "is there already and not empty"),
            (["--out", "file/set"], "'file' is a file"),
            (["--sheet", "full"], "'full' is a folder"),
        ],
    )
    def test_what_cannot_be_is_refused_in_one_sentence(
        self, argv: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
    ) -> None:
        monkeypatch.chdir(tmp_path)
        Path("full").mkdir()
        Path("full/mine.txt").write_text("precious")
        Path("file").touch()
        assert main(argv) == 1
        error = capsys.readouterr().err
        assert said in error
        assert error.count("\n") == 1
        assert sorted(path.name for path in tmp_path.rglob("*")) == ["file", "full", "mine.txt"]

    def test_nothing_is_left_of_a_set_that_failed(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def full(*_: object, **__: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("training.paperdoll.write_json_lines", full)
        with pytest.raises(ValueError, match="no space left on device"):
            write_set(tmp_path / "set", 1, 0, 64)
        assert not list(tmp_path.iterdir())


def test_label_pictures_keep_indices_and_tell_classes_apart() -> None:
    labels = np.arange(len(CLASSES), dtype=np.uint8)[None].repeat(2, 0)
    picture = label_picture(labels)
    np.testing.assert_array_equal(np.asarray(picture), labels)
    assert len(LABEL_COLOURS) == len(CLASSES)
    colours = np.asarray(picture.convert("RGB"))[0]
    assert len(np.unique(colours, axis=0)) == len(CLASSES)
    assert max(OUTFIT) < len(CLASSES)
