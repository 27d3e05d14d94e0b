"""The command line: `futureflow run | serve | replay | test | futures | validate | ...`, no screen (design 8)."""

from __future__ import annotations

import argparse
import difflib
import io
import json
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from .catalogue import builtin_registry
from .cli_arguments import add_replay_arguments, add_run_arguments, add_serve_arguments, add_test_arguments
from .cli_futures import add_futures_arguments
from .cli_options import RunOptions, ServeOptions
from .cli_process import CANNOT_RUN, INTERRUPTED, SUCCEEDED
from .cli_replay import ReplayOptions, replay_recording
from .cli_run import run_flow
from .cli_serve import serve_flows
from .cli_test import TestOptions, run_test
from .document.files import flow_schema, load_flow
from .document.json_text import json_text
from .errors import FlowFileError
from .nodes.node_type import NodeType
from .nodes.pins import DataPin
from .nodes.registry import NodeRegistry
from .source import FlowSource
from .validation import find_problems

COMMANDS: Final = ("run", "serve", "replay", "test", "futures", "validate", "nodes", "schema")
"""The words that, as first argument, mean work without a window."""

_USAGE: Final = f"futureflow [FLOW...]\n       futureflow {{{','.join(COMMANDS)}}} ... [--help]"
_EXIT_CODES: Final = (
    "exit codes: 0 success; 1 the flow failed or was not done in time; 2 bad arguments or a flow that cannot run; "
    "130 stopped by Ctrl-C"
)

_SERVE_CODES: Final = (
    "exit codes: 0 ended by SIGTERM; 130 ended by Ctrl-C; 1 no event can be listened to any longer; 2 bad arguments, "
    "or a flow that cannot run or has no event that starts runs by itself"
)
_REPLAY_CODES: Final = (
    "exit codes: 0 the recorded run had succeeded; 1 it had not, or is not there to its end; 2 no recording"
)

_TEST_CODES: Final = "exit codes: 0 it ends as recorded; 1 it does not; 2 bad arguments, or nothing to compare with"


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the arguments (those of the process if None) say, and return the exit code."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A character that stdout cannot carry is no reason to lose the rest.
        sys.stdout.reconfigure(errors="backslashreplace")
    options = vars(_parser().parse_args(arguments))
    command = options.pop("command")
    try:
        code: int = command(**options)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has gone; without this Python complains once more when it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return code


class _ShowVersion(argparse.Action):
    """`--version`, looked up only when it is asked for: that takes as long as half of the command line's imports."""

    def __init__(self, option_strings: Sequence[str], dest: str, **settings: Any) -> None:
        super().__init__(option_strings, dest, nargs=0, default=argparse.SUPPRESS, **settings)

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415

        try:
            number = version("futureflow")
        except PackageNotFoundError:
            number = "(not installed: run from its source folder)"
        parser.exit(message=f"futureflow {number}\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="futureflow",
        usage=_USAGE,
        description="Edit flows in a window (futureflow [FLOW...]), or work with them without one:",
    )
    parser.add_argument("--version", action=_ShowVersion, help="show the version and end")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True, prog="futureflow")
    run = commands.add_parser("run", help="run a flow", epilog=_EXIT_CODES)
    add_run_arguments(run)
    run.set_defaults(command=_run)
    serve = commands.add_parser("serve", help="run flows whenever their events happen", epilog=_SERVE_CODES)
    add_serve_arguments(serve)
    serve.set_defaults(command=_serve)
    replay = commands.add_parser("replay", help="tell what a recording holds, as run told it", epilog=_REPLAY_CODES)
    add_replay_arguments(replay)
    replay.set_defaults(command=lambda **options: replay_recording(ReplayOptions(**options)))
    test = commands.add_parser("test", help="check that a flow still ends as a recording of it", epilog=_TEST_CODES)
    add_test_arguments(test)
    test.set_defaults(command=lambda **options: run_test(TestOptions(**options)))
    futures = commands.add_parser("futures", help="look at stored requests and answers, export or remove them")
    add_futures_arguments(futures)
    validate = commands.add_parser("validate", help="list the problems of flows; exit code 2 if there are errors")
    validate.add_argument("flows", metavar="FLOW", nargs="+", type=Path)
    validate.add_argument("--output", choices=("text", "json"), default="text")
    validate.set_defaults(command=_validate)
    nodes = commands.add_parser("nodes", help="list the node types, or show one in full")
    nodes.add_argument("type_id", metavar="TYPE", nargs="?", help="a type id, as flow.branch")
    nodes.add_argument("--output", choices=("text", "json"), default="text")
    nodes.set_defaults(command=_nodes)
    schema = commands.add_parser("schema", help="print the JSON Schema of the flow file")
    schema.set_defaults(command=_schema)
    return parser


def _run(**options: Any) -> int:
    _start_log(options["log_level"])
    return run_flow(RunOptions(**options))


def _serve(**options: Any) -> int:
    _start_log(options["log_level"])
    return serve_flows(ServeOptions(**options))


def _start_log(log_level: str) -> None:
    level = {"warn": "WARNING", "info": "WARNING"}.get(log_level, log_level.upper())
    logging.basicConfig(level=level, format="%(levelname)s %(name)s: %(message)s")


def _validate(flows: list[Path], output: str) -> int:
    registry = builtin_registry()
    problems = [problem for path in flows for problem in _problems_of(path, registry)]
    if output == "json":
        print(json_text(problems, indent=2))
    else:
        for problem in problems:
            place = [problem["file"], problem["node"]]
            severity = "" if problem["severity"] == "error" else f"{problem['severity']}: "
            print(": ".join([*filter(None, place), f"{severity}{problem['message']}"]))
    return CANNOT_RUN if any(problem["severity"] == "error" for problem in problems) else SUCCEEDED


def _problems_of(path: Path, registry: NodeRegistry) -> list[dict[str, Any]]:
    try:
        flow = load_flow(path)
    except FlowFileError as error:
        message = str(error).removeprefix(str(path)).lstrip(":, ")
        return [{"file": str(path), "severity": "error", "node": None, "pin": None, "message": message}]
    return [
        {
            "file": str(path),
            "severity": problem.severity,
            "node": problem.node,
            "pin": problem.pin or None,
            "message": problem.message,
        }
        for problem in find_problems(flow, registry, FlowSource.of_file(path))
    ]


def _nodes(type_id: str | None, output: str) -> int:
    registry = builtin_registry()
    if type_id is not None and type_id not in registry:
        near = difflib.get_close_matches(type_id, [known.type_id for known in registry], n=3, cutoff=0.4)
        hint = f"did you mean {' or '.join(near)}?" if near else "futureflow nodes lists all"
        print(f"futureflow: there is no node type {type_id!r}: {hint}", file=sys.stderr)
        return CANNOT_RUN
    types = [registry.get(type_id)] if type_id is not None else list(registry)
    if output == "json":
        print(json_text([declaration(node_type) for node_type in types], indent=2))
    elif type_id is not None:
        _print_type(declaration(types[0]))
    else:
        _print_list(types)
    return SUCCEEDED


def declaration(node_type: type[NodeType]) -> dict[str, Any]:
    """A node type as a JSON-able value, with all pins of its default config."""
    signature = node_type().signature
    return {
        "type": node_type.type_id,
        "title": node_type.title,
        "category": node_type.category,
        "description": node_type.description(),
        "kind": node_type.kind,
        "exec_in": list(signature.exec_in),
        "exec_out": list(signature.exec_out),
        "inputs": [_input_fields(pin) for pin in signature.inputs.values()],
        "outputs": [
            {"name": pin.name, "type": pin.type, "description": pin.description} for pin in signature.outputs.values()
        ],
        # A flow file holds settings by field name, not by the name of a pin.
        "config": node_type.Config.model_json_schema(by_alias=False) if node_type.Config.model_fields else None,
    }


def _input_fields(pin: DataPin) -> dict[str, Any]:
    return {
        "name": pin.name,
        "type": pin.type,
        "required": pin.required,
        "default": pin.default,
        "minimum": pin.minimum,
        "maximum": pin.maximum,
        "choices": None if pin.choices is None else list(pin.choices),
        "description": pin.description,
    }


def _print_list(types: Sequence[type[NodeType]]) -> None:
    width = max(len(node_type.type_id) for node_type in types)
    for category in dict.fromkeys(node_type.category for node_type in types):
        print(category)
        for node_type in types:
            if node_type.category == category:
                print(f"  {node_type.type_id:{width}}  {node_type.description().splitlines()[0]}")


def _print_type(told: dict[str, Any]) -> None:
    print(f"{told['type']} ({told['title']}, {told['category']}, {told['kind']} node)\n\n{told['description']}")
    for heading, key in (("Exec inputs", "exec_in"), ("Exec outputs", "exec_out")):
        if told[key]:
            print(f"\n{heading}: {', '.join(told[key])}")
    for heading, key in (("Inputs", "inputs"), ("Outputs", "outputs")):
        if told[key]:
            print(f"\n{heading}:")
        for pin in told[key]:
            print(f"  {pin['name']} ({_pin_facts(pin)})  {pin['description']}".rstrip())
    if told["config"]:
        print(f"\nConfig:\n{json.dumps(told['config']['properties'], indent=2)}")


def _pin_facts(pin: dict[str, Any]) -> str:
    facts = [pin["type"]]
    if pin.get("required"):
        facts.append("required")
    elif pin.get("default") is not None:
        facts.append(f"default {json_text(pin['default'])}")
    if pin.get("minimum") is not None:
        facts.append(f"at least {pin['minimum']:g}")
    if pin.get("maximum") is not None:
        facts.append(f"at most {pin['maximum']:g}")
    if pin.get("choices"):
        facts.append(f"one of {', '.join(map(str, pin['choices']))}")
    return ", ".join(facts)


def _schema() -> int:
    print(json.dumps(flow_schema(), indent=2))
    return SUCCEEDED
