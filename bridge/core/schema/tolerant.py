"""What a tolerant reader takes: everything that a schema says, and more besides.

A tolerant reader ignores members that it does not know, so `additionalProperties: false` and
`unevaluatedProperties: false` do not bind it; with them gone, alternatives of `oneOf` that they kept apart may both
fit, which does not trouble a reader either: such a `oneOf` becomes `anyOf` for it. One whose alternatives nothing
was taken from stays, since two of them that fit are refused by all who validate. Where a schema is only asked a
question (`if`, `not`, `contains`, `propertyNames`), it stays as it is. A reader of an enumeration with
`x-extensible-enum` takes other values of the same type.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from bridge.core.change import Value
from bridge.core.schema.close import Forms, forms
from bridge.core.schema.dialect import LATEST, REACH, Dialect, Reach
from bridge.core.schema.link import Links
from bridge.core.schema.source import Source

EXTENSIBLE: Final = "x-extensible-enum"
#: Names the copy of a definition that a question refers to, and that is not opened.
_ASKED: Final = ".asked"
_CLOSING: Final = ("additionalProperties", "unevaluatedProperties")
_TYPES: Final[Mapping[type, str]] = {
    str: "string", bool: "boolean", type(None): "null", list: "array", dict: "object", int: "integer",
}  # fmt: skip


def read_form(links: Links, name: str, made: Forms) -> dict[str, Any]:
    """What a tolerant reader of a schema takes, out of its forms. Raises `TooTangledError`."""
    return tolerant(_extended(links, name, made))


def tolerant(document: Mapping[str, Value]) -> dict[str, Any]:
    """The open form of a schema without what keeps unknown members out."""
    definitions: Mapping[str, Any] = document.get("$defs", {})
    opened = {name: _opened(definition) for name, definition in definitions.items()}
    if any(map(_asks, (document, *definitions.values()))):
        opened |= {f"{name}{_ASKED}": asked(definition) for name, definition in definitions.items()}
    return {**_opened(document), "$defs": opened}


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
            _put(made, steps, asked(inner) if REACH[keyword] is Reach.TEST else _opened(inner))
    if "oneOf" in made and (made["oneOf"] != schema["oneOf"] or "$ref" in repr(schema["oneOf"])):
        either = {"anyOf": made.pop("oneOf")}
        made = {**made, "allOf": [*made.get("allOf", ()), either]} if "anyOf" in made else {**made, **either}
    return made


def asked(schema: Any, suffix: str = _ASKED) -> Any:
    """The same schema, referring to other copies of the definitions."""
    if not isinstance(schema, dict):
        return schema
    made = dict(schema)
    for _, steps, inner in LATEST.schemas_in(schema):
        _put(made, steps, asked(inner, suffix))
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
