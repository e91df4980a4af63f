"""Whether two plain values are the same, and where they differ: numbers by value, true and 1 apart."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from bridge.core.change import Value

#: Stands for a side that has nothing there.
NOTHING: Final = object()


def same(left: Value, right: Value) -> bool:
    """Equality of plain values, in which 1 and 1.0 are one number and true is none."""
    return next(differences(left, right), None) is None


def differences(
    expected: Value, actual: Value, path: str = "", *, partly: bool = False
) -> Iterator[tuple[str, Any, Any]]:
    """Each place that differs, with what was expected and what is there, `NOTHING` for a side that lacks it.

    `partly` asks only for the names that `expected` has, at every depth.
    """
    if isinstance(expected, dict) and isinstance(actual, dict):
        names = expected if partly else [*expected, *(name for name in actual if name not in expected)]
        for name in names:
            inner = f"{path}.{name}" if path else name
            yield from differences(expected.get(name, NOTHING), actual.get(name, NOTHING), inner, partly=partly)
    elif isinstance(expected, list) and isinstance(actual, list):
        for index in range(max(len(expected), len(actual))):
            left, right = (side[index] if index < len(side) else NOTHING for side in (expected, actual))
            yield from differences(left, right, f"{path}[{index}]", partly=partly)
    elif not _equal(expected, actual):
        yield path, expected, actual


def _equal(left: Value, right: Value) -> bool:
    numbers = isinstance(left, int | Decimal) and isinstance(right, int | Decimal)
    return (type(left) is type(right) or (numbers and bool not in (type(left), type(right)))) and bool(left == right)
