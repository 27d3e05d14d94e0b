"""What merges edits that are typed in one go into one undo step, and keeps them apart from those before and after."""

from __future__ import annotations

from itertools import count

_numbers = count(1)


class TypingSession:
    """One field's, or one form's, typing. Each `end` begins another session with the next edit.

    Attributes:
        key: the same for all edits of one session, and never again; for the `typing` of commands.
    """

    def __init__(self) -> None:
        self.key = ""
        self.end()

    def end(self) -> None:
        """What was typed is complete: Enter, a choice, or the keyboard went elsewhere."""
        self.key = f"typing {next(_numbers)}"
