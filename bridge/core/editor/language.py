"""The schema of a rule file."""

from typing import Any, Final

from bridge.core.editor.examples import example_definitions
from bridge.core.editor.fields import ANY, Fields
from bridge.core.editor.functions import expression
from bridge.core.editor.notation import closed, shown
from bridge.core.editor.patterns import IMAGES, pattern_definitions
from bridge.core.editor.snippets import ENTITY_SNIPPETS, EVENT_SNIPPETS
from bridge.core.editor.vocabulary import Vocabulary
from bridge.core.rules.load import ENTITY_EXAMPLES
from bridge.core.rules.notation import ENTITY, EVENT
from bridge.core.rules.parts import EXTENSION, IDENTIFIER, NAME

DRAFT: Final = "http://json-schema.org/draft-07/schema#"
Schema = dict[str, Any]

_DATA: Final = """
data:
  orderId: ${new.orderId} # one expression keeps its type
  label: order ${new.orderId} # text with an expression in it
  coupon?: ${new.coupon} # left out where it comes to null
  lines:
    - $each: ${new.lines} # once per element
      sku: ${it.sku}
"""


def rules_schema(words: Vocabulary) -> Schema:
    """The schema of a rule file, in draft-07, that knows a project's names."""
    fields = Fields(words.documents)
    return {
        "$schema": DRAFT,
        "title": "Changebridge rules",
        "description": "What changes of an entity's items mean: one file per entity, and one of examples beside it.",
        "type": "object",
        "defaultSnippets": list(ENTITY_SNIPPETS),
        # A file of examples has nothing but lists. Both forms are in one schema, because globs cannot exclude.
        "if": {"minProperties": 1, "additionalProperties": {"type": "array"}},
        "then": {"$ref": "#/definitions/beside"},
        "else": {"$ref": "#/definitions/entity"},
        "definitions": {
            "entity": _entity(words),
            "beside": _beside(),
            **pattern_definitions(words),
            **example_definitions(),
            "expression": expression(),
            "template": _template(),
            "event": _event(words),
            **{f"data {number}": fields.template(name) for number, name in enumerate(words.events)},
            **{f"said {number}": fields.data(name) for number, name in enumerate(words.events)},
            **{f"item {number}": _item(fields, name) for number, name in enumerate(words.items)},
            **{f"values {number}": _values(fields, name) for number, name in enumerate(words.items)},
        },
    }


def _entity(words: Vocabulary) -> Schema:
    named = {"type": "object", "propertyNames": _named(NAME.pattern)}
    more: dict[str, Schema] = {
        **_shared(words),
        "entity": _named(NAME.pattern),
        "item_schema": _one_of(words.items),
        "events": named
        | {"minProperties": 1, "additionalProperties": {"$ref": "#/definitions/event"}}
        | {"defaultSnippets": list(EVENT_SNIPPETS)},
    }
    return (
        {"title": "entity"}
        | closed(ENTITY, more)
        | {"allOf": [_of_item(number, name) for number, name in enumerate(words.items)]}
    )


def _beside() -> Schema:
    """A file of examples: by the event's name, and the entity's under `entity`."""
    examples: Schema = {"type": "array", "items": {"$ref": "#/definitions/example"}}
    about = {ENTITY_EXAMPLES: examples | {"description": ENTITY["examples"].about}}
    return {
        "type": "object",
        "propertyNames": _named(NAME.pattern),
        "properties": about,
        "additionalProperties": examples,
    }


def _shared(words: Vocabulary) -> dict[str, Schema]:
    """What entities and events have in common."""
    template: Schema = {"$ref": "#/definitions/expression"}
    when = shown(ENTITY["when"].about, "when:\n  table: [shop]\n  keys: {pk: [{prefix: 'ORDER#'}]}")
    let = shown(ENTITY["let"].about, "let:\n  currency: ${default(item.currency, 'EUR')}")
    return {
        "when": {"$ref": "#/definitions/pattern", **when},
        "let": {"additionalProperties": {"$ref": "#/definitions/template"}, **let}
        | {"propertyNames": _named(IDENTIFIER.pattern)},
        "source": template,
        "subject": template,
        "partitionkey": template,
        "to": {"minItems": 1, "items": _one_of(words.targets)},
        "extensions": _extensions(words),
        "examples": {"items": {"$ref": "#/definitions/example"}},
    }


def _event(words: Vocabulary) -> Schema:
    """One event; what its schema declares is what its data may have."""
    condition = shown(EVENT["if"].about, "if: ${new.price < old.price}")
    more: dict[str, Schema] = {
        **_shared(words),
        "when": {"$ref": "#/definitions/pattern", **shown(EVENT["when"].about, "when: {change: [insert]}")},
        "type": {"examples": list(words.types)},
        "schema": _one_of(words.events),
        "schemas": {"additionalProperties": _one_of(words.events)},
        "each": {"$ref": "#/definitions/expression"},
        "key": {"$ref": "#/definitions/expression"},
        "if": {"$ref": "#/definitions/expression", **condition},
        "data": {"$ref": "#/definitions/template", **shown("the event's data, by example", _DATA)},
    }
    lacking = {"if": {"not": {"required": ["schemas"]}}, "then": {"required": ["schema"]}}
    return (
        {"title": "event"}
        | closed(EVENT, more)
        | {"allOf": [lacking, *(_of_event(n, name) for n, name in enumerate(words.events))]}
    )


def _of_event(number: int, name: str) -> Schema:
    """Where an event has this schema, its data and its examples have these names."""
    said: Schema = {"properties": {"data": {"$ref": f"#/definitions/said {number}"}}}
    says = said | {"items": said}
    examples = {"items": {"properties": {"says": says, "says_at_least": says}}}
    return _where("schema", name, {"data": {"$ref": f"#/definitions/data {number}"}, "examples": examples})


def _of_item(number: int, name: str) -> Schema:
    """Where an entity has this item schema, patterns and examples know its attributes, and values are offered them."""
    asked: Schema = {"$ref": f"#/definitions/item {number}"}
    values: Schema = {"additionalProperties": {"$ref": f"#/definitions/values {number}"}}
    event = {"properties": {"when": asked, "data": values}}
    return _where("item_schema", name, {"when": asked, "events": {"additionalProperties": event}})


def _where(key: str, value: str, then: Schema) -> Schema:
    return {"if": {"required": [key], "properties": {key: {"const": value}}}, "then": {"properties": then}}


def _item(fields: Fields, name: str) -> Schema:
    """What a `when` may ask of such an item."""
    asked = fields.pattern(name)
    names = {"items": {"examples": list(fields.attributes(name))}}
    return {"properties": {image: asked for image in IMAGES if image != "keys"} | {"changed": names}}


def _values(fields: Fields, name: str) -> Schema:
    """What a value may be made of, to be offered."""
    return {"examples": [f"${{new.{each}}}" for each in fields.attributes(name) if IDENTIFIER.fullmatch(each)]}


def _template() -> Schema:
    """A value by example, whatever its fields are.

    Its lists are left open: a schema whose `items` are itself sends language servers round and round when they look for
    something to offer.
    """
    return dict(ANY) | {"additionalProperties": {"$ref": "#/definitions/template"}}


def _extensions(words: Vocabulary) -> Schema:
    known = {name: {"$ref": "#/definitions/expression"} for name in words.extensions}
    optional = {f"{name}?": {"$ref": "#/definitions/expression"} for name in words.extensions}
    return {
        "propertyNames": {"pattern": rf"^{EXTENSION.pattern}\??$"},
        "properties": known | optional,
        "additionalProperties": {"type": ["string", "number", "boolean"]},
    }


def _named(pattern: str) -> Schema:
    return {"pattern": f"^{pattern}$"}


def _one_of(names: tuple[str, ...]) -> Schema:
    """One of the names that there are; any where none is known."""
    return {"type": "string", "enum": list(names)} if names else {"type": "string"}
