"""What is said of data that breaks its schema: the cause, its place, what to do, and no value."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.core.schemas import compile_schemas

LATEST = "https://json-schema.org/draft/2020-12/schema"


def schema_of(schema):
    document = {"$schema": LATEST, "$id": "https://ex.com/a", **schema}
    return compile_schemas({"a.json": json.dumps(document).encode()}).get("a.json")


def told(schema, data):
    return [(str(p.where), p.code, p.what.removesuffix(" (a.json)"), p.fix) for p in schema_of(schema).problems(data)]


def member(schema, value):
    """What is said of a member `p`, apart from its place and the remedy."""
    (found,) = told({"properties": {"p": schema}}, {"p": value})
    assert found[0] == "$.data.p"
    return found[1], found[2]


@pytest.mark.parametrize(
    ("schema", "value", "code", "what"),
    [
        ({"type": "string"}, 5, "S052", "this is an integer, where the schema wants a string"),
        ({"type": "integer"}, Decimal("1.5"), "S052", "this is a number with a fraction, where the schema wants an integer"),
        ({"type": ["string", "null"]}, [], "S052", "this is an array, where the schema wants null or a string"),
        ({"type": "boolean"}, None, "S052", "this is null, where the schema wants a boolean"),
        ({"type": "object"}, True, "S052", "this is a boolean, where the schema wants an object"),
        ({"type": "array"}, {}, "S052", "this is an object, where the schema wants an array"),
        ({"type": "number"}, "x", "S052", "this is a string, where the schema wants a number"),
        ({"const": "web"}, "shop", "S053", 'the schema allows only "web" here'),
        ({"enum": [1, "a", None]}, 2, "S053", 'the schema allows 1, "a" or null here'),
        ({"enum": list(range(20))}, 99, "S053", "the schema allows 0, 1, 2, 3, 4, 5, 6, 7 or others here"),
        ({"const": "x" * 200}, 1, "S053", f'the schema allows only "{"x" * 119}... here'),
        ({"minimum": 5}, 4, "S054", "the number must be at least 5"),
        ({"maximum": 5.5}, 6, "S054", "the number must be at most 5.5"),
        ({"exclusiveMinimum": 5}, 5, "S054", "the number must be more than 5"),
        ({"exclusiveMaximum": 5}, 5, "S054", "the number must be less than 5"),
        ({"multipleOf": 0.01}, Decimal("1.005"), "S054", "the number must be a multiple of 0.01"),
        ({"minLength": 1}, "", "S055", "there must be at least 1 character"),
        ({"maxLength": 2}, "abc", "S055", "there must be at most 2 characters"),
        ({"pattern": "^a$"}, "b", "S055", "the text must match ^a$"),
        ({"format": "date"}, "31.1.2026", "S056", "the text is no date"),
        ({"minItems": 2}, [1], "S057", "there must be at least 2 elements"),
        ({"maxItems": 1}, [1, 2], "S057", "there must be at most 1 element"),
        ({"uniqueItems": True}, [1, 1], "S057", "two elements are equal, which the schema forbids"),
        ({"contains": {"const": 1}}, [2], "S057", "too few or too many elements fit `contains`"),
        ({"prefixItems": [True], "unevaluatedItems": False}, [1, 2], "S057", "there are more elements than the schema describes"),
        ({"minProperties": 1}, {}, "S058", "there must be at least 1 member"),
        ({"maxProperties": 0}, {"a": 1}, "S058", "there must be at most 0 members"),
        ({"propertyNames": {"maxLength": 1}}, {"ab": 1}, "S058", "a name in this object is not allowed: there must be at most 1 character"),
        ({"not": {"const": 1}}, 1, "S059", "the value is what the schema forbids under `not`"),
        (False, 1, "S059", "the schema allows nothing here"),
        ({"oneOf": [{"minimum": 1}, {"maximum": 5}]}, 3, "S059", "the value fits several alternatives of `oneOf`"),
        ({"anyOf": [{"minLength": 3}, {"maxLength": 1}]}, "ab", "S055", "there must be at least 3 characters"),
    ],
    ids=str,
)  # fmt: skip
def test_each_fault_has_its_words(schema, value, code, what):
    assert member(schema, value) == (code, what)


@pytest.mark.parametrize(
    ("schema", "value", "fix"),
    [
        ({"type": "string"}, 5, "convert it with text(...)"),
        ({"type": "integer"}, "5", "convert it with integer(...)"),
        ({"type": "boolean"}, "x", "correct the rule or the schema"),
        ({"type": "string"}, None, "leave the member out with `?` where it is null, or allow null in the schema"),
        ({"type": "string"}, {}, "take the part of it that is wanted, or correct the schema"),
        ({"format": "date-time"}, "x", "write it with iso(...)"),
        ({"format": "ipv4"}, "x", "write it in that format"),
    ],
    ids=str,
)
def test_the_remedy_fits_the_fault(schema, value, fix):
    assert told({"properties": {"p": schema}}, {"p": value})[0][3] == fix


LINES = {
    "type": "object",
    "required": ["total"],
    "properties": {
        "total": {"type": "number"},
        "lines": {"type": "array", "items": {"type": "object", "properties": {"sku": {"type": "string"}}}},
    },
}


def test_everything_is_told_at_once_by_its_path_in_the_event():
    data = {"totl": 1, "lines": [{"sku": 5}, {"sku": "a", "unit price": 1}]}
    assert told(LINES, data) == [
        ("$.data.lines[0].sku", "S052", "this is an integer, where the schema wants a string", "convert it with text(...)"),
        (
            '$.data.lines[1]["unit price"]', "S050", "the schema does not declare this",
            "declare it in the schema, or leave it out",
        ),
        (
            "$.data.totl", "S050", "the schema does not declare this",
            "write total; or declare it in the schema, or leave it out",
        ),
        ("$.data.total", "S051", "'total' is missing, which the schema requires", "give it in the rule's `data`"),
    ]  # fmt: skip


def test_the_schema_is_named():
    (problem,) = schema_of(LINES).problems({})
    assert problem.what == "'total' is missing, which the schema requires (a.json)"


PAYMENT = {
    "oneOf": [
        {
            "type": "object",
            "required": ["kind"],
            "properties": {"kind": {"const": "card"}, "number": {"pattern": "^4"}},
        },
        {"type": "object", "required": ["kind"], "properties": {"kind": {"const": "iban"}, "iban": {"minLength": 15}}},
    ]
}


def test_of_alternatives_the_one_whose_constant_matched_is_explained():
    assert [found[:2] for found in told(PAYMENT, {"kind": "card", "number": "5"})] == [("$.data.number", "S055")]
    assert [found[:2] for found in told(PAYMENT, {"kind": "iban", "iban": "x"})] == [("$.data.iban", "S055")]


def test_where_no_constant_matched_all_of_them_are_told():
    assert told(PAYMENT, {"kind": "cash"})[0][:3] == ("$.data.kind", "S053", 'the schema allows "card" or "iban" here')


def test_of_alternatives_of_other_types_all_types_are_told():
    schema = {"anyOf": [{"type": "string"}, {"type": "null"}]}
    assert member(schema, 5) == ("S052", "this is an integer, where the schema wants null or a string")
    nullable = {"anyOf": [{"type": "null"}, {"type": "object", "properties": {"x": {"type": "integer"}}}]}
    found = told({"properties": {"p": nullable}}, {"p": {"x": "1"}})
    assert [(place, code) for place, code, *_ in found] == [("$.data.p.x", "S052")]


def test_alternatives_that_have_nothing_in_common_are_counted():
    schema = {"anyOf": [{"properties": {"a": {"const": 1}}}, {"properties": {"b": {"const": 2}}}]}
    assert told(schema, {"a": 5, "b": 5})[0][1:3] == ("S059", "the value fits none of the schema's 2 alternatives")


def test_what_a_broken_schema_declares_is_not_called_undeclared():
    base = {"properties": {"total": {"type": "number"}, "note": {"type": "string"}}}
    schema = {"allOf": [base], "properties": {"id": {"type": "string"}}}
    found = told(schema, {"total": "x", "note": "y", "id": "z", "colour": "w"})
    assert [(place, code) for place, code, *_ in found] == [("$.data.total", "S052"), ("$.data.colour", "S050")]


def test_exact_decimals_are_multiples_exactly():
    schema = schema_of({"multipleOf": 0.01})
    assert not schema.problems(Decimal("19.99"))
    assert not schema.problems(Decimal("99999999999999999999999999999999999.99"))
    assert schema.problems(Decimal("99999999999999999999999999999999999.995"))
    assert not schema_of({"type": "integer"}).problems(Decimal(2**70))


@pytest.mark.parametrize("data", ["\ud800", {"a": ["\udfff"]}, {"a": {1, 2}}, float("nan")], ids=ascii)
def test_what_json_cannot_say_is_a_problem_and_no_exception(data):
    schema = schema_of(
        {
            "items": {"type": "string"},
            "properties": {"a": {"type": ["array", "string"], "items": {"format": "date"}}},
            "type": ["string", "object"],
            "pattern": "",
        }
    )
    assert schema.problems(data)


def test_data_without_end_is_a_problem():
    data: dict = {}
    for _ in range(100_000):
        data = {"a": data}
    assert told({"properties": {"a": {"$ref": "#"}}}, data) == [
        ("$.data", "S060", "the data is nested more than 128 deep", "flatten it")
    ]


@given(
    st.recursive(
        st.text().map(lambda text: f"☠{text}"),
        lambda inner: (
            st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["lines", "total", "sku"]), inner, max_size=2)
        ),
        max_leaves=4,
    )
)
def test_no_value_gets_into_a_message(data):
    said = " ".join(f"{problem.what} {problem.fix}" for problem in schema_of(LINES).problems(data))
    assert "☠" not in said
