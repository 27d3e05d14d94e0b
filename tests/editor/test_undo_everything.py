"""Undoing everything gives the file back byte for byte, whatever was done to it, and redoing it likewise.

Random sequences of all the edits that menus, keys and gestures make, on the flow of an example.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QRectF

from editor import arrange, breakpoints, clipboard, commands, frames, mocks, nodes, wires
from editor.canvas import insertion
from editor.canvas.projection import Projection
from editor.document import FlowDocument
from editor.subflows.extract import CALL, extract
from editor.subflows.unpack import unpack
from runtime.catalogue import builtin_registry
from runtime.document.files import dump_flow, load_flow, save_flow
from runtime.document.flow import Breakpoint, PinDirection, PinRef
from runtime.errors import DocumentError
from runtime.ids import NodeId

EXAMPLE = Path(__file__).parents[2] / "resources" / "examples" / "eight-questions.flow.json"
REGISTRY = builtin_registry()
FLOW = load_flow(EXAMPLE)
Choose = Callable[[st.SearchStrategy[Any]], Any]


class Editor:
    """A document under random edits; every method is one that a person can do."""

    def __init__(self, choose: Choose, folder: Path) -> None:
        self._choose = choose
        self._folder = folder
        self.document = FlowDocument(REGISTRY, FLOW, folder / "main.flow.json")
        self.projection = Projection(self.document)

    def node(self) -> NodeId:
        return self._choose(st.sampled_from(list(self.document.nodes)))

    def some(self) -> list[NodeId]:
        return self._choose(st.lists(st.sampled_from(list(self.document.nodes)), min_size=1, max_size=4, unique=True))

    def wire(self) -> Any:
        return self._choose(st.sampled_from(list(self.document.connections)))

    def number(self, most: int) -> int:
        return self._choose(st.integers(0, most))

    def type_id(self) -> str:
        return self._choose(st.sampled_from([known.type_id for known in REGISTRY]))

    # -- edits

    def add(self) -> None:
        key = self.wire() if self.document.connections else None
        insertion.add_at(self.projection, self.type_id(), (self.number(2000), self.number(900)), key)

    def remove(self) -> None:
        doomed = [self.wire()] if self.document.connections else []
        commands.remove(self.document, self.some()[:2], doomed, list(self.document.frames)[: self.number(1)])

    def move(self) -> None:
        chosen = list(self.document.frames)[: self.number(2)]
        frames.move(self.document, self.some(), chosen, QPointF(self.number(50), self.number(50)), "nudge")

    def connect(self) -> None:
        source, target = self.node(), self.node()
        pair = wires.best_pair(self.document, source, target)
        if pair is not None and source != target:
            commands.connect(self.document, *pair)

    def rewire(self) -> None:
        key = self.wire()
        keys = wires.wires_at(self.document, key.source, key.kind, PinDirection.OUT)
        wires.rewire(self.document, keys, PinDirection.OUT, PinRef(self.node(), key.source.pin))

    def bend(self) -> None:
        wires.set_bends(self.document, self.wire(), [(self.number(900), self.number(900))] * self.number(2), "Bend")

    def set_input(self) -> None:
        node = self.node()
        pins = list(self.document.signature(node).inputs)
        if pins:
            pin = self._choose(st.sampled_from(pins))
            if self.number(3):
                commands.set_input(
                    self.document, node, pin, self._choose(st.sampled_from([1, 1.0, True, "x", None, [1]]))
                )
            else:
                commands.unset_input(self.document, node, pin)

    def set_config(self) -> None:
        node = self.node()
        field = self._choose(st.sampled_from(["outputs", "branches", "count", "template", "cases"]))
        commands.set_config(
            self.document, node, {field: self._choose(st.sampled_from([1, 4, "{{a}} {{b}}", ["x", "y"]]))}
        )

    def modes(self) -> None:
        nodes.switch_mode(self.document, self.some(), self._choose(st.sampled_from(["mute", "bypass"])))

    def collapse(self) -> None:
        nodes.switch_collapsed(self.document, self.some())

    def reset(self) -> None:
        nodes.reset_inputs(self.document, self.some())

    def swap(self) -> None:
        nodes.swap(self.document, self.node(), self.type_id())

    def rename(self) -> None:
        commands.set_fields(self.document, self.node(), "Rename", title=self._choose(st.sampled_from(["", "A", "B"])))

    def breakpoint(self) -> None:
        if self.number(1):
            breakpoints.toggle(self.document, self.some())
        else:
            breakpoints.edit(self.document, self.node(), Breakpoint(hit_count=1 + self.number(3)))

    def mock(self) -> None:
        node = self.node()
        if self.number(1):
            mocks.begin(self.document, node, {})
        else:
            mocks.clear(self.document, [node])

    def frame(self) -> None:
        if not self.document.frames or self.number(1):
            frames.add_frame(self.document, QRectF(self.number(900), self.number(900), 300, 200))
        else:
            frame_id = next(iter(self.document.frames))
            frames.set_frames(self.document, [frame_id], "Fold frame", collapsed=bool(self.number(1)))
            frames.resize(self.document, frame_id, QRectF(self.number(900), 0, 800, 600))

    def arrange(self) -> None:
        some = self.some()
        arrange.align(self.projection, some, self._choose(st.sampled_from(["left", "bottom", "center"])))
        arrange.distribute(self.projection, some, "y")
        arrange.straighten(self.projection, some, [])
        arrange.tidy(self.projection, some)

    def paste(self) -> None:
        text = clipboard.copied_text(self.document, self.some(), list(self.document.frames)[: self.number(1)])
        clipboard.paste(self.document, text, (self.number(900), 0), wired=bool(self.number(1)))

    def cut(self) -> None:
        clipboard.cut_text(self.document, self.some()[:1], list(self.document.frames)[: self.number(1)])

    def duplicate(self) -> None:
        chosen = list(self.document.frames)[: self.number(1)]
        clipboard.duplicate(self.document, self.some(), chosen, wired=bool(self.number(1)))

    def extract(self) -> None:
        path = self._folder / f"sub{len(list(self._folder.iterdir()))}.flow.json"
        found = extract(self.document, self.some(), list(self.document.frames)[: self.number(1)], path)
        save_flow(found.flow, path)
        commands.push(self.document, "Extract to subflow", found.change)

    def unpack(self) -> None:
        calls = [node for node in self.document.nodes.values() if node.type == CALL and node.config.get("path")]
        if calls:
            path = self._folder / calls[-1].config["path"]
            found = unpack(self.document, calls[-1].id, load_flow(path), path)
            commands.push(self.document, "Unpack subflow", found.change)

    def about(self) -> None:
        commands.set_about(self.document, "Rename flow", name=self._choose(st.sampled_from(["A", "B"])))

    def undo(self) -> None:
        for _ in range(self.number(3)):
            self.document.undo_stack.undo()

    def redo(self) -> None:
        self.document.undo_stack.redo()


EDITS = sorted(name for name, value in vars(Editor).items() if callable(value) and not name.startswith("_"))
ASKED = {"node", "some", "wire", "number", "type_id"}


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    data=st.data(),
    edits=st.lists(st.sampled_from([name for name in EDITS if name not in ASKED]), min_size=6, max_size=25),
)
def test_undo_everything_gives_the_file_byte_for_byte_and_redo_likewise(
    qapp: object, tmp_path: Path, data: st.DataObject, edits: list[str]
) -> None:
    editor = Editor(data.draw, tmp_path)
    document, before = editor.document, dump_flow(FLOW)
    for edit in edits:
        if not document.nodes:
            break
        try:
            getattr(editor, edit)()
        except DocumentError:
            continue
    after, stack = dump_flow(document.flow), document.undo_stack
    assert_whole(editor)
    top = stack.index()
    middle = data.draw(st.integers(0, top))
    stack.setIndex(middle)
    assert_whole(editor)
    stack.setIndex(0)
    assert dump_flow(document.flow) == before
    stack.setIndex(top)
    assert dump_flow(document.flow) == after
    assert_whole(editor)


def assert_whole(editor: Editor) -> None:
    """The canvas followed every step: it has what one that is made anew of the document has."""
    fresh = Projection(editor.document)
    kept = editor.projection
    assert kept.nodes.keys() == fresh.nodes.keys()
    assert {node: placed.rect for node, placed in kept.nodes.items()} == {
        node: placed.rect for node, placed in fresh.nodes.items()
    }
    assert {key: (wire.start, wire.end, wire.via, wire.color) for key, wire in kept.wires.items()} == {
        key: (wire.start, wire.end, wire.via, wire.color) for key, wire in fresh.wires.items()
    }
    assert kept.folded == fresh.folded
    assert len(kept.node_grid) == len(fresh.node_grid)
    assert len(kept.wire_grid) == len(fresh.wire_grid)
