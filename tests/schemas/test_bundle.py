"""One file of a schema, with the event around it where that is wanted."""

import json
from pathlib import Path

import pytest
from jsonschema_rs import RegexOptions, validator_for

from bridge.core.compat import read_links
from bridge.core.contain import contains
from bridge.core.examples import outcome_of, read_examples
from bridge.core.export.bundle import bundle
from bridge.core.export.envelope import wrapped
from bridge.core.export.inline import inlined
from bridge.core.export.naming import module_names
from bridge.core.export.saying import sayings
from bridge.core.export.speech import TOLERANT
from bridge.core.export.widen import widen
from bridge.core.wire import read_json, write_json
from bridge.project import load_project
from tests.schemas.converting import bundled
from tests.schemas.drawing import documents

ROOT = Path(__file__).parents[2]
LATEST = "https://json-schema.org/draft/2020-12/schema"
OFFICIAL = json.loads((ROOT / "tests/cloudevents/cloudevents.json").read_text())


@pytest.fixture(scope="module")
def shop():
    return load_project(ROOT)


@pytest.fixture(scope="module")
def said(shop):
    """Every event that the rules' examples say, with its schema's name."""
    by_id = {schema.id: name for name, schema in shop.schemas.by_name.items()}
    outcomes = [
        outcome_of(each, lambda file: (ROOT / file).read_bytes()) for each in read_examples(shop.rules.entities, [])
    ]
    return [(by_id[event.dataschema], event) for outcome in outcomes for event in outcome.events]


def made(files, name):
    """The bundle of one of several files: schemas without `$schema`, `$id` by their path."""
    whole = {
        path: write_json({"$schema": LATEST, "$id": f"https://example.com/{path}", **schema})
        for path, schema in files.items()
    }
    return bundle(read_links(whole), name)


def judge(document):
    return validator_for(document, validate_formats=True, pattern_options=RegexOptions(), offline=True)


def test_a_bundle_says_what_its_schema_says(shop):
    answers = []
    for name, schema in shop.schemas.by_name.items():
        document = bundle(shop.schemas.links, name).document
        answers += [contains(document, schema.open).answer, contains(schema.open, document).answer]
    assert set(answers) <= {"yes", "unknown"}
    assert answers.count("unknown") <= len(answers) / 20


def test_every_reference_of_a_bundle_leads_to_one_of_its_definitions():
    files = {
        "order/placed.v1.json": {"properties": {"a": {"$ref": "../common/ids.json#/$defs/sku"}, "b": {"$ref": "../common/money.json"}}},
        "common/ids.json": {"$defs": {"sku": {"type": "string"}, "other": {"type": "null"}}},
        "common/money.json": {"properties": {"part": {"$ref": "ids.json#/$defs/sku"}, "whole": {"$ref": "#"}}},
    }  # fmt: skip
    assert made(files, "order/placed.v1.json").document == {
        "$schema": LATEST,
        "$id": "https://example.com/order/placed.v1.json",
        "properties": {"a": {"$ref": "#/$defs/sku"}, "b": {"$ref": "#/$defs/money"}},
        "$defs": {
            "money": {"properties": {"part": {"$ref": "#/$defs/sku"}, "whole": {"$ref": "#/$defs/money"}}},
            "sku": {"type": "string"},
        },
    }


def test_two_definitions_of_one_name_get_two_whatever_their_case():
    files = {
        "a.json": {"properties": {"x": {"$ref": "b.json#/$defs/id"}, "y": {"$ref": "c.json#/$defs/Id"}, "z": {"$ref": "c.json#/$defs/a~1 b"}}},
        "b.json": {"$defs": {"id": {"type": "string"}}},
        "c.json": {"$defs": {"Id": {"type": "integer"}, "a/ b": True}},
    }  # fmt: skip
    assert made(files, "a.json").document["$defs"] == {
        "Id-2": {"type": "integer"},
        "a-b": True,
        "id": {"type": "string"},
    }


def test_a_reference_to_a_part_of_the_schema_itself_is_a_definition_too():
    document = bundled(
        {
            "properties": {"a": {"type": "string"}, "b": {"$ref": "#/properties/a"}, "c": {"$ref": "#/anyOf/0"}},
            "anyOf": [{}],
        }
    ).document
    assert document["properties"]["c"] == {"$ref": "#/$defs/anyOf-0"}
    assert document["$defs"] == {"a": {"type": "string"}, "anyOf-0": {}}


def test_older_drafts_are_said_in_the_latest():
    schema = {
        "$schema": "http://json-schema.org/draft-07/schema#", "definitions": {"a": {"type": "string"}}, "title": "T",
        "properties": {"a": {"$ref": "#/definitions/a", "title": "A", "maxLength": 1}, "b": {"items": [{}], "additionalItems": False}},
        "prefixItems": "means nothing there", "$comment": "stays",
    }  # fmt: skip
    assert bundled(schema).document == {
        "$schema": LATEST, "$id": "https://example.com/s.json", "title": "T",
        "properties": {"a": {"$ref": "#/$defs/a", "title": "A"}, "b": {"items": False, "prefixItems": [{}]}},
        "$comment": "stays", "$defs": {"a": {"type": "string"}},
    }  # fmt: skip


def test_an_annotation_that_refers_somewhere_goes_and_data_that_looks_like_it_stays():
    schema = {"x-parts": {"a": [{"$ref": "#/x-parts/b"}], "b": {}}, "x-owner": ["team"], "examples": [{"$ref": "text"}]}
    assert set(bundled(schema).document) == {"$schema", "$id", "x-owner", "examples"}


def test_bundling_twice_makes_the_same_bytes():
    for _, document, _ in documents(range(30)):
        again = bundle(read_links({"s.json": write_json(document)}), "s.json").document
        assert write_json(again) == write_json(bundle(read_links({"s.json": write_json(again)}), "s.json").document)


def test_what_stands_in_a_bundle_knows_where_it_came_from():
    files = {
        "a.json": {"properties": {"x": {"$ref": "b.json#/$defs/id"}}},
        "b.json": {"$defs": {"id": {"type": "string"}}},
    }
    given = made(files, "a.json")
    assert given.origin(("properties", "x")) == ("a.json", "properties", "x")
    assert given.origin(("$defs", "id", "type")) == ("b.json", "$defs", "id", "type")


@pytest.mark.parametrize("opened", [False, True])
def test_an_event_as_it_is_sent_is_valid_in_its_envelope(shop, said, opened):
    by_schema = sayings(shop.rules)
    for name, event in said:
        document = bundle(shop.schemas.links, name).document
        document = widen(document, TOLERANT).document if opened else document
        assert judge(wrapped(document, by_schema[name], "cloudevent")).is_valid(read_json(event.body))
        delivered = {
            "version": "0", "id": "6a7e8feb", "detail-type": event.type, "source": event.source, "account": "111122223333",
            "time": "2026-11-20T09:30:00Z", "region": "eu-west-1", "resources": [event.stream], "detail": read_json(event.body),
        }  # fmt: skip
        assert judge(wrapped(document, by_schema[name], "eventbridge")).is_valid(delivered)
        assert not judge(wrapped(document, by_schema[name], "eventbridge")).is_valid({**delivered, "detail-type": "x"})
        bare = {**delivered, "detail": event.data}
        assert judge(wrapped(document, by_schema[name], "eventbridge-data")).is_valid(bare)
        assert not judge(wrapped(document, by_schema[name], "cloudevent")).is_valid(bare)


def test_whatever_is_valid_in_our_envelope_is_valid_in_the_specifications_own(shop):
    whole = {**OFFICIAL, "$id": "https://example.com/ce.json"}
    whole["definitions"] = {**OFFICIAL["definitions"], "data_base64": True}
    official = bundle(read_links({"ce.json": write_json(whole)}), "ce.json").document
    for name, said_by in sayings(shop.rules).items():
        envelope = wrapped(bundle(shop.schemas.links, name).document, said_by, "cloudevent")
        assert (name, contains(official, envelope).answer) == (name, "yes")


def test_an_envelope_of_a_schema_that_no_rule_says_leaves_type_and_source_open(shop):
    envelope = wrapped(bundle(shop.schemas.links, "common/money.json").document, [], "cloudevent")
    assert envelope["properties"]["type"] == {"type": "string", "minLength": 1}
    assert envelope["properties"]["source"] == {"type": "string", "minLength": 1, "format": "uri-reference"}
    assert "subject" not in envelope["required"]
    eventbridge = wrapped(bundle(shop.schemas.links, "common/money.json").document, [], "eventbridge")
    assert eventbridge["properties"]["source"] == {"type": "string"}


def test_an_event_of_two_rules_may_have_either_type(shop):
    one, other = (sayings(shop.rules)[name][0] for name in ("order/placed.v1.json", "order/shipped.v1.json"))
    envelope = wrapped(bundle(shop.schemas.links, "order/placed.v1.json").document, [one, other], "cloudevent")
    assert envelope["properties"]["type"] == {"type": "string", "enum": sorted([one.type, other.type])}
    assert envelope["properties"]["source"] == {"type": "string", "const": "/shop/orders"}


def test_a_definition_that_is_true_stays_one():
    document = bundled({"properties": {"a": {"$ref": "#/$defs/any"}}, "$defs": {"any": True}}).document
    assert inlined(document) == document
    assert wrapped(document, [], "cloudevent")["$defs"]["any"] is True


def test_schemas_whose_names_differ_in_signs_alone_have_modules_of_their_own():
    assert module_names(["a-b/c.v1.json", "a/b-c.v1.json", "class.json"]) == {
        "a-b/c.v1.json": "a_b_c_v1",
        "a/b-c.v1.json": "a_b_c_v1_2",
        "class.json": "schema_class",
    }


def test_a_definition_whose_name_the_envelope_needs_gets_another():
    document = bundled(
        {"properties": {"a": {"$ref": "#/$defs/data"}, "b": {"$ref": "#"}}, "$defs": {"data": {}}}
    ).document
    envelope = wrapped(document, [], "cloudevent")
    assert envelope["$defs"]["data"]["properties"] == {"a": {"$ref": "#/$defs/data-2"}, "b": {"$ref": "#/$defs/data"}}
