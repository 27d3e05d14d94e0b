"""One request from its place in the queue to its end: attempts, phases, what is kept of a broken answer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import tenacity
from pydantic import SecretStr

from ..choices import Piece
from ..errors import CallError, ProviderError, message_of
from ..usage import estimated_prompt, token_count
from .answer_reader import AnswerReader
from .answers import StreamedAnswer
from .callee import Callee
from .changes import Answer, Change, Moved, Outcome, Phase, Queued, Settled
from .credentials import masked
from .provider_link import ProviderLink
from .providers import ProviderProfile
from .requests import ChatRequest
from .time_limits import time_limits

_LONGEST_BACKOFF_S: Final = 8.0
"""Between attempts, where the server names no time; the openai client's own figure."""


@dataclass(frozen=True, slots=True)
class Call:
    """What the network is asked to do; `key` may block, and is asked for on the network's side."""

    request: ChatRequest
    profile: ProviderProfile
    key: Callable[[], SecretStr]


class Exchange:
    """The work behind one future; `tell` gets every change but the last, which `run` returns."""

    def __init__(self, call: Call, link: ProviderLink, tell: Callable[[Change], None]) -> None:
        self._request = call.request
        self._profile = call.profile
        self._link = link
        self._tell = tell
        self._phase: Phase = "queued"
        self._stream = StreamedAnswer()
        self._key = ""

    async def run(self) -> Settled:
        """Do the request, again where that may help. Errors of providers end in what is returned."""
        attempts = tenacity.AsyncRetrying(
            sleep=asyncio.sleep,
            stop=tenacity.stop_after_attempt(self._profile.most_attempts),
            wait=self._pause,
            retry=tenacity.retry_if_exception(lambda error: isinstance(error, CallError) and error.can_retry),
            before_sleep=self._announce_retry,
            reraise=True,
        )
        try:
            answer: Answer = await attempts(self._attempt)
        except CallError as error:
            tried = attempts.statistics["attempt_number"]
            text = f"{error} ({tried} attempts)" if tried > 1 else str(error)
            return self.cut_short(error.outcome, text, error.error_type)
        except ProviderError as error:
            return self.cut_short("failed", str(error), type(error).__name__)
        return Settled("succeeded", answer)

    def cut_short(self, outcome: Outcome, error: str, error_type: str) -> Settled:
        """An end before the answer was whole; what has come of it is kept."""
        return Settled(outcome, self._stream.answer(), error, error_type)

    def broken(self, error: BaseException) -> Settled:
        """An end by an error that nobody foresaw."""
        text = f"An error inside Futureflow ended this request: {message_of(error)}. Please report it."
        return self.cut_short("failed", masked(text, self._key), type(error).__name__)

    async def _attempt(self) -> Answer:
        callee = Callee(self._profile, await self._link.endpoint(), self._request.model)
        self._key = callee.endpoint.api_key
        admission = self._link.admission
        expected = expected_tokens(self._request) if admission.counts_tokens else 0
        async with admission.place(expected, self._tell_queue):
            self._move("sending")
            answer = await self._whole_answer(callee)
            if admission.counts_tokens and (count := token_count(answer.usage)) is not None:
                admission.took(count.total, expected)
            return answer

    async def _whole_answer(self, callee: Callee) -> Answer:
        """The answer, also if the connection broke after its end. Raises CallError."""
        self._stream = StreamedAnswer()
        try:
            return await self._ask(callee)
        except CallError as error:
            if self._phase != "streaming":
                raise
            if self._stream.is_complete:
                return self._stream.answer()  # all was there already; only the end of the connection was not
            if error.error_type != "APIConnectionError":
                raise
            text = f"The answer was cut off after {self._stream.length} characters, which are kept. {error}"
            raise CallError(text, error_type=error.error_type, outcome="truncated") from error

    async def _ask(self, callee: Callee) -> Answer:
        client = self._link.client(callee.endpoint)
        body = request_body(self._request, self._profile)
        async with time_limits(callee) as watch, client.ask(callee, body, self._sent) as http:
            reader = AnswerReader(callee, http, watch.piece_came)
            if http.is_event_stream:
                return await reader.read_stream(self._stream, self._tell_piece)
            return await reader.read_plain()

    def _tell_piece(self, piece: Piece) -> None:
        self._move("streaming")
        self._tell(piece)

    def _tell_queue(self, news: Moved | Queued) -> None:
        if isinstance(news, Moved):
            self._phase = news.phase
        self._tell(news)

    def _sent(self) -> None:
        if self._phase == "sending":  # a server may answer before it has read the whole request
            self._move("waiting")

    def _move(self, phase: Phase) -> None:
        if phase != self._phase:
            self._phase = phase
            self._tell(Moved(phase))

    def _pause(self, state: tenacity.RetryCallState) -> float:
        """Seconds until the next attempt: what the server asks for, else random, twice as long each time."""
        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, CallError) and error.retry_after is not None:
            return min(error.retry_after, self._profile.longest_retry_s)
        return tenacity.wait_random_exponential(self._profile.first_retry_s, _LONGEST_BACKOFF_S)(state)

    def _announce_retry(self, state: tenacity.RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        pause = state.next_action.sleep if state.next_action else 0.0
        error_type = error.error_type if isinstance(error, CallError) else type(error).__name__
        self._phase = "retry_wait"
        self._tell(Moved(self._phase, f"{error} {_next_try(error, pause)}", time.time() + pause, error_type))


def _next_try(error: BaseException | None, pause: float) -> str:
    """When it is tried again, and who says so."""
    asked = error.retry_after if isinstance(error, CallError) else None
    why = ""
    if asked is not None:
        why = ", as the server asks" if asked <= pause else f" (the server asks for {asked:g} s)"
    return f"The next try comes in {pause:.3g} s{why}."


def expected_tokens(request: ChatRequest) -> int:
    """As providers count a request against a limit: what is read, and the most that may be written, if that is said."""
    most = request.parameters.get("max_tokens", 0) * request.parameters.get("n", 1)
    return estimated_prompt(request.messages) + int(most)


def request_body(request: ChatRequest, profile: ProviderProfile) -> dict[str, Any]:
    """The JSON body as this provider wants it."""
    body = {"model": request.model, "messages": request.messages, **request.parameters}
    if "max_tokens" in body:
        body[profile.max_tokens_name] = body.pop("max_tokens")
    if request.stream:
        body["stream"] = True
        if profile.stream_usage:
            body["stream_options"] = {"include_usage": True}
    return {**body, **request.extra}
