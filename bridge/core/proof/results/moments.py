"""Times that functions make, and when a time is refused."""

from collections.abc import Mapping
from functools import cache
from typing import Final

from bridge.core.proof.calls import Call, Result
from bridge.core.proof.numbers import Span, fraction, number, span_of
from bridge.core.proof.results.numeric import between
from bridge.core.proof.results.textual import one_text
from bridge.core.proof.shapes import Shape, only
from bridge.core.proof.text.decide import inside
from bridge.core.proof.text.language import Language
from bridge.core.proof.text.pattern import language
from bridge.core.proof.texts import language_of, text

#: Seconds of the years 1 to 9999.
FIRST, LAST = -62_135_596_800, 253_402_300_799
_YEAR = "(?:000[2-9]|00[1-9][0-9]|0[1-9][0-9]{2}|[1-8][0-9]{3}|9[0-8][0-9]{2}|99[0-8][0-9]|999[0-8])"
#: Of format date-time, what surely can be read: no leap second, no fraction finer than can be kept, no edge of time.
_READABLE = rf"^{_YEAR}-[\s\S]{{5}}[Tt][0-9]{{2}}:[0-9]{{2}}:[0-5][0-9](?:\.[0-9]{{1,18}})?(?:[Zz]|[+-][\s\S]*)$"
_DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_CLOCK = "[0-9]{2}:[0-9]{2}:[0-9]{2}"


@cache
def _like(pattern: str) -> Language:
    found = language(pattern)
    assert found is not None, "our own patterns can be followed"
    return found


def _instant(call: Call) -> Span:
    """The seconds since 1970; a risk (X021) where it may be no time."""
    given, milliseconds = call.arguments[0], _milliseconds(call)
    unit = 1000 if milliseconds else 1
    calendar = Span(fraction(FIRST * unit), fraction((LAST + 1) * unit), high_open=True)
    for branch in only(given, "string"):
        if "date-time" not in _formats(branch) or not inside(language_of(branch), _like(_READABLE)):
            call.risk("X021", "refuses a text that is no time, and leap seconds")
    spans = [span_of(branch) for branch in only(given, "number")]
    if not all(calendar.holds(span) for span in spans):
        call.risk("X021", "refuses a time outside the years 1 to 9999")
    whole = not only(given, "string") and all(span.whole for span in spans) and not milliseconds
    fine = all(span.step is not None and (span.step * 10**15).denominator == 1 for span in spans)
    if not fine:
        call.risk("X021", "refuses a time finer than 18 digits of a second")
    return Span(step=fraction(1)) if whole else Span()


def _milliseconds(call: Call) -> bool:
    return len(call.arguments) > 1 and one_text(call.arguments[1]) != "s"


def _formats(branch: Mapping[str, object]) -> list[object]:
    parts = [branch, *(branch.get("allOf") or ())]  # type: ignore[misc]
    return [part["format"] for part in parts if isinstance(part, Mapping) and "format" in part]


def _iso(call: Call) -> Shape:
    digits = "" if _instant(call).whole else r"(?:\.[0-9]{1,18})?"
    return (text(_like(f"^{_DAY}T{_CLOCK}{digits}Z$"), 0, None, "date-time"),)


def _epoch(call: Call) -> Shape:
    _instant(call)
    unit = 1000 if _milliseconds(call) else 1
    return (number(Span(fraction(FIRST * unit), fraction((LAST + 1) * unit), high_open=True)),)


def _date(call: Call) -> Shape:
    _instant(call)
    return (text(_like(f"^{_DAY}$"), 0, None, "date"),)


def _part(low: int, high: int) -> Result:
    def made(call: Call) -> Shape:
        _instant(call)
        return between(low, high)(call)

    return made


RESULTS: Final[Mapping[str, Result]] = {
    "iso": _iso,
    "epoch": _epoch,
    "date": _date,
    "year": _part(1, 9999),
    "month": _part(1, 12),
    "day": _part(1, 31),
    "hour": _part(0, 23),
    "minute": _part(0, 59),
    "second": _part(0, 59),
    "weekday": _part(1, 7),
    "yearday": _part(1, 366),
}
