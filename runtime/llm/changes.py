"""What the network tells about a request: where it is, the text that came, how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ..choices import Choice, Piece

Phase = Literal["queued", "sending", "waiting", "streaming", "retry_wait"]
Outcome = Literal["succeeded", "failed", "cancelled", "timed_out", "truncated"]


@dataclass(frozen=True, slots=True)
class Moved:
    """The request is in another phase.

    `next_at` (Unix seconds) is when `retry_wait` ends, `error_type` the class of the error that led there.
    """

    phase: Phase
    reason: str = ""
    next_at: float | None = None
    error_type: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What has come of an answer, whole or in part.

    Attributes:
        choices: every choice, by index.
        usage: token counts as the server gave them.
        response: the answer as the API's JSON value; for a stream put together from its chunks.
    """

    choices: tuple[Choice, ...] = ()
    usage: Mapping[str, Any] | None = None
    response: Any = None


@dataclass(frozen=True, slots=True)
class Settled:
    """The request has ended. `error` is for people, `error_type` its class; both "" for a success."""

    outcome: Outcome
    answer: Answer
    error: str = ""
    error_type: str = ""


Change = Moved | Piece | Settled
