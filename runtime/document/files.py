"""The flow file (design 3): text to flow, flow to text, and saving so that a crash leaves the old file whole."""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from ..errors import FlowFileError, NewerFlowVersionError
from ..uncollected import uncollected
from .flow import FORMAT, VERSION, Flow
from .json_text import JsonPath, json_path, line_and_column, place_of, read_json
from .migrations import MIGRATIONS, Migration, migrate, oldest_version

_LINE_PER_ITEM: Final = frozenset({"nodes", "connections", "frames"})
_LONE_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_SCHEMA_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def load_flow(path: str | Path) -> Flow:
    """The flow in a file. Raises FlowFileError, which says where, what is wrong, and what to do."""
    path = Path(path)
    text = _read_text(path)
    try:
        return parse_flow(text, path)
    except NewerFlowVersionError:
        raise
    except FlowFileError as error:
        backup = _backup_path(path, 1)
        error.problem += "; mend it in a text editor"
        if backup.exists():
            error.problem += f", or open {backup.name}, which was saved before it"
        raise


def parse_flow(text: str, path: Path | None = None, steps: Sequence[Migration] = MIGRATIONS) -> Flow:
    """The flow that the text holds; `path` is for messages, `steps` lead from older versions to this one.

    What is wrong inside a flow (unknown types, wires to nowhere, ids used twice) is for `runtime.validation` to find.
    Raises NewerFlowVersionError for a newer version, FlowFileError for text that is no flow.
    """
    try:
        with uncollected():  # a third of the time
            value = read_json(text, path)
            value = migrate(value, _checked_version(value, text, oldest_version(steps)), steps)
            return Flow.model_validate(value)
    except ValidationError as error:
        raise _not_a_flow(error, value, text, path) from None
    except FlowFileError as error:
        error.path = path
        raise


def dump_flow(flow: Flow) -> str:
    """The text of the flow's file: one line for each node, connection and frame, so that changes read well in a diff.

    Raises FlowFileError if a value in the flow is none that JSON can write.
    """
    lines = []
    for key, value in flow.model_dump(by_alias=True).items():
        if key in _LINE_PER_ITEM and value:
            items = [f"    {_as_json(item, (key, index))}" for index, item in enumerate(value)]
            written = "[\n" + ",\n".join(items) + "\n  ]"
        else:
            written = _as_json(value, (key,))
        lines.append(f"  {_as_json(key, (key,))}: {written}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def save_flow(flow: Flow, path: str | Path, backups: int = 3) -> None:
    """Write the flow's file so that at every moment either the old or the new one stands there whole.

    Up to `backups` earlier versions stay beside it as `NAME.bak1` (the newest), `NAME.bak2`, ... A link is followed,
    permissions are kept, and an unchanged flow leaves file and backups alone.

    Raises FlowFileError; the old file is then as it was.
    """
    target = Path(os.path.realpath(path))
    data = dump_flow(flow).encode()
    try:
        if target.is_file() and target.read_bytes() == data:
            return
        _replace(target, data, backups)
    except OSError as error:
        raise FlowFileError(
            f"not saved ({error.strerror or error}): check free space and permissions of {target.parent}, "
            "or save it elsewhere; what was saved before is still there",
            path=Path(path),
        ) from error


def flow_schema() -> dict[str, Any]:
    """The JSON Schema of the flow file, made from the models."""
    schema = Flow.model_json_schema(by_alias=True)
    # The models have defaults for these two, but a file must name them: by them a file is known as a flow.
    return {"$schema": _SCHEMA_DIALECT, **schema, "required": ["format", "version"]}


def _read_text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise FlowFileError("there is no such file: check the path", path=path) from None
    except OSError as error:
        problem = f"cannot be read ({error.strerror}): check the path and its permissions"
        raise FlowFileError(problem, path=path) from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", "replace")
        line, column = line_and_column(before, len(before))
        raise FlowFileError("not UTF-8 text: save it as UTF-8", path=path, line=line, column=column) from error


def _checked_version(value: Any, text: str, oldest: int) -> int:
    """The flow's version. Raises FlowFileError if the value is no flow, or one of a version that we cannot read."""
    if not isinstance(value, dict):
        raise _problem_at((), text, "not a flow: a flow is a JSON object")
    if value.get("format") != FORMAT:
        raise _problem_at(("format",), text, f'not a flow: it does not say "format": "{FORMAT}"')
    version = value.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < oldest:
        wanted = f"a whole number from {oldest} to {VERSION}"
        raise _problem_at(("version",), text, f"not a flow: its version should be {wanted}")
    if version > VERSION:
        problem = f"this flow has version {version}, this Futureflow reads up to version {VERSION}: update Futureflow"
        raise _problem_at(("version",), text, problem, NewerFlowVersionError)
    return version


def _problem_at(parts: JsonPath, text: str, problem: str, kind: type[FlowFileError] = FlowFileError) -> FlowFileError:
    line, column = place_of(text, parts) or (None, None)
    return kind(problem, line=line, column=column, json_path=json_path(parts))


def _not_a_flow(error: ValidationError, value: Any, text: str, path: Path | None) -> FlowFileError:
    """The first of the model's complaints, with its place in the text."""
    details = error.errors(include_url=False)
    first = details[0]
    problem = first["msg"].removeprefix("Input ").replace("tuple", "list").replace("dictionary", "object")
    if first["type"] == "missing":
        last = first["loc"][-1]
        problem = f"{f'item {last}' if isinstance(last, int) else repr(last)} is missing"
    if len(details) > 1:
        problem += f" (and {len(details) - 1} more problems like this)"
    made = _problem_at(_existing_part(value, first["loc"]), text, f"not a flow: {problem}")
    made.path = path
    return made


def _existing_part(value: Any, location: Iterable[str | int]) -> JsonPath:
    """As much of pydantic's location as the value has: it also names missing keys and members of unions."""
    parts: list[str | int] = []
    for part in location:
        if not isinstance(value, (dict, list)):
            break
        try:
            value = value[part]  # type: ignore[index]  # a key into a list is caught below
        except (KeyError, IndexError, TypeError):
            break
        parts.append(part)
    return parts


def _as_json(value: object, place: JsonPath) -> str:
    try:
        written = json.dumps(value, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        problem = (
            f"a value cannot be written as JSON ({error}): change it to a text, a finite number, a list or an object"
        )
        raise FlowFileError(problem, json_path=json_path(place)) from error
    # Half of a surrogate pair is legal in JSON only when escaped, and no UTF-8 can hold it.
    return _LONE_SURROGATE.sub(lambda match: f"\\u{ord(match.group()):04x}", written)


def _replace(target: Path, data: bytes, backups: int) -> None:
    temporary = target.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        with temporary.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            shutil.copymode(target, temporary)
            _keep_backups(target, backups)
        temporary.replace(target)
        _sync_folder(target.parent)
    finally:
        temporary.unlink(missing_ok=True)


def _keep_backups(target: Path, count: int) -> None:
    """Move each backup one back and keep the present file as the newest; the file itself never goes away."""
    names = [_backup_path(target, number) for number in range(1, count + 1)]
    for older, newer in zip(reversed(names), reversed(names[:-1]), strict=False):
        with suppress(FileNotFoundError):
            newer.replace(older)
    if names:
        names[0].unlink(missing_ok=True)
        _link_or_copy(target, names[0])


def _backup_path(path: Path, number: int) -> Path:
    return path.with_name(f"{path.name}.bak{number}")


def _link_or_copy(source: Path, copy: Path) -> None:
    try:
        copy.hardlink_to(source)
    except OSError:  # a file system without hard links
        shutil.copy2(source, copy)


def _sync_folder(folder: Path) -> None:
    """Make a rename outlast a power cut; Windows offers no such call for folders."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
