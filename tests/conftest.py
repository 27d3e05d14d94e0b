"""What every test stands on: no screen, no user's files, no leftovers."""

from __future__ import annotations

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["QT_API"] = "pyside6"

import pytest  # noqa: E402


@pytest.fixture
def anyio_backend() -> str:
    """The runtime runs on asyncio alone."""
    return "asyncio"
