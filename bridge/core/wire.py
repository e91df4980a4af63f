"""Exact JSON: numbers keep their digits in both directions, and whatever JSON cannot say is refused by its path.

Reading is the standard library's scanner with exact number hooks, guarded by a bound on depth that is checked
first: the scanner recurses and would end in a `RecursionError` of the interpreter's choosing.
Writing is orjson, which is fast but lenient: it would write NaN as null and any float, so a look at the types
(level by level, in C where it can be) goes first. Only when that or orjson objects, the value is walked in order,
to name the place.
"""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Context, Decimal
from typing import Any

import orjson

from bridge.core.change import Value
from bridge.core.numbers import exact, number_text, parse_number
from bridge.core.plain import MAX_DEPTH, OURS, first_wide, is_plain, rebuilt, refusal, to_exact
from bridge.errors import Problem, UndecodableRecord, Where
from bridge.late import late

__all__ = ["canonical_json", "first_wide", "parse_json", "pretty_json", "read_json", "to_exact", "write_json"]

#: Linear whatever the text: nothing of it is looked at twice (`++`, `*+`), and one that never ends goes to the end.
_STRING = r'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)'
_NOT_BRACKETS = late(rf'[^\[\]{{}}"]+|{_STRING}', re.DOTALL)
_STRING_OR_BRACKET = late(rf"{_STRING}|([\[\]{{}}])", re.DOTALL)
_WORDS = late(rf'{_STRING}|([^\s\[\]{{}}",:]+)', re.DOTALL)
_SURROGATE = late(r"\\u[dD][89a-fA-F]|[\ud800-\udfff]")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_ENDLESS = Context(prec=999_999, Emax=999_999, Emin=-999_999)  # normalises without rounding


class _UnreadableError(ValueError):
    """A word that stands where a number may, and is none."""


def read_json(data: bytes | str, where: Where = Where()) -> Value:  # noqa: B008 -- frozen
    """The value that a JSON document says: UTF-8 with or without byte order mark, numbers exact.

    Of a name written twice the last counts, as with Lambda. Raises `UndecodableRecord`:
    D001 not UTF-8, D002 malformed, D003 too deep, D004 not a number that we can carry, D005 a lone surrogate.
    """
    text = _text(data, where)
    value = _parsed(text, where)
    return rebuilt(value, OURS, where) if _SURROGATE.search(text) else value


def parse_json(data: bytes | str, where: Where = Where()) -> Value:  # noqa: B008 -- frozen
    """Like `read_json`, but lone surrogates pass: for documents of many records, of which one may be bad."""
    return _parsed(_text(data, where), where)


def write_json(value: Value) -> bytes:
    """UTF-8 JSON, names in the order given, nothing escaped that need not be, numbers digit for digit.

    Raises `UndecodableRecord` with the JSON path: D003 too deep, D004 NaN or infinity, D005 a lone surrogate,
    D006 what is no plain value, a float above all.
    """
    return _written(value, _as_written)


def canonical_json(value: Value) -> bytes:
    """The same bytes for all equal values: names sorted, no needless zeros. For digests. Raises as `write_json`."""
    return _written(value, _by_value, orjson.OPT_SORT_KEYS)


def pretty_json(value: Value) -> bytes:
    """Like `write_json`, with a line for each value and one at the end: for files that people read."""
    return _written(value, _as_written, orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


# Reading


def _parsed(text: str, where: Where) -> Value:
    if text.count("[") + text.count("{") > MAX_DEPTH and _is_deep(text):
        raise refusal("D003", _at(where, text, _first_deep(text)))
    try:
        return json.loads(text, parse_float=_number, parse_int=_number, parse_constant=_number)
    except json.JSONDecodeError as error:
        what = f"this is not JSON: {error.msg[0].lower()}{error.msg[1:]}" if text.strip() else "this is empty, not JSON"
        problem = Problem(_at(where, text, error.pos), "D002", what, "mend the JSON at this place")
        raise UndecodableRecord(problem) from None
    except _UnreadableError as error:
        offset = next(match.start(1) for match in _WORDS.finditer(text) if (match[1] or "").startswith(str(error)))
        raise refusal("D004", _at(where, text, offset)) from None


def _number(text: str) -> int | Decimal:
    try:
        return parse_number(text)
    except ValueError:
        raise _UnreadableError(text) from None


def _text(data: bytes | str, where: Where) -> str:
    if isinstance(data, str):
        return data.removeprefix("\ufeff")
    if data.startswith(_UTF16):
        raise UndecodableRecord(Problem(where, "D001", "this is UTF-16, not UTF-8", "save the file as UTF-8"))
    try:
        return data.decode().removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode()
        raise refusal("D001", _at(where, before, len(before))) from None


def _is_deep(text: str) -> bool:
    depth = 0
    for bracket in _NOT_BRACKETS.sub("", text):
        depth += 1 if bracket in "[{" else -1
        if depth > MAX_DEPTH:
            return True
    return False


def _first_deep(text: str) -> int:
    """The offset of the bracket that is one too many, in a text that is deep. Slower than to tell whether it is."""
    depth = 0
    brackets = (match.start(1) for match in _STRING_OR_BRACKET.finditer(text) if match[1])
    while depth <= MAX_DEPTH:
        offset = next(brackets)
        depth += 1 if text[offset] in "[{" else -1
    return offset


def _at(where: Where, text: str, offset: int) -> Where:
    before = text[:offset]
    lines = before.count("\n")
    column = offset - (before.rfind("\n") + 1)
    first = 1 if lines or not where.column else where.column
    return replace(where, line=(where.line or 1) + lines, column=column + first)


# Writing


def _written(value: Value, hook: Callable[[Any], orjson.Fragment], option: int = 0) -> bytes:
    if is_plain(value):
        try:
            return orjson.dumps(value, hook, option)
        except orjson.JSONEncodeError:
            pass  # a surrogate, a name that is no text, NaN, or an integer too wide for orjson
    return orjson.dumps(rebuilt(value, OURS, Where()), hook, option)


def _as_written(value: Decimal) -> orjson.Fragment:
    return orjson.Fragment(number_text(value))


def _by_value(value: Decimal) -> orjson.Fragment:
    return orjson.Fragment(number_text(exact(_ENDLESS.normalize(value))))
