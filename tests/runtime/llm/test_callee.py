"""How long a server asks to wait, in each of the ways that it may say so."""

from __future__ import annotations

import email.utils
import time

import pytest

from runtime.llm.callee import retry_after, shortened


@pytest.mark.parametrize(("headers", "seconds"), [
    ({}, None),
    ({"retry-after": "2"}, 2.0),
    ({"retry-after": "0.5"}, 0.5),
    ({"retry-after-ms": "250", "retry-after": "7"}, 0.25),
    ({"retry-after-ms": "soon", "retry-after": "7"}, 7.0),
    ({"retry-after": "-3"}, 0.0),
    ({"retry-after": "86400"}, 86400.0),
    ({"retry-after": "inf"}, None),
    ({"retry-after": "nan"}, None),
    ({"retry-after": "tomorrow"}, None),
    ({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0.0),
])  # fmt: skip
def test_retry_after(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers) == seconds


def test_a_date_is_so_many_seconds_away() -> None:
    seconds = retry_after({"retry-after": email.utils.formatdate(time.time() + 86400, usegmt=True)})
    assert seconds is not None
    assert 86000 < seconds <= 86400


def test_long_texts_are_shown_on_one_line_and_cut() -> None:
    assert shortened(" a\n  b.\n") == "a b"
    assert len(shortened("x" * 1000)) == 300
