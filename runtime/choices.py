"""The answers of a model, in pieces as they come and put together: text, reasoning, refusal, calls of tools."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Self

PieceKind = Literal["text", "reasoning", "refusal", "tool_call"]


@dataclass(frozen=True, slots=True)
class Piece:
    """More of one choice.

    Attributes:
        text: of the kind; of a `tool_call` more of its arguments, which are JSON once they are whole.
        choice: the choice's index, from 0.
        call: which of the choice's tool calls.
        call_id, name: of a tool call, in its first piece; "" afterwards.
    """

    text: str
    kind: PieceKind = "text"
    choice: int = 0
    call: int = 0
    call_id: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A tool that the model wants called; `arguments` is JSON text as the model wrote it, so it may be broken."""

    id: str = ""
    name: str = ""
    arguments: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the answers to a request, whole or as far as it came.

    Attributes:
        text: the answer proper.
        reasoning: what the model thought before, where the server tells (`reasoning_content` or `reasoning`).
        refusal: why the model will not answer, in its own words.
        finish_reason: "" if none came.
    """

    text: str = ""
    reasoning: str = ""
    refusal: str = ""
    tool_calls: tuple[ToolCall, ...] = ()
    finish_reason: str = ""

    def written(self) -> tuple[str, ...]:
        """All that the model wrote for it."""
        return (self.text, self.reasoning, self.refusal, *(call.name + call.arguments for call in self.tool_calls))

    def as_json(self) -> dict[str, Any]:
        """The choice as a JSON object of the same names."""
        calls = [{"id": call.id, "name": call.name, "arguments": call.arguments} for call in self.tool_calls]
        return {
            "text": self.text,
            "reasoning": self.reasoning,
            "refusal": self.refusal,
            "tool_calls": calls,
            "finish_reason": self.finish_reason,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """The choice again, out of what `as_json` made of it."""
        calls = tuple(ToolCall(**call) for call in value["tool_calls"])
        return cls(**{**value, "tool_calls": calls})


@dataclass(slots=True)
class PartialChoice:
    """A choice that is still being added to: texts by kind, and the pieces of each tool call by its index.

    `size` is that of all that was written so far, in bytes of UTF-8.
    """

    pieces: dict[PieceKind, list[str]] = field(default_factory=dict)
    calls: dict[int, list[Piece]] = field(default_factory=dict)
    size: int = 0

    def add(self, piece: Piece) -> None:
        """Take the next piece."""
        self.size += len((piece.name + piece.text).encode(errors="replace"))
        if piece.kind == "tool_call":
            self.calls.setdefault(piece.call, []).append(piece)
        else:
            self.pieces.setdefault(piece.kind, []).append(piece.text)

    def text(self, kind: PieceKind = "text") -> str:
        """What has come of one kind; of tool calls see `choice`."""
        return "".join(self.pieces.get(kind, ()))

    def end(self, length: int) -> str:
        """The last characters of the text, however long it is: cheap enough for every frame."""
        kept, count = [], 0
        for piece in reversed(self.pieces.get("text", ())):
            kept.append(piece)
            count += len(piece)
            if count >= length:
                break
        return "".join(reversed(kept))[-length:]

    def choice(self) -> Choice:
        """The choice as far as it has come."""
        calls = tuple(_call_of(self.calls[index]) for index in sorted(self.calls))
        return Choice(self.text(), self.text("reasoning"), self.text("refusal"), calls)


def _call_of(pieces: list[Piece]) -> ToolCall:
    return ToolCall(
        id=next((piece.call_id for piece in pieces if piece.call_id), ""),
        name=next((piece.name for piece in pieces if piece.name), ""),
        arguments="".join(piece.text for piece in pieces),
    )
