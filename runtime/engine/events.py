"""What a run tells, and everything a session tells: one union of frozen, JSON-able events (design 5).

`t` is in seconds since the run began. Order is promised per run and per future; `RunFinished` is a run's last event.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from json.encoder import encode_basestring
from math import isfinite
from operator import attrgetter
from typing import Any, Final, Literal, NamedTuple

from ..document.json_text import json_text
from ..futures.events import FutureEvent, StoreNotice
from ..ids import NodeId, PinName, RunId, StepId
from ..llm.local_model import LocalModelProgress

RunStatus = Literal["succeeded", "failed", "cancelled"]
Trigger = Literal["person", "event", "call"]
"""Who started a run: a person (Run, `futureflow run`), an event that was listened to, or another flow."""


RunPart = Literal["whole", "from", "only"]
"""How much of a flow a run is of: from an event on, from any other node on, or one node alone."""


@dataclass(frozen=True, slots=True)
class RunStarted:
    """A run begins at a node.

    Attributes:
        flow: its name. source: the key of its `FlowSource`.
        entry: the event node, or the node from which a part of the flow is run.
        inputs: the flow's parameters as given to the run.
        outputs: of the entry, where what happened has values (a tick, a changed file).
        started: in Unix seconds.
        parent_run_id, parent_step_id: the step that called this flow, if one did.
        part: how much of the flow is run.
    """

    t: float
    run_id: RunId
    flow: str
    entry: NodeId
    source: str = ""
    trigger: Trigger = "person"
    inputs: Mapping[str, Any] = field(default_factory=dict)
    outputs: Mapping[str, Any] = field(default_factory=dict)
    started: float = 0.0
    parent_run_id: RunId | None = None
    parent_step_id: StepId | None = None
    part: RunPart = "whole"


@dataclass(frozen=True, slots=True)
class NodeStarted:
    """A token reached a node, in a body of `parent_step_id` (None: in none): its `turn`-th, counted from 0."""

    t: float
    run_id: RunId
    node_id: NodeId
    step_id: StepId
    parent_step_id: StepId | None = None
    turn: int = 0


@dataclass(frozen=True, slots=True)
class NodeOutputs:
    """A node set its data outputs, by pin name; a pure node in the step that asked for them.

    `mocked` if they are the node's pinned outputs.
    """

    t: float
    run_id: RunId
    node_id: NodeId
    step_id: StepId
    outputs: Mapping[str, Any]
    mocked: bool = False


@dataclass(frozen=True, slots=True)
class NodeFinished:
    """A node is done; the token leaves by `exec_out`, or ends (None).

    `cancelled` if the step was broken off: with the run, a body around, or by hand, which may have led to `Failed`.
    """

    t: float
    run_id: RunId
    node_id: NodeId
    step_id: StepId
    exec_out: PinName | None
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class NodeFailed:
    """A node raised. `handled` when its `Failed` output is followed."""

    t: float
    run_id: RunId
    node_id: NodeId
    step_id: StepId
    error_type: str
    message: str
    handled: bool


@dataclass(frozen=True, slots=True)
class TokenMoved:
    """A token went along an exec wire."""

    t: float
    run_id: RunId
    node_id: NodeId
    pin: PinName
    to_node_id: NodeId
    to_pin: PinName


@dataclass(frozen=True, slots=True)
class LogWritten:
    """A line for the console; `node_id` is None for a line of the run itself."""

    t: float
    run_id: RunId
    node_id: NodeId | None
    level: str
    message: str


@dataclass(frozen=True, slots=True)
class InputRequested:
    """A node waits for a person's answer."""

    t: float
    run_id: RunId
    node_id: NodeId
    step_id: StepId
    prompt: str


@dataclass(frozen=True, slots=True)
class RunPaused:
    """A token stands still before a node, or at one that failed; see `runtime.engine.pauses`.

    Attributes:
        reason, message: a `PauseReason`, and more about it for people.
        frames: the call stack, innermost first, each the fields of a `Frame`.
        token: its number; several tokens of a run may stand still.
        step_id: of the node that failed, None before a node.
    """

    t: float
    run_id: RunId
    node_id: NodeId | None
    reason: str
    frames: tuple[Mapping[str, Any], ...] = ()
    message: str = ""
    token: int = 0
    step_id: StepId | None = None


@dataclass(frozen=True, slots=True)
class RunResumed:
    """A token that stood still goes on, or was cancelled there."""

    t: float
    run_id: RunId
    token: int = 0


@dataclass(frozen=True, slots=True)
class RunFinished:
    """The run's last event. `error`: `node`, `type`, `title`, `message`, `inputs`, or None."""

    t: float
    run_id: RunId
    status: RunStatus
    outputs: Mapping[str, Any]
    error: Mapping[str, Any] | None


ListeningState = Literal["listening", "retry_wait", "failed", "stopped"]


@dataclass(frozen=True, slots=True)
class ListeningLogged:
    """A line for the console about an event that is listened to, outside of all runs; `t` counts from the beginning.

    Attributes:
        source: the key of the flow's `FlowSource`.
        title: of the event node.
        state: whether it is listened to now; `retry_wait` is a pause after it failed, the last two are final.
    """

    t: float
    run_id: None
    source: str
    node_id: NodeId
    title: str
    state: ListeningState
    level: str
    message: str


RunEvent = (
    RunStarted | NodeStarted | NodeOutputs | NodeFinished | NodeFailed | TokenMoved | LogWritten | InputRequested
    | RunPaused | RunResumed | RunFinished
)  # fmt: skip
Event = RunEvent | FutureEvent | LocalModelProgress | StoreNotice | ListeningLogged
EventSink = Callable[[Event], None]


def event_fields(event: Event) -> dict[str, Any]:
    """The event as a dict: `event` (its class's name), then its fields."""
    form = _form(event)
    return {"event": type(event).__name__, **dict(zip(form.names, form.values(event), strict=True))}


def event_line(event: Event) -> str:
    """The event as one line of JSON; values that JSON does not know are written as text."""
    form = _form(event)
    return form.line % tuple(map(_text, form.values(event)))


class _Form(NamedTuple):
    """How a kind of event is written: its fields, what gets their values, and its line with a place for each."""

    names: tuple[str, ...]
    values: Callable[[Event], tuple[Any, ...]]
    line: str


_forms: Final[dict[type, _Form]] = {}
"""Made once of a kind: every event of a run may be written."""


def _form(event: Event) -> _Form:
    kind = type(event)
    form = _forms.get(kind)
    if form is None:
        names = tuple(part.name for part in fields(event))
        places = "".join(f", {json_text(name)}: %s" for name in names)
        form = _Form(names, attrgetter(*names), f'{{"event": {json_text(kind.__name__)}{places}}}')
        _forms[kind] = form
    return form


def _text(value: Any) -> str:
    """What `json_text` gives, quicker for what most fields hold."""
    kind = type(value)
    if kind is str:
        return encode_basestring(value)
    if kind is int or (kind is float and isfinite(value)):
        return repr(value)
    return "null" if value is None else json_text(value)
