"""A program is killed at any moment: what has settled is there, the rest is interrupted and can be asked again."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flows import draw
from openai_server import OpenAIServer
from stored import Program, program

from runtime.document.files import save_flow
from runtime.futures.future import INTERRUPTED, FutureResponse, FutureState
from runtime.ids import FutureId, RunId

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.timeout(300),
    pytest.mark.skipif(not hasattr(os, "fork"), reason="kills forks of one process, for time's sake"),
]

ROOT = Path(__file__).parents[3]
KILLS = 50
MOST_LINES = 300
"""A program is killed after it has told so many lines at most."""


class Killed:
    """What a program told until it was killed."""

    def __init__(self, lines: list[dict[str, Any]]) -> None:
        self.created = [FutureId(line["created"]) for line in lines if "created" in line]
        self.settled = {FutureId(line["settled"]): line for line in lines if "settled" in line}


class Killer:
    """Starts programs, and kills each after some lines."""

    def __init__(self, process: subprocess.Popen[str], folder: Path, base_url: str) -> None:
        self._process = process
        self._order = {"folder": str(folder), "base_url": base_url}

    def kill_after(self, lines: int, run: str) -> Killed:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({**self._order, "run": run}) + "\n")
        self._process.stdin.flush()
        told: list[dict[str, Any]] = []
        pid = 0
        while True:
            line = self._next()
            if "ended" in line:
                return Killed(told)
            pid = line.get("pid", pid)
            told.append(line)
            if pid and len(told) >= lines:
                os.kill(pid, signal.SIGKILL)
                lines = sys.maxsize  # once is enough; what it told before comes through the pipe

    def _next(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        value: dict[str, Any] = json.loads(self._process.stdout.readline())
        return value


@contextmanager
def killer(folder: Path, base_url: str) -> Iterator[Killer]:
    command = [sys.executable, str(ROOT / "tests" / "killed_programs.py")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Killer(process, folder, base_url)
        assert process.stdin is not None
        process.stdin.close()


async def test_after_a_kill_at_any_moment_nothing_settled_is_lost(tmp_path: Path) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")  # shown if the test fails
    moments = random.Random(seed)
    with OpenAIServer() as server, killer(tmp_path, server.base_url) as kills:
        async with program(tmp_path) as bystander:
            mine = bystander.ask("Am I left alone?", run="run_of_the_bystander")
            for number in range(KILLS):
                run = f"run_{number}"
                killed = kills.kill_after(moments.randint(2, MOST_LINES), run)
                questions = (request.body["messages"][0]["content"] for request in tuple(server.requests))
                # What an earlier program had sent when it was killed may reach the server as late as this.
                asked = {question for question in questions if question.startswith(f"{run} asks ")}
                await check(tmp_path, killed, RunId(run), asked)
            assert bystander.futures.get(mine).state is FutureState.QUEUED
            assert (await bystander.store.find([mine]))[mine].state is FutureState.QUEUED


async def check(folder: Path, killed: Killed, run_id: RunId, asked: set[str]) -> None:
    """What the next program finds."""
    async with program(folder) as later:
        left = {future.id: future for future in await later.futures.all(run_id)}
        for future_id, line in killed.settled.items():
            future = left[future_id]
            assert (future.state, future.text(), future.error) == (line["state"], line["message"], line["error"])
        assert all(future.state.is_final for future in left.values())
        interrupted = [future for future in left.values() if future.state is FutureState.INTERRUPTED]
        assert all(future.error == INTERRUPTED.error for future in interrupted)
        assert {future.id for future in interrupted} <= set(await later.store.to_resend())
        assert asked <= {question(future) for future in left.values()}
        await settled_of(later, killed)


async def settled_of(later: Program, killed: Killed) -> None:
    """Waiting for what has settled ends at once."""
    for future_id, line in killed.settled.items():
        assert (await later.settled(future_id)).state == line["state"]


def question(future: FutureResponse) -> str:
    return str(future.request["messages"][0]["content"])


async def test_await_future_in_a_new_process_reads_what_a_killed_one_has_left(tmp_path: Path) -> None:
    folder = tmp_path / "futureflow"
    with OpenAIServer() as server, killer(folder, server.base_url) as kills:
        killed = kills.kill_after(100, "run_1")
    ended = {line["state"]: future_id for future_id, line in killed.settled.items()}
    lost = next(future_id for future_id in killed.created if future_id not in killed.settled)
    assert awaited(tmp_path, ended["succeeded"]) == ("Success", killed.settled[ended["succeeded"]]["message"])
    assert awaited(tmp_path, ended["failed"]) == ("Failed", killed.settled[ended["failed"]]["error"])
    assert awaited(tmp_path, lost) == ("Failed", INTERRUPTED.error)


def awaited(data_home: Path, future_id: FutureId) -> tuple[str, str]:
    """Which way Await Future goes in a process of its own, and what it gives."""
    drawing = (
        draw("start: event.button", "wait: future.await")
        .node("ok", "flow.output", config={"name": "Success"})
        .node("bad", "flow.output", config={"name": "Failed"})
        .set("wait", FutureResponseId=future_id)
        .exec("start.Out > wait.Execute", "wait.Success > ok.In", "wait.Failed > bad.In")
        .data("wait.Message > ok.Value", "wait.ErrorMessage > bad.Value")
    )
    path = data_home / "await.flow.json"
    save_flow(drawing.flow(), path)
    command = [sys.executable, "-m", "runtime", "run", str(path), "--output", "json"]
    environment = {**os.environ, "XDG_DATA_HOME": str(data_home)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    ((way, value),) = json.loads(done.stdout)["outputs"].items()
    return way, value
