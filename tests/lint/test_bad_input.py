"""Whatever a project holds, lint says what is wrong with it: soon, in little memory, and without a traceback."""

import json
import resource
import shutil
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
#: Bytes that the process may have in all: the 200 MB of the promise and what the interpreter maps without using.
MEMORY = 200 * 1024 * 1024
RULE, SCHEMA = "rules/order.yaml", "schemas/order/placed.v1.json"
HEAD = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "https://schemas.example.com/order/placed.v1.json",
}


def with_value(value):
    """The sample's rule with another value for a member of the data."""
    text = (ROOT / RULE).read_text()
    assert "channel: web # a literal" in text
    return text.replace("channel: web # a literal", f"channel: {value}").encode()


def schema(**keywords):
    return json.dumps(HEAD | keywords).encode()


def chain(length):
    """References that lead from one to the next, and from the last to the first."""
    return {f"d{n}": {"$ref": f"#/$defs/d{(n + 1) % length}"} for n in range(length)}


def bomb(levels):
    names = [chr(ord("a") + level) for level in range(levels)]
    lines = [f"{names[0]}: &{names[0]} [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]" for before, name in pairwise(names)]
    return "\n".join(lines).encode()


BAD = {
    "a rule file of 10 MB": (RULE, b"a: b\n" * 2_000_000, "R001"),
    "a schema of 10 MB": (SCHEMA, b'{"a": [' + b"1," * 5_000_000 + b"1]}", "S003"),
    "a file below the limit that is all values": (RULE, b"- a\n" * 250_000, "R005"),
    "100,000 open brackets": (RULE, b"[" * 100_000, "R004"),
    "100,000 open braces": (RULE, b"{a: " * 100_000, "R004"),
    "100,000 open brackets in a schema": (SCHEMA, b"[" * 100_000, "S003"),
    "100,000 nested schemas": (SCHEMA, b'{"not": ' * 100_000 + b"{}" + b"}" * 100_000, "S003"),
    "anchors that bomb": (RULE, bomb(20), "R009"),
    "a binary file": (RULE, bytes(range(256)) * 1000, "R002"),
    "a binary schema": (SCHEMA, bytes(range(256)) * 1000, "S001"),
    "a file of zeros": (RULE, bytes(500_000), "R003"),
    "an infinite reference": (SCHEMA, schema(**{"$ref": "#"}), "S015"),
    "references in a circle": (SCHEMA, schema(**{"$ref": "#/$defs/d0", "$defs": chain(2_000)}), "S015"),
    "references that multiply": (
        SCHEMA,
        schema(
            **{
                "$ref": "#/$defs/d0",
                "$defs": {f"d{n}": {"allOf": [{"$ref": f"#/$defs/d{n + 1}"}] * 2} for n in range(40)} | {"d40": {}},
            }
        ),
        "S016",
    ),
    "a regex that takes for ever": (
        SCHEMA,
        schema(type="object", properties={"a": {"type": "string", "pattern": "^(a+)+$", "examples": ["a" * 60 + "!"]}}),
        "L026",
    ),
    "a regex that explodes": (SCHEMA, schema(properties={"a": {"pattern": "((a{1,100}){1,100}){1,100}"}}), "S007"),
    "an expression nested 10,000 deep": (RULE, with_value("${" + "(" * 10_000 + "new" + ")" * 10_000 + "}"), "X004"),
    "an expression of 10,000 nots": (RULE, with_value('"${' + "!" * 3_000 + 'new}"'), "X004"),
    "an expression of 100,000 characters": (RULE, with_value("${" + "new." * 25_000 + "x}"), "X004"),
    "a literal nested 2,000 deep": (RULE, with_value("${`" + "[" * 2_000 + "]" * 2_000 + "`}"), "X004"),
    "a pattern of alternatives that multiply": (
        RULE,
        with_value("web").replace(
            b"      new: {status: [PAID]}",
            b"      new:\n"
            + b"\n".join(
                b"        a%d: {b: {$or: [{c: [1]}, {d: [2]}]}, $or: [{b: {c: [1]}}, {b: {d: [2]}}]}" % n
                for n in range(40)
            )
            + b"\n        $or:\n"
            + b"\n".join(b"          - {a%d: {b: {x: [1]}}}" % n for n in range(40)),
            1,
        ),
        "P019",
    ),
    "a key of a megabyte": (RULE, b'"' + b"k" * 1_000_000 + b'": x', "R0"),
    "a line of a megabyte": (RULE, b"entity: " + b"E" * 1_000_000, "R045"),
    "a number of a million digits": (RULE, with_value("9" * 900_000), "R022"),
    "an empty file": (RULE, b"", "R032"),
    "a project file that is a list": ("bridge.yaml", b"[1, 2, 3]", "R032"),
    "a project file of brackets": ("bridge.yaml", b"[" * 100_000, "R004"),
}


@pytest.fixture
def shop(tmp_path):
    for name in ("rules", "schemas"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "bridge.yaml", tmp_path)
    return tmp_path


def limited():
    resource.setrlimit(resource.RLIMIT_CPU, (20, 20))
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_a_problem_within_a_second_and_200_mb(name, shop):
    file, data, code = BAD[name]
    (shop / file).write_bytes(data)
    command = [sys.executable, "-m", "tests.lint.measured", str(shop), "text"]
    began = time.monotonic()
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=60, check=False, preexec_fn=limited)
    seconds, out = time.monotonic() - began, ran.stdout.decode()
    cpu, peak, status = json.loads(ran.stderr.decode().splitlines()[-1])
    assert "Traceback" not in out + ran.stderr.decode()
    assert status == 1, ran.stderr.decode()
    assert f" {code}" in out
    assert len(out) < 1_000_000
    assert peak < 200_000, f"{peak} KB"
    assert cpu < 1.0, f"{cpu} s of CPU, {seconds} s in all"
