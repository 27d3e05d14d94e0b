"""Debugging in the window: where a run stands still is shown, keys step on from there, and everything follows."""

from __future__ import annotations

from pathlib import Path

import pytest
from driving import emitted, turned, until
from editor_window import front, open_editor, press
from flows import draw
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from editor import breakpoints, commands
from editor.main_window import MainWindow
from runtime.document.files import save_flow
from runtime.document.flow import Breakpoint, Flow
from runtime.ids import NodeId, PinName

EACH, LOG, LAST, CALL = NodeId("each"), NodeId("log"), NodeId("last"), NodeId("call")
STEPS = {"pause", "continue", "step_over", "step_into", "step_out", "run_to_here"}


def loop() -> Flow:
    """Says each of three words, then `done`."""
    drawing = (
        draw("start: event.button", "each: flow.for_each", "log: util.console", "last: util.console", name="Loop")
        .set("each", Collection=["a", "b", "c"])
        .set("last", Message="done")
        .exec("start.Out > each.In", "each.Do > log.In", "each.Done > last.In")
        .data("each.Value > log.Message")
    )
    return drawing.flow()


@pytest.fixture
def flow_file(tmp_path: Path) -> Path:
    path = tmp_path / "loop.flow.json"
    save_flow(loop(), path)
    return path


def do(window: MainWindow, name: str) -> None:
    """By its action, which must be enabled."""
    assert window.actions_by_name[name].isEnabled(), name
    window.actions_by_name[name].trigger()


async def stopped(window: MainWindow) -> None:
    await emitted(window.debugging.pauses.stopped, "a token that stands still")


async def paused_at(window: MainWindow, node_id: NodeId, stop: Breakpoint | None = None) -> None:
    """Run to a breakpoint there."""
    breakpoints.edit(front(window).document, node_id, stop or Breakpoint())
    do(window, "run")
    await stopped(window)


async def ended(window: MainWindow) -> None:
    pauses = window.debugging.pauses
    runs = front(window).runs
    await until(lambda: not runs.running and pauses.focused is None, runs.running_changed, pauses.changed)


def enabled(window: MainWindow) -> set[str]:
    return {name for name in STEPS if window.actions_by_name[name].isEnabled()}


def is_seen(panel: QWidget) -> bool:
    """Whether a panel is in front of those that share its tabs: Qt moves the others away and does not hide them."""
    return not panel.visibleRegion().isEmpty()


def place(window: MainWindow) -> tuple[str | None, frozenset[NodeId], frozenset[NodeId]]:
    """What the canvas in front shows: where one looks, where tokens stand, what is around."""
    standing = front(window).canvas.subject.standing
    return standing.focus, standing.nodes, standing.around


def stack(window: MainWindow) -> list[tuple[str, str]]:
    """The call stack in the panel: where, and with which values."""
    tree = window.panels.debugger.stack
    items = [tree.topLevelItem(i) for i in range(tree.topLevelItemCount())]
    return [(item.text(0), item.text(2)) for item in items]


# -- where a run stands still


def test_a_breakpoint_brings_its_flow_node_stack_and_reason_to_the_eye(drive, tmp_path, flow_file):
    async def main():
        async with open_editor(tmp_path, flow_file) as window:
            tab = front(window)
            breakpoints.edit(tab.document, LOG, Breakpoint(condition="Value == 'b'"))
            do(window, "run")
            window.actions_by_name["new"].trigger()
            await stopped(window)
            assert front(window) is tab
            assert place(window) == (LOG, {LOG}, {EACH})
            assert tab.canvas.selected_nodes() == [LOG]
            assert stack(window) == [("Console", "Message='b'"), ("For Each 2 of 3 · Do", "Key='1', Value='b'")]
            await turned()
            assert is_seen(window.panels.debugger)
            assert "breakpoint before “Console”" in window.panels.debugger.reason
            assert "Value == 'b'" in window.panels.debugger.reason
            assert tab.canvas.accessibleDescription() == window.panels.debugger.reason
            do(window, "stop")
            await ended(window)
            assert place(window) == (None, frozenset(), frozenset())
            assert window.panels.debugger.reason == ""

    drive(main())


def test_f5_runs_then_goes_on_and_f6_lets_a_run_stand_still(drive, tmp_path, flow_file):
    async def main():
        async with open_editor(tmp_path, flow_file) as window:
            canvas = front(window).canvas
            breakpoints.edit(front(window).document, LOG, Breakpoint(hit_count=3))
            press(canvas, "F5")
            await stopped(window)
            assert stack(window)[0] == ("Console", "Message='c'")
            breakpoints.remove_all(front(window).document)
            press(canvas, "F5")
            await ended(window)
            delay = commands.add_node(front(window).document, "flow.delay", (900, 0), inputs={PinName("DelayMs"): 1})
            # A loop that goes on until it is stopped: it stands still wherever it is.
            change = front(window).document
            commands.set_input(change, EACH, PinName("Collection"), [0] * 100_000)
            assert delay in change.nodes
            press(canvas, "F5")
            await until(
                lambda: front(window).feed.activity.values.outputs_of(EACH), front(window).feed.activity_changed
            )
            press(canvas, "F6")
            await stopped(window)
            assert "Paused before" in window.panels.debugger.reason
            press(canvas, "Shift+F5")
            await ended(window)

    drive(main())


def test_steps_go_over_into_and_out_of_a_loop_by_keys(drive, tmp_path, flow_file):
    async def main():
        async with open_editor(tmp_path, flow_file) as window:
            canvas = front(window).canvas
            await paused_at(window, EACH)
            for key, where in (("F11", LOG), ("F11", LOG), ("Shift+F11", LAST)):
                press(canvas, key)
                await stopped(window)
                assert place(window)[0] == where, key
            press(canvas, "F10")
            await ended(window)
            press(canvas, "F5")
            await stopped(window)
            press(canvas, "F10")
            await stopped(window)
            assert place(window)[0] == LAST
            press(canvas, "F5")
            await ended(window)

    drive(main())


def test_a_step_starts_a_run_that_stands_still_at_its_event(drive, tmp_path, flow_file):
    async def main():
        async with open_editor(tmp_path, flow_file) as window:
            press(front(window).canvas, "F10")
            await stopped(window)
            assert place(window)[0] == "start"
            press(front(window).canvas, "F10")
            await stopped(window)
            assert place(window)[0] == EACH
            do(window, "continue")
            await ended(window)

    drive(main())


def test_ctrl_f10_runs_to_the_selected_node_from_a_pause_and_from_nothing(drive, tmp_path, flow_file):
    async def main():
        async with open_editor(tmp_path, flow_file) as window:
            canvas = front(window).canvas
            for _ in range(2):  # first there is no run, then one stands still
                canvas.setFocus()
                canvas.select([LOG])
                press(canvas, "Ctrl+F10")
                await stopped(window)
                assert place(window)[0] == LOG
            assert stack(window)[1] == ("For Each 2 of 3 · Do", "Key='1', Value='b'")
            canvas.select([LAST])
            do(window, "run_to_here")
            await stopped(window)
            assert place(window)[0] == LAST
            do(window, "continue")
            await ended(window)

    drive(main())


def test_a_failure_stands_still_where_it_happened_if_that_is_wanted_and_the_wish_is_kept(drive, tmp_path, flow_file):
    async def main():
        async with open_editor(tmp_path, flow_file) as window:
            commands.set_input(front(window).document, EACH, PinName("Collection"), 5)
            do(window, "break_on_failure")
            do(window, "run")
            await stopped(window)
            assert place(window)[0] == EACH
            assert "which failed" in window.panels.debugger.reason
            assert window.settings.breaks_on_failure
            do(window, "continue")
            await ended(window)
        async with open_editor(tmp_path, flow_file) as window:
            assert window.actions_by_name["break_on_failure"].isChecked()
            assert window.session.debugger.breaks_on_failure

    drive(main())


# -- what can be done


def test_what_cannot_be_done_is_disabled_and_the_bar_is_there_with_a_run(drive, tmp_path, flow_file):
    async def main():
        async with open_editor(tmp_path, flow_file) as window:
            bar = window.debugging.bar
            assert enabled(window) == {"step_over", "step_into"}
            assert not bar.isVisible()
            await paused_at(window, LOG)
            everything = STEPS - {"pause"}
            assert enabled(window) == everything
            assert bar.isVisible()
            assert window.status.run_text == "Paused"
            front(window).canvas.select([])
            assert enabled(window) == everything - {"run_to_here"}
            assert not window.actions_by_name["run"].isEnabled()
            tab = front(window)
            window.actions_by_name["new"].trigger()
            assert enabled(window) == {"step_over", "step_into"}
            assert not bar.isVisible()
            window.tabs.setCurrentWidget(tab)
            assert bar.isVisible()
            do(window, "stop")
            await ended(window)
            assert enabled(window) == {"step_over", "step_into"}
            assert not bar.isVisible()

    drive(main())


def test_while_one_steps_the_panel_in_front_stays_there(drive, tmp_path, flow_file):
    async def main():
        async with open_editor(tmp_path, flow_file) as window:
            await paused_at(window, EACH)
            window.panels.docks.raise_panel("console")
            await turned()
            press(front(window).canvas, "F11")
            await stopped(window)
            await turned()
            assert is_seen(window.panels.console)
            assert not is_seen(window.panels.debugger)
            do(window, "stop")
            await ended(window)

    drive(main())


def test_of_two_flows_that_stand_still_the_one_in_front_is_acted_on(drive, tmp_path, flow_file):
    other = tmp_path / "other.flow.json"
    save_flow(loop(), other)

    async def main():
        async with open_editor(tmp_path, flow_file, other) as window:
            first, second = list(window.tabs)
            for tab, node_id in ((first, EACH), (second, LOG)):
                window.tabs.setCurrentWidget(tab)
                await paused_at(window, node_id)
            window.tabs.setCurrentWidget(first)
            assert place(window)[0] == EACH
            assert "For Each" in window.panels.debugger.reason
            do(window, "step_over")
            await stopped(window)
            assert place(window)[0] == LAST
            window.tabs.setCurrentWidget(second)
            assert place(window)[0] == LOG
            for tab in (first, second):
                window.tabs.setCurrentWidget(tab)
                do(window, "stop")
                await until(lambda tab=tab: not tab.runs.running, tab.runs.running_changed)

    drive(main())


# -- editing meanwhile


def test_breakpoints_set_while_a_run_stands_still_count_and_a_deleted_node_is_told(drive, tmp_path, flow_file):
    async def main():
        async with open_editor(tmp_path, flow_file) as window:
            document = front(window).document
            await paused_at(window, LOG)
            commands.remove(document, [LOG])
            assert "no longer in the flow" in window.panels.debugger.reason
            breakpoints.toggle(document, [LAST])
            do(window, "continue")
            await stopped(window)
            assert place(window)[0] == LAST
            document.undo_stack.undo()
            document.undo_stack.undo()
            assert LOG in document.nodes
            do(window, "continue")
            await ended(window)

    drive(main())


def test_the_debugger_forgets_the_breakpoints_of_a_closed_flow(drive, tmp_path, flow_file):
    async def main():
        async with open_editor(tmp_path, flow_file) as window:
            document = front(window).document
            breakpoints.toggle(document, [LOG])
            key = document.source.key
            assert set(window.session.debugger.breakpoints(key)) == {LOG}
            document.undo_stack.undo()
            assert not window.session.debugger.breakpoints(key)
            document.undo_stack.redo()
            window.tabs.drop(front(window))
            assert not window.session.debugger.breakpoints(key)

    drive(main())


# -- called flows


@pytest.fixture
def calling_file(tmp_path: Path, flow_file: Path) -> Path:
    drawing = draw("start: event.button", "call: flow.call", "last: util.console", name="Caller")
    drawing.config("call", path="loop.flow.json").set("last", Message="called")
    path = tmp_path / "caller.flow.json"
    save_flow(drawing.exec("start.Out > call.Execute", "call.Success > last.In").flow(), path)
    return path


def test_a_step_into_a_call_opens_the_flow_in_a_tab_and_the_stack_leads_back(drive, tmp_path, calling_file):
    async def main():
        async with open_editor(tmp_path, calling_file) as window:
            caller = front(window)
            await paused_at(window, CALL)
            press(caller.canvas, "F11")
            await until(lambda: front(window) is not caller and place(window)[0], window.tabs.current_tab_changed)
            assert front(window).document.title == "loop"
            assert place(window)[0] == "start"
            assert [where for where, _ in stack(window)] == ["Button Event", "Call Flow"]
            assert window.actions_by_name["stop"].isEnabled()
            tree = window.panels.debugger.stack
            spot = tree.visualItemRect(tree.topLevelItem(1)).center()
            QTest.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(40, spot.y()))
            assert front(window) is caller
            assert place(window) == (CALL, frozenset(), {CALL})
            press(tree, "Up")
            assert front(window) is not caller
            press(front(window).canvas, "F10")
            await stopped(window)
            assert place(window)[0] == EACH
            do(window, "step_out")
            await stopped(window)
            assert front(window) is caller
            assert place(window)[0] == LAST
            do(window, "stop")
            await until(lambda: not caller.runs.running, caller.runs.running_changed)

    drive(main())


# -- several tokens


def test_of_several_tokens_one_is_looked_at_and_another_can_be(drive, tmp_path):
    drawing = draw("start: event.button", "both: flow.parallel", "one: flow.delay", "two: flow.delay")
    drawing.set("one", DelayMs=0).set("two", DelayMs=0)
    path = tmp_path / "both.flow.json"
    save_flow(drawing.exec("start.Out > both.In", "both.Branch1 > one.In", "both.Branch2 > two.In").flow(), path)

    async def main():
        async with open_editor(tmp_path, path) as window:
            document, pauses = front(window).document, window.debugging.pauses
            breakpoints.toggle(document, [NodeId("one"), NodeId("two")])
            do(window, "run")
            await until(lambda: len(pauses.standing) == 2, pauses.changed)
            assert place(window) == ("one", {"one", "two"}, {"both"})
            assert "1 more" in window.panels.debugger.reason
            tree = window.panels.debugger.stack
            other = tree.topLevelItem(1).child(0)
            QTest.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=tree.visualItemRect(other).center())
            assert place(window)[0] == "two"
            press(tree, "F10")
            await until(lambda: len(pauses.standing) == 1, pauses.changed)
            do(window, "continue")
            await ended(window)
            await turned()

    drive(main())


# -- parts of a flow


async def ran(window: MainWindow) -> str:
    """How the run that was just started ended."""
    (result,) = await emitted(front(window).runs.finished, "the end of the run")
    await turned()
    return str(result.status)


def gave(window: MainWindow, node_id: NodeId) -> int:
    """How often a node gave values, in all runs."""
    return len(front(window).feed.activity.values.entries(node_id))


def test_ctrl_f5_runs_the_selected_node_alone_with_what_came_before(drive, tmp_path, flow_file):
    async def main():
        async with open_editor(tmp_path, flow_file) as window:
            tab = front(window)
            text = commands.add_node(tab.document, "convert.integer_to_string", (500, 300))
            commands.set_input(tab.document, text, PinName("Input"), 7)
            do(window, "run")
            await ran(window)
            assert gave(window, EACH) == 3
            tab.canvas.setFocus()
            for node_id in (LOG, text):
                tab.canvas.select([node_id])
                press(tab.canvas, "Ctrl+F5")
                assert await ran(window) == "succeeded"
            assert gave(window, EACH) == 3
            assert gave(window, text) == 1
            assert tab.feed.activity.of(LOG).status == "done"
            assert tab.feed.activity.of(LAST).status == "done"

    drive(main())


def test_ctrl_shift_f5_goes_on_from_the_selected_node(drive, tmp_path, flow_file):
    async def main():
        async with open_editor(tmp_path, flow_file) as window:
            tab = front(window)
            tab.canvas.setFocus()
            tab.canvas.select([LOG])
            press(tab.canvas, "Ctrl+Shift+F5")
            assert await ran(window) == "failed"  # what For Each gives was never computed
            tab.canvas.select([EACH])
            press(tab.canvas, "Ctrl+Shift+F5")
            assert await ran(window) == "succeeded"
            assert tab.feed.activity.of(LAST).status == "done"
            assert tab.feed.activity.of(NodeId("start")).status == "idle"
            tab.canvas.select([LOG])
            press(tab.canvas, "Ctrl+Shift+F5")
            assert await ran(window) == "succeeded"
            tab.canvas.select([NodeId("start")])
            assert not window.actions_by_name["run_node"].isEnabled()
            press(tab.canvas, "Ctrl+Shift+F5")
            assert await ran(window) == "succeeded"
            assert tab.feed.activity.of(NodeId("start")).status == "done"

    drive(main())


def test_a_part_takes_the_parameters_of_the_last_run(drive, tmp_path):
    drawing = draw("start: event.button", "log: util.console").node(
        "word", "flow.input", config={"name": "Word", "type": "string", "required": True}
    )
    path = tmp_path / "word.flow.json"
    save_flow(drawing.exec("start.Out > log.In").data("word.Value > log.Message").flow(), path)

    async def main():
        async with open_editor(tmp_path, path) as window:
            runs = front(window).runs
            asked = []
            runs.values_wanted.connect(lambda _entry, wanted: asked.append([parameter.name for parameter in wanted]))
            front(window).canvas.select([LOG])
            do(window, "run_from")
            assert asked == [["Word"]]
            runs.start(NodeId("start"), {"Word": "hello"})
            assert await ran(window) == "succeeded"
            do(window, "run_from")
            assert await ran(window) == "succeeded"
            assert asked == [["Word"]]

    drive(main())
