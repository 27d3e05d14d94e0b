"""Completions out of a recording, in place of the network: the same requests get the same answers, offline."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import json
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, get_args

from ..choices import Piece
from ..engine.events import Event
from ..futures.events import FutureCreated, FutureDelta, FutureSettled, FutureStateChanged
from ..ids import FutureId
from ..llm.changes import Answer, Change, Moved, Outcome, Phase, Settled
from ..llm.exchange import Call
from ..llm.providers import ProviderProfile, Providers
from .differences import differences
from .retold_futures import result_of
from .timeline import offsets_of

Apply = Callable[[FutureId, Change], None]
_ADDRESS: Final = "http://recording.invalid/v1"
_CANCELLED: Final = Settled("cancelled", Answer(), "cancelled before the answer was complete", "Cancelled")
_MOST_DIFFERENCES: Final = 5
_MOST_CHARACTERS: Final = 60
_PHASES: Final[Mapping[str, Phase]] = {phase: phase for phase in get_args(Phase)}
_OUTCOMES: Final[Mapping[str, Outcome]] = {outcome: outcome for outcome in get_args(Outcome)}


@dataclass(slots=True)
class _Recorded:
    """A recorded request and what came of it. `changes`: (seconds since the first event, its number, change)."""

    created: float
    request: Mapping[str, Any]
    changes: list[tuple[float, int, Change]] = field(default_factory=list)


class RecordedAnswers:
    """Answers each request as the recording has it: equal ones in the order in which they were asked.

    Each change comes when it came then, counted from the making of this object; a request that is asked later than
    then gets its answer as much later.

    Attributes:
        unknown: what is to be said of requests that the recording does not have, or not as often.
    """

    def __init__(self, events: Sequence[Event]) -> None:
        """To be made on the loop that uses it, at the moment that stands for the recording's first event."""
        self._loop = asyncio.get_running_loop()
        self._began = self._loop.time()
        self._waiting: dict[str, deque[_Recorded]] = {}
        for recorded in _recorded(events):
            self._waiting.setdefault(_key(recorded.request), deque()).append(recorded)
        self._due: list[tuple[float, int, int, FutureId, Change]] = []
        self._pending: set[FutureId] = set()
        self._numbers = itertools.count()
        self._call: asyncio.TimerHandle | None = None
        self._apply: Apply | None = None
        self.unknown: list[str] = []

    @property
    def unasked(self) -> list[Mapping[str, Any]]:
        """The recorded requests that nobody has asked."""
        left = [recorded for waiting in self._waiting.values() for recorded in waiting]
        return [recorded.request for recorded in sorted(left, key=lambda recorded: recorded.created)]

    def start(self, apply: Apply, broke_off: Callable[[BaseException], None]) -> None:
        """Tell every change to `apply`, on the loop; nothing here breaks off."""
        self._apply = apply

    def send(self, future_id: FutureId, call: Call) -> None:
        """Answer a request from the recording; one that is not there settles as failed."""
        self._pending.add(future_id)
        request = call.request.snapshot()
        waiting = self._waiting.get(_key(request))
        if not waiting:
            self._refuse(future_id, request)
            return
        recorded = waiting.popleft()
        late = max(0.0, self._loop.time() - self._began - recorded.created)
        for offset, number, change in recorded.changes:
            self._put(self._began + offset + late, number, future_id, change)
        self._schedule()

    def cancel(self, future_id: FutureId) -> None:
        """Settle a request as cancelled, now."""
        self._tell_now(future_id, _CANCELLED)

    async def close(self) -> None:
        """Tell what is to be told now; nothing afterwards."""
        if self._call is not None:
            self._call.cancel()
        self._due = [parcel for parcel in self._due if parcel[0] <= self._loop.time()]
        self._tell_due()

    def _refuse(self, future_id: FutureId, request: Mapping[str, Any]) -> None:
        text = f"the recording has no answer to this request: {_described(request)}{self._nearest(request)}"
        self.unknown.append(text)
        self._tell_now(future_id, Settled("failed", Answer(), text, "NotRecorded"))

    def _nearest(self, request: Mapping[str, Any]) -> str:
        """In what the request differs from the first one that was recorded and not asked so far."""
        if not self.unasked:
            return ""
        found = list(differences(self.unasked[0], request, "request"))
        more = [f"and {len(found) - _MOST_DIFFERENCES} more"] if len(found) > _MOST_DIFFERENCES else []
        return "".join(f"\n    {line}" for line in [*map(str, found[:_MOST_DIFFERENCES]), *more])

    def _tell_now(self, future_id: FutureId, change: Change) -> None:
        """In a turn of its own: whoever asks must not be told before it has its future."""
        self._put(self._loop.time(), -1, future_id, change)
        self._schedule()

    def _put(self, due: float, number: int, future_id: FutureId, change: Change) -> None:
        """What is due at one time comes in the order of the recording."""
        heapq.heappush(self._due, (due, number, next(self._numbers), future_id, change))

    def _schedule(self) -> None:
        if self._call is not None:
            self._call.cancel()
        self._call = self._loop.call_at(self._due[0][0], self._tell_due) if self._due else None

    def _tell_due(self) -> None:
        while self._due and self._due[0][0] <= self._loop.time():
            *_, future_id, change = heapq.heappop(self._due)
            if future_id not in self._pending or self._apply is None:
                continue
            if isinstance(change, Settled):
                self._pending.discard(future_id)
            elif isinstance(change, Moved):
                change = replace(change, at=time.time())
            self._apply(future_id, change)
        self._schedule()


def recorded_providers(events: Sequence[Event]) -> Providers:
    """The providers that a recording names, as ones that need no key."""
    names = dict.fromkeys(event.provider for event in events if isinstance(event, FutureCreated))
    profiles = [
        ProviderProfile(name=name, kind="openai_compatible", base_url=_ADDRESS) for name in names or ["recording"]
    ]
    return Providers(profiles, environment={})


def _recorded(events: Sequence[Event]) -> Iterator[_Recorded]:
    """The requests of a recording that have their end there, in the order in which they were asked."""
    made: dict[FutureId, _Recorded] = {}
    settled = {event.future_id for event in events if isinstance(event, FutureSettled) and event.state in _OUTCOMES}
    for number, (event, offset) in enumerate(zip(events, offsets_of(events), strict=True)):
        match event:
            case FutureCreated() if event.future_id in settled:
                made[event.future_id] = _Recorded(offset, event.request)
            case FutureStateChanged() | FutureDelta() | FutureSettled() if event.future_id in made:
                change = _change(event)
                if change is not None:
                    made[event.future_id].changes.append((offset, number, change))
    yield from made.values()


def _change(event: FutureStateChanged | FutureDelta | FutureSettled) -> Change | None:
    """What the network told to make this happen; None for what a person or the flow did."""
    match event:
        case FutureDelta():
            return Piece(event.delta, event.kind, event.choice, event.call, name=event.name)
        case FutureStateChanged():
            phase = _PHASES.get(event.state)
            return Moved(phase, event.reason, event.next_at) if phase is not None else None
        case FutureSettled():
            result = result_of(event)
            answer = Answer(result.choices, result.usage, result.response)
            return Settled(_OUTCOMES[event.state], answer, event.error, event.error_type)


def _key(request: Mapping[str, Any]) -> str:
    return json.dumps(request, sort_keys=True, default=str)


def _described(request: Mapping[str, Any]) -> str:
    """A request in a few words: whom it asks, and how the last message begins."""
    messages = request.get("messages") or [{}]
    text = str(messages[-1].get("content", "")) if isinstance(messages[-1], Mapping) else ""
    shown = text if len(text) <= _MOST_CHARACTERS else f"{text[:_MOST_CHARACTERS]}…"
    return f"{request.get('model')}, {len(messages)} messages, the last one {json.dumps(shown, ensure_ascii=False)}"
