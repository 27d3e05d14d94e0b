"""The model on this machine: a real one, in real child processes, over real HTTP."""

from __future__ import annotations

import asyncio
import json
import os
import select
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import platformdirs
import pytest
from asking import origin_of

from runtime.completions import Completions
from runtime.errors import LocalModelError
from runtime.futures.events import FutureDelta
from runtime.futures.future import FutureState
from runtime.futures.registry import FutureRegistry
from runtime.llm.endpoint import Endpoint
from runtime.llm.local_fetch import MODEL_VARIABLE
from runtime.llm.local_model import LocalModel
from runtime.llm.network import NetworkThread
from runtime.llm.providers import ProviderProfile, Providers
from runtime.llm.requests import chat_request

pytestmark = [pytest.mark.anyio, pytest.mark.local_model, pytest.mark.timeout(300)]

ROOT = Path(__file__).parents[3]
TIMEOUT = 60.0

PARENT = """
import asyncio, pathlib, sys
from runtime.llm.local_model import LocalModel

async def main():
    model = LocalModel(pathlib.Path(sys.argv[1]), lambda *_: None)
    try:
        await model.endpoint()
        print(model.pid, flush=True)
        await asyncio.Event().wait()
    finally:
        await model.close()

asyncio.run(main())
"""
"""A program that uses the local model until it is stopped."""

Told = list[tuple[str, str]]


@pytest.fixture
def data_folder() -> Path:
    """The person's own data folder, so that the model is fetched once and not by every test."""
    return platformdirs.user_data_path("futureflow")


@pytest.fixture
def told() -> Told:
    """Stages and messages, as the model told them."""
    return []


@pytest.fixture
async def model(data_folder: Path, told: Told) -> AsyncIterator[LocalModel]:
    """The default model, not started."""
    model = LocalModel(data_folder, lambda stage, message, _done, _total: told.append((stage, message)))
    yield model
    await model.close()


async def asked(endpoint: Endpoint, *, key: str | None = None) -> tuple[int, Any]:
    """Ask for a few words: status and body of the answer."""
    body = {"model": "any-name", "messages": [{"role": "user", "content": "Name a colour."}], "max_tokens": 8}
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {key or endpoint.api_key}"}
    request = urllib.request.Request(f"{endpoint.base_url}/chat/completions", json.dumps(body).encode(), headers)

    def send() -> tuple[int, Any]:
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT) as response:
                return response.status, json.load(response)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.load(error)

    return await asyncio.to_thread(send)


def shown_by_the_system(process_id: int | None) -> str:
    """What others can see of a process: its command line and its environment (nothing where /proc is not)."""
    places = [Path(f"/proc/{process_id}/{name}") for name in ("cmdline", "environ")]
    return "".join(place.read_text() for place in places if place.exists())


def exists(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    return True


async def test_answers_to_any_model_name(model: LocalModel, told: Told) -> None:
    status, answer = await asked(await model.endpoint())
    assert status == 200
    assert answer["choices"][0]["message"]["content"].strip()
    assert answer["usage"]["completion_tokens"] > 0
    assert [stage for stage, _ in told if stage != "fetching"] == ["starting", "ready"]


async def test_keeps_strangers_out(model: LocalModel) -> None:
    endpoint = await model.endpoint()
    assert endpoint.base_url.startswith("http://127.0.0.1:")
    assert (await asked(endpoint, key="guessed"))[0] == 401
    assert endpoint.api_key not in repr(endpoint)
    assert endpoint.api_key not in shown_by_the_system(model.pid)


async def test_ctrl_c_in_the_terminal_does_not_reach_it(model: LocalModel) -> None:
    await model.endpoint()
    assert model.pid is not None
    assert os.getpgid(model.pid) != os.getpgrp()  # the terminal signals the whole foreground group


async def test_answers_four_at_once_from_one_process(model: LocalModel, told: Told) -> None:
    endpoints = await asyncio.gather(*(model.endpoint() for _ in range(4)))
    assert len(set(endpoints)) == 1
    assert [stage for stage, _ in told].count("starting") == 1
    assert [status for status, _ in await asyncio.gather(*map(asked, endpoints))] == [200] * 4


async def test_starts_again_after_its_process_died(model: LocalModel, told: Told) -> None:
    await model.endpoint()
    assert model.pid is not None
    os.kill(model.pid, signal.SIGKILL)
    async with asyncio.timeout(TIMEOUT):
        while model.pid is not None:  # noqa: ASYNC110 (the kernel tells of it only to who asks)
            await asyncio.sleep(0)
    assert (await asked(await model.endpoint()))[0] == 200
    assert any("was ended by signal 9" in message and message.endswith("again") for _, message in told)


async def test_a_request_whose_model_died_says_so_and_the_next_one_is_answered(model: LocalModel) -> None:
    streaming = asyncio.Event()
    futures = FutureRegistry(lambda event: streaming.set() if isinstance(event, FutureDelta) else None)
    providers = Providers([ProviderProfile(name="local", kind="local")], environment={})
    completions = Completions(futures, providers, NetworkThread(model))
    long, short = (
        chat_request("any", [{"role": "user", "content": "Tell a story."}], {"Stream": True, "MaxTokens": length})
        for length in (3000, 8)
    )
    try:
        async with asyncio.timeout(TIMEOUT):
            cut = completions.start(long, origin_of())
            await streaming.wait()
            assert model.pid is not None
            os.kill(model.pid, signal.SIGKILL)
            future = await futures.wait(cut)
            assert future.state is FutureState.TRUNCATED
            assert future.text()
            assert "The model on this machine has stopped" in future.error
            assert (await futures.wait(completions.start(short, origin_of()))).error == ""
    finally:
        await completions.close()


async def test_closing_ends_the_process(model: LocalModel) -> None:
    await model.endpoint()
    process_id = model.pid
    assert process_id is not None
    await model.close()
    assert model.pid is None
    assert not exists(process_id)
    with pytest.raises(LocalModelError, match="has been closed"):
        await model.endpoint()


@pytest.fixture
async def starting(data_folder: Path, told: Told) -> AsyncIterator[tuple[LocalModel, asyncio.Event]]:
    """A model, and an event that is set whenever its process is about to be started."""
    event = asyncio.Event()

    def note(stage: str, message: str, _done: int, _total: int) -> None:
        told.append((stage, message))
        if stage == "starting":
            event.set()

    model = LocalModel(data_folder, note)
    yield model, event
    await model.close()


async def test_one_who_is_cancelled_does_not_disturb_the_others(
    starting: tuple[LocalModel, asyncio.Event], told: Told
) -> None:
    model, event = starting
    first, second = (asyncio.create_task(model.endpoint()) for _ in range(2))
    await asyncio.wait_for(event.wait(), TIMEOUT)
    first.cancel()
    assert (await asked(await second))[0] == 200
    assert first.cancelled()
    assert [stage for stage, _ in told].count("starting") == 1


async def test_starting_ends_when_the_last_who_waits_is_cancelled(
    starting: tuple[LocalModel, asyncio.Event], told: Told
) -> None:
    model, event = starting
    only = asyncio.create_task(model.endpoint())
    await asyncio.wait_for(event.wait(), TIMEOUT)
    only.cancel()
    await asyncio.wait([only])
    assert (await asked(await model.endpoint()))[0] == 200
    assert [stage for stage, _ in told if stage != "fetching"] == ["starting", "starting", "ready"]


async def test_can_be_asked_again_after_a_start_was_cancelled(model: LocalModel) -> None:
    given_up = asyncio.create_task(model.endpoint())
    await asyncio.sleep(0)  # it waits now
    given_up.cancel()
    assert (await asked(await model.endpoint()))[0] == 200


@pytest.fixture
def parent(data_folder: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A program that uses the local model, in a process group of its own, and the model's process id."""
    command = [sys.executable, "-c", PARENT, str(data_folder)]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, process.communicate()[1]
        yield process, int(line)
        process.kill()


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="waits for another's child by pidfd")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_ends_with_its_parent(parent: tuple[subprocess.Popen[str], int], how: signal.Signals) -> None:
    process, child = parent
    ended = os.pidfd_open(child)
    os.killpg(process.pid, how)  # as the terminal does on Ctrl-C: to the whole group
    assert select.select([ended], [], [], TIMEOUT)[0], "the model's process outlived its parent"
    os.close(ended)
    assert ("KeyboardInterrupt" in process.communicate()[1]) == (how is signal.SIGINT)


def test_without_the_engine_says_what_to_install(tmp_path: Path) -> None:
    program = f"""
import asyncio, pathlib, sys
sys.modules["xllamacpp"] = None
from runtime.llm.local_model import LocalModel
try:
    asyncio.run(LocalModel(pathlib.Path({str(tmp_path)!r}), lambda *step: print(step)).endpoint())
except Exception as error:
    print(type(error).__name__, error)
"""
    ran = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "LocalModelError the local model needs xllamacpp" in ran.stdout
    assert "pip install 'futureflow[local]'" in ran.stdout
    assert ran.stdout.startswith("('failed', ")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (None, "names .*own.gguf, which cannot be read: No such file"),
        (b"not a model", "names .*own.gguf, which is no GGUF file"),
        (
            b"GGUF and then nonsense",
            "own.gguf could not be started: its process ended with exit code 1.*last words:\n.+",
        ),
    ],
)
async def test_a_file_of_ones_own_that_is_no_model(
    tmp_path: Path, told: Told, content: bytes | None, complaint: str
) -> None:
    own = tmp_path / "own.gguf"
    if content is not None:
        own.write_bytes(content)
    environment = {**os.environ, MODEL_VARIABLE: str(own)}
    model = LocalModel(tmp_path, lambda stage, message, *_: told.append((stage, message)), environment)
    with pytest.raises(LocalModelError, match=f"(?s){complaint}"):
        await model.endpoint()
    assert told[-1][0] == "failed"
    await model.close()


async def test_a_file_of_ones_own_answers(model: LocalModel, data_folder: Path, tmp_path: Path) -> None:
    await model.endpoint()
    fetched = next((data_folder / "models").glob("*.gguf"))
    own = tmp_path / "another name.gguf"
    own.symlink_to(fetched)
    chosen = LocalModel(tmp_path, lambda *_: None, {**os.environ, MODEL_VARIABLE: str(own)})
    assert (await asked(await chosen.endpoint()))[1]["model"] == "another name.gguf"
    await chosen.close()
