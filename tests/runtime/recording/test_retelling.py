"""Recorded runs told again: as runs of their own, and futures as they were."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from asking import asking
from openai_server import Reply

from runtime.engine.events import LogWritten, RunFinished, RunStarted
from runtime.errors import UnknownFutureError
from runtime.futures.events import FutureSettled
from runtime.futures.future import FutureResponse, FutureState
from runtime.ids import FutureId, NodeId, RunId
from runtime.llm.local_model import LocalModelProgress
from runtime.recording.renaming import as_new_runs
from runtime.recording.retold_futures import RetoldFutures

pytestmark = pytest.mark.anyio


def alike(future: FutureResponse) -> object:
    """A future without the times, which its events count from the start of the run."""
    result = future.result
    return (
        [(change.state, change.reason) for change in future.history],
        [(attempt.number, attempt.error) for attempt in future.attempts],
        future.choices(),
        None if result is None else replace(result, cost=None),
        (future.id, future.request, future.provider, future.model, future.retry_of),
    )


@pytest.mark.parametrize(
    ("reply", "options"),
    [
        (Reply("one two three"), {"Stream": True}),
        (Reply("one two"), {"N": 2}),
        (Reply(status=400, message="no"), {}),
        (Reply("one two", fault="cut"), {"Stream": True}),
        (Reply(fault="tools"), {"Stream": True}),
    ],
)
async def test_a_future_is_retold_as_it_was(reply: Reply, options: dict[str, object]) -> None:
    async with asking(reply) as asks:
        future = await asks.ask("ok", **options)
        retold = RetoldFutures()
        for event in asks.events:
            retold(event)
        assert alike(retold.get(future.id)) == alike(future)
        assert retold.get(future.id).elapsed() == pytest.approx(future.elapsed())


async def test_a_future_under_way_has_what_came_so_far() -> None:
    async with asking(Reply("one two three")) as asks:
        future = await asks.ask("ok", Stream=True)
        retold = RetoldFutures()
        for event in asks.events:
            if not isinstance(event, FutureSettled):
                retold(event)
        assert retold.get(future.id).state is FutureState.STREAMING
        assert retold.get(future.id).text() == "one two three"


def test_what_was_not_told_is_not_known() -> None:
    retold = RetoldFutures()
    with pytest.raises(UnknownFutureError):
        retold.get(FutureId("fut_1"))


def test_new_runs_have_ids_of_their_own_and_keep_how_they_belong_together(tmp_path: Path) -> None:
    started = RunStarted(0.0, RunId("run_1"), "a", NodeId("start"), started=1000.0)
    called = RunStarted(0.0, RunId("run_2"), "b", NodeId("start"), started=1001.0, parent_run_id=RunId("run_1"))
    progress = LocalModelProgress(0.0, None, "ready", "here")
    log = LogWritten(1.0, RunId("run_2"), None, "info", "hello")
    ended = RunFinished(2.0, RunId("run_1"), "succeeded", {}, None)
    first, second, same, said, end = as_new_runs([started, called, progress, log, ended], later=60.0)
    assert isinstance(first, RunStarted)
    assert isinstance(second, RunStarted)
    assert first.run_id == end.run_id not in ("run_1", "run_2")
    assert second.run_id == said.run_id not in ("run_1", "run_2", first.run_id)
    assert second.parent_run_id == first.run_id
    assert (first.started, second.started) == (1060.0, 1061.0)
    assert same is progress
    assert replace(said, run_id=log.run_id) == log
