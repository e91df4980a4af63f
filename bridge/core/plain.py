"""Plain values: the few types that a change, a rule and an event are made of, and what is wrong with all others.

Looking whether a value is plain goes level by level, in C where it can, since it is done for every event; only
where something is wrong the value is walked in order, to name the place.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from bridge.core.change import Value
from bridge.core.numbers import exact, is_wide
from bridge.core.way import Way, json_path
from bridge.errors import Problem, UndecodableRecord, Where

#: Deepest nesting of arrays and objects, read or written. DynamoDB allows 32 levels, each of which is two levels
#: of its JSON, inside an envelope of five; orjson writes 254; the interpreter's own recursion ends at 1,000 frames.
MAX_DEPTH = 128

#: How a value of each type without parts comes to its normal form.
Leaves = Mapping[type, Callable[[Any], Value]]

_NUMBERS = frozenset({int, Decimal})
_LEAVES = _NUMBERS | {str, bool, type(None)}
_BOXES = frozenset({dict, list})
_PLAIN = _LEAVES | _BOXES

#: What is wrong, and how to mend it.
FAULTS = {
    "D001": ("this is not UTF-8", "save the file as UTF-8"),
    "D003": (f"arrays and objects are nested more than {MAX_DEPTH} deep", "flatten the document"),
    "D004": ("this is not a number that can be carried exactly", "write a finite number, or give it as text"),
    "D005": ("half a surrogate pair stands alone in this text", "write whole characters: the text was cut inside one"),
}


def to_exact(value: Any) -> Value:
    """The plain exact value of what a JSON reader gave: floats by their shortest digits, wide integers as Decimal.

    Raises `UndecodableRecord` as `write_json` does, but for floats.
    """
    return rebuilt(value, _OF_READERS, Where())


def first_wide(value: Value) -> str | None:
    """The JSON path of the first whole number beyond 64 bits, in the order of the document; None without any."""
    for level, kinds in _levels(value):
        if kinds & _NUMBERS and any(map(_is_wide, level)):
            return next(json_path(way) for way, leaf in _leaves(value, None) if _is_wide(leaf))
    return None


def is_plain(value: Value) -> bool:
    """Whether it has only types of ours, no deeper than allowed."""
    return all(kinds <= (_PLAIN if depth < MAX_DEPTH else _LEAVES) for depth, (_, kinds) in enumerate(_levels(value)))


def refusal(code: str, where: Where) -> UndecodableRecord:
    """The refusal with the fault of that code at that place."""
    return UndecodableRecord(Problem(where, code, *FAULTS[code]))


def _levels(value: Value) -> Iterator[tuple[list[Value], set[type]]]:
    """The values at each depth, and their types. Much faster than a visit to each value."""
    level = [value]
    while level:
        kinds = set(map(type, level))
        yield level, kinds
        level = [inner for box in level if type(box) in _BOXES for inner in _inside(box)] if kinds & _BOXES else []


def _inside(box: Value) -> Iterable[Value]:
    return box.values() if type(box) is dict else box


def _leaves(value: Value, way: Way) -> Iterator[tuple[Way, Value]]:
    if type(value) not in _BOXES:
        yield way, value
        return
    for step, inner in value.items() if type(value) is dict else enumerate(value):
        yield from _leaves(inner, (way, step))


def _is_wide(value: Value) -> bool:
    return type(value) in _NUMBERS and is_wide(value)


def rebuilt(value: Any, leaves: Leaves, where: Where, way: Way = None, room: int = MAX_DEPTH) -> Value:
    """The value made anew in normal form, or the refusal that names the place of what has none."""
    kind = type(value)
    if kind in leaves:
        return _settled(value, leaves[kind], where, way)
    if kind not in _BOXES:
        raise _misfit(kind, where, way)
    if not room:
        raise refusal("D003", where)
    if kind is list:
        return [rebuilt(inner, leaves, where, (way, index), room - 1) for index, inner in enumerate(value)]
    names = [_settled(name, _sound, where, way) for name in value]
    return {name: rebuilt(value[name], leaves, where, (way, name), room - 1) for name in names}


def _settled(value: Any, normal: Callable[[Any], Value], where: Where, way: Way) -> Value:
    try:
        return normal(value)
    except UnicodeEncodeError:
        raise refusal("D005", _within(where, way)) from None
    except ValueError:
        raise refusal("D004", _within(where, way)) from None
    except TypeError:
        raise _misfit(type(value), where, way) from None


def _misfit(kind: type, where: Where, way: Way) -> UndecodableRecord:
    what = f"a value or name of type {kind.__name__} is nothing that JSON can say exactly"
    fix = "give text, an int or Decimal, true, false, null, a list or an object"
    return UndecodableRecord(Problem(_within(where, way), "D006", what, fix))


def _within(where: Where, way: Way) -> Where:
    return replace(where, path=json_path(way, where.path or "$"))


def _sound(text: str) -> str:
    str.encode(text)
    return text


def _as_is(value: Value) -> Value:
    return value


def _from_float(value: float) -> int | Decimal:
    return exact(Decimal(repr(value)))


OURS: Leaves = {
    str: _sound, int: exact, Decimal: exact, bool: _as_is, type(None): _as_is,
}  # fmt: skip
_OF_READERS: Leaves = {**OURS, float: _from_float}
