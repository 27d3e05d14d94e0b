"""Every error of the runtime, in one tree.

FutureflowError                  what is wrong, where, and what to do next: fit for a person's eyes
├── FlowFileError                a file that cannot be read or saved, or text that is no flow (line, column, JSON path)
│   └── NewerFlowVersionError    written by a newer Futureflow
├── RecordingError               a recording that cannot be read (line), or that a flow cannot be tested with
├── DocumentError                an edit that the document refuses
│   └── IllegalConnectionError   a wire that may not be drawn, with the conversion node that would help
├── FlowPathError                a path that a flow may not, or cannot, mean
├── RegistrationError            a node type declared wrongly or twice
├── RunError                     a run that cannot start
├── NodeError                    raised by a node: follows its `Failed`, else fails the run
│   ├── InputError               a data input is missing or out of range (names pin, value, range)
│   └── CalleeError              a flow that the node called failed or could not start (names the calls on the way)
├── NodeFailure                  a node's error that nothing caught: ends the run
├── FutureError
│   ├── UnknownFutureError
│   ├── FutureSettledError       asked of a future that has already settled
│   └── FutureStoreError         the database of futures cannot be read or written
│       └── NewerStoreError      written by a newer Futureflow
├── ConversationError            unknown or empty conversation, or text that is no conversation
└── ProviderError                a model provider cannot be used or answered with an error
    ├── NotConfiguredError       no provider, no key
    ├── BudgetError              there is no money left for another request
    ├── CallError                a request that was refused, cut off, unreadable or too slow
    └── LocalModelError          the model on this machine cannot be fetched or started
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal

from .ids import NodeId, PinName

_CALLS_SHOWN: Final = 4
"""Of more flows that called each other, the message names the first and the last."""


class FutureflowError(Exception):
    """An error that reaches a person: its text says what is wrong, where, and what to do next."""


class FlowFileError(FutureflowError):
    """A flow file that cannot be read or saved, or text that is not a flow.

    Attributes:
        path: the file, if the text came from one.
        line, column: where in the text, counted from 1, if known.
        json_path: where in the JSON value, as `$.nodes[3].position`, if the text is JSON.
    """

    def __init__(
        self,
        problem: str,
        *,
        path: Path | None = None,
        line: int | None = None,
        column: int | None = None,
        json_path: str | None = None,
    ) -> None:
        self.problem = problem
        self.path = path
        self.line = line
        self.column = column
        self.json_path = json_path
        super().__init__(problem)

    def __str__(self) -> str:
        place = [str(self.path)] if self.path else []
        if self.line is not None:
            place.append(f"line {self.line}, column {self.column}")
        if self.json_path is not None:
            place.append(f"at {self.json_path}")
        return f"{', '.join(place)}: {self.problem}" if place else self.problem


class NewerFlowVersionError(FlowFileError):
    """The flow was written by a newer Futureflow than this one."""


class RecordingError(FutureflowError):
    """A recording that cannot be read, or with which a flow cannot be tested.

    Attributes:
        path: its file. line: where in it, counted from 1, if known.
    """

    def __init__(self, problem: str, path: Path | None = None, line: int | None = None) -> None:
        self.path = path
        self.line = line
        where = ", ".join([*([str(path)] if path else []), *([f"line {line}"] if line is not None else [])])
        super().__init__(f"{where}: {problem}" if where else problem)


class DocumentError(FutureflowError):
    """An edit that the document refuses; nothing was changed."""


class IllegalConnectionError(DocumentError):
    """A wire that may not be drawn.

    Attributes:
        conversion_type: type id of the node type that converts between the two pins, if there is one.
    """

    def __init__(self, reason: str, *, conversion_type: str | None = None) -> None:
        self.conversion_type = conversion_type
        super().__init__(reason)


class FlowPathError(FutureflowError):
    """A path that a flow may not mean, or that has no meaning: its text says what to do."""


class RegistrationError(FutureflowError):
    """A node type is declared wrongly, or two share an id."""


class RunError(FutureflowError):
    """A run that cannot start: no event to start from, an unknown entry or input."""


class NodeError(FutureflowError):
    """A node could not do its work; the text becomes its `ErrorMessage`."""


class NodeCancelledError(NodeError):
    """A person cancelled the node while it ran."""


class InputError(NodeError):
    """A data input is missing, of the wrong type or out of range."""

    def __init__(self, pin: PinName, problem: str) -> None:
        self.pin = pin
        super().__init__(f"{pin}: {problem}")


class NodeFailure(FutureflowError):  # noqa: N818 (design 5.6 names it)
    """A node's error that neither its `Failed` output nor a `Try` caught.

    Attributes:
        node_id, node_type: the node that failed.
        title: its title on the canvas.
        inputs: its data inputs by pin name, secrets masked, as JSON-able values.
        cause: the error itself.
    """

    def __init__(
        self, node_id: NodeId, node_type: str, title: str, inputs: Mapping[str, object], cause: BaseException
    ) -> None:
        self.node_id = node_id
        self.node_type = node_type
        self.title = title
        self.inputs = dict(inputs)
        self.cause = cause
        super().__init__(f"{title} ({node_id}): {message_of(cause)}")

    @property
    def message(self) -> str:
        """The cause in words, without the node's name."""
        return message_of(self.cause)


class CalleeError(NodeError):
    """A flow that a node called failed, or could not start.

    Attributes:
        trail: the calls that led there, outermost first, each with the file and what went wrong in it.
    """

    def __init__(self, path: str, reason: NodeFailure | str) -> None:
        """`path` is the called file, `reason` what went wrong in it."""
        self.trail: tuple[str, ...] = (f"{path}: {reason}",)
        if isinstance(reason, NodeFailure) and isinstance(reason.cause, CalleeError):
            self.trail = (f"{path}: {reason.title} ({reason.node_id})", *reason.cause.trail)
        between = self.trail[1:-1] if len(self.trail) <= _CALLS_SHOWN else (f"… {len(self.trail) - 2} more calls …",)
        super().__init__(": ".join([*self.trail[:1], *between, *self.trail[1:][-1:]]))


class FutureError(FutureflowError):
    """Something is wrong with a FutureResponseId."""


class UnknownFutureError(FutureError):
    """No future has this id."""


class FutureSettledError(FutureError):
    """The future has already settled, so it can no longer be cancelled."""


class FutureStoreError(FutureError):
    """The database of futures cannot be read or written; the text names its path."""


class NewerStoreError(FutureStoreError):
    """The database of futures was written by a newer Futureflow than this one."""


class ConversationError(FutureflowError):
    """An unknown or empty conversation, or text that is no conversation."""


class ProviderError(FutureflowError):
    """A model provider cannot be used, or answered with an error."""


class NotConfiguredError(ProviderError):
    """No provider or no key is configured; the text says how to configure one."""


class BudgetError(ProviderError):
    """A budget is used up; the text says how much was spent and how to raise it."""


class CallError(ProviderError):
    """A request to a provider came to nothing; the text has the server's own words, the place and what to do.

    Attributes:
        error_type: class of the error, as `RateLimitError`.
        outcome: the final state that it leads to: `failed`, `timed_out` or `truncated`.
        can_retry: whether trying again may help.
        retry_after: seconds that the server asks to wait before that, if it said so.
    """

    def __init__(
        self,
        text: str,
        *,
        error_type: str,
        outcome: Literal["failed", "timed_out", "truncated"] = "failed",
        can_retry: bool = False,
        retry_after: float | None = None,
    ) -> None:
        self.error_type = error_type
        self.outcome = outcome
        self.can_retry = can_retry
        self.retry_after = retry_after
        super().__init__(text)


class LocalModelError(ProviderError):
    """The model on this machine cannot be fetched or started."""


def message_of(error: BaseException) -> str:
    """The error in words: our own errors speak for themselves, others are named by their class."""
    if isinstance(error, FutureflowError):
        return str(error)
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
