"""`futureflow serve`: run flows whenever their events happen, without a window (design 8)."""

from __future__ import annotations

import asyncio
import signal
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from .catalogue import builtin_registry
from .cli_options import ServeOptions, command_line_profiles, inputs_of_each, with_model
from .cli_process import CANNOT_RUN, FAILED, INTERRUPTED, STDOUT, SUCCEEDED, event_writer, interrupts
from .cli_serve_report import ServeLines, ServeResults
from .document.files import load_flow
from .document.flow import Flow
from .errors import FutureflowError, RunError
from .listening.listening import Listening
from .llm.providers import Providers
from .nodes.registry import NodeRegistry
from .recording.writing import EventWriter
from .session import Session
from .source import FlowSource
from .validation.graph import FlowGraph


@dataclass(frozen=True)
class ServedFlow:
    """A flow that is served: as what it was given, and with which inputs its runs start."""

    name: str
    flow: Flow
    source: FlowSource
    inputs: dict[str, object]


def serve_flows(options: ServeOptions) -> int:
    """Listen to the flows as the options say, until a signal comes, and return the exit code."""
    try:
        registry = builtin_registry()
        served = _load(options, registry)
        providers = Providers(command_line_profiles(options))
        return asyncio.run(_serve(options, served, registry, providers))
    except FutureflowError as error:
        print(f"futureflow: {error}", file=sys.stderr)
        return CANNOT_RUN


def _load(options: ServeOptions, registry: NodeRegistry) -> list[ServedFlow]:
    flows = []
    sources: list[FlowSource] = []
    for path in options.flows:
        flow = load_flow(path)
        flows.append(with_model(flow, registry, options.model) if options.model else flow)
        source = FlowSource.of_file(path, is_trusted=options.trust)
        if source in sources:
            raise RunError(f"{path} is named twice: every event of it would start two runs")
        sources.append(source)
    names = map(str, options.flows)
    inputs = inputs_of_each(flows, registry, options)
    return [ServedFlow(*parts) for parts in zip(names, flows, sources, inputs, strict=True)]


async def _serve(options: ServeOptions, served: list[ServedFlow], registry: NodeRegistry, providers: Providers) -> int:
    stop: asyncio.Future[signal.Signals] = asyncio.get_running_loop().create_future()
    session = Session(registry, providers, keeps_futures=not options.no_store)
    with ExitStack() as open_files, interrupts(stop):
        try:
            writer = _subscribe(options, served, session, open_files)
            listening = [_listen(session, each) for each in served]
            await _until_stopped(listening, stop)
        finally:
            await session.close()
    if writer is not None and writer.problem:
        print(f"futureflow: {writer.problem}", file=sys.stderr)
    if not stop.done():
        print("futureflow: no event can be listened to any longer", file=sys.stderr)
        return FAILED
    return INTERRUPTED if stop.result() is signal.SIGINT else SUCCEEDED


def _listen(session: Session, served: ServedFlow) -> Listening:
    try:
        return session.listen(served.flow, served.source, inputs=served.inputs)
    except RunError as error:
        raise RunError(f"{served.name}: {error}") from error


async def _until_stopped(listening: list[Listening], stop: asyncio.Future[signal.Signals]) -> None:
    ended = asyncio.ensure_future(_all_ended(listening))
    either: set[asyncio.Future[Any]] = {ended, stop}
    await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
    ended.cancel()


async def _all_ended(listening: list[Listening]) -> None:
    for each in listening:
        await each.ended()


def _subscribe(
    options: ServeOptions, served: list[ServedFlow], session: Session, open_files: ExitStack
) -> EventWriter | None:
    """Let the session tell all who want to know; a file is closed with `open_files`."""
    writer = event_writer(options.events, session.providers.hidden)
    if writer is not None:
        session.subscribe(writer)
        if options.events != STDOUT:
            open_files.callback(writer.close)
    names = {each.source.key: each.name for each in served}
    output = options.output or ("none" if options.events == STDOUT else "text")
    if output != "none":
        session.subscribe(ServeResults(names, as_json=output == "json"))
    graphs = {each.name: FlowGraph(each.flow, session.registry, each.source) for each in served}
    titles = {name: {node_id: graph.title(node_id) for node_id in graph.nodes} for name, graph in graphs.items()}
    session.subscribe(ServeLines(names, titles, options.log_level))
    return writer
