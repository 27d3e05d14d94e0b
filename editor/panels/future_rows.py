"""One row of the futures panel: what is known of a request, folded from its events. Knows no screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from runtime.futures.events import FutureCreated, FutureDelta, FutureSettled, FutureStateChanged
from runtime.futures.future import FutureState
from runtime.ids import FutureId, NodeId, RunId

PREVIEW: Final = 200
"""How many characters of an answer a row keeps to show."""

WORDS: Final = {
    FutureState.QUEUED: "Queued",
    FutureState.SENDING: "Sending",
    FutureState.WAITING: "Waiting",
    FutureState.STREAMING: "Streaming",
    FutureState.RETRY_WAIT: "Retrying soon",
    FutureState.CANCELLING: "Cancelling",
    FutureState.SUCCEEDED: "Succeeded",
    FutureState.FAILED: "Failed",
    FutureState.CANCELLED: "Cancelled",
    FutureState.TIMED_OUT: "Timed out",
    FutureState.TRUNCATED: "Cut off",
    FutureState.INTERRUPTED: "Interrupted",
}
"""The states as a person reads them."""

STATE_GROUPS: Final = {
    "Queued": frozenset({FutureState.QUEUED}),
    "Waiting": frozenset({FutureState.SENDING, FutureState.WAITING, FutureState.RETRY_WAIT, FutureState.CANCELLING}),
    "Streaming": frozenset({FutureState.STREAMING}),
    "Succeeded": frozenset({FutureState.SUCCEEDED}),
    "Failed": frozenset({
        FutureState.FAILED, FutureState.TIMED_OUT, FutureState.TRUNCATED, FutureState.INTERRUPTED,
    }),
    "Cancelled": frozenset({FutureState.CANCELLED}),
}  # fmt: skip
"""States that are counted and filtered together, in the order of a request's life."""

PAINTED_AS: Final = {
    "Queued": FutureState.QUEUED,
    "Waiting": FutureState.WAITING,
    "Streaming": FutureState.STREAMING,
    "Succeeded": FutureState.SUCCEEDED,
    "Failed": FutureState.FAILED,
    "Cancelled": FutureState.CANCELLED,
}
"""The state whose colour and icon a group wears."""


@dataclass(slots=True)
class FutureRow:
    """What the table shows of one future.

    Attributes:
        created: when its first event came, in seconds of the model's clock.
        elapsed: seconds from making to settling, once settled.
        attempts: tries so far.
        tokens: total token count that the server reported, or None.
        preview: the end of the text while it streams; the beginning of the answer once it is whole.
        note: why it is in its state (a retry's reason, an error), for people.
    """

    id: FutureId
    run_id: RunId
    node_id: NodeId
    node: str
    model: str
    provider: str
    created: float
    state: FutureState = FutureState.QUEUED
    elapsed: float | None = None
    attempts: int = 0
    tokens: int | None = None
    preview: str = ""
    note: str = ""

    @staticmethod
    def of(event: FutureCreated, node: str, now: float) -> FutureRow:
        """The row of a future that was just made; `node` is its node's title."""
        return FutureRow(
            id=event.future_id,
            run_id=event.run_id,
            node_id=event.node_id,
            node=node,
            model=event.model,
            provider=event.provider,
            created=now,
        )

    def take(self, event: FutureStateChanged | FutureDelta | FutureSettled) -> None:
        """Take a later event in."""
        match event:
            case FutureStateChanged():
                self.state = FutureState(event.state)
                self.attempts = max(self.attempts, event.attempt)
                self.note = event.reason
            case FutureDelta(choice=0, kind="text"):
                self.preview = (self.preview + event.delta)[-PREVIEW:]
            case FutureSettled():
                self.state = FutureState(event.state)
                self.elapsed = event.elapsed_s
                self.tokens = _total(event)
                self.preview = event.message[:PREVIEW] or self.preview
                self.note = event.error

    def age(self, now: float) -> float:
        """Seconds since its making; once settled, how long it took."""
        return self.elapsed if self.elapsed is not None else max(0.0, now - self.created)

    @property
    def text(self) -> str:
        """What stands in the last column: the error if there is one, else of the answer, on one line."""
        shown = self.note if self.state in STATE_GROUPS["Failed"] or not self.preview else self.preview
        return " ".join(shown.split())

    @property
    def grows(self) -> bool:
        """Whether `text` is an answer that still grows at its end."""
        return bool(self.preview) and not self.state.is_final

    def matches(self, words: list[str]) -> bool:
        """Whether every word (case folded) stands somewhere in the row."""
        told = (self.node, self.model, self.provider, self.id, WORDS[self.state], self.preview, self.note)
        whole = "\n".join(told).casefold()
        return all(word in whole for word in words)


def age_text(seconds: float) -> str:
    """A duration for people: `0.4 s`, `12 s`, `3:05`, `1:02:09`."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _total(event: FutureSettled) -> int | None:
    total = (event.usage or {}).get("total_tokens")
    return total if isinstance(total, int) else None
