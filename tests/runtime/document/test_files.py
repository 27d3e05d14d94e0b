"""Flow files: read, written, and written safely."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.document.files import dump_flow, flow_schema, load_flow, parse_flow, save_flow
from runtime.document.flow import Breakpoint, Connection, Flow, Frame, Node, PinKind, PinRef, View
from runtime.errors import FlowFileError, NewerFlowVersionError
from runtime.ids import NodeId, PinName

FLOWS = Path(__file__).parents[2] / "data" / "flows"
ALL_FLOWS = sorted(FLOWS.glob("v*/*.flow.json"))
SAVE_FOR_EVER = """
import itertools, sys
from runtime.document.files import save_flow
from runtime.document.flow import Flow

for number in itertools.count(1):
    save_flow(Flow(name=str(number), description="long " * 10_000), sys.argv[1])
    print(number, flush=True)
"""

TEXT = st.text(max_size=12)
NUMBER = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
POINT = st.tuples(NUMBER, NUMBER)
ANY_TEXT = st.text(st.characters() | st.characters(categories=["Cs"]), max_size=8)  # also half surrogate pairs
VALUE = st.recursive(
    st.none() | st.booleans() | NUMBER | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_TEXT, inner, max_size=3),
    max_leaves=6,
)
UNKNOWN_KEYS = st.dictionaries(TEXT.map("x_{}".format), VALUE, max_size=2)
NODES = st.builds(
    lambda extra, **known: Node(**known, **extra),
    extra=UNKNOWN_KEYS,
    id=TEXT.map(NodeId),
    type=TEXT,
    position=POINT,
    inputs=st.dictionaries(TEXT.map(PinName), VALUE, max_size=3),
    config=st.dictionaries(TEXT, VALUE, max_size=2),
    title=TEXT,
    comment=TEXT,
    mode=st.sampled_from(["normal", "mute", "bypass"]),
    collapsed=st.booleans(),
    breakpoint=st.none() | st.builds(Breakpoint, condition=st.text(max_size=5)),
)
REFS = st.builds(PinRef, TEXT.map(NodeId), TEXT.map(PinName))
CONNECTIONS = st.builds(
    lambda extra, **known: Connection(**known, **extra),
    extra=UNKNOWN_KEYS,
    kind=st.sampled_from(PinKind),
    source=REFS,
    target=REFS,
    via=st.lists(POINT, max_size=2).map(tuple),
)
FRAMES = st.builds(Frame, id=TEXT, title=TEXT, rect=st.tuples(NUMBER, NUMBER, NUMBER, NUMBER), color=TEXT)
FLOW_VALUES = st.builds(
    lambda extra, **known: Flow(**known, **extra),
    extra=UNKNOWN_KEYS,
    name=TEXT,
    description=TEXT,
    nodes=st.lists(NODES, max_size=3).map(tuple),
    connections=st.lists(CONNECTIONS, max_size=3).map(tuple),
    frames=st.lists(FRAMES, max_size=2).map(tuple),
    view=st.builds(View, center=POINT, zoom=st.floats(0.1, 10)),
)


def flow_text(**keys: Any) -> str:
    return json.dumps({"format": "futureflow", "version": 1, **keys}, indent=2)


def refused(text: str) -> FlowFileError:
    with pytest.raises(FlowFileError) as caught:
        parse_flow(text)
    return caught.value


class TestRoundTrip:
    @pytest.mark.parametrize("path", ALL_FLOWS, ids=lambda path: f"{path.parent.name}/{path.name}")
    def test_an_unchanged_flow_saves_the_same_bytes(self, path: Path) -> None:
        assert dump_flow(load_flow(path)).encode() == path.read_bytes()

    @given(FLOW_VALUES)
    def test_what_was_written_reads_back_as_the_same_flow(self, flow: Flow) -> None:
        text = dump_flow(flow)
        assert parse_flow(text) == flow
        assert dump_flow(parse_flow(text)) == text
        text.encode("utf-8")

    def test_half_a_surrogate_pair_which_no_utf8_holds_stays_escaped(self) -> None:
        node = '{"id": "n", "type": "t", "position": [0, 0], "inputs": {"Text": "\\ud83d, \\udc00 and 😀"}}'
        text = dump_flow(parse_flow('{"format": "futureflow", "version": 1, "nodes": [' + node + "]}"))
        assert node in text
        assert dump_flow(parse_flow(text)).encode("utf-8") == text.encode("utf-8")

    def test_there_is_one_line_for_each_node_connection_and_frame(self) -> None:
        text = (FLOWS / "v1" / "every_field.flow.json").read_text("utf-8")
        assert [json.loads(line.rstrip(","))["id"] for line in text.splitlines() if '{"id"' in line] == [
            "start", "conv", "ask", "seq", "log", "f1",
        ]  # fmt: skip
        assert text.endswith("}\n")

    def test_keys_come_in_the_models_order_and_defaults_are_left_out(self) -> None:
        node = '{"title": "", "inputs": {}, "x": 1, "position": [0, 0], "type": "a.b", "mode": "normal", "id": "n"}'
        text = dump_flow(parse_flow('{"version": 1, "nodes": [' + node + '], "format": "futureflow"}'))
        assert '\n    {"id": "n", "type": "a.b", "position": [0, 0], "x": 1}\n' in text
        assert text.startswith('{\n  "format": "futureflow",\n  "version": 1,\n  "name": "",\n')

    def test_a_byte_order_mark_is_read_over(self, tmp_path: Path) -> None:
        path = tmp_path / "a.flow.json"
        path.write_text("\ufeff" + flow_text(name="A"), "utf-8")
        assert load_flow(path).name == "A"


class TestTextThatIsNoFlow:
    def test_broken_json_says_line_and_column(self, tmp_path: Path) -> None:
        path = tmp_path / "broken.flow.json"
        path.write_text('{\n  "format": "futureflow"\n  "version": 1\n}', "utf-8")
        with pytest.raises(FlowFileError) as caught:
            load_flow(path)
        assert (caught.value.path, caught.value.line, caught.value.column) == (path, 3, 3)
        assert str(caught.value) == (
            f"{path}, line 3, column 3: not JSON: Expecting ',' delimiter; mend it in a text editor"
        )

    def test_the_way_out_names_the_backup_if_there_is_one(self, tmp_path: Path) -> None:
        path = tmp_path / "a.flow.json"
        save_flow(Flow(name="old"), path)
        save_flow(Flow(name="new"), path)
        path.write_text("{", "utf-8")
        with pytest.raises(FlowFileError, match=r"or open a\.flow\.json\.bak1, which was saved before it"):
            load_flow(path)

    @pytest.mark.parametrize(
        ("keys", "path", "line", "problem"),
        [
            ({"nodes": [{"id": "a", "type": "t"}]}, "$.nodes[0]", 5, "'position' is missing"),
            ({"nodes": [{"id": "a", "type": "t", "position": [0, "x"]}]}, "$.nodes[0].position[1]", 10, "should be a"),
            ({"nodes": {}}, "$.nodes", 4, "should be a valid list"),
            ({"nodes": [{"id": "a", "type": "t", "position": [0, 0], "mode": "odd"}]}, "$.nodes[0].mode", 12, "'mute'"),
            ({"connections": [{"kind": "exec", "from": ["a"], "to": ["b", "In"]}]}, "$.connections[0].from", 7, ""),
            ({"frames": [{"id": "f"}, 3]}, "$.frames[0]", 5, "'rect' is missing (and 1 more"),
        ],
    )
    def test_json_that_is_no_flow_says_where(self, keys: dict[str, Any], path: str, line: int, problem: str) -> None:
        error = refused(flow_text(**keys))
        assert (error.json_path, error.line) == (path, line)
        assert "not a flow: " in str(error)
        assert problem in str(error)

    @pytest.mark.parametrize(
        ("text", "place", "problem"),
        [
            ("[]", "line 1, column 1, at $", "a flow is a JSON object"),
            ("{}", "at $.format", 'it does not say "format": "futureflow"'),
            ('{"format": "other"}', "line 1, column 12, at $.format", 'it does not say "format": "futureflow"'),
            ('{"format": "futureflow"}', "at $.version", "its version should be a whole number from 1 to 1"),
            ('{"format": "futureflow", "version": true}', "line 1, column 37, at $.version", "whole number"),
            ('{"format": "futureflow", "version": 0}', "line 1, column 37, at $.version", "whole number"),
            ('{"format": "futureflow", "version": 1, "view": NaN}', "line 1, column 48", "NaN"),
        ],
    )
    def test_format_and_version_come_first(self, text: str, place: str, problem: str) -> None:
        error = refused(text)
        assert str(error).startswith(f"{place}: ")
        assert problem in str(error)

    def test_a_newer_version_is_refused_by_name_whatever_it_holds(self) -> None:
        error = refused('{"format": "futureflow", "version": 7, "nodes": "of a kind to come"}')
        assert isinstance(error, NewerFlowVersionError)
        assert "version 7, this Futureflow reads up to version 1: update Futureflow" in str(error)

    def test_bytes_that_are_no_utf8_say_where(self, tmp_path: Path) -> None:
        path = tmp_path / "latin.flow.json"
        path.write_bytes('{\n"name": "ä"}'.encode("latin-1"))
        with pytest.raises(FlowFileError, match="line 2, column 10: not UTF-8 text: save it as UTF-8"):
            load_flow(path)

    def test_a_file_that_is_not_there_or_is_a_folder(self, tmp_path: Path) -> None:
        with pytest.raises(FlowFileError, match="there is no such file"):
            load_flow(tmp_path / "none.flow.json")
        with pytest.raises(FlowFileError, match="cannot be read"):
            load_flow(tmp_path)

    def test_problems_inside_a_flow_do_not_keep_it_from_opening(self) -> None:
        node = {"id": "twice", "type": "vendor.unknown", "position": [0, 0]}
        wire = {"kind": "data", "from": ["nobody", "Out"], "to": ["twice", "In"]}
        flow = parse_flow(flow_text(nodes=[node, node], connections=[wire, wire]))
        assert (len(flow.nodes), len(flow.connections)) == (2, 2)


class TestSaving:
    def test_a_new_file_has_the_permissions_that_new_files_have(self, tmp_path: Path) -> None:
        save_flow(Flow(name="A"), tmp_path / "a.flow.json")
        (tmp_path / "plain").touch()
        assert load_flow(tmp_path / "a.flow.json").name == "A"
        assert (tmp_path / "a.flow.json").stat().st_mode == (tmp_path / "plain").stat().st_mode

    def test_permissions_are_kept(self, tmp_path: Path) -> None:
        path = tmp_path / "a.flow.json"
        save_flow(Flow(name="A"), path)
        path.chmod(0o640)
        save_flow(Flow(name="B"), path)
        assert stat.S_IMODE(path.stat().st_mode) == 0o640

    def test_earlier_versions_stay_as_backups_the_newest_first(self, tmp_path: Path) -> None:
        path = tmp_path / "a.flow.json"
        for name in "ABCDE":
            save_flow(Flow(name=name), path, backups=3)
        assert {file.name: load_flow(file).name for file in tmp_path.iterdir()} == {
            "a.flow.json": "E", "a.flow.json.bak1": "D", "a.flow.json.bak2": "C", "a.flow.json.bak3": "B",
        }  # fmt: skip

    def test_an_unchanged_flow_uses_up_no_backup(self, tmp_path: Path) -> None:
        path = tmp_path / "a.flow.json"
        for name in "ABBBB":
            save_flow(Flow(name=name), path)
        assert [load_flow(file).name for file in sorted(tmp_path.iterdir())] == ["B", "A"]

    def test_without_backups_there_is_only_the_file(self, tmp_path: Path) -> None:
        path = tmp_path / "a.flow.json"
        save_flow(Flow(name="A"), path, backups=0)
        save_flow(Flow(name="B"), path, backups=0)
        assert [file.name for file in tmp_path.iterdir()] == ["a.flow.json"]

    def test_a_link_is_followed_and_stays_a_link(self, tmp_path: Path) -> None:
        (tmp_path / "real").mkdir()
        real, link = tmp_path / "real" / "a.flow.json", tmp_path / "link.flow.json"
        save_flow(Flow(name="A"), real)
        link.symlink_to(real)
        save_flow(Flow(name="B"), link)
        assert link.is_symlink()
        assert load_flow(real).name == "B"
        assert load_flow(tmp_path / "real" / "a.flow.json.bak1").name == "A"

    def test_a_save_that_fails_at_the_last_step_leaves_the_old_file_whole(self, tmp_path: Path) -> None:
        path = tmp_path / "a.flow.json"
        save_flow(Flow(name="A"), path)
        (tmp_path / "a.flow.json.bak1" / "in the way").mkdir(parents=True)  # a folder where the backup is to go
        with pytest.raises(FlowFileError, match="what was saved before is still there") as caught:
            save_flow(Flow(name="B"), path, backups=1)
        assert str(tmp_path) in str(caught.value)
        assert load_flow(path).name == "A"
        assert sorted(file.name for file in tmp_path.iterdir()) == ["a.flow.json", "a.flow.json.bak1"]

    @pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on the size of files")
    def test_a_disk_that_is_full(self, tmp_path: Path) -> None:
        import resource

        path = tmp_path / "a.flow.json"
        save_flow(Flow(name="A"), path)
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
        try:
            with pytest.raises(FlowFileError, match="check free space and permissions"):
                save_flow(Flow(name="B" * 2000), path)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert load_flow(path).name == "A"
        assert [file.name for file in tmp_path.iterdir()] == ["a.flow.json"]

    def test_a_program_killed_while_it_saves_leaves_a_whole_flow(self, tmp_path: Path) -> None:
        path = tmp_path / "a.flow.json"
        saving = subprocess.Popen([sys.executable, "-c", SAVE_FOR_EVER, str(path)], stdout=subprocess.PIPE)
        assert saving.stdout
        for _ in range(20):
            saving.stdout.readline()
        saving.kill()
        rest, _ = saving.communicate()
        last_told = int((rest.split() or [b"20"])[-1])
        assert load_flow(path).name in {str(last_told), str(last_told + 1)}

    def test_a_folder_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(FlowFileError, match="not saved"):
            save_flow(Flow(), tmp_path / "none" / "a.flow.json")

    @pytest.mark.parametrize("value", [float("nan"), float("inf"), {1, 2}, object()])
    def test_a_value_that_json_cannot_write_is_named_and_nothing_is_touched(
        self, tmp_path: Path, value: object
    ) -> None:
        path = tmp_path / "a.flow.json"
        save_flow(Flow(name="A"), path)
        good = Node(id=NodeId("good"), type="t", position=(0, 0))
        bad = Node(id=NodeId("bad"), type="t", position=(0, 0), inputs={PinName("X"): value})
        with pytest.raises(FlowFileError, match="cannot be written as JSON") as caught:
            save_flow(Flow(nodes=(good, bad)), path)
        assert caught.value.json_path == "$.nodes[1]"
        assert load_flow(path).name == "A"


class TestSchema:
    def test_it_names_what_a_flow_file_holds(self) -> None:
        schema = flow_schema()
        assert schema["$schema"].endswith("2020-12/schema")
        assert schema["required"] == ["format", "version"]
        assert list(schema["properties"]) == [
            "format", "version", "name", "description", "nodes", "connections", "frames", "view",
        ]  # fmt: skip
        assert schema["$defs"]["Node"]["required"] == ["id", "type", "position"]
        assert {"from", "to"} <= set(schema["$defs"]["Connection"]["properties"])
        json.dumps(schema)
