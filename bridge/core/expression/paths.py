"""Closures of paths: names, indexes and slices, alone and in a row."""

from collections.abc import Sequence

from bridge.core.change import Value
from bridge.core.expression.functions.table import Closure
from bridge.core.expression.nulls import Run
from bridge.core.expression.tree import Node

Step = str | int


def steps(node: Node) -> list[Step] | None:
    """The names and indexes that a node walks in a row; None where it does anything else."""
    if node.kind in ("field", "index"):
        return [node.value]
    if node.kind in ("current", "identity"):
        return []
    if node.kind not in ("subexpression", "index_expression", "pipe"):
        return None
    walked: list[Step] = []
    for child in node.children:
        inner = steps(child)
        if inner is None:
            return None
        walked += inner
    return walked


def path(walked: Sequence[Step]) -> Closure:
    """The closure of steps in a row. Whatever has no such name or index gives null, and null stays null."""
    if all(isinstance(step, str) for step in walked):
        names = [str(step) for step in walked]
        return _SHORT[len(names)](*names) if len(names) < len(_SHORT) else _names(names)
    return _index(int(walked[0])) if len(walked) == 1 else _mixed(tuple(walked))


# The lookup is `.get` on whatever is there: only objects have it, so asking forgiveness costs nothing on a hit
# and nothing where the last name is absent.


def _current() -> Closure:
    return lambda value, _: value


def _one(first: str) -> Closure:
    def one(value: Value, _: Run) -> Value:
        try:
            return value.get(first)
        except AttributeError:
            return None

    return one


def _two(first: str, second: str) -> Closure:
    def two(value: Value, _: Run) -> Value:
        try:
            return value.get(first).get(second)
        except AttributeError:
            return None

    return two


def _three(first: str, second: str, third: str) -> Closure:
    def three(value: Value, _: Run) -> Value:
        try:
            return value.get(first).get(second).get(third)
        except AttributeError:
            return None

    return three


_SHORT = (_current, _one, _two, _three)


def _names(names: Sequence[str]) -> Closure:
    def several(value: Value, _: Run) -> Value:
        try:
            for name in names:
                value = value.get(name)
        except AttributeError:
            return None
        return value

    return several


def _index(index: int) -> Closure:
    def at(value: Value, _: Run) -> Value:
        if not isinstance(value, list):
            return None
        try:
            return value[index]
        except IndexError:
            return None

    return at


def _element(value: Value, index: int) -> Value:
    return value[index] if isinstance(value, list) else None


def _mixed(walked: tuple[Step, ...]) -> Closure:
    def mixed(value: Value, _: Run) -> Value:
        try:
            for step in walked:
                value = value.get(step) if isinstance(step, str) else _element(value, step)
        except (AttributeError, IndexError):
            return None
        return value

    return mixed


def slice_of(bounds: tuple[int | None, int | None, int | None]) -> Closure:
    """The closure that cuts an array; anything else gives null."""
    cut = slice(*bounds)
    return lambda value, _: value[cut] if isinstance(value, list) else None


def then(first: Closure, second: Closure) -> Closure:
    """One after the other: the second stands at what the first gives."""
    return lambda value, run: second(first(value, run), run)
