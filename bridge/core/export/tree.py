"""Walks over a schema of the latest draft that is one document."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from bridge.core.change import Value
from bridge.core.schema.dialect import LATEST, REACH, Pointer
from bridge.core.schema.lift import placed

#: Where one file keeps what it refers to.
DEFINITIONS = "#/$defs/"


def rebuilt(schema: Mapping[str, Any], change: Callable[[str, Pointer, Any], Any]) -> dict[str, Any]:
    """The schema with each schema directly under its keywords changed: by keyword, steps and the schema itself."""
    made = {keyword: value for keyword, value in schema.items() if keyword not in REACH}
    for keyword, steps, inner in LATEST.schemas_in(schema):
        placed(made, schema, steps, change(keyword, steps, inner))
    return {keyword: made[keyword] for keyword in (*schema, *made) if keyword in made}


def references(schema: Any) -> Iterator[str]:
    """The names of the definitions that a schema refers to, by itself or further in; "" stands for the root."""
    if not isinstance(schema, dict):
        return
    if isinstance(schema.get("$ref"), str):
        yield schema["$ref"].removeprefix("#").removeprefix("/$defs/")
    for _, _, inner in LATEST.schemas_in(schema):
        yield from references(inner)


def to_definition(name: str) -> str:
    """The reference to a definition of the same document; "" is the root."""
    return DEFINITIONS + name if name else "#"


def without_definitions(document: Mapping[str, Value]) -> dict[str, Any]:
    """The root alone."""
    return {keyword: value for keyword, value in document.items() if keyword != "$defs"}


def parts(document: Mapping[str, Any]) -> dict[str, Any]:
    """The root under "" and each definition under its name."""
    return {"": without_definitions(document), **document.get("$defs", {})}


def joined(made: Mapping[str, Any]) -> dict[str, Any]:
    """The document whose parts these are, with the definitions that something refers to."""
    needed: set[str] = set()
    waiting = [""]
    while waiting:
        name = waiting.pop()
        if name not in needed:
            needed.add(name)
            waiting += references(made[name])
    definitions = {name: made[name] for name in made if name and name in needed}
    return {**made[""], **({"$defs": definitions} if definitions else {})}
