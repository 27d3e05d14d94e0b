"""A node type that is declared wrongly is refused when it is registered, not when it runs."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from pydantic import ValidationError

from runtime.errors import RegistrationError
from runtime.nodes.node_type import EventNode, ExecNode, NodeType, PureNode
from runtime.nodes.pins import NodeModel
from runtime.nodes.registry import NodeRegistry


def made(kind: type[NodeType], **attributes: Any) -> type[NodeType]:
    """A node type that is right but for the attributes given."""
    right = {"type_id": "toy.made", "title": "Made", "category": "Toys", "__doc__": "Made for a test."}
    pins = {"exec_in": ("In",), "exec_out": ("Out",)} if kind is ExecNode else {}
    return type("Made", (kind,), {**right, **pins, **attributes})


class Config(NodeModel):
    size: int


class Unfit(NodeModel):
    when: datetime.date


@pytest.mark.parametrize(
    ("node_type", "message"),
    [
        (made(ExecNode, type_id=""), "has no type_id"),
        (made(ExecNode, title=""), "has no title"),
        (made(ExecNode, category=""), "has no category"),
        (made(ExecNode, __doc__=None), "has no __doc__"),
        (made(ExecNode, exec_in=()), "is an exec node without an exec input"),
        (made(PureNode, exec_in=("In",)), "is no exec node but has an exec input"),
        (made(EventNode, exec_in=("In",), exec_out=("Out",)), "is no exec node but has an exec input"),
        (made(EventNode), "is an event node without an exec output"),
        (made(ExecNode, exec_out=("Out", "Out")), "two exec pins of one name: Out, Out"),
        (made(ExecNode, exec_out=("Out", "Failed")), "Failed, but no data output ErrorMessage that says why"),
        (made(ExecNode, Config=Config), "every config needs a default"),
        (made(PureNode, Inputs=Unfit), r"Unfit.when: no pin type for"),
        (made(ExecNode, ends_token=("Continue",)), "names exec inputs that it does not have: Continue"),
        (made(ExecNode, breaks_loop="Break"), "names exec inputs that it does not have: Break"),
    ],
)
def test_is_refused(node_type: type[NodeType], message: str) -> None:
    with pytest.raises(RegistrationError, match=message):
        NodeRegistry([node_type])


def test_two_types_of_one_id_are_refused() -> None:
    with pytest.raises(RegistrationError, match=r"'toy\.made' is registered twice"):
        NodeRegistry([made(ExecNode), made(PureNode)])


def test_an_unknown_type_is_an_error() -> None:
    with pytest.raises(RegistrationError, match=r"unknown node type 'no\.such'"):
        NodeRegistry().get("no.such")


def test_one_instance_stands_for_all_nodes_of_a_type_and_config() -> None:
    class Sized(NodeModel):
        size: int = 1

    registry = NodeRegistry([made(ExecNode, Config=Sized)])
    assert registry.instance("toy.made") is registry.instance("toy.made", {})
    assert registry.instance("toy.made", {"size": 2}) is registry.instance("toy.made", {"size": 2})
    assert registry.instance("toy.made", {"size": 2}) is not registry.instance("toy.made")
    with pytest.raises(ValidationError):
        registry.instance("toy.made", {"size": "big"})


def test_a_registry_says_what_it_holds() -> None:
    node_type = made(ExecNode)
    registry = NodeRegistry([node_type])
    assert (list(registry), len(registry), "toy.made" in registry, "no.such" in registry) == (
        [node_type], 1, True, False,
    )  # fmt: skip
