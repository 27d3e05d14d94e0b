"""Values that are read where they cannot be: named when it is certain, hinted at when it depends, never else."""

from __future__ import annotations

import pytest
from flows import Drawing, draw, registry_with
from hypothesis import HealthCheck, given, settings
from random_flows import flows
from timeless_run import run_timeless

from runtime.document.flow import Flow
from runtime.validation import Problem, find_problems


def reads(drawing: Drawing) -> list[Problem]:
    """The problems with values that are read."""
    return [problem for problem in find_problems(drawing.flow(), registry_with()) if "reads" in problem.message]


def said(drawing: Drawing) -> list[tuple[str, str]]:
    return [(problem.severity, problem.message) for problem in reads(drawing)]


def test_a_chain_reads_what_came_before() -> None:
    drawing = draw("start: event.button", "a: toy.stamp", "b: toy.keep").exec("start.Out > a.In", "a.Out > b.In")
    assert said(drawing.data("a.Step > b.Value")) == []


def test_what_runs_later_is_named_with_both_nodes() -> None:
    drawing = draw("start: event.button", "b: toy.keep", "a: toy.stamp").exec("start.Out > b.In", "b.Out > a.In")
    (problem,) = reads(drawing.data("a.Step > b.Value"))
    assert (problem.severity, problem.node, problem.pin) == ("warning", "b", "Value")
    assert problem.connection is not None
    assert problem.message == (
        "Value: reads Step of Stamp (a), which never runs before it: wire it so that it does, or read another node"
    )


def test_what_a_pure_node_reads_on_the_way_counts() -> None:
    drawing = draw("start: event.button", "b: toy.keep", "a: toy.stamp", "sum: toy.sum")
    drawing.exec("start.Out > b.In", "b.Out > a.In").data("a.Step > sum.A", "sum.Result > b.Value")
    ((_, message),) = said(drawing)
    assert message.startswith("Value: reads Step of Stamp (a) by way of Sum (sum), which never runs before it")


def forked(join: bool = False) -> Drawing:
    """A branch: a stamp on one side, a node on the other, and perhaps one where both meet."""
    drawing = draw("start: event.button", "if: flow.branch", "yes: toy.stamp", "no: toy.keep", "after: toy.keep")
    drawing.set("if", Condition=True).set("no", Value=1).set("after", Value=1)
    drawing.exec("start.Out > if.In", "if.True > yes.In", "if.False > no.In", "yes.Out > after.In")
    return drawing.exec("no.Out > after.In") if join else drawing


def test_one_side_of_a_branch_never_runs_before_the_other() -> None:
    ((severity, message),) = said(forked().data("yes.Step > no.Value"))
    assert severity == "warning"
    assert "Stamp (yes), which never runs before it" in message


def test_behind_a_join_it_depends_on_the_way_and_is_a_hint() -> None:
    assert said(forked().data("yes.Step > after.Value")) == []
    ((severity, message),) = said(forked(join=True).data("yes.Step > after.Value"))
    assert severity == "hint"
    assert "there is a way here that does not lead through it" in message


def test_a_loop_brings_back_what_an_earlier_turn_computed() -> None:
    drawing = forked()
    drawing.exec("no.Out > if.In", "after.Out > if.In").data("yes.Step > no.Value")
    assert [severity for severity, _ in said(drawing)] == ["hint"]  # in the first turn it depends


@pytest.mark.parametrize(
    ("block", "first", "second"),
    [
        ("flow.sequence", "Out1", "Out2"),
        ("flow.for_each", "Do", "Done"),
        ("flow.parallel", "Branch1", "Done"),
        ("toy.later", "Then", "Out"),
    ],
)
def test_behind_a_body_its_values_are_there(block: str, first: str, second: str) -> None:
    drawing = draw("start: event.button", f"block: {block}", "a: toy.stamp", "b: toy.keep")
    drawing.exec("start.Out > block.In", f"block.{first} > a.In", f"block.{second} > b.In")
    assert said(drawing.data("a.Step > b.Value")) == []


def parallel() -> Drawing:
    drawing = draw("start: event.button", "both: flow.parallel", "a: toy.stamp", "b: toy.keep")
    return drawing.exec("start.Out > both.In", "both.Branch1 > a.In", "both.Branch2 > b.In").data("a.Step > b.Value")


def test_branches_of_parallel_do_not_see_each_other() -> None:
    ((severity, message),) = said(parallel())
    assert severity == "warning"
    assert message == (
        "Value: reads Step of Stamp (a), which runs in another branch of Parallel (both): branches do not see what "
        "the others compute; read it behind Done"
    )


def test_in_a_loop_a_branch_sees_what_the_others_computed_a_turn_ago() -> None:
    drawing = draw("start: event.button", "loop: flow.for_each", "both: flow.parallel", "a: toy.stamp", "b: toy.keep")
    drawing.set("loop", Collection=[1, 2]).exec("start.Out > loop.In", "loop.Do > both.In")
    drawing.exec("both.Branch1 > a.In", "both.Branch2 > b.In").data("a.Step > b.Value")
    assert said(drawing) == []


def test_a_node_that_no_event_leads_to_never_runs_before() -> None:
    drawing = draw("start: event.button", "b: toy.keep", "a: toy.stamp").exec("start.Out > b.In")
    assert [severity for severity, _ in said(drawing.data("a.Step > b.Value"))] == ["warning"]


def test_a_muted_node_gives_nothing_and_can_be_unmuted() -> None:
    drawing = draw("start: event.button").node("a", "toy.stamp", mode="mute").node("b", "toy.keep")
    (problem,) = reads(drawing.exec("start.Out > a.In", "a.Out > b.In").data("a.Step > b.Value"))
    assert problem.message == (
        "Value: reads Step of Stamp (a), which is muted and so gives nothing: unmute it, or mock its outputs"
    )
    assert [fix.title for fix in problem.fixes] == ["Unmute Stamp"]


def test_pinned_and_muted_readers_read_nothing() -> None:
    drawing = draw("start: event.button", "a: toy.stamp").node("b", "toy.keep", pinned_outputs={"Value": 1})
    drawing.node("c", "toy.keep", mode="mute").exec("start.Out > b.In", "b.Out > c.In", "c.Out > a.In")
    assert said(drawing.data("a.Step > b.Value", "a.Step > c.Value")) == []


@given(flow=flows())
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_what_is_said_never_to_be_there_is_never_read_by_a_step_that_succeeds(flow: Flow) -> None:
    wrong = {problem.node for problem in find_problems(flow, registry_with()) if "never runs before" in problem.message}
    wrong |= {problem.node for problem in find_problems(flow, registry_with()) if "another branch" in problem.message}
    _, told = run_timeless(flow)
    assert not [line for line in told if line.partition(" finished > ")[0] in wrong and " finished > " in line]
