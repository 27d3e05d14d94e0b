"""Budgets stop new requests once they are used up, by run, by flow and by day."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from runtime.errors import BudgetError, FutureStoreError, NotConfiguredError
from runtime.ids import FutureId, RunId
from runtime.spending.budget import dollars
from runtime.spending.ledger import KEPT_RUNS
from runtime.spending.spending import Spending

RUN, OTHER = RunId("run_1"), RunId("run_2")
FLOW = "/flows/a.flow.json"


class Calendar:
    """A day that tests turn."""

    def __init__(self) -> None:
        self.today = date(2026, 10, 8)

    def __call__(self) -> date:
        return self.today

    def turn(self) -> None:
        self.today += timedelta(days=1)


@pytest.fixture
def calendar() -> Calendar:
    return Calendar()


@pytest.fixture
def budget(tmp_path: Path) -> Callable[..., None]:
    def write(**limits: float) -> None:
        (tmp_path / "budget.json").write_text(json.dumps(limits))

    return write


@pytest.fixture
def spending(tmp_path: Path, calendar: Calendar) -> Spending:
    return Spending(tmp_path, today=calendar)


def ask(spending: Spending, name: str, run: RunId = RUN, flow: str = FLOW, at_least: float | None = 0.0) -> FutureId:
    future_id = FutureId(name)
    spending.ledger.begin(future_id, run, flow, at_least)
    return future_id


def spend(spending: Spending, cost: float | None, run: RunId = RUN, flow: str = FLOW) -> None:
    spending.ledger.end(ask(spending, "fut_spent", run, flow), cost)


def sums(spending: Spending) -> tuple[float, float, float]:
    ledger = spending.ledger
    return ledger.of_run(RUN), ledger.of_flow(FLOW), ledger.of_day()


def test_what_is_spent_adds_up_by_run_by_flow_and_by_day(spending: Spending) -> None:
    spend(spending, 1.0)
    spend(spending, 2.0, run=OTHER)
    spend(spending, 4.0, run=OTHER, flow="other")
    spend(spending, None)
    assert sums(spending) == (1.0, 3.0, 7.0)


def test_what_is_under_way_counts_and_gives_way_to_what_it_cost(spending: Spending) -> None:
    future_id = ask(spending, "fut_a", at_least=3.0)
    assert sums(spending) == (3.0, 3.0, 3.0)
    spending.ledger.end(future_id, 2.0)
    assert sums(spending) == (2.0, 2.0, 2.0)
    spending.ledger.end(future_id, 9.0)
    assert sums(spending) == (2.0, 2.0, 2.0)


def test_one_that_failed_cost_nothing(spending: Spending) -> None:
    spending.ledger.end(ask(spending, "fut_a", at_least=3.0), None)
    assert sums(spending) == (0.0, 0.0, 0.0)


def test_a_new_day_begins_with_what_is_under_way(spending: Spending, calendar: Calendar) -> None:
    spend(spending, 5.0)
    future_id = ask(spending, "fut_a", at_least=1.0)
    calendar.turn()
    assert sums(spending) == (6.0, 1.0, 1.0)
    spending.ledger.end(future_id, 2.0)
    assert sums(spending) == (7.0, 2.0, 2.0)


class Elsewhere:
    """What other sessions spent, and since when that was asked."""

    def __init__(self) -> None:
        self.flows = {FLOW: 1.0, "other": 2.0}
        self.asked: list[float] = []
        self.error: FutureStoreError | None = None

    async def __call__(self, since: float) -> dict[str, float]:
        self.asked.append(since)
        if self.error is not None:
            raise self.error
        return self.flows


@pytest.mark.anyio
async def test_what_other_sessions_spent_today_counts(
    tmp_path: Path, calendar: Calendar, budget: Callable[..., None]
) -> None:
    elsewhere = Elsewhere()
    spending = Spending(tmp_path, elsewhere, calendar)
    await spending.ready()
    assert elsewhere.asked == []  # without a budget nobody needs to know
    budget(per_day=3.5)
    await spending.ready()
    assert elsewhere.asked == [datetime(2026, 10, 8).astimezone().timestamp()]
    assert sums(spending) == (0.0, 1.0, 3.0)
    spending.check(RUN, FLOW)
    spend(spending, 0.5)
    with pytest.raises(BudgetError, match=r"\$3.50 are spent"):
        spending.check(RUN, FLOW)
    await spending.ready()
    assert len(elsewhere.asked) == 1  # a moment ago
    calendar.turn()
    assert sums(spending) == (0.5, 0.0, 0.0)


@pytest.mark.anyio
async def test_where_that_cannot_be_known_requests_go_on(
    tmp_path: Path, budget: Callable[..., None], caplog: pytest.LogCaptureFixture
) -> None:
    elsewhere = Elsewhere()
    elsewhere.error = FutureStoreError("the disk is full")
    budget(per_flow=1.0)
    spending = Spending(tmp_path, elsewhere)
    await spending.ready()
    spending.check(RUN, FLOW)
    assert "the disk is full" in caplog.text


def test_sums_of_old_runs_are_dropped(spending: Spending) -> None:
    for number in range(KEPT_RUNS + 1):
        spend(spending, 1.0, run=RunId(f"run_{number}"))
    assert spending.ledger.of_run(RunId("run_0")) == 0.0
    assert spending.ledger.of_run(RunId(f"run_{KEPT_RUNS}")) == 1.0
    assert spending.ledger.of_day() == KEPT_RUNS + 1


@pytest.mark.parametrize(("span", "words"), [
    ("per_run", "$2.00 for a run is used up: $2.50 are spent, what is under way included. Raise per_run in "),
    ("per_flow", "$2.00 for this flow and day is used up"),
    ("per_day", "$2.00 for a day is used up"),
])  # fmt: skip
def test_a_budget_that_is_used_up_says_so_and_how_to_raise_it(
    spending: Spending, budget: Callable[..., None], tmp_path: Path, span: str, words: str
) -> None:
    budget(**{span: 2.0})
    spend(spending, 1.0)
    ask(spending, "fut_a", at_least=0.9)
    spending.check(RUN, FLOW)
    spend(spending, 0.6)
    with pytest.raises(BudgetError) as caught:
        spending.check(RUN, FLOW)
    assert words in str(caught.value)
    assert str(tmp_path / "budget.json") in str(caught.value)
    budget(**{span: 3.0})
    spending.check(RUN, FLOW)


def test_each_budget_is_for_its_own(spending: Spending, budget: Callable[..., None], calendar: Calendar) -> None:
    budget(per_run=1.0, per_flow=2.0, per_day=3.0)
    spend(spending, 1.0)
    spending.check(OTHER, FLOW)
    spend(spending, 1.0, run=OTHER)
    with pytest.raises(BudgetError, match="per_flow"):
        spending.check(RunId("run_3"), FLOW)
    spending.check(RunId("run_3"), "other")
    spend(spending, 1.0, run=RunId("run_3"), flow="other")
    with pytest.raises(BudgetError, match="per_day"):
        spending.check(RunId("run_4"), "third")
    calendar.turn()
    spending.check(RunId("run_4"), FLOW)
    with pytest.raises(BudgetError, match="per_run"):
        spending.check(RUN, FLOW)


def test_a_budget_of_nothing_stops_everything(spending: Spending, budget: Callable[..., None]) -> None:
    budget(per_day=0)
    with pytest.raises(BudgetError, match=r"\$0.00"):
        spending.check(RUN, FLOW)


def test_without_a_budget_nothing_stops(spending: Spending) -> None:
    spend(spending, 1e6)
    spending.check(RUN, FLOW)


def test_a_broken_budget_stops_everything_and_is_told(spending: Spending, tmp_path: Path) -> None:
    (tmp_path / "budget.json").write_text('{"per_dya": 1}')
    with pytest.raises(NotConfiguredError, match=r"budget.json, line 1, column \d+, at \$.per_dya"):
        spending.check(RUN, FLOW)


@pytest.mark.parametrize(("amount", "text"), [
    (0, "$0.00"), (1.234, "$1.23"), (12, "$12.00"), (0.5, "$0.50"), (0.0996, "$0.100"), (0.0123, "$0.012"),
    (0.0000126, "$0.000013"),
])  # fmt: skip
def test_amounts_in_words(amount: float, text: str) -> None:
    assert dollars(amount) == text
