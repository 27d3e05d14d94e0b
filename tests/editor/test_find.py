"""Ctrl+F, F3 and Ctrl+P in the real window: what is found, how one steps through it, and what the canvas shows."""

from __future__ import annotations

from driving import until
from editor_window import front, open_editor, press
from flows import draw
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from editor import commands
from editor.canvas.placing import add_node_in_sight
from editor.finder import Finder
from runtime.document.files import load_flow, save_flow
from runtime.document.flow import Frame, View
from runtime.ids import NodeId, PinName


def flow_of(tmp_path, name="hello", *extra):
    sketch = draw("start: event.button", "log: util.console", "ask: openai.chat_completion_async")
    flow = sketch.set("log", Message="good morning").set("ask", Model="morning-model").flow()
    path = tmp_path / f"{name}.flow.json"
    save_flow(
        flow.model_copy(update={"frames": (Frame(id="f1", title="Every morning", rect=(0, -80, 900, 60)),)}), path
    )
    return path


async def opened_bar(window):
    press(front(window).canvas, "Ctrl+F")
    bar = window.find_menu.bar
    assert bar.isVisible()
    assert bar.field.hasFocus()
    return bar


async def looked(window, text):
    bar = window.find_menu.bar
    bar.field.selectAll()
    QTest.keyClicks(bar.field, text)
    await until(lambda: window.find_menu.finder.is_done, window.find_menu.finder.found)


def test_ctrl_f_in_the_futures_panel_goes_to_its_own_filter(drive, tmp_path):
    async def main():
        async with open_editor(tmp_path, flow_of(tmp_path)) as window:
            panel = window.panels.futures
            for within in (panel.table, panel.filter_field, panel):
                window.tabs.setFocus()
                press(within, "Ctrl+F")
                assert panel.filter_field.hasFocus()
                assert not window.find_menu.bar.isVisible()

    drive(main())


def test_ctrl_f_finds_values_and_frames_and_enter_steps_around(drive, tmp_path):
    async def main():
        async with open_editor(tmp_path, flow_of(tmp_path)) as window:
            canvas, bar = front(window).canvas, await opened_bar(window)
            await looked(window, "MORNING")
            assert bar.count.text() == "1 of 3"
            assert canvas.subject.found.nodes == {"log", "ask"}
            assert canvas.subject.found.frames == {"f1"}
            assert canvas.subject.found.current_frame == "f1"
            press(bar.field, "Return")
            assert bar.count.text() == "2 of 3"
            assert canvas.selected_nodes() == [canvas.subject.found.current_node]
            press(bar.field, "Return")
            assert len(canvas.selected_nodes()) == 1
            press(bar.field, "Return")
            assert (bar.count.text(), canvas.selection.frames) == ("1 of 3", {"f1"})
            press(bar.field, "Shift+Return")
            assert bar.count.text() == "3 of 3"

    drive(main())


def test_what_is_found_nowhere_leaves_the_canvas_as_it_is(drive, tmp_path):
    async def main():
        async with open_editor(tmp_path, flow_of(tmp_path)) as window:
            canvas, bar = front(window).canvas, await opened_bar(window)
            await looked(window, "morning")
            assert canvas.subject.found is not None
            await looked(window, "morningless")
            assert bar.count.text() == "None"
            assert canvas.subject.found is None

    drive(main())


def test_f3_steps_while_the_canvas_has_the_keyboard_and_escape_closes_the_bar_and_takes_the_veil_away(drive, tmp_path):
    async def main():
        async with open_editor(tmp_path, flow_of(tmp_path)) as window:
            canvas, bar = front(window).canvas, await opened_bar(window)
            await looked(window, "morning")
            canvas.setFocus()
            press(canvas, "F3")
            assert bar.count.text() == "2 of 3"
            press(canvas, "Shift+F3")
            assert bar.count.text() == "1 of 3"
            press(bar.field, "Escape")
            assert not bar.isVisible()
            assert canvas.subject.found is None
            assert canvas.hasFocus()

    drive(main())


def test_a_click_in_the_list_shows_the_match_and_the_list_says_where_it_stands(drive, tmp_path):
    async def main():
        async with open_editor(tmp_path, flow_of(tmp_path)) as window:
            canvas, bar = front(window).canvas, await opened_bar(window)
            await looked(window, "morning")
            lines = [bar.matches.index(row).data() for row in range(bar.matches.rowCount())]
            row = next(row for row, line in enumerate(lines) if line.endswith("Message: good morning"))
            place = bar.list.visualRect(bar.matches.index(row)).center()
            QTest.mouseClick(bar.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
            assert canvas.selected_nodes() == ["log"]
            assert bar.count.text() == f"{row + 1} of 3"

    drive(main())


def test_an_edit_is_found_after_a_moment_and_what_is_looked_at_stays(drive, tmp_path):
    async def main():
        async with open_editor(tmp_path, flow_of(tmp_path)) as window:
            tab, bar = front(window), await opened_bar(window)
            await looked(window, "morning")
            press(bar.field, "Return")
            looked_at = tab.canvas.subject.found.current_node
            commands.set_input(tab.document, NodeId("start"), PinName("Label"), "in the morning")
            await until(lambda: len(window.find_menu.finder.matches) == 4, window.find_menu.finder.found)
            assert tab.canvas.subject.found.current_node == looked_at

    drive(main())


def test_all_open_flows_are_searched_if_asked_and_a_step_brings_the_other_to_the_front(drive, tmp_path):
    async def main():
        async with open_editor(tmp_path, flow_of(tmp_path, "one"), flow_of(tmp_path, "two")) as window:
            first, bar = front(window), await opened_bar(window)
            await looked(window, "good morning")
            assert bar.count.text() == "1 of 1"
            bar.all_tabs.click()
            await until(lambda: window.find_menu.finder.is_done, window.find_menu.finder.found)
            assert bar.count.text() == "1 of 2"
            press(bar.field, "Return")
            assert front(window) is not first
            assert front(window).canvas.selected_nodes() == ["log"]
            assert bar.count.text() == "2 of 2"

    drive(main())


def test_nothing_found_says_so(drive, tmp_path):
    async def main():
        async with open_editor(tmp_path, flow_of(tmp_path)) as window:
            bar = await opened_bar(window)
            await looked(window, "no such thing")
            assert bar.count.text() == "None"
            press(bar.field, "Return")
            assert not front(window).canvas.selected_nodes()

    drive(main())


def test_ctrl_p_goes_to_a_node_by_letters_of_its_title(drive, tmp_path):
    async def main():
        async with open_editor(tmp_path, flow_of(tmp_path)) as window:
            canvas = front(window).canvas
            press(canvas, "Ctrl+P")
            popup = window.find_menu.go_to
            assert popup.isVisible()
            assert popup.list.count() == 3
            QTest.keyClicks(popup.field, "cnsl")
            assert popup.list.count() == 1
            press(popup.field, "Return")
            assert not popup.isVisible()
            assert canvas.keyboard.node == "log"
            assert canvas.selected_nodes() == ["log"]
            assert canvas.subject.flash.node == "log"

    drive(main())


def test_a_large_flow_is_searched_in_slices(drive, tmp_path):
    async def main():
        sketch = draw(*(f"n{i}: util.console" for i in range(3000)))
        path = tmp_path / "large.flow.json"
        save_flow(sketch.set("n2999", Message="needle").flow(), path)
        async with open_editor(tmp_path, path) as window:
            finder = Finder(window)
            finder.look_for("needle", [front(window).document])
            assert not finder.is_done
            await until(lambda: finder.is_done, finder.found)
            assert [match.node for match in finder.matches] == ["n2999"]
            QApplication.sendPostedEvents()

    drive(main())


def test_tab_searches_at_the_cursor_and_the_types_added_lately_come_first_also_after_a_restart(drive, tmp_path):
    async def main():
        async with open_editor(tmp_path) as window:
            popup = window.adder.popup
            press(front(window).canvas, "Tab")
            assert popup.isVisible()
            QTest.keyClicks(popup.field, "parallel")
            press(popup.field, "Return")
            assert [node.type for node in front(window).document.nodes.values()] == ["flow.parallel"]
            press(front(window).canvas, "Space")
            assert popup.list.item(0).text() == "Parallel"
            press(popup.field, "Escape")
        async with open_editor(tmp_path) as window:
            press(front(window).canvas, "Shift+A")
            assert window.adder.popup.list.item(0).text() == "Parallel"
            press(window.adder.popup.field, "Escape")

    drive(main())


def test_bookmarks_are_set_and_gone_to_by_digits_are_saved_with_the_flow_and_undone(drive, tmp_path):
    path = flow_of(tmp_path)

    async def main():
        async with open_editor(tmp_path, path) as window:
            tab = front(window)
            press(tab.canvas, "3")
            assert "no bookmark 3" in window.status.currentMessage()
            tab.canvas.set_view_state(View(center=(10, 20), zoom=0.5))
            press(tab.canvas, "Ctrl+3")
            tab.canvas.fit()
            fitted = tab.canvas.view_state()
            press(tab.canvas, "3")
            assert tab.canvas.view_state() == View(center=(10, 20), zoom=0.5)
            window.actions_by_name["view_back"].trigger()
            assert tab.canvas.view_state() == fitted
            await window.save(tab)
            assert load_flow(path).view.bookmarks == {"3": View(center=(10, 20), zoom=0.5)}
            tab.document.undo_stack.undo()
            await window.save(tab)
            assert "bookmarks" not in path.read_text()

    drive(main())


def test_the_menu_tells_where_bookmarks_lead_and_the_same_key_at_the_same_place_removes_one(drive, tmp_path):
    path = flow_of(tmp_path)

    async def main():
        async with open_editor(tmp_path, path) as window:
            tab = front(window)
            entry = window.actions_by_name["bookmark_3"]
            (menu,) = (owner for owner in entry.associatedObjects() if isinstance(owner, QMenu))
            node = next(iter(tab.document.nodes.values()))
            menu.aboutToShow.emit()
            assert entry.text() == "Bookmark &3: not set"
            tab.canvas.set_view_state(View(center=node.position, zoom=0.5))
            press(tab.canvas, "Ctrl+3")
            menu.aboutToShow.emit()
            assert entry.text() == f"Bookmark &3: {tab.document.node_title(node.id)}"
            press(tab.canvas, "Ctrl+3")
            menu.aboutToShow.emit()
            assert entry.text() == "Bookmark &3: not set"
            tab.document.undo_stack.undo()
            menu.aboutToShow.emit()
            assert entry.text() != "Bookmark &3: not set"

    drive(main())


def test_the_map_is_switched_for_all_flows_and_stays_so(drive, tmp_path):
    async def main():
        async with open_editor(tmp_path, flow_of(tmp_path)) as window:
            assert not front(window).minimap.isVisible()
            press(front(window).canvas, "Ctrl+Shift+M")
            assert front(window).minimap.isVisible()
            window.actions_by_name["new"].trigger()
            assert not front(window).minimap.isVisible()
            add_node_in_sight(front(window).canvas, "util.console")
            assert front(window).minimap.isVisible()
        async with open_editor(tmp_path, flow_of(tmp_path)) as window:
            assert front(window).minimap.isVisible()
            assert window.actions_by_name["minimap"].isChecked()

    drive(main())
