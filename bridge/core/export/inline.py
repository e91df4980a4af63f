"""Puts the definitions of plain values where they are used: a generator makes no class of a text, and loses no word."""

from collections.abc import Mapping
from typing import Any

from bridge.core.change import Value
from bridge.core.export.tree import DEFINITIONS, joined, parts, rebuilt
from bridge.core.schema.dialect import REACH

#: Words that two schemas for one value may both say without contradiction: those of whoever refers count.
_WORDS = frozenset({"title", "description", "default", "examples", "deprecated", "x-extensible-enum"})


def inlined(document: Mapping[str, Value]) -> dict[str, Value]:
    """The same schema, with references to plain values replaced by what they refer to."""
    given = parts(document)
    plain = {name: part for name, part in given.items() if name and _is_plain(part)}

    def written(schema: Any) -> Any:
        if not isinstance(schema, dict):
            return schema
        made = rebuilt(schema, lambda _keyword, _steps, inner: written(inner))
        target = plain.get(str(made.get("$ref", "")).removeprefix(DEFINITIONS))
        if target is None or not _WORDS.issuperset(made.keys() - {"$ref"}):
            return made
        return {**target, **{keyword: value for keyword, value in made.items() if keyword != "$ref"}}

    return joined({name: written(part) for name, part in given.items()})


def _is_plain(schema: Any) -> bool:
    if not isinstance(schema, dict):
        return False
    return "$ref" not in schema and not (REACH.keys() & schema) and schema.get("type") != "object"
