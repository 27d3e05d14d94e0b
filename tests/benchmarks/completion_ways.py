"""The ways of asking N questions at once that completions.py compares; each in a process of its own.

What each gives: `wall_s` from the first start to the last answer, every answer checked to be its own, the lag of the
loop meanwhile (seconds), and what only it can tell.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import tempfile
import time
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from measuring import Server, lag_of_this_loop, resident_mb, scratch_folder

LOOPS = ("asyncio", "uvloop", "qasync")
OURS = ("panel", "flow", "completions")
BARE = tuple(f"{transport}-{loop}" for transport in ("aiohttp", "default") for loop in LOOPS)
WAYS = (*OURS, *BARE, "rivet")
NAMES = {"panel": "flow, panel open", "flow": "flow, no window", "completions": "Completions", "rivet": "Rivet"}


@dataclass
class Sample:
    """What a way gave."""

    wall_s: float
    lag: list[float] = field(default_factory=list)
    cpu_s: float = 0.0
    before_mb: float = 0.0
    more: dict[str, float] = field(default_factory=dict)


def name_of(way: str) -> str:
    """The way in words."""
    if way in NAMES:
        return NAMES[way]
    transport, loop = way.split("-")
    return f"AsyncOpenAI, {transport}, {loop}"


def run(way: str, server: Server, options: argparse.Namespace) -> Sample:
    """One way, in this process."""
    if way == "rivet":
        return by_rivet(server, options)
    ways = {"panel": by_panel, "flow": by_flow, "completions": by_completions}
    transport, _, loop = way.partition("-")
    work = ways[way](server, options) if way in ways else by_openai(transport, server, options)
    application = make_application() if way == "panel" or loop == "qasync" else None
    with asyncio.Runner(loop_factory=loop_factory("editor" if way == "panel" else loop)) as runner:
        sample = runner.run(work)
    del application
    return sample


def make_application() -> object:
    """The QApplication of a loop of Qt's."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from editor.app import make_application as of_the_editor

    return of_the_editor()


def loop_factory(name: str) -> Callable[[], asyncio.AbstractEventLoop]:
    """What makes a loop of this name; asyncio's own if there is none."""
    if name == "uvloop":
        import uvloop

        factory: Callable[[], asyncio.AbstractEventLoop] = uvloop.new_event_loop
        return factory
    if name in ("qasync", "editor"):
        from PySide6.QtWidgets import QApplication

        from editor.event_loop import EditorEventLoop

        if name == "editor":
            return EditorEventLoop
        from qasync import QEventLoop  # type: ignore[import-untyped]

        return partial(QEventLoop, QApplication.instance())
    return asyncio.SelectorEventLoop


async def timed(work: Callable[[], Awaitable[object]]) -> Sample:
    """Do it while the loop's lag is watched."""
    before = resident_mb()
    async with lag_of_this_loop() as lag:
        start, cpu = time.perf_counter(), time.process_time()
        await work()
        wall, cpu = time.perf_counter() - start, time.process_time() - cpu
    return Sample(wall, lag, cpu, before)


def providers(server: Server, options: argparse.Namespace) -> Any:
    """One profile that leads to the server, with room for all at once."""
    from runtime.llm.providers import ProviderProfile, Providers

    room = max(options.count, 1000)
    profile = ProviderProfile(name="bench", kind="openai_compatible", base_url=server.base_url, most_in_flight=room)
    return Providers([profile])


async def by_panel(server: Server, options: argparse.Namespace) -> Sample:
    """By Run in the real window, the futures panel in front, on the editor's own loop."""
    from editor_window import open_editor
    from fan_out import fan_out
    from panel_watch import PanelWatch

    from editor.app import set_apart_what_stays
    from runtime.document.files import save_flow

    with tempfile.TemporaryDirectory() as name:
        folder, streams = Path(name), options.mode == "stream"
        for count, file in ((1, "warm"), (options.count, "all")):
            save_flow(fan_out(count, stream=streams), folder / f"{file}.flow.json")
        async with open_editor(folder, folder / "warm.flow.json", providers=providers(server, options)) as window:
            window.panels.docks.raise_panel("futures")
            futures = window.session.futures

            async def ask() -> None:
                window.actions_by_name["run"].trigger()
                (run,) = window.session.runs
                result = await window.session.wait(run)
                assert result.status == "succeeded", result.error
                await futures.wait_all()
                for number, future in enumerate(await futures.all(run.run_id)):
                    check(number, future.text())

            await ask()
            await window.open_files([folder / "all.flow.json"])
            set_apart_what_stays()
            watch = PanelWatch(window.panels.futures, options.count)
            sample = await timed(ask)
            sample.more = await watch.figures(sample.wall_s)
    return sample


async def by_flow(server: Server, options: argparse.Namespace) -> Sample:
    """By a flow of the asynchronous node, in a session."""
    from fan_out import fan_out

    from runtime.session import Session

    session = Session(providers=providers(server, options), data_folder=scratch_folder())

    async def ask(count: int) -> None:
        run = session.start(fan_out(count, stream=options.mode == "stream"))
        result = await session.wait(run)
        assert result.status == "succeeded", result.error
        await session.futures.wait_all()
        for number, future in enumerate(await session.futures.all(run.run_id)):
            check(number, future.text())

    await ask(1)
    sample = await timed(partial(ask, options.count))
    await session.close()
    return sample


async def by_completions(server: Server, options: argparse.Namespace) -> Sample:
    """Through the registry and the network thread."""
    from runtime.completions import Completions
    from runtime.futures.future import FutureOrigin, FutureState
    from runtime.futures.registry import FutureRegistry
    from runtime.ids import NodeId, RunId, StepId
    from runtime.llm.network import NetworkThread
    from runtime.llm.requests import chat_request

    futures = FutureRegistry(lambda _: None)
    completions = Completions(futures, providers(server, options), NetworkThread())
    origin = FutureOrigin(RunId("run"), NodeId("node"), StepId(1), time.time())

    async def ask(count: int, first: int) -> None:
        ids = []
        for number in range(first, first + count):
            request = chat_request("bench", [message(number)], {"Stream": options.mode == "stream"})
            ids.append(completions.start(request, origin))
            if number % 20 == 19:
                await asyncio.sleep(0)  # as the engine does, every 5 ms of work
        for number, future_id in enumerate(ids, first):
            future = await futures.wait(future_id)
            assert future.state is FutureState.SUCCEEDED, future.result
            check(number, future.text())

    await ask(1, -1)
    sample = await timed(partial(ask, options.count, 0))
    await completions.close()
    return sample


async def by_openai(transport: str, server: Server, options: argparse.Namespace) -> Sample:
    """By the SDK alone, on one loop; with room for all at once, which its own pool has for 1,000."""
    import httpx2
    import openai

    room = max(options.count, 1000)
    limits = httpx2.Limits(max_connections=room, max_keepalive_connections=max(room // 10, 100))
    make = openai.DefaultAioHttpClient if transport == "aiohttp" else openai.DefaultAsyncHttpxClient
    async with openai.AsyncOpenAI(
        api_key="none", base_url=server.base_url, max_retries=0, timeout=None, http_client=make(limits=limits)
    ) as client:

        async def ask(number: int) -> None:
            answer: Any = await client.chat.completions.create(
                model="bench", messages=[message(number)], stream=options.mode == "stream"
            )
            if options.mode == "stream":
                text = "".join([chunk.choices[0].delta.content or "" async for chunk in answer if chunk.choices])
            else:
                text = answer.choices[0].message.content
            check(number, text)

        def all_at_once() -> Awaitable[list[None]]:
            work: list[Coroutine[Any, Any, None]] = [ask(number) for number in range(options.count)]
            return asyncio.gather(*work)

        await ask(-1)
        return await timed(all_at_once)


def by_rivet(server: Server, options: argparse.Namespace) -> Sample:
    """By Rivet's chat nodes, which always stream."""
    script = Path(__file__).with_name("rivet_completions.mjs")
    command = ["node", str(script), server.base_url, str(options.count)]
    done = subprocess.run(command, cwd=options.rivet, check=True, stdout=subprocess.PIPE, text=True)
    figures = json.loads(done.stdout)
    return Sample(figures["wall_s"], [], figures["cpu_s"], 0.0, {"kb_a_future": figures["kb_a_future"]})


def message(number: int) -> Any:
    """A question."""
    return {"role": "user", "content": f"request {number}"}


def check(number: int, text: str) -> None:
    """The answer belongs to the question."""
    assert text.startswith(f"echo: request {number} tok"), (number, text)
