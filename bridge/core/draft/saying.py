"""How a drafted rule says a value of an item: objects member by member, so that what an item gains later stays inside.

| the item has | the rule says |
|---|---|
| `place: {city: Ulm}` | `place: {city: "${new.place.city}"}` |
| `tariffs: [{code: day}]` | `tariffs: [{$each: "${new.tariffs}", code: "${it.code}"}]` |
"""

import json
import re
from collections.abc import Sequence
from typing import Final

from bridge.core.change import Value
from bridge.core.map import is_number
from bridge.core.numbers import is_wide, number_text

#: An expression; members by their keys, which end in `?` where they may lack; or what is said of each element.
Saying = str | dict[str, "Saying"] | list["Saying"]

EACH: Final = "$each"
#: Longest name of an attribute that is drafted; DynamoDB's own limit for the names of keys.
_LONGEST: Final = 255
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def can_be_key(name: str) -> bool:
    """Whether a template can have a key of this name."""
    return len(name) <= _LONGEST and "${" not in name and not name.endswith("?") and name != EACH


def below(path: str, name: str) -> str:
    """The path of a member."""
    return f"{path}.{name if _IDENTIFIER.fullmatch(name) else json.dumps(name, ensure_ascii=False)}"


def saying(path: str, samples: Sequence[Value]) -> Saying | None:
    """What says the value at a path, of which these are samples.

    None where objects would be passed whole, with whatever they gain: those without members, or deep within lists.
    """
    elements = [element for value in samples if isinstance(value, list) for element in value]
    if _are_objects(samples):
        return _members(path, samples) or None
    if _are_objects(elements) and all(isinstance(value, list) for value in samples):
        made = _members("it", elements)
        return [{EACH: f"${{{path}}}", **made}] if made else None
    if any(map(_holds_object, samples)):
        return None
    if any(is_number(value) and is_wide(value) for value in samples):
        return f"${{text({path})}}"  # else EventBridge refuses it
    return f"${{{path}}}"


def _members(path: str, objects: Sequence[Value]) -> dict[str, Saying]:
    made: dict[str, Saying] = {}
    for name in dict.fromkeys(name for each in objects for name in each if can_be_key(name)):
        values = [each[name] for each in objects if each.get(name) is not None]
        how = saying(below(path, name), values) if values else None
        if how is not None:
            made[name + "?" * (len(values) < len(objects))] = how
    return made


def _are_objects(values: Sequence[Value]) -> bool:
    return bool(values) and all(isinstance(value, dict) for value in values)


def _holds_object(value: Value) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and any(map(_holds_object, value)))


def said(how: Saying, value: Value) -> Value:
    """What a rule that says it so makes of one of the samples."""
    if isinstance(how, list):
        (inner,) = how
        return [said(inner, element) for element in value]
    if isinstance(how, dict):
        named = {key: value.get(key.removesuffix("?")) for key in how if key != EACH}
        made = {key: said(how[key], inner) for key, inner in named.items() if inner is not None}
        return {key.removesuffix("?"): each for key, each in made.items() if not (key.endswith("?") and is_void(each))}
    return number_text(value) if is_number(value) and is_wide(value) else value


def is_void(value: Value) -> bool:
    """Whether it is an object in which nothing is said: under a key that ends in `?` it is left out."""
    return isinstance(value, dict) and all(map(is_void, value.values()))
