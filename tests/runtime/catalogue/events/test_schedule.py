"""When cron expressions come next: against a search through all minutes, and across the changes of clocks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.catalogue.events.schedule import next_due

BERLIN = ZoneInfo("Europe/Berlin")
MINUTE = timedelta(minutes=1)


def dues(expression: str, after: datetime, count: int) -> list[str]:
    found = []
    for _ in range(count):
        after = next_due(expression, after)
        found.append(after.isoformat(timespec="minutes"))
    return found


def test_a_time_of_day_that_is_left_out_comes_at_the_change() -> None:
    assert dues("30 2 * * *", datetime(2026, 3, 28, 12, tzinfo=BERLIN), 2) == [
        "2026-03-29T03:00+02:00",
        "2026-03-30T02:30+02:00",
    ]


def test_a_time_of_day_that_comes_twice_counts_the_first_time_only() -> None:
    assert dues("30 2 * * *", datetime(2026, 10, 24, 12, tzinfo=BERLIN), 2) == [
        "2026-10-25T02:30+02:00",
        "2026-10-26T02:30+01:00",
    ]
    between = datetime(2026, 10, 25, 2, 45, tzinfo=BERLIN)
    assert dues("30 2 * * *", between, 1) == ["2026-10-26T02:30+01:00"]


@pytest.mark.parametrize("expression", ["*/30 * * * *", "*/30 2,3 * * *"])
def test_what_goes_by_what_has_passed_comes_in_both_of_the_doubled_hours(expression: str) -> None:
    assert dues(expression, datetime(2026, 10, 25, 1, 59, tzinfo=BERLIN), 5) == [
        "2026-10-25T02:00+02:00",
        "2026-10-25T02:30+02:00",
        "2026-10-25T02:00+01:00",
        "2026-10-25T02:30+01:00",
        "2026-10-25T03:00+01:00",
    ]


def test_hourly_comes_each_hour_that_passes() -> None:
    assert dues("@hourly", datetime(2026, 10, 25, 1, 59, tzinfo=BERLIN), 3) == [
        "2026-10-25T02:00+02:00",
        "2026-10-25T02:00+01:00",
        "2026-10-25T03:00+01:00",
    ]


# -- against a search through all minutes, where no clock changes


def _field(low: int, high: int, most: int | None = None) -> st.SearchStrategy[tuple[str, frozenset[int]]]:
    """A field of an expression, and the numbers that it stands for; `most` is the highest that is named."""
    every = frozenset(range(low, high + 1))
    number = st.integers(low, most or high)
    return st.one_of(
        st.just(("*", every)),
        number.map(lambda value: (str(value), frozenset({value}))),
        st.integers(2, 9).map(lambda step: (f"*/{step}", frozenset(range(low, high + 1, step)))),
        st.lists(number, min_size=1, max_size=3, unique=True).map(
            lambda values: (",".join(map(str, values)), frozenset(values))
        ),
    )


@settings(max_examples=200, deadline=None)
@given(
    st.tuples(_field(0, 59), _field(0, 23), _field(1, 31, most=28), _field(1, 12), _field(0, 6)),
    st.integers(946_684_800, 2_208_988_800),  # the years 2000 to 2039
)
def test_it_is_the_first_minute_that_fits(fields: tuple[tuple[str, frozenset[int]], ...], seconds: int) -> None:
    after = datetime.fromtimestamp(seconds, UTC)
    due = next_due(" ".join(text for text, _ in fields), after)
    minutes, hours, days, months, weekdays = (values for _, values in fields)
    any_day, any_weekday = fields[2][0] == "*", fields[4][0] == "*"

    def fits(day: datetime) -> bool:
        on_day, on_weekday = day.day in days, day.isoweekday() % 7 in weekdays
        either = on_day and on_weekday if any_day or any_weekday else on_day or on_weekday
        return day.month in months and either

    first = after.replace(second=0, microsecond=0) + MINUTE
    while not fits(first):
        first = (first + timedelta(days=1)).replace(hour=0, minute=0)
    expected = _first_on(first, hours, minutes)
    day = first
    while expected is None:
        day = (day + timedelta(days=1)).replace(hour=0, minute=0)
        expected = _first_on(day, hours, minutes) if fits(day) else None
    assert due == expected


def _first_on(moment: datetime, hours: frozenset[int], minutes: frozenset[int]) -> datetime | None:
    """The first time of that day, from a moment on."""
    times = (moment.replace(hour=hour, minute=minute) for hour in sorted(hours) for minute in sorted(minutes))
    return next((time for time in times if time >= moment), None)
