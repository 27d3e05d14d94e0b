"""`futureflow futures`: what is stored, on the command line."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import platformdirs
import pytest
from stored import Program, program

from runtime.cli import main
from runtime.futures.future import FutureState
from runtime.ids import FutureId


@dataclass
class Done:
    """What a call gave."""

    returncode: int
    stdout: str
    stderr: str


Call = Callable[..., Done]


@pytest.fixture
def futures(capsys: pytest.CaptureFixture[str]) -> Call:
    def call(*arguments: object) -> Done:
        code = main(["futures", *map(str, arguments)])
        return Done(code, *capsys.readouterr())

    return call


def stored(make: Callable[[Program], Awaitable[list[FutureId]]]) -> list[FutureId]:
    """Have a program of the person's make futures."""

    async def run() -> list[FutureId]:
        async with program(platformdirs.user_data_path("futureflow")) as here:
            return await make(here)

    return asyncio.run(run())


async def three(here: Program) -> list[FutureId]:
    story = (await here.answered("Once upon\na time", text="A story, please", model="gpt-x")).id
    failed = here.ask("Fail")
    here.end(failed, "", FutureState.FAILED, error="No quota left")
    await here.settled(failed)
    return [story, failed, (await here.answered("Forty-two")).id]


def test_list_has_a_line_each_newest_first(futures: Call) -> None:
    story, failed, last = stored(three)
    done = futures("list")
    lines = done.stdout.splitlines()
    assert (done.returncode, [line.split()[0] for line in lines]) == (0, [last, failed, story])
    assert "No quota left" in lines[1]
    assert lines[2].endswith("gpt-x  Once upon a time")
    some = futures("list", "--limit", 1)
    assert some.stdout.splitlines() == lines[:1]
    assert some.stderr == "2 more: --limit 3 shows all\n"


def test_list_can_ask_for_states_and_words_and_give_json(futures: Call) -> None:
    story, failed, last = stored(three)
    told = json.loads(futures("list", "--output", "json", "--state", "failed", "--state", "cancelled").stdout)
    assert [(line["id"], line["state"], line["error"]) for line in told] == [(failed, "failed", "No quota left")]
    assert futures("list", "--text", "STORY upon").stdout.split()[0] == story
    assert futures("list", "--text", "forty").stdout.split()[0] == last


def test_show_prints_request_history_and_answer(futures: Call) -> None:
    story, failed, _ = stored(three)
    done = futures("show", story)
    assert done.returncode == 0
    for part in (story, "succeeded", "gpt-x", "-- user said\nA story, please", "-- answer\nOnce upon\na time"):
        assert part in done.stdout
    assert "-- error\nNo quota left" in futures("show", failed).stdout
    assert (
        json.loads(futures("show", story, "--output", "json").stdout)["result"]["choices"][0]["finish_reason"] == "stop"
    )


def test_show_names_what_is_not_there(futures: Call) -> None:
    done = futures("show", "fut_nowhere")
    assert (done.returncode, done.stdout) == (2, "")
    assert "fut_nowhere" in done.stderr


def test_export_writes_a_line_of_json_each_oldest_first(futures: Call, tmp_path: Path) -> None:
    ids = stored(three)
    path = tmp_path / "out.jsonl"
    assert futures("export", path).stderr == "3 futures written\n"
    lines = path.read_text("utf-8").splitlines()
    assert [json.loads(line)["id"] for line in lines] == ids
    assert futures("export", "-", "--state", "failed").stdout.splitlines() == lines[1:2]


def test_export_to_where_nothing_can_be_written_says_so(futures: Call, tmp_path: Path) -> None:
    done = futures("export", tmp_path / "no" / "folder")
    assert done.returncode == 2
    assert str(tmp_path / "no" / "folder") in done.stderr


def test_prune_removes_old_ones_and_what_is_too_much(futures: Call) -> None:
    stored(three)
    assert futures("prune").stderr == "0 futures removed\n"
    assert futures("prune", "--keep-mb", 0).stderr == "3 futures removed\n"
    stored(three)
    assert futures("prune", "--older-than", 1).stderr == "0 futures removed\n"
    assert futures("prune", "--older-than", 0).stderr == "3 futures removed\n"
    assert futures("list").stdout == ""


def test_what_was_in_flight_when_its_program_died_is_interrupted(futures: Call) -> None:
    async def one(here: Program) -> list[FutureId]:
        return [here.ask()]

    (lost,) = stored(one)
    assert futures("list", "--state", "interrupted").stdout.split()[0] == lost


def test_a_store_that_cannot_be_read_is_named(futures: Call) -> None:
    path = platformdirs.user_data_path("futureflow", ensure_exists=True) / "futures.db"
    path.mkdir()
    done = futures("list")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count(str(path)) == 1


@pytest.mark.parametrize("arguments", ["list --limit 0", "prune --keep-mb -1", "list --state odd"])
def test_bad_arguments_are_refused(futures: Call, arguments: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        futures(*arguments.split())
    assert end.value.code == 2
    assert arguments.rsplit(maxsplit=1)[-1] in capsys.readouterr().err
