"""Item schemas drafted from recorded changes."""

from dataclasses import replace
from decimal import Decimal

from bridge.core.given import ASSUMED, change_of
from bridge.core.infer import Seen, infer_items, schema_of
from bridge.core.schemas import compile_schemas
from bridge.core.wire import write_json
from tests.proof.projects import project

WHEN = {"change": ["insert"]}


def inserted(item, kind="insert", **more):
    return change_of({**ASSUMED, "change": kind, "keys": {"pk": "A"}, "new": item, **more})


def drafted(*changes, when=WHEN, entity=None):
    rules, _ = project({}, {"when": when, "data": {}}, {}, entity)
    return infer_items(rules.entities, changes)


def shown(values):
    """The schema of values that an item each shows."""
    return schema_of([Seen(b"%d" % number, value) for number, value in enumerate(values)])


def test_what_every_item_has_is_required_and_the_rest_is_not():
    assert shown([{"a": 1, "b": "x"}, {"a": 2}]) == {
        "type": "object",
        "required": ["a"],
        "properties": {"a": {"type": "integer"}, "b": {"type": "string"}},
    }


def test_types_are_what_was_seen():
    assert shown([1, Decimal("1.5")]) == {"type": "number"}
    assert shown([Decimal("1E+30")]) == {"type": "integer"}
    assert shown([True, None]) == {"type": ["boolean", "null"]}
    assert shown([[], [{"a": 1}, {"a": "x"}]]) == {
        "type": "array",
        "items": {"type": "object", "required": ["a"], "properties": {"a": {"type": ["integer", "string"]}}},
    }
    assert shown([{}]) == {"type": "object"}
    assert shown([]) == {}


def test_words_that_come_back_are_listed_and_others_are_not():
    assert shown(["PAID"] * 4 + ["DRAFT"] * 2) == {"type": "string", "enum": ["DRAFT", "PAID"]}
    assert shown(["PAID", "DRAFT"]) == {"type": "string"}
    assert shown(["two words"] * 9) == {"type": "string"}
    assert shown([f"W{number % 9}" for number in range(99)]) == {"type": "string"}
    assert shown(["PAID"] * 9 + [None]) == {"type": ["string", "null"]}


def stays(*seen):
    """The members of what is drafted of modifications, each of an item with a state, and of nothing else."""
    changes = [
        inserted(
            {"stayId": key, "ward": ward, "tags": [{"word": ward}]}, "modify", keys={"pk": key}, old={"stayId": key}
        )
        for key, ward in seen
    ]
    (draft,) = drafted(*changes, when={"change": ["modify"]})
    return draft.items, draft.schema["properties"]


def test_what_one_item_alone_shows_is_never_listed_however_often_it_comes_back():
    items, members = stays(*[("S-1", "HIV")] * 6)
    assert (items, members["stayId"], members["ward"]) == (1, {"type": "string"}, {"type": "string"})
    assert members["tags"]["items"]["properties"]["word"] == {"type": "string"}


def test_a_value_that_only_one_of_many_items_shows_keeps_all_from_being_listed():
    _, members = stays(*((f"S-{number}", "EAST") for number in range(20)), ("S-20", "HIV"))
    assert members["ward"] == {"type": "string"}


def test_values_that_several_items_show_are_listed():
    seen = [(f"S-{number}", "EAST" if number % 2 else "WEST") for number in range(6)]
    items, members = stays(*seen)
    assert (items, members["ward"], members["stayId"]) == (
        6,
        {"type": "string", "enum": ["EAST", "WEST"]},
        {"type": "string"},
    )


def test_one_key_in_two_tables_is_two_items():
    changes = [inserted({"kind": "thing"}, table=table) for table in ("a", "b", "c")]
    (draft,) = drafted(*changes)
    assert (draft.items, draft.schema["properties"]["kind"]["enum"]) == (3, ["thing"])


def test_formats_are_recognised_where_all_texts_are_of_them():
    assert shown(["2026-01-31T12:00:00Z"]) == {"type": "string", "format": "date-time"}
    assert shown(["2026-01-31"]) == {"type": "string", "format": "date"}
    assert shown(["00000000-0000-4000-8000-000000000000"]) == {"type": "string", "format": "uuid"}
    assert shown(["2026-01-31", "later"]) == {"type": "string"}


def test_a_draft_says_where_it_comes_from_and_is_a_schema_of_the_project():
    (draft,) = drafted(inserted({"pk": "A", "n": 1}), inserted({"pk": "B"}, kind="modify", old={"pk": "C"}))
    assert (draft.entity, draft.name, draft.records, draft.items) == ("thing", "thing/item.v1.json", 2, 1)
    assert draft.schema == {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://example.com/thing/item.v1.json",
        "title": "Thing item",
        "description": "Drafted from 2 recorded changes of 1 item: read it, correct it, and say what each attribute is.",
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
