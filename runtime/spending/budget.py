"""Budgets: how much a day, a flow and a run may cost."""

from __future__ import annotations

import math
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field

Span = Literal["per_run", "per_flow", "per_day"]


class Budget(BaseModel):
    """The most that may be spent, in US dollars; unset is without limit."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    per_run: float | None = Field(default=None, ge=0, description="By one run")
    per_flow: float | None = Field(default=None, ge=0, description="By all runs of one flow in a day")
    per_day: float | None = Field(default=None, ge=0, description="By everything from one midnight to the next")


WORDS: Final[dict[Span, tuple[str, str]]] = {
    "per_run": ("for a run", "start a new run"),
    "per_flow": ("for this flow and day", "wait until midnight"),
    "per_day": ("for a day", "wait until midnight"),
}
"""What each budget is for, and what helps besides raising it."""


def dollars(amount: float) -> str:
    """An amount for people: whole cents, or the first two digits that count of less than ten of them."""
    digits = 2 if amount <= 0 else max(2, 1 - math.floor(math.log10(amount)))
    return f"${amount:.{digits}f}"
