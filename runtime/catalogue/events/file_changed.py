"""The event that a changed file causes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Final, Literal

from pydantic import Field

from ...errors import FlowPathError, InputError
from ...ids import PinName
from ...nodes.context import ListeningContext
from ...nodes.node_type import EventNode, ListeningConfig, Occurrence, Overlap
from ...nodes.pins import NodeModel, hints
from ...source import FlowSource

_LOOK_AGAIN_SECONDS: Final = 2.0


class FileChangedEvent(EventNode):
    """Starts the flow when a file changes, while it is listened to (*Listen* in the editor, or `futureflow serve`).

    Path is a file, which need not be there yet, or a folder: then each file in it and below counts, except those that
    nobody means, as `.git` and what editors put beside a file. A relative path begins in the flow's folder; one outside
    of it only if the flow is trusted. Changes that come in quick succession are one.

    A run that itself changes what is watched starts the next one: let it write elsewhere.
    """

    type_id = "event.file_changed"
    title = "File Changed Event"
    category = "Events"
    synonyms = ("watch", "folder", "inbox", "directory", "modified", "created", "monitor")
    exec_out = ("Out",)
    listens = True

    class Inputs(NodeModel):
        """What to watch."""

        path: str = Field(
            min_length=1,
            description="A file, or a folder with all that is in it",
            json_schema_extra=hints(path="file"),
        )

    class Outputs(NodeModel):
        """What changed."""

        path: str = Field(default="", description="The file, as a full path")
        change: Literal["", "added", "modified", "deleted"] = Field(
            default="", description="What was done to it: added, modified or deleted"
        )

    class Config(ListeningConfig):
        """What to do with several."""

        overlap: Overlap = Field(
            default="queue",
            description="When a file changes during its run: run at once, queue it, or skip it",
            json_schema_extra=hints(advanced=True),
        )

    def check_listening(self, inputs: Inputs, source: FlowSource) -> None:
        """Raises InputError for a path that the flow may not mean."""
        try:
            source.path(inputs.path)
        except FlowPathError as error:
            raise InputError(PinName("Path"), str(error)) from error

    async def occurrences(self, inputs: Inputs, ctx: ListeningContext) -> AsyncGenerator[Occurrence, None]:
        """Wait for each change in turn; while the folder is not there, wait for it."""
        # Imported when they are needed: watchfiles takes 30 ms, which every start of the program would wait for.
        from .folder_watch import file_changes  # noqa: PLC0415
        from .seen_files import SeenFiles  # noqa: PLC0415

        watched, seen = ctx.source.path(inputs.path), None
        is_told = False
        while True:
            if seen is None or watched != seen.watched:
                seen = await asyncio.to_thread(SeenFiles, watched)
            if watched.is_dir() or watched.parent.is_dir():
                is_told = False
                async with aclosing(file_changes(watched, seen)) as changes:
                    async for path, change in changes:
                        yield Occurrence(self.Outputs(path=str(path), change=change))
            elif not is_told:
                is_told = True
                ctx.log("warn", f"the folder {watched.parent} is not there: it is watched as soon as it is")
            await ctx.sleep(_LOOK_AGAIN_SECONDS)
            watched = ctx.source.path(inputs.path)  # anew: there may be a link now that leads out of the folder
