"""`futureflow replay`: tell what a recording holds, as `futureflow run` told it."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from .cli_process import CANNOT_RUN, FAILED, STDOUT, SUCCEEDED, event_writer
from .cli_report import LiveLines, Report
from .engine.events import Event, EventSink
from .errors import FutureflowError
from .recording.player import Player
from .recording.reading import Recording, load_recording


@dataclass(frozen=True)
class ReplayOptions:
    """The arguments of `futureflow replay`; the parser says what each means."""

    recording: Path
    speed: float
    output: Literal["text", "json", "none"] | None
    events: str | None
    log_level: str


def replay_recording(options: ReplayOptions) -> int:
    """Replay as the options say. The exit code is that of the run that was recorded."""
    try:
        recording = load_recording(options.recording)
        writer = event_writer(options.events, str)
    except FutureflowError as error:
        print(f"futureflow: {error}", file=sys.stderr)
        return CANNOT_RUN
    report = Report(keeps_all=options.output == "json")
    sinks: list[EventSink] = [report, LiveLines(recording.flow, options.log_level)]
    if writer is not None:
        sinks.insert(0, writer)
    duration = asyncio.run(_played(recording, sinks, options.speed))
    if report.finished is None:
        message = "the recording ends before the run does"
        report.trouble = {"node": None, "type": None, "message": message}
    _print(options, report, duration)
    if recording.note:
        print(f"futureflow: {options.recording}: {recording.note}", file=sys.stderr)
    if writer is not None:
        if options.events != STDOUT:
            writer.close()
        if writer.problem:
            print(f"futureflow: {writer.problem}", file=sys.stderr)
    return SUCCEEDED if report.status == "succeeded" else FAILED


async def _played(recording: Recording, sinks: list[EventSink], factor: float) -> float:
    """Play to the end; how long the recorded runs took, in seconds. Raises what a sink raises."""
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[None] = loop.create_future()

    def tell(event: Event) -> None:
        try:
            for sink in sinks:
                sink(event)
        except Exception as error:  # noqa: BLE001 (raised by who waits, not in a callback of the loop)
            if not ended.done():
                ended.set_exception(error)

    def changed() -> None:
        if player.at_end and not ended.done():
            ended.set_result(None)

    player = Player(recording.events, tell, loop, rewound=lambda: None, changed=changed)
    player.speed = factor
    player.play()
    try:
        await ended
    finally:
        player.close()
    return player.duration


def _print(options: ReplayOptions, report: Report, duration: float) -> None:
    output = options.output or ("none" if options.events == STDOUT else "text")
    if output == "json":
        report.print_json(duration, one_line=options.events == STDOUT)
    elif output == "text":
        report.print_text()
    report.print_end(duration)
