"""Patterns that ask for texts that the item never has, told by what its texts may be as a whole."""

import json

import pytest

from bridge.core.pattern.texts import fold
from bridge.core.proof.when import ALSO_FOLDED
from tests.core.test_lint import ITEM, found, rule, said

TEXTS = ITEM | {
    "properties": ITEM["properties"]
    | {
        "pk": {"type": "string", "pattern": "^GARAGE#"},
        "code": {"type": "string", "pattern": "^[A-Z]{2}-[0-9]{3}$"},
        "state": {"enum": ["open", "shut"]},
        "maybe": {"type": ["string", "null"], "enum": ["open", None]},
        "short": {"type": "string", "maxLength": 3},
        "day": {"type": "string", "format": "date"},
        "codes": {"type": "array", "items": {"type": "string", "pattern": "^[A-Z]+$"}},
        "kind": {"type": ["string", "integer"], "pattern": "^[a-z]+$"},
    },
    "required": ["state"],
}


def told(field, alternative, image="new"):
    """Whether lint says of an alternative that the item never has it."""
    when = f"{{change: [insert], {image}: {{{field}: [{json.dumps(alternative)}]}}}}"
    problems = found(rule(when=when, entity="{table: [shop]}"), item=TEXTS)
    assert {each.code for each in problems} <= {"L042"}, problems
    return bool(problems)


@pytest.mark.parametrize(
    ("field", "alternative"),
    [
        ("pk", {"prefix": "GARAG#"}),
        ("pk", {"prefix": {"equals-ignore-case": "garag#"}}),
        ("pk", {"wildcard": "GARAG#*"}),
        ("pk", {"equals-ignore-case": "garages"}),
        ("pk", {"anything-but": {"prefix": "GAR"}}),
        ("pk", {"anything-but": {"prefix": ["X", "GAR"]}}),
        ("pk", {"anything-but": {"wildcard": "GARAGE*"}}),
        ("code", {"suffix": "-12"}),
        ("code", {"suffix": {"equals-ignore-case": "x"}}),
        ("code", {"prefix": "ABC"}),
        ("code", {"wildcard": "*-*-*"}),
        ("code", {"equals-ignore-case": "ab-12"}),
        ("state", {"prefix": "x"}),
        ("state", {"equals-ignore-case": "OPENED"}),
        ("state", {"anything-but": ["open", "shut"]}),
        ("state", {"anything-but": {"suffix": ["n", "t"]}}),
        ("state", {"anything-but": {"equals-ignore-case": ["OPEN", "Shut"]}}),
        ("short", {"prefix": "long"}),
        ("short", {"wildcard": "a*b*c*d"}),
        ("day", {"prefix": "May"}),
        ("codes", {"prefix": "a"}),
        ("kind", {"prefix": "A"}),
    ],
)
def test_an_operator_that_no_text_of_the_attribute_satisfies_is_told(field, alternative):
    assert told(field, alternative)


@pytest.mark.parametrize(
    ("field", "alternative"),
    [
        ("pk", {"prefix": "GARAGE#7"}),
        ("pk", {"prefix": "GAR"}),
        ("pk", {"prefix": {"equals-ignore-case": "garage#"}}),
        ("pk", {"prefix": {"equals-ignore-case": "é"}}),
        ("pk", {"suffix": "x"}),
        ("pk", {"anything-but": {"prefix": "GARAGE#1"}}),
        ("pk", {"anything-but": ["GARAGE#1"]}),
        ("pk", {"anything-but": {"equals-ignore-case": "garage#é"}}),
        ("code", {"equals-ignore-case": "ab-123"}),
        ("code", {"wildcard": "A*-1*"}),
        ("state", {"equals-ignore-case": "OPEN"}),
        ("state", {"anything-but": ["open"]}),
        ("maybe", {"anything-but": ["open"]}),
        ("short", {"prefix": "abc"}),
        ("codes", {"prefix": "A"}),
        ("kind", {"anything-but": {"wildcard": "*"}}),
        ("id", {"prefix": "whatever"}),
    ],
)
def test_an_operator_that_some_value_satisfies_is_let_be(field, alternative):
    assert not told(field, alternative)


def test_patterns_of_keys_are_held_against_the_attributes():
    assert told("pk", {"prefix": "GARAG#"}, "keys")
    assert told("pk", "GARAG#1", "keys")
    assert not told("pk", {"prefix": "GARAGE#"}, "keys")
    assert not told("pk", "GARAGE#1", "keys")


@pytest.mark.parametrize(
    ("keys", "names"),
    [
        ("{pk: [GARAGE#1], skk: [A]}", ["skk"]),
        ("{$or: [{pk: [GARAGE#1]}, {other: [A]}]}", ["other"]),
        ("{other: [A]}", []),
    ],
)
def test_names_of_keys_are_told_where_the_item_schema_has_the_keys(keys, names):
    problems = said(found(rule(entity=f"{{keys: {keys}}}"), item=TEXTS), "L012")
    assert [each.split("'")[1] for each in problems] == names


def test_a_misspelt_key_in_an_expression_is_told_too():
    text = rule(entity="{keys: {pk: [GARAGE#1]}}", data='{id: "${keys.pkk}"}')
    assert [each.split("'")[1] for each in said(found(text, item=TEXTS), "L012")] == ["pkk"]


def test_the_letters_that_fold_to_a_letter_of_ascii_are_known():
    found = {}
    for char in map(chr, (*range(0x80, 0xD800), *range(0xE000, 0x110000))):
        if (folded := fold(char)).isascii():
            found.setdefault(folded, []).append(char)
    assert {letter: "".join(chars) for letter, chars in found.items()} == ALSO_FOLDED
