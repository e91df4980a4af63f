"""Every key of the rule notation, once: what reads the files, checks them and documents them is this table."""

from collections.abc import Mapping
from typing import Final

from bridge.core.fields import Field

ENTITY: Final[Mapping[str, Field]] = {
    "entity": Field(
        "text", "the entity's name; with an event's name it makes ids such as `order.placed`", required=True
    ),
    "about": Field("text", "what the entity is"),
    "owner": Field("text", "the team that answers for it"),
    "source": Field("text", "CloudEvents `source`: a URI reference such as `/shop/orders`; may be a template"),
    "item_schema": Field("text", "JSON Schema of the stored item, a path below the schemas folder"),
    "when": Field("a mapping", "which changes are about this entity: an event pattern over the change document"),
    "without": Field("a list of text", "attributes that no rule of this entity may see"),
    "let": Field("a mapping", "names for values that are used more than once"),
    "subject": Field("text", "default CloudEvents `subject` of the entity's events; may be a template"),
    "partitionkey": Field("text", "default `partitionkey`; without it the item's full key"),
    "to": Field("a list of text", "default targets, by their names in bridge.yaml"),
    "extensions": Field("a mapping", "CloudEvents extension attributes of every event"),
    "events": Field("a mapping", "the events, by name", required=True),
    "examples": Field("a list", "changes and all that the entity says of them"),
}

EVENT: Final[Mapping[str, Field]] = {
    "about": Field("text", "when exactly it is said, in a sentence"),
    "id": Field("text", "pins the name in event ids, such as `order.placed`, so that a rename says nothing twice"),
    "type": Field(
        "text", "CloudEvents `type`, such as `com.example.shop.order.placed.v1`; may be a template", required=True
    ),
    "schema": Field("text", "JSON Schema of its data, a path below the schemas folder"),
    "schemas": Field("a mapping", "for a type that is a template: each type it may come to, and its schema"),
    "when": Field("a mapping", "which of the entity's changes say it: an event pattern"),
    "let": Field("a mapping", "names for values, after the entity's own"),
    "each": Field("text", "one `${…}` that gives a list: one event per element, called `it`"),
    "key": Field("text", "under `each`: what names the element, such as `${it.lineId}`"),
    "if": Field("text", "one `${…}` that comes to true or false"),
    "source": Field("text", "CloudEvents `source`, instead of the entity's"),
    "subject": Field("text", "CloudEvents `subject`, instead of the entity's"),
    "partitionkey": Field("text", "`partitionkey`, instead of the entity's"),
    "to": Field("a list of text", "targets, instead of the entity's"),
    "extensions": Field("a mapping", "CloudEvents extension attributes, besides the entity's"),
    "data": Field("a value", "the event's data, by example", required=True),
    "examples": Field("a list", "changes and what this event says of them"),
}

EXAMPLE: Final[Mapping[str, Field]] = {
    "name": Field("text", "what it shows, in a sentence", required=True),
    "given": Field("a value", "a change document, a whole record, or the path of a file with one", required=True),
    "says": Field("a value", "the event's top-level names, each compared whole; a list for several events"),
    "says_at_least": Field("a value", "the same, compared in part"),
    "silent": Field("true or false", "true where nothing is said"),
    "problem": Field("text", "the code of the problem that refuses the change"),
}

#: A change document as an example writes it; what is not given is assumed (`examples.ASSUMED`).
GIVEN: Final[Mapping[str, Field]] = {
    "change": Field("text", "insert, modify, remove, expire or snapshot", required=True),
    "keys": Field("a mapping", "the item's primary key"),
    "new": Field("a mapping", "the item after the change, in plain values"),
    "old": Field("a mapping", "the item before the change, in plain values"),
    "table": Field("text", "the table; without it the first that the entity's `when` names"),
    "region": Field("text", "the region"),
    "account": Field("text", "the account"),
    "id": Field("text", "the record's eventID"),
    "at": Field("text", "the time of the change, RFC 3339 in UTC"),
    "sequence": Field("text", "the record's sequence number"),
}

#: Names that a `let` may not take: the change document's own come from `change.NAMES`.
ELEMENT: Final = frozenset({"it", "index"})
