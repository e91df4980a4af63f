"""Closures of comparisons and of and, or, not."""

import operator
from collections.abc import Callable
from typing import Any

from bridge.core.change import Value
from bridge.core.expression.functions.table import Closure
from bridge.core.expression.nulls import Run
from bridge.core.expression.tree import Node
from bridge.core.expression.values import NUMBERS, Refusal, equal, is_true

_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "lt": operator.lt, "lte": operator.le, "gt": operator.gt, "gte": operator.ge,
}  # fmt: skip


def comparison(node: Node, left: Closure, right: Closure) -> Closure:
    """`left == right` and its kin. Ordering needs two numbers or two texts, and gives null for anything else."""
    if node.value in _ORDER:
        return _ordered(_ORDER[node.value], left, right)
    literal = node.children[1]
    if literal.kind == "literal" and isinstance(literal.value, str):
        return _is_text(left, literal.value, wanted=node.value == "eq")
    return _equal(node.at, left, right, wanted=node.value == "eq")


def _is_text(left: Closure, text: str, *, wanted: bool) -> Closure:
    if wanted:
        return lambda value, run: bool(left(value, run) == text)
    return lambda value, run: bool(left(value, run) != text)


def _equal(at: int, left: Closure, right: Closure, *, wanted: bool) -> Closure:
    def compared(value: Value, run: Run) -> Value:
        try:
            return equal(left(value, run), right(value, run)) is wanted
        except Refusal as refusal:
            refusal.at = at if refusal.at is None else refusal.at
            raise

    return compared


def _ordered(compare: Callable[[Any, Any], bool], left: Closure, right: Closure) -> Closure:
    def compared(value: Value, run: Run) -> Value:
        one, other = left(value, run), right(value, run)
        comparable = type(other) in NUMBERS if type(one) in NUMBERS else type(one) is str and type(other) is str
        return compare(one, other) if comparable else None

    return compared


def either(left: Closure, right: Closure) -> Closure:
    """`left || right`."""

    def chosen(value: Value, run: Run) -> Value:
        found = left(value, run)
        return found if is_true(found) else right(value, run)

    return chosen


def both(left: Closure, right: Closure) -> Closure:
    """`left && right`."""

    def chosen(value: Value, run: Run) -> Value:
        found = left(value, run)
        return right(value, run) if is_true(found) else found

    return chosen


def negation(inner: Closure) -> Closure:
    """`!inner`."""
    return lambda value, run: not is_true(inner(value, run))
