"""When a change happened: exact digits in, RFC 3339 out.

DynamoDB Streams say seconds, as a whole number, with a fraction, with an exponent, or as text; Kinesis Data
Streams for DynamoDB say milliseconds or microseconds, and usually which; boto3 gives a datetime, the AWS CLI ISO 8601.
Never through a float: Lambda's runtime may hand one over, and then its shortest digits are what was written.
"""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from math import inf
from typing import Any

from bridge.core.numbers import number_text, parse_number
from bridge.frozen import frozen

#: From these magnitudes on a time is in microseconds, in milliseconds; as seconds it would be after the year 5000.
_UNITS = ((Decimal(10) ** 14, 6), (Decimal(10) ** 11, 3), (Decimal(0), 0))
_PRECISIONS = {"MICROSECOND": 6, "MILLISECOND": 3, "SECOND": 0}
_END = 253_402_300_800  # 10000-01-01T00:00:00Z, beyond what RFC 3339 can say
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FRACTION = 9  # digits: nanoseconds


@frozen
class Moment:
    """A point in time."""

    at: str  #: RFC 3339 UTC with the fraction that was given, "" where unknown
    micros: int  #: microseconds since the epoch, 0 where unknown
    epoch: float  #: seconds since the epoch, infinity where unknown: never too old


UNKNOWN = Moment("", 0, inf)


def read_moment(value: Any, precision: Any = None) -> Moment:
    """The moment that a record's `ApproximateCreationDateTime` names. None or no value is `UNKNOWN`.

    `precision` is `ApproximateCreationDateTimePrecision`; without it the magnitude tells the unit.
    Raises `ValueError` for what is no time between 1970 and 9999.
    """
    if type(value) is float or type(value) is int:
        return _read(value, _PRECISIONS.get(str(precision)))
    if value is None:
        return UNKNOWN
    if isinstance(value, str) and "-" in value[1:] and "T" in value:
        value = datetime.fromisoformat(value)
    if isinstance(value, datetime):
        return _moment((value if value.tzinfo else value.replace(tzinfo=UTC)) - _EPOCH)
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        raise ValueError("a time must be a number")  # noqa: TRY004 -- one error for whatever is no time
    return _counted(str(value), _PRECISIONS.get(str(precision)))


@lru_cache(maxsize=256, typed=True)  # 1.0 has a digit more than 1
def _read(count: float, places: int | None) -> Moment:
    """Of a JSON number. The changes of a batch lie within a few seconds, so most are known."""
    return _counted(str(count), places)


def _counted(text: str, places: int | None) -> Moment:
    """The moment of a count since the epoch."""
    number = Decimal(parse_number(text))
    if number < 0:
        raise ValueError("a time before 1970")
    return _placed(*_split(number, _places(number) if places is None else places))


def _places(number: Decimal) -> int:
    return next(places for least, places in _UNITS if number >= least)


def _split(number: Decimal, places: int) -> tuple[int, str]:
    """Whole seconds, and the digits of the fraction as they were given."""
    whole, _, fraction = number_text(number).partition(".")
    digits = whole.zfill(places + 1)
    cut = len(digits) - places
    return int(digits[:cut]), (digits[cut:] + fraction)[:_FRACTION]


def _moment(since: timedelta) -> Moment:
    seconds = since.days * 86_400 + since.seconds
    if seconds < 0:
        raise ValueError("a time before 1970")
    return _placed(seconds, f"{since.microseconds:06}")


def _placed(seconds: int, fraction: str) -> Moment:
    if seconds >= _END:
        raise ValueError("a time after the year 9999")
    micros = seconds * 1_000_000 + int(fraction[:6].ljust(6, "0"))
    shown = f".{fraction}" if fraction.strip("0") else ""
    second = (_EPOCH + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S")
    return Moment(f"{second}{shown}Z", micros, micros / 1_000_000)
