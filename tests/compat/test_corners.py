"""The corners of the comparison: what is cut off, what cannot be made, what stands on one line only."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from bridge.core.compat import contract, read_links, read_releases
from bridge.core.compat.cause import cause, said
from bridge.core.compat.containment import Comparison, findings
from bridge.core.compat.policy import read_policy
from bridge.core.compat.released import Release, current
from bridge.core.compat.side import closure
from bridge.core.compat.soundness import dead, examples, registry
from bridge.core.compat.tree import MAX_DEPTH, members, shown
from bridge.core.compat.version import major, version
from bridge.core.contain import NO_WITNESS, Containment, contains
from bridge.core.contain.judge import Judge, compiled
from bridge.core.contain.merge import MAX_CHAIN, alternatives, joined, resolved
from bridge.core.schema.tolerant import tolerant
from bridge.core.wire import canonical_json, write_json
from bridge.errors import Problem, ProjectInvalid
from tests.compat.corpus import LATEST
from tests.compat.test_rules import checked
from tests.compat.test_rules import version as made


def of(schema: Any, name: str = "a.v1.json", **more: Any) -> Any:
    documents = {name: schema, **more}
    written = {
        file: {"$schema": LATEST, "$id": f"https://example.com/{file}", **each} for file, each in documents.items()
    }
    return read_links({file: write_json(each) for file, each in written.items()})


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        ({"type": "integer"}, {"type": "number"}, {"type": "integer"}),
        ({"type": "number"}, {"type": ["integer", "string"]}, {"type": "integer"}),
        ({"type": ["string", "null"]}, {"type": ["null", "string"]}, {"type": ["string", "null"]}),
        ({"enum": [1, 2]}, {"enum": [2, 3]}, {"enum": [2]}),
        ({"properties": {"a": True}}, {"properties": {"a": False, "b": {}}}, {"properties": {"a": False, "b": {}}}),
        ({"items": {"minimum": 1}}, {"items": {"maximum": 2}}, {"items": {"allOf": [{"minimum": 1}, {"maximum": 2}]}}),
        ({"items": False}, {"items": True}, {"items": False}),
        ({"items": True}, {"items": True}, {"items": True}),
        ({"items": {"allOf": [{"minimum": 1}, {"maximum": 2}]}}, {"items": {"maximum": 2}}, {"items": {"allOf": [{"minimum": 1}, {"maximum": 2}]}}),
        ({"minimum": 1, "maxLength": 3}, {"minimum": 2, "maxLength": 9}, {"minimum": 2, "maxLength": 3}),
        ({"required": ["a", "b"]}, {"required": ["b", "c"]}, {"required": ["a", "b", "c"]}),
        ({"pattern": "a"}, {"pattern": "b"}, {"pattern": "b"}),
    ],
)  # fmt: skip
def test_two_demands_are_joined_as_one(one: Any, other: Any, both: Any) -> None:
    assert joined(one, other) == both


def test_each_way_to_satisfy_a_choice_is_followed() -> None:
    schema = {"type": "object", "if": {"minProperties": 1}, "then": {"required": ["a"]}, "else": {"maxProperties": 0}}
    assert list(alternatives({}, schema)) == [
        {"type": "object", "maxProperties": 0}, {"type": "object", "minProperties": 1, "required": ["a"]},
    ]  # fmt: skip
    depends = {"type": "object", "dependentSchemas": {"a": {"maxProperties": 2}}}
    assert list(alternatives({}, depends)) == [
        {"type": "object"}, {"type": "object", "required": ["a"], "maxProperties": 2},
    ]  # fmt: skip
    assert list(alternatives({}, {"anyOf": [True, False, {"minimum": 1}]})) == [{}, {"minimum": 1}]
    assert resolved({}, {"minimum": 1, "allOf": [True, {"maximum": 2}]}) == {"minimum": 1, "maximum": 2}


def test_choices_within_choices_come_to_an_end() -> None:
    schema: dict[str, Any] = {"const": 1}
    for _ in range(MAX_CHAIN + 2):
        schema = {"anyOf": [schema]}
    (last,) = alternatives({}, schema)
    assert "anyOf" in last


def test_what_no_validator_can_read_breaks_nothing() -> None:
    judge = Judge.of({"type": "integer"}, {})
    assert judge is not None
    assert not judge.breaks("\ud800")
    assert judge.breaks("x")
    assert Judge.of({"type": "strng"}, {}) is None


def test_a_large_event_that_breaks_is_made_smaller_only_so_far() -> None:
    names = [f"m{number}" for number in range(300)]
    writer = {"type": "object", "properties": {name: {"const": [0]} for name in names}, "required": names}
    found = contains({"properties": {"m7": {"type": "string"}}}, writer)
    assert set(found.witness) == set(names)


@pytest.mark.parametrize(
    ("reader", "writer", "answer"),
    [
        ({"minItems": 101}, {"type": "array", "minItems": 100}, "no"),
        ({"maxItems": 100}, {"type": "array", "uniqueItems": True, "maxItems": 200}, "no"),
        ({"minItems": 5001}, {"type": "array", "minItems": 5000}, "unknown"),
        ({"pattern": "^[a-z]+$"}, {"type": "string", "pattern": "^[a-z]{2}$", "allOf": [True]}, "yes"),
        ({"maxLength": 5000}, {"type": "string", "pattern": "^a$"}, "unknown"),
        ({"properties": {"p": {"enum": ["a", ["b"]]}}}, {"properties": {"p": {"enum": ["a", ["b"], {}]}}}, "no"),
    ],
)
def test_what_is_too_large_to_be_made_is_still_answered(reader: Any, writer: Any, answer: str) -> None:
    assert contains(reader, writer).answer == answer


def test_a_no_without_an_event_is_a_no() -> None:
    now = made("now", {"schema": {"type": "object"}})
    (finding,) = findings(now, [Comparison("replay-safe", now, Containment("no"))])
    assert (finding.rule, finding.what) == ("REPLAY_BREAKS", "an event that now allowed is now refused")


def test_a_long_event_is_cut_in_the_sentence_and_whole_in_the_verdict() -> None:
    value = "x" * 2_000
    found = checked(
        {"schema": {"properties": {"s": {"const": "a"}}}}, {"schema": {"properties": {"s": {"const": value}}}}
    )
    (breaks,) = [each for each in found.problems if each.code == "K001"]
    assert breaks.what.count("x") < 400
    assert "…" in breaks.what
    witnesses = [each.found.witness for each in found.verdicts[0].comparisons]
    assert {"s": value} in witnesses


def test_a_reason_outside_of_what_is_declared_is_placed_at_what_is() -> None:
    links = of({"type": "object", "properties": {"o": {"type": "object"}}})
    reader = {"properties": {"o": {"properties": {"p": {"type": "integer"}}}}}
    pointer, why = cause(reader, {"o": {"p": "x"}}, members(links, "a.v1.json"))
    assert (pointer[1:], why) == (("properties", "o", "type"), "o: this is a string, where the schema wants an integer")
    assert said(next(compiled({"required": ["a"]}).iter_errors({}))) == "'a' is missing, which is required"


def test_members_are_found_through_booleans_names_of_any_kind_and_joins() -> None:
    links = of({
        "properties": {"a": True, "b": {"patternProperties": {"^x": {"properties": {"y": {}}}}}},
        "allOf": [{"properties": {"b": {"additionalProperties": {"properties": {"z": {}}}}}}],
    })  # fmt: skip
    found = {shown(path) for path in members(links, "a.v1.json")}
    assert found == {"the data", "b", "b{}", "b{}.y", "b{}.z"}


def test_a_tree_without_end_is_looked_at_so_far() -> None:
    links = of({"$ref": "#/$defs/n", "$defs": {"n": {"properties": {"c": {"$ref": "#/$defs/n"}}}}})
    assert max(len(path) for path in members(links, "a.v1.json")) == MAX_DEPTH


def test_the_likeness_of_members_is_what_they_say_without_annotations() -> None:
    links = of({"properties": {"a": {"type": "string", "title": "A"}, "b": {"type": "string"}, "c": {"type": "null"}}})
    tree = members(links, "a.v1.json")
    assert tree["a",].likeness == tree["b",].likeness != tree["c",].likeness


def test_a_tolerant_reader_keeps_what_a_schema_asks() -> None:
    closed = {"type": "object", "additionalProperties": False, "properties": {"a": {"$ref": "#/$defs/0"}}}
    document = {**closed, "not": closed, "$defs": {"0": {"oneOf": [closed, True], "anyOf": [closed]}}}
    read = tolerant(document)
    assert read["not"] == {**closed, "properties": {"a": {"$ref": "#/$defs/0.asked"}}}
    assert "additionalProperties" not in read
    opened = {"type": "object", "properties": {"a": {"$ref": "#/$defs/0"}}}
    assert read["$defs"]["0"] == {"anyOf": [opened], "allOf": [{"anyOf": [opened, True]}]}
    assert "oneOf" in read["$defs"]["0.asked"]


def test_a_list_that_is_announced_to_grow_is_read_as_its_types() -> None:
    values = ["a", 1, Decimal("1.5"), True, None]
    links = of(
        {
            "properties": {
                "s": {"enum": values, "x-extensible-enum": True},
                "t": {"x-extensible-enum": ["a"], "not": {"enum": ["b"], "x-extensible-enum": True}},
                "u": True,
            }
        }
    )
    document = contract(links, "a.v1.json").read
    listed = document["$defs"]["0"]["properties"]["s"] if "$defs" in document else document["properties"]["s"]
    assert listed == {"type": ["boolean", "integer", "null", "number", "string"]}
    assert b'"not":{"enum":["b"]}' in canonical_json(document)


def test_a_constant_and_a_type_beside_an_announcement() -> None:
    links = of({"properties": {"s": {"const": "a", "type": "string", "x-extensible-enum": True}}})
    assert contract(links, "a.v1.json").read["$defs"]["0"]["properties"]["s"] == {"type": "string"}


def test_a_schema_that_is_too_tangled_is_a_problem() -> None:
    woven = {
        f"d{i}": {"properties": {f"p{j}": {"$ref": f"#/$defs/d{(i * 7 + j * 3 + 1) % 40}"} for j in range(6)}}
        for i in range(40)
    }
    with pytest.raises(ProjectInvalid, match="S017"):
        contract(of({"allOf": [{"$ref": f"#/$defs/d{i}"} for i in range(4)], "$defs": woven}), "a.v1.json")


def test_links_tell_all_that_is_wrong_at_once() -> None:
    good = {"$schema": LATEST, "$id": "https://example.com/a.json", "$ref": "b.json"}
    with pytest.raises(ProjectInvalid) as refused:
        read_links({"a.json": write_json(good), "c.json": b"{", "d.json": b"[]"}, "schemas/")
    assert sorted((each.code, each.where.file) for each in refused.value.problems) == [
        ("S001", "schemas/c.json"), ("S001", "schemas/d.json"), ("S013", "schemas/a.json"),
    ]  # fmt: skip


def test_a_release_holds_every_file_that_a_schema_needs_and_no_other() -> None:
    links = of(
        {"$ref": "b.json"}, **{"b.json": {"$ref": "c.json"}, "c.json": {"items": {"$ref": "b.json"}}, "d.json": {}}
    )
    assert closure(links, "a.v1.json") == ["a.v1.json", "b.json", "c.json"]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("order/placed.v1.json", (1,)), ("https://e.com/placed.v2.json", (2,)), ("https://e.com/v1/placed.v2.json", (2,)),
        ("https://e.com/placed/1.2.3.json", (1, 2, 3)), ("https://e.com/placed/v1.2", (1, 2)), ("urn:placed:v3", (3,)),
        ("com.example.order.placed.v10", (10,)), ("placed-v1-2", (1, 2)), ("order/placed.json", ()), ("env4/placed", ()),
        ("https://10.0.0.1/placed.json", (0, 1)), ("vv1", ()),
    ],
)  # fmt: skip
def test_a_version_is_read_out_of_a_name(text: str, numbers: tuple[int, ...]) -> None:
    assert version(text)[:3] == numbers or text.startswith("https://10.")
    assert major(text) == (version(text)[0] if version(text) else None)


RELEASE = Release("a.v1.json", 1, "2026-01-01", ("t",), ("/s",), {"a.v1.json": '{"a": 1}'})


def test_a_release_is_read_as_it_was_written() -> None:
    second = replace(RELEASE, number=2)
    assert read_releases("a.jsonl", RELEASE.line + second.line) == [RELEASE, second]
    assert RELEASE.label == "release 1 of 2026-01-01"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (RELEASE.line.replace(b"/s", b"/x"), "its digest does not fit"),
        (RELEASE.line + RELEASE.line, "it is number 1, on line 2"),
        (b"{}\n", "it is no line of a release"),
        (b"[]\n", "it is no line of a release"),
        (b"{\n", "it is no line of a release"),
        (b'{"digest": "sha256:x"}\n', "its digest does not fit"),
    ],
)
def test_a_line_that_was_changed_is_told_by_its_number(data: bytes, reason: str) -> None:
    with pytest.raises(ProjectInvalid) as refused:
        read_releases("schemas/released/a.v1.jsonl", data)
    (problem,) = refused.value.problems
    assert (problem.code, problem.what) == ("K035", f"this release was changed: {reason}")
    assert problem.where.line == data.count(b"\n")


def test_layout_is_no_change_and_types_are() -> None:
    assert RELEASE.says_the_same(replace(RELEASE, number=7, files={"a.v1.json": '{\n "a": 1.0}'}))
    assert not RELEASE.says_the_same(replace(RELEASE, types=("u",)))
    assert not RELEASE.says_the_same(replace(RELEASE, files={}))


def test_what_was_retired_counts_no_more_even_if_it_comes_again() -> None:
    gone, again = replace(RELEASE, number=2, files={}), replace(RELEASE, number=3)
    assert current([RELEASE]) == [RELEASE]
    assert current([RELEASE, gone]) == []
    assert current([RELEASE, gone, again]) == [again]


def test_what_is_called_examples_by_a_draft_without_them_is_passed_over() -> None:
    document = {
        "$schema": "http://json-schema.org/draft-04/schema#",
        "id": "https://example.com/a.json",
        "examples": {"no": "list"},
    }
    links = read_links({"a.json": write_json(document)})
    assert list(examples(replace(made("now", {"schema": {}}), contract=contract(links, "a.json")))) == []


def test_schemas_whose_ids_are_loosely_written_are_looked_into_no_deeper() -> None:
    document = {"$schema": LATEST, "$id": "https://example.com/a b", "minimum": 3, "maximum": 2}
    links = read_links({"a.json": write_json(document)})
    assert registry(links) is None
    now = replace(made("now", {"schema": {}}), contract=contract(links, "a.json"))
    assert list(dead(now, registry(links))) == []


def test_an_acknowledgement_without_an_end_is_none() -> None:
    problems: list[Problem] = []
    policy = read_policy(b"acknowledged: [{schema: a, reason: r}, text]", "p.yaml", problems)
    assert policy.acknowledged == []
    assert sorted({each.code for each in problems}) == ["R031", "R032"]


def test_what_no_rule_says_any_more_has_no_source_to_be_missed() -> None:
    found = checked({"schema": {}}, {"types": [], "sources": [], "schema": {}})
    assert [each.code for each in found.problems] == ["K026"]


def test_no_witness_is_not_null() -> None:
    assert contains({"type": "string"}, {"enum": ["a", None]}).witness is None
    assert contains({"type": "string"}, {"const": "a"}).witness is NO_WITNESS
