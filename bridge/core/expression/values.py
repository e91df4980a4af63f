"""What JMESPath says of values: their types, which are true, which are equal.

Python disagrees with JSON on one point that matters: `True == 1`, also inside lists and objects.
"""

from collections.abc import Hashable
from decimal import Decimal
from typing import Final

from bridge.core.change import Value
from bridge.core.expression.limits import MAX_COMPARED, MAX_NESTING
from bridge.core.expression.nulls import MadeDict, MadeList
from bridge.core.numbers import number_text

#: JMESPath's name of the type of each plain value. A float is none of them: documents never hold one.
TYPES: Final[dict[type, str]] = {
    str: "string", int: "number", Decimal: "number", bool: "boolean", type(None): "null",
    list: "array", dict: "object", MadeList: "array", MadeDict: "object",
}  # fmt: skip

NUMBERS = frozenset({int, Decimal})
_ATOMS = frozenset({str, int, Decimal, bool, type(None)})


class Refusal(Exception):
    """A function or comparison cannot be carried out on these values. `at` is filled in by whoever knows it."""

    def __init__(self, code: str, what: str, fix: str, at: int | None = None) -> None:
        super().__init__(code, what, fix)
        self.code, self.what, self.fix, self.at = code, what, fix, at


def type_of(value: Value) -> str:
    """JMESPath's name of the type of a value: string, number, boolean, null, array, object, else expref or unknown."""
    known = TYPES.get(type(value))
    if known:
        return known
    return "expref" if callable(value) else "unknown"


def is_true(value: Value) -> bool:
    """Everything but null, false, and an empty text, array or object; zero is true."""
    return bool(value) or type(value) in NUMBERS


def equal(left: Value, right: Value) -> bool:
    """Whether two values are the same JSON, numbers by value. Raises `Refusal` where they are too large to tell."""
    if type(left) in _ATOMS or type(right) in _ATOMS:
        return bool(left == right) and (type(left) is bool) == (type(right) is bool)
    return left is right or _equal_inside(left, right)


def _equal_inside(left: Value, right: Value) -> bool:
    """Level by level, so that neither depth nor shared parts can exhaust anything."""
    pairs, seen = [(left, right)], 0
    while pairs:
        seen += len(pairs)
        if seen > MAX_COMPARED:
            raise _too_many()
        deeper: list[tuple[Value, Value]] = []
        for one, other in pairs:
            if type(one) in _ATOMS or type(other) in _ATOMS:
                if not equal(one, other):
                    return False
            elif one is not other and not _same_frame(one, other, deeper):
                return False
        pairs = deeper
    return True


def _same_frame(left: Value, right: Value, parts: list[tuple[Value, Value]]) -> bool:
    """Whether both are lists of one length or objects of the same names; their parts join `parts`."""
    if isinstance(left, dict) and isinstance(right, dict):
        parts.extend((left[name], right.get(name)) for name in left)
        return left.keys() == right.keys()
    if isinstance(left, list) and isinstance(right, list):
        parts.extend(zip(left, right, strict=False))
        return len(left) == len(right)
    return False


def identity(value: Value) -> Hashable:
    """What two values have in common exactly when they are equal, and can be looked up by."""
    if type(value) in _ATOMS:
        return (type(value) is bool, value)
    return _identity(value, [MAX_COMPARED], MAX_NESTING)


def _identity(value: Value, budget: list[int], room: int) -> Hashable:
    budget[0] -= 1
    if budget[0] < 0:
        raise _too_many()
    if not room:
        what = f"the values compared are nested more than {MAX_NESTING} levels deep"
        raise Refusal("X024", what, "compare a part that is less deep")
    if isinstance(value, dict):
        return frozenset([(name, _identity(inner, budget, room - 1)) for name, inner in value.items()])
    if isinstance(value, list):
        return tuple([_identity(inner, budget, room - 1) for inner in value])
    return (type(value) is bool, value)


def text_of(value: Value) -> str:
    """Text as it is, a number digit for digit: what may be joined into text."""
    return value if isinstance(value, str) else number_text(value)


def _too_many() -> Refusal:
    what = f"the values compared have more than {MAX_COMPARED:,} values inside"
    return Refusal("X023", what, "compare only the part that matters")
