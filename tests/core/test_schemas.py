"""Loading schemas: every problem at once, by its place, and nothing that an author writes brings the process down."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml

from bridge.core.schemas import compile_schemas
from bridge.errors import ProjectInvalid

CASES = yaml.safe_load((Path(__file__).parents[1] / "compliance/schemas-problems.yaml").read_text())


def problems_of(files):
    try:
        compile_schemas({name: text if isinstance(text, bytes) else text.encode() for name, text in files.items()})
    except ProjectInvalid as refusal:
        return refusal.problems
    return ()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["comment"])
def test_every_problem_is_told_by_place_and_code(case):
    found = problems_of(case["files"])
    if case["problems"] == ["S015"]:  # a circle has no beginning
        assert [problem.code for problem in found] == ["S015"]
    else:
        assert [f"{problem.where} {problem.code}" for problem in found] == case["problems"]


def test_problems_name_the_folder_that_the_files_are_in():
    with pytest.raises(ProjectInvalid) as refusal:
        compile_schemas({"order/placed.v1.json": b"{}"}, "schemas/")
    assert str(refusal.value) == (
        "schemas/order/placed.v1.json:1:1 $: S010 the schema has no `$id`\n"
        "    fix: give it a whole URI of its own, such as https://schemas.example.com/order/placed.v1.json"
    )


def test_a_reference_that_is_nearly_right_is_told_what_is_there():
    (problem,) = problems_of({
        "order/placed.json": '{"$id": "https://ex.com/p", "$ref": "common/money.json"}',
        "common/money.json": '{"$id": "https://ex.com/m"}',
    })  # fmt: skip
    assert problem.what == "`$ref` leads to nothing in the schemas folder"
    assert problem.fix == "correct the path, the `$id` or the part after `#`; common/money.json is there"


def test_a_misspelt_type_is_told_the_right_one():
    (problem,) = problems_of({"a.json": '{"type": "objct"}'})
    assert problem.fix == "write object"
    (problem,) = problems_of({"a.json": '{"type": 3}'})
    assert problem.fix == "write one or a list of string, number, integer, boolean, object, array, null"


def test_schemas_are_found_by_name_and_carry_their_id():
    schemas = compile_schemas({
        "b.json": b'{"$id": "https://ex.com/b", "title": "B"}',
        "a.json": b'{"id": "urn:ex:a", "$schema": "http://json-schema.org/draft-04/schema#"}',
    })  # fmt: skip
    assert schemas.names == ("a.json", "b.json")
    found = schemas.get("b.json")
    assert found is not None
    assert (found.name, found.file, found.id) == ("b.json", "b.json", "https://ex.com/b")
    assert found.document == {"$id": "https://ex.com/b", "title": "B"}
    assert schemas.get("a.json").id == "urn:ex:a"
    assert schemas.get("c.json") is None


def test_no_schemas_are_no_problem():
    assert compile_schemas({}).names == ()


ID = '{"$id": "https://ex.com/a", '
DOUBLING = {f"d{i}": {"allOf": [{"$ref": f"#/$defs/d{i + 1}"}] * 2} for i in range(60)} | {"d60": {}}
WEAVE = {
    f"d{i}": {"properties": {f"p{j}": {"$ref": f"#/$defs/d{(i * 7 + j * 3 + 1) % 40}"} for j in range(6)}}
    for i in range(40)
}
HOSTILE = {
    "nesting without end": ('{"properties": {"a": ' * 30_000 + "{}" + "}}" * 30_000, "S003"),
    "lists without end": (ID + '"default": ' + "[" * 100_000 + "]" * 100_000 + "}", "S003"),
    "ten megabytes": (ID + '"description": "' + "x" * 10_000_000 + '"}', "S003"),
    "a reference to itself": (ID + '"$ref": "#"}', "S015"),
    "references that double": (ID + f'"$ref": "#/$defs/d0", "$defs": {json.dumps(DOUBLING)}}}', "S016"),
    "joins of all with all": (
        ID + f'"allOf": {json.dumps([{"$ref": f"#/$defs/d{i}"} for i in range(4)])}, "$defs": {json.dumps(WEAVE)}}}',
        "S017",
    ),
    "a regular expression of millions": (ID + '"pattern": "((a{1,100}){1,100}){1,100}"}', "S007"),
    "ten thousand mistakes": (
        ID + f'"properties": {json.dumps({f"p{i}": {"type": "objct"} for i in range(10_000)})}}}',
        "S005",
    ),
}
_PROGRAM = """
import sys
from bridge.core.schemas import compile_schemas
from bridge.errors import ProjectInvalid
try:
    compile_schemas({"a.json": sys.stdin.buffer.read()})
except ProjectInvalid as refusal:
    print(refusal.problems[0].code)
"""


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_schema_is_a_problem_and_soon(name):
    """In a process of its own: what overflows a stack would take the tests with it."""
    text, code = HOSTILE[name]
    started = time.process_time()
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM], input=text.encode(), capture_output=True, timeout=20, check=False
    )
    assert (done.stdout.decode().strip(), done.returncode) == (code, 0), done.stderr.decode()[-500:]
    assert time.process_time() - started < 2


@pytest.mark.parametrize("name", ["ten megabytes", "references that double", "joins of all with all"])
def test_a_bound_names_the_place(name):
    text, code = HOSTILE[name]
    (problem,) = problems_of({"a.json": text})
    assert (problem.code, problem.where.file) == (code, "a.json")


@pytest.mark.parametrize("rest", ['"items": {"$ref": "#/x"}, "x": {"type": "strng"}', '"minItems": 1e3000'])
def test_what_only_the_validator_refuses_is_a_problem_too(rest):
    (problem,) = problems_of({"a.json": f"{ID}{rest}}}"})
    assert problem.code == "S009"
    assert "\n" not in problem.what


def test_long_chains_of_references_and_deep_schemas_are_fine():
    chain = {f"d{i}": {"properties": {"x": {"$ref": f"#/$defs/d{i + 1}"}}} for i in range(1_000)} | {"d1000": {}}
    deep = '{"type": "object", "properties": {"a": ' * 55 + "{}" + "}}" * 55
    assert problems_of({"a.json": ID + f'"$ref": "#/$defs/d0", "$defs": {json.dumps(chain)}}}'}) == ()
    assert problems_of({"a.json": ID + f'"items": {deep}}}'}) == ()
