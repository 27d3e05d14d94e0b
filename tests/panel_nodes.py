"""Toy node types with an input of every kind, and events of a future's life, for tests of the panels."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from editor.document import FlowDocument
from runtime.document.flow import Connection, Flow, Node, PinKind, PinRef
from runtime.ids import NodeId, PinName
from runtime.nodes.node_type import EventNode, ExecNode, PureNode
from runtime.nodes.pins import ConversationRef, Json, NodeModel, hints
from runtime.nodes.registry import NodeRegistry


class Start(EventNode):
    """Begins."""

    type_id, title, category, exec_out = "toy.start", "Start", "Events", ("Out",)
    synonyms = ("begin",)


class Everything(ExecNode):
    """Takes a value of *every* kind.

    And says so at length.
    """

    type_id, title, category = "toy.everything", "Take Everything", "Utilities"
    exec_in, exec_out = ("In",), ("Out",)

    class Inputs(NodeModel):
        line: str = Field(description="One line", min_length=1, max_length=5)
        lines: str = Field(default="a\nb", description="Several", json_schema_extra=hints(multiline=True))
        temperature: float | None = Field(default=None, ge=0, le=2, description="Heat")
        timeout: int = Field(default=30, ge=0, le=10**12, json_schema_extra=hints(unit="ms"))
        flag: bool = Field(default=False, description="Yes or no")
        stream: bool | None = Field(default=None, description="Perhaps")
        mode: Literal["fast", "slow"] = Field(default="fast", description="How")
        data: Json = Field(default=None, description="JSON")
        key: str | None = Field(default=None, json_schema_extra=hints(secret=True))
        seldom: str | None = Field(default=None, json_schema_extra=hints(advanced=True))
        talk: ConversationRef | None = Field(default=None, description="Whom")

    class Outputs(NodeModel):
        answer: str = Field(default="", description="What came out")


class Fork(ExecNode):
    """As many ways as its settings say."""

    type_id, title, category, exec_in = "toy.fork", "Fork", "Flow Control", ("In",)

    class Config(NodeModel):
        outputs: int = Field(default=2, ge=1, le=40, alias="outputs", description="How many")
        seldom: bool = Field(default=False, alias="seldom", json_schema_extra=hints(advanced=True))

    def exec_outputs(self) -> tuple[str, ...]:
        return tuple(f"Out{i + 1}" for i in range(self.config.outputs))


class Talk(ExecNode):
    """Makes a conversation."""

    type_id, title, category = "toy.talk", "Create Conversation", "OpenAI / Conversations"
    exec_in, exec_out = ("In",), ("Out",)
    synonyms = ("chat",)

    class Outputs(NodeModel):
        conversation_id: ConversationRef = Field(default="", description="Its id")


class Length(PureNode):
    """Counts characters."""

    type_id, title, category = "toy.length", "String Length", "String Operations"

    class Inputs(NodeModel):
        text: str = Field(default="")

    class Outputs(NodeModel):
        length: int = Field(default=0)


def toy_registry() -> NodeRegistry:
    """The toys."""
    return NodeRegistry([Start, Everything, Fork, Talk, Length])


def toy_node(node_id: str, type_id: str, **fields: Any) -> Node:
    """A node at the origin."""
    return Node(id=NodeId(node_id), type=type_id, position=(0, 0), **fields)


def data_wire(source: str, pin: str, target: str, to_pin: str) -> Connection:
    """A data wire between two nodes."""
    ends = PinRef(NodeId(source), PinName(pin)), PinRef(NodeId(target), PinName(to_pin))
    return Connection(kind=PinKind.DATA, source=ends[0], target=ends[1])


def toy_document(*nodes: Node, wires: tuple[Connection, ...] = ()) -> FlowDocument:
    """A document of toys."""
    return FlowDocument(toy_registry(), Flow(name="Toys", nodes=nodes, connections=wires))


def shown(widget: QWidget, width: int = 400, height: int = 500) -> QWidget:
    """The widget on the (offscreen) screen, with the keyboard."""
    widget.resize(width, height)
    widget.show()
    widget.activateWindow()
    assert QTest.qWaitForWindowActive(widget)
    return widget
