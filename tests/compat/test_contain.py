"""What containment answers where the algebra alone does not, and what it is asked of that is no schema."""

from decimal import Decimal
from typing import Any

import pytest

from bridge.core.contain import NO_WITNESS, Containment, contains, dead_parts
from bridge.core.contain.facts import MAX_LISTED
from bridge.core.contain.merge import alternatives, joined, resolved
from bridge.core.contain.simple import simplified
from bridge.core.wire import canonical_json

TEXT, NUMBER = {"type": "string"}, {"type": "number"}


def of(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": sorted(properties)}


CASES: list[tuple[str, Any, Any, Any]] = [
    ("a type that two demands leave", {"type": "integer"}, {"allOf": [{"type": ["number", "string"]}, {"type": ["integer", "string"]}]}, ""),
    ("values that two lists share", {"const": 1}, {"allOf": [{"enum": [1, 2, 3]}, {"enum": [2, 3, 4]}]}, 2),
    ("limits of two demands", {"maximum": 4}, {"type": "integer", "allOf": [{"minimum": 3}, {"minimum": 5, "maximum": 9}, {"maximum": 6}]}, 5),
    ("a member that two demands describe", of(a={"maximum": 3}), {"allOf": [of(a={"type": "integer"}), {"properties": {"a": {"minimum": 2}}}]}, {"a": 4}),
    ("what a name brings with it", {"not": {"required": ["b"]}}, {"type": "object", "properties": {"a": TEXT, "b": TEXT}, "additionalProperties": False, "required": ["a"], "dependentSchemas": {"a": {"required": ["b"]}}}, {"a": "", "b": ""}),
    ("the one branch of a condition", {"not": {"required": ["v"]}}, {"type": "object", "required": ["k"], "properties": {"k": {"enum": [1, 2]}, "v": TEXT}, "if": {"properties": {"k": {"const": 2}}}, "then": {"required": ["v"]}, "else": {"not": {"required": ["v"]}}}, {"k": 2, "v": ""}),
    ("a branch that allows all", NUMBER, {"anyOf": [True, False]}, []),
    ("a value inside elements inside members", of(l={"items": of(q={"maximum": 3})}), of(l={"type": "array", "minItems": 1, "items": of(q={"type": "integer"})}), {"l": [{"q": 4}]}),
    ("what a list must contain", {"contains": {"const": "x"}}, {"type": "array", "contains": {"const": "y"}, "minItems": 2, "items": {"enum": ["x", "y"]}}, ["y", "y"]),
    ("names of a pattern", {"propertyNames": {"maxLength": 2}}, {"type": "object", "patternProperties": {"^ab+$": NUMBER}, "additionalProperties": False}, {"abb": 0}),
    ("a name that must be there and may be anything", {"properties": {"z": TEXT}}, {"type": "object", "required": ["z"]}, {"z": 0}),
    ("a member of any name that a pattern describes", {"properties": {"ab": TEXT}}, {"type": "object", "patternProperties": {"^a": {"type": "integer"}}, "additionalProperties": {"type": "string"}}, {"ab": 0}),
    ("a text of a format beside a pattern", {"pattern": "^x"}, {"type": "string", "format": "date-time", "pattern": "Z$"}, "2026-01-31T12:00:00Z"),
    ("a text that Unicode properties describe", {"maxLength": 0}, {"type": "string", "pattern": r"^\p{L}$"}, "A"),
    ("fractions of a thousand digits", {"multipleOf": Decimal("0.01")}, {"type": "number", "multipleOf": Decimal("0.005")}, Decimal("0.005")),
    ("a limit with a fraction given as a float", {"maximum": 1.5}, {"type": "number"}, 2),
    ("a text longer than a line", {"maxLength": 2000}, TEXT, "x" * 2001),
]  # fmt: skip


@pytest.mark.parametrize(("reader", "writer", "witness"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_value_that_breaks_is_found(reader: Any, writer: Any, witness: Any) -> None:
    found = contains(reader, writer)
    assert found.answer == "no"
    assert canonical_json(found.witness) == canonical_json(witness)


YES: list[tuple[str, Any, Any]] = [
    ("a pattern within another", {"pattern": "^[a-z]+$"}, {"type": "string", "pattern": "^[a-z]{3}$"}),
    ("two patterns together within a third", {"pattern": "^[a-z]{2}$"}, {"type": "string", "allOf": [{"pattern": "^[a-z]+$"}, {"minLength": 2, "maxLength": 2}]}),
    ("a pattern that says how long", {"minLength": 3, "maxLength": 3}, {"type": "string", "pattern": "^[A-Z]{3}$"}),
    ("a pattern that lists", {"enum": ["a", "b", "c"]}, {"type": "string", "pattern": "^(a|b)$"}),
    ("a pattern that leaves one", {"const": "ab"}, {"type": "string", "pattern": "^ab$"}),
    ("a pattern of what is no text", {"pattern": "^[a-z]+$"}, {"pattern": "^[a-z]{3}$"}),
    ("an address among references", {"format": "uri-reference"}, {"type": "string", "format": "uri"}),
    ("an address among all references", {"format": "iri-reference"}, {"type": "string", "format": "iri"}),
    ("texts of which there are none", of(p=NUMBER), of(p={"type": "string", "minLength": 3, "pattern": "^a?$"})),
    ("the same words in another order", {"maxLength": 3, "type": "string"}, {"type": "string", "maxLength": 3}),
]  # fmt: skip


@pytest.mark.parametrize(("reader", "writer"), [case[1:] for case in YES], ids=[case[0] for case in YES])
def test_what_the_algebra_cannot_see_of_texts_is_proved(reader: Any, writer: Any) -> None:
    assert contains(reader, writer) == Containment("yes")


UNKNOWN: list[tuple[str, Any, Any, str]] = [
    ("a pattern that automata do not follow", {"maxLength": 1}, {"type": "string", "pattern": r"^\ba$"}, "neither a proof nor a counterexample was found"),
    ("a list too long to be compared", {"enum": [f"a{n}" for n in range(MAX_LISTED + 1)]}, {"type": "string", "pattern": "^a1$"}, "neither a proof"),
    ("an expression that is none", {"pattern": "("}, {"type": "string"}, "the algebra of schemas does not model them"),
    ("what is no JSON", {"const": {1, 2}}, {"type": "string"}, "a schema is no JSON"),
    ("what is no schema", {"type": "strng"}, {"type": "string"}, "the algebra of schemas does not model them"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("reader", "writer", "reason"), [case[1:] for case in UNKNOWN], ids=[case[0] for case in UNKNOWN]
)
def test_what_cannot_be_decided_is_unknown_with_its_reason(reader: Any, writer: Any, reason: str) -> None:
    found = contains(reader, writer)
    assert (found.answer, found.witness) == ("unknown", NO_WITNESS)
    assert found.reason.startswith(reason)


def test_a_list_of_texts_beside_a_constant_that_is_none_is_no_list_of_texts() -> None:
    assert contains({"pattern": "^a"}, {"enum": ["a", "b"], "const": None}).answer == "yes"
    assert contains({"enum": ["a"], "const": None}, {"pattern": "^a$", "type": "string"}).answer == "no"


def test_one_is_not_true() -> None:
    assert contains({"const": True}, {"const": 1}) == Containment("no", 1, {"$schema": LATEST, "const": 1})


LATEST = "https://json-schema.org/draft/2020-12/schema"


def test_a_value_that_is_known_to_break_is_tried_first() -> None:
    assert contains({"maximum": 3}, {"type": "integer"}, [2, 17]) == Containment("no", 17)
    assert contains({"maximum": 3}, {"type": "integer"}, [2]).witness == 4
    assert contains({"pattern": "("}, {"type": "integer"}, [2]).answer == "unknown"


def test_the_same_question_has_the_same_answer() -> None:
    assert [contains(reader, writer) for _, reader, writer, _ in CASES] == [contains(*case[1:3]) for case in CASES]


def test_dead_parts_are_told_with_what_excludes_each_other() -> None:
    schema = {"properties": {"a": {"minLength": 5, "maxLength": 2, "type": "string"}, "b": {"enum": []}, "c": False}}
    told = {part.pointer: part.keywords for part in dead_parts(schema)}
    assert told["/properties/a"] == ("minLength", "maxLength")
    assert "/properties/c" not in told
    assert dead_parts({"type": "strng"}) == []


def test_joins_go_no_deeper_than_they_may() -> None:
    document = {"$ref": "#/$defs/a", "$defs": {"a": {"allOf": [{"$ref": "#/$defs/a"}, {"minimum": 1}]}}}
    assert resolved(document, document)["minimum"] == 1
    assert list(alternatives({}, {"anyOf": [{"anyOf": [{"const": n}]} for n in range(40)]})) == [
        {"const": n} for n in range(16)
    ]
    assert joined({"items": True, "additionalProperties": False}, {"items": {"type": "null"}, "additionalProperties": True}) == {
        "items": {"type": "null"}, "additionalProperties": False,
    }  # fmt: skip
    assert resolved({}, {"$ref": "https://example.com/a.json", "minimum": 1}) == {"minimum": 1}


def test_a_schema_is_written_in_its_simplest_form() -> None:
    assert simplified({"allOf": [{"type": "integer"}, {"minimum": 3}]}) == {"type": "integer", "minimum": 3}
    assert simplified({"type": "string", "minLength": 3, "maxLength": 2}) is False
    assert simplified(True) == {}
    with pytest.raises(ValueError, match="strng"):
        simplified({"type": "strng"})
