"""What is proved of schemas that lead back to themselves holds for every value, and what cannot be followed is let be."""

from collections import Counter
from typing import Any

import pytest

from bridge.core.contain import NO_WITNESS, contains
from bridge.core.contain.coinduction import MAX_DEPTH, MAX_QUESTIONS, covers
from bridge.core.contain.contain import _proves
from bridge.core.contain.endless import MAX_JOINED, Document, Tangled
from tests.compat.circles import examine

N, M = {"$ref": "#/$defs/n"}, {"$ref": "#/$defs/m"}
TEXT, WHOLE = {"type": "string"}, {"type": "integer"}


def of(node: Any, **more: Any) -> dict[str, Any]:
    return {**N, "$defs": {"n": node, **more}}


def thing(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def proved(reader: Any, writer: Any) -> bool:
    return covers(reader, writer, _proves)


def test_no_proof_about_random_circles_is_refuted_by_any_small_value() -> None:
    told: Counter[str] = sum((examine(seed) for seed in range(400)), Counter())
    assert min(told["yes"], told["no"]) > 120
    assert told["unknown"] < told.total() / 6


@pytest.mark.parametrize("seed", [1076, 5519])
def test_what_once_took_all_memory_is_answered(seed: int) -> None:
    assert examine(seed)


@pytest.mark.parametrize(
    ("reader", "writer"),
    [
        (thing(c=N, v=WHOLE), thing(c=N, v={"const": 1})),
        (thing(c={"anyOf": [N, {"type": "null"}]}), thing(c={"enum": [None]}, d=N)),
        (thing(c={"anyOf": [N, TEXT, WHOLE]}), thing(c={"type": ["string", "integer"]}, d=N)),
        (thing(c={"anyOf": [N, TEXT]}), thing(c={"oneOf": [N, {"const": "x"}]})),
        ({"allOf": [thing(c=N), {"required": ["c"]}]}, {**thing(c=N), "required": ["c"]}),
        ({"additionalProperties": N, "properties": {"v": WHOLE}}, {**thing(v=WHOLE, c=N), "additionalProperties": False, "type": "object"}),
        ({"additionalProperties": N}, {"additionalProperties": N, "patternProperties": {"^a": N}, "minProperties": 1}),
        ({"patternProperties": {"^a": N}}, {"properties": {"ab": N}, "patternProperties": {"^b": N}, "additionalProperties": False}),
        ({"items": N}, {"prefixItems": [N, N], "items": N, "minItems": 1}),
        ({"prefixItems": [N, N]}, {"items": N, "maxItems": 1}),
        ({"prefixItems": [True, N], "items": WHOLE}, {"prefixItems": [N, N], "items": False}),
        (thing(c=N), {"allOf": [True, thing(c=N, d=TEXT)], "unevaluatedProperties": False, "type": "object"}),
        (thing(c=N, d=N), {"allOf": [thing(c=N)], "type": "object", "unevaluatedProperties": False}),
        (thing(c=N, d=N), {"anyOf": [thing(c=N), {**thing(c=N), "if": WHOLE, "then": {"dependentSchemas": {"x": {"properties": {"e": True}}}}}], "type": "object", "unevaluatedProperties": False}),
        ({**thing(c=N), "then": N, "if": {"required": ["c"]}} | {"then": thing(c=N)}, thing(c=N, d=TEXT)),
        ({**thing(c=N), "dependentSchemas": {"c": thing(c=N)}}, thing(c=N, d=WHOLE)),
        (thing(c=N), {**thing(c=N), "not": thing(c=N), "propertyNames": {"maxLength": 3}, "contains": N, "maxContains": 1}),
        (thing(c=N), {**thing(c=N), "if": thing(c=N), "then": {"required": ["c"]}, "minProperties": 1}),
        (thing(c=N), {"type": "object", "properties": {"c": N}, "oneOf": [{"required": ["c"], "properties": {"x": N}}, {"maxProperties": 0}]}),
        ({"not": thing(c=N)}, {"not": thing(c=N)}),
        (thing(c=N), thing(c=False, d=N)),
        ({"properties": {"c": N}}, {"enum": [1, "x"], "properties": {"d": N}}),
        (thing(c=N), {**thing(d=N), "allOf": [False]}),
        (thing(c=N, v=WHOLE), {**thing(c=N, v=TEXT), "allOf": [{"properties": {"v": {"type": "null"}}, "required": ["v"]}]}),
    ],
    ids=str,
)  # fmt: skip
def test_a_circle_within_another_is_proved(reader: Any, writer: Any) -> None:
    assert proved(of(reader), of(writer))
    assert contains(of(reader), of(writer)).answer == "yes"


@pytest.mark.parametrize(
    ("reader", "writer"),
    [
        (thing(c=N, v=WHOLE), thing(c=N, v=TEXT)),
        (thing(c=N, v=WHOLE), {"type": "array", "items": N, "prefixItems": [thing(v=TEXT)]} | {"type": ["array", "object"]}),
        ({"items": N, "type": "array"}, {"items": N, "type": "array", "prefixItems": [WHOLE]}),
        ({"prefixItems": [N], "type": "array"}, {"items": WHOLE, "type": "array"}),
        ({"additionalProperties": N, "type": "object"}, {"additionalProperties": WHOLE, "type": "object", "properties": {"c": N}}),
        ({"patternProperties": {"^a": N}, "type": "object"}, {"patternProperties": {"^": WHOLE}, "properties": {"c": N}, "type": "object"}),
        ({"allOf": [thing(c=N), {"required": ["d"]}]}, thing(c=N)),
        ({"anyOf": [{**thing(c=N), "required": ["d"]}, TEXT]}, thing(c=N)),
        ({"type": "object", "not": thing(c=N)}, thing(c={"anyOf": [N, TEXT]})),
        ({"oneOf": [thing(c=N), thing(d=N)]}, thing(c=N)),
        ({**thing(c=N), "unevaluatedProperties": WHOLE}, thing(c=N, d=WHOLE)),
        (thing(c=N, d=WHOLE), {"allOf": [{"type": "object", "additionalProperties": {}, "properties": {"c": N}}], "unevaluatedProperties": False}),
        (thing(c=N, d=WHOLE), {"allOf": [{"type": "object", "unevaluatedProperties": True, "properties": {"c": N}}], "unevaluatedProperties": False}),
    ],
    ids=str,
)  # fmt: skip
def test_what_does_not_hold_or_is_not_followed_is_not_proved(reader: Any, writer: Any) -> None:
    assert not proved(of(reader), of(writer))
    assert contains(of(reader), of(writer)).answer != "yes"


def test_where_nothing_can_be_taken_apart_the_algebra_is_not_asked_again() -> None:
    asked: list[Any] = []

    def proves(reader: Any, writer: Any) -> bool:
        asked.append((reader, writer))
        return True

    assert not covers(of(WHOLE), of(thing(c=N)), proves)
    assert asked == []


def test_what_leads_into_no_circle_keeps_its_definitions() -> None:
    other = {"m": {"anyOf": [{"$ref": "#/$defs/a~1b"}, True]}, "a/b": WHOLE}
    assert proved(of(thing(c=N, v=M), **other), of(thing(c=N, v=M, w=M), **other))
    assert proved(of({"allOf": [M, thing(c=N)]}, m=True), of(thing(c=N, v=TEXT)))


@pytest.mark.parametrize(
    "beyond",
    [
        of(thing(c=N, d={"$anchor": "x"})), of(thing(c=N, d={"$dynamicRef": "#x"})), of(thing(c={"$ref": "#/properties/a"}, d=N)),
        of(thing(c={"$ref": "https://example.com/"}, d=N)), of(thing(c={"$ref": "#/$defs/gone"}, d=N)), of({"$ref": "#/$defs/n"}),
        of({"allOf": [N, TEXT], **thing(c=N)}),
    ],
    ids=str,
)  # fmt: skip
def test_what_is_not_followed_ends_the_proof_and_nothing_else(beyond: Any) -> None:
    good = of({**thing(c=N), "minProperties": 1})
    assert not proved(beyond, good)
    assert not proved(good, beyond)


def test_a_proof_that_would_take_too_long_is_given_up() -> None:
    wide = {f"m{number}": {"anyOf": [N, {"maximum": number}]} for number in range(MAX_QUESTIONS // 4)}
    assert not proved(of(thing(**wide)), of(thing(**wide, more=TEXT)))
    deep = {f"n{number}": thing(c={"$ref": f"#/$defs/n{number + 1}"}) for number in range(MAX_DEPTH)} | {
        f"n{MAX_DEPTH}": thing(c=N)
    }
    assert not proved(of(thing(c={"$ref": "#/$defs/n0"}), **deep), of(thing(c={"$ref": "#/$defs/n0"}, d=TEXT), **deep))


def test_references_to_the_whole_and_too_many_at_once() -> None:
    whole = {"type": "object", "properties": {"c": {"$ref": "#"}, "v": WHOLE}}
    assert proved(whole, {**whole, "required": ["v"]})
    with pytest.raises(Tangled):
        Document({}).joined([WHOLE] * (MAX_JOINED + 1))
    with pytest.raises(Tangled):
        Document(whole).standing({"$ref": "#"})


def keys(**more: Any) -> dict[str, Any]:
    return {"type": "object", "properties": {"a": WHOLE}, "patternProperties": {"^x-": TEXT}, **more}


@pytest.mark.parametrize(
    ("reader", "writer"),
    [
        (keys(properties={"a": WHOLE, "x-b": TEXT}), keys(additionalProperties=False)),
        (keys(properties={"a": WHOLE, "b": WHOLE}, additionalProperties=WHOLE), keys(additionalProperties=WHOLE)),
        (keys(patternProperties={"^x-": TEXT, "^y-": WHOLE}), keys(additionalProperties=False)),
        (keys(patternProperties={"^x": TEXT}), keys(additionalProperties=False)),
        (keys(), keys(patternProperties={"^x": TEXT})),
        (keys(additionalProperties=TEXT), {"type": "object", "properties": {"a": WHOLE}, "additionalProperties": TEXT, "propertyNames": {"minLength": 1}}),
        (keys(additionalProperties=WHOLE), keys(patternProperties={"^x-a": TEXT, "^x-[^a]": {"const": "b"}, "^x-$": TEXT}, additionalProperties=WHOLE, propertyNames={"not": {"const": "x-"}}) | {"additionalProperties": False}),
        ({"prefixItems": [keys(properties={"x-b": TEXT})], "items": {"type": ["null", "object"]}}, {"prefixItems": [keys(additionalProperties=False)], "items": {"type": "null"}, "type": "array"}),
        ({"anyOf": [keys(properties={"x-b": TEXT}), WHOLE]}, {"anyOf": [keys(additionalProperties=False), WHOLE]}),
        ({"oneOf": [WHOLE, {"type": "string"}], "properties": {"b": keys(properties={"x-b": TEXT})}}, {"const": 1}),
    ],
    ids=str,
)  # fmt: skip
def test_members_with_patterns_of_names_are_proved(reader: Any, writer: Any) -> None:
    assert contains(reader, writer).answer == "yes"


@pytest.mark.parametrize(
    ("reader", "writer"),
    [
        (keys(), keys(patternProperties={"^x": {"type": ["string", "null"]}})),
        (keys(additionalProperties=WHOLE), keys(additionalProperties={"type": "number"})),
        (keys(patternProperties={"^q7": TEXT}), {"type": "object", "additionalProperties": WHOLE}),
        (keys(), {"type": "object", "patternProperties": {"-y$": WHOLE}, "additionalProperties": False}),
        (keys(propertyNames={"maxLength": 9}), keys(additionalProperties=WHOLE)),
    ],
    ids=str,
)
def test_members_with_patterns_of_names_that_do_not_fit_are_shown(reader: Any, writer: Any) -> None:
    found = contains(reader, writer)
    assert found.answer == "no"
    assert found.witness is not NO_WITNESS
