"""The model on this machine: fetched once, served by a child process on loopback (design 7)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ..ids import RunId


@dataclass(frozen=True, slots=True)
class LocalModelProgress:
    """How far the local model is: `fetching` (with bytes), `starting`, `ready`, `failed` (with the reason)."""

    t: float
    run_id: RunId | None
    stage: Literal["fetching", "starting", "ready", "failed"]
    message: str
    done_bytes: int = 0
    total_bytes: int = 0
