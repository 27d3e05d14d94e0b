"""Lists of FutureResponseIds, and what is said of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from ...errors import InputError
from ...futures.future import FutureResponse
from ...ids import FutureId, PinName

TICKETS: Final = "A list of claim tickets, for example from Make List"
"""What a pin for FutureResponseIds says of itself."""
_SHOWN: Final = 3
"""Different reasons."""
_REQUEST_ID: Final = re.compile(r", request id [^.,]+")
"""Which differs where the reason is the same."""


def checked_ids(value: object) -> list[FutureId]:
    """The value of a pin FutureResponseIds. Raises InputError."""
    if not isinstance(value, list):
        raise InputError(PinName("FutureResponseIds"), f"wants a list of FutureResponseIds, got {type(value).__name__}")
    for number, item in enumerate(value, 1):
        if not isinstance(item, str):
            raise InputError(PinName("FutureResponseIds"), f"item {number} is no FutureResponseId: {item!r}")
    return [FutureId(item) for item in value]


def what_is_missing(pending: Sequence[FutureResponse], failed: Sequence[FutureResponse], count: int) -> str:
    """Why there are fewer answers than futures; empty if there are not."""
    parts = []
    if pending:
        parts.append(f"{len(pending)} of {count} futures have not settled in time; they go on")
    if failed:
        parts.append(f"{len(failed)} of {count} futures have no answer: {_reasons(failed)}")
    return ". ".join(parts)


def what_lacks(
    answers: Sequence[FutureResponse], failed: Sequence[FutureResponse], ids: Sequence[FutureId], wanted: int
) -> str:
    """Why there are fewer answers than are wanted."""
    parts = [f"{len(answers)} of {len(ids)} futures have answered, {wanted} were wanted"]
    if pending := len(ids) - len(answers) - len(failed):
        parts.append(f"{pending} have not settled; they go on")
    if failed:
        parts.append(f"{len(failed)} have no answer: {_reasons(failed)}")
    return ". ".join(parts)


def _reasons(failed: Sequence[FutureResponse]) -> str:
    """Each reason once, with the first future of it; requests of one server mostly fail alike."""
    by_reason: dict[str, list[FutureResponse]] = {}
    for future in failed:
        by_reason.setdefault(_REQUEST_ID.sub("", future.error), []).append(future)
    reasons = []
    for reason, alike in list(by_reason.items())[:_SHOWN]:
        who, why = (f" and {len(alike) - 1} more", reason) if len(alike) > 1 else ("", alike[0].error)
        reasons.append(f"{alike[0].id}{who}: {why.rstrip('.')}")
    left = sum(len(alike) for alike in list(by_reason.values())[_SHOWN:])
    return "; ".join([*reasons, *([f"and {left} more"] if left else [])])
