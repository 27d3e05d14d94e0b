"""What every test stands on: no screen, no user's folders or keys, nothing left behind.

A test fails on a log record of level WARNING or above (unless it takes `caplog`, or `surprises` of the editor's tests),
and on asyncio tasks, threads or child processes that outlive it. Warnings fail it by pytest's `filterwarnings`.

Properties are tried on the same examples in every run, however long one takes on a busy machine; `pytest
--hypothesis-profile search` tries new ones.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["QT_API"] = "pyside6"

import pytest
from hypothesis import HealthCheck, settings

# A background job of a shell ignores Ctrl-C, and programs that tests start would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)

settings.register_profile("search", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("same", settings.get_profile("search"), derandomize=True, database=None)
settings.load_profile("same")

# Servers of tests are on this machine, where no proxy of the person's leads.
for _name in ("NO_PROXY", "no_proxy"):
    os.environ[_name] = ",".join(filter(None, [os.environ.get(_name), "127.0.0.1", "localhost"]))

_OWN_FOLDERS = ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "LOCALAPPDATA", "APPDATA")
_SETTINGS_OF_THE_PERSON = ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID")
_THREAD_SECONDS = 10.0
"""How long a thread that was told to end may take: far above what any needs on a loaded machine."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let every asyncio test account for its tasks."""
    for item in items:
        if isinstance(item, pytest.Function) and item.get_closest_marker("anyio"):
            # After `no_leftovers`, so that the loop is closed before threads are counted, and before all others, so
            # that what their cleanup ends is ended.
            item.fixturenames.insert(item.fixturenames.index("no_leftovers") + 1, "no_leftover_tasks")


@pytest.fixture
def anyio_backend() -> str:
    """The runtime runs on asyncio alone."""
    return "asyncio"


@pytest.fixture(autouse=True)
def no_leftovers() -> Iterator[None]:
    """No thread (timers are threads) and no child process outlives a test."""
    threads, children = set(threading.enumerate()), _children()
    yield
    for thread in set(threading.enumerate()) - threads:
        thread.join(0 if thread is threading.current_thread() else _THREAD_SECONDS)
    left = [thread.name for thread in threading.enumerate() if thread not in threads]
    assert not left, f"threads left behind: {left}"
    left = sorted(map(_command_line, _children() - children))
    assert not left, f"child processes left behind: {left}"


@pytest.fixture(autouse=True)
def own_user_folders(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings, data, caches, keys and keyring of the person who runs the tests stay out of them.

    Tests of the real local model keep the data folder, into which its file was fetched once.
    """
    for name in _OWN_FOLDERS:
        if not (request.node.get_closest_marker("local_model") and name in ("XDG_DATA_HOME", "LOCALAPPDATA")):
            monkeypatch.setenv(name, str(tmp_path / name.lower()))
    for name in _SETTINGS_OF_THE_PERSON:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")


@pytest.fixture(autouse=True)
def no_surprising_records(request: pytest.FixtureRequest) -> Iterator[None]:
    """Nothing is logged as a warning or worse that the test does not look at."""
    if {"caplog", "surprises"} & set(request.fixturenames):
        yield
        return
    records = _Records()
    logging.getLogger().addHandler(records)
    yield
    logging.getLogger().removeHandler(records)
    assert not records.seen, "\n".join(["unexpected log records:", *records.seen])


@pytest.fixture
async def no_leftover_tasks(anyio_backend: str) -> AsyncIterator[None]:
    """No asyncio task outlives a test and the cleanup of its fixtures."""
    yield
    of_anyio = "TestRunner."  # the tasks in which anyio's plugin runs this very fixture
    left = {task for task in asyncio.all_tasks() if not task.get_coro().__qualname__.startswith(of_anyio)}
    assert not left, f"tasks left behind: {left}"


class _Records(logging.Handler):
    """Keeps records as text."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
        self.seen: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.seen.append(self.format(record))


def _children() -> set[int]:
    """Process ids of the children, also of ended ones that nobody waited for; empty where /proc is not."""
    found = set()
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            after_name = status.read_text("utf-8", "replace").rpartition(")")[2].split()
        except OSError:  # it ended meanwhile
            continue
        if int(after_name[1]) == os.getpid():
            found.add(int(status.parent.name))
    return found


def _command_line(process_id: int) -> str:
    try:
        words = Path(f"/proc/{process_id}/cmdline").read_text("utf-8", "replace").split("\0")
    except OSError:
        words = ["ended"]
    return f"{process_id}: {' '.join(words)[:200]}"
