"""Item schemas drafted from recorded changes."""

from dataclasses import replace
from decimal import Decimal

from bridge.core.given import ASSUMED, change_of
from bridge.core.infer import infer_items, schema_of_values
from bridge.core.schemas import compile_schemas
from bridge.core.wire import write_json
from tests.proof.projects import project

WHEN = {"change": ["insert"]}


def inserted(item, kind="insert", **more):
    return change_of({**ASSUMED, "change": kind, "keys": {"pk": "A"}, "new": item, **more})


def drafted(*changes, when=WHEN, entity=None):
    rules, _ = project({}, {"when": when, "data": {}}, {}, entity)
    return infer_items(rules.entities, changes)


def test_what_every_item_has_is_required_and_the_rest_is_not():
    assert schema_of_values([{"a": 1, "b": "x"}, {"a": 2}]) == {
        "type": "object",
        "required": ["a"],
        "properties": {"a": {"type": "integer"}, "b": {"type": "string"}},
    }


def test_types_are_what_was_seen():
    assert schema_of_values([1, Decimal("1.5")]) == {"type": "number"}
    assert schema_of_values([Decimal("1E+30")]) == {"type": "integer"}
    assert schema_of_values([True, None]) == {"type": ["boolean", "null"]}
    assert schema_of_values([[], [{"a": 1}, {"a": "x"}]]) == {
        "type": "array",
        "items": {"type": "object", "required": ["a"], "properties": {"a": {"type": ["integer", "string"]}}},
    }
    assert schema_of_values([{}]) == {"type": "object"}
    assert schema_of_values([]) == {}


def test_words_that_come_back_are_listed_and_others_are_not():
    assert schema_of_values(["PAID"] * 4 + ["DRAFT"] * 2) == {"type": "string", "enum": ["DRAFT", "PAID"]}
    assert schema_of_values(["PAID", "DRAFT"]) == {"type": "string"}
    assert schema_of_values(["two words"] * 9) == {"type": "string"}
    assert schema_of_values([f"W{number % 9}" for number in range(99)]) == {"type": "string"}
    assert schema_of_values(["PAID"] * 9 + [None]) == {"type": ["string", "null"]}


def test_formats_are_recognised_where_all_texts_are_of_them():
    assert schema_of_values(["2026-01-31T12:00:00Z"]) == {"type": "string", "format": "date-time"}
    assert schema_of_values(["2026-01-31"]) == {"type": "string", "format": "date"}
    assert schema_of_values(["00000000-0000-4000-8000-000000000000"]) == {"type": "string", "format": "uuid"}
    assert schema_of_values(["2026-01-31", "later"]) == {"type": "string"}


def test_a_draft_says_where_it_comes_from_and_is_a_schema_of_the_project():
    (draft,) = drafted(inserted({"pk": "A", "n": 1}), inserted({"pk": "B"}, kind="modify", old={"pk": "C"}))
    assert (draft.entity, draft.name, draft.records, draft.items) == ("thing", "thing/item.v1.json", 2, 3)
    assert draft.schema == {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://example.com/thing/item.v1.json",
        "title": "Thing item",
        "description": "Drafted from 3 items of 2 recorded changes: read it, correct it, and say what each attribute is.",
        "type": "object",
        "required": ["pk"],
        "properties": {"n": {"type": "integer"}, "pk": {"type": "string"}},
    }
    assert compile_schemas({draft.name: write_json(draft.schema)}).names == (draft.name,)


def test_only_changes_that_the_entity_is_about_count():
    about = {"when": {"table": ["things"]}}
    assert drafted(inserted({"a": 1}), entity=about) == []
    (draft,) = drafted(inserted({"a": 1}, table="things"), inserted({"b": 1}), entity=about)
    assert draft.schema["required"] == ["a"]


def test_a_change_that_lacks_the_image_which_decides_counts_for_nothing():
    keys_only = change_of({**ASSUMED, "change": "insert", "keys": {"pk": "A"}})
    assert drafted(keys_only, entity={"when": {"new": {"kind": ["thing"]}}}) == []


def test_without_a_schema_of_an_event_to_go_by_the_draft_names_itself():
    rules, _ = project({}, {"when": WHEN, "data": {}}, {}, name="thing")
    entity = replace(rules.entities[0], rules=(), item_schema="")
    (draft,) = infer_items([entity], [inserted({"a": 1})])
    assert draft.schema["$id"] == "https://schemas.example.com/thing/item.v1.json"
