"""A chat server that costs little CPU, in a process of its own, for benchmarks. Loopback only.

    python answering_server.py --latency 0.5 --chunks 20 --chunk-delay 0.02

It prints its port, answers `echo: <last user message>` and then ` tok` for each further chunk, and ends when its
standard input does. `GET /stats` gives what it has seen.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from typing import Any


class Stats:
    """Counts requests, and holds all but the first back until `together` of them are there."""

    def __init__(self, together: int) -> None:
        self.requests = self.in_flight = self.peak = 0
        self._together = together
        self._gathered = asyncio.Event()

    def figures(self) -> dict[str, int]:
        return {"requests": self.requests, "in_flight": self.in_flight, "peak": self.peak}

    async def all_there(self) -> None:
        if self._together and self.requests > 1:
            if self.in_flight >= self._together:
                self._gathered.set()
            await self._gathered.wait()

    def begin(self) -> None:
        self.requests += 1
        self.in_flight += 1
        self.peak = max(self.peak, self.in_flight)

    def end(self) -> None:
        self.in_flight -= 1


class Connection(asyncio.Protocol):
    """One client's connection: requests one after the other, each with a Content-Length."""

    def __init__(self, options: argparse.Namespace, stats: Stats) -> None:
        self.options = options
        self.stats = stats
        self.received = b""
        self.task: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def connection_lost(self, error: Exception | None) -> None:
        if self.task is not None:
            self.task.cancel()

    def data_received(self, data: bytes) -> None:
        self.received += data
        head, found, body = self.received.partition(b"\r\n\r\n")
        if not found:
            return
        if head.startswith(b"GET"):
            self.received = b""
            self.send_json({**self.stats.figures(), "cpu_s": time.process_time()})
            return
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
        if len(body) >= length:
            self.received = body[length:]
            self.task = asyncio.get_running_loop().create_task(self.answer(json.loads(body[:length])))

    async def answer(self, asked: dict[str, Any]) -> None:
        self.stats.begin()
        try:
            await self.stats.all_there()
            await asyncio.sleep(self.options.latency)
            first = f"echo: {asked['messages'][-1]['content']}"
            if asked.get("stream"):
                await self.stream(first)
            else:
                text = first + " tok" * (self.options.chunks - 1)
                choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}
                self.send_json({**HEAD, "object": "chat.completion", "choices": [choice]})
        finally:
            self.stats.end()

    async def stream(self, first: str) -> None:
        self.transport.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
            + chunked(event({"role": "assistant", "content": first}))
        )
        for _ in range(self.options.chunks - 1):
            await asyncio.sleep(self.options.chunk_delay)
            self.transport.write(TOKEN)
        self.transport.write(END)

    def send_json(self, value: object) -> None:
        body = json.dumps(value).encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        self.transport.write(head.encode() + body)


HEAD = {"id": "chatcmpl-1", "created": 1_700_000_000, "model": "bench"}


def event(delta: dict[str, Any], finish: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return b"data: " + json.dumps({**HEAD, "object": "chat.completion.chunk", "choices": [choice]}).encode() + b"\n\n"


def chunked(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


TOKEN = chunked(event({"content": " tok"}))
END = chunked(event({}, "stop") + b"data: [DONE]\n\n") + b"0\r\n\r\n"


async def serve(options: argparse.Namespace) -> None:
    """Answer until standard input ends."""
    loop = asyncio.get_running_loop()
    stats = Stats(options.together)
    server = await loop.create_server(lambda: Connection(options, stats), "127.0.0.1", 0, backlog=4096)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


def main() -> None:
    """Read the options and serve."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--latency", type=float, default=0.5, help="seconds before the first byte")
    parser.add_argument("--chunks", type=int, default=20, help="pieces of an answer")
    parser.add_argument("--chunk-delay", type=float, default=0.02, help="seconds between pieces of a stream")
    parser.add_argument("--together", type=int, default=0, help="after the first, answer none before so many wait")
    asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
