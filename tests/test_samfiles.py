from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file
from segment_anything import sam_model_registry
from segment_anything.modeling import Sam
from tinysam import tiny_sam
from transformers import SamConfig, SamMaskDecoderConfig, SamModel, SamPromptEncoderConfig, SamVisionConfig

from ccnet.formats import CheckpointError, identify, read_header
from ccnet.headers import Header, TensorInfo
from ccnet.masks import Bounds
from ccnet.samfiles import POSITIONS, SamShape, _built, _shape_of, build, load_sam, original_names
from ccnet.segmenter import Segmenter

FILE = Path("models/x.safetensors")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CCNET_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def hugging_face(side: int = 64, width: int = 32, depth: int = 3, trust_depth: int = 4) -> SamModel:
    """Small, with random weights everywhere."""
    torch.manual_seed(1)
    vision = SamVisionConfig(
        hidden_size=width,
        output_channels=16,
        num_hidden_layers=depth,
        num_attention_heads=2,
        image_size=side,
        window_size=3,
        global_attn_indexes=[1],
        num_pos_feats=8,
        mlp_dim=4 * width,
    )
    prompts = SamPromptEncoderConfig(hidden_size=16, image_size=side, mask_input_channels=8)
    decoder = SamMaskDecoderConfig(hidden_size=16, mlp_dim=24, iou_head_depth=trust_depth, iou_head_hidden_dim=12)
    config = SamConfig(
        vision_config=vision.to_dict(), prompt_encoder_config=prompts.to_dict(), mask_decoder_config=decoder.to_dict()
    )
    model = SamModel(config)
    for name, weight in model.named_parameters():
        torch.nn.init.normal_(weight, std=1.0 if "positional" in name else 0.15)
    return model.requires_grad_(False).eval()


def saved(state: dict[str, torch.Tensor], file: Path) -> Path:
    save_file({name: tensor.contiguous().clone() for name, tensor in state.items()}, file, metadata={"format": "pt"})
    return file


def header_of(shapes: dict[str, tuple[int, ...]]) -> Header:
    return Header({name: TensorInfo("F32", shape) for name, shape in shapes.items()}, {})


def same(one: Sam, other: Sam) -> bool:
    ours, theirs = one.state_dict(), other.state_dict()
    return ours.keys() == theirs.keys() and all(torch.equal(ours[name], theirs[name]) for name in ours)


class TestMeta:
    @pytest.mark.parametrize("ending", [".pth", ".safetensors"])
    def test_every_weight_arrives(self, ending: str, tmp_path: Path) -> None:
        sam = tiny_sam()
        file = tmp_path / f"sam{ending}"
        if ending == ".pth":
            torch.save(sam.state_dict(), file)
        else:
            saved(sam.state_dict(), file)
        loaded = load_sam(file)
        assert same(loaded, sam)
        assert not loaded.training
        assert not any(weight.requires_grad for weight in loaded.parameters())
        image = torch.rand(1, 3, 64, 64)
        assert torch.equal(loaded.preprocess(image), sam.preprocess(image))
        assert torch.equal(loaded.image_encoder(image), sam.image_encoder(image))

    def test_half_precision_becomes_single(self, tmp_path: Path) -> None:
        loaded = load_sam(saved(tiny_sam().half().state_dict(), tmp_path / "half.safetensors"))
        assert {weight.dtype for weight in loaded.parameters()} == {torch.float32}

    def test_an_old_pickle_is_read_and_one_that_runs_code_is_not(self, tmp_path: Path) -> None:
        torch.save(tiny_sam().state_dict(), tmp_path / "old.pth", _use_new_zipfile_serialization=False)
        assert same(load_sam(tmp_path / "old.pth"), tiny_sam())
        marker = tmp_path / "ran"

        class Evil:
            def __reduce__(self) -> tuple[Any, ...]:
                return Path.touch, (marker,)

        torch.save({**tiny_sam().state_dict(), "x": Evil()}, tmp_path / "evil.pth")
        with pytest.raises(CheckpointError, match="can run any code"):
            load_sam(tmp_path / "evil.pth")
        assert not marker.exists()

    @pytest.mark.parametrize(
        ("name", "width", "depth", "heads", "parameters"),
        [
            ("vit_b", 768, 12, 12, 93_735_472),
            ("vit_l", 1024, 24, 16, 312_342_832),
            ("vit_h", 1280, 32, 16, 641_090_608),
        ],
    )
    def test_released_sizes(self, name: str, width: int, depth: int, heads: int, parameters: int) -> None:
        with torch.device("meta"):
            released = sam_model_registry[name](checkpoint=None)
        shapes = {key: tuple(tensor.shape) for key, tensor in released.state_dict().items()}
        shape = _shape_of(shapes, FILE)
        assert (shape.side, shape.width, shape.depth, shape.heads, shape.window) == (1024, width, depth, heads, 14)
        ours: Any = _built(shapes, FILE)
        assert {key: tuple(tensor.shape) for key, tensor in ours.state_dict().items()} == shapes
        assert sum(weight.numel() for weight in ours.parameters()) == parameters
        assert [block.window_size for block in ours.image_encoder.blocks] == [
            block.window_size for block in released.image_encoder.blocks
        ]
        assert [block.attn.num_heads for block in ours.image_encoder.blocks] == [heads] * depth
        assert repr(ours) == repr(released)
        assert ours.pixel_mean.flatten().tolist() == pytest.approx([123.675, 116.28, 103.53])
        assert ours.pixel_std.flatten().tolist() == pytest.approx([58.395, 57.12, 57.375])
        assert identify(header_of(shapes), FILE).describe() == "segmenter (original layout)"


class TestHuggingFace:
    @pytest.mark.parametrize("trust_depth", [2, 3, 4])
    def test_every_tensor_has_its_place(self, trust_depth: int, tmp_path: Path) -> None:
        model = hugging_face(trust_depth=trust_depth)
        file = saved(model.state_dict(), tmp_path / "model.safetensors")
        names = original_names(read_header(file), file)
        loaded = load_sam(file)
        assert names.keys() == loaded.state_dict().keys()
        stored, ours = load_file(file), loaded.state_dict()
        assert all(torch.equal(ours[name], stored[theirs]) for name, theirs in names.items())
        left = stored.keys() - set(names.values())
        assert left <= {"prompt_encoder.shared_embedding.positional_embedding"}  # the same matrix again

    def test_the_tied_matrix_may_be_stored_once(self, tmp_path: Path) -> None:
        state = hugging_face().state_dict()
        for tied in ("shared_image_embedding", "prompt_encoder.shared_embedding"):
            once = {name: tensor for name, tensor in state.items() if not name.startswith(tied)}
            file = saved(once, tmp_path / f"{tied}.safetensors")
            assert POSITIONS in original_names(read_header(file), file)
            load_sam(file)

    def test_it_computes_the_same(self, tmp_path: Path) -> None:
        model = hugging_face()
        sam = load_sam(saved(model.state_dict(), tmp_path / "model.safetensors"))
        torch.manual_seed(2)
        image = torch.randn(1, 3, 64, 64)
        wanted = model.get_image_embeddings(image)
        embedding = sam.image_encoder(image)
        assert embedding.std() > 0.1
        assert (embedding - wanted).abs().max() < 1e-4
        points, labels = torch.tensor([[[20.0, 31.0], [50.0, 5.0]]]), torch.tensor([[1, 0]])
        box, rough = torch.tensor([[8.0, 9.0, 50.0, 60.0]]), torch.randn(1, 1, 16, 16)
        answer = model(
            image_embeddings=wanted,
            input_points=points[None],
            input_labels=labels[None],
            input_boxes=box[None],
            input_masks=rough,
            multimask_output=True,
        )
        sparse, dense = sam.prompt_encoder((points, labels), box, rough)
        logits, trust = sam.mask_decoder(embedding, sam.prompt_encoder.get_dense_pe(), sparse, dense, True)
        assert answer.pred_masks is not None
        assert answer.iou_scores is not None
        assert logits.std() > 0.01
        assert (logits - answer.pred_masks[0]).abs().max() < 1e-4
        assert (trust - answer.iou_scores[0]).abs().max() < 1e-4

    @pytest.mark.parametrize("size", ["base", "huge"])
    def test_released_sizes(self, size: str) -> None:
        """The names that transformers gives the released nets are, mapped, those of the package, all of them."""
        vision = {"base": {}, "huge": {"hidden_size": 1280, "num_hidden_layers": 32, "num_attention_heads": 16}}[size]
        if size == "huge":
            vision = {**vision, "global_attn_indexes": [7, 15, 23, 31]}
        with torch.device("meta"):
            theirs = SamModel(SamConfig(vision_config=vision))
            ours = sam_model_registry["vit_b" if size == "base" else "vit_h"](checkpoint=None)
        shapes = {name: tuple(tensor.shape) for name, tensor in theirs.state_dict().items()}
        names = original_names(header_of(shapes), FILE)
        assert {name: shapes[stored] for name, stored in names.items()} == {
            name: tuple(tensor.shape) for name, tensor in ours.state_dict().items()
        }
        assert identify(header_of(shapes), FILE).describe() == "segmenter (transformers layout)"

    def test_both_layouts_find_the_same(self, tmp_path: Path) -> None:
        first = load_sam(saved(hugging_face().state_dict(), tmp_path / "model.safetensors"))
        second = load_sam(saved(first.state_dict(), tmp_path / "sam.safetensors"))
        rng = np.random.default_rng(0)
        image = Image.fromarray(rng.integers(0, 255, (90, 70, 3), np.uint8))
        found = []
        for sam in (first, second):
            segmenter = Segmenter(sam, "tiny")
            segmenter.set_image(image)
            found.append(segmenter.mask_at(box=Bounds(5, 5, 60, 60)))
        assert found[0] == found[1]


class TestRefused:
    def test_truncated(self, tmp_path: Path) -> None:
        file = saved(tiny_sam().state_dict(), tmp_path / "sam.safetensors")
        file.write_bytes(file.read_bytes()[:-1000])
        with pytest.raises(CheckpointError, match="is truncated"):
            load_sam(file)
        torch.save(tiny_sam().state_dict(), tmp_path / "sam.pth")
        short = tmp_path / "short.pth"
        short.write_bytes((tmp_path / "sam.pth").read_bytes()[:-1000])
        with pytest.raises(CheckpointError, match="truncated or damaged"):
            load_sam(short)

    @pytest.mark.parametrize(
        "missing",
        [
            "image_encoder.pos_embed",
            "image_encoder.blocks.1.attn.rel_pos_h",
            "image_encoder.blocks.2.mlp.lin2.bias",
            "prompt_encoder.point_embeddings.3.weight",
            "mask_decoder.output_hypernetworks_mlps.2.layers.1.weight",
        ],
    )
    def test_a_tensor_is_missing(self, missing: str, tmp_path: Path) -> None:
        state = tiny_sam().state_dict()
        del state[missing]
        with pytest.raises(CheckpointError, match=f"lacks '?{missing}'?: get it again"):
            load_sam(saved(state, tmp_path / "sam.safetensors"))

    def test_a_tensor_of_another_shape_and_one_too_many(self, tmp_path: Path) -> None:
        state = tiny_sam().state_dict()
        name = "mask_decoder.iou_token.weight"
        with pytest.raises(CheckpointError, match=r"iou_token.weight is \(1, 4\) and should be \(1, 16\)"):
            load_sam(saved({**state, name: torch.zeros(1, 4)}, tmp_path / "a.safetensors"))
        with pytest.raises(CheckpointError, match=r"none known has a tensor mask_decoder\.extra"):
            load_sam(saved({**state, "mask_decoder.extra": torch.zeros(1)}, tmp_path / "b.safetensors"))

    def test_quantised(self, tmp_path: Path) -> None:
        state = tiny_sam().state_dict()
        state["image_encoder.neck.0.weight"] = state["image_encoder.neck.0.weight"].to(torch.int8)
        with pytest.raises(CheckpointError, match="is quantised"):
            load_sam(saved(state, tmp_path / "a.safetensors"))

    @pytest.mark.parametrize(
        ("name", "words"),
        [
            ("mask_decoder.hf_token.weight", "is a SAM-HQ"),
            ("mask_decoder.hq_token.weight", "is a SAM-HQ"),
            ("image_encoder.layers.1.blocks.0.attn.qkv.weight", "is a MobileSAM"),
            ("sam_mask_decoder.iou_token.weight", "is a SAM 2"),
            ("vision_encoder.backbone.blocks.0.attn.qkv.weight", "is a SAM 2"),
            ("model.diffusion_model.out.2.weight", "is no Segment Anything model"),
        ],
    )
    def test_other_nets(self, name: str, words: str, tmp_path: Path) -> None:
        file = saved(
            {name: torch.zeros(1), "mask_decoder.iou_token.weight": torch.zeros(1)}, tmp_path / "x.safetensors"
        )
        with pytest.raises(CheckpointError, match=words):
            load_sam(file)

    def test_shapes_that_make_no_sense(self, tmp_path: Path) -> None:
        for name, shape in (
            ("image_encoder.patch_embed.proj.weight", (32, 3)),
            ("image_encoder.pos_embed", (1,)),
            ("image_encoder.blocks.0.attn.rel_pos_h", (5, 0)),
            ("mask_decoder.transformer.layers.0.cross_attn_token_to_image.q_proj.weight", (0, 16)),
            ("mask_decoder.mask_tokens.weight", ()),
        ):
            state = {**tiny_sam().state_dict(), name: torch.zeros(shape)}
            with pytest.raises(CheckpointError):
                load_sam(saved(state, tmp_path / "x.safetensors"))


class TestStore:
    """What `ccnet models import` makes of them."""

    def test_a_pth_and_a_folder(self, tmp_path: Path) -> None:
        from ccnet.imports import import_file

        torch.save(tiny_sam().state_dict(), tmp_path / "sam_vit_b.pth")
        entry = import_file(tmp_path / "sam_vit_b.pth")
        assert (entry.role, entry.family, entry.layout) == ("segmenter", None, "original")
        assert entry.what == "segmenter (original layout)"
        assert same(load_sam(entry.path), tiny_sam())
        folder = tmp_path / "sam-vit-base"
        folder.mkdir()
        saved(hugging_face().state_dict(), folder / "model.safetensors")
        (folder / "config.json").write_text(json.dumps({"model_type": "sam"}))
        entry = import_file(folder)
        assert (entry.role, entry.layout) == ("segmenter", "transformers")
        assert entry.what == "segmenter (folder)"


def test_a_net_to_be_filled_takes_no_memory() -> None:
    shape = SamShape(1024, 16, 768, 12, 12, 3072, 14, (2, 5, 8, 11), True, 256, 16, 2, 2048, 2, 3, 3, 256)
    assert {weight.device.type for weight in build(shape).parameters()} == {"meta"}
