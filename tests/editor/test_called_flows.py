"""A flow that calls another one: its node has the pins that the other flow's file says, whenever that changes."""

from __future__ import annotations

from pathlib import Path

import pytest
from editor_window import front, open_editor
from flows import draw, out
from PySide6.QtWidgets import QApplication

from editor import commands
from editor.canvas.rows import PinKey
from editor.change import Change
from editor.document import FlowDocument
from runtime.catalogue import builtin_registry
from runtime.document.files import save_flow
from runtime.document.flow import Flow, PinDirection, PinKind
from runtime.ids import NodeId, PinName

CALL = NodeId("call")


def giving(*names: str) -> Flow:
    """A flow with these results."""
    flow = draw("start: event.button", "text: value.text")
    return out(flow, "start.Out", **dict.fromkeys(names, "text.Output")).flow()


def calling(path: str = "sub.flow.json") -> Flow:
    """A flow that calls one and reads its result `Text`."""
    flow = draw("start: event.button", "call: flow.call", "log: util.console").config("call", path=path)
    return flow.exec("start.Out > call.Execute", "call.Success > log.In").data("call.Text > log.Message").flow()


@pytest.fixture
def document(qapp: QApplication, tmp_path: Path) -> FlowDocument:
    """main.flow.json, beside sub.flow.json which gives Text."""
    save_flow(giving("Text"), tmp_path / "sub.flow.json")
    return FlowDocument(builtin_registry(), calling(), tmp_path / "main.flow.json")


def outputs(document: FlowDocument) -> list[str]:
    """The outputs of the call, its ErrorMessage apart."""
    return [pin for pin in document.signature(CALL).outputs if pin != "ErrorMessage"]


def test_a_call_has_the_pins_of_its_flow(document: FlowDocument) -> None:
    assert outputs(document) == ["Text"]


def test_another_path_brings_other_pins_and_wires_that_no_longer_fit_go(document: FlowDocument, tmp_path: Path) -> None:
    save_flow(giving("Other"), tmp_path / "other.flow.json")
    commands.set_config(document, CALL, {"path": "other.flow.json"})
    assert outputs(document) == ["Other"]
    assert [wire.source.pin for wire in document.connections_of(CALL)].count("Text") == 0
    document.undo_stack.undo()
    assert outputs(document) == ["Text"]
    assert [wire.source.pin for wire in document.connections_of(CALL)].count("Text") == 1


def test_a_path_that_leads_nowhere_keeps_the_pins_that_are_in_use_and_their_wires(document: FlowDocument) -> None:
    before = len(document.connections)
    commands.set_config(document, CALL, {"path": "gone.flow.json"})
    assert len(document.connections) == before
    assert outputs(document) == ["Text"]
    assert document.signature(CALL).exec_in == ("Execute",)


def test_a_changed_file_is_told_as_a_change_of_its_calls_alone_and_is_no_edit(
    document: FlowDocument, tmp_path: Path
) -> None:
    assert outputs(document) == ["Text"]
    told: list[Change] = []
    document.changed.connect(told.append)
    document.reread()
    assert told == []
    save_flow(giving("Text", "More"), tmp_path / "sub.flow.json")
    document.reread()
    assert [[edit.key for edit in change.nodes] for change in told] == [[CALL]]
    assert outputs(document) == ["Text", "More"]
    assert not document.is_modified


def test_saving_a_new_flow_gives_its_relative_paths_a_meaning(qapp: QApplication, tmp_path: Path) -> None:
    save_flow(giving("Text", "More"), tmp_path / "sub.flow.json")
    document = FlowDocument(builtin_registry(), calling())
    assert outputs(document) == ["Text"], "only what is wired"
    document.saved_as(tmp_path / "main.flow.json", document.flow)
    assert outputs(document) == ["Text", "More"]


def test_a_flow_that_was_saved_meanwhile_is_seen_when_its_caller_comes_to_the_front(drive, tmp_path: Path) -> None:
    save_flow(giving("Text"), tmp_path / "sub.flow.json")
    save_flow(calling(), tmp_path / "main.flow.json")

    async def main() -> None:
        async with open_editor(tmp_path, tmp_path / "main.flow.json") as window:
            caller = front(window)
            assert outputs(caller.document) == ["Text"]
            save_flow(giving("Text", "More"), tmp_path / "sub.flow.json")
            window.actions_by_name["new"].trigger()
            assert front(window) is not caller
            window.tabs.setCurrentWidget(caller)
            assert outputs(caller.document) == ["Text", "More"]
            more = PinKey(PinDirection.OUT, PinKind.DATA, PinName("More"))
            assert caller.canvas.projection.nodes[CALL].point_of(more), "and it is on the canvas"

    drive(main())
