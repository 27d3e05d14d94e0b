"""The futures panel by mouse and keyboard, on a real registry; cancel and ask again against a real server."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from asking import asking
from futures_desk import Desk
from openai_server import Reply
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QMenu,
    QToolButton,
)

from editor.panels.futures.arrangement import Arrangement, Grouping
from editor.panels.futures.cell_delegate import CellDelegate
from editor.panels.futures.columns import Column
from editor.panels.futures.panel import FuturesPanel
from editor.panels.futures.scale import ScaleMode
from editor.panels.futures.view_menu import ViewMenu
from editor.theme import Theme
from runtime.futures.future import FutureState
from runtime.ids import FutureId

pytestmark = pytest.mark.usefixtures("qapp")
Drive = Callable[[Coroutine[Any, Any, None]], None]


@pytest.fixture
def desk(dark: Theme) -> Desk:
    return Desk(dark)


def test_an_empty_panel_says_what_will_appear_and_how(desk: Desk) -> None:
    assert "Press Run (F5)" in desk.visible_labels()
    desk.ask()
    desk.panel.model.flush()
    assert "Press Run (F5)" not in desk.visible_labels()
    assert desk.panel.table.isVisible()


@pytest.mark.parametrize("width", [1000, 1250, 1900])
def test_all_tabs_of_the_details_are_in_sight(desk: Desk, width: int) -> None:
    desk.panel.resize(width, 300)
    desk.fail(desk.ask(), "no")
    desk.select(0)
    tabs = desk.tabs()
    assert tabs.isTabVisible(4)
    assert tabs.tabBar().sizeHint().width() <= tabs.width()
    assert desk.panel.table.width() >= tabs.width()


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
    of_one = {
        "edit", "locate", "pin", "only_node", "only_run", "copy", "copy_id", "copy_curl", "copy_python", "clear",
    }  # fmt: skip
    assert enabled() == {"retry", "cancel_run", "cancel_node", *of_one}
    desk.select(1)
    assert enabled() == {"cancel", "cancel_run", "cancel_node", *of_one}
    desk.select(0, 1)
    assert enabled() == {"cancel", "cancel_run", "cancel_node", "retry", "compare", "pin", "copy_id", "clear"}


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


def test_enter_opens_the_answer_of_a_row_to_which_tab_came(desk: Desk) -> None:
    desk.stream(desk.ask(), "text")
    desk.panel.model.flush()
    desk.panel.table.setFocus(Qt.FocusReason.TabFocusReason)
    assert not desk.panel.details.isVisible()
    desk.key(Qt.Key.Key_Return)
    assert desk.panel.details.isVisible()
    assert desk.panel.details.response.isAncestorOf(QApplication.focusWidget())


def test_the_menu_of_a_row_offers_the_same_actions(desk: Desk) -> None:
    desk.ask()
    desk.select(0)
    desk.panel.table.customContextMenuRequested.emit(QPoint(20, 10))
    menu = next(menu for menu in desk.panel.findChildren(QMenu) if menu.isVisible())
    offered = [action.text() for action in menu.actions() if action.text()]
    assert offered == [
        "Cancel request", "Cancel all of this run", "Cancel all of this node", "Ask again", "Edit and resend…",
        "Compare the two", "Locate node", "Pin on top", "Show only requests of this node",
        "Show only requests of this run", "Copy answer", "Copy id", "Copy as cURL", "Copy as Python",
    ]  # fmt: skip
    menu.close()


def test_finished_rows_can_be_cleared_and_the_rest_stays(desk: Desk) -> None:
    desk.succeed(desk.ask("one"), "fine")
    desk.ask("two")
    desk.panel.model.flush()
    desk.panel.actions_by_name["clear"].trigger()
    assert desk.cells(Column.NODE) == ["Node two"]


def test_what_cannot_be_asked_again_says_why(desk: Desk) -> None:
    desk.fail(desk.ask(provider="gone"), "no")
    desk.select(0)
    desk.panel.actions_by_name["retry"].trigger()
    assert len(desk.messages) == 1
    assert "there is no provider 'gone'" in desk.messages[0]
    assert desk.cells(Column.STATE) == ["Failed"]


def test_asking_again_reaches_the_server_as_a_new_future(dark: Theme, drive: Drive) -> None:
    async def use() -> None:
        async with asking(Reply(text="first"), Reply(text="second")) as asks:
            panel = FuturesPanel(asks.futures, asks.completions, asks.providers, dark, lambda _run, node: node)
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
    answer = "The beginning of " + "a long answer " * 12 + "and its end."

    def painted() -> str:
        desk.panel.model.flush()
        delegate = desk.panel.table.itemDelegate()
        assert isinstance(delegate, CellDelegate)
        row = desk.panel.model.row_at(0)
        assert row is not None
        text, length = delegate.shown(row, Column.TEXT, 200)
        assert length <= 200
        return text

    future_id = desk.ask()
    desk.stream(future_id, answer)
    assert painted().startswith("…")
    assert painted().endswith("its end.")
    desk.succeed(future_id, answer)
    assert painted().startswith("The beginning")
    assert painted().endswith("…")


def test_both_themes_paint_wide_and_narrow(desk: Desk) -> None:
    desk.stream(desk.ask(), "text")
    desk.select(0)
    for name in ("light", "dark"):
        desk.panel.set_theme(Theme.load(name))
        for width in (1300, 420):
            desk.panel.resize(width, 500)
            assert desk.panel.grab().width() == width


# -- how one looks at the list


def menu_of(desk: Desk, title: str) -> dict[str, QAction]:
    """The actions of a submenu of the view menu, by text."""
    view = next(menu for menu in desk.panel.findChildren(ViewMenu))
    view.aboutToShow.emit()
    menu = next(action.menu() for action in view.actions() if action.menu() and action.text() == title)
    assert isinstance(menu, QMenu)
    return {action.text(): action for action in menu.actions()}


def shown_columns(desk: Desk) -> list[str]:
    header = desk.panel.table.columns
    places = map(header.logicalIndex, range(header.count()))
    return [Column(place).name for place in places if not header.isSectionHidden(place)]


def test_columns_are_chosen_moved_and_sorted_and_all_that_is_remembered(desk: Desk, dark: Theme) -> None:
    assert shown_columns(desk)[:3] == ["STATE", "NODE", "MODEL"]
    menu_of(desk, "&Columns")["Provider"].trigger()
    menu_of(desk, "&Columns")["Model"].trigger()
    header = desk.panel.table.columns
    header.moveSection(header.visualIndex(Column.TOKENS), 0)
    header.resizeSection(Column.NODE, 222)
    header.setSortIndicator(Column.TOKENS, Qt.SortOrder.DescendingOrder)
    menu_of(desk, "&Group rows")["By node"].trigger()
    menu_of(desk, "&Waterfall")["By the clock"].trigger()
    state = json.loads(json.dumps(desk.panel.view_state()))

    again = Desk(dark)
    again.panel.restore_view(state)
    assert shown_columns(again) == shown_columns(desk)
    assert shown_columns(again)[:4] == ["TOKENS", "STATE", "NODE", "PROVIDER"]
    assert again.panel.table.columnWidth(Column.NODE) == 222
    assert again.panel.model.wanted.column is Column.TOKENS
    assert again.panel.model.wanted.descending
    assert again.panel.model.wanted.grouping is Grouping.NODE
    assert again.panel.table.scale_mode is ScaleMode.CLOCK
    menu_of(again, "&Columns")["As at first"].trigger()
    assert shown_columns(again)[:3] == ["STATE", "NODE", "MODEL"]


@pytest.mark.parametrize(
    "state", [{}, {"columns": [{"name": "GONE", "width": "wide"}], "sort": "GONE", "grouping": 3, "scale": None}]
)
def test_a_memory_of_another_version_does_no_harm(desk: Desk, state: dict[str, Any]) -> None:
    desk.panel.restore_view(state)
    assert shown_columns(desk)[:3] == ["STATE", "NODE", "MODEL"]


def test_the_last_column_cannot_be_hidden(desk: Desk) -> None:
    for column in Column:
        desk.panel.table.columns.setSectionHidden(column, column is not Column.NODE)
    assert not menu_of(desk, "&Columns")["Node"].isEnabled()


def test_a_group_folds_by_mouse_and_keys_and_stands_for_its_rows(desk: Desk) -> None:
    first, second = desk.ask("one"), desk.ask("one")
    desk.ask("two")
    menu_of(desk, "&Group rows")["By node"].trigger()
    table = desk.panel.table
    assert desk.panel.model.rowCount() == 5
    place = QPoint(8, table.rowViewportPosition(0) + 5)
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    assert desk.panel.model.rowCount() == 3
    assert table.currentIndex().row() == 0
    desk.key(Qt.Key.Key_Right)
    assert desk.panel.model.rowCount() == 5
    desk.key(Qt.Key.Key_Left)
    assert desk.panel.model.rowCount() == 3
    desk.key(Qt.Key.Key_Delete)
    assert desk.cancelled == [first, second]
    assert table.grab().width() > 0


def test_the_waterfall_tells_its_numbers_to_the_mouse_and_to_screen_readers(desk: Desk) -> None:
    asked = desk.ask()
    desk.move(asked, FutureState.SENDING, FutureState.RETRY_WAIT, reason="429 & wait")
    desk.panel.model.flush()
    index = desk.panel.model.index(0, Column.WATERFALL)
    tip = index.data(Qt.ItemDataRole.ToolTipRole)
    assert all(word in tip for word in ("Queued", "Sending", "Retrying soon", "429 &amp; wait", "Together", " ms"))
    assert index.data(Qt.ItemDataRole.AccessibleTextRole).startswith("Queued ")


def test_pinned_requests_stay_on_top_and_are_kept_when_the_list_is_cleared(desk: Desk) -> None:
    desk.succeed(desk.ask("one"), "fine")
    desk.succeed(desk.ask("two"), "fine")
    desk.select(1)
    desk.key(Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    assert desk.cells(Column.NODE) == ["Node two", "Node one"]
    assert desk.panel.actions_by_name["pin"].isChecked()
    desk.panel.actions_by_name["clear"].trigger()
    assert desk.cells(Column.NODE) == ["Node two"]
    desk.key(Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    desk.panel.actions_by_name["clear"].trigger()
    assert desk.cells(Column.NODE) == []


def test_all_of_a_run_or_of_a_node_are_cancelled_at_once(desk: Desk) -> None:
    first, second = desk.ask("one", run="run_1"), desk.ask("two", run="run_1")
    third = desk.ask("two", run="run_2")
    desk.select(0)
    desk.panel.actions_by_name["cancel_run"].trigger()
    assert desk.cancelled == [first, second]
    desk.select(1)
    desk.panel.actions_by_name["cancel_node"].trigger()
    assert desk.cancelled == [first, second, third]


def test_only_the_requests_of_a_node_or_run_can_be_shown(desk: Desk) -> None:
    desk.ask("one", run="run_1")
    desk.ask("two", run="run_2")
    desk.select(1)
    desk.panel.actions_by_name["only_node"].trigger()
    assert desk.panel.filter_field.text() == "node:two"
    assert desk.cells(Column.NODE) == ["Node two"]
    desk.panel.filter_field.clear()
    desk.panel.show_only("run", "run_1")
    assert desk.cells(Column.NODE) == ["Node one"]


def test_a_list_of_very_many_is_arranged_anew_with_columns_and_selection_as_they_were(desk: Desk) -> None:
    ids = [desk.ask() for _ in range(3)]
    desk.panel.model.flush()
    model, table = desk.panel.model, desk.panel.table
    table.columns.moveSection(table.columns.visualIndex(Column.TOKENS), 0)
    table.setColumnWidth(Column.NODE, 77)
    table.select(ids[1])
    stored = [Arrangement().key(FutureId(f"fut_0{number:05}"), "", 0, "", pinned=False) for number in range(25_000)]
    model.arrange(lambda: setattr(model.listing, "stored", stored))
    assert model.rowCount() == 25_003
    assert table.current_id() == ids[1]
    assert [row.id for row in table.selected_rows()] == [ids[1]]
    assert shown_columns(desk)[0] == "TOKENS"
    assert table.columnWidth(Column.NODE) == 77
    desk.succeed(ids[0], "fine")
    model.flush()
    assert model.row_at(25_000).state is FutureState.SUCCEEDED


def test_the_filter_is_reached_and_left_by_keys(desk: Desk) -> None:
    desk.ask()
    desk.select(0)
    desk.key(Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert desk.panel.filter_field.hasFocus()
    QTest.keyClicks(desk.panel.filter_field, "words")
    QTest.keyClick(desk.panel.filter_field, Qt.Key.Key_Escape)
    assert desk.panel.filter_field.text() == ""
    assert desk.panel.table.hasFocus()
