from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ccnet.safety import (
    DRESSED_NEGATIVE,
    Rating,
    SafetyChecker,
    SafetyFilter,
    Tagger,
    Verdict,
    safety_enabled,
    with_dressed_negative,
)

SIDE = 32


@pytest.fixture(scope="module")
def picture() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (40, 24, 3), np.uint8)


class TestDressedNegative:
    def test_an_empty_prompt_becomes_the_default(self) -> None:
        assert with_dressed_negative("") == DRESSED_NEGATIVE
        assert with_dressed_negative(" , ") == DRESSED_NEGATIVE

    @pytest.mark.parametrize(
        "negative",
        ["", "bad hands", "bad hands,\n", "(Nude:1.3), blurry", "((topless, nude:1.2)), [nsfw]", "a BREAK b"],
    )
    def test_it_only_adds_and_only_once(self, negative: str) -> None:
        dressed = with_dressed_negative(negative)
        assert dressed.startswith(negative.rstrip(", \n"))
        assert with_dressed_negative(dressed) == dressed
        for word in DRESSED_NEGATIVE.split(", "):
            assert dressed.lower().count(word) == 1

    def test_what_has_every_word_stays_as_it_is(self) -> None:
        own = f"{DRESSED_NEGATIVE.upper()} , "
        assert with_dressed_negative(own) == own


class TestSetting:
    def write(self, home: Path, text: str) -> Path:
        (home / "settings.toml").write_bytes(text.encode())
        return home

    def test_on_unless_the_person_says_otherwise(self, tmp_path: Path) -> None:
        assert safety_enabled(tmp_path / "nothing here")
        assert safety_enabled(self.write(tmp_path, ""))
        assert safety_enabled(self.write(tmp_path, "[other]\nenabled = false"))
        assert safety_enabled(self.write(tmp_path, "[safety]\nenabled = true"))
        assert not safety_enabled(self.write(tmp_path, "\ufeff[safety]\r\nenabled = false\r\n"))

    def test_nothing_but_that_file_counts(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.write(tmp_path, "[safety]\nenabled = false")
        (tmp_path / "home").mkdir()
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("CCNET_SAFETY", "0")
        assert safety_enabled(tmp_path / "home")

    @pytest.mark.parametrize(
        "text", ['[safety]\nenabled = "off"', "[safety]\nenabled = 0", "safety = false", "[safety", "\x00"]
    )
    def test_an_unclear_file_turns_nothing_off(self, tmp_path: Path, text: str) -> None:
        with pytest.raises(ValueError, match=r"settings\.toml"):
            safety_enabled(self.write(tmp_path, text))


class Flagging(SafetyChecker):
    def __init__(self, answer: bool) -> None:
        self.answer = answer

    def flags(self, image: np.ndarray) -> bool:
        return self.answer


class Rated(Tagger):
    def __init__(self, *rating: float) -> None:
        self.rating = Rating(*rating)

    def rate(self, image: np.ndarray) -> Rating:
        return self.rating


class TestFilter:
    def test_without_anything_to_check_with_everything_may_be_shown(self, picture: np.ndarray, tmp_path: Path) -> None:
        assert not SafetyFilter()
        assert SafetyFilter().check(picture) == Verdict(False)
        assert SafetyFilter.load(tmp_path, None) == SafetyFilter()

    @pytest.mark.parametrize(
        ("safety", "words"),
        [
            (SafetyFilter(Flagging(True)), "checkpoint's safety checker"),
            (SafetyFilter(tagger=Rated(0.1, 0.1, 0.7, 0.1)), r"rates it questionable \(70%\)"),
            (SafetyFilter(tagger=Rated(0.1, 0.1, 0.25, 0.3)), r"rates it explicit \(30%\)"),
            (SafetyFilter(Flagging(False), Rated(0, 0, 0, 1)), r"explicit \(100%\)"),
            (SafetyFilter(Flagging(True), Rated(0, 0, 0, 1)), "safety checker .* and the tagger"),
        ],
    )
    def test_a_withheld_result_is_said_in_one_sentence(
        self, safety: SafetyFilter, words: str, picture: np.ndarray
    ) -> None:
        import re

        before = picture.copy()
        verdict = safety.check(picture)
        assert safety
        assert verdict.withheld
        assert re.search(words, verdict.reason)
        assert "\n" not in verdict.reason
        assert np.array_equal(picture, before)  # nothing is blackened

    def test_a_dressed_character_is_shown(self, picture: np.ndarray) -> None:
        safety = SafetyFilter(Flagging(False), Rated(0.5, 0.6, 0.3, 0.05))
        assert safety.check(picture) == Verdict(False)


def tiny_checker() -> Any:
    import torch
    from diffusers.pipelines.stable_diffusion.safety_checker import StableDiffusionSafetyChecker
    from transformers import CLIPConfig

    torch.manual_seed(0)
    vision = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2}
    config = CLIPConfig(
        vision_config={**vision, "image_size": SIDE, "patch_size": 8, "projection_dim": 8}, projection_dim=8
    )
    checker = StableDiffusionSafetyChecker(config).eval()
    for parameter in checker.parameters():
        torch.nn.init.normal_(parameter, std=0.1)
    return checker


def checker_state(checker: Any, *, old: bool, threshold: float) -> dict[str, Any]:
    """What a file holds: with `old`, the names and the extra tensor of the files that are around."""
    import torch

    state = {name: tensor.detach().clone() for name, tensor in checker.state_dict().items()}
    state["concept_embeds_weights"].fill_(threshold)
    if not old:
        return state
    prefix = "vision_model.vision_model."
    flat = {name.replace(prefix, "vision_model."): tensor for name, tensor in state.items()}
    state = {name.replace("vision_model.", prefix): tensor for name, tensor in flat.items()}
    state[f"{prefix}embeddings.position_ids"] = torch.arange((SIDE // 8) ** 2 + 1)[None]
    return state


LEFT_BY_OLDER_VERSIONS = {
    "_name_or_path": "",
    "add_cross_attention": False,
    "bad_words_ids": None,
    "id2label": {"0": "LABEL_0", "1": "LABEL_1"},
    "num_beams": 1,
    "pruned_heads": {},
    "torch_dtype": None,
    "transformers_version": "4.22.0.dev0",
}


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("checkpoint")
    tiny_checker().save_pretrained(folder / "safety_checker")
    config = json.loads((folder / "safety_checker" / "config.json").read_text())
    config.pop("dtype", None)
    config["vision_config"].update(LEFT_BY_OLDER_VERSIONS)
    config |= {"torch_dtype": "float16", "transformers_version": None, "vision_config_dict": config["vision_config"]}
    (folder / "safety_checker" / "config.json").write_text(json.dumps(config))
    (folder / "feature_extractor").mkdir()
    preprocessor = {
        "crop_size": SIDE,
        "do_center_crop": True,
        "do_convert_rgb": True,
        "do_normalize": True,
        "do_resize": True,
        "feature_extractor_type": "CLIPFeatureExtractor",
        "image_mean": [0.48145466, 0.4578275, 0.40821073],
        "image_std": [0.26862954, 0.26130258, 0.27577711],
        "resample": 3,
        "size": SIDE,
    }
    (folder / "feature_extractor" / "preprocessor_config.json").write_text(json.dumps(preprocessor))
    return folder


WEIGHTS = "safety_checker/model.safetensors"


class TestSafetyChecker:
    @pytest.fixture
    def folder(self, checkpoint: Path, tmp_path: Path) -> Path:
        return Path(shutil.copytree(checkpoint, tmp_path / "checkpoint"))

    @pytest.mark.parametrize("old", [True, False])
    def test_every_weight_arrives_under_old_and_new_names(self, folder: Path, old: bool) -> None:
        import torch
        from safetensors.torch import save_file

        source = tiny_checker()
        state = checker_state(source, old=old, threshold=0.5)
        assert ("vision_model.vision_model.embeddings.class_embedding" in state) or not old
        save_file(state, folder / WEIGHTS, metadata={"format": "pt"})
        loaded = SafetyChecker(folder)._model
        source.load_state_dict(checker_state(source, old=False, threshold=0.5))
        assert all(
            torch.equal(a, b) for a, b in zip(loaded.state_dict().values(), source.state_dict().values(), strict=True)
        )
        pixels = torch.randn(1, 3, SIDE, SIDE)
        assert torch.equal(loaded.vision_model(pixels)[1], source.vision_model(pixels)[1])

    @pytest.mark.parametrize(("threshold", "flagged"), [(-1.5, True), (1.5, False)])
    def test_it_decides_and_leaves_the_picture_alone(
        self, folder: Path, picture: np.ndarray, threshold: float, flagged: bool, capfd: pytest.CaptureFixture[str]
    ) -> None:
        from safetensors.torch import save_file

        save_file(checker_state(tiny_checker(), old=True, threshold=threshold), folder / WEIGHTS, {"format": "pt"})
        safety = SafetyFilter.load(folder, None)
        before = picture.copy()
        capfd.readouterr()
        assert safety.check(picture).withheld is flagged
        assert np.array_equal(picture, before)
        assert "black image" not in capfd.readouterr().err

    @pytest.mark.parametrize("key", ["concept_embeds", "vision_model.vision_model.embeddings.class_embedding"])
    @pytest.mark.parametrize("how", ["missing", "narrow"])
    def test_a_partly_random_checker_is_refused(self, folder: Path, key: str, how: str) -> None:
        from safetensors.torch import save_file

        state = checker_state(tiny_checker(), old=True, threshold=0.5)
        if how == "missing":
            del state[key]
        else:
            state[key] = state[key][..., :1].contiguous()
        save_file(state, folder / WEIGHTS, {"format": "pt"})
        with pytest.raises(ValueError, match="lacks 1 of its weights") as refusal:
            SafetyFilter.load(folder, None)
        assert "\n" not in str(refusal.value)

    @pytest.mark.parametrize(
        ("spoil", "words"),
        [
            (lambda folder: (folder / WEIGHTS).rename(folder / "safety_checker/pytorch_model.bin"), "is missing"),
            (lambda folder: (folder / WEIGHTS).write_bytes(b"no"), "cannot be loaded"),
            (lambda folder: (folder / "safety_checker/config.json").write_text("["), "cannot be loaded"),
            (lambda folder: shutil.rmtree(folder / "feature_extractor"), "preprocessor_config.json is missing"),
        ],
    )
    def test_a_broken_checker_is_refused_and_not_left_out(
        self, folder: Path, spoil: Callable[[Path], object], words: str
    ) -> None:
        spoil(folder)
        with pytest.raises(ValueError, match=words) as refusal:
            SafetyFilter.load(folder, None)
        assert "\n" not in str(refusal.value)


TAGS = ("general", "sensitive", "questionable", "explicit", "1girl", "school_uniform", "somebody")
CATEGORIES = (9, 9, 9, 9, 0, 0, 4)


def tagger_config() -> dict[str, Any]:
    """wd-vit-tagger-v3's own, with a tiny network."""
    model_args = {"img_size": SIDE, "class_token": False, "global_pool": "avg", "fc_norm": False}
    return {
        "architecture": "vit_tiny_patch16_224",
        "num_classes": len(TAGS),
        "num_features": 32,
        "global_pool": "avg",
        "model_args": {**model_args, "act_layer": "gelu_tanh", "embed_dim": 32, "depth": 1, "num_heads": 2},
        "pretrained_cfg": {
            "custom_load": False,
            "input_size": [3, SIDE, SIDE],
            "interpolation": "bicubic",
            "crop_pct": 1.0,
            "crop_mode": "center",
            "mean": [0.5, 0.5, 0.5],
            "std": [0.5, 0.5, 0.5],
            "num_classes": len(TAGS),
            "first_conv": None,
            "classifier": None,
        },
    }


def write_tags(folder: Path, order: list[int] | None = None) -> None:
    lines = [f"{9000 + n},{TAGS[n]},{CATEGORIES[n]},{n}" for n in order or range(len(TAGS))]
    (folder / "selected_tags.csv").write_text("\n".join(["tag_id,name,category,count", *lines]) + "\n")


@pytest.fixture(scope="module")
def tagger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import timm
    import torch
    from safetensors.torch import save_file

    folder = tmp_path_factory.mktemp("tagger")
    config = tagger_config()
    torch.manual_seed(0)
    network = timm.create_model(config["architecture"], num_classes=len(TAGS), **config["model_args"])
    for parameter in network.parameters():
        torch.nn.init.normal_(parameter, std=0.3)
    save_file(network.state_dict(), folder / "model.safetensors")
    (folder / "config.json").write_text(json.dumps(config))
    write_tags(folder)
    return folder


class TestTagger:
    @pytest.fixture
    def folder(self, tagger: Path, tmp_path: Path) -> Path:
        return Path(shutil.copytree(tagger, tmp_path / "tagger"))

    def test_a_tall_picture_lies_on_a_white_square_in_bgr(self, tagger: Path) -> None:
        image = np.zeros((SIDE, SIDE // 2, 3), np.uint8)
        image[:] = (255, 0, 51)
        pixels = Tagger(tagger).prepare(image)
        assert pixels.shape == (1, 3, SIDE, SIDE)
        assert pixels.dtype == np.float32
        inner, left = pixels[0, :, SIDE // 2, SIDE // 2], pixels[0, :, SIDE // 2, 1]
        assert inner == pytest.approx([-0.6, -1, 1], abs=1e-6)  # blue, green, red
        assert left == pytest.approx([1, 1, 1])

    def test_a_wide_picture_is_centred(self, tagger: Path) -> None:
        pixels = Tagger(tagger).prepare(np.zeros((SIDE // 2, SIDE, 3), np.uint8))[0, 0, :, 5]
        dark = np.flatnonzero(pixels < 0)
        assert (dark[0], dark[-1]) == (SIDE // 4, SIDE * 3 // 4 - 1)

    def test_its_rating_is_timms(self, folder: Path, picture: np.ndarray) -> None:
        import timm
        import torch
        from PIL import Image
        from safetensors.torch import load_file
        from timm.data.transforms_factory import create_transform

        config = tagger_config()
        network = timm.create_model(config["architecture"], num_classes=len(TAGS), **config["model_args"]).eval()
        network.load_state_dict(load_file(folder / "model.safetensors"))
        keys = ("input_size", "interpolation", "crop_pct", "crop_mode", "mean", "std")
        transform: Any = create_transform(**{key: config["pretrained_cfg"][key] for key in keys})
        side = max(picture.shape)
        square = Image.new("RGB", (side, side), (255, 255, 255))
        square.paste(Image.fromarray(picture), ((side - picture.shape[1]) // 2, (side - picture.shape[0]) // 2))
        pixels = transform(square).unsqueeze(0)[:, [2, 1, 0]]
        with torch.no_grad():
            expected = network(pixels).sigmoid()[0]

        rating = Tagger(folder).rate(picture)
        assert list(rating) == pytest.approx(expected[:4].tolist(), abs=1e-5)
        assert len({round(value, 3) for value in rating}) == 4
        write_tags(folder, [6, 3, 1, 5, 0, 2, 4])
        again = Tagger(folder).rate(picture)
        assert again == pytest.approx(tuple(expected[[4, 2, 5, 1]].tolist()), abs=1e-5)

    def test_it_is_used_where_it_is_installed(self, tagger: Path, picture: np.ndarray) -> None:
        safety = SafetyFilter.load(None, tagger)
        rating = Tagger(tagger).rate(picture)
        assert safety.check(picture).withheld is (rating.questionable + rating.explicit > 0.5)

    @pytest.mark.parametrize(
        ("spoil", "words"),
        [
            (lambda folder: (folder / "model.safetensors").unlink(), "model.safetensors is missing"),
            (lambda folder: (folder / "model.safetensors").write_bytes(b"no"), "not the tagger that its config"),
            (lambda folder: (folder / "config.json").unlink(), "config.json is missing"),
            (lambda folder: (folder / "config.json").write_text("[1]"), "describes no tagger"),
            (lambda folder: (folder / "selected_tags.csv").unlink(), "selected_tags.csv is missing"),
            (lambda folder: (folder / "selected_tags.csv").write_text("a,b\n1,2\n"), "no list of tags"),
            (lambda folder: write_tags(folder, [0, 1, 2, 3]), r"4 tags, 7 outputs"),
            (lambda folder: write_tags(folder, [0, 1, 2, 4, 4, 5, 6]), "does not fit its tagger"),
            (lambda folder: change(folder, architecture="vit_nothing"), "not the tagger"),
            (lambda folder: change(folder, architecture="hf-hub:somebody/model"), "not the tagger"),
            (lambda folder: change(folder, model_args={"checkpoint_path": "evil.pth"}), "describes no tagger"),
            (lambda folder: change(folder, model_args={"img_size": 64}), "not the tagger"),
            (lambda folder: change(folder, pretrained_cfg={"input_size": [3, 9]}), "describes no tagger"),
        ],
    )
    def test_a_broken_tagger_is_refused(self, folder: Path, spoil: Callable[[Path], object], words: str) -> None:
        spoil(folder)
        with pytest.raises(ValueError, match=words) as refusal:
            SafetyFilter.load(None, folder)
        assert "\n" not in str(refusal.value)


def change(folder: Path, **fields: Any) -> None:
    (folder / "config.json").write_text(json.dumps({**tagger_config(), **fields}))


def test_importing_it_loads_no_torch() -> None:
    code = "import sys, ccnet.safety; print({'torch', 'timm', 'diffusers', 'transformers'} & set(sys.modules))"
    root = Path(__file__).resolve().parent.parent
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=root, check=True)
    assert done.stdout.strip() == "set()"
