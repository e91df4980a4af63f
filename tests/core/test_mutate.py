"""Which broken rules are tried, and which of them examples notice."""

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.core.examples import judged, outcome_of, read_examples
from bridge.core.mutate import mutate
from bridge.core.mutate.constants import another, swapped
from bridge.core.mutate.mutants import mutants_of
from bridge.core.mutate.patterns import negated
from bridge.core.mutate.trees import made_of
from bridge.core.pattern import compile_pattern
from bridge.core.rules import compile_rules
from bridge.core.rules.load import read_entity
from bridge.core.wire import write_json
from bridge.core.yamltree import Mapping, Scalar, read_yaml
from bridge.errors import Where
from tests.core.test_rules import AROUND

RULE = """\
entity: order
source: /s
subject: ${item.id}
to: [domain-bus]
when: {table: [shop], keys: {pk: [{prefix: "O#"}]}}
let: {eur: "${default(item.cur, 'EUR')}"}
extensions: {tenant?: "${item.tenant}"}
events:
  placed:
    type: placed.v1
    schema: any.v1.json
    when: {change: [insert, modify], new: {status: [PAID]}}
    if: ${new.n > `1`}
    to: [domain-bus, order-feed]
    partitionkey: ${new.id}
    data:
      id: ${new.id}
      cur: ${eur}
      label: order ${new.id}
      fixed: 7
      on: true
      note?: ${new.note}
      lines:
        - $each: ${new.lines}
          sku: ${it.sku}
    examples: EXAMPLES
"""
GIVEN = {
    "change": "insert",
    "keys": {"pk": "O#1"},
    "new": {"id": "A", "status": "PAID", "n": 2, "lines": [{"sku": "S"}]},
}
DATA = {"id": "A", "cur": "EUR", "label": "order A", "fixed": 7, "on": True, "lines": [{"sku": "S"}]}


def tried(*examples, rule=RULE, whole=()):
    """How many mutants were tried, and the survivors as `line: what`."""
    named = [{"name": f"n{at}", **each} for at, each in enumerate(examples)]
    text = rule.replace("EXAMPLES", json.dumps(named)) + (f"examples: {json.dumps(list(whole))}\n" if whole else "")
    rules, problems = compile_rules({"r.yaml": text.encode()}, AROUND)
    assert [problem for problem in problems if problem.level == "error"] == []
    found = mutate(rules.entities, read_examples(rules.entities, problems), AROUND, dict)
    return found.tried, [f"{each.where.line}: {each.what}" for each in found.survivors]


ALL = [
    "3: without `subject`",
    "5: without `table` under `when`",
    "5: with the opposite of `table` under `when`",
    "5: without `keys.pk` under `when`",
    "5: with the opposite of `keys.pk` under `when`",
    "6: with another constant in place of 'EUR'",
    "7: without `tenant`",
    "7: with `tenant` in place of `tenant?`",
    "12: without `change` under `when`",
    "12: with the opposite of `change` under `when`",
    '12: without "insert" in `change`',
    '12: without "modify" in `change`',
    "12: without `new.status` under `when`",
    "12: with the opposite of `new.status` under `when`",
    "13: without `if`",
    "13: with the opposite of `if`",
    "13: with another constant in place of `1`",
    "14: without the target 'domain-bus'",
    "14: without the target 'order-feed'",
    "15: without `partitionkey`",
    "17: without `data.id`",
    "18: without `data.cur`",
    "19: without `data.label`",
    "19: with another constant in place of 'order '",
    "20: without `data.fixed`",
    "20: with another constant in place of 7",
    "21: without `data.on`",
    "21: with another constant in place of true",
    "22: without `data.note`",
    "22: with `data.note` in place of `data.note?`",
    "23: without `data.lines`",
    "25: without `data.lines[].sku`",
]


def test_without_examples_every_mutant_survives():
    assert tried() == (len(ALL) - 1, [each for each in ALL if not each.startswith("25:")])


def test_an_example_that_says_all_notices_whatever_changes_it():
    _, left = tried({"given": GIVEN, "says": {"data": DATA}})
    assert left == [
        "3: without `subject`",
        "5: without `table` under `when`",
        "5: without `keys.pk` under `when`",
        "7: without `tenant`",
        "12: without `change` under `when`",
        '12: without "modify" in `change`',
        "12: without `new.status` under `when`",
        "13: without `if`",
        "14: without the target 'domain-bus'",
        "14: without the target 'order-feed'",
        "15: without `partitionkey`",
        "22: without `data.note`",
    ]


def test_examples_can_notice_every_mutant():
    new = GIVEN["new"]
    silent = [
        {**GIVEN, "table": "x"},
        {**GIVEN, "keys": {"pk": "X"}},
        {**GIVEN, "new": {**new, "status": "NEW"}},
        {**GIVEN, "new": {**new, "n": 1}},
        {**GIVEN, "change": "snapshot"},
    ]
    whole = {**GIVEN, "new": {**new, "tenant": "t", "note": "n"}}
    _, left = tried(
        {
            "given": whole,
            "says": {"subject": "A", "tenant": "t", "partitionkey": "A", "to": ["domain-bus", "order-feed"], "data": {**DATA, "note": "n"}},
        },
        {"given": {**GIVEN, "change": "modify", "old": {}}, "says": {"data": DATA}},
        *({"given": each, "silent": True} for each in silent),
    )  # fmt: skip
    assert left == []


def test_an_example_that_fails_already_notices_nothing():
    _, left = tried({"given": GIVEN, "says": {"data": {}}}, {"given": {"change": "no"}, "says": {}})
    assert len(left) == len(ALL) - 1


def test_an_example_of_the_entity_notices_too():
    _, left = tried(whole=[{"name": "n", "given": GIVEN, "says": {"data": DATA}}])
    assert "17: without `data.id`" not in left


SMALL = """\
entity: order
source: /s
subject: x
to: [domain-bus]
events:
  placed:
    type: placed.v1
    schema: any.v1.json
    WHEN
    DATA
    examples: EXAMPLES
"""


def small(when="when: {change: [insert]}", data="data: 1"):
    return tried(rule=SMALL.replace("WHEN", when).replace("DATA", data))[1]


def test_a_change_that_the_rest_implies_is_no_mutant():
    found = small("when: {change: [modify], old: {a: [1]}, new: {a: [2]}}")
    assert "9: without `change` under `when`" not in found
    assert "9: without `old.a` under `when`" in found


def test_a_list_without_an_opposite_is_only_removed():
    found = small("when: {change: [insert], table: [shop, {prefix: B}]}")
    assert [each for each in found if "`table`" in each] == [
        "9: without `table` under `when`",
        '9: without "shop" in `table`',
        '9: without {"prefix":"B"} in `table`',
    ]


def test_a_default_that_every_event_overrides_is_no_mutant():
    assert "4: with the target 'order-feed' instead" in small()
    found = small("when: {change: [insert]}\n    to: [order-feed]\n    subject: y")
    assert "4: with the target 'order-feed' instead" not in found
    assert "10: with the target 'domain-bus' instead" in found
    assert not any(each.startswith("3:") for each in found)


def test_alternatives_of_or_are_broken_one_by_one():
    found = small("when: {$or: [{change: [insert]}, {change: [modify], new: {a: [1]}}]}")
    assert "9: without `new.a` under `when`" in found
    assert "9: with the opposite of `new.a` under `when`" in found


def test_data_that_is_one_value_and_texts_with_nothing_in_them_are_left():
    found = small(data='data: {a: "${new.a} ${new.b}", l: [x, {$each: "${new.l}", b: 1}]}')
    assert [each for each in found if each.startswith("10:")] == [
        "10: without `data.a`",
        "10: without `data.l`",
        "10: with another constant in place of 'x'",
        "10: with another constant in place of 1",
    ], "an entry that `$each` makes must not be empty"


@pytest.mark.parametrize(
    ("asked", "opposite"),
    [
        (["A", "B"], [{"anything-but": ["A", "B"]}]),
        ([1, 2.5], [{"anything-but": [1, 2.5]}]),
        ([{"exists": True}], [{"exists": False}]),
        ([{"anything-but": ["A"]}], ["A"]),
        ([{"anything-but": "A"}], ["A"]),
        ([{"anything-but": {"prefix": "A"}}], [{"prefix": "A"}]),
        ([{"numeric": ["<", 5]}], [{"numeric": [">=", 5]}]),
        ([{"prefix": "A"}], [{"anything-but": {"prefix": "A"}}]),
        ([{"wildcard": "*"}], [{"anything-but": {"wildcard": "*"}}]),
        ([{"prefix": {"equals-ignore-case": "A"}}], None),
        ([{"numeric": ["=", 5]}], None),
        ([{"numeric": [">", 1, "<", 5]}], None),
        ([{"cidr": "10.0.0.0/8"}], None),
        (["A", 1], None),
        ([True], None),
        ([None], None),
        (["A", {"prefix": "B"}], None),
        ([{"prefix": "A"}, {"prefix": "B"}], None),
    ],
)
def test_the_opposite_of_a_list(asked, opposite):
    assert negated(read_yaml(json.dumps(asked).encode(), "f")) == (
        opposite and read_yaml(json.dumps(opposite).encode(), "f").plain()
    )


@given(
    st.lists(st.sampled_from(["A", "B", "AB", ""]), min_size=1, max_size=3, unique=True)
    | st.lists(st.integers(0, 3), min_size=1, max_size=3, unique=True)
    | st.sampled_from(
        [[{"exists": True}], [{"numeric": [">", 1]}], [{"prefix": "A"}], [{"anything-but": {"suffix": "B"}}]]
    ),
    st.sampled_from(["A", "B", "AB", "C"]) | st.integers(0, 4),
)
def test_of_a_single_value_either_the_list_holds_or_its_opposite(asked, value):
    opposite = negated(made_of(asked, Where()))
    held = [compile_pattern(made_of({"a": each}, Where())).matches({"a": value}) for each in (asked, opposite)]
    comparable = not (isinstance(asked[0], dict) and "numeric" in asked[0]) or isinstance(value, int)
    assert sorted(held) == [False, True] or not comparable


@pytest.mark.parametrize(
    ("text", "others"),
    [
        ("web", ["~web"]),
        ("a ${x} b", ["~a ${x} b", "a ${x}~ b"]),
        ("${x == 'A' && y > `1`}", ["${x == 'A~' && y > `1`}", "${x == 'A' && y > `2`}"]),
        ('${x || `true` || `"a"`}', ['${x || `false` || `"a"`}', '${x || `true` || `"a~"`}']),
        ("${x || `null` || `[1]` || `loose`}", []),
        ("$${x} ${y}", ["~$${x} ${y}"]),
        ("${x}", []),
    ],
)  # fmt: skip
def test_every_constant_of_a_text_is_swapped(text, others):
    assert [value for _, value in swapped(Scalar(text, text, Where()))] == others


@given(st.none() | st.booleans() | st.integers() | st.text())
def test_another_value_is_another_of_the_same_type(value):
    other = another(value)
    assert other is None if value is None else (other != value and isinstance(other, type(value) | type(other)))
    assert value is None or write_json(other) != write_json(value)


ITEMS = st.fixed_dictionaries(
    {"id": st.sampled_from(["A", "B"]), "status": st.sampled_from(["PAID", "NEW"]), "n": st.integers(0, 3)},
    optional={"note": st.just("x"), "lines": st.just([{"sku": "S"}]), "cur": st.just("GBP")},
)


@given(st.lists(st.tuples(st.sampled_from(["insert", "snapshot"]), ITEMS), min_size=1, max_size=3))
@settings(max_examples=15, deadline=None)
def test_a_mutant_that_changes_what_an_example_says_is_noticed(changes):
    """Examples that say all that is said notice every mutant under which any of their changes says another thing."""
    rules, problems = compile_rules({"r.yaml": RULE.replace("EXAMPLES", "[]").encode()}, AROUND)
    (entity,) = rules.entities
    assert all(problem.level == "warning" for problem in problems)
    givens = [{"change": change, "keys": {"pk": "O#1"}, "new": new} for change, new in changes]
    examples = [_golden(entity, each) for each in givens]
    text = RULE.replace("EXAMPLES", json.dumps(examples)).encode()
    (whole,) = compile_rules({"r.yaml": text}, AROUND)[0].entities
    found = mutate([whole], read_examples([whole], []), AROUND, dict)
    for mutant in found.survivors:
        mutated = read_entity("r.yaml", mutant.node, None, AROUND, [])
        for each in read_examples([mutated], []):
            assert judged(each, outcome_of(each, dict)) is None, mutant.what


def _golden(entity, given):
    """An example that says all that is said."""
    text = RULE.replace("EXAMPLES", json.dumps([{"name": "n", "given": given, "silent": True}])).encode()
    (read,) = compile_rules({"r.yaml": text}, AROUND)[0].entities
    (example,) = read_examples([read], [])
    outcome = outcome_of(example, dict)
    if outcome.problems:
        return {"name": "n", "given": given, "problem": outcome.problems[0].code}
    if not outcome.events:
        return {"name": "n", "given": given, "silent": True}
    body = json.loads(outcome.events[0].body)
    return {"name": "n", "given": given, "says": {name: body[name] for name in ("subject", "partitionkey", "data")}}


def test_every_mutant_differs_from_its_rule():
    rules, _ = compile_rules({"r.yaml": RULE.replace("EXAMPLES", "[]").encode()}, AROUND)
    (entity,) = rules.entities
    assert isinstance(entity.node, Mapping)
    before = entity.node.plain()
    mutants = list(mutants_of(entity, ["domain-bus", "order-feed"]))
    assert all(mutant.node.plain() != before for mutant in mutants)
    assert all(re.match(r"(with|without) ", mutant.what) and mutant.hint for mutant in mutants)
