"""All about one request: its answer as it comes, what was asked, when what happened, what went wrong, raw data."""

from __future__ import annotations

import json

import pytest
from futures_desk import SECRET, Desk
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QTextDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow, QPlainTextEdit, QTabBar, QToolButton, QTreeWidget

from editor.panels.futures.answer_text import MOST_SHOWN
from editor.panels.futures.choice_view import ChoiceView
from editor.theme import Theme
from runtime.choices import Choice, Piece, ToolCall
from runtime.futures.future import FutureResult, FutureState

pytestmark = pytest.mark.usefixtures("qapp")
MARKDOWN = "# Sorting\n\nUse **timsort**:\n\n```python\nwords.sort()\n```\n"


@pytest.fixture
def desk(dark: Theme) -> Desk:
    return Desk(dark)


def open_tab(desk: Desk, name: str) -> None:
    tabs = desk.tabs()
    tabs.setCurrentIndex(next(at for at in range(tabs.count()) if tabs.tabText(at).startswith(name)))


def cells_of(tree: QTreeWidget) -> list[list[str]]:
    items = (tree.topLevelItem(at) for at in range(tree.topLevelItemCount()))
    return [[item.text(column) for column in range(tree.columnCount())] for item in items]


def choices(desk: Desk) -> list[ChoiceView]:
    views = [view for view in desk.panel.details.findChildren(ChoiceView) if view.isVisible()]
    return sorted(views, key=lambda view: int(view.title.text().split()[1]))


def settle(desk: Desk, *settled: Choice) -> None:
    """Ask, and settle with these choices at once."""
    asked = desk.ask()
    desk.stream(asked)
    desk.registry.settle(asked, FutureState.SUCCEEDED, FutureResult(settled))
    desk.panel.model.flush()
    desk.select(desk.panel.model.rowCount() - 1)


def test_the_selected_future_is_shown_while_it_streams(desk: Desk) -> None:
    future_id = desk.ask()
    desk.select(0)
    desk.stream(future_id, "Hello ", "world")
    assert desk.response().toPlainText() == "Hello world"
    desk.succeed(future_id, "Hello world!")
    assert desk.response().toPlainText() == "Hello world!"
    assert "Succeeded" in desk.visible_labels()
    assert "7 tokens · cost unknown" in desk.visible_labels()


def test_text_that_was_there_before_the_click_is_not_shown_twice(desk: Desk) -> None:
    desk.ask()
    desk.panel.model.flush()
    desk.holds = True
    future_id = next(iter(desk.registry)).id
    desk.stream(future_id, "late ", "events")
    desk.select(0)
    assert desk.response().toPlainText() == "late events"
    desk.let_go()
    assert desk.response().toPlainText() == "late events"


def test_streaming_leaves_selection_and_scroll_position_alone(desk: Desk) -> None:
    future_id = desk.ask()
    desk.stream(future_id, "line\n" * 200)
    desk.select(0)
    view = desk.response()
    cursor = view.textCursor()
    cursor.setPosition(2)
    cursor.setPosition(4, cursor.MoveMode.KeepAnchor)
    view.setTextCursor(cursor)
    view.verticalScrollBar().setValue(10)
    desk.stream(future_id, "more\n" * 50)
    assert view.textCursor().selectedText() == "ne"
    assert view.verticalScrollBar().value() == 10


def test_the_answer_follows_its_end_until_one_scrolls_away(desk: Desk) -> None:
    future_id = desk.ask()
    desk.select(0)
    bar = desk.response().verticalScrollBar()
    desk.stream(future_id, "line\n" * 200)
    assert bar.value() == bar.maximum() > 0
    bar.setValue(bar.maximum() - 50)
    held = bar.value()
    desk.stream(future_id, "line\n" * 200)
    assert bar.value() == held
    bar.setValue(bar.maximum())
    desk.stream(future_id, "line\n" * 200)
    assert bar.value() == bar.maximum()


def test_several_choices_are_kept_apart(desk: Desk) -> None:
    future_id = desk.ask()
    desk.select(0)
    desk.stream(future_id, "one")
    desk.stream(future_id, "two", choice=1)
    assert (desk.response(1).toPlainText(), desk.response(2).toPlainText()) == ("one", "two")
    desk.succeed(future_id, "one", "two", "three")
    assert desk.response(3).toPlainText() == "three"
    desk.ask()
    desk.select(1)
    assert desk.response(1).toPlainText() == ""


def test_choices_stand_side_by_side_if_one_wants(desk: Desk) -> None:
    settle(desk, Choice("one"), Choice("two"), Choice("three"))
    assert [view.text for view in choices(desk)] == ["one"]
    beside = next(
        button for button in desk.panel.details.findChildren(QToolButton) if "side by side" in button.accessibleName()
    )
    QTest.mouseClick(beside, Qt.MouseButton.LeftButton)
    assert [view.text for view in choices(desk)] == ["one", "two", "three"]
    assert "Choice 3" in desk.visible_labels()
    settle(desk, Choice("alone"))
    assert [view.text for view in choices(desk)] == ["alone"]
    assert not beside.isVisible()
    assert "Choice 1" not in desk.visible_labels()


def test_markdown_is_rendered_at_the_end_and_can_be_read_as_it_was_written(desk: Desk) -> None:
    asked = desk.ask()
    desk.select(0)
    desk.stream(asked, MARKDOWN)
    answer = choices(desk)[0].answer
    assert answer.currentWidget() is answer.plain
    desk.succeed(asked, MARKDOWN)
    assert answer.currentWidget() is answer.rendered
    assert answer.rendered.toPlainText().startswith("Sorting\nUse timsort:")
    desk.panel.actions_by_name["copy"].trigger()
    assert QGuiApplication.clipboard().text() == MARKDOWN
    switch = next(
        button for button in desk.panel.details.findChildren(QToolButton) if "Markdown" in button.accessibleName()
    )
    QTest.mouseClick(switch, Qt.MouseButton.LeftButton)
    assert answer.currentWidget() is answer.plain
    assert answer.plain.toPlainText() == MARKDOWN


@pytest.mark.parametrize("text", ["Just words.\nIn two lines.", "2 * 3 * 4 = 24", "a_b_c and #5", "if x < 3: y = [1]"])
def test_a_text_that_is_no_markdown_stays_as_it_is(desk: Desk, text: str) -> None:
    settle(desk, Choice(text))
    answer = choices(desk)[0].answer
    assert answer.currentWidget() is answer.plain
    assert answer.plain.toPlainText() == text


def test_an_answer_loads_nothing_and_brings_no_html(desk: Desk) -> None:
    settle(desk, Choice("# Hi\n\n![x](file:///etc/passwd) <b>bold</b> <img src='file:///etc/passwd'>"))
    rendered = choices(desk)[0].answer.rendered
    assert "<b>bold</b>" in rendered.toPlainText()
    kinds = QTextDocument.ResourceType
    assert rendered.loadResource(kinds.ImageResource.value, "file:///etc/hostname") is None


def test_reasoning_refusals_and_calls_of_tools_are_shown_apart(desk: Desk) -> None:
    settle(desk, Choice(tool_calls=(ToolCall("c", "look_up", '{"word":"sort"}'),), reasoning="Let me see."))
    (view,) = choices(desk)
    assert view.text == 'look_up({"word": "sort"})'
    visible = [text.toPlainText() for text in view.findChildren(QPlainTextEdit) if text.isVisible()]
    assert visible == ['look_up({"word": "sort"})']
    heading = next(button for button in view.findChildren(QToolButton) if button.text() == "Reasoning")
    QTest.mouseClick(heading, Qt.MouseButton.LeftButton)
    assert "Let me see." in [text.toPlainText() for text in view.findChildren(QPlainTextEdit) if text.isVisible()]
    settle(desk, Choice(refusal="I will not.", finish_reason="stop"))
    assert "The model refused: I will not." in desk.visible_labels()
    settle(desk, Choice("Half of", finish_reason="length"))
    assert "MaxTokens" in desk.visible_labels()


def test_calls_of_tools_are_seen_while_their_arguments_come(desk: Desk) -> None:
    asked = desk.ask()
    desk.select(0)
    desk.stream(asked)
    desk.registry.add_piece(asked, Piece('{"wo', "tool_call", call_id="c", name="look_up"))
    desk.registry.add_piece(asked, Piece('rd": 1', "tool_call"))
    assert choices(desk)[0].text == 'look_up({"word": 1)'


def test_a_very_long_answer_is_shown_in_part_and_copied_whole(desk: Desk) -> None:
    text = "line of words\n" * (MOST_SHOWN // 10)
    settle(desk, Choice(text))
    (view,) = choices(desk)
    assert len(view.answer.plain.toPlainText()) == MOST_SHOWN
    assert f"The first {MOST_SHOWN:,} of {len(text):,} characters" in desk.visible_labels()
    assert view.text == text


def test_the_request_shows_messages_and_what_was_really_sent(desk: Desk) -> None:
    desk.ask(text="Why <i>so</i>?", parameters={"temperature": 0.5, "max_tokens": 9})
    desk.select(0)
    open_tab(desk, "Request")
    text = desk.panel.details.request.toPlainText()
    assert "System\nBe <b>brief</b>." in text
    assert "User\nWhy <i>so</i>?" in text
    assert "temperature\n0.5" in text
    assert "max_completion_tokens\n9" in text
    assert "max_tokens" not in text


def test_messages_with_parts_names_and_calls_are_told_in_words(desk: Desk) -> None:
    call = {"id": "c", "type": "function", "function": {"name": "look_up", "arguments": '{"word": "sort"}'}}
    picture = {"type": "image_url", "image_url": {"url": "data:image/png;base64," + "A" * 1000}}
    messages = [
        {"role": "user", "name": "Ann", "content": [{"type": "text", "text": "See:"}, picture]},
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "content": "found"},
    ]
    desk.ask(messages=messages)
    desk.select(0)
    open_tab(desk, "Request")
    text = desk.panel.details.request.toPlainText()
    for told in ("User · Ann", "See:", "[image_url: ", 'calls look_up({"word": "sort"})', "Tool\nfound"):
        assert told in text


def test_timing_tells_each_stretch_and_why(desk: Desk) -> None:
    asked = desk.ask()
    desk.select(0)
    open_tab(desk, "Timing")
    desk.move(asked, FutureState.SENDING)
    desk.move(asked, FutureState.RETRY_WAIT, reason="429: wait 2 s")
    desk.move(asked, FutureState.SENDING)
    timing = desk.panel.details.timing
    rows = cells_of(timing.lines)
    assert [row[0] for row in rows] == ["Queued", "Sending", "Retrying soon", "Sending"]
    assert rows[2][4] == "429: wait 2 s"
    timing.lines.setCurrentItem(timing.lines.topLevelItem(1))
    desk.stream(asked, "text")
    desk.move(asked, FutureState.STREAMING)
    desk.succeed(asked, "text", tokens=1002)
    assert timing.lines.currentItem() is timing.lines.topLevelItem(1)
    told = "\n".join(label.text() for label in timing.findChildren(QLabel))
    assert "First token after" in told
    assert "2 tokens read, 1,000 written" in told
    assert timing.grab().width() > 0


def test_every_attempt_is_told_with_its_reason_and_the_wait_after_it(desk: Desk) -> None:
    asked = desk.ask()
    desk.select(0)
    desk.move(asked, FutureState.SENDING)
    due = desk.registry.get(asked).created + 2
    desk.move(asked, FutureState.RETRY_WAIT, reason="429: wait 2 s", next_at=due)
    open_tab(desk, "Attempts")
    (row,) = cells_of(desk.panel.details.attempts)
    assert row[0] == "1"
    assert row[3].startswith("at ")
    assert row[4] == "429: wait 2 s"
    desk.move(asked, FutureState.SENDING)
    assert "Attempts (2)" in desk.tab_names()
    first, second = cells_of(desk.panel.details.attempts)
    assert first[3].startswith("after ")
    assert second[4] == "under way"
    desk.fail(asked, "It is over.")
    assert cells_of(desk.panel.details.attempts)[1][4] == "It is over."


def test_an_error_has_a_tab_with_the_words_of_the_server(desk: Desk) -> None:
    good, bad = desk.ask(), desk.ask()
    desk.succeed(good, "fine")
    desk.fail(bad, "The key was refused: check it.")
    desk.select(0)
    assert "Error" not in desk.tab_names()
    desk.select(1)
    assert desk.tabs().tabText(desk.tabs().currentIndex()) == "Error"
    error = next(t for t in desk.panel.details.findChildren(QPlainTextEdit) if t.accessibleName() == "Error")
    assert "The key was refused: check it." in error.toPlainText()
    desk.select(0)
    assert "Error" not in desk.tab_names()


def test_raw_holds_request_and_response_and_copies_them_whole(desk: Desk) -> None:
    desk.succeed(desk.ask(text="x" * 30_000), "fine")
    desk.select(0)
    open_tab(desk, "Raw")
    raw = desk.panel.details.raw
    assert '"temperature": 0.5' in raw.request.toPlainText()
    assert "30,000 characters" in raw.request.toPlainText()
    raw.copy_action.trigger()
    copied = json.loads(QGuiApplication.clipboard().text())
    assert copied["messages"][1]["content"] == "x" * 30_000
    raw.findChild(QTabBar).setCurrentIndex(1)
    assert '"id": "r"' in raw.response.toPlainText()
    raw.copy_action.trigger()
    assert json.loads(QGuiApplication.clipboard().text()) == {"id": "r"}


def test_raw_says_that_no_answer_came_yet(desk: Desk) -> None:
    asked = desk.ask()
    desk.select(0)
    open_tab(desk, "Raw")
    assert desk.panel.details.raw.response.toPlainText() == "The answer has not come yet."
    desk.fail(asked, "no")
    assert desk.panel.details.raw.response.toPlainText() == "No answer came."


def test_no_key_is_shown_anywhere(desk: Desk) -> None:
    desk.fail(desk.ask(), "no")
    desk.select(0)
    for at in range(desk.tabs().count()):
        desk.tabs().setCurrentIndex(at)
        texts = desk.panel.details.findChildren(QPlainTextEdit)
        assert not any(SECRET in text.toPlainText() for text in texts)


def test_without_a_selection_the_list_has_all_the_room(desk: Desk) -> None:
    desk.ask()
    desk.panel.model.flush()
    assert not desk.panel.details.isVisible()
    desk.select(0)
    assert desk.panel.details.isVisible()
    desk.panel.table.clearSelection()
    assert not desk.panel.details.isVisible()


def test_the_details_of_a_request_follow_another_palette(desk: Desk, qapp: QApplication) -> None:
    window = QMainWindow()
    window.setCentralWidget(desk.panel)
    window.show()
    desk.stream(desk.ask(), "text")
    desk.select(0)
    qapp.processEvents()
    light = Theme.load("light")
    try:
        qapp.setPalette(light.palette)
        desk.panel.set_theme(light)
        qapp.processEvents()
        assert desk.response().palette().base().color() == light.color("base")
    finally:
        qapp.setPalette(Theme.load("dark").palette)
