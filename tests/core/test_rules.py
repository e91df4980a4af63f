"""Rules behave as tests/compliance/rules.yaml says."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bridge.core.given import ASSUMED, change_of
from bridge.core.rules import compile_rules
from bridge.core.rules.event import Surroundings
from bridge.core.same import differences
from bridge.core.schemas import compile_schemas
from bridge.core.wire import read_json
from bridge.core.yamltree import read_yaml
from bridge.errors import RecordRefused

FILE = Path(__file__).parents[1] / "compliance" / "rules.yaml"
CASES = read_yaml(FILE.read_bytes(), FILE.name).plain()
DRAFT = "https://json-schema.org/draft/2020-12/schema"
CLOSED = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}
OPEN = {"additionalProperties": True}
SCHEMAS = compile_schemas(
    {
        name: json.dumps({"$schema": DRAFT, "$id": f"https://x.example/{name}", **body}).encode()
        for name, body in {"any.v1.json": OPEN, "other.v1.json": OPEN, "closed.v1.json": CLOSED}.items()
    }
)
AROUND = Surroundings(SCHEMAS, SCHEMAS.names, {"domain-bus", "order-feed"})


def change(given):
    """A change out of a document such as examples have."""
    return change_of({**ASSUMED, "table": "shop", "id": "e1", "keys": {"pk": "K"}, **given})


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["comment"])
def test_rules(case):
    rules, problems = compile_rules({"r.yaml": case["rule"].encode()}, AROUND)
    if "invalid" in case:
        found = [f"{p.code} {p.where.line}:{p.where.column}" for p in problems]
        assert [f[: len(w.split()[0])] for f, w in zip(found, case["invalid"], strict=False)] == [
            w.split()[0] for w in case["invalid"]
        ], found
        assert len(found) == len(case["invalid"]), found
        assert all(w.split()[1] in f for f, w in zip(found, case["invalid"], strict=True)), found
        return
    assert problems == []
    if "problem" in case:
        with pytest.raises(RecordRefused) as refused:
            rules.translate(change(case["given"]))
        problem = refused.value.problems[0]
        code, *path = case["problem"].split()
        assert problem.code.startswith(code), problem
        assert problem.where.path == (path or [problem.where.path])[0]
        assert (problem.where.file, problem.where.record) == ("r.yaml", "e1")
        assert problem.where.line
        return
    said = [read_json(event.body) for event in rules.translate(change(case["given"])).events]
    assert list(differences(case["says"], said, partly=True)) == []
    assert len(said) == len(case["says"])


def test_an_event_goes_to_each_target_once():
    case = next(c for c in CASES if "win over" in c["comment"])
    rules, _ = compile_rules({"r.yaml": case["rule"].encode()}, AROUND)
    (event,) = rules.translate(change(case["given"])).events
    assert event.targets == ("order-feed", "domain-bus")


def test_two_entities_of_one_name_are_a_problem():
    rule = CASES[0]["rule"].encode()
    _, problems = compile_rules({"a.yaml": rule, "b.yaml": rule}, AROUND)
    assert [(p.code, p.where.file) for p in problems] == [("R044", "b.yaml"), ("R044", "b.yaml")]
    assert "first at a.yaml:1" in problems[0].what


def test_what_is_wrong_names_the_closest_right_word():
    text = (
        CASES[0]["rule"]
        .replace("subject:", "subjct:")
        .replace("[domain-bus]", "[domain-bux]")
        .replace("any.v1", "amy.v1")
    )
    _, problems = compile_rules({"r.yaml": text.encode()}, AROUND)
    assert [str(p).split("\n")[0] for p in problems] == [
        "r.yaml:3:1: R030 an entity has no key 'subjct'; did you mean 'subject'?",
        "r.yaml:4:6: R042 there is no target 'domain-bux'; did you mean 'domain-bus'?",
        "r.yaml:9:13: R041 there is no schema 'amy.v1.json'; did you mean 'any.v1.json'?",
    ]


def test_a_change_without_a_time_makes_an_event_without_one():
    rules, _ = compile_rules({"r.yaml": CASES[0]["rule"].encode()}, AROUND)
    (event,) = rules.translate(replace(change(CASES[0]["given"]), at="")).events
    assert (event.time, "time" in read_json(event.body)) == (None, False)


@pytest.mark.parametrize(
    ("place", "may_end_in"),
    [
        ("data: {a: '${new.b}'}", True),
        ("data: {a: x}\n    extensions: {tenant: '${new.b}'}", True),
        ("data: '${new.b}'", False),
        ("data: ['${new.b}']", False),
        ("data: {a: x}\n    subject: '${new.b}'", False),
        ("data: {a: x}\n    partitionkey: '${new.b}'", False),
        ("data: {a: x}\n    each: '${new.b}'", False),
    ],
)
def test_a_question_mark_is_proposed_where_a_key_may_end_in_one(place, may_end_in):
    rule = f"""\
entity: order
source: /s
to: [domain-bus]
events:
  placed:
    type: placed.v1
    schema: any.v1.json
    {place}
    examples: [{{name: n, given: {{change: insert}}, silent: true}}]
"""
    rules, problems = compile_rules({"r.yaml": rule.encode()}, AROUND)
    assert problems == []
    with pytest.raises(RecordRefused) as refused:
        rules.translate(change({"change": "insert", "new": {}}))
    (problem,) = refused.value.problems
    assert (problem.code, "`?`" in problem.fix) == ("M001", may_end_in)
