"""How many tokens a request took: as the server counts them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


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


def _number(value: object, name: str) -> int | None:
    found = value.get(name) if isinstance(value, Mapping) else None
    return found if isinstance(found, int) and not isinstance(found, bool) and found >= 0 else None
