"""Verdicts as data: tests/compliance/proof.yaml."""

from pathlib import Path

import pytest

from bridge.core.proof import open_problems, prove
from bridge.core.yamltree import read_yaml
from tests.proof.projects import project

FILE = Path(__file__).parents[1] / "compliance/proof.yaml"
CASES = read_yaml(FILE.read_bytes(), FILE.name).plain()
RULE = ("when", "let", "if", "each", "key", "data", "type", "schemas", "source", "subject", "extensions")


@pytest.mark.parametrize("case", CASES, ids=[case["comment"] for case in CASES])
def test_a_place_of_an_event_is_proven_or_refuted_or_open(case):
    rule = {name: case[name] for name in RULE if name in case}
    rules, schemas = project(case["item"], rule, case["event"], case.get("entity"))
    proof = prove(rules, schemas)
    refuted = {each.path: each.counterexample.problem.code for each in proof.verdicts if each.answer == "refuted"}
    still_open = [each.path for each in proof.verdicts if each.answer == "not proven"]
    reasons = {each.path: each.reason for each in proof.verdicts if each.answer != "proven"}
    assert (refuted, still_open) == (case.get("refuted", {}), case.get("not proven", [])), reasons
    assert len(proof.verdicts) > len(refuted) + len(still_open) or refuted or still_open


def test_of_an_attribute_that_no_schema_speaks_of_the_reason_is_what_cloudevents_asks():
    item = {"a": {"type": "string", "minLength": 1}}
    rules, schemas = project(item, {"subject": "${new.a}", "data": {"a": "${new.a}"}}, {"a": {"type": "string"}})
    (told,) = [each for each in prove(rules, schemas).verdicts if each.answer != "proven"]
    assert (told.path, told.reason) == (
        "$.subject",
        "it may be empty, or hold a character that CloudEvents forbids; a `pattern` in the item schema tells",
    )


def test_what_is_not_proven_is_told_with_its_reason_where_somebody_asks():
    item = {"a": {"type": "string", "format": "date-time"}}
    rules, schemas = project(item, {"data": {"a": "${epoch(new.a)}"}}, {"a": {"type": "number"}})
    proof = prove(rules, schemas)
    assert proof.problems == []
    assert proof.summary == "1 places proven, 1 not proven"
    (problem,) = open_problems(proof)
    assert (problem.code, problem.level) == ("F002", "warning")
    assert problem.what == (
        "`$.data.a` of 'thing.said' is not proven: epoch() refuses a text that is no time, and leap seconds"
    )


def test_a_counterexample_shows_what_the_item_was_before_where_the_cause_may_lie_there():
    line = {"type": "object", "properties": {"n": {"type": "integer"}}}
    rule = {"when": {"change": ["modify"]}, "data": {"a": "${sort_by(default(old.l, `[]`), &n)}"}}
    rules, schemas = project({"l?": {"type": "array", "items": line}}, rule, {"a": {"type": "array"}})
    (problem,) = prove(rules, schemas).problems
    assert (problem.code, problem.what.partition("; ")[2]) == ("F001", 'the smallest is {}, before {"l":[{}]}')


def test_the_smallest_item_that_is_refused_is_one_that_the_entity_is_about():
    about = {"when": {"new": {"a": [{"prefix": "x"}]}}}
    data, event = {"data": {"a": "${new.a}"}}, {"a": {"type": "string", "pattern": "^xx"}}
    proof = prove(*project({"a": {"type": "string"}}, data, event, about))
    assert [each.counterexample.item for each in proof.verdicts if each.counterexample] == [{"a": "x"}]


def test_a_schema_of_too_many_parts_is_cut_on_the_safe_side():
    steps = {
        f"a{n}": {
            "type": "object",
            "properties": {"x": {"$ref": f"#/$defs/a{n + 1}"}, "y": {"$ref": f"#/$defs/a{n + 1}"}},
        }
        for n in range(16)
    }
    item = {"o": {"$ref": "#/$defs/a0"}, "$$defs": steps | {"a16": {"type": "integer"}}}
    rules, schemas = project(
        item, {"data": {"o?": "${new.o.x.x}"}}, {"o?": {"type": "object", "additionalProperties": True}}
    )
    assert prove(rules, schemas).count("refuted") == 0
