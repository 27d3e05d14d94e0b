"""A flow that asks N questions at once, each in a conversation of its own, by the asynchronous node."""

from __future__ import annotations

from runtime.document.flow import Flow

_EXEC = (
    ("start", "Out", "each", "In"),
    ("each", "Do", "conversation", "Execute"),
    ("conversation", "Success", "message", "Execute"),
    ("message", "Success", "ask", "Execute"),
)
_DATA = (
    ("each", "Value", "message", "Message"),
    ("conversation", "ConversationId", "message", "ConversationId"),
    ("conversation", "ConversationId", "ask", "Conversation"),
)


def fan_out(count: int, *, stream: bool) -> Flow:
    """The flow; its node `ask` starts the requests `request 0`, `request 1` and so on, and the flow ends at once."""
    types = {
        "start": "event.button", "each": "flow.for_each", "conversation": "openai.create_conversation",
        "message": "openai.add_user_message", "ask": "openai.chat_completion_async",
    }  # fmt: skip
    inputs = {
        "each": {"Collection": [f"request {number}" for number in range(count)]},
        "ask": {"Model": "bench", "Stream": stream},
    }
    wires = [*(("exec", *ends) for ends in _EXEC), *(("data", *ends) for ends in _DATA)]
    return Flow.model_validate({
        "nodes": [
            {"id": node, "type": type_id, "position": [0, 0], "inputs": inputs.get(node, {})}
            for node, type_id in types.items()
        ],
        "connections": [
            {"kind": kind, "from": [source, output], "to": [target, pin]} for kind, source, output, target, pin in wires
        ],
    })  # fmt: skip
