"""Older drafts of JSON Schema said in the latest."""

from collections.abc import Mapping
from typing import Any

from bridge.core.schema.dialect import Dialect, Pointer

#: What a schema can demand without the help of other schemas.
ASSERTIONS = (
    "type", "enum", "const", "multipleOf", "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum", "maxLength",
    "minLength", "pattern", "format", "maxItems", "minItems", "uniqueItems", "maxContains", "minContains",
    "maxProperties", "minProperties", "required", "dependentRequired",
)  # fmt: skip


def assertions(schema: Mapping[str, Any], dialect: Dialect) -> dict[str, Any]:
    """What a schema demands without the help of other schemas, in the words of the latest draft."""
    said = {keyword: schema[keyword] for keyword in ASSERTIONS if keyword in schema and dialect.knows(keyword)}
    for limit, strict in (("maximum", "exclusiveMaximum"), ("minimum", "exclusiveMinimum")):
        if isinstance(said.get(strict), bool) and said.pop(strict) and limit in said:
            said[strict] = said.pop(limit)
    needs = schema.get("dependencies", {}) if dialect.knows("dependencies") else {}
    lists = {name: names for name, names in needs.items() if isinstance(names, list)}
    return said | ({"dependentRequired": lists} if lists else {})


def unseen(written: dict[str, Any]) -> dict[str, Any]:
    """`contains` as drafts before the latest mean it: what it has found is not evaluated by that."""
    own = {keyword: written[keyword] for keyword in ("contains", "minContains", "maxContains") if keyword in written}
    rest = {keyword: value for keyword, value in written.items() if keyword not in own}
    return {**rest, "allOf": [*rest.get("allOf", ()), {"not": {"not": own}}]}


def placed(written: dict[str, Any], schema: Mapping[str, Any], steps: Pointer, inner: Any) -> None:
    """Put a schema where the latest draft wants what stands at these steps. Lists are filled in their order."""
    keyword, names = str(steps[0]), steps[1:]
    listed = isinstance(schema.get("items"), list)
    if keyword == "additionalItems":
        if listed:
            written["items"] = inner
    elif keyword == "items" and names:
        written.setdefault("prefixItems", []).append(inner)
    elif not names:
        written[keyword] = inner
    elif isinstance(names[0], int):
        written.setdefault(keyword, []).append(inner)
    else:
        written.setdefault("dependentSchemas" if keyword == "dependencies" else keyword, {})[names[0]] = inner
