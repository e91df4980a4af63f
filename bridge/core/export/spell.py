"""Writes what `widen` has left in the notation of Draft 4 and of OpenAPI 3.0. Nothing is lost or gained here.

One thing cannot be helped: in Draft 4, `1.0` is no integer. The bridge writes whole numbers without a fraction unless
a rule computes one with digits behind the point.
"""

from collections.abc import Callable
from typing import Any, Final

from bridge.core.export.tree import rebuilt
from bridge.core.wire import canonical_json

DRAFT4_URI: Final = "http://json-schema.org/draft-04/schema#"


def draft4(part: Any, reference: Callable[[str], str]) -> Any:
    """A schema in Draft 4; `reference` says where a definition is found, by its name."""
    if isinstance(part, bool):
        return {} if part else {"not": {}}
    made = rebuilt(part, lambda keyword, _steps, inner: _inner(keyword, inner, lambda each: draft4(each, reference)))
    for rewrite in (_limits, _constant, _needs, _places):
        rewrite(made)
    return _finished(made, reference)


def openapi(part: Any, reference: Callable[[str], str]) -> Any:
    """A schema in the notation of OpenAPI 3.0.3; `reference` says where a definition is found, by its name."""
    if isinstance(part, bool):
        return {} if part else {"not": {}}
    made = rebuilt(part, lambda keyword, _steps, inner: _inner(keyword, inner, lambda each: openapi(each, reference)))
    for rewrite in (_limits, _constant, _nullable):
        rewrite(made)
    return _finished(made, reference)


def _inner(keyword: str, inner: Any, write: Callable[[Any], Any]) -> Any:
    """Both notations know booleans in place of a schema under `additionalProperties` alone."""
    return inner if keyword == "additionalProperties" and isinstance(inner, bool) else write(inner)


def _limits(made: dict[str, Any]) -> None:
    """A limit that is not reached itself is a limit with a flag; of two limits the narrower counts."""
    for limit, strict, narrower in (("maximum", "exclusiveMaximum", min), ("minimum", "exclusiveMinimum", max)):
        if strict in made:
            bound = made.pop(strict)
            excluded = limit not in made or narrower(bound, made[limit]) == bound
            if excluded:
                made |= {limit: bound, strict: True}


def _constant(made: dict[str, Any]) -> None:
    if "const" in made:
        constant = made.pop("const")
        fits = "enum" not in made or any(canonical_json(constant) == canonical_json(each) for each in made["enum"])
        made["enum"] = [constant] if fits else []
    if made.get("enum") == []:
        del made["enum"]
        made["allOf"] = [*made.get("allOf", ()), {"not": {}}]


def _needs(made: dict[str, Any]) -> None:
    """Names that a member needs, and a schema that it brings, are one keyword: both hold."""
    names: dict[str, Any] = made.pop("dependentRequired", {})
    schemas: dict[str, Any] = made.pop("dependentSchemas", {})
    needs: dict[str, Any] = {name: needed for name, needed in names.items() if needed}
    for name, schema in schemas.items():
        parts: list[Any] = [{"required": needs[name]}, schema] if name in needs else [schema]
        needs[name] = {"allOf": parts} if len(parts) > 1 else schema
    if needs:
        made["dependencies"] = needs


def _places(made: dict[str, Any]) -> None:
    """Schemas by place, and one for the rest."""
    places = made.pop("prefixItems", None)
    rest = made.pop("items", None)
    if places is not None:
        made["items"] = places
        if rest is not None:
            made["additionalItems"] = False if rest == {"not": {}} else rest
    elif rest is not None:
        made["items"] = rest


def _nullable(made: dict[str, Any]) -> None:
    """OpenAPI 3.0 knows one type at a time, and null only as an addition to it."""
    types = made.get("type")
    if not isinstance(types, list) and types != "null":
        return
    names = [types] if isinstance(types, str) else types or []
    plain = [name for name in names if name != "null"]
    if len(plain) == 1:
        made["type"] = plain[0]
        made.update({"nullable": True} if len(names) > 1 else {})
        return
    del made["type"]
    if not plain and "enum" not in made:
        made["enum"] = [None]
        return
    kinds = [*({"type": name} for name in plain), *([{"enum": [None]}] if len(plain) < len(names) else [])]
    if "anyOf" in made or len(kinds) == 1:
        made["allOf"] = [*made.get("allOf", ()), kinds[0] if len(kinds) == 1 else {"anyOf": kinds}]
    else:
        made["anyOf"] = kinds


def _finished(made: dict[str, Any], reference: Callable[[str], str]) -> dict[str, Any]:
    if "$ref" in made:
        made["$ref"] = reference(made["$ref"].removeprefix("#").removeprefix("/$defs/"))
    return {keyword: value for keyword, value in made.items() if keyword != "required" or value}
