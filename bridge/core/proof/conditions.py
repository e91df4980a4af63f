"""What a condition tells of the change where it holds, and where it does not.

What is told of a path narrows the schema of its root. Two expressions that were compared are remembered as ordered, so
that their difference is known to be above zero. Whatever is not understood tells nothing.
"""

from collections.abc import Callable
from typing import Any, Final

from bridge.core.expression.tree import Node
from bridge.core.proof.numbers import Span, decimal, spans_of
from bridge.core.proof.shapes import Shape, may_be_false, may_be_true, only, types_of, without_null
from bridge.core.proof.told import CALLS, FALSE, path_of
from bridge.core.proof.world import Path, World, key_of

#: What a node may come to in a world.
Ask = Callable[[Node, World], Shape]

_FLIPPED: Final = {"lt": "gt", "lte": "gte", "gt": "lt", "gte": "lte", "eq": "eq", "ne": "ne"}
_OPPOSITE: Final = {"lt": "gte", "lte": "gt", "gt": "lte", "gte": "lt", "eq": "ne", "ne": "eq"}


def assumed(node: Node, world: World, ask: Ask, *, truth: bool) -> World | None:
    """The world where the node is true (false: null, false or empty); None where that cannot be."""
    follow = _KINDS.get(node.kind)
    found = follow(node, world, ask, truth) if follow else world
    if found is None:
        return None
    shape = ask(node, found) if node.kind not in _KINDS else None
    if shape is not None and not (may_be_true(shape) if truth else may_be_false(shape)):
        return None
    return found


def _not(node: Node, world: World, ask: Ask, truth: bool) -> World | None:
    return assumed(node.children[0], world, ask, truth=not truth)


def _and(node: Node, world: World, ask: Ask, truth: bool) -> World | None:
    return _all(node, world, ask, wanted=True) if truth else _any(node, world, ask, wanted=False)


def _or(node: Node, world: World, ask: Ask, truth: bool) -> World | None:
    return _any(node, world, ask, wanted=True) if truth else _all(node, world, ask, wanted=False)


def _all(node: Node, world: World, ask: Ask, *, wanted: bool) -> World | None:
    """Where both sides are as wanted."""
    left, right = node.children
    found = assumed(left, world, ask, truth=wanted)
    return found and assumed(right, found, ask, truth=wanted)


def _any(node: Node, world: World, ask: Ask, *, wanted: bool) -> World | None:
    """Where one side is as wanted: nothing is told where both can be."""
    left, right = node.children
    first = assumed(left, world, ask, truth=wanted)
    rest = assumed(left, world, ask, truth=not wanted)
    second = rest and assumed(right, rest, ask, truth=wanted)
    if first is None or second is None:
        return first or second
    return world


def _path(node: Node, world: World, ask: Ask, truth: bool) -> World | None:
    path = path_of(node, world)
    if path is None:
        shape = ask(node, world)
        return world if (may_be_true(shape) if truth else may_be_false(shape)) else None
    return world.where(path, {"not": FALSE}) if truth else world.unless(path, FALSE)


def _comparison(node: Node, world: World, ask: Ask, truth: bool) -> World | None:
    left, right = node.children
    if node.value in ("eq", "ne"):
        wanted = truth == (node.value == "eq")
        found = _equal(left, right, world, ask, wanted=wanted)
        return found and _equal(right, left, found, ask, wanted=wanted)
    if not truth:
        return _not_ordered(node, world, ask)
    more, less = (left, right) if node.value in ("gt", "gte") else (right, left)
    found = _bounded(node.value, left, right, world, ask)
    found = found and _bounded(_FLIPPED[node.value], right, left, found, ask)
    return found and found.ordered(key_of(more), key_of(less), strictly=node.value in ("gt", "lt"))


def _equal(one: Node, other: Node, world: World, ask: Ask, *, wanted: bool) -> World | None:
    """Told of `one` by what `other` is, where that is a literal."""
    if other.kind != "literal":
        return _disjoint(one, other, world, ask) if wanted else world
    value, path = other.value, path_of(one, world)
    if path is None:
        return _of_call(one, value, world, ask, wanted=wanted)
    if value is None:
        return world.unless(path, {"type": "null"}) if wanted else world.where(path, {})
    return world.where(path, {"const": value}) if wanted else world.unless(path, {"not": {"const": value}})


def _disjoint(one: Node, other: Node, world: World, ask: Ask) -> World | None:
    return world if types_of(ask(one, world)) & types_of(ask(other, world)) else None


def _of_call(node: Node, value: Any, world: World, ask: Ask, *, wanted: bool) -> World | None:
    """`default(path, 'a') == 'b'` tells of the path; of other calls only what they cannot be."""
    shape = ask(node, world)
    known = [branch for branch in shape if branch.get("const", value) == value or "const" not in branch]
    if wanted and not known:
        return None
    if node.kind != "function_expression" or node.value != "default" or node.children[1].kind != "literal":
        return world
    if node.children[1].value == value or value is None:
        return world
    path = path_of(node.children[0], world)
    return world if path is None or not wanted else world.where(path, {"const": value})


def _bounded(sign: str, one: Node, other: Node, world: World, ask: Ask) -> World | None:
    """Told of `one` by `one < other`: both are numbers or both are texts."""
    shape = without_null(ask(other, world))
    kinds = types_of(shape) & {"number", "string"}
    if not kinds:
        return None
    size = _size(one, sign, spans_of(only(shape, "number")), world) if kinds == {"number"} else None
    if size is not None:
        return world.where(*size)
    path = path_of(one, world)
    if path is None:
        return world
    ways = [{"type": "string"}] if "string" in kinds else []
    if "number" in kinds:
        ways.append(_range(sign, spans_of(only(shape, "number"))))
    return world.where(path, {"anyOf": ways})


def _range(sign: str, span: Span) -> dict[str, Any]:
    """The numbers that are so compared to some number of a span."""
    if sign in ("lt", "lte"):
        limit = None if span.high is None else decimal(span.high)
        keyword = "maximum" if sign == "lte" and not span.high_open else "exclusiveMaximum"
    else:
        limit = None if span.low is None else decimal(span.low)
        keyword = "minimum" if sign == "gte" and not span.low_open else "exclusiveMinimum"
    return {"type": "number"} if limit is None else {"type": "number", keyword: limit}


def _size(node: Node, sign: str, span: Span, world: World) -> tuple[Path, Any] | None:
    """`length(path) > 0` tells how long the value at the path is."""
    if node.kind != "function_expression" or node.value != "length":
        return None
    path = path_of(node.children[0], world)
    if path is None:
        return None
    if sign in ("gt", "gte") and span.low is not None and span.low >= 0:
        least = int(span.low) + (sign == "gt" or span.low != int(span.low))
        return path, _sized("min", least)
    if sign in ("lt", "lte") and span.high is not None and span.high >= 0:
        return path, _sized("max", int(span.high) - (sign == "lt" and span.high == int(span.high)))
    return None


def _sized(bound: str, size: int) -> dict[str, Any]:
    if size < 0:
        return {"not": {}}
    return {
        "type": ["string", "array", "object"],
        **{f"{bound}{unit}": size for unit in ("Length", "Items", "Properties")},
    }


def _not_ordered(node: Node, world: World, ask: Ask) -> World | None:
    """Where `one < other` is false, or null because they cannot be compared."""
    left, right = node.children
    shapes = [ask(left, world), ask(right, world)]
    if any(types_of(shape) != {"number"} for shape in shapes):
        return _unbounded(node, world, shapes)
    opposite = _OPPOSITE[node.value]
    found = _bounded(opposite, left, right, world, ask)
    found = found and _bounded(_FLIPPED[opposite], right, left, found, ask)
    more, less = (left, right) if opposite in ("gt", "gte") else (right, left)
    return found and found.ordered(key_of(more), key_of(less), strictly=opposite in ("gt", "lt"))


def _unbounded(node: Node, world: World, shapes: list[Shape]) -> World | None:
    """Against a literal number: no number, or one beyond it."""
    left, right = node.children
    path = path_of(left, world)
    if path is None or right.kind != "literal" or types_of(shapes[1]) != {"number"}:
        return world
    return world.unless(
        path, {"anyOf": [{"not": {"type": "number"}}, _range(_OPPOSITE[node.value], spans_of(shapes[1]))]}
    )


def _call(node: Node, world: World, ask: Ask, truth: bool) -> World | None:
    shape = ask(node, world)
    if not (may_be_true(shape) if truth else may_be_false(shape)):
        return None
    tell = CALLS.get(node.value)
    return tell(node, world) if tell and truth else world


_KINDS: Final[dict[str, Callable[[Node, World, Ask, bool], World | None]]] = {
    "not_expression": _not,
    "and_expression": _and,
    "or_expression": _or,
    "comparator": _comparison,
    "field": _path,
    "current": _path,
    "subexpression": _path,
    "index_expression": _path,
    "function_expression": _call,
}
