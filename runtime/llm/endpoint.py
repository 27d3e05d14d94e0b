"""Where a model answers."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An address that speaks the OpenAI API.

    Attributes:
        base_url: with the version in it, as `https://api.example/v1`.
        api_key: kept out of `repr`, so that no log or traceback shows it.
    """

    base_url: str
    api_key: str = field(repr=False)
