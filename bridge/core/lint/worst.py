"""Events that may grow beyond what their targets carry, where the schema bounds their size."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from bridge.core.lint.subject import Subject, at, event_node
from bridge.core.schema.compiled import Schema
from bridge.core.services import BUS_ROOM, CUSTOM_BUS_ROOM, TOPIC_ROOM
from bridge.core.wire import write_json
from bridge.errors import Problem, Where

#: Bytes of a text's characters in JSON: `\u0000` is six.
_CHARACTER: Final = 6
#: Bytes of a number: 38 digits, sign, point and exponent.
_NUMBER: Final = 48
#: Bytes of the envelope around the data: ids, times and names of ordinary length.
_ENVELOPE: Final = 1_000
#: Texts of these formats have a largest length, in characters, all of them ASCII.
_FORMATS: Final = {"date": 10, "uuid": 36, "ipv4": 15, "ipv6": 45, "date-time": 40}
_ROOMS: Final = {"eventbridge": BUS_ROOM, "eventbridgev2": CUSTOM_BUS_ROOM, "sns": TOPIC_ROOM}
_DEPTH: Final = 24

#: Bytes at most; None where there is no bound, or none that is plain to see.
Bound = int | None


def worst_cases(subject: Subject) -> Iterator[Problem]:
    """L020 for each event whose schema lets its data grow beyond a target of the event, L050 where it goes by claim."""
    known: dict[str, Bound] = {}
    for entity, rule in subject.events:
        node = at(event_node(entity, rule), "schema")
        for schema in rule.schemas.values():
            if schema.name not in known:
                known[schema.name] = largest(schema)
            size = known[schema.name] or 0
            for kind, room in _ROOMS.items():
                for target in subject.targets_of(rule, kind)[:1]:
                    if size + _ENVELOPE > room:
                        yield _too_large(subject, target, size, room, node.where if node else rule.where)


def _too_large(subject: Subject, target: str, size: int, room: int, where: Where) -> Problem:
    what = f"the schema allows up to {size:,} bytes, and target '{target}' carries {room:,}"
    if subject.manifest.claims and not subject.manifest.targets[target].bare:
        fix = "see that its subscribers follow `dataref`, then silence this; or lower `maxItems` or `maxLength`"
        return Problem(where, "L050", f"{what}: larger ones go without `data`, by claim check", fix, level="warning")
    fix = "lower the schema's `maxItems` or `maxLength`, or say less in one event"
    return Problem(where, "L020", what, fix, level="warning")


def largest(schema: Schema) -> Bound:
    """The bytes of the largest data that the closed schema allows."""
    return _largest(schema.closed, schema.closed.get("$defs", {}), _DEPTH)


def _largest(schema: Any, definitions: Mapping[str, Any], depth: int) -> Bound:
    if not isinstance(schema, dict) or not depth:
        return None
    if "enum" in schema or "const" in schema:
        return max((len(write_json(value)) for value in schema.get("enum", [schema.get("const")])), default=0)
    kinds = schema.get("type", [])
    own = [_SIZES[kind](schema, definitions, depth) for kind in ([kinds] if isinstance(kinds, str) else kinds)]
    bounds = [_most(own)] if own else []
    if "$ref" in schema:
        inner = definitions.get(str(schema["$ref"]).removeprefix("#/$defs/"))
        bounds.append(_largest(inner, definitions, depth - 1))
    bounds += [_largest(each, definitions, depth - 1) for each in schema.get("allOf", ())]
    bounds += [
        _most([_largest(each, definitions, depth - 1) for each in schema[word]])
        for word in ("anyOf", "oneOf")
        if word in schema
    ]
    return min((bound for bound in bounds if bound is not None), default=None)


def _most(bounds: list[Bound]) -> Bound:
    found = [bound for bound in bounds if bound is not None]
    return max(found, default=0) if len(found) == len(bounds) else None


def _string(schema: Mapping[str, Any], _: Mapping[str, Any], __: int) -> Bound:
    length = schema.get("maxLength")
    if length is not None:
        return 2 + int(length) * _CHARACTER
    return 2 + _FORMATS[schema["format"]] if schema.get("format") in _FORMATS else None


def _array(schema: Mapping[str, Any], definitions: Mapping[str, Any], depth: int) -> Bound:
    most, items = schema.get("maxItems"), schema.get("items", True)
    if most is None or "prefixItems" in schema:
        return None
    element = _largest(items, definitions, depth - 1) if most else 0
    return None if element is None else 2 + int(most) * (element + 1)


def _object(schema: Mapping[str, Any], definitions: Mapping[str, Any], depth: int) -> Bound:
    shut = schema.get("additionalProperties") is False or schema.get("unevaluatedProperties") is False
    if not shut or "patternProperties" in schema:
        return None
    total = 2
    for name, inner in schema.get("properties", {}).items():
        size = _largest(inner, definitions, depth - 1)
        if size is None:
            return None
        total += len(write_json(name)) + 2 + size
    return total


_SIZES: Final[Mapping[str, Callable[[Mapping[str, Any], Mapping[str, Any], int], Bound]]] = {
    "null": lambda *_: 4,
    "boolean": lambda *_: 5,
    "integer": lambda *_: _NUMBER,
    "number": lambda *_: _NUMBER,
    "string": _string,
    "array": _array,
    "object": _object,
}
