"""Answers of the chat API: put together from a stream's chunks, or read from one JSON value."""

from __future__ import annotations

import operator
from collections.abc import Iterator, Mapping
from typing import Any, Final

from ..choices import Choice, PartialChoice, Piece, PieceKind, ToolCall
from .changes import Answer

MOST_CHOICES: Final = 128
"""What the API allows as N; an index beyond it would make as many empty choices."""
_REASONING: Final = ("reasoning_content", "reasoning")
"""What servers call the reasoning text: DeepSeek, vLLM and llama.cpp; OpenRouter, Ollama and newer vLLM."""


def plain_answer(value: Mapping[str, Any]) -> Answer:
    """The answer of a request that was not streamed; `value` is the API's JSON object."""
    choices, usage = value.get("choices") or (), value.get("usage")
    return Answer(
        choices=tuple(_choice_of(choice) for choice in choices),
        usage=usage if isinstance(usage, dict) else None,
        response=value,
    )


class StreamedAnswer:
    """Puts chunks together into the value that the same request would have got without streaming.

    Choices come interleaved and are told apart by their index; the last chunk may have none and bring the usage.
    """

    def __init__(self) -> None:
        self._head: dict[str, Any] = {}
        self._choices: dict[int, dict[str, Any]] = {}
        self._texts: dict[int, PartialChoice] = {}

    @property
    def has_choices(self) -> bool:
        """Whether any choice has begun."""
        return bool(self._choices)

    @property
    def is_complete(self) -> bool:
        """Whether every choice that began has a finish reason."""
        return bool(self._choices) and all(choice.get("finish_reason") for choice in self._choices.values())

    @property
    def length(self) -> int:
        """How many characters of text have come, over all choices."""
        return sum(len(texts.text()) for texts in self._texts.values())

    def add(self, chunk: Mapping[str, Any]) -> list[Piece]:
        """Take one chunk; returns what is new of each choice.

        Raises TypeError, AttributeError or ValueError for JSON that is no chunk; `answer` gives what came before it.
        """
        self._head.update({key: value for key, value in chunk.items() if key != "choices" and value is not None})
        added: list[Piece] = []
        for part in chunk.get("choices") or ():
            index = operator.index(part.get("index") or 0)
            delta = dict(part.get("delta") or {})
            _check(index, delta)
            choice = self._choices.setdefault(index, {"index": index, "message": {"role": "assistant"}})
            added += self._taken_texts(index, delta)
            added += _call_pieces(index, delta.get("tool_calls") or (), len(choice["message"].get("tool_calls") or ()))
            _merge(choice["message"], delta)
            _merge(choice, {key: value for key, value in part.items() if key not in ("index", "delta", "message")})
        return added

    def answer(self) -> Answer:
        """What has come so far."""
        if not self._head and not self._choices:
            return Answer()
        choices = {index: {**choice, "message": self._message(index)} for index, choice in self._choices.items()}
        usage = self._head.get("usage")
        return Answer(
            choices=tuple(_choice_of(choices.get(index, {})) for index in range(max(choices, default=-1) + 1)),
            usage=usage if isinstance(usage, dict) else None,
            response={
                **self._head,
                "object": "chat.completion",
                "choices": [choices[index] for index in sorted(choices)],
            },
        )

    def _taken_texts(self, index: int, delta: dict[str, Any]) -> list[Piece]:
        """What comes in texts, taken out of a delta and kept in pieces: joining two texts copies both."""
        name = next((name for name in _REASONING if isinstance(delta.get(name), str)), "")
        text, thought = _text_of(delta.pop("content", None))
        texts: dict[PieceKind, str] = {
            "reasoning": delta[name] if name else thought,
            "text": text,
            "refusal": _string(delta.pop("refusal", None)),
        }
        for other in _REASONING if name else ():
            delta.pop(other, None)  # some send the same under both names
        if name:
            self._choices[index]["message"].setdefault(name, "")
        pieces = [Piece(text, kind, index) for kind, text in texts.items() if text]
        for piece in pieces:
            self._texts.setdefault(index, PartialChoice()).add(piece)
        return pieces

    def _message(self, index: int) -> dict[str, Any]:
        message, texts = dict(self._choices[index]["message"]), self._texts.get(index, PartialChoice())
        message["content"] = texts.text() or None
        if refusal := texts.text("refusal"):
            message["refusal"] = refusal
        if reasoning := texts.text("reasoning"):
            message[next((name for name in _REASONING if name in message), _REASONING[0])] = reasoning
        if calls := message.get("tool_calls"):
            message["tool_calls"] = [{key: value for key, value in call.items() if key != "index"} for call in calls]
        return message


def _choice_of(choice: Mapping[str, Any]) -> Choice:
    message = choice.get("message") or {}
    text, thought = _text_of(message.get("content"))
    return Choice(
        text=text,
        reasoning=next((message[name] for name in _REASONING if isinstance(message.get(name), str)), thought),
        refusal=_string(message.get("refusal")),
        tool_calls=tuple(
            ToolCall(piece.call_id, piece.name, piece.text)
            for piece in _call_pieces(0, message.get("tool_calls") or (), 0)
        ),
        finish_reason=str(choice.get("finish_reason") or ""),
    )


def _call_pieces(choice: int, calls: Any, known: int) -> Iterator[Piece]:
    """The fragments of calls; one without an index is a new call after the `known` ones."""
    for number, call in enumerate(calls, known):
        function = call.get("function")
        function = function if isinstance(function, dict) else {}
        index = call.get("index")
        yield Piece(
            text=_string(function.get("arguments")),
            kind="tool_call",
            choice=choice,
            call=index if isinstance(index, int) else number,
            call_id=_string(call.get("id")),
            name=_string(function.get("name")),
        )


def _text_of(content: object) -> tuple[str, str]:
    """Text and thoughts of a message's content: a text, or a list of parts (Mistral's models think so)."""
    if not isinstance(content, list):
        return _string(content), ""
    text, thoughts = [], []
    for part in content:
        if isinstance(part, dict):
            text.append(_string(part.get("text")))
            thoughts.append(_text_of(part.get("thinking"))[0])
    return "".join(text), "".join(thoughts)


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""


def _check(index: int, delta: Mapping[str, Any]) -> None:
    """Raise for what could not be put together: ValueError or TypeError."""
    if not 0 <= index < MOST_CHOICES:
        raise ValueError(f"a choice has index {index}")
    calls = delta.get("tool_calls")
    if calls is not None and not (isinstance(calls, list) and all(isinstance(call, dict) for call in calls)):
        raise TypeError("tool_calls is no list of objects")


# What a chunk repeats or gives once; all other text comes in fragments.
_WHOLE = frozenset({"index", "id", "type", "role", "name", "finish_reason"})


def _merge(into: dict[str, Any], part: Mapping[str, Any]) -> None:
    """Add a fragment of JSON: texts are joined, objects merged, lists joined by the `index` of their members."""
    for key, value in part.items():
        known = into.get(key)
        if isinstance(value, list):
            into[key] = known if isinstance(known, list) else []
            _merge_list(into[key], value)
        elif isinstance(value, dict):
            into[key] = known if isinstance(known, dict) else {}
            _merge(into[key], value)
        elif isinstance(value, str) and isinstance(known, str) and key not in _WHOLE:
            into[key] = known + value
        elif value is not None or key not in into:
            into[key] = value


def _merge_list(into: list[Any], part: list[Any]) -> None:
    for member in part:
        if not isinstance(member, dict) or "index" not in member:
            into.append(member)
            continue
        known = next((each for each in into if isinstance(each, dict) and each.get("index") == member["index"]), None)
        if known is None:
            into.append(known := {})
        _merge(known, member)
