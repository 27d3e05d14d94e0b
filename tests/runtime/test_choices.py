"""Pieces of a choice are put together by kind, and a choice survives being written down."""

from __future__ import annotations

import json

from runtime.choices import Choice, PartialChoice, Piece, ToolCall

PIECES = (
    Piece("Let me ", kind="reasoning"), Piece("Yes"), Piece("", kind="tool_call", call=1, call_id="c1", name="g"),
    Piece("see.", kind="reasoning"), Piece('{"a": ', kind="tool_call", call_id="c0", name="f"), Piece("!"),
    Piece("1}", kind="tool_call"), Piece("{}", kind="tool_call", call=1), Piece("No.", kind="refusal"),
)  # fmt: skip


def test_each_kind_is_put_together_by_itself() -> None:
    partial = PartialChoice()
    for piece in PIECES:
        partial.add(piece)
    assert partial.text() == "Yes!"
    assert partial.size == sum(len(text) for text in partial.choice().written())
    assert partial.choice() == Choice(
        "Yes!", "Let me see.", "No.", (ToolCall("c0", "f", '{"a": 1}'), ToolCall("c1", "g", "{}"))
    )


def test_a_choice_comes_back_from_json_as_it_was() -> None:
    choice = Choice("Yes!", "Hm.", "No.", (ToolCall("c0", "f", "{}"),), "stop")
    assert Choice.from_json(json.loads(json.dumps(choice.as_json()))) == choice
