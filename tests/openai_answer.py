"""What the test server answers: replies by script, and every fault that a server can have."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from aiohttp import web
from openai_shapes import DELTAS, MESSAGES

Fault = Literal[
    "", "drop", "garbage", "earlycut", "cut", "latecut", "nofinish", "badjson", "badchunk", "oddchunk", "oddcalls",
    "hang", "silent", "trickle", "nochoices", "html", "eventtext", "echokey", "keypage", "keychunk", "errorchunk",
    "reset", "nousage", "tools", "twotools", "refusal", "reasoning",
]  # fmt: skip
"""What goes wrong with an answer (the last five are no faults but shapes):

drop        the connection is closed before the first byte
garbage     something that is not HTTP
earlycut    the connection breaks after a chunk that has no text yet (streams only)
cut         the connection breaks after the first piece (plain: in the middle of the body)
latecut     the connection breaks after the finish reason
nofinish    the stream ends in order, but without finish reason and without [DONE]
badjson     the body is cut JSON (stream: one such chunk after the first piece)
badchunk    a chunk of the stream is JSON, but no object (plain: the body is a JSON list)
oddchunk    a chunk of the stream is an object, but not of the API's form (plain: the body)
oddcalls    a chunk of the stream calls tools in a form of its own
hang        no byte is ever sent
silent      nothing follows the first piece
trickle     after the first piece another comes every 10 ms, without an end
nochoices   an answer without choices
html        a web page instead of JSON
eventtext   a stream that calls itself text/plain
echokey     an error (401) that repeats the key it was given
keypage     a web page that repeats the key
keychunk    an error object in the stream that repeats the key
errorchunk  an error object in the middle of the stream
reset       the connection is reset while the request is still being sent (if that is large)
nousage     no token counts
tools       a call of the tool `look_up` instead of text
twotools    two calls, their fragments interleaved
refusal     a refusal instead of text
reasoning   reasoning before the text
"""


class Gate:
    """Holds answers until it is opened, from any thread."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._opened = asyncio.Event()

    def open(self) -> None:
        """Let everything through from now on; after the server's end nothing is left to let through."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._opened.set)

    async def passed(self) -> None:
        """Return once the gate is open (server side)."""
        await self._opened.wait()


@dataclass(frozen=True)
class Reply:
    """One scripted answer.

    Attributes:
        text: the answer; None echoes the last user message.
        status, message, code, headers: an error's, when `status` is not 200.
        hold: held before the first byte. hold_rest: after the first piece. hold_end: before the finish reason.
        delay: seconds before every piece after the first (a stream's pace; for pictures and benchmarks).
    """

    text: str | None = None
    status: int = 200
    message: str = ""
    code: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    fault: Fault = ""
    finish_reason: str = "stop"
    hold: Gate | None = None
    hold_rest: Gate | None = None
    hold_end: Gate | None = None
    delay: float = 0.0


@dataclass(frozen=True)
class Received:
    """A request as it came; `peer` is the other end of its connection."""

    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: dict[str, Any]
    peer: tuple[str, int] | None

    @property
    def model(self) -> str:
        """The model asked for."""
        return str(self.body.get("model", ""))


MODELS: dict[str, Reply] = {
    "slow": Reply(delay=0.05),
    "mock-400": Reply(status=400, message="temperature is too high"),
    "mock-401": Reply(status=401, message="Incorrect API key provided"),
    "mock-403": Reply(status=403, message="Country not supported"),
    "mock-404": Reply(status=404, message="The model does not exist"),
    "mock-429": Reply(status=429, message="Rate limit reached", headers={"Retry-After": "0"}),
    "mock-429-unsaid": Reply(status=429, message="Rate limit reached"),
    "mock-500": Reply(status=500, message="The server had an error"),
    "mock-503": Reply(status=503, message="Overloaded"),
    "mock-silent-after-first": Reply(fault="silent"),
    **{
        f"mock-{fault}": Reply(fault=fault)
        for fault in get_args(Fault) if fault
    },
}  # fmt: skip
"""What the server answers to a model of this name; a name with `-once` at its end fails the first time only."""


class Answer:
    """One request's answer, as the reply says."""

    def __init__(self, request: web.Request, received: Received, reply: Reply, number: int) -> None:
        self.request = request
        self.body = received.body
        self.reply = reply
        self.number = number
        self.key = received.headers.get("Authorization", received.headers.get("Api-Key", "")).removeprefix("Bearer ")

    async def send(self) -> web.StreamResponse:
        reply = self.reply
        if reply.hold is not None:
            await reply.hold.passed()
        if reply.fault == "hang":
            await asyncio.Event().wait()
        if reply.fault in ("drop", "reset"):
            return self._break_off()
        if reply.fault == "html":
            return web.Response(
                text="<html><body>Welcome to the hotel's network</body></html>", content_type="text/html"
            )
        if reply.fault == "garbage" and self.request.transport is not None:
            self.request.transport.write(b"Good morning!\r\n\r\n")
            return self._break_off()
        if reply.fault == "keypage":
            return web.Response(text=f"<html>You sent {self.key}</html>", content_type="text/html")
        if reply.fault == "echokey":
            return self._error(401, f"Incorrect API key provided: {self.key}")
        if reply.status != 200:
            return self._error(reply.status, reply.message)
        return await (self._stream() if self.body.get("stream") else self._plain())

    def _error(self, status: int, message: str) -> web.Response:
        error = {"message": message, "type": "invalid_request_error", "param": None, "code": self.reply.code}
        headers = {"x-request-id": f"req_{self.number}", **self.reply.headers}
        return web.json_response({"error": error}, status=status, headers=headers)

    def _break_off(self) -> web.Response:
        if self.request.transport is not None:
            self.request.transport.abort()
        return web.Response()

    async def _plain(self) -> web.StreamResponse:
        value: Any = {**self._head("chat.completion"), "choices": self._plain_choices()}
        if self.reply.fault != "nousage":
            value["usage"] = self._usage()
        if self.reply.fault == "badchunk":
            value = [value]
        if self.reply.fault == "oddchunk":
            value = {"choices": "none"}
        data = json.dumps(value).encode()
        if self.reply.fault == "badjson":
            data = data[: len(data) // 2]
        response = web.StreamResponse(headers=self._headers("application/json"))
        response.content_length = len(data)
        await response.prepare(self.request)
        if self.reply.fault in ("cut", "silent"):
            await response.write(data[: len(data) // 2])
            if self.reply.fault == "cut":
                self._break_off()
                return response
            await asyncio.Event().wait()
        await response.write(data)
        return response

    def _plain_choices(self) -> list[dict[str, Any]]:
        if self.reply.fault == "nochoices":
            return []
        finish = None if self.reply.fault == "nofinish" else self._finish_reason()
        return [
            {"index": index, "finish_reason": finish, "logprobs": None, "message": self._message(index)}
            for index in range(self._count())
        ]

    def _message(self, index: int) -> dict[str, Any]:
        message: dict[str, Any] = {"role": "assistant", "refusal": None, "content": "".join(self._pieces(index))}
        return message | MESSAGES.get(self.reply.fault, {})

    async def _stream(self) -> web.StreamResponse:
        kind = "text/plain" if self.reply.fault == "eventtext" else "text/event-stream; charset=utf-8"
        response = web.StreamResponse(headers=self._headers(kind))
        await response.prepare(self.request)
        async for data in self._chunks():
            await response.write(data)
        if self.reply.fault in ("earlycut", "cut", "latecut"):
            self._break_off()
        return response

    async def _chunks(self) -> AsyncIterator[bytes]:
        if self.reply.fault == "earlycut":
            yield self._event([{"index": 0, "delta": {"role": "assistant", "content": ""}}], system_fingerprint="old")
            return
        rounds = [] if self.reply.fault == "nochoices" else self._rounds()
        for number, deltas in enumerate(rounds):
            if number and self.reply.delay:
                await asyncio.sleep(self.reply.delay)
            yield b"".join(self._event([{"index": i, "delta": delta, "finish_reason": None}]) for i, delta in deltas)
            if number == 0:
                async for broken in self._after_first():
                    yield broken
                if self.reply.fault == "cut":
                    return
        if self.reply.hold_end is not None:
            await self.reply.hold_end.passed()
        for data in self._end(has_choices=bool(rounds)):
            yield data

    def _end(self, *, has_choices: bool) -> Iterator[bytes]:
        """The finish reasons, the usage and the mark of the end."""
        if self.reply.fault == "nofinish":
            return
        if has_choices:
            finish = [{"index": i, "delta": {}, "finish_reason": self._finish_reason()} for i in range(self._count())]
            yield b"".join(self._event([choice]) for choice in finish)
        if self.reply.fault == "latecut":
            return
        if (self.body.get("stream_options") or {}).get("include_usage") and self.reply.fault != "nousage":
            yield self._event([], usage=self._usage())
        yield b"data: [DONE]\n\n"

    async def _after_first(self) -> AsyncIterator[bytes]:
        """What comes between the first piece and the second."""
        if self.reply.fault == "silent":
            await asyncio.Event().wait()
        while self.reply.fault == "trickle":
            await asyncio.sleep(0.01)
            yield self._event([{"index": 0, "delta": {"content": "."}, "finish_reason": None}])
        if self.reply.hold_rest is not None:
            await self.reply.hold_rest.passed()
        if self.reply.fault == "badjson":
            yield b'data: {"id": "chatcmpl-mock", "choices": [{"ind\n\n'
        if self.reply.fault == "badchunk":
            yield b"data: [1, 2]\n\n"
        if self.reply.fault == "oddchunk":
            yield b'data: {"choices": [7]}\n\n'
        if self.reply.fault == "oddcalls":
            yield self._event([{"index": 0, "delta": {"tool_calls": ["look_up"]}}])
        if self.reply.fault == "errorchunk":
            yield b'data: {"error": {"message": "The server is on fire", "type": "server_error", "code": "fire"}}\n\n'
        if self.reply.fault == "keychunk":
            yield f'data: {{"error": {{"message": "The key {self.key} is no good"}}}}\n\n'.encode()

    def _rounds(self) -> list[list[tuple[int, dict[str, Any]]]]:
        """Deltas of all choices, interleaved: one round per piece."""
        if self.reply.fault in DELTAS:
            return [[(0, delta)] for delta in DELTAS[self.reply.fault]]
        pieces = itertools.zip_longest(*(self._pieces(index) for index in range(self._count())), fillvalue="")
        return [
            [(index, {"role": "assistant", "content": piece} if number == 0 else {"content": piece})
             for index, piece in enumerate(row)]
            for number, row in enumerate(pieces)
        ]  # fmt: skip

    def _event(self, choices: list[dict[str, Any]], **more: object) -> bytes:
        value = {**self._head("chat.completion.chunk"), "choices": choices, **more}
        return b"data: " + json.dumps(value).encode() + b"\n\n"

    def _head(self, kind: str) -> dict[str, Any]:
        return {"id": f"chatcmpl-{self.number}", "object": kind, "created": 1_700_000_000, "model": self.body["model"]}

    def _headers(self, content_type: str) -> dict[str, str]:
        return {"Content-Type": content_type, "x-request-id": f"req_{self.number}", **self.reply.headers}

    def _count(self) -> int:
        return int(self.body.get("n") or 1)

    def _finish_reason(self) -> str:
        return "tool_calls" if self.reply.fault in ("tools", "twotools") else self.reply.finish_reason

    def _pieces(self, index: int) -> list[str]:
        text = self.reply.text if self.reply.text is not None else "echo: " + self._last_user_message()
        words = text.split(" ")
        pieces = [word if number == 0 else " " + word for number, word in enumerate(words)]
        return [*pieces, f" #{index}"] if index else pieces

    def _last_user_message(self) -> str:
        texts = [message.get("content") for message in self.body["messages"] if message.get("role") == "user"]
        return str(texts[-1]) if texts else ""

    def _usage(self) -> dict[str, int]:
        prompt = sum(len(str(message.get("content") or "").split()) for message in self.body["messages"])
        completion = sum(len(self._pieces(index)) for index in range(self._count()))
        return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}
