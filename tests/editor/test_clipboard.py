"""Copy and paste of nodes as text."""

from __future__ import annotations

import json

import pytest
from flows import draw
from PySide6.QtCore import QRectF

from editor import clipboard, frames
from editor.clipboard_text import FORMAT
from editor.document import FlowDocument
from runtime.catalogue import builtin_registry
from runtime.document.files import dump_flow
from runtime.document.flow import Connection, PinKind, PinRef
from runtime.errors import DocumentError


@pytest.fixture
def document() -> FlowDocument:
    flow = (
        draw("start: event.button", "first: util.console", "second: util.console")
        .set("first", Message="one")
        .exec("start.Out > first.In", "first.Out > second.In")
        .flow()
    )
    return FlowDocument(builtin_registry(), flow)


def test_copies_are_equal_but_for_id_and_place(document):
    pasted = clipboard.paste(document, clipboard.copied_text(document, ["first", "second"])).nodes
    originals = [document.nodes[node_id] for node_id in ("first", "second")]
    copies = [document.nodes[node_id] for node_id in pasted]
    assert [node.inputs for node in copies] == [node.inputs for node in originals]
    assert [node.type for node in copies] == [node.type for node in originals]
    shifts = {
        (b.position[0] - a.position[0], b.position[1] - a.position[1]) for a, b in zip(originals, copies, strict=True)
    }
    assert len(shifts) == 1
    assert shifts != {(0, 0)}
    assert not {"start", "first", "second"} & set(pasted)


def test_wires_between_copied_nodes_come_along_and_others_do_not(document):
    first, second = clipboard.paste(document, clipboard.copied_text(document, ["first", "second"])).nodes
    new = [wire for wire in document.connections.values() if first in (wire.source.node, wire.target.node)]
    assert [wire.key for wire in new] == [
        Connection(kind=PinKind.EXEC, source=PinRef(first, "Out"), target=PinRef(second, "In")).key
    ]


def test_bend_points_move_with_their_wire(document):
    wire = next(wire for wire in document.connections.values() if wire.source.node == "first")
    flow = document.flow.model_copy(
        update={"connections": (*document.flow.connections[:1], wire.model_copy(update={"via": ((300, 50),)}))}
    )
    document.load(flow, None)
    first, _ = clipboard.paste(document, clipboard.copied_text(document, ["first", "second"]), at=(1000, 500)).nodes
    x, y = flow.node("first").position
    copied = next(wire for wire in document.connections.values() if wire.source.node == first)
    assert copied.via == ((300 + 1000 - x, 50 + 500 - y),)


def test_paste_at_a_place_puts_the_corner_there(document):
    pasted = clipboard.paste(document, clipboard.copied_text(document, ["first", "second"]), at=(-50, 70)).nodes
    xs, ys = zip(*(document.nodes[node_id].position for node_id in pasted), strict=True)
    assert (min(xs), min(ys)) == (-50, 70)


def test_pasting_twice_never_hides_one_copy_under_another(document):
    text = clipboard.copied_text(document, ["first"])
    for _ in range(3):
        clipboard.paste(document, text)
    places = [node.position for node in document.nodes.values()]
    assert len(set(places)) == len(places)


def test_paste_and_duplicate_are_one_undo_step(document):
    before = dump_flow(document.flow)
    for act in (
        lambda: clipboard.paste(document, clipboard.copied_text(document, ["first", "second"])),
        lambda: clipboard.duplicate(document, ["first", "second"]),
    ):
        act()
        assert dump_flow(document.flow) != before
        document.undo_stack.undo()
        assert dump_flow(document.flow) == before


def test_the_undo_text_counts(document):
    clipboard.duplicate(document, ["first", "second"])
    assert document.undo_stack.undoText() == "Duplicate 2 nodes"
    clipboard.paste(document, clipboard.copied_text(document, ["first"]))
    assert document.undo_stack.undoText() == "Paste node"


def test_cut_gives_the_text_and_deletes(document):
    text = clipboard.cut_text(document, ["second"])
    assert "second" not in document.nodes
    (back,) = clipboard.paste(document, text, at=(0, 0)).nodes
    assert document.nodes[back].type == "util.console"


def test_copied_text_is_the_announced_json(document):
    value = json.loads(clipboard.copied_text(document, ["first"]))
    assert (value["format"], value["version"]) == ("futureflow-clipboard", 1)
    assert [node["id"] for node in value["nodes"]] == ["first"]
    assert "connections" not in value, "what is empty is left out"


def test_a_whole_flow_file_can_be_pasted(document):
    assert len(clipboard.paste(document, dump_flow(document.flow)).nodes) == 3


def test_text_around_the_nodes_is_left_alone_and_the_line_of_a_mistake_is_that_of_the_whole_text(document):
    text = f"It fails here:\n```json\n{clipboard.copied_text(document, ['first'])}```\nWhy {{so}}?"
    assert len(clipboard.paste(document, text).nodes) == 1
    with pytest.raises(DocumentError, match=r"damaged: line 6, column 3: \$\.nodes\[0\]\.type"):
        clipboard.paste(document, text.replace('"type": "util.console", ', ""))


def test_frames_come_along_with_their_nodes(document):
    frame = frames.add_frame(document, QRectF(-20, -30, 400, 300), title="Both", color="red")
    pasted = clipboard.paste(document, clipboard.copied_text(document, ["start"], [frame]), at=(1000, 1000))
    copy = document.frames[pasted.frames[0]]
    assert (copy.title, copy.color, copy.rect) == ("Both", "red", (1000, 1000, 400, 300))
    assert document.nodes[pasted.nodes[0]].position == (1020, 1030)
    assert document.undo_stack.undoText() == "Paste node"
    clipboard.cut_text(document, pasted.nodes, pasted.frames)
    assert list(document.frames) == [frame]


@pytest.fixture
def fed() -> FlowDocument:
    """A text that two consoles say."""
    flow = draw("text: value.text", "first: util.console", "second: util.console")
    return FlowDocument(
        builtin_registry(), flow.data("text.Output > first.Message", "text.Output > second.Message").flow()
    )


def sources(document: FlowDocument, node_id: str) -> list[str]:
    return [wire.source.node for wire in document.connections_of(node_id)]


def test_copies_take_their_values_from_the_same_nodes_if_that_is_asked_for(fed):
    (plain,), (wired,) = (
        clipboard.duplicate(fed, ["first"]).nodes,
        clipboard.duplicate(fed, ["first"], wired=True).nodes,
    )
    assert (sources(fed, plain), sources(fed, wired)) == ([], ["text"])
    text = clipboard.copied_text(fed, ["first"])
    (plain,), (wired,) = clipboard.paste(fed, text).nodes, clipboard.paste(fed, text, wired=True).nodes
    assert (sources(fed, plain), sources(fed, wired)) == ([], ["text"])
    fed.undo_stack.undo()
    assert wired not in fed.nodes


def test_incoming_wires_are_left_out_where_their_source_is_not_or_does_not_fit(fed):
    text = clipboard.copied_text(fed, ["first"])
    elsewhere = FlowDocument(builtin_registry())
    (alone,) = clipboard.paste(elsewhere, text, wired=True).nodes
    assert sources(elsewhere, alone) == []
    other = FlowDocument(builtin_registry(), draw("text: util.console").flow())
    (alone,) = clipboard.paste(other, text, wired=True).nodes
    assert sources(other, alone) == [], "a console has no such output"


NODE = {"id": "a", "type": "util.console", "position": [0, 0]}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "holds no nodes"),
        ("hello world", "holds no nodes"),
        ("look at {this}", "holds no nodes"),
        ("[1, 2]", "JSON, but no nodes"),
        ('{"format": "futureflow-clipboard",\n"version": 1,\n"nodes": [}', "line 3, column 11: not JSON"),
        ('{"format": "something"}', "JSON, but no nodes"),
        (json.dumps({"format": FORMAT, "version": 2, "nodes": [NODE]}), "version 2, this Futureflow reads"),
        (json.dumps({"format": FORMAT, "version": 1, "nodes": []}), "without nodes"),
        (json.dumps({"format": FORMAT, "version": 1}), "without nodes"),
        (
            json.dumps({"format": FORMAT, "version": 1, "nodes": [{"id": "a"}]}),
            r"line 1, column \d+: \$\.nodes\[0\]\.type: Field required",
        ),
        (json.dumps({"format": FORMAT, "version": 1, "nodes": [NODE, NODE]}), "two have the id 'a'"),
        (
            json.dumps({
                "format": FORMAT, "version": 1, "nodes": [NODE],
                "connections": [{"kind": "exec", "from": ["a", "Out"], "to": ["gone", "In"]}],
            }),
            "a wire leads to 'gone'",
        ),
    ],
)  # fmt: skip
def test_foreign_text_is_refused_in_words(document, text, says):
    before = dump_flow(document.flow)
    with pytest.raises(DocumentError, match=says):
        clipboard.paste(document, text)
    assert dump_flow(document.flow) == before
    assert not document.is_modified
