"""JMESPath's own functions, with exact numbers, and with names and values of objects in key order."""

from collections.abc import Callable, Iterable
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import partial
from typing import Any

from bridge.core.change import Value
from bridge.core.expression.functions.arithmetic import average, total
from bridge.core.expression.functions.bounds import bounded_join
from bridge.core.expression.functions.table import (
    ANYTHING,
    Call,
    Closure,
    Parameter,
    array,
    entry,
    expref,
    number,
    string,
)  # fmt: skip
from bridge.core.expression.functions.texts import as_json
from bridge.core.expression.nulls import Run, holes_of, list_of, pour_dict, pour_list
from bridge.core.expression.tree import start
from bridge.core.expression.values import Refusal, equal, type_of
from bridge.core.numbers import exact, parse_number

Key = Callable[[Value], Value]
_SORTABLE = ("number", "string")


def _absolute(value: int | Decimal) -> Value:
    return exact(value.copy_abs() if isinstance(value, Decimal) else abs(value))


def _rounded_to(rounding: str) -> Callable[[int | Decimal], Value]:
    def whole(value: int | Decimal) -> Value:
        return exact(value.to_integral_value(rounding)) if isinstance(value, Decimal) else value

    return whole


def _contains(subject: Value, search: Value) -> bool:
    if isinstance(subject, str):
        return isinstance(search, str) and search in subject
    return any(equal(each, search) for each in subject)


def _reverse(value: Value) -> Value:
    if isinstance(value, str):
        return value[::-1]
    holes = holes_of(value)
    return pour_list(value[::-1], map(holes.get, reversed(range(len(value)))))


def _keys(value: dict[str, Value]) -> Value:
    return sorted(value)


def _values(value: dict[str, Value]) -> Value:
    names = sorted(value)
    return pour_list([value[name] for name in names], map(holes_of(value).get, names))


def _merge(*objects: dict[str, Value]) -> Value:
    merged: dict[str, Value] = {}
    holes: dict[int | str, int] = {}
    for each in objects:
        merged.update(each)
        holes = {name: at for name, at in holes.items() if name not in each} | dict(holes_of(each))
    return pour_dict(merged, holes)


def _not_null(*values: Value) -> Value:
    return next((value for value in values if value is not None), None)


def _to_number(value: Value) -> Value:
    if not isinstance(value, str):
        return value if type_of(value) == "number" else None
    try:
        return parse_number(value)
    except ValueError:
        return None


def _to_string(value: Value) -> str:
    return value if isinstance(value, str) else as_json(value)


def keyed(name: str, values: Iterable[Value], key: Key, allowed: tuple[str, ...] = _SORTABLE) -> list[Any]:
    """The key of each element. Raises `Refusal` unless all are of one and the same of the allowed types."""
    keys = [key(value) for value in values]
    types = {type_of(each) for each in keys}
    if len(types) > 1 or not types <= set(allowed):
        got = " and ".join(sorted(types))
        wanted = " or all ".join(f"{each}s" for each in allowed)
        what = f"{name}() needs keys that are all {wanted}, and the expression gives {got}"
        raise Refusal("X020", what, "correct the key, filter out what lacks it, or give it a value with default(…)")
    return keys


def _sort_by(values: list[Value], key: Key) -> Value:
    keys = keyed("sort_by", values, key)
    return [values[index] for index in sorted(range(len(values)), key=keys.__getitem__)]


def _extreme_by(name: str, choose: Callable[..., Any]) -> Callable[[list[Value], Key], Value]:
    def chosen(values: list[Value], key: Key) -> Value:
        keys = keyed(name, values, key)
        return values[choose(range(len(values)), key=keys.__getitem__)] if values else None

    return chosen


def _map(call: Call) -> Closure:
    body, elements = call.arguments
    hole = start(call.nodes[0].children[0])

    def mapped(value: Value, run: Run) -> Value:
        found = elements(value, run)
        if not isinstance(found, list):
            got = type_of(found)
            raise Refusal("X020", f"map() takes an array for 'elements', and got {got}", "give it an array", call.at)
        made: list[Value] = []
        holes: dict[int | str, int] = {}
        for index, each in enumerate(found):
            run.let = False
            made.append(body(each, run))
            if made[-1] is None and run.strict and not run.let:
                holes[index] = hole
        return list_of(made, holes, run)

    return mapped


def _to_array(call: Call) -> Closure:
    (inner,) = call.arguments

    def wrapped(value: Value, run: Run) -> Value:
        run.let = False
        found = inner(value, run)
        if isinstance(found, list):
            return found
        return list_of([found], {0: start(call.nodes[0])} if found is None and run.strict and not run.let else {}, run)

    return wrapped


_own = partial(entry, official=True)


_VALUE = Parameter("value")
_OBJECT = Parameter("object", ("object",))
_MANY = Parameter("value", repeated=True)

FUNCTIONS = (
    _own("abs", (number("number"),), "number", "The number without its sign.",
         ("abs(`-1.50`)", {}, Decimal("1.50")), apply=_absolute),
    _own("avg", (array("numbers", "number"),), "number null", "The average, to 38 digits; null of an empty array.",
         ("avg(@)", [1, 2], Decimal("1.5")), apply=average),
    _own("ceil", (number("number"),), "number", "The next whole number, upwards.", ("ceil(`1.2`)", {}, 2),
         apply=_rounded_to(ROUND_CEILING)),
    _own("contains", (Parameter("subject", ("array", "string")), Parameter("search")), "boolean",
         "Whether an array has an element, or a text a part.", ("contains(@, 'b')", ["a", "b"], True), apply=_contains),
    _own("ends_with", (string("text"), string("suffix")), "boolean", "Whether a text ends so.",
         ("ends_with('shop', 'op')", {}, True), apply=str.endswith),
    _own("floor", (number("number"),), "number", "The next whole number, downwards.", ("floor(`-1.2`)", {}, -2),
         apply=_rounded_to(ROUND_FLOOR)),
    _own("join", (string("glue"), array("texts", "string")), "string", "The texts as one, with glue between.",
         ("join('-', @)", ["a", "b"], "a-b"), apply=bounded_join),
    _own("keys", (_OBJECT,), "array", "The names of an object, sorted.", ("keys(@)", {"b": 1, "a": 2}, ["a", "b"]),
         apply=_keys),
    _own("length", (Parameter("subject", ("string", "array", "object")),), "number",
         "How many characters, elements or names.", ("length(@)", [1, 2, 3], 3), apply=len),
    _own("map", (expref("expression"), array("elements")), "array", "What the expression makes of each element.",
         ("map(&a, @)", [{"a": 1}, {"a": 2}], [1, 2]), build=_map),
    _own("max", (array("values", "number", "string"),), "number string null", "The greatest; null of an empty array.",
         ("max(@)", [1, 3, 2], 3), apply=lambda values: max(values, default=None)),
    _own("max_by", (array("elements"), expref("key")), ANYTHING,
         "The first element with the greatest key; null of an empty array.",
         ("max_by(@, &a).b", [{"a": 1, "b": 2}, {"a": 3, "b": 4}], 4), apply=_extreme_by("max_by", max)),
    _own("merge", (Parameter("object", ("object",), repeated=True),), "object",
         "One object of all; of a name given twice the last counts.",
         ("merge(@, {a: `2`})", {"a": 1, "b": 1}, {"a": 2, "b": 1}), apply=_merge),
    _own("min", (array("values", "number", "string"),), "number string null", "The least; null of an empty array.",
         ("min(@)", ["b", "a"], "a"), apply=lambda values: min(values, default=None)),
    _own("min_by", (array("elements"), expref("key")), ANYTHING,
         "The first element with the least key; null of an empty array.",
         ("min_by(@, &a).b", [{"a": 1, "b": 2}, {"a": 3, "b": 4}], 2), apply=_extreme_by("min_by", min)),
    _own("not_null", (_MANY,), ANYTHING, "The first value that is not null.",
         ("not_null(a, b)", {"b": 1}, 1), apply=_not_null),
    _own("reverse", (Parameter("subject", ("array", "string")),), "array string", "The same backwards.",
         ("reverse(@)", [1, 2], [2, 1]), apply=_reverse),
    _own("sort", (array("values", "number", "string"),), "array", "In order: numbers by value, texts by code point.",
         ("sort(@)", [3, 1, 2], [1, 2, 3]), apply=sorted),
    _own("sort_by", (array("elements"), expref("key")), "array",
         "In the order of their keys; equals stay as they were.",
         ("sort_by(@, &a)[].a", [{"a": 2}, {"a": 1}], [1, 2]), apply=_sort_by),
    _own("starts_with", (string("text"), string("prefix")), "boolean", "Whether a text begins so.",
         ("starts_with('shop', 'sh')", {}, True), apply=str.startswith),
    _own("sum", (array("numbers", "number"),), "number", "The sum; 0 of an empty array.",
         ("sum(@)", [Decimal("0.1"), Decimal("0.2")], Decimal("0.3")), apply=total),
    _own("to_array", (_VALUE,), "array", "The value as the one element of an array, unless it is an array.",
         ("to_array('a')", {}, ["a"]), build=_to_array),
    _own("to_number", (_VALUE,), "number null",
         "The number that a text spells, digit for digit; null where it is none.",
         ("to_number('1.10')", {}, Decimal("1.10")), apply=_to_number),
    _own("to_string", (_VALUE,), "string", "A text as it is, anything else as its JSON.",
         ("to_string(@)", {"a": Decimal("1.10")}, '{"a":1.10}'), apply=_to_string),
    _own("type", (_VALUE,), "string", "The name of the type: string, number, boolean, array, object or null.",
         ("type(`1`)", {}, "number"), apply=type_of),
    _own("values", (_OBJECT,), "array", "The values of an object, in the order of their names.",
         ("values(@)", {"b": 1, "a": 2}, [2, 1]), apply=_values),
)  # fmt: skip
