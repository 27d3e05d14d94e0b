"""File Changed Event: real files, the system's own notices, and only in the flow's folder."""

from __future__ import annotations

import asyncio
import shutil
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from flows import TIMEOUT, draw, registry_with
from listened import Listened, listened

from runtime.errors import RunError
from runtime.source import FlowSource
from runtime.validation import find_problems

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def watched(folder: Path, path: str, *, trusted: bool = False) -> AsyncIterator[Listened]:
    """Watch a path of a flow in a folder; what happens from now on counts."""
    drawing = draw("file: event.file_changed", "then: toy.step").set("file", Path=path).exec("file.Out > then.In")
    async with listened(drawing, source=FlowSource("here", folder, trusted)) as it:
        async with asyncio.timeout(TIMEOUT):
            while not _is_watched():
                await it.clock.pass_by(0)
        yield it


def _is_watched() -> bool:
    """Whether the thread that watches is there: what was there before it has been looked at."""
    return any(thread.name.startswith("watch ") for thread in threading.enumerate())


def changes(it: Listened, folder: Path) -> list[tuple[str, str]]:
    """(path within the folder, change) of each run."""
    return [(str(Path(outputs["Path"]).relative_to(folder)), outputs["Change"]) for _, outputs in it.started]


async def test_a_file_that_is_made_changed_and_deleted_starts_a_run_each_time(tmp_path: Path) -> None:
    file = tmp_path / "in.txt"
    async with watched(tmp_path, "in.txt") as it:
        for number, change in enumerate((lambda: file.write_text("a"), lambda: file.write_text("ab"), file.unlink), 1):
            change()
            await it.until(number)
        assert changes(it, tmp_path) == [("in.txt", "added"), ("in.txt", "modified"), ("in.txt", "deleted")]


async def test_a_file_that_is_replaced_as_editors_do_was_modified(tmp_path: Path) -> None:
    file = tmp_path / "in.txt"
    file.write_text("old")
    async with watched(tmp_path, "in.txt") as it:
        for number, text in enumerate(("new", "newer"), 1):
            (tmp_path / "in.txt.tmp").write_text(text)
            (tmp_path / "in.txt.tmp").replace(file)
            await it.until(number)
        assert changes(it, tmp_path) == [("in.txt", "modified")] * 2


async def test_other_files_beside_it_do_not_count(tmp_path: Path) -> None:
    async with watched(tmp_path, "in.txt") as it:
        (tmp_path / "other.txt").write_text("a")
        (tmp_path / "in.txt").write_text("a")
        await it.until(1)
        assert changes(it, tmp_path) == [("in.txt", "added")]


async def test_each_file_in_a_folder_and_below_starts_a_run(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    (inbox / "deep").mkdir(parents=True)
    (inbox / "old.txt").write_text("a")
    async with watched(tmp_path, "inbox") as it:
        (inbox / "new.txt").write_text("a")
        (inbox / "deep" / "er.txt").write_text("a")
        (inbox / "old.txt").unlink()
        await it.until(3)
        assert sorted(changes(it, inbox)) == [("deep/er.txt", "added"), ("new.txt", "added"), ("old.txt", "deleted")]


async def test_files_come_and_go_with_the_folder_that_they_are_in(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "a.txt").write_text("a")
    async with watched(tmp_path, "inbox") as it:
        (tmp_path / "full").rename(inbox / "full")
        await it.until(1)
        shutil.rmtree(inbox / "full")
        await it.until(2)
        assert changes(it, inbox) == [("full/a.txt", "added"), ("full/a.txt", "deleted")]


async def test_a_file_that_is_written_in_pieces_is_one_change(tmp_path: Path) -> None:
    async with watched(tmp_path, ".") as it:
        with (tmp_path / "big.txt").open("w") as file:
            for _ in range(20):
                file.write("x" * 100)
                file.flush()
        (tmp_path / "last.txt").write_text("a")
        await it.until(2)
        assert sorted(changes(it, tmp_path)) == [("big.txt", "added"), ("last.txt", "added")]


async def test_what_tools_keep_for_themselves_does_not_count(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    async with watched(tmp_path, ".") as it:
        for name in (".git/index", ".in.txt.swp", "in.txt~", "in.txt"):
            (tmp_path / name).write_text("a")
        await it.until(1)
        assert changes(it, tmp_path) == [("in.txt", "added")]


async def test_a_file_that_was_only_read_or_got_other_rights_does_not_count(tmp_path: Path) -> None:
    file = tmp_path / "in.txt"
    file.write_text("a")
    async with watched(tmp_path, ".") as it:
        file.chmod(0o600)
        file.read_text()
        (tmp_path / "other.txt").write_text("a")
        await it.until(1)
        assert changes(it, tmp_path) == [("other.txt", "added")]


async def test_a_folder_that_goes_away_is_watched_again_when_it_is_back(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "a.txt").write_text("a")
    async with watched(tmp_path, "inbox/a.txt") as it:
        shutil.rmtree(inbox)
        await it.until(1)
        while not any("as soon as it is" in line for line in it.said):
            await it.clock.pass_by(1)
        inbox.mkdir()
        (inbox / "a.txt").write_text("again")
        while len(it.started) < 2:
            await it.clock.pass_by(1)
        assert changes(it, inbox) == [("a.txt", "deleted"), ("a.txt", "added")]


async def test_a_path_outside_of_the_flows_folder_is_refused_unless_it_is_trusted(tmp_path: Path) -> None:
    home, outside = tmp_path / "home", tmp_path / "outside"
    home.mkdir()
    outside.mkdir()
    (home / "link").symlink_to(outside)
    for path in ("../outside", str(outside), "link"):
        with pytest.raises(RunError, match=r"File Changed Event \(file\) cannot be listened to: .*--trust"):
            async with watched(home, path):
                pass
    async with watched(home, "../outside", trusted=True) as it:
        (outside / "in.txt").write_text("a")
        await it.until(1)
        assert changes(it, outside) == [("in.txt", "added")]


async def test_a_link_in_the_folder_tells_nothing_of_what_is_outside(tmp_path: Path) -> None:
    home, outside = tmp_path / "home", tmp_path / "outside"
    home.mkdir()
    outside.mkdir()
    (home / "link").symlink_to(outside)
    async with watched(home, ".") as it:
        (home / "in.txt").write_text("a")
        await it.until(1)
        (outside / "secret.txt").write_text("a")
        (home / "in.txt").unlink()
        await it.until(2)
        (home / "in.txt").write_text("a")
        await it.until(3)
        assert changes(it, home) == [("in.txt", "added"), ("in.txt", "deleted"), ("in.txt", "added")]


async def test_a_flow_that_was_never_saved_has_no_folder(tmp_path: Path) -> None:
    drawing = draw("file: event.file_changed", "then: toy.step").set("file", Path="in.txt").exec("file.Out > then.In")
    with pytest.raises(RunError, match="save the flow first"):
        async with listened(drawing):
            pass


@pytest.mark.parametrize(("path", "told"), [("in.txt", []), ("../in.txt", ["Path"]), ("", ["Path"])])
def test_a_path_that_cannot_be_watched_is_a_problem(tmp_path: Path, path: str, told: list[str]) -> None:
    drawing = draw("file: event.file_changed", "then: toy.step").set("file", Path=path).exec("file.Out > then.In")
    problems = find_problems(drawing.flow(), registry_with(), FlowSource("here", tmp_path))
    assert [problem.pin for problem in problems if problem.node == "file"] == told


def test_one_that_could_be_watched_with_trust_says_so_and_is_no_error(tmp_path: Path) -> None:
    drawing = draw("file: event.file_changed", "then: toy.step").set("file", Path="/etc").exec("file.Out > then.In")
    problems = find_problems(drawing.flow(), registry_with(), FlowSource("here", tmp_path))
    (problem,) = [problem for problem in problems if problem.node == "file"]
    assert problem.severity == "warning"
    assert problem.message.startswith("it cannot be listened to: Path: /etc lies outside of the flow's folder")
    assert "--trust" in problem.message


async def test_stopping_ends_the_thread_that_watches(tmp_path: Path) -> None:
    async with watched(tmp_path, ".") as it:
        it.listening.stop()
        await it.listening.ended()
        assert not _is_watched()
