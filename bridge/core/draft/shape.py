"""The JSON Schema that some plain values satisfy, and as little more as their types say."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from bridge.core.change import Value

_TYPES: Final[Mapping[type, str]] = {
    dict: "object",
    list: "array",
    str: "string",
    bool: "boolean",
    int: "integer",
    type(None): "null",
}


def shape(values: Sequence[Value]) -> dict[str, Any]:
    """The schema of one value or more: their types, the members of objects, the elements of lists."""
    schema: dict[str, Any] = {"type": _type(values)}
    objects = [value for value in values if isinstance(value, dict)]
    elements = [element for value in values if isinstance(value, list) for element in value]
    if objects:
        schema |= members(objects)
    if elements:
        schema["items"] = shape(elements)
    return schema


def members(objects: Sequence[Mapping[str, Value]]) -> dict[str, Any]:
    """The keywords of objects: every name that one of them has, required where all have it."""
    names = dict.fromkeys(name for each in objects for name in each)
    required = [name for name in names if all(name in each for each in objects)]
    found: dict[str, Any] = {"required": required} if required else {}
    if names:
        found["properties"] = {name: shape([each[name] for each in objects if name in each]) for name in names}
    return found


def _type(values: Sequence[Value]) -> str | list[str]:
    types = list(dict.fromkeys(_TYPES.get(type(value)) or _number(value) for value in values))
    if "number" in types and "integer" in types:
        types.remove("integer")
    return types[0] if len(types) == 1 else types


def _number(value: Decimal) -> str:
    return "integer" if value == value.to_integral_value() else "number"
