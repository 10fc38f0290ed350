"""One application without a screen for all tests of the editor."""

from __future__ import annotations

import os

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication


@pytest.fixture(scope="session")
def qapp() -> QApplication:
    """The application, made once: Qt allows no second."""
    existing = QApplication.instance()
    return existing if isinstance(existing, QApplication) else QApplication([])
