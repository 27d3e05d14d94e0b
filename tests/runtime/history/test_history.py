"""The run history: every run is kept as a recording, found again after a restart, and kept within limits."""

from __future__ import annotations

import asyncio
import json
import stat
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from command_line import ROOT, SECONDS
from flows import Drawing, draw, fails, greets, in_words
from openai_server import OpenAIServer, Reply

from runtime.engine.events import Event, NodeOutputs, RunFinished, RunStarted, event_line
from runtime.futures.events import FutureSettled
from runtime.history.files import MOST_BYTES, MOST_OF_A_FLOW, MOST_RUNS, superfluous
from runtime.history.history import RunHistory
from runtime.history.live import MOST_EVENTS
from runtime.history.summary import RunSummary
from runtime.ids import NodeId, RunId, new_run_id
from runtime.llm.providers import ProviderProfile, Providers
from runtime.recording.writing import header_line
from runtime.session import Session
from runtime.source import FlowSource

pytestmark = pytest.mark.anyio


def waits() -> Drawing:
    return draw("start: event.button", "wait: flow.delay").set("wait", DelayMs=3_600_000).exec("start.Out > wait.In")


def asks() -> Drawing:
    return (
        draw("start: event.button", "conv: openai.create_conversation", "say: openai.add_user_message")
        .node("ask", "openai.chat_completion_async", inputs={"Model": "ok"})
        .set("say", Message="one two")
        .exec("start.Out > conv.Execute", "conv.Success > say.Execute", "say.Success > ask.Execute")
        .data("conv.ConversationId > say.ConversationId", "conv.ConversationId > ask.Conversation")
    )


class Kept:
    """A session with its history, and all that the session told."""

    def __init__(self, folder: Path, server: OpenAIServer | None = None) -> None:
        url = server.base_url if server is not None else "http://127.0.0.1:9/v1"
        profile = ProviderProfile(name="test", kind="openai_compatible", base_url=url)
        self.session = Session(providers=Providers([profile]), data_folder=folder / "data", keeps_futures=False)
        self.told: list[Event] = []
        self._more = asyncio.Event()
        self.session.subscribe(self._note)
        self.history = RunHistory(self.session, folder / "data" / "runs")

    async def run(self, drawing: Drawing, **arguments: object) -> RunId:
        """Run a flow to its end; the run's id."""
        run = self.session.start(drawing.flow(), **arguments)  # type: ignore[arg-type]  # those of `Session.start`
        await self.session.wait(run)
        return run.run_id

    async def until(self, line: str) -> None:
        """Return when the session has told this."""
        while line not in in_words(self.told):
            self._more.clear()
            await self._more.wait()

    def _note(self, event: Event) -> None:
        self.told.append(event)
        self._more.set()

    async def close(self) -> None:
        await self.session.close()
        await self.history.close()


@asynccontextmanager
async def kept(folder: Path, server: OpenAIServer | None = None) -> AsyncIterator[Kept]:
    made = Kept(folder, server)
    try:
        yield made
    finally:
        await made.close()


async def test_a_run_is_listed_with_how_it_began_and_ended(tmp_path: Path) -> None:
    source = FlowSource.of_file(tmp_path / "greet.flow.json")
    async with kept(tmp_path) as made:
        run_id = await made.run(greets(), inputs={"Name": "Ada"}, source=source)
        (run,) = made.history.runs
        assert (run.run_id, run.flow, run.source, run.entry) == (run_id, "Greet", source.key, "start")
        assert (run.status, run.trigger, run.inputs, run.error) == ("succeeded", "person", {"Name": "Ada"}, "")
        assert run.started > 1_700_000_000
        assert run.duration is not None


async def test_a_failed_run_says_why_and_where(tmp_path: Path) -> None:
    async with kept(tmp_path) as made:
        await made.run(fails())
        (run,) = made.history.runs
        assert (run.status, run.error_node) == ("failed", "end")
        assert run.error == "the flow came here, where it ends as failed"


async def test_the_latest_run_comes_first_and_one_under_way_is_running(tmp_path: Path) -> None:
    async with kept(tmp_path) as made:
        await made.run(greets())
        run = made.session.start(waits().flow())
        await asyncio.sleep(0)
        assert [(run.flow, run.status) for run in made.history.runs] == [("test", "running"), ("Greet", "succeeded")]
        run.cancel()
        await made.session.wait(run)
        assert made.history.runs[0].status == "cancelled"


async def test_its_recording_holds_the_flow_and_all_that_the_run_told(tmp_path: Path) -> None:
    async with kept(tmp_path) as made:
        first = await made.run(greets(), inputs={"Name": "Ada"})
        told = list(made.told)
        await made.run(fails())
        recording = await made.history.recording(first)
        assert recording.flow == greets().flow()
        assert list(recording.events) == told


async def test_a_run_under_way_can_be_looked_at(tmp_path: Path) -> None:
    async with kept(tmp_path) as made:
        run = made.session.start(waits().flow())
        await made.until("wait started")
        recording = await made.history.recording(run.run_id)
        assert in_words(recording.events)[-1] == "wait started"


async def test_futures_that_outlive_their_run_belong_to_its_recording(tmp_path: Path) -> None:
    with OpenAIServer() as server:
        gate = server.gate()
        server.script(Reply(hold=gate))
        async with kept(tmp_path, server) as made:
            run_id = await made.run(asks())
            assert made.history.runs[0].status == "succeeded"
            gate.open()
            await made.session.futures.wait_all()
            last = (await made.history.recording(run_id)).events[-1]
            assert isinstance(last, FutureSettled)
            assert last.message == "echo: one two"


async def test_everything_is_there_again_after_a_restart(tmp_path: Path) -> None:
    async with kept(tmp_path) as made:
        await made.run(greets(), inputs={"Name": "Ada"})
        await made.run(fails())
        before = made.history.runs
    async with kept(tmp_path) as again:
        assert again.history.runs == []
        await again.history.load()
        assert again.history.runs == before
        recording = await again.history.recording(before[1].run_id)
        assert in_words(recording.events)[-1] == "run succeeded"


CRASH = """
import asyncio, os, sys
from pathlib import Path
sys.path[:0] = ["tests"]
from flows import draw
from runtime.history.history import RunHistory
from runtime.session import Session

async def main(folder):
    session = Session(data_folder=folder, keeps_futures=False)
    history = RunHistory(session, folder / "runs")
    flow = draw("start: event.button", "wait: flow.delay", name="Crash").set("wait", DelayMs=3_600_000)
    run = session.start(flow.exec("start.Out > wait.In").flow())
    await asyncio.sleep(0)
    while len((await history.recording(run.run_id)).events) < 5:
        pass
    os._exit(9)

asyncio.run(main(Path(sys.argv[1])))
"""


async def test_a_run_that_a_crash_ended_is_interrupted_and_what_it_told_is_there(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    done = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", CRASH, str(folder)], cwd=ROOT, timeout=SECONDS, check=False
    )
    assert done.returncode == 9
    async with kept(tmp_path) as made:
        await made.history.load()
        (run,) = made.history.runs
        assert (run.flow, run.status, run.duration) == ("Crash", "interrupted", None)
        assert in_words((await made.history.recording(run.run_id)).events)[-1] == "wait started"


async def test_a_run_deleted_is_gone_also_from_the_disk(tmp_path: Path) -> None:
    async with kept(tmp_path) as made:
        doomed, stays = await made.run(greets()), await made.run(fails())
        running = made.session.start(waits().flow())
        await asyncio.sleep(0)
        await made.history.delete([doomed, running.run_id])
        assert [run.run_id for run in made.history.runs] == [running.run_id, stays]
    async with kept(tmp_path) as again:
        await again.history.load()
        assert [run.run_id for run in again.history.runs] == [running.run_id, stays]


async def test_a_run_saved_elsewhere_is_a_recording_like_any_other(tmp_path: Path) -> None:
    async with kept(tmp_path) as made:
        run_id = await made.run(greets())
        await made.history.save(run_id, tmp_path / "mine.recording.jsonl")
        assert (tmp_path / "mine.recording.jsonl").read_bytes() == made.history.runs[0].file.read_bytes()


async def test_who_listens_hears_of_every_change(tmp_path: Path) -> None:
    async with kept(tmp_path) as made:
        seen: list[list[str]] = []
        stop = made.history.subscribe(lambda: seen.append([run.status for run in made.history.runs]))
        run_id = await made.run(greets())
        assert seen == [["running"], ["succeeded"]]
        await made.history.delete([run_id])
        assert seen[-1] == []
        stop()
        await made.run(greets())
        assert len(seen) == 3


async def test_nobody_else_can_read_it(tmp_path: Path) -> None:
    async with kept(tmp_path) as made:
        await made.run(greets())
        await made.history.recording(made.history.runs[0].run_id)
        file = made.history.runs[0].file
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


async def test_a_run_that_tells_too_much_keeps_its_beginning_and_how_it_ended_up(tmp_path: Path) -> None:
    turns = MOST_EVENTS // 2
    loops = (
        draw("start: event.button", "each: flow.for_each", "turn: flow.branch", "log: util.console", name="Loops")
        .set("each", Collection=list(range(turns)))
        .set("turn", Condition=True)
        .set("log", Message="the end")
        .exec("start.Out > each.In", "each.Do > turn.In", "each.Done > log.In")
    )
    async with kept(tmp_path) as made:
        run_id = await made.run(loops)
        assert len(made.told) > 2 * MOST_EVENTS
        recording = await made.history.recording(run_id)
        assert len(recording.events) < MOST_EVENTS + 100
        assert recording.events[: MOST_EVENTS // 2] == tuple(made.told[: MOST_EVENTS // 2])
        assert in_words(recording.events)[-1] == "run succeeded"
        last = [event for event in recording.events if isinstance(event, NodeOutputs) and event.node_id == "each"][-1]
        assert last.outputs["Value"] == turns - 1
        assert f"{len(made.told) - len(recording.events):,} events were left out" in recording.note


async def test_a_folder_that_cannot_be_written_is_told_and_runs_go_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "runs").write_text("in the way", "utf-8")
    async with kept(tmp_path) as made:
        await made.run(greets())
        await asyncio.to_thread(lambda: None)
        await made.history.load()
        await asyncio.sleep(0)
        assert made.history.problem.startswith(f"The run history in {tmp_path / 'data' / 'runs'} is not complete (")
        assert made.history.runs[0].status == "succeeded"
    assert "the run history cannot be written" in caplog.text


def fake(folder: Path, source: str, started: float) -> RunId:
    """A recording of a run, as the history writes it."""
    run_id = new_run_id()
    events = [
        RunStarted(0.0, run_id, "fake", NodeId("start"), source, started=started),
        RunFinished(1.0, run_id, "succeeded", {}, None),
    ]
    folder.mkdir(parents=True, exist_ok=True)
    lines = [header_line(greets().flow()), *map(event_line, events)]
    (folder / f"{run_id}.recording.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    return run_id


async def test_the_oldest_runs_go_from_the_disk_when_there_are_too_many(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "runs"
    ids = [fake(folder, "one flow", float(number)) for number in range(MOST_OF_A_FLOW + 3)]
    other = fake(folder, "another flow", 0.5)
    async with kept(tmp_path) as made:
        await made.history.load()
        await made.history.recording(other)
        await asyncio.sleep(0)
        assert {run.run_id for run in made.history.runs} == {other, *ids[3:]}
        assert len(list(folder.iterdir())) == MOST_OF_A_FLOW + 1


async def test_files_that_are_no_recordings_are_passed_over(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "runs"
    good = fake(folder, "one flow", 1.0)
    for name, text in {"a": "", "b": "{}\n", "c": "{}\n[]\n", "d": '{}\n{"event": "RunStarted"}\n'}.items():
        (folder / f"{name}.recording.jsonl").write_text(text, "utf-8")
    async with kept(tmp_path) as made:
        await made.history.load()
        assert [run.run_id for run in made.history.runs] == [good]


def summary(number: int, source: str = "flow", status: str = "succeeded") -> RunSummary:
    run = RunSummary(
        RunId(f"run_{number}"), "flow", source, NodeId("start"), "person", float(number), Path(f"file-{number}")
    )
    return replace(run, status=status)


Runs = list[RunSummary]


@pytest.mark.parametrize(
    ("runs", "sizes", "doomed"),
    [
        (lambda: [summary(n, f"flow-{n}") for n in range(MOST_RUNS)], {}, 0),
        (lambda: [summary(n, f"flow-{n}") for n in range(MOST_RUNS + 2)], {}, 2),
        (lambda: [summary(n) for n in range(MOST_OF_A_FLOW + 3)], {}, 3),
        (lambda: [summary(n, f"flow-{n}") for n in range(3)], {Path("file-2"): MOST_BYTES, Path("file-1"): 1}, 1),
        (lambda: [summary(0, status="running"), *(summary(n) for n in range(1, MOST_OF_A_FLOW + 1))], {}, 0),
    ],
)
def test_what_is_too_much_is_the_oldest_but_never_a_run_under_way(
    runs: Callable[[], Runs], sizes: dict[Path, int], doomed: int
) -> None:
    all_runs = runs()
    gone = superfluous(all_runs, sizes)
    assert len(gone) == doomed
    assert all(run.status != "running" for run in gone)
    if gone and not sizes:
        assert {run.run_id for run in gone} == {run.run_id for run in all_runs[:doomed]}


async def test_summaries_are_read_however_far_the_end_of_the_run_is_from_the_end_of_the_file(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "runs"
    run_id = fake(folder, "flow", 1.0)
    file = folder / f"{run_id}.recording.jsonl"
    late = json.dumps(
        {"event": "LogWritten", "t": 2.0, "run_id": run_id, "node_id": None, "level": "info", "message": "x" * 1000}
    )
    with file.open("a", encoding="utf-8") as more:
        more.write(f"{late}\n" * 200)
    async with kept(tmp_path) as made:
        await made.history.load()
        assert [(run.status, run.duration) for run in made.history.runs] == [("succeeded", 1.0)]
