"""Conversations: ordered OpenAI messages, kept in memory while the session lives; of very many, those used last.

Exported text is a JSON object with one key, `{"messages": [...]}`, each message as the OpenAI chat API takes it: what
is exported here can be sent from anywhere else. Imported text may be that, or a bare list of messages. Of a message
these keys are checked, any others are kept as they are:

| key | what it must be |
|---|---|
| `role` | one of `ROLES` |
| `content` | text, or a list of parts (objects with a `type`); null or absent only beside a call of the assistant |
| `name` | text, not empty (optional) |
| `tool_calls` | a list of objects, of the assistant only (optional) |
| `function_call` | an object, of the assistant only (optional) |
| `tool_call_id` | text, in a message of role `tool` |
"""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from typing import Any, Final

from ..errors import ConversationError
from ..ids import ConversationId, new_conversation_id

Message = Mapping[str, Any]

ROLES: Final = ("system", "developer", "user", "assistant", "tool", "function")

MAX_TEXT_BYTES: Final = 1_000_000
"""Longest text of a message, as UTF-8; the reference documentation says "max 1 MB" for each."""

MOST_KEPT: Final = 10_000
"""Conversations: a program that listens for days makes new ones without end, 0.4 kB each and their texts."""


class Conversations:
    """The conversations of a session, by id. A message is never changed in place, so a snapshot stays what it was.

    Of more than `MOST_KEPT` the one that was not used for the longest time is forgotten.
    """

    def __init__(self) -> None:
        self._messages: dict[ConversationId, list[Message]] = {}

    def create(self, system: str | None = None) -> ConversationId:
        """A new conversation, empty or with a system message. Raises ConversationError if the text is too long."""
        messages = [] if system is None else [_checked({"role": "system", "content": system}, "the system message")]
        return self._add(messages)

    def messages(self, conversation_id: str) -> tuple[Message, ...]:
        """A snapshot: later edits do not reach it. Raises ConversationError for an unknown id."""
        return tuple(self._get(conversation_id))

    def append(self, conversation_id: str, message: Message) -> None:
        """Add a message at the end. Raises ConversationError if the id is unknown or the message is none."""
        messages = self._get(conversation_id)
        messages.append(_checked(message, "the message"))

    def set_system(self, conversation_id: str, text: str) -> None:
        """Replace the system message, or put one first.

        Raises ConversationError if the id is unknown or the text too long.
        """
        messages = self._get(conversation_id)
        system = _checked({"role": "system", "content": text}, "the system message")
        for index, message in enumerate(messages):
            if message["role"] == "system":
                messages[index] = system
                return
        messages.insert(0, system)

    def last_response(self, conversation_id: str) -> Message:
        """The assistant's latest message. Raises ConversationError if there is none yet."""
        for message in reversed(self._get(conversation_id)):
            if message["role"] == "assistant":
                return message
        raise ConversationError(
            f"conversation {conversation_id} holds no answer of the assistant yet: "
            "run a Create Chat Completion on it first, or add an answer by Update Conversation"
        )

    def export_json(self, conversation_id: str) -> str:
        """All messages as JSON text (the module says how it looks). Raises ConversationError for an unknown id."""
        return json.dumps({"messages": self._get(conversation_id)}, ensure_ascii=False, indent=2)

    def import_json(self, text: str) -> ConversationId:
        """A new conversation from JSON text (the module says how it looks).

        Raises ConversationError that says where the text is wrong; nothing is imported then.
        """
        return self._add([_checked(item, f"message {number}") for number, item in enumerate(_parsed(text), 1)])

    def _add(self, messages: list[Message]) -> ConversationId:
        conversation_id = new_conversation_id()
        self._messages[conversation_id] = messages
        if len(self._messages) > MOST_KEPT:
            del self._messages[next(iter(self._messages))]
        return conversation_id

    def _get(self, conversation_id: str) -> list[Message]:
        known = ConversationId(conversation_id)
        if known not in self._messages:
            raise ConversationError(_unknown(conversation_id))
        messages = self._messages[known] = self._messages.pop(known)  # now the one that was used last
        return messages


def _unknown(conversation_id: str) -> str:
    if not conversation_id:
        return "no conversation is given: wire the ConversationId of a Create Conversation to this input"
    return (
        f"there is no conversation {conversation_id!r}: conversations live as long as the program, the {MOST_KEPT:,} "
        "used last of them, so make one by Create Conversation or bring one back by Import Conversation"
    )


def _parsed(text: str) -> list[Any]:
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise ConversationError(f"the text is no JSON ({where}): {error.msg}") from None
    except RecursionError:
        raise ConversationError("the text is no conversation: its JSON is nested too deeply") from None
    if isinstance(value, dict):
        value = value.get("messages")
    if not isinstance(value, list):
        raise ConversationError('the text is no conversation: a list of messages or {"messages": [...]} is wanted')
    return value


def _checked(message: object, where: str) -> Message:
    """A copy of a message that is known to be one. Raises ConversationError that begins with `where`."""
    if not isinstance(message, Mapping):
        raise ConversationError(f'{where} is no object with "role" and "content"')
    problem = _problem(message) or _size_problem(message)
    if problem:
        raise ConversationError(f"{where}: {problem}")
    return copy.deepcopy(dict(message))


def _problem(message: Message) -> str | None:
    role = message.get("role")
    if role not in ROLES:
        return f"role is {role!r}, but must be one of {', '.join(ROLES)}"
    for key in ("tool_calls", "function_call"):
        if message.get(key) is not None and role != "assistant":
            return f"{key} belongs to messages of role assistant, not {role}"
    if not isinstance(message.get("tool_calls"), (list, type(None))):
        return "tool_calls must be a list"
    if not isinstance(message.get("function_call"), (Mapping, type(None))):
        return "function_call must be an object"
    if role == "tool" and not isinstance(message.get("tool_call_id"), str):
        return "a message of role tool needs the tool_call_id that it answers"
    name = message.get("name")
    if name is not None and not (isinstance(name, str) and name):
        return "name must be a text that is not empty"
    return _content_problem(message)


def _content_problem(message: Message) -> str | None:
    content = message.get("content")
    if isinstance(content, str):
        return None
    if content is None:
        calls = message.get("tool_calls") or message.get("function_call")
        return None if calls or message.get("refusal") else "content is missing"
    if isinstance(content, list) and all(isinstance(part, Mapping) and "type" in part for part in content):
        return None
    return "content must be text, or a list of parts, each an object with a type"


def _size_problem(message: Message) -> str | None:
    try:
        json.dumps(message, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return "it holds half a surrogate pair, which is no character of Unicode and cannot be sent"
    content = message.get("content")
    size = len(content.encode()) if isinstance(content, str) else 0
    if size > MAX_TEXT_BYTES:
        return f"its text of {size:,} bytes is too long: at most {MAX_TEXT_BYTES:,} bytes (1 MB of UTF-8) fit"
    return None
