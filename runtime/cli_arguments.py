"""The arguments of the commands that run flows, in groups that they share."""

from __future__ import annotations

import argparse
import math
from pathlib import Path

from .cli_report import LEVELS


def add_run_arguments(run: argparse.ArgumentParser) -> None:
    """Those of `futureflow run`."""
    run.add_argument("flow", metavar="FLOW", type=Path, help="the flow file")
    run.add_argument("--entry", metavar="NODE", help="id of the event node to start from, if there are several")
    _add_given(run)
    told = _add_told(run)
    told.add_argument("--record", metavar="FILE", type=Path, help="write a recording: the flow and its events")
    _add_no_store(told)
    waiting = run.add_argument_group("how long")
    waiting.add_argument("--timeout", metavar="S", type=_seconds, help="stop everything after S seconds")
    waiting.add_argument(
        "--no-wait", action="store_true", help="when the run has ended, cancel pending futures, do not wait for them"
    )
    _add_model(run)


def add_serve_arguments(serve: argparse.ArgumentParser) -> None:
    """Those of `futureflow serve`."""
    serve.add_argument("flows", metavar="FLOW", nargs="+", type=Path, help="the flow files")
    _add_given(serve)
    _add_no_store(_add_told(serve))
    _add_model(serve)


def add_replay_arguments(replay: argparse.ArgumentParser) -> None:
    """Those of `futureflow replay`."""
    replay.add_argument("recording", metavar="FILE", type=Path, help="what `futureflow run FLOW --record FILE` wrote")
    replay.add_argument(
        "--speed", metavar="X", type=_speed, default=1.0,
        help="how many times as fast as it happened, or max: without any wait (default: 1)",
    )  # fmt: skip
    _add_told(replay)


def add_test_arguments(test: argparse.ArgumentParser) -> None:
    """Those of `futureflow test`."""
    test.add_argument("flow", metavar="FLOW", type=Path, help="the flow file, as it is today")
    test.add_argument(
        "--recording", metavar="FILE", type=Path, required=True,
        help="what `futureflow run FLOW --record FILE` wrote: its inputs go in, its requests are answered from it",
    )  # fmt: skip
    test.add_argument(
        "--ignore", metavar="NAME", action="append", default=[],
        help="an output that differs from run to run, as a time; may be given several times",
    )  # fmt: skip
    test.add_argument("--output", choices=("text", "json"), default="text", help="how to tell what was found")
    test.add_argument("--model", metavar="NAME", help="the model that --model named when it was recorded")
    _add_trust(test)


def _add_trust(parser: argparse._ActionsContainer) -> None:
    parser.add_argument("--trust", action="store_true", help="run nodes that run commands or leave the flow's folder")


def _add_given(parser: argparse.ArgumentParser) -> None:
    given = parser.add_argument_group("what goes in")
    given.add_argument(
        "--input", metavar="NAME=VALUE", action="append", default=[],
        help="a value for the flow's input NAME, written as its type wants it; may be given several times",
    )  # fmt: skip
    given.add_argument(
        "--inputs", metavar="FILE", type=Path, help="a JSON object with values by name; --input goes before it"
    )
    _add_trust(given)


def _add_no_store(told: argparse._ArgumentGroup) -> None:
    told.add_argument(
        "--no-store", action="store_true", help="keep requests and answers in memory only: no one can read them later"
    )


def _add_told(parser: argparse.ArgumentParser) -> argparse._ArgumentGroup:
    told = parser.add_argument_group("what comes out")
    told.add_argument(
        "--output", choices=("text", "json", "none"),
        help="on stdout: the flow's results as text (default), all as one JSON object, or nothing (with --events -)",
    )  # fmt: skip
    told.add_argument("--events", metavar="FILE", help="write each event as a line of JSON; - is stdout")
    told.add_argument("--log-level", choices=LEVELS, default="info", help="the lowest level shown (default: info)")
    return told


def _add_model(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group(
        "which model", "Without these: OpenAI if OPENAI_API_KEY is set, else a local model."
    )
    group.add_argument("--base-url", metavar="URL", help="ask this OpenAI-compatible server, as http://host:8000/v1")
    group.add_argument("--api-key-env", metavar="NAME", help="the environment variable that holds the server's key")
    group.add_argument(
        "--model", metavar="NAME", help="ask for this model in every request, whatever the flow's nodes say"
    )


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not (seconds > 0 and math.isfinite(seconds)):
        raise argparse.ArgumentTypeError(f"{text} is no number of seconds above 0")
    return seconds


def _speed(text: str) -> float:
    if text == "max":
        return math.inf
    try:
        return _seconds(text)
    except argparse.ArgumentTypeError:
        raise argparse.ArgumentTypeError(f"{text} is no number above 0, and not max") from None
