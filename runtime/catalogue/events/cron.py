"""The event that comes by a schedule."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from typing import Annotated, Final, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field

from ...nodes.context import ListeningContext
from ...nodes.node_type import EventNode, ListeningConfig, Occurrence
from ...nodes.pins import NodeModel, hints
from .schedule import EXAMPLE, check_expression, next_due

IN_TIME: Final = timedelta(minutes=1)
"""What comes later than this was missed."""
_SET_BACK: Final = timedelta(hours=3)
"""A clock that goes back by less repeats no run (as in cron); by more, it was wrong before."""


def _expression(text: str) -> str:
    check_expression(text)
    return text


def _time_zone(name: str) -> str:
    try:
        return ZoneInfo(name).key if name else ""
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"there is no time zone {name!r}: write one as Europe/Berlin, or nothing") from None


class CronEvent(EventNode):
    """Starts the flow by a schedule, while it is listened to (*Listen* in the editor, or `futureflow serve`).

    A cron expression has five fields: minute, hour, day of the month, month, weekday (0 or 7 is Sunday). `*` means
    every one, `*/5` every fifth, `1-5` a range, `1,15` a list. Examples: `*/10 * * * *` every ten minutes,
    `0 9 * * 1-5` at 09:00 from Monday to Friday, `30 18 1 * *` at 18:30 on the first of each month. `@hourly`,
    `@daily`, `@weekly`, `@monthly` and `@yearly` stand for the usual ones. If both day of the month and weekday are
    given, either is enough.

    Times are those of the machine, or of the time zone in its settings. When summer time begins, a time of day that
    does not exist comes at the change; when it ends, one that exists twice comes once.
    """

    type_id = "event.cron"
    title = "Cron Event"
    category = "Events"
    synonyms = ("schedule", "timer", "daily", "hourly", "clock", "crontab", "at")
    exec_out = ("Out",)
    listens = True

    class Inputs(NodeModel):
        """The schedule."""

        cron_expression: Annotated[str, AfterValidator(_expression)] = Field(
            description=f"Minute, hour, day, month, weekday: {EXAMPLE} is 09:00 from Monday to Friday"
        )

    class Config(ListeningConfig):
        """How the schedule is meant."""

        time_zone: Annotated[str, AfterValidator(_time_zone)] = Field(
            default="",
            description="A zone of the IANA data base, as Europe/Berlin; empty is the machine's own",
            json_schema_extra=hints(advanced=True),
        )
        missed: Literal["skip", "run_once"] = Field(
            default="skip",
            description="What was missed while the machine slept: leave it, or run once for all of it",
            json_schema_extra=hints(advanced=True),
        )

    async def occurrences(self, inputs: Inputs, ctx: ListeningContext) -> AsyncGenerator[Occurrence, None]:
        """Wait for each time in turn."""
        zone = self.config.time_zone
        last = ctx.now(zone)
        while True:
            now = ctx.now(zone)
            due = next_due(inputs.cron_expression, last if now < last < now + _SET_BACK else now)
            if not await ctx.until(due):
                continue
            last = max(due, ctx.now(zone))
            if last - due <= IN_TIME or self._makes_up(due, last, ctx):
                yield Occurrence(self.Outputs())

    def _makes_up(self, due: datetime, now: datetime, ctx: ListeningContext) -> bool:
        """Tell that a time was missed; whether to run all the same."""
        runs: bool = self.config.missed == "run_once"
        what = "runs now" if runs else "waits for the next time"
        ctx.log("warn", f"missed {due:%Y-%m-%d %H:%M}: it is {now:%H:%M}, the machine slept or was busy; {what}")
        return runs
