"""A hub of one's own: a server on localhost that speaks the model hub's protocol, and can be told to misbehave.

Two hosts, as there: the hub answers about repositories and sends on whoever asks for a large file to the store, which
serves bytes by their hash and understands ranges.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

import huggingface_hub
import pytest
from huggingface_hub import constants

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@dataclass
class Repository:
    """files: name -> content; those ending in .json or .txt are kept in git, the others in LFS.

    hidden: a status that is answered instead of files, such as 401. gated: files are for those with a token only.
    """

    files: Mapping[str, bytes]
    commit: str = COMMIT
    licence: Mapping[str, str] = field(default_factory=lambda: {"license": "openrail"})
    hidden: int = 0
    gated: bool = False


class Request(NamedTuple):
    method: str
    host: str
    path: str
    range: str
    authorization: str


@dataclass
class Fault:
    """How the store misbehaves, for the next `times` requests for bytes.

    cut: after so many bytes the connection breaks. claim: this much more (or less) is said to follow than does.
    corrupt: a byte is another. status: is answered instead. whole: ranges are ignored. silent: nothing is answered.
    """

    times: int = 1
    cut: int | None = None
    claim: int = 0
    corrupt: bool = False
    status: int = 0
    whole: bool = False
    silent: bool = False
    extra: bytes = b""


@dataclass
class Hub:
    """url: of the hub. requests: all that were made, in order. faults: for the next requests to the store, in order."""

    repositories: dict[str, Repository]
    url: str = ""
    store: str = ""
    requests: list[Request] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    answer: bytes | None = None
    ended: threading.Event = field(default_factory=threading.Event)

    def fault(self) -> Fault:
        if not self.faults:
            return Fault()
        fault = self.faults[0]
        fault.times -= 1
        if fault.times <= 0:
            self.faults.pop(0)
        return fault

    def ranges(self) -> list[str]:
        """What was asked of the store: "" for a whole file, else the range."""
        return [request.range for request in self.requests if request.host == "store"]


def in_lfs(name: str) -> bool:
    return not name.endswith((".json", ".txt"))


def git_hash(content: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


@contextmanager
def serving(repositories: Mapping[str, Repository]) -> Iterator[Hub]:
    """Serves from two ports of localhost until the block ends."""
    hub = Hub(dict(repositories))
    servers = [ThreadingHTTPServer(("127.0.0.1", 0), handler(hub)) for handler in (_hub_handler, _store_handler)]
    hub.url, hub.store = (f"http://127.0.0.1:{server.server_port}" for server in servers)
    threads = [threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True) for server in servers]
    for thread in threads:
        thread.start()
    try:
        yield hub
    finally:
        hub.ended.set()
        for server in servers:
            server.shutdown()
            server.server_close()


def use_only_localhost(monkeypatch: pytest.MonkeyPatch, folder: Path, url: str = "http://127.0.0.1:9") -> None:
    """Keeps huggingface_hub, here and in child processes, from the real hub, its telemetry and the user's account.

    url: the hub for whoever names none; by default one where nobody answers. folder: the cache goes there.
    """
    variables = {
        "NO_PROXY": "127.0.0.1",
        "HF_HOME": str(folder / "hf"),
        "HF_ENDPOINT": url,
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "HF_HUB_OFFLINE": "0",
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("HF_TOKEN", raising=False)
    monkeypatch.setattr(constants, "ENDPOINT", url)
    template = "/{repo_id}/resolve/{revision}/{filename}"
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", url + template)
    monkeypatch.setattr(constants, "HF_TOKEN_PATH", str(folder / "hf" / "token"))
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(folder / "hf" / "hub"))
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_TELEMETRY", True)
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    huggingface_hub.close_session()


class _Handler(BaseHTTPRequestHandler):
    hub: Hub
    host: str

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def do_HEAD(self) -> None:
        self.respond()

    def do_GET(self) -> None:
        self.respond()

    def respond(self) -> None:
        asked = (self.headers.get("Range", ""), self.headers.get("Authorization", ""))
        self.hub.requests.append(Request(self.command, self.host, self.path, *asked))
        self.serve(unquote(urlsplit(self.path).path))

    def serve(self, path: str) -> None:
        raise NotImplementedError

    def send(self, status: int, body: bytes = b"", headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        for key, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(key, value)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def refuse(self, status: int, code: str, message: str) -> None:
        self.send(status, json.dumps({"error": message}).encode(), {"X-Error-Code": code, "X-Error-Message": message})


def _hub_handler(hub: Hub) -> type[_Handler]:
    class HubHandler(_Handler):
        def serve(self, path: str) -> None:
            if hub.answer is not None:
                return self.send(200, hub.answer, {"Content-Type": "text/html"})
            parts = path.strip("/").split("/")
            if parts[:2] == ["api", "models"]:
                return self.tell("/".join(parts[2:4]), parts[5] if parts[4:5] == ["revision"] else "main")
            return self.resolve("/".join(parts[:2]), parts[3], "/".join(parts[4:]))

        def repository(self, name: str, revision: str) -> Repository | None:
            repository = hub.repositories.get(name)
            if repository is None:
                self.refuse(401, "RepoNotFound", "Repository not found")
            elif repository.hidden:
                self.refuse(repository.hidden, "", "Hidden")
            elif revision not in ("main", repository.commit):
                self.refuse(404, "RevisionNotFound", f"Invalid rev id: {revision}")
            else:
                return repository
            return None

        def tell(self, name: str, revision: str) -> None:
            repository = self.repository(name, revision)
            if repository is None:
                return
            siblings = []
            for file, content in repository.files.items():
                sibling: dict[str, Any] = {"rfilename": file, "size": len(content), "blobId": git_hash(content)}
                if in_lfs(file):
                    sha256 = hashlib.sha256(content).hexdigest()
                    sibling["lfs"] = {"sha256": sha256, "size": len(content), "pointerSize": 135}
                siblings.append(sibling)
            about = {
                "id": name,
                "sha": repository.commit,
                "gated": "auto" if repository.gated else False,
                "cardData": dict(repository.licence),
                "siblings": siblings,
            }
            self.send(200, json.dumps(about).encode(), {"Content-Type": "application/json"})

        def resolve(self, name: str, revision: str, file: str) -> None:
            repository = self.repository(name, revision)
            if repository is None:
                return None
            if repository.gated and not self.headers.get("Authorization"):
                return self.refuse(401, "GatedRepo", f"Access to model {name} is restricted.")
            if file not in repository.files:
                return self.refuse(404, "EntryNotFound", "Entry not found")
            content = repository.files[file]
            headers = {"X-Repo-Commit": repository.commit, "Accept-Ranges": "bytes"}
            if not in_lfs(file):
                return self.send(200, content, {**headers, "ETag": f'"{git_hash(content)}"'})
            sha256 = hashlib.sha256(content).hexdigest()
            headers |= {"X-Linked-Etag": f'"{sha256}"', "X-Linked-Size": str(len(content))}
            return self.send(302, b"", {**headers, "ETag": f'"{sha256}"', "Location": f"{hub.store}/{sha256}"})

    HubHandler.hub, HubHandler.host = hub, "hub"
    return HubHandler


def _store_handler(hub: Hub) -> type[_Handler]:
    class StoreHandler(_Handler):
        def serve(self, path: str) -> None:
            contents = {
                hashlib.sha256(content).hexdigest(): content
                for repository in hub.repositories.values()
                for content in repository.files.values()
            }
            content, fault = contents[path.strip("/")], hub.fault()
            if fault.silent:
                hub.ended.wait(30)
                return None
            if fault.status:
                return self.send(fault.status, b"no")
            start = 0
            if (wanted := self.headers.get("Range")) and not fault.whole:
                start = int(wanted.removeprefix("bytes=").partition("-")[0])
            if start >= len(content) > 0:
                return self.send(416, b"", {"Content-Range": f"bytes */{len(content)}"})
            body = bytearray(content[start:] + fault.extra)
            if fault.corrupt:
                body[len(body) // 2] ^= 1
            headers = {"Content-Length": str(len(body) + fault.claim)}
            if start:
                headers["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
            self.send(206 if start else 200, bytes(body if fault.cut is None else body[: fault.cut]), headers)
            self.close_connection = True
            return None

    StoreHandler.hub, StoreHandler.host = hub, "store"
    return StoreHandler
