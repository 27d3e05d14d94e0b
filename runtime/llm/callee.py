"""Whom a request goes to, and what is told when that fails: what happened, where, and what to do."""

from __future__ import annotations

import email.utils
import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from ..errors import CallError
from .credentials import masked
from .endpoint import Endpoint
from .providers import ProviderProfile

_SHOWN: Final = 300
"""Characters of a server's text that a message repeats."""


@dataclass(frozen=True, slots=True)
class Callee:
    """A model at a provider. Makes the errors that a person reads; none of them has the key in it."""

    profile: ProviderProfile
    endpoint: Endpoint
    model: str

    def error(self, problem: str, advice: str, *, request_id: str = "", **more: Any) -> CallError:
        """An error that names the place; `more` as for CallError. `problem` and `advice` are sentences without end."""
        place = f"Provider {self.profile.name!r} at {self.endpoint.base_url}, model {self.model!r}"
        if request_id:
            place += f", request id {request_id}"
        return CallError(masked(f"{problem}. {place}. {advice}.", self.endpoint.api_key), **more)

    def refused(self, status: int, words: str, error_type: str, headers: Mapping[str, str], code: str) -> CallError:
        """The server answered with an error status; `words` and `code` are its own."""
        out_of_quota = code == "insufficient_quota"
        return self.error(
            f"The server answered {status} ({error_type}): {shortened(words)}",
            _QUOTA if out_of_quota else self._advice(status),
            request_id=headers.get("x-request-id", ""),
            error_type=error_type,
            can_retry=not out_of_quota and _may_pass(status, headers),
            retry_after=retry_after(headers),
        )

    def unreachable(self, words: str) -> CallError:
        """No connection, or it broke."""
        is_local = self.profile.kind == "local"
        return self.error(
            f"The connection failed: {shortened(words)}",
            _LOCAL_STOPPED if is_local else _CHECK_CONNECTION,
            error_type="APIConnectionError",
            can_retry=True,
        )

    def unknown_host(self, host: str, words: str) -> CallError:
        """The server's name has no address."""
        return self.error(
            f"The connection failed: nobody knows the name {host!r} ({shortened(words)})",
            "Check the base URL for a typing error, and that this machine is online",
            error_type="NameResolutionError",
            can_retry=True,
        )

    def insecure(self, words: str, *, is_certificate: bool) -> CallError:
        """No secure connection: TLS failed, or the server's certificate is not to be trusted."""
        what = (
            "the server's certificate is not trusted"
            if is_certificate
            else "the server does not speak TLS as it should"
        )
        return self.error(
            f"The connection failed: {what} ({shortened(words)})",
            _CHECK_CERTIFICATE if is_certificate else _CHECK_TLS,
            error_type="CertificateError" if is_certificate else "TLSError",
        )

    def unreadable(self, problem: str, text: bytes, content_type: str, request_id: str) -> CallError:
        """The server answered 200 with something that is no chat answer."""
        shown = shortened(text.decode("utf-8", errors="replace"))
        return self.error(
            f"The answer cannot be read: {problem} (content type {content_type or 'not given'}): {shown}",
            "Check that the base URL is that of an OpenAI-compatible API; if it is, its server is at fault",
            request_id=request_id,
            error_type="MalformedAnswer",
        )

    def _advice(self, status: int) -> str:
        match status:
            case 401:
                return f"Check the key{self._key_source()}"
            case 403:
                return f"Check that this key may use the model{self._key_source()}"
            case 404:
                return "Check the model's name and the base URL"
            case 429:
                return "Send less at once (most_in_flight, requests_per_minute of the provider), or try again later"
            case _ if status >= 500:
                return "The server has trouble of its own: try again later"
            case _:
                return "Change the request as the server's words say"

    def _key_source(self) -> str:
        if self.profile.key_environment:
            return f": it comes from the environment variable {self.profile.key_environment}"
        if self.profile.key_keyring:
            return f": it comes from the system's keyring, user {self.profile.key_keyring!r}"
        return ": the provider's profile names none (key_environment or key_keyring)"


_CHECK_CONNECTION = "Check that the server runs, that the base URL is right and that this machine is online"
_CHECK_CERTIFICATE = (
    "If the server or a proxy in between is your own, name the file of its authority's certificate in ca_file of this "
    "provider; if not, somebody may be listening in"
)
_CHECK_TLS = "Check scheme and port of the base URL: https:// needs a server that speaks TLS at this port"
_LOCAL_STOPPED = "The model on this machine has stopped (is there enough free memory?): ask again, which starts it anew"
_QUOTA = "The account has nothing left to spend: check its plan and billing"


def _may_pass(status: int, headers: Mapping[str, str]) -> bool:
    """Whether trying again may help: what the server says, else the statuses that the openai client retries."""
    said = headers.get("x-should-retry")
    if said in ("true", "false"):
        return said == "true"
    return status in (408, 409, 429) or status >= 500


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait as retry-after-ms or Retry-After (seconds or a date) ask for; None if neither does."""
    for name, unit in (("retry-after-ms", 1000), ("retry-after", 1)):
        try:
            seconds = float(headers.get(name, "")) / unit
        except ValueError:
            continue
        if math.isfinite(seconds):
            return max(seconds, 0.0)
    try:
        due = email.utils.parsedate_to_datetime(headers.get("retry-after", ""))
    except ValueError:
        return None
    return max(due.timestamp() - time.time(), 0.0)


def shortened(text: str) -> str:
    """The text on one line, its end cut off where it is long."""
    line = " ".join(text.split()).rstrip(".")
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"
