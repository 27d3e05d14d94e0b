"""What the network tells about a request: where it is, the text that came, how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Phase = Literal["queued", "sending", "waiting", "streaming", "retry_wait"]
Outcome = Literal["succeeded", "failed", "cancelled", "timed_out", "truncated"]


@dataclass(frozen=True, slots=True)
class Moved:
    """The request is in another phase. `next_at` (Unix seconds) is when `retry_wait` ends."""

    phase: Phase
    reason: str = ""
    next_at: float | None = None


@dataclass(frozen=True, slots=True)
class TextAdded:
    """More text of one choice."""

    choice: int
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What has come of an answer, whole or in part.

    Attributes:
        messages: the text of every choice, by index.
        finish_reason: of the first choice, "" if none came.
        usage: token counts as the server gave them.
        response: the answer as the API's JSON value; for a stream put together from its chunks.
    """

    messages: tuple[str, ...] = ()
    finish_reason: str = ""
    usage: Mapping[str, Any] | None = None
    response: Any = None


@dataclass(frozen=True, slots=True)
class Settled:
    """The request has ended. `error` is for people, `error_type` its class; both "" for a success."""

    outcome: Outcome
    answer: Answer
    error: str = ""
    error_type: str = ""


Change = Moved | TextAdded | Settled
