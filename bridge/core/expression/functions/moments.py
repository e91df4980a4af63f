"""Functions on time: instants as RFC 3339 text or as a count since 1970, always UTC, never guessed.

A count is in seconds unless `'ms'` is given. Fractions keep their digits. There is no clock here.
"""

import math
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from bridge.core.change import Value
from bridge.core.expression.functions.arithmetic import add, multiply, subtract
from bridge.core.expression.functions.table import Function, Parameter, entry, string
from bridge.core.expression.values import Refusal
from bridge.core.numbers import number_text, parse_number
from bridge.late import late

Number = int | Decimal

#: Seconds of the first and the last second that a calendar date can say: years 1 to 9999.
_FIRST, _LAST = -62_135_596_800, 253_402_300_799
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NAIVE = _EPOCH.replace(tzinfo=None)  # half the time to write
_FINEST = 18  # digits of a fraction of a second: attoseconds
_RFC3339 = late(r"(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d)(\.\d+)?([Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)", re.ASCII)


def _refusal(what: str) -> Refusal:
    fix = "give a time such as '2026-01-31T09:30:00Z', seconds since 1970, or milliseconds with 'ms'"
    return Refusal("X021", what, fix)


def seconds(instant: str | Number, unit: str = "s") -> Number:
    """Seconds since 1970 of an RFC 3339 text, or of a count in the unit. Raises `Refusal` outside years 1 to 9999."""
    found = _parsed(instant) if isinstance(instant, str) else _counted(instant, unit)
    if not _FIRST <= found < _LAST + 1:
        raise _refusal("the time lies outside the years 1 to 9999")
    return found


def _counted(count: Number, unit: str) -> Number:
    return count if unit == "s" else multiply(count, Decimal("0.001"))


def _parsed(text: str) -> Number:
    match = _RFC3339.fullmatch(text)
    try:
        moment = datetime.fromisoformat(f"{match[1]}T{match[2]}+00:00") if match else None
    except ValueError:
        moment = None
    if match is None or moment is None or len(match[3] or "") > _FINEST + 1:
        raise _refusal("the text is no RFC 3339 time with an offset")
    whole = (moment - _EPOCH) // timedelta(seconds=1) - _offset(match[4])
    return add(whole, parse_number(f"0{match[3]}")) if match[3] else whole


def _offset(text: str) -> int:
    if text in "Zz":
        return 0
    away = int(text[1:3]) * 3600 + int(text[4:6]) * 60
    return away if text[0] == "+" else -away


def _moment(instant: str | Number, unit: str) -> tuple[datetime, Number]:
    """The whole second, and the fraction that follows it."""
    exactly = seconds(instant, unit)
    whole = math.floor(exactly)
    return _EPOCH + timedelta(seconds=whole), subtract(exactly, whole)


def _iso(instant: str | Number, unit: str = "s") -> str:
    if type(instant) is int and unit == "s" and _FIRST <= instant <= _LAST:  # most
        return f"{(_NAIVE + timedelta(0, instant)).isoformat()}Z"
    moment, fraction = _moment(instant, unit)
    digits = number_text(fraction)[1:].rstrip("0.")
    if len(digits) > _FINEST + 1 or "E" in digits:
        raise _refusal(f"the time is finer than {_FINEST} digits of a second")
    return f"{moment.date().isoformat()}T{moment.time().isoformat()}{digits}Z"


def _epoch(instant: str | Number, unit: str = "s") -> Number:
    return seconds(instant) if unit == "s" else multiply(seconds(instant), 1000)


def _calendar(take: Callable[[datetime], Value]) -> Callable[..., Value]:
    def part(instant: str | Number, unit: str = "s") -> Value:
        return take(_moment(instant, unit)[0])

    return part


_INSTANT = Parameter("instant", ("string", "number"))
_UNIT = string("unit", optional=True, choices=("s", "ms"))
_GIVEN = {"at": "2026-03-01T23:04:05Z"}


def _part(name: str, about: str, result: Value, take: Callable[[datetime], Value]) -> Function:
    types = "string" if isinstance(result, str) else "number"
    example = (f"{name}(at)", _GIVEN, result)
    return entry(name, (_INSTANT, _UNIT), types, f"{about}, in UTC.", example, apply=_calendar(take))


FUNCTIONS = (
    entry("iso", (_INSTANT, _UNIT), "string",
          "The RFC 3339 text, in UTC, of a count since 1970 in seconds (or `'ms'`), or of such a text with any offset.",
          ("iso(`1700000000`)", {}, "2023-11-14T22:13:20Z"),
          ("iso(`1700000000123`, 'ms')", {}, "2023-11-14T22:13:20.123Z"),
          ("iso('2026-01-31T10:30:00+01:00')", {}, "2026-01-31T09:30:00Z"), apply=_iso),
    entry("epoch", (string("instant"), _UNIT), "number", "The seconds (or `'ms'`) since 1970 of an RFC 3339 text.",
          ("epoch('2023-11-14T22:13:20Z')", {}, 1_700_000_000),
          ("epoch('2023-11-14T22:13:20.5Z', 'ms')", {}, 1_700_000_000_500), apply=_epoch),
    _part("date", "The date, such as 2026-03-01", "2026-03-01", lambda moment: moment.date().isoformat()),
    _part("year", "The year", 2026, lambda moment: moment.year),
    _part("month", "The month, 1 to 12", 3, lambda moment: moment.month),
    _part("day", "The day of the month, 1 to 31", 1, lambda moment: moment.day),
    _part("hour", "The hour, 0 to 23", 23, lambda moment: moment.hour),
    _part("minute", "The minute, 0 to 59", 4, lambda moment: moment.minute),
    _part("second", "The whole second, 0 to 59", 5, lambda moment: moment.second),
    _part("weekday", "The day of the week, 1 for Monday to 7 for Sunday", 7, datetime.isoweekday),
    _part("yearday", "The day of the year, 1 to 366", 60, lambda moment: moment.timetuple().tm_yday),
)  # fmt: skip
