"""Importing: told by its keys, copied whole or not at all, by as many processes as like to."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from modelfiles import write_flux, write_folder, write_lora, write_tensors, write_unet

from ccnet import imports, store
from ccnet.formats import CheckpointError
from ccnet.imports import import_file
from ccnet.store import entries, find, sha256_of


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CCNET_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "files").mkdir()
    return tmp_path / "files"


def left_over(home: Path) -> list[str]:
    return sorted(str(p.relative_to(home)) for p in home.rglob("*") if p.is_file())


class TestSingle:
    def test_what_it_is_its_keys_tell(self, files: Path) -> None:
        lora = import_file(write_lora(files / "model.ckpt"))
        assert (lora.role, lora.family, lora.name) == ("lora", "sd15", "model")
        assert (lora.path.name, lora.original, lora.source) == ("model.safetensors", "model.ckpt", "file")
        assert lora.details["algorithms"] == ["lora"]
        assert "LoRA" in lora.what
        assert import_file(write_lora(files / "xl.safetensors", width=2048)).family == "sdxl"
        embedding = import_file(write_tensors(files / "badhands.pt", {"emb_params": (2, 768)}))
        assert (embedding.role, embedding.family) == ("embedding", "sd15")
        assert {(e.role, e.name) for e in entries()} == {("lora", "model"), ("lora", "xl"), ("embedding", "badhands")}

    def test_it_is_a_copy_with_its_hash(self, files: Path) -> None:
        source = write_lora(files / "a.safetensors")
        before = source.read_bytes()
        entry = import_file(source)
        source.write_bytes(b"edited")
        assert entry.path.read_bytes() == before
        assert [(f.path, f.size) for f in entry.files] == [(entry.path, len(before))]
        assert entry.files[0].sha256 == sha256_of(entry.path)
        assert entry == find("a")
        assert entry.added.startswith("20")

    def test_a_large_file_is_copied_in_pieces(self, files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(imports, "CHUNK", 1000)
        source = write_lora(files / "a.safetensors")
        assert import_file(source).path.read_bytes() == source.read_bytes()

    def test_a_pickle_becomes_safetensors(self, files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        source = files / "old.ckpt"
        source.write_bytes(b"a pickle")

        def converted(file: Path, cache: Path) -> Path:
            assert file == source
            return write_lora(cache / "5ad.safetensors")

        monkeypatch.setattr(imports, "safetensors_of", converted)
        entry = import_file(source)
        assert (entry.path.name, entry.original) == ("old.safetensors", "old.ckpt")
        assert entry.files[0].sha256 == sha256_of(entry.path)
        assert sorted(p.name for p in entry.path.parent.iterdir()) == ["entry.json", "old.safetensors"]

    def test_odd_names(self, files: Path, home: Path) -> None:
        entry = import_file(write_lora(files / "服 <1>:衣.safetensors"))
        assert entry.name == "服 -1-衣"
        assert find("服 -1-衣").original == "服 <1>:衣.safetensors"

    @pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
    def test_a_name_that_is_no_text(self, files: Path) -> None:
        source = files / os.fsdecode(b"bad\xff.safetensors")
        write_lora(files / "a.safetensors").rename(source)
        entry = import_file(source)
        assert entry.name == "bad"
        assert find("bad").original == source.name

    def test_a_link_is_followed(self, files: Path) -> None:
        source = write_lora(files / "a.safetensors")
        (files / "link.safetensors").symlink_to(source)
        entry = import_file(files / "link.safetensors")
        assert (entry.name, entry.path.is_symlink()) == ("link", False)


class TestNames:
    def test_twins_are_numbered(self, files: Path) -> None:
        for seed in range(3):
            import_file(write_lora(files / str(seed) / "Dress.safetensors", seed))
        import_file(write_lora(files / "dress.safetensors", seed=3))
        assert [e.name for e in entries()] == ["Dress", "Dress-2", "Dress-3", "dress-4"]
        assert {e.path.name for e in entries()} == {f"{e.name}.safetensors" for e in entries()}

    def test_the_same_content_is_not_copied_twice(self, files: Path) -> None:
        first = import_file(write_lora(files / "a.safetensors"))
        again = import_file(shutil.copy(files / "a.safetensors", files / "b.safetensors"))
        assert again == first
        assert entries() == [first]

    def test_a_lost_twin_does_not_count(self, files: Path) -> None:
        first = import_file(write_lora(files / "a.safetensors"))
        first.path.unlink()
        second = import_file(files / "a.safetensors")
        assert second.name == "a-2"
        assert second.path.is_file()

    def test_a_name_of_ones_choice(self, files: Path) -> None:
        assert import_file(write_lora(files / "a.safetensors"), "Frills").name == "Frills"
        other = write_lora(files / "b.safetensors", seed=1)
        with pytest.raises(CheckpointError, match='already a model "frills"'):
            import_file(other, "frills")
        with pytest.raises(CheckpointError, match='"MeinaMix" is the name of a known model'):
            import_file(other, "MeinaMix", reserved=["meinamix"])
        with pytest.raises(CheckpointError, match="leaves no name"):
            import_file(other, "///")
        assert import_file(write_lora(files / "meinamix.safetensors", 2), reserved=["meinamix"]).name == "meinamix-2"

    def test_another_process_takes_the_name(self, files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        taken = import_file(write_lora(files / "a.safetensors")).path.parent
        monkeypatch.setattr(imports, "_taken_names", lambda reserved=(): set())
        entry = import_file(write_lora(files / "other" / "a.safetensors", seed=1))
        assert entry.name == "a-2"
        assert entry.path.name == "a-2.safetensors"
        with pytest.raises(CheckpointError, match='already a model "a"'):
            import_file(write_lora(files / "third" / "a.safetensors", seed=2), "a")
        assert taken.is_dir()


class TestFolders:
    def test_a_whole_model(self, files: Path) -> None:
        source = write_folder(files / "My Model")
        (source / "preview.png").write_bytes(b"png")
        (source / "unet" / "code.py").write_text("import os")
        (source / "extra").mkdir()
        (source / "extra" / "big.safetensors").write_bytes(b"not a part")
        (source / "ccnet.json").write_text('{"resolution": 512}')
        entry = import_file(source)
        assert (entry.name, entry.role, entry.family, entry.layout) == ("My Model", "checkpoint", "sd15", "diffusers")
        assert entry.details["parts"] == ["unet"]
        assert sorted(f.path.relative_to(entry.path).as_posix() for f in entry.files) == [
            "ccnet.json",
            "model_index.json",
            "scheduler/scheduler_config.json",
            "tokenizer/merges.txt",
            "tokenizer/tokenizer_config.json",
            "unet/config.json",
            "unet/diffusion_pytorch_model.safetensors",
        ]
        assert entry == find("my model")
        assert import_file(source) == entry, "not twice"

    def test_a_folder_of_links_as_the_hub_keeps_it(self, files: Path) -> None:
        model = write_folder(files / "blobs")
        linked = files / "snapshot"
        for file in [p for p in model.rglob("*") if p.is_file()]:
            target = linked / file.relative_to(model)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.symlink_to(file)
        entry = import_file(linked)
        shutil.rmtree(model)
        assert store.verify(entry.name) == entry

    def test_a_single_net(self, files: Path) -> None:
        entry = import_file(write_unet(files / "net"))
        assert (entry.role, entry.layout, entry.path.is_dir()) == ("unet", "diffusers", True)

    def test_shards_tell_together(self, files: Path) -> None:
        source = write_unet(files / "net")
        whole = source / "diffusion_pytorch_model.safetensors"
        whole.unlink()
        first: dict[str, tuple[int, ...]] = {"conv_in.weight": (8, 9, 3, 3), "conv_out.weight": (4, 8, 3, 3)}
        attention = "down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k.weight"
        second: dict[str, tuple[int, ...]] = {
            attention: (8, 32),
            "down_blocks.0.resnets.1.conv1.weight": (8, 8, 3, 3),
            "mid_block.attentions.0.proj_in.weight": (8, 8),
        }
        for number, shapes in enumerate((first, second), 1):
            write_tensors(source / f"diffusion_pytorch_model-0000{number}-of-00002.safetensors", shapes)
        assert import_file(source).details["in_channels"] == 9

    def test_pickles_in_it_are_converted_where_there_is_nothing_else(
        self, files: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        source = write_folder(files / "model")
        (source / "unet" / "diffusion_pytorch_model.bin").write_bytes(b"a pickle beside safetensors")
        (source / "text_encoder").mkdir()
        (source / "text_encoder" / "pytorch_model.bin").write_bytes(b"a pickle alone")
        index = json.loads((source / "model_index.json").read_text())
        (source / "model_index.json").write_text(json.dumps({**index, "text_encoder": ["transformers", "CLIP"]}))

        def converted(file: Path, cache: Path) -> Path:
            return write_tensors(cache / "5ad.safetensors", {"w": (1,)})

        monkeypatch.setattr(imports, "safetensors_of", converted)
        entry = import_file(source)
        names = {f.path.relative_to(entry.path).as_posix() for f in entry.files}
        assert "text_encoder/model.safetensors" in names
        assert not [name for name in names if name.endswith(".bin") or "5ad" in name]

    def test_what_is_no_model(self, files: Path, home: Path) -> None:
        (files / "empty").mkdir()
        broken = write_folder(files / "broken")
        (broken / "unet" / "diffusion_pytorch_model.safetensors").unlink()
        for name, part in {"escaping": "../broken", "climbing": "..", "absolute": str(broken)}.items():
            escaping = write_folder(files / name)
            (escaping / "model_index.json").write_text(json.dumps({part: ["a", "b"], "unet": ["a", "b"]}))
        unread = write_folder(files / "unread")
        (unread / "model_index.json").write_text("{")
        flux = write_folder(files / "flux")
        (flux / "model_index.json").write_text(json.dumps({"transformer": ["diffusers", "Flux"]}))
        for name, words in {
            "empty": "no folder in diffusers' layout",
            "broken": "unet holds no weights",
            "escaping": "names folders outside its own",
            "climbing": "names folders outside its own",
            "absolute": "names folders outside its own",
            "unread": "is not valid JSON",
            "flux": "has no unet/",
        }.items():
            with pytest.raises(CheckpointError, match=words) as refusal:
                import_file(files / name)
            assert str(files / name) in str(refusal.value)
        assert left_over(home) == []


def garbage(file: Path) -> Path:
    file.write_bytes(b"<!DOCTYPE html><html>404</html>" * 10)
    return file


def truncated(file: Path) -> Path:
    content = write_lora(file).read_bytes()
    file.write_bytes(content[:-100])
    return file


def empty(file: Path) -> Path:
    file.touch()
    return file


BROKEN = {
    "empty": (empty, "is empty"),
    "a web page": (garbage, "no safetensors file"),
    "truncated": (truncated, "is truncated"),
    "another family": (write_flux, "Flux"),
    "nothing known": (lambda file: write_tensors(file, {"weights": (2, 2)}), "no model that CC_ControlNet knows"),
    "missing": (lambda file: file, "There is no file"),
}


class TestRefused:
    @pytest.mark.parametrize("name", BROKEN)
    def test_a_file_that_cannot_be_used_is_named_and_leaves_nothing(self, files: Path, home: Path, name: str) -> None:
        make, words = BROKEN[name]
        file = make(files / "bad.safetensors")
        with pytest.raises(CheckpointError, match=words) as refusal:
            import_file(file)
        sentence = str(refusal.value)
        assert str(file) in sentence
        assert "\n" not in sentence
        assert "partial" not in sentence
        assert left_over(home) == []
        assert entries() == []

    @pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes")
    def test_a_pipe(self, files: Path) -> None:
        os.mkfifo(files / "pipe")
        with pytest.raises(CheckpointError, match="neither a file nor a folder"):
            import_file(files / "pipe")

    def test_a_full_disk_is_known_before(self, files: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        usage = shutil.disk_usage(files)
        monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=10))
        self.refuse(files, home, "There is no room for .*a.safetensors in .*: free some, or set CCNET_HOME")

    def test_a_disk_that_fills_up(self, files: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        class Full:
            def update(self, content: bytes) -> None:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        monkeypatch.setattr(imports.hashlib, "sha256", Full)
        self.refuse(files, home, "There is no room for")

    def test_a_store_that_may_not_be_written(self, files: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def denied(*args: object, **options: object) -> None:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(home))

        source = write_lora(files / "a.safetensors")
        monkeypatch.setattr(Path, "mkdir", denied)
        with pytest.raises(CheckpointError, match=f"{home} may not be read or written"):
            import_file(source)

    def test_a_file_that_grows_while_it_is_copied(
        self, files: Path, home: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        source = write_lora(files / "a.safetensors")

        class Growing:
            def update(self, content: bytes) -> None:
                with source.open("ab") as stream:
                    stream.write(b"more")

            def hexdigest(self) -> str:
                return "0" * 64

        monkeypatch.setattr(imports.hashlib, "sha256", Growing)
        monkeypatch.setattr(imports, "CHUNK", 100_000)
        with pytest.raises(CheckpointError, match=f"{source} changed while it was copied: wait until it is finished"):
            import_file(source)
        assert left_over(home) == []

    def test_a_file_that_is_replaced_before_it_is_copied(
        self, files: Path, home: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        source = write_lora(files / "a.safetensors")
        real = imports._copy

        def copy(file: Path, target: Path) -> Any:
            write_lora(file, width=2048)
            return real(file, target)

        monkeypatch.setattr(imports, "_copy", copy)
        with pytest.raises(CheckpointError, match="changed while it was copied"):
            import_file(source)
        assert left_over(home) == []

    def test_a_file_that_vanishes(self, files: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        source = write_lora(files / "a.safetensors")
        real = imports._copy

        def copy(file: Path, target: Path) -> Any:
            file.unlink()
            return real(file, target)

        monkeypatch.setattr(imports, "_copy", copy)
        with pytest.raises(CheckpointError, match=r"a.safetensors disappeared"):
            import_file(source)
        assert left_over(home) == []

    def refuse(self, files: Path, home: Path, words: str) -> None:
        source = write_lora(files / "a.safetensors")
        with pytest.raises(CheckpointError, match=words):
            import_file(source)
        assert left_over(home) == []
        assert entries() == []


SLOWLY = """
import sys, time
from ccnet import imports
imports.CHUNK = 1000
class Slow:
    def update(self, content): print("copying", flush=True); time.sleep(0.02)
    def hexdigest(self): return "0" * 64
imports.hashlib.sha256 = Slow
imports.import_file(sys.argv[1])
"""


class TestProcesses:
    def test_a_kill_leaves_nothing_that_is_picked_up(self, files: Path, home: Path) -> None:
        source = write_lora(files / "a.safetensors", rank=64)
        with subprocess.Popen([sys.executable, "-c", SLOWLY, str(source)], stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout is not None
            for _ in range(3):
                child.stdout.readline()
            assert len(list((home / "models").glob(".partial-*"))) == 2
            assert entries() == []
            child.kill()
        assert entries() == []
        assert left_over(home) != []
        entry = import_file(source)
        assert entries() == [entry]
        assert len(left_over(home)) == 2, "the remains were swept, the model and its record are there"

    def test_two_at_once(self, files: Path, home: Path) -> None:
        code = "import sys; from ccnet.imports import import_file; import_file(sys.argv[1])"
        sources = [write_lora(files / str(seed) / "a.safetensors", seed, rank=16) for seed in range(3)]
        children = [subprocess.Popen([sys.executable, "-c", code, str(source)]) for source in sources]
        assert [child.wait() for child in children] == [0, 0, 0]
        assert [entry.name for entry in entries()] == ["a", "a-2", "a-3"]
        assert {entry.path.read_bytes() for entry in entries()} == {source.read_bytes() for source in sources}
        assert all(store.verify(entry.name) for entry in entries())
        assert len(left_over(home)) == 6


def test_it_needs_no_torch() -> None:
    code = "import sys; import ccnet.imports, ccnet.store; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False"]
