"""What can be done with the runs of the history panel: make them again, save them, delete them, find them."""

from __future__ import annotations

from pathlib import Path

from driving import emitted, until
from editor_window import appeared, front, open_editor, press
from flows import Drawing, draw, fails, greets
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLineEdit

from editor.main_window import MainWindow
from editor.panels.history.model import Column, moment
from runtime.document.files import save_flow
from runtime.ids import NodeId
from runtime.recording.reading import load_recording


def saved(folder: Path, drawing: Drawing, name: str) -> Path:
    path = folder / f"{name}.flow.json"
    save_flow(drawing.flow(), path)
    return path


def endless() -> Drawing:
    return (
        draw("start: event.button", "wait: flow.delay", name="Endless")
        .set("wait", DelayMs=3_600_000)
        .exec("start.Out > wait.In")
    )


async def run(window: MainWindow, **values: object) -> None:
    """Run the flow in front to its end, and wait until the panel shows that."""
    before = window.panels.history.model.rowCount()
    front(window).runs.start(NodeId("start"), values or None)
    await emitted(front(window).runs.finished, "the end of the run")
    await ended(window, before + 1)


async def ended(window: MainWindow, count: int) -> str:
    """Wait until the panel lists so many runs, and that the latest is over; its status."""
    await listed(
        window,
        lambda: window.panels.history.model.rowCount() == count and cell(window, 0, Column.STATUS) != "Running",
    )
    return cell(window, 0, Column.STATUS)


async def listed(window: MainWindow, condition) -> None:
    """Wait until the panel lists what the condition wants."""
    model = window.panels.history.model
    await until(condition, model.rowsInserted, model.rowsRemoved, model.dataChanged, what="the change of the list")


def cell(window: MainWindow, row: int, column: Column) -> str:
    listed = window.panels.history.listed
    return str(listed.index(row, column).data()) if row < listed.rowCount() else ""


def choose(window: MainWindow, *rows: int) -> None:
    """Select rows of the panel, from the keyboard's point of view."""
    panel = window.panels.history
    window.panels.docks.raise_panel("history")
    panel.table.clearSelection()
    panel.table.setFocus()
    for row in rows:
        panel.table.selectionModel().select(
            panel.listed.index(row, 0),
            panel.table.selectionModel().SelectionFlag.Select | panel.table.selectionModel().SelectionFlag.Rows,
        )


def act(window: MainWindow, name: str) -> None:
    window.panels.history.actions_by_name[name].trigger()


def test_each_run_is_a_row_with_status_flow_trigger_duration_and_error(drive, tmp_path):
    async def main():
        async with open_editor(tmp_path, saved(tmp_path, greets(), "a"), saved(tmp_path, fails(), "b")) as window:
            await run(window)
            window.tabs.setCurrentIndex(0)
            await run(window, Name="Ada")
            rows = [[cell(window, row, column) for column in Column] for row in (0, 1)]
            assert [row[:3] for row in rows] == [["Succeeded", "Greet", "By hand"], ["Failed", "Fail", "By hand"]]
            assert [row[Column.ERROR] for row in rows] == ["", "the flow came here, where it ends as failed"]
            assert all(row[Column.DURATION].endswith("s") and row[Column.STARTED] for row in rows)

    drive(main())


def test_a_run_under_way_is_listed_and_cannot_be_deleted(drive, tmp_path):
    async def main():
        async with open_editor(tmp_path, saved(tmp_path, endless(), "endless")) as window:
            window.actions_by_name["run"].trigger()
            await listed(window, lambda: cell(window, 0, Column.STATUS) == "Running")
            choose(window, 0)
            assert not window.panels.history.actions_by_name["delete"].isEnabled()
            window.actions_by_name["stop"].trigger()
            await listed(window, lambda: cell(window, 0, Column.STATUS) == "Stopped")
            choose(window, 0)
            assert window.panels.history.actions_by_name["delete"].isEnabled()

    drive(main())


def test_a_run_made_again_has_the_inputs_of_then(drive, tmp_path):
    async def main():
        async with open_editor(tmp_path, saved(tmp_path, greets(), "greet")) as window:
            await run(window, Name="Ada")
            window.tabs.drop(front(window))
            choose(window, 0)
            press(window.panels.history.table, "Ctrl+R")
            assert await ended(window, 2) == "Succeeded"
            assert front(window).feed.activity.values.outputs_of(NodeId("name")) == {"Value": "Ada"}

    drive(main())


def test_a_failed_run_succeeds_once_its_flow_is_mended(drive, tmp_path):
    async def main():
        async with open_editor(tmp_path, saved(tmp_path, fails(), "fail")) as window:
            await run(window)
            document = front(window).document
            document.load(draw("start: event.button", name="Fail").flow(), document.path)
            choose(window, 0)
            act(window, "again")
            assert await ended(window, 2) == "Succeeded"
            assert window.tabs.count() == 1

    drive(main())


def test_a_flow_that_was_never_saved_is_made_again_as_it_was(drive, tmp_path):
    async def main():
        async with open_editor(tmp_path) as window:
            front(window).document.load(fails().flow(), None)
            await run(window)
            window.tabs.drop(front(window))
            choose(window, 0)
            act(window, "again")
            assert await ended(window, 2) == "Failed"
            assert front(window).document.title.startswith("Fail (")

    drive(main())


def test_while_the_flow_runs_it_is_not_made_again(drive, tmp_path):
    async def main():
        async with open_editor(tmp_path, saved(tmp_path, endless(), "endless")) as window:
            window.actions_by_name["run"].trigger()
            await listed(window, lambda: cell(window, 0, Column.STATUS) == "Running")
            choose(window, 0)
            message = front(window).message
            act(window, "again")
            (text,) = await emitted(message, "the refusal")
            assert text == "The flow is running: stop it first, then run it again."
            assert window.panels.history.model.rowCount() == 1

    drive(main())


def test_runs_deleted_by_key_are_gone(drive, tmp_path):
    async def main():
        async with open_editor(tmp_path, saved(tmp_path, fails(), "fail")) as window:
            for _ in range(3):
                await run(window)
            choose(window, 0, 2)
            press(window.panels.history.table, "Delete")
            await listed(window, lambda: window.panels.history.model.rowCount() == 1)
        async with open_editor(tmp_path) as window:
            await listed(window, lambda: window.panels.history.model.rowCount() == 1)

    drive(main())


def test_a_run_is_saved_as_a_recording(drive, tmp_path):
    path = tmp_path / "mine.recording.jsonl"

    async def main():
        async with open_editor(tmp_path, saved(tmp_path, fails(), "fail")) as window:
            await run(window)
            choose(window, 0)
            act(window, "save")
            dialog = await appeared(window, QFileDialog)
            dialog.findChild(QLineEdit, "fileNameEdit").setText(str(tmp_path / "mine"))
            dialog.accept()
            await until(lambda: f"Saved the recording {path}." in window.notices.texts, window.notices.changed)
        assert load_recording(path).flow.name == "Fail"

    drive(main())


def test_the_filter_finds_runs_by_any_word_and_by_the_flow_in_front(drive, tmp_path):
    async def main():
        async with open_editor(tmp_path, saved(tmp_path, greets(), "a"), saved(tmp_path, fails(), "b")) as window:
            await run(window)
            window.tabs.setCurrentIndex(0)
            await run(window)
            panel = window.panels.history
            panel.filter_field.setText("failed")
            assert [cell(window, row, Column.FLOW) for row in range(panel.listed.rowCount())] == ["Fail"]
            panel.filter_field.setText("")
            panel.actions_by_name["this_flow"].trigger()
            assert [cell(window, row, Column.FLOW) for row in range(panel.listed.rowCount())] == ["Greet"]
            window.tabs.setCurrentIndex(1)
            assert [cell(window, row, Column.FLOW) for row in range(panel.listed.rowCount())] == ["Fail"]

    drive(main())


def test_a_click_on_a_heading_sorts(drive, tmp_path):
    async def main():
        async with open_editor(tmp_path, saved(tmp_path, greets(), "a"), saved(tmp_path, fails(), "b")) as window:
            await run(window)
            window.tabs.setCurrentIndex(0)
            await run(window)
            table = window.panels.history.table
            table.sortByColumn(Column.FLOW, Qt.SortOrder.AscendingOrder)
            assert [cell(window, row, Column.FLOW) for row in (0, 1)] == ["Fail", "Greet"]
            table.sortByColumn(Column.FLOW, Qt.SortOrder.DescendingOrder)
            assert [cell(window, row, Column.FLOW) for row in (0, 1)] == ["Greet", "Fail"]

    drive(main())


def test_times_are_told_as_short_as_they_are_clear():
    noon = 1_750_000_000.0
    assert moment(noon - 60, noon).count(":") == 2
    assert moment(noon - 3 * 86_400, noon).count(":") == 1
    assert moment(noon - 400 * 86_400, noon).endswith(" 2024")
