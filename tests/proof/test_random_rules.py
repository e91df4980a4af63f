"""The laws, of rules that nobody thought of: random item schemas, templates and event schemas."""

import os
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bridge.core.proof import prove
from tests.proof.laws import breaches
from tests.proof.projects import project
from tests.proof.rules import random_project

#: How many random rules; more with `RULES=10000` in a long run.
COUNT = int(os.environ.get("RULES", "40"))

TEXT = st.sampled_from([
    {"type": "string"}, {"type": "string", "minLength": 1}, {"type": "string", "maxLength": 3}, {"enum": ["x", "y"]},
    {"type": "string", "pattern": "^[a-z]+$"}, {"type": "string", "pattern": "^A#[a-z0-9]{1,3}(#[A-Z])?$"},
    {"type": "string", "format": "date-time"}, {"type": "string", "format": "uuid"}, {"const": "x"},
    {"type": ["string", "null"], "maxLength": 2},
])  # fmt: skip
NUMBER = st.sampled_from([
    {"type": "integer"}, {"type": "integer", "minimum": 0, "maximum": 99}, {"type": "number", "exclusiveMinimum": 0},
    {"type": "number", "multipleOf": Decimal("0.01"), "minimum": -1, "maximum": 1}, {"enum": [0, 1, Decimal("2.5")]}, {"type": ["integer", "string"]},
])  # fmt: skip
OBJECT = st.sampled_from([
    {"type": "object", "properties": {"n": {"type": "integer", "minimum": 0, "maximum": 9}, "s": {"type": "string"}}, "required": ["n"]},
    {"type": "object", "properties": {"s": {"type": "string"}}, "additionalProperties": False},
    {"type": "object", "additionalProperties": {"type": "integer", "minimum": 0, "maximum": 9}},
    {"anyOf": [{"type": "object", "properties": {"n": {"const": 1}}, "required": ["n"]}, {"type": "null"}]},
])  # fmt: skip
LIST = st.builds(
    lambda items, least, most: {"type": "array", "items": items, "minItems": least, "maxItems": least + most},
    st.one_of(NUMBER, TEXT, OBJECT), st.integers(0, 2), st.integers(0, 3),
)  # fmt: skip
ITEM = st.fixed_dictionaries({"t": TEXT, "n": NUMBER, "l": LIST, "o": OBJECT}).flatmap(
    lambda members: st.sets(st.sampled_from(sorted(members))).map(
        lambda optional: {name + "?" * (name in optional): schema for name, schema in members.items()}
    )
)
LEAF = st.sampled_from(
    ["new.t", "new.n", "old.n", "new.l", "new.o", "new.o.n", "new.o.s", "new.l[0]", "new.l[-1]", "new.x"]
)
LITERAL = st.sampled_from(["'x'", "'A#'", "`0`", "`2`", "`-1.5`", "`null`", "`[]`", "`true`"])
CALLS = [
    "default({}, {})", "coalesce({}, {})", "{} || {}", "{} && {}", "{} == {}", "{} < {}", "if({} == {}, new.t, new.n)",
    "concat({}, {})", "add({}, {})", "subtract({}, {})", "multiply({}, {})", "divide({}, {}, `2`)", "max([{}, {}])",
    "[{}, {}]", "{{a: {}, b: {}}}", "join('-', [{}, {}])", "split({}, {})", "replace({}, {}, 'z')", "get({}, {})",
    "merge({{a: {}}}, {{b: {}}})", "zip(to_array({}), to_array({}))", "contains([{}], {})", "starts_with({}, {})",
]  # fmt: skip
ALONE = [
    "upper({})", "lower({})", "trim({})", "text({})", "length({})", "sum({})", "abs({})", "round({}, `1`)", "keys({})",
    "sort({})", "reverse({})", "match({}, 'A#{{a}}').a", "uri({})", "to_array({})", "type({})", "to_json({})", "{}[*].n",
    "{}[?n > `3`].n", "map(&n, {})", "items({})", "values({})", "number({})", "ceil({})", "to_number({})", "sort_by({}, &n)[*].n",
    "nullable({})", "substring({}, `1`, `3`)", "pad({}, `5`, '0')", "mask({}, `1`)", "iso({})", "year({})", "group_by({}, &s)",
    "{}[]", "{}.*", "!{}", "integer({})", "{}[1:]", "min_by({}, &n)", "avg({})", "not_null({})", "sha256({})",
]  # fmt: skip
EXPRESSION = st.recursive(
    LEAF | LITERAL,
    lambda inner: (
        st.tuples(st.sampled_from(CALLS), inner, inner).map(lambda parts: parts[0].format(*parts[1:]))
        | st.tuples(st.sampled_from(ALONE), inner).map(lambda parts: parts[0].format(parts[1]))
    ),
    max_leaves=4,
)
CONDITION = st.sampled_from([
    None, "new.n > `0`", "new.n > old.n", "new.t == 'x'", "new.t != `null` && new.n != `null`", "length(new.l) > `1`",
    "!(new.o == `null`)", "became(&t, 'x')", "default(new.n > old.n, `false`)", "starts_with(new.t, 'A')",
])  # fmt: skip
WHEN = st.sampled_from([
    {}, {"new": {"t": ["x"]}}, {"new": {"n": [{"numeric": [">", 0]}]}}, {"new": {"t": [{"exists": True}]}},
    {"new": {"t": [{"prefix": "A"}, {"exists": False}]}}, {"$or": [{"new": {"t": ["x"]}}, {"new": {"n": [1]}}]},
    {"new": {"t": [{"anything-but": ["x"]}]}}, {"new": {"o": {"n": [1, {"exists": False}]}}}, {"changed": ["t"]},
])  # fmt: skip
ANY = st.one_of(TEXT, NUMBER, LIST, OBJECT, st.just(True))
KIND = st.sampled_from([["insert"], ["modify"], ["remove"], ["insert", "modify", "expire"]])


@st.composite
def projects(draw):
    """An item schema, a rule and an event schema."""
    item = draw(ITEM)
    expressions = draw(st.lists(EXPRESSION, min_size=1, max_size=3))
    data = {f"k{index}" + draw(st.sampled_from(["", "?"])): f"${{{each}}}" for index, each in enumerate(expressions)}
    if draw(st.booleans()):
        data["list?"] = [{"$each": "${new.l}", "at": "${index}", "e": "${nullable(it)}"}]
    event = {key: draw(ANY) for key in data}
    rule = {"when": {"change": draw(KIND), **draw(WHEN)}, "data": data}
    condition = draw(CONDITION)
    return item, rule | ({"if": f"${{{condition}}}"} if condition else {}), event


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(projects())
def test_nothing_is_called_proven_or_refuted_that_is_not(made):
    item, rule, event = made
    try:
        rules, schemas = project(item, rule, event)
    except AssertionError:  # what lint finds beforehand: a literal of the wrong type
        return
    found, _ = breaches(rules, schemas, 40, proof=prove(rules, schemas))
    assert found == []


@pytest.mark.parametrize("part", range(2))
def test_a_schema_made_of_what_is_inferred_holds_whatever_the_rule(part):
    for seed in range(part, COUNT, 2):
        made = random_project(seed)
        if made is not None:
            item, rule, (rules, schemas) = made
            assert (breaches(rules, schemas, 40)[0], seed, item, rule)[0] == []
