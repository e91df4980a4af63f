"""What schemas that one value satisfies at once say of its type, its members and its elements."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from bridge.core.contain.judge import compiled

Joined = list[dict[str, Any]]

_TYPES: Final = ("array", "boolean", "null", "number", "object", "string")
_KINDS: Final = ((bool, "boolean"), (str, "string"), (list, "array"), (dict, "object"), (int | Decimal, "number"))


def blank(value: Any, word: str) -> Any:
    """The value of a word that speaks of members or elements, none of which it says anything about."""
    if word in ("items", "additionalProperties"):
        return True
    return [True for _ in value] if isinstance(value, list) else dict.fromkeys(value, True)


def without(schema: dict[str, Any], word: str) -> dict[str, Any]:
    """The schema but for one word."""
    return {keyword: value for keyword, value in schema.items() if keyword != word}


def types(joined: Joined) -> list[str]:
    """The types that a value may have; an integer is a number."""
    found = list(_TYPES)
    for each in joined:
        given = each.get("type", _TYPES)
        names = {"number" if name == "integer" else name for name in ([given] if isinstance(given, str) else given)}
        if "enum" in each or "const" in each:
            names &= {_type(value) for value in each.get("enum", [each.get("const")])}
        found = [name for name in found if name in names]
    return found


def _type(value: Any) -> str:
    """The name of a value's type; `bool` is looked at before the number that Python takes it for."""
    return next((name for kind, name in _KINDS if isinstance(value, kind)), "null")


def member(joined: Joined, name: str) -> list[Any]:
    """What the schemas say of a member."""
    found: list[Any] = []
    for each in joined:
        own = [each["properties"][name]] if name in each.get("properties", ()) else []
        own += [inner for pattern, inner in each.get("patternProperties", {}).items() if _fits(pattern, name)]
        found += own or ([each["additionalProperties"]] if "additionalProperties" in each else [])
    return found


def demanded(demand: Mapping[str, Any], name: str, words: set[str]) -> list[Any]:
    """What a demand says of a member, as far as these words do."""
    own, shapes = demand.get("properties", {}), demand.get("patternProperties", {})
    shaped = [inner for pattern, inner in shapes.items() if _fits(pattern, name)]
    if name not in own and not shaped:
        return [demand["additionalProperties"]] if "additionalProperties" in words else []
    named = [own[name]] if name in own and "properties" in words else []
    return [*named, *(shaped if "patternProperties" in words else ())]


def shapes(joined: Joined) -> list[tuple[str, Any]]:
    """Each pattern of names with what is said of such members."""
    return [shape for each in joined for shape in each.get("patternProperties", {}).items()]


def rests(joined: Joined) -> list[Any]:
    """What the schemas say of members whose names they do not know at all."""
    return [each["additionalProperties"] for each in joined if "additionalProperties" in each]


def element(joined: Joined, index: int) -> list[Any]:
    """What the schemas say of an element."""
    found: list[Any] = []
    for each in joined:
        first = each.get("prefixItems", [])
        found += [first[index]] if index < len(first) else [each["items"]] if "items" in each else []
    return found


def _fits(pattern: str, name: str) -> bool:
    return bool(compiled({"pattern": pattern}).is_valid(name))
