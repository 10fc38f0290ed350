"""One application without a screen for all tests of the editor."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication


@pytest.fixture(scope="session")
def qapp() -> QApplication:
    """The application, made once: Qt allows no second."""
    existing = QApplication.instance()
    return existing if isinstance(existing, QApplication) else QApplication([])


@pytest.fixture(autouse=True, scope="session")
def _collected_by_hand() -> Iterator[None]:
    """Widgets in reference cycles die in the thread that they live in: Python collects in whichever comes along, such
    as the one that packs the history."""
    gc.disable()
    gc.freeze()
    yield
    gc.unfreeze()
    gc.enable()


@pytest.fixture(autouse=True)
def _collected(_collected_by_hand: None) -> Iterator[None]:
    yield
    gc.collect()
