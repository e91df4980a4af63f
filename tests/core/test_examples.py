"""Examples in rules: what holds, what does not, and what each failure says."""

import json

import pytest

from bridge.core.examples import read_examples, run_example
from bridge.core.rules import compile_rules
from bridge.errors import Problem, ProjectInvalid, Where
from tests.core.test_rules import AROUND

RULE = """\
entity: order
source: /s
to: [domain-bus]
when: {table: [shop]}
without: [secret]
events:
  placed:
    type: placed.v1
    schema: any.v1.json
    when: {change: [insert]}
    data: {id: "${new.id}", n?: "${new.n}"}
    examples:
      - EXAMPLE
  audited:
    type: audited.v1
    schema: any.v1.json
    data: {all: "${keys(item)}"}
    examples: [{name: n, given: {change: snapshot, new: {}}, says: {type: audited.v1}}]
"""
RECORD = {
    "eventID": "r1", "eventName": "INSERT", "eventSource": "aws:dynamodb", "awsRegion": "eu-west-1",
    "dynamodb": {"ApproximateCreationDateTime": 1767225600, "Keys": {"pk": {"S": "K"}}, "NewImage": {"id": {"S": "A"}}, "SequenceNumber": "1" * 21},
    "eventSourceARN": "arn:aws:dynamodb:eu-west-1:111122223333:table/shop/stream/2026-01-01T00:00:00.000",
}  # fmt: skip


def _run(example, files=None, rule=RULE):
    """The lines of the failure; [] where the example holds."""

    def read_file(name):
        if name not in (files or {}):
            raise ProjectInvalid(Problem(Where(file=name), "R055", "no", "no"))
        return files[name]

    rules, problems = compile_rules({"r.yaml": rule.replace("EXAMPLE", json.dumps(example)).encode()}, AROUND)
    assert problems == []
    examples = read_examples(rules.entities, problems)
    assert problems == []
    failure = run_example(examples[0], read_file)
    return [] if failure is None else list(failure.lines)


ASKED = '$.change is "modify", asked for is ["insert"] (r.yaml:10:20)'
INSERT = {"change": "insert", "new": {"id": "A"}}


@pytest.mark.parametrize(
    "example",
    [
        {"name": "whole names", "given": INSERT, "says": {"data": {"id": "A"}, "type": "placed.v1"}},
        {
            "name": "in part",
            "given": {"change": "insert", "new": {"id": "A", "n": 1}},
            "says_at_least": {"data": {"n": 1}},
        },
        {"name": "a list of one", "given": INSERT, "says": [{"id": "example/order.placed"}]},
        {"name": "assumed names", "given": INSERT, "says": {"time": "2026-01-01T00:00:00Z", "source": "/s"}},
        {
            "name": "given names",
            "given": {**INSERT, "id": "x", "at": "2026-02-02T00:00:00Z"},
            "says": {"id": "x/order.placed"},
        },
        {"name": "silence", "given": {"change": "remove", "old": {"id": "A"}}, "silent": True},
        {"name": "another table", "given": {**INSERT, "table": "other"}, "silent": True},
        {"name": "a problem", "given": {"change": "insert", "new": {}}, "problem": "M001"},
        {"name": "a whole record", "given": RECORD, "says": {"id": "r1/order.placed", "data": {"id": "A"}}},
        {"name": "a file", "given": "r.json", "says": {"id": "r1/order.placed"}},
    ],
    ids=lambda example: example["name"],
)
def test_an_example_that_holds(example):
    assert _run(example, {"r.json": json.dumps(RECORD).encode()}) == []


@pytest.mark.parametrize(
    ("example", "lines"),
    [
        (
            {"given": INSERT, "says": {"data": {"id": "B"}, "subject": "x"}},
            ['data.id: expected "B", said "A"', 'subject: expected "x", said nothing'],
        ),
        (
            {"given": {"change": "insert", "new": {"id": "A", "n": 1}}, "says": {"data": {"id": "A"}}},
            ["data.n: expected nothing, said 1"],
        ),
        ({"given": INSERT, "silent": True}, ["expected silence, and said placed.v1"]),
        ({"given": INSERT, "problem": "M001"}, ["expected problem M001, and said placed.v1"]),
        (
            {"given": {"change": "modify", "new": {}, "old": {}}, "problem": "M001"},
            [f"expected problem M001, and nothing was said: {ASKED}"],
        ),
        (
            {"given": {"change": "modify", "new": {}, "old": {}}, "says": {}},
            [f"expected 1 event(s), and nothing was said: {ASKED}"],
        ),
        (
            {"given": {"change": "modify", "new": {}, "old": {}}, "says": []},
            [],
        ),
        (
            {"given": {**INSERT, "table": "other"}, "says": {}},
            ['expected 1 event(s), and nothing was said: $.table is "other", asked for is ["shop"] (r.yaml:4:15)'],
        ),
        ({"given": INSERT, "says": [{}, {}]}, ["expected 2 event(s), and said placed.v1"]),
    ],
)
def test_an_example_that_fails_says_how(example, lines):
    assert _run({"name": "n", **example}) == lines


@pytest.mark.parametrize(
    ("example", "code"),
    [
        ({"given": {"change": "insert", "new": {}}, "says": {}}, "M001"),
        ({"given": {"change": "insert", "new": {}}, "problem": "M004"}, "M001"),
        ({"given": {"change": "inserted", "new": {}}, "says": {}}, "R054"),
        ({"given": {"chnge": "insert"}, "says": {}}, "R030"),
        ({"given": ["insert"], "says": {}}, "R032"),
        ({"given": "two.json", "says": {}}, "R053"),
        ({"given": "none.json", "says": {}}, "R055"),
        ({"given": {**RECORD, "dynamodb": {}}, "says": {}}, "D"),
    ],
)
def test_an_example_whose_change_is_refused_shows_the_problem(example, code):
    lines = _run({"name": "n", **example}, {"two.json": json.dumps({"Records": [RECORD, RECORD]}).encode()})
    assert f" {code}" in lines[0] or lines[0].startswith(code)


def test_an_example_of_the_entity_is_about_all_its_events():
    rule = (
        RULE
        + "examples:\n  - {name: both, given: {change: insert, new: {id: A, secret: x}}, says: [{type: placed.v1}, {data: {all: [id]}}]}\n"
    )
    rules, problems = compile_rules(
        {"r.yaml": rule.replace("EXAMPLE", "{name: n, given: {change: insert}, silent: true}").encode()}, AROUND
    )
    assert problems == []
    whole = read_examples(rules.entities, problems)[-1]
    assert (whole.subject, run_example(whole, dict)) == ("order", None)


@pytest.mark.parametrize(
    ("example", "code"),
    [
        ({"given": INSERT}, "R052"),
        ({"given": INSERT, "silent": True, "says": {}}, "R052"),
        ({"given": INSERT, "sayz": {}}, "R030"),
        ({"silent": True}, "R031"),
        (7, "R032"),
    ],
)
def test_a_malformed_example_is_a_problem_of_the_file(example, code):
    text = RULE.replace("EXAMPLE", json.dumps({"name": "n", **example} if isinstance(example, dict) else example))
    rules, problems = compile_rules({"r.yaml": text.encode()}, AROUND)
    examples = read_examples(rules.entities, problems)
    assert [problem.code for problem in problems] == [code]
    assert len(examples) == 1
