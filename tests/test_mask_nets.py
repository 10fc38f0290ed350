"""The training of the starter parser and the starter Segment Anything, in miniature: to files that load."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from segment_anything import SamPredictor
from transformers import SegformerConfig, SegformerForSemanticSegmentation

from ccnet.edge_segformer import EdgeSegformer
from ccnet.garments import CLASSES
from ccnet.parser import load_parser_folder
from ccnet.sam_starter import ODDS, STACKED, FineImageEncoder, build_starter_sam, log_odds
from training import clicks, parsing
from training.dolls.doll import UNSEEN
from training.labelled import Labelled, open_labelled, render_labelled
from training.masks import Masks

CONFIGS = Path(__file__).parents[1] / "training" / "configs"
SECONDS = 1 / 60

TINY: dict[str, Any] = {
    "data": {"dolls": 8, "size": 64, "seed": 0},
    "parser": {
        "batch": 2,
        "rate": 1e-3,
        "minutes": SECONDS,
        "small": 0.5,
        "segformer": {
            "hidden_sizes": [8, 8, 16, 16],
            "depths": [1, 1, 1, 1],
            "num_attention_heads": [1, 1, 2, 2],
            "patch_sizes": [3, 3, 3, 3],
            "strides": [2, 2, 2, 2],
            "sr_ratios": [8, 4, 2, 1],
            "mlp_ratios": [2, 2, 2, 2],
            "decoder_hidden_size": 8,
            "drop_path_rate": 0.0,
            "classifier_dropout_prob": 0.0,
            "hidden_dropout_prob": 0.0,
        },
    },
    "edges": {"batch": 2, "side": 32, "rate": 1e-3, "minutes": SECONDS},
    "whole": {"batch": 2, "rate": 1e-3, "minutes": SECONDS},
    "sam": {
        "batch": 2,
        "prompts": 2,
        "stride": 8,
        "width": 16,
        "depth": 1,
        "heads": 2,
        "mlp": 16,
        "rate": 1e-3,
        "minutes": SECONDS,
    },
}


@pytest.fixture(scope="module")
def dolls(tmp_path_factory: pytest.TempPathFactory) -> Labelled:
    folder = tmp_path_factory.mktemp("dolls")
    render_labelled(folder, 4, 64, workers=1)
    return open_labelled(folder)


@pytest.mark.parametrize("name", [path.name for path in sorted(CONFIGS.glob("masks-*.toml"))])
def test_configs_are_complete(name: str) -> None:
    config = tomllib.loads((CONFIGS / name).read_text())
    assert set(config) == set(TINY)
    for table, keys in TINY.items():
        assert set(config[table]) == set(keys), table


def test_seeds_that_are_kept_unseen_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="must stay below"):
        render_labelled(tmp_path, 2, 64, seed=UNSEEN - 1)


@pytest.mark.parametrize("shrink", [1, 2])
def test_a_moved_doll_keeps_its_labels_on_its_picture(dolls: Labelled, shrink: int) -> None:
    picture = np.repeat((dolls.labels[0] * 10)[..., None], 3, 2)  # a picture that shows its own labels
    for seed in range(8):
        image, labels = parsing.moved(picture, dolls.labels[0], np.random.default_rng(seed), shrink)
        assert image.shape == (64 // shrink, 64 // shrink, 3)
        uniform = np.ones(labels.shape, bool)  # where all neighbours agree there is nothing to interpolate
        for axis in (0, 1):
            for step in (-1, 1):
                uniform &= np.roll(labels, step, axis) == labels
        uniform[[0, -1]] = uniform[:, [0, -1]] = False
        values = image[uniform].astype(float).mean(-1)
        assert np.corrcoef(values, labels[uniform])[0, 1] > 0.97


def test_rare_garments_are_learned_from_as_often_as_common_ones() -> None:
    labels = np.full((80, 16, 16), parsing.OUTFIT[1], np.uint8)
    labels[7, :4], labels[-1, :4] = parsing.OUTFIT[2], parsing.OUTFIT[3]
    dolls = Labelled(labels, labels)
    wearing = parsing.wearers(dolls)
    assert [numbers.tolist() for numbers in wearing] == [list(range(60)), [7]]  # the last are kept for validation
    chosen = np.bincount(parsing.chosen(dolls, wearing, np.random.default_rng(0), 4000), minlength=80)
    assert not chosen[60:].any()
    assert (chosen[:60] > 0).all()
    assert 0.2 < chosen[7] / 4000 < 0.32  # a half by garments, of which it has one of two to itself


def test_squares_lie_about_clothes_and_are_cut_alike_from_pictures_and_cells(dolls: Labelled) -> None:
    labels = torch.from_numpy(np.array(dolls.labels))
    places = parsing.corners(labels, np.random.default_rng(0), 32)
    parts = parsing.cut(labels, places, 32)
    assert parts.shape == (4, 32, 32)
    assert all(np.isin(part, parsing.OUTFIT).any() for part in parts.numpy())
    cells = parsing.cut(labels[:, None, ::2, ::2], places, 32, stride=2)
    assert torch.equal(cells[:, 0], parts[:, ::2, ::2])


def test_exact_logits_have_the_smallest_loss(dolls: Labelled) -> None:
    labels = torch.from_numpy(np.array(dolls.labels[:2]))
    exact = 20 * torch.nn.functional.one_hot(labels.long(), len(CLASSES)).permute(0, 3, 1, 2).float()
    right, _ = parsing.loss(exact, labels)
    wrong, _ = parsing.loss(exact.roll(1, 1), labels)
    assert float(right) < 0.01 < float(wrong)


def test_the_edges_begin_with_a_plain_segformers_answers() -> None:
    config = SegformerConfig(**TINY["parser"]["segformer"], id2label=dict(enumerate(CLASSES)))
    plain, ours = SegformerForSemanticSegmentation(config).eval(), EdgeSegformer(config).eval()
    assert all(
        name.startswith("edges.") for name in ours.load_state_dict(plain.state_dict(), strict=False).missing_keys
    )
    pixels = torch.rand(2, 3, 64, 96) * 2 - 1
    with torch.no_grad():
        wanted = torch.nn.functional.interpolate(plain(pixels).logits, (64, 96), mode="bilinear")
        torch.testing.assert_close(ours.coarse(pixels), plain(pixels).logits)
        torch.testing.assert_close(ours(pixels).logits, wanted)


def test_the_starter_sam_takes_over_what_the_parser_thinks() -> None:
    config = SegformerConfig(**TINY["parser"]["segformer"], id2label=dict(enumerate(CLASSES)))
    parser, sam = EdgeSegformer(config).eval(), build_starter_sam(Masks(TINY, Path()).sam_config)
    encoder = cast(FineImageEncoder, sam.image_encoder)
    encoder.take_parser(parser.state_dict())
    pixels = torch.rand(1, 3, 64, 64) * 2 - 1
    with torch.no_grad():
        stacked = encoder(pixels)[:, TINY["sam"]["width"] :]
        opinions = torch.nn.functional.pixel_shuffle(stacked, STACKED)[:, : len(CLASSES)]
        torch.testing.assert_close(opinions * ODDS, log_odds(parser.coarse(pixels)))


def test_log_odds_are_above_nothing_where_a_class_has_more_than_half() -> None:
    logits = 3 * torch.randn(2, 5, 7, 7, generator=torch.Generator().manual_seed(0))
    odds = log_odds(logits)
    torch.testing.assert_close(odds.sigmoid(), logits.softmax(1), atol=5e-4, rtol=0)
    assert torch.isfinite(log_odds(100 * logits)).all()


def test_clicks_lie_inside_and_boxes_around(dolls: Labelled) -> None:
    batch = clicks.batch(dolls, np.random.default_rng(0), pictures=2, prompts=3)
    for truth, (x, y), box in zip(batch.truth, batch.click, batch.boxes, strict=True):
        assert truth[int(y), int(x)] == 1
        assert box[0] < box[2]
        assert box[1] < box[3]


def test_one_call_for_many_pictures_answers_as_one_for_each(dolls: Labelled) -> None:
    sam = build_starter_sam(Masks(TINY, Path()).sam_config)
    batch = clicks.batch(dolls, np.random.default_rng(0), pictures=2, prompts=2)
    with torch.no_grad():
        points = (batch.click[:, None], torch.ones(4, 1))
        ours, quality = clicks.decode(sam, clicks.embed(sam, batch), points, None, None)
        for i in range(4):
            predictor = SamPredictor(sam)
            predictor.set_image(batch.images[i // 2].numpy())
            _, theirs, low = predictor.predict(batch.click[i, None].numpy(), np.ones(1), multimask_output=True)
            np.testing.assert_allclose(low, ours[i, 1:].numpy(), atol=1e-4)
            np.testing.assert_allclose(theirs, quality[i, 1:].numpy(), atol=1e-4)


@pytest.mark.slow
def test_every_stage_runs_and_the_results_load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = Masks(TINY, tmp_path / "work")
    run.render()
    run.train_parser()
    rest = {name: weight.clone() for name, weight in run.trained_parser().state_dict().items()}
    run.train_edges()
    for name, weight in run.trained_parser().state_dict().items():
        assert torch.equal(weight, rest[name]) == (not name.startswith("edges.")), name
    both = {name: weight.clone() for name, weight in run.trained_parser().state_dict().items()}
    run.train_whole()
    learned = {
        name for name, weight in run.trained_parser().state_dict().items() if not torch.equal(weight, both[name])
    }
    assert any(name.startswith("edges.") for name in learned)
    assert any(not name.startswith("edges.") for name in learned)
    run.train_sam()
    monkeypatch.chdir(tmp_path)
    (tmp_path / "assets").mkdir()
    run.export()
    parser = load_parser_folder(tmp_path / "assets" / "parser")
    assert parser.resolution == TINY["data"]["size"]
    again = Masks(TINY, tmp_path / "again", start=tmp_path / "assets")
    begun = again.parser().state_dict()
    for name, value in parser._model.state_dict().items():
        assert torch.equal(value, begun[name]), name
    kept = load_file(tmp_path / "assets" / "sam" / "model.safetensors")
    for name, value in again.sam().state_dict().items():
        assert torch.equal(value.half(), kept[name]), name
