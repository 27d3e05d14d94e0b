"""Steps between versions of the flow file: plain dict in, plain dict out, one version each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from ..errors import FlowFileError
from .flow import VERSION

Migration = Callable[[dict[str, Any]], dict[str, Any]]
"""Turns a flow of one version into one of the next; may change its argument. It need not touch `version`."""

MIGRATIONS: Final[Sequence[Migration]] = ()
"""The last step leads to VERSION, the one before it to VERSION - 1, and so on. A released step never changes."""


def oldest_version(steps: Sequence[Migration] = MIGRATIONS) -> int:
    """The version from which the steps lead to VERSION."""
    return VERSION - len(steps)


def migrate(flow: dict[str, Any], version: int, steps: Sequence[Migration] = MIGRATIONS) -> dict[str, Any]:
    """The flow, written as `version`, as VERSION has it.

    Raises FlowFileError if a step finds a flow that never was valid in its own version.
    """
    for number in range(version, VERSION):
        step = steps[number - oldest_version(steps)]
        try:
            flow = step(flow)
        except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
            problem = f"not a flow: version {number} of the format has no such thing ({type(error).__name__}: {error})"
            raise FlowFileError(problem) from error
        flow["version"] = number + 1
    return flow
