"""Futures outside of their panel: counted in the window, found from their node, told when they end unseen."""

from __future__ import annotations

import pytest
from driving import until
from editor_window import front, open_editor
from openai_server import OpenAIServer, Reply
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDockWidget, QMenu, QToolButton, QWidget

from editor.canvas.locating import show_place
from editor.futures_watch import FuturesWatch, notification
from editor.main_window import MainWindow
from editor.panels.futures.columns import Column
from editor.panels.futures.view_menu import ViewMenu
from editor.settings import NOTIFY_AFTER_S
from runtime.document.files import save_flow
from runtime.futures.events import FutureSettled
from runtime.ids import FutureId, NodeId, RunId

ASK = NodeId("ask")


@pytest.fixture
def flow_file(tmp_path):
    from flows import draw

    flow = (
        draw(
            "start: event.button", "talk: openai.create_conversation", "say: openai.add_user_message",
            "ask: openai.chat_completion_async", "more: openai.chat_completion_async",
        )
        .set("say", Message="one two three")
        .set("ask", Model="slow", Stream=True)
        .set("more", Model="ok")
        .exec("start.Out > talk.Execute", "talk.Success > say.Execute", "say.Success > ask.Execute")
        .exec("ask.Success > more.Execute")
        .data("talk.ConversationId > say.ConversationId", "talk.ConversationId > ask.Conversation")
        .data("talk.ConversationId > more.Conversation")
        .flow()
    )  # fmt: skip
    path = tmp_path / "ask.flow.json"
    save_flow(flow, path)
    return path


def nodes(window: MainWindow) -> list[str]:
    model = window.panels.futures.model
    model.flush()
    return [row.origin.node_id for place in range(model.rowCount()) if (row := model.row_at(place)) is not None]


def settled(state: str = "succeeded", message: str = "", error: str = "", elapsed: float = 60.0) -> FutureSettled:
    return FutureSettled(1.0, RunId("r"), FutureId("f"), ASK, state, message, (message,), "stop", None, error, elapsed)


async def run_and_hold(window: MainWindow, server: OpenAIServer) -> None:
    """Run the flow, and wait until the held request is under way and the other has settled."""
    window.actions_by_name["run"].trigger()
    await server.until(lambda: len(server.requests) == 2)
    model = window.panels.futures.model
    await until(lambda: model.counts["succeeded"] == 1, model.counts_changed)


def test_what_is_pending_is_counted_and_a_click_shows_it(drive, tmp_path, flow_file):
    async def main():
        with OpenAIServer() as server:
            gate = server.gate()
            server.script(Reply(hold=gate))
            async with open_editor(tmp_path, flow_file, server=server) as window:
                await run_and_hold(window, server)
                dock = next(dock for dock in window.findChildren(QDockWidget) if dock.objectName() == "dock_futures")
                await until(lambda: dock.windowTitle() == "Futures (1)", dock.windowTitleChanged)
                assert window.status.pending_text == "1 pending"
                window.panels.docks.raise_panel("console")
                button = next(b for b in window.status.findChildren(QToolButton) if "pending" in b.text())
                assert "1 waiting" in button.toolTip()
                QTest.mouseClick(button, Qt.MouseButton.LeftButton)
                assert nodes(window) == [ASK]
                assert window.panels.futures.filter_field.text() == "is:pending"
                gate.open()
                await window.session.futures.wait_all()
                await until(lambda: dock.windowTitle() == "Futures", dock.windowTitleChanged)
                assert not button.isVisible()

    drive(main())


def test_a_node_leads_to_its_futures_and_they_lead_back_to_the_step_that_asked(drive, tmp_path, flow_file):
    async def main():
        with OpenAIServer() as server:
            async with open_editor(tmp_path, flow_file, server=server) as window:
                tab = front(window)
                show_place(tab.canvas, NodeId("start"))
                menu = QMenu(window)
                window.futures_watch.offer(menu, ASK)
                assert menu.actions() == []
                window.actions_by_name["run"].trigger()
                model = window.panels.futures.model
                await until(lambda: model.counts["succeeded"] == 2, model.counts_changed)
                window.futures_watch.offer(menu, ASK)
                offered = menu.actions()[-1]
                assert offered.text() == "Show its futures (1)"
                offered.trigger()
                assert nodes(window) == [ASK]
                table = window.panels.futures.table
                table.selectRow(0)
                QTest.keyClick(table, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
                assert window.status.currentMessage().startswith("Request 1 of this node in the run of ")
                assert "asked in step 4. All nodes show what they gave in that turn." in window.status.currentMessage()
                picked = tab.feed.activity.values.picked
                assert picked is not None
                assert (picked.node_id, picked.step_id) == (ASK, 4)
                assert model.index(0, Column.NODE).data() == tab.document.node_title(ASK)

    drive(main())


def test_the_menu_of_a_node_offers_its_futures(drive, tmp_path, flow_file):
    async def main():
        with OpenAIServer() as server:
            async with open_editor(tmp_path, flow_file, server=server) as window:
                window.actions_by_name["run"].trigger()
                model = window.panels.futures.model
                await until(lambda: model.counts["succeeded"] == 2, model.counts_changed)
                canvas = front(window).canvas
                show_place(canvas, ASK)
                spot = canvas.camera.rect_to_view(canvas.projection.nodes[ASK].rect).topLeft() + QPoint(60, 12)
                place = canvas.viewport().mapToGlobal(spot)
                event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, spot, place)
                QApplication.sendEvent(canvas.viewport(), event)
                menu = next(menu for menu in window.findChildren(QMenu) if menu.isVisible())
                assert "Show its futures (1)" in [action.text() for action in menu.actions()]
                menu.close()

    drive(main())


@pytest.fixture
def watched(tmp_path, qapp):
    """A watch over a window in the background, and what it notifies."""
    from futures_desk import Desk
    from PySide6.QtWidgets import QMainWindow

    from editor.docks import PLACES, Docks
    from editor.settings import Settings
    from editor.status_bar import StatusBar
    from editor.tabs import FlowTabs
    from editor.theme import Theme

    desk = Desk(Theme.load("dark"))
    window = QMainWindow()
    told: list[tuple[str, str]] = []
    settings = Settings(tmp_path / "editor.ini")
    docks = Docks(window, {name: QWidget() for name in PLACES} | {"futures": desk.panel})
    tabs = FlowTabs(Theme.load("dark"), window)
    watch = FuturesWatch(window, desk.registry, desk.panel, docks, StatusBar(window), tabs)
    watch.notify_by(lambda title, text: told.append((title, text)), settings)
    watch.desk = desk
    return watch, settings, told


def test_long_requests_that_end_in_the_background_are_told_together(drive, watched):
    watch, _settings, told = watched

    async def main():
        watch.on_event(settled(message="The answer.", elapsed=NOTIFY_AFTER_S + 1))
        watch.on_event(settled("failed", error="The server is gone.", elapsed=NOTIFY_AFTER_S + 1))
        watch.on_event(settled(message="quick", elapsed=NOTIFY_AFTER_S - 1))
        watch.on_event(settled("cancelled", elapsed=NOTIFY_AFTER_S + 1))
        await until(lambda: told, watch.findChildren(type(watch._gather_timer))[1].timeout)

    drive(main())
    assert told == [("2 requests have ended, 1 badly", "The server is gone.")]


def test_notifications_can_be_switched_off(watched):
    watch, settings, _told = watched
    settings.notify_after_s = None
    watch.on_event(settled(elapsed=10_000))
    assert not watch._gather_timer.isActive()
    settings.notify_after_s = 5
    watch.on_event(settled(elapsed=6))
    assert watch._gather_timer.isActive()


def test_after_how_long_one_is_told_is_chosen_in_the_menu_of_the_panel(watched):
    watch, settings, _told = watched
    view = watch.desk.panel.findChild(ViewMenu)
    view.aboutToShow.emit()
    menu = view.actions()[-1].menu()
    assert [action.text() for action in menu.actions() if action.isChecked()] == ["After 30 seconds"]
    next(action for action in menu.actions() if action.text() == "Never").trigger()
    assert settings.notify_after_s is None
    next(action for action in menu.actions() if action.text() == "After a minute").trigger()
    assert settings.notify_after_s == 60


def test_one_request_is_told_with_its_answer_in_one_line():
    assert notification([settled(message="a\n b " + "c" * 500)]) == (
        "Request succeeded after 1:00",
        "a b " + "c" * 155 + "…",
    )


def test_ctrl_f6_goes_to_the_requests_once_there_are_some(drive, tmp_path, flow_file):
    async def main():
        with OpenAIServer() as server:
            gate = server.gate()
            server.script(Reply(hold=gate))
            async with open_editor(tmp_path, flow_file, server=server) as window:
                window.activateWindow()
                assert field_by_keys(window) is not window.panels.futures.table
                await run_and_hold(window, server)
                assert field_by_keys(window) is window.panels.futures.table
                gate.open()

    drive(main())


def field_by_keys(window: MainWindow) -> QWidget | None:
    """What has the keyboard in the futures panel once Ctrl+F6 has come to it."""
    front(window).setFocus()
    while not window.panels.futures.isAncestorOf(QApplication.focusWidget()):
        window.actions_by_name["next_pane"].trigger()
    return QApplication.focusWidget()
