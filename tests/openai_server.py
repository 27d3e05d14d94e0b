"""A real HTTP server on loopback that speaks the OpenAI chat API, with every fault a server can have.

    with OpenAIServer() as server:
        ...  # talk to server.base_url, from any thread or loop
        server.wait_until(lambda: server.in_flight == 1)
        assert server.requests[0].body["model"] == "ok"

It runs in a thread of its own, so it answers whatever the test's own loop does. What it answers is decided, first to
last, by the queue of `script(...)`, by `answers[model]`, by the model names of `MODELS`, else it echoes the last user
message: `echo: <message>`, one piece a word (a choice beyond the first ends in ` #<index>`).

A test holds an answer by a gate and opens it when it has seen enough; nothing needs to sleep:

    gate = server.gate()
    server.script(Reply(hold_rest=gate))   # the first piece goes out, then nothing until gate.open()
"""

from __future__ import annotations

import asyncio
import itertools
import json
import re
import ssl
import threading
from collections import deque
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from aiohttp import web
from openai_answer import MODELS, Answer, Gate, Received, Reply

__all__ = ["MODELS", "Gate", "OpenAIServer", "Received", "Reply"]

TIMEOUT = 30.0
"""Seconds that waiting for a condition may take at most: far above what any test needs."""


class OpenAIServer:
    """The server: a context manager, counters, and the script.

    Attributes:
        requests: everything received, oldest first.
        in_flight, peak: requests being answered now, and the most at once.
        disconnects: requests whose client went away before the answer was complete.
        answers: replies by model name, before `MODELS`.
    """

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        """With `tls` it is a server of https."""
        self._tls = tls
        self.requests: list[Received] = []
        self.in_flight = 0
        self.peak = 0
        self.disconnects = 0
        self.answers: dict[str, Reply] = {}
        self.base_url = ""
        self._script: deque[Reply] = deque()
        self._spent: set[str] = set()
        self._changed = threading.Condition()
        self._ids = itertools.count(1)
        self._loop = asyncio.SelectorEventLoop()  # not new_event_loop: under qasync the policy would give a Qt loop
        self._closing = asyncio.Event()
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._run, name="openai-server")

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._started.wait(TIMEOUT), "the server did not start"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._closing.set)
        self._thread.join(TIMEOUT)
        assert not self._thread.is_alive(), "the server did not stop"

    def gate(self) -> Gate:
        """A closed gate for `Reply(hold=...)`."""
        return Gate(self._loop)

    def script(self, *replies: Reply) -> None:
        """Answer the next requests so, one reply each, in order of arrival."""
        self._script.extend(replies)

    def wait_until(self, condition: Callable[[], bool], what: str = "the condition") -> None:
        """Block this thread until the condition, which is looked at after each change here, holds."""
        with self._changed:
            assert self._changed.wait_for(condition, TIMEOUT), f"{what} did not come: {self!r}"

    async def until(self, condition: Callable[[], bool], what: str = "the condition") -> None:
        """`wait_until` without blocking the loop."""
        await asyncio.get_running_loop().run_in_executor(None, self.wait_until, condition, what)

    def __repr__(self) -> str:
        return (
            f"<OpenAIServer {self.base_url}: {len(self.requests)} requests, {self.in_flight} in flight, "
            f"peak {self.peak}, {self.disconnects} disconnects>"
        )

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        app = web.Application(client_max_size=64 * 2**20)
        app.router.add_post("/{prefix:.*}chat/completions", self._answer)
        runner = web.AppRunner(app, handler_cancellation=True, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0, backlog=4096, ssl_context=self._tls)
        await site.start()
        port = runner.addresses[0][1]
        self.base_url = f"{'https' if self._tls else 'http'}://127.0.0.1:{port}/v1"
        self._started.set()
        await self._closing.wait()
        await runner.cleanup()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        peer = request.transport.get_extra_info("peername") if request.transport is not None else None
        received = Received(request.path, dict(request.query), request.headers.copy(), await _body(request), peer)
        with self._changed:
            self.requests.append(received)
            self.in_flight += 1
            self.peak = max(self.peak, self.in_flight)
            self._changed.notify_all()
        gone = False
        try:
            return await Answer(request, received, self._choose(received.model), next(self._ids)).send()
        except asyncio.CancelledError:
            gone = not self._closing.is_set()
            raise
        except ConnectionError:  # the client went while something was being written
            gone = not self._closing.is_set()
            return web.Response()
        finally:
            with self._changed:
                self.in_flight -= 1
                self.disconnects += gone
                self._changed.notify_all()

    def _choose(self, model: str) -> Reply:
        if self._script:
            return self._script.popleft()
        name = model.removesuffix("-once")
        if name != model and model in self._spent:
            return Reply()
        self._spent.add(model)
        return self.answers.get(model) or MODELS.get(name, Reply())


async def _body(request: web.Request) -> dict[str, Any]:
    """The body; of one that is to be reset while it is still being sent, no more than the model's name."""
    begin = await request.content.readany()
    if reset := re.match(rb'{"model": "(mock-reset[a-z-]*)"', begin):
        return {"model": reset[1].decode()}
    body: dict[str, Any] = json.loads(begin + await request.content.read())
    return body
