"""What nodes do, folded from events."""

from __future__ import annotations

from editor.activity import TAIL, RunActivity
from runtime.engine.events import NodeFailed, NodeFinished, NodeOutputs, NodeStarted, RunFinished, RunStarted
from runtime.futures.events import FutureCreated, FutureDelta, FutureSettled
from runtime.ids import FutureId, NodeId, RunId, StepId

RUN, ASK, STEP = RunId("run_1"), NodeId("ask"), StepId(1)


def created(name: str) -> FutureCreated:
    return FutureCreated(0.0, RUN, FutureId(name), ASK, STEP, "test", "ok")


def delta(name: str, text: str, choice: int = 0) -> FutureDelta:
    return FutureDelta(0.0, RUN, FutureId(name), ASK, text, choice)


def settled(name: str, state: str, text: str = "") -> FutureSettled:
    return FutureSettled(0.0, RUN, FutureId(name), ASK, state, text, (text,), "stop", None, "", 1.0)


def folded(*events) -> RunActivity:
    activity = RunActivity()
    for event in events:
        activity.apply(event)
    return activity


def test_pending_and_failed_futures_are_counted():
    activity = folded(created("a"), created("b"), created("c"), settled("a", "failed"), settled("b", "cancelled"))
    assert (activity.of(ASK).pending, activity.of(ASK).failed_futures) == (1, 1)


def test_futures_that_stream_at_once_are_heard_one_after_the_other():
    activity = folded(created("a"), created("b"), delta("a", "one "), delta("b", "two "), delta("a", "more"))
    assert activity.of(ASK).text == "one more"
    activity.apply(settled("a", "succeeded", "one more!"))
    assert activity.of(ASK).text == "one more!"
    activity.apply(delta("b", "words"))
    assert activity.of(ASK).text == "two words"


def test_one_that_settles_while_another_speaks_does_not_cut_in():
    activity = folded(created("a"), created("b"), delta("a", "I speak"), settled("b", "succeeded", "I shout"))
    assert activity.of(ASK).text == "I speak"


def test_only_the_first_choice_is_heard_and_only_its_end():
    activity = folded(created("a"), delta("a", "x" * 2 * TAIL), delta("a", "other", choice=1), delta("a", "end"))
    assert activity.of(ASK).text == "x" * (TAIL - 3) + "end"


def test_an_answer_that_did_not_stream_is_shown():
    assert folded(created("a"), settled("a", "succeeded", "whole")).of(ASK).text == "whole"


def test_a_new_run_starts_clean_but_knows_what_is_pending():
    outputs = NodeOutputs(0.0, RUN, ASK, STEP, {"Value": 1})
    failed = NodeFailed(0.0, RUN, NodeId("log"), STEP, "InputError", "broken", handled=False)
    activity = folded(created("a"), outputs, failed, RunStarted(0.0, RunId("run_2"), "test", NodeId("start")))
    assert activity.of(ASK).pending == 1
    assert activity.of(NodeId("log")).status == "idle"


def test_the_end_of_a_run_ends_what_still_ran():
    activity = folded(NodeStarted(0.0, RUN, ASK, STEP), RunFinished(1.0, RUN, "cancelled", {}, None))
    assert activity.of(ASK).status == "idle"


def began(run: RunId, step: int, node: NodeId = ASK) -> NodeStarted:
    return NodeStarted(0.0, run, node, StepId(step))


def done(run: RunId, step: int, node: NodeId = ASK) -> NodeFinished:
    return NodeFinished(0.0, run, node, StepId(step), None)


def over(run: RunId) -> RunFinished:
    return RunFinished(0.0, run, "cancelled", {}, None)


def test_a_node_that_several_runs_are_at_runs_until_the_last_of_them_has_left():
    other = RunId("run_2")
    activity = folded(RunStarted(0.0, RUN, "f", ASK), began(RUN, 1), RunStarted(0.0, other, "f", ASK), began(other, 1))
    activity.apply(done(RUN, 1))
    assert activity.of(ASK).status == "running"
    assert set(activity.running) == {ASK}
    activity.apply(done(other, 1))
    assert activity.of(ASK).status == "done"
    assert set(activity.running) == set()


def test_a_run_that_begins_beside_another_wipes_nothing_away_and_the_next_one_alone_does():
    other, third = RunId("run_2"), RunId("run_3")
    activity = folded(RunStarted(0.0, RUN, "f", ASK), began(RUN, 1), done(RUN, 1), RunStarted(0.0, other, "f", ASK))
    assert activity.of(ASK).status == "done"
    for event in (over(RUN), over(other), RunStarted(0.0, third, "f", ASK)):
        activity.apply(event)
    assert activity.of(ASK).status == "idle"


def test_a_run_that_ends_takes_only_its_own_steps_with_it():
    other, wait = RunId("run_2"), NodeId("wait")
    activity = folded(
        RunStarted(0.0, RUN, "f", ASK), RunStarted(0.0, other, "f", ASK),
        began(RUN, 1), began(RUN, 2), began(other, 1), began(RUN, 3, wait), over(RUN),
    )  # fmt: skip
    assert activity.of(ASK).status == "running"
    assert activity.of(wait).status == "idle"
    activity.apply(over(other))
    assert activity.of(ASK).status == "idle"


def test_a_node_that_failed_stays_so_when_its_run_ends():
    failed = NodeFailed(0.0, RUN, ASK, StepId(2), "NodeError", "no", False)
    activity = folded(RunStarted(0.0, RUN, "f", ASK), began(RUN, 1), began(RUN, 2), failed, over(RUN))
    assert activity.of(ASK).status == "failed"
