"""Cron Event: what it waits for by the wall clock, also when that clock jumps."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flows import Drawing, draw, registry_with
from listened import listened

from runtime.errors import RunError
from runtime.listening.context import LOOK_SECONDS
from runtime.validation import find_problems

pytestmark = pytest.mark.anyio
BERLIN = ZoneInfo("Europe/Berlin")


def at(expression: str, **config: str) -> Drawing:
    """A flow that starts by a schedule; times are those of Berlin."""
    return (
        draw("cron: event.cron", "then: toy.step")
        .set("cron", CronExpression=expression)
        .config("cron", **{"time_zone": "Europe/Berlin", **config})
        .exec("cron.Out > then.In")
    )


def berlin(month: int, day: int, hour: int, minute: int = 0, *, fold: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, fold=fold, tzinfo=BERLIN)


async def test_a_run_starts_at_each_due_time() -> None:
    async with listened(at("0 9 * * 1-5"), now=berlin(11, 27, 8)) as it:  # a Friday
        await it.clock.pass_until(berlin(11, 27, 8, 59))
        assert it.started == []
        await it.clock.pass_until(berlin(11, 27, 9))
        assert it.started == [("cron", {})]
        await it.clock.pass_until(berlin(11, 30, 8, 59))
        assert len(it.started) == 1
        await it.clock.pass_until(berlin(11, 30, 9))
        assert len(it.started) == 2


async def test_next_due_is_told_in_unix_seconds() -> None:
    async with listened(at("30 18 1 * *"), now=berlin(11, 25, 8)) as it:
        await it.clock.pass_by(1)
        assert it.listening.events[0].due == berlin(12, 1, 18, 30).timestamp()


async def test_a_time_of_day_keeps_to_the_wall_clock_across_both_changes_of_it() -> None:
    for before, after in ((berlin(3, 28, 8), berlin(3, 30, 8)), (berlin(10, 24, 8), berlin(10, 26, 8))):
        async with listened(at("0 9 * * *"), now=before) as it:
            await it.clock.pass_until(before + timedelta(hours=1))
            assert len(it.started) == 1
            await it.clock.pass_until((before + timedelta(days=1)).replace(hour=8, minute=59))
            assert len(it.started) == 1
            await it.clock.pass_until((before + timedelta(days=1)).replace(hour=9))
            assert len(it.started) == 2
            await it.clock.pass_until(after)
            assert len(it.started) == 2


async def test_the_machines_own_zone_is_used_without_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    tokyo = ZoneInfo("Asia/Tokyo")
    async with listened(at("0 9 * * *", time_zone=""), now=datetime(2026, 11, 25, 8, tzinfo=tokyo)) as it:
        await it.clock.pass_by(1)
        assert it.listening.events[0].due == datetime(2026, 11, 25, 9, tzinfo=tokyo).timestamp()


async def test_what_was_missed_while_the_machine_slept_is_left_and_told() -> None:
    async with listened(at("0 * * * *"), now=berlin(11, 25, 8, 30)) as it:
        await it.clock.pass_by(60)
        it.clock.set_wall_clock(berlin(11, 25, 12, 30))
        await it.clock.pass_by(60)
        assert it.started == []
        missed = "warn: missed 2026-11-25 09:00: it is 12:30, the machine slept or was busy; waits for the next time"
        assert it.said[1:] == [missed]
        await it.clock.pass_until(berlin(11, 25, 13))
        assert len(it.started) == 1


async def test_what_was_missed_is_made_up_for_once_if_wanted() -> None:
    async with listened(at("0 * * * *", missed="run_once"), now=berlin(11, 25, 8, 30)) as it:
        await it.clock.pass_by(60)
        it.clock.set_wall_clock(berlin(11, 25, 12, 30))
        await it.clock.pass_by(60)
        assert len(it.started) == 1
        assert it.said[1].endswith("runs now")
        await it.clock.pass_until(berlin(11, 25, 13))
        assert len(it.started) == 2


async def test_a_minute_late_is_in_time() -> None:
    async with listened(at("0 * * * *"), now=berlin(11, 25, 8, 59)) as it:
        await it.clock.pass_by(1)
        it.clock.set_wall_clock(berlin(11, 25, 9, 0) + timedelta(seconds=20))
        await it.clock.pass_by(LOOK_SECONDS)
        assert len(it.started) == 1


async def test_a_clock_set_back_a_little_repeats_no_run() -> None:
    async with listened(at("0 * * * *"), now=berlin(11, 25, 8, 59)) as it:
        await it.clock.pass_until(berlin(11, 25, 9, 1))
        assert len(it.started) == 1
        it.clock.set_wall_clock(berlin(11, 25, 8, 50))
        await it.clock.pass_until(berlin(11, 25, 9, 59))
        assert len(it.started) == 1
        await it.clock.pass_until(berlin(11, 25, 10))
        assert len(it.started) == 2


async def test_a_clock_that_was_wrong_by_years_does_not_keep_it_waiting() -> None:
    async with listened(at("0 * * * *"), now=datetime(2036, 1, 1, 8, 30, tzinfo=BERLIN)) as it:
        await it.clock.pass_by(60)
        it.clock.set_wall_clock(berlin(11, 25, 8, 59))
        await it.clock.pass_until(berlin(11, 25, 9))
        assert len(it.started) == 1


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        ("every day", "wants 5 fields with blanks between, and this has 2"),
        ("0 0 9 * * *", "wants 5 fields with blanks between, and this has 6"),
        ("99 * * * *", "is no cron expression"),
        ("0 9 * * mon-fro", "is no cron expression"),
        ("@reboot", "is no cron expression"),
        ("R R * * *", "uses R, which is no certain time"),
        ("0 0 31 2 *", "is due on no day of any year"),
        ("", "wants 5 fields"),
    ],
)
def test_a_bad_expression_is_a_problem_with_an_example(expression: str, told: str) -> None:
    (problem,) = find_problems(at(expression).flow(), registry_with())
    assert (problem.severity, problem.node, problem.pin) == ("error", "cron", "CronExpression")
    assert problem.message.startswith(f"CronExpression: {told}")
    assert "0 9 * * 1-5 (09:00 from Monday to Friday)" in problem.message
    assert problem.message.endswith(f"got {expression!r}")


async def test_a_bad_expression_is_not_listened_to() -> None:
    with pytest.raises(RunError, match=r"Cron Event \(cron\): CronExpression: is no cron expression"):
        async with listened(at("99 * * * *")):
            pass


def test_a_time_zone_that_there_is_not_is_a_problem() -> None:
    problems = find_problems(at("0 9 * * *", time_zone="Mars/Olympus").flow(), registry_with())
    assert "its setting time_zone does not fit: there is no time zone 'Mars/Olympus'" in problems[0].message


@pytest.mark.parametrize("expression", ["@hourly", "@daily", "*/5 * * * *", "0 0 29 2 *", " 0 9 * * 1 ", "0 9 * * L5"])
def test_what_cron_knows_is_no_problem(expression: str) -> None:
    problems = find_problems(at(expression).flow(), registry_with())
    assert not [problem for problem in problems if problem.node == "cron"]
