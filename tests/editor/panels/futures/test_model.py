"""The futures as a table: exact row signals under Qt's own checker, states through their life, filter and order."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime

import pytest
from moved_futures import MovedFutures
from PySide6.QtCore import QPersistentModelIndex, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QAbstractItemModelTester, QSignalSpy

from editor.panels.futures.arrangement import Grouping
from editor.panels.futures.cells import heading_text
from editor.panels.futures.columns import SPECS, Column
from editor.panels.futures.model import FuturesModel
from editor.panels.futures.row import PREVIEW
from editor.theme import Theme
from runtime.futures.events import FutureDelta, FutureEvent
from runtime.futures.future import FutureResponse, FutureState, QueuePlace
from runtime.ids import FutureId

pytestmark = pytest.mark.usefixtures("qapp")
DESCENDING = Qt.SortOrder.DescendingOrder


class Table(MovedFutures):
    """A model over futures that are moved by hand, watched by Qt's checker of models."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(self.hear)
        self.now = 0.0
        self.model = FuturesModel(self.registry, theme, lambda _run, node: f"Title of {node}", self.clock)
        self.tester = QAbstractItemModelTester(self.model, QAbstractItemModelTester.FailureReportingMode.Fatal)

    def hear(self, event: FutureEvent) -> None:
        if isinstance(event, FutureDelta):
            self.model.on_texts({event.future_id})
        else:
            self.model.on_event(event)

    def clock(self) -> float:
        return self.now

    def asks(self, count: int, node: str = "ask") -> list[FutureId]:
        made = [self.ask(node) for _ in range(count)]
        self.model.flush()
        return made

    def cells(self, column: Column) -> list[str]:
        self.model.flush()
        return [self.model.index(row, column).data() for row in range(self.model.rowCount())]

    def lines(self) -> list[str]:
        """Ids from top to bottom, and the titles of groups."""
        self.model.flush()
        found = []
        for place in range(self.model.rowCount()):
            row, group = self.model.row_at(place), self.model.group_at(place)
            found.append(row.id if row else f"{group.title} {group.size}" if group else "?")
        return found


@pytest.fixture
def table(dark: Theme) -> Iterator[Table]:
    made = Table(dark)
    yield made
    del made.tester


def test_a_row_follows_its_future_through_its_life(table: Table) -> None:
    seen: list[tuple[str, ...]] = []

    def look() -> None:
        columns = (Column.STATE, Column.ATTEMPTS, Column.TOKENS, Column.TEXT)
        seen.append(tuple(table.cells(column)[0] for column in columns))

    asked = table.ask()
    look()
    table.move(asked, FutureState.SENDING)
    look()
    table.move(asked, FutureState.RETRY_WAIT, reason="429: asked to wait 2 s")
    look()
    table.move(asked, FutureState.SENDING, FutureState.STREAMING)
    table.stream(asked, "Hello\n", "world")
    look()
    table.succeed(asked, "Hello\nworld!", tokens=1234)
    look()
    assert seen == [
        ("Queued", "", "", ""),
        ("Sending", "1", "", ""),
        ("Retrying soon", "1", "", "429: asked to wait 2 s"),
        ("Streaming", "2", "~3", "Hello world"),
        ("Succeeded", "2", "1,234", "Hello world!"),
    ]


@pytest.mark.parametrize("state", [FutureState.FAILED, FutureState.TIMED_OUT, FutureState.TRUNCATED])
def test_a_failure_shows_its_words_even_after_text_has_streamed(table: Table, state: FutureState) -> None:
    asked = table.ask()
    table.stream(asked, "Half an ans")
    table.fail(asked, "The stream broke off.", state)
    assert table.cells(Column.TEXT) == ["The stream broke off."]


def test_what_a_request_cost_is_shown_where_it_is_known(table: Table) -> None:
    cheap, unknown, dear = table.asks(3)
    for asked, cost in ((cheap, 0.0042), (unknown, None), (dear, 1.5)):
        table.succeed(asked, cost=cost)
    assert table.cells(Column.COST) == ["$0.0042", "", "$1.50"]
    table.model.sort(Column.COST, DESCENDING)
    assert table.cells(Column.COST) == ["", "$1.50", "$0.0042"]


def test_a_cost_says_that_its_price_is_to_be_checked_and_a_missing_one_why(table: Table) -> None:
    unknown, known = table.ask(), table.ask()
    table.succeed(unknown, cost=None)
    table.succeed(known, cost=0.25)
    table.model.flush()
    tips = [table.model.index(row, Column.COST).data(Qt.ItemDataRole.ToolTipRole) for row in (0, 1)]
    assert "this model has no price there" in tips[0]
    assert "$0.25" in tips[1]
    assert "check before you rely on them" in tips[1]


def test_what_a_request_has_cost_so_far_is_an_estimate(dark: Theme) -> None:
    asked: list[FutureResponse] = []

    def cost_of(future: FutureResponse) -> float:
        asked.append(future)
        return 0.01

    futures = MovedFutures(lambda event: model.on_event(event))  # noqa: PLW0108 (the model is made below)
    model = FuturesModel(futures.registry, dark, lambda _run, node: node, cost_of=cost_of)
    future_id = futures.ask()
    model.flush()
    cell = model.index(0, Column.COST)
    assert cell.data() == ""
    futures.stream(future_id, "text")
    assert cell.data() == "~$0.010"
    futures.succeed(future_id, "text", cost=0.02)
    model.flush()
    assert model.index(0, Column.COST).data() == "$0.020"
    assert {future.id for future in asked} == {future_id}


def test_the_heading_of_a_group_adds_up_what_its_requests_cost(table: Table) -> None:
    first, second, other = table.ask(run="run_a"), table.ask(run="run_a"), table.ask(run="run_b")
    table.model.set_grouping(Grouping.RUN)
    table.succeed(first, cost=0.25)
    table.succeed(second, cost=0.5)
    table.succeed(other)
    table.model.flush()
    dear, unknown = sorted((heading_text(group) for group in table.model.listing.groups.values()), key=len)[::-1]
    assert dear.endswith("2 requests, 14 tokens, $0.75")
    assert unknown.endswith("1 request, 7 tokens")


def test_a_row_in_the_queue_says_where_it_stands(table: Table) -> None:
    asked = table.ask()
    table.move(asked, FutureState.QUEUED, reason="number 7 in the queue of provider 'p'")
    assert table.cells(Column.TEXT) == ["number 7 in the queue of provider 'p'"]
    table.registry.note_place(asked, QueuePlace(2, None))
    assert table.cells(Column.TEXT) == ["Number 2 in the queue of p"]
    due = datetime(2026, 10, 8, 12, 3, 5).astimezone()
    table.registry.note_place(asked, QueuePlace(1, due.timestamp()))
    assert table.cells(Column.TEXT) == ["Number 1 in the queue of p, expected at 12:03:05"]
    table.move(asked, FutureState.SENDING)
    assert table.cells(Column.TEXT) == [""]


def test_the_node_is_called_by_its_title(table: Table) -> None:
    table.ask()
    assert table.cells(Column.NODE) == ["Title of ask"]
    headings = [table.model.headerData(i, Qt.Orientation.Horizontal) for i in range(len(Column))]
    assert headings == [spec.title for spec in SPECS.values()]


def test_many_arrivals_and_deltas_are_one_signal_each(table: Table) -> None:
    model = table.model
    inserted, changed, reset = (
        QSignalSpy(model.rowsInserted),
        QSignalSpy(model.dataChanged),
        QSignalSpy(model.modelReset),
    )
    ids = table.asks(100)
    for asked in ids[20:40]:
        table.stream(asked)
    model.flush()
    before = changed.count()
    for _ in range(5):
        for asked in ids[20:40]:
            table.stream(asked, "word ")
    model.flush()
    assert (inserted.count(), inserted.at(0)[1:]) == (1, [0, 99])
    assert changed.count() == before + 1
    first, last = changed.at(before)[:2]
    assert (first.row(), last.row()) == (20, 39)
    assert reset.count() == 0


def test_nothing_new_tells_nothing(table: Table) -> None:
    table.asks(1)
    changed = QSignalSpy(table.model.dataChanged)
    table.model.flush()
    assert changed.count() == 0


def test_age_runs_until_the_future_settles(table: Table) -> None:
    asked = table.ask()
    table.now = table.registry.get(asked).created + 2.5
    assert table.cells(Column.AGE) == ["2.5 s"]
    table.now += 70
    assert table.cells(Column.AGE) == ["1:12"]
    table.succeed(asked)
    assert table.cells(Column.AGE) == ["0.0 s"]


def test_counts_are_kept_by_state(table: Table) -> None:
    told = QSignalSpy(table.model.counts_changed)
    first, second, _ = (table.ask() for _ in range(3))
    table.stream(first)
    table.fail(second, "", FutureState.CANCELLED)
    table.model.flush()
    assert told.count() == 1
    assert {state: n for state, n in table.model.counts.items() if n} == {
        FutureState.STREAMING: 1,
        FutureState.CANCELLED: 1,
        FutureState.QUEUED: 1,
    }


def test_a_state_filter_follows_the_states(table: Table) -> None:
    first, second, third = table.asks(3)
    table.model.set_filter({FutureState.STREAMING}, "")
    assert table.lines() == []
    table.stream(third)
    assert table.lines() == [third]
    table.stream(first)
    assert table.lines() == [first, third]
    table.succeed(first)
    assert table.lines() == [third]
    table.model.set_filter((), "")
    assert table.lines() == [first, second, third]


def test_a_text_filter_wants_every_word_in_any_column(table: Table) -> None:
    first, second = table.ask(model="gpt-4o-mini"), table.ask(model="smollm2")
    table.fail(second, "refused the key")
    both = [first, second]
    found = {"smol KEY": [second], "title": both, "gpt": [first], "failed": [second], "nope": []}
    for text, ids in found.items():
        table.model.set_filter((), text)
        assert table.lines() == ids, text


def test_a_text_filter_asks_for_fields_exactly(table: Table) -> None:
    first, second = table.ask("one", model="gpt"), table.ask("two", run="run_2", step=7, model="gpt-4")
    table.fail(second, "no", FutureState.TIMED_OUT)
    found = {
        "model:gpt": [first],
        "node:two": [second],
        'node:"title of one"': [first],
        "run:run_2 step:7": [second],
        "is:pending": [first],
        "state:timed_out": [second],
        "state:“timed out”": [second],
        "provider:p is:settled": [second],
        "what:is": [],
    }
    for text, ids in found.items():
        table.model.set_filter((), text)
        assert table.lines() == ids, text


def test_scattered_rows_leave_and_come_back_in_order_and_selections_stay_on_their_rows(table: Table) -> None:
    ids = table.asks(30)
    for asked in ids[::3]:
        table.succeed(asked)
    table.model.flush()
    kept = QPersistentModelIndex(table.model.index_of(ids[16]))
    gone = QPersistentModelIndex(table.model.index_of(ids[3]))
    table.model.set_filter({FutureState.QUEUED}, "")
    assert table.lines() == [asked for i, asked in enumerate(ids) if i % 3]
    row = table.model.row(kept)
    assert row is not None
    assert row.id == ids[16]
    assert not gone.isValid()
    table.model.set_filter((), "")
    assert table.lines() == ids
    row = table.model.row(kept)
    assert row is not None
    assert row.id == ids[16]


def test_sorting_is_by_value_not_by_letters(table: Table) -> None:
    first, second, third = table.asks(3)
    table.succeed(first, tokens=900)
    table.succeed(second, tokens=1000)
    table.model.sort(Column.TOKENS)
    assert table.lines() == [first, second, third]
    table.model.sort(Column.TOKENS, DESCENDING)
    assert table.lines() == [third, second, first]
    table.model.sort(Column.STATE)
    assert table.lines() == [third, first, second]
    table.model.sort(-1)
    assert table.lines() == [first, second, third]


def test_a_sorted_table_stays_sorted_while_states_change(table: Table) -> None:
    first, second = table.asks(2)
    table.model.sort(Column.STATE)
    table.succeed(first)
    third = table.ask()
    assert table.lines() == [second, third, first]


def test_groups_have_headings_that_count_and_fold(table: Table) -> None:
    first, second, third = table.ask("b"), table.ask("a"), table.ask("b")
    table.model.set_grouping(Grouping.NODE)
    assert table.lines() == ["Title of a 1", second, "Title of b 2", first, third]
    fourth = table.ask("c")
    assert table.lines()[-2:] == ["Title of c 1", fourth]
    group = table.model.key(2).group
    table.model.fold([group], folded=True)
    assert table.lines() == ["Title of a 1", second, "Title of b 2", "Title of c 1", fourth]
    assert [row.id for row in table.model.rows_at(2)] == [first, third]
    table.succeed(third)
    table.model.set_filter({FutureState.QUEUED}, "")
    assert table.lines()[2] == "Title of b 1"
    table.model.fold([group], folded=False)
    table.model.sort(Column.STARTED, DESCENDING)
    assert table.lines() == ["Title of c 1", fourth, "Title of b 1", first, "Title of a 1", second]
    table.model.set_grouping(Grouping.NONE)
    assert table.lines() == [fourth, second, first]


def test_a_group_goes_with_its_last_row(table: Table) -> None:
    first, _ = table.ask("a"), table.ask("b")
    table.model.set_grouping(Grouping.NODE)
    table.model.set_filter({FutureState.QUEUED}, "")
    table.succeed(first)
    assert table.lines()[0] == "Title of b 1"


@pytest.mark.parametrize("column", [-1, Column.STATE, Column.TEXT])
@pytest.mark.parametrize("order", [Qt.SortOrder.AscendingOrder, DESCENDING])
def test_pinned_rows_stand_on_top_whatever_the_order(table: Table, column: int, order: Qt.SortOrder) -> None:
    ids = table.asks(4)
    table.model.sort(column, order)
    row = table.model.row(table.model.index_of(ids[2]))
    assert row is not None
    table.model.set_pinned([row], pinned=True)
    table.model.set_grouping(Grouping.NODE)
    assert table.lines()[0] == ids[2]
    assert table.lines()[1] == "Title of ask 3"
    table.succeed(ids[2])
    table.model.remove_settled()
    assert table.lines()[0] == ids[2]
    table.model.set_pinned([row], pinned=False)
    assert table.lines()[0] == "Title of ask 4"


def test_whatever_happens_the_lines_are_those_of_a_listing_made_anew(table: Table) -> None:
    """Many changes between two ticks, in every order and grouping: what moved one by one is what sorting would give."""
    dice = random.Random(4)
    for _ in range(40):
        for _ in range(dice.randrange(24)):
            pending = [future.id for future in table.registry.pending()]
            match dice.randrange(4):
                case 0:
                    table.ask(dice.choice("abc"), run=f"run_{dice.randrange(3)}")
                case 1 if pending:
                    table.stream(dice.choice(pending), "text ")
                case 2 if pending:
                    table.succeed(dice.choice(pending), "text", tokens=dice.randrange(2, 9))
                case 3 if pending:
                    table.fail(dice.choice(pending), "no", dice.choice([FutureState.FAILED, FutureState.CANCELLED]))
        if dice.random() < 0.3:
            table.model.sort(dice.choice([-1, *Column]), dice.choice([Qt.SortOrder.AscendingOrder, DESCENDING]))
        if dice.random() < 0.2:
            table.model.set_grouping(dice.choice(list(Grouping)))
        if dice.random() < 0.2:
            table.model.set_filter(dice.choice([(), {FutureState.QUEUED, FutureState.SUCCEEDED}]), "")
        table.model.flush()
        moved = list(table.model.listing.keys)
        sizes = {name: (group.states, group.tokens) for name, group in table.model.listing.groups.items()}
        assert moved == table.model.listing.everything()
        assert sizes == {name: (group.states, group.tokens) for name, group in table.model.listing.groups.items()}


def test_finished_rows_can_be_cleared(table: Table) -> None:
    first, second, third = table.asks(3)
    table.succeed(first)
    table.fail(third, "no")
    table.model.remove_settled()
    assert table.lines() == [second]
    assert table.model.total == 1
    assert sum(table.model.counts.values()) == 1


def test_events_of_futures_that_are_not_listed_are_ignored(table: Table) -> None:
    first = table.ask()
    table.succeed(first)
    table.model.remove_settled()
    other = MovedFutures(table.model.on_event)
    table_of_another_session = other.ask()
    other.stream(table_of_another_session, "text")
    assert table.lines() == []


def test_one_reads_the_end_of_an_answer_that_streams_and_the_beginning_of_a_whole_one(table: Table) -> None:
    answer = "first " + "word " * PREVIEW + "last"
    asked = table.ask()
    table.stream(asked, answer[:50], answer[50:])
    assert table.cells(Column.TEXT)[0].endswith("last")
    table.succeed(asked, answer)
    assert table.cells(Column.TEXT)[0].startswith("first ")


def inks(model: FuturesModel, column: Column) -> list[QColor]:
    """The colours of the cells of a column."""
    rows = (model.row_at(place) for place in range(model.rowCount()))
    return [model.cells.ink(row, column, is_selected=False) for row in rows if row is not None]


def test_only_a_failure_is_told_in_red(table: Table, dark: Theme) -> None:
    table.fail(table.ask(), "cancelled in the futures panel", FutureState.CANCELLED)
    table.fail(table.ask(), "The server had an error.")
    table.model.flush()
    assert inks(table.model, Column.TEXT) == [dark.color("text.faint"), dark.color("error")]


def test_only_the_first_choice_is_previewed(table: Table) -> None:
    asked = table.ask()
    table.stream(asked, "one")
    table.stream(asked, "two", choice=1)
    assert table.cells(Column.TEXT) == ["one"]


def test_a_theme_changes_colours_and_icons(table: Table, dark: Theme) -> None:
    table.asks(1)
    light = Theme.load("light")
    assert inks(table.model, Column.STATE) == [dark.state(FutureState.QUEUED)]
    before = table.model.cells.picture(table.model.row_at(0), Column.STATE, is_selected=False)
    table.model.set_theme(light)
    assert inks(table.model, Column.STATE) == [light.state(FutureState.QUEUED)]
    after = table.model.cells.picture(table.model.row_at(0), Column.STATE, is_selected=False)
    assert before.toImage() != after.toImage()
