"""Every fault of a server leads to its own state, with a message that says what, where and what to do."""

from __future__ import annotations

import re
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import trustme
from asking import KEY, Asking, asking, profile_of, states
from openai_server import TIMEOUT, OpenAIServer, Reply

from runtime.futures.events import FutureStateChanged
from runtime.futures.future import FutureState
from runtime.llm.providers import Limits

pytestmark = pytest.mark.anyio


PLAIN, STREAM = (False,), (True,)
WHOLE = "echo: one two"
LARGE = "x" * 8 * 2**20
"""More than the buffers of a connection hold: the server resets it while this is still being sent."""


@dataclass(frozen=True)
class Fault:
    """A model name of the test server, and what must come of asking it.

    Attributes:
        words: pieces of the message, besides provider, address and model, which every message names.
        text: what has streamed and is kept.
        attempts: how often it is tried; 3 is the limit of the profile.
        question: what is asked.
        url: the provider's address, if it is not the test server's; `{port}` is that server's.
        limits: those that are not out of reach.
    """

    model: str
    state: str
    error_type: str
    words: tuple[str, ...]
    text: str = ""
    attempts: int = 1
    streams: tuple[bool, ...] = (False, True)
    question: str = "one two"
    url: str = ""
    limits: Mapping[str, float] = field(default_factory=dict)


FAULTS = [
    Fault("mock-400", "failed", "BadRequestError", ("answered 400", "temperature is too high", "request id req_")),
    Fault("mock-401", "failed", "AuthenticationError", ("answered 401", "Incorrect API key", "variable TEST_KEY")),
    Fault("mock-403", "failed", "PermissionDeniedError", ("answered 403", "Country not supported", "may use")),
    Fault("mock-404", "failed", "NotFoundError", ("answered 404", "does not exist", "Check the model's name")),
    Fault("mock-429", "failed", "RateLimitError", ("answered 429", "Rate limit reached", "(3 attempts)"), attempts=3),
    Fault("mock-429-unsaid", "failed", "RateLimitError", ("answered 429", "requests_per_minute"), attempts=3),
    Fault("mock-500", "failed", "InternalServerError", ("answered 500", "The server had an error"), attempts=3),
    Fault("mock-503", "failed", "InternalServerError", ("answered 503", "Overloaded"), attempts=3),
    Fault("mock-drop", "failed", "APIConnectionError", ("closed it before it answered", "Check that"), attempts=3),
    Fault("mock-reset", "failed", "APIConnectionError", ("broke it off", "Check that"), attempts=3, question=LARGE),
    Fault("mock-garbage", "failed", "APIConnectionError", ("The connection failed", "Check that"), attempts=3),
    Fault("mock-cut", "failed", "APIConnectionError", ("broke in the middle",), attempts=3, streams=PLAIN),
    Fault("mock-cut", "truncated", "APIConnectionError", ("after 5 characters", "broke"), "echo:", streams=STREAM),
    Fault("mock-earlycut", "failed", "APIConnectionError", ("broke in the middle",), attempts=3, streams=STREAM),
    Fault("mock-nofinish", "truncated", "TruncatedAnswer", ("without a finish reason",), WHOLE, streams=STREAM),
    Fault("mock-badjson", "failed", "MalformedAnswer", ("this is no JSON", "application/json"), streams=PLAIN),
    Fault("mock-badjson", "failed", "MalformedAnswer", ("this is no JSON", "event-stream"), "echo:", streams=STREAM),
    Fault("mock-badchunk", "failed", "MalformedAnswer", ("no JSON object",), streams=PLAIN),
    Fault("mock-badchunk", "failed", "MalformedAnswer", ("no JSON object", "[1, 2]"), "echo:", streams=STREAM),
    Fault("mock-oddchunk", "failed", "MalformedAnswer", ("no chat answer",), streams=PLAIN),
    Fault("mock-oddchunk", "failed", "MalformedAnswer", ("no chunk of a chat answer",), "echo:", streams=STREAM),
    Fault("mock-oddcalls", "failed", "MalformedAnswer", ("no chunk of a chat answer",), "echo:", streams=STREAM),
    Fault("mock-nochoices", "failed", "MalformedAnswer", ("no choices",), streams=PLAIN),
    Fault("mock-nochoices", "failed", "MalformedAnswer", ("without a choice",), streams=STREAM),
    Fault("mock-html", "failed", "MalformedAnswer", ("text/html", "Welcome to the hotel", "Check that the base URL")),
    Fault("mock-eventtext", "failed", "MalformedAnswer", ("text/plain", "Check that the base URL"), streams=STREAM),
    Fault("mock-errorchunk", "failed", "APIError", ("The server is on fire",), "echo:", streams=STREAM),
    Fault("mock-hang", "timed_out", "FirstByteTimeout", ("No byte", "first_byte_s"), limits={"first_byte_s": 0.1}),
    Fault("mock-hang", "timed_out", "TotalTimeout", ("within 0.1 s", "limits.total_s"), limits={"total_s": 0.1}),
    Fault("mock-silent", "timed_out", "IdleTimeout", ("stood still", "limits.idle_s"), limits={"idle_s": 0.1},
          streams=PLAIN),
    Fault("mock-silent", "timed_out", "IdleTimeout", ("stood still", "limits.idle_s"), "echo:", limits={"idle_s": 0.1},
          streams=STREAM),
    Fault("mock-silent", "timed_out", "TotalTimeout", ("within 1 s", "total_s"), "echo:", limits={"total_s": 1.0},
          streams=STREAM),
    Fault("tls", "failed", "TLSError", ("speak TLS", "https://"), url="https://127.0.0.1:{port}/v1"),
    Fault("dns", "failed", "NameResolutionError", ("'no-such-host.invalid'", "online"), attempts=3,
          url="http://no-such-host.invalid/v1"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("fault", "stream"),
    [pytest.param(fault, stream, id=f"{fault.model}-{fault.error_type}-{'stream' if stream else 'plain'}")
     for fault in FAULTS for stream in fault.streams],
)  # fmt: skip
async def test_a_fault_has_its_state_and_its_words(fault: Fault, stream: bool) -> None:
    with OpenAIServer() as server:
        url = fault.url.format(port=server.base_url.split(":")[-1].split("/")[0]) or server.base_url
        limits = Limits(**{"first_byte_s": TIMEOUT, "idle_s": TIMEOUT, "total_s": TIMEOUT, **fault.limits})
        asks = Asking(server, profile_of(url, limits=limits))
        future = await asks.ask(fault.model, text=fault.question, Stream=stream)
        await asks.completions.close()
    result = future.result
    assert result is not None
    assert (str(future.state), result.error_type, future.text()) == (fault.state, fault.error_type, fault.text)
    for word in (*fault.words, "'test'", url, repr(fault.model)):
        assert word in result.error
    assert len(future.attempts) == fault.attempts
    assert len(server.requests) == (0 if fault.url else fault.attempts)
    assert states(future).count("retry_wait") == fault.attempts - 1
    assert ("streaming" in states(future)) == bool(fault.text)


async def test_a_trickle_never_stands_still_but_comes_to_an_end() -> None:
    async with asking(limits=Limits(first_byte_s=TIMEOUT, idle_s=TIMEOUT, total_s=1.0)) as asks:
        future = await asks.ask("mock-trickle", Stream=True)
        assert states(future)[-2:] == ["streaming", "timed_out"]
        assert future.result is not None
        assert future.result.error_type == "TotalTimeout"
        assert future.text().startswith("echo:..")
        await asks.server.until(lambda: asks.server.disconnects == 1)


@pytest.mark.parametrize("stream", [False, True])
async def test_an_answer_of_ten_megabytes_is_read_whole(stream: bool) -> None:
    text = " ".join(["0123456789abcdef" * 4096] * 160)
    async with asking(Reply(text=text)) as asks:
        future = await asks.ask(Stream=stream)
        assert future.state is FutureState.SUCCEEDED
        assert future.text() == text


async def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    authority = trustme.CA()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with OpenAIServer(context) as server:
        asks = Asking(server, profile_of(server.base_url))
        future = await asks.ask()
        assert states(future) == ["queued", "sending", "failed"]
        assert future.result is not None
        assert future.result.error_type == "CertificateError"
        assert "the server's certificate is not trusted" in future.result.error
        assert "ca_file" in future.result.error
        await asks.completions.close()

        authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
        asks = Asking(server, profile_of(server.base_url, ca_file=str(tmp_path / "authority.pem")))
        assert (await asks.ask()).state is FutureState.SUCCEEDED
        await asks.completions.close()


@pytest.mark.parametrize("text", [None, "no certificate"])
async def test_a_file_of_authorities_that_cannot_be_used_is_named(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "authority.pem"
    if text is not None:
        path.write_text(text)
    async with asking(ca_file=str(path)) as asks:
        future = await asks.ask()
        assert future.state is FutureState.FAILED
        assert f"ca_file {str(path)!r} cannot be used" in future.error


async def test_a_refused_connection() -> None:
    with socket.socket() as taken, OpenAIServer() as server:
        taken.bind(("127.0.0.1", 0))  # bound but not listening: nobody else can take the port, and it refuses
        asks = Asking(server, profile_of(f"http://127.0.0.1:{taken.getsockname()[1]}/v1", most_attempts=2))
        future = await asks.ask()
        assert states(future) == ["queued", "sending", "retry_wait", "sending", "failed"]
        assert future.result is not None
        assert "The connection failed: Cannot connect to host 127.0.0.1" in future.result.error
        assert "ssl" not in future.result.error
        await asks.completions.close()


async def test_retries_are_visible_and_an_answer_ends_them() -> None:
    busy = Reply(status=429, message="slow down", headers={"retry-after-ms": "20", "Retry-After": "1000"})
    async with asking(busy, Reply(fault="drop")) as asks:
        before = time.time()
        future = await asks.ask()
        attempt = ["sending", "waiting"]
        assert states(future) == ["queued", *attempt, "retry_wait", *attempt, "retry_wait", *attempt, "succeeded"]
        first, second, third = future.attempts
        assert "slow down" in first.error
        assert first.next_at is not None
        assert before < first.next_at < time.time()
        assert "closed it" in second.error
        assert (first.error_type, second.error_type) == ("RateLimitError", "APIConnectionError")
        assert (third.error, third.next_at) == ("", None)
        assert [change.reason for change in future.history if change.state is FutureState.RETRY_WAIT] == [
            first.error, second.error,
        ]  # fmt: skip


async def test_nothing_of_an_attempt_that_broke_is_left_in_the_next() -> None:
    async with asking(Reply(fault="earlycut")) as asks:
        future = await asks.ask(Stream=True)
        attempt = ["sending", "waiting"]
        assert states(future) == ["queued", *attempt, "retry_wait", *attempt, "streaming", "succeeded"]
        assert future.result is not None
        assert future.text() == WHOLE
        assert "system_fingerprint" not in future.result.response


async def test_a_retry_says_when_it_comes_and_who_says_so() -> None:
    busy = [Reply(status=429, message="busy", headers={"Retry-After": seconds}) for seconds in ("0.001", "1000")]
    async with asking(*busy, Reply(fault="drop"), most_attempts=4, longest_retry_s=0.002) as asks:
        future = await asks.ask()
        asked, bounded, own, last = (attempt.error for attempt in future.attempts)
        assert asked.endswith("The next try comes in 0.001 s, as the server asks.")
        assert bounded.endswith("The next try comes in 0.002 s (the server asks for 1000 s).")
        assert re.search(r"The next try comes in [0-9.e-]+ s\.$", own)
        assert last == ""
        told = [event for event in asks.events if isinstance(event, FutureStateChanged) and event.next_at is not None]
        assert [event.state for event in told] == ["retry_wait"] * 3
        assert [event.next_at for event in told] == [attempt.next_at for attempt in future.attempts[:3]]


async def test_an_empty_account_is_not_asked_again() -> None:
    broke = Reply(status=429, message="You exceeded your current quota", code="insufficient_quota")
    async with asking(broke) as asks:
        future = await asks.ask()
        assert states(future) == ["queued", "sending", "waiting", "failed"]
        assert future.result is not None
        assert "billing" in future.result.error


@pytest.mark.parametrize(("status", "said", "attempts"), [(500, "false", 1), (400, "true", 3)])
async def test_a_server_that_says_whether_to_retry_is_believed(status: int, said: str, attempts: int) -> None:
    headers = {"x-should-retry": said, "Retry-After": "0"}
    async with asking() as asks:
        asks.server.answers["odd"] = Reply(status=status, message="odd", headers=headers)
        assert len((await asks.ask("odd")).attempts) == attempts


async def test_a_place_in_flight_is_free_while_a_retry_waits() -> None:
    busy = Reply(status=429, message="busy", headers={"Retry-After": "0.05"})
    async with asking(busy, most_in_flight=1) as asks:
        first, second = asks.start(), asks.start()
        assert (await asks.settled(second)).state is FutureState.SUCCEEDED
        assert (await asks.settled(first)).state is FutureState.SUCCEEDED


async def test_a_stream_that_breaks_after_its_finish_reason_is_whole() -> None:
    async with asking(Reply(fault="latecut")) as asks:
        future = await asks.ask(Stream=True)
        assert future.state is FutureState.SUCCEEDED
        assert future.text() == "echo: one two"


@pytest.mark.parametrize("model", ["mock-echokey", "mock-keypage", "mock-keychunk"])
async def test_a_key_that_the_server_repeats_is_masked_everywhere(model: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    async with asking() as asks:
        future = await asks.ask(model, Stream=True)
        assert future.result is not None
        assert "[key]" in future.result.error
        assert KEY not in repr((future, asks.events, asks.providers, asks.providers.profiles()))
    assert KEY not in caplog.text
