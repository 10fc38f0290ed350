"""The table of known models: whole, honest about licences, and refused entry by entry when it is wrong."""

from __future__ import annotations

import dataclasses
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ccnet import catalogue
from ccnet.catalogue import TABLE, KnownModel, Wanted, diffusers_files, known, models, parse, recommended
from ccnet.safety import TAGGER_FILES

ENTRY = """
[[model]]
name = "tiny"
title = "Tiny"
hub = "maker/tiny"
files = ["a.safetensors", ["b.fp16.safetensors", "b.safetensors"]]
licence = "mit"
size = 1000
family = "sd15"
role = "lora"
"""


def entry(**changes: str) -> str:
    """ENTRY with lines changed, added, or (with "") left out."""
    pairs = (line.partition(" = ") for line in ENTRY.strip().splitlines()[1:])
    lines = {key: value for key, _, value in pairs} | changes
    return "[[model]]\n" + "\n".join(f"{key} = {value}" for key, value in lines.items() if value)


class TestTable:
    def test_it_is_valid_and_knows_the_recommended_models(self) -> None:
        names = {model.name for model in models()}
        assert {"meinamix", "animagine-xl-4", "control-inpaint-sd15", "hyper-sd15", "taesd"} <= names
        assert len(names) == len(models())

    @pytest.mark.parametrize("family", ["sd15", "sdxl"])
    def test_a_family_is_recommended_all_it_needs_for_dressing(self, family: catalogue.Family) -> None:
        chosen = recommended(family)
        assert [model.role for model in chosen].count("checkpoint") == 1
        assert chosen[0].role == "checkpoint"
        assert {"controlnet", "lora", "tiny_vae"} <= {model.role for model in chosen}
        assert all(model.family == family and model.note for model in chosen)
        assert any(model.hole is not None for model in chosen)

    def test_no_recommendation_is_gated_unclear_or_non_commercial(self) -> None:
        for model in models():
            if model.recommended:
                assert model.commercial
                assert model.checked
                assert not model.gated
                assert not re.search(r"\bnc\b|non-?commercial", model.licence.lower())
                assert model.licence not in ("other", "unknown")

    def test_the_hole_is_what_each_net_was_trained_with(self) -> None:
        assert known("control-inpaint-sd15").hole == -1
        assert known("control-inpaint-noobai").hole == known("control-union-sdxl").hole == 0

    def test_v_prediction_is_said(self) -> None:
        model = known("noobai-xl-vpred")
        assert (model.prediction, model.zero_snr) == ("v_prediction", True)

    def test_clip_skip_counts_what_is_left_out(self) -> None:
        assert known("meinamix").clip_skip == 1
        assert all(model.clip_skip <= 1 for model in models())

    def test_no_pickle_is_recommended(self) -> None:
        names = [name for model in models() if model.recommended for wanted in model.files for name in wanted.names]
        assert not [name for name in names if name.endswith((".ckpt", ".pt", ".pth", ".bin"))]

    def test_taggers_are_what_safety_reads(self) -> None:
        taggers = [model for model in models() if model.role == "tagger"]
        assert taggers
        for model in taggers:
            assert tuple(wanted.names for wanted in model.files) == tuple((name,) for name in TAGGER_FILES)

    def test_segment_anything_is_there_in_every_size(self) -> None:
        files = {wanted.names[0] for model in models() if model.role == "segmenter" for wanted in model.files}
        assert files == {f"checkpoints/sam_vit_{name}.pth" for name in ("b_01ec64", "l_0b3195", "h_4b8939")}

    def test_what_finds_clothes_serves_both_families(self) -> None:
        for role in ("tagger", "segmenter", "detector", "parser"):
            found = [model for model in models() if model.role == role]
            assert found
            assert all(model.family is None and not model.recommended for model in found)

    def test_a_name_that_is_not_known(self) -> None:
        with pytest.raises(ValueError, match=r'no known model "meinamx".* Did you mean "meinamix"'):
            known("meinamx")

    def test_it_needs_no_torch_and_no_network(self) -> None:
        code = (
            "import sys, socket; socket.socket.connect = None; from ccnet import catalogue; catalogue.models(); "
            "print('torch' in sys.modules, 'huggingface_hub' in sys.modules)"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert done.stdout.split() == ["False", "False"]

    def test_a_program_without_its_table(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setattr(catalogue, "TABLE", tmp_path / "models.toml")
        models.cache_clear()
        with pytest.raises(ValueError, match=r"models.toml cannot be read: run ccnet from a checkout"):
            models()


class TestFiles:
    def test_alternatives_and_a_folder(self) -> None:
        (model,) = parse(entry(), TABLE)
        assert model.files == (Wanted(("a.safetensors",)), Wanted(("b.fp16.safetensors", "b.safetensors")))
        assert model.is_folder
        assert not parse(entry(files='["a.safetensors"]'), TABLE)[0].is_folder

    def test_a_diffusers_folder(self) -> None:
        (model,) = parse(entry(files="", layout='"diffusers"'), TABLE)
        assert model.files == diffusers_files("sd15")
        required = {wanted.names[0] for wanted in model.files if wanted.required}
        assert {"model_index.json", "unet/diffusion_pytorch_model.fp16.safetensors"} <= required
        assert not any("_2/" in name for name in required)
        weights = next(wanted for wanted in model.files if wanted.names[0].startswith("safety_checker/model"))
        assert not weights.required
        assert {"text_encoder_2/config.json", "tokenizer_2/vocab.json"} <= {
            wanted.names[0] for wanted in diffusers_files("sdxl") if wanted.required
        }

    def test_its_page(self) -> None:
        assert parse(entry(), TABLE)[0].page.endswith("/maker/tiny")


WRONG = {
    "no TOML": ("[[model", "is not valid TOML"),
    "nothing in it": ("", "lists no"),
    "no list": ("model = 1", "lists no"),
    "twice the same": (entry() + "\n" + entry(), '"tiny": is listed twice|"tiny" is listed twice'),
    "no name": (entry(name=""), "model number 1: name is missing"),
    "a name with blanks": (entry(name='"My Model"'), "lower case"),
    "no licence": (entry(licence=""), '"tiny": licence is missing'),
    "an unknown field": (entry(colour='"red"'), '"colour" is not one of'),
    "no role of ours": (entry(role='"loar"'), 'no role "loar".*Did you mean "lora"'),
    "no family of ours": (entry(family='"sd2"'), 'no family "sd2"'),
    "a family that is a number": (entry(family="15"), "no family"),
    "no repository": (entry(hub='"tiny"'), "owner/name"),
    "an address": (entry(hub='"https://there.is/maker/tiny"'), "owner/name"),
    "a short revision": (entry(revision='"817ff64"'), "40 hexadecimal"),
    "a branch": (entry(revision='"main"'), "40 hexadecimal"),
    "no files": (entry(files=""), "either files or layout"),
    "an empty list": (entry(files="[]"), "list of names"),
    "files of files": (entry(files='[[["a"]]]'), "list of names"),
    "files and layout": (entry(layout='"diffusers"'), "either files or layout"),
    "another layout": (entry(files="", layout='"cldm"'), 'only be "diffusers"'),
    "a folder without family": (entry(files="", layout='"diffusers"', family=""), "needs a family"),
    "a way out": (entry(files='["../a.safetensors"]'), "no path inside"),
    "an absolute path": (entry(files='["/etc/passwd"]'), "no path inside"),
    "a Windows path": (entry(files='["a\\\\\\\\b"]'), "no path inside"),
    "size as text": (entry(size='"1 GB"'), "size must be a whole number"),
    "no size": (entry(size="0"), "more than 0"),
    "a title that is a number": (entry(title="1"), "title must be text"),
    "recommended as text": (entry(recommended='"yes"'), "true or false"),
    "a hash of another file": (entry(sha256='{"c.safetensors" = "00"}'), "not one of its files"),
    "a short hash": (entry(sha256='{"a.safetensors" = "00"}'), "64 hexadecimal"),
    "a hash without file": (entry(sha256='"00"'), "table of file names"),
    "a deep skip": (entry(clip_skip="12"), "clip_skip must be from 0 to 11"),
    "a hole out of range": (entry(hole="-2"), "hole must be from -1 to 1"),
    "a hole in words": (entry(hole='"black"'), "hole must be a number"),
    "another prediction": (entry(prediction='"flow"'), 'no prediction "flow"'),
    "recommended but gated": (entry(recommended="true", gated="true"), "is not recommended"),
    "recommended but non-commercial": (entry(recommended="true", commercial="false"), "is not recommended"),
    "recommended but unchecked": (entry(recommended="true", checked="false"), "is not recommended"),
    "recommended but unclear": (entry(recommended="true", licence='"other"'), "is not recommended"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_named(name: str) -> None:
    text, words = WRONG[name]
    with pytest.raises(ValueError, match=words) as refusal:
        parse(text, TABLE)
    assert str(TABLE) in str(refusal.value)


def test_a_model_cannot_be_changed_into_a_wrong_one() -> None:
    (model,) = parse(entry(), TABLE)
    assert isinstance(model, KnownModel)
    with pytest.raises(ValueError, match="is not recommended"):
        dataclasses.replace(model, recommended=True, gated=True)
