"""The console: what it says of a run, filters, links to nodes, bounds."""

from __future__ import annotations

import pytest
from panel_nodes import shown
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from editor.panels import console as console_module
from editor.panels.console import Console
from editor.theme import Theme
from runtime.engine.events import Event, LogWritten, NodeFailed, RunFinished, RunStarted
from runtime.futures.events import FutureSettled
from runtime.ids import FutureId, NodeId, RunId, StepId
from runtime.llm.local_model import LocalModelProgress

pytestmark = pytest.mark.usefixtures("qapp")
RUN, ASK = RunId("run_1"), NodeId("ask 1/ä")


@pytest.fixture
def console(dark: Theme) -> Console:
    made = Console(dark, lambda _run, _node: "Ask a model")
    shown(made, 700, 300)
    return made


def say(console: Console, *events: Event) -> None:
    for event in events:
        console.on_event(event)
    console.flush()


def log(level: str, message: str, node: NodeId | None = ASK) -> LogWritten:
    return LogWritten(1.5, RUN, node, level, message)


def lines(console: Console) -> list[str]:
    """What stands there, without the times."""
    text = console.text.toPlainText()
    return [" ".join(line.split()[1:]) for line in text.split("\n")] if text else []


def visible_labels(console: Console) -> str:
    return "\n".join(label.text() for label in console.findChildren(QLabel) if label.isVisible())


def test_it_says_what_will_appear_until_something_does(console: Console) -> None:
    assert "Press Run (F5)" in visible_labels(console)
    say(console, log("info", "hello"))
    assert "Press Run (F5)" not in visible_labels(console)


def test_a_run_from_start_to_end(console: Console) -> None:
    say(
        console,
        RunStarted(0.0, RUN, "My flow", NodeId("start")),
        log("info", "asked"),
        log("warn", "slow"),
        NodeFailed(2.0, RUN, ASK, StepId(2), "InputError", "Model: is missing", handled=False),
        RunFinished(2.25, RUN, "failed", {}, {}),
    )
    assert lines(console) == [
        "● info Run of My flow started",
        "● info Ask a model asked",
        "▲ warn Ask a model slow",
        "✖ error Ask a model Model: is missing",
        "✖ error Run failed after 2.25 s",
    ]


@pytest.mark.parametrize(
    ("event", "line"),
    [
        (
            RunFinished(1, RUN, "succeeded", {"Answer": 1}, None),
            "● info Run succeeded after 1.00 s with outputs Answer",
        ),
        (RunFinished(1, RUN, "cancelled", {}, None), "▲ warn Run cancelled after 1.00 s"),
        (NodeFailed(1, RUN, ASK, StepId(1), "E", "no", handled=True), "▲ warn Ask a model no (handled)"),
        (
            FutureSettled(1, RUN, FutureId("f"), ASK, "timed_out", "", (), "", None, "No byte came.", 60.0),
            "▲ warn Ask a model Request f: No byte came.",
        ),
        (LocalModelProgress(0, None, "ready", "The local model is ready"), "● info The local model is ready"),
        (LocalModelProgress(0, None, "failed", "No network"), "✖ error No network"),
        (log("strange", "unheard-of level"), "● info Ask a model unheard-of level"),
    ],
)
def test_what_one_event_says(console: Console, event: Event, line: str) -> None:
    say(console, event)
    assert lines(console) == [line]


def test_a_future_that_succeeds_and_bytes_that_come_say_nothing(console: Console) -> None:
    say(
        console,
        FutureSettled(1, RUN, FutureId("f"), ASK, "succeeded", "", (), "", None, "", 1.0),
        LocalModelProgress(0, None, "fetching", "…", 1, 2),
    )
    assert lines(console) == []


def test_times_are_counted_from_the_start_of_the_run(console: Console) -> None:
    say(console, RunStarted(0.0, RUN, "f", ASK), LogWritten(3600.0, RUN, None, "info", "an hour later"))
    first, second = (line.split()[0] for line in console.text.toPlainText().split("\n"))
    assert (int(second[:2]) - int(first[:2])) % 24 == 1
    assert first[2:] == second[2:]


def test_the_level_filter_hides_what_is_less_severe(console: Console) -> None:
    say(console, *(log(level, level) for level in ("debug", "info", "warn", "error")))
    QTest.keyClick(console.level, Qt.Key.Key_Down)
    QTest.keyClick(console.level, Qt.Key.Key_Down)
    assert [line.split()[-1] for line in lines(console)] == ["warn", "error"]
    say(console, log("info", "hidden"), log("error", "shown"))
    assert lines(console)[-1].endswith("shown")
    assert len(lines(console)) == 3
    QTest.keyClick(console.level, Qt.Key.Key_Home)
    assert len(lines(console)) == 6


def test_the_text_filter_looks_at_messages_and_titles(console: Console) -> None:
    say(console, log("info", "apples"), log("info", "pears", None))
    QTest.keyClicks(console.filter_field, "ASK app")
    assert [line.split()[-1] for line in lines(console)] == ["apples"]
    console.filter_field.setText("nothing like it")
    assert "No line matches the filter" in visible_labels(console)
    console.filter_field.clear()
    assert len(lines(console)) == 2


def test_a_click_on_the_node_locates_it(console: Console) -> None:
    located: list[NodeId] = []
    console.locate_requested.connect(located.append)
    say(console, log("info", "hello"))
    cursor = QTextCursor(console.text.document().find("Ask a model"))
    cursor.setPosition(cursor.selectionStart() + 2)
    QTest.mouseClick(
        console.text.viewport(), Qt.MouseButton.LeftButton, pos=console.text.cursorRect(cursor).center() + QPoint(1, 0)
    )
    assert located == [ASK]


def test_clear_and_copy(console: Console) -> None:
    say(console, log("info", "first\nsecond"), log("info", "third"))
    console.copy_action.trigger()
    copied = QGuiApplication.clipboard().text()
    assert "first\nsecond" in copied
    assert "third" in copied
    console.clear_action.trigger()
    assert lines(console) == []
    assert "Press Run (F5)" in visible_labels(console)


def test_a_flood_is_written_in_portions_and_the_oldest_lines_go(console: Console) -> None:
    most = console_module.MOST_LINES
    for i in range(most + 100):
        console.on_event(log("info", f"line {i}"))
    console.flush()
    assert len(lines(console)) < most
    for _ in range(100):
        console.flush()
    found = lines(console)
    assert len(found) == most
    assert found[0].endswith("line 100")
    assert found[-1].endswith(f"line {most + 99}")


def test_it_follows_the_newest_until_one_scrolls_up(console: Console) -> None:
    bar = console.text.verticalScrollBar()
    say(console, *(log("info", "line") for _ in range(100)))
    assert bar.value() == bar.maximum() > 0
    bar.setValue(0)
    say(console, log("info", "more"))
    assert bar.value() == 0
    assert not console.follow_action.isChecked()
    console.follow_action.trigger()
    assert bar.value() == bar.maximum()


def test_another_theme_writes_the_lines_in_its_colours(console: Console) -> None:
    say(console, log("error", "bad"))
    light = Theme.load("light")
    console.set_theme(light)
    cursor = console.text.document().find("bad")
    assert cursor.charFormat().foreground().color() == light.color("error")
    assert len(lines(console)) == 1
