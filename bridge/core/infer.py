"""Drafts the schema of an entity's items from changes that were recorded.

A draft says what was seen, and as little more as it must to be of use: an attribute that every item has is required,
a text that comes back in few spellings is one of these, what always reads as a time or a UUID is one. It bounds no
number and no length, since what was seen tells nothing of what may come. It is a start for who knows the item.

A text comes back where other items have it, not where one item comes back: what one item alone shows is its own, a
person's name or illness, and belongs into no schema.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, NamedTuple

from jsonschema_rs import Validator, validator_for

from bridge.core.change import Change, Value
from bridge.core.match import holds
from bridge.core.rules.model import Entity
from bridge.core.schema.dialect import LATEST
from bridge.core.wire import canonical_json
from bridge.errors import RecordRefused

#: Formats that are recognised, where every text is of them.
FORMATS: Final = ("date-time", "date", "uuid")
#: A list of texts is drafted where so many items show each on average, more than one in any case, there are no more,
#: and each is a short word.
MIN_REPEATED: Final = 3
MAX_LISTED: Final = 8
_WORD: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,23}")

_TYPES: Final[Mapping[type, str]] = {
    dict: "object", list: "array", str: "string", bool: "boolean", int: "integer", type(None): "null",
}  # fmt: skip


class Seen(NamedTuple):
    """A value, and whose it is."""

    item: bytes  #: its table and key
    value: Value


@dataclass(frozen=True, slots=True)
class Inferred:
    """A drafted item schema."""

    entity: str
    name: str  #: its path below the schemas folder
    records: int  #: changes that are about the entity
    items: int  #: those of which they show an image
    schema: Mapping[str, Value]


def infer_items(entities: Sequence[Entity], changes: Iterable[Change]) -> list[Inferred]:
    """The item schema of each entity that some change is about, in the order of the entities."""
    seen: dict[str, list[Change]] = {entity.name: [] for entity in entities}
    for change in changes:
        for entity in entities:
            if _is_about(entity, change):
                seen[entity.name].append(change)
    return [_inferred(entity, seen[entity.name]) for entity in entities if seen[entity.name]]


def _is_about(entity: Entity, change: Change) -> bool:
    try:
        return holds(entity.when, change, change.document(), entity.where)
    except RecordRefused:  # it depends on an image that the record lacks
        return False


def _inferred(entity: Entity, changes: list[Change]) -> Inferred:
    images = [image for change in changes for image in _images(change)]
    items = len({image.item for image in images})
    name = entity.item_schema or f"{entity.name}/item.v1.json"
    count = f"{_count(len(changes), 'recorded change')} of {_count(items, 'item')}"
    head = {
        "$schema": LATEST.uri,
        "$id": _identity(entity, name),
        "title": f"{entity.name.capitalize()} item",
        "description": f"Drafted from {count}: read it, correct it, and say what each attribute is.",
    }
    return Inferred(entity.name, name, len(changes), items, head | schema_of(images))


def _images(change: Change) -> Iterator[Seen]:
    item = canonical_json([change.table, dict(change.keys)])
    return (Seen(item, dict(image)) for image in (change.new, change.old) if image is not None)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _identity(entity: Entity, name: str) -> str:
    """As the entity's events are named: the same place, another file."""
    schemas = [schema for rule in entity.rules for schema in rule.schemas.values()]
    bases = [schema.id.removesuffix(schema.name) for schema in schemas if schema.id.endswith(schema.name)]
    return f"{bases[0] if bases else 'https://schemas.example.com/'}{name}"


def schema_of(seen: Sequence[Seen]) -> dict[str, Any]:
    """The schema that all the values satisfy."""
    types = list(dict.fromkeys(_type(each.value) for each in seen))
    if "number" in types and "integer" in types:
        types.remove("integer")
    schema: dict[str, Any] = {"type": types[0] if len(types) == 1 else types} if types else {}
    objects = [each for each in seen if isinstance(each.value, dict)]
    elements = [Seen(item, element) for item, value in seen if isinstance(value, list) for element in value]
    texts = [each for each in seen if isinstance(each.value, str)]
    return (
        schema
        | (_members(objects) if objects else {})
        | ({"items": schema_of(elements)} if elements else {})
        | (_text(texts) if types == ["string"] else {})
    )


def _type(value: Value) -> str:
    known = _TYPES.get(type(value))
    return known or ("integer" if value == value.to_integral_value() else "number")


def _members(objects: Sequence[Seen]) -> dict[str, Any]:
    names = sorted({name for each in objects for name in each.value})
    required = [name for name in names if all(name in each.value for each in objects)]
    properties = {
        name: schema_of([Seen(item, value[name]) for item, value in objects if name in value]) for name in names
    }
    return ({"required": required} if required else {}) | ({"properties": properties} if names else {})


def _text(texts: Sequence[Seen]) -> dict[str, Any]:
    items: defaultdict[str, set[bytes]] = defaultdict(set)
    for item, text in texts:
        items[text].add(item)
    for name in FORMATS:
        if all(map(_format(name).is_valid, items)):
            return {"format": name}
    counts = [len(each) for each in items.values()]
    few = len(counts) <= MAX_LISTED and min(counts) > 1 and sum(counts) >= MIN_REPEATED * len(counts)
    return {"enum": sorted(items)} if few and all(map(_WORD.fullmatch, items)) else {}


@lru_cache(maxsize=len(FORMATS))
def _format(name: str) -> Validator:
    return validator_for({"$schema": LATEST.uri, "format": name}, validate_formats=True)
