"""Downloads, against a hub on localhost that breaks, lies and refuses."""

from __future__ import annotations

import dataclasses
import errno
import hashlib
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import huggingface_hub
import pytest
from hubserver import COMMIT, Fault, Hub, Repository, serving, use_only_localhost
from huggingface_hub import constants, hf_hub_download, try_to_load_from_cache

from ccnet import downloads
from ccnet.catalogue import KnownModel, Wanted
from ccnet.downloads import DownloadError, Fetched, RemoteFile, Transfer, discard, fetch, plan

HUB = "maker/model"
WEIGHTS = random.Random(0).randbytes(300_000)
SHA256 = hashlib.sha256(WEIGHTS).hexdigest()
PARTIAL = f"models--maker--model/blobs/{SHA256}.ccnet.incomplete"
SINGLE = KnownModel("tiny", "Tiny", HUB, (Wanted(("tiny.safetensors",)),), "openrail", 300_000, "lora")
FOLDER = dataclasses.replace(
    SINGLE,
    name="folder",
    files=(
        Wanted(("model_index.json",)),
        Wanted(("unet/half.safetensors", "unet/full.safetensors")),
        Wanted(("safety_checker/config.json",), required=False),
    ),
)
FILES = {
    "tiny.safetensors": WEIGHTS,
    "model_index.json": b'{"unet": []}',
    "unet/full.safetensors": WEIGHTS[::-1],
    "README.md": b"# hello",
}


class Result(NamedTuple):
    fetched: Fetched
    progress: list[Transfer]


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    use_only_localhost(monkeypatch, tmp_path)
    monkeypatch.setattr(constants, "HF_HUB_DOWNLOAD_TIMEOUT", 5)
    monkeypatch.setattr(downloads, "PAUSE", 0.0)
    with serving({HUB: Repository(FILES)}) as hub:
        yield hub
    huggingface_hub.close_session()


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def get(hub: Hub, cache: Path, model: KnownModel = SINGLE, **options: Any) -> Result:
    answers = list(fetch(plan(model, endpoint=hub.url), cache=cache, **options))
    assert isinstance(answers[-1], Fetched)
    return Result(answers[-1], [answer for answer in answers if isinstance(answer, Transfer)])


def refused(hub: Hub, cache: Path, words: str, model: KnownModel = SINGLE, **options: Any) -> str:
    with pytest.raises(DownloadError, match=words) as refusal:
        get(hub, cache, model, **options)
    sentence = str(refusal.value)
    assert "\n" not in sentence
    assert sentence.endswith(".")
    return sentence


def visible(cache: Path) -> list[str]:
    """What programs could pick up."""
    return sorted(str(p.relative_to(cache)) for p in cache.rglob("*") if p.is_file() and "snapshots" in p.parts)


class TestWhole:
    def test_a_file_arrives_with_its_hash_and_commit(self, hub: Hub, cache: Path) -> None:
        what = plan(SINGLE, endpoint=hub.url)
        assert (what.commit, what.size, what.licence) == (COMMIT, 300_000, "openrail")
        assert what.files == (RemoteFile("tiny.safetensors", 300_000, SHA256, True),)
        assert not cache.exists(), "a plan fetches nothing"
        fetched, progress = get(hub, cache)
        assert fetched.path.read_bytes() == WEIGHTS
        assert [(f.path, f.sha256, f.size) for f in fetched.files] == [(fetched.path, SHA256, 300_000)]
        assert not fetched.borrowed
        assert progress[0] == ("tiny.safetensors", 0, 300_000)
        assert progress[-1] == ("tiny.safetensors", 300_000, 300_000)
        assert [t.done for t in progress] == sorted(t.done for t in progress)

    def test_it_lies_where_the_library_and_other_programs_look(self, hub: Hub, cache: Path) -> None:
        path = get(hub, cache, FOLDER).fetched.path
        for name in ("model_index.json", "unet/full.safetensors"):
            found = try_to_load_from_cache(HUB, name, cache_dir=cache, revision=COMMIT)
            assert found == str(path / name)
            options: dict[str, Any] = {"cache_dir": cache, "revision": COMMIT, "local_files_only": True}
            assert hf_hub_download(HUB, name, **options) == str(path / name)
        (repository,) = huggingface_hub.scan_cache_dir(cache).repos
        assert repository.size_on_disk == 300_000 + len(FILES["model_index.json"])

    def test_a_folder_takes_the_first_alternative_and_what_is_there_of_the_rest(self, hub: Hub, cache: Path) -> None:
        fetched = get(hub, cache, FOLDER).fetched
        assert fetched.path.name == COMMIT
        assert [f.path.relative_to(fetched.path).as_posix() for f in fetched.files] == [
            "model_index.json",
            "unet/full.safetensors",
        ]
        assert all(hashlib.sha256(f.path.read_bytes()).hexdigest() == f.sha256 for f in fetched.files)

    def test_what_is_there_is_not_fetched_again_but_checked(self, hub: Hub, cache: Path) -> None:
        get(hub, cache)
        hub.requests.clear()
        fetched = get(hub, cache).fetched
        assert fetched.borrowed
        assert hub.ranges() == []
        fetched.path.resolve().write_bytes(WEIGHTS[:-1] + b"x")
        fetched = get(hub, cache).fetched
        assert not fetched.borrowed
        assert fetched.path.read_bytes() == WEIGHTS

    def test_what_another_program_fetched_is_used(self, hub: Hub, cache: Path) -> None:
        blob = cache / "models--maker--model/blobs" / SHA256
        blob.parent.mkdir(parents=True)
        blob.write_bytes(WEIGHTS)
        fetched = get(hub, cache).fetched
        assert fetched.path.read_bytes() == WEIGHTS
        assert fetched.borrowed
        assert hub.ranges() == []

    def test_without_links_the_file_itself_lies_there(
        self, hub: Hub, cache: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def no_links(*args: object) -> None:
            raise OSError(1314, "A required privilege is not held by the client")

        monkeypatch.setattr(os, "symlink", no_links)
        get(hub, cache)
        fetched = get(hub, cache).fetched
        assert fetched.path.read_bytes() == WEIGHTS
        assert not fetched.path.is_symlink()
        assert fetched.borrowed
        assert discard(fetched.files) == 300_000
        assert visible(cache) == []

    def test_an_empty_file(self, hub: Hub, cache: Path) -> None:
        hub.repositories[HUB] = Repository({"tiny.safetensors": b""})
        assert get(hub, cache).fetched.path.read_bytes() == b""

    def test_the_pinned_commit_is_asked_for(self, hub: Hub, cache: Path) -> None:
        pinned = dataclasses.replace(SINGLE, revision=COMMIT)
        assert get(hub, cache, pinned).fetched.path.read_bytes() == WEIGHTS
        assert plan(SINGLE, revision=COMMIT, endpoint=hub.url).commit == COMMIT
        assert all(COMMIT in request.path for request in hub.requests if request.host == "hub")

    def test_the_real_name_of_another_licence(self, hub: Hub) -> None:
        hub.repositories[HUB] = Repository(FILES, licence={"license": "other", "license_name": "fair-ai-1.0"})
        assert plan(SINGLE, endpoint=hub.url).licence == "fair-ai-1.0"
        hub.repositories[HUB] = Repository(FILES, licence={"license": "other"})
        assert plan(SINGLE, endpoint=hub.url).licence == "other"
        hub.repositories[HUB] = Repository(FILES, licence={})
        assert plan(SINGLE, endpoint=hub.url).licence == ""


class TestResuming:
    def test_a_cut_is_taken_up_where_it_broke(self, hub: Hub, cache: Path) -> None:
        hub.faults = [Fault(cut=100_000), Fault(cut=50_000)]
        assert get(hub, cache).fetched.path.read_bytes() == WEIGHTS
        assert hub.ranges() == ["", "bytes=100000-", "bytes=150000-"]

    def test_a_later_run_goes_on_where_the_last_was_stopped(self, hub: Hub, cache: Path) -> None:
        hub.faults = [Fault(cut=100_000)]
        running = fetch(plan(SINGLE, endpoint=hub.url), cache=cache)
        for answer in running:
            assert isinstance(answer, Transfer)
            if answer.done == 100_000:
                break
        running.close()
        assert visible(cache) == []
        assert (cache / PARTIAL).stat().st_size == 100_000
        hub.requests.clear()
        result = get(hub, cache)
        assert result.fetched.path.read_bytes() == WEIGHTS
        assert result.progress[0].done == 100_000
        assert hub.ranges() == ["bytes=100000-"]
        assert not (cache / PARTIAL).exists()

    def test_a_killed_process_leaves_nothing_but_what_can_be_resumed(self, hub: Hub, cache: Path) -> None:
        hub.faults = [Fault(cut=100_000), Fault(silent=True)]
        code = (
            "import sys; from pathlib import Path; from ccnet import downloads; from ccnet.catalogue import *\n"
            f"model = KnownModel('tiny', 'Tiny', '{HUB}', (Wanted(('tiny.safetensors',)),), 'mit', 1, 'lora')\n"
            "what = downloads.plan(model, endpoint=sys.argv[1])\n"
            "for t in downloads.fetch(what, cache=Path(sys.argv[2])): print(t.done, flush=True)"
        )
        child = subprocess.Popen([sys.executable, "-c", code, hub.url, str(cache)], stdout=subprocess.PIPE, text=True)
        assert child.stdout is not None
        with child:
            assert any(line.strip() == "100000" for line in child.stdout)
            time.sleep(0.05)
            child.kill()
        assert visible(cache) == []
        assert get(hub, cache).fetched.path.read_bytes() == WEIGHTS
        assert hub.ranges()[-1] == "bytes=100000-"

    def test_a_server_that_ignores_ranges_starts_again(self, hub: Hub, cache: Path) -> None:
        hub.faults = [Fault(cut=100_000), Fault(whole=True)]
        assert get(hub, cache).fetched.path.read_bytes() == WEIGHTS

    @pytest.mark.parametrize("status", [500, 503, 429])
    def test_a_short_illness_of_the_server(self, hub: Hub, cache: Path, status: int) -> None:
        hub.faults = [Fault(status=status, times=2)]
        assert get(hub, cache).fetched.path.read_bytes() == WEIGHTS

    def test_a_stump_that_is_too_long_is_not_kept(self, hub: Hub, cache: Path) -> None:
        (cache / PARTIAL).parent.mkdir(parents=True)
        (cache / PARTIAL).write_bytes(WEIGHTS + b"tail")
        refused(hub, cache, "arrived damaged and was deleted: download tiny again")
        assert get(hub, cache).fetched.path.read_bytes() == WEIGHTS

    def test_a_damaged_stump_is_found_out(self, hub: Hub, cache: Path) -> None:
        (cache / PARTIAL).parent.mkdir(parents=True)
        (cache / PARTIAL).write_bytes(bytes(100_000))
        refused(hub, cache, "arrived damaged and was deleted")
        assert visible(cache) == []
        assert not (cache / PARTIAL).exists()


LIES = {
    "a byte is another": Fault(corrupt=True),
    "more than there is": Fault(extra=b"malware"),
    "more than there is, in secret": Fault(extra=b"malware", claim=-7),
}


class TestLies:
    @pytest.mark.parametrize("name", LIES)
    def test_a_wrong_file_is_deleted_and_never_used(self, hub: Hub, cache: Path, name: str) -> None:
        hub.faults = [dataclasses.replace(LIES[name])]
        if name == "more than there is, in secret":  # what follows the length that was said is not even read
            assert get(hub, cache).fetched.path.read_bytes() == WEIGHTS
            return
        refused(hub, cache, "tiny.safetensors of maker/model arrived damaged and was deleted: download tiny again")
        assert visible(cache) == []
        assert not (cache / PARTIAL).exists()
        assert get(hub, cache).fetched.path.read_bytes() == WEIGHTS

    def test_a_small_file_is_checked_too(self, hub: Hub, cache: Path) -> None:
        what = plan(FOLDER, endpoint=hub.url)
        hub.repositories[HUB] = Repository({**FILES, "model_index.json": b'{"unet": ()}'})
        with pytest.raises(DownloadError, match=r"model_index.json of maker/model arrived damaged"):
            list(fetch(what, cache=cache))
        assert visible(cache) == []

    @pytest.mark.parametrize("claim", [1, 1_000_000, -100_000])
    def test_a_length_that_lies_once(self, hub: Hub, cache: Path, claim: int) -> None:
        hub.faults = [Fault(claim=claim)]
        assert get(hub, cache).fetched.path.read_bytes() == WEIGHTS

    def test_a_file_that_is_always_short(self, hub: Hub, cache: Path) -> None:
        what = plan(SINGLE, endpoint=hub.url)
        longer = (RemoteFile("tiny.safetensors", 400_000, SHA256, True),)
        with pytest.raises(DownloadError, match="keeps breaking"):
            list(fetch(dataclasses.replace(what, files=longer), cache=cache))
        assert visible(cache) == []

    def test_a_connection_that_always_breaks(self, hub: Hub, cache: Path) -> None:
        hub.faults = [Fault(cut=100_000), Fault(cut=0, times=100)]
        refused(hub, cache, "The connection keeps breaking: download tiny again later, what came so far is kept")
        assert (cache / PARTIAL).stat().st_size == 100_000
        assert len(hub.ranges()) == 1 + downloads.ATTEMPTS
        hub.faults.clear()
        assert get(hub, cache).fetched.path.read_bytes() == WEIGHTS

    def test_a_hub_that_names_a_path_instead_of_a_hash(self, hub: Hub, cache: Path) -> None:
        hub.repositories[HUB] = Repository(FILES, commit="../../../home")
        refused(hub, cache, "does not answer as a hub does")

    def test_the_tables_hash_counts_more_than_the_hubs(self, hub: Hub, cache: Path) -> None:
        model = dataclasses.replace(SINGLE, sha256={"tiny.safetensors": "0" * 64})
        refused(hub, cache, "is not the file this program knows under that name", model)
        assert hub.ranges() == []
        model = dataclasses.replace(SINGLE, sha256={"tiny.safetensors": SHA256})
        assert get(hub, cache, model).fetched.path.read_bytes() == WEIGHTS

    def test_a_hash_from_an_earlier_download_holds(self, hub: Hub, cache: Path) -> None:
        refused(hub, cache, "is not the file", sha256={"tiny.safetensors": "1" * 64})
        refused(hub, cache, "is not the file", FOLDER, sha256={"model_index.json": "1" * 64})
        get(hub, cache, sha256={"tiny.safetensors": SHA256})


class TestRefusals:
    def test_no_such_repository(self, hub: Hub, cache: Path) -> None:
        refused(hub, cache, "The hub has no other/one, or does not", dataclasses.replace(SINGLE, hub="other/one"))

    def test_no_such_commit(self, hub: Hub, cache: Path) -> None:
        refused(hub, cache, "no longer has the version of tiny", dataclasses.replace(SINGLE, revision="f" * 40))

    def test_no_such_file(self, hub: Hub, cache: Path) -> None:
        model = dataclasses.replace(SINGLE, files=(Wanted(("a.safetensors", "b.safetensors")),))
        refused(hub, cache, "holds no a.safetensors or b.safetensors: look at https", model)

    def test_a_file_that_went_away(self, hub: Hub, cache: Path) -> None:
        what = plan(SINGLE, endpoint=hub.url)
        hub.repositories[HUB] = Repository({})
        with pytest.raises(DownloadError, match="no longer holds all files of tiny"):
            list(fetch(what, cache=cache))

    def test_a_gated_model_and_how_to_get_it(self, hub: Hub, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        hub.repositories[HUB] = Repository(FILES, gated=True)
        sentence = refused(hub, cache, "accept it at .*maker/model, log in with `hf auth login`")
        assert sentence.count("https://") == 1
        monkeypatch.setenv("HF_TOKEN", "hf_secret")
        assert get(hub, cache).fetched.path.read_bytes() == WEIGHTS
        told = {(request.host, request.authorization) for request in hub.requests[-2:]}
        assert told == {("hub", "Bearer hf_secret"), ("store", "")}, "the token stays with the hub"

    @pytest.mark.parametrize("status", [401, 403])
    def test_an_account_that_does_not_count(self, hub: Hub, cache: Path, status: int) -> None:
        hub.repositories[HUB] = Repository(FILES, hidden=status)
        refused(hub, cache, "log in anew with `hf auth login`")
        refused(hub, cache, "accept it at", dataclasses.replace(SINGLE, gated=True))

    @pytest.mark.parametrize(("status", "words"), [(500, "error 500: try again later"), (429, "fewer requests")])
    def test_a_hub_in_trouble(self, hub: Hub, cache: Path, status: int, words: str) -> None:
        hub.repositories[HUB] = Repository(FILES, hidden=status)
        refused(hub, cache, words)

    def test_a_server_that_stays_ill(self, hub: Hub, cache: Path) -> None:
        hub.faults = [Fault(status=502, times=100)]
        refused(hub, cache, "error 502: try again later")

    def test_no_network(self, cache: Path, hub: Hub) -> None:
        with pytest.raises(DownloadError, match="cannot be reached: check the network, and download tiny again"):
            plan(SINGLE, endpoint="http://127.0.0.1:9")
        with pytest.raises(DownloadError, match="cannot be reached"):
            plan(SINGLE, endpoint="http://no-such-host.invalid")

    def test_a_network_that_ends_midway(self, cache: Path, hub: Hub) -> None:
        what = dataclasses.replace(plan(SINGLE, endpoint=hub.url), endpoint="http://127.0.0.1:9")
        with pytest.raises(DownloadError, match="cannot be reached"):
            list(fetch(what, cache=cache))
        assert visible(cache) == []

    def test_a_server_that_does_not_answer(self, hub: Hub, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(constants, "HF_HUB_DOWNLOAD_TIMEOUT", 0.2)
        monkeypatch.setattr(downloads, "ATTEMPTS", 1)
        hub.faults = [Fault(silent=True)]
        refused(hub, cache, "does not answer: check the network")

    def test_a_page_that_asks_to_log_in_to_the_network(self, hub: Hub, cache: Path) -> None:
        hub.answer = b"<html>Welcome to our hotel</html>"
        refused(hub, cache, "does not answer as a hub does: check the network, its proxy")

    def test_offline_by_choice(self, hub: Hub, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
        refused(hub, cache, "switched off by HF_HUB_OFFLINE")
        assert hub.requests == []

    def test_another_program_is_at_it(self, hub: Hub, cache: Path) -> None:
        hub.faults = [Fault(cut=1000)]
        first = fetch(plan(SINGLE, endpoint=hub.url), cache=cache)
        next(first)
        refused(hub, cache, "Another program is downloading tiny.safetensors of maker/model just now")
        assert isinstance(list(first)[-1], Fetched)


class TestDisk:
    def test_no_room_is_known_before(self, hub: Hub, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        usage = shutil.disk_usage(cache.parent)
        monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=1000))
        refused(hub, cache, "There is no room for tiny in .*: free some, or set HF_HOME")
        assert hub.ranges() == []

    def test_a_disk_that_fills_up(self, hub: Hub, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def full(url: str, partial: Path, start: int, size: int) -> Iterator[int]:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(partial))
            yield 0

        monkeypatch.setattr(downloads, "_stream", full)
        refused(hub, cache, "There is no room for tiny")
        assert visible(cache) == []

    def test_a_cache_that_may_not_be_written(self, hub: Hub, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def denied(*args: object, **options: object) -> None:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(cache))

        monkeypatch.setattr(Path, "mkdir", denied)
        refused(hub, cache, f"{cache} may not be written: change its permissions, or set HF_HOME")


class TestDiscard:
    def test_the_files_are_gone_and_their_folders(self, hub: Hub, cache: Path) -> None:
        fetched = get(hub, cache, FOLDER).fetched
        assert discard(fetched.files) == sum(file.size for file in fetched.files)
        assert not fetched.path.exists()
        assert list((cache / "models--maker--model/blobs").iterdir()) == []
        assert discard(fetched.files) >= 0, "a second time does no harm"

    def test_what_another_commit_needs_stays(self, hub: Hub, cache: Path) -> None:
        first = get(hub, cache).fetched
        hub.repositories[HUB] = Repository(FILES, commit="f" * 40)
        second = get(hub, cache).fetched
        assert second.path != first.path
        assert discard(first.files) == 0
        assert second.path.read_bytes() == WEIGHTS
        assert discard(second.files) == 300_000


def test_it_needs_no_torch() -> None:
    code = "import sys; import ccnet.downloads; print('torch' in sys.modules, 'hf_xet' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
