"""`futureflow run`: run a flow without a window (design 8)."""

from __future__ import annotations

import asyncio
import signal
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from typing import Any

from .catalogue import builtin_registry
from .cli_options import RunOptions, command_line_profiles, flow_inputs, with_model
from .cli_process import CANNOT_RUN, FAILED, INTERRUPTED, STDOUT, SUCCEEDED, event_writer, interrupts
from .cli_report import LiveLines, Report
from .document.files import load_flow
from .document.flow import Flow
from .engine.events import EventSink
from .engine.run import Run
from .errors import FutureflowError, RunError
from .ids import NodeId
from .llm.providers import Providers
from .nodes.registry import NodeRegistry
from .recording.masking import without_secrets
from .recording.writing import EventWriter, open_recording
from .session import Session
from .source import FlowSource


def run_flow(options: RunOptions) -> int:
    """Run the flow as the options say, and return the exit code."""
    try:
        registry = builtin_registry()
        flow = load_flow(options.flow)
        if options.model:
            flow = with_model(flow, registry, options.model)
        inputs = flow_inputs(flow, registry, options)
        providers = Providers(command_line_profiles(options))
        return asyncio.run(_Call(options, flow, registry, inputs, providers).make())
    except FutureflowError as error:
        if options.output == "json":
            report = Report(keeps_all=False)
            report.trouble = {"node": None, "type": None, "message": str(error)}
            report.print_json(0.0, one_line=options.events == STDOUT)
        print(f"futureflow: {error}", file=sys.stderr)
        return CANNOT_RUN


class _Call:
    """One call of `futureflow run`: the session, the run, and what may end it early."""

    def __init__(
        self,
        options: RunOptions,
        flow: Flow,
        registry: NodeRegistry,
        inputs: Mapping[str, object],
        providers: Providers,
    ) -> None:
        self._options = options
        self._flow = flow
        self._registry = registry
        self._inputs = inputs
        self._providers = providers
        self._report = Report(keeps_all=options.output == "json")
        self._began = time.monotonic()

    async def make(self) -> int:
        """Run, wait, close, report; the exit code. Raises RunError if the run cannot start."""
        options = self._options
        stop: asyncio.Future[signal.Signals] = asyncio.get_running_loop().create_future()
        session = Session(self._registry, self._providers, keeps_futures=not options.no_store)
        with ExitStack() as open_files, interrupts(stop):
            try:
                writers = self._subscribe(session, open_files)
                run = session.start(
                    self._flow,
                    entry=NodeId(options.entry) if options.entry else None,
                    inputs=self._inputs,
                    source=FlowSource.of_file(options.flow, is_trusted=options.trust),
                )
                await self._wait(session, run, stop)
            finally:
                await session.close()
        self._print()
        for writer in writers:
            if writer.problem:
                print(f"futureflow: {writer.problem}", file=sys.stderr)
        if stop.done():
            return INTERRUPTED
        return SUCCEEDED if self._report.status == "succeeded" else FAILED

    def _subscribe(self, session: Session, open_files: ExitStack) -> list[EventWriter]:
        """Let the session tell all who want to know; files are closed with `open_files`."""
        options, hide = self._options, self._providers.hidden
        writers = []
        if (writer := event_writer(options.events, hide)) is not None:
            writers.append(writer)
            if options.events != STDOUT:
                open_files.callback(writer.close)
        if options.record:
            try:
                writers.append(open_recording(options.record, without_secrets(self._flow, self._registry), hide))
            except OSError as error:
                raise RunError(f"{error.filename} cannot be written ({error.strerror}): name another file") from error
            open_files.callback(writers[-1].close)
        sinks: list[EventSink] = [*writers, self._report, LiveLines(self._flow, options.log_level)]
        for sink in sinks:
            session.subscribe(sink)
        return writers

    async def _wait(self, session: Session, run: Run, stop: asyncio.Future[signal.Signals]) -> None:
        """Until the work is done, the time is over or a person stops it; what goes on then, closing ends."""
        work = asyncio.create_task(self._work(session, run), name="the run and its futures")
        either: set[asyncio.Future[Any]] = {work, stop}
        done, _ = await asyncio.wait(either, timeout=self._options.timeout, return_when=asyncio.FIRST_COMPLETED)
        if not done:
            pending = len(session.futures.pending())
            left = f"; futures without an answer yet: {pending}" if pending else ""
            self._report.trouble = {
                "node": None,
                "type": None,
                "message": f"not done within the {self._options.timeout:g} s of --timeout{left}",
            }
        work.cancel()
        with suppress(asyncio.CancelledError):
            await work

    async def _work(self, session: Session, run: Run) -> None:
        await session.wait(run)
        if self._options.no_wait:
            session.futures.cancel_pending(reason="cancelled when the run had ended (--no-wait)")
        await session.futures.wait_all()

    def _print(self) -> None:
        elapsed_s = time.monotonic() - self._began
        events_on_stdout = self._options.events == STDOUT
        output = self._options.output or ("none" if events_on_stdout else "text")
        if output == "json":
            self._report.print_json(elapsed_s, one_line=events_on_stdout)
        elif output == "text":
            self._report.print_text()
        self._report.print_end(elapsed_s)
