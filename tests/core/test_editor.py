"""The rule language as JSON Schema: from the same tables as the reader, with the project's own names."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from bridge.core.change import NAMES
from bridge.core.editor import Vocabulary, manifest_schema, rules_schema, schemas_for, vocabulary_of
from bridge.core.editor.fields import Fields
from bridge.core.editor.notation import KINDS, closed
from bridge.core.editor.patterns import ABOUT, DOCUMENT
from bridge.core.expression import FUNCTIONS
from bridge.core.fields import KINDS as READ
from bridge.core.manifest import PROJECT, TARGETS
from bridge.core.pattern.operators import OPERATORS
from bridge.core.rules.notation import ENTITY, EVENT, EXAMPLE, GIVEN
from bridge.core.yamltree import read_yaml
from bridge.project import load_project

ROOT = Path(__file__).parents[2]
RULES = sorted((ROOT / "rules").glob("*.yaml"))


@pytest.fixture(scope="module")
def words() -> Vocabulary:
    project = load_project(ROOT)
    return vocabulary_of(project.manifest, project.rules, project.schemas)


@pytest.fixture(scope="module")
def rules(words) -> Draft7Validator:
    return Draft7Validator(rules_schema(words))


def plain(file: Path) -> Any:
    """The file as an editor reads it: its numbers are no decimals."""
    return json.loads(json.dumps(read_yaml(file.read_bytes(), file.name).plain(), default=float))


def messages(validator: Draft7Validator, document: Any) -> list[tuple[str, str]]:
    return [(error.json_path, error.message) for error in validator.iter_errors(document)]


def test_the_keys_are_those_of_the_reader():
    made = rules_schema(Vocabulary())["definitions"]
    assert list(made["entity"]["properties"]) == list(ENTITY)
    assert list(made["event"]["properties"]) == list(EVENT)
    assert list(made["example"]["properties"]) == list(EXAMPLE)
    assert list(made["given"]["then"]["properties"]) == list(GIVEN)
    assert made["entity"]["required"] == [name for name, field in ENTITY.items() if field.required]
    assert list(manifest_schema()["properties"]) == list(PROJECT)
    assert list(manifest_schema()["properties"]["targets"]["additionalProperties"]["properties"]) == list(TARGETS)


def test_every_kind_of_value_names_and_operator_of_the_language_is_known():
    assert KINDS.keys() == READ.keys()
    assert DOCUMENT.keys() == NAMES
    assert ABOUT.keys() == OPERATORS.keys() | {"exists"}


def test_every_key_has_its_description_also_in_markdown():
    made = rules_schema(Vocabulary())["definitions"]
    for name in ("entity", "event", "example"):
        for key, schema in made[name]["properties"].items():
            assert schema["description"], key
            assert schema["title"] == key
            if "$ref" not in schema:
                assert schema["markdownDescription"].startswith(schema["description"]), key
    assert "**Required.**" in made["event"]["properties"]["type"]["markdownDescription"]
    assert "**Required.**" not in made["event"]["properties"]["about"]["markdownDescription"]


def test_every_function_is_documented_and_ours_can_be_inserted():
    made = rules_schema(Vocabulary())["definitions"]["expression"]
    for function in FUNCTIONS.values():
        assert f"`{function.name if function.official else function.signature}`" in made["markdownDescription"]
    bodies = {snippet["label"]: snippet["body"] for snippet in made["defaultSnippets"]}
    assert bodies["${default(value, fallback)}"] == "\\${default(${1:value}, ${2:fallback})\\}"
    assert bodies["${round(number, digits?)}"] == "\\${round(${1:number})\\}"


@pytest.mark.parametrize("file", RULES, ids=lambda path: path.name)
def test_every_rule_file_of_the_sample_is_right_with_and_without_its_names(rules, file):
    assert messages(rules, plain(file)) == []
    assert messages(Draft7Validator(rules_schema(Vocabulary())), plain(file)) == []


def test_the_project_file_of_the_sample_is_right():
    assert messages(Draft7Validator(manifest_schema()), plain(ROOT / "bridge.yaml")) == []


BLOCK = re.compile(r"^```yaml\n(entity:.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("block", [match[1] for match in BLOCK.finditer((ROOT / "rules/README.md").read_text())])
def test_every_rule_file_in_the_notation_is_right(rules, block):
    document = json.loads(json.dumps(read_yaml(block.encode(), "block.yaml").plain(), default=float))
    assert messages(rules, document) == []


def test_the_schemas_are_draft_07_which_every_editor_reads(words):
    for schema in schemas_for(words).values():
        assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
        Draft7Validator.check_schema(schema)
        references = set(re.findall(r'"\$ref": "#/definitions/([^"]*)"', json.dumps(schema)))
        assert references <= schema.get("definitions", {}).keys()


def test_the_same_project_gives_the_same_schemas(words):
    assert json.dumps(schemas_for(words)) == json.dumps(schemas_for(words))


def test_no_list_is_a_list_of_itself(words):
    """A language server that looks for something to offer would never come back."""
    for schema in schemas_for(words).values():
        for name, made in schema.get("definitions", {}).items():
            assert made.get("items", {}).get("$ref") != f"#/definitions/{name}"


RULE = {
    "entity": "order", "source": "/a", "to": ["domain-bus"],
    "events": {"placed": {"type": "t", "schema": "cart/emptied.v1.json", "data": {"cartId": "${new.cartId}"}}},
}  # fmt: skip


def changed(**more):
    return RULE | {"events": {"placed": RULE["events"]["placed"] | more}}


@pytest.mark.parametrize(
    ("document", "path", "message"),
    [
        (RULE | {"evnts": {}}, "$", "'evnts' was unexpected"),
        ({"entity": "order"}, "$", "'events' is a required property"),
        (changed(to=["nowhere"]), "$.events.placed.to[0]", "'nowhere' is not one of"),
        (changed(schema="order/plaed.v1.json"), "$.events.placed.schema", "'order/plaed.v1.json' is not one of"),
        (changed(when={"nwe": {}}), "$.events.placed.when", "'nwe' was unexpected"),
        (changed(when={"change": ["inserted"]}), "$.events.placed.when.change[0]", "'inserted' is not valid"),
        (changed(when={"new": {"a": [{"prefx": "b"}]}}), "$.events.placed.when.new.a[0]", "'prefx' was unexpected"),
        (changed(when={"new": {"a": "b"}}), "$.events.placed.when.new.a", "'b' is not of type 'array', 'object'"),
        (changed(data={"cartIt": "${new.a}"}), "$.events.placed.data", "'cartIt' was unexpected"),
        (changed(data={"cartId": None}), "$.events.placed.data.cartId", "None is not of type"),
        (changed(extensions={"Bad-Name": "a"}), "$.events.placed.extensions", "'Bad-Name' does not match"),
        (changed(examples=[{"name": "a", "given": {"chnge": "x"}, "silent": True}]), "$.events.placed.examples[0].given",
         "'chnge' was unexpected"),
        (changed(examples=[{"name": "a", "given": "f", "says": {"data": {"x": 1}}}]),
         "$.events.placed.examples[0].says.data", "'x' was unexpected"),
        (RULE | {"let": {"a-b": "c"}}, "$.let", "'a-b' does not match"),
        (RULE | {"events": {"Placed": RULE["events"]["placed"]}}, "$.events", "'Placed' does not match"),
        ({"placed": [{"name": "a", "gven": 1}]}, "$.placed[0]", "'gven' was unexpected"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_found_where_it_is(rules, document, path, message):
    assert messages(rules, RULE) == []
    found = messages(rules, document)
    assert [said for at, said in found if at == path and message in said], found


def test_one_of_schema_and_schemas_is_needed(rules):
    event = {key: value for key, value in RULE["events"]["placed"].items() if key != "schema"}
    found = messages(rules, RULE | {"events": {"placed": event}})
    assert found == [("$.events.placed", "'schema' is a required property")]
    assert messages(rules, RULE | {"events": {"placed": event | {"schemas": {"t": "cart/emptied.v1.json"}}}}) == []


@pytest.mark.parametrize(
    ("change", "path", "message"),
    [
        ({"trgets": {}}, "$", "'trgets' was unexpected"),
        ({"give_up": "12"}, "$.give_up", "'12' does not match"),
        ({"tables": {"t": {"view": "ALL"}}}, "$.tables.t.view", "'ALL' is not one of"),
        ({"targets": {"a": {"sqs": {}}}}, "$.targets.a", "'sqs' was unexpected"),
        ({"targets": {"a": {"eventbridge": {"bus": "b", "detail": "all"}}}}, "$.targets.a.eventbridge.detail", "'all'"),
        ({"quarantine": {"s3": {}}}, "$.quarantine.s3", "'bucket' is a required property"),
    ],
)
def test_what_is_wrong_in_the_project_file_is_found(change, path, message):
    found = messages(Draft7Validator(manifest_schema()), plain(ROOT / "bridge.yaml") | change)
    assert [said for at, said in found if at == path and message in said], found


def test_the_vocabulary_is_what_the_project_calls_its_things(words):
    assert words.targets == ("analytics-bus", "domain-bus", "order-feed")
    assert words.tables == ("shop",)
    assert "com.example.shop.order.placed.v1" in words.types
    assert "com.example.shop.payment.captured.v1" in words.types
    assert "order/item.v1.json" in words.items
    assert "order/placed.v1.json" in words.events
    assert not {"common/money.json", "order/item.v1.json"} & set(words.events)
    assert words.extensions == ("correlationid", "traceparent")


DOCUMENTS = {
    "a.v1.json": {
        "$id": "https://e.com/a.v1.json",
        "properties": {
            "money": {"$ref": "common/m.json#/$defs/money", "description": "here"},
            "plain": {"$ref": "common/m.json#/$defs/money"},
            "state": {"enum": ["A", "B"]}, "fixed": {"const": 1}, "any": True,
            "lines": {"items": {"properties": {"sku": {"description": "the sku"}}}},
            "open": {"properties": {"a": {}}, "additionalProperties": True},
            "mixed": {"properties": {"a": {}}, "anyOf": [{}]},
            "self": {"$ref": "#"}, "lost": {"$ref": "nowhere.json"}, "circle": {"$ref": "#/$defs/c"},
        },
        "$defs": {"c": {"$ref": "#/$defs/c"}},
    },
    "common/m.json": {
        "$id": "https://e.com/common/m.json",
        "$defs": {"money": {"description": "there", "properties": {"amount": {"$ref": "#/$defs/n~1a"}}},
                  "n/a": {"description": "how much"}},
    },
    "bare.v1.json": {"properties": {"a": {"description": "no id"}}},
}  # fmt: skip


def test_the_fields_of_a_template_are_those_of_the_schema():
    made = Fields(DOCUMENTS).template("a.v1.json")["properties"]
    assert made["money"] == made["money?"]
    assert made["money"]["description"] == "here"
    assert made["plain"]["description"] == "there"
    assert made["money"]["properties"]["amount"]["description"] == "how much"
    assert made["money"]["additionalProperties"] is False
    assert (made["state"]["examples"], made["fixed"]["examples"]) == (["A", "B"], [1])
    assert set(made["lines"]["items"]["properties"]) == {"sku", "sku?", "$each"}
    assert "$each" not in made
    assert "additionalProperties" not in made["open"]
    assert "additionalProperties" not in made["mixed"]
    assert "any" not in made
    assert "properties" not in made["lost"]
    assert "properties" not in made["circle"]


def test_a_schema_that_refers_to_itself_is_described_so_deep_and_no_deeper():
    made, depth = Fields(DOCUMENTS).template("a.v1.json"), 0
    while "properties" in made:
        made, depth = made["properties"]["self"], depth + 1
    assert depth == 6


def test_the_fields_of_examples_and_patterns_have_no_question_marks():
    fields = Fields(DOCUMENTS)
    assert set(fields.data("a.v1.json")["properties"]["money"]["properties"]) == {"amount"}
    assert fields.data("a.v1.json")["properties"]["lines"]["items"]["additionalProperties"] is False
    assert fields.pattern("a.v1.json")["properties"]["state"] == {"items": {"examples": ["A", "B"]}}
    assert fields.attributes("a.v1.json")["plain"] == "there"
    assert fields.attributes("bare.v1.json") == {"a": "no id"}


def test_a_closed_mapping_names_what_is_needed():
    made = closed({"a": ENTITY["entity"], "b": ENTITY["about"]}, {"b": {"maxLength": 3}})
    assert (made["required"], made["additionalProperties"]) == (["a"], False)
    assert made["properties"]["b"]["maxLength"] == 3


def test_a_large_projects_schema_stays_small_enough_for_an_editor():
    documents = {
        f"e{n}/placed.v1.json": {"$id": f"https://e.com/{n}", "properties": {f"f{m}": {} for m in range(10)}}
        for n in range(300)
    }
    words = Vocabulary(events=tuple(documents), documents=documents)
    assert len(json.dumps(rules_schema(words))) < 2_000_000
