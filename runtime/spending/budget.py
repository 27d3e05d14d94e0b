"""Budgets: how much a day, a flow and a run may cost."""

from __future__ import annotations

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
    """An amount for people: whole cents, or for small ones the digits that count, down to a millionth."""
    return f"${amount:.2f}" if amount >= 1 or amount == 0 else "$" + f"{amount:.6f}".rstrip("0").ljust(4, "0")
