"""`ccnet models`: what it shows, asks and refuses, with a hub on localhost."""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Iterator
from pathlib import Path

import huggingface_hub
import pytest
from hubserver import COMMIT, Fault, Hub, Repository, serving, use_only_localhost
from huggingface_hub import constants
from modelfiles import write_flux, write_lora

from ccnet import catalogue, models_command, store
from ccnet.catalogue import parse
from ccnet.models_command import add_commands

TABLE = """
[[model]]
name = "frills"
title = "more frills"
hub = "maker/frills"
files = ["frills.safetensors"]
licence = "openrail"
size = 10_000
family = "sd15"
role = "lora"
recommended = true
note = "for dresses"

[[model]]
name = "poses"
title = "finds poses"
hub = "maker/poses"
files = ["body.safetensors", "hands.json"]
licence = "other"
size = 20_000
role = "annotator"
commercial = false
gated = true
checked = false
"""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CCNET_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(catalogue, "models", lambda: parse(TABLE, Path("models.toml")))
    return tmp_path / "home"


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    files = {
        "frills.safetensors": write_lora(tmp_path / "hub" / "a.safetensors").read_bytes(),
        "body.safetensors": write_lora(tmp_path / "hub" / "b.safetensors", seed=1).read_bytes(),
        "hands.json": b"{}",
    }
    with serving({f"maker/{name}": Repository(files) for name in ("frills", "poses")}) as hub:
        use_only_localhost(monkeypatch, tmp_path, hub.url)
        yield hub
    huggingface_hub.close_session()


def run(*words: str) -> None:
    parser = argparse.ArgumentParser()
    add_commands(parser)
    args = parser.parse_args(words)
    args.run(args)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class TestList:
    @pytest.mark.parametrize("words", [[], ["list"]])
    def test_everything_is_one_line_of_a_table(
        self, words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        run("import", str(write_lora(tmp_path / "my ruffles.safetensors")))
        capsys.readouterr()
        run(*words)
        lines = capsys.readouterr().out.splitlines()
        assert [line.split()[0] for line in lines[:4]] == ["Yours", "name", "starter", "my"]
        assert "SD1.5 LoRA" in lines[3]
        assert lines[3].endswith("my ruffles.safetensors")
        (frills,) = [line for line in lines if line.lstrip().startswith("frills *")]
        assert all(text in frills for text in ("LoRA: more frills", "SD1.5", "10 kB", "openrail"))
        assert not frills.endswith("yes")
        (poses,) = [line for line in lines if line.lstrip().startswith("poses")]
        assert "other, non-commercial, gated" in poses
        assert all(line == line.rstrip() for line in lines)

    def test_the_real_table_fits(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        monkeypatch.undo()
        models_command.list_models(argparse.Namespace())
        assert max(len(line) for line in capsys.readouterr().out.splitlines()) <= 150


class TestRecommend:
    def test_sizes_licences_and_reasons(self, capsys: pytest.CaptureFixture[str]) -> None:
        run("recommend")
        out = capsys.readouterr().out
        assert "For anime with SD1.5, 10 kB in all:" in out
        assert "frills: more frills, 10 kB, licence openrail" in out
        assert "for dresses" in out
        assert "ccnet models download frills\n" in out
        assert "poses" not in out

    def test_one_family(self, capsys: pytest.CaptureFixture[str]) -> None:
        run("recommend", "sdxl")
        assert "SD1.5, " not in capsys.readouterr().out

    def test_another_family(self) -> None:
        with pytest.raises(SystemExit):
            run("recommend", "flux")


class TestDownload:
    def test_the_licence_is_shown_and_the_model_filed(self, hub: Hub, capsys: pytest.CaptureFixture[str]) -> None:
        run("download", "frills", "--yes")
        out = capsys.readouterr().out
        assert out.index("licence openrail, see https://") < out.index("frills: 18 kB, checked, at")
        entry = store.verify("frills")
        assert (entry.role, entry.source, entry.commit, entry.licence) == (
            "lora",
            "hub:maker/frills",
            COMMIT,
            "openrail",
        )
        assert entry.path.name == "frills.safetensors"
        run("list")
        (line,) = [line for line in capsys.readouterr().out.splitlines() if line.lstrip().startswith("frills *")]
        assert line.endswith("yes")

    def test_nothing_is_fetched_before_the_licence_is_accepted(
        self, hub: Hub, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr(sys, "stdin", io.StringIO("y\n"))
        with pytest.raises(ValueError, match="add --yes to accept them"):
            run("download", "frills")
        assert "licence openrail" in capsys.readouterr().out
        for answer in ("", "\n", "n\n", "maybe\n"):
            monkeypatch.setattr(sys, "stdin", Terminal(answer))
            with pytest.raises(ValueError, match="Nothing was downloaded"):
                run("download", "frills")
        assert hub.ranges() == []
        monkeypatch.setattr(sys, "stdin", Terminal("Yes\n"))
        run("download", "frills")
        assert store.find("frills").path.is_file()

    def test_what_to_know_before(self, hub: Hub, capsys: pytest.CaptureFixture[str]) -> None:
        hub.repositories["maker/poses"].licence = {"license": "gpl"}
        run("download", "poses", "frills", "poses", "--yes")
        out = capsys.readouterr().out
        assert "licence other, non-commercial, gated" in out
        for note in ("now says gpl", "not for commercial use", "is not clear", "could not be confirmed"):
            assert note in out
        assert out.count("poses: finds poses") == 1
        entry = store.verify("poses")
        assert (entry.licence, entry.path.is_dir(), len(entry.files)) == ("gpl", True, 2)

    @pytest.mark.parametrize("role", ["tagger", "segmenter", "detector", "parser"])
    def test_what_looks_at_pictures(
        self, role: str, hub: Hub, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        table = TABLE.replace('role = "annotator"', f'role = "{role}"')
        monkeypatch.setattr(catalogue, "models", lambda: parse(table, Path("models.toml")))
        run("download", "poses", "--yes")
        entry = store.find("poses", role)
        assert (entry.path.is_dir(), entry.family, entry.layout) == (True, None, "")
        run("verify")
        run("remove", f"{role}/poses")
        assert "poses is removed" in capsys.readouterr().out
        assert not any(file.path.exists() for file in entry.files)
        assert store.entries() == []

    def test_again_repairs_and_keeps_the_commit(self, hub: Hub) -> None:
        run("download", "frills", "--yes")
        first = store.find("frills")
        first.path.resolve().write_bytes(b"damaged")
        with pytest.raises(ValueError, match=r"is damaged.*: download the model again"):
            run("verify")
        hub.requests.clear()
        run("download", "frills", "--yes")
        assert COMMIT in hub.requests[0].path
        assert store.verify("frills").files == first.files

    def test_a_record_of_another_hash_is_believed_more_than_the_hub(self, hub: Hub) -> None:
        run("download", "frills", "--yes")
        hub.repositories["maker/frills"].files = {"frills.safetensors": b"another"}
        with pytest.raises(ValueError, match="is not the file this program knows"):
            run("download", "frills", "--yes")
        assert store.verify("frills")

    def test_a_failure_files_nothing(self, hub: Hub) -> None:
        hub.faults = [Fault(corrupt=True)]
        with pytest.raises(ValueError, match="arrived damaged"):
            run("download", "frills", "--yes")
        assert store.entries() == []

    def test_an_unknown_name(self) -> None:
        with pytest.raises(ValueError, match=r'no known model "frill".*Did you mean "frills"'):
            run("download", "frill")

    def test_a_name_of_ones_own_model(self, hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        with monkeypatch.context() as before:
            before.setattr(catalogue, "models", tuple)
            run("import", str(write_lora(tmp_path / "frills.safetensors", seed=5)))
        with pytest.raises(ValueError, match="A model of your own is called frills"):
            run("download", "frills", "--yes")
        assert hub.requests == []


class TestImport:
    def test_what_it_became(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        files = [write_lora(tmp_path / f"{seed}" / "frills.safetensors", seed) for seed in (0, 1)]
        run("import", *(str(file) for file in files))
        run("import", str(files[0]))
        lines = capsys.readouterr().out.splitlines()
        assert lines[0].startswith(f"{files[0]} is now frills-2: SD1.5 LoRA")
        assert lines[1].startswith(f"{files[1]} is now frills-3: ")
        assert lines[2].startswith(f"{files[0]} is there already, as frills-2: ")

    def test_a_name(self, tmp_path: Path) -> None:
        file = str(write_lora(tmp_path / "a.safetensors"))
        for name in ("frills", "starter"):
            with pytest.raises(ValueError, match="is the name of a known model"):
                run("import", file, "--name", name)
        with pytest.raises(ValueError, match="--name is for one file"):
            run("import", file, file, "--name", "b")
        run("import", file, "--name", "b")
        assert store.find("b").path.is_file()

    def test_what_cannot_be_used(self, tmp_path: Path) -> None:
        with pytest.raises(ValueError, match=r"flux.safetensors is a.*Flux"):
            run("import", str(write_flux(tmp_path / "flux.safetensors")))


class TestVerifyAndRemove:
    def test_all_of_them(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        run("verify")
        assert "nothing to verify" in capsys.readouterr().out
        for seed in range(3):
            run("import", str(write_lora(tmp_path / f"{seed}.safetensors", seed)))
        store.find("1").path.write_bytes(b"")
        store.find("2").path.unlink()
        with pytest.raises(ValueError, match=r"1 is damaged.* 2 is gone"):
            run("verify")
        assert "0: whole, 18 kB" in capsys.readouterr().out
        run("verify", "0")

    def test_an_imported_one(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        run("import", str(write_lora(tmp_path / "a.safetensors")))
        run("remove", "a")
        assert "a is removed, 18 kB are free" in capsys.readouterr().out
        with pytest.raises(ValueError, match='no model "a"'):
            run("remove", "a")

    def test_a_damaged_one(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        run("import", str(write_lora(tmp_path / "a.safetensors")))
        (store.find("a").path.parent / store.RECORD).write_text("")
        run("remove", "a")
        assert capsys.readouterr().out.endswith("a is removed\n")

    def test_a_downloaded_one_with_its_files(self, hub: Hub, capsys: pytest.CaptureFixture[str]) -> None:
        for _ in range(2):  # found there the second time, it is this program's all the same
            run("download", "frills", "--yes")
        path = store.find("frills").path
        run("remove", "frills")
        assert "frills is removed, 18 kB are free" in capsys.readouterr().out
        assert not path.exists()

    def test_what_another_program_downloaded_stays(self, hub: Hub, capsys: pytest.CaptureFixture[str]) -> None:
        huggingface_hub.hf_hub_download("maker/frills", "frills.safetensors", cache_dir=constants.HF_HUB_CACHE)
        for _ in range(2):
            run("download", "frills", "--yes")
        path = store.find("frills").path
        run("remove", "frills")
        assert "stay in the hub's cache" in capsys.readouterr().out
        assert path.is_file()


def test_export_and_transfer_are_understood(monkeypatch: pytest.MonkeyPatch) -> None:
    parser = argparse.ArgumentParser()
    add_commands(parser)
    args = parser.parse_args(["export", "mine"])
    assert (args.model, args.out, args.layout, args.dtype) == ("mine", Path("exported"), "both", "float16")
    assert args.run is models_command.export
    args = parser.parse_args(["transfer", "cn", "--from", "sd15", "--to", "meinamix", "--out", "new.safetensors"])
    assert (args.controlnet, args.old_base, args.new_base) == ("cn", "sd15", "meinamix")
    assert args.run is models_command.transfer


def test_export_and_transfer_say_what_they_wrote(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "exported"
    run("export", "starter", "--out", str(out))
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == [str(out / "starter.safetensors"), str(out / "starter")]
    assert lines[2].startswith("Note: starter is not built like the ControlNets of SD1.5")
    run("transfer", "starter", "--from", "starter", "--to", "starter", "--out", str(out / "moved.safetensors"))
    assert capsys.readouterr().out == f"{out / 'moved.safetensors'}\n"


def test_the_model_of_the_program_is_whole_and_stays(capsys: pytest.CaptureFixture[str]) -> None:
    run("verify", "starter")
    assert "starter: complete" in capsys.readouterr().out
    with pytest.raises(ValueError, match='"starter" comes with the program and stays'):
        run("remove", "starter")
