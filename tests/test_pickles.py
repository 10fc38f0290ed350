from __future__ import annotations

import hashlib
import io
import os
import pickle
import sys
import types
import zipfile
from collections import OrderedDict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.torch
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from ccnet.formats import CheckpointError, identify, read_header
from ccnet.pickles import is_pickle, safetensors_of
from tests import keynames


def saved(file: Path, content: Any, *, legacy: bool = False, protocol: int = 2) -> Path:
    torch.save(content, file, _use_new_zipfile_serialization=not legacy, pickle_protocol=protocol)
    return file


def filled(shapes: keynames.Shapes) -> dict[str, Tensor]:
    return {name: torch.rand(shape).half() for name, shape in shapes.items()}


class Bomb:
    """Whoever builds it from a pickle leaves a file behind."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __reduce__(self) -> tuple[Any, ...]:
        return open, (str(self.file), "w")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "模型 1.ckpt"


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "converted"


class TestIsPickle:
    @pytest.mark.parametrize("legacy", [False, True])
    def test_what_torch_saves(self, file: Path, legacy: bool) -> None:
        assert is_pickle(saved(file, {"a": torch.ones(2)}, legacy=legacy))
        file.write_bytes(file.read_bytes()[:200])
        assert is_pickle(file)

    @pytest.mark.parametrize("protocol", [2, 3, 4, 5])
    def test_a_bare_pickle(self, file: Path, protocol: int) -> None:
        file.write_bytes(pickle.dumps({"a": 1}, protocol))
        assert is_pickle(file)

    @pytest.mark.parametrize("length", [640, 896, 1152, 1408])
    def test_a_header_as_long_as_a_pickle_starts_is_none(self, file: Path, length: int) -> None:
        file.write_bytes(length.to_bytes(8, "little") + b"{}".ljust(length))
        assert not is_pickle(file)

    @pytest.mark.parametrize("content", [b"", b"abc", b"{}", b"PK\x03\x04", os.urandom(64).replace(b"\x80", b"")])
    def test_other_content(self, file: Path, content: bytes) -> None:
        file.write_bytes(content)
        assert not is_pickle(file)

    def test_a_zip_of_something_else(self, file: Path) -> None:
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("a.txt", "a" * 1000)
        assert not is_pickle(file)
        with zipfile.ZipFile(file, "a") as archive:
            archive.writestr("archive/data.pkl", "a")
        assert is_pickle(file)

    def test_a_missing_file(self, file: Path) -> None:
        with pytest.raises(CheckpointError, match="cannot be read: No such file"):
            is_pickle(file)


class TestConversion:
    @pytest.mark.parametrize("legacy", [False, True])
    def test_every_tensor_bit_for_bit(self, file: Path, cache: Path, legacy: bool) -> None:
        weights = {
            "single": torch.randn(3, 4),
            "half": torch.randn(3, 4).half(),
            "brain": torch.randn(5).bfloat16(),
            "double": torch.randn(2).double(),
            "whole": torch.tensor([1, -2]),
            "truth": torch.tensor([True, False]),
            "alpha": torch.tensor(4.0),
            "v_pred": torch.tensor([]),
            "ztsnr": torch.tensor([]),
            "turned": torch.randn(3, 4).T,
            "strided": torch.randn(8)[::2],
            "parameter": torch.nn.Parameter(torch.randn(2, 2)),
        }
        converted = load_file(safetensors_of(saved(file, weights, legacy=legacy), cache))
        assert converted.keys() == weights.keys()
        for name, weight in weights.items():
            assert converted[name].dtype == weight.dtype
            assert torch.equal(converted[name], weight)

    def test_shared_weights_become_two(self, file: Path, cache: Path) -> None:
        whole = torch.arange(6.0)
        weights = {"a": whole, "b": whole, "head": whole[:2], "tail": whole[2:]}
        converted = load_file(safetensors_of(saved(file, weights), cache))
        assert all(torch.equal(converted[name], weights[name]) for name in weights)

    def test_a_training_checkpoint_gives_its_state_dict(self, file: Path, cache: Path) -> None:
        content = {
            "epoch": 3,
            "global_step": 70_000,
            "state_dict": OrderedDict(weight=torch.ones(2), note="text", none=None),
            "optimizer_states": [{"state": {0: {"exp_avg": torch.zeros(2)}}}],
        }
        converted = load_file(safetensors_of(saved(file, content), cache))
        assert list(converted) == ["weight"]

    def test_nested_dictionaries_are_joined_by_dots(self, file: Path, cache: Path) -> None:
        weights = filled(keynames.ip_adapter(32))
        nested: dict[str, dict[str, Tensor]] = {"image_proj": {}, "ip_adapter": {}}
        for name, weight in weights.items():
            part, _, rest = name.partition(".")
            nested[part][rest] = weight
        converted = safetensors_of(saved(file, nested), cache)
        assert load_file(converted).keys() == weights.keys()
        assert identify(read_header(converted), file).role == "ip_adapter"

    def test_an_embedding(self, file: Path, cache: Path) -> None:
        learned = torch.randn(2, 768)
        content = {"string_to_token": {"*": 265}, "string_to_param": {"*": learned}, "name": "hat", "step": 500}
        converted = safetensors_of(saved(file, content), cache)
        assert torch.equal(load_file(converted)["emb_params"], learned)
        assert identify(read_header(converted), file).describe().startswith("SD1.5 textual inversion embedding")

    def test_a_whole_checkpoint(self, file: Path, cache: Path) -> None:
        weights = filled(keynames.narrow(keynames.checkpoint("sd15"), 4))
        converted = safetensors_of(saved(file, {"state_dict": weights}), cache)
        assert all(torch.equal(weights[name], weight) for name, weight in load_file(converted).items())
        assert identify(read_header(converted), file).missing == ()

    def test_numbers_of_numpy_and_a_callback_of_lightning_are_passed_over(
        self, file: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        name = "pytorch_lightning.callbacks.model_checkpoint"
        module = types.ModuleType(name)
        callback = type("ModelCheckpoint", (), {"__module__": name})
        vars(module)["ModelCheckpoint"] = callback
        with monkeypatch.context() as patch:
            for part in ("pytorch_lightning", "pytorch_lightning.callbacks", name):
                patch.setitem(sys.modules, part, module)
            content = {
                "state_dict": {"weight": torch.ones(2), "best": np.float64(0.5), "step": np.int64(3)},
                "callbacks": {callback: {"best_model_score": np.float32(0.1)}},
            }
            saved(file, content)
        old = file.with_name("numpy1.ckpt")
        rewrite(file, old, lambda pkl: pkl.replace(b"numpy._core.multiarray", b"numpy.core.multiarray"))
        for pickled in (file, old):
            assert list(load_file(safetensors_of(pickled, cache))) == ["weight"]

    def test_dictionaries_in_a_ring(self, file: Path, cache: Path) -> None:
        ring: dict[str, Any] = {"weight": torch.ones(2)}
        ring["state_dict"] = ring["again"] = ring
        assert list(load_file(safetensors_of(saved(file, ring), cache))) == ["weight"]

    def test_the_allowed_names_are_forgotten_afterwards(self, file: Path, cache: Path) -> None:
        before = set(torch.serialization.get_safe_globals())
        safetensors_of(saved(file, {"a": torch.ones(2)}), cache)
        assert set(torch.serialization.get_safe_globals()) == before


class TestCache:
    def test_it_is_named_by_the_pickles_hash_and_reused(
        self, file: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        saved(file, {"a": torch.ones(2)})
        converted = safetensors_of(file, cache)
        assert converted == cache / f"{hashlib.sha256(file.read_bytes()).hexdigest()}.safetensors"
        assert list(cache.iterdir()) == [converted]
        monkeypatch.setattr(torch, "load", None)
        renamed = file.rename(file.with_name("again.pt"))
        assert safetensors_of(renamed, cache) == converted

    @pytest.mark.parametrize("damage", [b"", b"\x00" * 100])
    def test_a_damaged_conversion_is_made_again(self, file: Path, cache: Path, damage: bytes) -> None:
        converted = safetensors_of(saved(file, {"a": torch.ones(2)}), cache)
        whole = converted.read_bytes()
        converted.write_bytes(damage or whole[:-1])
        assert safetensors_of(file, cache) == converted
        assert converted.read_bytes() == whole

    def test_a_safetensors_file_is_itself(self, tmp_path: Path, cache: Path) -> None:
        plain = tmp_path / "misnamed.ckpt"
        save_file({"a": torch.ones(2)}, plain)
        assert safetensors_of(plain, cache) == plain
        assert not cache.exists()

    def test_a_full_disk_leaves_nothing(self, file: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def fill(tensors: object, part: str, metadata: object) -> None:
            Path(part).write_bytes(b"half")
            raise OSError(28, "No space left on device")

        saved(file, {"a": torch.ones(2)})
        monkeypatch.setattr(safetensors.torch, "save_file", fill)
        refused(file, cache, r"cannot be converted to .*\.safetensors: No space left on device")
        assert list(cache.iterdir()) == []

    def test_a_cache_that_is_no_folder(self, file: Path, tmp_path: Path) -> None:
        (tmp_path / "taken").write_text("")
        refused(saved(file, {"a": torch.ones(2)}), tmp_path / "taken", "cannot be converted to")


def rewrite(source: Path, target: Path, change: Any, compression: int = zipfile.ZIP_STORED) -> Path:
    """The same archive with its pickle changed."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", compression) as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, change(content) if name.endswith("data.pkl") else content)
    return target


def bare(protocol: int) -> Any:
    # Without the tensor: outside torch.save it asks for a function that torch itself does not trust.
    return lambda file, content: file.write_bytes(pickle.dumps(content["z"], protocol))


HOSTILE = {
    "in a zip": saved,
    "in an old file": lambda file, content: saved(file, content, legacy=True),
    "in a zip of protocol 4": lambda file, content: saved(file, content, protocol=4),
    "in an old file of protocol 4": lambda file, content: saved(file, content, legacy=True, protocol=4),
    **{f"bare, protocol {protocol}": bare(protocol) for protocol in (2, 3, 4, 5)},
}


class TestRefused:
    @pytest.mark.parametrize("name", HOSTILE)
    def test_a_hostile_pickle_never_runs(self, file: Path, cache: Path, name: str) -> None:
        HOSTILE[name](file, {"weight": torch.ones(2), "z": Bomb(file.with_name("ran"))})
        refused(file, cache, r"is a pickle that asks for \S*open, which can run any code: get the model as a safe")
        assert not file.with_name("ran").exists()
        assert not cache.exists()

    def test_the_name_it_asks_for_cannot_paint_the_terminal(self, file: Path, cache: Path) -> None:
        file.write_bytes(b"\x80\x02cevil\n\x1b[2J" + b"x" * 1000 + b"\n.")
        refused(file, cache, r"asks for evil\.\?\[2Jx{91}, which")

    def test_the_test_would_notice(self, file: Path) -> None:
        pickle.load(io.BytesIO(pickle.dumps(Bomb(file)))).close()
        assert file.exists()

    @pytest.mark.parametrize("legacy", [False, True])
    @pytest.mark.parametrize("keep", [0.3, 0.9])
    def test_a_truncated_file(self, file: Path, cache: Path, legacy: bool, keep: float) -> None:
        saved(file, {"a": torch.ones(5000)}, legacy=legacy)
        file.write_bytes(file.read_bytes()[: int(file.stat().st_size * keep)])
        refused(file, cache, "is truncated or damaged: get it again")

    @pytest.mark.parametrize("content", [{}, {"a": 1, "b": "x"}, [1, 2], "text", {"a": {"b": {}}}, torch.ones(2)])
    def test_no_named_tensors(self, file: Path, cache: Path, content: Any) -> None:
        refused(saved(file, content), cache, "holds no named tensors: it is no model's weights")

    def test_a_pickle_that_torch_did_not_write(self, file: Path, cache: Path) -> None:
        file.write_bytes(pickle.dumps({"a": 1}, protocol=2))
        refused(file, cache, "is a pickle that cannot be opened safely")
        file.write_bytes(pickle.dumps({"a": 1}, protocol=4))
        refused(file, cache, "is a pickle that cannot be opened safely")

    @pytest.mark.parametrize(
        ("content", "words"),
        [(b"", "is empty"), (b"<!DOCTYPE html>", "is no safetensors file"), (b"version https://git-lfs", "Git LFS")],
    )
    def test_neither_pickle_nor_safetensors(self, file: Path, cache: Path, content: bytes, words: str) -> None:
        file.write_bytes(content)
        refused(file, cache, words)

    def test_a_program_of_torchscript(self, file: Path, cache: Path) -> None:
        saved(file, {"a": torch.ones(2)})
        with zipfile.ZipFile(file, "a") as archive:
            archive.writestr(f"{archive.namelist()[0].partition('/')[0]}/constants.pkl", b"\x80\x02).")
        refused(file, cache, "is a TorchScript program, not weights")

    def test_one_that_was_packed_again(self, file: Path, cache: Path) -> None:
        saved(file.with_name("plain"), {"a": torch.ones(2)})
        rewrite(file.with_name("plain"), file, bytes, zipfile.ZIP_DEFLATED)
        refused(file, cache, "was packed again after torch wrote it")

    def test_tensors_that_swell(self, file: Path, cache: Path) -> None:
        refused(saved(file, {"a": torch.zeros(1).expand(10**12)}), cache, "its tensors are larger than the file")

    def test_noise(self, file: Path, cache: Path) -> None:
        saved(file, {"a": torch.ones(4)}, legacy=True)
        whole = bytearray(file.read_bytes())
        generator = np.random.default_rng(0)
        for _ in range(60):
            broken = bytearray(whole)
            for place in generator.integers(2, len(whole), 3):
                broken[place] = int(generator.integers(256))
            file.write_bytes(broken)
            try:
                safetensors_of(file, cache)
            except CheckpointError as error:
                assert "\n" not in str(error)  # noqa: PT017 either answer is right, a crash is not


def refused(file: Path, cache: Path, words: str) -> None:
    with pytest.raises(CheckpointError, match=words) as refusal:
        safetensors_of(file, cache)
    assert str(refusal.value).startswith(str(file))
    assert "\n" not in str(refusal.value)
