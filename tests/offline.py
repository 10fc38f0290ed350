"""Tests that must work without a network."""

from __future__ import annotations

import socket
from typing import Any

import pytest


def refuse_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever opens one from now on fails."""

    def refuse(*args: Any, **kwargs: Any) -> None:
        raise AssertionError("A socket was opened.")

    monkeypatch.setattr(socket, "socket", refuse)
