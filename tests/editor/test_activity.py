"""What nodes do, folded from events."""

from __future__ import annotations

from editor.activity import TAIL, RunActivity
from runtime.engine.events import NodeFailed, NodeOutputs, NodeStarted, RunFinished, RunStarted
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
