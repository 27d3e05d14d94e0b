"""The Listen switch in the window: what it starts, what it shows, edits meanwhile, failures, and closing."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from driving import emitted, until
from editor_window import answer, front, open_editor, press
from flows import Drawing, draw
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton

from editor.commands import move_nodes, set_input
from editor.listen_menu import RENEW
from editor.main_window import MainWindow
from runtime.document.files import save_flow
from runtime.ids import NodeId, PinName

TICK, LOG, MESSAGE = NodeId("tick"), NodeId("log"), PinName("Message")


def saved(folder: Path, drawing: Drawing, name: str = "ticks") -> Path:
    path = folder / f"{name}.flow.json"
    save_flow(drawing.flow(), path)
    return path


def ticks(ms: int = 20) -> Drawing:
    """Says something at an interval."""
    return (
        draw("tick: event.interval", "log: util.console")
        .set("tick", IntervalMs=ms)
        .set("log", Message="tick")
        .exec("tick.Out > log.In")
    )


def holding() -> Drawing:
    """Each run goes on for an hour; they overlap."""
    return (
        draw("tick: event.interval", "wait: flow.delay", "start: event.button")
        .set("tick", IntervalMs=20)
        .config("tick", overlap="parallel")
        .set("wait", DelayMs=3_600_000)
        .exec("tick.Out > wait.In", "start.Out > wait.In")
    )


async def listening(window: MainWindow) -> None:
    """Turn the switch on, and wait until it has started a run."""
    window.actions_by_name["listen"].trigger()
    await emitted(front(window).runs.event_run_ended, "the end of a run")


def test_the_switch_starts_runs_until_it_is_turned_off(drive, tmp_path):
    async def main():
        async with open_editor(tmp_path, saved(tmp_path, ticks())) as window:
            tab, switch = front(window), window.actions_by_name["listen"]
            assert not switch.isChecked()
            press(tab.canvas, "F7")
            assert switch.isChecked()
            assert tab.listening.is_on
            (result,) = await emitted(tab.runs.event_run_ended)
            assert result.status == "succeeded"
            await until(lambda: tab.feed.activity.of(LOG).status == "done", tab.feed.activity_changed)
            press(tab.canvas, "F7")
            assert not switch.isChecked()
            assert not tab.listening.is_on
            assert window.notices.texts == []

    drive(main())


def test_it_shows_on_the_tab_in_the_status_bar_and_on_its_button(drive, tmp_path):
    async def main():
        async with open_editor(tmp_path, saved(tmp_path, ticks(3_600_000))) as window:
            button = next(
                button
                for button in window.findChildren(QToolButton)
                if button.defaultAction() is window.actions_by_name["listen"]
            )
            assert window.status.listening_text == ""
            assert window.tabs.tabIcon(0).isNull()
            QTest.mouseClick(button, Qt.MouseButton.LeftButton)
            listener = front(window).listening.events[0]
            await until(lambda: listener.due is not None, window.panels.console.text.textChanged)
            await until(lambda: "next" in window.status.listening_text, window.listen_menu.looked)
            due = datetime.fromtimestamp(listener.due, UTC).astimezone()
            assert window.status.listening_text.startswith("Listening: Interval Event, next ")
            assert f"{due:%H:%M}" in window.status.listening_text
            assert not window.tabs.tabIcon(0).isNull()
            assert "Listening" in window.tabs.tabToolTip(0)
            assert button.isChecked()
            QTest.mouseClick(button, Qt.MouseButton.LeftButton)
            assert window.status.listening_text == ""
            assert window.tabs.tabIcon(0).isNull()
            assert not button.isChecked()

    drive(main())


def test_each_tab_has_a_switch_of_its_own(drive, tmp_path):
    async def main():
        one, two = saved(tmp_path, ticks(), "one"), saved(tmp_path, ticks(3_600_000), "two")
        async with open_editor(tmp_path, one, two) as window:
            switch = window.actions_by_name["listen"]
            first, second = window.tabs
            switch.trigger()
            assert (first.listening.is_on, second.listening.is_on) == (False, True)
            window.tabs.setCurrentWidget(first)
            assert not switch.isChecked()
            assert window.status.listening_text == ""
            await listening(window)
            assert (first.listening.is_on, second.listening.is_on) == (True, True)
            window.tabs.setCurrentWidget(second)
            assert switch.isChecked()
            assert second.feed.activity.of(LOG).status == "idle"

    drive(main())


def test_several_runs_at_once_are_shown_and_stop_ends_them_all_but_not_listening(drive, tmp_path):
    async def main():
        async with open_editor(tmp_path, saved(tmp_path, holding())) as window:
            tab, stop = front(window), window.actions_by_name["stop"]
            window.actions_by_name["listen"].trigger()
            await until(lambda: len(window.session.runs) >= 2, tab.feed.activity_changed)
            await until(lambda: "▶" in window.tabs.tabText(0), tab.runs.running_changed)
            assert stop.isEnabled()
            assert tab.feed.activity.of(NodeId("wait")).status == "running"
            tab.listening.end()
            stop.trigger()
            await until(lambda: not tab.runs.running, tab.runs.event_run_ended)
            await until(lambda: "▶" not in window.tabs.tabText(0), tab.runs.running_changed)
            assert not stop.isEnabled()
            assert window.session.runs == ()

    drive(main())


def test_a_run_by_hand_beside_those_of_events_ends_with_its_own_news(drive, tmp_path):
    async def main():
        async with open_editor(tmp_path, saved(tmp_path, holding())) as window:
            tab, run = front(window), window.actions_by_name["run"]
            window.actions_by_name["listen"].trigger()
            await until(lambda: tab.runs.running, tab.feed.activity_changed)
            assert run.isEnabled()
            tab.runs.start(NodeId("start"))
            assert not run.isEnabled()
            by_hand = tab.runs.run_id
            tab.listening.end()
            window.actions_by_name["stop"].trigger()
            (result,) = await emitted(tab.runs.finished)
            assert (result.run_id, result.status) == (by_hand, "cancelled")
            assert run.isEnabled()

    drive(main())


def test_run_starts_at_the_button_where_the_other_events_start_by_themselves(drive, tmp_path):
    async def main():
        async with open_editor(tmp_path, saved(tmp_path, ticks().node("start", "event.button"))) as window:
            window.actions_by_name["run"].trigger()
            await emitted(front(window).runs.finished)
            assert front(window).runs.last_entry == "start"
            front(window).canvas.select([TICK])
            window.actions_by_name["run"].trigger()
            await emitted(front(window).runs.finished)
            assert front(window).runs.last_entry == "tick"

    drive(main())


def test_a_flow_without_such_an_event_says_how_to_get_one_and_the_switch_stays_off(drive, tmp_path):
    async def main():
        drawing = draw("start: event.button", "log: util.console").set("log", Message="m").exec("start.Out > log.In")
        async with open_editor(tmp_path, saved(tmp_path, drawing)) as window:
            window.actions_by_name["listen"].trigger()
            assert not window.actions_by_name["listen"].isChecked()
            (text,) = window.notices.texts
            assert "no event that starts runs by itself: add one, for example a Cron Event" in text

    drive(main())


def test_what_is_listened_to_is_the_flow_as_it_was_and_the_window_offers_the_edited_one(drive, tmp_path):
    async def main():
        async with open_editor(tmp_path, saved(tmp_path, ticks())) as window:
            tab = front(window)
            await listening(window)
            set_input(tab.document, LOG, MESSAGE, "edited")
            await emitted(tab.listening.changed)
            assert window.notices.texts == ["“ticks” was edited: its events still start the flow as it was before."]
            assert window.status.listening_text.startswith("Listening as before your edits: ")
            await emitted(tab.runs.event_run_ended)
            assert "edited" not in window.panels.console.text.toPlainText()
            offer = next(button for button in window.notices.findChildren(QToolButton) if button.text() == RENEW)
            QTest.mouseClick(offer, Qt.MouseButton.LeftButton)
            assert window.notices.texts == []
            assert window.status.listening_text.startswith("Listening: ")
            console = window.panels.console
            await until(lambda: "edited" in console.text.toPlainText(), console.text.textChanged)

    drive(main())


def test_an_edit_that_is_undone_or_only_moves_a_node_is_none(drive, tmp_path):
    async def main():
        async with open_editor(tmp_path, saved(tmp_path, ticks(3_600_000))) as window:
            tab = front(window)
            window.actions_by_name["listen"].trigger()
            set_input(tab.document, LOG, MESSAGE, "edited")
            await emitted(tab.listening.changed)
            assert tab.listening.is_stale
            tab.document.undo_stack.undo()
            await emitted(tab.listening.changed)
            assert not tab.listening.is_stale
            assert window.notices.texts == []
            move_nodes(tab.document, {TICK: (400, 400)})
            set_input(tab.document, LOG, MESSAGE, "again")
            await emitted(tab.listening.changed)
            assert tab.listening.is_stale

    drive(main())


def test_an_edited_flow_that_cannot_be_listened_to_leaves_the_old_one_in_place(drive, tmp_path):
    async def main():
        async with open_editor(tmp_path, saved(tmp_path, ticks(3_600_000))) as window:
            tab = front(window)
            window.actions_by_name["listen"].trigger()
            set_input(tab.document, TICK, PinName("IntervalMs"), 1)
            await emitted(tab.listening.changed)
            tab.listening.begin()
            assert tab.listening.is_on
            assert tab.listening.is_stale
            assert "must be from 10" in window.notices.texts[-1]
            assert "What was listened to before still is" in window.notices.texts[-1]

    drive(main())


def test_saving_under_another_name_is_an_edit_too(drive, tmp_path):
    """Paths begin elsewhere then, and futures are those of another flow."""

    async def main():
        async with open_editor(tmp_path, saved(tmp_path, ticks(3_600_000))) as window:
            tab = front(window)
            window.actions_by_name["listen"].trigger()
            tab.document.saved_as(tmp_path / "other.flow.json", tab.document.flow)
            await emitted(tab.listening.changed)
            assert tab.listening.is_stale

    drive(main())


def test_a_run_that_fails_is_told_once_with_a_count_and_moves_nothing(drive, tmp_path):
    async def main():
        drawing = draw("tick: event.interval", "end: flow.failed", "far: util.console").set("tick", IntervalMs=20)
        drawing.set("far", Message="m").exec("tick.Out > end.In")
        async with open_editor(tmp_path, saved(tmp_path, drawing)) as window:
            tab = front(window)
            tab.canvas.select([NodeId("far")])
            window.actions_by_name["listen"].trigger()
            for _ in range(3):
                (result,) = await emitted(tab.runs.event_run_ended)
                assert result.status == "failed"
            (text,) = window.notices.texts
            assert text.startswith("“ticks” failed while it was listening: Failed (end)")
            assert tab.canvas.selected_nodes() == ["far"]
            show = next(b for b in window.notices.findChildren(QToolButton) if b.text() == "Show the node")
            QTest.mouseClick(show, Qt.MouseButton.LeftButton)
            assert tab.canvas.selected_nodes() == ["end"]
            window.actions_by_name["listen"].trigger()
            assert window.notices.texts == []

    drive(main())


def test_an_event_that_can_be_listened_to_no_longer_is_told_and_the_switch_goes_off(drive, tmp_path):
    async def main():
        drawing = draw("file: event.file_changed", "log: util.console").set("file", Path="in/a.txt")
        drawing.set("log", Message="m").exec("file.Out > log.In")
        home, outside = tmp_path / "home", tmp_path / "outside"
        (home / "in").mkdir(parents=True)
        outside.mkdir()
        async with open_editor(tmp_path, saved(home, drawing)) as window:
            tab = front(window)
            window.actions_by_name["listen"].trigger()
            (home / "in").rename(home / "old")
            (home / "in").symlink_to(outside)
            await until(lambda: not tab.listening.is_on, tab.listening.changed)
            assert not window.actions_by_name["listen"].isChecked()
            await until(lambda: window.notices.texts, window.notices.changed)
            assert (
                "“ticks”: File Changed Event is listened to no longer: in/a.txt lies outside" in window.notices.texts[0]
            )

    drive(main())


def test_the_console_says_what_is_listened_to(drive, tmp_path):
    async def main():
        async with open_editor(tmp_path, saved(tmp_path, ticks(3_600_000))) as window:
            window.actions_by_name["listen"].trigger()
            text = window.panels.console.text
            await until(lambda: "Interval Event  is listened to, next at 20" in text.toPlainText(), text.textChanged)

    drive(main())


def test_closing_a_tab_that_listens_asks_and_stops(drive, tmp_path):
    async def main():
        async with open_editor(tmp_path, saved(tmp_path, ticks(3_600_000))) as window:
            tab = front(window)
            window.actions_by_name["listen"].trigger()
            window.actions_by_name["close"].trigger()
            box = await answer(window, "Keep editing")
            assert box.text() == "“ticks” is still listening."
            assert tab.listening.is_on
            window.actions_by_name["close"].trigger()
            await answer(window, "Stop and close")
            await emitted(window.tabs.dropped)
            assert not tab.listening.is_on

    drive(main())


def test_closing_the_window_asks_stops_and_leaves_nothing(drive, tmp_path):
    async def main():
        async with open_editor(tmp_path, saved(tmp_path, holding())) as window:
            window.actions_by_name["listen"].trigger()
            await until(lambda: front(window).runs.running, front(window).feed.activity_changed)
            window.close()
            box = await answer(window, "Keep editing")
            assert box.text() == "“ticks” is still listening."
            assert front(window).listening.is_on
            window.close()
            await answer(window, "Stop listening and close")
            await answer(window, "Cancel them")
            await window.closed.wait()

    drive(main())
