"""What a change calls its entity, and how its items are told from others in the same table."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from bridge.core.change import Change, Kind, Value

#: What happened, as an event's name.
EVENTS: Final[Mapping[Kind, str]] = {
    "insert": "created",
    "modify": "changed",
    "remove": "removed",
    "expire": "expired",
    "snapshot": "found",
}
#: A key in the manner of single tables: `ORDER#7`, `TENANT#a#USER#b`. The separator is whatever follows the label.
_LABELLED = re.compile(r"([A-Za-z][A-Za-z_-]*)([#|:/])")
#: A sort key that is the same for every such item: `META`, `PROFILE`.
_CONSTANT = re.compile(r"[A-Z][A-Z_-]{1,31}")
_LABEL = re.compile(r"[A-Z][A-Z_-]*|[a-z][a-z_-]*")
#: Names that a key has in a table of several entities: they say nothing to a subscriber.
GENERIC_KEYS: Final = frozenset({"pk", "sk", "hk", "rk", "hashkey", "rangekey", "partitionkey", "sortkey"})
_LONGEST = 40  #: characters of a name


def name_of(text: str) -> str:
    """The text as an entity's or project's name: lower-case words joined by `-`; "" where nothing is left."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", text)
    words = re.findall(r"[a-z0-9]+", spaced.lower())
    return "-".join(words).lstrip("0123456789-")[:_LONGEST].rstrip("-")


def entity_of(change: Change) -> str:
    """The entity that the labels in the keys name, else the table, else `item`."""
    labels = [label for value in change.keys.values() for label in _labels(value)]
    return name_of("-".join(dict.fromkeys(labels))) or name_of(change.table) or "item"


def patterns(keys: Mapping[str, Value]) -> dict[str, Value]:
    """For each key that has a form, the event pattern of that form."""
    found = {name: _pattern(value) for name, value in keys.items() if isinstance(value, str)}
    return {name: [pattern] for name, pattern in found.items() if pattern}


def is_generic(name: str) -> bool:
    """Whether a key's name says nothing outside the table."""
    return re.sub(r"[^a-z]", "", name.lower()) in GENERIC_KEYS


def _labels(value: Value) -> Iterator[str]:
    first = _LABELLED.match(value) if isinstance(value, str) else None
    if first:
        yield from (part for part in value.split(first[2])[:-1:2] if _LABEL.fullmatch(part))


def _pattern(value: str) -> Value:
    if _CONSTANT.fullmatch(value):
        return value
    first = _LABELLED.match(value)
    if first is None:
        return None
    parts = value.split(first[2])
    labelled = [index % 2 == 0 and bool(_LABEL.fullmatch(part)) for index, part in enumerate(parts)]
    if sum(labelled) == 1:
        return {"prefix": first[0]}
    return {"wildcard": first[2].join(part if label else "*" for part, label in zip(parts, labelled, strict=True))}
