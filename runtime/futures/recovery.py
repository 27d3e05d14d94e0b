"""What becomes of futures whose program has ended without a word: they are interrupted, and can be asked again."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from ..ids import FutureId
from .future import INTERRUPTED, FutureState, StateChange
from .owners import is_alive
from .records import from_parts, updated_rest
from .rows import row_of, write_rows


def interrupt_lost(connection: sqlite3.Connection, owners: Path) -> list[FutureId]:
    """Settle what is in flight in programs that no longer run; the ids of what was settled."""
    lost = []
    for (owner,) in connection.execute("SELECT DISTINCT owner FROM futures WHERE settled IS NULL").fetchall():
        if not is_alive(owners, owner):
            lost += _interrupt(connection, owner)
    return lost


def to_resend(connection: sqlite3.Connection) -> list[FutureId]:
    """What was interrupted and has not been asked again, oldest first."""
    rows = connection.execute(
        "SELECT id FROM futures WHERE state = ? "
        "AND id NOT IN (SELECT retry_of FROM futures WHERE retry_of IS NOT NULL) ORDER BY id",
        (FutureState.INTERRUPTED,),
    )
    return [FutureId(row[0]) for row in rows]


def _interrupt(connection: sqlite3.Connection, owner: str) -> list[FutureId]:
    whole = "SELECT id, request, rest FROM futures JOIN records USING (number)"
    rows = connection.execute(f"{whole} WHERE settled IS NULL AND owner = ?", (owner,)).fetchall()
    ids = []
    for future_id, request, rest in rows:
        ids.append(FutureId(future_id))
        try:
            future = from_parts(request, rest)
        except ValueError:  # no reason not to open the store; who wants this one is told
            sql = "UPDATE futures SET state = ?, settled = created, error = ? WHERE id = ?"
            connection.execute(sql, (FutureState.INTERRUPTED, INTERRUPTED.error, future_id))
            continue
        # Nobody knows when the program ended; this is the last that was heard of it.
        future.history.append(StateChange(FutureState.INTERRUPTED, future.history[-1].at, INTERRUPTED.error))
        future.end(INTERRUPTED)
        write_rows(connection, [row_of(future, owner, request, updated_rest(rest, future))])
    return ids
