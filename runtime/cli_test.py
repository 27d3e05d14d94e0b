"""`futureflow test`: run a flow as a recording of it was run, offline, and compare how it ends."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, Literal

from .catalogue import builtin_registry
from .cli_options import with_model
from .cli_process import CANNOT_RUN, FAILED, SUCCEEDED
from .document.files import load_flow
from .document.flow import Flow
from .document.json_text import json_text
from .engine.events import Event, RunFinished
from .errors import FutureflowError, RecordingError
from .ids import RunId
from .nodes.registry import NodeRegistry
from .recording.answers import RecordedAnswers, recorded_providers
from .recording.differences import Difference, comparable, differences
from .recording.reading import Recording, load_recording
from .recording.runs import RecordedRun, runs_of
from .recording.timeline import offsets_of
from .recording.virtual_time import VirtualTimeLoop
from .session import Session
from .source import FlowSource
from .spending.spending import Spending

PATIENCE_S: Final = 3600.0
"""How much longer than the recording the runs may take, in seconds of their own time."""
_STUCK: Final = "it waits for something that the recording does not have"
_TOO_LONG: Final = f"it is not done {PATIENCE_S:g} s of its own time after the end of the recording"


@dataclass(frozen=True)
class TestOptions:
    """The arguments of `futureflow test`; the parser says what each means."""

    flow: Path
    recording: Path
    ignore: list[str]
    model: str | None
    trust: bool
    output: Literal["text", "json"]


def run_test(options: TestOptions) -> int:
    """Test the flow as the options say, and return the exit code: 0 if it ends as recorded, 1 if not."""
    try:
        registry = builtin_registry()
        flow = load_flow(options.flow)
        if options.model:
            flow = with_model(flow, registry, options.model)
        test = _Test(options, flow, registry, load_recording(options.recording))
        with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
            runner.run(test.make())
    except FutureflowError as error:
        print(f"futureflow: {error}", file=sys.stderr)
        return CANNOT_RUN
    test.report()
    return FAILED if test.found else SUCCEEDED


@dataclass(frozen=True, slots=True)
class _Finding:
    """Something that is not as recorded; `run` counts from 1, None for what belongs to no single run."""

    run: int | None
    message: str
    difference: Difference | None = None

    def as_json(self) -> dict[str, Any]:
        place = self.difference.as_json() if self.difference is not None else {}
        return {"run": self.run, "message": self.message, **place}


class _Test:
    """One call of `futureflow test`.

    Attributes:
        found: what is not as recorded.
    """

    def __init__(self, options: TestOptions, flow: Flow, registry: NodeRegistry, recording: Recording) -> None:
        """Raises RecordingError if the recording has no run to compare with."""
        self._options = options
        self._flow = flow
        self._registry = registry
        self._recording = recording
        self._notes = [recording.note] if recording.note else []
        self._runs = self._comparable_runs()
        self._ended: dict[RunId, RunFinished] = {}
        self._latest = offsets_of(recording.events)[-1]
        self._gave_up = ""
        self._requests = 0
        self.found: list[_Finding] = []

    async def make(self) -> None:
        """Make the runs, each at its time, and compare. Raises RunError if one cannot start."""
        loop = asyncio.get_running_loop()
        answers = RecordedAnswers(self._recording.events)
        with TemporaryDirectory() as folder:  # in place of the user's: their budgets and futures are not touched
            session = Session(
                self._registry,
                recorded_providers(self._recording.events),
                Path(folder),
                keeps_futures=False,
                network=answers,
                spending=Spending(Path(folder)),
            )
            session.subscribe(self._note_end)
            try:
                await self._make_runs(session, loop)
            finally:
                self._requests = len(session.futures)
                await session.close()
        self.found += [_Finding(None, text) for text in answers.unknown]
        if answers.unasked:
            self._notes.append(f"recorded requests that were not asked: {len(answers.unasked)}")

    def report(self) -> None:
        """Print what was found."""
        options = self._options
        if options.output == "json":
            told = {
                "passed": not self.found,
                "runs": len(self._runs),
                "requests": self._requests,
                "differences": [finding.as_json() for finding in self.found],
                "notes": self._notes,
            }
            print(json_text(told, indent=2))
            return
        counts = f"{_counted(len(self._runs), 'run')}, {_counted(self._requests, 'request')}"
        verdict = "not as recorded" if self.found else "as recorded"
        print(f"{options.flow}: {verdict} in {options.recording} ({counts})")
        for finding in self.found:
            where = f"run {finding.run}: " if finding.run is not None and len(self._runs) > 1 else ""
            print(f"  {where}{finding.message}")
        for note in self._notes:
            print(f"futureflow: {options.recording}: {note}", file=sys.stderr)

    def _comparable_runs(self) -> list[tuple[int, RecordedRun]]:
        """The runs that ended by themselves, with their numbers from 1."""
        runs = []
        for number, run in enumerate(runs_of(self._recording.events), 1):
            if why := _incomparable(run):
                self._notes.append(f"run {number} is left out: {why}")
            else:
                runs.append((number, run))
        if not runs:
            why = "; ".join(self._notes) or "no run begins in it"
            raise RecordingError(f"nothing to compare with ({why}): record a run to its end", self._options.recording)
        return runs

    async def _make_runs(self, session: Session, loop: asyncio.AbstractEventLoop) -> None:
        options, began, made = self._options, loop.time(), []
        source = FlowSource.of_file(options.flow, is_trusted=options.trust)
        for number, recorded in self._runs:
            await asyncio.sleep(began + recorded.began - loop.time())
            started = recorded.started
            run = session.start(
                self._flow,
                entry=started.entry,
                inputs=started.inputs,
                source=source,
                trigger=started.trigger,
                outputs=started.outputs or None,
            )
            made.append((number, recorded, run))
        self._watch(session, loop)
        for number, recorded, run in made:
            await session.wait(run)
            self._compare(number, recorded.finished, self._ended[run.run_id])

    def _watch(self, session: Session, loop: asyncio.AbstractEventLoop) -> None:
        """Give up when nothing can happen any more, or much too late."""

        def give_up(why: str) -> None:
            self._gave_up = self._gave_up or why
            for run in session.runs:
                run.cancel()

        if isinstance(loop, VirtualTimeLoop):
            loop.on_stuck = lambda: give_up(_STUCK)
        loop.call_at(self._latest + PATIENCE_S, give_up, _TOO_LONG)

    def _note_end(self, event: Event) -> None:
        if isinstance(event, RunFinished):
            self._ended[event.run_id] = event

    def _compare(self, number: int, recorded: RunFinished | None, now: RunFinished) -> None:
        if self._gave_up and now.status == "cancelled":
            self.found.append(_Finding(number, self._gave_up))
            return
        assert recorded is not None, "a run that ended by itself"
        for difference in differences(self._end_of(recorded), self._end_of(now), ""):
            self.found.append(_Finding(number, str(difference), difference))

    def _end_of(self, event: RunFinished) -> Any:
        """What is compared, as JSON."""
        outputs = {name: value for name, value in event.outputs.items() if name not in self._options.ignore}
        error = {key: event.error.get(key) for key in ("node", "message")} if event.error else None
        end: Mapping[str, Any] = {"status": event.status, "outputs": outputs, "error": error}
        return comparable(json.loads(json_text(end)))


def _incomparable(run: RecordedRun) -> str:
    """Why a run says nothing about how the flow ends; "" if it does."""
    if run.finished is None:
        return "the recording ends before it does"
    if run.finished.status == "cancelled":
        return "it was stopped"
    return "it was of a part of the flow" if run.started.part != "whole" else ""


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
