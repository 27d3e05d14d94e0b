"""What differs between two texts: lines side by side, and within a changed line its words. Knows no screen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

MOST_LINES: Final = 2_000
"""Of each text so many lines are compared: finding differences takes time that grows with the square."""
_LONGEST_LINE: Final = 2_000
_WORD: Final = re.compile(r"\s+|\w+|.")

Span = tuple[int, int]
"""From and to, in characters of a line."""


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a line of the comparison; None as text where the other side has a line that is not here."""

    text: str | None
    changed: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Pair:
    """A line of the comparison."""

    left: Side
    right: Side

    @property
    def is_equal(self) -> bool:
        """Whether both sides say the same."""
        return self.left.text == self.right.text


def compare(left: str, right: str) -> list[Pair]:
    """The two texts line by line, equal lines beside each other."""
    a, b = left.splitlines()[:MOST_LINES], right.splitlines()[:MOST_LINES]
    pairs: list[Pair] = []
    for kind, a1, a2, b1, b2 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if kind == "equal":
            pairs += [Pair(Side(line), Side(line)) for line in a[a1:a2]]
        else:
            pairs += _block(a[a1:a2], b[b1:b2])
    return pairs


def _block(a: list[str], b: list[str]) -> Iterator[Pair]:
    for at in range(max(len(a), len(b))):
        if at < len(a) and at < len(b):
            yield _changed(a[at], b[at])
        elif at < len(a):
            yield Pair(Side(a[at], ((0, len(a[at])),)), Side(None))
        else:
            yield Pair(Side(None), Side(b[at], ((0, len(b[at])),)))


def _changed(a: str, b: str) -> Pair:
    if max(len(a), len(b)) > _LONGEST_LINE:
        return Pair(Side(a, ((0, len(a)),)), Side(b, ((0, len(b)),)))
    words_a, words_b = _WORD.findall(a), _WORD.findall(b)
    matcher = SequenceMatcher(None, words_a, words_b, autojunk=False)
    codes = [code for code in matcher.get_opcodes() if code[0] != "equal"]
    left = tuple(_span(words_a, a1, a2) for _, a1, a2, _, _ in codes if a1 < a2)
    right = tuple(_span(words_b, b1, b2) for _, _, _, b1, b2 in codes if b1 < b2)
    return Pair(Side(a, left), Side(b, right))


def _span(words: list[str], first: int, after: int) -> Span:
    start = sum(map(len, words[:first]))
    return start, start + sum(map(len, words[first:after]))
