"""`futureflow futures`: what is stored of requests and answers, listed, shown, exported, removed."""

from __future__ import annotations

import argparse
import asyncio
import io
import json
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import platformdirs

from .cli_process import CANNOT_RUN, SUCCEEDED
from .document.json_text import json_text
from .errors import FutureflowError, UnknownFutureError
from .futures.future import FutureResponse, FutureState
from .futures.query import FutureQuery, FutureSummary
from .futures.retention import Retention
from .futures.store import FutureStore
from .ids import FutureId

_STDOUT: Final = "-"
_DAY_S: Final = 86_400.0
_MOST_SHOWN: Final = 100
"""Characters of an answer or an error on a line of the list."""

Work = Callable[[FutureStore], Awaitable[None]]


def add_futures_arguments(futures: argparse.ArgumentParser) -> None:
    """Those of `futureflow futures`."""
    commands = futures.add_subparsers(metavar="WHAT", required=True)
    listed = commands.add_parser("list", help="one line each, newest first")
    _add_query(listed)
    listed.add_argument("--limit", metavar="N", type=_count, default=20, help="how many at most (default: 20)")
    _add_output(listed)
    listed.set_defaults(command=_list)
    show = commands.add_parser("show", help="one in full")
    show.add_argument("future_id", metavar="ID", type=FutureId, help="a FutureResponseId, as list shows it")
    _add_output(show)
    show.set_defaults(command=_show)
    export = commands.add_parser("export", help="write them in full, one line of JSON each, oldest first")
    export.add_argument("file", metavar="FILE", help="- is stdout")
    _add_query(export)
    export.set_defaults(command=_export)
    prune = commands.add_parser("prune", help="remove old ones; what is pinned or in flight stays")
    prune.add_argument("--older-than", metavar="DAYS", type=_number, help="remove those that settled before then")
    prune.add_argument("--keep-mb", metavar="MB", type=_number, help="then remove the oldest until so much is left")
    prune.set_defaults(command=_prune)


def _add_query(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--state", action="append", default=[], choices=[state.value for state in FutureState],
        help="only those in this state; may be given several times",
    )  # fmt: skip
    parser.add_argument("--text", metavar="WORDS", default="", help="only those with these words in request or answer")


def _add_output(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--output", choices=("text", "json"), default="text")


def _list(state: list[str], text: str, limit: int, output: str) -> int:
    async def work(store: FutureStore) -> None:
        query = FutureQuery(states=frozenset(map(FutureState, state)), text=text)
        lines = await store.page(query, limit=limit)
        if output == "json":
            print(json_text([_fields(line) for line in lines], indent=2))
            return
        for line in lines:
            print(_line(line))
        count = sum((await store.counts(query)).values())
        if count > len(lines):
            print(f"{count - len(lines)} more: --limit {count} shows all", file=sys.stderr)

    return _with_store(work)


def _show(future_id: FutureId, output: str) -> int:
    async def work(store: FutureStore) -> None:
        future = (await store.find([future_id])).get(future_id)
        if future is None:
            raise UnknownFutureError(f"there is no future {future_id!r}: futureflow futures list shows what there is")
        if output == "json":
            text = io.StringIO()
            await store.export(text, FutureQuery(ids=frozenset({future_id})))
            print(json_text(json.loads(text.getvalue()), indent=2))
        else:
            _print_future(future)

    return _with_store(work)


def _export(file: str, state: list[str], text: str) -> int:
    async def work(store: FutureStore) -> None:
        query = FutureQuery(states=frozenset(map(FutureState, state)), text=text, descending=False)
        count = await store.export(sys.stdout if file == _STDOUT else Path(file), query)
        print(f"{count} futures written", file=sys.stderr)

    return _with_store(work)


def _prune(older_than: float | None, keep_mb: float | None) -> int:
    async def work(store: FutureStore) -> None:
        given = Retention()
        if older_than is not None:
            given = replace(given, age_s=older_than * _DAY_S)
        if keep_mb is not None:
            given = replace(given, size_bytes=int(keep_mb * 1e6))
        print(f"{await store.prune(given)} futures removed", file=sys.stderr)

    return _with_store(work)


def _with_store(work: Work) -> int:
    """Do it with the store of the person who calls; the exit code."""
    problems: list[str] = []

    async def do() -> None:
        store = FutureStore(platformdirs.user_data_path("futureflow"), told=problems.append)
        try:
            await work(store)
        finally:
            await store.close()

    try:
        asyncio.run(do())
    except FutureflowError as error:
        problems = [*(problem for problem in problems if problem != str(error)), str(error)]
    except BrokenPipeError:
        raise
    except OSError as error:
        problems.append(f"{error.filename} cannot be written ({error.strerror}): name another file")
    for problem in problems:
        print(f"futureflow: {problem}", file=sys.stderr)
    return CANNOT_RUN if problems else SUCCEEDED


def _fields(line: FutureSummary) -> dict[str, Any]:
    return {
        "id": line.id,
        "state": line.state,
        "created": line.created,
        "settled": line.settled,
        "run": line.run_id,
        "node": line.node_id,
        "provider": line.provider,
        "model": line.model,
        "attempts": line.attempts,
        "tokens": line.tokens,
        "cost": line.cost,
        "retry_of": line.retry_of,
        "preview": line.preview,
        "error": line.error,
    }


def _line(line: FutureSummary) -> str:
    took = f"{line.settled - line.created:.1f} s" if line.settled is not None else ""
    text = " ".join((line.error or line.preview).split())
    shown = text if len(text) <= _MOST_SHOWN else text[: _MOST_SHOWN - 1] + "…"
    return f"{line.id}  {_at(line.created)}  {line.state:11}  {took:>8}  {line.model}  {shown}".rstrip()


def _print_future(future: FutureResponse) -> None:
    origin = future.origin
    print(f"{future.id}: {future.state}, asked {_at(future.created)} of {future.model} ({future.provider})")
    print(
        f"by node {origin.node_id} in {origin.run_id}" + (f", again after {future.retry_of}" if future.retry_of else "")
    )
    for change in future.history:
        reason = f": {change.reason}" if change.reason else ""
        print(f"{change.at - future.created:10.3f} s  {change.state}{reason}")
    for message in future.request.get("messages", ()):
        _print_part(f"{message.get('role', '?')} said", message.get("content"))
    for number, choice in enumerate(future.choices()):
        name = "answer" if len(future.choices()) == 1 else f"answer {number + 1}"
        _print_part(f"{name}: reasoning", choice.reasoning)
        _print_part(name, choice.text)
        _print_part(f"{name}: refusal", choice.refusal)
        for call in choice.tool_calls:
            _print_part(f"{name}: calls {call.name}", call.arguments)
    _print_part("error", future.error)


def _print_part(heading: str, value: object) -> None:
    if value:
        print(f"\n-- {heading}\n{value if isinstance(value, str) else json_text(value, indent=2)}")


def _at(seconds: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(seconds))


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text} is no whole number above 0")
    return int(text)


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number < 1e9:
        raise argparse.ArgumentTypeError(f"{text} is no number of at least 0")
    return number
