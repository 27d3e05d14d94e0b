"""One row of the futures panel: what it shows of a request. Knows no screen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from runtime.choices import Choice
from runtime.futures.future import FutureOrigin, FutureResponse, FutureState, StateChange
from runtime.ids import FutureId
from runtime.usage import TokenCount

_COUNT_S: Final = 0.5
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


class Phase(NamedTuple):
    """A stretch of a request's life, in Unix seconds. A tuple, for it is made anew for every frame."""

    state: FutureState
    start: float
    end: float
    reason: str = ""


CostOf = Callable[[FutureResponse], float | None]


@dataclass(slots=True)
class FutureRow:
    """What the table shows of one future.

    While the future is pending its text is read from it when a cell is painted: so a delta costs nothing here. Once it
    has settled, the row keeps only what it shows, and no hold on the answer.

    Attributes:
        node: its node's title.
        history: every state with its time, oldest first.
        attempts: tries so far.
        tokens, cost: what it took, as far as that is known.
    """

    id: FutureId
    origin: FutureOrigin
    node: str
    model: str
    provider: str
    retry_of: FutureId | None
    history: Sequence[StateChange]
    attempts: int = 0
    tokens: TokenCount | None = None
    cost: float | None = None
    pinned: bool = False
    _beginning: str = ""
    _live: FutureResponse | None = None
    _cost_of: CostOf | None = None
    _counted: float = -_COUNT_S

    @staticmethod
    def of(future: FutureResponse, node: str, cost_of: CostOf | None = None) -> FutureRow:
        """The row of a future; `node` is its node's title, `cost_of` knows what a pending one has cost so far."""
        row = FutureRow(future.id, future.origin, node, future.model, future.provider, future.retry_of, future.history)
        row._live, row._cost_of = future, cost_of
        row.refresh()
        return row

    def refresh(self) -> None:
        """Take in what has changed of a pending future, other than text that streams."""
        future = self._live
        if future is None:
            return
        self.attempts = len(future.attempts)
        self._live = None if future.state.is_final else future
        if self._live is None:
            self._beginning = _said(future.choices())[:PREVIEW]
            self.tokens = future.result.tokens if future.result else None
            self.cost = future.result.cost if future.result else None

    def count(self, now: float) -> None:
        """Estimate anew what a pending request has taken and cost so far, now and then: that reads all of its text."""
        if self._live is not None and self._live.parts and now - self._counted >= _COUNT_S:
            self._counted = now
            self.tokens = self._live.tokens()
            self.cost = self._cost_of(self._live) if self._cost_of is not None else None

    # -- times, in Unix seconds

    @property
    def state(self) -> FutureState:
        """The state now."""
        return self.history[-1].state

    @property
    def note(self) -> str:
        """Why it is in its state (its place in the queue, a retry's reason, an error), for people."""
        place = self._live.queue_place if self._live is not None else None
        if place is None:
            return self.history[-1].reason
        due = f", expected at {datetime.fromtimestamp(place.due).astimezone():%H:%M:%S}" if place.due else ""
        return f"Number {place.position} in the queue of {self.provider}{due}"

    @property
    def created(self) -> float:
        """When it was made."""
        return self.history[0].at

    def end(self, now: float) -> float:
        """When it settled; `now` while it is pending."""
        last = self.history[-1]
        return last.at if last.state.is_final else max(now, last.at)

    def age(self, now: float) -> float:
        """Seconds since its making; once settled, how long it took."""
        return self.end(now) - self.created

    @property
    def first_token(self) -> float | None:
        """Seconds from its making to the first piece of the answer."""
        return next((at.at - self.created for at in self.history if at.state is FutureState.STREAMING), None)

    def rate(self, now: float) -> float | None:
        """Tokens of the answer a second while it streamed, as far as their number is known."""
        streamed = sum(phase.end - phase.start for phase in self.phases(now) if phase.state is FutureState.STREAMING)
        return self.tokens.completion / streamed if self.tokens and streamed > 0 else None

    def phases(self, now: float) -> Iterable[Phase]:
        """The stretches between its changes of state; the last one of a pending future ends now."""
        for change, after in zip(self.history, [*self.history[1:], None], strict=True):
            if not change.state.is_final:
                end = after.at if after else max(now, change.at)
                yield Phase(change.state, change.at, end, change.reason)

    # -- texts

    @property
    def preview(self) -> str:
        """The end of the text while it streams; the beginning of the answer once it is whole."""
        if self._live is None:
            return self._beginning
        return self._live.parts[0].end(PREVIEW) if 0 in self._live.parts else ""

    @property
    def text(self) -> str:
        """What stands in the last column: the error if there is one, else of the answer, on one line."""
        preview = "" if self.state in STATE_GROUPS["Failed"] else self.preview
        return " ".join((preview or self.note or self.preview).split())

    @property
    def grows(self) -> bool:
        """Whether `text` is an answer that still grows at its end."""
        return self._live is not None and bool(self.preview)


def _said(choices: Sequence[Choice]) -> str:
    """The first answer: its text, else its refusal, else which tools it calls."""
    if not choices:
        return ""
    return (
        choices[0].text
        or choices[0].refusal
        or ", ".join(f"{call.name}({call.arguments})" for call in choices[0].tool_calls)
    )


def age_text(seconds: float) -> str:
    """A duration for people: `0.4 s`, `12 s`, `3:05`, `1:02:09`."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def exact_text(seconds: float) -> str:
    """A duration to compare: `4 ms`, `0.31 s`, `12.4 s`, else as `age_text`."""
    if seconds < 0.1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 60:
        return f"{seconds:.2f} s" if seconds < 10 else f"{seconds:.1f} s"
    return age_text(seconds)
