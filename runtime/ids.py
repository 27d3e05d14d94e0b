"""Typed ids, and how new ones are made."""

from __future__ import annotations

import random
import secrets
import threading
import time
from typing import NewType

NodeId = NewType("NodeId", str)
PinName = NewType("PinName", str)
RunId = NewType("RunId", str)
StepId = NewType("StepId", int)
"""One execution of a node within a run, counted from 1: loops give a node several."""
FutureId = NewType("FutureId", str)
ConversationId = NewType("ConversationId", str)

# Crockford's base 32 (https://www.crockford.com/base32.html) in lower case: sorts like the number it writes.
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"

_lock = threading.Lock()
_last = 0
_random = random.Random()
"""Ids are no secrets, and a system call for each would let go of the GIL."""


def new_node_id() -> NodeId:
    """A random id of 8 characters for a node in a flow file."""
    return NodeId("".join(secrets.choice(_ALPHABET) for _ in range(8)))


def new_run_id() -> RunId:
    """A sortable id for one run."""
    return RunId("run_" + _sortable())


def new_future_id() -> FutureId:
    """A sortable id for one future: `fut_` and 20 characters that sort by time of making."""
    return FutureId("fut_" + _sortable())


def new_conversation_id() -> ConversationId:
    """A sortable id for one conversation."""
    return ConversationId("conv_" + _sortable())


def _sortable() -> str:
    """100 bits: 48 of Unix milliseconds, 52 random; counted up within a millisecond, so order is strict."""
    global _last  # noqa: PLW0603 (strict order within the process needs one memory)
    with _lock:
        value = (time.time_ns() // 1_000_000) << 52 | _random.getrandbits(52)
        value = _last = value if value > _last else _last + 1
    return "".join(_ALPHABET[value >> shift & 31] for shift in range(95, -1, -5))
