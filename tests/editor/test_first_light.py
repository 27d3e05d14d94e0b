"""First light: the real editor on the real loop asks a real server, and stays alive meanwhile."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from driving import until
from editor_window import front, open_editor
from lag_probe import ATTEMPTS, MOST_LAG_SECONDS, LagProbe
from openai_server import OpenAIServer, Reply

from editor.flow_files import examples
from editor.resources import resource_path
from runtime.futures.future import FutureState

QUESTIONS = 8


def test_an_example_runs_its_futures_are_seen_and_one_is_cancelled(drive, tmp_path):
    flow = Path(shutil.copy(resource_path("examples/eight-questions.flow.json"), tmp_path))
    lags = []
    for _ in range(ATTEMPTS):
        with OpenAIServer() as server:
            lags.append(drive(first_light(server, flow, tmp_path)))
        if lags[-1] < MOST_LAG_SECONDS:
            return
    pytest.fail(f"the window was late by {', '.join(f'{lag * 1000:.0f} ms' for lag in lags)}")


async def first_light(server: OpenAIServer, flow: Path, folder: Path) -> float:
    """Open, run, watch, cancel one, see the end; returns the worst lag of the window's loop in seconds."""
    first, rest = server.gate(), server.gate()
    server.script(*[Reply(text="The answer is known.", hold=first, hold_rest=rest) for _ in range(QUESTIONS)])
    async with open_editor(folder, server=server) as window, LagProbe() as lag:
        await window.open_files([flow])
        panel, runs = window.panels.futures, front(window).runs
        changed = panel.model.counts_changed
        window.actions_by_name["run"].trigger()
        await until(
            lambda: panel.model.counts[FutureState.WAITING] == QUESTIONS, changed, what="eight requests waiting"
        )
        assert runs.running
        assert window.actions_by_name["stop"].isEnabled()

        first.open()
        await until(lambda: panel.model.counts[FutureState.STREAMING] == QUESTIONS, changed, what="eight streams")
        cancelled = panel.model.row(panel.model.index(2, 0)).id
        panel.table.select(cancelled)
        panel.actions_by_name["cancel"].trigger()
        await until(lambda: panel.model.counts[FutureState.CANCELLED] == 1, changed, what="the cancelled row")
        await server.until(lambda: server.disconnects == 1, "the disconnect of the cancelled request")

        rest.open()
        await until(lambda: panel.model.counts[FutureState.SUCCEEDED] == QUESTIONS - 1, changed, what="seven answers")
        await until(lambda: not runs.running, runs.running_changed, what="the end of the run")
        rows = [panel.model.row(panel.model.index(row, 0)) for row in range(QUESTIONS)]
        assert [row.state for row in rows].index(FutureState.CANCELLED) == 2
        assert all(row.preview == "The answer is known." for row in rows if row.id != cancelled)
        for future in window.session.futures:
            seen = [change.state for change in future.history]
            assert seen[:4] == ["queued", "sending", "waiting", "streaming"]
            assert seen[4:] == (["cancelling", "cancelled"] if future.id == cancelled else ["succeeded"])
        assert "the request was cancelled in the futures panel" in window.notices.texts[0]
    return lag.worst


@pytest.mark.parametrize("name", examples())
def test_every_example_succeeds_in_the_editor(drive, tmp_path, name):
    async def main(server: OpenAIServer) -> None:
        path = Path(shutil.copy(resource_path(f"examples/{name}.flow.json"), tmp_path))
        async with open_editor(tmp_path, path, server=server) as window:
            runs, results = front(window).runs, []
            runs.finished.connect(results.append)
            window.actions_by_name["run"].trigger()
            await until(lambda: results, runs.finished, what="the end of the run")
            assert results[0].status == "succeeded", results[0].error
            assert not window.notices.texts

    with OpenAIServer() as server:
        drive(main(server))
