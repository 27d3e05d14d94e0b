"""Answers that are not (only) text: the message of a plain answer, and the same in the deltas of a stream."""

from __future__ import annotations

from typing import Any


def _call(index: int, arguments: str, **first: str) -> dict[str, Any]:
    """A fragment of a tool call; `first` has its id and name, which come once."""
    if not first:
        return {"index": index, "function": {"arguments": arguments}}
    function = {"name": first["name"], "arguments": arguments}
    return {"index": index, "id": first["id"], "type": "function", "function": function}


def _whole_call(call_id: str, name: str, arguments: str) -> dict[str, Any]:
    return {"id": call_id, "type": "function", "function": {"name": name, "arguments": arguments}}


MESSAGES: dict[str, dict[str, Any]] = {
    "tools": {"content": None, "tool_calls": [_whole_call("call_1", "look_up", '{"word": "futures"}')]},
    "twotools": {"content": None, "tool_calls": [
        _whole_call("call_1", "look_up", '{"word": "futures"}'), _whole_call("call_2", "now", "{}"),
    ]},
    "refusal": {"content": None, "refusal": "I must not say."},
    "reasoning": {"content": "Yes.", "reasoning_content": "Let me see."},
}  # fmt: skip
"""By the name of the fault: what the plain answer's message has besides its role."""

DELTAS: dict[str, list[dict[str, Any]]] = {
    "tools": [
        {"role": "assistant", "content": None, "tool_calls": [_call(0, "", id="call_1", name="look_up")]},
        {"tool_calls": [_call(0, '{"word": ')]},
        {"tool_calls": [_call(0, '"futures"}')]},
    ],
    "twotools": [
        {"role": "assistant", "content": None, "tool_calls": [_call(0, "", id="call_1", name="look_up")]},
        {"tool_calls": [_call(1, "", id="call_2", name="now")]},
        {"tool_calls": [_call(0, '{"word": '), _call(1, "{")]},
        {"tool_calls": [_call(1, "}"), _call(0, '"futures"}')]},
    ],
    "refusal": [{"role": "assistant", "refusal": "I must"}, {"refusal": " not say."}],
    "reasoning": [
        {"role": "assistant", "content": None, "reasoning_content": "Let me"}, {"reasoning_content": " see."},
        {"content": "Yes"}, {"content": "."},
    ],
}  # fmt: skip
"""The same in pieces."""
