"""Closures of function calls: arguments checked against the table, then the deed."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import NoReturn

from bridge.core.change import Value
from bridge.core.expression.functions.table import Call, Closure, Function, Parameter
from bridge.core.expression.nulls import Run
from bridge.core.expression.values import TYPES, Refusal, type_of

_ARTICLES = {
    "string": "a string", "number": "a number", "boolean": "a boolean", "array": "an array", "object": "an object",
    "expref": "an expression with &",
}  # fmt: skip
Check = Callable[[Value], None]

_FIXES = {
    "null": "make sure that it is there, or give it a value with default(…)",
    "string": "convert it with text(…)",
    "number": "convert it with number(…)",
    "array": "give it an array, such as [value] or to_array(value)",
}


def call(function: Function, made: Call) -> Closure:
    """The closure of a call."""
    if function.build is not None:
        return function.build(made)
    checks = [_check(function, index) for index in range(len(made.arguments))]
    arguments = [_bound(closure) if node.kind == "expref" else closure
                 for closure, node in zip(made.arguments, made.nodes, strict=True)]  # fmt: skip
    if len(arguments) == 1:
        return _one(function, arguments[0], checks[0], made.at)
    return _several(function, arguments, checks, made.at)


def _bound(body: Closure) -> Closure:
    """The expref as the function gets it: a callable on one element."""
    return lambda _, run: partial(_apply, body, run)


def _apply(body: Closure, run: Run, element: Value) -> Value:
    return body(element, run)


def _one(function: Function, argument: Closure, check: Check, at: int) -> Closure:
    deed, passes_null = function.apply, function.passes_null
    assert deed is not None

    def called(value: Value, run: Run) -> Value:
        given = argument(value, run)
        if given is None and passes_null:
            return None
        try:
            check(given)
            return deed(given)
        except Refusal as refusal:
            raise _placed(refusal, at) from None

    return called


def _several(function: Function, arguments: list[Closure], checks: list[Check], at: int) -> Closure:
    deed, passes_null = function.apply, function.passes_null
    assert deed is not None

    def called(value: Value, run: Run) -> Value:
        given = [argument(value, run) for argument in arguments]
        if passes_null and None in given:
            return None
        try:
            for check, each in zip(checks, given, strict=True):
                check(each)
            return deed(*given)
        except Refusal as refusal:
            raise _placed(refusal, at) from None

    return called


def _placed(refusal: Refusal, at: int) -> Refusal:
    refusal.at = at if refusal.at is None else refusal.at
    return refusal


def _check(function: Function, index: int) -> Check:
    """The check of one argument; raises `Refusal` (X020)."""
    parameter = function.parameter(index)
    if "expref" in parameter.types:  # told from the tree, by `check.py`
        return lambda _: None
    fast = frozenset(kind for kind, name in TYPES.items() if name in parameter.types)

    def check(value: Value) -> None:
        if type(value) not in fast and type_of(value) not in parameter.types:
            _wrong(function, parameter, type_of(value))
        if parameter.elements and isinstance(value, list):
            _check_elements(function, parameter, value)
        if parameter.choices and value not in parameter.choices:
            what = f"{function.name}() takes {texts(parameter.choices)} for '{parameter.name}'"
            raise Refusal("X020", what, "write one of them")

    return check


def _check_elements(function: Function, parameter: Parameter, value: list[Value]) -> None:
    kinds = {TYPES.get(each, "unknown") for each in set(map(type, value))}
    if len(kinds) > 1 or not kinds <= set(parameter.elements):
        got = " and ".join(f"{kind}s" for kind in sorted(kinds))
        wanted = " or all ".join(f"{kind}s" for kind in parameter.elements)
        what = f"{function.name}() takes an array of all {wanted} for '{parameter.name}', and its elements are {got}"
        raise Refusal("X020", what, "filter or convert the elements first: [].to_string(@), [?type(@) == 'number']")


def _wrong(function: Function, parameter: Parameter, got: str) -> NoReturn:
    what = f"{function.name}() takes {words(parameter.types)} for '{parameter.name}', and got {words([got])}"
    if got == "null":
        fix = _FIXES["null"]
    elif got in ("array", "object") and "string" in parameter.types:
        fix = "take one value of it, or write to_json(…)"  # text(…) takes no array or object either
    else:
        fix = _FIXES.get(parameter.types[0], f"give it {words(parameter.types)}")
    raise Refusal("X020", what, fix)


def words(names: Iterable[str]) -> str:
    """`a string`, `a string or a number`."""
    return " or ".join(_ARTICLES.get(name, name) for name in names)


def texts(names: Iterable[str]) -> str:
    """`'s' or 'ms'`."""
    return " or ".join(f"'{name}'" for name in names)
