"""What a schema promises, in the two forms that are compared: what may be said, and what a tolerant reader takes.

A tolerant reader ignores members that it does not know, so `additionalProperties: false` and
`unevaluatedProperties: false` do not bind it; with them gone, alternatives of `oneOf` that they kept apart may both
fit, which does not trouble a reader either: such a `oneOf` becomes `anyOf` for it. One whose alternatives nothing
was taken from stays, since two of them that fit are refused by all who validate. Where a schema is only asked a
question (`if`, `not`, `contains`, `propertyNames`), it stays as it is. A reader of an enumeration with
`x-extensible-enum` takes other values of the same type.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bridge.core.change import Value
from bridge.core.contain import Containment, contains
from bridge.core.schema.close import Forms, TooTangledError, forms
from bridge.core.schema.dialect import LATEST, REACH, Dialect, Reach
from bridge.core.schema.link import Links
from bridge.core.schema.source import Source
from bridge.core.wire import canonical_json
from bridge.errors import ProjectInvalid

EXTENSIBLE = "x-extensible-enum"
_CLOSING = ("additionalProperties", "unevaluatedProperties")
_TYPES: Mapping[type, str] = {
    str: "string", bool: "boolean", type(None): "null", list: "array", dict: "object", int: "integer",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Contract:
    """One version of one schema, ready to be compared."""

    name: str  #: relative to the schemas folder
    links: Links  #: it and all that it refers to, as written
    said: Mapping[str, Value]  #: the closed form: what the bridge may emit
    stated: Mapping[str, Value] | None  #: the open form, where what is emitted must satisfy it too
    read: Mapping[str, Value]  #: what a tolerant reader takes
    promise: bytes  #: all three as text, equal where the same is promised in the same words

    @property
    def source(self) -> Source:
        """Its file."""
        return self.links.sources[self.name]

    @property
    def id(self) -> str:
        """Its `$id`."""
        return str(self.source.document[self.source.dialect.id])

    def is_same_as(self, other: "Contract") -> bool:
        """Whether both promise the same by their very words, annotations aside."""
        return self.promise == other.promise


def contract(links: Links, name: str) -> Contract:
    """The contract of a schema. Raises `ProjectInvalid` S017 where it is too tangled to be closed."""
    try:
        made = forms(links, (name,))
        taken = _extended(links, name, made)
    except TooTangledError:
        what, fix = "the schema joins others in too many ways to be closed", "say each member in one place"
        raise ProjectInvalid(links.sources[name].problem((), "S017", what, fix)) from None
    stated, read = made.open if made.both else None, tolerant(taken)
    return Contract(name, links, made.closed, stated, read, canonical_json([made.closed, stated, read]))


def understands(reader: Contract, writer: Contract, tried: Sequence[Value] = ()) -> Containment:
    """Whether a tolerant reader of one version takes everything that is said by another.

    `tried` are events that are known to break a similar reader.
    """
    if reader.is_same_as(writer):
        return Containment("yes")  # the closed form is the open one made narrower
    found = contains(reader.read, writer.said, tried)
    if found.answer == "yes" or writer.stated is None:
        return found
    return contains(reader.read, _both(writer.said, writer.stated), tried)


def tolerant(document: Mapping[str, Value]) -> dict[str, Any]:
    """The open form of a schema without what keeps unknown members out."""
    definitions: Mapping[str, Any] = document.get("$defs", {})
    opened = {name: _opened(definition) for name, definition in definitions.items()}
    if any(map(_asks, (document, *definitions.values()))):
        opened |= {f"{name}{_ASKED}": _asked(definition) for name, definition in definitions.items()}
    return {**_opened(document), "$defs": opened}


#: Names the copy of a definition that a question refers to, and that is not opened.
_ASKED = ".asked"


def _asks(schema: Any) -> bool:
    """Whether there is a question somewhere in it."""
    inside = list(LATEST.schemas_in(schema)) if isinstance(schema, dict) else []
    return any(REACH[keyword] is Reach.TEST or _asks(inner) for keyword, _, inner in inside)


def _opened(schema: Any) -> Any:
    if not isinstance(schema, dict):
        return schema
    made = {keyword: value for keyword, value in schema.items() if not (keyword in _CLOSING and value is False)}
    for keyword, steps, inner in LATEST.schemas_in(schema):
        if steps[0] in made:
            _put(made, steps, _asked(inner) if REACH[keyword] is Reach.TEST else _opened(inner))
    if "oneOf" in made and (made["oneOf"] != schema["oneOf"] or "$ref" in repr(schema["oneOf"])):
        either = {"anyOf": made.pop("oneOf")}
        made = {**made, "allOf": [*made.get("allOf", ()), either]} if "anyOf" in made else {**made, **either}
    return made


def _asked(schema: Any, suffix: str = _ASKED) -> Any:
    """The same schema, referring to other copies of the definitions."""
    if not isinstance(schema, dict):
        return schema
    made = dict(schema)
    for _, steps, inner in LATEST.schemas_in(schema):
        _put(made, steps, _asked(inner, suffix))
    if "$ref" in made:
        made["$ref"] = f"{made['$ref']}{suffix}"
    return made


def _put(made: dict[str, Any], steps: tuple[str | int, ...], inner: Any) -> None:
    """Put a schema back where it stood, in a copy of the list or mapping that held it."""
    keyword, *rest = steps
    if not rest:
        made[str(keyword)] = inner
        return
    box = made[str(keyword)]
    made[str(keyword)] = list(box) if isinstance(box, list) else dict(box)
    made[str(keyword)][rest[0]] = inner


def _both(said: Mapping[str, Value], stated: Mapping[str, Value]) -> dict[str, Any]:
    """One document of what satisfies two."""
    parts: list[Any] = []
    definitions: dict[str, Any] = {}
    for suffix, document in ((".said", said), (".stated", stated)):
        inner = {keyword: value for keyword, value in document.items() if keyword not in ("$defs", "$schema")}
        parts.append(_asked(inner, suffix))
        definitions |= {f"{name}{suffix}": _asked(value, suffix) for name, value in document.get("$defs", {}).items()}
    return {"$schema": LATEST.uri, "allOf": parts, "$defs": definitions}


def _extended(links: Links, name: str, made: Forms) -> Mapping[str, Value]:
    """The open form, with every extensible enumeration widened to its type."""
    sources = {file: _widened(source) for file, source in links.sources.items()}
    if all(sources[file] is source for file, source in links.sources.items()):
        return made.open
    return forms(replace(links, sources=sources), (name,)).open


def _widened(source: Source) -> Source:
    if EXTENSIBLE not in source.text:
        return source
    return replace(source, document=_wide(source.document, source.dialect))


def _wide(schema: Any, dialect: Dialect) -> Any:
    if not isinstance(schema, dict):
        return schema
    made = dict(schema)
    for keyword, steps, inner in dialect.schemas_in(schema):
        if REACH[keyword] is not Reach.TEST:
            _put(made, steps, _wide(inner, dialect))
    if made.get(EXTENSIBLE) and ("enum" in made or "const" in made):
        listed = [*made.pop("enum", ()), *([made.pop("const")] if "const" in made else ())]
        made.setdefault("type", sorted({_TYPES.get(type(value), "number") for value in listed}))
    return made
