"""The only file that imports openai (half a second, so: lazily): one client, its requests, its errors made ours."""

from __future__ import annotations

import json
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import aiohttp
import httpx2
import openai

from ..errors import CallError, NotConfiguredError
from .callee import Callee
from .endpoint import Endpoint
from .providers import ProviderProfile

_STREAMED: Final[bool] = True
_NO_KEY: Final = "none"
"""The client insists on a key; for providers without one the header is left out."""


class HttpAnswer:
    """An answer of status 200 whose body is still coming."""

    def __init__(self, response: httpx2.Response) -> None:
        self._response = response
        self.content_type: str = response.headers.get("content-type", "")
        self.request_id: str = response.headers.get("x-request-id", "")

    @property
    def is_event_stream(self) -> bool:
        """Whether the server streams, whatever it was asked for."""
        return self.content_type.startswith("text/event-stream")

    def pieces(self) -> AsyncGenerator[bytes, None]:
        """The body as it comes; to be closed after use."""
        return self._response.aiter_bytes()


class OpenAIClient:
    """One client of one endpoint, to be made, used and closed on one loop (pitfall C17).

    Requests go through the client's `post` with the body already in JSON, not through `chat.completions.create`: the
    same request, but without making models of every chunk (1,000 streams of 20 chunks: 3.5 s of CPU against 6.1 s,
    measured by tests/benchmarks/completions.py). Limits and retries are ours (pitfalls C13, C15).
    """

    def __init__(self, profile: ProviderProfile, endpoint: Endpoint) -> None:
        self._has_key = bool(endpoint.api_key)
        options: dict[str, Any] = {
            "api_key": endpoint.api_key or _NO_KEY,
            "organization": profile.organization or None,
            "max_retries": 0,
            "timeout": None,
            "http_client": openai.DefaultAioHttpClient(
                limits=httpx2.Limits(max_connections=profile.most_in_flight),
                verify=_tls(profile.ca_file),
                trust_env=profile.kind != "local",  # the user's HTTP proxy cannot reach this machine's loopback
            ),
        }
        if profile.kind == "local":
            # Its server may close a kept connection in the very moment in which the next request is written to it
            # (2 of 96 requests failed so); on loopback a new one costs next to nothing.
            options["default_headers"] = {"Connection": "close"}
        self._client: openai.AsyncOpenAI
        if profile.kind == "azure":
            self._client = openai.AsyncAzureOpenAI(
                azure_endpoint=endpoint.base_url,
                azure_deployment=profile.deployment or None,
                api_version=profile.api_version,
                **options,
            )
        else:
            self._client = openai.AsyncOpenAI(base_url=endpoint.base_url, **options)
        if profile.kind != "openai":
            # The client takes both from the environment, where they are meant for OpenAI.
            self._client.organization, self._client.project = profile.organization or None, None
        self._names_deployment = profile.kind == "azure" and not profile.deployment

    @asynccontextmanager
    async def ask(
        self, callee: Callee, body: Mapping[str, Any], on_sent: Callable[[], None]
    ) -> AsyncIterator[HttpAnswer]:
        """Send a chat request; the connection is given up when the block is left.

        `on_sent` is called when the request has gone out. Raises CallError, also for what fails inside the block.
        """
        try:
            response = await self._post(callee.model, json.dumps(body).encode(), on_sent)
            try:
                yield HttpAnswer(response)
            finally:
                await response.aclose()
        except openai.APIStatusError as error:
            raise _refused(callee, error) from error
        except (openai.OpenAIError, httpx2.HTTPError, aiohttp.ClientError) as error:
            raise _no_answer(callee, error) from error

    async def close(self) -> None:
        """Close all connections."""
        await self._client.close()

    async def _post(self, model: str, body: bytes, on_sent: Callable[[], None]) -> httpx2.Response:
        headers: dict[str, Any] = {"Content-Type": "application/json", "Content-Length": str(len(body))}
        if not self._has_key:
            headers["Authorization"] = openai.omit
        path = (
            f"/deployments/{quote(model, safe='')}/chat/completions" if self._names_deployment else "/chat/completions"
        )
        return await self._client.post(
            path,
            content=_Body(body, on_sent),
            cast_to=httpx2.Response,
            options={"headers": headers},
            stream=_STREAMED,
        )


class _Body:
    """The bytes of a request; they tell when the transport has taken them. Can be sent again after a redirect."""

    def __init__(self, data: bytes, on_sent: Callable[[], None]) -> None:
        self._data = data
        self._on_sent = on_sent

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._data
        self._on_sent()


def _refused(callee: Callee, error: openai.APIStatusError) -> CallError:
    words = error.body.get("message") if isinstance(error.body, dict) else error.body
    return callee.refused(
        error.status_code, str(words or error.message), type(error).__name__, error.response.headers, error.code or ""
    )


def _no_answer(callee: Callee, error: BaseException) -> CallError:
    """What broke, told from where it broke.

    WORKAROUND (openai 3.54, aiohttp transport): a connection that the server closes is told as "Request timed out.".
    """
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, aiohttp.ClientError):
        cause = cause.__cause__
    match cause:
        case aiohttp.ServerDisconnectedError():
            return callee.unreachable("the server closed it before it answered")
        case aiohttp.ClientPayloadError():
            return callee.unreachable("it broke in the middle of the answer")
        case aiohttp.ClientConnectorDNSError():
            return callee.unknown_host(cause.host, cause.strerror or str(cause))
        case aiohttp.ClientConnectorCertificateError():
            return callee.insecure(_reason(cause.certificate_error), is_certificate=True)
        case aiohttp.ClientSSLError():
            return callee.insecure(_reason(cause.os_error), is_certificate=False)
        case aiohttp.ClientOSError() if not isinstance(cause, aiohttp.ClientConnectorError):
            return callee.unreachable(f"the server broke it off ({cause.strerror or cause})")
        case _:
            # aiohttp names its TLS settings, also where there is no TLS.
            return callee.unreachable(str(cause or error).replace(" ssl:default", "") or type(error).__name__)


def _reason(error: Exception) -> str:
    """OpenSSL's own words, without the place in its source."""
    words = getattr(error, "verify_message", "") or getattr(error, "reason", "") or str(error)
    return str(words).replace("_", " ").lower()


def _tls(ca_file: str) -> ssl.SSLContext | bool:
    """Whom to trust: the system's authorities, and those in a file. Raises NotConfiguredError."""
    if not ca_file:
        return True
    context: ssl.SSLContext = httpx2.create_ssl_context()
    try:
        context.load_verify_locations(Path(ca_file).expanduser())
    except OSError as error:  # of which SSLError is one
        raise NotConfiguredError(
            f"ca_file {ca_file!r} cannot be used ({error.strerror or error}): name a file with certificates in PEM form"
        ) from error
    return context
