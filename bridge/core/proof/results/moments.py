"""Times that functions make, and when a time is refused."""

import math
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from functools import cache
from typing import Final

from bridge.core.proof.calls import Call, Result
from bridge.core.proof.numbers import Span, fraction, hull, met_by, number, point, span_of, times
from bridge.core.proof.results.numeric import between
from bridge.core.proof.results.textual import one_text
from bridge.core.proof.shapes import Shape, only
from bridge.core.proof.text.decide import inside
from bridge.core.proof.text.language import Language
from bridge.core.proof.text.pattern import language
from bridge.core.proof.texts import language_of, text

#: Seconds of the years 1 to 9999.
FIRST, LAST = -62_135_596_800, 253_402_300_799
FINEST: Final = Fraction(1, 10**18)
_YEAR = "(?:000[2-9]|00[1-9][0-9]|0[1-9][0-9]{2}|[1-8][0-9]{3}|9[0-8][0-9]{2}|99[0-8][0-9]|999[0-8])"
#: Of format date-time, what surely can be read: no leap second, no fraction finer than can be kept, no edge of time.
_READABLE = rf"^{_YEAR}-[\s\S]{{5}}[Tt][0-9]{{2}}:[0-9]{{2}}:[0-5][0-9](?:\.[0-9]{{1,18}})?(?:[Zz]|[+-][\s\S]*)$"
_FOUR = "[0-9]{4}"
_DAY = "-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
_CLOCK = "(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
#: Texts of whole seconds.
_WHOLE = r"^[^.]*$"


@cache
def _like(pattern: str) -> Language:
    found = language(pattern)
    assert found is not None, "our own patterns can be followed"
    return found


def _instant(call: Call) -> Span:
    """The seconds since 1970; a risk (X021) where it may be no time."""
    given, units = call.arguments[0], _units(call)
    calendar = Span(fraction(FIRST), fraction(LAST + 1), high_open=True)
    texts = only(given, "string")
    if not all("date-time" in _formats(each) and inside(language_of(each), _like(_READABLE)) for each in texts):
        call.risk("X021", "refuses a text that is no time, and leap seconds")
    counts = [times(span_of(each), point(fraction(1) / unit)) for each in only(given, "number") for unit in units]
    if not all(calendar.holds(span) for span in counts):
        call.risk("X021", "refuses a time outside the years 1 to 9999")
    if not all(span.step is not None and (span.step / FINEST).denominator == 1 for span in counts):
        call.risk("X021", "refuses a time finer than 18 digits of a second")
    even = all(inside(language_of(each), _like(_WHOLE)) for each in texts)
    known = [replace(calendar, step=fraction(1) if even else FINEST, plain=even)] if texts else []
    return met_by(hull([*known, *counts]), calendar)


def _units(call: Call) -> tuple[int, ...]:
    """How many of it are a second: both, where the unit cannot be told."""
    known = {None: (1, 1000), "s": (1,), "ms": (1000,)}
    return known.get(one_text(call.arguments[1]), ()) if len(call.arguments) > 1 else (1,)


def _formats(branch: Mapping[str, object]) -> list[object]:
    parts = [branch, *(branch.get("allOf") or ())]  # type: ignore[misc]
    return [part["format"] for part in parts if isinstance(part, Mapping) and "format" in part]


def _years(instant: Span) -> tuple[int, int]:
    """The first and the last year of instants, which have bounds."""
    assert instant.low is not None, "a calendar has a first second"
    assert instant.high is not None, "a calendar has a last second"
    return _year_of(instant.low), _year_of(instant.high)


def _year_of(second: Fraction) -> int:
    return (_EPOCH + timedelta(seconds=min(max(math.floor(second), FIRST), LAST))).year


def _spelled(instant: Span) -> str:
    """How the years of instants are written: those of every calendar that can be read again apart from the others."""
    first, last = _years(instant)
    return _YEAR if first > 1 and last < 9999 else _FOUR


def _iso(call: Call) -> Shape:
    instant = _instant(call)
    digits = "" if instant.whole else r"(?:\.[0-9]{1,18})?"
    return (text(_like(f"^{_spelled(instant)}{_DAY}T{_CLOCK}{digits}Z$"), 0, None, "date-time"),)


def _epoch(call: Call) -> Shape:
    instant = _instant(call)
    return (number(hull([times(instant, point(fraction(unit))) for unit in _units(call)])),)


def _date(call: Call) -> Shape:
    return (text(_like(f"^{_spelled(_instant(call))}{_DAY}$"), 0, None, "date"),)


def _year(call: Call) -> Shape:
    return between(*_years(_instant(call)))(call)


def _part(low: int, high: int) -> Result:
    def made(call: Call) -> Shape:
        _instant(call)
        return between(low, high)(call)

    return made


RESULTS: Final[Mapping[str, Result]] = {
    "iso": _iso,
    "epoch": _epoch,
    "date": _date,
    "year": _year,
    "month": _part(1, 12),
    "day": _part(1, 31),
    "hour": _part(0, 23),
    "minute": _part(0, 59),
    "second": _part(0, 59),
    "weekday": _part(1, 7),
    "yearday": _part(1, 366),
}
