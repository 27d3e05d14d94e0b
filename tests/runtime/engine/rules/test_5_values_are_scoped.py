"""Design 5.5: what branches and turns see of what others compute."""

from __future__ import annotations

import asyncio

import pytest
from flows import TIMEOUT, draw, lines, logged, registry_with, run
from toys import Gates
from watched_run import WatchedRun

from runtime.engine.events import Event, NodeStarted
from runtime.engine.run import Run
from runtime.errors import NodeFailure

pytestmark = pytest.mark.anyio


async def test_a_branch_sees_what_was_before_the_fork_and_nothing_of_its_siblings() -> None:
    flow = (
        draw("start: event.button", "before: toy.keep", "par: flow.parallel", "inside: toy.keep")
        .node("open", "toy.open", inputs={"Gate": "door"})
        .node("wait", "toy.wait", inputs={"Gate": "door"})
        .node("old", "util.console")
        .node("new", "util.console")
        .set("before", Value="from before")
        .set("inside", Value="from branch 1")
        .exec("start.Out > before.In", "before.Out > par.In")
        .exec("par.Branch1 > inside.In", "inside.Out > open.In")
        .exec("par.Branch2 > wait.In", "wait.Out > old.In", "old.Out > new.In")
        .data("before.Value > old.Message", "inside.Value > new.Message")
        .flow()
    )
    result, told = await run(flow)
    assert logged(told) == ["info: from before"]
    assert isinstance(result.error, NodeFailure)
    assert "Console (new) reads Value of Keep (inside), which has not run yet" in str(result.error)


async def test_after_the_join_the_values_of_all_branches_are_visible() -> None:
    flow = (
        draw("start: event.button", "par: flow.parallel", "inner: flow.parallel", "log: util.console")
        .node("a", "toy.keep", inputs={"Value": "a"})
        .node("b", "toy.keep", inputs={"Value": "b"})
        .node("c", "toy.keep", inputs={"Value": "c"})
        .node("all", "string.template", config={"template": "{{a}} {{b}} {{c}}"})
        .exec("start.Out > par.In", "par.Branch1 > a.In", "par.Branch2 > inner.In", "par.Done > log.In")
        .exec("inner.Branch1 > b.In", "inner.Branch2 > c.In")
        .data("a.Value > all.a", "b.Value > all.b", "c.Value > all.c", "all.Result > log.Message")
        .flow()
    )
    _, told = await run(flow)
    assert logged(told) == ["info: a b c"]


@pytest.mark.parametrize(("soon", "late"), [("Branch1", "Branch2"), ("Branch2", "Branch1")])
async def test_where_several_wrote_the_later_write_wins_whichever_branch_it_is_in(soon: str, late: str) -> None:
    flow = (
        draw("start: event.button", "par: flow.parallel", "stamp: toy.stamp", "log: util.console")
        .node("open", "toy.open", inputs={"Gate": "door"})
        .node("wait", "toy.wait", inputs={"Gate": "door"})
        .exec("start.Out > par.In", f"par.{soon} > stamp.In", "stamp.Out > open.In")
        .exec(f"par.{late} > wait.In", "wait.Out > stamp.In", "par.Done > log.In")
        .data("stamp.Step > log.Message")
        .flow()
    )
    _, told = await run(flow)
    stamps = [line.removeprefix("stamp has Step=") for line in told if line.startswith("stamp has")]
    assert len(stamps) == 2
    assert logged(told) == [f"info: {stamps[1]}"]


@pytest.mark.parametrize(("first", "last"), [("a", "b"), ("b", "a")])
async def test_the_same_holds_for_turns_that_run_at_once(first: str, last: str) -> None:
    flow = (
        draw("start: event.button", "loop: flow.for_each", "wait: toy.wait", "keep: toy.keep", "log: util.console")
        .node("open_first", "toy.open", inputs={"Gate": first})
        .node("open_last", "toy.open", inputs={"Gate": last})
        .set("loop", Collection=["a", "b"], Concurrency=2)
        .exec("start.Out > open_first.In", "open_first.Out > loop.In", "loop.Do > wait.In", "wait.Out > keep.In")
        .exec("keep.Out > open_last.In", "loop.Done > log.In")
        .data("loop.Value > wait.Gate", "loop.Value > keep.Value", "keep.Value > log.Message")
        .flow()
    )
    _, told = await run(flow)
    assert logged(told) == [f"info: {last}"]


async def test_turns_that_run_at_once_see_nothing_of_each_other() -> None:
    flow = (
        draw("start: event.button", "loop: flow.for_each", "branch: flow.branch", "keep: toy.keep")
        .node("open", "toy.open", inputs={"Gate": "door"})
        .node("wait", "toy.wait", inputs={"Gate": "door"})
        .node("log", "util.console")
        .set("loop", Collection=[True, False], Concurrency=2)
        .set("keep", Value="of the first turn")
        .exec("start.Out > loop.In", "loop.Do > branch.In", "branch.True > keep.In", "keep.Out > open.In")
        .exec("branch.False > wait.In", "wait.Out > log.In")
        .data("loop.Value > branch.Condition", "keep.Value > log.Message")
        .flow()
    )
    result, _ = await run(flow)
    assert isinstance(result.error, NodeFailure)
    assert "Keep (keep), which has not run yet" in str(result.error)


async def test_a_sequential_loop_is_no_fork_values_persist_from_turn_to_turn() -> None:
    flow = (
        draw("start: event.button", "loop: flow.for_each", "branch: flow.branch", "keep: toy.keep")
        .node("log", "util.console")
        .set("loop", Collection=[True, False])
        .set("keep", Value="of the first turn")
        .exec("start.Out > loop.In", "loop.Do > branch.In", "branch.True > keep.In", "branch.False > log.In")
        .data("loop.Value > branch.Condition", "keep.Value > log.Message")
        .flow()
    )
    _, told = await run(flow)
    assert logged(told) == ["info: of the first turn"]


async def test_no_more_turns_run_at_once_than_concurrency_says() -> None:
    flow = (
        draw("start: event.button", "loop: flow.for_each", "wait: toy.wait")
        .set("loop", Collection=list(range(5)), Concurrency=2)
        .set("wait", Gate="door")
        .exec("start.Out > loop.In", "loop.Do > wait.In")
        .flow()
    )
    gates = Gates()
    waiting: list[NodeStarted] = []

    def note(event: Event) -> None:
        if isinstance(event, NodeStarted) and event.node_id == "wait":
            waiting.append(event)

    running = asyncio.ensure_future(Run(flow, registry_with(), sink=note, resources={Gates: gates}).execute())
    async with asyncio.timeout(TIMEOUT):
        for _ in range(1000):
            await asyncio.sleep(0)
        assert len(waiting) == 2
        gates.open("door")
        await running
    assert len(waiting) == 5


async def test_in_nested_loops_that_run_at_once_each_inner_turn_sees_its_own_outer_turn() -> None:
    flow = (
        draw("start: event.button", "outer: flow.for_each", "inner: flow.for_each", "outside: toy.keep")
        .node("wait", "toy.wait", inputs={"Gate": "all six are here"})
        .node("pair", "string.template", config={"template": "{{outer}}{{inner}}{{kept}}"})
        .node("log", "util.console")
        .set("outer", Collection=["a", "b"], Concurrency=2)
        .set("inner", Collection=[1, 2, 3], Concurrency=3)
        .exec("start.Out > outer.In", "outer.Do > outside.In", "outside.Out > inner.In", "inner.Do > wait.In")
        .exec("wait.Out > log.In")
        .data("outer.Value > outside.Value", "outer.Value > pair.outer", "inner.Value > pair.inner")
        .data("outside.Value > pair.kept", "pair.Result > log.Message")
        .flow()
    )
    watched = WatchedRun(flow)
    await watched.until("wait started", times=6)
    watched.gates.open("all six are here")
    await watched.result()
    assert sorted(logged(watched.told)) == [f"info: {pair}" for pair in ("a1a", "a2a", "a3a", "b1b", "b2b", "b3b")]


async def test_what_an_inner_turn_computes_is_seen_behind_the_inner_loop_and_by_no_other_outer_turn() -> None:
    flow = (
        draw("start: event.button", "outer: flow.for_each", "inner: flow.for_each", "keep: toy.keep")
        .node("open", "toy.open", inputs={"Gate": "first"})
        .node("wait", "toy.wait", inputs={"Gate": "first"})
        .node("branch", "flow.branch")
        .node("mine", "util.console")
        .node("foreign", "util.console")
        .set("outer", Collection=[True, False], Concurrency=2)
        .set("inner", Collection=["x", "y"], Concurrency=2)
        .exec("start.Out > outer.In", "outer.Do > branch.In", "branch.True > inner.In", "inner.Do > keep.In")
        .exec("inner.Done > mine.In", "mine.Out > open.In", "branch.False > wait.In", "wait.Out > foreign.In")
        .data("outer.Value > branch.Condition", "inner.Value > keep.Value")
        .data("keep.Value > mine.Message", "keep.Value > foreign.Message")
        .flow()
    )
    result, told = await run(flow)
    assert logged(told) in (["info: x"], ["info: y"]), "after the join, a value of one of the inner turns"
    assert str(result.error) == (
        "Console (foreign): Console (foreign) reads Value of Keep (keep), which has not run yet: "
        "wire it so that it runs before"
    )


async def test_a_branch_keeps_the_value_from_before_the_fork_of_what_a_sibling_computes_anew() -> None:
    flow = (
        draw("start: event.button", "loop: flow.for_each", "par: flow.parallel", "keep: toy.keep")
        .node("second", "flow.branch")
        .node("inside", "util.console")
        .node("behind", "util.console")
        .set("loop", Collection=[False, True])
        .exec("start.Out > loop.In", "loop.Do > par.In", "par.Branch1 > keep.In", "par.Branch2 > second.In")
        .exec("second.True > inside.In", "par.Done > behind.In")
        .data("loop.Value > keep.Value", "loop.Value > second.Condition")
        .data("keep.Value > inside.Message", "keep.Value > behind.Message")
        .flow()
    )
    _, told = await run(flow)
    assert [line for line in told if " logged " in line] == lines("""
        behind logged info: false
        inside logged info: false
        behind logged info: true
    """)
