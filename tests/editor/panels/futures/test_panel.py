"""The futures panel by mouse and keyboard, on a real registry; cancel and ask again against a real server."""

from __future__ import annotations

import time
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from asking import asking
from futures_desk import Desk
from openai_server import Reply
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QMainWindow,
    QMenu,
    QPlainTextEdit,
    QStyleOptionViewItem,
    QTextBrowser,
    QToolButton,
    QTreeWidget,
)

from editor.panels.futures.columns import Column
from editor.panels.futures.panel import FuturesPanel
from editor.theme import Theme
from runtime.futures.future import FutureState

pytestmark = pytest.mark.usefixtures("qapp")
Drive = Callable[[Coroutine[Any, Any, None]], None]


@pytest.fixture
def desk(dark: Theme) -> Desk:
    return Desk(dark)


# -- what is shown


def test_an_empty_panel_says_what_will_appear_and_how(desk: Desk) -> None:
    assert "Press Run (F5)" in desk.visible_labels()
    desk.ask()
    desk.panel.model.flush()
    assert "Press Run (F5)" not in desk.visible_labels()
    assert desk.panel.table.isVisible()


def test_the_selected_future_is_shown_while_it_streams(desk: Desk) -> None:
    future_id = desk.ask()
    desk.select(0)
    desk.stream(future_id, "Hello ", "world")
    assert desk.response().toPlainText() == "Hello world"
    desk.succeed(future_id, "Hello world!")
    assert desk.response().toPlainText() == "Hello world!"
    assert "Succeeded" in desk.visible_labels()
    assert "7 tokens" in desk.visible_labels()


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


def test_the_request_shows_messages_and_what_was_really_sent(desk: Desk) -> None:
    desk.ask(text="Why <i>so</i>?")
    desk.select(0)
    text = desk.panel.details.findChild(QTextBrowser).toPlainText()
    assert "System\nBe <b>brief</b>." in text
    assert "User\nWhy <i>so</i>?" in text
    assert "temperature\n0.5" in text
    assert "max_tokens" not in text


def test_timing_tells_each_state_and_why_a_try_was_repeated(desk: Desk) -> None:
    future_id = desk.ask()
    desk.select(0)
    desk.move(future_id, FutureState.SENDING)
    desk.move(future_id, FutureState.RETRY_WAIT, reason="429: wait 2 s", next_at=time.time() + 2)
    desk.move(future_id, FutureState.SENDING)
    tree = desk.panel.details.findChild(QTreeWidget)
    rows = [[tree.topLevelItem(i).text(c) for c in range(4)] for i in range(tree.topLevelItemCount())]
    assert [row[0] for row in rows] == ["Queued", "Sending", "Retrying soon", "Sending", "Try 1", "Try 2"]
    assert rows[2][3] == "429: wait 2 s"
    assert rows[4][3].startswith("429: wait 2 s (next try at ")


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


def test_raw_holds_request_and_response(desk: Desk) -> None:
    desk.succeed(desk.ask(), "fine")
    desk.select(0)
    desk.tabs().setCurrentIndex(4)
    raw = next(t for t in desk.panel.details.findChildren(QPlainTextEdit) if t.accessibleName() == "Raw")
    assert '"temperature": 0.5' in raw.toPlainText()
    assert '"id": "r"' in raw.toPlainText()


def test_without_a_selection_the_details_say_what_to_do(desk: Desk) -> None:
    desk.ask()
    desk.select(0)
    desk.panel.table.clearSelection()
    assert "Select a row" in desk.visible_labels()


# -- filters


def chips_text(desk: Desk) -> list[str]:
    return [chip.text() for chip in desk.panel.chips.findChildren(QToolButton)]


def test_chips_count_and_filter(desk: Desk) -> None:
    first, second = desk.ask("one"), desk.ask("two")
    desk.fail(second, "no")
    desk.stream(first, "text")
    desk.panel.model.flush()
    assert chips_text(desk) == ["All 2", "Queued", "Waiting", "Streaming 1", "Succeeded", "Failed 1", "Cancelled"]
    QTest.mouseClick(desk.panel.chips.chip("Failed"), Qt.MouseButton.LeftButton)
    assert desk.cells(Column.NODE) == ["Node two"]
    QTest.mouseClick(desk.panel.chips.chip("Failed"), Qt.MouseButton.LeftButton)
    assert desk.cells(Column.NODE) == ["Node one", "Node two"]
    QTest.mouseClick(desk.panel.chips.chip("Queued"), Qt.MouseButton.LeftButton)
    assert "No request matches the filter" in desk.visible_labels()


def test_the_text_filter_narrows_the_rows(desk: Desk, drive: Drive) -> None:
    desk.ask("one")
    desk.ask("two")
    desk.panel.model.flush()

    async def type_words() -> None:
        from driving import until

        QTest.keyClicks(desk.panel.filter_field, "node TWO")
        await until(lambda: desk.panel.model.rowCount() == 1, desk.panel.model.rowsRemoved)

    drive(type_words())
    assert desk.cells(Column.NODE) == ["Node two"]


# -- following


def test_the_newest_row_stays_in_sight_until_one_scrolls_up(desk: Desk) -> None:
    bar = desk.panel.table.verticalScrollBar()

    def ask(count: int) -> None:
        for _ in range(count):
            desk.ask()
        desk.panel.model.flush()
        desk.panel.table.grab()  # lets the view lay its rows out

    ask(60)
    assert bar.value() == bar.maximum() > 0
    bar.setValue(0)
    ask(10)
    assert bar.value() == 0
    follow = desk.panel.actions_by_name["follow"]
    assert not follow.isChecked()
    follow.trigger()
    assert bar.value() == bar.maximum()
    ask(10)
    assert bar.value() == bar.maximum()


# -- what can be done


def test_delete_cancels_what_is_pending_among_the_selected(desk: Desk) -> None:
    done, first, second = desk.ask(), desk.ask(), desk.ask()
    desk.succeed(done, "fine")
    desk.select(0, 1, 2)
    desk.key(Qt.Key.Key_Delete)
    assert desk.cancelled == [first, second]
    assert desk.messages == []
    assert desk.cells(Column.STATE) == ["Succeeded", "Cancelling", "Cancelling"]
    assert not desk.panel.actions_by_name["cancel"].isEnabled()


def test_actions_are_enabled_by_what_is_selected(desk: Desk) -> None:
    desk.succeed(desk.ask(), "fine")
    desk.ask()

    def enabled() -> set[str]:
        return desk.panel.actions_by_name.enabled() - {"follow"}

    desk.panel.model.flush()
    assert enabled() == {"clear"}
    desk.select(0)
    of_one = {"locate", "pin", "only_node", "only_run", "copy", "copy_id", "clear"}
    assert enabled() == {"retry", "cancel_run", "cancel_node", *of_one}
    desk.select(1)
    assert enabled() == {"cancel", "cancel_run", "cancel_node", *of_one}
    desk.select(0, 1)
    assert enabled() == {"cancel", "cancel_run", "cancel_node", "retry", "pin", "copy_id", "clear"}


def test_copy_and_locate(desk: Desk) -> None:
    future_id = desk.ask("conv")
    desk.stream(future_id, "some\u00a0text")
    desk.select(0)
    desk.key(Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "some\u00a0text"
    shift = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    desk.key(Qt.Key.Key_C, shift)
    assert QGuiApplication.clipboard().text() == future_id
    assert desk.messages == ["Copied the answer.", f"Copied {future_id}."]
    desk.key(Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert desk.located == ["conv"]


def test_enter_brings_the_answer_to_the_front(desk: Desk) -> None:
    desk.stream(desk.ask(), "text")
    desk.select(0)
    desk.tabs().setCurrentIndex(1)
    desk.key(Qt.Key.Key_Return)
    assert desk.tabs().currentIndex() == 0


def test_the_menu_of_a_row_offers_the_same_actions(desk: Desk) -> None:
    desk.ask()
    desk.select(0)
    desk.panel.table.customContextMenuRequested.emit(QPoint(20, 10))
    menu = next(menu for menu in desk.panel.findChildren(QMenu) if menu.isVisible())
    offered = [action.text() for action in menu.actions() if action.text()]
    assert offered == [
        "Cancel request", "Cancel all of this run", "Cancel all of this node", "Ask again", "Locate node", "Pin on top",
        "Show only requests of this node", "Show only requests of this run", "Copy answer", "Copy id",
    ]  # fmt: skip
    menu.close()


def test_finished_rows_can_be_cleared_and_the_rest_stays(desk: Desk) -> None:
    desk.succeed(desk.ask("one"), "fine")
    desk.ask("two")
    desk.panel.model.flush()
    desk.panel.actions_by_name["clear"].trigger()
    assert desk.cells(Column.NODE) == ["Node two"]


def test_what_cannot_be_asked_again_says_why(desk: Desk) -> None:
    desk.fail(desk.ask(), "no")
    desk.select(0)
    desk.panel.actions_by_name["retry"].trigger()
    assert len(desk.messages) == 1
    assert "p" in desk.messages[0]
    assert desk.cells(Column.STATE) == ["Failed"]


def test_asking_again_reaches_the_server_as_a_new_future(dark: Theme, drive: Drive) -> None:
    async def use() -> None:
        async with asking(Reply(text="first"), Reply(text="second")) as asks:
            panel = FuturesPanel(asks.futures, asks.completions, dark, lambda _run, node: node)
            first = await asks.ask()
            for event in asks.events:
                panel.on_event(event)
            panel.model.flush()
            panel.table.select(first.id)
            panel.actions_by_name["retry"].trigger()
            again = list(asks.futures)[-1]
            await asks.settled(again.id)
            assert (again.retry_of, again.request) == (first.id, first.request)
            assert (first.text(), again.text()) == ("first", "second")

    drive(use())


# -- looks


def test_an_answer_that_grows_is_cut_at_its_beginning_and_a_whole_one_at_its_end(desk: Desk) -> None:
    def cut() -> Qt.TextElideMode:
        desk.panel.model.flush()
        option = QStyleOptionViewItem()
        index = desk.panel.model.index(0, Column.TEXT)
        desk.panel.table.itemDelegateForIndex(index).initStyleOption(option, index)
        return option.textElideMode

    future_id = desk.ask()
    desk.stream(future_id, "a long answer")
    assert cut() is Qt.TextElideMode.ElideLeft
    desk.succeed(future_id, "a long answer")
    assert cut() is not Qt.TextElideMode.ElideLeft


def test_both_themes_paint_wide_and_narrow(desk: Desk) -> None:
    desk.stream(desk.ask(), "text")
    desk.select(0)
    for name in ("light", "dark"):
        desk.panel.set_theme(Theme.load(name))
        for width in (1300, 420):
            desk.panel.resize(width, 500)
            assert desk.panel.grab().width() == width


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
