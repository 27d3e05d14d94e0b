"""When a cron expression comes next: croniter's answer, with what cron itself does when clocks are changed."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

EXAMPLE: Final = "0 9 * * 1-5"
_EXAMPLE: Final = f"write minute, hour, day, month and weekday, as {EXAMPLE} (09:00 from Monday to Friday)"
_FIELDS: Final = 5
_TIMES_OF_DAY: Final = 2
"""The first two fields, minute and hour."""


def next_due(expression: str, after: datetime) -> datetime:
    """The first time after `after`, in its zone, at which the expression is due.

    A time of day that the change to summer time leaves out comes when that change happens; one that the change back
    brings twice comes the first time only, unless minute or hour begin with `*`: such an expression goes by what has
    passed. So does cron (Debian's cron(8), "Special handling of Daylight Saving Time").

    Raises ValueError, with an example, for an expression that is none or never comes.
    """
    # Imported when it is needed, as it takes 70 ms, which every start of the program would wait for.
    from croniter import croniter  # noqa: PLC0415

    check_expression(expression)
    due = after
    times = croniter(expression, after)
    while True:
        due = times.get_next(datetime)
        if due.fold == 0 or _goes_by_what_has_passed(expression):
            return due


@lru_cache(maxsize=256)
def check_expression(expression: str) -> None:
    """Raises ValueError, with an example, for an expression that is none or never comes."""
    from croniter import CroniterBadDateError, CroniterError, croniter  # noqa: PLC0415

    if not expression.startswith("@") and len(expression.split()) != _FIELDS:
        count = len(expression.split())
        raise ValueError(f"wants 5 fields with blanks between, and this has {count}: {_EXAMPLE}")
    if any(field.upper().startswith("R") for field in expression.split()):
        raise ValueError(f"uses R, which is no certain time: {_EXAMPLE}")
    try:
        croniter(expression, datetime(2000, 1, 1, tzinfo=UTC)).get_next(datetime)
    except CroniterBadDateError:
        raise ValueError(f"is due on no day of any year: {_EXAMPLE}") from None
    except (CroniterError, ValueError, KeyError) as error:
        raise ValueError(f"is no cron expression ({error}): {_EXAMPLE}") from None


def _goes_by_what_has_passed(expression: str) -> bool:
    return expression == "@hourly" or any(field.startswith("*") for field in expression.split()[:_TIMES_OF_DAY])
