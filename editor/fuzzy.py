"""How well a word that a person typed fits a name: from 1 for the whole name down to 0 for not at all."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_SCATTERED: Final = 0.35
"""What letters in the right order, but apart, are worth at most."""
_KEPT: Final = 20_000
"""So many names are kept cut into words: those of a huge flow are asked for again at every letter typed."""


def hit(word: str, text: str) -> float:
    """1 for the whole text; less for its beginning, a word in it, the beginning of a word, anywhere.

    `word` is in lower case already.
    """
    folded = text.casefold()
    if word not in folded:
        return 0.0
    if word == folded:
        return 1.0
    if folded.startswith(word):
        return 0.9
    words = words_of(text)
    if word in words:
        return 0.85
    return 0.75 if any(part.startswith(word) for part in words) else 0.5


def fuzzy_hit(word: str, text: str) -> float:
    """As `hit`; also the initials of the text's words, and letters that stand in it in order."""
    found = hit(word, text)
    if found:
        return found
    if len(word) > 1 and "".join(part[0] for part in words_of(text)).startswith(word):
        return 0.7
    return _scattered(word, text.casefold())


@lru_cache(_KEPT)
def words_of(text: str) -> tuple[str, ...]:
    """The words of a text, in lower case; `FutureResponseId` and `for_each` have three and two."""
    return tuple(part.casefold() for part in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", text))


def _scattered(word: str, text: str) -> float:
    """The letters of the word in order within the text: the closer together, the better. 0 if they are not there."""
    start = place = text.find(word[0])
    for letter in word[1:]:
        if place < 0:
            break
        place = text.find(letter, place + 1)
    if start < 0 or place < 0:
        return 0.0
    return _SCATTERED * len(word) / (place - start + 1)
