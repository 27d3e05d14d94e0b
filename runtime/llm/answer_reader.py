"""Reads one answer off the connection, and says what is wrong with one that is no chat answer."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from pydantic_core import from_json

from ..choices import Piece
from ..errors import CallError
from .answers import StreamedAnswer, plain_answer
from .callee import Callee
from .changes import Answer
from .event_stream import EventStream

if TYPE_CHECKING:
    from .openai_client import HttpAnswer


class AnswerReader:
    """For one answer of status 200. `on_piece` is called with each piece of the body that comes."""

    def __init__(self, callee: Callee, http: HttpAnswer, on_piece: Callable[[], None]) -> None:
        self._callee = callee
        self._http = http
        self._on_piece = on_piece

    async def read_plain(self) -> Answer:
        """The answer as one JSON value. Raises CallError."""
        parts = []
        async with aclosing(self._http.pieces()) as pieces:
            async for piece in pieces:
                self._on_piece()
                parts.append(piece)
        data = b"".join(parts)
        value = self._object(data)
        try:
            answer = plain_answer(value)
        except (TypeError, AttributeError, LookupError) as error:
            raise self._unreadable("this is no chat answer", data) from error
        if not answer.choices:
            raise self._unreadable("the answer has no choices", data)
        return answer

    async def read_stream(self, answer: StreamedAnswer, tell: Callable[[Piece], None]) -> Answer:
        """The answer of a stream, put together in `answer`; `tell` gets what is new of it. Raises CallError."""
        events = EventStream()
        async with aclosing(self._http.pieces()) as pieces:
            async for piece in pieces:
                self._on_piece()
                for data in events.feed(piece):
                    if data == b"[DONE]":
                        return self._whole(answer)
                    for added in self._added(answer, data):
                        tell(added)
        return self._whole(answer)

    def _added(self, answer: StreamedAnswer, data: bytes) -> list[Piece]:
        chunk = self._object(data)
        try:
            return answer.add(chunk)
        except (TypeError, AttributeError, ValueError) as error:
            raise self._unreadable("this is no chunk of a chat answer", data) from error

    def _whole(self, answer: StreamedAnswer) -> Answer:
        """The answer at the stream's end. Raises CallError if it is not whole (pitfall C14)."""
        if not answer.has_choices:
            raise self._unreadable("the stream ended without a choice", b"")
        if not answer.is_complete:
            raise self._callee.error(
                f"The answer was cut off: the stream ended after {answer.length} characters without a finish reason",
                "What came is kept; ask again for the whole answer",
                request_id=self._http.request_id,
                error_type="TruncatedAnswer",
                outcome="truncated",
            )
        return answer.answer()

    def _object(self, data: bytes) -> dict[str, Any]:
        """The JSON object in `data`. Raises CallError, with the server's words if the object is an error."""
        try:
            value = from_json(data)
        except ValueError as error:
            raise self._unreadable(f"this is no JSON ({error})", data) from error
        if not isinstance(value, dict):
            raise self._unreadable("this is no JSON object", data)
        if found := value.get("error"):
            words = found.get("message") if isinstance(found, dict) else found
            raise self._callee.error(
                f"The server reported an error in its answer: {words or found}",
                "Try again later; if it stays, change the request as the server's words say",
                request_id=self._http.request_id,
                error_type="APIError",
            )
        return value

    def _unreadable(self, problem: str, data: bytes) -> CallError:
        return self._callee.unreadable(problem, data, self._http.content_type, self._http.request_id)
