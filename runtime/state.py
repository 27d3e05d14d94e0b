"""Session state: values by key, which outlive a run and which all runs of a session share."""

from __future__ import annotations

from collections.abc import Iterator


class SessionState:
    """Values as they were set. Flows called by Call Flow have a state of their own."""

    def __init__(self) -> None:
        self._values: dict[str, object] = {}

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def get(self, key: str) -> tuple[bool, object]:
        """(found, value)."""
        return key in self._values, self._values.get(key)

    def set(self, key: str, value: object) -> None:
        """Keep a value under a key, in place of the one before."""
        self._values[key] = value

    def delete(self, key: str) -> bool:
        """Forget a key; whether it was there."""
        return self._values.pop(key, self) is not self
