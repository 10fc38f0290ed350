from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file
from segment_anything.modeling import MaskDecoder, TwoWayTransformer
from torch import Tensor, nn

from ccnet import animesam
from ccnet.animesam import (
    ANIME_CLASSES,
    MASK_TOKEN,
    VIT_H,
    AnimeSam,
    AnimeSamParser,
    Layout,
    load_anime_sam,
    read_layout,
    to_soft,
)
from ccnet.formats import CheckpointError
from ccnet.garments import CLASSES

SMALL = Layout(
    width=32,
    depth=4,
    heads=2,
    patch=16,
    grid=4,
    window=2,
    everywhere=(1, 3),
    mlp_ratio=2.0,
    channels=64,
    decoder_depth=2,
    decoder_mlp=64,
    iou_hidden=32,
    classes=19,
)

SKIN, CLOTH, GROUND = (250, 220, 200), (40, 90, 200), (255, 255, 255)


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(animesam.store, "home", lambda: tmp_path / "home")


def small(seed: int = 0, **changed: Any) -> AnimeSam:
    torch.manual_seed(seed)
    model = AnimeSam(SMALL._replace(**changed)).eval().requires_grad_(False)
    for weight in model.parameters():
        nn.init.normal_(weight, std=0.2)
    return model


def written(file: Path, content: dict[str, Any]) -> Path:
    torch.save(content, file)
    return file


def shapes(model: nn.Module) -> dict[str, tuple[int, ...]]:
    return {name: tuple(tensor.shape) for name, tensor in model.state_dict().items()}


def chances(**where: Any) -> np.ndarray:
    """float32[19, 24, 24]: 0.98 where asked for, else 0.02."""
    result = np.full((len(ANIME_CLASSES), 24, 24), 0.02, np.float32)
    for name, place in where.items():
        result[ANIME_CLASSES.index(name)][place] = 0.98
    return result


class TestLayout:
    def test_the_published_checkpoints_names_and_shapes(self) -> None:
        with torch.device("meta"):
            model = AnimeSam()
        found = shapes(model)
        assert len(found) == 817
        assert sum(weight.numel() for weight in model.parameters()) == 647_299_664
        encoder, decoder = "img_adapter.sam_img_encoder", "mask_adapter.sam_mask_decoder"
        assert found[f"{encoder}.pos_embed"] == (1, 64, 64, 1280)
        assert found[f"{encoder}.blocks.7.attn.rel_pos_h"] == (127, 80)
        assert found[f"{encoder}.blocks.8.attn.rel_pos_h"] == (27, 80)
        assert found["prompt_adapter.sam_prompt_encoder.pe_layer.positional_encoding_gaussian_matrix"] == (2, 128)
        assert found[f"{decoder}.hf_token.weight"] == (1, 256)
        assert found[f"{decoder}.compress_vit_feat.0.weight"] == (1280, 256, 2, 2)
        assert found[f"{decoder}.embedding_maskfeature.3.weight"] == (32, 64, 3, 3)
        assert found["mask_adapter.output_hypernetworks_mlps.18.layers.2.weight"] == (32, 256)
        assert found["mask_adapter.hf_mlps.0.layers.0.weight"] == (256, 256)
        assert not any(name.startswith((f"{decoder}.output_hyper", f"{decoder}.hf_mlp")) for name in found)
        assert read_layout(found) == VIT_H

    def test_it_is_read_from_the_shapes(self) -> None:
        assert read_layout(shapes(small())) == SMALL

    def test_the_classes_are_the_maps_own(self) -> None:
        assert len(ANIME_CLASSES) == 19
        assert (ANIME_CLASSES[0], ANIME_CLASSES[11], ANIME_CLASSES[-1]) == ("hair", "topwear", "objects")


class TestNetwork:
    def test_one_logit_a_class_at_a_quarter_of_the_sides(self) -> None:
        answer = small()(torch.randn(2, 3, 64, 64))
        assert answer.shape == (2, 19, 16, 16)
        assert answer.std() > 0.01

    def test_a_batch_is_its_pictures(self) -> None:
        model, pictures = small(), torch.randn(2, 3, 64, 64)
        alone = torch.cat([model(picture[None]) for picture in pictures])
        assert torch.allclose(model(pictures), alone, atol=1e-5)

    def test_the_early_features_are_those_after_the_first_block_that_attends_everywhere(self) -> None:
        model: Any = small()
        kept: list[Tensor] = []
        model.img_adapter.sam_img_encoder.blocks[1].register_forward_hook(lambda *call: kept.append(call[2]))
        picture = torch.randn(1, 3, 64, 64)
        embeddings, early = model.img_adapter(picture)
        assert torch.equal(early, kept[0].permute(0, 3, 1, 2))
        assert torch.allclose(embeddings, model.img_adapter.sam_img_encoder(picture), atol=1e-5)

    @pytest.mark.parametrize("number", [0, 11, 18])
    def test_the_plain_half_is_the_packages_decoder_with_that_head_on_its_mask_token(self, number: int) -> None:
        model: Any = small()
        for head in model.mask_adapter.hf_mlps:
            for weight in head.layers[-1].parameters():
                nn.init.zeros_(weight)
        stock: Any = MaskDecoder(
            transformer_dim=64,
            transformer=TwoWayTransformer(depth=2, embedding_dim=64, mlp_dim=64, num_heads=8),
            iou_head_hidden_dim=32,
        ).eval()
        own = model.mask_adapter
        stock.load_state_dict(own.sam_mask_decoder.state_dict(), strict=False)
        stock.output_hypernetworks_mlps[MASK_TOKEN].load_state_dict(own.output_hypernetworks_mlps[number].state_dict())
        embeddings, early = model.img_adapter(torch.randn(1, 3, 64, 64))
        prompt = model.prompt_adapter.sam_prompt_encoder
        # A token more among the prompts is what the high-quality token is to the transformer.
        masks, _ = stock.predict_masks(
            embeddings, prompt.get_dense_pe(), own.sam_mask_decoder.hf_token.weight[None], prompt(None, None, None)[1]
        )
        assert torch.allclose(own(embeddings, early, prompt)[:, number], masks[:, MASK_TOKEN], atol=1e-5)

    def test_the_fine_half_reads_early_features_and_its_own_token(self) -> None:
        model: Any = small()
        embeddings, early = model.img_adapter(torch.randn(1, 3, 64, 64))
        prompt = model.prompt_adapter.sam_prompt_encoder
        before = model.mask_adapter(embeddings, early, prompt)
        assert not torch.allclose(model.mask_adapter(embeddings, early + 1, prompt), before)
        for head in model.mask_adapter.output_hypernetworks_mlps:
            for weight in head.layers[-1].parameters():
                nn.init.zeros_(weight)
        assert not torch.allclose(model.mask_adapter(embeddings, early, prompt), before)


class Reads(nn.Module):
    """Stands in for the network: where the picture is brighter than grey there is topwear."""

    layout = SMALL

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(1))
        self.seen: list[Tensor] = []

    def forward(self, pictures: Tensor) -> Tensor:
        self.seen.append(pictures)
        answer = torch.full((1, 19, 16, 16), -9.0)
        answer[:, ANIME_CLASSES.index("topwear")] = 9 * nn.functional.avg_pool2d(pictures, 4)[:, 0]
        return answer


class TestParser:
    @pytest.mark.parametrize("size", [(64, 64), (128, 64), (63, 200), (31, 30), (9, 1300)])
    def test_a_map_of_the_pictures_aspect(self, size: tuple[int, int]) -> None:
        found = AnimeSamParser(small(), "small")(Image.new("RGB", size, "pink"))
        assert found.size == size
        assert found.parser == "small"
        assert max(found.soft.shape[1:]) == min(1024, max(size))

    @pytest.mark.parametrize("size", [(64, 64), (160, 80), (80, 160)])
    def test_the_padding_is_centred_and_taken_off_again(self, size: tuple[int, int]) -> None:
        width, height = size
        picture = np.zeros((height, width, 3), np.uint8)
        picture[: height // 2, : width // 2] = 255
        reads: Any = Reads()
        mask = AnimeSamParser(reads)(Image.fromarray(picture)).mask("topwear").alpha > 0
        truth = picture[..., 0] > 0
        assert (mask & truth).sum() / (mask | truth).sum() > 0.8
        seen = reads.seen[0][0, 0]
        black = -animesam.MEAN[0] / animesam.STD[0]
        if width != height:
            bars = (seen[:16], seen[-16:]) if width > height else (seen[:, :16], seen[:, -16:])
            assert all(torch.allclose(bar, torch.tensor(black), atol=1e-4) for bar in bars)
        assert seen.max() == pytest.approx((255 - animesam.MEAN[0]) / animesam.STD[0], abs=1e-3)

    def test_logits_come_at_any_size(self) -> None:
        picture = np.random.default_rng(0).integers(0, 256, (50, 30, 3), np.uint8)
        assert AnimeSamParser(small()).logits(picture, (75, 45)).shape == (19, 75, 45)


class TestSoft:
    top, bottom, spot = np.s_[2:12, 4:20], np.s_[12:22, 4:20], np.s_[4:7, 8:12]

    def soft(self, picture: np.ndarray | None = None, **where: Any) -> np.ndarray:
        return to_soft(chances(**where), np.full((24, 24, 3), GROUND, np.uint8) if picture is None else picture)

    def test_shares_sum_to_one(self) -> None:
        overlapping = np.random.default_rng(0).random((19, 24, 24), np.float32)
        picture = np.random.default_rng(1).integers(0, 256, (24, 24, 3), np.uint8)
        shares = to_soft(overlapping, picture)
        assert np.allclose(shares.sum(0), 1, atol=1e-5)
        assert shares.min() >= 0

    def test_what_belongs_to_no_class_is_background(self) -> None:
        labels = self.soft(topwear=self.top).argmax(0)
        assert (labels[self.top] == CLASSES.index("topwear")).all()
        assert labels[13:].max() == 0

    def test_a_detail_is_not_the_face_it_lies_on(self) -> None:
        labels = self.soft(face=self.top, eyes=self.spot).argmax(0)
        assert (labels[self.spot] == CLASSES.index("eyes")).all()
        assert labels[10, 10] == CLASSES.index("face")

    def test_two_garments_share_what_both_claim(self) -> None:
        shares = self.soft(topwear=self.top, bottomwear=self.top)[:, 5, 5]
        assert shares[CLASSES.index("topwear")] == pytest.approx(shares[CLASSES.index("bottomwear")])
        assert shares[CLASSES.index("topwear")] > 0.35

    def test_bare_limbs_are_body_and_gloves_are_not(self) -> None:
        picture = np.full((24, 24, 3), GROUND, np.uint8)
        picture[self.top], picture[12:17, 4:20], picture[17:22, 4:20] = SKIN, SKIN, CLOTH
        labels = self.soft(picture, face=self.top, handwear=self.bottom).argmax(0)
        assert (labels[12:17, 4:20] == CLASSES.index("body")).all()
        assert (labels[17:22, 4:20] == CLASSES.index("handwear")).all()

    def test_unclaimed_skin_at_the_figure_is_body_and_skin_coloured_ground_is_not(self) -> None:
        picture = np.full((24, 24, 3), GROUND, np.uint8)
        picture[self.top], picture[self.bottom] = SKIN, SKIN
        assert (self.soft(picture, face=self.top).argmax(0)[self.bottom] == CLASSES.index("body")).all()
        ground = np.full((24, 24, 3), SKIN, np.uint8)
        assert not self.soft(ground, face=self.top)[-1].any()

    def test_without_a_face_nothing_is_known_of_skin(self) -> None:
        assert not self.soft(np.full((24, 24, 3), SKIN, np.uint8), handwear=self.bottom)[-1].any()


class TestCheckpoint:
    @pytest.mark.parametrize("prefix", ["", "module.", "module.model."])
    @pytest.mark.parametrize("nested", [False, True])
    def test_a_pickle_with_and_without_wrapping(self, tmp_path: Path, prefix: str, nested: bool) -> None:
        model = small()
        tensors: dict[str, Any] = {prefix + name: tensor for name, tensor in model.state_dict().items()}
        content: dict[str, Any] = {"state_dict": tensors, "step": 18000} if nested else tensors
        parser = load_anime_sam(written(tmp_path / "checkpoint-18000.pt", content))
        image = Image.fromarray(np.random.default_rng(0).integers(0, 256, (40, 30, 3), np.uint8))
        assert parser.name == "checkpoint-18000"
        assert np.array_equal(parser(image).soft, AnimeSamParser(model)(image).soft)

    def test_safetensors_in_half_precision(self, tmp_path: Path) -> None:
        model = small()
        save_file({name: tensor.half() for name, tensor in model.state_dict().items()}, tmp_path / "half.safetensors")
        parser = load_anime_sam(tmp_path / "half.safetensors", "anime")
        picture = np.random.default_rng(0).integers(0, 256, (40, 30, 3), np.uint8)
        assert parser.name == "anime"
        assert np.allclose(parser.logits(picture, (40, 30)), AnimeSamParser(model).logits(picture, (40, 30)), atol=0.05)

    def test_another_network(self, tmp_path: Path) -> None:
        file = written(tmp_path / "other.pt", {"conv.weight": torch.zeros(3, 3)})
        with pytest.raises(CheckpointError, match="another network than the anime SAM"):
            load_anime_sam(file)

    @pytest.mark.parametrize(
        "name", ["mask_adapter.hf_mlps.3.layers.1.bias", "img_adapter.sam_img_encoder.neck.2.weight"]
    )
    def test_a_missing_tensor(self, tmp_path: Path, name: str) -> None:
        tensors = small().state_dict()
        del tensors[name]
        with pytest.raises(CheckpointError, match=f"{name} is missing"):
            load_anime_sam(written(tmp_path / "part.pt", dict(tensors)))

    def test_other_classes(self, tmp_path: Path) -> None:
        file = written(tmp_path / "v3.pt", dict(small(classes=23).state_dict()))
        with pytest.raises(CheckpointError, match="tells 23 classes apart, not 19"):
            load_anime_sam(file)

    def test_a_truncated_file(self, tmp_path: Path) -> None:
        file = written(tmp_path / "short.pt", dict(small().state_dict()))
        file.write_bytes(file.read_bytes()[:-500])
        with pytest.raises(CheckpointError, match=r"short\.pt"):
            load_anime_sam(file)
