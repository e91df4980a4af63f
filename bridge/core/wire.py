"""Exact JSON: numbers keep their digits in both directions, and whatever JSON cannot say is refused by its path.

Reading is the standard library's scanner with exact number hooks, guarded by a bound on depth that is checked
first: the scanner recurses and would end in a `RecursionError` of the interpreter's choosing.
Writing is orjson, which is fast but lenient: it would write NaN as null and any float, so a look at the types
(level by level, in C where it can be) goes first. Only when that or orjson objects, the value is walked in order,
to name the place.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Context, Decimal
from typing import Any

import orjson

from bridge.core.change import Value
from bridge.core.numbers import exact, is_wide, number_text, parse_number
from bridge.core.way import Way, json_path
from bridge.errors import Problem, UndecodableRecord, Where

#: Deepest nesting of arrays and objects, read or written. DynamoDB allows 32 levels, each of which is two levels
#: of its JSON, inside an envelope of five; orjson writes 254; the interpreter's own recursion ends at 1,000 frames.
MAX_DEPTH = 128

#: How a value of each type without parts comes to its normal form.
Leaves = Mapping[type, Callable[[Any], Value]]

_STRING = r'"(?:[^"\\]+|\\.)*"'
_NOT_BRACKETS = re.compile(rf'[^\[\]{{}}"]+|{_STRING}', re.DOTALL)
_WORDS = re.compile(rf'{_STRING}|([^\s\[\]{{}}",:]+)', re.DOTALL)
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]|[\ud800-\udfff]")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_ENDLESS = Context(prec=999_999, Emax=999_999, Emin=-999_999)  # normalises without rounding
_NUMBERS = frozenset({int, Decimal})
_LEAVES = _NUMBERS | {str, bool, type(None)}
_BOXES = frozenset({dict, list})
_PLAIN = _LEAVES | _BOXES

#: What is wrong, and how to mend it.
_FAULTS = {
    "D001": ("this is not UTF-8", "save the file as UTF-8"),
    "D003": (f"arrays and objects are nested more than {MAX_DEPTH} deep", "flatten the document"),
    "D004": ("this is not a number that can be carried exactly", "write a finite number, or give it as text"),
    "D005": ("half a surrogate pair stands alone in this text", "write whole characters: the text was cut inside one"),
}


class _Unreadable(ValueError):
    """A word that stands where a number may, and is none."""


def read_json(data: bytes | str, where: Where = Where()) -> Value:  # noqa: B008 -- frozen
    """The value that a JSON document says: UTF-8 with or without byte order mark, numbers exact.

    Of a name written twice the last counts, as with Lambda. Raises `UndecodableRecord`:
    D001 not UTF-8, D002 malformed, D003 too deep, D004 not a number that we can carry, D005 a lone surrogate.
    """
    text = _text(data, where)
    value = parse_json(text, where)
    return _rebuilt(value, _OURS, where) if _SURROGATE.search(text) else value


def parse_json(data: bytes | str, where: Where = Where()) -> Value:  # noqa: B008 -- frozen
    """Like `read_json`, but lone surrogates pass: for documents of many records, of which one may be bad."""
    text = _text(data, where)
    if text.count("[") + text.count("{") > MAX_DEPTH and _is_deep(text):
        raise _refusal("D003", where)
    try:
        return json.loads(text, parse_float=_number, parse_int=_number, parse_constant=_number)
    except json.JSONDecodeError as error:
        what = f"this is not JSON: {error.msg[0].lower()}{error.msg[1:]}" if text.strip() else "this is empty, not JSON"
        problem = Problem(_at(where, text, error.pos), "D002", what, "mend the JSON at this place")
        raise UndecodableRecord(problem) from None
    except _Unreadable as error:
        offset = next(match.start(1) for match in _WORDS.finditer(text) if match[1] == str(error))
        raise _refusal("D004", _at(where, text, offset)) from None


def write_json(value: Value) -> bytes:
    """UTF-8 JSON, names in the order given, nothing escaped that need not be, numbers digit for digit.

    Raises `UndecodableRecord` with the JSON path: D003 too deep, D004 NaN or infinity, D005 a lone surrogate,
    D006 what is no plain value, a float above all.
    """
    return _written(value, _as_written)


def canonical_json(value: Value) -> bytes:
    """The same bytes for all equal values: names sorted, no needless zeros. For digests. Raises as `write_json`."""
    return _written(value, _by_value, orjson.OPT_SORT_KEYS)


def to_exact(value: Any) -> Value:
    """The plain exact value of what a JSON reader gave: floats by their shortest digits, wide integers as Decimal.

    Raises `UndecodableRecord` as `write_json` does, but for floats.
    """
    return _rebuilt(value, _OF_READERS, Where())


def first_wide(value: Value) -> str | None:
    """The JSON path of the first whole number beyond 64 bits, in the order of the document; None without any."""
    for level, kinds in _levels(value):
        if kinds & _NUMBERS and any(map(_is_wide, level)):
            return next(json_path(way) for way, leaf in _leaves(value, None) if _is_wide(leaf))
    return None


# Reading


def _number(text: str) -> int | Decimal:
    try:
        return parse_number(text)
    except ValueError:
        raise _Unreadable(text) from None


def _text(data: bytes | str, where: Where) -> str:
    if isinstance(data, str):
        return data.removeprefix("\ufeff")
    if data.startswith(_UTF16):
        raise UndecodableRecord(Problem(where, "D001", "this is UTF-16, not UTF-8", "save the file as UTF-8"))
    try:
        return data.decode().removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode()
        raise _refusal("D001", _at(where, before, len(before))) from None


def _is_deep(text: str) -> bool:
    depth = 0
    for bracket in _NOT_BRACKETS.sub("", text):
        depth += 1 if bracket in "[{" else -1
        if depth > MAX_DEPTH:
            return True
    return False


def _at(where: Where, text: str, offset: int) -> Where:
    before = text[:offset]
    lines = before.count("\n")
    column = offset - (before.rfind("\n") + 1)
    first = 1 if lines or not where.column else where.column
    return replace(where, line=(where.line or 1) + lines, column=column + first)


def _refusal(code: str, where: Where) -> UndecodableRecord:
    return UndecodableRecord(Problem(where, code, *_FAULTS[code]))


# Writing


def _written(value: Value, hook: Callable[[Any], orjson.Fragment], option: int = 0) -> bytes:
    if _is_plain(value):
        try:
            return orjson.dumps(value, hook, option)
        except orjson.JSONEncodeError:
            pass  # a surrogate, a name that is no text, NaN, or an integer too wide for orjson
    return orjson.dumps(_rebuilt(value, _OURS, Where()), hook, option)


def _as_written(value: Decimal) -> orjson.Fragment:
    return orjson.Fragment(number_text(value))


def _by_value(value: Decimal) -> orjson.Fragment:
    return orjson.Fragment(number_text(exact(_ENDLESS.normalize(value))))


def _is_plain(value: Value) -> bool:
    """Whether it has only types of ours, no deeper than allowed."""
    return all(kinds <= (_PLAIN if depth < MAX_DEPTH else _LEAVES) for depth, (_, kinds) in enumerate(_levels(value)))


# Walking


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


def _rebuilt(value: Any, leaves: Leaves, where: Where, way: Way = None, room: int = MAX_DEPTH) -> Value:
    """The value made anew in normal form, or the refusal that names the place of what has none."""
    kind = type(value)
    if kind in leaves:
        return _settled(value, leaves[kind], where, way)
    if kind not in _BOXES:
        raise _misfit(kind, where, way)
    if not room:
        raise _refusal("D003", where)
    if kind is list:
        return [_rebuilt(inner, leaves, where, (way, index), room - 1) for index, inner in enumerate(value)]
    names = [_settled(name, _sound, where, way) for name in value]
    return {name: _rebuilt(value[name], leaves, where, (way, name), room - 1) for name in names}


def _settled(value: Any, normal: Callable[[Any], Value], where: Where, way: Way) -> Value:
    try:
        return normal(value)
    except UnicodeEncodeError:
        raise _refusal("D005", _within(where, way)) from None
    except ValueError:
        raise _refusal("D004", _within(where, way)) from None
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


_OURS: Leaves = {
    str: _sound, int: exact, Decimal: exact, bool: _as_is, type(None): _as_is,
}  # fmt: skip
_OF_READERS: Leaves = {**_OURS, float: _from_float}
