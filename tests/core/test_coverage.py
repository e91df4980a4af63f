"""What examples cover of a rule, and what is told to be missing."""

import json

import pytest

from bridge.core.coverage import coverage
from bridge.core.examples import read_examples
from bridge.core.rules import compile_rules
from tests.core.test_rules import AROUND

RULE = """\
entity: order
source: /s
to: [domain-bus, order-feed]
when: {table: [shop]}
extensions: {tenant?: "${item.tenant}"}
events:
  placed:
    type: placed.v1
    schema: any.v1.json
    when:
      change: [insert, modify]
      new:
        status: [PAID, {prefix: X}]
    if: ${new.n > `1`}
    extensions: {own?: "${new.own}", fixed: 1}
    data:
      id: ${new.id}
      note?: ${new.note}
      size?: {w: "${new.w}", "h?": "${new.h}"}
      lines?:
        - $each: ${new.lines}
          gift?: ${it.gift}
      fixed: [1, 2]
    examples: EXAMPLES
"""


def missing(*examples, rule=RULE, whole=()):
    """What the examples leave out, by line, and how much they cover of what."""
    named = [{"name": f"n{at}", **each} for at, each in enumerate(examples)]
    text = rule.replace("EXAMPLES", json.dumps(named)) + (f"examples: {json.dumps(list(whole))}\n" if whole else "")
    rules, problems = compile_rules({"r.yaml": text.encode()}, AROUND)
    assert [problem for problem in problems if problem.level == "error"] == []
    found = coverage(rules.entities, read_examples(rules.entities, problems), dict)
    return [f"{each.subject} {point.where.line}: {point.what}" for each in found for point in each.missing], [
        (each.subject, len(each.points) - len(each.missing), len(each.points)) for each in found
    ]


def insert(**new):
    return {"given": {"change": "insert", "new": {"id": "A", "status": "PAID", "n": 2, "lines": [], **new}}, "says": {}}


WHOLE = insert(note="x", own="o", tenant="t", w=1, h=2, lines=[{"gift": True}, {}], status="Xmas")
ALL_MISSING = [
    "order 4: `table` never holds",
    "order 4: `table` always holds",
    "order 5: `tenant?` is never there",
    "order 5: `tenant?` is never left out",
    "order.placed 11: no example of the change 'insert' passes `when`",
    "order.placed 11: no example of the change 'modify' passes `when`",
    "order.placed 11: `change` never holds",
    "order.placed 11: `change` always holds",
    '''order.placed 11: `change` is never "insert"''',
    '''order.placed 11: `change` is never "modify"''',
    "order.placed 13: `new.status` never holds",
    "order.placed 13: `new.status` always holds",
    '''order.placed 13: `new.status` is never "PAID"''',
    """order.placed 13: `new.status` is never {"prefix":"X"}""",
    "order.placed 14: `if` is never true",
    "order.placed 14: `if` is never false",
    "order.placed 15: `own?` is never there",
    "order.placed 15: `own?` is never left out",
    "order.placed 18: `data.note?` is never there",
    "order.placed 18: `data.note?` is never left out",
    "order.placed 19: `data.size?` is never there",
    "order.placed 19: `data.size?` is never left out",
    "order.placed 19: `data.size.h?` is never there",
    "order.placed 19: `data.size.h?` is never left out",
    "order.placed 21: `data.lines?` is never there",
    "order.placed 21: `data.lines?` is never left out",
    "order.placed 22: `data.lines[].gift?` is never there",
    "order.placed 22: `data.lines[].gift?` is never left out",
    "order.placed 7: no example sends anything to 'domain-bus'",
    "order.placed 7: no example sends anything to 'order-feed'",
]


def test_without_examples_everything_is_missing():
    found, sums = missing()
    assert found == ALL_MISSING
    assert sums == [("order", 0, 4), ("order.placed", 0, 26)]


def test_examples_cover_what_their_changes_pass():
    found, _ = missing(WHOLE, insert())
    assert found == [
        "order 4: `table` always holds",
        "order.placed 11: no example of the change 'modify' passes `when`",
        "order.placed 11: `change` always holds",
        '''order.placed 11: `change` is never "modify"''',
        "order.placed 13: `new.status` always holds",
        "order.placed 14: `if` is never false",
        "order.placed 19: `data.size.h?` is never left out",
        "order.placed 21: `data.lines?` is never left out",
    ]


def test_all_of_it_can_be_covered():
    modify = insert()
    modify["given"] |= {"change": "modify", "old": {}}
    del modify["given"]["new"]["lines"]
    found, _ = missing(
        WHOLE,
        insert(w=1),
        modify,
        insert(n=1),
        {"given": {"change": "remove", "old": {}}, "silent": True},
        {"given": {"change": "insert", "table": "x", "new": {}}, "silent": True},
    )
    assert found == []


@pytest.mark.parametrize(
    "given",
    [{"change": "inserted"}, {"change": "insert"}, {"change": "insert", "new": {"status": "PAID"}}, "none.json"],
)
def test_what_cannot_be_read_or_is_refused_covers_only_what_it_reached(given):
    def no_file(name):
        raise AssertionError(name)

    found, _ = missing({"given": given if given != "none.json" else ["x"], "problem": "M001"})
    assert "order.placed 14: `if` is never true" in found
    assert "order.placed 7: no example sends anything to 'domain-bus'" in found


def test_a_change_without_its_images_covers_what_can_be_told():
    found, _ = missing({"given": {"change": "insert"}, "problem": "M006"})
    assert "order 4: `table` never holds" not in found
    assert "order.placed 11: `change` never holds" not in found
    assert "order.placed 13: `new.status` never holds" in found
    assert "order.placed 13: `new.status` always holds" in found


def test_an_example_of_the_entity_covers_all_of_its_events():
    found, _ = missing(whole=[{"name": "n", **insert()}])
    assert "order.placed 14: `if` is never true" not in found


def test_an_event_that_is_refused_covers_its_condition_and_no_key():
    found, _ = missing({"given": {"change": "insert", "new": {"status": "PAID", "n": 2}}, "problem": "M001"})
    assert "order.placed 14: `if` is never true" not in found
    assert "order.placed 18: `data.note?` is never left out" in found


def test_types_under_schemas_and_alternatives_of_or_are_points_too():
    rule = """\
entity: order
source: /s
to: [domain-bus]
events:
  said:
    type: order.${new.kind}.v1
    schemas: {order.a.v1: any.v1.json, order.b.v1: other.v1.json}
    when:
      $or:
        - new: {x: [1]}
        - {change: [insert], new: {y: [{exists: false}]}}
    data: 1
    examples: EXAMPLES
"""
    found, _ = missing({"given": {"change": "insert", "new": {"kind": "a", "y": 1, "x": 1}}, "says": {}}, rule=rule)
    assert found == [
        "order.said 9: no example of the change 'modify' passes `when`",
        "order.said 9: no example of the change 'snapshot' passes `when`",
        "order.said 10: `new.x` always holds",
        "order.said 11: `change` always holds",
        "order.said 11: `new.y` never holds",
        "order.said 6: no example says the type 'order.b.v1'",
    ]


def test_a_rule_without_patterns_is_asked_of_every_kind_of_change():
    rule = """\
entity: order
source: /s
to: [domain-bus]
events:
  said:
    type: said.v1
    schema: any.v1.json
    each: ${item.list}
    data: {a?: "${it.a}"}
    examples: EXAMPLES
"""
    found, _ = missing(
        {"given": {"change": "insert", "new": {"list": [{"a": 1}, {}]}}, "says": {}},
        {"given": {"change": "remove", "old": {}}, "problem": "M001"},
        rule=rule,
    )
    assert found == [
        f"order.said 5: no example of the change '{kind}' passes `when`" for kind in ("modify", "expire", "snapshot")
    ]
