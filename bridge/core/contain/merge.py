"""Joins what a schema spreads over `$ref`, `allOf` and alternatives into plain ones, as well as it can be guessed."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, Final

#: Most alternatives that one schema is spread into, and longest chain of references and joins.
MAX_ALTERNATIVES: Final = 16
MAX_CHAIN: Final = 24


def resolved(document: Mapping[str, Any], schema: Mapping[str, Any], chain: int = 0) -> dict[str, Any]:
    """The schema with what it refers to and what it demands beside it in one."""
    whole = {
        keyword: value for keyword, value in schema.items() if keyword not in ("$ref", "allOf", "$defs", "$schema")
    }
    if chain > MAX_CHAIN:
        return whole
    for part in [*_target(document, schema), *schema.get("allOf", ())]:
        if isinstance(part, dict):
            whole = joined(whole, resolved(document, part, chain + 1))
    return whole


def alternatives(document: Mapping[str, Any], schema: dict[str, Any], chain: int = 0) -> Iterator[dict[str, Any]]:
    """The schema once for each way to satisfy `anyOf`, `oneOf`, `if` and the schemas that names depend on."""
    branches = list(_branches(schema))
    if not branches or chain > MAX_CHAIN:
        yield schema
        return
    rest = {keyword: value for keyword, value in schema.items() if keyword not in branches[0][0]}
    for _, branch in branches[:MAX_ALTERNATIVES]:
        if isinstance(branch, dict):
            whole = joined(rest, resolved(document, branch))
            yield from islice(alternatives(document, whole, chain + 1), MAX_ALTERNATIVES)
        elif branch is True:
            yield from islice(alternatives(document, rest, chain + 1), MAX_ALTERNATIVES)


def _branches(schema: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], Any]]:
    for keyword in ("anyOf", "oneOf"):
        if keyword in schema:
            yield from (((keyword,), branch) for branch in schema[keyword])
            return
    if "if" in schema:
        words = ("if", "then", "else")
        yield words, schema.get("else", True)
        yield words, {"allOf": [schema["if"], schema.get("then", True)]}
    elif "dependentSchemas" in schema:
        yield ("dependentSchemas",), True
        for name, inner in schema["dependentSchemas"].items():
            yield ("dependentSchemas",), {"allOf": [{"required": [name]}, inner]}


def joined(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Both demands as one schema: exact for members, names, types and limits, a guess for the rest."""
    both = {**one, **other}
    for keyword in one.keys() & other.keys():
        join = _JOINS.get(keyword)
        if join is not None:
            both[keyword] = join(one[keyword], other[keyword])
    return both


def _members(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    both = {**one, **other}
    for name in one.keys() & other.keys():
        both[name] = _both(one[name], other[name])
    return both


def _types(one: Any, other: Any) -> Any:
    ones, others = ([types] if isinstance(types, str) else list(types) for types in (one, other))
    common = [name for name in ones if name in others or (name == "integer" and "number" in others)]
    common += [name for name in others if name == "integer" and "number" in ones and name not in common]
    return common[0] if len(common) == 1 else common


def _listed(one: list[Any], other: list[Any]) -> list[Any]:
    return [value for value in one if value in other]


def _both(one: Any, other: Any) -> Any:
    """Each demand once: where schemas lead back to themselves, they meet again and again."""
    parts = [part for part in [*_parts(one), *_parts(other)] if part is not True]
    distinct = list({repr(part): part for part in parts}.values())
    if False in distinct:
        return False
    return {"allOf": distinct} if len(distinct) > 1 else next(iter(distinct), True)


def _parts(schema: Any) -> list[Any]:
    return list(schema["allOf"]) if isinstance(schema, dict) and schema.keys() == {"allOf"} else [schema]


_JOINS: Final[Mapping[str, Any]] = {
    "type": _types,
    "enum": _listed,
    "properties": _members,
    "patternProperties": _members,
    "required": lambda one, other: list(dict.fromkeys([*one, *other])),
    "additionalProperties": _both,
    "items": _both,
    **dict.fromkeys(("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"), max),
    **dict.fromkeys(("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"), min),
}


def _target(document: Mapping[str, Any], schema: Mapping[str, Any]) -> list[Any]:
    reference = schema.get("$ref")
    if not isinstance(reference, str) or not reference.startswith("#"):
        return []
    value: Any = document
    for step in reference[1:].split("/")[1:]:
        value = value[step.replace("~1", "/").replace("~0", "~")]
    return [value]
