"""Data is validated by the schema that the event names, tolerantly, and nothing is fetched."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from bridge.core.schemas import compile_schemas
from bridge.errors import ProjectInvalid
from bridge.subscriber import InvalidData, Registry, receive
from tests.subscriber.deliveries import ORDER_ID, event, eventbridge, sqs, sqs_record

SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": ORDER_ID,
    "type": "object",
    "required": ["orderId", "total"],
    "properties": {"orderId": {"type": "string"}, "total": {"$ref": "../common.json#/$defs/amount"}},
}
COMMON = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "https://schemas.example.com/shop/common.json",
    "$defs": {"amount": {"type": "number", "multipleOf": 0.01}},
}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "order").mkdir()
    (tmp_path / "order/placed.v1.json").write_text(json.dumps(SCHEMA))
    (tmp_path / "common.json").write_text(json.dumps(COMMON))
    return tmp_path


def order(data, schema=ORDER_ID):
    return event(dataschema=schema, data=data)


def refusal(delivery, schemas):
    with pytest.raises(InvalidData) as refused:
        receive(delivery, schemas=schemas)
    return str(refused.value)


def test_data_that_fits_its_schema_is_let_through_with_more_than_it_declares(folder):
    data = {"orderId": "7", "total": Decimal("12.50"), "addedLater": {"a": 1}}
    assert receive(order(data), schemas=folder)[0].data == data


@pytest.mark.parametrize("as_source", [str, Registry.of, lambda folder: Registry.of(Registry.of(folder))])
def test_a_registry_comes_from_a_folder_however_it_is_named(folder, as_source):
    assert receive(order({"orderId": "7", "total": 1}), schemas=as_source(folder))
    assert "U012" in refusal(order({}), as_source(folder))


def test_a_registry_comes_from_compiled_schemas(folder):
    names = ("order/placed.v1.json", "common.json")
    schemas = compile_schemas({name: (folder / name).read_bytes() for name in names})
    assert "U012" in refusal(order({}), schemas)


def test_everything_that_breaks_the_schema_is_told_without_any_value(folder):
    said = refusal(order({"orderId": 123456, "total": Decimal("1.005")}), folder)
    assert said == (
        "record 7de3/order.placed $.data.orderId: U012 this is an integer, where the schema wants a string (order/placed.v1.json)\n"
        "    fix: let the publisher mend it, or take the schema that it publishes by\n"
        "record 7de3/order.placed $.data.total: U012 the number must be a multiple of 0.01 (order/placed.v1.json)\n"
        "    fix: let the publisher mend it, or take the schema that it publishes by"
    )


@pytest.mark.parametrize("data", [None, "text", [], Decimal("1.5")])
def test_data_of_any_other_kind_is_refused(folder, data):
    assert "U012" in refusal(order(data), folder)


def test_binary_data_breaks_any_schema(folder):
    assert "U012" in refusal(event(dataschema=ORDER_ID, data=None, data_base64="AP8="), folder)


def test_an_event_that_names_no_schema_is_refused(folder):
    assert "$.dataschema: U010 the event names no schema" in refusal(event(), folder)


def test_an_event_that_names_a_schema_which_is_not_there_is_refused_and_it_is_not_quoted(folder):
    said = refusal(order({}, "https://evil.example.com/any"), folder)
    assert "$.dataschema: U011 the event names a schema that is not in the registry" in said
    assert "evil" not in said


def test_wrapped_bare_data_can_name_no_schema_and_is_let_through(folder):
    delivery = sqs(sqs_record(eventbridge('{"orderId":7}')))
    assert receive(delivery, schemas=folder, bare="wrap")[0].data == {"orderId": 7}


def test_a_folder_that_is_not_there_is_a_problem_with_its_path(tmp_path):
    with pytest.raises(ProjectInvalid, match=r"nowhere: U040 there is no such folder of schemas"):
        receive([], schemas=tmp_path / "nowhere")


def test_schemas_that_are_none_are_told_as_lint_tells_them(tmp_path):
    (tmp_path / "a.json").write_text("{")
    with pytest.raises(ProjectInvalid, match=r"a\.json:1:2: S"):
        Registry.of(tmp_path)


def test_the_sample_shops_schemas_are_a_registry():
    registry = Registry.of(Path(__file__).parents[2] / "schemas")
    assert ORDER_ID in registry.schemas


@pytest.fixture
def strict(tmp_path):
    schema = {
        **SCHEMA,
        "additionalProperties": False,
        "properties": {**SCHEMA["properties"], "state": {"enum": ["NEW"]}},
    }
    schema["properties"]["lines"] = {
        "oneOf": [{"type": "array", "items": {"type": "object", "unevaluatedProperties": False}}]
    }
    (tmp_path / "placed.json").write_text(json.dumps(schema))
    (tmp_path / "common.json").write_text(json.dumps(COMMON))
    return tmp_path


def test_what_a_schema_keeps_out_of_what_is_said_does_not_bind_who_reads(strict):
    data = {"orderId": "7", "total": 1, "addedLater": 1, "lines": [{"addedToo": 2}]}
    assert receive(order(data), schemas=strict)[0].data == data


def test_a_value_added_to_a_list_is_let_through_where_the_list_was_announced_to_grow(strict):
    data = {"orderId": "7", "total": 1, "state": "SENT"}
    assert "allows only" in refusal(order(data), strict)
    schema = json.loads((strict / "placed.json").read_text())
    schema["properties"]["state"]["x-extensible-enum"] = True
    files = {"placed.json": json.dumps(schema).encode(), "common.json": json.dumps(COMMON).encode()}
    assert receive(order(data), schemas=compile_schemas(files))
    assert "U012" in refusal(order(data | {"state": 1}), compile_schemas(files))
