"""What the network tells about a request: where it is, the text that came, how it ended."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from ..choices import Choice, Piece

Phase = Literal["queued", "sending", "waiting", "streaming", "retry_wait"]
Outcome = Literal["succeeded", "failed", "cancelled", "timed_out", "truncated"]


@dataclass(frozen=True, slots=True)
class Queued:
    """Where the request stands in the queue: `position` counts from 1, `due` (Unix seconds) is a guess, or None."""

    position: int
    due: float | None


@dataclass(frozen=True, slots=True)
class Moved:
    """The request is in another phase, or waits in the queue for another reason than before.

    Times in Unix seconds: `next_at` is when `retry_wait` ends. `error_type` is the class of the error that led there,
    `place` belongs to `queued`.
    """

    phase: Phase
    reason: str = ""
    next_at: float | None = None
    error_type: str = ""
    place: Queued | None = None
    at: float = field(default_factory=time.time)


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


Change = Moved | Queued | Piece | Settled
