"""Functions on arrays and objects."""

from collections import Counter
from collections.abc import Hashable
from decimal import Decimal

from bridge.core.change import Value
from bridge.core.expression.functions.official import Key, keyed
from bridge.core.expression.functions.table import ANYTHING, Parameter, array, entry, expref
from bridge.core.expression.nulls import holes_of, pour_dict, pour_list
from bridge.core.expression.values import Refusal, identity, type_of


def _get(container: Value, key: str | int | Decimal) -> Value:
    if isinstance(container, dict) and isinstance(key, str):
        return container.get(key)
    if isinstance(container, list) and not isinstance(key, str):
        return container[int(key)] if key == int(key) and -len(container) <= key < len(container) else None
    what = f"get() looks up {type_of(key)} in {type_of(container)}"
    raise Refusal("X020", what, "look up names in objects and numbers in arrays")


def _items(value: dict[str, Value]) -> Value:
    holes = holes_of(value)
    return [
        pour_dict({"key": name, "value": value[name]}, {"value": holes[name]} if name in holes else {})
        for name in sorted(value)
    ]


def _from_items(items: list[Value]) -> Value:
    made: dict[str, Value] = {}
    holes: dict[int | str, int] = {}
    for item in items:
        if not isinstance(item, dict) or not isinstance(item.get("key"), str) or "value" not in item:
            what = "from_items() takes objects with a text under 'key' and a 'value', and got something else"
            raise Refusal("X021", what, "make them such: [].{key: sku, value: qty}")
        name = item["key"]
        made[name] = item["value"]
        holes.pop(name, None)
        if "value" in holes_of(item):
            holes[name] = holes_of(item)["value"]
    return pour_dict(made, holes)


def _group_by(values: list[Value], key: Key) -> Value:
    groups: dict[str, list[Value]] = {}
    for name, value in zip(keyed("group_by", values, key, ("string",)), values, strict=True):
        groups.setdefault(name, []).append(value)
    return groups


def _zip(*arrays: list[Value]) -> Value:
    return [
        pour_list([each[index] for each in arrays], [holes_of(each).get(index) for each in arrays])
        for index in range(min(map(len, arrays)))
    ]


def _only_in(name: str, many: list[Value] | None, few: list[Value] | None, key: Key | None) -> Value:
    """The elements of `many` that `few` does not have. Each of `few` accounts for one of the same key or value."""
    known, asked = few or [], many or []
    marks = _marks(name, [*known, *asked], key)  # of both together, since they are compared
    left = Counter(marks[: len(known)])
    made = []
    for each, mark in zip(asked, marks[len(known) :], strict=True):
        left[mark] -= 1
        if left[mark] < 0:
            made.append(each)
    return made


def _marks(name: str, values: list[Value], key: Key | None) -> list[Hashable]:
    """What tells elements apart. Keys that lack are refused: elements that have none would count as one."""
    keys = [key(value) for value in values] if key else values
    if key and any(map(_lacks, keys)):
        what = f"{name}() needs keys that are not null, and the expression gives null, or a part of it does"
        raise Refusal("X020", what, "correct the key, filter out what lacks it, or give it a value with default(…)")
    return [identity(each) for each in keys]


def _lacks(key: Value) -> bool:
    parts = key.values() if isinstance(key, dict) else key if isinstance(key, list) else (key,)
    return any(part is None for part in parts)


def _added(old: list[Value] | None, new: list[Value] | None, key: Key | None = None) -> Value:
    return _only_in("added", new, old, key)


def _removed(old: list[Value] | None, new: list[Value] | None, key: Key | None = None) -> Value:
    return _only_in("removed", old, new, key)


_IMAGES = (
    Parameter("old", ("array", "null")), Parameter("new", ("array", "null")), expref("key", optional=True),
)  # fmt: skip
_OBJECT = Parameter("object", ("object",))
_LINES = {"old": [{"id": 1, "n": 1}, {"id": 2, "n": 1}], "new": [{"id": 2, "n": 5}, {"id": 3, "n": 1}]}

FUNCTIONS = (
    entry("get", (Parameter("container", ("object", "array")), Parameter("key", ("string", "number"))), ANYTHING,
          "What an object has under a computed name, or an array at a computed index; null where it has nothing.",
          ("get(prices, currency)", {"prices": {"EUR": 5}, "currency": "EUR"}, 5),
          ("get(@, `-1`)", [1, 2], 2), apply=_get),
    entry("items", (_OBJECT,), "array", "The pairs of an object as [{key, value}], in key order.",
          ("items(@)", {"b": 1, "a": 2}, [{"key": "a", "value": 2}, {"key": "b", "value": 1}]), apply=_items),
    entry("from_items", (array("items"),), "object",
          "The object of an array of {key, value}; of equal keys the last counts.",
          ("from_items([*].{key: sku, value: qty})", [{"sku": "A1", "qty": 2}], {"A1": 2}), apply=_from_items),
    entry("group_by", (array("elements"), expref("key")), "object", "The elements by their keys, which must be texts.",
          ("group_by(@, &a)", [{"a": "x", "n": 1}, {"a": "y"}], {"x": [{"a": "x", "n": 1}], "y": [{"a": "y"}]}),
          apply=_group_by),
    entry("zip", (array("array", repeated=True),), "array",
          "The first elements together, then the second, up to the shortest array.",
          ("zip(a, b)", {"a": [1, 2], "b": ["x", "y"]}, [[1, "x"], [2, "y"]]), apply=_zip),
    entry("added", _IMAGES, "array",
          "The elements that `new` has and `old` has not, by value or by their keys; a null list counts as empty.",
          ("added(old, new, &id)", _LINES, [{"id": 3, "n": 1}]), ("added(old, new)", {"new": ["a"]}, ["a"]),
          apply=_added, takes_null=True),
    entry("removed", _IMAGES, "array",
          "The elements that `old` has and `new` has not, by value or by their keys; a null list counts as empty.",
          ("removed(old, new, &id)", _LINES, [{"id": 1, "n": 1}]),
          ("removed(old, new)", {"old": ["a"], "new": ["a"]}, []), apply=_removed, takes_null=True),
)  # fmt: skip
