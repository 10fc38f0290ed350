"""Which files had a part in a result, and finding the same ones again without trusting a recipe's words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ccnet import adapters, imports, store
from ccnet.masks import Mask
from ccnet.provenance import additions, find_again, find_model
from ccnet.recipe import Addition, Maker, RecipeError
from ccnet.request import Control, DressRequest, Garment
from tests.modelfiles import write_lora, write_tensors

MAKER = Maker("mine", shipped=False, sha256="ab" * 32, versions={})


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CCNET_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def frills(tmp_path: Path) -> store.Entry:
    return imports.import_file(write_lora(tmp_path / "frills.safetensors"))


def request(prompt: str, *controls: Control) -> DressRequest:
    alpha = np.zeros((64, 64), np.uint8)
    alpha[16:48, 16:48] = 255
    return DressRequest(Image.new("RGB", (64, 64)), Mask(alpha), Garment(prompt), controls=controls)


def test_what_a_request_used(tmp_path: Path, frills: store.Entry) -> None:
    embedding = imports.import_file(write_tensors(tmp_path / "easy.safetensors", {"emb_params": (2, 768)}))
    imports.import_file(write_tensors(tmp_path / "dress.safetensors", {"emb_params": (3, 768)}))
    loras = adapters.loras_of("<lora:frills:1>", "sd15")
    found = additions(request("sundress, EASY, easy-going"), {}, None, loras)
    assert found == (
        Addition("lora", "frills", frills.files[0].sha256),
        Addition("embedding", "easy", embedding.files[0].sha256),
    )


def test_layers_that_did_nothing_are_left_out(frills: store.Entry) -> None:
    stand_in = adapters.loras_of("<lora:frills:1>", "sd15")[0]
    layers = {"cc": stand_in, "off": stand_in, "unused": stand_in}
    found = additions(request("a dress", Control(), Control("off", scale=0)), layers, None, [])
    assert [addition.layer for addition in found] == ["cc"]


def test_the_same_content_under_another_name_will_do_for_a_layer(frills: store.Entry) -> None:
    digest = frills.files[0].sha256
    folder = store.root() / "controlnet" / "lines"
    folder.parent.mkdir()
    (store.root() / "lora" / "frills").rename(folder)
    again = find_again(replace(MAKER, additions=(Addition("controlnet", "other name", digest, "canny"),)))
    assert again.controls == {"canny": folder / "frills.safetensors"}
    assert again.notices == ()


def test_another_content_under_the_same_name_is_said(frills: store.Entry) -> None:
    again = find_again(replace(MAKER, additions=(Addition("lora", "Frills", "00" * 32),)))
    (notice,) = again.notices
    assert notice == "The LoRA 'Frills' is not the one that was used then: its weights differ."


@pytest.mark.parametrize(
    ("addition", "sentence"),
    [
        (Addition("lora", "gone\x1b[31m", "00" * 32), r"The LoRA 'gone\\x1b\[31m' is not among your models"),
        (Addition("vae", "../../etc", "00" * 32), "VAE '../../etc' is not among"),
        (Addition("../lora", "frills", "00" * 32), "'../lora', which this version does not know"),
    ],
)
def test_what_is_not_there(frills: store.Entry, addition: Addition, sentence: str) -> None:
    with pytest.raises(RecipeError, match=sentence):
        find_again(replace(MAKER, additions=(addition,)))


def test_a_lora_is_called_by_its_name(frills: store.Entry) -> None:
    addition = Addition("lora", "old name", frills.files[0].sha256)
    with pytest.raises(RecipeError, match="'old name' is called 'frills' among your models"):
        find_again(replace(MAKER, additions=(addition,)))


def test_a_model_by_its_weights_else_by_its_name(tmp_path: Path, frills: store.Entry) -> None:
    assert find_model(MAKER) is None
    (store.root() / "checkpoint").mkdir()
    (store.root() / "lora" / "frills").rename(store.root() / "checkpoint" / "mine")
    file = store.root() / "checkpoint" / "mine" / "frills.safetensors"
    assert find_model(MAKER) == file
    assert find_model(replace(MAKER, model="other", sha256=frills.files[0].sha256)) == file
    assert find_model(replace(MAKER, model="../checkpoint/mine")) is None
