"""Answers of the chat API: put together from a stream's chunks, or read from one JSON value."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from .changes import Answer

MOST_CHOICES: Final = 128
"""What the API allows as N; an index beyond it would make as many empty texts."""


def plain_answer(value: Mapping[str, Any]) -> Answer:
    """The answer of a request that was not streamed; `value` is the API's JSON object."""
    choices, usage = value.get("choices") or (), value.get("usage")
    return Answer(
        messages=tuple(_text_of(choice.get("message") or {}) for choice in choices),
        finish_reason=str((choices[0].get("finish_reason") if choices else None) or ""),
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
        self._texts: dict[int, list[str]] = {}

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
        return sum(len(piece) for pieces in self._texts.values() for piece in pieces)

    def add(self, chunk: Mapping[str, Any]) -> list[tuple[int, str]]:
        """Take one chunk; returns (choice, new text) for the choices that got text.

        Raises TypeError, AttributeError or ValueError for JSON that is no chunk; `answer` gives what came before it.
        """
        self._head.update({key: value for key, value in chunk.items() if key != "choices" and value is not None})
        added = []
        for part in chunk.get("choices") or ():
            index = operator.index(part.get("index") or 0)
            delta = dict(part.get("delta") or {})
            _check(index, delta)
            choice = self._choices.setdefault(index, {"index": index, "message": {"role": "assistant"}})
            if text := delta.pop("content", None):
                self._texts.setdefault(index, []).append(str(text))
                added.append((index, str(text)))
            _merge(choice["message"], delta)
            _merge(choice, {key: value for key, value in part.items() if key not in ("index", "delta", "message")})
        return added

    def answer(self) -> Answer:
        """What has come so far."""
        if not self._head and not self._choices:
            return Answer()
        choices = [{**self._choices[index], "message": self._message(index)} for index in sorted(self._choices)]
        answer = plain_answer({**self._head, "object": "chat.completion", "choices": choices})
        texts = tuple("".join(self._texts.get(index, ())) for index in range(max(self._choices, default=-1) + 1))
        return replace(answer, messages=texts)

    def _message(self, index: int) -> dict[str, Any]:
        message = self._choices[index]["message"]
        calls = [
            {key: value for key, value in call.items() if key != "index"} for call in message.get("tool_calls") or ()
        ]
        content = "".join(self._texts[index]) if index in self._texts else None
        return {**message, "content": content, **({"tool_calls": calls} if calls else {})}


def _check(index: int, delta: Mapping[str, Any]) -> None:
    """Raise for what could not be put together: ValueError or TypeError."""
    if not 0 <= index < MOST_CHOICES:
        raise ValueError(f"a choice has index {index}")
    calls = delta.get("tool_calls")
    if calls is not None and not (isinstance(calls, list) and all(isinstance(call, dict) for call in calls)):
        raise TypeError("tool_calls is no list of objects")


def _text_of(message: Mapping[str, Any]) -> str:
    content = message.get("content")
    return content if isinstance(content, str) else ""


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
