"""What differs between two JSON values, place by place, in words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ..document.json_text import json_text

_ID: Final = re.compile(r"\b(run|fut|conv)_[0-9a-hjkmnp-tv-z]{20}\b")
_DURATIONS: Final = frozenset({"ElapsedMs"})
_MOST: Final = 60
"""Characters of a value that are shown."""
_BEFORE: Final = 20
"""Characters shown before the place where two long texts part."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One place. `recorded` or `now` is `MISSING` where there is nothing."""

    place: str
    recorded: Any
    now: Any

    def __str__(self) -> str:
        if isinstance(self.recorded, str) and isinstance(self.now, str):
            before, after = _parting(self.recorded, self.now)
        else:
            before, after = _shown(self.recorded), _shown(self.now)
        return f"{self.place}: recorded {before}, now {after}"

    def as_json(self) -> dict[str, Any]:
        """The difference as a JSON object; what is missing is left out."""
        sides = {"recorded": self.recorded, "now": self.now}
        return {"place": self.place, **{side: value for side, value in sides.items() if value is not MISSING}}


class _Missing:
    def __repr__(self) -> str:
        return "nothing"


MISSING: Final = _Missing()


def differences(recorded: Any, now: Any, place: str) -> Iterator[Difference]:
    """All places where the values differ; `place` is what messages call the whole, "" if its parts say enough."""
    if isinstance(recorded, Mapping) and isinstance(now, Mapping):
        for key in dict.fromkeys((*recorded, *now)):
            part = f"{place}.{key}" if place else str(key)
            yield from differences(recorded.get(key, MISSING), now.get(key, MISSING), part)
    elif isinstance(recorded, (list, tuple)) and isinstance(now, (list, tuple)):
        for index in range(max(len(recorded), len(now))):
            yield from differences(_at(recorded, index), _at(now, index), f"{place}[{index}]")
    elif not _same(recorded, now):
        yield Difference(place, recorded, now)


def comparable(value: Any) -> Any:
    """A value without what no two runs have in common: ids are numbered as they come, durations are left out."""
    numbers: dict[str, int] = {}

    def numbered(match: re.Match[str]) -> str:
        return f"{match[1]}_{numbers.setdefault(match[0], len(numbers) + 1)}"

    def plain(part: Any) -> Any:
        match part:
            case str():
                return _ID.sub(numbered, part)
            case Mapping():
                return {plain(key): plain(each) for key, each in part.items() if key not in _DURATIONS}
            case list() | tuple():
                return [plain(each) for each in part]
            case _:
                return part

    return plain(value)


def _same(recorded: Any, now: Any) -> bool:
    """Python takes True for 1; JSON does not. 1 and 1.0 are one number."""
    return isinstance(recorded, bool) is isinstance(now, bool) and bool(recorded == now)


def _at(values: list[Any] | tuple[Any, ...], index: int) -> Any:
    return values[index] if index < len(values) else MISSING


def _parting(recorded: str, now: str) -> tuple[str, str]:
    """Two texts as they are shown: long ones from shortly before the place where they part."""
    pairs = enumerate(zip(recorded, now, strict=False))
    parting = next((place for place, (before, after) in pairs if before != after), min(len(recorded), len(now)))
    begin = max(0, parting - _BEFORE)
    if max(len(recorded), len(now)) <= _MOST:
        begin = 0
    lead = "…" if begin else ""
    return tuple(lead + _shown(text[begin:]) for text in (recorded, now))  # type: ignore[return-value]  # of two


def _shown(value: Any) -> str:
    if isinstance(value, _Missing):
        return repr(value)
    text = json_text(value)
    return text if len(text) <= _MOST else f"{text[:_MOST]}…"
