"""How many tokens a request takes: as the server counts them, and an estimate for while it has not."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

BYTES_PER_TOKEN: Final = 4
"""OpenAI's rule of thumb is 4 characters of English a token. Counted in bytes of UTF-8 it holds for Chinese too, and is
a third too high for Russian. tiktoken would count exactly, for OpenAI's own models only and with tables that it loads
from the net when it runs; a number that is replaced by the server's at the end is not worth that."""
TOKENS_PER_MESSAGE: Final = 4
"""Role and separators of each message (OpenAI cookbook, "How to count tokens": 3 and the role's name)."""
TOKENS_PER_IMAGE: Final = 765
"""An image of 1024 x 1024 in high detail: 85 and 170 for each of 4 tiles (OpenAI's guide to images)."""


@dataclass(frozen=True, slots=True)
class TokenCount:
    """Tokens of one request, counted as the OpenAI API counts them.

    Attributes:
        prompt: all that was read, `cached` ones (which cost less) among them.
        completion: all that was written, over all choices, `reasoning` ones among them.
        is_estimate: whether we counted ourselves, for want of the server's count.
    """

    prompt: int = 0
    completion: int = 0
    cached: int = 0
    reasoning: int = 0
    is_estimate: bool = False

    @property
    def total(self) -> int:
        """Read and written."""
        return self.prompt + self.completion


def token_count(usage: Mapping[str, Any] | None) -> TokenCount | None:
    """The count in a server's `usage` object; None if it has none that can be read."""
    if usage is None:
        return None
    prompt, completion = _number(usage, "prompt_tokens"), _number(usage, "completion_tokens")
    if prompt is None or completion is None:
        return None
    return TokenCount(
        prompt,
        completion,
        cached=_number(usage.get("prompt_tokens_details"), "cached_tokens") or 0,
        reasoning=_number(usage.get("completion_tokens_details"), "reasoning_tokens") or 0,
    )


def estimated_tokens(*texts: str) -> int:
    """About how many tokens the texts are together; 0 only for no text."""
    return tokens_of_size(sum(len(text.encode(errors="replace")) for text in texts))


def tokens_of_size(size: int) -> int:
    """About how many tokens so many bytes of text are."""
    return math.ceil(size / BYTES_PER_TOKEN)


def estimated_prompt(messages: Iterable[Mapping[str, Any]]) -> int:
    """About how many tokens the messages of a request are (in the form of the chat API)."""
    texts, more = [], 0
    for message in messages:
        more += TOKENS_PER_MESSAGE
        content = message.get("content")
        parts = content if isinstance(content, list) else [{"text": content}]
        for part in parts:
            texts.append(str(part.get("text") or ""))
            more += TOKENS_PER_IMAGE if part.get("type") == "image_url" else 0
        texts += [str(call.get("function") or "") for call in message.get("tool_calls") or ()]
    return estimated_tokens(*texts) + more


def _number(value: object, name: str) -> int | None:
    found = value.get(name) if isinstance(value, Mapping) else None
    return found if isinstance(found, int) and not isinstance(found, bool) and found >= 0 else None
