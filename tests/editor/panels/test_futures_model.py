"""The futures as a table: exact row signals under Qt's own checker, states through their life, filter and sort."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester, QSignalSpy

from editor.panels.future_columns import HEADERS, Column
from editor.panels.future_rows import PREVIEW
from editor.panels.futures_model import FuturesModel
from editor.theme import Theme
from runtime.futures.events import FutureCreated, FutureDelta, FutureSettled, FutureStateChanged
from runtime.futures.future import FutureState
from runtime.ids import FutureId, NodeId, RunId, StepId

pytestmark = pytest.mark.usefixtures("qapp")
RUN = RunId("run_1")


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def model(dark: Theme, clock: Clock) -> Iterator[FuturesModel]:
    made = FuturesModel(dark, lambda _run, node: f"Title of {node}", clock)
    tester = QAbstractItemModelTester(made, QAbstractItemModelTester.FailureReportingMode.Fatal)
    yield made
    del tester


def create(model: FuturesModel, *names: str, model_name: str = "gpt-4o-mini") -> None:
    for name in names:
        model.on_event(FutureCreated(0.0, RUN, FutureId(name), NodeId("ask"), StepId(1), "openai", model_name))


def move(model: FuturesModel, name: str, state: FutureState, reason: str = "", attempt: int = 1) -> None:
    model.on_event(FutureStateChanged(0.1, RUN, FutureId(name), NodeId("ask"), state, reason, attempt))


def stream(model: FuturesModel, name: str, text: str, choice: int = 0) -> None:
    model.on_event(FutureDelta(0.2, RUN, FutureId(name), NodeId("ask"), text, choice))


def settle(
    model: FuturesModel,
    name: str,
    state: FutureState = FutureState.SUCCEEDED,
    *,
    message: str = "",
    error: str = "",
    elapsed: float = 1.0,
    tokens: int | None = None,
) -> None:
    usage = None if tokens is None else {"total_tokens": tokens}
    event = FutureSettled(
        0.3, RUN, FutureId(name), NodeId("ask"), state, message, (message,), "stop", usage, error, elapsed
    )
    model.on_event(event)


def cells(model: FuturesModel, column: Column) -> list[str]:
    return [model.index(row, column).data() for row in range(model.rowCount())]


def ids(model: FuturesModel) -> list[str]:
    return [model.row(model.index(row, 0)).id for row in range(model.rowCount())]


def test_a_row_follows_its_future_through_its_life(model: FuturesModel) -> None:
    seen: list[tuple[str, ...]] = []

    def look() -> None:
        model.flush()
        columns = (Column.STATE, Column.ATTEMPTS, Column.TOKENS, Column.TEXT)
        seen.append(tuple(model.index(0, column).data() for column in columns))

    create(model, "a")
    look()
    move(model, "a", FutureState.SENDING)
    look()
    move(model, "a", FutureState.RETRY_WAIT, "429: asked to wait 2 s")
    look()
    move(model, "a", FutureState.SENDING, attempt=2)
    move(model, "a", FutureState.STREAMING, attempt=2)
    stream(model, "a", "Hello\n")
    stream(model, "a", "world")
    look()
    settle(model, "a", message="Hello\nworld!", tokens=1234)
    look()
    assert seen == [
        ("Queued", "", "", ""),
        ("Sending", "1", "", ""),
        ("Retrying soon", "1", "", "429: asked to wait 2 s"),
        ("Streaming", "2", "", "Hello world"),
        ("Succeeded", "2", "1,234", "Hello world!"),
    ]


@pytest.mark.parametrize("state", [FutureState.FAILED, FutureState.TIMED_OUT, FutureState.TRUNCATED])
def test_a_failure_shows_its_words_even_after_text_has_streamed(model: FuturesModel, state: FutureState) -> None:
    create(model, "a")
    stream(model, "a", "Half an ans")
    settle(model, "a", state, error="The stream broke off.")
    model.flush()
    assert cells(model, Column.TEXT) == ["The stream broke off."]


def test_the_node_is_called_by_its_title(model: FuturesModel) -> None:
    create(model, "a")
    model.flush()
    assert cells(model, Column.NODE) == ["Title of ask"]
    assert [model.headerData(i, Qt.Orientation.Horizontal) for i in range(len(Column))] == list(HEADERS)


def test_many_arrivals_and_deltas_are_one_signal_each(model: FuturesModel) -> None:
    inserted, changed, reset = (
        QSignalSpy(model.rowsInserted),
        QSignalSpy(model.dataChanged),
        QSignalSpy(model.modelReset),
    )
    create(model, *(f"f{i:03}" for i in range(100)))
    model.flush()
    before = changed.count()
    for _ in range(5):
        for i in range(20, 40):
            stream(model, f"f{i:03}", "word ")
    model.flush()
    assert (inserted.count(), inserted.at(0)[1:]) == (1, [0, 99])
    assert changed.count() == before + 1
    first, last = changed.at(before)[:2]
    assert (first.row(), last.row()) == (20, 39)
    assert reset.count() == 0


def test_nothing_new_tells_nothing(model: FuturesModel) -> None:
    create(model, "a")
    model.flush()
    changed = QSignalSpy(model.dataChanged)
    model.flush()
    assert changed.count() == 0


def test_age_runs_until_the_future_settles(model: FuturesModel, clock: Clock) -> None:
    create(model, "a")
    model.flush()
    clock.now += 2.5
    assert cells(model, Column.AGE) == ["2.5 s"]
    clock.now += 70
    assert cells(model, Column.AGE) == ["1:12"]
    settle(model, "a", elapsed=72.25)
    clock.now += 1000
    model.flush()
    assert cells(model, Column.AGE) == ["1:12"]


def test_counts_are_kept_by_state(model: FuturesModel) -> None:
    told = QSignalSpy(model.counts_changed)
    create(model, "a", "b", "c")
    move(model, "a", FutureState.STREAMING)
    settle(model, "b", FutureState.CANCELLED)
    model.flush()
    assert told.count() == 1
    assert {state: n for state, n in model.counts.items() if n} == {
        FutureState.STREAMING: 1,
        FutureState.CANCELLED: 1,
        FutureState.QUEUED: 1,
    }


def test_a_state_filter_follows_the_states(model: FuturesModel) -> None:
    create(model, "a", "b", "c")
    model.flush()
    model.set_filter({FutureState.STREAMING}, "")
    assert ids(model) == []
    move(model, "c", FutureState.STREAMING)
    model.flush()
    move(model, "a", FutureState.STREAMING)
    model.flush()
    assert ids(model) == ["a", "c"]
    settle(model, "a")
    model.flush()
    assert ids(model) == ["c"]
    model.set_filter((), "")
    assert ids(model) == ["a", "b", "c"]


def test_a_text_filter_wants_every_word_in_any_column(model: FuturesModel) -> None:
    create(model, "a")
    create(model, "b", model_name="smollm2")
    settle(model, "b", FutureState.FAILED, error="refused the key")
    model.flush()
    for text, found in [("smol KEY", ["b"]), ("title", ["a", "b"]), ("gpt", ["a"]), ("failed", ["b"]), ("nope", [])]:
        model.set_filter((), text)
        assert ids(model) == found, text


def test_scattered_rows_leave_and_come_back_in_order_and_selections_stay_on_their_rows(model: FuturesModel) -> None:
    names = [f"f{i:02}" for i in range(30)]
    create(model, *names)
    for name in names[::3]:
        settle(model, name)
    model.flush()
    kept = QPersistentModelIndex(model.index_of(FutureId("f16")))
    gone = QPersistentModelIndex(model.index_of(FutureId("f03")))
    model.set_filter({FutureState.QUEUED}, "")
    assert ids(model) == [name for i, name in enumerate(names) if i % 3]
    assert model.row(kept).id == "f16"
    assert not gone.isValid()
    model.set_filter((), "")
    assert ids(model) == names
    assert model.row(kept).id == "f16"


def test_sorting_is_by_value_not_by_letters(model: FuturesModel) -> None:
    create(model, "a", "b", "c")
    settle(model, "a", tokens=900, elapsed=12.0)
    settle(model, "b", tokens=1000, elapsed=3.0)
    model.flush()
    model.sort(Column.TOKENS, Qt.SortOrder.DescendingOrder)
    assert ids(model) == ["b", "a", "c"]
    model.sort(Column.AGE)
    assert ids(model) == ["c", "b", "a"]
    model.sort(Column.STATE)
    assert ids(model) == ["c", "a", "b"]
    model.sort(-1)
    assert ids(model) == ["a", "b", "c"]


def test_a_sorted_table_stays_sorted_while_states_change(model: FuturesModel) -> None:
    create(model, "a", "b")
    model.sort(Column.STATE)
    settle(model, "a")
    create(model, "c")
    model.flush()
    assert ids(model) == ["b", "c", "a"]


def test_finished_rows_can_be_cleared(model: FuturesModel) -> None:
    create(model, "a", "b", "c")
    settle(model, "a")
    settle(model, "c", FutureState.FAILED)
    model.flush()
    model.remove_settled()
    assert ids(model) == ["b"]
    assert model.total == 1
    assert sum(model.counts.values()) == 1


def test_events_of_unknown_futures_are_ignored(model: FuturesModel) -> None:
    stream(model, "x", "text")
    move(model, "x", FutureState.STREAMING)
    settle(model, "x")
    model.flush()
    assert model.rowCount() == 0


def test_one_reads_the_end_of_an_answer_that_streams_and_the_beginning_of_a_whole_one(model: FuturesModel) -> None:
    answer = "first " + "word " * PREVIEW + "last"
    create(model, "a")
    move(model, "a", FutureState.STREAMING)
    stream(model, "a", answer)
    model.flush()
    assert cells(model, Column.TEXT)[0].endswith("last")
    settle(model, "a", message=answer)
    model.flush()
    assert cells(model, Column.TEXT)[0].startswith("first ")


def test_only_a_failure_is_told_in_red(model: FuturesModel, dark: Theme) -> None:
    create(model, "a", "b")
    settle(model, "a", FutureState.CANCELLED, error="cancelled in the futures panel")
    settle(model, "b", FutureState.FAILED, error="The server had an error.")
    model.flush()
    colors = [model.index(row, Column.TEXT).data(Qt.ItemDataRole.ForegroundRole) for row in (0, 1)]
    assert colors == [dark.color("text.faint"), dark.color("error")]


def test_only_the_first_choice_is_previewed(model: FuturesModel) -> None:
    create(model, "a")
    stream(model, "a", "one")
    stream(model, "a", "two", choice=1)
    model.flush()
    assert cells(model, Column.TEXT) == ["one"]


def test_a_theme_changes_colours_and_icons(model: FuturesModel) -> None:
    create(model, "a")
    model.flush()
    index = model.index(0, Column.STATE)
    dark = index.data(Qt.ItemDataRole.ForegroundRole)
    model.set_theme(Theme.load("light"))
    assert index.data(Qt.ItemDataRole.ForegroundRole) == Theme.load("light").state(FutureState.QUEUED) != dark
    assert not index.data(Qt.ItemDataRole.DecorationRole).isNull()
