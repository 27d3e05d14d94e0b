"""Conversation node types, run by the engine."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flows import Drawing, draw

from runtime.catalogue import builtin_registry
from runtime.nodes.pins import DataPin

pytestmark = pytest.mark.anyio

Pins = dict[str, str]

# reference-pins.md; where the reference has no Failed or no ErrorMessage, catalogue.md adds them.
DONE = {"Success": "boolean", "ErrorMessage": "string"}
CONVERSATION = {"ConversationId": "conversation"}
REFERENCE: dict[str, tuple[Pins, Pins]] = {
    "create_conversation": ({"SystemData": "string?"}, {**CONVERSATION, "ErrorMessage": "string"}),
    "add_user_message": ({**CONVERSATION, "Message": "string", "Name": "string?"}, DONE),
    "set_system_message": ({**CONVERSATION, "SystemMessage": "string"}, DONE),
    "update_conversation": ({**CONVERSATION, "Response": "string"}, DONE),
    "get_last_response": (
        CONVERSATION,
        {
            "LastResponse": "string", "IsFunctionCall": "boolean", "FunctionCallName": "string",
            "FunctionCallArguments": "string", "ErrorMessage": "string",
        },
    ),
    "export_conversation": (CONVERSATION, {"ExportedJson": "string", "ErrorMessage": "string"}),
    "import_conversation": ({"ConversationJson": "string"}, {**CONVERSATION, **DONE}),
}  # fmt: skip


def declared(pins: dict[Any, DataPin]) -> Pins:
    """Name → type, with `?` for optional pins."""
    return {pin.name: pin.type.value + "?" * pin.optional for pin in pins.values()}


@pytest.mark.parametrize("name", REFERENCE)
def test_has_the_pins_of_the_reference(name: str) -> None:
    signature = builtin_registry().instance(f"openai.{name}").signature
    assert (signature.exec_in, signature.exec_out) == (("Execute",), ("Success", "Failed"))
    assert (declared(signature.inputs), declared(signature.outputs)) == REFERENCE[name]


def begun(*nodes: str) -> Drawing:
    """start → conv → nodes, one after the other, each with the conversation."""
    drawing = draw("start: event.button", "conv: openai.create_conversation", *nodes).exec("start.Out > conv.Execute")
    before = "conv"
    for node in nodes:
        node_id = node.split(":")[0]
        drawing.exec(f"{before}.Success > {node_id}.Execute").data(f"conv.ConversationId > {node_id}.ConversationId")
        before = node_id
    return drawing


def result_of(drawing: Drawing, after: str, **pins: str) -> Drawing:
    """After a node's Success: results of the flow, each name from a pin."""
    for name, pin in pins.items():
        drawing.node(f"out-{name}", "flow.output", config={"name": name}).exec(f"{after} > out-{name}.In")
        drawing.data(f"{pin} > out-{name}.Value")
        after = f"out-{name}.Out"
    return drawing


async def test_a_conversation_is_built_message_by_message(bench: Any) -> None:
    flow = begun(
        "system: openai.set_system_message", "user: openai.add_user_message",
        "answer: openai.update_conversation", "again: openai.add_user_message", "export: openai.export_conversation",
    )  # fmt: skip
    flow.set("conv", SystemData="Be long.").set("system", SystemMessage="Be brief.")
    flow.set("user", Message="Hi", Name="Ada").set("answer", Response="Hello.").set("again", Message="Bye")
    result = await bench.run(result_of(flow, "export.Success", text="export.ExportedJson").flow())
    assert json.loads(result.outputs["text"]) == {
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "Hi", "name": "Ada"},
            {"role": "assistant", "content": "Hello."},
            {"role": "user", "content": "Bye"},
        ]
    }


async def test_without_system_data_it_begins_empty(bench: Any) -> None:
    flow = result_of(begun("export: openai.export_conversation"), "export.Success", text="export.ExportedJson").flow()
    assert json.loads((await bench.run(flow)).outputs["text"]) == {"messages": []}


async def test_what_was_done_is_also_told_as_data(bench: Any) -> None:
    flow = begun("user: openai.add_user_message").set("user", Message="Hi")
    assert (await bench.run(result_of(flow, "user.Success", done="user.Success").flow())).outputs == {"done": True}


@pytest.mark.parametrize(
    ("node", "inputs"),
    [
        ("add_user_message", {"Message": "Hi"}),
        ("set_system_message", {"SystemMessage": "Hi"}),
        ("update_conversation", {"Response": "Hi"}),
        ("get_last_response", {}),
        ("export_conversation", {}),
    ],
)
async def test_an_unknown_conversation_follows_failed(bench: Any, node: str, inputs: dict[str, str]) -> None:
    flow = draw("start: event.button", f"node: openai.{node}").set("node", ConversationId="conv_gone", **inputs)
    flow.exec("start.Out > node.Execute")
    result = await bench.run(result_of(flow, "node.Failed", why="node.ErrorMessage").flow())
    assert result.status == "succeeded"
    assert "there is no conversation 'conv_gone'" in result.outputs["why"]


async def test_a_failure_is_also_told_as_data(bench: Any) -> None:
    flow = draw("start: event.button", "user: openai.add_user_message").exec("start.Out > user.Execute")
    flow.set("user", ConversationId="conv_gone", Message="Hi")
    result = await bench.run(result_of(flow, "user.Failed", done="user.Success").flow())
    assert result.outputs == {"done": False}


async def test_an_unwired_failed_fails_the_run(bench: Any) -> None:
    flow = draw("start: event.button", "export: openai.export_conversation").set("export", ConversationId="conv_gone")
    result = await bench.run(flow.exec("start.Out > export.Execute").flow())
    assert result.status == "failed"
    assert result.error.node_id == "export"
    assert "there is no conversation 'conv_gone'" in result.error.message


async def test_a_message_too_long_is_refused(bench: Any) -> None:
    flow = begun("user: openai.add_user_message").set("user", Message="é" * 600_000)
    result = await bench.run(result_of(flow, "user.Failed", why="user.ErrorMessage").flow())
    assert "1,200,000 bytes is too long: at most 1,000,000" in result.outputs["why"]


async def test_the_last_response_is_read(bench: Any) -> None:
    flow = begun("answer: openai.update_conversation", "last: openai.get_last_response").set(
        "answer", Response="Hello."
    )
    result_of(flow, "last.Success", text="last.LastResponse", call="last.IsFunctionCall")
    assert (await bench.run(flow.flow())).outputs == {"text": "Hello.", "call": False}


async def test_without_a_response_get_last_response_fails(bench: Any) -> None:
    flow = begun("last: openai.get_last_response")
    result = await bench.run(result_of(flow, "last.Failed", why="last.ErrorMessage").flow())
    assert "holds no answer of the assistant yet" in result.outputs["why"]


CALL = {"name": "look_up", "arguments": '{"word": "flow"}'}


@pytest.mark.parametrize(
    "message",
    [
        {"role": "assistant", "content": None, "tool_calls": [{"id": "c1", "type": "function", "function": CALL}]},
        {"role": "assistant", "content": None, "function_call": CALL},
    ],
)
async def test_the_last_response_may_be_a_call(bench: Any, message: dict[str, Any]) -> None:
    flow = draw("start: event.button", "load: openai.import_conversation", "last: openai.get_last_response")
    flow.set("load", ConversationJson=json.dumps([{"role": "user", "content": "?"}, message]))
    flow.exec("start.Out > load.Execute", "load.Success > last.Execute")
    flow.data("load.ConversationId > last.ConversationId")
    result_of(
        flow, "last.Success", text="last.LastResponse", call="last.IsFunctionCall",
        name="last.FunctionCallName", arguments="last.FunctionCallArguments",
    )  # fmt: skip
    assert (await bench.run(flow.flow())).outputs == {"text": "", "call": True, **CALL}


async def test_text_in_parts_is_put_together(bench: Any) -> None:
    parts = [{"type": "text", "text": "Hel"}, {"type": "refusal", "refusal": "no"}, {"type": "text", "text": "lo"}]
    flow = draw("start: event.button", "load: openai.import_conversation", "last: openai.get_last_response")
    flow.set("load", ConversationJson=json.dumps({"messages": [{"role": "assistant", "content": parts}]}))
    flow.exec("start.Out > load.Execute", "load.Success > last.Execute")
    flow.data("load.ConversationId > last.ConversationId")
    assert (await bench.run(result_of(flow, "last.Success", text="last.LastResponse").flow())).outputs == {
        "text": "Hello"
    }


async def test_a_broken_import_says_where(bench: Any) -> None:
    flow = draw("start: event.button", "load: openai.import_conversation").exec("start.Out > load.Execute")
    flow.set("load", ConversationJson='[{"role": "user", "content": "a"}, {"role": "bot", "content": "b"}]')
    result_of(flow, "load.Failed", why="load.ErrorMessage", done="load.Success", id="load.ConversationId")
    outputs = (await bench.run(flow.flow())).outputs
    assert outputs["why"].startswith("message 2: role is 'bot', but must be one of")
    assert (outputs["done"], outputs["id"]) == (False, "")
