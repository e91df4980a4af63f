"""Every parser of what others write, and the laws of each: a value or our own error, in bounded time."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bridge.core.batch import Record
from bridge.core.decode import decode, read_batch
from bridge.core.expression import ABSENT, compile_expression
from bridge.core.pattern import compile_pattern
from bridge.core.schemas import compile_schemas
from bridge.core.template import Scope, compile_template
from bridge.core.wire import canonical_json, read_json
from bridge.core.yamltree import read_yaml
from bridge.errors import BridgeError, Where
from bridge.parcel import parcel_as_json, parcel_from_json

ROOT = Path(__file__).parents[2]
DOCUMENT = {
    "new": {"a": 1, "b": "x", "l": [1, "2", {"k": None}], "m": {"a": {"b": [True]}}},
    "old": {"a": 2, "b": "y"},
    "keys": {"pk": "P#1"},
    "change": "modify",
    "item": {"a": 1, "status": "PAID"},
}


@dataclass(frozen=True, slots=True)
class Target:
    name: str
    read: Callable[[bytes], Any]  #: raises `BridgeError` for what is wrong with it, and nothing else
    seeds: Callable[[], Iterator[bytes]]
    words: tuple[bytes, ...]  #: what the notation is made of


def record(data: bytes) -> None:
    """As Lambda's runtime reads an event, and the handler after it."""
    try:
        event = json.loads(data)
    except (ValueError, RecursionError):
        return  # Lambda's own: no event would come
    for each in read_batch(event).records:
        assert isinstance(each, Record)
        try:
            decode(each).document()
        except BridgeError:
            continue


def expression(data: bytes) -> None:
    made = compile_expression(data.decode(errors="replace"), lambda offset: Where(column=offset + 1))
    for document in (DOCUMENT, [1, "x", None], None):
        try:
            made.say(document)
        except BridgeError:
            continue


def template(data: bytes) -> None:
    problems: list[Any] = []
    compile_template(read_yaml(data, "fuzzed.yaml"), Scope(frozenset(DOCUMENT)), problems)
    assert all(problem.code and problem.fix for problem in problems)


def pattern(data: bytes) -> None:
    made = compile_pattern(read_yaml(data, "fuzzed.yaml"))
    assert made.matches(DOCUMENT) in (True, False)
    assert made.may_match(DOCUMENT, {"new"}) in (True, False, None)


def schema(data: bytes) -> None:
    schemas = compile_schemas({"fuzzed.v1.json": data})
    for name in schemas.names:
        made = schemas.get(name)
        assert made is not None
        list(made.problems(DOCUMENT["new"]))


def parcel(data: bytes) -> None:
    parcel_as_json(parcel_from_json(data, "f00/2027-01-15/e1"))


def text(data: bytes) -> None:
    value = read_json(data)
    assert read_json(canonical_json(value)) == value


def _files(*patterns: str) -> Iterator[bytes]:
    for each in patterns:
        for path in sorted(ROOT.glob(each)):
            yield path.read_bytes()[:4000]


def _expressions() -> Iterator[bytes]:
    for path in sorted((ROOT / "tests/compliance/jmespath").glob("*.json")):
        for suite in json.loads(path.read_text()):
            for case in suite["cases"]:
                yield case["expression"].encode()
    yield from (b"map(&divide(a, b), new.l)", b"join('-', sort(keys(new)))", b"pad(upper(new.b), `7`, '0')")


def _patterns() -> Iterator[bytes]:
    for case in yaml.safe_load((ROOT / "tests/compliance/patterns.yaml").read_bytes())[:200]:
        yield json.dumps(case.get("pattern", case) if isinstance(case, dict) else case, default=str).encode()


def _parcels() -> Iterator[bytes]:
    yield json.dumps(
        {
            "key": "f/d/r", "record": {"a": 1.50}, "record_id": "r", "fingerprint": "f", "project": "p", "shape": {},
            "problems": [{"code": "M001", "what": "w", "fix": "f", "level": "error", "file": None, "line": None,
                          "column": None, "path": "$.a", "record": "r"}],
            "delivered": [{"event": "e", "target": "t"}], "looked_up": True,
        }
    ).encode()  # fmt: skip


_JSON = (b"{", b"}", b"[", b"]", b'"', b",", b":", b"null", b"1e999", b"-0", b"\\ud800", b"\\u0000", b"1E-130", b"NaN")
_YAML = (
    b"&a ",
    b"*a",
    b"!!python/object:os.system ",
    b"<<: ",
    b"|\n  ",
    b">-\n  ",
    b"? ",
    b"- ",
    b"\t",
    b"---\n",
    b"%YAML",
    b"#",
    b"'",
    b"${",
    b"}",
    b"$$",
)
_PATTERN = (
    *_JSON,
    b"$or",
    b"prefix",
    b"suffix",
    b"wildcard",
    b"numeric",
    b"exists",
    b"anything-but",
    b"cidr",
    b"equals-ignore-case",
    b'"***"',
    b"**",
)
_SCHEMA = (
    *_JSON,
    b"$ref",
    b"#/$defs/a",
    b"$dynamicRef",
    b"allOf",
    b"not",
    b"pattern",
    b"(a+)+$",
    b"unevaluatedProperties",
    b"\\p{L}",
    b"const",
    b"enum",
    b"if",
)
_EXPRESSION = (
    b"[*]",
    b"[]",
    b"[?",
    b"]",
    b"(",
    b")",
    b"&",
    b"@",
    b"|",
    b"||",
    b"!",
    b"`",
    b"'",
    b"{a: ",
    b".",
    b"*",
    b"[::",
    b"-1",
    b"nullable(",
    b"sort_by(",
    b"map(&",
    b"1e999",
    b"merge(",
    b"to_string(",
    b"reverse(",
)
_RECORD = (
    *_JSON,
    b'"M"',
    b'"L"',
    b'"N"',
    b'"B"',
    b'"NS"',
    b'"SS"',
    b'"NULL"',
    b'"BOOL"',
    b"NewImage",
    b"Keys",
    b"kinesis",
    b"aws:dynamodb",
    b"Records",
)

TARGETS = (
    Target("record", record, lambda: _files("tests/samples/*/*.json", "rules/records/*.json"), _RECORD),
    Target("expression", expression, _expressions, _EXPRESSION),
    Target("template", template, lambda: _files("rules/*.yaml"), (*_YAML, *_EXPRESSION)),
    Target("pattern", pattern, _patterns, _PATTERN),
    Target("yaml", lambda data: read_yaml(data, "fuzzed.yaml").plain(), lambda: _files("rules/*.yaml", "bridge.yaml"), _YAML),
    Target("schema", schema, lambda: _files("schemas/*/*.json"), _SCHEMA),
    Target("parcel", parcel, _parcels, _JSON),
    Target("json", text, lambda: _files("tests/samples/*/*.json"), _JSON),
)  # fmt: skip


@cache
def corpus(target: Target) -> tuple[bytes, ...]:
    """What is changed at random: everything of its kind that the repository holds."""
    found = tuple(dict.fromkeys(target.seeds()))
    assert found
    assert ABSENT is not None
    return found
