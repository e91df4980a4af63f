"""What a built function starts from: kept trees in place of YAML, bytecode in place of sources, and no more than it runs."""

import subprocess
import sys
from pathlib import Path

import pytest

import bridge.core.schemas
from bridge.archive import ours, project_files
from bridge.build import NEEDLESS, _with_trees
from bridge.built import FILE, built, opened
from bridge.bytecode import TASK_ROOT, compiled, interpreter_of
from bridge.core.schemas import compile_schemas
from bridge.core.wire import read_json
from bridge.core.yamltree import read_yaml
from bridge.core.yamltree.kept import keep, restored
from bridge.errors import ProjectInvalid
from bridge.project import load_project
from tests.modules import FILES, MODULES, imports, module_of

ROOT = Path(__file__).parents[1]
YAML = """\
# comment
a: [1, 2.50, "x\\u00e9", 'it''s', null, true, 12345678901234567890123]
b:
  c: >-
    folded
    text
  d: |
    block
  examples: [1]
empty:
"""
PARTS = ("bridge.yaml", "rules", "schemas")
#: Not in the artifact, and what stops an import of it.
ABSENT = ("yaml", "cloudevents", "dateutil", "six", "deprecation", "packaging", "boto3")
START = """
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in sys.argv[2].split(","):
            raise ModuleNotFoundError(name, name=name)
sys.meta_path.insert(0, Absent())
sys.path.insert(0, sys.argv[1])
import bridge
assert bridge.__file__.startswith(sys.argv[1]), bridge.__file__
import bridge.handler
from pathlib import Path
from bridge.project import load_project
print(load_project(Path(sys.argv[1])).version)
"""


def nodes(node):
    yield node
    for each in getattr(node, "entries", getattr(node, "items", ())):
        if hasattr(each, "key"):
            yield each.key
            yield from nodes(each.value)
        else:
            yield from nodes(each)


@pytest.mark.parametrize("text", [YAML, *((ROOT / "rules").glob("*.yaml")), ROOT / "bridge.yaml"], ids=str)
def test_a_kept_tree_is_the_tree_with_every_place(text):
    data = text.encode() if isinstance(text, str) else text.read_bytes()
    tree = read_yaml(data, "rules/a.yaml")
    again = restored(keep(tree), data, "rules/a.yaml")
    assert again == tree
    for one, other in zip(nodes(tree), nodes(again), strict=True):
        if hasattr(one, "place"):
            assert [one.place(n) for n in range(len(one.text) + 1)] == [
                other.place(n) for n in range(len(one.text) + 1)
            ]


ENTITY = """\
entity: a
examples: [{name: x}]
let: {examples: 1}
when: {new: {examples: [x], events: [y]}}
extensions: {examples: b}
events:
  examples: {data: {examples: 1}, examples: [1], when: {new: {examples: [{exists: false}]}}}
  said: {data: [{examples: {examples: 2}}], examples: []}
"""


def test_examples_alone_are_not_kept_and_what_else_is_called_so_is(tmp_path):
    manifest = "targets: {examples: {sns: {topic: x}}}\nexamples: 1"
    (tmp_path / FILE).write_bytes(built({"rules/a.yaml": ENTITY.encode(), "bridge.yaml": manifest.encode()}))
    read = opened(tmp_path).tree
    whole = read_yaml(ENTITY.encode(), "rules/a.yaml").plain()
    del whole["examples"], whole["events"]["said"]["examples"], whole["events"]["examples"]["examples"]
    assert read(ENTITY.encode(), "rules/a.yaml", []).plain() == whole
    assert read(manifest.encode(), "bridge.yaml", []) == read_yaml(manifest.encode(), "bridge.yaml")


@pytest.mark.parametrize("text", ["[1, 2]", "x", "events: 1", "events: {a: 1}"])
def test_a_file_that_is_no_entity_is_kept_as_it_is(text, tmp_path):
    (tmp_path / FILE).write_bytes(built({"rules/a.yaml": text.encode()}))
    assert opened(tmp_path).tree(text.encode(), "rules/a.yaml", []) == read_yaml(text.encode(), "rules/a.yaml")


def test_a_file_that_changed_is_read_anew(tmp_path):
    (tmp_path / FILE).write_bytes(built({"a.yaml": b"x: 1"}))
    read = opened(tmp_path).tree
    assert read(b"x: 1", "a.yaml", []).plain() == {"x": 1}
    assert read(b"x: 2", "a.yaml", []).plain() == {"x": 2}
    assert read(b"y: 2", "b.yaml", []).plain() == {"y": 2}


def test_a_file_that_changed_is_a_problem_where_there_is_no_yaml(tmp_path, monkeypatch):
    (tmp_path / FILE).write_bytes(built({"a.yaml": b"x: 1"}))
    monkeypatch.setitem(sys.modules, "bridge.core.yamltree.build", None)
    assert opened(tmp_path).tree(b"x: 1", "a.yaml", []).plain() == {"x": 1}
    with pytest.raises(ProjectInvalid) as refused:
        opened(tmp_path).tree(b"x: 2", "a.yaml", [])
    assert str(refused.value) == (
        "a.yaml:1:1: C044 bridge.json was built of another a.yaml, and there is no PyYAML here to read this one\n"
        "    fix: build the function again"
    )


def test_what_cannot_be_read_is_not_built():
    with pytest.raises(ProjectInvalid, match="R009"):
        built({"a.yaml": b"x: &a 1\ny: *a"})


def test_bytecode_is_the_same_each_time_and_names_the_functions_own_place():
    sources = {"a/b.py": b"def f():\n    return {1, 2, 'x'}, __file__\n", "a/c.txt": b"no module", "d.py": b"x = 1"}
    made = compiled(sources, sys.executable)
    tag = sys.implementation.cache_tag
    assert set(made) == {f"a/__pycache__/b.{tag}.pyc", f"__pycache__/d.{tag}.pyc"}
    assert made == compiled(sources, sys.executable)
    assert f"{TASK_ROOT}/a/b.py".encode() in made[f"a/__pycache__/b.{tag}.pyc"]


def test_only_an_interpreter_of_the_runtimes_version_compiles():
    assert interpreter_of(f"python{sys.version_info.major}.{sys.version_info.minor}") == sys.executable
    assert interpreter_of("python2.99") == ""


def test_the_function_starts_with_no_more_than_it_carries(tmp_path):
    project = {name: path.read_bytes() for name, path in project_files(ROOT, PARTS) if ".examples." not in name}
    contents = {name: path.read_bytes() for name, path in ours() if not NEEDLESS.match(name)} | _with_trees(project)
    contents |= compiled(contents, sys.executable)
    for name, data in contents.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    ran = subprocess.run(
        [sys.executable, "-c", START, str(tmp_path), ",".join(ABSENT)],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.stderr == ""
    assert ran.stdout.strip() == load_project(ROOT).version


#: Says what only exact readers can tell, and refers from file to file.
NUMBERS = """{"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "https://example.com/numbers",
 "type": "object", "required": ["n"], "properties": {
   "n": {"type": "number", "maximum": 0.30000000000000000000000000001, "multipleOf": 0.00000000000000000001},
   "big": {"const": 12345678901234567890123}, "other": {"$ref": "other.json"}}}"""
OTHER = """{"$schema": "http://json-schema.org/draft-07/schema#", "$id": "https://example.com/other",
 "oneOf": [{"properties": {"a": {"const": 1}}}, {"properties": {"b": {"format": "date"}}}], "dependencies": {"a": ["b"]}}"""
DATA = (
    "{}", '{"n": 0.3}', '{"n": 0.30000000000000000000000000001}', '{"n": 0.30000000000000000000000000002}', '{"n": "x"}',
    '{"n": 0, "big": 12345678901234567890123}', '{"n": 0, "big": 12345678901234567890124}', '{"n": 0, "stranger": 1}',
    '{"n": 0, "other": {"a": 1}}', '{"n": 0, "other": {"a": 2, "b": "2026-01-31"}}', '{"a": 1}', '{"b": "x"}', '{"c": 1}',
)  # fmt: skip
SCHEMAS = {
    "numbers.json": NUMBERS.encode(),
    "deep/other.json": OTHER.encode(),
    "other.json": OTHER.replace("/other", "/o").encode(),
}


def sample(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.json")}


@pytest.mark.parametrize("files", [SCHEMAS, sample(ROOT / "schemas")], ids=["exact", "sample"])
def test_kept_schemas_are_the_compiled_ones(files, tmp_path):
    compiled = compile_schemas(files, "schemas/")
    project = (ROOT / "bridge.yaml").read_bytes()
    (tmp_path / FILE).write_bytes(built({"bridge.yaml": project} | {f"schemas/{name}": files[name] for name in files}))
    again = opened(tmp_path).schemas(files, "schemas/")
    assert again.names == compiled.names
    assert again.links == compiled.links
    for name in compiled.names:
        one, other = compiled.get(name), again.get(name)
        assert type(one.closed) is not type(other.closed), "it was compiled again"
        for part in ("name", "file", "id", "members", "checks_both"):
            assert getattr(one, part) == getattr(other, part)
        for part in ("document", "open", "closed"):
            assert getattr(one, part) == dict(getattr(other, part))
            assert len(getattr(one, part)) == len(getattr(other, part))
        for data in map(read_json, DATA):
            assert (one.holds(data), one.problems(data)) == (other.holds(data), other.problems(data))


@pytest.mark.parametrize(
    "changed", [{"a.json": b"{ }"}, {"b.json": b"{}"}, {}, {"a.json": b"{}", "b.json": b"{}"}], ids=str
)
def test_other_schemas_than_those_that_were_built_are_compiled(changed, tmp_path, monkeypatch):
    was = {"a.json": NUMBERS.replace(', "other": {"$ref": "other.json"}', "").encode()}
    (tmp_path / FILE).write_bytes(
        built({"bridge.yaml": (ROOT / "bridge.yaml").read_bytes(), "schemas/a.json": was["a.json"]})
    )
    asked = []
    monkeypatch.setattr(bridge.core.schemas, "compile_schemas", lambda files, folder: asked.append((files, folder)))
    assert opened(tmp_path).schemas(was, "schemas/").names == ("a.json",)
    opened(tmp_path).schemas(changed, "schemas/")
    assert asked == [(changed, "schemas/")]


def test_what_the_function_carries_of_ours_it_can_come_to_use():
    carried = {module_of(path) for path in FILES if not NEEDLESS.match(str(path.relative_to(ROOT)))}
    reached, waiting = set(), ["bridge.handler", "bridge.aws.asked", "bridge.aws.lean", "bridge.aws.unusual"]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += {*imports(MODULES[name]), *packages_of(name)} & MODULES.keys()
    assert carried == reached


def packages_of(name):
    """The packages around a module, which are imported before it."""
    return [name.rsplit(".", up)[0] for up in range(1, name.count(".") + 1)]
