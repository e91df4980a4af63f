"""Small projects made of an item schema, a rule and an event schema."""

from bridge.core.rules import compile_rules
from bridge.core.rules.event import Surroundings
from bridge.core.schemas import compile_schemas
from bridge.core.wire import write_json

HEAD = {"$schema": "https://json-schema.org/draft/2020-12/schema"}


def schema_of(members, name):
    """A closed-or-open object schema: keys that end in `?` are optional, `$…` keys are keywords of the object itself."""
    words = {key[1:]: value for key, value in members.items() if key.startswith("$")}
    named = {key: value for key, value in members.items() if not key.startswith("$")}
    return {
        **HEAD, "$id": f"https://example.com/{name}", "type": "object",
        "properties": {key.removesuffix("?"): value for key, value in named.items()},
        "required": [key for key in named if not key.endswith("?")], **words,
    }  # fmt: skip


def project(item, rule, event, entity=None, name="thing"):
    """The compiled rules and schemas of a project with one event, `thing.said`."""
    files = {
        "thing/item.v1.json": write_json(schema_of(item, "thing/item.v1.json")),
        "thing/said.v1.json": write_json(schema_of(event, "thing/said.v1.json")),
    }
    schemas = compile_schemas(files)
    said = {
        "type": "com.example.said.v1", "schema": "thing/said.v1.json", "when": {"change": ["insert"]},
        "examples": [{"name": "none", "given": {"change": "remove"}, "silent": True}], **rule,
    }  # fmt: skip
    if "schemas" in rule:
        del said["schema"]
    whole = {
        "entity": name, "source": "/things", "to": ["bus"], "item_schema": "thing/item.v1.json", **(entity or {}),
        "events": {"said": said},
    }  # fmt: skip
    around = Surroundings(schemas, frozenset(files), ["bus"])
    rules, problems = compile_rules({"rules/thing.yaml": write_json(whole)}, around)
    assert [str(problem) for problem in problems if problem.level == "error"] == []
    return rules, schemas
